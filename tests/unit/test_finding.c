/* SPDX-License-Identifier: MIT
 *
 * test_finding.c: the list of findings: its order, its limit, what documents accept.
 */
#include "finding/codes.h"
#include "finding/finding.h"
#include "unit.h"

static rk__findings list;
static rk__arena arena;
static rk__nums nums;

static void begin(void)
{
    list = (rk__findings){0};
}

static void end(void)
{
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
    nums = (rk__nums){0};
}

static void add(rk_severity severity, int64_t amount, const char *text)
{
    const rk_finding finding = {.code = "rule-note",
                                .severity = severity,
                                .amount = amount > 0 ? rk__num_from_int(&nums, amount) : NULL};
    rk__finding_add(&list, &arena, finding, "%s", text);
}

static const char *order(void)
{
    static char text[64];
    text[0] = '\0';
    for (size_t i = 0; i < list.n; i++) {
        strncat(text, list.items[i].message, sizeof text - strlen(text) - 1);
    }
    return text;
}

START_TEST(test_finding_add__sorts_by_severity_then_money_then_as_added)
{
    add(RK_SEVERITY_NOTE, 9, "f");
    add(RK_SEVERITY_WARNING, 0, "d");
    add(RK_SEVERITY_WARNING, 5, "c");
    add(RK_SEVERITY_WARNING, 7, "b");
    add(RK_SEVERITY_WARNING, 0, "e");
    add(RK_SEVERITY_ERROR, 0, "a");
    ck_assert_str_eq(order(), "abcdef");
    ck_assert_uint_eq(list.n_warnings, 5);
    ck_assert_str_eq(rk__findings_warning(&list, 4)->message, "e");
    ck_assert_ptr_null(rk__findings_warning(&list, 5));
}
END_TEST

START_TEST(test_finding_add__leaves_out_what_is_there)
{
    add(RK_SEVERITY_WARNING, 0, "a");
    add(RK_SEVERITY_WARNING, 0, "a");
    rk__finding_add(&list, &arena, (rk_finding){.code = "rule-note", .at = "x.csv:2"}, "a");
    rk__finding_add(&list, &arena, (rk_finding){.code = "bad-rows"}, "a");
    ck_assert_uint_eq(list.n, 3);
}
END_TEST

START_TEST(test_finding_add__keeps_the_weightiest_of_too_many)
{
    for (int i = 0; i < RK__FINDINGS_MAX + 10; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        add(RK_SEVERITY_WARNING, 1 + i, text);
    }
    ck_assert_uint_eq(list.n, RK__FINDINGS_MAX);
    ck_assert_uint_eq(list.n_warnings, RK__FINDINGS_MAX);
    ck_assert_uint_eq(list.left_out, 10);
    ck_assert_str_eq(list.items[0].message, "1009");
    ck_assert_str_eq(list.items[RK__FINDINGS_MAX - 1].message, "10");
    add(RK_SEVERITY_NOTE, 0, "a");
    ck_assert_uint_eq(list.n, RK__FINDINGS_MAX);
    ck_assert_uint_eq(list.left_out, 11);
}
END_TEST

START_TEST(test_finding_accepts__makes_notes_of_warnings_only)
{
    static const char *const accepts[] = {"bad-rows", "rule-note"};
    list.accepts = accepts;
    list.n_accepts = 2;
    add(RK_SEVERITY_ERROR, 0, "a");
    add(RK_SEVERITY_WARNING, 0, "b");
    rk__finding_add(&list, &arena, (rk_finding){.code = "no-cost"}, "c");
    ck_assert_str_eq(order(), "acb");
    ck_assert_uint_eq(list.n_warnings, 2);
}
END_TEST

START_TEST(test_finding_add__says_if_memory_runs_out)
{
    add(RK_SEVERITY_WARNING, 0, "a");
    ck_assert(!arena.failed);
    static char text[2000];
    memset(text, 'x', sizeof text - 1);
    (void) rk__alloc_fail_after(0);
    for (int i = 0; i < 100; i++) {
        text[i] = 'y'; /* each differs */
        rk__finding_add(&list, &arena, (rk_finding){.code = "rule-note"}, "%s", text);
    }
    (void) rk__alloc_fail_after(-1);
    ck_assert(arena.failed);
}
END_TEST

START_TEST(test_finding_codes__are_known_and_have_a_nearest)
{
    ck_assert(rk__finding_is_code("bad-rows"));
    ck_assert(!rk__finding_is_code("bad-row"));
    ck_assert_str_eq(rk__finding_nearest("bad-row"), "bad-rows");
    size_t n = 0;
    while (rk__finding_code(n) != NULL) {
        n++;
    }
    ck_assert_uint_gt(n, 20);
    ck_assert_ptr_null(rk__finding_code(n + 1));
}
END_TEST

UNIT_TESTS("finding")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_finding_add__sorts_by_severity_then_money_then_as_added);
    tcase_add_test(tc, test_finding_add__leaves_out_what_is_there);
    tcase_add_test(tc, test_finding_add__keeps_the_weightiest_of_too_many);
    tcase_add_test(tc, test_finding_accepts__makes_notes_of_warnings_only);
    tcase_add_test(tc, test_finding_add__says_if_memory_runs_out);
    tcase_add_test(tc, test_finding_codes__are_known_and_have_a_nearest);
}
