/* SPDX-License-Identifier: MIT
 *
 * blocks.c: handing out blocks of whole records.
 *
 * A worker reads its own block. Under the lock it copies the start of the record that
 * the previous block left incomplete into its buffer, reads after it, finds the last
 * record that ends in the buffer and leaves the rest for the next block. In a block
 * without quotes that record ends at the last line feed; otherwise the kernel finds it.
 * So a block always begins outside quotes, and no record depends on where blocks are
 * cut. A record longer than a block makes the buffer grow up to
 * RK__SCAN_MAX_RECORD.
 */
#include "scan/inside.h"
#include "scan/looks.h"

#include <string.h>

#include "table/total_row.h"

#define DEFAULT_BLOCK_BYTES ((size_t) 256 << 10)
#define MOST_EXPECTED       ((uint64_t) 1 << 20)
/* How much is read past each block, so that a footer or last record does not begin in an earlier
 * block. */
#define AHEAD_OF_FOOTER ((size_t) 64 << 10)
#define AHEAD_OF_RECORD ((size_t) 4 << 10)

/* Reserves room for the blocks of files of known sizes, so that a long list is not moved
 * while it grows. Unused room takes no memory; if it cannot be reserved, the list grows. */
static void expect_blocks(const rk__scan_reader *reader)
{
    rk__scan *scan = reader->scan;
    uint64_t n = 0;
    for (size_t i = 0; i < scan->n_files; i++) {
        n += 2 + scan->files[i].size / reader->block_bytes;
    }
    if (reader->from == NULL && scan->blocks == NULL && n <= MOST_EXPECTED) {
        (void) rk__grow((void **) &scan->blocks, &scan->blocks_capacity, (size_t) n,
                        sizeof *scan->blocks);
    }
}

rk_status rk__scan_reader_init(rk__scan_reader *reader, rk__scan *scan,
                               const rk__scan_options *options)
{
    const size_t block_bytes = options->block_bytes;
    *reader = (rk__scan_reader){.scan = scan,
                                .kernel = rk__csv_kernel_best(),
                                .from = options->from,
                                .range = options->range};
    reader->file = options->from != NULL    ? options->from->file
                   : options->range != NULL ? options->range->first - 1
                                            : 0;
    reader->fatal.block = SIZE_MAX;
    reader->block_bytes = block_bytes == 0 ? DEFAULT_BLOCK_BYTES : block_bytes;
    if (reader->block_bytes > RK__SCAN_MAX_RECORD) {
        reader->block_bytes = RK__SCAN_MAX_RECORD;
    }
    reader->ahead = scan->spec.reading != NULL && scan->spec.reading->skip_footer > 0
                        ? AHEAD_OF_FOOTER
                        : AHEAD_OF_RECORD;
    reader->sums = rk__calloc(scan->n_wants + 1, sizeof *reader->sums);
    reader->problems = reader->sums != NULL ? rk_problems_new() : NULL;
    if (reader->problems == NULL || pthread_mutex_init(&reader->lock, NULL) != 0 ||
        pthread_cond_init(&reader->idle, NULL) != 0) {
        rk__free(reader->sums);
        rk_problems_free(reader->problems);
        reader->problems = NULL;
        return RK_NO_MEMORY;
    }
    expect_blocks(reader);
    return RK_OK;
}

void rk__scan_reader_dispose(rk__scan_reader *reader)
{
    if (reader->problems == NULL) {
        return;
    }
    rk__source_close(reader->source);
    rk__free(reader->carry);
    rk__free(reader->held_text);
    rk__free(reader->sums);
    rk_problems_free(reader->problems);
    pthread_cond_destroy(&reader->idle);
    pthread_mutex_destroy(&reader->lock);
    *reader = (rk__scan_reader){0};
}

void rk__scan_stop(rk__scan_reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    reader->stop = true;
    pthread_cond_broadcast(&reader->idle);
    pthread_mutex_unlock(&reader->lock);
}

void rk__scan_progress(rk__scan_reader *reader, uint64_t *rows, uint64_t *bytes)
{
    pthread_mutex_lock(&reader->lock);
    *rows = reader->rows_done;
    *bytes = reader->bytes_done + (reader->source != NULL ? rk__source_stored(reader->source) : 0);
    pthread_mutex_unlock(&reader->lock);
}

/* Ends the scan. Without a message there is nothing to add to the status. */
static void set_fatal(rk__scan_reader *reader, rk_status status, const char *hint,
                      const char *message)
{
    rk__scan_fatal *fatal = &reader->fatal;
    reader->stop = true;
    fatal->status = status;
    fatal->file = reader->file;
    fatal->block = SIZE_MAX;
    fatal->hint = hint;
    fatal->message[0] = '\0';
    if (message != NULL) {
        strncat(fatal->message, message, sizeof fatal->message - 1);
    }
}

/* -------------------------------------------------------------------- files */

static void set_carry(rk__scan_reader *reader, const char *bytes, size_t length)
{
    if (rk__grow((void **) &reader->carry, &reader->carry_capacity, length + 1, 1) != 0) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return;
    }
    memcpy(reader->carry, bytes, length);
    reader->carry_length = length;
}

/* Moves to the first record of a file that begins at byte `begin` or later. */
static void begin_in_middle(rk__scan_reader *reader, uint64_t begin)
{
    const rk__scan_input *file = &reader->scan->files[reader->file];
    const char *why = NULL;
    uint64_t at = begin;
    rk_status status = rk__scan_first_record(reader, begin, &at, &why);
    if (status == RK_OK) {
        status = rk__source_seek(reader->source, at, &why);
    }
    if (status != RK_OK) {
        set_fatal(reader, status, NULL, why);
        return;
    }
    reader->offset = at;
    reader->scan->start =
        (rk__scan_mark){.file = (size_t) (file - reader->scan->files), .offset = at};
}

/* Reopens a file and skips its header, which must not have changed. */
static void reopen(rk__scan_reader *reader, const rk__scan_input *file)
{
    rk__scan *scan = reader->scan;
    rk__source_info info;
    const char *why = NULL;
    size_t got = 0;
    rk_status status = rk__source_open(&scan->spec, scan->access, file->name, &scan->arena,
                                       &reader->source, &info, reader->problems);
    if (status != RK_OK) {
        set_fatal(reader, status, NULL, NULL);
        return;
    }
    if (rk__grow((void **) &reader->carry, &reader->carry_capacity, file->header_length + 1, 1) !=
        0) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return;
    }
    status = rk__source_read(reader->source, reader->carry, file->header_length, &got, &why);
    if (status != RK_OK) {
        set_fatal(reader, status, NULL, why);
    } else if (got != file->header_length || memcmp(reader->carry, file->head, got) != 0) {
        set_fatal(reader, RK_IO, "run again when nobody writes it", "changed while it was read");
    }
    reader->carry_length = 0;
    if (reader->range != NULL && reader->file + 1 == reader->range->first &&
        reader->range->begin > file->header_length && !reader->stop) {
        begin_in_middle(reader, reader->range->begin);
    }
    if (reader->from != NULL && !reader->stop) {
        status = rk__source_seek(reader->source, reader->from->offset, &why);
        reader->offset = reader->from->offset;
        if (status != RK_OK) {
            set_fatal(reader, status, NULL, why);
        }
    }
}

static void open_file(rk__scan_reader *reader)
{
    rk__scan_input *file = &reader->scan->files[reader->file];
    reader->ended = false;
    reader->offset = file->header_length;
    file->opened = true;
    if (file->regular) {
        reopen(reader, file);
    } else {
        reader->source = file->source;
        file->source = NULL;
        set_carry(reader, file->head + file->header_length,
                  file->head_length - file->header_length);
    }
    file->begin = file->end = reader->offset;
    file->cut = file->begin > file->header_length;
}

/* How many cells of each wanted column the workbook holds as numbers. */
static void count_numbers(rk__scan_reader *reader)
{
    rk__scan *scan = reader->scan;
    rk__scan_input *file = &scan->files[reader->file];
    const rk__sheet_text *sheet = rk__source_sheet(reader->source);
    if (sheet == NULL) {
        return;
    }
    file->numbers = rk__arena_alloc(&scan->arena, (scan->n_wants + 1) * sizeof *file->numbers);
    if (file->numbers == NULL) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < scan->n_wants; i++) {
        file->numbers[i] =
            file->field[i] >= 0 ? rk__sheet_text_numbers(sheet, (size_t) file->field[i]) : 0;
    }
}

static void close_file(rk__scan_reader *reader)
{
    count_numbers(reader);
    reader->scan->files[reader->file].packed = rk__source_packed(reader->source);
    rk__source_digest(reader->source, reader->scan->files[reader->file].digest);
    reader->scan->files[reader->file].complete = true;
    reader->bytes_done += rk__source_stored(reader->source);
    rk__source_close(reader->source);
    reader->source = NULL;
    reader->file++;
}

/* The byte of the current file after which no record of the part begins. */
static uint64_t limit_of(const rk__scan_reader *reader)
{
    return reader->range != NULL && reader->file + 1 == reader->range->last ? reader->range->end
                                                                            : UINT64_MAX;
}

/* Whether a file follows; those of a part end with its last. */
static bool has_file(const rk__scan_reader *reader)
{
    const size_t n = reader->range != NULL ? reader->range->last : reader->scan->n_files;
    return reader->file < n;
}

/* Leaves a file at the end of the part. */
static void leave_file(rk__scan_reader *reader)
{
    rk__scan_input *file = &reader->scan->files[reader->file];
    file->cut = true;
    file->complete = reader->offset >= file->size;
    rk__source_close(reader->source);
    reader->source = NULL;
    reader->file++;
}

/* -------------------------------------------------------------------- blocks */

/* Room for `size` bytes, a line feed and the zeros after it. */
static bool reserve_text(rk__scan_reader *reader, rk__scan_text *text, size_t size)
{
    const size_t need = size + 1 + RK__CSV_PAD;
    if (need <= text->capacity) {
        return true;
    }
    char *bytes = rk__realloc(text->bytes, need, 1);
    if (bytes == NULL) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return false;
    }
    text->bytes = bytes;
    text->capacity = need;
    return true;
}

static bool read_to(rk__scan_reader *reader, rk__scan_text *text, size_t size)
{
    size_t got;
    const char *why = NULL;
    if (!reserve_text(reader, text, size)) {
        return false;
    }
    const rk_status status = rk__source_read(reader->source, text->bytes + text->length,
                                             size - text->length, &got, &why);
    reader->ended = text->length + got < size;
    text->length += got;
    if (status != RK_OK) {
        set_fatal(reader, status, NULL, why);
        return false;
    }
    if (reader->ended && text->length > 0 && text->bytes[text->length - 1] != '\n') {
        text->bytes[text->length++] = '\n';
    }
    memset(text->bytes + text->length, 0, RK__CSV_PAD);
    return true;
}

/* The length of the whole records in the first `length` bytes of the text; *open is the quote that
 * the rest is inside, or SIZE_MAX. */
static size_t find_boundary(const rk__scan_reader *reader, const rk__scan_text *text, size_t length,
                            size_t *open)
{
    *open = SIZE_MAX;
    if (memchr(text->bytes, '"', length) != NULL) {
        return reader->kernel->boundary(text->bytes, length,
                                        reader->scan->files[reader->file].delimiter, open);
    }
    const char *feed = memrchr(text->bytes, '\n', length);
    return feed == NULL ? 0 : (size_t) (feed - text->bytes) + 1;
}

/* The place of a fatal problem at `at` in the block that is handed out now. */
static void place_fatal(rk__scan_reader *reader, const rk__scan_text *text, size_t at)
{
    uint32_t line;
    reader->fatal.block = reader->scan->n_blocks;
    reader->fatal.feed = rk__csv_count_feeds(text->bytes, at);
    const char *feed = at > 0 ? memrchr(text->bytes, '\n', at) : NULL;
    const size_t start = feed != NULL ? (size_t) (feed - text->bytes) + 1 : 0;
    rk__csv_locate(text->bytes, start, 1, at, &line, &reader->fatal.column);
}

static void open_quote(rk__scan_reader *reader, const rk__scan_text *text, size_t at)
{
    set_fatal(reader, RK_SYNTAX, "close the quote; a quote inside a quoted field is doubled",
              "a quoted field is never closed");
    place_fatal(reader, text, at);
}

static void record_too_long(rk__scan_reader *reader, const rk__scan_text *text)
{
    set_fatal(reader, RK_LIMIT, "is a quote left open?", "a record is longer than 16 MiB");
    place_fatal(reader, text, 0);
}

/* ---------------------------------------------------------------- ends of files */

/* Notes the place of the record at `at` of the text, for rk__scan_place_blocks. */
static void note_total(rk__scan_reader *reader, const rk__scan_text *text, size_t at, bool ignored)
{
    reader->scan->files[reader->file].total =
        (rk__scan_total){.found = true,
                         .ignored = ignored,
                         .by_name = true,
                         .block = reader->scan->n_blocks,
                         .feeds = rk__csv_count_feeds(text->bytes, at)};
}

/* Sets the last record aside until all others have been added up. */
static void hold_record(rk__scan_reader *reader, rk__scan_text *text, const rk__tail *tail)
{
    const size_t length = tail->end - tail->last;
    reader->held_text = rk__malloc(length + 1);
    if (reader->held_text == NULL) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return;
    }
    memcpy(reader->held_text, text->bytes + tail->last, length);
    reader->held_length = length;
    reader->held = true;
    text->length = tail->last;
}

/* The text is the rest of the file: removes what is not data. */
static void cut_tail(rk__scan_reader *reader, rk__scan_text *text)
{
    const rk__scan_input *file = &reader->scan->files[reader->file];
    const rk__reading *reading = reader->scan->spec.reading;
    const uint32_t footer = reading != NULL ? reading->skip_footer : 0;
    const bool ignore = rk__scan_ignores_totals(reader->scan);
    const bool whole = reader->offset == file->header_length; /* no block was handed out */
    rk__tail tail;
    if (rk__tail_find(text->bytes, text->length, file->delimiter, footer, &tail) != RK_OK) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return;
    }
    if (tail.records < footer && text->length > 0 && tail.end == 0) {
        set_fatal(reader, whole ? RK_OUT_OF_RANGE : RK_LIMIT, "lower \"skip_footer\"",
                  whole ? "has fewer records than \"skip_footer\" leaves out"
                        : "has a footer that is longer than 64 KiB");
        return;
    }
    text->length = tail.end;
    if (tail.last >= tail.end) {
        return;
    }
    if (reader->offset + tail.last >= limit_of(reader)) {
        return; /* it belongs to the next part */
    }
    if (rk__record_is_total(text->bytes + tail.last, tail.end - tail.last, file->delimiter)) {
        note_total(reader, text, tail.last, ignore);
        text->length = ignore ? tail.last : tail.end;
    } else if (ignore || (RK__ROWS_LOOKED_AT && reader->from == NULL && reader->range == NULL)) {
        hold_record(reader, text, &tail);
    }
}

/* How many of `whole` bytes of whole records belong to the part: up to the first record that ends
 * at its limit or later. */
static size_t within_part(const rk__scan_reader *reader, const rk__scan_text *text, size_t whole)
{
    const uint64_t limit = limit_of(reader);
    if (limit >= reader->offset + whole) {
        return whole;
    }
    size_t at = limit > reader->offset ? (size_t) (limit - reader->offset) - 1 : 0;
    for (const char *feed; at < whole; at++) {
        size_t open;
        feed = memchr(text->bytes + at, '\n', whole - at);
        at = feed != NULL ? (size_t) (feed - text->bytes) : whole;
        if (feed != NULL && find_boundary(reader, text, at + 1, &open) == at + 1) {
            return at + 1;
        }
    }
    return whole;
}

/* Fills the text with whole records of the current file and returns their length. The rest is kept
 * for the next block. */
static size_t fill_text(rk__scan_reader *reader, rk__scan_text *text)
{
    size_t most = reader->block_bytes; /* of the block */
    size_t open;
    text->length = 0;
    if (!reserve_text(reader, text, most + reader->ahead + reader->carry_length)) {
        return 0;
    }
    if (reader->carry_length > 0) {
        memcpy(text->bytes, reader->carry, reader->carry_length);
        text->length = reader->carry_length;
    }
    for (;; most *= 2) {
        if (most > RK__SCAN_MAX_RECORD) {
            most = RK__SCAN_MAX_RECORD + 1;
        }
        if (!reader->ended && text->length < most + reader->ahead) {
            if (!read_to(reader, text, most + reader->ahead)) {
                return 0;
            }
            if (reader->ended) {
                cut_tail(reader, text);
            }
            if (reader->stop) {
                return 0;
            }
        }
        const size_t upto = text->length < most ? text->length : most;
        const bool rest = reader->ended && upto == text->length;
        const size_t whole = find_boundary(reader, text, upto, &open);
        if (rest && whole < text->length) {
            const size_t mine = within_part(reader, text, whole);
            if (mine == whole && limit_of(reader) > reader->offset + whole) {
                open_quote(reader, text, open);
            }
            return mine;
        }
        if (whole > 0 || rest) {
            set_carry(reader, text->bytes + whole, text->length - whole);
            return within_part(reader, text, whole);
        }
        if (most > RK__SCAN_MAX_RECORD) {
            record_too_long(reader, text);
            return 0;
        }
    }
}

/* Waits until no worker has a block. False if the scan was stopped, or another took the record. */
static bool all_idle(rk__scan_reader *reader)
{
    while (reader->busy > 0 && reader->held && !reader->stop) {
        pthread_cond_wait(&reader->idle, &reader->lock);
    }
    return reader->held && !reader->stop;
}

/* Hands out the record that was held, with the sums of the records before it. */
static bool fill_held(rk__scan_reader *reader, rk__scan_text *text)
{
    rk__scan *scan = reader->scan;
    if (!reserve_text(reader, text, reader->held_length)) {
        return false;
    }
    memcpy(text->bytes, reader->held_text, reader->held_length);
    rk__free(reader->held_text);
    reader->held_text = NULL;
    text->length = reader->held_length;
    reader->held = false;
    for (size_t i = 0; i <= scan->n_wants; i++) { /* the last one counts rows */
        reader->sums[i] = (rk__scan_sum){0};
        for (unsigned w = 0; w < scan->n_workers; w++) {
            rk__scan_sum *sum = &scan->workers[w].sums[i];
            reader->sums[i].low += sum->low;
            reader->sums[i].high += sum->high;
            *sum = (rk__scan_sum){0};
        }
    }
    return true;
}

static bool add_block(rk__scan_reader *reader, rk__scan_text *text)
{
    rk__scan *scan = reader->scan;
    if (rk__grow((void **) &scan->blocks, &scan->blocks_capacity, scan->n_blocks + 1,
                 sizeof *scan->blocks) != 0) {
        set_fatal(reader, RK_NO_MEMORY, NULL, NULL);
        return false;
    }
    text->block = scan->n_blocks;
    text->file = &scan->files[reader->file];
    text->taken = true;
    reader->busy++;
    text->rows = text->good = text->feeds = 0;
    text->total = false;
    scan->blocks[scan->n_blocks++] =
        (rk__scan_block){.file = (uint32_t) reader->file, .offset = reader->offset};
    reader->offset += text->length;
    scan->files[reader->file].end = reader->offset;
    reader->stop = reader->stop || reader->from != NULL;
    return true;
}

static void put_down(rk__scan_reader *reader, rk__scan_text *text)
{
    if (text->taken) {
        rk__scan_block *block = &reader->scan->blocks[text->block];
        block->row = text->rows;
        block->feed = text->feeds;
        reader->scan->files[block->file].rows += text->good;
        if (text->total) {
            reader->scan->files[block->file].total =
                (rk__scan_total){.found = true,
                                 .ignored = rk__scan_ignores_totals(reader->scan),
                                 .block = text->block};
        }
        reader->rows_done += text->good;
        text->taken = false;
        reader->busy--;
        pthread_cond_broadcast(&reader->idle);
    }
}

static bool take_block(rk__scan_reader *reader, rk__scan_text *text)
{
    while (!reader->stop) {
        if (reader->source == NULL) {
            if (!has_file(reader)) {
                return false;
            }
            open_file(reader);
            continue;
        }
        if (reader->offset >= limit_of(reader)) {
            leave_file(reader);
            continue;
        }
        text->held = false;
        size_t whole = reader->ended && reader->carry_length == 0 ? 0 : fill_text(reader, text);
        if (whole == 0 && reader->ended && reader->held && !reader->stop) {
            if (!all_idle(reader)) {
                continue;
            }
            text->held = fill_held(reader, text);
            whole = text->held ? text->length : 0;
        }
        /* A fatal problem is placed in a block, even in one without records. */
        if (whole > 0 || reader->fatal.block < SIZE_MAX) {
            text->length = whole;
            memset(text->bytes + whole, 0, RK__CSV_PAD);
            return add_block(reader, text);
        }
        if (reader->ended && !reader->stop) {
            close_file(reader);
        }
    }
    return false;
}

bool rk__scan_next_block(rk__scan_reader *reader, rk__scan_text *text)
{
    pthread_mutex_lock(&reader->lock);
    put_down(reader, text);
    const bool taken = take_block(reader, text);
    pthread_mutex_unlock(&reader->lock);
    return taken;
}
