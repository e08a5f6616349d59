/* SPDX-License-Identifier: MIT
 *
 * summary.h: what a batch came to, added up while it runs.
 */
#ifndef RK_BATCH_SUMMARY_H
#define RK_BATCH_SUMMARY_H

#include "base/text.h"
#include "batch/record.h"

/* Contracts in error that are named at the end; the results name all. */
#define RK__SUMMARY_NAMED 20
/* Sums by arrangement, provider and commissioner; what comes after so many is left out
 * of the summary, and it says so. */
#define RK__SUMMARY_SUMS 100000

typedef struct rk__batch_sum {
    char kind; /* 'a' arrangement; 'p' provider, 'c' commissioner: differences */
    const char *arrangement, *currency, *organisation;
    uint64_t count;
    rk_int128 micros; /* millionths of the currency's unit */
} rk__batch_sum;

struct rk_batch_summary {
    uint64_t done, failed, resumed, unpriced;
    bool stopped, all_arrangements;
    double seconds;
    uint64_t by_code[64]; /* by minus the status */
    char *named[RK__SUMMARY_NAMED];
    size_t n_named;
    char *slowest;
    uint64_t slowest_us;
    rk__dict *keys; /* of sums, numbered as they are */
    rk__buf key;    /* of the one that is looked for */
    rk__batch_sum *sums;
    size_t n_sums, capacity;
    bool beyond, overflow;
    rk__arena arena;
};

rk_status rk__summary_new(rk_batch_summary **out);
/* Adds a contract; `name` is where it stands. */
rk_status rk__summary_add(rk_batch_summary *summary, const char *name, uint64_t line,
                          rk__record *record, uint64_t micros);

#endif
