/* SPDX-License-Identifier: MIT
 *
 * scale.c: amounts a thousand times larger or smaller than what they are compared with: a plan in
 * thousands of pounds, prices in pence.
 */
#include "ledger/scale.h"

#include "ledger/sealed.h"

#include <string.h>

/* Real plans are not that far off, and a mistake of three decimal places is seen even if activity
 * is off by a factor of five. */
#define APART 200

/* Whether a is at least APART times b in size. */
static bool dwarfs(rk_num a, rk_num b)
{
    rk_decimal x = 0;
    rk_decimal y = 0;
    if (rk__num_to_decimal(a, &x) && rk__num_to_decimal(b, &y) && x != RK_DECIMAL_NONE) {
        const rk_int128 size = x < 0 ? -(rk_int128) x : x;
        const rk_int128 other = y < 0 ? -(rk_int128) y : y;
        return size >= APART * other;
    }
    rk__nums nums = {.untraced = true};
    const rk_num ratio = rk__num_div(&nums, a, b);
    const rk_num size = rk__num_sign(ratio) < 0 ? rk__num_neg(&nums, ratio) : ratio;
    const bool far = size != NULL && rk__num_compare(size, rk__num_from_int(&nums, APART)) >= 0;
    rk__nums_dispose(&nums);
    return far;
}

/* Whether one of two amounts is at least 200 times the other, whatever their signs: one of them is
 * probably in thousands. Amounts of zero are never far apart. */
static bool are_apart(rk_num a, rk_num b)
{
    return rk__num_sign(a) != 0 && rk__num_sign(b) != 0 && (dwarfs(a, b) || dwarfs(b, a));
}

/* "753", how many times one is the other; in `text`. */
static void print_times(rk__buf *text, rk_num a, rk_num b)
{
    rk__nums nums = {.untraced = true};
    const rk_num ratio = dwarfs(a, b) ? rk__num_div(&nums, a, b) : rk__num_div(&nums, b, a);
    rk__num_print_fixed(text, rk__num_sign(ratio) < 0 ? rk__num_neg(&nums, ratio) : ratio, 0);
    text->failed |= nums.no_memory;
    rk__nums_dispose(&nums);
}

/* Whether other amounts are compared with the parameter. */
static bool is_reference(const rk_param *p)
{
    static const char *const names[] = {"plan",   "budget",    "baseline",
                                        "target", "benchmark", "expected"};
    bool is = false;
    for (size_t i = 0; p->type == RK_PARAM_EXACT && i < sizeof names / sizeof *names && !is; i++) {
        is = p->name[0] == names[i][0] && strcmp(p->name, names[i]) == 0;
    }
    return is;
}

void rk__scale_find(rk__instance *instance, rk_num of_total)
{
    rk__nums *nums = &instance->result->nums;
    if (instance->component->n_of == 0 || instance->params == NULL || instance->implied) {
        return;
    }
    for (const rk_param *p = instance->rule->params; p->name != NULL; p++) {
        if (!is_reference(p)) {
            continue;
        }
        rk_num value = NULL;
        memcpy(&value, (const char *) instance->params + p->offset, sizeof(rk_num));
        value = rk__unseal(value);
        if (!are_apart(value, of_total)) {
            continue;
        }
        rk__buf text = {0};
        rk__buf_printf(&text, "'%s' is ", p->name);
        rk__num_print_trimmed(&text, value, 2);
        rk__buf_puts(&text, ", and the components in 'of' come to ");
        rk__num_print_trimmed(&text, of_total, 2);
        rk__buf_puts(&text, ", ");
        print_times(&text, value, of_total);
        rk__buf_printf(&text, " times as %s: is one of them in thousands?",
                       dwarfs(value, of_total) ? "little" : "much");
        nums->no_memory |= text.failed;
        rk__instance_find(instance, (rk_finding){.code = "scale"}, "%s",
                          text.text != NULL ? text.text : "");
        rk__buf_dispose(&text);
    }
}

void rk__scale_find_total(rk_result *result, rk_num amount, const char *what)
{
    if (!are_apart(result->total, amount)) {
        return;
    }
    rk__buf text = {0};
    rk__buf_puts(&text, "the total is ");
    rk__num_print_fixed(&text, result->total, result->places);
    rk__buf_printf(&text, ", and %s is ", what);
    rk__num_print_fixed(&text, amount, result->places);
    rk__buf_puts(&text, ", ");
    print_times(&text, result->total, amount);
    rk__buf_printf(&text, " times as %s: is one of them in thousands?",
                   dwarfs(result->total, amount) ? "little" : "much");
    result->nums.no_memory |= text.failed;
    rk__result_find(result, (rk_finding){.code = "scale"}, "%s",
                    text.text != NULL ? text.text : "");
    rk__buf_dispose(&text);
}
