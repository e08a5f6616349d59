/* SPDX-License-Identifier: MIT
 *
 * tables.h: what claims takes and returns: parameters, columns, elements and notes.
 */
#ifndef CLAIMS_TABLES_H
#define CLAIMS_TABLES_H

#include "reckoner/plugin.h"

/* Columns. */
enum { UNITS, DAYS, CHARGES, FEE, PER_DIEM, CASE_RATE, PERCENT_OF_CHARGES };

/* Elements: the first four are the terms, in the order in which they are tried. */
enum { PAID_FEE, PAID_PER_DIEM, PAID_CASE_RATE, PAID_PERCENT, PAID_LIMIT, PAID_STOP_LOSS };
#define N_TERMS 4

enum { FROM_ABOVE, FROM_FIRST };

#define NOTE_NO_CHARGES 1u

typedef struct day_band {
    rk_decimal to, per_diem;
} day_band;

typedef struct stop_loss {
    rk_decimal threshold, share;
    int32_t from;
} stop_loss;

typedef struct claims_params {
    rk_decimal fee, per_diem, case_rate, percent_of_charges, not_to_exceed, claim_unit;
    rk_list day_bands, stop_loss;
    bool lesser_of_charges;
} claims_params;

static const char *const from_words[] = {"above", "first", NULL};

static const rk_param bands_table[] = {
    {.name = "to",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(day_band, to),
     .flags = RK_NULLABLE,
     .min = "0",
     .unit = "day",
     .help = "Last day of the band; null: no end."},
    {.name = "per_diem",
     .type = RK_PARAM_DECIMAL,
     .flags = RK_REQUIRED,
     .offset = offsetof(day_band, per_diem),
     .min = "0",
     .help = "Paid for each day of the band."},
    {0},
};

static const rk_param stop_loss_table[] = {
    {.name = "threshold",
     .type = RK_PARAM_DECIMAL,
     .flags = RK_REQUIRED,
     .offset = offsetof(stop_loss, threshold),
     .min = "0",
     .help = "Charges above it are an outlier."},
    {.name = "share",
     .type = RK_PARAM_DECIMAL,
     .flags = RK_REQUIRED,
     .offset = offsetof(stop_loss, share),
     .min = "0",
     .unit = "ratio",
     .help = "Share of the charges that is paid."},
    {.name = "from",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(stop_loss, from),
     .default_value = "above",
     .words = from_words,
     .help = "Whether the share is of the charges above the threshold, in addition, or of all "
             "charges from the first, instead."},
    {0},
};

static const rk_param params_table[] = {
    {.name = "fee",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(claims_params, fee),
     .min = "0",
     .help = "Fee of a unit, for claims without one of their own."},
    {.name = "per_diem",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(claims_params, per_diem),
     .min = "0",
     .help = "Rate of a day, for claims without one of their own."},
    {.name = "day_bands",
     .type = RK_PARAM_LIST,
     .offset = offsetof(claims_params, day_bands),
     .items = bands_table,
     .item_size = sizeof(day_band),
     .help = "Rates by day of the stay, ascending, instead of per_diem."},
    {.name = "case_rate",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(claims_params, case_rate),
     .min = "0",
     .help = "Rate of a claim, for claims without one of their own."},
    {.name = "percent_of_charges",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(claims_params, percent_of_charges),
     .min = "0",
     .unit = "ratio",
     .help = "Share of charges, for claims without one of their own."},
    {.name = "lesser_of_charges",
     .type = RK_PARAM_BOOL,
     .offset = offsetof(claims_params, lesser_of_charges),
     .default_value = "false",
     .help = "Whether a claim is paid no more than its charges."},
    {.name = "not_to_exceed",
     .type = RK_PARAM_DECIMAL,
     .offset = offsetof(claims_params, not_to_exceed),
     .min = "0",
     .help = "The most that a claim is paid, but for stop loss."},
    {.name = "stop_loss",
     .type = RK_PARAM_LIST,
     .flags = RK_ONE_OBJECT,
     .offset = offsetof(claims_params, stop_loss),
     .items = stop_loss_table,
     .item_size = sizeof(stop_loss),
     .help = "What a claim with very high charges is paid."},
    {.name = "claim_unit",
     .type = RK_PARAM_DECIMAL,
     .flags = RK_MINOR_UNIT,
     .offset = offsetof(claims_params, claim_unit),
     .default_value = "0.01",
     .min = "0.000001",
     .max = "1000000",
     .help = "What each claim is rounded to, half away from zero: the minor unit of the "
             "currency."},
    {0},
};

static const char activity[] = "activity", rates[] = "rates", fees[] = "fees";

static const rk_column columns_table[] = {
    [UNITS] = {.table = activity,
               .name = "units",
               .type = RK_COLUMN_DECIMAL,
               .flags = RK_QUANTITY,
               .default_value = "1",
               .unit = "unit",
               .help = "Units of the service; negative in a reversed claim."},
    [DAYS] = {.table = activity,
              .name = "days",
              .type = RK_COLUMN_DECIMAL,
              .unit = "day",
              .help = "Days of the stay."},
    [CHARGES] = {.table = activity,
                 .name = "charges",
                 .type = RK_COLUMN_DECIMAL,
                 .help = "What the provider charges."},
    [FEE] = {.table = activity,
             .name = "fee",
             .type = RK_COLUMN_DECIMAL,
             .flags = RK_LOOKUP_OPTIONAL,
             .lookup = fees,
             .help = "Fee of a unit."},
    [PER_DIEM] = {.table = activity,
                  .name = "per_diem",
                  .type = RK_COLUMN_DECIMAL,
                  .flags = RK_LOOKUP_OPTIONAL,
                  .lookup = rates,
                  .help = "Rate of a day."},
    [CASE_RATE] = {.table = activity,
                   .name = "case_rate",
                   .type = RK_COLUMN_DECIMAL,
                   .flags = RK_LOOKUP_OPTIONAL,
                   .lookup = rates,
                   .help = "Rate of a claim."},
    [PERCENT_OF_CHARGES] = {.table = activity,
                            .name = "percent_of_charges",
                            .type = RK_COLUMN_RATIO,
                            .flags = RK_LOOKUP_OPTIONAL,
                            .lookup = rates,
                            .unit = "ratio",
                            .help = "Share of charges."},
    {.table = activity,
     .name = "service",
     .type = RK_COLUMN_TEXT,
     .flags = RK_KEY_ONLY,
     .help = "Service line: a usual key of rates."},
    {.table = activity,
     .name = "code",
     .type = RK_COLUMN_TEXT,
     .flags = RK_KEY_ONLY,
     .help = "Procedure code: a usual key of fees."},
    {0},
};

static const rk_element elements_table[] = {
    [PAID_FEE] = {.name = "fee", .help = "fee x units."},
    [PAID_PER_DIEM] = {.name = "per_diem", .help = "per_diem x days."},
    [PAID_CASE_RATE] = {.name = "case_rate", .help = "case_rate."},
    [PAID_PERCENT] = {.name = "percent_of_charges", .help = "percent_of_charges x charges."},
    [PAID_LIMIT] = {.name = "limit", .help = "Taken off by lesser_of_charges and not_to_exceed."},
    [PAID_STOP_LOSS] = {.name = "stop_loss", .help = "Added by stop_loss."},
    {0},
};

static const rk_note notes_table[] = {
    {"no-charges", "claims without charges, which neither charges nor stop loss can limit"},
    {0},
};

/* In the order of the elements for the first four. */
enum {
    REASON_FEE,
    REASON_PER_DIEM,
    REASON_CASE_RATE,
    REASON_PERCENT,
    REASON_CHARGES,
    REASON_NOT_TO_EXCEED,
    REASON_STOP_LOSS,
    REASON_NO_TERM
};

static const rk_reason reasons_table[] = {
    [REASON_FEE] = {"fee", "paid by its fee"},
    [REASON_PER_DIEM] = {"per-diem", "paid by the day"},
    [REASON_CASE_RATE] = {"case-rate", "paid by its case rate"},
    [REASON_PERCENT] = {"percent-of-charges", "paid a share of its charges"},
    [REASON_CHARGES] = {"lesser-of-charges", "limited to its charges"},
    [REASON_NOT_TO_EXCEED] = {"not-to-exceed", "limited to the most that a claim is paid"},
    [REASON_STOP_LOSS] = {"stop-loss", "paid stop loss"},
    [REASON_NO_TERM] = {"no-term", "no term of the contract applies to it"},
    {0},
};

static const char *const sources[] = {
    "Payer-provider agreements of US commercial health plans: fee schedules, per diems, case "
    "rates, per cent of charges, lesser-of and stop-loss provisions",
    NULL,
};

static const char *const group_by[] = {"service", NULL};

#endif
