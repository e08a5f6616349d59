/* SPDX-License-Identifier: MIT
 *
 * near_columns.c: finds unused columns whose name is close to one that a rule looks for. A
 * misspelt column must not go unnoticed.
 */
#include "ledger/instance.h"
#include "table/columns.h"

#include <string.h>

static bool is_declared(const rk__rule *rule, const char *table, const char *name)
{
    const size_t length = strlen(name);
    const uint32_t hash = rk__column_name_hash(name, length);
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *c = &rule->columns[i];
        if (rule->column_words[i].hash == hash &&
            rk__column_name_matches(c->name, strlen(c->name), name, length) &&
            strcmp(c->table, table) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_among(const char *const *names, size_t n, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < n; i++) {
        if (rk__column_name_matches(names[i], strlen(names[i]), name, length)) {
            return true;
        }
    }
    return false;
}

/* The rule's column that the table lacks and whose name is closest to `name`; NULL if none is
 * close. */
static rk_status nearest_absent(const rk__rule *rule, const char *rule_table,
                                const char *const *names, size_t n_names, const char *name,
                                const char **out)
{
    const rk__word_shape shape = rk__word_shape_of(name);
    const char **absent = NULL; /* most names need no comparison */
    size_t n = 0;
    *out = NULL;
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *c = &rule->columns[i];
        if (!rk__may_be_near(shape, rule->column_words[i].shape) ||
            strcmp(c->table, rule_table) != 0 || is_among(names, n_names, c->name)) {
            continue;
        }
        if (absent == NULL) {
            absent = rk__calloc(rule->n_columns - i + 1, sizeof *absent);
        }
        if (absent == NULL) {
            return RK_NO_MEMORY;
        }
        absent[n++] = c->name;
    }
    *out = absent != NULL ? rk__nearest(name, absent) : NULL;
    rk__free(absent);
    return RK_OK;
}

rk_status rk__warn_near_columns(rk__instance *instance, const char *rule_table, const char *table,
                                const char *const *names, size_t n_names, const char *const *used,
                                size_t n_used)
{
    const rk__rule *rule = instance->rule;
    for (size_t i = 0; i < n_names; i++) {
        const char *near = NULL;
        if (is_among(used, n_used, names[i]) || is_declared(rule, rule_table, names[i])) {
            continue;
        }
        const rk_status status = nearest_absent(rule, rule_table, names, n_names, names[i], &near);
        if (status != RK_OK) {
            return status;
        }
        if (near != NULL) {
            rk__result_find(instance->result, (rk_finding){.code = "column-nearly-found"},
                            "table '%s': no rule reads the column '%s'; is it '%s'?", table,
                            names[i], near);
        }
    }
    return RK_OK;
}
