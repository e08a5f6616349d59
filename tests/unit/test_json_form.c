/* SPDX-License-Identifier: MIT
 *
 * Forms of documents: which texts fit, and what fills their blanks.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json_form.h"

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
    suite_add_tcase(s, t);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    const int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
