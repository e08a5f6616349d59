/* SPDX-License-Identifier: MIT
 *
 * json_layout.c: JSON text laid out for reading.
 */
#include "json/json_layout.h"

/* Brackets whose whole text is no longer than this stay on one line. */
#define SHORT 72

/* The byte after the string that begins at `at`. */
static const char *string_end(const char *at)
{
    for (at++; *at != '\0' && *at != '"'; at++) {
        at += *at == '\\' && at[1] != '\0';
    }
    return *at == '"' ? at + 1 : at;
}

/* The byte after the bracket that closes the one at `at`. */
static const char *bracket_end(const char *at)
{
    int depth = 0;
    while (*at != '\0') {
        if (*at == '"') {
            at = string_end(at);
            continue;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
        if (depth == 0) {
            break;
        }
    }
    return at;
}

static void line_break(rk__buf *out, int columns)
{
    rk__buf_putc(out, '\n');
    for (int i = 0; i < columns; i++) {
        rk__buf_putc(out, ' ');
    }
}

/* Copies [at, end) with a blank after each comma and colon outside strings. */
static const char *copy_flat(rk__buf *out, const char *at, const char *end)
{
    while (at < end) {
        const char *const next = *at == '"' ? string_end(at) : at + 1;
        rk__buf_add(out, at, (size_t) (next - at));
        if (*at == ',' || *at == ':') {
            rk__buf_putc(out, ' ');
        }
        at = next;
    }
    return end;
}

void rk__json_indent(rk__buf *out, const char *json, int indent)
{
    const char *at = json;
    while (*at != '\0') {
        const char *const end = *at == '{' || *at == '[' ? bracket_end(at) : at;
        if (end > at && (end - at <= 2 || end - at + indent <= SHORT)) {
            at = copy_flat(out, at, end);
        } else if (*at == '{' || *at == '[') {
            rk__buf_putc(out, *at++);
            indent += 2;
            line_break(out, indent);
        } else if (*at == '}' || *at == ']') {
            indent -= 2;
            line_break(out, indent);
            rk__buf_putc(out, *at++);
        } else if (*at == ',') {
            rk__buf_putc(out, *at++);
            line_break(out, indent);
        } else if (*at == '"') {
            const char *const after = string_end(at);
            rk__buf_add(out, at, (size_t) (after - at));
            at = after;
        } else {
            rk__buf_putc(out, *at);
            if (*at++ == ':') {
                rk__buf_putc(out, ' ');
            }
        }
    }
}
