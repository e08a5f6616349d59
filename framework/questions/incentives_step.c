/* SPDX-License-Identifier: MIT
 *
 * incentives_step.c: one step of activity: the contract evaluated again with more or
 * fewer units of a key.
 */
#include "questions/incentives_inside.h"

#include <string.h>

#include "contract/sources.h"
#include "system/run.h"

rk_status rk__incentive_contract(rk__subject *s, const rk__json *made, rk_contract **out)
{
    rk__json *copy = NULL;
    rk__json *empty = NULL;
    rk_status status = rk__json_clone(s->contract, &copy);
    if (status == RK_OK && made != NULL) {
        const rk__value *facts = rk__json_get(rk__json_root(copy), "facts");
        if (facts == NULL || facts->type != RK__JSON_OBJECT) {
            status = rk__json_parse("{}", 2, NULL, &empty, NULL);
            if (status == RK_OK) {
                status = rk__json_set(copy, "/facts", rk__json_root(empty), s->problems);
            }
        }
        if (status == RK_OK) {
            status = rk__json_set(copy, "/facts/activity", rk__json_root(made), s->problems);
        }
    }
    if (status != RK_OK) {
        rk__json_free(copy);
        rk__json_free(empty);
        return status;
    }
    status = rk__contract_read(s->session, copy, s->base_dir, out, s->problems);
    rk__json_free(empty); /* the contract refers to no part of it */
    if (status == RK_OK && s->system != NULL) {
        status = rk__contract_share(*out, rk__json_root(s->system->document), s->system->base_dir,
                                    s->problems);
    }
    return status;
}

/* What every arrangement of a contract pays. */
static rk_status pay(rk__subject *s, rk_contract *c, rk__effect **out)
{
    const size_t n = c->n_arrangements;
    const rk__arrangement **all = rk__calloc(n, sizeof *all);
    if (all == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t a = 0; a < n; a++) {
        all[a] = &c->arrangements[a];
    }
    rk__evaluation e;
    rk_status status = rk__evaluate(c, all, n, &e, s->problems);
    for (size_t a = 0; a < n && status == RK_OK; a++) {
        for (size_t p = 0; p < c->n_periods && status == RK_OK; p++) {
            out[a][p].payment = rk__num_copy(&s->out->nums, e.results[a]->periods[p].total);
            status = out[a][p].payment == NULL ? RK_NO_MEMORY : RK_OK;
        }
    }
    rk__evaluation_dispose(&e);
    rk__free(all);
    return status;
}

/* Whether rows of the key are of a period. */
static rk_status has_rows(const rk__subject *s, const rk__scope *where, int period, bool *out)
{
    rk_status status = RK_OK;
    *out = false;
    for (size_t i = 0; i < s->activity.n_rows && !*out && status == RK_OK; i++) {
        if (s->activity.rows[i].period == period) {
            status = rk__scope_has_row(where, s->activity.table, s->activity.rows[i].row, out,
                                       s->problems);
        }
    }
    return status;
}

/* Adds `by` to a key's activity in every period that has enough of it; `changed` by period. */
static rk_status change_key(rk__subject *s, const rk__scope *where, rk_decimal by, bool *changed)
{
    for (int p = RK__PERIOD_ALL; p < (int) s->plain->n_periods; p++) {
        bool too_few = false;
        rk_status status =
            rk__activity_change(&s->activity, where, p, by, NULL, rk__incentive_cost, s, NULL);
        const bool done = status == RK_OK;
        if (status == RK_OUT_OF_RANGE) {
            status = has_rows(s, where, p, &too_few);
        }
        if (status != RK_OK) {
            return status;
        }
        for (size_t q = 0; q < s->plain->n_periods; q++) {
            if (p == RK__PERIOD_ALL || (size_t) p == q) {
                changed[q] = (changed[q] || done) && !too_few;
            }
        }
    }
    return RK_OK;
}

rk_status rk__incentive_base(rk__subject *s, rk__effect **out)
{
    return s->system != NULL ? rk__incentive_system(s, NULL, 0, NULL, out) : pay(s, s->plain, out);
}

/* Evaluates the contract with its activity as changed. */
static rk_status pay_changed(rk__subject *s, rk__effect **out)
{
    rk__json *made = NULL;
    rk_contract *after = NULL;
    rk_status status = rk__activity_json(&s->activity, s->session->registry, &made);
    if (status == RK_OK) {
        status = rk__incentive_contract(s, made, &after);
    }
    if (status == RK_OK) {
        status = pay(s, after, out);
    }
    rk_contract_free(after);
    rk__json_free(made);
    return status;
}

bool rk__any_period(const bool *changed, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        any |= changed[i];
    }
    return any;
}

rk_status rk__incentive_step(rk__subject *s, const rk__scope *where, rk_decimal by,
                             rk__effect **out, bool *changed)
{
    const size_t n = s->activity.n_rows;
    rk__activity_row *kept = rk__calloc(n + 1, sizeof *kept);
    if (kept == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(kept, s->activity.rows, n * sizeof *kept);
    s->cost_known = true;
    for (size_t p = 0; p < s->plain->n_periods; p++) {
        s->cost[p] = rk__num_from_int(&s->out->nums, 0);
    }
    rk_status status = change_key(s, where, by, changed);
    if (status == RK_OK && rk__any_period(changed, s->plain->n_periods)) {
        status = s->system != NULL ? rk__incentive_system(s, where, by, changed, out)
                                   : pay_changed(s, out);
    }
    memcpy(s->activity.rows, kept, n * sizeof *kept);
    rk__free(kept);
    return status;
}
