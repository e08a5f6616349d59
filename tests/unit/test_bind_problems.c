/* SPDX-License-Identifier: MIT
 *
 * test_bind_problems.c: parameters that are wrong, and those that a period or the command line
 * gives.
 */
#include "bind_fixture.h"

/* -------------------------------------------------------------------- problems */

static const struct {
    const char *params; /* members beside "plan": 1, or all of them where it begins with { */
    rk_status status;
    const char *message, *hint, *pointer; /* parts; the pointer whole; NULL: not looked at */
} wrong[] = {
    /* names */
    {"{}", RK_MISSING_KEY, "rule 'test-rule' needs the parameter 'plan'", "What is agreed", ""},
    {"{'plan': null}", RK_MISSING_KEY, "'plan', and blank is not a value", "What is agreed",
     "/params/plan"},
    {"{'plan': ''}", RK_MISSING_KEY, "'plan', and blank is not a value", NULL, "/params/plan"},
    {"'cpa': 1", RK_UNKNOWN_KEY, "rule 'test-rule' has no parameter 'cpa'", "did you mean 'cap'?",
     "/params/cpa"},
    {"'zzzzzzz': 1", RK_UNKNOWN_KEY, "has no parameter 'zzzzzzz'", "reckon rules show test-rule",
     NULL},
    {"'Cap': 1", RK_UNKNOWN_KEY, "has no parameter 'Cap'", "did you mean 'cap'?", NULL},
    /* types */
    {"'cap': true", RK_WRONG_TYPE, "'cap' must be a ratio, and is a boolean", "\"4.75%\"",
     "/params/cap"},
    {"'cap': [1]", RK_WRONG_TYPE, "'cap' must be a ratio, and is an array", NULL, NULL},
    {"'cap': 'much'", RK_WRONG_TYPE, "'cap' is 'much', which is not a number", "7/12", NULL},
    {"'floor': '1,000'", RK_WRONG_TYPE, "'floor' is '1,000'", "a decimal in quotes", NULL},
    {"'floor': '5%'", RK_WRONG_TYPE, "is a ratio where a decimal number is expected",
     "write a decimal number: 0.05", NULL},
    {"'floor': '7/12'", RK_WRONG_TYPE, "is a ratio", "write a decimal number", NULL},
    {"'flag': 'true'", RK_WRONG_TYPE, "'flag' must be true or false, and is a string",
     "without quotes", NULL},
    {"'flag': 1", RK_WRONG_TYPE, "'flag' must be true or false, and is a number", NULL, NULL},
    {"'mode': 1", RK_WRONG_TYPE, "'mode' must be one of its words", NULL, NULL},
    {"'name': {}", RK_WRONG_TYPE, "'name' must be text, and is an object", NULL, NULL},
    {"'places': 'two'", RK_WRONG_TYPE, "'places' is 'two'", NULL, NULL},
    {"'bands': {}", RK_WRONG_TYPE, "'bands' must be a list of objects, and is an object",
     "write [{\"to\": ...}]", "/params/bands"},
    {"'bands': [1]", RK_WRONG_TYPE, "'bands[0]' must be an object, and is a number",
     "write {\"to\": ...}", "/params/bands/0"},
    {"'pot': []", RK_WRONG_TYPE, "'pot' must be an object, and is an array",
     "write {\"amount\": ...}", NULL},
    /* digits and bounds */
    {"'floor': 0.0000001", RK_OUT_OF_RANGE, "has digits past the sixth decimal",
     "write at most six decimals: 0", "/params/floor"},
    {"'price': '1.2345678'", RK_OUT_OF_RANGE, "'price' is '1.2345678'",
     "write at most six decimals: 1.234568", NULL},
    {"'floor': 1e-7", RK_OUT_OF_RANGE, "past the sixth decimal", NULL, NULL},
    {"'floor': 1e999999999", RK_OUT_OF_RANGE, "'floor' is '1e999999999'", NULL, NULL},
    {"'cap': 1e999999999", RK_OUT_OF_RANGE, "'cap' is '1e999999999'", NULL, NULL},
    {"'cap': '1/0'", RK_WRONG_TYPE, "divides by zero", NULL, NULL},
    {"'cap': '5.'", RK_WRONG_TYPE, "is not a number", NULL, NULL},
    {"'cap': '1/2/3'", RK_WRONG_TYPE, "is not a number", NULL, NULL},
    {"'price': '5.'", RK_WRONG_TYPE, "is not a number", NULL, NULL},
    {"'price': '1e5e'", RK_WRONG_TYPE, "is not a number", NULL, NULL},
    {"'price': '5%'", RK_WRONG_TYPE, "is a ratio", NULL, NULL},
    {"'cap': 2.0001", RK_OUT_OF_RANGE, "'cap' is '2.0001', which is above its maximum of 2",
     "a value of 0 to 2", "/params/cap"},
    {"'cap': '-1%'", RK_OUT_OF_RANGE, "which is below its minimum of 0", NULL, NULL},
    {"'unit': 0", RK_OUT_OF_RANGE, "'unit' is '0', which is below its minimum of 0.01",
     "0.01 or more", NULL},
    {"'price': 9223372036855", RK_OVERFLOW, "does not fit", NULL, NULL},
    {"'places': 1.5", RK_OUT_OF_RANGE, "is not a whole number", "write a whole number", NULL},
    {"'places': 9223372036854775808", RK_OVERFLOW, "does not fit", NULL, NULL},
    {"'places': -9223372036854775808", RK_OVERFLOW, "does not fit", NULL, NULL},
    {"'mode': 'bonnus'", RK_OUT_OF_RANGE, "'mode' is 'bonnus'", "did you mean 'bonus'?", NULL},
    {"'mode': 'xyz'", RK_OUT_OF_RANGE, "none of its words", "one of 'withhold', 'bonus'", NULL},
    {"'mode': 'Bonus'", RK_OUT_OF_RANGE, "'mode' is 'Bonus'", "did you mean 'bonus'?", NULL},
    /* items */
    {"'bands': [{'to': 1, 'provider_share': 1}, {'provider_share': 1}]", RK_MISSING_KEY,
     "needs the parameter 'bands[1].to'", NULL, "/params/bands/1"},
    {"'bands': [{'to': 1, 'provider_share': 2}]", RK_OUT_OF_RANGE,
     "'bands[0].provider_share' is '2'", NULL, "/params/bands/0/provider_share"},
    {"'bands': [{'to': 1, 'provider_shar': 1, 'provider_share': 1}]", RK_UNKNOWN_KEY,
     "has no parameter 'bands[0].provider_shar'", "did you mean 'bands[0].provider_share'?",
     "/params/bands/0/provider_shar"},
    {"'pot': {}", RK_MISSING_KEY, "needs the parameter 'pot.amount'", NULL, "/params/pot"},
};

START_TEST(test_bind__what_is_wrong_is_named_with_its_place)
{
    char text[256];
    const own *out;
    const bool whole = wrong[_i].params[0] == '{';
    (void) snprintf(text, sizeof text, "{'id': 'c', 'params': %s%s%s}", whole ? "" : "{'plan': 1, ",
                    wrong[_i].params, whole ? "" : "}");
    ck_assert_int_eq(bind(text, &out), wrong[_i].status);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    const rk_problem *const p = rk_problems_at(problems, 0);
    ck_assert_int_eq(p->status, wrong[_i].status);
    ck_assert_msg(strstr(p->message, wrong[_i].message) != NULL, "%s: '%s'", text, p->message);
    if (wrong[_i].hint != NULL) {
        ck_assert_msg(p->hint != NULL && strstr(p->hint, wrong[_i].hint) != NULL, "%s: hint '%s'",
                      text, p->hint != NULL ? p->hint : "");
    }
    if (wrong[_i].pointer != NULL) {
        ck_assert_str_eq(p->pointer, wrong[_i].pointer);
    }
    ck_assert_str_eq(p->file, "c.json");
    ck_assert_uint_eq(p->line, 1);
}
END_TEST

START_TEST(test_bind__every_problem_is_found_at_once)
{
    const own *out;
    ck_assert_int_eq(bind("{'params': {'cpa': 1, 'cap': 3, 'mode': 'x'}}", &out), RK_UNKNOWN_KEY);
    ck_assert_uint_eq(rk_problems_count(problems), 4); /* and `plan` is missing */
}
END_TEST

START_TEST(test_bind__params_that_are_no_object_are_refused)
{
    const own *out;
    ck_assert_int_eq(bind("{'params': [1]}", &out), RK_WRONG_TYPE);
}
END_TEST

START_TEST(test_bind__a_missing_parameter_is_found_without_params)
{
    const own *out;
    ck_assert_int_eq(bind("{'id': 'c'}", &out), RK_MISSING_KEY);
}
END_TEST

/* --------------------------------------------------------- layers and overrides */

START_TEST(test_bind__a_period_overrides_single_parameters)
{
    const own *const o = bound("{'params': {'plan': 1, 'cap': 1, 'floor': 9}, 'overrides': "
                               "{'plan': 2, 'cap': null, 'floor': null}}");
    assert_num(o->plan, "2");
    ck_assert_str_eq(o->plan->source, "/overrides/plan");
    assert_num(o->cap, "1");      /* blank says nothing */
    ck_assert_ptr_null(o->floor); /* but is a value of its own where nullable */
}
END_TEST

START_TEST(test_bind__a_required_parameter_may_come_from_the_period)
{
    assert_num(bound("{'overrides': {'plan': 2}}")->plan, "2");
}
END_TEST

START_TEST(test_bind__the_command_line_goes_first)
{
    static const rk__param_override cli[] = {
        {"plan", "5"},
        {"plan", "6"}, /* the last counts */
        {"cap", "4%"}, /* no JSON: text */
        {"name", "\"quoted\""},
        {"mode", "withhold"},
        {"flag", "false"},
        {"bands[1].provider_share", "25%"},
        {"pot", "{\"amount\": 3}"},
    };
    input.cli = cli;
    input.n_cli = sizeof cli / sizeof cli[0];
    const own *const o =
        bound("{'id': 'acute', 'params': {'plan': 1, 'bands': [{'to': 1, 'provider_share': 1}, "
              "{'to': null, 'provider_share': 1}]}, 'overrides': {'plan': 2}}");
    const band *const bands = o->bands.items;
    assert_num(o->plan, "6");
    ck_assert_str_eq(o->plan->source, "--param acute.plan");
    assert_num(o->cap, "0.04");
    ck_assert_str_eq(o->name, "quoted");
    ck_assert_int_eq(o->mode, 0);
    ck_assert(!o->flag);
    assert_num(bands[0].provider_share, "1");
    assert_num(bands[1].provider_share, "0.25");
    assert_num(((const pot *) o->pot.items)->amount, "3");
}
END_TEST

static const struct {
    const char *name, *value, *message, *hint;
    rk_status status;
} cli_wrong[] = {
    {"cpa", "1", "has no parameter 'cpa'", "did you mean 'cap'?", RK_UNKNOWN_KEY},
    {"bands[7].to", "1", "'bands[7].to' leads to no value", "counted from 0", RK_UNKNOWN_KEY},
    {"bands[0].too", "1", "'bands[0].too' leads to no value", NULL, RK_UNKNOWN_KEY},
    {"pot.amount", "1", "'pot.amount' leads to no value", "NAME.MEMBER", RK_UNKNOWN_KEY},
    {"cap.x", "1", "'cap.x' leads to no value", "single value", RK_UNKNOWN_KEY},
    {"", "1", "has no parameter ''", NULL, RK_UNKNOWN_KEY},
    {"cap", "3", "'cap' is '3', which is above", NULL, RK_OUT_OF_RANGE},
    {"cap", "[", "'cap' is '[', which is not a number", NULL, RK_WRONG_TYPE},
};

START_TEST(test_bind__a_wrong_override_names_its_option)
{
    const own *out;
    const rk__param_override cli = {cli_wrong[_i].name, cli_wrong[_i].value};
    char option[64];
    input.cli = &cli;
    input.n_cli = 1;
    ck_assert_int_eq(
        bind("{'id': 'acute', 'params': {'plan': 1, 'bands': [{'to': 1, 'provider_share': 1}]}}",
             &out),
        cli_wrong[_i].status);
    const rk_problem *const p = rk_problems_at(problems, 0);
    (void) snprintf(option, sizeof option, "--param acute.%s", cli.name);
    ck_assert_msg(strstr(p->message, cli_wrong[_i].message) != NULL, "'%s'", p->message);
    ck_assert(cli_wrong[_i].hint == NULL || strstr(p->hint, cli_wrong[_i].hint) != NULL);
    ck_assert_str_eq(p->file, option);
}
END_TEST

UNIT_TESTS("bind_problems")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_bind__what_is_wrong_is_named_with_its_place, 0, COUNT(wrong));
    tcase_add_test(tc, test_bind__every_problem_is_found_at_once);
    tcase_add_test(tc, test_bind__params_that_are_no_object_are_refused);
    tcase_add_test(tc, test_bind__a_missing_parameter_is_found_without_params);
    tcase_add_test(tc, test_bind__a_period_overrides_single_parameters);
    tcase_add_test(tc, test_bind__a_required_parameter_may_come_from_the_period);
    tcase_add_test(tc, test_bind__the_command_line_goes_first);
    tcase_add_loop_test(tc, test_bind__a_wrong_override_names_its_option, 0, COUNT(cli_wrong));
}
