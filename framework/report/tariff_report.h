/* SPDX-License-Identifier: MIT
 *
 * tariff_report.h: what `reckon tariff` shows, once it is known: a tariff and its
 * tables, and copies of documents that were fetched.
 */
#ifndef RK_REPORT_TARIFF_REPORT_H
#define RK_REPORT_TARIFF_REPORT_H

#include "report/report.h"
#include "tariff/tariff.h"

/* One table. Strings are of the tariff or of the report's arena. */
typedef struct rk__table_summary {
    const char *name;
    const rk__table_spec *spec;
    const rk__table *table; /* NULL where it could not be loaded */
    rk_status status;
    size_t n_numeric;  /* columns of numbers */
    size_t n_problems; /* that were found in it, when it was verified */
} rk__table_summary;

typedef struct rk__tariff_summary {
    const rk__tariff *tariff;
    const rk__table_summary *tables;
    size_t n_tables;
    bool verified; /* else shown */
    bool pinned;
    const rk_problems *problems; /* of all tables */
} rk__tariff_summary;

/* tariff_writers.c */
void rk__tariff_write(rk__page *out, const rk__tariff_summary *summary, rk_format format);
/* "2016-04-01 12:30", UTC; "" where it is not known (0). */
#define RK__TIME_TEXT 32
void rk__tariff_time(int64_t when, char text[RK__TIME_TEXT]);

/* tariff_copies.c: the session's cache as a report; `verify` reads each copy and adds a
 * problem for each that is damaged. */
rk_status rk__tariff_report_cache(rk_session *session, bool verify, rk_format format,
                                  const rk_sink *sink, rk_problems *problems);

#endif
