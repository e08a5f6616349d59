/* SPDX-License-Identifier: MIT
 *
 * replay.c: reads a result, evaluates its document again with its options, and compares.
 */
#include "replay/replay.h"

#include <string.h>

#include "page/page.h"

/* The most bytes of a file of results; each of them has the limit of a document. */
#define MOST_BYTES ((size_t) 1 << 30)

/* What the result was made for. */
typedef struct asked {
    rk_options options;
    const char *arrangement, *baseline;
    const char *const *arrangements;
    bool line; /* the document is in one line, as a batch writes it */
    bool all;  /* evaluate all arrangements together: each result then names what all have read */
} asked;

/* --------------------------------------------------------------------- options */

static const char *const *texts_of(rk_replay *r, const rk__value *list, const char *key)
{
    const char **texts =
        rk__arena_alloc(&r->arena, ((list != NULL ? list->count : 0) + 1) * sizeof *texts);
    size_t n = 0;
    for (const rk__value *v = list != NULL ? list->first : NULL; texts != NULL && v != NULL;
         v = v->next) {
        texts[n++] = key != NULL ? rk__replay_text(v, key) : v->text;
    }
    return n > 0 ? texts : NULL;
}

static uint64_t count_of(const rk__value *object, const char *key)
{
    const char *text = rk__replay_text(object, key);
    uint64_t count = 0;
    for (; text != NULL && *text >= '0' && *text <= '9'; text++) {
        count = 10 * count + (uint64_t) (*text - '0');
    }
    return count;
}

/* The columns of the groups that a result has, if its options do not name them; NULL if it has
 * none. */
static const char *const *group_by(rk_replay *r, const rk__value *result)
{
    const rk__value *periods = rk__json_get(result, "periods");
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *components = rk__json_get(p, "components");
        for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *groups = rk__json_get(c, "groups");
            const rk__value *key = groups != NULL ? rk__json_get(groups->first, "key") : NULL;
            const char **columns =
                key != NULL ? rk__arena_alloc(&r->arena, (key->count + 1) * sizeof *columns) : NULL;
            size_t n = 0;
            for (const rk__value *v = key != NULL ? key->first : NULL; columns != NULL && v != NULL;
                 v = v->next) {
                columns[n++] = v->key;
            }
            if (columns != NULL) {
                return columns;
            }
        }
    }
    return NULL;
}

/* Whether the digests of facts include SHA-256. */
static bool has_full_provenance(const rk__value *provenance)
{
    const rk__value *facts = rk__json_get(provenance, "facts");
    const rk__value *inputs = rk__json_get(provenance, "inputs");
    for (const rk__value *v = inputs != NULL ? inputs->first : NULL; v != NULL; v = v->next) {
        const char *kind = rk__replay_text(v, "kind");
        if (kind != NULL && strcmp(kind, "facts") == 0) {
            return rk__json_get(v, "sha256") != NULL;
        }
    }
    return facts != NULL && rk__json_get(facts->first, "sha256") != NULL;
}

static void read_options(rk_replay *r, const rk_options *given, asked *out)
{
    const rk__value *root = rk__json_root(r->was);
    const rk__value *results = rk__json_get(root, "results");
    const rk__value *one = results != NULL ? results->first : root;
    const rk__value *provenance = rk__json_get(one, "provenance");
    const rk__value *options = rk__json_get(provenance, "options");
    const char *const *params = texts_of(r, rk__json_get(options, "param"), NULL);
    const char *const *sets = texts_of(r, rk__json_get(options, "set"), NULL);
    out->options = *given;
    out->options.params = params != NULL ? params : given->params;
    out->options.sets = sets != NULL ? sets : given->sets;
    out->options.periods = rk__replay_text(one, "selection");
    const char *const *columns = texts_of(r, rk__json_get(options, "group_by"), NULL);
    out->options.group_by = columns != NULL ? columns : group_by(r, one);
    out->options.provenance_full |= has_full_provenance(provenance);
    out->options.suppress_below = count_of(options, "suppress_below");
    out->options.max_errors = count_of(options, "max_errors");
    out->arrangement = rk__replay_text(root, "arrangement");
    out->baseline = rk__replay_text(root, "baseline");
    out->arrangements = texts_of(r, results, "arrangement");
}

/* ------------------------------------------------------------------- evaluating */

static const rk_result *result_of(const rk_comparison *comparison, const char *arrangement)
{
    for (size_t i = 0; arrangement != NULL && i < rk_comparison_count(comparison); i++) {
        const rk_result *result = rk_comparison_result(comparison, i);
        if (strcmp(rk_result_read(result)->arrangement, arrangement) == 0) {
            return result;
        }
    }
    return NULL;
}

static rk_status evaluate_contract(rk_session *session, const rk_replay *r, const asked *a,
                                   const rk_sink *sink, rk_problems *problems)
{
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_comparison *comparison = NULL;
    rk_status status = rk_contract_load(session, r->document, &contract, problems);
    if (status == RK_OK && a->arrangements != NULL) {
        status = rk_compare(contract, a->arrangements, a->baseline, &comparison, problems);
        status = status == RK_OK ? rk_report_comparison(comparison, RK_FORMAT_JSON, sink) : status;
    } else if (status == RK_OK) {
        const rk_result *shown = NULL;
        /* As its own baseline: a batch compares its result with no other. */
        status = a->all ? rk_compare(contract, NULL, a->arrangement, &comparison, problems)
                        : rk_evaluate(contract, a->arrangement, &result, problems);
        shown = a->all && status == RK_OK ? result_of(comparison, a->arrangement) : result;
        status = status == RK_OK && shown != NULL
                     ? rk_report_results(&shown, 1, RK_FORMAT_JSON, sink)
                     : status;
    }
    rk_comparison_free(comparison);
    rk_result_free(result);
    rk_contract_free(contract);
    return status;
}

static rk_status evaluate_system(rk_session *session, rk_replay *r, const rk_sink *sink,
                                 rk_problems *problems)
{
    rk_system *system = NULL;
    rk_system_result *result = NULL;
    const rk__value *scenarios = rk__json_get(rk__json_root(r->was), "scenarios");
    const char *const *names = texts_of(r, scenarios, "scenario");
    rk_status status = rk_system_load(session, r->document, &system, problems);
    status = status == RK_OK ? rk_system_evaluate(system, names, &result, problems) : status;
    status = status == RK_OK ? rk_report_system(result, RK_FORMAT_JSON, sink) : status;
    rk_system_result_free(result);
    rk_system_free(system);
    return status;
}

/* A batch writes a document in one line: the same without blanks around its tokens. */
static rk_status in_one_line(rk__buf *text)
{
    rk__buf line = {0};
    bool inside = false;
    for (size_t i = 0; i < text->length; i++) {
        const char c = text->text[i];
        if (inside || (c != ' ' && c != '\n')) {
            rk__buf_putc(&line, c);
        }
        if (c == '\\' && inside && i + 1 < text->length) {
            rk__buf_putc(&line, text->text[++i]);
        } else if (c == '"') {
            inside = !inside;
        }
    }
    rk__buf_putc(&line, '\n');
    rk__buf_dispose(text);
    *text = line;
    return line.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status evaluate(rk_replay *r, const asked *a, rk__buf *text, rk_problems *problems)
{
    rk_session *session = NULL;
    const rk_sink sink = rk__buf_sink(text);
    rk_status status = rk_session_open(&a->options, &session, problems);
    if (status == RK_OK && strcmp(r->kind, "system-result/1") == 0) {
        status = evaluate_system(session, r, &sink, problems);
    } else if (status == RK_OK) {
        status = evaluate_contract(session, r, a, &sink, problems);
    }
    rk_session_close(session);
    status = status == RK_OK && text->failed ? RK_NO_MEMORY : status;
    return status == RK_OK && a->line ? in_one_line(text) : status;
}

static bool is_text(const rk__buf *is, const char *was, size_t n_was)
{
    return is->length == n_was && memcmp(is->text, was, n_was) == 0;
}

/* A batch may have evaluated all arrangements of the contract: used only if that gives the bytes.
 */
static void try_all(rk_replay *r, const asked *a, rk__buf *is, const char *was, size_t n_was)
{
    asked all = *a;
    rk__buf text = {0};
    all.all = true;
    if (evaluate(r, &all, &text, NULL) == RK_OK && is_text(&text, was, n_was)) {
        rk__buf_dispose(is);
        *is = text;
        return;
    }
    rk__buf_dispose(&text);
}

/* ------------------------------------------------------------------- one result */

/* The kind of the result that was parsed; NULL if it is none. */
static const char *kind_of(const rk__json *result)
{
    static const char *const kinds[] = {"result/1", "comparison/1", "system-result/1"};
    const char *kind = rk__replay_text(rk__json_root(result), "reckoner");
    for (size_t i = 0; kind != NULL && i < 3; i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            return kinds[i];
        }
    }
    return NULL;
}

/* Evaluates the result that was parsed again, and compares it with its text. */
static rk_status replay_text(rk_replay *r, const rk_options *options, const char *document,
                             const char *was, size_t n_was, rk_problems *problems)
{
    rk__buf is = {0};
    asked a = {.line = false};
    rk_status status = rk__replay_find(r, document, problems);
    if (status != RK_OK || r->document == NULL) {
        return status;
    }
    read_options(r, options, &a);
    a.line = n_was > 1 && memchr(was, '\n', n_was - 1) == NULL;
    status = r->arena.failed ? RK_NO_MEMORY : evaluate(r, &a, &is, problems);
    if (status == RK_OK && a.line && strcmp(r->kind, "result/1") == 0 &&
        !is_text(&is, was, n_was)) {
        try_all(r, &a, &is, was, n_was);
    }
    if (status == RK_OK) {
        status = rk__json_parse(is.text, is.length, "the result", &r->is, problems);
    }
    status = status == RK_OK ? rk__replay_compare(r, was, n_was, is.text, is.length) : status;
    rk__buf_dispose(&is);
    return status;
}

static rk_status replay_one(rk_replay *r, const rk_options *options, const char *document,
                            const char *was, size_t n_was, rk_problems *problems)
{
    rk_status status = rk__json_parse(was, n_was, r->result, &r->was, problems);
    if (status != RK_OK) {
        return status;
    }
    const rk__value *root = rk__json_root(r->was);
    r->kind = kind_of(r->was);
    r->n_results = 1;
    if (r->kind == NULL) {
        return rk__json_problem(
            problems, root, RK_WRONG_TYPE,
            "evaluate, compare and system write them with -f json, and batch writes one a line",
            "this is not a result");
    }
    if (rk__json_get(root, "error") != NULL) {
        return rk__json_problem(problems, rk__json_get(root, "error"), RK_CONFLICT, NULL,
                                "this is an error in place of a result: there is nothing to "
                                "compare");
    }
    return replay_text(r, options, document, was, n_was, problems);
}

/* ------------------------------------------------------------- a result each line */

static rk_status replay_line(rk_replay *r, const rk_options *options, const char *document,
                             const char *was, size_t n_was, rk_problems *problems)
{
    rk_status status = rk__json_parse(was, n_was, r->result, &r->was, problems);
    const char *kind = status == RK_OK ? kind_of(r->was) : NULL;
    if (status == RK_OK && (kind == NULL || rk__json_get(rk__json_root(r->was), "error") != NULL)) {
        r->n_left_out++;
    } else if (status == RK_OK) {
        r->kind = kind;
        r->n_results++;
        status = replay_text(r, options, document, was, n_was, problems);
        r->n_different += status == RK_OK && r->outcome == RK_REPLAY_DIFFERENT;
    }
    rk__json_free(r->was);
    rk__json_free(r->is);
    r->was = r->is = NULL;
    return status;
}

/* The results of a batch: the outcome is the worst of theirs, and the inputs that have changed are
 * those of all. */
static rk_status replay_lines(rk_replay *r, const rk_options *options, const char *document,
                              const char *text, size_t length, rk_problems *problems)
{
    rk_status status = RK_OK;
    rk_replayed worst = RK_REPLAY_SAME;
    r->lines = true;
    for (size_t at = 0; at < length && status == RK_OK; r->at++) {
        const char *end = memchr(text + at, '\n', length - at);
        const size_t n = end != NULL ? (size_t) (end - text) + 1 - at : length - at;
        r->outcome = RK_REPLAY_SAME;
        status = n > 1 ? replay_line(r, options, document, text + at, n, problems) : RK_OK;
        worst = r->outcome > worst ? r->outcome : worst;
        at += n;
    }
    r->outcome = worst;
    r->total_was = r->total_is = NULL;
    if (status == RK_OK && r->n_results == 0) {
        return rk__problem(problems, RK_WRONG_TYPE, &(rk__place){.file = r->result}, NULL,
                           "no line of the file is a result");
    }
    return status;
}

/* Whether a document ends with the first line, and others follow. */
static bool has_lines(const char *text, size_t length)
{
    const char *end = memchr(text, '\n', length);
    rk__json *first = NULL;
    if (end == NULL || end + 1 == text + length ||
        rk__json_parse(text, (size_t) (end - text), NULL, &first, NULL) != RK_OK) {
        return false;
    }
    rk__json_free(first);
    return true;
}

static rk_status run(rk_replay *r, const rk_options *options, const char *document,
                     rk_problems *problems)
{
    char *text = NULL;
    size_t length = 0;
    rk_status status = rk__file_read(r->result, MOST_BYTES, &text, &length, problems);
    if (status == RK_OK) {
        status = has_lines(text, length)
                     ? replay_lines(r, options, document, text, length, problems)
                     : replay_one(r, options, document, text, length, problems);
    }
    rk__free(text);
    return status;
}

rk_status rk_replay_run(const rk_options *options, const char *result, const char *document,
                        rk_replay **out_replay, rk_problems *problems)
{
    rk_replay *r = rk__calloc(1, sizeof *r);
    *out_replay = NULL;
    if (r == NULL) {
        return RK_NO_MEMORY;
    }
    r->result = rk__arena_strdup(&r->arena, result);
    const rk_status status = r->result != NULL ? run(r, options, document, problems) : RK_NO_MEMORY;
    if (status != RK_OK) {
        rk_replay_free(r);
        return status;
    }
    *out_replay = r;
    return RK_OK;
}

void rk_replay_free(rk_replay *replay)
{
    if (replay != NULL) {
        rk__json_free(replay->was);
        rk__json_free(replay->is);
        rk__free(replay->changes);
        rk__free(replay->documents);
        rk__arena_dispose(&replay->arena);
        rk__free(replay);
    }
}

const rk_replay_view *rk_replay_read(const rk_replay *replay)
{
    return (const rk_replay_view *) (const void *) replay;
}

const rk_replay_change *rk_replay_change_at(const rk_replay *replay, size_t index)
{
    return index < replay->n_changed ? &replay->changes[index] : NULL;
}
