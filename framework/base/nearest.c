/* SPDX-License-Identifier: MIT
 *
 * nearest.c: which word was probably meant.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/problems.h"

/* Longer words get no answer; no key or name of ours is that long. */
#define NEAREST_MAX 64

/* Lower case without separators: "Base_Price", "base-price" and "basePrice" are
 * one word to a person. Returns the length, or -1 where it is too long. */
static int fold(const char *word, char out[NEAREST_MAX])
{
    int length = 0;
    for (; *word; word++) {
        char c = *word;
        if (c == '_' || c == '-' || c == ' ')
            continue;
        if (length == NEAREST_MAX)
            return -1;
        out[length++] = c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
    }
    return length;
}

/* One bit for each letter or digit of a folded word. An edit changes at most two bits, so
 * that most words need no closer look. */
static uint64_t letters_of(const char *word, int length)
{
    uint64_t bits = 0;
    for (int i = 0; i < length; i++)
        bits |= UINT64_C(1) << ((unsigned char) word[i] & 63);
    return bits;
}

static int min3(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Insertions, deletions, substitutions and swaps of neighbours that turn `a`
 * into `b` (F. Damerau, "A technique for computer detection and correction of
 * spelling errors", CACM 7(3), 1964; no part is edited twice). */
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
    int length = fold(word, folded);
    if (length <= 0)
        return NULL;
    int allowed = length / 3;
    allowed = allowed < 1 ? 1 : allowed > 3 ? 3 : allowed;

    const uint64_t letters = letters_of(folded, length);
    const char *nearest = NULL;
    int nearest_distance = allowed + 1;
    for (; *words; words++) {
        int other = fold(*words, candidate);
        int apart = other > length ? other - length : length - other;
        if (other <= 0 || apart >= nearest_distance)
            continue;
        const uint64_t differing = letters ^ letters_of(candidate, other);
        if (__builtin_popcountll(differing) > 2 * (nearest_distance - 1))
            continue;
        int distance = edit_distance(folded, length, candidate, other);
        /* A word of which nothing remains is not a slip: 'a' is not 'b'. */
        int shorter = other < length ? other : length;
        if (distance < nearest_distance && (distance == 0 || distance < shorter)) {
            nearest = *words;
            nearest_distance = distance;
        }
    }
    return nearest;
}
