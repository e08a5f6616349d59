/* SPDX-License-Identifier: MIT
 *
 * Tests of report/problem.c and cases.c: problems with their source
 * line and caret, failure documents, checks and worked examples.
 */
#include "report_fixture.h"

static const struct {
    const char *name;
    rk_problem problem;
    int width;
    const char *shown;
} problems[] = {
    {"everything",
     {.status = RK_UNKNOWN_KEY,
      .message = "unknown key 'perods'",
      .file = "c.json",
      .line = 4,
      .column = 3,
      .excerpt = "  \"perods\": []",
      .hint = "did you mean 'periods'?"},
     0,
     "c.json:4:3: unknown key 'perods'\n"
     "    \"perods\": []\n"
     "    ^\n"
     "hint: did you mean 'periods'?\n"},
    {"no place at all", {.status = RK_USAGE, .message = "no"}, 0, "reckon: no\n"},
    {"a file without a line", {.status = RK_IO, .message = "no", .file = "a"}, 0, "a: no\n"},
    {"a line without a column",
     {.status = RK_SYNTAX, .message = "no", .file = "a.csv", .line = 7},
     0,
     "a.csv:7: no\n"},
    {"a pointer without a line",
     {.status = RK_SYNTAX, .message = "no", .file = "a", .pointer = "/x/0"},
     0,
     "a: no (at /x/0)\n"},
    {"a warning",
     {.status = RK_OK, .message = "mind", .file = "a", .line = 1, .column = 2},
     0,
     "a:1:2: warning: mind\n"},
    {"the caret counts characters, not bytes",
     {.status = RK_SYNTAX,
      .message = "no",
      .file = "a",
      .line = 1,
      .column = 6,
      .excerpt = "caf\xc3\xa9 x"},
     0,
     "a:1:6: no\n  caf\xc3\xa9 x\n       ^\n"},
    {"a long line is shown around its fault",
     {.status = RK_SYNTAX,
      .message = "no",
      .file = "a",
      .line = 1,
      .column = 71,
      .excerpt = "0123456789012345678901234567890123456789"
                 "012345678901234567890123456789X123456789"},
     44,
     "a:1:71: no\n"
     "  0123456789012345678901234567890123456789\n"
     "                                ^\n"},
    {"an excerpt that begins in the middle",
     {.status = RK_SYNTAX,
      .message = "no",
      .file = "a",
      .line = 1,
      .column = 500,
      .excerpt = "\xe2\x80\xa6"
                 "12345678901234567890123456789012345678901234567890123456789X"},
     0,
     "a:1:500: no\n"
     "  \xe2\x80\xa6"
     "12345678901234567890123456789012345678901234567890123456789X\n"
     "                                                              ^\n"},
};

START_TEST(test_report_problem__text)
{
    kept k = {0};
    rk_sink sink = kept_sink(&k, problems[_i].width);
    ck_assert_int_eq(rk_report_problem(&problems[_i].problem, &sink), RK_OK);
    /* Within a long line what is shown depends on the width; that the caret stands
     * below the fault does not. */
    if (problems[_i].width == 0) {
        kept_expect(&k, problems[_i].shown);
        return;
    }
    const char *excerpt = strchr(k.text.text, '\n') + 1;
    const char *caret = strchr(excerpt, '\n') + 1;
    ck_assert_uint_le(strcspn(excerpt, "\n"), (size_t) problems[_i].width);
    ck_assert_uint_eq(strcspn(caret, "^"), strcspn(excerpt, "X"));
    rk__buf_dispose(&k.text);
}
END_TEST

static rk_problems *two_problems(void)
{
    rk_problems *list = rk_problems_new();
    const rk__place place = {.file = "c.json", .line = 4, .column = 3, .pointer = "/perods"};
    rk__problem(list, RK_OK, &place, NULL, "a warning first");
    rk__problem(list, RK_UNKNOWN_KEY, &place, "did you mean 'periods'?", "unknown key 'perods'");
    return list;
}

START_TEST(test_report_failure__document_holds_the_first_error)
{
    rk_problems *list = two_problems();
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_failure("acute", list, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_keys(d, "", "reckoner contract error problems");
    json_keys(d, "/error", "code message file line column pointer hint");
    json_expect(d, "/contract", "acute");
    json_expect(d, "/error/code", "unknown-key");
    json_expect(d, "/error/line", "4");
    json_expect(d, "/error/pointer", "/perods");
    json_expect(d, "/problems/0/code", "warning");
    json_expect(d, "/problems/0/hint", NULL);
    rk__json_free(d);
    rk_problems_free(list);
}
END_TEST

START_TEST(test_report_failure__one_problem_needs_no_list)
{
    rk_problems *list = rk_problems_new();
    rk__problem(list, RK_IO, NULL, NULL, "gone");
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_failure(NULL, list, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_keys(d, "", "reckoner contract error");
    json_expect(d, "/contract", NULL);
    json_expect(d, "/error/file", NULL);
    json_expect(d, "/error/line", NULL);
    rk__json_free(d);
    rk_problems_free(list);
}
END_TEST

START_TEST(test_report_failure__without_a_problem_is_still_one)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_failure("c", NULL, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_expect(d, "/error/code", "limit");
    rk__json_free(d);
}
END_TEST

static const struct {
    rk_format format;
    const char *shown;
} checks[] = {
    {RK_FORMAT_TEXT, "c.json:4:3: warning: a warning first\n"
                     "c.json:4:3: unknown key 'perods'\n"
                     "hint: did you mean 'periods'?\n"
                     "3 files checked, 1 problem, 1 warning\n"},
    {RK_FORMAT_CSV,
     "file,line,column,code,message,pointer,hint\n"
     "c.json,4,3,warning,a warning first,/perods,\n"
     "c.json,4,3,unknown-key,unknown key 'perods',/perods,did you mean 'periods'?\n"},
    {RK_FORMAT_MARKDOWN, "- c.json:4:3: warning: a warning first\n"
                         "- c.json:4:3: unknown key 'perods' (hint: did you mean 'periods'?)\n"
                         "\n"
                         "3 files checked, 1 problem, 1 warning\n"},
};

START_TEST(test_report_check__lists_all_and_counts)
{
    rk_problems *list = two_problems();
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_check(list, 3, checks[_i].format, &sink), RK_OK);
    kept_expect(&k, checks[_i].shown);
    rk_problems_free(list);
}
END_TEST

START_TEST(test_report_check__document)
{
    rk_problems *list = two_problems();
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_check(list, 3, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_expect(d, "/reckoner", "check/1");
    json_expect(d, "/files", "3");
    json_expect(d, "/problems/1/code", "unknown-key");
    rk__json_free(d);
    rk_problems_free(list);
}
END_TEST

static const rk_case_report cases[] = {
    {.file = "v.json",
     .vector = "v",
     .index = 0,
     .arrangement = "a",
     .passed = true,
     .difference = ""},
    {.file = "v.json",
     .vector = "v",
     .index = 1,
     .passed = false,
     .difference = "total: expected 1.00, found 2.00\nunpriced: expected 0, found 1\n"},
};

START_TEST(test_report_cases__differences_then_counts)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_cases(cases, 2, RK_FORMAT_TEXT, &sink), RK_OK);
    kept_expect(&k, "failed: v.json, case 2\n"
                    "  total: expected 1.00, found 2.00\n"
                    "  unpriced: expected 0, found 1\n"
                    "1 passed, 1 failed\n");
    ck_assert_int_eq(rk_report_cases(cases, 0, RK_FORMAT_TEXT, &sink), RK_OK);
    kept_expect(&k, "0 passed, 0 failed\n");
}
END_TEST

START_TEST(test_report_cases__document)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_cases(cases, 2, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_expect(d, "/passed", "1");
    json_expect(d, "/failed", "1");
    json_expect(d, "/cases/1/case", "2");
    json_expect(d, "/cases/1/arrangement", NULL);
    json_keys(d, "/cases/0", "file vector case arrangement passed");
    rk__json_free(d);
}
END_TEST

UNIT_TESTS("report_problem")
{
    tcase_add_loop_test(tc, test_report_problem__text, 0, COUNT(problems));
    tcase_add_test(tc, test_report_failure__document_holds_the_first_error);
    tcase_add_test(tc, test_report_failure__one_problem_needs_no_list);
    tcase_add_test(tc, test_report_failure__without_a_problem_is_still_one);
    tcase_add_loop_test(tc, test_report_check__lists_all_and_counts, 0, COUNT(checks));
    tcase_add_test(tc, test_report_check__document);
    tcase_add_test(tc, test_report_cases__differences_then_counts);
    tcase_add_test(tc, test_report_cases__document);
}
