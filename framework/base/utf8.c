/* SPDX-License-Identifier: MIT
 *
 * utf8.c: strict UTF-8 (RFC 3629; the Unicode Standard, table 3-7).
 */

#include "base/text.h"
#include "base/words.h"

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The second byte's range is narrower after four lead bytes, which excludes
 * overlong forms, surrogates and everything above U+10FFFF. */
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
        /* Most files are ASCII: checks 32 bytes at a time. */
        while (length - i >= 32 && !((rk__load8(p + i) | rk__load8(p + i + 8) |
                                      rk__load8(p + i + 16) | rk__load8(p + i + 24)) &
                                     RK__HIGHS))
            i += 32;
        while (length - i >= 8 && !(rk__load8(p + i) & RK__HIGHS))
            i += 8;
        /* Then one character at a time through a stretch that is not all ASCII. */
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

size_t rk__utf8_character(const char *text, size_t left)
{
    return left > 0 ? character_length((const unsigned char *) text, left) : 0;
}

uint32_t rk__utf8_code_point(const char *text, size_t length)
{
    static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const unsigned char *p = (const unsigned char *) text;
    uint32_t code = p[0] & lead_bits[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (p[i] & 0x3f);
    return code;
}

/* Terminals obey C0 and C1 controls; the others are Unicode's directional marks, line ends, and
 * characters of zero width. Joiners (U+200C, U+200D) are parts of words. */
static bool is_hidden(uint32_t code)
{
    static const uint32_t ranges[][2] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c},   {0x180e, 0x180e},
        {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

size_t rk__utf8_hidden(const char *text, size_t left)
{
    const unsigned char *p = (const unsigned char *) text;
    if (left == 0 || (p[0] >= 0x20 && p[0] < 0x7f))
        return 0;
    size_t length = character_length(p, left);
    if (length > 0)
        return is_hidden(rk__utf8_code_point(text, length)) ? length : 0;
    for (length = 1; length < left && continues(p[length]);)
        length++;
    return length;
}
