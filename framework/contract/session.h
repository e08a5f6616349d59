/* SPDX-License-Identifier: MIT
 *
 * session.h: the state of a run: options, rules found, tariffs loaded.
 */
#pragma once

#include <stdatomic.h>
#include <string.h>

#include "base/running.h"
#include "contract/contract.h"
#include "rules/bind.h"
#include "rules/registry.h"

/* Shared memory that the parent reads, also after the worker has died: the worker's contract,
 * the rule whose code it is running ("" for none), and whether it is waiting for a tariff, which
 * does not count as the contract's time. */
typedef struct rk__mark {
    uint64_t index;
    atomic_bool fetching;
    char contract[RK__ID_MAX + 1];
    char rule[RK__ID_MAX + 1];
} rk__mark;

/* The detail of row totals for a question that compares results. Instead of --group-by, rows are
 * grouped by those of these columns that the table has, and by the columns that rows are looked up
 * by. All rows without a price are listed by the same columns. */
#define RK__DETAIL_KEYS 16
typedef struct rk__detail {
    const char *const *columns;        /* NULL at the end */
    const char *keys[RK__DETAIL_KEYS]; /* found: columns that rows are looked up by */
    size_t n_keys;
    rk__arena *arena; /* of their texts */
} rk__detail;

struct rk_session {
    rk_options options;
    rk__arena arena;
    rk__access access;
    atomic_bool output_read; /* a document names a file that will be replaced */
    rk__registry *registry;
    rk__mark *mark;     /* of a worker; or NULL */
    size_t block_bytes; /* block size for reading a file; 0: the scan's default. Tests vary it, */
    size_t batch_rows;  /* and the number of rows priced at once */
    rk__arena_spares *spares; /* lent by a caller that evaluates many contracts; or NULL */
    rk__detail *detail;       /* or NULL */
    size_t group_optional;    /* the last of `group_by`, which a table may lack */
    struct rk__shelf *shelf;  /* tariffs kept for the next contract; or NULL */
};

/* Called around every call of a rule's code. */
static inline void rk__session_enter(const rk_session *session, const char *rule)
{
    rk__mark *const mark = session->mark;
    rk__running_enter(rule);
    if (mark != NULL) {
        size_t n = strlen(rule);
        n = n < RK__ID_MAX ? n : RK__ID_MAX;
        memcpy(mark->rule, rule, n);
        mark->rule[n] = '\0';
    }
}

static inline void rk__session_leave(const rk_session *session)
{
    rk__running_leave();
    if (session->mark != NULL) {
        session->mark->rule[0] = '\0';
    }
}

/* A NULL-terminated list (or NULL) with one more item (or NULL) appended; in the arena. */
const char *const *rk__list_with(rk__arena *arena, const char *const *list, const char *more);

/* --param values that name a component: the overrides for rk__bind. */
rk_status rk__session_overrides(const rk_session *session, const char *component, rk__arena *arena,
                                rk__param_override **out, size_t *n);

/* Loads the rule of a component; NULL if that failed, and then the problem has been added. */
const rk__rule *rk__session_rule(rk_session *session, const rk__component *component,
                                 rk_status *status, rk_problems *problems);
