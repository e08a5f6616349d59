/* SPDX-License-Identifier: MIT
 *
 * activity.c: changing the counts of a table of activity.
 */
#include "system/activity.h"

#include <stdlib.h>
#include <string.h>

#include "contract/sources.h"
#include "table/column.h"
#include "table/columns.h"
#include "table/table.h"

/* ------------------------------------------------------------------- opening */

static int period_of(const rk__activity *a, int period_column, int date_column, size_t row)
{
    size_t length = 0;
    const int column = period_column >= 0 ? period_column : date_column;
    if (column < 0) {
        return RK__PERIOD_ALL;
    }
    const char *text = rk__table_cell(a->table, column, row, &length);
    rk_date date;
    for (size_t p = 0; text != NULL && p < a->n_periods; p++) {
        const rk_period *period = &a->periods[p];
        if (period_column >= 0 ? strcmp(period->id, text) == 0
                               : rk__date_parse(text, length, &date) &&
                                     rk__date_compare(date, period->start) >= 0 &&
                                     rk__date_compare(date, period->end) <= 0) {
            return (int) p;
        }
    }
    return RK__PERIOD_OUTSIDE;
}

static rk_status fill_rows(rk__activity *a, bool deal, rk_problems *problems)
{
    const size_t n = rk__table_n_rows(a->table);
    const int period_column = rk__table_find(a->table, "period");
    const int date_column = rk__table_find(a->table, "date");
    const int count_column = rk__table_find(a->table, "count");
    const rk__column *counts = NULL;
    if (count_column >= 0) {
        const rk_status status =
            rk__table_column(a->table, count_column, RK__CELL_DECIMAL, &counts, problems);
        if (status != RK_OK) {
            return status;
        }
    }
    a->dealt = deal && a->n_periods > 1 && period_column < 0 && date_column < 0;
    const size_t copies = a->dealt ? a->n_periods : 1;
    if (n > RK__ACTIVITY_MAX_ROWS / copies) {
        return rk__problem(
            problems, RK_LIMIT, NULL, "change a table of totals rather than one of single cases",
            "a table whose activity changes has more than %zu rows", RK__ACTIVITY_MAX_ROWS);
    }
    a->rows = rk__calloc(n * copies + 1, sizeof *a->rows);
    if (a->rows == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t row = 0; row < n; row++) {
        for (size_t c = 0; c < copies; c++) {
            a->rows[a->n_rows++] = (rk__activity_row){
                .row = (uint32_t) row,
                .period = a->dealt ? (int) c : period_of(a, period_column, date_column, row),
                .count = counts != NULL && counts->has[row] ? counts->v[row] : RK_DECIMAL_ONE};
            a->rows[a->n_rows - 1].stated = a->rows[a->n_rows - 1].count;
        }
    }
    return RK_OK;
}

rk_status rk__activity_open(const rk__table_spec *spec, const rk__access *access,
                            const rk_period *periods, size_t n_periods, bool deal,
                            rk__activity *out, rk_problems *problems)
{
    *out = (rk__activity){.periods = periods, .n_periods = n_periods};
    rk_status status = rk__table_load(spec, access, false, &out->table, problems);
    if (status == RK_OK) {
        status = fill_rows(out, deal, problems);
    }
    if (status != RK_OK) {
        rk__activity_dispose(out);
    }
    return status;
}

const rk__value *rk__activity_value(const rk__value *contract, const rk__value *shared,
                                    const char *name, bool *own)
{
    const rk__value *v = rk__json_get(rk__json_get(contract, "facts"), name);
    *own = rk__json_given(v);
    v = *own || shared == NULL ? v : rk__json_get(rk__json_get(shared, "facts"), name);
    return rk__json_given(v) ? v : NULL;
}

void rk__activity_dispose(rk__activity *activity)
{
    rk__table_free(activity->table);
    rk__free(activity->rows);
    *activity = (rk__activity){0};
}

/* ------------------------------------------------------------------ changing */

/* A row that takes part, and the remainder of its exact part below a millionth. */
typedef struct part_of_change {
    rk__activity_row *row;
    rk_decimal by;
    unsigned __int128 remainder;
} part_of_change;

static int by_remainder(const void *a, const void *b)
{
    const part_of_change *x = a;
    const part_of_change *y = b;
    if (x->remainder != y->remainder) {
        return x->remainder > y->remainder ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

static rk_status collect(rk__activity *a, const rk__scope *where, int period, part_of_change *parts,
                         size_t *n, rk_problems *problems)
{
    for (size_t i = 0; i < a->n_rows; i++) {
        bool in = a->rows[i].period == period;
        rk_status status = RK_OK;
        if (in && where != NULL) {
            status = rk__scope_has_row(where, a->table, a->rows[i].row, &in, problems);
        }
        if (status != RK_OK) {
            return status;
        }
        if (in) {
            parts[(*n)++] = (part_of_change){.row = &a->rows[i]};
        }
    }
    return RK_OK;
}

rk_status rk__activity_stated(const rk__activity *activity, const rk__scope *where, int period,
                              rk__nums *nums, rk_num *out, rk_problems *problems)
{
    rk_status status = RK_OK;
    *out = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < activity->n_rows && status == RK_OK; i++) {
        const rk__activity_row *row = &activity->rows[i];
        bool in = row->period == period;
        if (in && where != NULL) {
            status = rk__scope_has_row(where, activity->table, row->row, &in, problems);
        }
        if (in && status == RK_OK) {
            *out = rk__num_add(nums, *out, rk__num_from_decimal(nums, row->stated));
        }
    }
    return status == RK_OK && *out == NULL ? RK_NO_MEMORY : status;
}

/* Distributes `by` in proportion to the counts; all of it to the first row if they are all zero. */
static void deal_out(part_of_change *parts, size_t n, rk_decimal by, __int128 total)
{
    const bool negative = by < 0;
    const unsigned __int128 size = negative ? -(unsigned __int128) by : (unsigned __int128) by;
    unsigned __int128 left = size;
    for (size_t i = 0; i < n && total > 0; i++) {
        const unsigned __int128 count =
            parts[i].row->count > 0 ? (unsigned __int128) parts[i].row->count : 0;
        const unsigned __int128 whole = size * count / (unsigned __int128) total;
        parts[i].remainder = size * count % (unsigned __int128) total;
        parts[i].by = (rk_decimal) whole;
        left -= whole;
    }
    if (total > 0) {
        qsort(parts, n, sizeof *parts, by_remainder);
        for (size_t i = 0; left > 0; i++, left--) {
            parts[i].by++;
        }
    } else {
        parts[0].by = (rk_decimal) left;
    }
    for (size_t i = 0; i < n; i++) {
        parts[i].by = negative ? -parts[i].by : parts[i].by;
    }
}

static rk_status refuse(const rk__value *at, const char *hint, rk_problems *problems,
                        const char *message)
{
    return at != NULL ? rk__json_problem(problems, at, RK_OUT_OF_RANGE, hint, "%s", message)
                      : rk__problem(problems, RK_OUT_OF_RANGE, NULL, hint, "%s", message);
}

rk_status rk__activity_change(rk__activity *activity, const rk__scope *where, int period,
                              rk_decimal by, const rk__value *at, rk__activity_each *each,
                              void *ctx, rk_problems *problems)
{
    part_of_change *parts = rk__calloc(activity->n_rows + 1, sizeof *parts);
    size_t n = 0;
    rk_status status =
        parts == NULL ? RK_NO_MEMORY : collect(activity, where, period, parts, &n, problems);
    __int128 total = 0;
    for (size_t i = 0; i < n; i++) {
        total += parts[i].row->count > 0 ? parts[i].row->count : 0;
    }
    if (status == RK_OK && n == 0) {
        status = refuse(at, "compare 'where' with the rows of the table", problems,
                        "no row of the activity matches the change");
    } else if (status == RK_OK && by < 0 && total < -(__int128) by) {
        status = refuse(at, "take away no more than there is", problems,
                        "the change takes away more activity than there is");
    }
    if (status == RK_OK) {
        deal_out(parts, n, by, total);
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        if (__builtin_add_overflow(parts[i].row->count, parts[i].by, &parts[i].row->count)) {
            status = RK_OVERFLOW;
        } else if (each != NULL && parts[i].by != 0) {
            status = each(ctx, parts[i].row, parts[i].by);
        }
    }
    rk__free(parts);
    return status;
}

/* ------------------------------------------------------------------- writing */

static void write_cell(rk__buf *out, bool *first, const char *name, const char *text, size_t length)
{
    rk__buf_puts(out, *first ? "" : ",");
    *first = false;
    rk__json_write_text(out, name, strlen(name));
    rk__buf_putc(out, ':');
    rk__json_write_text(out, text, length);
}

/* The name of a column in rules and scopes. Headers of files match regardless of case, spaces and
 * underscores, but names in JSON exactly. So a header becomes the name of the rule's column that it
 * matches; any other is written in lower case with underscores. */
static char *plain_name(const char *header, const rk__registry *registry, rk__arena *arena)
{
    const size_t length = strlen(header);
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *rule = rk__registry_at(registry, i);
        for (size_t k = 0; rule->state == RK__RULE_LOADED && k < rule->n_columns; k++) {
            const char *name = rule->columns[k].name;
            if (rk__column_name_matches(header, length, name, strlen(name))) {
                return rk__arena_strdup(arena, name);
            }
        }
    }
    char *name = rk__arena_strdup(arena, header);
    for (char *c = name; c != NULL && *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char) (*c - 'A' + 'a') : *c == ' ' ? '_' : *c;
    }
    return name;
}

/* NULL if out of memory. */
static const char **column_names(const rk__activity *a, rk__registry *registry, rk__arena *arena)
{
    const size_t n = rk__table_n_columns(a->table);
    const char **names = rk__arena_alloc(arena, (n + 1) * sizeof *names);
    const bool file = rk__table_spec_of(a->table)->rows == NULL;
    if (file && rk__registry_load_all(registry) != RK_OK) {
        return NULL;
    }
    for (size_t c = 0; names != NULL && c < n; c++) {
        names[c] = rk__table_column_name(a->table, c);
        names[c] = file ? plain_name(names[c], registry, arena) : names[c];
        if (names[c] == NULL) {
            return NULL;
        }
    }
    return names;
}

static void write_row(const rk__activity *a, const rk__activity_row *row, const char *const *names,
                      rk__buf *out)
{
    char count[RK__DECIMAL_TEXT_SIZE];
    const int count_column = rk__table_find(a->table, "count");
    bool first = true;
    rk__buf_putc(out, '{');
    for (size_t c = 0; c < rk__table_n_columns(a->table); c++) {
        size_t length = 0;
        const char *text = rk__table_cell(a->table, (int) c, row->row, &length);
        if (text != NULL && (int) c != count_column) {
            write_cell(out, &first, names[c], text, length);
        }
    }
    write_cell(out, &first, "count", count, rk__decimal_print(count, row->count));
    if (a->dealt) {
        const char *id = a->periods[row->period].id;
        write_cell(out, &first, "period", id, strlen(id));
    }
    rk__buf_putc(out, '}');
}

rk_status rk__activity_json(const rk__activity *activity, rk__registry *registry, rk__json **out)
{
    rk__arena arena = {0};
    const char **names = column_names(activity, registry, &arena);
    if (names == NULL) {
        rk__arena_dispose(&arena);
        return RK_NO_MEMORY;
    }
    const rk__table_spec *spec = rk__table_spec_of(activity->table);
    rk__buf text = {0};
    rk__buf_puts(&text, "{");
    for (size_t k = 0; k < spec->n_keys; k++) {
        rk__buf_puts(&text, k == 0 ? "\"key\":[" : ",");
        rk__json_write_text(&text, spec->keys[k], strlen(spec->keys[k]));
    }
    rk__buf_puts(&text, spec->n_keys > 0 ? "],\"rows\":[" : "\"rows\":[");
    for (size_t i = 0; i < activity->n_rows; i++) {
        rk__buf_puts(&text, i == 0 ? "" : ",");
        write_row(activity, &activity->rows[i], names, &text);
    }
    rk__buf_puts(&text, "]}");
    const rk_status status =
        text.failed ? RK_NO_MEMORY : rk__json_parse(text.text, text.length, spec->name, out, NULL);
    rk__buf_dispose(&text);
    rk__arena_dispose(&arena);
    return status;
}
