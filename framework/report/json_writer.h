/* SPDX-License-Identifier: MIT
 *
 * json_writer.h: JSON text, indented, with small objects in one line; or all of it
 * in one line, for one document a line.
 *
 * Lines are written by the million. A name that stands in the code has a length that
 * the compiler knows and nothing to escape, so with its quotes and colon it is a few
 * stores where it is put; what follows the name is written by json_writer.c. Any
 * other name is looked at as other people's text is.
 */
#ifndef RK_REPORT_JSON_WRITER_H
#define RK_REPORT_JSON_WRITER_H

#include "report/report.h"

typedef struct rk__json_writer {
    rk__page *out;
    int depth;
    int flat;   /* above 0: what is written stands in one line */
    bool empty; /* nothing stands in the innermost object or list yet */
    bool tight; /* one line without blanks; `flat` is 1 from the start */
} rk__json_writer;

/* What stands before a member or item, in any form and with any name. */
void rk__json_next_any(rk__json_writer *w, const char *name);
void rk__json_open_indented(rk__json_writer *w, char bracket, bool flat);
void rk__json_close_indented(rk__json_writer *w, char bracket);
/* Values. */
void rk__json_value_text(rk__json_writer *w, const char *text);
void rk__json_value_length(rk__json_writer *w, const char *text, size_t length);
void rk__json_value_count(rk__json_writer *w, uint64_t count);
void rk__json_value_money(rk__json_writer *w, rk_num amount, int places);
void rk__json_value_number(rk__json_writer *w, rk_num number);

#define RK__ALWAYS_INLINE static inline __attribute__((always_inline))

/* What stands before a member, or before an item where `name` is NULL. */
RK__ALWAYS_INLINE void rk__json_next(rk__json_writer *w, const char *name)
{
    const size_t length = name == NULL ? 0 : strlen(name);
    if (!w->tight || (name != NULL && !__builtin_constant_p(length))) {
        rk__json_next_any(w, name);
        return;
    }
    rk__page *out = w->out;
    char *to = rk__page_room(out, length + 4);
    *to = ',';
    to += !w->empty;
    if (name != NULL) {
        *to++ = '"';
        memcpy(to, name, length);
        memcpy(to + length, "\":", 2);
        to += length + 2;
    }
    out->used = (size_t) (to - out->buffer);
    w->empty = false;
}

/* Objects and lists; `name` is NULL in a list and at the root. */
RK__ALWAYS_INLINE void rk__json_open(rk__json_writer *w, const char *name, char bracket)
{
    rk__json_next(w, name);
    if (w->tight) {
        rk__page_putc(w->out, bracket);
        w->empty = true;
    } else {
        rk__json_open_indented(w, bracket, false);
    }
}

/* The same, in one line. */
RK__ALWAYS_INLINE void rk__json_open_flat(rk__json_writer *w, const char *name, char bracket)
{
    rk__json_next(w, name);
    if (w->tight) {
        rk__page_putc(w->out, bracket);
        w->empty = true;
    } else {
        rk__json_open_indented(w, bracket, true);
    }
}

RK__ALWAYS_INLINE void rk__json_close(rk__json_writer *w, char bracket)
{
    if (w->tight) {
        rk__page_putc(w->out, bracket);
        w->empty = false;
    } else {
        rk__json_close_indented(w, bracket);
    }
}

/* Members, or items where `name` is NULL. A text of NULL is null. */
RK__ALWAYS_INLINE void rk__json_put_text(rk__json_writer *w, const char *name, const char *text)
{
    rk__json_next(w, name);
    rk__json_value_text(w, text);
}

RK__ALWAYS_INLINE void rk__json_put_length(rk__json_writer *w, const char *name, const char *text,
                                           size_t length)
{
    rk__json_next(w, name);
    rk__json_value_length(w, text, length);
}

RK__ALWAYS_INLINE void rk__json_put_count(rk__json_writer *w, const char *name, uint64_t count)
{
    rk__json_next(w, name);
    rk__json_value_count(w, count);
}

RK__ALWAYS_INLINE void rk__json_put_bool(rk__json_writer *w, const char *name, bool value)
{
    rk__json_next(w, name);
    rk__page_puts(w->out, value ? "true" : "false");
}

/* Decimal text: exactly `places` decimals; NULL: null. */
RK__ALWAYS_INLINE void rk__json_put_money(rk__json_writer *w, const char *name, rk_num amount,
                                          int places)
{
    rk__json_next(w, name);
    rk__json_value_money(w, amount, places);
}

/* At most six decimals, trimmed; NULL: null. */
RK__ALWAYS_INLINE void rk__json_put_number(rk__json_writer *w, const char *name, rk_num number)
{
    rk__json_next(w, name);
    rk__json_value_number(w, number);
}

#endif
