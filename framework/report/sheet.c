/* SPDX-License-Identifier: MIT
 *
 * sheet.c: a table of cells, and its layout as a GitHub table; sheet_text.c has that as text.
 */
#include "report/sheet.h"

#include <stdarg.h>

void rk__sheet_init(rk__sheet *sheet, rk__page *out)
{
    *sheet = (rk__sheet){.out = out};
}

void rk__sheet_dispose(rk__sheet *sheet)
{
    rk__free(sheet->rows);
    rk__free(sheet->columns);
    *sheet = (rk__sheet){.out = sheet->out};
}

void rk__sheet_column(rk__sheet *sheet, const char *title, rk__align align)
{
    if (rk__grow((void **) &sheet->columns, &sheet->column_capacity, sheet->n_columns + 1,
                 sizeof *sheet->columns) != 0) {
        sheet->out->failed = true;
        return;
    }
    sheet->columns[sheet->n_columns].title = title;
    sheet->columns[sheet->n_columns].align = align;
    sheet->n_columns++;
}

void rk__sheet_columns(rk__sheet *sheet, const char *aligns, ...)
{
    va_list titles;
    va_start(titles, aligns);
    for (; *aligns != '\0'; aligns++) {
        const rk__align align = *aligns == 'l'   ? RK__ALIGN_LEFT
                                : *aligns == 'r' ? RK__ALIGN_RIGHT
                                                 : RK__ALIGN_POINT;
        rk__sheet_column(sheet, va_arg(titles, const char *), align);
    }
    va_end(titles);
}

void rk__sheet_row(rk__sheet *sheet, rk__row_kind kind)
{
    const char **cells =
        rk__arena_alloc(&sheet->out->arena, (sheet->n_columns + 1) * sizeof *cells);
    if (cells == NULL || rk__grow((void **) &sheet->rows, &sheet->capacity, sheet->n_rows + 1,
                                  sizeof(sheet_row)) != 0) {
        sheet->out->failed = true;
        return;
    }
    sheet->rows[sheet->n_rows++] =
        (sheet_row){.kind = kind, .cells = cells, .capacity = sheet->n_columns + 1};
}

void rk__sheet_cell(rk__sheet *sheet, const char *text)
{
    if (sheet->n_rows > 0 && !sheet->out->failed) {
        sheet_row *row = &sheet->rows[sheet->n_rows - 1];
        if (row->n < row->capacity) {
            row->cells[row->n++] = text;
        }
    }
}

void rk__sheet_scratch(rk__sheet *sheet)
{
    rk__page *out = sheet->out;
    const char *text = out->scratch.text == NULL ? "" : out->scratch.text;
    const char *copy = rk__arena_copy(&out->arena, text, out->scratch.length);
    out->failed = out->failed || copy == NULL;
    rk__buf_reset(&out->scratch);
    rk__sheet_cell(sheet, copy);
}

/* -------------------------------------------------------------- as Markdown */

void rk__markdown_text(rk__page *out, const char *text)
{
    static const char signs[] = "\\`*_{}[]<>|#~$&";
    const char *end = text + strlen(text);
    while (text < end) {
        if (strchr(signs, *text) != NULL) {
            rk__page_putc(out, '\\');
        }
        text += rk__page_character(out, text, end);
    }
}

/* Whether any row has a cell of this column; an empty one is not shown, title and all. Cells that
 * span are in the first. */
static bool is_used(const rk__sheet *sheet, size_t column)
{
    for (size_t r = 0; r < sheet->n_rows; r++) {
        const sheet_row *row = &sheet->rows[r];
        if (column == 0 || (!rk__sheet_spans(row) && *rk__sheet_cell_of(row, column) != '\0')) {
            return true;
        }
    }
    return false;
}

static void markdown_row(const rk__sheet *sheet, const bool *used, const sheet_row *row)
{
    rk__page *out = sheet->out;
    const char *strong = row->kind == RK__ROW_HEAD || row->kind == RK__ROW_TOTAL ? "**" : "";
    rk__page_putc(out, '|');
    for (size_t c = 0; c < sheet->n_columns; c++) {
        if (!used[c]) {
            continue;
        }
        const char *cell = rk__sheet_cell_of(row, c);
        cell += strspn(cell, " ");
        rk__page_putc(out, ' ');
        if (*cell != '\0') {
            rk__page_puts(out, strong);
            rk__markdown_text(out, cell);
            rk__page_puts(out, strong);
            rk__page_putc(out, ' ');
        }
        rk__page_putc(out, '|');
    }
    rk__page_putc(out, '\n');
}

void rk__sheet_markdown(const rk__sheet *sheet)
{
    rk__page *out = sheet->out;
    bool *used = rk__arena_alloc(&out->arena, sheet->n_columns + 1);
    const char **titles = rk__arena_alloc(&out->arena, (sheet->n_columns + 1) * sizeof *titles);
    out->failed |= used == NULL || titles == NULL;
    if (out->failed) {
        return;
    }
    for (size_t c = 0; c < sheet->n_columns; c++) {
        titles[c] = sheet->columns[c].title;
        used[c] = is_used(sheet, c);
    }
    const sheet_row head = {.cells = titles, .n = sheet->n_columns};
    markdown_row(sheet, used, &head);
    rk__page_putc(out, '|');
    for (size_t c = 0; c < sheet->n_columns; c++) {
        if (used[c]) {
            rk__page_puts(out, sheet->columns[c].align == RK__ALIGN_LEFT ? " --- |" : " ---: |");
        }
    }
    rk__page_putc(out, '\n');
    for (size_t r = 0; r < sheet->n_rows; r++) {
        markdown_row(sheet, used, &sheet->rows[r]);
    }
}

void rk__sheet_print(rk__sheet *sheet, bool markdown, size_t indent)
{
    if (markdown) {
        rk__sheet_markdown(sheet);
    } else {
        rk__sheet_text(sheet, indent);
    }
    rk__sheet_dispose(sheet);
}

void rk__sheet_money_or(rk__sheet *sheet, rk_num amount, int places, const char *none)
{
    if (amount == NULL) {
        rk__sheet_cell(sheet, none);
        return;
    }
    rk__print_money(&sheet->out->scratch, amount, places);
    rk__sheet_scratch(sheet);
}
