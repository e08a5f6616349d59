/* SPDX-License-Identifier: MIT
 *
 * profile.h: how a published workbook becomes tariffs ("reckoner": "import/1").
 */
#pragma once

#include "json/json.h"

/* A column of a sheet, known by the text of its header. */
typedef struct rk__import_field {
    const char *name;
    const char *text; /* of the header, spaces and line ends folded */
    const rk__value *at;
} rk__import_field;

/* A column of the table: the first of some fields that is not blank, or a constant text. */
typedef struct rk__import_column {
    const char *name;
    int column;        /* of the table */
    const char *text;  /* a constant; or NULL */
    const int *fields; /* of the block */
    size_t n_fields;
    const char *otherwise; /* if all fields are blank; NULL: blank */
    int decimals;          /* that a number is rounded to; -1: unrounded */
    bool percent;          /* the cell is a number of hundredths */
    const rk__value *map;  /* texts to other texts; or NULL */
} rk__import_column;

/* A row of the table for each row of the block. */
typedef struct rk__import_take {
    const rk__import_column *columns;
    size_t n_columns;
} rk__import_take;

/* Cells below a header. */
typedef struct rk__import_block {
    const char *sheet;
    const char **below; /* the header follows cells of these texts, one after another */
    size_t n_below;
    bool until_blank; /* ends at a row in which its columns are blank, else with the sheet */
    const rk__import_field *fields;
    size_t n_fields;
    const char **blank; /* texts that mean no value */
    size_t n_blank;
    const bool *fill; /* by field: a blank cell is that above it, as in merged cells */
    int where;        /* field that must match one of the patterns; -1: none */
    const char **patterns;
    size_t n_patterns;
    const rk__import_take *takes;
    size_t n_takes;
    const rk__value *at;
} rk__import_block;

typedef struct rk__import_table {
    const char *name;
    const char **keys;
    size_t n_keys;
    const char **needs; /* a row without one of these is left out */
    size_t n_needs;
    const char **numbers; /* columns that must hold numbers */
    size_t n_numbers;
    const char **columns;
    size_t n_columns, columns_capacity;
    const rk__import_block *blocks;
    size_t n_blocks;
    const rk__value *at;
} rk__import_table;

typedef struct rk__import_tariff {
    const char *folder; /* below the output; "" for the output itself */
    const char *id;
    const rk__value *at; /* title, publisher, source, licence, currency, effective */
    rk__import_table *tables;
    size_t n_tables;
} rk__import_tariff;

typedef struct rk__import_profile {
    rk__arena arena;
    const char *id;
    rk__import_tariff *tariffs;
    size_t n_tariffs;
} rk__import_profile;

/* Reads a profile, whose document must outlive it; every problem is reported. */
rk_status rk__profile_read(const rk__value *root, rk__import_profile **out, rk_problems *problems);
void rk__profile_free(rk__import_profile *profile);

/* A text with each run of spaces and line ends as one space, and none around it; of the arena. */
char *rk__fold_spaces(const char *text, size_t length, rk__arena *arena);
