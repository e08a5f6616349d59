/* SPDX-License-Identifier: MIT
 *
 * vector.c: worked examples that run. Each case evaluates an arrangement of the vector's
 * contract with the changes in `set`, and compares the results with the expected ones exactly.
 */
#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "vectors/vectors.h"

static const char *const vector_keys[] = {"reckoner", "id",    "title",  "source", "contract",
                                          "cases",    "notes", "system", NULL};
static const char *const case_keys[] = {"title", "arrangement", "set", "expect", "notes", NULL};
static const char *const expect_keys[] = {"total", "components", "periods",  "lines",
                                          "error", "unpriced",   "findings", NULL};

typedef struct vector_run {
    rk_session *session;
    const char *file, *id, *base_dir;
    const rk__value *contract; /* or system: object, or text of a path */
    bool system;
    rk__json *loaded;    /* the document of that path */
    rk_status unread;    /* why that path gave no document; or RK_OK */
    rk_problems *faults; /* of reading it */
    rk__arena arena;
    void (*each)(void *ctx, const rk_case_report *report);
    void *ctx;
} vector_run;

/* ---------------------------------------------------------------- expectations */

void rk__differ(rk__buf *out, const char *what, const char *expected, const char *format, ...)
{
    char found[512];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(found, sizeof found, format, args);
    va_end(args);
    rk__buf_printf(out, "%s: expected %s, found %s\n", what, expected, found);
}

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

static void expect_each(rk__buf *out, rk_result *r, const rk__value *object, const char *kind)
{
    for (const rk__value *v = object != NULL ? object->first : NULL; v != NULL; v = v->next) {
        char what[RK__ID_MAX + 16];
        (void) snprintf(what, sizeof what, "%s %s", kind, v->key);
        const bool component = strcmp(kind, "component") == 0;
        expect_money(out, r, what, v,
                     component ? component_total(r, v->key) : period_total(r, v->key));
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
static void expect_lines(rk__buf *out, rk_result *r, const rk__value *components)
{
    for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
         c = c->next) {
        if (c->type != RK__JSON_OBJECT) {
            rk__differ(out, "lines", "an object of labels and amounts", "%s in the vector",
                       rk__json_type_name(c));
            continue;
        }
        for (const rk__value *v = c->first; v != NULL; v = v->next) {
            char what[2 * RK__ID_MAX + 16];
            (void) snprintf(what, sizeof what, "line %s of %s", v->key, c->key);
            expect_money(out, r, what, v, line_total(r, c->key, v->key));
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

/* The result has a finding of each of these codes, and of no other. */
static void expect_findings(rk__buf *out, const rk_result *r, const rk__value *expected)
{
    if (expected == NULL) {
        return;
    }
    if (expected->type != RK__JSON_ARRAY) {
        rk__differ(out, "findings", "a list of codes", "%s in the vector",
                   rk__json_type_name(expected));
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

static void compare_case(rk__buf *out, rk_result *r, const rk__value *expect)
{
    const rk__value *total = rk__json_get(expect, "total");
    const rk__value *unpriced = rk__json_get(expect, "unpriced");
    const rk__value *error = rk__json_get(expect, "error");
    if (error != NULL && error->type == RK__JSON_STRING) {
        rk__differ(out, "error", error->text, "total %s", rk_result_total(r));
        return;
    }
    if (total != NULL) {
        expect_money(out, r, "total", total, r->total);
    }
    expect_each(out, r, rk__json_get(expect, "components"), "component");
    expect_each(out, r, rk__json_get(expect, "periods"), "period");
    expect_lines(out, r, rk__json_get(expect, "lines"));
    expect_findings(out, r, rk__json_get(expect, "findings"));
    if (unpriced != NULL) {
        char found[32];
        (void) snprintf(found, sizeof found, "%llu", (unsigned long long) r->unpriced);
        if (unpriced->text == NULL || strcmp(found, unpriced->text) != 0) {
            rk__differ(out, "unpriced",
                       unpriced->text != NULL ? unpriced->text : "a number of rows", "%s", found);
        }
    }
}

void rk__compare_failure(rk__buf *out, const rk_problems *found, rk_status status,
                         const rk__value *expect)
{
    const rk__value *error = rk__json_get(expect, "error");
    const rk_problem *first = rk_problems_count(found) > 0 ? rk_problems_at(found, 0) : NULL;
    const char *word = rk_status_word(first != NULL ? first->status : status);
    if (error != NULL && error->text != NULL && strcmp(error->text, word) == 0) {
        return;
    }
    rk__differ(out, error != NULL ? "error" : "result",
               error != NULL && error->text != NULL ? error->text : "a total", "%s (%s)", word,
               first != NULL ? first->message : rk_status_sentence(status));
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
        rk__compare_failure(difference, run->faults, run->unread, expect);
        return difference->failed ? RK_NO_MEMORY : RK_OK;
    }
    rk_problems *own = rk_problems_new();
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_status status = own == NULL ? RK_NO_MEMORY : case_contract(run, v, &contract, own);
    if (status == RK_OK) {
        status = rk_evaluate(contract, arrangement, &result, own);
    }
    if (status == RK_OK) {
        compare_case(difference, result, expect);
        status = result->nums.no_memory ? RK_NO_MEMORY : RK_OK;
    } else if (status != RK_NO_MEMORY) {
        rk__compare_failure(difference, own, status, expect);
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

static rk_status run_case(vector_run *run, const rk__value *v, rk__buf *difference,
                          rk_problems *problems)
{
    const char *arrangement = NULL;
    rk_status status = RK_OK;
    if (run->system) {
        if (run->unread != RK_OK) {
            rk__compare_failure(difference, run->faults, run->unread, rk__json_get(v, "expect"));
        } else {
            status = rk__system_case(run->session, run->contract, run->base_dir, v, difference,
                                     problems);
        }
        if (status == RK_OK) {
            tell(run, v, NULL, difference);
        }
        return status;
    }
    status = rk__json_only_keys(v, case_keys, problems);
    const rk__value *expect = rk__json_get(v, "expect");
    if (status == RK_OK && (expect == NULL || expect->type != RK__JSON_OBJECT)) {
        status = rk__json_problem(problems, v, RK_MISSING_KEY, "add \"expect\": {\"total\": ...}",
                                  "the case expects nothing");
    }
    if (status == RK_OK) {
        status = rk__json_only_keys(expect, expect_keys, problems);
    }
    if (status == RK_OK) {
        status = rk__json_text_of(v, "arrangement", false, &arrangement, problems);
    }
    if (status != RK_OK) {
        return status;
    }
    status = evaluate_case(run, v, arrangement, difference);
    if (status != RK_OK) {
        return status;
    }
    tell(run, v, arrangement, difference);
    return RK_OK;
}

/* ---------------------------------------------------------------------- vectors */

static rk_status find_contract(vector_run *run, const rk__value *root, const char *dir,
                               rk_problems *problems)
{
    const rk__value *contract = rk__json_get(root, "contract");
    const rk__value *system = rk__json_get(root, "system");
    if (contract != NULL && system != NULL) {
        return rk__json_problem(problems, system, RK_CONFLICT, "write a vector for each",
                                "'contract' and 'system' exclude each other");
    }
    run->system = system != NULL;
    contract = run->system ? system : contract;
    if (contract == NULL ||
        (contract->type != RK__JSON_OBJECT && contract->type != RK__JSON_STRING)) {
        return rk__json_problem(problems, contract != NULL ? contract : root,
                                contract != NULL ? RK_WRONG_TYPE : RK_MISSING_KEY, NULL,
                                "'contract' must be a contract or the path of one");
    }
    run->contract = contract;
    run->base_dir = dir;
    if (contract->type == RK__JSON_OBJECT) {
        return RK_OK;
    }
    run->faults = rk_problems_new();
    if (run->faults == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__access_document(&run->session->access, dir, contract, &run->arena,
                                                 &run->loaded, &run->base_dir, run->faults);
    if (status == RK_OK) {
        run->contract = rk__json_root(run->loaded);
    }
    run->unread = status;
    return status == RK_NO_MEMORY ? status : RK_OK;
}

static rk_status read_vector(vector_run *run, const rk__value *root, const rk__value **cases,
                             rk_problems *problems)
{
    const char *kind = NULL;
    if (root->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, root, RK_WRONG_TYPE, NULL,
                                "a vector must be an object, not %s", rk__json_type_name(root));
    }
    rk_status status = rk__json_text_of(root, "reckoner", true, &kind, problems);
    if (status == RK_OK && strcmp(kind, "vector/1") != 0) {
        return rk__json_problem(problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                "a vector begins with \"reckoner\": \"vector/1\"",
                                "this is a '%s' document, not a vector", kind);
    }
    if (status == RK_OK) {
        status = rk__json_only_keys(root, vector_keys, problems);
    }
    if (status == RK_OK) {
        status = rk__json_text_of(root, "id", true, &run->id, problems);
    }
    *cases = rk__json_get(root, "cases");
    if (status == RK_OK &&
        (*cases == NULL || (*cases)->type != RK__JSON_ARRAY || (*cases)->count == 0)) {
        return rk__json_problem(problems, *cases != NULL ? *cases : root,
                                *cases != NULL ? RK_WRONG_TYPE : RK_MISSING_KEY,
                                "add \"cases\": [{\"expect\": {\"total\": ...}}]",
                                "a vector needs a list of cases");
    }
    return status;
}

rk_status rk_vector_run(rk_session *session, const char *path,
                        void (*each)(void *ctx, const rk_case_report *report), void *ctx,
                        rk_problems *problems)
{
    vector_run run = {.session = session, .file = path, .each = each, .ctx = ctx};
    rk__json *document = NULL;
    const rk__value *cases = NULL;
    rk_status status = rk__json_load(path, &document, problems);
    if (status == RK_OK) {
        status = read_vector(&run, rk__json_root(document), &cases, problems);
    }
    const char *dir = rk__path_dirname(&run.arena, path);
    if (status == RK_OK) {
        status = dir != NULL ? find_contract(&run, rk__json_root(document), dir, problems)
                             : RK_NO_MEMORY;
    }
    for (const rk__value *v = status == RK_OK ? cases->first : NULL; v != NULL; v = v->next) {
        rk__buf difference = {0};
        const rk_status one = run_case(&run, v, &difference, problems);
        status = status == RK_OK ? one : status;
        rk__buf_dispose(&difference);
    }
    rk_problems_free(run.faults);
    rk__json_free(run.loaded);
    rk__json_free(document);
    rk__arena_dispose(&run.arena);
    return status;
}
