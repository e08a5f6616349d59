/* SPDX-License-Identifier: MIT
 *
 * dict.c: texts numbered in order of first use.
 *
 * Every text field of every row passes through here; most are short and already known. So the table
 * is open-addressed with 8-byte slots (part of the hash, and the number), and an array of entries
 * holds a text of up to 16 bytes as two words: finding it takes one multiplication and a comparison
 * of words, and never touches the text itself.
 *
 * Numbers depend only on the order of first use. The hash is seeded at random, so that nobody can
 * prepare a file of texts that all collide.
 */
#include <string.h>
#include <sys/auxv.h>

#include "base/text.h"
#include "base/words.h"

#define SHORT_TEXT   16
#define FIRST_SLOTS  64
#define LENGTH_LIMIT UINT32_MAX

/* Two words that identify a text: the text itself if it is short (together with its length),
 * else its hash and its first bytes. */
typedef struct dict_key {
    uint64_t low, high;
} dict_key;

typedef struct dict_entry {
    dict_key key;
    const char *text;
    uint32_t length;
} dict_entry;

/* A slot: the upper half of the hash, then the number plus 1; 0 if free. */
struct rk__dict {
    uint64_t *slots;
    dict_entry *entries;
    uint64_t mask; /* number of slots - 1; slots are a power of two */
    size_t count, entry_capacity;
    uint64_t seed[2];
    rk__arena texts;
};

/* ---------------------------------------------------------------------- hash */

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    rk_uint128 product = (rk_uint128) a * b;
    return (uint64_t) product ^ (uint64_t) (product >> 64);
}

/* Reads overlap unless the length is a power of two, and never pass the end. */
static inline dict_key key_of_short(const char *text, size_t length)
{
    if (length >= 8)
        return (dict_key){rk__load8(text), rk__load8(text + length - 8)};
    if (length >= 4)
        return (dict_key){rk__load4(text) | rk__load4(text + length - 4) << 32, 0};
    if (length == 0)
        return (dict_key){0, 0};
    return (dict_key){(uint64_t) (unsigned char) text[0] |
                          (uint64_t) (unsigned char) text[length / 2] << 8 |
                          (uint64_t) (unsigned char) text[length - 1] << 16,
                      0};
}

static inline uint64_t hash_words(const rk__dict *dict, dict_key key, size_t length)
{
    return mix(key.low ^ dict->seed[0], key.high ^ dict->seed[1] ^ length);
}

static dict_key key_of_long(const rk__dict *dict, const char *text, size_t length)
{
    uint64_t hash = length;
    const char *last = text + length - 16;
    for (const char *p = text; p < last; p += 16)
        hash = mix(rk__load8(p) ^ dict->seed[0] ^ hash, rk__load8(p + 8) ^ dict->seed[1]);
    hash = mix(rk__load8(last) ^ dict->seed[0] ^ hash, rk__load8(last + 8) ^ dict->seed[1]);
    return (dict_key){hash, rk__load8(text)};
}

static inline dict_key key_of(const rk__dict *dict, const char *text, size_t length)
{
    return length <= SHORT_TEXT ? key_of_short(text, length) : key_of_long(dict, text, length);
}

/* ------------------------------------------------------------------- finding */

static inline bool entry_is(const dict_entry *entry, dict_key key, const char *text, size_t length)
{
    return entry->key.low == key.low && entry->key.high == key.high && entry->length == length &&
           (length <= SHORT_TEXT || memcmp(entry->text, text, length) == 0);
}

/* The slot of a text, or the free slot where it would go. */
static inline uint64_t *slot_of(const rk__dict *dict, dict_key key, uint64_t hash, const char *text,
                                size_t length)
{
    uint64_t at = hash & dict->mask;
    for (;; at = (at + 1) & dict->mask) {
        uint64_t slot = dict->slots[at];
        if (!slot)
            return &dict->slots[at];
        if ((slot ^ hash) >> 32 == 0 &&
            entry_is(&dict->entries[(uint32_t) slot - 1], key, text, length))
            return &dict->slots[at];
    }
}

int32_t rk__dict_find(const rk__dict *dict, const char *text, size_t length)
{
    if (length > LENGTH_LIMIT)
        return -1;
    dict_key key = key_of(dict, text, length);
    uint64_t slot = *slot_of(dict, key, hash_words(dict, key, length), text, length);
    return slot ? (int32_t) ((uint32_t) slot - 1) : -1;
}

/* -------------------------------------------------------------------- adding */

static int dict_double(rk__dict *dict)
{
    uint64_t size = (dict->mask + 1) * 2, mask = size - 1;
    uint64_t *slots = rk__calloc(size, sizeof *slots);
    if (!slots)
        return -1;
    for (size_t i = 0; i < dict->count; i++) {
        const dict_entry *entry = &dict->entries[i];
        uint64_t hash = hash_words(dict, entry->key, entry->length);
        uint64_t at = hash & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = (hash >> 32 << 32) | (i + 1);
    }
    rk__free(dict->slots);
    dict->slots = slots;
    dict->mask = mask;
    return 0;
}

/* A failure leaves the dictionary unchanged. */
static int32_t dict_add(rk__dict *dict, dict_key key, uint64_t hash, const char *text,
                        size_t length)
{
    if (dict->count >= RK__DICT_MAX)
        return -1;
    void *entries = dict->entries;
    if (rk__grow(&entries, &dict->entry_capacity, dict->count + 1, sizeof(dict_entry)) != 0)
        return -1;
    dict->entries = entries;
    /* At most half full, to keep runs of occupied slots short. */
    if ((dict->count + 1) * 2 > dict->mask + 1 && dict_double(dict) != 0)
        return -1;
    const char *copy = rk__arena_copy(&dict->texts, text, length);
    if (!copy)
        return -1;
    size_t number = dict->count++;
    dict->entries[number] = (dict_entry){.key = key, .text = copy, .length = (uint32_t) length};
    *slot_of(dict, key, hash, text, length) = (hash >> 32 << 32) | (number + 1);
    return (int32_t) number;
}

int32_t rk__dict_intern(rk__dict *dict, const char *text, size_t length)
{
    if (length > LENGTH_LIMIT)
        return -1;
    dict_key key = key_of(dict, text, length);
    uint64_t hash = hash_words(dict, key, length);
    uint64_t slot = *slot_of(dict, key, hash, text, length);
    if (__builtin_expect(slot != 0, 1))
        return (int32_t) ((uint32_t) slot - 1);
    return dict_add(dict, key, hash, text, length);
}

/* ---------------------------------------------------------------- life cycle */

rk__dict *rk__dict_new(void)
{
    rk__dict *dict = rk__calloc(1, sizeof *dict);
    if (!dict)
        return NULL;
    dict->slots = rk__calloc(FIRST_SLOTS, sizeof *dict->slots);
    if (!dict->slots) {
        rk__free(dict);
        return NULL;
    }
    dict->mask = FIRST_SLOTS - 1;
    /* The kernel gives each process sixteen random bytes; asking it for more would cost a small
     * contract as much as all its lookups. */
    const void *random = (const void *) (uintptr_t) getauxval(AT_RANDOM);
    if (random)
        memcpy(dict->seed, random, sizeof dict->seed);
    dict->seed[0] = mix(dict->seed[0] ^ (uintptr_t) dict, 0x9e3779b97f4a7c15u);
    dict->seed[1] = mix(dict->seed[1] + dict->seed[0], 0xd1342543de82ef95u);
    return dict;
}

void rk__dict_free(rk__dict *dict)
{
    if (!dict)
        return;
    rk__arena_dispose(&dict->texts);
    rk__free(dict->entries);
    rk__free(dict->slots);
    rk__free(dict);
}

int32_t rk__dict_count(const rk__dict *dict)
{
    return (int32_t) dict->count;
}

const char *rk__dict_text(const rk__dict *dict, int32_t code, size_t *length)
{
    bool known = code >= 0 && (size_t) code < dict->count;
    if (length)
        *length = known ? dict->entries[code].length : 0;
    return known ? dict->entries[code].text : NULL;
}
