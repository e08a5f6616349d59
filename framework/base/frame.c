/* SPDX-License-Identifier: MIT
 *
 * frame.c: heads with digests; bodies of numbers and texts.
 */
#include "base/frame.h"

#include <errno.h>
#include <unistd.h>
#include <xxhash.h>

#define READ_BYTES ((size_t) 256 << 10)

#define MAGIC UINT32_C(0x4d465652)

typedef struct head {
    uint32_t magic, kind;
    uint64_t length;
    uint64_t digest; /* of the body, seeded with kind and length */
} head;

_Static_assert(sizeof(head) == RK__FRAME_HEAD, "the head must have no padding");

static uint64_t digest_of(const head *h, const char *body)
{
    const uint64_t seed = h->length ^ h->kind * UINT64_C(0x9e3779b97f4a7c15);
    return (h->kind & RK__FRAME_LOCAL) != 0 ? ~seed
                                            : XXH3_64bits_withSeed(body, (size_t) h->length, seed);
}

size_t rk__frame_begin(rk__buf *out)
{
    static const char blank[RK__FRAME_HEAD];
    const size_t begin = out->length;
    rk__buf_add(out, blank, sizeof blank);
    return begin;
}

void rk__frame_end(rk__buf *out, size_t begin, uint32_t kind)
{
    if (out->failed) {
        return;
    }
    head h = {.magic = MAGIC, .kind = kind, .length = out->length - begin - RK__FRAME_HEAD};
    h.digest = digest_of(&h, out->text + begin + RK__FRAME_HEAD);
    memcpy(out->text + begin, &h, sizeof h);
}

rk__frame_state rk__frame_parse(const char *bytes, size_t length, rk__frame *out)
{
    head h;
    *out = (rk__frame){0};
    if (length < sizeof h) {
        static const uint32_t magic = MAGIC;
        const size_t known = length < sizeof magic ? length : sizeof magic;
        return known == 0 || memcmp(bytes, &magic, known) == 0 ? RK__FRAME_PART : RK__FRAME_BAD;
    }
    memcpy(&h, bytes, sizeof h);
    if (h.magic != MAGIC || h.length > RK__FRAME_MAX) {
        return RK__FRAME_BAD;
    }
    out->kind = h.kind;
    out->size = sizeof h + (size_t) h.length;
    if (length < out->size) {
        return RK__FRAME_PART;
    }
    out->body = bytes + sizeof h;
    out->length = (size_t) h.length;
    return digest_of(&h, out->body) == h.digest ? RK__FRAME_WHOLE : RK__FRAME_BAD;
}

/* ------------------------------------------------------------------- reading */

rk__frame_state rk__frame_next(rk__frame_reader *reader, rk__frame *out)
{
    const rk__buf *in = &reader->in;
    if (in->text == NULL) {
        *out = (rk__frame){0};
        return RK__FRAME_PART;
    }
    const rk__frame_state state =
        rk__frame_parse(in->text + reader->from, in->length - reader->from, out);
    if (state == RK__FRAME_WHOLE) {
        reader->from += out->size;
    }
    return state;
}

ssize_t rk__frame_read(rk__frame_reader *reader, int fd)
{
    rk__buf *in = &reader->in;
    void *text = in->text;
    if (rk__grow(&text, &in->capacity, in->length - reader->from + READ_BYTES, 1) != 0) {
        errno = ENOMEM;
        return -1;
    }
    in->text = text;
    in->length -= reader->from;
    if (reader->from > 0) {
        memmove(in->text, in->text + reader->from, in->length);
        reader->from = 0;
    }
    const ssize_t n = read(fd, in->text + in->length, READ_BYTES);
    in->length += n > 0 ? (size_t) n : 0;
    return n;
}

void rk__frame_reset(rk__frame_reader *reader)
{
    reader->in.length = reader->from = 0;
}

void rk__frame_dispose(rk__frame_reader *reader)
{
    rk__buf_dispose(&reader->in);
    reader->from = 0;
}

/* -------------------------------------------------------------------- bodies */

void rk__pack_number(rk__buf *out, uint64_t n)
{
    char *to = rk__buf_reserve(out, sizeof n);
    if (to != NULL) {
        memcpy(to, &n, sizeof n);
        rk__buf_commit(out, sizeof n);
    }
}

void rk__pack_bytes(rk__buf *out, const char *bytes, size_t length)
{
    const uint64_t n = length;
    char *to = rk__buf_reserve(out, sizeof n + length + 1);
    if (to != NULL) {
        memcpy(to, &n, sizeof n);
        memcpy(to + sizeof n, bytes, length);
        to[sizeof n + length] = '\0';
        rk__buf_commit(out, sizeof n + length + 1);
    }
}

void rk__pack_text(rk__buf *out, const char *text)
{
    if (text == NULL) {
        rk__pack_number(out, RK__NO_TEXT);
    } else {
        rk__pack_bytes(out, text, strlen(text));
    }
}

const char *rk__unpack_bytes(rk__unpack *in, size_t *length)
{
    const uint64_t n = rk__unpack_number(in);
    const char *bytes = rk__unpack_some(in, n);
    *length = bytes != NULL ? (size_t) n : 0;
    return bytes != NULL ? bytes : "";
}
