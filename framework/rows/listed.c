/* SPDX-License-Identifier: MIT
 *
 * listed.c: keys of rows that were not priced, or that took a default, in words: what
 * a result lists and finds.
 */
#include <stdlib.h>
#include <string.h>

#include "finding/codes.h"
#include "rows/near_key.h"
#include "rows/pass.h"
#include "rows/plan_parts.h"
#include "rows/suspect.h"
#include "rows/unpriced.h"

const char *rk__rule_reason(rk__arena *arena, const rk__rule *rule, size_t reason)
{
    if (reason == 0 || reason > rule->n_reasons) {
        return NULL;
    }
    const rk_reason *r = &rule->reasons[reason - 1];
    return rk__arena_printf(arena, "%s: %s", r->code, r->text);
}

const char *rk__pass_reason(rk__arena *arena, const rk__pass *pass,
                            const rk__pass_instance *instance, rk__pass_listing listing,
                            size_t column)
{
    const rk__rule *rule = instance->instance->rule;
    const size_t known = column < rule->n_columns ? column : rule->n_columns;
    const rk_column *c = &rule->columns[known];
    const size_t at = known < rule->n_columns ? instance->column[known] : (size_t) RK__NONE;
    const char *table = at != RK__NONE && pass->columns[at].join != RK__NONE
                            ? rk__lookup_name(pass->joins[pass->columns[at].join].lookup)
                            : NULL;
    switch (listing) {
    case RK__UNPRICED_LOOKUP:
    case RK__DEFAULTED:
        return rk__arena_printf(arena, "no row of '%s' has this key", table != NULL ? table : "");
    case RK__UNPRICED_BLANK:
        return table != NULL
                   ? rk__arena_printf(arena, "'%s' is blank in '%s'", c->name, table)
                   : rk__arena_printf(arena, "'%s' is blank", c->name != NULL ? c->name : "");
    case RK__UNPRICED_RULE:
        return column > 0 && column <= rule->n_reasons ? rk__rule_reason(arena, rule, column)
                                                       : "the rule cannot price it";
    case RK__PRICED_ZERO:
        return "its price is zero";
    case RK__UNPRICED_DATE:
        break;
    }
    return pass->date_want != RK__NONE ? "its date is in none of the periods"
                                       : "its period is after those of the contract";
}

/* What one instance listed: an index for each key, in no order that means anything. */
typedef struct listed_keys {
    const rk__pass *pass;
    const rk__pass_worker *base;
    const rk__pass_instance *instance;
    const rk__instance_work *work;
} listed_keys;

static rk__pass_listed_key key_at(const listed_keys *l, int32_t index)
{
    rk__pass_listed_key key;
    size_t length = 0;
    memcpy(&key, rk__dict_text(l->work->listed_keys, index, &length), sizeof key);
    return key;
}

static size_t columns_of(const listed_keys *l, const rk__pass_listed_key *key)
{
    return key->combination != (uint32_t) RK__NONE ? l->pass->combinations[key->combination].n : 0;
}

static int compare_texts(const char *x, size_t x_length, const char *y, size_t y_length)
{
    if (x == NULL || y == NULL) {
        return (x != NULL) - (y != NULL);
    }
    const int order = memcmp(x, y, x_length < y_length ? x_length : y_length);
    return order != 0 ? order : (x_length > y_length) - (x_length < y_length);
}

/* No two keys are equal in it, so that the order does not depend on which was met first:
 * by the texts, blank ones and shorter keys first; then by what they are listed for. */
static int compare_keys(const void *a, const void *b, void *ctx)
{
    const listed_keys *l = ctx;
    const rk__pass_listed_key x = key_at(l, *(const int32_t *) a);
    const rk__pass_listed_key y = key_at(l, *(const int32_t *) b);
    const size_t x_n = columns_of(l, &x);
    const size_t y_n = columns_of(l, &y);
    int order = 0;
    for (size_t k = 0; k < x_n && k < y_n && order == 0; k++) {
        size_t x_length = 0;
        size_t y_length = 0;
        const char *x_text = rk__pass_text(l->base, x.combination, x.number, k, &x_length);
        const char *y_text = rk__pass_text(l->base, y.combination, y.number, k, &y_length);
        order = compare_texts(x_text, x_length, y_text, y_length);
    }
    order = order != 0 ? order : (x_n > y_n) - (x_n < y_n);
    order = order != 0 ? order : (x.listing > y.listing) - (x.listing < y.listing);
    order = order != 0 ? order : (x.column > y.column) - (x.column < y.column);
    return order != 0 ? order : (x.combination > y.combination) - (x.combination < y.combination);
}

static bool is_unpriced(const rk__pass_listed_key *key)
{
    return key->listing != RK__DEFAULTED && key->listing != RK__PRICED_ZERO;
}

/* Instead of a column: keys that are unpriced for any, and those of them that are nearly found. */
#define EVERY_UNPRICED RK__NONE
#define NEARLY_FOUND   (RK__NONE - 1)

static bool is_wanted(const listed_keys *l, int32_t index, rk__pass_listing listing, size_t column)
{
    const rk__pass_listed_key key = key_at(l, index);
    if (column == EVERY_UNPRICED) {
        return is_unpriced(&key);
    }
    return column == NEARLY_FOUND ? is_unpriced(&key) && l->work->listed[index].near_rows > 0
                                  : key.listing == listing && key.column == column;
}

/* The first `most` of the keys that are listed for a column, or are otherwise wanted, in order;
 * `out` has room for twice as many. There may be millions of them. */
static size_t first_keys(const listed_keys *l, rk__pass_listing listing, size_t column, size_t most,
                         int32_t *out)
{
    const int32_t count = rk__dict_count(l->work->listed_keys);
    size_t n = 0;
    for (int32_t i = 0; i < count; i++) {
        if (!is_wanted(l, i, listing, column)) {
            continue;
        }
        out[n++] = i;
        if (n == 2 * most) {
            qsort_r(out, n, sizeof *out, compare_keys, (void *) l);
            n = most;
        }
    }
    qsort_r(out, n, sizeof *out, compare_keys, (void *) l);
    return n < most ? n : most;
}

/* The lookup whose key is listed; RK__NONE if none is. */
static size_t join_of(const listed_keys *l, const rk__pass_listed_key *key)
{
    const size_t n = l->instance->instance->rule->n_columns;
    const bool looked_up = key->listing == RK__UNPRICED_LOOKUP || key->listing == RK__DEFAULTED;
    for (size_t k = 0; k < n && (looked_up || key->listing == RK__UNPRICED_RULE); k++) {
        const size_t column = looked_up ? key->column : k; /* a reason has no column */
        const size_t at = column < n ? l->instance->column[column] : RK__NONE;
        const size_t join = at != RK__NONE ? l->pass->columns[at].join : RK__NONE;
        if (join != RK__NONE && l->pass->joins[join].combination == key->combination) {
            return join;
        }
    }
    return RK__NONE;
}

/* The code that a key which was not found should probably have, with its part of the key; NULL if
 * none is near, or if several are. */
static const char *near_code(const listed_keys *l, const rk__pass_listed_key *key, size_t *part)
{
    const size_t join = join_of(l, key);
    const size_t n = columns_of(l, key);
    const char *parts[RK__MAX_KEYS];
    size_t lengths[RK__MAX_KEYS];
    if (join == RK__NONE || n > RK__MAX_KEYS ||
        n != rk__lookup_n_keys(l->pass->joins[join].lookup)) {
        return NULL;
    }
    for (size_t k = 0; k < n; k++) {
        parts[k] = rk__pass_text(l->base, key->combination, key->number, k, &lengths[k]);
    }
    rk__lookup *lookup = l->pass->joins[join].lookup;
    uint32_t row = 0;
    if (rk__lookup_find_folded(lookup, parts, lengths, &row) != RK_OK) {
        l->instance->instance->result->arena.failed = true;
        return NULL;
    }
    for (size_t k = 0; row != 0 && k < n; k++) {
        size_t length = 0;
        const char *text = rk__lookup_key_text(lookup, row, k, &length);
        if (text != NULL && (length != lengths[k] || memcmp(text, parts[k], length) != 0)) {
            *part = k;
            return text;
        }
    }
    return rk__near_key(lookup, parts, lengths, part);
}

static rk_status key_count(const listed_keys *l, int32_t index, rk_unpriced_key *out)
{
    rk__instance *instance = l->instance->instance;
    rk__arena *arena = &instance->result->arena;
    const rk__pass_listed *listed = &l->work->listed[index];
    const rk__pass_listed_key key = key_at(l, index);
    const size_t n = columns_of(l, &key);
    const char **columns = rk__arena_alloc(arena, (n + 1) * sizeof *columns);
    const char **values = rk__arena_alloc(arena, (n + 1) * sizeof *values);
    if (columns == NULL || values == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < n; k++) {
        size_t length = 0;
        const char *text = rk__pass_text(l->base, key.combination, key.number, k, &length);
        const size_t want = l->pass->combinations[key.combination].want[k];
        columns[k] = rk__arena_strdup(arena, rk__plan_want_name(l->pass, want));
        values[k] = text != NULL ? rk__arena_copy(arena, text, length) : NULL;
    }
    *out =
        (rk_unpriced_key){.columns = columns,
                          .values = values,
                          .n_columns = n,
                          .rows = listed->rows,
                          .quantity = rk__num_scaled(&instance->result->nums, listed->quantity, 6),
                          .reason = rk__pass_reason(arena, l->pass, l->instance,
                                                    (rk__pass_listing) key.listing, key.column)};
    size_t part = 0;
    const bool wrong = key.listing == RK__UNPRICED_LOOKUP || listed->near_rows > 0;
    const char *near = wrong ? near_code(l, &key, &part) : NULL;
    if (near != NULL && out->reason != NULL) {
        out->reason =
            rk__arena_printf(arena, "%s; did you mean %s '%s'?", out->reason, columns[part], near);
    }
    return out->reason != NULL ? RK_OK : RK_NO_MEMORY;
}

/* "2 rows"; small counts are suppressed if the run asks for that. */
static void rows_text(rk__buf *buf, const rk__instance *instance, uint64_t rows)
{
    if (rows < instance->result->suppress_below) {
        rk__buf_puts(buf, "* rows");
    } else {
        rk__buf_printf(buf, "%llu row%s", (unsigned long long) rows, rows == 1 ? "" : "s");
    }
}

/* "provider 'RXX' (2 rows), no provider (1 row)", at most ten. */
#define KEYS_TOLD 10

static rk_status keys_text(rk__buf *buf, const listed_keys *l, rk__pass_listing listing,
                           size_t column, size_t n)
{
    int32_t first[2 * KEYS_TOLD];
    const size_t told = first_keys(l, listing, column, KEYS_TOLD, first);
    for (size_t i = 0; i < told; i++) {
        rk_unpriced_key key;
        if (key_count(l, first[i], &key) != RK_OK) {
            return RK_NO_MEMORY;
        }
        rk__buf_puts(buf, i == 0 ? "" : ", ");
        for (size_t k = 0; k < key.n_columns; k++) {
            rk__buf_puts(buf, k == 0 ? "" : " ");
            if (key.values[k] != NULL) {
                rk__buf_printf(buf, "%s '%s'", key.columns[k], key.values[k]);
            } else {
                rk__buf_printf(buf, "no %s", key.columns[k]);
            }
        }
        rk__buf_puts(buf, key.n_columns > 0 ? " (" : "(");
        rows_text(buf, l->instance->instance, key.rows);
        const rk__pass_listed_key of = key_at(l, first[i]);
        size_t part = 0;
        const char *near = near_code(l, &of, &part);
        if (near != NULL) {
            rk__buf_printf(buf, "; did you mean '%s'?", near);
        }
        rk__buf_putc(buf, ')');
    }
    if (n > told) {
        rk__buf_printf(buf, " and %zu more", n - told);
    }
    return RK_OK;
}

/* Of one column that took its default: n keys, and rows in all. At stake is what rows whose key is
 * nearly found would be paid more, or less. */
static rk_status warn_defaulted(const listed_keys *l, size_t column, size_t n,
                                const rk__pass_listed *sum)
{
    rk__instance *instance = l->instance->instance;
    const rk_column *c = &instance->rule->columns[column];
    const rk__pass_join *join = &l->pass->joins[l->pass->columns[l->instance->column[column]].join];
    rk__buf count = {0};
    rk__buf keys_buf = {0};
    rk_status status = RK_OK;
    rows_text(&count, instance, sum->rows);
    if (join->lacks != NULL) {
        rk__buf_printf(&keys_buf, "the rows have no column '%s'", join->lacks);
    } else {
        status = keys_text(&keys_buf, l, RK__DEFAULTED, column, n);
    }
    if (count.failed || keys_buf.failed) {
        status = RK_NO_MEMORY;
    }
    if (status == RK_OK) {
        const rk_int128 stake = sum->near_amount < 0 ? -sum->near_amount : sum->near_amount;
        rk__instance_find(
            instance,
            (rk_finding){.code = "default-taken",
                         .rows = sum->rows,
                         .amount = stake > 0 ? rk__num_scaled(&instance->result->nums, stake,
                                                              rk__pass_places(instance->rule))
                                             : NULL},
            "%s found no '%s' in table '%s' of %s, and took the default %s: %s", count.text,
            c->name, rk__lookup_name(join->lookup), rk__lookup_origin(join->lookup),
            c->default_value, keys_buf.text);
    }
    rk__buf_dispose(&count);
    rk__buf_dispose(&keys_buf);
    return status;
}

/* The first of the unpriced keys. */
static rk_status tell_unpriced(const listed_keys *l)
{
    rk__row_outcome *rows = &l->instance->instance->rows;
    const bool all = l->instance->instance->contract->session->detail != NULL;
    rows->n_unpriced =
        all || rows->unpriced_keys < RK__UNPRICED_MAX ? rows->unpriced_keys : RK__UNPRICED_MAX;
    rows->unpriced = rk__arena_alloc(&l->instance->instance->result->arena,
                                     (rows->n_unpriced + 1) * sizeof *rows->unpriced);
    int32_t *first = rk__calloc(2 * rows->n_unpriced + 1, sizeof *first);
    rk_status status = rows->unpriced == NULL || first == NULL ? RK_NO_MEMORY : RK_OK;
    const size_t n =
        status == RK_OK && rows->n_unpriced > 0
            ? first_keys(l, RK__UNPRICED_LOOKUP, EVERY_UNPRICED, rows->n_unpriced, first)
            : 0;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = key_count(l, first[i], &rows->unpriced[i]);
    }
    rk__free(first);
    return status;
}

/* Keys that exist in another case or with other blanks, and what their rows would be paid. */
static rk_status find_near(const listed_keys *l)
{
    rk__instance *instance = l->instance->instance;
    rk__nums *nums = &instance->result->nums;
    rk__pass_listed sum = {0};
    size_t n = 0;
    for (int32_t i = 0; i < rk__dict_count(l->work->listed_keys); i++) {
        const rk__pass_listed *listed = &l->work->listed[i];
        if (!is_wanted(l, i, RK__UNPRICED_LOOKUP, NEARLY_FOUND)) {
            continue;
        }
        n++;
        sum.near_rows += listed->near_rows;
        sum.near_quantity += listed->near_quantity;
        sum.near_amount += listed->near_amount;
    }
    if (n == 0) {
        return RK_OK;
    }
    rk__buf keys = {0};
    rk__buf count = {0};
    rows_text(&count, instance, sum.near_rows);
    const rk_status status = keys_text(&keys, l, RK__UNPRICED_LOOKUP, NEARLY_FOUND, n);
    if (status == RK_OK && !keys.failed && !count.failed) {
        const rk_num amount =
            rk__num_scaled(nums, sum.near_amount, rk__pass_places(instance->rule));
        rk__instance_find(
            instance,
            (rk_finding){.code = "key-nearly-found",
                         .rows = sum.near_rows,
                         .quantity = rk__num_scaled(nums, sum.near_quantity, 6),
                         .amount = rk__num_sign(amount) > 0 ? amount : NULL},
            "%s found no price by a key that exists in another case or with other blanks: %s",
            count.text, keys.text);
    }
    const bool failed = keys.failed || count.failed;
    rk__buf_dispose(&keys);
    rk__buf_dispose(&count);
    return failed ? RK_NO_MEMORY : status;
}

/* A looked-up price of zero was paid for n keys. */
static rk_status find_zero(const listed_keys *l, size_t column, size_t n,
                           const rk__pass_listed *sum)
{
    rk__instance *instance = l->instance->instance;
    rk__buf keys = {0};
    rk__buf count = {0};
    rows_text(&count, instance, sum->rows);
    const rk_status status = keys_text(&keys, l, RK__PRICED_ZERO, column, n);
    if (status == RK_OK && !keys.failed && !count.failed) {
        rk__instance_find(
            instance,
            (rk_finding){.code = "zero-price",
                         .rows = sum->rows,
                         .quantity = rk__num_scaled(&instance->result->nums, sum->quantity, 6)},
            "%s found a '%s' of zero and pay%s nothing: %s", count.text,
            instance->rule->columns[column].name, sum->rows == 1 ? "s" : "", keys.text);
    }
    const bool failed = keys.failed || count.failed;
    rk__buf_dispose(&keys);
    rk__buf_dispose(&count);
    return failed ? RK_NO_MEMORY : status;
}

/* Tells what was listed, as unpriced keys and findings. */
static rk_status tell_listed(const rk__pass *p, const rk__pass_worker *base, size_t u)
{
    const listed_keys l = {p, base, &p->instances[u], &base->instances[u]};
    rk__instance *instance = p->instances[u].instance;
    const size_t n_columns = instance->rule->n_columns;
    rk__pass_listed *sums = rk__calloc(2 * n_columns + 2, sizeof *sums); /* by column */
    size_t *keys = rk__calloc(2 * n_columns + 2, sizeof *keys);
    rk_status status = sums == NULL || keys == NULL ? RK_NO_MEMORY : RK_OK;
    const int32_t n = status == RK_OK ? rk__dict_count(l.work->listed_keys) : 0;
    for (int32_t i = 0; i < n; i++) {
        const rk__pass_listed_key key = key_at(&l, i);
        if (!is_unpriced(&key)) {
            const size_t at = key.column + (key.listing == RK__PRICED_ZERO ? n_columns : 0);
            sums[at].rows += l.work->listed[i].rows;
            sums[at].quantity += l.work->listed[i].quantity;
            sums[at].near_amount += l.work->listed[i].near_amount;
            keys[at]++;
            continue;
        }
        instance->rows.unpriced_rows += l.work->listed[i].rows;
        instance->rows.unpriced_keys++;
        if (key.listing != RK__UNPRICED_DATE) {
            instance->rows.unpriced_quantity += l.work->listed[i].quantity;
        }
        if (key.listing == RK__UNPRICED_LOOKUP) {
            instance->rows.unfound_keys++;
            instance->rows.unfound_quantity += l.work->listed[i].quantity;
        }
    }
    for (size_t c = 0; c < n_columns && status == RK_OK; c++) {
        status = keys[c] > 0 ? warn_defaulted(&l, c, keys[c], &sums[c]) : RK_OK;
        if (status == RK_OK && keys[n_columns + c] > 0) {
            status = find_zero(&l, c, keys[n_columns + c], &sums[n_columns + c]);
        }
    }
    rk__free(sums);
    rk__free(keys);
    status = status == RK_OK ? tell_unpriced(&l) : status;
    return status == RK_OK && instance->rows.unpriced_keys > 0 ? find_near(&l) : status;
}

static void warn_notes(rk__instance *instance, const uint64_t *notes)
{
    memcpy(instance->rows.notes, notes, sizeof instance->rows.notes);
    for (size_t bit = 0; bit < instance->rule->n_notes && bit < 32; bit++) {
        if (notes[bit] > 0) {
            rk__buf count = {0};
            rows_text(&count, instance, notes[bit]);
            instance->result->nums.no_memory |= count.failed;
            const rk_note *note = &instance->rule->notes[bit];
            const char *code = rk__finding_is_code(note->name) ? note->name : "rule-note";
            rk__instance_find(instance, (rk_finding){.code = code, .rows = notes[bit]}, "%s: %s",
                              count.failed ? "" : count.text, note->message);
            rk__buf_dispose(&count);
        }
    }
}

rk_status rk__pass_fold_listed(const rk__pass *pass, const rk__pass_worker *worker, size_t instance)
{
    const rk_status status = rk__dict_count(worker->instances[instance].listed_keys) > 0
                                 ? tell_listed(pass, worker, instance)
                                 : RK_OK;
    if (status == RK_OK) {
        rk__suspect_report(pass, worker, instance);
        rk__unpriced_report(pass, instance);
    }
    if (status == RK_OK && worker->instances[instance].noted != 0) {
        warn_notes(pass->instances[instance].instance, worker->instances[instance].notes);
    }
    return status;
}
