/* SPDX-License-Identifier: MIT
 *
 * sheet.c: the rows of a sheet, one after another.
 *
 * The parser pauses at the end of each row. Cells are known by their place in the tree
 * (sheetData/row/c/v), so that extensions inside a sheet are skipped.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workbook/inside.h"
#include "workbook/xml.h"

#define MAX_ROW_BYTES ((size_t) 8 << 20)

typedef enum cell_type {
    CELL_NUMBER,
    CELL_SHARED,
    CELL_STRING, /* the text of a formula */
    CELL_INLINE,
    CELL_BOOL,
    CELL_ERROR,
    CELL_DATE,
} cell_type;

/* The text of a cell as an offset: the buffer moves while the row grows. */
typedef struct sheet_span {
    size_t from;
} sheet_span;

struct rk__sheet {
    rk__workbook *workbook;
    const char *name;
    rk__xml *xml;
    rk_problems *problems; /* of the current call */
    unsigned depth;
    bool in_data, in_row, in_cell, in_value, in_inline; /* by depth */
    bool seen_data, row_done;
    /* The current row and cell: */
    rk__sheet_row row;
    rk__sheet_cell *cells;
    sheet_span *spans;
    size_t cells_capacity, spans_capacity;
    rk__buf text;
    uint32_t next_column, column;
    cell_type type;
    rk__date_kind date;
    bool formula, has_value;
    rk__buf value;
    rk__string_item item;
};

/* ----------------------------------------------------------------- problems */

rk_status rk__sheet_problem(const rk__sheet *sheet, uint32_t column, uint32_t row,
                            rk_problems *problems, rk_status status, const char *hint,
                            const char *format, ...)
{
    rk__buf message = {0};
    char cell[RK__CELL_NAME];
    va_list args;
    rk__buf_printf(&message, "sheet '%s'", sheet->name);
    if (row > 0 && column != UINT32_MAX) {
        rk__buf_printf(&message, ", cell %s", rk__cell_name(cell, column, row));
    } else if (row > 0) {
        rk__buf_printf(&message, ", row %u", row);
    }
    rk__buf_puts(&message, ": ");
    va_start(args, format);
    char text[512];
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    rk__buf_puts(&message, text);
    const rk__place place = {.file = rk__archive_name(sheet->workbook->archive),
                             .line = row,
                             .column = row > 0 && column != UINT32_MAX ? column + 1 : 0};
    const rk_status result = message.failed
                                 ? RK_NO_MEMORY
                                 : rk__problem(problems, status, &place, hint, "%s", message.text);
    rk__buf_dispose(&message);
    return result;
}

static void fail(rk__sheet *sheet, rk_status status, const char *hint, const char *message)
{
    rk__xml_fail(sheet->xml, rk__sheet_problem(sheet, sheet->in_cell ? sheet->column : UINT32_MAX,
                                               sheet->row.number, sheet->problems, status, hint,
                                               "%s", message));
}

static const char again[] = "open the workbook in a spreadsheet and save it again";

/* --------------------------------------------------------------------- rows */

static void start_row(rk__sheet *sheet, const char *const *attributes)
{
    const char *written = rk__xml_attribute(attributes, "r");
    const uint32_t before = sheet->row.number;
    const unsigned long number = written != NULL ? strtoul(written, NULL, 10) : before + 1ul;
    sheet->in_row = true;
    sheet->next_column = 0;
    sheet->row.n = 0;
    rk__buf_reset(&sheet->text);
    if (number <= before || number > RK__SHEET_MAX_ROWS) {
        sheet->row.number = before + 1;
        fail(sheet, number <= before ? RK_SYNTAX : RK_LIMIT, again,
             number <= before ? "the number of a row is not above the one before it"
                              : "a sheet has at most 1,048,576 rows");
        return;
    }
    sheet->row.number = (uint32_t) number;
}

/* The column of a reference such as "D7"; false if it is not a reference in this row. */
static bool read_reference(const rk__sheet *sheet, const char *text, uint32_t *column)
{
    uint32_t c = 0;
    for (; *text >= 'A' && *text <= 'Z' && c <= RK__SHEET_MAX_COLUMNS; text++) {
        c = 26 * c + (uint32_t) (*text - 'A') + 1;
    }
    char *end;
    const unsigned long row = strtoul(text, &end, 10);
    *column = c - 1;
    return c > 0 && *text >= '0' && *text <= '9' && *end == '\0' && row == sheet->row.number;
}

static cell_type type_of(const char *word)
{
    static const struct {
        const char *word;
        cell_type type;
    } types[] = {{"s", CELL_SHARED}, {"str", CELL_STRING}, {"inlineStr", CELL_INLINE},
                 {"b", CELL_BOOL},   {"e", CELL_ERROR},    {"d", CELL_DATE}};
    for (size_t i = 0; word != NULL && i < sizeof types / sizeof *types; i++) {
        if (strcmp(word, types[i].word) == 0) {
            return types[i].type;
        }
    }
    return CELL_NUMBER;
}

static void start_cell(rk__sheet *sheet, const char *const *attributes)
{
    const char *reference = rk__xml_attribute(attributes, "r");
    const char *style = rk__xml_attribute(attributes, "s");
    const unsigned long format = style != NULL ? strtoul(style, NULL, 10) : 0;
    sheet->in_cell = true;
    sheet->formula = sheet->has_value = false;
    sheet->type = type_of(rk__xml_attribute(attributes, "t"));
    sheet->date = format < sheet->workbook->styles.n
                      ? (rk__date_kind) sheet->workbook->styles.kind[format]
                      : RK__DATE_NONE;
    sheet->column = sheet->next_column;
    rk__buf_reset(&sheet->value);
    if (reference != NULL && !read_reference(sheet, reference, &sheet->column)) {
        sheet->column = sheet->next_column;
        fail(sheet, RK_SYNTAX, again, "the cell's reference is not one of its row");
    } else if (sheet->column < sheet->next_column) {
        fail(sheet, RK_SYNTAX, again, "the cell stands before the one before it");
    } else if (sheet->column >= RK__SHEET_MAX_COLUMNS) {
        fail(sheet, RK_LIMIT, again, "a sheet has at most 16,384 columns");
    }
    sheet->next_column = sheet->column + 1;
}

/* -------------------------------------------------------------------- cells */

static bool add_cell(rk__sheet *sheet, rk__sheet_kind kind, size_t from)
{
    const size_t n = sheet->row.n;
    if (rk__grow((void **) &sheet->cells, &sheet->cells_capacity, n + 1, sizeof *sheet->cells) !=
            0 ||
        rk__grow((void **) &sheet->spans, &sheet->spans_capacity, n + 1, sizeof *sheet->spans) !=
            0 ||
        sheet->text.failed) {
        return false;
    }
    sheet->cells[n] = (rk__sheet_cell){
        .column = sheet->column, .kind = kind, .length = sheet->text.length - from};
    sheet->spans[n].from = from;
    sheet->row.n++;
    rk__buf_putc(&sheet->text, '\0');
    return !sheet->text.failed;
}

static bool add_shared(rk__sheet *sheet)
{
    char *end = NULL;
    const rk__strings *strings = sheet->workbook->strings;
    const unsigned long long index = strtoull(sheet->value.text, &end, 10);
    if (end == sheet->value.text || *end != '\0' || index >= rk__strings_count(strings)) {
        fail(sheet, RK_SYNTAX, again, "the cell's text is not among the workbook's strings");
        return false;
    }
    const rk_status status = rk__strings_get(strings, index, &sheet->text, sheet->problems);
    if (status != RK_OK) {
        rk__xml_fail(sheet->xml, status);
    }
    return status == RK_OK;
}

/* A number, or the date that its format shows. */
static bool add_number(rk__sheet *sheet, rk__sheet_kind *kind)
{
    const rk__buf *value = &sheet->value;
    *kind = RK__SHEET_DATE;
    if (sheet->date != RK__DATE_NONE && rk__date_text(&sheet->text, value->text, value->length,
                                                      sheet->date, sheet->workbook->since_1904)) {
        return true;
    }
    *kind = RK__SHEET_NUMBER;
    if (!rk__number_text(&sheet->text, value->text, value->length)) {
        fail(sheet, RK_SYNTAX, again, "the stored number cannot be read");
        return false;
    }
    return true;
}

/* "2016-04-05T13:30:00Z" as cells of dates by style are written. */
static void add_date(rk__sheet *sheet)
{
    const rk__buf *value = &sheet->value;
    rk__buf_add(&sheet->text, value->text, value->length < 10 ? value->length : 10);
    if (value->length >= 19 && value->text[10] == 'T' &&
        memcmp(value->text + 11, "00:00:00", 8) != 0) {
        rk__buf_putc(&sheet->text, ' ');
        rk__buf_add(&sheet->text, value->text + 11, 8);
    }
}

static bool add_value(rk__sheet *sheet, rk__sheet_kind *kind)
{
    const rk__buf *value = &sheet->value;
    *kind = RK__SHEET_TEXT;
    switch (sheet->type) {
    case CELL_SHARED:
        return add_shared(sheet);
    case CELL_BOOL:
        *kind = RK__SHEET_BOOL;
        rk__buf_puts(&sheet->text, strcmp(value->text, "1") == 0 || strcmp(value->text, "true") == 0
                                       ? "TRUE"
                                       : "FALSE");
        return true;
    case CELL_NUMBER:
        return add_number(sheet, kind);
    case CELL_DATE:
        *kind = RK__SHEET_DATE;
        add_date(sheet);
        return true;
    case CELL_ERROR:
        *kind = RK__SHEET_ERROR;
        break;
    default:
        break;
    }
    rk__buf_add(&sheet->text, value->text, value->length);
    return true;
}

static void end_cell(rk__sheet *sheet)
{
    const size_t from = sheet->text.length;
    rk__sheet_kind kind = RK__SHEET_TEXT;
    bool ok = true;
    if (sheet->type == CELL_STRING) {
        rk__unescape(&sheet->value, 0);
    }
    if (sheet->has_value && sheet->value.length > 0) {
        ok = add_value(sheet, &kind);
    } else if (sheet->formula && !sheet->has_value && sheet->type != CELL_STRING) {
        kind = RK__SHEET_ERROR;
        rk__buf_puts(&sheet->text, "#UNCALCULATED!");
    }
    if (ok && (sheet->value.failed || sheet->text.failed ||
               (sheet->text.length > from && !add_cell(sheet, kind, from)))) {
        rk__xml_fail(sheet->xml, RK_NO_MEMORY);
    } else if (ok && sheet->text.length > MAX_ROW_BYTES) {
        fail(sheet, RK_LIMIT, "shorten the texts in the workbook",
             "the texts of the row come to more than 8 MiB");
    }
    sheet->in_cell = false;
}

static void end_row(rk__sheet *sheet)
{
    for (size_t i = 0; i < sheet->row.n; i++) {
        sheet->cells[i].text = sheet->text.text + sheet->spans[i].from;
    }
    sheet->row.cells = sheet->cells;
    sheet->in_row = false;
    sheet->row_done = sheet->row.n > 0;
    if (sheet->row_done) {
        rk__xml_pause(sheet->xml);
    }
}

/* ------------------------------------------------------------------- events */

static void start_part(rk__sheet *sheet, const char *name)
{
    if (strcmp(name, "v") == 0) {
        sheet->in_value = sheet->has_value = sheet->type != CELL_INLINE;
    } else if (strcmp(name, "is") == 0) {
        sheet->in_inline = sheet->has_value = sheet->type == CELL_INLINE;
        sheet->item = (rk__string_item){.out = &sheet->value};
    } else if (strcmp(name, "f") == 0) {
        sheet->formula = true;
    }
}

static void on_start(void *ctx, const char *name, const char *const *attributes)
{
    rk__sheet *sheet = ctx;
    const unsigned depth = sheet->depth++;
    if (depth == 1) {
        sheet->in_data = strcmp(name, "sheetData") == 0;
        sheet->seen_data = sheet->seen_data || sheet->in_data;
    } else if (depth == 2 && sheet->in_data && strcmp(name, "row") == 0) {
        start_row(sheet, attributes);
    } else if (depth == 3 && sheet->in_row && strcmp(name, "c") == 0) {
        start_cell(sheet, attributes);
    } else if (depth == 4 && sheet->in_cell) {
        start_part(sheet, name);
    } else if (depth > 4 && sheet->in_inline) {
        rk__string_start(&sheet->item, name, attributes);
    }
}

static void on_end(void *ctx, const char *name)
{
    rk__sheet *sheet = ctx;
    const unsigned depth = --sheet->depth;
    (void) name;
    if (depth > 4 && sheet->in_inline) {
        rk__string_end(&sheet->item);
    } else if (depth == 4) {
        sheet->in_value = sheet->in_inline = false;
    } else if (depth == 3 && sheet->in_cell) {
        end_cell(sheet);
    } else if (depth == 2 && sheet->in_row) {
        end_row(sheet);
    }
}

static void on_text(void *ctx, const char *text, size_t length)
{
    rk__sheet *sheet = ctx;
    if (sheet->in_inline) {
        rk__string_add(&sheet->item, text, length);
    } else if (sheet->in_value) {
        if (length > RK__CELL_MAX_BYTES - sheet->value.length) {
            sheet->item.too_long = true;
        } else {
            rk__buf_add(&sheet->value, text, length);
        }
    }
    if (sheet->item.too_long) {
        fail(sheet, RK_LIMIT, "shorten the text in the workbook",
             "the text is longer than a cell may hold");
    }
}

/* ------------------------------------------------------------------ opening */

#define MOST_LISTED 8
#define LEAST_ALIKE 4

/* The first sheets by name. */
static void list_names(const rk__workbook *workbook, bool visible, rk__buf *out)
{
    size_t n = 0;
    for (size_t i = 0; i < workbook->n_sheets; i++) {
        const rk__workbook_sheet *sheet = &workbook->sheets[i];
        if (sheet->worksheet && !(visible && sheet->hidden) && n++ < MOST_LISTED) {
            rk__buf_printf(out, "%s'%s'", n > 1 ? ", " : "", sheet->name);
        }
    }
    if (n > MOST_LISTED) {
        rk__buf_printf(out, " and %zu more", n - MOST_LISTED);
    }
}

/* Length of the longest run of bytes that two names share. */
static size_t shared_run(const char *a, const char *b)
{
    size_t best = 0;
    for (const char *p = a; *p != '\0'; p++) {
        for (const char *q = b; *q != '\0'; q++) {
            size_t n = 0;
            while (p[n] != '\0' && p[n] == q[n]) {
                n++;
            }
            best = n > best ? n : best;
        }
    }
    return best;
}

/* The sheet that is nearest by spelling, or shares most of its name: names change their numbers
 * and years. */
static const char *nearest_name(rk__workbook *workbook, const char *name)
{
    const char **names =
        rk__arena_alloc(&workbook->arena, (workbook->n_sheets + 1) * sizeof *names);
    size_t most = LEAST_ALIKE - 1;
    for (size_t i = 0; names != NULL && i < workbook->n_sheets; i++) {
        names[i] = workbook->sheets[i].name;
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    const bool search = names != NULL && near == NULL && strlen(name) <= 255;
    for (size_t i = 0; search && i < workbook->n_sheets; i++) {
        const size_t run = shared_run(name, names[i]);
        near = run > most ? names[i] : near;
        most = run > most ? run : most;
    }
    return near;
}

static rk_status no_sheet(rk__workbook *workbook, const char *name, rk_problems *problems)
{
    const rk__place place = {.file = rk__archive_name(workbook->archive)};
    rk__buf hint = {0};
    const char *near = name != NULL ? nearest_name(workbook, name) : NULL;
    if (near != NULL) {
        rk__buf_printf(&hint, "did you mean '%s'?", near);
    } else {
        rk__buf_puts(&hint, "its sheets: ");
        list_names(workbook, name == NULL, &hint);
    }
    const rk_status status =
        name != NULL
            ? rk__problem(problems, RK_UNKNOWN_TABLE, &place, hint.text,
                          "the workbook has no sheet '%s'", name)
            : rk__problem(problems, RK_UNKNOWN_TABLE, &place, hint.text,
                          "the workbook has several sheets, and none is named: give \"sheet\"");
    rk__buf_dispose(&hint);
    return status;
}

static rk_status find_sheet(rk__workbook *workbook, const char *name,
                            const rk__workbook_sheet **out, rk_problems *problems)
{
    const rk__place place = {.file = rk__archive_name(workbook->archive)};
    size_t visible = 0;
    *out = NULL;
    for (size_t i = 0; i < workbook->n_sheets; i++) {
        const rk__workbook_sheet *sheet = &workbook->sheets[i];
        const bool candidate =
            name != NULL ? strcmp(sheet->name, name) == 0 : sheet->worksheet && !sheet->hidden;
        if (candidate) {
            *out = sheet;
            visible++;
        }
    }
    if (name == NULL && visible != 1) {
        *out = NULL;
    }
    if (*out == NULL) {
        return workbook->n_sheets == 0
                   ? rk__problem(problems, RK_SYNTAX, &place, again, "the workbook has no sheets")
                   : no_sheet(workbook, name, problems);
    }
    if ((*out)->external) {
        return rk__problem(problems, RK_FORBIDDEN, &place, "copy the sheet into this workbook",
                           "sheet '%s' is in another file, which is never opened", (*out)->name);
    }
    if (!(*out)->worksheet) {
        return rk__problem(problems, RK_SYNTAX, &place, "name a sheet with cells",
                           "sheet '%s' is not a worksheet: its content type is another",
                           (*out)->name);
    }
    return RK_OK;
}

static rk_status load_shared_parts(rk__workbook *workbook, rk_problems *problems)
{
    if (workbook->strings != NULL) {
        return RK_OK;
    }
    const rk_status status =
        rk__styles_load(workbook->archive, workbook->styles_path, &workbook->styles, problems);
    return status != RK_OK ? status
                           : rk__strings_load(workbook->archive, workbook->strings_path,
                                              &workbook->strings, problems);
}

rk_status rk__sheet_open(rk__workbook *workbook, const char *name, rk__sheet **out,
                         rk_problems *problems)
{
    const rk__workbook_sheet *found = NULL;
    *out = NULL;
    rk_status status = find_sheet(workbook, name, &found, problems);
    if (status == RK_OK) {
        status = load_shared_parts(workbook, problems);
    }
    if (status != RK_OK) {
        return status;
    }
    rk__sheet *sheet = rk__calloc(1, sizeof *sheet);
    if (sheet == NULL) {
        return RK_NO_MEMORY;
    }
    sheet->workbook = workbook;
    sheet->name = found->name;
    rk__buf_puts(&sheet->value, "");
    const rk__xml_events events = {sheet, on_start, on_end, on_text};
    status = sheet->value.failed
                 ? RK_NO_MEMORY
                 : rk__xml_open(workbook->archive, found->path, &events, &sheet->xml, problems);
    if (status == RK_OK && sheet->xml == NULL) {
        status = rk__sheet_problem(sheet, 0, 0, problems, RK_SYNTAX, again,
                                   "the workbook lacks the part '%s'", found->path);
    }
    if (status != RK_OK) {
        rk__sheet_close(sheet);
        return status;
    }
    *out = sheet;
    return RK_OK;
}

void rk__sheet_close(rk__sheet *sheet)
{
    if (sheet != NULL) {
        rk__xml_close(sheet->xml);
        rk__free(sheet->cells);
        rk__free(sheet->spans);
        rk__buf_dispose(&sheet->text);
        rk__buf_dispose(&sheet->value);
        rk__free(sheet);
    }
}

const char *rk__sheet_name(const rk__sheet *sheet)
{
    return sheet->name;
}

rk_status rk__sheet_next(rk__sheet *sheet, const rk__sheet_row **out, rk_problems *problems)
{
    rk_status status = RK_OK;
    *out = NULL;
    sheet->row_done = false;
    sheet->problems = problems;
    while (status == RK_OK && !sheet->row_done && !rk__xml_ended(sheet->xml)) {
        status = rk__xml_step(sheet->xml, problems);
    }
    sheet->problems = NULL;
    if (status == RK_OK && !sheet->row_done && !sheet->seen_data) {
        status =
            rk__sheet_problem(sheet, 0, 0, problems, RK_SYNTAX, again, "it holds no cells' data");
    }
    if (status == RK_OK && sheet->row_done) {
        *out = &sheet->row;
    }
    return status;
}
