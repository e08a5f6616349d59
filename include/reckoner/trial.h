/* SPDX-License-Identifier: MIT
 *
 * trial.h: tests for a rule of any author: see docs/writing-a-rule.md, "Check a rule". Part of
 * reckoner.h, which includes it.
 */
#ifndef RECKONER_TRIAL_H
#define RECKONER_TRIAL_H

#include "reckoner.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rk_trial rk_trial;

typedef struct rk_trial_options {
    size_t size;        /* sizeof(rk_trial_options) */
    const char *path;   /* of the rule's shared object */
    const char *source; /* folder of its rule.c and vectors; NULL: that of the object */
    uint64_t cases;     /* random cases of each kind; 0: 20 */
    uint64_t seed;      /* the same seed makes the same cases */
    uint64_t seconds;   /* for each group of tests; 0: 60 */
    /* Each group runs confined, as rk_options.confine says; the tests that build the rule's source
     * are skipped. With the second, RK_FORBIDDEN if the kernel lacks a part of it. */
    bool confine, require_confined;
    /* As rk_options.allow_rules: a rule with a listed digest is not confined unless `confine` says
     * so; one with another digest is RK_FORBIDDEN; any other is confined. */
    const char *allow_rules;
} rk_trial_options;

typedef enum rk_trial_outcome {
    RK_TRIAL_PASSED = 0,
    RK_TRIAL_FAILED = 1,
    RK_TRIAL_SKIPPED = 2,
    RK_TRIAL_NOTED = 3 /* for information */
} rk_trial_outcome;

typedef struct rk_trial_finding {
    rk_trial_outcome outcome;
    const char *check; /* "batches" */
    const char *text;
} rk_trial_finding;

/* Tests a rule in child processes, made by fork: call it before the process has other threads.
 * RK_IO if the file cannot be read. The status is RK_OK also if tests fail. Free the trial with
 * rk_trial_free. */
RK_API rk_status rk_rule_trial(const rk_trial_options *options, rk_trial **out_trial,
                               rk_problems *problems);
/* Frees a trial and its findings. */
RK_API void rk_trial_free(rk_trial *trial);
/* Returns the number of findings. */
RK_API size_t rk_trial_count(const rk_trial *trial);
/* Returns a finding, which lives as long as the trial; NULL past the last. */
RK_API const rk_trial_finding *rk_trial_at(const rk_trial *trial, size_t i);
/* Returns how many findings are failures. */
RK_API size_t rk_trial_failures(const rk_trial *trial);
/* Writes the findings as text or JSON; `collector` (rk_collector), unless 0, as JUnit XML or TAP
 * instead. */
RK_API rk_status rk_report_trial(const rk_trial *trial, rk_format format, int collector,
                                 const rk_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
