/* SPDX-License-Identifier: MIT
 *
 * pbr: Payment by Results, the English national tariff. Each row of activity is one spell,
 * or `count` equal ones, and is a payment in itself: it is rounded once, and the rows are
 * then added up. README.md has the formula.
 *
 * read_spell() decides which numbers count: short stay or not, best practice or not, how
 * many excess days. split() multiplies them; price_row() rounds them and writes the result.
 * tables.h declares what the rule takes: parameters, columns, elements and notes.
 */
#include <string.h>

#include "tables.h"

#define ONE RK_DECIMAL_ONE

/* What the formula takes from one row. */
typedef struct spell {
    rk_decimal count, price, best_practice; /* the last two are for one spell */
    rk_decimal top_up;                      /* share of the base */
    rk_decimal days, days_count;            /* excess days; count, or 1 for days of all spells */
    rk_decimal per_diem, los;
    rk_factor mff;
    uint32_t notes;
    bool has_los, emergency, is_short, is_local;
} spell;

/* The parts of an amount before the market forces factor and before any rounding. */
typedef struct parts {
    rk_exact base, top_up, best_practice, excess, total;
} parts;

/* Whether any row fills a column that few files have: if not, the loop leaves them out. */
static bool has_rare_columns(const rk_batch *batch)
{
    static const uint8_t optional[] = {
        EMERGENCY,        BPT,         BPT_MET,  BPT_PAYMENT,
        LOCAL_UNIT_PRICE, EXCESS_DAYS, BPT_BASE, BPT_SHORT_STAY_PRICE};
    const rk_column_data *column = batch->column;
    for (size_t k = 0; k < sizeof optional; k++) {
        if (memchr(column[optional[k]].has, 1, batch->n) != NULL) {
            return true;
        }
    }
    rk_decimal days_off = 0;
    for (size_t i = 0; i < batch->n; i++) {
        days_off |= column[CRITICAL_CARE].v[i] | column[REHABILITATION].v[i] |
                    column[PALLIATIVE_CARE].v[i] | column[DELAYED_DISCHARGE].v[i];
    }
    return days_off != 0;
}

/* The best practice price in place of the national one, and the difference. */
RK_INLINE void read_best_practice(const rk_column_data *column, size_t i, spell *s)
{
    if (column[BPT_BASE].has[i]) {
        const bool short_price = s->is_short && column[BPT_SHORT_STAY_PRICE].has[i];
        s->price = column[short_price ? BPT_SHORT_STAY_PRICE : BPT_BASE].v[i];
    }
    if (column[BPT_PAYMENT].has[i]) {
        s->best_practice = column[BPT_PAYMENT].v[i];
    } else if (column[BPT_MET].has[i]) {
        s->best_practice = column[BPT_MET].v[i] != 0 ? column[BPT_PRICE].v[i] : 0;
    } else if (column[BPT].has[i]) {
        s->notes |= NOTE_NO_BPT_MET;
    }
}

/* Reads row i, without the rare columns unless `rare`; false if its days do not fit. */
RK_INLINE bool read_spell(const pbr_params *params, const rk_column_data *column, size_t i,
                          bool rare, spell *s)
{
    *s = (spell){
        .count = column[COUNT].v[i], .days_count = column[COUNT].v[i], .mff = RK_FACTOR_ONE};
    if (rare && column[LOCAL_UNIT_PRICE].has[i]) {
        s->is_local = true;
        s->price = column[LOCAL_UNIT_PRICE].v[i];
        s->mff = params->mff && params->local_price_mff ? column[MFF].v[i] : RK_FACTOR_ONE;
        return true;
    }
    s->has_los = column[LOS].has[i];
    s->los = column[LOS].v[i] > 0 ? column[LOS].v[i] : 0;
    /* Any word of admission_method is one of emergencies. */
    const bool by_method = column[ADMISSION_METHOD].has[i] != 0;
    s->emergency = (by_method & (column[ADMISSION_METHOD].v[i] != 0)) |
                   (!by_method & (column[POD].v[i] == POD_NEL));
    if (rare) {
        const rk_int128 net = (rk_int128) column[LOS].v[i] - column[CRITICAL_CARE].v[i] -
                              column[REHABILITATION].v[i] - column[PALLIATIVE_CARE].v[i] -
                              column[DELAYED_DISCHARGE].v[i];
        if (s->has_los && net > RK_DECIMAL_MAX) {
            return false;
        }
        s->los = s->has_los && net > 0 ? (rk_decimal) net : 0;
        s->emergency = column[EMERGENCY].has[i] ? column[EMERGENCY].v[i] != 0 : s->emergency;
    }
    /* Without branches, which the processor could not predict. */
    s->is_short = params->short_stay & s->emergency & s->has_los & (s->los < 2 * ONE) &
                  ((column[AGE].has[i] == 0) | (column[AGE].v[i] >= 19 * ONE));
    s->notes = (s->emergency & !s->has_los) ? NOTE_NO_LOS : 0;
    const bool short_price = s->is_short & column[SHORT_STAY_PRICE].has[i];
    s->price = short_price ? column[SHORT_STAY_PRICE].v[i] : column[PRICE].v[i];
    if (rare) {
        read_best_practice(column, i, s);
    }
    s->top_up = params->top_ups ? column[TOP_UP].v[i] : 0;
    s->per_diem = column[PER_DIEM].v[i];
    s->mff = params->mff ? column[MFF].v[i] : RK_FACTOR_ONE;
    if (rare && params->long_stay && column[EXCESS_DAYS].has[i]) {
        s->days = column[EXCESS_DAYS].v[i];
        s->days_count = ONE;
    } else if (params->long_stay && s->has_los && column[TRIM_POINT].has[i] &&
               s->los > column[TRIM_POINT].v[i]) {
        return !__builtin_sub_overflow(s->los, column[TRIM_POINT].v[i], &s->days);
    }
    return true;
}

RK_INLINE parts split(rk_calc *calc, const pbr_params *params, const spell *s)
{
    parts p;
    p.base = rk_exact_mul(calc, rk_exact_from(calc, s->price), s->count);
    p.best_practice = rk_exact_mul(calc, rk_exact_from(calc, s->best_practice), s->count);
    p.excess = p.top_up = rk_exact_from(calc, 0);
    if (s->days != 0) {
        const rk_exact days = rk_exact_mul(calc, rk_exact_from(calc, s->days), s->days_count);
        p.excess = rk_exact_mul(calc, days, s->per_diem);
    }
    if (s->top_up != 0) {
        const bool on_excess = params->top_up_on_long_stay;
        const rk_exact topped = on_excess ? rk_exact_add(calc, p.base, p.excess) : p.base;
        p.top_up = rk_exact_mul(calc, topped, s->top_up);
    }
    p.total = rk_exact_add(calc, rk_exact_add(calc, p.base, p.best_practice),
                           rk_exact_add(calc, p.excess, p.top_up));
    return p;
}

/* Rounds a part as it is paid, and subtracts it from the rest of the amount. */
RK_INLINE rk_decimal pay(rk_calc *calc, rk_exact part, rk_decimal unit, rk_exact *rest)
{
    const rk_decimal paid = rk_exact_round(calc, part, unit);
    *rest = rk_exact_sub(calc, *rest, rk_exact_from(calc, paid));
    return paid;
}

/* Prices row i. False if a narrow calculation was not exact, and if a wide one has days or
 * an amount that do not fit. */
RK_INLINE bool price_row(rk_calc *calc, const pbr_params *params, const rk_column_data *column,
                         size_t i, bool rare, const rk_priced *out)
{
    const rk_decimal unit = params->spell_unit;
    spell s;
    if (!read_spell(params, column, i, rare, &s)) {
        return false;
    }
    const parts p = split(calc, params, &s);
    const rk_decimal amount =
        rk_exact_mul_factor_round(calc, p.total, s.mff, params->local_factor, unit);
    if (!calc->exact) {
        return false;
    }
    rk_exact rest = rk_exact_from(calc, amount);
    const rk_decimal base = pay(calc, p.base, unit, &rest);
    const rk_decimal top_up = pay(calc, p.top_up, unit, &rest);
    const rk_decimal best_practice = pay(calc, p.best_practice, unit, &rest);
    const rk_decimal excess = pay(calc, p.excess, unit, &rest);
    const rk_decimal market_forces = rk_exact_round(calc, rest, 1);
    if (!calc->exact && !calc->wide) {
        return false;
    }
    /* If the amount fits and a part does not (a factor is far below one), all is base. */
    out->amount[i] = amount;
    out->element[BASE][i] = calc->exact ? base : amount;
    out->element[TOP_UPS][i] = calc->exact ? top_up : 0;
    out->element[BEST_PRACTICE][i] = calc->exact ? best_practice : 0;
    out->element[EXCESS_BED_DAYS][i] = calc->exact ? excess : 0;
    out->element[MARKET_FORCES][i] = calc->exact ? market_forces : 0;
    out->notes[i] = s.notes;
    return true;
}

/* Prices any row, out of line to keep the loop small. */
static __attribute__((noinline)) bool
price_any(const pbr_params *params, const rk_column_data *column, size_t i, const rk_priced *out)
{
    rk_calc narrow = RK_CALC_NARROW, wide = RK_CALC_WIDE;
    return price_row(&narrow, params, column, i, true, out) ||
           price_row(&wide, params, column, i, true, out);
}

static void step(const rk_host *h, const char *label, const char *formula, rk_exact value)
{
    rk_calc calc = RK_CALC_WIDE;
    const rk_decimal shown = rk_exact_round(&calc, value, 1);
    if (calc.exact) {
        h->row_step(h, label, formula, shown);
    }
}

static void explain_stay(const rk_host *h, const pbr_params *params, const rk_column_data *column,
                         const spell *s, const parts *p)
{
    const bool from_bpt = column[BPT_BASE].has[0] != 0;
    const uint8_t short_column = from_bpt ? BPT_SHORT_STAY_PRICE : SHORT_STAY_PRICE;
    const bool short_price = s->is_short && column[short_column].has[0] != 0;
    if (s->has_los) {
        h->row_step(h, "length of stay",
                    "los - critical_care_days - rehabilitation_days - palliative_care_days - "
                    "delayed_discharge_days, not below 0",
                    s->los);
    }
    h->row_step(h, "emergency",
                column[EMERGENCY].has[0]          ? "emergency"
                : column[ADMISSION_METHOD].has[0] ? "admission_method is an emergency one"
                                                  : "pod is NEL",
                s->emergency * ONE);
    h->row_step(h, "short stay", "emergency, los < 2, age >= 19 or not given", s->is_short * ONE);
    h->row_step(h, "price of a spell",
                from_bpt ? (short_price ? "bpt_short_stay_price" : "bpt_base")
                         : (short_price ? "short_stay_price" : "price"),
                s->price);
    step(h, "base", "count x price of a spell", p->base);
    step(h, "top-up",
         params->top_up_on_long_stay ? "(base + excess bed days) x top_up" : "base x top_up",
         p->top_up);
    step(h, "best practice",
         column[BPT_PAYMENT].has[0] ? "count x bpt_payment" : "count x bpt_price if bpt_met",
         p->best_practice);
    rk_calc calc = RK_CALC_WIDE;
    step(h, "excess days",
         !params->long_stay           ? "none: long_stay is false"
         : column[EXCESS_DAYS].has[0] ? "excess_days"
                                      : "count x (length of stay - trim_point), not below 0",
         rk_exact_mul(&calc, rk_exact_from(&calc, s->days), s->days_count));
    step(h, "excess bed days", "excess days x per_diem", p->excess);
}

/* The steps of the one row of a batch that is traced. */
static void explain(const rk_host *h, const pbr_params *params, const rk_column_data *column,
                    rk_decimal amount)
{
    rk_calc calc = RK_CALC_WIDE;
    spell s;
    if (!read_spell(params, column, 0, true, &s)) {
        return;
    }
    const parts p = split(&calc, params, &s);
    h->row_step(h, "count", "count", s.count);
    if (s.is_local) {
        h->row_step(h, "local price", "local_unit_price", s.price);
    } else {
        explain_stay(h, params, column, &s, &p);
    }
    step(h, "spell",
         s.is_local ? "count x local_unit_price"
                    : "base + top-up + best practice + excess bed days",
         p.total);
    h->row_step_factor(h, "market forces factor",
                       !params->mff                             ? "1: the parameter mff is false"
                       : s.is_local && !params->local_price_mff ? "1: local prices take none"
                                                                : "mff",
                       s.mff);
    h->row_step(h, "local factor", "local_factor", params->local_factor);
    h->row_step(h, "amount", "spell x market forces factor x local factor, rounded to spell_unit",
                amount);
}

/* Notes day cases that stay. Few batches have any, which a loop without branches finds. */
static void note_day_cases(const rk_batch *batch, rk_priced *out)
{
    const rk_decimal *pod = batch->column[POD].v;
    const rk_decimal *los = batch->column[LOS].v;
    rk_decimal days = 0;
    for (size_t i = 0; i < batch->n; i++) {
        days |= los[i] & (0 - (pod[i] >> 1)); /* of POD_DC, the only word above 1 */
    }
    for (size_t i = 0; i < batch->n && days != 0; i++) {
        if (pod[i] == POD_DC && batch->column[LOS].has[i] != 0 && los[i] > 0 &&
            out->status[i] == RK_ROW_PRICED) {
            out->notes[i] |= NOTE_DAY_CASE;
        }
    }
}

static int price(const rk_host *h, const void *own, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    const pbr_params *params = own;
    const rk_column_data *column = batch->column;
    const bool rare = has_rare_columns(batch);
    (void) state;
    for (size_t i = 0; i < batch->n; i++) {
        rk_calc calc = RK_CALC_NARROW;
        if (!column[PRICE].has[i] && !column[LOCAL_UNIT_PRICE].has[i]) {
            out->status[i] = RK_ROW_UNPRICED;
        } else if ((rare || !price_row(&calc, params, column, i, false, out)) &&
                   !price_any(params, column, i, out)) {
            out->status[i] = RK_ROW_OVERFLOW;
        }
    }
    note_day_cases(batch, out);
    if (batch->trace && out->status[0] == RK_ROW_PRICED) {
        explain(h, params, column, out->amount[0]);
    }
    return RK_OK;
}

RK_RULE_EXPORT("pbr", "1.0.0", .title = "Payment by Results",
               .summary = "Pays each spell the national tariff's price: short-stay price, "
                          "specialised top-up, best practice and excess bed days, times the "
                          "provider's market forces factor. Each row is rounded.",
               .sources = sources, .params = params_table, .params_size = sizeof(pbr_params),
               .columns = columns_table, .elements = elements_table, .notes = notes_table,
               .rows = "activity", .group_by = group_by, .row_kind = RK_ROWS_ROUNDED,
               .of_use = RK_OF_NONE, .price = price);
