/* SPDX-License-Identifier: MIT
 *
 * test_decimal_text.c: decimal text to millionths and back. Every text is read
 * twice, where it ends at and where it begins at an unmapped page, so that a
 * read of one byte beside it brings the test down. What random texts mean is
 * asked of GMP.
 */
#include <gmp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "draw.h"
#include "number/num.h"
#include "unit.h"

typedef rk__decimal_fault parser(const char *text, size_t length, rk_decimal *out);

/* One writable page between two that are not mapped. */
static char *page;
static size_t page_size;

static void setup(void)
{
    page_size = (size_t) sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 3 * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(pages != MAP_FAILED);
    page = pages + page_size;
    ck_assert_int_eq(mprotect(page, page_size, PROT_READ | PROT_WRITE), 0);
}

static void teardown(void)
{
    munmap(page - page_size, 3 * page_size);
}

/* Fails where the two readings differ; a fault must leave *out alone. */
static rk__decimal_fault parse_both(parser *parse, const char *text, size_t length, rk_decimal *out)
{
    char *end = page + page_size - length;
    memcpy(end, text, length);
    const rk__decimal_fault fault = parse(end, length, out);
    rk_decimal again = 77;
    memcpy(page, text, length);
    memset(page + length, '5', 16); /* what follows must not count */
    const rk__decimal_fault second = parse(page, length, &again);
    if (fault != second || (fault == RK__DECIMAL_OK && *out != again) ||
        (fault != RK__DECIMAL_OK && again != 77)) {
        ck_abort_msg("'%.*s' is read in two ways", (int) length, text);
    }
    return fault;
}

static const struct {
    const char *text;
    rk_decimal expected;
} good[] = {
    {"0", 0},
    {"-0", 0},
    {"-0.000000", 0},
    {"7", 7000000},
    {"12", 12000000},
    {"123", 123000000},
    {"1950", 1950000000},
    {"12345678", INT64_C(12345678000000)},
    {"123456789", INT64_C(123456789000000)},
    {"9223372036854", INT64_C(9223372036854000000)},
    {"-9223372036854.775807", RK_DECIMAL_MIN},
    {"9223372036854.775807", RK_DECIMAL_MAX},
    {"9223372036854.7758070000", RK_DECIMAL_MAX},
    {"0.1", 100000},
    {"1.5", 1500000},
    {"-1.5", -1500000},
    {"+1.5", 1500000},
    {"3513.72", 3513720000},
    {"1.015820", 1015820},
    {"0.000001", 1},
    {"1.000001", 1000001},
    {"0.0000010000", 1},
    {"1.50000000", 1500000},
    {"12345678.5", INT64_C(12345678500000)},
    {"1234567.8", INT64_C(1234567800000)},
    {"123456.78", INT64_C(123456780000)},
    {"123456789.123456", INT64_C(123456789123456)},
    {"-123456789.123456", INT64_C(-123456789123456)},
    {"1234567890.123456", INT64_C(1234567890123456)},
    {"007", 7000000},
    {"0000000000000000000000000000007", 7000000},
    {"00000000007.25", 7250000},
    {"1e3", 1000000000},
    {"1E+3", 1000000000},
    {"1.25e2", 125000000},
    {"125e-2", 1250000},
    {"1e-6", 1},
    {"10e-7", 1},
    {"0.00000000001e5", 1},
    {"0e999999999999999999999", 0},
    {"0.00e-999999999999999999999", 0},
    {"1000000000000000000000000000000e-30", 1000000},
};

static const struct {
    const char *text;
    rk__decimal_fault fault;
} bad[] = {
    {"", RK__DECIMAL_SYNTAX},
    {"-", RK__DECIMAL_SYNTAX},
    {"+", RK__DECIMAL_SYNTAX},
    {".", RK__DECIMAL_SYNTAX},
    {"-.", RK__DECIMAL_SYNTAX},
    {".5", RK__DECIMAL_SYNTAX},
    {"-.5", RK__DECIMAL_SYNTAX},
    {"5.", RK__DECIMAL_SYNTAX},
    {"1234567.", RK__DECIMAL_SYNTAX},
    {"12345678.", RK__DECIMAL_SYNTAX},
    {"123456789.", RK__DECIMAL_SYNTAX},
    {".12345678", RK__DECIMAL_SYNTAX},
    {".1234567", RK__DECIMAL_SYNTAX},
    {"1..5", RK__DECIMAL_SYNTAX},
    {"1.2.3", RK__DECIMAL_SYNTAX},
    {"1234567.1.2", RK__DECIMAL_SYNTAX},
    {"--1", RK__DECIMAL_SYNTAX},
    {"-+1", RK__DECIMAL_SYNTAX},
    {"+-1", RK__DECIMAL_SYNTAX},
    {"1-", RK__DECIMAL_SYNTAX},
    {" 1", RK__DECIMAL_SYNTAX},
    {"1 ", RK__DECIMAL_SYNTAX},
    {"1,950", RK__DECIMAL_SYNTAX},
    {"1,950.00", RK__DECIMAL_SYNTAX},
    {"0x10", RK__DECIMAL_SYNTAX},
    {"NaN", RK__DECIMAL_SYNTAX},
    {"inf", RK__DECIMAL_SYNTAX},
    {"Infinity", RK__DECIMAL_SYNTAX},
    {"1e", RK__DECIMAL_SYNTAX},
    {"1e+", RK__DECIMAL_SYNTAX},
    {"1e1.5", RK__DECIMAL_SYNTAX},
    {"e5", RK__DECIMAL_SYNTAX},
    {"1:2", RK__DECIMAL_SYNTAX},
    {"1/2", RK__DECIMAL_SYNTAX},
    {"4.75%", RK__DECIMAL_SYNTAX},
    {"12345:78", RK__DECIMAL_SYNTAX},
    {"\xc2\xa3"
     "12",
     RK__DECIMAL_SYNTAX},
    {"\xfa\xfb\xfc\xfd\xfe\xff\xfa\xfb", RK__DECIMAL_SYNTAX},
    {"1234567\xff", RK__DECIMAL_SYNTAX},
    {"0.0000001", RK__DECIMAL_PLACES},
    {"1.0000001", RK__DECIMAL_PLACES},
    {"12345678.12345678", RK__DECIMAL_PLACES},
    {"-0.1234567", RK__DECIMAL_PLACES},
    {"1e-7", RK__DECIMAL_PLACES},
    {"1e-999999999999999999999", RK__DECIMAL_PLACES},
    {"9223372036854.775808", RK__DECIMAL_RANGE},
    {"-9223372036854.775808", RK__DECIMAL_RANGE},
    {"9223372036855", RK__DECIMAL_RANGE},
    {"9999999999999999", RK__DECIMAL_RANGE},
    {"18446744073709551616", RK__DECIMAL_RANGE},
    {"1e13", RK__DECIMAL_RANGE},
    {"1e999999999999999999999", RK__DECIMAL_RANGE},
};

START_TEST(test_decimal_parse__reads_what_json_calls_a_number)
{
    for (size_t i = 0; i < COUNT(good); i++) {
        rk_decimal got = 77;
        const rk__decimal_fault fault =
            parse_both(rk__decimal_parse, good[i].text, strlen(good[i].text), &got);
        ck_assert_msg(fault == RK__DECIMAL_OK && got == good[i].expected,
                      "'%s' gives fault %d, %ld", good[i].text, fault, got);
        got = 77;
        ck_assert_int_eq(
            parse_both(rk__decimal_parse_ratio, good[i].text, strlen(good[i].text), &got),
            RK__DECIMAL_OK);
        ck_assert_int_eq(got, good[i].expected);
    }
}
END_TEST

START_TEST(test_decimal_parse__says_what_is_wrong)
{
    for (size_t i = 0; i < COUNT(bad); i++) {
        rk_decimal got = 77;
        const rk__decimal_fault fault =
            parse_both(rk__decimal_parse, bad[i].text, strlen(bad[i].text), &got);
        ck_assert_msg(fault == bad[i].fault && got == 77, "'%s' gives fault %d, %ld", bad[i].text,
                      fault, got);
    }
    ck_assert_int_eq(rk__decimal_parse("1\0002", 3, &(rk_decimal){0}), RK__DECIMAL_SYNTAX);
}
END_TEST

START_TEST(test_decimal_parse_ratio__takes_percentages_and_fractions)
{
    static const struct {
        const char *text;
        rk__decimal_fault fault;
        rk_decimal expected;
    } rows[] = {
        {"4.75%", RK__DECIMAL_OK, 47500},
        {"-3%", RK__DECIMAL_OK, -30000},
        {"+3%", RK__DECIMAL_OK, 30000},
        {"100%", RK__DECIMAL_OK, 1000000},
        {"0.0001%", RK__DECIMAL_OK, 1},
        {"0.00001%", RK__DECIMAL_PLACES, 0},
        {"7/8", RK__DECIMAL_OK, 875000},
        {"-7/8", RK__DECIMAL_OK, -875000},
        {"3/3", RK__DECIMAL_OK, 1000000},
        {"0/5", RK__DECIMAL_OK, 0},
        {"7/12", RK__DECIMAL_PLACES, 0},
        {"1/0", RK__DECIMAL_SYNTAX, 0},
        {"0/0", RK__DECIMAL_SYNTAX, 0},
        {"1/", RK__DECIMAL_SYNTAX, 0},
        {"/2", RK__DECIMAL_SYNTAX, 0},
        {"1.5/2", RK__DECIMAL_SYNTAX, 0},
        {"1/2.5", RK__DECIMAL_SYNTAX, 0},
        {"1e1/2", RK__DECIMAL_SYNTAX, 0},
        {"1/-2", RK__DECIMAL_SYNTAX, 0},
        {"1/+2", RK__DECIMAL_SYNTAX, 0},
        {"1/2%", RK__DECIMAL_SYNTAX, 0},
        {"1/2/3", RK__DECIMAL_SYNTAX, 0},
        {"1 / 2", RK__DECIMAL_SYNTAX, 0},
        {"4.75 %", RK__DECIMAL_SYNTAX, 0},
        {"4.75%%", RK__DECIMAL_SYNTAX, 0},
        {"%", RK__DECIMAL_SYNTAX, 0},
        {"9223372036854775807/1", RK__DECIMAL_RANGE, 0},
        {"9223372036854775808/1000000", RK__DECIMAL_RANGE, 0},
        {"9999999999999999999/1000000", RK__DECIMAL_RANGE, 0},
        {"99999999999999999999/7", RK__DECIMAL_RANGE, 0},
        {"1/9223372036854775808", RK__DECIMAL_RANGE, 0},
        {"1/9999999999999999999", RK__DECIMAL_RANGE, 0},
        {"0/9223372036854775807", RK__DECIMAL_OK, 0},
        {"9223372036854775807/1000000", RK__DECIMAL_OK, RK_DECIMAL_MAX},
        {"-9223372036854775807/1000000", RK__DECIMAL_OK, RK_DECIMAL_MIN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        rk_decimal got = 77;
        const rk__decimal_fault fault =
            parse_both(rk__decimal_parse_ratio, rows[i].text, strlen(rows[i].text), &got);
        ck_assert_msg(fault == rows[i].fault && got == (fault ? 77 : rows[i].expected),
                      "'%s' gives fault %d, %ld", rows[i].text, fault, got);
    }
}
END_TEST

/* What sign, whole, point and fraction mean, by GMP. */
static rk__decimal_fault expect(const char *text, rk_decimal *out)
{
    char digits[64];
    size_t n = 0;
    int places = -1;
    const bool negative = *text == '-';
    text += negative || *text == '+';
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '.') {
            if (places >= 0 || c == text) {
                return RK__DECIMAL_SYNTAX;
            }
            places = 0;
        } else if (*c < '0' || *c > '9') {
            return RK__DECIMAL_SYNTAX;
        } else {
            digits[n++] = *c;
            places += places >= 0;
        }
    }
    digits[n] = '\0';
    if (n == 0 || places == 0) {
        return RK__DECIMAL_SYNTAX;
    }
    mpz_t z, scale;
    mpz_init_set_str(z, digits, 10);
    mpz_init(scale);
    mpz_mul_ui(z, z, 1000000);
    mpz_ui_pow_ui(scale, 10, places < 0 ? 0 : (unsigned long) places);
    rk__decimal_fault fault = RK__DECIMAL_OK;
    const bool whole = mpz_divisible_p(z, scale) != 0;
    mpz_tdiv_q(z, z, scale);
    if (!mpz_fits_slong_p(z)) {
        fault = RK__DECIMAL_RANGE;
    } else if (!whole) {
        fault = RK__DECIMAL_PLACES;
    } else {
        *out = negative ? -mpz_get_si(z) : mpz_get_si(z);
    }
    mpz_clears(z, scale, NULL);
    return fault;
}

/* Texts of the alphabet that CSV files have, most of them numbers. */
START_TEST(test_decimal_parse__agrees_with_gmp_on_random_texts)
{
    long seen[4] = {0};
    for (int i = 0; i < 400000; i++) {
        char text[32];
        const size_t length = draw() % 24;
        const size_t point = draw() % 24;
        for (size_t k = 0; k < length; k++) {
            text[k] = (char) ('0' + (draw() % 3 == 0 ? 0 : draw() % 10));
        }
        if (point < length) {
            text[point] = '.';
        }
        if (length > 0 && draw() % 4 == 0) {
            text[0] = draw() % 4 == 0 ? '+' : '-';
        }
        if (length > 0 && draw() % 32 == 0) {
            text[draw() % length] = (char) (1 + draw() % 255);
        }
        text[length] = '\0';
        /* The reference knows no exponents; tables cover them. */
        if (strpbrk(text, "eE") != NULL) {
            continue;
        }
        rk_decimal got = 77, expected = 77;
        const rk__decimal_fault fault = parse_both(rk__decimal_parse, text, length, &got);
        const rk__decimal_fault wanted = expect(text, &expected);
        /* A number can be too large and too fine at once: either will do. */
        const bool both =
            fault != wanted && (fault == RK__DECIMAL_PLACES) && wanted == RK__DECIMAL_RANGE;
        if ((fault != wanted && !both) || got != expected) {
            ck_abort_msg("'%s' gives fault %d, %ld, not %d, %ld", text, fault, got, wanted,
                         expected);
        }
        seen[fault]++;
    }
    for (size_t i = 0; i < COUNT(seen); i++) {
        ck_assert_msg(seen[i] > 4000, "fault %zu was seen %ld times", i, seen[i]);
    }
}
END_TEST

START_TEST(test_decimal_print__is_trimmed)
{
    static const struct {
        rk_decimal d;
        const char *text;
    } rows[] = {
        {0, "0"},
        {1950000000, "1950"},
        {620000, "0.62"},
        {-3500000, "-3.5"},
        {1, "0.000001"},
        {-1, "-0.000001"},
        {100000, "0.1"},
        {1000000, "1"},
        {10000000, "10"},
        {1000001, "1.000001"},
        {RK_DECIMAL_MAX, "9223372036854.775807"},
        {RK_DECIMAL_MIN, "-9223372036854.775807"},
        {RK_DECIMAL_NONE, "-9223372036854.775808"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[RK__DECIMAL_TEXT_SIZE];
        const size_t length = rk__decimal_print(text, rows[i].d);
        ck_assert_str_eq(text, rows[i].text);
        ck_assert_uint_eq(length, strlen(text));
    }
}
END_TEST

START_TEST(test_decimal_print__is_read_back)
{
    for (int i = 0; i < 200000; i++) {
        const uint64_t bits = draw();
        rk_decimal d = (rk_decimal) (draw() >> (1 + bits % 63));
        d = bits & 64 ? -d : d;
        d = bits & 128 ? d / 10000 * 10000 : d;
        char text[RK__DECIMAL_TEXT_SIZE];
        const size_t length = rk__decimal_print(text, d);
        rk_decimal back = 77;
        if (parse_both(rk__decimal_parse, text, length, &back) != RK__DECIMAL_OK || back != d) {
            ck_abort_msg("%ld is printed as '%s' and read as %ld", d, text, back);
        }
    }
}
END_TEST

START_TEST(test_decimal_fault_text__is_a_sentence_for_each)
{
    ck_assert_str_eq(rk__decimal_fault_text(RK__DECIMAL_OK), "is a number");
    ck_assert_str_eq(rk__decimal_fault_text(RK__DECIMAL_SYNTAX), "is not a number");
    ck_assert_str_eq(rk__decimal_fault_text(RK__DECIMAL_PLACES),
                     "has more than six decimal places");
    ck_assert_str_eq(rk__decimal_fault_text(RK__DECIMAL_RANGE), "is too large");
}
END_TEST

UNIT_TESTS("decimal_text")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_decimal_parse__reads_what_json_calls_a_number);
    tcase_add_test(tc, test_decimal_parse__says_what_is_wrong);
    tcase_add_test(tc, test_decimal_parse_ratio__takes_percentages_and_fractions);
    tcase_add_test(tc, test_decimal_parse__agrees_with_gmp_on_random_texts);
    tcase_add_test(tc, test_decimal_print__is_trimmed);
    tcase_add_test(tc, test_decimal_print__is_read_back);
    tcase_add_test(tc, test_decimal_fault_text__is_a_sentence_for_each);
}
