/* SPDX-License-Identifier: MIT
 *
 * explain_row.c: one row, priced by the rule's own `price` with a trace
 * attached, so that the explanation and the fast path are the same code.
 *
 * An index of the table (row_index.h) has the place of the row's block; that
 * block alone is scanned and priced.
 */
#include <stdio.h>
#include <string.h>

#include "rows/pass.h"
#include "rows/row_index.h"
#include "rows/written.h"
#include "scan/open.h"
#include "scan/scan.h"

typedef struct explain_run {
    rk__pass *pass;
    uint64_t before; /* rows of the blocks that are done */
    rk__arena *arena;
    rk__row_explained *out;
} explain_run;

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

/* NULL if out of memory, as every text of a step is. */
static const char *exact_amount(explain_run *run, rk_int128 amount)
{
    rk__nums nums = {0};
    rk__buf text = {0};
    rk__num_print_exact(&text, rk__num_from_exact(&nums, amount));
    const char *copy =
        text.failed || nums.no_memory ? NULL : rk__arena_strdup(run->arena, text.text);
    rk__buf_dispose(&text);
    rk__nums_dispose(&nums);
    return copy;
}

static const char *dict_text(explain_run *run, const rk__pass_worker *w, size_t want, int64_t v)
{
    size_t length = 0;
    const char *text = rk__dict_text(w->text.dicts[want], (int32_t) v, &length);
    return rk__arena_strdup(run->arena, text);
}

/* A word that the rule does not name is shown as the row has it. */
static const char *choice_text(explain_run *run, const rk__pass_worker *w,
                               const rk__planned_column *c, size_t row, int64_t v)
{
    if (v > 0) {
        return c->words[v - 1];
    }
    const uint32_t code = c->want != RK__NONE ? w->text.codes[c->want][row] : 0;
    return code > 0 ? dict_text(run, w, c->want, (int64_t) code - 1) : "(another)";
}

static const char *value_text(explain_run *run, const rk__pass_worker *w,
                              const rk__planned_column *c, size_t row, int64_t v)
{
    char day[11] = {0};
    switch (c->type) {
    case RK_COLUMN_DECIMAL:
    case RK_COLUMN_RATIO:
        return decimal_text(run, v);
    case RK_COLUMN_INTEGER:
        return rk__arena_printf(run->arena, "%lld", (long long) v);
    case RK_COLUMN_BOOL:
        return v != 0 ? "true" : "false";
    case RK_COLUMN_CHOICE:
        return choice_text(run, w, c, row, v);
    case RK_COLUMN_DATE:
        rk__date_print(day, rk__date_from_days((int32_t) v));
        return rk__arena_strdup(run->arena, day);
    case RK_COLUMN_FACTOR:
        return exact_amount(run, v);
    case RK_COLUMN_ROW:
        return rk__arena_printf(run->arena, "row %lld", (long long) v + 1);
    case RK_COLUMN_TEXT:
        break;
    }
    return c->want == RK__NONE ? "" : dict_text(run, w, c->want, v);
}

/* "prices [DZ11B, NEL] of tariff ntps", "the row", "default". */
static rk_status origin_text(explain_run *run, rk__pass_worker *w, const rk__planned_column *c,
                             size_t row, bool has, const char **out)
{
    *out = "default";
    if (c->want != RK__NONE) {
        *out = w->batch->column[c->want].has[row] != 0 ? "the row" : "default";
        return RK_OK;
    }
    if (c->join == RK__NONE || w->pass->joins[c->join].combination == RK__NONE) {
        return RK_OK;
    }
    const rk__pass_join *join = &w->pass->joins[c->join];
    const uint32_t *found = NULL;
    const uint32_t *numbers = NULL;
    rk_status status = rk__pass_found(w, c->join, &found);
    if (status == RK_OK) {
        status = rk__pass_numbers(w, join->combination, &numbers);
    }
    if (status != RK_OK) {
        return status;
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
    *out = text.failed ? NULL : rk__arena_strdup(run->arena, text.text);
    rk__buf_dispose(&text);
    return *out != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status column_steps(explain_run *run, rk__pass_worker *w, size_t row, rk__step *parent)
{
    const rk__pass_instance *pu = &w->pass->instances[0];
    rk__step *columns = add_step(run, parent, "columns");
    for (size_t k = 0; columns != NULL && k < pu->instance->rule->n_columns; k++) {
        const rk_column_data *data = NULL;
        if (pu->column[k] == RK__NONE) {
            continue;
        }
        rk_status status = rk__pass_column(w, pu->column[k], &data);
        if (status != RK_OK) {
            return status;
        }
        const rk__planned_column *c = &w->pass->columns[pu->column[k]];
        if (data->has[row] == 0 && c->join == RK__NONE) {
            continue; /* a column that nobody gives is no news */
        }
        rk__step *step = add_step(run, columns, pu->instance->rule->columns[k].name);
        if (step == NULL) {
            return RK_NO_MEMORY;
        }
        step->value = data->has[row] != 0 ? value_text(run, w, c, row, data->v[row]) : "(none)";
        if (step->value == NULL) {
            return RK_NO_MEMORY;
        }
        status = origin_text(run, w, c, row, data->has[row] != 0, &step->source);
        if (status != RK_OK) {
            return status;
        }
    }
    return columns != NULL ? RK_OK : RK_NO_MEMORY;
}

/* --------------------------------------------------------------------- pricing */

/* The first required value that the row lacks, where the rule decided that. */
static rk_status why_unpriced(explain_run *run, rk__pass_worker *w, size_t row, const char **out)
{
    const rk__pass_instance *pu = &w->pass->instances[0];
    if (w->priced.reason[0] != 0) {
        *out = "unpriced by the rule";
        return RK_OK;
    }
    for (size_t k = 0; k < pu->instance->rule->n_columns; k++) {
        const rk_column_data *data = NULL;
        const rk_column *column = &pu->instance->rule->columns[k];
        if ((column->flags & RK_REQUIRED) == 0 || pu->column[k] == RK__NONE) {
            continue;
        }
        const rk_status status = rk__pass_column(w, pu->column[k], &data);
        if (status != RK_OK) {
            return status;
        }
        if (data->has[row] == 0) {
            *out = rk__arena_printf(run->arena, "unpriced: it has no '%s'", column->name);
            return RK_OK;
        }
    }
    *out = "unpriced by the rule";
    return RK_OK;
}

static rk_status price_row(explain_run *run, rk__pass_worker *w, size_t row, rk__step *parent)
{
    const rk__pass_instance *pu = &w->pass->instances[0];
    const rk__rule *rule = pu->instance->rule;
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    rk_column_data *handed = w->instances[0].handed;
    for (size_t k = 0; k < rule->n_columns; k++) {
        const rk_column_data *data = NULL;
        if (pu->column[k] != RK__NONE) {
            const rk_status status = rk__pass_column(w, pu->column[k], &data);
            if (status != RK_OK) {
                return status;
            }
            handed[k] = (rk_column_data){data->v + row, data->has + row};
        }
    }
    rk__host *host = &w->instances[0].host;
    host->tracing = true;
    const int returned = rk__written_call(w, 0, 1);
    if (returned != 0) {
        rk__pass_fault(w, row, RK_RULE_FAILED, pu->instance, NULL,
                       "rule '%s' failed in price with status %d", rule->id, returned);
        return RK_OK;
    }
    if (host->misplaced) {
        rk__pass_misplaced(w, pu->instance);
        return RK_OK;
    }
    if (host->failed == RK_NO_MEMORY) {
        return RK_NO_MEMORY; /* a step is missing */
    }
    w->scratch.selected[0] = (uint16_t) row;
    if (!rk__written_check(w, pu, 1)) {
        return RK_OK;
    }
    if (w->priced.reason[0] != 0) {
        rk__step *step = add_step(run, parent, "reason");
        const char *reason = rk__rule_reason(run->arena, rule, w->priced.reason[0]);
        if (step == NULL || reason == NULL) {
            return RK_NO_MEMORY;
        }
        step->value = reason;
    }
    for (size_t i = 0; i < host->n_steps; i++) {
        rk__step *step = add_step(run, parent, host->steps[i].label);
        if (step == NULL) {
            return RK_NO_MEMORY;
        }
        step->formula = rk__arena_strdup(run->arena, host->steps[i].formula);
        step->value = exact_amount(run, host->steps[i].value);
        if (step->value == NULL) {
            return RK_NO_MEMORY;
        }
    }
    if (w->priced.status[0] == RK_ROW_UNPRICED) {
        parent->value = "0";
        return why_unpriced(run, w, row, &parent->formula);
    }
    for (size_t e = 0; e < rule->n_elements; e++) {
        rk__step *step = add_step(run, parent, rule->elements[e].name);
        if (step == NULL) {
            return RK_NO_MEMORY;
        }
        step->formula = "element of the amount";
        step->value = exact ? exact_amount(run, w->priced.exact_element[e][0])
                            : decimal_text(run, w->priced.element[e][0]);
        if (step->value == NULL) {
            return RK_NO_MEMORY;
        }
    }
    parent->value = exact ? exact_amount(run, w->priced.exact_amount[0])
                          : decimal_text(run, w->priced.amount[0]);
    return parent->value != NULL ? RK_OK : RK_NO_MEMORY;
}

/* Whether the row is the instance's; says why not. */
static rk_status in_instance(explain_run *run, rk__pass_worker *w, size_t row, const char **why_not)
{
    const rk__pass_instance *pu = &w->pass->instances[0];
    rk_status status = RK_OK;
    memset(w->scratch.keep, 1, w->batch->n);
    if (pu->scope != NULL) {
        status = rk__pass_scope(w, pu->scope, w->scratch.keep);
    }
    if (status == RK_OK && w->scratch.keep[row] == 0) {
        *why_not = "outside the component's scope";
    } else if (status == RK_OK &&
               (w->pass->period_want != RK__NONE || w->pass->date_want != RK__NONE)) {
        status = rk__pass_periods(w);
        if (w->period[row] != (int16_t) pu->instance->period_index) {
            *why_not = "of another period";
        }
    }
    for (size_t i = 0; i < pu->required.n && status == RK_OK && *why_not == NULL; i++) {
        const size_t k = pu->required.at[i];
        const rk_column_data *data = NULL;
        status = rk__pass_column(w, pu->column[k], &data);
        if (status == RK_OK && data->has[row] == 0) {
            *why_not = rk__arena_printf(run->arena, "unpriced: it has no '%s'",
                                        pu->instance->rule->columns[k].name);
        }
    }
    return status;
}

static rk_status explain_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    explain_run *run = ctx;
    rk__pass *p = run->pass;
    const uint64_t first = run->before + batch->first_in_block;
    if (run->out->found || p->target < first || p->target >= first + batch->n) {
        return RK_OK;
    }
    rk__pass_worker *w = p->workers[worker];
    rk__step *step = &run->out->step;
    const size_t row = (size_t) (p->target - first);
    const char *why_not = NULL;
    rk__pass_batch_begin(w, batch);
    rk_status status = in_instance(run, w, row, &why_not);
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

/* One thread: blocks come in order. */
static rk_status explain_next(void *ctx, unsigned worker, uint64_t block, uint64_t rows)
{
    explain_run *run = ctx;
    (void) worker;
    (void) block;
    run->before += rows;
    return RK_OK;
}

static rk_status begin_explainer(void *ctx, unsigned worker)
{
    explain_run *run = ctx;
    return rk__pass_worker_new(run->pass, &run->pass->workers[worker]);
}

/* Ends a scan that has found its row. */
static bool until_found(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total_bytes)
{
    const explain_run *run = ctx;
    (void) rows;
    (void) bytes;
    (void) total_bytes;
    return !run->out->found;
}

/* Splits the table, or reads what an earlier run knew of it. */
static rk_status find_block(rk__pass *p, uint64_t row, rk__row_index *index,
                            const rk__scan_mark **mark, rk_problems *problems)
{
    const rk_options *o = &p->input->contract->session->options;
    const rk__scan_options options = {.threads = o->jobs, .max_errors = o->max_errors};
    const char *path = NULL;
    if (!rk__scan_can_repeat(p->scan, &path)) {
        return rk__problem(problems, RK_USAGE, &(rk__place){.file = path},
                           "save it to a file and name that in the contract",
                           "a row is found by reading the table twice, and this can be read once");
    }
    rk_status status = rk__scan_set_wants(p->scan, NULL, 0, problems);
    if (status == RK_OK) {
        status = rk__row_index_get(p->scan, &options, o->cache_dir, index, problems);
    }
    if (status == RK_OK) {
        status = rk__scan_set_wants(p->scan, p->wants, p->n_wants, problems);
    }
    *mark = rk__row_index_find(index, row);
    return status;
}

/* The scan that prices the row: of its block, or, where blocks cannot be gone to, of all
 * rows up to it. Bad rows beside the one that is asked for do not matter. */
static rk_status scan_row(explain_run *run, const rk__scan_mark *mark, rk_problems *problems)
{
    rk__pass *p = run->pass;
    const rk__scan_options options = {.threads = 1,
                                      .max_errors = UINT64_MAX,
                                      .batch_rows = rk__pass_batch_rows(p),
                                      .from = mark,
                                      .progress = until_found,
                                      .progress_ctx = run};
    const rk__scan_consumer pricing = {
        .ctx = run, .begin = begin_explainer, .take = explain_batch, .block = explain_next};
    rk_problems *beside = rk_problems_new();
    p->workers = rk__arena_alloc(&p->arena, sizeof *p->workers);
    p->n_workers = p->workers != NULL ? 1 : 0;
    if (p->workers == NULL || beside == NULL) {
        rk_problems_free(beside);
        return RK_NO_MEMORY;
    }
    rk_status status = rk__scan_run(p->scan, &options, &pricing, beside);
    if (status == RK_OK && !run->out->found && rk_problems_count(beside) > 0) {
        status = RK_SYNTAX; /* the row is one of the bad ones */
    }
    if (status != RK_OK) {
        rk__problems_append(problems, beside);
    }
    rk_problems_free(beside);
    return status;
}

rk_status rk__pass_explain_row(const rk__pass_input *input, uint64_t row, rk__arena *arena,
                               rk__row_explained *out, rk_problems *problems)
{
    rk__pass pass;
    rk__row_index index = {0};
    const rk__scan_mark *mark = NULL;
    explain_run run = {.pass = &pass, .arena = arena, .out = out};
    rk_status status = rk__pass_plan(input, &pass, problems);
    const bool some = status == RK_OK && !pass.empty;
    if (some) {
        status = find_block(&pass, row - 1, &index, &mark, problems);
    }
    if (some && status == RK_OK && row <= index.n_rows) {
        pass.explaining = true;
        pass.target = row - 1 - (mark != NULL ? mark->row : 0);
        out->step =
            (rk__step){.label = rk__arena_printf(arena, "row %llu of '%s', component '%s', %s",
                                                 (unsigned long long) row, input->spec->name,
                                                 input->instances[0]->component->id,
                                                 input->instances[0]->period->id)};
        status = scan_row(&run, mark, problems);
    }
    rk__row_index_dispose(&index);
    rk__pass_dispose(&pass);
    return status;
}
