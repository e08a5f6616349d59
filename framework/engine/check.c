/* SPDX-License-Identifier: MIT
 *
 * check.c: validating documents: every problem at once, nothing paid. A contract
 * is bound and its tables read under every arrangement.
 */
#include <string.h>

#include "engine/evaluation.h"

static rk_status check_contract(rk_session *session, const char *path, rk_problems *problems)
{
    rk_contract *contract = NULL;
    rk_status status = rk_contract_load(session, path, &contract, problems);
    if (status != RK_OK) {
        return status;
    }
    const size_t n = contract->n_arrangements;
    const rk__arrangement **all = rk__calloc(n, sizeof *all);
    if (all == NULL) {
        rk_contract_free(contract);
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        all[i] = &contract->arrangements[i];
    }
    rk__evaluation e;
    status = rk__evaluate(contract, all, n, &e, problems);
    rk__evaluation_dispose(&e);
    rk__free(all);
    rk_contract_free(contract);
    return status;
}

static rk_status check_tariff(rk_session *session, const char *path, rk_problems *problems)
{
    const rk__tariff_ref ref = rk__tariff_ref_of(path);
    const rk__tariff_options options = {.access = &session->access,
                                        .base_dir = NULL,
                                        .cache_dir = session->options.cache_dir,
                                        .ca_file = session->options.ca_file};
    rk__tariff *tariff = NULL;
    rk_status first = rk__tariff_load(&ref, 1, &options, &tariff, problems);
    for (size_t i = 0; tariff != NULL && i < rk__tariff_n_tables(tariff); i++) {
        rk__table *table = NULL;
        const rk_status status =
            rk__tariff_table(tariff, rk__tariff_table_name(tariff, i), &table, problems);
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

static void count_failure(void *ctx, const rk_case_report *report)
{
    *(size_t *) ctx += report->passed ? 0 : 1;
}

rk_status rk_check(rk_session *session, const char *path, rk_problems *problems)
{
    rk__json *document = NULL;
    rk_status status = rk__json_load(path, &document, problems);
    if (status != RK_OK) {
        return status;
    }
    const rk__value *root = rk__json_root(document);
    const rk__value *kind = rk__json_get(root, "reckoner");
    const char *text = kind != NULL && kind->type == RK__JSON_STRING ? kind->text : "";
    if (strcmp(text, "contract/1") == 0) {
        status = check_contract(session, path, problems);
    } else if (strcmp(text, "tariff/1") == 0) {
        status = check_tariff(session, path, problems);
    } else if (strcmp(text, "system/1") == 0) {
        status = check_system(session, path, problems);
    } else if (strcmp(text, "vector/1") == 0) {
        size_t failures = 0;
        status = rk_vector_run(session, path, count_failure, &failures, problems);
    } else {
        status = rk__json_problem(problems, kind != NULL ? kind : root,
                                  kind != NULL ? RK_OUT_OF_RANGE : RK_MISSING_KEY,
                                  "\"reckoner\" is contract/1, tariff/1, system/1 or vector/1",
                                  kind != NULL ? "unknown kind of document '%s'"
                                               : "the document does not say what it is%s",
                                  text);
    }
    rk__json_free(document);
    return status;
}
