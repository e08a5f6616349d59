/* SPDX-License-Identifier: MIT
 *
 * csv.c: CSV records byte by byte: the definition that the kernels agree with,
 * the values of fields, and the iterator over a text as a whole.
 */
#include "csv/csv.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

const char *rk__csv_fault_text(rk__csv_fault fault)
{
    switch (fault) {
    case RK__CSV_OK:
        break;
    case RK__CSV_STRAY_QUOTE:
        return "has a quote inside an unquoted field";
    case RK__CSV_AFTER_QUOTE:
        return "has text after a closing quote";
    case RK__CSV_OPEN_QUOTE:
        return "has a quoted field that is never closed";
    case RK__CSV_RAGGED:
        return "has another number of fields than the header";
    }
    return "is well formed";
}

/* ------------------------------------------------------------------- fields */

/* Bytes of white space at the start of a text: a no-break space has two. */
static size_t blank_before(const char *text, size_t length)
{
    if (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
        return 1;
    }
    return length > 1 && memcmp(text, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static size_t blank_after(const char *text, size_t length)
{
    if (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        return 1;
    }
    return length > 1 && memcmp(text + length - 2, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

void rk__csv_value(const char **text, size_t *length, char *scratch)
{
    const char *from = *text;
    size_t n = *length;
    if (n >= 2 && from[0] == '"') {
        from++;
        n -= 2;
        if (memchr(from, '"', n) == NULL) {
            *text = from;
            *length = n;
            return;
        }
        size_t used = 0;
        for (size_t i = 0; i < n; i++) {
            scratch[used++] = from[i];
            i += from[i] == '"';
        }
        *text = scratch;
        *length = used;
        return;
    }
    for (size_t b = blank_before(from, n); b > 0; b = blank_before(from, n)) {
        from += b;
        n -= b;
    }
    for (size_t b = blank_after(from, n); b > 0; b = blank_after(from, n)) {
        n -= b;
    }
    *text = from;
    *length = n;
}

size_t rk__csv_bom(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* ------------------------------------------------------------------ records */

static void fault_note(rk__csv_measure *m, rk__csv_fault fault, size_t at)
{
    if (m->fault == RK__CSV_OK) {
        m->fault = fault;
        m->fault_at = at;
    }
}

/* Passes the quoted part of a field that begins at `i`; returns the offset after
 * the closing quote, or `length`. */
static size_t pass_quoted(const char *text, size_t length, size_t i, rk__csv_measure *m)
{
    const size_t opened = i++;
    for (; i < length; i++) {
        if (text[i] == '"') {
            if (i + 1 >= length || text[i + 1] != '"') {
                return i + 1;
            }
            i++;
        } else {
            m->feeds += text[i] == '\n';
        }
    }
    /* An open quote is reported before any other fault of the record. */
    m->fault = RK__CSV_OPEN_QUOTE;
    m->fault_at = opened;
    return length;
}

static bool ends_record(const char *text, size_t length, size_t i)
{
    return i >= length || text[i] == '\n' ||
           (text[i] == '\r' && (i + 1 >= length || text[i + 1] == '\n'));
}

/* Passes one field; returns the offset of the separator, line feed or end. */
static size_t pass_field(const char *text, size_t length, size_t i, char delimiter,
                         rk__csv_measure *m)
{
    if (i < length && text[i] == '"') {
        i = pass_quoted(text, length, i, m);
        if (!ends_record(text, length, i) && text[i] != delimiter) {
            fault_note(m, RK__CSV_AFTER_QUOTE, i);
        }
    }
    for (; i < length && text[i] != delimiter && text[i] != '\n'; i++) {
        if (text[i] == '"') {
            fault_note(m, RK__CSV_STRAY_QUOTE, i);
        }
    }
    return i;
}

/* The end of a field whose separator is at `i`: a carriage return before the
 * line's end is not part of it. */
static size_t field_end(const char *text, size_t length, size_t start, size_t i)
{
    const bool last = i >= length || text[i] == '\n';
    return last && i > start && text[i - 1] == '\r' ? i - 1 : i;
}

void rk__csv_measure_record(const char *text, size_t length, size_t start, char delimiter,
                            rk__csv_measure *out)
{
    *out = (rk__csv_measure){0};
    size_t i = start;
    for (;;) {
        const size_t from = i;
        i = pass_field(text, length, i, delimiter, out);
        out->fields++;
        if (i < length && text[i] == delimiter) {
            i++;
            continue;
        }
        if (out->fields == 1 && field_end(text, length, from, i) == from) {
            out->fields = 0;
        }
        break;
    }
    out->complete = i < length;
    out->feeds += out->complete;
    out->end = out->complete ? i + 1 : length;
}

/* ---------------------------------------------------------- a text as a whole */

static int collect_fields(rk__csv_reader *r, size_t n)
{
    if (rk__grow((void **) &r->field, &r->capacity, n, sizeof *r->field) != 0) {
        return -1;
    }
    rk__csv_measure ignored = {0};
    size_t i = r->at;
    for (size_t f = 0; f < n; f++) {
        const size_t from = i;
        i = pass_field(r->text, r->length, i, r->delimiter, &ignored);
        r->field[f].text = r->text + from;
        r->field[f].length = field_end(r->text, r->length, from, i) - from;
        i++;
    }
    return 0;
}

int rk__csv_next(rk__csv_reader *reader, rk__csv_record *record)
{
    rk__csv_measure m;
    if (reader->at == 0) {
        reader->at = rk__csv_bom(reader->text, reader->length);
    }
    for (;;) {
        if (reader->at >= reader->length) {
            return 0;
        }
        rk__csv_measure_record(reader->text, reader->length, reader->at, reader->delimiter, &m);
        if (m.fields > 0) {
            break;
        }
        reader->at = m.end;
        reader->line += m.feeds;
    }
    if (collect_fields(reader, m.fields) != 0) {
        return -1;
    }
    *record = (rk__csv_record){.start = reader->at,
                               .line = reader->line,
                               .n_fields = m.fields,
                               .field = reader->field,
                               .fault = m.fault,
                               .fault_at = m.fault_at};
    reader->at = m.end;
    reader->line += m.feeds;
    return 1;
}

void rk__csv_reader_dispose(rk__csv_reader *reader)
{
    rk__free(reader->field);
    reader->field = NULL;
    reader->capacity = 0;
}

uint32_t rk__csv_count_feeds(const char *text, size_t length)
{
    uint32_t n = 0;
    const char *end = text + length;
    for (const char *p = text; (p = memchr(p, '\n', (size_t) (end - p))) != NULL; p++) {
        n++;
    }
    return n;
}

void rk__csv_locate(const char *text, size_t start, uint32_t start_line, size_t at, uint32_t *line,
                    uint32_t *column)
{
    size_t line_start = start;
    *line = start_line;
    for (size_t i = start; i < at; i++) {
        if (text[i] == '\n') {
            line_start = i + 1;
            ++*line;
        }
    }
    *column = (uint32_t) rk__utf8_count(text + line_start, at - line_start) + 1;
}
