/* SPDX-License-Identifier: MIT
 *
 * encoding.c: converting text to UTF-8.
 *
 * Nearly all of a file is ASCII. In a single-byte encoding, runs of ASCII are copied, and other
 * bytes are looked up in a table made with iconv. In UTF-16, runs of ASCII are narrowed. iconv
 * converts everything else.
 */
#include "table/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/words.h"

/* No text in UTF-8 has this byte. */
#define NOT_UTF8 '\xff'

typedef enum transcoder_kind { SINGLE_BYTES, UTF16, BY_ICONV } transcoder_kind;

typedef struct character {
    uint8_t length;
    char bytes[4];
} character;

struct rk__transcoder {
    transcoder_kind kind;
    iconv_t converter;
    char name[40];
    unsigned low;         /* UTF16: which byte of a unit is the low one, 0 or 1 */
    size_t mark;          /* bytes of a byte order mark still to be skipped */
    character table[256]; /* SINGLE_BYTES */
};

/* ------------------------------------------------------------------ opening */

static const char *encoding_of_mark(const char *bytes, size_t length, size_t *mark)
{
    *mark = 0;
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        return "UTF-8";
    }
    if (length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0) {
        *mark = 2;
        return "UTF-16LE";
    }
    if (length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0) {
        *mark = 2;
        return "UTF-16BE";
    }
    return NULL;
}

static bool is_utf8(const char *encoding)
{
    return strcasecmp(encoding, "utf-8") == 0 || strcasecmp(encoding, "utf8") == 0;
}

static bool is_utf16(const char *encoding)
{
    return strncasecmp(encoding, "utf-16", 6) == 0 || strncasecmp(encoding, "utf16", 5) == 0;
}

/* Whether each byte is a character by itself, and the first 128 are ASCII; fills the table. */
static bool make_table(rk__transcoder *t)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        char in = (char) byte;
        char *from = &in;
        size_t n_in = 1;
        char *to = t->table[byte].bytes;
        size_t room = sizeof t->table[byte].bytes;
        (void) iconv(t->converter, NULL, NULL, NULL, NULL);
        const size_t result = iconv(t->converter, &from, &n_in, &to, &room);
        t->table[byte].length = (uint8_t) (sizeof t->table[byte].bytes - room);
        if (result == (size_t) -1 && errno == EILSEQ) {
            t->table[byte] = (character){1, {NOT_UTF8}};
        }
        if ((result == (size_t) -1 && errno != EILSEQ) || t->table[byte].length == 0 ||
            (byte < 128 && (t->table[byte].length != 1 || t->table[byte].bytes[0] != in))) {
            return false;
        }
    }
    return true;
}

rk_status rk__transcoder_new(const char *encoding, const char *bytes, size_t length,
                             rk__transcoder **out, const char **why)
{
    size_t mark = 0;
    const char *marked = encoding_of_mark(bytes, length, &mark);
    *out = NULL;
    *why = NULL;
    if (marked != NULL && encoding != NULL &&
        (is_utf8(marked) ? !is_utf8(encoding) : !is_utf16(encoding))) {
        *why = is_utf8(marked) ? "begins with the byte order mark of UTF-8, and its table declares "
                                 "another encoding"
                               : "begins with the byte order mark of UTF-16, and its table "
                                 "declares another encoding";
        return RK_OUT_OF_RANGE;
    }
    encoding = marked != NULL ? marked : encoding;
    if (encoding == NULL || is_utf8(encoding)) {
        return RK_OK;
    }
    rk__transcoder *t = rk__calloc(1, sizeof *t);
    if (t == NULL) {
        return RK_NO_MEMORY;
    }
    const bool plain_utf16 = strcasecmp(encoding, "utf-16") == 0;
    t->mark = mark;
    strncat(t->name, encoding, sizeof t->name - 1);
    t->converter = iconv_open("UTF-8", plain_utf16 ? "UTF-16LE" : encoding);
    if (t->converter == (iconv_t) -1) {
        const rk_status status = errno == ENOMEM ? RK_NO_MEMORY : RK_OUT_OF_RANGE;
        rk__free(t);
        *why = "is in an encoding that this machine does not know";
        return status;
    }
    if (is_utf16(encoding)) {
        const size_t n = strlen(encoding);
        t->kind = UTF16;
        t->low = strcasecmp(encoding + n - 2, "be") == 0;
    } else {
        t->kind = make_table(t) ? SINGLE_BYTES : BY_ICONV;
        (void) iconv(t->converter, NULL, NULL, NULL, NULL);
    }
    *out = t;
    return RK_OK;
}

const char *rk__transcoder_name(const rk__transcoder *transcoder)
{
    return transcoder != NULL ? transcoder->name : NULL;
}

void rk__transcoder_free(rk__transcoder *transcoder)
{
    if (transcoder != NULL) {
        (void) iconv_close(transcoder->converter);
        rk__free(transcoder);
    }
}

/* --------------------------------------------------------------- converting */

static size_t single_bytes(const rk__transcoder *t, const char **in, size_t *n_in, char *out,
                           size_t room)
{
    const char *from = *in;
    const char *const end = from + *n_in;
    char *to = out;
    char *const full = out + room;
    while (from < end && full - to >= 4) {
        while (end - from >= 8 && full - to >= 8 && (rk__load8(from) & RK__HIGHS) == 0) {
            memcpy(to, from, 8);
            from += 8;
            to += 8;
        }
        if (from == end || full - to < 4) {
            break;
        }
        const character *c = &t->table[(unsigned char) *from++];
        memcpy(to, c->bytes, 4);
        to += c->length;
    }
    *n_in = (size_t) (end - from);
    *in = from;
    return (size_t) (to - out);
}

/* Narrows units that are ASCII; returns how many. */
static size_t narrow(const rk__transcoder *t, const char *in, size_t n_in, char *out, size_t room)
{
    const size_t most = n_in / 2 < room ? n_in / 2 : room;
    const unsigned low = t->low;
    size_t done = 0;
    for (; most - done >= 16; done += 16) {
        unsigned char high = 0;
        unsigned char top = 0;
        for (size_t i = 0; i < 16; i++) {
            const unsigned char c = (unsigned char) in[2 * (done + i) + low];
            high |= (unsigned char) in[2 * (done + i) + 1 - low];
            top |= c;
            out[done + i] = (char) c;
        }
        if (high != 0 || top >= 0x80) {
            break;
        }
    }
    while (done < most && in[2 * done + 1 - low] == 0 &&
           (unsigned char) in[2 * done + low] < 0x80) {
        out[done] = in[2 * done + low];
        done++;
    }
    return done;
}

/* As much as iconv converts of at most n bytes; an invalid sequence becomes a byte that never
 * occurs in UTF-8. */
static size_t by_iconv(rk__transcoder *t, const char **in, size_t *n_in, size_t n, bool last,
                       char *out, size_t room)
{
    const size_t unit = t->kind == UTF16 ? 2 : 1;
    char *to = out;
    size_t left = n;
    bool more = true;
    while (left > 0 && more) {
        char *from = (char *) *in;
        const size_t result = iconv(t->converter, &from, &left, &to, &room);
        *n_in -= (size_t) (from - *in);
        *in = from;
        if (result != (size_t) -1 || errno == E2BIG || room == 0) {
            break;
        }
        more = errno == EILSEQ || (last && left == *n_in);
        if (more) {
            const size_t skipped = left < unit ? left : unit;
            *to++ = NOT_UTF8;
            room--;
            *in += skipped;
            *n_in -= skipped;
            left -= skipped;
        }
    }
    return (size_t) (to - out);
}

/* Other characters of UTF-16 are few at a time: a run of ASCII follows. */
static size_t utf16(rk__transcoder *t, const char **in, size_t *n_in, bool last, char *out,
                    size_t room)
{
    size_t done = 0;
    for (;;) {
        const size_t narrowed = narrow(t, *in, *n_in, out + done, room - done);
        *in += 2 * narrowed;
        *n_in -= 2 * narrowed;
        done += narrowed;
        const size_t some = *n_in < 4 ? *n_in : 4;
        const size_t before = *n_in;
        if (some == 0 || room - done < RK__TRANSCODE_ROOM) {
            return done;
        }
        /* A unit and the one that may belong to it. */
        done += by_iconv(t, in, n_in, some, last, out + done, room - done);
        if (*n_in == before) {
            return done;
        }
    }
}

size_t rk__transcode(rk__transcoder *transcoder, const char **in, size_t *n_in, bool last,
                     char *out, size_t room)
{
    const size_t mark = transcoder->mark < *n_in ? transcoder->mark : *n_in;
    *in += mark;
    *n_in -= mark;
    transcoder->mark -= mark;
    switch (transcoder->kind) {
    case SINGLE_BYTES:
        return single_bytes(transcoder, in, n_in, out, room);
    case UTF16:
        return utf16(transcoder, in, n_in, last, out, room);
    default:
        return by_iconv(transcoder, in, n_in, *n_in, last, out, room);
    }
}
