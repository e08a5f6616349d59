/* SPDX-License-Identifier: MIT
 *
 * questions.c: what the writers of solutions, sensitivities, sweeps and differences share.
 */
#include "report/questions.h"

#define SHOWN_PLACES 6

static bool ends(rk__page *out, rk_num value)
{
    rk__buf text = {0};
    rk__num_print_exact(&text, value);
    const bool fraction = text.text != NULL && strchr(text.text, '/') != NULL;
    out->failed |= text.failed;
    rk__buf_dispose(&text);
    return !fraction;
}

void rk__print_varied(rk__page *out, rk__buf *text, rk_num value, bool percent)
{
    const rk_num shown =
        percent ? rk__num_mul(&out->nums, value, rk__num_from_int(&out->nums, 100)) : value;
    if (!ends(out, value)) {
        rk__num_print_exact(text, value);
        rk__buf_puts(text, " = ");
        rk__num_print_trimmed(text, shown, SHOWN_PLACES);
    } else {
        rk__buf plain = {0};
        rk__num_print_exact(&plain, shown);
        rk__print_grouped(text, plain.text != NULL ? plain.text : "");
        text->failed |= plain.failed;
        rk__buf_dispose(&plain);
    }
    rk__buf_puts(text, percent ? "%" : "");
}

void rk__json_put_varied(rk__json_writer *w, const char *name, rk_num value)
{
    rk__buf text = {0};
    if (value != NULL) {
        rk__num_print_exact(&text, value);
    }
    w->out->failed |= text.failed;
    rk__json_put_text(w, name, text.text);
    rk__buf_dispose(&text);
}

void rk__csv_varied(rk__page *out, rk_num value)
{
    if (value != NULL) {
        rk__num_print_exact(&out->scratch, value);
        rk__page_scratch(out);
    }
}

void rk__csv_next_money(rk__page *out, rk_num amount)
{
    rk__page_putc(out, ',');
    if (amount != NULL) {
        rk__num_print_fixed(&out->scratch, amount, out->places);
        rk__page_scratch(out);
    }
}

rk__json_writer rk__question_json(rk__page *out, const char *kind, const char *of,
                                  const char *title, const char *basis, const char *currency)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", kind);
    rk__json_put_text(&w, "of", of);
    rk__json_put_text(&w, "title", title);
    rk__json_put_text(&w, "basis", basis);
    rk__json_put_text(&w, "currency", currency);
    return w;
}

void rk__question_json_end(rk__json_writer *w)
{
    rk__json_close(w, '}');
    rk__json_end(w);
    rk__page_putc(w->out, '\n');
}

void rk__question_heading(rk__page *out, const char *id, const char *title, bool markdown)
{
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s%s", id, title != NULL ? ": " : "", title != NULL ? title : "");
    out->failed |= text.failed;
    const char *heading = text.text != NULL ? text.text : "";
    if (markdown) {
        rk__page_puts(out, "# ");
        rk__markdown_text(out, heading);
        rk__page_puts(out, "\n\n");
    } else {
        rk__page_style(out, RK__STYLE_HEADING);
        rk__page_wrapped(out, heading, 2, 0);
        rk__page_style(out, RK__STYLE_PLAIN);
    }
    rk__buf_dispose(&text);
}

void rk__question_paragraph(rk__page *out, const char *text, bool markdown)
{
    if (markdown) {
        rk__markdown_text(out, text);
        rk__page_puts(out, "\n\n");
    } else {
        rk__page_wrapped(out, text, 0, 0);
    }
}

void rk__question_item(rk__page *out, const char *text, bool markdown)
{
    rk__page_puts(out, "- ");
    if (markdown) {
        rk__markdown_text(out, text);
        rk__page_putc(out, '\n');
    } else {
        rk__page_wrapped(out, text, 2, 2);
    }
}

/* ------------------------------------------------------------------------- diffs */

void rk__diff_amount(rk__buf *text, rk_num amount)
{
    rk__num_print_trimmed(text, amount, RK__LINE_PLACES);
    const char *point = text->text != NULL ? strchr(text->text, '.') : NULL;
    size_t places = point != NULL ? strlen(point + 1) : 0;
    rk__buf_puts(text, point == NULL ? "." : "");
    for (; places < 2; places++) {
        rk__buf_putc(text, '0');
    }
}

void rk__diff_changes_say(rk__buf *text, const rk_diff *of, size_t entry)
{
    const rk_diff_entry *e = rk_diff_entry_at(of, entry);
    for (size_t i = 0; i < e->n_changes; i++) {
        const rk_diff_change *change = rk_diff_change_at(of, entry, i);
        rk__buf_printf(text, "%s%s %s to %s", i == 0 ? "" : ", ", change->column,
                       change->a != NULL ? change->a : "blank",
                       change->b != NULL ? change->b : "blank");
    }
}
