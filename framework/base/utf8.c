/* SPDX-License-Identifier: MIT
 *
 * utf8.c: strict UTF-8 (RFC 3629; the Unicode Standard, table 3-7).
 */
#include <string.h>

#include "base/text.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

static uint64_t load8(const unsigned char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The length of the well-formed character at `p`, at most `left` bytes; 0 where
 * there is none. The second byte's range is narrower after four leads, which is
 * what keeps out overlong forms, surrogates and all above U+10FFFF. */
static size_t character_length(const unsigned char *p, size_t left)
{
    unsigned char lead = p[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4 || left < 2)
        return 0;
    if (lead < 0xe0)
        return continues(p[1]) ? 2 : 0;
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high || left < 3 || !continues(p[2]))
        return 0;
    if (lead < 0xf0)
        return 3;
    return left >= 4 && continues(p[3]) ? 4 : 0;
}

size_t rk__utf8_check(const char *text, size_t length)
{
    const unsigned char *p = (const unsigned char *) text;
    size_t i = 0;
    while (i < length) {
        /* Files are nearly all ASCII: 32 bytes of it at a time. */
        while (length - i >= 32 &&
               !((load8(p + i) | load8(p + i + 8) | load8(p + i + 16) | load8(p + i + 24)) &
                 HIGH_BITS))
            i += 32;
        while (length - i >= 8 && !(load8(p + i) & HIGH_BITS))
            i += 8;
        /* Then to the end of the stretch that has other characters. */
        size_t stop = length - i > 32 ? i + 32 : length;
        while (i < stop) {
            size_t n = character_length(p + i, length - i);
            if (!n)
                return i;
            i += n;
        }
    }
    return length;
}

size_t rk__utf8_count(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += !continues((unsigned char) text[i]);
    return n;
}
