/* SPDX-License-Identifier: MIT
 *
 * terms.h: what contracts of one batch usually have in common.
 *
 * The terms of a contract are everything but its own texts (id, title, commissioner, provider,
 * notes), the texts and numbers in the parameters of its components, and the rows of its
 * tables in place, of which only the keys count.
 */
#pragma once

#include "json/json.h"

typedef struct rk__terms_digest {
    uint64_t low, high;
} rk__terms_digest;

/* Begins as {0} and may be read into again. */
typedef struct rk__contract_terms {
    rk__terms_digest digest;
    /* Values of what is not among the terms, in the order of the document: texts, and "params",
     * "params_by_period" and tables as a whole. Documents with the same terms have the same number
     * of them, in the same order. */
    const rk__value **values;
    size_t n_values, capacity;
    rk__buf text; /* what the digest is made of */
} rk__contract_terms;

/* Reads the terms of a document of rk__json_build; RK_CONFLICT if a table has no rows, or rows
 * that do not all have the same keys in the same order or have lists in them. */
rk_status rk__terms_read(rk__contract_terms *terms, const rk__value *root);
void rk__terms_dispose(rk__contract_terms *terms);

/* The digest of a value with all its texts. `scratch` is emptied. */
rk_status rk__terms_digest_of(const rk__value *v, rk__buf *scratch, rk__terms_digest *out);

static inline bool rk__terms_same(rk__terms_digest a, rk__terms_digest b)
{
    return a.low == b.low && a.high == b.high;
}
