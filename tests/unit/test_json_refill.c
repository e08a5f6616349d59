/* SPDX-License-Identifier: MIT
 *
 * Documents that other texts are read into: which texts are written alike, and what values they
 * then have.
 */

#include "unit.h"
#include "unit/draw.h"
#include "json/json_refill.h"

static const char model[] =
    "{\"id\": \"a\", \"n\": 12, \"rows\": [{\"k\": \"x\", \"v\": 1}, {\"k\": \"y\", \"v\": 2}], "
    "\"given\": {\"p\": \"0.5\", \"q\": [3, {\"r\": \"z\"}]}, \"fixed\": [1, \"two\"]}\n";

static rk__json *document;
static rk__refill *refill;

static rk_status refill_of(const char *text)
{
    ck_assert_int_eq(rk__json_build(NULL, text, strlen(text), "m", &document, NULL), RK_OK);
    const rk__value *root = rk__json_root(document);
    const rk__value *values[] = {rk__json_get(root, "id"), rk__json_get(root, "n"),
                                 rk__json_get(root, "rows"), rk__json_get(root, "given")};
    return rk__refill_new(document, values, 4, &refill);
}

static void begin(void)
{
    ck_assert_int_eq(refill_of(model), RK_OK);
}

static void end(void)
{
    rk__refill_free(refill);
    rk__json_free(document);
}

static void ck_same(const rk__value *a, const rk__value *b)
{
    ck_assert_uint_eq(a->type, b->type);
    ck_assert_uint_eq(a->count, b->count);
    ck_assert_uint_eq(a->index, b->index);
    ck_assert_uint_eq(a->alike, b->alike);
    ck_assert(a->key == b->key || strcmp(a->key, b->key) == 0);
    ck_assert(a->text == b->text ||
              (a->length == b->length && memcmp(a->text, b->text, a->length + 1) == 0));
    const rk__value *y = b->first;
    for (const rk__value *x = a->first; x != NULL; x = x->next, y = y->next) {
        ck_assert_ptr_nonnull(y);
        ck_assert(x->parent == a && y->parent == b);
        ck_same(x, y);
    }
    ck_assert_ptr_null(y);
}

/* Whether a text fits; what fits is a document, with the same values. */
static bool fits(const char *text, size_t length)
{
    /* An exact copy, so that a sanitizer sees a read past its end. */
    char *copy = malloc(length > 0 ? length : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    const bool found = rk__refill_read(refill, copy, length);
    if (found) {
        rk__json *other = NULL;
        ck_assert_int_eq(rk__json_build(NULL, copy, length, "m", &other, NULL), RK_OK);
        ck_same(rk__json_root(document), rk__json_root(other));
        rk__json_free(other);
    }
    free(copy);
    return found;
}

#define TEXT(id, n, rows, given)                                                  \
    "{\"id\": " id ", \"n\": " n ", \"rows\": [" rows "], \"given\": " given ", " \
    "\"fixed\": [1, \"two\"]}\n"
#define ROW(k, v) "{\"k\": " k ", \"v\": " v "}"
#define GIVEN     "{\"p\": \"0.5\", \"q\": [3, {\"r\": \"z\"}]}"

static const struct {
    const char *text;
    bool fits;
} cases[] = {
    {model, true},
    {TEXT("\"\"", "0", ROW("\"\"", "-1.5e3"), GIVEN), true},
    {TEXT("\"\xc3\xa9\xf0\x9f\x98\x80 and more than sixteen bytes\"", "1234567890123",
          ROW("\"a\"", "1"), "{\"p\": \"\", \"q\": [-0.25, {\"r\": \"zz\"}]}"),
     true},
    {TEXT("\"a\"", "1", ROW("\"a\"", "1") ", " ROW("\"b\"", "2") ", " ROW("\"c\"", "3"), GIVEN),
     true},
    {TEXT("\"a\"", "1", ROW("\"a\"", "1") "," ROW("\"b\"", "2"), GIVEN), true},
    {TEXT("\"a\"", "1", "", GIVEN), false},
    {TEXT("\"a\"", "1", ROW("\"a\"", "1") ", ", GIVEN), false},
    {TEXT("\"a\"", "1", ROW("\"a\"", "true"), GIVEN), false},
    {TEXT("\"a\"", "1", "{\"k\": \"a\"}", GIVEN), false},
    {TEXT("\"a\"", "1", "{\"v\": 1, \"k\": \"a\"}", GIVEN), false},
    {TEXT("\"a\\n\"", "1", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\n\"", "1", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"\xc3\"", "1", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"\xed\xa0\x80\"", "1", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("a", "1", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "\"1\"", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "01", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "1.", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "-", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "1e", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "+1", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "null", ROW("\"a\"", "1"), GIVEN), false},
    {TEXT("\"a\"", "1", ROW("\"a\"", "1"), "{\"p\": \"0.5\", \"q\": [3, 4, {\"r\": \"z\"}]}"),
     false},
    {"", false},
};

START_TEST(test_json_refill_text__fits_or_not)
{
    ck_assert_msg(fits(cases[_i].text, strlen(cases[_i].text)) == cases[_i].fits, "%s",
                  cases[_i].text);
    ck_assert(fits(model, sizeof model - 1)); /* whatever was there in between */
}
END_TEST

START_TEST(test_json_refill_cut_or_changed_text__fits_only_what_parses)
{
    static const char bytes[] = "\"\\{}[],: 0129-+.e\n\x01\xc3\xa9";
    char text[sizeof model];
    for (size_t n = 0; n < sizeof model - 1; n++) {
        ck_assert(!fits(model, n));
        for (size_t b = 0; b < sizeof bytes; b++) {
            memcpy(text, model, sizeof model);
            text[n] = bytes[b];
            (void) fits(text, sizeof model - 1);
        }
    }
}
END_TEST

/* Any number of rows, more or fewer than before. */
START_TEST(test_json_refill_rows_at_random__are_those_of_the_text)
{
    for (int i = 0; i < 300; i++) {
        rk__buf text = {0};
        rk__buf_printf(&text, "{\"id\": \"%d\", \"n\": %d, \"rows\": [", i, i);
        for (size_t n = 1 + draw() % (i % 20 == 0 ? 200 : 5); n > 0; n--) {
            rk__buf_printf(&text, "{\"k\": \"%llu\", \"v\": %llu}%s",
                           (unsigned long long) (draw() % 100000), (unsigned long long) draw() % 77,
                           n > 1 ? ", " : "");
        }
        rk__buf_puts(&text, "], \"given\": " GIVEN ", \"fixed\": [1, \"two\"]}\n");
        ck_assert(fits(text.text, text.length));
        rk__buf_dispose(&text);
    }
}
END_TEST

/* More rows than there is memory for; then fewer, in the room that there was before. */
START_TEST(test_json_refill_no_memory_for_rows__later_texts_fit)
{
    rk__buf many = {0};
    rk__buf_puts(&many, "{\"id\": \"a\", \"n\": 1, \"rows\": [" ROW("\"a\"", "1"));
    for (int i = 0; i < 500; i++) {
        rk__buf_puts(&many, ", " ROW("\"b\"", "2"));
    }
    rk__buf_puts(&many, "], \"given\": " GIVEN ", \"fixed\": [1, \"two\"]}\n");
    for (long n = 0; n < 3; n++) {
        (void) rk__alloc_fail_once(n);
        ck_assert(!rk__refill_read(refill, many.text, many.length));
        (void) rk__alloc_fail_once(-1);
        ck_assert(fits(cases[3].text, strlen(cases[3].text)));
    }
    ck_assert(fits(many.text, many.length));
    rk__buf_dispose(&many);
}
END_TEST

static const char *const irregular[] = {
    TEXT("\"a\"", "1", ROW("\"a\"", "1") ", {\"k\":\"b\", \"v\": 2}", GIVEN),
    TEXT("\"a\"", "1", ROW("\"a\"", "true"), GIVEN),
    TEXT("\"a\"", "1", "{}", GIVEN),
    TEXT("\"a\\u0041\"", "1", ROW("\"a\"", "1"), GIVEN),
};

START_TEST(test_json_refill_irregular_document__conflict)
{
    rk__refill *good = refill;
    rk__json *first = document;
    ck_assert_int_eq(refill_of(irregular[_i]), RK_CONFLICT);
    ck_assert_ptr_null(refill);
    rk__json_free(document);
    refill = good;
    document = first;
}
END_TEST

UNIT_TESTS("json_refill")
{
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, test_json_refill_text__fits_or_not, 0,
                        (int) (sizeof cases / sizeof *cases));
    tcase_add_test(tc, test_json_refill_cut_or_changed_text__fits_only_what_parses);
    tcase_add_test(tc, test_json_refill_rows_at_random__are_those_of_the_text);
    tcase_add_test(tc, test_json_refill_no_memory_for_rows__later_texts_fit);
    tcase_add_loop_test(tc, test_json_refill_irregular_document__conflict, 0,
                        (int) (sizeof irregular / sizeof *irregular));
}
