/* SPDX-License-Identifier: MIT
 *
 * finding.h: findings for people and for programs.
 */
#pragma once

#include "report/report.h"
#include "json/json_writer.h"

/* A finding for people, after `prefix`: "costs.csv:4: ... [total-row, 90,000.00 at stake]", into
 * the scratch buffer of `out`. */
void rk__print_finding(rk__page *out, const char *prefix, const rk_finding *finding, int places,
                       uint64_t below);
/* The same without a prefix; `most` says that its amount is the largest of several: "up to
 * 90,000.00". */
void rk__print_finding_most(rk__page *out, const rk_finding *finding, int places, bool most,
                            uint64_t below);
/* The next item of a list, as an object; returns where it ends. Counts below `below`, and what
 * belongs to them, are '*'. */
char *rk__json_finding(rk__json_writer copy, const rk_finding *finding, int places, uint64_t below);
