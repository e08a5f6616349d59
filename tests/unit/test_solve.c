/* SPDX-License-Identifier: MIT
 *
 * Tests of questions/solve.c: exact roots, roots in pennies, jumps, ranges and near misses.
 */
#include "questions/solve.h"
#include "system_fixture.h"

static rk_solution *solution;

static void close_solution(void)
{
    rk_solution_free(solution);
    solution = NULL;
    close_system();
}

/* Solves a configuration; the series of the last scenario. */
static const rk_solved *solve_config(const char *name, const char *vary, const char *until,
                                     const char *between)
{
    char path[512];
    snprintf(path, sizeof path, "%s/configs/%s.json", RK_SOURCE_DIR, name);
    rk_solve_options o = RK_SOLVE_INIT;
    o.vary = vary;
    o.until = until;
    o.between = between;
    const rk_status status = rk_solve(session, path, &o, &solution, problems);
    ck_assert_msg(status == RK_OK, "%s: %s", name, first_message());
    return rk_solution_series(solution, rk_solution_read(solution)->n_series - 1);
}

static void has_root(const rk_solved *s, rk_root_kind kind, const char *at)
{
    ck_assert_uint_eq(s->n_roots, 1);
    const rk_root *root = rk_solved_root(s, 0);
    ck_assert_int_eq(root->kind, kind);
    is_money(root->at, at, "root");
}

START_TEST(test_solve__finds_exact_roots_on_lines)
{
    const rk_solved *s =
        solve_config("systems/accountable-care-system", "delivery", "system=0", NULL);
    has_root(s, RK_ROOT_EXACT, "0.390625");
    ck_assert(rk_solution_series(solution, 0)->flat);
    rk_solution_free(solution);
    s = solve_config("systems/demonstration", "pathway.margin", "trust@year-1=0", NULL);
    has_root(s, RK_ROOT_EXACT, "3/95");
}
END_TEST

START_TEST(test_solve__says_what_jumps_over_the_value)
{
    const rk_solved *s = solve_config("systems/sustainability-fund", "/flows/4/amount",
                                      "trust@q4=0", "71000000,72000000");
    s = rk_solution_series(solution, 0);
    has_root(s, RK_ROOT_JUMP, "71400000");
    is_money(rk_solved_root(s, 0)->measure, "1600000", "before");
    is_money(rk_solved_root(s, 0)->measure_to, "-1400000.000001", "after");
}
END_TEST

/* A value between pennies has none; the fewest digits stand for the penny. */
START_TEST(test_solve__ends_with_the_digit_that_changes_a_penny)
{
    const rk_solved *s =
        solve_config("contracts/risk-mix", "range.plan", "cap-and-collar.total=38200000", NULL);
    has_root(s, RK_ROOT_ROUNDED, "37087378.64"); /* x 1.03 = 38,200,000.00 */
}
END_TEST

START_TEST(test_solve__finds_nearest_misses)
{
    const rk_solved *s =
        solve_config("contracts/risk-mix", "threshold.rate", "marginal-rate.total=37000000", NULL);
    ck_assert_uint_eq(s->n_roots, 0);
    is_money(s->nearest_at, "0", "nearest");
    is_money(s->nearest, "37680000", "nearest");
    ck_assert_int_lt(rk__num_sign(s->beyond), 0);
}
END_TEST

START_TEST(test_solve__finds_every_value_of_what_is_flat_at_it)
{
    const rk_solved *s =
        solve_config("contracts/risk-mix", "range.cap", "cap-and-collar.total=38110000", "1%,3%");
    has_root(s, RK_ROOT_EXACT, "0.03");
    rk_solution_free(solution);
    s = solve_config("contracts/risk-mix", "threshold.rate", "total=38850000", NULL);
    has_root(s, RK_ROOT_RANGE, "0");
    ck_assert(s->flat);
}
END_TEST

/* 40 more for each unit up to 1,000, and 30 less for each above. */
#define TURNS   "../tests/golden/cases/solve-answers/turns"
#define JUMPS   "../tests/golden/cases/solve-answers/jumps"
#define UNITS   "/facts/activity/0/count"
#define REACHED "/facts/outcomes/0/value"

static const struct {
    const char *file, *vary, *until, *between;
    size_t n_roots;
    rk_root_kind kinds[2];
    const char *at[2], *to; /* of the first, if it is a range */
} answers[] = {
    {TURNS,
     UNITS,
     "margin=20000",
     "0,3000",
     2,
     {RK_ROOT_EXACT, RK_ROOT_EXACT},
     {"500", "5000/3"},
     NULL},
    {TURNS, UNITS, "margin=40000", "0,3100", 1, {RK_ROOT_EXACT}, {"1000"}, NULL}, /* touched */
    {TURNS, UNITS, "margin=40000", "990,5000", 1, {RK_ROOT_EXACT}, {"1000"}, NULL},
    {TURNS, UNITS, "margin=40000", "0,1010", 1, {RK_ROOT_EXACT}, {"1000"}, NULL},
    {TURNS, UNITS, "margin=0", "0,3000", 2, {RK_ROOT_EXACT, RK_ROOT_EXACT}, {"0", "7000/3"}, NULL},
    {TURNS, UNITS, "margin=20000", "0,500", 1, {RK_ROOT_EXACT}, {"500"}, NULL}, /* at an end */
    {TURNS, UNITS, "margin=40001", "0,3000", 0, {0}, {NULL}, NULL},
    {JUMPS, REACHED, "step.total=500", "0,100", 1, {RK_ROOT_JUMP}, {"59.999999999999"}, NULL},
    {JUMPS, REACHED, "pair.total=0", "0,100", 1, {RK_ROOT_JUMP}, {"59.999999999999"}, NULL},
    {JUMPS, REACHED, "step.total=0", "0,100", 1, {RK_ROOT_RANGE}, {"0"}, "59.999999999999"},
    {JUMPS, REACHED, "step.total=1000", "0,100", 1, {RK_ROOT_RANGE}, {"60"}, "100"},
    {JUMPS,
     REACHED,
     "step.total-slope.total=-500",
     "0,100",
     2,
     {RK_ROOT_EXACT, RK_ROOT_JUMP},
     {"50", "59.999999999999"},
     NULL},
    {JUMPS, REACHED, "slope.total=1001", "0,100", 0, {0}, {NULL}, NULL},
};

START_TEST(test_solve__gives_each_kind_of_answer)
{
    const rk_solved *s =
        solve_config(answers[_i].file, answers[_i].vary, answers[_i].until, answers[_i].between);
    s = rk_solution_series(solution, 0);
    ck_assert_uint_eq(s->n_roots, answers[_i].n_roots);
    ck_assert(!s->flat);
    for (size_t i = 0; i < s->n_roots; i++) {
        const rk_root *root = rk_solved_root(s, i);
        ck_assert_int_eq(root->kind, answers[_i].kinds[i]);
        is_money(root->at, answers[_i].at[i], "root");
        if (root->kind == RK_ROOT_RANGE) {
            is_money(root->to, answers[_i].to, "end");
        }
    }
}
END_TEST

START_TEST(test_solve__says_how_near_a_turn_comes)
{
    solve_config(TURNS, UNITS, "margin=40001", "0,3000");
    const rk_solved *s = rk_solution_series(solution, 0);
    is_money(s->nearest_at, "1000", "where");
    is_money(s->nearest, "40000", "how near");
}
END_TEST

static const struct {
    const char *vary, *until, *between;
} wrong[] = {
    {"nothing.rate", "total=1", NULL},   {"range.cap", "total", NULL},
    {"range.cap", "totals=1", NULL},     {"range.cap", "total@never=1", NULL},
    {"range.cap", "total=1", "2,1"},     {"delivery", "total=1", NULL},
    {"/nowhere", "total=1", NULL},       {"range.cap", "none.total=1", NULL},
    {"range.cap", "total=1", "one,two"},
};

START_TEST(test_solve__refuses_what_the_document_does_not_have)
{
    rk_solve_options o = RK_SOLVE_INIT;
    o.vary = wrong[_i].vary;
    o.until = wrong[_i].until;
    o.between = wrong[_i].between;
    const rk_status status = rk_solve(session, RK_SOURCE_DIR "/configs/contracts/risk-mix.json", &o,
                                      &solution, problems);
    ck_assert_msg(status == RK_USAGE, "%s until %s: %s", o.vary, o.until, rk_status_word(status));
    ck_assert_ptr_null(solution);
    ck_assert_uint_ge(rk_problems_count(problems), 1);
}
END_TEST

UNIT_TESTS("solve")
{
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, open_session, close_solution);
    tcase_add_test(tc, test_solve__finds_exact_roots_on_lines);
    tcase_add_test(tc, test_solve__says_what_jumps_over_the_value);
    tcase_add_test(tc, test_solve__ends_with_the_digit_that_changes_a_penny);
    tcase_add_test(tc, test_solve__finds_nearest_misses);
    tcase_add_test(tc, test_solve__finds_every_value_of_what_is_flat_at_it);
    tcase_add_loop_test(tc, test_solve__gives_each_kind_of_answer, 0,
                        (int) (sizeof answers / sizeof *answers));
    tcase_add_test(tc, test_solve__says_how_near_a_turn_comes);
    tcase_add_loop_test(tc, test_solve__refuses_what_the_document_does_not_have, 0,
                        (int) (sizeof wrong / sizeof *wrong));
}
