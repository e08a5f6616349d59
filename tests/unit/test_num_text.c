/* SPDX-License-Identifier: MIT
 *
 * test_num_text.c: exact numbers from text and to text.
 */
#include "number/num.h"
#include "unit.h"

static rk__nums nums;
static rk__buf buf;

static void setup(void)
{
    nums = (rk__nums){0};
    buf = (rk__buf){0};
}

static void teardown(void)
{
    rk__nums_dispose(&nums);
    rk__buf_dispose(&buf);
}

static rk_num parse(const char *text)
{
    const char *why = "not set";
    const rk_num a = rk__num_parse(&nums, text, 1, -1, &why);
    ck_assert_msg(a != NULL && why == NULL, "'%s' %s", text, why);
    return a;
}

static const char *exact(rk_num a)
{
    rk__buf_reset(&buf);
    rk__num_print_exact(&buf, a);
    return buf.text;
}

START_TEST(test_num_parse__reads_numbers_and_ratios)
{
    static const struct {
        const char *text, *printed;
    } rows[] = {
        {"0", "0"},
        {"-0", "0"},
        {"-0.00", "0"},
        {"-12.5", "-12.5"},
        {"+12.5", "12.5"},
        {"007.50", "7.5"},
        {"1e3", "1000"},
        {"1E-3", "0.001"},
        {"0e99999999999", "0"},
        {"-1e-20", "-0.00000000000000000001"},
        {"0.0000001", "0.0000001"},
        {"12345678901234567890.5", "12345678901234567890.5"},
        {"9223372036854775808", "9223372036854775808"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775807", "9223372036854775807"},
        {"123456789012345678901234567890123", "123456789012345678901234567890123"},
        {"100000000000000000000000000000000000000e-38", "1"},
        {"4.75%", "0.0475"},
        {"-3%", "-0.03"},
        {"100%", "1"},
        {"7/12", "7/12"},
        {"-7/12", "-7/12"},
        {"+6/4", "1.5"},
        {"12/4", "3"},
        {"0/4", "0"},
        {"000/0004", "0"},
        {"170141183460469231731687303715884105728/340282366920938463463374607431768211456", "0.5"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const rk_num a = parse(rows[i].text);
        ck_assert_str_eq(exact(a), rows[i].printed);
        ck_assert_int_eq(a->op, RK__NUM_VALUE);
        ck_assert_ptr_null(a->a);
    }
}
END_TEST

START_TEST(test_num_parse__says_what_is_wrong)
{
    static const struct {
        const char *text;
        int ratio, max_places;
        const char *why; /* NULL: is read */
    } rows[] = {
        {"", 1, -1, "is not a number"},
        {"-", 1, -1, "is not a number"},
        {".5", 1, -1, "is not a number"},
        {"5.", 1, -1, "is not a number"},
        {" 5", 1, -1, "is not a number"},
        {"5 ", 1, -1, "is not a number"},
        {"1,000", 1, -1, "is not a number"},
        {"0x1p3", 1, -1, "is not a number"},
        {"NaN", 1, -1, "is not a number"},
        {"1e", 1, -1, "is not a number"},
        {"4.75 %", 1, -1, "is not a number"},
        {"4.75%%", 1, -1, "is not a number"},
        {"%", 1, -1, "is not a number"},
        {"1.5/2", 1, -1, "is not a number"},
        {"1e2/2", 1, -1, "is not a number"},
        {"1/2.5", 1, -1, "is not a number"},
        {"1/-2", 1, -1, "is not a number"},
        {"1/+2", 1, -1, "is not a number"},
        {"1/", 1, -1, "is not a number"},
        {"1/2/3", 1, -1, "is not a number"},
        {"1/2%", 1, -1, "is not a number"},
        {"1/0", 1, -1, "divides by zero"},
        {"1/000", 1, -1, "divides by zero"},
        {"4.75%", 0, -1, "is not a number"},
        {"7/12", 0, -1, "is not a number"},
        {"1.1234567", 0, 6, "has more than six decimal places"},
        {"1.1234560", 0, 6, NULL},
        {"0.0000000000000000000000000000000000000001", 0, 6, "has more than six decimal places"},
        {"1.10000000000000000000000000000000000000000", 0, 6, NULL},
        {"1e-6", 0, 6, NULL},
        {"1e-7", 0, 6, "has more than six decimal places"},
        {"10e-7", 0, 6, NULL},
        {"100000000000000000000000000000000000e-36", 0, 6, NULL},
        {"100000000000000000000000000000000000e-42", 0, 6, "has more than six decimal places"},
        {"1.125", 0, 2, "has more than two decimal places"},
        {"1.120", 0, 2, NULL},
        {"1.5", 0, 1, NULL},
        {"1.55", 0, 1, "has more than one decimal place"},
        {"1.5", 0, 0, "is not a whole number"},
        {"15e-1", 0, 0, "is not a whole number"},
        {"1.5e1", 0, 0, NULL},
        {"0.00000000001", 0, 10, "has too many decimal places"},
        {"0.00001%", 1, 6, "has more than six decimal places"},
        {"0.0001%", 1, 6, NULL},
        {"7/12", 1, 6, "has more than six decimal places"},
        {"7/8", 1, 6, NULL},
        {"1e400", 0, -1, NULL},
        {"1e401", 0, -1, "is too large"},
        {"1e99999999999999999999", 0, -1, "is too large"},
        {"1e-400", 0, -1, NULL},
        {"1e-401", 0, -1, "has too many decimal places"},
        {"1e-99999999999999999999", 0, -1, "has too many decimal places"},
        {"1e-99999999999999999999", 0, 6, "has more than six decimal places"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = "not set";
        const rk_num a =
            rk__num_parse(&nums, rows[i].text, rows[i].ratio, rows[i].max_places, &why);
        const char *expected = rows[i].why;
        ck_assert_msg((a == NULL) == (expected != NULL) && (why == NULL) == (expected == NULL) &&
                          (why == NULL || strcmp(why, expected) == 0),
                      "row %zu: '%s' %s", i, rows[i].text, why == NULL ? "is read" : why);
    }
    ck_assert_ptr_null(nums.poisoned);
    ck_assert_ptr_null(rk__num_parse(&nums, "x", 0, -1, NULL));
}
END_TEST

START_TEST(test_num_parse__bounds_the_number_of_digits)
{
    const char *why = NULL;
    char text[2100];
    memset(text, '7', sizeof text);
    text[1000] = '\0';
    ck_assert_str_eq(exact(parse(text)), text);
    text[1000] = '7';
    text[1001] = '\0';
    ck_assert_ptr_null(rk__num_parse(&nums, text, 1, -1, &why));
    ck_assert_str_eq(why, "is too large");
    /* 400 decimals are kept, one more is not. */
    memcpy(text, "0.", 2);
    text[402] = '\0';
    ck_assert_ptr_nonnull(rk__num_parse(&nums, text, 1, -1, &why));
    text[402] = '7';
    text[403] = '\0';
    ck_assert_ptr_null(rk__num_parse(&nums, text, 1, -1, &why));
    ck_assert_str_eq(why, "has too many decimal places");
    /* The parts of a fraction have the same bound. */
    memset(text, '7', sizeof text);
    text[1000] = '/';
    text[2001] = '\0';
    ck_assert_str_eq(exact(parse(text)), "1");
    text[2001] = '7';
    text[2002] = '\0';
    ck_assert_ptr_null(rk__num_parse(&nums, text, 1, -1, &why));
    ck_assert_str_eq(why, "is too large");
}
END_TEST

START_TEST(test_num_print__rounds_half_away_from_zero)
{
    static const struct {
        const char *number;
        int places;
        const char *fixed, *trimmed;
    } rows[] = {
        {"0", 2, "0.00", "0"},
        {"1107411.95", 2, "1107411.95", "1107411.95"},
        {"1.005", 2, "1.01", "1.01"},
        {"-1.005", 2, "-1.01", "-1.01"},
        {"-0.004", 2, "0.00", "0"},
        {"-0.005", 2, "-0.01", "-0.01"},
        {"0.05", 1, "0.1", "0.1"},
        {"1950", 6, "1950.000000", "1950"},
        {"0.62", 6, "0.620000", "0.62"},
        {"0.000001", 6, "0.000001", "0.000001"},
        {"10.010", 6, "10.010000", "10.01"},
        {"999.995", 2, "1000.00", "1000"},
        {"1000", 0, "1000", "1000"},
        {"0.5", 0, "1", "1"},
        {"0.4", 0, "0", "0"},
        {"2.5", -1, "3", "3"},
        {"2/3", 4, "0.6667", "0.6667"},
        {"-2/3", 4, "-0.6667", "-0.6667"},
        {"1/3", 18, "0.333333333333333333", "0.333333333333333333"},
        {"1/3", 19, "0.3333333333333333333", "0.3333333333333333333"},
        {"1/8", 25, "0.1250000000000000000000000", "0.125"},
        {"9223372036854775807", 18, "9223372036854775807.000000000000000000",
         "9223372036854775807"},
        {"-9223372036854775808", 2, "-9223372036854775808.00", "-9223372036854775808"},
        {"123456789012345678901234567890.125", 2, "123456789012345678901234567890.13",
         "123456789012345678901234567890.13"},
        {"-1e-30", 2, "0.00", "0"},
        {"1e-30", 30, "0.000000000000000000000000000001", "0.000000000000000000000000000001"},
        {"-5e-31", 30, "-0.000000000000000000000000000001", "-0.000000000000000000000000000001"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const rk_num a = parse(rows[i].number);
        rk__buf_reset(&buf);
        rk__num_print_fixed(&buf, a, rows[i].places);
        ck_assert_str_eq(buf.text, rows[i].fixed);
        rk__buf_reset(&buf);
        rk__num_print_trimmed(&buf, a, rows[i].places);
        ck_assert_str_eq(buf.text, rows[i].trimmed);
    }
}
END_TEST

START_TEST(test_num_print_exact__ends_or_is_a_fraction)
{
    static const struct {
        const char *number, *printed;
    } rows[] = {
        {"1/3", "1/3"},
        {"-22/7", "-22/7"},
        {"1/1024", "0.0009765625"},
        {"1e-30", "0.000000000000000000000000000001"},
        {"1e-31", "1/10000000000000000000000000000000"},
        {"1/1073741824", "0.000000000931322574615478515625"},
        {"1/2147483648", "1/2147483648"},
        {"1e40", "10000000000000000000000000000000000000000"},
        {"100000000000000000000/3", "100000000000000000000/3"},
        {"-12345678901234567890.25", "-12345678901234567890.25"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const rk_num a = parse(rows[i].number);
        ck_assert_str_eq(exact(a), rows[i].printed);
        /* What is printed exactly is read back as the same number. */
        char copy[64];
        (void) snprintf(copy, sizeof copy, "%s", buf.text);
        ck_assert_int_eq(rk__num_compare(parse(copy), a), 0);
    }
}
END_TEST

START_TEST(test_num_print__prints_nothing_for_no_number)
{
    rk__buf_puts(&buf, "<");
    rk__num_print_fixed(&buf, NULL, 2);
    rk__num_print_trimmed(&buf, NULL, 2);
    rk__num_print_exact(&buf, NULL);
    rk__buf_puts(&buf, ">");
    ck_assert_str_eq(buf.text, "<>");
}
END_TEST

START_TEST(test_num_print__reports_that_memory_ran_out)
{
    const rk_num a = parse("123456789012345678901234567890.5");
    rk__buf_puts(&buf, "a buffer that has room");
    rk__alloc_fail_after(0);
    rk__num_print_fixed(&buf, a, 2);
    rk__alloc_fail_after(-1);
    ck_assert_int_ne(buf.failed, 0);
}
END_TEST

START_TEST(test_num_parse__reports_that_memory_ran_out)
{
    static const char *const texts[] = {"12", "1e60", "123456789012345678901/7", "12.5%"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *why = NULL;
        rk__alloc_fail_after(0);
        const rk_num a = rk__num_parse(&nums, texts[i], 1, -1, &why);
        rk__alloc_fail_after(-1);
        ck_assert_ptr_null(a);
        ck_assert_str_eq(why, "cannot be kept: out of memory");
        ck_assert(nums.no_memory);
        rk__nums_reset(&nums);
    }
}
END_TEST

UNIT_TESTS("num_text")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_num_parse__reads_numbers_and_ratios);
    tcase_add_test(tc, test_num_parse__says_what_is_wrong);
    tcase_add_test(tc, test_num_parse__bounds_the_number_of_digits);
    tcase_add_test(tc, test_num_parse__reports_that_memory_ran_out);
    tcase_add_test(tc, test_num_print__rounds_half_away_from_zero);
    tcase_add_test(tc, test_num_print_exact__ends_or_is_a_fraction);
    tcase_add_test(tc, test_num_print__prints_nothing_for_no_number);
    tcase_add_test(tc, test_num_print__reports_that_memory_ran_out);
}
