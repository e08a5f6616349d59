/* SPDX-License-Identifier: MIT
 *
 * explain_rows.c: which rows of which tables are explained, and by which components.
 */
#include "evaluate/explain_rows.h"

#include <inttypes.h>
#include <string.h>

#include "ledger/instance.h"
#include "rows/find_rows.h"

/* An instance that prices rows, and those of its table that were asked for. */
typedef struct asked_instance {
    rk__instance *instance;
    const rk__table_spec *spec;
    rk__found_rows rows;
} asked_instance;

typedef struct question {
    rk__evaluation *e;
    const rk_explain_options *options;
    asked_instance *asked;
    size_t n;
} question;

/* ------------------------------------------------------------------------ rows */

static void sum_up(rk__buf *out, const rk__found_rows *rows)
{
    for (size_t i = 0; i < RK__FOUND_ROWS && i < rows->n; i++) {
        rk__buf_printf(out, "%s%" PRIu64, i == 0 ? "" : ", ", rows->row[i]);
    }
}

/* "spell_id=S3 and pod=DC". */
static const char *where_text(const question *q)
{
    const char *text = q->options->where[0];
    for (size_t i = 1; text != NULL && q->options->where[i] != NULL; i++) {
        text = rk__arena_printf(&q->e->arena, "%s and %s", text, q->options->where[i]);
    }
    return text != NULL ? text : q->options->where[0];
}

static rk_status too_many(const question *q, const asked_instance *a, rk_problems *problems)
{
    rk__buf hint = {0};
    rk__buf_puts(&hint, "add another --where, or name one with --row: the first are ");
    sum_up(&hint, &a->rows);
    const rk_status status =
        rk__problem(problems, RK_USAGE, NULL, hint.failed ? NULL : hint.text,
                    "%" PRIu64 " rows of '%s' have %s, and at most %d are explained", a->rows.n,
                    a->spec->name, where_text(q), RK__FOUND_ROWS);
    rk__buf_dispose(&hint);
    return status;
}

/* The rows of an instance's table that hold: those of an earlier one, if it is the same table. */
static rk_status find_rows(question *q, asked_instance *a, rk_problems *problems)
{
    if (q->options->where == NULL) {
        a->rows = (rk__found_rows){.row = {(uint64_t) q->options->row}, .n = 1};
        return RK_OK;
    }
    for (size_t i = 0; i < q->n; i++) {
        if (q->asked[i].spec == a->spec) {
            a->rows = q->asked[i].rows;
            return RK_OK;
        }
    }
    const rk_status status = rk__find_rows(q->e->contract->session, a->spec, q->options->where,
                                           &q->e->arena, &a->rows, problems);
    return status == RK_OK && a->rows.n > RK__FOUND_ROWS ? too_many(q, a, problems) : status;
}

/* ------------------------------------------------------------------- instances */

static rk_status add_instance(question *q, rk__instance *instance, rk_problems *problems)
{
    asked_instance *a = &q->asked[q->n];
    const char *name = rk__component_table(instance->component, instance->rule->rule->rows);
    a->instance = instance;
    a->spec = rk__contract_fact(q->e->contract, name);
    if (a->spec == NULL) {
        return rk__instance_problem(instance, RK_UNKNOWN_TABLE, NULL, problems,
                                    "the facts have no table '%s'", name);
    }
    const rk_status status = find_rows(q, a, problems);
    q->n += status == RK_OK;
    return status;
}

/* One instance by component and by period. */
static rk_status find_instances(question *q, bool *known, rk_problems *problems)
{
    const size_t n = q->e->arrangements[0]->n_components * q->e->contract->n_periods;
    const char *component = q->options->component;
    rk_status status = RK_OK;
    q->asked = rk__arena_alloc(&q->e->arena, (n + 1) * sizeof *q->asked);
    *known = component == NULL;
    if (q->asked == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t u = 0; u < n && status == RK_OK; u++) {
        rk__instance *instance = &q->e->instances[0][u];
        if (component != NULL && strcmp(component, instance->component->id) != 0) {
            continue;
        }
        *known = true;
        if (instance->streams && !instance->idle && instance->rule->rule->price != NULL) {
            status = add_instance(q, instance, problems);
        }
    }
    return status;
}

/* --------------------------------------------------------------------- answers */

static rk_status explain_one(question *q, asked_instance *a, uint64_t number, rk_explanation *out,
                             rk_problems *problems)
{
    const rk__pass_input input = {.contract = q->e->contract,
                                  .spec = a->spec,
                                  .instances = &a->instance,
                                  .n_instances = 1,
                                  .sources = q->e->sources};
    rk__row_explained row = {.found = false};
    const rk_status status = rk__pass_explain_row(&input, number, &out->arena, &row, problems);
    if (status == RK_OK && row.found) {
        out->steps[out->n_steps++] = row.step;
    }
    return status;
}

static rk_status no_row(const question *q, rk_problems *problems)
{
    if (q->n == 0) {
        return rk__problem(problems, RK_USAGE, NULL, "explain a component whose rule prices rows",
                           "no component prices rows, so there is no row to explain");
    }
    if (q->options->where == NULL) {
        return rk__problem(problems, RK_USAGE, NULL, "rows are numbered from 1, without the header",
                           "the table has no row %" PRId64, q->options->row);
    }
    for (size_t i = 0; i < q->n; i++) {
        if (q->asked[i].rows.lacks == NULL) {
            return rk__problem(problems, RK_USAGE, NULL,
                               "values are compared with case, as the table's declaration reads "
                               "them",
                               "no row of '%s' has %s", q->asked[i].spec->name, where_text(q));
        }
    }
    const rk__found_rows *rows = &q->asked[0].rows;
    return rk__problem(problems, RK_USAGE, NULL,
                       rows->near != NULL
                           ? rk__arena_printf(&q->e->arena, "did you mean '%s'?", rows->near)
                           : NULL,
                       "table '%s' has no column '%s'", q->asked[0].spec->name, rows->lacks);
}

rk_status rk__explain_rows(rk__evaluation *e, const rk_explain_options *options,
                           rk_explanation *out, bool *known, rk_problems *problems)
{
    question q = {.e = e, .options = options};
    rk_status status = find_instances(&q, known, problems);
    if (status != RK_OK || !*known) {
        return status;
    }
    out->steps = rk__arena_alloc(&out->arena, (q.n * RK__FOUND_ROWS + 1) * sizeof *out->steps);
    if (out->steps == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < q.n && status == RK_OK; i++) {
        status = rk__instance_prepare(q.asked[i].instance, problems);
    }
    for (size_t k = 0; k < RK__FOUND_ROWS; k++) {
        for (size_t i = 0; i < q.n && status == RK_OK; i++) {
            if (k < q.asked[i].rows.n) {
                status = explain_one(&q, &q.asked[i], q.asked[i].rows.row[k], out, problems);
            }
        }
    }
    return status == RK_OK && out->n_steps == 0 ? no_row(&q, problems) : status;
}
