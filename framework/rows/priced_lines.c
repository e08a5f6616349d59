/* SPDX-License-Identifier: MIT
 *
 * priced_lines.c: the lines of priced rows.
 *
 * A few rows are made at a time, column by column. Texts of the table were quoted when
 * they were first seen, and are only pointed to; numbers are made side by side. Then
 * the cells are put in a row, in steps of a register, whatever their lengths.
 */
#include "base/date_form.h"
#include "csv/csv.h"
#include "rows/pass.h"
#include "rows/priced_inside.h"

#include <string.h>

#include "number/number_cells.h"

/* So few that their cells stay in the nearest cache. */
#define ROWS_AT_ONCE 64
#define NUMBER_ROOM  (RK__SCALED_TEXT + 2)
#define CELL_STEP    16

/* The texts of a column as cells, by code + 1; those that are new are added. */
typedef struct text_cells {
    rk__buf text;
    size_t *starts; /* of each cell, and where the last one ends */
    size_t n, capacity;
    uint32_t generation; /* of the dictionary */
} text_cells;

/* A column of the rows that are made: texts and their lengths, or where `numbers`,
 * texts and tails (number_cells.h). */
typedef struct cell_column {
    bool numbers;
    union {
        const char *text[ROWS_AT_ONCE];
        uint64_t digits[ROWS_AT_ONCE];
    };
    uint64_t length[ROWS_AT_ONCE]; /* or tail */
} cell_column;

struct rk__rows_work {
    rk__rows_text lines; /* of the block */
    text_cells *texts;   /* by column of the file */
    rk__number_cells_fn *number_cells;
    cell_column *cells;
    size_t n_cells;       /* of a line */
    char *numbers, *free; /* texts of numbers that are made one by one; where the next goes */
    size_t room;          /* for the rows that are made, at most */
    rk__rows_line *line;  /* [instance x row] of the batch; without length there is none */
    uint8_t *listing;     /* by row: 1 + why it is unpriced */
    uint32_t *column;
    bool unpriced;
};

/* The rows that are made together. */
typedef struct some_rows {
    size_t n;
    uint16_t row[ROWS_AT_ONCE]; /* of the batch */
    uint16_t at[ROWS_AT_ONCE];  /* among those that the rule was handed */
} some_rows;

/* ------------------------------------------------------------------- workers */

rk_status rk__pass_rows_worker(rk__pass_worker *w)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    if (plan == NULL) {
        return RK_OK;
    }
    struct rk__rows_work *r = rk__arena_alloc(&w->arena, sizeof *r);
    if (r == NULL) {
        return RK_NO_MEMORY;
    }
    rk__arena *a = &w->arena;
    const size_t n_numbers = plan->n_wants + plan->n_elements + 1 + plan->reasons;
    const size_t n_lines = w->pass->n_instances * RK__BATCH_ROWS;
    r->n_cells = 1 + n_numbers;
    r->texts = rk__arena_alloc(a, (plan->n_wants + 1) * sizeof *r->texts);
    r->number_cells = rk__number_cells_best();
    r->cells = rk__arena_alloc(a, r->n_cells * sizeof *r->cells);
    r->numbers = rk__arena_alloc(a, ROWS_AT_ONCE * n_numbers * NUMBER_ROOM + RK__ROWS_SLACK);
    r->line = rk__arena_alloc(a, n_lines * sizeof *r->line);
    r->listing = rk__arena_alloc(a, RK__BATCH_ROWS);
    r->column = rk__arena_alloc(a, RK__BATCH_ROWS * sizeof *r->column);
    if (r->texts == NULL || r->cells == NULL || r->numbers == NULL || r->line == NULL ||
        r->listing == NULL || r->column == NULL) {
        return RK_NO_MEMORY;
    }
    w->rows = r;
    return RK_OK;
}

void rk__pass_rows_free(rk__pass_worker *w)
{
    struct rk__rows_work *r = w->rows;
    if (r == NULL) {
        return;
    }
    for (size_t i = 0; i < w->pass->rows->n_wants; i++) {
        rk__buf_dispose(&r->texts[i].text);
        rk__free(r->texts[i].starts);
    }
    rk__rows_dispose(&r->lines);
}

/* --------------------------------------------------------------------- cells */

/* Quotes the texts that came since the last batch. */
static bool make_texts(text_cells *cells, bool safe, const rk__dict *dict, uint32_t generation)
{
    const size_t n = (size_t) rk__dict_count(dict) + 1;
    if (cells->generation != generation) {
        cells->generation = generation;
        cells->n = cells->text.length = 0;
    }
    if (rk__grow((void **) &cells->starts, &cells->capacity, n + 1, sizeof *cells->starts) != 0) {
        return false;
    }
    for (; cells->n < n; cells->n++) {
        size_t length = 0;
        cells->starts[cells->n] = cells->text.length;
        if (cells->n > 0) {
            const char *text = rk__dict_text(dict, (int32_t) cells->n - 1, &length);
            rk__csv_quote_safe(&cells->text, safe, text, length);
        }
        rk__buf_putc(&cells->text, ',');
    }
    cells->starts[n] = cells->text.length;
    return !cells->text.failed && rk__grow((void **) &cells->text.text, &cells->text.capacity,
                                           cells->text.length + RK__ROWS_SLACK, 1) == 0;
}

/* What the batch's lines need of its columns of text. */
static rk_status begin_instance(rk__pass_worker *w)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    rk_status status = RK_OK;
    for (size_t i = 0; i < plan->n_wants && status == RK_OK; i++) {
        const size_t want = plan->wants[i];
        const uint32_t *codes = NULL;
        if (w->pass->wants[want].type != RK__CELL_TEXT) {
            continue;
        }
        if (!make_texts(&w->rows->texts[i], w->pass->input->contract->session->options.csv_safe,
                        w->text.dicts[want], w->batch->column[want].generation)) {
            return RK_NO_MEMORY;
        }
        if (w->batch->column[want].has != NULL) {
            status = rk__pass_codes(w, want, &codes);
        }
    }
    return status;
}

/* The same cell in each row. */
static void put_common(struct rk__rows_work *r, const some_rows *rows, size_t cell,
                       rk__rows_cell common)
{
    cell_column *out = &r->cells[cell];
    out->numbers = false;
    for (size_t i = 0; i < rows->n; i++) {
        out->text[i] = common.text;
        out->length[i] = common.length;
    }
    r->room += rows->n * common.length;
}

static const rk__rows_cell line_end = {(const char[RK__ROWS_SLACK + 1]){"\n"}, 1};
static const rk__rows_cell blank = {(const char[RK__ROWS_SLACK + 1]){","}, 1};

static void put_texts(rk__pass_worker *w, const some_rows *rows, size_t column, size_t cell)
{
    struct rk__rows_work *r = w->rows;
    const size_t *starts = r->texts[column].starts;
    const char *text = r->texts[column].text.text;
    const uint32_t *codes = w->text.codes[w->pass->rows->wants[column]];
    cell_column *out = &r->cells[cell];
    size_t total = 0;
    out->numbers = false;
    for (size_t i = 0; i < rows->n; i++) {
        const size_t code = codes[rows->row[i]];
        out->text[i] = text + starts[code];
        out->length[i] = starts[code + 1] - starts[code];
        total += out->length[i];
    }
    r->room += total;
}

/* The values of some rows side by side. */
static const int64_t *values_of(const int64_t *v, const uint16_t *at, size_t n,
                                int64_t out[ROWS_AT_ONCE])
{
    if ((size_t) (at[n - 1] - at[0]) == n - 1) {
        return v + at[0];
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = v[at[i]];
    }
    return out;
}

/* Numbers all at once; false where they are not of the kind that can be. */
static bool put_plain(struct rk__rows_work *r, const int64_t *v, size_t n, size_t cell,
                      const rk__cell_form *form)
{
    cell_column *out = &r->cells[cell];
    out->numbers = r->number_cells(v, n, form, out->digits, out->length);
    r->room += out->numbers ? n * RK__CELL_BYTES : 0;
    return out->numbers;
}

/* A number of its own, which ends at `end`. */
static inline void end_number(struct rk__rows_work *r, cell_column *out, size_t i, char *end)
{
    out->text[i] = r->free;
    out->length[i] = (size_t) (end - r->free);
    r->room += (size_t) (end - r->free);
    r->free = end;
}

static char *put_number(char *to, rk__cell_type type, int64_t v)
{
    if (type == RK__CELL_BOOL) {
        memcpy(to, v != 0 ? "true" : "false", 5);
        return to + (v != 0 ? 4 : 5);
    }
    if (type == RK__CELL_DATE) {
        rk__date_print(to, rk__date_from_days((int32_t) v));
        return to + 10;
    }
    if (type == RK__CELL_INTEGER) {
        *to = '-';
        return rk__put_whole(to + (v < 0), v < 0 ? -(uint64_t) v : (uint64_t) v);
    }
    if (type == RK__CELL_FACTOR) {
        char text[RK__NUM_SMALL_TEXT];
        const size_t length = rk__factor_print(text, v);
        memcpy(to, text, length);
        return to + length;
    }
    return rk__put_millionths(to, v, 0);
}

static void put_numbers(rk__pass_worker *w, const some_rows *rows, size_t want, size_t cell)
{
    struct rk__rows_work *r = w->rows;
    const rk__batch_column *c = &w->batch->column[want];
    const rk__cell_type type = w->pass->wants[want].type;
    const rk__cell_form form = rk__cell_form_of(type != RK__CELL_INTEGER, 0, ",");
    cell_column *out = &r->cells[cell];
    int64_t values[ROWS_AT_ONCE];
    if (type != RK__CELL_BOOL && type != RK__CELL_DATE && type != RK__CELL_FACTOR &&
        put_plain(r, values_of(c->v, rows->row, rows->n, values), rows->n, cell, &form)) {
        for (size_t i = 0; i < rows->n; i++) {
            out->length[i] = c->has[rows->row[i]] != 0 ? out->length[i] : rk__blank_tail(&form);
        }
        return;
    }
    for (size_t i = 0; i < rows->n; i++) {
        const size_t row = rows->row[i];
        char *end = c->has[row] != 0 ? put_number(r->free, type, c->v[row]) : r->free;
        *end = ',';
        end_number(r, out, i, end + 1);
    }
}

/* A row's own cells and its columns. */
static void put_columns(rk__pass_worker *w, const some_rows *rows)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    for (size_t i = 0; i < plan->n_wants; i++) {
        const size_t want = plan->wants[i];
        if (w->batch->column[want].has == NULL) {
            put_common(w->rows, rows, 1 + i, blank);
        } else if (w->pass->wants[want].type == RK__CELL_TEXT) {
            put_texts(w, rows, i, 1 + i);
        } else {
            put_numbers(w, rows, want, 1 + i);
        }
    }
}

/* Elements, or the amount with a blank reason. */
static void put_amounts(struct rk__rows_work *r, const rk__rows_instance *ru, const some_rows *rows,
                        size_t cell, const int64_t *rounded, const rk_int128 *exact)
{
    const char *ending = cell + 1 == r->n_cells ? ",\n" : ",";
    const rk__cell_form form = rk__cell_form_of(true, (unsigned) ru->places, ending);
    int64_t values[ROWS_AT_ONCE];
    if (!ru->exact && (ru->places == 0 || ru->places == 2) &&
        put_plain(r, values_of(rounded, rows->at, rows->n, values), rows->n, cell, &form)) {
        return;
    }
    r->cells[cell].numbers = false;
    for (size_t i = 0; i < rows->n; i++) {
        char *end = r->free;
        end = ru->exact ? end + rk__print_scaled(end, exact[rows->at[i]], 12, ru->places, 12)
                        : rk__put_millionths(end, rounded[rows->at[i]], ru->places);
        memcpy(end, ",\n", 2);
        end_number(r, &r->cells[cell], i, end + form.ending_length);
    }
}

/* --------------------------------------------------------------------- lines */

static void begin_rows(struct rk__rows_work *r)
{
    r->free = r->numbers;
    r->room = 0;
}

static inline char *put_text(char *to, const char *text, size_t length)
{
    memcpy(to, text, CELL_STEP);
    if (__builtin_expect(length > CELL_STEP, 0)) {
        memcpy(to + CELL_STEP, text + CELL_STEP, length - CELL_STEP);
    }
    return to + length;
}

/* Puts the cells of each row behind each other. */
static rk_status end_rows(rk__pass_worker *w, size_t u, const some_rows *rows)
{
    struct rk__rows_work *r = w->rows;
    const cell_column *last = r->cells + r->n_cells;
    char *to = rk__rows_room(&r->lines, r->room);
    if (to == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < rows->n; i++) {
        const char *from = to;
        for (const cell_column *c = r->cells; c < last; c++) {
            to = c->numbers ? rk__put_cell(to, c->digits[i], c->length[i])
                            : put_text(to, c->text[i], c->length[i]);
        }
        r->line[u * RK__BATCH_ROWS + rows->row[i]] =
            (rk__rows_line){.at = (size_t) (from - r->lines.bytes),
                            .row = w->batch->first_in_block + rows->row[i],
                            .length = (uint32_t) (to - from)};
    }
    r->lines.length = (size_t) (to - r->lines.bytes);
    return RK_OK;
}

/* The reasons of priced rows, which end their lines. */
static void put_reasons(struct rk__rows_work *r, const rk__rows_instance *ru, const some_rows *rows,
                        size_t cell, const uint16_t *reason)
{
    cell_column *out = &r->cells[cell];
    out->numbers = false;
    for (size_t i = 0; i < rows->n; i++) {
        const rk__rows_cell *why = ru->paid != NULL ? &ru->paid[reason[rows->at[i]]] : &line_end;
        out->text[i] = why->text;
        out->length[i] = why->length;
        r->room += why->length;
    }
}

static rk_status make_priced(rk__pass_worker *w, size_t u, const some_rows *rows)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    const rk__rows_instance *ru = &plan->instances[u];
    struct rk__rows_work *r = w->rows;
    begin_rows(r);
    put_common(r, rows, 0, ru->own);
    put_columns(w, rows);
    for (size_t e = 0; e < plan->n_elements; e++) {
        const size_t element = ru->element[e];
        const size_t cell = 1 + plan->n_wants + e;
        if (element > 0) {
            put_amounts(r, ru, rows, cell, w->priced.element[element - 1],
                        w->priced.exact_element[element - 1]);
        } else {
            put_common(r, rows, cell, blank);
        }
    }
    const size_t amount = 1 + plan->n_wants + plan->n_elements;
    put_amounts(r, ru, rows, amount, w->priced.amount, w->priced.exact_amount);
    if (plan->reasons) {
        put_reasons(r, ru, rows, amount + 1, w->priced.reason);
    }
    return end_rows(w, u, rows);
}

rk_status rk__pass_rows_priced(rk__pass_worker *w, size_t u, size_t n)
{
    if (w->rows == NULL || !w->pass->rows->instances[u].writes) {
        return RK_OK;
    }
    rk_status status = begin_instance(w);
    for (size_t i = 0; i < n && status == RK_OK;) {
        some_rows rows = {.n = 0};
        for (; i < n && rows.n < ROWS_AT_ONCE; i++) {
            rows.row[rows.n] = n == w->batch->n ? (uint16_t) i : w->scratch.selected[i];
            rows.at[rows.n] = (uint16_t) i;
            rows.n += w->priced.status[i] == RK_ROW_PRICED;
        }
        status = rows.n > 0 ? make_priced(w, u, &rows) : RK_OK;
    }
    return status;
}

static rk_status make_unpriced(rk__pass_worker *w, size_t u, const some_rows *rows)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    const rk__rows_instance *ru = &plan->instances[u];
    struct rk__rows_work *r = w->rows;
    begin_rows(r);
    put_columns(w, rows);
    for (size_t e = 0; e < plan->n_elements; e++) {
        put_common(r, rows, 1 + plan->n_wants + e, blank);
    }
    cell_column *own = &r->cells[0];
    cell_column *reason = &r->cells[1 + plan->n_wants + plan->n_elements];
    if (plan->reasons) { /* it is in the cell of the amount */
        put_common(r, rows, r->n_cells - 1, (rk__rows_cell){blank.text, 0});
    }
    own->numbers = reason->numbers = false;
    for (size_t i = 0; i < rows->n; i++) {
        const size_t row = rows->row[i];
        const size_t listing = r->listing[row] - 1u;
        const rk__rows_cell *first = listing == RK__UNPRICED_DATE ? &ru->dateless : &ru->own;
        const rk__rows_cell *why = &ru->reason[r->column[row] * RK__ROWS_REASONS + listing];
        own->text[i] = first->text;
        own->length[i] = first->length;
        reason->text[i] = why->text;
        reason->length[i] = why->length;
        r->room += first->length + why->length;
    }
    return end_rows(w, u, rows);
}

rk_status rk__pass_rows_unpriced(rk__pass_worker *w, size_t u)
{
    struct rk__rows_work *r = w->rows;
    if (r == NULL || !r->unpriced || !w->pass->rows->instances[u].writes) {
        return RK_OK;
    }
    rk_status status = begin_instance(w);
    for (size_t row = 0; row < w->batch->n && status == RK_OK;) {
        some_rows rows = {.n = 0};
        for (; row < w->batch->n && rows.n < ROWS_AT_ONCE; row++) {
            rows.row[rows.n] = (uint16_t) row;
            rows.n += r->listing[row] != 0;
        }
        status = rows.n > 0 ? make_unpriced(w, u, &rows) : RK_OK;
    }
    return status;
}

void rk__pass_rows_begin(rk__pass_worker *w)
{
    if (w->rows != NULL && w->rows->unpriced) {
        memset(w->rows->listing, 0, RK__BATCH_ROWS);
        w->rows->unpriced = false;
    }
}

void rk__pass_rows_reason(rk__pass_worker *w, size_t row, rk__pass_listing listing, size_t column)
{
    if (w->rows != NULL && listing != RK__DEFAULTED) {
        w->rows->listing[row] = (uint8_t) (listing + 1);
        w->rows->column[row] = (uint32_t) column;
        w->rows->unpriced = true;
    }
}

rk_status rk__pass_rows_batch(rk__pass_worker *w)
{
    struct rk__rows_work *r = w->rows;
    if (r == NULL) {
        return RK_OK;
    }
    const size_t n_instances = w->pass->n_instances;
    rk__rows_line *to = rk__rows_lines(&r->lines, n_instances * w->batch->n);
    if (to == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t row = 0; row < w->batch->n; row++) {
        for (size_t u = 0; u < n_instances; u++) {
            rk__rows_line *line = &r->line[u * RK__BATCH_ROWS + row];
            *to = *line;
            to += line->length > 0;
            line->length = 0;
        }
    }
    r->lines.n_lines = (size_t) (to - r->lines.lines);
    return RK_OK;
}

rk_status rk__pass_rows_block(rk__pass_worker *w, uint64_t block, uint64_t rows)
{
    return w->rows == NULL
               ? RK_OK
               : rk__rows_block(w->pass->input->rows_file, block, rows, &w->rows->lines);
}
