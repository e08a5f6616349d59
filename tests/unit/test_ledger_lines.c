/* SPDX-License-Identifier: MIT
 *
 * test_ledger_lines.c: which lines a ledger takes from a rule, to the last byte and line,
 * and what it says of those that it refuses.
 */
#include "engine_fixture.h"
#include "ledger/result.h"

#define FIXTURE(name) RK_BINARY_DIR "/tests/fixtures/" name

static const char *const writers[] = {FIXTURE("writes-lines"), FIXTURE("writes-groups"), NULL};

static void open_writers(void)
{
    rk_options options = RK_OPTIONS_INIT;
    options.rules = writers;
    open_with(options);
}

static rk_status write_lines(const char *rule, int way, const char *facts)
{
    char component[96];
    (void) snprintf(component, sizeof component, "{'id': 'a', 'rule': '%s', 'params': {'way': %d}}",
                    rule, way);
    char *text = contract_text(YEAR, facts, NULL, component, NULL);
    const rk_status status = evaluate_text(text);
    free(text);
    return status;
}

/* The total, or what is wrong. */
static const struct {
    const char *total, *message;
} lines[] = {
    {NULL, "rule 'writes-lines' wrote a ledger line without a label"},
    {"1.00", NULL}, /* texts of 4,000 bytes */
    {NULL, "rule 'writes-lines' wrote a ledger line whose text is not UTF-8 or is too long"},
    {NULL, "rule 'writes-lines' wrote a ledger line whose text is not UTF-8 or is too long"},
    {NULL, "rule 'writes-lines' wrote a ledger line whose text is not UTF-8 or is too long"},
    {NULL, "rule 'writes-lines' wrote a ledger line whose text is not UTF-8 or is too long"},
    {NULL, "rule 'writes-lines', line 'one' has neither quantity, rate nor factor"},
    {"7.00", NULL}, /* an amount that is stated, and right */
    {"7.00", NULL}, /* a rate alone */
    {"7.00", NULL}, /* a factor alone */
    {NULL, "rule 'writes-lines', line 'one' has neither quantity, rate nor factor"},
    {"1048576.00", NULL}, /* as many lines as there may be */
    {NULL, "rule 'writes-lines' wrote more than a million ledger lines"},
    {"42.00", NULL}, /* quantity, rate and factor */
};
#define N_LINES ((int) (sizeof lines / sizeof *lines))

START_TEST(test_ledger_line__is_taken_to_the_limits)
{
    const rk_status status = write_lines("writes-lines", _i, "");
    if (lines[_i].message != NULL) {
        ck_assert_str_eq(rk_status_word(status), "rule-failed");
        ck_assert_str_eq(first_message(), lines[_i].message);
        ck_assert_ptr_null(result);
        return;
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_str_eq(rk_result_total(result), lines[_i].total);
}
END_TEST

static const struct {
    const char *word, *message;
} groups[] = {
    {NULL, NULL}, /* each group's line */
    {NULL, NULL}, /* of copies of them */
    {"rule-audit", "rule 'writes-groups' wrote the line of group 'EL' twice"},
    {"rule-audit", "rule 'writes-groups' left out the line of group 'NEL'"},
    {"rule-audit",
     "rule 'writes-groups' wrote a line for a group 'other' that the host did not fold"},
    {"rule-audit", "rule 'writes-groups' wrote a line for a group 'EL' that the host did not fold"},
    {"rule-audit", "rule 'writes-groups' wrote a line for a group '' that the host did not fold"},
    {"rule-failed", "rule 'writes-groups' wrote a line of a group without amount"},
};
#define N_GROUPS ((int) (sizeof groups / sizeof *groups))

START_TEST(test_ledger_group__is_the_host_s_own)
{
    const rk_status status = write_lines(
        "writes-groups", _i, "'activity': [{'pod': 'EL', 'count': 2}, {'pod': 'NEL', 'count': 3}]");
    if (groups[_i].word != NULL) {
        ck_assert_str_eq(rk_status_word(status), groups[_i].word);
        ck_assert_str_eq(first_message(), groups[_i].message);
        ck_assert_ptr_null(result);
        return;
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_str_eq(rk_result_total(result), "5.00");
    const rk__component_result *c = &result->periods[0].components[0];
    ck_assert_uint_eq(c->n_lines, 2);
    ck_assert_str_eq(c->lines[0].label, "EL");
    ck_assert_str_eq(c->lines[1].label, "NEL");
}
END_TEST

UNIT_TESTS("ledger lines")
{
    tcase_add_checked_fixture(tc, open_writers, close_session);
    tcase_add_loop_test(tc, test_ledger_line__is_taken_to_the_limits, 0, N_LINES);
    tcase_add_loop_test(tc, test_ledger_group__is_the_host_s_own, 0, N_GROUPS);
}
