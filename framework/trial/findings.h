/* SPDX-License-Identifier: MIT
 *
 * findings.h: what the tests of a rule found.
 */
#pragma once

#include "base/alloc.h"
#include "reckoner/reckoner.h"

typedef struct rk_trial {
    rk__arena arena;
    const char *path;
    rk_trial_finding *at;
    size_t n, capacity;
    struct rk__trial_digested *digests;
    size_t n_digests, digests_capacity;
    bool no_memory;
    bool looped; /* a group of tests took too long */
} rk__trial_findings;

rk__trial_findings *rk__trial_findings_new(const char *path);
void rk__trial_add(rk__trial_findings *f, rk_trial_outcome outcome, const char *check,
                   const char *text);
/* Takes the lines of a process. */
void rk__trial_take(rk__trial_findings *f, const char *lines);
/* Adds a finding for each case whose digests differ between processes. */
void rk__trial_compare(rk__trial_findings *f);
