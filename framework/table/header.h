/* SPDX-License-Identifier: MIT
 *
 * header.h: where the header of a CSV file is.
 */
#pragma once

#include "csv/csv.h"
#include "table/spec.h"

typedef struct rk__header_place {
    size_t start;   /* offset of the header's first byte */
    size_t end;     /* one past its record */
    uint32_t line;  /* of its first byte, from 1 */
    uint32_t feeds; /* line feeds up to its end */
    char delimiter; /* the table's, or that of a line "sep=;" */
    bool found;
    bool settled; /* more bytes of the file do not change the answer */
} rk__header_place;

/* Finds the header at the beginning of a file: the first record with a field that is not empty, or
 * the one on the line that the table declares. A byte order mark and a line such as "sep=;" before
 * it are skipped. */
void rk__header_find(const rk__table_spec *spec, const char *text, size_t length,
                     rk__header_place *out);

/* Checks the header record: faults of its quotes, too many columns, bytes that are not text, a
 * delimiter that is not the file's. RK_OK, RK_SYNTAX, RK_LIMIT or RK_CONFLICT. */
rk_status rk__header_check(const rk__table_spec *spec, const char *text, const rk__header_place *at,
                           const rk__csv_record *header, const char *file, rk_problems *problems);
/* Reports a file with more columns than RK__TABLE_MAX_COLUMNS. */
rk_status rk__too_many_columns(const rk__place *place, rk_problems *problems);
/* Reports a file in which no header was found. */
rk_status rk__header_missing(const rk__table_spec *spec, const char *file, rk_problems *problems);
