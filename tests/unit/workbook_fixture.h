/* SPDX-License-Identifier: MIT
 *
 * workbook_fixture.h: small workbooks made for tests.
 */
#pragma once

#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

#include "unit.h"
#include "workbook/workbook.h"

typedef struct made_part {
    const char *path, *text;
    size_t length; /* 0: as long as the text */
} made_part;

#define WORKBOOK_TYPES                                                               \
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" \
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"                   \
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"             \
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"             \
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/"    \
    "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"              \
    "<Override PartName=\"/xl/worksheets/sheet2.xml\" ContentType=\"application/"    \
    "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"
#define WORKBOOK_ROOT                                                          \
    "<Relationships><Relationship Id=\"r1\" Type=\"http://x/officeDocument\" " \
    "Target=\"xl/workbook.xml\"/></Relationships>"
#define WORKBOOK_RELATIONS                                                                       \
    "<Relationships>"                                                                            \
    "<Relationship Id=\"r1\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet1.xml\"/>"     \
    "<Relationship Id=\"r2\" Type=\"http://x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>" \
    "<Relationship Id=\"r3\" Type=\"http://x/sharedStrings\" Target=\"sharedStrings.xml\"/>"     \
    "<Relationship Id=\"r4\" Type=\"http://x/styles\" Target=\"styles.xml\"/></Relationships>"
#define WORKBOOK_SHEETS(...)                                     \
    "<workbook xmlns:r=\"http://r\">" __VA_ARGS__                \
    "<sheets><sheet name=\"Prices\" sheetId=\"1\" r:id=\"r1\"/>" \
    "<sheet name=\"Notes\" sheetId=\"2\" r:id=\"r2\" state=\"hidden\"/></sheets></workbook>"

static const made_part standard_parts[] = {
    {"[Content_Types].xml", WORKBOOK_TYPES, 0},
    {"_rels/.rels", WORKBOOK_ROOT, 0},
    {"xl/workbook.xml", WORKBOOK_SHEETS(""), 0},
    {"xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS, 0},
    {"xl/sharedStrings.xml", "<sst><si><t>shared</t></si></sst>", 0},
    {"xl/styles.xml",
     "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"[$-809]dd\\-mmm\\-yyyy;@\"/>"
     "<numFmt numFmtId=\"171\" formatCode=\"&quot;days &quot;0.00;[Red]-0\"/></numFmts>"
     "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/>"
     "<xf numFmtId=\"171\"/><xf numFmtId=\"46\"/></cellXfs></styleSheet>",
     0},
    {"xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>", 0},
    {"xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>", 0},
};
#define N_STANDARD (sizeof standard_parts / sizeof *standard_parts)

static char made_path[64];

static void add_part(zip_t *zip, const made_part *part)
{
    zip_source_t *source =
        zip_source_buffer(zip, part->text, part->length ? part->length : strlen(part->text), 0);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_ge(zip_file_add(zip, part->path, source, ZIP_FL_ENC_UTF_8), 0);
}

static const made_part *replaced(const made_part *parts, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(parts[i].path, path) == 0) {
            return &parts[i];
        }
    }
    return NULL;
}

/* Writes a workbook: the standard parts, with some replaced (a NULL text: left out) or added. Sets
 * made_path. */
static inline void make_workbook(const made_part *parts, size_t n)
{
    strcpy(made_path, "/tmp/reckoner-workbook-XXXXXX");
    const int fd = mkstemp(made_path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    zip_t *zip = zip_open(made_path, ZIP_TRUNCATE, NULL);
    ck_assert_ptr_nonnull(zip);
    for (size_t i = 0; i < N_STANDARD; i++) {
        const made_part *other = replaced(parts, n, standard_parts[i].path);
        if (!other || other->text) {
            add_part(zip, other ? other : &standard_parts[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (parts[i].text && !replaced(standard_parts, N_STANDARD, parts[i].path)) {
            add_part(zip, &parts[i]);
        }
    }
    ck_assert_int_eq(zip_close(zip), 0);
}

/* Every cell of a sheet as "D7=text;", the kind before texts that are no text: n, d, b, e. */
static inline rk_status read_made(const char *sheet_name, rk__buf *out, rk_problems *problems)
{
    rk__workbook *workbook;
    rk__sheet *sheet = NULL;
    const int fd = open(made_path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    rk_status status = rk__workbook_open(fd, "book.xlsx", &workbook, problems);
    if (status == RK_OK) {
        status = rk__sheet_open(workbook, sheet_name, &sheet, problems);
    }
    const rk__sheet_row *row = NULL;
    while (status == RK_OK && (status = rk__sheet_next(sheet, &row, problems)) == RK_OK && row) {
        for (size_t i = 0; i < row->n; i++) {
            const rk__sheet_cell *cell = &row->cells[i];
            ck_assert_uint_eq(strlen(cell->text), cell->length);
            rk__buf_printf(out, "%c%u=%s%s;", (char) ('A' + cell->column), row->number,
                           (const char *[]){"", "n:", "d:", "b:", "e:"}[cell->kind], cell->text);
        }
    }
    rk__sheet_close(sheet);
    rk__workbook_close(workbook);
    close(fd);
    return status;
}
