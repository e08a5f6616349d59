/* SPDX-License-Identifier: MIT
 *
 * tariff_diff_data.c: the differences of two tariffs, as JSON and CSV.
 */
#include "report/tariff_diff.h"

#define PERCENT_PLACES 4

/* ----------------------------------------------------------------------- JSON */

static void put_number(rk__json_writer *w, const char *name, rk_num number, int places)
{
    rk__buf text = {0};
    if (number != NULL) {
        rk__num_print_trimmed(&text, number, places);
    }
    w->out->failed |= text.failed;
    rk__json_put_text(w, name, text.text);
    rk__buf_dispose(&text);
}

static void put_texts(rk__json_writer *w, const char *name, const char *const *texts, size_t n)
{
    rk__json_open_flat(w, name, '[');
    for (size_t i = 0; i < n; i++) {
        rk__json_put_text(w, NULL, texts[i]);
    }
    rk__json_close(w, ']');
}

static void put_pair(rk__json_writer *w, const char *name, const rk_num numbers[2])
{
    rk__json_open_flat(w, name, '[');
    put_number(w, NULL, numbers[0], RK__LINE_PLACES);
    put_number(w, NULL, numbers[1], RK__LINE_PLACES);
    rk__json_close(w, ']');
}

static void put_money(rk__json_writer *w, const char *name, const rk_num amounts[2], int places)
{
    rk__json_open_flat(w, name, '[');
    for (size_t side = 0; side < 2; side++) {
        if (amounts[side] != NULL) {
            rk__json_put_money(w, NULL, amounts[side], places);
        } else {
            rk__json_put_text(w, NULL, NULL);
        }
    }
    rk__json_close(w, ']');
}

static void put_tariff(rk__json_writer *w, const rk_tariff_view *t)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "id", t->id);
    rk__json_put_text(w, "title", t->title);
    rk__json_put_text(w, "place", t->place);
    rk__json_put_text(w, "sha256", t->sha256);
    rk__json_close(w, '}');
}

static void put_column(rk__json_writer *w, const rk_price_column *c)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "table", c->table);
    rk__json_put_text(w, "column", c->column);
    put_texts(w, "key", c->keys, c->n_keys);
    if (c->skipped != NULL) {
        rk__json_put_text(w, "skipped", c->skipped);
    }
    rk__json_put_count(w, "same", c->same);
    for (size_t m = 0; m < RK_PRICE_MOVES; m++) {
        const rk_price_move move = (rk_price_move) m;
        rk__json_put_count(w, rk_price_move_word(move), c->moved[m]);
    }
    rk__json_open(w, "changes", '[');
    for (size_t i = 0; i < c->n_changes; i++) {
        const rk_price_change *p = rk_price_column_change(c, i);
        rk__json_open_flat(w, NULL, '{');
        put_texts(w, "key", p->key, c->n_keys);
        rk__json_put_text(w, "move", rk_price_move_word(p->move));
        put_texts(w, "values", p->value, 2);
        put_number(w, "difference", p->difference, RK__LINE_PLACES);
        put_number(w, "percent", p->percent, PERCENT_PLACES);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_close(w, '}');
}

static void put_grouping(rk__json_writer *w, const rk_effect_grouping *g, int places)
{
    rk__json_open(w, NULL, '{');
    put_texts(w, "group_by", g->columns, g->n_columns);
    rk__json_open(w, "groups", '[');
    for (size_t i = 0; i < g->n_groups; i++) {
        const rk_effect_group *group = rk_effect_grouping_group(g, i);
        rk__json_open_flat(w, NULL, '{');
        put_texts(w, "key", group->key, g->n_columns);
        put_pair(w, "quantities", group->quantity);
        put_money(w, "amounts", group->amount, places);
        rk__json_put_money(w, "difference", group->difference, places);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_close(w, '}');
}

static void put_unpriced(rk__json_writer *w, const rk_effect_unpriced *u, int places)
{
    rk__json_open_flat(w, NULL, '{');
    rk__json_open_flat(w, "key", '{');
    for (size_t c = 0; c < u->n_columns; c++) {
        rk__json_put_text(w, u->columns[c], u->values[c]);
    }
    rk__json_close(w, '}');
    put_pair(w, "quantities", u->quantity);
    put_money(w, "amounts", u->amount, places);
    rk__json_put_text(w, "reason", u->reason);
    rk__json_close(w, '}');
}

static void put_effect(rk__json_writer *w, const rk_tariff_diff *d)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    rk__json_open(w, "effect", '{');
    rk__json_put_text(w, "contract", v->contract);
    rk__json_put_text(w, "title", v->title);
    rk__json_put_text(w, "basis", v->basis);
    rk__json_put_text(w, "arrangement", v->arrangement);
    rk__json_put_text(w, "currency", v->currency);
    put_money(w, "totals", v->total, v->places);
    rk__json_put_money(w, "difference", v->difference, v->places);
    rk__json_put_money(w, "difference_of_prices", v->of_prices, v->places);
    rk__json_open_flat(w, "unpriced_rows", '[');
    rk__json_put_count(w, NULL, v->unpriced_rows[0]);
    rk__json_put_count(w, NULL, v->unpriced_rows[1]);
    rk__json_close(w, ']');
    rk__json_open(w, "groupings", '[');
    for (size_t i = 0; i < v->n_groupings; i++) {
        put_grouping(w, rk_tariff_diff_grouping(d, i), v->places);
    }
    rk__json_close(w, ']');
    rk__json_open(w, "settled", '[');
    for (size_t i = 0; i < v->n_settled; i++) {
        const rk_effect_settled *s = rk_tariff_diff_settled(d, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "component", s->component);
        put_money(w, "amounts", s->amount, v->places);
        rk__json_put_money(w, "difference", s->difference, v->places);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_open(w, "unpriced", '[');
    for (size_t i = 0; i < v->n_unpriced; i++) {
        put_unpriced(w, rk_tariff_diff_unpriced(d, i), v->places);
    }
    rk__json_close(w, ']');
    rk__json_close(w, '}');
}

void rk__tariff_diff_json(rk__page *out, const rk_tariff_diff *d)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "tariff-diff/1");
    rk__json_open(&w, "tariffs", '[');
    put_tariff(&w, v->tariff[0]);
    put_tariff(&w, v->tariff[1]);
    rk__json_close(&w, ']');
    if (v->contract != NULL) {
        put_effect(&w, d);
    }
    rk__json_open(&w, "prices", '[');
    for (size_t i = 0; i < v->n_columns; i++) {
        put_column(&w, rk_tariff_diff_column(d, i));
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

/* ------------------------------------------------------------------------ CSV */

static void text(rk__page *out, const char *value)
{
    if (value != NULL) {
        rk__csv_cell(out, value, strlen(value));
    }
}

static void next(rk__page *out, const char *value)
{
    rk__page_putc(out, ',');
    text(out, value);
}

static void next_number(rk__page *out, rk_num number, int places, bool fixed)
{
    rk__page_putc(out, ',');
    if (number != NULL) {
        (fixed ? rk__num_print_fixed : rk__num_print_trimmed)(&out->scratch, number, places);
        rk__page_scratch(out);
    }
}

/* "hrg AA22C, pod NEL", or the values alone. */
static void next_key(rk__page *out, const char *const *columns, const char *const *values, size_t n)
{
    rk__buf key = {0};
    for (size_t k = 0; k < n; k++) {
        rk__buf_printf(&key, "%s%s %s", k > 0 ? ", " : "", columns[k],
                       values[k] != NULL ? values[k] : "");
    }
    out->failed |= key.failed;
    next(out, key.text);
    rk__buf_dispose(&key);
}

static void csv_prices(rk__page *out, const rk_tariff_diff *d)
{
    rk__page_puts(out, "table,key,column,move,from,to,difference,percent\n");
    for (size_t i = 0; i < rk_tariff_diff_read(d)->n_columns; i++) {
        const rk_price_column *c = rk_tariff_diff_column(d, i);
        for (size_t k = 0; k < c->n_changes; k++) {
            const rk_price_change *p = rk_price_column_change(c, k);
            text(out, c->table);
            next_key(out, c->keys, p->key, c->n_keys);
            next(out, c->column);
            next(out, rk_price_move_word(p->move));
            next(out, p->value[0]);
            next(out, p->value[1]);
            next_number(out, p->difference, RK__LINE_PLACES, false);
            next_number(out, p->percent, PERCENT_PLACES, false);
            rk__page_putc(out, '\n');
        }
    }
}

/* The cells of money that end each row; NULL amounts are blank. */
static void csv_money(rk__page *out, const rk_num amounts[2], int places)
{
    next_number(out, amounts[0], places, true);
    next_number(out, amounts[1], places, true);
    if (amounts[0] == NULL || amounts[1] == NULL) {
        rk__page_puts(out, ",,\n");
        return;
    }
    next_number(out, rk__num_sub(&out->nums, amounts[1], amounts[0]), places, true);
    next_number(out, rk__difference_percent(out, amounts[0], amounts[1]), PERCENT_PLACES, false);
    rk__page_putc(out, '\n');
}

static void csv_pair(rk__page *out, const rk_num numbers[2])
{
    next_number(out, numbers[0], RK__LINE_PLACES, false);
    next_number(out, numbers[1], RK__LINE_PLACES, false);
}

/* A column for each name that rows are grouped by; a row fills those of its grouping. */
static void csv_groups(rk__page *out, const rk_tariff_diff *d, size_t grouping)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    const rk_effect_grouping *g = rk_tariff_diff_grouping(d, grouping);
    for (size_t i = 0; i < g->n_groups; i++) {
        const rk_effect_group *group = rk_effect_grouping_group(g, i);
        rk__page_puts(out, "group,");
        for (size_t c = 0; c < g->n_columns; c++) {
            rk__page_puts(out, c > 0 ? " " : "");
            text(out, g->columns[c]);
        }
        for (size_t k = 0; k < v->n_groupings; k++) {
            const rk_effect_grouping *other = rk_tariff_diff_grouping(d, k);
            for (size_t c = 0; c < other->n_columns; c++) {
                next(out, k == grouping ? group->key[c] : NULL);
            }
        }
        rk__page_puts(out, ",");
        csv_pair(out, group->quantity);
        rk__page_puts(out, ",,");
        csv_money(out, group->amount, v->places);
    }
}

static void csv_blank_keys(rk__page *out, const rk_tariff_diff *d)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    for (size_t k = 0; k < v->n_groupings; k++) {
        for (size_t c = 0; c < rk_tariff_diff_grouping(d, k)->n_columns; c++) {
            rk__page_putc(out, ',');
        }
    }
}

static void csv_effect(rk__page *out, const rk_tariff_diff *d)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    const rk_num none[2] = {NULL, NULL};
    rk__page_puts(out, "kind,group_by");
    for (size_t k = 0; k < v->n_groupings; k++) {
        const rk_effect_grouping *g = rk_tariff_diff_grouping(d, k);
        for (size_t c = 0; c < g->n_columns; c++) {
            next(out, g->columns[c]);
        }
    }
    rk__page_puts(out, ",item,quantity_from,quantity_to,unpriced_from,unpriced_to,amount_from,"
                       "amount_to,difference,percent\n");
    for (size_t k = 0; k < v->n_groupings; k++) {
        csv_groups(out, d, k);
    }
    for (size_t i = 0; i < v->n_settled; i++) {
        const rk_effect_settled *s = rk_tariff_diff_settled(d, i);
        rk__page_puts(out, "settled,");
        csv_blank_keys(out, d);
        next(out, s->component);
        rk__page_puts(out, ",,,,");
        csv_money(out, s->amount, v->places);
    }
    for (size_t i = 0; i < v->n_unpriced; i++) {
        const rk_effect_unpriced *u = rk_tariff_diff_unpriced(d, i);
        rk__page_puts(out, "unpriced,");
        csv_blank_keys(out, d);
        next_key(out, u->columns, u->values, u->n_columns);
        rk__page_puts(out, ",,");
        csv_pair(out, u->quantity);
        csv_money(out, none, v->places);
    }
    rk__page_puts(out, "total,");
    csv_blank_keys(out, d);
    rk__page_puts(out, ",,,,,");
    csv_money(out, v->total, v->places);
}

void rk__tariff_diff_csv(rk__page *out, const rk_tariff_diff *d)
{
    if (rk_tariff_diff_read(d)->contract != NULL) {
        csv_effect(out, d);
    } else {
        csv_prices(out, d);
    }
}
