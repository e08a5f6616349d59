/* SPDX-License-Identifier: MIT
 *
 * pass_rows.c: lines of priced rows. What is the same in many lines (a text of a
 * column, a unit's own cells, a reason) is quoted once.
 */
#include "engine/pass_rows.h"

#include <string.h>

#include "base/scaled.h"

#define N_REASONS   4 /* listings that leave a row unpriced */
#define NUMBER_ROOM RK__SCALED_TEXT

/* What all lines of a unit have in common. */
typedef struct rows_unit {
    bool writes;
    bool exact;
    int places;
    const char *own;      /* its cells before the columns */
    const char *dateless; /* the same where the row is in none of the periods */
    size_t *element;      /* by element of the file: 1 + the rule's; 0: none */
    const char **reason;  /* [listing x column], made when first asked for */
    size_t longest;       /* of own cells and elements */
} rows_unit;

struct rk__pass_rows {
    size_t *wants; /* columns of the file */
    size_t n_wants;
    const char *elements[128];
    size_t n_elements;
    rows_unit *units;
};

/* The texts of a column as cells, by code + 1; those that are new are added. */
typedef struct text_cells {
    rk__buf text;
    size_t *ends;
    size_t n, capacity, longest;
} text_cells;

struct rk__rows_work {
    rk__rows_text lines; /* of the block */
    text_cells *cells;   /* by column of the file */
    char *scratch;       /* the lines of a batch, in any order ... */
    size_t used, capacity;
    size_t *at;       /* ... [unit x row]: where a line is; */
    uint32_t *length; /* 0: there is none */
    uint8_t *listing; /* by row: 1 + why it is unpriced */
    uint32_t *column;
    bool unpriced;
    rk_status status;
};

/* ---------------------------------------------------------------------- plan */

static void quote(rk__buf *out, const char *text, size_t length)
{
    const bool plain = memchr(text, ',', length) == NULL && memchr(text, '"', length) == NULL &&
                       memchr(text, '\n', length) == NULL && memchr(text, '\r', length) == NULL &&
                       (length == 0 || (text[0] != ' ' && text[length - 1] != ' '));
    if (plain) {
        rk__buf_add(out, text, length);
        return;
    }
    rk__buf_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            rk__buf_putc(out, '"');
        }
        rk__buf_putc(out, text[i]);
    }
    rk__buf_putc(out, '"');
}

static void quote_text(rk__buf *out, const char *text)
{
    quote(out, text, strlen(text));
}

static bool unit_writes(const rk__unit *unit)
{
    return unit->rule->rule->price != NULL && unit->only_with == NULL && !unit->implied;
}

static bool named_before(const rk__pass *p, const struct rk__pass_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n_wants; i++) {
        if (strcmp(p->wants[rows->wants[i]].column, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Keys and groups first, then numbers; a column that is read in two ways once. */
static void choose_columns(const rk__pass *p, struct rk__pass_rows *rows)
{
    for (int texts = 1; texts >= 0; texts--) {
        for (size_t i = 0; i < p->n_wants; i++) {
            if ((p->wants[i].type == RK__CELL_TEXT) == (texts == 1) &&
                !named_before(p, rows, p->wants[i].column)) {
                rows->wants[rows->n_wants++] = i;
            }
        }
    }
}

static rk_status choose_elements(const rk__pass *p, struct rk__pass_rows *rows, size_t u)
{
    const rk__rule *rule = p->units[u].unit->rule;
    for (size_t e = 0; e < rule->n_elements; e++) {
        size_t at = 0;
        while (at < rows->n_elements && strcmp(rows->elements[at], rule->elements[e].name) != 0) {
            at++;
        }
        if (at == sizeof rows->elements / sizeof *rows->elements) {
            return RK_LIMIT;
        }
        if (at == rows->n_elements) {
            rows->elements[rows->n_elements++] = rule->elements[e].name;
        }
        rows->units[u].element[at] = e + 1;
    }
    return RK_OK;
}

/* Which of a unit's own names differ between the units that write. */
typedef struct own_names {
    bool arrangement, period, component;
} own_names;

static own_names names_of(const rk__pass *p)
{
    own_names names = {0};
    const rk__unit *first = NULL;
    for (size_t u = 0; u < p->n_units; u++) {
        const rk__unit *unit = p->units[u].unit;
        if (!unit_writes(unit)) {
            continue;
        }
        first = first == NULL ? unit : first;
        names.arrangement |= strcmp(first->arrangement->name, unit->arrangement->name) != 0;
        names.component |= strcmp(first->component->id, unit->component->id) != 0;
        names.period |= first->period_index != unit->period_index;
    }
    return names;
}

static const char *own_cells(rk__pass *p, const rk__unit *unit, own_names names, bool dated)
{
    rk__buf text = {0};
    rk__buf_puts(&text, "");
    if (names.arrangement) {
        quote_text(&text, unit->arrangement->name);
        rk__buf_putc(&text, ',');
    }
    if (names.period) {
        quote_text(&text, dated ? unit->period->id : "");
        rk__buf_putc(&text, ',');
    }
    if (names.component) {
        quote_text(&text, unit->component->id);
        rk__buf_putc(&text, ',');
    }
    const char *copy =
        text.failed ? NULL
                    : rk__arena_copy(&p->arena, text.text != NULL ? text.text : "", text.length);
    rk__buf_dispose(&text);
    return copy;
}

static rk_status plan_unit(rk__pass *p, struct rk__pass_rows *rows, size_t u, own_names names)
{
    rows_unit *ru = &rows->units[u];
    const rk__unit *unit = p->units[u].unit;
    ru->writes = unit_writes(unit);
    if (!ru->writes) {
        return RK_OK;
    }
    ru->exact = unit->rule->rule->row_kind == RK_ROWS_EXACT;
    ru->places = unit->result->places;
    ru->own = own_cells(p, unit, names, true);
    ru->dateless = own_cells(p, unit, names, false);
    ru->element = rk__arena_alloc(&p->arena, 128 * sizeof *ru->element);
    ru->reason =
        rk__arena_alloc(&p->arena, N_REASONS * (unit->rule->n_columns + 1) * sizeof *ru->reason);
    if (ru->own == NULL || ru->dateless == NULL || ru->element == NULL || ru->reason == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < N_REASONS * (unit->rule->n_columns + 1); i++) {
        const size_t listing = i % N_REASONS;
        const size_t column = i / N_REASONS;
        rk__buf text = {0};
        const char *reason =
            rk__pass_reason(&p->arena, p, &p->units[u], (pass_listing) listing, column);
        if (reason != NULL) {
            quote_text(&text, reason);
            ru->reason[i] = text.failed ? NULL : rk__arena_strdup(&p->arena, text.text);
            rk__buf_dispose(&text);
            ru->longest = strlen(reason) > ru->longest ? strlen(reason) : ru->longest;
        }
        if (ru->reason[i] == NULL) {
            return RK_NO_MEMORY;
        }
    }
    ru->longest = 2 * ru->longest + strlen(ru->own);
    return choose_elements(p, rows, u);
}

static rk_status write_header(const rk__pass *p, const struct rk__pass_rows *rows, own_names names,
                              rk_problems *problems)
{
    rk__buf line = {0};
    rk__buf_puts(&line, "row,");
    rk__buf_puts(&line, names.arrangement ? "arrangement," : "");
    rk__buf_puts(&line, names.period ? "period," : "");
    rk__buf_puts(&line, names.component ? "component," : "");
    for (size_t i = 0; i < rows->n_wants; i++) {
        quote_text(&line, p->wants[rows->wants[i]].column);
        rk__buf_putc(&line, ',');
    }
    for (size_t e = 0; e < rows->n_elements; e++) {
        quote_text(&line, rows->elements[e]);
        rk__buf_putc(&line, ',');
    }
    rk__buf_puts(&line, "amount,reason\n");
    const rk_status status =
        rk__rows_header(p->input->rows_file, p->input->spec->name, &line, problems);
    rk__buf_dispose(&line);
    return status;
}

rk_status rk__pass_rows_plan(rk__pass *pass, rk_problems *problems)
{
    bool any = false;
    for (size_t u = 0; u < pass->n_units; u++) {
        any |= unit_writes(pass->units[u].unit);
    }
    if (!any || pass->input->rows_file == NULL) {
        return RK_OK;
    }
    struct rk__pass_rows *rows = rk__arena_alloc(&pass->arena, sizeof *rows);
    if (rows == NULL) {
        return RK_NO_MEMORY;
    }
    rows->wants = rk__arena_alloc(&pass->arena, (pass->n_wants + 1) * sizeof *rows->wants);
    rows->units = rk__arena_alloc(&pass->arena, pass->n_units * sizeof *rows->units);
    if (rows->wants == NULL || rows->units == NULL) {
        return RK_NO_MEMORY;
    }
    choose_columns(pass, rows);
    const own_names names = names_of(pass);
    rk_status status = RK_OK;
    for (size_t u = 0; u < pass->n_units && status == RK_OK; u++) {
        status = plan_unit(pass, rows, u, names);
    }
    if (status == RK_LIMIT) {
        return rk__problem(problems, RK_LIMIT, NULL, "write the rows of fewer arrangements at once",
                           "--rows: more than 128 elements");
    }
    pass->rows = rows;
    return status == RK_OK ? write_header(pass, rows, names, problems) : status;
}

/* ------------------------------------------------------------------- workers */

rk_status rk__pass_rows_worker(pass_worker *w)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    if (plan == NULL) {
        return RK_OK;
    }
    struct rk__rows_work *r = rk__arena_alloc(&w->arena, sizeof *r);
    const size_t n_lines = w->pass->n_units * RK__BATCH_ROWS;
    if (r == NULL) {
        return RK_NO_MEMORY;
    }
    r->cells = rk__arena_alloc(&w->arena, (plan->n_wants + 1) * sizeof *r->cells);
    r->at = rk__arena_alloc(&w->arena, n_lines * sizeof *r->at);
    r->length = rk__arena_alloc(&w->arena, n_lines * sizeof *r->length);
    r->listing = rk__arena_alloc(&w->arena, RK__BATCH_ROWS);
    r->column = rk__arena_alloc(&w->arena, RK__BATCH_ROWS * sizeof *r->column);
    if (r->cells == NULL || r->at == NULL || r->length == NULL || r->listing == NULL ||
        r->column == NULL) {
        return RK_NO_MEMORY;
    }
    w->rows = r;
    return RK_OK;
}

void rk__pass_rows_free(pass_worker *w)
{
    struct rk__rows_work *r = w->rows;
    if (r == NULL) {
        return;
    }
    for (size_t i = 0; i < w->pass->rows->n_wants; i++) {
        rk__buf_dispose(&r->cells[i].text);
        rk__free(r->cells[i].ends);
    }
    rk__free(r->lines.bytes);
    rk__free(r->scratch);
}

/* --------------------------------------------------------------------- cells */

/* Quotes the texts that came since the last batch. */
static bool make_cells(text_cells *cells, const rk__dict *dict)
{
    const size_t n = (size_t) rk__dict_count(dict) + 1;
    if (rk__grow((void **) &cells->ends, &cells->capacity, n, sizeof *cells->ends) != 0) {
        return false;
    }
    for (; cells->n < n; cells->n++) {
        size_t length = 0;
        const size_t from = cells->text.length;
        if (cells->n > 0) {
            const char *text = rk__dict_text(dict, (int32_t) cells->n - 1, &length);
            quote(&cells->text, text, length);
        }
        rk__buf_putc(&cells->text, ',');
        cells->ends[cells->n] = cells->text.length;
        length = cells->text.length - from;
        cells->longest = length > cells->longest ? length : cells->longest;
    }
    /* Room behind the last, for it to be copied in large steps. */
    return !cells->text.failed && rk__grow((void **) &cells->text.text, &cells->text.capacity,
                                           cells->text.length + RK__ROWS_SLACK, 1) == 0;
}

static inline char *put_bytes(char *to, const char *text, size_t length)
{
    memcpy(to, text, length);
    return to + length;
}

static inline char *put_cell(char *to, const text_cells *cells, size_t code)
{
    const size_t from = code == 0 ? 0 : cells->ends[code - 1];
    return rk__rows_copy(to, cells->text.text + from, cells->ends[code] - from);
}

static char *put_number(char *to, rk__cell_type type, int64_t v)
{
    if (type == RK__CELL_BOOL) {
        return v != 0 ? put_bytes(to, "true", 4) : put_bytes(to, "false", 5);
    }
    if (type == RK__CELL_INTEGER) {
        *to = '-';
        return rk__put_whole(to + (v < 0), v < 0 ? -(uint64_t) v : (uint64_t) v);
    }
    return rk__put_millionths(to, v, 0);
}

/* The columns of a row, each with its comma. */
static char *put_columns(const pass_worker *w, size_t row, char *to)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    for (size_t i = 0; i < plan->n_wants; i++) {
        const size_t want = plan->wants[i];
        const rk__batch_column *c = &w->batch->column[want];
        const bool has = c->has != NULL && c->has[row] != 0;
        if (w->pass->wants[want].type == RK__CELL_TEXT) {
            to = put_cell(to, &w->rows->cells[i], has ? (size_t) c->v[row] + 1 : 0);
            continue;
        }
        if (has) {
            to = put_number(to, w->pass->wants[want].type, c->v[row]);
        }
        *to++ = ',';
    }
    return to;
}

/* --------------------------------------------------------------------- lines */

/* Room for a line at the end of the scratch; NULL where memory ran out. */
static char *begin_line(pass_worker *w, const rows_unit *ru)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    struct rk__rows_work *r = w->rows;
    size_t longest = ru->longest + (plan->n_wants + plan->n_elements + 2) * (NUMBER_ROOM + 1);
    for (size_t i = 0; i < plan->n_wants; i++) {
        longest += r->cells[i].longest;
    }
    longest += RK__ROWS_SLACK;
    if (rk__grow((void **) &r->scratch, &r->capacity, r->used + longest, 1) != 0) {
        r->status = RK_NO_MEMORY;
        return NULL;
    }
    return r->scratch + r->used;
}

static void end_line(pass_worker *w, size_t u, size_t row, const char *end)
{
    struct rk__rows_work *r = w->rows;
    const size_t length = (size_t) (end - r->scratch) - r->used;
    r->at[u * RK__BATCH_ROWS + row] = r->used;
    r->length[u * RK__BATCH_ROWS + row] = (uint32_t) length;
    r->used += length;
}

static rk_status begin_unit(pass_worker *w)
{
    const struct rk__pass_rows *plan = w->pass->rows;
    for (size_t i = 0; i < plan->n_wants; i++) {
        const size_t want = plan->wants[i];
        if (w->pass->wants[want].type == RK__CELL_TEXT &&
            !make_cells(&w->rows->cells[i], w->dicts[want])) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}

static inline char *put_amount(char *to, const rows_unit *ru, const int64_t *rounded,
                               const rk_int128 *exact, size_t i)
{
    return ru->exact ? to + rk__print_scaled(to, exact[i], 12, ru->places, 12)
                     : rk__put_millionths(to, rounded[i], ru->places);
}

rk_status rk__pass_rows_priced(pass_worker *w, size_t u, size_t n)
{
    if (w->rows == NULL || !w->pass->rows->units[u].writes) {
        return RK_OK;
    }
    const struct rk__pass_rows *plan = w->pass->rows;
    const rows_unit *ru = &plan->units[u];
    const size_t own = strlen(ru->own);
    rk_status status = begin_unit(w);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        if (w->status[i] != RK_ROW_PRICED) {
            continue;
        }
        const size_t row = n == w->batch->n ? i : w->selected[i];
        char *to = begin_line(w, ru);
        if (to == NULL) {
            return RK_NO_MEMORY;
        }
        to = put_columns(w, row, put_bytes(to, ru->own, own));
        for (size_t e = 0; e < plan->n_elements; e++) {
            const size_t element = ru->element[e];
            if (element > 0) {
                to = put_amount(to, ru, w->element[element - 1], w->exact_element[element - 1], i);
            }
            *to++ = ',';
        }
        to = put_amount(to, ru, w->amount, w->exact_amount, i);
        end_line(w, u, row, put_bytes(to, ",\n", 2));
    }
    return status;
}

rk_status rk__pass_rows_unpriced(pass_worker *w, size_t u)
{
    struct rk__rows_work *r = w->rows;
    if (r == NULL || !r->unpriced || !w->pass->rows->units[u].writes) {
        return RK_OK;
    }
    const rows_unit *ru = &w->pass->rows->units[u];
    rk_status status = begin_unit(w);
    for (size_t row = 0; row < w->batch->n && status == RK_OK; row++) {
        if (r->listing[row] == 0) {
            continue;
        }
        const size_t listing = r->listing[row] - 1u;
        char *to = begin_line(w, ru);
        if (to == NULL) {
            return RK_NO_MEMORY;
        }
        const char *own = listing == PASS_UNPRICED_DATE ? ru->dateless : ru->own;
        to = put_columns(w, row, put_bytes(to, own, strlen(own)));
        for (size_t e = 0; e <= w->pass->rows->n_elements; e++) {
            *to++ = ',';
        }
        const char *reason = ru->reason[r->column[row] * N_REASONS + listing];
        to = put_bytes(to, reason, strlen(reason));
        end_line(w, u, row, put_bytes(to, "\n", 1));
    }
    return status;
}

void rk__pass_rows_begin(pass_worker *w)
{
    if (w->rows != NULL && w->rows->unpriced) {
        memset(w->rows->listing, 0, RK__BATCH_ROWS);
        w->rows->unpriced = false;
    }
}

void rk__pass_rows_reason(pass_worker *w, size_t row, pass_listing listing, size_t column)
{
    if (w->rows != NULL && listing != PASS_DEFAULTED) {
        w->rows->listing[row] = (uint8_t) (listing + 1);
        w->rows->column[row] = (uint32_t) column;
        w->rows->unpriced = true;
    }
}

rk_status rk__pass_rows_batch(pass_worker *w)
{
    struct rk__rows_work *r = w->rows;
    if (r == NULL) {
        return RK_OK;
    }
    const size_t n_units = w->pass->n_units;
    for (size_t row = 0; row < w->batch->n; row++) {
        for (size_t u = 0; u < n_units; u++) {
            const size_t line = u * RK__BATCH_ROWS + row;
            if (r->length[line] == 0) {
                continue;
            }
            if (!rk__rows_add(&r->lines, w->batch->first_in_block + (uint32_t) row,
                              r->scratch + r->at[line], r->length[line])) {
                return RK_NO_MEMORY;
            }
            r->length[line] = 0;
        }
    }
    r->used = 0;
    return RK_OK;
}

rk_status rk__pass_rows_block(pass_worker *w, uint64_t block, uint64_t rows)
{
    return w->rows == NULL
               ? RK_OK
               : rk__rows_block(w->pass->input->rows_file, block, rows, &w->rows->lines);
}
