/* SPDX-License-Identifier: MIT
 *
 * clock.h: monotonic time, for measuring durations.
 */
#pragma once

#include <stdint.h>
#include <time.h>

static inline uint64_t rk__nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t) t.tv_sec * UINT64_C(1000000000) + (uint64_t) t.tv_nsec;
}

static inline uint64_t rk__microseconds(void)
{
    return rk__nanoseconds() / 1000;
}
