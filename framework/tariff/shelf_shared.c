/* SPDX-License-Identifier: MIT
 *
 * shelf_shared.c: locks on the bytes of a file, and frames in it.
 */
#include "tariff/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/frame.h"

#define FAILURE 1
/* Past this size, only the process that met a failure remembers it. */
#define FILE_MOST ((size_t) 1 << 20)

/* -------------------------------------------------------------------- locking */

/* Byte 0 is locked to add a frame; the others stand for keys. Two keys that share a byte only wait
 * for each other. */
#define ADDING 0

static off_t byte_of(const char *key, size_t length)
{
    return (off_t) (1 + (XXH3_64bits(key, length) >> 2));
}

static void lock_byte(int file, off_t byte, short type)
{
    struct flock one = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    while (file >= 0 && fcntl(file, F_SETLKW, &one) != 0 && errno == EINTR) {
    }
}

void rk__shared_lock(int file, const char *key, size_t length)
{
    lock_byte(file, byte_of(key, length), F_WRLCK);
}

void rk__shared_unlock(int file, const char *key, size_t length)
{
    lock_byte(file, byte_of(key, length), F_UNLCK);
}

/* ------------------------------------------------------------------- failures */

static bool read_all(int file, rk__buf *out)
{
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0 || status.st_size <= 0) {
        return false;
    }
    const size_t length = (size_t) status.st_size < FILE_MOST ? (size_t) status.st_size : FILE_MOST;
    void *text = out->text;
    out->length = 0;
    if (rk__grow(&text, &out->capacity, length, 1) != 0) {
        return false;
    }
    out->text = text;
    const ssize_t n = pread(file, out->text, length, 0);
    out->length = n > 0 ? (size_t) n : 0;
    return n > 0;
}

/* The next whole frame; an incomplete frame, left by a process that died, is the end. */
static bool next_frame(const rk__buf *all, size_t *at, rk__frame *frame)
{
    if (*at >= all->length ||
        rk__frame_parse(all->text + *at, all->length - *at, frame) != RK__FRAME_WHOLE) {
        return false;
    }
    *at += frame->size;
    return true;
}

bool rk__shared_told(int file, const char *key, size_t length, rk__buf *kept,
                     rk__shared_failure *out)
{
    rk__frame frame;
    size_t at = 0;
    if (!read_all(file, kept)) {
        return false;
    }
    while (next_frame(kept, &at, &frame)) {
        rk__unpack in = {.at = frame.body, .end = frame.body + frame.length};
        size_t n = 0;
        const char *of = rk__unpack_bytes(&in, &n);
        out->status = (rk_status) (int64_t) rk__unpack_number(&in);
        out->message = rk__unpack_text(&in);
        out->hint = rk__unpack_text(&in);
        if (!in.failed && n == length && memcmp(of, key, n) == 0 && out->message != NULL) {
            return true;
        }
    }
    return false;
}

void rk__shared_tell(int file, const char *key, size_t length, const rk__shared_failure *failure)
{
    rk__buf frame = {0};
    rk__buf all = {0};
    rk__frame before;
    size_t at = 0;
    if (file < 0) {
        return;
    }
    const size_t begin = rk__frame_begin(&frame);
    rk__pack_bytes(&frame, key, length);
    rk__pack_number(&frame, (uint64_t) (int64_t) failure->status);
    rk__pack_text(&frame, failure->message);
    rk__pack_text(&frame, failure->hint);
    rk__frame_end(&frame, begin, FAILURE);
    lock_byte(file, ADDING, F_WRLCK);
    (void) read_all(file, &all);
    while (next_frame(&all, &at, &before)) {
    }
    if (!frame.failed && at + frame.length <= FILE_MOST) {
        const ssize_t ignored = pwrite(file, frame.text, frame.length, (off_t) at);
        (void) ignored; /* an incomplete frame is ignored */
    }
    lock_byte(file, ADDING, F_UNLCK);
    rk__buf_dispose(&frame);
    rk__buf_dispose(&all);
}
