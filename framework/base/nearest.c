/* SPDX-License-Identifier: MIT
 *
 * nearest.c: suggesting the word that was probably meant.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/problems.h"

/* Longer words get no suggestion; no key or name of ours is that long. */
#define NEAREST_MAX 64

/* Lower case without separators: people read "Base_Price", "base-price" and "basePrice" as the
 * same word. The length is -1 if too long. `letters` has one bit for each letter or digit: an
 * edit changes at most two bits, so most words need no closer comparison. */
static rk__word_shape fold(const char *word, char out[NEAREST_MAX])
{
    int length = 0;
    uint64_t letters = 0;
    for (; *word; word++) {
        char c = *word;
        if (c == '_' || c == '-' || c == ' ')
            continue;
        if (length == NEAREST_MAX)
            return (rk__word_shape){.length = -1};
        c = c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
        letters |= UINT64_C(1) << ((unsigned char) c & 63);
        out[length++] = c;
    }
    return (rk__word_shape){letters, length};
}

/* How many edits still count as a typing error in a word of this length. */
static int edits_allowed(int length)
{
    return length < 6 ? 1 : length > 9 ? 3 : length / 3;
}

static bool is_far(rk__word_shape a, rk__word_shape b, int edits)
{
    int apart = a.length > b.length ? a.length - b.length : b.length - a.length;
    return b.length <= 0 || apart > edits ||
           __builtin_popcountll(a.letters ^ b.letters) > 2 * edits;
}

rk__word_shape rk__word_shape_of(const char *word)
{
    char folded[NEAREST_MAX];
    return fold(word, folded);
}

bool rk__may_be_near(rk__word_shape word, rk__word_shape other)
{
    return word.length > 0 && !is_far(word, other, edits_allowed(word.length));
}

static int min3(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* The number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into
 * `b` (F. Damerau, "A technique for computer detection and correction of spelling errors", CACM
 * 7(3), 1964; no part is edited twice). */
static int edit_distance(const char *a, int a_length, const char *b, int b_length)
{
    int rows[3][NEAREST_MAX + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= b_length; j++)
        above[j] = j;
    for (int i = 1; i <= a_length; i++) {
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            int differs = a[i - 1] != b[j - 1];
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + differs);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

const char *rk__nearest(const char *word, const char *const *words)
{
    char folded[NEAREST_MAX], candidate[NEAREST_MAX];
    if (!word || !words)
        return NULL;
    const rk__word_shape shape = fold(word, folded);
    if (shape.length <= 0)
        return NULL;
    const char *nearest = NULL;
    int nearest_distance = edits_allowed(shape.length) + 1;
    for (; *words; words++) {
        const rk__word_shape other = fold(*words, candidate);
        if (is_far(shape, other, nearest_distance - 1))
            continue;
        int distance = edit_distance(folded, shape.length, candidate, other.length);
        /* If nothing remains of a word, it was not a typing error: 'a' is not 'b'. */
        int shorter = other.length < shape.length ? other.length : shape.length;
        if (distance < nearest_distance && (distance == 0 || distance < shorter)) {
            nearest = *words;
            nearest_distance = distance;
        }
    }
    return nearest;
}
