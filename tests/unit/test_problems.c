/* SPDX-License-Identifier: MIT
 *
 * Tests of base/problems.h: the list, what it does to what it is given, and the
 * nearest word.
 */
#include "base/problems.h"

#include <stdbool.h>

#include "base/alloc.h"
#include "unit.h"

#define REPLACED "\xef\xbf\xbd"

START_TEST(test_problems_add__copies_all_that_it_is_given)
{
    rk_problems *problems = rk_problems_new();
    char file[] = "c.json", pointer[] = "/a", excerpt[] = "\"a\": 1", rule[] = "pbr", hint[] = "do";
    rk__place place = {file, 3, 7, pointer, excerpt, rule};
    ck_assert_int_eq(rk__problem(problems, RK_SYNTAX, &place, hint, "key '%s' is %d", "a", 1),
                     RK_SYNTAX);
    file[0] = pointer[0] = excerpt[0] = rule[0] = hint[0] = '!';
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    const rk_problem *p = rk_problems_at(problems, 0);
    ck_assert_int_eq(p->status, RK_SYNTAX);
    ck_assert_str_eq(p->message, "key 'a' is 1");
    ck_assert_str_eq(p->file, "c.json");
    ck_assert_uint_eq(p->line, 3);
    ck_assert_uint_eq(p->column, 7);
    ck_assert_str_eq(p->pointer, "/a");
    ck_assert_str_eq(p->excerpt, "\"a\": 1");
    ck_assert_str_eq(p->rule, "pbr");
    ck_assert_str_eq(p->hint, "do");
    ck_assert_ptr_null(rk_problems_at(problems, 1));
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_problems_add__what_is_unknown_is_null)
{
    rk_problems *problems = rk_problems_new();
    rk__problem(problems, RK_IO, NULL, NULL, "x");
    const rk_problem *p = rk_problems_at(problems, 0);
    ck_assert(!p->file && !p->pointer && !p->excerpt && !p->hint && !p->rule);
    ck_assert_uint_eq(p->line + p->column, 0);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_problems_add__a_null_list_keeps_nothing)
{
    ck_assert_int_eq(rk__problem(NULL, RK_LIMIT, NULL, NULL, "x"), RK_LIMIT);
    ck_assert_uint_eq(rk_problems_count(NULL), 0);
    ck_assert_ptr_null(rk_problems_at(NULL, 0));
    rk_problems_clear(NULL);
    rk_problems_free(NULL);
    rk__problems_append(NULL, NULL);
}
END_TEST

START_TEST(test_problems_add__a_message_is_one_printable_line)
{
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a\nb\tc\rd", "a b c d"},
        {"\x1b[31mred", REPLACED "[31mred"},
        {"del\x7f", "del" REPLACED},
        {"caf\xc3\xa9 \xf0\x9f\x92\x8a", "caf\xc3\xa9 \xf0\x9f\x92\x8a"},
        {"c1\xc2\x9b!", "c1" REPLACED "!"},
        {"\xc2\xa0", "\xc2\xa0"},
        {"\xe2\x80\xae"
         "abc\xe2\x80\xa8",
         REPLACED "abc" REPLACED},
        {"\xef\xbb\xbf\xf3\xa0\x81\x81.", REPLACED REPLACED "."},
        {"\xe0\xb8\x81\xe2\x80\x8d", "\xe0\xb8\x81\xe2\x80\x8d"},
        {"cut \xe2\x82", "cut " REPLACED},
        {"\xff\xff", REPLACED REPLACED},
        {"a\xed\xa0\x80z\n", "a" REPLACED "z "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rk_problems *problems = rk_problems_new();
        rk__place place = {.excerpt = cases[i].given, .pointer = cases[i].given};
        rk__problem(problems, RK_SYNTAX, &place, cases[i].given, "%s", cases[i].given);
        const rk_problem *p = rk_problems_at(problems, 0);
        ck_assert_msg(strcmp(p->message, cases[i].kept) == 0, "row %zu: %s", i, p->message);
        ck_assert_str_eq(p->hint, cases[i].kept);
        ck_assert_str_eq(p->excerpt, cases[i].kept);
        ck_assert_str_eq(p->pointer, cases[i].given);
        rk_problems_free(problems);
    }
}
END_TEST

START_TEST(test_problems_add__a_long_message_is_cut)
{
    char text[10000];
    memset(text, 'k', sizeof text);
    text[sizeof text - 1] = '\0';
    rk_problems *problems = rk_problems_new();
    rk__problem(problems, RK_UNKNOWN_KEY, NULL, NULL, "%s", text);
    rk__problem(problems, RK_UNKNOWN_KEY, NULL, NULL, "%.2000s", text);
    const char *cut = rk_problems_at(problems, 0)->message;
    ck_assert_uint_eq(strlen(cut), 2003);
    ck_assert_str_eq(cut + 1999, "k...");
    ck_assert_uint_eq(strlen(rk_problems_at(problems, 1)->message), 2000);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_problems_limit__the_last_entry_counts_the_rest)
{
    rk_problems *problems = rk_problems_new();
    for (int i = 0; i < RK__PROBLEMS_MAX; i++)
        rk__problem(problems, RK_SYNTAX, NULL, NULL, "%d", i);
    ck_assert_uint_eq(rk_problems_count(problems), RK__PROBLEMS_MAX);
    ck_assert_str_eq(rk_problems_at(problems, RK__PROBLEMS_MAX - 1)->message, "999");

    rk__problem(problems, RK_OK, NULL, NULL, "a warning");
    const rk_problem *last = rk_problems_at(problems, RK__PROBLEMS_MAX);
    ck_assert_str_eq(last->message, "1 more problem is not listed");
    ck_assert_int_eq(last->status, RK_OK);
    rk__problem(problems, RK_CYCLE, NULL, NULL, "an error");
    rk__problem(problems, RK_OK, NULL, NULL, "a warning");
    last = rk_problems_at(problems, RK__PROBLEMS_MAX);
    ck_assert_uint_eq(rk_problems_count(problems), RK__PROBLEMS_MAX + 1);
    ck_assert_str_eq(last->message, "3 more problems are not listed");
    ck_assert_int_eq(last->status, RK_CYCLE);

    rk_problems *other = rk_problems_new();
    rk__problem(other, RK_IO, NULL, NULL, "first");
    rk__problems_append(other, problems);
    ck_assert_uint_eq(rk_problems_count(other), RK__PROBLEMS_MAX + 1);
    ck_assert_str_eq(rk_problems_at(other, RK__PROBLEMS_MAX)->message,
                     "4 more problems are not listed");
    rk_problems_free(other);

    rk__problems_truncate(problems, RK__PROBLEMS_MAX - 1);
    rk__problem(problems, RK_IO, NULL, NULL, "room again");
    ck_assert_uint_eq(rk_problems_count(problems), RK__PROBLEMS_MAX);
    ck_assert_str_eq(rk_problems_at(problems, RK__PROBLEMS_MAX - 1)->message, "room again");
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_problems_truncate__drops_the_later_ones)
{
    rk_problems *problems = rk_problems_new(), *other = rk_problems_new();
    for (int i = 0; i < 20; i++)
        rk__problem(problems, RK_SYNTAX, NULL, NULL, "%d", i);
    rk__problems_truncate(problems, 30);
    ck_assert_uint_eq(rk_problems_count(problems), 20);
    rk__problems_truncate(problems, 2);
    rk__problems_append(other, problems);
    rk__problems_append(other, problems);
    rk_problems_clear(problems);
    ck_assert_uint_eq(rk_problems_count(problems), 0);
    ck_assert_uint_eq(rk_problems_count(other), 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(rk_problems_at(other, i)->message, i % 2 ? "1" : "0");
    rk_problems_free(problems);
    rk_problems_free(other);
}
END_TEST

START_TEST(test_problems_tidy__orders_lines_and_says_nothing_twice)
{
    static const struct {
        const char *file;
        unsigned line, column;
        const char *message;
    } given[] = {{"b", 1, 1, "earlier"}, {"a", 9, 1, "later"}, {"b", 7, 1, "x"},
                 {"a", 2, 5, "x"},       {"a", 2, 4, "x"},     {NULL, 0, 0, "y"},
                 {"b", 7, 1, "x"},       {"a", 2, 5, "z"},     {NULL, 0, 0, "y"},
                 {"b", 1, 1, "earlier"}, {"a", 0, 0, "whole"}};
    static const char *const kept[] = {"b1", "a2", "a2", "a2", "a9", "b1", "b7", "-0", "a0"};
    rk_problems *problems = rk_problems_new();
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        const rk__place place = {given[i].file, given[i].line, given[i].column, "/p", NULL, NULL};
        rk__problem(problems, RK_SYNTAX, &place, NULL, "%s", given[i].message);
    }
    rk__problems_tidy(problems, 1);
    ck_assert_uint_eq(rk_problems_count(problems), sizeof kept / sizeof *kept);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const rk_problem *p = rk_problems_at(problems, i);
        char found[16];
        (void) snprintf(found, sizeof found, "%s%u", p->file ? p->file : "-", p->line);
        ck_assert_msg(strcmp(found, kept[i]) == 0, "entry %zu: %s, not %s", i, found, kept[i]);
    }
    rk__problems_tidy(NULL, 0);
    rk_problems_free(problems);
}
END_TEST

/* A missing key at one pointer and an unknown one at another: whether they are one slip. */
static const struct {
    const char *missing, *unknown, *hint;
    const char *file;
    bool one;
} slips[] = {
    {"", "/perids", "did you mean 'periods'?", "f", true},
    {"/a/0", "/a/0/perids", "did you mean 'periods'?", "f", true},
    {"/a/0", "/a/0/params/perids", "did you mean 'periods'?", "f", true},
    {"/a/0", "/a/0/params/x/perids", "did you mean 'periods'?", "f", false},
    {"", "/a/perids", "did you mean 'periods'?", "f", false},
    {"/a/0", "/a/01/perids", "did you mean 'periods'?", "f", false},
    {"/a/0", "/perids", "did you mean 'periods'?", "f", false},
    {"", "/perids", "did you mean 'period'?", "f", false},
    {"", "/perids", "the keys are 'periods'", "f", false},
    {"", "/perids", NULL, "f", false},
    {"", "/perids", "did you mean 'periods'?", "g", false},
};

START_TEST(test_problems_slip__is_told_once_by_its_unknown_key)
{
    for (int missing_first = 0; missing_first < 2; missing_first++) {
        rk_problems *problems = rk_problems_new();
        const rk__place missing = {.file = "f", .pointer = slips[_i].missing};
        const rk__place unknown = {.file = slips[_i].file, .pointer = slips[_i].unknown};
        rk__problem(problems, RK_MISSING_KEY, &unknown, NULL, "no 'other'");
        for (int k = 0; k < 2; k++) {
            if (k == !missing_first) {
                rk__problem(problems, RK_MISSING_KEY, &missing, NULL, "no 'periods'");
            } else {
                rk__problem(problems, RK_UNKNOWN_KEY, &unknown, slips[_i].hint, "unknown");
            }
        }
        const size_t n = slips[_i].one ? 2 : 3;
        ck_assert_msg(rk_problems_count(problems) == n, "row %d: %zu problems", _i,
                      rk_problems_count(problems));
        ck_assert_str_eq(rk_problems_at(problems, 0)->message, "no 'other'");
        if (slips[_i].one) {
            ck_assert_str_eq(rk_problems_at(problems, 1)->message, "unknown");
        }
        rk_problems_free(problems);
    }
}
END_TEST

START_TEST(test_problems_memory__what_is_lost_is_still_known)
{
    rk__alloc_fail_after(0);
    ck_assert_ptr_null(rk_problems_new());
    rk__alloc_fail_after(1);
    ck_assert_ptr_null(rk_problems_new());
    rk__alloc_fail_after(-1);
    rk_problems *problems = rk_problems_new();
    rk__alloc_fail_after(0);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(rk__problem(problems, RK_IO, NULL, "hint", "message"), RK_IO);
    rk__alloc_fail_after(-1);
    size_t n = rk_problems_count(problems);
    ck_assert_uint_ge(n, 2);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message, rk_status_sentence(RK_IO));
    char expected[64];
    snprintf(expected, sizeof expected, "%zu more problems are not listed", 100 - (n - 1));
    ck_assert_str_eq(rk_problems_at(problems, n - 1)->message, expected);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_problems_status__has_word_sentence_and_exit_code)
{
    static const struct {
        rk_status status;
        const char *word;
        int exit_code;
    } cases[] = {
        {RK_OK, "ok", 0},
        {RK_SYNTAX, "syntax", 3},
        {RK_RULE_AUDIT, "rule-audit", 4},
        {RK_TARIFF_MISMATCH, "tariff-mismatch", 5},
        {RK_IO, "io", 3},
        {RK_IO_WRITE, "io", 1},
        {RK_USAGE, "usage", 2},
        {(rk_status) -9999, "rule-failed", 4},
        {(rk_status) 17, "rule-failed", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_str_eq(rk_status_word(cases[i].status), cases[i].word);
        ck_assert_int_eq(rk_status_exit_code(cases[i].status), cases[i].exit_code);
        ck_assert_uint_gt(strlen(rk_status_sentence(cases[i].status)), 5);
    }
}
END_TEST

START_TEST(test_problems_nearest__finds_slips_and_nothing_else)
{
    static const char *const words[] = {"plan", "rate",       "baseline", "rate_below", "id",
                                        "rule", "short_stay", "per_diem", "a",          NULL};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"plan", "plan"},
        {"PLAN", "plan"},
        {"shortStay", "short_stay"},
        {"short-stay", "short_stay"},
        {"per diem", "per_diem"},
        {"basleine", "baseline"},
        {"baselnie", "baseline"},
        {"plann", "plan"},
        {"lan", "plan"},
        {"paln", "plan"}, /* a swap in a short word */
        {"plxy", NULL},   /* two slips of four letters */
        {"rata", "rate"},
        {"rates", "rate"},
        {"rate_belw", "rate_below"},
        {"rate_blow_", "rate_below"},
        {"bassselline", "baseline"}, /* three slips of eleven letters */
        {"basssellline", NULL},
        {"cat", NULL},
        {"xy", NULL},
        {"b", NULL}, /* one letter of one */
        {"i", NULL},
        {"", NULL},
        {"__", NULL},
        {"something else entirely that is longer than any word that there is in a list of keys",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = rk__nearest(cases[i].word, words);
        const rk__word_shape shape = rk__word_shape_of(cases[i].word);
        for (size_t k = 0; words[k] != NULL; k++) {
            const char *const one[] = {words[k], NULL};
            ck_assert_msg(rk__may_be_near(shape, rk__word_shape_of(words[k])) ||
                              rk__nearest(cases[i].word, one) == NULL,
                          "'%s' is near '%s' by more than its shape", words[k], cases[i].word);
        }
        bool same = nearest && cases[i].nearest ? strcmp(nearest, cases[i].nearest) == 0
                                                : !nearest && !cases[i].nearest;
        ck_assert_msg(same, "'%s' gives '%s'", cases[i].word, nearest ? nearest : "nothing");
    }
    ck_assert_ptr_null(rk__nearest("plan", NULL));
    ck_assert_ptr_null(rk__nearest(NULL, words));
}
END_TEST

START_TEST(test_problems_nearest__prefers_the_nearer_then_the_earlier)
{
    static const char *const words[] = {"costs", "coast", "cost_s", "most", NULL};
    ck_assert_str_eq(rk__nearest("costz", words), "costs");
    ck_assert_str_eq(rk__nearest("coast", words), "coast");
    ck_assert_str_eq(rk__nearest("Costs", words), "costs");
    ck_assert_str_eq(rk__nearest("moss", words), "most");
}
END_TEST

UNIT_TESTS("problems")
{
    tcase_add_test(tc, test_problems_add__copies_all_that_it_is_given);
    tcase_add_test(tc, test_problems_add__what_is_unknown_is_null);
    tcase_add_test(tc, test_problems_add__a_null_list_keeps_nothing);
    tcase_add_test(tc, test_problems_add__a_message_is_one_printable_line);
    tcase_add_test(tc, test_problems_add__a_long_message_is_cut);
    tcase_add_test(tc, test_problems_limit__the_last_entry_counts_the_rest);
    tcase_add_test(tc, test_problems_truncate__drops_the_later_ones);
    tcase_add_test(tc, test_problems_tidy__orders_lines_and_says_nothing_twice);
    tcase_add_loop_test(tc, test_problems_slip__is_told_once_by_its_unknown_key, 0, COUNT(slips));
    tcase_add_test(tc, test_problems_memory__what_is_lost_is_still_known);
    tcase_add_test(tc, test_problems_status__has_word_sentence_and_exit_code);
    tcase_add_test(tc, test_problems_nearest__finds_slips_and_nothing_else);
    tcase_add_test(tc, test_problems_nearest__prefers_the_nearer_then_the_earlier);
}
