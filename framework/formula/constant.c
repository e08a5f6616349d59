/* SPDX-License-Identifier: MIT
 *
 * constant.c: numbers written in an expression.
 */
#include "formula/expr.h"
#include "number/num.h"

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* At most 15 digits, as a fraction in lowest terms; false if there are more. */
static bool short_value(const char *text, struct rk_num_node *out)
{
    int64_t num = 0, den = 1;
    bool point = false;
    int digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.') {
            point = true;
        } else if (*text == '%') {
            den *= 100;
        } else if (++digits > 15) {
            return false;
        } else {
            num = num * 10 + (*text - '0');
            den *= point ? 10 : 1;
        }
    }
    const int64_t by = common_divisor(num, den);
    *out = (struct rk_num_node){.op = RK__NUM_VALUE, .num = num / by, .den = den / by};
    return true;
}

rk_status rk__constant_value(const char *text, rk_num *out, rk__arena *arena, const char **why)
{
    struct rk_num_node *const kept = rk__arena_alloc(arena, sizeof *kept);
    *out = kept;
    if (kept == NULL || short_value(text, kept)) {
        return kept == NULL ? RK_NO_MEMORY : RK_OK;
    }
    rk__nums nums = {0};
    const rk_num parsed = rk__num_parse(&nums, text, true, -1, why);
    const bool small = parsed != NULL && !parsed->big;
    rk_status status = small ? RK_OK : RK_SYNTAX;
    if (small) {
        *kept = (struct rk_num_node){.op = RK__NUM_VALUE, .num = parsed->num, .den = parsed->den};
    } else if (nums.no_memory) {
        status = RK_NO_MEMORY;
    } else {
        *why = parsed != NULL ? "the number has too many digits" : "this is not a number";
    }
    rk__nums_dispose(&nums);
    return status;
}
