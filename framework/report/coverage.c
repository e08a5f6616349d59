/* SPDX-License-Identifier: MIT
 *
 * coverage.c: activity of contracts that no component pays for, or that more than
 * one does, beside what checking them found.
 */
#include "report/report.h"

/* Small quantities are hidden if small counts are. */
static bool is_hidden(const rk_coverage_view *c, rk_num quantity)
{
    rk_decimal count = 0;
    const bool fits = rk__num_to_decimal(quantity, &count);
    const rk_decimal size = count < 0 ? -count : count;
    return c->suppress_below > 0 && fits && size != 0 &&
           (uint64_t) size < c->suppress_below * (uint64_t) 1000000;
}

static void coverage_row(rk__sheet *sheet, rk__page *out, const rk_coverage_view *c,
                         const char *arrangement, const rk_coverage_line *line)
{
    const bool hidden = is_hidden(c, line->quantity);
    const char *what = line->pod != NULL ? line->pod : line->rows;
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__sheet_cell(sheet, arrangement);
    rk__buf_printf(&out->scratch, "%s%s%s", line->table, what != NULL ? " " : "",
                   what != NULL ? what : "");
    rk__sheet_scratch(sheet);
    rk__sheet_cell(sheet, line->period);
    rk__print_quantity(&out->scratch, line->quantity);
    if (hidden) {
        rk__buf_reset(&out->scratch);
        rk__buf_puts(&out->scratch, "*");
    }
    rk__sheet_scratch(sheet);
    if (hidden || line->value == NULL) {
        rk__sheet_cell(sheet, hidden ? "*" : "not known");
    } else {
        rk__print_money(&out->scratch, line->value, c->places);
        rk__sheet_scratch(sheet);
    }
    rk__sheet_cell(sheet, line->n_payers == 0 ? "nobody" : line->payers);
}

static bool finds_any(const rk_coverage *coverage)
{
    bool any = false;
    for (size_t a = 0; a < rk_coverage_read(coverage)->n_arrangements; a++) {
        any |= rk_coverage_n_lines(coverage, a) > 0;
    }
    return any;
}

void rk__coverage_tables(rk__page *out, const rk_coverage *const *coverage, size_t n, bool markdown)
{
    for (size_t i = 0; i < n; i++) {
        rk__sheet sheet;
        bool leaves_any = false;
        if (coverage[i] == NULL || !finds_any(coverage[i])) {
            continue;
        }
        const rk_coverage_view *c = rk_coverage_read(coverage[i]);
        if (markdown) {
            rk__page_puts(out, "\n");
            rk__markdown_text(out, c->file);
            rk__page_puts(out, ": activity that no component pays for, or more than one:\n\n");
        } else {
            rk__page_plain(out, c->file);
            rk__page_puts(out, ": activity that no component pays for, or more than one\n");
        }
        rk__sheet_init(&sheet, out);
        rk__sheet_columns(&sheet, "lllrrl", "Arrangement", "Activity", "Period", "Quantity",
                          "Value", "Paid by");
        for (size_t a = 0; a < c->n_arrangements; a++) {
            for (size_t k = 0; k < rk_coverage_n_lines(coverage[i], a); k++) {
                const rk_coverage_line *line = rk_coverage_line_at(coverage[i], a, k);
                coverage_row(&sheet, out, c, rk_coverage_arrangement(coverage[i], a), line);
                leaves_any |= line->n_payers == 0;
            }
        }
        rk__sheet_print(&sheet, markdown, 2);
        if (leaves_any) {
            rk__page_puts(out, markdown ? "\n" RK__COVERS_HINT "\n" : "  " RK__COVERS_HINT "\n");
        }
        rk__page_putc(out, '\n');
    }
}

void rk__coverage_json(rk__json_writer *w, const rk_coverage *const *coverage, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        any |= coverage[i] != NULL;
    }
    if (!any) {
        return;
    }
    rk__json_open(w, "coverage", '[');
    for (size_t i = 0; i < n; i++) {
        const rk_coverage_view *c = coverage[i] != NULL ? rk_coverage_read(coverage[i]) : NULL;
        for (size_t a = 0; c != NULL && a < c->n_arrangements; a++) {
            for (size_t k = 0; k < rk_coverage_n_lines(coverage[i], a); k++) {
                const rk_coverage_line *line = rk_coverage_line_at(coverage[i], a, k);
                const bool hidden = is_hidden(c, line->quantity);
                rk__json_open_flat(w, NULL, '{');
                rk__json_put_text(w, "file", c->file);
                rk__json_put_text(w, "contract", c->contract);
                rk__json_put_text(w, "arrangement", rk_coverage_arrangement(coverage[i], a));
                rk__json_put_text(w, "period", line->period);
                rk__json_put_text(w, "table", line->table);
                rk__json_put_text(w, "pod", line->pod);
                if (line->rows != NULL) {
                    rk__json_put_text(w, "rows", line->rows);
                }
                rk__json_put_count(w, "payers", line->n_payers);
                rk__json_put_text(w, "paid_by", line->payers);
                if (hidden) {
                    rk__json_put_text(w, "quantity", "*");
                    rk__json_put_text(w, "value", "*");
                } else {
                    rk__json_put_number(w, "quantity", line->quantity);
                    rk__json_put_money(w, "value", line->value, c->places);
                }
                rk__json_close(w, '}');
            }
        }
    }
    rk__json_close(w, ']');
}
