/* SPDX-License-Identifier: MIT
 *
 * json.c: result documents, comparisons and explanations as JSON. Keys are in the order of the
 * documented formats; members of lines are left out if absent, those that an object always has may
 * be null.
 *
 * A result is written by one set of functions, compiled twice: indented, and as a line of a batch.
 * For the latter they are inlined into rk__json_result_line, whose writer is then held in
 * registers; so functions for rare members get a copy of it and return where their text ends.
 */
#include "report/finding.h"

RK__ALWAYS_INLINE void put_star(rk__json_writer *w, const char *name)
{
    rk__json_put_text(w, name, "*");
}

/* ------------------------------------------------------------------ components */

RK__ALWAYS_INLINE void optional_number(rk__json_writer *w, const char *name, rk_num number,
                                       bool hidden)
{
    if (number != NULL && hidden) {
        put_star(w, name);
    } else if (number != NULL) {
        rk__json_put_number(w, name, number);
    }
}

RK__ALWAYS_INLINE void put_line(rk__json_writer *w, const rk_ledger_line *line, bool hidden)
{
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "label", line->label);
    optional_number(w, "quantity", line->quantity, hidden);
    if (line->unit != NULL) {
        rk__json_put_text(w, "unit", line->unit);
    }
    optional_number(w, "rate", line->rate, hidden);
    optional_number(w, "factor", line->factor, hidden);
    if (hidden) {
        put_star(w, "amount");
    } else {
        rk__json_put_number(w, "amount", line->amount);
    }
    if (line->source != NULL) {
        rk__json_put_text(w, "source", line->source);
    }
    if (line->memo) {
        rk__json_put_bool(w, "memo", true);
    }
    if (line->of != NULL) {
        rk__json_put_text(w, "of", line->of);
    }
    rk__json_close(w, '}');
}

RK__ALWAYS_INLINE void put_lines(rk__json_writer *w, const rk_result_view *result,
                                 const rk_component_result *component)
{
    const bool *hidden = rk__hidden_lines(w->out, result, component);
    rk__json_open(w, "lines", '[');
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        put_line(w, rk_component_line(component, i), hidden[i]);
    }
    rk__json_close(w, ']');
}

static __attribute__((noinline)) char *put_unpriced_keys(rk__json_writer copy,
                                                         const rk_result_view *result,
                                                         const rk_component_result *component)
{
    rk__json_writer *w = &copy;
    const bool *hidden = rk__hidden_unpriced(w->out, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_unpriced; i++) {
        const rk_unpriced_key *key = rk_component_unpriced(component, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_open(w, "key", '{');
        for (size_t c = 0; c < key->n_columns; c++) {
            rk__json_put_text(w, key->columns[c], key->values[c]);
        }
        rk__json_close(w, '}');
        if (hidden[i]) {
            put_star(w, "rows");
            put_star(w, "quantity");
        } else {
            rk__json_put_count(w, "rows", key->rows);
            rk__json_put_number(w, "quantity", key->quantity);
        }
        rk__json_put_text(w, "reason", key->reason);
        rk__json_close(w, '}');
    }
    return w->at;
}

/* All rows, or `*` if they are few, or if the keys shown would reveal the number of a hidden one.
 */
RK__ALWAYS_INLINE void put_unpriced(rk__json_writer *w, const rk_result_view *result,
                                    const rk_component_result *component)
{
    if (component->n_unpriced > 0) {
        rk__json_open(w, "unpriced", '{');
    } else {
        rk__json_open_flat(w, "unpriced", '{');
    }
    if (component->unpriced_rows > 0 && component->unpriced_rows < result->suppress_below) {
        put_star(w, "rows");
    } else {
        rk__json_put_count(w, "rows", component->unpriced_rows);
    }
    rk__json_open(w, "keys", '[');
    if (component->n_unpriced > 0) {
        w->at = put_unpriced_keys(*w, result, component);
        w->empty = false;
    }
    rk__json_close(w, ']');
    if (component->unpriced_keys > component->n_unpriced) {
        rk__json_put_count(w, "more_keys", component->unpriced_keys - component->n_unpriced);
    }
    rk__json_close(w, '}');
}

static void put_scaled(rk__json_writer *w, const char *name, rk_int128 value, int scale, int least)
{
    char text[RK__SCALED_TEXT];
    const size_t length = rk__print_scaled(text, value, scale, least, RK__LINE_PLACES);
    rk__json_put_length(w, name, text, length);
}

static void put_group_amounts(rk__json_writer *w, const rk_result_view *result,
                              const rk_component_result *component, size_t group, bool hidden)
{
    const rk_groups *groups = component->groups;
    const int scale = rk_groups_places(groups);
    if (hidden) {
        put_star(w, "amount");
    } else {
        put_scaled(w, "amount", rk_groups_value(groups, group, RK_LANE_AMOUNT), scale,
                   result->places);
    }
    rk__json_open(w, "elements", '{');
    for (size_t e = 0; e < component->n_elements; e++) {
        const char *name = rk_component_element(component, e)->name;
        if (hidden) {
            put_star(w, name);
        } else {
            put_scaled(w, name, rk_groups_value(groups, group, RK_LANE_ELEMENT + e), scale,
                       result->places);
        }
    }
    rk__json_close(w, '}');
}

static __attribute__((noinline)) char *
put_groups(rk__json_writer copy, const rk_result_view *result, const rk_component_result *component)
{
    rk__json_writer *w = &copy;
    const rk_groups *groups = component->groups;
    const rk__hiding hiding = rk__hiding_of(groups, result->suppress_below);
    const size_t n_columns = rk_groups_n_columns(groups);
    rk__json_open(w, "groups", '[');
    for (size_t g = 0; g < rk_groups_count(groups) && !w->out->stopped; g++) {
        const bool hidden = rk__group_hidden(&hiding, groups, g);
        rk__json_open_flat(w, NULL, '{');
        rk__json_open(w, "key", '{');
        for (size_t c = 0; c < n_columns; c++) {
            size_t length = 0;
            const char *text = rk_groups_key(groups, g, c, &length);
            rk__json_put_length(w, rk_groups_column(groups, c), text, length);
        }
        rk__json_close(w, '}');
        if (hidden) {
            put_star(w, "rows");
            put_star(w, "quantity");
        } else {
            rk__json_put_count(w, "rows", (uint64_t) rk_groups_value(groups, g, RK_LANE_ROWS));
            put_scaled(w, "quantity", rk_groups_value(groups, g, RK_LANE_QUANTITY), 6, 0);
        }
        if (rk_groups_places(groups) > 0) {
            put_group_amounts(w, result, component, g, hidden);
        }
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    return w->at;
}

RK__ALWAYS_INLINE void put_component(rk__json_writer *w, const rk_result_view *result,
                                     const rk_component_result *component)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "id", component->id);
    rk__json_put_text(w, "rule", component->rule);
    if (component->title != NULL) {
        rk__json_put_text(w, "title", component->title);
    }
    if (component->shadow) {
        rk__json_put_bool(w, "shadow", true);
    }
    rk__json_put_money(w, "total", component->total, result->places);
    put_lines(w, result, component);
    rk__json_open_flat(w, "elements", '{');
    for (size_t i = 0; i < component->n_elements; i++) {
        const rk_element_total *element = rk_component_element(component, i);
        if (element->memo) { /* a volume or a cost, not money that is paid */
            rk__json_put_number(w, element->name, element->amount);
        } else {
            rk__json_put_money(w, element->name, element->amount, result->places);
        }
    }
    rk__json_close(w, '}');
    put_unpriced(w, result, component);
    if (result->grouped && component->groups != NULL) {
        w->at = put_groups(*w, result, component);
    }
    rk__json_close(w, '}');
}

/* --------------------------------------------------------------------- results */

/* What a result was made with, except the contract itself. */
static __attribute__((noinline)) char *put_sources(rk__json_writer copy, const rk_result *result)
{
    rk__json_writer *w = &copy;
    rk__json_open(w, "tariff", '[');
    const rk_result_view *view = rk_result_read(result);
    for (size_t i = 0; i < view->n_tariffs; i++) {
        const rk_provenance_tariff *tariff = rk_result_tariff(result, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "id", tariff->id);
        rk__json_put_text(w, "sha256", tariff->sha256);
        if (tariff->n_files > 0) {
            rk__json_open(w, "files", '[');
            for (size_t k = 0; k < tariff->n_files; k++) {
                rk__json_open(w, NULL, '{');
                rk__json_put_text(w, "file", rk_tariff_file(tariff, k)->file);
                rk__json_put_text(w, "xxh3", rk_tariff_file(tariff, k)->xxh3);
                rk__json_close(w, '}');
            }
            rk__json_close(w, ']');
        }
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_open(w, "facts", '[');
    for (size_t i = 0; i < view->n_facts; i++) {
        const rk_provenance_fact *fact = rk_result_fact(result, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "table", fact->table);
        rk__json_put_text(w, "file", fact->file);
        rk__json_put_text(w, "xxh3", fact->xxh3);
        if (fact->sha256 != NULL) {
            rk__json_put_text(w, "sha256", fact->sha256);
        }
        rk__json_put_count(w, "rows", fact->rows);
        if (fact->declared != NULL) {
            rk__json_put_json(w, "declared", fact->declared, strlen(fact->declared));
        }
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_open(w, "rules", '[');
    for (size_t i = 0; i < view->n_rules; i++) {
        const rk_provenance_rule *rule = rk_result_rule(result, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "id", rule->id);
        rk__json_put_text(w, "version", rule->version);
        rk__json_put_text(w, "file", rule->file);
        rk__json_put_text(w, "sha256", rule->sha256);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    return w->at;
}

/* The same as text of a line. */
static __attribute__((noinline)) bool keep_sources(const rk_result *result, rk__buf *known)
{
    const rk_sink sink = rk__buf_sink(known);
    rk__page page;
    rk__page_init(&page, &sink);
    rk__json_writer w = rk__json_begin_line(&page);
    w.empty = false;
    w.at = put_sources(w, result);
    rk__json_end(&w);
    if (rk__page_finish(&page) == RK_OK && !known->failed) {
        return true;
    }
    rk__buf_dispose(known);
    return false;
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

/* Options that change the result. */
static __attribute__((noinline)) char *put_options(rk__json_writer copy,
                                                   const rk_result_view *result)
{
    rk__json_writer *w = &copy;
    rk__json_open_flat(w, "options", '{');
    put_list(w, "param", result->params);
    put_list(w, "set", result->sets);
    put_list(w, "group_by", result->group_by);
    if (result->suppress_below > 0) {
        rk__json_put_count(w, "suppress_below", result->suppress_below);
    }
    if (result->max_errors > 0) {
        rk__json_put_count(w, "max_errors", result->max_errors);
    }
    rk__json_close(w, '}');
    return w->at;
}

RK__ALWAYS_INLINE void put_provenance(rk__json_writer *w, const rk_result *result, rk__buf *known)
{
    rk__json_open(w, "provenance", '{');
    rk__json_put_text(w, "reckoner", rk_version());
    const rk_result_view *view = rk_result_read(result);
    rk__json_put_text(w, "contract_sha256", view->contract_sha256);
    if (view->params != NULL || view->sets != NULL || view->group_by != NULL ||
        view->suppress_below > 0 || view->max_errors > 0) {
        w->at = put_options(*w, view);
    }
    if (known == NULL) {
        w->at = put_sources(*w, result);
    } else if (known->length > 0 || keep_sources(result, known)) {
        w->at = rk__json_copy_at(w->out, w->at, known->text, known->length);
    } else {
        w->out->failed = true;
    }
    rk__json_close(w, '}');
}

RK__ALWAYS_INLINE void put_result(rk__json_writer *w, const rk_result *of, rk__buf *sources)
{
    const rk_result_view *result = rk_result_read(of);
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "reckoner", "result/1");
    rk__json_put_text(w, "contract", result->contract);
    rk__json_put_text(w, "arrangement", result->arrangement);
    rk__json_put_text(w, "basis", result->basis);
    rk__json_put_text(w, "currency", result->currency);
    if (result->selection != NULL) {
        rk__json_put_text(w, "selection", result->selection);
    }
    rk__json_put_money(w, "total", result->total, result->places);
    rk__json_put_money(w, "cost", result->cost, result->places);
    rk__json_put_money(w, "margin", result->margin, result->places);
    rk__json_open(w, "periods", '[');
    for (size_t p = 0; p < result->n_periods; p++) {
        const rk_period_result *period = rk_result_period(of, p);
        rk__json_open(w, NULL, '{');
        rk__json_put_text(w, "period", period->id);
        rk__json_put_money(w, "total", period->total, result->places);
        rk__json_open(w, "components", '[');
        for (size_t c = 0; c < period->n_components; c++) {
            put_component(w, result, rk_period_component(period, c));
        }
        rk__json_close(w, ']');
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_open(w, "warnings", '[');
    for (size_t i = 0; i < result->n_warnings; i++) {
        rk__json_put_text(w, NULL, rk_result_warning(of, i));
    }
    rk__json_close(w, ']');
    rk__json_open(w, "findings", '[');
    for (size_t i = 0; i < result->n_findings; i++) {
        w->at =
            rk__json_finding(*w, rk_result_finding(of, i), result->places, result->suppress_below);
        w->empty = false;
    }
    rk__json_close(w, ']');
    if (result->findings_left_out > 0) {
        rk__json_put_count(w, "findings_left_out", result->findings_left_out);
    }
    put_provenance(w, of, sources);
    rk__json_close(w, '}');
}

static void put_indented(rk__json_writer *w, const rk_result *result)
{
    put_result(w, result, NULL);
}

void rk__json_results(rk__page *out, const rk_result *const *results, size_t n)
{
    rk__json_writer w = rk__json_begin(out);
    if (n != 1) {
        rk__json_open(&w, NULL, '[');
    }
    for (size_t i = 0; i < n; i++) {
        put_indented(&w, results[i]);
    }
    if (n != 1) {
        rk__json_close(&w, ']');
    }
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

void rk__json_result_line(rk__page *out, const rk_result *result, rk__buf *sources)
{
    rk__json_writer w = rk__json_begin_line(out);
    put_result(&w, result, sources);
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

/* ------------------------------------------------------------------ comparison */

static void put_difference(rk__json_writer *w, const char *arrangement, const rk__difference *line)
{
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "arrangement", arrangement);
    rk__json_put_text(w, "period", line->period);
    rk__json_put_text(w, "component", line->component);
    rk__json_put_text(w, "label", line->label);
    if (line->hidden) {
        put_star(w, "baseline");
        put_star(w, "amount");
        put_star(w, "difference");
    } else {
        rk__json_put_number(w, "baseline", line->baseline);
        rk__json_put_number(w, "amount", line->amount);
        rk__json_put_number(w, "difference", line->difference);
    }
    rk__json_close(w, '}');
}

void rk__json_comparison(rk__page *out, const rk_comparison *comparison)
{
    const rk_result_view *baseline = rk__baseline(comparison);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "comparison/1");
    rk__json_put_text(&w, "contract", baseline->contract);
    rk__json_put_text(&w, "basis", baseline->basis);
    rk__json_put_text(&w, "currency", baseline->currency);
    rk__json_put_text(&w, "baseline", baseline->arrangement);
    rk__json_open(&w, "arrangements", '[');
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        const rk_result_view *result = rk__compared(comparison, i);
        rk__json_open_flat(&w, NULL, '{');
        rk__json_put_text(&w, "arrangement", result->arrangement);
        rk__json_put_money(&w, "total", result->total, result->places);
        rk__json_put_money(&w, "cost", result->cost, result->places);
        rk__json_put_money(&w, "margin", result->margin, result->places);
        rk__json_put_money(&w, "difference",
                           rk__num_sub(&out->nums, result->total, baseline->total), result->places);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_open(&w, "differences", '[');
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        rk__difference *lines = NULL;
        size_t n = 0;
        if (i == rk_comparison_baseline(comparison) ||
            !rk__differences(out, comparison, i, &lines, &n)) {
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            put_difference(&w, rk__compared(comparison, i)->arrangement, &lines[k]);
        }
    }
    rk__json_close(&w, ']');
    rk__json_open(&w, "results", '[');
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        put_indented(&w, rk_comparison_result(comparison, i));
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

/* ----------------------------------------------------------------- explanation */

static void put_step(rk__json_writer *w, const rk_step *step)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "label", step->label);
    if (step->formula != NULL) {
        rk__json_put_text(w, "formula", step->formula);
    }
    rk__json_put_text(w, "value", step->value);
    if (step->source != NULL) {
        rk__json_put_text(w, "source", step->source);
    }
    if (step->n_children > 0) {
        rk__json_open(w, "steps", '[');
        for (size_t i = 0; i < step->n_children; i++) {
            put_step(w, rk_step_child(step, i));
        }
        rk__json_close(w, ']');
    }
    rk__json_close(w, '}');
}

void rk__json_explanation(rk__page *out, const rk_explanation *of)
{
    const rk_explanation_view *explanation = rk_explanation_read(of);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "explanation/1");
    rk__json_put_text(&w, "contract", explanation->contract);
    rk__json_put_text(&w, "arrangement", explanation->arrangement);
    rk__json_put_text(&w, "basis", explanation->basis);
    rk__json_put_text(&w, "currency", explanation->currency);
    rk__json_put_text(&w, "total", explanation->total);
    rk__json_open(&w, "steps", '[');
    for (size_t i = 0; i < explanation->n_steps; i++) {
        put_step(&w, rk_explanation_step(of, i));
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}
