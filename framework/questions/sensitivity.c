/* SPDX-License-Identifier: MIT
 *
 * sensitivity.c: how far a measure moves when things are varied one at a time: a tornado.
 */
#include "questions/sensitivity.h"

#include <stdlib.h>
#include <string.h>

/* What is varied, split from "WHAT=LOW,HIGH". */
typedef struct ranges {
    const char **names;
    const char **texts; /* "LOW,HIGH"; NULL: --by */
    size_t n;
} ranges;

static rk_status read_vary(rk_sensitivity *out, const char *const *vary, ranges *to)
{
    size_t n = 0;
    while (vary != NULL && vary[n] != NULL) {
        n++;
    }
    to->names = rk__arena_alloc(&out->arena, (n + 1) * sizeof *to->names);
    to->texts = rk__arena_alloc(&out->arena, (n + 1) * sizeof *to->texts);
    for (size_t i = 0; to->names != NULL && to->texts != NULL && i < n; i++) {
        const char *equals = strchr(vary[i], '=');
        to->names[i] = equals != NULL
                           ? rk__arena_copy(&out->arena, vary[i], (size_t) (equals - vary[i]))
                           : vary[i];
        to->texts[i] = equals != NULL ? equals + 1 : NULL;
    }
    to->n = n;
    return out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

/* The two values that a thing is varied to. */
static rk_status read_bar(rk_sensitivity *out, const rk__variable *v, const char *text, rk_num by,
                          rk_tornado_bar *bar, rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    const rk_num one = rk__num_from_int(nums, 1);
    *bar = (rk_tornado_bar){.what = rk__arena_strdup(&out->arena, v->what), .percent = v->percent};
    bar->present = rk__num_copy(nums, v->present);
    if (text != NULL) {
        const rk_status status =
            rk__read_range(&out->arena, nums, text, &bar->low, &bar->high, &bar->percent);
        return status == RK_USAGE
                   ? rk__problem(problems, RK_USAGE, NULL, "write --vary WHAT=LOW,HIGH",
                                 "--vary '%s=%s' has no low and high value", v->what, text)
                   : status;
    }
    if (v->present == NULL) {
        return rk__problem(problems, RK_USAGE, NULL, "write --vary WHAT=LOW,HIGH",
                           "the documents do not state '%s', of which --by could take a part",
                           v->what);
    }
    bar->low = rk__num_mul(nums, bar->present, rk__num_sub(nums, one, by));
    bar->high = rk__num_mul(nums, bar->present, rk__num_add(nums, one, by));
    return RK_OK;
}

/* ------------------------------------------------------------------------ measuring */

/* The measures with one thing at a value and everything else unchanged. */
static rk_status measure(rk_sensitivity *out, rk__trial *trial, size_t which, rk_num value,
                         rk_num *found, rk_problems *problems)
{
    rk_num *values = rk__arena_alloc(&out->arena, (out->n_varied + 1) * sizeof(rk_num));
    if (values == NULL) {
        return RK_NO_MEMORY;
    }
    if (which < out->n_varied) {
        values[which] = value;
    }
    const rk_status status = rk__trial_run(trial, values, &out->nums, found, problems);
    return status == RK_OUT_OF_RANGE && rk_problems_count(problems) == 0
               ? rk__problem(problems, RK_USAGE, NULL, "round the range",
                             "a value of '%s' has more than six decimals",
                             rk__trial_variable(trial, which)->what)
               : status;
}

static rk_num size_of(rk__nums *nums, rk_num n)
{
    return rk__num_sign(n) < 0 ? rk__num_neg(nums, n) : n;
}

/* The widest first, ties in the order that was given. */
static int by_swing(const void *a, const void *b)
{
    const rk_tornado_bar *x = a;
    const rk_tornado_bar *y = b;
    const int order = rk__num_compare(y->swing, x->swing);
    return order != 0 ? order : (int) (x->order > y->order) - (int) (x->order < y->order);
}

static rk_status fill(rk_sensitivity *out, rk__trial *trial, const ranges *r, rk_num by,
                      rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    rk_num *found = rk__arena_alloc(&out->arena, (out->n_series + 1) * sizeof(rk_num));
    if (found == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = measure(out, trial, out->n_varied, NULL, found, problems);
    for (size_t i = 0; i < out->n_series && status == RK_OK; i++) {
        out->series[i].base = found[i];
        out->series[i].bars = rk__arena_alloc(&out->arena, (r->n + 1) * sizeof(rk_tornado_bar));
        status = out->series[i].bars == NULL ? RK_NO_MEMORY : RK_OK;
    }
    for (size_t k = 0; k < r->n && status == RK_OK; k++) {
        rk_tornado_bar bar;
        status = read_bar(out, rk__trial_variable(trial, k), r->texts[k], by, &bar, problems);
        bar.order = k;
        for (int high = 0; high < 2 && status == RK_OK; high++) {
            status = measure(out, trial, k, high ? bar.high : bar.low, found, problems);
            for (size_t i = 0; i < out->n_series && status == RK_OK; i++) {
                rk_tornado_bar *to = &out->series[i].bars[k];
                if (high == 0) {
                    *to = bar;
                }
                *(high ? &to->at_high : &to->at_low) = found[i];
            }
        }
    }
    for (size_t i = 0; i < out->n_series && status == RK_OK; i++) {
        for (size_t k = 0; k < r->n; k++) {
            rk_tornado_bar *bar = &out->series[i].bars[k];
            bar->swing = size_of(nums, rk__num_sub(nums, bar->at_high, bar->at_low));
        }
        qsort(out->series[i].bars, r->n, sizeof(rk_tornado_bar), by_swing);
    }
    return status;
}

/* -------------------------------------------------------------------------- the whole */

static rk_status describe(rk_sensitivity *out, const rk__trial *trial)
{
    const rk__trial_subject about = rk__trial_subject_of(trial, &out->arena);
    out->of = about.of;
    out->title = about.title;
    out->basis = about.basis;
    out->currency = about.currency;
    out->places = about.places;
    out->is_system = rk__trial_is_system(trial);
    out->series = rk__calloc(rk__trial_n_series(trial), sizeof *out->series);
    for (size_t i = 0; out->series != NULL && i < rk__trial_n_series(trial); i++) {
        out->series[out->n_series++].name =
            rk__arena_strdup(&out->arena, rk__trial_series(trial, i));
    }
    return out->series == NULL || out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status read_by(rk_sensitivity *out, const char *by, rk_num *to, rk_problems *problems)
{
    const char *why = NULL;
    *to = rk__num_parse(&out->nums, by != NULL ? by : "10%", true, -1, &why);
    return *to != NULL && rk__num_sign(*to) > 0
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "write --by 10%",
                             "--by '%s' is not a part above zero", by != NULL ? by : "");
}

static rk_status find(rk_sensitivity *out, rk_session *session, const char *path,
                      const rk_sensitivity_options *o, rk_problems *problems)
{
    ranges r = {0};
    rk_num by = NULL;
    rk__trial *trial = NULL;
    bool system = false;
    rk_status status = read_vary(out, o->vary, &r);
    if (status == RK_OK && r.n == 0 && !o->probability) {
        status = rk__problem(problems, RK_USAGE, NULL,
                             "write --vary WHAT=LOW,HIGH, or --probability", "nothing is varied");
    }
    if (status == RK_OK) {
        status = read_by(out, o->by, &by, problems);
    }
    if (status == RK_OK && o->measure == NULL) {
        status = rk__is_system(path, &system, problems);
    }
    out->measure = rk__arena_strdup(&out->arena, o->measure != NULL ? o->measure
                                                 : system           ? "system"
                                                                    : "total");
    out->n_varied = r.n;
    const char *measures[] = {out->measure, NULL};
    if (status == RK_OK) {
        status = rk__trial_open(
            session, path,
            &(rk__trial_options){.vary = r.names, .measures = measures, .scenarios = o->scenarios},
            &trial, problems);
    }
    if (status == RK_OK) {
        status = describe(out, trial);
    }
    if (status == RK_OK) {
        status = fill(out, trial, &r, by, problems);
    }
    rk__trial_free(trial);
    return status == RK_OK && o->probability ? rk__chances_find(out, session, path, o, problems)
                                             : status;
}

rk_status rk_sensitivity_find(rk_session *session, const char *path,
                              const rk_sensitivity_options *options,
                              rk_sensitivity **out_sensitivity, rk_problems *problems)
{
    rk_sensitivity_options o = {.size = sizeof o};
    memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    *out_sensitivity = NULL;
    rk_sensitivity *out = rk__calloc(1, sizeof *out);
    if (out == NULL) {
        return rk__problem_memory(problems, RK_NO_MEMORY);
    }
    rk_status status = find(out, session, path, &o, problems);
    if (status == RK_OK && (out->nums.no_memory || out->arena.failed)) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk_sensitivity_free(out);
        return rk__problem_memory(problems, status);
    }
    *out_sensitivity = out;
    return RK_OK;
}

void rk_sensitivity_free(rk_sensitivity *sensitivity)
{
    if (sensitivity != NULL) {
        rk__free(sensitivity->series);
        rk__nums_dispose(&sensitivity->nums);
        rk__arena_dispose(&sensitivity->arena);
        rk__free(sensitivity);
    }
}
