/* SPDX-License-Identifier: MIT
 *
 * system_rows.c: writing the rows of systems: a result for each scenario, a component for each
 * organisation in each period, a line for each entry of its position.
 */
#include "batch/result_rows.h"

#include <string.h>

#include "batch/result_schema.h"

#define ERROR_CELLS 5

static void identity(rk__cells *c, const rk_system_view *view, const rk_scenario_result *s)
{
    rk__cell_text(c, view->id);
    rk__cell_text(c, s->name);
    rk__cell_blanks(c, 2);
}

/* An entry as it moves the position: what goes out is below zero. */
static rk_num signed_amount(rk__cells *c, const rk_entry *e)
{
    return e->kind <= RK_ENTRY_GRANT ? e->amount : rk__num_neg(&c->page->nums, e->amount);
}

static const char *label_of(const rk_entry *e)
{
    return e->label != NULL ? e->label : rk_entry_word(e->kind);
}

/* The pool and owners, as a line beside the entries; zero if they move nothing. */
static rk_num moved(rk__cells *c, const rk_position *p)
{
    return rk__num_sub(&c->page->nums, p->after, p->before);
}

/* -------------------------------------------------------------------------- CSV */

static void csv_result(rk__cells *c, const rk_system_view *view, const rk_scenario_result *s)
{
    rk__buf codes = {0};
    uint64_t warnings = 0;
    for (size_t i = 0; i < s->n_findings; i++) {
        const rk_finding *f = rk_scenario_finding(s, i);
        bool earlier = false;
        for (size_t k = 0; k < i && !earlier; k++) {
            earlier = strcmp(rk_scenario_finding(s, k)->code, f->code) == 0;
        }
        warnings += f->severity != RK_SEVERITY_NOTE;
        if (!earlier) {
            rk__buf_printf(&codes, "%s%s", codes.length > 0 ? " " : "", f->code);
        }
    }
    identity(c, view, s);
    rk__cell_text(c, view->basis);
    rk__cell_text(c, view->currency);
    rk__cell_money(c, rk_scenario_balance(s)->total, c->page->places);
    rk__cell_blanks(c, 3);
    rk__cell_count(c, warnings);
    rk__cell_text(c, codes.text);
    rk__cell_blanks(c, ERROR_CELLS);
    rk__cell_end(c);
    c->out->failed |= codes.failed;
    rk__buf_dispose(&codes);
}

static void csv_line(rk__cells *c, const rk_system_result *r, const rk_scenario_result *s,
                     size_t period, size_t organisation, const char *kind, const char *label,
                     const char *with, rk_num amount)
{
    identity(c, rk_system_result_read(r), s);
    rk__cell_text(c, rk_system_period_id(r, period));
    rk__cell_text(c, rk_system_organisation(r, organisation)->id);
    rk__cell_text(c, kind);
    const bool outside = rk_system_organisation(r, organisation)->outside; /* in no sum */
    rk__cell_text(c, outside ? "true" : NULL);
    rk__cell_text(c, label);
    rk__cell_blanks(c, 4);
    rk__cell_number(c, outside ? NULL : amount, false);
    rk__cell_blanks(c, 1);
    rk__cell_number(c, outside ? amount : NULL, false);
    rk__cell_text(c, with);
    rk__cell_blanks(c, ERROR_CELLS);
    rk__cell_end(c);
}

static void csv_lines(rk__cells *c, const rk_system_result *r, const rk_scenario_result *s)
{
    for (size_t k = 0; k < s->n_periods; k++) {
        const rk_system_period *period = rk_scenario_period(s, k);
        for (size_t o = 0; o < period->n_positions; o++) {
            const rk_position *p = rk_system_period_position(period, o);
            const rk_num pool = moved(c, p);
            for (size_t i = 0; i < p->n_entries; i++) {
                const rk_entry *e = rk_position_entry(p, i);
                csv_line(c, r, s, k, o, rk_entry_word(e->kind), label_of(e), e->with,
                         signed_amount(c, e));
            }
            if (rk__num_sign(pool) != 0) {
                csv_line(c, r, s, k, o, "pool", "pool and owners", NULL, pool);
            }
        }
    }
}

/* --------------------------------------------------------------------- database */

static void begin_row(rk__cells *c, rk__batch_table table)
{
    rk__buf_putc(c->out, (char) ('A' + table));
}

static void line_row(rk__cells *c, uint64_t position, const char *label, const char *unit,
                     rk_num amount, const char *with)
{
    begin_row(c, RK__TABLE_LINES);
    rk__cell_count(c, position);
    rk__cell_text(c, label);
    rk__cell_blanks(c, 1);
    rk__cell_text(c, unit);
    rk__cell_blanks(c, 2);
    rk__cell_number(c, amount, false);
    rk__cell_micros(c);
    rk__cell_count(c, 0);
    rk__cell_text(c, with);
}

static void position_rows(rk__cells *c, const rk_system_result *r, const char *period,
                          size_t organisation, const rk_position *p)
{
    const rk_organisation_view *o = rk_system_organisation(r, organisation);
    const rk_num pool = moved(c, p);
    begin_row(c, RK__TABLE_COMPONENTS);
    rk__cell_text(c, period);
    rk__cell_text(c, o->id);
    rk__cell_text(c, "position");
    rk__cell_text(c, o->title);
    rk__cell_count(c, o->outside); /* in no sum, as a shadow */
    rk__cell_money(c, p->after, c->page->places);
    rk__cell_micros(c);
    rk__cell_count(c, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        const rk_entry *e = rk_position_entry(p, i);
        line_row(c, i + 1, label_of(e), rk_entry_word(e->kind), signed_amount(c, e), e->with);
    }
    if (rk__num_sign(pool) != 0) {
        line_row(c, p->n_entries + 1, "pool and owners", "pool", pool, NULL);
    }
}

static void finding_row(rk__cells *c, uint64_t position, const rk_finding *f)
{
    begin_row(c, RK__TABLE_FINDINGS);
    rk__cell_count(c, position);
    rk__cell_text(c, f->code);
    rk__cell_text(c, rk_severity_word(f->severity));
    rk__cell_text(c, f->message);
    rk__cell_text(c, f->at);
    if (f->rows > 0) {
        rk__cell_count(c, f->rows);
    } else {
        rk__cell_text(c, NULL);
    }
    rk__cell_number(c, f->quantity, false);
    rk__cell_money(c, f->amount, c->page->places);
    rk__cell_micros(c);
}

static void result_rows(rk__cells *c, const rk_system_result *r, const rk_scenario_result *s)
{
    const rk_system_view *view = rk_system_result_read(r);
    begin_row(c, RK__TABLE_RESULTS);
    identity(c, view, s);
    rk__cell_text(c, view->basis);
    rk__cell_text(c, view->currency);
    rk__cell_money(c, rk_scenario_balance(s)->total, c->page->places);
    rk__cell_micros(c);
    rk__cell_blanks(c, 3);
    rk__cell_count(c, 0);
    rk__cell_blanks(c, 7);
    for (size_t k = 0; k < s->n_periods; k++) {
        const rk_system_period *period = rk_scenario_period(s, k);
        for (size_t o = 0; o < period->n_positions; o++) {
            position_rows(c, r, rk_system_period_id(r, k), o, rk_system_period_position(period, o));
        }
    }
    for (size_t i = 0; i < s->n_findings; i++) {
        finding_row(c, i + 1, rk_scenario_finding(s, i));
    }
    begin_row(c, RK__TABLE_PROVENANCE);
    rk__cell_count(c, 1);
    rk__cell_text(c, "system");
    rk__cell_blanks(c, 3);
    rk__cell_text(c, view->sha256);
    rk__cell_blanks(c, 1);
}

void rk__rows_system(rk__cells *c, const rk_system_result *result)
{
    for (size_t i = 0; i < rk_system_result_read(result)->n_scenarios; i++) {
        const rk_scenario_result *s = rk_system_scenario_result(result, i);
        if (c->kind == RK__BATCH_CSV) {
            csv_result(c, rk_system_result_read(result), s);
        } else if (c->kind == RK__BATCH_LINES) {
            csv_lines(c, result, s);
        } else if (c->kind == RK__BATCH_SQLITE) {
            result_rows(c, result, s);
        }
    }
}
