/* SPDX-License-Identifier: MIT
 *
 * Tables in memory: specifications, rows in place, keys, typed columns. Files
 * are in test_table_csv.c.
 */
#include "table/columns.h"
#include "table_fixture.h"

static void setup(void)
{
    release_table();
    problems = rk_problems_new();
}

/* Reads a specification, written with ' for ". */
static rk_status read_spec(const char *json)
{
    json = json_text(json);
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "t.json", &document, problems), RK_OK);
    return rk__table_spec_read(rk__json_root(document), "prices", NULL, &arena, &spec, problems);
}

static rk_status load(const char *json, bool unique)
{
    const rk_status status = read_spec(json);
    return status != RK_OK ? status : rk__table_load(&spec, NULL, unique, &table, problems);
}

static const rk_problem *problem_at(size_t i)
{
    ck_assert_uint_gt(rk_problems_count(problems), i);
    return rk_problems_at(problems, i);
}

static const char *cell(const char *column, size_t row)
{
    const int found = rk__table_find(table, column);
    ck_assert_msg(found >= 0, "no column %s", column);
    size_t length = 99;
    const char *text = rk__table_cell(table, found, row, &length);
    ck_assert_uint_eq(length, text ? strlen(text) : 0);
    return text;
}

/* -------------------------------------------------------- specifications */

static const struct {
    const char *json;
    rk_status status;
    const char *message, *hint, *pointer;
} bad_specs[] = {
    {"5", RK_WRONG_TYPE, "must be a list of rows or an object", NULL, NULL},
    {"{}", RK_MISSING_KEY, "neither 'rows' nor 'file'", NULL, NULL},
    {"{'rows': null}", RK_MISSING_KEY, "neither 'rows' nor 'file'", NULL, NULL},
    {"{'rows': [], 'file': 'a'}", RK_CONFLICT, "both 'rows' and 'file'", NULL, "/file"},
    {"{'rows': {}}", RK_WRONG_TYPE, "'rows' must be a list", NULL, "/rows"},
    {"{'rows': [], 'delimeter': ','}", RK_UNKNOWN_KEY, "delimeter", "delimiter", "/delimeter"},
    {"{'file': 1}", RK_WRONG_TYPE, "'file' must be a string or a list", NULL, "/file"},
    {"{'file': []}", RK_OUT_OF_RANGE, "empty", NULL, "/file"},
    {"{'file': ' '}", RK_OUT_OF_RANGE, "blank", NULL, "/file"},
    {"{'file': ['a', 2]}", RK_WRONG_TYPE, "must be a string", NULL, "/file/1"},
    {"{'rows': [], 'key': 'hrg'}", RK_WRONG_TYPE, "'key' must be a list", NULL, "/key"},
    {"{'rows': [], 'key': []}", RK_OUT_OF_RANGE, "empty", NULL, "/key"},
    {"{'rows': [], 'key': ['a', 'a']}", RK_DUPLICATE_KEY, "'a' twice", NULL, "/key"},
    {"{'file': 'f', 'key': ['a b', 'A_B']}", RK_DUPLICATE_KEY, "twice", NULL, "/key"},
    {"{'rows': [], 'columns': []}", RK_WRONG_TYPE, "'columns' must be an object", NULL, "/columns"},
    {"{'rows': [], 'columns': {'los': 4}}", RK_WRONG_TYPE, "must be a string", NULL,
     "/columns/los"},
    {"{'rows': [], 'columns': {'los': ''}}", RK_OUT_OF_RANGE, "blank", NULL, "/columns/los"},
    {"{'file': 'f', 'columns': {'los': 'a', 'LOS': 'b'}}", RK_DUPLICATE_KEY, "'LOS' twice", NULL,
     "/columns/LOS"},
    {"{'file': 'f', 'defaults': {'_': 1}}", RK_OUT_OF_RANGE, "must have a name", NULL,
     "/defaults/_"},
    {"{'file': 'f', 'columns': {'los': 'x'}, 'defaults': {'los': 1, 'LOS': 2}}", RK_DUPLICATE_KEY,
     "'LOS' twice", NULL, "/defaults/LOS"},
    {"{'rows': [], 'defaults': {'pod': [1]}}", RK_WRONG_TYPE, "a default must be", NULL,
     "/defaults/pod"},
    {"{'rows': [], 'delimiter': ';'}", RK_CONFLICT, "for files", NULL, "/delimiter"},
    {"{'file': 'f', 'delimiter': ';;'}", RK_OUT_OF_RANGE, "one ASCII", NULL, "/delimiter"},
    {"{\"file\": \"f\", \"delimiter\": \"\\\"\"}", RK_OUT_OF_RANGE, "one ASCII", NULL,
     "/delimiter"},
    {"{'file': 'f', 'delimiter': '\\u00e9'}", RK_OUT_OF_RANGE, "one ASCII", NULL, "/delimiter"},
    {"{'file': 'f', 'delimiter': 9}", RK_WRONG_TYPE, "must be a string", NULL, "/delimiter"},
};

START_TEST(test_table_spec__faults_are_placed)
{
    const char *json = bad_specs[_i].json;
    ck_assert_msg(read_spec(json) == bad_specs[_i].status, "%s: %s", json,
                  rk_problems_count(problems) ? problem_at(0)->message : "no problem");
    const rk_problem *p = problem_at(0);
    ck_assert_msg(strstr(p->message, bad_specs[_i].message) != NULL, "%s: %s", json, p->message);
    if (bad_specs[_i].hint) {
        ck_assert_msg(p->hint && strstr(p->hint, bad_specs[_i].hint), "%s", json);
    }
    if (bad_specs[_i].pointer) {
        ck_assert_str_eq(p->pointer, bad_specs[_i].pointer);
    }
    ck_assert_str_eq(p->file, "t.json");
    ck_assert_uint_eq(p->line, 1);
}
END_TEST

START_TEST(test_table_spec__reads_a_file_table)
{
    ck_assert_int_eq(read_spec("{'file': ['a.csv', 'b-*.csv'], 'key': ['hrg', 'pod'], 'columns': "
                               "{'los': 'SPELL_LOS', 'pod': 'POD'}, 'defaults': {'POD': 'NEL', "
                               "'n': 1, 'x': null, 't': true}, 'delimiter': '\\t'}"),
                     RK_OK);
    ck_assert_ptr_null(spec.rows);
    ck_assert_uint_eq(spec.n_files, 2);
    ck_assert_str_eq(spec.files[1], "b-*.csv");
    ck_assert_uint_eq(spec.n_keys, 2);
    ck_assert_str_eq(spec.keys[1], "pod");
    ck_assert_int_eq(spec.delimiter, '\t');
    ck_assert_uint_eq(spec.n_maps, 5);
    ck_assert_str_eq(spec.maps[0].column, "los");
    ck_assert_str_eq(spec.maps[0].header, "SPELL_LOS");
    ck_assert_ptr_null(spec.maps[0].value);
    ck_assert_str_eq(spec.maps[1].column, "pod");
    ck_assert_str_eq(spec.maps[1].value, "NEL");
    ck_assert_ptr_null(spec.maps[2].header);
    ck_assert_str_eq(spec.maps[2].value, "1");
    ck_assert_ptr_null(spec.maps[3].value);
    ck_assert_str_eq(spec.maps[4].value, "true");
}
END_TEST

START_TEST(test_table_spec__finds_every_fault_at_once)
{
    ck_assert_int_eq(read_spec("{'rows': 1, 'key': 2, 'columns': 3, 'nope': 4}"), RK_UNKNOWN_KEY);
    ck_assert_uint_eq(rk_problems_count(problems), 4);
}
END_TEST

/* ---------------------------------------------------------- rows in place */

START_TEST(test_table_rows__every_scalar_is_text)
{
    ck_assert_int_eq(load("[{'a': 'x', 'b': 1.50, 'c': true, 'd': false}, {'a': '', 'b': null, "
                          "'e': ' \\u00a0\\t', 'c': ' y '}]",
                          false),
                     RK_OK);
    ck_assert_uint_eq(rk__table_n_rows(table), 2);
    ck_assert_uint_eq(rk__table_n_columns(table), 5);
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(rk__table_column_name(table, i), names[i]);
    }
    ck_assert_str_eq(cell("a", 0), "x");
    ck_assert_str_eq(cell("b", 0), "1.50");
    ck_assert_str_eq(cell("c", 0), "true");
    ck_assert_str_eq(cell("d", 0), "false");
    ck_assert_ptr_null(cell("e", 0));
    ck_assert_ptr_null(cell("a", 1));
    ck_assert_ptr_null(cell("b", 1));
    ck_assert_ptr_null(cell("e", 1));
    ck_assert_str_eq(cell("c", 1), " y ");
    ck_assert_int_eq(rk__table_find(table, "A"), -1);
    ck_assert_ptr_null(rk__table_digest(table, 0, NULL));
}
END_TEST

START_TEST(test_table_rows__columns_are_mapped_and_defaulted)
{
    ck_assert_int_eq(
        load("{'rows': [{'SPELL_LOS': 3, 'los': 9}, {'pod': 'EL'}], 'columns': {'los': "
             "'SPELL_LOS', 'stay': 'SPELL_LOS'}, 'defaults': {'pod': 'NEL', 'los': 0, 'new': 'n'}}",
             false),
        RK_OK);
    ck_assert_uint_eq(rk__table_n_columns(table), 4);
    ck_assert_str_eq(cell("los", 0), "3");
    ck_assert_str_eq(cell("los", 1), "0");
    ck_assert_str_eq(cell("stay", 0), "3");
    ck_assert_ptr_null(cell("stay", 1));
    ck_assert_str_eq(cell("pod", 0), "NEL");
    ck_assert_str_eq(cell("pod", 1), "EL");
    ck_assert_str_eq(cell("new", 1), "n");
    ck_assert_int_eq(rk__table_find(table, "SPELL_LOS"), -1);
}
END_TEST

START_TEST(test_table_rows__no_rows_are_a_table)
{
    ck_assert_int_eq(load("{'rows': [], 'key': ['a'], 'columns': {'b': 'B'}}", true), RK_OK);
    ck_assert_uint_eq(rk__table_n_rows(table), 0);
    ck_assert_uint_eq(rk_problems_count(problems), 0);
}
END_TEST

static const struct {
    const char *json;
    rk_status status;
    const char *message, *hint, *pointer;
    uint32_t line, column;
} bad_rows[] = {
    {"[{'a': 1},\n 7]", RK_WRONG_TYPE, "must be an object", NULL, "/1", 2, 2},
    {"[{'a': 1},\n {'a': [1]}]", RK_WRONG_TYPE, "column 'a'", NULL, "/1/a", 2, 8},
    {"[{'a': {}}]", RK_WRONG_TYPE, "column 'a'", NULL, "/0/a", 1, 8},
    {"{'rows': [{'los': 1}],\n'columns': {'x': 'loss'}}", RK_MISSING_COLUMN,
     "no column 'loss' to read 'x' from", "'los'", "/columns/x", 2, 18},
    {"{'rows': [{'hrg': 1}], 'key': ['hgr']}", RK_MISSING_COLUMN, "no column 'hgr'", "'hrg'",
     "/key/0", 1, 32},
    {"{'rows': [{'hrg': 'A', 'pod': ''}],'key': ['hrg', 'pod']}", RK_OUT_OF_RANGE,
     "key column 'pod' of table 'prices' is blank", NULL, "/rows/0/pod", 1, 31},
    {"{'rows': [{'hrg': 'A'}, {'x': 1}], 'key': ['hrg']}", RK_OUT_OF_RANGE,
     "key column 'hrg' of table 'prices' is blank", NULL, "/rows/1", 1, 25},
    {"{'rows': [{'h': 'A', 'p': 1}, {'h': 'A', 'p': 2}, {'h': 'A', 'p': '1'}], 'key': ['h', 'p']}",
     RK_DUPLICATE_KEY, "rows 1 and 3 of table 'prices' have the same key h='A', p='1'", NULL,
     "/rows/2", 1, 51},
};

START_TEST(test_table_rows__faults_are_placed)
{
    const char *json = bad_rows[_i].json;
    ck_assert_msg(load(json, true) == bad_rows[_i].status, "%s", json);
    ck_assert_ptr_null(table);
    const rk_problem *p = problem_at(0);
    ck_assert_msg(strstr(p->message, bad_rows[_i].message) != NULL, "%s: %s", json, p->message);
    if (bad_rows[_i].hint) {
        ck_assert_msg(p->hint && strstr(p->hint, bad_rows[_i].hint), "%s", json);
    }
    ck_assert_str_eq(p->pointer, bad_rows[_i].pointer);
    ck_assert_uint_eq(p->line, bad_rows[_i].line);
    ck_assert_uint_eq(p->column, bad_rows[_i].column);
    ck_assert_ptr_null(p->excerpt); /* no document of ours */
}
END_TEST

START_TEST(test_table_keys__parts_are_kept_apart)
{
    /* Joined without care, these two keys would be one. */
    ck_assert_int_eq(
        load("{'rows': [{'a': 'xy', 'b': 'z'}, {'a': 'x', 'b': 'yz'}], 'key': ['a', 'b']}", true),
        RK_OK);
}
END_TEST

START_TEST(test_table_keys__may_repeat_where_not_unique)
{
    ck_assert_int_eq(load("{'rows': [{'a': 1}, {'a': 1}], 'key': ['a']}", false), RK_OK);
}
END_TEST

START_TEST(test_table_keys__a_default_fills_them)
{
    ck_assert_int_eq(
        load("{'rows': [{'a': 1}, {'b': 1}], 'key': ['a'], 'defaults': {'a': '1'}}", true),
        RK_DUPLICATE_KEY);
}
END_TEST

/* ---------------------------------------------------------- typed columns */

static const struct {
    rk__cell_type type;
    const char *text;
    rk_status status;
    int64_t value;
} cells[] = {
    {RK__CELL_DECIMAL, "1950", RK_OK, INT64_C(1950000000)},
    {RK__CELL_DECIMAL, "-0.000001", RK_OK, -1},
    {RK__CELL_DECIMAL, "0.0000001", RK_OUT_OF_RANGE, 0},
    {RK__CELL_DECIMAL, "99999999999999", RK_OVERFLOW, 0},
    {RK__CELL_DECIMAL, "true", RK_WRONG_TYPE, 0},
    {RK__CELL_DECIMAL, "4%", RK_WRONG_TYPE, 0},
    {RK__CELL_DECIMAL, "1,000", RK_WRONG_TYPE, 0},
    {RK__CELL_INTEGER, "18", RK_OK, 18},
    {RK__CELL_INTEGER, "18.0", RK_OK, 18},
    {RK__CELL_INTEGER, "-3", RK_OK, -3},
    {RK__CELL_INTEGER, "18.5", RK_OUT_OF_RANGE, 0},
    {RK__CELL_INTEGER, "x", RK_WRONG_TYPE, 0},
    {RK__CELL_BOOL, "true", RK_OK, 1},
    {RK__CELL_BOOL, "FALSE", RK_OK, 0},
    {RK__CELL_BOOL, "Yes", RK_OK, 1},
    {RK__CELL_BOOL, "no", RK_OK, 0},
    {RK__CELL_BOOL, "Y", RK_OK, 1},
    {RK__CELL_BOOL, "n", RK_OK, 0},
    {RK__CELL_BOOL, "1", RK_OK, 1},
    {RK__CELL_BOOL, "0", RK_OK, 0},
    {RK__CELL_BOOL, "T", RK_OK, 1},
    {RK__CELL_BOOL, "f", RK_OK, 0},
    {RK__CELL_BOOL, "2", RK_WRONG_TYPE, 0},
    {RK__CELL_BOOL, "yess", RK_WRONG_TYPE, 0},
    {RK__CELL_BOOL, "ye", RK_WRONG_TYPE, 0},
    {RK__CELL_RATIO, "4.75%", RK_OK, 47500},
    {RK__CELL_RATIO, "0.0475", RK_OK, 47500},
    {RK__CELL_RATIO, "1/4", RK_OK, 250000},
    {RK__CELL_RATIO, "1/3", RK_OUT_OF_RANGE, 0},
    {RK__CELL_RATIO, "x", RK_WRONG_TYPE, 0},
};

START_TEST(test_table_convert__text_to_values)
{
    int64_t value = 0;
    const char *why = NULL;
    const rk_status status =
        rk__cell_convert(cells[_i].type, cells[_i].text, strlen(cells[_i].text), &value, &why);
    ck_assert_msg(status == cells[_i].status, "'%s' as %d: %d", cells[_i].text, cells[_i].type,
                  status);
    if (status == RK_OK) {
        ck_assert_msg(value == cells[_i].value, "'%s': %lld", cells[_i].text, (long long) value);
    } else {
        ck_assert_ptr_nonnull(why);
    }
}
END_TEST

START_TEST(test_table_column__is_typed_and_cached)
{
    ck_assert_int_eq(load("[{'p': '2150.5', 't': 'b'}, {}, {'p': 3, 't': 'a'}, {'t': 'b'}]", false),
                     RK_OK);
    const rk__column *column = NULL;
    const int p = rk__table_find(table, "p");
    ck_assert_int_eq(rk__table_column(table, p, RK__CELL_DECIMAL, &column, problems), RK_OK);
    ck_assert_uint_eq(column->n, 4);
    ck_assert_int_eq(column->v[0], 2150500000);
    ck_assert_int_eq(column->v[1], 0);
    ck_assert_int_eq(column->v[2], 3000000);
    ck_assert_int_eq(column->has[0], 1);
    ck_assert_int_eq(column->has[1], 0);
    const rk__column *again = NULL;
    ck_assert_int_eq(rk__table_column(table, p, RK__CELL_DECIMAL, &again, problems), RK_OK);
    ck_assert_ptr_eq(column, again);
    const int t = rk__table_find(table, "t");
    ck_assert_int_eq(rk__table_column(table, t, RK__CELL_TEXT, &column, problems), RK_OK);
    ck_assert_int_eq(column->v[0], column->v[3]);
    ck_assert_int_ne(column->v[0], column->v[2]);
    ck_assert_int_eq(column->has[1], 0);
    size_t length;
    ck_assert_str_eq(rk__dict_text(column->dict, (int32_t) column->v[2], &length), "a");
}
END_TEST

START_TEST(test_table_column__bad_cells_are_all_placed)
{
    ck_assert_int_eq(
        load("[{'p': true, 'q': 'reckoner'},\n {'p': '12x'},\n {'p': 1.0000001}]", false), RK_OK);
    const rk__column *column = NULL;
    ck_assert_int_eq(rk__table_column(table, 0, RK__CELL_DECIMAL, &column, problems),
                     RK_WRONG_TYPE);
    ck_assert_ptr_null(column);
    ck_assert_uint_eq(rk_problems_count(problems), 3);
    ck_assert_ptr_nonnull(strstr(problem_at(1)->message, "column 'p': '12x'"));
    ck_assert_str_eq(problem_at(1)->pointer, "/1/p");
    ck_assert_uint_eq(problem_at(1)->line, 2);
    ck_assert_str_eq(problem_at(1)->excerpt, json_text(" {'p': '12x'},"));
    ck_assert_int_eq(problem_at(2)->status, RK_OUT_OF_RANGE);
}
END_TEST

START_TEST(test_table_column__a_bad_default_is_told_once)
{
    ck_assert_int_eq(load("{'rows': [{'a': 1}, {'a': 2}], 'defaults': {'los': 'x'}}", false),
                     RK_OK);
    const rk__column *column = NULL;
    ck_assert_int_eq(
        rk__table_column(table, rk__table_find(table, "los"), RK__CELL_INTEGER, &column, problems),
        RK_WRONG_TYPE);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    ck_assert_str_eq(problem_at(0)->pointer, "/defaults/los");
    ck_assert_ptr_nonnull(strstr(problem_at(0)->message, "default of column 'los': 'x'"));
}
END_TEST

static const struct {
    const char *a, *b;
    bool same;
} names[] = {
    {"spell_los", "SPELL LOS", true},
    {"spell_los", "Spell\xc2\xa0Los", true},
    {"spell_los", "\xef\xbb\xbfspellLOS", true},
    {"spell_los", "SPELL\nLOS ", true},
    {"", "__ ", true},
    {"spell_los", "spell-los", false},
    {"los", "lo", false},
    {"lo", "los", false},
    {"\xc3\x89", "\xc3\xa9", false},
    {"a\xc2", "a\xc2\xa0", false},
};

START_TEST(test_table_names__match_loosely)
{
    const char *a = names[_i].a;
    const char *b = names[_i].b;
    ck_assert_msg(rk__column_name_matches(a, strlen(a), b, strlen(b)) == names[_i].same,
                  "'%s' and '%s'", a, b);
    ck_assert(rk__column_name_matches(b, strlen(b), a, strlen(a)) == names[_i].same);
    const bool hashes = rk__column_name_hash(a, strlen(a)) == rk__column_name_hash(b, strlen(b));
    ck_assert_msg(hashes == names[_i].same, "hashes of '%s' and '%s'", a, b);
}
END_TEST

START_TEST(test_table_memory__running_out_is_a_status)
{
    static const char json[] = "{'rows': [{'a': 'x', 'b': 1}, {'a': 'y', 'c': 2}], 'key': ['a'], "
                               "'columns': {'d': 'b'}, 'defaults': {'d': 5}}";
    ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), "t.json", &document, problems),
                     RK_OK);
    rk_status status = RK_NO_MEMORY;
    long n = 0;
    for (; n < 1000 && status != RK_OK; n++) {
        rk__alloc_fail_after(n);
        const rk__column *column = NULL;
        status = rk__table_spec_read(rk__json_root(document), "t", NULL, &arena, &spec, NULL);
        if (status == RK_OK) {
            status = rk__table_load(&spec, NULL, true, &table, NULL);
        }
        if (status == RK_OK) {
            status = rk__table_column(table, 0, RK__CELL_TEXT, &column, NULL);
        }
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_OK || status == RK_NO_MEMORY, "%ld: %d", n, status);
        if (status != RK_OK) {
            rk__table_free(table);
            table = NULL;
            rk__arena_dispose(&arena);
        }
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_int_gt(n, 5);
}
END_TEST

UNIT_TESTS("table")
{
    tcase_add_checked_fixture(tc, setup, release_table);
    tcase_add_loop_test(tc, test_table_spec__faults_are_placed, 0, COUNT(bad_specs));
    tcase_add_test(tc, test_table_spec__reads_a_file_table);
    tcase_add_test(tc, test_table_spec__finds_every_fault_at_once);
    tcase_add_test(tc, test_table_rows__every_scalar_is_text);
    tcase_add_test(tc, test_table_rows__columns_are_mapped_and_defaulted);
    tcase_add_test(tc, test_table_rows__no_rows_are_a_table);
    tcase_add_loop_test(tc, test_table_rows__faults_are_placed, 0, COUNT(bad_rows));
    tcase_add_test(tc, test_table_keys__parts_are_kept_apart);
    tcase_add_test(tc, test_table_keys__may_repeat_where_not_unique);
    tcase_add_test(tc, test_table_keys__a_default_fills_them);
    tcase_add_loop_test(tc, test_table_convert__text_to_values, 0, COUNT(cells));
    tcase_add_test(tc, test_table_column__is_typed_and_cached);
    tcase_add_test(tc, test_table_column__bad_cells_are_all_placed);
    tcase_add_test(tc, test_table_column__a_bad_default_is_told_once);
    tcase_add_loop_test(tc, test_table_names__match_loosely, 0, COUNT(names));
    tcase_add_test(tc, test_table_memory__running_out_is_a_status);
}
