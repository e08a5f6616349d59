/* SPDX-License-Identifier: MIT
 *
 * summary.h: counts and totals of a batch, added up while it runs.
 */
#pragma once

#include "base/text.h"
#include "batch/record.h"

/* Contracts in error that the summary lists; the results have all. */
#define RK__SUMMARY_NAMED 20
/* The most sums by arrangement, provider and commissioner; a summary with more says that it is
 * incomplete. */
#define RK__SUMMARY_SUMS 100000

typedef struct rk__batch_sum {
    /* 'a': total of an arrangement; 'p', 'c': difference of a provider, commissioner; 'f': findings
     * of a code, which is the `organisation`: one that several arrangements of a contract have
     * counts once, and `micros` is the number of results that have it */
    char kind;
    const char *arrangement, *currency, *organisation;
    uint64_t count;
    rk_int128 micros; /* millionths of the currency's unit */
} rk__batch_sum;

struct rk_batch_summary {
    uint64_t done, failed, resumed, unpriced, warnings;
    /* Arrangements with rows that have no price, of contracts that have some: the fewest, the
     * most. */
    uint64_t unpriced_least, unpriced_most;
    bool several; /* a contract has more than one result */
    bool stopped;
    char isolation[120]; /* how contracts were kept apart, in words */
    double seconds;
    uint64_t by_code[64]; /* at minus the status */
    char *named[RK__SUMMARY_NAMED];
    size_t n_named;
    char *slowest;
    uint64_t slowest_us;
    rk__dict *keys; /* of the sums, with the same numbers */
    rk__buf key;    /* of the sum to look up */
    rk__batch_sum *sums;
    size_t n_sums, capacity;
    bool beyond, overflow;
    rk__arena arena;
};

rk_status rk__summary_new(rk_batch_summary **out);
/* Adds a contract, at a line of the file `name`; 0: the file is the contract. */
rk_status rk__summary_add(rk_batch_summary *summary, const char *name, uint64_t line,
                          rk__record *record, uint64_t micros);
