/* SPDX-License-Identifier: MIT
 *
 * collect.h: outcomes of tests in the formats that build servers read.
 *
 * Tested by tests/golden/cases/test-collected.
 */
#ifndef RECKONER_COLLECT_H
#define RECKONER_COLLECT_H

#include <stddef.h>

#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rk_sink;

/* The formats: JUnit XML, and the Test Anything Protocol (TAP 13). */
typedef enum rk_collector { RK_COLLECTOR_JUNIT = 1, RK_COLLECTOR_TAP = 2 } rk_collector;

/* One test, for rk_report_tests. */
typedef struct rk_test_report {
    const char *suite;   /* the file that it is in */
    const char *name;    /* one line */
    const char *failure; /* the differences, one a line; NULL: it passed */
    const char *skipped; /* why it was not run; NULL: it was run */
} rk_test_report;

/* Writes the outcomes of n tests. Returns as the other report functions do (sink.h). */
RK_API rk_status rk_report_tests(const rk_test_report *tests, size_t n, rk_collector collector,
                                 const struct rk_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
