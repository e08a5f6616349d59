/* SPDX-License-Identifier: MIT
 *
 * coverage.h: activity that no component pays for, and activity that more than one does, over the
 * contracts of a system or in a single contract.
 */
#pragma once

#include "system/document.h"

typedef struct rk__coverage {
    rk_coverage_line *coverage;
    size_t n_coverage, capacity;
} rk__coverage;

/* A contract that is checked under one arrangement. */
typedef struct rk__covered {
    const char *id; /* precedes its components' names in `payers`; NULL: alone */
    rk_contract *contract;
    const rk__arrangement *arrangement;
    const rk__value *root; /* of its document, which names its tables */
    const char *base_dir;  /* that their paths are relative to */
    size_t payee;
} rk__covered;

typedef struct rk__coverage_input {
    rk_session *session;
    const rk__covered *contracts;
    size_t n_contracts;
    const rk__value *shared; /* the document whose tables all contracts have; or NULL */
    const char *shared_dir;
    const rk_period *periods;
    size_t n_periods;
    const rk__system
        *system;      /* its cost behaviours value a unit without a price or cost; or NULL */
    rk__arena *arena; /* texts of lines are copied into it */
    rk__nums *nums;   /* and their numbers are made in these */
} rk__coverage_input;

/* Finds the lines, which the caller frees. Fails if a table or tariff cannot be read, or if two
 * cost behaviours of a payee cover the same row. */
rk_status rk__coverage_find(const rk__coverage_input *input, rk__coverage *out,
                            rk_problems *problems);
