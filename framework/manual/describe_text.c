/* SPDX-License-Identifier: MIT
 *
 * describe_text.c: a rule's manual, for a terminal and as Markdown.
 */
#include <string.h>

#include "manual/describe_parts.h"
#include "json/json_layout.h"

#define INDENT 2
/* Lines shorter or longer than this are hard to read. */
#define NARROWEST 40
#define WIDEST    120

static const char per_time[] =
    "Values per time are annual with \"per\": \"year\", and are then scaled to the period; "
    "otherwise they are used as written, for the period.";

/* The page being written: text, or Markdown if `width` is 0. */
typedef struct page {
    rk__buf *out;
    int width;
} page;

static void heading(page p, const char *title, const char *detail)
{
    const char *const mark = p.width == 0 ? "## " : "";
    rk__buf_printf(p.out, "\n%s%s%s%s\n", mark, title, detail != NULL ? ": " : "",
                   detail != NULL ? detail : "");
    rk__buf_puts(p.out, p.width == 0 ? "\n" : "");
}

static void paragraph(page p, const char *text)
{
    if (p.width == 0) {
        rk__buf_printf(p.out, "%s\n", text);
    } else {
        rk__paragraph(p.out, text, INDENT, p.width);
    }
}

static void grid(page p, rk__grid *g)
{
    if (p.width == 0) {
        rk__grid_markdown(p.out, g);
    } else {
        rk__grid_text(p.out, g, INDENT, p.width);
    }
    rk__grid_dispose(g);
}

static void columns_write(page p, const rk__rule *rule)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        const char *const table = rk__table_first(rule, i);
        rk__buf title = {0};
        rk__grid g = {0};
        if (table == NULL) {
            continue;
        }
        rk__buf_printf(&title, "Table %s", table);
        p.out->failed |= title.failed;
        heading(p, title.text != NULL ? title.text : "", rk__table_role(rule, table));
        rk__columns_grid(rule, table, &g);
        grid(p, &g);
        rk__buf_dispose(&title);
    }
}

static void sources_write(page p, const rk__rule *rule)
{
    const char *const *source = rule->rule->sources;
    if (source == NULL || *source == NULL) {
        return;
    }
    heading(p, "Sources", NULL);
    for (; *source != NULL; source++) {
        if (p.width == 0) {
            rk__buf_printf(p.out, "* %s\n", *source);
        } else {
            rk__paragraph(p.out, *source, INDENT, p.width);
        }
    }
}

static void example_write(page p, const rk__rule *rule)
{
    rk__buf json = {0};
    const rk_sink sink = rk__buf_sink(&json);
    rk__page page_of_json;
    rk__page_init(&page_of_json, &sink);
    rk__json_writer w = rk__json_begin_line(&page_of_json);
    rk__example_component(&w, NULL, rule);
    rk__json_end(&w);
    heading(p, "Example component", NULL);
    p.out->failed |= rk__page_finish(&page_of_json) != RK_OK;
    if (p.width == 0) {
        rk__buf_puts(p.out, "```json\n");
        rk__json_indent(p.out, json.text != NULL ? json.text : "", 0);
        rk__buf_puts(p.out, "\n```\n");
    } else {
        rk__buf_printf(p.out, "%*s", INDENT, "");
        rk__json_indent(p.out, json.text != NULL ? json.text : "", INDENT);
        rk__buf_putc(p.out, '\n');
    }
    rk__buf_dispose(&json);
}

static void page_write(page p, const rk__rule *rule)
{
    const char *const of = rk__of_words(rule);
    rk__grid g = {0};
    if (of != NULL) {
        rk__buf_putc(p.out, '\n');
        paragraph(p, of);
    }
    heading(p, "Parameters", rule->n_params == 0 ? "none" : NULL);
    if (rule->n_params > 0) {
        rk__params_grid(rule, &g);
        grid(p, &g);
    }
    if (rk__rule_per_time(rule)) {
        rk__buf_putc(p.out, '\n');
        paragraph(p, per_time);
    }
    columns_write(p, rule);
    if (rule->n_elements > 0) {
        heading(p, "Elements", "what an amount is made of");
        rk__elements_grid(rule, &g);
        grid(p, &g);
    }
    if (rule->n_notes > 0) {
        heading(p, "Warnings", "counted over the rows");
        rk__notes_grid(rule, &g);
        grid(p, &g);
    }
    if (rule->n_reasons > 0) {
        heading(p, "Reasons", "why a row pays what it pays");
        rk__reasons_grid(rule, &g);
        grid(p, &g);
    }
    example_write(p, rule);
    sources_write(p, rule);
}

void rk__describe_text(rk__buf *out, const rk__rule *rule, int width)
{
    const page p = {out, width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width};
    rk__buf_printf(out, "%s %s: %s\n\n", rule->id, rule->version, rule->rule->title);
    rk__paragraph(out, rule->rule->summary, INDENT, p.width);
    page_write(p, rule);
}

void rk__describe_markdown(rk__buf *out, const rk__rule *rule)
{
    const page p = {out, 0};
    rk__buf_printf(out, "# `%s`: %s\n\nVersion %s.\n\n%s\n", rule->id, rule->rule->title,
                   rule->version, rule->rule->summary);
    page_write(p, rule);
}
