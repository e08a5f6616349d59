/* SPDX-License-Identifier: MIT
 *
 * sets.c: the values that a scenario sets in its copy of the document: new values, or {"times":
 * "1.06"} and {"plus": "1000"} of the present ones.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

static bool is_change(const rk__value *v)
{
    bool change = v->type == RK__JSON_OBJECT && v->count > 0;
    for (const rk__value *m = change ? v->first : NULL; m != NULL; m = m->next) {
        change &= strcmp(m->key, "times") == 0 || strcmp(m->key, "plus") == 0;
    }
    return change;
}

static rk_status number(rk__nums *nums, const rk__value *v, const rk__value *at, rk_num *out,
                        rk_problems *problems)
{
    const char *why = "is not a number";
    const bool text = v != NULL && (v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER);
    *out = text ? rk__num_parse(nums, v->text, true, -1, &why) : NULL;
    if (*out != NULL || nums->no_memory) {
        return *out != NULL ? RK_OK : RK_NO_MEMORY;
    }
    return rk__json_problem(problems, at, RK_WRONG_TYPE,
                            "write {\"times\": \"1.06\"} or {\"plus\": \"1000\"} for a number",
                            "'%s': what is there %s", at->key, why);
}

/* Prints a value in the form of the old one: a ratio exactly, an amount to six decimals. */
static void print(rk__nums *nums, rk_num value, const char *was, rk__buf *out)
{
    const bool ratio = strpbrk(was, "%/") != NULL;
    rk__buf_putc(out, '"');
    rk__num_print_exact(out, ratio ? value : rk__num_round(nums, value, RK_DECIMAL_PLACES));
    rk__buf_putc(out, '"');
}

static rk_status change_number(rk__system_run *run, const rk__value *m)
{
    rk__nums nums = {0};
    rk__buf text = {0};
    rk__json *made = NULL;
    rk_num value = NULL;
    const rk__value *was = rk__json_at(rk__json_root(run->document), m->key);
    rk_status status = number(&nums, was, m, &value, run->problems);
    const rk__value *times = rk__json_get(m, "times");
    const rk__value *plus = rk__json_get(m, "plus");
    rk_num by = NULL;
    if (status == RK_OK && times != NULL) {
        status = number(&nums, times, times, &by, run->problems);
        value = rk__num_mul(&nums, value, by);
    }
    if (status == RK_OK && plus != NULL) {
        status = number(&nums, plus, plus, &by, run->problems);
        value = rk__num_add(&nums, value, by);
    }
    if (status == RK_OK) {
        print(&nums, value, was->text, &text);
        status = text.failed || nums.no_memory
                     ? RK_NO_MEMORY
                     : rk__json_parse(text.text, text.length, NULL, &made, NULL);
    }
    rk__buf_dispose(&text);
    rk__nums_dispose(&nums);
    return status == RK_OK ? rk__system_replace(run, m->key, made) : status;
}

rk_status rk__system_apply_sets(rk__system_run *run, const rk__scenario *scenario)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < scenario->n_sets; i++) {
        for (const rk__value *m = scenario->sets[i]->first; m != NULL && status == RK_OK;
             m = m->next) {
            status = is_change(m) ? change_number(run, m)
                                  : rk__json_set(run->document, m->key, m, run->problems);
            if (status == RK_OK) {
                status = rk__system_inherit(run->system, run->document, m->key, run->problems);
            }
        }
    }
    return status;
}
