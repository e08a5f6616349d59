/* SPDX-License-Identifier: MIT
 *
 * trust.h: the list of rules that a user vouches for (--allow-rules).
 *
 * Each line has a rule's id and the SHA-256 of its file. A rule that the list names runs as one
 * that came with the program does, and is refused if its bytes have no digest of the list. With a
 * list, any other rule that did not come with the program runs only in a confined process.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"
#include "rules/refusal.h"
#include "rules/registry.h"

/* A line of the list. */
typedef struct rk__pin {
    const char *id;
    char sha256[65];
    uint32_t line;
} rk__pin;

struct rk__trust {
    const char *path;
    rk__pin *pins; /* sorted by id, then by line */
    size_t n;
};

/* Reads a list into the arena. RK_SYNTAX with the line of each mistake; RK_FORBIDDEN if others may
 * write to the file or replace it. */
rk_status rk__trust_read(const char *path, rk__arena *arena, const rk__trust **out,
                         rk_problems *problems);
/* Whether the list (or NULL) has the id. */
bool rk__trust_names(const rk__trust *trust, const char *id);
/* Whether the list lets a rule of these bytes run: it has the digest, or it does not have the id.
 * False with *why. */
bool rk__trust_fits(const rk__trust *trust, const char *id, const char *sha256, rk__refusal *why);
