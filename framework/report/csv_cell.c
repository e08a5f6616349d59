/* SPDX-License-Identifier: MIT
 *
 * csv_cell.c: single cells of CSV reports.
 */
#include "csv/csv.h"
#include "report/report.h"

void rk__csv_cell(rk__page *out, const char *text, size_t length)
{
    rk__csv_quote_safe(&out->scratch, out->sink->csv_safe, text, length);
    rk__page_scratch(out);
}

void rk__csv_text(rk__page *out, const char *text, char after)
{
    if (text != NULL) {
        rk__csv_cell(out, text, strlen(text));
    }
    rk__page_putc(out, after);
}
