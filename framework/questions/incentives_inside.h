/* SPDX-License-Identifier: MIT
 *
 * incentives_inside.h: internals shared by the files of incentives.
 */
#pragma once

#include "contract/sources.h"
#include "questions/incentives.h"
#include "system/activity.h"
#include "system/system.h"

/* What a contract pays in a period, and, in a system, what follows for its payee: the cost that
 * follows activity, what the pool lifts and shares out, and its position after the pool. */
typedef struct rk__effect {
    rk_num payment, cost, pooled, after; /* all but the payment NULL outside systems */
} rk__effect;

/* A contract whose incentives are computed. */
typedef struct rk__subject {
    rk_incentives *out;
    rk_session *session;
    rk_problems *problems;
    const char *id;
    const rk__value *contract;
    const char *base_dir;
    const rk_system *system; /* NULL: a contract by itself */
    size_t payee, index;     /* of the system's organisations and contracts */
    const char *fixed;       /* option, or NULL */
    rk_contract *plain;
    rk__sources *sources;
    rk__activity activity;
    rk_decimal step;
    rk__effect **base; /* by arrangement and period, unchanged */
    /* Of the current change, by period (index 0 if rows hold for all); in a system only of rows
     * that none of its cost behaviours covers. */
    rk_num *cost;
    bool cost_known;
} rk__subject;
