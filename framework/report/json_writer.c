/* SPDX-License-Identifier: MIT
 *
 * json_writer.c: commas, indentation and quotes.
 */
#include "report/json_writer.h"

#include <string.h>

#include "base/words.h"
#include "data/json.h"

/* Whether eight bytes are all plain; at times false where they are. */
static inline bool plain_word(uint64_t word)
{
    return ((word | (word + RK__ONES) | (word - RK__ONES * 0x20)) & RK__HIGHS) == 0 &&
           (rk__bytes_of(word, '"') | rk__bytes_of(word, '\\')) == 0;
}

/* Whether a text stands in JSON as it is: no quotes, backslashes or controls, and nothing
 * but ASCII. At times false where it does. Words may overlap, and none passes the end. */
static inline bool is_plain(const char *text, size_t length)
{
    if (length >= 8) {
        for (size_t i = 0; i + 8 < length; i += 8) {
            if (!plain_word(rk__load8(text + i))) {
                return false;
            }
        }
        return plain_word(rk__load8(text + length - 8));
    }
    if (length >= 4) {
        return plain_word(rk__load4(text) | rk__load4(text + length - 4) << 32);
    }
    uint64_t word = RK__ONES * 'a';
    if (length > 0) {
        word = (word & ~UINT64_C(0xffffff)) | (unsigned char) text[0] |
               (uint64_t) (unsigned char) text[length / 2] << 8 |
               (uint64_t) (unsigned char) text[length - 1] << 16;
    }
    return plain_word(word);
}

/* Room in the page for a text with what stands around it. */
static inline bool has_room(const rk__page *out, size_t length)
{
    return length <= RK__PAGE_BYTES && out->used + length + 4 <= RK__PAGE_BYTES;
}

static void quoted(rk__page *out, const char *text, size_t length)
{
    if (has_room(out, length) && is_plain(text, length)) {
        char *to = out->buffer + out->used;
        *to++ = '"';
        memcpy(to, text, length);
        to[length] = '"';
        out->used += length + 2;
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

/* Nothing between tokens but what must be: written into the page at once. */
static bool next_tight(rk__json_writer *w, const char *name)
{
    rk__page *out = w->out;
    const size_t length = name != NULL ? strlen(name) : 0;
    if (!has_room(out, length)) {
        return false;
    }
    char *to = out->buffer + out->used;
    *to = ',';
    to += !w->empty;
    if (name != NULL) {
        *to++ = '"';
        memcpy(to, name, length);
        to += length;
        *to++ = '"';
        *to++ = ':';
    }
    out->used = (size_t) (to - out->buffer);
    w->empty = false;
    return true;
}

static void next(rk__json_writer *w, const char *name)
{
    if (w->tight && w->flat > 0 && !w->others_names && next_tight(w, name)) {
        return;
    }
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

static void put_num(rk__json_writer *w, const char *name, rk_num number, int places, bool trim)
{
    rk__page *out = w->out;
    next(w, name);
    if (number == NULL) {
        rk__page_puts(out, "null");
        return;
    }
    char text[RK__NUM_SMALL_TEXT + 2];
    const size_t length = rk__num_put_small(text + 1, number, places, trim);
    if (length > 0) {
        text[0] = text[length + 1] = '"';
        rk__page_add(out, text, length + 2);
        return;
    }
    rk__page_putc(out, '"');
    if (trim) {
        rk__num_print_trimmed(&out->scratch, number, places);
    } else {
        rk__num_print_fixed(&out->scratch, number, places);
    }
    rk__page_scratch(out);
    rk__page_putc(out, '"');
}

void rk__json_put_money(rk__json_writer *w, const char *name, rk_num amount, int places)
{
    put_num(w, name, amount, places, false);
}

void rk__json_put_number(rk__json_writer *w, const char *name, rk_num number)
{
    put_num(w, name, number, RK__LINE_PLACES, true);
}
