/* SPDX-License-Identifier: MIT
 *
 * Forms of documents: which texts fit, and what fills their blanks.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_form.h"

static const char model[] =
    "{\"id\": \"a\", \"n\": 12, \"rows\": [{\"k\": \"x\", \"v\": 1}, {\"k\": \"y\", \"v\": 2}], "
    "\"fixed\": [1, \"two\"]}\n";

static rk__json *document;
static rk__form *form;

/* Blanks: the id, the number, the rows; given in another order than they stand in. */
static void begin(void)
{
    ck_assert_int_eq(rk__json_parse(model, strlen(model), "m", &document, NULL), RK_OK);
    const rk__value *root = rk__json_root(document);
    const rk__value *blanks[] = {rk__json_get(root, "rows"), rk__json_get(root, "id"),
                                 rk__json_get(root, "n")};
    ck_assert_int_eq(rk__form_new(document, blanks, 3, &form), RK_OK);
    ck_assert_ptr_nonnull(form);
    rk__json_free(document);
}

static void end(void)
{
    rk__form_free(form);
}

/* An exact copy, so that a sanitizer sees a read past its end. */
static bool fits(const char *text)
{
    static char *copy;
    free(copy);
    const size_t length = strlen(text);
    copy = malloc(length > 0 ? length : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    const bool found = rk__form_fits(form, copy, length);
    if (!found) {
        free(copy);
        copy = NULL;
    }
    return found;
}

static void ck_span(size_t blank, size_t i, const char *text)
{
    const rk__span *span = &rk__form_filling(form, blank)->spans[i];
    ck_assert_uint_eq(span->length, strlen(text));
    ck_assert_int_eq(memcmp(span->text, text, span->length), 0);
}

START_TEST(test_json_form_same_text__fits)
{
    ck_assert(fits(model));
    ck_span(1, 0, "a");
    ck_span(2, 0, "12");
    ck_assert_uint_eq(rk__form_filling(form, 0)->n_rows, 2);
    ck_assert_uint_eq(rk__form_filling(form, 0)->n_cells, 2);
    ck_span(0, 3, "2");
}
END_TEST

#define WITH(id, n, rows) \
    "{\"id\": " id ", \"n\": " n ", \"rows\": [" rows "], \"fixed\": [1, \"two\"]}\n"
#define ROW(k, v) "{\"k\": " k ", \"v\": " v "}"

static const struct {
    const char *text;
    bool fits;
} cases[] = {
    {WITH("\"\"", "0", ROW("\"\"", "-0.5e+7")), true},
    {WITH("\"Ynys M\xc3\xb4n\"", "-12.25", ROW("\"x\"", "1") ", " ROW("\"y\"", "2")), true},
    {WITH("\"a text of more than eight bytes, and a comma, {brackets} [too]: \"", "1E5",
          ROW("\"1\"", "0") ", " ROW("\"2\"", "10") ", " ROW("\"3\"", "20")),
     true},
    /* The text between the blanks is another. */
    {WITH("\"a\"", "1", ROW("\"x\"", "1") "," ROW("\"y\"", "2")), false},
    {WITH("\"a\"", "1", "{\"v\": 1, \"k\": \"x\"}"), false},
    {WITH("\"a\"", "1", "{\"k\": \"x\"}"), false},
    {WITH("\"a\"", "1", "{\"k\": \"x\", \"v\": 1, \"w\": 2}"), false},
    {WITH("\"a\"", "1", ""), false},
    {WITH("\"a\"", "1", ROW("\"x\"", "1") ", "), false},
    {WITH(" \"a\"", "1", ROW("\"x\"", "1")), false},
    {"{\"id\": \"a\", \"n\": 12}\n", false},
    {"", false},
    /* Blanks of another type, or that are not plain. */
    {WITH("1", "1", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "\"1\"", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "null", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "1", ROW("\"x\"", "true")), false},
    {WITH("\"a\\u0041\"", "1", ROW("\"x\"", "1")), false},
    {WITH("\"a\\\"\"", "1", ROW("\"x\"", "1")), false},
    {WITH("\"a\tb\"", "1", ROW("\"x\"", "1")), false},
    {WITH("\"12345678\x01\"", "1", ROW("\"x\"", "1")), false},
    {WITH("\"a\xff\"", "1", ROW("\"x\"", "1")), false},
    {WITH("\"1234567\xc0\x80 and so on\"", "1", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "01", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "+1", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "1.", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", ".5", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "1e", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "-", ROW("\"x\"", "1")), false},
    {WITH("\"a\"", "0x10", ROW("\"x\"", "1")), false},
};

START_TEST(test_json_form_text__fits_or_not)
{
    ck_assert_msg(fits(cases[_i].text) == cases[_i].fits, "%s", cases[_i].text);
}
END_TEST

/* Wherever it ends too soon, and with anything behind it. */
START_TEST(test_json_form_cut_text__does_not_fit)
{
    char text[sizeof model + 1];
    for (size_t n = 0; n < strlen(model); n++) {
        memcpy(text, model, n);
        text[n] = '\0';
        ck_assert_msg(!fits(text), "%s", text);
    }
    (void) snprintf(text, sizeof text, "%s ", model);
    ck_assert(!fits(text));
}
END_TEST

/* Every byte changed to every other: what fits is what a parser accepts, with the same
 * values. */
START_TEST(test_json_form_changed_byte__fits_only_what_parses)
{
    char text[sizeof model];
    size_t fitting = 0;
    for (size_t at = 0; at < strlen(model); at++) {
        for (int c = 1; c < 256; c++) {
            memcpy(text, model, sizeof model);
            text[at] = (char) c;
            if (!fits(text)) {
                continue;
            }
            rk__json *parsed = NULL;
            ck_assert_int_eq(rk__json_parse(text, strlen(text), NULL, &parsed, NULL), RK_OK);
            const rk__value *root = rk__json_root(parsed);
            ck_span(1, 0, rk__json_get(root, "id")->text);
            ck_span(2, 0, rk__json_get(root, "n")->text);
            ck_span(0, 1, rk__json_get(rk__json_get(root, "rows")->first, "v")->text);
            ck_assert_uint_eq(rk__json_get(root, "fixed")->count, 2);
            rk__json_free(parsed);
            fitting++;
        }
    }
    ck_assert_uint_gt(fitting, 200);
}
END_TEST

static const char *const formless[] = {
    "{\"rows\": []}",
    "{\"rows\": [1]}",
    "{\"rows\": [{}]}",
    "{\"rows\": [{\"a\": 1}, {\"b\": 1}]}",
    "{\"rows\": [{\"a\": 1}, {\"a\": \"1\"}]}",
    "{\"rows\": [{\"a\": 1}, {\"a\":1}]}",
    "{\"rows\": [{\"a\": null}]}",
    "{\"rows\": [{\"a\": [1]}]}",
    "{\"rows\": [{\"a\": 1}, {\"a\": 1},{\"a\": 1}]}",
};

START_TEST(test_json_form_rows_not_alike__none)
{
    rk__json *odd = NULL;
    rk__form *none = form;
    const char *text = formless[_i];
    ck_assert_int_eq(rk__json_parse(text, strlen(text), NULL, &odd, NULL), RK_OK);
    const rk__value *rows = rk__json_get(rk__json_root(odd), "rows");
    ck_assert_int_eq(rk__form_new(odd, &rows, 1, &none), RK_OK);
    ck_assert_ptr_null(none);
    rk__json_free(odd);
}
END_TEST

/* ---------------------------------------------------------- rows made at random
 *
 * A contract's table with another title, values of every kind and length in it, and now and
 * then one that no blank takes: which texts fit is known from what was put in. */

#define COLUMNS 4
#define MOST    40 /* rows */

typedef struct value {
    const char *text; /* between the quotes of a string */
    bool quoted, good;
} value;

static const value strings[] = {
    {"", true, true},
    {"a", true, true},
    {"2016-06", true, true},
    {"HX34A-16", true, true},
    {"fourteen bytes", true, true},
    {"fifteen bytes: ", true, true},
    {"sixteen bytes: :", true, true},
    {"seventeen bytes: ", true, true},
    {"a text of thirty-one bytes, yes", true, true},
    {"a text of thirty-two bytes, yes!", true, true},
    {"a text of more bytes than two runs have, and one of them is another", true, true},
    {"{},[]:'/\x7f", true, true},
    {"Ynys M\xc3\xb4n", true, true},
    {"123456789012345\xc3\xb4", true, true},
    {"1234567890123456 \xe2\x82\xac \xf0\x9f\x98\x80 and more", true, true},
    {"\xc3\xb4", true, true},
    {"a\\n", true, false},
    {"\\", true, false},
    {"123456789012345\\u0041", true, false},
    {"a\tb", true, false},
    {"\x1f", true, false},
    {"12345678901234567890\x01", true, false},
    {"\xff", true, false},
    {"1234567\xc0\x80", true, false},
    {"123456789012345\xed\xa0\x80", true, false},
    {"a\",\"", true, false},
    {"12", false, false},
    {"null", false, false},
};

static const value numbers[] = {
    {"0", false, true},
    {"7", false, true},
    {"10", false, true},
    {"1234567", false, true},
    {"12345678", false, true},
    {"123456789", false, true},
    {"123456789012345678901234567890", false, true},
    {"-0", false, true},
    {"-12", false, true},
    {"0.5", false, true},
    {"1234.50", false, true},
    {"1e5", false, true},
    {"0E-10", false, true},
    {"12345678.25e+3", false, true},
    {"", false, false},
    {"00", false, false},
    {"01", false, false},
    {"012345678", false, false},
    {"-", false, false},
    {"-01", false, false},
    {"+1", false, false},
    {"1.", false, false},
    {".5", false, false},
    {"1e", false, false},
    {"1e+", false, false},
    {"12a", false, false},
    {" 1", false, false},
    {"1 ", false, false},
    {"1/", false, false},
    {"1:", false, false},
    {"12", true, false},
    {"true", false, false},
};

static uint32_t dice = 1;

static uint32_t throw_dice(uint32_t sides)
{
    dice = dice * 1664525 + 1013904223;
    return (dice >> 8) % sides;
}

/* Mostly a good one, so that many rows may go by before a bad one. */
static const value *draw(const value *from, size_t n)
{
    const value *drawn = &from[throw_dice((uint32_t) n)];
    while (!drawn->good && throw_dice(40) != 0) {
        drawn = &from[throw_dice((uint32_t) n)];
    }
    return drawn;
}

#define DRAW(from) draw(from, sizeof from / sizeof *from)

/* What begins a row, what is before and behind the number of a key, and what ends a row: as a
 * program writes them, and as people do. */
typedef struct style {
    const char *begin, *key, *colon, *end;
} style;

static const style styles[] = {
    {"{\"month\":", ",\"a", "\":", "}"},
    {"{ \"month\" : ", ",\n      \"a longer name than others, ", "\" : ", "\n    }"},
};

static size_t put(char *to, const value *v)
{
    return (size_t) sprintf(to, v->quoted ? "\"%s\"" : "%s", v->text);
}

typedef struct made {
    char text[MOST * 600];
    const value *title, *cells[MOST][COLUMNS];
    size_t rows;
    bool good;
} made;

static void make(made *m, const style *look, size_t rows, bool plain)
{
    char *to = m->text;
    m->rows = rows;
    m->title = plain ? &strings[1] : DRAW(strings);
    m->good = m->title->good;
    to += sprintf(to, "{\"title\":");
    to += put(to, m->title);
    to += sprintf(to, ",\"rows\":[");
    for (size_t i = 0; i < rows; i++) {
        to += sprintf(to, "%s%s", i > 0 ? "," : "", look->begin);
        for (size_t k = 0; k < COLUMNS; k++) {
            const bool number = k == 1 || k == 2;
            const value *v = number  ? plain ? &numbers[0] : DRAW(numbers)
                              : plain ? &strings[1]
                                     : DRAW(strings);
            m->cells[i][k] = v;
            m->good &= v->good;
            if (k > 0) {
                to += sprintf(to, "%s%zu%s", look->key, k, look->colon);
            }
            to += put(to, v);
        }
        to += sprintf(to, "%s", look->end);
    }
    (void) sprintf(to, "]}");
}

static rk__form *form_of(const char *text)
{
    rk__json *parsed = NULL;
    rk__form *found = NULL;
    ck_assert_int_eq(rk__json_parse(text, strlen(text), NULL, &parsed, NULL), RK_OK);
    const rk__value *root = rk__json_root(parsed);
    const rk__value *blanks[] = {rk__json_get(root, "rows"), rk__json_get(root, "title")};
    ck_assert_int_eq(rk__form_new(parsed, blanks, 2, &found), RK_OK);
    ck_assert_ptr_nonnull(found);
    rk__json_free(parsed);
    return found;
}

static void ck_fits_as_made(const made *m)
{
    ck_assert_msg(fits(m->text) == m->good, "%s", m->text);
    if (!m->good) {
        return;
    }
    ck_span(1, 0, m->title->text);
    ck_assert_uint_eq(rk__form_filling(form, 0)->n_rows, m->rows);
    for (size_t i = 0; i < m->rows * COLUMNS; i++) {
        ck_span(0, i, m->cells[i / COLUMNS][i % COLUMNS]->text);
    }
}

START_TEST(test_json_form_rows_at_random__fit_if_all_values_do)
{
    static made model_rows, m;
    size_t good = 0;
    rk__form *first = form;
    for (size_t s = 0; s < 2; s++) {
        make(&model_rows, &styles[s], s + 1, true);
        form = form_of(model_rows.text);
        for (int i = 0; i < 1000; i++) {
            make(&m, &styles[s], 1 + throw_dice(MOST), throw_dice(10) == 0);
            ck_fits_as_made(&m);
            good += m.good;
        }
        rk__form_free(form);
    }
    form = first;
    ck_assert_uint_gt(good, 250);
    ck_assert_uint_lt(good, 1750);
}
END_TEST

/* A byte of it changed, left out or put in: what still fits is what a parser accepts. */
START_TEST(test_json_form_damaged_rows__fit_only_if_they_parse)
{
    static made m;
    static char text[sizeof m.text + 1];
    rk__form *first = form;
    size_t fitting = 0;
    make(&m, &styles[0], 3, true);
    form = form_of(m.text);
    for (int i = 0; i < 10000; i++) {
        make(&m, &styles[0], 3, false);
        const size_t length = strlen(m.text);
        const size_t at = throw_dice((uint32_t) length);
        const size_t kind = throw_dice(3); /* bytes that take the place of */
        memcpy(text, m.text, at);
        text[at] = "\"\\,:{}[]0129.-e \x01\xc3\xb4z"[throw_dice(21)];
        memcpy(text + at + (kind > 0), m.text + at + (kind != 1), length - at - (kind != 1) + 1);
        if (!fits(text)) {
            continue;
        }
        rk__json *parsed = NULL;
        ck_assert_int_eq(rk__json_parse(text, strlen(text), NULL, &parsed, NULL), RK_OK);
        const rk__value *rows = rk__json_get(rk__json_root(parsed), "rows");
        size_t n = 0;
        ck_span(1, 0, rk__json_get(rk__json_root(parsed), "title")->text);
        ck_assert_uint_eq(rk__form_filling(form, 0)->n_rows, rows->count);
        for (const rk__value *row = rows->first; row != NULL; row = row->next) {
            ck_assert_uint_eq(row->count, COLUMNS);
            for (const rk__value *cell = row->first; cell != NULL; cell = cell->next) {
                ck_span(0, n++, cell->text);
            }
        }
        rk__json_free(parsed);
        fitting++;
    }
    rk__form_free(form);
    form = first;
    ck_assert_uint_gt(fitting, 250);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_form");
    TCase *t = tcase_create("form");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, test_json_form_same_text__fits);
    tcase_add_loop_test(t, test_json_form_text__fits_or_not, 0,
                        (int) (sizeof cases / sizeof *cases));
    tcase_add_test(t, test_json_form_cut_text__does_not_fit);
    tcase_add_test(t, test_json_form_changed_byte__fits_only_what_parses);
    tcase_add_loop_test(t, test_json_form_rows_not_alike__none, 0,
                        (int) (sizeof formless / sizeof *formless));
    tcase_add_test(t, test_json_form_rows_at_random__fit_if_all_values_do);
    tcase_add_test(t, test_json_form_damaged_rows__fit_only_if_they_parse);
    suite_add_tcase(s, t);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    const int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
