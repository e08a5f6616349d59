/* SPDX-License-Identifier: MIT
 *
 * replay.h: a replay inside the library.
 */
#pragma once

#include "contract/session.h"
#include "reckoner/reckoner.h"
#include "json/json.h"

struct rk_replay {
    struct rk_replay_view;
    rk__arena arena;
    rk__json *was, *is;
    rk_replay_change *changes;
    size_t capacity;
};

/* find.c: the path of the document that a result was made from. */
rk_status rk__replay_find(rk_replay *replay, const char *given, rk_problems *problems);
/* compare.c: the differences of the texts and inputs of both documents. */
rk_status rk__replay_compare(rk_replay *replay, const char *was, size_t n_was, const char *is,
                             size_t n_is);
/* The text of a member; NULL if it has none. */
const char *rk__replay_text(const rk__value *object, const char *key);
