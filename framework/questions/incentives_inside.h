/* SPDX-License-Identifier: MIT
 *
 * incentives_inside.h: internals shared by the files of incentives.
 */
#pragma once

#include "contract/sources.h"
#include "questions/incentives.h"
#include "system/activity.h"
#include "system/system.h"

/* A contract whose incentives are computed. */
typedef struct rk__subject {
    rk_incentives *out;
    rk_session *session;
    rk_problems *problems;
    const char *id;
    const rk__value *contract;
    const char *base_dir;
    const rk_system *system; /* NULL: a contract by itself */
    size_t payee;
    const char *fixed; /* option, or NULL */
    rk_contract *plain;
    rk__sources *sources;
    rk__activity activity;
    rk_decimal step;
    rk_num **base; /* by arrangement: payment of each period */
    rk_num *cost;  /* of the current change, by period (index 0 if rows hold for all) */
    bool cost_known;
} rk__subject;
