/* SPDX-License-Identifier: MIT
 *
 * nearest.h: the nearest of some words.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The word of `words` (NULL-terminated) that is nearest to `word` by edit distance, if near
 * enough to be a typing error; else NULL. */
const char *rk__nearest(const char *word, const char *const *words);
/* A cheap summary of a word: its number of letters, and which they are. */
typedef struct rk__word_shape {
    uint64_t letters;
    int length; /* below 1: no word is near */
} rk__word_shape;
rk__word_shape rk__word_shape_of(const char *word);
/* False only if rk__nearest would not suggest `other` for `word`. */
bool rk__may_be_near(rk__word_shape word, rk__word_shape other);
