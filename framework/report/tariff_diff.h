/* SPDX-License-Identifier: MIT
 *
 * tariff_diff.h: what the writers of two tariffs' differences share.
 */
#pragma once

#include "report/report.h"

/* tariff_diff_data.c: for programs. */
void rk__tariff_diff_json(rk__page *out, const rk_tariff_diff *diff);
void rk__tariff_diff_csv(rk__page *out, const rk_tariff_diff *diff);
