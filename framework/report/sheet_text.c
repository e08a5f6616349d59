/* SPDX-License-Identifier: MIT
 *
 * sheet_text.c: a table of cells as text, columns aligned.
 *
 * In a table that is too wide, titles are wrapped, then columns of text, between words; if that is
 * not enough and the sheet allows it, the other columns continue below. Numbers are never cut.
 */
#include <ctype.h>

#include "report/sheet.h"

#define GAP         2  /* between columns */
#define WRAP_LEAST  16 /* a text column is not made narrower */
#define LABEL_LEAST 24 /* the same of a table that can be continued below */

typedef struct sheet_column {
    size_t width, tail;  /* of RK__ALIGN_POINT also what stands from the point on (a closing
                          * bracket counts, so that brackets hang beyond the digits) */
    size_t cells, title; /* the widest cell, the title in one line */
    size_t least;        /* the longest piece of the title */
    bool used, shown;    /* has a cell at all; is of the block that is printed */
} sheet_column;

typedef struct sheet_page {
    const rk__sheet *sheet;
    sheet_column *columns;
    size_t n, indent, room;
    const char **rest; /* what is left of each cell of a row */
    rk__style style;   /* of the row that is printed */
} sheet_page;

/* From the decimal point or the closing bracket on. */
static size_t tail_of(const char *cell)
{
    return rk__text_width(cell + strcspn(cell, ".)%"));
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* ---------------------------------------------------------------------- breaking */

/* Whether a line may end after a hyphen: of words, not of numbers or dates. */
static bool is_joint(const char *text, size_t at)
{
    return at > 0 && text[at] == '-' && isalpha((unsigned char) text[at - 1]) &&
           isalpha((unsigned char) text[at + 1]);
}

/* Length of the next piece of a cell that fits the width, broken at a blank or a hyphen if there
 * is one after its first word; *skip is what follows it and is not shown. */
static size_t piece(const char *text, size_t width, size_t *skip)
{
    size_t at = strspn(text, " ");
    size_t columns = at;
    size_t end = 0;
    *skip = 0;
    while (text[at] != '\0' && columns <= width) {
        if (text[at] == ' ') {
            end = at;
            *skip = 1;
        }
        columns += ((unsigned char) text[at] & 0xc0) != 0x80;
        if (columns <= width) {
            if (is_joint(text, at)) {
                end = at + 1;
                *skip = 0;
            }
            at++;
        }
    }
    if (text[at] == '\0') {
        *skip = 0;
        return at;
    }
    if (end > 0) {
        return end;
    }
    *skip = 0;
    return at > 0 ? at : 1;
}

/* The width of the longest word of a title. */
static size_t longest_piece(const char *title)
{
    size_t longest = 0;
    size_t width = 0;
    for (size_t i = 0; title[i] != '\0'; i++) {
        width = title[i] == ' ' ? 0 : width + (((unsigned char) title[i] & 0xc0) != 0x80);
        longest = larger(longest, width);
        width = is_joint(title, i) ? 0 : width;
    }
    return longest;
}

/* --------------------------------------------------------------------- measuring */

static void measure(const sheet_page *s)
{
    for (size_t c = 0; c < s->n; c++) {
        sheet_column *column = &s->columns[c];
        size_t head = 0;
        for (size_t r = 0; r < s->sheet->n_rows; r++) {
            const sheet_row *row = &s->sheet->rows[r];
            if (rk__sheet_spans(row)) {
                continue;
            }
            const char *cell = rk__sheet_cell_of(row, c);
            column->cells = larger(column->cells, rk__text_width(cell));
            if (s->sheet->columns[c].align == RK__ALIGN_POINT) {
                column->tail = larger(column->tail, tail_of(cell));
                head = larger(head, rk__text_width(cell) - tail_of(cell));
            }
        }
        column->cells = larger(column->cells, head + column->tail);
        column->title = rk__text_width(s->sheet->columns[c].title);
        column->least = longest_piece(s->sheet->columns[c].title);
        /* A column that is empty throughout is not shown, title and all. */
        column->used = column->cells > 0;
        column->shown = column->used;
        column->width = column->used ? larger(column->cells, column->title) : 0;
    }
}

static size_t total_width(const sheet_page *s)
{
    size_t total = 0;
    for (size_t c = 0; c < s->n; c++) {
        total += s->columns[c].shown ? s->columns[c].width + GAP : 0;
    }
    return total - (total > 0 ? GAP : 0);
}

/* The least that a column can be made: titles are broken; text, if asked for, is wrapped. */
static size_t least_width(const sheet_page *s, size_t c, size_t text)
{
    const sheet_column *column = &s->columns[c];
    if (s->sheet->columns[c].align == RK__ALIGN_LEFT && text > 0) {
        return larger(text, column->least) < column->width ? larger(text, column->least)
                                                           : column->width;
    }
    return larger(column->cells, column->least);
}

/* Narrows the columns that can spare most until the table fits. */
static void narrow(const sheet_page *s, size_t text)
{
    for (size_t total = total_width(s); total > s->room; total = total_width(s)) {
        size_t most = 0;
        size_t at = 0;
        for (size_t c = 0; c < s->n; c++) {
            const sheet_column *column = &s->columns[c];
            const size_t least = least_width(s, c, text);
            if (column->shown && column->width > least && column->width - least > most) {
                most = column->width - least;
                at = c;
            }
        }
        if (most == 0) {
            return;
        }
        s->columns[at].width -= most < total - s->room ? most : total - s->room;
    }
}

/* Gives unused width back to a block of columns, to its text first. */
static void widen(const sheet_page *s)
{
    const size_t total = total_width(s);
    size_t spare = s->room > total ? s->room - total : 0;
    for (int text = 1; text >= 0; text--) {
        for (size_t c = 0; c < s->n; c++) {
            sheet_column *column = &s->columns[c];
            const size_t wish = larger(column->cells, column->title);
            if (column->shown && (s->sheet->columns[c].align == RK__ALIGN_LEFT) == text &&
                wish > column->width) {
                const size_t more = wish - column->width < spare ? wish - column->width : spare;
                column->width += more;
                spare -= more;
            }
        }
    }
}

/* ---------------------------------------------------------------------- printing */

/* "(1,234.56)", "(4.8%)" */
static bool is_deficit(const char *text)
{
    const size_t length = strlen(text);
    return length > 2 && text[0] == '(' && isdigit((unsigned char) text[1]) &&
           text[length - 1] == ')';
}

/* One cell in its column; the scratch buffer holds its text. The last cell
 * of a line gets no blanks after it. */
static void print_cell(const sheet_page *s, size_t c, rk__align align, bool last)
{
    rk__page *out = s->sheet->out;
    const sheet_column *column = &s->columns[c];
    const char *text = out->scratch.text == NULL ? "" : out->scratch.text;
    const size_t width = rk__text_width(text);
    size_t taken = width; /* with what must stay free behind it */
    if (align == RK__ALIGN_POINT) {
        taken += column->tail - tail_of(text);
    }
    size_t before = 0;
    if (align != RK__ALIGN_LEFT && column->width > taken) {
        before = column->width - taken;
    }
    const bool deficit = align != RK__ALIGN_LEFT && is_deficit(text);
    rk__page_spaces(out, before);
    if (deficit) {
        rk__page_style(out, RK__STYLE_FAULT);
    }
    rk__page_plain(out, text);
    if (deficit) { /* back to the row's own style */
        rk__page_style(out, RK__STYLE_PLAIN);
        if (s->style != RK__STYLE_PLAIN) {
            rk__page_style(out, s->style);
        }
    }
    rk__buf_reset(&out->scratch);
    if (!last && before + width < column->width) {
        rk__page_spaces(out, column->width - before - width);
    }
}

static size_t n_left(const sheet_page *s)
{
    size_t n = 0;
    for (size_t c = 0; c < s->n; c++) {
        n = s->columns[c].shown && *s->rest[c] != '\0' ? c + 1 : n;
    }
    return n;
}

/* Cells that wrap continue on further lines with the same indentation. */
static void print_row(const sheet_page *s, const sheet_row *row, bool titles)
{
    rk__buf *scratch = &s->sheet->out->scratch;
    for (size_t c = 0; c < s->n; c++) {
        s->rest[c] = s->columns[c].shown ? rk__sheet_cell_of(row, c) : "";
    }
    size_t left = n_left(s);
    do {
        size_t gap = s->indent;
        for (size_t c = 0; c < left; c++) {
            if (!s->columns[c].shown) {
                continue;
            }
            rk__align align = s->sheet->columns[c].align;
            align = titles && align == RK__ALIGN_POINT ? RK__ALIGN_RIGHT : align;
            size_t skip = 0;
            size_t length = strlen(s->rest[c]);
            if ((titles || align == RK__ALIGN_LEFT) && length > 0) {
                const char *whole = rk__sheet_cell_of(row, c);
                const size_t deep = s->rest[c] != whole ? strspn(whole, " ") : 0;
                rk__buf_add(scratch, whole, deep);
                length = piece(s->rest[c], s->columns[c].width - deep, &skip);
            }
            rk__buf_add(scratch, s->rest[c], length);
            rk__page_spaces(s->sheet->out, gap);
            print_cell(s, c, align, c + 1 == left);
            s->rest[c] += length + skip;
            gap = GAP;
        }
        rk__page_putc(s->sheet->out, '\n');
        left = n_left(s);
    } while (left > 0);
}

static void print_titles(const sheet_page *s)
{
    rk__page *out = s->sheet->out;
    const char **titles = rk__arena_alloc(&out->arena, (s->n + 1) * sizeof *titles);
    bool any = false;
    if (titles == NULL) {
        out->failed = true;
        return;
    }
    for (size_t c = 0; c < s->n; c++) {
        titles[c] = s->sheet->columns[c].title;
        any |= titles[c][0] != '\0';
    }
    if (any) {
        const sheet_row row = {.cells = titles, .n = s->n, .capacity = s->n};
        rk__page_style(out, RK__STYLE_FAINT);
        print_row(s, &row, true);
        rk__page_style(out, RK__STYLE_PLAIN);
    }
}

/* Whether a row has cells, but none of them in this block. */
static bool is_elsewhere(const sheet_page *s, const sheet_row *row)
{
    bool here = false;
    bool any = false;
    for (size_t c = s->sheet->repeated; c < s->n && s->sheet->repeated > 0; c++) {
        any |= *rk__sheet_cell_of(row, c) != '\0';
        here |= s->columns[c].shown && *rk__sheet_cell_of(row, c) != '\0';
    }
    return any && !here;
}

static void print_rows(sheet_page *s)
{
    rk__page *out = s->sheet->out;
    print_titles(s);
    for (size_t r = 0; r < s->sheet->n_rows; r++) {
        const sheet_row *row = &s->sheet->rows[r];
        const bool bold = row->kind == RK__ROW_HEAD || row->kind == RK__ROW_TOTAL;
        s->style = bold ? RK__STYLE_HEADING : RK__STYLE_PLAIN;
        if (bold) {
            rk__page_style(out, RK__STYLE_HEADING);
        }
        if (rk__sheet_spans(row)) {
            const char *text = rk__sheet_cell_of(row, 0);
            const size_t deeper = s->indent + strspn(text, " ");
            rk__page_spaces(out, deeper);
            rk__page_wrapped(out, text + deeper - s->indent, deeper + 2, deeper);
        } else if (!is_elsewhere(s, row)) {
            print_row(s, row, false);
        }
        if (bold) {
            rk__page_style(out, RK__STYLE_PLAIN);
        }
    }
}

/* As many columns as fit, from *next on; one at least. */
static void choose_block(const sheet_page *s, size_t *next)
{
    const size_t first = *next;
    for (size_t c = s->sheet->repeated; c < s->n; c++) {
        s->columns[c].shown = false;
    }
    while (*next < s->n) {
        s->columns[*next].shown = s->columns[*next].used;
        if (*next > first && total_width(s) > s->room) {
            s->columns[*next].shown = false;
            return;
        }
        ++*next;
    }
}

static void print_blocks(sheet_page *s)
{
    size_t *narrowed = rk__arena_alloc(&s->sheet->out->arena, s->n * sizeof *narrowed);
    size_t next = s->sheet->repeated;
    if (narrowed == NULL) {
        s->sheet->out->failed = true;
        return;
    }
    for (size_t c = 0; c < s->n; c++) {
        narrowed[c] = s->columns[c].width;
    }
    while (next < s->n) {
        for (size_t c = 0; c < s->n; c++) {
            s->columns[c].width = narrowed[c];
        }
        if (next > s->sheet->repeated) {
            rk__page_putc(s->sheet->out, '\n');
        }
        choose_block(s, &next);
        widen(s);
        print_rows(s);
    }
}

void rk__sheet_text(const rk__sheet *sheet, size_t indent)
{
    rk__page *out = sheet->out;
    sheet_page s = {.sheet = sheet,
                    .n = sheet->n_columns,
                    .indent = indent,
                    .room = (size_t) out->width > indent ? (size_t) out->width - indent : 1};
    s.columns = rk__arena_alloc(&out->arena, (s.n + 1) * sizeof *s.columns);
    s.rest = rk__arena_alloc(&out->arena, (s.n + 1) * sizeof *s.rest);
    out->failed |= s.columns == NULL || s.rest == NULL;
    if (out->failed) {
        return;
    }
    measure(&s);
    narrow(&s, 0);
    narrow(&s, WRAP_LEAST);
    if (sheet->repeated > 0 && sheet->repeated < s.n && total_width(&s) > s.room) {
        measure(&s);
        narrow(&s, LABEL_LEAST);
        print_blocks(&s);
    } else {
        print_rows(&s);
    }
}
