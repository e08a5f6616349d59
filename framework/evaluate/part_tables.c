/* SPDX-License-Identifier: MIT
 *
 * part_tables.c: how a table is read by a part, and by the merge of all.
 */
#include <string.h>

#include "evaluate/parts.h"

/* The file that a part has for a table; NULL if none is given. */
static const char *const *own_file(const rk__evaluation_part *parts, const char *table)
{
    for (size_t i = 0; i < parts->n_own; i++) {
        if (strcmp(parts->tables[i], table) == 0) {
            return &parts->files[i];
        }
    }
    return NULL;
}

static const rk__value *found_in(const rk__json *part, const char *table)
{
    const rk__value *tables = rk__json_get(rk__json_root(part), "tables");
    for (const rk__value *v = tables != NULL ? tables->first : NULL; v != NULL; v = v->next) {
        const rk__value *name = rk__json_get(v, "table");
        if (name != NULL && name->type == RK__JSON_STRING && strcmp(name->text, table) == 0) {
            return v;
        }
    }
    return NULL;
}

bool rk__part_of_table(const rk__evaluation_part *parts, const rk__table_spec **spec,
                       rk__table_spec *own, struct rk__pass_part *part)
{
    *part = (struct rk__pass_part){.number = parts->number, .of = parts->of, .out = parts->out};
    if (parts->out == NULL) {
        const rk__value **tables = parts->found;
        size_t n = 0;
        for (size_t i = 0; i < parts->of; i++) {
            const rk__value *v = found_in(parts->parts[i], (*spec)->name);
            if (v != NULL) {
                tables[n++] = v;
            }
        }
        part->tables = tables;
        part->n_tables = n;
        part->of = n > 0 ? part->of : 0; /* rows of the contract itself: priced here */
        return true;
    }
    const char *const *file = own_file(parts, (*spec)->name);
    if (file != NULL) {
        *own = **spec;
        own->rows = NULL;
        own->files = file;
        own->n_files = 1;
        part->own_rows = true;
        *spec = own;
    }
    if ((*spec)->rows == NULL && parts->out->length > 0) {
        rk__buf_puts(parts->out, ",");
    }
    return (*spec)->rows == NULL;
}
