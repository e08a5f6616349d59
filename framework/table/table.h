/* SPDX-License-Identifier: MIT
 *
 * table.h: tables of facts and tariffs: what a document says of one, and
 * tables that are held in memory.
 *
 * A specification (rk__table_spec) names where rows are: in place (JSON) or in a
 * CSV file, with column mapping and defaults. Small tables (a tariff, a
 * population, anything that is settled or looked up) are loaded whole as text
 * cells; typed columns are made of them on demand and cached. Activity is not
 * loaded: see scan.h.
 *
 * Column names of CSV files match the names that are asked for without regard to
 * case, underscores, spaces and no-break spaces ("SPELL LOS" is `spell_los`);
 * names in JSON rows match exactly.
 *
 * Missing, null and blank are the same: no value.
 */
#ifndef RK_TABLE_TABLE_H
#define RK_TABLE_TABLE_H

#include "access/access.h"
#include "base/text.h"
#include "number/num.h"
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
    const rk__table_map *maps;
    size_t n_maps;
    const char *const *keys; /* of a table that is looked up; NULL for none */
    size_t n_keys;
} rk__table_spec;

/* Reads a specification from a document's value: an array of row objects, or
 * {"rows" | "file", "key", "columns", "defaults", "delimiter"} (`file` may be a
 * string, or an array of strings). Strings are borrowed from the document,
 * arrays are of the arena. */
rk_status rk__table_spec_read(const rk__value *v, const char *name, const char *base_dir,
                              rk__arena *arena, rk__table_spec *out, rk_problems *problems);

typedef struct rk__table rk__table;

/* Loads a table whole; the specification's document must outlive it. Problems of
 * CSV cells name file, line and column, never the cell's content. With keys:
 * checks that key columns exist (missing-column), that no key cell is blank
 * (out-of-range) and, if `unique`, that they are unique (duplicate-key, naming
 * both rows). Several files need the same columns, in any order, or defaults. */
rk_status rk__table_load(const rk__table_spec *spec, const rk__access *access, bool unique,
                         rk__table **out, rk_problems *problems);
void rk__table_free(rk__table *table);

const rk__table_spec *rk__table_spec_of(const rk__table *table);
size_t rk__table_n_rows(const rk__table *table);
size_t rk__table_n_columns(const rk__table *table);
const char *rk__table_column_name(const rk__table *table, size_t column);
/* The index of a column, defaults included, or -1. */
int rk__table_find(const rk__table *table, const char *column);
/* For rows in place: keys of a row where all have the same ones, in their order, and which
 * of them a column is; -1: the default alone. */
size_t rk__table_n_sources(const rk__table *table);
int rk__table_source(const rk__table *table, int column);
/* The column whose name is nearest to one that is not there, or NULL. */
const char *rk__table_near(const rk__table *table, const char *column);
/* The text of a cell after defaults, NUL-terminated; NULL where missing. */
const char *rk__table_cell(const rk__table *table, int column, size_t row, size_t *length);
/* Where a cell (or, with column -1, a row) stands: for rows in place as
 * rk__json_place, for files the line that the record begins on and, as column,
 * the number of the field. */
void rk__table_place(const rk__table *table, int column, size_t row, rk__place *place,
                     rk__arena *arena);
/* A typed column, made on first use and cached. */
typedef enum rk__cell_type {
    RK__CELL_TEXT = 1,    /* v: code in `dict` */
    RK__CELL_DECIMAL = 2, /* v: millionths */
    RK__CELL_INTEGER = 3, /* v: whole number; "18.0" is 18 */
    RK__CELL_BOOL = 4,    /* v: 0 or 1 */
    RK__CELL_RATIO = 5,   /* v: millionths of a ratio that may be written "4.75%" */
} rk__cell_type;

typedef struct rk__column {
    rk__cell_type type;
    size_t n;
    int64_t *v; /* 0 where missing */
    uint8_t *has;
    rk__dict *dict; /* RK__CELL_TEXT */
} rk__column;

/* As rk__cell_convert where cells do not convert, a problem for each. `column` from
 * rk__table_find. Thread-safe only if called before the table is shared. */
rk_status rk__table_column(rk__table *table, int column, rk__cell_type type, const rk__column **out,
                           rk_problems *problems);

/* Text of one cell to a typed value; what both tables and scans use.
 * Returns RK_OK; or RK_WRONG_TYPE, RK_OUT_OF_RANGE or, for a number past what a
 * decimal holds, RK_OVERFLOW, with *why a static phrase ("is not a number", "has
 * more than six decimal places"). Not for TEXT. */
rk_status rk__cell_convert(rk__cell_type type, const char *text, size_t length, int64_t *out,
                           const char **why);
/* What to do about a `why`, or NULL. */
const char *rk__cell_hint(const char *why);

/* XXH3 digest (hex) and path of one file of a table, in the order that they were
 * read; NULL past the last and for rows in place. */
const char *rk__table_digest(const rk__table *table, size_t file_index, const char **path);

/* True where two column names are the same but for case, underscores, spaces
 * and no-break spaces. */
bool rk__column_name_matches(const char *a, size_t a_length, const char *b, size_t b_length);
/* The same for names that match. */
uint32_t rk__column_name_hash(const char *name, size_t length);

#endif
