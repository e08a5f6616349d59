/* SPDX-License-Identifier: MIT
 *
 * Tests of framework/formula/rows_*.c: the flat program and exact numbers price every row alike.
 */
#include "draw.h"
#include "formula/rows.h"
#include "formula_fixture.h"

#define N 1000

#define COLUMNS                                                                              \
    "'params':[{'name':'rate','type':'ratio'},{'name':'tiers','type':'list','items':["       \
    "{'name':'to','type':'exact'},{'name':'rate','type':'exact'}]}],'tables':{'activity':{"  \
    "'columns':[{'name':'a'},{'name':'b'},{'name':'n','type':'integer'},{'name':'f','type':" \
    "'factor'},{'name':'y','type':'bool'},{'name':'pod','type':'text'},{'name':'d','type':"  \
    "'date'},{'name':'e','type':'date'}]}},"

static const char *const amounts[] = {
    "a",
    "a + b - n",
    "a * b",
    "a * b * n * f",
    "a / b",
    "a / b / n",
    "ROUND(a / b, 2) * n",
    "ROUND(a / 3, 4) - TRUNC(b / 7, 1) + FLOOR(a) - CEILING(b)",
    "ROUND(a, -2)",
    "SAFE_DIV(a, b) + SAFE_DIV(n, n - 3)",
    "IF(a > b, a - b, b / n)",
    "IF(pod = `EL` OR pod = `DC`, a, -b)",
    "IF(pod <> `NEL` AND y, a * 1.5, b)",
    "IF(GIVEN(b), b, a) * rate",
    "IF(GIVEN(n) AND n > 2, a / n, 4.75%)",
    "MAX(0, a - b, MIN(n, 3)) * 2",
    "MIN(a / n, b)",
    "ABS(a - b) ^ 2",
    "IF(y = (a > b), 1, 2)",
    "IF(NOT y, a, f)",
    "DAYS(d, e) * a",
    "DAYS(d, `2016-04-01`)",
    "MONTHS(d, e)",
    "BAND(n, tiers)",
    "BAND(a / 10, tiers) / 3",
    "POW(ABS(a) + 1, 1/2, 4)",
    "a * a * a * a * a * a",
    "IF(b = 0, 0, a / b) + IF(n > 3, 1 / (n - 4), 0)",
};

typedef struct row_params {
    const void *document;
    rk_num rate;
    rk_list tiers;
} row_params;

typedef struct tier {
    rk_num to, rate;
} tier;

static int64_t values[8][N];
static uint8_t has[8][N];
static rk_decimal amount[2][N];
static rk_int128 exact[2][N];
static uint8_t status[2][N];
static uint16_t reason[2][N];
static uint32_t notes[N];

static void draw_columns(void)
{
    static const int64_t odd[] = {0, 1000000,    500000, -1500000,  333333,
                                  1, 2150000000, -1,     INT64_MAX, 9000000000000000000};
    for (size_t c = 0; c < 8; c++) {
        for (size_t i = 0; i < N; i++) {
            const uint64_t r = draw();
            has[c][i] = r % 11 != 0;
            int64_t v =
                (r >> 8) % 5 < 2 ? odd[(r >> 16) % 10] : (int64_t) ((r >> 20) % 9000) * 10000;
            v = c == 2   ? (int64_t) ((r >> 8) % 9) - 2
                : c == 4 ? (int64_t) (r >> 8 & 1)
                : c == 5 ? (int64_t) ((r >> 8) % 4)
                : c > 5  ? (int64_t) ((r >> 8) % 20000)
                         : v;
            values[c][i] = has[c][i] ? v : 0;
        }
    }
}

START_TEST(test_formula_price__is_the_same_flat_and_exact)
{
    char members[2048];
    const bool whole = _i % 2 == 1;
    const char *const expr = amounts[_i / 2];
    snprintf(members, sizeof members,
             COLUMNS "'rows':{'table':'activity','amount':'%s','round':'%s','refuse':[{'if':"
                     "'a < -1','code':'57','text':'x'}]}",
             expr, whole ? "none" : "0.01");
    const rk__formula *const f = formula_with(members);
    ck_assert_msg(f != NULL, "%s: %s", expr, rk_problems_at(formula_problems, 0)->message);
    rk__own_host own;
    rk__own_host_init(&own);
    const tier tiers[] = {{rk__num_from_int(&own.nums, 2), rk__num_from_ratio(&own.nums, 21, 2)},
                          {rk__num_from_int(&own.nums, 5), rk__num_from_int(&own.nums, 7)},
                          {NULL, rk__num_from_ratio(&own.nums, 1, 3)}};
    row_params params = {
        .document = f, .rate = rk__num_from_ratio(&own.nums, 1, 3), .tiers = {tiers, 3}};
    const rk_period period = {"y", {2016, 4, 1}, {2017, 3, 31}};
    void *state = NULL;
    ck_assert_int_eq(rk__formula_prepare(&own.table, &params, &period, &state), RK_OK);
    rk__program *const program = state;
    size_t priced = 0;
    for (int round = 0; round < 3; round++) {
        draw_columns();
        rk_column_data columns[8];
        for (size_t c = 0; c < 8; c++) {
            columns[c] = (rk_column_data){values[c], has[c]};
        }
        const rk_batch batch = {
            .size = sizeof batch, .n = N, .column = columns, .column_size = sizeof columns[0]};
        const bool only_exact = program->failed;
        for (int way = 0; way < 2; way++) {
            rk_priced out = {.size = sizeof out,
                             .amount = amount[way],
                             .exact_amount = exact[way],
                             .status = status[way],
                             .notes = notes,
                             .reason = reason[way]};
            memset(amount[way], 0, sizeof amount[way]);
            memset(exact[way], 0, sizeof exact[way]);
            memset(status[way], 0, sizeof status[way]);
            memset(reason[way], 0, sizeof reason[way]);
            program->failed = way == 1 || only_exact;
            ck_assert_int_eq(rk__formula_price(&own.table, &params, state, &batch, &out), RK_OK);
        }
        program->failed = only_exact;
        for (size_t i = 0; i < N; i++) {
            ck_assert_msg(amount[0][i] == amount[1][i] && exact[0][i] == exact[1][i] &&
                              status[0][i] == status[1][i] && reason[0][i] == reason[1][i],
                          "%s, row %zu: %lld and %lld, status %d and %d", expr, i,
                          (long long) (whole ? (int64_t) exact[0][i] : amount[0][i]),
                          (long long) (whole ? (int64_t) exact[1][i] : amount[1][i]), status[0][i],
                          status[1][i]);
            priced += status[0][i] == RK_ROW_PRICED;
        }
    }
    ck_assert_uint_gt(priced, 100);
    rk__formula_release(state);
    rk__own_host_dispose(&own);
}
END_TEST

/* What is only in exact numbers is slow: everything else must be in the program. */
START_TEST(test_formula_prepare__makes_a_program_of_nearly_all)
{
    char members[2048];
    snprintf(members, sizeof members, COLUMNS "'rows':{'table':'activity','amount':'%s'}",
             amounts[_i]);
    const rk__formula *const f = formula_with(members);
    rk__own_host own;
    rk__own_host_init(&own);
    row_params params = {.document = f, .rate = rk__num_from_ratio(&own.nums, 1, 3)};
    const rk_period period = {"y", {2016, 4, 1}, {2017, 3, 31}};
    void *state = NULL;
    ck_assert_int_eq(rk__formula_prepare(&own.table, &params, &period, &state), RK_OK);
    const bool slow = strstr(amounts[_i], "POW") != NULL || strstr(amounts[_i], "MONTHS") != NULL ||
                      strstr(amounts[_i], "a * a * a * a") != NULL;
    ck_assert_msg(((rk__program *) state)->failed == slow, "%s", amounts[_i]);
    rk__formula_release(state);
    rk__own_host_dispose(&own);
}
END_TEST

int main(void)
{
    const int n = sizeof amounts / sizeof amounts[0];
    Suite *suite = suite_create("formula_rows");
    TCase *tests = tcase_create("formula_rows");
    tcase_add_checked_fixture(tests, open_formula, close_formula);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, test_formula_price__is_the_same_flat_and_exact, 0, 2 * n);
    tcase_add_loop_test(tests, test_formula_prepare__makes_a_program_of_nearly_all, 0, n);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
