/* SPDX-License-Identifier: MIT
 *
 * side.h: one of two results that are compared, in a common form: rows added up by period, columns
 * and lookup keys (cells), and the amount of each component (parts).
 */
#pragma once

#include "base/dict.h"
#include "ledger/result.h"

#define RK__SIDE_COLUMNS  16
#define RK__SIDE_ELEMENTS 32

/* Columns that every cell has. */
#define RK__COLUMN_PERIOD  0
#define RK__COLUMN_CHAPTER 1 /* of the HRG: "D" of DZ11B */

/* Names and numbers of both sides. */
typedef struct rk__sides {
    rk__arena arena;
    rk__nums nums;
    rk__dict *texts;
    const char *column[RK__SIDE_COLUMNS];
    size_t n_columns;
    const char *element[RK__SIDE_ELEMENTS];
    size_t n_elements;
} rk__sides;

/* Rows with one key. Texts are 1 + their number among the texts; 0: blank. */
typedef struct rk__cell {
    uint32_t text[RK__SIDE_COLUMNS];
    rk_num quantity, amount; /* of the rows that were priced */
    rk_num unpriced;         /* quantity of the others; NULL: none */
    const rk_num *element;   /* by element, some NULL; or NULL */
} rk__cell;

/* A component that is paid, in a period. */
typedef struct rk__part {
    const char *period, *component, *title; /* title or NULL */
    rk_num total;
    rk_num priced; /* sum of its cells; NULL: it prices no rows */
} rk__part;

typedef struct rk__side {
    const char *currency, *basis, *arrangement, *contract, *title; /* some may be NULL */
    int places;
    rk_num total; /* of the periods taken */
    bool has[RK__SIDE_COLUMNS];
    rk__cell *cells;
    size_t n_cells, cells_capacity;
    rk__part *parts;
    size_t n_parts, parts_capacity;
    uint64_t unpriced_rows;
    bool split; /* its cells have elements */
} rk__side;

rk_status rk__sides_init(rk__sides *sides);
void rk__sides_dispose(rk__sides *sides);
void rk__side_dispose(rk__side *side);

/* The index of a column by name, added if new; SIZE_MAX if there are too many or no memory. */
size_t rk__sides_column(rk__sides *sides, const char *name);
size_t rk__sides_element(rk__sides *sides, const char *name);
/* The text of such a number; NULL for 0. */
const char *rk__sides_word(const rk__sides *sides, uint32_t text);

/* A new cell of a period, all zero; NULL if out of memory. Valid until the next one. */
rk__cell *rk__side_cell(rk__sides *sides, rk__side *side, const char *period);
/* Sets a cell's text in a column, and the HRG's chapter. */
bool rk__side_key(rk__sides *sides, rk__side *side, rk__cell *cell, const char *column,
                  const char *text, size_t length);
/* A new part; NULL if out of memory. */
rk__part *rk__side_part(rk__side *side, const char *period, const char *component);

/* Takes a result, which must outlive the side. Cells are its groups, or (`lines`) the ledger lines
 * of components that price rows. */
rk_status rk__side_of_result(rk__sides *sides, const rk_result *result, bool lines, rk__side *out);

/* document.c: the same of a result document ("reckoner": "result/1"). `wanted` says whether a
 * period is taken. */
rk_status rk__side_of_document(rk__sides *sides, const rk__value *root, bool lines,
                               bool (*wanted)(void *ctx, const char *period), void *ctx,
                               rk__side *out, rk_problems *problems);
/* Whether a document has groups (--group-by) of every component that prices rows. */
bool rk__document_has_groups(const rk__value *root);
