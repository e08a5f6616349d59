/* SPDX-License-Identifier: MIT
 *
 * row_index.c: making, keeping and searching the index of a table's blocks.
 */
#include "rows/row_index.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "fetch/cache.h"
#include "scan/scan.h"

#define MAGIC      "reckoner rows 1\n"
#define MOST_BYTES ((size_t) 256 << 20)

/* The file: magic, identity, counts, marks, and the digest of all that. */
typedef struct index_head {
    char magic[16];
    char identity[RK__SHA256_TEXT];
    uint64_t n_rows, n_marks;
} index_head;

void rk__row_index_dispose(rk__row_index *index)
{
    rk__free(index->marks);
    *index = (rk__row_index){0};
}

const rk__scan_mark *rk__row_index_find(const rk__row_index *index, uint64_t row)
{
    size_t low = 0;
    size_t high = index->n_marks;
    if (row >= index->n_rows || high == 0) {
        return NULL;
    }
    /* Of blocks that begin at one row all but the last have none. */
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (index->marks[middle].row <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &index->marks[low];
}

/* ------------------------------------------------------------------- keeping */

/* The path of the index and the digest of what the files are; false if there is none, or
 * out of memory: the index is then not kept. */
static bool index_path(const rk__scan *scan, const char *cache_dir, bool make, rk__buf *path,
                       char identity[RK__SHA256_TEXT])
{
    rk__buf text = {0};
    char *folder = NULL;
    bool found = rk__cache_folder(cache_dir, &folder) == RK_OK && folder != NULL &&
                 rk__scan_identity(scan, &text);
    if (found) {
        rk__sha256(text.text, text.length, identity);
        rk__buf_printf(path, "%s/rows", folder);
        found = identity[0] != '\0' && !path->failed &&
                (!make || rk__path_make_folders(path->text, 0700) == 0);
        rk__buf_printf(path, "/%s.index", identity);
    }
    rk__buf_dispose(&text);
    rk__free(folder);
    return found && !path->failed;
}

static void digest_of(const void *data, size_t length, char out[RK__XXH3_TEXT])
{
    rk__xxh3 *state = rk__xxh3_new();
    out[0] = '\0';
    if (state != NULL) {
        rk__xxh3_add(state, data, length);
        rk__xxh3_text(state, out);
        rk__xxh3_free(state);
    }
}

/* Whether a file's bytes are an index of these files; takes the marks over. */
static bool parse(const char *bytes, size_t length, const char *identity, rk__row_index *out)
{
    index_head head;
    char digest[RK__XXH3_TEXT];
    if (length < sizeof head + sizeof digest) {
        return false;
    }
    memcpy(&head, bytes, sizeof head);
    const size_t left = length - sizeof head - sizeof digest;
    if (memcmp(head.magic, MAGIC, sizeof head.magic) != 0 ||
        memcmp(head.identity, identity, sizeof head.identity) != 0 ||
        left % sizeof(rk__scan_mark) != 0 || left / sizeof(rk__scan_mark) != head.n_marks) {
        return false;
    }
    digest_of(bytes, length - sizeof digest, digest);
    if (digest[0] == '\0' || memcmp(bytes + length - sizeof digest, digest, sizeof digest) != 0) {
        return false;
    }
    out->marks = rk__malloc(left + 1);
    if (out->marks == NULL) {
        return false;
    }
    memcpy(out->marks, bytes + sizeof head, left);
    out->n_marks = (size_t) head.n_marks;
    out->n_rows = head.n_rows;
    return true;
}

static bool load(const char *path, const char *identity, rk__row_index *out)
{
    char *bytes = NULL;
    size_t length = 0;
    rk_problems *ignored = rk_problems_new();
    bool loaded = ignored != NULL && access(path, R_OK) == 0 &&
                  rk__file_read(path, MOST_BYTES, &bytes, &length, ignored) == RK_OK &&
                  parse(bytes, length, identity, out);
    rk__free(bytes);
    rk_problems_free(ignored);
    return loaded;
}

static void save(const char *path, const char *identity, const rk__row_index *index)
{
    index_head head = {.n_rows = index->n_rows, .n_marks = index->n_marks};
    char digest[RK__XXH3_TEXT] = "";
    rk__atomic_file file;
    rk__buf bytes = {0};
    rk_problems *ignored = rk_problems_new();
    memcpy(head.magic, MAGIC, sizeof head.magic);
    memcpy(head.identity, identity, sizeof head.identity);
    rk__buf_add(&bytes, (const char *) &head, sizeof head);
    rk__buf_add(&bytes, (const char *) index->marks, index->n_marks * sizeof *index->marks);
    if (!bytes.failed) {
        digest_of(bytes.text, bytes.length, digest);
        rk__buf_add(&bytes, digest, sizeof digest);
    }
    if (!bytes.failed && digest[0] != '\0' && ignored != NULL &&
        rk__atomic_open(&file, path, ignored) == RK_OK) {
        if (fwrite(bytes.text, bytes.length, 1, file.stream) == 1) {
            (void) rk__atomic_commit(&file, ignored);
        } else {
            rk__atomic_abandon(&file);
        }
    }
    rk__buf_dispose(&bytes);
    rk_problems_free(ignored);
}

/* -------------------------------------------------------------------- making */

static rk_status no_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    (void) ctx;
    (void) worker;
    (void) batch;
    return RK_OK;
}

static rk_status count_rows(void *ctx, unsigned worker, uint64_t block, uint64_t rows)
{
    (void) worker;
    (void) block;
    atomic_fetch_add((_Atomic uint64_t *) ctx, rows);
    return RK_OK;
}

static rk_status make(rk__scan *scan, const rk__scan_options *options, rk__row_index *out,
                      rk_problems *problems)
{
    _Atomic uint64_t rows = 0;
    const rk__scan_consumer counting = {.ctx = &rows, .take = no_batch, .block = count_rows};
    const rk_status status = rk__scan_run(scan, options, &counting, problems);
    if (status != RK_OK) {
        return status;
    }
    const size_t n = rk__scan_n_blocks(scan);
    out->n_rows = rows;
    out->marks = rk__calloc(n + 1, sizeof *out->marks);
    if (out->marks == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        if (!rk__scan_block_mark(scan, i, &out->marks[i])) {
            return RK_OK; /* no marks: read the table from its start */
        }
    }
    out->n_marks = n;
    return RK_OK;
}

rk_status rk__row_index_get(rk__scan *scan, const rk__scan_options *options, const char *cache_dir,
                            rk__row_index *out, rk_problems *problems)
{
    rk__buf path = {0};
    char identity[RK__SHA256_TEXT] = "";
    *out = (rk__row_index){0};
    bool kept = index_path(scan, cache_dir, false, &path, identity);
    if (kept && load(path.text, identity, out)) {
        rk__buf_dispose(&path);
        return RK_OK;
    }
    const rk_status status = make(scan, options, out, problems);
    rk__buf_dispose(&path);
    /* A table of one block is read as fast as its index. Of a compressed one it says how many
     * rows there are. */
    if (status == RK_OK && rk__scan_n_blocks(scan) > 1) {
        kept = index_path(scan, cache_dir, true, &path, identity);
        if (kept) {
            save(path.text, identity, out);
        }
        rk__buf_dispose(&path);
    }
    return status;
}
