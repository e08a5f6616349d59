/* SPDX-License-Identifier: MIT
 *
 * test_cells.c: columns and cells of interface 1.2, through rules: days, factors, lookups that
 * need each other, the places of cells and problems at them, texts that are numbers.
 */
#include "engine_fixture.h"

static const char *const rules[] = {RK_BINARY_DIR "/tests/fixtures/reads-cells",
                                    RK_BINARY_DIR "/tests/fixtures/prices-chain", NULL};
static char folder[] = "/tmp/rk-cells-XXXXXX";

#define VISITS(rows) "'visits': [" rows "]"
#define TABLE(name, key, row) \
    "'" name "': {'key': ['" key "'], 'rows': [" row "]}" /* a table with one row */
#define WAGES TABLE("wages", "area", "{'area': 'north', 'wage': '0.5'}")
#define AREAS TABLE("areas", "site", "{'site': 's1', 'area': 'north'}")
#define SITES TABLE("sites", "zone", "{'zone': 'z', 'site': 's1'}")
#define READS "{'id': 'v', 'rule': 'reads-cells'}"
#define CHAIN "{'id': 'v', 'rule': 'prices-chain'}"

static void begin(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    open_with((rk_options){.size = sizeof(rk_options), .rules = rules});
}

static void end(void)
{
    close_session();
    remove_folder(folder);
}

static rk_status evaluate(const char *facts, const char *component)
{
    char *text = contract_text(YEAR, facts, NULL, component, NULL);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    if (status == RK_OK) {
        status = rk_evaluate(contract, NULL, &result, problems);
    }
    free(text);
    return status;
}

static const rk_ledger_line *line_at(size_t i)
{
    const rk_ledger_line *line =
        rk_component_line(rk_period_component(rk_result_period(result, 0), 0), i);
    ck_assert_ptr_nonnull(line);
    return line;
}

/* day x weight x (the note, or the wage) */
static const struct {
    const char *row, *total;
} read_cells[] = {
    {"{'day': '1970-01-02', 'weight': 1000, 'wage': '0.25'}", "250.00"},
    {"{'day': '2016-04-01', 'weight': 1, 'wage': 1}", "16892.00"},
    {"{'day': '1969-12-31', 'weight': 1, 'wage': 7}", "-7.00"},
    {"{'weight': 5, 'wage': 5}", "0.00"}, /* no day is no zero: the rule chooses */
    {"{'day': '1970-01-02', 'weight': '0.000000000001', 'wage': 2000000000000}", "2.00"},
    {"{'day': '1970-01-02', 'wage': 3000000000000}", "3.00"}, /* the weight's default */
    {"{'day': '1970-01-02', 'weight': 12, 'note': '7/12'}", "7.00"},
    {"{'day': '1970-01-02', 'weight': 100, 'note': '4.75%'}", "4.75"},
    {"{'day': '1970-01-02', 'weight': 1, 'note': '-1e3'}", "-1000.00"},
    {"{'day': '1970-01-02', 'weight': 3, 'site': 's1'}", "1.50"},
    {"{'day': '1970-01-02', 'weight': 3, 'zone': 'z'}", "1.50"}, /* zone, site, area, wage */
};

START_TEST(test_cells_settle__each_type_is_exact)
{
    char facts[1000];
    (void) snprintf(facts, sizeof facts, VISITS("%s") "%s%s", read_cells[_i].row,
                    strstr(read_cells[_i].row, "'wage'") == NULL ? "," WAGES "," AREAS "," : "",
                    strstr(read_cells[_i].row, "'wage'") == NULL ? SITES : "");
    ck_assert_msg(evaluate(facts, READS) == RK_OK, "%s", first_message());
    ck_assert_str_eq(rk_result_total(result), read_cells[_i].total);
}
END_TEST

static const struct {
    const char *row;
    rk_status status;
    const char *says, *pointer;
} bad_cells[] = {
    {"{'day': '1970-02-30', 'wage': 1}", RK_OUT_OF_RANGE, "'day'", "/facts/visits/1/day"},
    {"{'day': 'soon', 'wage': 1}", RK_OUT_OF_RANGE, "'day'", "/facts/visits/1/day"},
    {"{'weight': 'heavy', 'wage': 1}", RK_WRONG_TYPE, "'weight'", "/facts/visits/1/weight"},
    {"{'note': 'seven'}", RK_OUT_OF_RANGE, "'seven' is no number", "/facts/visits/1/note"},
    {"{'note': '1/0'}", RK_OUT_OF_RANGE, "'1/0' is no number", "/facts/visits/1/note"},
    {"{'note': ' 7'}", RK_OUT_OF_RANGE, "' 7' is no number", "/facts/visits/1/note"},
    {"{'day': '1970-01-02'}", RK_OUT_OF_RANGE, "no wage", "/facts/visits/1"},
};

START_TEST(test_cells_problem_row__names_the_cell)
{
    char facts[1000];
    (void) snprintf(facts, sizeof facts, VISITS("{'day': '1970-01-01', 'wage': 1}, %s"),
                    bad_cells[_i].row);
    ck_assert_int_eq(evaluate(facts, READS), bad_cells[_i].status);
    const rk_problem *problem = rk_problems_at(problems, 0);
    assert_says(problem->message, bad_cells[_i].says);
    ck_assert_ptr_nonnull(problem->pointer);
    ck_assert_int_eq(
        strncmp(problem->pointer, bad_cells[_i].pointer, strlen(bad_cells[_i].pointer)), 0);
}
END_TEST

START_TEST(test_cells_place__is_the_line_of_a_file_or_a_pointer)
{
    char path[100];
    (void) snprintf(path, sizeof path, "%s/visits.csv", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void) fputs("day,wage,note\n1970-01-02,5,\n\"1970-01-03\",6,\n1970-01-04,,seven\n", file);
    (void) fclose(file);
    ck_assert_int_eq(evaluate("'visits': {'file': 'visits.csv'}", READS), RK_OUT_OF_RANGE);
    const rk_problem *problem = rk_problems_at(problems, 0);
    ck_assert_str_eq(problem->message, "'seven' is no number");
    ck_assert_str_eq(problem->hint, "write a number");
    assert_says(problem->file, "visits.csv");
    ck_assert_uint_eq(problem->line, 4);
}
END_TEST

/* Where the wage stands: in the row, in the table of the lookup, or not at all (the row's). */
START_TEST(test_cells_place__follows_the_lookup)
{
    char path[100];
    (void) snprintf(path, sizeof path, "%s/visits.csv", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void) fputs("day,note,area\n1970-01-02,,north\n1970-01-03,5,south\n", file);
    (void) fclose(file);
    ck_assert_msg(evaluate("'visits': {'file': 'visits.csv'}, " WAGES, READS) == RK_OK, "%s",
                  first_message());
    ck_assert_str_eq(line_at(0)->label, "/facts/wages/rows/0/wage");
    assert_says(line_at(1)->label, "visits.csv:3");
}
END_TEST

START_TEST(test_cells_price__lookups_are_found_in_turn)
{
    ck_assert_msg(evaluate(VISITS("{'day': '1970-01-11', 'zone': 'z'}, {'day': '1969-12-31', "
                                  "'zone': 'z'}") "," WAGES "," AREAS "," SITES,
                           CHAIN) == RK_OK,
                  "%s", first_message());
    ck_assert_str_eq(rk_result_total(result), "4.50");
}
END_TEST

static const struct {
    const char *sites, *zones, *path;
} circles[] = {
    {TABLE("sites", "area", "{'area': 'north', 'site': 's1'}"), "", "area needs site needs area"},
    {SITES, "," TABLE("zones", "area", "{'area': 'north', 'zone': 'z'}"),
     "area needs site needs zone needs area"},
    {SITES, "," TABLE("zones", "site", "{'site': 's1', 'zone': 'z'}"),
     "site needs zone needs site"},
};

/* The path is in the order in which the columns need each other, when rows are settled and when
 * they are priced. */
START_TEST(test_cells_circle__is_shown_in_order)
{
    char facts[1000], message[200];
    const bool settled = _i % 2 == 0;
    const size_t i = (size_t) _i / 2;
    (void) snprintf(facts, sizeof facts,
                    VISITS("{'day': '1970-01-02'}") "," WAGES "," AREAS ",%s%s", circles[i].sites,
                    circles[i].zones);
    (void) snprintf(message, sizeof message,
                    "rule '%s' looks columns of 'visits' up in a circle: %s",
                    settled ? "reads-cells" : "prices-chain", circles[i].path);
    ck_assert_int_eq(evaluate(facts, settled ? READS : CHAIN), RK_CYCLE);
    assert_says(first_message(), message);
    const char *at = strstr(first_message(), circles[i].path);
    ck_assert_ptr_nonnull(at);
    ck_assert_str_eq(at, circles[i].path);
}
END_TEST

UNIT_TESTS("cells")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, test_cells_settle__each_type_is_exact, 0, COUNT(read_cells));
    tcase_add_loop_test(tc, test_cells_problem_row__names_the_cell, 0, COUNT(bad_cells));
    tcase_add_test(tc, test_cells_place__is_the_line_of_a_file_or_a_pointer);
    tcase_add_test(tc, test_cells_place__follows_the_lookup);
    tcase_add_test(tc, test_cells_price__lookups_are_found_in_turn);
    tcase_add_loop_test(tc, test_cells_circle__is_shown_in_order, 0, 2 * COUNT(circles));
}
