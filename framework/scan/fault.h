/* SPDX-License-Identifier: MIT
 *
 * fault.h: bad rows of a scan.
 */
#pragma once

#include "scan/inside.h"

/* Adds a bad row to the list, which keeps no more than can ever be reported. False if out of
 * memory. */
bool rk__scan_add_fault(rk__scan_faults *faults, uint64_t max_errors, const rk__scan_fault *fault);
/* Adds the problems of all faults, sorted (`faults` are as many as workers), and
 * returns the first's status where there are more than max_errors. */
rk_status rk__scan_report(rk__scan *scan, rk__scan_faults *faults, size_t n, uint64_t max_errors,
                          const rk__scan_fatal *fatal, rk_problems *problems);
