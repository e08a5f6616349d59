/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/text.h"
#include "manual/describe.h"
#include "manual/describe_parts.h"
#include "rules/bind.h"
#include "unit.h"
#include "json/json.h"
#include "json/json_layout.h"

#define FIXTURES RK_BINARY_DIR "/tests/fixtures/"

static rk__registry *registry;
static rk__buf out;

static void setup(void)
{
    static const char *const folders[] = {FIXTURES "everything", FIXTURES "good", FIXTURES "abi2",
                                          NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    ck_assert_int_eq(rk__registry_new(&options, &registry, NULL), RK_OK);
    rk__registry_load_all(registry);
    memset(&out, 0, sizeof out);
}

static void teardown(void)
{
    rk__buf_dispose(&out);
    rk__registry_free(registry);
}

static const rk__rule *everything(void)
{
    const rk__rule *const rule = rk__registry_at(registry, 0);
    ck_assert_msg(rule->state == RK__RULE_LOADED, "%s", rule->reason);
    return rule;
}

static void assert_has(const char *part)
{
    ck_assert_ptr_nonnull(out.text);
    ck_assert_msg(strstr(out.text, part) != NULL, "'%s' is not in:\n%s", part, out.text);
}

static rk__json *parsed(void)
{
    rk__json *document = NULL;
    rk_problems *const problems = rk_problems_new();
    ck_assert_msg(rk__json_parse(out.text, out.length, "out.json", &document, problems) == RK_OK,
                  "%s in:\n%s", rk_problems_at(problems, 0)->message, out.text);
    rk_problems_free(problems);
    return document;
}

static void assert_at(const rk__json *document, const char *pointer, const char *text)
{
    const rk__value *const v = rk__json_at(rk__json_root(document), pointer);
    ck_assert_msg(v != NULL && v->text != NULL, "nothing at %s", pointer);
    ck_assert_str_eq(v->text, text);
}

/* ---------------------------------------------------------------- the manual */

static const char *const text_parts[] = {
    "everything 3.2.1: One of everything\n",
    "Needs earlier shadow components, named in \"of\"; ",
    "number (GBP), per time",
    "ratio, -0.5 to 1",
    "number (GBP), or null",
    "[12.50]",
    "withhold | bonus",
    "[true]",
    "bands[].to",
    "pot.amount",
    "integer, 1 to 6",
    "Values per time are annual",
    "Table activity: each row is a payment of its own, and is rounded\n",
    "number (spell), the",
    "required, not in every",
    "[0], looked up in top_ups",
    "[for lookups]",
    "Table costs: read as a whole\n",
    "What it cost. (shown beside the amount,",
    "rows without a price",
    "Example component",
    "A Publication | with a bar",
};

START_TEST(test_describe_text__says_what_the_tables_say)
{
    rk__describe_text(&out, everything(), 90);
    for (size_t i = 0; i < sizeof text_parts / sizeof text_parts[0]; i++) {
        assert_has(text_parts[i]);
    }
}
END_TEST

static const int widths[] = {100, 90, 80};

START_TEST(test_describe_text__keeps_to_the_width)
{
    rk__describe_text(&out, everything(), widths[_i]);
    for (const char *line = out.text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        ck_assert_msg(rk__utf8_count(line, length) <= (size_t) widths[_i], "longer than %d: '%.*s'",
                      widths[_i], (int) length, line);
        ck_assert_msg(length == 0 || line[length - 1] != ' ', "blanks at the end: '%.*s'",
                      (int) length, line);
        line += length + (line[length] == '\n');
    }
}
END_TEST

START_TEST(test_describe_text__columns_stand_under_each_other)
{
    rk__describe_text(&out, everything(), 100);
    const char *const header = strstr(out.text, "  Name ");
    const char *const row = strstr(out.text, "  cap ");
    ck_assert_ptr_nonnull(header);
    ck_assert_ptr_nonnull(row);
    ck_assert_int_eq(strstr(header, "Default") - header, strstr(row, "required") - row);
    ck_assert_int_eq(strstr(header, "Meaning") - header, strstr(row, "How far") - row);
}
END_TEST

START_TEST(test_describe_text__a_rule_without_parameters_says_so)
{
    rk__describe_text(&out, rk__registry_at(registry, 1), 80);
    assert_has("Parameters: none");
}
END_TEST

START_TEST(test_describe_markdown__tables_escape_bars)
{
    rk__describe_markdown(&out, everything());
    assert_has("# `everything`: One of everything\n");
    assert_has("| mode | withhold \\| bonus | required | Which way. |\n");
    assert_has("```json\n{\n");
}
END_TEST

START_TEST(test_describe_json__parses_and_holds_the_tables)
{
    rk__describe_json(&out, everything());
    rk__json *const document = parsed();
    assert_at(document, "/id", "everything");
    assert_at(document, "/abi", "1.2");
    assert_at(document, "/of", "required");
    assert_at(document, "/row_amounts", "rounded");
    assert_at(document, "/params/0/name", "plan");
    assert_at(document, "/params/0/help", "What was agreed, \"in writing\".");
    assert_at(document, "/params/1/minimum", "-0.5");
    assert_at(document, "/params/8/items/0/name", "to");
    assert_at(document, "/params/9/type", "object");
    assert_at(document, "/columns/1/lookup", "prices");
    assert_at(document, "/columns/3/words/1", "EL");
    assert_at(document, "/elements/1/name", "cost");
    assert_at(document, "/notes/0/name", "no-price");
    assert_at(document, "/example/rule", "everything");
    ck_assert(rk__json_at(rk__json_root(document), "/params/0/per_time")->truth);
    ck_assert(rk__json_at(rk__json_root(document), "/columns/1/price_decides")->truth);
    rk__json_free(document);
}
END_TEST

START_TEST(test_example_component__binds_without_a_problem)
{
    rk__arena arena = {0};
    rk__nums nums = {0};
    rk_problems *const problems = rk_problems_new();
    void *params = NULL;
    const rk_sink sink = rk__buf_sink(&out);
    rk__page page;
    rk__page_init(&page, &sink);
    rk__json_writer w = rk__json_begin_line(&page);
    rk__example_component(&w, NULL, everything());
    rk__json_end(&w);
    ck_assert_int_eq(rk__page_finish(&page), RK_OK);
    rk__json *const document = parsed();
    const rk__bind_input input = {.rule = everything(),
                                  .params = rk__json_get(rk__json_root(document), "params"),
                                  .component = rk__json_root(document),
                                  .scale_num = 1,
                                  .scale_den = 1};
    ck_assert_msg(rk__bind(&input, &nums, &arena, &params, problems) == RK_OK, "%s in %s",
                  rk_problems_at(problems, 0)->message, out.text);
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
    rk_problems_free(problems);
    rk__json_free(document);
}
END_TEST

/* ------------------------------------------------------------------ the list */

START_TEST(test_describe_list__text_ends_with_the_refusals)
{
    rk__describe_list(&out, registry, "text");
    assert_has("everything  3.2.1    loaded");
    assert_has("abi2.so: refused: built for ABI 2, this host has ABI 1\n"
               "  hint: rebuild the rule against this version's plugin.h\n");
}
END_TEST

START_TEST(test_describe_list__json_has_every_file)
{
    rk__describe_list(&out, registry, "json");
    rk__json *const document = parsed();
    ck_assert_uint_eq(rk__json_root(document)->count, 3);
    assert_at(document, "/0/state", "loaded");
    assert_at(document, "/2/state", "refused");
    assert_at(document, "/2/abi", "2.2");
    assert_at(document, "/2/hint", "rebuild the rule against this version's plugin.h");
    rk__json_free(document);
}
END_TEST

START_TEST(test_describe_list__csv_quotes_what_it_must)
{
    rk__describe_list(&out, registry, "csv");
    ck_assert_int_eq(strncmp(out.text, "id,version,state,file,title,sha256,abi,reason,hint\n", 51),
                     0);
    assert_has("2.2,\"built for ABI 2, this host has ABI 1\",rebuild");
}
END_TEST

START_TEST(test_describe_list__markdown_has_two_tables)
{
    rk__describe_list(&out, registry, "markdown");
    assert_has("| good | 1.2.3 | loaded | good.so | Good |\n");
    assert_has("| File | State | Reason | Hint |\n|---|---|---|---|\n");
}
END_TEST

/* ------------------------------------------------------------- pieces of it */

static const struct {
    const char *compact, *laid_out;
} layouts[] = {
    {"{}", "{}"},
    {"{\"a\":1,\"b\":[1,2]}", "{\"a\": 1, \"b\": [1, 2]}"},
    {"\"a:b,c\"", "\"a:b,c\""},
    {"{\"a\":\"{[,:\\\"\"}", "{\"a\": \"{[,:\\\"\"}"},
    {"{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
     "\"c\":[]}",
     "{\n  \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": "
     "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\n  \"c\": []\n}"},
};

START_TEST(test_json_indent__long_brackets_are_broken)
{
    rk__json_indent(&out, layouts[_i].compact, 0);
    ck_assert_str_eq(out.text, layouts[_i].laid_out);
}
END_TEST

static const struct {
    const char *text;
    int indent, width;
    const char *wrapped;
} paragraphs[] = {
    {"one two", 2, 40, "  one two\n"},
    {"aaaaaaaaaa bbbbbbbbbb cccccccccc", 0, 24, "aaaaaaaaaa bbbbbbbbbb\ncccccccccc\n"},
    {"aaaaaaaaaa bbbbbbbbbb ccc", 0, 24, "aaaaaaaaaa bbbbbbbbbb\nccc\n"},
    {"aaaaaaaaaa bbbbbbbbbb cc", 0, 24, "aaaaaaaaaa bbbbbbbbbb cc\n"},
    {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 aaaaaaaaaaaaaaa", 0, 24,
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 aaaaaaaaaaaaaaa\n"},
    {"a_single_word_that_is_longer_than_the_line and more", 0, 24,
     "a_single_word_that_is_longer_than_the_line\nand more\n"},
    {"", 0, 24, ""},
};

START_TEST(test_paragraph__is_wrapped_at_blanks)
{
    rk__paragraph(&out, paragraphs[_i].text, paragraphs[_i].indent, paragraphs[_i].width);
    ck_assert_str_eq(out.text != NULL ? out.text : "", paragraphs[_i].wrapped);
}
END_TEST

START_TEST(test_describe__every_allocation_may_fail)
{
    const rk__rule *const rule = everything();
    int failed = 1;
    for (long n = 0; failed && n < 3000; n++) {
        rk__buf page = {0};
        rk__alloc_fail_after(n);
        rk__describe_text(&page, rule, 80);
        rk__describe_markdown(&page, rule);
        rk__describe_json(&page, rule);
        rk__describe_list(&page, registry, "text");
        rk__describe_list(&page, registry, "csv");
        rk__describe_list(&page, registry, "json");
        rk__describe_list(&page, registry, "markdown");
        rk__alloc_fail_after(-1);
        failed = page.failed;
        rk__buf_dispose(&page);
    }
    ck_assert_msg(!failed, "never succeeded");
}
END_TEST

UNIT_TESTS("describe")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_describe_text__says_what_the_tables_say);
    tcase_add_loop_test(tc, test_describe_text__keeps_to_the_width, 0, COUNT(widths));
    tcase_add_test(tc, test_describe_text__columns_stand_under_each_other);
    tcase_add_test(tc, test_describe_text__a_rule_without_parameters_says_so);
    tcase_add_test(tc, test_describe_markdown__tables_escape_bars);
    tcase_add_test(tc, test_describe_json__parses_and_holds_the_tables);
    tcase_add_test(tc, test_example_component__binds_without_a_problem);
    tcase_add_test(tc, test_describe_list__text_ends_with_the_refusals);
    tcase_add_test(tc, test_describe_list__json_has_every_file);
    tcase_add_test(tc, test_describe_list__csv_quotes_what_it_must);
    tcase_add_test(tc, test_describe_list__markdown_has_two_tables);
    tcase_add_loop_test(tc, test_json_indent__long_brackets_are_broken, 0, COUNT(layouts));
    tcase_add_loop_test(tc, test_paragraph__is_wrapped_at_blanks, 0, COUNT(paragraphs));
    tcase_add_test(tc, test_describe__every_allocation_may_fail);
}
