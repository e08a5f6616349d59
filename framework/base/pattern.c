/* SPDX-License-Identifier: MIT
 *
 * pattern.c: patterns in which only `*` is special.
 */
#include "base/text.h"

bool rk__pattern_match(const char *pattern, const char *text, size_t length)
{
    const char *end = length ? text + length : text; /* may be empty, never NULL */
    /* Where to resume after a mismatch: after the last star, one byte further than last time.
     * Earlier stars need no retry, because the text between two stars is best matched as early
     * as possible; so the work is at most pattern x text steps. */
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
