/* SPDX-License-Identifier: MIT
 *
 * trial_system.c: a system that is evaluated with other values.
 */
#include <string.h>

#include "questions/trial.h"
#include "system/run.h"

static const rk__scenario *scenario_of(const rk__trial *t, size_t series)
{
    const rk__system *s = &t->system->base;
    for (size_t i = 0; i < s->n_scenarios; i++) {
        if (strcmp(s->scenarios[i].name, t->series[series]) == 0) {
            return &s->scenarios[i];
        }
    }
    return NULL;
}

/* The part that is delivered in the first scenario that changes something. */
static rk_status find_delivery(rk__trial *t, rk__varied *v, rk_problems *problems)
{
    v->percent = true;
    for (size_t i = 0; i < t->n_series; i++) {
        const rk__scenario *s = scenario_of(t, i);
        if (s == NULL || s->at == NULL) {
            return rk__problem(problems, RK_USAGE, NULL, "give the system scenarios with changes",
                               "--vary delivery: the system has no scenarios");
        }
        if (v->present == NULL && (s->n_changes > 0 || i + 1 == t->n_series)) {
            v->present = rk__num_copy(&t->nums, s->delivery);
        }
    }
    return RK_OK;
}

static rk_status find_varied(rk__trial *t, rk__varied *v, rk_problems *problems)
{
    const rk__system *s = &t->system->base;
    if (v->kind == RK__VARY_DELIVERY) {
        return find_delivery(t, v, problems);
    }
    if (v->kind == RK__VARY_POINTER) {
        const rk__value *at = rk__json_at(rk__json_root(t->system->document), v->what);
        if (at == NULL) {
            return rk__problem(problems, RK_USAGE, NULL, NULL,
                               "--vary '%s': the system has no value there", v->what);
        }
        rk__trial_present(t, v, at->text);
        return RK_OK;
    }
    size_t found = 0;
    for (size_t i = 0; i < s->n_contracts; i++) {
        found += rk__trial_find_param(t, v, s->contracts[i].contract);
    }
    if (found == 1) {
        return RK_OK;
    }
    return rk__problem(
        problems, RK_USAGE, NULL,
        found == 0
            ? "write COMPONENT.PARAMETER of one of its contracts, a JSON pointer, or delivery"
            : "a JSON pointer such as /contracts/0/contract/... varies one of them",
        found == 0 ? "--vary '%s': no contract of the system has such a component"
                   : "--vary '%s': several contracts of the system have such a component",
        v->what);
}

static rk_status make_series(rk__trial *t, const char *const *names, rk_problems *problems)
{
    const rk__system *s = &t->system->base;
    size_t n = 0;
    while (names != NULL && names[n] != NULL) {
        n++;
    }
    const bool all = n == 0;
    t->n_series = all ? s->n_scenarios : n;
    t->series = rk__arena_alloc(&t->arena, (t->n_series + 1) * sizeof *t->series);
    if (t->series == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < t->n_series; i++) {
        t->series[i] = all ? s->scenarios[i].name : names[i];
        if (scenario_of(t, i) == NULL) {
            return rk__problem(problems, RK_USAGE, NULL, NULL, "there is no scenario '%s'",
                               names[i]);
        }
    }
    return RK_OK;
}

rk_status rk__trial_open_system(rk__trial *t, const rk__trial_options *o, rk_problems *problems)
{
    size_t n = 0;
    rk_status status = rk_system_load(t->session, t->path, &t->system, problems);
    if (status == RK_OK) {
        status = make_series(t, o->scenarios, problems);
    }
    for (size_t i = 0; i < t->n_varied && status == RK_OK; i++) {
        status = find_varied(t, &t->varied[i], problems);
    }
    while (o->measures[n] != NULL) {
        n++;
    }
    t->measures = rk__arena_alloc(&t->arena, (n + 1) * sizeof *t->measures);
    if (t->measures == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = rk__measure_of_system(t, o->measures[i], &t->measures[t->n_measures++], problems);
    }
    return status;
}

/* ------------------------------------------------------------------------ evaluating */

/* "/scenarios/NAME/delivery=VALUE"; a pointer writes ~ as ~0 and / as ~1. */
static const char *delivery_set(rk__arena *arena, const char *scenario, const char *value)
{
    rk__buf text = {0};
    rk__buf_puts(&text, "/scenarios/");
    for (const char *c = scenario; *c != '\0'; c++) {
        if (*c == '~' || *c == '/') {
            rk__buf_puts(&text, *c == '~' ? "~0" : "~1");
        } else {
            rk__buf_putc(&text, *c);
        }
    }
    rk__buf_printf(&text, "/delivery=%s", value);
    const char *out = text.failed ? NULL : rk__arena_strdup(arena, text.text);
    rk__buf_dispose(&text);
    return out;
}

static rk_status make_sets(const rk__trial *t, rk__arena *arena, const char ***out)
{
    const char **sets =
        rk__arena_alloc(arena, (t->n_varied * t->n_series + t->n_varied + 1) * sizeof *sets);
    size_t n = 0;
    for (size_t i = 0; sets != NULL && i < t->n_varied; i++) {
        const rk__varied *v = &t->varied[i];
        if (v->text.length == 0 || v->kind == RK__VARY_PARAM) {
            continue;
        }
        for (size_t k = 0; v->kind == RK__VARY_DELIVERY && k < t->n_series; k++) {
            sets[n++] = delivery_set(arena, t->series[k], v->text.text + v->value_at);
        }
        if (v->kind == RK__VARY_POINTER) {
            sets[n++] = v->text.text;
        }
    }
    *out = sets;
    return sets == NULL || arena->failed ? RK_NO_MEMORY : RK_OK;
}

rk_num rk__figure_of(const rk__figure *f, const rk__scenario_result *s)
{
    const bool all = f->period == SIZE_MAX;
    switch (f->kind) {
    case RK__NPV:
        return s->balance.npv;
    case RK__POSITION:
        return all ? s->organisations[f->organisation].total
                   : s->periods[f->period].positions[f->organisation].after;
    default:
        return all ? s->balance.total : s->periods[f->period].system;
    }
}

rk_status rk__trial_run_system(rk__trial *t, rk__nums *nums, rk_num *out, rk_problems *problems)
{
    rk__arena scratch = {0};
    const char **sets = NULL;
    rk_system_result *result = NULL;
    rk_status status = make_sets(t, &scratch, &sets);
    if (status == RK_OK) {
        status = sets[0] != NULL ? rk__system_with(t->system, sets, t->series, &result, problems)
                                 : rk__system_figures(t->system, t->series, &result, problems);
    }
    for (size_t i = 0; status == RK_OK && i < t->n_series; i++) {
        for (size_t m = 0; m < t->n_measures; m++) {
            out[i * t->n_measures + m] =
                rk__num_copy(nums, rk__figure_of(&t->measures[m].first, &result->scenarios[i]));
        }
    }
    rk_system_result_free(result);
    rk__arena_dispose(&scratch);
    return status;
}
