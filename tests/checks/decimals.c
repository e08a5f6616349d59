/* SPDX-License-Identifier: MIT
 *
 * decimals.c: calls of the arithmetic of decimal.h. headers.sh compiles it, as C and as C++, with
 * the warnings of values that may be unset, which optimizers find.
 */
#include <reckoner/plugin.h>

bool three(rk_decimal a, rk_decimal b, rk_decimal c, rk_decimal *out);
bool two(rk_decimal a, rk_decimal b, rk_decimal *out);
bool by_factor(rk_decimal a, rk_factor f, rk_factor g, rk_decimal *out);
bool by_wide(rk_decimal a, rk_decimal b, int factors, rk_decimal *out);
bool in_places(rk_decimal a, rk_decimal b, rk_int128 *out);
bool by_power(rk_decimal a, rk_int128 *out);
rk_decimal calculated(rk_decimal a, rk_decimal b, rk_factor f);
void priced(const rk_batch *b, rk_priced *out);

bool three(rk_decimal a, rk_decimal b, rk_decimal c, rk_decimal *out)
{
    return rk_decimal_mul3(a, b, c, RK_DECIMAL_PENNY, out);
}

bool two(rk_decimal a, rk_decimal b, rk_decimal *out)
{
    return rk_decimal_mul(a, b, RK_DECIMAL_PENNY, out) && rk_decimal_add(*out, a, out) &&
           rk_decimal_round(*out, 10000, out);
}

bool by_factor(rk_decimal a, rk_factor f, rk_factor g, rk_decimal *out)
{
    rk_factor product;
    return rk_factor_mul(f, g, 9, &product) &&
           rk_decimal_mul_factor(a, product, RK_DECIMAL_PENNY, out);
}

bool by_wide(rk_decimal a, rk_decimal b, int factors, rk_decimal *out)
{
    rk_wide w = rk_wide_mul(rk_wide_from(a), b);
    w = rk_wide_add(w, rk_wide_mul(rk_wide_from(b), a));
    return rk_wide_round(w, factors, RK_DECIMAL_PENNY, out);
}

bool in_places(rk_decimal a, rk_decimal b, rk_int128 *out)
{
    return rk_wide_round_places(rk_wide_mul(rk_wide_from(a), b), 1, 9, out);
}

bool by_power(rk_decimal a, rk_int128 *out)
{
    return rk_decimal_power(a, 405, 1000, 9, out) && rk_factor_power(a, -6848, 10000, 12, out);
}

/* The way is not known when it is compiled. */
rk_decimal calculated(rk_decimal a, rk_decimal b, rk_factor f)
{
    rk_calc narrow = RK_CALC_NARROW, wide = RK_CALC_WIDE;
    rk_calc *calc = a > b ? &wide : &narrow;
    rk_exact e = rk_exact_mul_factor(calc, rk_exact_mul(calc, rk_exact_from(calc, a), b), f);
    e = rk_exact_add(calc, e, rk_exact_mul(calc, rk_exact_from(calc, b), b));
    e = rk_exact_sub(calc, e, rk_exact_from(calc, a));
    return rk_exact_round(calc, e, RK_DECIMAL_PENNY) +
           rk_exact_mul_round(calc, e, a, b, RK_DECIMAL_PENNY);
}

void priced(const rk_batch *b, rk_priced *out)
{
    for (size_t i = 0; i < b->n; i++) {
        rk_decimal x, y;
        if (!rk_decimal_mul3(b->column[0].v[i], b->column[1].v[i], b->column[2].v[i],
                             RK_DECIMAL_PENNY, &x) ||
            !rk_decimal_mul(x, x, 1, &y) || !rk_decimal_add(x, y, &out->amount[i])) {
            out->status[i] = RK_ROW_OVERFLOW;
        }
    }
}
