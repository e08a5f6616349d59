/* SPDX-License-Identifier: MIT
 *
 * system_foot.h: the figures of a system as JSON and CSV print them: in whole minor units, rounded
 * together, so that lines, periods and totals add up as printed.
 *
 * Amounts that are whole already do not change. Everything lives as long as the page.
 */
#pragma once

#include "report/system_page.h"

typedef struct rk__system_foot {
    rk__system_page page;
    rk_position *positions;    /* [scenario x period x organisation] */
    const rk_num **entries;    /* amounts of their entries */
    rk_system_period *periods; /* [scenario x period] */
    bool whole;                /* nothing needs rounding: the arrays are NULL */
} rk__system_foot;

/* In the functions below f is the figures, s a scenario, k a period and o an organisation. */

/* Rounds the figures of all scenarios, `together` or else each by itself; memory that runs out
 * fails the page. */
void rk__system_foot_make(rk__page *out, const rk_system_result *result, bool together,
                          rk__system_foot *foot);
const rk_position *rk__foot_position(const rk__system_foot *f, size_t s, size_t k, size_t o);
rk_num rk__foot_entry(const rk__system_foot *f, size_t s, size_t k, size_t o, size_t entry);
const rk_system_period *rk__foot_period(const rk__system_foot *f, size_t s, size_t k);
/* The balance of an organisation, or of RK_WHOLE_SYSTEM. */
rk_balance rk__foot_balance(const rk__system_foot *foot, size_t scenario, size_t organisation);
/* The steps of the bridge of an organisation or of RK_WHOLE_SYSTEM; false without one. */
bool rk__foot_bridge(const rk__system_foot *foot, size_t scenario, size_t organisation,
                     rk_num steps[RK_N_BRIDGE_STEPS]);
/* What sectors incur, or else bear. */
void rk__foot_sectors(const rk__system_foot *f, size_t s, size_t k, bool incurred,
                      rk_num amounts[RK_N_SECTORS]);
