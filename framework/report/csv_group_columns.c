/* SPDX-License-Identifier: MIT
 *
 * csv_group_columns.c: which columns grouped totals have as CSV.
 */
#include "report/csv_group_columns.h"

#include "csv/csv.h"

static void text_cell(rk__page *out, const char *text)
{
    rk__csv_cell(out, text, strlen(text));
}

size_t rk__group_element(const rk__group_columns *columns, const char *name)
{
    size_t i = 0;
    while (i < columns->n_elements && strcmp(columns->elements[i], name) != 0) {
        i++;
    }
    return i;
}

static void look_at_component(rk__group_columns *columns, const rk_component_result *component,
                              const char **first)
{
    columns->n_tables++;
    columns->like = columns->like == NULL ? component->groups : columns->like;
    columns->component =
        columns->component || (*first != NULL && strcmp(*first, component->id) != 0);
    *first = *first == NULL ? component->id : *first;
    for (size_t e = 0; e < component->n_elements; e++) {
        const size_t at = rk__group_element(columns, rk_component_element(component, e)->name);
        if (at == columns->n_elements && at < RK__GROUP_ELEMENTS) {
            columns->elements[columns->n_elements++] = rk_component_element(component, e)->name;
        }
    }
}

rk__group_columns rk__group_columns_of(const rk_result *const *results, size_t n)
{
    rk__group_columns columns = {0};
    const char *component = NULL;
    const char *period = NULL;
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *result = rk_result_read(results[i]);
        const rk_result_view *first = rk_result_read(results[0]);
        columns.contract = columns.contract || strcmp(result->contract, first->contract) != 0;
        columns.arrangement =
            columns.arrangement || strcmp(result->arrangement, first->arrangement) != 0;
        for (size_t p = 0; p < result->n_periods; p++) {
            const rk_period_result *part = rk_result_period(results[i], p);
            columns.period = columns.period || (period != NULL && strcmp(period, part->id) != 0);
            period = period == NULL ? part->id : period;
            for (size_t c = 0; c < part->n_components; c++) {
                const rk_component_result *found = rk_period_component(part, c);
                if (found->groups != NULL) {
                    look_at_component(&columns, found, &component);
                }
            }
        }
    }
    return columns;
}

void rk__group_header(rk__page *out, const rk__group_columns *columns, const char *more)
{
    rk__page_puts(out, columns->contract ? "contract," : "");
    rk__page_puts(out, columns->arrangement ? "arrangement," : "");
    rk__page_puts(out, columns->period ? "period," : "");
    rk__page_puts(out, columns->component ? "component," : "");
    for (size_t c = 0; columns->like != NULL && c < rk_groups_n_columns(columns->like); c++) {
        text_cell(out, rk_groups_column(columns->like, c));
        rk__page_putc(out, ',');
    }
    rk__page_puts(out, "quantity");
    for (size_t e = 0; e < columns->n_elements; e++) {
        rk__page_putc(out, ',');
        text_cell(out, columns->elements[e]);
    }
    rk__page_puts(out, ",amount");
    rk__page_puts(out, more);
    rk__page_putc(out, '\n');
}

void rk__group_prefix(rk__buf *prefix, bool safe, const rk__group_columns *columns,
                      const rk_result_view *result, const char *period, const char *component)
{
    const char *const cells[] = {columns->contract ? result->contract : NULL,
                                 columns->arrangement ? result->arrangement : NULL,
                                 columns->period ? period : NULL,
                                 columns->component ? component : NULL};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (cells[i] != NULL) {
            rk__csv_quote_safe(prefix, safe, cells[i], strlen(cells[i]));
            rk__buf_putc(prefix, ',');
        }
    }
}
