/* SPDX-License-Identifier: MIT
 *
 * session.h: what a run holds: options, rules found, tariffs loaded.
 */
#ifndef RK_CONTRACT_SESSION_H
#define RK_CONTRACT_SESSION_H

#include <stdatomic.h>
#include <string.h>

#include "contract/contract.h"
#include "rules/bind.h"
#include "rules/registry.h"

/* What a worker leaves where its parent can read it, also after the worker's death: which
 * contract it was at, which rule's code it was in ("" for none), and whether it waits for
 * a tariff, which is not the contract's own time. */
typedef struct rk__mark {
    uint64_t index;
    atomic_bool fetching;
    char contract[RK__ID_MAX + 1];
    char rule[RK__ID_MAX + 1];
} rk__mark;

struct rk_session {
    rk_options options;
    rk__arena arena;
    rk__access access;
    atomic_bool output_read; /* a document named a file that is going to be replaced */
    rk__registry *registry;
    rk__mark *mark;           /* of a worker; or NULL */
    size_t block_bytes;       /* that a file is read in; 0: as the scan likes. Tests vary it, */
    size_t batch_rows;        /* and the rows that are priced at once */
    rk__arena_spares *spares; /* lent by who evaluates one contract after another; or NULL */
    struct rk__shelf *shelf;  /* tariffs kept for the next contract; NULL: none are */
};

/* Called around every call of a rule's code. */
static inline void rk__session_enter(const rk_session *session, const char *rule)
{
    rk__mark *const mark = session->mark;
    if (mark != NULL) {
        size_t n = strlen(rule);
        n = n < RK__ID_MAX ? n : RK__ID_MAX;
        memcpy(mark->rule, rule, n);
        mark->rule[n] = '\0';
    }
}

static inline void rk__session_leave(const rk_session *session)
{
    if (session->mark != NULL) {
        session->mark->rule[0] = '\0';
    }
}

/* A list that ends with NULL, or NULL, and one more (or NULL) behind it; in the arena. */
const char *const *rk__list_with(rk__arena *arena, const char *const *list, const char *more);

/* --param values that name a component: the overrides for rk__bind. */
rk_status rk__session_overrides(const rk_session *session, const char *component, rk__arena *arena,
                                rk__param_override **out, size_t *n);

/* Applies one --set to a document; *value holds what was set and must outlive it. */
rk_status rk__session_apply_set(rk__json *document, const char *set, rk__json **value,
                                rk_problems *problems);

/* Reads a contract from a document whose text has the digest. The document is taken over, also
 * on failure. */
rk_status rk__session_contract(rk_session *session, rk__json *document, const char *base_dir,
                               const char *sha256, rk_contract **out, rk_problems *problems);

/* Names of the rule of a component, loaded; the problem has been added if NULL. */
const rk__rule *rk__session_rule(rk_session *session, const rk__component *component,
                                 rk_status *status, rk_problems *problems);

#endif
