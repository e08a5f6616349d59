/* SPDX-License-Identifier: MIT
 *
 * pattern.h: patterns with `*`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Matches the whole text; `*` matches any run, `\*` a star, everything else itself. */
bool rk__pattern_match(const char *pattern, const char *text, size_t length);
