/* SPDX-License-Identifier: MIT
 *
 * Files that are read as declared. What a table that is loaded whole makes of a file, a scan must
 * make of it too, whatever its blocks; single cells and encodings must stay within their bounds.
 * The first bytes choose the declaration.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scan/open.h"
#include "table/column.h"
#include "table/encoding.h"
#include "table/reading.h"
#include "table/table.h"
#include "table/total_row.h"

static void need(int condition)
{
    if (!condition) {
        abort();
    }
}

static const rk__scan_want wants[] = {{"a", RK__CELL_TEXT},
                                      {"b", RK__CELL_DECIMAL},
                                      {"c", RK__CELL_INTEGER},
                                      {"date", RK__CELL_TEXT}};
#define N_WANTS (sizeof wants / sizeof *wants)

/* ------------------------------------------------------------- the declaration */

static const rk__number_form number_forms[] = {
    {.decimal = '.'},
    {.decimal = '.', .thousands = ",", .currency = "\u00a3", .brackets = true},
    {.decimal = ',', .thousands = "."},
    {.decimal = ',', .thousands = " ", .currency = "EUR"}};
static const char *const encodings[] = {NULL, NULL, "windows-1252", "utf-16le", "shift_jis"};
static const char *const blank_texts[] = {"NULL", "-", "0"};
static const rk__text_form text_forms[] = {{.trim_given = true, .trim = true},
                                           {.column = "a", .letters = 'u'}};

static rk__reading reading_of(const uint8_t *choice)
{
    return (rk__reading){
        .encoding = encodings[choice[0] % 5],
        .header_row = choice[1] % 8 == 7 ? choice[1] / 8 % 3 + 1u : 0,
        .skip_footer = choice[2] % 4 == 3 ? choice[2] / 4 % 3 : 0,
        .ignore_total = choice[2] % 8 == 7,
        .dates_given = choice[3] % 2,
        .dates = {.order = (rk__date_order) (choice[3] / 2 % (RK__DATES_EXCEL + 1)),
                  .time = choice[3] >= 128},
        .numbers = choice[4] % 5 == 4 ? NULL : &number_forms[choice[4] % 5],
        .blank = blank_texts,
        .n_blank = choice[5] % 4,
        .texts = text_forms,
        .n_texts = choice[5] / 4 % 3};
}

/* -------------------------------------------------------------- tables and scans */

typedef struct seen {
    rk__table *table;
    size_t row;
} seen;

/* Each row of a batch is the next row of the table. */
static rk_status compare_rows(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    seen *s = ctx;
    (void) worker;
    for (size_t i = 0; i < batch->n; i++, s->row++) {
        need(s->row < rk__table_n_rows(s->table));
        for (size_t w = 0; w < N_WANTS; w++) {
            const rk__column *column = NULL;
            const int at = rk__table_find(s->table, wants[w].column);
            const rk__batch_column *got = &batch->column[w];
            need((at >= 0) == (got->has != NULL));
            if (at < 0) {
                continue;
            }
            need(rk__table_column(s->table, at, wants[w].type, &column, NULL) == RK_OK);
            need(column->has[s->row] == got->has[i]);
            if (got->has[i] != 0 && wants[w].type == RK__CELL_TEXT) {
                size_t a = 0;
                size_t b = 0;
                const char *x = rk__dict_text(column->dict, (int32_t) column->v[s->row], &a);
                const char *y = rk__dict_text(got->dict, (int32_t) got->v[i], &b);
                need(a == b && memcmp(x, y, a) == 0);
            } else if (got->has[i] != 0) {
                need(column->v[s->row] == got->v[i]);
            }
        }
    }
    return RK_OK;
}

static rk_status ignore_rows(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    (void) ctx;
    (void) worker;
    (void) batch;
    return RK_OK;
}

/* Whether the wanted columns of a loaded table have their types. */
static bool converts(rk__table *table)
{
    bool all = true;
    for (size_t w = 0; w < N_WANTS; w++) {
        const rk__column *column = NULL;
        const int at = rk__table_find(table, wants[w].column);
        all = all && (at < 0 || rk__table_column(table, at, wants[w].type, &column, NULL) == RK_OK);
    }
    return all;
}

static void need_same(const rk__table_spec *spec, size_t block_bytes)
{
    rk__table *table = NULL;
    rk__scan *scan = NULL;
    rk_problems *problems = rk_problems_new();
    const rk_status loaded = rk__table_load(spec, NULL, false, &table, problems);
    const rk_status opened = rk__scan_open(spec, NULL, wants, N_WANTS, &scan, problems);
    seen s = {.table = table};
    const rk__scan_options options = {.threads = 1, .block_bytes = block_bytes};
    const rk__scan_consumer compare = {.ctx = &s, .take = compare_rows};
    const rk__scan_consumer ignore = {.take = ignore_rows};
    /* Totals are looked for in the columns that are wanted, and in all of a loaded table. */
    const bool comparable = loaded == RK_OK && !spec->reading->ignore_total && converts(table);
    need(loaded != RK_OK || opened == RK_OK);
    if (comparable) {
        need(rk__scan_run(scan, &options, &compare, problems) == RK_OK);
        need(s.row == rk__table_n_rows(table));
    } else if (opened == RK_OK) {
        const rk__scan_options lenient = {
            .threads = 1, .block_bytes = block_bytes, .max_errors = UINT32_MAX};
        (void) rk__scan_run(scan, &lenient, &ignore, problems);
    }
    rk__scan_close(scan);
    rk__table_free(table);
    rk_problems_free(problems);
}

/* ------------------------------------------------------------------ single cells */

static void need_cells(const rk__reading *reading, const char *text, size_t length)
{
    length = length < 60 ? length : 60;
    for (int use = RK__USE_TEXT; use <= RK__USE_NUMBER; use++) {
        char *scratch = malloc(RK__CELL_SCRATCH(length));
        const rk__cell_reader reader = rk__cell_reader_of(reading, "a", (rk__cell_use) use);
        const char *got = text;
        const char *why = NULL;
        size_t n = length;
        const rk_status status = rk__cell_read(&reader, &got, &n, scratch, &why);
        need(status == RK_OK || why != NULL);
        need(status != RK_OK || got == NULL || n <= RK__CELL_SCRATCH(length));
        need(status != RK_OK || got == NULL || use != RK__USE_DATE || n == 10);
        free(scratch);
    }
}

static void need_encoding(const char *encoding, const char *text, size_t length)
{
    char room[RK__TRANSCODE_ROOM + 7];
    const char *why = NULL;
    rk__transcoder *t = NULL;
    if (rk__transcoder_new(encoding, text, length, &t, &why) != RK_OK || t == NULL) {
        return;
    }
    const char *in = text;
    size_t left = length;
    while (left > 0) {
        const size_t before = left;
        const size_t n = rk__transcode(t, &in, &left, true, room, sizeof room);
        need(n <= sizeof room && left <= before && (n > 0 || left < before));
    }
    rk__transcoder_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8 || size > 20000) {
        return 0;
    }
    const rk__reading reading = reading_of(data);
    const char *text = (const char *) data + 8;
    const size_t length = size - 8;
    char path[40];
    const int fd = memfd_create("fuzz", 0);
    need(fd >= 0 && write(fd, text, length) == (ssize_t) length);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *files[] = {path};
    const rk__table_spec spec = {.name = "t",
                                 .files = files,
                                 .n_files = 1,
                                 .base_dir = "/",
                                 .delimiter = ",;"[data[6] % 2],
                                 .reading = &reading};
    need_same(&spec, data[7] % 2 == 0 ? 0 : data[7]);
    need_cells(&reading, text, length);
    need_encoding(reading.encoding, text, length);
    rk__tail tail;
    need(rk__tail_find(text, length, ',', reading.skip_footer, &tail) == RK_OK);
    need(tail.end <= length && tail.last <= tail.end);
    (void) rk__record_is_total(text, length, ',');
    close(fd);
    return 0;
}
