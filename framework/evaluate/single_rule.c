/* SPDX-License-Identifier: MIT
 *
 * single_rule.c: settles one rule without a contract, through the code that binds and settles
 * a contract's components, so that both give the same amount.
 */
#include "evaluate/single_rule.h"

#include <string.h>

#include "contract/sources.h"
#include "ledger/instance.h"

/* ---------------------------------------------------- parameters and rows as values */

/* Puts it after `last`, the child before it; NULL if it is the first. */
static void link_value(rk__value *parent, rk__value *last, rk__value *v)
{
    v->parent = parent;
    v->index = parent->count++;
    *(last == NULL ? &parent->first : &last->next) = v;
}

/* A value with the position at which the caller wants problems reported. */
static rk__value value_at(const rk__value *at, rk__json_type type)
{
    return (rk__value){.document = at->document,
                       .parent = at->parent,
                       .key = at->key,
                       .index = at->index,
                       .line = at->line,
                       .column = at->column,
                       .offset = at->offset,
                       .end = at->end,
                       .key_is_here = true,
                       .type = type};
}

static rk__value *link_text(rk__value *parent, rk__value *last, rk__value *v, const char *key,
                            const char *text)
{
    *v = value_at(parent, RK__JSON_STRING);
    v->key = key;
    v->text = text;
    v->length = (uint32_t) strlen(text);
    link_value(parent, last, v);
    return v;
}

/* The parameters as an object. */
static rk__value *params_of(const rk__single_rule *input, rk__arena *arena)
{
    rk__value *values = rk__arena_alloc(arena, (input->n_params + 1) * sizeof *values);
    if (values == NULL) {
        return NULL;
    }
    values[0] = value_at(input->at, RK__JSON_OBJECT);
    for (size_t i = 0; i < input->n_params; i++) {
        (void) link_text(&values[0], i > 0 ? &values[i] : NULL, &values[i + 1],
                         input->params[i].name, input->params[i].text);
    }
    return values;
}

/* The table as an array of objects. */
static rk__value *rows_of(const rk__single_rule *input, rk__arena *arena)
{
    const size_t n = input->n_columns;
    rk__value *values = rk__arena_alloc(arena, (input->n_rows * (n + 1) + 1) * sizeof *values);
    if (values == NULL) {
        return NULL;
    }
    values[0] = value_at(input->at, RK__JSON_ARRAY);
    for (size_t r = 0; r < input->n_rows; r++) {
        rk__value *row = &values[1 + r * (n + 1)];
        *row = value_at(input->at, RK__JSON_OBJECT);
        row->key = NULL;
        link_value(&values[0], r > 0 ? row - (n + 1) : NULL, row);
        rk__value *last = NULL;
        for (size_t k = 0; k < n; k++) {
            const char *cell = input->cells[r * n + k];
            if (cell != NULL) {
                last = link_text(row, last, &row[1 + k], input->columns[k], cell);
            }
        }
    }
    return values;
}

/* ------------------------------------------------------------------------- settling */

static rk_status settle(rk__instance *instance, rk_problems *problems)
{
    rk_status status = rk__instance_bind(instance, problems);
    if (status == RK_OK) {
        status = rk__instance_prepare(instance, problems);
    }
    if (status == RK_OK) {
        status = rk__instance_settle(instance, instance, problems);
    }
    return status == RK_OK && instance->result->nums.no_memory ? RK_NO_MEMORY : status;
}

/* The lines live in the result and outlive the instance. */
static rk_status keep(const rk__instance *instance, rk_result *result)
{
    rk__period_result *period = rk__arena_alloc(&result->arena, sizeof *period);
    rk__component_result *component = rk__arena_alloc(&result->arena, sizeof *component);
    if (period == NULL || component == NULL) {
        return RK_NO_MEMORY;
    }
    *component = (rk__component_result){.exact = instance->exact,
                                        .total = instance->rounded,
                                        .lines = instance->lines,
                                        .n_lines = instance->n_lines};
    *period =
        (rk__period_result){.total = instance->rounded, .components = component, .n_components = 1};
    result->periods = period;
    result->n_periods = 1;
    return RK_OK;
}

rk_status rk__single_rule_settle(rk_session *session, const rk__single_rule *input, rk_result **out,
                                 rk_problems *problems)
{
    rk_result *result = NULL;
    rk__sources *sources = NULL;
    rk_period period = *input->period;
    rk__table_spec table = {.name = input->table, .delimiter = ','};
    rk__component component = {.id = input->component, .rule = input->rule, .at = input->at};
    const rk__arrangement arrangement = {
        .name = input->component, .components = &component, .n_components = 1, .at = input->at};
    rk_contract contract = {.session = session,
                            .base_dir = ".",
                            .periods = &period,
                            .n_periods = 1,
                            .facts = &table,
                            .n_facts = 1,
                            .rounding_unit = RK_DECIMAL_ONE / rk_power_of_ten(input->places),
                            .places = input->places};
    *out = NULL;
    component.params = params_of(input, &contract.arena);
    table.rows = rows_of(input, &contract.arena);
    rk_status status = component.params == NULL || table.rows == NULL
                           ? RK_NO_MEMORY
                           : rk__sources_new(&contract, &sources, problems);
    if (status == RK_OK) {
        status = rk__result_new(&contract, &arrangement, &result);
    }
    if (status == RK_OK) {
        rk__instance instance = {.sources = sources,
                                 .contract = &contract,
                                 .arrangement = &arrangement,
                                 .component = &component,
                                 .period = &period,
                                 .result = result};
        status = settle(&instance, problems);
        status = status == RK_OK ? keep(&instance, result) : status;
        rk__instance_dispose(&instance);
    }
    rk__sources_free(sources);
    rk__arena_dispose(&contract.arena);
    if (status != RK_OK) {
        rk_result_free(result);
        return status;
    }
    *out = result;
    return RK_OK;
}
