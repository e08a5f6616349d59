/* SPDX-License-Identifier: MIT
 *
 * scaled.h: scaled integers as decimal text, fast, for files of millions of them.
 */
#ifndef RK_BASE_SCALED_H
#define RK_BASE_SCALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reckoner/decimal.h"

/* The text of value x 10^-scale, rounded half away from zero to `most` decimals, with
 * trailing zeros trimmed down to `least`. Returns the length; no NUL. */
#define RK__SCALED_TEXT 64
size_t rk__print_scaled(char out[RK__SCALED_TEXT], rk_int128 value, int scale, int least, int most);
/* The same at `to`, of millionths with at most six decimals and at least 0 to 6; and of
 * a whole number. They return where the text ends. */
char *rk__put_millionths(char *to, int64_t value, int least);
char *rk__put_whole(char *to, uint64_t value);
/* The same of value x 10^-places, up to 18 of them, with all places or without the zeros
 * at their end; `negative` is not for 0. At most RK__SCALED_TEXT bytes. */
char *rk__put_places(char *to, bool negative, uint64_t value, unsigned places, bool trim);

#endif
