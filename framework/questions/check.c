/* SPDX-License-Identifier: MIT
 *
 * check.c: validating documents: reports every problem at once and pays nothing. A contract
 * is bound and its tables read under every arrangement.
 */
#include <string.h>

#include "base/dict.h"
#include "diff/diff.h"
#include "evaluate/cost.h"
#include "import/profile.h"
#include "ledger/host.h"
#include "ledger/instance.h"
#include "questions/check_rows.h"
#include "questions/coverage.h"
#include "rules/load.h"
#include "system/activity.h"
#include "system/system.h"
#include "tariff/inside.h"
#include "vectors/vectors.h"

#define STANDARD_INPUT "standard input"

/* --------------------------------------------------- contracts that cannot be read */

static rk_status check_component(rk_session *session, const rk__value *v, rk__nums *nums,
                                 rk__arena *arena, rk_problems *problems)
{
    const rk__value *id = rk__json_get(v, "rule");
    const rk__value *params = rk__json_get(v, "params");
    if (id == NULL || id->type != RK__JSON_STRING ||
        (params != NULL && params->type != RK__JSON_OBJECT && params->type != RK__JSON_NULL)) {
        return RK_OK; /* reported when the contract was read */
    }
    rk_status status = RK_OK;
    void *bound = NULL;
    const rk__component component = {.rule = id->text, .at = v};
    const rk__rule *rule = rk__session_rule(session, &component, &status, problems);
    const rk__bind_input input = {
        .rule = rule,
        .params = params != NULL && params->type == RK__JSON_OBJECT ? params : NULL,
        .component = v,
        .scale_num = 1,
        .scale_den = 1};
    return rule == NULL ? status : rk__bind(&input, nums, arena, &bound, problems);
}

/* Binds the components of a contract that could not be read: the problems of the contract are
 * reported already, those of parameters are not. */
static rk_status check_components(rk_session *session, const rk__value *root, rk_problems *problems)
{
    rk_status first = RK_OK;
    rk__nums nums = {0};
    rk__arena arena = {0};
    const rk__value *arrangements = rk__json_get(root, "arrangements");
    const bool named = arrangements != NULL && arrangements->type == RK__JSON_OBJECT;
    for (const rk__value *a = named ? arrangements->first : NULL; a != NULL; a = a->next) {
        for (const rk__value *v = a->type == RK__JSON_ARRAY ? a->first : NULL; v != NULL;
             v = v->next) {
            rk__keep_first(&first, check_component(session, v, &nums, &arena, problems));
        }
    }
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
    return first;
}

/* ----------------------------------------------------------- contracts that can be */

/* Reads the tables of all components that are bound, and pays nothing. */
static rk_status check_tables(rk__evaluation *e, rk_problems *problems)
{
    rk_status first = RK_OK;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        const size_t n = e->contract->n_periods * e->arrangements[a]->n_components;
        for (size_t u = 0; u < n; u++) {
            rk__instance *instance = &e->instances[a][u];
            const rk_status status =
                instance->bound ? rk__instance_prepare(instance, problems) : RK_OK;
            instance->bound = instance->bound && status == RK_OK;
            instance->streams = instance->streams && instance->bound;
            rk__keep_first(&first, status);
        }
    }
    rk__keep_first(&first, rk__values_prepare(e, true, problems));
    rk__keep_first(&first, rk__cost_instances(e));
    rk__keep_first(&first, rk__evaluation_passes(e, true, problems));
    for (size_t a = 0; a < e->n_arrangements; a++) {
        const size_t n = e->contract->n_periods * e->arrangements[a]->n_components;
        for (size_t u = 0; u < n; u++) {
            if (e->instances[a][u].bound) {
                rk__keep_first(&first, rk__settle_tables_load(&e->instances[a][u], problems));
            }
        }
    }
    for (size_t i = 0; i < e->n_implied; i++) {
        if (e->implied[i]->bound) {
            rk__keep_first(&first, rk__settle_tables_load(e->implied[i], problems));
        }
    }
    return first;
}

/* Reports the findings of all arrangements, except notes, each once. */
static rk_status tell_findings(const rk__evaluation *e, const char *path, rk_problems *problems)
{
    const rk__place place = {.file = path};
    rk__buf text = {0};
    rk__dict *told = rk__dict_new();
    bool failed = told == NULL;
    for (size_t a = 0; a < e->n_arrangements && !failed; a++) {
        for (size_t i = 0; i < rk_result_n_findings(e->results[a]) && !failed; i++) {
            const rk_finding *f = rk_result_finding(e->results[a], i);
            const int32_t before = rk__dict_count(told);
            if (f->severity == RK_SEVERITY_NOTE) {
                continue;
            }
            rk__buf_reset(&text);
            rk__buf_printf(&text, "%s%s%s [%s]", f->at != NULL ? f->at : "",
                           f->at != NULL ? ": " : "", f->message, f->code);
            failed = text.failed || rk__dict_intern(told, text.text, text.length) < 0;
            if (!failed && rk__dict_count(told) > before) {
                const bool full = rk__problems_full(problems);
                (void) rk__problem(problems, RK_OK, &place, NULL, "%s", text.text);
                const size_t last = rk_problems_count(problems) - 1;
                failed = !full && rk_problems_at(problems, last)->status != RK_OK;
            }
        }
    }
    rk__dict_free(told);
    rk__buf_dispose(&text);
    return failed ? RK_NO_MEMORY : RK_OK;
}

/* Reports what an evaluation finds and, if it ends early, what it would have found after that.
 * `rows` counts the rows of the fact files that were read. */
static rk_status check_evaluation(rk_contract *contract, const char *name,
                                  const rk__arrangement *const *all, size_t n, uint64_t *rows,
                                  rk_problems *problems)
{
    rk__evaluation e;
    rk_problems *found = rk_problems_new();
    rk_status status = found == NULL ? RK_NO_MEMORY : rk__evaluate(contract, all, n, &e, found);
    if (found == NULL) {
        return status;
    }
    /* Without its tariff an evaluation can bind and read nothing more, and another attempt would
     * only take as long again. */
    const bool all_told = status == RK_OK || status == RK_NO_MEMORY || e.sources == NULL ||
                          rk_status_exit_code(status) == 4;
    for (size_t i = 0; i < e.n_files; i++) {
        *rows += e.files[i].rows;
    }
    status = status == RK_OK ? tell_findings(&e, name, problems) : status;
    rk__evaluation_dispose(&e);
    if (all_told) {
        rk__problems_append(problems, found);
    } else {
        rk_status further = rk__evaluation_plan(contract, all, n, &e, problems);
        if (e.sources != NULL && further != RK_NO_MEMORY) {
            further = check_tables(&e, problems);
        }
        status = further == RK_NO_MEMORY ? further : status; /* not all was found */
        /* Problems that only settling finds. */
        rk__problems_append(problems, found);
        rk__evaluation_dispose(&e);
    }
    rk_problems_free(found);
    return status;
}

/* Frees the text once the contract has its own copy: documents may be large. */
static rk_status check_contract(rk_session *session, char **text, size_t length, const char *path,
                                bool *read, rk_coverage **coverage, rk_problems *problems)
{
    rk_contract *contract = NULL;
    rk__arena arena = {0};
    const bool standard_input = strcmp(path, "-") == 0;
    const char *base = standard_input ? "." : rk__path_dirname(&arena, path);
    rk_status status = base == NULL ? RK_NO_MEMORY
                                    : rk_contract_parse(session, *text, length,
                                                        standard_input ? STANDARD_INPUT : path,
                                                        base, &contract, problems);
    *read = contract != NULL;
    if (*read) {
        rk__free(*text);
        *text = NULL;
    }
    const size_t n = contract != NULL ? contract->n_arrangements : 0;
    const rk__arrangement **all = rk__arena_alloc(&arena, (n + 1) * sizeof *all);
    if (status == RK_OK && all == NULL) {
        status = RK_NO_MEMORY;
    }
    if (status == RK_OK) {
        for (size_t i = 0; i < n; i++) {
            all[i] = &contract->arrangements[i];
        }
        uint64_t rows = 0;
        status = check_evaluation(contract, standard_input ? STANDARD_INPUT : path, all, n, &rows,
                                  problems);
        if (status == RK_OK && coverage != NULL && rows <= RK__ACTIVITY_MAX_ROWS) {
            status = rk__contract_coverage(standard_input ? STANDARD_INPUT : path, contract,
                                           coverage, problems);
        }
    }
    rk_contract_free(contract);
    rk__arena_dispose(&arena);
    return status;
}

/* ------------------------------------------------------------------ other documents */

static rk_status check_tariff(rk_session *session, const char *path, rk_problems *problems)
{
    const rk__tariff_ref ref = rk__tariff_ref_of(path);
    const rk__tariff_options options = {.access = &session->access,
                                        .base_dir = NULL,
                                        .cache_dir = session->options.cache_dir,
                                        .ca_file = session->options.ca_file};
    rk__tariff *tariff = NULL;
    rk_status first = rk__tariff_load(&ref, 1, &options, &tariff, problems);
    for (size_t i = 0; tariff != NULL && i < tariff->n_tables; i++) {
        rk__table *table = NULL;
        const rk_status status =
            rk__tariff_table(tariff, tariff->tables[i].spec.name, &table, problems);
        first = first == RK_OK ? status : first;
    }
    rk__tariff_free(tariff);
    return first;
}

static rk_status check_system(rk_session *session, const char *path, rk_problems *problems)
{
    rk_system *system = NULL;
    rk_system_result *result = NULL;
    rk_status status = rk_system_load(session, path, &system, problems);
    if (status == RK_OK) {
        status = rk_system_evaluate(system, NULL, &result, problems);
    }
    rk_system_result_free(result);
    rk_system_free(system);
    return status;
}

/* Checks a contract as if it were evaluated. That parses its text, so the present tree is freed
 * first: there is never more than one tree of a large document. */
static rk_status check_contract_alone(rk_session *session, rk__json **document, char **text,
                                      size_t length, const char *path, rk_coverage **coverage,
                                      rk_problems *problems)
{
    bool read = false;
    const rk_status rows = rk__check_rows(rk__json_root(*document), false, problems);
    rk__json_free(*document);
    *document = NULL;
    rk_status status = check_contract(session, text, length, path, &read, coverage, problems);
    rk__keep_first(&status, rows);
    if (read || status == RK_NO_MEMORY) {
        return status;
    }
    const char *name = strcmp(path, "-") == 0 ? STANDARD_INPUT : path;
    rk_status further = rk__json_parse(*text, length, name, document, NULL);
    if (further == RK_OK) {
        further = check_components(session, rk__json_root(*document), problems);
    }
    return further == RK_NO_MEMORY ? RK_NO_MEMORY : status;
}

static rk_status check_document(rk_session *session, rk__json **document, char **text,
                                size_t length, const char *path, rk_coverage **coverage,
                                rk_problems *problems)
{
    const rk__value *root = rk__json_root(*document);
    const rk__value *kind = rk__json_get(root, "reckoner");
    const char *word = kind != NULL && kind->type == RK__JSON_STRING ? kind->text : "";
    if (strncmp(word, "contract/", 9) == 0) {
        return check_contract_alone(session, document, text, length, path, coverage, problems);
    }
    if (strcmp(path, "-") == 0 && (strcmp(word, "tariff/1") == 0 || strcmp(word, "vector/1") == 0 ||
                                   strcmp(word, "system/1") == 0)) {
        return rk__json_problem(problems, kind, RK_USAGE, "name its file",
                                "only contracts are checked from standard input");
    }
    if (strcmp(word, "tariff/1") == 0) {
        return check_tariff(session, path, problems);
    }
    if (strcmp(word, "system/1") == 0) {
        rk_status status = check_system(session, path, problems);
        rk__keep_first(&status, rk__check_rows(root, true, problems));
        return status;
    }
    if (strcmp(word, "import/1") == 0) {
        rk__import_profile *profile = NULL;
        const rk_status status = rk__profile_read(root, &profile, problems);
        rk__profile_free(profile);
        return status;
    }
    if (strcmp(word, "challenges/1") == 0 && strcmp(path, "-") != 0) {
        return rk__challenges_check(path, &session->access, problems);
    }
    if (strncmp(word, "rule/", 5) == 0) {
        return rk__document_check(*document, problems);
    }
    if (strcmp(word, "vector/1") == 0) {
        return rk__vector_check(session, path, problems);
    }
    return rk__json_problem(
        problems, kind != NULL ? kind : root, kind != NULL ? RK_OUT_OF_RANGE : RK_MISSING_KEY,
        "\"reckoner\" is contract/1, tariff/1, system/1, vector/1, import/1, rule/1 or "
        "challenges/1",
        kind != NULL ? "unknown kind of document '%s'" : "the document does not say what it is%s",
        word);
}

static rk_status check_path(rk_session *session, const char *path, rk_coverage **coverage,
                            rk_problems *problems)
{
    const size_t before = rk_problems_count(problems);
    rk__json *document = NULL;
    char *text = NULL;
    size_t length = 0;
    const char *name = NULL;
    rk_status status =
        rk__file_read_input(path, RK__JSON_MAX_BYTES, &name, &text, &length, problems);
    rk__arena scratch = {0};
    const char *dir = name == path ? rk__path_dirname(&scratch, path) : ".";
    if (status == RK_OK) {
        status = dir == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        rk__access_note_names(&session->access, dir, text, length);
        status = rk__json_parse(text, length, name, &document, problems);
    }
    if (status == RK_OK) {
        status = check_document(session, &document, &text, length, path, coverage, problems);
    }
    rk__arena_dispose(&scratch);
    rk__json_free(document);
    rk__free(text);
    rk__problems_tidy(problems, before);
    return status;
}

rk_status rk_check(rk_session *session, const char *path, rk_problems *problems)
{
    return check_path(session, path, NULL, problems);
}

rk_status rk_check_coverage(rk_session *session, const char *path, rk_coverage **out_coverage,
                            rk_problems *problems)
{
    *out_coverage = NULL;
    return check_path(session, path, out_coverage, problems);
}
