/* SPDX-License-Identifier: MIT
 *
 * report_markdown.c: reports as GitHub Markdown, for papers and pull requests.
 */
#include "report/report.h"

static void heading(rk__out *out, const char *id, const char *title, const char *basis)
{
    rk__out_puts(out, "# ");
    rk__markdown_text(out, id);
    if (title != NULL) {
        rk__out_puts(out, ": ");
        rk__markdown_text(out, title);
    }
    rk__out_puts(out, "\n\n");
    if (out->scratch.text != NULL && out->scratch.length > 0) {
        rk__markdown_text(out, out->scratch.text);
        rk__out_puts(out, "\n\n");
    }
    rk__buf_reset(&out->scratch);
    const char *sentence = rk__basis_sentence(basis);
    if (sentence != NULL) {
        rk__out_puts(out, "> ");
        rk__markdown_text(out, sentence);
        rk__out_puts(out, "\n\n");
    }
}

static void subheading(rk__out *out, const char *sign, const char *text, const char *rest)
{
    rk__out_puts(out, sign);
    rk__out_putc(out, ' ');
    rk__markdown_text(out, text);
    rk__markdown_text(out, rest);
    rk__out_puts(out, "\n\n");
}

static void table(rk__out *out, rk__grid *grid)
{
    rk__grid_markdown(grid);
    rk__grid_dispose(grid);
    rk__out_putc(out, '\n');
}

static void period(rk__out *out, const rk_result *result, const rk__period_result *part)
{
    rk__grid grid;
    subheading(out, "##", part->id, "");
    rk__grid_init(&grid, out);
    rk__layout_period(&grid, result, part);
    table(out, &grid);
    for (size_t i = 0; i < part->n_components; i++) {
        const rk__component_result *component = &part->components[i];
        if (result->grouped && component->groups != NULL) {
            subheading(out, "###", component->id, ", by group");
            rk__grid_init(&grid, out);
            rk__layout_groups(&grid, result, component);
            table(out, &grid);
        }
        if (component->unpriced_rows > 0) {
            subheading(out, "###", component->id, ": unpriced rows, which pay nothing");
            rk__grid_init(&grid, out);
            rk__layout_unpriced(&grid, result, component);
            table(out, &grid);
        }
    }
}

static void warnings(rk__out *out, const rk_result *result, const char *title)
{
    if (result->n_warnings == 0) {
        return;
    }
    subheading(out, "##", "Warnings", title);
    for (size_t i = 0; i < result->n_warnings; i++) {
        rk__out_puts(out, "- ");
        rk__markdown_text(out, result->warnings[i]);
        rk__out_putc(out, '\n');
    }
    rk__out_putc(out, '\n');
}

void rk__markdown_results(rk__out *out, const rk_result *const *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk_result *result = results[i];
        rk__layout_subtitle(out, result);
        heading(out, result->contract, result->title, result->basis);
        for (size_t p = 0; p < result->n_periods; p++) {
            period(out, result, &result->periods[p]);
        }
        subheading(out, "##", "Total", "");
        rk__grid grid;
        rk__grid_init(&grid, out);
        rk__layout_summary(&grid, result);
        table(out, &grid);
        warnings(out, result, "");
    }
}

void rk__markdown_comparison(rk__out *out, const rk_comparison *comparison)
{
    const rk_result *baseline = comparison->results[comparison->baseline];
    rk__buf_printf(&out->scratch, "%zu arrangements on the same facts", comparison->n);
    heading(out, baseline->contract, baseline->title, baseline->basis);
    rk__grid grid;
    rk__grid_init(&grid, out);
    rk__layout_comparison(&grid, comparison);
    table(out, &grid);
    for (size_t i = 0; i < comparison->n; i++) {
        if (i == comparison->baseline) {
            continue;
        }
        rk__out_puts(out, "## What makes ");
        rk__markdown_text(out, comparison->results[i]->arrangement);
        rk__out_puts(out, " differ from ");
        rk__markdown_text(out, baseline->arrangement);
        rk__out_puts(out, "\n\n");
        rk__grid_init(&grid, out);
        rk__layout_differences(&grid, comparison, i);
        table(out, &grid);
    }
    for (size_t i = 0; i < comparison->n; i++) {
        rk__buf title = {0};
        rk__buf_printf(&title, ", %s", comparison->results[i]->arrangement);
        warnings(out, comparison->results[i], title.text == NULL ? "" : title.text);
        rk__buf_dispose(&title);
    }
}

static void step(rk__out *out, const rk__step *s, size_t depth)
{
    rk__out_spaces(out, 2 * depth);
    rk__out_puts(out, "- ");
    if (s->label != NULL) {
        rk__markdown_text(out, s->label);
    }
    if (s->formula != NULL) {
        rk__out_puts(out, " = ");
        rk__markdown_text(out, s->formula);
    }
    if (s->value != NULL) {
        rk__print_grouped(&out->scratch, s->value);
        rk__out_puts(out, " = **");
        rk__out_scratch(out);
        rk__out_puts(out, "**");
    }
    if (s->source != NULL) {
        rk__out_puts(out, " (");
        rk__markdown_text(out, s->source);
        rk__out_putc(out, ')');
    }
    rk__out_putc(out, '\n');
    for (size_t i = 0; i < s->n_children; i++) {
        step(out, &s->children[i], depth + 1);
    }
}

void rk__markdown_explanation(rk__out *out, const rk_explanation *e)
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
