/* SPDX-License-Identifier: MIT
 *
 * plan.c: plans an evaluation that can be run for other contracts, and runs it.
 */
#include "evaluate/plan.h"

#include <string.h>

#include "evaluate/cost.h"
#include "evaluate/evaluation.h"
#include "ledger/instance.h"
#include "rows/pass.h"
#include "table/duplicates.h"

struct rk__plan {
    rk_contract *contract;
    rk__evaluation e;
    rk__terms terms; /* of components without parameters that may differ */
    rk__arena arena;
    rk__pass_input *inputs;
    rk__pass *passes;
    size_t n_passes;
    rk__buf *provenance; /* by arrangement */
    size_t n_facts;      /* held by the sources after the first run */
    bool has_run, may_repeat;
    const char *const *varied; /* names of parameters; NULL: contracts of the same terms */
    rk__row_outcome **kept;    /* by arrangement: of each instance that streams */
};

void rk__plan_free(rk__plan *plan)
{
    if (plan == NULL) {
        return;
    }
    for (size_t i = 0; i < plan->n_passes; i++) {
        rk__pass_dispose(&plan->passes[i]);
    }
    for (size_t a = 0; plan->provenance != NULL && a < plan->e.n_arrangements; a++) {
        rk__buf_dispose(&plan->provenance[a]);
    }
    rk__free(plan->provenance);
    rk__evaluation_dispose(&plan->e);
    rk__nums_dispose(&plan->terms.nums);
    rk__arena_dispose(&plan->terms.arena);
    rk__arena_dispose(&plan->arena);
    rk__free(plan);
}

const rk__evaluation *rk__plan_evaluation(const rk__plan *plan)
{
    return &plan->e;
}

bool rk__plan_may_repeat(const rk__plan *plan)
{
    return plan->may_repeat;
}

bool rk__plan_prices(const rk__plan *plan, const rk__table_spec *spec)
{
    for (size_t i = 0; i < plan->n_passes; i++) {
        if (plan->inputs[i].spec == spec) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------- running */

typedef rk_status (*instance_action)(rk__plan *plan, rk__instance *instance);

/* Every component of every arrangement and period. */
static rk_status each_instance(rk__plan *plan, instance_action act)
{
    rk_status status = RK_OK;
    for (size_t a = 0; a < plan->e.n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(&plan->e, a) && status == RK_OK; u++) {
            status = act(plan, &plan->e.instances[a][u]);
        }
    }
    return status;
}

static rk_status reset_instance(rk__plan *plan, rk__instance *instance)
{
    (void) plan;
    rk__instance_reset(instance);
    return RK_OK;
}

static rk_status release_instance(rk__plan *plan, rk__instance *instance)
{
    (void) plan;
    rk__instance_dispose(instance);
    return RK_OK;
}

/* A parameter valued by a component over a part of its rows is planned for one contract only. */
static rk_status refuse_values(rk__plan *plan, rk__instance *instance)
{
    (void) plan;
    return instance->values != NULL ? RK_CONFLICT : RK_OK;
}

/* Whether the rows were priced by an earlier run and are kept. */
static bool has_kept(const rk__plan *plan)
{
    return plan->varied != NULL && plan->has_run;
}

/* Resets everything to the state before binding, for the present contract; then binds. */
static rk_status bind(rk__plan *plan)
{
    rk__evaluation *e = &plan->e;
    (void) each_instance(plan, reset_instance);
    const bool costs = e->costs != NULL && !has_kept(plan);
    for (size_t p = 0; costs && p < e->contract->n_periods; p++) {
        rk__instance_reset(&e->costs[p]);
    }
    rk_status status = RK_OK;
    for (size_t a = 0; a < e->n_arrangements && status == RK_OK; a++) {
        status = rk__result_reset(e->contract, e->arrangements[a], e->results[a]);
    }
    if (status == RK_OK && costs && e->costs_result != NULL) {
        status = rk__result_reset(e->contract, e->costs[0].arrangement, e->costs_result);
    }
    status = status == RK_OK ? rk__evaluation_bind(e, NULL) : status;
    return status == RK_OK ? each_instance(plan, refuse_values) : status;
}

/* Keeps the rows that the first run has priced, or gives them to a later one. */
static rk_status keep_rows(rk__plan *plan)
{
    rk__evaluation *e = &plan->e;
    rk_status status = RK_OK;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(e, a) && status == RK_OK; u++) {
            rk__instance *instance = &e->instances[a][u];
            if (instance->streams && plan->has_run) {
                instance->rows = plan->kept[a][u];
            } else if (instance->streams) {
                status =
                    rk__rows_keep(instance, &plan->arena, &plan->terms.nums, &plan->kept[a][u]);
            }
        }
    }
    return status;
}

static rk_status price(rk__plan *plan)
{
    rk_status status = RK_OK;
    if (plan->varied != NULL) {
        status = plan->has_run ? RK_OK : rk__evaluation_passes(&plan->e, false, NULL);
        return status == RK_OK ? keep_rows(plan) : status;
    }
    for (size_t i = 0; i < plan->n_passes && status == RK_OK; i++) {
        status = rk__pass_rerun(&plan->passes[i], plan->inputs[i].spec->rows);
    }
    return status;
}

/* The tables in the sources were read for the first contract. */
static bool is_held(const rk__plan *plan, const rk__table_spec *spec)
{
    bool held = false;
    for (size_t i = 0; i < plan->n_facts; i++) {
        held |= strcmp(rk__table_spec_of(rk__sources_fact_at(plan->e.sources, i))->name,
                       spec->name) == 0;
    }
    return held;
}

static void note_first_run(rk__plan *plan)
{
    plan->has_run = true;
    plan->n_facts = rk__sources_n_facts(plan->e.sources);
    plan->may_repeat = true;
    for (size_t i = 0; i < plan->n_passes; i++) {
        plan->may_repeat &= !is_held(plan, plan->inputs[i].spec);
    }
}

rk_status rk__plan_run(rk__plan *plan)
{
    rk_status status = bind(plan);
    if (status == RK_OK) {
        status = rk__evaluation_prepare(&plan->e, NULL);
    }
    if (status == RK_OK) {
        status = price(plan);
    }
    if (status == RK_OK) {
        status = rk__evaluation_settle(&plan->e, NULL);
    }
    (void) each_instance(plan, release_instance); /* a rule that fails in `release` fails here */
    if (status == RK_OK && !plan->has_run) {
        note_first_run(plan);
    } else if (status == RK_OK && rk__sources_n_facts(plan->e.sources) != plan->n_facts) {
        status = RK_CONFLICT; /* a table that may differ was read in this run */
    }
    return status;
}

/* ------------------------------------------------------------------ planning */

/* Whether a value contains a text or number, which may differ between contracts. */
static bool may_differ(const rk__value *v)
{
    if (v == NULL) {
        return false;
    }
    bool may = v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER;
    for (const rk__value *child = v->first; child != NULL && !may; child = child->next) {
        may = may_differ(child);
    }
    return may;
}

static bool is_varied(const rk__plan *plan, const rk__component *c)
{
    const size_t length = strlen(c->id);
    for (size_t i = 0; plan->varied[i] != NULL; i++) {
        if (strncmp(plan->varied[i], c->id, length) == 0 && plan->varied[i][length] == '.') {
            return true;
        }
    }
    return false;
}

/* Rows whose price depends on what is varied cannot be kept. */
static rk_status refuse_varied_rows(rk__plan *plan, rk__instance *instance)
{
    return instance->streams && is_varied(plan, instance->component) ? RK_CONFLICT : RK_OK;
}

/* The binding of a component holds for every contract if nothing in it may differ. */
static rk_status bind_once(rk__plan *plan, rk__instance *instance)
{
    const rk__component *c = instance->component;
    if (plan->varied != NULL ? !is_varied(plan, c)
                             : !may_differ(c->params) && !may_differ(c->params_by_period)) {
        instance->terms = &plan->terms;
        instance->bound = false;
    }
    return RK_OK;
}

static rk_status bind_each(rk__plan *plan, rk__instance *instance)
{
    (void) plan;
    instance->terms = NULL;
    return RK_OK;
}

static size_t n_findings(const rk__evaluation *e)
{
    size_t n = 0;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        n += e->results[a]->n_findings;
    }
    return n;
}

/* Whether some key of some row names the row. */
static bool tells_rows(const rk__value *rows)
{
    bool tells = false;
    for (const rk__value *row = rows->first; row != NULL && !tells; row = row->next) {
        const bool object = row->type == RK__JSON_OBJECT;
        for (const rk__value *cell = object ? row->first : NULL; cell != NULL && !tells;
             cell = cell->next) {
            tells = rk__names_a_row(cell->key, strlen(cell->key));
        }
    }
    return tells;
}

static rk_status plan_pass(rk__plan *plan, const rk__table_spec *spec, rk__instance **instances)
{
    rk__pass_input *input = &plan->inputs[plan->n_passes];
    *input = (rk__pass_input){.contract = plan->contract,
                              .spec = spec,
                              .instances = instances,
                              .n_instances = rk__evaluation_streams(&plan->e, spec, instances),
                              .sources = plan->e.sources,
                              .no_groups = true};
    if (input->n_instances == 0) {
        return RK_OK;
    }
    if (spec->rows == NULL || spec->rows->count == 0) {
        return RK_CONFLICT; /* files, and tables without columns */
    }
    if (spec->n_unique > 0 || tells_rows(spec->rows)) {
        return RK_CONFLICT; /* repeated rows must be looked for in every run */
    }
    for (size_t u = 0; u < input->n_instances; u++) {
        instances[u]->streamed = rk__arena_alloc(&plan->arena, instances[u]->rule->n_columns + 1);
        if (instances[u]->streamed == NULL) {
            return RK_NO_MEMORY;
        }
    }
    return rk__pass_plan(input, &plan->passes[plan->n_passes++], NULL);
}

/* The ordinary evaluation reports a component that prices the rows of a table that is not there. */
static rk_status refuse_unknown_table(rk__plan *plan, rk__instance *instance)
{
    if (!instance->streams) {
        return RK_OK;
    }
    const char *name = rk__component_table(instance->component, instance->rule->rule->rows);
    return rk__contract_fact(plan->contract, name) != NULL ? RK_OK : RK_CONFLICT;
}

/* A pass over each row table. */
static rk_status plan_passes(rk__plan *plan)
{
    const rk_contract *c = plan->contract;
    size_t n = c->n_periods;
    for (size_t a = 0; a < plan->e.n_arrangements; a++) {
        n += rk__evaluation_n_instances(&plan->e, a);
    }
    plan->inputs = rk__arena_alloc(&plan->arena, (c->n_facts + 1) * sizeof *plan->inputs);
    plan->passes = rk__arena_alloc(&plan->arena, (c->n_facts + 1) * sizeof *plan->passes);
    rk_status status = plan->inputs == NULL || plan->passes == NULL
                           ? RK_NO_MEMORY
                           : each_instance(plan, refuse_unknown_table);
    for (size_t i = 0; i < c->n_facts && status == RK_OK; i++) {
        rk__instance **instances = rk__arena_alloc(&plan->arena, (n + 1) * sizeof(rk__instance *));
        status = instances != NULL ? plan_pass(plan, &c->facts[i], instances) : RK_NO_MEMORY;
    }
    return status;
}

/* Results are reset for each contract, except what depends on the terms alone. */
static rk_status keep_results(rk__plan *plan)
{
    plan->terms.nums.untraced = true;
    plan->provenance = rk__calloc(plan->e.n_arrangements, sizeof *plan->provenance);
    if (plan->provenance == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t a = 0; a < plan->e.n_arrangements; a++) {
        plan->e.results[a]->terms = &plan->terms.arena;
        plan->e.results[a]->provenance = &plan->provenance[a];
    }
    if (plan->e.costs_result != NULL) {
        plan->e.costs_result->terms = &plan->terms.arena;
    }
    return RK_OK;
}

static rk_status make_kept(rk__plan *plan)
{
    plan->kept = rk__arena_alloc(&plan->arena, plan->e.n_arrangements * sizeof *plan->kept);
    for (size_t a = 0; plan->kept != NULL && a < plan->e.n_arrangements; a++) {
        plan->kept[a] = rk__arena_alloc(&plan->arena, rk__evaluation_n_instances(&plan->e, a) *
                                                          sizeof **plan->kept);
    }
    return plan->arena.failed ? RK_NO_MEMORY : each_instance(plan, refuse_varied_rows);
}

/* Makes a plan of an evaluation whose planning returned `status`. */
static rk_status make(rk__plan *plan, rk_status status)
{
    if (status == RK_OK) {
        status = each_instance(plan, refuse_values);
    }
    if (status == RK_OK) {
        status = rk__cost_instances(&plan->e);
    }
    if (status == RK_OK) {
        status = keep_results(plan);
    }
    if (status == RK_OK) {
        status = each_instance(plan, bind_once);
    }
    if (status == RK_OK) {
        status = bind(plan);
    }
    if (plan->varied != NULL) {
        return status == RK_OK ? make_kept(plan) : status;
    }
    /* Findings of binding apply to each contract. */
    if (status == RK_OK && n_findings(&plan->e) > 0) {
        (void) each_instance(plan, bind_each);
        status = bind(plan);
    }
    const size_t before = status == RK_OK ? n_findings(&plan->e) : 0;
    if (status == RK_OK) {
        status = plan_passes(plan);
    }
    return status == RK_OK && n_findings(&plan->e) != before ? RK_CONFLICT : status;
}

static rk_status plan_new(rk_contract *contract, const rk__arrangement *const *arrangements,
                          size_t n, bool all, const char *const *varied, rk__plan **out)
{
    rk__plan *plan = *out = rk__calloc(1, sizeof *plan);
    if (plan == NULL) {
        return RK_NO_MEMORY;
    }
    plan->contract = contract;
    plan->varied = varied;
    rk_status status = varied != NULL
                           ? rk__evaluation_plan_totals(contract, arrangements, n, &plan->e, NULL)
                           : rk__evaluation_plan_set(contract, all, &plan->e, NULL);
    status = make(plan, status);
    if (status != RK_OK) {
        rk__plan_free(plan);
        *out = NULL;
    }
    return status;
}

rk_status rk__plan_new(rk_contract *contract, bool all, rk__plan **out)
{
    return plan_new(contract, NULL, 0, all, NULL, out);
}

rk_status rk__plan_new_varied(rk_contract *contract, const rk__arrangement *const *arrangements,
                              size_t n, const char *const *varied, rk__plan **out)
{
    return plan_new(contract, arrangements, n, false, varied, out);
}
