/* SPDX-License-Identifier: MIT
 *
 * evaluator.c: sessions of a batch, and evaluating one contract into its record.
 */
#include "batch/evaluator.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch/plan_cache.h"
#include "batch/record.h"
#include "tariff/shelf.h"

/* Kept for the record of a contract that took all other memory. */
#define RESERVE_BYTES ((size_t) 128 << 10)

/* A session, and plans of its contracts. */
typedef struct workplace {
    rk_session *session;
    rk__plan_cache *plans;
} workplace;

struct rk__evaluator {
    rk__batch_setup setup;
    rk__mark *mark;
    int lock;
    workplace trusted, untrusted;
    rk__arena_spares spares; /* of both */
    rk__sha256_maker *sha256;
    char *root, *base_dir; /* of `untrusted`, if the options give no root */
    rk_problems *problems;
    rk__source_cache cache;
    void *reserve; /* NULL once used */
};

/* ------------------------------------------------------------------- sessions */

static void close_session(workplace *w)
{
    rk__plan_cache_free(w->plans); /* plans hold tariffs of the session's shelf */
    rk_session_close(w->session);
    *w = (workplace){0};
}

static rk_status open_session(rk__evaluator *e, bool untrusted, const char *root, workplace *out,
                              rk_problems *problems)
{
    rk_options options = e->setup.options;
    options.untrusted = untrusted;
    options.root = root;
    const rk_status status = rk_session_open(&options, &out->session, problems);
    if (status != RK_OK) {
        return status;
    }
    out->session->mark = e->mark;
    out->session->spares = &e->spares;
    out->session->shelf =
        rk__shelf_new(e->lock, e->setup.since, e->mark != NULL ? &e->mark->fetching : NULL);
    out->plans = rk__plan_cache_new(out->session, e->setup.all_arrangements);
    if (out->session->shelf == NULL || out->plans == NULL) {
        close_session(out);
        return RK_NO_MEMORY;
    }
    return RK_OK;
}

rk_status rk__evaluator_new(const rk__batch_setup *setup, rk__mark *mark, int lock,
                            rk__evaluator **out, rk_problems *problems)
{
    rk__evaluator *e = *out = rk__calloc(1, sizeof *e);
    if (e == NULL) {
        return RK_NO_MEMORY;
    }
    e->setup = *setup;
    e->mark = mark;
    e->lock = lock;
    e->problems = rk_problems_new();
    e->sha256 = rk__sha256_maker_new();
    rk_status status = e->problems == NULL || e->sha256 == NULL ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK && !setup->options.untrusted) {
        status = open_session(e, false, setup->options.root, &e->trusted, problems);
    }
    if (status != RK_OK) {
        rk__evaluator_free(e);
        *out = NULL;
    }
    return status;
}

void rk__evaluator_free(rk__evaluator *evaluator)
{
    if (evaluator != NULL) {
        close_session(&evaluator->trusted);
        close_session(&evaluator->untrusted);
        rk__arena_spares_dispose(&evaluator->spares);
        rk__sha256_maker_free(evaluator->sha256);
        rk_problems_free(evaluator->problems);
        rk__free(evaluator->root);
        rk__free(evaluator->base_dir);
        rk__source_cache_dispose(&evaluator->cache);
        rk__free(evaluator->reserve);
        rk__free(evaluator);
    }
}

/* Untrusted contracts in or below the working directory may read files below it, others those
 * below their own folder. */
static rk_status default_root(const char *base_dir, char **out)
{
    char *here = realpath(".", NULL);
    char *there = here != NULL ? realpath(base_dir, NULL) : NULL;
    rk_status status = there == NULL && errno == ENOMEM ? RK_NO_MEMORY : RK_OK;
    *out = NULL;
    if (here != NULL && there != NULL) {
        const size_t n = strlen(here);
        const bool below =
            strncmp(here, there, n) == 0 && (there[n] == '/' || there[n] == '\0' || n == 1);
        *out = rk__strdup(below ? here : there);
        status = *out != NULL ? RK_OK : RK_NO_MEMORY;
    }
    free(here);
    free(there);
    return status;
}

/* Opens the session for untrusted contracts of a folder, unless the current one has the same
 * root. */
static rk_status open_untrusted(rk__evaluator *e, const char *base_dir, rk_problems *problems)
{
    const bool given = e->setup.options.root != NULL || e->setup.options.untrusted;
    if (e->untrusted.session != NULL && (given || strcmp(e->base_dir, base_dir) == 0)) {
        return RK_OK;
    }
    char *folder = rk__strdup(base_dir);
    char *root = NULL;
    const rk_status rooted = given ? RK_OK : default_root(base_dir, &root);
    rk__free(e->base_dir);
    e->base_dir = folder;
    if (folder == NULL || rooted != RK_OK) {
        rk__free(root);
        close_session(&e->untrusted);
        return RK_NO_MEMORY;
    }
    if (e->untrusted.session != NULL && root != NULL && e->root != NULL &&
        strcmp(root, e->root) == 0) {
        rk__free(root);
        return RK_OK;
    }
    close_session(&e->untrusted);
    rk__free(e->root);
    e->root = root;
    return open_session(e, true, given ? e->setup.options.root : root, &e->untrusted, problems);
}

static rk_status workplace_of(rk__evaluator *e, const rk__batch_job *job, workplace **out,
                              rk_problems *problems)
{
    const bool untrusted = e->setup.options.untrusted || (job->lines && !e->setup.trusted);
    rk_status status = RK_OK;
    if (untrusted) {
        status = open_untrusted(e, job->base_dir, problems);
    }
    *out = untrusted ? &e->untrusted : &e->trusted;
    return status;
}

/* ----------------------------------------------------------------- evaluating */

/* One contract of the batch while it is evaluated. */
typedef struct work {
    const rk__batch_job *job;
    workplace *at;
    rk__json *document;    /* NULL: the contract's, or the text needed none */
    rk_contract *contract; /* of a failure */
    const rk__evaluation *found;
    bool starved; /* out of memory, or a rule said so */
} work;

/* Reads a contract and evaluates it the ordinary way, or by a plan for it and its like. */
static rk_status evaluate_document(rk__evaluator *e, work *w, const char *sha256)
{
    rk_status status = rk__contract_edited(w->at->session, w->document, w->job->base_dir, sha256,
                                           &w->contract, e->problems);
    w->document = NULL;
    if (status != RK_OK) {
        return status;
    }
    if (e->mark != NULL) {
        memcpy(e->mark->contract, w->contract->id, strlen(w->contract->id) + 1);
    }
    status = rk__plan_cache_add(w->at->plans, w->contract, &w->found, &w->starved, e->problems);
    if (status == RK_OK) {
        w->contract = NULL; /* the cache's now */
    }
    return status;
}

static rk_status evaluate(rk__evaluator *e, work *w)
{
    const rk__batch_job *job = w->job;
    char sha256[RK__SHA256_TEXT];
    rk_status status = workplace_of(e, job, &w->at, e->problems);
    if (status != RK_OK) {
        return status;
    }
    rk__sha256_make(e->sha256, job->text, job->length, sha256);
    if (sha256[0] == '\0') {
        return RK_NO_MEMORY;
    }
    w->found =
        rk__plan_cache_evaluate_text(w->at->plans, job->text, job->length, job->base_dir, sha256);
    if (w->found == NULL) {
        status = rk__json_build(&e->spares, job->text, job->length, job->name, &w->document,
                                e->problems);
    }
    if (w->found == NULL && status == RK_OK) {
        w->found = rk__plan_cache_evaluate(w->at->plans, w->document, job->base_dir, sha256);
    }
    return w->found == NULL && status == RK_OK ? evaluate_document(e, w, sha256) : status;
}

rk_status rk__evaluator_run(rk__evaluator *evaluator, const rk__batch_job *job, rk__buf *record,
                            bool *starved)
{
    rk__evaluator *e = evaluator;
    work w = {.job = job};
    const size_t begin = record->length;
    rk_problems_clear(e->problems);
    e->reserve = e->reserve != NULL ? e->reserve : rk__malloc(RESERVE_BYTES);
    rk_status status = evaluate(e, &w);
    if (status == RK_OK) {
        status = rk__record_results(e->setup.kind, w.found, record);
    }
    *starved = status == RK_NO_MEMORY || w.starved;
    if (*starved) {
        rk__free(e->reserve);
        e->reserve = NULL;
    }
    if (status != RK_OK && !record->failed) {
        record->length = begin;
        const bool listed = e->setup.journalled && status != RK_FORBIDDEN;
        status = rk__record_failure(e->setup.kind, job, w.contract, NULL, status, e->problems,
                                    listed ? &e->cache : NULL, record);
    }
    rk_contract_free(w.contract);
    rk__json_free(w.document);
    return record->failed ? RK_NO_MEMORY : status;
}
