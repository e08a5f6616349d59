/* SPDX-License-Identifier: MIT
 *
 * reading.h: how a file is written, as its table declares it ("read"), and how its cells are read.
 *
 * Nothing is guessed: what is not declared is refused. Declared once per table, it is compiled
 * into a reader for each column.
 */
#pragma once

#include "base/date_form.h"
#include "json/json.h"

typedef struct rk__number_form {
    const char *thousands; /* "," or NULL */
    const char *currency;  /* before or after the number; or NULL */
    char decimal;          /* '.' or ',' */
    bool brackets;         /* (1.50) is -1.50 */
} rk__number_form;

typedef struct rk__text_form {
    const char *column; /* NULL: all columns */
    bool trim_given, trim;
    char letters; /* 'u' or 'l': to upper or lower case; 0 if not given */
} rk__text_form;

typedef struct rk__reading {
    const char *encoding; /* as iconv names it; NULL: UTF-8, or UTF-16 with a byte order mark */
    uint32_t header_row;  /* line of the header, from 1; 0: the first that is not blank */
    uint32_t skip_footer; /* records at the end that are not data */
    bool ignore_total;    /* a last row that is a total is left out */
    bool dates_given;
    rk__date_form dates;
    const rk__number_form *numbers; /* NULL: plain numbers */
    const char *const *blank;       /* texts that mean no value */
    size_t n_blank;
    const rk__text_form *texts;
    size_t n_texts;
} rk__reading;

/* Reads the object "read" of a table. Sets *delimiter if it has one. All problems are reported; the
 * first status is returned. */
rk_status rk__reading_read(const rk__value *v, rk__arena *arena, const rk__reading **out,
                           const rk__value **delimiter, rk_problems *problems);

/* The most records that skip_footer leaves out. */
#define RK__MOST_FOOTER 1000

/* ------------------------------------------------------------------- cells */

typedef enum rk__cell_use { RK__USE_TEXT, RK__USE_DATE, RK__USE_NUMBER } rk__cell_use;

/* What a reading means for one column. */
typedef struct rk__cell_reader {
    const rk__reading *reading; /* NULL: cells are as written */
    rk__cell_use use;
    bool trim;
    char letters;
} rk__cell_reader;

/* Compiles the reader of a column. A column named "date" is read as declared however it is used. */
rk__cell_reader rk__cell_reader_of(const rk__reading *reading, const char *column,
                                   rk__cell_use use);

/* Bytes that rk__cell_read may need in `scratch`, for a cell of `length`. */
#define RK__CELL_SCRATCH(length) ((length) + 16)

/* Reads a cell's value (quotes undone): *text becomes NULL if it is blank, a text trimmed and in
 * the declared case, a date as 2016-04-01, or a number as 1234.50. The result may be in `scratch`,
 * where the value may already be. RK_OK; or RK_WRONG_TYPE or RK_OUT_OF_RANGE with *why a static
 * phrase. */
rk_status rk__cell_read(const rk__cell_reader *reader, const char **text, size_t *length,
                        char *scratch, const char **why);

/* The same for a number only. */
rk_status rk__number_read(const rk__number_form *form, const char **text, size_t *length,
                          char *scratch, const char **why);

/* What to declare so that cells refused for this reason can be read; or NULL. */
const char *rk__reading_hint(const char *why);
