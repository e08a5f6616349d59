/* SPDX-License-Identifier: MIT
 *
 * near_columns.c: finds unused columns whose name is close to one that a rule looks for, or a usual
 * name of the quantity. A misspelt column must not go unnoticed, nor a row of 50 spells count as
 * one.
 */
#include "ledger/instance.h"
#include "table/columns.h"
#include "table/usual_names.h"

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

/* Which columns of a rule a table lacks, each looked for once, however many names are near. */
enum { UNKNOWN, ABSENT, PRESENT };

static bool is_absent(const rk__rule *rule, size_t column, const char *const *names, size_t n_names,
                      uint8_t *known)
{
    if (known[column] == UNKNOWN) {
        known[column] = is_among(names, n_names, rule->columns[column].name) ? PRESENT : ABSENT;
    }
    return known[column] == ABSENT;
}

/* The rule's column that the table lacks and whose name is closest to `name`; NULL if none is
 * close. */
static rk_status nearest_absent(const rk__rule *rule, const char *rule_table,
                                const char *const *names, size_t n_names, const char *name,
                                uint8_t **known, const char **out)
{
    const rk__word_shape shape = rk__word_shape_of(name);
    const char **absent = NULL; /* most names need no comparison */
    size_t n = 0;
    *out = NULL;
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *c = &rule->columns[i];
        if (!rk__may_be_near(shape, rule->column_words[i].shape) ||
            strcmp(c->table, rule_table) != 0) {
            continue;
        }
        *known = *known == NULL ? rk__calloc(rule->n_columns, 1) : *known;
        if (*known == NULL) {
            rk__free(absent);
            return RK_NO_MEMORY;
        }
        if (!is_absent(rule, i, names, n_names, *known)) {
            continue;
        }
        absent = absent == NULL ? rk__calloc(rule->n_columns - i + 1, sizeof *absent) : absent;
        if (absent == NULL) {
            return RK_NO_MEMORY;
        }
        absent[n++] = c->name;
    }
    *out = absent != NULL ? rk__nearest(name, absent) : NULL;
    rk__free(absent);
    return RK_OK;
}

/* The rule's column of quantities if the table lacks it, so that each row counts as one; or NULL.
 */
static const char *absent_quantity(const rk__rule *rule, const char *rule_table,
                                   const char *const *names, size_t n_names)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *c = &rule->columns[i];
        if ((c->flags & RK_QUANTITY) != 0 && strcmp(c->table, rule_table) == 0) {
            return is_among(names, n_names, c->name) ? NULL : c->name;
        }
    }
    return NULL;
}

rk_status rk__warn_near_columns(rk__instance *instance, const char *rule_table, const char *table,
                                const char *const *names, size_t n_names, const char *const *used,
                                size_t n_used, rk__holds_text holds_text, const void *of)
{
    const rk__rule *rule = instance->rule;
    const char *quantity = absent_quantity(rule, rule_table, names, n_names);
    uint8_t *known = NULL;
    rk_status status = RK_OK;
    for (size_t i = 0; i < n_names && status == RK_OK; i++) {
        const char *near = NULL;
        if (is_among(used, n_used, names[i]) || is_declared(rule, rule_table, names[i])) {
            continue;
        }
        status = nearest_absent(rule, rule_table, names, n_names, names[i], &known, &near);
        if (status == RK_OK && near == NULL && quantity != NULL &&
            rk__is_usual_name("count", names[i])) {
            bool text = false; /* "Activity": Inpatient, Outpatient */
            status = holds_text(of, i, &text);
            near = text ? NULL : quantity;
        }
        if (near != NULL) {
            rk__result_find(instance->result, (rk_finding){.code = "column-nearly-found"},
                            "table '%s': no rule reads the column '%s'; is it '%s'?", table,
                            names[i], near);
        }
    }
    rk__free(known);
    return status;
}
