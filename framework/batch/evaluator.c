/* SPDX-License-Identifier: MIT
 *
 * evaluator.c: sessions of a batch, and evaluating one contract into its record.
 */
#include "batch/evaluator.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "batch/apart.h"
#include "batch/plan_cache.h"
#include "batch/record_check.h"
#include "batch/system_work.h"
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
    void *reserve;   /* NULL once used */
    rk__apart apart; /* of a worker */
    rk__record_checker checker;
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
    e->apart.mark = mark;
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
        rk__apart_dispose(&evaluator->apart);
        rk__record_checker_dispose(&evaluator->checker);
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
    rk__evaluator *evaluator;
    const rk__batch_job *job;
    workplace *at;
    rk__json *document;    /* NULL: the contract's, or the text needed none */
    rk_contract *contract; /* of a failure */
    rk_system *system;     /* NULL: it is a contract; `contract` stands for it */
    rk_system_result *system_found;
    rk__arena arena; /* of what stands for it */
    const rk__evaluation *found;
    rk__buf *record;
    bool starved;  /* out of memory, or a rule said so */
    bool recorded; /* a process of its own has written the record */
} work;

/* Evaluates the contract the ordinary way, or by a plan for it and its like. */
static rk_status evaluate_contract(work *w)
{
    rk__evaluator *e = w->evaluator;
    if (w->system != NULL) {
        return rk_system_evaluate(w->system, NULL, &w->system_found, e->problems);
    }
    const rk_status status =
        rk__plan_cache_add(w->at->plans, w->contract, &w->found, &w->starved, e->problems);
    if (status == RK_OK) {
        w->contract = NULL; /* the cache's now */
    }
    return status;
}

/* Appends the record of what was found, or of why nothing was. */
static rk_status write_record(work *w, rk_status status)
{
    rk__evaluator *e = w->evaluator;
    rk__buf *record = w->record;
    const size_t begin = record->length;
    if (status == RK_OK) {
        status = w->system != NULL
                     ? rk__record_system(rk__batch_form_of(&e->setup), w->system, w->system_found,
                                         record)
                     : rk__record_results(rk__batch_form_of(&e->setup), w->found, record);
    }
    w->starved = w->starved || status == RK_NO_MEMORY;
    if (w->starved) {
        rk__free(e->reserve);
        e->reserve = NULL;
    }
    if (status != RK_OK && !record->failed) {
        record->length = begin;
        const bool listed = e->setup.journalled && status != RK_FORBIDDEN;
        status = rk__record_failure(rk__batch_form_of(&e->setup), w->job, w->contract, NULL, status,
                                    e->problems, listed ? &e->cache : NULL, record);
    }
    return record->failed ? RK_NO_MEMORY : status;
}

/* ------------------------------------------------------- in a process of its own */

/* The most bytes of one contract's record. */
#define RECORD_MOST ((size_t) 1 << 30)

/* The first rule of the arrangements that nobody vouches for, or NULL. If that is asked for, those
 * that came with the program or are listed are loaded, and the others read, digested and sealed, so
 * that each child only maps them. */
static const char *foreign_rule(const work *w, bool load_shipped)
{
    const rk_contract *c = w->contract;
    rk__registry *registry = w->at->session->registry;
    const bool all = w->evaluator->setup.all_arrangements;
    const char *foreign = NULL;
    for (size_t a = 0; a < c->n_arrangements; a++) {
        const rk__arrangement *arrangement = &c->arrangements[a];
        for (size_t i = 0; (all || a == c->chosen) && i < arrangement->n_components; i++) {
            const char *rule = arrangement->components[i].rule;
            if (!rk__registry_trusts(registry, rule)) {
                foreign = foreign == NULL ? rule : foreign;
                if (load_shipped) {
                    rk__registry_seal(registry, rule);
                }
            } else if (load_shipped) {
                (void) rk__registry_get(registry, rule, NULL, NULL, NULL);
            }
        }
    }
    return foreign;
}

static rk_status child_work(void *ctx, rk__buf *record, bool *starved)
{
    work *w = ctx;
    w->record = record;
    const rk_status status = write_record(w, evaluate_contract(w));
    *starved = w->starved;
    return status;
}

/* Whether a rule of this name is used, so that it may be named as the cause. */
static bool uses_rule(const work *w, const char *name)
{
    for (size_t a = 0; a < w->contract->n_arrangements; a++) {
        const rk__arrangement *arrangement = &w->contract->arrangements[a];
        for (size_t i = 0; i < arrangement->n_components; i++) {
            if (strcmp(arrangement->components[i].rule, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* For rules that did not come with the program, only the child's page says which one ran; a shipped
 * rule is named only if there are no others. */
static rk_status blame(const work *w, const rk__apart_end *end, const char *foreign)
{
    char what[120];
    rk_status status = RK_RULE_CRASHED;
    const bool used = uses_rule(w, end->rule);
    const bool shipped = used && rk__registry_trusts(w->at->session->registry, end->rule);
    const char *rule = used && (!shipped || foreign == NULL) ? end->rule : foreign;
    if (end->answered || end->too_long) {
        status = RK_RULE_FAILED;
        (void) snprintf(what, sizeof what,
                        "gave back something that is not the result of this "
                        "contract");
    } else if (WIFSIGNALED(end->how)) {
        (void) snprintf(what, sizeof what, "ended its process by signal %d (%s)",
                        WTERMSIG(end->how), strsignal(WTERMSIG(end->how)));
    } else {
        (void) snprintf(what, sizeof what, "ended its process with exit code %d",
                        WEXITSTATUS(end->how));
    }
    const rk__place place = {.rule = rule};
    return rule != NULL
               ? rk__problem(w->evaluator->problems, status, &place,
                             "report this to the maintainer of the rule; other contracts are not "
                             "affected",
                             "rule '%s' %s", rule, what)
               : rk__problem(w->evaluator->problems, status, &place, NULL,
                             "the evaluation %s, outside any rule", what);
}

/* The tariffs are loaded and the shipped rules ready before the child begins, which cannot fetch
 * and need not load again. */
static rk_status evaluate_apart(work *w, const char *foreign)
{
    rk__evaluator *e = w->evaluator;
    rk__sources *sources = NULL;
    rk__apart_end end;
    const size_t begin = w->record->length;
    rk_status status = w->system != NULL ? rk__system_fetch(w->system, e->problems)
                                         : rk__sources_new(w->contract, &sources, e->problems);
    if (status != RK_OK) {
        return status;
    }
    rk__sources_free(sources);
    (void) foreign_rule(w, true);
    if (foreign != NULL) {
        (void) snprintf(e->mark->rule, sizeof e->mark->rule, "%s", foreign);
    }
    e->apart.n_keep = rk__registry_sealed(w->at->session->registry, e->apart.keep, RK__APART_KEEP);
    status = rk__apart_run(&e->apart, child_work, w, RECORD_MOST, w->record, &end);
    if (status == RK_OK && end.answered && end.starved && w->record->length == begin) {
        w->starved = true; /* it could not even report that */
        return rk__problem(e->problems, RK_NO_MEMORY, NULL, "give more --memory",
                           "evaluating%s%s%s needs more memory than there is",
                           foreign != NULL ? " with rule '" : " it", foreign != NULL ? foreign : "",
                           foreign != NULL ? "'" : "");
    } else if (status == RK_OK && end.answered) {
        const char *bytes = w->record->text + begin;
        const size_t length = w->record->length - begin;
        status = w->system != NULL
                     ? rk__record_check_system(&e->checker, rk__batch_form_of(&e->setup),
                                               w->contract, bytes, length)
                     : rk__record_check(&e->checker, rk__batch_form_of(&e->setup), w->contract,
                                        e->setup.all_arrangements, bytes, length);
        w->starved = end.starved;
        w->recorded = status == RK_OK;
    }
    if (!w->recorded) {
        w->record->length = begin;
    }
    if (status == RK_SYNTAX || (status == RK_OK && !end.answered)) {
        return blame(w, &end, foreign);
    }
    return status != RK_IO
               ? status
               : rk__problem(e->problems, RK_IO, NULL, "see the limits of this machine",
                             "no process could be started for the contract: %s", strerror(errno));
}

/* ------------------------------------------------------------------- all of it */

/* The document is the system's as long as the system is. */
static rk_status read_system(work *w, const char *sha256)
{
    rk__evaluator *e = w->evaluator;
    const rk_status status = rk__system_from(w->at->session, rk__json_root(w->document),
                                             w->job->base_dir, NULL, &w->system, e->problems);
    if (status != RK_OK) {
        return status;
    }
    memcpy(w->system->sha256, sha256, RK__SHA256_TEXT);
    w->contract = rk__system_stand_in(w->system, &w->arena);
    return w->contract == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status evaluate_document(work *w, const char *sha256)
{
    rk__evaluator *e = w->evaluator;
    const rk_isolation isolation = e->setup.isolation;
    rk_status status = RK_OK;
    if (rk__batch_is_system(rk__json_root(w->document))) {
        status = read_system(w, sha256);
    } else {
        status = rk__contract_edited(w->at->session, w->document, w->job->base_dir, sha256,
                                     &w->contract, e->problems);
        w->document = NULL;
    }
    if (status != RK_OK) {
        return status;
    }
    const char *foreign = NULL;
    if (e->mark != NULL) {
        memcpy(e->mark->contract, w->contract->id, strlen(w->contract->id) + 1);
        foreign = isolation == RK_ISOLATION_WORKER ? NULL : foreign_rule(w, false);
    }
    return foreign != NULL || (e->mark != NULL && isolation == RK_ISOLATION_CONTRACT)
               ? evaluate_apart(w, foreign)
               : evaluate_contract(w);
}

static rk_status evaluate(work *w)
{
    rk__evaluator *e = w->evaluator;
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
    if (w->found == NULL && status == RK_OK && !rk__batch_is_system(rk__json_root(w->document))) {
        w->found = rk__plan_cache_evaluate(w->at->plans, w->document, job->base_dir, sha256);
    }
    return w->found == NULL && status == RK_OK ? evaluate_document(w, sha256) : status;
}

rk_status rk__evaluator_run(rk__evaluator *evaluator, const rk__batch_job *job, rk__buf *record,
                            bool *starved)
{
    work w = {.evaluator = evaluator, .job = job, .record = record};
    rk_problems_clear(evaluator->problems);
    if (evaluator->reserve == NULL) {
        evaluator->reserve = rk__malloc(RESERVE_BYTES);
    }
    rk_status status = evaluate(&w);
    if (!w.recorded) {
        status = write_record(&w, status);
    }
    *starved = w.starved;
    if (w.system == NULL) {
        rk_contract_free(w.contract); /* else it is in the arena */
    }
    rk_system_result_free(w.system_found);
    rk_system_free(w.system);
    rk__arena_dispose(&w.arena);
    rk__json_free(w.document);
    return status;
}
