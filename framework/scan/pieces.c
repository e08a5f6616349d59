/* SPDX-License-Identifier: MIT
 *
 * pieces.c: a table joined from what parts have read of its files.
 */
#include "scan/part.h"

#include <inttypes.h>
#include <string.h>

#include "scan/inside.h"
#include "scan/open.h"

/* Adds a header that a part has read; it answers questions about the table's columns as the file
 * would. */
static rk_status add_file(rk__scan *scan, const rk__scan_piece *piece, rk_problems *problems)
{
    rk__scan_input *file = &scan->files[scan->n_files++];
    *file = (rk__scan_input){.name = piece->name,
                             .path = piece->path,
                             .size = piece->size,
                             .head = rk__malloc(piece->head_length + 1),
                             .head_length = piece->head_length};
    if (file->head == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(file->head, piece->head, piece->head_length);
    const rk_status status = rk__scan_read_header(scan, file, problems);
    file->feeds = file->header_feeds;
    return status;
}

/* What is wrong with a piece after the one before it; NULL if they meet. */
static const char *mismatch(const rk__scan_piece *before, const rk__scan_piece *piece, bool same)
{
    if (same && (piece->size != before->size || piece->head_length != before->head_length ||
                 memcmp(piece->head, before->head, piece->head_length) != 0)) {
        return "the file changed between them";
    }
    if (same && before->complete) {
        return piece->records == 0 ? NULL : "they read the same rows";
    }
    if (same) {
        return piece->begin == before->end
                   ? NULL
                   : "a quoted field with line breaks lies across the cut, or the file changed";
    }
    if (before != NULL && !before->complete) {
        return "the end of the file before is missing";
    }
    if (piece->n_files > 0 && piece->index != (before != NULL ? before->index + 1 : 0)) {
        return "a file between them is missing";
    }
    return piece->begin == piece->head_length ? NULL : "the beginning of the file is missing";
}

static rk_status add_piece(rk__scan *scan, const rk__scan_piece *before,
                           const rk__scan_piece *piece, rk_problems *problems)
{
    const bool same = before != NULL && piece->n_files > 0 && before->n_files > 0 &&
                      piece->index == before->index;
    const char *wrong = mismatch(before, piece, same);
    if (wrong != NULL) {
        return rk__json_problem(problems, piece->at, RK_CONFLICT,
                                "make the parts again, with another number of parts",
                                "table '%s': '%s' at byte %" PRIu64
                                " does not follow what the part before has read: %s",
                                scan->spec.name, piece->path, piece->begin, wrong);
    }
    rk_status status = same ? RK_OK : add_file(scan, piece, problems);
    if (status != RK_OK) {
        return status;
    }
    rk__scan_input *file = &scan->files[scan->n_files - 1];
    scan->blocks[scan->n_blocks++] = (rk__scan_block){.row = scan->n_rows + scan->bad_rows,
                                                      .feed = file->feeds,
                                                      .file = (uint32_t) scan->n_files - 1};
    if (piece->total.line > 0) {
        file->total = (rk__scan_total){.found = true,
                                       .ignored = piece->total.ignored,
                                       .by_name = piece->total.by_name,
                                       .line = file->feeds + piece->total.line};
    }
    file->cut = same || piece->cut;
    file->feeds += piece->feeds;
    file->rows += piece->rows;
    file->records += piece->records;
    scan->n_rows += piece->rows;
    scan->bad_rows += piece->records - piece->rows;
    (void) strncpy(file->digest, piece->digest, sizeof file->digest - 1);
    return RK_OK;
}

static rk_status add_pieces(rk__scan *scan, const rk__scan_piece *pieces, size_t n,
                            rk_problems *problems)
{
    scan->files = rk__arena_alloc(&scan->arena, (n + 1) * sizeof *scan->files);
    scan->blocks = rk__calloc(n + 1, sizeof *scan->blocks);
    if (scan->files == NULL || scan->blocks == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = add_piece(scan, i > 0 ? &pieces[i - 1] : NULL, &pieces[i], problems);
    }
    const rk__scan_piece *last = n > 0 ? &pieces[n - 1] : NULL;
    if (status == RK_OK && (last == NULL || !last->complete ||
                            (last->n_files > 0 && last->index + 1 != last->n_files))) {
        return rk__problem(problems, RK_CONFLICT, NULL, "merge all parts of one run",
                           "table '%s': the parts do not reach the end of its files",
                           scan->spec.name);
    }
    return status;
}

rk_status rk__scan_open_pieces(const rk__table_spec *spec, const rk__access *access,
                               const rk__scan_piece *pieces, size_t n, rk__scan **out,
                               rk_problems *problems)
{
    *out = NULL;
    rk__scan *scan = rk__calloc(1, sizeof *scan);
    if (scan == NULL) {
        return RK_NO_MEMORY;
    }
    scan->spec = *spec;
    scan->access = access;
    const rk_status status = add_pieces(scan, pieces, n, problems);
    if (status == RK_OK) {
        *out = scan;
    } else {
        rk__scan_close(scan);
    }
    return status;
}

/* ------------------------------------------------------------------- digests */

static rk_status digest_file(rk__scan *scan, rk__scan_input *file, rk_problems *problems)
{
    enum { ROOM = 1 << 20 };
    rk__source *source = NULL;
    rk__source_info info;
    const char *why = NULL;
    char *room = rk__malloc(ROOM);
    rk_status status = room == NULL ? RK_NO_MEMORY
                                    : rk__source_open(&scan->spec, scan->access, file->name,
                                                      &scan->arena, &source, &info, problems);
    const rk__place place = {.file = file->path};
    if (status == RK_OK && info.size != file->size) {
        status =
            rk__problem(problems, RK_CONFLICT, &place, "make the parts again",
                        "the file has %" PRIu64 " bytes and had %" PRIu64 " when the parts read it",
                        info.size, file->size);
    }
    size_t got = 1;
    while (status == RK_OK && got > 0) {
        status = rk__source_read(source, room, ROOM, &got, &why);
    }
    if (status == RK_OK) {
        rk__source_digest(source, file->digest);
    } else if (why != NULL) {
        rk__problem(problems, status, &place, NULL, "the file %s", why);
    }
    rk__source_close(source);
    rk__free(room);
    return status;
}

rk_status rk__scan_digest_pieces(rk__scan *scan, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < scan->n_files && status == RK_OK; i++) {
        status = scan->files[i].cut ? digest_file(scan, &scan->files[i], problems) : RK_OK;
    }
    return status;
}

/* ---------------------------------------------------------------- rows again */

#define ANOTHER "is not the file that the parts read"

static bool can_open(const rk__scan *joined, const rk__scan_input *file, rk__arena *scratch)
{
    rk__source *source = NULL;
    rk__source_info info;
    const bool can = rk__source_open(&joined->spec, joined->access, file->name, scratch, &source,
                                     &info, NULL) == RK_OK;
    if (can) {
        rk__source_close(source);
    }
    return can;
}

/* The file for which the table could not be opened. */
static void find_unread(const rk__scan *joined, rk__scan_unread *unread)
{
    rk__arena scratch = {0};
    *unread = (rk__scan_unread){joined->files[0].path, ANOTHER, false};
    for (size_t i = joined->n_files; i-- > 0;) {
        if (!can_open(joined, &joined->files[i], &scratch)) {
            *unread = (rk__scan_unread){joined->files[i].path, "cannot be read", false};
        }
    }
    rk__arena_dispose(&scratch);
}

rk_status rk__scan_open_again(const rk__scan *joined, const rk__scan_want *wants, size_t n_wants,
                              rk__scan **out, rk__scan_unread *unread)
{
    const char **names = rk__calloc(joined->n_files + 1, sizeof *names);
    rk_status status = names == NULL ? RK_NO_MEMORY : RK_OK;
    *out = NULL;
    *unread = (rk__scan_unread){0};
    for (size_t i = 0; i < joined->n_files && status == RK_OK && unread->why == NULL; i++) {
        const rk__scan_input *file = &joined->files[i];
        names[i] = file->name;
        unread->path = file->path;
        unread->why = file->size == 0 ? "came through a pipe" : NULL;
    }
    if (status == RK_OK && unread->why == NULL) {
        status = rk__scan_open_named(&joined->spec, joined->access, names, joined->n_files, wants,
                                     n_wants, out, NULL);
        if (status != RK_OK && status != RK_NO_MEMORY) {
            find_unread(joined, unread);
            status = RK_OK;
        }
    }
    rk__free(names);
    for (size_t i = 0; *out != NULL && i < joined->n_files; i++) {
        const rk__scan_input *file = &joined->files[i];
        const rk__scan_input *now = &(*out)->files[i];
        if (unread->why == NULL &&
            (now->size != file->size || now->header_length != file->header_length ||
             memcmp(now->head, file->head, file->header_length) != 0)) {
            *unread = (rk__scan_unread){file->path, ANOTHER, false}; /* digesting it says why */
        }
    }
    if (unread->why != NULL) {
        rk__scan_close(*out);
        *out = NULL;
    }
    return status;
}

bool rk__scan_read_again(rk__scan *joined, const rk__scan *again, rk_status status,
                         rk__scan_unread *unread)
{
    *unread = (rk__scan_unread){0};
    for (size_t i = 0; i < joined->n_files && unread->why == NULL; i++) {
        const rk__scan_input *file = &joined->files[i];
        const rk__scan_input *now = &again->files[i];
        if (file->rows != now->rows || (!file->cut && strcmp(file->digest, now->digest) != 0)) {
            *unread = (rk__scan_unread){file->path, ANOTHER, file->cut};
        }
    }
    if (status != RK_OK && unread->why == NULL) {
        *unread = (rk__scan_unread){joined->files[0].path, ANOTHER, joined->files[0].cut};
    }
    for (size_t i = 0; i < joined->n_files && unread->why == NULL; i++) {
        memcpy(joined->files[i].digest, again->files[i].digest, sizeof joined->files[i].digest);
        joined->files[i].total = again->files[i].total;
    }
    return unread->why == NULL;
}
