/* SPDX-License-Identifier: MIT
 *
 * rows_sheet.c: the text of a CSV file of priced rows, field by field into the sheets of a
 * workbook.
 */
#include "rows/rows_sheet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/alloc.h"
#include "reckoner/decimal.h"
#include "workbook/made.h"
#include "workbook/value.h"

#define ROWS_OF_SHEET 1000000 /* of 1,048,576 */
#define MOST_COLUMNS  512
#define MOST_CELL     32767 /* UTF-16 characters of a cell */
#define DIGITS_HELD   15    /* that a spreadsheet's number has */
#define PLACES        6
#define A4            9

struct rk__rows_sheet {
    int fd;
    lxw_workbook *file;
    lxw_format *header[2], *plain, *money, *bold, *total;
    lxw_worksheet *sheet;
    const char *name; /* of sheets */
    size_t n_sheets;
    lxw_row_t row; /* of the sheet, written last; the header is 0 */
    size_t column;
    char kinds[MOST_COLUMNS + 1];
    size_t n_columns;
    char *titles; /* of the columns, for each sheet; NUL after each */
    size_t titles_length, titles_capacity;
    rk__buf cell;
    bool quoted, quote; /* within quotes; after a quote that may end them */
    bool in_header, in_line;
    /* Of each column of the sheet: what its numbers add up to in millionths, whether it holds text
     * beside them, the most decimals, and the longest text. */
    rk_int128 sum[MOST_COLUMNS];
    bool inexact[MOST_COLUMNS];
    uint8_t places[MOST_COLUMNS];
    uint16_t width[MOST_COLUMNS];
    struct { /* the first text that is longer than a cell holds; 0 characters: none */
        lxw_row_t row;
        size_t column, sheet, characters;
    } longer;
    lxw_error error;
    bool no_memory;
};

static void note(rk__rows_sheet *s, lxw_error error)
{
    s->error = s->error == LXW_NO_ERROR ? error : s->error;
}

static lxw_format *format_new(rk__rows_sheet *s, const char *number, bool bold)
{
    lxw_format *format = workbook_add_format(s->file);
    if (format == NULL) {
        note(s, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    format_set_font_name(format, "Calibri");
    if (number != NULL) {
        format_set_num_format(format, number);
    }
    if (bold) {
        format_set_bold(format);
    }
    return format;
}

rk_status rk__rows_sheet_open(const char *name, const char *title, rk__rows_sheet **out)
{
    char path[32];
    rk__rows_sheet *s = rk__calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    s->fd = rk__xlsx_file_new();
    if (s->fd < 0) {
        rk__free(s);
        return errno == ENOMEM ? RK_NO_MEMORY : RK_IO;
    }
    (void) snprintf(path, sizeof path, "/proc/self/fd/%d", s->fd);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = rk__xlsx_folder()};
    s->file = workbook_new_opt(path, &options);
    if (s->file == NULL) {
        (void) close(s->fd);
        rk__free(s);
        return RK_NO_MEMORY;
    }
    for (int right = 0; right < 2; right++) {
        s->header[right] = format_new(s, NULL, true);
        if (s->header[right] != NULL) {
            format_set_bg_color(s->header[right], 0xE8EDEE);
            format_set_bottom(s->header[right], LXW_BORDER_THIN);
            format_set_align(s->header[right], right ? LXW_ALIGN_RIGHT : LXW_ALIGN_LEFT);
        }
    }
    static const char amount[] = "#,##0.00;[Red](#,##0.00)";
    s->plain = format_new(s, NULL, false);
    s->money = format_new(s, amount, false);
    s->bold = format_new(s, NULL, true);
    s->total = format_new(s, amount, true);
    if (s->total != NULL) {
        format_set_top(s->total, LXW_BORDER_THIN);
    }
    s->in_header = true;
    s->name = name;
    /* A workbook has a date, and the same rows give the same bytes. */
    lxw_doc_properties properties = {.created = 315532800, .title = (char *) title};
    note(s, workbook_set_properties(s->file, &properties));
    *out = s;
    return RK_OK;
}

void rk__rows_sheet_kinds(rk__rows_sheet *sheet, const char *kinds)
{
    sheet->n_columns = strlen(kinds);
    if (sheet->n_columns > MOST_COLUMNS) {
        note(sheet, LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE);
        sheet->n_columns = MOST_COLUMNS;
    }
    memcpy(sheet->kinds, kinds, sheet->n_columns);
}

/* ------------------------------------------------------------------- sheets */

static void begin_sheet(rk__rows_sheet *s)
{
    char name[48];
    if (++s->n_sheets > 1) {
        (void) snprintf(name, sizeof name, "%.20s %zu", s->name, s->n_sheets);
    } else {
        (void) snprintf(name, sizeof name, "%.20s", s->name);
    }
    s->sheet = workbook_add_worksheet(s->file, name);
    s->row = 0;
    memset(s->sum, 0, sizeof s->sum);
    memset(s->inexact, 0, sizeof s->inexact);
    memset(s->width, 0, sizeof s->width);
    memset(s->places, 2, sizeof s->places);
    if (s->sheet == NULL) {
        note(s, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    worksheet_set_paper(s->sheet, A4);
    worksheet_set_landscape(s->sheet);
    worksheet_fit_to_pages(s->sheet, 1, 0);
    worksheet_freeze_panes(s->sheet, 1, 0);
    note(s, worksheet_repeat_rows(s->sheet, 0, 0));
    const char *title = s->titles;
    for (size_t c = 0; c < s->n_columns && title != NULL; c++) {
        const size_t length = strlen(title);
        note(s, worksheet_write_string(s->sheet, 0, (lxw_col_t) c, title,
                                       s->header[s->kinds[c] != 't']));
        s->width[c] = (uint16_t) (length < 60 ? length : 60);
        title += length + 1;
    }
}

/* A formula for each column of money, which has the sum as its value. */
static void put_total(rk__rows_sheet *s, size_t column)
{
    char letters[8] = {0};
    char formula[64];
    const double sum = (double) s->sum[column] / 1e6;
    lxw_col_to_name(letters, (lxw_col_t) column, LXW_FALSE);
    /* 109: of the rows that a filter shows. */
    (void) snprintf(formula, sizeof formula, "=ROUND(SUBTOTAL(109,%s2:%s%u),%d)", letters, letters,
                    (unsigned) s->row + 1, s->places[column]);
    if (s->inexact[column]) {
        note(s, worksheet_write_number(s->sheet, s->row + 1, (lxw_col_t) column, sum, s->total));
    } else {
        note(s, worksheet_write_formula_num(s->sheet, s->row + 1, (lxw_col_t) column, formula,
                                            s->total, sum));
    }
}

static void end_sheet(rk__rows_sheet *s)
{
    if (s->sheet == NULL || s->error != LXW_NO_ERROR) {
        return;
    }
    for (size_t c = 0; c < s->n_columns; c++) {
        const unsigned width = s->width[c] < 6 ? 6 : s->width[c] > 60 ? 60 : s->width[c];
        note(s, worksheet_set_column(s->sheet, (lxw_col_t) c, (lxw_col_t) c, width + 2, NULL));
    }
    if (s->row == 0) {
        return;
    }
    note(s, worksheet_autofilter(s->sheet, 0, 0, s->row, (lxw_col_t) (s->n_columns - 1)));
    note(s, worksheet_write_string(s->sheet, s->row + 1, 0, "Total", s->bold));
    for (size_t c = 0; c < s->n_columns; c++) {
        if (s->kinds[c] == 'm') {
            put_total(s, c);
        }
    }
}

/* -------------------------------------------------------------------- cells */

/* A decimal number in millionths; false for another text, and for one that a spreadsheet would not
 * hold exactly. */
static bool number_of(const char *text, size_t length, int64_t *millionths, uint8_t *places)
{
    const bool negative = length > 0 && text[0] == '-';
    size_t digits = 0;
    int after = -1;
    int64_t value = 0;
    for (size_t i = negative; i < length; i++) {
        if (text[i] == '.' && after < 0 && i > (size_t) negative) {
            after = 0;
        } else if (text[i] < '0' || text[i] > '9' || after == PLACES ||
                   (digits += value > 0 || text[i] != '0') > DIGITS_HELD) {
            return false;
        } else {
            value = value * 10 + (text[i] - '0');
            after += after >= 0;
        }
    }
    if (length == (size_t) negative || after == 0) {
        return false;
    }
    *places = (uint8_t) (after < 0 ? 0 : after);
    for (int i = after < 0 ? 0 : after; i < PLACES; i++) {
        if (__builtin_mul_overflow(value, 10, &value)) {
            return false;
        }
    }
    *millionths = negative ? -value : value;
    return true;
}

static void put_number(rk__rows_sheet *s, int64_t millionths, uint8_t places)
{
    const size_t c = s->column;
    const bool money = s->kinds[c] == 'm';
    s->sum[c] += millionths;
    s->places[c] = places > s->places[c] ? places : s->places[c];
    note(s, worksheet_write_number(s->sheet, s->row, (lxw_col_t) c, (double) millionths / 1e6,
                                   money ? s->money : s->plain));
}

/* As a spreadsheet counts them: in UTF-16. */
static size_t characters_of(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        n += ((unsigned char) text[i] & 0xC0) != 0x80;
        n += (unsigned char) text[i] >= 0xF0;
    }
    return n;
}

static bool fits(rk__rows_sheet *s, size_t length)
{
    const size_t n = length > MOST_CELL ? characters_of(s->cell.text, length) : length;
    if (n > MOST_CELL && s->longer.characters == 0) {
        s->longer.row = s->row;
        s->longer.column = s->column;
        s->longer.sheet = s->n_sheets;
        s->longer.characters = n;
    }
    return n <= MOST_CELL;
}

static void put_cell(rk__rows_sheet *s)
{
    const size_t c = s->column;
    int64_t millionths = 0;
    uint8_t places = 0;
    const size_t length = s->cell.length;
    const char *text = s->cell.text != NULL ? s->cell.text : "";
    if (length == 0) {
        return;
    }
    s->width[c] = length > s->width[c] ? (uint16_t) (length < 60 ? length : 60) : s->width[c];
    if (s->kinds[c] != 't' && number_of(text, length, &millionths, &places)) {
        put_number(s, millionths, places);
        return;
    }
    s->inexact[c] = true;
    if (!fits(s, length)) {
        return;
    }
    rk__xlsx_clean(s->cell.text);
    note(s, worksheet_write_string(s->sheet, s->row, (lxw_col_t) c, text, s->plain));
}

static void keep_title(rk__rows_sheet *s)
{
    const size_t length = s->cell.length + 1;
    if (rk__grow((void **) &s->titles, &s->titles_capacity, s->titles_length + length, 1) != 0) {
        s->no_memory = true;
        return;
    }
    memcpy(s->titles + s->titles_length, s->cell.text != NULL ? s->cell.text : "", length);
    rk__xlsx_clean(s->titles + s->titles_length);
    s->titles_length += length;
}

static void end_cell(rk__rows_sheet *s)
{
    s->no_memory |= s->cell.failed;
    if (!s->no_memory && s->error == LXW_NO_ERROR && s->column < s->n_columns) {
        if (s->in_header) {
            keep_title(s);
        } else {
            put_cell(s);
        }
    }
    rk__buf_reset(&s->cell);
    s->column++;
}

/* A sheet begins with the first row that it is for: none is empty but the first. */
static void begin_line(rk__rows_sheet *s)
{
    if (!s->in_header && s->row == ROWS_OF_SHEET) {
        end_sheet(s);
        begin_sheet(s);
    }
    s->row += !s->in_header;
}

static void end_line(rk__rows_sheet *s)
{
    end_cell(s);
    s->column = 0;
    if (s->in_header) {
        s->in_header = false;
        begin_sheet(s);
    }
    s->in_line = false;
}

void rk__rows_sheet_feed(rk__rows_sheet *s, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !s->no_memory && s->error == LXW_NO_ERROR; i++) {
        const char c = bytes[i];
        if (!s->in_line) {
            begin_line(s);
            s->in_line = true;
        }
        if (s->quoted && (c != '"' || s->quote)) {
            if (s->quote && c != '"') {
                s->quoted = s->quote = false;
            } else {
                s->quote = false;
                rk__buf_putc(&s->cell, c);
                continue;
            }
        } else if (s->quoted) {
            s->quote = true;
            continue;
        }
        if (c == '"') {
            s->quoted = true;
        } else if (c == ',') {
            end_cell(s);
        } else if (c == '\n') {
            end_line(s);
        } else {
            rk__buf_putc(&s->cell, c);
        }
    }
}

/* ---------------------------------------------------------------------- end */

static void put_bytes(void *ctx, const char *bytes, size_t n)
{
    (void) fwrite(bytes, 1, n, ctx); /* the stream keeps the error */
}

void rk__rows_sheet_free(rk__rows_sheet *s)
{
    if (s == NULL) {
        return;
    }
    if (s->file != NULL) {
        if (s->sheet == NULL && workbook_add_worksheet(s->file, NULL) == NULL) {
            s->no_memory = true;
        }
        (void) workbook_close(s->file); /* frees it */
    }
    (void) close(s->fd);
    rk__free(s->titles);
    rk__buf_dispose(&s->cell);
    rk__free(s);
}

/* libxlsxwriter does not look whether its temporary files took what it wrote. */
static void look_at_files(rk__rows_sheet *s)
{
    lxw_worksheet *sheet = NULL;
    STAILQ_FOREACH(sheet, s->file->worksheets, list_pointers)
    {
        FILE *file = sheet->optimize_tmpfile;
        if (file != NULL && (fflush(file) != 0 || ferror(file))) {
            note(s, LXW_ERROR_READING_TMPFILE);
        }
    }
}

/* A text that is cut would be another one. */
static rk_status report_longer(const rk__rows_sheet *s, const char *path, rk_problems *problems)
{
    char cell[RK__CELL_NAME];
    char sheet[48];
    const char *title = s->titles;
    for (size_t c = 0; c < s->longer.column; c++) {
        title += strlen(title) + 1;
    }
    if (s->longer.sheet > 1) {
        (void) snprintf(sheet, sizeof sheet, "%.20s %zu", s->name, s->longer.sheet);
    } else {
        (void) snprintf(sheet, sizeof sheet, "%.20s", s->name);
    }
    return rk__problem(problems, RK_LIMIT, &(rk__place){.file = path},
                       "write a CSV file, or leave the column out",
                       "cell %s of sheet '%s' (column '%s') would have %zu characters; a cell of a "
                       "workbook holds %d",
                       rk__cell_name(cell, (uint32_t) s->longer.column, s->longer.row + 1), sheet,
                       title, s->longer.characters, MOST_CELL);
}

rk_status rk__rows_sheet_finish(rk__rows_sheet *s, FILE *to, const char *path,
                                rk_problems *problems)
{
    if (s->longer.characters > 0 && !s->no_memory) {
        const rk_status longer = report_longer(s, path, problems);
        rk__rows_sheet_free(s);
        return longer;
    }
    end_sheet(s);
    if (s->sheet != NULL) {
        look_at_files(s);
        note(s, workbook_close(s->file));
        s->file = NULL;
    }
    const bool no_memory = s->no_memory || s->error == LXW_ERROR_MEMORY_MALLOC_FAILED;
    rk_status status = no_memory ? RK_NO_MEMORY : s->error != LXW_NO_ERROR ? RK_IO : RK_OK;
    status = status == RK_OK ? rk__xlsx_file_check(s->fd) : status;
    status = status == RK_OK ? rk__xlsx_file_copy(s->fd, put_bytes, to) : status;
    if (status == RK_OK && (fflush(to) != 0 || ferror(to))) {
        status = RK_IO_WRITE;
    }
    const int error = errno;
    rk__rows_sheet_free(s);
    errno = error;
    return status;
}
