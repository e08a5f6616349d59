/* SPDX-License-Identifier: MIT
 *
 * groups_join.c: adds up tables of groups that have the same key columns.
 */
#include <string.h>

#include "totals/groups.h"

/* A table being made: each key's number, and what is added up for it. */
typedef struct join {
    size_t n_columns;
    const char *names[RK__MAX_GROUP_COLUMNS];
    rk__dict *dicts[RK__MAX_GROUP_COLUMNS];
    rk__combiner combiner;
    rk__totals totals; /* rows, quantity; amount */
} join;

static rk_status begin(join *j, const rk_groups *like)
{
    rk_status status = RK_OK;
    *j = (join){.n_columns = rk_groups_n_columns(like)};
    j->combiner.n_columns = j->n_columns;
    rk__totals_init(&j->totals, 2, 1);
    for (size_t c = 0; c < j->n_columns; c++) {
        j->names[c] = rk_groups_column(like, c);
        j->dicts[c] = rk__dict_new();
        status = j->dicts[c] == NULL ? RK_NO_MEMORY : status;
    }
    return status;
}

static void dispose(join *j)
{
    for (size_t c = 0; c < j->n_columns; c++) {
        rk__dict_free(j->dicts[c]);
    }
    rk__combiner_dispose(&j->combiner);
    rk__totals_dispose(&j->totals);
}

/* The number of each key of groups from..from+n. */
static rk_status number_keys(join *j, const rk_groups *table, size_t from, size_t n,
                             uint32_t *slots)
{
    uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    const uint32_t *columns[RK__MAX_GROUP_COLUMNS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    for (size_t c = 0; c < j->n_columns; c++) {
        columns[c] = codes[c];
        for (size_t i = 0; i < n; i++) {
            size_t length = 0;
            const char *text = rk_groups_key(table, from + i, c, &length);
            const int32_t code = text != NULL ? rk__dict_intern(j->dicts[c], text, length) : -1;
            if (text != NULL && code < 0) {
                return RK_NO_MEMORY;
            }
            codes[c][i] = (uint32_t) (code + 1);
        }
        below[c] = (uint32_t) rk__dict_count(j->dicts[c]) + 1;
    }
    const rk_status status = rk__combiner_add(&j->combiner, columns, below, n, slots);
    return status == RK_OK ? rk__totals_reserve(&j->totals, j->combiner.n) : status;
}

/* Adds groups from..from+n; `amounts`, by group, stand for the table's own. */
static rk_status add_some(join *j, const rk__groups_part *part, const rk_int128 *amounts,
                          size_t from, size_t n)
{
    uint32_t slots[RK__COMBINER_ROWS];
    int64_t quantity[RK__COMBINER_ROWS];
    rk_int128 amount[RK__COMBINER_ROWS];
    const int places = rk_groups_places(part->table);
    const rk_status status = number_keys(j, part->table, from, n, slots);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const rk_int128 counted = part->quantities ? rk_groups_counted(part->table, from + i) : 0;
        const rk_int128 own = amounts != NULL ? amounts[from + i]
                              : part->amounts && places > 0
                                  ? rk_groups_value(part->table, from + i, RK_LANE_AMOUNT)
                                  : 0;
        const rk_int128 scale = amounts == NULL && places == 6 ? RK_DECIMAL_ONE : 1;
        if (counted > INT64_MAX || counted < INT64_MIN ||
            __builtin_mul_overflow(own, scale, &amount[i])) {
            return RK_OVERFLOW;
        }
        quantity[i] = (int64_t) counted;
    }
    const int64_t *narrow[2] = {NULL, quantity};
    const rk_int128 *wide[1] = {amount};
    return status == RK_OK ? rk__totals_add(&j->totals, slots, n, narrow, wide) : status;
}

static rk_status add_table(join *j, const rk__groups_part *part, const rk_int128 *amounts)
{
    const size_t n = rk_groups_count(part->table);
    rk_status status = RK_OK;
    for (size_t from = 0; from < n && status == RK_OK; from += RK__COMBINER_ROWS) {
        const size_t left = n - from;
        status =
            add_some(j, part, amounts, from, left < RK__COMBINER_ROWS ? left : RK__COMBINER_ROWS);
    }
    return status;
}

static rk_status finish(join *j, bool dealt, rk_groups **out)
{
    static const size_t positions[RK__MAX_GROUP_COLUMNS] = {0, 1, 2, 3, 4, 5, 6, 7};
    const rk__groups_input input = {.combiner = &j->combiner,
                                    .totals = &j->totals,
                                    .take = true,
                                    .positions = positions,
                                    .n = j->n_columns,
                                    .dicts = j->dicts,
                                    .names = j->names,
                                    .places = 12,
                                    .dealt = dealt};
    return rk__groups_fold(&input, out);
}

static bool same_columns(const rk_groups *a, const rk_groups *b)
{
    bool same = rk_groups_n_columns(a) == rk_groups_n_columns(b);
    for (size_t c = 0; same && c < rk_groups_n_columns(a); c++) {
        same = strcmp(rk_groups_column(a, c), rk_groups_column(b, c)) == 0;
    }
    return same;
}

rk_status rk__groups_join(const rk__groups_part *parts, size_t n, rk_groups **out)
{
    join j;
    rk_status status = begin(&j, parts[0].table);
    *out = NULL;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = same_columns(parts[0].table, parts[i].table) ? add_table(&j, &parts[i], NULL)
                                                              : RK_CONFLICT;
    }
    status = status == RK_OK ? finish(&j, false, out) : status;
    dispose(&j);
    return status;
}

/* Adds an amount to the group whose key columns are all blank. */
static rk_status add_blank(join *j, rk_int128 amount)
{
    static const uint32_t no_code[1];
    static const int64_t no_quantity[1];
    const uint32_t *columns[RK__MAX_GROUP_COLUMNS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    uint32_t slot = 0;
    for (size_t c = 0; c < j->n_columns; c++) {
        columns[c] = no_code;
        below[c] = (uint32_t) rk__dict_count(j->dicts[c]) + 1;
    }
    rk_status status = rk__combiner_add(&j->combiner, columns, below, 1, &slot);
    if (status == RK_OK) {
        status = rk__totals_reserve(&j->totals, j->combiner.n);
    }
    const int64_t *narrow[2] = {NULL, no_quantity};
    const rk_int128 *wide[1] = {&amount};
    return status == RK_OK ? rk__totals_add(&j->totals, &slot, 1, narrow, wide) : status;
}

rk_status rk__groups_dealt(const rk_groups *table, const rk_int128 *amounts, rk_int128 blank,
                           rk_groups **out)
{
    const rk__groups_part part = {.table = table, .quantities = true};
    join j;
    rk_status status = begin(&j, table);
    *out = NULL;
    status = status == RK_OK ? add_table(&j, &part, amounts) : status;
    status = status == RK_OK && blank != 0 ? add_blank(&j, blank) : status;
    status = status == RK_OK ? finish(&j, true, out) : status;
    dispose(&j);
    return status;
}
