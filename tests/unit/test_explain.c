/* SPDX-License-Identifier: MIT
 *
 * test_explain.c: an explanation leads from a line to parameters and cells, with
 * their sources, and one row is explained by the rule that priced it.
 */
#include "engine_fixture.h"

#define CAPITATION                                                                           \
    "{'id': 'gms', 'rule': 'capitation', 'params': {'rate': '121.79', 'indices': [{'name': " \
    "'need', 'factor': '1.04'}], 'deductions': [{'label': 'out of hours', 'share': '4.75%'}]}}"
#define ROWS                                                                                \
    "'activity': [{'hrg': 'A', 'price': 5}, {'hrg': 'B', 'pod': 'NEL', 'los': 1, 'price': " \
    "'2150', 'short_stay_price': '645'}, {'hrg': 'C'}]"

static rk_explanation *explanation;

static rk_status explain_text(const char *facts, const char *components, const char *more,
                              const char *component, const char *line, int64_t row)
{
    rk_explain_options options = RK_EXPLAIN_INIT;
    options.component = component;
    options.line = line;
    options.row = row;
    char *text = contract_text(YEAR, facts, NULL, components, more);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", ".", &contract, problems);
    free(text);
    ck_assert_msg(status == RK_OK, "%s", first_message());
    return rk_explain(contract, &options, &explanation, problems);
}

static void dispose(void)
{
    rk_explanation_free(explanation);
    explanation = NULL;
    close_session();
}

/* The first step with this label, anywhere below. */
static const rk__step *find(const rk__step *steps, size_t n, const char *label)
{
    for (size_t i = 0; i < n; i++) {
        if (steps[i].label != NULL && strcmp(steps[i].label, label) == 0) {
            return &steps[i];
        }
        const rk__step *below = find(steps[i].children, steps[i].n_children, label);
        if (below != NULL) {
            return below;
        }
    }
    return NULL;
}

static const rk__step *step(const char *label)
{
    const rk__step *found = find(explanation->steps, explanation->n_steps, label);
    ck_assert_msg(found != NULL, "no step '%s'", label);
    return found;
}

START_TEST(test_explain_line__leads_to_parameters_and_cells)
{
    ck_assert_int_eq(
        explain_text(
            "'population': [{'group': 'all', 'heads': 9000}]", CAPITATION,
            ", 'sources': [{'of': '/arrangements/main/0/params/rate', 'text': 'SFE 2025/26'}]",
            NULL, NULL, 0),
        RK_OK);
    ck_assert_str_eq(step("rate")->value, "121.79");
    ck_assert_str_eq(step("rate")->source, "/arrangements/main/0/params/rate: SFE 2025/26");
    ck_assert_str_eq(step("need")->value, "1.04");
    ck_assert_str_eq(step("need")->source, "/arrangements/main/0/params/indices/0/factor");
    ck_assert_str_eq(step("population[1].heads")->value, "9000");
    ck_assert_str_eq(step("population[1].heads")->source, "/facts/population/0/heads");
    ck_assert_str_eq(step("share")->value, "0.0475");
    /* 9,000 x 121.79 x 1.04 x (1 - 0.0475) */
    ck_assert_str_eq(explanation->total, "1085806.57");
}
END_TEST

static const struct {
    const char *line, *formula, *value;
} operations[] = {
    {"add", "cost + threshold", "132"},
    {"sub", "cost - (threshold - rate)", "68.25"},
    {"mul", "cost x (1 - rate)", "75"},
    {"div", "cost / (threshold x 0.5)", "6.25"},
    {"neg", "-(1 - rate)", "-0.75"},
    {"min", "min(cost, threshold)", "32"},
    {"max", "max(cost, threshold)", "100"},
    {"round", "round(rate, 1 place)", "0.3"},
    {"label", "cost + rate", "100.25"},
    {"power", "power(cost, 2/5, 9 places)", "6.309573445"}, /* 100^0.4 */
    {"floor", "floor(cost x rate)", "25"},
    {"ceil", "ceil(rate)", "1"},
    {"parse", NULL, "7/12"},
    {"select", "select(cost > threshold: yes, excess)", "68"},
    {"select the other", "select(cost <= threshold: no, excess)", "68"},
};

START_TEST(test_explain_line__every_operation_has_its_text)
{
    static const char *const traces[] = {RK_BINARY_DIR "/tests/fixtures/traces-all", NULL};
    close_session();
    open_with((rk_options){.size = sizeof(rk_options), .rules = traces});
    ck_assert_msg(explain_text("",
                               "{'id': 't', 'rule': 'traces-all', 'params': {'cost': 100, "
                               "'threshold': 32, 'rate': '0.25'}}",
                               NULL, NULL, NULL, 0) == RK_OK,
                  "%s", first_message());
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        const rk__step *line = step(operations[i].line);
        ck_assert_str_eq(line->value, operations[i].value);
        if (operations[i].formula == NULL) {
            ck_assert_ptr_null(line->formula);
        } else {
            ck_assert_str_eq(line->formula, operations[i].formula);
        }
    }
    /* Of a choice only the number that was taken has a step. */
    ck_assert_uint_eq(step("select")->n_children, 1);
    ck_assert_str_eq(step("select")->children[0].label, "excess");
    ck_assert_str_eq(step("select")->children[0].formula, "cost - threshold");
}
END_TEST

/* An equation of the contract is read anew at each settlement; what explains its value lives on. */
START_TEST(test_explain_line__follows_equations_that_are_data)
{
    char folder[] = "/tmp/rk-explain-XXXXXX";
    char path[100];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void) snprintf(path, sizeof path, "%s/sums.rule.json", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    const char *document = json_text("{'reckoner': 'rule/1', 'id': 'sums', 'version': '1.0.0', "
                                     "'title': 'Sums', 'inputs': 'inputs', 'equations': "
                                     "'equations', 'pays': ['pay']}");
    ck_assert_int_ge(fputs(document, file), 0);
    (void) fclose(file);
    const char *const sums[] = {folder, NULL};
    close_session();
    open_with((rk_options){.size = sizeof(rk_options), .rules = sums});
    ck_assert_msg(explain_text("'inputs': [{'name': 'a', 'value': 4}], 'equations': [{'name': "
                               "'huge', 'formula': '1234567'}, {'name': 'pay', "
                               "'formula': 'a * 2.5 + IF(a > 3, 5%, 0) - (huge - "
                               "1234566)'}]",
                               "{'id': 's', 'rule': 'sums'}", NULL, NULL, NULL, 0) == RK_OK,
                  "%s", first_message());
    ck_assert_str_eq(step("pay")->formula, "a x 2.5 + select(a > 3: yes, 0.05) - (huge - 1234566)");
    ck_assert_str_eq(step("pay")->value, "9.05");
    ck_assert_str_eq(step("huge (shown, not paid)")->value, "1234567");
    remove_folder(folder);
}
END_TEST

START_TEST(test_explain_row__shows_columns_and_the_rules_steps)
{
    ck_assert_msg(explain_text(ROWS, "{'id': 'a', 'rule': 'pbr'}", NULL, NULL, NULL, 2) == RK_OK,
                  "%s", first_message());
    ck_assert_uint_eq(explanation->n_steps, 1);
    ck_assert_str_eq(explanation->steps[0].value, "645");
    ck_assert_str_eq(step("los")->value, "1");
    ck_assert_str_eq(step("los")->source, "the row");
    ck_assert_str_eq(step("count")->source, "default");
    ck_assert_str_eq(step("price of a spell")->formula, "short_stay_price");
}
END_TEST

START_TEST(test_explain_row__says_why_a_row_is_not_paid)
{
    ck_assert_int_eq(explain_text(ROWS, "{'id': 'a', 'rule': 'pbr', 'scope': {'pod': 'NEL'}}", NULL,
                                  NULL, NULL, 1),
                     RK_OK);
    ck_assert_str_eq(explanation->steps[0].value, "0");
    ck_assert_str_eq(explanation->steps[0].formula, "outside the component's scope");
}
END_TEST

START_TEST(test_explain_row__an_unpriced_row_says_so)
{
    ck_assert_int_eq(explain_text(ROWS, "{'id': 'a', 'rule': 'pbr'}", NULL, NULL, NULL, 3), RK_OK);
    ck_assert_str_eq(explanation->steps[0].value, "0");
    ck_assert_str_eq(explanation->steps[0].formula, "unpriced: it has no 'price'");
}
END_TEST

START_TEST(test_explain_options__what_is_not_there_is_named)
{
    static const struct {
        const char *component, *line;
        int64_t row;
        const char *message;
    } rows[] = {
        {"x", NULL, 0, "there is no component 'x'"},
        {NULL, "x", 0, "there is no line 'x'"},
        {NULL, NULL, 4, "the table has no row 4"},
    };
    ck_assert_int_eq(explain_text(ROWS, "{'id': 'a', 'rule': 'pbr'}", NULL, rows[_i].component,
                                  rows[_i].line, rows[_i].row),
                     RK_USAGE);
    ck_assert_str_eq(first_message(), rows[_i].message);
}
END_TEST

UNIT_TESTS("explain")
{
    tcase_add_checked_fixture(tc, open_session, dispose);
    tcase_add_test(tc, test_explain_line__leads_to_parameters_and_cells);
    tcase_add_test(tc, test_explain_line__every_operation_has_its_text);
    tcase_add_test(tc, test_explain_line__follows_equations_that_are_data);
    tcase_add_test(tc, test_explain_row__shows_columns_and_the_rules_steps);
    tcase_add_test(tc, test_explain_row__says_why_a_row_is_not_paid);
    tcase_add_test(tc, test_explain_row__an_unpriced_row_says_so);
    tcase_add_loop_test(tc, test_explain_options__what_is_not_there_is_named, 0, 3);
}
