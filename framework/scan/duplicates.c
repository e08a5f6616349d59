/* SPDX-License-Identifier: MIT
 *
 * duplicates.c: rows of a scan that are the same as an earlier one.
 *
 * A row's hash and place take 16 bytes. From large files only a sample is kept: rows whose content,
 * mixed into a number, ends in some zeros. Equal rows are kept together or not at all, whichever
 * worker reads them. The number of zeros depends only on the files' sizes, so any number of threads
 * finds the same.
 */
#include "scan/duplicates.h"

#include <string.h>
#include <xxhash.h>

#include "scan/inside.h"

#define WHOLE_BYTES  ((uint64_t) 16 << 20) /* in files up to this size every row is examined */
#define BYTES_A_STEP ((uint64_t) 2 << 20)  /* in larger ones, one row in (size / this) */
#define UNIQUE_BYTES ((uint64_t) 1 << 30)
#define PACKED       8 /* times that a compressed file may be larger */
#define PIPE_STEP    64
#define SHORT_PIPE   ((size_t) 64 << 10)

static uint64_t step_of(const rk__scan *scan)
{
    const uint64_t whole = scan->spec.n_unique > 0 ? UNIQUE_BYTES : WHOLE_BYTES;
    const uint64_t bytes_a_step = scan->spec.n_unique > 0 ? UNIQUE_BYTES : BYTES_A_STEP;
    uint64_t bytes = 0;
    bool known = true;
    for (size_t i = 0; i < scan->n_files; i++) {
        const rk__scan_input *file = &scan->files[i];
        const size_t length = file->name != NULL ? strlen(file->name) : 0;
        const bool packed = length > 3 && strcmp(file->name + length - 3, ".gz") == 0;
        /* A short pipe was read whole with its header. */
        const uint64_t size = file->size > 0 || file->head_length >= SHORT_PIPE
                                  ? file->size
                                  : (uint64_t) file->head_length;
        known &= size > 0;
        bytes += size * (packed || file->sheet != NULL ? PACKED : 1);
    }
    uint64_t step = 1;
    while (known && bytes > whole && step < bytes / bytes_a_step) {
        step *= 2;
    }
    return known ? step : PIPE_STEP;
}

static bool has_id(const rk__scan_input *file)
{
    bool has = false;
    for (size_t c = 0; c < file->n_names && !has; c++) {
        has = rk__names_a_row(file->names[c].name, file->names[c].length);
    }
    return has;
}

void rk__scan_look_for_totals(rk__scan *scan)
{
    scan->named.wanted = true;
    scan->named.cursor = scan->named.next = scan->named.n_sums = 0;
}

rk_status rk__scan_look_for_repeats(rk__scan *scan, rk_problems *problems)
{
    const rk__table_spec *spec = &scan->spec;
    rk__scan_look_for_totals(scan);
    if (scan->table != NULL) {
        scan->marks.wanted = rk__table_tells_rows(scan->table);
        return RK_OK;
    }
    bool tells = true;
    for (size_t i = 0; i < scan->n_files; i++) {
        tells &= has_id(&scan->files[i]);
    }
    if (spec->n_unique == 0 && !tells) {
        return RK_OK;
    }
    for (size_t i = 0; i < scan->n_files; i++) {
        rk__scan_input *file = &scan->files[i];
        const rk_status status = rk__unique_check(spec, file->names, file->n_names, problems);
        if (status != RK_OK) {
            return status;
        }
        file->unique = rk__arena_alloc(&scan->arena, (spec->n_unique + 1) * sizeof *file->unique);
        if (file->unique == NULL) {
            return RK_NO_MEMORY;
        }
        for (size_t k = 0; k < spec->n_unique; k++) {
            const int at = rk__columns_find(spec, file->names, file->n_names, spec->unique[k]);
            file->unique[k] = file->names[at].source;
        }
    }
    scan->marks.step = step_of(scan);
    scan->marks.wanted = true;
    return RK_OK;
}

/* -------------------------------------------------------------------- workers */

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    const unsigned __int128 product = (unsigned __int128) a * b;
    return (uint64_t) product ^ (uint64_t) (product >> 64);
}

static inline uint64_t eight(const char *at)
{
    uint64_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

/* A number whose last bits decide whether the row is kept: cheap, and made from its content. */
static inline uint64_t choice(const char *text, size_t length)
{
    if (length < 16) {
        return XXH3_64bits(text, length);
    }
    const uint64_t middle = eight(text + length / 2 - 4);
    return mix(eight(text) ^ middle ^ UINT64_C(0x9e3779b97f4a7c15),
               eight(text + length - 8) ^ (middle << 29 | middle >> 35) ^
                   (length * UINT64_C(0xd6e8feb86659fd93)));
}

static bool hash_unique(const rk__scan_worker *worker, size_t i, uint64_t *hash)
{
    const rk__scan_input *file = worker->text.file;
    const rk__csv_rows *rows = &worker->rows;
    bool some = false;
    *hash = 0;
    for (size_t k = 0; k < worker->scan->spec.n_unique; k++) {
        const int32_t f = file->unique[k];
        const uint32_t *ends = &rows->ends[i * file->n_fields];
        const uint32_t start = f <= 0 ? rows->starts[i] : ends[f - 1] + 1;
        const char *text = worker->text.bytes + start;
        size_t length = f < 0 ? 0 : ends[f] - start;
        while (length > 0 && (*text == ' ' || *text == '"' || *text == '\t')) {
            text++;
            length--;
        }
        while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '"' ||
                              text[length - 1] == '\t' || text[length - 1] == '\r')) {
            length--;
        }
        some |= length > 0;
        *hash = XXH3_64bits_withSeed(text, length, *hash + k);
    }
    return some;
}

static rk_status keep_mark(rk__scan_worker *worker, size_t i, uint64_t hash)
{
    const uint32_t first = worker->first + (uint32_t) (worker->to - worker->from);
    if (worker->n_marks == worker->marks_capacity &&
        rk__grow((void **) &worker->marks, &worker->marks_capacity, worker->n_marks + 1,
                 sizeof *worker->marks) != 0) {
        return RK_NO_MEMORY;
    }
    worker->marks[worker->n_marks++] = (rk__row_mark){
        .hash = hash, .block = (uint32_t) worker->text.block, .row = first + (uint32_t) i};
    return RK_OK;
}

static bool is_bad(const rk__scan_worker *worker, size_t i, bool bad)
{
    return bad && worker->verdicts[i].field != UINT32_MAX;
}

static rk_status mark_unique(rk__scan_worker *worker, size_t n, bool bad)
{
    const uint64_t mask = worker->scan->marks.step - 1;
    rk_status status = RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        uint64_t hash = 0;
        if (hash_unique(worker, i, &hash) && (hash & mask) == 0 && !is_bad(worker, i, bad)) {
            status = keep_mark(worker, i, hash);
        }
    }
    return status;
}

rk_status rk__scan_mark_rows(rk__scan_worker *worker, size_t n, bool bad)
{
    const uint64_t mask = worker->scan->marks.step - 1;
    const size_t n_fields = worker->text.file->n_fields;
    const uint32_t *starts = worker->rows.starts;
    const uint32_t *ends = worker->rows.ends + n_fields - 1;
    if (worker->scan->spec.n_unique > 0) {
        return mark_unique(worker, n, bad);
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = worker->text.bytes + starts[i];
        size_t length = ends[i * n_fields] - starts[i];
        length -= length > 0 && text[length - 1] == '\r';
        if ((mask != 0 && (choice(text, length) & mask) != 0) || is_bad(worker, i, bad)) {
            continue;
        }
        if (keep_mark(worker, i, XXH3_64bits(text, length)) != RK_OK) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}

/* ---------------------------------------------------------------------- after */

/* Adds the marks of the first block that is left. Those of a worker are in order of place, and a
 * block is one worker's. */
static void take_next_block(rk__scan *scan)
{
    rk__scan_worker *first = NULL;
    for (unsigned i = 0; i < scan->n_workers; i++) {
        rk__scan_worker *w = &scan->workers[i];
        const bool left = w->gathered < w->n_marks;
        if (left &&
            (first == NULL || w->marks[w->gathered].block < first->marks[first->gathered].block)) {
            first = w;
        }
    }
    const uint32_t block = first != NULL ? first->marks[first->gathered].block : 0;
    while (first != NULL && first->gathered < first->n_marks &&
           first->marks[first->gathered].block == block) {
        scan->marks.list[scan->marks.n++] = first->marks[first->gathered++];
    }
}

rk_status rk__scan_gather_marks(rk__scan *scan)
{
    size_t n = 0;
    for (unsigned i = 0; i < scan->n_workers; i++) {
        n += scan->workers[i].n_marks;
    }
    rk__free(scan->marks.list);
    scan->marks.list = rk__calloc(n + 1, sizeof *scan->marks.list);
    scan->marks.n = 0;
    while (scan->marks.list != NULL && scan->marks.n < n) {
        take_next_block(scan);
    }
    return scan->marks.list != NULL ? rk__marks_repeats(scan->marks.list, &scan->marks.n)
                                    : RK_NO_MEMORY;
}

rk_status rk__scan_repeats(rk__scan *scan, const rk__row_mark **out, size_t *n, uint64_t *sampled)
{
    rk_status status = RK_OK;
    if (scan->table != NULL && scan->marks.wanted) {
        rk__free(scan->marks.list);
        status = rk__table_repeats(scan->table, &scan->marks.list, &scan->marks.n);
    }
    *out = scan->marks.list;
    *n = scan->marks.n;
    *sampled = scan->table != NULL ? 1 : scan->marks.step;
    return status;
}
