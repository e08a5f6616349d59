/* SPDX-License-Identifier: MIT
 *
 * fault.c: bad rows, noted by each worker and reported in file order.
 */
#include "scan/inside.h"

#include <stdlib.h>
#include <string.h>

#include "scan/scan.h"
#include "table/column.h"

bool rk__scan_add_fault(rk__scan_faults *faults, uint64_t max_errors, const rk__scan_fault *fault)
{
    const size_t keep =
        max_errors < RK__PROBLEMS_MAX ? (size_t) max_errors + 1 : RK__PROBLEMS_MAX + 1;
    faults->count++;
    if (faults->n == keep) {
        return true;
    }
    if (rk__grow((void **) &faults->list, &faults->capacity, faults->n + 1, sizeof *faults->list) !=
        0) {
        return false;
    }
    faults->list[faults->n++] = *fault;
    return true;
}

static int compare_faults(const void *a, const void *b)
{
    const rk__scan_fault *x = a;
    const rk__scan_fault *y = b;
    if (x->block != y->block) {
        return x->block < y->block ? -1 : 1;
    }
    if (x->row != y->row) {
        return x->row < y->row ? -1 : 1;
    }
    return x->line < y->line ? -1 : x->line > y->line;
}

/* The cell of a fault in words. In a workbook a place's column is that of the sheet. */
static const char *cell_phrase(const rk__scan *scan, const rk__scan_fault *fault, rk__place *place,
                               rk__arena *arena)
{
    const char *column = scan->wants[fault->want].name;
    const rk__scan_input *file =
        scan->table == NULL ? &scan->files[scan->blocks[fault->block].file] : NULL;
    if (file == NULL || file->sheet == NULL) {
        return rk__sheet_cell_phrase(NULL, 0, 0, column, arena);
    }
    const uint32_t field = (uint32_t) file->field[fault->want];
    place->column = field + 1;
    return rk__sheet_cell_phrase(file->sheet, field, place->line, column, arena);
}

static void report_fault(rk__scan *scan, const rk__scan_fault *fault, rk_problems *problems)
{
    rk__arena arena = {0};
    rk__place place = {0};
    if (scan->table != NULL) {
        rk__table_place(scan->table, (int) fault->column, fault->row, &place, &arena);
    } else {
        rk__scan_place(scan, fault->block, 0, fault->line, &place, &arena);
        place.column = fault->column;
    }
    const char *sheet =
        scan->table == NULL ? scan->files[scan->blocks[fault->block].file].sheet : NULL;
    if (fault->expected > 0 && sheet != NULL) {
        (void) rk__sheet_wide_row(sheet, &place, problems);
    } else if (fault->expected > 0) {
        rk__problem(problems, fault->status, &place, "put fields in quotes that hold the delimiter",
                    "the record has %u field%s and the header has %u", fault->fields,
                    fault->fields == 1 ? "" : "s", fault->expected);
    } else if (fault->want == UINT32_MAX) {
        rk__problem(problems, fault->status, &place,
                    "put the field in quotes and double those in it", "the record %s", fault->why);
    } else {
        const char *phrase = cell_phrase(scan, fault, &place, &arena);
        if (phrase != NULL) {
            rk__problem(problems, fault->status, &place,
                        rk__cell_hint(fault->why, scan->table == NULL), "%s %s", phrase,
                        fault->why);
        }
    }
    rk__arena_dispose(&arena);
}

static void report_fatal(rk__scan *scan, const rk__scan_fatal *fatal, rk_problems *problems)
{
    rk__arena arena = {0};
    rk__place place = {.file = scan->files[fatal->file].path};
    if (fatal->message[0] != '\0' && fatal->block == SIZE_MAX) {
        rk__problem(problems, fatal->status, &place, fatal->hint, "the file %s", fatal->message);
    } else if (fatal->message[0] != '\0') {
        rk__scan_place(scan, fatal->block, 0, fatal->feed, &place, &arena);
        place.column = fatal->column;
        rk__problem(problems, fatal->status, &place, fatal->hint, "%s", fatal->message);
    }
    rk__arena_dispose(&arena);
}

/* All faults in one sorted list; NULL if out of memory. */
static rk__scan_fault *gather(const rk__scan_faults *faults, size_t n, size_t *n_kept,
                              uint64_t *count)
{
    *n_kept = 0;
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        *n_kept += faults[i].n;
        *count += faults[i].count;
    }
    rk__scan_fault *all = rk__calloc(*n_kept + 1, sizeof *all);
    rk__scan_fault *to = all;
    for (size_t i = 0; all != NULL && i < n; i++) {
        if (faults[i].n > 0) {
            memcpy(to, faults[i].list, faults[i].n * sizeof *to);
            to += faults[i].n;
        }
    }
    if (all != NULL) {
        qsort(all, *n_kept, sizeof *all, compare_faults);
    }
    return all;
}

rk_status rk__scan_report(rk__scan *scan, rk__scan_faults *faults, size_t n, uint64_t max_errors,
                          const rk__scan_fatal *fatal, rk_problems *problems)
{
    size_t n_kept;
    uint64_t count;
    rk__scan_fault *all = gather(faults, n, &n_kept, &count);
    if (all == NULL) {
        return RK_NO_MEMORY;
    }
    const bool too_many = count > max_errors;
    scan->bad_rows = too_many ? max_errors + 1 : count;
    rk_status status = RK_OK;
    for (uint64_t i = 0; i < scan->bad_rows; i++) {
        /* Those past what a list shows are only counted by it. */
        report_fault(scan, &all[i < n_kept ? i : n_kept - 1], problems);
    }
    if (too_many) {
        status = all[0].status;
    } else if (fatal != NULL && fatal->status != RK_OK) {
        report_fatal(scan, fatal, problems);
        status = fatal->status;
    }
    rk__free(all);
    return status;
}
