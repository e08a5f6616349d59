/* SPDX-License-Identifier: MIT
 *
 * num_deal.c: deals a whole number of units out in proportion to weights, by largest remainder.
 */
#include <stdlib.h>

#include "number/num_inside.h"

/* What a weight earns: whole units, and the part of a unit that is left. */
typedef struct portion {
    mpq_t rest;
    mpz_t whole;
    size_t at;
} portion;

static int larger_rest_first(const void *a, const void *b)
{
    const portion *x = a;
    const portion *y = b;
    const int order = mpq_cmp(y->rest, x->rest);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* The sum of the weights; false if it is zero. */
static bool sum_of(const rk_num *weights, size_t n, mpq_ptr sum)
{
    rk__num_view view;
    mpq_set_ui(sum, 0, 1);
    for (size_t i = 0; i < n; i++) {
        rk__num_look(&view, weights[i]);
        mpq_add(sum, sum, view.q);
    }
    return mpq_sgn(sum) != 0;
}

/* Takes the whole units that each weight earns out of `left`; at most n units remain. */
static void deal_whole(const rk_num *weights, size_t n, mpq_srcptr each, mpz_ptr left,
                       portion *portions)
{
    for (size_t i = 0; i < n; i++) {
        rk__num_view weight;
        mpq_init(portions[i].rest);
        mpz_init(portions[i].whole);
        portions[i].at = i;
        rk__num_look(&weight, weights[i]);
        mpq_mul(portions[i].rest, each, weight.q);
        mpz_fdiv_qr(portions[i].whole, mpq_numref(portions[i].rest), mpq_numref(portions[i].rest),
                    mpq_denref(portions[i].rest));
        mpz_sub(left, left, portions[i].whole);
    }
}

/* Gives what is left to the largest remainders, then restores the order of the weights. */
static void deal_rests(rk__nums *nums, bool negative, portion *portions, size_t n, mpz_srcptr left,
                       rk_num *out)
{
    const size_t extra = mpz_get_ui(left);
    qsort(portions, n, sizeof *portions, larger_rest_first);
    for (size_t i = 0; i < n; i++) {
        mpq_t share;
        mpq_init(share);
        mpq_set_z(share, portions[i].whole);
        if (i < extra) {
            mpz_add_ui(mpq_numref(share), mpq_numref(share), 1);
        }
        if (negative) {
            mpq_neg(share, share);
        }
        out[portions[i].at] = rk__num_take(nums, RK__NUM_VALUE, NULL, NULL, share);
        mpq_clear(portions[i].rest);
        mpz_clear(portions[i].whole);
    }
}

rk_status rk__num_deal(rk__nums *nums, rk_num units, const rk_num *weights, size_t n, rk_num *out)
{
    mpq_t each;
    mpq_init(each);
    if (!sum_of(weights, n, each)) {
        mpq_clear(each);
        return RK_OUT_OF_RANGE;
    }
    portion *portions = rk__calloc(n, sizeof *portions);
    if (portions == NULL) {
        mpq_clear(each);
        return RK_NO_MEMORY;
    }
    rk__num_view view;
    mpz_t left;
    rk__num_look(&view, units);
    mpz_init(left);
    mpz_abs(left, mpq_numref(view.q));
    mpq_inv(each, each);
    mpz_mul(mpq_numref(each), mpq_numref(each), left);
    mpq_canonicalize(each);
    deal_whole(weights, n, each, left, portions);
    deal_rests(nums, mpq_sgn(view.q) < 0, portions, n, left, out);
    mpz_clear(left);
    mpq_clear(each);
    rk__free(portions);
    return nums->no_memory ? RK_NO_MEMORY : RK_OK;
}
