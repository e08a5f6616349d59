/* SPDX-License-Identifier: MIT
 *
 * write.c: text as a field of a CSV file.
 */
#include "csv/csv.h"

void rk__csv_quote(rk__buf *out, const char *text, size_t length)
{
    bool plain = length == 0 || (text[0] != ' ' && text[length - 1] != ' ');
    for (size_t i = 0; plain && i < length; i++) {
        plain = text[i] != ',' && text[i] != '"' && text[i] != '\n' && text[i] != '\r';
    }
    if (plain) {
        rk__buf_add(out, text, length);
        return;
    }
    rk__buf_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            rk__buf_putc(out, '"');
        }
        rk__buf_putc(out, text[i]);
    }
    rk__buf_putc(out, '"');
}
