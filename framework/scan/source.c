/* SPDX-License-Identifier: MIT
 *
 * source.c: reading the bytes of a file in order: plain, gzip or a pipe, as UTF-8.
 *
 * Plain bytes go from the kernel straight into the caller's block. The first bytes show what a file
 * is, so they are read ahead into a small buffer, which for gzip also becomes the input of the
 * inflater. A file in another encoding passes through a second small buffer. A workbook's sheet is
 * read as CSV text.
 */
#include "scan/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "table/encoding.h"
#include "table/input.h"
#include "table/query_text.h"
#include "table/sheet_text.h"

#define AHEAD_BYTES (64 * 1024)

struct rk__source {
    int fd;
    bool gzip, ended;  /* ended: nothing more to read from fd */
    bool member_ended; /* gzip: between two members */
    uint64_t stored;   /* bytes read from fd */
    rk__xxh3 *digest;
    z_stream inflater;
    size_t at, length; /* what is left of `ahead` */
    const char *encoding;
    bool known;                  /* the first bytes have been looked at: */
    bool lines_known, old_lines; /* whether lines end with a carriage return only */
    bool all_unread;             /* no more bytes follow those in `unread` */
    rk__transcoder *transcoder;  /* or NULL: bytes are as they are */
    char *unread;                /* unpacked, not yet handed out */
    size_t unread_at, unread_length;
    char spill[RK__TRANSCODE_ROOM]; /* converted, not yet handed out */
    size_t spill_at, spill_length;
    rk__sheet_text *sheet; /* of a workbook; or NULL */
    rk__query_text *query; /* of a database; or NULL */
    char error[160];
    char ahead[AHEAD_BYTES];
};

static void *zlib_alloc(void *ctx, unsigned n, unsigned size)
{
    (void) ctx;
    return rk__calloc(n, size);
}

static void zlib_free(void *ctx, void *p)
{
    (void) ctx;
    rk__free(p);
}

/* -------------------------------------------------------------------- opening */

static void describe(int fd, rk__source_info *info)
{
    struct stat st;
    if (fd != STDIN_FILENO && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        info->regular = true;
        info->size = (uint64_t) st.st_size;
        (void) snprintf(info->identity, sizeof info->identity, "%llx.%llx.%llx.%llx.%lx.%llx.%lx",
                        (unsigned long long) st.st_dev, (unsigned long long) st.st_ino,
                        (unsigned long long) st.st_size, (unsigned long long) st.st_mtim.tv_sec,
                        st.st_mtim.tv_nsec, (unsigned long long) st.st_ctim.tv_sec,
                        st.st_ctim.tv_nsec);
    }
}

/* Standard input is not ours to close. */
static void close_input(int fd)
{
    if (fd != STDIN_FILENO) {
        close(fd);
    }
}

/* Opens the sheet, or the table or query, that the table names. */
static rk_status open_inside(const rk__table_spec *spec, rk__source *source, rk__source **out,
                             rk__source_info *info, rk_problems *problems)
{
    /* A file that is neither is not read to its end. */
    rk_status status =
        spec->sheet == NULL && rk__is_selected(spec, source->fd)
            ? rk__query_text_open(spec, source->fd, info->path, &source->query, problems)
            : rk__sheet_text_open(spec, source->fd, info->path, &source->sheet, problems);
    if (status == RK_OK) {
        status = rk__sheet_digest(source->fd, source->digest, &source->stored);
        if (status == RK_IO) {
            const rk__place place = {.file = info->path};
            rk__problem(problems, status, &place, NULL, "the file cannot be read: %s",
                        strerror(errno));
        }
    }
    if (status != RK_OK) {
        rk__source_close(source);
        return status;
    }
    *out = source;
    return RK_OK;
}

rk_status rk__source_open(const rk__table_spec *spec, const rk__access *access, const char *name,
                          rk__arena *arena, rk__source **out, rk__source_info *info,
                          rk_problems *problems)
{
    int fd = -1;
    *out = NULL;
    *info = (rk__source_info){0};
    const rk_status status = rk__input_open(spec, access, name, arena, &fd, &info->path, problems);
    if (status != RK_OK) {
        return status;
    }
    describe(fd, info);
    rk__source *source = rk__calloc(1, sizeof *source);
    if (source != NULL) {
        source->digest = rk__xxh3_new();
    }
    if (source == NULL || source->digest == NULL) {
        rk__free(source);
        close_input(fd);
        return RK_NO_MEMORY;
    }
    source->fd = fd;
    if (info->regular && (rk__sheet_in_file(fd) || rk__is_selected(spec, fd))) {
        return open_inside(spec, source, out, info, problems);
    }
    if (spec->sheet != NULL) {
        rk__source_close(source);
        const rk__place place = {.file = info->path};
        return rk__problem(problems, RK_CONFLICT, &place, "remove \"sheet\" from the table",
                           "the table names a sheet, and the file is not a workbook");
    }
    source->encoding = spec->reading != NULL ? spec->reading->encoding : NULL;
    *out = source;
    return RK_OK;
}

void rk__source_close(rk__source *source)
{
    if (source == NULL) {
        return;
    }
    if (source->gzip) {
        inflateEnd(&source->inflater);
    }
    rk__sheet_text_close(source->sheet);
    rk__query_text_close(source->query);
    rk__transcoder_free(source->transcoder);
    rk__free(source->unread);
    rk__xxh3_free(source->digest);
    close_input(source->fd);
    rk__free(source);
}

rk_status rk__source_seek(rk__source *source, uint64_t offset, const char **why)
{
    if (rk__source_packed(source) || lseek(source->fd, (off_t) offset, SEEK_SET) < 0) {
        *why = "cannot be read from its middle";
        return RK_IO;
    }
    source->at = source->length = 0;
    source->unread_at = source->unread_length = 0;
    source->ended = source->all_unread = false;
    return RK_OK;
}

bool rk__source_packed(const rk__source *source)
{
    return source->gzip || source->transcoder != NULL || source->sheet != NULL ||
           source->query != NULL;
}

uint64_t rk__source_stored(const rk__source *source)
{
    return source->stored;
}

const rk__sheet_text *rk__source_sheet(const rk__source *source)
{
    return source->sheet;
}

const char *rk__source_encoding(const rk__source *source)
{
    return rk__transcoder_name(source->transcoder);
}

void rk__source_digest(const rk__source *source, char out[RK__XXH3_TEXT])
{
    rk__xxh3_text(source->digest, out);
}

/* -------------------------------------------------------------------- reading */

/* Reads until `n` bytes are there or the file ends. */
static rk_status read_stored(rk__source *source, char *to, size_t n, size_t *got, const char **why)
{
    size_t have = 0;
    while (have < n && !source->ended) {
        const ssize_t r = read(source->fd, to + have, n - have);
        if (r < 0 && errno == EINTR) {
            continue;
        }
        if (r < 0) {
            snprintf(source->error, sizeof source->error, "cannot be read: %s", strerror(errno));
            *why = source->error;
            return RK_IO;
        }
        source->ended = r == 0;
        rk__xxh3_add(source->digest, to + have, (size_t) r);
        have += (size_t) r;
    }
    source->stored += have;
    *got = have;
    return RK_OK;
}

static rk_status begin_reading(rk__source *source, const char **why)
{
    const rk_status status = read_stored(source, source->ahead, AHEAD_BYTES, &source->length, why);
    if (status != RK_OK || !rk__input_is_gzip(source->ahead, source->length)) {
        return status;
    }
    source->inflater.zalloc = zlib_alloc;
    source->inflater.zfree = zlib_free;
    if (inflateInit2(&source->inflater, 15 + 16) != Z_OK) {
        *why = "cannot be unpacked: out of memory";
        return RK_NO_MEMORY;
    }
    source->gzip = true;
    return RK_OK;
}

static rk_status read_plain(rk__source *source, char *to, size_t n, size_t *got, const char **why)
{
    const size_t left = source->length - source->at;
    const size_t first = left < n ? left : n;
    memcpy(to, source->ahead + source->at, first);
    source->at += first;
    *got = 0;
    rk_status status = RK_OK;
    if (first < n) {
        status = read_stored(source, to + first, n - first, got, why);
    }
    *got += first;
    return status;
}

/* Fills the inflater's input; at the file's end there may be none. */
static rk_status more_input(rk__source *source, const char **why)
{
    if (source->at == source->length && !source->ended) {
        source->at = 0;
        return read_stored(source, source->ahead, AHEAD_BYTES, &source->length, why);
    }
    return RK_OK;
}

/* After a member: the file's end, padding of zeros, or another member. */
static rk_status between_members(rk__source *source, bool *ended, const char **why)
{
    *ended = false;
    for (;;) {
        const rk_status status = more_input(source, why);
        if (status != RK_OK) {
            return status;
        }
        if (source->at == source->length) {
            *ended = true;
            return RK_OK;
        }
        const char next = source->ahead[source->at];
        if (next == '\x1f') {
            source->member_ended = false;
            return inflateReset(&source->inflater) == Z_OK ? RK_OK : RK_IO;
        }
        if (next != '\0') {
            *why = "has other data after its compressed data";
            return RK_IO;
        }
        source->at++;
    }
}

static rk_status inflate_some(rk__source *source, const char **why)
{
    z_stream *z = &source->inflater;
    z->next_in = (unsigned char *) source->ahead + source->at;
    z->avail_in = (unsigned) (source->length - source->at);
    const int result = inflate(z, Z_NO_FLUSH);
    source->at = source->length - z->avail_in;
    if (result == Z_STREAM_END) {
        source->member_ended = true;
    } else if (result == Z_MEM_ERROR) {
        *why = "cannot be unpacked: out of memory";
        return RK_NO_MEMORY;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        *why = "has damaged compressed data";
        return RK_IO;
    }
    return RK_OK;
}

static rk_status read_gzip(rk__source *source, char *to, size_t n, size_t *got, const char **why)
{
    z_stream *z = &source->inflater;
    bool ended = false;
    rk_status status = RK_OK;
    z->next_out = (unsigned char *) to;
    z->avail_out = (unsigned) n;
    while (z->avail_out > 0 && !ended && status == RK_OK) {
        if (source->member_ended) {
            status = between_members(source, &ended, why);
            continue;
        }
        status = more_input(source, why);
        if (status == RK_OK && source->at == source->length) {
            *why = "has compressed data that ends early";
            status = RK_IO;
        } else if (status == RK_OK) {
            status = inflate_some(source, why);
        }
    }
    *got = n - z->avail_out;
    return status;
}

/* Bytes of the file, unpacked. */
static rk_status read_bytes(rk__source *source, char *to, size_t n, size_t *got, const char **why)
{
    *got = 0;
    if (source->stored == 0 && !source->ended) {
        const rk_status status = begin_reading(source, why);
        if (status != RK_OK) {
            return status;
        }
    }
    return source->gzip ? read_gzip(source, to, n, got, why) : read_plain(source, to, n, got, why);
}

/* Reads the first bytes, which say what the file is; they wait in `unread`. */
static rk_status look_at_first(rk__source *source, const char **why)
{
    source->known = true;
    source->unread = rk__malloc(AHEAD_BYTES);
    if (source->unread == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = read_bytes(source, source->unread, AHEAD_BYTES, &source->unread_length, why);
    source->all_unread = source->unread_length < AHEAD_BYTES;
    if (status == RK_OK) {
        status = rk__transcoder_new(source->encoding, source->unread, source->unread_length,
                                    &source->transcoder, why);
    }
    return status;
}

/* Bytes without conversion: first those that were read ahead. */
static rk_status read_same(rk__source *source, char *to, size_t n, size_t *got, const char **why)
{
    const size_t left = source->unread_length - source->unread_at;
    const size_t first = left < n ? left : n;
    rk_status status = RK_OK;
    size_t more = 0;
    if (first > 0) {
        memcpy(to, source->unread + source->unread_at, first);
        source->unread_at += first;
    }
    if (first < n && !source->all_unread) {
        status = read_bytes(source, to + first, n - first, &more, why);
    }
    *got = first + more;
    return status;
}

/* Converts to `to` what there is room for; a character that does not fit goes through `spill`. */
static size_t convert_some(rk__source *source, char *to, size_t room)
{
    const char *in = source->unread + source->unread_at;
    size_t left = source->unread_length - source->unread_at;
    size_t n = 0;
    if (source->spill_at == source->spill_length && room < RK__TRANSCODE_ROOM) {
        source->spill_at = 0;
        source->spill_length = rk__transcode(source->transcoder, &in, &left, source->all_unread,
                                             source->spill, sizeof source->spill);
    }
    if (source->spill_at < source->spill_length) {
        const size_t spilled = source->spill_length - source->spill_at;
        n = spilled < room ? spilled : room;
        memcpy(to, source->spill + source->spill_at, n);
        source->spill_at += n;
    } else if (room >= RK__TRANSCODE_ROOM) {
        n = rk__transcode(source->transcoder, &in, &left, source->all_unread, to, room);
    }
    source->unread_at = source->unread_length - left;
    return n;
}

/* The next bytes as UTF-8. */
static rk_status read_converted(rk__source *source, char *to, size_t n, size_t *got,
                                const char **why)
{
    rk_status status = RK_OK;
    while (*got < n && status == RK_OK) {
        const size_t some = convert_some(source, to + *got, n - *got);
        const size_t left = source->unread_length - source->unread_at;
        *got += some;
        if (some > 0) {
            continue;
        }
        if (source->all_unread) {
            break;
        }
        size_t more = 0;
        memmove(source->unread, source->unread + source->unread_at, left);
        status = read_bytes(source, source->unread + left, AHEAD_BYTES - left, &more, why);
        source->unread_at = 0;
        source->unread_length = left + more;
        source->all_unread = more < AHEAD_BYTES - left;
    }
    return status;
}

rk_status rk__source_read(rk__source *source, char *to, size_t n, size_t *got, const char **why)
{
    *got = 0;
    if (source->sheet != NULL) {
        return rk__sheet_text_read(source->sheet, to, n, got);
    }
    if (source->query != NULL) {
        return rk__query_text_read(source->query, to, n, got);
    }
    rk_status status = source->known ? RK_OK : look_at_first(source, why);
    if (status != RK_OK) {
        return status;
    }
    status = source->transcoder != NULL ? read_converted(source, to, n, got, why)
                                        : read_same(source, to, n, got, why);
    /* The first text shows how lines end: it has the header at least. */
    if (!source->lines_known && *got > 0) {
        source->old_lines = rk__input_has_old_lines(to, *got);
        source->lines_known = true;
    }
    if (source->old_lines) {
        rk__input_renew_lines(to, *got);
    }
    return status;
}
