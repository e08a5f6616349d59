/* SPDX-License-Identifier: MIT
 *
 * vector.c: worked examples that run. Each case evaluates an arrangement of the vector's
 * contract with the changes in `set`, and compares the results with the expected ones exactly.
 */
#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "vectors/vectors.h"

typedef struct vector_run {
    rk_session *session;
    const char *file, *id, *base_dir;
    const rk__value *contract; /* or system: object, or text of a path */
    bool system;
    rk__json *loaded;    /* the document of that path */
    rk_status unread;    /* why that path gave no document; or RK_OK */
    rk_problems *faults; /* of reading it */
    rk__arena arena;
    rk_problems *unexpected; /* of cases that cannot run; or NULL */
    void (*each)(void *ctx, const rk_case_report *report);
    void *ctx;
} vector_run;

/* ---------------------------------------------------------------- expectations */

/* Compares the expected amount with the total found (NULL: none). */
static void expect_money(rk__buf *out, rk_result *r, const char *what, const rk__value *expected,
                         rk_num found)
{
    const char *why = NULL;
    rk__buf text = {0};
    const bool number = expected->type == RK__JSON_STRING || expected->type == RK__JSON_NUMBER;
    const rk_num want = number ? rk__num_parse(&r->nums, expected->text, false, -1, &why) : NULL;
    if (found != NULL) {
        rk__num_print_fixed(&text, found, r->places);
    }
    if (want == NULL) {
        rk__differ(out, what, "a number", "'%s' in the vector",
                   number ? expected->text : "no number");
    } else if (found == NULL) {
        rk__differ(out, what, expected->text, "nothing");
    } else if (rk__num_compare(want, found) != 0) {
        rk__differ(out, what, expected->text, "%s", text.text != NULL ? text.text : "");
    }
    rk__buf_dispose(&text);
}

/* The total of a component over all periods; NULL if there is no such component. */
static rk_num component_total(rk_result *r, const char *id)
{
    rk_num total = NULL;
    for (size_t p = 0; p < r->n_periods; p++) {
        for (size_t k = 0; k < r->periods[p].n_components; k++) {
            const rk__component_result *c = &r->periods[p].components[k];
            if (strcmp(c->id, id) == 0) {
                total = total == NULL ? c->total : rk__num_add(&r->nums, total, c->total);
            }
        }
    }
    return total;
}

static rk_num period_total(const rk_result *r, const char *id)
{
    for (size_t p = 0; p < r->n_periods; p++) {
        if (strcmp(r->periods[p].id, id) == 0) {
            return r->periods[p].total;
        }
    }
    return NULL;
}

/* A name that the result lacks is an error in the vector, not a difference of amounts. */
static void no_such(rk_problems *unexpected, const rk__value *at, const char *kind, rk_num found)
{
    if (found == NULL && unexpected != NULL) {
        (void) rk__json_key_problem(unexpected, at, RK_OUT_OF_RANGE, NULL,
                                    "the result has no %s '%s'", kind, at->key);
    }
}

static void expect_each(rk__buf *out, rk_result *r, const rk__value *object, const char *kind,
                        rk_problems *unexpected)
{
    for (const rk__value *v = rk__json_given(object) ? object->first : NULL; v != NULL;
         v = v->next) {
        char what[RK__ID_MAX + 16];
        (void) snprintf(what, sizeof what, "%s %s", kind, v->key);
        const rk_num found =
            strcmp(kind, "component") == 0 ? component_total(r, v->key) : period_total(r, v->key);
        expect_money(out, r, what, v, found);
        no_such(unexpected, v, kind, found);
    }
}

/* The sum over all periods of a component's lines with this label, memo lines too; NULL if there is
 * no such line. */
static rk_num line_total(rk_result *r, const char *component, const char *label)
{
    rk_num total = NULL;
    for (size_t p = 0; p < r->n_periods; p++) {
        for (size_t k = 0; k < r->periods[p].n_components; k++) {
            const rk__component_result *c = &r->periods[p].components[k];
            for (size_t i = 0; i < c->n_lines && strcmp(c->id, component) == 0; i++) {
                const rk_num amount = c->lines[i].amount;
                if (strcmp(c->lines[i].label, label) == 0) {
                    total = total == NULL ? amount : rk__num_add(&r->nums, total, amount);
                }
            }
        }
    }
    return total;
}

/* Lines by component and label. */
static void expect_lines(rk__buf *out, rk_result *r, const rk__value *components,
                         rk_problems *unexpected)
{
    for (const rk__value *c = rk__json_given(components) ? components->first : NULL; c != NULL;
         c = c->next) {
        for (const rk__value *v = c->first; v != NULL; v = v->next) {
            char what[2 * RK__ID_MAX + 16];
            (void) snprintf(what, sizeof what, "line %s of %s", v->key, c->key);
            const rk_num found = line_total(r, c->key, v->key);
            expect_money(out, r, what, v, found);
            no_such(unexpected, v, "line", found);
        }
    }
}

static bool has_finding(const rk_result *r, const char *code)
{
    bool has = false;
    for (size_t i = 0; i < r->n_findings && !has; i++) {
        has = strcmp(rk_result_finding(r, i)->code, code) == 0;
    }
    return has;
}

static bool lists_code(const rk__value *list, const char *code)
{
    const rk__value *v = list->first;
    while (v != NULL && (v->type != RK__JSON_STRING || strcmp(v->text, code) != 0)) {
        v = v->next;
    }
    return v != NULL;
}

/* The result must have a finding of each of these codes, and of no others. */
static void expect_findings(rk__buf *out, const rk_result *r, const rk__value *expected)
{
    if (!rk__json_given(expected)) {
        return;
    }
    for (const rk__value *v = expected->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING || !has_finding(r, v->text)) {
            rk__differ(out, "finding", v->text != NULL ? v->text : "a code", "none of this code");
        }
    }
    for (size_t i = 0; i < r->n_findings; i++) {
        const rk_finding *f = rk_result_finding(r, i);
        if (!lists_code(expected, f->code)) {
            rk__differ(out, "finding", "none of this code", "%s (%s)", f->code, f->message);
        }
    }
}

static void compare_case(rk__buf *out, rk_result *r, const rk__value *expect,
                         rk_problems *unexpected)
{
    const rk__value *total = rk__json_get(expect, "total");
    const rk__value *unpriced = rk__json_get(expect, "unpriced");
    const rk__value *error = rk__json_get(expect, "error");
    if (rk__json_given(error)) {
        rk__differ(out, "error", error->text, "total %s", rk_result_total(r));
        return;
    }
    if (rk__json_given(total)) {
        expect_money(out, r, "total", total, r->total);
    }
    expect_each(out, r, rk__json_get(expect, "components"), "component", unexpected);
    expect_each(out, r, rk__json_get(expect, "periods"), "period", unexpected);
    expect_lines(out, r, rk__json_get(expect, "lines"), unexpected);
    expect_findings(out, r, rk__json_get(expect, "findings"));
    if (rk__json_given(unpriced)) {
        char found[32];
        (void) snprintf(found, sizeof found, "%llu", (unsigned long long) r->unpriced);
        if (unpriced->text == NULL || strcmp(found, unpriced->text) != 0) {
            rk__differ(out, "unpriced",
                       unpriced->text != NULL ? unpriced->text : "a number of rows", "%s", found);
        }
    }
}

void rk__compare_failure(rk__buf *out, const rk_problems *found, rk_status status,
                         const rk__value *expect, rk_problems *unexpected)
{
    const rk__value *error = rk__json_get(expect, "error");
    const rk_problem *first = rk_problems_count(found) > 0 ? rk_problems_at(found, 0) : NULL;
    const char *word = rk_status_word(first != NULL ? first->status : status);
    if (rk__json_given(error) && error->text != NULL && strcmp(error->text, word) == 0) {
        return;
    }
    rk__differ(out, rk__json_given(error) ? "error" : "result",
               rk__json_given(error) && error->text != NULL ? error->text : "a total", "%s (%s)",
               word, first != NULL ? first->message : rk_status_sentence(status));
    if (unexpected != NULL && first != NULL) {
        rk__problems_append(unexpected, found);
    } else if (unexpected != NULL) {
        (void) rk__json_problem(unexpected, expect->parent, status, NULL, "the case cannot run: %s",
                                rk_status_sentence(status));
    }
}

void rk__case_usage(rk_problems **problems, rk_status *status, const rk__value *at)
{
    const rk_problem *first =
        rk_problems_count(*problems) > 0 ? rk_problems_at(*problems, 0) : NULL;
    rk_problems *placed = *status == RK_USAGE && first != NULL ? rk_problems_new() : NULL;
    if (placed != NULL) {
        *status = rk__json_problem(placed, at, RK_OUT_OF_RANGE, first->hint, "%s", first->message);
        rk_problems_free(*problems);
        *problems = placed;
    }
}

/* ----------------------------------------------------------------------- cases */

/* The case's own copy of the contract, with its changes. */
static rk_status case_contract(vector_run *run, const rk__value *v, rk_contract **out,
                               rk_problems *problems)
{
    rk__json *copy = NULL;
    rk_status status = rk__json_clone(run->contract, &copy);
    const rk__value *set = rk__json_get(v, "set");
    for (const rk__value *m = set != NULL ? set->first : NULL; m != NULL && status == RK_OK;
         m = m->next) {
        status = rk__json_set(copy, m->key, m, problems);
    }
    if (status != RK_OK) {
        rk__json_free(copy);
        return status;
    }
    return rk__contract_read(run->session, copy, run->base_dir, out, problems);
}

/* A case may expect that its contract cannot be read, like any other error. A case that ran out
 * of memory has neither passed nor failed. */
static rk_status evaluate_case(vector_run *run, const rk__value *v, const char *arrangement,
                               rk__buf *difference)
{
    const rk__value *expect = rk__json_get(v, "expect");
    if (run->unread != RK_OK) {
        rk__compare_failure(difference, run->faults, run->unread, expect, run->unexpected);
        return difference->failed ? RK_NO_MEMORY : RK_OK;
    }
    rk_problems *own = rk_problems_new();
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_status status = own == NULL ? RK_NO_MEMORY : case_contract(run, v, &contract, own);
    if (status == RK_OK) {
        status = rk_evaluate(contract, arrangement, &result, own);
        rk__case_usage(&own, &status, rk__json_get(v, "arrangement"));
    }
    if (status == RK_OK) {
        const rk__value *rows = rk__json_get(expect, "rows");
        compare_case(difference, result, expect, run->unexpected);
        status = result->nums.no_memory
                     ? RK_NO_MEMORY
                     : rk__expect_rows(difference, contract, arrangement, rows, own);
        rk__case_usage(&own, &status, rows);
    }
    if (status != RK_OK && status != RK_NO_MEMORY) {
        rk__compare_failure(difference, own, status, expect, run->unexpected);
        status = RK_OK;
    }
    rk_result_free(result);
    rk_contract_free(contract);
    rk_problems_free(own);
    return difference->failed ? RK_NO_MEMORY : status;
}

static void tell(vector_run *run, const rk__value *v, const char *arrangement,
                 const rk__buf *difference)
{
    const rk_case_report report = {.size = sizeof report,
                                   .file = run->file,
                                   .vector = run->id,
                                   .index = v->index,
                                   .arrangement = arrangement,
                                   .passed = difference->length == 0,
                                   .difference = difference->text != NULL ? difference->text : ""};
    run->each(run->ctx, &report);
}

static rk_status run_case(vector_run *run, const rk__value *v, rk__buf *difference)
{
    const rk__value *chosen = rk__json_get(v, "arrangement");
    const char *arrangement = rk__json_given(chosen) ? chosen->text : NULL;
    rk_status status = RK_OK;
    if (!run->system) {
        status = evaluate_case(run, v, arrangement, difference);
    } else if (run->unread != RK_OK) {
        rk__compare_failure(difference, run->faults, run->unread, rk__json_get(v, "expect"),
                            run->unexpected);
    } else {
        status = rk__system_case(run->session, run->contract, run->base_dir, v, difference,
                                 run->unexpected);
    }
    if (status == RK_OK && run->each != NULL) {
        tell(run, v, run->system ? NULL : arrangement, difference);
    }
    return status;
}

/* ---------------------------------------------------------------------- vectors */

/* Reads the contract or system, unless it is in place. */
static rk_status find_subject(vector_run *run, const rk__value *subject, const char *dir)
{
    run->contract = subject;
    run->base_dir = dir;
    if (subject->type == RK__JSON_OBJECT) {
        return RK_OK;
    }
    run->faults = rk_problems_new();
    if (run->faults == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__access_document(&run->session->access, dir, subject, &run->arena,
                                                 &run->loaded, &run->base_dir, run->faults);
    if (status == RK_OK) {
        run->contract = rk__json_root(run->loaded);
    }
    run->unread = status;
    return status == RK_NO_MEMORY ? status : RK_OK;
}

static rk_status load(rk_session *session, const char *path, const char *dir, rk__json **out,
                      rk_problems *problems)
{
    char *text = NULL;
    size_t length = 0;
    rk_status status = rk__file_read(path, RK__JSON_MAX_BYTES, &text, &length, problems);
    if (status == RK_OK) {
        rk__access_note_names(&session->access, dir, text, length);
        status = rk__json_take(&text, length, path, out, problems);
    }
    rk__free(text);
    return status;
}

static rk_status run_vector(vector_run *run, rk_problems *problems)
{
    rk__json *document = NULL;
    rk__vector vector = {0};
    const char *dir = rk__path_dirname(&run->arena, run->file);
    rk_status status =
        dir != NULL ? load(run->session, run->file, dir, &document, problems) : RK_NO_MEMORY;
    if (status == RK_OK) {
        status = rk__vector_read(rk__json_root(document), &vector, problems);
    }
    if (status == RK_OK) {
        run->id = vector.id;
        run->system = vector.system;
        status = find_subject(run, vector.subject, dir);
    }
    for (const rk__value *v = status == RK_OK ? vector.cases->first : NULL; v != NULL;
         v = v->next) {
        rk__buf difference = {0};
        const rk_status one = run_case(run, v, &difference);
        status = status == RK_OK ? one : status;
        rk__buf_dispose(&difference);
    }
    rk_problems_free(run->faults);
    rk__json_free(run->loaded);
    rk__json_free(document);
    rk__arena_dispose(&run->arena);
    return status;
}

rk_status rk_vector_run(rk_session *session, const char *path,
                        void (*each)(void *ctx, const rk_case_report *report), void *ctx,
                        rk_problems *problems)
{
    vector_run run = {.session = session, .file = path, .each = each, .ctx = ctx};
    return run_vector(&run, problems);
}

rk_status rk__vector_check(rk_session *session, const char *path, rk_problems *problems)
{
    vector_run run = {.session = session, .file = path, .unexpected = problems};
    const size_t before = rk_problems_count(problems);
    const rk_status status = run_vector(&run, problems);
    for (size_t i = before; status == RK_OK && i < rk_problems_count(problems); i++) {
        if (rk_problems_at(problems, i)->status != RK_OK) {
            return rk_problems_at(problems, i)->status;
        }
    }
    return status;
}
