/* SPDX-License-Identifier: MIT
 *
 * diff.c: what was added, removed and changed between two files or results, and challenges.
 */
#include <inttypes.h>

#include "report/pack.h"
#include "report/questions.h"

/* Rows of each kind, and challenges of each rule, that a report for people lists. */
#define SHOWN  20
#define PLACES 2

static const char *const words[] = {"added", "removed", "changed", "unchanged"};

/* ---------------------------------------------------------------------- people */

static void key_text(rk__buf *text, const rk_diff_view *v, const char *const *key)
{
    for (size_t i = 0; i < v->n_key; i++) {
        rk__buf_printf(text, "%s%s", i == 0 ? "" : ", ", key[i] != NULL ? key[i] : "(blank)");
    }
}

static void count_cell(rk__sheet *sheet, uint64_t count)
{
    rk__buf plain = {0};
    rk__buf_printf(&plain, "%" PRIu64, count);
    rk__print_grouped(&sheet->out->scratch, plain.text != NULL ? plain.text : "");
    sheet->out->failed |= plain.failed;
    rk__buf_dispose(&plain);
    rk__sheet_scratch(sheet);
}

static void summary(rk__page *out, const rk_diff_view *v, bool markdown)
{
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "lrp", "", v->results ? "lines" : "rows", "amount");
    rk__sheet_row(&sheet, RK__ROW_LINE);
    rk__sheet_cell(&sheet, v->a);
    count_cell(&sheet, v->rows_a);
    rk__sheet_money(&sheet, v->total_a, PLACES);
    for (size_t k = 0; k < 3; k++) {
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__buf_printf(&out->scratch, "  %s", words[k]);
        rk__sheet_scratch(&sheet);
        count_cell(&sheet, v->count[k]);
        rk__sheet_money(&sheet, v->amount[k], PLACES);
    }
    rk__sheet_row(&sheet, RK__ROW_TOTAL);
    rk__sheet_cell(&sheet, v->b);
    count_cell(&sheet, v->rows_b);
    rk__sheet_money(&sheet, v->total_b, PLACES);
    rk__sheet_print(&sheet, markdown, 0);
}

static void reasons(rk__page *out, const rk_diff *of, bool markdown)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__sheet sheet;
    if (v->n_reasons == 0) {
        return;
    }
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "lrp", "what changed", v->results ? "lines" : "rows", "amount");
    for (size_t i = 0; i < v->n_reasons && i < SHOWN; i++) {
        const rk_diff_reason *reason = rk_diff_reason_at(of, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__sheet_cell(&sheet, reason->columns);
        count_cell(&sheet, reason->rows);
        rk__sheet_money(&sheet, reason->amount, PLACES);
    }
    rk__page_putc(out, '\n');
    rk__sheet_print(&sheet, markdown, 0);
}

static void entries(rk__page *out, const rk_diff *of, rk_diff_kind kind, bool markdown)
{
    const rk_diff_view *v = rk_diff_read(of);
    size_t shown = 0;
    rk__sheet sheet;
    if (v->count[kind] == 0) {
        return;
    }
    rk__sheet_init(&sheet, out);
    rk__sheet_column(&sheet, words[kind], RK__ALIGN_LEFT);
    rk__sheet_column(&sheet, "amount", RK__ALIGN_POINT);
    if (kind == RK_DIFF_CHANGED) {
        rk__sheet_column(&sheet, "change", RK__ALIGN_LEFT);
    }
    for (size_t i = 0; i < v->n_entries && shown < SHOWN; i++) {
        const rk_diff_entry *e = rk_diff_entry_at(of, i);
        if (e->kind != kind) {
            continue;
        }
        shown++;
        rk__sheet_row(&sheet, RK__ROW_LINE);
        key_text(&out->scratch, v, e->key);
        rk__sheet_scratch(&sheet);
        rk__sheet_money(&sheet, e->difference, PLACES);
        if (kind == RK_DIFF_CHANGED) {
            rk__diff_changes_say(&out->scratch, of, i);
            rk__sheet_scratch(&sheet);
        }
    }
    if (v->count[kind] > shown) {
        rk__sheet_row(&sheet, RK__ROW_NOTE);
        rk__buf_printf(&out->scratch, "and %" PRIu64 " more: see --format csv",
                       v->count[kind] - shown);
        rk__sheet_scratch(&sheet);
    }
    rk__page_putc(out, '\n');
    rk__sheet_print(&sheet, markdown, 0);
}

static void challenges(rk__page *out, const rk_diff *of, bool markdown)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__sheet sheet;
    if (v->n_rules == 0) {
        return;
    }
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "lrrp", "challenge", "rows", "new", "value");
    for (size_t i = 0; i < v->n_rules; i++) {
        const rk_challenge_rule *rule = rk_diff_rule_at(of, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__sheet_cell(&sheet, rule->title != NULL ? rule->title : rule->id);
        if (rule->skipped != NULL) {
            rk__sheet_row(&sheet, RK__ROW_NOTE);
            rk__buf_printf(&out->scratch, "not checked: %s", rule->skipped);
            rk__sheet_scratch(&sheet);
            continue;
        }
        count_cell(&sheet, rule->rows);
        count_cell(&sheet, rule->fresh);
        rk__sheet_money(&sheet, rule->value, PLACES);
    }
    rk__page_putc(out, '\n');
    rk__sheet_print(&sheet, markdown, 0);
    if (v->n_challenges == 0) {
        return;
    }
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "llrlp", "challenged", "rule", "row", "why", "value");
    for (size_t i = 0; i < v->n_challenges && i < SHOWN; i++) {
        const rk_challenge *c = rk_diff_challenge_at(of, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        key_text(&out->scratch, v, c->key);
        rk__sheet_scratch(&sheet);
        rk__sheet_cell(&sheet, rk_diff_rule_at(of, c->rule)->id);
        count_cell(&sheet, c->row);
        rk__sheet_cell(&sheet, c->detail);
        rk__sheet_money(&sheet, c->value, PLACES);
    }
    if (v->n_challenges > SHOWN) {
        rk__sheet_row(&sheet, RK__ROW_NOTE);
        rk__buf_printf(&out->scratch, "and %zu more: see --format csv", v->n_challenges - SHOWN);
        rk__sheet_scratch(&sheet);
    }
    rk__page_putc(out, '\n');
    rk__sheet_print(&sheet, markdown, 0);
}

static void people(rk__page *out, const rk_diff *of, bool markdown)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__buf text = {0};
    rk__buf_printf(&text, "%s and %s, matched by ", v->a, v->b);
    for (size_t i = 0; i < v->n_key; i++) {
        rk__buf_printf(&text, "%s%s", i == 0 ? "" : ", ", v->key[i]);
    }
    out->failed |= text.failed;
    rk__question_paragraph(out, text.text != NULL ? text.text : "", markdown);
    rk__buf_dispose(&text);
    rk__page_putc(out, '\n');
    summary(out, v, markdown);
    reasons(out, of, markdown);
    entries(out, of, RK_DIFF_ADDED, markdown);
    entries(out, of, RK_DIFF_REMOVED, markdown);
    entries(out, of, RK_DIFF_CHANGED, markdown);
    challenges(out, of, markdown);
}

/* -------------------------------------------------------------------- programs */

static void put_money(rk__json_writer *w, const char *name, rk_num amount)
{
    rk__buf text = {0};
    if (amount != NULL) {
        rk__diff_amount(&text, amount);
    }
    w->out->failed |= text.failed;
    rk__json_put_text(w, name, text.text);
    rk__buf_dispose(&text);
}

static void put_key(rk__json_writer *w, const rk_diff_view *v, const char *const *key)
{
    rk__json_open(w, "key", '{');
    for (size_t i = 0; i < v->n_key; i++) {
        rk__json_put_text(w, v->key[i], key[i]);
    }
    rk__json_close(w, '}');
}

static void put_entry(rk__json_writer *w, const rk_diff *of, size_t index)
{
    const rk_diff_entry *e = rk_diff_entry_at(of, index);
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "kind", words[e->kind]);
    put_key(w, rk_diff_read(of), e->key);
    put_money(w, "a", e->a);
    put_money(w, "b", e->b);
    put_money(w, "difference", e->difference);
    rk__json_open(w, "changes", '[');
    for (size_t i = 0; i < e->n_changes; i++) {
        const rk_diff_change *change = rk_diff_change_at(of, index, i);
        rk__json_open(w, NULL, '{');
        rk__json_put_text(w, "column", change->column);
        rk__json_put_text(w, "a", change->a);
        rk__json_put_text(w, "b", change->b);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_close(w, '}');
}

static void put_challenges(rk__json_writer *w, const rk_diff *of)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__json_open(w, "rules", '[');
    for (size_t i = 0; i < v->n_rules; i++) {
        const rk_challenge_rule *rule = rk_diff_rule_at(of, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "id", rule->id);
        rk__json_put_text(w, "title", rule->title);
        rk__json_put_text(w, "skipped", rule->skipped);
        rk__json_put_count(w, "rows", rule->rows);
        rk__json_put_count(w, "new", rule->fresh);
        put_money(w, "value", rule->value);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
    rk__json_open(w, "challenges", '[');
    for (size_t i = 0; i < v->n_challenges; i++) {
        const rk_challenge *c = rk_diff_challenge_at(of, i);
        rk__json_open_flat(w, NULL, '{');
        rk__json_put_text(w, "rule", rk_diff_rule_at(of, c->rule)->id);
        put_key(w, v, c->key);
        rk__json_put_count(w, "row", c->row);
        rk__json_put_text(w, "detail", c->detail);
        put_money(w, "value", c->value);
        rk__json_put_bool(w, "new", c->fresh);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void json(rk__page *out, const rk_diff *of)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "diff/1");
    rk__json_put_text(&w, "a", v->a);
    rk__json_put_text(&w, "b", v->b);
    put_money(&w, "total_a", v->total_a);
    put_money(&w, "total_b", v->total_b);
    put_money(&w, "difference", v->difference);
    for (size_t k = 0; k < 4; k++) {
        rk__json_open_flat(&w, words[k], '{');
        rk__json_put_count(&w, "rows", v->count[k]);
        put_money(&w, "amount", v->amount[k]);
        rk__json_close(&w, '}');
    }
    rk__json_open(&w, "reasons", '[');
    for (size_t i = 0; i < v->n_reasons; i++) {
        const rk_diff_reason *reason = rk_diff_reason_at(of, i);
        rk__json_open_flat(&w, NULL, '{');
        rk__json_put_text(&w, "columns", reason->columns);
        rk__json_put_count(&w, "rows", reason->rows);
        put_money(&w, "amount", reason->amount);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_open(&w, "entries", '[');
    for (size_t i = 0; i < v->n_entries && !out->stopped; i++) {
        put_entry(&w, of, i);
    }
    rk__json_close(&w, ']');
    if (v->n_rules > 0) {
        put_challenges(&w, of);
    }
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void csv_money(rk__page *out, rk_num amount)
{
    if (amount != NULL) {
        rk__diff_amount(&out->scratch, amount);
        rk__page_scratch(out);
    }
}

static void csv_keys(rk__page *out, const rk_diff_view *v, const char *const *key)
{
    for (size_t i = 0; i < v->n_key; i++) {
        rk__csv_text(out, key[i], ',');
    }
}

static void csv_challenges(rk__page *out, const rk_diff *of)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__page_puts(out, "challenge,title,");
    csv_keys(out, v, v->key);
    rk__page_puts(out, "row,why,new,value\n");
    for (size_t i = 0; i < v->n_challenges && !out->stopped; i++) {
        const rk_challenge *c = rk_diff_challenge_at(of, i);
        const rk_challenge_rule *rule = rk_diff_rule_at(of, c->rule);
        rk__csv_text(out, rule->id, ',');
        rk__csv_text(out, rule->title, ',');
        csv_keys(out, v, c->key);
        rk__page_printf(out, "%" PRIu64 ",", c->row);
        rk__csv_text(out, c->detail, ',');
        rk__page_puts(out, c->fresh ? "yes," : "no,");
        csv_money(out, c->value);
        rk__page_putc(out, '\n');
    }
}

/* A row for each column that changed; the amounts are in the first of an entry, so that
 * `difference` adds up. */
static void csv_entries(rk__page *out, const rk_diff *of)
{
    const rk_diff_view *v = rk_diff_read(of);
    rk__page_puts(out, "kind,");
    csv_keys(out, v, v->key);
    rk__page_puts(out, "column,from,to,amount_a,amount_b,difference\n");
    for (size_t i = 0; i < v->n_entries && !out->stopped; i++) {
        const rk_diff_entry *e = rk_diff_entry_at(of, i);
        for (size_t k = 0; k == 0 || k < e->n_changes; k++) {
            const rk_diff_change *change = rk_diff_change_at(of, i, k);
            rk__csv_text(out, words[e->kind], ',');
            csv_keys(out, v, e->key);
            rk__csv_text(out, change != NULL ? change->column : NULL, ',');
            rk__csv_text(out, change != NULL ? change->a : NULL, ',');
            rk__csv_text(out, change != NULL ? change->b : NULL, ',');
            csv_money(out, k == 0 ? e->a : NULL);
            rk__page_putc(out, ',');
            csv_money(out, k == 0 ? e->b : NULL);
            rk__page_putc(out, ',');
            csv_money(out, k == 0 ? e->difference : NULL);
            rk__page_putc(out, '\n');
        }
    }
}

rk_status rk_report_diff(const rk_diff *diff, rk_format format, const rk_sink *sink)
{
    rk__page out;
    if (rk__is_pack(format)) {
        return rk__pack_diff(diff, format, sink);
    }
    rk__page_init(&out, sink);
    if (format == RK_FORMAT_JSON) {
        json(&out, diff);
    } else if (format == RK_FORMAT_SQLITE) {
        rk__diff_sqlite(&out, diff);
    } else if (format == RK_FORMAT_CSV) {
        (rk_diff_read(diff)->n_rules > 0 ? csv_challenges : csv_entries)(&out, diff);
    } else {
        people(&out, diff, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
