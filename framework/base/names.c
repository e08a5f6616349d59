/* SPDX-License-Identifier: MIT
 *
 * names.c: a hash index over a list of texts, built once.
 */
#include "base/names.h"

#include <string.h>
#include <sys/auxv.h>
#include <xxhash.h>

/* A list as short as this is searched from its beginning. */
#define SHORT 12

/* Seeded at random, so that nobody can write a document whose names all collide. */
static uint64_t hash_of(const char *text)
{
    uint64_t seed = 0;
    const void *const random = (const void *) getauxval(AT_RANDOM); /* sixteen bytes */
    if (random != NULL) {
        memcpy(&seed, random, sizeof seed);
    }
    return XXH3_64bits_withSeed(text, strlen(text), seed);
}

/* The slot that holds a text's number + 1, or the free slot where it would go. */
static uint32_t *slot_of(const rk__names *names, const char *text)
{
    size_t at = hash_of(text) & names->mask;
    while (names->slots[at] != 0 && strcmp(names->texts[names->slots[at] - 1], text) != 0) {
        at = (at + 1) & names->mask;
    }
    return &names->slots[at];
}

bool rk__names_make(rk__names *names, const char *const *texts, size_t n, rk__arena *arena)
{
    *names = (rk__names){.texts = texts, .n = n};
    if (n <= SHORT) {
        return true;
    }
    size_t size = 4 * SHORT;
    while (size < 2 * n) {
        size *= 2;
    }
    size = (size_t) 1 << (64 - __builtin_clzll(size - 1));
    names->mask = size - 1;
    names->slots = n < UINT32_MAX ? rk__arena_alloc(arena, size * sizeof *names->slots) : NULL;
    if (names->slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t *const slot = texts[i] != NULL ? slot_of(names, texts[i]) : NULL;
        if (slot != NULL && *slot == 0) { /* the first of equal texts */
            *slot = (uint32_t) i + 1;
        }
    }
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
    if (names->slots == NULL) {
        return find_in_short(names, text);
    }
    const uint32_t found = *slot_of(names, text);
    return found != 0 ? found - 1 : RK__NAMES_NONE;
}

bool rk__text_ends(const char *text, const char *ending)
{
    const size_t length = strlen(text), needed = strlen(ending);
    return length > needed && strcmp(text + length - needed, ending) == 0;
}
