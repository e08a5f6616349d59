/* SPDX-License-Identifier: MIT
 *
 * pass_explain.c: one row, priced by the rule's own `price` with a trace
 * attached, so that the explanation and the fast path are the same code.
 *
 * A first scan only counts rows by block; the second prices the block's row.
 */
#include <stdio.h>
#include <string.h>

#include "engine/pass.h"

typedef struct explain_run {
    rk__pass *pass;
    uint64_t blocks; /* 1 + the highest block seen */
    rk__arena *arena;
    rk__row_explained *out;
} explain_run;

static rk_status nothing_to_begin(void *ctx, unsigned worker)
{
    (void) ctx;
    (void) worker;
    return RK_OK;
}

static rk_status count_blocks(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    explain_run *run = ctx;
    (void) worker;
    run->blocks = batch->block + 1 > run->blocks ? batch->block + 1 : run->blocks;
    return RK_OK;
}

/* ----------------------------------------------------------------------- steps */

static rk__step *add_step(explain_run *run, rk__step *parent, const char *label)
{
    rk__step *grown =
        rk__arena_alloc(run->arena, (parent->n_children + 1) * sizeof *parent->children);
    if (grown == NULL) {
        return NULL;
    }
    if (parent->n_children > 0) {
        memcpy(grown, parent->children, parent->n_children * sizeof *grown);
    }
    parent->children = grown;
    rk__step *step = &grown[parent->n_children++];
    step->label = rk__arena_strdup(run->arena, label);
    return step;
}

static const char *decimal_text(explain_run *run, int64_t v)
{
    char text[RK__DECIMAL_TEXT_SIZE];
    (void) rk__decimal_print(text, v);
    return rk__arena_strdup(run->arena, text);
}

static const char *value_text(explain_run *run, const pass_worker *w, const pass_column *c,
                              int64_t v)
{
    size_t length = 0;
    switch (c->type) {
    case RK_COLUMN_DECIMAL:
    case RK_COLUMN_RATIO:
        return decimal_text(run, v);
    case RK_COLUMN_INTEGER:
        return rk__arena_printf(run->arena, "%lld", (long long) v);
    case RK_COLUMN_BOOL:
        return v != 0 ? "true" : "false";
    case RK_COLUMN_CHOICE:
        return v > 0 ? c->words[v - 1] : "(another)";
    case RK_COLUMN_TEXT:
        break;
    }
    return c->want == RK__NONE ? ""
                               : rk__arena_strdup(run->arena, rk__dict_text(w->dicts[c->want],
                                                                            (int32_t) v, &length));
}

/* "prices [DZ11B, NEL] of tariff ntps", "the row", "default". */
static const char *origin_text(explain_run *run, pass_worker *w, const pass_column *c, size_t row,
                               bool has)
{
    if (c->want != RK__NONE) {
        return w->batch->column[c->want].has[row] != 0 ? "the row" : "default";
    }
    if (c->join == RK__NONE || w->pass->joins[c->join].combination == RK__NONE) {
        return "default";
    }
    const pass_join *join = &w->pass->joins[c->join];
    const uint32_t *found = NULL;
    const uint32_t *numbers = NULL;
    if (rk__pass_found(w, c->join, &found) != RK_OK ||
        rk__pass_numbers(w, join->combination, &numbers) != RK_OK) {
        return NULL;
    }
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s [", found[row] == 0 ? (has ? "default: not in " : "not in ") : "",
                   rk__lookup_name(join->lookup));
    for (size_t k = 0; k < rk__lookup_n_keys(join->lookup); k++) {
        size_t length = 0;
        const char *part = rk__pass_text(w, join->combination, numbers[row], k, &length);
        rk__buf_printf(&text, "%s%s", k == 0 ? "" : ", ", part != NULL ? part : "(blank)");
    }
    rk__buf_printf(&text, "] of %s", rk__lookup_origin(join->lookup));
    const char *copy = text.failed ? NULL : rk__arena_strdup(run->arena, text.text);
    rk__buf_dispose(&text);
    return copy;
}

static rk_status column_steps(explain_run *run, pass_worker *w, size_t row, rk__step *parent)
{
    const pass_unit *pu = &w->pass->units[0];
    rk__step *columns = add_step(run, parent, "columns");
    for (size_t k = 0; columns != NULL && k < pu->unit->rule->n_columns; k++) {
        const rk_column_data *data = NULL;
        if (pu->column[k] == RK__NONE) {
            continue;
        }
        const rk_status status = rk__pass_column(w, pu->column[k], &data);
        if (status != RK_OK) {
            return status;
        }
        const pass_column *c = &w->pass->columns[pu->column[k]];
        if (data->has[row] == 0 && c->join == RK__NONE) {
            continue; /* a column that nobody gives is no news */
        }
        rk__step *step = add_step(run, columns, pu->unit->rule->columns[k].name);
        if (step == NULL) {
            return RK_NO_MEMORY;
        }
        step->value = data->has[row] != 0 ? value_text(run, w, c, data->v[row]) : "(none)";
        step->source = origin_text(run, w, c, row, data->has[row] != 0);
    }
    return columns != NULL ? RK_OK : RK_NO_MEMORY;
}

/* --------------------------------------------------------------------- pricing */

static const char *exact_amount(explain_run *run, rk_int128 amount)
{
    rk__num_pool pool = {0};
    rk__buf text = {0};
    rk__num_print_exact(&text, rk__num_from_exact(&pool, amount));
    const char *copy = text.failed ? NULL : rk__arena_strdup(run->arena, text.text);
    rk__buf_dispose(&text);
    rk__num_pool_dispose(&pool);
    return copy;
}

/* The first required value that the row lacks, where the rule decided that. */
static const char *why_unpriced(explain_run *run, pass_worker *w, size_t row)
{
    const pass_unit *pu = &w->pass->units[0];
    for (size_t k = 0; k < pu->unit->rule->n_columns; k++) {
        const rk_column_data *data = NULL;
        const rk_column *column = &pu->unit->rule->columns[k];
        if ((column->flags & RK_REQUIRED) != 0 && pu->column[k] != RK__NONE &&
            rk__pass_column(w, pu->column[k], &data) == RK_OK && data->has[row] == 0) {
            return rk__arena_printf(run->arena, "unpriced: it has no '%s'", column->name);
        }
    }
    return "unpriced by the rule";
}

static rk_status price_row(explain_run *run, pass_worker *w, size_t row, rk__step *parent)
{
    const pass_unit *pu = &w->pass->units[0];
    const rk__rule *rule = pu->unit->rule;
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    for (size_t k = 0; k < rule->n_columns; k++) {
        const rk_column_data *data = NULL;
        w->handed[k] = (rk_column_data){NULL, NULL};
        if (pu->column[k] != RK__NONE) {
            const rk_status status = rk__pass_column(w, pu->column[k], &data);
            if (status != RK_OK) {
                return status;
            }
            w->handed[k] = (rk_column_data){data->v + row, data->has + row};
        }
    }
    const rk_batch batch = {.size = sizeof batch, .n = 1, .column = w->handed, .trace = true};
    rk_priced out = {.size = sizeof out,
                     .amount = w->amount,
                     .element = w->element,
                     .exact_amount = w->exact_amount,
                     .exact_element = w->exact_element,
                     .status = w->status,
                     .notes = w->notes};
    rk__host *host = &w->units[0].host;
    const int returned =
        rule->rule->price(&host->table, pu->unit->params, pu->unit->state, &batch, &out);
    if (returned != 0) {
        rk__pass_fault(w, row, RK_RULE_FAILED, pu->unit, NULL,
                       "rule '%s' failed in price with status %d", rule->id, returned);
        return RK_OK;
    }
    for (size_t i = 0; i < host->n_steps; i++) {
        rk__step *step = add_step(run, parent, host->steps[i].label);
        if (step == NULL) {
            return RK_NO_MEMORY;
        }
        step->formula = rk__arena_strdup(run->arena, host->steps[i].formula);
        step->value = decimal_text(run, host->steps[i].value);
    }
    if (w->status[0] == RK_ROW_UNPRICED) {
        parent->value = "0";
        parent->formula = why_unpriced(run, w, row);
        return RK_OK;
    }
    for (size_t e = 0; e < rule->n_elements; e++) {
        rk__step *step = add_step(run, parent, rule->elements[e].name);
        if (step == NULL) {
            return RK_NO_MEMORY;
        }
        step->formula = "element of the amount";
        step->value =
            exact ? exact_amount(run, w->exact_element[e][0]) : decimal_text(run, w->element[e][0]);
    }
    parent->value = exact ? exact_amount(run, w->exact_amount[0]) : decimal_text(run, w->amount[0]);
    return RK_OK;
}

/* Whether the row is the unit's; says why not. */
static rk_status in_unit(explain_run *run, pass_worker *w, size_t row, const char **why_not)
{
    const pass_unit *pu = &w->pass->units[0];
    rk_status status = RK_OK;
    memset(w->keep, 1, w->batch->n);
    if (pu->scope != NULL) {
        status = rk__pass_scope(w, pu->scope, w->keep);
    }
    if (status == RK_OK && w->keep[row] == 0) {
        *why_not = "outside the component's scope";
    } else if (status == RK_OK &&
               (w->pass->period_want != RK__NONE || w->pass->date_want != RK__NONE)) {
        status = rk__pass_periods(w);
        if (w->period[row] != (int16_t) pu->unit->period_index) {
            *why_not = "of another period";
        }
    }
    for (size_t k = 0; k < pu->unit->rule->n_columns && status == RK_OK && *why_not == NULL; k++) {
        const rk_column_data *data = NULL;
        if ((pu->unit->rule->columns[k].flags & (RK_REQUIRED | RK_PRICE_DECIDES)) != RK_REQUIRED ||
            pu->column[k] == RK__NONE) {
            continue;
        }
        status = rk__pass_column(w, pu->column[k], &data);
        if (status == RK_OK && data->has[row] == 0) {
            *why_not = rk__arena_printf(run->arena, "unpriced: it has no '%s'",
                                        pu->unit->rule->columns[k].name);
        }
    }
    return status;
}

static rk_status explain_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    explain_run *run = ctx;
    rk__pass *p = run->pass;
    if (batch->block != p->target_block || p->target_row < batch->first_in_block ||
        p->target_row >= batch->first_in_block + batch->n) {
        return RK_OK;
    }
    pass_worker *w = p->workers[worker];
    rk__step *step = &run->out->step;
    const size_t row = p->target_row - batch->first_in_block;
    const char *why_not = NULL;
    rk__pass_batch_begin(w, batch);
    rk_status status = in_unit(run, w, row, &why_not);
    if (status == RK_OK) {
        status = column_steps(run, w, row, step);
    }
    if (status == RK_OK && why_not == NULL) {
        status = price_row(run, w, row, step);
    } else if (status == RK_OK) {
        step->value = "0";
        step->formula = why_not;
    }
    run->out->found = true;
    return status;
}

static rk_status begin_explainer(void *ctx, unsigned worker)
{
    explain_run *run = ctx;
    return rk__pass_worker_new(run->pass, &run->pass->workers[worker]);
}

/* Finds the block of a row by halving: row numbers grow with blocks. */
static bool find_block(rk__pass *p, uint64_t blocks, uint64_t row)
{
    uint64_t low = 0;
    uint64_t high = blocks;
    if (row >= rk__scan_n_rows(p->scan)) {
        return false;
    }
    while (high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        if (rk__scan_row_number(p->scan, middle, 0) <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    p->target_block = low;
    p->target_row = (uint32_t) (row - rk__scan_row_number(p->scan, low, 0));
    return true;
}

rk_status rk__pass_explain_row(const rk__pass_input *input, uint64_t row, rk__arena *arena,
                               rk__row_explained *out, rk_problems *problems)
{
    rk__pass pass;
    explain_run run = {.pass = &pass, .arena = arena, .out = out};
    const rk__scan_options options = {.threads = 1};
    const rk__scan_consumer counting = {
        .ctx = &run, .begin = nothing_to_begin, .batch = count_blocks};
    rk_status status = rk__pass_plan(input, &pass, problems);
    const bool some = status == RK_OK && !pass.empty;
    if (some) {
        status = rk__scan_run(pass.scan, &options, &counting, problems);
    }
    const bool found = some && status == RK_OK && find_block(&pass, run.blocks, row - 1);
    const uint64_t block = pass.target_block;
    const uint32_t in_block = pass.target_row;
    rk__pass_dispose(&pass);
    if (!found || status != RK_OK) {
        return status;
    }
    status = rk__pass_plan(input, &pass, problems);
    pass.target_block = block;
    pass.target_row = in_block;
    out->step = (rk__step){.label = rk__arena_printf(arena, "row %llu of '%s', component '%s', %s",
                                                     (unsigned long long) row, input->spec->name,
                                                     input->units[0]->component->id,
                                                     input->units[0]->period->id)};
    if (status == RK_OK) {
        pass.workers = rk__arena_alloc(&pass.arena, sizeof *pass.workers);
        pass.n_workers = pass.workers != NULL ? 1 : 0;
        const rk__scan_consumer pricing = {
            .ctx = &run, .begin = begin_explainer, .batch = explain_batch};
        status = pass.workers == NULL ? RK_NO_MEMORY
                                      : rk__scan_run(pass.scan, &options, &pricing, problems);
    }
    rk__pass_dispose(&pass);
    return status;
}
