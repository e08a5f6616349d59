/* SPDX-License-Identifier: MIT
 *
 * code_cells.c: codes that a spreadsheet has turned into numbers: cells that a workbook holds as
 * numbers, and texts such as 1.00E+05. A code is a column that rows are looked up, grouped or
 * selected by.
 */
#include "rows/code_cells.h"

#include "table/columns.h"

static void mark_scope(const rk__planned_scope *scope, bool *is_code)
{
    for (; scope != NULL; scope = scope->also) {
        for (size_t i = 0; i < scope->scope->n_columns; i++) {
            is_code[scope->want[i]] = true;
        }
        mark_scope(scope->except, is_code);
    }
}

rk_status rk__codes_worker(rk__pass_worker *w)
{
    const rk__pass *p = w->pass;
    if (p->input->spec->rows != NULL || p->explaining) {
        return RK_OK;
    }
    bool *is_code = rk__arena_alloc(&w->arena, p->n_wants + p->n_derived + 1);
    w->codes.want = rk__arena_alloc(&w->arena, (p->n_wants + 1) * sizeof *w->codes.want);
    w->codes.known = rk__arena_alloc(&w->arena, (p->n_wants + 1) * sizeof *w->codes.known);
    w->codes.found = rk__arena_alloc(&w->arena, (p->n_wants + 1) * sizeof *w->codes.found);
    if (is_code == NULL || w->codes.want == NULL || w->codes.known == NULL ||
        w->codes.found == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t c = 0; c < p->n_combinations; c++) {
        for (size_t k = 0; k < p->combinations[c].n; k++) {
            is_code[p->combinations[c].want[k]] = true;
        }
    }
    for (size_t u = 0; u < p->n_instances; u++) {
        mark_scope(p->instances[u].scope, is_code);
    }
    for (size_t i = 0; i < p->n_wants; i++) {
        if (is_code[i] && p->wants[i].type == RK__CELL_TEXT && i != p->date_want &&
            i != p->period_want) {
            w->codes.want[w->codes.n++] = i;
        }
    }
    return RK_OK;
}

static bool is_mangled(const rk__dict *dict, int32_t code)
{
    size_t length = 0;
    const char *text = rk__dict_text(dict, code, &length);
    return text != NULL && text[0] >= '0' && text[0] <= '9' && rk__cell_is_mangled(text, length);
}

static void count_rows(rk__pass_worker *w, size_t want, rk__suspect *found)
{
    const rk__scan_batch *b = w->batch;
    const rk__batch_column *column = &b->column[want];
    for (size_t i = 0; column->v != NULL && i < b->n; i++) {
        if (column->has[i] == 0 || !is_mangled(column->dict, (int32_t) column->v[i])) {
            continue;
        }
        const uint32_t row = b->first_in_block + (uint32_t) i;
        if (found->rows == 0 || b->block < found->block ||
            (b->block == found->block && row < found->row)) {
            found->block = b->block;
            found->row = row;
            found->line = b->line != NULL ? b->line[i] : 0;
        }
        found->rows++;
    }
}

void rk__codes_batch(rk__pass_worker *w)
{
    for (size_t c = 0; c < w->codes.n; c++) {
        const size_t want = w->codes.want[c];
        const rk__dict *dict = w->text.dicts[want];
        rk__suspect *found = &w->codes.found[want];
        bool look = found->rows > 0;
        const int32_t n = rk__dict_count(dict);
        /* Each text is examined once; rows only after one was found. */
        for (; w->codes.known[want] < n; w->codes.known[want]++) {
            look = look || is_mangled(dict, w->codes.known[want]);
        }
        if (look) {
            count_rows(w, want, found);
        }
    }
}

/* ------------------------------------------------------------------- findings */

/* A finding that is filled in then; NULL if out of memory. */
rk__table_finding *rk__pass_find(rk__arena *arena, rk__pass_files *files)
{
    if (files->n_found == files->found_capacity) {
        const size_t capacity = files->found_capacity > 0 ? 2 * files->found_capacity : 8;
        rk__table_finding *found = rk__arena_alloc(arena, capacity * sizeof *found);
        if (found == NULL) {
            return NULL;
        }
        for (size_t i = 0; i < files->n_found; i++) {
            found[i] = files->found[i];
        }
        files->found = found;
        files->found_capacity = capacity;
    }
    files->found[files->n_found] = (rk__table_finding){0};
    return &files->found[files->n_found++];
}

/* Who read the rows: the workers that priced them, or those that looked at them after parts had. */
typedef struct readers {
    const rk__scan *scan;
    rk__pass_worker *const *workers;
    unsigned n;
} readers;

static readers readers_of(const rk__pass *p)
{
    return p->look.scan != NULL ? (readers){p->look.scan, p->look.workers, p->look.n_workers}
                                : (readers){p->scan, p->workers, p->n_workers};
}

static rk_status report_texts(const rk__pass *p, const readers *r, size_t want, rk__arena *arena,
                              rk__pass_files *files)
{
    rk__suspect all = {0};
    for (unsigned i = 0; i < r->n; i++) {
        const rk__suspect *s = r->workers[i] != NULL && r->workers[i]->codes.n > 0
                                   ? &r->workers[i]->codes.found[want]
                                   : NULL;
        if (s == NULL || s->rows == 0) {
            continue;
        }
        const bool first =
            all.rows == 0 || s->block < all.block || (s->block == all.block && s->row < all.row);
        const uint64_t rows = all.rows + s->rows;
        all = first ? *s : all;
        all.rows = rows;
    }
    if (all.rows == 0) {
        return RK_OK;
    }
    rk__place place = {0};
    rk__scan_place(r->scan, all.block, all.row, all.line, &place, arena);
    rk__table_finding *f = rk__pass_find(arena, files);
    if (f == NULL) {
        return RK_NO_MEMORY;
    }
    f->code = "code-as-number";
    f->rows = all.rows;
    f->at = rk__arena_printf(arena, "%s:%u", rk__path_below(p->input->spec->base_dir, place.file),
                             place.line);
    f->message = rk__arena_printf(
        arena,
        "table '%s': column '%s' has codes written like 1.00E+05, as spreadsheets do with "
        "codes that look like numbers",
        p->input->spec->name, p->wants[want].column);
    return f->message != NULL && f->at != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status report_numbers(const rk__pass *p, const readers *r, size_t want, rk__arena *arena,
                                rk__pass_files *files)
{
    for (size_t i = 0; i < rk__scan_n_files(r->scan); i++) {
        const uint64_t numbers = rk__scan_numbers(r->scan, i, want);
        if (numbers == 0) {
            continue;
        }
        const char *path = NULL;
        const char *digest = NULL;
        uint64_t rows = 0;
        rk__scan_file(r->scan, i, &path, &rows, &digest);
        rk__table_finding *f = rk__pass_find(arena, files);
        if (f == NULL) {
            return RK_NO_MEMORY;
        }
        f->code = "code-as-number";
        f->rows = numbers;
        f->at = rk__arena_strdup(arena, rk__path_below(p->input->spec->base_dir, path));
        f->message = rk__arena_printf(
            arena,
            "table '%s': the workbook holds codes of column '%s' as numbers, which may have "
            "lost leading zeros",
            p->input->spec->name, p->wants[want].column);
        if (f->message == NULL || f->at == NULL) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}

rk_status rk__codes_report(const rk__pass *p, rk__arena *arena, rk__pass_files *files)
{
    rk_status status = RK_OK;
    const readers r = readers_of(p);
    const rk__pass_worker *w = r.n > 0 ? r.workers[0] : NULL;
    for (size_t c = 0; w != NULL && c < w->codes.n && status == RK_OK; c++) {
        status = report_texts(p, &r, w->codes.want[c], arena, files);
        if (status == RK_OK) {
            status = report_numbers(p, &r, w->codes.want[c], arena, files);
        }
    }
    return status;
}
