/* SPDX-License-Identifier: MIT
 *
 * settled_cell.c: a cell of a table that is settled: in the table, or looked up by keys that the
 * row has, or that are looked up in turn.
 */
#include "ledger/settled_cell.h"

#include <string.h>

#include "contract/sources.h"

rk_status rk__settled_lookup(rk__instance *instance, const rk_column *column, rk__lookup **out,
                             rk_problems *problems)
{
    *out = NULL;
    if (column->lookup == NULL) {
        return RK_OK;
    }
    const char *name = rk__component_table(instance->component, column->lookup);
    const rk_status status = rk__sources_lookup(instance->sources, name, instance->tariff,
                                                instance->period, out, problems);
    if (status == RK_OK && *out != NULL &&
        rk__table_find(rk__lookup_table(*out), column->name) < 0) {
        *out = NULL;
    }
    return status;
}

/* The column of the rule by which a key that the table lacks is looked up; NULL if none. */
static const rk_column *key_column(const rk__instance *instance, const rk_column *of,
                                   const char *key)
{
    for (const rk_column *c = instance->rule->columns; c->name != NULL; c++) {
        if (c != of && c->lookup != NULL && strcmp(c->name, key) == 0 &&
            rk__same_name(c->table, of->table)) {
            return c;
        }
    }
    return NULL;
}

/* The columns from `first` to the last, each of which needs the next. */
static void print_chain(rk__buf *out, const rk__lookup_chain *last, const rk__lookup_chain *first)
{
    if (last != first) {
        print_chain(out, last->before, first);
        rk__buf_puts(out, " needs ");
    }
    rk__buf_puts(out, last->column->name);
}

rk_status rk__lookup_chain_check(const rk__instance *instance, const rk__lookup_chain *last,
                                 rk_problems *problems)
{
    const rk__lookup_chain *same = last->before;
    while (same != NULL && same->column != last->column) {
        same = same->before;
    }
    if (same == NULL) {
        return RK_OK;
    }
    rk__buf path = {0};
    print_chain(&path, last, same);
    const rk_status status =
        path.failed
            ? RK_NO_MEMORY
            : rk__instance_problem(instance, RK_CYCLE,
                                   "give one of these columns in the table itself", problems,
                                   "rule '%s' looks columns of '%s' up in a circle: %s",
                                   instance->rule->id, last->column->table, path.text);
    rk__buf_dispose(&path);
    return status;
}

static rk_status cell_of(rk__instance *instance, const rk__settle_table *t,
                         const rk__lookup_chain *link, size_t row, rk__settled_at *out,
                         rk_problems *problems);

/* A key of a lookup, from the row, the contract, or another lookup. */
static rk_status key_at(rk__instance *instance, const rk__settle_table *t,
                        const rk__lookup_chain *link, const char *key, size_t row,
                        rk__settled_at *out, rk_problems *problems)
{
    const int own = rk__table_find(t->table, key);
    out->text = own >= 0 ? rk__table_cell(t->table, own, row, &out->length) : NULL;
    if (out->text != NULL) {
        return RK_OK;
    }
    const rk_column *column = own < 0 ? key_column(instance, link->column, key) : NULL;
    if (column != NULL) {
        const rk__lookup_chain next = {column, link};
        const rk_status status = rk__lookup_chain_check(instance, &next, problems);
        return status == RK_OK ? cell_of(instance, t, &next, row, out, problems) : status;
    }
    if (strcmp(key, "provider") == 0 && instance->contract->provider != NULL) {
        out->text = instance->contract->provider;
        out->length = strlen(out->text);
    }
    return RK_OK;
}

static rk_status cell_of(rk__instance *instance, const rk__settle_table *t,
                         const rk__lookup_chain *link, size_t row, rk__settled_at *out,
                         rk_problems *problems)
{
    const rk_column *column = link->column;
    *out = (rk__settled_at){
        .table = t->table, .column = rk__table_find(t->table, column->name), .row = row};
    if (out->column >= 0) {
        out->text = rk__table_cell(t->table, out->column, row, &out->length);
        return RK_OK;
    }
    rk__lookup *lookup = NULL;
    rk_status status = rk__settled_lookup(instance, column, &lookup, problems);
    if (status != RK_OK || lookup == NULL) {
        return status;
    }
    const char *parts[RK__MAX_KEYS];
    size_t lengths[RK__MAX_KEYS];
    for (size_t k = 0; k < rk__lookup_n_keys(lookup); k++) {
        rk__settled_at key = {0};
        status = key_at(instance, t, link, rk__lookup_key(lookup, k), row, &key, problems);
        if (status != RK_OK) {
            return status;
        }
        parts[k] = key.text;
        lengths[k] = key.length;
    }
    uint32_t found = 0;
    status = rk__lookup_find(lookup, parts, lengths, &found);
    if (found > 0) {
        out->table = rk__lookup_table(lookup);
        out->column = rk__table_find(out->table, column->name);
        out->row = found - 1;
        out->text = rk__table_cell(out->table, out->column, out->row, &out->length);
    }
    return status;
}

rk_status rk__settled_cell(rk__instance *instance, const rk__settle_table *t,
                           const rk_column *column, size_t row, rk__settled_at *out,
                           rk_problems *problems)
{
    const rk__lookup_chain link = {column, NULL};
    return cell_of(instance, t, &link, row, out, problems);
}
