/* SPDX-License-Identifier: MIT
 *
 * refusal.c: writing why a file is refused.
 */
#include "rules/refusal.h"

#include <stdarg.h>
#include <stdio.h>

bool rk__refuse(rk__refusal *why, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void) vsnprintf(why->reason, sizeof why->reason, format, args);
    va_end(args);
    (void) snprintf(why->hint, sizeof why->hint, "%s", hint);
    why->no_memory = false;
    return false;
}

bool rk__refuse_memory(rk__refusal *why)
{
    (void) rk__refuse(why, "", "out of memory");
    why->no_memory = true;
    return false;
}
