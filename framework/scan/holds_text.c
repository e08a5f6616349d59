/* SPDX-License-Identifier: MIT
 *
 * holds_text.c: whether a column that nobody reads holds texts, by its first cells.
 */
#include "scan/open.h"

#include <string.h>

#include "scan/inside.h"

#define FIRST_BYTES ((size_t) 64 << 10)
#define FIRST_CELLS 1000

/* Numbers have digits and no letters, however they are written: "£1,234.50", "(3)", "12%". */
static void look(const char *text, size_t length, bool *number, bool *other)
{
    bool digit = false;
    bool letter = false;
    for (size_t i = 0; i < length; i++) {
        const char c = (char) (text[i] | 0x20);
        digit |= text[i] >= '0' && text[i] <= '9';
        letter |= c >= 'a' && c <= 'z';
    }
    *number |= digit && !letter;
    *other |= letter;
}

/* The text behind a file's header: what a pipe has already given, or read anew. */
static rk_status first_bytes(const rk__scan *scan, const rk__scan_input *file, rk__arena *arena,
                             char *out, size_t *length)
{
    rk__source *source = NULL;
    rk__source_info info;
    const char *why = NULL;
    *length = 0;
    if (file->size == 0) {
        *length = file->head_length < FIRST_BYTES ? file->head_length : FIRST_BYTES;
        memcpy(out, file->head, *length);
        return RK_OK;
    }
    rk_status status =
        rk__source_open(&scan->spec, scan->access, file->name, arena, &source, &info, NULL);
    if (status == RK_OK) {
        status = rk__source_read(source, out, FIRST_BYTES, length, &why);
    }
    rk__source_close(source);
    return status;
}

static rk_status look_at_file(const rk__scan *scan, int field, bool *number, bool *other)
{
    const rk__scan_input *file = &scan->files[0];
    rk__arena arena = {0};
    size_t length = 0;
    char *text = rk__malloc(FIRST_BYTES + RK__CSV_PAD);
    rk_status status = text == NULL ? RK_NO_MEMORY : first_bytes(scan, file, &arena, text, &length);
    /* What cannot be read is an error when the rows are read. */
    if (status == RK_OK && length > file->header_length) {
        rk__csv_reader reader = {.text = text + file->header_length,
                                 .length = length - file->header_length,
                                 .delimiter = file->delimiter,
                                 .line = 1};
        rk__csv_record record;
        int found = 0;
        for (size_t i = 0; i < FIRST_CELLS && (found = rk__csv_next(&reader, &record)) > 0; i++) {
            if (reader.at < reader.length && (size_t) field < record.n_fields) {
                look(record.field[field].text, record.field[field].length, number, other);
            }
        }
        status = found < 0 ? RK_NO_MEMORY : RK_OK;
        rk__csv_reader_dispose(&reader);
    }
    rk__free(text);
    rk__arena_dispose(&arena);
    return status == RK_NO_MEMORY ? status : RK_OK;
}

rk_status rk__scan_holds_text(const rk__scan *scan, size_t name, bool *text)
{
    bool number = false;
    bool other = false;
    rk_status status = RK_OK;
    const size_t n = scan->table != NULL ? rk__table_n_rows(scan->table) : 0;
    for (size_t row = 0; row < n && row < FIRST_CELLS; row++) {
        size_t length = 0;
        const char *cell = rk__table_cell(scan->table, (int) name, row, &length);
        look(cell, cell != NULL ? length : 0, &number, &other);
    }
    if (scan->table == NULL && scan->n_files > 0 && scan->names[name].source >= 0) {
        status = look_at_file(scan, scan->names[name].source, &number, &other);
    }
    *text = other && !number;
    return status;
}
