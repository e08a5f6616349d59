/* SPDX-License-Identifier: MIT
 *
 * system.h: the writers of systems and of incentives.
 */
#pragma once

#include "report/report.h"

/* The first page; with `detail` everything else too. */
void rk__people_system(rk__page *out, const rk_system_result *of, bool markdown, bool detail);
/* In one line. */
void rk__json_system_line(rk__page *out, const rk_system_result *result);

/* The JSON of a system with each figure rounded by itself, for comparing single figures: those of
 * rk_report_system are rounded together, so that they add up. */
rk_status rk__report_system_figures(const rk_system_result *result, const rk_sink *sink);
