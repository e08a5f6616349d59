/* SPDX-License-Identifier: MIT
 *
 * parallel.h: running the parts of a job on threads of their own.
 */
#pragma once

#define RK__PARALLEL_MOST 256

/* Calls part(ctx, i) for each i below n (at most RK__PARALLEL_MOST), in parallel as far as
 * threads can be started and the first one in the calling thread; returns when all have ended. */
void rk__parallel(unsigned n, void (*part)(void *ctx, unsigned i), void *ctx);

/* The processors that this process may use; at least 1. */
unsigned rk__cores(void);
