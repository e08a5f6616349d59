/* SPDX-License-Identifier: MIT
 *
 * report_csv.c: reports as CSV (RFC 4180, lines end in a line feed). One row for
 * each ledger line; or, with --group-by, one for each group, of which there may be
 * millions: nothing is allocated for a row.
 */
#include "report/report.h"

/* Elements of all components of a grouped report together. */
#define ELEMENTS_MAX 64

void rk__csv_cell(rk__page *out, const char *text, size_t length)
{
    bool plain = length == 0 || (text[0] != ' ' && text[length - 1] != ' ');
    for (size_t i = 0; plain && i < length; i++) {
        plain = text[i] != ',' && text[i] != '"' && text[i] != '\n' && text[i] != '\r';
    }
    if (plain) {
        rk__page_add(out, text, length);
        return;
    }
    rk__page_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            rk__page_putc(out, '"');
        }
        rk__page_putc(out, text[i]);
    }
    rk__page_putc(out, '"');
}

static void text_cell(rk__page *out, const char *text)
{
    if (text != NULL) {
        rk__csv_cell(out, text, strlen(text));
    }
}

static void next_text(rk__page *out, const char *text)
{
    rk__page_putc(out, ',');
    text_cell(out, text);
}

static void next_number(rk__page *out, rk_num number, bool hidden)
{
    rk__page_putc(out, ',');
    if (number != NULL && hidden) {
        rk__page_putc(out, '*');
    } else if (number != NULL) {
        rk__num_print_trimmed(&out->scratch, number, RK__LINE_PLACES);
        rk__page_scratch(out);
    }
}

static void next_money(rk__page *out, rk_num amount, int places)
{
    rk__page_putc(out, ',');
    if (amount != NULL) {
        rk__num_print_fixed(&out->scratch, amount, places);
        rk__page_scratch(out);
    }
}

/* ----------------------------------------------------------------------- lines */

static void component_lines(rk__page *out, const rk_result *result, const rk__period_result *period,
                            const rk__component_result *component)
{
    const bool *hidden = rk__hidden_lines(out, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        const rk__ledger_line *line = &component->lines[i];
        text_cell(out, result->contract);
        next_text(out, result->arrangement);
        next_text(out, period->id);
        next_text(out, component->id);
        next_text(out, component->rule);
        next_text(out, line->label);
        next_number(out, line->quantity, hidden[i]);
        next_text(out, line->unit);
        next_number(out, line->rate, hidden[i]);
        next_number(out, line->factor, hidden[i]);
        next_number(out, line->amount, hidden[i]);
        /* A sum over the column is the payment only without these two kinds. */
        next_text(out, line->memo ? "memo" : component->shadow ? "shadow" : "paid");
        rk__page_putc(out, '\n');
    }
}

static void lines(rk__page *out, const rk_result *const *results, size_t n)
{
    rk__page_puts(out, "contract,arrangement,period,component,rule,label,quantity,unit,rate,factor,"
                       "amount,status\n");
    for (size_t i = 0; i < n; i++) {
        for (size_t p = 0; p < results[i]->n_periods; p++) {
            const rk__period_result *period = &results[i]->periods[p];
            for (size_t c = 0; c < period->n_components; c++) {
                component_lines(out, results[i], period, &period->components[c]);
            }
        }
    }
}

/* ---------------------------------------------------------------------- groups */

/* What the rows of a grouped report have in common. */
typedef struct group_columns {
    bool contract, arrangement, period, component; /* shown, because several mix */
    const rk__group_table *like;                   /* whose key columns head the report */
    const char *elements[ELEMENTS_MAX];
    size_t n_elements;
    size_t n_tables;
} group_columns;

static size_t element_of(const group_columns *columns, const char *name)
{
    size_t i = 0;
    while (i < columns->n_elements && strcmp(columns->elements[i], name) != 0) {
        i++;
    }
    return i;
}

static void look_at_component(group_columns *columns, const rk__component_result *component,
                              const char **first)
{
    columns->n_tables++;
    columns->like = columns->like == NULL ? component->groups : columns->like;
    columns->component =
        columns->component || (*first != NULL && strcmp(*first, component->id) != 0);
    *first = *first == NULL ? component->id : *first;
    for (size_t e = 0; e < component->n_elements; e++) {
        const size_t at = element_of(columns, component->elements[e].name);
        if (at == columns->n_elements && at < ELEMENTS_MAX) {
            columns->elements[columns->n_elements++] = component->elements[e].name;
        }
    }
}

static group_columns look_at(const rk_result *const *results, size_t n)
{
    group_columns columns = {0};
    const char *component = NULL;
    const char *period = NULL;
    for (size_t i = 0; i < n; i++) {
        columns.contract =
            columns.contract || strcmp(results[i]->contract, results[0]->contract) != 0;
        columns.arrangement =
            columns.arrangement || strcmp(results[i]->arrangement, results[0]->arrangement) != 0;
        for (size_t p = 0; p < results[i]->n_periods; p++) {
            const rk__period_result *part = &results[i]->periods[p];
            columns.period = columns.period || (period != NULL && strcmp(period, part->id) != 0);
            period = period == NULL ? part->id : period;
            for (size_t c = 0; c < part->n_components; c++) {
                if (part->components[c].groups != NULL) {
                    look_at_component(&columns, &part->components[c], &component);
                }
            }
        }
    }
    return columns;
}

static void group_header(rk__page *out, const group_columns *columns)
{
    rk__page_puts(out, columns->contract ? "contract," : "");
    rk__page_puts(out, columns->arrangement ? "arrangement," : "");
    rk__page_puts(out, columns->period ? "period," : "");
    rk__page_puts(out, columns->component ? "component," : "");
    for (size_t c = 0; columns->like != NULL && c < rk__groups_n_columns(columns->like); c++) {
        text_cell(out, rk__groups_column(columns->like, c));
        rk__page_putc(out, ',');
    }
    rk__page_puts(out, "quantity");
    for (size_t e = 0; e < columns->n_elements; e++) {
        next_text(out, columns->elements[e]);
    }
    rk__page_puts(out, ",amount\n");
}

/* The cells that each row of a component begins with, once. */
static void row_prefix(rk__buf *prefix, rk__page *out, const group_columns *columns,
                       const rk_result *result, const char *period, const char *component)
{
    const char *const cells[] = {columns->contract ? result->contract : NULL,
                                 columns->arrangement ? result->arrangement : NULL,
                                 columns->period ? period : NULL,
                                 columns->component ? component : NULL};
    rk__page_flush(out);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (cells[i] != NULL) {
            text_cell(out, cells[i]);
            rk__page_putc(out, ',');
        }
    }
    /* Quoted in the output's own buffer, and taken back from it. */
    rk__buf_add(prefix, out->buffer, out->used);
    out->used = 0;
}

static void scaled_cell(rk__page *out, rk_int128 value, int scale, int least)
{
    char text[RK__SCALED_TEXT];
    rk__page_add(out, text, rk__print_scaled(text, value, scale, least, RK__LINE_PLACES));
}

static void component_groups(rk__page *out, const group_columns *columns, const rk_result *result,
                             const rk__component_result *component, const rk__buf *prefix)
{
    const rk__group_table *groups = component->groups;
    const rk__hiding hiding = rk__hiding_of(groups, result->suppress_below);
    const size_t n = rk__groups_count(groups);
    const size_t n_columns = rk__groups_n_columns(groups);
    const int scale = rk__groups_places(groups);
    size_t lane[ELEMENTS_MAX + 1] = {0}; /* 0: the component has no such element */
    for (size_t e = 0; scale > 0 && e < component->n_elements; e++) {
        lane[element_of(columns, component->elements[e].name)] = RK__LANE_ELEMENT + e;
    }
    for (size_t g = 0; g < n && !out->stopped; g++) {
        const bool hidden = rk__group_hidden(&hiding, groups, g);
        rk__page_add(out, prefix->length > 0 ? prefix->text : "", prefix->length);
        for (size_t c = 0; c < n_columns; c++) {
            size_t length = 0;
            const char *key = rk__groups_key(groups, g, c, &length);
            rk__csv_cell(out, key == NULL ? "" : key, length);
            rk__page_putc(out, ',');
        }
        if (hidden) {
            rk__page_putc(out, '*');
        } else {
            scaled_cell(out, rk__groups_value(groups, g, RK__LANE_QUANTITY), 6, 0);
        }
        for (size_t e = 0; e <= columns->n_elements; e++) {
            const size_t from = e == columns->n_elements ? RK__LANE_AMOUNT : lane[e];
            rk__page_putc(out, ',');
            if (from == 0 || scale == 0) {
                continue;
            }
            if (hidden) {
                rk__page_putc(out, '*');
            } else {
                scaled_cell(out, rk__groups_value(groups, g, from), scale, result->places);
            }
        }
        rk__page_putc(out, '\n');
    }
}

static void all_groups(rk__page *out, const rk_result *const *results, size_t n)
{
    const group_columns columns = look_at(results, n);
    group_header(out, &columns);
    for (size_t i = 0; i < n; i++) {
        for (size_t p = 0; p < results[i]->n_periods; p++) {
            const rk__period_result *period = &results[i]->periods[p];
            for (size_t c = 0; c < period->n_components; c++) {
                const rk__component_result *component = &period->components[c];
                if (component->groups == NULL) {
                    continue;
                }
                rk__buf prefix = {0};
                row_prefix(&prefix, out, &columns, results[i], period->id, component->id);
                component_groups(out, &columns, results[i], component, &prefix);
                out->failed = out->failed || prefix.failed;
                rk__buf_dispose(&prefix);
            }
        }
    }
}

void rk__csv_results(rk__page *out, const rk_result *const *results, size_t n)
{
    bool grouped = false;
    for (size_t i = 0; i < n; i++) {
        grouped = grouped || results[i]->grouped;
    }
    if (grouped) {
        all_groups(out, results, n);
    } else {
        lines(out, results, n);
    }
}

/* ------------------------------------------------------------------ comparison */

void rk__csv_comparison(rk__page *out, const rk_comparison *comparison)
{
    const rk_result *baseline = comparison->results[comparison->baseline];
    if (baseline->grouped) {
        all_groups(out, (const rk_result *const *) comparison->results, comparison->n);
        return;
    }
    rk__page_puts(out, "contract,arrangement,payment,cost,margin,difference,difference_percent\n");
    for (size_t i = 0; i < comparison->n; i++) {
        const rk_result *result = comparison->results[i];
        text_cell(out, result->contract);
        next_text(out, result->arrangement);
        next_money(out, result->total, result->places);
        next_money(out, result->cost, result->places);
        next_money(out, result->margin, result->places);
        next_money(out, rk__num_sub(&out->pool, result->total, baseline->total), result->places);
        next_money(out, rk__difference_percent(out, baseline->total, result->total), 4);
        rk__page_putc(out, '\n');
    }
}

/* ----------------------------------------------------------------- explanation */

/* Steps are numbered 1, 1.2, 1.2.3 by where they stand; `number` holds the text. */
static void step(rk__page *out, const rk__step *s, rk__buf *number)
{
    rk__page_puts(out, number->text == NULL ? "" : number->text);
    next_text(out, s->label);
    next_text(out, s->formula);
    next_text(out, s->value);
    next_text(out, s->source);
    rk__page_putc(out, '\n');
    const size_t length = number->length;
    for (size_t i = 0; i < s->n_children && !number->failed; i++) {
        rk__buf_printf(number, ".%zu", i + 1);
        step(out, &s->children[i], number);
        number->length = length;
        number->text[length] = '\0';
    }
}

void rk__csv_explanation(rk__page *out, const rk_explanation *explanation)
{
    rk__page_puts(out, "step,label,formula,value,source\n");
    rk__buf number = {0};
    for (size_t i = 0; i < explanation->n_steps && !number.failed; i++) {
        rk__buf_reset(&number);
        rk__buf_printf(&number, "%zu", i + 1);
        step(out, &explanation->steps[i], &number);
    }
    out->failed = out->failed || number.failed;
    rk__buf_dispose(&number);
}
