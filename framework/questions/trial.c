/* SPDX-License-Identifier: MIT
 *
 * trial.c: opens a document and evaluates it with other values.
 */
#include "questions/trial.h"

#include <string.h>

#include "evaluate/plan.h"

/* ------------------------------------------------------------------ what is varied */

static rk_status make_varied(rk__trial *t, const char *const *names, rk_problems *problems)
{
    size_t n = 0;
    while (names[n] != NULL) {
        n++;
    }
    t->varied = rk__arena_alloc(&t->arena, (n + 1) * sizeof *t->varied);
    rk_status status = t->varied == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__varied *v = &t->varied[t->n_varied++];
        v->what = rk__arena_strdup(&t->arena, names[i]);
        v->kind = names[i][0] == '/'                  ? RK__VARY_POINTER
                  : strcmp(names[i], "delivery") == 0 ? RK__VARY_DELIVERY
                                                      : RK__VARY_PARAM;
        for (size_t k = 0; k < i && status == RK_OK; k++) {
            if (strcmp(names[k], names[i]) == 0) {
                status = rk__problem(problems, RK_USAGE, NULL, "name each once",
                                     "--vary '%s' is given twice", names[i]);
            }
        }
        if (status == RK_OK && v->kind == RK__VARY_PARAM && strchr(names[i], '.') == NULL) {
            status = rk__problem(
                problems, RK_USAGE, NULL,
                "write COMPONENT.PARAMETER, a JSON pointer such as /flows/0/amount, or delivery",
                "--vary '%s' names nothing", names[i]);
        }
        status = status == RK_OK && v->what == NULL ? RK_NO_MEMORY : status;
    }
    return status;
}

/* The session's parameters with those that are varied behind them. Until a run gives a parameter a
 * value, the list ends before it. */
static rk_status make_params(rk__trial *t)
{
    size_t n = 0;
    t->session_params = t->session->options.params;
    while (t->session_params != NULL && t->session_params[n] != NULL) {
        n++;
    }
    t->params = rk__arena_alloc(&t->arena, (n + t->n_varied + 1) * sizeof *t->params);
    if (t->params == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        t->params[i] = t->session_params[i];
    }
    return RK_OK;
}

/* Writes the value behind "NAME=". */
static rk_status write_value(rk__varied *v, rk_num value)
{
    rk_decimal exact = 0;
    rk__buf_reset(&v->text);
    rk__buf_printf(&v->text, "%s=", v->what);
    v->value_at = v->text.length;
    if (!v->fractions && !rk__num_to_decimal(value, &exact)) {
        return RK_OUT_OF_RANGE;
    }
    rk__num_print_exact(&v->text, value);
    return v->text.failed ? RK_NO_MEMORY : RK_OK;
}

static void list_params(rk__trial *t, const rk_num *values)
{
    size_t n = 0;
    while (t->session_params != NULL && t->session_params[n] != NULL) {
        n++;
    }
    for (size_t i = 0; i < t->n_varied; i++) {
        if (t->varied[i].kind == RK__VARY_PARAM && values != NULL && values[i] != NULL) {
            t->params[n++] = t->varied[i].text.text;
        }
    }
    t->params[n] = NULL;
    t->session->options.params = t->params;
}

rk_status rk__trial_run(rk__trial *t, const rk_num *values, rk__nums *nums, rk_num *out,
                        rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < t->n_varied && status == RK_OK; i++) {
        rk__buf_reset(&t->varied[i].text);
        if (values != NULL && values[i] != NULL) {
            status = write_value(&t->varied[i], values[i]);
        }
    }
    if (status != RK_OK) {
        return status;
    }
    list_params(t, values);
    t->runs++;
    status = t->system != NULL ? rk__trial_run_system(t, nums, out, problems)
                               : rk__trial_run_contract(t, nums, out, problems);
    t->session->options.params = t->session_params;
    return status == RK_OK && nums->no_memory ? RK_NO_MEMORY : status;
}

/* --------------------------------------------------------------------- the public */

/* A part of a number that has more than six decimals. */
static rk_num fraction_near(rk__nums *nums, rk_num present)
{
    static const int64_t parts[] = {3, 7, 11, 13};
    rk_decimal exact = 0;
    rk_num part = rk__num_from_ratio(nums, 1, 3);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && rk__num_sign(present) != 0; i++) {
        part = rk__num_mul(nums, present, rk__num_from_ratio(nums, 1, parts[i]));
        if (!rk__num_to_decimal(part, &exact)) {
            break;
        }
    }
    return part;
}

/* Finds whether a thing takes fractions by trying one near its present value: a parameter that
 * takes none refuses its decimals. */
static void try_fractions(rk__trial *t)
{
    rk_num *values = rk__arena_alloc(&t->arena, (t->n_varied + 1) * sizeof(rk_num));
    rk_num *out = rk__arena_alloc(&t->arena, (t->n_series * t->n_measures + 1) * sizeof(rk_num));
    rk_problems *aside = rk_problems_new();
    for (size_t i = 0; values != NULL && out != NULL && aside != NULL && i < t->n_varied; i++) {
        rk__varied *v = &t->varied[i];
        v->fractions = true;
        values[i] = fraction_near(&t->nums, v->present);
        v->fractions = rk__trial_run(t, values, &t->nums, out, aside) == RK_OK;
        values[i] = NULL;
    }
    rk_problems_free(aside);
}

rk_status rk__trial_open(rk_session *session, const char *path, const rk__trial_options *options,
                         rk__trial **out, rk_problems *problems)
{
    bool system = false;
    *out = NULL;
    rk__trial *t = rk__calloc(1, sizeof *t);
    if (t == NULL) {
        return RK_NO_MEMORY;
    }
    t->session = session;
    t->session_params = session->options.params;
    t->path = path;
    rk_status status = make_varied(t, options->vary, problems);
    if (status == RK_OK) {
        status = make_params(t);
    }
    if (status == RK_OK) {
        status = rk__is_system(path, &system, problems);
    }
    if (status == RK_OK) {
        status = system ? rk__trial_open_system(t, options, problems)
                        : rk__trial_open_contract(t, options, problems);
    }
    if (status == RK_OK) {
        try_fractions(t);
        status = t->nums.no_memory || t->arena.failed ? RK_NO_MEMORY : RK_OK;
    }
    t->runs = 0;
    if (status != RK_OK) {
        rk__trial_free(t);
        return status;
    }
    *out = t;
    return RK_OK;
}

void rk__trial_free(rk__trial *t)
{
    if (t == NULL) {
        return;
    }
    t->session->options.params = t->session_params;
    for (size_t i = 0; i < t->n_varied; i++) {
        rk__buf_dispose(&t->varied[i].text);
    }
    rk__plan_free(t->plan);
    rk_contract_free(t->contract);
    rk_system_free(t->system);
    rk__nums_dispose(&t->nums);
    rk__arena_dispose(&t->arena);
    rk__free(t);
}

const rk__variable *rk__trial_variable(const rk__trial *t, size_t index)
{
    return index < t->n_varied ? (const rk__variable *) (const void *) &t->varied[index] : NULL;
}

size_t rk__trial_n_series(const rk__trial *t)
{
    return t->n_series;
}

const char *rk__trial_series(const rk__trial *t, size_t index)
{
    return t->series[index];
}

bool rk__trial_is_system(const rk__trial *t)
{
    return t->system != NULL;
}

uint64_t rk__trial_n_runs(const rk__trial *t)
{
    return t->runs;
}

rk__trial_subject rk__trial_subject_of(const rk__trial *t, rk__arena *arena)
{
    const rk__system *s = t->system != NULL ? &t->system->base : NULL;
    const rk_contract *c = t->contract;
    return (rk__trial_subject){.of = rk__arena_strdup(arena, s != NULL ? s->id : c->id),
                               .title = rk__arena_strdup(arena, s != NULL ? s->title : c->title),
                               .basis = rk__arena_strdup(arena, s != NULL ? s->basis : c->basis),
                               .currency =
                                   rk__arena_strdup(arena, s != NULL ? s->currency : c->currency),
                               .places = s != NULL ? s->places : c->places};
}
