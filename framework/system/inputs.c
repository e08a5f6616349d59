/* SPDX-License-Identifier: MIT
 *
 * inputs.c: what the result of a system was made from: documents, files and rules, each once.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static rk_status add(rk_system_result *r, const rk_system_input *input)
{
    for (size_t i = 0; i < r->n_inputs; i++) {
        const rk_system_input *have = &r->inputs[i];
        if (strcmp(have->kind, input->kind) == 0 && same_text(have->file, input->file) &&
            same_text(have->id, input->id) && same_text(have->digest, input->digest)) {
            return RK_OK;
        }
    }
    if (rk__grow((void **) &r->inputs, &r->inputs_capacity, r->n_inputs + 1, sizeof *r->inputs) !=
        0) {
        return RK_NO_MEMORY;
    }
    r->inputs[r->n_inputs++] =
        (rk_system_input){.kind = input->kind,
                          .id = rk__arena_strdup(&r->arena, input->id),
                          .version = rk__arena_strdup(&r->arena, input->version),
                          .file = rk__arena_strdup(&r->arena, input->file),
                          .digest = rk__arena_strdup(&r->arena, input->digest)};
    return r->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status add_tariff(rk_system_result *r, const rk_provenance_tariff *t)
{
    rk_status status = add(r, &(rk_system_input){.kind = "tariff",
                                                 .id = t->id,
                                                 .version = t->source,
                                                 .file = t->place,
                                                 .digest = t->sha256});
    for (size_t i = 0; i < t->n_files && status == RK_OK; i++) {
        const rk_provenance_file *f = rk_tariff_file(t, i);
        status =
            add(r, &(rk_system_input){
                       .kind = "tariff file", .id = t->id, .file = f->file, .digest = f->xxh3});
    }
    return status;
}

static rk_status add_result(rk_system_result *r, const rk_result *result)
{
    const rk_result_view *v = rk_result_read(result);
    rk_status status = RK_OK;
    for (size_t i = 0; i < v->n_tariffs && status == RK_OK; i++) {
        status = add_tariff(r, rk_result_tariff(result, i));
    }
    for (size_t i = 0; i < v->n_facts && status == RK_OK; i++) {
        const rk_provenance_fact *f = rk_result_fact(result, i);
        status = add(r, &(rk_system_input){.kind = "facts",
                                           .id = f->table,
                                           .file = f->file,
                                           .digest = f->sha256 != NULL ? f->sha256 : f->xxh3});
    }
    for (size_t i = 0; i < v->n_rules && status == RK_OK; i++) {
        const rk_provenance_rule *rule = rk_result_rule(result, i);
        status = add(r, &(rk_system_input){.kind = "rule",
                                           .id = rule->id,
                                           .version = rule->version,
                                           .file = rule->file,
                                           .digest = rule->sha256});
    }
    return status;
}

rk_status rk__system_inputs(rk__system_run *run)
{
    rk_system_result *r = run->result;
    rk_status status = RK_OK;
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK && !r->figures_only; i++) {
        const rk__contract_file *file =
            i < run->system->n_placed ? &run->system->contract_files[i] : NULL;
        if (file != NULL && file->path != NULL) {
            status = add(r, &(rk_system_input){.kind = "contract",
                                               .id = run->s.contracts[i].id,
                                               .file = file->path,
                                               .digest = file->sha256});
        }
        if (status == RK_OK && run->results[i] != NULL) {
            status = add_result(r, run->results[i]);
        }
    }
    return status;
}

const rk_system_input *rk_system_made_from(const rk_system_result *result, size_t index)
{
    return index < result->n_inputs ? &result->inputs[index] : NULL;
}
