/* SPDX-License-Identifier: MIT
 *
 * pool.c: the risk pool: the charges it takes on, and who bears them. The sharing itself is the
 * rule `risk-pool`, so that a pool comes to the same in a system and in a contract.
 */
#include "system/run.h"

#include <string.h>

#include "evaluate/single_rule.h"
#include "system/system.h"

#define PENNY_PLACES 2
#define POOL_RULE    "risk-pool"

/* -------------------------------------------------------------------- lifting */

static bool lifts(const rk__pool *pool, rk_entry_kind kind)
{
    switch (kind) {
    case RK_ENTRY_COST:
        return pool->charges[RK__FLOW_COST];
    case RK_ENTRY_DOUBLE_RUNNING:
        return pool->charges[RK__FLOW_DOUBLE_RUNNING];
    case RK_ENTRY_INVESTMENT:
        return pool->charges[RK__FLOW_INVESTMENT];
    case RK_ENTRY_REPAYMENT:
        return pool->charges[RK__FLOW_REPAYMENT];
    default:
        return false;
    }
}

/* Charges are taken off whoever bears them, member or not; what is below a penny stays. */
static rk_num charges_of(rk__nums *nums, const rk__pool *pool, const rk__position *p)
{
    rk_num sum = pool->charges[RK__FLOW_STRANDED] ? p->stranded : rk__num_from_int(nums, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (lifts(pool, p->entries[i].kind)) {
            sum = rk__num_add(nums, sum, p->entries[i].amount);
        }
    }
    return rk__num_round(nums, sum, PENNY_PLACES);
}

static void lift(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    const rk__pool *pool = run->s.risk_pool;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        rk__position *p = &out->positions[o];
        if (run->s.organisations[o].kind != RK__ORG_OUTSIDE) {
            p->lifted = charges_of(nums, pool, p);
        }
    }
    for (size_t i = 0; pool->variance && i < pool->n_members; i++) {
        const size_t o = pool->members[i].organisation;
        rk__position *p = &out->positions[o];
        const rk_num left = rk__num_add(nums, p->before, p->lifted);
        const rk_num variance =
            rk__num_sub(nums, left, run->s.organisations[o].control_total[period]);
        p->lifted = rk__num_sub(nums, p->lifted, rk__num_round(nums, variance, PENNY_PLACES));
    }
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        out->lifted = rk__num_add(nums, out->lifted, out->positions[o].lifted);
    }
}

/* -------------------------------------------------------------------- sharing */

enum { ORGANISATION, SHARE, AMOUNT, LOSS_CAP, GAIN_CAP, N_COLUMNS };
static const char *const member_columns[N_COLUMNS] = {"organisation", "share", "amount", "loss_cap",
                                                      "gain_cap"};

/* The exact text of a number; NULL for NULL. */
static rk_status number_text(rk__arena *arena, rk_num number, const char **out)
{
    rk__buf text = {0};
    *out = NULL;
    if (number == NULL) {
        return RK_OK;
    }
    rk__num_print_exact(&text, number);
    *out = text.failed ? NULL : rk__arena_copy(arena, text.text, text.length);
    rk__buf_dispose(&text);
    return *out == NULL ? RK_NO_MEMORY : RK_OK;
}

/* The members as the rule's table. */
static rk_status member_cells(rk__arena *arena, const rk__pool_member *members, size_t n,
                              const char ***out)
{
    const char **cells = rk__arena_alloc(arena, (n * N_COLUMNS + 1) * sizeof *cells);
    rk_status status = cells == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const rk__pool_member *m = &members[i];
        const rk_num numbers[N_COLUMNS] = {NULL, m->share, m->amount, m->loss_cap, m->gain_cap};
        cells[i * N_COLUMNS] = m->name;
        for (size_t k = SHARE; k < N_COLUMNS && status == RK_OK; k++) {
            status = number_text(arena, numbers[k], &cells[i * N_COLUMNS + k]);
        }
    }
    *out = cells;
    return status;
}

/* The rule's ledger: two lines for each member, in their order: what is taken over, and
 * its part. What is taken over must all be borne, or be the residual. */
static rk_status take_parts(rk__nums *nums, const rk_result *result, rk__pool_member *members,
                            size_t n, rk_num *residual, rk_problems *problems)
{
    const rk__component_result *c = &result->periods[0].components[0];
    rk_num left = rk__num_from_int(nums, 0);
    bool sound = c->n_lines == 2 * n || c->n_lines == 2 * n + 1;
    for (size_t i = 0; i < n && sound; i++) {
        const rk_num taken = rk__num_copy(nums, c->lines[2 * i].amount);
        members[i].part = rk__num_copy(nums, c->lines[2 * i + 1].amount);
        if (taken == NULL || members[i].part == NULL) {
            return RK_NO_MEMORY;
        }
        sound = rk__num_compare(taken, members[i].amount) == 0;
        left = rk__num_sub(nums, left, rk__num_add(nums, taken, members[i].part));
    }
    *residual = c->n_lines == 2 * n + 1 ? rk__num_copy(nums, c->lines[2 * n].amount)
                                        : rk__num_from_int(nums, 0);
    if (*residual == NULL || left == NULL) {
        return RK_NO_MEMORY;
    }
    return sound && rk__num_compare(left, *residual) == 0
               ? RK_OK
               : rk__problem(problems, RK_RULE_AUDIT, NULL, "use the rule that Reckoner brings",
                             "rule '" POOL_RULE "' does not share out what the pool takes over");
}

rk_status rk__pool_settle(rk__system_run *run, size_t period, rk__pool_member *members, size_t n,
                          bool respread, rk_num *residual)
{
    rk__arena arena = {0};
    rk_result *result = NULL;
    const char **cells = NULL;
    const rk__value *pool = rk__json_get(run->s.root, "pool");
    const rk__rule_param params[] = {{"member", members[0].name},
                                     {"residual", respread ? "respread" : "named"}};
    rk_status status = member_cells(&arena, members, n, &cells);
    if (status == RK_OK) {
        const rk__single_rule rule = {.rule = POOL_RULE,
                                      .component = "the pool of the system",
                                      .at = pool != NULL ? pool : run->s.root,
                                      .period = &run->s.periods[period],
                                      .params = params,
                                      .n_params = sizeof params / sizeof *params,
                                      .table = "members",
                                      .columns = member_columns,
                                      .n_columns = N_COLUMNS,
                                      .cells = cells,
                                      .n_rows = n};
        status = rk__single_rule_settle(run->system->session, &rule, &result, run->problems);
    }
    if (status == RK_OK) {
        status = take_parts(&run->s.nums, result, members, n, residual, run->problems);
    }
    rk_result_free(result);
    rk__arena_dispose(&arena);
    return status;
}

/* The members in their order, then who bore something and has no share. */
static rk__pool_member *pool_members(rk__system_run *run, const rk__period_outcome *out, size_t *n)
{
    const rk__pool *pool = run->s.risk_pool;
    const size_t most = pool->n_members + run->s.n_organisations;
    rk__pool_member *members = rk__calloc(most + 1, sizeof *members);
    const rk_num zero = rk__num_from_int(&run->s.nums, 0);
    *n = 0;
    for (size_t i = 0; members != NULL && i < most; i++) {
        const bool shares = i < pool->n_members;
        const size_t o = shares ? pool->members[i].organisation : i - pool->n_members;
        const rk__organisation *organisation = &run->s.organisations[o];
        const rk_num lifted = out->positions[o].lifted;
        bool listed = lifted == NULL || rk__num_sign(lifted) == 0;
        for (size_t k = 0; k < *n && !shares && !listed; k++) {
            listed = members[k].organisation == o;
        }
        if (shares || !listed) {
            members[(*n)++] = (rk__pool_member){.organisation = o,
                                                .name = organisation->id,
                                                .share = shares ? pool->members[i].share : zero,
                                                .amount = lifted != NULL ? lifted : zero,
                                                .loss_cap = organisation->loss_cap,
                                                .gain_cap = organisation->gain_cap};
        }
    }
    return members;
}

static rk_status tell_residual(rk__system_run *run, size_t period, rk_num residual)
{
    rk__buf text = {0};
    const bool loss = rk__num_sign(residual) < 0;
    const rk_num size = loss ? rk__num_neg(&run->s.nums, residual) : residual;
    rk__system_amount(&text, size);
    const rk_status status =
        text.failed ? RK_NO_MEMORY
                    : rk__system_finding(
                          run, (rk_finding){.code = "pool-residual", .amount = size},
                          "period '%s': %s of the pool's %s is beyond what its members' caps "
                          "let them take, and is nobody's",
                          run->s.periods[period].id, text.text, loss ? "loss" : "gain");
    rk__buf_dispose(&text);
    return status;
}

rk_status rk__system_share(rk__system_run *run, size_t period)
{
    rk__nums *nums = &run->s.nums;
    rk__period_outcome *out = &run->out->periods[period];
    if (run->s.risk_pool == NULL) {
        return RK_OK;
    }
    out->lifted = rk__num_from_int(nums, 0);
    lift(run, period, out);
    size_t n = 0;
    rk__pool_member *members = pool_members(run, out, &n);
    rk_status status =
        members == NULL
            ? RK_NO_MEMORY
            : rk__pool_settle(run, period, members, n, run->s.risk_pool->respread, &out->residual);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__position *p = &out->positions[members[i].organisation];
        p->share = rk__num_add(nums, p->share, members[i].part);
    }
    rk__free(members);
    for (size_t o = 0; o < run->s.n_organisations && status == RK_OK; o++) {
        rk__position *p = &out->positions[o];
        p->after = rk__num_add(nums, rk__num_add(nums, p->before, p->lifted), p->share);
    }
    if (status == RK_OK && rk__num_sign(out->residual) != 0) {
        status = tell_residual(run, period, out->residual);
    }
    return nums->no_memory ? RK_NO_MEMORY : status;
}
