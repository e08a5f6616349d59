/* SPDX-License-Identifier: MIT
 *
 * url.c: parsing URLs with libcurl's own parser, so that what is checked is what is contacted.
 */
#include "access/url.h"

#include <curl/curl.h>
#include <string.h>

#include "base/alloc.h"

/* Copies a part into our memory; a missing part leaves *out NULL. */
static rk_status url_part(CURLU *handle, CURLUPart part, unsigned flags, char **out)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(handle, part, &text, flags);
    if (code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD) {
        return RK_OK;
    }
    if (code != CURLUE_OK) {
        return code == CURLUE_OUT_OF_MEMORY ? RK_NO_MEMORY : RK_OUT_OF_RANGE;
    }
    *out = rk__strdup(text);
    curl_free(text);
    return *out != NULL ? RK_OK : RK_NO_MEMORY;
}

static void lower(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z') {
            *text = (char) (*text + ('a' - 'A'));
        }
    }
}

/* A URL writes "[::1]" for what is "::1" everywhere else. */
static void strip_brackets(char *host)
{
    size_t length = strlen(host);
    if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
        memmove(host, host + 1, length - 2);
        host[length - 2] = '\0';
    }
}

/* Accepts only the two schemes; the parser has made the scheme lower case. */
static rk_status url_scheme(CURLU *handle, rk__url *out)
{
    char *scheme = NULL;
    rk_status status = url_part(handle, CURLUPART_SCHEME, 0, &scheme);
    if (status == RK_OK) {
        out->https = strcmp(scheme, "https") == 0;
        status = out->https || strcmp(scheme, "http") == 0 ? RK_OK : RK_FORBIDDEN;
    }
    rk__free(scheme);
    return status;
}

static rk_status url_port(CURLU *handle, rk__url *out)
{
    char *port = NULL;
    rk_status status = url_part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT, &port);
    if (status == RK_OK) {
        for (const char *p = port; *p >= '0' && *p <= '9' && out->port < 100000; p++) {
            out->port = out->port * 10 + (*p - '0');
        }
        status = out->port >= 1 && out->port <= 65535 ? RK_OK : RK_OUT_OF_RANGE;
    }
    rk__free(port);
    return status;
}

/* Makes the host lower case, so that one server has one spelling. */
static rk_status url_host(CURLU *handle, rk__url *out)
{
    rk_status status = url_part(handle, CURLUPART_HOST, 0, &out->host);
    if (status != RK_OK) {
        return status;
    }
    lower(out->host);
    if (out->host[0] == '\0') {
        return RK_OUT_OF_RANGE;
    }
    CURLUcode code = curl_url_set(handle, CURLUPART_HOST, out->host, 0);
    strip_brackets(out->host);
    return code == CURLUE_OK              ? RK_OK
           : code == CURLUE_OUT_OF_MEMORY ? RK_NO_MEMORY
                                          : RK_OUT_OF_RANGE;
}

/* Removes the credentials and the fragment before the URL is printed. */
static rk_status url_whole(CURLU *handle, rk__url *out)
{
    static const CURLUPart kept_apart[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                                           CURLUPART_FRAGMENT};
    rk_status status = url_part(handle, CURLUPART_USER, CURLU_URLDECODE, &out->user);
    if (status == RK_OK) {
        status = url_part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE, &out->password);
    }
    for (size_t i = 0; status == RK_OK && i < sizeof kept_apart / sizeof *kept_apart; i++) {
        if (curl_url_set(handle, kept_apart[i], NULL, 0) != CURLUE_OK) {
            status = RK_NO_MEMORY;
        }
    }
    if (status == RK_OK) {
        status = url_part(handle, CURLUPART_URL, CURLU_NO_DEFAULT_PORT, &out->whole);
    }
    return status;
}

static rk_status url_set(CURLU *handle, const char *text)
{
    CURLUcode code = curl_url_set(handle, CURLUPART_URL, text, CURLU_URLENCODE);
    return code == CURLUE_OK                   ? RK_OK
           : code == CURLUE_OUT_OF_MEMORY      ? RK_NO_MEMORY
           : code == CURLUE_UNSUPPORTED_SCHEME ? RK_FORBIDDEN
                                               : RK_OUT_OF_RANGE;
}

rk_status rk__url_parse(const char *text, const char *base, rk__url *out)
{
    *out = (rk__url){0};
    CURLU *handle = curl_url();
    if (handle == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = base != NULL ? url_set(handle, base) : RK_OK;
    if (status == RK_OK) {
        status = url_set(handle, text);
    }
    if (status == RK_OK) {
        status = url_scheme(handle, out);
    }
    if (status == RK_OK) {
        status = url_port(handle, out);
    }
    if (status == RK_OK) {
        status = url_host(handle, out);
    }
    if (status == RK_OK) {
        status = url_whole(handle, out);
    }
    curl_url_cleanup(handle);
    if (status != RK_OK) {
        rk__url_dispose(out);
    }
    return status;
}

void rk__url_dispose(rk__url *url)
{
    if (url != NULL) {
        rk__free(url->whole);
        rk__free(url->host);
        rk__free(url->user);
        rk__free(url->password);
        *url = (rk__url){0};
    }
}

bool rk__url_same_origin(const rk__url *a, const rk__url *b)
{
    return a->https == b->https && a->port == b->port && strcmp(a->host, b->host) == 0;
}

bool rk__url_may_have_credentials(const char *text)
{
    return strchr(text, '@') != NULL;
}

/* Cuts to size and replaces bytes that could upset a terminal. */
static void show_plain(const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (; *text != '\0'; text++) {
        if (used + 4 >= size) {
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        unsigned char c = (unsigned char) *text;
        out[used++] = c < 0x20 || c >= 0x7f ? '?' : (char) c;
    }
    out[used] = '\0';
}

const char *rk__url_show(const char *text, char *out, size_t size)
{
    rk__url url;
    const char *at = strrchr(text, '@');
    if (rk__url_parse(text, NULL, &url) == RK_OK) {
        show_plain(url.whole, out, size);
        rk__url_dispose(&url);
    } else {
        /* Where the password of a malformed URL ends is unknown: omit all that could belong to
         * it. */
        show_plain(at != NULL ? at + 1 : text, out, size);
    }
    return out;
}
