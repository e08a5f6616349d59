/* SPDX-License-Identifier: MIT
 *
 * propose.c: the table object to paste into a contract.
 */
#include <string.h>

#include "inspect/inspect.h"
#include "json/json.h"

typedef struct writer {
    rk__buf *out;
    int indent;
    int depth;
    bool empty;
} writer;

static void line(writer *w)
{
    rk__buf_puts(w->out, w->empty ? "\n" : ",\n");
    for (int i = 0; i < w->indent + 2 * w->depth; i++) {
        rk__buf_putc(w->out, ' ');
    }
    w->empty = false;
}

static void key(writer *w, const char *name)
{
    line(w);
    rk__json_write_text(w->out, name, strlen(name));
    rk__buf_puts(w->out, ": ");
}

static void open(writer *w)
{
    rk__buf_putc(w->out, '{');
    w->depth++;
    w->empty = true;
}

static void close(writer *w)
{
    w->depth--;
    if (!w->empty) {
        w->empty = true;
        line(w);
    }
    rk__buf_putc(w->out, '}');
    w->empty = false;
}

static void text(writer *w, const char *name, const char *value)
{
    key(w, name);
    rk__json_write_text(w->out, value, strlen(value));
}

/* {"name": "value", ...} in one line. */
static void flat(writer *w, bool *first, const char *name, const char *value, bool quoted)
{
    rk__buf_puts(w->out, *first ? "" : ", ");
    rk__json_write_text(w->out, name, strlen(name));
    rk__buf_puts(w->out, ": ");
    if (quoted) {
        rk__json_write_text(w->out, value, strlen(value));
    } else {
        rk__buf_puts(w->out, value);
    }
    *first = false;
}

static void columns(writer *w, const rk__inspection *in)
{
    bool any = false;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const rk__looked_column *c = &in->columns[i];
        if (c->field == NULL || strcmp(c->how, "synonym") != 0) {
            continue;
        }
        if (!any) {
            key(w, "columns");
            open(w);
            any = true;
        }
        text(w, c->field, c->name);
    }
    if (any) {
        close(w);
    }
}

static void numbers(writer *w, const rk__number_form *form)
{
    bool first = true;
    const char decimal[] = {form->decimal, '\0'};
    key(w, "numbers");
    rk__buf_putc(w->out, '{');
    if (form->thousands != NULL) {
        flat(w, &first, "thousands", form->thousands, true);
    }
    if (form->decimal != '.') {
        flat(w, &first, "decimal", decimal, true);
    }
    if (form->currency != NULL) {
        flat(w, &first, "currency", form->currency, true);
    }
    if (form->brackets) {
        flat(w, &first, "brackets", "true", false);
    }
    rk__buf_putc(w->out, '}');
}

static void texts(writer *w, const rk__reading *r)
{
    bool first = true;
    key(w, "text");
    rk__buf_putc(w->out, '{');
    for (size_t i = 0; i < r->n_texts; i++) {
        if (r->texts[i].column == NULL && r->texts[i].trim) {
            flat(w, &first, "trim", "true", false);
        } else if (r->texts[i].column != NULL) {
            flat(w, &first, r->texts[i].column, "{\"case\": \"upper\"}", false);
        }
    }
    rk__buf_putc(w->out, '}');
}

static void count(writer *w, const char *name, uint32_t n)
{
    key(w, name);
    rk__buf_printf(w->out, "%u", n);
}

static void reading(writer *w, const rk__reading *r)
{
    key(w, "read");
    open(w);
    if (r->encoding != NULL) {
        text(w, "encoding", r->encoding);
    }
    if (r->header_row > 0) {
        count(w, "header_row", r->header_row);
    }
    if (r->skip_footer > 0) {
        count(w, "skip_footer", r->skip_footer);
    }
    if (r->ignore_total) {
        text(w, "total_row", "ignore");
    }
    if (r->dates_given) {
        key(w, "dates");
        rk__buf_printf(w->out, "\"%s%s\"", rk__date_order_name(r->dates.order),
                       r->dates.time ? " hh:mm" : "");
    }
    if (r->numbers != NULL) {
        numbers(w, r->numbers);
    }
    if (r->n_blank > 0) {
        key(w, "blank");
        for (size_t i = 0; i < r->n_blank; i++) {
            rk__buf_puts(w->out, i == 0 ? "[" : ", ");
            rk__json_write_text(w->out, r->blank[i], strlen(r->blank[i]));
        }
        rk__buf_putc(w->out, ']');
    }
    if (r->n_texts > 0) {
        texts(w, r);
    }
    close(w);
}

static bool declares(const rk__reading *r)
{
    return r->encoding != NULL || r->header_row > 0 || r->skip_footer > 0 || r->ignore_total ||
           r->dates_given || r->numbers != NULL || r->n_blank > 0 || r->n_texts > 0;
}

void rk__propose_table(const rk__inspection *in, int indent, rk__buf *out)
{
    writer w = {.out = out, .indent = indent};
    const char delimiter[] = {in->sample.delimiter, '\0'};
    open(&w);
    text(&w, "file", in->sample.name);
    if (in->sample.sheet != NULL) {
        text(&w, "sheet", in->sample.sheet);
    }
    columns(&w, in);
    if (in->sample.delimiter != ',' && !in->sample.separator_line) {
        text(&w, "delimiter", delimiter);
    }
    if (declares(&in->reading)) {
        reading(&w, &in->reading);
    }
    close(&w);
}
