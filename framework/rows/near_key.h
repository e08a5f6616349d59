/* SPDX-License-Identifier: MIT
 *
 * near_key.h: a code that is misspelt by one letter.
 */
#pragma once

#include "table/lookup.h"

/* The text that a part of a key should probably have, and which part: the only one in the lookup
 * that differs from the key by one letter (or two neighbours that have changed places). NULL if
 * there is none, or several. */
const char *rk__near_key(const rk__lookup *lookup, const char *const *parts, const size_t *lengths,
                         size_t *part);
