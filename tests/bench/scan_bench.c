/* SPDX-License-Identifier: MIT
 *
 * scan_bench.c: what a scan of activity costs, by what is asked of it.
 *
 *     scan_bench ROWS FILE [RUNS]
 *     scan_bench --split FILE THREADS
 *
 * Makes FILE, unless it is there, with ROWS rows of about 52 bytes (fixed seed),
 * and prints nanoseconds per row, medians of RUNS (5), on one thread and on two:
 * the bytes alone (read and digest), records split, three keys interned, and
 * three keys and four numbers. The last is also broken down by block size when
 * BLOCK_BYTES is set to a list. The file is warm: each measurement reads it once
 * before. The second form splits the records of FILE once, for others to measure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "csv/csv.h"
#include "scan/open.h"
#include "scan/scan.h"

#define PROVIDERS 200
#define HRGS      2000

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d) >> 11;
}

/* Columns as an extract has them: what pricing needs, and what it does not. */
static void make_file(const char *path, size_t n)
{
    static const char *const pods[] = {"NEL", "DC", "EL", "NELST", "NELNE", "RADAY"};
    uint64_t random = 20160401;
    FILE *f = fopen(path, "wb");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    fputs("provider,pod,hrg,los,age,count,admission_method,sex,cost,spell\n", f);
    for (size_t i = 0; i < n; i++) {
        const uint64_t a = next_random(&random);
        const uint64_t b = next_random(&random);
        const unsigned hrg = (unsigned) (a >> 8) % HRGS;
        fprintf(f, "R%c%c,%s,%c%c%02u%c,%u,%u,1,%u,%u,%u.%02u,SP%014zu\n",
                'A' + (char) (a % PROVIDERS / 20), 'A' + (char) (a % 20), pods[(a >> 40) % 6],
                'A' + (char) (hrg / 100), 'A' + (char) (hrg / 10 % 10), hrg % 89 + 10,
                'A' + (char) (hrg % 10), (unsigned) (b % 7 == 0 ? b % 60 : b % 6),
                (unsigned) (b >> 10) % 100, 11 + (unsigned) (b >> 20) % 20,
                1 + (unsigned) (b >> 30) % 2, 200 + (unsigned) (b >> 12) % 9000,
                (unsigned) (a >> 20) % 100, i);
    }
    if (fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

typedef struct totals {
    _Alignas(128) uint64_t rows;
    int64_t sum;
} totals;

typedef struct measured {
    totals by_worker[64];
    size_t n_wants;
} measured;

static rk_status take_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    measured *m = ctx;
    totals *t = &m->by_worker[worker];
    int64_t sum = 0;
    for (size_t w = 3; w < m->n_wants; w++) {
        for (size_t i = 0; i < batch->n; i++) {
            sum += batch->column[w].v[i];
        }
    }
    t->rows += batch->n;
    t->sum += sum;
    return RK_OK;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

static const rk__scan_want wants[] = {{"provider", RK__CELL_TEXT}, {"pod", RK__CELL_TEXT},
                                      {"hrg", RK__CELL_TEXT},      {"los", RK__CELL_DECIMAL},
                                      {"age", RK__CELL_DECIMAL},   {"count", RK__CELL_DECIMAL},
                                      {"cost", RK__CELL_DECIMAL}};

static double run_once(const char *path, size_t n_wants, unsigned threads, size_t block_bytes,
                       uint64_t *rows, int64_t *sum)
{
    const rk__table_spec spec = {
        .name = "activity", .files = &path, .n_files = 1, .delimiter = ','};
    rk_problems *problems = rk_problems_new();
    rk__scan *scan;
    measured m = {.n_wants = n_wants};
    const rk__scan_options options = {.threads = threads, .block_bytes = block_bytes};
    const rk__scan_consumer consumer = {.ctx = &m, .begin = NULL, .take = take_batch};
    const double start = now();
    rk_status status = rk__scan_open(&spec, NULL, wants, n_wants, &scan, problems);
    if (status == RK_OK) {
        status = rk__scan_run(scan, &options, &consumer, problems);
    }
    const double taken = now() - start;
    if (status != RK_OK) {
        fprintf(stderr, "%s\n", rk_problems_at(problems, 0)->message);
        exit(1);
    }
    rk__scan_close(scan);
    rk_problems_free(problems);
    *rows = 0;
    *sum = 0;
    for (unsigned i = 0; i < threads; i++) {
        *rows += m.by_worker[i].rows;
        *sum += m.by_worker[i].sum;
    }
    return taken;
}

static int compare_times(const void *a, const void *b)
{
    const double x = *(const double *) a;
    const double y = *(const double *) b;
    return x < y ? -1 : x > y;
}

static void measure(const char *what, const char *path, size_t n_wants, unsigned threads,
                    size_t block_bytes, int runs)
{
    double times[64];
    uint64_t rows;
    int64_t sum;
    run_once(path, n_wants, threads, block_bytes, &rows, &sum);
    for (int i = 0; i < runs; i++) {
        times[i] = run_once(path, n_wants, threads, block_bytes, &rows, &sum);
    }
    qsort(times, (size_t) runs, sizeof times[0], compare_times);
    printf("%-28s %u thread%s  %7.2f ns/row  %6.3f s  (%.3f to %.3f)  rows %llu sum %lld\n", what,
           threads, threads == 1 ? " " : "s", times[runs / 2] * 1e9 / (double) rows,
           times[runs / 2], times[0], times[runs - 1], (unsigned long long) rows, (long long) sum);
    fflush(stdout);
}

/* Reading and digest alone, with the blocks that a scan uses. */
static void measure_bytes(const char *path, size_t n, int runs)
{
    double times[64];
    static char block[256 << 10];
    for (int i = 0; i <= runs; i++) {
        rk__xxh3 *digest = rk__xxh3_new();
        FILE *f = fopen(path, "rb");
        const double start = now();
        size_t got;
        setvbuf(f, NULL, _IONBF, 0);
        while ((got = fread(block, 1, sizeof block, f)) > 0) {
            rk__xxh3_add(digest, block, got);
        }
        times[i > 0 ? i - 1 : 0] = now() - start;
        fclose(f);
        rk__xxh3_free(digest);
    }
    qsort(times, (size_t) runs, sizeof times[0], compare_times);
    printf("%-28s 1 thread   %7.2f ns/row  %6.3f s\n", "read and digest",
           times[runs / 2] * 1e9 / (double) n, times[runs / 2]);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: scan_bench ROWS FILE [RUNS]\n");
        return 2;
    }
    if (argc == 4 && strcmp(argv[1], "--split") == 0) {
        uint64_t rows;
        int64_t sum;
        const double taken = run_once(argv[2], 0, (unsigned) atoi(argv[3]), 0, &rows, &sum);
        printf("%llu rows, %.3f s\n", (unsigned long long) rows, taken);
        return 0;
    }
    const size_t n = strtoull(argv[1], NULL, 10);
    const int runs = argc > 3 ? atoi(argv[3]) : 5;
    FILE *f = fopen(argv[2], "rb");
    if (f != NULL) {
        fclose(f);
    } else {
        make_file(argv[2], n);
    }
    printf("kernel %s\n", rk__csv_kernel_best()->name);
    measure_bytes(argv[2], n, runs);
    for (unsigned threads = 1; threads <= 2; threads++) {
        measure("split", argv[2], 0, threads, 0, runs);
        measure("split, 3 keys", argv[2], 3, threads, 0, runs);
        measure("split, 3 keys, 4 numbers", argv[2], 7, threads, 0, runs);
    }
    const char *sizes = getenv("BLOCK_BYTES");
    while (sizes != NULL && *sizes != '\0') {
        char *end;
        const size_t size = strtoull(sizes, &end, 10);
        printf("blocks of %zu bytes:\n", size);
        measure("split, 3 keys, 4 numbers", argv[2], 7, 1, size, runs);
        measure("split, 3 keys, 4 numbers", argv[2], 7, 2, size, runs);
        sizes = *end == ',' ? end + 1 : end;
    }
    return 0;
}
