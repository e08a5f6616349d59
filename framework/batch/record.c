/* SPDX-License-Identifier: MIT
 *
 * record.c: evaluating one contract of a batch into its record.
 */
#include "batch/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/dependencies.h"
#include "batch/kept.h"
#include "contract/sources.h"
#include "tariff/shelf.h"
#include "json/json.h"

struct rk__evaluator {
    rk__batch_setup setup;
    rk__mark *mark;
    int lock;
    rk_session *trusted, *untrusted;
    char *root, *base_dir; /* of `untrusted`, where the options give no root */
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

/* Lines from a folder below the working directory may reach what that may; others what
 * their own folder holds. */
static char *default_root(const char *base_dir)
{
    char *here = realpath(".", NULL);
    char *there = realpath(base_dir, NULL);
    char *root = NULL;
    if (here != NULL && there != NULL) {
        const size_t n = strlen(here);
        const bool below =
            strncmp(here, there, n) == 0 && (there[n] == '/' || there[n] == '\0' || n == 1);
        root = rk__strdup(below ? here : there);
    }
    free(here);
    free(there);
    return root;
}

/* The session for untrusted contracts of a folder: another one only where the root
 * follows from the folder and that is another. */
static rk_status open_untrusted(rk__evaluator *e, const char *base_dir, rk_problems *problems)
{
    const bool given = e->setup.options.root != NULL || e->setup.options.untrusted;
    if (e->untrusted != NULL && (given || strcmp(e->base_dir, base_dir) == 0)) {
        return RK_OK;
    }
    char *folder = rk__strdup(base_dir);
    char *root = given ? NULL : default_root(base_dir);
    rk__free(e->base_dir);
    e->base_dir = folder;
    if (folder == NULL) {
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

/* -------------------------------------------------------------------- records */

static int add_to_buf(void *ctx, const char *text, size_t length)
{
    rk__buf *buf = ctx;
    rk__buf_add(buf, text, length);
    return buf->failed;
}

/* Leaves room for the length of a text that follows. */
static size_t begin_text(rk__buf *out)
{
    rk__pack_number(out, 0);
    return out->length;
}

static void end_text(rk__buf *out, size_t begin)
{
    const uint64_t length = out->length - begin;
    rk__buf_putc(out, '\0');
    if (!out->failed) {
        memcpy(out->text + begin - sizeof length, &length, sizeof length);
    }
}

static rk_status pack_results(const rk__evaluation *found, rk__buf *out)
{
    const rk_result *const *results = (const rk_result *const *) found->results;
    const size_t n = found->n_arrangements;
    rk__pack_number(out, RK_OK);
    rk__pack_text(out, results[0]->contract);
    rk__pack_text(out, results[0]->provider);
    rk__pack_text(out, results[0]->commissioner);
    rk__pack_number(out, n);
    for (size_t i = 0; i < n; i++) {
        rk__pack_text(out, results[i]->arrangement);
        rk__pack_text(out, results[i]->currency);
        rk__pack_text(out, results[i]->total_text);
        rk__pack_number(out, results[i]->unpriced);
    }
    rk__pack_sources(out, results[0], found->contract);
    const size_t begin = begin_text(out);
    const rk_sink sink = {.write = add_to_buf, .ctx = out};
    rk__page page;
    rk__page_init(&page, &sink);
    for (size_t i = 0; i < n; i++) {
        rk__json_result_line(&page, results[i]);
    }
    const rk_status status = rk__page_finish(&page);
    end_text(out, begin);
    return status != RK_OK || out->failed ? RK_NO_MEMORY : RK_OK;
}

/* All but the text of a failure: up to the sources, which follow. */
static void begin_failure(rk_status status, const char *contract, const char *provider,
                          const char *commissioner, rk__buf *out)
{
    rk__pack_number(out, (uint64_t) (int64_t) status);
    rk__pack_text(out, contract);
    rk__pack_text(out, provider);
    rk__pack_text(out, commissioner);
    rk__pack_number(out, 0);
}

static rk_status end_failure(const char *contract, const rk_problems *problems, rk__buf *out)
{
    const size_t begin = begin_text(out);
    const rk_sink sink = {.write = add_to_buf, .ctx = out};
    rk__page page;
    rk__page_init(&page, &sink);
    rk__json_failure_line(&page, contract, problems);
    const rk_status made = rk__page_finish(&page);
    end_text(out, begin);
    return made != RK_OK || out->failed ? RK_NO_MEMORY : RK_OK;
}

/* The same problems placed where the user finds them: at the contract where they have
 * no place, and in a file of lines at the contract's line. */
static void place_problems(const rk__batch_job *job, const rk_problems *from, rk_problems *to)
{
    for (size_t i = 0; i < rk_problems_count(from); i++) {
        const rk_problem *p = rk_problems_at(from, i);
        rk__place place = {p->file, p->line, p->column, p->pointer, p->excerpt, p->rule};
        const bool here = p->file == NULL || strcmp(p->file, job->name) == 0;
        if (here) {
            place.file = job->name;
        }
        if (here && job->line > 0) {
            const uint64_t line = job->line + (p->line > 0 ? p->line - 1 : 0);
            place.line = line < UINT32_MAX ? (uint32_t) line : UINT32_MAX;
        }
        (void) rk__problem(to, p->status, &place, p->hint, "%s", p->message);
    }
}

/* The name of a contract that was not read: its id where that can be told, else where it
 * stands. */
static char *name_of(const rk__batch_job *job)
{
    rk__json *document = NULL;
    rk__buf name = {0};
    if (rk__json_parse(job->text, job->length, NULL, &document, NULL) == RK_OK) {
        const rk__value *id = rk__json_get(rk__json_root(document), "id");
        if (id != NULL && id->type == RK__JSON_STRING && id->length > 0 &&
            id->length <= RK__ID_MAX) {
            rk__buf_puts(&name, id->text);
        }
    }
    rk__json_free(document);
    if (name.length == 0) {
        rk__buf_puts(&name, job->name);
        if (job->line > 0) {
            rk__buf_printf(&name, ":%llu", (unsigned long long) job->line);
        }
    }
    if (name.failed) {
        rk__buf_dispose(&name);
    }
    return name.text;
}

static rk_status failure_of(rk__evaluator *e, const rk__batch_job *job, const rk_contract *contract,
                            rk_status status, rk__buf *record)
{
    const rk_problems *problems = e->problems;
    rk_problems *placed = rk_problems_new();
    char *name = contract == NULL ? name_of(job) : NULL;
    rk_status made = placed == NULL || (contract == NULL && name == NULL) ? RK_NO_MEMORY : RK_OK;
    if (made == RK_OK) {
        place_problems(job, problems, placed);
        if (contract != NULL) {
            begin_failure(status, contract->id, contract->provider, contract->commissioner, record);
        } else {
            begin_failure(status, name, NULL, NULL, record);
        }
        if (contract != NULL && e->setup.journalled && status != RK_FORBIDDEN) {
            rk__pack_failed_sources(record, contract, job->name, problems, &e->cache);
        } else {
            rk__pack_number(record, 0);
        }
        made = end_failure(contract != NULL ? contract->id : name, placed, record);
    }
    rk__free(name);
    rk_problems_free(placed);
    return made;
}

rk_status rk__record_failure(const rk__batch_job *job, const char *contract, rk_status status,
                             const char *rule, const char *hint, const char *message,
                             rk__buf *record)
{
    rk_problems *problems = rk_problems_new();
    char *name = contract == NULL ? name_of(job) : NULL;
    rk_status made = RK_NO_MEMORY;
    if (problems != NULL && (contract != NULL || name != NULL)) {
        const rk__place place = {.file = job->name, .line = (uint32_t) job->line, .rule = rule};
        (void) rk__problem(problems, status, &place, hint, "%s", message);
        begin_failure(status, contract != NULL ? contract : name, NULL, NULL, record);
        rk__pack_number(record, 0);
        made = end_failure(contract != NULL ? contract : name, problems, record);
    }
    rk__free(name);
    rk_problems_free(problems);
    return made;
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
        *contract = NULL; /* the keeper's now */
    }
    return status;
}

rk_status rk__evaluator_run(void *evaluator, const rk__batch_job *job, rk__buf *record,
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
        status = pack_results(found, record);
    }
    *starved = status == RK_NO_MEMORY || (session != NULL && session->starved);
    if (status != RK_OK && !record->failed) {
        record->length = begin;
        status = failure_of(e, job, contract, status, record);
    }
    rk_contract_free(contract);
    return record->failed ? RK_NO_MEMORY : status;
}

/* -------------------------------------------------------------------- reading */

static inline bool next_result(rk__unpack *in, size_t *left, rk__record_result *out)
{
    if (*left == 0) {
        return false;
    }
    --*left;
    out->arrangement = rk__unpack_text(in);
    out->currency = rk__unpack_text(in);
    out->total = rk__unpack_text(in);
    out->unpriced = rk__unpack_number(in);
    return !in->failed && out->arrangement != NULL && out->currency != NULL && out->total != NULL;
}

static inline bool next_source(rk__unpack *in, size_t *left, rk__record_source *out)
{
    if (*left == 0) {
        return false;
    }
    --*left;
    out->place = rk__unpack_text(in);
    out->digest = rk__unpack_text(in);
    out->fetched = rk__unpack_number(in) != 0;
    return !in->failed && out->place != NULL && out->digest != NULL;
}

bool rk__record_next_result(rk__record *record, rk__record_result *out)
{
    return next_result(&record->results, &record->n_results, out);
}

bool rk__record_next_source(rk__record *record, rk__record_source *out)
{
    return next_source(&record->sources, &record->n_sources, out);
}

bool rk__record_parse(const char *bytes, size_t length, rk__record *out)
{
    rk__unpack in = {.at = bytes, .end = bytes + length};
    rk__record_result result;
    rk__record_source source;
    rk__record found = {.status = (rk_status) (int64_t) rk__unpack_number(&in)};
    found.contract = rk__unpack_text(&in);
    found.provider = rk__unpack_text(&in);
    found.commissioner = rk__unpack_text(&in);
    size_t left = found.n_results = rk__unpack_number(&in);
    /* The lists are gone through once to find what stands behind them. */
    found.results = in;
    while (next_result(&in, &left, &result)) {
    }
    left = found.n_sources = rk__unpack_number(&in);
    found.sources = in;
    while (next_source(&in, &left, &source)) {
    }
    found.text = rk__unpack_bytes(&in, &found.length);
    *out = found;
    return !in.failed && found.contract != NULL;
}
