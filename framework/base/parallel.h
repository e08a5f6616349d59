/* SPDX-License-Identifier: MIT
 *
 * parallel.h: work done in parts, each in its own thread.
 */
#ifndef RK_BASE_PARALLEL_H
#define RK_BASE_PARALLEL_H

#define RK__PARALLEL_MOST 64

/* Calls part(ctx, i) for i below n (at most RK__PARALLEL_MOST), at once as far as threads
 * can be had, the first in the calling one; returns when all are done. */
void rk__parallel(unsigned n, void (*part)(void *ctx, unsigned i), void *ctx);

/* The processors that this process may use; at least 1. */
unsigned rk__cores(void);

#endif
