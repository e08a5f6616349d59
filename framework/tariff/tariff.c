/* SPDX-License-Identifier: MIT
 *
 * tariff.c: loading tariffs and their tables.
 */
#include "tariff/tariff.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/url.h"
#include "table/table.h"
#include "tariff/inside.h"

static const char document_name[] = "tariff.json";

/* ------------------------------------------------------------------ loading */

/* Checks a pin on a tariff that was not fetched; the fetcher checks the others. */
static rk_status check_pin(const rk__tariff *tariff, const rk__tariff_ref *ref,
                           rk_problems *problems)
{
    if (tariff->sha256[0] == '\0') {
        return RK_NO_MEMORY;
    }
    if (ref->sha256 == NULL || strcasecmp(ref->sha256, tariff->sha256) == 0) {
        return RK_OK;
    }
    const rk__value *pin = ref->at != NULL ? rk__json_get(ref->at, "sha256") : NULL;
    return rk__json_problem(problems, pin != NULL ? pin : ref->at, RK_TARIFF_MISMATCH,
                            "look at what the tariff says now, then pin that",
                            "'%s' has the SHA-256 digest %s; the document pins %s", tariff->place,
                            tariff->sha256, ref->sha256);
}

static rk_status open_path(rk__tariff *tariff, const char *base_dir, const char *path, int *fd,
                           bool *folder, rk_problems *problems)
{
    char *shown = NULL;
    rk_problems *met = rk_problems_new();
    if (met == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__access_open_any(&tariff->access, base_dir, path, tariff->at,
                                                 &tariff->arena, fd, folder, &shown, met);
    tariff->place = shown;
    const rk_status told = rk__tariff_relay(met, status, problems);
    rk_problems_free(met);
    return told;
}

static rk_status read_file(rk__tariff *tariff, int fd, const rk__tariff_ref *ref,
                           rk_problems *problems)
{
    char *text = NULL;
    size_t length = 0;
    rk_problems *met = rk_problems_new();
    if (met == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__file_read_fd(fd, tariff->place, RK__JSON_MAX_BYTES, &text, &length, met);
    status = rk__tariff_relay(met, status, problems);
    rk_problems_free(met);
    if (status != RK_OK) {
        return status;
    }
    rk__sha256(text, length, tariff->sha256);
    const char *folder = rk__path_dirname(&tariff->arena, tariff->place);
    if (folder != NULL) {
        rk__access_note_names(&tariff->access, folder, text, length);
    }
    status = check_pin(tariff, ref, problems);
    if (status == RK_OK) {
        status = rk__json_take(&text, length, tariff->place, &tariff->document, problems);
    }
    rk__free(text);
    if (status != RK_OK) {
        return status;
    }
    return folder == NULL ? RK_NO_MEMORY
                          : rk__tariff_read_document(tariff, rk__json_root(tariff->document),
                                                     folder, true, problems);
}

static rk_status load_path(rk__tariff *tariff, const rk__tariff_ref *ref, const char *base_dir,
                           rk_problems *problems)
{
    struct stat found;
    int fd = -1;
    bool folder = false;
    rk_status status = open_path(tariff, base_dir, ref->path, &fd, &folder, problems);
    if (status == RK_OK && folder && fstatat(fd, document_name, &found, 0) == 0) {
        (void) close(fd);
        status = open_path(tariff, tariff->place, document_name, &fd, &folder, problems);
    }
    if (status != RK_OK) {
        return status;
    }
    if (folder) {
        status = rk__tariff_read_folder(tariff, fd, problems);
        return status == RK_OK ? check_pin(tariff, ref, problems) : status;
    }
    status = read_file(tariff, fd, ref, problems);
    (void) close(fd);
    return status;
}

/* Problems of a fetched document name its URL, without credentials. */
static rk_status load_fetched(rk__tariff *tariff, const rk__tariff_ref *ref, rk__fetched *fetched,
                              rk_problems *problems)
{
    char shown[1000];
    tariff->fetched = *fetched;
    tariff->is_fetched = true;
    *fetched = (rk__fetched){0};
    if (tariff->fetched.status != RK_OK) {
        return tariff->fetched.status;
    }
    tariff->place = rk__arena_strdup(&tariff->arena, rk__url_show(ref->url, shown, sizeof shown));
    if (tariff->place == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(tariff->sha256, tariff->fetched.sha256, sizeof tariff->sha256);
    const rk_status status = rk__json_parse(tariff->fetched.text, tariff->fetched.length,
                                            tariff->place, &tariff->document, problems);
    rk__free(tariff->fetched.text);
    tariff->fetched.text = NULL;
    tariff->fetched.length = 0;
    return status != RK_OK ? status
                           : rk__tariff_read_document(tariff, rk__json_root(tariff->document), NULL,
                                                      false, problems);
}

/* Parses a text. If it is not JSON, reports that it is not a tariff: it may be a web page with an
 * error message. */
static rk_status parse_tried(rk__tariff *tariff, const char *text, size_t length,
                             rk_problems *problems)
{
    rk_problems *met = rk_problems_new();
    if (met == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__json_parse(text, length, tariff->place, &tariff->document, met);
    const rk_problem *p = rk_problems_at(met, 0);
    if (status != RK_OK && p != NULL) {
        const rk__place place = {p->file, p->line, p->column, p->pointer, p->excerpt, p->rule};
        (void) rk__problem(problems, status, &place, p->hint, "this is not a tariff: %s",
                           p->message);
    }
    rk_problems_free(met);
    return status;
}

rk_status rk__tariff_try(const char *url, const char *text, size_t length, const rk__access *access,
                         rk_problems *problems)
{
    char shown[1000];
    rk__tariff *tariff = rk__calloc(1, sizeof *tariff);
    if (tariff == NULL) {
        return RK_NO_MEMORY;
    }
    if (access != NULL) {
        tariff->access = *access;
    }
    tariff->is_fetched = true;
    tariff->place = rk__arena_strdup(&tariff->arena, rk__url_show(url, shown, sizeof shown));
    rk_status status =
        tariff->place == NULL ? RK_NO_MEMORY : parse_tried(tariff, text, length, problems);
    if (status == RK_OK) {
        status = rk__tariff_read_document(tariff, rk__json_root(tariff->document), NULL, false,
                                          problems);
    }
    rk__tariff_free(tariff);
    return status;
}

static rk_status load_body(rk__tariff *tariff, const rk__value *body, const char *base_dir,
                           rk_problems *problems)
{
    size_t length;
    const char *text = rk__json_text(body->document, &length);
    const char *file = rk__json_file(body->document);
    const char *folder = rk__arena_strdup(&tariff->arena, base_dir);
    tariff->place = rk__arena_strdup(&tariff->arena, file != NULL ? file : "in place");
    if (tariff->place == NULL || (base_dir != NULL && folder == NULL)) {
        return RK_NO_MEMORY;
    }
    rk__sha256(text + body->offset, body->end - body->offset, tariff->sha256);
    return tariff->sha256[0] == '\0'
               ? RK_NO_MEMORY
               : rk__tariff_read_document(tariff, body, folder, true, problems);
}

static rk_status load_one(const rk__tariff_ref *ref, const rk__tariff_options *options,
                          rk__fetched *fetched, rk__tariff **out, rk_problems *problems)
{
    rk__tariff *tariff = *out = rk__calloc(1, sizeof *tariff);
    if (tariff == NULL) {
        return RK_NO_MEMORY;
    }
    tariff->at = ref->at;
    if (options->access != NULL) {
        tariff->access = *options->access;
    }
    if (ref->url != NULL) {
        return load_fetched(tariff, ref, fetched, problems);
    }
    return ref->body != NULL ? load_body(tariff, ref->body, options->base_dir, problems)
                             : load_path(tariff, ref, options->base_dir, problems);
}

/* Fetches every reference by URL at once; fetched[i] belongs to refs[i]. A failure of one is its
 * `status`; the return value is a failure of all. */
static rk_status fetch(const rk__tariff_ref *refs, size_t n, const rk__tariff_options *options,
                       rk__fetched *fetched, rk_problems *problems)
{
    rk__arena arena = {0};
    rk__fetch_request *requests = rk__arena_alloc(&arena, (n + 1) * sizeof *requests);
    rk__fetched *got = rk__arena_alloc(&arena, (n + 1) * sizeof *got);
    size_t m = 0;
    rk_status status = requests == NULL || got == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; status == RK_OK && i < n; i++) {
        if (refs[i].url != NULL) {
            requests[m++] =
                (rk__fetch_request){refs[i].url, refs[i].sha256, refs[i].max_age_days, refs[i].at};
        }
    }
    if (m > 0) {
        const rk__fetch_options fetching = {.access = options->access,
                                            .retries = -1,
                                            .cache_dir = options->cache_dir,
                                            .ca_file = options->ca_file,
                                            .try_body = rk__tariff_try,
                                            .current_since = options->current_since};
        status = rk__fetch_all(requests, m, &fetching, got, problems);
        for (size_t i = 0, j = 0; i < n; i++) {
            if (refs[i].url != NULL) {
                fetched[i] = got[j++];
            }
        }
    }
    rk__arena_dispose(&arena);
    return status == RK_NO_MEMORY ? status : RK_OK;
}

rk_status rk__tariff_load(const rk__tariff_ref *refs, size_t n, const rk__tariff_options *options,
                          rk__tariff **out, rk_problems *problems)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = NULL;
    }
    rk__fetched *fetched = rk__calloc(n + 1, sizeof *fetched);
    if (fetched == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = fetch(refs, n, options, fetched, problems);
    for (size_t i = 0; first != RK_NO_MEMORY && i < n; i++) {
        rk__keep_first(&first, load_one(&refs[i], options, &fetched[i], &out[i], problems));
    }
    for (size_t i = 0; i < n; i++) {
        rk__fetched_dispose(&fetched[i]);
        if (first != RK_OK) {
            rk__tariff_free(out[i]);
            out[i] = NULL;
        }
    }
    rk__free(fetched);
    return first;
}

void rk__tariff_free(rk__tariff *tariff)
{
    if (tariff == NULL) {
        return;
    }
    for (size_t i = 0; i < tariff->n_tables; i++) {
        rk__table_free(tariff->tables[i].table);
    }
    rk__fetched_dispose(&tariff->fetched);
    rk__json_free(tariff->document);
    rk__arena_dispose(&tariff->arena);
    rk__free(tariff);
}

/* ------------------------------------------------------------------- asking */

bool rk__tariff_in_force(const rk__tariff *tariff, rk_date day)
{
    return (tariff->from == NULL || rk__date_compare(tariff->from_day, day) <= 0) &&
           (tariff->to == NULL || rk__date_compare(day, tariff->to_day) <= 0);
}

static rk__tariff_held *find_table(const rk__tariff *tariff, const char *name)
{
    for (size_t i = 0; i < tariff->n_tables; i++) {
        if (strcmp(tariff->tables[i].spec.name, name) == 0) {
            return &tariff->tables[i];
        }
    }
    return NULL;
}

bool rk__tariff_has_table(const rk__tariff *tariff, const char *name)
{
    return find_table(tariff, name) != NULL;
}

rk_status rk__tariff_table(rk__tariff *tariff, const char *name, rk__table **out,
                           rk_problems *problems)
{
    rk__tariff_held *held = find_table(tariff, name);
    rk_status status = RK_OK;
    *out = NULL;
    if (held == NULL) {
        return RK_OK;
    }
    if (held->table == NULL) {
        rk_problems *met = rk_problems_new();
        if (met == NULL) {
            return RK_NO_MEMORY;
        }
        status = rk__table_load(&held->spec, &tariff->access, true, &held->table, met);
        status = rk__tariff_relay(met, status, problems);
        rk_problems_free(met);
    }
    *out = held->table;
    return status;
}
