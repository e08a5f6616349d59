/* SPDX-License-Identifier: MIT
 *
 * inspect.h: how a file is written, worked out from its text, and the table object that declares
 * it.
 *
 *     sample.c   the text: encoding, delimiter, header, end
 *     forms.c    what single cells look like
 *     columns.c  columns: their types and formats, and the rows that do not fit
 *     names.c    which column of a rule each header is
 *     propose.c  the table object
 *     print.c    the report
 */
#pragma once

#include "access/access.h"
#include "csv/csv.h"
#include "rules/registry.h"
#include "table/reading.h"
#include "table/total_row.h"

/* A part of the file's text: whole lines. Files of up to 16 MiB have one. */
typedef struct rk__sample_part {
    char *text;
    size_t length;
    uint32_t line; /* of its first byte, from 1 */
} rk__sample_part;

typedef struct rk__sample {
    rk__arena arena;
    const char *file;  /* as shown */
    const char *name;  /* as given */
    const char *sheet; /* of a workbook; or NULL */
    rk__sample_part part[2];
    size_t n_parts;
    uint64_t bytes; /* of the file's text */

    const char *encoding; /* to declare; NULL if it need not be */
    const char *marked;   /* of a byte order mark that is enough; or NULL */
    const char *encoding_why;
    uint32_t encoding_line; /* of the first byte that is not UTF-8 */
    bool crlf, separator_line;
    char delimiter;
    uint64_t records, alike; /* of the first part, and those with as many fields as the header */
    size_t n_fields;
    uint32_t header_line;
    bool header_first; /* it is the first record that is not blank */
    size_t data;       /* offset in the first part */
    uint32_t data_line;
    uint32_t footer; /* records at the end that are not data */
    uint32_t footer_line;
    uint32_t total_line; /* of a total row at the end; 0: none */
    bool total_sums;     /* by its numbers, not its name */
    const char **names;  /* of the header */
} rk__sample;

/* Reads a file, or its beginning and end unless `all`. Dispose in any case. */
rk_status rk__sample_read(const char *path, const char *sheet, bool all, const rk__access *access,
                          rk__sample *out, rk_problems *problems);
void rk__sample_dispose(rk__sample *sample);

/* Calls `take` with each record below the header, without footer and total row. */
typedef bool rk__take_record(void *ctx, const rk__csv_record *record);
rk_status rk__sample_each(const rk__sample *sample, rk__take_record *take, void *ctx);

/* sums.c: takes a last row off whose numbers are the sums of those above it, if all rows were read
 * and no row is called a total. */
rk_status rk__sample_find_sums(rk__sample *sample);

/* ------------------------------------------------------------------- forms.c */

/* What a number is written with. */
typedef struct rk__seen_number {
    bool thousands_comma, thousands_point, thousands_space, thousands_quote;
    bool decimal_comma, decimal_point, brackets, minus_after;
    const char *currency; /* of a constant list; NULL: none */
} rk__seen_number;

/* Whether a text is a number in some form. */
bool rk__looks_number(const char *text, size_t length, rk__seen_number *seen);
/* A text that often means no value ("NULL", "#N/A"), as a constant; or NULL. */
const char *rk__looks_blank(const char *text, size_t length);

/* ----------------------------------------------------------------- columns.c */

#define RK__SHOWN_LINES 3
typedef struct rk__lines {
    uint64_t n;
    uint32_t first[RK__SHOWN_LINES];
} rk__lines;

typedef enum rk__column_look {
    RK__LOOKS_EMPTY,
    RK__LOOKS_TEXT,
    RK__LOOKS_NUMBER,
    RK__LOOKS_DATE
} rk__column_look;

typedef struct rk__looked_column {
    const char *name;      /* its header */
    const char *field;     /* column of the rule; or NULL */
    const char *how;       /* "exact", "folded", "synonym" */
    bool key;              /* a code by which something is looked up, or a group */
    rk__column_look asked; /* what the rule takes; LOOKS_EMPTY: not known */
    rk__column_look look;
    uint64_t filled, numbers, upper, lower, padded, timed;
    uint64_t dates[RK__DATES_EXCEL + 1]; /* by order: cells that it reads */
    rk__date_form form;                  /* LOOKS_DATE */
    bool ambiguous;                      /* days and months cannot be told apart */
    rk__seen_number number;
    const char *blank[8]; /* words that mean no value, of the constant list */
    size_t n_blank;
    rk__lines mangled, misfits; /* misfits: not read by the declaration */
} rk__looked_column;

typedef struct rk__inspection {
    rk__sample sample;
    const rk__rule *rule; /* or NULL */
    const char *table;    /* of the rule */
    rk__looked_column *columns;
    rk__reading reading; /* what to declare */
    rk__number_form numbers;
    rk__text_form *texts;
    const char *blank[32];
    uint64_t rows, ragged_rows;
    rk__lines ragged, duplicates;
} rk__inspection;

/* Looks at every cell, works out `reading`, and reads every cell by it. */
rk_status rk__inspect_columns(rk__inspection *in);

/* ------------------------------------------------------------------- names.c */

/* The rule and table that most headers belong to, if `rule` is NULL in `in`; and the column of
 * each header. */
void rk__inspect_names(rk__inspection *in, const rk__registry *registry);

/* ----------------------------------------------------------------- propose.c */

/* The table object as JSON, `indent` spaces before each further line; no line end after it. */
void rk__propose_table(const rk__inspection *in, int indent, rk__buf *out);

/* ------------------------------------------------------------------- print.c */

void rk__inspect_print(const rk__inspection *in, rk__buf *out);
