/* SPDX-License-Identifier: MIT
 *
 * evaluate.c: evaluating a system, one scenario after the other, each on its
 * own copy of the document.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

/* ------------------------------------------------------------------ a scenario */

/* A scenario must not add or remove periods, organisations or contracts: results could not be shown
 * side by side. */
static rk_status check_shape(const rk__value *before, const rk__value *after, rk_problems *problems)
{
    static const char *const lists[] = {"organisations", "contracts", "periods"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const rk__value *x = rk__json_get(before, lists[i]);
        const rk__value *y = rk__json_get(after, lists[i]);
        if (x != NULL && y != NULL && x->count != y->count) {
            return rk__json_problem(problems, y, RK_CONFLICT, "give each scenario the same list",
                                    "a scenario cannot change how many '%s' there are", lists[i]);
        }
    }
    return RK_OK;
}

/* Lists the items of each organisation by `owner`; an item with two owners is listed twice. */
typedef size_t owner_of(const rk__system *s, size_t item, bool second);

static size_t contract_owner(const rk__system *s, size_t item, bool second)
{
    return second ? s->contracts[item].payer : s->contracts[item].payee;
}

static size_t flow_owner(const rk__system *s, size_t item, bool second)
{
    return second ? SIZE_MAX : s->flows[item].organisation;
}

static rk_status list_by_organisation(rk__system *s, size_t n_items, owner_of *owner,
                                      size_t **items, size_t **first)
{
    const size_t n = s->n_organisations;
    *items = rk__arena_alloc(&s->arena, (2 * n_items + 1) * sizeof **items);
    *first = rk__arena_alloc(&s->arena, (n + 2) * sizeof **first);
    if (*items == NULL || *first == NULL) {
        return RK_NO_MEMORY;
    }
    size_t *at = *first + 1; /* moved on while the lists are filled */
    for (size_t i = 0; i < 2 * n_items; i++) {
        const size_t o = owner(s, i / 2, i % 2 == 1);
        if (o != SIZE_MAX) {
            at[o]++;
        }
    }
    size_t begin = 0;
    for (size_t o = 0; o < n; o++) {
        const size_t count = at[o];
        at[o] = begin;
        begin += count;
    }
    for (size_t i = 0; i < 2 * n_items; i++) {
        const size_t o = owner(s, i / 2, i % 2 == 1);
        if (o != SIZE_MAX) {
            (*items)[at[o]++] = i / 2;
        }
    }
    return RK_OK;
}

/* Reads the document as changed by the scenario. */
static rk_status read_scenario(rk__system_run *run, size_t index)
{
    rk_system *system = run->system;
    rk_status status = rk__json_clone(rk__json_root(system->document), &run->document);
    if (status == RK_OK) {
        status = rk__system_apply_sets(run, &system->base.scenarios[index]);
    }
    if (status == RK_OK) {
        status = check_shape(rk__json_root(system->document), rk__json_root(run->document),
                             run->problems);
    }
    if (status == RK_OK) {
        status =
            rk__system_read(rk__json_root(run->document), system->base_dir, &run->s, run->problems);
    }
    if (status != RK_OK) {
        return status;
    }
    const size_t n = run->s.n_contracts;
    run->scenario = &run->s.scenarios[index];
    status =
        list_by_organisation(&run->s, n, contract_owner, &run->contracts_of, &run->first_contract);
    if (status == RK_OK) {
        status = list_by_organisation(&run->s, run->s.n_flows, flow_owner, &run->flows_of,
                                      &run->first_flow);
    }
    run->out->found.accepts = run->s.accepts;
    run->out->found.n_accepts = run->s.n_accepts;
    for (size_t i = 0; i < run->s.n_flows && status == RK_OK; i++) {
        status = run->s.flows[i].as_scenario
                     ? rk__flow_deliver(&run->s, &run->s.flows[i], run->scenario->delivery)
                     : RK_OK;
    }
    if (status != RK_OK) {
        return status;
    }
    run->result->pooled |= run->s.risk_pool != NULL;
    run->contracts = rk__calloc(n + 1, sizeof(rk_contract *));
    run->results = rk__calloc(n + 1, sizeof(rk_result *));
    run->payments = rk__calloc(n * run->s.n_periods + 1, sizeof(rk_num));
    run->grants = rk__calloc(n + 1, sizeof(bool));
    run->waits = rk__calloc(n + 1, sizeof(bool));
    run->follows = rk__calloc(n + 1, sizeof(bool));
    run->granted = rk__calloc(n * run->s.n_periods + 1, sizeof(rk_num));
    run->out->periods = rk__calloc(run->s.n_periods, sizeof *run->out->periods);
    run->out->name = rk__arena_strdup(&run->result->arena, run->scenario->name);
    run->out->title = rk__arena_strdup(&run->result->arena, run->scenario->title);
    run->out->n_periods = run->out->periods != NULL ? run->s.n_periods : 0;
    return run->contracts == NULL || run->results == NULL || run->payments == NULL ||
                   run->grants == NULL || run->waits == NULL || run->follows == NULL ||
                   run->granted == NULL || run->out->periods == NULL || run->out->name == NULL
               ? RK_NO_MEMORY
               : RK_OK;
}

/* Copies the texts of entries, since the scenario's document will be freed. */
static rk_status keep_texts(rk__system_run *run)
{
    rk__arena *arena = &run->result->arena;
    for (size_t p = 0; p < run->s.n_periods; p++) {
        for (size_t o = 0; o < run->s.n_organisations; o++) {
            rk__position *position = &run->out->periods[p].positions[o];
            for (size_t i = 0; i < position->n_entries; i++) {
                rk_entry *e = &position->entries[i];
                const bool label = e->label != NULL;
                const bool with = e->with != NULL;
                e->label = rk__arena_strdup(arena, e->label);
                e->with = rk__arena_strdup(arena, e->with);
                if ((label && e->label == NULL) || (with && e->with == NULL)) {
                    return RK_NO_MEMORY;
                }
            }
        }
    }
    return RK_OK;
}

static void dispose_run(rk__system_run *run)
{
    for (size_t i = 0; i < run->s.n_contracts && run->contracts != NULL; i++) {
        if (run->results != NULL) {
            rk_result_free(run->results[i]);
        }
        rk_contract_free(run->contracts[i]);
    }
    rk__free(run->contracts);
    rk__free(run->results);
    rk__free(run->payments);
    rk__free(run->grants);
    rk__free(run->waits);
    rk__free(run->follows);
    rk__free(run->granted);
    rk__free(run->moved);
    run->out->nums = run->s.nums; /* the numbers found live on in the result */
    run->s.nums = (rk__nums){0};
    rk__system_dispose(&run->s);
    rk__json_free(run->document);
    for (size_t i = 0; i < run->n_made; i++) {
        rk__json_free(run->made[i]);
    }
    rk__free(run->made);
}

static void dispose_scenario(const rk_system_result *result, rk__scenario_result *s)
{
    for (size_t p = 0; s->periods != NULL && p < result->n_periods; p++) {
        for (size_t o = 0; s->periods[p].positions != NULL && o < result->n_organisations; o++) {
            rk__position_dispose(&s->periods[p].positions[o]);
        }
        rk__free(s->periods[p].positions);
    }
    rk__free(s->periods);
    rk__free(s->conditions);
    rk__free(s->coverage);
    rk__nums_dispose(&s->nums);
}

/* Evaluates each contract, those that depend on positions last. */
static rk_status pay(rk__system_run *run)
{
    rk_status status = rk__system_find_grants(run);
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        if (!run->waits[i]) {
            status = rk__system_pay_one(run, i);
        }
    }
    return status == RK_OK ? rk__system_pay_grants(run) : status;
}

static rk_status find_coverage(rk__system_run *run)
{
    const size_t n = run->s.n_contracts;
    rk__coverage found = {0};
    rk__covered *contracts = rk__arena_alloc(&run->s.arena, (n + 1) * sizeof *contracts);
    if (contracts == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        contracts[i] = (rk__covered){.id = run->s.contracts[i].id,
                                     .contract = run->contracts[i],
                                     .arrangement = rk__contract_arrangement(
                                         run->contracts[i], run->results[i]->arrangement),
                                     .root = run->s.contracts[i].contract,
                                     .base_dir = run->system->contract_dirs[i],
                                     .payee = run->s.contracts[i].payee};
    }
    const rk__coverage_input input = {.session = run->system->session,
                                      .contracts = contracts,
                                      .n_contracts = n,
                                      .shared = run->s.root,
                                      .shared_dir = run->system->base_dir,
                                      .periods = run->s.periods,
                                      .n_periods = run->s.n_periods,
                                      .system = &run->s,
                                      .arena = &run->result->arena,
                                      .nums = &run->s.nums};
    const rk_status status = rk__coverage_find(&input, &found, run->problems);
    run->out->coverage = found.coverage;
    run->out->n_coverage = found.n_coverage;
    return status;
}

/* What the contracts pay without the scenario's changes of activity, to separate prices from
 * activity. */
static rk_status pay_unchanged(rk_system *system, rk_system_result *result, size_t index,
                               rk__scenario_result *out, rk_problems *problems)
{
    rk__scenario_result aside = {0};
    rk__system_run run = {.system = system, .result = result, .out = &aside, .problems = problems};
    rk_status status = read_scenario(&run, index);
    if (status == RK_OK) {
        run.s.scenarios[index].n_changes = 0;
        status = pay(&run);
    }
    const size_t n = run.s.n_contracts * run.s.n_periods;
    if (status == RK_OK) {
        out->unchanged = rk__arena_alloc(&result->arena, (n + 1) * sizeof(rk_num));
        status = out->unchanged == NULL ? RK_NO_MEMORY : RK_OK;
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        out->unchanged[i] = rk__num_copy(&out->nums, run.payments[i]);
        status = out->unchanged[i] == NULL ? RK_NO_MEMORY : RK_OK;
    }
    dispose_run(&run);
    dispose_scenario(result, &aside);
    return status;
}

static rk_status run_scenario(rk_system *system, rk_system_result *result, size_t index,
                              rk__scenario_result *out, rk_problems *problems)
{
    rk__system_run run = {.system = system, .result = result, .out = out, .problems = problems};
    static rk_status (*const steps[])(rk__system_run *) = {
        rk__system_change,  rk__system_cost, pay,           rk__system_positions,
        rk__system_balance, rk__system_find, find_coverage, rk__system_answer_question,
        rk__system_inputs,  keep_texts};
    rk_status status = read_scenario(&run, index);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == RK_OK; i++) {
        status = steps[i](&run);
    }
    if (status == RK_OK && run.s.nums.no_memory) {
        status = RK_NO_MEMORY;
    }
    const bool changes = run.scenario != NULL && run.scenario->n_changes > 0;
    dispose_run(&run);
    return status == RK_OK && changes && !result->figures_only
               ? pay_unchanged(system, result, index, out, problems)
               : status;
}

/* ------------------------------------------------------------------ the result */

/* *out is NULL if there are no members. */
static rk_status member_names(rk__arena *arena, const rk__system *s, const rk__organisation *o,
                              const char **out)
{
    rk__buf text = {0};
    for (size_t i = 0; i < o->n_names; i++) {
        rk__buf_printf(&text, "%s%s", i == 0 ? "" : ", ", o->names[i]);
    }
    for (size_t i = 0; i < o->n_group; i++) {
        rk__buf_printf(&text, "%s%s", i == 0 ? "" : ", ", s->organisations[o->group[i]].id);
    }
    *out = text.text != NULL ? rk__arena_strdup(arena, text.text) : NULL;
    const bool failed = text.failed;
    rk__buf_dispose(&text);
    return failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status describe_sources(const rk__system *s, rk_system_result *result)
{
    rk__arena *arena = &result->arena;
    result->notes = rk__arena_strdup(arena, s->notes);
    result->sources = rk__arena_alloc(arena, (s->n_sources + 1) * sizeof *result->sources);
    rk_status status = result->sources == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < s->n_sources && status == RK_OK; i++) {
        const rk_source_note *from = &s->sources[i];
        rk_source_note *to = &result->sources[result->n_sources++];
        *to = (rk_source_note){.of = rk__arena_strdup(arena, from->of),
                               .text = rk__arena_strdup(arena, from->text),
                               .url = rk__arena_strdup(arena, from->url)};
        status = to->of == NULL || to->text == NULL ? RK_NO_MEMORY : RK_OK;
    }
    return status;
}

/* A copy of a list of texts; NULL for none, and out of memory, which marks the arena. */
static const char *const *list_of(rk__arena *arena, const char *const *list)
{
    const char *const *copy = NULL;
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        const char *text = rk__arena_strdup(arena, list[i]);
        copy = text != NULL ? rk__list_with(arena, copy, text) : NULL;
    }
    return copy;
}

static rk_status describe(const rk_system *system, rk_system_result *result)
{
    const rk__system *s = &system->base;
    rk__arena *arena = &result->arena;
    result->id = rk__arena_strdup(arena, s->id);
    result->title = rk__arena_strdup(arena, s->title);
    result->basis = rk__arena_strdup(arena, s->basis);
    result->currency = rk__arena_strdup(arena, s->currency);
    result->sha256 = rk__arena_strdup(arena, system->sha256);
    result->places = s->places;
    result->window = s->window;
    result->pooled = s->risk_pool != NULL;
    result->n_contracts = s->n_contracts;
    result->params = list_of(arena, system->session->options.params);
    result->sets = list_of(arena, system->session->options.sets);
    result->organisations =
        rk__arena_alloc(arena, s->n_organisations * sizeof *result->organisations);
    result->periods = rk__arena_alloc(arena, s->n_periods * sizeof *result->periods);
    if (result->organisations == NULL || result->periods == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    for (size_t i = 0; i < s->n_organisations && status == RK_OK; i++) {
        const rk__organisation *o = &s->organisations[i];
        rk_organisation_view *to = &result->organisations[result->n_organisations++];
        *to = (rk_organisation_view){.id = rk__arena_strdup(arena, o->id),
                                     .title = rk__arena_strdup(arena, o->title),
                                     .kind = rk__arena_strdup(arena, o->kind_text),
                                     .outside = !rk__is_inside(o),
                                     .observer = o->observer};
        status = member_names(arena, s, o, &to->members);
        size_t *group = rk__arena_alloc(arena, (o->n_group + 1) * sizeof *group);
        for (size_t k = 0; group != NULL && k < o->n_group; k++) {
            group[to->n_group++] = o->group[k];
        }
        to->group = group;
    }
    result->yearly = true;
    for (size_t i = 0; i < s->n_periods; i++) {
        int64_t num = 1;
        int64_t den = 1;
        rk__date_year_fraction(s->periods[i].start, s->periods[i].end, &num, &den);
        result->yearly &= num == den;
        result->periods[result->n_periods++] = rk__arena_strdup(arena, s->periods[i].id);
    }
    if (s->discount_rate != NULL) {
        rk__buf text = {0};
        rk__num_print_exact(&text, s->discount_rate);
        result->discount_rate = text.failed ? NULL : rk__arena_strdup(arena, text.text);
        status = result->discount_rate != NULL ? status : RK_NO_MEMORY;
        rk__buf_dispose(&text);
    }
    if (status == RK_OK) {
        status = describe_sources(s, result);
    }
    return status == RK_OK && arena->failed ? RK_NO_MEMORY : status;
}

static rk_status scenario_named(const rk_system *system, const char *name, size_t *out,
                                rk_problems *problems)
{
    const size_t n = system->base.n_scenarios;
    rk__buf all = {0};
    for (size_t i = 0; i < n; i++) {
        if (strcmp(system->base.scenarios[i].name, name) == 0) {
            rk__buf_dispose(&all);
            *out = i;
            return RK_OK;
        }
        rk__buf_printf(&all, "%s%s", i == 0 ? "the system has: " : ", ",
                       system->base.scenarios[i].name);
    }
    const rk_status status =
        rk__problem(problems, RK_USAGE, NULL, all.text, "there is no scenario '%s'", name);
    rk__buf_dispose(&all);
    return status;
}

static rk_status evaluate(rk_system *system, const char *const *scenarios, bool figures_only,
                          struct rk__system_question *question, rk_system_result **out_result,
                          rk_problems *problems)
{
    size_t n = 0;
    while (scenarios != NULL && scenarios[n] != NULL) {
        n++;
    }
    const bool all = n == 0;
    n = all ? system->base.n_scenarios : n;
    *out_result = NULL;
    rk_system_result *result = rk__calloc(1, sizeof *result);
    if (result == NULL) {
        return RK_NO_MEMORY;
    }
    result->figures_only = figures_only;
    result->question = question;
    rk_status status = describe(system, result);
    result->scenarios = rk__calloc(n, sizeof *result->scenarios);
    status = result->scenarios == NULL ? RK_NO_MEMORY : status;
    if (status == RK_OK && system->keeps_steps && !figures_only) {
        status = rk__system_explain_all(system, n, result);
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        size_t index = i;
        status = all ? RK_OK : scenario_named(system, scenarios[i], &index, problems);
        if (status == RK_OK) {
            result->n_scenarios++;
            status = run_scenario(system, result, index, &result->scenarios[i], problems);
        }
    }
    status = status == RK_OK && result->arena.failed ? RK_NO_MEMORY : status;
    if (status == RK_OK && !figures_only) {
        status = rk__system_bridge(result);
    }
    if (status == RK_OK && result->arena.failed) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk_system_result_free(result);
        return rk__problem_memory(problems, status);
    }
    *out_result = result;
    return RK_OK;
}

rk_status rk_system_evaluate(rk_system *system, const char *const *scenarios,
                             rk_system_result **out_result, rk_problems *problems)
{
    return evaluate(system, scenarios, false, NULL, out_result, problems);
}

rk_status rk__system_figures(rk_system *system, const char *const *scenarios,
                             rk_system_result **out_result, rk_problems *problems)
{
    return evaluate(system, scenarios, true, NULL, out_result, problems);
}

rk_status rk__system_ask(rk_system *system, const char *const *scenarios,
                         struct rk__system_question *question, rk_problems *problems)
{
    rk_system_result *result = NULL;
    const rk_status status = evaluate(system, scenarios, true, question, &result, problems);
    rk_system_result_free(result);
    return status;
}

void rk_system_result_free(rk_system_result *result)
{
    if (result == NULL) {
        return;
    }
    for (size_t i = 0; result->scenarios != NULL && i < result->n_scenarios; i++) {
        dispose_scenario(result, &result->scenarios[i]);
    }
    rk_explanation_free(result->explained);
    rk__free(result->scenarios);
    rk__free(result->inputs);
    rk__arena_dispose(&result->arena);
    rk__free(result);
}
