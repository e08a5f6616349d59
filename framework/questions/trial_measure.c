/* SPDX-License-Identifier: MIT
 *
 * trial_measure.c: the names of measures.
 */
#include "questions/trial.h"

#include <string.h>

static rk_status wrong(const char *text, const char *hint, const char *what, rk_problems *problems)
{
    return rk__problem(problems, RK_USAGE, NULL, hint, "measure '%s': %s", text, what);
}

/* -------------------------------------------------------------------- of contracts */

static const char *const kinds[] = {"total", "cost", "margin"};

/* "ARRANGEMENT.total" of `length` characters: the kind, and the length of the name; 3 if it is not
 * a figure. */
static size_t kind_of(const char *text, size_t length, size_t *name)
{
    const char *dot = memrchr(text, '.', length);
    const char *word = dot != NULL ? dot + 1 : text;
    const size_t word_length = length - (size_t) (word - text);
    size_t kind = 0;
    while (kind < 3 &&
           (strlen(kinds[kind]) != word_length || strncmp(kinds[kind], word, word_length) != 0)) {
        kind++;
    }
    *name = dot != NULL ? (size_t) (dot - text) : 0;
    return kind;
}

static bool is_figure(const rk__trial *t, const char *text, size_t length)
{
    size_t name = 0;
    bool known = kind_of(text, length, &name) < 3;
    for (size_t a = 0; known && name > 0 && a <= t->contract->n_arrangements; a++) {
        known = a < t->contract->n_arrangements;
        if (known && strlen(t->contract->arrangements[a].name) == name &&
            strncmp(t->contract->arrangements[a].name, text, name) == 0) {
            break;
        }
    }
    return known;
}

static rk_status contract_figure(rk__trial *t, const char *measure, const char *text, size_t length,
                                 rk__figure *out, rk_problems *problems)
{
    size_t name = 0;
    const size_t kind = kind_of(text, length, &name);
    *out = (rk__figure){.period = SIZE_MAX};
    if (kind == 3) {
        return wrong(measure, "write total, cost or margin, or ARRANGEMENT.total",
                     "a contract has no such figure", problems);
    }
    out->kind = (rk__figure_kind) kind;
    const rk__arrangement *arrangement = &t->contract->arrangements[t->contract->chosen];
    if (name > 0) {
        const char *id = rk__arena_copy(&t->arena, text, name);
        if (id == NULL) {
            return RK_NO_MEMORY;
        }
        arrangement = rk__contract_arrangement(t->contract, id);
        if (arrangement == NULL) {
            return rk__no_arrangement(t->contract, id, problems);
        }
    }
    while (out->arrangement < t->n_arrangements &&
           t->arrangements[out->arrangement] != arrangement) {
        out->arrangement++;
    }
    if (out->arrangement == t->n_arrangements) {
        t->arrangements[t->n_arrangements++] = arrangement;
    }
    return RK_OK;
}

/* The hyphen of a difference; NULL if the text is not a difference. Names have hyphens too, so
 * there must be a figure on both sides. */
static const char *difference_at(const rk__trial *t, const char *text, size_t length)
{
    for (size_t i = 1; i + 1 < length && !is_figure(t, text, length); i++) {
        if (text[i] == '-' && is_figure(t, text, i) && is_figure(t, text + i + 1, length - i - 1)) {
            return text + i;
        }
    }
    return NULL;
}

rk_status rk__measure_of_contract(rk__trial *t, const char *text, rk__measure *out,
                                  rk_problems *problems)
{
    const char *at = strrchr(text, '@');
    const size_t length = at != NULL ? (size_t) (at - text) : strlen(text);
    const char *minus = difference_at(t, text, length);
    const size_t first = minus != NULL ? (size_t) (minus - text) : length;
    *out = (rk__measure){.difference = minus != NULL};
    rk_status status = contract_figure(t, text, text, first, &out->first, problems);
    if (status == RK_OK && minus != NULL) {
        status = contract_figure(t, text, minus + 1, length - first - 1, &out->less, problems);
    }
    if (status != RK_OK || at == NULL || strcmp(at, "@cumulative") == 0) {
        return status;
    }
    const int period = rk__period_by_id(t->contract, at + 1, strlen(at + 1));
    if (period < 0) {
        return wrong(text, NULL, "the contract has no such period", problems);
    }
    out->first.period = out->less.period = (size_t) period;
    if (out->first.kind != RK__TOTAL || out->less.kind != RK__TOTAL) {
        return wrong(text, "write total@PERIOD", "only totals are known by period", problems);
    }
    return RK_OK;
}

/* ---------------------------------------------------------------------- of systems */

static rk_status unknown_organisation(const rk__trial *t, const char *text, const char *name,
                                      rk_problems *problems)
{
    const rk__system *s = &t->system->base;
    const char **ids = rk__calloc(s->n_organisations + 3, sizeof *ids);
    rk__buf hint = {0};
    if (ids == NULL) {
        return RK_NO_MEMORY;
    }
    ids[0] = "system";
    ids[1] = "npv";
    for (size_t o = 0; o < s->n_organisations; o++) {
        ids[o + 2] = s->organisations[o].id;
    }
    const char *near = rk__nearest(name, ids);
    rk__buf_printf(&hint,
                   near != NULL ? "did you mean '%s'?" : "write system, npv or an organisation%.0s",
                   near != NULL ? near : "");
    const rk_status status =
        wrong(text, hint.text, "the system has no such figure or organisation", problems);
    rk__buf_dispose(&hint);
    rk__free(ids);
    return status;
}

rk_status rk__measure_of_system(rk__trial *t, const char *text, rk__measure *out,
                                rk_problems *problems)
{
    const rk__system *s = &t->system->base;
    const char *at = strrchr(text, '@');
    const char *name =
        rk__arena_copy(&t->arena, text, at != NULL ? (size_t) (at - text) : strlen(text));
    *out = (rk__measure){.first = {.period = SIZE_MAX, .kind = RK__SYSTEM}};
    if (name == NULL) {
        return RK_NO_MEMORY;
    }
    if (strcmp(name, "npv") == 0) {
        out->first.kind = RK__NPV;
        if (s->discount_rate == NULL) {
            return wrong(text, "state a discount_rate in \"balance\"",
                         "the system has no discount rate", problems);
        }
    } else if (strcmp(name, "system") != 0) {
        out->first.kind = RK__POSITION;
        size_t o = 0;
        while (o < s->n_organisations && strcmp(s->organisations[o].id, name) != 0) {
            o++;
        }
        out->first.organisation = o;
        if (o == s->n_organisations) {
            return unknown_organisation(t, text, name, problems);
        }
    }
    if (at == NULL || strcmp(at, "@cumulative") == 0) {
        return RK_OK;
    }
    size_t p = 0;
    while (p < s->n_periods && strcmp(s->periods[p].id, at + 1) != 0) {
        p++;
    }
    out->first.period = p;
    if (p == s->n_periods) {
        return wrong(text, NULL, "the system has no such period", problems);
    }
    return out->first.kind == RK__NPV
               ? wrong(text, "write npv", "a present value is of all periods", problems)
               : RK_OK;
}
