/* SPDX-License-Identifier: MIT
 *
 * incentives.c: does a provider still gain by doing more? Each key's activity is changed by a step
 * in every period, every arrangement is evaluated again, and what it pays more is compared with the
 * extra cost, of which the fixed part does not change:
 *     [pay(n + d) - pay(n) - d x unit cost x (1 - fixed)] / d
 * In a system, the whole system is evaluated again: the cost follows its cost behaviour in that
 * period, and the payee's position shows what is left after the pool, and after everything else.
 */
#include "questions/incentives_inside.h"
#include "questions/trial.h"

#include <stdarg.h>
#include <string.h>

#include "contract/sources.h"

#define KEYS_MAX 500

__attribute__((format(printf, 3, 4))) static rk_status finding(rk_incentives *out, const char *code,
                                                               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rk__finding_add_v(&out->found, &out->arena, (rk_finding){.code = code}, format, args);
    va_end(args);
    out->n_findings = out->found.n;
    return out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status new_effects(rk__subject *s, rk__effect ***out)
{
    *out = rk__arena_alloc(&s->out->arena, s->plain->n_arrangements * sizeof(rk__effect *));
    for (size_t a = 0; *out != NULL && a < s->plain->n_arrangements; a++) {
        (*out)[a] = rk__arena_alloc(&s->out->arena, s->plain->n_periods * sizeof(rk__effect));
        if ((*out)[a] == NULL) {
            return RK_NO_MEMORY;
        }
    }
    return *out == NULL ? RK_NO_MEMORY : RK_OK;
}

/* ----------------------------------------------------------------------- lines */

static bool holds_for_all(const rk__subject *s)
{
    return s->activity.n_rows > 0 && s->activity.rows[0].period == RK__PERIOD_ALL;
}

/* What each unit of the step changes. */
static rk_num per_unit(rk__nums *nums, rk_num after, rk_num before, rk_num step)
{
    return rk__num_div(nums, rk__num_sub(nums, after, before), step);
}

static void fill_side(rk__subject *s, const rk__effect *before, const rk__effect *after,
                      size_t period, bool fewer, rk_incentive_side *out)
{
    rk__nums *nums = &s->out->nums;
    const rk_num d = fewer ? rk__num_neg(nums, s->out->step) : s->out->step;
    if (before->payment == NULL || after->payment == NULL) {
        return; /* a period that the system does not have */
    }
    out->payment = per_unit(nums, after->payment, before->payment, d);
    if (!s->cost_known) {
        return;
    }
    /* Cost that the system's cost behaviours do not cover is not in its positions either. */
    const rk_num beside = rk__num_div(nums, s->cost[holds_for_all(s) ? 0 : period], d);
    out->cost = beside;
    if (s->system != NULL) {
        out->cost = rk__num_add(nums, beside, per_unit(nums, after->cost, before->cost, d));
    }
    out->contribution = rk__num_sub(nums, out->payment, out->cost);
    if (s->system != NULL) {
        out->after_pool =
            rk__num_add(nums, out->contribution, per_unit(nums, after->pooled, before->pooled, d));
        out->after_all = rk__num_sub(nums, per_unit(nums, after->after, before->after, d), beside);
    }
}

static rk_status count_of(rk__subject *s, const rk__scope *where, size_t period, rk_num *out)
{
    rk__nums *nums = &s->out->nums;
    rk_status status = RK_OK;
    *out = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < s->activity.n_rows && status == RK_OK; i++) {
        const rk__activity_row *row = &s->activity.rows[i];
        bool in = row->period == RK__PERIOD_ALL || row->period == (int) period;
        if (in) {
            status = rk__scope_has_row(where, s->activity.table, row->row, &in, s->problems);
        }
        if (in && status == RK_OK) {
            *out = rk__num_add(nums, *out, rk__num_from_decimal(nums, row->count));
        }
    }
    return nums->no_memory ? RK_NO_MEMORY : status;
}

/* Reports a step down for which there are too few units. */
static rk_status tell_too_few(rk__subject *s, const char *key, size_t period, rk_num count)
{
    rk__buf text = {0};
    rk__buf_printf(&text, "contract '%s': '%s' has only ", s->id, key);
    rk__num_print_trimmed(&text, count, RK_DECIMAL_PLACES);
    rk__buf_printf(&text, " units in %s, fewer than the step of ", s->plain->periods[period].id);
    rk__num_print_trimmed(&text, s->out->step, RK_DECIMAL_PLACES);
    rk__buf_puts(&text, ", so none can be taken away");
    const rk_status status =
        text.failed ? RK_NO_MEMORY : finding(s->out, "too-few-units", "%s", text.text);
    rk__buf_dispose(&text);
    return status;
}

/* One side of a key's lines, which begin at `first`: by period, then arrangement. */
static rk_status step_lines(rk__subject *s, const rk__scope *where, const char *key, size_t first,
                            bool fewer)
{
    const size_t n_arrangements = s->plain->n_arrangements;
    rk__effect **effects = NULL;
    bool *changed = rk__arena_alloc(&s->out->arena, s->plain->n_periods * sizeof *changed);
    rk_status status = changed == NULL ? RK_NO_MEMORY : new_effects(s, &effects);
    if (status == RK_OK) {
        status = rk__incentive_step(s, where, fewer ? -s->step : s->step, effects, changed);
    }
    for (size_t p = 0; p < s->plain->n_periods && status == RK_OK; p++) {
        const rk__incentive_line *lines = &s->out->lines[first + p * n_arrangements];
        const bool too_few = fewer && !changed[p];
        for (size_t a = 0; a < n_arrangements; a++) {
            rk__incentive_line *line = &s->out->lines[first + p * n_arrangements + a];
            line->fewer.too_few = fewer ? too_few : line->fewer.too_few;
            if (changed[p]) {
                fill_side(s, &s->base[a][p], &effects[a][p], p, fewer,
                          fewer ? &line->fewer : &line->more);
            }
        }
        status = too_few ? tell_too_few(s, key, p, lines->count) : RK_OK;
    }
    if (status == RK_OK && !fewer && !s->cost_known &&
        rk__any_period(changed, s->plain->n_periods)) {
        status = finding(s->out, "no-unit-cost", "contract '%s': no unit cost is known for '%s'",
                         s->id, key);
    }
    return status;
}

static rk_status add_lines(rk__subject *s, const rk__scope *where, const char *key)
{
    rk_incentives *out = s->out;
    const size_t first = out->n_lines;
    const size_t n_arrangements = s->plain->n_arrangements;
    const size_t n = n_arrangements * s->plain->n_periods;
    if (rk__grow((void **) &out->lines, &out->capacity, first + n, sizeof *out->lines) != 0) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    for (size_t p = 0; p < s->plain->n_periods && status == RK_OK; p++) {
        rk_num count = NULL;
        status = count_of(s, where, p, &count);
        for (size_t a = 0; a < n_arrangements; a++) {
            out->lines[out->n_lines++] = (rk__incentive_line){
                .contract = rk__arena_strdup(&out->arena, s->id),
                .period = rk__arena_strdup(&out->arena, s->plain->periods[p].id),
                .arrangement = rk__arena_strdup(&out->arena, s->plain->arrangements[a].name),
                .key = key,
                .count = count};
        }
    }
    for (int fewer = 0; fewer < 2 && status == RK_OK; fewer++) {
        status = step_lines(s, where, key, first, fewer != 0);
    }
    return status;
}

/* A pattern that matches the text itself. */
static const char *literal(rk__arena *arena, const char *text)
{
    char *out = rk__arena_alloc(arena, 2 * strlen(text) + 1);
    for (char *o = out; o != NULL && *text != '\0'; text++) {
        if (*text == '*') {
            *o++ = '\\';
        }
        *o++ = *text;
    }
    return out;
}

static rk_status add_keys(rk__subject *s, int column)
{
    rk_incentives *out = s->out;
    rk__dict *seen = rk__dict_new();
    rk_status status = seen == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < s->activity.n_rows && status == RK_OK; i++) {
        size_t length = 0;
        const char *text =
            rk__table_cell(s->activity.table, column, s->activity.rows[i].row, &length);
        if (text == NULL) {
            status =
                finding(out, "rows-left-out", "contract '%s': activity without '%s' is left out",
                        s->id, out->column);
            continue;
        }
        if (rk__dict_find(seen, text, length) >= 0) {
            continue;
        }
        if (rk__dict_count(seen) == KEYS_MAX) {
            status = rk__problem(s->problems, RK_LIMIT, NULL, "use another --group-by column",
                                 "column '%s' has more than %d values", out->column, KEYS_MAX);
            continue;
        }
        const char *key = rk__arena_strdup(&out->arena, text);
        const char *pattern = literal(&out->arena, text);
        rk__scope_column only = {.column = out->column, .patterns = &pattern, .n_patterns = 1};
        const rk__scope where = {.columns = &only, .n_columns = 1};
        status = rk__dict_intern(seen, text, length) < 0 || key == NULL || pattern == NULL
                     ? RK_NO_MEMORY
                     : add_lines(s, &where, key);
    }
    rk__dict_free(seen);
    return status;
}

/* Whether activity that the system shares concerns the contract: some arrangement prices rows or
 * declares that it covers activity. */
static rk_status is_concerned(rk__subject *s, bool *out)
{
    const rk__value *facts = rk__json_get(s->contract, "facts");
    rk_status status = RK_OK;
    *out = s->system == NULL || rk__json_get(facts, "activity") != NULL;
    for (size_t a = 0; a < s->plain->n_arrangements && !*out && status == RK_OK; a++) {
        const rk__arrangement *arrangement = &s->plain->arrangements[a];
        for (size_t k = 0; k < arrangement->n_components && status == RK_OK; k++) {
            const rk__component *component = &arrangement->components[k];
            const rk__rule *rule = rk__session_rule(s->session, component, &status, s->problems);
            *out |= (rule != NULL && rule->rule->rows != NULL) ||
                    (component->covers != NULL && !component->covers->nothing);
        }
    }
    return status;
}

static rk_status evaluate_subject(rk__subject *s)
{
    bool concerned = true;
    rk_status status = rk__incentive_contract(s, NULL, &s->plain);
    if (status == RK_OK) {
        status = is_concerned(s, &concerned);
    }
    if (status != RK_OK || !concerned) {
        return status;
    }
    const rk__table_spec *spec = status == RK_OK ? rk__contract_fact(s->plain, "activity") : NULL;
    if (spec == NULL) {
        return status != RK_OK
                   ? status
                   : finding(s->out, "no-activity", "contract '%s' has no table 'activity'", s->id);
    }
    s->cost = rk__arena_alloc(&s->out->arena, s->plain->n_periods * sizeof(rk_num));
    status = s->cost == NULL ? RK_NO_MEMORY : rk__sources_new(s->plain, &s->sources, s->problems);
    if (status == RK_OK) {
        status = rk__activity_open(spec, &s->session->access, s->plain->periods,
                                   s->plain->n_periods, false, &s->activity, s->problems);
    }
    if (status == RK_OK) {
        status = new_effects(s, &s->base);
    }
    if (status == RK_OK) {
        status = rk__incentive_base(s, s->base);
    }
    const int column = status == RK_OK ? rk__table_find(s->activity.table, s->out->column) : -1;
    if (status == RK_OK && column < 0) {
        return finding(s->out, "no-activity", "contract '%s': its activity has no column '%s'",
                       s->id, s->out->column);
    }
    s->out->n_periods =
        s->plain->n_periods > s->out->n_periods ? s->plain->n_periods : s->out->n_periods;
    return status == RK_OK ? add_keys(s, column) : status;
}

static void dispose_subject(rk__subject *s)
{
    rk__activity_dispose(&s->activity);
    rk__sources_free(s->sources);
    rk_contract_free(s->plain);
}

/* ------------------------------------------------------------------ the public */

static void describe(rk_incentives *out, const char *id, const char *title, const char *basis,
                     const char *currency, int places)
{
    out->id = rk__arena_strdup(&out->arena, id);
    out->title = rk__arena_strdup(&out->arena, title);
    out->basis = rk__arena_strdup(&out->arena, basis);
    out->currency = rk__arena_strdup(&out->arena, currency);
    out->places = places;
}

static rk_status of_contract(rk__subject template, const char *path)
{
    rk_contract *contract = NULL;
    rk_status status = rk_contract_load(template.session, path, &contract, template.problems);
    if (status != RK_OK) {
        return status;
    }
    describe(template.out, contract->id, contract->title, contract->basis, contract->currency,
             contract->places);
    template.id = contract->id;
    template.contract = rk__json_root(contract->document);
    template.base_dir = contract->base_dir;
    status = evaluate_subject(&template);
    dispose_subject(&template);
    rk_contract_free(contract);
    return status;
}

static rk_status of_system(rk__subject template, const char *path)
{
    rk_system *system = NULL;
    rk_status status = rk_system_load(template.session, path, &system, template.problems);
    if (status != RK_OK) {
        return status;
    }
    const rk__system *s = &system->base;
    describe(template.out, s->id, s->title, s->basis, s->currency, s->places);
    for (size_t i = 0; i < s->n_contracts && status == RK_OK; i++) {
        const rk__value *facts = rk__json_get(s->contracts[i].contract, "facts");
        if (rk__json_get(facts, "activity") == NULL &&
            rk__json_get(rk__json_get(s->root, "facts"), "activity") == NULL) {
            continue;
        }
        rk__subject one = template;
        one.id = s->contracts[i].id;
        one.contract = s->contracts[i].contract;
        one.base_dir = system->contract_dirs[i];
        one.system = system;
        one.payee = s->contracts[i].payee;
        one.index = i;
        status = evaluate_subject(&one);
        dispose_subject(&one);
    }
    rk_system_free(system);
    return status;
}

static rk_status read_options(const rk_session *session, const rk_incentives_options *options,
                              rk__subject *s, rk_problems *problems)
{
    rk_incentives_options o = {.size = sizeof o};
    const char *why = NULL;
    memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    const char *const *columns = session->options.group_by;
    s->out->column = rk__arena_strdup(&s->out->arena,
                                      columns != NULL && columns[0] != NULL ? columns[0] : "pod");
    if (s->out->column == NULL) {
        return RK_NO_MEMORY;
    }
    s->out->step =
        rk__num_parse(&s->out->nums, o.step != NULL ? o.step : "1", false, RK_DECIMAL_PLACES, &why);
    if (s->out->nums.no_memory) {
        return RK_NO_MEMORY;
    }
    if (s->out->step == NULL || rk__num_sign(s->out->step) <= 0 ||
        !rk__num_to_decimal(s->out->step, &s->step)) {
        return rk__problem(problems, RK_USAGE, NULL, "write --step 100",
                           "a step must be a number of units above zero, not '%s'", o.step);
    }
    s->fixed = o.fixed;
    const rk_num fixed = o.fixed != NULL ? rk__num_parse(&s->out->nums, o.fixed, true, -1, &why)
                                         : rk__num_from_int(&s->out->nums, 0);
    const rk_num one = rk__num_from_int(&s->out->nums, 1);
    if (s->out->nums.no_memory) {
        return RK_NO_MEMORY;
    }
    if (fixed == NULL || rk__num_sign(fixed) < 0 || rk__num_compare(fixed, one) > 0) {
        return rk__problem(problems, RK_USAGE, NULL, "write --fixed 40%",
                           "the fixed part of a cost is from 0 to 1, not '%s'", o.fixed);
    }
    return RK_OK;
}

rk_status rk_incentives_evaluate(rk_session *session, const char *path,
                                 const rk_incentives_options *options,
                                 rk_incentives **out_incentives, rk_problems *problems)
{
    bool system = false;
    *out_incentives = NULL;
    rk_incentives *out = rk__calloc(1, sizeof *out);
    if (out == NULL) {
        return RK_NO_MEMORY;
    }
    rk__subject s = {.out = out, .session = session, .problems = problems};
    rk_status status = read_options(session, options, &s, problems);
    if (status == RK_OK) {
        status = rk__is_system(path, &system, problems);
    }
    if (status == RK_OK) {
        status = system ? of_system(s, path) : of_contract(s, path);
    }
    if (status == RK_OK && (out->arena.failed || out->nums.no_memory)) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk_incentives_free(out);
        return status;
    }
    *out_incentives = out;
    return RK_OK;
}

void rk_incentives_free(rk_incentives *incentives)
{
    if (incentives != NULL) {
        rk__free(incentives->lines);
        rk__nums_dispose(&incentives->nums);
        rk__arena_dispose(&incentives->arena);
        rk__free(incentives);
    }
}
