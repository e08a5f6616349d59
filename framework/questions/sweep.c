/* SPDX-License-Identifier: MIT
 *
 * sweep.c: a contract or a system evaluated at every point of a grid.
 */
#include "questions/sweep.h"

#include <string.h>

#define ROWS_MOST 10000000

/* The values of one axis: from, from + step, ... up to `to`. */
typedef struct axis {
    rk_num from, step;
    size_t n;
} axis;

static rk_status wrong(const char *text, rk_problems *problems)
{
    return rk__problem(problems, RK_USAGE, NULL, "write --vary budget.rate=700:800:5",
                       "--vary '%s' is not WHAT=FROM:TO:STEP", text);
}

static rk_num part_of(rk_sweep *out, const char **text)
{
    const char *why = NULL;
    const size_t length = strcspn(*text, ":");
    const char *copy = rk__arena_copy(&out->arena, *text, length);
    *text += length + ((*text)[length] == ':');
    return copy != NULL ? rk__num_parse(&out->nums, copy, true, -1, &why) : NULL;
}

/* A step that does not divide the way leaves the end out. */
static void tell_last(rk__nums *nums, const char *vary, const axis *to, rk_problems *problems)
{
    rk__buf text = {0};
    const rk_num steps = rk__num_from_int(nums, (int64_t) to->n - 1);
    rk__num_print_trimmed(&text, rk__num_add(nums, to->from, rk__num_mul(nums, steps, to->step)),
                          RK_DECIMAL_PLACES);
    if (!text.failed) {
        rk__problem(problems, RK_OK, NULL, NULL,
                    "--vary '%s': the step does not divide the way; the last value is %s", vary,
                    text.text);
    }
    rk__buf_dispose(&text);
}

static rk_status read_axis(rk_sweep *out, const char *vary, const char **name, axis *to,
                           rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    const char *equals = strchr(vary, '=');
    if (equals == NULL) {
        return wrong(vary, problems);
    }
    const char *rest = equals + 1;
    *name = rk__arena_copy(&out->arena, vary, (size_t) (equals - vary));
    to->from = part_of(out, &rest);
    const rk_num last = part_of(out, &rest);
    to->step = part_of(out, &rest);
    if (to->from == NULL || last == NULL || to->step == NULL || *rest != '\0') {
        return wrong(vary, problems);
    }
    const rk_num way = rk__num_sub(nums, last, to->from);
    if (rk__num_sign(to->step) == 0) {
        return rk__problem(problems, RK_USAGE, NULL, "write a step such as 5%",
                           "--vary '%s': the step is zero", vary);
    }
    if (rk__num_sign(way) * rk__num_sign(to->step) < 0) {
        return rk__problem(problems, RK_USAGE, NULL, "turn the step round",
                           "--vary '%s': the step never reaches the end", vary);
    }
    const rk_num steps = rk__num_div(nums, way, to->step);
    rk_decimal rounded = 0;
    const rk_num half = rk__num_from_ratio(nums, 1, 2);
    const rk_num below = rk__num_is_integer(steps) ? steps : rk__num_sub(nums, steps, half);
    if (!rk__num_to_decimal(rk__num_round(nums, below, 0), &rounded) ||
        rounded / RK_DECIMAL_ONE >= ROWS_MOST) {
        return rk__problem(problems, RK_LIMIT, NULL, "take larger steps",
                           "--vary '%s' has more than %d values", vary, ROWS_MOST);
    }
    to->n = (size_t) (rounded / RK_DECIMAL_ONE) + 1;
    if (!rk__num_is_integer(steps)) {
        tell_last(nums, vary, to, problems);
    }
    return *name != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status read_axes(rk_sweep *out, const char *const *vary, axis **axes,
                           rk_problems *problems)
{
    size_t n = 0;
    while (vary != NULL && vary[n] != NULL) {
        n++;
    }
    if (n == 0) {
        return rk__problem(problems, RK_USAGE, NULL, "write --vary WHAT=FROM:TO:STEP",
                           "nothing is varied");
    }
    *axes = rk__arena_alloc(&out->arena, n * sizeof **axes);
    out->vary = rk__arena_alloc(&out->arena, (n + 1) * sizeof *out->vary);
    rk_status status = *axes == NULL || out->vary == NULL ? RK_NO_MEMORY : RK_OK;
    out->n_rows = 1;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = read_axis(out, vary[i], &out->vary[i], &(*axes)[i], problems);
        out->n_varied = i + 1;
        if (status == RK_OK && out->n_rows > ROWS_MOST / (*axes)[i].n) {
            status = rk__problem(problems, RK_LIMIT, NULL, "take larger steps",
                                 "the grid has more than %d points", ROWS_MOST);
        } else if (status == RK_OK) {
            out->n_rows *= (*axes)[i].n;
        }
    }
    return status;
}

static rk_status read_measures(rk_sweep *out, const char *path, const char *const *measures,
                               rk_problems *problems)
{
    bool system = false;
    size_t n = 0;
    while (measures != NULL && measures[n] != NULL) {
        n++;
    }
    const rk_status status = n == 0 ? rk__is_system(path, &system, problems) : RK_OK;
    out->measures = rk__arena_alloc(&out->arena, (n + 2) * sizeof *out->measures);
    if (out->measures == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        out->measures[i] = rk__arena_strdup(&out->arena, measures[i]);
    }
    if (n == 0) {
        out->measures[0] = system ? "system" : "total";
    }
    out->n_measures = n == 0 ? 1 : n;
    return status == RK_OK && out->arena.failed ? RK_NO_MEMORY : status;
}

/* The last axis runs fastest. */
static void place(rk_sweep *out, const axis *axes, size_t row, rk_num *values)
{
    for (size_t i = out->n_varied; i > 0; i--) {
        const axis *a = &axes[i - 1];
        const rk_num steps = rk__num_from_int(&out->nums, (int64_t) (row % a->n));
        values[i - 1] = rk__num_add(&out->nums, a->from, rk__num_mul(&out->nums, steps, a->step));
        row /= a->n;
    }
}

/* Whether the caller lets the sweep continue. */
static bool goes_on(const rk__trial *trial, size_t row)
{
    const rk_options *o = &trial->session->options;
    return o->progress == NULL || row % 64 != 63 || o->progress(o->progress_ctx, row + 1, 0, 0);
}

static rk_status run(rk_sweep *out, rk__trial *trial, const axis *axes, rk_problems *problems)
{
    const size_t width = out->n_series * out->n_measures;
    out->values = rk__calloc(out->n_rows, out->n_varied * sizeof(rk_num));
    out->measured = rk__calloc(out->n_rows, width * sizeof(rk_num));
    rk_status status = out->values == NULL || out->measured == NULL ? RK_NO_MEMORY : RK_OK;
    out->nums.untraced = true;
    for (size_t row = 0; row < out->n_rows && status == RK_OK; row++) {
        rk_num *values = &out->values[row * out->n_varied];
        place(out, axes, row, values);
        status = rk__trial_run(trial, values, &out->nums, &out->measured[row * width], problems);
        if (status == RK_OUT_OF_RANGE && rk_problems_count(problems) == 0) {
            status =
                rk__problem(problems, RK_USAGE, NULL, "choose rounder steps",
                            "point %zu of the grid has a value of more than six decimals", row + 1);
        }
        if (status == RK_OK && !goes_on(trial, row)) {
            status = RK_INTERRUPTED;
        }
    }
    return status;
}

static rk_status describe(rk_sweep *out, const rk__trial *trial)
{
    const rk__trial_subject about = rk__trial_subject_of(trial, &out->arena);
    out->of = about.of;
    out->title = about.title;
    out->currency = about.currency;
    out->places = about.places;
    out->is_system = rk__trial_is_system(trial);
    out->n_series = rk__trial_n_series(trial);
    out->series = rk__arena_alloc(&out->arena, out->n_series * sizeof *out->series);
    for (size_t i = 0; out->series != NULL && i < out->n_series; i++) {
        out->series[i] = rk__arena_strdup(&out->arena, rk__trial_series(trial, i));
    }
    return out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status sweep(rk_sweep *out, rk_session *session, const char *path,
                       const rk_sweep_options *o, rk_problems *problems)
{
    axis *axes = NULL;
    rk__trial *trial = NULL;
    rk_status status = read_axes(out, o->vary, &axes, problems);
    if (status == RK_OK) {
        status = read_measures(out, path, o->measures, problems);
    }
    if (status == RK_OK) {
        status = rk__trial_open(session, path,
                                &(rk__trial_options){.vary = out->vary,
                                                     .measures = out->measures,
                                                     .scenarios = o->scenarios},
                                &trial, problems);
    }
    if (status == RK_OK) {
        status = describe(out, trial);
    }
    if (status == RK_OK) {
        status = run(out, trial, axes, problems);
    }
    rk__trial_free(trial);
    return status;
}

rk_status rk_sweep_run(rk_session *session, const char *path, const rk_sweep_options *options,
                       rk_sweep **out_sweep, rk_problems *problems)
{
    rk_sweep_options o = {.size = sizeof o};
    memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    *out_sweep = NULL;
    rk_sweep *out = rk__calloc(1, sizeof *out);
    if (out == NULL) {
        return rk__problem_memory(problems, RK_NO_MEMORY);
    }
    rk_status status = sweep(out, session, path, &o, problems);
    if (status == RK_OK && (out->nums.no_memory || out->arena.failed)) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk_sweep_free(out);
        return rk__problem_memory(problems, status);
    }
    *out_sweep = out;
    return RK_OK;
}

void rk_sweep_free(rk_sweep *sweep)
{
    if (sweep != NULL) {
        rk__free(sweep->values);
        rk__free(sweep->measured);
        rk__nums_dispose(&sweep->nums);
        rk__arena_dispose(&sweep->arena);
        rk__free(sweep);
    }
}
