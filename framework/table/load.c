/* SPDX-License-Identifier: MIT
 *
 * load.c: a table read whole, its keys checked.
 */
#include "table/table.h"

#include "table/column.h"
#include "table/duplicates.h"
#include "table/store.h"

rk_status rk__table_load(const rk__table_spec *spec, const rk__access *access, bool unique,
                         rk__table **out, rk_problems *problems)
{
    *out = NULL;
    rk__table *table = rk__calloc(1, sizeof *table);
    if (!table) {
        return RK_NO_MEMORY;
    }
    table->spec = *spec;
    rk_status status = spec->rows ? rk__table_load_rows(table, problems)
                                  : rk__table_load_files(table, access, problems);
    if (status == RK_OK) {
        status = rk__table_check_keys(table, unique, problems);
    }
    if (status == RK_OK && spec->n_unique > 0) {
        status = rk__unique_check(spec, table->columns, table->n_columns, problems);
    }
    if (status != RK_OK) {
        rk__table_free(table);
        return status;
    }
    *out = table;
    return RK_OK;
}

void rk__table_free(rk__table *table)
{
    if (!table) {
        return;
    }
    rk__table_free_columns(table);
    rk__free(table->rows);
    rk__free(table->cells);
    rk__buf_dispose(&table->text);
    rk__free(table->spans);
    rk__free(table->lines);
    rk__arena_dispose(&table->arena);
    rk__free(table);
}
