/* SPDX-License-Identifier: MIT
 *
 * exchange.c: the options of a request, the checks of its connection, and its outcome.
 */
#include "fetch/exchange.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef RK_VERSION
#define RK_VERSION "dev"
#endif

/* ------------------------------------------------------------- connections */

/* The numeric address of a peer; an IPv4 address wrapped in an IPv6 one is unwrapped, so that it
 * is not mistaken for another. */
static bool peer_text(const struct curl_sockaddr *address, char *out, size_t size)
{
    const void *bytes = NULL;
    int family = address->family;
    if (family == AF_INET) {
        bytes = &((const struct sockaddr_in *) (const void *) &address->addr)->sin_addr;
    } else if (family == AF_INET6) {
        const struct in6_addr *six =
            &((const struct sockaddr_in6 *) (const void *) &address->addr)->sin6_addr;
        bytes = six;
        if (IN6_IS_ADDR_V4MAPPED(six)) {
            bytes = (const unsigned char *) six + 12;
            family = AF_INET;
        }
    }
    return bytes != NULL && inet_ntop(family, bytes, out, (socklen_t) size) != NULL;
}

/* Whether an untrusted run may contact an address that an allowed name resolves to. Whoever
 * controls the name controls the address, so a private address must be allowed itself; only
 * "localhost" permits loopback. */
static bool peer_allowed(const rk__exchange *ex, const char *peer)
{
    if (!rk__access_is_private(peer)) {
        return true;
    }
    if (strcmp(ex->url->host, "localhost") == 0) {
        return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0;
    }
    return rk__access_host(ex->options->access, peer, ex->url->port, NULL, NULL) == RK_OK;
}

/* libcurl asks for a socket when it has resolved the name and is about to connect to this very
 * address: what is checked here is what is contacted. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    rk__exchange *ex = ctx;
    (void) purpose;
    const rk__access *access = ex->options->access;
    if (access != NULL && access->untrusted) {
        char peer[INET6_ADDRSTRLEN] = "an address of an unknown kind";
        if (!peer_text(address, peer, sizeof peer) || !peer_allowed(ex, peer)) {
            ex->fault = RK__FAULT_PEER;
            snprintf(ex->peer, sizeof ex->peer, "%s", peer);
            return CURL_SOCKET_BAD;
        }
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ------------------------------------------------------------- the request */

static CURLcode set_limits(CURL *easy, const rk__fetch_options *options, long time_ms)
{
    /* A server that sends less than this counts as lost; this is noticed after at most half of the
     * allowed time, or all of it if that is short. */
    const long least_bytes_per_second = 16, patience_s = 30;
    long half_s = time_ms < 8000 ? time_ms / 1000 : time_ms / 2000;
    CURLcode code = CURLE_OK;
#define SET(option, value) (code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code)
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, options->connect_timeout_ms);
    SET(CURLOPT_TIMEOUT_MS, time_ms > 0 ? time_ms : 1L);
    SET(CURLOPT_LOW_SPEED_LIMIT, least_bytes_per_second);
    SET(CURLOPT_LOW_SPEED_TIME, half_s < 1 ? 1L : half_s < patience_s ? half_s : patience_s);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    if (options->ca_file != NULL) {
        SET(CURLOPT_CAINFO, options->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (options->access != NULL && options->access->untrusted) {
        SET(CURLOPT_PROXY, ""); /* ignoring the environment */
    }
    return code;
}

static CURLcode set_request(rk__exchange *ex, bool with_credentials)
{
    CURL *easy = ex->easy;
    CURLcode code = CURLE_OK;
    SET(CURLOPT_ERRORBUFFER, ex->detail);
    SET(CURLOPT_PRIVATE, ex);
    SET(CURLOPT_URL, ex->url->whole);
    SET(CURLOPT_USERAGENT, "reckoner/" RK_VERSION);
    SET(CURLOPT_HTTPHEADER, ex->request_headers);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, ex);
    SET(CURLOPT_HEADERFUNCTION, rk__exchange_on_head);
    SET(CURLOPT_HEADERDATA, ex);
    SET(CURLOPT_WRITEFUNCTION, rk__exchange_on_body);
    SET(CURLOPT_WRITEDATA, ex);
    if (with_credentials && ex->url->user != NULL) {
        SET(CURLOPT_HTTPAUTH, (long) CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, ex->url->user);
    }
    if (with_credentials && ex->url->password != NULL) {
        SET(CURLOPT_PASSWORD, ex->url->password);
    }
    return code;
#undef SET
}

static rk_status add_header(rk__exchange *ex, const char *name, const char *value)
{
    if (value == NULL) {
        return RK_OK;
    }
    rk__buf line = {0};
    rk__buf_printf(&line, "%s: %s", name, value);
    struct curl_slist *longer =
        line.failed ? NULL : curl_slist_append(ex->request_headers, line.text);
    rk__buf_dispose(&line);
    if (longer == NULL) {
        return RK_NO_MEMORY;
    }
    ex->request_headers = longer;
    return RK_OK;
}

rk_status rk__exchange_begin(rk__exchange *ex, const rk__fetch_options *options, const rk__url *url,
                             bool with_credentials, const char *etag, const char *last_modified,
                             long time_ms)
{
    *ex = (rk__exchange){.options = options, .url = url, .content_length = -1};
    ex->conditional = etag != NULL || last_modified != NULL;
    rk_status status = add_header(ex, "Accept", "application/json, text/csv, */*;q=0.5");
    if (status == RK_OK) {
        status = add_header(ex, "Accept-Encoding", "gzip");
    }
    if (status == RK_OK) {
        status = add_header(ex, "If-None-Match", etag);
    }
    if (status == RK_OK) {
        status = add_header(ex, "If-Modified-Since", last_modified);
    }
    ex->easy = status == RK_OK ? curl_easy_init() : NULL;
    CURLcode code = ex->easy != NULL ? set_limits(ex->easy, options, time_ms) : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK) {
        code = set_request(ex, with_credentials);
    }
    if (code != CURLE_OK) {
        rk__exchange_dispose(ex);
        return code == CURLE_OUT_OF_MEMORY ? RK_NO_MEMORY : RK_TARIFF_UNAVAILABLE;
    }
    return RK_OK;
}

void rk__exchange_dispose(rk__exchange *ex)
{
    curl_easy_cleanup(ex->easy);
    curl_slist_free_all(ex->request_headers);
    if (ex->zip_begun) {
        inflateEnd(&ex->zip);
    }
    rk__free(ex->etag);
    rk__free(ex->last_modified);
    rk__free(ex->location);
    rk__buf_dispose(&ex->body);
    *ex = (rk__exchange){0};
}

/* ------------------------------------------------------------- the verdict */

static const char *status_words(long status)
{
    static const struct {
        long status;
        const char *words;
    } known[] = {{401, ": it requires credentials"},
                 {403, ": it refuses access"},
                 {404, ": not found"},
                 {410, ": gone"},
                 {429, ": too many requests"},
                 {500, ": an internal error"},
                 {502, ": bad gateway"},
                 {503, ": not available"},
                 {504, ": gateway timeout"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].status == status) {
            return known[i].words;
        }
    }
    return "";
}

static rk__answer judge_fault(const rk__exchange *ex, char *reason, size_t size)
{
    switch (ex->fault) {
    case RK__FAULT_PEER:
        snprintf(reason, size, "'%s' stands for the private address %s", ex->url->host, ex->peer);
        return RK__ANSWER_FORBIDDEN;
    case RK__FAULT_TOO_LARGE:
        snprintf(reason, size, "the document is larger than %zu bytes", ex->options->max_bytes);
        return RK__ANSWER_FAILED;
    case RK__FAULT_HEAD:
        snprintf(reason, size,
                 "the head of the server's response is too long or contradicts itself");
        return RK__ANSWER_FAILED;
    case RK__FAULT_ENCODING:
        snprintf(reason, size,
                 "the response is not encoded as requested, or its compression is damaged");
        return RK__ANSWER_FAILED;
    default:
        return RK__ANSWER_NO_MEMORY;
    }
}

/* A response with a complete head; a body that nobody wants may be truncated. */
static rk__answer judge_status(const rk__exchange *ex, char *reason, size_t size)
{
    long status = ex->status;
    if (status == 304 && ex->conditional) {
        return RK__ANSWER_NOT_MODIFIED;
    }
    bool redirect =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (redirect && ex->location != NULL) {
        return RK__ANSWER_REDIRECT;
    }
    snprintf(reason, size, "the server answered %ld%s", status, status_words(status));
    return status >= 500 || status == 429 ? RK__ANSWER_TRY_LATER : RK__ANSWER_FAILED;
}

/* libcurl also reports "out of memory" for a header line longer than it accepts, which can
 * happen only after the request was sent. */
static bool head_too_long(const rk__exchange *ex)
{
    curl_off_t sent_after_us = 0;
    return curl_easy_getinfo(ex->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_after_us) == CURLE_OK &&
           sent_after_us > 0;
}

static rk__answer judge_error(const rk__exchange *ex, CURLcode code, char *reason, size_t size)
{
    const char *detail = ex->detail[0] != '\0' ? ex->detail : curl_easy_strerror(code);
    switch (code) {
    case CURLE_OUT_OF_MEMORY:
        return RK__ANSWER_NO_MEMORY;
    case CURLE_COULDNT_RESOLVE_HOST:
        snprintf(reason, size, "no address found for '%s'", ex->url->host);
        return RK__ANSWER_FAILED;
    case CURLE_OPERATION_TIMEDOUT:
        snprintf(reason, size, "it took too long (%s)", detail);
        return RK__ANSWER_FAILED;
    case CURLE_PEER_FAILED_VERIFICATION:
        snprintf(reason, size, "the server's certificate is not trusted (%s)", detail);
        return RK__ANSWER_FAILED;
    case CURLE_SSL_CACERT_BADFILE:
        snprintf(reason, size, "cannot use the file of trusted certificates (%s)", detail);
        return RK__ANSWER_FAILED;
    case CURLE_COULDNT_CONNECT:
        snprintf(reason, size, "cannot reach the server (%s)", detail);
        return RK__ANSWER_TRY_LATER;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        snprintf(reason, size, "the connection was lost (%s)", detail);
        return RK__ANSWER_TRY_LATER;
    default:
        snprintf(reason, size, "%s", detail);
        return RK__ANSWER_FAILED;
    }
}

/* Whether only the end of the connection ends the body. Over http nothing else does; over https
 * TLS's close notification would, but libcurl does not require it, so an attacker on the path could
 * truncate the body. */
static bool end_is_anybodys(const rk__exchange *ex)
{
    long version = 0;
    return ex->url->https && !ex->gzip && ex->chunked == 0 && ex->content_length < 0 &&
           curl_easy_getinfo(ex->easy, CURLINFO_HTTP_VERSION, &version) == CURLE_OK &&
           (version == CURL_HTTP_VERSION_1_0 || version == CURL_HTTP_VERSION_1_1);
}

rk__answer rk__exchange_end(rk__exchange *ex, CURLcode code, char *reason, size_t size)
{
    /* A refused address does not matter if another address of the name was used. */
    bool refused = ex->fault == RK__FAULT_PEER;
    if (ex->fault != RK__FAULT_NONE && (!refused || code != CURLE_OK)) {
        return judge_fault(ex, reason, size);
    }
    if (ex->status != 0 && ex->status != 200) {
        return judge_status(ex, reason, size);
    }
    if (code == CURLE_OUT_OF_MEMORY && head_too_long(ex)) {
        ex->fault = RK__FAULT_HEAD;
        return judge_fault(ex, reason, size);
    }
    if (code != CURLE_OK) {
        return judge_error(ex, code, reason, size);
    }
    if (ex->status == 0) {
        snprintf(reason, size, "the server's response is not HTTP");
        return RK__ANSWER_FAILED;
    }
    if (ex->gzip && !ex->zip_ended) {
        ex->fault = RK__FAULT_ENCODING;
        return judge_fault(ex, reason, size);
    }
    if (end_is_anybodys(ex)) {
        snprintf(reason, size, "the server does not say where the document ends");
        return RK__ANSWER_FAILED;
    }
    if (!ex->gzip && ex->content_length >= 0 && (uint64_t) ex->content_length != ex->body.length) {
        snprintf(reason, size, "received only %zu of %lld bytes", ex->body.length,
                 (long long) ex->content_length);
        return RK__ANSWER_TRY_LATER;
    }
    return RK__ANSWER_BODY;
}
