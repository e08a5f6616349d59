/* SPDX-License-Identifier: MIT
 *
 * system_data.c: systems for other programs: JSON, the document
 * "system-result/1", and CSV with a row for each entry and each sum.
 */
#include "report/finding.h"
#include "report/pack.h"
#include "report/system_foot.h"

/* ------------------------------------------------------------------------ JSON */

static void put_period(rk__json_writer *w, const rk_system_result *r, const char *name, int index)
{
    rk__json_put_text(w, name, index == RK_NEVER ? NULL : rk_system_period_id(r, (size_t) index));
}

/* An organisation in a period. */
typedef struct place {
    const rk__system_foot *foot;
    size_t scenario, period, organisation;
} place;

static void put_entries(rk__json_writer *w, const place *at)
{
    const rk_position *p = rk__foot_position(at->foot, at->scenario, at->period, at->organisation);
    const rk_position *made =
        rk__syspage_position(&at->foot->page, at->scenario, at->period, at->organisation);
    rk__json_open(w, "lines", '[');
    for (size_t i = 0; i < p->n_entries; i++) {
        const rk_entry *e = rk_position_entry(made, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "kind", rk_entry_word(e->kind));
        if (e->label != NULL) {
            rk__json_put_text(w, "label", e->label);
        }
        if (e->with != NULL) {
            rk__json_put_text(w, "with", e->with);
        }
        rk__json_put_money(w, "amount",
                           rk__foot_entry(at->foot, at->scenario, at->period, at->organisation, i),
                           w->out->places);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void put_position(rk__json_writer *w, bool pooled, const rk_organisation_view *o,
                         const place *at)
{
    const rk_position *p = rk__foot_position(at->foot, at->scenario, at->period, at->organisation);
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "id", o->id);
    rk__json_put_money(w, "income", p->income, w->out->places);
    rk__json_put_money(w, "costs", p->costs, w->out->places);
    rk__json_put_money(w, "before_pool", p->before, w->out->places);
    if (pooled) {
        rk__json_put_money(w, "lifted", p->lifted, w->out->places);
        rk__json_put_money(w, "share", p->share, w->out->places);
    }
    if (rk__num_sign(p->owners) != 0) {
        rk__json_put_money(w, "owners", p->owners, w->out->places);
    }
    rk__json_put_money(w, "after_pool", p->after, w->out->places);
    rk__json_put_money(w, "control_total", p->control_total, w->out->places);
    rk__json_put_money(w, "against_control_total", p->against, w->out->places);
    if (p->group != NULL) {
        rk__json_put_money(w, "with_members", p->group, w->out->places);
    }
    if (p->cash != NULL) {
        rk__json_put_money(w, "cash_left", p->cash, w->out->places);
    }
    rk__json_put_money(w, "stranded", p->stranded, w->out->places);
    rk__json_put_money(w, "double_running", p->double_running, w->out->places);
    put_entries(w, at);
    rk__json_close(w, '}');
}

static void put_contracts(rk__json_writer *w, const rk_system_period *p)
{
    rk__json_open(w, "contracts", '[');
    for (size_t i = 0; i < p->n_contracts; i++) {
        const rk_contract_payment *c = rk_system_period_contract(p, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "id", c->id);
        rk__json_put_text(w, "payer", c->payer);
        rk__json_put_text(w, "payee", c->payee);
        rk__json_put_text(w, "arrangement", c->arrangement);
        rk__json_put_money(w, "payment", c->payment, w->out->places);
        if (c->vat != NULL) {
            rk__json_put_money(w, "vat", c->vat, w->out->places);
        }
        if (c->retained != NULL) {
            rk__json_put_money(w, "retained", c->retained, w->out->places);
        }
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void put_sectors(rk__json_writer *w, const char *name, const place *at, bool incurred)
{
    rk_num amounts[RK_N_SECTORS];
    rk__foot_sectors(at->foot, at->scenario, at->period, incurred, amounts);
    rk__json_open_flat(w, name, '{');
    for (int k = 0; k < RK_N_SECTORS; k++) {
        rk__json_put_money(w, rk_sector_word((rk_sector) k), amounts[k], w->out->places);
    }
    rk__json_close(w, '}');
}

static void put_one_period(rk__json_writer *w, const rk_system_result *r, place at)
{
    const rk_system_period *p = rk__foot_period(at.foot, at.scenario, at.period);
    const bool pooled = rk_system_result_read(r)->pooled;
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "period", p->id);
    rk__json_put_money(w, "system", p->system, w->out->places);
    rk__json_put_money(w, "cumulative", p->cumulative, w->out->places);
    rk__json_put_money(w, "window", p->window, w->out->places);
    rk__json_put_money(w, "stranded", p->stranded, w->out->places);
    rk__json_put_money(w, "double_running", p->double_running, w->out->places);
    put_sectors(w, "incurred_by", &at, true);
    put_sectors(w, "borne_by", &at, false);
    rk__json_put_money(w, "vat", p->vat, w->out->places);
    if (pooled) {
        rk__json_open_flat(w, "pool", '{');
        rk__json_put_money(w, "lifted", p->lifted, w->out->places);
        rk__json_put_money(w, "residual", p->residual, w->out->places);
        if (p->drawn != NULL) {
            rk__json_put_money(w, "drawn_from_reserve", p->drawn, w->out->places);
        }
        rk__json_close(w, '}');
    }
    rk__json_open(w, "organisations", '[');
    for (size_t o = 0; o < p->n_positions; o++) {
        at.organisation = o;
        put_position(w, pooled, rk_system_organisation(r, o), &at);
    }
    rk__json_close(w, ']');
    put_contracts(w,
                  rk_scenario_period(rk__syspage_scenario(&at.foot->page, at.scenario), at.period));
    rk__json_close(w, '}');
}

static void put_balance(rk__json_writer *w, const rk_system_result *r, const char *id,
                        rk_balance balance)
{
    const rk_balance *b = &balance;
    rk__json_open(w, id != NULL ? NULL : "balance", '{');
    if (id != NULL) {
        rk__json_put_text(w, "id", id);
    }
    rk__json_put_money(w, "total", b->total, w->out->places);
    put_period(w, r, "first_period", b->first);
    rk__json_put_count(w, "window", rk_system_result_read(r)->window);
    rk__json_put_bool(w, "window_tested", b->window_tested);
    put_period(w, r, "first_window_ends", b->window_first);
    rk__json_put_money(w, "trough", b->trough, w->out->places);
    put_period(w, r, "trough_period", b->trough_at);
    put_period(w, r, "payback_period", b->payback);
    rk__json_put_bool(w, "below_zero", b->has_payback);
    if (b->lowest_cash != NULL) {
        rk__json_put_money(w, "lowest_cash", b->lowest_cash, w->out->places);
        put_period(w, r, "cash_out_period", b->cash_out);
    }
    if (id == NULL) {
        rk__json_put_text(w, "discount_rate", rk_system_result_read(r)->discount_rate);
        rk__json_put_money(w, "net_present_value", b->npv, w->out->places);
    }
    rk__json_close(w, '}');
}

static void put_steps(rk__json_writer *w, const char *id, const rk_num *steps)
{
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "organisation", id);
    for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
        const rk_bridge_step step = (rk_bridge_step) k;
        rk__json_put_money(w, rk_bridge_word(step), steps[k], w->out->places);
    }
    rk__json_close(w, '}');
}

/* From the first scenario; the whole system has no id. */
static void put_bridge(rk__json_writer *w, const rk_system_result *r, const rk__system_foot *foot,
                       size_t scenario)
{
    rk_num steps[RK_N_BRIDGE_STEPS];
    if (!rk__foot_bridge(foot, scenario, RK_WHOLE_SYSTEM, steps)) {
        return;
    }
    rk__json_open(w, "bridge", '[');
    for (size_t o = 0; o < rk_system_result_read(r)->n_organisations; o++) {
        (void) rk__foot_bridge(foot, scenario, o, steps);
        put_steps(w, rk_system_organisation(r, o)->id, steps);
    }
    (void) rk__foot_bridge(foot, scenario, RK_WHOLE_SYSTEM, steps);
    put_steps(w, NULL, steps);
    rk__json_close(w, ']');
}

static void put_organisation_balances(rk__json_writer *w, const rk_system_result *r,
                                      const rk__system_foot *foot, size_t scenario)
{
    rk__json_open(w, "organisations", '[');
    for (size_t o = 0; o < rk_system_result_read(r)->n_organisations; o++) {
        put_balance(w, r, rk_system_organisation(r, o)->id, rk__foot_balance(foot, scenario, o));
    }
    rk__json_close(w, ']');
}

static void put_exact(rk__json_writer *w, const char *name, rk_num amount)
{
    rk__buf text = {0};
    rk__num_print_exact(&text, amount);
    rk__json_put_text(w, name, amount != NULL ? text.text : NULL);
    w->out->failed |= text.failed;
    rk__buf_dispose(&text);
}

static void put_conditions(rk__json_writer *w, const rk_scenario_result *s)
{
    rk__json_open(w, "conditions", '[');
    for (size_t i = 0; i < s->n_conditions; i++) {
        const rk_condition_test *t = rk_scenario_condition(s, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "contract", t->contract);
        rk__json_put_text(w, "period", t->period);
        rk__json_put_text(w, "organisation", t->organisation);
        rk__json_put_money(w, "tested", t->tested, w->out->places);
        rk__json_put_money(w, "against", t->against, w->out->places);
        rk__json_put_bool(w, "met", t->met);
        put_exact(w, "missed_by",
                  t->met ? NULL : rk__num_sub(&w->out->nums, t->against, t->tested));
        rk__json_put_bool(w, "cumulative", t->cumulative);
        rk__json_put_bool(w, "after_pool", t->after_pool);
        rk__json_put_bool(w, "excluding_grants", !t->with_grants);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void put_coverage(rk__json_writer *w, const rk_scenario_result *s)
{
    rk__json_open(w, "coverage", '[');
    for (size_t i = 0; i < s->n_coverage; i++) {
        const rk_coverage_line *line = rk_scenario_coverage(s, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "table", line->table);
        rk__json_put_text(w, "period", line->period);
        rk__json_put_text(w, "pod", line->pod);
        if (line->rows != NULL) {
            rk__json_put_text(w, "rows", line->rows);
        }
        rk__json_put_count(w, "payers", line->n_payers);
        rk__json_put_text(w, "paid_by", line->payers);
        rk__json_put_number(w, "quantity", line->quantity);
        rk__json_put_money(w, "value", line->value, w->out->places);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void put_scenario(rk__json_writer *w, const rk__system_page *page,
                         const rk__system_foot *foot, size_t index)
{
    const rk_system_result *r = page->result;
    const rk_scenario_result *s = rk_system_scenario_result(r, index);
    rk__buf answer = {0};
    rk__syspage_answer(page, index, &answer);
    page->out->failed |= answer.failed;
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "scenario", s->name);
    rk__json_put_text(w, "title", s->title);
    rk__json_put_text(w, "answer", answer.text);
    rk__buf_dispose(&answer);
    put_balance(w, r, NULL, rk__foot_balance(foot, index, RK_WHOLE_SYSTEM));
    put_organisation_balances(w, r, foot, index);
    put_bridge(w, r, foot, index);
    rk__json_open(w, "periods", '[');
    for (size_t k = 0; k < s->n_periods; k++) {
        put_one_period(w, r, (place){.foot = foot, .scenario = index, .period = k});
    }
    rk__json_close(w, ']');
    put_conditions(w, s);
    put_coverage(w, s);
    rk__json_open(w, "findings", '[');
    for (size_t i = 0; i < s->n_findings; i++) {
        w->at = rk__json_finding(*w, rk_scenario_finding(s, i), w->out->places, 0);
        w->empty = false;
    }
    rk__json_close(w, ']');
    rk__json_close(w, '}');
}

static void put_notes(rk__json_writer *w, const rk_system_result *r)
{
    rk__json_put_text(w, "notes", rk_system_result_read(r)->notes);
    rk__json_open(w, "sources", '[');
    for (size_t i = 0; i < rk_system_result_read(r)->n_sources; i++) {
        const rk_source_note *source = rk_system_source(r, i);
        rk__json_open(w, NULL, '{');
        rk__json_put_text(w, "of", source->of);
        rk__json_put_text(w, "text", source->text);
        if (source->url != NULL) {
            rk__json_put_text(w, "url", source->url);
        }
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void put_list(rk__json_writer *w, const char *name, const char *const *list)
{
    if (list != NULL) {
        rk__json_open(w, name, '[');
        for (; *list != NULL; list++) {
            rk__json_put_text(w, NULL, *list);
        }
        rk__json_close(w, ']');
    }
}

/* Options that make another result than the document alone, and what its contracts read. */
static void put_inputs(rk__json_writer *w, const rk_system_result *r)
{
    const rk_system_view *v = rk_system_result_read(r);
    if (v->params != NULL || v->sets != NULL) {
        rk__json_open_flat(w, "options", '{');
        put_list(w, "param", v->params);
        put_list(w, "set", v->sets);
        rk__json_close(w, '}');
    }
    rk__json_open(w, "inputs", '[');
    for (size_t i = 0; i < v->n_inputs; i++) {
        const rk_system_input *input = rk_system_made_from(r, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "kind", input->kind);
        rk__json_put_text(w, "id", input->id);
        rk__json_put_text(w, "file", input->file);
        const bool xxh3 = strlen(input->digest) < 64;
        rk__json_put_text(w, xxh3 ? "xxh3" : "sha256", input->digest);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void put_system(rk__page *out, const rk_system_result *r, bool line, bool together)
{
    const rk_system_view *result = rk_system_result_read(r);
    rk__system_page page = {.out = out, .result = r, .view = result};
    rk__system_foot foot;
    rk__syspage_prepare(&page);
    rk__system_foot_make(out, r, together, &foot);
    if (out->failed) {
        return;
    }
    rk__json_writer w = line ? rk__json_begin_line(out) : rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "system-result/1");
    rk__json_put_text(&w, "system", result->id);
    rk__json_put_text(&w, "title", result->title);
    rk__json_put_text(&w, "basis", result->basis);
    rk__json_put_text(&w, "currency", result->currency);
    rk__json_open(&w, "organisations", '[');
    for (size_t o = 0; o < result->n_organisations; o++) {
        const rk_organisation_view *organisation = rk_system_organisation(r, o);
        rk__json_open_flat(&w, NULL, '{');
        rk__json_put_text(&w, "id", organisation->id);
        rk__json_put_text(&w, "kind", organisation->kind);
        rk__json_put_text(&w, "title", organisation->title);
        rk__json_put_text(&w, "members", organisation->members);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_open(&w, "scenarios", '[');
    for (size_t i = 0; i < result->n_scenarios; i++) {
        put_scenario(&w, &page, &foot, i);
    }
    rk__json_close(&w, ']');
    put_notes(&w, r);
    rk__json_open(&w, "provenance", '{');
    rk__json_put_text(&w, "reckoner", rk_version());
    rk__json_put_text(&w, "system_sha256", result->sha256);
    put_inputs(&w, r);
    rk__json_close(&w, '}');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void write_json(rk__page *out, const rk_system_result *result)
{
    put_system(out, result, false, true);
}

void rk__json_system_line(rk__page *out, const rk_system_result *result)
{
    put_system(out, result, true, true);
}

rk_status rk__report_system_figures(const rk_system_result *result, const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    out.places = rk_system_result_read(result)->places;
    put_system(&out, result, false, false);
    return rk__page_finish(&out);
}

/* ------------------------------------------------------------------------- CSV */

static void csv_row(rk__page *out, const rk_scenario_result *s, const char *period,
                    const char *organisation, const char *kind, const char *label, const char *with,
                    rk_num amount)
{
    const char *cells[] = {s->name, period, organisation, kind, label, with};
    if (amount == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (cells[i] != NULL) {
            rk__csv_cell(out, cells[i], strlen(cells[i]));
        }
        rk__page_putc(out, ',');
    }
    rk__num_print_fixed(&out->scratch, amount, out->places);
    rk__page_scratch(out);
    rk__page_putc(out, '\n');
}

static void csv_position(rk__page *out, const rk__system_foot *foot, size_t scenario, size_t period,
                         size_t o)
{
    const rk_system_result *r = foot->page.result;
    const rk_scenario_result *s = rk__syspage_scenario(&foot->page, scenario);
    const rk_position *made = rk__syspage_position(&foot->page, scenario, period, o);
    const rk_position *p = rk__foot_position(foot, scenario, period, o);
    const char *id = rk_system_organisation(r, o)->id;
    const char *when = rk_system_period_id(r, period);
    for (size_t i = 0; i < p->n_entries; i++) {
        const rk_entry *e = rk_position_entry(made, i);
        csv_row(out, s, when, id, rk_entry_word(e->kind), e->label, e->with,
                rk__foot_entry(foot, scenario, period, o, i));
    }
    csv_row(out, s, when, id, "position-before-pool", NULL, NULL, p->before);
    if (rk_system_result_read(r)->pooled) {
        csv_row(out, s, when, id, "lifted-into-pool", NULL, NULL, p->lifted);
        csv_row(out, s, when, id, "share-of-pool", NULL, NULL, p->share);
    }
    if (rk__num_sign(p->owners) != 0) {
        csv_row(out, s, when, id, "owners", NULL, NULL, p->owners);
    }
    csv_row(out, s, when, id, "position-after-pool", NULL, NULL, p->after);
    csv_row(out, s, when, id, "control-total", NULL, NULL, p->control_total);
    csv_row(out, s, when, id, "position-with-members", NULL, NULL, p->group);
}

static void write_csv(rk__page *out, const rk_system_result *result)
{
    rk__system_foot foot;
    rk__system_foot_make(out, result, true, &foot);
    if (out->failed) {
        return;
    }
    rk__page_puts(out, "scenario,period,organisation,kind,label,with,amount\n");
    for (size_t i = 0; i < rk_system_result_read(result)->n_scenarios; i++) {
        const rk_scenario_result *s = rk_system_scenario_result(result, i);
        for (size_t k = 0; k < s->n_periods; k++) {
            const rk_system_period *period = rk__foot_period(&foot, i, k);
            const char *when = rk_system_period_id(result, k);
            for (size_t o = 0; o < period->n_positions; o++) {
                csv_position(out, &foot, i, k, o);
            }
            csv_row(out, s, when, NULL, "pool-residual", NULL, NULL, period->residual);
            csv_row(out, s, when, NULL, "system-position", NULL, NULL, period->system);
        }
    }
}

/* ------------------------------------------------------------------- the public */

static rk_status report(const rk_system_result *result, rk_format format, bool detail,
                        const rk_sink *sink)
{
    if (rk__is_pack(format)) {
        return rk__pack_system(result, format, sink);
    }
    rk__page out;
    rk__page_init(&out, sink);
    out.places = rk_system_result_read(result)->places;
    if (format == RK_FORMAT_JSON) {
        write_json(&out, result);
    } else if (format == RK_FORMAT_CSV) {
        write_csv(&out, result);
    } else {
        rk__people_system(&out, result, format == RK_FORMAT_MARKDOWN, detail);
    }
    return rk__page_finish(&out);
}

rk_status rk_report_system(const rk_system_result *result, rk_format format, const rk_sink *sink)
{
    return report(result, format, false, sink);
}

rk_status rk_report_system_detail(const rk_system_result *result, rk_format format,
                                  const rk_sink *sink)
{
    return report(result, format, true, sink);
}
