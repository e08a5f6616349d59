/* SPDX-License-Identifier: MIT
 *
 * exchange.h: one HTTP request and its answer, as a libcurl easy handle that the
 * caller runs.
 *
 * An answer counts only if it is complete: framing headers that contradict each
 * other are refused, and compressed bodies are unpacked here, because libcurl
 * takes a gzip stream that ends too early for a whole one. Redirects are not
 * followed here: each hop is an exchange of its own (transfer.h).
 */
#ifndef RK_FETCH_EXCHANGE_H
#define RK_FETCH_EXCHANGE_H

#include <curl/curl.h>
#include <zlib.h>

#include "access/url.h"
#include "fetch/fetch.h"

/* What came of an exchange. */
typedef enum rk__answer {
    RK__ANSWER_BODY = 1,     /* 200 and its whole body */
    RK__ANSWER_NOT_MODIFIED, /* 304 to a request that had validators */
    RK__ANSWER_REDIRECT,     /* to `location` */
    RK__ANSWER_TRY_LATER,    /* 5xx, 429, or the connection was lost */
    RK__ANSWER_FORBIDDEN,    /* the name stands for an address that this run may not contact */
    RK__ANSWER_FAILED,       /* and would fail again */
    RK__ANSWER_NO_MEMORY
} rk__answer;

typedef enum rk__fault {
    RK__FAULT_NONE = 0,
    RK__FAULT_TOO_LARGE,
    RK__FAULT_HEAD,     /* the head is too long or contradicts itself */
    RK__FAULT_ENCODING, /* an encoding that nobody asked for, or broken gzip */
    RK__FAULT_PEER,     /* `peer` is private */
    RK__FAULT_NO_MEMORY
} rk__fault;

/* Begins as {0}. */
typedef struct rk__exchange {
    CURL *easy;
    struct curl_slist *request_headers;
    const rk__fetch_options *options; /* borrowed, as are the next */
    const rk__url *url;
    bool conditional; /* the request had validators */

    /* The head of the answer. */
    long status; /* 0 until a final answer's head is complete */
    char *etag, *last_modified, *location;
    int64_t content_length; /* -1: not given */
    int chunked, encodings;
    bool gzip, head_ended, framing_line;
    size_t head_bytes;

    /* Its body. */
    rk__buf body;
    size_t dropped_bytes; /* of an answer whose body nobody wants */
    z_stream zip;
    bool zip_begun, zip_ended;

    rk__fault fault;
    char peer[64]; /* the private address */
    char detail[CURL_ERROR_SIZE];
} rk__exchange;

/* Makes the request ready in ex->easy. The strings and `options` (defaults filled
 * in) are borrowed until rk__exchange_dispose. `time_ms` is what is left of the
 * time for the whole. RK_NO_MEMORY or RK_TARIFF_UNAVAILABLE (libcurl lacks
 * something, or the CA file cannot be used). */
rk_status rk__exchange_begin(rk__exchange *ex, const rk__fetch_options *options, const rk__url *url,
                             bool with_credentials, const char *etag, const char *last_modified,
                             long time_ms);
/* Judges the answer after libcurl is done with it. For the kinds that fail, puts a
 * reason into words ("the server answered 404, not found"). */
rk__answer rk__exchange_end(rk__exchange *ex, CURLcode code, char *reason, size_t size);
void rk__exchange_dispose(rk__exchange *ex);

#endif
