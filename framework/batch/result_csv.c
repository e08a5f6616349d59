/* SPDX-License-Identifier: MIT
 *
 * result_csv.c: results of a batch as CSV: a row for each result, or for each ledger
 * line. The cells are the texts of the result documents.
 */
#include "batch/result_out.h"

static const char *const result_columns[] = {
    "contract", "arrangement", "provider", "commissioner",  "basis",    "currency",
    "total",    "cost",        "margin",   "unpriced_rows", "warnings", "error",
    "message",  "file",        "line",     "column",        NULL};
static const char *const line_columns[] = {
    "contract", "arrangement", "provider", "commissioner", "period", "component", "rule", "shadow",
    "label",    "quantity",    "unit",     "rate",         "factor", "amount",    "memo", "source",
    "error",    "message",     "file",     "line",         "column", NULL};

void rk__batch_csv_head(rk__page *out, bool lines)
{
    const char *const *columns = lines ? line_columns : result_columns;
    for (size_t i = 0; columns[i] != NULL; i++) {
        rk__page_puts(out, i == 0 ? "" : ",");
        rk__page_puts(out, columns[i]);
    }
    rk__page_putc(out, '\n');
}

typedef struct writing {
    rk__page *out;
    const rk__record *record;
    bool lines;
} writing;

static void cell(rk__page *out, const char *text)
{
    if (text != NULL) {
        rk__csv_cell(out, text, strlen(text));
    }
}

static void next(rk__page *out, const char *text)
{
    rk__page_putc(out, ',');
    cell(out, text);
}

static void blanks(rk__page *out, int n)
{
    while (n-- > 0) {
        rk__page_putc(out, ',');
    }
}

static void identity(writing *w, const rk__value *v)
{
    cell(w->out, rk__batch_text(v, "contract"));
    next(w->out, rk__batch_text(v, "arrangement"));
    next(w->out, w->record->provider);
    next(w->out, w->record->commissioner);
}

static void error_cells(rk__page *out, const rk__value *error)
{
    static const char *const keys[] = {"code", "message", "file", "line", "column"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        next(out, rk__batch_text(error, keys[i]));
    }
    rk__page_putc(out, '\n');
}

static void failure_row(writing *w, const rk__value *v)
{
    identity(w, v);
    blanks(w->out, w->lines ? 12 : 7);
    error_cells(w->out, rk__json_get(v, "error"));
}

/* Rows that are unpriced, added up; text where small counts are not to be told. */
static void unpriced_cell(rk__page *out, const rk__value *result)
{
    uint64_t rows = 0;
    const char *hidden = NULL;
    const rk__value *periods = rk__json_get(result, "periods");
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *components = rk__json_get(p, "components");
        for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *n = rk__json_get(rk__json_get(c, "unpriced"), "rows");
            if (n != NULL && n->type == RK__JSON_NUMBER) {
                rk_decimal d = 0;
                if (rk__decimal_parse(n->text, n->length, &d) == RK__DECIMAL_OK) {
                    rows += (uint64_t) (d / RK_DECIMAL_ONE);
                }
            } else if (n != NULL && n->type == RK__JSON_STRING) {
                hidden = n->text;
            }
        }
    }
    rk__page_putc(out, ',');
    if (hidden != NULL) {
        cell(out, hidden);
    } else {
        rk__page_printf(out, "%llu", (unsigned long long) rows);
    }
}

static void result_row(writing *w, const rk__value *v)
{
    static const char *const keys[] = {"basis", "currency", "total", "cost", "margin"};
    identity(w, v);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        next(w->out, rk__batch_text(v, keys[i]));
    }
    unpriced_cell(w->out, v);
    const rk__value *warnings = rk__json_get(v, "warnings");
    rk__page_printf(w->out, ",%u", warnings != NULL ? warnings->count : 0);
    blanks(w->out, 5);
    rk__page_putc(w->out, '\n');
}

static void line_row(writing *w, const rk__value *v, const rk__value *period,
                     const rk__value *component, const rk__value *line)
{
    static const char *const keys[] = {"label", "quantity", "unit", "rate", "factor", "amount"};
    identity(w, v);
    next(w->out, rk__batch_text(period, "period"));
    next(w->out, rk__batch_text(component, "id"));
    next(w->out, rk__batch_text(component, "rule"));
    next(w->out, rk__batch_text(component, "shadow"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        next(w->out, rk__batch_text(line, keys[i]));
    }
    next(w->out, rk__batch_text(line, "memo"));
    next(w->out, rk__batch_text(line, "source"));
    blanks(w->out, 5);
    rk__page_putc(w->out, '\n');
}

static void line_rows(writing *w, const rk__value *v)
{
    const rk__value *periods = rk__json_get(v, "periods");
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *components = rk__json_get(p, "components");
        for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *lines = rk__json_get(c, "lines");
            for (const rk__value *l = lines != NULL ? lines->first : NULL; l != NULL; l = l->next) {
                line_row(w, v, p, c, l);
            }
        }
    }
}

static rk_status one_document(void *ctx, const rk__value *v)
{
    writing *w = ctx;
    if (rk__json_get(v, "error") != NULL) {
        failure_row(w, v);
    } else if (w->lines) {
        line_rows(w, v);
    } else {
        result_row(w, v);
    }
    return RK_OK;
}

rk_status rk__batch_csv_add(rk__page *out, bool lines, const rk__record *record)
{
    writing w = {.out = out, .record = record, .lines = lines};
    return rk__batch_each(record, one_document, &w);
}
