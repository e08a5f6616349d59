/* SPDX-License-Identifier: MIT
 *
 * json_write.c: text as a JSON string.
 */
#include <string.h>

#include "base/text.h"
#include "json/json_tree.h"

static void write_control(rk__buf *out, char c)
{
    static const char letters[] = "\bb\ff\nn\rr\tt";
    const char *at = c == '\0' ? NULL : strchr(letters, c);

    if (at != NULL) {
        rk__buf_putc(out, '\\');
        rk__buf_putc(out, at[1]);
    } else {
        rk__buf_printf(out, "\\u%04x", (unsigned) (unsigned char) c);
    }
}

void rk__json_write_text(rk__buf *out, const char *text, size_t length)
{
    size_t written = 0, at = 0;

    rk__buf_putc(out, '"');
    while (at < length) {
        const unsigned char c = (unsigned char) text[at];
        const size_t n = rk__utf8_character(text + at, length - at);
        if (n > 0 && c >= 0x20 && c != 0x7f && c != '"' && c != '\\') {
            at += n;
            continue;
        }
        rk__buf_add(out, text + written, at - written);
        if (n == 0) {
            rk__buf_puts(out, "\xef\xbf\xbd");
        } else if (c == '"' || c == '\\') {
            rk__buf_putc(out, '\\');
            rk__buf_putc(out, (char) c);
        } else {
            write_control(out, (char) c);
        }
        written = ++at;
    }
    rk__buf_add(out, text + written, at - written);
    rk__buf_putc(out, '"');
}
