/* SPDX-License-Identifier: MIT
 *
 * groups.c: folds slots by some of their columns and puts them in order of their
 * keys' bytes. Texts are ranked once, so groups are ordered by whole numbers.
 */
#include "totals/groups.h"

#include <stdlib.h>
#include <string.h>

typedef struct ranked_text {
    const char *text;
    size_t length;
    uint32_t code;
} ranked_text;

typedef struct key_column {
    const char *name;
    ranked_text *texts; /* by rank */
    size_t n;
    uint32_t *rank; /* by code + 1; 0 is blank */
} key_column;

struct rk_groups {
    rk__arena arena;
    key_column *columns;
    size_t n_columns;
    rk__totals totals;
    uint32_t *ranks; /* [group x n_columns]: 0 blank, else 1 + rank */
    uint32_t *order; /* slots in key order: by group */
    size_t n;
    size_t n_elements;
    int places;
    bool dealt;
};

static int compare_text(const void *a, const void *b)
{
    const ranked_text *x = a;
    const ranked_text *y = b;
    const size_t shorter = x->length < y->length ? x->length : y->length;
    const int order = memcmp(x->text, y->text, shorter);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Copies the texts of a dictionary in their order. */
static rk_status rank_column(rk_groups *t, key_column *column, const rk__dict *dict,
                             const char *name)
{
    column->n = dict != NULL ? (size_t) rk__dict_count(dict) : 0;
    column->name = rk__arena_strdup(&t->arena, name);
    column->texts = rk__arena_alloc(&t->arena, (column->n + 1) * sizeof *column->texts);
    column->rank = rk__arena_alloc(&t->arena, (column->n + 1) * sizeof *column->rank);
    if (column->name == NULL || column->texts == NULL || column->rank == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < column->n; i++) {
        ranked_text *r = &column->texts[i];
        const char *text = rk__dict_text(dict, (int32_t) i, &r->length);
        r->text = rk__arena_copy(&t->arena, text, r->length);
        r->code = (uint32_t) i;
        if (r->text == NULL) {
            return RK_NO_MEMORY;
        }
    }
    qsort(column->texts, column->n, sizeof *column->texts, compare_text);
    for (size_t i = 0; i < column->n; i++) {
        column->rank[column->texts[i].code + 1] = (uint32_t) i + 1;
    }
    return RK_OK;
}

/* ------------------------------------------------------------------ ordering */

/* A table of all possible keys may have this many times the entries that there are groups. */
#define SPARSE 8

/* The number of possible keys; SIZE_MAX if that is too many for a table. */
static size_t possible_keys(const rk_groups *t, size_t n_slots)
{
    size_t n = 1;
    for (size_t k = 0; k < t->n_columns; k++) {
        if (__builtin_mul_overflow(n, t->columns[k].n + 1, &n) || n > SPARSE * n_slots + 65536) {
            return SIZE_MAX;
        }
    }
    return n;
}

/* The place of a key among all possible ones, from the ranks of its first n columns. */
static size_t place_of(const rk_groups *t, const uint32_t *codes, size_t n)
{
    size_t place = 0;
    for (size_t k = 0; k < n; k++) {
        place = place * (t->columns[k].n + 1) + t->columns[k].rank[codes[k]];
    }
    return place;
}

/* Slots of one row of a grid, from..to, which differ in their last column alone. */
static void place_row(const rk_groups *t, const rk__combiner *combiner, size_t from, size_t to,
                      uint32_t *slot_of)
{
    uint32_t codes[RK__MAX_GROUP_COLUMNS];
    const key_column *last = &t->columns[t->n_columns - 1];
    rk__combiner_codes(combiner, from, codes);
    uint32_t *places = slot_of + place_of(t, codes, t->n_columns - 1) * (last->n + 1);
    for (size_t i = from; i < to; i++) {
        if (rk__totals_used(&t->totals, i)) {
            places[last->rank[i - from]] = (uint32_t) i + 1;
        }
    }
}

static void place_slots(const rk_groups *t, const rk__combiner *combiner, size_t n_slots,
                        uint32_t *slot_of)
{
    size_t i = 0;
    while (i < n_slots && i < combiner->grid_size) {
        const size_t end = i + combiner->grid_width;
        place_row(t, combiner, i, end < n_slots ? end : n_slots, slot_of);
        i = end;
    }
    for (; i < n_slots; i++) {
        uint32_t codes[RK__MAX_GROUP_COLUMNS];
        if (rk__totals_used(&t->totals, i)) {
            rk__combiner_codes(combiner, i, codes);
            slot_of[place_of(t, codes, t->n_columns)] = (uint32_t) i + 1;
        }
    }
}

/* Puts each slot at its key's place in a table of all possible keys; going through
 * it then gives the order and, counting along, the ranks. */
static rk_status order_by_table(rk_groups *t, const rk__combiner *combiner, size_t n_slots,
                                size_t n_keys)
{
    uint32_t *slot_of = rk__pages_new(n_keys * sizeof *slot_of);
    if (slot_of == NULL) {
        return RK_NO_MEMORY;
    }
    place_slots(t, combiner, n_slots, slot_of);
    uint32_t rank[RK__MAX_GROUP_COLUMNS] = {0};
    const size_t before = t->n_columns > 0 ? t->n_columns - 1 : 0;
    const size_t n_last = t->n_columns > 0 ? t->columns[before].n + 1 : 1;
    for (size_t key = 0; key < n_keys; key += n_last) {
        for (size_t l = 0; l < n_last; l++) {
            if (slot_of[key + l] != 0) {
                rank[before] = (uint32_t) l;
                /* Copies the largest possible number of ranks: the next key overwrites the excess.
                 */
                memcpy(t->ranks + t->n * t->n_columns, rank, sizeof rank);
                t->order[t->n++] = slot_of[key + l] - 1;
            }
        }
        for (size_t k = before; k-- > 0 && ++rank[k] > t->columns[k].n;) {
            rank[k] = 0;
        }
    }
    rk__pages_free(slot_of, n_keys * sizeof *slot_of);
    return RK_OK;
}

/* Orders slots column by column, the last first: each pass keeps the order of those
 * before it. */
static rk_status order_by_column(rk_groups *t, const rk__combiner *combiner, size_t k,
                                 uint32_t *other)
{
    const uint32_t *rank = t->columns[k].rank;
    uint32_t codes[RK__MAX_GROUP_COLUMNS];
    const size_t n_ranks = t->columns[k].n + 1;
    size_t *start = rk__calloc(n_ranks + 1, sizeof *start);
    if (start == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < t->n; i++) {
        rk__combiner_codes(combiner, t->order[i], codes);
        start[rank[codes[k]] + 1]++;
    }
    for (size_t r = 1; r <= n_ranks; r++) {
        start[r] += start[r - 1];
    }
    for (size_t i = 0; i < t->n; i++) {
        rk__combiner_codes(combiner, t->order[i], codes);
        other[start[rank[codes[k]]]++] = t->order[i];
    }
    rk__free(start);
    memcpy(t->order, other, t->n * sizeof *other);
    return RK_OK;
}

static rk_status order_by_columns(rk_groups *t, const rk__combiner *combiner, size_t n_slots)
{
    for (size_t i = 0; i < n_slots; i++) {
        if (rk__totals_used(&t->totals, i)) {
            t->order[t->n++] = (uint32_t) i;
        }
    }
    uint32_t *other = rk__calloc(t->n + 1, sizeof *other);
    rk_status status = other != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t k = t->n_columns; k-- > 0 && status == RK_OK;) {
        status = order_by_column(t, combiner, k, other);
    }
    for (size_t i = 0; i < t->n && status == RK_OK; i++) {
        uint32_t codes[RK__MAX_GROUP_COLUMNS];
        rk__combiner_codes(combiner, t->order[i], codes);
        for (size_t k = 0; k < t->n_columns; k++) {
            t->ranks[i * t->n_columns + k] = t->columns[k].rank[codes[k]];
        }
    }
    rk__free(other);
    return status;
}

/* The slots that rows fell into, in order of their keys. */
static rk_status rank_slots(rk_groups *t, const rk__combiner *combiner, size_t n_slots)
{
    const size_t n_keys = possible_keys(t, n_slots);
    t->ranks = rk__realloc(NULL, n_slots * t->n_columns + RK__MAX_GROUP_COLUMNS, sizeof *t->ranks);
    t->order = rk__realloc(NULL, n_slots + 1, sizeof *t->order);
    if (t->ranks == NULL || t->order == NULL) {
        return RK_NO_MEMORY;
    }
    return n_keys != SIZE_MAX ? order_by_table(t, combiner, n_slots, n_keys)
                              : order_by_columns(t, combiner, n_slots);
}

/* ------------------------------------------------------------------- folding */

/* Adds a run of slots to the slots of their shorter keys. */
static rk_status fold_run(rk_groups *t, const rk__groups_input *in, rk__combiner *shorter,
                          size_t from, size_t n)
{
    uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    const uint32_t *column[RK__MAX_GROUP_COLUMNS];
    uint32_t to[RK__COMBINER_ROWS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    for (size_t k = 0; k < in->n; k++) {
        column[k] = codes[k];
        below[k] = (uint32_t) t->columns[k].n + 1;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t own[RK__MAX_GROUP_COLUMNS];
        rk__combiner_codes(in->combiner, from + i, own);
        for (size_t k = 0; k < in->n; k++) {
            codes[k][i] = own[in->positions[k]];
        }
    }
    rk_status status = rk__combiner_add(shorter, column, below, n, to);
    if (status == RK_OK) {
        status = rk__totals_reserve(&t->totals, shorter->n);
    }
    return status == RK_OK ? rk__totals_merge(&t->totals, to, in->totals, from, n) : status;
}

static rk_status fold_slots(rk_groups *t, const rk__groups_input *in)
{
    rk__combiner shorter = {.n_columns = in->n};
    rk_status status = RK_OK;
    for (size_t from = 0; from < in->totals->n_slots && status == RK_OK;
         from += RK__COMBINER_ROWS) {
        const size_t left = in->totals->n_slots - from;
        status =
            fold_run(t, in, &shorter, from, left < RK__COMBINER_ROWS ? left : RK__COMBINER_ROWS);
    }
    if (status == RK_OK) {
        status = rank_slots(t, &shorter, t->totals.n_slots);
    }
    rk__combiner_dispose(&shorter);
    return status;
}

/* Whether the key is all columns of the combination, in its order. */
static bool is_whole(const rk__groups_input *in)
{
    bool whole = in->n == in->combiner->n_columns;
    for (size_t k = 0; k < in->n; k++) {
        whole = whole && in->positions[k] == k;
    }
    return whole;
}

static rk_status take_slots(rk_groups *t, const rk__groups_input *in)
{
    rk__totals_dispose(&t->totals);
    t->totals = *in->totals;
    *in->totals = (rk__totals){0};
    return rank_slots(t, in->combiner, t->totals.n_slots);
}

rk_status rk__groups_fold(const rk__groups_input *input, rk_groups **out)
{
    rk_groups *t = rk__calloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL) {
        return RK_NO_MEMORY;
    }
    t->n_columns = input->n;
    t->n_elements = input->n_elements;
    t->places = input->places;
    t->dealt = input->dealt;
    rk__totals_init(&t->totals, input->totals->n_narrow, input->totals->n_wide);
    t->columns = rk__arena_alloc(&t->arena, (input->n + 1) * sizeof *t->columns);
    rk_status status = t->columns == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t k = 0; k < input->n && status == RK_OK; k++) {
        status = rank_column(t, &t->columns[k], input->dicts[k], input->names[k]);
    }
    if (status == RK_OK) {
        status = input->take && is_whole(input) ? take_slots(t, input) : fold_slots(t, input);
    }
    if (status != RK_OK) {
        rk__groups_free(t);
        return status;
    }
    *out = t;
    return RK_OK;
}

void rk__groups_free(rk_groups *table)
{
    if (table != NULL) {
        rk__totals_dispose(&table->totals);
        rk__free(table->ranks);
        rk__free(table->order);
        rk__arena_dispose(&table->arena);
        rk__free(table);
    }
}

size_t rk_groups_count(const rk_groups *table)
{
    return table->n;
}

size_t rk_groups_n_columns(const rk_groups *table)
{
    return table->n_columns;
}

const char *rk_groups_column(const rk_groups *table, size_t column)
{
    return table->columns[column].name;
}

uint32_t rk_groups_rank(const rk_groups *table, size_t group, size_t column)
{
    return table->ranks[group * table->n_columns + column];
}

size_t rk_groups_n_texts(const rk_groups *table, size_t column)
{
    return table->columns[column].n;
}

const char *rk_groups_text(const rk_groups *table, size_t column, uint32_t rank, size_t *length)
{
    *length = 0;
    if (rank == 0) {
        return NULL;
    }
    const ranked_text *r = &table->columns[column].texts[rank - 1];
    *length = r->length;
    return r->text;
}

const char *rk_groups_key(const rk_groups *table, size_t group, size_t column, size_t *length)
{
    return rk_groups_text(table, column, rk_groups_rank(table, group, column), length);
}

const int64_t *rk_groups_lanes(const rk_groups *table, size_t group)
{
    return table->totals.n_wide == 0 ? rk__totals_lanes(&table->totals, table->order[group]) : NULL;
}

void rk_groups_prefetch(const rk_groups *table, size_t group)
{
    if (group < table->n) {
        rk__totals_fetch(&table->totals, table->order[group]);
    }
}

rk_int128 rk_groups_value(const rk_groups *table, size_t group, size_t lane)
{
    const size_t slot = table->order[group];
    if (table->dealt && lane < RK_LANE_AMOUNT) {
        return 0;
    }
    /* Exact amounts and elements are in the wide lanes. */
    return lane >= RK_LANE_AMOUNT && table->totals.n_wide > 0
               ? rk__totals_wide(&table->totals, slot, lane - RK_LANE_AMOUNT)
               : rk__totals_narrow(&table->totals, slot, lane);
}

rk_int128 rk_groups_counted(const rk_groups *table, size_t group)
{
    return rk__totals_narrow(&table->totals, table->order[group], RK_LANE_QUANTITY);
}

int rk_groups_places(const rk_groups *table)
{
    return table->places;
}
