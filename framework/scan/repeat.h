/* SPDX-License-Identifier: MIT
 *
 * repeat.h: a scan of rows in place run again over other rows.
 */
#ifndef RK_SCAN_REPEAT_H
#define RK_SCAN_REPEAT_H

#include "scan/scan.h"

/* For a scan of rows in place that has its wants: passes over other rows with the same
 * keys in the same order, as often as there are some. Dictionaries and the consumer's
 * worker are kept from one time to the next until rk__scan_renew, so codes hold that long;
 * `begin` is called if there is no worker. A bad cell shows in the status alone. */
rk_status rk__scan_repeat(rk__scan *scan, const rk__scan_consumer *consumer,
                          const rk__filling *rows);
/* The default of a column from now on. */
rk_status rk__scan_set_default(rk__scan *scan, const char *column, const char *text);
/* Forgets the worker and its dictionaries; true where they have become too large to keep. */
bool rk__scan_is_full(const rk__scan *scan);
void rk__scan_renew(rk__scan *scan);

#endif
