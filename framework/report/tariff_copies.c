/* SPDX-License-Identifier: MIT
 *
 * tariff_copies.c: `reckon tariff fetch`, and what the cache holds. Both are lists
 * of copies of documents, a line each.
 */
#include <stdio.h>

#include "access/url.h"
#include "contract/session.h"
#include "report/json_writer.h"
#include "report/tariff_report.h"

typedef struct copy {
    const char *state; /* "fetched", "damaged", ... */
    const char *url, *path, *sha256;
    int64_t when; /* it was last known to be current; 0: unknown */
    size_t length;
} copy;

typedef struct copies {
    copy *items;
    size_t n, capacity;
    bool failed; /* memory ran out */
    bool verify;
    rk__arena arena;
    rk_problems *problems;
    rk_status status; /* the first that is not sound */
} copies;

static copy *add_copy(copies *list, const char *state, const char *url)
{
    if (rk__grow((void **) &list->items, &list->capacity, list->n + 1, sizeof *list->items) != 0) {
        list->failed = true;
        return NULL;
    }
    copy *added = &list->items[list->n++];
    *added = (copy){.state = state, .url = rk__arena_strdup(&list->arena, url)};
    list->failed = list->failed || (url != NULL && added->url == NULL);
    return added;
}

static void dispose(copies *list)
{
    rk__free(list->items);
    rk__arena_dispose(&list->arena);
}

/* ------------------------------------------------------------------ writing */

static void length_text(rk__page *out, const copy *c, bool grouped)
{
    char digits[24];
    (void) snprintf(digits, sizeof digits, "%zu", c->length);
    if (c->sha256 == NULL) {
        return;
    }
    if (grouped) {
        rk__print_grouped(&out->scratch, digits);
    } else {
        rk__buf_puts(&out->scratch, digits);
    }
}

static const char *text_or(const char *text, const char *other)
{
    return text != NULL ? text : other;
}

/* A line each, never broken: digests and URLs are there to be copied. */
static void write_text(rk__page *out, const copies *list)
{
    if (list->n == 0) {
        rk__page_puts(out, "The cache is empty.\n");
    }
    for (size_t i = 0; i < list->n; i++) {
        const copy *c = &list->items[i];
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->when, when);
        length_text(out, c, true);
        rk__page_printf(out, "%-9s  %16s  %11s  %-64s  ", c->state, when,
                        text_or(out->scratch.text, ""), text_or(c->sha256, ""));
        rk__buf_reset(&out->scratch);
        rk__page_plain(out, text_or(c->url, text_or(c->path, "")));
        rk__page_putc(out, '\n');
    }
}

static void write_markdown(rk__page *out, const copies *list)
{
    rk__sheet grid;
    if (list->n == 0) {
        rk__page_puts(out, "The cache is empty.\n");
        return;
    }
    rk__sheet_init(&grid, out);
    rk__sheet_column(&grid, "state", RK__ALIGN_LEFT);
    rk__sheet_column(&grid, "fetched (UTC)", RK__ALIGN_LEFT);
    rk__sheet_column(&grid, "bytes", RK__ALIGN_RIGHT);
    rk__sheet_column(&grid, "sha256", RK__ALIGN_LEFT);
    rk__sheet_column(&grid, "url", RK__ALIGN_LEFT);
    for (size_t i = 0; i < list->n; i++) {
        const copy *c = &list->items[i];
        rk__sheet_row(&grid, RK__ROW_LINE);
        rk__sheet_cell(&grid, c->state);
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->when, when);
        rk__buf_puts(&out->scratch, when);
        rk__sheet_scratch(&grid);
        length_text(out, c, true);
        rk__sheet_scratch(&grid);
        rk__sheet_cell(&grid, c->sha256);
        rk__sheet_cell(&grid, text_or(c->url, c->path));
    }
    rk__sheet_markdown(&grid);
    rk__sheet_dispose(&grid);
}

static void write_json(rk__page *out, const copies *list)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '[');
    for (size_t i = 0; i < list->n; i++) {
        const copy *c = &list->items[i];
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->when, when);
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, "url", c->url);
        rk__json_put_text(&w, "state", c->state);
        rk__json_put_text(&w, "fetched", when[0] != '\0' ? when : NULL);
        if (c->sha256 != NULL) {
            rk__json_put_count(&w, "bytes", c->length);
        } else {
            rk__json_put_text(&w, "bytes", NULL);
        }
        rk__json_put_text(&w, "sha256", c->sha256);
        rk__json_put_text(&w, "path", c->path);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void write_csv(rk__page *out, const copies *list)
{
    rk__page_puts(out, "state,fetched,bytes,sha256,url,path\n");
    for (size_t i = 0; i < list->n; i++) {
        const copy *c = &list->items[i];
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->when, when);
        const char *const rest[] = {c->sha256, c->url, c->path};
        rk__page_puts(out, c->state);
        rk__page_putc(out, ',');
        rk__page_puts(out, when);
        rk__page_putc(out, ',');
        length_text(out, c, false);
        rk__page_scratch(out);
        for (size_t k = 0; k < sizeof rest / sizeof rest[0]; k++) {
            rk__page_putc(out, ',');
            rk__csv_cell(out, text_or(rest[k], ""), strlen(text_or(rest[k], "")));
        }
        rk__page_putc(out, '\n');
    }
}

static rk_status write_copies(const copies *list, rk_format format, const rk_sink *sink)
{
    static void (*const writers[])(rk__page *, const copies *) = {
        [RK_FORMAT_TEXT] = write_text,
        [RK_FORMAT_JSON] = write_json,
        [RK_FORMAT_CSV] = write_csv,
        [RK_FORMAT_MARKDOWN] = write_markdown,
    };
    rk__page out;
    rk__page_init(&out, sink);
    writers[format](&out, list);
    return rk__page_finish(&out);
}

/* ---------------------------------------------------------------- the cache */

static void take_entry(void *ctx, const rk__cache_entry *entry)
{
    copies *list = ctx;
    const char *sound = list->verify ? "intact" : "cached";
    copy *c = add_copy(list, entry->intact ? sound : "damaged", entry->url);
    if (c == NULL) {
        return;
    }
    c->path = rk__arena_strdup(&list->arena, entry->path);
    c->sha256 = rk__arena_strdup(&list->arena, entry->sha256);
    c->when = entry->fetched_at;
    c->length = entry->length;
    list->failed = list->failed || (entry->path != NULL && c->path == NULL) ||
                   (entry->sha256 != NULL && c->sha256 == NULL);
    if (list->verify && !entry->intact) {
        const rk__place place = {.file = entry->path};
        const rk_status status = rk__problem(list->problems, RK_TARIFF_MISMATCH, &place,
                                             "it will be fetched again when it is next asked for",
                                             "the cached copy of '%s' is not what was fetched",
                                             text_or(entry->url, "a document"));
        list->status = list->status == RK_OK ? status : list->status;
    }
}

rk_status rk__tariff_report_cache(rk_session *session, bool verify, rk_format format,
                                  const rk_sink *sink, rk_problems *problems)
{
    copies list = {.verify = verify, .problems = problems};
    rk_status status =
        rk__cache_list(session->options.cache_dir, verify, take_entry, &list, problems);
    if (status == RK_OK && list.failed) {
        status = RK_NO_MEMORY;
    }
    if (status == RK_OK) {
        status = write_copies(&list, format, sink);
    }
    if (status == RK_OK) {
        status = list.status;
    }
    dispose(&list);
    return status;
}

/* ----------------------------------------------------------------- fetching */

/* A copy that the server was asked about and still has is as old as this run. */
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

static void take_fetched(copies *list, const rk__fetch_request *request, const rk__fetched *fetched)
{
    char shown[1000];
    copy *c = add_copy(list, state_of(fetched), rk__url_show(request->url, shown, sizeof shown));
    if (c != NULL && fetched->status == RK_OK) {
        c->path = rk__arena_strdup(&list->arena, fetched->path);
        c->sha256 = rk__arena_strdup(&list->arena, fetched->sha256);
        c->when = fetched->fetched_at;
        c->length = fetched->length;
        list->failed = list->failed || c->sha256 == NULL;
    }
}

static rk_status fetch_listed(const rk_session *session, const rk__fetch_request *requests,
                              rk__fetched *got, size_t n, rk_format format, const rk_sink *sink,
                              rk_problems *problems)
{
    const rk__fetch_options options = {.access = &session->access,
                                       .retries = -1,
                                       .cache_dir = session->options.cache_dir,
                                       .ca_file = session->options.ca_file};
    copies list = {0};
    rk_status status = rk__fetch_all(requests, n, &options, got, problems);
    for (size_t i = 0; status != RK_NO_MEMORY && i < n; i++) {
        take_fetched(&list, &requests[i], &got[i]);
        /* Better told now than by each contract that names it. */
        if (got[i].status == RK_OK) {
            const rk_status tried = rk__tariff_try(requests[i].url, got[i].text, got[i].length,
                                                   &session->access, problems);
            status = status == RK_OK || tried == RK_NO_MEMORY ? tried : status;
        }
    }
    if (list.failed) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_NO_MEMORY) {
        const rk_status written = write_copies(&list, format, sink);
        status = written != RK_OK ? written : status;
    }
    for (size_t i = 0; i < n; i++) {
        rk__fetched_dispose(&got[i]);
    }
    dispose(&list);
    return status;
}

rk_status rk_tariff_fetch(rk_session *session, const char *const *urls, const char *sha256,
                          rk_format format, const rk_sink *sink, rk_problems *problems)
{
    rk__arena arena = {0};
    size_t n = 0;
    while (urls != NULL && urls[n] != NULL) {
        n++;
    }
    if (sha256 != NULL && n > 1) {
        return rk__problem(problems, RK_CONFLICT, NULL, "fetch one URL at a time",
                           "a digest is of one document, and %zu are to be fetched", n);
    }
    rk__fetch_request *requests = rk__arena_alloc(&arena, (n + 1) * sizeof *requests);
    rk__fetched *got = rk__arena_alloc(&arena, (n + 1) * sizeof *got);
    rk_status status = requests == NULL || got == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; status == RK_OK && i < n; i++) {
        requests[i] = (rk__fetch_request){.url = urls[i], .sha256 = sha256, .max_age_days = -1};
    }
    if (status == RK_OK && n > 0) {
        status = fetch_listed(session, requests, got, n, format, sink, problems);
    }
    rk__arena_dispose(&arena);
    return status;
}
