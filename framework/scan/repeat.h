/* SPDX-License-Identifier: MIT
 *
 * repeat.h: a scan of rows in place run again over other rows.
 */
#pragma once

#include "scan/scan.h"

/* Runs a scan of rows in place that has its wants over other rows, each with the keys of the
 * table's in their order, as often as wanted. The consumer's worker and its dictionaries are
 * kept from one run to the next until rk__scan_renew, so codes hold that long; `begin` is
 * called if there is no worker. */
rk_status rk__scan_rerun(rk__scan *scan, const rk__scan_consumer *consumer, const rk__value *rows);
/* The default of a column from now on. */
rk_status rk__scan_set_default(rk__scan *scan, const char *column, const char *text);
/* Forgets the worker and its dictionaries; true where they have become too large to keep. */
bool rk__scan_is_full(const rk__scan *scan);
void rk__scan_renew(rk__scan *scan);
