/* SPDX-License-Identifier: MIT
 *
 * combiner.c: numbering combinations of codes.
 *
 * Columns are combined from the left: the number of the first ones and the code of the next find
 * their number in a flat table, which stays in the caches while the codes are few. If it would be
 * too large, a hash table takes over. If there are so many combinations that they fill it, the
 * places themselves are the numbers.
 */
#include "totals/combiner.h"

#include <string.h>

#define DENSE_LEAST ((size_t) 128)
#define DENSE_MAX   ((size_t) 1 << 24)

void rk__combiner_dispose(rk__combiner *combiner)
{
    if (combiner->prefix != NULL) {
        rk__combiner_dispose(combiner->prefix);
    }
    if (combiner->rest != NULL) {
        rk__combiner_dispose(combiner->rest);
    }
    rk__free(combiner->rest);
    rk__free(combiner->prefix);
    rk__free(combiner->prefix_numbers);
    rk__pages_free(combiner->dense, combiner->dense_size * sizeof *combiner->dense);
    rk__free(combiner->hash_keys);
    rk__free(combiner->hash_slots);
    rk__free(combiner->codes);
    *combiner = (rk__combiner){.n_columns = combiner->n_columns};
}

static const uint32_t *codes_at(const rk__combiner *c, size_t number)
{
    static const uint32_t none[1];
    return c->codes == NULL ? none : c->codes + number * c->n_columns;
}

/* A new number for a row's codes. */
static rk_status add_number(rk__combiner *c, const uint32_t *const *codes, size_t row,
                            uint32_t *out)
{
    if (c->n >= RK__MAX_GROUPS) {
        return RK_LIMIT;
    }
    if (rk__grow((void **) &c->codes, &c->codes_capacity, (c->n + 1) * c->n_columns,
                 sizeof *c->codes) != 0) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < c->n_columns; k++) {
        c->codes[c->n * c->n_columns + k] = codes[k][row];
    }
    *out = (uint32_t) c->n++;
    return RK_OK;
}

/* --------------------------------------------------------------- flat table */

/* Sizes the flat table; false if it would be too large. */
static bool dense_fit(rk__combiner *c, uint32_t max0, uint32_t max1)
{
    unsigned shift = c->shift;
    while (max1 >> shift != 0) {
        shift++;
    }
    size_t size = c->dense_size < DENSE_LEAST ? DENSE_LEAST : c->dense_size;
    while (size <= ((size_t) max0 << shift | max1)) {
        size <<= 1;
        if (size > DENSE_MAX) {
            return false;
        }
    }
    if (size == c->dense_size && shift == c->shift) {
        return true;
    }
    uint32_t *grown = rk__pages_new(size * sizeof *grown);
    if (grown == NULL) {
        return false; /* the hash table needs less memory */
    }
    for (size_t at = 0; at < c->dense_size; at++) {
        if (c->dense[at] != 0) {
            const size_t first = at >> c->shift;
            const size_t last = at & (((size_t) 1 << c->shift) - 1);
            grown[first << shift | last] = c->dense[at];
        }
    }
    rk__pages_free(c->dense, c->dense_size * sizeof *c->dense);
    c->dense = grown;
    c->dense_size = size;
    c->shift = shift;
    return true;
}

/* Reads the numbers of all rows first, without checking which exist: the table is large if there
 * are many groups, and so no row waits for the one before. */
static bool dense_find(const rk__combiner *c, const uint32_t *first, const uint32_t *last, size_t n,
                       uint32_t *out)
{
    const uint32_t *dense = c->dense;
    const unsigned shift = c->shift;
    uint32_t new = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t at = (size_t) first[i] << shift | last[i];
        out[i] = dense[at] - 1;
        new |= out[i] == UINT32_MAX;
    }
    return new != 0;
}

static rk_status dense_add(rk__combiner *c, const uint32_t *first, const uint32_t *last,
                           const uint32_t *const *codes, size_t n, uint32_t *out)
{
    if (!dense_find(c, first, last, n, out)) {
        return RK_OK;
    }
    for (size_t i = 0; i < n; i++) {
        if (out[i] != UINT32_MAX) {
            continue;
        }
        const size_t at = (size_t) first[i] << c->shift | last[i];
        if (c->dense[at] == 0) { /* otherwise an earlier row was the first */
            const rk_status status = add_number(c, codes, i, &out[i]);
            if (status != RK_OK) {
                return status;
            }
            c->dense[at] = out[i] + 1;
        }
        out[i] = c->dense[at] - 1;
    }
    return RK_OK;
}

/* --------------------------------------------------------------- hash table */

static uint64_t hash_of(const rk__combiner *c, const uint32_t *const *codes, size_t row)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
    for (size_t k = 0; k < c->n_columns; k++) {
        h = (h ^ codes[k][row]) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    return h | 1; /* 0 marks an empty place */
}

static bool same_codes(const rk__combiner *c, uint32_t number, const uint32_t *const *codes,
                       size_t row)
{
    const uint32_t *own = codes_at(c, number);
    for (size_t k = 0; k < c->n_columns; k++) {
        if (own[k] != codes[k][row]) {
            return false;
        }
    }
    return true;
}

static void hash_place(uint64_t *keys, uint32_t *slots, size_t size, uint64_t hash, uint32_t slot)
{
    size_t at = (size_t) (hash >> 7) & (size - 1);
    while (keys[at] != 0) {
        at = (at + 1) & (size - 1);
    }
    keys[at] = hash;
    slots[at] = slot;
}

/* Keeps the table at most half full; also moves over from a flat table. */
static rk_status hash_fit(rk__combiner *c, size_t need)
{
    if (c->hash_size >= 2 * need && c->hash_size != 0) {
        return RK_OK;
    }
    size_t size = 4096;
    while (size < 4 * need) {
        size <<= 1;
    }
    uint64_t *keys = rk__calloc(size, sizeof *keys);
    uint32_t *slots = rk__calloc(size, sizeof *slots);
    if (keys == NULL || slots == NULL) {
        rk__free(keys);
        rk__free(slots);
        return RK_NO_MEMORY;
    }
    const uint32_t *column[RK__MAX_GROUP_COLUMNS];
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->n_columns; k++) {
            column[k] = codes_at(c, i) + k;
        }
        hash_place(keys, slots, size, hash_of(c, column, 0), (uint32_t) i);
    }
    rk__free(c->hash_keys);
    rk__free(c->hash_slots);
    c->hash_keys = keys;
    c->hash_slots = slots;
    c->hash_size = size;
    return RK_OK;
}

static rk_status hash_add(rk__combiner *c, const uint32_t *const *codes, size_t n, uint32_t *out)
{
    rk_status status = hash_fit(c, c->n + n);
    uint64_t hashes[64];
    for (size_t from = 0; status == RK_OK && from < n; from += 64) {
        const size_t count = n - from < 64 ? n - from : 64;
        for (size_t i = 0; i < count; i++) {
            hashes[i] = hash_of(c, codes, from + i);
            __builtin_prefetch(&c->hash_keys[(hashes[i] >> 7) & (c->hash_size - 1)]);
        }
        for (size_t i = 0; status == RK_OK && i < count; i++) {
            const uint64_t h = hashes[i];
            size_t at = (size_t) (h >> 7) & (c->hash_size - 1);
            while (c->hash_keys[at] != 0 &&
                   (c->hash_keys[at] != h || !same_codes(c, c->hash_slots[at], codes, from + i))) {
                at = (at + 1) & (c->hash_size - 1);
            }
            if (c->hash_keys[at] == 0) {
                status = add_number(c, codes, from + i, &c->hash_slots[at]);
                c->hash_keys[at] = status == RK_OK ? h : 0;
            }
            out[from + i] = c->hash_slots[at];
        }
    }
    return status;
}

/* The left part of a combination: its first code, or the number of all codes but the last. */
static rk_status first_part(rk__combiner *c, const uint32_t *const *codes, const uint32_t *below,
                            size_t n, const uint32_t **out)
{
    *out = codes[0];
    if (c->n_columns <= 2) {
        c->below_first = below[0];
        return RK_OK;
    }
    if (c->prefix_numbers == NULL) {
        c->prefix_numbers = rk__calloc(RK__COMBINER_ROWS, sizeof *c->prefix_numbers);
    }
    if (c->prefix == NULL && c->prefix_numbers != NULL) {
        c->prefix = rk__calloc(1, sizeof *c->prefix);
    }
    if (c->prefix == NULL) {
        return RK_NO_MEMORY;
    }
    c->prefix->n_columns = c->n_columns - 1;
    *out = c->prefix_numbers;
    const rk_status status = rk__combiner_add(c->prefix, codes, below, n, c->prefix_numbers);
    c->below_first = c->prefix->n;
    return status;
}

/* ---------------------------------------------------------------------- grid */

#define GRID_LEAST  65536 /* numbers: fewer stay in the caches as they are */
#define GRID_FILLED 4     /* at least one place in so many is taken */

/* A little room for codes that come later. */
static size_t with_room(size_t n)
{
    return n + n / 32 + 8;
}

static bool grid_pays(const rk__combiner *c, size_t *width, size_t *size)
{
    *width = with_room(c->below_last);
    return c->n_columns > 1 && c->grid_size == 0 && c->hash_size == 0 && c->n >= GRID_LEAST &&
           !__builtin_mul_overflow(*width, with_room(c->below_first), size) &&
           *size <= GRID_FILLED * c->n && *size <= RK__MAX_GROUPS / 2;
}

/* The places in the grid of the numbers so far: the flat table has them by place. */
static void grid_places(const rk__combiner *c, size_t width, uint32_t *map)
{
    for (size_t at = 0; at < c->dense_size; at++) {
        if (c->dense[at] != 0) {
            const size_t first = at >> c->shift;
            const size_t last = at & (((size_t) 1 << c->shift) - 1);
            map[c->dense[at] - 1] = (uint32_t) (first * width + last);
        }
    }
}

rk_status rk__combiner_to_grid(rk__combiner *combiner, uint32_t **map)
{
    rk__combiner *c = combiner;
    size_t width;
    size_t size;
    *map = NULL;
    if (!grid_pays(c, &width, &size)) {
        return RK_OK;
    }
    *map = rk__calloc(c->n, sizeof **map);
    c->rest = rk__calloc(1, sizeof *c->rest);
    if (*map == NULL || c->rest == NULL) {
        rk__free(*map);
        *map = NULL;
        return RK_NO_MEMORY;
    }
    c->rest->n_columns = c->n_columns;
    grid_places(c, width, *map);
    rk__pages_free(c->dense, c->dense_size * sizeof *c->dense);
    rk__free(c->codes);
    c->dense = NULL;
    c->dense_size = 0;
    c->codes = NULL;
    c->codes_capacity = 0;
    c->grid_width = width;
    c->grid_size = size;
    c->n = size;
    return RK_OK;
}

void rk__combiner_codes(const rk__combiner *combiner, size_t number,
                        uint32_t codes[RK__MAX_GROUP_COLUMNS])
{
    const rk__combiner *c = combiner;
    if (number >= c->grid_size && c->rest != NULL) {
        rk__combiner_codes(c->rest, number - c->grid_size, codes);
        return;
    }
    if (c->n_columns <= 1) {
        codes[0] = (uint32_t) number;
        return;
    }
    if (c->grid_size == 0) {
        memcpy(codes, codes_at(c, number), c->n_columns * sizeof *codes);
        return;
    }
    const size_t first = number / c->grid_width;
    const size_t last = number % c->grid_width;
    memset(codes, 0, c->n_columns * sizeof *codes);
    if (first >= c->below_first || last >= c->below_last) {
        return;
    }
    if (c->prefix != NULL) {
        rk__combiner_codes(c->prefix, first, codes);
    } else {
        codes[0] = (uint32_t) first;
    }
    codes[c->n_columns - 1] = (uint32_t) last;
}

/* Rows whose codes came too late for the grid. */
static rk_status rest_add(rk__combiner *c, const uint32_t *first, const uint32_t *last,
                          const uint32_t *const *codes, const uint32_t *below, size_t n,
                          uint32_t *out)
{
    const size_t rows = c->grid_size / c->grid_width;
    uint32_t late[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    const uint32_t *column[RK__MAX_GROUP_COLUMNS] = {NULL};
    uint32_t numbers[RK__COMBINER_ROWS];
    size_t n_late = 0;
    for (size_t i = 0; i < n; i++) {
        if (first[i] >= rows || last[i] >= c->grid_width) {
            for (size_t k = 0; k < c->n_columns; k++) {
                late[k][n_late] = codes[k][i];
            }
            n_late++;
        }
    }
    for (size_t k = 0; k < c->n_columns; k++) {
        column[k] = late[k];
    }
    const rk_status status = rk__combiner_add(c->rest, column, below, n_late, numbers);
    n_late = 0;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        if (first[i] >= rows || last[i] >= c->grid_width) {
            out[i] = (uint32_t) (c->grid_size + numbers[n_late++]);
        }
    }
    c->n = c->grid_size + c->rest->n;
    return status == RK_OK && c->n > RK__MAX_GROUPS ? RK_LIMIT : status;
}

static rk_status grid_add(rk__combiner *c, const uint32_t *first, const uint32_t *last,
                          const uint32_t *const *codes, const uint32_t *below, size_t n,
                          uint32_t *out)
{
    const size_t rows = c->grid_size / c->grid_width;
    const uint32_t width = (uint32_t) c->grid_width;
    if (c->below_first > rows || c->below_last > width) {
        for (size_t i = 0; i < n; i++) {
            if (first[i] < rows && last[i] < width) {
                out[i] = first[i] * width + last[i];
            }
        }
        return rest_add(c, first, last, codes, below, n, out);
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = first[i] * width + last[i];
    }
    return RK_OK;
}

rk_status rk__combiner_add(rk__combiner *combiner, const uint32_t *const *codes,
                           const uint32_t *below, size_t n, uint32_t *out)
{
    rk__combiner *c = combiner;
    if (n == 0) {
        return RK_OK;
    }
    if (c->n_columns <= 1) {
        c->n = c->n_columns == 0 ? 1 : below[0];
        if (c->n_columns == 0) {
            memset(out, 0, n * sizeof *out);
        } else {
            memcpy(out, codes[0], n * sizeof *out);
        }
        return RK_OK;
    }
    if (c->hash_size != 0) {
        return hash_add(c, codes, n, out);
    }
    const uint32_t *first = NULL;
    const uint32_t *last = codes[c->n_columns - 1];
    const rk_status status = first_part(c, codes, below, n, &first);
    if (status != RK_OK) {
        return status;
    }
    c->below_last = below[c->n_columns - 1];
    if (c->grid_size != 0) {
        return grid_add(c, first, last, codes, below, n, out);
    }
    if (dense_fit(c, (uint32_t) c->below_first - 1, (uint32_t) c->below_last - 1)) {
        return dense_add(c, first, last, codes, n, out);
    }
    rk__pages_free(c->dense, c->dense_size * sizeof *c->dense);
    c->dense = NULL;
    c->dense_size = 0;
    return hash_add(c, codes, n, out);
}
