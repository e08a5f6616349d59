/* SPDX-License-Identifier: MIT
 *
 * result.h: a result inside the library: what include/reckoner/ledger.h shows, and the memory
 * behind it.
 *
 * Each struct begins with the public one, as an unnamed member: the functions of read.c return that
 * and find the rest behind it. Numbers are exact (rk_num, in the result's own pool); strings are in
 * its arena.
 */
#pragma once

#include "base/problems.h"
#include "contract/contract.h"
#include "finding/finding.h"
#include "number/num.h"
#include "reckoner/reckoner.h"
#include "totals/groups.h"

typedef struct rk__component_result {
    struct rk_component_result;
    rk_ledger_line *lines;
    rk_element_total *elements;
    rk_unpriced_key *unpriced;
} rk__component_result;
#define RK__UNPRICED_MAX 1000 /* keys that are listed */

typedef struct rk__period_result {
    struct rk_period_result;
    rk__component_result *components;
} rk__period_result;

typedef struct rk__tariff_provenance {
    struct rk_provenance_tariff;
    rk_provenance_file *files;
} rk__tariff_provenance;

struct rk_result {
    struct rk_result_view;
    rk__arena arena;
    rk__nums nums;
    /* In a result that is reset for each contract: the arena of its provenance, and its text
     * once written; else NULL. */
    rk__arena *terms;
    rk__buf *provenance;
    rk__period_result *periods;
    rk__findings found;
    rk__tariff_provenance *tariffs;
    rk_provenance_fact *facts;
    rk_provenance_rule *rules;
    const char *tariff_ages; /* lines for standard error */
    const char *profile;     /* the same; "" unless requested */
    const char *total_text;
};

/* Several arrangements side by side; each is a whole result. */
struct rk_comparison {
    rk_result **results;
    size_t n;
    size_t baseline; /* index */
};

typedef struct rk__step {
    struct rk_step;
    struct rk__step *children;
} rk__step;

struct rk_explanation {
    struct rk_explanation_view;
    rk__arena arena;
    rk__step *steps;
};

rk_status rk__result_new(const rk_contract *contract, const rk__arrangement *arrangement,
                         rk_result **out);
/* Empties a result for another contract with the same terms; keeps `terms`, which depends on the
 * terms alone. Reset the instances that use the result's memory first. */
rk_status rk__result_reset(const rk_contract *contract, const rk__arrangement *arrangement,
                           rk_result *result);
/* Adds a finding with this message, unless the result has it already; its numbers are the
 * result's. */
void rk__result_find(rk_result *result, rk_finding finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Each public struct is the beginning of the library's own. These give the library's struct of a
 * public one, an item of one of its lists (NULL past the end), and that item's public part. */
#define RK__INSIDE(type, view)       ((const type *) (const void *) (view))
#define RK__ITEM(owner, list, index) ((index) < (owner)->n_##list ? &(owner)->list[index] : NULL)
#define RK__VIEW(type, owner, list, index) \
    ((const type *) (const void *) RK__ITEM(owner, list, index))
