/* SPDX-License-Identifier: MIT
 *
 * running.h: which rule's code is running, for whoever must name it when it crashes, loops or
 * ends the process. Costs a few instructions a call.
 *
 * Threads: any; reading can be done in a signal handler.
 */
#pragma once

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern _Thread_local const char *volatile rk__running_here; /* NULL: none on this thread */
extern atomic_uint rk__running_count;                       /* calls of rules, on all threads */
extern const char *_Atomic rk__running_last;                /* of the call that began last */
extern char *rk__running_record; /* rk_running_record: memory of the caller's; or NULL */

/* Writes the rule that this thread is in, NULL for none, to that memory. */
void rk__running_write(const char *rule);

/* Around each call of a rule's code; `rule` must live until the process ends or the session is
 * closed. */
static inline void rk__running_enter(const char *rule)
{
    errno = 0; /* a rule that looks at it sees the same every time */
    rk__running_here = rule;
    if (rk__running_record != NULL) {
        rk__running_write(rule);
    }
    atomic_store_explicit(&rk__running_last, rule, memory_order_relaxed);
    atomic_fetch_add_explicit(&rk__running_count, 1, memory_order_relaxed);
}

static inline void rk__running_leave(void)
{
    rk__running_here = NULL;
    if (rk__running_record != NULL) {
        rk__running_write(NULL);
    }
    atomic_fetch_sub_explicit(&rk__running_count, 1, memory_order_relaxed);
}
