/* SPDX-License-Identifier: MIT
 *
 * risk-pool: takes over what the members of a pool bore, adds it up, and splits it by their shares;
 * this contract settles one member.
 *
 * Whole pennies (or another smallest unit) are pooled and split, so that what is taken
 * over and what is borne are the same to the penny: each gets its part rounded down, and
 * the pennies that are left go to the largest remainders, ties in the order listed. Caps
 * bind first.
 */
#define _GNU_SOURCE /* qsort_r */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reckoner/plugin.h"

enum { ORGANISATION, SHARE, AMOUNT, LOSS_CAP, GAIN_CAP };
enum { RESPREAD, NAMED };
typedef struct pool_params {
    const char *member;
    int32_t residual;
    rk_num unit;
} pool_params;

typedef struct member {
    const char *name;
    rk_num share, amount;
    rk_num loss_cap, gain_cap; /* as given; NULL: none */
    rk_num cap;                /* on this side, whole pennies; NULL: none */
    rk_num weight;             /* its share; zero once its cap has bound */
    rk_num part;               /* of what is split; never below zero here */
    rk_num remainder;
    bool capped;
} member;

typedef struct pool {
    const rk_host *h;
    rk_num unit; /* a penny */
    member *members;
    size_t n;
    member **order;  /* room for n */
    rk_num pennies;  /* to be split, zero or more */
    rk_num residual; /* pennies that nobody takes */
    bool loss;
} pool;

/* ------------------------------------------------------------------ the table */

static rk_num pennies_of(const pool *p, rk_num money)
{
    return p->h->round(p->h, p->h->div(p->h, money, p->unit), 0);
}

static rk_num floor_of(const rk_host *h, rk_num a)
{
    const rk_num near = h->round(h, a, 0);
    return h->compare(h, near, a) > 0 ? h->sub(h, near, h->integer(h, 1)) : near;
}

static int refuse_negative(const rk_host *h, const char *column, const member *m, rk_num value)
{
    if (!value || h->sign(h, value) >= 0) {
        return RK_OK;
    }
    h->problem(h, RK_OUT_OF_RANGE, column, "write zero or more", "the %s of '%s' is negative",
               column, m->name);
    return RK_OUT_OF_RANGE;
}

static int read_member(pool *p, size_t row)
{
    const rk_host *h = p->h;
    member m = {.name = h->cell_text(h, ORGANISATION, row),
                .share = h->cell(h, SHARE, row),
                .loss_cap = h->cell(h, LOSS_CAP, row),
                .gain_cap = h->cell(h, GAIN_CAP, row)};
    if (!m.name || !m.share) {
        h->warn(h, m.name ? "share" : "organisation",
                "a row without %s is left out, and keeps what it bore",
                m.name ? "share" : "organisation");
        return RK_OK;
    }
    int status = refuse_negative(h, "share", &m, m.share);
    status = status != RK_OK ? status : refuse_negative(h, "loss_cap", &m, m.loss_cap);
    status = status != RK_OK ? status : refuse_negative(h, "gain_cap", &m, m.gain_cap);
    m.amount = h->mul(h, pennies_of(p, h->cell(h, AMOUNT, row)), p->unit);
    m.weight = m.share;
    m.part = h->integer(h, 0);
    p->members[p->n++] = m;
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(member *const *) a)->name, (*(member *const *) b)->name);
}

static int check_members(pool *p, const char *settled)
{
    const rk_host *h = p->h;
    rk_num shares = h->integer(h, 0);
    bool found = false;
    for (size_t i = 0; i < p->n; i++) {
        shares = h->add(h, shares, p->members[i].share);
        found = found || strcmp(p->members[i].name, settled) == 0;
        p->order[i] = &p->members[i];
    }
    qsort(p->order, p->n, sizeof(member *), by_name);
    for (size_t i = 1; i < p->n; i++) {
        if (strcmp(p->order[i - 1]->name, p->order[i]->name) == 0) {
            h->problem(h, RK_DUPLICATE_ID, "organisation", "give each member one row",
                       "'%s' is twice a member of the pool", p->order[i]->name);
            return RK_DUPLICATE_ID;
        }
    }
    if (h->compare(h, shares, h->integer(h, 1)) != 0) {
        h->problem(h, RK_OUT_OF_RANGE, "share",
                   "use fractions such as \"1/3\" where decimals do not end",
                   "the shares of the pool do not add up to one");
        return RK_OUT_OF_RANGE;
    }
    if (!found) {
        h->problem(h, RK_OUT_OF_RANGE, "member", "name one of the organisations of the table",
                   "'%s' is not a member of the pool", settled);
        return RK_OUT_OF_RANGE;
    }
    return RK_OK;
}

/* -------------------------------------------------------------------- sharing */

static rk_num weights_of(const pool *p)
{
    rk_num sum = p->h->integer(p->h, 0);
    for (size_t i = 0; i < p->n; i++) {
        sum = p->h->add(p->h, sum, p->members[i].weight);
    }
    return sum;
}

/* Members whose exact part passes their cap take the cap; true if any did. */
static bool bind_caps(pool *p, rk_num pennies, rk_num *left)
{
    const rk_host *h = p->h;
    const rk_num weights = weights_of(p);
    bool any = false;
    if (h->sign(h, weights) == 0) {
        return false;
    }
    for (size_t i = 0; i < p->n; i++) {
        member *m = &p->members[i];
        const rk_num exact = h->div(h, h->mul(h, pennies, m->weight), weights);
        if (!m->capped && m->cap && h->compare(h, exact, m->cap) > 0) {
            m->capped = any = true;
            *left = h->sub(h, *left, m->cap);
        }
    }
    for (size_t i = 0; i < p->n; i++) {
        if (p->members[i].capped) {
            p->members[i].weight = h->integer(h, 0);
        }
    }
    return any;
}

/* The largest remainder first; of equals, the one that is listed first. */
static int by_remainder(const void *a, const void *b, void *host)
{
    const rk_host *h = host;
    const member *x = *(member *const *) a;
    const member *y = *(member *const *) b;
    const int order = h->compare(h, y->remainder, x->remainder);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Gives each its part by weight. */
static void split(pool *p, rk_num pennies)
{
    const rk_host *h = p->h;
    const rk_num weights = weights_of(p);
    rk_num left = pennies;
    if (h->sign(h, weights) == 0) {
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        member *m = &p->members[i];
        const rk_num exact = h->div(h, h->mul(h, pennies, m->weight), weights);
        m->part = floor_of(h, exact);
        m->remainder = h->sub(h, exact, m->part);
        left = h->sub(h, left, m->part);
        p->order[i] = m;
    }
    qsort_r(p->order, p->n, sizeof(member *), by_remainder, (void *) (uintptr_t) h);
    for (size_t i = 0; i < p->n && h->sign(h, left) > 0; i++) {
        p->order[i]->part = h->add(h, p->order[i]->part, h->integer(h, 1));
        left = h->sub(h, left, h->integer(h, 1));
    }
}

static void share_out(pool *p, int32_t residual)
{
    const rk_host *h = p->h;
    rk_num left = p->pennies;
    if (residual == RESPREAD) {
        while (bind_caps(p, left, &left)) {
        }
        split(p, left);
    } else {
        split(p, p->pennies);
        (void) bind_caps(p, p->pennies, &left);
    }
    p->residual = p->pennies;
    for (size_t i = 0; i < p->n; i++) {
        member *m = &p->members[i];
        m->part = m->capped ? m->cap : m->part;
        p->residual = h->sub(h, p->residual, m->part);
    }
}

/* --------------------------------------------------------------------- ledger */

static rk_num money_of(const pool *p, rk_num pennies)
{
    const rk_num money = p->h->mul(p->h, pennies, p->unit);
    return p->loss ? p->h->neg(p->h, money) : money;
}

/* Two lines for each member, in their order: what the pool takes over, and its part. */
static int write_member(const pool *p, const member *m, const char *settled)
{
    const rk_host *h = p->h;
    const bool memo = strcmp(m->name, settled) != 0;
    char label[512];
    snprintf(label, sizeof label, "%s: taken over by the pool", m->name);
    const int status = h->line(
        h, &(rk_line){.label = label, .rate = m->amount, .source = "members", .memo = memo});
    if (status != RK_OK) {
        return status;
    }
    snprintf(label, sizeof label, "%s: its part%s", m->name, m->capped ? ", capped" : "");
    return h->line(h, &(rk_line){.label = label,
                                 .rate = h->label(h, money_of(p, m->part), "part"),
                                 .source = m->capped ? p->loss ? "loss_cap" : "gain_cap" : "share",
                                 .memo = memo});
}

static int write_lines(const pool *p, const char *settled)
{
    const rk_host *h = p->h;
    int status = RK_OK;
    for (size_t i = 0; i < p->n && status == RK_OK; i++) {
        status = write_member(p, &p->members[i], settled);
    }
    if (status == RK_OK && h->sign(h, p->residual) != 0) {
        h->warn(h, "residual",
                "a part of the pool is beyond what its members' caps let them take, "
                "and is borne by nobody");
        status = h->line(h, &(rk_line){.label = "Residual, nobody's",
                                       .rate = h->label(h, money_of(p, p->residual), "residual"),
                                       .source = "residual",
                                       .memo = true});
    }
    return status;
}

static void open_pool(pool *p)
{
    const rk_host *h = p->h;
    rk_num sum = h->integer(h, 0);
    for (size_t i = 0; i < p->n; i++) {
        sum = h->add(h, sum, p->members[i].amount);
    }
    p->loss = h->sign(h, sum) > 0;
    p->pennies = h->label(h, pennies_of(p, p->loss ? sum : h->neg(h, sum)), "pennies of the pool");
    for (size_t i = 0; i < p->n; i++) {
        member *m = &p->members[i];
        const rk_num cap = p->loss ? m->loss_cap : m->gain_cap;
        m->cap = cap ? floor_of(h, h->div(h, cap, p->unit)) : NULL;
    }
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const pool_params *given = params;
    const size_t n = h->n_rows(h, "members");
    pool p = {.h = h,
              .unit = given->unit,
              .members = calloc(n + 1, sizeof(member)),
              .order = calloc(n + 1, sizeof(member *))};
    int status = RK_OK;
    (void) state;
    (void) settlement;
    if (!p.members || !p.order) {
        h->problem(h, RK_NO_MEMORY, "members", NULL, "no memory for the members of the pool");
        status = RK_NO_MEMORY;
    }
    for (size_t row = 0; row < n && status == RK_OK; row++) {
        status = read_member(&p, row);
    }
    if (status == RK_OK && n > 0) {
        status = check_members(&p, given->member);
    }
    if (status == RK_OK && p.n > 0) {
        open_pool(&p);
        share_out(&p, given->residual);
        status = write_lines(&p, given->member);
    }
    free(p.members);
    free(p.order);
    return status;
}

/* --------------------------------------------------------------------- tables */

static const char *const residuals[] = {"respread", "named", NULL};

static const rk_param params_table[] = {
    {.name = "member",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(pool_params, member),
     .help = "The organisation that this contract settles: it is paid what it bore, less its "
             "part. The others are shown."},
    {.name = "residual",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(pool_params, residual),
     .default_value = "respread",
     .words = residuals,
     .help = "What a capped member cannot take is spread over the others, or is shown as a "
             "residual that no member bears."},
    {.name = "unit",
     .type = RK_PARAM_EXACT,
     .flags = RK_MINOR_UNIT,
     .offset = offsetof(pool_params, unit),
     .default_value = "0.01",
     .min = "0.000001",
     .unit = "currency",
     .help = "The smallest amount that is dealt: a penny, or what the currency has in its place."},
    {0},
};

#define MONEY(column, preset, text)                                                            \
    {                                                                                          \
        .table = "members", .name = (column), .type = RK_COLUMN_DECIMAL, .flags = RK_PER_TIME, \
        .default_value = (preset), .unit = "GBP", .help = (text)                               \
    }

static const rk_column columns_table[] = {
    [ORGANISATION] = {.table = "members",
                      .name = "organisation",
                      .type = RK_COLUMN_TEXT,
                      .flags = RK_REQUIRED,
                      .help = "One row for each; ties are resolved in row order."},
    [SHARE] = {.table = "members",
               .name = "share",
               .type = RK_COLUMN_RATIO,
               .flags = RK_REQUIRED,
               .unit = "ratio",
               .help = "Its part of the pool; all shares add up to one, and may be zero."},
    [AMOUNT] = MONEY("amount", "0",
                     "What it bore and the pool takes over, to the penny; below zero: a gain."),
    [LOSS_CAP] = MONEY("loss_cap", NULL, "The most that it bears of a loss; 0 means none."),
    [GAIN_CAP] = MONEY("gain_cap", NULL, "The most that it keeps of a gain; 0 means none."),
    {0},
};

static const char *const sources[] = {
    "NHS Bodies and Local Authorities Partnership Arrangements Regulations 2000 (SI 2000/617), "
    "regulation 7, now under section 75 of the National Health Service Act 2006: pooled funds",
    "M. L. Balinski and H. P. Young, Fair Representation, 1982: the method of largest remainders",
    NULL,
};

RK_RULE_EXPORT("risk-pool", "1.1.0", .title = "Risk pool",
               .summary = "Takes charges over from the members of a pool, splits their sum by "
                          "shares, to the penny and within caps, and settles one member.",
               .sources = sources, .params = params_table, .params_size = sizeof(pool_params),
               .columns = columns_table, .rows = "members", .of_use = RK_OF_NONE, .settle = settle);
