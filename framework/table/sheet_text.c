/* SPDX-License-Identifier: MIT
 *
 * sheet_text.c: a sheet of a workbook as the CSV text of a table.
 */
#include "table/sheet_text.h"

#include <errno.h>
#include <unistd.h>

#include "csv/csv.h"
#include "table/made_text.h"
#include "workbook/value.h"
#include "workbook/workbook.h"

struct rk__sheet_text {
    const rk__table_spec *spec;
    rk__workbook *workbook;
    rk__sheet *sheet;
    rk_problems *problems;
    rk__made_text made;
    rk__buf cell;
    uint32_t line;   /* of the next byte that is written */
    uint32_t header; /* row of the header; 0 until it is met */
    size_t width;    /* its fields */
    uint64_t *numbers;
};

bool rk__sheet_in_file(int fd)
{
    char magic[8];
    const ssize_t n = pread(fd, magic, sizeof magic, 0);
    return n > 0 && rk__workbook_begins(magic, (size_t) n);
}

rk_status rk__sheet_text_open(const rk__table_spec *spec, int fd, const char *name,
                              rk__sheet_text **out, rk_problems *problems)
{
    *out = NULL;
    rk__sheet_text *text = rk__calloc(1, sizeof *text);
    if (text == NULL) {
        return RK_NO_MEMORY;
    }
    text->spec = spec;
    text->problems = problems;
    text->line = 1;
    rk_status status = rk__workbook_open(fd, name, &text->workbook, problems);
    if (status == RK_OK) {
        status = rk__sheet_open(text->workbook, spec->sheet, &text->sheet, problems);
    }
    if (status != RK_OK) {
        rk__sheet_text_close(text);
        return status;
    }
    *out = text;
    return RK_OK;
}

void rk__sheet_text_close(rk__sheet_text *text)
{
    if (text != NULL) {
        rk__sheet_close(text->sheet);
        rk__workbook_close(text->workbook);
        rk__buf_dispose(&text->made.pending);
        rk__buf_dispose(&text->cell);
        rk__free(text->numbers);
        rk__free(text);
    }
}

const char *rk__sheet_text_name(const rk__sheet_text *text)
{
    return rk__sheet_name(text->sheet);
}

uint64_t rk__sheet_text_numbers(const rk__sheet_text *text, size_t field)
{
    return text->numbers != NULL && field < text->width ? text->numbers[field] : 0;
}

/* ------------------------------------------------------------------- fields */

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* With a year of two digits. Another century's date is written in full, which is not read. */
static void put_short_date(rk__buf *out, rk__date_order order, rk_date date)
{
    const int year = date.year >= 1969 && date.year <= 2068 ? date.year % 100 : date.year;
    if (order == RK__DATES_MONTH_NAME_SHORT) {
        rk__buf_printf(out, "%02d-%s-%02d", date.day, months[date.month - 1], year);
    } else {
        const bool swapped = order == RK__DATES_MONTH_FIRST_SHORT;
        rk__buf_printf(out, "%02d/%02d/%02d", swapped ? date.month : date.day,
                       swapped ? date.day : date.month, year);
    }
}

/* A date as the table says that its texts are written. `iso`: 2016-04-01, perhaps with a time. */
static void put_date(rk__sheet_text *text, const char *iso, size_t length)
{
    const rk__reading *reading = text->spec->reading;
    const rk__date_order order =
        reading != NULL && reading->dates_given ? reading->dates.order : RK__DATES_ISO;
    rk__buf *out = &text->cell;
    rk_date date;
    rk__buf_reset(out);
    if (order == RK__DATES_ISO || length < 10 || !rk__date_parse(iso, 10, &date)) {
        rk__buf_add(out, iso, length);
        return;
    }
    switch (order) {
    case RK__DATES_MONTH_FIRST:
        rk__buf_printf(out, "%02d/%02d/%04d", date.month, date.day, date.year);
        break;
    case RK__DATES_MONTH_NAME:
        rk__buf_printf(out, "%02d-%s-%04d", date.day, months[date.month - 1], date.year);
        break;
    case RK__DATES_YEAR_FIRST:
        rk__buf_printf(out, "%04d/%02d/%02d", date.year, date.month, date.day);
        break;
    case RK__DATES_DAY_FIRST_SHORT:
    case RK__DATES_MONTH_FIRST_SHORT:
    case RK__DATES_MONTH_NAME_SHORT:
        put_short_date(out, order, date);
        break;
    case RK__DATES_COMPACT:
        rk__buf_printf(out, "%04d%02d%02d", date.year, date.month, date.day);
        break;
    case RK__DATES_EXCEL:
        (void) rk__date_serial(out, iso, length);
        return;
    default:
        rk__buf_printf(out, "%02d/%02d/%04d", date.day, date.month, date.year);
        break;
    }
    rk__buf_add(out, iso + 10, length - 10);
}

static void put_number(rk__sheet_text *text, const char *number, size_t length)
{
    const rk__reading *reading = text->spec->reading;
    rk__buf_reset(&text->cell);
    rk__buf_add(&text->cell, number, length);
    if (reading != NULL && reading->numbers != NULL && reading->numbers->decimal == ',' &&
        !text->cell.failed) {
        char *point = memchr(text->cell.text, '.', length);
        if (point != NULL) {
            *point = ',';
        }
    }
}

/* A text on one line: each run of line ends is a space. */
static void put_text(rk__sheet_text *text, const char *from, size_t length)
{
    rk__buf_reset(&text->cell);
    for (size_t i = 0; i < length;) {
        size_t n = 0;
        while (i + n < length && from[i + n] != '\n' && from[i + n] != '\r') {
            n++;
        }
        rk__buf_add(&text->cell, from + i, n);
        i += n;
        if (i < length) {
            rk__buf_putc(&text->cell, ' ');
        }
        while (i < length && (from[i] == '\n' || from[i] == '\r')) {
            i++;
        }
    }
}

static void put_field(rk__sheet_text *text, const rk__sheet_cell *cell)
{
    rk__buf *out = &text->made.pending;
    if (cell->kind == RK__SHEET_DATE) {
        put_date(text, cell->text, cell->length);
    } else if (cell->kind == RK__SHEET_NUMBER) {
        put_number(text, cell->text, cell->length);
    } else {
        put_text(text, cell->text, cell->length);
    }
    const rk__buf *field = &text->cell;
    if (field->failed) {
        out->failed = true;
        return;
    }
    /* rk__csv_quote knows commas, not the other delimiters; a quoted field is always read back. */
    const bool plain = field->length > 0 &&
                       memchr(field->text, text->spec->delimiter, field->length) == NULL &&
                       memchr(field->text, '"', field->length) == NULL;
    if (plain) {
        rk__buf_add(out, field->text, field->length);
        return;
    }
    rk__buf_putc(out, '"');
    for (size_t i = 0; i < field->length; i++) {
        if (field->text[i] == '"') {
            rk__buf_putc(out, '"');
        }
        rk__buf_putc(out, field->text[i]);
    }
    rk__buf_putc(out, '"');
}

/* --------------------------------------------------------------------- rows */

static bool is_blank_row(const rk__sheet_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        for (size_t k = 0; k < row->cells[i].length; k++) {
            if (!strchr(" \t\r\n", row->cells[i].text[k])) {
                return false;
            }
        }
    }
    return true;
}

static void put_row(rk__sheet_text *text, const rk__sheet_row *row, size_t width)
{
    const char delimiter = text->spec->delimiter;
    size_t field = 0;
    for (size_t i = 0; i < row->n; i++) {
        const rk__sheet_cell *cell = &row->cells[i];
        for (; field < cell->column; field++) {
            rk__buf_putc(&text->made.pending, delimiter);
        }
        put_field(text, cell);
        if (text->header > 0 && row->number > text->header && cell->kind == RK__SHEET_NUMBER &&
            cell->column < text->width) {
            text->numbers[cell->column]++;
        }
    }
    for (; field + 1 < width; field++) {
        rk__buf_putc(&text->made.pending, delimiter);
    }
}

/* Sets the width if the row is the header: the declared one, or the first that is not blank. */
static bool meet_header(rk__sheet_text *text, const rk__sheet_row *row)
{
    const uint32_t declared = text->spec->reading != NULL ? text->spec->reading->header_row : 0;
    if (text->header > 0 || (declared > 0 ? row->number != declared : is_blank_row(row))) {
        return true;
    }
    text->width = (size_t) row->cells[row->n - 1].column + 1;
    text->header = row->number;
    text->numbers = rk__calloc(text->width, sizeof *text->numbers);
    return text->numbers != NULL;
}

static rk_status next_row(void *ctx)
{
    rk__sheet_text *text = ctx;
    const rk__sheet_row *row = NULL;
    const rk_status status = rk__sheet_next(text->sheet, &row, text->problems);
    if (status != RK_OK || row == NULL) {
        text->made.ended = status == RK_OK;
        return status;
    }
    if (!meet_header(text, row)) {
        return RK_NO_MEMORY;
    }
    for (; text->line < row->number; text->line++) {
        rk__buf_putc(&text->made.pending, '\n');
    }
    put_row(text, row, text->width);
    rk__buf_putc(&text->made.pending, '\n');
    text->line++;
    return text->made.pending.failed ? RK_NO_MEMORY : RK_OK;
}

rk_status rk__sheet_text_read(rk__sheet_text *text, char *to, size_t n, size_t *got)
{
    return rk__made_text_read(&text->made, next_row, text, to, n, got);
}

rk_status rk__sheet_digest(int fd, rk__xxh3 *digest, uint64_t *size)
{
    char chunk[65536];
    ssize_t n;
    *size = 0;
    while ((n = pread(fd, chunk, sizeof chunk, (off_t) *size)) != 0) {
        if (n < 0 && errno != EINTR) {
            return RK_IO;
        }
        if (n > 0) {
            rk__xxh3_add(digest, chunk, (size_t) n);
            *size += (uint64_t) n;
        }
    }
    return RK_OK;
}

rk_status rk__sheet_wide_row(const char *sheet, const rk__place *place, rk_problems *problems)
{
    const rk__place row = {.file = place->file, .line = place->line};
    return rk__problem(
        problems, RK_SYNTAX, &row, "name the column in the header, or clear the cell",
        "row %u of sheet '%s' has a cell past the last column of the header", place->line, sheet);
}

const char *rk__sheet_cell_phrase(const char *sheet, uint32_t field, uint32_t row,
                                  const char *column, rk__arena *arena)
{
    char cell[RK__CELL_NAME];
    return sheet != NULL ? rk__arena_printf(arena, "cell %s of sheet '%s' (column '%s')",
                                            rk__cell_name(cell, field, row), sheet, column)
                         : rk__arena_printf(arena, "a cell of column '%s'", column);
}
