/* SPDX-License-Identifier: MIT
 *
 * page.h: text on its way to a sink, in pieces.
 *
 * A writer sends its text through an rk__page, which remembers the first failure; so writers
 * do not check each piece, and rk__page_finish returns it. Memory and numbers that the writer
 * makes on the way live as long as the page.
 */
#pragma once

#include <string.h>

#include "base/alloc.h"
#include "number/num.h"
#include "reckoner/reckoner.h"

#define RK__PAGE_BYTES ((size_t) 1 << 15)

typedef struct rk__page {
    const rk_sink *sink;
    int width;
    bool color;
    int places;      /* decimals of amounts, of a document that has one currency */
    bool stopped;    /* the sink does not want more */
    rk__buf scratch; /* for one number or cell at a time */
    rk__arena arena; /* freed by rk__page_finish */
    rk__nums nums;
    bool failed; /* out of memory */
    size_t used;
    char buffer[RK__PAGE_BYTES];
} rk__page;

/* A sink that appends to a text. */
rk_sink rk__buf_sink(rk__buf *buf);

void rk__page_init(rk__page *out, const rk_sink *sink);
/* Sends what is left and frees; RK_IO_WRITE, RK_NO_MEMORY or RK_OK. */
rk_status rk__page_finish(rk__page *out);
void rk__page_flush(rk__page *out);
void rk__page_add_slow(rk__page *out, const char *text, size_t length);
/* rk__page_add as a callback: `page` is an rk__page. */
void rk__page_put(void *page, const char *text, size_t length);
void rk__page_printf(rk__page *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds the text of the scratch buffer to the page and empties the buffer. */
void rk__page_scratch(rk__page *out);
/* n spaces. */
void rk__page_spaces(rk__page *out, size_t n);

static inline void rk__page_add(rk__page *out, const char *text, size_t length)
{
    if (length <= RK__PAGE_BYTES - out->used) {
        memcpy(out->buffer + out->used, text, length);
        out->used += length;
    } else {
        rk__page_add_slow(out, text, length);
    }
}

/* Where to write the next `length` bytes, at most a page; the caller then adds them to `used`. */
static inline char *rk__page_room(rk__page *out, size_t length)
{
    if (__builtin_expect(length > RK__PAGE_BYTES - out->used, 0)) {
        rk__page_flush(out);
    }
    return out->buffer + out->used;
}

static inline void rk__page_puts(rk__page *out, const char *text)
{
    rk__page_add(out, text, strlen(text));
}

static inline void rk__page_putc(rk__page *out, char c)
{
    *rk__page_room(out, 1) = c;
    out->used++;
}

/* Colours of text reports; nothing where the sink takes none. */
typedef enum rk__style {
    RK__STYLE_PLAIN = 0,
    RK__STYLE_HEADING,
    RK__STYLE_FAULT,
    RK__STYLE_WARNING,
    RK__STYLE_HINT,
    RK__STYLE_FAINT
} rk__style;
void rk__page_style(rk__page *out, rk__style style);

/* Writes the character at `text`, which ends at `end`, or a space or '?' if it must not be shown.
 * Returns the bytes that it took. */
size_t rk__page_character(rk__page *out, const char *text, const char *end);
/* Text as it may be shown on a terminal: control characters become '?'. */
void rk__page_plain(rk__page *out, const char *text);
/* The same in a style. */
void rk__page_styled(rk__page *out, rk__style style, const char *text);
/* Wraps words at the width. The first line continues at `column`; the others begin with `indent`
 * spaces. Ends the line. */
void rk__page_wrapped(rk__page *out, const char *text, size_t indent, size_t column);
/* Columns that a text takes: its characters. */
size_t rk__text_width(const char *text);
