/* SPDX-License-Identifier: MIT
 *
 * load.h: a side of a variance, from the name that it was given.
 */
#pragma once

#include "contract/session.h"
#include "variance/side.h"

/* The source of a side: a contract and its result, or a document. */
typedef struct rk__loaded {
    rk_contract *contract;
    rk_result *result;
    rk__json *document;
    rk__side side;
    const char *name; /* as reports call it */
} rk__loaded;

typedef struct rk__load {
    rk_session *session;
    const char *path; /* of the contract */
    const rk_variance_options *options;
    rk__sides *sides;
    rk_problems *problems;
    bool lines;  /* a side is a document without groups: ledger lines are compared */
    size_t last; /* the last period that is selected, once `closed` */
    bool closed;
} rk__load;

/* Evaluates or reads the side that `name` names; `other` is the name of the other one. Dispose in
 * any case. */
rk_status rk__loaded_open(rk__load *load, const char *name, const char *other, rk__loaded *out);
/* False if the name is the path of a result document that has no groups. */
bool rk__load_has_groups(const char *name);
void rk__loaded_dispose(rk__loaded *loaded);
