/* SPDX-License-Identifier: MIT
 *
 * part.c: a part of a table's files: which bytes are its own, and what it has read.
 */
#include "scan/part.h"

#include <string.h>

#include "scan/inside.h"

/* How much is read after a cut to find a record. */
#define WINDOW ((size_t) 64 << 10)

/* ------------------------------------------------------------------- the cuts */

/* Whether a record can be found in the middle of a file. */
static bool can_cut(const rk__scan *scan, const rk__scan_input *file)
{
    const rk__reading *reading = scan->spec.reading;
    return !file->packed && file->sheet == NULL &&
           (reading == NULL || (reading->skip_footer == 0 && !reading->ignore_total));
}

/* The file (from 0) and the byte of it where the bytes before cut `k` of `n` end. */
static void cut_at(const rk__scan *scan, uint64_t total, unsigned k, unsigned n, size_t *file,
                   uint64_t *byte)
{
    uint64_t left = (uint64_t) ((rk_uint128) total * k / n);
    for (*file = 0; *file < scan->n_files && left >= scan->files[*file].size; (*file)++) {
        left -= scan->files[*file].size;
    }
    *byte = *file < scan->n_files ? left : 0;
    if (*byte > 0 && !can_cut(scan, &scan->files[*file])) {
        (*file)++;
        *byte = 0;
    }
}

rk_status rk__scan_range_of(const rk__scan *scan, unsigned number, unsigned of, rk__scan_range *out,
                            rk_problems *problems)
{
    uint64_t total = 0;
    uint64_t end = 0;
    size_t first = 0;
    size_t last = 0;
    for (size_t i = 0; i < scan->n_files; i++) {
        const rk__scan_input *file = &scan->files[i];
        if (!file->regular) {
            return rk__problem(problems, RK_IO, &(rk__place){.file = file->path},
                               "give each part its own rows: --part-rows TABLE=FILE",
                               "a pipe cannot be cut into parts");
        }
        total += file->size;
    }
    cut_at(scan, total, number - 1, of, &first, &out->begin);
    cut_at(scan, total, number, of, &last, &end);
    out->first = first + 1;
    out->last = end > 0 ? last + 1 : last;
    out->end = end > 0 ? end : UINT64_MAX;
    return RK_OK;
}

/* Whether the complete records of a text, after the first `skip`, have no faults and as many fields
 * as the header. */
static rk_status looks_whole(const rk__scan_input *file, const char *text, size_t length,
                             size_t skip, bool *whole)
{
    rk__csv_reader reader = {
        .text = text, .length = length, .delimiter = file->delimiter, .line = 1};
    rk__csv_record record;
    int found = 0;
    *whole = true;
    for (size_t i = 0; *whole && (found = rk__csv_next(&reader, &record)) > 0; i++) {
        *whole = reader.at >= length ||
                 (record.fault == RK__CSV_OK && (i < skip || record.n_fields == file->n_fields));
    }
    rk__csv_reader_dispose(&reader);
    return found < 0 ? RK_NO_MEMORY : RK_OK;
}

/* Whether a text may begin inside quotes: in the window, a valid separator follows the closing
 * quote, and the records after it are valid. */
static rk_status may_be_inside(const rk__scan_input *file, const char *text, size_t length,
                               bool *inside)
{
    size_t at = 0;
    *inside = length > 0 && text[0] == '"'; /* perhaps the second of two */
    while (!*inside && at < length &&
           (text[at] != '"' || (at + 1 < length && text[at + 1] == '"'))) {
        at += text[at] == '"' ? 2 : 1;
    }
    if (*inside || at >= length) {
        return RK_OK; /* not inside quotes: a field would be longer than the window */
    }
    if (at + 1 >= length) {
        *inside = true;
        return RK_OK;
    }
    const char after = text[at + 1];
    if (after != file->delimiter && after != '\n' && after != '\r' && after != ' ') {
        return RK_OK;
    }
    return looks_whole(file, text + at + 1, length - at - 1, after == '\n' ? 0 : 1, inside);
}

/* Extends the text, which begins with a record at byte `offset` of the file, by a window. */
static rk_status read_window(rk__scan_reader *reader, rk__scan_text *text, bool *ended,
                             const char **why)
{
    size_t got = 0;
    if (rk__grow((void **) &text->bytes, &text->capacity, text->length + WINDOW + RK__CSV_PAD, 1) !=
        0) {
        return RK_NO_MEMORY;
    }
    const rk_status status =
        rk__source_read(reader->source, text->bytes + text->length, WINDOW, &got, why);
    text->length += got;
    *ended = got < WINDOW;
    memset(text->bytes + text->length, 0, RK__CSV_PAD);
    return status;
}

/* Finds it by reading from the file's header on, for a cut that may be inside quotes. */
static rk_status find_from_start(rk__scan_reader *reader, uint64_t begin, uint64_t *at,
                                 const char **why)
{
    const rk__scan_input *file = &reader->scan->files[reader->file];
    rk__scan_text text = {0};
    uint64_t offset = file->header_length;
    rk_status status = rk__source_seek(reader->source, offset, why);
    bool found = false;
    while (status == RK_OK && !found) {
        bool ended = false;
        size_t open;
        status = read_window(reader, &text, &ended, why);
        if (status != RK_OK) {
            break;
        }
        const uint64_t before = begin - offset;
        const bool here = before <= text.length;
        size_t whole = reader->kernel->boundary(text.bytes, here ? (size_t) before : text.length,
                                                file->delimiter, &open);
        if (here && whole < before) {
            rk__csv_measure record;
            rk__csv_measure_record(text.bytes, text.length, whole, file->delimiter, &record);
            whole = record.complete ? record.end : whole;
        }
        offset += whole;
        text.length -= whole;
        memmove(text.bytes, text.bytes + whole, text.length);
        found = offset >= begin || ended || text.length > RK__SCAN_MAX_RECORD;
    }
    *at = offset < begin ? begin + text.length : offset; /* else an open record, of another part */
    rk__free(text.bytes);
    return status;
}

rk_status rk__scan_first_record(rk__scan_reader *reader, uint64_t begin, uint64_t *at,
                                const char **why)
{
    const rk__scan_input *file = &reader->scan->files[reader->file];
    char *text = rk__malloc(WINDOW + RK__CSV_PAD);
    size_t got = 0;
    *at = begin;
    if (text == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__source_seek(reader->source, begin - 1, why);
    if (status == RK_OK) {
        status = rk__source_read(reader->source, text, WINDOW, &got, why);
        memset(text + got, 0, RK__CSV_PAD);
    }
    /* If the cut is outside quotes, the rest of a record follows, and then whole ones. */
    rk__csv_measure rest = {0};
    bool whole = false;
    bool inside = false;
    if (status == RK_OK && got > 0) {
        rk__csv_measure_record(text, got, 0, file->delimiter, &rest);
        status = rest.complete ? looks_whole(file, text, got, 1, &whole) : RK_OK;
    }
    if (status == RK_OK && whole) {
        status = may_be_inside(file, text, got, &inside);
    }
    if (status == RK_OK && whole && !inside) {
        *at = begin - 1 + rest.end;
    } else if (status == RK_OK) {
        status = find_from_start(reader, begin, at, why);
    }
    rk__free(text);
    return status;
}

/* ------------------------------------------------------------ what a part read */

static const rk__scan_input *nth_opened(const rk__scan *scan, size_t i, size_t *index)
{
    for (*index = 0; *index < scan->n_files; (*index)++) {
        if (scan->files[*index].opened && i-- == 0) {
            return &scan->files[*index];
        }
    }
    return NULL;
}

/* The line feeds before the records that the last run read of a file. */
static uint32_t feeds_before(const rk__scan *scan, const rk__scan_input *file)
{
    const bool inside = file->begin > file->header_length;
    return inside ? scan->start.feed : file->header_feeds;
}

bool rk__scan_piece_at(const rk__scan *scan, size_t i, rk__scan_piece *out)
{
    size_t index = 0;
    const rk__scan_input *file = nth_opened(scan, i, &index);
    if (file == NULL) {
        return false;
    }
    const uint32_t before = feeds_before(scan, file);
    const uint32_t header = file->begin > file->header_length ? 0 : file->header_feeds;
    *out = (rk__scan_piece){.path = file->path,
                            .name = file->name,
                            .head = file->head,
                            .head_length = file->header_length,
                            .index = index,
                            .n_files = scan->n_files,
                            .size = file->size,
                            .begin = file->begin,
                            .end = file->end,
                            .cut = file->cut,
                            .complete = file->complete,
                            .records = file->records,
                            .rows = file->rows,
                            .feeds = file->feeds > header ? file->feeds - header : 0,
                            .digest = file->cut ? "" : file->digest};
    if (rk__scan_total_row(scan, index, &out->total)) {
        out->total.line -= before;
    } else {
        out->total = (rk__total_row){0};
    }
    return true;
}

void rk__scan_pass_over(rk__scan *scan)
{
    for (size_t i = 0; i < scan->n_files; i++) {
        rk__scan_input *file = &scan->files[i];
        file->opened = file->complete = true;
        file->begin = file->header_length;
        file->end = file->size;
    }
}

void rk__scan_piece_row(const rk__scan *scan, uint64_t block, uint32_t row_in_block, uint32_t line,
                        size_t *piece, uint64_t *row, uint32_t *line_in_piece)
{
    const rk__scan_block *at = &scan->blocks[block];
    size_t first = (size_t) block;
    *piece = 0;
    for (size_t i = 0; i < at->file; i++) {
        *piece += scan->files[i].opened;
    }
    while (first > 0 && scan->blocks[first - 1].file == at->file) {
        first--;
    }
    *row = at->row - scan->blocks[first].row + row_in_block;
    *line_in_piece = at->feed - feeds_before(scan, &scan->files[at->file]) + line;
}

rk_status rk__scan_locate(rk__scan *scan)
{
    if (scan->start.offset == 0 || scan->start.feed > 0 || scan->table != NULL) {
        return RK_OK;
    }
    const rk__scan_input *file = &scan->files[scan->start.file];
    rk__source *source = NULL;
    rk__source_info info;
    const char *why = NULL;
    rk_problems *ignored = rk_problems_new();
    char *text = rk__malloc(WINDOW);
    rk_status status = ignored == NULL || text == NULL ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK) {
        status = rk__source_open(&scan->spec, scan->access, file->name, &scan->arena, &source,
                                 &info, ignored);
    }
    uint32_t feeds = 0;
    for (uint64_t left = scan->start.offset; status == RK_OK && left > 0;) {
        size_t got = 0;
        status = rk__source_read(source, text, left < WINDOW ? (size_t) left : WINDOW, &got, &why);
        feeds += rk__csv_count_feeds(text, got);
        left = got > 0 ? left - got : 0;
    }
    for (size_t i = 0; status == RK_OK && i < scan->n_blocks; i++) {
        scan->blocks[i].feed += scan->blocks[i].file == scan->start.file ? feeds : 0;
    }
    if (status == RK_OK) {
        scan->files[scan->start.file].total.line += feeds;
        scan->start.feed = feeds;
    }
    rk__source_close(source);
    rk__free(text);
    rk_problems_free(ignored);
    return status;
}
