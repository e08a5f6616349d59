/* SPDX-License-Identifier: MIT
 *
 * words.h: text looked at eight bytes at a time.
 */
#ifndef RK_BASE_WORDS_H
#define RK_BASE_WORDS_H

#include <stdint.h>
#include <string.h>

/* Each byte of a word 1, or its highest bit. */
#define RK__ONES  UINT64_C(0x0101010101010101)
#define RK__HIGHS UINT64_C(0x8080808080808080)

/* The bytes at `p`, which need not be aligned. */
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

/* The high bit of each byte that is `c`. The lowest that is set is right; of those above it
 * some may be set though the byte is another. */
static inline uint64_t rk__bytes_of(uint64_t word, char c)
{
    const uint64_t differ = word ^ (RK__ONES * (unsigned char) c);
    return (differ - RK__ONES) & ~differ & RK__HIGHS;
}

#endif
