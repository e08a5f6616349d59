/* SPDX-License-Identifier: MIT
 *
 * pattern.h: patterns with `*`.
 */
#ifndef RK_BASE_PATTERN_H
#define RK_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Matches the whole text; `*` matches any run, `\*` a star, everything else itself. */
bool rk__pattern_match(const char *pattern, const char *text, size_t length);

#endif
