/* SPDX-License-Identifier: MIT
 *
 * rows.c: priced rows read from a file, and ledger lines from a result document.
 */
#include "diff/rows.h"

#include <stdio.h>
#include <string.h>

#include "table/sheet_text.h"

int rk__rowset_find(const rk__rowset *rows, const char *column)
{
    for (size_t i = 0; i < rows->n_columns; i++) {
        if (strcmp(rows->columns[i], column) == 0) {
            return (int) i;
        }
    }
    return -1;
}

void rk__rowset_dispose(rk__rowset *rows)
{
    rk__table_free(rows->table);
    rk__json_free(rows->document);
    rk__free(rows->cells);
    rk__free(rows->amount);
}

static rk_status grow(rk__rowset *rows)
{
    size_t cells = rows->capacity * rows->n_columns;
    size_t amounts = rows->capacity;
    if (rows->n_rows < rows->capacity) {
        return RK_OK;
    }
    rows->capacity = rows->capacity > 0 ? 2 * rows->capacity : 64;
    return rk__grow((void **) &rows->cells, &cells, rows->capacity * rows->n_columns,
                    sizeof *rows->cells) == 0 &&
                   rk__grow((void **) &rows->amount, &amounts, rows->capacity,
                            sizeof *rows->amount) == 0
               ? RK_OK
               : RK_NO_MEMORY;
}

/* ------------------------------------------------------------------ rows of a file */

static rk_status amount_of(const rk__rowset *rows, int column, size_t row, const char *text,
                           rk_decimal *out, rk_problems *problems)
{
    *out = 0;
    if (text == NULL || rk__decimal_parse(text, strlen(text), out) == RK__DECIMAL_OK) {
        return RK_OK;
    }
    rk__arena scratch = {0};
    rk__place place = {0};
    rk__table_place(rows->table, column, row, &place, &scratch);
    const rk_status status =
        rk__problem(problems, RK_WRONG_TYPE, &place, NULL, "the amount is not a number");
    rk__arena_dispose(&scratch);
    return status;
}

/* Whether the last row of a workbook is the total that `reckon evaluate --rows` ends it with. Its
 * first cell says so; where somebody has taken that column out, it has the sum and nothing else. */
static bool is_total(const rk__rowset *rows, size_t row, rk_int128 amount)
{
    const char *first = rk__rowset_cell(rows, row, 0);
    bool numbers = true; /* a spell has texts too */
    for (size_t k = 1; k < rows->n_columns && first == NULL && numbers; k++) {
        const char *cell = rk__rowset_cell(rows, row, (int) k);
        rk_decimal value = 0;
        numbers = cell == NULL || rk__decimal_parse(cell, strlen(cell), &value) == RK__DECIMAL_OK;
    }
    return rows->workbook && row > 0 && row + 1 == rk__table_n_rows(rows->table) &&
           (first != NULL ? strcmp(rows->columns[0], "row") == 0 && strcmp(first, "Total") == 0
                          : numbers && amount == rows->total);
}

static rk_status read_table(rk__rowset *rows, rk__arena *arena, rk_problems *problems)
{
    rows->n_columns = rk__table_n_columns(rows->table);
    rows->columns = rk__arena_alloc(arena, (rows->n_columns + 1) * sizeof *rows->columns);
    for (size_t k = 0; rows->columns != NULL && k < rows->n_columns; k++) {
        rows->columns[k] = rk__table_column_name(rows->table, k);
    }
    const int amount = rows->columns != NULL ? rk__rowset_find(rows, "amount") : -1;
    if (rows->columns == NULL) {
        return RK_NO_MEMORY;
    }
    if (amount < 0) {
        return rk__problem(problems, RK_MISSING_COLUMN, NULL,
                           "reckon evaluate CONTRACT --rows FILE writes priced rows",
                           "'%s' has no column 'amount', so it is not a file of priced rows",
                           rows->path);
    }
    rk_status status = RK_OK;
    for (size_t row = 0; row < rk__table_n_rows(rows->table) && status == RK_OK; row++) {
        rk_decimal of = 0;
        status = grow(rows);
        for (size_t k = 0; k < rows->n_columns && status == RK_OK; k++) {
            size_t length = 0;
            rows->cells[row * rows->n_columns + k] =
                rk__table_cell(rows->table, (int) k, row, &length);
        }
        if (status == RK_OK) {
            status =
                amount_of(rows, amount, row, rk__rowset_cell(rows, row, amount), &of, problems);
        }
        if (status == RK_OK && !is_total(rows, row, of)) {
            rows->amount[rows->n_rows++] = of;
            rows->total += of;
        }
    }
    return status;
}

static rk_status open_table(rk__rowset *rows, const rk__access *access, rk__arena *arena,
                            rk_problems *problems)
{
    rk__table_spec *spec = rk__arena_alloc(arena, sizeof *spec);
    const char **files = rk__arena_alloc(arena, sizeof *files);
    if (spec == NULL || files == NULL) {
        return RK_NO_MEMORY;
    }
    files[0] = rows->path;
    *spec = (rk__table_spec){
        .name = "rows", .files = files, .n_files = 1, .base_dir = ".", .delimiter = ','};
    const rk_status status = rk__table_load(spec, access, false, &rows->table, problems);
    return status == RK_OK ? read_table(rows, arena, problems) : status;
}

/* ------------------------------------------------------------- lines of a result */

enum { PERIOD, COMPONENT, LINE, QUANTITY, RATE, FACTOR, AMOUNT, N_LINE_COLUMNS };
static const char *const line_columns[] = {"period", "component", "line",  "quantity",
                                           "rate",   "factor",    "amount"};

static const char *text_of(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL ? v->text : NULL;
}

static rk_status take_line(rk__rowset *rows, const char *period, const char *component,
                           const rk__value *line, rk_problems *problems)
{
    const rk__value *memo = rk__json_get(line, "memo");
    const char *amount = text_of(line, "amount");
    rk_decimal of = 0;
    if (memo != NULL && memo->truth) {
        return RK_OK;
    }
    if (amount == NULL || rk__decimal_parse(amount, strlen(amount), &of) != RK__DECIMAL_OK) {
        return rk__json_problem(problems, line, RK_WRONG_TYPE,
                                "write the result without --suppress-below",
                                "the line has no amount that can be compared");
    }
    if (grow(rows) != RK_OK) {
        return RK_NO_MEMORY;
    }
    const char **cells = &rows->cells[rows->n_rows * rows->n_columns];
    cells[PERIOD] = period;
    cells[COMPONENT] = component;
    cells[LINE] = text_of(line, "label");
    cells[QUANTITY] = text_of(line, "quantity");
    cells[RATE] = text_of(line, "rate");
    cells[FACTOR] = text_of(line, "factor");
    cells[AMOUNT] = amount;
    rows->amount[rows->n_rows++] = of;
    rows->total += of;
    return RK_OK;
}

static rk_status read_result(rk__rowset *rows, rk_problems *problems)
{
    const rk__value *periods = rk__json_get(rk__json_root(rows->document), "periods");
    rk_status status = RK_OK;
    rows->columns = (const char **) (const void *) line_columns;
    rows->n_columns = N_LINE_COLUMNS;
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *components = rk__json_get(p, "components");
        for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *lines = rk__json_get(c, "lines");
            const rk__value *shadow = rk__json_get(c, "shadow");
            const bool paid = shadow == NULL || !shadow->truth;
            for (const rk__value *l = paid && lines != NULL ? lines->first : NULL;
                 l != NULL && status == RK_OK; l = l->next) {
                status = take_line(rows, text_of(p, "period"), text_of(c, "id"), l, problems);
            }
        }
    }
    return status;
}

/* Whether a file begins like JSON, or like a workbook. */
static rk_status look(const char *path, bool *json, bool *workbook, rk_problems *problems)
{
    FILE *file = fopen(path, "rb");
    rk__place place = {.file = path};
    if (file == NULL) {
        return rk__problem(problems, RK_IO, &place, NULL, "the file cannot be opened: %m");
    }
    int c = fgetc(file);
    while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        c = fgetc(file);
    }
    *json = c == '{' || c == '[';
    *workbook = rk__sheet_in_file(fileno(file));
    (void) fclose(file);
    return RK_OK;
}

rk_status rk__rowset_open(const char *path, const rk__access *access, rk__arena *arena,
                          rk__rowset *out, rk_problems *problems)
{
    bool json = false;
    *out = (rk__rowset){.path = path};
    rk_status status = look(path, &json, &out->workbook, problems);
    if (status != RK_OK || !json) {
        return status != RK_OK ? status : open_table(out, access, arena, problems);
    }
    status = rk__json_load(path, &out->document, problems);
    const char *kind = status == RK_OK ? text_of(rk__json_root(out->document), "reckoner") : NULL;
    if (status == RK_OK && (kind == NULL || strcmp(kind, "result/1") != 0)) {
        return rk__json_problem(problems, rk__json_root(out->document), RK_WRONG_TYPE,
                                "reckon evaluate CONTRACT -f json writes one",
                                "this is not a result document");
    }
    return status == RK_OK ? read_result(out, problems) : status;
}
