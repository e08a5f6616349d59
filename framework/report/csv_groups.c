/* SPDX-License-Identifier: MIT
 *
 * csv_groups.c: grouped totals as CSV, one row for each group. There may be
 * millions: texts are quoted once each, nothing is allocated for a row, and
 * its numbers go straight into the page.
 */
#include "base/parallel.h"
#include "csv/csv.h"
#include "number/number_cells.h"
#include "report/csv_group_columns.h"

/* Keys are copied by this and then the rest. */
#define KEY_STEP 16
/* Groups that are rendered side by side. */
#define SOME_GROUPS 16
/* Groups that a thread renders at a time. */
#define RUN_GROUPS ((size_t) 1 << 13)

/* ---------------------------------------------------------------------- rows */

/* The cells of a key column, quoted and with their commas, by rank. */
typedef struct key_cells {
    rk__buf text;
    size_t *ends; /* by rank: where its cell ends */
    size_t longest;
} key_cells;

static void key_cells_dispose(key_cells *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rk__buf_dispose(&cells[i].text);
    }
}

static bool make_key_cells(rk__page *out, const rk_groups *groups, size_t column, key_cells *cells)
{
    const size_t n = rk_groups_n_texts(groups, column) + 1;
    cells->ends = rk__arena_alloc(&out->arena, n * sizeof *cells->ends);
    for (size_t rank = 0; cells->ends != NULL && rank < n; rank++) {
        size_t length = 0;
        const char *text = rk_groups_text(groups, column, (uint32_t) rank, &length);
        const size_t from = cells->text.length;
        rk__csv_quote_safe(&cells->text, out->sink->csv_safe, text == NULL ? "" : text, length);
        rk__buf_putc(&cells->text, ',');
        cells->ends[rank] = cells->text.length;
        cells->longest =
            cells->text.length - from > cells->longest ? cells->text.length - from : cells->longest;
    }
    /* Room for the last to be copied in one step. */
    return cells->ends != NULL && !cells->text.failed &&
           rk__grow((void **) &cells->text.text, &cells->text.capacity,
                    cells->text.length + KEY_STEP, 1) == 0;
}

static inline char *put_key(char *to, const key_cells *cells, uint32_t rank)
{
    const size_t from = rank == 0 ? 0 : cells->ends[rank - 1];
    const size_t length = cells->ends[rank] - from;
    memcpy(to, cells->text.text + from, KEY_STEP);
    if (length > KEY_STEP) {
        memcpy(to + KEY_STEP, cells->text.text + from + KEY_STEP, length - KEY_STEP);
    }
    return to + length;
}

static inline char *put_prefix(char *to, const rk__buf *prefix)
{
    if (prefix->length > 0) {
        memcpy(to, prefix->text, prefix->length);
    }
    return to + prefix->length;
}

static inline char *put_value(char *to, rk_int128 value, int scale, int least)
{
    if (scale == RK_DECIMAL_PLACES && value <= INT64_MAX && value >= INT64_MIN) {
        return rk__put_millionths(to, (int64_t) value, least);
    }
    return to + rk__print_scaled(to, value, scale, least, RK__LINE_PLACES);
}

/* What is to be written of each group of a component. */
typedef struct group_rows {
    const rk_groups *groups;
    rk__hiding hiding;
    key_cells keys[RK_GROUPS_COLUMNS_MAX];
    size_t n_columns;
    size_t lane[RK__GROUP_ELEMENTS + 1]; /* by element, then the amount; 0: an empty cell */
    size_t n_values;
    int scale, places;
    const rk__buf *prefix;
    rk__number_cells_fn *make;
} group_rows;

static char *put_row(char *to, const group_rows *rows, size_t g)
{
    const rk_groups *groups = rows->groups;
    const bool hidden = rk__group_hidden(&rows->hiding, groups, g);
    const int64_t *lanes = rk_groups_lanes(groups, g);
    to = put_prefix(to, rows->prefix);
    for (size_t c = 0; c < rows->n_columns; c++) {
        to = put_key(to, &rows->keys[c], rk_groups_rank(groups, g, c));
    }
    if (hidden) {
        *to++ = '*';
    } else {
        to = put_value(to,
                       lanes != NULL ? lanes[RK_LANE_QUANTITY]
                                     : rk_groups_value(groups, g, RK_LANE_QUANTITY),
                       RK_DECIMAL_PLACES, 0);
    }
    for (size_t e = 0; e < rows->n_values; e++) {
        const size_t lane = rows->lane[e];
        *to++ = ',';
        if (lane != 0 && hidden) {
            *to++ = '*';
        } else if (lane != 0) {
            to = put_value(to, lanes != NULL ? lanes[lane] : rk_groups_value(groups, g, lane),
                           rows->scale, rows->places);
        }
    }
    *to++ = '\n';
    return to;
}

/* The numbers of some groups: texts and tails (number_cells.h) by value and group. */
typedef struct some_numbers {
    uint64_t text[RK__GROUP_ELEMENTS + 2][SOME_GROUPS];
    uint64_t tail[RK__GROUP_ELEMENTS + 2][SOME_GROUPS];
} some_numbers;

static bool make_numbers(const group_rows *rows, size_t g, size_t n, some_numbers *out)
{
    const int64_t *lanes[SOME_GROUPS];
    int64_t values[SOME_GROUPS];
    if (rows->scale != RK_DECIMAL_PLACES || (rows->places != 0 && rows->places != 2) ||
        rows->hiding.below != 0) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        lanes[i] = rk_groups_lanes(rows->groups, g + i);
        if (lanes[i] == NULL) {
            return false;
        }
        rk_groups_prefetch(rows->groups, g + i + SOME_GROUPS);
    }
    for (size_t e = 0; e <= rows->n_values; e++) { /* the quantity first */
        const bool last = e == rows->n_values;
        const size_t lane = e == 0 ? RK_LANE_QUANTITY : rows->lane[e - 1];
        const rk__cell_form form =
            rk__cell_form_of(true, e == 0 ? 0 : (unsigned) rows->places, last ? "\n" : ",");
        if (e > 0 && lane == 0) {
            for (size_t i = 0; i < n; i++) {
                out->text[e][i] = 0;
                out->tail[e][i] = rk__blank_tail(&form);
            }
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            values[i] = lanes[i][lane];
        }
        if (!rows->make(values, n, &form, out->text[e], out->tail[e])) {
            return false;
        }
    }
    return true;
}

/* Up to SOME_GROUPS rows; one by one if a number is unusual. */
static char *put_some(char *to, const group_rows *rows, size_t g, size_t n)
{
    some_numbers numbers;
    if (!make_numbers(rows, g, n, &numbers)) {
        for (size_t i = 0; i < n; i++) {
            to = put_row(to, rows, g + i);
        }
        return to;
    }
    for (size_t i = 0; i < n; i++) {
        to = put_prefix(to, rows->prefix);
        for (size_t c = 0; c < rows->n_columns; c++) {
            to = put_key(to, &rows->keys[c], rk_groups_rank(rows->groups, g + i, c));
        }
        for (size_t e = 0; e <= rows->n_values; e++) {
            to = rk__put_cell(to, numbers.text[e][i], numbers.tail[e][i]);
        }
    }
    return to;
}

/* Rows so long that few fit on a page come by way of a buffer of their own. */
static void put_long_rows(rk__page *out, const group_rows *rows, size_t longest)
{
    const size_t n = rk_groups_count(rows->groups);
    char *row = rk__malloc(longest);
    out->failed = out->failed || row == NULL;
    for (size_t g = 0; row != NULL && g < n && !out->stopped; g++) {
        rk__page_add(out, row, (size_t) (put_row(row, rows, g) - row));
    }
    rk__free(row);
}

/* A run of groups as text, by one of several threads. */
typedef struct row_run {
    const group_rows *rows;
    size_t longest, first, n; /* groups */
    char *text;
    size_t capacity, length;
    bool failed;
} row_run;

/* What changes with each group is kept here: the runs stand side by side in memory. */
static void render_run(void *ctx, unsigned i)
{
    row_run *run = (row_run *) ctx + i;
    const row_run own = *run;
    char *text = own.text;
    size_t capacity = own.capacity;
    size_t length = 0;
    for (size_t done = 0; done < own.n; done += SOME_GROUPS) {
        const size_t n = own.n - done < SOME_GROUPS ? own.n - done : SOME_GROUPS;
        if (rk__grow((void **) &text, &capacity, length + n * own.longest, 1) != 0) {
            run->failed = true;
            break;
        }
        length = (size_t) (put_some(text + length, own.rows, own.first + done, n) - text);
    }
    run->text = text;
    run->capacity = capacity;
    run->length = length;
}

/* Many groups are rendered on as many threads as priced them, and sent in order. */
static void put_runs(rk__page *out, const group_rows *rows, size_t longest, unsigned threads)
{
    row_run runs[RK__PARALLEL_MOST] = {{0}};
    const size_t n = rk_groups_count(rows->groups);
    for (size_t g = 0; g < n && !out->stopped && !out->failed;) {
        unsigned n_runs = 0;
        for (; n_runs < threads && g < n; n_runs++) {
            row_run *run = &runs[n_runs];
            run->rows = rows;
            run->longest = longest;
            run->first = g;
            run->n = n - g < RUN_GROUPS ? n - g : RUN_GROUPS;
            g += run->n;
        }
        rk__parallel(n_runs, render_run, runs);
        for (unsigned i = 0; i < n_runs; i++) {
            out->failed = out->failed || runs[i].failed;
            if (!out->failed) {
                rk__page_add(out, runs[i].text, runs[i].length);
            }
        }
    }
    for (unsigned i = 0; i < threads; i++) {
        rk__free(runs[i].text);
    }
}

static void put_rows(rk__page *out, const group_rows *rows, unsigned threads)
{
    const size_t n = rk_groups_count(rows->groups);
    size_t longest = rows->prefix->length + (rows->n_values + 2) * (RK__SCALED_TEXT + 1);
    for (size_t c = 0; c < rows->n_columns; c++) {
        longest += rows->keys[c].longest;
    }
    if (n >= 2 * RUN_GROUPS && threads > 1) {
        put_runs(out, rows, longest, threads > RK__PARALLEL_MOST ? RK__PARALLEL_MOST : threads);
        return;
    }
    if (longest > RK__PAGE_BYTES / SOME_GROUPS) {
        put_long_rows(out, rows, longest);
        return;
    }
    for (size_t g = 0; g < n && !out->stopped; g += SOME_GROUPS) {
        const size_t some = n - g < SOME_GROUPS ? n - g : SOME_GROUPS;
        if (some * longest > RK__PAGE_BYTES - out->used) {
            rk__page_flush(out);
        }
        out->used = (size_t) (put_some(out->buffer + out->used, rows, g, some) - out->buffer);
    }
}

static void component_groups(rk__page *out, const rk__group_columns *columns,
                             const rk_result_view *result, const rk_component_result *component,
                             const rk__buf *prefix)
{
    group_rows rows = {.groups = component->groups,
                       .hiding = rk__hiding_of(component->groups, result->suppress_below),
                       .n_columns = rk_groups_n_columns(component->groups),
                       .n_values = columns->n_elements + 1,
                       .scale = rk_groups_places(component->groups),
                       .places = result->places,
                       .prefix = prefix,
                       .make = rk__number_cells_best()};
    if (rows.scale > 0) {
        for (size_t e = 0; e < component->n_elements; e++) {
            rows.lane[rk__group_element(columns, rk_component_element(component, e)->name)] =
                RK_LANE_ELEMENT + e;
        }
        rows.lane[columns->n_elements] = RK_LANE_AMOUNT;
    }
    bool ready = !prefix->failed;
    for (size_t c = 0; c < rows.n_columns && ready; c++) {
        ready = make_key_cells(out, rows.groups, c, &rows.keys[c]);
    }
    if (ready) {
        put_rows(out, &rows, result->threads);
    } else {
        out->failed = true;
    }
    key_cells_dispose(rows.keys, rows.n_columns);
}

void rk__csv_groups(rk__page *out, const rk_result *const *results, size_t n)
{
    const rk__group_columns columns = rk__group_columns_of(results, n);
    rk__group_header(out, &columns, "");
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *result = rk_result_read(results[i]);
        for (size_t p = 0; p < result->n_periods; p++) {
            const rk_period_result *period = rk_result_period(results[i], p);
            for (size_t c = 0; c < period->n_components; c++) {
                const rk_component_result *component = rk_period_component(period, c);
                if (component->groups == NULL) {
                    continue;
                }
                rk__buf prefix = {0};
                rk__group_prefix(&prefix, out->sink->csv_safe, &columns, result, period->id,
                                 component->id);
                component_groups(out, &columns, result, component, &prefix);
                rk__buf_dispose(&prefix);
            }
        }
    }
}
