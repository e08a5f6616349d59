/* SPDX-License-Identifier: MIT
 *
 * refusal.h: why this host refuses to load a file.
 *
 * A refusal is one line with the field that differs and both values, and a hint that says what to
 * do. It is stored by value, so that refusing never allocates. If memory runs out while a file is
 * read or loaded, the file is not refused: nothing is known about it.
 */
#pragma once

#include <stdbool.h>

typedef struct rk__refusal {
    char reason[512];
    char hint[256];
    bool no_memory;
} rk__refusal;

/* Writes the refusal (cut to fit) and returns false, so that a check can
 *     return rk__refuse(why, "rebuild the rule", "built for ABI %u, ...", ...); */
bool rk__refuse(rk__refusal *why, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool rk__refuse_memory(rk__refusal *why); /* sets no_memory; false too */
