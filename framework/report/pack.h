/* SPDX-License-Identifier: MIT
 *
 * pack.h: packs (pack/pack.h) of results: what a workbook or an HTML report of them holds.
 */
#pragma once

#include "pack/pack.h"
#include "report/report.h"

/* Formats that a pack is written in. */
static inline bool rk__is_pack(rk_format format)
{
    return format == RK_FORMAT_XLSX || format == RK_FORMAT_HTML;
}

/* Begins the page and the pack of a report. */
void rk__pack_begin(rk__pack *pack, rk__page *out, const rk_sink *sink);
/* Writes the pack, ends the page, and frees both. */
rk_status rk__pack_end(rk__pack *pack, rk_format format);

rk_status rk__pack_results(const rk_result *const *results, size_t n, rk_format format,
                           const rk_sink *sink);
rk_status rk__pack_comparison(const rk_comparison *comparison, rk_format format,
                              const rk_sink *sink);
rk_status rk__pack_system(const rk_system_result *result, rk_format format, const rk_sink *sink);
rk_status rk__pack_incentives(const rk_incentives *incentives, rk_format format,
                              const rk_sink *sink);
rk_status rk__pack_solution(const rk_solution *solution, rk_format format, const rk_sink *sink);
rk_status rk__pack_sensitivity(const rk_sensitivity *sensitivity, rk_format format,
                               const rk_sink *sink);
rk_status rk__pack_sweep(const rk_sweep *sweep, rk_format format, const rk_sink *sink);
rk_status rk__pack_variances(const rk_variance *const *variances, size_t n, rk_format format,
                             const rk_sink *sink);
rk_status rk__pack_diff(const rk_diff *diff, rk_format format, const rk_sink *sink);

/* ------------------------------------------------------------- parts of a pack */

/* A money cell with the pack's places, and one with up to six decimals. */
void rk__pack_money(rk__pack *pack, rk__pack_cell *cell, rk_num amount);
void rk__pack_decimal(rk__pack *pack, rk__pack_cell *cell, rk_num number);
void rk__pack_hide(rk__pack_cell *cell);
/* "1,234,567" or, below 1,000, with pence, as a sentence has it; in the scratch buffer. */
void rk__pack_say(rk__pack *pack, rk_num amount);

/* Several results of contracts. */
typedef struct rk__pack_of_results {
    rk__pack *pack;
    const rk_result *const *results;
    size_t n;
    bool contracts;           /* they are of several contracts */
    const char *const *names; /* of the results; NULL: their arrangements */
    rk__pack_table *summary, *components;
    size_t *first, *end; /* the rows of each result in `components` */
} rk__pack_of_results;
/* "pbr", or "contract: pbr". */
const char *rk__pack_result_name(const rk__pack_of_results *of, size_t index);
/* Components, lines, groups, unpriced rows; findings, assumptions, provenance. */
void rk__pack_ledgers(rk__pack_of_results *of);
void rk__pack_groups(rk__pack_of_results *of, rk__pack_table *components);
void rk__pack_unpriced(const rk__pack_of_results *of);
void rk__pack_results_findings(const rk__pack_of_results *of);
void rk__pack_assumptions(const rk__pack_of_results *of);
void rk__pack_provenance(const rk__pack_of_results *of);
/* How each amount came about, as steps. */
void rk__pack_steps(const rk__pack_of_results *of);

/* A table of findings, to which findings are added. */
rk__pack_table *rk__pack_findings_new(rk__pack *pack);
void rk__pack_finding(rk__pack *pack, rk__pack_table *table, const char *of,
                      const rk_finding *finding, uint64_t below);
