/* SPDX-License-Identifier: MIT
 *
 * test_rows_many.c: totals of very many groups, which are numbered by a grid, merged
 * and written on several threads: each is what its rows add up to.
 */
#include "engine_fixture.h"

#include <unistd.h>

#define PROVIDERS 300
#define HRGS      400
#define LATE      40 /* of either, that come when the grid is made */
#define ROWS      420000
#define LATE_ROWS 3000

static char folder[] = "/tmp/reckoner-rows-many-XXXXXX";
static int64_t quantities[PROVIDERS + LATE][HRGS + LATE];

static FILE *create(const char *name)
{
    char path[300];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    return f;
}

static void write_row(FILE *f, size_t provider, size_t hrg, size_t count)
{
    quantities[provider][hrg] += (int64_t) count;
    fprintf(f, "P%zu,H%zu,%zu\n", provider, hrg, count);
}

static void write_files(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    FILE *prices = create("prices.csv");
    fputs("hrg,price\n", prices);
    for (size_t h = 0; h < HRGS + LATE; h++) {
        fprintf(prices, "H%zu,%zu.25\n", h, 10 + h);
    }
    fclose(prices);
    FILE *f = create("rows.csv");
    uint64_t seed = 11;
    fputs("provider,hrg,count\n", f);
    for (size_t i = 0; i < ROWS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        write_row(f, (seed >> 33) % PROVIDERS, (seed >> 45) % HRGS, 1 + (seed >> 60));
    }
    for (size_t i = 0; i < LATE_ROWS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        write_row(f, (seed >> 33) % (PROVIDERS + LATE), (seed >> 45) % (HRGS + LATE), 2);
    }
    fclose(f);
}

static int take(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

/* The report as the numbers above say it should be, from the groups' own keys. */
static void check_groups(const rk_groups *groups)
{
    size_t n = 0;
    for (size_t p = 0; p < PROVIDERS + LATE; p++) {
        for (size_t h = 0; h < HRGS + LATE; h++) {
            n += quantities[p][h] != 0;
        }
    }
    ck_assert_uint_eq(rk_groups_count(groups), n);
    for (size_t g = 0; g < n; g++) {
        size_t length = 0;
        const size_t p = (size_t) atoi(rk_groups_key(groups, g, 0, &length) + 1);
        const size_t h = (size_t) atoi(rk_groups_key(groups, g, 1, &length) + 1);
        const int64_t quantity = quantities[p][h];
        const int64_t amount = quantity * ((10 + (int64_t) h) * 1000000 + 250000);
        ck_assert_msg(rk_groups_value(groups, g, RK_LANE_QUANTITY) == quantity * 1000000,
                      "quantity of P%zu H%zu", p, h);
        ck_assert_msg(rk_groups_value(groups, g, RK_LANE_AMOUNT) == amount, "amount of P%zu H%zu",
                      p, h);
    }
}

static void evaluate_many(unsigned jobs, rk__buf *csv)
{
    static const char *const group_by[] = {"provider", "hrg", NULL};
    rk_options options = RK_OPTIONS_INIT;
    options.group_by = group_by;
    options.jobs = jobs;
    open_with(options);
    char *text = contract_text(
        YEAR, "'activity': {'file': 'rows.csv'}",
        TARIFF("'prices': {'key': ['hrg'], 'file': 'prices.csv'}"),
        "{'id': 'all', 'rule': 'pbr'}, {'id': 'some', 'rule': 'pbr', 'scope': {'hrg': 'H1*'}}",
        NULL);
    ck_assert_int_eq(
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems),
        RK_OK);
    free(text);
    ck_assert_msg(rk_evaluate(contract, NULL, &result, problems) == RK_OK, "%s", first_message());
    check_groups(result->periods[0].components[0].groups);
    const rk_sink sink = {.write = take, .ctx = csv};
    const rk_result *const results[] = {result};
    ck_assert_int_eq(rk_report_results(results, 1, RK_FORMAT_CSV, &sink), RK_OK);
    close_session();
}

START_TEST(test_rows_many_groups__are_what_their_rows_add_up_to)
{
    rk__buf first = {0};
    write_files();
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        rk__buf csv = {0};
        evaluate_many(jobs, &csv);
        if (jobs == 1) {
            first = csv;
            ck_assert_ptr_nonnull(strstr(csv.text, "\nsome,P0,H1"));
        } else {
            ck_assert_msg(csv.length == first.length &&
                              memcmp(csv.text, first.text, csv.length) == 0,
                          "with %u threads", jobs);
            rk__buf_dispose(&csv);
        }
    }
    rk__buf_dispose(&first);
}
END_TEST

UNIT_TESTS("rows many")
{
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, test_rows_many_groups__are_what_their_rows_add_up_to);
}
