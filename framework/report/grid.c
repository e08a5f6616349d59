/* SPDX-License-Identifier: MIT
 *
 * grid.c: measures over a grid of values. CSV is the format of sweeps: a row for each point, and
 * of a system for each scenario of it. Text and Markdown are tables of the same.
 */
#include "report/pack.h"
#include "report/questions.h"

static void csv(rk__page *out, const rk_sweep *sweep)
{
    const rk_sweep_view *v = rk_sweep_read(sweep);
    for (size_t i = 0; i < v->n_varied; i++) {
        rk__csv_cell(out, rk_sweep_varied(sweep, i), strlen(rk_sweep_varied(sweep, i)));
        rk__page_putc(out, ',');
    }
    rk__page_puts(out, v->is_system ? "scenario," : "");
    for (size_t m = 0; m < v->n_measures; m++) {
        rk__page_puts(out, m > 0 ? "," : "");
        rk__csv_cell(out, rk_sweep_measure(sweep, m), strlen(rk_sweep_measure(sweep, m)));
    }
    rk__page_putc(out, '\n');
    for (size_t row = 0; row < v->n_rows; row++) {
        for (size_t s = 0; s < v->n_series; s++) {
            for (size_t i = 0; i < v->n_varied; i++) {
                rk__csv_varied(out, rk_sweep_value(sweep, row, i));
                rk__page_putc(out, ',');
            }
            if (v->is_system) {
                rk__csv_cell(out, rk_sweep_series(sweep, s), strlen(rk_sweep_series(sweep, s)));
                rk__page_putc(out, ',');
            }
            for (size_t m = 0; m < v->n_measures; m++) {
                rk__page_puts(out, m > 0 ? "," : "");
                rk__num_print_fixed(&out->scratch, rk_sweep_measured(sweep, row, s, m),
                                    out->places);
                rk__page_scratch(out);
            }
            rk__page_putc(out, '\n');
        }
    }
}

static void json(rk__page *out, const rk_sweep *sweep)
{
    const rk_sweep_view *v = rk_sweep_read(sweep);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "sweep/1");
    rk__json_put_text(&w, "of", v->of);
    rk__json_put_text(&w, "title", v->title);
    rk__json_put_text(&w, "currency", v->currency);
    rk__json_open(&w, "points", '[');
    for (size_t row = 0; row < v->n_rows; row++) {
        for (size_t s = 0; s < v->n_series; s++) {
            rk__json_open_flat(&w, NULL, '{');
            if (v->is_system) {
                rk__json_put_text(&w, "scenario", rk_sweep_series(sweep, s));
            }
            rk__json_open_flat(&w, "values", '{');
            for (size_t i = 0; i < v->n_varied; i++) {
                rk__json_put_varied(&w, rk_sweep_varied(sweep, i), rk_sweep_value(sweep, row, i));
            }
            rk__json_close(&w, '}');
            rk__json_open_flat(&w, "measures", '{');
            for (size_t m = 0; m < v->n_measures; m++) {
                rk__json_put_money(&w, rk_sweep_measure(sweep, m),
                                   rk_sweep_measured(sweep, row, s, m), w.out->places);
            }
            rk__json_close(&w, '}');
            rk__json_close(&w, '}');
        }
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void sheet_rows(rk__sheet *sheet, const rk_sweep *sweep)
{
    const rk_sweep_view *v = rk_sweep_read(sweep);
    for (size_t row = 0; row < v->n_rows; row++) {
        for (size_t s = 0; s < v->n_series; s++) {
            rk__sheet_row(sheet, RK__ROW_LINE);
            for (size_t i = 0; i < v->n_varied; i++) {
                rk__print_varied(sheet->out, &sheet->out->scratch, rk_sweep_value(sweep, row, i),
                                 false);
                rk__sheet_scratch(sheet);
            }
            if (v->is_system) {
                rk__sheet_cell(sheet, rk_sweep_series(sweep, s));
            }
            for (size_t m = 0; m < v->n_measures; m++) {
                rk__print_money(&sheet->out->scratch, rk_sweep_measured(sweep, row, s, m),
                                sheet->out->places);
                rk__sheet_scratch(sheet);
            }
        }
    }
}

static void people(rk__page *out, const rk_sweep *sweep, bool markdown)
{
    const rk_sweep_view *v = rk_sweep_read(sweep);
    rk__sheet sheet;
    rk__question_heading(out, v->of, v->title, markdown);
    rk__sheet_init(&sheet, out);
    for (size_t i = 0; i < v->n_varied; i++) {
        rk__sheet_column(&sheet, rk_sweep_varied(sweep, i), RK__ALIGN_RIGHT);
    }
    if (v->is_system) {
        rk__sheet_column(&sheet, "Scenario", RK__ALIGN_LEFT);
    }
    for (size_t m = 0; m < v->n_measures; m++) {
        rk__sheet_column(&sheet, rk_sweep_measure(sweep, m), RK__ALIGN_RIGHT);
    }
    sheet_rows(&sheet, sweep);
    if (markdown) {
        rk__sheet_markdown(&sheet);
    } else {
        rk__sheet_text(&sheet, 0);
    }
    rk__sheet_dispose(&sheet);
}

rk_status rk_report_sweep(const rk_sweep *sweep, rk_format format, const rk_sink *sink)
{
    if (rk__is_pack(format)) {
        return rk__pack_sweep(sweep, format, sink);
    }
    rk__page out;
    rk__page_init(&out, sink);
    out.places = rk_sweep_read(sweep)->places;
    if (format == RK_FORMAT_JSON) {
        json(&out, sweep);
    } else if (format == RK_FORMAT_CSV) {
        csv(&out, sweep);
    } else {
        people(&out, sweep, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
