/* SPDX-License-Identifier: MIT
 *
 * source.c: reading the bytes of a file in order: plain, gzip or a pipe.
 *
 * Plain bytes go from the kernel straight into the caller's block. What a file
 * is shows in its first bytes, so those are read ahead into a small buffer,
 * which for gzip stays in use as the input of the inflater.
 */
#include "scan/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "table/input.h"

#define AHEAD_BYTES (64 * 1024)

struct rk__source {
    int fd;
    bool gzip, ended;  /* ended: nothing more to read from fd */
    bool member_ended; /* gzip: between two members */
    uint64_t stored;   /* bytes read from fd */
    rk__xxh3 *digest;
    z_stream inflater;
    size_t at, length; /* what is left of `ahead` */
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
    rk__xxh3_free(source->digest);
    close_input(source->fd);
    rk__free(source);
}

rk_status rk__source_seek(rk__source *source, uint64_t offset, const char **why)
{
    if (source->gzip || lseek(source->fd, (off_t) offset, SEEK_SET) < 0) {
        *why = "cannot be read from its middle";
        return RK_IO;
    }
    source->at = source->length = 0;
    source->ended = false;
    return RK_OK;
}

bool rk__source_packed(const rk__source *source)
{
    return source->gzip;
}

uint64_t rk__source_stored(const rk__source *source)
{
    return source->stored;
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

rk_status rk__source_read(rk__source *source, char *to, size_t n, size_t *got, const char **why)
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
