/* SPDX-License-Identifier: MIT
 *
 * problems.h: adding to a list of problems. The reading side is public: reckoner/problem.h.
 *
 * Strings are copied into the list. In messages, hints and excerpts each control character or
 * invalid byte becomes U+FFFD or a space, so that a message stays one line whatever it quotes. A
 * list keeps at most RK__PROBLEMS_MAX problems and counts the rest in one last entry. A key that is
 * missing because it was misspelt is reported once, as the unknown key.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>

#include "base/nearest.h"
#include "reckoner/problem.h"

#define RK__PROBLEMS_MAX 1000

/* The place of a problem; starts as {0}, and callers fill in what they know. */
typedef struct rk__place {
    const char *file;
    uint32_t line, column;
    const char *pointer;
    const char *excerpt;
    const char *rule;
} rk__place;

/* Adds a problem and returns `status`, so that callers can
 *     return rk__problem(problems, RK_IO, &place, "check the path", "...");
 * `problems` may be NULL (nothing is kept), `place` and `hint` too. */
rk_status rk__problem(rk_problems *problems, rk_status status, const rk__place *place,
                      const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
rk_status rk__problem_v(rk_problems *problems, rk_status status, const rk__place *place,
                        const char *hint, const char *format, va_list args);

/* Returns `status`; adds the problem if it is RK_NO_MEMORY and none was added. */
rk_status rk__problem_memory(rk_problems *problems, rk_status status);

/* Whether a further problem would only be counted: its place and hint need not be worked out. */
bool rk__problems_full(const rk_problems *problems);
/* The first that is not a warning; NULL if none. */
const rk_problem *rk__problems_error(const rk_problems *problems);

/* Keeps the first failure of several steps that all run. */
static inline void rk__keep_first(rk_status *first, rk_status status)
{
    if (*first == RK_OK) {
        *first = status;
    }
}

/* Appends copies of all of `from`. */
void rk__problems_append(rk_problems *to, const rk_problems *from);
/* Keeps only the first `n`. */
void rk__problems_truncate(rk_problems *problems, size_t n);

/* Sorts the problems from number `from` on by the lines of their files, and drops repeated ones. */
void rk__problems_tidy(rk_problems *problems, size_t from);
