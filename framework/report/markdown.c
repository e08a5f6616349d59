/* SPDX-License-Identifier: MIT
 *
 * markdown.c: reports as GitHub Markdown, for papers and pull requests.
 */
#include "report/report.h"

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

static void period(rk__page *out, const rk_result *result, const rk__period_result *part)
{
    rk__sheet sheet;
    subheading(out, "##", part->id, "");
    rk__sheet_init(&sheet, out);
    rk__layout_period(&sheet, result, part);
    table(out, &sheet);
    for (size_t i = 0; i < part->n_components; i++) {
        const rk__component_result *component = &part->components[i];
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

static void warnings(rk__page *out, const rk_result *result, const char *title)
{
    if (result->n_warnings == 0) {
        return;
    }
    subheading(out, "##", "Warnings", title);
    for (size_t i = 0; i < result->n_warnings; i++) {
        rk__page_puts(out, "- ");
        rk__markdown_text(out, result->warnings[i]);
        rk__page_putc(out, '\n');
    }
    rk__page_putc(out, '\n');
}

void rk__markdown_results(rk__page *out, const rk_result *const *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk_result *result = results[i];
        rk__layout_subtitle(out, result);
        heading(out, result->contract, result->title, result->basis);
        for (size_t p = 0; p < result->n_periods; p++) {
            period(out, result, &result->periods[p]);
        }
        subheading(out, "##", "Total", "");
        rk__sheet sheet;
        rk__sheet_init(&sheet, out);
        rk__layout_summary(&sheet, result);
        table(out, &sheet);
        warnings(out, result, "");
    }
}

void rk__markdown_comparison(rk__page *out, const rk_comparison *comparison)
{
    const rk_result *baseline = comparison->results[comparison->baseline];
    rk__buf_printf(&out->scratch, "%zu arrangements on the same facts", comparison->n);
    heading(out, baseline->contract, baseline->title, baseline->basis);
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__layout_comparison(&sheet, comparison);
    table(out, &sheet);
    for (size_t i = 0; i < comparison->n; i++) {
        if (i == comparison->baseline) {
            continue;
        }
        rk__page_puts(out, "## What makes ");
        rk__markdown_text(out, comparison->results[i]->arrangement);
        rk__page_puts(out, " differ from ");
        rk__markdown_text(out, baseline->arrangement);
        rk__page_puts(out, "\n\n");
        rk__sheet_init(&sheet, out);
        rk__layout_differences(&sheet, comparison, i);
        table(out, &sheet);
    }
    for (size_t i = 0; i < comparison->n; i++) {
        rk__buf title = {0};
        rk__buf_printf(&title, ", %s", comparison->results[i]->arrangement);
        out->failed |= title.failed;
        warnings(out, comparison->results[i], title.text == NULL ? "" : title.text);
        rk__buf_dispose(&title);
    }
}

static void step(rk__page *out, const rk__step *s, size_t depth)
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
        rk__print_grouped(&out->scratch, s->value);
        rk__page_puts(out, " = **");
        rk__page_scratch(out);
        rk__page_puts(out, "**");
    }
    if (s->source != NULL) {
        rk__page_puts(out, " (");
        rk__markdown_text(out, s->source);
        rk__page_putc(out, ')');
    }
    rk__page_putc(out, '\n');
    for (size_t i = 0; i < s->n_children; i++) {
        step(out, &s->children[i], depth + 1);
    }
}

void rk__markdown_explanation(rk__page *out, const rk_explanation *e)
{
    rk__buf_printf(&out->scratch, "Arrangement '%s', %s", e->arrangement, e->currency);
    if (e->total != NULL) {
        rk__buf_puts(&out->scratch, ", total ");
        rk__print_grouped(&out->scratch, e->total);
    }
    heading(out, e->contract, e->title, e->basis);
    for (size_t i = 0; i < e->n_steps; i++) {
        step(out, &e->steps[i], 0);
    }
}
