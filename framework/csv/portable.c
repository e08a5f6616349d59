/* SPDX-License-Identifier: MIT
 *
 * portable.c: the kernel for any 64-bit CPU, and the choice among kernels.
 *
 * Eight bytes are compared at once within a register: a byte that equals the one
 * looked for becomes zero by exclusive or, and a zero byte is found without
 * carries between bytes, so that the masks are exact.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "masks of bytes are built for little-endian machines"
#endif

#define KERNEL_LANES  1
#define KERNEL_NAME   "portable"
#define KERNEL_SYMBOL rk__csv_portable
#define KERNEL_TARGET
typedef uint64_t kernel_vector;

static inline uint64_t kernel_splat(char c)
{
    return (uint8_t) c * UINT64_C(0x0101010101010101);
}

/* The eight bytes of `word` that equal those of `wanted`, as eight bits. */
static inline uint64_t equal_bytes(uint64_t word, uint64_t wanted)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    const uint64_t x = word ^ wanted;
    const uint64_t zero = ~(((x & low) + low) | x | low);
    return (zero >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t equal_64(const char *p, uint64_t wanted)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t word;
        memcpy(&word, p + 8 * i, 8);
        bits |= equal_bytes(word, wanted) << (8 * i);
    }
    return bits;
}

static inline void kernel_masks(const char *p, kernel_vector delimiter, uint64_t *delimiters,
                                uint64_t *feeds, uint64_t *quotes)
{
    *delimiters = equal_64(p, delimiter);
    *feeds = equal_64(p, kernel_splat('\n'));
    *quotes = equal_64(p, kernel_splat('"'));
}

static inline uint64_t kernel_returns(const char *p)
{
    return equal_64(p, kernel_splat('\r'));
}

static inline uint64_t kernel_prefix_xor(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

static inline uint32_t kernel_store(uint32_t *ends, uint64_t bits, uint32_t base)
{
    uint32_t n = 0;
    for (; bits != 0; bits &= bits - 1) {
        ends[n++] = base + (uint32_t) __builtin_ctzll(bits);
    }
    return n;
}

typedef uint64_t lanes;

static inline lanes kernel_load(const uint64_t *p)
{
    return *p;
}

static inline lanes kernel_where(bool holds)
{
    return 0 - (uint64_t) holds;
}

static inline bool kernel_none(lanes x)
{
    return x == 0;
}

static inline void kernel_store_flags(uint8_t *p, lanes where)
{
    *p = (uint8_t) (where & 1);
}

static inline lanes kernel_multiply(lanes a, lanes b)
{
    return a * b;
}

/* Twos, fours, then all. */
static inline lanes kernel_eight_digits(lanes x)
{
    x = (x * 10 + (x >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    x = (x * 100 + (x >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (x * 10000 + (x >> 32)) & UINT32_MAX;
}

#include "csv/kernel.h"

const rk__csv_kernel *rk__csv_kernel_at(size_t i)
{
    const rk__csv_kernel *runs[3];
    size_t n = 0;
#if defined(__x86_64__)
    const bool base = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
                      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt") &&
                      __builtin_cpu_supports("pclmul");
    if (base && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi2")) {
        runs[n++] = &rk__csv_avx512;
    }
    if (base) {
        runs[n++] = &rk__csv_avx2;
    }
#endif
    runs[n++] = &rk__csv_portable;
    return i < n ? runs[i] : NULL;
}

const rk__csv_kernel *rk__csv_kernel_best(void)
{
    return rk__csv_kernel_at(0);
}
