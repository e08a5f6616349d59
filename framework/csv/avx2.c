/* SPDX-License-Identifier: MIT
 *
 * avx2.c: the kernel for x86-64 with AVX2. Compiled for every x86-64; used
 * where the CPU has the instructions.
 */
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KERNEL_LANES  4
#define KERNEL_NAME   "avx2"
#define KERNEL_SYMBOL rk__csv_avx2
#define KERNEL_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul")))
typedef __m256i kernel_vector;

KERNEL_TARGET static inline kernel_vector kernel_splat(char c)
{
    return _mm256_set1_epi8(c);
}

KERNEL_TARGET static inline uint64_t equal_64(__m256i a, __m256i b, __m256i wanted)
{
    const uint32_t low = (uint32_t) _mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted));
    const uint32_t high = (uint32_t) _mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted));
    return (uint64_t) high << 32 | low;
}

KERNEL_TARGET static inline void kernel_masks(const char *p, kernel_vector delimiter,
                                              uint64_t *delimiters, uint64_t *feeds,
                                              uint64_t *quotes)
{
    const __m256i a = _mm256_loadu_si256((const __m256i *) (const void *) p);
    const __m256i b = _mm256_loadu_si256((const __m256i *) (const void *) (p + 32));
    *delimiters = equal_64(a, b, delimiter);
    *feeds = equal_64(a, b, _mm256_set1_epi8('\n'));
    *quotes = equal_64(a, b, _mm256_set1_epi8('"'));
}

KERNEL_TARGET static inline uint64_t kernel_returns(const char *p)
{
    return equal_64(_mm256_loadu_si256((const __m256i *) (const void *) p),
                    _mm256_loadu_si256((const __m256i *) (const void *) (p + 32)),
                    _mm256_set1_epi8('\r'));
}

KERNEL_TARGET static inline uint64_t kernel_prefix_xor(uint64_t bits)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t) bits), _mm_set1_epi8(-1), 0);
    return (uint64_t) _mm_cvtsi128_si64(product);
}

/* Always writes eight at a time: a branch per separator would cost more than the few extra values,
 * which the next chunk overwrites. */
KERNEL_TARGET static inline uint32_t kernel_store(uint32_t *ends, uint64_t bits, uint32_t base)
{
    const uint32_t n = (uint32_t) __builtin_popcountll(bits);
    uint32_t done = 0;
    do {
        for (int i = 0; i < 8; i++) {
            ends[i] = base + (uint32_t) _tzcnt_u64(bits);
            bits &= bits - 1;
        }
        ends += 8;
        done += 8;
    } while (done < n);
    return n;
}

typedef uint64_t lanes __attribute__((vector_size(8 * KERNEL_LANES)));

#define kernel_where(comparison) ((lanes) (comparison))

KERNEL_TARGET static inline lanes kernel_load(const uint64_t *p)
{
    return (lanes) _mm256_loadu_si256((const __m256i *) (const void *) p);
}

KERNEL_TARGET static inline bool kernel_none(lanes x)
{
    return _mm256_testz_si256((__m256i) x, (__m256i) x) != 0;
}

KERNEL_TARGET static inline void kernel_store_flags(uint8_t *p, lanes where)
{
    const unsigned bits = (unsigned) _mm256_movemask_pd((__m256d) where);
    const uint32_t bytes = _pdep_u32(bits, 0x01010101);
    memcpy(p, &bytes, sizeof bytes);
}

KERNEL_TARGET static inline lanes kernel_multiply(lanes a, lanes b)
{
    return (lanes) _mm256_mul_epu32((__m256i) a, (__m256i) b);
}

/* Twos, fours, then all. */
KERNEL_TARGET static inline lanes kernel_eight_digits(lanes x)
{
    const __m256i twos = _mm256_maddubs_epi16((__m256i) x, _mm256_set1_epi16(10 | 1 << 8));
    const __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(100 | 1 << 16));
    return kernel_multiply((lanes) fours, (lanes){0} + 10000) + ((lanes) fours >> 32);
}

#include "csv/kernel.h"
#else
typedef int csv_avx2_is_for_x86;
#endif
