/* SPDX-License-Identifier: MIT
 *
 * num_round.c: rounding exact numbers to decimal places or to a unit, half away
 * from zero.
 */
#include "number/num_inside.h"

static const char text_unit[] = "rounding to a unit that is zero or negative";
static const char text_places[] = "rounding to an impossible number of decimal places";

void rk__num_nearest(mpz_ptr out, mpq_srcptr q)
{
    /* floor((2 |n| + d) / 2 d), and the sign of n. */
    mpz_t twice;
    mpz_init(twice);
    mpz_mul_2exp(twice, mpq_denref(q), 1);
    mpz_abs(out, mpq_numref(q));
    mpz_mul_2exp(out, out, 1);
    mpz_add(out, out, mpq_denref(q));
    mpz_fdiv_q(out, out, twice);
    if (mpq_sgn(q) < 0) {
        mpz_neg(out, out);
    }
    mpz_clear(twice);
}

/* The nearest multiple of unit > 0, by GMP. */
static struct rk_num_node *round_big(rk__nums *nums, rk_num a, rk_num recorded, mpq_srcptr unit)
{
    rk__num_view view;
    rk__num_look(&view, a);
    mpq_t value;
    mpq_init(value);
    mpq_div(value, view.q, unit);
    mpz_t nearest;
    mpz_init(nearest);
    rk__num_nearest(nearest, value);
    mpq_set_z(value, nearest);
    mpz_clear(nearest);
    mpq_mul(value, value, unit);
    return rk__num_take(nums, RK__NUM_ROUND, a, recorded, value);
}

static struct rk_num_node *round_places_big(rk__nums *nums, rk_num a, int places)
{
    mpq_t unit;
    mpq_init(unit);
    mpz_ui_pow_ui(mpq_numref(unit), 10, (unsigned long) (places < 0 ? -places : places));
    mpz_set_ui(mpq_denref(unit), 1);
    if (places > 0) {
        mpq_inv(unit, unit);
    }
    struct rk_num_node *rounded = round_big(nums, a, NULL, unit);
    mpq_clear(unit);
    return rounded;
}

rk_num rk__num_round(rk__nums *nums, rk_num a, int places)
{
    if (a == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    if (places < -RK__NUM_MAX_EXPONENT || places > RK__NUM_MAX_EXPONENT) {
        return rk__num_poison(nums, text_places);
    }
    struct rk_num_node *rounded;
    if (!a->big && places >= 0 && places <= 18) {
        const uint64_t scale = rk__power_of_ten((unsigned) places);
        if (nums->untraced && scale % (uint64_t) a->den == 0) {
            return a;
        }
        const rk_int128 nearest = rk_div_round((rk_int128) a->num * (int64_t) scale, a->den);
        rounded = rk__num_take_128(nums, RK__NUM_ROUND, a, NULL, nearest, scale);
    } else {
        rounded = round_places_big(nums, a, places);
    }
    if (rounded != NULL) {
        rounded->places = (int16_t) places;
    }
    return rounded;
}

rk_num rk__num_round_to(rk__nums *nums, rk_num a, rk_num unit)
{
    if (a == NULL || unit == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    if (rk__num_sign(unit) <= 0) {
        return rk__num_poison(nums, text_unit);
    }
    if (!a->big && unit->num == 1 && unit->den % a->den == 0) { /* already a multiple of it */
        return rk__num_like(nums, RK__NUM_ROUND, a, unit, a);
    }
    if (!a->big && !unit->big) {
        /* The product below is about a->num x unit->den / a->den, which fits in 128 bits. */
        const rk_int128 quotient =
            rk_div_round((rk_int128) a->num * unit->den, (rk_int128) a->den * unit->num);
        return rk__num_take_128(nums, RK__NUM_ROUND, a, unit, quotient * unit->num,
                                (uint64_t) unit->den);
    }
    rk__num_view left, view;
    rk__num_look(&left, a);
    rk__num_look(&view, unit);
    if (rk__num_limbs(&left) + rk__num_limbs(&view) > RK__NUM_MAX_LIMBS) {
        return rk__num_poison(nums, rk__num_too_long);
    }
    return round_big(nums, a, unit, view.q);
}
