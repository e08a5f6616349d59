/* SPDX-License-Identifier: MIT
 *
 * power.c: powers, products and roundings of decimal.h for cases read from standard input, for
 * tests/checks/power.py. One case a line:
 *
 *     d BASE P Q PLACES        rk_decimal_power
 *     f BASE P Q PLACES        rk_factor_power
 *     w PLACES N FACTOR...     rk_wide_round_places of a product of N decimals
 *
 * Prints the result in units of 1e-12, or "none".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <reckoner/decimal.h>

static void put(bool fits, rk_int128 value)
{
    char digits[48];
    int n = 0;
    rk_uint128 rest = value < 0 ? 0 - (rk_uint128) value : (rk_uint128) value;
    if (!fits) {
        (void) puts("none");
        return;
    }
    do {
        digits[n++] = (char) ('0' + (int) (rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (value < 0) {
        digits[n++] = '-';
    }
    while (n > 0) {
        (void) putchar(digits[--n]);
    }
    (void) putchar('\n');
}

int main(void)
{
    char kind[2];
    int64_t a, p, q;
    int places, n;
    while (scanf("%1s", kind) == 1) {
        rk_int128 out = 0;
        if (kind[0] == 'w') {
            if (scanf("%d %d", &places, &n) != 2) {
                return 2;
            }
            rk_wide w = rk_wide_from(1);
            for (int i = 0; i < n; i++) {
                if (scanf("%" SCNd64, &a) != 1) {
                    return 2;
                }
                w = rk_wide_mul(w, a);
            }
            const bool rounded = rk_wide_round_places(w, n, places, &out);
            put(rounded, out);
            continue;
        }
        if (scanf("%" SCNd64 " %" SCNd64 " %" SCNd64 " %d", &a, &p, &q, &places) != 4) {
            return 2;
        }
        const bool fits = kind[0] == 'd' ? rk_decimal_power(a, p, q, places, &out)
                                         : rk_factor_power(a, p, q, places, &out);
        put(fits, out);
    }
    return 0;
}
