/* SPDX-License-Identifier: MIT
 *
 * scan_fixture.h: a scan, run in one of many settings, as one text: what the tests of
 * scans share. Files stand in a folder of the test's own.
 */
#pragma once

#include <pthread.h>

#include "scan/open.h"
#include "scan/scan.h"
#include "unit.h"

static char folder[64];

static void make_folder(void)
{
    strcpy(folder, "/tmp/rk-test-scan-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_scanned(void)
{
    remove_folder(folder);
}

static void write_bytes(const char *name, const char *bytes, size_t length)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, length, f), length);
    ck_assert_int_eq(fclose(f), 0);
}

static void write_file(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

typedef struct setting {
    unsigned threads;
    size_t block_bytes, batch_rows;
    uint64_t max_errors;
} setting;

typedef struct seen_row {
    uint64_t block;
    uint32_t row, line;
    char *text;
} seen_row;

typedef struct seen {
    pthread_mutex_t lock;
    seen_row *rows;
    size_t n, capacity;
    const rk__scan_want *wants;
    size_t n_wants;
    unsigned begun;
    size_t batch_rows;
} seen;

static rk_status begin(void *ctx, unsigned worker)
{
    seen *s = ctx;
    ck_assert_uint_eq(worker, s->begun);
    s->begun++;
    return RK_OK;
}

static char *row_text(const seen *s, const rk__scan_batch *batch, size_t i)
{
    rk__buf text = {0};
    for (size_t w = 0; w < s->n_wants; w++) {
        const rk__batch_column *column = &batch->column[w];
        rk__buf_puts(&text, w > 0 ? " " : "");
        if (column->v == NULL) {
            rk__buf_puts(&text, "?");
        } else if (!column->has[i]) {
            ck_assert_int_eq(column->v[i], 0);
            rk__buf_puts(&text, "-");
        } else if (s->wants[w].type == RK__CELL_TEXT) {
            rk__buf_puts(&text, rk__dict_text(column->dict, (int32_t) column->v[i], NULL));
        } else {
            rk__buf_printf(&text, "%lld", (long long) column->v[i]);
        }
    }
    return text.text;
}

static rk_status take_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    seen *s = ctx;
    (void) worker;
    pthread_mutex_lock(&s->lock);
    ck_assert_uint_gt(batch->n, 0);
    ck_assert_uint_le(batch->n, s->batch_rows);
    for (size_t i = 0; i < batch->n; i++) {
        ck_assert_int_eq(rk__grow((void **) &s->rows, &s->capacity, s->n + 1, sizeof *s->rows), 0);
        s->rows[s->n++] = (seen_row){.block = batch->block,
                                     .row = batch->first_in_block + (uint32_t) i,
                                     .line = batch->line != NULL ? batch->line[i] : 0,
                                     .text = row_text(s, batch, i)};
    }
    pthread_mutex_unlock(&s->lock);
    return RK_OK;
}

static int compare_seen(const void *a, const void *b)
{
    const seen_row *x = a;
    const seen_row *y = b;
    if (x->block != y->block) {
        return x->block < y->block ? -1 : 1;
    }
    return x->row < y->row ? -1 : 1;
}

/* Everything that a scan says, as text: rows with number and line, then files,
 * counts, problems and the status. */
static void show_rows(rk__buf *out, const rk__scan *scan, seen *s)
{
    if (s->n > 0) {
        qsort(s->rows, s->n, sizeof *s->rows, compare_seen);
    }
    for (size_t i = 0; i < s->n; i++) {
        rk__arena arena = {0};
        rk__place place = {0};
        rk__scan_place(scan, s->rows[i].block, s->rows[i].row, s->rows[i].line, &place, &arena);
        rk__buf_printf(
            out, "%llu@%u: %s|",
            (unsigned long long) rk__scan_row_number(scan, s->rows[i].block, s->rows[i].row),
            place.line, s->rows[i].text);
        rk__free(s->rows[i].text);
        rk__arena_dispose(&arena);
    }
    rk__free(s->rows);
}

static void show_problems(rk__buf *out, const rk_problems *problems)
{
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        const rk_problem *p = rk_problems_at(problems, i);
        const char *file = p->file != NULL ? strrchr(p->file, '/') : NULL;
        rk__buf_printf(out, "%s %s:%u:%u %s|", rk_status_word(p->status),
                       file != NULL ? file + 1 : (p->file != NULL ? p->file : ""), p->line,
                       p->column, p->message);
    }
}

static char *run_scan(const rk__table_spec *spec, const rk__scan_want *wants, size_t n_wants,
                      const setting *how)
{
    rk__buf out = {0};
    rk_problems *problems = rk_problems_new();
    rk__scan *scan;
    rk_status status = rk__scan_open(spec, NULL, wants, n_wants, &scan, problems);
    rk__buf_puts(&out, "");
    if (status == RK_OK) {
        seen s = {.wants = wants, .n_wants = n_wants, .batch_rows = RK__BATCH_ROWS};
        pthread_mutex_init(&s.lock, NULL);
        const rk__scan_options options = {.threads = how->threads,
                                          .max_errors = how->max_errors,
                                          .block_bytes = how->block_bytes,
                                          .batch_rows = how->batch_rows};
        const rk__scan_consumer consumer = {.ctx = &s, .begin = begin, .take = take_batch};
        s.batch_rows = how->batch_rows != 0 ? how->batch_rows : RK__BATCH_ROWS;
        status = rk__scan_run(scan, &options, &consumer, problems);
        ck_assert_uint_eq(s.begun, rk__scan_threads(scan, &options));
        if (status == RK_OK) {
            ck_assert_uint_eq(s.n, rk__scan_n_rows(scan));
            show_rows(&out, scan, &s);
            for (size_t i = 0; i < rk__scan_n_files(scan); i++) {
                const char *path;
                const char *digest;
                uint64_t rows;
                rk__scan_file(scan, i, &path, &rows, &digest);
                rk__buf_printf(&out, "rows %llu %s|", (unsigned long long) rows, digest);
            }
        } else {
            for (size_t i = 0; i < s.n; i++) {
                rk__free(s.rows[i].text);
            }
            rk__free(s.rows);
        }
        rk__buf_printf(&out, "bad %llu|", (unsigned long long) rk__scan_bad_rows(scan));
        rk__scan_close(scan);
    }
    show_problems(&out, problems);
    rk__buf_puts(&out, status == RK_OK ? "ok" : rk_status_word(status));
    rk_problems_free(problems);
    ck_assert(!out.failed);
    return out.text;
}

static rk__table_spec file_spec(const char *const *files, size_t n)
{
    return (rk__table_spec){
        .name = "activity", .files = files, .n_files = n, .base_dir = folder, .delimiter = ','};
}

static const rk__scan_want wants[] = {{"pod", RK__CELL_TEXT},
                                      {"los", RK__CELL_INTEGER},
                                      {"cost", RK__CELL_DECIMAL},
                                      {"flag", RK__CELL_BOOL}};
#define N_WANTS (sizeof wants / sizeof wants[0])

/* A file with rows of every kind, so large that it has many blocks and batches. */
static __attribute__((unused)) void write_large(const char *name, size_t n, bool bad)
{
    rk__buf text = {0};
    rk__buf_puts(&text, "provider,pod,hrg,los,cost,flag,note\n");
    for (size_t i = 0; i < n; i++) {
        rk__buf_printf(&text, "R%zu,%s,%c%zuZ,%zu,%zu.%02zu,%s,%s\n", i % 199,
                       i % 3 == 0   ? "NEL"
                       : i % 5 == 0 ? "\"E,L\""
                                    : " DC ",
                       (char) ('A' + i % 26), i % 97, i % 40, i * 7 % 100000, i % 100,
                       i % 2 ? "yes" : "no", i % 11 == 0 ? "\"a\nb\"" : "");
        if (bad && i % 1000 == 500) {
            rk__buf_puts(&text, "RX,NEL,AA,x,1,no,\n");
        }
    }
    ck_assert(!text.failed);
    write_bytes(name, text.text, text.length);
    rk__buf_dispose(&text);
}
