/* SPDX-License-Identifier: MIT
 *
 * test_json.c: parsing, places, messages and writing of JSON.
 */
#include "base/alloc.h"
#include "json_fixture.h"

/* ------------------------------------------------------------------ parsing */

START_TEST(test_json_parse__keeps_types_text_and_order)
{
    rk__json *document = parse(" {\"a\": [1.50, -0, 2E+3], \"b\\u0041\": \"x\\ny\\u20ac\", "
                               "\"c\": true, \"d\": false, \"e\": null, \"f\": {}, \"g\": []}\n");
    const rk__value *root = rk__json_root(document);
    static const struct {
        const char *pointer;
        rk__json_type type;
        const char *text;
        unsigned count;
    } rows[] = {
        {"", RK__JSON_OBJECT, NULL, 7},       {"/a", RK__JSON_ARRAY, NULL, 3},
        {"/a/0", RK__JSON_NUMBER, "1.50", 0}, {"/a/1", RK__JSON_NUMBER, "-0", 0},
        {"/a/2", RK__JSON_NUMBER, "2E+3", 0}, {"/bA", RK__JSON_STRING, "x\ny\xe2\x82\xac", 0},
        {"/c", RK__JSON_BOOL, NULL, 0},       {"/d", RK__JSON_BOOL, NULL, 0},
        {"/e", RK__JSON_NULL, NULL, 0},       {"/f", RK__JSON_OBJECT, NULL, 0},
        {"/g", RK__JSON_ARRAY, NULL, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rk__value *v = rk__json_at(root, rows[i].pointer);
        ck_assert_msg(v != NULL && v->type == rows[i].type, "row %zu", i);
        assert_text(v->text, rows[i].text);
        /* The length of a text, the number of items of others. */
        ck_assert_uint_eq(v->count, v->text != NULL ? strlen(rows[i].text) : rows[i].count);
        ck_assert_ptr_eq(v->document, document);
    }
    ck_assert(rk__json_get(root, "c")->truth);
    ck_assert(!rk__json_get(root, "d")->truth);
    assert_text(root->first->key, "a");
    const rk__value *last = rk__json_at(root, "/g");
    ck_assert(last->next == NULL && last->index == 6);
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_parse__places_count_characters_from_one)
{
    const char *text = "\xef\xbb\xbf{\"\xc3\xa9\": \"\xe2\x82\xac\", \"b\":\r\n  [\n\t10, 200]}";
    rk__json *document = parse(text);
    const rk__value *root = rk__json_root(document);
    static const struct {
        const char *pointer;
        unsigned line, column, key_line, key_column;
        const char *source;
    } rows[] = {{"/\xc3\xa9", 1, 7, 1, 2, "\"\xe2\x82\xac\""},
                {"/b", 2, 3, 1, 12, "[\n\t10, 200]"},
                {"/b/0", 3, 2, 0, 0, "10"},
                {"/b/1", 3, 6, 0, 0, "200"}};

    ck_assert_uint_eq(root->offset, 3);
    ck_assert_uint_eq(root->column, 1);
    ck_assert_uint_eq(root->end, strlen(text));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rk__value *v = rk__json_at(root, rows[i].pointer);
        ck_assert_ptr_nonnull(v);
        ck_assert_uint_eq(v->line, rows[i].line);
        ck_assert_uint_eq(v->column, rows[i].column);
        rk_problems_clear(problems);
        (void) rk__json_key_problem(problems, v, RK_OUT_OF_RANGE, NULL, "here");
        const bool keyed = rows[i].key_line != 0;
        ck_assert_uint_eq(rk_problems_at(problems, 0)->line,
                          keyed ? rows[i].key_line : rows[i].line);
        ck_assert_uint_eq(rk_problems_at(problems, 0)->column,
                          keyed ? rows[i].key_column : rows[i].column);
        ck_assert_uint_eq(v->end - v->offset, strlen(rows[i].source));
        ck_assert_mem_eq(text + v->offset, rows[i].source, strlen(rows[i].source));
    }
    size_t length;
    ck_assert_str_eq(rk__json_text(document, &length), text);
    ck_assert_uint_eq(length, strlen(text));
    ck_assert_str_eq(rk__json_file(document), "doc.json");
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_parse__keeps_numbers_of_any_length)
{
    char text[3002];
    memset(text, '7', sizeof text);
    text[0] = '[';
    text[3000] = ']';
    text[3001] = '\0';
    memcpy(text + 2990, ".25e-99999", 10);
    rk__json *document = parse(text);
    const rk__value *v = rk__json_root(document)->first;
    ck_assert_uint_eq(v->length, 2999);
    ck_assert_mem_eq(v->text, text + 1, 2999);
    ck_assert_int_eq(v->text[2999], '\0');
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_parse__takes_bare_values_and_no_file_name)
{
    static const char *const rows[] = {"1", " \"x\" ", "null", "\n[]", "\xef\xbb\xbf{}"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rk__json *document = NULL;
        ck_assert_int_eq(rk__json_parse(rows[i], strlen(rows[i]), NULL, &document, NULL), RK_OK);
        ck_assert_ptr_null(rk__json_file(document));
        rk__json_free(document);
    }
}
END_TEST

/* -------------------------------------------------------------------- errors */

static const struct fault {
    const char *text;
    rk_status status;
    unsigned line, column;
    const char *message, *hint;
} faults[] = {
    {"", RK_SYNTAX, 1, 1, "expected an object or another value, found the end of the text", NULL},
    {"{\"a\":1,}", RK_SYNTAX, 1, 8, "expected a key in double quotes after ',', found '}'",
     "remove the ',' before it"},
    {"[1,\n]", RK_SYNTAX, 2, 1, "expected a value after ',', found ']'",
     "remove the ',' before it"},
    {"{\"a\" 1}", RK_SYNTAX, 1, 6, "expected ':' after a key, found other text", "text is written"},
    {"{\"reckoner\" 1}", RK_SYNTAX, 1, 13, "expected ':' after a key, found '1'",
     "text is written"},
    {"{\"a\":1 \"b\":2}", RK_SYNTAX, 1, 8,
     "expected ',' or '}' after a member, found a double quote", "put ',' before it"},
    {"[1 {}]", RK_SYNTAX, 1, 4, "expected ',' or ']' after an item, found '{'",
     "put ',' before it"},
    {"{'a':1}", RK_SYNTAX, 1, 2, "expected a key in double quotes or '}', found a single quote",
     "not in single ones"},
    {"{a:1}", RK_SYNTAX, 1, 2, "expected a key in double quotes or '}', found other text",
     "text is written in double quotes"},
    {"[\"reckoner\", NaN]", RK_SYNTAX, 1, 14, "expected a value after ',', found 'NaN'", "no NaN"},
    {"[-Infinity, \"reckoner\"]", RK_SYNTAX, 1, 3, "expected a digit after '-', found 'Infinity'",
     "no NaN"},
    {"[1,True]", RK_SYNTAX, 1, 4, "expected a value after ',', found other text", "small letters"},
    {"[nul]", RK_SYNTAX, 1, 2, "expected a value or ']', found other text", NULL},
    {"[truex, \"reckoner\"]", RK_SYNTAX, 1, 2, "expected a value or ']', found 'truex'", NULL},
    {"{} // x", RK_SYNTAX, 1, 4, "expected the end of the text after the document, found '/'",
     "no comments"},
    {"[012]", RK_SYNTAX, 1, 3, "a number does not begin with a zero", "write a code as text"},
    {"[1.]", RK_SYNTAX, 1, 4, "expected a digit after the decimal point, found ']'", NULL},
    {"[.5]", RK_SYNTAX, 1, 2, "expected a value or ']', found '.'", "as in 0.5"},
    {"[+5]", RK_SYNTAX, 1, 2, "expected a value or ']', found '+'", "no '+'"},
    {"[1e]", RK_SYNTAX, 1, 4, "expected a digit in the exponent, found ']'", NULL},
    {"[0x1F]", RK_SYNTAX, 1, 3, "expected ',' or ']' after an item, found other text",
     "decimal digits"},
    {"[\"a\nb\"]", RK_SYNTAX, 1, 4,
     "expected '\"' at the end of a string, found the end of the "
     "line",
     "\\n"},
    {"[\"a\tb\"]", RK_SYNTAX, 1, 4,
     "the control character U+0009 must be written as an escape in a string", "\\t"},
    {"[\"\x1b\"]", RK_SYNTAX, 1, 3, "the control character U+001B must be written as an escape",
     "\\u001b"},
    {"[\"abc", RK_SYNTAX, 1, 6, "expected '\"' at the end of a string, found the end of the text",
     NULL},
    {"[\"\\x\"]", RK_SYNTAX, 1, 3, "'\\x' is not an escape of JSON", "'\\\\'"},
    {"[\"\\u12g4\"]", RK_SYNTAX, 1, 3, "expected four hexadecimal digits after '\\u'", NULL},
    {"[\"\\ud800\"]", RK_SYNTAX, 1, 3, "'\\ud800' is half of a surrogate pair", "two escapes"},
    {"[\"\\ud800\\u0041\"]", RK_SYNTAX, 1, 3, "'\\ud800' is half of a surrogate pair", NULL},
    {"[\"\\udc00\\ud800\"]", RK_SYNTAX, 1, 3, "'\\udc00' is half of a surrogate pair", NULL},
    {"[\"\xc3\xa9\xc3\x28\"]", RK_SYNTAX, 1, 4, "the byte 0xC3 is not UTF-8 here", "as UTF-8"},
    {"[\"\xed\xa0\x80\"]", RK_SYNTAX, 1, 3, "the byte 0xED is not UTF-8 here", NULL},
    {"[\xe2\x80\x9cx\xe2\x80\x9d]", RK_SYNTAX, 1, 2,
     "expected a value or ']', found the character U+201C", "straight double quotes"},
    {"[\xff]", RK_SYNTAX, 1, 2, "expected a value or ']', found the byte 0xFF", NULL},
    {"{\"a\":\n {\"b\": 1\n", RK_SYNTAX, 3, 1,
     "expected ',' or '}' after a member, found the end of the text",
     "the object that begins in line 2 is not closed"},
    {"[1}", RK_SYNTAX, 1, 3, "expected ',' or ']' after an item, found '}'", NULL},
    {"{\"a\"=1}", RK_SYNTAX, 1, 5, "expected ':' after a key, found '='", "':' stands"},
    {"{} {}", RK_SYNTAX, 1, 4, "expected the end of the text after the document, found '{'", NULL},
    {"\xff\xfe{", RK_SYNTAX, 1, 1, "the text is not UTF-8", "UTF-16"},
    {"{\"a\": 1,\n \"b\": 2,\n \"\\u0061\": 3}", RK_DUPLICATE_KEY, 3, 2,
     "a key appears twice in this object, first in line 1", "keep one"},
    {"{\"a\": 1,\n \"reckoner\": 2,\n \"\\u0061\": 3}", RK_DUPLICATE_KEY, 3, 2,
     "the key 'a' appears twice in this object, first in line 1", "keep one"},
    {"{\"a\": \"x\\u0000\"}", RK_OUT_OF_RANGE, 1, 9, "a text holds the character U+0000",
     "remove it"},
    {"{\"a\\u0000\": 1, \"b\": \"\xc3\xa9\\u0000\"}", RK_OUT_OF_RANGE, 1, 4,
     "a text holds the character U+0000", NULL},
    {"[\"\\u0000\"", RK_SYNTAX, 1, 10, "expected ',' or ']' after an item", NULL},
};

START_TEST(test_json_parse__places_and_words_each_fault)
{
    const struct fault *f = &faults[_i];
    rk__json *document = (rk__json *) f;

    const rk_status status =
        rk__json_parse(f->text, strlen(f->text), "x.json", &document, problems);
    ck_assert_int_eq(status, f->status);
    ck_assert_ptr_null(document);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    const rk_problem *p = rk_problems_at(problems, 0);
    ck_assert_int_eq(p->status, f->status);
    ck_assert_str_eq(p->file, "x.json");
    ck_assert_msg(strncmp(p->message, f->message, strlen(f->message)) == 0, "%s", p->message);
    ck_assert_msg(p->line == f->line && p->column == f->column, "%s: at %u:%u", f->text, p->line,
                  p->column);
    if (f->hint != NULL) {
        ck_assert_msg(p->hint != NULL && strstr(p->hint, f->hint) != NULL, "%s: hint %s", f->text,
                      p->hint != NULL ? p->hint : "(none)");
    }
}
END_TEST

START_TEST(test_json_parse__finds_utf16_and_raw_nul)
{
    rk__json *document;
    ck_assert_int_eq(rk__json_parse("{\0\"\0", 4, "x", &document, problems), RK_SYNTAX);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message, "the text is not UTF-8");
    ck_assert_int_eq(rk__json_parse("[\"a\0b\"]", 7, "x", &document, problems), RK_OUT_OF_RANGE);
    ck_assert_uint_eq(rk_problems_at(problems, 1)->column, 4);
    ck_assert_int_eq(rk__json_parse("[1]\0", 4, "x", &document, problems), RK_SYNTAX);
}
END_TEST

START_TEST(test_json_parse__lists_every_duplicate_in_small_and_large_objects)
{
    for (unsigned n = 5; n <= 500; n += 99) {
        rk__buf text = {0};
        rk__json *document;
        rk__buf_puts(&text, "{\"k0\": \"reckoner\"");
        for (unsigned i = 1; i < n; i++) {
            rk__buf_printf(&text, ",\n\"k%u\": {\"k0\": 1}", i % (n - 2));
        }
        rk__buf_puts(&text, "}");
        rk_problems_clear(problems);
        ck_assert_int_eq(rk__json_parse(text.text, text.length, "x", &document, problems),
                         RK_DUPLICATE_KEY);
        ck_assert_uint_eq(rk_problems_count(problems), 2);
        for (unsigned i = 0; i < 2; i++) {
            const rk_problem *p = rk_problems_at(problems, i);
            char want[96];
            ck_assert_uint_eq(p->line, n - 1 + i);
            ck_assert_uint_eq(p->column, 1);
            (void) snprintf(want, sizeof want,
                            "the key 'k%u' appears twice in this object, first in line %u", i,
                            i + 1);
            ck_assert_str_eq(p->message, want);
        }
        rk__buf_dispose(&text);
    }
}
END_TEST

START_TEST(test_json_parse__third_of_a_name_points_to_the_first)
{
    rk__buf text = {0};
    rk__json *document;
    rk__buf_puts(&text, "{\"same\": 0");
    for (unsigned i = 0; i < 40; i++) {
        rk__buf_printf(&text, ",\n\"%s%u\": 1", i % 20 == 19 ? "same\": 2, \"z" : "k", i);
    }
    rk__buf_puts(&text, "}");
    ck_assert_int_eq(rk__json_parse(text.text, text.length, "x", &document, problems),
                     RK_DUPLICATE_KEY);
    ck_assert_uint_eq(rk_problems_count(problems), 2);
    ck_assert_uint_eq(rk_problems_at(problems, 0)->line, 21);
    ck_assert_uint_eq(rk_problems_at(problems, 1)->line, 41);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 1)->message, "first in line 1"));
    rk__buf_dispose(&text);
}
END_TEST

START_TEST(test_json_parse__depth_is_limited)
{
    char text[2 * (RK__JSON_MAX_DEPTH + 1) + 1] = {0};
    rk__json *document;
    memset(text, '[', RK__JSON_MAX_DEPTH);
    memset(text + RK__JSON_MAX_DEPTH, ']', RK__JSON_MAX_DEPTH);
    document = parse(text);
    rk__json_free(document);
    memset(text, '[', RK__JSON_MAX_DEPTH + 1);
    memset(text + RK__JSON_MAX_DEPTH + 1, ']', RK__JSON_MAX_DEPTH + 1);
    ck_assert_int_eq(rk__json_parse(text, sizeof text - 1, "x", &document, problems), RK_LIMIT);
    ck_assert_uint_eq(rk_problems_at(problems, 0)->column, RK__JSON_MAX_DEPTH + 1);
    ck_assert_int_eq(rk__json_parse("", RK__JSON_MAX_BYTES + 1, "x", &document, problems),
                     RK_LIMIT);
}
END_TEST

/* ------------------------------------------------------------------ excerpts */

static const char *excerpt_of(const char *text)
{
    rk__json *document;
    rk_problems_clear(problems);
    ck_assert_int_eq(rk__json_parse(text, strlen(text), "x", &document, problems), RK_SYNTAX);
    return rk_problems_at(problems, 0)->excerpt;
}

START_TEST(test_json_excerpt__shows_the_line_made_safe)
{
    static const struct {
        const char *text, *excerpt;
    } rows[] = {
        {"{\n  \"reckoner\": 1,\r\n\t\"b\": x\r\n}", " \"b\": x"},
        {"\xef\xbb\xbf{x\n\"reckoner\"", "{x"},
        {"[\"\x1b[31m\" x\n\"reckoner\"", "[\"\xef\xbf\xbd[31m\" x"},
        {"[\"\xc3\xa9\", \"\xff\xfe\"]\n\"reckoner\"",
         "[\"\xc3\xa9\", \"\xef\xbf\xbd\xef\xbf\xbd\"]"},
        {"[\"\xe2\x80\xae\", x\n\"reckoner\"", "[\"\xef\xbf\xbd\", x"},
        {"[\"reckoner\",\n", ""},
        {"[\"a\xc2\x9b\" x]\n\"reckoner\"", "[\"a\xef\xbf\xbd\" x]"},
        {"[\"a\" x]", NULL}, /* nobody says that this is ours */
        {"{\"name\": \"x\" \"reckoned\"}", NULL},
        {"NHS number,name\n1,x", NULL}, /* not like a document of ours: not shown */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_text(excerpt_of(rows[i].text), rows[i].excerpt);
    }
}
END_TEST

/* Characters of a text. */
static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += (*text & 0xc0) != 0x80;
    }
    return n;
}

START_TEST(test_json_excerpt__is_trimmed_around_the_place)
{
    static const unsigned lengths[][2] = {{0, 500}, {20, 500},  {60, 500}, {61, 500},
                                          {62, 20}, {100, 10},  {119, 0},  {120, 5},
                                          {300, 0}, {300, 500}, {99, 19},  {99, 22}};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const unsigned before = lengths[i][0], after = lengths[i][1];
        rk__buf text = {0};
        rk__buf_puts(&text, "[\"reckoner\",\n");
        for (unsigned k = 0; k < before; k++) {
            rk__buf_puts(&text, " ");
        }
        rk__buf_puts(&text, "@");
        for (unsigned k = 0; k < after; k++) {
            rk__buf_puts(&text, "\xc3\xa9");
        }
        const char *excerpt = excerpt_of(text.text);
        const bool cut = strncmp(excerpt, "\xe2\x80\xa6", 3) == 0;
        const bool whole = before + after + 1 <= 120;
        const size_t caret = cut ? RK__JSON_EXCERPT_CARET : rk_problems_at(problems, 0)->column;
        ck_assert_msg(cut == (!whole && before > 60), "row %zu: %s", i, excerpt);
        ck_assert_msg(characters(excerpt) <= 121, "row %zu: %zu", i, characters(excerpt));
        if (whole) {
            ck_assert_uint_eq(characters(excerpt), before + after + 1);
        }
        const char *at = strchr(excerpt, '@');
        ck_assert_ptr_nonnull(at);
        char head[512];
        (void) snprintf(head, sizeof head, "%.*s", (int) (at - excerpt), excerpt);
        ck_assert_msg(characters(head) + 1 == caret, "row %zu: %zu, caret %zu", i, characters(head),
                      caret);
        rk__buf_dispose(&text);
    }
}
END_TEST

START_TEST(test_json_write_text__escapes)
{
    static const struct {
        const char *text;
        size_t length;
        const char *json;
    } rows[] = {
        {"", 0, "\"\""},
        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"\xc3\xa9\xf0\x9f\x92\x89", 6, "\"\xc3\xa9\xf0\x9f\x92\x89\""},
        {"x\xff\xc3(\xed\xa0\x80", 7,
         "\"x\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd"
         "\xef\xbf\xbd\""},
        {"\xc3", 1, "\"\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rk__buf out = {0};
        rk__json_write_text(&out, rows[i].text, rows[i].length);
        ck_assert_str_eq(out.text, rows[i].json);
        rk__buf_dispose(&out);
    }
}
END_TEST

START_TEST(test_json_load__names_the_file)
{
    char path[] = "/tmp/rk-json-XXXXXX";
    const int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    rk__json *document = NULL;
    fputs("{\"a\": }", f);
    fclose(f);
    ck_assert_int_eq(rk__json_load(path, &document, problems), RK_SYNTAX);
    assert_text(rk_problems_at(problems, 0)->file, path);
    remove(path);
    ck_assert_int_eq(rk__json_load(path, &document, problems), RK_IO);
    ck_assert_ptr_null(document);
}
END_TEST

UNIT_TESTS("json")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_json_parse__keeps_types_text_and_order);
    tcase_add_test(tc, test_json_parse__places_count_characters_from_one);
    tcase_add_test(tc, test_json_parse__keeps_numbers_of_any_length);
    tcase_add_test(tc, test_json_parse__takes_bare_values_and_no_file_name);
    tcase_add_loop_test(tc, test_json_parse__places_and_words_each_fault, 0, COUNT(faults));
    tcase_add_test(tc, test_json_parse__finds_utf16_and_raw_nul);
    tcase_add_test(tc, test_json_parse__lists_every_duplicate_in_small_and_large_objects);
    tcase_add_test(tc, test_json_parse__third_of_a_name_points_to_the_first);
    tcase_add_test(tc, test_json_parse__depth_is_limited);
    tcase_add_test(tc, test_json_excerpt__shows_the_line_made_safe);
    tcase_add_test(tc, test_json_excerpt__is_trimmed_around_the_place);
    tcase_add_test(tc, test_json_write_text__escapes);
    tcase_add_test(tc, test_json_load__names_the_file);
}
