/* SPDX-License-Identifier: MIT
 *
 * copies.c: copies of documents: fetched now, or what the cache holds
 * (include/reckoner/tariff.h).
 */
#include "access/url.h"
#include "contract/session.h"

struct rk_copies {
    rk_copy *items;
    size_t n, capacity;
    bool failed; /* out of memory */
    bool verify;
    rk__arena arena;
    rk_problems *problems;
    rk_status status; /* the first failure */
};

static rk_copy *add_copy(rk_copies *list, const char *state, const char *url)
{
    if (rk__grow((void **) &list->items, &list->capacity, list->n + 1, sizeof *list->items) != 0) {
        list->failed = true;
        return NULL;
    }
    rk_copy *added = &list->items[list->n++];
    *added = (rk_copy){.state = state, .url = rk__arena_strdup(&list->arena, url)};
    list->failed = list->failed || (url != NULL && added->url == NULL);
    return added;
}

void rk_copies_free(rk_copies *copies)
{
    if (copies != NULL) {
        rk__free(copies->items);
        rk__arena_dispose(&copies->arena);
        rk__free(copies);
    }
}

size_t rk_copies_count(const rk_copies *copies)
{
    return copies->n;
}

const rk_copy *rk_copies_at(const rk_copies *copies, size_t index)
{
    return index < copies->n ? &copies->items[index] : NULL;
}

/* ---------------------------------------------------------------- the cache */

static void take_entry(void *ctx, const rk__cache_entry *entry)
{
    rk_copies *list = ctx;
    const char *sound = list->verify ? "intact" : "cached";
    rk_copy *c = add_copy(list, entry->intact ? sound : "damaged", entry->url);
    if (c == NULL) {
        return;
    }
    c->path = rk__arena_strdup(&list->arena, entry->path);
    c->sha256 = rk__arena_strdup(&list->arena, entry->sha256);
    c->fetched_at = entry->fetched_at;
    c->size_bytes = entry->length;
    list->failed = list->failed || (entry->path != NULL && c->path == NULL) ||
                   (entry->sha256 != NULL && c->sha256 == NULL);
    if (list->verify && !entry->intact) {
        const rk__place place = {.file = entry->path};
        const rk_status status = rk__problem(list->problems, RK_TARIFF_MISMATCH, &place,
                                             "it will be fetched again when it is next asked for",
                                             "the cached copy of '%s' is not what was fetched",
                                             entry->url != NULL ? entry->url : "a document");
        list->status = list->status == RK_OK ? status : list->status;
    }
}

rk_status rk_copies_cached(rk_session *session, bool verify, rk_copies **out_copies,
                           rk_problems *problems)
{
    *out_copies = NULL;
    rk_copies *list = rk__calloc(1, sizeof *list);
    if (list == NULL) {
        return RK_NO_MEMORY;
    }
    list->verify = verify;
    list->problems = problems;
    rk_status status =
        rk__cache_list(session->options.cache_dir, verify, take_entry, list, problems);
    status = status == RK_OK && list->failed ? RK_NO_MEMORY : status;
    if (status != RK_OK) {
        rk_copies_free(list);
        return status;
    }
    *out_copies = list;
    return list->status;
}

/* ----------------------------------------------------------------- fetching */

/* A copy that the server confirmed in this run is "unchanged". */
static const char *state_of(const rk__fetched *fetched)
{
    if (fetched->status != RK_OK) {
        return "failed";
    }
    if (!fetched->from_cache) {
        return "fetched";
    }
    return fetched->age_seconds == 0 ? "unchanged" : "cached";
}

static void take_fetched(rk_copies *list, const rk__fetch_request *request,
                         const rk__fetched *fetched)
{
    char shown[1000];
    rk_copy *c = add_copy(list, state_of(fetched), rk__url_show(request->url, shown, sizeof shown));
    if (c != NULL && fetched->status == RK_OK) {
        c->path = rk__arena_strdup(&list->arena, fetched->path);
        c->sha256 = rk__arena_strdup(&list->arena, fetched->sha256);
        c->fetched_at = fetched->fetched_at;
        c->size_bytes = fetched->length;
        list->failed = list->failed || c->sha256 == NULL;
    }
}

static rk_status fetch_listed(const rk_session *session, const rk__fetch_request *requests,
                              rk__fetched *got, size_t n, rk_copies *list, rk_problems *problems)
{
    const rk__fetch_options options = {.access = &session->access,
                                       .retries = -1,
                                       .cache_dir = session->options.cache_dir,
                                       .ca_file = session->options.ca_file,
                                       .try_body = rk__tariff_try};
    rk_status status = rk__fetch_all(requests, n, &options, got, problems);
    for (size_t i = 0; status != RK_NO_MEMORY && i < n; i++) {
        take_fetched(list, &requests[i], &got[i]);
    }
    for (size_t i = 0; i < n; i++) {
        rk__fetched_dispose(&got[i]);
    }
    return list->failed ? RK_NO_MEMORY : status;
}

rk_status rk_copies_fetch(rk_session *session, const char *const *urls, const char *sha256,
                          rk_copies **out_copies, rk_problems *problems)
{
    size_t n = 0;
    *out_copies = NULL;
    while (urls != NULL && urls[n] != NULL) {
        n++;
    }
    if (sha256 != NULL && n > 1) {
        return rk__problem(problems, RK_CONFLICT, NULL, "fetch one URL at a time",
                           "a digest is of one document, and %zu are to be fetched", n);
    }
    if (n == 0) {
        return RK_OK;
    }
    rk_copies *list = rk__calloc(1, sizeof *list);
    if (list == NULL) {
        return RK_NO_MEMORY;
    }
    rk__fetch_request *requests = rk__arena_alloc(&list->arena, n * sizeof *requests);
    rk__fetched *got = rk__arena_alloc(&list->arena, n * sizeof *got);
    rk_status status = requests == NULL || got == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; status == RK_OK && i < n; i++) {
        requests[i] = (rk__fetch_request){.url = urls[i], .sha256 = sha256, .max_age_days = -1};
    }
    if (status == RK_OK) {
        status = fetch_listed(session, requests, got, n, list, problems);
    }
    if (status == RK_NO_MEMORY) {
        rk_copies_free(list);
        return status;
    }
    *out_copies = list;
    return status;
}
