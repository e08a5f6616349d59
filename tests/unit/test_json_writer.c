/* SPDX-License-Identifier: MIT
 *
 * test_json_writer.c: what is written the short way is what the plain way writes, wherever
 * in a page it comes to stand.
 */
#include "report_fixture.h"
#include "json/json_writer.h"

static rk__page page;
static kept k;

static void open_page(void)
{
    static rk_sink sink;
    sink = kept_sink(&k, 0);
    rk__page_init(&page, &sink);
}

/* The text of the page, with a NUL; until the next one is opened. */
static const char *close_page(void)
{
    ck_assert_int_eq(rk__page_finish(&page), RK_OK);
    return k.text.text != NULL ? k.text.text : "";
}

static void begin(void)
{
    k = (kept){0};
}

static void end(void)
{
    rk__buf_dispose(&k.text);
}

/* ----------------------------------------------------------------------- texts */

static void check_text(const char *text, size_t length)
{
    /* Of its own size and without a NUL: what is read beyond it is found. */
    char *alone = malloc(length > 0 ? length : 1);
    ck_assert_ptr_nonnull(alone);
    memcpy(alone, text, length);
    rk__buf expected = {0};
    rk__json_write_text(&expected, alone, length);
    rk__buf_reset(&k.text);
    open_page();
    rk__json_writer w = rk__json_begin_line(&page);
    rk__json_put_length(&w, NULL, alone, length);
    rk__json_end(&w);
    ck_assert_str_eq(close_page(), expected.text);
    rk__buf_dispose(&expected);
    free(alone);
}

START_TEST(test_json_writer_text__is_escaped_where_it_must_be)
{
    static const char specials[] = "\x00\x01\x1f !\"#[\\]~\x7f\x80\xc3\xff";
    char text[72];
    for (size_t length = 0; length <= 70; length++) {
        memset(text, 'x', sizeof text);
        check_text(text, length);
        for (size_t at = 0; at < length; at++) {
            for (size_t i = 0; i < sizeof specials - 1; i++) {
                text[at] = specials[i];
                check_text(text, length);
            }
            text[at] = 'x';
        }
    }
    for (unsigned c = 0; c < 256; c++) {
        memset(text, (char) c, 16);
        for (size_t length = 1; length <= 16; length++) {
            check_text(text, length);
        }
    }
    check_text("Fälle – ÅÄÖ, \xe6\x97\xa5\xe6\x9c\xac",
               strlen("Fälle – ÅÄÖ, \xe6\x97\xa5\xe6\x9c\xac"));
}
END_TEST

START_TEST(test_json_writer_text__may_be_longer_than_a_page)
{
    char *text = malloc(RK__PAGE_BYTES + 2);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', RK__PAGE_BYTES + 2);
    for (size_t length = RK__PAGE_BYTES - 4; length <= RK__PAGE_BYTES + 2; length++) {
        check_text(text, length);
    }
    text[7] = '\n';
    check_text(text, RK__PAGE_BYTES);
    free(text);
}
END_TEST

START_TEST(test_json_writer_names__of_others_are_escaped)
{
    static const char *const names[] = {"a\"b", "", "plain", "caf\xc3\xa9", "a\nb and more of it"};
    static const char expected[] = "{\"a\\\"b\":1,\"\":1,\"plain\":1,\"caf\xc3\xa9\":1,"
                                   "\"a\\nb and more of it\":1}";
    open_page();
    rk__json_writer w = rk__json_begin_line(&page);
    rk__json_open(&w, NULL, '{');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rk__json_put_count(&w, names[i], 1);
    }
    rk__json_close(&w, '}');
    rk__json_end(&w);
    ck_assert_str_eq(close_page(), expected);
}
END_TEST

/* --------------------------------------------------------------------- numbers */

START_TEST(test_json_writer_numbers__are_those_of_the_slow_way)
{
    static const char *const numbers[] = {"0",
                                          "7",
                                          "-1",
                                          "99999999",
                                          "100000000",
                                          "-455308",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "123456789012345678901234567890",
                                          "-123456789012345678901234567890.125",
                                          "0.5",
                                          "-0.005",
                                          "-0.004",
                                          "1370.274131",
                                          "1/3",
                                          "-200000/3",
                                          "9223372036854775807/2"};
    rk__nums nums = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        for (int places = 0; places <= 20; places++) {
            const rk_num a = rk__num_parse(&nums, numbers[i], 1, -1, NULL);
            ck_assert_ptr_nonnull(a);
            rk__buf expected = {0};
            rk__buf_puts(&expected, "[\"");
            rk__num_print_fixed(&expected, a, places);
            rk__buf_puts(&expected, "\",\"");
            rk__num_print_trimmed(&expected, a, RK__LINE_PLACES);
            rk__buf_puts(&expected, "\",null,18446744073709551615]");
            rk__buf_reset(&k.text);
            open_page();
            rk__json_writer w = rk__json_begin_line(&page);
            rk__json_open(&w, NULL, '[');
            rk__json_put_money(&w, NULL, a, places);
            rk__json_put_number(&w, NULL, a);
            rk__json_put_money(&w, NULL, NULL, places);
            rk__json_put_count(&w, NULL, UINT64_MAX);
            rk__json_close(&w, ']');
            rk__json_end(&w);
            ck_assert_str_eq(close_page(), expected.text);
            rk__buf_dispose(&expected);
        }
    }
    rk__nums_dispose(&nums);
}
END_TEST

/* ----------------------------------------------------------------------- pages */

/* Something of everything. */
static void put_document(rk__json_writer *w, rk_num number, const char *name)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "label", "Below the collar");
    rk__json_put_text(w, "title", NULL);
    rk__json_put_bool(w, "memo", true);
    rk__json_put_bool(w, "shadow", false);
    rk__json_open(w, "lines", '[');
    rk__json_close(w, ']');
    rk__json_open_flat(w, "keys", '[');
    for (int i = 0; i < 3; i++) {
        rk__json_open(w, NULL, '{');
        rk__json_put_money(w, "amount", number, 2);
        rk__json_put_number(w, name, number);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_put_count(w, name, 20300);
    rk__json_put_text(w, name, "a \"text\" with quotes");
    rk__json_close(w, '}');
}

START_TEST(test_json_writer_page__may_end_anywhere)
{
    static char filler[RK__PAGE_BYTES];
    rk__nums nums = {0};
    memset(filler, '.', sizeof filler);
    for (int line = 0; line <= 1; line++) {
        const rk_num number = rk__num_parse(&nums, "-100407.25", 0, -1, NULL);
        char expected[1000] = "";
        for (size_t before = 0; before <= 800; before++) {
            const size_t at = before == 0 ? 0 : RK__PAGE_BYTES - 800 + before;
            rk__buf_reset(&k.text);
            open_page();
            rk__page_add(&page, filler, at);
            rk__json_writer w = line == 1 ? rk__json_begin_line(&page) : rk__json_begin(&page);
            put_document(&w, number, "caf\xc3\xa9");
            rk__json_end(&w);
            const char *text = close_page() + at;
            if (before == 0) {
                ck_assert_uint_lt(strlen(text), sizeof expected);
                strcpy(expected, text);
            }
            ck_assert_str_eq(text, expected);
        }
        ck_assert_ptr_nonnull(strstr(expected, line == 1
                                                   ? "\"shadow\":false,\"lines\":[],\"keys\":["
                                                   : "\"shadow\": false,\n  \"lines\": []"));
    }
    rk__nums_dispose(&nums);
}
END_TEST

UNIT_TESTS("json_writer")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_json_writer_text__is_escaped_where_it_must_be);
    tcase_add_test(tc, test_json_writer_text__may_be_longer_than_a_page);
    tcase_add_test(tc, test_json_writer_names__of_others_are_escaped);
    tcase_add_test(tc, test_json_writer_numbers__are_those_of_the_slow_way);
    tcase_add_test(tc, test_json_writer_page__may_end_anywhere);
}
