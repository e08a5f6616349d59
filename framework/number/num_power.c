/* SPDX-License-Identifier: MIT
 *
 * num_power.c: fractional powers to a given number of decimal places, which discounting over part
 * of a year needs. Integer arithmetic only, so that the last place is right on every machine.
 */
#include "number/num_inside.h"

/* With y = base^(-n/d), the integer part of 2 x 10^places x y is the d-th root, rounded down, of
 * (2 x 10^places)^d x base^(-n), rounded down: integer roots lose nothing. */
static void twice_scaled(mpz_ptr out, mpq_srcptr base, unsigned long n, unsigned long d, int places)
{
    mpz_t scale, below;
    mpz_init_set_ui(scale, 10);
    mpz_init(below);
    mpz_pow_ui(scale, scale, (unsigned long) places);
    mpz_mul_ui(scale, scale, 2);
    mpz_pow_ui(scale, scale, d);
    mpz_pow_ui(out, mpq_denref(base), n);
    mpz_mul(out, out, scale);
    mpz_pow_ui(below, mpq_numref(base), n);
    mpz_fdiv_q(out, out, below);
    mpz_root(out, out, d);
    mpz_clear(scale);
    mpz_clear(below);
}

rk_num rk__num_inverse_root(rk__nums *nums, rk_num base, int64_t n, int64_t d, int places)
{
    rk__num_view view;
    if (base == NULL || rk__num_sign(base) <= 0 || n < 0 || d <= 0 || places < 0 ||
        n > RK__NUM_MAX_POWER || d > RK__NUM_MAX_POWER || places > 18) {
        nums->poisoned =
            nums->poisoned != NULL ? nums->poisoned : "the power of the number is out of range";
        return NULL;
    }
    rk__num_look(&view, base);
    const size_t limbs = mpz_size(mpq_numref(view.q)) + mpz_size(mpq_denref(view.q));
    if (limbs * (size_t) (n + 1) > RK__NUM_MAX_LIMBS) {
        nums->poisoned = nums->poisoned != NULL ? nums->poisoned : "a number is too long";
        return NULL;
    }
    mpq_t value;
    mpq_init(value);
    twice_scaled(mpq_numref(value), view.q, (unsigned long) n, (unsigned long) d, places);
    /* Half of it, halves up: the number is above zero, so this is away from zero. */
    mpz_add_ui(mpq_numref(value), mpq_numref(value), 1);
    mpz_fdiv_q_2exp(mpq_numref(value), mpq_numref(value), 1);
    mpz_ui_pow_ui(mpq_denref(value), 10, (unsigned long) places);
    mpq_canonicalize(value);
    return rk__num_take(nums, RK__NUM_VALUE, NULL, NULL, value);
}
