/* SPDX-License-Identifier: MIT
 *
 * avx512.c: the kernel for x86-64 with AVX-512 and its byte compression
 * (VBMI2): 64 bytes in one register, and the places of the separators written
 * sixteen at a time. Compiled for every x86-64; used where the CPU has the
 * instructions.
 */
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KERNEL_LANES  8
#define KERNEL_NAME   "avx512"
#define KERNEL_SYMBOL rk__csv_avx512
#define KERNEL_TARGET                                                                       \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,popcnt," \
                          "pclmul")))
typedef __m512i kernel_vector;

KERNEL_TARGET static inline kernel_vector kernel_splat(char c)
{
    return _mm512_set1_epi8(c);
}

KERNEL_TARGET static inline void kernel_masks(const char *p, kernel_vector delimiter,
                                              uint64_t *delimiters, uint64_t *feeds,
                                              uint64_t *quotes)
{
    const __m512i bytes = _mm512_loadu_si512(p);
    *delimiters = _mm512_cmpeq_epi8_mask(bytes, delimiter);
    *feeds = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
    *quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
}

KERNEL_TARGET static inline uint64_t kernel_returns(const char *p)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8('\r'));
}

KERNEL_TARGET static inline uint64_t kernel_prefix_xor(uint64_t bits)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t) bits), _mm_set1_epi8(-1), 0);
    return (uint64_t) _mm_cvtsi128_si64(product);
}

static const uint8_t places[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                   16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                   32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                   48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

KERNEL_TARGET static inline uint32_t kernel_store(uint32_t *ends, uint64_t bits, uint32_t base)
{
    const uint32_t n = (uint32_t) __builtin_popcountll(bits);
    const __m512i start = _mm512_set1_epi32((int) base);
    __m512i found = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(places));
    uint32_t done = 0;
    do {
        const __m512i wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(found));
        _mm512_storeu_si512(ends, _mm512_add_epi32(wide, start));
        found = _mm512_alignr_epi64(found, found, 2);
        ends += 16;
        done += 16;
    } while (done < n);
    return n;
}

typedef uint64_t lanes __attribute__((vector_size(8 * KERNEL_LANES)));
typedef uint8_t flags __attribute__((vector_size(KERNEL_LANES)));

#define kernel_where(comparison) ((lanes) (comparison))

KERNEL_TARGET static inline lanes kernel_load(const uint64_t *p)
{
    return (lanes) _mm512_loadu_si512(p);
}

KERNEL_TARGET static inline bool kernel_none(lanes x)
{
    return _mm512_test_epi64_mask((__m512i) x, (__m512i) x) == 0;
}

KERNEL_TARGET static inline void kernel_store_flags(uint8_t *p, lanes where)
{
    const flags bytes = __builtin_convertvector(where & 1, flags);
    memcpy(p, &bytes, sizeof bytes);
}

KERNEL_TARGET static inline lanes kernel_multiply(lanes a, lanes b)
{
    return (lanes) _mm512_mul_epu32((__m512i) a, (__m512i) b);
}

/* Twos, fours, then all. */
KERNEL_TARGET static inline lanes kernel_eight_digits(lanes x)
{
    const __m512i twos = _mm512_maddubs_epi16((__m512i) x, _mm512_set1_epi16(10 | 1 << 8));
    const __m512i fours = _mm512_madd_epi16(twos, _mm512_set1_epi32(100 | 1 << 16));
    return kernel_multiply((lanes) fours, (lanes){0} + 10000) + ((lanes) fours >> 32);
}

#include "csv/kernel.h"
#else
typedef int csv_avx512_is_for_x86;
#endif
