/* SPDX-License-Identifier: MIT
 *
 * pass.c: running a pass: its workers, the scan, and what comes of it.
 */
#include "rows/priced.h"
#include "scan/place.h"
#include "scan/run.h"

#include <errno.h>
#include <string.h>

/* ------------------------------------------------------------------- workers */

/* A table in place has few rows as a rule, and needs no room for more. Priced rows that
 * are written out are numbered by whole batches. */
static size_t batch_rows(const rk__pass *pass)
{
    const rk__value *rows = pass->input->spec->rows;
    const size_t asked = pass->input->contract->session->batch_rows;
    if (pass->repeats) {
        return RK__REPEAT_ROWS;
    }
    if (asked > 0 && asked < RK__BATCH_ROWS) {
        return asked;
    }
    if (rows == NULL || rows->count >= RK__BATCH_ROWS || pass->rows != NULL) {
        return RK__BATCH_ROWS;
    }
    return rows->count > 0 ? rows->count : 1;
}

static void *rows_of(pass_worker *w, size_t size, bool *failed)
{
    void *p = rk__arena_alloc(&w->arena, w->batch_rows * size);
    *failed |= p == NULL;
    return p;
}

static void **arrays_of(pass_worker *w, size_t n, size_t size, bool *failed)
{
    void **p = rk__arena_alloc(&w->arena, (n + 1) * sizeof *p);
    *failed |= p == NULL;
    for (size_t i = 0; i < n && !*failed && size > 0; i++) {
        p[i] = rows_of(w, size, failed);
    }
    return p;
}

/* The same, one close behind the other. */
static void **adjoining(pass_worker *w, size_t n, size_t size, bool *failed)
{
    void **p = arrays_of(w, n, 0, failed);
    char *all = rk__arena_alloc(&w->arena, (n + 1) * w->batch_rows * size);
    *failed |= all == NULL;
    for (size_t i = 0; i < n && !*failed; i++) {
        p[i] = all + i * w->batch_rows * size;
    }
    return p;
}

static void *table_of(rk__arena *arena, size_t n, size_t size, bool *failed)
{
    void *p = rk__arena_alloc(arena, (n + 1) * size);
    *failed |= p == NULL;
    return p;
}

/* Arrays by want, combination, join and column of the plan. */
static bool worker_arrays(pass_worker *w)
{
    const rk__pass *p = w->pass;
    rk__arena *a = &w->arena;
    bool bad = false;
    w->dicts = table_of(a, p->n_wants, sizeof *w->dicts, &bad);
    w->codes = (uint32_t **) arrays_of(w, p->n_wants, sizeof(uint32_t), &bad);
    w->combiners = table_of(a, p->n_combinations, sizeof *w->combiners, &bad);
    w->numbers = (uint32_t **) arrays_of(w, p->n_combinations, sizeof(uint32_t), &bad);
    w->join_rows = (uint32_t **) arrays_of(w, p->n_joins, 0, &bad);
    w->join_rows_n = table_of(a, p->n_joins, sizeof(size_t), &bad);
    w->join_rows_capacity = table_of(a, p->n_joins, sizeof(size_t), &bad);
    w->found = (uint32_t **) arrays_of(w, p->n_joins, sizeof(uint32_t), &bad);
    w->some_missing = table_of(a, p->n_joins, sizeof(bool), &bad);
    w->columns = table_of(a, p->n_columns, sizeof *w->columns, &bad);
    w->column_v = (int64_t **) arrays_of(w, p->n_columns, sizeof(int64_t), &bad);
    w->column_has = (uint8_t **) arrays_of(w, p->n_columns, 1, &bad);
    w->columns_full = table_of(a, p->n_columns, sizeof(bool), &bad);
    w->choice_of = (int32_t **) arrays_of(w, p->n_columns, 0, &bad);
    w->choice_capacity = table_of(a, p->n_columns, sizeof(size_t), &bad);
    w->matches = (uint8_t **) arrays_of(w, p->n_tests, 0, &bad);
    w->matches_capacity = table_of(a, p->n_tests, sizeof(size_t), &bad);
    w->n_made = p->n_wants + p->n_combinations + p->n_joins + p->n_columns;
    w->codes_made = table_of(a, w->n_made, sizeof(bool), &bad);
    w->numbers_made = w->codes_made + p->n_wants;
    w->found_made = w->numbers_made + p->n_combinations;
    w->columns_made = w->found_made + p->n_joins;
    for (size_t i = 0; i < p->n_combinations && !bad; i++) {
        w->combiners[i].n_columns = p->combinations[i].n;
    }
    return !bad;
}

/* Scratch for the rows of the largest instance. */
static bool worker_scratch(pass_worker *w)
{
    size_t columns = 0;
    size_t elements = 0;
    for (size_t u = 0; u < w->pass->n_instances; u++) {
        const rk__rule *rule = w->pass->instances[u].instance->rule;
        columns = rule->n_columns > columns ? rule->n_columns : columns;
        elements = rule->n_elements > elements ? rule->n_elements : elements;
    }
    bool bad = false;
    w->ones = rows_of(w, 1, &bad);
    w->keep = rows_of(w, 1, &bad);
    w->selected = rows_of(w, sizeof *w->selected, &bad);
    w->packed_v = (int64_t **) arrays_of(w, columns, sizeof(int64_t), &bad);
    w->packed_has = (uint8_t **) arrays_of(w, columns, 1, &bad);
    w->packed_slots = rows_of(w, sizeof(uint32_t), &bad);
    w->quantity = rows_of(w, sizeof(int64_t), &bad);
    w->single_quantity = rows_of(w, sizeof(int64_t), &bad);
    int64_t **rounded = (int64_t **) adjoining(w, 1 + elements, sizeof(int64_t), &bad);
    rk_int128 **exact = (rk_int128 **) adjoining(w, 1 + elements, sizeof(rk_int128), &bad);
    w->status = rows_of(w, 1, &bad);
    w->notes = rows_of(w, sizeof(uint32_t), &bad);
    w->period = rows_of(w, sizeof *w->period, &bad);
    if (!bad) {
        w->amount = rounded[0];
        w->element = rounded + 1;
        w->exact_amount = exact[0];
        w->exact_element = exact + 1;
        memset(w->ones, 1, w->batch_rows);
        for (size_t i = 0; i < w->batch_rows; i++) {
            w->single_quantity[i] = RK_DECIMAL_ONE;
        }
    }
    return !bad;
}

static bool worker_instances(pass_worker *w)
{
    bool bad = false;
    w->instances = table_of(&w->arena, w->pass->n_instances, sizeof *w->instances, &bad);
    for (size_t u = 0; u < w->pass->n_instances && !bad; u++) {
        pass_unit_work *work = &w->instances[u];
        rk__instance *instance = w->pass->instances[u].instance;
        const bool exact = instance->rule->rule->row_kind == RK_ROWS_EXACT;
        const size_t lanes =
            instance->rule->rule->price != NULL ? 1 + instance->rule->n_elements : 0;
        rk__totals_init(&work->totals, 2 + (exact ? 0 : lanes), exact ? lanes : 0);
        work->listed_keys = rk__dict_new();
        work->handed = table_of(&w->arena, instance->rule->n_columns, sizeof *work->handed, &bad);
        bad |= work->listed_keys == NULL;
        rk__host_init(&work->host, instance, NULL);
    }
    return !bad;
}

rk_status rk__pass_worker_new(rk__pass *pass, pass_worker **out)
{
    pass_worker *w = rk__calloc(1, sizeof *w);
    *out = w;
    if (w == NULL) {
        return RK_NO_MEMORY;
    }
    w->pass = pass;
    if (pass->n_workers == 1) {
        w->arena.spares = pass->arena.spares; /* others have threads of their own */
    }
    w->batch_rows = batch_rows(pass);
    if (!worker_arrays(w) || !worker_scratch(w) || !worker_instances(w)) {
        return RK_NO_MEMORY;
    }
    rk__pass_constants(w);
    return rk__pass_rows_worker(w);
}

void rk__pass_worker_free(pass_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    const rk__pass *p = worker->pass;
    for (size_t i = 0; worker->combiners != NULL && i < p->n_combinations; i++) {
        rk__combiner_dispose(&worker->combiners[i]);
    }
    for (size_t i = 0; worker->join_rows != NULL && i < p->n_joins; i++) {
        rk__free(worker->join_rows[i]);
    }
    for (size_t i = 0; worker->choice_of != NULL && i < p->n_columns; i++) {
        rk__free(worker->choice_of[i]);
    }
    for (size_t i = 0; worker->matches != NULL && i < p->n_tests; i++) {
        rk__free(worker->matches[i]);
    }
    for (size_t u = 0; worker->instances != NULL && u < p->n_instances; u++) {
        rk__totals_dispose(&worker->instances[u].totals);
        rk__dict_free(worker->instances[u].listed_keys);
        rk__free(worker->instances[u].listed);
        rk__host_dispose(&worker->instances[u].host);
    }
    rk__pass_rows_free(worker);
    rk__free(worker->period_of);
    rk__arena_dispose(&worker->arena);
    rk__free(worker);
}

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

/* The first fault of all workers, as a problem with its place. */
static rk_status report_fault(const rk__pass *p, rk_problems *problems)
{
    const pass_fault *first = NULL;
    for (unsigned i = 0; i < p->n_workers; i++) {
        const pass_fault *f = p->workers[i] != NULL ? &p->workers[i]->fault : NULL;
        if (f != NULL && f->set &&
            (first == NULL || f->block < first->block ||
             (f->block == first->block && f->row < first->row))) {
            first = f;
        }
    }
    if (first == NULL) {
        return RK_OK;
    }
    rk__arena scratch = {0};
    rk__place place = {0};
    rk__scan_place(p->scan, first->block, first->row, first->line, &place, &scratch);
    if (first->instance != NULL && rk_status_exit_code(first->status) == 4) {
        place.rule = first->instance->rule->id;
    }
    const rk_status status =
        rk__problem(problems, first->status, &place, first->hint, "%s", first->message);
    rk__arena_dispose(&scratch);
    return status;
}

static rk_status files_of(const rk__pass *p, rk__arena *arena, rk__pass_files *files)
{
    const size_t n = rk__scan_n_files(p->scan);
    const bool full = p->input->contract->session->options.provenance_full;
    *files = (rk__pass_files){.rows = rk__scan_n_rows(p->scan),
                              .bad_rows = rk__scan_bad_rows(p->scan),
                              .threads = p->n_workers};
    files->files = rk__arena_alloc(arena, (n + 1) * sizeof *files->files);
    if (files->files == NULL) {
        return RK_NO_MEMORY;
    }
    for (; files->n < n; files->n++) {
        rk__fact_provenance *f = &files->files[files->n];
        const char *path = NULL;
        const char *digest = NULL;
        rk__scan_file(p->scan, files->n, &path, &f->rows, &digest);
        f->table = rk__arena_strdup(arena, p->input->spec->name);
        f->file = rk__arena_strdup(arena, rk__path_below(p->input->spec->base_dir, path));
        f->xxh3 = rk__arena_strdup(arena, digest);
        char sha256[RK__SHA256_TEXT];
        if (full && rk__sha256_file(path, sha256) == 0) {
            f->sha256 = rk__arena_strdup(arena, sha256);
        } else if (full && errno == ENOMEM) {
            return RK_NO_MEMORY;
        }
    }
    return arena->failed ? RK_NO_MEMORY : RK_OK;
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
    const rk__scan_options options = {.threads = threads,
                                      .max_errors = o->max_errors,
                                      .batch_rows = batch_rows(p),
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

rk_status rk__pass_run(const rk__pass_input *input, rk__arena *arena, rk__pass_files *files,
                       rk_problems *problems)
{
    rk__pass pass;
    rk_status status = rk__pass_plan(input, &pass, problems);
    *files = (rk__pass_files){0};
    if (status == RK_OK && !pass.empty && pass.n_instances > 0) {
        status = rk__pass_rows_plan(&pass, problems);
        status = status == RK_OK ? run_scan(&pass, problems) : status;
        if (status == RK_OK) {
            status = report_fault(&pass, problems);
        }
        if (status == RK_OK) {
            status = files_of(&pass, arena, files);
        }
    }
    if (status == RK_OK) {
        status = rk__pass_fold(&pass, problems);
    }
    if (status == RK_OK && pass.profile.scan != NULL) {
        files->profile = end_profile(&pass, arena);
        status = files->profile == NULL ? RK_NO_MEMORY : RK_OK;
    }
    rk__pass_dispose(&pass);
    return status;
}
