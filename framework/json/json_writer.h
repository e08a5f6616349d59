/* SPDX-License-Identifier: MIT
 *
 * json_writer.h: writing JSON text: indented, with small objects on one line; or a whole document
 * on one line.
 *
 * Lines are written by the million, so the short functions are inlined here. The compiler knows the
 * length of a constant name, which needs no escapes: with its comma, quotes and colon it is a few
 * stores. The writer, not the page, holds the next position, because a position in memory would
 * make each store wait for the one before. Longer functions (values, variable names, indentation)
 * are in json_writer.c. They take the position and return where their text ends, so that nobody
 * takes the address of the writer, which can then stay in registers.
 */
#pragma once

#include "page/page.h"

typedef struct rk__json_writer {
    rk__page *out;
    char *at; /* where the next byte goes, in the page */
    int depth;
    int flat;   /* above 0: everything is written on one line */
    bool empty; /* the innermost object or list has no member yet */
    bool tight; /* one line without blanks; depth and `flat` are ignored */
} rk__json_writer;

#define RK__ALWAYS_INLINE static inline __attribute__((always_inline))

/* ------------------------------------------------------------- json_writer.c */

char *rk__json_flush(rk__page *out, const char *at);
/* Each writes at `at` and returns where it ends. A name with its colon; values. */
char *rk__json_name(rk__page *out, char *at, const char *name);
char *rk__json_text_at(rk__page *out, char *at, const char *text);
char *rk__json_length_at(rk__page *out, char *at, const char *text, size_t length);
char *rk__json_count_at(rk__page *out, char *at, uint64_t count);
char *rk__json_money_at(rk__page *out, char *at, rk_num amount, int places);
char *rk__json_number_at(rk__page *out, char *at, rk_num number);
/* Copies text that is JSON already. */
char *rk__json_copy_at(rk__page *out, char *at, const char *json, size_t length);
/* What comes before a member or item in the indented form: a new line and indentation if `depth` is
 * above 0, a blank if it is below. */
char *rk__json_line_at(rk__page *out, char *at, int depth);
char *rk__json_next_at(rk__page *out, char *at, const char *name, bool empty, int depth);

/* ------------------------------------------------------------------ documents */

/* Between these two only the writer writes into the page. */
RK__ALWAYS_INLINE rk__json_writer rk__json_begin(rk__page *out)
{
    return (rk__json_writer){.out = out, .at = out->buffer + out->used, .empty = true};
}

RK__ALWAYS_INLINE rk__json_writer rk__json_begin_line(rk__page *out)
{
    return (rk__json_writer){
        .out = out, .at = out->buffer + out->used, .empty = true, .tight = true};
}

RK__ALWAYS_INLINE void rk__json_end(const rk__json_writer *w)
{
    w->out->used = (size_t) (w->at - w->out->buffer);
}

/* ----------------------------------------------------------- around the values */

/* Makes sure that `length` more bytes, at most a page, can be written at once. */
RK__ALWAYS_INLINE void rk__json_reserve(rk__json_writer *w, size_t length)
{
    const char *end = w->out->buffer + RK__PAGE_BYTES;
    if (__builtin_expect((size_t) (end - w->at) < length, 0)) {
        w->at = rk__json_flush(w->out, w->at);
    }
}

/* A bracket, `true` or `false`: these always fit behind a name. */
#define RK__JSON_SHORT 5

/* Writes what comes before a member, or before an item if `name` is NULL. */
RK__ALWAYS_INLINE void rk__json_next(rk__json_writer *w, const char *name)
{
    if (!w->tight) {
        const int depth = w->flat > 0 ? -1 : w->depth;
        w->at = rk__json_next_at(w->out, w->at, name, w->empty, depth);
        w->empty = false;
        return;
    }
    const size_t length = name == NULL ? 0 : strlen(name);
    const bool ours = name == NULL || __builtin_constant_p(length);
    rk__json_reserve(w, 4 + (ours ? length : 0) + RK__JSON_SHORT);
    *w->at = ',';
    w->at += !w->empty;
    w->empty = false;
    if (!ours) {
        w->at = rk__json_name(w->out, w->at, name);
    } else if (name != NULL) {
        w->at[0] = '"';
        memcpy(w->at + 1, name, length);
        memcpy(w->at + 1 + length, "\":", 2);
        w->at += length + 3;
    }
}

/* Objects and lists; `name` is NULL in a list and at the root. */
RK__ALWAYS_INLINE void rk__json_open_as(rk__json_writer *w, const char *name, char bracket,
                                        bool flat)
{
    rk__json_next(w, name);
    *w->at++ = bracket;
    w->empty = true;
    if (!w->tight) {
        w->flat += w->flat > 0 || flat;
        w->depth++;
    }
}

RK__ALWAYS_INLINE void rk__json_open(rk__json_writer *w, const char *name, char bracket)
{
    rk__json_open_as(w, name, bracket, false);
}

/* The same, in one line. */
RK__ALWAYS_INLINE void rk__json_open_flat(rk__json_writer *w, const char *name, char bracket)
{
    rk__json_open_as(w, name, bracket, true);
}

RK__ALWAYS_INLINE void rk__json_close(rk__json_writer *w, char bracket)
{
    if (!w->tight) {
        w->depth--;
        if (w->flat == 0 && !w->empty) {
            w->at = rk__json_line_at(w->out, w->at, w->depth);
        }
        w->flat -= w->flat > 0;
    }
    rk__json_reserve(w, 1);
    *w->at++ = bracket;
    w->empty = false;
}

/* --------------------------------------------------------------------- members */

/* Members, or items if `name` is NULL. A text of NULL is written as null. */
RK__ALWAYS_INLINE void rk__json_put_text(rk__json_writer *w, const char *name, const char *text)
{
    rk__json_next(w, name);
    w->at = rk__json_text_at(w->out, w->at, text);
}

RK__ALWAYS_INLINE void rk__json_put_length(rk__json_writer *w, const char *name, const char *text,
                                           size_t length)
{
    rk__json_next(w, name);
    w->at = rk__json_length_at(w->out, w->at, text, length);
}

RK__ALWAYS_INLINE void rk__json_put_count(rk__json_writer *w, const char *name, uint64_t count)
{
    rk__json_next(w, name);
    w->at = rk__json_count_at(w->out, w->at, count);
}

RK__ALWAYS_INLINE void rk__json_put_bool(rk__json_writer *w, const char *name, bool value)
{
    rk__json_next(w, name);
    const size_t length = value ? 4 : 5;
    memcpy(w->at, value ? "true" : "false", length);
    w->at += length;
}

/* Decimal text: exactly `places` decimals; NULL: null. */
RK__ALWAYS_INLINE void rk__json_put_money(rk__json_writer *w, const char *name, rk_num amount,
                                          int places)
{
    rk__json_next(w, name);
    w->at = rk__json_money_at(w->out, w->at, amount, places);
}

/* Text that is JSON already, as a value; or whole members, if `name` is NULL. */
RK__ALWAYS_INLINE void rk__json_put_json(rk__json_writer *w, const char *name, const char *json,
                                         size_t length)
{
    rk__json_next(w, name);
    w->at = rk__json_copy_at(w->out, w->at, json, length);
}

/* At most six decimals, trimmed; NULL: null. */
RK__ALWAYS_INLINE void rk__json_put_number(rk__json_writer *w, const char *name, rk_num number)
{
    rk__json_next(w, name);
    w->at = rk__json_number_at(w->out, w->at, number);
}
