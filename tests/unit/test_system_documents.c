/* SPDX-License-Identifier: MIT
 *
 * What a system's document may say, and where a problem with it is placed.
 */
#include "system_fixture.h"

#define TWO "'organisations': [{'id': 'a', 'kind': 'commissioner'}, {'id': 'b', 'kind': 'trust'}],"
#define PAYS(more)                                                                             \
    "'contracts': [{'id': 'c', 'payer': 'a', 'payee': 'b'" more                                \
    ", 'contract': {'arrangements': {'x': [{'id': 'x', 'rule': 'block', 'params': {'amount': " \
    "'10'}}], 'y': [{'id': 'y', 'rule': 'block', 'params': {'amount': '20'}}]}}}]"

static const struct {
    const char *text;
    rk_status status;
    const char *pointer, *message;
} wrong[] = {
    {"{'reckoner': 'contract/1'}", RK_OUT_OF_RANGE, "/reckoner",
     "this is a 'contract/1' document, not a system"},
    {HEAD ONE_YEAR TWO "'flow': []}", RK_UNKNOWN_KEY, "/flow", "unknown key 'flow'"},
    {HEAD ONE_YEAR "'organisations': []}", RK_MISSING_KEY, "/organisations",
     "the system has no 'organisations'"},
    {HEAD ONE_YEAR "'organisations': [{'id': 'a', 'kind': 'club'}]}", RK_OUT_OF_RANGE,
     "/organisations/0/kind", "unknown kind of organisation 'club'"},
    {HEAD ONE_YEAR "'organisations': [{'id': 'a', 'kind': 'trust'}, {'id': 'a', 'kind': 'trust'}]}",
     RK_DUPLICATE_ID, "/organisations/1/id", "the organisation's id 'a' is used twice"},
    {HEAD ONE_YEAR "'organisations': [{'id': 'a', 'kind': 'trust', 'loss_cap': '-1'}]}",
     RK_OUT_OF_RANGE, "/organisations/0/loss_cap", "'loss_cap' cannot be negative"},
    {HEAD ONE_YEAR "'organisations': [{'id': 'a', 'kind': 'trust', 'control_total': {'y9': '1'}}]}",
     RK_OUT_OF_RANGE, "/organisations/0/control_total/y9", "there is no period 'y9'"},
    {HEAD ONE_YEAR "'organisations': [{'id': 'a', 'kind': 'trust', 'members': ['b', 'd']}, {'id': "
                   "'b', 'kind': 'trust'}]}",
     RK_OUT_OF_RANGE, "/organisations/0/members",
     "'d' is a member, but not an organisation of the system as the others are"},
    {HEAD ONE_YEAR TWO "'flows': [{'organisation': 'bb', 'kind': 'cost', 'amount': '1'}]}",
     RK_OUT_OF_RANGE, "/flows/0/organisation", "there is no organisation 'bb'"},
    {HEAD ONE_YEAR TWO "'flows': [{'organisation': 'b', 'kind': 'costs', 'amount': '1'}]}",
     RK_OUT_OF_RANGE, "/flows/0/kind", "unknown kind of flow 'costs'"},
    {HEAD ONE_YEAR TWO "'flows': [{'organisation': 'b', 'kind': 'cost', 'amount': '1.0000001'}]}",
     RK_OUT_OF_RANGE, "/flows/0/amount", "'amount': '1.0000001' "},
    {HEAD ONE_YEAR TWO PAYS(", 'under': 'd'") "}", RK_OUT_OF_RANGE, "/contracts/0/under",
     "there is no contract 'd'"},
    {HEAD ONE_YEAR TWO PAYS(", 'under': 'c'") "}", RK_CONFLICT, "/contracts/0/under",
     "'a' pays 'c', but 'c' pays 'b'"},
    {HEAD ONE_YEAR TWO
     "'cost_behaviour': [{'organisation': 'b', 'unit_cost': '1', 'fixed': '1.5'}]}",
     RK_OUT_OF_RANGE, "/cost_behaviour/0/fixed", "'fixed' must be from 0 to 1"},
    {HEAD ONE_YEAR TWO
     "'pool': {'members': [{'organisation': 'b', 'share': 1}], 'charges': ['income']}}",
     RK_OUT_OF_RANGE, "/pool/charges/0", "unknown kind of charge 'income'"},
    {HEAD ONE_YEAR TWO
     "'pool': {'members': [{'organisation': 'b', 'share': 1}], 'variance': true}}",
     RK_MISSING_KEY, "/organisations/1", "'b' has no control total in period 'y1'"},
    {HEAD ONE_YEAR TWO PAYS("") ", 'scenarios': {'s': {'arrangements': {'c': 'z'}}}}",
     RK_OUT_OF_RANGE, "/scenarios/s/arrangements/c", "contract 'c' has no arrangement 'z'"},
    {HEAD ONE_YEAR TWO PAYS("") ", 'scenarios': {'s': {'set': {'flows': 1}}}}", RK_OUT_OF_RANGE,
     "/scenarios/s/set/flows", "a scenario cannot set 'flows'"},
    {HEAD ONE_YEAR TWO PAYS(
         "") ", 'scenarios': {'s': {'changes': [{'contract': 'c', 'count': 1}]}}}",
     RK_UNKNOWN_TABLE, "/scenarios/s/changes/0",
     "neither contract 'c' nor the system has a table 'activity' to change"},
    {HEAD ONE_YEAR TWO PAYS("") ", 'balance': {'window': '2.5'}}", RK_OUT_OF_RANGE,
     "/balance/window", "'window' is a number of periods"},
    {HEAD ONE_YEAR TWO "'contracts': [{'id': 'c', 'payer': 'a', 'payee': 'a', 'contract': {}}]}",
     RK_CONFLICT, "/contracts/0/payee", "'a' would pay itself"},
    {HEAD ONE_YEAR TWO
     "'contracts': [{'id': 'c', 'payer': 'a', 'payee': 'b', 'contract': {'arrangement': 'x'}}]}",
     RK_MISSING_KEY, "", "the contract has no 'arrangements'"},
    {HEAD ONE_YEAR TWO
     "'contracts': [{'id': 'c', 'payer': 'a', 'payee': 'b', 'contract': 'no-such-file.json'}]}",
     RK_IO, NULL, NULL},
};

START_TEST(test_system_document__is_refused_where_it_is_wrong)
{
    const rk_status status = system_text(wrong[_i].text);
    ck_assert_msg(status == wrong[_i].status, "row %d: %s (%s)", _i, rk_status_word(status),
                  first_message());
    const rk_problem *first = rk_problems_at(problems, 0);
    if (wrong[_i].message != NULL) {
        ck_assert_msg(strstr(first->message, wrong[_i].message) != NULL, "row %d: %s", _i,
                      first->message);
        ck_assert_str_eq(first->pointer, wrong[_i].pointer);
    }
}
END_TEST

START_TEST(test_system_document__tells_every_problem_at_once)
{
    ck_assert_int_ne(system_text(HEAD ONE_YEAR TWO "'flows': [{'organisation': 'x', 'kind': 'y', "
                                                   "'amount': 'z'}], 'balance': {'window': 0}}"),
                     RK_OK);
    ck_assert_uint_eq(rk_problems_count(problems), 4);
}
END_TEST

START_TEST(test_system_contract__in_place_takes_what_it_does_not_say)
{
    must(HEAD ONE_YEAR TWO PAYS("") "}");
    ck_assert_str_eq(found->scenarios[0].name, "as-it-stands");
    is_money(outcome(0, 0)->contracts[0].payment, "10", "the first arrangement");
}
END_TEST

START_TEST(test_system_scenario__sets_values_of_contracts_and_of_the_system)
{
    must(HEAD ONE_YEAR TWO PAYS(
        "") ", 'scenarios': {'bare': {}, 'y': {'arrangements': {'c': 'y'}}, 'set': {'set': "
            "{'/contracts/0/contract/arrangements/x/0/params/amount': '30.5', '/flows': "
            "[{'organisation': 'b', 'kind': 'cost', 'amount': 7}]}}}}");
    is_money(outcome(0, 0)->positions[1].before, "10", "unchanged");
    is_money(outcome(1, 0)->positions[1].before, "20", "another arrangement");
    is_money(outcome(2, 0)->positions[1].before, "23.5", "set");
    is_money(outcome(0, 0)->positions[1].before, "10", "and nothing else changed");
}
END_TEST

START_TEST(test_system_scenario__may_not_change_the_shape)
{
    ck_assert_int_eq(
        system_text(HEAD ONE_YEAR TWO PAYS("") ", 'scenarios': {'s': {'set': {'/organisations/-': "
                                               "{'id': 'd', 'kind': 'trust'}}}}}"),
        RK_CONFLICT);
}
END_TEST

START_TEST(test_system_period__of_the_same_name_is_the_same_days)
{
    ck_assert_int_eq(
        system_text(HEAD ONE_YEAR TWO
                    "'contracts': [{'id': 'c', 'payer': 'a', 'payee': 'b', 'contract': {'periods': "
                    "[{'id': 'y1', 'start': '2017-04-01', 'end': '2018-03-31'}], 'arrangements': "
                    "{'x': [{'id': 'x', 'rule': 'block', 'params': {'amount': 1}}]}}}]}"),
        RK_CONFLICT);
}
END_TEST

START_TEST(test_system_group__adds_its_members)
{
    must(HEAD ONE_YEAR "'organisations': [{'id': 'g', 'kind': 'other', 'members': ['a', 'b'], "
                       "'control_total': '1'}, {'id': 'a', 'kind': 'trust'}, {'id': 'b', 'kind': "
                       "'trust'}], 'flows': [{'organisation': 'a', 'kind': 'income', 'amount': 5}, "
                       "{'organisation': 'b', 'kind': 'cost', 'amount': 2}]}");
    is_money(outcome(0, 0)->positions[0].group, "3", "group");
    is_money(outcome(0, 0)->positions[0].against, "2", "against its control total");
    is_money(outcome(0, 0)->system, "3", "members count once");
}
END_TEST

/* What no member of a pool bears is the group's all the same, if the pool is its own. */
START_TEST(test_system_group__bears_the_residual_of_its_pool)
{
#define GROUP(members)                                                                             \
    HEAD ONE_YEAR "'organisations': [{'id': 'g', 'kind': 'other', 'members': " members             \
                  ", 'control_total': '0'}, {'id': 'a', 'kind': 'trust'}, {'id': 'b', 'kind': "    \
                  "'local-authority', 'loss_cap': '0'}], 'flows': [{'organisation': 'a', 'kind': " \
                  "'double-running', 'amount': 10}], 'pool': {'members': [{'organisation': 'a', "  \
                  "'share': '1/2'}, {'organisation': 'b', 'share': '1/2'}], 'charges': "           \
                  "['double-running'], 'residual': 'named'}}"
    must(GROUP("['a', 'b']"));
    is_money(outcome(0, 0)->residual, "-5", "nobody's");
    is_money(outcome(0, 0)->positions[0].group, "-10", "the group's");
    is_money(outcome(0, 0)->positions[0].against, "-10", "against its control total");
    must(GROUP("['a']"));
    is_money(outcome(0, 0)->positions[0].group, "-5", "the pool is not the group's own");
}
END_TEST

/* Each allocation may be the one that fails: nothing leaks, nothing is touched after. */
START_TEST(test_system_memory__running_out_is_an_error_everywhere)
{
    static const char text[] =
        HEAD ONE_YEAR TWO PAYS("") ", 'facts': {'activity': [{'pod': 'EL', 'count': 10}]}, 'pool': "
                                   "{'members': [{'organisation': 'b', 'share': 1}]}, 'scenarios': "
                                   "{'s': {'changes': [{'contract': 'c', 'count': -1}]}}}";
    must(text);
    char *path = written(text);
    long n = 0;
    rk_status status = RK_NO_MEMORY;
    for (; status != RK_OK && n < 20000; n += 7) {
        rk_system *system = NULL;
        rk_system_result *evaluated = NULL;
        rk_problems_clear(problems);
        rk__alloc_fail_after(n);
        status = rk_system_load(session, path, &system, NULL);
        if (status == RK_OK) {
            status = rk_system_evaluate(system, NULL, &evaluated, NULL);
        }
        rk__alloc_fail_after(-1);
        rk_system_result_free(evaluated);
        rk_system_free(system);
    }
    unlink(path);
    free(path);
    ck_assert_int_eq(status, RK_OK);
    ck_assert_int_gt(n, 100);
}
END_TEST

UNIT_TESTS("system_documents")
{
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, open_session, close_system);
    tcase_add_loop_test(tc, test_system_document__is_refused_where_it_is_wrong, 0,
                        sizeof wrong / sizeof *wrong);
    tcase_add_test(tc, test_system_document__tells_every_problem_at_once);
    tcase_add_test(tc, test_system_contract__in_place_takes_what_it_does_not_say);
    tcase_add_test(tc, test_system_scenario__sets_values_of_contracts_and_of_the_system);
    tcase_add_test(tc, test_system_scenario__may_not_change_the_shape);
    tcase_add_test(tc, test_system_period__of_the_same_name_is_the_same_days);
    tcase_add_test(tc, test_system_group__adds_its_members);
    tcase_add_test(tc, test_system_group__bears_the_residual_of_its_pool);
    tcase_add_test(tc, test_system_memory__running_out_is_an_error_everywhere);
}
