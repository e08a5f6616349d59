/* SPDX-License-Identifier: MIT
 *
 * pack_diff.c: packs of differences of two files or results, and of challenges. Entries and
 * challenges, of which there may be a million, are made as they are written.
 */
#include "report/pack.h"
#include "report/questions.h"

#define PLACES    2 /* of amounts, as they are shown */
#define MOST_KEYS (RK__PACK_COLUMNS - 8)

typedef struct differ {
    rk__pack *pack;
    const rk_diff *of;
    const rk_diff_view *view;
    size_t n_key;
    rk__buf *text; /* of the row that is being made */
} differ;

static const char *const kinds[] = {"added", "removed", "changed"};

static void key_columns(const differ *d, rk__pack_table *table)
{
    for (size_t i = 0; i < d->n_key; i++) {
        rk__pack_column_add(table, d->view->key[i], RK__PACK_TEXT, false);
    }
}

static void key_cells(const differ *d, rk__pack_cell *cells, const char *const *key)
{
    for (size_t i = 0; i < d->n_key; i++) {
        rk__pack_set_text(&cells[i], key[i] != NULL ? key[i] : "(blank)");
    }
}

/* Amounts of rows have six decimals at most, so that nothing is kept of a million of them. */
static void amount_cell(const differ *d, rk__pack_cell *cell, rk_num amount)
{
    rk_decimal exact = 0;
    if (amount != NULL && rk__num_to_decimal(amount, &exact)) {
        *cell = (rk__pack_cell){.number = true, .places = RK__LINE_PLACES, .value = exact};
    } else {
        rk__pack_decimal(d->pack, cell, amount);
    }
}

/* -------------------------------------------------------------- differences */

static void totals(const differ *d)
{
    const rk_diff_view *v = d->view;
    rk__pack_table *table =
        rk__pack_table_new(d->pack, "Differences", "What was added, removed and changed");
    rk__pack_columns(table, "tcM", "", v->results ? "Lines" : "Rows", "Amount");
    rk__pack_cell *cells = rk__pack_row_add(d->pack, table);
    rk__pack_set_text(&cells[0], v->a);
    rk__pack_set_count(&cells[1], v->rows_a);
    amount_cell(d, &cells[2], v->total_a);
    for (size_t k = 0; k < 3; k++) {
        cells = rk__pack_row_add(d->pack, table);
        rk__pack_set_text(&cells[0], kinds[k]);
        rk__pack_set_count(&cells[1], v->count[k]);
        amount_cell(d, &cells[2], v->amount[k]);
    }
    cells = rk__pack_total(d->pack, table, v->b);
    rk__pack_set_count(&cells[1], v->rows_b);
    rk__pack_figure *f =
        rk__pack_figure_add(d->pack, table, RK__PACK_BRIDGE, "From the first to the second",
                            "Steps from the first total to the second: what rows that were added, "
                            "removed and changed make of the difference.");
    f->values[f->n_values++] = 2;
    f->from = 1;
    amount_cell(d, &f->start, v->total_a);
    amount_cell(d, &f->finish, v->total_b);
    f->start_name = "first";
    f->finish_name = "second";
}

static void reasons(const differ *d)
{
    if (d->view->n_reasons == 0) {
        return;
    }
    rk__pack_table *table = rk__pack_table_new(d->pack, "Changes", "Which columns changed");
    rk__pack_columns(table, "tcM", "Columns", d->view->results ? "Lines" : "Rows", "Amount");
    for (size_t i = 0; i < d->view->n_reasons; i++) {
        const rk_diff_reason *reason = rk_diff_reason_at(d->of, i);
        rk__pack_cell *cells = rk__pack_row_add(d->pack, table);
        rk__pack_set_text(&cells[0], reason->columns);
        rk__pack_set_count(&cells[1], reason->rows);
        amount_cell(d, &cells[2], reason->amount);
    }
    rk__pack_total(d->pack, table, "Total of the rows that changed");
}

static void make_entry(const void *ctx, size_t row, rk__pack_cell *cells)
{
    const differ *d = ctx;
    const rk_diff_entry *e = rk_diff_entry_at(d->of, row);
    rk__pack_cell *own = cells + d->n_key;
    key_cells(d, cells, e->key);
    rk__pack_set_text(&own[0], kinds[e->kind]);
    amount_cell(d, &own[1], e->a);
    amount_cell(d, &own[2], e->b);
    amount_cell(d, &own[3], e->difference);
    if (own[3].number) {
        own[3].formula = RK__PACK_MINUS;
        own[3].column = d->n_key + 2;
        own[3].from = d->n_key + 1;
    }
    rk__buf_reset(d->text);
    rk__diff_changes_say(d->text, d->of, row);
    rk__pack_set_text(&own[4], d->text->text);
    d->pack->out->failed |= d->text->failed;
}

static void entries(const differ *d)
{
    if (d->view->n_entries == 0) {
        return;
    }
    rk__pack_table *table =
        rk__pack_table_new(d->pack, d->view->results ? "Ledger lines" : "Rows",
                           d->view->results ? "Lines that differ" : "Rows that differ");
    key_columns(d, table);
    rk__pack_columns(table, "tmmMt", "Kind", "First", "Second", "Difference", "What changed");
    table->folded = true;
    table->make = make_entry;
    table->ctx = d;
    table->n_made = d->view->n_entries;
    rk__pack_total(d->pack, table, "Difference");
}

/* --------------------------------------------------------------- challenges */

static void rules(const differ *d)
{
    rk__pack_table *table =
        rk__pack_table_new(d->pack, "Rules", "What is challenged in the second, by rule");
    rk__pack_columns(table, "ttccmt", "Challenge", "Title", "Rows", "New", "Value", "Not checked");
    for (size_t i = 0; i < d->view->n_rules; i++) {
        const rk_challenge_rule *rule = rk_diff_rule_at(d->of, i);
        rk__pack_cell *cells = rk__pack_row_add(d->pack, table);
        rk__pack_set_text(&cells[0], rule->id);
        rk__pack_set_text(&cells[1], rule->title);
        rk__pack_set_text(&cells[5], rule->skipped);
        if (rule->skipped == NULL) {
            rk__pack_set_count(&cells[2], rule->rows);
            rk__pack_set_count(&cells[3], rule->fresh);
            amount_cell(d, &cells[4], rule->value);
        }
    }
    table->note = "A row may be challenged by several rules, so values are not added up.";
}

static void make_challenge(const void *ctx, size_t row, rk__pack_cell *cells)
{
    const differ *d = ctx;
    const rk_challenge *c = rk_diff_challenge_at(d->of, row);
    const rk_challenge_rule *rule = rk_diff_rule_at(d->of, c->rule);
    rk__pack_cell *own = cells + 2 + d->n_key;
    rk__pack_set_text(&cells[0], rule->id);
    rk__pack_set_text(&cells[1], rule->title);
    key_cells(d, cells + 2, c->key);
    rk__pack_set_count(&own[0], c->row);
    rk__pack_set_text(&own[1], c->detail);
    rk__pack_set_text(&own[2], c->fresh ? "yes" : "no");
    amount_cell(d, &own[3], c->value);
}

static void challenges(const differ *d)
{
    rk__pack_table *table =
        rk__pack_table_new(d->pack, "Challenges", "Rows of the second that are challenged");
    rk__pack_columns(table, "tt", "Challenge", "Title");
    key_columns(d, table);
    rk__pack_columns(table, "cttm", "Row", "Why", "New", "Value");
    table->make = make_challenge;
    table->ctx = d;
    table->n_made = d->view->n_challenges;
    table->note = d->view->n_challenges == 0 ? "None." : NULL;
}

/* "1,003 rows were added, 30 removed and 200 changed, which adds 12,345.60." */
static void say(const differ *d)
{
    const rk_diff_view *v = d->view;
    rk__page *out = d->pack->out;
    const int sign = rk__num_sign(v->difference);
    rk__buf_printf(&out->scratch, "The second total is %s the first%s",
                   sign == 0  ? "equal to"
                   : sign < 0 ? "below"
                              : "above",
                   sign == 0 ? "" : ", by ");
    if (sign != 0) {
        rk__pack_say(d->pack, v->difference);
    }
    rk__buf_printf(&out->scratch, ": %llu %s added, %llu removed, %llu changed.",
                   (unsigned long long) v->count[RK_DIFF_ADDED], v->results ? "lines" : "rows",
                   (unsigned long long) v->count[RK_DIFF_REMOVED],
                   (unsigned long long) v->count[RK_DIFF_CHANGED]);
    rk__pack_scratch_sentence(d->pack);
    if (v->n_rules > 0) {
        size_t fresh = 0;
        for (size_t i = 0; i < v->n_rules; i++) {
            fresh += rk_diff_rule_at(d->of, i)->fresh;
        }
        rk__buf_printf(&out->scratch, "%zu challenge%s, %zu of them new.", v->n_challenges,
                       v->n_challenges == 1 ? "" : "s", fresh);
        rk__pack_scratch_sentence(d->pack);
    }
}

rk_status rk__pack_diff(const rk_diff *diff, rk_format format, const rk_sink *sink)
{
    rk__page out;
    rk__pack pack;
    rk__buf text = {0};
    const rk_diff_view *v = rk_diff_read(diff);
    const differ d = {.pack = &pack,
                      .of = diff,
                      .view = v,
                      .n_key = v->n_key < MOST_KEYS ? v->n_key : MOST_KEYS,
                      .text = &text};
    rk__pack_begin(&pack, &out, sink);
    pack.kind = v->results ? "Two results" : "Two extracts of priced rows";
    rk__buf_printf(&out.scratch, "%s and %s", v->a, v->b);
    pack.id = rk__pack_take(&pack);
    pack.currency = "";
    pack.places = out.places = PLACES;
    say(&d);
    totals(&d);
    if (v->n_rules > 0) {
        rules(&d);
        challenges(&d);
    }
    reasons(&d);
    entries(&d);
    const rk_status status = rk__pack_end(&pack, format);
    rk__buf_dispose(&text);
    return status;
}
