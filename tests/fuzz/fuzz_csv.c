/* SPDX-License-Identifier: MIT
 *
 * fuzz_csv.c: any bytes as CSV.
 *
 * Every kernel must find the records, fields and faults that the definition finds,
 * byte by byte, and read the numbers that decimal text is. The first three bytes
 * choose the delimiter, the number of fields and the rows that are split at once.
 */
#include <stdlib.h>
#include <string.h>

#include "csv/csv.h"
#include "number/num.h"

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* The definition's idea of where whole records end and what is left open. */
static size_t whole_records(const char *text, size_t length, char delimiter, size_t *open)
{
    size_t whole = 0;
    *open = SIZE_MAX;
    for (size_t at = 0; at < length;) {
        rk__csv_measure m;
        rk__csv_measure_record(text, length, at, delimiter, &m);
        need(m.end > at);
        at = m.end;
        if (m.complete) {
            whole = at;
        } else if (m.fault == RK__CSV_OPEN_QUOTE) {
            *open = m.fault_at;
        }
    }
    return whole;
}

static void need_row(const rk__csv_rows *rows, uint32_t r, uint32_t n_fields, const char *text,
                     const rk__csv_record *record)
{
    need(record->fault == RK__CSV_OK && record->n_fields == n_fields);
    need(rows->starts[r] == record->start && rows->lines[r] + 1 == record->line);
    uint32_t start = rows->starts[r];
    for (uint32_t f = 0; f < n_fields; f++) {
        const uint32_t end = rows->ends[r * n_fields + f];
        need(text + start == record->field[f].text && end - start == record->field[f].length);
        start = end + 1;
    }
}

static void need_split(const rk__csv_kernel *kernel, const rk__csv_block *block, uint32_t max_rows)
{
    rk__csv_rows rows = {.max_rows = max_rows};
    rows.starts = malloc((max_rows + 1) * sizeof *rows.starts);
    rows.lines = malloc((max_rows + 1) * sizeof *rows.lines);
    rows.ends = malloc(RK__CSV_ENDS(block->n_fields, max_rows) * sizeof *rows.ends);
    rk__csv_reader reader = {.text = block->text,
                             .length = block->length,
                             .delimiter = block->delimiter,
                             .line = 1,
                             .at = 0};
    rk__csv_record record;
    while (rows.next < block->length) {
        const uint32_t before = rows.next;
        kernel->split(block, &rows);
        need(rows.next > before);
        for (uint32_t r = 0; r < rows.n; r++) {
            need(rk__csv_next(&reader, &record) == 1);
            need_row(&rows, r, block->n_fields, block->text, &record);
        }
        if (rows.fault != RK__CSV_OK) {
            need(rk__csv_next(&reader, &record) == 1);
            need(rows.starts[rows.n] == record.start && rows.fault_fields == record.n_fields);
            need(record.fault != RK__CSV_OK ? rows.fault == record.fault
                                            : record.n_fields != block->n_fields);
        }
    }
    need(rk__csv_next(&reader, &record) == 0);
    rk__csv_reader_dispose(&reader);
    free(rows.starts);
    free(rows.lines);
    free(rows.ends);
}

/* The input's bytes as eight cells for each of their lengths. */
static void need_numbers(const rk__csv_kernel *kernel, const char *text, size_t length)
{
    uint64_t words[RK__CSV_LANES];
    uint64_t lengths[RK__CSV_LANES];
    int64_t v[RK__CSV_LANES];
    uint8_t plain[RK__CSV_LANES];
    for (size_t at = 0; at + 16 <= length && at < 512; at += 8) {
        for (size_t i = 0; i < RK__CSV_LANES; i++) {
            memcpy(&words[i], text + at + i, 8);
            lengths[i] = ((uint8_t) text[at] + i) % 10;
        }
        kernel->numbers(words, lengths, RK__CSV_LANES, true, v, plain);
        for (size_t i = 0; i < RK__CSV_LANES; i++) {
            rk_decimal expected = 0;
            const rk__decimal_fault fault = rk__decimal_parse(text + at + i, lengths[i], &expected);
            need(!plain[i] || (fault == RK__DECIMAL_OK && v[i] == expected));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > 100000) {
        return 0;
    }
    const char delimiter = ",;\t|"[data[0] % 4];
    const size_t length = size - 3;
    char *text = calloc(1, length + RK__CSV_PAD);
    memcpy(text, data + 3, length);
    /* The iterator passes a byte order mark; blocks begin after it. */
    const size_t bom = rk__csv_bom(text, length);
    const char *start = text + bom;
    size_t open;
    const size_t whole = whole_records(start, length - bom, delimiter, &open);
    for (size_t k = 0; rk__csv_kernel_at(k) != NULL; k++) {
        const rk__csv_kernel *kernel = rk__csv_kernel_at(k);
        size_t found_open;
        need(kernel->boundary(start, length - bom, delimiter, &found_open) == whole);
        need(found_open == open);
        need_numbers(kernel, start, length - bom);
    }
    memset(text + bom + whole, 0, length - bom - whole);
    const rk__csv_block block = {.text = start,
                                 .length = (uint32_t) whole,
                                 .n_fields = 1 + data[1] % 8u,
                                 .delimiter = delimiter};
    if (rk__csv_bom(start, whole) == 0) {
        for (size_t k = 0; rk__csv_kernel_at(k) != NULL; k++) {
            need_split(rk__csv_kernel_at(k), &block, 1 + data[2] % 40u);
        }
    }
    free(text);
    return 0;
}
