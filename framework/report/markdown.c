/* SPDX-License-Identifier: MIT
 *
 * markdown.c: reports as GitHub Markdown, for papers and pull requests.
 */
#include "report/compare_findings.h"
#include "report/finding.h"

#include <inttypes.h>

static void heading(rk__page *out, const char *id, const char *title, const char *basis)
{
    rk__page_puts(out, "# ");
    rk__markdown_text(out, id);
    if (title != NULL) {
        rk__page_puts(out, ": ");
        rk__markdown_text(out, title);
    }
    rk__page_puts(out, "\n\n");
    if (out->scratch.text != NULL && out->scratch.length > 0) {
        rk__markdown_text(out, out->scratch.text);
        rk__page_puts(out, "\n\n");
    }
    rk__buf_reset(&out->scratch);
    const char *sentence = rk__basis_sentence(basis);
    if (sentence != NULL) {
        rk__page_puts(out, "> ");
        rk__markdown_text(out, sentence);
        rk__page_puts(out, "\n\n");
    }
}

static void subheading(rk__page *out, const char *sign, const char *text, const char *rest)
{
    rk__page_puts(out, sign);
    rk__page_putc(out, ' ');
    rk__markdown_text(out, text);
    rk__markdown_text(out, rest);
    rk__page_puts(out, "\n\n");
}

static void table(rk__page *out, rk__sheet *sheet)
{
    rk__sheet_markdown(sheet);
    rk__sheet_dispose(sheet);
    rk__page_putc(out, '\n');
}

static void period(rk__page *out, const rk_result_view *result, const rk_period_result *part)
{
    rk__sheet sheet;
    subheading(out, "##", part->id, "");
    rk__sheet_init(&sheet, out);
    rk__layout_period(&sheet, result, part);
    table(out, &sheet);
    for (size_t i = 0; i < part->n_components; i++) {
        const rk_component_result *component = rk_period_component(part, i);
        if (result->grouped && component->groups != NULL) {
            subheading(out, "###", component->id, ", by group");
            rk__sheet_init(&sheet, out);
            rk__layout_groups(&sheet, result, component);
            table(out, &sheet);
        }
        if (component->unpriced_rows > 0) {
            subheading(out, "###", component->id, ": unpriced rows, which pay nothing");
            rk__sheet_init(&sheet, out);
            rk__layout_unpriced(&sheet, result, component);
            table(out, &sheet);
        }
    }
}

static void item(rk__page *out)
{
    rk__page_puts(out, "- ");
    rk__markdown_text(out, out->scratch.text == NULL ? "" : out->scratch.text);
    rk__page_putc(out, '\n');
    rk__buf_reset(&out->scratch);
}

/* Findings from `from` on and before `to`. */
static void findings(rk__page *out, const rk_result *result, const char *title, const char *rest,
                     size_t from, size_t to)
{
    const rk_result_view *view = rk_result_read(result);
    if (from >= to) {
        return;
    }
    subheading(out, "##", title, rest);
    for (size_t i = from; i < to; i++) {
        rk__print_finding(out, "", rk_result_finding(result, i), view->places,
                          view->suppress_below);
        item(out);
    }
    if (to == view->n_findings && view->findings_left_out > 0) {
        rk__page_printf(out, "- and %" PRIu64 " more\n", view->findings_left_out);
    }
    rk__page_putc(out, '\n');
}

void rk__markdown_results(rk__page *out, const rk_result *const *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *result = rk_result_read(results[i]);
        rk__layout_subtitle(out, result);
        heading(out, result->contract, result->title, result->basis);
        for (size_t p = 0; p < result->n_periods; p++) {
            period(out, result, rk_result_period(results[i], p));
        }
        findings(out, results[i], "Warnings", "", 0, result->n_warnings);
        subheading(out, "##", "Total", "");
        rk__sheet sheet;
        rk__sheet_init(&sheet, out);
        rk__layout_summary(&sheet, results[i]);
        table(out, &sheet);
        findings(out, results[i], "Notes", "", result->n_warnings, result->n_findings);
    }
}

void rk__markdown_comparison(rk__page *out, const rk_comparison *comparison)
{
    const rk_result_view *baseline = rk__baseline(comparison);
    rk__buf_printf(&out->scratch, "%zu arrangement%s on the same facts",
                   rk_comparison_count(comparison),
                   rk_comparison_count(comparison) == 1 ? "" : "s");
    heading(out, baseline->contract, baseline->title, baseline->basis);
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__layout_comparison(&sheet, comparison);
    table(out, &sheet);
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        if (i == rk_comparison_baseline(comparison)) {
            continue;
        }
        rk__page_puts(out, "## What makes ");
        rk__markdown_text(out, rk__compared(comparison, i)->arrangement);
        rk__page_puts(out, " differ from ");
        rk__markdown_text(out, baseline->arrangement);
        rk__page_puts(out, "\n\n");
        rk__sheet_init(&sheet, out);
        rk__layout_differences(&sheet, comparison, i);
        table(out, &sheet);
        rk__sheet_init(&sheet, out);
        if (rk__layout_compared_groups(&sheet, comparison, i)) {
            table(out, &sheet);
        }
    }
    rk__compared_warnings all = {.n = 0};
    rk__compare_warnings(out, comparison, &all);
    if (all.n > 0) {
        subheading(out, "##", "Warnings", "");
    }
    for (size_t i = 0; i < all.n; i++) {
        rk__buf_puts(&out->scratch, all.texts[i]);
        item(out);
    }
    if (all.n > 0) {
        rk__page_putc(out, '\n');
    }
    rk__free((void *) all.texts);
}

static void step(rk__page *out, const rk_step *s, size_t depth)
{
    rk__page_spaces(out, 2 * depth);
    rk__page_puts(out, "- ");
    if (s->label != NULL) {
        rk__markdown_text(out, s->label);
    }
    if (s->formula != NULL && (s->label == NULL || strcmp(s->formula, s->label) != 0)) {
        rk__page_puts(out, s->label != NULL ? " = " : "");
        rk__markdown_text(out, s->formula);
    }
    if (s->value != NULL) {
        rk__buf value = {0};
        rk__print_grouped(&value, s->value);
        out->failed = out->failed || value.failed;
        rk__page_puts(out, " = **");
        rk__markdown_text(out, value.text == NULL ? "" : value.text);
        rk__page_puts(out, "**");
        rk__buf_dispose(&value);
    }
    if (s->source != NULL) {
        rk__page_puts(out, " (");
        rk__markdown_text(out, s->source);
        rk__page_putc(out, ')');
    }
    rk__page_putc(out, '\n');
    for (size_t i = 0; i < s->n_children; i++) {
        step(out, rk_step_child(s, i), depth + 1);
    }
}

void rk__markdown_explanation(rk__page *out, const rk_explanation *explanation)
{
    const rk_explanation_view *e = rk_explanation_read(explanation);
    rk__layout_explained(out, e);
    heading(out, e->contract, e->title, e->basis);
    for (size_t i = 0; i < e->n_steps; i++) {
        step(out, rk_explanation_step(explanation, i), 0);
    }
}
