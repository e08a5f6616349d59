/* SPDX-License-Identifier: MIT
 *
 * names.c: finding a text in a list of many, in the time that sorting takes.
 */
#include "base/names.h"

/* A list as short as this is searched from its beginning. */
#define SHORT 12

/* Merges two sorted runs of `order`; equal texts keep their order. */
static void merge(const char *const *texts, const uint32_t *a, const uint32_t *a_end,
                  const uint32_t *b, const uint32_t *b_end, uint32_t *to)
{
    while (a < a_end && b < b_end) {
        *to++ = strcmp(texts[*b], texts[*a]) < 0 ? *b++ : *a++;
    }
    while (a < a_end) {
        *to++ = *a++;
    }
    while (b < b_end) {
        *to++ = *b++;
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool rk__names_make(rk__names *names, const char *const *texts, size_t n, rk__arena *arena)
{
    *names = (rk__names){.texts = texts, .n = n};
    if (n <= SHORT) {
        return true;
    }
    uint32_t *from = rk__arena_alloc(arena, n * sizeof *from);
    uint32_t *to = rk__arena_alloc(arena, n * sizeof *to);
    if (from == NULL || to == NULL || n > UINT32_MAX) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (texts[i] != NULL) {
            from[kept++] = (uint32_t) i;
        }
    }
    for (size_t run = 1; run < kept; run *= 2) {
        for (size_t at = 0; at < kept; at += 2 * run) {
            const size_t middle = least(at + run, kept), end = least(at + 2 * run, kept);
            merge(texts, from + at, from + middle, from + middle, from + end, to + at);
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    names->order = from;
    names->n = kept;
    return true;
}

static size_t find_in_short(const rk__names *names, const char *text)
{
    for (size_t i = 0; i < names->n; i++) {
        if (names->texts[i] != NULL && strcmp(names->texts[i], text) == 0) {
            return i;
        }
    }
    return RK__NAMES_NONE;
}

size_t rk__names_find(const rk__names *names, const char *text)
{
    if (names->order == NULL) {
        return find_in_short(names, text);
    }
    size_t low = 0, high = names->n;
    while (low < high) { /* the first that is not less */
        const size_t middle = low + (high - low) / 2;
        if (strcmp(names->texts[names->order[middle]], text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < names->n && strcmp(names->texts[names->order[low]], text) == 0 ? names->order[low]
                                                                                : RK__NAMES_NONE;
}

bool rk__text_ends(const char *text, const char *ending)
{
    const size_t length = strlen(text), needed = strlen(ending);
    return length > needed && strcmp(text + length - needed, ending) == 0;
}
