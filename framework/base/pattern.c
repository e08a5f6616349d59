/* SPDX-License-Identifier: MIT
 *
 * pattern.c: patterns in which only `*` is special.
 */
#include "base/text.h"

bool rk__pattern_match(const char *pattern, const char *text, size_t length)
{
    const char *end = length ? text + length : text; /* nothing may be NULL */
    /* Where to go on when a match fails: after the last star, one byte later
     * than it was tried. Earlier stars need no second try, as what stands
     * between two stars is best matched as early as can be; hence no more than
     * pattern x text steps, whatever the pattern. */
    const char *after_star = NULL, *retry = NULL;
    for (;;) {
        if (*pattern == '*') {
            after_star = ++pattern;
            retry = text;
            if (!*pattern)
                return true;
            continue;
        }
        bool escaped = pattern[0] == '\\' && pattern[1] == '*';
        if (text == end && !*pattern)
            return true;
        if (text < end && *pattern && *text == (escaped ? '*' : *pattern)) {
            pattern += escaped ? 2 : 1;
            text++;
        } else if (after_star && retry < end) {
            pattern = after_star;
            text = ++retry;
        } else {
            return false;
        }
    }
}
