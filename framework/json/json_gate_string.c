/* SPDX-License-Identifier: MIT
 *
 * json_gate_string.c: how the strict reader reads strings, byte by byte.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "json/json_gate.h"

static void gate_note_nul(rk__gate *g)
{
    if (!g->has_nul) {
        g->has_nul = true;
        g->nul_at = g->at;
        g->nul_line = g->line;
        g->nul_column = rk__gate_column(g);
    }
}

/* Four hexadecimal digits, or -1. The NUL at the end is not a digit, so nothing beyond it is read.
 */
static int gate_hex(const char *text)
{
    int code = 0;
    for (int i = 0; i < 4; i++) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            code = code * 16 + (c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            code = code * 16 + ((c | 0x20) - 'a' + 10);
        } else {
            return -1;
        }
    }
    return code;
}

static rk_status gate_unicode_escape(rk__gate *g, size_t *decoded)
{
    const char *text = g->text + g->at;
    const int code = gate_hex(text + 2);

    if (code < 0) {
        return rk__gate_fail(g, RK_SYNTAX, NULL, "expected four hexadecimal digits after '\\u'");
    }
    if (code >= 0xd800 && code <= 0xdfff) {
        const int low =
            code <= 0xdbff && text[6] == '\\' && text[7] == 'u' ? gate_hex(text + 8) : -1;
        if (low < 0xdc00 || low > 0xdfff) {
            return rk__gate_fail(g, RK_SYNTAX,
                                 "a character above U+FFFF is written as two escapes, "
                                 "\\uD800 to \\uDBFF and then \\uDC00 to \\uDFFF",
                                 "'%.6s' is half of a surrogate pair", text);
        }
        *decoded += 4;
        g->at += 12;
        return RK_OK;
    }
    if (code == 0) {
        gate_note_nul(g);
    }
    *decoded += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    g->at += 6;
    return RK_OK;
}

static rk_status gate_escape(rk__gate *g, size_t *decoded)
{
    const char c = g->text[g->at + 1];

    if (c == 'u') {
        return gate_unicode_escape(g, decoded);
    }
    if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) {
        *decoded += 1;
        g->at += 2;
        return RK_OK;
    }
    if (c >= 0x21 && c <= 0x7e) {
        return rk__gate_fail(g, RK_SYNTAX, "a backslash itself is written '\\\\'",
                             "'\\%c' is not an escape of JSON", c);
    }
    return rk__gate_fail(g, RK_SYNTAX, "a backslash itself is written '\\\\'",
                         "expected an escape after a backslash");
}

/* Reports an unescaped control character, or the end of the text, inside a string. */
static rk_status gate_control(rk__gate *g, size_t *decoded)
{
    const char c = g->text[g->at];
    char hint[24];

    if (c == '\0' && g->at < g->end) {
        gate_note_nul(g);
        *decoded += 1;
        g->at++;
        return RK_OK;
    }
    if (c == '\0' || c == '\n' || c == '\r') {
        return rk__gate_fail(g, RK_SYNTAX,
                             c == '\0' ? NULL : "close the string, or write the line break as \\n",
                             "expected '\"' at the end of a string, found the end of the %s",
                             c == '\0' ? "text" : "line");
    }
    (void) snprintf(hint, sizeof hint, "write it as \\u%04x", (unsigned) c);
    return rk__gate_fail(g, RK_SYNTAX, c == '\t' ? "write it as \\t" : hint,
                         "the control character U+%04X must be written as an escape in a string",
                         (unsigned) c);
}

static rk_status gate_multibyte(rk__gate *g, size_t *decoded)
{
    const size_t n = rk__utf8_character(g->text + g->at, g->end - g->at);
    if (n == 0) {
        return rk__gate_fail(g, RK_SYNTAX, "save the file as UTF-8",
                             "the byte 0x%02X is not UTF-8 here",
                             (unsigned) (unsigned char) g->text[g->at]);
    }
    g->at += n;
    g->extra += n - 1;
    *decoded += n;
    return RK_OK;
}

/* Writes the characters of an escape that was checked; returns where they end. */
static char *put_escape(char *to, const char **from)
{
    static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    const char *at = *from;
    if (at[1] != 'u') {
        *from = at + 2;
        *to = strchr(plain, at[1])[1];
        return to + 1;
    }
    uint32_t code = (uint32_t) gate_hex(at + 2);
    at += 6;
    if (code >= 0xd800 && code <= 0xdbff) {
        code = 0x10000 + ((code - 0xd800) << 10) + ((uint32_t) gate_hex(at + 2) - 0xdc00);
        at += 6;
    }
    *from = at;
    if (code < 0x80) {
        *to++ = (char) code;
    } else if (code < 0x800) {
        *to++ = (char) (0xc0 | code >> 6);
    } else if (code < 0x10000) {
        *to++ = (char) (0xe0 | code >> 12);
        *to++ = (char) (0x80 | (code >> 6 & 0x3f));
    } else {
        *to++ = (char) (0xf0 | code >> 18);
        *to++ = (char) (0x80 | (code >> 12 & 0x3f));
        *to++ = (char) (0x80 | (code >> 6 & 0x3f));
    }
    if (code >= 0x80) {
        *to++ = (char) (0x80 | (code & 0x3f));
    }
    return to;
}

/* Decodes a string that was checked, from after its opening quote to the closing one: no
 * escape is shorter than its characters. */
static void decode(const char *from, const char *end, char *to)
{
    while (from < end) {
        if (*from == '\\') {
            to = put_escape(to, &from);
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

rk_status rk__gate_string(rk__gate *g, size_t *decoded, const char **text)
{
    const size_t begin = ++g->at;
    *decoded = 0;
    *text = g->characters != NULL ? g->characters + begin : NULL;
    for (;;) {
        rk_status status;
        size_t n;
        do {
            n = rk__gate_plain_bytes(g->text + g->at);
            g->at += n;
            *decoded += n;
        } while (n == RK__GATE_PLAIN);
        const unsigned char c = (unsigned char) g->text[g->at];
        if (c == '"') {
            break;
        }
        if (c == '\\') {
            status = gate_escape(g, decoded);
        } else if (c >= 0x80) {
            status = gate_multibyte(g, decoded);
        } else {
            status = gate_control(g, decoded);
        }
        if (status != RK_OK) {
            return status;
        }
    }
    if (g->characters == NULL) {
        g->text_bytes += *decoded + 1;
    } else if (g->at - begin == *decoded) {
        g->characters[g->at] = '\0';
    } else {
        decode(g->text + begin, g->text + g->at, g->characters + begin);
    }
    g->at++;
    return RK_OK;
}
