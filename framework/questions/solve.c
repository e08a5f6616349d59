/* SPDX-License-Identifier: MIT
 *
 * solve.c: for which values of what is varied does a measure have a value?
 *
 * The interval is scanned at SCAN + 1 points, which serve all series; solve_search.c looks between
 * them.
 */
#include "questions/solve.h"

#include <string.h>

#include "questions/solve_search.h"

#define SCAN        RK__SOLVE_SCAN
#define FINE_PLACES RK__SOLVE_FINE

typedef rk__solve_point point;

static rk_status scan(rk_solution *out, rk__trial *trial, point **points, rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    const size_t n = rk__trial_n_series(trial);
    const int places = rk__trial_variable(trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    const rk_num step =
        rk__num_div(nums, rk__num_sub(nums, out->high, out->low), rk__num_from_int(nums, SCAN));
    rk_num *f = rk__arena_alloc(&out->arena, n * sizeof(rk_num));
    *points = rk__arena_alloc(&out->arena, n * (SCAN + 1) * sizeof **points);
    rk_status status = f == NULL || *points == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i <= SCAN && status == RK_OK; i++) {
        const rk_num exact = rk__num_add(
            nums, out->low, rk__num_mul(nums, step, rk__num_from_int(nums, (int64_t) i)));
        const rk_num at = i == 0      ? out->low
                          : i == SCAN ? out->high
                                      : rk__num_round(nums, exact, places);
        status = rk__solve_evaluate(out, trial, at, f, problems);
        if (status == RK_OUT_OF_RANGE && rk_problems_count(problems) == 0) {
            status = rk__problem(problems, RK_USAGE, NULL,
                                 "write --between with at most six decimals, below 9.2e12",
                                 "an end of --between cannot be a value of '%s'", out->vary);
        }
        for (size_t k = 0; k < n && status == RK_OK; k++) {
            (*points)[k * (SCAN + 1) + i] = (point){.at = at, .f = f[k]};
        }
    }
    return status;
}

/* ------------------------------------------------------------------------ the options */

/* "MEASURE=VALUE" */
static rk_status read_until(rk_solution *out, const char *until, rk_problems *problems)
{
    const char *equals = until != NULL ? strrchr(until, '=') : NULL;
    const char *why = NULL;
    out->value = equals != NULL ? rk__num_parse(&out->nums, equals + 1, false, -1, &why) : NULL;
    out->measure =
        equals != NULL ? rk__arena_copy(&out->arena, until, (size_t) (equals - until)) : NULL;
    return out->value != NULL && out->measure != NULL
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "write --until system=0",
                             "--until '%s' is not MEASURE=VALUE", until != NULL ? until : "");
}

static rk_status read_between(rk_solution *out, const char *between, rk_problems *problems)
{
    const rk_status status =
        rk__read_range(&out->arena, &out->nums, between, &out->low, &out->high, &out->percent);
    if (status == RK_OK && rk__num_compare(out->low, out->high) >= 0) {
        return rk__problem(problems, RK_USAGE, NULL, "write --between LOW,HIGH",
                           "--between '%s': the end is not above the start", between);
    }
    return status != RK_USAGE ? status
                              : rk__problem(problems, RK_USAGE, NULL, "write --between 0,100%",
                                            "--between '%s' is not LOW,HIGH", between);
}

/* From 0 to 1 for ratios, else to twice the present value. */
static rk_status choose_interval(rk_solution *out, const rk__variable *v, rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    const rk_num one = rk__num_from_int(nums, 1);
    const rk_num present = v->present;
    if (present == NULL || (rk__num_sign(present) == 0 && !v->percent)) {
        return rk__problem(problems, RK_USAGE, NULL, "write --between LOW,HIGH",
                           "the documents do not state '%s', so there is no interval to search",
                           v->what);
    }
    const bool ratio = v->percent || (v->fractions && rk__num_sign(present) >= 0 &&
                                      rk__num_compare(present, one) <= 0);
    const rk_num twice = rk__num_mul(nums, present, rk__num_from_int(nums, 2));
    out->low = ratio || rk__num_sign(present) > 0 ? zero : twice;
    out->high = ratio && rk__num_compare(present, one) <= 0 ? one
                : rk__num_sign(present) > 0                 ? rk__num_copy(nums, twice)
                                                            : zero;
    return RK_OK;
}

static rk_status describe(rk_solution *out, const rk__trial *trial)
{
    const rk__variable *v = rk__trial_variable(trial, 0);
    const rk__trial_subject about = rk__trial_subject_of(trial, &out->arena);
    out->of = about.of;
    out->title = about.title;
    out->basis = about.basis;
    out->currency = about.currency;
    out->places = about.places;
    out->vary = rk__arena_strdup(&out->arena, v->what);
    out->present = rk__num_copy(&out->nums, v->present);
    out->percent |= v->percent;
    out->is_system = rk__trial_is_system(trial);
    out->series = rk__calloc(rk__trial_n_series(trial), sizeof *out->series);
    for (size_t i = 0; out->series != NULL && i < rk__trial_n_series(trial); i++) {
        out->series[out->n_series++].name =
            rk__arena_strdup(&out->arena, rk__trial_series(trial, i));
    }
    return out->series == NULL || out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status solve(rk_session *session, const char *path, const rk_solve_options *o,
                       rk_solution *out, rk_problems *problems)
{
    const char *vary[] = {o->vary, NULL};
    const char *measures[] = {NULL, NULL};
    rk__trial *trial = NULL;
    point *points = NULL;
    rk_status status = read_until(out, o->until, problems);
    if (status == RK_OK && o->between != NULL) {
        status = read_between(out, o->between, problems);
    }
    measures[0] = out->measure;
    if (status == RK_OK && o->vary == NULL) {
        status =
            rk__problem(problems, RK_USAGE, NULL, "write --vary acute.rate", "nothing is varied");
    }
    if (status == RK_OK) {
        status = rk__trial_open(
            session, path,
            &(rk__trial_options){.vary = vary, .measures = measures, .scenarios = o->scenarios},
            &trial, problems);
    }
    if (status == RK_OK) {
        status = describe(out, trial);
    }
    if (status == RK_OK && o->between == NULL) {
        status = choose_interval(out, rk__trial_variable(trial, 0), problems);
    }
    if (status == RK_OK) {
        status = scan(out, trial, &points, problems);
    }
    for (size_t i = 0; i < out->n_series && status == RK_OK; i++) {
        status = rk__solve_series(out, trial, i, points + i * (SCAN + 1), problems);
    }
    out->evaluations = trial != NULL ? rk__trial_n_runs(trial) : 0;
    rk__trial_free(trial);
    return status == RK_OK && (out->nums.no_memory || out->arena.failed) ? RK_NO_MEMORY : status;
}

rk_status rk_solve(rk_session *session, const char *path, const rk_solve_options *options,
                   rk_solution **out_solution, rk_problems *problems)
{
    rk_solve_options o = {.size = sizeof o};
    memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    *out_solution = NULL;
    rk_solution *out = rk__calloc(1, sizeof *out);
    if (out == NULL) {
        return rk__problem_memory(problems, RK_NO_MEMORY);
    }
    const rk_status status = solve(session, path, &o, out, problems);
    if (status != RK_OK) {
        rk_solution_free(out);
        return rk__problem_memory(problems, status);
    }
    *out_solution = out;
    return RK_OK;
}

void rk_solution_free(rk_solution *solution)
{
    if (solution != NULL) {
        for (size_t i = 0; i < solution->n_series; i++) {
            rk__free(solution->series[i].roots);
        }
        rk__free(solution->series);
        rk__nums_dispose(&solution->nums);
        rk__arena_dispose(&solution->arena);
        rk__free(solution);
    }
}
