/* SPDX-License-Identifier: MIT
 *
 * num_fixture.h: a set of numbers, and comparing them with those of GMP.
 */
#pragma once

#include "draw.h"
#include "number/num_inside.h"
#include "unit.h"

#define N_OF(table) (sizeof(table) / sizeof *(table))

static rk__nums nums;

static inline void setup(void)
{
    nums = (rk__nums){0};
}

static inline void teardown(void)
{
    rk__nums_dispose(&nums);
}

/* Of any length in bits; now and then a limit. */
static inline int64_t draw_int(void)
{
    static const int64_t special[] = {0, 1, -1, INT64_MAX, -INT64_MAX, INT64_MIN, INT64_MIN + 2};
    const uint64_t kind = draw();
    if (kind % 16 == 0) {
        return special[(kind >> 8) % N_OF(special)];
    }
    const int64_t magnitude = (int64_t) (draw() >> (1 + (kind >> 8) % 63));
    return kind & 128 ? -magnitude : magnitude;
}

static inline void set_ratio(mpq_t q, int64_t num, int64_t den)
{
    mpz_set_si(mpq_numref(q), num);
    mpz_set_si(mpq_denref(q), den);
    mpq_canonicalize(q);
}

/* The node has this value, in the one form that the value calls for. */
static inline bool is_value(rk_num a, mpq_srcptr q)
{
    if (a == NULL) {
        return false;
    }
    const bool small = mpz_fits_slong_p(mpq_numref(q)) && mpz_fits_slong_p(mpq_denref(q)) &&
                       mpz_get_si(mpq_numref(q)) != INT64_MIN;
    if (small) {
        return !a->big && a->num == mpz_get_si(mpq_numref(q)) &&
               a->den == mpz_get_si(mpq_denref(q));
    }
    return a->big && mpq_equal(a->wide, q);
}

static inline bool is_ratio(rk_num a, int64_t num, int64_t den)
{
    mpq_t q;
    mpq_init(q);
    set_ratio(q, num, den);
    const bool same = is_value(a, q);
    mpq_clear(q);
    return same;
}
