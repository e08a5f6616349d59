/* SPDX-License-Identifier: MIT
 *
 * draw.h: numbers that look as if at random, the same in each run.
 */
#pragma once

#include <stdint.h>

static uint64_t draw_state = 20160401;

/* splitmix64. */
static inline uint64_t draw(void)
{
    uint64_t z = (draw_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
