/* SPDX-License-Identifier: MIT
 *
 * qof: points for quality indicators, paid by list size and prevalence.
 *
 * An indicator earns no points up to its lower threshold, all of them from the
 * upper one, and in proportion between. A point is worth more to a practice
 * with a longer list than the average, and with more patients who have the
 * disease than elsewhere.
 */
#include "reckoner/plugin.h"

enum {
    INDICATOR,
    NUMERATOR,
    DENOMINATOR,
    EXCEPTIONS,
    LOWER,
    UPPER,
    POINTS,
    PREVALENCE,
    NATIONAL_PREVALENCE
};

typedef struct qof_params {
    rk_num point_value, list, national_list;
    int64_t factor_places;
} qof_params;

/* numerator / denominator as a factor, rounded first if the contract says so. */
static rk_num factor_of(const rk_host *h, const qof_params *p, rk_num numerator, rk_num denominator,
                        const char *name)
{
    rk_num factor = h->div(h, numerator, denominator);
    if (p->factor_places != INT64_MIN) {
        factor = h->round(h, factor, (int) p->factor_places);
    }
    return h->label(h, factor, name);
}

/* The share of the points that is earned, from 0 to 1. */
static rk_num score_of(const rk_host *h, rk_num reached, rk_num lower, rk_num upper)
{
    const rk_num zero = h->integer(h, 0), one = h->integer(h, 1);
    if (h->compare(h, lower, upper) == 0) {
        return h->compare(h, reached, upper) >= 0 ? one : zero;
    }
    const rk_num way = h->div(h, h->sub(h, reached, lower), h->sub(h, upper, lower));
    return h->max(h, zero, h->min(h, one, way));
}

/* Why a row earns nothing, whatever was reached; NULL if it can be scored. */
static const char *fault_of(const rk_host *h, size_t row, rk_num eligible)
{
    static const int needed[] = {NUMERATOR, DENOMINATOR, LOWER, UPPER, POINTS};
    const rk_num here = h->cell(h, PREVALENCE, row);
    const rk_num there = h->cell(h, NATIONAL_PREVALENCE, row);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (!h->cell(h, needed[i], row)) {
            return "lacks a value that scoring needs";
        }
    }
    if ((here != NULL) != (there != NULL)) {
        return "has one of 'prevalence' and 'national_prevalence' without the other";
    }
    if (there && h->sign(h, there) <= 0) {
        return "has a national prevalence that is not above zero";
    }
    return h->sign(h, eligible) <= 0 ? "has nobody left in its denominator" : NULL;
}

static int settle_indicator(const rk_host *h, const qof_params *p, rk_num list_factor, size_t row)
{
    const rk_num denominator = h->cell(h, DENOMINATOR, row);
    const rk_num eligible =
        denominator ? h->sub(h, denominator, h->cell(h, EXCEPTIONS, row)) : NULL;
    const rk_num here = h->cell(h, PREVALENCE, row);
    const char *name = h->cell_text(h, INDICATOR, row);
    const char *fault = fault_of(h, row, eligible);
    name = name ? name : "indicator";
    if (fault) {
        h->warn(h, "indicators", "the indicator '%s' %s: it earns nothing", name, fault);
        return RK_OK;
    }
    const rk_num reached = h->label(h, h->div(h, h->cell(h, NUMERATOR, row), eligible),
                                    "numerator / (denominator - exceptions)");
    const rk_num score = score_of(h, reached, h->cell(h, LOWER, row), h->cell(h, UPPER, row));
    const rk_num earned = h->mul(h, h->cell(h, POINTS, row), h->label(h, score, "score"));
    rk_num factor = list_factor;
    if (here) {
        factor = h->mul(h, factor,
                        factor_of(h, p, here, h->cell(h, NATIONAL_PREVALENCE, row),
                                  "prevalence / national_prevalence"));
    }
    return h->line(h, &(rk_line){.label = name,
                                 .quantity = h->label(h, earned, "points earned"),
                                 .unit = "point",
                                 .rate = p->point_value,
                                 .factor = factor,
                                 .source = "point_value"});
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const qof_params *p = params;
    const rk_num list_factor = factor_of(h, p, p->list, p->national_list, "list / national_list");
    const size_t n = h->n_rows(h, "indicators");
    int status = RK_OK;
    (void) state;
    (void) settlement;
    for (size_t row = 0; row < n && status == RK_OK; row++) {
        status = settle_indicator(h, p, list_factor, row);
    }
    return status;
}

static const rk_param params_table[] = {
    {.name = "point_value",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(qof_params, point_value),
     .unit = "GBP",
     .help = "What a point is worth to an average practice."},
    {.name = "list",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(qof_params, list),
     .min = "0",
     .unit = "head",
     .help = "Patients on the practice's list."},
    {.name = "national_list",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(qof_params, national_list),
     .min = "0.000001",
     .unit = "head",
     .help = "Patients on the average list."},
    {.name = "factor_places",
     .type = RK_PARAM_INTEGER,
     .offset = offsetof(qof_params, factor_places),
     .min = "0",
     .max = "12",
     .help = "Decimal places that both factors are rounded to first; if absent, not rounded."},
    {0},
};

#define CELL(field, kind, flag, preset, text)                                    \
    {                                                                            \
        .table = "indicators", .name = (field), .type = (kind), .flags = (flag), \
        .default_value = (preset), .help = (text)                                \
    }

static const rk_column columns_table[] = {
    [INDICATOR] = CELL("indicator", RK_COLUMN_TEXT, 0, NULL, "Names the line."),
    [NUMERATOR] =
        CELL("numerator", RK_COLUMN_DECIMAL, RK_REQUIRED, NULL, "Patients who received the care."),
    [DENOMINATOR] = CELL("denominator", RK_COLUMN_DECIMAL, RK_REQUIRED, NULL,
                         "Patients who should receive it."),
    [EXCEPTIONS] =
        CELL("exceptions", RK_COLUMN_DECIMAL, 0, "0", "Patients excluded from the denominator."),
    [LOWER] = CELL("lower", RK_COLUMN_RATIO, RK_REQUIRED, NULL, "Threshold of the first point."),
    [UPPER] = CELL("upper", RK_COLUMN_RATIO, RK_REQUIRED, NULL, "Threshold of all points."),
    [POINTS] = CELL("points", RK_COLUMN_DECIMAL, RK_REQUIRED, NULL, "Points available."),
    [PREVALENCE] =
        CELL("prevalence", RK_COLUMN_RATIO, 0, NULL, "Prevalence of the disease in the practice."),
    [NATIONAL_PREVALENCE] = CELL("national_prevalence", RK_COLUMN_RATIO, 0, NULL,
                                 "Prevalence of the disease in the country."),
    {0},
};

static const char *const sources[] = {
    "NHS England, Quality and Outcomes Framework guidance for 2022/23",
    "Lincolnshire LMC, QOF 2022/23: worked example for atrial fibrillation",
    NULL,
};

RK_RULE_EXPORT("qof", "1.0.0", .title = "Quality and Outcomes Framework",
               .summary = "Pays general practices for points earned between thresholds, times "
                          "the value of a point, list size and prevalence.",
               .sources = sources, .params = params_table, .params_size = sizeof(qof_params),
               .columns = columns_table, .rows = "indicators", .of_use = RK_OF_NONE,
               .settle = settle);
