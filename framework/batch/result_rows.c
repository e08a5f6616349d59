/* SPDX-License-Identifier: MIT
 *
 * result_rows.c: writing the rows of results.
 */
#include "batch/result_rows.h"

#include <string.h>

#include "batch/result_schema.h"
#include "json/json.h"

typedef void component_rows(rk__cells *c, const rk_result_view *result,
                            const rk_period_result *period, const rk_component_result *component);

static void each_component(rk__cells *c, const rk_result *result, component_rows *rows)
{
    const rk_result_view *view = rk_result_read(result);
    for (size_t p = 0; p < view->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t i = 0; i < period->n_components; i++) {
            rows(c, view, period, rk_period_component(period, i));
        }
    }
}

/* Whether the number of unpriced rows is too small to be shown. */
static bool hides_unpriced(const rk_result_view *result, const rk_component_result *component)
{
    return component->unpriced_rows > 0 && component->unpriced_rows < result->suppress_below;
}

/* The unpriced rows of all components that show them; *hidden if one does not. */
static uint64_t count_unpriced(const rk_result *result, bool *hidden)
{
    const rk_result_view *view = rk_result_read(result);
    uint64_t rows = 0;
    *hidden = false;
    for (size_t p = 0; p < view->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t i = 0; i < period->n_components; i++) {
            const rk_component_result *component = rk_period_component(period, i);
            const bool hides = hides_unpriced(view, component);
            rows += hides ? 0 : component->unpriced_rows;
            *hidden |= hides;
        }
    }
    return rows;
}

static void identity_cells(rk__cells *c, const char *contract, const char *arrangement,
                           const char *provider, const char *commissioner)
{
    rk__cell_text(c, contract);
    rk__cell_text(c, arrangement);
    rk__cell_text(c, provider);
    rk__cell_text(c, commissioner);
}

static void result_identity(rk__cells *c, const rk_result_view *result)
{
    identity_cells(c, result->contract, result->arrangement, result->provider,
                   result->commissioner);
}

/* All of a line but its amount. */
static void factor_cells(rk__cells *c, const rk_ledger_line *line, bool hidden)
{
    rk__cell_text(c, line->label);
    rk__cell_number(c, line->quantity, hidden);
    rk__cell_text(c, line->unit);
    rk__cell_number(c, line->rate, hidden);
    rk__cell_number(c, line->factor, hidden);
}

/* -------------------------------------------------------------------------- CSV */

#define IDENTITY     "contract,arrangement,provider,commissioner,"
#define ERROR        "error,message,file,line,column\n"
#define ERROR_CELLS  5
#define RESULT_CELLS 8
#define LINE_CELLS   13

const char *rk__rows_head(rk__batch_kind kind)
{
    return kind == RK__BATCH_LINES
               ? IDENTITY "period,component,rule,shadow,label,quantity,unit,rate,factor,amount,"
                          "memo,not_paid,source," ERROR
               : IDENTITY "basis,currency,total,cost,margin,unpriced_rows,warnings,findings," ERROR;
}

static void csv_end(rk__cells *c)
{
    rk__cell_blanks(c, ERROR_CELLS);
    rk__cell_end(c);
}

/* The different codes of findings, in their order: "total-row rule-note". */
static void codes_cell(rk__cells *c, const rk_result *result)
{
    rk__buf codes = {0};
    for (size_t i = 0; i < rk_result_n_findings(result); i++) {
        const char *code = rk_result_finding(result, i)->code;
        bool earlier = false;
        for (size_t k = 0; k < i && !earlier; k++) {
            earlier = strcmp(rk_result_finding(result, k)->code, code) == 0;
        }
        if (!earlier) {
            rk__buf_printf(&codes, "%s%s", codes.length > 0 ? " " : "", code);
        }
    }
    c->out->failed |= codes.failed;
    rk__cell_text(c, codes.text);
    rk__buf_dispose(&codes);
}

static void csv_result(rk__cells *c, const rk_result *of)
{
    const rk_result_view *result = rk_result_read(of);
    bool hidden = false;
    const uint64_t unpriced = count_unpriced(of, &hidden);
    result_identity(c, result);
    rk__cell_text(c, result->basis);
    rk__cell_text(c, result->currency);
    rk__cell_money(c, result->total, result->places);
    rk__cell_money(c, result->cost, result->places);
    rk__cell_money(c, result->margin, result->places);
    if (hidden) {
        rk__cell_text(c, "*");
    } else {
        rk__cell_count(c, unpriced);
    }
    rk__cell_count(c, result->n_warnings);
    codes_cell(c, of);
    csv_end(c);
}

static void csv_lines(rk__cells *c, const rk_result_view *result, const rk_period_result *period,
                      const rk_component_result *component)
{
    const bool *hidden = rk__hidden_lines(c->page, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        result_identity(c, result);
        rk__cell_text(c, period->id);
        rk__cell_text(c, component->id);
        rk__cell_text(c, component->rule);
        rk__cell_text(c, component->shadow ? "true" : NULL);
        /* The column of amounts adds up to what is paid. */
        const rk_ledger_line *line = rk_component_line(component, i);
        const bool paid = !line->memo && !component->shadow;
        factor_cells(c, line, hidden[i]);
        rk__cell_number(c, paid ? line->amount : NULL, paid && hidden[i]);
        rk__cell_text(c, line->memo ? "true" : NULL);
        rk__cell_number(c, paid ? NULL : line->amount, !paid && hidden[i]);
        rk__cell_text(c, line->source);
        csv_end(c);
    }
}

static void csv_failure(rk__cells *c, const rk__failure *failure)
{
    const rk_problem *error = failure->error;
    identity_cells(c, failure->contract, NULL, failure->provider, failure->commissioner);
    rk__cell_blanks(c, c->kind == RK__BATCH_LINES ? LINE_CELLS : RESULT_CELLS);
    rk__cell_text(c, rk_status_word(error->status));
    rk__cell_text(c, error->message);
    rk__cell_text(c, error->file);
    rk__cell_place(c, error->line);
    rk__cell_place(c, error->column);
    rk__cell_end(c);
}

/* --------------------------------------------------------------------- database */

static void begin_row(const rk__cells *c, rk__batch_table table)
{
    rk__buf_putc(c->out, (char) ('A' + table));
}

static void line_rows(rk__cells *c, const rk_result_view *result,
                      const rk_component_result *component)
{
    const bool *hidden = rk__hidden_lines(c->page, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        begin_row(c, RK__TABLE_LINES);
        rk__cell_count(c, i + 1);
        factor_cells(c, rk_component_line(component, i), hidden[i]);
        rk__cell_number(c, rk_component_line(component, i)->amount, hidden[i]);
        rk__cell_micros(c);
        rk__cell_count(c, rk_component_line(component, i)->memo);
        rk__cell_text(c, rk_component_line(component, i)->source);
    }
}

/* A key as a JSON object. */
static void key_cell(rk__cells *c, const rk_unpriced_key *key)
{
    rk__buf text = {0};
    for (size_t i = 0; i < key->n_columns; i++) {
        rk__buf_putc(&text, i == 0 ? '{' : ',');
        rk__json_write_text(&text, key->columns[i], strlen(key->columns[i]));
        rk__buf_putc(&text, ':');
        if (key->values[i] != NULL) {
            rk__json_write_text(&text, key->values[i], strlen(key->values[i]));
        } else {
            rk__buf_puts(&text, "null");
        }
    }
    rk__buf_puts(&text, key->n_columns == 0 ? "{}" : "}");
    c->out->failed |= text.failed;
    rk__cell_text(c, text.text);
    rk__buf_dispose(&text);
}

static void unpriced_rows(rk__cells *c, const rk_result_view *result,
                          const rk_component_result *component)
{
    const bool *hidden = rk__hidden_unpriced(c->page, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_unpriced; i++) {
        const rk_unpriced_key *key = rk_component_unpriced(component, i);
        begin_row(c, RK__TABLE_UNPRICED);
        rk__cell_count(c, i + 1);
        key_cell(c, key);
        if (hidden[i]) {
            rk__cell_text(c, NULL);
            rk__cell_text(c, "*");
        } else {
            rk__cell_count(c, key->rows);
            rk__cell_number(c, key->quantity, false);
        }
        rk__cell_text(c, key->reason);
    }
}

static void component_row(rk__cells *c, const rk_result_view *result,
                          const rk_period_result *period, const rk_component_result *component)
{
    begin_row(c, RK__TABLE_COMPONENTS);
    rk__cell_text(c, period->id);
    rk__cell_text(c, component->id);
    rk__cell_text(c, component->rule);
    rk__cell_text(c, component->title);
    rk__cell_count(c, component->shadow);
    rk__cell_money(c, component->total, result->places);
    rk__cell_micros(c);
    if (hides_unpriced(result, component)) {
        rk__cell_text(c, NULL);
    } else {
        rk__cell_count(c, component->unpriced_rows);
    }
    line_rows(c, result, component);
    unpriced_rows(c, result, component);
}

static void source_row(rk__cells *c, uint64_t position, const char *kind, const char *id,
                       const char *version, const char *file, const char *digest)
{
    begin_row(c, RK__TABLE_PROVENANCE);
    rk__cell_count(c, position);
    rk__cell_text(c, kind);
    rk__cell_text(c, id);
    rk__cell_text(c, version);
    rk__cell_text(c, file);
    rk__cell_text(c, digest);
}

static void provenance_rows(rk__cells *c, const rk_result *of)
{
    const rk_result_view *result = rk_result_read(of);
    uint64_t n = 0;
    if (result->contract_sha256 != NULL) {
        source_row(c, ++n, "contract", NULL, NULL, NULL, result->contract_sha256);
        rk__cell_blanks(c, 1);
    }
    for (size_t i = 0; i < result->n_tariffs; i++) {
        const rk_provenance_tariff *tariff = rk_result_tariff(of, i);
        source_row(c, ++n, "tariff", tariff->id, NULL, NULL, tariff->sha256);
        rk__cell_blanks(c, 1);
    }
    for (size_t i = 0; i < result->n_facts; i++) {
        const rk_provenance_fact *fact = rk_result_fact(of, i);
        source_row(c, ++n, "facts", fact->table, NULL, fact->file,
                   fact->sha256 != NULL ? fact->sha256 : fact->xxh3);
        rk__cell_count(c, fact->rows);
    }
    for (size_t i = 0; i < result->n_rules; i++) {
        const rk_provenance_rule *rule = rk_result_rule(of, i);
        source_row(c, ++n, "rule", rule->id, rule->version, rule->file, rule->sha256);
        rk__cell_blanks(c, 1);
    }
}

static void finding_rows(rk__cells *c, const rk_result *of)
{
    const rk_result_view *result = rk_result_read(of);
    for (size_t i = 0; i < result->n_findings; i++) {
        const rk_finding *f = rk_result_finding(of, i);
        const bool hidden = f->rows > 0 && f->rows < result->suppress_below;
        begin_row(c, RK__TABLE_FINDINGS);
        rk__cell_count(c, i + 1);
        rk__cell_text(c, f->code);
        rk__cell_text(c, rk_severity_word(f->severity));
        rk__cell_text(c, f->message);
        rk__cell_text(c, f->at);
        if (hidden || f->rows == 0) {
            rk__cell_text(c, NULL);
        } else {
            rk__cell_count(c, f->rows);
        }
        rk__cell_number(c, f->quantity, hidden);
        rk__cell_money(c, hidden ? NULL : f->amount, result->places);
        rk__cell_micros(c);
    }
}

static void result_row(rk__cells *c, const rk_result *of)
{
    const rk_result_view *result = rk_result_read(of);
    bool hidden = false;
    begin_row(c, RK__TABLE_RESULTS);
    result_identity(c, result);
    rk__cell_text(c, result->basis);
    rk__cell_text(c, result->currency);
    rk__cell_money(c, result->total, result->places);
    rk__cell_micros(c);
    rk__cell_money(c, result->cost, result->places);
    rk__cell_money(c, result->margin, result->places);
    rk__cell_micros(c);
    rk__cell_count(c, count_unpriced(of, &hidden));
    rk__cell_blanks(c, 7);
    each_component(c, of, component_row);
    finding_rows(c, of);
    provenance_rows(c, of);
}

static void failure_row(rk__cells *c, const rk__failure *failure)
{
    const rk_problem *error = failure->error;
    begin_row(c, RK__TABLE_RESULTS);
    identity_cells(c, failure->contract, NULL, failure->provider, failure->commissioner);
    rk__cell_blanks(c, 7);
    rk__cell_count(c, 0);
    rk__cell_text(c, rk_status_word(error->status));
    rk__cell_text(c, error->message);
    rk__cell_text(c, error->hint);
    rk__cell_text(c, error->file);
    rk__cell_text(c, error->pointer);
    rk__cell_place(c, error->line);
    rk__cell_place(c, error->column);
}

/* ---------------------------------------------------------------------- formats */

void rk__rows_result(rk__cells *c, const rk_result *result)
{
    switch (c->kind) {
    case RK__BATCH_NDJSON:
        break; /* not rows */
    case RK__BATCH_CSV:
        csv_result(c, result);
        break;
    case RK__BATCH_LINES:
        each_component(c, result, csv_lines);
        break;
    case RK__BATCH_SQLITE:
        result_row(c, result);
    }
}

void rk__rows_failure(rk__cells *c, const rk__failure *failure)
{
    if (c->kind == RK__BATCH_SQLITE) {
        failure_row(c, failure);
    } else {
        csv_failure(c, failure);
    }
}
