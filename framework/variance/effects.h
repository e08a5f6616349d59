/* SPDX-License-Identifier: MIT
 *
 * effects.h: the effects that make up the difference of two sides, group by group.
 *
 * For a group of rows, keys h in it, quantities Q and q, amounts A, prices p = a / q, 0 the plan
 * and 1 the actual:
 *
 *     volume = (Q1 - Q0) x A0 / Q0
 *     mix    = sum over h of (q1h - Q1 x q0h / Q0) x p0h
 *     price  = sum over h of q1h x (p1h - p0h)
 *
 * p0h of a key that the plan lacks is p1h. A group without a plan is all `added`, one without an
 * actual all `gone`. Rows without a price count with their quantities at the other side's price of
 * their key; their sum is `unpriced`. All arithmetic is exact, and the effects add up to A1 - A0.
 */
#pragma once

#include "variance/side.h"

typedef enum rk__effect {
    RK__VOLUME = 0,
    RK__MIX,
    RK__ADDED,
    RK__GONE,
    RK__UNPRICED,
    RK__PRICE_REST, /* price that no element has */
    RK__PRICE       /* and on, by element */
} rk__effect;
#define RK__EFFECTS (RK__PRICE + RK__SIDE_ELEMENTS)

/* A group, or a key. */
typedef struct rk__group_effects {
    uint32_t text[RK__SIDE_COLUMNS]; /* of the columns it is grouped by */
    rk_num quantity[2], amount[2];   /* plan and actual; exact */
    rk_num effect[RK__EFFECTS];      /* exact; NULL: none */
    /* As printed, to the penny: rk__effects_print. */
    rk_num plan, variance, printed[RK__EFFECTS];
} rk__group_effects;

typedef struct rk__grouping {
    const size_t *by; /* columns */
    size_t n_by;
    const size_t *keys;
    size_t n_keys;
    bool with_effects;         /* else only amounts and variances are found */
    rk__group_effects *groups; /* sorted by their texts, blank first */
    size_t n;
    /* Sums, as printed. */
    rk_num plan, actual, effect[RK__EFFECTS];
    rk_num over, under; /* of the groups that went up, and of those that went down */
} rk__grouping;

/* Finds the groups, and with `effects` theirs; `by` and `keys` must outlive it. */
rk_status rk__effects_find(rk__sides *sides, const rk__side *plan, const rk__side *actual,
                           const size_t *by, size_t n_by, const size_t *keys, size_t n_keys,
                           bool effects, rk__grouping *out);
