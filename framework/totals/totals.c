/* SPDX-License-Identifier: MIT
 *
 * totals.c: adding rows up by slot.
 *
 * With a million groups, the slot of a row is a cache line that has to come from memory. So slots
 * are prefetched many rows ahead, and all sums of a slot are computed together with a single test
 * for overflow.
 */
#include <string.h>

#include "base/parallel.h"
#include "totals/combiner.h"

#define AHEAD               24 /* rows that slots are fetched ahead of their use */
#define SLOTS_WORTH_THREADS 65536
/* Slots of the first chunk while there are no more: a small contract has one or two groups. */
#define FIRST_SLOTS 8
#define SOME_SLOTS  1024

typedef struct rk__spill {
    size_t slot, lane;
    int64_t value;
} rk__spill;

/* ---------------------------------------------------------------- life cycle */

void rk__totals_init(rk__totals *totals, size_t n_narrow, size_t n_wide)
{
    *totals = (rk__totals){.n_narrow = n_narrow, .n_wide = n_wide};
    /* Wide lanes first, so that they are aligned. */
    totals->stride = (n_wide * sizeof(rk_int128) + n_narrow * sizeof(int64_t) + 15) / 16 * 16;
}

static size_t chunk_slots(const rk__totals *t, size_t chunk)
{
    return chunk == 0 && t->capacity < RK__TOTALS_CHUNK ? t->capacity : RK__TOTALS_CHUNK;
}

void rk__totals_dispose(rk__totals *totals)
{
    for (size_t i = 0; i < totals->n_chunks; i++) {
        rk__pages_free(totals->chunks[i], chunk_slots(totals, i) * totals->stride);
    }
    rk__free(totals->chunks);
    rk__free(totals->spills);
    *totals = (rk__totals){0};
}

void rk__totals_clear(rk__totals *totals)
{
    for (size_t i = 0; i < totals->n_chunks; i++) {
        const size_t from = i << RK__TOTALS_SHIFT;
        const size_t left = totals->n_slots > from ? totals->n_slots - from : 0;
        const size_t slots = chunk_slots(totals, i);
        memset(totals->chunks[i], 0, (left < slots ? left : slots) * totals->stride);
    }
    totals->n_spills = 0;
    totals->n_slots = 0;
}

/* The first chunk begins small and is made again, larger and then in full. */
static rk_status grow(rk__totals *t, size_t slots)
{
    const bool again = t->n_chunks == 1 && t->capacity < RK__TOTALS_CHUNK;
    if (rk__grow((void **) &t->chunks, &t->chunks_capacity, t->n_chunks + 1, sizeof *t->chunks) !=
        0) {
        return RK_NO_MEMORY;
    }
    char *chunk = rk__pages_new(slots * t->stride);
    if (chunk == NULL) {
        return RK_NO_MEMORY;
    }
    if (again) {
        memcpy(chunk, t->chunks[0], t->capacity * t->stride);
        rk__pages_free(t->chunks[0], t->capacity * t->stride);
        t->chunks[0] = chunk;
        t->capacity = slots;
    } else {
        t->chunks[t->n_chunks++] = chunk;
        t->capacity += slots;
    }
    return RK_OK;
}

rk_status rk__totals_reserve(rk__totals *totals, size_t n)
{
    while (n > totals->capacity) {
        const rk_status status = grow(totals, n <= FIRST_SLOTS  ? FIRST_SLOTS
                                              : n <= SOME_SLOTS ? SOME_SLOTS
                                                                : RK__TOTALS_CHUNK);
        if (status != RK_OK) {
            return status;
        }
    }
    totals->n_slots = n > totals->n_slots ? n : totals->n_slots;
    return RK_OK;
}

/* --------------------------------------------------------------------- slots */

static inline char *slot_at(const rk__totals *t, size_t slot)
{
    return t->chunks[slot >> RK__TOTALS_SHIFT] + (slot & (RK__TOTALS_CHUNK - 1)) * t->stride;
}

static inline rk_int128 *wide_of(const rk__totals *t, size_t slot)
{
    return (rk_int128 *) (void *) slot_at(t, slot);
}

static inline int64_t *narrow_of(const rk__totals *t, size_t slot)
{
    return (int64_t *) (void *) (slot_at(t, slot) + t->n_wide * sizeof(rk_int128));
}

static rk_status set_aside(rk__totals *t, size_t slot, size_t lane, int64_t value)
{
    if (rk__grow((void **) &t->spills, &t->spills_capacity, t->n_spills + 1, sizeof *t->spills) !=
        0) {
        return RK_NO_MEMORY;
    }
    t->spills[t->n_spills++] = (rk__spill){slot, lane, value};
    return RK_OK;
}

static rk_status add_narrow(rk__totals *t, size_t slot, size_t lane, int64_t value)
{
    int64_t *at = &narrow_of(t, slot)[lane];
    int64_t sum;
    if (__builtin_add_overflow(*at, value, &sum)) {
        const rk_status status = set_aside(t, slot, lane, *at);
        *at = value; /* the lane begins again */
        return status;
    }
    *at = sum;
    return RK_OK;
}

static rk_status add_wide(rk__totals *t, size_t slot, size_t lane, rk_int128 value)
{
    rk_int128 *at = &wide_of(t, slot)[lane];
    return __builtin_add_overflow(*at, value, at) ? RK_OVERFLOW : RK_OK;
}

rk_status rk__totals_move(rk__totals *totals, const uint32_t *map, size_t n_map, size_t n)
{
    rk__totals moved;
    rk__totals_init(&moved, totals->n_narrow, totals->n_wide);
    const rk_status status = rk__totals_reserve(&moved, n);
    if (status != RK_OK) {
        rk__totals_dispose(&moved);
        return status;
    }
    for (size_t i = 0; i < totals->n_slots && i < n_map; i++) {
        memcpy(slot_at(&moved, map[i]), slot_at(totals, i), totals->stride);
    }
    for (size_t i = 0; i < totals->n_spills; i++) {
        totals->spills[i].slot = map[totals->spills[i].slot];
    }
    moved.spills = totals->spills;
    moved.n_spills = totals->n_spills;
    moved.spills_capacity = totals->spills_capacity;
    totals->spills = NULL;
    rk__totals_dispose(totals);
    *totals = moved;
    return RK_OK;
}

/* -------------------------------------------------------------------- adding */

/* Adds a row lane by lane, if one of its sums overflows. */
static __attribute__((noinline, cold)) rk_status add_row(rk__totals *t, size_t slot, size_t row,
                                                         const int64_t *const *narrow)
{
    rk_status status = RK_OK;
    for (size_t lane = 0; lane < t->n_narrow && status == RK_OK; lane++) {
        const int64_t value = narrow[lane] != NULL ? narrow[lane][row] : 1;
        status = add_narrow(t, slot, lane, value);
    }
    return status;
}

/* With the number of lanes as a constant the inner loops are unrolled. */
static inline __attribute__((always_inline)) rk_status
add_rows(rk__totals *t, const uint32_t *slot, char *const *at, size_t n,
         const int64_t *const *narrow, size_t n_narrow, const rk_int128 *const *wide, size_t n_wide)
{
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(at[i + AHEAD], 1);
        rk_int128 *sums = (rk_int128 *) (void *) at[i];
        int64_t *to = (int64_t *) (void *) (at[i] + n_wide * sizeof(rk_int128));
        int64_t sum[16];
        bool over = __builtin_add_overflow(to[0], narrow[0] != NULL ? narrow[0][i] : 1, &sum[0]);
        for (size_t lane = 1; lane < n_narrow; lane++) {
            over |= __builtin_add_overflow(to[lane], narrow[lane][i], &sum[lane]);
        }
        for (size_t lane = 0; lane < n_wide; lane++) {
            if (__builtin_add_overflow(sums[lane], wide[lane][i], &sums[lane])) {
                return RK_OVERFLOW;
            }
        }
        if (__builtin_expect(over, 0)) {
            const rk_status status = add_row(t, slot[i], i, narrow);
            if (status != RK_OK) {
                return status;
            }
            continue;
        }
        for (size_t lane = 0; lane < n_narrow; lane++) {
            to[lane] = sum[lane];
        }
    }
    return RK_OK;
}

/* Rules with many elements. */
static rk_status add_many(rk__totals *t, const uint32_t *slot, size_t n,
                          const int64_t *const *narrow, const rk_int128 *const *wide)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = add_row(t, slot[i], i, narrow);
        for (size_t lane = 0; lane < t->n_wide && status == RK_OK; lane++) {
            status = add_wide(t, slot[i], lane, wide[lane][i]);
        }
    }
    return status;
}

/* Values are small from -SMALL to below SMALL: no sum of a call's rows overflows. */
#define SMALL (UINT64_C(1) << 53)
_Static_assert(RK__COMBINER_ROWS *SMALL <= UINT64_C(1) << 63, "sums of a call fit");

/* Sums small values; false if some are not. No branch per value, so it is vectorised. */
static bool sum_small(const int64_t *v, size_t n, int64_t *out)
{
    uint64_t sum = 0;
    uint64_t large = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint64_t) v[i];
        large |= (uint64_t) v[i] + SMALL;
    }
    *out = (int64_t) sum;
    return large < 2 * SMALL;
}

/* Adds all rows to one slot, as when there are no groups. */
static rk_status add_to_one(rk__totals *t, size_t slot, size_t n, const int64_t *const *narrow,
                            const rk_int128 *const *wide)
{
    rk_status status = RK_OK;
    int64_t *to = narrow_of(t, slot);
    for (size_t lane = 0; lane < t->n_narrow && status == RK_OK; lane++) {
        int64_t sum = (int64_t) n;
        if ((narrow[lane] == NULL || sum_small(narrow[lane], n, &sum)) &&
            !__builtin_add_overflow(to[lane], sum, &sum)) {
            to[lane] = sum;
            continue;
        }
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            status = add_narrow(t, slot, lane, narrow[lane] != NULL ? narrow[lane][i] : 1);
        }
    }
    for (size_t lane = 0; lane < t->n_wide; lane++) {
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            status = add_wide(t, slot, lane, wide[lane][i]);
        }
    }
    return status;
}

rk_status rk__totals_add(rk__totals *totals, const uint32_t *slot, size_t n,
                         const int64_t *const *narrow, const rk_int128 *const *wide)
{
    char *at[RK__COMBINER_ROWS + AHEAD];
    if (n == 0) {
        return RK_OK;
    }
    if (slot[0] == slot[n - 1] && memcmp(slot, slot + 1, (n - 1) * sizeof *slot) == 0) {
        return add_to_one(totals, slot[0], n, narrow, wide);
    }
    for (size_t i = 0; i < n; i++) {
        at[i] = slot_at(totals, slot[i]);
    }
    for (size_t i = 0; i < AHEAD; i++) {
        at[n + i] = at[n - 1]; /* repeated, so that prefetching needs no bounds check */
    }
    for (size_t i = 0; i < AHEAD && i < n; i++) {
        __builtin_prefetch(at[i], 1);
    }
#define NARROW(lanes) \
    case (lanes):     \
        return add_rows(totals, slot, at, n, narrow, (lanes), wide, 0)
#define WIDE(lanes) \
    case (lanes):   \
        return add_rows(totals, slot, at, n, narrow, 2, wide, (lanes))
    switch (totals->n_wide == 0 ? totals->n_narrow : 0) {
        NARROW(2);
        NARROW(3);
        NARROW(4);
        NARROW(5);
        NARROW(6);
        NARROW(7);
        NARROW(8);
        NARROW(9);
        NARROW(10);
    default:
        break;
    }
    switch (totals->n_narrow == 2 ? totals->n_wide : 0) {
        WIDE(1);
        WIDE(2);
        WIDE(3);
        WIDE(4);
        WIDE(5);
    default:
        break;
    }
#undef NARROW
#undef WIDE
    return add_many(totals, slot, n, narrow, wide);
}

/* ------------------------------------------------------------------- merging */

/* A sum that is set aside more often than this cannot come from rows. */
#define MOST_SPILLS 4096

rk_status rk__totals_add_sums(rk__totals *totals, size_t slot, const rk_int128 *sums)
{
    rk_status status = RK_OK;
    for (size_t lane = 0; lane < totals->n_narrow && status == RK_OK; lane++) {
        rk_int128 rest = sums[lane];
        for (int i = 0; rest != 0 && status == RK_OK; i++) {
            const int64_t some = rest > INT64_MAX   ? INT64_MAX
                                 : rest < INT64_MIN ? INT64_MIN
                                                    : (int64_t) rest;
            status = i < MOST_SPILLS ? add_narrow(totals, slot, lane, some) : RK_OVERFLOW;
            rest -= some;
        }
    }
    for (size_t lane = 0; lane < totals->n_wide && status == RK_OK; lane++) {
        status = add_wide(totals, slot, lane, sums[totals->n_narrow + lane]);
    }
    return status;
}

static rk_status merge_slot(rk__totals *t, size_t to, const rk__totals *other, size_t from)
{
    rk_status status = RK_OK;
    const rk_int128 *wide = wide_of(other, from);
    const int64_t *narrow = narrow_of(other, from);
    for (size_t lane = 0; lane < t->n_wide && status == RK_OK; lane++) {
        status = add_wide(t, to, lane, wide[lane]);
    }
    for (size_t lane = 0; lane < t->n_narrow && status == RK_OK; lane++) {
        status = add_narrow(t, to, lane, narrow[lane]);
    }
    for (size_t i = 0; i < other->n_spills && status == RK_OK; i++) {
        if (other->spills[i].slot == from) {
            status = set_aside(t, to, other->spills[i].lane, other->spills[i].value);
        }
    }
    return status;
}

rk_status rk__totals_merge(rk__totals *totals, const uint32_t *to, const rk__totals *other,
                           size_t from, size_t n)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        if (i + AHEAD < n) {
            __builtin_prefetch(slot_at(totals, to[i + AHEAD]), 1);
        }
        if (rk__totals_used(other, from + i)) {
            status = merge_slot(totals, to[i], other, from + i);
        }
    }
    return status;
}

typedef struct merge_parts {
    rk__totals views[RK__PARALLEL_MOST]; /* the same slots, sums set aside by each */
    rk_status status[RK__PARALLEL_MOST];
    const uint32_t *to;
    const rk__totals *other;
    unsigned n;
} merge_parts;

static void merge_part(void *ctx, unsigned i)
{
    merge_parts *m = ctx;
    const size_t from = m->other->n_slots / m->n * i;
    const size_t end = i + 1 < m->n ? m->other->n_slots / m->n * (i + 1) : m->other->n_slots;
    m->status[i] = rk__totals_merge(&m->views[i], m->to + from, m->other, from, end - from);
}

rk_status rk__totals_merge_all(rk__totals *totals, const uint32_t *to, const rk__totals *other,
                               unsigned threads)
{
    merge_parts m = {.to = to, .other = other};
    m.n = other->n_slots < SLOTS_WORTH_THREADS ? 1
          : threads > RK__PARALLEL_MOST        ? RK__PARALLEL_MOST
                                               : threads;
    for (unsigned i = 0; i < m.n; i++) {
        m.views[i] = *totals;
        m.views[i].spills = NULL;
        m.views[i].n_spills = m.views[i].spills_capacity = 0;
    }
    rk__parallel(m.n, merge_part, &m);
    rk_status status = RK_OK;
    for (unsigned i = 0; i < m.n; i++) {
        status = status == RK_OK ? m.status[i] : status;
        for (size_t k = 0; k < m.views[i].n_spills && status == RK_OK; k++) {
            const rk__spill *s = &m.views[i].spills[k];
            status = set_aside(totals, s->slot, s->lane, s->value);
        }
        rk__free(m.views[i].spills);
    }
    return status;
}

/* ------------------------------------------------------------------- reading */

rk_int128 rk__totals_narrow(const rk__totals *totals, size_t slot, size_t lane)
{
    rk_int128 sum = narrow_of(totals, slot)[lane];
    for (size_t i = 0; i < totals->n_spills; i++) {
        if (totals->spills[i].slot == slot && totals->spills[i].lane == lane) {
            sum += totals->spills[i].value;
        }
    }
    return sum;
}

rk_int128 rk__totals_wide(const rk__totals *totals, size_t slot, size_t lane)
{
    return wide_of(totals, slot)[lane];
}

/* A count that was set aside was not zero, whatever the lane holds now. */
bool rk__totals_used(const rk__totals *totals, size_t slot)
{
    return narrow_of(totals, slot)[0] != 0 ||
           (totals->n_spills > 0 && rk__totals_narrow(totals, slot, 0) != 0);
}

const int64_t *rk__totals_lanes(const rk__totals *totals, size_t slot)
{
    return totals->n_spills == 0 ? narrow_of(totals, slot) : NULL;
}

void rk__totals_fetch(const rk__totals *totals, size_t slot)
{
    __builtin_prefetch(slot_at(totals, slot));
}
