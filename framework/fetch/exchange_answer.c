/* SPDX-License-Identifier: MIT
 *
 * exchange_answer.c: reading a response. The head says how the body is framed; a head that can be
 * read in two ways is refused, since one of them is a truncated body. The size limit applies to the
 * unpacked bytes.
 */
#include "fetch/exchange.h"

#include <string.h>
#include <strings.h>

#define HEAD_BYTES_MAX    ((size_t) 128 << 10)
#define DROPPED_BYTES_MAX ((size_t) 64 << 10)
#define UNPACKED_PIECE    16384

/* -------------------------------------------------------------------- head */

typedef struct slice {
    const char *text;
    size_t length;
} slice;

static slice trimmed(const char *text, size_t length)
{
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    while (length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    return (slice){text, length};
}

static bool is_word(slice value, const char *word)
{
    return value.length == strlen(word) && strncasecmp(value.text, word, value.length) == 0;
}

static bool head_fault(rk__exchange *ex, rk__fault fault)
{
    ex->fault = fault;
    return false;
}

/* The same value twice is harmless; two different values are not. */
static bool on_content_length(rk__exchange *ex, slice value)
{
    int64_t n = 0;
    if (value.length == 0) {
        return head_fault(ex, RK__FAULT_HEAD);
    }
    for (size_t i = 0; i < value.length; i++) {
        if (value.text[i] < '0' || value.text[i] > '9') {
            return head_fault(ex, RK__FAULT_HEAD);
        }
        n = n > INT64_MAX / 100 ? n : n * 10 + (value.text[i] - '0'); /* overflow: too large
                                                                       * either way */
    }
    if (ex->content_length >= 0 && ex->content_length != n) {
        return head_fault(ex, RK__FAULT_HEAD);
    }
    ex->content_length = n;
    return true;
}

static bool on_transfer_encoding(rk__exchange *ex, slice value)
{
    if (is_word(value, "chunked")) {
        ex->chunked++;
    } else if (!is_word(value, "identity")) {
        return head_fault(ex, RK__FAULT_HEAD);
    }
    return ex->chunked <= 1 || head_fault(ex, RK__FAULT_HEAD);
}

static bool on_content_encoding(rk__exchange *ex, slice value)
{
    if (is_word(value, "gzip") || is_word(value, "x-gzip")) {
        ex->gzip = true;
        ex->encodings++;
    } else if (value.length > 0 && !is_word(value, "identity")) {
        ex->encodings = 2; /* refused later, if the body is needed */
    }
    return true;
}

/* Keeps a header's value. A validator that is not plain text is useless and could be an attempt
 * to inject into our next request. */
static bool keep(rk__exchange *ex, slice value, char **to)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char) value.text[i];
        if (c < 0x20 || c >= 0x7f) {
            return true;
        }
    }
    rk__buf text = {0};
    rk__buf_add(&text, value.text, value.length);
    if (text.failed) {
        rk__buf_dispose(&text);
        return head_fault(ex, RK__FAULT_NO_MEMORY);
    }
    rk__free(*to);
    *to = text.text;
    return true;
}

static bool on_location(rk__exchange *ex, slice value)
{
    char *earlier = ex->location;
    ex->location = NULL;
    bool fine = value.length == 0 || keep(ex, value, &ex->location);
    if (fine && earlier != NULL && (ex->location == NULL || strcmp(earlier, ex->location) != 0)) {
        fine = head_fault(ex, RK__FAULT_HEAD);
    }
    rk__free(earlier);
    return fine;
}

static bool on_header(rk__exchange *ex, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (length > 0 && (line[0] == ' ' || line[0] == '\t')) {
        /* A folded line: refused if it continues a framing header. */
        return !ex->framing_line || head_fault(ex, RK__FAULT_HEAD);
    }
    if (colon == NULL) {
        return true;
    }
    slice name = {line, (size_t) (colon - line)};
    if (memchr(name.text, ' ', name.length) != NULL || memchr(name.text, '\t', name.length)) {
        /* "Content-Length : 4": some parsers take it for that header, others do not. */
        return head_fault(ex, RK__FAULT_HEAD);
    }
    slice value = trimmed(colon + 1, length - (size_t) (colon - line) - 1);
    ex->framing_line = true;
    if (is_word(name, "Content-Length")) {
        return on_content_length(ex, value);
    }
    if (is_word(name, "Transfer-Encoding")) {
        return on_transfer_encoding(ex, value);
    }
    if (is_word(name, "Content-Encoding")) {
        return on_content_encoding(ex, value);
    }
    if (is_word(name, "Location")) {
        return on_location(ex, value);
    }
    ex->framing_line = false;
    if (is_word(name, "ETag") && value.length > 0) {
        return keep(ex, value, &ex->etag);
    }
    if (is_word(name, "Last-Modified") && value.length > 0) {
        return keep(ex, value, &ex->last_modified);
    }
    return true;
}

/* A status line: of the final response, or of an interim one (100, 103), of which nothing is
 * kept. */
static void begin_head(rk__exchange *ex)
{
    rk__free(ex->etag);
    rk__free(ex->last_modified);
    rk__free(ex->location);
    ex->etag = ex->last_modified = ex->location = NULL;
    ex->content_length = -1;
    ex->chunked = ex->encodings = 0;
    ex->gzip = ex->framing_line = false;
}

static bool end_head(rk__exchange *ex)
{
    long status = 0;
    if (curl_easy_getinfo(ex->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status < 200) {
        return true;
    }
    ex->head_ended = true;
    ex->status = status;
    if (status != 200) {
        return true;
    }
    if (ex->chunked > 0 && ex->content_length >= 0) {
        return head_fault(ex, RK__FAULT_HEAD);
    }
    if (ex->encodings > 1) {
        return head_fault(ex, RK__FAULT_ENCODING);
    }
    if (ex->content_length >= 0 && (uint64_t) ex->content_length > ex->options->max_bytes) {
        return head_fault(ex, RK__FAULT_TOO_LARGE);
    }
    return true;
}

/* A NUL or CR within a line ends it for some parsers and not for others. */
static bool is_clean(const char *line, size_t length)
{
    size_t end = trimmed(line, length).length + (size_t) (trimmed(line, length).text - line);
    return memchr(line, '\0', length) == NULL && memchr(line, '\r', end) == NULL;
}

size_t rk__exchange_on_head(char *line, size_t size, size_t n, void *ctx)
{
    rk__exchange *ex = ctx;
    size_t length = size * n;
    bool fine = true;
    ex->head_bytes += length;
    if (ex->head_bytes > HEAD_BYTES_MAX || (!ex->head_ended && !is_clean(line, length))) {
        fine = head_fault(ex, RK__FAULT_HEAD);
    } else if (ex->head_ended) {
        /* Trailers of a chunked body are ignored. */
    } else if (length >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        begin_head(ex);
    } else if (trimmed(line, length).length == 0 && line[0] != ' ' && line[0] != '\t') {
        fine = end_head(ex);
    } else {
        fine = on_header(ex, line, length);
    }
    return fine ? length : 0;
}

/* -------------------------------------------------------------------- body */

static bool add_to_body(rk__exchange *ex, const void *bytes, size_t n)
{
    if (n > ex->options->max_bytes - ex->body.length) {
        return head_fault(ex, RK__FAULT_TOO_LARGE);
    }
    rk__buf_add(&ex->body, bytes, n);
    return !ex->body.failed || head_fault(ex, RK__FAULT_NO_MEMORY);
}

static void *zip_alloc(void *ctx, uInt n, uInt size)
{
    (void) ctx;
    return rk__calloc(n, size);
}

static void zip_free(void *ctx, void *p)
{
    (void) ctx;
    rk__free(p);
}

static bool begin_zip(rk__exchange *ex)
{
    const int gzip_only = 15 + 16;
    ex->zip.zalloc = zip_alloc;
    ex->zip.zfree = zip_free;
    if (inflateInit2(&ex->zip, gzip_only) != Z_OK) {
        return head_fault(ex, RK__FAULT_NO_MEMORY);
    }
    ex->zip_begun = true;
    return true;
}

/* Unpacks a piece. A stream may have several members; nothing may follow the last. */
static bool unpack(rk__exchange *ex, char *piece, size_t length)
{
    unsigned char out[UNPACKED_PIECE];
    if (!ex->zip_begun && !begin_zip(ex)) {
        return false;
    }
    ex->zip.next_in = (unsigned char *) piece;
    ex->zip.avail_in = (uInt) length;
    do {
        if (ex->zip_ended) {
            if (ex->zip.avail_in == 0) {
                return true;
            }
            ex->zip_ended = false;
            if (inflateReset(&ex->zip) != Z_OK) {
                return head_fault(ex, RK__FAULT_ENCODING);
            }
        }
        ex->zip.next_out = out;
        ex->zip.avail_out = sizeof out;
        int code = inflate(&ex->zip, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            return head_fault(ex, code == Z_MEM_ERROR ? RK__FAULT_NO_MEMORY : RK__FAULT_ENCODING);
        }
        ex->zip_ended = code == Z_STREAM_END;
        if (!add_to_body(ex, out, sizeof out - ex->zip.avail_out)) {
            return false;
        }
    } while (ex->zip.avail_in > 0 || ex->zip.avail_out == 0);
    return true;
}

size_t rk__exchange_on_body(char *piece, size_t size, size_t n, void *ctx)
{
    rk__exchange *ex = ctx;
    size_t length = size * n;
    if (ex->status != 200) {
        /* The body of an error page or a redirect: reading a little of it keeps the connection
         * usable. */
        ex->dropped_bytes += length;
        return ex->dropped_bytes <= DROPPED_BYTES_MAX ? length : 0;
    }
    bool fine = ex->gzip ? unpack(ex, piece, length) : add_to_body(ex, piece, length);
    return fine ? length : 0;
}
