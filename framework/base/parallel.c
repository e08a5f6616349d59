/* SPDX-License-Identifier: MIT
 *
 * parallel.c: threads that last for one call.
 */
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/running.h"

typedef struct one_part {
    void (*part)(void *ctx, unsigned i);
    void *ctx;
    unsigned i;
    pthread_t thread;
    bool started, done;
} one_part;

/* Its work is lost: only a rule ends a thread that it was called on. */
static void thread_ended(void *none)
{
    (void) none;
    abort();
}

static void *run_part(void *own)
{
    one_part *p = own;
    pthread_cleanup_push(thread_ended, NULL);
    p->part(p->ctx, p->i);
    pthread_cleanup_pop(0);
    p->done = true;
    return NULL;
}

void rk__parallel(unsigned n, void (*part)(void *ctx, unsigned i), void *ctx)
{
    one_part parts[RK__PARALLEL_MOST];
    for (unsigned i = 1; i < n; i++) {
        parts[i] = (one_part){.part = part, .ctx = ctx, .i = i};
        parts[i].started = pthread_create(&parts[i].thread, NULL, run_part, &parts[i]) == 0;
    }
    if (n > 0) {
        part(ctx, 0);
    }
    for (unsigned i = 1; i < n; i++) {
        if (parts[i].started) {
            pthread_join(parts[i].thread, NULL);
            if (!parts[i].done) {
                rk__running_here = atomic_load(&rk__running_last);
                thread_ended(NULL);
            }
        } else {
            part(ctx, i);
        }
    }
}

unsigned rk__cores(void)
{
    cpu_set_t set;
    const int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n < 1 ? 1 : (unsigned) n;
}
