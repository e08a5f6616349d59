/* SPDX-License-Identifier: MIT
 *
 * check_rows.c: rows in a document that nothing reads. An evaluation checks the rows of the tables
 * that it needs; `check` checks all of them.
 */
#include <string.h>

#include "questions/check_rows.h"

/* A condition that the system decides. */
static bool is_condition(const rk__value *cell, bool in_system)
{
    return in_system && cell->type == RK__JSON_OBJECT && strcmp(cell->key, "met") == 0;
}

static rk_status check_row(const rk__value *row, const char *table, bool in_system,
                           rk_problems *problems)
{
    rk_status first = RK_OK;
    if (row->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, row, RK_WRONG_TYPE, NULL,
                                "a row of table '%s' must be an object, not %s", table,
                                rk__json_type_name(row));
    }
    for (const rk__value *cell = row->first; cell != NULL; cell = cell->next) {
        if ((cell->type == RK__JSON_ARRAY || cell->type == RK__JSON_OBJECT) &&
            !is_condition(cell, in_system)) {
            rk__keep_first(&first,
                           rk__json_problem(problems, cell, RK_WRONG_TYPE, NULL,
                                            "a cell of column '%s' must be a string, number or "
                                            "bool, not %s",
                                            cell->key, rk__json_type_name(cell)));
        }
    }
    return first;
}

static rk_status check_tables(const rk__value *tables, bool in_system, rk_problems *problems)
{
    rk_status first = RK_OK;
    const bool given = tables != NULL && tables->type == RK__JSON_OBJECT;
    for (const rk__value *t = given ? tables->first : NULL; t != NULL; t = t->next) {
        const rk__value *rows = t->type == RK__JSON_OBJECT ? rk__json_get(t, "rows") : t;
        const bool list = rows != NULL && rows->type == RK__JSON_ARRAY;
        for (const rk__value *row = list ? rows->first : NULL; row != NULL; row = row->next) {
            rk__keep_first(&first, check_row(row, t->key, in_system, problems));
        }
    }
    return first;
}

/* A tariff in place, or a list of tariffs. */
static rk_status check_tariffs(const rk__value *tariff, rk_problems *problems)
{
    if (tariff == NULL || tariff->type != RK__JSON_ARRAY) {
        return check_tables(rk__json_get(tariff, "tables"), false, problems);
    }
    rk_status first = RK_OK;
    for (const rk__value *v = tariff->first; v != NULL; v = v->next) {
        rk__keep_first(&first, check_tables(rk__json_get(v, "tables"), false, problems));
    }
    return first;
}

rk_status rk__check_rows(const rk__value *root, bool in_system, rk_problems *problems)
{
    rk_status first = check_tables(rk__json_get(root, "facts"), in_system, problems);
    rk__keep_first(&first, check_tariffs(rk__json_get(root, "tariff"), problems));
    const rk__value *contracts = rk__json_get(root, "contracts");
    const bool list = contracts != NULL && contracts->type == RK__JSON_ARRAY;
    for (const rk__value *v = list ? contracts->first : NULL; v != NULL; v = v->next) {
        const rk__value *contract = rk__json_get(v, "contract");
        if (contract != NULL && contract->type == RK__JSON_OBJECT) {
            rk__keep_first(&first, rk__check_rows(contract, true, problems));
        }
    }
    return first;
}
