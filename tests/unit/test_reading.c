/* SPDX-License-Identifier: MIT
 *
 * Cells as their table declares them: dates, numbers, texts and blanks; and encodings.
 */
#include "base/date_form.h"
#include "table/encoding.h"
#include "table/reading.h"
#include "unit.h"

/* --------------------------------------------------------------------- dates */

static const char *read_date(const char *form_name, const char *text)
{
    static char out[40];
    rk__date_form form;
    rk_date date;
    const char *why = NULL;
    ck_assert_msg(rk__date_form_named(form_name, &form), "%s", form_name);
    if (!rk__date_read(form, text, strlen(text), &date, &why)) {
        return why;
    }
    rk__date_print(out, date);
    out[10] = '\0';
    return out;
}

START_TEST(test_date_read__takes_the_declared_form_alone)
{
    static const char *const cases[][3] = {
        {"yyyy-mm-dd", "2016-04-01", "2016-04-01"},
        {"yyyy-mm-dd", "01/04/2016", "is not a date"},
        {"dd/mm/yyyy", "03/04/2016", "2016-04-03"},
        {"mm/dd/yyyy", "03/04/2016", "2016-03-04"},
        {"dd/mm/yyyy", "3/4/2016", "2016-04-03"},
        {"dd/mm/yyyy", "3.4.2016", "2016-04-03"},
        {"dd/mm/yyyy", "3/4-2016", "is not a date"},
        {"dd/mm/yyyy", "2016-04-03", "is not a date"},
        {"dd/mm/yyyy", "03/04/16", "has a year of two digits"},
        {"dd/mm/yyyy", "03/04/20161", "is not a date"},
        {"dd/mm/yyyy", "31/04/2016", "is not a day of the calendar"},
        {"mm/dd/yyyy", "14/09/2016", "is not a day of the calendar"},
        {"dd/mm/yyyy", "29/02/2016", "2016-02-29"},
        {"dd/mm/yyyy", "29/02/2017", "is not a day of the calendar"},
        {"dd-mmm-yyyy", "01-Apr-2016", "2016-04-01"},
        {"dd-mmm-yyyy", "1-APR-2016", "2016-04-01"},
        {"dd-mmm-yyyy", "01 sept 2016", "2016-09-01"},
        {"dd-mmm-yyyy", "01apr2016", "2016-04-01"},
        {"dd-mmm-yyyy", "01 September 2016", "2016-09-01"},
        {"dd-mmm-yyyy", "01-Avr-2016", "is not a date"},
        {"dd-mmm-yyyy", "01-Apr-16", "has a year of two digits"},
        {"dd-mmm-yy", "01-Apr-16", "2016-04-01"},
        {"dd-mmm-yy", "01-APR-99", "1999-04-01"},
        {"dd-mmm-yy", "01-Apr-2016", "is not a date"},
        {"dd/mm/yy", "03/04/16", "2016-04-03"},
        {"dd/mm/yy", "03/04/68 00:00", "2068-04-03"},
        {"dd/mm/yy", "03/04/69", "1969-04-03"},
        {"dd/mm/yy", "03/04/2016", "is not a date"},
        {"dd/mm/yy", "03/04/6", "is not a date"},
        {"mm/dd/yy", "03/04/16", "2016-03-04"},
        {"mm/dd/yy", "14/09/16", "is not a day of the calendar"},
        {"yyyy/mm/dd", "2016/04/01", "2016-04-01"},
        {"yyyy/mm/dd", "2016.4.1", "2016-04-01"},
        {"yyyy/mm/dd", "2016/04.01", "is not a date"},
        {"yyyy/mm/dd", "16/04/01", "is not a date"},
        {"yyyymmdd", "20160401", "2016-04-01"},
        {"yyyymmdd", "2016041", "is not a date"},
        {"yyyymmdd", "201604011", "is not a date"},
        {"excel", "42461", "2016-04-01"},
        {"excel", "42461.0", "2016-04-01"},
        {"excel", "42461.5", "has a time of day"},
        {"excel hh:mm", "42461.5", "2016-04-01"},
        {"excel", "59", "1900-02-28"},
        {"excel", "60", "is not a date"},
        {"excel", "61", "1900-03-01"},
        {"excel", "01/04/2016", "is not a date"},
        {"dd/mm/yyyy", "03/04/2016 00:00", "2016-04-03"},
        {"dd/mm/yyyy", "03/04/2016 00:00:00.000", "2016-04-03"},
        {"dd/mm/yyyy", "03/04/2016 10:30", "has a time of day"},
        {"dd/mm/yyyy", "03/04/2016 12:00 AM", "2016-04-03"},
        {"dd/mm/yyyy", "03/04/2016 12:00:00am", "2016-04-03"},
        {"dd/mm/yyyy", "03/04/2016 12:00 PM", "has a time of day"},
        {"dd/mm/yyyy", "03/04/2016 00:00 AM", "is not a date"},
        {"dd/mm/yyyy hh:mm", "03/04/2016 9:05 pm", "2016-04-03"},
        {"dd/mm/yyyy hh:mm", "03/04/2016 13:05 pm", "is not a date"},
        {"dd/mm/yyyy hh:mm", "03/04/2016 10:30", "2016-04-03"},
        {"dd/mm/yyyy hh:mm", "03/04/2016", "2016-04-03"},
        {"dd/mm/yyyy hh:mm", "03/04/2016 25:30", "is not a date"},
        {"dd/mm/yyyy hh:mm", "03/04/2016 10:3", "is not a date"},
        {"yyyy-mm-dd hh:mm:ss", "2016-04-01T23:59:59", "2016-04-01"},
        {"yyyy-mm-dd", "2016-04-01T00:00:00Z", "2016-04-01"},
        {"dd/mm/yyyy", "", "is not a date"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = read_date(cases[i][0], cases[i][1]);
        ck_assert_msg(strcmp(got, cases[i][2]) == 0, "%s '%s': %s", cases[i][0], cases[i][1], got);
    }
}
END_TEST

START_TEST(test_date_form_named__knows_no_other)
{
    rk__date_form form;
    ck_assert(!rk__date_form_named("yy/mm/dd", &form));
    ck_assert(!rk__date_form_named("dd/mm/yyyy hh", &form));
    ck_assert(!rk__date_form_named("", &form));
}
END_TEST

/* --------------------------------------------------------------------- cells */

static rk__arena arena;
static rk_problems *problems;
static rk__json *document;

static void setup(void)
{
    problems = rk_problems_new();
}

static void teardown(void)
{
    rk__arena_dispose(&arena);
    rk__json_free(document);
    rk_problems_free(problems);
    document = NULL;
}

/* Single quotes stand for double ones. */
static rk_status declare(const char *text, const rk__reading **out)
{
    char json[512];
    const rk__value *delimiter = NULL;
    snprintf(json, sizeof json, "%s", text);
    for (char *c = json; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    rk__json_free(document);
    document = NULL;
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "r.json", &document, problems), RK_OK);
    return rk__reading_read(rk__json_root(document), &arena, out, &delimiter, problems);
}

static const char *read_cell(const rk__reading *reading, const char *column, rk__cell_use use,
                             const char *cell)
{
    static char out[256];
    char scratch[256];
    const char *why = NULL;
    const char *text = cell;
    size_t length = strlen(cell);
    const rk__cell_reader reader = rk__cell_reader_of(reading, column, use);
    if (rk__cell_read(&reader, &text, &length, scratch, &why) != RK_OK) {
        return why;
    }
    if (text == NULL) {
        return "(blank)";
    }
    snprintf(out, sizeof out, "%.*s", (int) length, text);
    return out;
}

START_TEST(test_cell_read__makes_numbers_plain)
{
    static const char *const english =
        "{'numbers': {'thousands': ',', 'currency': '\u00a3', 'brackets': true}}";
    static const char *const german =
        "{'numbers': {'thousands': '.', 'decimal': ',', 'currency': '\u20ac'}}";
    static const char *const wide = "{'numbers': {'thousands': ' ', 'decimal': ','}}";
    static const struct {
        const char *const *form;
        const char *cell, *plain;
    } cases[] = {
        {&english, "12", "12"},
        {&english, "\u00a31,234.50", "1234.50"},
        {&english, "-\u00a31,234.50", "-1234.50"},
        {&english, "\u00a3-1,234.50", "-1234.50"},
        {&english, "\u00a3 1,234.50 ", "1234.50"},
        {&english, "(\u00a31,234.50)", "-1234.50"},
        {&english, "\u00a3(1,234.50)", "-1234.50"},
        {&english, "1,234.50-", "-1234.50"},
        {&english, "\u22121,234.50", "-1234.50"},
        {&english, "1,234,567", "1234567"},
        {&english, "1234567.5", "1234567.5"},
        {&english, "12,34", "has a separator of thousands in the wrong place"},
        {&english, "1234,567", "has a separator of thousands in the wrong place"},
        {&english, "1,234567", "has a separator of thousands in the wrong place"},
        {&english, ",123", "has a separator of thousands in the wrong place"},
        {&english, "1,234.5,6", "is not a number"},
        {&english, "$12", "is not a number"},
        {&english, "(12", "is not a number"},
        {&english, "(-12)", "is not a number"},
        {&english, "--12", "is not a number"},
        {&english, "\u00a3", "is not a number"},
        {&english, "12.", "is not a number"},
        {&english, "#REF!", "is not a number"},
        {&english, "1.5%", "1.5%"},
        {&german, "1.234,50 \u20ac", "1234.50"},
        {&german, "1.234", "1234"},
        {&german, "1234,5", "1234.5"},
        {&german, "1,234.50", "is not a number"},
        {&german, "(12)", "is not a number"},
        {&wide, "1\u00a0234\u202f567,8", "1234567.8"},
        {&wide, "1.5", "is not a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rk__reading *reading = NULL;
        ck_assert_int_eq(declare(*cases[i].form, &reading), RK_OK);
        const char *got = read_cell(reading, "price", RK__USE_NUMBER, cases[i].cell);
        ck_assert_msg(strcmp(got, cases[i].plain) == 0, "'%s': %s", cases[i].cell, got);
    }
}
END_TEST

START_TEST(test_cell_read__knows_blanks_case_and_spaces)
{
    const rk__reading *reading = NULL;
    ck_assert_int_eq(declare("{'blank': ['NULL', '-'], 'dates': 'dd/mm/yyyy', 'text': {'trim': "
                             "true, 'HRG': {'case': 'upper'}, 'site': {'trim': false}}}",
                             &reading),
                     RK_OK);
    ck_assert_str_eq(read_cell(reading, "hrg", RK__USE_TEXT, " dz11b\u00a0"), "DZ11B");
    ck_assert_str_eq(read_cell(reading, "pod", RK__USE_TEXT, " nel "), "nel");
    ck_assert_str_eq(read_cell(reading, "site", RK__USE_TEXT, " a "), " a ");
    ck_assert_str_eq(read_cell(reading, "hrg", RK__USE_TEXT, "NULL"), "(blank)");
    ck_assert_str_eq(read_cell(reading, "hrg", RK__USE_TEXT, "null"), "NULL");
    ck_assert_str_eq(read_cell(reading, "los", RK__USE_NUMBER, " - "), "(blank)");
    ck_assert_str_eq(read_cell(reading, "date", RK__USE_DATE, "1/4/2016"), "2016-04-01");
    ck_assert_str_eq(read_cell(reading, "date", RK__USE_TEXT, "1/4/2016"), "2016-04-01");
    ck_assert_str_eq(read_cell(NULL, "date", RK__USE_TEXT, "1/4/2016"), "1/4/2016");
    ck_assert_str_eq(read_cell(NULL, "los", RK__USE_NUMBER, "NULL"), "NULL");
}
END_TEST

START_TEST(test_reading_read__refuses_what_means_nothing)
{
    static const struct {
        const char *json;
        rk_status status;
    } cases[] = {
        {"[]", RK_WRONG_TYPE},
        {"{'date': 'dd/mm/yyyy'}", RK_UNKNOWN_KEY},
        {"{'dates': 'd/m/y'}", RK_OUT_OF_RANGE},
        {"{'dates': 1}", RK_WRONG_TYPE},
        {"{'encoding': 'windows1252'}", RK_OUT_OF_RANGE},
        {"{'encoding': 'utf-8//IGNORE'}", RK_OUT_OF_RANGE},
        {"{'encoding': ''}", RK_OUT_OF_RANGE},
        {"{'header_row': 0}", RK_OUT_OF_RANGE},
        {"{'header_row': 1.5}", RK_OUT_OF_RANGE},
        {"{'header_row': '3'}", RK_WRONG_TYPE},
        {"{'skip_footer': 1001}", RK_OUT_OF_RANGE},
        {"{'total_row': 'keep'}", RK_OUT_OF_RANGE},
        {"{'numbers': {'thousands': ';'}}", RK_OUT_OF_RANGE},
        {"{'numbers': {'thousands': ',', 'decimal': ','}}", RK_CONFLICT},
        {"{'numbers': {'thousands': '.'}}", RK_CONFLICT},
        {"{'numbers': {'currency': '12'}}", RK_OUT_OF_RANGE},
        {"{'numbers': {'brackets': 'yes'}}", RK_WRONG_TYPE},
        {"{'numbers': {'thousand': ','}}", RK_UNKNOWN_KEY},
        {"{'blank': [1]}", RK_WRONG_TYPE},
        {"{'text': {'case': 'title'}}", RK_OUT_OF_RANGE},
        {"{'text': {'hrg': 'upper'}}", RK_UNKNOWN_KEY},
        {"{'text': {'hrg': {'cases': 'upper'}}}", RK_UNKNOWN_KEY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rk__reading *reading = NULL;
        const rk_status status = declare(cases[i].json, &reading);
        ck_assert_msg(status == cases[i].status, "%s: %d", cases[i].json, (int) status);
    }
}
END_TEST

/* ----------------------------------------------------------------- encodings */

/* Converts in pieces of `step` bytes. */
static const char *transcode(const char *encoding, const char *bytes, size_t length, size_t step)
{
    static char out[512];
    const char *why = NULL;
    rk__transcoder *t = NULL;
    size_t n = 0;
    if (rk__transcoder_new(encoding, bytes, length, &t, &why) != RK_OK) {
        return why;
    }
    if (t == NULL) {
        return "(as it is)";
    }
    char left[64];
    size_t n_left = 0;
    for (size_t at = 0; at < length; at += step) {
        const size_t some = length - at < step ? length - at : step;
        memcpy(left + n_left, bytes + at, some);
        n_left += some;
        const char *in = left;
        size_t rest = n_left;
        n += rk__transcode(t, &in, &rest, at + some == length, out + n, RK__TRANSCODE_ROOM + 40);
        memmove(left, in, rest);
        n_left = rest;
    }
    rk__transcoder_free(t);
    out[n] = '\0';
    return out;
}

START_TEST(test_transcode__makes_utf8)
{
    static const struct {
        const char *encoding, *bytes;
        size_t length;
        const char *utf8;
    } cases[] = {
        {NULL, "a\xc2\xa3", 3, "(as it is)"},
        {"utf-8", "a\xa3", 2, "(as it is)"},
        {"windows-1252", "Caf\xe9 \xa3 \x92 and more of it", 23, "Café £ ’ and more of it"},
        {"windows-1252", "a\x81z", 3, "a\xffz"},
        {"iso-8859-1", "\xa3\x31", 2, "£1"},
        {NULL,
         "\xff\xfe"
         "a\0\xa3\0\x3d\xd8\x00\xdez\0",
         12, "a£\xf0\x9f\x98\x80z"},
        {NULL, "\xfe\xff\0a\0\xa3", 6, "a£"},
        {"utf-16", "a\0b\0", 4, "ab"},
        {"utf-16be", "\0a\0b", 4, "ab"},
        {"utf-16le", "\x00\xd8z\0", 4, "\xffz"},
        {"utf-16le", "a\0b", 3, "a\xff"},
        {"shift_jis", "\x83\x5c,\x41", 4, "ソ,A"},
        {"windows-1252",
         "\xef\xbb\xbf"
         "a",
         4, "begins with the byte order mark of UTF-8, and its table declares another encoding"},
        {"windows-1252",
         "\xff\xfe"
         "a\0",
         4, "begins with the byte order mark of UTF-16, and its table declares another encoding"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t step = 1; step <= cases[i].length; step++) {
            const char *got =
                transcode(cases[i].encoding, cases[i].bytes, cases[i].length,
                          cases[i].encoding == NULL && step < 4 ? cases[i].length : step);
            ck_assert_msg(strcmp(got, cases[i].utf8) == 0, "case %zu by %zu: %s", i, step, got);
        }
    }
}
END_TEST

START_TEST(test_transcode__keeps_long_text)
{
    char bytes[4000];
    char out[8100];
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        bytes[i] = (char) ('a' + i % 26);
        bytes[i + 1] = i % 300 == 0 ? '\x20' : '\0'; /* now and then a character of three bytes */
    }
    rk__transcoder *t = NULL;
    const char *why = NULL;
    ck_assert_int_eq(rk__transcoder_new("utf-16le", bytes, sizeof bytes, &t, &why), RK_OK);
    const char *in = bytes;
    size_t left = sizeof bytes;
    size_t n = 0;
    while (left > 0) {
        n += rk__transcode(t, &in, &left, true, out + n, 100);
    }
    rk__transcoder_free(t);
    size_t at = 0;
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        const unsigned unit = (unsigned char) bytes[i] | (unsigned) bytes[i + 1] << 8;
        if (unit < 0x80) {
            ck_assert_int_eq(out[at++], (int) unit);
        } else {
            ck_assert_int_eq((unsigned char) out[at], 0xe0 | unit >> 12);
            at += 3;
        }
    }
    ck_assert_uint_eq(at, n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reading");
    TCase *pure = tcase_create("dates and encodings");
    tcase_add_test(pure, test_date_read__takes_the_declared_form_alone);
    tcase_add_test(pure, test_date_form_named__knows_no_other);
    tcase_add_test(pure, test_transcode__makes_utf8);
    tcase_add_test(pure, test_transcode__keeps_long_text);
    suite_add_tcase(s, pure);
    TCase *cells = tcase_create("cells");
    tcase_add_checked_fixture(cells, setup, teardown);
    tcase_add_test(cells, test_cell_read__makes_numbers_plain);
    tcase_add_test(cells, test_cell_read__knows_blanks_case_and_spaces);
    tcase_add_test(cells, test_reading_read__refuses_what_means_nothing);
    suite_add_tcase(s, cells);
    return run_suite(s);
}
