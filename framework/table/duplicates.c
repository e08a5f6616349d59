/* SPDX-License-Identifier: MIT
 *
 * duplicates.c: rows that are the same as an earlier one.
 */
#include "table/duplicates.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "table/store.h"

bool rk__names_a_row(const char *name, size_t length)
{
    static const char *const ends[] = {"id", "number", "no"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t n = strlen(ends[i]);
        if (length < n || strncasecmp(name + length - n, ends[i], n) != 0) {
            continue;
        }
        const char before = length > n ? name[length - n - 1] : '_';
        /* "spell_id", "Spell ID" and "SpellID", but not "paid". */
        const bool capital = name[length - n] >= 'A' && name[length - n] <= 'Z';
        const bool word = !((before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z'));
        if (word || (capital && before >= 'a' && before <= 'z')) {
            return true;
        }
    }
    return false;
}

bool rk__table_tells_rows(const rk__table *table)
{
    bool tells = rk__table_spec_of(table)->n_unique > 0;
    for (size_t c = 0; c < table->n_columns && !tells; c++) {
        const char *name = table->columns[c].name;
        tells = table->columns[c].source >= 0 && rk__names_a_row(name, strlen(name));
    }
    return tells;
}

rk_status rk__marks_repeats(rk__row_mark *marks, size_t *n)
{
    size_t size = 16;
    while (size < 2 * *n) {
        size *= 2;
    }
    if (*n >= UINT32_MAX) {
        return RK_NO_MEMORY;
    }
    uint32_t *slots = rk__calloc(size, sizeof *slots); /* of the first with a hash: index + 1 */
    uint8_t *repeats = rk__calloc(*n / 8 + 1, 1);
    const rk_status status = slots != NULL && repeats != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0; i < *n && status == RK_OK; i++) {
        size_t at = (size_t) (marks[i].hash >> 7) & (size - 1);
        while (slots[at] != 0 && marks[slots[at] - 1].hash != marks[i].hash) {
            at = (at + 1) & (size - 1);
        }
        if (slots[at] == 0) {
            slots[at] = (uint32_t) i + 1;
        } else {
            repeats[i / 8] |= (uint8_t) (1u << (i % 8));
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < *n && status == RK_OK; i++) {
        if ((repeats[i / 8] >> (i % 8) & 1) != 0) {
            marks[kept++] = marks[i];
        }
    }
    *n = kept;
    rk__free(slots);
    rk__free(repeats);
    return status;
}

/* The hash of a row's cells in some columns, or in all columns that the file or document has; false
 * if all of them are blank. */
static bool hash_row(const rk__table *table, size_t row, const int *columns, size_t n,
                     uint64_t *hash)
{
    bool some = false;
    *hash = 0;
    for (size_t k = 0; k < n; k++) {
        const int c = columns != NULL ? columns[k] : (int) k;
        size_t length = 0;
        const char *text =
            c >= 0 && table->columns[c].source >= 0 ? rk__table_cell(table, c, row, &length) : NULL;
        *hash = XXH3_64bits_withSeed(text != NULL ? text : "", text != NULL ? length : 0,
                                     *hash + k + (text != NULL));
        some |= text != NULL;
    }
    return some;
}

rk_status rk__table_repeats(const rk__table *table, rk__row_mark **out, size_t *n)
{
    const rk__table_spec *spec = rk__table_spec_of(table);
    int *columns = NULL;
    *n = 0;
    *out = rk__calloc(table->n_rows + 1, sizeof **out);
    if (spec->n_unique > 0) {
        columns = rk__calloc(spec->n_unique, sizeof *columns);
        for (size_t k = 0; columns != NULL && k < spec->n_unique; k++) {
            columns[k] = rk__table_find(table, spec->unique[k]);
        }
    }
    rk_status status =
        *out == NULL || (spec->n_unique > 0 && columns == NULL) ? RK_NO_MEMORY : RK_OK;
    for (size_t row = 0; row < table->n_rows && status == RK_OK; row++) {
        rk__row_mark *mark = &(*out)[*n];
        *mark = (rk__row_mark){.row = (uint32_t) row};
        *n += hash_row(table, row, columns, columns != NULL ? spec->n_unique : table->n_columns,
                       &mark->hash);
    }
    rk__free(columns);
    if (status == RK_OK) {
        status = rk__marks_repeats(*out, n);
    }
    if (status != RK_OK) {
        rk__free(*out);
        *out = NULL;
        *n = 0;
    }
    return status;
}

rk_status rk__unique_check(const rk__table_spec *spec, const rk__named_column *columns, size_t n,
                           rk_problems *problems)
{
    for (size_t k = 0; k < spec->n_unique; k++) {
        if (rk__columns_find(spec, columns, n, spec->unique[k]) >= 0) {
            continue;
        }
        const char *near = rk__columns_near(columns, n, spec->unique[k]);
        char hint[200] = "name columns that the table has";
        if (near != NULL) {
            (void) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
        }
        return rk__json_problem(problems, rk__json_get(spec->at, "unique"), RK_MISSING_COLUMN, hint,
                                "table '%s' has no column '%s', which 'unique' names", spec->name,
                                spec->unique[k]);
    }
    return RK_OK;
}
