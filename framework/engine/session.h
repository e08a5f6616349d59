/* SPDX-License-Identifier: MIT
 *
 * session.h: what a run holds: options, rules found, tariffs loaded.
 */
#ifndef RK_ENGINE_SESSION_H
#define RK_ENGINE_SESSION_H

#include "contract/contract.h"
#include "rules/bind.h"
#include "rules/registry.h"

struct rk_session {
    rk_options options;
    rk__arena arena;
    rk__access access;
    rk__registry *registry;
};

/* --param values that name a component: the overrides for rk__bind. */
rk_status rk__session_overrides(const rk_session *session, const char *component, rk__arena *arena,
                                rk__param_override **out, size_t *n);

/* Applies one --set to a document; *value holds what was set and must outlive it. */
rk_status rk__session_apply_set(rk__json *document, const char *set, rk__json **value,
                                rk_problems *problems);

/* Names of the rule of a component, loaded; the problem has been added if NULL. */
const rk__rule *rk__session_rule(rk_session *session, const rk__component *component,
                                 rk_status *status, rk_problems *problems);

#endif
