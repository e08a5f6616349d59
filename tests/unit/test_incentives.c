/* SPDX-License-Identifier: MIT
 *
 * What one more and one fewer unit of activity pays and costs.
 */
#include "questions/incentives.h"
#include "system_fixture.h"

static rk_incentives *incentives;

static void close_incentives(void)
{
    rk_incentives_free(incentives);
    incentives = NULL;
    close_system();
}

static rk_status incentives_text(const char *text, const char *step, const char *fixed)
{
    rk_incentives_options options = RK_INCENTIVES_INIT;
    options.step = step;
    options.fixed = fixed;
    rk_incentives_free(incentives);
    char *path = written(text);
    const rk_status status = rk_incentives_evaluate(session, path, &options, &incentives, problems);
    unlink(path);
    free(path);
    return status;
}

static const rk__incentive_line *line_of(const char *key, const char *arrangement)
{
    for (size_t i = 0; i < incentives->n_lines; i++) {
        if (strcmp(incentives->lines[i].key, key) == 0 &&
            strcmp(incentives->lines[i].arrangement, arrangement) == 0) {
            return &incentives->lines[i];
        }
    }
    ck_abort_msg("no line for %s under %s", key, arrangement);
    return NULL;
}

#define ARRANGEMENTS                                                                               \
    "'tariff': " TARIFF(                                                                           \
        "'prices': {'key': ['pod'], 'rows': [{'pod': 'EL', 'price': '1700'}]}") ", "               \
                                                                                "'arrangements': " \
                                                                                "{'pbr': [{'id': " \
                                                                                "'a', 'rule': "    \
                                                                                "'pbr'}],'price-"  \
                                                                                "equals-cost': "   \
                                                                                "[{'id': 'a', "    \
                                                                                "'rule': "         \
                                                                                "'price-equals-"   \
                                                                                "cost'}],'block':" \
                                                                                " [{'id': 'a', "   \
                                                                                "'rule': "         \
                                                                                "'block', "        \
                                                                                "'params': "       \
                                                                                "{'amount': "      \
                                                                                "'1'}}],'cap': "   \
                                                                                "[{'id': 'a', "    \
                                                                                "'rule': 'pbr'}, " \
                                                                                "{'id': 'c', "     \
                                                                                "'rule': "         \
                                                                                "'cap-and-collar'" \
                                                                                ", 'of': ['a'], "  \
                                                                                "'params': "       \
                                                                                "{'plan': "        \
                                                                                "'1700000', "      \
                                                                                "'cap': '0', "     \
                                                                                "'collar': "       \
                                                                                "'0.1'}}]}"
#define UNIT_COSTS(more)                                                                           \
    "'unit_costs': {'key': ['pod'], 'rows': [{'pod': 'EL', 'efficient_unit_cost': '1450'" more "}" \
    "]"                                                                                            \
    "}"
#define CONTRACT(rows, costs)                                                                   \
    "{'reckoner': 'contract/1', 'id': 'c', 'periods': [" YEAR "], 'facts': {'activity': [" rows \
    "], " costs "}, " ARRANGEMENTS "}"
#define ROWS "{'pod': 'EL', 'count': 1000}"

/* 40% of 1,450 stays: 870 moves. */
static const struct {
    const char *arrangement, *payment, *contribution;
} elective[] = {{"pbr", "1700", "830"},
                {"price-equals-cost", "1450", "580"},
                {"block", "0", "-870"},
                {"cap", "0", "-870"}};

static void check_elective(void)
{
    for (size_t i = 0; i < sizeof elective / sizeof *elective; i++) {
        const rk__incentive_line *line = line_of("EL", elective[i].arrangement);
        is_money(line->more.payment, elective[i].payment, elective[i].arrangement);
        is_money(line->more.cost, "870", "cost");
        is_money(line->more.contribution, elective[i].contribution, elective[i].arrangement);
        is_money(line->count, "1000", "units");
    }
}

START_TEST(test_incentives__of_one_more_elective)
{
    ck_assert_int_eq(incentives_text(CONTRACT(ROWS, UNIT_COSTS("")), NULL, "40%"), RK_OK);
    check_elective();
    /* One fewer than the cap's plan is paid less for: the cap only binds above. */
    is_money(line_of("EL", "cap")->fewer.contribution, "830", "one fewer below the cap");
}
END_TEST

START_TEST(test_incentives__takes_the_fixed_part_from_the_unit_costs)
{
    ck_assert_int_eq(incentives_text(CONTRACT(ROWS, UNIT_COSTS(", 'fixed': '40%'")), NULL, NULL),
                     RK_OK);
    check_elective();
}
END_TEST

START_TEST(test_incentives__a_cost_that_is_no_number_is_an_error)
{
    static const char *const costs[] = {
        UNIT_COSTS(", 'fixed': 'most'"),
        "'unit_costs': {'key': ['pod'], 'rows': [{'pod': 'EL', 'efficient_unit_cost': 'low'}]}"};
    char text[2000];
    (void) snprintf(text, sizeof text, CONTRACT(ROWS, "%s"), costs[_i]);
    ck_assert_int_eq(incentives_text(text, NULL, NULL), RK_WRONG_TYPE);
}
END_TEST

START_TEST(test_incentives__of_a_step_are_for_one_unit)
{
    ck_assert_int_eq(incentives_text(CONTRACT(ROWS, UNIT_COSTS("")), "100", "40%"), RK_OK);
    check_elective();
    is_money(line_of("EL", "pbr")->fewer.payment, "1700", "a hundred fewer");
}
END_TEST

START_TEST(test_incentives__of_several_rows_change_them_in_proportion)
{
    ck_assert_int_eq(
        incentives_text(
            CONTRACT("{'pod': 'EL', 'count': 250}, {'pod': 'EL', 'count': 750}", UNIT_COSTS("")),
            NULL, "40%"),
        RK_OK);
    check_elective();
}
END_TEST

START_TEST(test_incentives__without_a_unit_cost_are_payments_only)
{
    ck_assert_int_eq(
        incentives_text("{'reckoner': 'contract/1', 'id': 'c', 'periods': [" YEAR
                        "], 'facts': {'activity': [{'pod': 'X*', 'count': 0.5}]}, 'arrangements': "
                        "{'b': [{'id': 'b', 'rule': 'block', 'params': {'amount': '1'}}]}}",
                        NULL, NULL),
        RK_OK);
    is_money(line_of("X*", "b")->more.payment, "0", "a block");
    ck_assert_ptr_null(line_of("X*", "b")->more.contribution);
    ck_assert_ptr_null(line_of("X*", "b")->fewer.payment);
    ck_assert(line_of("X*", "b")->fewer.too_few);
    ck_assert_uint_eq(incentives->n_findings, 2);
    ck_assert_str_eq(incentives->found.items[1].message,
                     "contract 'c': 'X*' has only 0.5 units in y, fewer "
                     "than the step of 1, so none can be taken away");
}
END_TEST

/* A period that has not so many units keeps no other from stepping down. */
START_TEST(test_incentives__say_where_there_are_too_few_to_take_away)
{
    ck_assert_int_eq(
        incentives_text("{'reckoner': 'contract/1', 'id': 'c', 'periods': [" YEAR
                        ", {'id': 'y2', 'start': '2017-04-01', 'end': '2018-03-31'}], 'facts': "
                        "{'activity': [{'pod': 'EL', 'count': 100, 'period': 'y'}, {'pod': 'EL', "
                        "'count': 99, 'period': 'y2'}], " UNIT_COSTS("") "}, " ARRANGEMENTS "}",
                        "100", "40%"),
        RK_OK);
    is_money(line_of("EL", "pbr")->fewer.contribution, "830", "just as many as the step");
    ck_assert(!line_of("EL", "pbr")->fewer.too_few);
    for (size_t i = 0; i < incentives->n_lines; i++) {
        const rk__incentive_line *line = &incentives->lines[i];
        ck_assert(line->fewer.too_few == (strcmp(line->period, "y2") == 0));
        ck_assert(line->more.payment != NULL && !line->more.too_few);
        ck_assert((line->fewer.payment == NULL) == line->fewer.too_few);
    }
    ck_assert_uint_eq(incentives->n_findings, 1);
}
END_TEST

START_TEST(test_incentives__of_a_system_take_its_cost_behaviour)
{
    ck_assert_int_eq(
        incentives_text(HEAD ONE_YEAR
                        "'organisations': [{'id': 'ccg', 'kind': 'commissioner'}, {'id': 't', "
                        "'kind': 'trust'}], 'facts': {'activity': [" ROWS
                        "], 'unit_costs': {'key': ['pod'], 'rows': [{'pod': 'EL', "
                        "'efficient_unit_cost': '1450'}]}}, 'cost_behaviour': [{'organisation': "
                        "'t', 'pod': 'EL', 'unit_cost': '1450', 'fixed': '40%'}], 'contracts': "
                        "[{'id': 'c', 'payer': 'ccg', 'payee': 't', 'contract': {" ARRANGEMENTS
                        "}}]}",
                        NULL, NULL),
        RK_OK);
    check_elective();
}
END_TEST

/* Headers of files match names loosely; the changed activity must be read as the file is. */
START_TEST(test_incentives__of_a_file_read_its_headers_as_rules_do)
{
    char *csv = written("PATIENT CLASS,POD,Count,SpellLOS,LOS\nx,EL,250,1,30\nx,EL,750,1,30\n");
    rk__buf text = {0};
    rk__buf_printf(
        &text,
        "{'reckoner': 'contract/1', 'id': 'c', 'periods': [" YEAR
        "], 'facts': {'activity': {'file': '%s'}, " UNIT_COSTS("") "}, 'tariff': " TARIFF(
            "'prices': {'key': ['pod'], 'rows': [{'pod': 'EL', 'price': '1700', 'trim_point': 20, "
            "'per_diem': '7'}]}") ",'arrangements': {'pbr': [{'id': 'a', 'rule': 'pbr', 'scope': "
                                  "{'patient_class': 'x'}}]}}",
        csv);
    ck_assert(!text.failed);
    const rk_status status = incentives_text(text.text, NULL, "40%");
    unlink(csv);
    free(csv);
    rk__buf_dispose(&text);
    ck_assert_msg(status == RK_OK, "%s", first_message());
    is_money(line_of("EL", "pbr")->more.payment, "1770", "with ten excess days");
    is_money(line_of("EL", "pbr")->more.contribution, "900", "less 870");
}
END_TEST

START_TEST(test_incentives__refuse_a_step_of_nothing)
{
    ck_assert_int_eq(incentives_text(CONTRACT(ROWS, UNIT_COSTS("")), "0", NULL), RK_USAGE);
    ck_assert_int_eq(incentives_text(CONTRACT(ROWS, UNIT_COSTS("")), "1", "140%"), RK_USAGE);
}
END_TEST

UNIT_TESTS("incentives")
{
    tcase_add_checked_fixture(tc, open_session, close_incentives);
    tcase_add_test(tc, test_incentives__of_one_more_elective);
    tcase_add_test(tc, test_incentives__takes_the_fixed_part_from_the_unit_costs);
    tcase_add_loop_test(tc, test_incentives__a_cost_that_is_no_number_is_an_error, 0, 2);
    tcase_add_test(tc, test_incentives__of_a_step_are_for_one_unit);
    tcase_add_test(tc, test_incentives__of_several_rows_change_them_in_proportion);
    tcase_add_test(tc, test_incentives__without_a_unit_cost_are_payments_only);
    tcase_add_test(tc, test_incentives__say_where_there_are_too_few_to_take_away);
    tcase_add_test(tc, test_incentives__of_a_system_take_its_cost_behaviour);
    tcase_add_test(tc, test_incentives__of_a_file_read_its_headers_as_rules_do);
    tcase_add_test(tc, test_incentives__refuse_a_step_of_nothing);
}
