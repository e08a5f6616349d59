/* SPDX-License-Identifier: MIT
 *
 * words.h: text processed eight bytes at a time.
 */
#pragma once

#include <stdint.h>
#include <string.h>

/* A word whose bytes are all 1, and one with only their highest bits. */
#define RK__ONES  UINT64_C(0x0101010101010101)
#define RK__HIGHS UINT64_C(0x8080808080808080)

/* The eight bytes at `p`, which need not be aligned. */
static inline uint64_t rk__load8(const void *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

static inline uint64_t rk__load4(const void *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word;
}
