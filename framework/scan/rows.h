/* SPDX-License-Identifier: MIT
 *
 * rows.h: a scan of rows in place.
 */
#pragma once

#include "scan/inside.h"

/* Passes over rows in place. */
rk_status rk__scan_run_rows(rk__scan *scan, rk__scan_worker *worker, rk_problems *problems);
