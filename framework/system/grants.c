/* SPDX-License-Identifier: MIT
 *
 * grants.c: contracts that depend on positions: money on a condition that the system itself meets
 * or misses, and payments that follow what the payee's services cost in the system. They are
 * evaluated after the contracts that move those positions; a cycle is an error that shows its
 * path.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

static const rk__value *facts_of(const rk__system_run *run, size_t contract)
{
    const rk__value *facts = rk__json_get(run->s.contracts[contract].contract, "facts");
    return facts != NULL && facts->type == RK__JSON_OBJECT ? facts : NULL;
}

static bool table_has_conditions(const rk__value *table)
{
    const rk__value *rows = rk__condition_rows(table);
    for (const rk__value *row = rows != NULL ? rows->first : NULL; row != NULL; row = row->next) {
        if (rk__condition_in(row) != NULL) {
            return true;
        }
    }
    return false;
}

static bool has_conditions(const rk__system_run *run, size_t contract)
{
    const rk__value *facts = facts_of(run, contract);
    bool any = false;
    for (const rk__value *t = facts != NULL ? facts->first : NULL; t != NULL; t = t->next) {
        any |= table_has_conditions(t);
    }
    return any;
}

rk_status rk__system_find_grants(rk__system_run *run)
{
    for (size_t i = 0; i < run->s.n_contracts; i++) {
        size_t grants = 0;
        size_t others = 0;
        const bool conditions = has_conditions(run, i);
        rk__count_grants(run, i, &grants, &others);
        run->grants[i] = conditions || grants > 0;
        run->follows[i] = rk__states_system_cost(run, i);
        run->waits[i] = conditions || run->follows[i];
    }
    return RK_OK;
}

/* --------------------------------------------------------------------- order */

enum { UNSEEN = 0, UNDER_WAY, PAID };

/* A contract being evaluated, and its condition that is being resolved. */
typedef struct step {
    size_t contract, organisation;
    const rk__value *met;
} step;

typedef struct order {
    rk__system_run *run;
    uint8_t *state;
    step *path;
    size_t n_path;
} order;

/* Each arrow points to what something depends on. */
static rk_status circle(const order *o, size_t contract)
{
    const rk__system_run *run = o->run;
    rk__buf path = {0};
    size_t at = 0;
    while (o->path[at].contract != contract) {
        at++;
    }
    const rk__value *met = o->path[at].met;
    for (; at < o->n_path; at++) {
        rk__buf_printf(&path, "%s -> position of %s -> ", run->s.contracts[o->path[at].contract].id,
                       run->s.organisations[o->path[at].organisation].id);
    }
    rk__buf_puts(&path, run->s.contracts[contract].id);
    const rk_status status = rk__json_problem(
        run->problems, met, RK_CYCLE,
        "look at \"position_excluding_grants\" instead of \"position\" in one of these",
        "%s depend on each other: %s", run->grants[contract] ? "grants" : "contracts",
        path.text != NULL ? path.text : "");
    rk__buf_dispose(&path);
    return status;
}

static rk_status pay_in_order(order *o, size_t contract);

/* Contracts that move the tested position come first. A position without grants depends only on
 * payments by the cost of a position; one after the pool depends on all positions. */
static bool comes_before(const rk__system_run *run, size_t k, const rk__condition *c)
{
    const rk__system_contract *other = &run->s.contracts[k];
    const bool moves =
        c->after_pool || other->payee == c->organisation || other->payer == c->organisation;
    return run->waits[k] && moves && (c->with_grants || !run->grants[k]);
}

static rk_status pay_before(order *o, size_t contract, const rk__value *at, const rk__condition *c)
{
    rk__system_run *run = o->run;
    rk_status status = RK_OK;
    o->path[o->n_path - 1] =
        (step){.contract = contract, .organisation = c->organisation, .met = at};
    for (size_t k = 0; k < run->s.n_contracts && status == RK_OK; k++) {
        if (comes_before(run, k, c)) {
            status = pay_in_order(o, k);
        }
    }
    return status;
}

/* What an organisation pays others is among its costs. */
static rk_status pay_costs_before(order *o, size_t contract)
{
    rk__system_run *run = o->run;
    rk_status status = RK_OK;
    size_t organisation = 0;
    const rk__value *at = NULL;
    for (size_t n = 0; status == RK_OK; n++) {
        status = rk__system_cost_of(run, contract, n, &organisation, &at);
        if (status != RK_OK || at == NULL) {
            break;
        }
        o->path[o->n_path - 1] =
            (step){.contract = contract, .organisation = organisation, .met = at};
        for (size_t k = 0; k < run->s.n_contracts && status == RK_OK; k++) {
            bool among = run->waits[k] && run->s.contracts[k].payer == organisation;
            if (among) {
                status = rk__system_cost_includes(run, at, k, &among);
            }
            if (among && status == RK_OK) {
                status = pay_in_order(o, k);
            }
        }
    }
    return status;
}

static rk_status conditions_before(order *o, size_t contract)
{
    const rk__value *facts = facts_of(o->run, contract);
    rk_status status = RK_OK;
    for (const rk__value *t = facts != NULL ? facts->first : NULL; t != NULL && status == RK_OK;
         t = t->next) {
        const rk__value *rows = rk__condition_rows(t);
        for (const rk__value *row = rows != NULL ? rows->first : NULL;
             row != NULL && status == RK_OK; row = row->next) {
            const rk__value *met = rk__condition_in(row);
            rk__condition c;
            status = met != NULL ? rk__condition_read(o->run, contract, met, &c) : RK_OK;
            if (met != NULL && status == RK_OK) {
                status = pay_before(o, contract, met, &c);
            }
        }
    }
    return status;
}

static rk_status settle_conditions(rk__system_run *run, const rk__value *const *tables, size_t n,
                                   size_t contract, bool missed)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = rk__condition_settle(run, contract, tables[i], missed);
    }
    return status;
}

/* What a contract pays apart from its grants is needed before the conditions are known, so they
 * count as missed at first. */
static rk_status pay_with_conditions(rk__system_run *run, size_t contract)
{
    const rk__value *facts = facts_of(run, contract);
    const size_t most = facts != NULL ? facts->count : 0;
    const rk__value **tables = rk__calloc(most + 1, sizeof *tables);
    size_t n = 0;
    size_t grants = 0;
    size_t others = 0;
    rk_status status = tables == NULL ? RK_NO_MEMORY : RK_OK;
    for (const rk__value *t = most > 0 ? facts->first : NULL; t != NULL && status == RK_OK;
         t = t->next) {
        if (table_has_conditions(t)) {
            tables[n++] = t;
        }
    }
    rk__count_grants(run, contract, &grants, &others);
    if (status == RK_OK && grants > 0 && others > 0 && n > 0) {
        status = settle_conditions(run, tables, n, contract, true);
        run->quiet = true;
        status = status == RK_OK ? rk__system_pay_one(run, contract) : status;
        run->quiet = false;
    }
    if (status == RK_OK) {
        status = settle_conditions(run, tables, n, contract, false);
    }
    rk__free(tables);
    return status == RK_OK ? rk__system_pay_one(run, contract) : status;
}

static rk_status pay_in_order(order *o, size_t contract)
{
    rk__system_run *run = o->run;
    if (o->state[contract] == PAID) {
        return RK_OK;
    }
    if (o->state[contract] == UNDER_WAY) {
        return circle(o, contract);
    }
    o->state[contract] = UNDER_WAY;
    o->path[o->n_path++] = (step){.contract = contract};
    rk_status status = conditions_before(o, contract);
    if (status == RK_OK) {
        status = pay_costs_before(o, contract);
    }
    if (status == RK_OK) {
        status = rk__system_state_costs(run, contract);
    }
    if (status == RK_OK) {
        status = pay_with_conditions(run, contract);
    }
    o->n_path--;
    o->state[contract] = PAID;
    return status;
}

rk_status rk__system_pay_grants(rk__system_run *run)
{
    order o = {.run = run,
               .state = rk__calloc(run->s.n_contracts + 1, 1),
               .path = rk__calloc(run->s.n_contracts + 1, sizeof(step))};
    rk_status status = o.state == NULL || o.path == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        if (run->waits[i]) {
            status = pay_in_order(&o, i);
        }
    }
    rk__free(o.state);
    rk__free(o.path);
    return status;
}
