/* SPDX-License-Identifier: MIT
 *
 * result_csv.c: the rows of a batch's CSV output.
 */
#include "batch/result_csv.h"

#define IDENTITY     "contract,arrangement,provider,commissioner,"
#define ERROR        "error,message,file,line,column\n"
#define ERROR_CELLS  5
#define RESULT_CELLS 7
#define LINE_CELLS   12

const char *rk__batch_csv_head(bool lines)
{
    return lines ? IDENTITY "period,component,rule,shadow,label,quantity,unit,rate,factor,amount,"
                            "memo,source," ERROR
                 : IDENTITY "basis,currency,total,cost,margin,unpriced_rows,warnings," ERROR;
}

static void identity(rk__cells *c, const rk_result *result)
{
    rk__cell_text(c, result->contract);
    rk__cell_text(c, result->arrangement);
    rk__cell_text(c, result->provider);
    rk__cell_text(c, result->commissioner);
}

static void end_row(rk__cells *c)
{
    rk__cell_blanks(c, ERROR_CELLS);
    rk__cell_end(c);
}

/* The rows of all components, or '*' if one of them must not be shown. */
static void unpriced(rk__cells *c, const rk_result *result)
{
    uint64_t rows = 0;
    bool hidden = false;
    for (size_t p = 0; p < result->n_periods; p++) {
        const rk__period_result *period = &result->periods[p];
        for (size_t i = 0; i < period->n_components; i++) {
            rows += period->components[i].unpriced_rows;
            hidden |= rk__unpriced_hidden(result, &period->components[i]);
        }
    }
    if (hidden) {
        rk__cell_text(c, "*");
    } else {
        rk__cell_count(c, rows);
    }
}

static void result_row(rk__cells *c, const rk_result *result)
{
    identity(c, result);
    rk__cell_text(c, result->basis);
    rk__cell_text(c, result->currency);
    rk__cell_money(c, result->total, result->places);
    rk__cell_money(c, result->cost, result->places);
    rk__cell_money(c, result->margin, result->places);
    unpriced(c, result);
    rk__cell_count(c, result->n_warnings);
    end_row(c);
}

static void line_rows(rk__cells *c, const rk_result *result, const rk__period_result *period,
                      const rk__component_result *component)
{
    const bool *hidden = rk__hidden_lines(c->page, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        const rk__ledger_line *line = &component->lines[i];
        identity(c, result);
        rk__cell_text(c, period->id);
        rk__cell_text(c, component->id);
        rk__cell_text(c, component->rule);
        rk__cell_text(c, component->shadow ? "true" : NULL);
        rk__cell_text(c, line->label);
        rk__cell_number(c, line->quantity, hidden[i]);
        rk__cell_text(c, line->unit);
        rk__cell_number(c, line->rate, hidden[i]);
        rk__cell_number(c, line->factor, hidden[i]);
        rk__cell_number(c, line->amount, hidden[i]);
        rk__cell_text(c, line->memo ? "true" : NULL);
        rk__cell_text(c, line->source);
        end_row(c);
    }
}

void rk__batch_csv_result(rk__cells *c, bool lines, const rk_result *result)
{
    if (!lines) {
        result_row(c, result);
        return;
    }
    for (size_t p = 0; p < result->n_periods; p++) {
        const rk__period_result *period = &result->periods[p];
        for (size_t i = 0; i < period->n_components; i++) {
            line_rows(c, result, period, &period->components[i]);
        }
    }
}

void rk__batch_csv_failure(rk__cells *c, bool lines, const rk__failure *failure)
{
    const rk_problem *error = failure->error;
    rk__cell_text(c, failure->contract);
    rk__cell_text(c, NULL);
    rk__cell_text(c, failure->provider);
    rk__cell_text(c, failure->commissioner);
    rk__cell_blanks(c, lines ? LINE_CELLS : RESULT_CELLS);
    rk__cell_text(c, rk_status_word(error->status));
    rk__cell_text(c, error->message);
    rk__cell_text(c, error->file);
    rk__cell_place(c, error->line);
    rk__cell_place(c, error->column);
    rk__cell_end(c);
}
