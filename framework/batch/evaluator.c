/* SPDX-License-Identifier: MIT
 *
 * evaluator.c: sessions of a batch, and evaluating one contract into its record.
 */
#include "batch/evaluator.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch/kept.h"
#include "batch/record.h"
#include "tariff/shelf.h"

struct rk__evaluator {
    rk__batch_setup setup;
    rk__mark *mark;
    int lock;
    rk_session *trusted, *untrusted;
    char *root, *base_dir; /* of `untrusted`, if the options give no root */
    rk_problems *problems;
    rk__source_cache cache;
};

/* ------------------------------------------------------------------- sessions */

static rk_status open_session(const rk__evaluator *e, bool untrusted, const char *root,
                              rk_session **out, rk_problems *problems)
{
    rk_options options = e->setup.options;
    options.untrusted = untrusted;
    options.root = root;
    rk_status status = rk_session_open(&options, out, problems);
    if (status == RK_OK) {
        (*out)->mark = e->mark;
        (*out)->shelf =
            rk__shelf_new(e->lock, e->setup.since, e->mark != NULL ? &e->mark->fetching : NULL);
        (*out)->keeper = rk__keeper_new();
        (*out)->totals_only = options.group_by == NULL;
        status = (*out)->shelf != NULL && (*out)->keeper != NULL ? RK_OK : RK_NO_MEMORY;
        if (status != RK_OK) {
            rk_session_close(*out);
            *out = NULL;
        }
    }
    return status;
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
    rk_status status = e->problems == NULL ? RK_NO_MEMORY : RK_OK;
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
        rk_session_close(evaluator->trusted);
        rk_session_close(evaluator->untrusted);
        rk_problems_free(evaluator->problems);
        rk__free(evaluator->root);
        rk__free(evaluator->base_dir);
        rk__source_cache_dispose(&evaluator->cache);
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
    if (e->untrusted != NULL && (given || strcmp(e->base_dir, base_dir) == 0)) {
        return RK_OK;
    }
    char *folder = rk__strdup(base_dir);
    char *root = NULL;
    const rk_status rooted = given ? RK_OK : default_root(base_dir, &root);
    rk__free(e->base_dir);
    e->base_dir = folder;
    if (folder == NULL || rooted != RK_OK) {
        rk__free(root);
        rk_session_close(e->untrusted);
        e->untrusted = NULL;
        return RK_NO_MEMORY;
    }
    if (e->untrusted != NULL && root != NULL && e->root != NULL && strcmp(root, e->root) == 0) {
        rk__free(root);
        return RK_OK;
    }
    rk_session_close(e->untrusted);
    rk__free(e->root);
    e->untrusted = NULL;
    e->root = root;
    return open_session(e, true, given ? e->setup.options.root : root, &e->untrusted, problems);
}

static rk_status session_of(rk__evaluator *e, const rk__batch_job *job, rk_session **out,
                            rk_problems *problems)
{
    const bool untrusted = e->setup.options.untrusted || (job->lines && !e->setup.trusted);
    rk_status status = RK_OK;
    if (untrusted) {
        status = open_untrusted(e, job->base_dir, problems);
    }
    *out = untrusted ? e->untrusted : e->trusted;
    return status;
}

/* ----------------------------------------------------------------- evaluating */

static rk_status evaluate(rk__evaluator *e, rk_session *session, const rk__batch_job *job,
                          rk_contract **contract, const rk__evaluation **out)
{
    rk_status status = rk_contract_parse(session, job->text, job->length, job->name, job->base_dir,
                                         contract, e->problems);
    if (status == RK_OK && e->mark != NULL) {
        memcpy(e->mark->contract, (*contract)->id, strlen((*contract)->id) + 1);
    }
    if (status == RK_OK) {
        status = rk__keeper_evaluate(session->keeper, *contract, e->setup.all_arrangements, out,
                                     e->problems);
    }
    if (status == RK_OK) {
        *contract = NULL; /* the keeper owns it */
    }
    return status;
}

rk_status rk__evaluator_run(rk__evaluator *evaluator, const rk__batch_job *job, rk__buf *record,
                            bool *starved)
{
    rk__evaluator *e = evaluator;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    const rk__evaluation *found = NULL;
    const size_t begin = record->length;
    rk_problems_clear(e->problems);
    rk_status status = session_of(e, job, &session, e->problems);
    if (status == RK_OK) {
        session->starved = false;
        found = rk__keeper_try(session->keeper, job->text, job->length, job->base_dir);
        session->starved = false;
    }
    if (status == RK_OK && found == NULL) {
        status = evaluate(e, session, job, &contract, &found);
    }
    if (status == RK_OK) {
        status = rk__record_results(e->setup.kind, found, record);
    }
    *starved = status == RK_NO_MEMORY || (session != NULL && session->starved);
    if (status != RK_OK && !record->failed) {
        record->length = begin;
        const bool listed = e->setup.journalled && status != RK_FORBIDDEN;
        status = rk__record_failure(e->setup.kind, job, contract, NULL, status, e->problems,
                                    listed ? &e->cache : NULL, record);
    }
    rk_contract_free(contract);
    return record->failed ? RK_NO_MEMORY : status;
}
