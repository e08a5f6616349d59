/* SPDX-License-Identifier: MIT
 *
 * tariff_dates.h: finds periods that the tariffs of a contract do not fit.
 */
#pragma once

#include "ledger/instance.h"

/* Adds a finding to the result of an instance if it uses a tariff that another one follows inside
 * the period and its rows have no dates, or if no tariff covers the whole period. */
void rk__find_tariff_dates(const rk__instance *u);
