/* SPDX-License-Identifier: MIT
 *
 * pool.c: the risk pool: the charges it takes on, and who bears them. The sharing itself is the
 * rule `risk-pool`, so that a pool comes to the same in a system and in a contract.
 */
#include "system/run.h"

#include <string.h>

#include "evaluate/single_rule.h"
#include "system/system.h"

#define POOL_RULE "risk-pool"

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

/* Charges are lifted from whoever bears them, member or not; fractions of a penny stay. */
static rk_num charges_of(rk__system *s, const rk__pool *pool, const rk__position *p)
{
    rk__nums *nums = &s->nums;
    rk_num sum = pool->charges[RK__FLOW_STRANDED] ? p->stranded : rk__num_from_int(nums, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (lifts(pool, p->entries[i].kind)) {
            sum = rk__num_add(nums, sum, p->entries[i].amount);
        }
    }
    return rk__num_round(nums, sum, s->places);
}

static void lift(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    const rk__pool *pool = run->s.risk_pool;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        rk__position *p = &out->positions[o];
        if (rk__is_inside(&run->s.organisations[o])) {
            p->lifted = charges_of(&run->s, pool, p);
        }
    }
    for (size_t i = 0; pool->variance && i < pool->n_members; i++) {
        const size_t o = pool->members[i];
        rk__position *p = &out->positions[o];
        const rk_num left = rk__num_add(nums, p->before, p->lifted);
        const rk_num variance =
            rk__num_sub(nums, left, run->s.organisations[o].control_total[period]);
        p->lifted = rk__num_sub(nums, p->lifted, rk__num_round(nums, variance, run->s.places));
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
    static const char *const units[] = {"1", "0.1", "0.01", "0.001", "0.0001"};
    const rk__rule_param params[] = {{"member", members[0].name},
                                     {"residual", respread ? "respread" : "named"},
                                     {"unit", units[run->s.places]}};
    rk_status status = member_cells(&arena, members, n, &cells);
    if (run->s.nums.no_memory) {
        status = RK_NO_MEMORY; /* a number lost to lack of memory would look like a missing one */
    }
    if (status == RK_OK) {
        const rk__single_rule rule = {.rule = POOL_RULE,
                                      .component = "the pool of the system",
                                      .at = pool != NULL ? pool : run->s.root,
                                      .period = &run->s.periods[period],
                                      .places = run->s.places,
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

/* ----------------------------------------------------------------- the whole pool */

/* What is being shared out in a period: by organisation, what was taken over and its part so far,
 * by which its caps are reduced. */
typedef struct sharing {
    rk__system_run *run;
    size_t period;
    const rk__period_outcome *out;
    rk_num *part;    /* by organisation */
    rk_num net;      /* taken over, less what the reserve bears: a loss is above zero */
    rk_num residual; /* that nobody bears so far */
} sharing;

static rk_num room(rk__nums *nums, rk_num cap, rk_num used)
{
    return cap == NULL ? NULL
                       : rk__num_max(nums, rk__num_from_int(nums, 0), rk__num_sub(nums, cap, used));
}

static rk__pool_member member_of(const sharing *s, size_t o, rk_num share, rk_num amount)
{
    rk__nums *nums = &s->run->s.nums;
    const rk__organisation *organisation = &s->run->s.organisations[o];
    const rk_num borne = rk__num_neg(nums, s->part[o]);
    return (rk__pool_member){.organisation = o,
                             .name = organisation->id,
                             .share = share,
                             .amount = amount,
                             .loss_cap = room(nums, organisation->loss_cap, borne),
                             .gain_cap = room(nums, organisation->gain_cap, s->part[o])};
}

static rk_status settle(sharing *s, rk__pool_member *members, size_t n, bool respread)
{
    rk__nums *nums = &s->run->s.nums;
    rk_num residual = NULL;
    const rk_status status = rk__pool_settle(s->run, s->period, members, n, respread, &residual);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const size_t o = members[i].organisation;
        if (o != SIZE_MAX) {
            s->part[o] = rk__num_add(nums, s->part[o], members[i].part);
        }
    }
    s->residual = status == RK_OK ? rk__num_add(nums, s->residual, residual) : s->residual;
    return status;
}

/* The members of the only tier in their order, then who bore something and has no share, then
 * the reserve: the rule's ledger shows who was relieved of what. */
static rk_status settle_all(sharing *s, rk_num drawn)
{
    const rk__pool *pool = s->run->s.risk_pool;
    const size_t n_members = pool->tiers->n_members;
    const size_t most = n_members + s->run->s.n_organisations;
    rk__pool_member *members = rk__calloc(most + 2, sizeof *members);
    const rk_num zero = rk__num_from_int(&s->run->s.nums, 0);
    size_t n = 0;
    for (size_t i = 0; members != NULL && i < most; i++) {
        const rk__share *share = i < n_members ? &pool->tiers->members[i] : NULL;
        const size_t o = share != NULL ? share->organisation : i - n_members;
        const rk_num lifted = s->out->positions[o].lifted;
        bool listed = share == NULL && (lifted == NULL || rk__num_sign(lifted) == 0);
        for (size_t k = 0; k < n && share == NULL; k++) {
            listed |= members[k].organisation == o;
        }
        if (!listed) {
            members[n++] = member_of(s, o, share != NULL ? share->share[s->period] : zero,
                                     lifted != NULL ? lifted : zero);
        }
    }
    if (members != NULL && rk__num_sign(drawn) != 0) {
        members[n++] = (rk__pool_member){.organisation = SIZE_MAX,
                                         .name = "the reserve",
                                         .share = zero,
                                         .amount = rk__num_neg(&s->run->s.nums, drawn)};
    }
    const rk_status status = members == NULL
                                 ? RK_NO_MEMORY
                                 : settle(s, members, n, pool->residual == RK__RESIDUAL_RESPREAD);
    rk__free(members);
    return status;
}

/* A slice of what is pooled, by shares. */
static rk_status settle_slice(sharing *s, const rk__share *shares, size_t n, rk_num slice,
                              bool respread)
{
    rk__pool_member *members = rk__calloc(n + 1, sizeof *members);
    const rk_num zero = rk__num_from_int(&s->run->s.nums, 0);
    for (size_t i = 0; members != NULL && i < n; i++) {
        members[i] =
            member_of(s, shares[i].organisation, shares[i].share[s->period], i == 0 ? slice : zero);
    }
    const rk_status status = members == NULL ? RK_NO_MEMORY : settle(s, members, n, respread);
    rk__free(members);
    return status;
}

/* Each tier shares that part of the amount which is within it. */
static rk_status settle_tiers(sharing *s)
{
    rk__nums *nums = &s->run->s.nums;
    const rk__pool *pool = s->run->s.risk_pool;
    const bool loss = rk__num_sign(s->net) > 0;
    const rk_num size = loss ? s->net : rk__num_neg(nums, s->net);
    rk_num from = rk__num_from_int(nums, 0);
    rk_status status = RK_OK;
    for (size_t t = 0; t < pool->n_tiers && status == RK_OK; t++) {
        const rk__tier *tier = &pool->tiers[t];
        const rk_num to = tier->to != NULL ? rk__num_min(nums, size, tier->to) : size;
        const rk_num slice = rk__num_sub(nums, to, from);
        if (rk__num_sign(slice) <= 0) {
            break;
        }
        status =
            settle_slice(s, tier->members, tier->n_members, loss ? slice : rk__num_neg(nums, slice),
                         pool->residual == RK__RESIDUAL_RESPREAD);
        from = to;
    }
    return status;
}

/* Returns what no member can bear to those that incurred it, in proportion, even past their caps.
 */
static rk_status return_residual(sharing *s)
{
    rk__nums *nums = &s->run->s.nums;
    const size_t n_organisations = s->run->s.n_organisations;
    const int sign = -rk__num_sign(s->residual);
    rk__pool_member *members = rk__calloc(n_organisations + 1, sizeof *members);
    const rk_num zero = rk__num_from_int(nums, 0);
    rk_num whole = zero;
    size_t n = 0;
    for (size_t o = 0; members != NULL && o < n_organisations; o++) {
        const rk_num lifted = s->out->positions[o].lifted;
        if (lifted != NULL && rk__num_sign(lifted) == sign) {
            whole = rk__num_add(nums, whole, lifted);
            members[n++] = (rk__pool_member){.organisation = o,
                                             .name = s->run->s.organisations[o].id,
                                             .share = lifted,
                                             .amount = zero};
        }
    }
    for (size_t i = 0; i < n; i++) {
        members[i].share = rk__num_div(nums, members[i].share, whole);
    }
    if (n > 0) {
        members[0].amount = rk__num_neg(nums, s->residual);
        s->residual = zero;
    }
    const rk_status status = members == NULL ? RK_NO_MEMORY
                             : n == 0        ? RK_OK
                                             : settle(s, members, n, false);
    rk__free(members);
    return status;
}

static rk_status tell_residual(rk__system_run *run, size_t period, rk_num residual, bool returned)
{
    rk__buf text = {0};
    const bool loss = rk__num_sign(residual) < 0;
    const rk_num size = loss ? rk__num_neg(&run->s.nums, residual) : residual;
    rk__system_amount(run, &text, size);
    const rk_status status =
        text.failed ? RK_NO_MEMORY
                    : rk__system_finding(
                          run, (rk_finding){.code = "pool-residual", .amount = size},
                          "period '%s': %s of the pool's %s is beyond what its members' caps "
                          "let them take, and %s",
                          run->s.periods[period].id, text.text, loss ? "loss" : "gain",
                          returned ? "goes back to those that incurred it" : "is borne by nobody");
    rk__buf_dispose(&text);
    return status;
}

/* A loss is taken from the reserve first, while there is any. */
static rk_num draw(rk__system_run *run, rk_num net, rk_num *reserve)
{
    rk__nums *nums = &run->s.nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    if (*reserve == NULL || rk__num_sign(net) <= 0) {
        return zero;
    }
    const rk_num drawn = rk__num_min(nums, net, *reserve);
    *reserve = rk__num_sub(nums, *reserve, drawn);
    return drawn;
}

static rk_status share_out(sharing *s, rk_num drawn, rk_num *beyond)
{
    const rk__pool *pool = s->run->s.risk_pool;
    rk_status status = pool->n_tiers == 1 ? settle_all(s, drawn) : settle_tiers(s);
    *beyond = s->residual;
    if (status == RK_OK && pool->residual == RK__RESIDUAL_RETURNED &&
        rk__num_sign(s->residual) != 0) {
        status = return_residual(s);
    }
    return status;
}

rk_status rk__system_share(rk__system_run *run, size_t period, rk__period_outcome *out,
                           rk_num *reserve, bool quiet)
{
    rk__nums *nums = &run->s.nums;
    const rk__pool *pool = run->s.risk_pool;
    const size_t n = run->s.n_organisations;
    if (pool == NULL) {
        return RK_OK;
    }
    const rk_num zero = rk__num_from_int(nums, 0);
    out->lifted = zero;
    lift(run, period, out);
    sharing s = {.run = run, .period = period, .out = out, .residual = zero};
    s.part = rk__calloc(n + 1, sizeof(rk_num));
    for (size_t o = 0; s.part != NULL && o < n; o++) {
        s.part[o] = zero;
    }
    const rk_num drawn = draw(run, out->lifted, reserve);
    s.net = rk__num_sub(nums, out->lifted, drawn);
    rk_num beyond = NULL;
    rk_status status = s.part == NULL ? RK_NO_MEMORY : share_out(&s, drawn, &beyond);
    for (size_t o = 0; o < n && status == RK_OK; o++) {
        rk__position *p = &out->positions[o];
        p->share = s.part[o];
        if (o == pool->reserve_holder) {
            p->share = rk__num_sub(nums, p->share, drawn);
        }
        p->after = rk__num_add(nums, rk__num_add(nums, p->before, p->lifted), p->share);
    }
    rk__free(s.part);
    out->residual = s.residual;
    out->drawn = pool->reserve != NULL ? drawn : NULL;
    if (status == RK_OK && rk__num_sign(beyond) != 0 && !quiet) {
        status = tell_residual(run, period, beyond, rk__num_sign(s.residual) == 0);
    }
    return nums->no_memory ? RK_NO_MEMORY : status;
}
