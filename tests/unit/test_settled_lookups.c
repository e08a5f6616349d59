/* SPDX-License-Identifier: MIT
 *
 * test_settled_lookups.c: cells that a rule looks up when it settles a table row by row. A
 * missing one takes the column's default; one that cannot be read is an error.
 */
#include "engine_fixture.h"

#define FEES "'fees': {'key': ['kind'], 'rows': [{'kind': 'home', 'fee': '80'}]}"

static const char *const rules[] = {RK_BINARY_DIR "/tests/fixtures/settles-looked-up", NULL};

static void begin(void)
{
    open_with((rk_options){.size = sizeof(rk_options), .rules = rules});
}

/* Two visits at home, one of them near: `weights` is a table by area. */
static rk_status evaluate_visits(const char *fees, const char *weights)
{
    char facts[1000], tariff[500];
    (void) snprintf(facts, sizeof facts,
                    "'visits': [{'kind': 'home', 'area': 'near'}, {'kind': 'home', 'area': 'far'}]"
                    "%s%s",
                    weights != NULL ? ", 'weights': " : "", weights != NULL ? weights : "");
    (void) snprintf(tariff, sizeof tariff, TARIFF("%s"), fees);
    char *text =
        contract_text(YEAR, facts, tariff, "{'id': 'v', 'rule': 'settles-looked-up'}", NULL);
    const rk_status status = evaluate_text(text);
    free(text);
    return status;
}

static const struct {
    const char *weights, *total;
} totals[] = {
    {NULL, "160.00"},
    {"{'key': ['area'], 'rows': [{'area': 'near', 'weight': '1.5'}]}", "200.00"},
    {"{'key': ['area'], 'rows': [{'area': 'near', 'weight': ''}, {'area': 'far', 'paid': 'no'}]}",
     "80.00"},
};

START_TEST(test_settled_lookups__a_missing_value_takes_its_default)
{
    ck_assert_int_eq(evaluate_visits(FEES, totals[_i].weights), RK_OK);
    ck_assert_str_eq(rk_result_total(result), totals[_i].total);
}
END_TEST

static const struct {
    const char *fees, *weights;
    rk_status status;
    const char *says;
} faults[] = {
    {"'fees': {'key': ['kind'], 'rows': [{'kind': 'home', 'fee': 'free'}]}", NULL, RK_WRONG_TYPE,
     "table 'fees', column 'fee'"},
    {FEES, "{'key': ['area'], 'rows': [{'area': 'far', 'weight': 'heavy'}]}", RK_WRONG_TYPE,
     "table 'weights', column 'weight'"},
    {FEES, "{'key': ['area'], 'rows': [{'area': 'far', 'paid': 'maybe'}]}", RK_WRONG_TYPE,
     "table 'weights', column 'paid'"},
    {FEES, "{'key': ['area'], 'rows': [{'area': 'far', 'weight': 1}, {'area': 'far'}]}",
     RK_DUPLICATE_KEY, "have the same key"},
};

START_TEST(test_settled_lookups__a_value_that_cannot_be_read_is_an_error)
{
    ck_assert_int_eq(evaluate_visits(faults[_i].fees, faults[_i].weights), faults[_i].status);
    assert_says(first_message(), faults[_i].says);
    ck_assert_ptr_null(result);
}
END_TEST

UNIT_TESTS("settled lookups")
{
    tcase_add_checked_fixture(tc, begin, close_session);
    tcase_add_loop_test(tc, test_settled_lookups__a_missing_value_takes_its_default, 0,
                        COUNT(totals));
    tcase_add_loop_test(tc, test_settled_lookups__a_value_that_cannot_be_read_is_an_error, 0,
                        COUNT(faults));
}
