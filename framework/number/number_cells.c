/* SPDX-License-Identifier: MIT
 *
 * number_cells.c: the loop that turns numbers into text, compiled for each kind of vector unit. It
 * has no branches and no tables.
 */
#include "number/number_cells.h"

/* The number of decimals is a constant here. */
static inline __attribute__((always_inline)) bool
make_cells(const int64_t *restrict values, size_t n, const rk__cell_form *form,
           uint64_t *restrict text, uint64_t *restrict tail, const unsigned decimals)
{
    const uint64_t inverse = form->inverse;
    const unsigned twos = form->twos;
    const uint64_t after = decimals == 2 ? 3 : 0; /* bytes of the tail before its ending */
    const uint64_t ending = (uint64_t) form->ending << after * 8 | (decimals == 2 ? '.' : 0);
    const uint64_t tail_length = after + form->ending_length;
    uint64_t large = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t odd = (uint64_t) values[i] * inverse;
        const uint64_t number = odd >> twos | odd << (-twos & 63);
        large |= (uint64_t) (number >= RK__EIGHT_DIGITS);
        /* rk__digits_of, in words of 64 bits throughout. */
        const uint64_t value = number & UINT32_MAX;
        const uint64_t upper = value * 3518437209 >> 45;
        const uint64_t fours = upper | (value - 10000 * upper) << 32;
        const uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x7f0000007f);
        const uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
        const uint64_t tens = (pairs * 103 >> 10) & UINT64_C(0xf000f000f000f);
        const uint64_t all = (tens | (pairs - 10 * tens) << 8) | RK__DIGITS_TO_TEXT;
        uint64_t whole = 1; /* digits before the point */
        if (decimals == 0) {
            whole += (uint64_t) (value >= 10) + (uint64_t) (value >= 100);
        }
        whole += (uint64_t) (value >= 1000) + (uint64_t) (value >= 10000) +
                 (uint64_t) (value >= 100000) + (uint64_t) (value >= 1000000) +
                 (uint64_t) (value >= 10000000);
        text[i] = all >> (8 - decimals - whole) * 8;
        const uint64_t fraction = decimals == 2 ? all >> 48 << 8 : 0;
        tail[i] = ending | fraction | (whole + tail_length) << 48 | whole << 56;
    }
    return large == 0;
}

#define KERNEL(name, target)                                                            \
    target static bool name(const int64_t *values, size_t n, const rk__cell_form *form, \
                            uint64_t *text, uint64_t *tail)                             \
    {                                                                                   \
        return form->decimals == 2 ? make_cells(values, n, form, text, tail, 2)         \
                                   : make_cells(values, n, form, text, tail, 0);        \
    }

KERNEL(cells_plain, )
#if defined(__x86_64__)
KERNEL(cells_avx2, __attribute__((target("avx2"))))
KERNEL(cells_avx512, __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))))
#endif

rk__number_cells_fn *const *rk__number_cells_all(void)
{
#if defined(__x86_64__)
    static rk__number_cells_fn *const all[] = {cells_avx512, cells_avx2, cells_plain, NULL};
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw")) {
        return all;
    }
    return __builtin_cpu_supports("avx2") ? all + 1 : all + 2;
#else
    static rk__number_cells_fn *const all[] = {cells_plain, NULL};
    return all;
#endif
}

rk__number_cells_fn *rk__number_cells_best(void)
{
    return *rk__number_cells_all();
}
