/* SPDX-License-Identifier: MIT
 *
 * header.c: finding and checking the header of a CSV file.
 */
#include "table/header.h"

#include <stdio.h>
#include <string.h>

#include "table/columns.h"

/* "sep=;" alone on the first line, which Excel writes and reads. */
static bool is_separator_line(const char *text, size_t length, char *delimiter)
{
    if (length < 5 || (memcmp(text, "sep=", 4) != 0 && memcmp(text, "SEP=", 4) != 0)) {
        return false;
    }
    if (text[4] <= ' ' ? text[4] != '\t' : (unsigned char) text[4] >= 0x80 || text[4] == '"') {
        return false;
    }
    *delimiter = text[4];
    return length == 5 || text[5] == '\n' || text[5] == '\r';
}

/* Whether a record has nothing but delimiters, spaces and pairs of quotes. */
static bool is_blank_record(const char *text, size_t from, size_t to, char delimiter)
{
    for (size_t i = from; i < to; i++) {
        if (text[i] != delimiter && text[i] != '"' && !rk__cell_is_blank(text + i, 1)) {
            return false;
        }
    }
    return true;
}

/* Skips lines, whatever they hold, up to the declared one; false if there are fewer. */
static bool pass_lines(const char *text, size_t length, uint32_t row, rk__header_place *at)
{
    while (at->line < row) {
        const char *feed = memchr(text + at->start, '\n', length - at->start);
        if (feed == NULL) {
            return false;
        }
        at->start = (size_t) (feed - text) + 1;
        at->line++;
    }
    return true;
}

void rk__header_find(const rk__table_spec *spec, const char *text, size_t length,
                     rk__header_place *out)
{
    const uint32_t row = spec->reading != NULL ? spec->reading->header_row : 0;
    rk__csv_measure m = {0};
    *out = (rk__header_place){
        .start = rk__csv_bom(text, length), .line = 1, .delimiter = spec->delimiter};
    if (is_separator_line(text + out->start, length - out->start, &out->delimiter)) {
        const char *feed = memchr(text + out->start, '\n', length - out->start);
        if (feed == NULL) {
            return;
        }
        out->start = (size_t) (feed - text) + 1;
        out->line = 2;
    }
    if (row > 0 && !pass_lines(text, length, row, out)) {
        return;
    }
    while (out->start < length) {
        rk__csv_measure_record(text, length, out->start, out->delimiter, &m);
        out->end = m.end;
        out->feeds = out->line - 1 + m.feeds;
        out->found = m.fields > 0 && !is_blank_record(text, out->start, m.end, out->delimiter);
        out->settled = m.complete && (out->found || row > 0);
        if (out->found || row > 0) {
            return;
        }
        out->start = m.end;
        out->line += m.feeds;
    }
}

rk_status rk__header_missing(const rk__table_spec *spec, const char *file, rk_problems *problems)
{
    const uint32_t row = spec->reading != NULL ? spec->reading->header_row : 0;
    const rk__place place = {.file = file, .line = row > 0 ? row : 1};
    return row > 0 ? rk__problem(problems, RK_SYNTAX, &place,
                                 "\"header_row\" is the line of the column names, from 1",
                                 "the file has no header on the line that is declared")
                   : rk__problem(problems, RK_SYNTAX, &place,
                                 "begin it with a line of column names", "the file has no header");
}

/* If a header has one field that contains another delimiter, the delimiter is wrong. */
static rk_status check_delimiter(const rk__header_place *at, const rk__csv_field *field,
                                 const rk__place *place, rk_problems *problems)
{
    static const struct {
        char c;
        const char *name, *written;
    } others[] = {
        {';', "semicolons", ";"}, {'\t', "tabs", "\\t"}, {'|', "bars", "|"}, {',', "commas", ","}};
    if (field->length > 0 && field->text[0] == '"') {
        return RK_OK;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t n = 0;
        for (size_t k = 0; k < field->length; k++) {
            n += field->text[k] == others[i].c;
        }
        if (n > 0 && others[i].c != at->delimiter) {
            char hint[160];
            (void) snprintf(hint, sizeof hint,
                            "add \"delimiter\": \"%s\" to the table, or \"read\": {\"header_row\": "
                            "...} if this line is not the header",
                            others[i].written);
            return rk__problem(problems, RK_SYNTAX, place, hint,
                               "the header is one column, with %zu %s in it", n, others[i].name);
        }
    }
    return RK_OK;
}

rk_status rk__too_many_columns(const rk__place *place, rk_problems *problems)
{
    return rk__problem(problems, RK_LIMIT, place,
                       "keep the columns that you need in a file of their own",
                       "the file has more than %d columns", RK__TABLE_MAX_COLUMNS);
}

rk_status rk__header_check(const rk__table_spec *spec, const char *text, const rk__header_place *at,
                           const rk__csv_record *header, const char *file, rk_problems *problems)
{
    rk__place place = {.file = file, .line = header->line};
    if (spec->delimiter_given && spec->delimiter != at->delimiter) {
        return rk__problem(problems, RK_CONFLICT, &(rk__place){.file = file, .line = 1},
                           "remove \"delimiter\" from the table",
                           "the file says 'sep=%c', and its table declares another delimiter",
                           at->delimiter);
    }
    if (header->fault != RK__CSV_OK) {
        rk__csv_locate(text, header->start, header->line, header->fault_at, &place.line,
                       &place.column);
        return rk__problem(problems, RK_SYNTAX, &place, NULL, "the header %s",
                           rk__csv_fault_text(header->fault));
    }
    if (header->n_fields > RK__TABLE_MAX_COLUMNS) {
        return rk__too_many_columns(&place, problems);
    }
    const rk_status status = rk__columns_header_text(header, &place, problems);
    return status == RK_OK && header->n_fields == 1
               ? check_delimiter(at, &header->field[0], &place, problems)
               : status;
}
