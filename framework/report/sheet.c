/* SPDX-License-Identifier: MIT
 *
 * sheet.c: a table of cells, laid out as text (columns aligned, the first
 * text column wrapped where the table is wider than the terminal) or as a GitHub
 * table. Numbers are never cut.
 */
#include "report/report.h"

#include <stdarg.h>

typedef struct rk__sheet_row {
    rk__row_kind kind;
    const char *cells[RK__SHEET_COLUMNS];
    size_t n;
} sheet_row;

#define GAP        2  /* between columns */
#define WRAP_LEAST 16 /* a text column is not made narrower */

void rk__sheet_init(rk__sheet *sheet, rk__page *out)
{
    *sheet = (rk__sheet){.out = out};
}

void rk__sheet_dispose(rk__sheet *sheet)
{
    rk__free(sheet->rows);
    *sheet = (rk__sheet){.out = sheet->out};
}

void rk__sheet_column(rk__sheet *sheet, const char *title, rk__align align)
{
    if (sheet->n_columns < RK__SHEET_COLUMNS) {
        sheet->columns[sheet->n_columns].title = title;
        sheet->columns[sheet->n_columns].align = align;
        sheet->n_columns++;
    }
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
    if (rk__grow((void **) &sheet->rows, &sheet->capacity, sheet->n_rows + 1, sizeof(sheet_row)) !=
        0) {
        sheet->out->failed = true;
        return;
    }
    sheet->rows[sheet->n_rows++] = (sheet_row){.kind = kind};
}

void rk__sheet_cell(rk__sheet *sheet, const char *text)
{
    if (sheet->n_rows > 0 && !sheet->out->failed) {
        sheet_row *row = &sheet->rows[sheet->n_rows - 1];
        if (row->n < RK__SHEET_COLUMNS) {
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

/* ------------------------------------------------------------------ as text */

/* Widths of the columns; of RK__ALIGN_POINT also what stands from the point on (a
 * closing bracket counts, so that brackets hang beyond the digits). */
typedef struct sheet_widths {
    size_t width[RK__SHEET_COLUMNS];
    size_t tail[RK__SHEET_COLUMNS];
    size_t total;
} sheet_widths;

static const char *cell_of(const sheet_row *row, size_t column)
{
    return column < row->n && row->cells[column] != NULL ? row->cells[column] : "";
}

static bool spans(const sheet_row *row)
{
    return row->kind == RK__ROW_NOTE || (row->kind == RK__ROW_HEAD && row->n <= 1);
}

/* From the decimal point or the closing bracket on. */
static size_t tail_of(const char *cell)
{
    const size_t head = strcspn(cell, ".)%");
    return rk__text_width(cell + head);
}

static void widen(size_t *width, size_t to)
{
    *width = *width < to ? to : *width;
}

static void measure(const rk__sheet *sheet, sheet_widths *w)
{
    size_t head[RK__SHEET_COLUMNS] = {0};
    memset(w, 0, sizeof *w);
    for (size_t r = 0; r < sheet->n_rows; r++) {
        const sheet_row *row = &sheet->rows[r];
        for (size_t c = 0; c < sheet->n_columns && !spans(row); c++) {
            const char *cell = cell_of(row, c);
            widen(&w->width[c], rk__text_width(cell));
            if (sheet->columns[c].align == RK__ALIGN_POINT) {
                widen(&w->tail[c], tail_of(cell));
                widen(&head[c], rk__text_width(cell) - tail_of(cell));
            }
        }
    }
    for (size_t c = 0; c < sheet->n_columns; c++) {
        if (sheet->columns[c].align == RK__ALIGN_POINT) {
            w->width[c] = head[c] + w->tail[c];
        }
        /* A column that is empty throughout is not shown, title and all. */
        if (w->width[c] > 0) {
            widen(&w->width[c], rk__text_width(sheet->columns[c].title));
            w->total += w->width[c] + GAP;
        }
    }
    w->total -= w->total > 0 ? GAP : 0;
}

/* Takes from the widest text columns what the table is too wide by. */
static void narrow(const rk__sheet *sheet, sheet_widths *w, size_t room)
{
    while (w->total > room) {
        size_t widest = SIZE_MAX;
        for (size_t c = 0; c < sheet->n_columns; c++) {
            if (sheet->columns[c].align == RK__ALIGN_LEFT && w->width[c] > WRAP_LEAST &&
                (widest == SIZE_MAX || w->width[c] > w->width[widest])) {
                widest = c;
            }
        }
        if (widest == SIZE_MAX) {
            return;
        }
        const size_t spare = w->width[widest] - WRAP_LEAST;
        const size_t over = w->total - room;
        const size_t less = spare < over ? spare : over;
        w->width[widest] -= less;
        w->total -= less;
    }
}

/* Length of the next piece of a cell that fits the width, broken at a blank if there
 * is one after its first word; *skip is what follows it and is not shown. */
static size_t piece(const char *text, size_t width, size_t *skip)
{
    size_t at = strspn(text, " ");
    size_t columns = at;
    size_t blank = 0;
    while (text[at] != '\0' && columns <= width) {
        if (text[at] == ' ') {
            blank = at;
        }
        columns += ((unsigned char) text[at] & 0xc0) != 0x80;
        if (columns <= width) {
            at++;
        }
    }
    *skip = 0;
    if (text[at] == '\0') {
        return at;
    }
    if (blank > 0) {
        *skip = 1;
        return blank;
    }
    return at > 0 ? at : 1;
}

/* One cell in its column; what stands in the scratch buffer is its text. The last cell
 * of a line gets no blanks after it. */
static void print_cell(const rk__sheet *sheet, const sheet_widths *w, size_t c, bool last)
{
    rk__page *out = sheet->out;
    const char *text = out->scratch.text == NULL ? "" : out->scratch.text;
    const size_t width = rk__text_width(text);
    size_t taken = width; /* with what must stay free behind it */
    if (sheet->columns[c].align == RK__ALIGN_POINT) {
        taken += w->tail[c] - tail_of(text);
    }
    size_t before = 0;
    if (sheet->columns[c].align != RK__ALIGN_LEFT && w->width[c] > taken) {
        before = w->width[c] - taken;
    }
    rk__page_spaces(out, before);
    rk__page_plain(out, text);
    rk__buf_reset(&out->scratch);
    if (!last && before + width < w->width[c]) {
        rk__page_spaces(out, w->width[c] - before - width);
    }
}

static size_t n_used(const rk__sheet *sheet, const char *const *rest)
{
    size_t n = 0;
    for (size_t c = 0; c < sheet->n_columns; c++) {
        n = *rest[c] != '\0' ? c + 1 : n;
    }
    return n;
}

static void print_row(const rk__sheet *sheet, const sheet_widths *w, const sheet_row *row,
                      size_t indent)
{
    rk__buf *scratch = &sheet->out->scratch;
    const char *rest[RK__SHEET_COLUMNS];
    for (size_t c = 0; c < sheet->n_columns; c++) {
        rest[c] = w->width[c] > 0 ? cell_of(row, c) : "";
    }
    /* Cells that wrap go on in further lines, as deep as they began. */
    size_t used = n_used(sheet, rest);
    do {
        size_t gap = indent;
        for (size_t c = 0; c < used; c++) {
            if (w->width[c] == 0) {
                continue;
            }
            size_t skip = 0;
            size_t length = strlen(rest[c]);
            if (sheet->columns[c].align == RK__ALIGN_LEFT && length > 0) {
                const bool further = rest[c] != cell_of(row, c);
                const size_t deep = further ? strspn(cell_of(row, c), " ") : 0;
                rk__buf_add(scratch, cell_of(row, c), deep);
                length = piece(rest[c], w->width[c] - deep, &skip);
            }
            rk__buf_add(scratch, rest[c], length);
            rk__page_spaces(sheet->out, gap);
            print_cell(sheet, w, c, c + 1 == used);
            rest[c] += length + skip;
            gap = GAP;
        }
        rk__page_putc(sheet->out, '\n');
        used = n_used(sheet, rest);
    } while (used > 0);
}

static bool has_titles(const rk__sheet *sheet)
{
    for (size_t c = 0; c < sheet->n_columns; c++) {
        if (sheet->columns[c].title[0] != '\0') {
            return true;
        }
    }
    return false;
}

static void print_titles(const rk__sheet *sheet, const sheet_widths *w, size_t indent)
{
    sheet_row titles = {.kind = RK__ROW_LINE, .n = sheet->n_columns};
    rk__sheet plain = *sheet;
    for (size_t c = 0; c < sheet->n_columns; c++) {
        titles.cells[c] = sheet->columns[c].title;
        if (plain.columns[c].align == RK__ALIGN_POINT) {
            plain.columns[c].align = RK__ALIGN_RIGHT;
        }
    }
    rk__page_style(sheet->out, RK__STYLE_FAINT);
    print_row(&plain, w, &titles, indent);
    rk__page_style(sheet->out, RK__STYLE_PLAIN);
}

void rk__sheet_text(const rk__sheet *sheet, size_t indent)
{
    rk__page *out = sheet->out;
    sheet_widths w;
    if (out->failed) {
        return;
    }
    measure(sheet, &w);
    const size_t room = (size_t) out->width > indent ? (size_t) out->width - indent : 1;
    narrow(sheet, &w, room);
    if (has_titles(sheet)) {
        print_titles(sheet, &w, indent);
    }
    for (size_t r = 0; r < sheet->n_rows; r++) {
        const sheet_row *row = &sheet->rows[r];
        const bool bold = row->kind == RK__ROW_HEAD || row->kind == RK__ROW_TOTAL;
        if (bold) {
            rk__page_style(out, RK__STYLE_HEADING);
        }
        if (spans(row)) {
            rk__page_spaces(out, indent);
            const size_t deeper = strspn(cell_of(row, 0), " ");
            rk__page_spaces(out, deeper);
            rk__page_wrapped(out, cell_of(row, 0) + deeper, indent + deeper + 2, indent + deeper);
        } else {
            print_row(sheet, &w, row, indent);
        }
        if (bold) {
            rk__page_style(out, RK__STYLE_PLAIN);
        }
    }
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

static void markdown_row(const rk__sheet *sheet, const sheet_widths *w, const sheet_row *row)
{
    rk__page *out = sheet->out;
    const char *strong = row->kind == RK__ROW_HEAD || row->kind == RK__ROW_TOTAL ? "**" : "";
    rk__page_putc(out, '|');
    for (size_t c = 0; c < sheet->n_columns; c++) {
        if (w->width[c] == 0) {
            continue;
        }
        const char *cell = cell_of(row, c);
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
    sheet_widths w;
    if (out->failed) {
        return;
    }
    measure(sheet, &w);
    /* Cells that span have no width of their own and stand in the first column. */
    w.width[0] = w.width[0] == 0 && sheet->n_rows > 0 ? 1 : w.width[0];
    sheet_row titles = {.kind = RK__ROW_LINE, .n = sheet->n_columns};
    for (size_t c = 0; c < sheet->n_columns; c++) {
        titles.cells[c] = sheet->columns[c].title;
    }
    markdown_row(sheet, &w, &titles);
    rk__page_putc(out, '|');
    for (size_t c = 0; c < sheet->n_columns; c++) {
        if (w.width[c] > 0) {
            rk__page_puts(out, sheet->columns[c].align == RK__ALIGN_LEFT ? " --- |" : " ---: |");
        }
    }
    rk__page_putc(out, '\n');
    for (size_t r = 0; r < sheet->n_rows; r++) {
        markdown_row(sheet, &w, &sheet->rows[r]);
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
