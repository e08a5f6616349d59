/* SPDX-License-Identifier: MIT
 *
 * record.c: packing and unpacking records.
 */
#include "batch/record.h"

#include <string.h>

#include "batch/result_rows.h"
#include "batch/writing.h"
#include "json/json.h"

/* --------------------------------------------------------------------- writing */

void rk__writing_begin(rk__writing *w, rk__batch_form form, rk__buf *out)
{
    rk__pack_number(out, 0);
    w->begin = out->length;
    w->sink = rk__buf_sink(out);
    rk__page_init(&w->page, &w->sink);
    w->cells = (rk__cells){.out = out, .page = &w->page, .kind = form.kind, .safe = form.csv_safe};
}

rk_status rk__writing_end(rk__writing *w)
{
    rk__buf *out = w->cells.out;
    const rk_status status = rk__page_finish(&w->page);
    const uint64_t length = out->length - w->begin;
    rk__buf_putc(out, '\0');
    if (status != RK_OK || out->failed) {
        return RK_NO_MEMORY;
    }
    memcpy(out->text + w->begin - sizeof length, &length, sizeof length);
    return RK_OK;
}

void rk__record_head(rk__buf *out, rk_status status, const char *contract, const char *provider,
                     const char *commissioner, size_t n_results)
{
    rk__pack_number(out, (uint64_t) (int64_t) status);
    rk__pack_text(out, contract);
    rk__pack_text(out, provider);
    rk__pack_text(out, commissioner);
    rk__pack_number(out, n_results);
}

rk_status rk__record_results(rk__batch_form form, const rk__evaluation *evaluation, rk__buf *out)
{
    const rk_result *const *results = (const rk_result *const *) evaluation->results;
    const size_t n = evaluation->n_arrangements;
    rk__record_head(out, RK_OK, results[0]->contract, results[0]->provider,
                    results[0]->commissioner, n);
    for (size_t i = 0; i < n; i++) {
        rk__pack_text(out, results[i]->arrangement);
        rk__pack_text(out, results[i]->currency);
        rk__pack_text(out, results[i]->total_text);
        rk__pack_number(out, results[i]->unpriced);
        rk__pack_number(out, results[i]->n_warnings);
        rk__pack_number(out, results[i]->n_findings);
        for (size_t k = 0; k < results[i]->n_findings; k++) {
            rk__pack_text(out, rk_result_finding(results[i], k)->code);
        }
    }
    rk__pack_sources(out, results[0], evaluation->contract);
    rk__writing w;
    rk__writing_begin(&w, form, out);
    for (size_t i = 0; i < n; i++) {
        if (form.kind == RK__BATCH_NDJSON) {
            rk__json_result_line(&w.page, results[i], results[i]->provenance);
        } else {
            rk__rows_result(&w.cells, results[i]);
        }
    }
    return rk__writing_end(&w);
}

/* The same problems located where the user finds them: at the contract if they have no
 * place, and in a file of lines at the contract's line. */
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

/* The name of a contract that was not read: its id if that can be found, else its location;
 * NULL if out of memory. */
static char *name_of(const rk__batch_job *job)
{
    rk__json *document = NULL;
    rk__buf name = {0};
    const rk_status read = rk__json_parse(job->text, job->length, NULL, &document, NULL);
    if (read == RK_OK) {
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
    if (name.failed || read == RK_NO_MEMORY) {
        rk__buf_dispose(&name);
    }
    return name.text;
}

rk_status rk__record_failure(rk__batch_form form, const rk__batch_job *job,
                             const rk_contract *contract, const char *id, rk_status status,
                             const rk_problems *problems, rk__source_cache *cache, rk__buf *out)
{
    /* A failure without a problem happens only when memory runs out. */
    const rk_problem unknown = {.status = RK_NO_MEMORY,
                                .message = rk_status_sentence(RK_NO_MEMORY)};
    rk_problems *placed = rk_problems_new();
    char *name = contract == NULL && id == NULL ? name_of(job) : NULL;
    rk__failure failure = {.contract = id != NULL ? id : name};
    if (contract != NULL) {
        failure = (rk__failure){contract->id, contract->provider, contract->commissioner, NULL};
    }
    rk_status made = RK_NO_MEMORY;
    if (placed != NULL && failure.contract != NULL) {
        rk__writing w;
        place_problems(job, problems, placed);
        failure.error = rk__problems_error(placed);
        failure.error = failure.error != NULL ? failure.error : &unknown;
        rk__record_head(out, status, failure.contract, failure.provider, failure.commissioner, 0);
        if (contract != NULL && cache != NULL) {
            rk__pack_failed_sources(out, contract, job->name, problems, cache);
        } else {
            rk__pack_number(out, 0);
        }
        rk__writing_begin(&w, form, out);
        if (form.kind == RK__BATCH_NDJSON) {
            rk__json_failure_line(&w.page, failure.contract, placed);
        } else {
            rk__rows_failure(&w.cells, &failure);
        }
        made = rk__writing_end(&w);
    }
    rk__free(name);
    rk_problems_free(placed);
    return made;
}

/* --------------------------------------------------------------------- reading */

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
    out->n_warnings = rk__unpack_number(in);
    out->n_findings = rk__unpack_number(in);
    out->codes = *in;
    for (size_t i = 0; i < out->n_findings && !in->failed; i++) {
        in->failed |= rk__unpack_text(in) == NULL;
    }
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
    /* The lists are read once to find where they end. */
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
