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
    bool named;                            /* an input of the current result has changed */
    bool lines;                            /* the file has a result in each line ... */
    size_t at;                             /* ... and this is the one, counted from 0 */
    struct rk__replay_document *documents; /* find.c: those here and beside the result, once read */
    size_t n_documents, documents_capacity;
    bool looked;
};

/* find.c: sets the path of the document that a result was made from. Of a result in a line of its
 * own it is NULL if there is none, which is then a change. */
rk_status rk__replay_find(rk_replay *replay, const char *given, rk_problems *problems);
/* compare.c: adds an input that has changed, unless it is there already. */
rk_status rk__replay_add(rk_replay *replay, const char *what, const char *name, const char *was,
                         const char *is);
/* compare.c: the differences of the texts and inputs of both documents. */
rk_status rk__replay_compare(rk_replay *replay, const char *was, size_t n_was, const char *is,
                             size_t n_is);
/* The text of a member; NULL if it has none. */
const char *rk__replay_text(const rk__value *object, const char *key);
