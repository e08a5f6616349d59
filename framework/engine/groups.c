/* SPDX-License-Identifier: MIT
 *
 * groups.c: folds slots by some of their columns and puts them in order of their
 * keys' bytes. Texts are ranked once, so groups are ordered by whole numbers.
 */
#include "engine/groups.h"

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

struct rk__group_table {
    rk__arena arena;
    key_column *columns;
    size_t n_columns;
    rk__totals totals;
    uint32_t *ranks; /* [slot x n_columns]: 0 blank, else 1 + rank */
    uint32_t *order; /* slots in key order */
    size_t n;
    size_t n_elements;
    int places;
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
static rk_status rank_column(rk__group_table *t, key_column *column, const rk__dict *dict,
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

static int compare_slots(const void *a, const void *b, void *ctx)
{
    const rk__group_table *t = ctx;
    const uint32_t *x = t->ranks + (size_t) * (const uint32_t *) a * t->n_columns;
    const uint32_t *y = t->ranks + (size_t) * (const uint32_t *) b * t->n_columns;
    for (size_t k = 0; k < t->n_columns; k++) {
        if (x[k] != y[k]) {
            return x[k] < y[k] ? -1 : 1;
        }
    }
    return 0;
}

/* Adds every used slot of the input to the slot of its shorter key. */
static rk_status fold_slots(rk__group_table *t, const rk__groups_input *in)
{
    rk__combiner shorter = {.n_columns = in->n};
    rk_status status = RK_OK;
    for (size_t slot = 0; slot < in->totals->n_slots && status == RK_OK; slot++) {
        if (rk__totals_narrow(in->totals, slot, RK__LANE_ROWS) == 0) {
            continue;
        }
        const uint32_t *codes = rk__combiner_codes(in->combiner, slot);
        const uint32_t *column[RK__MAX_GROUP_COLUMNS];
        uint32_t to = 0;
        for (size_t k = 0; k < in->n; k++) {
            column[k] = &codes[in->positions[k]];
        }
        status = rk__combiner_add(&shorter, column, 1, &to);
        if (status == RK_OK) {
            status = rk__totals_reserve(&t->totals, (size_t) to + 1);
        }
        if (status == RK_OK) {
            status = rk__totals_merge(&t->totals, to, in->totals, slot);
        }
    }
    t->n = t->totals.n_slots;
    t->ranks = rk__calloc(t->n * in->n + 1, sizeof *t->ranks);
    t->order = rk__calloc(t->n + 1, sizeof *t->order);
    if (status == RK_OK && (t->ranks == NULL || t->order == NULL)) {
        status = RK_NO_MEMORY;
    }
    for (size_t i = 0; i < t->n && status == RK_OK; i++) {
        t->order[i] = (uint32_t) i;
        for (size_t k = 0; k < in->n; k++) {
            t->ranks[i * in->n + k] = t->columns[k].rank[rk__combiner_codes(&shorter, i)[k]];
        }
    }
    rk__combiner_dispose(&shorter);
    return status;
}

rk_status rk__groups_fold(const rk__groups_input *input, rk__group_table **out)
{
    rk__group_table *t = rk__calloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL) {
        return RK_NO_MEMORY;
    }
    t->n_columns = input->n;
    t->n_elements = input->n_elements;
    t->places = input->places;
    rk__totals_init(&t->totals, input->totals->n_narrow, input->totals->n_wide);
    t->columns = rk__arena_alloc(&t->arena, (input->n + 1) * sizeof *t->columns);
    rk_status status = t->columns == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t k = 0; k < input->n && status == RK_OK; k++) {
        status = rank_column(t, &t->columns[k], input->dicts[k], input->names[k]);
    }
    if (status == RK_OK) {
        status = fold_slots(t, input);
    }
    if (status != RK_OK) {
        rk__groups_free(t);
        return status;
    }
    qsort_r(t->order, t->n, sizeof *t->order, compare_slots, t);
    *out = t;
    return RK_OK;
}

void rk__groups_free(rk__group_table *table)
{
    if (table != NULL) {
        rk__totals_dispose(&table->totals);
        rk__free(table->ranks);
        rk__free(table->order);
        rk__arena_dispose(&table->arena);
        rk__free(table);
    }
}

size_t rk__groups_count(const rk__group_table *table)
{
    return table->n;
}

size_t rk__groups_n_columns(const rk__group_table *table)
{
    return table->n_columns;
}

const char *rk__groups_column(const rk__group_table *table, size_t column)
{
    return table->columns[column].name;
}

const char *rk__groups_key(const rk__group_table *table, size_t group, size_t column,
                           size_t *length)
{
    const uint32_t rank = table->ranks[table->order[group] * table->n_columns + column];
    *length = 0;
    if (rank == 0) {
        return NULL;
    }
    const ranked_text *r = &table->columns[column].texts[rank - 1];
    *length = r->length;
    return r->text;
}

rk_int128 rk__groups_value(const rk__group_table *table, size_t group, size_t lane)
{
    const size_t slot = table->order[group];
    /* Exact amounts and elements stand in the wide lanes. */
    return lane >= RK__LANE_AMOUNT && table->totals.n_wide > 0
               ? rk__totals_wide(&table->totals, slot, lane - RK__LANE_AMOUNT)
               : rk__totals_narrow(&table->totals, slot, lane);
}

int rk__groups_places(const rk__group_table *table)
{
    return table->places;
}
