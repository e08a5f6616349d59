/* SPDX-License-Identifier: MIT
 *
 * claims: what a health plan pays a provider for each claim.
 *
 * A row is a claim, and a payment in itself. The first term that applies prices it: a fee, a
 * rate of a day, a rate of a case, or a share of charges. Limits and stop loss follow.
 * README.md has the formula; tables.h declares parameters, columns and elements.
 */
#include "tables.h"

/* A claim, with amounts in units of 1e-12: the product of two decimals is exact there. */
typedef struct claim {
    rk_decimal units, days, charges, rate;
    bool has_charges, is_reversed;
    int term;                        /* the element of the term that prices it */
    int reason;                      /* what decided the amount */
    rk_int128 base, limited, amount; /* by the term; after limits; after stop loss */
} claim;

static rk_decimal size_of(rk_decimal v)
{
    return v < 0 ? -v : v;
}

static rk_int128 units_of(rk_decimal v)
{
    return (rk_int128) v * RK_DECIMAL_ONE;
}

/* The row's own value of a column, else the parameter's; RK_DECIMAL_NONE if neither. */
static rk_decimal own_or(const rk_batch *batch, int column, size_t i, rk_decimal parameter)
{
    return batch->column[column].has[i] ? batch->column[column].v[i] : parameter;
}

/* Days by bands. Fits: no more than all days at the dearest band. */
static rk_int128 price_bands(const rk_list *bands, rk_decimal days)
{
    const day_band *band = bands->items;
    rk_decimal start = 0;
    rk_int128 sum = 0;
    for (size_t k = 0; k < bands->n && days > start; k++) {
        const rk_decimal end =
            band[k].to == RK_DECIMAL_NONE || band[k].to > days ? days : band[k].to;
        sum += (rk_int128) (end - start) * band[k].per_diem;
        start = end;
    }
    return sum;
}

/* Finds the first term that applies and prices the claim by it; the term is -1 if none applies. */
static void price_term(const claims_params *p, const rk_batch *batch, size_t i, claim *c)
{
    const bool has_days = batch->column[DAYS].has[i];
    c->term = PAID_FEE;
    if ((c->rate = own_or(batch, FEE, i, p->fee)) != RK_DECIMAL_NONE) {
        c->base = (rk_int128) c->rate * c->units;
        return;
    }
    c->term = PAID_PER_DIEM;
    c->rate = own_or(batch, PER_DIEM, i, p->per_diem);
    if (has_days && c->rate != RK_DECIMAL_NONE) {
        c->base = (rk_int128) c->rate * c->days;
        return;
    }
    if (has_days && p->day_bands.n > 0) {
        c->base = price_bands(&p->day_bands, c->days);
        return;
    }
    c->term = PAID_CASE_RATE;
    if ((c->rate = own_or(batch, CASE_RATE, i, p->case_rate)) != RK_DECIMAL_NONE) {
        c->base = units_of(c->rate);
        return;
    }
    c->term = PAID_PERCENT;
    c->rate = own_or(batch, PERCENT_OF_CHARGES, i, p->percent_of_charges);
    if (c->has_charges && c->rate != RK_DECIMAL_NONE) {
        c->base = (rk_int128) c->rate * c->charges;
        return;
    }
    c->term = -1;
}

/* Limits, then stop loss. Two products of decimals fit in 128 bits together. */
static void limit(const claims_params *p, claim *c)
{
    const stop_loss *stop = p->stop_loss.items;
    c->limited = c->base;
    c->reason = c->term; /* the reasons begin with those of the terms */
    if (p->lesser_of_charges && c->has_charges && c->limited > units_of(c->charges)) {
        c->limited = units_of(c->charges);
        c->reason = REASON_CHARGES;
    }
    if (p->not_to_exceed != RK_DECIMAL_NONE && c->limited > units_of(p->not_to_exceed)) {
        c->limited = units_of(p->not_to_exceed);
        c->reason = REASON_NOT_TO_EXCEED;
    }
    c->amount = c->limited;
    if (p->stop_loss.n == 0 || !c->has_charges || c->charges <= stop->threshold) {
        return;
    }
    c->reason = REASON_STOP_LOSS;
    c->amount = stop->from == FROM_FIRST
                    ? (rk_int128) stop->share * c->charges
                    : c->limited + (rk_int128) stop->share * (c->charges - stop->threshold);
}

/* Reads and prices row i. A reversed claim is priced as it was, and its sign is turned when it is
 * written. */
static void price_claim(const claims_params *p, const rk_batch *batch, size_t i, claim *c)
{
    const rk_column_data *column = batch->column;
    *c = (claim){.units = size_of(column[UNITS].v[i]),
                 .days = size_of(column[DAYS].v[i]),
                 .charges = size_of(column[CHARGES].v[i]),
                 .has_charges = column[CHARGES].has[i] != 0,
                 .is_reversed =
                     column[UNITS].v[i] < 0 || column[DAYS].v[i] < 0 || column[CHARGES].v[i] < 0};
    price_term(p, batch, i, c);
    if (c->term >= 0) {
        limit(p, c);
    }
}

/* Rounds units of 1e-12 to a multiple of `unit`; false if the result does not fit. */
static bool to_money(rk_int128 amount, rk_decimal unit, rk_decimal *out)
{
    const rk_int128 steps = rk_div_round(amount, (rk_int128) RK_DECIMAL_ONE * unit);
    if (steps > RK_DECIMAL_MAX / unit || steps < RK_DECIMAL_MIN / unit) {
        return false;
    }
    *out = (rk_decimal) steps * unit;
    return true;
}

/* Writes a priced claim; false if its amount does not fit. If a part alone does not fit, the
 * whole amount is in its term's element. */
static bool write_claim(const claims_params *p, const claim *c, size_t i, const rk_priced *out)
{
    const rk_decimal sign = c->is_reversed ? -1 : 1;
    rk_decimal amount, base, limited, by_stop_loss;
    if (!to_money(c->amount, p->claim_unit, &amount)) {
        return false;
    }
    base = limited = amount;
    if (to_money(c->base, p->claim_unit, &base)) {
        (void) to_money(c->limited, p->claim_unit, &limited); /* no more than the base */
    }
    if (!rk_decimal_add(amount, -limited, &by_stop_loss)) {
        base = limited = amount;
        by_stop_loss = 0;
    }
    out->amount[i] = sign * amount;
    out->element[c->term][i] = sign * base;
    out->element[PAID_LIMIT][i] = sign * (limited - base);
    out->element[PAID_STOP_LOSS][i] = sign * by_stop_loss;
    return true;
}

static void step(const rk_host *h, const char *label, const char *formula, rk_int128 value)
{
    rk_decimal shown;
    if (to_money(value, 1, &shown)) {
        h->row_step(h, label, formula, shown);
    }
}

static void explain(const rk_host *h, const claims_params *p, const claim *c, rk_decimal amount)
{
    static const char *const formulas[N_TERMS] = {"fee x units", "per_diem x days", "case_rate",
                                                  "percent_of_charges x charges"};
    static const char *const rates_used[N_TERMS] = {"fee", "per_diem", "case_rate",
                                                    "percent_of_charges"};
    const stop_loss *stop = p->stop_loss.items;
    const bool by_bands = c->term == PAID_PER_DIEM && c->rate == RK_DECIMAL_NONE;
    if (c->has_charges) {
        h->row_step(h, "charges", "charges", c->charges);
    }
    if (!by_bands) {
        h->row_step(h, "rate", rates_used[c->term], c->rate);
    }
    step(h, elements_table[c->term].name, by_bands ? "days by day_bands" : formulas[c->term],
         c->base);
    if (c->limited != c->base) {
        step(h, "limited",
             c->has_charges && p->lesser_of_charges && c->limited == units_of(c->charges)
                 ? "the charges: lesser_of_charges"
                 : "not_to_exceed",
             c->limited);
    }
    if (c->amount != c->limited) {
        step(h, "with stop loss",
             stop->from == FROM_FIRST ? "share x charges"
                                      : "limited + share x (charges - threshold)",
             c->amount);
    }
    h->row_step(h, "amount",
                c->is_reversed ? "taken back: a claim with a negative number is reversed"
                               : "rounded to claim_unit",
                amount);
}

static int price(const rk_host *h, const void *params, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    const claims_params *p = params;
    const bool needs_charges = p->lesser_of_charges || p->stop_loss.n > 0;
    (void) state;
    for (size_t i = 0; i < batch->n; i++) {
        claim c;
        price_claim(p, batch, i, &c);
        if (c.term >= 0 && !write_claim(p, &c, i, out)) {
            out->status[i] = RK_ROW_OVERFLOW;
        } else if (c.term < 0) {
            out->status[i] = RK_ROW_UNPRICED;
            out->reason[i] = REASON_NO_TERM + 1;
        } else {
            out->reason[i] = (uint16_t) (c.reason + 1);
            out->notes[i] = needs_charges && !c.has_charges ? NOTE_NO_CHARGES : 0;
            if (batch->trace) {
                explain(h, p, &c, out->amount[i]);
            }
        }
    }
    return RK_OK;
}

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const claims_params *p = params;
    const day_band *band = p->day_bands.items;
    (void) of;
    (void) n_of;
    if (p->per_diem != RK_DECIMAL_NONE && p->day_bands.n > 0) {
        h->problem(h, RK_CONFLICT, "day_bands", "leave out one of them",
                   "'per_diem' and 'day_bands' exclude each other");
        return RK_CONFLICT;
    }
    for (size_t k = 1; k < p->day_bands.n; k++) {
        if (band[k - 1].to == RK_DECIMAL_NONE ||
            (band[k].to != RK_DECIMAL_NONE && band[k].to <= band[k - 1].to)) {
            h->problem(h, RK_CONFLICT, "day_bands",
                       "give each band a later `to`; only the last may have none",
                       "band %zu of 'day_bands' does not end after the one before", k + 1);
            return RK_CONFLICT;
        }
    }
    return RK_OK;
}

RK_RULE_EXPORT("claims", "1.0.0", .title = "Claims",
               .summary = "Pays each claim the first that applies of a fee, a rate of a day, a "
                          "rate of a case and a share of charges, within limits, with stop loss. "
                          "Each row is rounded.",
               .sources = sources, .params = params_table, .params_size = sizeof(claims_params),
               .columns = columns_table, .elements = elements_table, .notes = notes_table,
               .rows = "activity", .group_by = group_by, .row_kind = RK_ROWS_ROUNDED,
               .of_use = RK_OF_NONE, .check = check, .price = price, .reasons = reasons_table);
