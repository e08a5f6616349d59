/* SPDX-License-Identifier: MIT
 *
 * duplicates.c: rows that are the same as an earlier one, and what they are paid.
 */
#include <stdio.h>

#include "evaluate/evaluation.h"
#include "table/duplicates.h"

/* Copies of the components that are paid for the rows of a table. */
static rk_status make_copies(rk__evaluation *e, rk__instance *const *instances, size_t n,
                             rk__evaluation_repeats *r, rk_problems *problems)
{
    r->over = rk__arena_alloc(&e->arena, (n + 1) * sizeof(rk__instance *));
    rk_status status = r->over != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const rk__instance *of = instances[i];
        if (of->implied || of->hidden || of->result == e->costs_result ||
            of->rule->rule->price == NULL || of->component->shadow) {
            continue;
        }
        rk__instance *copy = rk__evaluation_copy(e, of);
        status = copy != NULL ? rk__instance_prepare(copy, problems) : RK_NO_MEMORY;
        if (copy != NULL) {
            copy->bound = status == RK_OK;
            r->over[r->n_over++] = copy;
        }
    }
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
    if (!files->can_repeat) {
        return RK_OK; /* a pipe: what they are paid is not known */
    }
    rk__pass_files again = {0};
    rk_status status = make_copies(e, instances, n, r, problems);
    if (status == RK_OK && r->n_over > 0) {
        const rk__pass_input input = {.contract = e->contract,
                                      .spec = spec,
                                      .instances = r->over,
                                      .n_instances = r->n_over,
                                      .sources = e->sources,
                                      .only = files->repeats,
                                      .n_only = files->n_repeats,
                                      .no_groups = true};
        status = rk__pass_run(&input, &e->arena, &again, NULL);
        r->at = again.first_at;
    }
    return status;
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
static void report_streamed(rk_result *result, const rk__evaluation_repeats *r)
{
    rk__nums *nums = &result->nums;
    rk_num amount = NULL;
    rk_num quantity = NULL;
    const rk__instance *first = NULL;
    for (size_t i = 0; i < r->n_over; i++) {
        const rk__instance *u = r->over[i];
        if (u->result != result || u->rows.total.amount == NULL) {
            continue;
        }
        first = first != NULL ? first : u;
        amount =
            amount != NULL ? rk__num_add(nums, amount, u->rows.total.amount) : u->rows.total.amount;
        /* Other components may price the same rows. */
        if (u->component_index == first->component_index) {
            quantity = quantity != NULL ? rk__num_add(nums, quantity, u->rows.total.quantity)
                                        : u->rows.total.quantity;
        }
    }
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
        report_streamed(result, &e->repeats[i]);
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
