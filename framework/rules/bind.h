/* SPDX-License-Identifier: MIT
 *
 * bind.h: binds a contract's `params` to a rule's own struct, by the rule's table.
 *
 * All checking of single parameters happens here: unknown and missing names, types, bounds,
 * enum words, list items, scaling of amounts per time. Checks across several parameters are
 * left to the rule's `check`.
 */
#pragma once

#include "number/num.h"
#include "rules/registry.h"
#include "json/json.h"

/* One override from the command line: --param COMPONENT.NAME=VALUE. */
typedef struct rk__param_override {
    const char *name;  /* "cap", or "bands[1].to" */
    const char *value; /* a JSON value, or plain text taken as a string */
} rk__param_override;

/* A parameter that names an earlier component: what the engine needs to value it. Values
 * are borrowed from a document that lives as long as the contract, or is `held`. */
typedef struct rk__valued {
    const char *path;       /* "deductions[0].valued_by" */
    const char *source;     /* where it was given: a JSON pointer, or the option */
    const rk__value *at;    /* the component's id */
    const rk__value *scope; /* an object; NULL: none */
    rk_of *out;             /* id and rows are set; the engine sets the rest */
    const char *words;      /* the scope in words; NULL: none */
    rk_num part;            /* the parameter `part` beside it; NULL: all of it */
} rk__valued;

/* Documents parsed from the command line, which values borrow from. */
typedef struct rk__held {
    rk__json **documents;
    size_t n;
} rk__held;

typedef struct rk__bind_input {
    const rk__rule *rule;
    const rk__value *params;    /* the component's object, or NULL */
    const rk__value *overrides; /* params_by_period of this period, or NULL */
    const rk__param_override *cli;
    size_t n_cli;
    const rk__value *component;   /* position for a missing parameter */
    int64_t scale_num, scale_den; /* of RK_PER_TIME amounts: 1, 1 for as written */
    int minor_places; /* decimal places of the contract's currency, for RK_MINOR_UNIT; 0 to 6 */
    bool minor_known; /* or their default */
    /* The index of RK_PER_TIME amounts that name none of their own; or NULL. */
    const rk__value *index;
    /* The factor of an index; adds the problem if it does not return RK_OK. NULL: there are no
     * indices. */
    rk_status (*factor_of)(void *ctx, const rk__value *index, rk__nums *nums, rk_num *factor,
                           rk_problems *problems);
    /* Called for each RK_PARAM_COMPONENT; adds the problem if it does not return RK_OK. May be
     * NULL. If set, `held` takes the documents of the command line; see rk__held_dispose. */
    rk_status (*value_of)(void *ctx, const rk__valued *valued, rk_problems *problems);
    void *ctx;
    rk__held *held;
} rk__bind_input;

/* Fills `*out`, a struct of rule->rule->params_size bytes in `arena`. Numbers are made in
 * `pool`, with the parameter's name as label and its JSON pointer as source; scaled ones show
 * the scaling as a product. Adds every problem and returns the first status. rk_host.problem
 * finds the position of `where` with rk__bind_place. */
rk_status rk__bind(const rk__bind_input *input, rk__nums *nums, rk__arena *arena, void **out,
                   rk_problems *problems);

/* The position of a parameter by the name that the rule uses ("bands[1].to"): its value in
 * overrides or params, else the component. */
void rk__bind_place(const rk__bind_input *input, const char *where, rk__place *place,
                    rk__arena *arena);

void rk__held_dispose(rk__held *held);
