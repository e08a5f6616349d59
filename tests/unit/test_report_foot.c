/* SPDX-License-Identifier: MIT
 *
 * Tests of report/foot.c: amounts rounded for show that add up as shown.
 */
#include "report/foot.h"
#include "report_fixture.h"

#define MOST 6

static const struct {
    const char *parts[MOST];
    int64_t shown[MOST];
} feet[] = {
    {{"0.4", "0.4", "0.4"}, {1, 0, 0}}, /* 1.2: ties go in order */
    {{"0.5", "0.6", "0.9"}, {0, 1, 1}}, {{"-0.4", "-0.4", "-0.4"}, {0, 0, -1}},
    {{"1.5", "-1.5"}, {2, -2}},         {{"33.333333", "33.333333", "33.333334"}, {33, 33, 34}},
    {{"2", "3", "-5"}, {2, 3, -5}},     {{"0.2", "0"}, {0, 0}},
};

START_TEST(test_report_foot__adds_up_to_the_rounded_sum)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 80);
    rk__page out;
    rk__page_init(&out, &sink);
    rk_num parts[MOST] = {0};
    int64_t shown[MOST] = {0};
    const char *why = NULL;
    size_t n = 0;
    for (; n < MOST && feet[_i].parts[n] != NULL; n++) {
        parts[n] = rk__num_parse(&out.nums, feet[_i].parts[n], 0, -1, &why);
    }
    rk__foot(&out, parts, n, rk__num_from_int(&out.nums, 1), shown);
    int64_t sum = 0;
    int64_t expected = 0;
    rk_num exact = rk__num_from_int(&out.nums, 0);
    for (size_t i = 0; i < n; i++) {
        sum += shown[i];
        expected += feet[_i].shown[i];
        exact = rk__num_add(&out.nums, exact, parts[i]);
    }
    ck_assert_int_eq(sum, rk__grains(&out, exact, rk__num_from_int(&out.nums, 1)));
    ck_assert_int_eq(sum, expected);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(shown[i] == feet[_i].shown[i], "case %d, part %zu: %d", _i, i,
                      (int) shown[i]);
    }
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
}
END_TEST

START_TEST(test_report_foot__takes_a_total_that_is_no_rounding)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 80);
    rk__page out;
    rk__page_init(&out, &sink);
    const rk_num parts[] = {rk__num_from_int(&out.nums, 3), rk__num_from_int(&out.nums, -9)};
    int64_t shown[2];
    rk__foot_to(&out, parts, 2, rk__num_from_int(&out.nums, 1), -7, shown);
    ck_assert_int_eq(shown[0], 3);
    ck_assert_int_eq(shown[1], -10); /* the largest makes it up */
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
}
END_TEST

/* Rows add up to their totals; columns stay within a grain of their sums. */
START_TEST(test_report_foot__holds_rows_and_nears_columns)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 80);
    rk__page out;
    rk__page_init(&out, &sink);
    enum { ROWS = 5, COLUMNS = 4 };
    rk_num cells[ROWS * COLUMNS];
    rk_num sums[ROWS];
    rk_num columns[COLUMNS];
    int64_t totals[ROWS];
    int64_t shown[ROWS * COLUMNS];
    const rk_num one = rk__num_from_int(&out.nums, 1);
    for (size_t c = 0; c < COLUMNS; c++) {
        columns[c] = rk__num_from_int(&out.nums, 0);
    }
    for (size_t r = 0; r < ROWS; r++) {
        sums[r] = rk__num_from_int(&out.nums, 0);
        for (size_t c = 0; c < COLUMNS; c++) {
            const int64_t thousandths = (int64_t) (r * 7919 + c * 104729) % 5000 - 2500;
            cells[r * COLUMNS + c] = rk__num_from_ratio(&out.nums, thousandths, 1000);
            sums[r] = rk__num_add(&out.nums, sums[r], cells[r * COLUMNS + c]);
            columns[c] = rk__num_add(&out.nums, columns[c], cells[r * COLUMNS + c]);
        }
    }
    rk__foot(&out, sums, ROWS, one, totals);
    rk__foot_table(&out, cells, ROWS, COLUMNS, one, totals, shown);
    for (size_t r = 0; r < ROWS; r++) {
        int64_t sum = 0;
        for (size_t c = 0; c < COLUMNS; c++) {
            sum += shown[r * COLUMNS + c];
        }
        ck_assert_int_eq(sum, totals[r]);
    }
    for (size_t c = 0; c < COLUMNS; c++) {
        int64_t sum = 0;
        for (size_t r = 0; r < ROWS; r++) {
            sum += shown[r * COLUMNS + c];
        }
        const int64_t off = sum - rk__grains(&out, columns[c], one);
        ck_assert_msg(off >= -1 && off <= 1, "column %zu is off by %d", c, (int) off);
    }
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
}
END_TEST

UNIT_TESTS("report_foot")
{
    tcase_add_loop_test(tc, test_report_foot__adds_up_to_the_rounded_sum, 0,
                        (int) (sizeof feet / sizeof *feet));
    tcase_add_test(tc, test_report_foot__takes_a_total_that_is_no_rounding);
    tcase_add_test(tc, test_report_foot__holds_rows_and_nears_columns);
}
