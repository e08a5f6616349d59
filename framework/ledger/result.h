/* SPDX-License-Identifier: MIT
 *
 * result.h: the result of an evaluation, as the report writers read it.
 *
 * Numbers are exact (rk_num, in the result's own pool); a writer decides how to print them.
 * Strings are in the result's arena.
 */
#ifndef RK_LEDGER_RESULT_H
#define RK_LEDGER_RESULT_H

#include "base/problems.h"
#include "contract/contract.h"
#include "number/num.h"
#include "reckoner/reckoner.h"
#include "totals/groups.h"

/* A ledger line: amount = quantity x rate x factor if it is a product; a sum of rows has
 * quantity and amount, and its average rate in `rate`. */
typedef struct rk__ledger_line {
    const char *label;
    rk_num quantity, rate, factor; /* NULL if not given */
    const char *unit;              /* or NULL */
    rk_num amount;
    const char *source; /* or NULL */
    bool memo;          /* shown beside the ledger */
    bool sum;
} rk__ledger_line;

/* A lookup key whose rows were unpriced or took a default. */
typedef struct rk__key_count {
    const char *const *columns; /* n_columns names, and their values (NULL: blank) */
    const char *const *values;
    size_t n_columns;
    uint64_t rows;
    rk_num quantity;
    const char *reason; /* "no row of 'prices' has this key" */
} rk__key_count;

typedef struct rk__named_amount {
    const char *name;
    rk_num amount;
    bool memo;
} rk__named_amount;

typedef struct rk__component_result {
    const char *id, *rule, *title; /* title or NULL */
    bool shadow;
    rk_num exact; /* sum of the lines that are not memo */
    rk_num total; /* rounded once */
    rk__ledger_line *lines;
    size_t n_lines;
    rk__named_amount *elements; /* of row rules */
    size_t n_elements;
    uint64_t rows;          /* counted in the totals */
    uint64_t unpriced_rows; /* in all */
    rk__key_count *unpriced;
    size_t n_unpriced;      /* keys listed, at most RK__UNPRICED_MAX */
    uint64_t unpriced_keys; /* keys in all */
    /* Grouped totals of a row rule, by --group-by or the rule's own columns; NULL if the rule
     * has no row table. Owned by the result. */
    rk__group_table *groups;
} rk__component_result;
#define RK__UNPRICED_MAX 1000

typedef struct rk__period_result {
    const char *id;
    rk_num total;
    rk__component_result *components;
    size_t n_components;
} rk__period_result;

/* A file that a table in use was read from. */
typedef struct rk__file_digest {
    const char *file, *xxh3;
} rk__file_digest;
typedef struct rk__fact_provenance {
    const char *table, *file, *xxh3, *sha256; /* sha256 only with --provenance full */
    uint64_t rows;
} rk__fact_provenance;
typedef struct rk__rule_provenance {
    const char *id, *version, *file, *sha256;
} rk__rule_provenance;
typedef struct rk__tariff_provenance {
    const char *id, *sha256, *title, *source;
    const char *place; /* path or URL; NULL if it is in the contract */
    bool fetched;
    rk__file_digest *files;
    size_t n_files;
} rk__tariff_provenance;

struct rk_result {
    rk__arena arena;
    rk__nums nums;
    /* In a result that is reset for each contract: the arena of its provenance, and its text
     * once written; else NULL. */
    rk__arena *terms;
    rk__buf *provenance;
    const char *contract, *title, *arrangement, *basis, *currency, *commissioner, *provider;
    int places;                 /* decimals of money */
    rk_num total, cost, margin; /* cost and margin are NULL if unknown */
    rk__period_result *periods;
    size_t n_periods;
    const char **warnings;
    size_t n_warnings;
    const char *contract_sha256;
    rk__tariff_provenance *tariffs;
    size_t n_tariffs;
    rk__fact_provenance *facts;
    size_t n_facts;
    rk__rule_provenance *rules;
    size_t n_rules;
    const char *tariff_ages; /* lines for standard error */
    const char *profile;     /* the same; "" unless requested */
    const char *total_text;
    uint64_t unpriced;
    uint64_t bad_rows;
    uint64_t suppress_below;
    bool grouped;     /* --group-by was given */
    unsigned threads; /* that priced rows; 1 if none did */
};

/* Several arrangements side by side; each is a whole result. */
struct rk_comparison {
    rk_result **results;
    size_t n;
    size_t baseline; /* index */
};

/* One step of an explanation: "amount = quantity x rate" with operands below. */
typedef struct rk__step {
    const char *label;
    const char *formula; /* in words or signs; NULL for a value */
    const char *value;   /* exact text */
    const char *source;  /* JSON pointer, table and key, file and line, citation; or NULL */
    struct rk__step *children;
    size_t n_children;
} rk__step;

struct rk_explanation {
    rk__arena arena;
    const char *contract, *title, *arrangement, *basis, *currency;
    const char *total;
    rk__step *steps; /* one for each requested component and period, or one row */
    size_t n_steps;
};

rk_status rk__result_new(const rk_contract *contract, const rk__arrangement *arrangement,
                         rk_result **out);
/* Empties a result for another contract with the same terms; keeps `terms`, which depends on the
 * terms alone. Reset the instances that use the result's memory first. */
rk_status rk__result_reset(const rk_contract *contract, const rk__arrangement *arrangement,
                           rk_result *result);
/* Adds a warning, unless the result has it already. */
void rk__result_warn(rk_result *result, const char *text);

#endif
