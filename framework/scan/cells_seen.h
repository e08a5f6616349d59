/* SPDX-License-Identifier: MIT
 *
 * cells_seen.h: raw cells of a column that were seen before, with their values. Included only by
 * cells.c.
 */
#pragma once

#include <string.h>

#include "base/words.h"
#include "scan/cells.h"

/* ------------------------------------------------------------ seen before */

/* Keys are a cell's bytes with its length in the topmost; none has this one. */
#define NO_KEY      UINT64_MAX
#define FIRST_SLOTS 256
#define FEW_SLOTS   16 /* for batches smaller than those of a file */
#define MOST_SLOTS  (1u << 15)
/* A lookup ends here, found or not, whatever a file's author arranged. */
#define LONGEST_PROBE 8
#define SHORT_KEY     7

#define NUMBERS_AT_ONCE 256
/* For a document, whose tables mostly have few rows: a multiple of RK__CSV_LANES. */
#define FEW 16

struct rk__cell_slot {
    uint64_t key;
    int64_t v;
};

/* A missing cell's v in a slot; not a code or a bool. */
#define MISSING INT64_MIN

/* Longer cells, up to 15 bytes: two words, with the length in the topmost byte. */
#define LONG_KEY   15
#define LONG_SLOTS (1u << 13)
/* After this many lookups, the new ones are counted. */
#define LONG_TRIAL 4096

struct rk__cell_long {
    uint64_t low, high; /* high is 0 if free */
    int64_t v;
};

static inline uint32_t slot_of(const rk__cells *cells, uint64_t key)
{
    /* The middle of the product: every byte of the key has moved it. */
    return (uint32_t) ((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (cells->n_slots - 1);
}

static inline uint64_t key_of_word(uint64_t word, size_t length)
{
    static const uint64_t masks[SHORT_KEY + 1] = {
        0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff};
    return (word & masks[length]) | (uint64_t) length << 56;
}

static inline uint64_t short_key(const char *text, size_t length)
{
    return key_of_word(rk__load8(text), length);
}

/* A free slot for a new key; NULL if its neighbourhood is full. */
static rk__cell_slot *free_slot(const rk__cells *cells, uint64_t key)
{
    uint32_t at = slot_of(cells, key);
    for (int i = 0; i < LONGEST_PROBE; i++, at = (at + 1) & (cells->n_slots - 1)) {
        if (cells->slots[at].key == NO_KEY) {
            return &cells->slots[at];
        }
    }
    return NULL;
}

static rk_status make_slots(rk__cells *cells, uint32_t n)
{
    rk__cell_slot *old = cells->slots;
    const uint32_t n_old = cells->n_slots;
    rk__cell_slot *slots = rk__realloc(NULL, n, sizeof *slots);
    if (slots == NULL) {
        return RK_NO_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        slots[i].key = NO_KEY;
    }
    cells->slots = slots;
    cells->n_slots = n;
    cells->used_slots = 0;
    for (uint32_t i = 0; i < n_old; i++) {
        rk__cell_slot *to = old[i].key == NO_KEY ? NULL : free_slot(cells, old[i].key);
        if (to != NULL) {
            *to = old[i];
            cells->used_slots++;
        }
    }
    rk__free(old);
    return RK_OK;
}

/* Remembers a cell if there is room. */
static void remember(rk__cells *cells, uint64_t key, int64_t v)
{
    if (cells->used_slots * 4 >= cells->n_slots && cells->n_slots < MOST_SLOTS) {
        (void) make_slots(cells, cells->n_slots * 4);
    }
    rk__cell_slot *slot = free_slot(cells, key);
    if (slot != NULL && cells->used_slots * 2 < cells->n_slots) {
        *slot = (rk__cell_slot){key, v};
        cells->used_slots++;
    }
}

static inline const rk__cell_slot *recall(const rk__cells *cells, uint64_t key)
{
    uint32_t at = slot_of(cells, key);
    if (__builtin_expect(cells->slots[at].key == key, 1)) {
        return &cells->slots[at];
    }
    for (int i = 1; i < LONGEST_PROBE; i++) {
        at = (at + 1) & (cells->n_slots - 1);
        if (cells->slots[at].key == key) {
            return &cells->slots[at];
        }
    }
    return NULL;
}

/* The slot of a longer cell: its own, or where it would go; NULL if there is no room. The text has
 * eight readable bytes after it. */
static inline rk__cell_long *long_slot(const rk__cells *cells, const char *text, size_t length)
{
    const uint64_t low = rk__load8(text);
    const uint64_t high = key_of_word(rk__load8(text + 8), length - 8) | (uint64_t) length << 56;
    const uint64_t mixed =
        (low ^ high * UINT64_C(0xff51afd7ed558ccd)) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t at = (uint32_t) (mixed >> 32) & (LONG_SLOTS - 1);
    for (int i = 0; i < LONGEST_PROBE; i++, at = (at + 1) & (LONG_SLOTS - 1)) {
        rk__cell_long *slot = &cells->longs[at];
        if ((slot->low == low && slot->high == high) || slot->high == 0) {
            return slot;
        }
    }
    return NULL;
}

/* Stops remembering if most cells are new. */
static void note_missed(rk__cells *cells)
{
    cells->missed++;
    if (cells->asked >= LONG_TRIAL) {
        cells->no_longs = cells->missed > cells->asked / 2;
        cells->asked = cells->missed = 0;
    }
}

static void remember_long(rk__cells *cells, const char *text, size_t length, int64_t v)
{
    if (cells->longs == NULL) {
        cells->longs = rk__calloc(LONG_SLOTS, sizeof *cells->longs);
        cells->no_longs = cells->longs == NULL;
    }
    rk__cell_long *slot = cells->no_longs ? NULL : long_slot(cells, text, length);
    if (slot != NULL && slot->high == 0 && cells->used_longs * 2 < LONG_SLOTS) {
        slot->low = rk__load8(text);
        slot->high = key_of_word(rk__load8(text + 8), length - 8) | (uint64_t) length << 56;
        slot->v = v;
        cells->used_longs++;
    }
}

static inline bool is_long(const rk__cells *cells, size_t length)
{
    return length > SHORT_KEY && length <= LONG_KEY && !cells->no_longs;
}

/* A longer cell that was seen before, or NULL. */
static inline const rk__cell_long *recall_long(rk__cells *cells, const char *text, size_t length)
{
    cells->asked++;
    const rk__cell_long *slot = cells->longs != NULL ? long_slot(cells, text, length) : NULL;
    return slot != NULL && slot->high != 0 ? slot : NULL;
}
