/* SPDX-License-Identifier: MIT
 *
 * take.c: the rows of a table, taken from the sheets of a workbook.
 *
 * A header is found by its texts, never by its place: the first row that has all of them, in
 * their order from left to right.
 */
#include "import/take.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "table/column.h"
#include "workbook/value.h"

/* Rows that are searched for a header. */
#define HEADER_ROWS 2000
#define MAX_ROWS    1000000

typedef struct taker {
    rk__workbook *workbook;
    const char *file;
    const rk__import_table *table;
    const rk__import_block *block;
    rk__import_rows *out;
    rk_problems *problems;
    rk__sheet *sheet;
    rk__arena arena;     /* of a block */
    uint32_t *columns;   /* of the sheet, by field */
    const char **fields; /* of the current row; NULL: blank */
    /* The row that came nearest to the header: */
    size_t best;
    uint32_t best_row;
    const char **texts; /* of that row */
    uint32_t *text_columns;
    size_t n_texts;
} taker;

/* ------------------------------------------------------------------- header */

/* Finds the fields in a row; returns how many were found, in their order. */
static size_t match_header(taker *t, const rk__sheet_row *row, const char **texts)
{
    size_t matched = 0;
    size_t from = 0;
    for (size_t f = 0; f < t->block->n_fields; f++) {
        size_t i = from;
        while (i < row->n && strcmp(texts[i], t->block->fields[f].text) != 0) {
            i++;
        }
        if (i < row->n) {
            t->columns[f] = row->cells[i].column;
            from = i + 1;
            matched++;
        } else {
            t->columns[f] = UINT32_MAX;
        }
    }
    return matched;
}

static void remember(taker *t, const rk__sheet_row *row, const char **texts, size_t matched)
{
    uint32_t *columns = rk__arena_alloc(&t->arena, (row->n + 1) * sizeof *columns);
    for (size_t i = 0; columns != NULL && i < row->n; i++) {
        columns[i] = row->cells[i].column;
    }
    t->best = matched;
    t->best_row = row->number;
    t->texts = texts;
    t->text_columns = columns;
    t->n_texts = columns != NULL ? row->n : 0;
}

/* The first field that the nearest row lacks, with the text in it that is nearest. */
static rk_status no_header(taker *t)
{
    const rk__import_block *block = t->block;
    const rk__import_field *missing = &block->fields[0];
    const char *near = NULL;
    rk__buf hint = {0};
    for (size_t f = block->n_fields; f-- > 0 && t->n_texts > 0;) {
        bool found = false;
        for (size_t i = 0; i < t->n_texts && !found; i++) {
            found = strcmp(t->texts[i], block->fields[f].text) == 0;
        }
        missing = found ? missing : &block->fields[f];
    }
    if (t->n_texts > 0) {
        const char **words = rk__arena_alloc(&t->arena, (t->n_texts + 1) * sizeof *words);
        for (size_t i = 0; words != NULL && i < t->n_texts; i++) {
            words[i] = t->texts[i];
        }
        near = words != NULL ? rk__nearest(missing->text, words) : NULL;
    }
    if (near != NULL) {
        char cell[RK__CELL_NAME];
        size_t i = 0;
        while (i < t->n_texts && strcmp(t->texts[i], near) != 0) {
            i++;
        }
        rk__buf_printf(&hint, "the nearest is cell %s: '%s'",
                       rk__cell_name(cell, t->text_columns[i < t->n_texts ? i : 0], t->best_row),
                       near);
    } else if (t->best > 0) {
        rk__buf_printf(&hint, "the nearest is row %u, which has %zu of the %zu", t->best_row,
                       t->best, block->n_fields);
    } else {
        rk__buf_puts(&hint, "has the header moved to another sheet?");
    }
    const rk_status status =
        rk__sheet_problem(t->sheet, UINT32_MAX, 0, t->problems, RK_MISSING_COLUMN, hint.text,
                          "no row%s%s%s has the header '%s' with the others of '%s'",
                          block->n_below > 0 ? " below '" : "",
                          block->n_below > 0 ? block->below[block->n_below - 1] : "",
                          block->n_below > 0 ? "'" : "", missing->text, t->table->name);
    rk__buf_dispose(&hint);
    return status;
}

/* Reads up to the header's row. */
static rk_status find_header(taker *t)
{
    const rk__sheet_row *row = NULL;
    size_t below = 0; /* texts found so far */
    rk_status status;
    size_t seen = 0;
    while ((status = rk__sheet_next(t->sheet, &row, t->problems)) == RK_OK && row != NULL &&
           seen++ < HEADER_ROWS) {
        const char **texts = rk__arena_alloc(&t->arena, (row->n + 1) * sizeof *texts);
        for (size_t i = 0; texts != NULL && i < row->n; i++) {
            texts[i] = rk__fold_spaces(row->cells[i].text, row->cells[i].length, &t->arena);
        }
        if (t->arena.failed) {
            return RK_NO_MEMORY;
        }
        if (below < t->block->n_below) {
            bool met = false;
            for (size_t i = 0; i < row->n && !met; i++) {
                met = strcmp(texts[i], t->block->below[below]) == 0;
            }
            below += met;
            continue;
        }
        const size_t matched = match_header(t, row, texts);
        if (matched == t->block->n_fields) {
            return RK_OK;
        }
        if (matched > t->best) {
            remember(t, row, texts, matched);
        }
    }
    return status != RK_OK ? status
           : below == t->block->n_below
               ? no_header(t)
               : rk__sheet_problem(t->sheet, UINT32_MAX, 0, t->problems, RK_MISSING_COLUMN,
                                   "has its title changed, or moved to another sheet?",
                                   "no cell says '%s'", t->block->below[below]);
}

/* --------------------------------------------------------------------- rows */

static bool is_blank_text(const rk__import_block *block, const char *text)
{
    for (size_t i = 0; i < block->n_blank; i++) {
        if (strcmp(block->blank[i], text) == 0) {
            return true;
        }
    }
    return *text == '\0';
}

/* The row's cells by field; returns how many are not blank. */
static rk_status read_fields(taker *t, const rk__sheet_row *row, size_t *held)
{
    *held = 0;
    for (size_t f = 0; f < t->block->n_fields; f++) {
        t->fields[f] = t->block->fill[f] ? t->fields[f] : NULL;
        for (size_t i = 0; i < row->n; i++) {
            if (row->cells[i].column == t->columns[f]) {
                char *text =
                    rk__fold_spaces(row->cells[i].text, row->cells[i].length, &t->out->arena);
                if (text == NULL) {
                    return RK_NO_MEMORY;
                }
                *held += *text != '\0';
                if (!is_blank_text(t->block, text)) {
                    t->fields[f] = text;
                }
            }
        }
    }
    return RK_OK;
}

static const char *mapped(taker *t, const rk__import_column *column, const char *text)
{
    rk__buf rounded = {0};
    if ((column->decimals >= 0 || column->percent) &&
        rk__number_rounded(&rounded, text, strlen(text), column->percent, column->decimals)) {
        text = rounded.text != NULL ? rk__arena_copy(&t->out->arena, rounded.text, rounded.length)
                                    : NULL;
    }
    rk__buf_dispose(&rounded);
    if (text == NULL) {
        t->out->arena.failed = true;
        return NULL;
    }
    const rk__value *to = column->map != NULL ? rk__json_get(column->map, text) : NULL;
    return to != NULL ? to->text : text;
}

static bool named(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static rk_status cell_of(taker *t, const rk__import_column *column, uint32_t number,
                         const char **out)
{
    *out = column->text;
    for (size_t i = 0; i < column->n_fields && *out == NULL; i++) {
        const int field = column->fields[i];
        const char *text = t->fields[field];
        int64_t v;
        const char *why = NULL;
        if (text == NULL) {
            continue;
        }
        *out = mapped(t, column, text);
        if (*out != NULL && named(t->table->numbers, t->table->n_numbers, column->name) &&
            rk__cell_convert(RK__CELL_RATIO, *out, strlen(*out), &v, &why) != RK_OK) {
            return rk__sheet_problem(t->sheet, t->columns[field], number, t->problems,
                                     RK_WRONG_TYPE,
                                     "if it means no value, put it into \"blank\" of the profile",
                                     "'%.40s' (column '%s') %s", text, column->name, why);
        }
    }
    *out = *out != NULL ? *out : column->otherwise;
    return t->out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static bool complete(const taker *t, const char *const *cells)
{
    for (size_t c = 0; c < t->table->n_columns; c++) {
        if (cells[c] == NULL && named(t->table->needs, t->table->n_needs, t->table->columns[c])) {
            return false;
        }
    }
    return true;
}

static rk_status check_key(taker *t, const char *const *cells, uint32_t number)
{
    for (size_t c = 0; c < t->table->n_columns; c++) {
        if (cells[c] == NULL && named(t->table->keys, t->table->n_keys, t->table->columns[c])) {
            return rk__sheet_problem(t->sheet, UINT32_MAX, number, t->problems, RK_OUT_OF_RANGE,
                                     "narrow the rows by \"where\", \"until\" or \"needs\"",
                                     "the key column '%s' of '%s' is blank", t->table->columns[c],
                                     t->table->name);
        }
    }
    return RK_OK;
}

static rk_status take_row(taker *t, const rk__import_take *take, uint32_t number)
{
    rk__import_rows *out = t->out;
    const char **cells = rk__arena_alloc(&out->arena, (t->table->n_columns + 1) * sizeof *cells);
    if (cells == NULL ||
        rk__grow((void **) &out->list, &out->capacity, out->n + 1, sizeof *out->list) != 0) {
        return RK_NO_MEMORY;
    }
    for (size_t c = 0; c < take->n_columns; c++) {
        const rk__import_column *column = &take->columns[c];
        const rk_status status = cell_of(t, column, number, &cells[column->column]);
        if (status != RK_OK) {
            return status;
        }
    }
    if (!complete(t, cells)) {
        return RK_OK;
    }
    if (out->n == MAX_ROWS) {
        return rk__sheet_problem(t->sheet, UINT32_MAX, number, t->problems, RK_LIMIT, NULL,
                                 "'%s' gets more than 1,000,000 rows", t->table->name);
    }
    const rk_status status = check_key(t, cells, number);
    if (status == RK_OK) {
        out->list[out->n++] = (rk__import_row){cells, t->block->sheet, number};
    }
    return status;
}

static bool is_wanted(const taker *t)
{
    const rk__import_block *block = t->block;
    const char *text = block->where >= 0 ? t->fields[block->where] : NULL;
    for (size_t i = 0; text != NULL && i < block->n_patterns; i++) {
        if (rk__pattern_match(block->patterns[i], text, strlen(text))) {
            return true;
        }
    }
    return block->where < 0;
}

static rk_status take_rows(taker *t)
{
    const rk__sheet_row *row = NULL;
    uint32_t before = 0;
    rk_status status;
    while ((status = rk__sheet_next(t->sheet, &row, t->problems)) == RK_OK && row != NULL) {
        size_t held = 0;
        status = read_fields(t, row, &held);
        if (status != RK_OK) {
            return status;
        }
        if (t->block->until_blank && (held == 0 || (before > 0 && row->number > before + 1))) {
            return RK_OK;
        }
        before = row->number;
        for (size_t i = 0; i < t->block->n_takes && status == RK_OK && is_wanted(t); i++) {
            status = take_row(t, &t->block->takes[i], row->number);
        }
        if (status != RK_OK) {
            return status;
        }
    }
    return status;
}

static rk_status take_block(taker *t)
{
    const size_t n = t->block->n_fields + 1;
    t->best = t->n_texts = 0;
    t->columns = rk__arena_alloc(&t->arena, n * sizeof *t->columns);
    t->fields = rk__arena_alloc(&t->arena, n * sizeof *t->fields);
    if (t->columns == NULL || t->fields == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__sheet_open(t->workbook, t->block->sheet, &t->sheet, t->problems);
    if (status == RK_OK) {
        status = find_header(t);
    }
    const size_t rows = t->out->n;
    if (status == RK_OK) {
        status = take_rows(t);
    }
    if (status == RK_OK && t->out->n == rows) {
        status = rk__sheet_problem(t->sheet, UINT32_MAX, 0, t->problems, RK_MISSING_COLUMN,
                                   "do its rows follow the header, without a blank row between?",
                                   "no row below the header is one of '%s'", t->table->name);
    }
    rk__sheet_close(t->sheet);
    t->sheet = NULL;
    rk__arena_dispose(&t->arena);
    t->arena = (rk__arena){0};
    return status;
}

/* --------------------------------------------------------------------- keys */

typedef struct keyed_row {
    const rk__import_table *table;
    const rk__import_row *row;
    size_t index;
} keyed_row;

static int compare_keys(const void *a, const void *b)
{
    const keyed_row *x = a;
    const keyed_row *y = b;
    for (size_t c = 0; c < x->table->n_columns; c++) {
        if (named(x->table->keys, x->table->n_keys, x->table->columns[c])) {
            const int order = strcmp(x->row->cells[c], y->row->cells[c]);
            if (order != 0) {
                return order;
            }
        }
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static bool same_key(const keyed_row *x, const keyed_row *y)
{
    keyed_row moved = *y;
    moved.index = x->index;
    return compare_keys(x, &moved) == 0;
}

static rk_status check_unique(const taker *t)
{
    const rk__import_rows *rows = t->out;
    const rk__place place = {.file = t->file};
    keyed_row *all = rk__malloc((rows->n + 1) * sizeof *all);
    if (all == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < rows->n; i++) {
        all[i] = (keyed_row){t->table, &rows->list[i], i};
    }
    qsort(all, rows->n, sizeof *all, compare_keys);
    rk_status status = RK_OK;
    for (size_t i = 1; i < rows->n; i++) {
        if (same_key(&all[i - 1], &all[i])) {
            const rk__import_row *a = all[i - 1].row;
            const rk__import_row *b = all[i].row;
            rk__keep_first(&status,
                           rk__problem(t->problems, RK_DUPLICATE_KEY, &place,
                                       "add a column to \"key\", or narrow the rows by \"where\"",
                                       "table '%s': row %u of sheet '%s' and row %u of sheet '%s' "
                                       "have the same key",
                                       t->table->name, a->number, a->sheet, b->number, b->sheet));
        }
    }
    rk__free(all);
    return status;
}

rk_status rk__import_take_table(rk__workbook *workbook, const char *file,
                                const rk__import_table *table, rk__import_rows *out,
                                rk_problems *problems)
{
    taker t = {
        .workbook = workbook, .file = file, .table = table, .out = out, .problems = problems};
    rk_status first = RK_OK;
    for (size_t i = 0; i < table->n_blocks && first != RK_NO_MEMORY; i++) {
        t.block = &table->blocks[i];
        rk__keep_first(&first, take_block(&t));
    }
    return first == RK_OK ? check_unique(&t) : first;
}

void rk__import_rows_dispose(rk__import_rows *rows)
{
    rk__arena_dispose(&rows->arena);
    rk__free(rows->list);
    *rows = (rk__import_rows){0};
}
