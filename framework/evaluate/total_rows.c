/* SPDX-License-Identifier: MIT
 *
 * total_rows.c: findings about rows that are totals: a total that is counted is paid twice.
 */
#include "evaluate/evaluation.h"

rk_status rk__evaluation_keep_totals(rk__evaluation *e, const char *table,
                                     const rk__pass_files *files)
{
    for (size_t i = 0; i < files->n_found; i++) {
        if (rk__grow((void **) &e->found, &e->found_capacity, e->n_found + 1, sizeof *e->found) !=
            0) {
            return RK_NO_MEMORY;
        }
        e->found[e->n_found++] = files->found[i];
    }
    for (size_t i = 0; i < files->n_totals; i++) {
        if (rk__grow((void **) &e->totals, &e->totals_capacity, e->n_totals + 1,
                     sizeof *e->totals) != 0) {
            return RK_NO_MEMORY;
        }
        e->totals[e->n_totals++] = (rk__evaluation_total){table, files->totals[i]};
    }
    return RK_OK;
}

static void report(rk_result *r, const char *base_dir, const char *table,
                   const rk__total_row *total)
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
                     .rows = 1},
        "table '%s': %s %s%s", table, at != NULL ? "this row" : "its last row",
        total->by_name ? "is called a total" : "has the sums of the rows above it",
        total->ignored ? ", and was left out"
                       : ", and was counted; \"read\": {\"total_row\": \"ignore\"} leaves a last "
                         "one out");
}

void rk__evaluation_report_totals(rk__evaluation *e, rk_result *r)
{
    for (size_t i = 0; i < e->n_found; i++) {
        const rk__table_finding *f = &e->found[i];
        const rk_num quantity =
            f->quantity != NULL ? rk__num_scaled(&r->nums, *f->quantity, 6) : NULL;
        rk__result_find(
            r, (rk_finding){.code = f->code, .at = f->at, .rows = f->rows, .quantity = quantity},
            "%s", f->message);
    }
    for (size_t i = 0; i < e->n_totals; i++) {
        report(r, NULL, e->totals[i].table, &e->totals[i].row);
    }
    for (size_t i = 0; i < rk__sources_n_facts(e->sources); i++) {
        const rk__table *table = rk__sources_fact_at(e->sources, i);
        const rk__table_spec *spec = rk__table_spec_of(table);
        const rk__total_row *total = NULL;
        size_t cursor = 0;
        while ((total = rk__table_next_total(table, &cursor, &e->arena)) != NULL) {
            report(r, spec->base_dir, spec->name, total);
        }
    }
    r->arena.failed = r->arena.failed || e->arena.failed;
}
