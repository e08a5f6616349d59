/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "rules/bind.h"
#include "rules/load.h"
#include "unit.h"

/* ------------------------------------------------------------- a rule to bind */

typedef struct band {
    rk_num to, provider_share, amount;
} band;

typedef struct pot {
    rk_num amount;
    const char *source;
} pot;

typedef struct own {
    rk_num plan, cap, floor;
    rk_decimal unit, price;
    int64_t places;
    int32_t mode, scale;
    bool flag, other;
    const char *name;
    rk_list bands, pot;
} own;

static const char *const modes[] = {"withhold", "bonus", NULL};
static const char *const scales[] = {"linear", "step", NULL};
static const rk_param band_params[] = {{.name = "to",
                                        .type = RK_PARAM_RATIO,
                                        .flags = RK_REQUIRED | RK_NULLABLE,
                                        .offset = offsetof(band, to)},
                                       {.name = "provider_share",
                                        .type = RK_PARAM_RATIO,
                                        .flags = RK_REQUIRED,
                                        .offset = offsetof(band, provider_share),
                                        .min = "0",
                                        .max = "1"},
                                       {.name = "amount",
                                        .type = RK_PARAM_EXACT,
                                        .flags = RK_PER_TIME,
                                        .offset = offsetof(band, amount)},
                                       {0}};
static const rk_param pot_params[] = {
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(pot, amount)},
    {.name = "source", .type = RK_PARAM_TEXT, .offset = offsetof(pot, source)},
    {0}};
static const rk_param params[] = {
    {.name = "plan",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(own, plan),
     .help = "What is agreed."},
    {.name = "cap",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(own, cap),
     .default_value = "4.75%",
     .min = "0",
     .max = "2"},
    {.name = "floor",
     .type = RK_PARAM_EXACT,
     .flags = RK_NULLABLE,
     .offset = offsetof(own, floor),
     .default_value = "5"},
    {.name = "unit", .type = RK_PARAM_DECIMAL, .offset = offsetof(own, unit), .min = "0.01"},
    {.name = "price", .type = RK_PARAM_DECIMAL, .offset = offsetof(own, price)},
    {.name = "places", .type = RK_PARAM_INTEGER, .offset = offsetof(own, places)},
    {.name = "mode",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(own, mode),
     .default_value = "bonus",
     .words = modes},
    {.name = "scale", .type = RK_PARAM_ENUM, .offset = offsetof(own, scale), .words = scales},
    {.name = "flag", .type = RK_PARAM_BOOL, .offset = offsetof(own, flag), .default_value = "true"},
    {.name = "other", .type = RK_PARAM_BOOL, .offset = offsetof(own, other)},
    {.name = "name", .type = RK_PARAM_TEXT, .offset = offsetof(own, name)},
    {.name = "bands",
     .type = RK_PARAM_LIST,
     .offset = offsetof(own, bands),
     .items = band_params,
     .item_size = sizeof(band)},
    {.name = "pot",
     .type = RK_PARAM_LIST,
     .flags = RK_ONE_OBJECT,
     .offset = offsetof(own, pot),
     .items = pot_params,
     .item_size = sizeof(pot)},
    {0}};

static int settle(const rk_host *h, const void *own_params, const void *state,
                  const rk_settlement *settlement)
{
    (void) h, (void) own_params, (void) state, (void) settlement;
    return RK_OK;
}

/* ------------------------------------------------------------------ one binding */

/* Everything that one binding needs and makes. */
static rk__arena arena;
static rk__nums nums;
static rk_problems *problems;
static rk__json *document;
static rk__rule rule;
static rk__bind_input input;
static char id[] = "test-rule";

static void setup(void)
{
    const rk_rule exported = {.size = sizeof(rk_rule),
                              .param_size = sizeof(rk_param),
                              .column_size = sizeof(rk_column),
                              .element_size = sizeof(rk_element),
                              .note_size = sizeof(rk_note),
                              .reason_size = sizeof(rk_reason),
                              .line_size = sizeof(rk_line),
                              .of_size = sizeof(rk_of),
                              .column_data_size = sizeof(rk_column_data),
                              .title = "Test",
                              .summary = "A test.",
                              .params = params,
                              .params_size = sizeof(own),
                              .settle = settle};
    rk__refusal why;
    memset(&arena, 0, sizeof arena);
    memset(&nums, 0, sizeof nums);
    memset(&rule, 0, sizeof rule);
    memset(&input, 0, sizeof input);
    document = NULL;
    problems = rk_problems_new();
    ck_assert(rk__rule_tables(&exported, sizeof exported, &rule, &arena, &why));
    ck_assert_msg(rk__rule_check(&rule, &why), "%s", why.reason);
    rule.id = id;
    input = (rk__bind_input){.rule = &rule, .scale_num = 1, .scale_den = 1};
}

static void teardown(void)
{
    rk__json_free(document);
    rk_problems_free(problems);
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
}

/* Binds the component of a document: its `params`, and `overrides` as those of
 * the period. ' stands for ". */
static rk_status bind(const char *component, const own **out)
{
    component = json_text(component);
    void *object = NULL;
    ck_assert_msg(rk__json_parse(component, strlen(component), "c.json", &document, NULL) == RK_OK,
                  "the test's own JSON: %s", component);
    input.component = rk__json_root(document);
    input.params = rk__json_get(input.component, "params");
    input.overrides = rk__json_get(input.component, "overrides");
    const rk_status status = rk__bind(&input, &nums, &arena, &object, problems);
    ck_assert_msg((status == RK_OK) == (rk_problems_count(problems) == 0), "%s: status %d, %s",
                  component, status,
                  rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message
                                                  : "no problem");
    ck_assert((object != NULL) == (status == RK_OK));
    ck_assert_ptr_null(nums.poisoned);
    *out = object;
    return status;
}

static const own *bound(const char *component)
{
    const own *out = NULL;
    const rk_status status = bind(component, &out);
    ck_assert_msg(status == RK_OK, "%s: %s", component,
                  rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message : "");
    return out;
}

static void assert_num(rk_num number, const char *expected)
{
    rk__buf text = {0};
    ck_assert_ptr_nonnull(number);
    rk__num_print_exact(&text, number);
    ck_assert_str_eq(text.text, expected);
    rk__buf_dispose(&text);
}

/* ---------------------------------------------------------------------- values */

START_TEST(test_bind__absent_values_are_defaults_or_absent)
{
    const own *const o = bound("{'params': {'plan': 1}}");
    assert_num(o->plan, "1");
    assert_num(o->cap, "0.0475");
    assert_num(o->floor, "5");
    ck_assert(o->unit == RK_DECIMAL_NONE);
    ck_assert(o->places == INT64_MIN);
    ck_assert_int_eq(o->mode, 1);
    ck_assert_int_eq(o->scale, -1);
    ck_assert(o->flag);
    ck_assert(!o->other);
    ck_assert_ptr_null(o->name);
    ck_assert_ptr_null(o->bands.items);
    ck_assert_uint_eq(o->bands.n, 0);
    ck_assert_uint_eq(o->pot.n, 0);
}
END_TEST

/* A number used as text keeps its spelling. */
START_TEST(test_bind__values_are_stored_by_type)
{
    const own *const o =
        bound("{'params': {'plan': '-12.345678', 'cap': '7/12', 'floor': 1e3, 'unit': 0.01, "
              "'price': '9223372036854.775807', 'places': '12', 'mode': 'withhold', 'scale': "
              "'step', 'flag': false, 'other': true, 'name': 7.10}}");
    assert_num(o->plan, "-12.345678");
    assert_num(o->cap, "7/12");
    assert_num(o->floor, "1000");
    ck_assert(o->unit == 10000);
    ck_assert(o->price == INT64_MAX);
    ck_assert(o->places == 12);
    ck_assert_int_eq(o->mode, 0);
    ck_assert_int_eq(o->scale, 1);
    ck_assert(!o->flag);
    ck_assert(o->other);
    ck_assert_str_eq(o->name, "7.10");
}
END_TEST

START_TEST(test_bind__numbers_know_their_name_and_place)
{
    const own *const o = bound("{'params': {'plan': 1, 'bands': [{'to': 1, 'provider_share': 1}, "
                               "{'to': '3%', 'provider_share': 0.5}]}}");
    const band *const bands = o->bands.items;
    ck_assert_str_eq(o->plan->label, "plan");
    ck_assert_str_eq(o->plan->source, "/params/plan");
    ck_assert_str_eq(o->cap->source, "default");
    ck_assert_str_eq(bands[1].to->label, "bands[1].to");
    ck_assert_str_eq(bands[1].to->source, "/params/bands/1/to");
}
END_TEST

START_TEST(test_bind__lists_are_bound_item_by_item)
{
    const own *const o = bound("{'params': {'plan': 1, 'bands': [{'to': '1%', 'provider_share': "
                               "1}, {'to': null, 'provider_share': '0'}]}}");
    const band *const bands = o->bands.items;
    ck_assert_uint_eq(o->bands.n, 2);
    assert_num(bands[0].to, "0.01");
    ck_assert_ptr_null(bands[1].to);
    assert_num(bands[1].provider_share, "0");
    ck_assert_ptr_null(bands[1].amount);
}
END_TEST

START_TEST(test_bind__one_object_is_a_list_of_one)
{
    const own *const o = bound("{'params': {'plan': 1, 'pot': {'amount': 7, 'source': 'x'}}}");
    const pot *const p = o->pot.items;
    ck_assert_uint_eq(o->pot.n, 1);
    assert_num(p->amount, "7");
    ck_assert_str_eq(p->amount->label, "pot.amount");
    ck_assert_str_eq(p->source, "x");
}
END_TEST

/* Missing, null and blank are the same: no value. */
static const struct {
    const char *floor;
    const char *expected; /* NULL: none */
} blanks[] = {
    {"null", NULL}, {"''", NULL}, {"'  '", NULL}, {"0", "0"}, {"\"0\"", "0"},
};

START_TEST(test_bind__null_and_blank_are_none_where_nullable)
{
    char text[128];
    (void) snprintf(text, sizeof text, "{'params': {'plan': 1, 'floor': %s}}", blanks[_i].floor);
    const own *const o = bound(text);
    if (blanks[_i].expected == NULL) {
        ck_assert_ptr_null(o->floor);
    } else {
        assert_num(o->floor, blanks[_i].expected);
    }
}
END_TEST

START_TEST(test_bind__null_and_blank_are_absent_elsewhere)
{
    const own *const o = bound("{'params': {'plan': 1, 'cap': null, 'mode': '', 'flag': null, "
                               "'bands': null, 'name': ' '}}");
    assert_num(o->cap, "0.0475");
    ck_assert_int_eq(o->mode, 1);
    ck_assert(o->flag);
    ck_assert_uint_eq(o->bands.n, 0);
    ck_assert_ptr_null(o->name);
}
END_TEST

/* -------------------------------------------------------------------- problems */

static const struct {
    const char *params; /* members beside "plan": 1, or all of them where it begins with { */
    rk_status status;
    const char *message, *hint, *pointer; /* parts; the pointer whole; NULL: not looked at */
} wrong[] = {
    /* names */
    {"{}", RK_MISSING_KEY, "rule 'test-rule' needs the parameter 'plan'", "What is agreed", ""},
    {"{'plan': null}", RK_MISSING_KEY, "'plan', and blank is no value", "What is agreed",
     "/params/plan"},
    {"{'plan': ''}", RK_MISSING_KEY, "'plan', and blank is no value", NULL, "/params/plan"},
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

/* --------------------------------------------------------------------- scaling */

START_TEST(test_bind__amounts_per_time_are_scaled_as_a_product)
{
    input.scale_num = 1;
    input.scale_den = 3;
    const own *const o = bound("{'params': {'plan': 100, 'cap': 1, 'floor': 9, 'bands': [{'to': 1, "
                               "'provider_share': 1, 'amount': 12}], 'pot': {'amount': 6}}}");
    const band *const bands = o->bands.items;
    assert_num(o->plan, "100/3");
    assert_num(o->cap, "1");
    assert_num(o->floor, "9");
    assert_num(bands[0].amount, "4");
    assert_num(bands[0].to, "1");
    assert_num(((const pot *) o->pot.items)->amount, "2");

    /* What explain walks: the product's name, then its two factors. */
    ck_assert_str_eq(o->plan->label, "plan");
    ck_assert_int_eq(o->plan->op, RK__NUM_LABEL);
    rk_num product = o->plan->a;
    ck_assert_int_eq(product->op, RK__NUM_MUL);
    assert_num(product->a, "100");
    ck_assert_str_eq(product->a->label, "plan, per year");
    ck_assert_str_eq(product->a->source, "/params/plan");
    assert_num(product->b, "1/3");
    ck_assert_str_eq(product->b->label, "part of the year");
}
END_TEST

START_TEST(test_bind__bounds_hold_for_what_is_written)
{
    input.scale_num = 5;
    input.scale_den = 1;
    assert_num(bound("{'params': {'plan': 1, 'cap': 2}}")->plan, "5");
}
END_TEST

/* ---------------------------------------------------------------------- places */

static const struct {
    const char *where, *pointer, *file;
} places[] = {
    {"plan", "/params/plan", "c.json"},
    {"cap", "/overrides/cap", "c.json"},
    {"bands[1].to", "/params/bands/1/to", "c.json"},
    {"bands[1].amount", "/params/bands/1", "c.json"},
    {"bands[9]", "/params/bands", "c.json"},
    {"pot.amount", "/params/pot/amount", "c.json"},
    {"mode", "", "c.json"},
    {"nonsense[", "", "c.json"},
    {"", "", "c.json"},
    {NULL, "", "c.json"},
    {"name", NULL, "--param acute.name"},
    {"unit[0].x", NULL, "--param acute.unit"},
};

START_TEST(test_bind_place__leads_to_the_value_or_what_should_hold_it)
{
    static const rk__param_override cli[] = {{"name", "x"}, {"unit", "1"}};
    rk__place place;
    const own *out;
    input.cli = cli;
    input.n_cli = 2;
    ck_assert_int_eq(
        bind(
            "{'id': 'acute', 'params': {'plan': 1, 'cap': 1, 'bands': [{'to': 1, 'provider_share': "
            "1}, {'to': 2, 'provider_share': 1}], 'pot': {'amount': 1}}, 'overrides': {'cap': 2}}",
            &out),
        RK_OK);
    rk__bind_place(&input, places[_i].where, &place, &arena);
    ck_assert_str_eq(place.file, places[_i].file);
    if (places[_i].pointer == NULL) {
        ck_assert_ptr_null(place.pointer);
    } else {
        ck_assert_str_eq(place.pointer, places[_i].pointer);
    }
}
END_TEST

START_TEST(test_bind__every_allocation_may_fail)
{
    static const rk__param_override cli[] = {{"name", "x"}};
    const char *const text = json_text("{'id': 'c', 'params': {'plan': 1, 'bands': [{'to': 1, "
                                       "'provider_share': 1, 'amount': 2}]}}");
    rk_status status = RK_NO_MEMORY;
    long n = 0;
    input.cli = cli;
    input.n_cli = 1;
    input.scale_den = 2;
    ck_assert_int_eq(rk__json_parse(text, strlen(text), "c.json", &document, NULL), RK_OK);
    input.component = rk__json_root(document);
    input.params = rk__json_get(input.component, "params");
    for (; status == RK_NO_MEMORY && n < 1000; n++) {
        rk__arena own_arena = {0};
        rk__nums own_nums = {0};
        void *out = NULL;
        rk__alloc_fail_after(n);
        status = rk__bind(&input, &own_nums, &own_arena, &out, NULL);
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_NO_MEMORY || status == RK_OK, "allocation %ld: %d", n, status);
        rk__nums_dispose(&own_nums);
        rk__arena_dispose(&own_arena);
    }
    ck_assert_int_gt((int) n, 3);
    ck_assert_int_eq(status, RK_OK);
}
END_TEST

UNIT_TESTS("bind")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_bind__absent_values_are_defaults_or_absent);
    tcase_add_test(tc, test_bind__values_are_stored_by_type);
    tcase_add_test(tc, test_bind__numbers_know_their_name_and_place);
    tcase_add_test(tc, test_bind__lists_are_bound_item_by_item);
    tcase_add_test(tc, test_bind__one_object_is_a_list_of_one);
    tcase_add_loop_test(tc, test_bind__null_and_blank_are_none_where_nullable, 0, COUNT(blanks));
    tcase_add_test(tc, test_bind__null_and_blank_are_absent_elsewhere);
    tcase_add_loop_test(tc, test_bind__what_is_wrong_is_named_with_its_place, 0, COUNT(wrong));
    tcase_add_test(tc, test_bind__every_problem_is_found_at_once);
    tcase_add_test(tc, test_bind__params_that_are_no_object_are_refused);
    tcase_add_test(tc, test_bind__a_missing_parameter_is_found_without_params);
    tcase_add_test(tc, test_bind__a_period_overrides_single_parameters);
    tcase_add_test(tc, test_bind__a_required_parameter_may_come_from_the_period);
    tcase_add_test(tc, test_bind__the_command_line_goes_first);
    tcase_add_loop_test(tc, test_bind__a_wrong_override_names_its_option, 0, COUNT(cli_wrong));
    tcase_add_test(tc, test_bind__amounts_per_time_are_scaled_as_a_product);
    tcase_add_test(tc, test_bind__bounds_hold_for_what_is_written);
    tcase_add_loop_test(tc, test_bind_place__leads_to_the_value_or_what_should_hold_it, 0,
                        COUNT(places));
    tcase_add_test(tc, test_bind__every_allocation_may_fail);
}
