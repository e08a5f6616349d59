/* SPDX-License-Identifier: MIT
 *
 * xlsx_chart.c: the native charts of a workbook, which read the cells of their table.
 */
#include "pack/xlsx_chart.h"

#include <stdio.h>

#include "workbook/made.h"

#define CHART_ROWS  18 /* of a sheet that a chart takes */
#define CHART_WIDTH 1.5
#define NAME_BYTES  128

static const lxw_color_t colors[] = {0x005EB8, 0xED8B00, 0x007F3B, 0x7C2855, 0x425563, 0x00A9CE};

static void paint(lxw_chart_series *series, size_t i, bool line)
{
    const lxw_color_t color = colors[i % (sizeof colors / sizeof *colors)];
    if (line) {
        lxw_chart_line of = {.color = color, .width = 2.25F};
        chart_series_set_line(series, &of);
    } else {
        lxw_chart_fill of = {.color = color};
        chart_series_set_fill(series, &of);
    }
}

/* A series down a column. */
static void add_column(lxw_chart *chart, const rk__pack_table *table, const rk__pack_figure *f,
                       size_t i, size_t from, size_t to)
{
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    if (series == NULL) {
        return;
    }
    chart_series_set_categories(series, table->sheet, (lxw_row_t) from, (lxw_col_t) f->label,
                                (lxw_row_t) to, (lxw_col_t) f->label);
    chart_series_set_values(series, table->sheet, (lxw_row_t) from, (lxw_col_t) f->values[i],
                            (lxw_row_t) to, (lxw_col_t) f->values[i]);
    chart_series_set_name(series, table->columns[f->values[i]].title);
    paint(series, i, false);
}

/* A series along a row. */
static void add_row(lxw_chart *chart, const rk__pack_table *table, const rk__pack_figure *f,
                    size_t row, size_t at, size_t header)
{
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    const lxw_col_t first = (lxw_col_t) f->values[0];
    const lxw_col_t last = (lxw_col_t) f->values[f->n_values - 1];
    const rk__pack_cell *label = &table->rows[row].cells[f->label];
    char name[NAME_BYTES] = {0};
    if (series == NULL) {
        return;
    }
    (void) snprintf(name, sizeof name, "%.*s", (int) (label->length < 100 ? label->length : 100),
                    label->text != NULL ? label->text : "");
    rk__xlsx_clean(name);
    chart_series_set_categories(series, table->sheet, (lxw_row_t) header, first, (lxw_row_t) header,
                                last);
    chart_series_set_values(series, table->sheet, (lxw_row_t) at, first, (lxw_row_t) at, last);
    chart_series_set_name(series, name);
    paint(series, row - f->from, true);
}

static bool none_below_zero(const rk__pack_table *table, const rk__pack_figure *f)
{
    for (size_t r = f->from; r < f->to; r++) {
        for (size_t i = 0; i < f->n_values; i++) {
            if (table->rows[r].cells[f->values[i]].value < 0) {
                return false;
            }
        }
    }
    return true;
}

size_t rk__xlsx_chart(lxw_workbook *file, lxw_worksheet *sheet, const rk__pack_table *table,
                      const rk__pack_figure *figure, size_t first, size_t row)
{
    const bool lines = figure->kind == RK__PACK_LINES;
    const bool steps = figure->kind == RK__PACK_BRIDGE;
    if (figure->kind == RK__PACK_FLOWS || figure->to <= figure->from || figure->n_values == 0) {
        return row - 3;
    }
    lxw_chart *chart = workbook_add_chart(file, lines   ? LXW_CHART_LINE
                                                : steps ? LXW_CHART_COLUMN
                                                        : LXW_CHART_BAR);
    if (chart == NULL) {
        return row - 3;
    }
    if (lines) {
        for (size_t r = figure->from; r < figure->to; r++) {
            add_row(chart, table, figure, r, first + r, first - 1);
        }
    } else {
        for (size_t i = 0; i < figure->n_values; i++) {
            /* Of a bridge, the steps: the totals at its ends would dwarf them. */
            add_column(chart, table, figure, i, first + figure->from, first + figure->to - 1);
        }
    }
    chart_title_set_name(chart, figure->title);
    chart_legend_set_position(chart, figure->n_values > 1 ? LXW_CHART_LEGEND_BOTTOM
                                                          : LXW_CHART_LEGEND_NONE);
    /* The axes of lying bars change places. */
    const bool lying = !lines && !steps;
    lxw_chart_axis *names = lying ? chart->y_axis : chart->x_axis;
    lxw_chart_axis *amounts = lying ? chart->x_axis : chart->y_axis;
    if (lying) { /* the first row on top */
        chart_axis_set_reverse(names);
    }
    if (lying && none_below_zero(table, figure)) {
        chart_axis_set_min(amounts, 0);
    }
    chart_axis_set_label_position(names, LXW_CHART_AXIS_LABEL_POSITION_LOW);
    chart_axis_set_num_format(amounts, "#,##0;(#,##0)");
    lxw_chart_options options = {.x_scale = CHART_WIDTH,
                                 .y_scale = 1.2,
                                 .object_position = LXW_OBJECT_MOVE_DONT_SIZE,
                                 .description = (char *) figure->says};
    (void) worksheet_insert_chart_opt(sheet, (lxw_row_t) row, 0, chart, &options);
    return row + CHART_ROWS;
}
