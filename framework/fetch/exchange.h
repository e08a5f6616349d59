/* SPDX-License-Identifier: MIT
 *
 * exchange.h: one HTTP request and its response, as a libcurl easy handle that the caller runs.
 *
 * A response counts only if it is complete: framing headers that contradict each other are refused,
 * and compressed bodies are unpacked here, because libcurl accepts a gzip stream that ends early.
 * Redirects are not followed here: each hop is an exchange of its own (transfer.h).
 */
#pragma once

#include <curl/curl.h>
#include <zlib.h>

#include "access/url.h"
#include "fetch/fetch.h"
#include <stddef.h>

/* Outcome of an exchange. */
typedef enum rk__answer {
    RK__ANSWER_BODY = 1,     /* 200 and its complete body */
    RK__ANSWER_NOT_MODIFIED, /* 304 to a request that had validators */
    RK__ANSWER_REDIRECT,     /* to `location` */
    RK__ANSWER_TRY_LATER,    /* 5xx, 429, or the connection was lost */
    RK__ANSWER_FORBIDDEN,    /* the name resolves to an address that this run may not contact */
    RK__ANSWER_FAILED,       /* permanent: a retry would fail too */
    RK__ANSWER_NO_MEMORY
} rk__answer;

typedef enum rk__fault {
    RK__FAULT_NONE = 0,
    RK__FAULT_TOO_LARGE,
    RK__FAULT_HEAD,     /* the head is too long or contradicts itself */
    RK__FAULT_ENCODING, /* an encoding that was not requested, or damaged gzip */
    RK__FAULT_PEER,     /* `peer` is private */
    RK__FAULT_NO_MEMORY
} rk__fault;

/* Starts as {0}. */
typedef struct rk__exchange {
    CURL *easy;
    struct curl_slist *request_headers;
    const rk__fetch_options *options; /* borrowed, as are the next two */
    const rk__url *url;
    bool conditional; /* the request had validators */

    /* The head of the response. */
    long status; /* 0 until the head of a final response is complete */
    char *etag, *last_modified, *location;
    int64_t content_length; /* -1: not given */
    int chunked, encodings;
    bool gzip, head_ended, framing_line;
    size_t head_bytes;

    /* Its body. */
    rk__buf body;
    size_t dropped_bytes; /* of a response whose body is not wanted */
    z_stream zip;
    bool zip_begun, zip_ended;

    rk__fault fault;
    char peer[64]; /* the private address */
    char detail[CURL_ERROR_SIZE];
} rk__exchange;

/* Prepares the request in ex->easy. The strings and `options` (defaults filled in) are borrowed
 * until rk__exchange_dispose. `time_ms` is the time left for the whole. RK_NO_MEMORY or
 * RK_TARIFF_UNAVAILABLE (libcurl lacks a feature, or the CA file is unusable). */
rk_status rk__exchange_begin(rk__exchange *ex, const rk__fetch_options *options, const rk__url *url,
                             bool with_credentials, const char *etag, const char *last_modified,
                             long time_ms);
/* Classifies the response after libcurl has finished. For a failure, writes the reason ("the
 * server answered 404, not found"). */
rk__answer rk__exchange_end(rk__exchange *ex, CURLcode code, char *reason, size_t size);
void rk__exchange_dispose(rk__exchange *ex);

/* exchange_answer.c: libcurl's callbacks for header lines and body pieces; ctx is the rk__exchange.
 */

size_t rk__exchange_on_head(char *line, size_t size, size_t n, void *ctx);
size_t rk__exchange_on_body(char *piece, size_t size, size_t n, void *ctx);
