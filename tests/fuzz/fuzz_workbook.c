/* SPDX-License-Identifier: MIT
 *
 * fuzz_workbook.c: any bytes as a workbook.
 *
 * Input that begins with "PK" is the archive itself. Other input is the text of its parts, with
 * a NUL between two: the sheet, the strings, the styles, the workbook. Every cell must be text
 * that ends where it says, in a place after the one before it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "base/utf8.h"
#include "workbook/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static const char *const paths[] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                    "xl/styles.xml", "xl/workbook.xml"};
#define N_PATHS (sizeof paths / sizeof *paths)

static const char *const fixed[][2] = {
    {"[Content_Types].xml",
     "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"spreadsheetml.sheet.main+xml\"/>"
     "<Override PartName=\"/xl/worksheets/sheet1.xml\" "
     "ContentType=\"spreadsheetml.worksheet+xml\"/></Types>"},
    {"_rels/.rels", "<R><Relationship Type=\"/officeDocument\" Target=\"xl/workbook.xml\"/></R>"},
    {"xl/_rels/workbook.xml.rels",
     "<R><Relationship Id=\"r1\" Type=\"/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
     "<Relationship Id=\"r2\" Type=\"/sharedStrings\" Target=\"sharedStrings.xml\"/>"
     "<Relationship Id=\"r3\" Type=\"/styles\" Target=\"styles.xml\"/></R>"}};
static const char plain_workbook[] =
    "<workbook><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>";

static void add(zip_t *zip, const char *path, const void *bytes, size_t n)
{
    zip_source_t *source = zip_source_buffer(zip, bytes, n, 0);
    const zip_int64_t index = source ? zip_file_add(zip, path, source, 0) : -1;
    need(index >= 0);
    (void) zip_set_file_compression(zip, (zip_uint64_t) index, ZIP_CM_STORE, 0);
}

/* Writes the archive of some parts into memory. */
static void pack(int fd, const uint8_t *data, size_t size)
{
    zip_source_t *into = zip_source_buffer_create(NULL, 0, 0, NULL);
    need(into != NULL);
    zip_source_keep(into);
    zip_t *zip = zip_open_from_source(into, ZIP_TRUNCATE, NULL);
    need(zip != NULL);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        add(zip, fixed[i][0], fixed[i][1], strlen(fixed[i][1]));
    }
    for (size_t i = 0; i < N_PATHS; i++) {
        const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
        const size_t n = end ? (size_t) (end - data) : size;
        if (n == 0 && i == N_PATHS - 1) {
            add(zip, paths[i], plain_workbook, strlen(plain_workbook));
        } else {
            add(zip, paths[i], data, n);
        }
        data += n + (end != NULL);
        size -= n + (end != NULL);
    }
    need(zip_close(zip) == 0);
    char buffer[4096];
    zip_int64_t n;
    need(zip_source_open(into) == 0);
    while ((n = zip_source_read(into, buffer, sizeof buffer)) > 0) {
        need(write(fd, buffer, (size_t) n) == (ssize_t) n);
    }
    zip_source_close(into);
    zip_source_free(into);
}

static void read_sheet(rk__workbook *workbook, const char *name, rk_problems *problems)
{
    rk__sheet *sheet;
    const rk__sheet_row *row = NULL;
    uint32_t before = 0;
    if (rk__sheet_open(workbook, name, &sheet, problems) != RK_OK) {
        return;
    }
    while (rk__sheet_next(sheet, &row, problems) == RK_OK && row) {
        need(row->number > before && row->n > 0);
        before = row->number;
        for (size_t i = 0; i < row->n; i++) {
            const rk__sheet_cell *cell = &row->cells[i];
            need(i == 0 || cell->column > row->cells[i - 1].column);
            need(cell->length > 0 && strlen(cell->text) == cell->length);
            need(rk__utf8_check(cell->text, cell->length) == cell->length);
        }
    }
    rk__sheet_close(sheet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("workbook", 0);
    need(fd >= 0);
    if (size >= 2 && memcmp(data, "PK", 2) == 0) {
        need(write(fd, data, size) == (ssize_t) size);
    } else {
        pack(fd, data, size);
    }
    rk_problems *problems = rk_problems_new();
    rk__workbook *workbook;
    if (rk__workbook_open(fd, "workbook", &workbook, problems) == RK_OK) {
        for (size_t i = 0; i < rk__workbook_n_sheets(workbook); i++) {
            read_sheet(workbook, rk__workbook_sheet_name(workbook, i), problems);
        }
        rk__workbook_close(workbook);
    } else {
        need(rk_problems_count(problems) > 0);
    }
    rk_problems_free(problems);
    close(fd);
    return 0;
}
