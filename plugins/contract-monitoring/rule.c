/* SPDX-License-Identifier: MIT
 *
 * contract-monitoring: what a provider charges by its monthly contract monitoring file.
 *
 * A row has the price of all of its activity, market forces included. The rule pays that price and
 * rounds no row, so the total is the invoice. It notes rows that break the file's own rules; they
 * are paid all the same, because nothing may be left out of the sum.
 */
#include "reckoner/plugin.h"

#include <stdlib.h>

enum {
    COUNT,
    AMOUNT,
    MARKET_FORCES,
    POD,
    TARIFF_INDICATOR,
    SITE,
    GP_PRACTICE,
    RESIDENCE,
    TREATMENT_FUNCTION,
    TARIFF_CODE,
    FINANCIAL_YEAR
};
enum { BASE, MARKET_FORCES_PART }; /* elements */
enum {
    NOTE_NO_POD = 1u << 0,
    NOTE_ACTIVITY = 1u << 1,
    NOTE_PLACE = 1u << 2,
    NOTE_TARIFF_CODE = 1u << 3,
    NOTE_DECIMALS = 1u << 4,
    NOTE_INDICATOR = 1u << 5,
    NOTE_MARKET_FORCES = 1u << 6,
    NOTE_YEAR = 1u << 7
};

/* Points of delivery without activity; OTHER has activity, and no code of a tariff. */
static const char *const pods[] = {"ADJUSTMENT", "BLOCK",     "CQUIN", "DRUG",  "DEVICE",
                                   "NAOTHER",    "NOT KNOWN", "N/A",   "OTHER", NULL};
enum { POD_OTHER = 9 }; /* 1 + the index of the word; 0: any other text */
static const char *const indicators[] = {"Y", "N", NULL};

static const char activity[] = "activity";
static const rk_column columns_table[] = {
    [COUNT] = {.table = activity,
               .name = "count",
               .type = RK_COLUMN_DECIMAL,
               .flags = RK_QUANTITY,
               .default_value = "0",
               .unit = "unit",
               .help = "Activity of the row: 0 where the point of delivery has none."},
    [AMOUNT] = {.table = activity,
                .name = "amount",
                .type = RK_COLUMN_DECIMAL,
                .flags = RK_REQUIRED,
                .unit = "GBP",
                .help = "Price of all of the row's activity, market forces included."},
    [MARKET_FORCES] = {.table = activity,
                       .name = "market_forces",
                       .type = RK_COLUMN_DECIMAL,
                       .default_value = "0",
                       .unit = "GBP",
                       .help = "The part of the amount that is for market forces."},
    [POD] = {.table = activity,
             .name = "pod",
             .type = RK_COLUMN_CHOICE,
             .words = pods,
             .help = "Point of delivery; these have no activity, but for OTHER."},
    [TARIFF_INDICATOR] = {.table = activity,
                          .name = "tariff_indicator",
                          .type = RK_COLUMN_CHOICE,
                          .words = indicators,
                          .help = "Whether the price is a national one: Y or N."},
    [SITE] = {.table = activity,
              .name = "site",
              .type = RK_COLUMN_TEXT,
              .help = "Site of treatment."},
    [GP_PRACTICE] = {.table = activity,
                     .name = "gp_practice",
                     .type = RK_COLUMN_TEXT,
                     .help = "Who is responsible by the patient's practice."},
    [RESIDENCE] = {.table = activity,
                   .name = "residence",
                   .type = RK_COLUMN_TEXT,
                   .help = "Who is responsible by the patient's residence."},
    [TREATMENT_FUNCTION] = {.table = activity,
                            .name = "treatment_function",
                            .type = RK_COLUMN_TEXT,
                            .help = "Treatment function code."},
    [TARIFF_CODE] = {.table = activity,
                     .name = "tariff_code",
                     .type = RK_COLUMN_TEXT,
                     .help = "Code of the tariff, which begins with the HRG of the activity."},
    [FINANCIAL_YEAR] = {.table = activity,
                        .name = "financial_year",
                        .type = RK_COLUMN_INTEGER,
                        .help = "Financial year, such as 201617; should be the period's."},
    {.table = activity,
     .name = "provider",
     .type = RK_COLUMN_TEXT,
     .flags = RK_KEY_ONLY,
     .help = "The provider's code."},
    {.table = activity,
     .name = "commissioner",
     .type = RK_COLUMN_TEXT,
     .flags = RK_KEY_ONLY,
     .help = "The commissioner's code."},
    {0},
};

static const rk_element elements_table[] = {
    [BASE] = {.name = "base", .help = "The amount without market forces."},
    [MARKET_FORCES_PART] = {.name = "market_forces", .help = "The part for market forces."},
    {0},
};

static const rk_note notes_table[] = {
    {"no-pod", "rows without a point of delivery"},
    {"activity-of-none", "rows with activity, though their point of delivery has none"},
    {"place-of-none", "rows with a site, responsibility or treatment function, though their point "
                      "of delivery has no activity"},
    {"tariff-code-of-none", "rows with a tariff code, though their point of delivery has none"},
    {"activity-decimals", "rows whose activity has more than three decimals"},
    {"tariff-indicator", "rows whose national tariff indicator is neither Y nor N"},
    {"market-forces-above-price",
     "rows with more for market forces than their price, which includes it: perhaps a factor, or "
     "an amount that was added again"},
    {"another-year", "rows of another financial year than their period"},
    {0},
};

static const char *const sources[] = {
    "NHS England, Aggregate Contract Monitoring (ACM): Guidance for providers and commissioners, "
    "March 2018",
    "NHS England and NHS Improvement, Aggregate Contract Monitoring User Guidance, v1.1 (DCB2050), "
    "February 2020",
    NULL,
};

static const char *const group_by[] = {"pod", NULL};

static bool is_opposite(rk_decimal a, rk_decimal b)
{
    return (a < 0 && b > 0) || (a > 0 && b < 0);
}

static rk_decimal size_of(rk_decimal v)
{
    return v < 0 ? -v : v;
}

/* 201617 for a period that begins in the year from April 2016. */
static int prepare(const rk_host *h, const void *params, const rk_period *period, void **state)
{
    int64_t *year = malloc(sizeof *year);
    (void) h;
    (void) params;
    if (year == NULL) {
        return RK_NO_MEMORY;
    }
    const int64_t first = period->start.month >= 4 ? period->start.year : period->start.year - 1;
    *year = first * 100 + (first + 1) % 100;
    *state = year;
    return RK_OK;
}

static void release(void *state)
{
    free(state);
}

static uint32_t notes_of(const rk_column_data *column, int64_t year, size_t i)
{
    const bool has_pod = column[POD].has[i] != 0;
    const bool other = has_pod && column[POD].v[i] == POD_OTHER;
    const bool none = !has_pod || (column[POD].v[i] > 0 && !other);
    const rk_decimal amount = column[AMOUNT].v[i], forces = column[MARKET_FORCES].v[i];
    const rk_decimal count = column[COUNT].v[i];
    const bool placed = column[SITE].has[i] != 0 || column[GP_PRACTICE].has[i] != 0 ||
                        column[RESIDENCE].has[i] != 0 || column[TREATMENT_FUNCTION].has[i] != 0;
    uint32_t notes = has_pod ? 0 : NOTE_NO_POD;
    notes |= none && count != 0 ? NOTE_ACTIVITY : 0;
    notes |= none && placed ? NOTE_PLACE : 0;
    notes |= (none || other) && column[TARIFF_CODE].has[i] != 0 ? NOTE_TARIFF_CODE : 0;
    notes |= count % (RK_DECIMAL_ONE / 1000) != 0 ? NOTE_DECIMALS : 0;
    notes |= column[TARIFF_INDICATOR].has[i] != 0 && column[TARIFF_INDICATOR].v[i] == 0
                 ? NOTE_INDICATOR
                 : 0;
    notes |=
        size_of(forces) > size_of(amount) || is_opposite(forces, amount) ? NOTE_MARKET_FORCES : 0;
    notes |=
        column[FINANCIAL_YEAR].has[i] != 0 && column[FINANCIAL_YEAR].v[i] != year ? NOTE_YEAR : 0;
    return notes;
}

static int price(const rk_host *h, const void *params, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    const int64_t *year = state;
    (void) params;
    for (size_t i = 0; i < batch->n; i++) {
        const rk_int128 amount = (rk_int128) batch->column[AMOUNT].v[i] * RK_DECIMAL_ONE;
        const rk_int128 forces = (rk_int128) batch->column[MARKET_FORCES].v[i] * RK_DECIMAL_ONE;
        out->exact_amount[i] = amount;
        out->exact_element[BASE][i] = amount - forces;
        out->exact_element[MARKET_FORCES_PART][i] = forces;
        out->notes[i] = notes_of(batch->column, *year, i);
        if (batch->trace) {
            h->row_step(h, "amount", "the row's own amount", batch->column[AMOUNT].v[i]);
        }
    }
    return RK_OK;
}

RK_RULE_EXPORT("contract-monitoring", "1.0.0", .title = "Contract monitoring",
               .summary = "Pays what the rows of a monthly contract monitoring file charge, and "
                          "says which of them break its rules. No row is rounded.",
               .sources = sources, .columns = columns_table, .elements = elements_table,
               .notes = notes_table, .rows = "activity", .group_by = group_by,
               .row_kind = RK_ROWS_EXACT, .of_use = RK_OF_NONE, .prepare = prepare, .price = price,
               .release = release);
