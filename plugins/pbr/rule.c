/* SPDX-License-Identifier: MIT
 *
 * pbr: Payment by Results, the English national tariff. Each row of activity is
 * one spell, or `count` equal ones, and is a payment in itself: it is rounded,
 * once, and the rows are then added up.
 *
 * Pricing a row has three steps. spell_read() settles which numbers count (short
 * stay or not, best practice or not, how many excess days). price_narrow()
 * multiplies them in 64 bits, as nearly every row allows; what is not exact or
 * does not fit there goes to price_wide(), where nothing overflows but a result
 * that an rk_decimal cannot hold.
 */
#include <string.h>

#include "reckoner/plugin.h"

#define ONE RK_DECIMAL_ONE

/* The loop over rows is one function without calls; what is rare stands aside. */
#define HOT  static inline __attribute__((always_inline))
#define COLD static __attribute__((noinline, cold))

enum {
    COUNT,
    LOS,
    CRITICAL_CARE,
    REHABILITATION,
    PALLIATIVE_CARE,
    DELAYED_DISCHARGE,
    AGE,
    EMERGENCY,
    ADMISSION_METHOD,
    POD,
    EXCESS_DAYS,
    BPT,
    BPT_MET,
    BPT_PAYMENT,
    LOCAL_UNIT_PRICE,
    PRICE,
    TRIM_POINT,
    PER_DIEM,
    SHORT_STAY_PRICE,
    MFF,
    TOP_UP,
    BPT_BASE,
    BPT_SHORT_STAY_PRICE,
    BPT_PRICE
};

enum { BASE, TOP_UPS, BEST_PRACTICE, EXCESS_BED_DAYS, MARKET_FORCES, N_ELEMENTS };

#define NOTE_NO_LOS     1u
#define NOTE_NO_BPT_MET 2u

typedef struct pbr_params {
    bool mff, top_ups, long_stay, short_stay, top_up_on_long_stay, local_price_mff;
    rk_decimal local_factor, spell_unit;
} pbr_params;

/* What of a row is multiplied with what. */
typedef struct spell {
    rk_decimal count;
    rk_decimal base;          /* per spell */
    rk_decimal best_practice; /* per spell */
    rk_decimal top_up;        /* share of the base */
    rk_decimal days_count;    /* the count again, or one where days are the whole row's */
    rk_decimal days;          /* excess days */
    rk_decimal per_diem;
    rk_decimal mff;
    uint32_t notes;
    bool emergency, has_los, is_short, is_local;
    rk_decimal los_days; /* net of the days that count elsewhere */
} spell;

/* A priced row: its amount, and the elements that add up to it. */
typedef struct priced {
    rk_decimal amount;
    rk_decimal element[N_ELEMENTS];
} priced;

/* ------------------------------------------------------------ reading a row */

/* Columns that few files fill. A batch that has nothing in any of them takes a
 * loop that does not look at them. */
static bool has_rare_columns(const rk_batch *batch)
{
    static const uint8_t given[] = {EMERGENCY,        BPT,         BPT_MET,  BPT_PAYMENT,
                                    LOCAL_UNIT_PRICE, EXCESS_DAYS, BPT_BASE, BPT_SHORT_STAY_PRICE};
    const rk_column_data *column = batch->column;
    for (size_t k = 0; k < sizeof given; k++) {
        if (memchr(column[given[k]].has, 1, batch->n) != NULL) {
            return true;
        }
    }
    int64_t away = 0;
    for (size_t i = 0; i < batch->n; i++) {
        away |= column[CRITICAL_CARE].v[i] | column[REHABILITATION].v[i] |
                column[PALLIATIVE_CARE].v[i] | column[DELAYED_DISCHARGE].v[i];
    }
    return away != 0;
}

/* The stay that counts, in days; false where it does not fit. */
HOT bool net_los(const rk_column_data *column, size_t i, rk_decimal *out)
{
    const rk_int128 net = (rk_int128) column[LOS].v[i] - column[CRITICAL_CARE].v[i] -
                          column[REHABILITATION].v[i] - column[PALLIATIVE_CARE].v[i] -
                          column[DELAYED_DISCHARGE].v[i];
    *out = net > 0 ? (rk_decimal) net : 0;
    return net <= RK_DECIMAL_MAX;
}

HOT bool is_emergency(const rk_column_data *column, size_t i, bool rare)
{
    /* The last two are choices whose words are the emergency ones. */
    const int64_t told =
        column[ADMISSION_METHOD].has[i] ? column[ADMISSION_METHOD].v[i] : column[POD].v[i];
    return (rare && column[EMERGENCY].has[i] ? column[EMERGENCY].v[i] : told) != 0;
}

/* A row with a local price: nothing of the tariff but, if so agreed, the MFF. */
HOT void spell_read_local(const pbr_params *params, const rk_column_data *column, size_t i,
                          spell *s)
{
    s->is_local = true;
    s->base = column[LOCAL_UNIT_PRICE].v[i];
    s->best_practice = s->top_up = s->days = s->per_diem = 0;
    s->days_count = ONE;
    s->mff = params->mff && params->local_price_mff ? column[MFF].v[i] : ONE;
}

HOT rk_decimal base_price(const rk_column_data *column, size_t i, bool rare, bool is_short)
{
    if (rare && column[BPT_BASE].has[i]) {
        return is_short && column[BPT_SHORT_STAY_PRICE].has[i] ? column[BPT_SHORT_STAY_PRICE].v[i]
                                                               : column[BPT_BASE].v[i];
    }
    return (is_short & column[SHORT_STAY_PRICE].has[i]) ? column[SHORT_STAY_PRICE].v[i]
                                                        : column[PRICE].v[i];
}

HOT rk_decimal best_practice_price(const rk_column_data *column, size_t i, spell *s)
{
    if (column[BPT_PAYMENT].has[i]) {
        return column[BPT_PAYMENT].v[i];
    }
    if (column[BPT].has[i] && !column[BPT_MET].has[i]) {
        s->notes |= NOTE_NO_BPT_MET;
    }
    return column[BPT_MET].v[i] != 0 ? column[BPT_PRICE].v[i] : 0;
}

/* The days that the daily rate pays for; false where they do not fit. */
HOT bool excess_days(const rk_column_data *column, size_t i, bool rare, spell *s)
{
    if (rare && column[EXCESS_DAYS].has[i]) {
        s->days = column[EXCESS_DAYS].v[i];
        s->days_count = ONE;
        return true;
    }
    s->days_count = s->count;
    s->days = 0;
    if (!s->has_los || !column[TRIM_POINT].has[i] || s->los_days <= column[TRIM_POINT].v[i]) {
        return true;
    }
    return !__builtin_sub_overflow(s->los_days, column[TRIM_POINT].v[i], &s->days);
}

/* False where a number of days does not fit. */
HOT bool spell_read(const pbr_params *params, const rk_column_data *column, size_t i, bool rare,
                    spell *s)
{
    s->count = column[COUNT].v[i];
    s->notes = 0;
    s->is_local = false;
    s->is_short = false;
    if (rare && column[LOCAL_UNIT_PRICE].has[i]) {
        spell_read_local(params, column, i, s);
        return true;
    }
    s->has_los = column[LOS].has[i];
    s->los_days = column[LOS].v[i] > 0 ? column[LOS].v[i] : 0;
    if (rare && s->has_los && !net_los(column, i, &s->los_days)) {
        return false;
    }
    s->emergency = is_emergency(column, i, rare);
    /* Without branches: what a row turns out to be is not to be foreseen. */
    s->is_short = params->short_stay & s->emergency & s->has_los & (s->los_days < 2 * ONE) &
                  ((column[AGE].has[i] == 0) | (column[AGE].v[i] >= 19 * ONE));
    s->notes |= (s->emergency & !s->has_los) ? NOTE_NO_LOS : 0;
    s->base = base_price(column, i, rare, s->is_short);
    s->best_practice = rare ? best_practice_price(column, i, s) : 0;
    s->top_up = params->top_ups ? column[TOP_UP].v[i] : 0;
    s->per_diem = column[PER_DIEM].v[i];
    s->mff = params->mff ? column[MFF].v[i] : ONE;
    s->days = 0;
    s->days_count = ONE;
    return !params->long_stay || excess_days(column, i, rare, s);
}

/* --------------------------------------------------------------- arithmetic */

/* a x b where that is a whole number of millionths; false where it is not, or
 * does not fit. */
HOT bool exact_product(rk_decimal a, rk_decimal b, rk_decimal *out)
{
    int64_t product;
    if (a == ONE) {
        *out = b;
        return true;
    }
    if (__builtin_mul_overflow(a, b, &product) || product % ONE != 0) {
        return false;
    }
    *out = product / ONE;
    return true;
}

HOT bool round_to(rk_decimal a, rk_decimal unit, rk_decimal *out)
{
    return !__builtin_mul_overflow(rk_div_round64(a, unit), unit, out);
}

/* x mff x local_factor, rounded once; false where even 128 bits are too few. */
HOT bool adjusted(rk_decimal total, rk_decimal mff, rk_decimal local_factor, rk_decimal unit,
                  rk_decimal *out)
{
    if (local_factor == ONE) {
        return rk_decimal_mul(total, mff, unit, out);
    }
    rk_int128 product;
    if (__builtin_mul_overflow((rk_int128) total * mff, (rk_int128) local_factor, &product)) {
        return false;
    }
    const rk_int128 steps = rk_div_round(product, (rk_int128) ONE * ONE * unit);
    if (steps > RK_DECIMAL_MAX / unit || steps < RK_DECIMAL_MIN / unit) {
        return false;
    }
    *out = (rk_decimal) steps * unit;
    return true;
}

/* Prices where each part before the MFF is a whole number of millionths in 64
 * bits, as it is for whole counts, whole days and printed prices; false where it
 * is not. */
HOT bool price_narrow(const pbr_params *params, rk_decimal unit, const spell *s, priced *out)
{
    rk_decimal base, best_practice = 0, excess = 0, top_up = 0, total;
    if (!exact_product(s->count, s->base, &base)) {
        return false;
    }
    total = base;
    if (s->best_practice != 0 && (!exact_product(s->count, s->best_practice, &best_practice) ||
                                  __builtin_add_overflow(total, best_practice, &total))) {
        return false;
    }
    if (s->days != 0) {
        rk_decimal days;
        if (!exact_product(s->days_count, s->days, &days) ||
            !exact_product(days, s->per_diem, &excess) ||
            __builtin_add_overflow(total, excess, &total)) {
            return false;
        }
    }
    if (s->top_up != 0) {
        rk_decimal topped = base;
        if ((params->top_up_on_long_stay && __builtin_add_overflow(base, excess, &topped)) ||
            !exact_product(s->top_up, topped, &top_up) ||
            __builtin_add_overflow(total, top_up, &total)) {
            return false;
        }
    }
    rk_decimal *element = out->element;
    element[TOP_UPS] = element[BEST_PRACTICE] = element[EXCESS_BED_DAYS] = 0;
    rk_decimal rest;
    return adjusted(total, s->mff, params->local_factor, unit, &out->amount) &&
           round_to(base, unit, &element[BASE]) &&
           (top_up == 0 || round_to(top_up, unit, &element[TOP_UPS])) &&
           (best_practice == 0 || round_to(best_practice, unit, &element[BEST_PRACTICE])) &&
           (excess == 0 || round_to(excess, unit, &element[EXCESS_BED_DAYS])) &&
           !__builtin_sub_overflow(out->amount, element[BASE], &rest) &&
           !__builtin_sub_overflow(rest, element[TOP_UPS], &rest) &&
           !__builtin_sub_overflow(rest, element[BEST_PRACTICE], &rest) &&
           !__builtin_sub_overflow(rest, element[EXCESS_BED_DAYS], &element[MARKET_FORCES]);
}

static rk_wide product_of_4(rk_decimal a, rk_decimal b, rk_decimal c, rk_decimal d)
{
    return rk_wide_mul(rk_wide_mul(rk_wide_mul(rk_wide_from(a), b), c), d);
}

/* The parts of a row before the MFF, each a product of four decimals. */
static void wide_parts(const pbr_params *params, const spell *s, rk_wide part[MARKET_FORCES])
{
    part[BASE] = product_of_4(s->count, s->base, ONE, ONE);
    part[TOP_UPS] = product_of_4(s->count, s->base, s->top_up, ONE);
    part[BEST_PRACTICE] = product_of_4(s->count, s->best_practice, ONE, ONE);
    part[EXCESS_BED_DAYS] = product_of_4(s->days_count, s->days, s->per_diem, ONE);
    if (params->top_up_on_long_stay) {
        part[TOP_UPS] = rk_wide_add(part[TOP_UPS],
                                    product_of_4(s->days_count, s->days, s->per_diem, s->top_up));
    }
}

static rk_wide wide_sum(const rk_wide part[MARKET_FORCES])
{
    return rk_wide_add(rk_wide_add(part[BASE], part[TOP_UPS]),
                       rk_wide_add(part[BEST_PRACTICE], part[EXCESS_BED_DAYS]));
}

HOT void put(const rk_priced *out, size_t i, const priced *row, uint32_t notes)
{
    out->amount[i] = row->amount;
    for (int k = 0; k < N_ELEMENTS; k++) {
        out->element[k][i] = row->element[k];
    }
    out->notes[i] = notes;
}

/* Any row; false only where a number of days or the amount itself does not fit. It reads
 * the row again: what the loop read of it has no address and so stays in registers. */
COLD bool price_wide(const pbr_params *params, const rk_column_data *column, size_t i,
                     const rk_priced *out)
{
    const rk_decimal unit = params->spell_unit;
    rk_wide part[MARKET_FORCES];
    spell s;
    priced row;
    if (!spell_read(params, column, i, true, &s)) {
        return false;
    }
    wide_parts(params, &s, part);
    const rk_wide total = rk_wide_mul(rk_wide_mul(wide_sum(part), s.mff), params->local_factor);
    if (!rk_wide_round(total, 6, unit, &row.amount)) {
        return false;
    }
    rk_int128 rest = row.amount;
    bool fits = true;
    for (int k = BASE; k < MARKET_FORCES && fits; k++) {
        fits = rk_wide_round(part[k], 4, unit, &row.element[k]);
        rest -= fits ? row.element[k] : 0;
    }
    if (fits && rest <= RK_DECIMAL_MAX && rest >= RK_DECIMAL_MIN) {
        row.element[MARKET_FORCES] = (rk_decimal) rest;
    } else {
        /* The amount fits and a part of it does not (a factor far below one): the
         * amount is owed all the same, and stands whole under its first element. */
        row = (priced){row.amount, {row.amount, 0, 0, 0, 0}};
    }
    put(out, i, &row, s.notes);
    return true;
}

/* ------------------------------------------------------------- explaining it */

static void step_wide(const rk_host *h, const char *label, const char *formula, rk_wide value,
                      int factors)
{
    rk_decimal shown;
    if (rk_wide_round(value, factors, 1, &shown)) {
        h->row_step(h, label, formula, shown);
    }
}

static void explain_spell(const rk_host *h, const pbr_params *params, const rk_column_data *column,
                          const spell *s, const rk_wide part[MARKET_FORCES])
{
    if (s->has_los) {
        h->row_step(h, "length of stay",
                    "los - critical_care_days - rehabilitation_days - palliative_care_days - "
                    "delayed_discharge_days, not below 0",
                    s->los_days);
    }
    h->row_step(h, "emergency",
                column[EMERGENCY].has[0]          ? "emergency"
                : column[ADMISSION_METHOD].has[0] ? "admission_method is an emergency one"
                                                  : "pod is NEL",
                s->emergency ? ONE : 0);
    h->row_step(h, "short stay", "emergency, los < 2, age >= 19 or not given",
                s->is_short ? ONE : 0);
    const bool bpt = column[BPT_BASE].has[0] != 0;
    const bool bpt_short = s->is_short && column[BPT_SHORT_STAY_PRICE].has[0] != 0;
    const bool short_price = s->is_short && column[SHORT_STAY_PRICE].has[0] != 0;
    h->row_step(h, "price of a spell",
                bpt ? (bpt_short ? "bpt_short_stay_price" : "bpt_base")
                    : (short_price ? "short_stay_price" : "price"),
                s->base);
    step_wide(h, "base", "count x price of a spell", part[BASE], 4);
    step_wide(h, "top-up",
              params->top_up_on_long_stay ? "(base + excess bed days) x top_up" : "base x top_up",
              part[TOP_UPS], 4);
    step_wide(h, "best practice",
              column[BPT_PAYMENT].has[0] ? "count x bpt_payment" : "count x bpt_price if bpt_met",
              part[BEST_PRACTICE], 4);
    step_wide(h, "excess days",
              !params->long_stay           ? "none: long_stay is false"
              : column[EXCESS_DAYS].has[0] ? "excess_days"
                                           : "count x (length of stay - trim_point), not below 0",
              rk_wide_mul(rk_wide_from(s->days_count), s->days), 2);
    step_wide(h, "excess bed days", "excess days x per_diem", part[EXCESS_BED_DAYS], 4);
    step_wide(h, "spell", "base + top-up + best practice + excess bed days", wide_sum(part), 4);
}

COLD void explain(const rk_host *h, const pbr_params *params, const rk_column_data *column,
                  size_t i, rk_decimal amount)
{
    rk_wide part[MARKET_FORCES];
    spell s;
    (void) spell_read(params, column, i, true, &s);
    wide_parts(params, &s, part);
    h->row_step(h, "count", "count", s.count);
    if (s.is_local) {
        h->row_step(h, "local price", "local_unit_price", s.base);
        step_wide(h, "spell", "count x local_unit_price", wide_sum(part), 4);
    } else {
        explain_spell(h, params, column, &s, part);
    }
    h->row_step(h, "market forces factor",
                !params->mff                             ? "1: the parameter mff is false"
                : s.is_local && !params->local_price_mff ? "1: local prices take none"
                                                         : "mff",
                s.mff);
    h->row_step(h, "local factor", "local_factor", params->local_factor);
    h->row_step(h, "amount", "spell x market forces factor x local factor, rounded to spell_unit",
                amount);
}

/* -------------------------------------------------------------------- rows */

/* Prices all rows of a batch. Each call has its own copy of the loop, made for
 * the constants it is called with. */
HOT void price_rows(const pbr_params *params, rk_decimal unit, bool rare, const rk_batch *batch,
                    const rk_host *h, rk_priced *out)
{
    const rk_column_data *column = batch->column;
    for (size_t i = 0; i < batch->n; i++) {
        spell s;
        priced row;
        if (!column[PRICE].has[i] && !(rare && column[LOCAL_UNIT_PRICE].has[i])) {
            out->status[i] = RK_ROW_UNPRICED;
            continue;
        }
        if (spell_read(params, column, i, rare, &s) && price_narrow(params, unit, &s, &row)) {
            put(out, i, &row, s.notes);
        } else if (!price_wide(params, column, i, out)) {
            out->status[i] = RK_ROW_OVERFLOW;
            continue;
        }
        if (rare && batch->trace) {
            explain(h, params, column, i, out->amount[i]);
        }
    }
}

static int price(const rk_host *h, const void *params, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    const pbr_params *p = params;
    const bool rare = batch->trace || has_rare_columns(batch);
    (void) state;
    /* Rounding to the penny as a constant turns its divisions into products. */
    if (p->spell_unit != ONE / 100) {
        price_rows(p, p->spell_unit, true, batch, h, out);
    } else if (rare) {
        price_rows(p, ONE / 100, true, batch, h, out);
    } else {
        price_rows(p, ONE / 100, false, batch, h, out);
    }
    return RK_OK;
}

/* ------------------------------------------------------------------ tables */

#define FLAG(field, preset, text)                                                     \
    {                                                                                 \
        .name = #field, .type = RK_PARAM_BOOL, .offset = offsetof(pbr_params, field), \
        .default_value = (preset), .help = (text)                                     \
    }

static const rk_param params_table[] = {
    FLAG(mff, "true", "Whether the market forces factor multiplies spells."),
    FLAG(top_ups, "true", "Whether specialised services are topped up."),
    FLAG(long_stay, "true", "Whether days beyond the trim point are paid."),
    FLAG(short_stay, "true", "Whether short emergency stays take the short-stay price."),
    FLAG(top_up_on_long_stay, "false", "Whether a top-up also applies to excess bed days."),
    FLAG(local_price_mff, "false", "Whether the market forces factor multiplies local prices."),
    {.name = "local_factor",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(pbr_params, local_factor),
     .default_value = "1",
     .min = "0",
     .unit = "ratio",
     .help = "Multiplies every spell: a locally agreed variation."},
    {.name = "spell_unit",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(pbr_params, spell_unit),
     .default_value = "0.01",
     .min = "0.000001",
     .max = "1000000",
     .unit = "GBP",
     .help = "What each row is rounded to, half away from zero."},
    {0},
};

/* The methods of admission that the NHS data dictionary counts as emergencies. */
static const char *const emergency_methods[] = {"21", "22", "23", "24", "25", "28",
                                                "2A", "2B", "2C", "2D", NULL};
static const char *const emergency_pods[] = {"NEL", NULL};

#define COLUMN(field, kind) .table = "activity", .name = (field), .type = (kind)
#define DECIMAL(field)      COLUMN(field, RK_COLUMN_DECIMAL)
#define OPTIONAL_IN(where)  .flags = RK_LOOKUP_OPTIONAL, .lookup = (where)
#define DAYS_OFF(field)     DECIMAL(field), .default_value = "0", .unit = "day"
#define KEY(field)          COLUMN(field, RK_COLUMN_TEXT), .flags = RK_KEY_ONLY

static const rk_column columns_table[] = {
    [COUNT] = {DECIMAL("count"), .flags = RK_QUANTITY, .default_value = "1", .unit = "spell",
               .help = "Equal spells that the row stands for; negative takes them back."},
    [LOS] = {DECIMAL("los"), .unit = "day", .help = "Qualifying days of each spell."},
    [CRITICAL_CARE] = {DAYS_OFF("critical_care_days"), .help = "Taken off los: paid elsewhere."},
    [REHABILITATION] = {DAYS_OFF("rehabilitation_days"), .help = "Taken off los: paid elsewhere."},
    [PALLIATIVE_CARE] = {DAYS_OFF("palliative_care_days"),
                         .help = "Taken off los: paid elsewhere."},
    [DELAYED_DISCHARGE] = {DAYS_OFF("delayed_discharge_days"),
                           .help = "Taken off los: days after the patient could leave."},
    [AGE] = {DECIMAL("age"), .unit = "year", .help = "Absent: an adult."},
    [EMERGENCY] = {COLUMN("emergency", RK_COLUMN_BOOL),
                   .help = "Absent: told from admission_method, or else from pod."},
    [ADMISSION_METHOD] = {COLUMN("admission_method", RK_COLUMN_CHOICE), .words = emergency_methods,
                          .help = "Emergency where it is 21-25, 28 or 2A-2D."},
    [POD] = {COLUMN("pod", RK_COLUMN_CHOICE), .words = emergency_pods,
             .help = "Point of delivery; NEL is an emergency where nothing else tells."},
    [EXCESS_DAYS] = {DECIMAL("excess_days"), .unit = "day",
                     .help = "Excess bed days of the whole row, in place of los - trim_point."},
    [BPT] = {COLUMN("bpt", RK_COLUMN_TEXT), .help = "Best practice tariff flag."},
    [BPT_MET] = {COLUMN("bpt_met", RK_COLUMN_BOOL),
                 .help = "Whether best practice was met; absent: no."},
    [BPT_PAYMENT] = {DECIMAL("bpt_payment"), .unit = "GBP",
                     .help = "Per spell, in place of bpt_price if bpt_met."},
    [LOCAL_UNIT_PRICE] = {DECIMAL("local_unit_price"), .unit = "GBP",
                          .help = "Per spell, in place of everything that the tariff pays."},
    [PRICE] = {DECIMAL("price"), .flags = RK_REQUIRED | RK_PRICE_DECIDES, .lookup = "prices",
               .help = "National price of a spell; a row with a local price needs none."},
    [TRIM_POINT] = {DECIMAL("trim_point"), OPTIONAL_IN("prices"), .unit = "day",
                    .help = "Days after which the daily rate pays; absent: never."},
    [PER_DIEM] = {DECIMAL("per_diem"), OPTIONAL_IN("prices"), .default_value = "0",
                  .help = "Rate of an excess bed day."},
    [SHORT_STAY_PRICE] = {DECIMAL("short_stay_price"), OPTIONAL_IN("prices"),
                          .help = "Price of an emergency stay of less than two days, as printed."},
    [MFF] = {DECIMAL("mff"), .lookup = "mff", .default_value = "1",
             .help = "The provider's market forces factor."},
    [TOP_UP] = {COLUMN("top_up", RK_COLUMN_RATIO), OPTIONAL_IN("top_ups"), .default_value = "0",
                .help = "Share added to the price for a specialised service."},
    [BPT_BASE] = {DECIMAL("bpt_base"), OPTIONAL_IN("bpt"),
                  .help = "Price in place of the national price."},
    [BPT_SHORT_STAY_PRICE] = {DECIMAL("bpt_short_stay_price"), OPTIONAL_IN("bpt"),
                              .help = "Short-stay price beside bpt_base."},
    [BPT_PRICE] = {DECIMAL("bpt_price"), OPTIONAL_IN("bpt"), .default_value = "0",
                   .help = "Added where best practice was met."},
    {KEY("hrg"), .help = "Healthcare resource group: a usual key of prices and bpt."},
    {KEY("provider"), .help = "The provider's code: a usual key of mff."},
    {KEY("service"), .help = "Specialised-service flag: a usual key of top_ups; usually blank."},
    {0},
};

static const rk_element elements_table[] = {
    [BASE] = {.name = "base", .help = "count x price of a spell, or x local_unit_price"},
    [TOP_UPS] = {.name = "top_up", .help = "Specialised services."},
    [BEST_PRACTICE] = {.name = "best_practice", .help = "Best practice payments."},
    [EXCESS_BED_DAYS] = {.name = "excess_bed_days", .help = "Days beyond the trim point."},
    [MARKET_FORCES] = {.name = "market_forces",
                       .help = "What mff and local_factor make of it; takes the remainder."},
    {0},
};

static const rk_note notes_table[] = {
    {"no-length-of-stay",
     "emergency rows without a length of stay: neither a short-stay price nor excess days"},
    {"no-bpt-met", "rows with a best practice flag but no bpt_met: taken as not met"},
    {0},
};

static const char *const sources[] = {
    "Monitor and NHS England, 2016/17 National Tariff Payment System, Annex A workbook",
    "HFMA, Introduction to Payment by Results (4), 2011",
    "NHS data dictionary: admission method",
    NULL,
};

static const char *const group_by[] = {"pod", NULL};

RK_RULE_EXPORT("pbr", "1.0.0", .title = "Payment by Results",
               .summary = "Pays each spell the national tariff's price: short-stay price, "
                          "specialised top-up, best practice and excess bed days, times the "
                          "provider's market forces factor. Each row is rounded.",
               .sources = sources, .params = params_table, .params_size = sizeof(pbr_params),
               .columns = columns_table, .elements = elements_table, .notes = notes_table,
               .rows = "activity", .group_by = group_by, .row_kind = RK_ROWS_ROUNDED,
               .of_use = RK_OF_NONE, .price = price);
