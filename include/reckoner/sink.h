/* SPDX-License-Identifier: MIT
 *
 * sink.h: the formats of reports, and where they go. Included by reckoner.h.
 */
#ifndef RECKONER_SINK_H
#define RECKONER_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rk_format {
    RK_FORMAT_TEXT = 0,
    RK_FORMAT_JSON = 1,
    RK_FORMAT_CSV = 2,
    RK_FORMAT_MARKDOWN = 3,
    /* A workbook: results, comparisons, systems, incentives, questions.h, variance.h, diff.h. */
    RK_FORMAT_XLSX = 4,
    RK_FORMAT_HTML = 5,   /* a report in one file, of the same */
    RK_FORMAT_SQLITE = 6, /* a database: diff.h */
    /* The national monthly file of contract monitoring, as CSV: results whose periods are months
     * and whose rows are grouped by rk_monitoring_columns. */
    RK_FORMAT_ACM = 7
} rk_format;
/* Finds a format by its name: "text", "json", "csv", "markdown", "xlsx", "html", "sqlite",
 * "acm"; false for another. */
RK_API bool rk_format_parse(const char *name, rk_format *out);

/* Receives a report in pieces; `write` returns 0, or anything else to stop. Every report
 * function returns RK_OK, RK_IO_WRITE if the sink stopped, RK_NO_MEMORY, RK_USAGE for a
 * format that it does not write, or RK_IO if a workbook's temporary files cannot be written. */
typedef struct rk_sink {
    int (*write)(void *ctx, const char *text, size_t length);
    void *ctx;
    int width;     /* of the terminal in columns; 0: 100 */
    bool color;    /* text reports may use ANSI colours */
    bool csv_safe; /* in CSV, texts that would be formulas begin with an apostrophe */
} rk_sink;

#ifdef __cplusplus
}
#endif
#endif
