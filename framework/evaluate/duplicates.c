/* SPDX-License-Identifier: MIT
 *
 * duplicates.c: rows that are the same as an earlier one, and what they are paid.
 */
#include <stdio.h>

#include "evaluate/evaluation.h"
#include "table/duplicates.h"

/* Whether a component pays for its rows, and is not there for another's sake. */
static bool is_paid(const rk__evaluation *e, const rk__instance *instance)
{
    return !instance->implied && !instance->hidden && instance->result != e->costs_result &&
           instance->rule->rule->price != NULL && !instance->component->shadow;
}

rk_num rk__evaluation_paid(const rk__evaluation *e, rk_result *r, const rk__evaluation_money *money,
                           rk_num *quantity)
{
    rk__nums *nums = &r->nums;
    rk_num amount = NULL;
    const rk__instance *first = NULL;
    *quantity = NULL;
    for (size_t i = 0; i < money->n; i++) {
        const rk__row_money *m = money->over == NULL ? &money->list[i] : NULL;
        const rk__instance *of = m != NULL ? m->of : money->over[i];
        const rk__row_group *total = &of->rows.total;
        if (of->result != r || (m != NULL ? !is_paid(e, of) : total->amount == NULL)) {
            continue;
        }
        first = first != NULL ? first : of;
        const rk_num its = m != NULL ? rk__num_scaled(nums, m->amount, m->places) : total->amount;
        amount = amount != NULL ? rk__num_add(nums, amount, its) : its;
        /* Other components may price the same rows. */
        if (of->component_index == first->component_index) {
            const rk_num its_rows =
                m != NULL ? rk__num_scaled(nums, m->quantity, 6) : total->quantity;
            *quantity = *quantity != NULL ? rk__num_add(nums, *quantity, its_rows) : its_rows;
        }
    }
    return amount;
}

rk_status rk__evaluation_price_rows(rk__evaluation *e, const rk__table_spec *spec,
                                    rk__instance *const *instances, size_t n,
                                    const rk__row_mark *marks, size_t n_marks,
                                    rk__evaluation_money *money, const char **at,
                                    rk_problems *problems)
{
    rk__instance **over = rk__arena_alloc(&e->arena, (n + 1) * sizeof(rk__instance *));
    rk_status status = over != NULL ? RK_OK : RK_NO_MEMORY;
    size_t n_over = 0;
    bool all = true;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        if (!is_paid(e, instances[i])) {
            all &= instances[i]->implied || instances[i]->hidden || instances[i]->only_with != NULL;
            continue;
        }
        rk__instance *copy = rk__evaluation_copy(e, instances[i]);
        status = copy != NULL ? rk__instance_prepare(copy, problems) : RK_NO_MEMORY;
        if (copy != NULL) {
            copy->bound = status == RK_OK;
            over[n_over++] = copy;
        }
    }
    if (status != RK_OK || n_over == 0) {
        return status;
    }
    rk__pass_files again = {0};
    const rk__pass_input input = {.contract = e->contract,
                                  .spec = spec,
                                  .instances = over,
                                  .n_instances = n_over,
                                  .sources = e->sources,
                                  .only = marks,
                                  .n_only = n_marks,
                                  .no_groups = true};
    status = rk__pass_run(&input, &e->arena, &again, NULL);
    *at = again.first_at;
    *money = (rk__evaluation_money){
        .over = over, .n = n_over, .none = status == RK_OK && all && !again.selected};
    return status;
}

rk_status rk__evaluation_price_repeats(rk__evaluation *e, const rk__table_spec *spec,
                                       rk__instance *const *instances, size_t n,
                                       const rk__pass_files *files, rk_problems *problems)
{
    if (rk__grow((void **) &e->repeats, &e->repeats_capacity, e->n_repeats + 1,
                 sizeof *e->repeats) != 0) {
        return RK_NO_MEMORY;
    }
    rk__evaluation_repeats *r = &e->repeats[e->n_repeats++];
    *r =
        (rk__evaluation_repeats){.spec = spec, .rows = files->n_repeats, .sampled = files->sampled};
    if (files->repeats_money != NULL) {
        r->at = files->first_at;
        r->money = (rk__evaluation_money){.list = files->repeats_money, .n = files->n_money};
        return RK_OK;
    }
    /* Of a pipe, what they are paid is not known. */
    return files->can_repeat
               ? rk__evaluation_price_rows(e, spec, instances, n, files->repeats, files->n_repeats,
                                           &r->money, &r->at, problems)
               : RK_OK;
}

/* ------------------------------------------------------------------- findings */

static const char *what_of(rk_result *result, const rk__table_spec *spec)
{
    if (spec->n_unique == 0) {
        return "the same cells as an earlier one";
    }
    rk__buf text = {0};
    rk__buf_puts(&text, "the same ");
    for (size_t k = 0; k < spec->n_unique; k++) {
        rk__buf_printf(&text, "%s'%s'", k > 0 ? ", " : "", spec->unique[k]);
    }
    rk__buf_puts(&text, " as an earlier one");
    const char *what = text.failed ? NULL : rk__arena_strdup(&result->arena, text.text);
    result->arena.failed |= what == NULL;
    rk__buf_dispose(&text);
    return what != NULL ? what : "";
}

static void report(rk_result *result, const rk__table_spec *spec, rk_finding finding,
                   uint64_t sampled)
{
    char rows[32] = "* rows have";
    char looked[64] = "";
    if (finding.rows >= result->suppress_below) {
        (void) snprintf(rows, sizeof rows, "%llu row%s", (unsigned long long) finding.rows,
                        finding.rows == 1 ? " has" : "s have");
    }
    if (sampled > 1) {
        (void) snprintf(looked, sizeof looked, " (one in %llu rows was looked at)",
                        (unsigned long long) sampled);
    }
    finding.code = "duplicate-rows";
    rk__result_find(result, finding, "table '%s': %s %s%s", spec->name, rows, what_of(result, spec),
                    looked);
}

/* What a result pays for repeated rows, and their quantity. */
static void report_streamed(const rk__evaluation *e, rk_result *result,
                            const rk__evaluation_repeats *r)
{
    rk_num quantity = NULL;
    const rk_num amount = rk__evaluation_paid(e, result, &r->money, &quantity);
    report(result, r->spec,
           (rk_finding){.at = r->at,
                        .rows = r->rows,
                        .quantity = quantity,
                        .amount = rk__num_sign(amount) > 0 ? amount : NULL},
           r->sampled);
}

/* The repeated rows of a table that is held in memory. */
static void report_held(rk__evaluation *e, rk_result *result, const rk__table *table)
{
    const rk__table_spec *spec = rk__table_spec_of(table);
    rk__row_mark *marks = NULL;
    rk__place place = {0};
    size_t n = 0;
    if (rk__table_repeats(table, &marks, &n) != RK_OK) {
        result->arena.failed = true;
        return;
    }
    if (n > 0) {
        rk__table_place(table, -1, marks[0].row, &place, &e->arena);
        const char *at = place.pointer;
        if (place.file != NULL) {
            at = rk__arena_printf(&e->arena, "%s:%u", rk__path_below(spec->base_dir, place.file),
                                  place.line);
        }
        report(result, spec, (rk_finding){.at = at, .rows = n}, 1);
    }
    rk__free(marks);
}

void rk__evaluation_report_repeats(rk__evaluation *e, rk_result *result)
{
    for (size_t i = 0; i < e->n_repeats; i++) {
        report_streamed(e, result, &e->repeats[i]);
    }
    for (size_t i = 0; i < rk__sources_n_facts(e->sources); i++) {
        const rk__table *table = rk__sources_fact_at(e->sources, i);
        /* Rows that are looked up have a key, which is unique. */
        if (rk__table_spec_of(table)->n_keys == 0 && rk__table_tells_rows(table)) {
            report_held(e, result, table);
        }
    }
    result->arena.failed |= e->arena.failed;
}
