/* SPDX-License-Identifier: MIT
 *
 * total_row.h: the end of a file that is not data: footers, and rows that are totals.
 */
#pragma once

#include "csv/csv.h"
#include "table/table.h"

/* A row that is the total of others, or looks so. */
typedef struct rk__total_row {
    const char *file; /* or NULL, and a pointer of a row in place: */
    const char *pointer;
    uint32_t line;
    bool ignored; /* left out, as its table declares; else counted as any other row */
    bool by_name; /* its name says so; else its numbers are the sums of those above */
    size_t row;   /* of a loaded table that counts it, from 1; 0: not known */
} rk__total_row;

/* The end of a text of whole records. */
typedef struct rk__tail {
    size_t end;     /* of what is data: the offset where the footer begins, or the length */
    size_t last;    /* where its last record begins; `end` if it has none */
    size_t records; /* in the text, those of the footer included */
} rk__tail;

/* Finds the tail. A text with an open quote has none. RK_OK or RK_NO_MEMORY. */
rk_status rk__tail_find(const char *text, size_t length, char delimiter, uint32_t footer,
                        rk__tail *out);

/* Whether a text says that its row is a total. */
typedef enum rk__total_name {
    RK__NO_TOTAL = 0,
    RK__PERHAPS_TOTAL, /* "RJ1 total", or "Hip replacement - total": other cells tell */
    RK__IS_TOTAL
} rk__total_name;

/* Of a text that is not blank; `first`: it is the first one of its row. */
rk__total_name rk__text_total(const char *text, size_t length, bool first);

/* The cells of a row besides its name. */
typedef struct rk__total_others {
    bool blank, text; /* some are blank, or have letters */
} rk__total_others;

void rk__total_others_add(rk__total_others *others, const char *text, size_t length);

/* A total that only may be called so has numbers and blanks beside its name; the name of a
 * diagnosis has codes. */
static inline bool rk__total_stands(rk__total_name name, const rk__total_others *others)
{
    return name == RK__IS_TOTAL || (name == RK__PERHAPS_TOTAL && others->blank && !others->text);
}

/* Whether a record is called total: a field says "Total", "Grand total", "Sub-total" and the like,
 * or its first one begins so ("Total for 2016/17"), or ends so and numbers and blanks alone follow
 * ("RJ1 Total,,,12"). */
bool rk__record_is_total(const char *text, size_t length, char delimiter);

/* How many rows must be above a last row before its numbers count as their sums, since three
 * numbers may add up by chance. Fewer are enough if it begins with a blank cell or says "all" ("All
 * ages").
 */
#define RK__SUMS_UNNAMED 2
#define RK__SUMS_NAMED   10
size_t rk__record_sums_least(const char *text, size_t length, char delimiter);

/* The next total row of a loaded table: first those that were left out, then rows that look like a
 * total and were kept; NULL past the last, or if out of memory (`arena->failed`). `*cursor` begins
 * as 0. */
const rk__total_row *rk__table_next_total(const rk__table *table, size_t *cursor, rk__arena *arena);
/* Whether the numbers of the last of rows from..n-1 are the sums of those above it, of which there
 * must be as many as rk__record_sums_least says. */
bool rk__table_sums_up(const rk__table *table, size_t from, size_t n);
