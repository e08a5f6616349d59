/* SPDX-License-Identifier: MIT
 *
 * Systems: positions, cost behaviour, subcontracts, VAT, grants, coverage.
 */
#include "system_fixture.h"

#define BLOCK(amount)                                                                        \
    "{'arrangements': {'block': [{'id': 'b', 'rule': 'block', 'params': {'amount': '" amount \
    "'}}]}}"

/* ------------------------------------------------------------ the demonstration */

START_TEST(test_system_demonstration__gives_the_figures_worked_by_hand)
{
    static const struct {
        size_t scenario, period;
        const char *commissioner, *trust, *system;
    } rows[] = {{0, 0, "-880000", "380000", "-500000"},
                {0, 1, "1120000", "380000", "1500000"},
                {1, 0, "-880000", "-820000", "-1700000"},
                {1, 1, "1120000", "380000", "1500000"}};
    load_config("demonstration");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rk__period_outcome *o = outcome(rows[i].scenario, rows[i].period);
        is_money(o->positions[0].before, rows[i].commissioner, "commissioner");
        is_money(o->positions[1].before, rows[i].trust, "trust");
        is_money(o->system, rows[i].system, "system");
    }
}
END_TEST

/* --------------------------------------------------------------- cost behaviour */

#define MOVES(periods, decay, count, delivery)                                                     \
    HEAD periods "'organisations': [{'id': 'ccg', 'kind': 'commissioner'},{'id': 'acute', "        \
                 "'kind': 'trust'}, {'id': 'gp', 'kind': 'gp-practice'}],'contracts': [{'id': "    \
                 "'c', 'payer': 'ccg', 'payee': 'acute', 'contract': {'facts': {'activity': "      \
                 "[{'pod': 'EL', 'count': 8000}, {'pod': 'NEL', 'count': 100}], 'unit_costs': "    \
                 "{'key': ['pod'], 'rows': [{'pod': 'EL', 'efficient_unit_cost': '1450'},{'pod': " \
                 "'NEL', 'efficient_unit_cost': '2200'}]}}, 'arrangements': {'pec': [{'id': 'p', " \
                 "'rule': 'price-equals-cost'}]}}}],'cost_behaviour': [{'organisation': 'acute', " \
                 "'pod': 'EL', 'unit_cost': '1450', 'fixed': '40%'" decay                          \
                 "}],'scenarios': {'bare': {}, 'moved': {" delivery                                \
                 "'changes': [{'contract': 'c', 'where': {'pod': 'EL'}, 'count': " count           \
                 ", 'to': {'organisation': 'gp', 'unit_cost': '400'}}]}}}"

START_TEST(test_system_cost__strands_the_fixed_part_of_what_moves_out)
{
    must(MOVES(ONE_YEAR, "", "-1000", ""));
    const rk__period_outcome *before = outcome(0, 0);
    const rk__period_outcome *after = outcome(1, 0);
    is_money(after->stranded, "580000", "stranded");
    is_money(after->positions[1].stranded, "580000", "stranded at the trust");
    /* 1,000 x 1,450 less is paid, 870,000 less is spent, 400,000 more elsewhere. */
    is_money(before->positions[1].before, "11820000", "trust before");
    is_money(after->positions[1].before, "11240000", "trust after");
    is_money(after->positions[0].before, "-10370000", "commissioner after");
    is_money(after->positions[2].before, "-400000", "practice after");
    is_money(after->incurred[RK_SECTOR_NHS], "580000", "falls on the NHS");
}
END_TEST

START_TEST(test_system_cost__decays_and_happens_in_part)
{
    must(MOVES(THREE_YEARS, ", 'decay': {'y2': '50%', 'y3': '0'}", "-1000", "'delivery': '80%',"));
    is_money(outcome(1, 0)->stranded, "464000", "first year");
    is_money(outcome(1, 1)->stranded, "232000", "second year");
    is_money(outcome(1, 2)->stranded, "0", "third year");
    is_money(outcome(1, 2)->positions[2].before, "-320000", "800 units at 400");
    is_money(outcome(0, 2)->stranded, "0", "without the change");
}
END_TEST

START_TEST(test_system_cost__keeps_the_last_decay_that_was_said)
{
    must(MOVES(THREE_YEARS, ", 'decay': {'y2': '50%'}", "-1000", ""));
    is_money(outcome(1, 0)->stranded, "580000", "first year");
    is_money(outcome(1, 2)->stranded, "290000", "third year");
}
END_TEST

START_TEST(test_system_cost__of_more_activity_strands_nothing)
{
    must(MOVES(ONE_YEAR, "", "100", ""));
    is_money(outcome(1, 0)->stranded, "0", "stranded");
    /* Paid 145,000 more, spent 87,000 more. */
    is_money(outcome(1, 0)->positions[1].before, "11878000", "trust");
    is_money(outcome(1, 0)->positions[2].before, "40000", "practice is relieved");
}
END_TEST

START_TEST(test_system_changes__take_no_more_than_there_is)
{
    ck_assert_int_eq(system_text(MOVES(ONE_YEAR, "", "-8001", "")), RK_OUT_OF_RANGE);
    ck_assert_ptr_nonnull(strstr(first_message(), "more activity than there is"));
}
END_TEST

START_TEST(test_system_changes__without_a_behaviour_are_told)
{
    must(HEAD ONE_YEAR
         "'organisations': [{'id': 'a', 'kind': 'commissioner'}, {'id': 'b', 'kind': 'trust'}], "
         "'facts': {'activity': [{'pod': 'EL', 'count': 10}]},'contracts': [{'id': 'c', 'payer': "
         "'a', 'payee': 'b', 'contract': " BLOCK(
             "5") "}], 'scenarios': {'x': {'changes': [{'contract': 'c', 'count': -1}]}}}");
    ck_assert(finds(0, "no cost behaviour of 'b' covers it"));
    ck_assert_uint_eq(found->scenarios[0].n_coverage, 1);
    is_money(found->scenarios[0].coverage[0].quantity, "9", "shared activity changed");
}
END_TEST

/* ------------------------------------------------------------------ subcontracts */

#define CHAIN(sub, vat, recovery)                                                               \
    HEAD ONE_YEAR                                                                               \
        "'organisations': [{'id': 'ccg', 'kind': 'commissioner'}, {'id': 'lead', 'kind': "      \
        "'joint-venture'" recovery                                                              \
        "}, {'id': 'gp', 'kind': 'gp-practice'}],'contracts': [{'id': 'head', 'payer': 'ccg', " \
        "'payee': 'lead', 'contract': " BLOCK(                                                  \
            "1000") "}, {'id': 'sub', 'payer': 'lead', 'payee': 'gp', 'under': 'head'" vat      \
                    ", 'contract': " BLOCK(sub) "}]}"

START_TEST(test_system_subcontract__shows_what_the_lead_retains)
{
    must(CHAIN("940", "", ""));
    is_money(outcome(0, 0)->contracts[0].retained, "60", "retained");
    is_money(outcome(0, 0)->contracts[1].retained, NULL, "a subcontract's own");
    is_money(outcome(0, 0)->system, "0", "payments inside cancel");
}
END_TEST

START_TEST(test_system_subcontract__above_its_head_is_found)
{
    must(CHAIN("1010.50", "", ""));
    is_money(outcome(0, 0)->contracts[0].retained, "-10.5", "retained");
    ck_assert(finds(0, "subcontracts under 'head' come to 1,010.50, but it pays 1,000.00"));
}
END_TEST

START_TEST(test_system_vat__leaves_the_system)
{
    must(CHAIN("900", ", 'vat': {'rate': '20%', 'taxable': '50%'}", ", 'vat_recovery': '25%'"));
    is_money(outcome(0, 0)->contracts[1].vat, "67.5", "900 x 50% x 20% x 75%");
    is_money(outcome(0, 0)->positions[1].before, "32.5", "the lead bears it");
    is_money(outcome(0, 0)->system, "-67.5", "and the system loses it");
}
END_TEST

START_TEST(test_system_vat__asks_who_recovers_it)
{
    ck_assert_int_eq(system_text(CHAIN("900", ", 'vat': {'rate': '20%'}", "")), RK_MISSING_KEY);
    ck_assert_ptr_nonnull(strstr(first_message(), "does not say what part of it it recovers"));
}
END_TEST

/* ------------------------------------------------------------------------ grants */

#define GRANT(id, payee, met)                                                                      \
    "{'id': '" id "', 'payer': 'nhse', 'payee': '" payee                                           \
    "', 'contract': {'facts': {'conditions': [{'instalment': 'all', 'measure': 'control total', "  \
    "'weight': '1', 'gate': true, 'met': " met                                                     \
    "}]}, 'arrangements': {'g': [{'id': 'g', 'rule': 'conditional-funding', 'params': {'amount': " \
    "'100'}}]}}}"
#define GRANTS(cost_y1, contracts)                                                              \
    HEAD THREE_YEARS                                                                            \
        "'organisations': [{'id': 'nhse', 'kind': 'outside'}, {'id': 't', 'kind': 'trust', "    \
        "'control_total': '-50'}, {'id': 'u', 'kind': 'trust', 'control_total': {'y1': '0', "   \
        "'y2': '0', 'y3': '0'}}, {'id': 'v', 'kind': 'trust', 'control_total': '0'}],'flows': " \
        "[{'organisation': 't', 'period': 'y1', 'kind': 'cost', 'amount': '" cost_y1            \
        "'}, {'organisation': 't', 'period': ['y2', 'y3'], 'kind': 'cost', 'amount': '51'}], "  \
        "'contracts': [" contracts "]}"
#define WITHOUT "{'position_excluding_grants': 'control_total'}"
#define WITH(o) "{'position': 'control_total', 'organisation': '" o "'}"

START_TEST(test_system_grant__is_paid_where_the_position_without_it_meets_the_control_total)
{
    must(GRANTS("50", GRANT("stf", "t", WITHOUT)));
    is_money(outcome(0, 0)->contracts[0].payment, "100", "met exactly");
    is_money(outcome(0, 1)->contracts[0].payment, "0", "missed by one");
    is_money(outcome(0, 0)->positions[1].before, "50", "with the grant");
    is_money(outcome(0, 0)->system, "50", "the grant comes from outside");
}
END_TEST

START_TEST(test_system_grant__may_stand_on_another)
{
    /* u's own position is nought and meets its control total; t's with its grant is 49. */
    must(GRANTS("51", GRANT("second", "u", WITH("t")) "," GRANT("first", "t", "true")));
    is_money(outcome(0, 0)->contracts[1].payment, "100", "first");
    is_money(outcome(0, 0)->contracts[0].payment, "100", "second, on the first");
}
END_TEST

START_TEST(test_system_grant__depends_on_a_change_of_activity)
{
    /* One operation less: 100 less is paid and 60 less is spent. */
    must(HEAD ONE_YEAR
         "'organisations': [{'id': 'nhse', 'kind': 'outside'}, {'id': 'ccg', 'kind': "
         "'commissioner'}, {'id': 't', 'kind': 'trust', 'control_total': '1000'}], "
         "'contracts': [{'id': 'c', 'payer': 'ccg', 'payee': 't', 'contract': {'facts': "
         "{'activity': [{'pod': 'EL', 'count': 10}], 'unit_costs': {'key': ['pod'], 'rows': "
         "[{'pod': 'EL', 'efficient_unit_cost': '100'}]}}, 'arrangements': {'pec': [{'id': 'p', "
         "'rule': 'price-equals-cost'}]}}}, " GRANT(
             "stf", "t",
             WITHOUT) "], 'cost_behaviour': "
                      "[{'organisation': 't', 'pod': 'EL', 'unit_cost': '100', 'fixed': '40%'}], "
                      "'scenarios': "
                      "{'bare': {}, 'fewer': {'changes': [{'contract': 'c', 'count': -1}]}}}");
    is_money(outcome(0, 0)->contracts[1].payment, "100", "met exactly");
    is_money(outcome(1, 0)->contracts[1].payment, "0", "missed");
    /* What would be paid without the change is worked out too: its tests are not told. */
    const rk__scenario_result *fewer = &found->scenarios[1];
    ck_assert_uint_eq(fewer->n_conditions, 1);
    is_money(fewer->conditions[0].tested, "960", "tested");
}
END_TEST

START_TEST(test_system_grant__in_a_circle_shows_the_path)
{
    ck_assert_int_eq(
        system_text(GRANTS("50", GRANT("a", "t", WITH("u")) "," GRANT("b", "u", WITH("t")))),
        RK_CYCLE);
    ck_assert_str_eq(first_message(),
                     "grants depend on each other: a -> position of u -> b -> position of t -> a");
}
END_TEST

START_TEST(test_system_grant__in_a_circle_of_three_shows_who_stands_on_whom)
{
    /* Of three, the path goes on in the order in which they stand on each other. */
    ck_assert_int_eq(
        system_text(GRANTS("50", GRANT("a", "t", WITH("u")) "," GRANT(
                                     "b", "u", WITH("v")) "," GRANT("c", "v", WITH("t")))),
        RK_CYCLE);
    ck_assert_str_eq(first_message(), "grants depend on each other: a -> position of u -> b -> "
                                      "position of v -> c -> position of t -> a");
}
END_TEST

START_TEST(test_system_grant__on_its_payers_position_is_a_circle)
{
    ck_assert_int_eq(system_text(GRANTS("50", GRANT("a", "t", WITH("nhse")))), RK_CYCLE);
    ck_assert_str_eq(first_message(), "grants depend on each other: a -> position of nhse -> a");
}
END_TEST

/* ---------------------------------------------------------------------- coverage */

START_TEST(test_system_coverage__finds_what_is_paid_by_none_and_by_two)
{
    must(HEAD ONE_YEAR
         "'organisations': [{'id': 'ccg', 'kind': 'commissioner'}, {'id': 't', 'kind': 'trust'}, "
         "{'id': 'lead', 'kind': 'trust'}],'facts': {'activity': [{'pod': 'EL', 'service': "
         "'cancer', 'count': 10},{'pod': 'EL', 'service': 'other', 'count': 20}, {'pod': 'OP', "
         "'service': 'other', 'count': 5}], 'unit_costs': {'key': ['pod'], 'rows': [{'pod': 'EL', "
         "'efficient_unit_cost': '100'}]}},'contracts': [{'id': 'acute', 'payer': 'ccg', 'payee': "
         "'t', 'contract': {'arrangements': {'a': [{'id': 'p', 'rule': 'price-equals-cost', "
         "'scope': {'pod': 'EL'}}]}}}, {'id': 'cancer', 'payer': 'ccg', 'payee': 'lead', "
         "'contract': {'arrangements': {'a': [{'id': 'b', 'rule': 'block', 'params': {'amount': "
         "'1'}, 'covers': {'scope': {'service': 'cancer'}}}]}}}]}");
    ck_assert_uint_eq(found->scenarios[0].n_coverage, 2);
    const rk_coverage_line *twice = &found->scenarios[0].coverage[0];
    const rk_coverage_line *none = &found->scenarios[0].coverage[1];
    ck_assert_str_eq(twice->payers, "acute/p, cancer/b");
    is_money(twice->quantity, "10", "twice");
    is_money(twice->value, "1000", "worth");
    ck_assert_str_eq(none->pod, "OP");
    ck_assert_ptr_null(none->rows);
    ck_assert_uint_eq(none->n_payers, 0);
    is_money(none->quantity, "5", "none");
    is_money(none->value, NULL, "no price is known");
}
END_TEST

START_TEST(test_system_coverage__ends_with_the_time_that_is_covered)
{
    must(HEAD THREE_YEARS
         "'organisations': [{'id': 'ccg', 'kind': 'commissioner'}, {'id': 't', 'kind': 'trust'}], "
         "'facts': {'activity': [{'pod': 'EL', 'commissioner': 'ccg-a'}, {'pod': 'EL', "
         "'commissioner': 'ccg-b'}]},'contracts': [{'id': 'c', 'payer': 'ccg', 'payee': 't', "
         "'contract': {'arrangements': {'a': [{'id': 'b', 'rule': 'block', 'params': {'amount': "
         "'1'}, 'covers': {'commissioners': ['ccg-a'], 'to': '2018-03-31'}}]}}}]}");
    ck_assert_uint_eq(found->scenarios[0].n_coverage, 3);
    is_money(found->scenarios[0].coverage[0].quantity, "1", "ccg-b's in the first");
    is_money(found->scenarios[0].coverage[2].quantity, "2", "nobody's in the third year");
}
END_TEST

UNIT_TESTS("system")
{
    tcase_add_checked_fixture(tc, open_session, close_system);
    tcase_add_test(tc, test_system_demonstration__gives_the_figures_worked_by_hand);
    tcase_add_test(tc, test_system_cost__strands_the_fixed_part_of_what_moves_out);
    tcase_add_test(tc, test_system_cost__decays_and_happens_in_part);
    tcase_add_test(tc, test_system_cost__keeps_the_last_decay_that_was_said);
    tcase_add_test(tc, test_system_cost__of_more_activity_strands_nothing);
    tcase_add_test(tc, test_system_changes__take_no_more_than_there_is);
    tcase_add_test(tc, test_system_changes__without_a_behaviour_are_told);
    tcase_add_test(tc, test_system_subcontract__shows_what_the_lead_retains);
    tcase_add_test(tc, test_system_subcontract__above_its_head_is_found);
    tcase_add_test(tc, test_system_vat__leaves_the_system);
    tcase_add_test(tc, test_system_vat__asks_who_recovers_it);
    tcase_add_test(
        tc, test_system_grant__is_paid_where_the_position_without_it_meets_the_control_total);
    tcase_add_test(tc, test_system_grant__may_stand_on_another);
    tcase_add_test(tc, test_system_grant__depends_on_a_change_of_activity);
    tcase_add_test(tc, test_system_grant__in_a_circle_shows_the_path);
    tcase_add_test(tc, test_system_grant__in_a_circle_of_three_shows_who_stands_on_whom);
    tcase_add_test(tc, test_system_grant__on_its_payers_position_is_a_circle);
    tcase_add_test(tc, test_system_coverage__finds_what_is_paid_by_none_and_by_two);
    tcase_add_test(tc, test_system_coverage__ends_with_the_time_that_is_covered);
}
