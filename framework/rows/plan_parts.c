/* SPDX-License-Identifier: MIT
 *
 * plan_parts.c: the parts of a plan, of which equal ones are one: columns that are read,
 * combinations, lookups and their chains, columns that are handed to rules.
 *
 * A key of a lookup that the rows lack may be a column that the rule looks up itself, so that a
 * provider gives an area and the area a wage index. The text of such a column is *derived*: the
 * codes of the lookup's table, gathered by the rows that were found.
 */
#include <stdio.h>
#include <string.h>

#include "ledger/settled_cell.h"
#include "rows/pass.h"
#include "rows/plan_parts.h"
#include "scan/open.h"

/* Wants from here on are derived columns, until the scan's are all known. */
#define DERIVED (SIZE_MAX / 2)

rk_status rk__plan_want(rk__pass *p, const char *column, rk__cell_type type, size_t *out)
{
    for (size_t i = 0; i < p->n_wants; i++) {
        if (p->wants[i].type == type && strcmp(p->wants[i].column, column) == 0) {
            *out = i;
            return RK_OK;
        }
    }
    rk__scan_want *grown = rk__arena_alloc(&p->arena, (p->n_wants + 1) * sizeof *grown);
    if (grown == NULL) {
        return RK_NO_MEMORY;
    }
    if (p->n_wants > 0) {
        memcpy(grown, p->wants, p->n_wants * sizeof *grown);
    }
    grown[p->n_wants] = (rk__scan_want){column, type};
    p->wants = grown;
    *out = p->n_wants++;
    return RK_OK;
}

rk_status rk__plan_combination(rk__pass *p, const rk__pass_combination *want, size_t *out)
{
    for (size_t i = 0; i < p->n_combinations; i++) {
        const rk__pass_combination *have = &p->combinations[i];
        if (have->n == want->n &&
            memcmp(have->want, want->want, want->n * sizeof want->want[0]) == 0) {
            *out = i;
            return RK_OK;
        }
    }
    rk__pass_combination *grown =
        rk__arena_alloc(&p->arena, (p->n_combinations + 1) * sizeof *grown);
    if (grown == NULL) {
        return RK_NO_MEMORY;
    }
    if (p->n_combinations > 0) {
        memcpy(grown, p->combinations, p->n_combinations * sizeof *grown);
    }
    grown[p->n_combinations] = *want;
    p->combinations = grown;
    *out = p->n_combinations++;
    return RK_OK;
}

/* Whether a lookup has a value in each of its rows. */
static bool is_filled(const rk__pass *p, const rk__planned_column *column)
{
    if (column->join == RK__NONE || column->data == NULL) {
        return false;
    }
    const size_t n = rk__lookup_n_rows(p->joins[column->join].lookup);
    return memchr(column->data->has + 1, 0, n) == NULL;
}

rk_status rk__plan_column_add(rk__pass *p, const rk__planned_column *column, size_t *out)
{
    for (size_t i = 0; i < p->n_columns; i++) {
        const rk__planned_column *have = &p->columns[i];
        if (have->type == column->type && have->words == column->words &&
            have->want == column->want && have->join == column->join &&
            have->data == column->data && have->default_v == column->default_v &&
            have->has_default == column->has_default) {
            *out = i;
            return RK_OK;
        }
    }
    rk__planned_column *grown = rk__arena_alloc(&p->arena, (p->n_columns + 1) * sizeof *grown);
    if (grown == NULL) {
        return RK_NO_MEMORY;
    }
    if (p->n_columns > 0) {
        memcpy(grown, p->columns, p->n_columns * sizeof *grown);
    }
    grown[p->n_columns] = *column;
    grown[p->n_columns].filled = is_filled(p, column);
    grown[p->n_columns].constant =
        column->want == RK__NONE && (column->join == RK__NONE || column->data == NULL);
    p->columns = grown;
    *out = p->n_columns++;
    return RK_OK;
}

rk_status rk__plan_lacks(const rk__pass *p, const rk__instance *instance, const char *column,
                         const char *why, rk_problems *problems)
{
    const rk__value *at = p->input->spec->at;
    return rk__json_problem(problems, at != NULL ? at : instance->component->at, RK_MISSING_COLUMN,
                            "add the column, or map it with \"columns\" or \"defaults\"",
                            "table '%s' has no column '%s', %s (rule '%s')", p->input->spec->name,
                            column, why, instance->rule->id);
}

/* ------------------------------------------------------------------ lookups */

static rk_status plan_join(rk__pass *p, rk__instance *instance, const rk__lookup_chain *link,
                           rk__planned_column *out, int *at, rk_problems *problems);

/* The rule's column by which a key that the rows lack is looked up; NULL if none. */
static const rk_column *key_column(const rk__instance *instance, const rk__lookup_chain *link,
                                   const char *key)
{
    for (const rk_column *c = instance->rule->columns; c->name != NULL; c++) {
        if (c != link->column && c->lookup != NULL && c->type != RK_COLUMN_ROW &&
            strcmp(c->name, key) == 0 && strcmp(c->table, instance->rule->rule->rows) == 0) {
            return c;
        }
    }
    return NULL;
}

/* The codes of a text column of a lookup, by its rows + 1; 0: missing. */
static rk_status derive(rk__pass *p, size_t join, int column, const char *name, size_t *out,
                        rk_problems *problems)
{
    for (size_t i = 0; i < p->n_derived; i++) {
        if (p->derived[i].join == join && p->derived[i].column == column) {
            *out = DERIVED + i;
            return RK_OK;
        }
    }
    rk__table *table = rk__lookup_table(p->joins[join].lookup);
    const rk__column *typed = NULL;
    const rk_status status = rk__table_column(table, column, RK__CELL_TEXT, &typed, problems);
    rk__pass_derived *grown = rk__arena_alloc(&p->arena, (p->n_derived + 1) * sizeof *grown);
    uint32_t *codes =
        status == RK_OK ? rk__arena_alloc(&p->arena, (typed->n + 1) * sizeof *codes) : NULL;
    if (status != RK_OK || grown == NULL || codes == NULL) {
        return status != RK_OK ? status : RK_NO_MEMORY;
    }
    for (size_t i = 0; i < typed->n; i++) {
        codes[i + 1] = typed->has[i] != 0 ? (uint32_t) typed->v[i] + 1 : 0;
    }
    if (p->n_derived > 0) {
        memcpy(grown, p->derived, p->n_derived * sizeof *grown);
    }
    grown[p->n_derived] = (rk__pass_derived){
        .join = join, .column = column, .name = name, .codes = codes, .dict = typed->dict};
    p->derived = grown;
    *out = DERIVED + p->n_derived++;
    return RK_OK;
}

/* The tariff in force on the date of a row. */
static rk_status derive_tariff(rk__pass *p, const rk__instance *instance, size_t *out)
{
    for (size_t i = 0; i < p->n_derived; i++) {
        if (p->derived[i].join == RK__NONE) {
            *out = DERIVED + i;
            return RK_OK;
        }
    }
    const size_t n = rk__sources_n_tariffs(instance->sources);
    rk__pass_derived *grown = rk__arena_alloc(&p->arena, (p->n_derived + 1) * sizeof *grown);
    rk__pass_span *spans = rk__arena_alloc(&p->arena, (n + 1) * sizeof *spans);
    if (grown == NULL || spans == NULL) {
        return RK_NO_MEMORY;
    }
    p->tariffs = rk__dict_new();
    for (size_t i = 0; i < n && p->tariffs != NULL; i++) {
        const rk__tariff *t = rk__sources_tariff(instance->sources, i);
        const char *id = t->id;
        const int32_t code = rk__dict_intern(p->tariffs, id, strlen(id));
        if (code < 0) {
            return RK_NO_MEMORY;
        }
        spans[i] = (rk__pass_span){.from = t->from != NULL ? rk__date_days(t->from_day) : INT32_MIN,
                                   .to = t->to != NULL ? rk__date_days(t->to_day) : INT32_MAX,
                                   .code = (uint32_t) code + 1};
    }
    if (p->tariffs == NULL) {
        return RK_NO_MEMORY;
    }
    if (p->n_derived > 0) {
        memcpy(grown, p->derived, p->n_derived * sizeof *grown);
    }
    grown[p->n_derived] = (rk__pass_derived){
        .join = RK__NONE, .name = "tariff", .spans = spans, .n_spans = n, .dict = p->tariffs};
    p->derived = grown;
    *out = DERIVED + p->n_derived++;
    return RK_OK;
}

/* A key of a lookup: a column of the rows, or one that is looked up in turn. *found is false if
 * the rows lack it. */
static rk_status plan_key(rk__pass *p, rk__instance *instance, const rk__lookup_chain *link,
                          const char *key, size_t *want, bool *found, rk_problems *problems)
{
    *found = true;
    if (rk__scan_has_name(p->scan, key)) {
        return rk__plan_want(p, key, RK__CELL_TEXT, want);
    }
    const rk_column *column = key_column(instance, link, key);
    *found = column != NULL;
    if (column == NULL) {
        return RK_OK;
    }
    const rk__lookup_chain next = {column, link};
    rk__planned_column by = {.want = RK__NONE, .join = RK__NONE};
    int at = -1;
    rk_status status = rk__lookup_chain_check(instance, &next, problems);
    status = status == RK_OK ? plan_join(p, instance, &next, &by, &at, problems) : status;
    *found = at >= 0 && by.join != RK__NONE && p->joins[by.join].lacks == NULL;
    return status == RK_OK && *found ? derive(p, by.join, at, key, want, problems) : status;
}

static rk_status join_of(rk__pass *p, rk__instance *instance, const rk__lookup_chain *link,
                         rk__lookup *lookup, bool stacked, size_t *out, rk_problems *problems)
{
    rk__pass_combination keys = {.n = rk__lookup_n_keys(lookup)};
    rk__pass_join join = {.lookup = lookup, .combination = RK__NONE};
    for (size_t k = 0; k < keys.n; k++) {
        bool found = false;
        const char *name = rk__lookup_key(lookup, k);
        const bool tariff = stacked && k + 1 == keys.n;
        const rk_status status =
            tariff ? derive_tariff(p, instance, &keys.want[k])
                   : plan_key(p, instance, link, name, &keys.want[k], &found, problems);
        found |= tariff;
        if (status != RK_OK) {
            return status;
        }
        join.lacks = found ? join.lacks : name;
    }
    if (join.lacks == NULL) {
        const rk_status status = rk__plan_combination(p, &keys, &join.combination);
        if (status != RK_OK) {
            return status;
        }
        p->combinations[join.combination].joined = true;
    }
    for (size_t i = 0; i < p->n_joins; i++) {
        if (p->joins[i].lookup == lookup && p->joins[i].combination == join.combination) {
            *out = i;
            return RK_OK;
        }
    }
    rk__pass_join *grown = rk__arena_alloc(&p->arena, (p->n_joins + 1) * sizeof *grown);
    if (grown == NULL) {
        return RK_NO_MEMORY;
    }
    if (p->n_joins > 0) {
        memcpy(grown, p->joins, p->n_joins * sizeof *grown);
    }
    grown[p->n_joins] = join;
    p->joins = grown;
    *out = p->n_joins++;
    return RK_OK;
}

/* The numbers of a lookup's rows as `prepare` counts them: those of the period. */
static rk_status number_rows(rk__pass *p, rk__instance *instance, rk__lookup *lookup,
                             rk__planned_column *out, rk_problems *problems)
{
    rk__table *table = rk__lookup_table(lookup);
    const size_t n = rk__table_n_rows(table);
    rk__lookup_column *data = rk__arena_alloc(&p->arena, sizeof *data);
    int64_t next = 0;
    if (data == NULL) {
        return RK_NO_MEMORY;
    }
    data->v = rk__arena_alloc(&p->arena, (n + 1) * sizeof *data->v);
    data->has = rk__arena_alloc(&p->arena, n + 1);
    if (data->v == NULL || data->has == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t row = 0; row < n; row++) {
        int period = RK__PERIOD_ALL;
        const rk_status status =
            rk__sources_row_period(instance->contract, table, row, &period, problems);
        if (status != RK_OK) {
            return status;
        }
        data->has[row + 1] = period == RK__PERIOD_ALL || period == (int) instance->period_index;
        data->v[row + 1] = data->has[row + 1] != 0 ? next++ : 0;
    }
    out->data = data;
    return RK_OK;
}

/* Whether rows may have a price of their own, so that a price need not be found. */
static bool may_price(const rk__pass *p, const rk__instance *instance, const rk_column *c)
{
    bool may = false;
    for (size_t i = 0; (c->flags & RK_PRICE_DECIDES) != 0 && i < instance->rule->n_columns; i++) {
        const rk_column *own = &instance->rule->columns[i];
        may |= own->lookup == NULL && own->type == RK_COLUMN_DECIMAL && own->unit != NULL &&
               strcmp(own->unit, "GBP") == 0 && rk__scan_has_name(p->scan, own->name);
    }
    return may;
}

/* A column that the rule looks up, since the row table lacks it. */
static rk_status plan_join(rk__pass *p, rk__instance *instance, const rk__lookup_chain *link,
                           rk__planned_column *out, int *at, rk_problems *problems)
{
    const rk_column *c = link->column;
    *at = -1;
    const bool required = (c->flags & RK_REQUIRED) != 0 && !may_price(p, instance, c);
    const char *name = rk__component_table(instance->component, c->lookup);
    rk__lookup *lookup = NULL;
    bool stacked = p->date_want != RK__NONE && link->before == NULL && c->type != RK_COLUMN_ROW &&
                   rk__sources_varies(instance->sources, instance->period);
    rk_status status = stacked ? rk__sources_lookup_dated(instance->sources, name, instance->period,
                                                          &lookup, &stacked, problems)
                               : rk__sources_lookup(instance->sources, name, instance->tariff,
                                                    instance->period, &lookup, problems);
    if (status != RK_OK) {
        return status;
    }
    if (lookup == NULL) {
        return !required
                   ? RK_OK
                   : rk__instance_problem(instance, RK_UNKNOWN_TABLE,
                                          "give it in \"facts\" or name a tariff that has it",
                                          problems,
                                          "rule '%s' looks '%s' up in table '%s', which neither "
                                          "the facts nor the tariff have",
                                          instance->rule->id, c->name, name);
    }
    status = c->type != RK_COLUMN_ROW ? rk__lookup_find_column(lookup, c->name, at) : RK_OK;
    if (status != RK_OK) {
        return status;
    }
    if (*at < 0 && c->type != RK_COLUMN_ROW && rk__lookup_n_rows(lookup) > 0) {
        return !required
                   ? RK_OK
                   : rk__instance_problem(instance, RK_MISSING_COLUMN, NULL, problems,
                                          "table '%s' of %s has no column '%s', which rule '%s' "
                                          "needs",
                                          name, rk__lookup_origin(lookup), c->name,
                                          instance->rule->id);
    }
    status = join_of(p, instance, link, lookup, stacked, &out->join, problems);
    if (status != RK_OK) {
        return status;
    }
    if (required && p->joins[out->join].lacks != NULL) {
        char why[160];
        (void) snprintf(why, sizeof why, "by which '%s' is looked up in '%s'", c->name, name);
        return rk__plan_lacks(p, instance, p->joins[out->join].lacks, why, problems);
    }
    return RK_OK;
}

rk_status rk__plan_lookup(rk__pass *p, rk__instance *instance, const rk_column *c,
                          rk__planned_column *out, rk_problems *problems)
{
    const rk__lookup_chain link = {c, NULL};
    int at = -1;
    const rk_status status = plan_join(p, instance, &link, out, &at, problems);
    if (status != RK_OK || out->join == RK__NONE) {
        return status;
    }
    rk__lookup *lookup = p->joins[out->join].lookup;
    if (c->type == RK_COLUMN_ROW) {
        return number_rows(p, instance, lookup, out, problems);
    }
    return at < 0 ? RK_OK
                  : rk__lookup_column_of(lookup, at, c->type, c->default_value, c->words,
                                         &out->data, problems);
}

void rk__plan_derived_last(rk__pass *p)
{
    for (size_t i = 0; i < p->n_combinations; i++) {
        for (size_t k = 0; k < p->combinations[i].n; k++) {
            size_t *want = &p->combinations[i].want[k];
            *want = *want >= DERIVED ? *want - DERIVED + p->n_wants : *want;
        }
    }
}

const char *rk__plan_want_name(const rk__pass *p, size_t want)
{
    return want < p->n_wants ? p->wants[want].column : p->derived[want - p->n_wants].name;
}
