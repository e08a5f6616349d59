/* SPDX-License-Identifier: MIT
 *
 * page.c: text on its way to a sink, in pieces of RK__PAGE_BYTES.
 */
#include "page/page.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

#define WIDTH_DEFAULT 100
/* Tables are not fitted to a page narrower than this. */
#define WIDTH_LEAST 40

void rk__page_init(rk__page *out, const rk_sink *sink)
{
    /* The buffer itself needs no zeros. */
    memset(out, 0, offsetof(rk__page, buffer));
    out->sink = sink;
    out->width = sink->width <= 0 ? WIDTH_DEFAULT : sink->width;
    out->width = out->width < WIDTH_LEAST ? WIDTH_LEAST : out->width;
    out->color = sink->color;
}

static int add_to_buf(void *ctx, const char *text, size_t length)
{
    rk__buf *buf = ctx;
    rk__buf_add(buf, text, length);
    return buf->failed;
}

rk_sink rk__buf_sink(rk__buf *buf)
{
    return (rk_sink){.write = add_to_buf, .ctx = buf};
}

static void send(rk__page *out, const char *text, size_t length)
{
    if (!out->stopped && length > 0) {
        out->stopped = out->sink->write(out->sink->ctx, text, length) != 0;
    }
}

void rk__page_flush(rk__page *out)
{
    send(out, out->buffer, out->used);
    out->used = 0;
}

rk_status rk__page_finish(rk__page *out)
{
    out->failed = out->failed || out->scratch.failed || out->arena.failed || out->nums.no_memory;
    if (!out->failed) {
        rk__page_flush(out);
    }
    rk__buf_dispose(&out->scratch);
    rk__nums_dispose(&out->nums);
    rk__arena_dispose(&out->arena);
    if (out->failed) {
        return RK_NO_MEMORY;
    }
    return out->stopped ? RK_IO_WRITE : RK_OK;
}

void rk__page_add_slow(rk__page *out, const char *text, size_t length)
{
    rk__page_flush(out);
    if (length >= RK__PAGE_BYTES) {
        send(out, text, length);
        return;
    }
    memcpy(out->buffer, text, length);
    out->used = length;
}

void rk__page_put(void *page, const char *text, size_t length)
{
    rk__page_add(page, text, length);
}

void rk__page_printf(rk__page *out, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length >= 0 && (size_t) length < sizeof text) {
        rk__page_add(out, text, (size_t) length);
        return;
    }
    char *longer = length < 0 ? NULL : rk__malloc((size_t) length + 1);
    if (longer == NULL) {
        out->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(longer, (size_t) length + 1, format, args);
    va_end(args);
    rk__page_add(out, longer, (size_t) length);
    rk__free(longer);
}

void rk__page_scratch(rk__page *out)
{
    if (out->scratch.text != NULL) {
        rk__page_add(out, out->scratch.text, out->scratch.length);
    }
    rk__buf_reset(&out->scratch);
}

void rk__page_spaces(rk__page *out, size_t n)
{
    static const char spaces[] = "                                                                ";
    while (n > 0) {
        const size_t some = n < sizeof spaces - 1 ? n : sizeof spaces - 1;
        rk__page_add(out, spaces, some);
        n -= some;
    }
}

void rk__page_style(rk__page *out, rk__style style)
{
    static const char *const codes[] = {
        [RK__STYLE_PLAIN] = "\x1b[0m",    [RK__STYLE_HEADING] = "\x1b[1m",
        [RK__STYLE_FAULT] = "\x1b[1;31m", [RK__STYLE_WARNING] = "\x1b[33m",
        [RK__STYLE_HINT] = "\x1b[36m",    [RK__STYLE_FAINT] = "\x1b[2m",
    };
    if (out->color) {
        rk__page_puts(out, codes[style]);
    }
}

/* --------------------------------------------------------------------- text */

size_t rk__page_character(rk__page *out, const char *text, const char *end)
{
    size_t length = rk__utf8_hidden(text, (size_t) (end - text));
    if (length > 0) {
        rk__page_putc(out, *text == '\t' || *text == '\n' || *text == '\r' ? ' ' : '?');
        return length;
    }
    do {
        rk__page_putc(out, text[length++]);
    } while (text + length < end && ((unsigned char) text[length] & 0xc0) == 0x80);
    return length;
}

static void plain_run(rk__page *out, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        text += rk__page_character(out, text, end);
    }
}

void rk__page_plain(rk__page *out, const char *text)
{
    plain_run(out, text, strlen(text));
}

size_t rk__text_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char) *text & 0xc0) != 0x80;
    }
    return width;
}

static size_t run_width(const char *text, size_t length)
{
    size_t width = 0;
    for (size_t i = 0; i < length; i++) {
        width += ((unsigned char) text[i] & 0xc0) != 0x80;
    }
    return width;
}

void rk__page_wrapped(rk__page *out, const char *text, size_t indent, size_t column)
{
    size_t at = column;
    bool first = true; /* on its line */
    while (*text != '\0') {
        const size_t blanks = strspn(text, " ");
        const char *word = text + blanks;
        const size_t length = strcspn(word, " ");
        const size_t width = run_width(word, length);
        if (length == 0) {
            break;
        }
        if (!first && at + blanks + width > (size_t) out->width) {
            rk__page_putc(out, '\n');
            rk__page_spaces(out, indent);
            at = indent;
        } else if (!first || column > 0) {
            rk__page_spaces(out, blanks);
            at += blanks;
        }
        plain_run(out, word, length);
        at += width;
        first = false;
        text = word + length;
    }
    rk__page_putc(out, '\n');
}

void rk__page_styled(rk__page *out, rk__style style, const char *text)
{
    rk__page_style(out, style);
    rk__page_plain(out, text);
    rk__page_style(out, RK__STYLE_PLAIN);
}
