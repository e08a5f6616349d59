/* SPDX-License-Identifier: MIT
 *
 * json_writer.c: commas, indentation and quotes.
 */
#include "report/json_writer.h"

#include "data/json.h"

/* True where a text stands in JSON as it is. */
static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char) text[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
            return false;
        }
    }
    return true;
}

static void quoted(rk__page *out, const char *text, size_t length)
{
    if (is_plain(text, length)) {
        rk__page_putc(out, '"');
        rk__page_add(out, text, length);
        rk__page_putc(out, '"');
        return;
    }
    rk__json_write_text(&out->scratch, text, length);
    rk__page_scratch(out);
}

static void text_or_null(rk__page *out, const char *text)
{
    if (text == NULL) {
        rk__page_puts(out, "null");
    } else {
        quoted(out, text, strlen(text));
    }
}

static void next(rk__json_writer *w, const char *name)
{
    if (!w->empty) {
        rk__page_putc(w->out, ',');
    }
    if (w->flat > 0) {
        rk__page_puts(w->out, w->empty || w->tight ? "" : " ");
    } else if (w->depth > 0) {
        rk__page_putc(w->out, '\n');
        rk__page_spaces(w->out, 2 * (size_t) w->depth);
    }
    w->empty = false;
    if (name != NULL) {
        text_or_null(w->out, name);
        rk__page_puts(w->out, w->tight ? ":" : ": ");
    }
}

void rk__json_open(rk__json_writer *w, const char *name, char bracket)
{
    next(w, name);
    rk__page_putc(w->out, bracket);
    w->flat += w->flat > 0;
    w->depth++;
    w->empty = true;
}

void rk__json_open_flat(rk__json_writer *w, const char *name, char bracket)
{
    rk__json_open(w, name, bracket);
    w->flat += w->flat == 0;
}

void rk__json_close(rk__json_writer *w, char bracket)
{
    w->depth--;
    if (w->flat == 0 && !w->empty) {
        rk__page_putc(w->out, '\n');
        rk__page_spaces(w->out, 2 * (size_t) w->depth);
    }
    w->flat -= w->flat > 0;
    rk__page_putc(w->out, bracket);
    w->empty = false;
}

void rk__json_put_text(rk__json_writer *w, const char *name, const char *text)
{
    next(w, name);
    text_or_null(w->out, text);
}

void rk__json_put_length(rk__json_writer *w, const char *name, const char *text, size_t length)
{
    next(w, name);
    if (text == NULL) {
        rk__page_puts(w->out, "null");
    } else {
        quoted(w->out, text, length);
    }
}

void rk__json_put_count(rk__json_writer *w, const char *name, uint64_t count)
{
    char text[RK__SCALED_TEXT];
    next(w, name);
    rk__page_add(w->out, text, rk__print_scaled(text, (rk_int128) count, 0, 0, 0));
}

void rk__json_put_bool(rk__json_writer *w, const char *name, bool value)
{
    next(w, name);
    rk__page_puts(w->out, value ? "true" : "false");
}

void rk__json_put_money(rk__json_writer *w, const char *name, rk_num amount, int places)
{
    next(w, name);
    if (amount == NULL) {
        rk__page_puts(w->out, "null");
        return;
    }
    rk__page_putc(w->out, '"');
    rk__num_print_fixed(&w->out->scratch, amount, places);
    rk__page_scratch(w->out);
    rk__page_putc(w->out, '"');
}

void rk__json_put_number(rk__json_writer *w, const char *name, rk_num number)
{
    next(w, name);
    if (number == NULL) {
        rk__page_puts(w->out, "null");
        return;
    }
    rk__page_putc(w->out, '"');
    rk__num_print_trimmed(&w->out->scratch, number, RK__LINE_PLACES);
    rk__page_scratch(w->out);
    rk__page_putc(w->out, '"');
}
