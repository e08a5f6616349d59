/* SPDX-License-Identifier: MIT
 *
 * total_rows.c: findings about rows that are totals: a total that is counted is paid twice.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "table/column.h"

/* One total row or several that stand elsewhere, with what is paid for them. */
static rk_status keep(rk__evaluation *e, rk__evaluation_total total, const rk__row_money *kept,
                      size_t n_kept)
{
    if (rk__grow((void **) &e->totals, &e->totals_capacity, e->n_totals + 1, sizeof *e->totals) !=
        0) {
        return RK_NO_MEMORY;
    }
    if (kept != NULL) {
        total.money = (rk__evaluation_money){.list = kept, .n = n_kept};
    }
    e->totals[e->n_totals++] = total;
    return RK_OK;
}

rk_status rk__evaluation_keep_totals(rk__evaluation *e, const rk__table_spec *spec,
                                     rk__instance *const *instances, size_t n,
                                     const rk__pass_files *files, rk_problems *problems)
{
    rk_status status = RK_OK;
    const char *at = NULL;
    for (size_t i = 0; i < files->n_found; i++) {
        if (rk__grow((void **) &e->found, &e->found_capacity, e->n_found + 1, sizeof *e->found) !=
            0) {
            return RK_NO_MEMORY;
        }
        e->found[e->n_found++] = files->found[i];
    }
    for (size_t i = 0; i < files->n_totals && status == RK_OK; i++) {
        rk__evaluation_total total = {.table = spec->name, .row = files->totals[i]};
        if (files->total_money[i] == NULL && files->total_marks[i] != NULL && files->can_repeat) {
            status = rk__evaluation_price_rows(e, spec, instances, n, files->total_marks[i], 1,
                                               &total.money, &at, problems);
        }
        if (status != RK_OK || !total.money.none) {
            rk__keep_first(&status, keep(e, total, files->total_money[i], files->n_money));
        }
    }
    if (files->called_totals > 0 && status == RK_OK) {
        rk__evaluation_total total = {
            .table = spec->name, .others = files->called_totals, .at = files->called_at};
        if (files->called_money == NULL && files->n_called > 0 && files->can_repeat) {
            status = rk__evaluation_price_rows(e, spec, instances, n, files->called,
                                               files->n_called, &total.money, &at, problems);
        }
        rk__keep_first(&status, keep(e, total, files->called_money, files->n_money));
    }
    return status;
}

/* What lines of a label pay; NULL if there are none. */
static rk_num paid_under(rk_result *r, const char *label)
{
    rk_num sum = NULL;
    for (size_t p = 0; p < r->n_periods; p++) {
        for (size_t c = 0; c < r->periods[p].n_components; c++) {
            const rk__component_result *of = &r->periods[p].components[c];
            for (size_t i = 0; i < of->n_lines && !of->shadow; i++) {
                if (!of->lines[i].memo && strcmp(of->lines[i].label, label) == 0) {
                    sum = sum == NULL ? rk__num_copy(&r->nums, of->lines[i].amount)
                                      : rk__num_add(&r->nums, sum, of->lines[i].amount);
                }
            }
        }
    }
    return sum;
}

/* The money at stake in a row that was counted: an amount of `costs`, or what the lines of its name
 * pay. NULL: not known. */
static rk_num at_stake(rk_result *r, const rk__table *table, const rk__total_row *total)
{
    const char *why = NULL;
    size_t length = 0;
    rk_num amount = NULL;
    if (table == NULL || total->row == 0) {
        return NULL;
    }
    const bool costs = strcmp(rk__table_spec_of(table)->name, "costs") == 0;
    const int column = costs ? rk__table_find(table, "amount") : 0;
    const char *text = column >= 0 ? rk__table_cell(table, column, total->row - 1, &length) : NULL;
    if (text == NULL) {
        return NULL;
    }
    if (costs) {
        rk__buf scratch = {0};
        if (rk__table_number(table, column, total->row - 1, &scratch, &text, &length, &why) ==
                RK_OK &&
            text != NULL) {
            amount = rk__num_parse(&r->nums, text, false, RK_DECIMAL_PLACES, &why);
        }
        rk__buf_dispose(&scratch);
    } else {
        amount = paid_under(r, text);
    }
    return rk__num_sign(amount) < 0 ? rk__num_neg(&r->nums, amount) : amount;
}

/* Rows that are called totals and are no last rows. */
static void report_others(const rk__evaluation *e, rk_result *r, const rk__evaluation_total *total)
{
    rk_num quantity = NULL;
    const rk_num amount = rk__evaluation_paid(e, r, &total->money, &quantity);
    char rows[40] = "* rows are called totals";
    if (total->others >= r->suppress_below) {
        (void) snprintf(rows, sizeof rows, "%" PRIu64 " row%s", total->others,
                        total->others == 1 ? " is called a total" : "s are called totals");
    }
    rk__result_find(r,
                    (rk_finding){.code = "total-row",
                                 .at = total->at,
                                 .rows = total->others,
                                 .quantity = quantity,
                                 .amount = rk__num_sign(amount) > 0 ? amount : NULL},
                    "table '%s': %s, and %s counted; take %s out of the file, or leave %s out by a "
                    "component's \"scope\"",
                    total->table, rows, total->others == 1 ? "was" : "were",
                    total->others == 1 ? "it" : "them", total->others == 1 ? "it" : "them");
}

static void report(rk_result *r, const char *base_dir, const char *name, const rk__total_row *total,
                   rk_num amount)
{
    const char *at = total->pointer;
    if (total->file != NULL) {
        const char *path = rk__path_below(base_dir, total->file);
        at = total->line > 0 ? rk__arena_printf(&r->arena, "%s:%u", path, total->line) : path;
    }
    rk__result_find(
        r,
        (rk_finding){.code = "total-row",
                     .severity = total->ignored ? RK_SEVERITY_NOTE : RK_SEVERITY_WARNING,
                     .at = at,
                     .rows = 1,
                     .amount = rk__num_sign(amount) > 0 ? amount : NULL},
        "table '%s': %s %s%s", name, at != NULL ? "this row" : "its last row",
        total->by_name    ? "is called a total"
        : total->row == 1 ? "has the sums of the rows below it"
                          : "has the sums of the rows above it",
        total->ignored ? ", and was left out"
                       : ", and was counted; \"read\": {\"total_row\": \"ignore\"} leaves a last "
                         "one out");
}

/* Whether rows are among those of other results' components alone. */
static bool is_elsewhere(const rk_result *r, const rk__evaluation_money *money)
{
    bool here = money->list == NULL;
    for (size_t i = 0; i < money->n && !here; i++) {
        const rk__row_money *m = &money->list[i];
        here = m->selected > 0 && (m->of->result == r || m->of->only_with != NULL);
    }
    return !here;
}

void rk__evaluation_report_totals(rk__evaluation *e, rk_result *r)
{
    for (size_t i = 0; i < e->n_found; i++) {
        const rk__table_finding *f = &e->found[i];
        const rk_num quantity =
            f->quantity != NULL ? rk__num_scaled(&r->nums, *f->quantity, 6) : NULL;
        rk__result_find(r,
                        (rk_finding){.code = f->code,
                                     .severity = f->severity,
                                     .at = f->at,
                                     .rows = f->rows,
                                     .quantity = quantity},
                        "%s", f->message);
    }
    for (size_t i = 0; i < e->n_totals; i++) {
        const rk__evaluation_total *total = &e->totals[i];
        rk_num quantity = NULL;
        if (!total->row.ignored && is_elsewhere(r, &total->money)) {
            continue;
        }
        if (total->others > 0) {
            report_others(e, r, total);
        } else {
            report(r, NULL, total->table, &total->row,
                   rk__evaluation_paid(e, r, &total->money, &quantity));
        }
    }
    for (size_t i = 0; i < rk__sources_n_facts(e->sources); i++) {
        const rk__table *table = rk__sources_fact_at(e->sources, i);
        const rk__table_spec *spec = rk__table_spec_of(table);
        const rk__total_row *total = NULL;
        size_t cursor = 0;
        while ((total = rk__table_next_total(table, &cursor, &e->arena)) != NULL) {
            report(r, spec->base_dir, spec->name, total, at_stake(r, table, total));
        }
    }
    r->arena.failed = r->arena.failed || e->arena.failed;
}
