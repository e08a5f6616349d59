/* SPDX-License-Identifier: MIT
 *
 * xlsx.c: a pack as a workbook. The first sheet has the headline and lists the others; each table
 * is a sheet of its own: a title, a note, a header that stays in view, rows and a total.
 *
 * A number of more than fifteen digits would be changed by a spreadsheet, so it is written as
 * text; sums over its column are then written as values, and the sheet says so. Sheets are
 * written from the last to the first, so that a formula knows what it sums.
 *
 * Rows leave memory as they are written, for temporary files that have no name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "pack/pack.h"
#include "pack/xlsx_chart.h"
#include "pack/xlsx_names.h"
#include "workbook/made.h"

#define TITLE_ROW   0
#define NOTE_ROW    1
#define HEADER_ROW  3
#define FIRST_ROW   4
#define MOST_ROWS   1000000 /* of a sheet, which holds 1,048,576 */
#define MOST_TEXT   32000 /* characters of a cell, which holds 32,767: what is cut ends in "..." */
#define LOOKED_AT   200   /* rows that widths of columns are chosen by */
#define A4          9
#define EPOCH_1980  315532800 /* a workbook has a date, and the same input gives the same bytes */
#define PLACES_MOST 6

typedef enum form {
    FORM_TEXT = 0,
    FORM_MONEY,
    FORM_QUANTITY,
    FORM_COUNT,
    FORM_PERCENT,
    N_FORMS
} form; /* as rk__pack_kind */

typedef struct book {
    rk__pack *pack;
    lxw_workbook *file;
    lxw_format *plain[N_FORMS], *bold[N_FORMS];
    lxw_format *title, *heading, *headline, *note, *header[2], *link, *wrapped, *right;
    lxw_error error;
} book;

static void note_error(book *b, lxw_error error)
{
    b->error = b->error == LXW_NO_ERROR ? error : b->error;
}

/* ----------------------------------------------------------------- formats */

static lxw_format *format_new(book *b)
{
    lxw_format *format = workbook_add_format(b->file);
    if (format == NULL) {
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return format;
    }
    format_set_font_name(format, "Calibri");
    return format;
}

static void number_format(const book *b, lxw_format *format, form f)
{
    char text[64] = {0};
    static const char zeros[] = "000000000000";
    const int places = b->pack->places < PLACES_MOST ? b->pack->places : PLACES_MOST;
    const char *point = places > 0 ? "." : "";
    switch (f) {
    case FORM_MONEY:
        (void) snprintf(text, sizeof text, "#,##0%s%.*s;[Red](#,##0%s%.*s)", point, places, zeros,
                        point, places, zeros);
        break;
    case FORM_QUANTITY:
        (void) snprintf(text, sizeof text, "#,##0.######;[Red](#,##0.######)");
        break;
    case FORM_COUNT:
        (void) snprintf(text, sizeof text, "#,##0");
        break;
    case FORM_PERCENT:
        (void) snprintf(text, sizeof text, "0.0%%;[Red](0.0%%)");
        break;
    default:
        return;
    }
    format_set_num_format(format, text);
}

static void make_formats(book *b)
{
    for (int f = 0; f < N_FORMS; f++) {
        b->plain[f] = format_new(b);
        b->bold[f] = format_new(b);
        if (b->error != LXW_NO_ERROR) {
            return;
        }
        number_format(b, b->plain[f], (form) f);
        number_format(b, b->bold[f], (form) f);
        format_set_bold(b->bold[f]);
        format_set_top(b->bold[f], LXW_BORDER_THIN);
    }
    lxw_format **const others[] = {&b->title, &b->heading,   &b->headline,
                                   &b->note,  &b->header[0], &b->header[1],
                                   &b->link,  &b->wrapped,   &b->right};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        *others[i] = format_new(b);
        if (*others[i] == NULL) {
            return;
        }
    }
    format_set_bold(b->title);
    format_set_font_size(b->title, 14);
    format_set_font_size(b->headline, 13);
    format_set_text_wrap(b->headline);
    format_set_align(b->headline, LXW_ALIGN_VERTICAL_TOP);
    format_set_bold(b->headline);
    format_set_bold(b->heading);
    format_set_font_size(b->heading, 14);
    format_set_text_wrap(b->heading);
    format_set_italic(b->note);
    for (int i = 0; i < 2; i++) {
        format_set_bold(b->header[i]);
        format_set_bottom(b->header[i], LXW_BORDER_THIN);
        format_set_bg_color(b->header[i], 0xE8EDEE);
        format_set_text_wrap(b->header[i]);
        format_set_align(b->header[i], LXW_ALIGN_VERTICAL_BOTTOM);
    }
    format_set_align(b->header[1], LXW_ALIGN_RIGHT);
    format_set_font_color(b->link, 0x005EB8);
    format_set_underline(b->link, LXW_UNDERLINE_SINGLE);
    format_set_text_wrap(b->wrapped);
    format_set_align(b->wrapped, LXW_ALIGN_VERTICAL_TOP);
    format_set_align(b->right, LXW_ALIGN_RIGHT);
}

/* ------------------------------------------------------------------- cells */

/* Characters of UTF-8 that fit a cell. */
static size_t bytes_that_fit(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        n += ((unsigned char) text[i] & 0xC0) != 0x80;
        if (n > MOST_TEXT) {
            return i;
        }
    }
    return length;
}

/* Text is never read as a formula: the cell says that it is text. */
static void put_text(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
                     const char *text, size_t length, lxw_format *format)
{
    const size_t fits = bytes_that_fit(text, length);
    const char *more = fits < length ? "\xe2\x80\xa6" : "";
    if (fits == 0) {
        return;
    }
    char small[512];
    char *copy = fits < sizeof small - 8 ? small : rk__malloc(fits + sizeof "\xe2\x80\xa6");
    if (copy == NULL) {
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    memcpy(copy, text, fits);
    memcpy(copy + fits, more, strlen(more) + 1);
    rk__xlsx_clean(copy);
    note_error(b, worksheet_write_string(sheet, row, column, copy, format));
    if (copy != small) {
        rk__free(copy);
    }
}

static void put(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
                lxw_format *format)
{
    put_text(b, sheet, row, column, text, strlen(text), format);
}

/* "A$5" of a column and row from 0. */
static void place_of(char out[24], size_t column, size_t row)
{
    char letters[8] = {0};
    lxw_col_to_name(letters, (lxw_col_t) column, LXW_FALSE);
    (void) snprintf(out, 24, "%s%zu", letters, row + 1);
}

static size_t rows_of(const rk__pack_table *table)
{
    const size_t n = table->n_rows + table->n_made;
    return n < MOST_ROWS ? n : MOST_ROWS;
}

/* Whether a formula gives the cell's own value: all that it reads are numbers. */
static bool is_sound(const rk__pack_table *table, const rk__pack_cell *cell)
{
    const rk__pack_table *of = cell->of != NULL ? cell->of : table;
    switch (cell->formula) {
    case RK__PACK_SUM:
        return !of->inexact[cell->column] && cell->to <= rows_of(of);
    case RK__PACK_CELL:
        return !of->inexact[cell->column] && cell->from < rows_of(of);
    case RK__PACK_MINUS:
        return !table->inexact[cell->column] && !table->inexact[cell->from];
    case RK__PACK_LESS:
        return !table->inexact[cell->column];
    case RK__PACK_ACROSS:
        for (size_t c = cell->column; c < cell->to; c++) {
            if (table->inexact[c]) {
                return false;
            }
        }
        return true;
    case RK__PACK_SHARE:
        return !table->inexact[cell->column] && !table->inexact[cell->to];
    default:
        return false;
    }
}

static void formula_of(const book *b, const rk__pack_table *table, const rk__pack_cell *cell,
                       lxw_row_t row, char out[160])
{
    const rk__pack_table *of = cell->of != NULL ? cell->of : table;
    char sheet[48] = {0};
    char from[24];
    char to[24];
    if (of != table) {
        (void) snprintf(sheet, sizeof sheet, "'%s'!", of->sheet);
    }
    switch (cell->formula) {
    case RK__PACK_SUM:
        place_of(from, cell->column, FIRST_ROW + cell->from);
        place_of(to, cell->column, FIRST_ROW + cell->to - 1);
        if (cell->to == cell->from) {
            (void) snprintf(out, 160, "=0");
        } else {
            (void) snprintf(out, 160, "=ROUND(SUM(%s%s:%s),%d)", sheet, from, to,
                            cell->places < b->pack->places ? b->pack->places : cell->places);
        }
        break;
    case RK__PACK_CELL:
        place_of(from, cell->column, FIRST_ROW + cell->from);
        (void) snprintf(out, 160, "=%s%s", sheet, from);
        break;
    case RK__PACK_MINUS:
        place_of(from, cell->column, row);
        place_of(to, cell->from, row);
        (void) snprintf(out, 160, "=ROUND(%s-%s,%d)", from, to, cell->places);
        break;
    case RK__PACK_ACROSS:
        place_of(from, cell->column, row);
        place_of(to, cell->to - 1, row);
        (void) snprintf(out, 160, "=ROUND(SUM(%s:%s),%d)", from, to, cell->places);
        break;
    case RK__PACK_LESS:
        place_of(from, cell->column, row);
        place_of(to, cell->column, FIRST_ROW + cell->from);
        (void) snprintf(out, 160, "=ROUND(%s-%s,%d)", from, to, cell->places);
        break;
    default:
        place_of(from, cell->column, row);
        place_of(to, cell->to, FIRST_ROW + cell->from);
        (void) snprintf(out, 160, "=%s/ABS(%s)", from, to);
        break;
    }
}

static void put_cell(book *b, lxw_worksheet *sheet, rk__pack_table *table, lxw_row_t row,
                     size_t column, const rk__pack_cell *cell, bool bold)
{
    const rk__pack_kind kind = table->columns[column].kind;
    lxw_format *format = (bold ? b->bold : b->plain)[cell->text != NULL ? FORM_TEXT : kind];
    if (cell->text != NULL) {
        put_text(b, sheet, row, (lxw_col_t) column, cell->text, cell->length,
                 kind != RK__PACK_TEXT && !bold ? b->right : format);
        table->inexact[column] |= kind != RK__PACK_TEXT;
    } else if (!cell->number) {
        if (bold) {
            note_error(b, worksheet_write_blank(sheet, row, (lxw_col_t) column, format));
        }
    } else if (!rk__pack_fits(cell)) {
        char text[RK__PACK_TEXT_SIZE];
        const size_t length = rk__pack_print(text, cell, 0, cell->places);
        put_text(b, sheet, row, (lxw_col_t) column, text, length, b->right);
        table->inexact[column] = true;
    } else if (is_sound(table, cell)) {
        char formula[160];
        formula_of(b, table, cell, row, formula);
        note_error(b, worksheet_write_formula_num(sheet, row, (lxw_col_t) column, formula, format,
                                                  rk__pack_double(cell)));
    } else {
        note_error(b, worksheet_write_number(sheet, row, (lxw_col_t) column, rk__pack_double(cell),
                                             format));
    }
}

/* ------------------------------------------------------------------ tables */

static size_t characters(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        n += ((unsigned char) text[i] & 0xC0) != 0x80;
    }
    return n;
}

static size_t width_of(const rk__pack_column *column, const rk__pack_cell *cell)
{
    if (cell->text != NULL) {
        return column->kind == RK__PACK_TEXT ? characters(cell->text, cell->length) : cell->length;
    }
    char text[RK__PACK_TEXT_SIZE];
    return cell->number ? rk__pack_print(text, cell, 2, PLACES_MOST) * 4 / 3 : 0;
}

static void set_widths(book *b, lxw_worksheet *sheet, const rk__pack_table *table)
{
    for (size_t c = 0; c < table->n_columns; c++) {
        size_t width = 0;
        for (const char *word = table->columns[c].title; *word != '\0';) {
            const size_t length = strcspn(word, " ");
            width = length > width ? length : width;
            word += length + strspn(word + length, " ");
        }
        for (size_t r = 0; r < table->n_rows && r < LOOKED_AT; r++) {
            const size_t wide = width_of(&table->columns[c], &table->rows[r].cells[c]);
            width = wide > width ? wide : width;
        }
        for (size_t r = 0; r < table->n_made && r < LOOKED_AT; r++) {
            rk__pack_cell cells[RK__PACK_COLUMNS] = {0};
            table->make(table->ctx, r, cells);
            const size_t wide = width_of(&table->columns[c], &cells[c]);
            width = wide > width ? wide : width;
        }
        if (table->total != NULL) {
            const size_t wide = width_of(&table->columns[c], &table->total[c]);
            width = wide > width ? wide : width;
        }
        width = width < 6 ? 6 : width > 60 ? 60 : width;
        note_error(
            b, worksheet_set_column(sheet, (lxw_col_t) c, (lxw_col_t) c, (double) width + 2, NULL));
    }
}

static void set_page(book *b, lxw_worksheet *sheet, bool landscape)
{
    worksheet_set_paper(sheet, A4);
    if (landscape) {
        worksheet_set_landscape(sheet);
    }
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_set_margins(sheet, 0.5, 0.5, 0.6, 0.7);
    note_error(b, worksheet_set_footer(sheet, "&L&A&RPage &P of &N"));
}

static void header(book *b, lxw_worksheet *sheet, const rk__pack_table *table)
{
    put(b, sheet, TITLE_ROW, 0, table->title, b->title);
    if (table->note != NULL) {
        put(b, sheet, NOTE_ROW, 0, table->note, b->note);
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        put(b, sheet, HEADER_ROW, (lxw_col_t) c, table->columns[c].title,
            b->header[table->columns[c].kind != RK__PACK_TEXT]);
    }
}

/* What a reader must know of what the sheet could not do. */
static void remarks(book *b, lxw_worksheet *sheet, const rk__pack_table *table, lxw_row_t row)
{
    const size_t all = table->n_rows + table->n_made;
    bool inexact = false;
    for (size_t c = 0; c < table->n_columns; c++) {
        inexact |= table->inexact[c];
    }
    if (inexact) {
        put(b, sheet, row++, 0,
            "Some cells of columns of numbers are text: they are hidden (*), or have more digits "
            "than a spreadsheet holds. Totals that they are part of are values, not formulas.",
            b->note);
    }
    if (all > MOST_ROWS) {
        char text[128];
        (void) snprintf(text, sizeof text, "The first %d of %zu rows; --format csv has all.",
                        MOST_ROWS, all);
        put(b, sheet, row, 0, text, b->note);
    }
}

static void table_rows(book *b, lxw_worksheet *sheet, rk__pack_table *table)
{
    const size_t n = rows_of(table);
    for (size_t r = 0; r < n && b->error == LXW_NO_ERROR; r++) {
        rk__pack_cell made[RK__PACK_COLUMNS];
        const rk__pack_row *row = r < table->n_rows ? &table->rows[r] : NULL;
        const rk__pack_cell *cells = row != NULL ? row->cells : made;
        if (row == NULL) {
            memset(made, 0, table->n_columns * sizeof *made);
            table->make(table->ctx, r - table->n_rows, made);
        }
        for (size_t c = 0; c < table->n_columns; c++) {
            put_cell(b, sheet, table, (lxw_row_t) (FIRST_ROW + r), c, &cells[c],
                     row != NULL && row->bold);
        }
    }
}

static void write_table(book *b, lxw_worksheet *sheet, rk__pack_table *table)
{
    const size_t n = rows_of(table);
    memset(table->inexact, 0, sizeof table->inexact);
    set_widths(b, sheet, table);
    set_page(b, sheet, table->n_columns > 5);
    header(b, sheet, table);
    worksheet_freeze_panes(sheet, FIRST_ROW, 0);
    note_error(b, worksheet_repeat_rows(sheet, HEADER_ROW, HEADER_ROW));
    if (n > 1) {
        note_error(b, worksheet_autofilter(sheet, HEADER_ROW, 0, (lxw_row_t) (FIRST_ROW + n - 1),
                                           (lxw_col_t) (table->n_columns - 1)));
    }
    table_rows(b, sheet, table);
    size_t end = FIRST_ROW + n;
    for (size_t c = 0; table->total != NULL && c < table->n_columns; c++) {
        put_cell(b, sheet, table, (lxw_row_t) end, c, &table->total[c], true);
    }
    end += table->total != NULL;
    remarks(b, sheet, table, (lxw_row_t) (end + 1));
    for (const rk__pack_figure *f = table->figures; f != NULL && b->error == LXW_NO_ERROR;
         f = f->next) {
        end = rk__xlsx_chart(b->file, sheet, table, f, FIRST_ROW, end + 3);
    }
}

/* ----------------------------------------------------------------- summary */

/* Lines that a text takes in the width of the summary. */
static double lines_of(const char *text, size_t width)
{
    const size_t lines = characters(text, strlen(text)) / width + 1;
    return (double) lines;
}

static void write_summary(book *b, lxw_worksheet *sheet)
{
    const rk__pack *pack = b->pack;
    lxw_row_t row = 0;
    note_error(b, worksheet_set_column(sheet, 0, 0, 18, NULL));
    note_error(b, worksheet_set_column(sheet, 1, 1, 72, NULL));
    set_page(b, sheet, false);
    rk__buf title = {0};
    rk__buf_printf(&title, "%s%s%s", pack->id, pack->title != NULL ? ": " : "",
                   pack->title != NULL ? pack->title : "");
    if (title.failed) {
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    } else {
        note_error(b, worksheet_set_row(sheet, row, lines_of(title.text, 70) * 20, NULL));
        note_error(b, worksheet_merge_range(sheet, row, 0, row, 1, "", b->heading));
        put(b, sheet, row, 0, title.text, b->heading);
    }
    rk__buf_dispose(&title);
    put(b, sheet, ++row, 0, pack->kind, b->note);
    row++;
    for (size_t i = 0; i < pack->n_sentences; i++) {
        note_error(b, worksheet_set_row(sheet, ++row,
                                        lines_of(pack->sentences[i], i == 0 ? 74 : 84) *
                                            (i == 0 ? 18 : 15.5),
                                        NULL));
        lxw_format *format = i == 0 ? b->headline : b->wrapped;
        note_error(b, worksheet_merge_range(sheet, row, 0, row, 1, "", format));
        put(b, sheet, row, 0, pack->sentences[i], format);
    }
    if (pack->basis != NULL) {
        row++;
        put(b, sheet, ++row, 0, pack->basis, b->note);
    }
    row += 2;
    put(b, sheet, row, 0, "Sheet", b->header[0]);
    put(b, sheet, row, 1, "Holds", b->header[0]);
    for (const rk__pack_table *t = pack->first; t != NULL; t = t->next) {
        char link[64];
        (void) snprintf(link, sizeof link, "internal:'%s'!A1", t->sheet);
        row++;
        note_error(b, worksheet_write_url_opt(sheet, row, 0, link, b->link, t->sheet, NULL));
        put(b, sheet, row, 1, t->title, b->wrapped);
    }
}

/* --------------------------------------------------------------- the whole */

static void write_sheets(book *b)
{
    size_t n = 0;
    for (const rk__pack_table *t = b->pack->first; t != NULL; t = t->next) {
        n++;
    }
    rk__pack_table **tables = rk__arena_alloc(&b->pack->out->arena, (n + 1) * sizeof(*tables));
    lxw_worksheet **sheets = rk__arena_alloc(&b->pack->out->arena, (n + 1) * sizeof(*sheets));
    if (tables == NULL || sheets == NULL) {
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    lxw_worksheet *summary = workbook_add_worksheet(b->file, "Summary");
    size_t i = 0;
    bool made = summary != NULL;
    for (rk__pack_table *t = b->pack->first; t != NULL; t = t->next, i++) {
        tables[i] = t;
        sheets[i] = workbook_add_worksheet(b->file, t->sheet);
        made &= sheets[i] != NULL;
    }
    if (!made) {
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    while (i-- > 0 && b->error == LXW_NO_ERROR) {
        write_table(b, sheets[i], tables[i]);
    }
    write_summary(b, summary);
    /* libxlsxwriter does not look whether its temporary files took what it wrote. */
    for (i = 0; i < n; i++) {
        FILE *file = sheets[i]->optimize_tmpfile;
        if (file != NULL && (fflush(file) != 0 || ferror(file))) {
            note_error(b, LXW_ERROR_READING_TMPFILE);
        }
    }
}

static void set_properties(book *b)
{
    lxw_doc_properties properties = {.created = EPOCH_1980};
    rk__buf version = {0};
    rk__buf_printf(&version, "reckon %s", b->pack->version);
    properties.title = (char *) (b->pack->title != NULL ? b->pack->title : b->pack->id);
    properties.comments = version.text;
    note_error(b, version.failed ? LXW_ERROR_MEMORY_MALLOC_FAILED
                                 : workbook_set_properties(b->file, &properties));
    rk__buf_dispose(&version);
}

rk_status rk__pack_xlsx(rk__pack *pack)
{
    rk__xlsx_clean_names(pack);
    if (pack->out->failed || pack->out->arena.failed) {
        return RK_NO_MEMORY;
    }
    const int fd = rk__xlsx_file_new();
    if (fd < 0) {
        return errno == ENOMEM ? RK_NO_MEMORY : RK_IO;
    }
    char path[32];
    (void) snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = rk__xlsx_folder()};
    book b = {.pack = pack, .file = workbook_new_opt(path, &options)};
    if (b.file == NULL) {
        (void) close(fd);
        return RK_NO_MEMORY;
    }
    make_formats(&b);
    if (b.error == LXW_NO_ERROR) {
        set_properties(&b);
        write_sheets(&b);
    }
    note_error(&b, workbook_close(b.file)); /* frees it */
    rk_status status = b.error == LXW_NO_ERROR                     ? RK_OK
                       : b.error == LXW_ERROR_MEMORY_MALLOC_FAILED ? RK_NO_MEMORY
                                                                   : RK_IO;
    if (status == RK_OK) {
        status = rk__xlsx_file_check(fd);
    }
    if (status == RK_OK) {
        status = rk__xlsx_file_copy(fd, rk__page_put, pack->out);
    }
    (void) close(fd);
    return status;
}
