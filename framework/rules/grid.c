/* SPDX-License-Identifier: MIT
 *
 * grid.c: aligning and wrapping columns of text.
 */
#include "rules/grid.h"

#include <string.h>

#include "base/text.h"

#define GAP 2
/* The widest column, except the last; longer cells wrap. In a narrow terminal columns shrink,
 * down to the other limit. */
#define COLUMN_MOST  30
#define COLUMN_LEAST 14
/* The last column is at least this wide, however narrow the terminal. */
#define LAST_LEAST 24

void rk__grid_row(rk__grid *grid, const char *const *cells)
{
    if (grid->failed || rk__grow((void **) &grid->cell, &grid->capacity, grid->rows + 1,
                                 sizeof grid->cell[0]) != 0) {
        grid->failed = 1;
        return;
    }
    for (size_t c = 0; c < grid->columns; c++) {
        grid->cell[grid->rows][c] =
            rk__arena_strdup(&grid->arena, cells[c] != NULL ? cells[c] : "");
        grid->failed |= grid->cell[grid->rows][c] == NULL;
    }
    grid->rows += !grid->failed;
}

void rk__grid_dispose(rk__grid *grid)
{
    rk__free(grid->cell);
    rk__arena_dispose(&grid->arena);
    grid->cell = NULL;
    grid->rows = grid->capacity = 0;
}

/* ------------------------------------------------------------------- wrapping */

/* The bytes of `text` that fit in one line of `width` characters, cut at a blank if possible;
 * *next is where the next line begins. */
static size_t line_take(const char *text, size_t width, const char **next)
{
    size_t fits = 0;
    size_t at = 0;
    size_t characters = 0;
    while (text[at] != '\0' && characters <= width) {
        if (text[at] == ' ') {
            fits = at;
        }
        at++;
        while (((unsigned char) text[at] & 0xC0) == 0x80) {
            at++;
        }
        characters++;
    }
    if (characters <= width) {
        *next = text + at;
        return at;
    }
    if (fits > 0) {
        *next = text + fits + 1;
        return fits;
    }
    /* One long word: whole rather than cut at an arbitrary place. */
    at = strcspn(text, " ");
    *next = text + at + (text[at] == ' ');
    return at;
}

static void blanks(rk__buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rk__buf_putc(out, ' ');
    }
}

void rk__paragraph(rk__buf *out, const char *text, int indent, int width)
{
    const size_t room = width - indent > LAST_LEAST ? (size_t) (width - indent) : LAST_LEAST;
    while (*text != '\0') {
        const char *next;
        const size_t length = line_take(text, room, &next);
        blanks(out, (size_t) indent);
        rk__buf_add(out, text, length);
        rk__buf_putc(out, '\n');
        text = next;
    }
}

/* ---------------------------------------------------------------------- text */

/* The widths if no column but the last is wider than `most`; returns what is left for the last
 * one. */
static size_t widths_try(const rk__grid *grid, size_t most, size_t room, size_t *widths)
{
    for (size_t c = 0; c + 1 < grid->columns; c++) {
        widths[c] = 0;
        for (size_t r = 0; r < grid->rows; r++) {
            const size_t n = rk__utf8_count(grid->cell[r][c], strlen(grid->cell[r][c]));
            widths[c] = n > widths[c] ? n : widths[c];
        }
        widths[c] = widths[c] < most ? widths[c] : most;
        const size_t used = widths[c] + (widths[c] > 0 ? GAP : 0);
        room = room > used ? room - used : 0;
    }
    return room;
}

static void widths_find(const rk__grid *grid, int indent, int width, size_t *widths)
{
    const size_t room = width > indent ? (size_t) (width - indent) : 0;
    size_t most = COLUMN_MOST;
    size_t rest = widths_try(grid, most, room, widths);
    while (rest < LAST_LEAST && most > COLUMN_LEAST) {
        rest = widths_try(grid, --most, room, widths);
    }
    widths[grid->columns - 1] = rest > LAST_LEAST ? rest : LAST_LEAST;
}

/* Prints one row, with as many lines as its longest cell needs. */
static void row_write(rk__buf *out, const rk__grid *grid, size_t r, int indent,
                      const size_t *widths)
{
    const char *at[RK__GRID_COLUMNS];
    bool more = true;
    memcpy(at, grid->cell[r], sizeof at);
    while (more) {
        size_t pending = (size_t) indent;
        more = false;
        for (size_t c = 0; c < grid->columns; c++) {
            const char *next;
            if (widths[c] == 0) {
                continue;
            }
            const size_t length = line_take(at[c], widths[c], &next);
            const size_t shown = rk__utf8_count(at[c], length);
            if (length > 0) {
                blanks(out, pending);
                rk__buf_add(out, at[c], length);
                pending = 0;
            }
            pending += (shown < widths[c] ? widths[c] - shown : 0) + GAP;
            at[c] = next;
            more = more || *next != '\0';
        }
        rk__buf_putc(out, '\n');
    }
}

void rk__grid_text(rk__buf *out, const rk__grid *grid, int indent, int width)
{
    size_t widths[RK__GRID_COLUMNS];
    out->failed |= grid->failed;
    if (grid->rows == 0 || grid->failed) {
        return;
    }
    widths_find(grid, indent, width, widths);
    for (size_t r = 0; r < grid->rows; r++) {
        row_write(out, grid, r, indent, widths);
    }
}

/* ------------------------------------------------------------------ Markdown */

void rk__grid_markdown(rk__buf *out, const rk__grid *grid)
{
    out->failed |= grid->failed;
    for (size_t r = 0; r < grid->rows; r++) {
        rk__buf_putc(out, '|');
        for (size_t c = 0; c < grid->columns; c++) {
            rk__buf_putc(out, ' ');
            for (const char *p = grid->cell[r][c]; *p != '\0'; p++) {
                if (*p == '|' || *p == '<') {
                    rk__buf_putc(out, '\\');
                }
                rk__buf_putc(out, *p == '\n' ? ' ' : *p);
            }
            rk__buf_puts(out, " |");
        }
        rk__buf_putc(out, '\n');
        for (size_t c = 0; r == 0 && c < grid->columns; c++) {
            rk__buf_puts(out, c == 0 ? "|---|" : "---|");
        }
        if (r == 0) {
            rk__buf_putc(out, '\n');
        }
    }
}
