/* SPDX-License-Identifier: MIT
 *
 * fuzz_import.c: any text as a profile of an import, and what it takes from a small workbook.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "import/take.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static const char *const parts[][2] = {
    {"[Content_Types].xml",
     "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"spreadsheetml.sheet.main+xml\"/>"
     "<Override PartName=\"/xl/s.xml\" ContentType=\"spreadsheetml.worksheet+xml\"/></Types>"},
    {"_rels/.rels", "<R><Relationship Type=\"/officeDocument\" Target=\"xl/workbook.xml\"/></R>"},
    {"xl/workbook.xml", "<workbook><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<R><Relationship Id=\"r1\" Type=\"/worksheet\" Target=\"s.xml\"/></R>"},
    {"xl/s.xml",
     "<worksheet><sheetData><row><c t=\"str\"><v>title</v></c></row>"
     "<row><c t=\"str\"><v>a</v></c><c t=\"str\"><v>b</v></c><c t=\"str\"><v>c</v></c></row>"
     "<row><c t=\"str\"><v>x</v></c><c><v>1.25</v></c><c t=\"str\"><v>-</v></c></row>"
     "<row><c t=\"str\"><v>y</v></c><c><v>2</v></c></row>"
     "<row r=\"9\"><c t=\"str\"><v>z</v></c><c><v>3</v></c></row></sheetData></worksheet>"}};

static rk__workbook *make(void)
{
    zip_source_t *into = zip_source_buffer_create(NULL, 0, 0, NULL);
    need(into != NULL);
    zip_source_keep(into);
    zip_t *zip = zip_open_from_source(into, ZIP_TRUNCATE, NULL);
    need(zip != NULL);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        zip_source_t *source = zip_source_buffer(zip, parts[i][1], strlen(parts[i][1]), 0);
        need(zip_file_add(zip, parts[i][0], source, 0) >= 0);
    }
    need(zip_close(zip) == 0 && zip_source_open(into) == 0);
    const int fd = memfd_create("workbook", 0);
    char buffer[4096];
    zip_int64_t n;
    while ((n = zip_source_read(into, buffer, sizeof buffer)) > 0) {
        need(write(fd, buffer, (size_t) n) == (ssize_t) n);
    }
    zip_source_close(into);
    zip_source_free(into);
    rk__workbook *workbook;
    need(rk__workbook_open(fd, "workbook", &workbook, NULL) == RK_OK);
    close(fd);
    return workbook;
}

static void take(rk__workbook *workbook, const rk__import_profile *profile, rk_problems *problems)
{
    for (size_t i = 0; i < profile->n_tariffs; i++) {
        for (size_t t = 0; t < profile->tariffs[i].n_tables; t++) {
            const rk__import_table *table = &profile->tariffs[i].tables[t];
            rk__import_rows rows = {0};
            const size_t before = rk_problems_count(problems);
            const rk_status status =
                rk__import_take_table(workbook, "workbook", table, &rows, problems);
            need(status == RK_OK || rk_problems_count(problems) > before);
            rk__import_rows_dispose(&rows);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rk__workbook *workbook;
    workbook = workbook != NULL ? workbook : make();
    rk_problems *problems = rk_problems_new();
    rk__json *document;
    if (rk__json_parse((const char *) data, size, NULL, &document, problems) == RK_OK) {
        rk__import_profile *profile;
        if (rk__profile_read(rk__json_root(document), &profile, problems) == RK_OK) {
            take(workbook, profile, problems);
        } else {
            need(rk_problems_count(problems) > 0);
        }
        rk__profile_free(profile);
        rk__json_free(document);
    }
    rk_problems_free(problems);
    return 0;
}
