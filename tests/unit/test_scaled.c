/* SPDX-License-Identifier: MIT
 *
 * test_scaled.c: numbers written by the million are those that are written one by one.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scaled.h"

/* Text by text what the careful way gives. */
static void check_number(int64_t value, int least)
{
    char expected[RK__SCALED_TEXT + 1];
    char out[RK__SCALED_TEXT + 16];
    expected[rk__print_scaled(expected, value, RK_DECIMAL_PLACES, least, RK_DECIMAL_PLACES)] = '\0';
    *rk__put_millionths(out, value, least) = '\0';
    ck_assert_msg(strcmp(out, expected) == 0, "%" PRId64 ", at least %d: %s, not %s", value, least,
                  out, expected);
}

static void check_whole(uint64_t value)
{
    char expected[24];
    char out[40];
    (void) snprintf(expected, sizeof expected, "%" PRIu64, value);
    *rk__put_whole(out, value) = '\0';
    ck_assert_str_eq(out, expected);
}

START_TEST(test_scaled_whole__is_its_digits)
{
    for (uint64_t power = 1; power < UINT64_MAX / 10; power *= 10) {
        for (uint64_t digit = 1; digit < 10; digit++) {
            check_whole(digit * power - 1);
            check_whole(digit * power);
            check_whole(digit * power + 1);
        }
    }
    for (uint64_t value = 0; value < 200000; value++) {
        check_whole(value);
        check_whole(value * 499 + 7);
    }
    check_whole(UINT64_MAX);
}
END_TEST

START_TEST(test_scaled_millionths__has_the_decimals_it_needs)
{
    for (int least = 0; least <= 6; least++) {
        for (int64_t power = 1; power < INT64_MAX / 100; power *= 10) {
            for (int64_t digit = 0; digit < 100; digit++) {
                check_number(digit * power, least);
                check_number(-digit * power, least);
                check_number(digit * power - 1, least);
                check_number(1 - digit * power, least);
            }
        }
        check_number(INT64_MAX, least);
        check_number(INT64_MIN, least);
    }
}
END_TEST

START_TEST(test_scaled_pennies__is_every_amount)
{
    for (int64_t pennies = -30000; pennies < 300000; pennies++) {
        check_number(pennies * 10000, 2);
        check_number(pennies * 10000 * 337, 2);
    }
    check_number(INT64_C(999999990000), 2);  /* the last of eight digits ... */
    check_number(INT64_C(1000000000000), 2); /* ... and the first of nine */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scaled");
    TCase *t = tcase_create("scaled");
    suite_add_tcase(s, t);
    tcase_add_test(t, test_scaled_whole__is_its_digits);
    tcase_add_test(t, test_scaled_millionths__has_the_decimals_it_needs);
    tcase_add_test(t, test_scaled_pennies__is_every_amount);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    const int failures = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failures != 0;
}
