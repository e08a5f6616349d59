/* SPDX-License-Identifier: MIT
 *
 * repeat.c: one plan for the rows of many contracts.
 */
#include <string.h>

#include "rows/pass.h"
#include "scan/scan.h"

/* Makes a worker ready for rows that have nothing to do with those before. */
static rk_status reset_worker(rk__pass_worker *worker)
{
    for (size_t u = 0; u < worker->pass->n_instances; u++) {
        rk__instance_work *work = &worker->instances[u];
        rk__totals_clear(&work->totals);
        if (rk__dict_count(work->listed_keys) > 0) {
            rk__dict_free(work->listed_keys);
            work->listed_keys = rk__dict_new();
            if (work->listed_keys == NULL) {
                return RK_NO_MEMORY;
            }
            memset(work->listed, 0, work->listed_capacity * sizeof *work->listed);
        }
        const size_t n = rk__n_suspects(worker->pass->instances[u].instance->rule);
        memset(work->suspects, 0, n * sizeof *work->suspects);
        if (work->noted != 0) {
            memset(work->notes, 0, sizeof work->notes);
            work->noted = 0;
        }
        work->host.failed = RK_OK;
    }
    worker->batch = NULL;
    worker->fault.set = false;
    return RK_OK;
}

static rk_status begin_worker(void *ctx, unsigned worker)
{
    rk__pass *p = ctx;
    (void) worker;
    return rk__pass_worker_new(p, &p->workers[0]);
}

static rk_status run_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    rk__pass *p = ctx;
    return rk__pass_batch(p->workers[worker], batch);
}

/* Makes the previous worker ready for these rows, or drops it if it holds too much. */
static rk_status begin(rk__pass *p)
{
    if (p->workers == NULL) {
        p->workers = rk__arena_alloc(&p->arena, sizeof *p->workers);
        p->n_workers = p->workers != NULL;
    }
    if (p->workers == NULL) {
        return RK_NO_MEMORY;
    }
    if (p->workers[0] == NULL || rk__scan_is_full(p->scan)) {
        rk__pass_worker_free(p->workers[0]);
        p->workers[0] = NULL;
        rk__scan_renew(p->scan);
        return RK_OK;
    }
    return reset_worker(p->workers[0]);
}

rk_status rk__pass_rerun(rk__pass *pass, const rk__value *rows)
{
    const rk__scan_consumer consumer = {.ctx = pass, .begin = begin_worker, .take = run_batch};
    const char *provider = pass->input->contract->provider;
    pass->repeats = true;
    rk_status status = pass->n_instances > 0 ? begin(pass) : RK_OK;
    if (status == RK_OK && pass->provider != NULL) {
        pass->provider->value = provider;
        status = rk__scan_set_default(pass->scan, "provider", provider);
    }
    if (status == RK_OK && pass->n_instances > 0) {
        status = rk__scan_rerun(pass->scan, &consumer, rows);
    }
    if (status == RK_OK && pass->n_instances > 0 && pass->workers[0]->fault.set) {
        status = pass->workers[0]->fault.status;
    }
    return status == RK_OK ? rk__pass_fold(pass, NULL) : status;
}
