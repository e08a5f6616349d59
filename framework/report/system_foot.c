/* SPDX-License-Identifier: MIT
 *
 * system_foot.c: the figures of a system in whole minor units that add up as printed. Positions
 * after the pool are rounded with the system's (system_page.c); each position's parts are rounded
 * to it, its entries to what it is before the pool, and sums are sums of what is printed.
 */
#include "report/system_foot.h"

#include <string.h>

#define AT_PERIOD(f, s, k) ((s) * (f)->page.view->n_periods + (k))
#define AT(f, s, k, o)     (AT_PERIOD(f, s, k) * (f)->page.view->n_organisations + (o))

static rk_num of_grains(const rk__system_foot *f, int64_t grains)
{
    rk__nums *nums = &f->page.out->nums;
    return rk__num_mul(nums, rk__num_from_int(nums, grains), f->page.grain);
}

/* The nearest whole amount; NULL stays NULL. */
static rk_num nearest(const rk__system_foot *f, rk_num amount)
{
    return amount == NULL ? NULL : rk__num_round(&f->page.out->nums, amount, f->page.out->places);
}

static bool is_whole(const rk__system_foot *f, rk_num amount)
{
    return amount == NULL || rk__num_compare(nearest(f, amount), amount) == 0;
}

/* ------------------------------------------------------------- positions */

static bool position_is_whole(const rk__system_foot *f, const rk_position *p)
{
    bool whole = is_whole(f, p->after) && is_whole(f, p->control_total) && is_whole(f, p->share) &&
                 is_whole(f, p->stranded) && is_whole(f, p->owners);
    for (size_t i = 0; i < p->n_entries && whole; i++) {
        whole = is_whole(f, rk_position_entry(p, i)->amount);
    }
    return whole;
}

static bool all_whole(const rk__system_foot *f)
{
    bool whole = true;
    for (size_t s = 0; s < f->page.view->n_scenarios && whole; s++) {
        for (size_t k = 0; k < f->page.view->n_periods && whole; k++) {
            for (size_t o = 0; o < f->page.view->n_organisations && whole; o++) {
                whole = position_is_whole(f, rk__syspage_position(&f->page, s, k, o));
            }
        }
    }
    return whole;
}

/* Entries that add up to a position before the pool, and the sums of them. */
static void foot_entries(rk__system_foot *f, const rk_position *from, int64_t before,
                         rk_position *to, const rk_num **amounts)
{
    rk__page *out = f->page.out;
    const size_t n = from->n_entries;
    rk_num *parts = rk__arena_alloc(&out->arena, (n + 1) * sizeof(rk_num));
    rk_num *shown = rk__arena_alloc(&out->arena, (n + 1) * sizeof(rk_num));
    int64_t *grains = rk__arena_alloc(&out->arena, (n + 1) * sizeof *grains);
    int64_t in = 0;
    int64_t away = 0;
    int64_t twice = 0;
    *amounts = shown;
    if (parts == NULL || shown == NULL || grains == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const rk_entry *e = rk_position_entry(from, i);
        const bool comes_in = e->kind <= RK_ENTRY_GRANT;
        parts[i] = comes_in ? e->amount : rk__num_neg(&out->nums, e->amount);
    }
    rk__foot_to(out, parts, n, f->page.grain, before, grains);
    for (size_t i = 0; i < n; i++) {
        const rk_entry_kind kind = rk_position_entry(from, i)->kind;
        const bool comes_in = kind <= RK_ENTRY_GRANT;
        in += comes_in ? grains[i] : 0;
        away -= comes_in ? 0 : grains[i];
        twice -= kind == RK_ENTRY_DOUBLE_RUNNING ? grains[i] : 0;
        shown[i] = of_grains(f, comes_in ? grains[i] : -grains[i]);
    }
    to->income = of_grains(f, in);
    to->costs = of_grains(f, away);
    to->double_running = of_grains(f, twice);
}

static void foot_position(rk__system_foot *f, size_t s, size_t k, size_t o)
{
    rk__page *out = f->page.out;
    const rk_position *from = rk__syspage_position(&f->page, s, k, o);
    rk_position *to = &f->positions[AT(f, s, k, o)];
    const rk_num parts[] = {from->before, from->lifted, from->share, from->owners};
    int64_t shown[4] = {0};
    const int64_t after = rk__syspage_counts(&f->page, o)
                              ? rk__syspage_shown(&f->page, s, o)[k]
                              : rk__grains(out, from->after, f->page.grain);
    *to = *from;
    rk__foot_to(out, parts, 4, f->page.grain, after, shown);
    to->after = of_grains(f, after);
    to->before = of_grains(f, shown[0]);
    to->lifted = of_grains(f, shown[1]);
    to->share = of_grains(f, shown[2]);
    to->owners = of_grains(f, shown[3]);
    to->stranded = nearest(f, from->stranded);
    to->control_total = nearest(f, from->control_total);
    to->group = nearest(f, from->group);
    if (from->against != NULL) {
        to->against =
            rk__num_sub(&out->nums, to->group != NULL ? to->group : to->after, to->control_total);
    }
    foot_entries(f, from, shown[0], to, &f->entries[AT(f, s, k, o)]);
}

/* --------------------------------------------------------------- periods */

/* Adds up printed amounts over the organisations, if the exact sums are such sums too. */
static void sum_charges(const rk__system_foot *f, size_t s, size_t k, const rk_system_period *from,
                        rk_system_period *to)
{
    rk__nums *nums = &f->page.out->nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    rk_num exact[2] = {zero, zero};
    rk_num shown[2] = {zero, zero};
    for (int all = 0; all < 2; all++) {
        exact[0] = exact[1] = shown[0] = shown[1] = zero;
        for (size_t o = 0; o < f->page.view->n_organisations; o++) {
            const rk_position *x = rk__syspage_position(&f->page, s, k, o);
            const rk_position *y = rk__foot_position(f, s, k, o);
            if (all == 1 || rk__syspage_counts(&f->page, o)) {
                exact[0] = rk__num_add(nums, exact[0], x->stranded);
                exact[1] = rk__num_add(nums, exact[1], x->double_running);
                shown[0] = rk__num_add(nums, shown[0], y->stranded);
                shown[1] = rk__num_add(nums, shown[1], y->double_running);
            }
        }
        if (rk__num_compare(exact[0], from->stranded) == 0 &&
            rk__num_compare(exact[1], from->double_running) == 0) {
            to->stranded = shown[0];
            to->double_running = shown[1];
            return;
        }
    }
    to->stranded = nearest(f, from->stranded);
    to->double_running = nearest(f, from->double_running);
}

/* The sum of the lines that are VAT, where they are what leaves the system. */
static rk_num foot_vat(const rk__system_foot *f, size_t s, size_t k, rk_num vat)
{
    rk__nums *nums = &f->page.out->nums;
    rk_num exact = rk__num_from_int(nums, 0);
    rk_num shown = exact;
    for (size_t o = 0; o < f->page.view->n_organisations; o++) {
        const rk_position *position = rk__syspage_position(&f->page, s, k, o);
        for (size_t i = 0; rk__syspage_counts(&f->page, o) && i < position->n_entries; i++) {
            const rk_entry *entry = rk_position_entry(position, i);
            if (entry->kind == RK_ENTRY_VAT) {
                exact = rk__num_add(nums, exact, entry->amount);
                shown = rk__num_add(nums, shown, rk__foot_entry(f, s, k, o, i));
            }
        }
    }
    return vat != NULL && rk__num_compare(exact, vat) == 0 ? shown : nearest(f, vat);
}

/* The period that comes at a place by its dates. */
static size_t period_at(const rk__system_foot *f, size_t place)
{
    size_t k = 0;
    while (rk__syspage_place(&f->page, k) != place) {
        k++;
    }
    return k;
}

/* A window ends with its period: as many periods as add up to it. */
static rk_num foot_window(const rk__system_foot *f, size_t s, size_t k)
{
    rk__nums *nums = &f->page.out->nums;
    const rk_num window = rk_scenario_period(rk__syspage_scenario(&f->page, s), k)->window;
    rk_num exact = rk__num_from_int(nums, 0);
    int64_t shown = 0;
    for (size_t at = rk__syspage_place(&f->page, k) + 1; window != NULL && at-- > 0;) {
        const size_t j = period_at(f, at);
        exact = rk__num_add(nums, exact,
                            rk_scenario_period(rk__syspage_scenario(&f->page, s), j)->system);
        shown += f->page.shown[s].system[j];
        if (rk__num_compare(exact, window) == 0) {
            return of_grains(f, shown);
        }
    }
    return nearest(f, window);
}

static void foot_period(rk__system_foot *f, size_t s, size_t k)
{
    rk__nums *nums = &f->page.out->nums;
    const rk__shown_positions *shown = &f->page.shown[s];
    const rk_system_period *from = rk_scenario_period(rk__syspage_scenario(&f->page, s), k);
    rk_system_period *to = &f->periods[AT_PERIOD(f, s, k)];
    *to = *from;
    to->system = of_grains(f, shown->system[k]);
    to->cumulative = of_grains(f, rk__syspage_so_far(&f->page, shown->system, k));
    to->window = foot_window(f, s, k);
    sum_charges(f, s, k, from, to);
    to->vat = foot_vat(f, s, k, from->vat);
    to->lifted = nearest(f, from->lifted);
    to->drawn = nearest(f, from->drawn);
    to->residual = nearest(f, from->residual);
    if (from->residual != NULL && shown->residual != NULL) {
        const rk_num rest = of_grains(f, shown->residual[k]);
        to->residual = to->drawn != NULL ? rk__num_add(nums, rest, to->drawn) : rest;
    }
}

void rk__system_foot_make(rk__page *out, const rk_system_result *result, bool together,
                          rk__system_foot *foot)
{
    rk__system_foot *f = foot;
    *f = (rk__system_foot){
        .page = {.out = out, .result = result, .view = rk_system_result_read(result)}};
    f->whole = !together || all_whole(f);
    if (f->whole) {
        return;
    }
    rk__syspage_prepare_minor(&f->page);
    const size_t n_scenarios = f->page.view->n_scenarios;
    const size_t n = AT(f, n_scenarios, 0, 0);
    f->positions = rk__arena_alloc(&out->arena, (n + 1) * sizeof *f->positions);
    f->entries = rk__arena_alloc(&out->arena, (n + 1) * sizeof(const rk_num *));
    f->periods =
        rk__arena_alloc(&out->arena, (AT_PERIOD(f, n_scenarios, 0) + 1) * sizeof *f->periods);
    out->failed |= f->positions == NULL || f->entries == NULL || f->periods == NULL;
    for (size_t s = 0; s < n_scenarios && !out->failed; s++) {
        for (size_t k = 0; k < f->page.view->n_periods; k++) {
            for (size_t o = 0; o < f->page.view->n_organisations; o++) {
                foot_position(f, s, k, o);
            }
            foot_period(f, s, k);
        }
    }
}

/* --------------------------------------------------------------- reading */

const rk_position *rk__foot_position(const rk__system_foot *f, size_t s, size_t k, size_t o)
{
    return f->whole ? rk__syspage_position(&f->page, s, k, o) : &f->positions[AT(f, s, k, o)];
}

rk_num rk__foot_entry(const rk__system_foot *f, size_t s, size_t k, size_t o, size_t entry)
{
    return f->whole ? rk_position_entry(rk__syspage_position(&f->page, s, k, o), entry)->amount
                    : f->entries[AT(f, s, k, o)][entry];
}

const rk_system_period *rk__foot_period(const rk__system_foot *f, size_t s, size_t k)
{
    return f->whole ? rk_scenario_period(rk__syspage_scenario(&f->page, s), k)
                    : &f->periods[AT_PERIOD(f, s, k)];
}

/* The printed position of a period: the system's, or an organisation's after the pool. */
static int64_t shown_in(const rk__system_foot *f, size_t s, size_t k, size_t o)
{
    return o == RK_WHOLE_SYSTEM
               ? f->page.shown[s].system[k]
               : rk__grains(f->page.out, rk__foot_position(f, s, k, o)->after, f->page.grain);
}

static int64_t shown_total(const rk__system_foot *f, size_t s, size_t o)
{
    int64_t total = 0;
    for (size_t k = 0; k < f->page.view->n_periods; k++) {
        total += shown_in(f, s, k, o);
    }
    return total;
}

rk_balance rk__foot_balance(const rk__system_foot *f, size_t s, size_t o)
{
    const rk_scenario_result *scenario = rk__syspage_scenario(&f->page, s);
    rk_balance b = o == RK_WHOLE_SYSTEM ? *rk_scenario_balance(scenario)
                                        : *rk_scenario_organisation_balance(scenario, o);
    if (f->whole) {
        return b;
    }
    int64_t lowest = 0;
    for (size_t k = 0; b.trough_at != RK_NEVER && k < f->page.view->n_periods; k++) {
        const bool by_then =
            rk__syspage_place(&f->page, k) <= rk__syspage_place(&f->page, (size_t) b.trough_at);
        lowest += by_then ? shown_in(f, s, k, o) : 0;
    }
    b.total = of_grains(f, shown_total(f, s, o));
    b.trough = b.trough_at == RK_NEVER ? nearest(f, b.trough) : of_grains(f, lowest);
    b.npv = nearest(f, b.npv);
    return b;
}

bool rk__foot_bridge(const rk__system_foot *f, size_t s, size_t o, rk_num steps[RK_N_BRIDGE_STEPS])
{
    const rk_scenario_result *scenario = rk__syspage_scenario(&f->page, s);
    int64_t shown[RK_N_BRIDGE_STEPS] = {0};
    for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
        steps[k] = rk_scenario_bridge(scenario, o, (rk_bridge_step) k);
        if (steps[k] == NULL) {
            return false;
        }
    }
    if (!f->whole) {
        rk__foot_to(f->page.out, steps, RK_N_BRIDGE_STEPS, f->page.grain,
                    shown_total(f, s, o) - shown_total(f, 0, o), shown);
        for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
            steps[k] = of_grains(f, shown[k]);
        }
    }
    return true;
}

void rk__foot_sectors(const rk__system_foot *f, size_t s, size_t k, bool incurred,
                      rk_num amounts[RK_N_SECTORS])
{
    const rk_system_period *from = rk_scenario_period(rk__syspage_scenario(&f->page, s), k);
    const rk_system_period *period = rk__foot_period(f, s, k);
    int64_t shown[RK_N_SECTORS] = {0};
    for (int i = 0; i < RK_N_SECTORS; i++) {
        amounts[i] = incurred ? rk_system_period_incurred(from, (rk_sector) i)
                              : rk_system_period_borne(from, (rk_sector) i);
    }
    if (f->whole) {
        return;
    }
    if (incurred) {
        const rk_num both =
            rk__num_add(&f->page.out->nums, period->stranded, period->double_running);
        rk__foot_to(f->page.out, amounts, RK_N_SECTORS, f->page.grain,
                    rk__grains(f->page.out, both, f->page.grain), shown);
    } else {
        rk__foot(f->page.out, amounts, RK_N_SECTORS, f->page.grain, shown);
    }
    for (int i = 0; i < RK_N_SECTORS; i++) {
        amounts[i] = of_grains(f, shown[i]);
    }
}
