/* SPDX-License-Identifier: MIT
 *
 * problems.h: adding to a list of problems (the reading side is public,
 * reckoner/problem.h).
 *
 * Strings given here are copied into the list; in messages, hints and excerpts
 * what cannot be printed (control characters, bytes that are not UTF-8) becomes
 * U+FFFD or a space, so that a message stays one line whatever it quotes. A list
 * keeps at most RK__PROBLEMS_MAX problems and then counts the rest in one last
 * entry. A key that is missing since it was misspelt is told once, as the unknown key.
 */
#ifndef RK_BASE_PROBLEMS_H
#define RK_BASE_PROBLEMS_H

#include <stdarg.h>
#include <stdbool.h>

#include "reckoner/problem.h"

#define RK__PROBLEMS_MAX 1000

/* Where a problem is; begin as {0} and fill in what is known. */
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

/* Appends copies of all of `from`. */
void rk__problems_append(rk_problems *to, const rk_problems *from);
/* Drops all but the first `n`. */
void rk__problems_truncate(rk_problems *problems, size_t n);

/* Puts the problems from number `from` on into the order of their files' lines, and drops
 * those that say what another says. */
void rk__problems_tidy(rk_problems *problems, size_t from);

/* The word of `words` (NULL-terminated) nearest to `word` by edit distance,
 * where it is near enough to be a slip of the keyboard; else NULL. */
const char *rk__nearest(const char *word, const char *const *words);
/* What is cheap to compare of two words: how many letters there are and which. */
typedef struct rk__word_shape {
    uint64_t letters;
    int length; /* below 1: no word is near */
} rk__word_shape;
rk__word_shape rk__word_shape_of(const char *word);
/* False where rk__nearest does not find `other` for `word`. */
bool rk__may_be_near(rk__word_shape word, rk__word_shape other);

#endif
