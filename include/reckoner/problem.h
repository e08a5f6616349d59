/* SPDX-License-Identifier: MIT
 *
 * problem.h: what went wrong, where, and what to do about it.
 *
 * The library never prints: it adds problems to a list that the caller owns. A
 * list holds every problem that one call found (a check goes on after the first
 * where it can) and the warnings beside them.
 *
 * Threads: a list belongs to one thread at a time.
 */
#ifndef RECKONER_PROBLEM_H
#define RECKONER_PROBLEM_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef RK_API
#define RK_API __attribute__((visibility("default")))
#endif

typedef struct rk_problem {
    rk_status status;
    const char *message; /* one line; quotes the user's own text */
    const char *file;    /* as the user named it; NULL if none */
    uint32_t line;       /* from 1; 0 if unknown */
    uint32_t column;     /* from 1, in characters; 0 if unknown */
    const char *pointer; /* JSON pointer into the document; NULL if none */
    const char *excerpt; /* the source line, of documents of ours only; or NULL */
    const char *hint;    /* what to do; or NULL */
    const char *rule;    /* the rule at fault; or NULL */
} rk_problem;

typedef struct rk_problems rk_problems;

/* Makes an empty list; NULL if memory runs out. Free it with rk_problems_free. */
RK_API rk_problems *rk_problems_new(void);

/* Frees a list and its problems; NULL does nothing. */
RK_API void rk_problems_free(rk_problems *problems);

/* Empties a list. */
RK_API void rk_problems_clear(rk_problems *problems);

/* Returns the number of problems and warnings; 0 for NULL. */
RK_API size_t rk_problems_count(const rk_problems *problems);

/* Returns a problem, in the order they were found; NULL beyond the end. It belongs to the list
 * and is valid until the list changes. */
RK_API const rk_problem *rk_problems_at(const rk_problems *problems, size_t index);

/* Returns the word of a status, "unknown-key", which other programs may test for; "ok" for 0. */
RK_API const char *rk_status_word(rk_status status);

/* Returns the sentence of a status, for people. */
RK_API const char *rk_status_sentence(rk_status status);

/* Returns the exit code of the command for a status; 0 for RK_OK. */
RK_API int rk_status_exit_code(rk_status status);

#ifdef __cplusplus
}
#endif
#endif
