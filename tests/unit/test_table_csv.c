/* SPDX-License-Identifier: MIT
 *
 * Tables of CSV files loaded whole: cells, columns of several files, faults that
 * name a place and never a cell's content, and files from elsewhere.
 */
#include "table_csv_fixture.h"

/* -------------------------------------------------------------------- cells */

/* All cells, each in brackets, "-" where missing, rows ended by ';'. */
static const char *dump(void)
{
    static char text[4096];
    size_t used = 0;
    text[0] = '\0';
    for (size_t row = 0; row < rk__table_n_rows(table); row++) {
        for (size_t i = 0; i < rk__table_n_columns(table); i++) {
            size_t length;
            const char *c = rk__table_cell(table, (int) i, row, &length);
            used += (size_t) snprintf(text + used, sizeof text - used, c ? "[%s]" : "-", c);
        }
        used += (size_t) snprintf(text + used, sizeof text - used, ";");
    }
    return text;
}

static const struct {
    const char *csv, *cells;
} good[] = {
    {"a,b\n1,2\n", "[1][2];"},
    {"a,b\n1,2", "[1][2];"},
    {"a,b\r\n1,2\r\n\r\n3,4\r\n", "[1][2];[3][4];"},
    {"\n\na,b\n\n1,2\n\n", "[1][2];"},
    {"\xef\xbb\xbf"
     "a,b\n1,2\n",
     "[1][2];"},
    {"a,b\n  x y\t, \xc2\xa0z\xc2\xa0 \n", "[x y][z];"},
    {"a,b\n\"  x \",\"\"\n", "[  x ]-;"},
    {"a,b\n\" \t\",\" \xc2\xa0\n\"\n", "--;"},
    {"a,b\n \t ,\n", "--;"},
    {"a,b\n\"x\"\"y\",\"1,2\"\n", "[x\"y][1,2];"},
    {"a,b\n\"x\r\ny\",\"\"\"\"\n", "[x\r\ny][\"];"},
    {"a,b,,\n1,2,3,4\n", "[1][2];"},
    {"a,b\n", ""},
    {"\"a\",\"b\"\n1,2\n", "[1][2];"},
};

START_TEST(test_table_csv__cells_are_read)
{
    write_text("t.csv", good[_i].csv);
    ck_loaded("{'file': 't.csv'}");
    ck_assert_msg(strcmp(dump(), good[_i].cells) == 0, "row %d: %s", _i, dump());
    ck_assert_uint_eq(rk__table_n_columns(table), 2);
}
END_TEST

START_TEST(test_table_csv__headers_match_loosely_and_are_mapped)
{
    write_text("t.csv", "HRG;SPELL\xc2\xa0LOS;\xef\xbb\xbfPOD;Stay\nA;;EL;1\nB;2; ;9\n");
    ck_loaded("{'file': 't.csv', 'delimiter': ';', 'key': ['hrg'], 'columns': {'stay': "
              "'spell_los'}, 'defaults': {'pod': 'NEL', 'stay': 0, 'site': 'X'}}");
    ck_assert_str_eq(cell("hrg", 1), "B");
    ck_assert_str_eq(cell("stay", 0), "0");
    ck_assert_str_eq(cell("STAY", 1), "2");
    ck_assert_str_eq(cell("pod", 0), "EL");
    ck_assert_str_eq(cell("pod", 1), "NEL");
    ck_assert_str_eq(cell("site", 1), "X");
    ck_assert_int_eq(rk__table_find(table, "spell_los"), -1);
    ck_assert_uint_eq(rk__table_n_columns(table), 4);
}
END_TEST

START_TEST(test_table_csv__files_are_one_table)
{
    write_text("b-2.csv", "pod,hrg\nDC,B2\n");
    write_text("b-1.csv", "hrg,pod\nB1,EL\n");
    write_text("a.csv", "POD,HRG,extra\nNEL,A,x\n");
    write_text("c.csv", "hrg,extra\nC,y\n");
    ck_loaded("{'file': ['c.csv', 'b-*.csv', 'a.csv'], 'defaults': {'pod': 'none', 'extra': 'e'}}");
    ck_assert_uint_eq(rk__table_n_rows(table), 4);
    static const char *const hrg[] = {"C", "B1", "B2", "A"};
    static const char *const pod[] = {"none", "EL", "DC", "NEL"};
    static const char *const extra[] = {"y", "e", "e", "x"};
    for (size_t row = 0; row < 4; row++) {
        ck_assert_str_eq(cell("hrg", row), hrg[row]);
        ck_assert_str_eq(cell("pod", row), pod[row]);
        ck_assert_str_eq(cell("extra", row), extra[row]);
    }
    const char *path = NULL;
    ck_assert_uint_eq(strlen(rk__table_digest(table, 2, &path)), 32);
    ck_assert_ptr_nonnull(strstr(path, "b-2.csv"));
    ck_assert_ptr_null(rk__table_digest(table, 4, &path));
    rk__place place = {0};
    rk__table_place(table, rk__table_find(table, "hrg"), 2, &place, &arena);
    ck_assert_ptr_nonnull(strstr(place.file, "b-2.csv"));
    ck_assert_uint_eq(place.line, 2);
    ck_assert_uint_eq(place.column, 2); /* the field in this file */
}
END_TEST

START_TEST(test_table_csv__patterns_expand_in_byte_order)
{
    /* Made in no order that a folder might list them in. */
    static const char made[] = "hBfAcgbe";
    static const char *const ordered[] = {"A", "B", "b", "c", "e", "f", "g", "h"};
    for (size_t i = 0; made[i]; i++) {
        const char name[] = {made[i], '.', 'c', 's', 'v', '\0'};
        const char text[] = {'x', '\n', made[i], '\n', '\0'};
        write_text(name, text);
    }
    ck_assert_int_eq(mkdir(path_of("d.csv"), 0700), 0);
    const rk_status status = load("{'file': '*.csv'}");
    rmdir(path_of("d.csv"));
    ck_assert_int_eq(status, RK_OK);
    ck_assert_uint_eq(rk__table_n_rows(table), 8);
    for (size_t row = 0; row < 8; row++) {
        ck_assert_str_eq(cell("x", row), ordered[row]);
    }
}
END_TEST

START_TEST(test_table_csv__gzip_is_recognized)
{
    gzFile gz = gzopen(path_of("t.csv"), "wb");
    gzputs(gz, "a,b\n1,2\n");
    gzclose(gz);
    gz = gzopen(path_of("t.csv"), "ab"); /* a second member */
    for (int i = 0; i < 50000; i++) {
        gzputs(gz, "3,4\n");
    }
    gzclose(gz);
    ck_loaded("{'file': 't.csv'}");
    ck_assert_uint_eq(rk__table_n_rows(table), 50001);
    ck_assert_str_eq(cell("b", 50000), "4");
}
END_TEST

START_TEST(test_table_csv__damaged_gzip_is_a_problem)
{
    char bytes[400];
    gzFile gz = gzopen(path_of("t.csv"), "wb");
    gzputs(gz, "a,b\n1,2\n");
    gzclose(gz);
    FILE *f = fopen(path_of("t.csv"), "rb");
    const size_t length = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    write_bytes("t.csv", bytes, length - 5);
    ck_assert_int_eq(load("{'file': 't.csv'}"), RK_SYNTAX);
    ck_assert_ptr_nonnull(strstr(problem_at(0)->message, "damaged"));
}
END_TEST

/* ------------------------------------------------------------------- faults */

static const struct {
    const char *csv, *json;
    rk_status status;
    uint32_t line, column;
    const char *message;
    const char *never; /* a cell's content */
} faults[] = {
    {"", "{'file': 't.csv'}", RK_SYNTAX, 1, 0, "no header", NULL},
    {"\n\n", "{'file': 't.csv'}", RK_SYNTAX, 1, 0, "no header", NULL},
    {", _\n1,2\n", "{'file': 't.csv'}", RK_SYNTAX, 1, 0, "names no column", NULL},
    {"a,b\n1,2\nSECRET\n", "{'file': 't.csv'}", RK_SYNTAX, 3, 0,
     "the record has 1 field and the header has 2", "SECRET"},
    {"a,b\n\"x\ny\",2\n\n1,SECRET,3\n", "{'file': 't.csv'}", RK_SYNTAX, 5, 0,
     "the record has 3 fields and the header has 2", "SECRET"},
    {"a,b\n1,\"SECRET\"x\n", "{'file': 't.csv'}", RK_SYNTAX, 2, 11, "text after a closing quote",
     "SECRET"},
    {"a,b\n1,SEC\"RET\n", "{'file': 't.csv'}", RK_SYNTAX, 2, 6, "quote inside an unquoted", "SEC"},
    {"a,b\n1,\"SECRET\n2,3\n", "{'file': 't.csv'}", RK_SYNTAX, 2, 3, "never closed", "SECRET"},
    {"a,\"b\n1,2\n", "{'file': 't.csv'}", RK_SYNTAX, 1, 3, "the header has a quoted", NULL},
    {"a,b\n1,2\nSECRET\xff,3\n", "{'file': 't.csv'}", RK_SYNTAX, 3, 0, "not UTF-8", "SECRET"},
    {"a,b\nSECRET\xed\xa0\x80,3\n", "{'file': 't.csv'}", RK_SYNTAX, 2, 0, "not UTF-8", "SECRET"},
    {"SPELL LOS,x,spell_los\n1,2,3\n", "{'file': 't.csv'}", RK_DUPLICATE_KEY, 1, 0,
     "columns 1 and 3 have the same name", "SPELL"},
    {"a,b\n1,2\n", "{'file': 't.csv', 'columns': {'x': 'bb'}}", RK_MISSING_COLUMN, 1, 36,
     "no column 'bb' to read 'x' from", NULL},
    {"a,b\n1,2\n", "{'file': 't.csv', 'key': ['c']}", RK_MISSING_COLUMN, 1, 27, "no column 'c'",
     NULL},
    {"a,SECRET\xff\n1,2\n", "{'file': 't.csv'}", RK_SYNTAX, 1, 0, "is not UTF-8", "SECRET"},
    {"a,b\n1,2\n,3\n", "{'file': 't.csv', 'key': ['A']}", RK_OUT_OF_RANGE, 3, 1,
     "key column 'A' of table 'prices' is blank", NULL},
    {"a,b\nSECRET,2\nx,2\nSECRET,2\n", "{'file': 't.csv', 'key': ['a', 'b']}", RK_DUPLICATE_KEY, 4,
     0, "lines 2 and 4 of table 'prices' have the same key (a, b)", "SECRET"},
};

START_TEST(test_table_csv__faults_name_the_place_and_no_content)
{
    write_text("t.csv", faults[_i].csv);
    const rk_status status = load(faults[_i].json);
    ck_assert_msg(status == faults[_i].status, "row %d: %d", _i, status);
    ck_assert_ptr_null(table);
    const rk_problem *p = problem_at(0);
    ck_assert_msg(strstr(p->message, faults[_i].message) != NULL, "row %d: %s", _i, p->message);
    ck_assert_msg(p->line == faults[_i].line && p->column == faults[_i].column, "row %d: %u:%u", _i,
                  p->line, p->column);
    ck_assert_ptr_nonnull(p->file);
    if (status != RK_MISSING_COLUMN) {
        ck_assert_ptr_nonnull(strstr(p->file, "t.csv"));
        ck_assert_ptr_null(p->excerpt);
    }
    for (size_t i = 0; faults[_i].never && i < rk_problems_count(problems); i++) {
        ck_assert_ptr_null(strstr(problem_at(i)->message, faults[_i].never));
    }
}
END_TEST

START_TEST(test_table_csv__a_nul_is_out_of_range)
{
    write_bytes("t.csv", "a,b\n1,\0\n", 8);
    ck_assert_int_eq(load("{'file': 't.csv'}"), RK_OUT_OF_RANGE);
    ck_assert_uint_eq(problem_at(0)->line, 2);
}
END_TEST

START_TEST(test_table_csv__every_bad_record_is_told)
{
    write_text("t.csv", "a,b\n1\n1,2\n1,2,3\nx\"y,2\n");
    ck_assert_int_eq(load("{'file': 't.csv'}"), RK_SYNTAX);
    ck_assert_uint_eq(rk_problems_count(problems), 3);
    ck_assert_uint_eq(problem_at(2)->line, 5);
}
END_TEST

START_TEST(test_table_csv__bad_cells_show_column_and_kind_only)
{
    write_text("t.csv", "hrg,price\nA,\"SEC\nRET\"\nB,1.5\nC,1.00000001\n");
    ck_loaded("{'file': 't.csv'}");
    const rk__column *column;
    ck_assert_int_eq(rk__table_column(table, rk__table_find(table, "Price"), RK__CELL_DECIMAL,
                                      &column, problems),
                     RK_WRONG_TYPE);
    ck_assert_uint_eq(rk_problems_count(problems), 2);
    ck_assert_ptr_nonnull(strstr(problem_at(0)->message, "column 'price' is not a number"));
    ck_assert_uint_eq(problem_at(0)->line, 2);
    ck_assert_uint_eq(problem_at(0)->column, 2);
    ck_assert_ptr_null(strstr(problem_at(0)->message, "SEC"));
    ck_assert_ptr_null(problem_at(0)->excerpt);
    ck_assert_uint_eq(problem_at(1)->line, 5);
    ck_assert_int_eq(problem_at(1)->status, RK_OUT_OF_RANGE);
}
END_TEST

START_TEST(test_table_csv__files_that_differ_in_columns_are_refused)
{
    write_text("a.csv", "hrg,pod\nA,EL\n");
    write_text("b.csv", "hrg,price\nA,1\n");
    ck_assert_int_eq(load("{'file': '?.csv'}"), RK_MISSING_COLUMN);
    ck_assert_uint_eq(rk_problems_count(problems), 2);
    ck_assert_ptr_nonnull(strstr(problem_at(0)->message, "b.csv' has not: its number 2"));
    ck_assert_ptr_nonnull(strstr(problem_at(1)->message, "a.csv' has not: its number 2"));
}
END_TEST

START_TEST(test_table_csv__keys_are_unique_over_files)
{
    write_text("a.csv", "hrg\nA\n");
    write_text("b.csv", "hrg\nB\nA\n");
    ck_assert_int_eq(load("{'file': '?.csv', 'key': ['hrg']}"), RK_DUPLICATE_KEY);
    ck_assert_ptr_nonnull(strstr(problem_at(0)->message, "a.csv"));
    ck_assert_ptr_nonnull(strstr(problem_at(0)->file, "b.csv"));
    ck_assert_uint_eq(problem_at(0)->line, 3);
}
END_TEST

START_TEST(test_table_csv__files_that_cannot_be_had)
{
    ck_assert_int_eq(load("{'file': 'none.csv'}"), RK_IO);
    release_table();
    problems = rk_problems_new();
    ck_assert_int_eq(load("{'file': 'none-*.csv'}"), RK_IO);
    ck_assert_str_eq(problem_at(0)->pointer, "/file");
    release_table();
    problems = rk_problems_new();
    write_text("a.csv", "a\n1\n");
    ck_assert_int_eq(load("{'file': ['a.csv', '*.csv']}"), RK_CONFLICT);
}
END_TEST

START_TEST(test_table_csv__an_untrusted_pattern_lists_its_root_only)
{
    const rk__access access = {.untrusted = true, .root = folder};
    ck_assert_int_eq(load_from("{'file': '../*.csv'}", folder, &access), RK_FORBIDDEN);
    release_table();
    problems = rk_problems_new();
    ck_assert_int_eq(load_from("{'file': '*/passwd'}", folder, &access), RK_FORBIDDEN);
    release_table();
    problems = rk_problems_new();
    ck_assert_int_eq(load_from("{'file': '/etc/*'}", folder, &access), RK_FORBIDDEN);
    release_table();
    problems = rk_problems_new();
    ck_assert_int_eq(load_from("{'file': '-'}", folder, &access), RK_FORBIDDEN);
    release_table();
    problems = rk_problems_new();
    write_text("a.csv", "a\n1\n");
    ck_assert_int_eq(load_from("{'file': './*.csv'}", folder, &access), RK_OK);
    ck_assert_str_eq(cell("a", 0), "1");
}
END_TEST

START_TEST(test_table_csv__base_folder_is_no_pattern)
{
    char base[128];
    snprintf(base, sizeof base, "%s/x [1]*", folder);
    ck_assert_int_eq(mkdir(base, 0700), 0);
    write_text("x [1]*/a.csv", "a\n1\n");
    const rk_status status = load_from("{'file': '*.csv'}", base, NULL);
    unlink(path_of("x [1]*/a.csv"));
    rmdir(base);
    ck_assert_int_eq(status, RK_OK);
    ck_assert_uint_eq(rk__table_n_rows(table), 1);
}
END_TEST

START_TEST(test_table_csv__running_out_of_memory_is_a_status)
{
    write_text("a.csv", "hrg,pod\nA,\"x\"\"y\"\n");
    write_text("b.csv", "pod,hrg\nEL,B\nEL,C\n");
    static const char json[] = "{'file': '?.csv', 'key': ['hrg']}";
    ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), "t.json", &document, problems),
                     RK_OK);
    ck_assert_int_eq(
        rk__table_spec_read(rk__json_root(document), "t", folder, &arena, &spec, problems), RK_OK);
    rk_status status = RK_NO_MEMORY;
    long n = 0;
    for (; n < 1000 && status != RK_OK; n++) {
        rk__alloc_fail_after(n);
        status = rk__table_load(&spec, NULL, true, &table, NULL);
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_OK || status == RK_NO_MEMORY, "%ld: %d", n, status);
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_int_gt(n, 10);
    ck_assert_uint_eq(rk__table_n_rows(table), 3);
}
END_TEST

UNIT_TESTS("table_csv")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, test_table_csv__cells_are_read, 0, COUNT(good));
    tcase_add_test(tc, test_table_csv__headers_match_loosely_and_are_mapped);
    tcase_add_test(tc, test_table_csv__files_are_one_table);
    tcase_add_test(tc, test_table_csv__patterns_expand_in_byte_order);
    tcase_add_test(tc, test_table_csv__gzip_is_recognized);
    tcase_add_test(tc, test_table_csv__damaged_gzip_is_a_problem);
    tcase_add_loop_test(tc, test_table_csv__faults_name_the_place_and_no_content, 0, COUNT(faults));
    tcase_add_test(tc, test_table_csv__a_nul_is_out_of_range);
    tcase_add_test(tc, test_table_csv__every_bad_record_is_told);
    tcase_add_test(tc, test_table_csv__bad_cells_show_column_and_kind_only);
    tcase_add_test(tc, test_table_csv__files_that_differ_in_columns_are_refused);
    tcase_add_test(tc, test_table_csv__keys_are_unique_over_files);
    tcase_add_test(tc, test_table_csv__files_that_cannot_be_had);
    tcase_add_test(tc, test_table_csv__an_untrusted_pattern_lists_its_root_only);
    tcase_add_test(tc, test_table_csv__base_folder_is_no_pattern);
    tcase_add_test(tc, test_table_csv__running_out_of_memory_is_a_status);
}
