/* SPDX-License-Identifier: MIT
 *
 * tariff_columns.c: whether rules look up any column of a tariff's table. A table of prices without
 * a price would leave every row unpriced, and nothing else would say why.
 */
#include "questions/tariff_columns.h"

#include "base/nearest.h"

/* The columns that rules look up in the table of this name, each once. */
static bool columns_looked_up(const rk__registry *registry, const char *table, rk__arena *arena,
                              const char ***out, size_t *n)
{
    size_t capacity = 0;
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        capacity += rk__registry_at(registry, i)->n_columns;
    }
    const char **names = rk__arena_alloc(arena, (capacity + 1) * sizeof *names);
    *n = 0;
    for (size_t i = 0; names != NULL && i < rk__registry_count(registry); i++) {
        const rk__rule *rule = rk__registry_at(registry, i);
        for (size_t k = 0; rule->state == RK__RULE_LOADED && k < rule->n_columns; k++) {
            const rk_column *c = &rule->columns[k];
            bool seen = c->lookup == NULL || strcmp(c->lookup, table) != 0;
            for (size_t s = 0; s < *n && !seen; s++) {
                seen = strcmp(names[s], c->name) == 0;
            }
            if (!seen) {
                names[(*n)++] = c->name;
            }
        }
    }
    *out = names;
    return names != NULL;
}

/* "column 'prize' is nearly 'price'", if one is. */
static const char *hint_for(const rk__table *table, const char *const *names, rk__arena *arena)
{
    for (size_t c = 0; c < rk__table_n_columns(table); c++) {
        const char *near = rk__nearest(rk__table_column_name(table, c), names);
        if (near != NULL) {
            return rk__arena_printf(arena,
                                    "is column '%s' the column '%s'? rename it, or map it "
                                    "with \"columns\"",
                                    rk__table_column_name(table, c), near);
        }
    }
    return "name its columns as the rule does (reckon rules show), or map them with \"columns\"";
}

rk_status rk__tariff_columns_check(const rk__registry *registry, const rk__table *table,
                                   rk_problems *problems)
{
    const char *name = rk__table_spec_of(table)->name;
    rk__arena arena = {0};
    rk__place place = {0};
    rk__buf list = {0};
    const char **names = NULL;
    size_t n = 0;
    bool found = false;
    rk_status status = columns_looked_up(registry, name, &arena, &names, &n) ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0; status == RK_OK && i < n; i++) {
        found |= rk__table_find(table, names[i]) >= 0;
        rk__buf_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (status == RK_OK && n > 0 && !found) {
        if (rk__table_n_rows(table) > 0) {
            rk__table_place(table, -1, 0, &place, &arena);
            place.line = place.column = 0;
        }
        status =
            list.failed
                ? RK_NO_MEMORY
                : rk__problem(problems, RK_MISSING_COLUMN, &place, hint_for(table, names, &arena),
                              "table '%s' has no column that a rule looks up in it (%s)", name,
                              list.text);
    }
    rk__buf_dispose(&list);
    rk__arena_dispose(&arena);
    return status;
}
