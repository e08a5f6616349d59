/* SPDX-License-Identifier: MIT
 *
 * place.c: the place of a row of a block, once the scan is done.
 */
#include "scan/scan.h"

#include "scan/inside.h"

/* The line of a file's total row, once the number of lines before block i is known. */
static void place_total(rk__scan *scan, uint32_t file, size_t i, uint32_t feed)
{
    rk__scan_total *total = file < scan->n_files ? &scan->files[file].total : NULL;
    if (total != NULL && total->found && total->block == i) {
        total->line = feed + total->feeds + 1;
    }
}

void rk__scan_place_blocks(rk__scan *scan)
{
    uint64_t row = scan->start.row;
    uint32_t feed = 0;
    uint32_t file = UINT32_MAX;
    for (size_t i = 0; i < scan->n_blocks; i++) {
        rk__scan_block *block = &scan->blocks[i];
        const rk__scan_block counts = *block;
        if (block->file != file) {
            place_total(scan, file, i, feed);
            file = block->file;
            feed = scan->start.offset > 0 && file == scan->start.file
                       ? scan->start.feed
                       : scan->files[file].header_feeds;
        }
        place_total(scan, file, i, feed);
        block->row = row;
        block->feed = feed;
        row += counts.row;
        feed += counts.feed;
        scan->files[file].records += counts.row;
        scan->files[file].feeds = feed;
    }
    place_total(scan, file, scan->n_blocks, feed);
}

bool rk__scan_total_row(const rk__scan *scan, size_t i, rk__total_row *out)
{
    const rk__scan_input *file = &scan->files[i];
    *out = (rk__total_row){.file = file->path,
                           .line = file->total.line,
                           .ignored = file->total.ignored,
                           .by_name = file->total.by_name};
    return file->total.found;
}

uint64_t rk__scan_numbers(const rk__scan *scan, size_t file, size_t want)
{
    const uint64_t *numbers = scan->files[file].numbers;
    return numbers != NULL ? numbers[want] : 0;
}

uint64_t rk__scan_n_rows(const rk__scan *scan)
{
    return scan->n_rows;
}

uint64_t rk__scan_bad_rows(const rk__scan *scan)
{
    return scan->bad_rows;
}

size_t rk__scan_n_files(const rk__scan *scan)
{
    return scan->n_files;
}

void rk__scan_file(const rk__scan *scan, size_t i, const char **path, uint64_t *rows,
                   const char **xxh3)
{
    const rk__scan_input *file = &scan->files[i];
    *path = file->path;
    *rows = file->rows;
    *xxh3 = file->digest;
}

bool rk__scan_identity(const rk__scan *scan, rk__buf *out)
{
    bool regular = scan->table == NULL;
    for (size_t i = 0; i < scan->n_files && regular; i++) {
        regular = scan->files[i].regular && scan->files[i].identity != NULL;
        rk__buf_printf(out, "%s\n%s\n", scan->files[i].path,
                       regular ? scan->files[i].identity : "");
    }
    return regular && !out->failed;
}

bool rk__scan_can_repeat(const rk__scan *scan, const char **path)
{
    for (size_t i = 0; i < scan->n_files; i++) {
        if (!scan->files[i].regular) {
            *path = scan->files[i].path;
            return false;
        }
    }
    return true;
}

size_t rk__scan_n_blocks(const rk__scan *scan)
{
    return scan->table != NULL ? 1 : scan->n_blocks;
}

bool rk__scan_block_mark(const rk__scan *scan, size_t block, rk__scan_mark *out)
{
    if (scan->table != NULL) {
        return false;
    }
    const rk__scan_block *at = &scan->blocks[block];
    *out =
        (rk__scan_mark){.file = at->file, .offset = at->offset, .row = at->row, .feed = at->feed};
    return scan->files[at->file].regular && !scan->files[at->file].packed;
}

uint64_t rk__scan_row_number(const rk__scan *scan, uint64_t block, uint32_t row_in_block)
{
    return scan->table != NULL ? row_in_block : scan->blocks[block].row + row_in_block;
}

void rk__scan_place(const rk__scan *scan, uint64_t block, uint32_t row_in_block, uint32_t line,
                    rk__place *place, rk__arena *arena)
{
    if (scan->table != NULL) {
        rk__table_place(scan->table, -1, row_in_block, place, arena);
        return;
    }
    const rk__scan_block *at = &scan->blocks[block];
    place->file = scan->files[at->file].path;
    place->line = at->feed + line + 1;
}
