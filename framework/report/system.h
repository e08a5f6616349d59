/* SPDX-License-Identifier: MIT
 *
 * system.h: the writers of systems and of incentives.
 */
#pragma once

#include "report/report.h"

/* The first page; with `detail` everything else too. */
void rk__people_system(rk__page *out, const rk_system_result *of, bool markdown, bool detail);
void rk__json_system(rk__page *out, const rk_system_result *result);
/* In one line. */
void rk__json_system_line(rk__page *out, const rk_system_result *result);
void rk__csv_system(rk__page *out, const rk_system_result *result);

void rk__people_incentives(rk__page *out, const rk_incentives *incentives, bool markdown);
void rk__json_incentives(rk__page *out, const rk_incentives *incentives);
void rk__csv_incentives(rk__page *out, const rk_incentives *incentives);
/* The JSON of a system with each figure rounded by itself, for who compares single figures: those
 * of rk_report_system are rounded together, so that they add up. */
rk_status rk__report_system_figures(const rk_system_result *result, const rk_sink *sink);
