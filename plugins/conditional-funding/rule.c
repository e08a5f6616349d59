/* SPDX-License-Identifier: MIT
 *
 * conditional-funding: money that is paid in instalments, each as far as its
 * conditions are met.
 *
 * An instalment pays its share of the amount times the weights of the conditions
 * that are met, and nothing at all if a gate among them is not. With `catch_up`
 * a missed gate's own weight is paid after all, once the gate of the last
 * instalment is met.
 */
#include <stdlib.h>
#include <string.h>

#include "reckoner/plugin.h"

enum { INSTALMENT, MEASURE, WEIGHT, MET, GATE, SHARE };

typedef struct funding_params {
    rk_num amount;
    bool catch_up;
} funding_params;

/* One instalment, as its rows are read. */
typedef struct instalment {
    const char *name;
    rk_num share;   /* NULL if no row states it */
    rk_num weights; /* of all conditions */
    rk_num met;     /* of those that are met */
    rk_num missed;  /* of the gates that are not */
    bool has_gate, gate_missed;
} instalment;

typedef struct instalments {
    instalment *item;
    size_t n;
} instalments;

static int out_of_memory(const rk_host *h)
{
    h->problem(h, RK_NO_MEMORY, "conditions", NULL, "no memory for the instalments");
    return RK_NO_MEMORY;
}

/* The instalment of that name, added at the end if it is new. There is room for one in each row. */
static instalment *instalment_of(const rk_host *h, instalments *all, const char *name)
{
    /* Rows of one instalment are mostly adjacent, so the last one is tried first. */
    for (size_t i = all->n; i > 0; i--) {
        if (strcmp(all->item[i - 1].name, name) == 0) {
            return &all->item[i - 1];
        }
    }
    const rk_num zero = h->integer(h, 0);
    all->item[all->n] = (instalment){.name = name, .weights = zero, .met = zero, .missed = zero};
    return &all->item[all->n++];
}

static int read_share(const rk_host *h, instalment *in, size_t row)
{
    const rk_num share = h->cell(h, SHARE, row);
    if (share && h->sign(h, share) < 0) {
        h->problem(h, RK_OUT_OF_RANGE, "share", "a share is zero or more",
                   "the instalment '%s' has a negative share", in->name);
        return RK_OUT_OF_RANGE;
    }
    if (share && in->share && h->compare(h, share, in->share) != 0) {
        h->problem(h, RK_CONFLICT, "share", "state it once, or the same in each of its rows",
                   "the instalment '%s' has two shares", in->name);
        return RK_CONFLICT;
    }
    in->share = share ? share : in->share;
    return RK_OK;
}

static int read_condition(const rk_host *h, instalments *all, size_t row)
{
    const char *name = h->cell_text(h, INSTALMENT, row);
    const char *measure = h->cell_text(h, MEASURE, row);
    const bool is_met = h->cell_bool(h, MET, row, false);
    rk_num weight = h->cell(h, WEIGHT, row);
    measure = measure ? measure : "";
    if (!name) {
        h->warn(h, "instalment", "the condition '%s' is of no instalment and is left out", measure);
        return RK_OK;
    }
    if (!weight) {
        h->warn(h, "weight", "the condition '%s' of '%s' has no weight and pays nothing", measure,
                name);
        weight = h->integer(h, 0);
    }
    if (h->sign(h, weight) < 0) {
        h->problem(h, RK_OUT_OF_RANGE, "weight", "a weight is zero or more",
                   "the condition '%s' of '%s' has a negative weight", measure, name);
        return RK_OUT_OF_RANGE;
    }
    if (!is_met && h->cell_bool(h, MET, row, true)) {
        h->warn(h, "met", "whether '%s' of '%s' is met is not said: taken as not met", measure,
                name);
    }
    instalment *in = instalment_of(h, all, name);
    in->weights = h->add(h, in->weights, weight);
    in->met = is_met ? h->add(h, in->met, weight) : in->met;
    if (h->cell_bool(h, GATE, row, false)) {
        in->has_gate = true;
        if (!is_met) {
            in->gate_missed = true;
            in->missed = h->add(h, in->missed, weight);
        }
    }
    return read_share(h, in, row);
}

static int settle_instalment(const rk_host *h, const funding_params *p, const instalment *in,
                             rk_num equal_share, bool caught_up)
{
    const rk_num zero = h->integer(h, 0);
    const rk_num share = h->label(h, in->share ? in->share : equal_share, "share");
    const rk_num earned = h->label(h, in->gate_missed ? zero : in->met, "weights met");
    const rk_num later = h->label(h, caught_up ? in->missed : zero, "missed gates caught up");
    const rk_num kept = h->sub(h, in->weights, h->add(h, earned, later));
    int status = h->line(h, &(rk_line){.label = in->name,
                                       .rate = p->amount,
                                       .factor = h->mul(h, share, earned),
                                       .source = "conditions"});
    if (status == RK_OK && h->sign(h, later) != 0) {
        status = h->line(h, &(rk_line){.label = "Caught up",
                                       .rate = p->amount,
                                       .factor = h->mul(h, share, later),
                                       .source = "catch_up"});
    }
    if (status == RK_OK && h->sign(h, kept) != 0) {
        status = h->line(h, &(rk_line){.label = "Withheld",
                                       .rate = p->amount,
                                       .factor = h->mul(h, share, kept),
                                       .memo = true});
    }
    return status;
}

static int settle_instalments(const rk_host *h, const funding_params *p, const instalments *all)
{
    const rk_num one = h->integer(h, 1);
    rk_num shares = h->integer(h, 0);
    if (all->n == 0) {
        return RK_OK;
    }
    const instalment *last = &all->item[all->n - 1];
    const bool caught_up = p->catch_up && last->has_gate && !last->gate_missed;
    const rk_num equal_share = h->ratio(h, 1, (int64_t) all->n);
    for (size_t i = 0; i < all->n; i++) {
        const instalment *in = &all->item[i];
        const int status = settle_instalment(h, p, in, equal_share, caught_up);
        if (status != RK_OK) {
            return status;
        }
        shares = h->add(h, shares, in->share ? in->share : equal_share);
        if (h->compare(h, in->weights, one) != 0) {
            h->warn(h, "weight", "the weights of '%s' do not add up to one", in->name);
        }
    }
    if (h->compare(h, shares, one) != 0) {
        h->warn(h, "share", "the shares of the instalments do not add up to one");
    }
    return RK_OK;
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const size_t n = h->n_rows(h, "conditions");
    instalments all = {calloc(n > 0 ? n : 1, sizeof(instalment)), 0};
    int status = RK_OK;
    (void) state;
    (void) settlement;
    if (!all.item) {
        return out_of_memory(h);
    }
    for (size_t row = 0; row < n && status == RK_OK; row++) {
        status = read_condition(h, &all, row);
    }
    if (status == RK_OK) {
        status = settle_instalments(h, params, &all);
    }
    free(all.item);
    return status;
}

static const rk_param params_table[] = {
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(funding_params, amount),
     .unit = "GBP",
     .help = "What is paid if every condition is met."},
    {.name = "catch_up",
     .type = RK_PARAM_BOOL,
     .offset = offsetof(funding_params, catch_up),
     .default_value = "false",
     .help = "Whether a missed gate's own weight is paid if the last instalment's gate is met."},
    {0},
};

#define CONDITION(field, kind, flag, preset, text)                               \
    {                                                                            \
        .table = "conditions", .name = (field), .type = (kind), .flags = (flag), \
        .default_value = (preset), .help = (text)                                \
    }

static const rk_column columns_table[] = {
    [INSTALMENT] = CONDITION("instalment", RK_COLUMN_TEXT, RK_REQUIRED, NULL,
                             "Instalments are in order of first appearance."),
    [MEASURE] = CONDITION("measure", RK_COLUMN_TEXT, 0, NULL, "Names the condition."),
    [WEIGHT] = CONDITION("weight", RK_COLUMN_RATIO, RK_REQUIRED, NULL,
                         "The condition's weight in its instalment."),
    [MET] = CONDITION("met", RK_COLUMN_BOOL, RK_REQUIRED, NULL, "Whether it is met."),
    [GATE] = CONDITION("gate", RK_COLUMN_BOOL, 0, "false",
                       "Unless it is met, its instalment pays nothing."),
    [SHARE] = CONDITION("share", RK_COLUMN_RATIO, 0, NULL,
                        "The instalment's share of the amount; if absent, equal shares."),
    {0},
};

static const char *const sources[] = {
    "NHS Improvement, Sustainability and Transformation Fund 2016/17",
    NULL,
};

RK_RULE_EXPORT("conditional-funding", "1.0.0", .title = "Conditional funding",
               .summary = "Pays an amount in instalments, each in proportion to the weighted "
                          "conditions met, and nothing if a gate is missed.",
               .sources = sources, .params = params_table, .params_size = sizeof(funding_params),
               .columns = columns_table, .rows = "conditions", .of_use = RK_OF_NONE,
               .settle = settle);
