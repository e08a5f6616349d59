/* SPDX-License-Identifier: MIT
 *
 * tables.h: what pbr takes and returns: parameters, columns, elements and notes.
 */
#ifndef PBR_TABLES_H
#define PBR_TABLES_H

#include "reckoner/plugin.h"

/* Columns: of the stay, of what the row itself may bring, and of the tariff's tables. */
enum { COUNT, LOS, CRITICAL_CARE, REHABILITATION, PALLIATIVE_CARE, DELAYED_DISCHARGE, AGE };
enum { EMERGENCY = AGE + 1, ADMISSION_METHOD, POD, EXCESS_DAYS, BPT, BPT_MET, BPT_PAYMENT };
enum { LOCAL_UNIT_PRICE = BPT_PAYMENT + 1, PRICE, TRIM_POINT, PER_DIEM, SHORT_STAY_PRICE, MFF };
enum { TOP_UP = MFF + 1, BPT_BASE, BPT_SHORT_STAY_PRICE, BPT_PRICE };

enum { BASE, TOP_UPS, BEST_PRACTICE, EXCESS_BED_DAYS, MARKET_FORCES, N_ELEMENTS };

#define NOTE_NO_LOS     1u
#define NOTE_NO_BPT_MET 2u
#define NOTE_DAY_CASE   4u

typedef struct pbr_params {
    bool mff, top_ups, long_stay, short_stay, top_up_on_long_stay, local_price_mff;
    rk_decimal local_factor, spell_unit;
} pbr_params;

static const rk_param params_table[] = {
    {"mff", RK_PARAM_BOOL, 0, offsetof(pbr_params, mff), "true",
     .help = "Whether the market forces factor multiplies spells."},
    {"top_ups", RK_PARAM_BOOL, 0, offsetof(pbr_params, top_ups), "true",
     .help = "Whether specialised services are topped up."},
    {"long_stay", RK_PARAM_BOOL, 0, offsetof(pbr_params, long_stay), "true",
     .help = "Whether days beyond the trim point are paid."},
    {"short_stay", RK_PARAM_BOOL, 0, offsetof(pbr_params, short_stay), "true",
     .help = "Whether short emergency stays take the short-stay price."},
    {"top_up_on_long_stay", RK_PARAM_BOOL, 0, offsetof(pbr_params, top_up_on_long_stay), "false",
     .help = "Whether a top-up also applies to excess bed days."},
    {"local_price_mff", RK_PARAM_BOOL, 0, offsetof(pbr_params, local_price_mff), "false",
     .help = "Whether the market forces factor multiplies local prices."},
    {"local_factor", RK_PARAM_DECIMAL, 0, offsetof(pbr_params, local_factor), "1", "0",
     .unit = "ratio", .help = "Multiplies every spell: a locally agreed variation."},
    {"spell_unit", RK_PARAM_DECIMAL, RK_MINOR_UNIT, offsetof(pbr_params, spell_unit), "0.01",
     "0.000001", "1000000", "GBP",
     .help = "What each row is rounded to, half away from zero: the minor unit of the currency."},
    {0},
};

/* The methods of admission that the NHS data dictionary counts as emergencies. */
static const char *const emergency_methods[] = {"21", "22", "23", "24", "25", "28",
                                                "2A", "2B", "2C", "2D", NULL};
static const char *const pods[] = {"NEL", "DC", NULL};
#define POD_NEL 1
#define POD_DC  2

static const char activity[] = "activity", prices[] = "prices", bpt[] = "bpt";

static const rk_column columns_table[] = {
    [COUNT] = {activity, "count", RK_COLUMN_DECIMAL, RK_QUANTITY, NULL, "1", "spell",
               .help = "Equal spells in the row; a negative count takes spells back."},
    [LOS] = {activity, "los", RK_COLUMN_DECIMAL, .unit = "day", .usual_min = "0",
             .usual_max = "400", .help = "Qualifying days of each spell."},
    [CRITICAL_CARE] = {activity, "critical_care_days", RK_COLUMN_DECIMAL, 0, NULL, "0", "day",
                       .help = "Taken off los because they are paid for separately."},
    [REHABILITATION] = {activity, "rehabilitation_days", RK_COLUMN_DECIMAL, 0, NULL, "0", "day",
                        .help = "Taken off los because they are paid for separately."},
    [PALLIATIVE_CARE] = {activity, "palliative_care_days", RK_COLUMN_DECIMAL, 0, NULL, "0", "day",
                         .help = "Taken off los because they are paid for separately."},
    [DELAYED_DISCHARGE] = {activity, "delayed_discharge_days", RK_COLUMN_DECIMAL, 0, NULL, "0",
                           "day", .help = "Taken off los: days after the patient could leave."},
    [AGE] = {activity, "age", RK_COLUMN_DECIMAL, .unit = "year", .usual_min = "0",
             .usual_max = "120", .help = "If absent, an adult."},
    [EMERGENCY] = {activity, "emergency", RK_COLUMN_BOOL,
                   .help = "If absent, derived from admission_method, or else from pod."},
    [ADMISSION_METHOD] = {activity, "admission_method", RK_COLUMN_CHOICE,
                          .words = emergency_methods,
                          .help = "An emergency if it is 21-25, 28 or 2A-2D."},
    [POD] = {activity, "pod", RK_COLUMN_CHOICE, .words = pods,
             .help =
                 "Point of delivery; NEL means an emergency if nothing else states it, DC a day "
                 "case, which should have no stay."},
    [EXCESS_DAYS] = {activity, "excess_days", RK_COLUMN_DECIMAL, .unit = "day",
                     .help = "Excess bed days of the whole row, in place of los - trim_point."},
    [BPT] = {activity, "bpt", RK_COLUMN_TEXT, .help = "Best practice tariff flag."},
    [BPT_MET] = {activity, "bpt_met", RK_COLUMN_BOOL,
                 .help = "Whether best practice was met; if absent, no."},
    [BPT_PAYMENT] = {activity, "bpt_payment", RK_COLUMN_DECIMAL, .unit = "GBP",
                     .help = "Per spell, in place of bpt_price if bpt_met."},
    [LOCAL_UNIT_PRICE] = {activity, "local_unit_price", RK_COLUMN_DECIMAL, .unit = "GBP",
                          .help = "Per spell, in place of everything that the tariff pays."},
    [PRICE] = {activity, "price", RK_COLUMN_DECIMAL, RK_REQUIRED | RK_PRICE_DECIDES, prices,
               .help = "National price of a spell; a row with a local price needs none."},
    [TRIM_POINT] = {activity, "trim_point", RK_COLUMN_DECIMAL, RK_LOOKUP_OPTIONAL, prices,
                    .unit = "day",
                    .help = "Days after which the daily rate is paid; if absent, never."},
    [PER_DIEM] = {activity, "per_diem", RK_COLUMN_DECIMAL, RK_LOOKUP_OPTIONAL, prices, "0",
                  .help = "Rate of an excess bed day."},
    [SHORT_STAY_PRICE] = {activity, "short_stay_price", RK_COLUMN_DECIMAL, RK_LOOKUP_OPTIONAL,
                          prices,
                          .help = "Price of an emergency stay of less than two days, as printed."},
    [MFF] = {activity, "mff", RK_COLUMN_FACTOR, 0, "mff", "1",
             .help = "The provider's market forces factor."},
    [TOP_UP] = {activity, "top_up", RK_COLUMN_RATIO, RK_LOOKUP_OPTIONAL, "top_ups", "0",
                .help = "Share added to the price for a specialised service."},
    [BPT_BASE] = {activity, "bpt_base", RK_COLUMN_DECIMAL, RK_LOOKUP_OPTIONAL, bpt,
                  .help = "Price in place of the national price."},
    [BPT_SHORT_STAY_PRICE] = {activity, "bpt_short_stay_price", RK_COLUMN_DECIMAL,
                              RK_LOOKUP_OPTIONAL, bpt,
                              .help = "Short-stay price that goes with bpt_base."},
    [BPT_PRICE] = {activity, "bpt_price", RK_COLUMN_DECIMAL, RK_LOOKUP_OPTIONAL, bpt, "0",
                   .help = "Added if best practice was met."},
    {activity, "hrg", RK_COLUMN_TEXT, RK_KEY_ONLY,
     .help = "Healthcare resource group: a usual key of prices and bpt."},
    {activity, "provider", RK_COLUMN_TEXT, RK_KEY_ONLY,
     .help = "The provider's code: a usual key of mff."},
    {activity, "service", RK_COLUMN_TEXT, RK_KEY_ONLY,
     .help = "Specialised-service flag: a usual key of top_ups; usually blank."},
    {0},
};

static const rk_element elements_table[] = {
    [BASE] = {.name = "base", .help = "count x price of a spell, or x local_unit_price"},
    [TOP_UPS] = {.name = "top_up", .help = "Specialised services."},
    [BEST_PRACTICE] = {.name = "best_practice", .help = "Best practice payments."},
    [EXCESS_BED_DAYS] = {.name = "excess_bed_days", .help = "Days beyond the trim point."},
    [MARKET_FORCES] = {.name = "market_forces",
                       .help = "What mff and local_factor add, and the rounding remainder."},
    {0},
};

static const rk_note notes_table[] = {
    {"no-length-of-stay",
     "emergency rows without a length of stay: neither a short-stay price nor excess days"},
    {"no-bpt-met", "rows with a best practice flag but no bpt_met: taken as not met"},
    {"implausible", "day cases ('pod' is DC) that stay for a day or more"},
    {0},
};

static const char *const sources[] = {
    "Monitor and NHS England, 2016/17 National Tariff Payment System, Annex A workbook",
    "HFMA, Introduction to Payment by Results (4), 2011",
    "NHS data dictionary: admission method",
    NULL,
};

static const char *const group_by[] = {"pod", NULL};

#endif
