/* SPDX-License-Identifier: MIT
 *
 * value.h: the text of numbers, dates and strings of cells.
 */
#pragma once

#include "base/alloc.h"

/* Excel's limit is 32,767 characters, of at most four bytes. */
#define RK__CELL_MAX_BYTES (4 * 32767)

typedef enum rk__date_kind {
    RK__DATE_NONE,
    RK__DATE_DAY,     /* a date, or a date and a time */
    RK__DATE_ELAPSED, /* hours past 24 are shown: [h]:mm */
} rk__date_kind;

/* What a number format shows: a date if it has unquoted letters for days, months, years, hours,
 * minutes or seconds. */
rk__date_kind rk__date_kind_of_format(const char *format);
rk__date_kind rk__date_kind_of_builtin(unsigned id);

/* Appends the shortest text of a stored number: at most 15 significant digits, which is what a
 * spreadsheet keeps and shows, and no exponent. False if it is not a number. */
bool rk__number_text(rk__buf *out, const char *text, size_t length);

/* The same, a hundredth of it if `percent`, rounded to so many decimals (-1: not rounded), halves
 * away from zero. */
bool rk__number_rounded(rk__buf *out, const char *text, size_t length, bool percent, int decimals);

/* Appends the date of a serial number: 2016-04-05, 2016-04-05 13:30:00 or, below one, 13:30:00.
 * False if it is not a number or not a date; nothing is appended then. */
bool rk__date_text(rk__buf *out, const char *text, size_t length, rk__date_kind kind,
                   bool since_1904);
/* Appends the serial number (of the 1900 system) of a date as rk__date_text writes it; false if it
 * is none. */
bool rk__date_serial(rk__buf *out, const char *text, size_t length);

/* Replaces the escapes _xHHHH_ of characters in text[from...]. */
void rk__unescape(rk__buf *text, size_t from);

/* "D7" for column 3 (from 0) and row 7. */
#define RK__CELL_NAME 16
const char *rk__cell_name(char out[RK__CELL_NAME], uint32_t column, uint32_t row);

/* The text of an element that holds a string: <t>, or runs <r><t>; phonetic text is left out.
 * Begins as {.out = ...} at the start of the element; events of its children follow. */
typedef struct rk__string_item {
    rk__buf *out;
    unsigned depth;
    bool in_run, collecting, preserve;
    size_t from, begin; /* begin: where the item's text begins in `out` */
    bool too_long;
} rk__string_item;
void rk__string_start(rk__string_item *item, const char *name, const char *const *attributes);
void rk__string_end(rk__string_item *item);
void rk__string_add(rk__string_item *item, const char *text, size_t length);
