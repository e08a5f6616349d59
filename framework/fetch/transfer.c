/* SPDX-License-Identifier: MIT
 *
 * transfer.c: one small state machine per document over libcurl's multi interface. An attempt is
 * one or more hops, each an exchange, within one time limit; an attempt that may succeed later is
 * repeated after a pause.
 */
#include "fetch/transfer.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "fetch/exchange.h"

/* The longest pause, whatever doubling or a server's Retry-After ask for. */
#define PAUSE_MAX_MS 30000

typedef enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE } job_state;

typedef struct job {
    rk__transfer *transfer;
    job_state state;
    rk__exchange exchange;
    rk__url hop; /* target of the last redirect; empty on the first hop */
    int redirects, attempts;
    int64_t start_ms;    /* JOB_WAITING: not before this */
    int64_t deadline_ms; /* of the attempt */
} job;

typedef struct run {
    const rk__fetch_options *options;
    CURLM *multi;
    job *jobs;
    size_t n, running, done;
    int64_t until_ms; /* of all attempts */
} run;

/* libcurl's set-up covers the whole process and is never undone, because the embedding program
 * may use libcurl too. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int64_t now_ms(void)
{
    return (int64_t) (rk__microseconds() / 1000);
}

rk_status rk__transfer_allowed(const rk__access *access, const rk__url *url, char *hint,
                               size_t size)
{
    if (access == NULL || !access->untrusted ||
        rk__access_host(access, url->host, url->port, NULL, NULL) == RK_OK) {
        return RK_OK;
    }
    snprintf(hint, size, "add --allow-host %s if you trust it", url->host);
    return RK_FORBIDDEN;
}

/* ---------------------------------------------------------------- outcomes */

static const rk__url *current_url(const job *j)
{
    return j->hop.whole != NULL ? &j->hop : j->transfer->url;
}

static void finish(run *r, job *j, rk_status status)
{
    j->transfer->status = status;
    j->state = JOB_DONE;
    r->done++;
}

/* The document and the target of a redirect, named in one message. */
static void fail(run *r, job *j, rk_status status, const char *reason)
{
    rk__transfer *t = j->transfer;
    char asked[260], led_to[260] = "", tries[40] = "";
    rk__url_show(t->url->whole, asked, sizeof asked);
    if (j->hop.whole != NULL) {
        rk__url_show(j->hop.whole, led_to, sizeof led_to);
    }
    if (j->attempts > 1) {
        snprintf(tries, sizeof tries, " (%d attempts)", j->attempts);
    }
    snprintf(t->message, sizeof t->message, "cannot fetch '%s'%s%s%s: %s%s", asked,
             led_to[0] != '\0' ? ", redirected to '" : "", led_to, led_to[0] != '\0' ? "'" : "",
             reason, tries);
    finish(r, j, status);
}

static char *take(char **text)
{
    char *taken = *text;
    *text = NULL;
    return taken;
}

static void succeed(run *r, job *j, bool not_modified)
{
    rk__transfer *t = j->transfer;
    rk__exchange *ex = &j->exchange;
    t->not_modified = not_modified;
    t->new_answered_by = rk__strdup(current_url(j)->whole);
    t->new_etag = take(&ex->etag);
    t->new_last_modified = take(&ex->last_modified);
    if (!not_modified) {
        t->length = ex->body.length;
        t->text = take(&ex->body.text);
        ex->body = (rk__buf){0};
        if (t->text == NULL) {
            t->text = rk__strdup("");
        }
    }
    bool failed = t->new_answered_by == NULL || (!not_modified && t->text == NULL);
    finish(r, j, failed ? RK_NO_MEMORY : RK_OK);
}

/* ------------------------------------------------------------ hops, attempts */

static void start_hop(run *r, job *j)
{
    rk__transfer *t = j->transfer;
    const rk__url *url = current_url(j);
    bool same = t->answered_by != NULL && strcmp(url->whole, t->answered_by) == 0;
    bool credentials = url == t->url;
    rk__url with = *url;
    if (!credentials && rk__url_same_origin(url, t->url)) {
        with.user = t->url->user;
        with.password = t->url->password;
        credentials = true;
    }
    int64_t left = j->deadline_ms - now_ms();
    rk_status status =
        rk__exchange_begin(&j->exchange, r->options, &with, credentials, same ? t->etag : NULL,
                           same ? t->last_modified : NULL, left > 0 ? (long) left : 1);
    j->exchange.url = url;
    if (status == RK_NO_MEMORY) {
        finish(r, j, status);
    } else if (status != RK_OK) {
        fail(r, j, status, "this libcurl lacks a required feature, or the CA file is unusable");
    } else if (curl_multi_add_handle(r->multi, j->exchange.easy) != CURLM_OK) {
        rk__exchange_dispose(&j->exchange);
        finish(r, j, RK_NO_MEMORY);
    } else {
        j->state = JOB_RUNNING;
        r->running++;
    }
}

static void start_attempt(run *r, job *j)
{
    rk__url_dispose(&j->hop);
    j->redirects = 0;
    j->attempts++;
    j->deadline_ms = now_ms() + r->options->timeout_ms;
    j->deadline_ms = j->deadline_ms < r->until_ms ? j->deadline_ms : r->until_ms;
    start_hop(r, j);
}

/* Schedules another attempt, or gives up. */
static void try_later(run *r, job *j, int64_t retry_after_s, const char *reason)
{
    int64_t pause = r->options->backoff_ms;
    for (int i = 1; i < j->attempts && pause < PAUSE_MAX_MS; i++) {
        pause *= 2;
    }
    pause = pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
    if (retry_after_s > PAUSE_MAX_MS / 1000) {
        snprintf(j->transfer->hint, sizeof j->transfer->hint,
                 "the server asks to come back in %lld seconds", (long long) retry_after_s);
        fail(r, j, RK_TARIFF_UNAVAILABLE, reason);
        return;
    }
    if (retry_after_s * 1000 > pause) {
        pause = retry_after_s * 1000;
    }
    if (j->attempts > r->options->retries || pause >= r->until_ms - now_ms()) {
        fail(r, j, RK_TARIFF_UNAVAILABLE, reason);
        return;
    }
    j->start_ms = now_ms() + pause;
    j->state = JOB_WAITING;
}

static void refuse_redirect(run *r, job *j, rk_status status, const char *location, const char *why)
{
    char shown[260], reason[400];
    snprintf(reason, sizeof reason, "it redirects to '%s', %s",
             rk__url_show(location, shown, sizeof shown), why);
    fail(r, j, status, reason);
}

/* Each hop is subject to the same rules as the first, and never leaves https. Credentials in a
 * redirect are ignored: their origin is unknown. */
static void follow(run *r, job *j, const char *location)
{
    rk__url next;
    rk__transfer *t = j->transfer;
    if (++j->redirects > RK__TRANSFER_REDIRECTS) {
        refuse_redirect(r, j, RK_TARIFF_UNAVAILABLE, location,
                        "which exceeds the limit of redirects");
        return;
    }
    const rk__url *from = current_url(j);
    rk_status status = rk__url_parse(location, from->whole, &next);
    if (status == RK_NO_MEMORY) {
        finish(r, j, status);
        return;
    }
    if (status != RK_OK) {
        refuse_redirect(r, j, status == RK_FORBIDDEN ? status : RK_TARIFF_UNAVAILABLE, location,
                        status == RK_FORBIDDEN ? "which is neither http nor https"
                                               : "which is not a valid URL");
        return;
    }
    rk__free(next.user);
    rk__free(next.password);
    next.user = next.password = NULL;
    if (from->https && !next.https) {
        refuse_redirect(r, j, RK_FORBIDDEN, next.whole, "which leaves https for http");
    } else if (rk__transfer_allowed(r->options->access, &next, t->hint, sizeof t->hint) != RK_OK) {
        refuse_redirect(r, j, RK_FORBIDDEN, next.whole, "whose host this run does not allow");
    } else {
        rk__url_dispose(&j->hop);
        j->hop = next;
        start_hop(r, j);
        return;
    }
    rk__url_dispose(&next);
}

/* Decides what to do about a response; the exchange has already left the multi handle. */
static void act_on(run *r, job *j, CURLcode code)
{
    char reason[500] = "";
    rk__exchange *ex = &j->exchange;
    rk__transfer *t = j->transfer;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(ex->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    rk__answer answer = rk__exchange_end(ex, code, reason, sizeof reason);
    switch (answer) {
    case RK__ANSWER_BODY:
    case RK__ANSWER_NOT_MODIFIED:
        succeed(r, j, answer == RK__ANSWER_NOT_MODIFIED);
        break;
    case RK__ANSWER_REDIRECT: {
        char *location = take(&ex->location);
        rk__exchange_dispose(ex);
        follow(r, j, location);
        rk__free(location);
        return; /* the next hop's exchange may be running */
    }
    case RK__ANSWER_TRY_LATER:
        try_later(r, j, retry_after_s, reason);
        break;
    case RK__ANSWER_FORBIDDEN:
        snprintf(t->hint, sizeof t->hint, "add --allow-host %s if you trust it", ex->peer);
        fail(r, j, RK_FORBIDDEN, reason);
        break;
    case RK__ANSWER_NO_MEMORY:
        finish(r, j, RK_NO_MEMORY);
        break;
    default:
        fail(r, j, RK_TARIFF_UNAVAILABLE, reason);
    }
    rk__exchange_dispose(ex);
}

/* --------------------------------------------------------------------- loop */

/* Starts what is due; returns how long the rest may sleep. */
static int start_due(run *r)
{
    int64_t now = now_ms(), sleep_ms = 1000;
    for (size_t i = 0; i < r->n; i++) {
        job *j = &r->jobs[i];
        if (j->state != JOB_WAITING) {
            continue;
        }
        if (j->start_ms > now) {
            sleep_ms = j->start_ms - now < sleep_ms ? j->start_ms - now : sleep_ms;
        } else if (r->running < RK__TRANSFERS_AT_ONCE) {
            start_attempt(r, j);
        }
    }
    return (int) sleep_ms;
}

/* Whether anything ended. */
static bool collect_finished(run *r)
{
    CURLMsg *message;
    int left;
    bool any = false;
    while ((message = curl_multi_info_read(r->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result; /* freed with the handle's removal */
        curl_multi_remove_handle(r->multi, easy);
        r->running--;
        any = true;
        for (size_t i = 0; i < r->n; i++) {
            if (r->jobs[i].state == JOB_RUNNING && r->jobs[i].exchange.easy == easy) {
                act_on(r, &r->jobs[i], code);
                break;
            }
        }
    }
    return any;
}

static rk_status loop(run *r)
{
    int under_way;
    while (r->done < r->n) {
        int sleep_ms = start_due(r);
        if (curl_multi_perform(r->multi, &under_way) != CURLM_OK) {
            return RK_NO_MEMORY;
        }
        /* A finished transfer has made space, or is due again sooner. */
        if (!collect_finished(r) && r->done < r->n &&
            curl_multi_poll(r->multi, NULL, 0, sleep_ms, NULL) != CURLM_OK) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}

rk_status rk__transfer_all(rk__transfer *transfers, size_t n, const rk__fetch_options *options)
{
    if (n == 0) {
        return RK_OK;
    }
    pthread_once(&curl_once, start_curl);
    const unsigned all_ms = options->access != NULL ? options->access->fetch_timeout_ms : 0;
    run r = {.options = options,
             .n = n,
             .multi = curl_multi_init(),
             .until_ms = all_ms > 0 ? now_ms() + all_ms : INT64_MAX};
    r.jobs = rk__calloc(n, sizeof *r.jobs);
    rk_status status = r.multi != NULL && r.jobs != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0; status == RK_OK && i < n; i++) {
        r.jobs[i].transfer = &transfers[i];
    }
    if (status == RK_OK) {
        status = loop(&r);
    }
    for (size_t i = 0; r.jobs != NULL && i < n; i++) {
        if (r.jobs[i].state == JOB_RUNNING) {
            curl_multi_remove_handle(r.multi, r.jobs[i].exchange.easy);
        }
        rk__exchange_dispose(&r.jobs[i].exchange);
        rk__url_dispose(&r.jobs[i].hop);
        if (transfers[i].status == RK_NO_MEMORY) {
            status = RK_NO_MEMORY;
        }
    }
    rk__free(r.jobs);
    curl_multi_cleanup(r.multi);
    return status;
}

void rk__transfer_dispose(rk__transfer *transfer)
{
    rk__free(transfer->text);
    rk__free(transfer->new_etag);
    rk__free(transfer->new_last_modified);
    rk__free(transfer->new_answered_by);
    transfer->text = transfer->new_etag = transfer->new_last_modified = NULL;
    transfer->new_answered_by = NULL;
}
