/* SPDX-License-Identifier: MIT
 *
 * Tests of workbook/: what cells hold, and what is an error.
 */
#include "workbook/made.h"
#include "workbook/value.h"
#include "workbook_fixture.h"

static rk_problems *problems;
static rk__buf text;

static void set_up(void)
{
    problems = rk_problems_new();
    made_path[0] = '\0';
}

static void tear_down(void)
{
    rk_problems_free(problems);
    rk__buf_dispose(&text);
    text = (rk__buf){0};
    if (made_path[0]) {
        unlink(made_path);
    }
}

#define SHEET "xl/worksheets/sheet1.xml"

static void assert_cells(const made_part *parts, size_t n, const char *expected)
{
    make_workbook(parts, n);
    const rk_status status = read_made("Prices", &text, problems);
    ck_assert_msg(status == RK_OK, "%s",
                  rk_problems_count(problems) ? rk_problems_at(problems, 0)->message
                                              : "no problem");
    ck_assert_str_eq(text.text ? text.text : "", expected);
    unlink(made_path);
    made_path[0] = '\0';
    rk__buf_reset(&text);
}

static void assert_sheet(const char *rows, const char *expected)
{
    char sheet[4096];
    snprintf(sheet, sizeof sheet, "<worksheet><sheetData>%s</sheetData></worksheet>", rows);
    assert_cells(&(made_part){SHEET, sheet, 0}, 1, expected);
}

START_TEST(test_workbook_sheet__kinds_of_cells)
{
    assert_sheet("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\"><v>12.50</v></c>"
                 "<c r=\"D2\" t=\"b\"><v>1</v></c><c r=\"E2\" t=\"e\"><v>#N/A</v></c>"
                 "<c r=\"F2\" t=\"str\"><f>A1&amp;B1</f><v>both</v></c></row>",
                 "A2=shared;C2=n:12.5;D2=b:TRUE;E2=e:#N/A;F2=both;");
    assert_sheet("<row><c t=\"inlineStr\"><is><t>in place</t></is></c><c><v>1</v></c></row>"
                 "<row r=\"4\"/><row><c t=\"d\"><v>2017-05-12T00:00:00Z</v></c></row>",
                 "A1=in place;B1=n:1;A5=d:2017-05-12;");
    assert_sheet("<row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"B1\"><f>1+1</f></c>"
                 "<c r=\"C1\" t=\"str\"><f>\"\"</f><v></v></c></row>",
                 "A1=n:2;B1=e:#UNCALCULATED!;");
}
END_TEST

START_TEST(test_workbook_sheet__text_with_runs_space_and_escapes)
{
    const made_part parts[] = {
        {SHEET,
         "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
         "<c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>"
         "<c r=\"D1\" t=\"s\"><v>3</v></c></row></sheetData></worksheet>",
         0},
        {"xl/sharedStrings.xml",
         "<sst>\n<si><r><rPr><b/></rPr><t xml:space=\"preserve\">non-</t></r>"
         "<r><t>elective</t></r><rPh sb=\"0\" eb=\"1\"><t>phonetic</t></rPh></si>"
         "<si><t xml:space=\"preserve\"> kept </t></si><si><t>\n  trimmed </t></si>"
         "<si><t>a_x000A_b_x005F_x0041_ &amp;#163; _x00A3__x0000_</t></si></sst>",
         0}};
    assert_cells(parts, 2,
                 "A1=non-elective;B1= kept ;C1=trimmed;D1=a\nb_x0041_ &#163; \u00a3_x0000_;");
}
END_TEST

START_TEST(test_workbook_sheet__dates_by_style_in_both_systems)
{
    static const char rows[] =
        "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>42627</v></c><c r=\"B1\" s=\"2\"><v>42627.5625</v></c>"
        "<c r=\"C1\" s=\"3\"><v>42627</v></c><c r=\"D1\" s=\"4\"><v>1.5</v></c>"
        "<c r=\"E1\" s=\"1\"><v>0.25</v></c><c r=\"F1\" s=\"1\"><v>59</v></c>"
        "<c r=\"G1\" s=\"1\"><v>61</v></c><c r=\"H1\" s=\"1\"><v>-3</v></c></row>";
    char sheet[1024];
    assert_sheet(rows, "A1=d:2016-09-14;B1=d:2016-09-14 13:30:00;C1=n:42627;D1=d:36:00:00;"
                       "E1=d:06:00:00;F1=d:1900-02-28;G1=d:1900-03-01;H1=n:-3;");
    snprintf(sheet, sizeof sheet,
             "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>41165</v></c></row>"
             "</sheetData></worksheet>");
    const made_part parts[] = {
        {SHEET, sheet, 0}, {"xl/workbook.xml", WORKBOOK_SHEETS("<workbookPr date1904=\"1\"/>"), 0}};
    assert_cells(parts, 2, "A1=d:2016-09-14;");
}
END_TEST

START_TEST(test_workbook_value__shortest_number)
{
    static const char *const cases[][2] = {{"0.30000000000000004", "0.3"},
                                           {"1.0614749999999999", "1.061475"},
                                           {"1.00E+05", "100000"},
                                           {"-1.5E-3", "-0.0015"},
                                           {"007", "7"},
                                           {"-0", "0"},
                                           {"999999999999999.9", "1000000000000000"},
                                           {"0.99999999999999999", "1"},
                                           {"123456789012345678", "123456789012346000"},
                                           {".5", "0.5"},
                                           {"12.", "12"}};
    static const char *const bad[] = {"", "x", "1e", "1.2.3", "--1", "1E99999", "NaN", "1 "};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rk__buf_reset(&text);
        ck_assert(rk__number_text(&text, cases[i][0], strlen(cases[i][0])));
        ck_assert_str_eq(text.text, cases[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!rk__number_text(&text, bad[i], strlen(bad[i])), "%s", bad[i]);
        ck_assert(!rk__date_text(&text, bad[i], strlen(bad[i]), RK__DATE_DAY, false));
    }
}
END_TEST

START_TEST(test_workbook_text__what_xml_cannot_hold_is_replaced)
{
    char cases[][2][24] = {{"a\uFFFE\uFFFFb", "a\uFFFD\uFFFDb"},
                           {"\uFFFD \uFFFC", "\uFFFD \uFFFC"},
                           {"\xef\xbf", "\xef\xbf"},
                           {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rk__xlsx_clean(cases[i][0]);
        ck_assert_str_eq(cases[i][0], cases[i][1]);
    }
}
END_TEST

START_TEST(test_workbook_value__rounded_number)
{
    static const struct {
        const char *text;
        int decimals;
        const char *expected;
    } cases[] = {{"41.2383296166133", 6, "41.23833"},
                 {"0.5", 0, "1"},
                 {"0.4", 0, "0"},
                 {"-2.5", 0, "-3"},
                 {"0.0049", 2, "0"},
                 {"0.005", 2, "0.01"},
                 {"999.995", 2, "1000"},
                 {"12", 2, "12"},
                 {"0.00009", 2, "0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rk__buf_reset(&text);
        ck_assert(rk__number_rounded(&text, cases[i].text, strlen(cases[i].text), false,
                                     cases[i].decimals));
        ck_assert_str_eq(text.text, cases[i].expected);
    }
}
END_TEST

START_TEST(test_workbook_value__formats_that_show_dates)
{
    static const struct {
        const char *format;
        rk__date_kind kind;
    } cases[] = {{"dd/mm/yyyy", RK__DATE_DAY},
                 {"General", RK__DATE_NONE},
                 {"#,##0.00_);[Red]", RK__DATE_NONE},
                 {"\"days\" 0", RK__DATE_NONE},
                 {"[$\u00a3-809]#,##0", RK__DATE_NONE},
                 {"[h]:mm:ss", RK__DATE_ELAPSED},
                 {"0.00E+00", RK__DATE_NONE},
                 {"\\d0", RK__DATE_NONE},
                 {"[$-F800]dddd", RK__DATE_DAY},
                 {"0;d", RK__DATE_NONE},
                 {"[", RK__DATE_NONE},
                 {"\"", RK__DATE_NONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(rk__date_kind_of_format(cases[i].format) == cases[i].kind, "%s",
                      cases[i].format);
    }
}
END_TEST

/* ------------------------------------------------------------------- errors */

static void assert_fails(const made_part *parts, size_t n, const char *sheet, rk_status status,
                         const char *message, const char *hint)
{
    make_workbook(parts, n);
    const rk_status got = read_made(sheet, &text, problems);
    const rk_problem *problem =
        rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0) : NULL;
    ck_assert_ptr_nonnull(problem);
    ck_assert_str_eq(problem->message, message);
    ck_assert_int_eq(got, status);
    ck_assert_str_eq(problem->file, "book.xlsx");
    if (hint) {
        ck_assert_ptr_nonnull(problem->hint);
        ck_assert_str_eq(problem->hint, hint);
    }
    unlink(made_path);
    made_path[0] = '\0';
    rk_problems_free(problems);
    problems = rk_problems_new();
}

static void assert_bad_sheet(const char *rows, rk_status status, const char *message)
{
    char sheet[4096];
    snprintf(sheet, sizeof sheet, "<worksheet><sheetData>%s</sheetData></worksheet>", rows);
    assert_fails(&(made_part){SHEET, sheet, 0}, 1, "Prices", status, message, NULL);
}

START_TEST(test_workbook_sheet__errors_name_sheet_and_cell)
{
    assert_bad_sheet("<row r=\"3\"/><row r=\"2\"/>", RK_SYNTAX,
                     "sheet 'Prices', row 4: the number of a row is not above the one before it");
    assert_bad_sheet("<row r=\"1048577\"/>", RK_LIMIT,
                     "sheet 'Prices', row 1: a sheet has at most 1,048,576 rows");
    assert_bad_sheet("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", RK_SYNTAX,
                     "sheet 'Prices', cell A1: the cell stands before the one before it");
    assert_bad_sheet("<row r=\"1\"><c r=\"XFE1\"/></row>", RK_LIMIT,
                     "sheet 'Prices', cell XFE1: a sheet has at most 16,384 columns");
    assert_bad_sheet("<row r=\"1\"><c r=\"B2\"/></row>", RK_SYNTAX,
                     "sheet 'Prices', cell A1: the cell's reference is not one of its row");
    assert_bad_sheet(
        "<row r=\"1\"><c r=\"B1\" t=\"s\"><v>1</v></c></row>", RK_SYNTAX,
        "sheet 'Prices', cell B1: the cell's text is not among the workbook's strings");
    assert_bad_sheet("<row r=\"1\"><c r=\"B1\"><v>12,5</v></c></row>", RK_SYNTAX,
                     "sheet 'Prices', cell B1: the stored number cannot be read");
    assert_bad_sheet("<row r=\"1\"></c>", RK_SYNTAX,
                     "the part 'xl/worksheets/sheet1.xml' is not well-formed XML: mismatched tag "
                     "(line 1, column 36)");
}
END_TEST

START_TEST(test_workbook_open__missing_sheets_and_wrong_parts)
{
    assert_fails(NULL, 0, "Price", RK_UNKNOWN_TABLE, "the workbook has no sheet 'Price'",
                 "did you mean 'Prices'?");
    assert_fails(NULL, 0, "Elsewhere", RK_UNKNOWN_TABLE, "the workbook has no sheet 'Elsewhere'",
                 "its sheets: 'Prices', 'Notes'");
    assert_fails(&(made_part){SHEET, NULL, 0}, 1, "Prices", RK_SYNTAX,
                 "sheet 'Prices' is not a worksheet: its content type is another", NULL);
    assert_fails(&(made_part){"[Content_Types].xml", "<Types/>", 0}, 1, "Prices", RK_SYNTAX,
                 "the file's content types do not say that 'xl/workbook.xml' is a workbook", NULL);
    assert_fails(&(made_part){"_rels/.rels", NULL, 0}, 1, "Prices", RK_SYNTAX,
                 "the file is an archive, but not an .xlsx workbook", NULL);
    assert_fails(&(made_part){"xl/_rels/workbook.xml.rels",
                              "<R><Relationship Id=\"r1\" Type=\"x/worksheet\" "
                              "TargetMode=\"External\" Target=\"file:///etc/passwd\"/></R>",
                              0},
                 1, "Prices", RK_FORBIDDEN,
                 "sheet 'Prices' is in another file, which is never opened", NULL);
    assert_fails(&(made_part){"xl/_rels/workbook.xml.rels",
                              "<R><Relationship Id=\"r1\" Type=\"x/worksheet\" "
                              "Target=\"../../../etc/passwd\"/></R>",
                              0},
                 1, "Prices", RK_FORBIDDEN,
                 "the workbook names a part outside itself: '../../../etc/passwd'", NULL);
}
END_TEST

START_TEST(test_workbook_open__the_only_visible_sheet_needs_no_name)
{
    make_workbook(NULL, 0);
    ck_assert_int_eq(read_made(NULL, &text, problems), RK_OK);
    unlink(made_path);
    static const char both[] = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"A\" r:id=\"r1\"/>"
                               "<sheet name=\"B\" r:id=\"r2\"/></sheets></workbook>";
    assert_fails(&(made_part){"xl/workbook.xml", both, 0}, 1, NULL, RK_UNKNOWN_TABLE,
                 "the workbook has several sheets, and none is named: give \"sheet\"",
                 "its sheets: 'A', 'B'");
}
END_TEST

static void write_made(const char *bytes, size_t n)
{
    strcpy(made_path, "/tmp/reckoner-workbook-XXXXXX");
    const int fd = mkstemp(made_path);
    ck_assert_int_eq(write(fd, bytes, n), (ssize_t) n);
    close(fd);
}

static void assert_no_workbook(const char *bytes, size_t n, rk_status status, const char *message)
{
    write_made(bytes, n);
    ck_assert_int_eq(read_made(NULL, &text, problems), status);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message, message);
    unlink(made_path);
    made_path[0] = '\0';
    rk_problems_free(problems);
    problems = rk_problems_new();
}

START_TEST(test_workbook_open__files_that_are_no_xlsx)
{
    static char compound[1024] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    assert_no_workbook("a,b\n1,2\n", 8, RK_SYNTAX, "the file is not a workbook");
    assert_no_workbook("PK\3\4 cut short", 14, RK_SYNTAX, "the workbook is damaged or cut short");
    assert_no_workbook(compound, sizeof compound, RK_SYNTAX,
                       "the file is in the format of Excel 97-2003 (.xls) or older");
    compound[30] = 9;
    for (size_t i = 0; i < strlen("EncryptedPackage"); i++) {
        compound[512 + 2 * i] = "EncryptedPackage"[i];
    }
    assert_no_workbook(compound, sizeof compound, RK_FORBIDDEN, "the workbook is encrypted");
}
END_TEST

START_TEST(test_workbook_open__an_archive_cut_short)
{
    make_workbook(NULL, 0);
    const int fd = open(made_path, O_RDWR | O_CLOEXEC);
    const off_t size = lseek(fd, 0, SEEK_END);
    for (off_t length = size - 1; length >= 0; length -= 37) {
        ck_assert_int_eq(ftruncate(fd, length), 0);
        ck_assert_int_ne(read_made("Prices", &text, problems), RK_OK);
        ck_assert_uint_gt(rk_problems_count(problems), 0);
        rk_problems_free(problems);
        problems = rk_problems_new();
    }
    close(fd);
}
END_TEST

START_TEST(test_workbook_open__hostile_archives)
{
    char *zeros = calloc(1, 32 << 20);
    char *cell = malloc(1 << 20);
    ck_assert_ptr_nonnull(zeros);
    memset(zeros, ' ', 32 << 20);
    assert_fails(&(made_part){SHEET, zeros, 32 << 20}, 1, "Prices", RK_LIMIT,
                 "the part 'xl/worksheets/sheet1.xml' unpacks to more than 250 times its size",
                 NULL);
    assert_fails(&(made_part){"../xl/evil.xml", "x", 0}, 1, "Prices", RK_FORBIDDEN,
                 "the archive has a part with a path outside it: '../xl/evil.xml'", NULL);
    assert_fails(&(made_part){"XL/Workbook.xml", "x", 0}, 1, "Prices", RK_DUPLICATE_KEY,
                 "the archive has the part 'XL/Workbook.xml' twice", NULL);
    assert_fails(&(made_part){"xl/sharedStrings.xml",
                              "<!DOCTYPE sst [<!ENTITY a \"aaaa\">]><sst><si><t>&a;</t></si></sst>",
                              0},
                 1, "Prices", RK_FORBIDDEN,
                 "the part 'xl/sharedStrings.xml' has a document type (DTD), which workbooks never "
                 "have",
                 NULL);
    const int n = snprintf(cell, 1 << 20, "<sst><si><t>fine</t></si><si><t>");
    memset(cell + n, 'x', (size_t) ((1 << 20) - n - 1));
    cell[(1 << 20) - 1] = '\0';
    assert_fails(&(made_part){"xl/sharedStrings.xml", cell, 0}, 1, "Prices", RK_LIMIT,
                 "the part 'xl/sharedStrings.xml': string 2 is longer than a cell may hold", NULL);
    for (int i = 0; i < 1 << 20; i += 4) {
        memcpy(cell + i, i < (1 << 20) - 4 ? "<a> " : "   ", 4);
    }
    assert_fails(&(made_part){SHEET, cell, 0}, 1, "Prices", RK_LIMIT,
                 "the part 'xl/worksheets/sheet1.xml' has tags that are too long, too deep or too "
                 "varied",
                 NULL);
    free(zeros);
    free(cell);
}
END_TEST

START_TEST(test_workbook_strings__many_go_to_a_file)
{
    rk__buf strings = {0};
    rk__buf sheet = {0};
    rk__buf expected = {0};
    const unsigned n = 300000;
    rk__buf_puts(&strings, "<sst>");
    for (unsigned i = 0; i < n; i++) {
        rk__buf_printf(&strings, "<si><t>a text of some length, number %u</t></si>", i);
    }
    rk__buf_puts(&strings, "</sst>");
    rk__buf_puts(&sheet, "<worksheet><sheetData>");
    for (unsigned i = 0; i < 9; i++) {
        const unsigned index = i * 37499u;
        rk__buf_printf(&sheet, "<row><c t=\"s\"><v>%u</v></c></row>", index);
        rk__buf_printf(&expected, "A%u=a text of some length, number %u;", i + 1, index);
    }
    rk__buf_puts(&sheet, "</sheetData></worksheet>");
    const made_part parts[] = {{"xl/sharedStrings.xml", strings.text, 0}, {SHEET, sheet.text, 0}};
    assert_cells(parts, 2, expected.text);
    rk__buf_dispose(&strings);
    rk__buf_dispose(&sheet);
    rk__buf_dispose(&expected);
}
END_TEST

START_TEST(test_workbook_sheet__a_failed_allocation_is_its_own_error)
{
    static const char sheet[] =
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "
        "s=\"1\"><v>42627</v></c></row></sheetData></worksheet>";
    make_workbook(&(made_part){SHEET, sheet, 0}, 1);
    rk_status status = RK_NO_MEMORY;
    for (long i = 0; status != RK_OK; i++) {
        rk__buf_dispose(&text);
        text = (rk__buf){0};
        ck_assert_int_lt(i, 5000);
        rk_problems *none = rk_problems_new();
        rk__alloc_fail_after(i);
        rk__buf cells = {0};
        status = read_made("Prices", &cells, none);
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_OK || status == RK_NO_MEMORY, "%ld: %d", i, status);
        if (status == RK_OK && cells.failed) {
            status = RK_NO_MEMORY;
        }
        if (status == RK_OK) {
            ck_assert_str_eq(cells.text, "A1=shared;B1=d:2016-09-14;");
        }
        rk__buf_dispose(&cells);
        rk_problems_free(none);
    }
}
END_TEST

UNIT_TESTS("workbook")
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, test_workbook_sheet__kinds_of_cells);
    tcase_add_test(tc, test_workbook_sheet__text_with_runs_space_and_escapes);
    tcase_add_test(tc, test_workbook_sheet__dates_by_style_in_both_systems);
    tcase_add_test(tc, test_workbook_value__shortest_number);
    tcase_add_test(tc, test_workbook_value__rounded_number);
    tcase_add_test(tc, test_workbook_value__formats_that_show_dates);
    tcase_add_test(tc, test_workbook_text__what_xml_cannot_hold_is_replaced);
    tcase_add_test(tc, test_workbook_sheet__errors_name_sheet_and_cell);
    tcase_add_test(tc, test_workbook_open__missing_sheets_and_wrong_parts);
    tcase_add_test(tc, test_workbook_open__the_only_visible_sheet_needs_no_name);
    tcase_add_test(tc, test_workbook_open__files_that_are_no_xlsx);
    tcase_add_test(tc, test_workbook_open__an_archive_cut_short);
    tcase_add_test(tc, test_workbook_open__hostile_archives);
    tcase_add_test(tc, test_workbook_strings__many_go_to_a_file);
    tcase_add_test(tc, test_workbook_sheet__a_failed_allocation_is_its_own_error);
}
