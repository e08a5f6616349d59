/* SPDX-License-Identifier: MIT
 *
 * result_out.c: choosing the format of the output, and writing it.
 */
#include "batch/result_out.h"

#include <errno.h>
#include <string.h>

#include "batch/result_rows.h"
#include "rows/rows_sheet.h"
#include "workbook/made.h"

#define SHEET_TITLE "Results of a batch"

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path);
    const size_t n = strlen(ending);
    return length > n && strcmp(path + length - n, ending) == 0;
}

rk_status rk__batch_kind_of(const char *path, bool lines, rk__batch_kind *out,
                            rk_problems *problems)
{
    static const struct {
        const char *ending;
        rk__batch_kind kind;
    } kinds[] = {
        {".ndjson", RK__BATCH_NDJSON}, {".jsonl", RK__BATCH_NDJSON},
        {".csv", RK__BATCH_CSV},       {".xlsx", RK__BATCH_CSV}, /* its rows, in a workbook */
        {".sqlite", RK__BATCH_SQLITE}, {".db", RK__BATCH_SQLITE}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (ends_with(path, kinds[i].ending)) {
            *out = kinds[i].kind;
            if (lines && *out != RK__BATCH_CSV) {
                return rk__problem(problems, RK_USAGE, NULL, NULL,
                                   "--lines is for an --out FILE.csv or FILE.xlsx, not '%s'", path);
            }
            *out = lines ? RK__BATCH_LINES : *out;
            return RK_OK;
        }
    }
    return rk__problem(problems, RK_USAGE, NULL, "end its name in .ndjson, .csv, .xlsx or .sqlite",
                       "cannot tell the output format from the name '%s'", path);
}

/* ------------------------------------------------------------- existing files */

/* Whether a file was written by a batch, in this format or the other one of CSV. */
static bool is_ours(rk__batch_kind kind, const char *path, const char *start)
{
    if (ends_with(path, ".xlsx")) {
        return rk__xlsx_file_titled(path, SHEET_TITLE);
    }
    switch (kind) {
    case RK__BATCH_NDJSON:
        return strncmp(start, "{\"reckoner\":\"result/", 20) == 0;
    case RK__BATCH_CSV:
    case RK__BATCH_LINES:
        return strncmp(start, "contract,arrangement,provider,", 30) == 0;
    case RK__BATCH_SQLITE:
        break;
    }
    return rk__batch_sqlite_is_ours(path);
}

rk_status rk__batch_out_check(rk__batch_kind kind, const char *path, rk_problems *problems)
{
    char start[64] = "";
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode) || found.st_size == 0) {
        return RK_OK;
    }
    FILE *f = fopen(path, "re");
    if (f != NULL) {
        start[fread(start, 1, sizeof start - 1, f)] = '\0';
        (void) fclose(f);
    }
    return is_ours(kind, path, start)
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "name another file, or remove this one",
                             "'%s' exists and was not written by a batch", path);
}

/* --------------------------------------------------------------------- writing */

/* What the columns of CSV hold, by their names, as rk__rows_sheet_kinds takes it. */
static void kinds_of(const char *head, char *kinds)
{
    static const char *const money[] = {"total", "cost", "margin", "amount", "not_paid"};
    static const char *const numbers[] = {"unpriced_rows", "warnings", "quantity", "rate",
                                          "factor",        "line",     "column"};
    while (*head != '\0') {
        const size_t length = strcspn(head, ",\n");
        *kinds = 't';
        for (size_t i = 0; i < sizeof money / sizeof *money; i++) {
            *kinds =
                strlen(money[i]) == length && memcmp(money[i], head, length) == 0 ? 'm' : *kinds;
        }
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            *kinds = strlen(numbers[i]) == length && memcmp(numbers[i], head, length) == 0 ? 'n'
                                                                                           : *kinds;
        }
        kinds++;
        head += length + 1;
    }
    *kinds = '\0';
}

static rk_status no_temporary(rk_problems *problems)
{
    return rk__problem(problems, RK_IO_WRITE, NULL, "set TMPDIR to a folder with room",
                       "the temporary files of a workbook cannot be written");
}

static rk_status open_sheet(rk__batch_out *out, rk_problems *problems)
{
    char kinds[64];
    const char *head = rk__rows_head(out->kind);
    const rk_status status = rk__rows_sheet_open("Results", SHEET_TITLE, &out->sheet);
    if (status != RK_OK) {
        return status == RK_IO ? no_temporary(problems) : status;
    }
    kinds_of(head, kinds);
    rk__rows_sheet_kinds(out->sheet, kinds);
    rk__rows_sheet_feed(out->sheet, head, strlen(head));
    return RK_OK;
}

static rk_status write_text(const rk__batch_out *out, const char *text, size_t length,
                            rk_problems *problems)
{
    return fwrite(text, 1, length, out->file.stream) == length
               ? RK_OK
               : rk__problem(problems, RK_IO_WRITE, NULL, "check the free space on the disk",
                             "cannot write '%s': %s", out->file.path, strerror(errno));
}

rk_status rk__batch_out_open(rk__batch_out *out, rk__batch_kind kind, const char *path,
                             rk_problems *problems)
{
    *out = (rk__batch_out){.kind = kind};
    rk__atomic_clean(path); /* the journal's lock keeps other runs away */
    const rk_status status = kind == RK__BATCH_SQLITE
                                 ? rk__atomic_open(&out->file, path, problems)
                                 : rk__atomic_open_nameless(&out->file, path, problems);
    if (status != RK_OK || kind == RK__BATCH_NDJSON) {
        return status;
    }
    if (ends_with(path, ".xlsx")) {
        return open_sheet(out, problems);
    }
    if (kind != RK__BATCH_SQLITE) {
        const char *head = rk__rows_head(kind);
        return write_text(out, head, strlen(head), problems);
    }
    return out->file.temporary != NULL
               ? rk__batch_sqlite_open(out->file.temporary, &out->sql, problems)
               : rk__problem(problems, RK_USAGE, NULL, NULL,
                             "cannot write a database to '%s', which is not a regular file", path);
}

rk_status rk__batch_out_add(rk__batch_out *out, const rk__record *record, rk_problems *problems)
{
    if (out->sheet != NULL) {
        rk__rows_sheet_feed(out->sheet, record->text, record->length);
        return RK_OK;
    }
    return out->sql != NULL ? rk__batch_sqlite_add(out->sql, record, problems)
                            : write_text(out, record->text, record->length, problems);
}

rk_status rk__batch_out_commit(rk__batch_out *out, uint64_t failed, rk_problems *problems)
{
    rk_status status = RK_OK;
    if (out->sql != NULL) {
        status = rk__batch_sqlite_finish(out->sql, failed, problems);
        out->sql = NULL;
    }
    if (out->sheet != NULL) {
        struct rk__rows_sheet *sheet = out->sheet;
        out->sheet = NULL;
        status = rk__rows_sheet_finish(sheet, out->file.stream, out->file.path, problems);
        status = status == RK_IO ? no_temporary(problems)
                 : status == RK_IO_WRITE
                     ? rk__problem(problems, RK_IO_WRITE, NULL, "check the free space on the disk",
                                   "cannot write '%s': %s", out->file.path, strerror(errno))
                     : status;
    }
    return status == RK_OK ? rk__atomic_commit(&out->file, problems) : status;
}

void rk__batch_out_abandon(rk__batch_out *out)
{
    rk__batch_sqlite_free(out->sql);
    out->sql = NULL;
    rk__rows_sheet_free(out->sheet);
    out->sheet = NULL;
    rk__atomic_abandon(&out->file);
}
