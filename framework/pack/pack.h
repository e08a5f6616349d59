/* SPDX-License-Identifier: MIT
 *
 * pack.h: what a workbook and an HTML report hold: a headline, sentences, tables of typed cells,
 * and charts of these tables.
 *
 * report/ makes a pack of results; a writer for each format writes it (xlsx.c, html.c). A number
 * is exact: an integer and its decimal places. A cell may also say how it is worked out of
 * others, as a sum or a difference: a workbook then has a formula there, whose value is the
 * cell's own.
 *
 * Everything lives in the arena of the page that the pack is for. Running out of memory marks
 * that page as failed, and the writers then write nothing.
 */
#pragma once

#include "page/page.h"

#define RK__PACK_COLUMNS 24

typedef enum rk__pack_kind {
    RK__PACK_TEXT = 0,
    RK__PACK_MONEY,    /* with the pack's places; deficits in brackets */
    RK__PACK_QUANTITY, /* up to six decimals */
    RK__PACK_COUNT,    /* whole */
    RK__PACK_PERCENT   /* a ratio: 0.05 is shown as 5.0% */
} rk__pack_kind;

typedef enum rk__pack_formula {
    RK__PACK_VALUE = 0,
    RK__PACK_SUM,    /* of rows [from, to) of a column of the table `of`, rounded to `places` */
    RK__PACK_CELL,   /* the cell in row `from` of a column of the table `of` */
    RK__PACK_MINUS,  /* column less column `from`, of this row */
    RK__PACK_ACROSS, /* the sum of columns [column, to) of this row */
    RK__PACK_LESS,   /* column of this row less the same of row `from` */
    RK__PACK_SHARE   /* column of this row over the size of column `to` of row `from` */
} rk__pack_formula;

struct rk__pack_table;

typedef struct rk__pack_cell {
    const char *text; /* NULL: a number, or nothing */
    size_t length;
    bool number;
    int places; /* value is in units of 10^-places */
    rk_int128 value;
    rk__pack_formula formula;
    const struct rk__pack_table *of; /* a table that follows, or the cell's own */
    size_t column, from, to;
} rk__pack_cell;

typedef struct rk__pack_column {
    const char *title;
    rk__pack_kind kind;
    bool summed; /* the table ends with its sum */
} rk__pack_column;

typedef enum rk__pack_chart {
    RK__PACK_NO_CHART = 0,
    RK__PACK_BARS,   /* a bar for each row and each column of values */
    RK__PACK_BRIDGE, /* rows are steps from `start` to `finish` */
    RK__PACK_LINES,  /* a line for each row, over the columns of values */
    RK__PACK_SPREAD, /* for each row, from the first column of values to the second */
    RK__PACK_FLOWS   /* from the first column to the second, as wide as the first value */
} rk__pack_chart;

/* A chart of rows of a table. */
typedef struct rk__pack_figure {
    rk__pack_chart kind;
    const char *title;
    const char *says; /* what it shows, in words */
    size_t label;     /* column of the names */
    size_t values[RK__PACK_COLUMNS];
    size_t n_values;
    size_t from, to;             /* rows */
    rk__pack_cell start, finish; /* of a bridge */
    const char *start_name, *finish_name;
    struct rk__pack_figure *next;
} rk__pack_figure;

typedef struct rk__pack_row {
    rk__pack_cell *cells;
    bool bold;
} rk__pack_row;

typedef struct rk__pack_table {
    const char *sheet; /* its name in a workbook: at most 31 characters */
    const char *title;
    const char *note; /* or NULL */
    rk__pack_column columns[RK__PACK_COLUMNS];
    size_t n_columns;
    rk__pack_row *rows;
    size_t n_rows, capacity;
    /* Rows that are made when they are written, after those of `rows`: there may be a million.
     * `cells` is zeroed; `text` must stay valid until the next call. */
    void (*make)(const void *ctx, size_t row, rk__pack_cell *cells);
    const void *ctx;
    size_t n_made;
    rk__pack_cell *total; /* what the table ends with; or NULL */
    rk__pack_figure *figures;
    bool folded;                    /* a report shows it when it is opened */
    bool inexact[RK__PACK_COLUMNS]; /* set while written: some cell of a column is no number */
    struct rk__pack_table *next;
} rk__pack_table;

/* A step of an explanation: "amount = quantity x rate"; steps below it are one deeper. */
typedef struct rk__pack_step {
    const char *text, *source; /* source: or NULL */
    size_t depth;
    struct rk__pack_step *next;
} rk__pack_step;

typedef struct rk__pack {
    rk__page *out;
    const char *kind;       /* "Comparison of arrangements" */
    const char *id;         /* of the document */
    const char *title;      /* or NULL */
    const char *basis;      /* a sentence; or NULL */
    const char *currency;   /* code */
    const char *version;    /* of the program */
    int places;             /* of money */
    const char **sentences; /* the first is the headline */
    size_t n_sentences, sentences_capacity;
    rk__pack_table *first, *last;
    rk__pack_step *steps, *last_step; /* how figures came about */
} rk__pack;

void rk__pack_init(rk__pack *pack, rk__page *out);
/* A sentence from the scratch buffer of the page, which is empty then. */
void rk__pack_scratch_sentence(rk__pack *pack);
/* A table after those that are there. Never NULL: out of memory it is one that is not kept. */
rk__pack_table *rk__pack_table_new(rk__pack *pack, const char *sheet, const char *title);
void rk__pack_column_add(rk__pack_table *table, const char *title, rk__pack_kind kind, bool summed);
/* Several: a letter for each, t(ext), m(oney), q(uantity), c(ount) or p(er cent), in upper case
 * if it is summed; then the titles. */
void rk__pack_columns(rk__pack_table *table, const char *kinds, ...);
/* A row of empty cells. Never NULL. */
rk__pack_cell *rk__pack_row_add(rk__pack *pack, rk__pack_table *table);
/* The row that the table ends with; its cells of summed columns become sums. */
rk__pack_cell *rk__pack_total(rk__pack *pack, rk__pack_table *table, const char *label);
rk__pack_figure *rk__pack_figure_add(rk__pack *pack, rk__pack_table *table, rk__pack_chart kind,
                                     const char *title, const char *says);
/* Whether a figure has bars to draw, or anything else: bars that are all 0 are none. */
bool rk__pack_figure_shows(const rk__pack_table *table, const rk__pack_figure *figure);
void rk__pack_step_add(rk__pack *pack, size_t depth, const char *text, const char *source);

/* Sets a cell. A text is kept as it is; NULL leaves the cell empty. */
void rk__pack_set_text(rk__pack_cell *cell, const char *text);
void rk__pack_set_count(rk__pack_cell *cell, uint64_t count);
/* Rounded half away from zero to `places`; NULL leaves the cell empty. A number of more than 37
 * digits is set as text. */
void rk__pack_set_num(rk__pack *pack, rk__pack_cell *cell, rk_num number, int places);
/* A copy in the arena of the scratch buffer's text, which is empty afterwards; never NULL. */
const char *rk__pack_take(rk__pack *pack);

/* Whether a spreadsheet holds a number exactly: it has at most fifteen digits. */
bool rk__pack_fits(const rk__pack_cell *cell);
/* The number of a cell as decimal text with `least` to `most` decimals; the length. */
#define RK__PACK_TEXT_SIZE 72
size_t rk__pack_print(char out[RK__PACK_TEXT_SIZE], const rk__pack_cell *cell, int least, int most);
/* The nearest double of a cell's number. */
double rk__pack_double(const rk__pack_cell *cell);

/* Writes a pack as an .xlsx workbook: RK_OK, RK_NO_MEMORY, or RK_IO if its temporary files cannot
 * be written. */
rk_status rk__pack_xlsx(rk__pack *pack);
/* Writes a pack as one HTML file that makes no request: RK_OK or RK_NO_MEMORY. */
rk_status rk__pack_html(rk__pack *pack);
