/* SPDX-License-Identifier: MIT
 *
 * write.c: text as a field of a CSV file.
 */
#include "csv/csv.h"

#include <string.h>

/* How many bytes at `i` are a control character that a terminal may obey: all but tabs and line
 * ends, which a spreadsheet shows. */
static size_t control(const char *text, size_t i, size_t length)
{
    const unsigned char c = (unsigned char) text[i];
    if (c == 0xc2 && i + 1 < length && ((unsigned char) text[i + 1] & 0xe0) == 0x80) {
        return 2; /* U+0080 to U+009F */
    }
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

void rk__csv_quote(rk__buf *out, const char *text, size_t length)
{
    bool plain = length == 0 || (text[0] != ' ' && text[length - 1] != ' ');
    for (size_t i = 0; plain && i < length; i++) {
        const unsigned char c = (unsigned char) text[i];
        plain = c >= 0x20 && c != ',' && c != '"' && c != 0x7f && c != 0xc2;
    }
    if (plain) {
        rk__buf_add(out, text, length);
        return;
    }
    rk__buf_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        const size_t n = control(text, i, length);
        if (text[i] == '"') {
            rk__buf_putc(out, '"');
        }
        if (n > 0) {
            rk__buf_puts(out, "\xef\xbf\xbd"); /* U+FFFD */
            i += n - 1;
        } else {
            rk__buf_putc(out, text[i]);
        }
    }
    rk__buf_putc(out, '"');
}

/* A spreadsheet does not take a number for a formula. */
static bool is_number(const char *text, size_t length)
{
    size_t i = length > 0 && (text[0] == '-' || text[0] == '+');
    const size_t from = i;
    while (i < length && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.')) {
        i++;
    }
    return i == length && i > from;
}

void rk__csv_quote_safe(rk__buf *out, bool safe, const char *text, size_t length)
{
    if (!safe || length == 0 || strchr("=+-@\t\r", text[0]) == NULL || text[0] == '\0' ||
        is_number(text, length)) {
        rk__csv_quote(out, text, length);
        return;
    }
    rk__buf marked = {0};
    rk__buf_putc(&marked, '\'');
    rk__buf_add(&marked, text, length);
    if (marked.failed) {
        out->failed = true;
    } else {
        rk__csv_quote(out, marked.text, marked.length);
    }
    rk__buf_dispose(&marked);
}
