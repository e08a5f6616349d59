/* SPDX-License-Identifier: MIT
 *
 * foot.c: amounts rounded for show so that they add up as shown, by the largest remainder.
 */
#include "report/foot.h"

#include <stdlib.h>

typedef struct part {
    int64_t floor;
    rk_num rest; /* what the floor leaves, in grains: from 0 to below 1 */
    bool raised;
} part;

/* The whole number of a number that is one, or is rounded to one. */
static int64_t whole(rk__page *out, rk_num number)
{
    rk_decimal exact = 0;
    const rk_num rounded = rk__num_round(&out->nums, number, 0);
    return rk__num_to_decimal(rounded, &exact) ? exact / 1000000 : 0;
}

int64_t rk__grains(rk__page *out, rk_num amount, rk_num grain)
{
    return amount == NULL ? 0 : whole(out, rk__num_div(&out->nums, amount, grain));
}

static void split(rk__page *out, rk_num amount, rk_num grain, part *to)
{
    rk__nums *nums = &out->nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    const rk_num grains = rk__num_div(nums, amount != NULL ? amount : zero, grain);
    int64_t floor = whole(out, grains);
    rk_num rest = rk__num_sub(nums, grains, rk__num_from_int(nums, floor));
    if (rk__num_sign(rest) < 0) {
        floor--;
        rest = rk__num_add(nums, rest, rk__num_from_int(nums, 1));
    }
    *to = (part){.floor = floor, .rest = rest};
}

/* The part with the most to make up: its remainder, and what its column lacks. Parts without a
 * remainder do not change. */
static size_t most_due(rk__page *out, const part *parts, size_t n, const rk_num *column)
{
    size_t best = SIZE_MAX;
    rk_num most = NULL;
    for (size_t i = 0; i < n; i++) {
        const rk_num due =
            column == NULL ? parts[i].rest : rk__num_add(&out->nums, parts[i].rest, column[i]);
        if (!parts[i].raised && rk__num_sign(parts[i].rest) != 0 &&
            (best == SIZE_MAX || rk__num_compare(due, most) > 0)) {
            best = i;
            most = due;
        }
    }
    return best;
}

static int64_t size_of(const part *p)
{
    return p->floor < 0 ? -p->floor : p->floor;
}

/* A part by what it has to make up for, then by its order. */
typedef struct due_part {
    rk_num rest;
    size_t index;
} due_part;

static int by_rest(const void *a, const void *b)
{
    const due_part *x = a;
    const due_part *y = b;
    const int order = rk__num_compare(y->rest, x->rest);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* The same as raising the part that is most due, one after the other: what is still missing. */
static int64_t raise_sorted(rk__page *out, part *parts, size_t n, int64_t more)
{
    due_part *due = more > 0 ? rk__arena_alloc(&out->arena, (n + 1) * sizeof *due) : NULL;
    size_t n_due = 0;
    out->failed |= more > 0 && due == NULL;
    for (size_t i = 0; due != NULL && i < n; i++) {
        if (rk__num_sign(parts[i].rest) != 0) {
            due[n_due++] = (due_part){.rest = parts[i].rest, .index = i};
        }
    }
    if (n_due > 1) {
        qsort(due, n_due, sizeof *due, by_rest);
    }
    for (size_t i = 0; i < n_due && more > 0; i++, more--) {
        parts[due[i].index].raised = true;
    }
    return more;
}

/* Raises parts until they add up to the total. If the total is not a rounding of their sum, the
 * largest part takes the difference. */
static void raise_to(rk__page *out, part *parts, size_t n, int64_t total, const rk_num *column)
{
    size_t largest = 0;
    int64_t more = total;
    for (size_t i = 0; i < n; i++) {
        more -= parts[i].floor;
        largest = size_of(&parts[i]) > size_of(&parts[largest]) ? i : largest;
    }
    if (column == NULL) {
        more = raise_sorted(out, parts, n, more);
    }
    while (more > 0 && column != NULL) {
        const size_t best = most_due(out, parts, n, column);
        if (best == SIZE_MAX) {
            break;
        }
        parts[best].raised = true;
        more--;
    }
    if (n > 0) {
        parts[largest].floor += more;
    }
}

static part *split_all(rk__page *out, const rk_num *amounts, size_t n, rk_num grain)
{
    part *parts = rk__arena_alloc(&out->arena, (n + 1) * sizeof *parts);
    for (size_t i = 0; parts != NULL && i < n; i++) {
        split(out, amounts[i], grain, &parts[i]);
    }
    out->failed |= parts == NULL;
    return parts;
}

void rk__foot_to(rk__page *out, const rk_num *amounts, size_t n, rk_num grain, int64_t total,
                 int64_t *shown)
{
    part *parts = split_all(out, amounts, n, grain);
    if (parts != NULL) {
        raise_to(out, parts, n, total, NULL);
    }
    for (size_t i = 0; parts != NULL && i < n; i++) {
        shown[i] = parts[i].floor + parts[i].raised;
    }
}

void rk__foot(rk__page *out, const rk_num *amounts, size_t n, rk_num grain, int64_t *shown)
{
    rk_num sum = rk__num_from_int(&out->nums, 0);
    for (size_t i = 0; i < n; i++) {
        sum = amounts[i] != NULL ? rk__num_add(&out->nums, sum, amounts[i]) : sum;
    }
    rk__foot_to(out, amounts, n, grain, rk__grains(out, sum, grain), shown);
}

void rk__foot_table(rk__page *out, const rk_num *cells, size_t rows, size_t columns, rk_num grain,
                    const int64_t *totals, int64_t *shown)
{
    rk__nums *nums = &out->nums;
    rk_num *short_of = rk__arena_alloc(&out->arena, (columns + 1) * sizeof(rk_num));
    out->failed |= short_of == NULL;
    for (size_t c = 0; !out->failed && c < columns; c++) {
        short_of[c] = rk__num_from_int(nums, 0);
    }
    for (size_t r = 0; r < rows && !out->failed; r++) {
        part *parts = split_all(out, &cells[r * columns], columns, grain);
        if (parts != NULL) {
            raise_to(out, parts, columns, totals[r], short_of);
        }
        for (size_t c = 0; parts != NULL && c < columns; c++) {
            const rk_num given = rk__num_from_int(nums, parts[c].raised);
            shown[r * columns + c] = parts[c].floor + parts[c].raised;
            short_of[c] = rk__num_sub(nums, rk__num_add(nums, short_of[c], parts[c].rest), given);
        }
    }
}
