/* SPDX-License-Identifier: MIT
 *
 * outcomes: part of a payment depends on how well a service does.
 *
 * Each measure scores from 0 at its floor to 1 at its target; S is their
 * weighted mean. The amount at risk R is a share of a base, or stated. Under
 * `withhold` R is kept back and R x S earned back; under `bonus` R x S comes on
 * top. The base is either paid here (`base`) or by the components in `of`, and
 * then the line here is the difference that the outcomes make.
 */
#include "reckoner/plugin.h"

enum { MEASURE, VALUE, NUMERATOR, DENOMINATOR, FLOOR, TARGET, WEIGHT, GATE };

enum { WITHHOLD, BONUS };
enum { LINEAR, STEP };
enum { MISSING_ZERO, MISSING_EXCLUDE };

typedef struct outcomes_params {
    rk_num base, at_risk, at_risk_amount, cap;
    int32_t mode, scale, missing;
} outcomes_params;

static int refuse(const rk_host *h, rk_status code, const char *where, const char *hint,
                  const char *message)
{
    h->problem(h, code, where, hint, "%s", message);
    return code;
}

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const outcomes_params *p = params;
    int status = RK_OK;
    (void) of;
    if (p->base && n_of > 0) {
        status = refuse(h, RK_CONFLICT, "base", "leave out `base`: `of` gives it",
                        "'base' and 'of' exclude each other");
    } else if (!p->base && n_of == 0) {
        status = refuse(h, RK_MISSING_KEY, "base", "give `base`, or name components in `of`",
                        "neither 'base' nor 'of' is given");
    }
    if (p->at_risk && p->at_risk_amount) {
        status = refuse(h, RK_CONFLICT, "at_risk_amount", "leave out one of them",
                        "'at_risk' and 'at_risk_amount' exclude each other");
    } else if (!p->at_risk && !p->at_risk_amount) {
        status = refuse(h, RK_MISSING_KEY, "at_risk", "give `at_risk` or `at_risk_amount`",
                        "neither 'at_risk' nor 'at_risk_amount' is given");
    }
    if (p->cap && p->mode == WITHHOLD) {
        status = refuse(h, RK_CONFLICT, "cap", "a cap is of a bonus: leave it out, or set `mode`",
                        "'cap' and 'mode' withhold exclude each other");
    }
    return status;
}

/* The measure's value; NULL if missing. */
static rk_num value_of(const rk_host *h, size_t row)
{
    const rk_num value = h->cell(h, VALUE, row);
    const rk_num numerator = h->cell(h, NUMERATOR, row);
    const rk_num denominator = h->cell(h, DENOMINATOR, row);
    if (value || !numerator || !denominator || h->sign(h, denominator) == 0) {
        return value;
    }
    return h->label(h, h->div(h, numerator, denominator), "numerator / denominator");
}

static rk_num score_of(const rk_host *h, int32_t scale, rk_num value, rk_num floor, rk_num target)
{
    const rk_num zero = h->integer(h, 0), one = h->integer(h, 1);
    const int direction = h->compare(h, target, floor);
    if (direction == 0 || scale == STEP) {
        const int distance = h->compare(h, value, target);
        return (direction < 0 ? distance <= 0 : distance >= 0) ? one : zero;
    }
    const rk_num way = h->div(h, h->sub(h, value, floor), h->sub(h, target, floor));
    return h->max(h, zero, h->min(h, one, way));
}

/* The result of the table of measures. */
typedef struct scores {
    rk_num weights, weighted;
    const char *missed_gate; /* the first one; NULL if none */
} scores;

/* The score of one row: NULL if the measure is left out. */
static rk_num score_row(const rk_host *h, const outcomes_params *p, size_t row)
{
    const rk_num value = value_of(h, row);
    const rk_num floor = h->cell(h, FLOOR, row), target = h->cell(h, TARGET, row);
    const char *measure = h->cell_text(h, MEASURE, row);
    if (value && floor && target) {
        return score_of(h, p->scale, h->label(h, value, "value"), floor, target);
    }
    h->warn(h, value ? "target" : "value", "the measure '%s' has no %s; it %s",
            measure ? measure : "", value ? "floor or target" : "value",
            p->missing == MISSING_ZERO ? "scores zero" : "is left out");
    return p->missing == MISSING_ZERO ? h->integer(h, 0) : NULL;
}

static int add_up_scores(const rk_host *h, const outcomes_params *p, scores *out)
{
    const size_t n = h->n_rows(h, "outcomes");
    *out = (scores){h->integer(h, 0), h->integer(h, 0), NULL};
    for (size_t row = 0; row < n; row++) {
        const char *measure = h->cell_text(h, MEASURE, row);
        const rk_num weight = h->cell(h, WEIGHT, row);
        const rk_num score = score_row(h, p, row);
        if (h->sign(h, weight) < 0) {
            return refuse(h, RK_OUT_OF_RANGE, "weight", "a weight is zero or more",
                          "a measure has a negative weight");
        }
        if (!score) {
            continue;
        }
        out->weights = h->add(h, out->weights, weight);
        out->weighted = h->add(h, out->weighted, h->mul(h, weight, score));
        if (!out->missed_gate && h->cell_bool(h, GATE, row, false) &&
            h->compare(h, score, h->integer(h, 1)) < 0) {
            out->missed_gate = measure ? measure : "a gate";
        }
        const int status = h->line(h, &(rk_line){.label = measure ? measure : "measure",
                                                 .quantity = h->label(h, score, "score"),
                                                 .unit = "score",
                                                 .factor = h->label(h, weight, "weight"),
                                                 .memo = true});
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

static rk_num overall_score(const rk_host *h, const scores *s)
{
    rk_num overall = h->integer(h, 0);
    if (h->sign(h, s->weights) == 0) {
        h->warn(h, "outcomes", "no measure is left to score: the score is 0");
    } else if (!s->missed_gate) {
        overall = h->div(h, s->weighted, s->weights);
    }
    return h->label(h, overall, "score");
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const outcomes_params *p = params;
    const rk_num base = p->base ? h->label(h, p->base, "base")
                                : h->label(h, settlement->of_total, "value of the components");
    const rk_num risk = h->label(
        h, p->at_risk_amount ? p->at_risk_amount : h->mul(h, base, p->at_risk), "amount at risk");
    scores s;
    int status = add_up_scores(h, p, &s);
    (void) state;
    if (status == RK_OK && p->base) {
        status = h->line(h, &(rk_line){.label = "Base", .rate = base, .source = "base"});
    }
    if (status == RK_OK && p->mode == WITHHOLD) {
        status = h->line(h, &(rk_line){.label = "Withheld", .rate = h->neg(h, risk)});
    }
    if (status != RK_OK) {
        return status;
    }
    const rk_num score = overall_score(h, &s);
    const char *label = s.missed_gate ? "Earned: none, a gate is missed" : "Earned";
    const rk_num earned = h->mul(h, risk, score);
    if (p->cap && h->compare(h, earned, p->cap) > 0) {
        return h->line(h, &(rk_line){.label = "Earned, capped", .rate = p->cap, .source = "cap"});
    }
    return h->line(h, &(rk_line){.label = label, .rate = risk, .factor = score});
}

static const char *const modes[] = {"withhold", "bonus", NULL};
static const char *const scales[] = {"linear", "step", NULL};
static const char *const missings[] = {"zero", "exclude", NULL};

static const rk_param params_table[] = {
    {.name = "base",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(outcomes_params, base),
     .unit = "GBP",
     .help = "The payment that the outcomes adjust; give this or `of`."},
    {.name = "at_risk",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(outcomes_params, at_risk),
     .min = "0",
     .unit = "ratio",
     .help = "Share of the base at risk; give this or at_risk_amount."},
    {.name = "at_risk_amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(outcomes_params, at_risk_amount),
     .min = "0",
     .unit = "GBP",
     .help = "The amount at risk; give this or at_risk."},
    {.name = "mode",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(outcomes_params, mode),
     .default_value = "withhold",
     .words = modes,
     .help = "Whether the amount at risk is withheld until earned, or paid on top."},
    {.name = "scale",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(outcomes_params, scale),
     .default_value = "linear",
     .words = scales,
     .help = "Whether a measure scores in proportion, or all or nothing at its target."},
    {.name = "missing",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(outcomes_params, missing),
     .default_value = "zero",
     .words = missings,
     .help =
         "Whether a measure without a value scores zero, or is left out of the sum and the gates."},
    {.name = "cap",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(outcomes_params, cap),
     .min = "0",
     .unit = "GBP",
     .help = "The most that a bonus pays."},
    {0},
};

#define OUTCOME(field, kind, flag, preset, text)                               \
    {                                                                          \
        .table = "outcomes", .name = (field), .type = (kind), .flags = (flag), \
        .default_value = (preset), .help = (text)                              \
    }

static const rk_column columns_table[] = {
    [MEASURE] = OUTCOME("measure", RK_COLUMN_TEXT, 0, NULL, "Names the measure."),
    [VALUE] = OUTCOME("value", RK_COLUMN_RATIO, 0, NULL, "The value reached."),
    [NUMERATOR] =
        OUTCOME("numerator", RK_COLUMN_RATIO, 0, NULL, "With denominator, in place of value."),
    [DENOMINATOR] = OUTCOME("denominator", RK_COLUMN_RATIO, 0, NULL, "Zero counts as missing."),
    [FLOOR] =
        OUTCOME("floor", RK_COLUMN_RATIO, RK_REQUIRED, NULL, "The value at which the score is 0."),
    [TARGET] = OUTCOME("target", RK_COLUMN_RATIO, RK_REQUIRED, NULL,
                       "The value at which the score is 1; below the floor if lower is better."),
    [WEIGHT] = OUTCOME("weight", RK_COLUMN_RATIO, 0, "1", "The measure's weight in the score."),
    [GATE] =
        OUTCOME("gate", RK_COLUMN_BOOL, 0, "false", "If it scores below 1, nothing is earned."),
    {0},
};

static const char *const sources[] = {
    "NHS England, Commissioning for Quality and Innovation (CQUIN) guidance",
    NULL,
};

RK_RULE_EXPORT("outcomes", "1.0.0", .title = "Outcomes-based payment",
               .summary = "Puts part of a payment at risk and pays it by a weighted score of "
                          "measures between floor and target, with gates; as a withhold or bonus.",
               .sources = sources, .params = params_table, .params_size = sizeof(outcomes_params),
               .columns = columns_table, .rows = "outcomes", .of_use = RK_OF_OPTIONAL,
               .check = check, .settle = settle);
