/* SPDX-License-Identifier: MIT
 *
 * bind.h: a contract's `params` to a rule's own struct, by the rule's table.
 *
 * All checking of single parameters happens here: unknown and missing names,
 * types, bounds, enum words, list items, scaling of amounts per time. What needs
 * several parameters at once is the rule's `check`.
 */
#ifndef RK_RULES_BIND_H
#define RK_RULES_BIND_H

#include "number/num.h"
#include "rules/registry.h"
#include "json/json.h"

/* A single override from the command line: --param COMPONENT.NAME=VALUE. */
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
    rk_of *out;             /* id and rows stand; the rest is the engine's */
    const char *words;      /* the scope in words; NULL: none */
} rk__valued;

/* Documents of the command line that values are borrowed from. */
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
    const rk__value *component;   /* where a missing parameter is reported */
    int64_t scale_num, scale_den; /* of RK_PER_TIME amounts: 1, 1 for as written */
    /* Told of each RK_PARAM_COMPONENT, having added the problem if not RK_OK; NULL: nobody
     * is. With it, `held` takes what the command line gave; see rk__held_dispose. */
    rk_status (*value_of)(void *ctx, const rk__valued *valued, rk_problems *problems);
    void *ctx;
    rk__held *held;
} rk__bind_input;

/* Fills `*out`, a struct of rule->rule->params_size bytes in `arena`. Numbers are
 * made in `pool`, labelled with the parameter's name and sourced with its JSON
 * pointer; scaled ones show the scaling as a product. Every problem is added;
 * returns the first status. `where` -> place look-ups for rk_host.problem use
 * rk__bind_place. */
rk_status rk__bind(const rk__bind_input *input, rk__nums *nums, rk__arena *arena, void **out,
                   rk_problems *problems);

/* The place of a parameter by the name a rule uses ("bands[1].to"): its value in
 * overrides or params, else the component. */
void rk__bind_place(const rk__bind_input *input, const char *where, rk__place *place,
                    rk__arena *arena);

void rk__held_dispose(rk__held *held);

#endif
