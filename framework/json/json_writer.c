/* SPDX-License-Identifier: MIT
 *
 * json_writer.c: values, names that may need escapes, and indentation.
 */
#include "json/json_writer.h"

#include <string.h>

#include "base/words.h"
#include "number/scaled.h"
#include "json/json.h"

/* ------------------------------------------------------------------- the page */

/* Gives the page what was written up to `at`, so that its own functions can continue. */
static void give(rk__page *out, const char *at)
{
    out->used = (size_t) (at - out->buffer);
}

static char *take(rk__page *out)
{
    return out->buffer + out->used;
}

char *rk__json_flush(rk__page *out, const char *at)
{
    give(out, at);
    rk__page_flush(out);
    return out->buffer;
}

/* Makes sure that `length` more bytes fit; returns where to write them, which may have moved. */
static inline char *reserve(rk__page *out, char *at, size_t length)
{
    const size_t left = (size_t) (out->buffer + RK__PAGE_BYTES - at);
    return __builtin_expect(length > left, 0) ? rk__json_flush(out, at) : at;
}

/* ----------------------------------------------------------------------- texts */

/* The high bit of each byte that JSON shows unchanged: ASCII without controls, quote and backslash.
 * Below 0x80 no sum carries into the next byte; a byte above carries, but is still found itself.
 * Flipping 0x02 moves the quote next to the controls. */
static inline uint64_t plain_bytes(uint64_t word)
{
    const uint64_t no_quote = (word ^ RK__ONES * 0x02) + RK__ONES * (0x80 - 0x21);
    const uint64_t no_backslash = (word ^ RK__ONES * '\\') + RK__ONES * 0x7f;
    const uint64_t beyond = word | (word + RK__ONES);
    return no_quote & no_backslash & ~beyond & RK__HIGHS;
}

/* Copies a text that needs no escapes; false if it does, and the bytes at `to` are then undefined.
 * Words may overlap, and none passes the end. */
static inline bool copy_plain(char *to, const char *text, size_t length)
{
    if (length >= 8) {
        const uint64_t last = rk__load8(text + length - 8);
        uint64_t plain = plain_bytes(last);
        for (size_t i = 0; i + 8 < length; i += 8) {
            const uint64_t word = rk__load8(text + i);
            plain &= plain_bytes(word);
            memcpy(to + i, &word, sizeof word);
        }
        memcpy(to + length - 8, &last, sizeof last);
        return plain == RK__HIGHS;
    }
    uint64_t word = RK__ONES * 'a';
    if (length >= 4) {
        const uint64_t first = rk__load4(text);
        const uint64_t last = rk__load4(text + length - 4);
        memcpy(to, &first, 4);
        memcpy(to + length - 4, &last, 4);
        word = first | last << 32;
    } else {
        for (size_t i = 0; i < length; i++) {
            word = word << 8 | (unsigned char) text[i];
            to[i] = text[i];
        }
    }
    return plain_bytes(word) == RK__HIGHS;
}

/* Text that may need escapes, or more room than is left. */
static __attribute__((noinline)) char *any_quoted(rk__page *out, char *at, const char *text,
                                                  size_t length)
{
    give(out, at);
    rk__json_write_text(&out->scratch, text, length);
    rk__page_scratch(out);
    return take(out);
}

static inline char *quoted(rk__page *out, char *at, const char *text, size_t length)
{
    const size_t left = (size_t) (out->buffer + RK__PAGE_BYTES - at);
    if (left < 2 || length > left - 2 || !copy_plain(at + 1, text, length)) {
        return any_quoted(out, at, text, length);
    }
    at[0] = at[length + 1] = '"';
    return at + length + 2;
}

char *rk__json_copy_at(rk__page *out, char *at, const char *json, size_t length)
{
    give(out, at);
    rk__page_add(out, json, length);
    return take(out);
}

static __attribute__((noinline)) char *put_null(rk__page *out, char *at)
{
    return rk__json_copy_at(out, at, "null", 4);
}

char *rk__json_length_at(rk__page *out, char *at, const char *text, size_t length)
{
    return text == NULL ? put_null(out, at) : quoted(out, at, text, length);
}

char *rk__json_text_at(rk__page *out, char *at, const char *text)
{
    return text == NULL ? put_null(out, at) : quoted(out, at, text, strlen(text));
}

char *rk__json_name(rk__page *out, char *at, const char *name)
{
    at = quoted(out, at, name, strlen(name));
    at = reserve(out, at, 1 + RK__JSON_SHORT);
    *at = ':';
    return at + 1;
}

/* --------------------------------------------------------------------- numbers */

char *rk__json_count_at(rk__page *out, char *at, uint64_t count)
{
    return rk__put_whole(reserve(out, at, RK__SCALED_TEXT), count);
}

/* Fractions, and numbers that are too large for the page or for 64 bits. */
static __attribute__((noinline)) char *any_num(rk__page *out, char *at, rk_num number, int places,
                                               bool trim)
{
    if (number == NULL) {
        return put_null(out, at);
    }
    at = reserve(out, at, RK__NUM_SMALL_TEXT + 2);
    const size_t length = rk__num_put_small(at + 1, number, places, trim);
    if (length > 0) {
        at[0] = at[length + 1] = '"';
        return at + length + 2;
    }
    give(out, at);
    rk__page_putc(out, '"');
    if (trim) {
        rk__num_print_trimmed(&out->scratch, number, places);
    } else {
        rk__num_print_fixed(&out->scratch, number, places);
    }
    rk__page_scratch(out);
    rk__page_putc(out, '"');
    return take(out);
}

/* Most numbers are whole ones. */
static inline char *put_num(rk__page *out, char *at, rk_num number, int places, bool trim)
{
    const size_t left = (size_t) (out->buffer + RK__PAGE_BYTES - at);
    if (number == NULL || number->big || number->den != 1 || left < RK__NUM_SMALL_TEXT + 2 ||
        (unsigned) places > 18) {
        return any_num(out, at, number, places, trim);
    }
    *at = '"';
    at = rk__put_whole_places(at + 1, number->num, trim ? 0 : (unsigned) places);
    *at = '"';
    return at + 1;
}

char *rk__json_money_at(rk__page *out, char *at, rk_num amount, int places)
{
    return put_num(out, at, amount, places, false);
}

char *rk__json_number_at(rk__page *out, char *at, rk_num number)
{
    return put_num(out, at, number, RK_DECIMAL_PLACES, true);
}

/* ------------------------------------------------------------ the indented form */

char *rk__json_line_at(rk__page *out, char *at, int depth)
{
    give(out, at);
    rk__page_putc(out, '\n');
    rk__page_spaces(out, 2 * (size_t) depth);
    return take(out);
}

char *rk__json_next_at(rk__page *out, char *at, const char *name, bool empty, int depth)
{
    at = reserve(out, at, 2);
    at[0] = ',';
    at[1] = ' ';
    at += empty ? 0 : depth < 0 ? 2 : 1;
    if (depth > 0) {
        at = rk__json_line_at(out, at, depth);
    }
    if (name != NULL) {
        at = quoted(out, at, name, strlen(name));
        at = reserve(out, at, 2);
        at[0] = ':';
        at[1] = ' ';
        at += 2;
    }
    return reserve(out, at, RK__JSON_SHORT);
}
