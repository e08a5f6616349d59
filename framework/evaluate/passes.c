/* SPDX-License-Identifier: MIT
 *
 * passes.c: the row tables of an evaluation, each read once for everything that prices its rows.
 */
#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "evaluate/parts.h"
#include "scan/looks.h"

static rk_status row_table_of(const rk__instance *instance, const rk__table_spec **out,
                              rk_problems *problems)
{
    const char *name = rk__component_table(instance->component, instance->rule->rule->rows);
    *out = rk__contract_fact(instance->contract, name);
    if (*out != NULL) {
        return RK_OK;
    }
    const size_t n = instance->contract->n_facts;
    const char **names = rk__calloc(n + 1, sizeof *names);
    for (size_t i = 0; names != NULL && i < n; i++) {
        names[i] = instance->contract->facts[i].name;
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    char hint[256] = "add it to \"facts\", or name another with \"tables\"";
    if (near != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    }
    const rk_status status =
        rk__instance_problem(instance, RK_UNKNOWN_TABLE, hint, problems,
                             "rule '%s' prices the rows of table '%s', which the facts do not have",
                             instance->rule->id, name);
    rk__free(names);
    return status;
}

static rk_status keep_files(rk__evaluation *e, const rk__pass_input *input,
                            const rk__pass_files *files, rk_problems *problems)
{
    for (size_t i = 0; i < files->n; i++) {
        if (rk__grow((void **) &e->files, &e->files_capacity, e->n_files + 1, sizeof *e->files) !=
            0) {
            return RK_NO_MEMORY;
        }
        e->files[e->n_files++] = files->files[i];
    }
    e->bad_rows += files->bad_rows;
    e->threads = files->threads > e->threads ? files->threads : e->threads;
    if (files->profile != NULL) {
        rk__buf_puts(&e->profile, files->profile);
    }
    return rk__evaluation_keep_totals(e, input->spec, input->instances, input->n_instances, files,
                                      problems);
}

size_t rk__evaluation_streams(rk__evaluation *e, const rk__table_spec *spec, rk__instance **out)
{
    size_t n = 0;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(e, a); u++) {
            rk__instance *instance = &e->instances[a][u];
            const rk__table_spec *of = NULL;
            if (instance->streams && !instance->idle &&
                row_table_of(instance, &of, NULL) == RK_OK && of == spec) {
                out[n++] = instance;
            }
        }
    }
    for (size_t i = 0; i < e->n_implied; i++) {
        const rk__table_spec *of = NULL;
        if (e->implied[i]->streams && !e->implied[i]->idle &&
            row_table_of(e->implied[i], &of, NULL) == RK_OK && of == spec) {
            out[n++] = e->implied[i];
        }
    }
    for (size_t p = 0; e->costs != NULL && p < e->contract->n_periods; p++) {
        if (strcmp(spec->name, "activity") == 0 && !e->costs[p].idle) {
            out[n++] = &e->costs[p];
        }
    }
    return n;
}

rk_status rk__evaluation_passes(rk__evaluation *e, bool go_on, rk_problems *problems)
{
    rk_status first = RK_OK;
    size_t total = e->contract->n_periods + e->n_implied;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(e, a); u++) {
            const rk__table_spec *spec = NULL;
            rk__instance *instance = &e->instances[a][u];
            rk__keep_first(&first,
                           instance->streams ? row_table_of(instance, &spec, problems) : RK_OK);
            total++;
        }
    }
    rk__instance **instances = rk__calloc(total, sizeof(rk__instance *));
    rk__keep_first(&first, instances == NULL ? RK_NO_MEMORY : RK_OK);
    for (size_t i = 0; i < e->contract->n_facts && (first == RK_OK || go_on); i++) {
        rk__pass_files files = {0};
        struct rk__pass_part part;
        const rk__table_spec *spec = &e->contract->facts[i];
        const size_t n = rk__evaluation_streams(e, spec, instances);
        if (n == 0 || (e->part != NULL && !rk__part_of_table(e->part, &spec, &e->arena, &part))) {
            continue;
        }
        if (spec == NULL) {
            rk__keep_first(&first, RK_NO_MEMORY);
            break;
        }
        const rk__pass_input input = {.contract = e->contract,
                                      .spec = spec,
                                      .instances = instances,
                                      .n_instances = n,
                                      .sources = e->sources,
                                      .rows_file = e->rows_file,
                                      .no_groups = e->totals_only,
                                      .looks = RK__ROWS_LOOKED_AT &&
                                               (e->part == NULL || e->part->out == NULL),
                                      .part = e->part != NULL && part.of > 0 ? &part : NULL};
        const rk_status status = rk__pass_run(&input, &e->arena, &files, problems);
        rk__keep_first(&first, status == RK_OK ? keep_files(e, &input, &files, problems) : status);
        if (status == RK_OK && files.n_repeats > 0) {
            rk__keep_first(&first,
                           rk__evaluation_price_repeats(e, spec, instances, n, &files, problems));
        }
    }
    rk__free(instances);
    return first;
}
