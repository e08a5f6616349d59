/* SPDX-License-Identifier: MIT
 *
 * spec.h: a document's specification of a table.
 */
#pragma once

#include "base/problems.h"
#include "table/reading.h"
#include "json/json.h"

#define RK__TABLE_MAX_COLUMNS      4096
#define RK__TABLE_MAX_LOADED_BYTES ((size_t) 1 << 30)

typedef struct rk__table_map {
    const char *column;  /* the name that rules ask for */
    const char *header;  /* the name in the file (mapping); or NULL */
    const char *value;   /* the default for blank and absent cells; or NULL */
    const rk__value *at; /* where the document says so */
} rk__table_map;

typedef struct rk__table_spec {
    const char *name;
    const rk__value *at;      /* the table's value in its document; NULL if made by the host */
    const rk__value *rows;    /* the array in place; NULL for files */
    const char *const *files; /* paths or globs as written; "-" is standard input; NULL in place */
    size_t n_files;
    const char *base_dir; /* that files are relative to */
    char delimiter;       /* ',' unless given */
    bool delimiter_given;
    const char *sheet;          /* of a workbook; NULL: its only visible one */
    const char *table, *query;  /* of a database: one of them, or NULL */
    const rk__reading *reading; /* how the files are written; NULL if nothing is declared */
    const rk__table_map *maps;
    size_t n_maps;
    const char *const *keys; /* of a table that is looked up; NULL for none */
    size_t n_keys;
    const char *const *unique; /* columns that no two rows should have the same of; or NULL */
    size_t n_unique;
} rk__table_spec;

/* How the table's files are written, as its document declares it: a JSON object of those of
 * "sheet", "table", "query", "delimiter" and "read" that it has. NULL if it has none, or `arena`
 * fails. */
const char *rk__table_declared(const rk__table_spec *spec, rk__arena *arena);

/* Reads a specification from a document's value: an array of row objects, or
 * {"rows" | "file", "key", "unique", "columns", "defaults", "delimiter", "sheet",
 * "table", "query", "read"} (`file` may be a
 * string, or an array of strings). Strings are borrowed from the document,
 * arrays are of the arena. */
rk_status rk__table_spec_read(const rk__value *v, const char *name, const char *base_dir,
                              rk__arena *arena, rk__table_spec *out, rk_problems *problems);
