/* SPDX-License-Identifier: MIT
 *
 * combiner.h: folding rows into group totals.
 *
 * A grouping numbers the distinct combinations of some text columns (slots) in order of first use;
 * a ledger of lanes (rk__totals) adds up 64-bit or 128-bit values by slot. Each worker has its own
 * of both; they are merged by text at the end, so results do not depend on which worker got which
 * rows.
 *
 * No sum ever wraps: a 64-bit lane that would overflow is set aside whole and
 * begins again, and lanes are read as 128-bit sums; 128-bit lanes report
 * overflow.
 */
#pragma once

#include "base/text.h"
#include "reckoner/ledger.h"

#define RK__MAX_GROUP_COLUMNS RK_GROUPS_COLUMNS_MAX
/* Slots a grouping may have: the documented limit on output groups. */
#define RK__MAX_GROUPS ((size_t) 1 << 27)

/* ----------------------------------------------------------------- codes
 * Combines up to RK__MAX_GROUP_COLUMNS codes (0 is blank) into one dense number. */
typedef struct rk__combiner {
    size_t n_columns;
    struct rk__combiner *prefix; /* of three or more columns: numbers all but the last */
    uint32_t *prefix_numbers;    /* scratch, of rk__combiner_add's rows */
    uint32_t *dense;             /* code, or first << shift | last, -> number + 1 */
    size_t dense_size;
    unsigned shift;
    uint64_t *hash_keys; /* if a flat table would be too large: open addressing */
    uint32_t *hash_slots;
    size_t hash_size;
    uint32_t *codes; /* [number x n_columns] */
    size_t codes_capacity;
    size_t n;
    size_t below_first, below_last; /* the left part and the last code are less than these */
    /* Once there are many: the first grid_size numbers are places of a grid, first x
     * grid_width + last; what does not fit in it is numbered by `rest` behind them. */
    size_t grid_width, grid_size;
    struct rk__combiner *rest;
} rk__combiner;
/* Rows that rk__combiner_add takes at once. */
#define RK__COMBINER_ROWS 1024

/* Begin as {0} with n_columns set. */
void rk__combiner_dispose(rk__combiner *combiner);
/* The numbers of n <= RK__COMBINER_ROWS rows: codes[column][row], which are less than
 * below[column]. One column's numbers are its codes. RK_LIMIT past RK__MAX_GROUPS. */
rk_status rk__combiner_add(rk__combiner *combiner, const uint32_t *const *codes,
                           const uint32_t *below, size_t n, uint32_t *out);
/* The codes of a number; zeros for an unused place of a grid. */
void rk__combiner_codes(const rk__combiner *combiner, size_t number,
                        uint32_t codes[RK__MAX_GROUP_COLUMNS]);
/* Switches to a grid if the numbers fill enough of it, so that no table is needed to find them.
 * From then on, some numbers below `n` may be unused. `map` translates the numbers so far; NULL if
 * nothing changes. The caller frees it. */
rk_status rk__combiner_to_grid(rk__combiner *combiner, uint32_t **map);

/* ---------------------------------------------------------------- totals
 * Slots are kept in chunks that never move, so that growing copies nothing, and begin at the start
 * of a cache line in large pages: a row's slot can be anywhere in memory, and costs one cache line
 * and almost no page walk. */
#define RK__TOTALS_SHIFT 15
#define RK__TOTALS_CHUNK ((size_t) 1 << RK__TOTALS_SHIFT)
typedef struct rk__totals {
    size_t n_narrow, n_wide; /* lanes of int64_t and of rk_int128 */
    size_t stride;           /* bytes of one slot */
    char **chunks;           /* of RK__TOTALS_CHUNK slots; the first may have fewer */
    size_t n_chunks, chunks_capacity;
    size_t n_slots, capacity; /* in slots */
    struct rk__spill *spills; /* lanes set aside */
    size_t n_spills, spills_capacity;
} rk__totals;

void rk__totals_init(rk__totals *totals, size_t n_narrow, size_t n_wide);
void rk__totals_dispose(rk__totals *totals);
/* Forgets all rows; keeps the memory. */
void rk__totals_clear(rk__totals *totals);
/* Moves slots below n_map to slots map[i]; makes room for n slots. */
rk_status rk__totals_move(rk__totals *totals, const uint32_t *map, size_t n_map, size_t n);
/* Makes room for slots below n. */
rk_status rk__totals_reserve(rk__totals *totals, size_t n);
/* Adds n <= RK__COMBINER_ROWS rows to their slots: narrow[lane][row],
 * wide[lane][row]; the first narrow lane counts rows and may be NULL. */
rk_status rk__totals_add(rk__totals *totals, const uint32_t *slot, size_t n,
                         const int64_t *const *narrow, const rk_int128 *const *wide);
/* Adds to a slot sums that were read elsewhere: of its narrow lanes, then of its wide ones.
 * RK_OVERFLOW if one does not fit. */
rk_status rk__totals_add_sums(rk__totals *totals, size_t slot, const rk_int128 *sums);
/* Adds slots from..from+n of `other` to slots to[i]; slots without rows are skipped. */
rk_status rk__totals_merge(rk__totals *totals, const uint32_t *to, const rk__totals *other,
                           size_t from, size_t n);
/* The same for all slots, on several threads; no two slots go to one. */
rk_status rk__totals_merge_all(rk__totals *totals, const uint32_t *to, const rk__totals *other,
                               unsigned threads);
/* The sum of a lane, to be read after all merging. */
rk_int128 rk__totals_narrow(const rk__totals *totals, size_t slot, size_t lane);
rk_int128 rk__totals_wide(const rk__totals *totals, size_t slot, size_t lane);
/* Whether any row fell into a slot. */
bool rk__totals_used(const rk__totals *totals, size_t slot);
/* The narrow lanes of a slot; NULL if any lane of any slot was set aside. rk__totals_fetch
 * prefetches a slot that will soon be read. */
const int64_t *rk__totals_lanes(const rk__totals *totals, size_t slot);
void rk__totals_fetch(const rk__totals *totals, size_t slot);
