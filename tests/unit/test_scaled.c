/* SPDX-License-Identifier: MIT
 *
 * test_scaled.c: numbers written by the million are those that are written one by one.
 */
#include <inttypes.h>

#include "number/number_cells.h"
#include "unit.h"

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

/* With all places and trimmed, as the careful way gives it. */
static void check_places(uint64_t value, unsigned places)
{
    for (int least = 0; least <= (int) places; least += places > 0 ? (int) places : 1) {
        char expected[RK__SCALED_TEXT + 1];
        char out[RK__SCALED_TEXT];
        const bool negative = value % 2 == 1;
        const rk_int128 n = negative ? -(rk_int128) value : (rk_int128) value;
        expected[rk__print_scaled(expected, n, (int) places, least, (int) places)] = '\0';
        *rk__put_places(out, negative, value, places, least == 0) = '\0';
        ck_assert_msg(strcmp(out, expected) == 0, "%" PRIu64 ", %u places, at least %d: %s, not %s",
                      value, places, least, out, expected);
    }
}

START_TEST(test_scaled_places__are_all_there_or_trimmed)
{
    for (unsigned places = 0; places <= 18; places++) {
        for (uint64_t power = 1; power < UINT64_MAX / 10; power *= 10) {
            for (uint64_t digit = 0; digit < 10; digit++) {
                check_places(digit * power, places);
                check_places(digit * power + 1, places);
                check_places(digit * power + power / 2, places);
                check_places(digit * power + 10, places);
            }
        }
        check_places(UINT64_MAX, places);
        check_places(UINT64_MAX - 1, places);
    }
}
END_TEST

START_TEST(test_scaled_places__of_whole_numbers_are_zeros)
{
    static const int64_t values[] = {
        0, 1, -1, 9, -455308, 99999999, 100000000, -99999999, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (unsigned places = 0; places <= 18; places++) {
            char expected[RK__SCALED_TEXT + 1];
            char out[RK__SCALED_TEXT];
            expected[rk__print_scaled(expected, values[i], 0, (int) places, (int) places)] = '\0';
            *rk__put_whole_places(out, values[i], places) = '\0';
            ck_assert_str_eq(out, expected);
        }
    }
}
END_TEST

/* A number of 128 bits. */
#define BIG(high, low) ((rk_int128) ((rk_uint128) UINT64_C(high) << 64 | UINT64_C(low)))

/* What the rest is compared with, from an independent reckoning. */
START_TEST(test_scaled_print__is_rounded_and_trimmed)
{
    static const struct {
        rk_int128 value;
        int scale, least, most;
        const char *text;
    } rows[] = {
        {0, 18, 2, 2, "0.00"},
        {0, 0, 2, 2, "0.00"},
        {0, 0, 0, 0, "0"},
        {-1, 2, 0, 0, "0"},
        {-1, 2, 0, 1, "0"},
        {-1, 18, 2, 2, "0.00"},
        {1, 2, 0, 0, "0"},
        {1, 12, 2, 6, "0.00"},
        {1, 18, 2, 2, "0.00"},
        {-5, 18, 2, 2, "0.00"},
        {-5, 2, 0, 0, "0"},
        {-5, 0, 2, 2, "-5.00"},
        {-5, 2, 0, 1, "-0.1"},
        {-5, 0, 0, 0, "-5"},
        {-5, 3, 0, 3, "-0.005"},
        {-5, 12, 0, 12, "-0.000000000005"},
        {-5, 6, 2, 6, "-0.000005"},
        {-5, 2, 2, 2, "-0.05"},
        {-5, 12, 2, 6, "0.00"},
        {5, 12, 2, 6, "0.00"},
        {5, 6, 2, 6, "0.000005"},
        {5, 2, 0, 1, "0.1"},
        {5, 2, 0, 0, "0"},
        {5, 18, 2, 2, "0.00"},
        {5, 3, 0, 3, "0.005"},
        {5, 0, 2, 2, "5.00"},
        {5, 12, 0, 12, "0.000000000005"},
        {5, 0, 0, 0, "5"},
        {5, 2, 2, 2, "0.05"},
        {49, 12, 0, 12, "0.000000000049"},
        {49, 3, 0, 3, "0.049"},
        {49, 6, 2, 6, "0.000049"},
        {49, 12, 2, 6, "0.00"},
        {49, 2, 0, 1, "0.5"},
        {49, 18, 2, 2, "0.00"},
        {49, 0, 2, 2, "49.00"},
        {49, 0, 0, 0, "49"},
        {49, 2, 2, 2, "0.49"},
        {49, 2, 0, 0, "0"},
        {-50, 18, 2, 2, "0.00"},
        {-50, 12, 0, 12, "-0.00000000005"},
        {-50, 12, 2, 6, "0.00"},
        {-50, 2, 0, 0, "-1"},
        {-50, 6, 2, 6, "-0.00005"},
        {-50, 2, 0, 1, "-0.5"},
        {-50, 2, 2, 2, "-0.50"},
        {-50, 0, 0, 0, "-50"},
        {-50, 0, 2, 2, "-50.00"},
        {-50, 3, 0, 3, "-0.05"},
        {50, 2, 0, 0, "1"},
        {50, 18, 2, 2, "0.00"},
        {50, 12, 2, 6, "0.00"},
        {50, 3, 0, 3, "0.05"},
        {50, 6, 2, 6, "0.00005"},
        {50, 12, 0, 12, "0.00000000005"},
        {50, 0, 2, 2, "50.00"},
        {50, 2, 0, 1, "0.5"},
        {50, 2, 2, 2, "0.50"},
        {50, 0, 0, 0, "50"},
        {99, 0, 2, 2, "99.00"},
        {99, 12, 2, 6, "0.00"},
        {99, 6, 2, 6, "0.000099"},
        {-100, 2, 0, 1, "-1"},
        {-100, 2, 0, 0, "-1"},
        {-100, 12, 2, 6, "0.00"},
        {100, 12, 2, 6, "0.00"},
        {100, 2, 2, 2, "1.00"},
        {100, 0, 0, 0, "100"},
        {995, 0, 2, 2, "995.00"},
        {995, 12, 0, 12, "0.000000000995"},
        {995, 18, 2, 2, "0.00"},
        {995, 0, 0, 0, "995"},
        {995, 6, 2, 6, "0.000995"},
        {995, 12, 2, 6, "0.00"},
        {995, 2, 0, 0, "10"},
        {995, 3, 0, 3, "0.995"},
        {995, 2, 0, 1, "10"},
        {995, 2, 2, 2, "9.95"},
        {-12345, 2, 2, 2, "-123.45"},
        {-12345, 0, 2, 2, "-12345.00"},
        {-12345, 18, 2, 2, "0.00"},
        {12345, 6, 2, 6, "0.012345"},
        {12345, 2, 2, 2, "123.45"},
        {12345, 0, 0, 0, "12345"},
        {999999, 0, 0, 0, "999999"},
        {999999, 6, 2, 6, "0.999999"},
        {999999, 2, 2, 2, "9999.99"},
        {1000000, 2, 2, 2, "10000.00"},
        {1000000, 0, 2, 2, "1000000.00"},
        {1000000, 2, 0, 0, "10000"},
        {INT64_C(999999999999999999), 6, 2, 6, "999999999999.999999"},
        {INT64_C(999999999999999999), 3, 0, 3, "999999999999999.999"},
        {INT64_C(999999999999999999), 18, 2, 2, "1.00"},
        {-INT64_C(1000000000000000000), 3, 0, 3, "-1000000000000000"},
        {-INT64_C(1000000000000000000), 12, 2, 6, "-1000000.00"},
        {-INT64_C(1000000000000000000), 0, 2, 2, "-1000000000000000000.00"},
        {INT64_C(1000000000000000000), 12, 0, 12, "1000000"},
        {INT64_C(1000000000000000000), 0, 2, 2, "1000000000000000000.00"},
        {INT64_C(1000000000000000000), 0, 0, 0, "1000000000000000000"},
        {INT64_C(9223372036854775807), 18, 2, 2, "9.22"},
        {INT64_C(9223372036854775807), 12, 0, 12, "9223372.036854775807"},
        {INT64_C(9223372036854775807), 2, 2, 2, "92233720368547758.07"},
        {-BIG(0, 9223372036854775808), 2, 0, 1, "-92233720368547758.1"},
        {-BIG(0, 9223372036854775808), 12, 0, 12, "-9223372.036854775808"},
        {-BIG(0, 9223372036854775808), 0, 0, 0, "-9223372036854775808"},
        {BIG(0, 10000000000000000000), 12, 0, 12, "10000000"},
        {BIG(0, 10000000000000000000), 0, 0, 0, "10000000000000000000"},
        {BIG(0, 10000000000000000000), 2, 0, 0, "100000000000000000"},
        {BIG(0, 18446744073709551615), 12, 2, 6, "18446744.07371"},
        {BIG(0, 18446744073709551615), 6, 2, 6, "18446744073709.551615"},
        {BIG(0, 18446744073709551615), 0, 0, 0, "18446744073709551615"},
        {BIG(1, 0), 2, 0, 1, "184467440737095516.2"},
        {BIG(1, 0), 12, 2, 6, "18446744.07371"},
        {BIG(1, 0), 2, 0, 0, "184467440737095516"},
        {BIG(54210108624275221, 12919594847110692864), 0, 2, 2,
         "1000000000000000000000000000000000000.00"},
        {BIG(54210108624275221, 12919594847110692864), 12, 2, 6, "1000000000000000000000000.00"},
        {BIG(54210108624275221, 12919594847110692864), 3, 0, 3,
         "1000000000000000000000000000000000"},
        {BIG(54210108624275221, 12919594847110692869), 0, 2, 2,
         "1000000000000000000000000000000000005.00"},
        {BIG(54210108624275221, 12919594847110692869), 12, 0, 12,
         "1000000000000000000000000.000000000005"},
        {BIG(54210108624275221, 12919594847110692869), 12, 2, 6, "1000000000000000000000000.00"},
        {BIG(542101086242752217, 1068739955140067328), 2, 0, 1,
         "100000000000000000010000000000000000"},
        {BIG(542101086242752217, 1068739955140067328), 18, 2, 2, "10000000000000000001.00"},
        {BIG(542101086242752217, 1068739955140067328), 2, 2, 2,
         "100000000000000000010000000000000000.00"},
        {BIG(999999999999999999, 17446744073709551616), 2, 0, 1,
         "184467440737095516150000000000000000"},
        {BIG(999999999999999999, 17446744073709551616), 2, 2, 2,
         "184467440737095516150000000000000000.00"},
        {BIG(999999999999999999, 17446744073709551616), 12, 0, 12, "18446744073709551615000000"},
        {-BIG(9223372036854775807, 18446744073709551615), 0, 0, 0,
         "-170141183460469231731687303715884105727"},
        {-BIG(9223372036854775807, 18446744073709551615), 12, 0, 12,
         "-170141183460469231731687303.715884105727"},
        {-BIG(9223372036854775807, 18446744073709551615), 0, 2, 2,
         "-170141183460469231731687303715884105727.00"},
        {BIG(9223372036854775807, 18446744073709551615), 3, 0, 3,
         "170141183460469231731687303715884105.727"},
        {BIG(9223372036854775807, 18446744073709551615), 0, 2, 2,
         "170141183460469231731687303715884105727.00"},
        {BIG(9223372036854775807, 18446744073709551615), 2, 0, 0,
         "1701411834604692317316873037158841057"},
        {-BIG(9223372036854775807, 18446744073709551615) - 1, 12, 0, 12,
         "-170141183460469231731687303.715884105728"},
        {-BIG(9223372036854775807, 18446744073709551615) - 1, 12, 2, 6,
         "-170141183460469231731687303.715884"},
        {-BIG(9223372036854775807, 18446744073709551615) - 1, 3, 0, 3,
         "-170141183460469231731687303715884105.728"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[RK__SCALED_TEXT + 1];
        text[rk__print_scaled(text, rows[i].value, rows[i].scale, rows[i].least, rows[i].most)] =
            '\0';
        ck_assert_msg(strcmp(text, rows[i].text) == 0, "row %zu: %s, not %s", i, text,
                      rows[i].text);
    }
}
END_TEST

/* ---------------------------------------------------------------- side by side */

/* Numbers of each length, and what must be refused. */
static size_t numbers_of(int64_t unit, int64_t *out)
{
    size_t n = 0;
    for (int64_t power = 1; power < 100000000; power *= 10) {
        for (int64_t digit = 1; digit < 10; digit++) {
            out[n++] = (digit * power - 1) * unit;
            out[n++] = digit * power * unit;
        }
    }
    out[n++] = 99999999 * unit;
    out[n++] = 12345678 * unit;
    return n;
}

/* The unit of its last digit. */
static int64_t unit_of(bool millionths, unsigned decimals)
{
    return !millionths ? 1 : decimals == 2 ? 10000 : 1000000;
}

static void check_cells(rk__number_cells_fn *make, bool millionths, unsigned decimals,
                        const char *ending)
{
    int64_t values[200];
    uint64_t text[200];
    uint64_t tail[200];
    const rk__cell_form form = rk__cell_form_of(millionths, decimals, ending);
    const size_t n = numbers_of(unit_of(millionths, decimals), values);
    for (size_t some = 1; some <= n; some += 1 + some / 5) {
        ck_assert(make(values + n - some, some, &form, text, tail));
    }
    ck_assert(make(values, n, &form, text, tail));
    for (size_t i = 0; i < n; i++) {
        char expected[RK__SCALED_TEXT + 8];
        char out[64];
        const size_t length = rk__print_scaled(expected, values[i], millionths ? 6 : 0,
                                               (int) decimals, (int) decimals);
        strcpy(expected + length, ending);
        *rk__put_cell(out, text[i], tail[i]) = '\0';
        ck_assert_str_eq(out, expected);
    }
    *rk__put_cell((char *) text, text[0], rk__blank_tail(&form)) = '\0';
    ck_assert_str_eq((char *) text, ending);
}

START_TEST(test_scaled_cells__are_the_same_from_each_kind_of_vector_unit)
{
    size_t n = 0;
    for (rk__number_cells_fn *const *make = rk__number_cells_all(); *make != NULL; make++) {
        check_cells(*make, true, 2, ",");
        check_cells(*make, true, 2, ",\n");
        check_cells(*make, true, 0, ",");
        check_cells(*make, true, 0, ",\n");
        check_cells(*make, false, 0, ",");
        n++;
    }
    ck_assert_uint_ge(n, 1);
    ck_assert_ptr_eq(rk__number_cells_best(), *rk__number_cells_all());
}
END_TEST

START_TEST(test_scaled_cells__of_other_numbers_are_refused)
{
    static const int64_t odd[] = {-1,     -10000,  -1000000,    10001,
                                  1,      123,     INT64_MIN,   INT64_MAX,
                                  999999, 1000001, -5000000000, 9223372036854770000};
    for (rk__number_cells_fn *const *make = rk__number_cells_all(); *make != NULL; make++) {
        for (unsigned decimals = 0; decimals <= 2; decimals += 2) {
            const rk__cell_form form = rk__cell_form_of(true, decimals, ",");
            const int64_t last = 99999999 * unit_of(true, decimals);
            for (size_t i = 0; i < sizeof odd / sizeof odd[0] + 1; i++) {
                int64_t values[19] = {0};
                uint64_t text[19];
                uint64_t tail[19];
                values[i] = i < sizeof odd / sizeof odd[0] ? odd[i] : last + last / 99999999;
                ck_assert_msg(!(*make)(values, 19, &form, text, tail), "%" PRId64, values[i]);
                values[i] = last;
                ck_assert((*make)(values, 19, &form, text, tail));
            }
        }
    }
}
END_TEST

UNIT_TESTS("scaled")
{
    tcase_add_test(tc, test_scaled_print__is_rounded_and_trimmed);
    tcase_add_test(tc, test_scaled_whole__is_its_digits);
    tcase_add_test(tc, test_scaled_millionths__has_the_decimals_it_needs);
    tcase_add_test(tc, test_scaled_pennies__is_every_amount);
    tcase_add_test(tc, test_scaled_places__are_all_there_or_trimmed);
    tcase_add_test(tc, test_scaled_places__of_whole_numbers_are_zeros);
    tcase_add_test(tc, test_scaled_cells__are_the_same_from_each_kind_of_vector_unit);
    tcase_add_test(tc, test_scaled_cells__of_other_numbers_are_refused);
}
