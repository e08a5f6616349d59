/* SPDX-License-Identifier: MIT
 *
 * test_totals.c: rows added up by slot, held against sums of 128 bits row by row.
 */
#include "totals/combiner.h"
#include "unit.h"

#define MOST_ROWS  RK__COMBINER_ROWS
#define MOST_LANES 13
#define MOST_WIDE  7
#define N_SLOTS    40

static uint64_t seed;

static uint64_t next_random(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return seed >> 17;
}

/* Values of a kind: small ones, about the size from which a sum may not fit, and extremes. */
static int64_t value_of(unsigned kind)
{
    static const int64_t about = INT64_C(1) << 53;
    static const int64_t extremes[] = {INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, 0, -1};
    switch (kind) {
    case 0:
        return (int64_t) (next_random() % 2000001) - 1000000;
    case 1:
        return (next_random() % 2 != 0 ? about : -about) + (int64_t) (next_random() % 3) - 1;
    default:
        return extremes[next_random() % 6];
    }
}

typedef struct sums {
    rk_int128 narrow[N_SLOTS][MOST_LANES];
    rk_int128 wide[N_SLOTS][MOST_WIDE];
} sums;

static int64_t narrow_rows[MOST_LANES][MOST_ROWS];
static rk_int128 wide_rows[MOST_WIDE][MOST_ROWS];
static uint32_t slots[MOST_ROWS];

/* So many rows to `n_slots` slots, into both; the first lane counts where `counts`. */
static void add_rows(rk__totals *totals, sums *expected, size_t n, size_t n_slots, unsigned kind,
                     bool counts)
{
    const int64_t *narrow[MOST_LANES];
    const rk_int128 *wide[MOST_WIDE];
    const uint32_t first = (uint32_t) (next_random() % (N_SLOTS - n_slots + 1));
    for (size_t i = 0; i < n; i++) {
        slots[i] = first + (uint32_t) (next_random() % n_slots);
    }
    for (size_t lane = 0; lane < totals->n_narrow; lane++) {
        narrow[lane] = lane == 0 && counts ? NULL : narrow_rows[lane];
        for (size_t i = 0; i < n; i++) {
            narrow_rows[lane][i] = value_of(kind);
            expected->narrow[slots[i]][lane] += narrow[lane] == NULL ? 1 : narrow_rows[lane][i];
        }
    }
    for (size_t lane = 0; lane < totals->n_wide; lane++) {
        wide[lane] = wide_rows[lane];
        for (size_t i = 0; i < n; i++) {
            wide_rows[lane][i] = (rk_int128) value_of(kind) * 1000003;
            expected->wide[slots[i]][lane] += wide_rows[lane][i];
        }
    }
    ck_assert_int_eq(rk__totals_add(totals, slots, n, narrow, wide), RK_OK);
}

static void hold_against(const rk__totals *totals, const sums *expected)
{
    for (size_t slot = 0; slot < N_SLOTS; slot++) {
        const int64_t *lanes = rk__totals_lanes(totals, slot);
        ck_assert(rk__totals_used(totals, slot) == (expected->narrow[slot][0] != 0));
        for (size_t lane = 0; lane < totals->n_narrow; lane++) {
            ck_assert(rk__totals_narrow(totals, slot, lane) == expected->narrow[slot][lane]);
            ck_assert(lanes == NULL || lanes[lane] == expected->narrow[slot][lane]);
        }
        for (size_t lane = 0; lane < totals->n_wide; lane++) {
            ck_assert(rk__totals_wide(totals, slot, lane) == expected->wide[slot][lane]);
        }
    }
}

/* Numbers of rows about those that vector units and fetching ahead make of them. */
static const size_t row_counts[] = {0, 1, 2, 3, 4, 5, 10, 23, 24, 25, 64, 1023, 1024};
static const size_t slot_counts[] = {1, 2, N_SLOTS};

/* Lanes as rules have them, few and many, and kinds of values. */
START_TEST(test_totals_add__is_the_sum_of_all_rows)
{
    static const size_t shapes[][2] = {{2, 0},          {3, 0}, {8, 0}, {10, 0}, {11, 0},
                                       {MOST_LANES, 0}, {2, 1}, {2, 2}, {2, 5},  {2, 6},
                                       {2, 7},          {4, 3}, {1, 0}};
    const size_t *shape = shapes[_i];
    for (unsigned kind = 0; kind < 3; kind++) {
        rk__totals totals;
        sums *expected = calloc(1, sizeof *expected);
        seed = kind + 1;
        rk__totals_init(&totals, shape[0], shape[1]);
        ck_assert_int_eq(rk__totals_reserve(&totals, N_SLOTS), RK_OK);
        for (size_t round = 0; round < 2; round++) {
            for (size_t r = 0; r < sizeof row_counts / sizeof *row_counts; r++) {
                for (size_t s = 0; s < sizeof slot_counts / sizeof *slot_counts; s++) {
                    add_rows(&totals, expected, row_counts[r], slot_counts[s], kind, true);
                }
                hold_against(&totals, expected);
            }
            rk__totals_clear(&totals); /* and again in the same memory */
            memset(expected, 0, sizeof *expected);
            ck_assert_int_eq(rk__totals_reserve(&totals, N_SLOTS), RK_OK);
            hold_against(&totals, expected);
        }
        rk__totals_dispose(&totals);
        free(expected);
    }
}
END_TEST

/* A first lane that is given is added up as the others are. */
START_TEST(test_totals_add__takes_a_count_that_is_given)
{
    rk__totals totals;
    sums *expected = calloc(1, sizeof *expected);
    seed = 7;
    rk__totals_init(&totals, 3, 0);
    ck_assert_int_eq(rk__totals_reserve(&totals, N_SLOTS), RK_OK);
    for (size_t s = 0; s < sizeof slot_counts / sizeof *slot_counts; s++) {
        add_rows(&totals, expected, 100, slot_counts[s], 2, false);
        hold_against(&totals, expected);
    }
    rk__totals_dispose(&totals);
    free(expected);
}
END_TEST

/* No sum of 128 bits wraps: in one slot or in several it is reported. */
START_TEST(test_totals_add__tells_where_a_wide_sum_does_not_fit)
{
    const rk_int128 most = (rk_int128) (~(unsigned __int128) 0 >> 1);
    const int64_t ones[3] = {1, 1, 1};
    const int64_t *narrow[2] = {NULL, ones};
    const rk_int128 values[3] = {most, 1, 0};
    const rk_int128 *wide[1] = {values};
    static const uint32_t where[][3] = {{5, 5, 5}, {5, 5, 6}};
    for (size_t i = 0; i < 2; i++) {
        rk__totals totals;
        rk__totals_init(&totals, 2, 1);
        ck_assert_int_eq(rk__totals_reserve(&totals, N_SLOTS), RK_OK);
        ck_assert_int_eq(rk__totals_add(&totals, where[i], 3, narrow, wide), RK_OVERFLOW);
        rk__totals_dispose(&totals);
    }
}
END_TEST

UNIT_TESTS("totals")
{
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, test_totals_add__is_the_sum_of_all_rows, 0, 13);
    tcase_add_test(tc, test_totals_add__takes_a_count_that_is_given);
    tcase_add_test(tc, test_totals_add__tells_where_a_wide_sum_does_not_fit);
}
