/* SPDX-License-Identifier: MIT
 *
 * test_evaluate.c: what a contract's keys do to what is paid: lookups, defaults,
 * scopes, periods, shadows, rounding, cost. Each row is a small contract with
 * its total, or its error, and the warnings it gives.
 */
#include "engine_fixture.h"

#define PRICES                                                                                  \
    "'prices': {'key': ['hrg', 'pod'], 'rows': [{'hrg': 'A', 'pod': 'EL', 'price': '100', "     \
    "'trim_point': 5, 'per_diem': 10},{'hrg': 'A', 'pod': 'NEL', 'price': '200'},{'hrg': 'B', " \
    "'pod': 'EL', 'price': '0.333333'},{'hrg': 'C', 'pod': 'EL', 'price': null}]}"
#define MFF           "'mff': {'key': ['provider'], 'rows': [{'provider': 'P', 'mff': '1.5'}]}"
#define ROW(hrg, pod) "{'hrg': '" hrg "', 'pod': '" pod "'}"
#define PBR           "{'id': 'a', 'rule': 'pbr'}"
#define BLOCK(id, amount, more) \
    "{'id': '" id "', 'rule': 'block', 'params': {'amount': '" amount "'}" more "}"
#define TWO_YEARS                                                                       \
    "{'id': 'one', 'start': '2016-04-01', 'end': '2017-03-31'},{'id': 'two', 'start': " \
    "'2017-04-01', 'end': '2018-03-31'}"
#define QUARTER "{'id': 'q', 'start': '2016-04-01', 'end': '2016-06-30'}"

static const struct {
    const char *what, *periods, *facts, *tariff, *components, *more;
    const char *total; /* or the word of an error */
    uint64_t unpriced;
    const char *warning; /* held by a warning; "" for no warnings at all */
} cases[] = {
    /* Lookups. */
    {"a price by two keys", YEAR, "'activity': [" ROW("A", "EL") "]", TARIFF(PRICES), PBR, NULL,
     "100.00", 0, ""},
    {"a key that the tariff lacks is unpriced", YEAR,
     "'activity': [" ROW("Z", "EL") "," ROW("A", "NEL") "]", TARIFF(PRICES), PBR, NULL, "200.00", 1,
     "emergency rows"},
    {"a blank price is no price", YEAR, "'activity': [" ROW("C", "EL") "]", TARIFF(PRICES), PBR,
     NULL, "0.00", 1, ""},
    {"keys are case-sensitive", YEAR, "'activity': [" ROW("a", "EL") "]", TARIFF(PRICES), PBR, NULL,
     "0.00", 1, ""},
    {"a number as a key compares as spelled", YEAR,
     "'activity': [{'hrg': 1.0, 'pod': 'EL'}, {'hrg': 1, 'pod': 'EL'}]",
     TARIFF("'prices': {'key': ['hrg'], 'rows': [{'hrg': '1.0', 'price': 7}]}"), PBR, NULL, "7.00",
     1, ""},
    {"a fact table comes before the tariff's", YEAR,
     "'activity': [" ROW("A",
                         "EL") "], 'prices': {'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': 3}]}",
     TARIFF(PRICES), PBR, NULL, "3.00", 0, ""},
    {"a row's own price comes before any table", YEAR,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'price': '42'}]", TARIFF(PRICES), PBR, NULL, "42.00",
     0, ""},
    {"no price anywhere", YEAR, "'activity': [" ROW("A", "EL") "]", NULL, PBR, NULL,
     "unknown-table", 0, NULL},
    {"a key column in no row", YEAR, "'activity': [{'hrg': 'A'}]", TARIFF(PRICES), PBR, NULL,
     "missing-column", 0, NULL},
    {"a key absent from one row", YEAR, "'activity': [{'hrg': 'A'}, " ROW("A", "EL") "]",
     TARIFF(PRICES), PBR, NULL, "100.00", 1, ""},
    {"a table in place with no rows pays nothing", YEAR, "'activity': []", TARIFF(PRICES), PBR,
     NULL, "0.00", 0, ""},
    {"no activity at all", YEAR, "", TARIFF(PRICES), PBR, NULL, "unknown-table", 0, NULL},
    {"two rows of one key", YEAR,
     "'activity': [" ROW("A", "EL") "], 'prices': {'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': "
                                    "3}, {'hrg': 'A', 'price': 4}]}",
     NULL, PBR, NULL, "duplicate-key", 0, NULL},
    /* Defaults that are taken. */
    {"no table of factors, no warning", YEAR, "'activity': [" ROW("A", "EL") "]", TARIFF(PRICES),
     PBR, NULL, "100.00", 0, ""},
    {"a factor by the row's provider", YEAR,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'provider': 'P'}]", TARIFF(PRICES "," MFF), PBR, NULL,
     "150.00", 0, ""},
    {"the contract's provider is the row's", YEAR, "'activity': [" ROW("A", "EL") "]",
     TARIFF(PRICES "," MFF), PBR, ", 'provider': 'P'", "150.00", 0, ""},
    {"a provider that the table lacks", YEAR,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'provider': 'Q'}]", TARIFF(PRICES "," MFF), PBR, NULL,
     "100.00", 0, "provider 'Q' (1 row)"},
    {"no provider at all", YEAR, "'activity': [" ROW("A", "EL") "]", TARIFF(PRICES "," MFF), PBR,
     NULL, "100.00", 0, "no column 'provider'"},
    {"an optional lookup is silent", YEAR,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'service': '?'}]",
     TARIFF(PRICES
            ", 'top_ups': {'key': ['service'], 'rows': [{'service': 's', 'top_up': '10%'}]}"),
     PBR, NULL, "100.00", 0, ""},
    /* Scopes. */
    {"a scope keeps what matches", YEAR, "'activity': [" ROW("A", "EL") "," ROW("A", "NEL") "]",
     TARIFF(PRICES), "{'id': 'a', 'rule': 'pbr', 'scope': {'pod': ['NEL']}}", NULL, "200.00", 0,
     "emergency rows"},
    {"a pattern, and what is left out", YEAR,
     "'activity': [" ROW("A", "EL") "," ROW("A", "NEL") "," ROW("B", "EL") "]", TARIFF(PRICES),
     "{'id': 'a', 'rule': 'pbr', 'scope': {'pod': ['*EL'], 'not': {'hrg': ['B']}}}", NULL, "300.00",
     0, "emergency rows"},
    {"left out only where every column matches", YEAR,
     "'activity': [" ROW("A", "EL") "," ROW("A", "NEL") "]", TARIFF(PRICES),
     "{'id': 'a', 'rule': 'pbr', 'scope': {'not': {'hrg': ['A'], 'pod': ['EL']}}}", NULL, "200.00",
     0, "emergency rows"},
    {"a scope by a column that is not there", YEAR, "'activity': [" ROW("A", "EL") "]",
     TARIFF(PRICES), "{'id': 'a', 'rule': 'pbr', 'scope': {'ward': ['7']}}", NULL, "missing-column",
     0, NULL},
    {"unpriced rows outside the scope do not count", YEAR,
     "'activity': [" ROW("Z", "EL") "," ROW("A", "NEL") "]", TARIFF(PRICES),
     "{'id': 'a', 'rule': 'pbr', 'scope': {'pod': ['NEL']}}", NULL, "200.00", 0, "emergency rows"},
    {"a scope of a table that is settled", YEAR,
     "'population': [{'group': 'a', 'heads': 10}, {'group': 'b', 'heads': 1}]", NULL,
     "{'id': 'a', 'rule': 'capitation', 'scope': {'group': 'b'}, 'params': {'rate': 5}}", NULL,
     "5.00", 0, ""},
    {"a scope where the rule reads no rows", YEAR, "", NULL,
     BLOCK("a", "1", ", 'scope': {'pod': 'EL'}"), NULL, "conflict", 0, NULL},
    /* Periods. */
    {"rows without a period hold for each", TWO_YEARS, "'activity': [" ROW("A", "EL") "]",
     TARIFF(PRICES), PBR, NULL, "200.00", 0, ""},
    {"rows by period", TWO_YEARS, "'activity': [{'hrg': 'A', 'pod': 'EL', 'period': 'two'}]",
     TARIFF(PRICES), PBR, NULL, "100.00", 0, ""},
    {"a value that is no period's id", TWO_YEARS,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'period': 'three'}]", TARIFF(PRICES), PBR, NULL,
     "out-of-range", 0, NULL},
    {"rows by date, one outside", TWO_YEARS,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'date': '2017-03-31'},{'hrg': 'A', 'pod': 'EL', "
     "'date': '2017-04-01'},{'hrg': 'A', 'pod': 'EL', 'date': '2018-04-01'}]",
     TARIFF(PRICES), PBR, NULL, "200.00", 1, ""},
    {"a date that is none", TWO_YEARS,
     "'activity': [{'hrg': 'A', 'pod': 'EL', 'date': '31/03/2017'}]", TARIFF(PRICES), PBR, NULL,
     "out-of-range", 0, NULL},
    {"settled tables by period", TWO_YEARS,
     "'population': [{'heads': 10, 'period': 'one'}, {'heads': 1, 'period': 'two'}]", NULL,
     "{'id': 'a', 'rule': 'capitation', 'params': {'rate': 5}}", NULL, "55.00", 0, ""},
    {"an amount per period is taken as written, with a warning", QUARTER, "", NULL,
     BLOCK("a", "1200", ""), NULL, "1200.00", 0, "is not a year"},
    {"an annual amount is scaled to months", QUARTER, "", NULL,
     BLOCK("a", "1200", ", 'per': 'year'"), NULL, "300.00", 0, ""},
    {"and to days", "{'id': 'd', 'start': '2016-04-02', 'end': '2016-06-13'}", "", NULL,
     BLOCK("a", "365", ", 'per': 'year'"), NULL, "73.00", 0, ""},
    {"a parameter of one period", TWO_YEARS, "", NULL,
     BLOCK("a", "100", ", 'params_by_period': {'two': {'amount': 7}}"), NULL, "107.00", 0, ""},
    /* Components on others. */
    {"a shadow is not paid", YEAR, "", NULL, BLOCK("a", "100", ", 'shadow': true"), NULL, "0.00", 0,
     ""},
    {"a component stands on the exact total", YEAR, "", NULL,
     BLOCK("a", "0.003333",
           ", 'shadow': true") ", {'id': 'b', 'rule': 'cap-and-collar', 'of': ['a'], 'params': "
                               "{'plan': '0.01', 'cap': 0, 'collar': 0}}",
     NULL, "0.01", 0, ""},
    {"of where the rule stands on nothing", YEAR, "", NULL,
     BLOCK("a", "1", "") "," BLOCK("b", "1", ", 'of': ['a']"), NULL, "conflict", 0, NULL},
    {"no of where the rule needs it", YEAR, "", NULL,
     "{'id': 'b', 'rule': 'cap-and-collar', 'params': {'plan': 1, 'cap': 0, 'collar': 0}}", NULL,
     "missing-key", 0, NULL},
    {"a later component", YEAR, "", NULL,
     "{'id': 'b', 'rule': 'cap-and-collar', 'of': ['a'], 'params': {'plan': 1, 'cap': 0, 'collar': "
     "0}}," BLOCK("a", "1", ""),
     NULL, "cycle", 0, NULL},
    {"itself", YEAR, "", NULL, BLOCK("a", "1", ", 'of': ['a']"), NULL, "cycle", 0, NULL},
    {"a component that is not there", YEAR, "", NULL, BLOCK("a", "1", ", 'of': ['x']"), NULL,
     "out-of-range", 0, NULL},
    /* Rounding: once, of the exact sum. */
    {"thirds of pennies add up before they are rounded", YEAR,
     "'population': [{'heads': 1}, {'heads': 1}, {'heads': 1}]", NULL,
     "{'id': 'a', 'rule': 'capitation', 'params': {'rate': '0.01', 'proportion': '1/3'}}", NULL,
     "0.01", 0, ""},
    {"to the pound", YEAR, "", NULL, BLOCK("a", "10.5", ""), ", 'rounding': {'unit': 1}", "11", 0,
     ""},
    {"to five pence, halves away from zero", YEAR, "", NULL, BLOCK("a", "-10.025", ""),
     ", 'rounding': {'unit': '0.05'}", "-10.05", 0, ""},
    /* Names. */
    {"an unknown rule", YEAR, "", NULL, "{'id': 'a', 'rule': 'blok'}", NULL, "unknown-rule", 0,
     NULL},
    {"an unknown parameter", YEAR, "", NULL, "{'id': 'a', 'rule': 'block', 'params': {'amont': 1}}",
     NULL, "unknown-key", 0, NULL},
    {"an id used twice", YEAR, "", NULL, BLOCK("a", "1", "") "," BLOCK("a", "1", ""), NULL,
     "duplicate-id", 0, NULL},
    {"a table under another name", YEAR, "'acute': [" ROW("A", "EL") "]", TARIFF(PRICES),
     "{'id': 'a', 'rule': 'pbr', 'tables': {'activity': 'acute'}}", NULL, "100.00", 0, ""},
    {"a tariff's table under another name", YEAR, "'activity': [" ROW("A", "EL") "]",
     TARIFF("'tarif_prices': {'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': 9}]}"),
     "{'id': 'a', 'rule': 'pbr', 'tables': {'prices': 'tarif_prices'}}", NULL, "9.00", 0, ""},
    /* Cells. */
    {"a cell that is not a number", YEAR, "'activity': [{'count': 'x', 'price': 1}]", NULL, PBR,
     NULL, "wrong-type", 0, NULL},
    {"a seventh decimal", YEAR, "'activity': [{'count': '0.0000001', 'price': 1}]", NULL, PBR, NULL,
     "out-of-range", 0, NULL},
    {"an amount that does not fit", YEAR,
     "'activity': [{'count': '9000000000000', 'price': '9000000000000'}]", NULL, PBR, NULL,
     "overflow", 0, NULL},
    {"a sum past 64 bits is exact", YEAR,
     "'activity': [{'count': 1, 'price': '9000000000000'}, {'count': 1, 'price': '9000000000000'}, "
     "{'count': 1, 'price': '9000000000000.01'}]",
     NULL, PBR, NULL, "27000000000000.01", 0, ""},
    {"a misspelt column is not passed over", YEAR,
     "'activity': [{'price': 1, 'cuont': 3, 'ward': 7}]", NULL, PBR, NULL, "1.00", 0,
     "no rule reads the column 'cuont'; is it 'count'?"},
    {"nor one of a table that is settled", YEAR, "'population': [{'heads': 2, 'wieght': 3}]", NULL,
     "{'id': 'a', 'rule': 'capitation', 'params': {'rate': 5}}", NULL, "10.00", 0,
     "is it 'weight'?"},
    /* Tariffs. */
    {"another currency", YEAR, "",
     "{'reckoner': 'tariff/1', 'id': 't', 'currency': 'EUR', 'tables': {}}", BLOCK("a", "1", ""),
     NULL, "tariff-mismatch", 0, NULL},
    {"not in force", YEAR, "",
     "{'reckoner': 'tariff/1', 'id': 't', 'effective': {'from': '2016-04-02'}, 'tables': {}}",
     BLOCK("a", "1", ""), NULL, "tariff-mismatch", 0, NULL},
    {"each period takes the one in force", TWO_YEARS, "'activity': [{'hrg': 'A'}]",
     "[{'reckoner': 'tariff/1', 'id': 't1', 'effective': {'to': '2017-03-31'}, 'tables': "
     "{'prices': {'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': 1}]}}},{'reckoner': 'tariff/1', "
     "'id': 't2', 'effective': {'from': '2017-04-01'}, 'tables': {'prices': {'key': ['hrg'], "
     "'rows': [{'hrg': 'A', 'price': 20}]}}}]",
     PBR, NULL, "21.00", 0, ""},
};

START_TEST(test_evaluate_contract__pays_what_its_keys_say)
{
    char *text = contract_text(cases[_i].periods, cases[_i].facts, cases[_i].tariff,
                               cases[_i].components, cases[_i].more);
    const rk_status status = evaluate_text(text);
    const char *what = cases[_i].what;
    if (status != RK_OK) {
        ck_assert_msg(strcmp(rk_status_word(status), cases[_i].total) == 0, "%s: %s: %s", what,
                      rk_status_word(status), first_message());
        ck_assert_msg(rk_problems_count(problems) > 0, "%s: no problem told", what);
    } else {
        ck_assert_msg(strcmp(rk_result_total(result), cases[_i].total) == 0, "%s: total %s", what,
                      rk_result_total(result));
        ck_assert_msg(rk_result_unpriced(result) == cases[_i].unpriced, "%s: %d unpriced", what,
                      (int) rk_result_unpriced(result));
        const bool silent = cases[_i].warning[0] == '\0';
        ck_assert_msg(silent ? rk_result_n_warnings(result) == 0 || cases[_i].unpriced > 0
                             : warns(cases[_i].warning),
                      "%s: warnings: %s", what,
                      rk_result_n_warnings(result) > 0 ? rk_result_warning(result, 0) : "none");
    }
    free(text);
}
END_TEST

/* -------------------------------------------------------------------- ledger */

#define CAP(id, of)                                          \
    "{'id': '" id "', 'rule': 'cap-and-collar', 'of': ['" of \
    "'], 'params': {'plan': 1, 'cap': 0, 'collar': 0}}"

START_TEST(test_evaluate_of__a_circle_is_shown_whole)
{
    char *text =
        contract_text(YEAR, "", NULL, CAP("a", "c") "," CAP("b", "a") "," CAP("c", "b"), NULL);
    ck_assert_int_eq(evaluate_text(text), RK_CYCLE);
    ck_assert_str_eq(first_message(), "components use each other: a -> c -> b -> a");
    free(text);
}
END_TEST

#define LESS(id, by)                                                                              \
    "{'id': '" id "', 'rule': 'capitation', 'params': {'rate': 1, 'deductions': [{'label': 'x', " \
    "'valued_by': '" by "'}]}}"

static const struct {
    const char *components, *message;
} valued_circles[] = {
    {LESS("a", "b") "," LESS("b", "a"), "components use each other: a -> b -> a"},
    {LESS("a", "c") "," CAP("b", "a") "," CAP("c", "b"),
     "components use each other: a -> c -> b -> a"},
    {LESS("a", "a"), "components use each other: a -> a"},
    {LESS("a", "b") "," BLOCK("b", "1", ""), "'a' uses 'b', which comes later: a -> b"},
    {BLOCK("b", "1", "") "," LESS("a", "bb"), "'a' uses 'bb', which is not a component here"},
};

START_TEST(test_evaluate_valued__a_circle_is_shown_whole)
{
    char *text = contract_text(YEAR, "'population': [{'heads': 2}]", NULL,
                               valued_circles[_i].components, NULL);
    ck_assert_int_ne(evaluate_text(text), RK_OK);
    ck_assert_str_eq(first_message(), valued_circles[_i].message);
    free(text);
}
END_TEST

START_TEST(test_evaluate_lines__add_up_to_the_rounded_total)
{
    char *text = contract_text(
        YEAR, "'population': [{'heads': 1}]", NULL,
        "{'id': 'a', 'rule': 'capitation', 'params': {'rate': 10, 'proportion': '1/3'}}", NULL);
    ck_assert_int_eq(evaluate_text(text), RK_OK);
    const rk__component_result *c = &result->periods[0].components[0];
    rk_num sum = rk__num_from_int(&result->nums, 0);
    for (size_t i = 0; i < c->n_lines; i++) {
        sum = rk__num_add(&result->nums, sum, rk__num_round(&result->nums, c->lines[i].amount, 6));
    }
    ck_assert_int_eq(rk__num_compare(sum, c->total), 0);
    ck_assert_str_eq(c->lines[c->n_lines - 1].label, "rounding");
    ck_assert_str_eq(rk_result_total(result), "3.33");
    free(text);
}
END_TEST

static void assert_cost(const char *facts, const char *expected)
{
    char *text = contract_text(YEAR, facts, NULL, BLOCK("a", "100", ""), NULL);
    ck_assert_msg(evaluate_text(text) == RK_OK, "%s", first_message());
    if (expected == NULL) {
        ck_assert_ptr_null(result->cost);
        ck_assert_ptr_null(result->margin);
    } else {
        rk__buf found = {0};
        rk__num_print_fixed(&found, result->cost, 2);
        ck_assert_str_eq(found.text, expected);
        rk__buf_dispose(&found);
        ck_assert_ptr_nonnull(result->margin);
    }
    free(text);
}

START_TEST(test_evaluate_cost__is_the_costs_table_or_the_activity_at_its_unit_cost)
{
    static const struct {
        const char *facts, *cost;
    } rows[] = {
        {"", NULL},
        {"'costs': [{'amount': '40.5'}, {'amount': 2}]", "42.50"},
        {"'costs': []", NULL},
        {"'activity': [{'count': 3}]", NULL},
        {"'activity': [{'count': 3, 'actual_unit_cost': '1.25'}, {'actual_unit_cost': 1}]", "4.75"},
        {"'activity': [{'count': 3, 'actual_unit_cost': 1}, {'count': 1}]", NULL},
        {"'activity': [{'pod': 'EL', 'count': 2}], 'unit_costs': {'key': ['pod'], 'rows': [{'pod': "
         "'EL', 'actual_unit_cost': 7}]}",
         "14.00"},
        {"'costs': [{'amount': 1}], 'activity': [{'actual_unit_cost': 9}]", "1.00"},
    };
    assert_cost(rows[_i].facts, rows[_i].cost);
}
END_TEST

START_TEST(test_evaluate_compare__gives_what_each_arrangement_gives_alone)
{
    static const char text[] =
        "{'reckoner': 'contract/1', 'id': 'c', 'periods': [" YEAR
        "],'tariff': " TARIFF(PRICES) ",'facts': {'activity': [" ROW("A", "EL") "," ROW(
            "A", "NEL") "," ROW("Z", "EL") "]},'arrangements': {'one': [" PBR
                                           "], 'two': [{'id': 'a', 'rule': 'pbr', 'scope': {'pod': "
                                           "'EL'}}], 'three': [" BLOCK("b", "5", "") "]}}";
    static const char *const totals[] = {"300.00", "100.00", "5.00"};
    rk_comparison *comparison = NULL;
    ck_assert_int_eq(rk_contract_parse(session, json_text(text), strlen(text), "c.json", ".",
                                       &contract, problems),
                     RK_OK);
    ck_assert_int_eq(rk_compare(contract, NULL, NULL, &comparison, problems), RK_OK);
    ck_assert_uint_eq(rk_comparison_count(comparison), 3);
    for (size_t i = 0; i < 3; i++) {
        const rk_result *r = rk_comparison_result(comparison, i);
        ck_assert_str_eq(rk_result_total(r), totals[i]);
        ck_assert_int_eq(
            rk_evaluate(contract, rk_contract_arrangement(contract, i), &result, problems), RK_OK);
        ck_assert_str_eq(rk_result_total(result), totals[i]);
        ck_assert_uint_eq(rk_result_unpriced(result), rk_result_unpriced(r));
        rk_result_free(result);
        result = NULL;
    }
    rk_comparison_free(comparison);
}
END_TEST

UNIT_TESTS("evaluate")
{
    tcase_add_checked_fixture(tc, open_session, close_session);
    tcase_add_loop_test(tc, test_evaluate_contract__pays_what_its_keys_say, 0, COUNT(cases));
    tcase_add_test(tc, test_evaluate_of__a_circle_is_shown_whole);
    tcase_add_loop_test(tc, test_evaluate_valued__a_circle_is_shown_whole, 0,
                        sizeof valued_circles / sizeof valued_circles[0]);
    tcase_add_test(tc, test_evaluate_lines__add_up_to_the_rounded_total);
    tcase_add_loop_test(tc, test_evaluate_cost__is_the_costs_table_or_the_activity_at_its_unit_cost,
                        0, 8);
    tcase_add_test(tc, test_evaluate_compare__gives_what_each_arrangement_gives_alone);
}
