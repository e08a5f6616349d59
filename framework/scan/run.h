/* SPDX-License-Identifier: MIT
 *
 * run.h: running a scan.
 */
#pragma once

#include "scan/scan.h"

rk_status rk__scan_run(rk__scan *scan, const rk__scan_options *options,
                       const rk__scan_consumer *consumer, rk_problems *problems);
unsigned rk__scan_threads(const rk__scan *scan, const rk__scan_options *options);
