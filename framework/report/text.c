/* SPDX-License-Identifier: MIT
 *
 * text.c: reports for people, in a terminal or a file.
 */
#include "report/compare_findings.h"
#include "report/finding.h"

#include <inttypes.h>

/* Steps deeper than this are not indented further. */
#define DEPTH_MAX 16

static void heading(rk__page *out, const char *id, const char *title, const char *basis)
{
    rk__page_style(out, RK__STYLE_HEADING);
    rk__page_plain(out, id);
    if (title != NULL) {
        rk__page_puts(out, ": ");
        rk__page_wrapped(out, title, 2, rk__text_width(id) + 2);
    } else {
        rk__page_putc(out, '\n');
    }
    rk__page_style(out, RK__STYLE_PLAIN);
    if (out->scratch.length > 0) {
        rk__page_wrapped(out, out->scratch.text == NULL ? "" : out->scratch.text, 0, 0);
        rk__buf_reset(&out->scratch);
    }
    const char *sentence = rk__basis_sentence(basis);
    if (sentence != NULL) {
        rk__page_style(out, RK__STYLE_WARNING);
        rk__page_wrapped(out, sentence, 0, 0);
        rk__page_style(out, RK__STYLE_PLAIN);
    }
}

static void subheading(rk__page *out, const char *text)
{
    rk__page_putc(out, '\n');
    rk__page_styled(out, RK__STYLE_HEADING, text);
    rk__page_putc(out, '\n');
}

typedef void layout_of_component(rk__sheet *sheet, const rk_result_view *result,
                                 const rk_component_result *component);

static void component_table(rk__page *out, const rk_result_view *result,
                            const rk_component_result *component, layout_of_component *layout,
                            const char *what)
{
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    layout(&sheet, result, component);
    rk__page_putc(out, '\n');
    rk__page_style(out, RK__STYLE_HEADING);
    rk__page_plain(out, component->id);
    rk__page_puts(out, what);
    rk__page_style(out, RK__STYLE_PLAIN);
    rk__page_putc(out, '\n');
    rk__sheet_print(&sheet, false, 2);
}

static void period(rk__page *out, const rk_result_view *result, const rk_period_result *part)
{
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__layout_period(&sheet, result, part);
    subheading(out, part->id);
    rk__sheet_print(&sheet, false, 0);
    for (size_t i = 0; i < part->n_components; i++) {
        const rk_component_result *component = rk_period_component(part, i);
        if (result->grouped && component->groups != NULL) {
            component_table(out, result, component, rk__layout_groups, ", by group");
        }
        if (component->unpriced_rows > 0) {
            const bool one = component->unpriced_rows == 1;
            const char *what = rk__arena_printf(
                &out->arena, ": %s row%s unpriced and pay%s nothing",
                rk__unpriced_text(out, component->unpriced_rows, result->suppress_below),
                one ? " is" : "s are", one ? "s" : "");
            what = what == NULL ? "" : what;
            component_table(out, result, component, rk__layout_unpriced, what);
        }
    }
}

static void item(rk__page *out)
{
    rk__buf *line = &out->scratch;
    rk__page_puts(out, "- ");
    rk__page_wrapped(out, line->text == NULL ? "" : line->text, 2, 2);
    rk__buf_reset(line);
}

/* Findings from `from` on and before `to`. */
static void findings(rk__page *out, const rk_result *result, const char *title, size_t from,
                     size_t to)
{
    const rk_result_view *view = rk_result_read(result);
    if (from < to) {
        subheading(out, title);
    }
    for (size_t i = from; i < to; i++) {
        rk__print_finding(out, "", rk_result_finding(result, i), view->places,
                          view->suppress_below);
        item(out);
    }
    if (from < to && to == view->n_findings && view->findings_left_out > 0) {
        rk__page_printf(out, "- and %" PRIu64 " more\n", view->findings_left_out);
    }
}

void rk__text_results(rk__page *out, const rk_result *const *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *result = rk_result_read(results[i]);
        if (i > 0) {
            rk__page_putc(out, '\n');
        }
        rk__layout_subtitle(out, result);
        heading(out, result->contract, result->title, result->basis);
        for (size_t p = 0; p < result->n_periods; p++) {
            period(out, result, rk_result_period(results[i], p));
        }
        findings(out, results[i], "Warnings", 0, result->n_warnings);
        rk__sheet sheet;
        rk__sheet_init(&sheet, out);
        rk__layout_summary(&sheet, results[i]);
        rk__page_putc(out, '\n');
        rk__sheet_print(&sheet, false, 0);
        findings(out, results[i], "Notes", result->n_warnings, result->n_findings);
    }
}

/* ---------------------------------------------------------------- comparison */

static void compared_warnings(rk__page *out, const rk_comparison *comparison)
{
    rk__compared_warnings all = {.n = 0};
    rk__compare_warnings(out, comparison, &all);
    if (all.n > 0) {
        subheading(out, "Warnings");
    }
    for (size_t i = 0; i < all.n; i++) {
        rk__buf_puts(&out->scratch, all.texts[i]);
        item(out);
    }
    rk__free((void *) all.texts);
}

void rk__text_comparison(rk__page *out, const rk_comparison *comparison)
{
    const rk_result_view *baseline = rk__baseline(comparison);
    rk__buf_printf(&out->scratch, "%zu arrangement%s on the same facts",
                   rk_comparison_count(comparison),
                   rk_comparison_count(comparison) == 1 ? "" : "s");
    heading(out, baseline->contract, baseline->title, baseline->basis);
    rk__page_putc(out, '\n');
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__layout_comparison(&sheet, comparison);
    rk__sheet_print(&sheet, false, 0);
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        if (i == rk_comparison_baseline(comparison)) {
            continue;
        }
        rk__buf title = {0};
        rk__buf_printf(&title, "What makes '%s' differ from '%s'",
                       rk__compared(comparison, i)->arrangement, baseline->arrangement);
        out->failed |= title.failed;
        subheading(out, title.text == NULL ? "" : title.text);
        rk__buf_dispose(&title);
        rk__sheet_init(&sheet, out);
        rk__layout_differences(&sheet, comparison, i);
        rk__sheet_print(&sheet, false, 2);
        rk__sheet_init(&sheet, out);
        if (rk__layout_compared_groups(&sheet, comparison, i)) {
            rk__page_putc(out, '\n');
            rk__sheet_print(&sheet, false, 2);
        }
    }
    compared_warnings(out, comparison);
}

/* --------------------------------------------------------------- explanation */

static void step(rk__page *out, const rk_step *s, size_t depth)
{
    const size_t indent = 2 * (depth < DEPTH_MAX ? depth : DEPTH_MAX);
    rk__buf *line = &out->scratch;
    rk__buf_puts(line, s->label == NULL ? "" : s->label);
    if (s->formula != NULL && (s->label == NULL || strcmp(s->formula, s->label) != 0)) {
        rk__buf_puts(line, line->length > 0 ? " = " : "");
        rk__buf_puts(line, s->formula);
    }
    if (s->value != NULL) {
        rk__buf_puts(line, line->length > 0 ? " = " : "");
        rk__print_grouped(line, s->value);
    }
    if (s->source != NULL) {
        rk__buf_printf(line, "   [%s]", s->source);
    }
    rk__page_spaces(out, indent);
    if (depth == 0) {
        rk__page_style(out, RK__STYLE_HEADING);
    }
    rk__page_wrapped(out, line->text == NULL ? "" : line->text, indent + 4, indent);
    if (depth == 0) {
        rk__page_style(out, RK__STYLE_PLAIN);
    }
    rk__buf_reset(line);
    for (size_t i = 0; i < s->n_children; i++) {
        step(out, rk_step_child(s, i), depth + 1);
    }
}

void rk__text_explanation(rk__page *out, const rk_explanation *explanation)
{
    const rk_explanation_view *e = rk_explanation_read(explanation);
    rk__layout_explained(out, e);
    heading(out, e->contract, e->title, e->basis);
    for (size_t i = 0; i < e->n_steps; i++) {
        rk__page_putc(out, '\n');
        step(out, rk_explanation_step(explanation, i), 0);
    }
}
