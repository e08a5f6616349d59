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

/* Sets the high bit of each byte equal to `c`. The lowest set bit is right; of the bits above it
 * some may be set although the byte differs. */
static inline uint64_t rk__bytes_of(uint64_t word, char c)
{
    const uint64_t differ = word ^ (RK__ONES * (unsigned char) c);
    return (differ - RK__ONES) & ~differ & RK__HIGHS;
}
