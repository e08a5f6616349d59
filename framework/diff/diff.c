/* SPDX-License-Identifier: MIT
 *
 * diff.c: rows matched by key: the same, changed, added or removed.
 */
#include "diff/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "contract/session.h"

/* Columns that are part of the key of a file of rows if both files have them. */
static const char *const always[] = {"arrangement", "component"};
#define N_ALWAYS (sizeof always / sizeof *always)
static const char *const key_of_rows[] = {"spell_id", NULL};
static const char *const key_of_results[] = {"period", "component", "line", NULL};

/* ------------------------------------------------------------------------- keys */

static rk_status no_column(const rk_diff *d, int side, const char *name, rk_problems *problems)
{
    const rk__rowset *rows = &d->rows[side];
    const char **names = rk__calloc(rows->n_columns + 1, sizeof *names);
    for (size_t i = 0; names != NULL && i < rows->n_columns; i++) {
        names[i] = rows->columns[i];
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    const rk_status status =
        rk__problem(problems, RK_MISSING_COLUMN, NULL,
                    "name the key with --key COLUMN; reckon evaluate --rows FILE --row-columns "
                    "COLUMN writes it",
                    near != NULL ? "'%s' has no column '%s'; did you mean '%s'?"
                                 : "'%s' has no column '%s'%.0s",
                    rows->path, name, near != NULL ? near : "");
    rk__free(names);
    return status;
}

static rk_status find_key(rk_diff *d, const char *const *named, rk_problems *problems)
{
    size_t n = 0;
    const char *const *wanted = d->results                          ? key_of_results
                                : named != NULL && named[0] != NULL ? named
                                                                    : key_of_rows;
    while (wanted[n] != NULL) {
        n++;
    }
    const char **names = rk__arena_alloc(&d->arena, (n + N_ALWAYS + 1) * sizeof *names);
    d->key_at[0] = rk__arena_alloc(&d->arena, (n + N_ALWAYS) * sizeof *d->key_at[0]);
    d->key_at[1] = rk__arena_alloc(&d->arena, (n + N_ALWAYS) * sizeof *d->key_at[1]);
    if (names == NULL || d->key_at[0] == NULL || d->key_at[1] == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n + (d->results ? 0 : N_ALWAYS); i++) {
        const char *name = i < n ? wanted[i] : always[i - n];
        const int at[] = {rk__rowset_find(&d->rows[0], name), rk__rowset_find(&d->rows[1], name)};
        bool known = false;
        for (size_t k = 0; k < d->n_key; k++) {
            known |= strcmp(names[k], name) == 0;
        }
        if (i < n && (at[0] < 0 || at[1] < 0)) {
            return no_column(d, at[0] < 0 ? 0 : 1, name, problems);
        }
        if (at[0] >= 0 && at[1] >= 0 && !known) {
            d->key_at[0][d->n_key] = at[0];
            d->key_at[1][d->n_key] = at[1];
            names[d->n_key++] = name;
        }
    }
    d->key = names;
    return RK_OK;
}

static int by_key(const void *a, const void *b)
{
    const rk__keyed *x = a;
    const rk__keyed *y = b;
    const int order = strcmp(x->text, y->text);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static rk_status sort_rows(rk_diff *d, int side)
{
    const rk__rowset *rows = &d->rows[side];
    rk__keyed *keyed = rk__calloc(rows->n_rows + 1, sizeof *keyed);
    rk__buf text = {0};
    d->keyed[side] = keyed;
    for (size_t row = 0; keyed != NULL && row < rows->n_rows; row++) {
        rk__buf_reset(&text);
        for (size_t k = 0; k < d->n_key; k++) {
            const char *cell = rk__rowset_cell(rows, row, d->key_at[side][k]);
            rk__buf_puts(&text, cell != NULL ? cell : "");
            rk__buf_putc(&text, '\x1f');
        }
        keyed[row] = (rk__keyed){
            text.failed ? NULL : rk__arena_copy(&d->arena, text.text, text.length), row};
        if (keyed[row].text == NULL) {
            d->arena.failed = true;
            break;
        }
    }
    rk__buf_dispose(&text);
    if (keyed == NULL || d->arena.failed) {
        return RK_NO_MEMORY;
    }
    qsort(keyed, rows->n_rows, sizeof *keyed, by_key);
    return RK_OK;
}

const char *const *rk__diff_key(rk_diff *diff, int side, size_t row)
{
    const char **key = rk__arena_alloc(&diff->arena, (diff->n_key + 1) * sizeof *key);
    for (size_t k = 0; key != NULL && k < diff->n_key; k++) {
        key[k] = rk__rowset_cell(&diff->rows[side], row, diff->key_at[side][k]);
    }
    return key;
}

/* ---------------------------------------------------------------------- matching */

static bool is_key(const rk_diff *d, const char *name)
{
    bool is = strcmp(name, "row") == 0;
    for (size_t k = 0; k < d->n_key; k++) {
        is |= strcmp(d->key[k], name) == 0;
    }
    return is;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Whether a text is a number as a spreadsheet would write it too, but for zeros at its end: "007"
 * is a code. */
static bool is_number(const char *text, rk_decimal *out)
{
    const char *digits = text + (text[0] == '-');
    return digits[0] >= '0' && digits[0] <= '9' &&
           (digits[0] != '0' || digits[1] == '.' || digits[1] == '\0') &&
           rk__decimal_parse(text, strlen(text), out) == RK__DECIMAL_OK;
}

/* A workbook has 12.5 where a CSV file has 12.50. */
static bool same_cell(const rk_diff *d, const char *a, const char *b)
{
    rk_decimal x = 0;
    rk_decimal y = 0;
    return same_text(a, b) || (d->rows[0].workbook != d->rows[1].workbook && a != NULL &&
                               b != NULL && is_number(a, &x) && is_number(b, &y) && x == y);
}

/* The columns of both files in which two rows differ, without the row number. `changes` may be
 * NULL, to count. */
static size_t changes_of(const rk_diff *d, size_t row_a, size_t row_b, rk_diff_change *changes)
{
    const rk__rowset *a = &d->rows[0];
    const rk__rowset *b = &d->rows[1];
    size_t n = 0;
    for (size_t k = 0; k < a->n_columns; k++) {
        const int at = rk__rowset_find(b, a->columns[k]);
        if (at < 0 || is_key(d, a->columns[k])) {
            continue;
        }
        const char *before = rk__rowset_cell(a, row_a, (int) k);
        const char *after = rk__rowset_cell(b, row_b, at);
        if (!same_cell(d, before, after)) {
            if (changes != NULL) {
                changes[n] = (rk_diff_change){a->columns[k], before, after};
            }
            n++;
        }
    }
    return n;
}

static rk_status add_entry(rk_diff *d, size_t row_a, size_t row_b)
{
    const size_t n = row_a != SIZE_MAX && row_b != SIZE_MAX ? changes_of(d, row_a, row_b, NULL) : 0;
    const rk_diff_kind kind = row_a == SIZE_MAX   ? RK_DIFF_ADDED
                              : row_b == SIZE_MAX ? RK_DIFF_REMOVED
                              : n > 0             ? RK_DIFF_CHANGED
                                                  : RK_DIFF_SAME;
    d->count[kind]++;
    if (kind == RK_DIFF_SAME) {
        return RK_OK;
    }
    if (rk__grow((void **) &d->entries, &d->entries_capacity, d->n_entries + 1,
                 sizeof *d->entries) != 0) {
        return RK_NO_MEMORY;
    }
    rk__diff_entry *e = &d->entries[d->n_entries++];
    *e = (rk__diff_entry){.kind = kind, .n_changes = n, .row_a = row_a, .row_b = row_b};
    e->changes = rk__arena_alloc(&d->arena, (n + 1) * sizeof *e->changes);
    const int side = row_b != SIZE_MAX;
    e->key = rk__diff_key(d, side, side ? row_b : row_a);
    if (e->changes == NULL || e->key == NULL) {
        return RK_NO_MEMORY;
    }
    (void) (n > 0 ? changes_of(d, row_a, row_b, e->changes) : 0);
    const rk_int128 a = row_a != SIZE_MAX ? d->rows[0].amount[row_a] : 0;
    const rk_int128 b = row_b != SIZE_MAX ? d->rows[1].amount[row_b] : 0;
    e->a = row_a != SIZE_MAX ? rk__num_scaled(&d->nums, a, 6) : NULL;
    e->b = row_b != SIZE_MAX ? rk__num_scaled(&d->nums, b, 6) : NULL;
    e->difference = rk__num_scaled(&d->nums, b - a, 6);
    d->amount[kind] = rk__num_add(&d->nums, d->amount[kind], e->difference);
    return RK_OK;
}

/* Rows of one key: equal ones first, then the rest in their order. */
static rk_status match(rk_diff *d, const rk__keyed *a, size_t n_a, const rk__keyed *b, size_t n_b,
                       bool *taken)
{
    rk_status status = RK_OK;
    memset(taken, 0, n_a + n_b);
    for (size_t i = 0; i < n_a && n_a + n_b > 2; i++) {
        for (size_t k = 0; k < n_b && !taken[i]; k++) {
            if (!taken[n_a + k] && changes_of(d, a[i].row, b[k].row, NULL) == 0) {
                taken[i] = taken[n_a + k] = true;
                status = add_entry(d, a[i].row, b[k].row);
            }
        }
    }
    size_t i = 0;
    size_t k = 0;
    while (status == RK_OK) {
        while (i < n_a && taken[i]) {
            i++;
        }
        while (k < n_b && taken[n_a + k]) {
            k++;
        }
        if (i == n_a && k == n_b) {
            break;
        }
        status = add_entry(d, i < n_a ? a[i].row : SIZE_MAX, k < n_b ? b[k].row : SIZE_MAX);
        i += i < n_a;
        k += k < n_b;
    }
    return status;
}

static size_t run_of(const rk__keyed *keyed, size_t at, size_t n)
{
    size_t i = at;
    while (i < n && strcmp(keyed[i].text, keyed[at].text) == 0) {
        i++;
    }
    return i - at;
}

static rk_status match_all(rk_diff *d)
{
    const size_t n_a = d->rows[0].n_rows;
    const size_t n_b = d->rows[1].n_rows;
    bool *taken = rk__calloc(n_a + n_b + 1, sizeof *taken);
    rk_status status = taken != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0, k = 0; status == RK_OK && (i < n_a || k < n_b);) {
        const rk__keyed *a = &d->keyed[0][i];
        const rk__keyed *b = &d->keyed[1][k];
        const int order = i == n_a ? 1 : k == n_b ? -1 : strcmp(a->text, b->text);
        const size_t of_a = order <= 0 ? run_of(d->keyed[0], i, n_a) : 0;
        const size_t of_b = order >= 0 ? run_of(d->keyed[1], k, n_b) : 0;
        status = match(d, a, of_a, b, of_b, taken);
        i += of_a;
        k += of_b;
    }
    rk__free(taken);
    return status;
}

/* ----------------------------------------------------------------------- reasons */

/* The columns that changed, in one text. */
static const char *columns_of(rk_diff *d, const rk__diff_entry *e, rk__buf *text)
{
    rk__buf_reset(text);
    for (size_t i = 0; i < e->n_changes; i++) {
        rk__buf_printf(text, "%s%s", i == 0 ? "" : ", ", e->changes[i].column);
    }
    d->arena.failed |= text->failed;
    return text->text != NULL ? text->text : "";
}

static int by_amount(const void *a, const void *b)
{
    const rk_diff_reason *x = a;
    const rk_diff_reason *y = b;
    const struct rk_num_node zero = {.num = 0, .den = 1};
    const int sign_x = rk__num_compare(x->amount, &zero);
    const int sign_y = rk__num_compare(y->amount, &zero);
    const int order = sign_x < 0 && sign_y < 0 ? rk__num_compare(x->amount, y->amount)
                                               : rk__num_compare(y->amount, x->amount);
    return order != 0 ? order : strcmp(x->columns, y->columns);
}

static rk_status find_reasons(rk_diff *d)
{
    rk__buf text = {0};
    size_t capacity = 0;
    rk_status status = RK_OK;
    for (size_t i = 0; i < d->n_entries && status == RK_OK; i++) {
        const rk__diff_entry *e = &d->entries[i];
        const char *columns = e->kind == RK_DIFF_CHANGED ? columns_of(d, e, &text) : NULL;
        size_t k = 0;
        while (columns != NULL && k < d->n_reasons && strcmp(d->reasons[k].columns, columns) != 0) {
            k++;
        }
        if (columns == NULL) {
            continue;
        }
        if (k == d->n_reasons) {
            if (rk__grow((void **) &d->reasons, &capacity, k + 1, sizeof *d->reasons) != 0) {
                status = RK_NO_MEMORY;
                break;
            }
            d->reasons[d->n_reasons++] =
                (rk_diff_reason){.columns = rk__arena_strdup(&d->arena, columns),
                                 .amount = rk__num_from_int(&d->nums, 0)};
            if (d->reasons[k].columns == NULL) {
                status = RK_NO_MEMORY;
                break;
            }
        }
        d->reasons[k].rows++;
        d->reasons[k].amount = rk__num_add(&d->nums, d->reasons[k].amount, e->difference);
    }
    rk__buf_dispose(&text);
    if (status == RK_OK && d->n_reasons > 0) {
        qsort(d->reasons, d->n_reasons, sizeof *d->reasons, by_amount);
    }
    return status;
}

/* -------------------------------------------------------------------- the whole */

static rk_status find(rk_diff *d, const rk_diff_options *options, const rk__access *access,
                      rk_problems *problems)
{
    rk_status status = rk__rowset_open(d->a, access, &d->arena, &d->rows[0], problems);
    if (status == RK_OK) {
        status = rk__rowset_open(d->b, access, &d->arena, &d->rows[1], problems);
    }
    d->results = d->rows[0].document != NULL;
    if (status == RK_OK && d->results != (d->rows[1].document != NULL)) {
        return rk__problem(problems, RK_CONFLICT, NULL, "compare two of a kind",
                           "one is a result, the other is a file of rows");
    }
    if (status == RK_OK && d->results && options->challenges != NULL) {
        return rk__problem(problems, RK_USAGE, NULL,
                           "compare files that reckon evaluate --rows wrote",
                           "--challenges is for rows, and a result has none");
    }
    status = status == RK_OK ? find_key(d, options->key, problems) : status;
    status = status == RK_OK ? sort_rows(d, 0) : status;
    status = status == RK_OK ? sort_rows(d, 1) : status;
    for (size_t k = 0; k < 4; k++) {
        d->amount[k] = rk__num_from_int(&d->nums, 0);
    }
    status = status == RK_OK ? match_all(d) : status;
    status = status == RK_OK ? find_reasons(d) : status;
    d->total_a = rk__num_scaled(&d->nums, d->rows[0].total, 6);
    d->total_b = rk__num_scaled(&d->nums, d->rows[1].total, 6);
    d->difference = rk__num_sub(&d->nums, d->total_b, d->total_a);
    d->rows_a = d->rows[0].n_rows;
    d->rows_b = d->rows[1].n_rows;
    if (status == RK_OK && options->challenges != NULL) {
        status = rk__challenges_find(d, options->challenges, access, problems);
    }
    return status == RK_OK && (d->arena.failed || d->nums.no_memory) ? RK_NO_MEMORY : status;
}

rk_status rk_diff_find(rk_session *session, const char *a, const char *b,
                       const rk_diff_options *options, rk_diff **out_diff, rk_problems *problems)
{
    rk_diff *d = rk__calloc(1, sizeof *d);
    *out_diff = NULL;
    if (d == NULL) {
        return RK_NO_MEMORY;
    }
    d->nums.untraced = true;
    d->a = rk__arena_strdup(&d->arena, a);
    d->b = rk__arena_strdup(&d->arena, b);
    const rk_status status =
        d->b != NULL && d->a != NULL ? find(d, options, &session->access, problems) : RK_NO_MEMORY;
    if (status != RK_OK) {
        rk_diff_free(d);
        return status;
    }
    *out_diff = d;
    return RK_OK;
}

void rk_diff_free(rk_diff *diff)
{
    if (diff != NULL) {
        for (int side = 0; side < 2; side++) {
            rk__rowset_dispose(&diff->rows[side]);
            rk__free(diff->keyed[side]);
        }
        rk__free(diff->entries);
        rk__free(diff->reasons);
        rk__free(diff->challenges);
        rk__nums_dispose(&diff->nums);
        rk__arena_dispose(&diff->arena);
        rk__free(diff);
    }
}

const rk_diff_view *rk_diff_read(const rk_diff *diff)
{
    return (const rk_diff_view *) (const void *) diff;
}

const rk_diff_entry *rk_diff_entry_at(const rk_diff *diff, size_t index)
{
    return index < diff->n_entries ? (const rk_diff_entry *) (const void *) &diff->entries[index]
                                   : NULL;
}

const rk_diff_change *rk_diff_change_at(const rk_diff *diff, size_t entry, size_t index)
{
    return entry < diff->n_entries && index < diff->entries[entry].n_changes
               ? &diff->entries[entry].changes[index]
               : NULL;
}

const rk_diff_reason *rk_diff_reason_at(const rk_diff *diff, size_t index)
{
    return index < diff->n_reasons ? &diff->reasons[index] : NULL;
}

const rk_challenge_rule *rk_diff_rule_at(const rk_diff *diff, size_t index)
{
    return index < diff->n_rules ? &diff->rules[index] : NULL;
}

const rk_challenge *rk_diff_challenge_at(const rk_diff *diff, size_t index)
{
    return index < diff->n_challenges ? &diff->challenges[index] : NULL;
}
