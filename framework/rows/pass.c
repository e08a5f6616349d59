/* SPDX-License-Identifier: MIT
 *
 * pass.c: running a pass: its workers, the scan, and what comes of it.
 */
#include "rows/pass.h"
#include "rows/called.h"
#include "rows/code_cells.h"
#include "rows/kept.h"
#include "rows/look.h"
#include "rows/part.h"
#include "rows/priced.h"
#include "scan/looks.h"
#include "scan/part.h"
#include "scan/scan.h"

#include <errno.h>
#include <string.h>

/* ---------------------------------------------------------------------- scan */

static rk_status begin_worker(void *ctx, unsigned worker)
{
    rk__pass *p = ctx;
    return rk__pass_worker_new(p, &p->workers[worker]);
}

static rk_status run_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    rk__pass *p = ctx;
    return rk__pass_batch(p->workers[worker], batch);
}

static rk_status end_block(void *ctx, unsigned worker, uint64_t block, uint64_t rows)
{
    rk__pass *p = ctx;
    return rk__pass_rows_block(p->workers[worker], block, rows);
}

static bool show_progress(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total_bytes)
{
    rk__pass *p = ctx;
    const rk_options *o = &p->input->contract->session->options;
    p->stopped = !o->progress(o->progress_ctx, rows, bytes, total_bytes);
    return !p->stopped;
}

static rk_status files_of(const rk__pass *p, rk__arena *arena, rk__pass_files *files,
                          rk_problems *problems)
{
    const size_t n = rk__scan_n_files(p->scan);
    const bool full = p->input->contract->session->options.provenance_full;
    *files = (rk__pass_files){.rows = rk__scan_n_rows(p->scan),
                              .bad_rows = rk__scan_bad_rows(p->scan),
                              .threads = p->n_workers};
    files->files = rk__arena_alloc(arena, (n + 1) * sizeof *files->files);
    const rk__total_row *sums = NULL;
    const size_t n_sums = rk__scan_held_sums(p->scan, &sums);
    const size_t room = n + n_sums + 1;
    files->totals = rk__arena_alloc(arena, room * sizeof *files->totals);
    files->total_money = rk__arena_alloc(arena, room * sizeof *files->total_money);
    files->total_marks = rk__arena_alloc(arena, room * sizeof *files->total_marks);
    if (files->files == NULL || files->totals == NULL || files->total_money == NULL ||
        files->total_marks == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n_sums; i++) {
        files->totals[files->n_totals] = sums[i];
        files->totals[files->n_totals++].pointer = rk__arena_strdup(arena, sums[i].pointer);
    }
    for (; files->n < n; files->n++) {
        rk__total_row *total = &files->totals[files->n_totals];
        if (rk__scan_total_row(p->scan, files->n, total)) {
            total->file =
                rk__arena_strdup(arena, rk__path_below(p->input->spec->base_dir, total->file));
            files->n_totals++;
        }
        rk_provenance_fact *f = &files->files[files->n];
        const char *path = NULL;
        const char *digest = NULL;
        rk__scan_file(p->scan, files->n, &path, &f->rows, &digest);
        f->table = rk__arena_strdup(arena, p->input->spec->name);
        f->file = rk__arena_strdup(arena, rk__path_below(p->input->spec->base_dir, path));
        f->xxh3 = rk__arena_strdup(arena, digest);
        f->declared = rk__table_declared(p->input->spec, arena);
        char sha256[RK__SHA256_TEXT];
        if (full && rk__sha256_file(path, sha256) == 0) {
            f->sha256 = rk__arena_strdup(arena, sha256);
        } else if (full && errno == ENOMEM) {
            return RK_NO_MEMORY;
        } else if (full && p->input->part != NULL && p->input->part->out == NULL) {
            return rk__problem(problems, RK_IO, &(rk__place){.file = path},
                               "merge where the file is, or make the parts without --provenance",
                               "the file cannot be read for its SHA-256: %s", strerror(errno));
        }
    }
    return arena->failed ? RK_NO_MEMORY : RK_OK;
}

/* The scan that all rows went through: of a merge, the one that looked at them again. */
static rk__scan *seen(const rk__pass *p)
{
    return p->look.scan != NULL ? p->look.scan : p->scan;
}

static const char *row_at(const rk__pass *p, const rk__scan *scan, const rk__scan_named *row,
                          rk__arena *arena)
{
    rk__place place = {0};
    rk__scan_place(scan, row->block, row->row, row->line, &place, arena);
    return place.file != NULL
               ? rk__arena_printf(arena, "%s:%u",
                                  rk__path_below(p->input->spec->base_dir, place.file), place.line)
               : place.pointer;
}

static const char *place_of(const rk__pass *p, const rk__row_mark *m, uint32_t line,
                            rk__arena *arena)
{
    const rk__scan_named row = {.block = m->block, .row = m->row, .line = line};
    return row_at(p, seen(p), &row, arena);
}

/* Where a total stands that is no row like others: at the end of a file, or of a table in place. */
static const char *total_at(const rk__total_row *t, rk__arena *arena)
{
    return t->file != NULL ? rk__arena_printf(arena, "%s:%u", t->file, t->line) : t->pointer;
}

/* Rows that are called totals, by place. */
typedef struct called {
    rk__scan_named *rows;
    const char **at;
    size_t n;
    uint64_t count; /* of all, of which the first n are kept */
} called;

/* Those that were counted; with `look`, all that were met when rows were read once more. */
static rk_status called_of(const rk__pass *p, bool look, rk__arena *arena, called *c)
{
    const rk__scan *scan = look ? p->look.scan : p->scan;
    rk__called_gather(look ? p->look.workers : p->workers, look ? p->look.n_workers : p->n_workers,
                      arena, &c->rows, &c->n, &c->count);
    c->at = rk__arena_alloc(arena, (c->n + 1) * sizeof *c->at);
    if (c->rows == NULL || c->at == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < c->n; i++) {
        c->at[i] = row_at(p, scan, &c->rows[i], arena);
    }
    return arena->failed ? RK_NO_MEMORY : RK_OK;
}

/* The row from `i` on that stands there. */
static size_t find_called(const called *c, size_t i, const char *at)
{
    while (i < c->n && at != NULL && strcmp(c->at[i], at) != 0) {
        i++;
    }
    return i < c->n && at != NULL ? i : RK__NONE;
}

/* What is paid for a total at the end of a table. */
static rk_status price_total(const rk__pass *p, const rk__scan_named *row, size_t i,
                             rk__arena *arena, rk__pass_files *files)
{
    uint32_t line = 0;
    rk__row_mark *mark = rk__arena_alloc(arena, sizeof *mark);
    if (mark == NULL) {
        return RK_NO_MEMORY;
    }
    *mark = (rk__row_mark){.block = row->block, .row = row->row};
    files->total_marks[i] = mark;
    files->total_money[i] = rk__kept_money(p, mark, 1, &line, arena);
    return RK_OK;
}

/* Keeps the totals at the ends of files that were left out, or are among a component's rows, and
 * takes them out of the list `c` of all that are called so. */
static rk_status end_totals(const rk__pass *p, called *c, const called *met, rk__arena *arena,
                            rk__pass_files *files)
{
    const size_t n = files->n_totals;
    const uint64_t not_kept = c->count - c->n;
    const bool looked = p->look.scan != NULL;
    files->n_totals = 0;
    for (size_t i = 0; i < n; i++) {
        const rk__total_row total = files->totals[i];
        const char *at = total.ignored ? NULL : total_at(&total, arena);
        const size_t row = find_called(c, 0, at);
        /* A part cannot add up all rows, and of many totals only the first are kept. */
        const bool unknown = not_kept > 0 || (looked && !total.by_name);
        if (!total.ignored && row == RK__NONE && !unknown) {
            continue;
        }
        const size_t to = files->n_totals++;
        files->totals[to] = total;
        const size_t where = find_called(met, 0, at);
        if (where != RK__NONE && price_total(p, &met->rows[where], to, arena, files) != RK_OK) {
            return RK_NO_MEMORY;
        }
        if (row != RK__NONE) {
            c->n--;
            c->count--;
            memmove(&c->rows[row], &c->rows[row + 1], (c->n - row) * sizeof *c->rows);
            memmove(&c->at[row], &c->at[row + 1], (c->n - row) * sizeof *c->at);
        } else if (!total.ignored && total.by_name && c->count > c->n) {
            c->count--;
        }
    }
    return RK_OK;
}

/* Rows that are called totals and were counted: those at the ends of files, and others. */
static rk_status totals_of(rk__pass *p, rk__arena *arena, rk__pass_files *files)
{
    called c = {0};
    called met = {0};
    uint32_t line = 0;
    if (!p->input->looks) {
        return RK_OK;
    }
    const bool looked = p->look.scan != NULL;
    rk_status status = called_of(p, false, arena, &c);
    status = status == RK_OK ? called_of(p, looked, arena, &met) : status;
    status = status == RK_OK ? end_totals(p, &c, &met, arena, files) : status;
    rk__row_mark *marks = rk__arena_alloc(arena, (c.n + 1) * sizeof *marks);
    if (status != RK_OK || marks == NULL) {
        return RK_NO_MEMORY;
    }
    bool all = c.n == c.count;
    for (size_t i = 0, m = 0; i < c.n && all; i++) {
        m = find_called(&met, m, c.at[i]); /* its place where rows can be read again */
        all = m != RK__NONE;
        marks[i] = all ? (rk__row_mark){.block = met.rows[m].block, .row = met.rows[m].row}
                       : (rk__row_mark){0};
    }
    files->called_at = c.n > 0 ? c.at[0] : NULL;
    files->called_totals = c.count;
    files->called = marks;
    files->n_called = all ? c.n : 0;
    files->called_money = all ? rk__kept_money(p, marks, c.n, &line, arena) : NULL;
    files->n_money = p->n_instances;
    return arena->failed ? RK_NO_MEMORY : RK_OK;
}

/* Rows that repeat an earlier one; of a pass over some rows, where the first stands. */
static rk_status repeats_of(rk__pass *p, rk__arena *arena, rk__pass_files *files)
{
    const rk__row_mark *marks = NULL;
    const char *path = NULL;
    size_t n = 0;
    rk_status status = RK_OK;
    if (p->input->looks) {
        status = rk__scan_repeats(seen(p), &marks, &n, &files->sampled);
        files->can_repeat = rk__scan_can_repeat(seen(p), &path);
    }
    if (status == RK_OK && n > 0) {
        files->repeats = rk__arena_alloc(arena, n * sizeof *files->repeats);
        if (files->repeats == NULL) {
            return RK_NO_MEMORY;
        }
        memcpy(files->repeats, marks, n * sizeof *marks);
        files->n_repeats = n;
        uint32_t line = 0;
        const bool kept = p->input->spec->rows == NULL;
        files->repeats_money = kept ? rk__kept_money(p, files->repeats, n, &line, arena) : NULL;
        if (files->repeats_money != NULL) {
            files->first_at = place_of(p, files->repeats, line, arena);
        }
    }
    if (status == RK_OK && p->input->only != NULL) {
        files->first_at = place_of(p, p->input->only, p->only_line, arena);
        for (unsigned i = 0; i < p->n_workers; i++) {
            files->selected |= p->workers[i] != NULL && p->workers[i]->called.only;
        }
    }
    return arena->failed ? RK_NO_MEMORY : status;
}

static rk_status begin_profile(rk__pass *p, unsigned n_workers)
{
    rk__profile *profile = &p->profile;
    profile->wanted = p->input->contract->session->options.profile;
    if (!profile->wanted) {
        return RK_OK;
    }
    profile->begun = rk__nanoseconds();
    profile->scan = rk__arena_alloc(&p->arena, n_workers * sizeof *profile->scan);
    return profile->scan != NULL ? RK_OK : RK_NO_MEMORY;
}

static const char *end_profile(const rk__pass *p, rk__arena *arena)
{
    rk__buf text = {0};
    rk__pass_times *times = rk__calloc(p->n_workers + 1, sizeof *times);
    for (unsigned i = 0; times != NULL && i < p->n_workers; i++) {
        times[i] = p->workers[i] != NULL ? p->workers[i]->times : (rk__pass_times){0};
    }
    if (times != NULL) {
        rk__profile_print(&text, &p->profile, p->input->spec->name, rk__scan_n_rows(p->scan), times,
                          p->n_workers);
    }
    const char *copy = text.failed ? NULL : rk__arena_strdup(arena, text.text);
    rk__free(times);
    rk__buf_dispose(&text);
    return copy;
}

static rk_status run_scan(rk__pass *p, rk_problems *problems)
{
    const rk_options *o = &p->input->contract->session->options;
    const unsigned threads = p->explaining ? 1 : o->jobs;
    if (begin_profile(p, rk__scan_threads(p->scan, &(rk__scan_options){.threads = threads})) !=
        RK_OK) {
        return RK_NO_MEMORY;
    }
    const struct rk__pass_part *part = p->input->part;
    rk__scan_range range;
    const bool cut = part != NULL && !part->own_rows;
    const rk_status ranged =
        cut ? rk__scan_range_of(p->scan, part->number, part->of, &range, problems) : RK_OK;
    if (ranged != RK_OK) {
        return ranged;
    }
    const rk__scan_options options = {.threads = threads,
                                      .range = cut ? &range : NULL,
                                      .max_errors = o->max_errors,
                                      .batch_rows = rk__pass_batch_rows(p),
                                      .block_bytes = p->input->contract->session->block_bytes,
                                      .progress = o->progress != NULL ? show_progress : NULL,
                                      .progress_ctx = p,
                                      .times = p->profile.scan};
    const rk__scan_consumer consumer = {.ctx = p,
                                        .begin = begin_worker,
                                        .take = run_batch,
                                        .block = p->rows != NULL ? end_block : NULL};
    p->n_workers = rk__scan_threads(p->scan, &options);
    p->workers = rk__arena_alloc(&p->arena, p->n_workers * sizeof *p->workers);
    if (p->workers == NULL) {
        p->n_workers = 0;
        return RK_NO_MEMORY;
    }
    const size_t told = rk_problems_count(problems);
    const rk_status status = rk__scan_run(p->scan, &options, &consumer, problems);
    if (status == RK_OVERFLOW && rk_problems_count(problems) == told) {
        return rk__pass_sum_problem(p, problems);
    }
    p->profile.scanned = p->profile.wanted ? rk__nanoseconds() : 0;
    if (status == RK_OK && p->stopped) {
        return rk__problem(problems, RK_INTERRUPTED, NULL, NULL,
                           "stopped while the rows of table '%s' were priced",
                           p->input->spec->name);
    }
    return status;
}

/* Fills the workers: from the rows, or from what parts have found in them. */
static rk_status read_rows(rk__pass *p, rk_problems *problems)
{
    if (p->input->part != NULL && p->input->part->out == NULL) {
        return rk__part_load(p, problems);
    }
    rk_status status = rk__pass_rows_plan(p, problems);
    if (status == RK_OK && p->input->looks) {
        status = rk__scan_look_for_repeats(p->scan, problems);
    } else if (RK__ROWS_LOOKED_AT && p->input->part != NULL) {
        rk__scan_look_for_totals(p->scan);
    }
    return status == RK_OK ? run_scan(p, problems) : status;
}

rk_status rk__pass_run(const rk__pass_input *input, rk__arena *arena, rk__pass_files *files,
                       rk_problems *problems)
{
    rk__pass pass;
    rk_status status = rk__pass_plan(input, &pass, problems);
    const bool part = input->part != NULL && input->part->out != NULL;
    *files = (rk__pass_files){0};
    if (status == RK_OK && !pass.empty && pass.n_instances > 0) {
        status = read_rows(&pass, problems);
        if (status == RK_OK) {
            status = rk__pass_report_fault(&pass, problems);
        }
        if (status == RK_OK) {
            status = files_of(&pass, arena, files, problems);
        }
        if (status == RK_OK) {
            status = repeats_of(&pass, arena, files);
        }
        if (status == RK_OK) {
            status = totals_of(&pass, arena, files);
        }
    }
    if (status == RK_OK) {
        status = rk__codes_report(&pass, arena, files);
    }
    if (status == RK_OK) {
        status = rk__pass_not_looked(&pass, arena, files);
    }
    if (status == RK_OK && part && pass.n_instances == 0 &&
        (input->part->own_rows || input->part->number == 1)) {
        rk__scan_pass_over(pass.scan);
    }
    if (status == RK_OK) {
        status = part ? rk__part_write(&pass) : rk__pass_fold(&pass, problems);
    }
    if (status == RK_OK && pass.profile.scan != NULL) {
        files->profile = end_profile(&pass, arena);
        status = files->profile == NULL ? RK_NO_MEMORY : RK_OK;
    }
    rk__pass_dispose(&pass);
    return status;
}
