/* SPDX-License-Identifier: MIT
 *
 * look.c: rows that parts have priced, read once more for findings that need all of them.
 */
#include "rows/look.h"

#include "rows/called.h"
#include "rows/code_cells.h"
#include "scan/open.h"
#include "scan/part.h"

/* A worker that only looks: it has no totals, lookups or columns. */
static rk_status begin_worker(void *ctx, unsigned worker)
{
    rk__pass *p = ctx;
    rk__pass_worker *w = rk__calloc(1, sizeof *w);
    p->look.workers[worker] = w;
    if (w == NULL) {
        return RK_NO_MEMORY;
    }
    w->pass = p;
    w->text.dicts = rk__arena_alloc(&w->arena, (p->n_wants + 1) * sizeof(rk__dict *));
    return w->text.dicts != NULL ? rk__codes_worker(w) : RK_NO_MEMORY;
}

static rk_status look_at(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    const rk__pass *p = ctx;
    rk__pass_worker *w = p->look.workers[worker];
    w->batch = batch;
    for (size_t i = 0; i < p->n_wants; i++) {
        w->text.dicts[i] = batch->column[i].dict;
    }
    rk__codes_batch(w);
    return rk__called_end(w, true);
}

static bool show_progress(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total_bytes)
{
    rk__pass *p = ctx;
    const rk_options *o = &p->input->contract->session->options;
    p->stopped = !o->progress(o->progress_ctx, rows, bytes, total_bytes);
    return !p->stopped;
}

/* The status is that of the run; problems in rows were reported by the parts. */
static rk_status read_all(rk__pass *p)
{
    const rk_options *o = &p->input->contract->session->options;
    const rk__scan_options options = {.threads = o->jobs,
                                      .max_errors = o->max_errors,
                                      .block_bytes = p->input->contract->session->block_bytes,
                                      .progress = o->progress != NULL ? show_progress : NULL,
                                      .progress_ctx = p};
    const rk__scan_consumer consumer = {.ctx = p, .begin = begin_worker, .take = look_at};
    p->look.n_workers = rk__scan_threads(p->look.scan, &options);
    p->look.workers = rk__arena_alloc(&p->arena, p->look.n_workers * sizeof *p->look.workers);
    if (p->look.workers == NULL) {
        p->look.n_workers = 0;
        return RK_NO_MEMORY;
    }
    return rk__scan_run(p->look.scan, &options, &consumer, NULL);
}

static rk_status try_to_read(rk__pass *p, rk_problems *problems)
{
    rk__scan_unread unread;
    rk_status status = rk__scan_open_again(p->scan, p->wants, p->n_wants, &p->look.scan, &unread);
    if (status == RK_OK && p->look.scan != NULL) {
        status = rk__scan_look_for_repeats(p->look.scan, problems);
        const rk_status read = status == RK_OK ? read_all(p) : status;
        if (status != RK_OK || read == RK_NO_MEMORY) {
            return read;
        }
        if (p->stopped) {
            return rk__problem(problems, RK_INTERRUPTED, NULL, NULL,
                               "stopped while the rows of table '%s' were looked at",
                               p->input->spec->name);
        }
        if (!rk__scan_read_again(p->scan, p->look.scan, read, &unread)) {
            rk__pass_look_dispose(p);
        }
    }
    if (unread.other) {
        return rk__problem(problems, RK_CONFLICT, &(rk__place){.file = unread.path},
                           "make the parts again", "this file %s", unread.why);
    }
    p->look.path = unread.path;
    p->look.why = unread.why;
    return status;
}

rk_status rk__pass_look(rk__pass *pass, rk_problems *problems)
{
    const rk_status status = pass->input->looks ? try_to_read(pass, problems) : RK_OK;
    return status == RK_OK && pass->look.scan == NULL ? rk__scan_digest_pieces(pass->scan, problems)
                                                      : status;
}

rk_status rk__pass_not_looked(const rk__pass *pass, rk__arena *arena, rk__pass_files *files)
{
    if (pass->look.why == NULL) {
        return RK_OK;
    }
    const char *path = rk__path_below(pass->input->spec->base_dir, pass->look.path);
    rk__table_finding *f = rk__pass_find(arena, files);
    if (f == NULL) {
        return RK_NO_MEMORY;
    }
    f->code = "rows-not-compared";
    f->severity = RK_SEVERITY_NOTE;
    f->at = rk__arena_strdup(arena, path);
    f->message = rk__arena_printf(
        arena,
        "table '%s': its rows were not compared, nor its codes examined, because this file %s; "
        "merge where the files of all parts are, as the parts read them",
        pass->input->spec->name, pass->look.why);
    return f->message != NULL && f->at != NULL ? RK_OK : RK_NO_MEMORY;
}

void rk__pass_look_dispose(rk__pass *pass)
{
    for (unsigned i = 0; i < pass->look.n_workers; i++) {
        rk__pass_worker_free(pass->look.workers[i]);
    }
    pass->look.n_workers = 0;
    rk__scan_close(pass->look.scan);
    pass->look.scan = NULL;
}
