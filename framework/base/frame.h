/* SPDX-License-Identifier: MIT
 *
 * frame.h: records that are complete or absent, for pipes between processes and for files that a
 * power failure may truncate.
 *
 * A frame is a head (kind, length, digest of the rest) and a body. A body is a sequence of integers
 * and texts, written and read in the same order. Integers are in native byte order: a frame stays
 * on the machine that wrote it.
 */
#pragma once

#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

#include "base/alloc.h"

#define RK__FRAME_HEAD ((size_t) 24)
/* Frames of a kind with this bit have a digest of the head only: for data that goes from memory
 * to memory, which can be truncated but not corrupted. */
#define RK__FRAME_LOCAL UINT32_C(0x80000000)
/* A longer frame is treated as damage: a document has at most 32 MiB, but a result may be
 * longer. */
#define RK__FRAME_MAX ((uint64_t) 1 << 32)

typedef enum rk__frame_state {
    RK__FRAME_WHOLE = 0,
    RK__FRAME_PART, /* more bytes are needed */
    RK__FRAME_BAD   /* these bytes are not a frame */
} rk__frame_state;

typedef struct rk__frame {
    uint32_t kind;
    const char *body;
    size_t length;
    size_t size; /* total, with the head */
} rk__frame;

/* Reserves space for a head; the body is what is added to `out` from here on. Returns the offset
 * of the frame, for rk__frame_end. */
size_t rk__frame_begin(rk__buf *out);
void rk__frame_end(rk__buf *out, size_t begin, uint32_t kind);

/* Parses the frame at the start of the bytes. Sets `out->size` as soon as the head is complete,
 * so that a reader knows how much to wait for. */
rk__frame_state rk__frame_parse(const char *bytes, size_t length, rk__frame *out);

/* Frames read from a descriptor; begins as {0}. */
typedef struct rk__frame_reader {
    rk__buf in;
    size_t from; /* bytes of frames that were taken */
} rk__frame_reader;
/* Takes the next frame of what has been read. */
rk__frame_state rk__frame_next(rk__frame_reader *reader, rk__frame *out);
/* Reads once, as read(2) does; ENOMEM if memory runs out. Invalidates the frames taken. */
ssize_t rk__frame_read(rk__frame_reader *reader, int fd);
void rk__frame_reset(rk__frame_reader *reader); /* forgets what was read */
void rk__frame_dispose(rk__frame_reader *reader);

/* The length that stands for NULL, which differs from "". */
#define RK__NO_TEXT UINT64_MAX

void rk__pack_number(rk__buf *out, uint64_t n);
void rk__pack_text(rk__buf *out, const char *text);
void rk__pack_bytes(rk__buf *out, const char *bytes, size_t length);

/* Reads a body. After a field does not fit, `failed` stays set and every read returns 0. */
typedef struct rk__unpack {
    const char *at, *end;
    bool failed;
} rk__unpack;

static inline uint64_t rk__unpack_number(rk__unpack *in)
{
    uint64_t n = 0;
    if (in->failed || (size_t) (in->end - in->at) < sizeof n) {
        in->failed = true;
        return 0;
    }
    memcpy(&n, in->at, sizeof n);
    in->at += sizeof n;
    return n;
}

/* `n` bytes and the NUL after them; NULL if the body is too short. */
static inline const char *rk__unpack_some(rk__unpack *in, uint64_t n)
{
    const char *bytes = in->at;
    if (in->failed || n >= (size_t) (in->end - in->at) || bytes[n] != '\0') {
        in->failed = true;
        return NULL;
    }
    in->at += n + 1;
    return bytes;
}

/* Borrowed from the body, NUL-terminated; NULL if NULL was packed. */
static inline const char *rk__unpack_text(rk__unpack *in)
{
    const uint64_t n = rk__unpack_number(in);
    return n == RK__NO_TEXT ? NULL : rk__unpack_some(in, n);
}

/* The same with its length; "" if NULL was packed. */
const char *rk__unpack_bytes(rk__unpack *in, size_t *length);
