/* SPDX-License-Identifier: MIT
 *
 * fetch.c: between the requests, the cache and the network. Requests for one URL form a group: the
 * cache is read once and the server asked once for all of them, and then each request is served on
 * its own terms (pin, age).
 */
#include "fetch/fetch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fetch/cache.h"
#include "fetch/transfer.h"

typedef struct group {
    const rk__url *url; /* of its first request */
    rk__cache_copy cached;
    rk__cache_copy fetched;      /* `text` is set if the server sent a new body */
    bool ask, answered, current; /* the server confirmed that `cached` is current */
    rk__transfer *transfer;
    rk_status refused;    /* what `try_body` returned for the body; RK_OK if it took it */
    rk_problems *reasons; /* why it was refused */
} group;

typedef struct ask {
    const rk__fetch_request *request;
    rk__url url;
    char pin[RK__SHA256_TEXT]; /* lower case; "" for none */
    size_t group;
    bool settled; /* out[i] is final */
} ask;

typedef struct run {
    rk__fetch_options options;
    bool offline;
    char *folder; /* of the cache; NULL if there is none */
    int64_t now;
    ask *asks;
    group *groups;
    rk__transfer *transfers;
    size_t n, n_groups, n_transfers;
    rk__fetched *out;
    rk_problems *problems;
} run;

/* ---------------------------------------------------------------- problems */

/* A problem placed where the URL is named. Omits the source line if it may contain a password. */
static rk_status report(run *r, const ask *a, rk_status status, const char *hint,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
static rk_status report(run *r, const ask *a, rk_status status, const char *hint,
                        const char *format, ...)
{
    rk__arena arena = {0};
    rk__place place = {0};
    va_list args;
    if (a->request->at != NULL) {
        rk__json_place(a->request->at, &place, &arena);
    }
    if (place.excerpt != NULL && rk__url_may_have_credentials(place.excerpt)) {
        place.excerpt = NULL;
    }
    va_start(args, format);
    rk__problem_v(r->problems, status, &place, hint != NULL && hint[0] != '\0' ? hint : NULL,
                  format, args);
    va_end(args);
    rk__arena_dispose(&arena);
    return status;
}

static rk_status settle_failed(run *r, ask *a, rk_status status)
{
    r->out[a - r->asks].status = status;
    a->settled = true;
    return RK_OK;
}

static void date_text(int64_t when, char out[11])
{
    struct tm parts;
    time_t t = (time_t) when;
    if (gmtime_r(&t, &parts) == NULL || strftime(out, 11, "%Y-%m-%d", &parts) != 10) {
        memcpy(out, "an unknown", 11);
    }
}

/* ---------------------------------------------------------------- requests */

static bool read_pin(const char *text, char pin[RK__SHA256_TEXT])
{
    if (strlen(text) != 64) {
        return false;
    }
    for (size_t i = 0; i <= 64; i++) {
        pin[i] = text[i] >= 'A' && text[i] <= 'F' ? (char) (text[i] + ('a' - 'A')) : text[i];
    }
    return rk__is_sha256(pin);
}

/* Reads the request's URL and pin; an error in them settles it. */
static rk_status read_request(run *r, ask *a)
{
    char shown[300], hint[300] = "";
    const rk__fetch_request *request = a->request;
    rk__url_show(request->url, shown, sizeof shown);
    rk_status status = rk__url_parse(request->url, NULL, &a->url);
    if (status == RK_NO_MEMORY) {
        return status;
    }
    if (status == RK_FORBIDDEN) {
        return settle_failed(r, a,
                             report(r, a, status, "give an http or https URL, or a path",
                                    "'%s' is neither http nor https", shown));
    }
    if (status != RK_OK) {
        return settle_failed(
            r, a,
            report(r, a, status, "write https://host/path", "'%s' is not a valid URL", shown));
    }
    if (request->sha256 != NULL && !read_pin(request->sha256, a->pin)) {
        return settle_failed(r, a,
                             report(r, a, RK_OUT_OF_RANGE, "write 64 hexadecimal digits",
                                    "'%s' is not a SHA-256 digest", request->sha256));
    }
    if (rk__transfer_allowed(r->options.access, &a->url, hint, sizeof hint) != RK_OK) {
        return settle_failed(r, a,
                             report(r, a, RK_FORBIDDEN, hint,
                                    "this run does not allow the host '%s' of '%s'", a->url.host,
                                    shown));
    }
    return RK_OK;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool has_credentials(const rk__url *url)
{
    return url->user != NULL || url->password != NULL;
}

/* Finds or makes the group of a request, and reads its cached copy once. */
static rk_status join_group(run *r, ask *a)
{
    for (size_t i = 0; i < r->n_groups; i++) {
        const rk__url *url = r->groups[i].url;
        if (strcmp(url->whole, a->url.whole) == 0 && same_text(url->user, a->url.user) &&
            same_text(url->password, a->url.password)) {
            a->group = i;
            return RK_OK;
        }
    }
    a->group = r->n_groups++;
    group *g = &r->groups[a->group];
    g->url = &a->url;
    return r->folder == NULL ? RK_OK
                             : rk__cache_read(r->folder, g->url->whole, has_credentials(g->url),
                                              r->options.max_bytes, &g->cached);
}

/* --------------------------------------------------------------- the cache */

static rk_status settle_with(run *r, ask *a, const rk__cache_copy *copy, bool from_cache)
{
    rk__fetched *out = &r->out[a - r->asks];
    out->text = rk__malloc(copy->length + 1);
    out->path = copy->path != NULL ? rk__strdup(copy->path) : NULL;
    if (out->text == NULL || (copy->path != NULL && out->path == NULL)) {
        return RK_NO_MEMORY;
    }
    memcpy(out->text, copy->text, copy->length);
    out->text[copy->length] = '\0';
    out->length = copy->length;
    memcpy(out->sha256, copy->sha256, sizeof out->sha256);
    out->from_cache = from_cache;
    out->fetched_at = copy->fetched_at;
    out->age_seconds = r->now > copy->fetched_at ? r->now - copy->fetched_at : 0;
    a->settled = true;
    return RK_OK;
}

/* The age of a copy from the future is unknown. */
static bool young_enough(const run *r, const ask *a, const rk__cache_copy *copy)
{
    int64_t days = a->request->max_age_days, age = r->now - copy->fetched_at;
    if (r->options.current_since > 0 && copy->fetched_at >= r->options.current_since && age >= 0) {
        return true;
    }
    return days > 0 && age >= 0 && age / 86400 < days;
}

/* A pinned copy never expires. */
static rk_status settle_pinned(run *r, ask *a)
{
    const group *g = &r->groups[a->group];
    rk__cache_copy copy;
    if (g->cached.text != NULL && strcmp(g->cached.sha256, a->pin) == 0) {
        return settle_with(r, a, &g->cached, true);
    }
    rk_status status = rk__cache_read_pinned(r->folder, g->url->whole, has_credentials(g->url),
                                             a->pin, r->options.max_bytes, &copy);
    if (status == RK_OK && copy.found) {
        status = settle_with(r, a, &copy, true);
    }
    rk__cache_copy_dispose(&copy);
    return status;
}

static rk_status settle_offline(run *r, ask *a)
{
    const group *g = &r->groups[a->group];
    if (g->cached.text != NULL && a->pin[0] == '\0') {
        return settle_with(r, a, &g->cached, true);
    }
    if (g->cached.text != NULL) {
        return settle_failed(
            r, a,
            report(r, a, RK_TARIFF_MISMATCH, "run without --offline to ask the server",
                   "the cached copy of '%s' has the SHA-256 digest %s; the document pins %s",
                   g->url->whole, g->cached.sha256, a->pin));
    }
    if (g->cached.damaged) {
        return settle_failed(r, a,
                             report(r, a, RK_TARIFF_UNAVAILABLE,
                                    "run without --offline to fetch it again",
                                    "the cached copy of '%s' is damaged", g->url->whole));
    }
    return settle_failed(r, a,
                         report(r, a, RK_TARIFF_UNAVAILABLE,
                                "run once without --offline to fetch it",
                                "'%s' is not in the cache", g->url->whole));
}

/* Serves a request from the cache if its terms allow that; else marks the server to be asked. */
static rk_status try_cache(run *r, ask *a)
{
    group *g = &r->groups[a->group];
    rk_status status = RK_OK;
    if (r->folder != NULL && a->pin[0] != '\0') {
        status = settle_pinned(r, a);
    } else if (g->cached.text != NULL && young_enough(r, a, &g->cached)) {
        return RK_OK; /* settled at the end: another request may cause the server to be asked */
    }
    if (status == RK_OK && !a->settled && r->offline) {
        status = settle_offline(r, a);
    }
    if (status == RK_OK && !a->settled) {
        g->ask = true;
    }
    return status;
}

/* -------------------------------------------------------------- the network */

static rk_status ask_servers(run *r)
{
    for (size_t i = 0; i < r->n_groups; i++) {
        group *g = &r->groups[i];
        if (!g->ask) {
            continue;
        }
        rk__transfer *t = g->transfer = &r->transfers[r->n_transfers++];
        t->url = g->url;
        if (g->cached.text != NULL) {
            t->etag = g->cached.etag;
            t->last_modified = g->cached.last_modified;
            t->answered_by = g->cached.answered_by;
        }
    }
    return rk__transfer_all(r->transfers, r->n_transfers, &r->options);
}

static char *take(char **text)
{
    char *taken = *text;
    *text = NULL;
    return taken;
}

/* 304: the copy is current. Its validators may be new. */
static rk_status renew_cached(run *r, group *g)
{
    rk__transfer *t = g->transfer;
    g->current = true;
    g->cached.fetched_at = r->now;
    if (t->new_etag != NULL) {
        rk__free(g->cached.etag);
        g->cached.etag = take(&t->new_etag);
    }
    if (t->new_last_modified != NULL) {
        rk__free(g->cached.last_modified);
        g->cached.last_modified = take(&t->new_last_modified);
    }
    rk_status status =
        rk__cache_touch(r->folder, g->url->whole, has_credentials(g->url), &g->cached);
    return status == RK_NO_MEMORY ? status : RK_OK;
}

/* Whether a request accepts a body with this digest. A body that only pins refuse does not
 * replace a good copy. */
static bool wanted(const run *r, const group *g)
{
    for (size_t i = 0; i < r->n; i++) {
        const ask *a = &r->asks[i];
        if (!a->settled && &r->groups[a->group] == g &&
            (a->pin[0] == '\0' || strcmp(a->pin, g->fetched.sha256) == 0)) {
            return true;
        }
    }
    return false;
}

static rk_status take_body(run *r, group *g)
{
    rk__transfer *t = g->transfer;
    rk__cache_copy *copy = &g->fetched;
    copy->text = take(&t->text);
    copy->length = t->length;
    copy->etag = take(&t->new_etag);
    copy->last_modified = take(&t->new_last_modified);
    copy->answered_by = take(&t->new_answered_by);
    copy->fetched_at = r->now;
    rk__sha256(copy->text, copy->length, copy->sha256);
    if (copy->sha256[0] == '\0') {
        return RK_NO_MEMORY;
    }
    if (r->options.try_body != NULL) {
        g->reasons = rk_problems_new();
        g->refused = g->reasons == NULL
                         ? RK_NO_MEMORY
                         : r->options.try_body(g->url->whole, copy->text, copy->length,
                                               r->options.access, g->reasons);
    }
    if (g->refused == RK_NO_MEMORY) {
        return RK_NO_MEMORY;
    }
    if (g->refused != RK_OK || r->folder == NULL || !wanted(r, g)) {
        return RK_OK;
    }
    /* A cache that cannot be written costs only the next transfer. */
    rk_status status = rk__cache_store(r->folder, g->url->whole, has_credentials(g->url), copy);
    return status == RK_NO_MEMORY ? status : RK_OK;
}

static rk_status take_answers(run *r)
{
    rk_status status = RK_OK;
    r->now = (int64_t) time(NULL);
    for (size_t i = 0; status == RK_OK && i < r->n_groups; i++) {
        group *g = &r->groups[i];
        if (g->ask && g->transfer->status == RK_OK) {
            g->answered = true;
            status = g->transfer->not_modified ? renew_cached(r, g) : take_body(r, g);
        }
    }
    return status;
}

/* ----------------------------------------------------------------- delivery */

static rk_status settle_unanswered(run *r, ask *a)
{
    const group *g = &r->groups[a->group];
    const rk__transfer *t = g->transfer;
    char date[11], hint[700];
    if (g->cached.text != NULL && a->pin[0] == '\0' && young_enough(r, a, &g->cached)) {
        return settle_with(r, a, &g->cached, true);
    }
    snprintf(hint, sizeof hint, "%s", t->hint);
    if (t->status != RK_FORBIDDEN) {
        const char *gap = t->hint[0] != '\0' ? "; " : "";
        if (g->cached.text != NULL) {
            date_text(g->cached.fetched_at, date);
            snprintf(hint, sizeof hint, "%s%suse --offline with the cached copy of %s", t->hint,
                     gap, date);
        } else {
            snprintf(hint, sizeof hint,
                     "%s%scheck the address and the connection; there is no %scached copy that "
                     "--offline could use",
                     t->hint, gap, g->cached.damaged ? "intact " : "");
        }
    }
    return settle_failed(r, a, report(r, a, t->status, hint, "%s", t->message));
}

/* The server sent something else, such as a login page. A pin decides first, as for any body. */
static rk_status settle_refused(run *r, ask *a)
{
    const group *g = &r->groups[a->group];
    char date[11];
    if (g->cached.text != NULL && young_enough(r, a, &g->cached)) {
        return settle_with(r, a, &g->cached, true);
    }
    rk__problems_append(r->problems, g->reasons);
    if (g->cached.text != NULL) {
        date_text(g->cached.fetched_at, date);
        report(r, a, RK_OK, "use --offline with it, and ask whoever publishes the document",
               "the cached copy of '%s' of %s is kept", g->url->whole, date);
    }
    return settle_failed(r, a, g->refused);
}

static rk_status deliver(run *r, ask *a)
{
    const group *g = &r->groups[a->group];
    if (g->ask && !g->answered) {
        return settle_unanswered(r, a);
    }
    if (g->refused != RK_OK && (a->pin[0] == '\0' || strcmp(g->fetched.sha256, a->pin) == 0)) {
        return settle_refused(r, a);
    }
    bool from_cache = !g->answered || g->current;
    const rk__cache_copy *copy = from_cache ? &g->cached : &g->fetched;
    if (a->pin[0] != '\0' && strcmp(copy->sha256, a->pin) != 0) {
        return settle_failed(
            r, a,
            report(r, a, RK_TARIFF_MISMATCH,
                   "the document has changed since it was pinned: review what it says now, "
                   "then pin that",
                   "'%s' has the SHA-256 digest %s; the document pins %s", g->url->whole,
                   copy->sha256, a->pin));
    }
    return settle_with(r, a, copy, from_cache);
}

static rk_status fetch_all(run *r)
{
    rk_status status = RK_OK;
    for (size_t i = 0; status == RK_OK && i < r->n; i++) {
        ask *a = &r->asks[i];
        status = read_request(r, a);
        if (status == RK_OK && !a->settled) {
            status = join_group(r, a);
        }
        if (status == RK_OK && !a->settled) {
            status = try_cache(r, a);
        }
    }
    if (status == RK_OK) {
        status = ask_servers(r);
    }
    if (status == RK_OK) {
        status = take_answers(r);
    }
    for (size_t i = 0; status == RK_OK && i < r->n; i++) {
        if (!r->asks[i].settled) {
            status = deliver(r, &r->asks[i]);
        }
    }
    return status;
}

static void fill_in_defaults(rk__fetch_options *options)
{
    options->max_bytes = options->max_bytes != 0 ? options->max_bytes : (size_t) 64 << 20;
    options->connect_timeout_ms =
        options->connect_timeout_ms > 0 ? options->connect_timeout_ms : 10000;
    const rk__access *access = options->access;
    if (options->timeout_ms <= 0) {
        options->timeout_ms = access != NULL && access->fetch_timeout_ms > 0
                                  ? (long) access->fetch_timeout_ms
                                  : 60000;
    }
    options->retries = options->retries >= 0 ? options->retries : 3;
    options->backoff_ms = options->backoff_ms > 0 ? options->backoff_ms : 500;
}

static void run_dispose(run *r)
{
    for (size_t i = 0; i < r->n && r->asks != NULL; i++) {
        rk__url_dispose(&r->asks[i].url);
    }
    for (size_t i = 0; i < r->n_groups; i++) {
        rk__cache_copy_dispose(&r->groups[i].cached);
        rk__cache_copy_dispose(&r->groups[i].fetched);
        rk_problems_free(r->groups[i].reasons);
    }
    for (size_t i = 0; i < r->n_transfers; i++) {
        rk__transfer_dispose(&r->transfers[i]);
    }
    rk__free(r->asks);
    rk__free(r->groups);
    rk__free(r->transfers);
    rk__free(r->folder);
}

rk_status rk__fetch_all(const rk__fetch_request *requests, size_t n,
                        const rk__fetch_options *options, rk__fetched *out, rk_problems *problems)
{
    run r = {.options = *options, .n = n, .out = out, .problems = problems};
    if (n == 0) {
        return RK_OK;
    }
    memset(out, 0, n * sizeof *out);
    fill_in_defaults(&r.options);
    r.offline = options->access != NULL && options->access->offline;
    rk_status status = rk__cache_folder(options->cache_dir, &r.folder);
    r.now = (int64_t) time(NULL);
    r.asks = rk__calloc(n, sizeof *r.asks);
    r.groups = rk__calloc(n, sizeof *r.groups);
    r.transfers = rk__calloc(n, sizeof *r.transfers);
    if (r.asks == NULL || r.groups == NULL || r.transfers == NULL) {
        status = RK_NO_MEMORY;
    }
    if (status == RK_OK) {
        for (size_t i = 0; i < n; i++) {
            r.asks[i].request = &requests[i];
            r.asks[i].group = SIZE_MAX;
        }
        status = fetch_all(&r);
    }
    run_dispose(&r);
    if (status != RK_OK) {
        rk__problem(problems, status, NULL, NULL, "out of memory while fetching");
    }
    for (size_t i = 0; i < n; i++) {
        if (status == RK_NO_MEMORY) {
            rk__fetched_dispose(&out[i]);
            out[i].status = status;
        } else if (status == RK_OK) {
            status = out[i].status;
        }
    }
    return status;
}

void rk__fetched_dispose(rk__fetched *fetched)
{
    if (fetched != NULL) {
        rk__free(fetched->text);
        rk__free(fetched->path);
        *fetched = (rk__fetched){0};
    }
}
