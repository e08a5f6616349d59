/* SPDX-License-Identifier: MIT
 *
 * differ.c: how a difference of a case is written.
 */
#include <stdio.h>

#include "vectors/vectors.h"

void rk__differ(rk__buf *out, const char *what, const char *expected, const char *format, ...)
{
    char found[512];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(found, sizeof found, format, args);
    va_end(args);
    rk__buf_printf(out, "%s: expected %s, found %s\n", what, expected, found);
}
