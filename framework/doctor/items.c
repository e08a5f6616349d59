/* SPDX-License-Identifier: MIT
 *
 * items.c: the list of what was examined.
 */
#include <stdarg.h>
#include <stdio.h>

#include "doctor/doctor.h"

void rk__doctor_add(rk__doctor *d, const char *subject, rk__doctor_state state, const char *path,
                    const char *hint, const char *format, ...)
{
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (rk__grow((void **) &d->items, &d->capacity, d->n + 1, sizeof *d->items) != 0) {
        d->arena.failed = true;
        return;
    }
    d->items[d->n++] = (rk__doctor_item){
        .subject = subject,
        .state = state,
        .path = path != NULL ? rk__arena_strdup(&d->arena, path) : NULL,
        .message = rk__arena_strdup(&d->arena, message),
        .hint = hint != NULL && *hint != '\0' ? rk__arena_strdup(&d->arena, hint) : NULL,
    };
}

void rk__doctor_dispose(rk__doctor *d)
{
    rk__free(d->items);
    rk__arena_dispose(&d->arena);
}
