/* SPDX-License-Identifier: MIT
 *
 * json_writer.c: values, and what stands around them where it is not written at once:
 * indentation, and names that may need escapes.
 */
#include "report/json_writer.h"

#include <string.h>

#include "base/words.h"
#include "data/json.h"

/* ----------------------------------------------------------------------- texts */

/* Whether eight bytes are all plain; at times false where they are. */
static inline bool plain_word(uint64_t word)
{
    return ((word | (word + RK__ONES) | (word - RK__ONES * 0x20)) & RK__HIGHS) == 0 &&
           (rk__bytes_of(word, '"') | rk__bytes_of(word, '\\')) == 0;
}

/* Copies a text that stands in JSON as it is: no quotes, backslashes or controls, and
 * nothing but ASCII. False where it may not: what is at `to` then is of no meaning. Words
 * may overlap, and none passes the end. */
static inline bool copy_plain(char *to, const char *text, size_t length)
{
    if (length >= 8) {
        for (size_t i = 0; i + 8 < length; i += 8) {
            const uint64_t word = rk__load8(text + i);
            if (!plain_word(word)) {
                return false;
            }
            memcpy(to + i, &word, sizeof word);
        }
        const uint64_t last = rk__load8(text + length - 8);
        memcpy(to + length - 8, &last, sizeof last);
        return plain_word(last);
    }
    if (length >= 4) {
        const uint64_t first = rk__load4(text);
        const uint64_t last = rk__load4(text + length - 4);
        memcpy(to, &first, 4);
        memcpy(to + length - 4, &last, 4);
        return plain_word(first | last << 32);
    }
    uint64_t word = RK__ONES * 'a';
    for (size_t i = 0; i < length; i++) {
        word = word << 8 | (unsigned char) text[i];
        to[i] = text[i];
    }
    return plain_word(word);
}

static void quoted(rk__page *out, const char *text, size_t length)
{
    if (length <= RK__PAGE_BYTES - 2) {
        char *to = rk__page_room(out, length + 2);
        if (copy_plain(to + 1, text, length)) {
            to[0] = to[length + 1] = '"';
            out->used += length + 2;
            return;
        }
    }
    rk__json_write_text(&out->scratch, text, length);
    rk__page_scratch(out);
}

void rk__json_value_length(rk__json_writer *w, const char *text, size_t length)
{
    if (text == NULL) {
        rk__page_puts(w->out, "null");
    } else {
        quoted(w->out, text, length);
    }
}

void rk__json_value_text(rk__json_writer *w, const char *text)
{
    rk__json_value_length(w, text, text == NULL ? 0 : strlen(text));
}

/* ------------------------------------------------------------------ around them */

void rk__json_next_any(rk__json_writer *w, const char *name)
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
        quoted(w->out, name, strlen(name));
        rk__page_add(w->out, ": ", w->tight ? 1 : 2);
    }
}

void rk__json_open_indented(rk__json_writer *w, char bracket, bool flat)
{
    rk__page_putc(w->out, bracket);
    w->flat += w->flat > 0 || flat;
    w->depth++;
    w->empty = true;
}

void rk__json_close_indented(rk__json_writer *w, char bracket)
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

/* --------------------------------------------------------------------- numbers */

void rk__json_value_count(rk__json_writer *w, uint64_t count)
{
    rk__page *out = w->out;
    char *to = rk__page_room(out, RK__SCALED_TEXT);
    out->used += (size_t) (rk__put_whole(to, count) - to);
}

/* Most numbers are written into the page at once. */
static inline void put_num(rk__page *out, rk_num number, int places, bool trim)
{
    if (number == NULL) {
        rk__page_puts(out, "null");
        return;
    }
    char *to = rk__page_room(out, RK__NUM_SMALL_TEXT + 2);
    const size_t length = rk__num_put_small(to + 1, number, places, trim);
    if (length > 0) {
        to[0] = to[length + 1] = '"';
        out->used += length + 2;
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

void rk__json_value_money(rk__json_writer *w, rk_num amount, int places)
{
    put_num(w->out, amount, places, false);
}

void rk__json_value_number(rk__json_writer *w, rk_num number)
{
    put_num(w->out, number, RK__LINE_PLACES, true);
}
