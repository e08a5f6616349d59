/* SPDX-License-Identifier: MIT
 *
 * test_json_edit.c: looking values up by pointer, reading them by type, and editing documents.
 */
#include "base/alloc.h"
#include "json_fixture.h"

/* ------------------------------------------------------- lookups and readers */

START_TEST(test_json_at__follows_rfc_6901)
{
    rk__json *document = parse("{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2,"
                               "\"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, \"m~n\": 8, \"A\": 9,"
                               "\"deep\": [[{\"x\": 10}]]}");
    static const struct {
        const char *pointer, *text;
    } rows[] = {
        {"/foo/0", "bar"},
        {"/foo/1", "baz"},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/i\\j", "5"},
        {"/k\"l", "6"},
        {"/ ", "7"},
        {"/m~0n", "8"},
        {"/A", "9"},
        {"/deep/0/0/x", "10"},
        {"/a", NULL},
        {"/foo/2", NULL},
        {"/foo/-", NULL},
        {"/foo/01", NULL},
        {"/foo/0/x", NULL},
        {"foo", NULL},
        {"/a~2b", NULL},
        {"/m~", NULL},
        {"/foo/4294967296", NULL},
        {"/foo/", NULL},
        {"/FOO/0", NULL},
        {"/foo/00000000000", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rk__value *v = rk__json_at(rk__json_root(document), rows[i].pointer);
        ck_assert_msg((v != NULL) == (rows[i].text != NULL), "%s", rows[i].pointer);
        if (v != NULL) {
            rk__arena arena = {0};
            assert_text(v->text, rows[i].text);
            assert_text(rk__json_pointer(v, &arena), rows[i].pointer);
            rk__arena_dispose(&arena);
        }
    }
    ck_assert_ptr_eq(rk__json_at(rk__json_root(document), ""), rk__json_root(document));
    ck_assert_ptr_null(rk__json_get(rk__json_root(document), "Foo"));
    ck_assert_ptr_null(rk__json_get(rk__json_get(rk__json_root(document), "foo"), "0"));
    ck_assert_ptr_null(rk__json_get(NULL, "x"));
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_problem__stands_at_the_value_or_its_key)
{
    rk__json *document = parse("{\n  \"bands\": [ {\"from\": 1, \"q\\\\\\\"k\" : \n 12} ],\n"
                               "  \"reckoner\": 1}");
    const rk__value *v = rk__json_at(rk__json_root(document), "/bands/0/q\\\"k");
    ck_assert_ptr_nonnull(v);
    ck_assert_int_eq(rk__json_problem(problems, v, RK_OUT_OF_RANGE, "h", "too %s", "big"),
                     RK_OUT_OF_RANGE);
    ck_assert_int_eq(rk__json_key_problem(problems, v, RK_UNKNOWN_KEY, NULL, "key"),
                     RK_UNKNOWN_KEY);
    ck_assert_int_eq(rk__json_problem(problems, NULL, RK_IO, NULL, "nowhere"), RK_IO);
    ck_assert_int_eq(rk__json_key_problem(problems, rk__json_root(document), RK_IO, NULL, "root"),
                     RK_IO);
    const rk_problem *p = rk_problems_at(problems, 0);
    assert_text(p->message, "too big");
    assert_text(p->hint, "h");
    assert_text(p->file, "doc.json");
    assert_text(p->pointer, "/bands/0/q\\\"k");
    assert_text(p->excerpt, " 12} ],");
    ck_assert_uint_eq(p->line, 3);
    ck_assert_uint_eq(p->column, 2);
    p = rk_problems_at(problems, 1);
    assert_text(p->excerpt, "  \"bands\": [ {\"from\": 1, \"q\\\\\\\"k\" : ");
    ck_assert_uint_eq(p->line, 2);
    ck_assert_uint_eq(p->column, 26);
    assert_text(rk_problems_at(problems, 2)->file, NULL);
    assert_text(rk_problems_at(problems, 3)->pointer, "");
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_text_of__tells_missing_null_and_wrong_types)
{
    rk__json *document = parse("{\"id\": \"x\", \"n\": 5, \"none\": null, \"yes\": true}");
    const rk__value *root = rk__json_root(document);
    static const struct {
        const char *key;
        bool required;
        rk_status text, boolean;
    } rows[] = {{"id", true, RK_OK, RK_WRONG_TYPE},
                {"n", false, RK_WRONG_TYPE, RK_WRONG_TYPE},
                {"none", false, RK_OK, RK_OK},
                {"none", true, RK_MISSING_KEY, RK_MISSING_KEY},
                {"gone", false, RK_OK, RK_OK},
                {"gone", true, RK_MISSING_KEY, RK_MISSING_KEY},
                {"ID", true, RK_MISSING_KEY, RK_MISSING_KEY},
                {"yes", true, RK_WRONG_TYPE, RK_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = "before";
        bool truth = false;
        size_t want = 0;
        rk_problems_clear(problems);
        ck_assert_int_eq(rk__json_text_of(root, rows[i].key, rows[i].required, &text, problems),
                         rows[i].text);
        ck_assert_int_eq(rk__json_bool_of(root, rows[i].key, rows[i].required, &truth, problems),
                         rows[i].boolean);
        assert_text(text, i == 0 ? "x" : "before");
        ck_assert(truth == (strcmp(rows[i].key, "yes") == 0));
        want = (size_t) (rows[i].text != RK_OK) + (rows[i].boolean != RK_OK);
        ck_assert_uint_eq(rk_problems_count(problems), want);
    }
    rk_problems_clear(problems);
    const char *text;
    ck_assert_int_eq(rk__json_text_of(root, "n", true, &text, problems), RK_WRONG_TYPE);
    assert_text(rk_problems_at(problems, 0)->message, "'n' must be a string, and is a number");
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_only_keys__names_the_nearest)
{
    static const char *const allowed[] = {"id", "title", "periods", NULL};
    rk__json *document = parse("{\"id\": 1, \"tilte\": 2, \"zzzzzz\": 3, \"Id\": 4}");
    ck_assert_int_eq(rk__json_only_keys(rk__json_root(document), allowed, problems),
                     RK_UNKNOWN_KEY);
    ck_assert_uint_eq(rk_problems_count(problems), 3);
    assert_text(rk_problems_at(problems, 0)->message, "unknown key 'tilte'");
    assert_text(rk_problems_at(problems, 0)->hint, "did you mean 'title'?");
    assert_text(rk_problems_at(problems, 0)->pointer, "/tilte");
    ck_assert_uint_eq(rk_problems_at(problems, 0)->column, 11);
    assert_text(rk_problems_at(problems, 1)->hint, "the keys are 'id', 'title' and 'periods'");
    rk__json_free(document);
    document = parse("{\"id\": 1}");
    ck_assert_int_eq(rk__json_only_keys(rk__json_root(document), allowed, problems), RK_OK);
    rk__json_free(document);
}
END_TEST

/* --------------------------------------------------------------------- edits */

/* The whole tree as compact JSON, to compare trees. */
static void write_value(rk__buf *out, const rk__value *v)
{
    unsigned index = 0;
    switch (v->type) {
    case RK__JSON_OBJECT:
    case RK__JSON_ARRAY:
        rk__buf_puts(out, v->type == RK__JSON_OBJECT ? "{" : "[");
        for (const rk__value *c = v->first; c != NULL; c = c->next, index++) {
            ck_assert_uint_eq(c->index, index);
            ck_assert_ptr_eq(c->parent, v);
            rk__buf_puts(out, index > 0 ? "," : "");
            if (c->key != NULL) {
                rk__json_write_text(out, c->key, strlen(c->key));
                rk__buf_puts(out, ":");
            }
            write_value(out, c);
        }
        ck_assert_uint_eq(v->count, index);
        rk__buf_puts(out, v->type == RK__JSON_OBJECT ? "}" : "]");
        break;
    case RK__JSON_STRING:
        rk__json_write_text(out, v->text, v->length);
        break;
    case RK__JSON_NUMBER:
        rk__buf_puts(out, v->text);
        break;
    default:
        rk__buf_puts(out, v->type == RK__JSON_NULL ? "null" : v->truth ? "true" : "false");
        break;
    }
}

static void assert_tree(const rk__value *v, const char *want)
{
    rk__buf out = {0};
    write_value(&out, v);
    ck_assert_str_eq(out.text, want);
    rk__buf_dispose(&out);
}

START_TEST(test_json_set__replaces_adds_and_appends)
{
    static const struct {
        const char *pointer, *with;
        rk_status status;
        const char *tree; /* NULL: as it was */
    } rows[] = {
        {"/a", "[1]", RK_OK, "{\"a\":[1],\"b\":[1,2,3],\"c\":{\"d\":\"x\"}}"},
        {"/b/1", "{\"y\":null}", RK_OK, "{\"a\":1,\"b\":[1,{\"y\":null},3],\"c\":{\"d\":\"x\"}}"},
        {"/b/2", "9", RK_OK, "{\"a\":1,\"b\":[1,2,9],\"c\":{\"d\":\"x\"}}"},
        {"/b/-", "9", RK_OK, "{\"a\":1,\"b\":[1,2,3,9],\"c\":{\"d\":\"x\"}}"},
        {"/c/e~1~0", "9", RK_OK, "{\"a\":1,\"b\":[1,2,3],\"c\":{\"d\":\"x\",\"e/~\":9}}"},
        {"/c/-", "9", RK_OK, "{\"a\":1,\"b\":[1,2,3],\"c\":{\"d\":\"x\",\"-\":9}}"},
        {"/", "9", RK_OK, "{\"a\":1,\"b\":[1,2,3],\"c\":{\"d\":\"x\"},\"\":9}"},
        {"", "[true]", RK_OK, "[true]"},
        {"/b/3", "9", RK_OUT_OF_RANGE, NULL},
        {"/x/y", "9", RK_OUT_OF_RANGE, NULL},
        {"/a/y", "9", RK_OUT_OF_RANGE, NULL},
        {"/c/d/e", "9", RK_OUT_OF_RANGE, NULL},
        {"a", "9", RK_OUT_OF_RANGE, NULL},
        {"a/b", "9", RK_OUT_OF_RANGE, NULL},
        {"/c/~2", "9", RK_OUT_OF_RANGE, NULL},
    };
    static const char original[] = "{\"a\":1,\"b\":[1,2,3],\"c\":{\"d\":\"x\"}}";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rk__json *document = parse(original), *with = parse(rows[i].with), *copy = NULL;
        rk_problems_clear(problems);
        ck_assert_int_eq(rk__json_clone(rk__json_root(document), &copy), RK_OK);
        ck_assert_msg(rk__json_set(copy, rows[i].pointer, rk__json_root(with), problems) ==
                          rows[i].status,
                      "%s", rows[i].pointer);
        assert_tree(rk__json_root(copy), rows[i].tree != NULL ? rows[i].tree : original);
        assert_tree(rk__json_root(document), original);
        if (rows[i].status == RK_OK) {
            rk__arena arena = {0};
            const rk__value *v = rk__json_at(rk__json_root(copy), rows[i].pointer);
            ck_assert(v != NULL || strcmp(rows[i].pointer, "/b/-") == 0);
            if (v != NULL) {
                assert_text(rk__json_pointer(v, &arena), rows[i].pointer);
            }
            rk__arena_dispose(&arena);
        } else {
            ck_assert_uint_eq(rk_problems_count(problems), 1);
            ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, rows[i].pointer));
        }
        rk__json_free(copy);
        rk__json_free(with);
        rk__json_free(document);
        rk_problems_clear(problems);
    }
}
END_TEST

/* A pointer may begin at any value of the document. */
/* Long arrays: items of two of them in turn, appended, replaced whole, and none that is not there.
 */
START_TEST(test_json_set__edits_long_arrays_in_any_order)
{
    enum { ITEMS = 100 };
    rk__buf text = {0};
    rk__buf_puts(&text, "{\"a\": [0");
    for (int i = 1; i < ITEMS; i++) {
        rk__buf_printf(&text, ", %d", i);
    }
    rk__buf_puts(&text, "], \"b\": [{\"x\": 0}");
    for (int i = 1; i < ITEMS; i++) {
        rk__buf_printf(&text, ", {\"x\": %d}", i);
    }
    rk__buf_puts(&text, "], \"c\": [7]}");
    for (int starved = 0; starved < 2; starved++) {
        rk__json *document = parse(text.text), *with = parse("[-1]"), *copy = NULL;
        const rk__value *v = rk__json_root(with)->first;
        ck_assert_int_eq(rk__json_clone(rk__json_root(document), &copy), RK_OK);
        char pointer[32];
        for (int i = 0; i < ITEMS; i++) {
            const int at = i * 37 % ITEMS;
            (void) snprintf(pointer, sizeof pointer, "/a/%d", at);
            (void) rk__alloc_fail_once(starved ? 0 : -1); /* then it looks for the item */
            ck_assert_int_eq(rk__json_set(copy, pointer, v, NULL), RK_OK);
            (void) rk__alloc_fail_after(-1);
            (void) snprintf(pointer, sizeof pointer, "/b/%d/x", at);
            ck_assert_int_eq(rk__json_set(copy, pointer, v, NULL), RK_OK);
            ck_assert_int_eq(rk__json_set(copy, i % 2 == 0 ? "/a/-" : "/b/-", v, NULL), RK_OK);
            ck_assert_int_eq(rk__json_set(copy, "/c/-", v, NULL), RK_OK);
        }
        ck_assert_int_eq(rk__json_set(copy, "/a/150", v, NULL), RK_OUT_OF_RANGE);
        ck_assert_int_eq(rk__json_set(copy, "/a/x", v, NULL), RK_OUT_OF_RANGE);
        const rk__value *a = rk__json_get(rk__json_root(copy), "a");
        ck_assert_uint_eq(a->count, ITEMS + ITEMS / 2);
        uint32_t n = 0;
        for (const rk__value *item = a->first; item != NULL; item = item->next) {
            ck_assert_uint_eq(item->index, n++);
            assert_text(item->text, "-1");
            ck_assert_ptr_eq(item->parent, a);
        }
        ck_assert_uint_eq(n, a->count);
        n = 0;
        for (const rk__value *item = rk__json_get(rk__json_root(copy), "b")->first; item != NULL;
             item = item->next) {
            assert_text(n < ITEMS ? item->first->text : item->text, "-1");
            n++;
        }
        ck_assert_uint_eq(n, ITEMS + ITEMS / 2);
        ck_assert_uint_eq(rk__json_get(rk__json_root(copy), "c")->count, ITEMS + 1);
        ck_assert_int_eq(rk__json_set(copy, "/a", rk__json_root(document)->first, NULL), RK_OK);
        ck_assert_int_eq(rk__json_set(copy, "/a/99", v, NULL), RK_OK);
        assert_text(rk__json_at(rk__json_root(copy), "/a/98")->text, "98");
        assert_text(rk__json_at(rk__json_root(copy), "/a/99")->text, "-1");
        rk__json_free(copy);
        rk__json_free(with);
        rk__json_free(document);
    }
    rk__buf_dispose(&text);
}
END_TEST

START_TEST(test_json_set_below__begins_at_a_value)
{
    rk__json *document = parse("[{\"a\":1},{\"b\":{}}]"), *with = parse("[7]"), *copy = NULL;
    ck_assert_int_eq(rk__json_clone(rk__json_root(document), &copy), RK_OK);
    const rk__value *second = rk__json_root(copy)->first->next;
    ck_assert_int_eq(rk__json_set_below(copy, second, "/b/c", rk__json_root(with), problems),
                     RK_OK);
    ck_assert_int_eq(rk__json_set_below(copy, second, "/b", rk__json_root(with), problems), RK_OK);
    ck_assert_int_eq(rk__json_set_below(copy, second, "/a/x", rk__json_root(with), problems),
                     RK_OUT_OF_RANGE);
    assert_tree(rk__json_root(copy), "[{\"a\":1},{\"b\":[7]}]");
    rk__arena arena = {0};
    assert_text(rk__json_pointer(second->first->first, &arena), "/1/b/0");
    rk__arena_dispose(&arena);
    rk__json_free(copy);
    rk__json_free(with);
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_set__problems_name_the_file_that_a_value_was_written_in)
{
    rk__json *document = parse("{\"reckoner\": 1, \"a\":\n {\"b\": 1, \"c\": 2}}"), *with = NULL,
             *copy = NULL;
    const char *text = "{\"reckoner\": 1, \"set\": {\"/b\":\n  {\"new\": 5}}}";
    ck_assert_int_eq(rk__json_parse(text, strlen(text), "vector.json", &with, problems), RK_OK);
    const rk__value *value = rk__json_get(rk__json_get(rk__json_root(with), "set"), "/b");

    /* A copy of a part: its pointers begin at its own root. */
    ck_assert_int_eq(rk__json_clone(rk__json_get(rk__json_root(document), "a"), &copy), RK_OK);
    ck_assert_int_eq(rk__json_set(copy, "/b", value, problems), RK_OK);
    const rk__value *root = rk__json_root(copy);
    rk__json_problem(problems, rk__json_at(root, "/b/new"), RK_OUT_OF_RANGE, NULL, "x");
    rk__json_key_problem(problems, rk__json_at(root, "/b"), RK_UNKNOWN_KEY, NULL, "x");
    rk__json_key_problem(problems, rk__json_at(root, "/c"), RK_UNKNOWN_KEY, NULL, "x");
    static const struct {
        const char *file, *pointer, *excerpt;
        unsigned line, column;
    } rows[] = {{"vector.json", "/b/new", "  {\"new\": 5}}}", 2, 11},
                {"vector.json", "/b", "  {\"new\": 5}}}", 2, 3},
                {"doc.json", "/c", " {\"b\": 1, \"c\": 2}}", 2, 11}};
    for (size_t i = 0; i < 3; i++) {
        const rk_problem *p = rk_problems_at(problems, i);
        assert_text(p->file, rows[i].file);
        assert_text(p->pointer, rows[i].pointer);
        assert_text(p->excerpt, rows[i].excerpt);
        ck_assert_uint_eq(p->line, rows[i].line);
        ck_assert_uint_eq(p->column, rows[i].column);
    }
    ck_assert_str_eq(rk__json_file(copy), "doc.json");
    ck_assert_str_eq(rk__json_text(copy, NULL), rk__json_text(document, NULL));
    rk__json_free(copy);
    rk__json_free(with);
    rk__json_free(document);
}
END_TEST

START_TEST(test_json_set__depth_is_limited)
{
    rk__json *document = parse("[]"), *with = parse("[[[[[[[[]]]]]]]]"), *copy = NULL;
    char pointer[256] = "/-";
    ck_assert_int_eq(rk__json_clone(rk__json_root(document), &copy), RK_OK);
    for (int i = 0; i < 7; i++) {
        ck_assert_int_eq(rk__json_set(copy, pointer, rk__json_root(with), problems), RK_OK);
        pointer[strlen(pointer) - 1] = '\0';
        strcat(pointer, "0/0/0/0/0/0/0/0/-");
    }
    /* 57 deep; seven more fit, eight do not. */
    ck_assert_int_eq(rk__json_set(copy, pointer, rk__json_root(with), problems), RK_LIMIT);
    ck_assert_int_eq(rk__json_set(copy, pointer, rk__json_root(with)->first, problems), RK_OK);
    rk__json_free(copy);
    rk__json_free(with);
    rk__json_free(document);
}
END_TEST

UNIT_TESTS("json_edit")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_json_at__follows_rfc_6901);
    tcase_add_test(tc, test_json_problem__stands_at_the_value_or_its_key);
    tcase_add_test(tc, test_json_text_of__tells_missing_null_and_wrong_types);
    tcase_add_test(tc, test_json_only_keys__names_the_nearest);
    tcase_add_test(tc, test_json_set__replaces_adds_and_appends);
    tcase_add_test(tc, test_json_set__edits_long_arrays_in_any_order);
    tcase_add_test(tc, test_json_set_below__begins_at_a_value);
    tcase_add_test(tc, test_json_set__problems_name_the_file_that_a_value_was_written_in);
    tcase_add_test(tc, test_json_set__depth_is_limited);
}
