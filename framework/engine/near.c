/* SPDX-License-Identifier: MIT
 *
 * near.c: columns that nobody reads and that are nearly the name of one that a
 * rule would have read. A misspelt column must not go unnoticed.
 */
#include <stdio.h>
#include <string.h>

#include "engine/unit.h"

static bool is_declared(const rk__rule *rule, const char *table, const char *name)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        if (strcmp(rule->columns[i].table, table) == 0 &&
            rk__column_name_matches(rule->columns[i].name, strlen(rule->columns[i].name), name,
                                    strlen(name))) {
            return true;
        }
    }
    return false;
}

static bool is_among(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (rk__column_name_matches(names[i], strlen(names[i]), name, strlen(name))) {
            return true;
        }
    }
    return false;
}

/* The columns of the rule's table that the table does not have; freed by the caller. */
static const char **absent_columns(const rk__rule *rule, const char *rule_table,
                                   const char *const *names, size_t n_names)
{
    const char **absent = rk__calloc(rule->n_columns + 1, sizeof *absent);
    size_t n = 0;
    for (size_t i = 0; absent != NULL && i < rule->n_columns; i++) {
        if (strcmp(rule->columns[i].table, rule_table) == 0 &&
            !is_among(names, n_names, rule->columns[i].name)) {
            absent[n++] = rule->columns[i].name;
        }
    }
    return absent;
}

rk_status rk__warn_near_columns(rk__unit *unit, const char *rule_table, const char *table,
                                const char *const *names, size_t n_names, const char *const *used,
                                size_t n_used)
{
    const rk__rule *rule = unit->rule;
    const char **absent = NULL; /* columns that the table lacks; made for the first stranger */
    for (size_t i = 0; i < n_names; i++) {
        if (is_declared(rule, rule_table, names[i]) || is_among(used, n_used, names[i])) {
            continue;
        }
        if (absent == NULL) {
            absent = absent_columns(rule, rule_table, names, n_names);
        }
        if (absent == NULL) {
            return RK_NO_MEMORY;
        }
        const char *near = rk__nearest(names[i], absent);
        if (near != NULL) {
            char text[512];
            (void) snprintf(text, sizeof text,
                            "table '%s': no rule reads the column '%s'; is it '%s'?", table,
                            names[i], near);
            rk__result_warn(unit->result, text);
        }
    }
    rk__free(absent);
    return RK_OK;
}
