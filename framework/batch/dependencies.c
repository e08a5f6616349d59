/* SPDX-License-Identifier: MIT
 *
 * dependencies.c: packing the files that a result depends on, with their digests.
 */
#include "batch/dependencies.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/frame.h"
#include "contract/session.h"
#include "table/input.h"

#define ABSENT  "absent"
#define PRESENT "present" /* a place that was absent */
#define NAMES   "names:"

/* An example of each kind of digest, for rk__digest_now. */
static const char sha256_like[RK__SHA256_TEXT] =
    "0000000000000000000000000000000000000000000000000000000000000000";
static const char xxh3_like[] = "00000000000000000000000000000000";

/* --------------------------------------------------------------------- digests */

static bool xxh3_of(const char *path, char out[RK__XXH3_TEXT])
{
    FILE *f = fopen(path, "rbe");
    rk__xxh3 *state = f != NULL ? rk__xxh3_new() : NULL;
    bool good = state != NULL;
    char block[1 << 15];
    for (size_t n = sizeof block; good && n == sizeof block;) {
        n = fread(block, 1, sizeof block, f);
        rk__xxh3_add(state, block, n);
        good = ferror(f) == 0;
    }
    if (good) {
        rk__xxh3_text(state, out);
    }
    const int error = f != NULL && state == NULL ? ENOMEM : errno;
    rk__xxh3_free(state);
    if (f != NULL) {
        (void) fclose(f);
    }
    errno = error;
    return good;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The digest of the names that a pattern matches. */
static bool names_of(const char *pattern, char out[RK__SHA256_TEXT])
{
    glob_t found = {0};
    char digest[RK__XXH3_TEXT];
    rk__xxh3 *state = rk__xxh3_new();
    const int result = glob(pattern, GLOB_NOSORT | GLOB_MARK, NULL, &found);
    const bool good = state != NULL && (result == 0 || result == GLOB_NOMATCH);
    errno = state == NULL || result == GLOB_NOSPACE ? ENOMEM : 0;
    if (good && result == 0) {
        qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, compare_names);
        for (size_t i = 0; i < found.gl_pathc; i++) {
            rk__xxh3_add(state, found.gl_pathv[i], strlen(found.gl_pathv[i]) + 1);
        }
    }
    if (good) {
        rk__xxh3_text(state, digest);
        (void) snprintf(out, RK__SHA256_TEXT, NAMES "%s", digest);
    }
    globfree(&found);
    rk__xxh3_free(state);
    return good;
}

bool rk__digest_now(const char *place, const char *like, char out[RK__SHA256_TEXT])
{
    struct stat status;
    if (strncmp(like, NAMES, strlen(NAMES)) == 0) {
        return names_of(place, out);
    }
    if (stat(place, &status) != 0) {
        (void) snprintf(out, RK__SHA256_TEXT, ABSENT);
        return errno == ENOENT || errno == ENOTDIR;
    }
    if (strcmp(like, ABSENT) == 0) {
        (void) snprintf(out, RK__SHA256_TEXT, PRESENT);
        return true;
    }
    if (!S_ISREG(status.st_mode)) {
        (void) snprintf(out, RK__SHA256_TEXT, "%s", like); /* its files are sources of their own */
        return S_ISDIR(status.st_mode);
    }
    return strlen(like) == RK__SHA256_TEXT - 1 ? rk__sha256_file(place, out) == 0
                                               : xxh3_of(place, out);
}

/* ----------------------------------------------------------------------- cache */

void rk__source_cache_dispose(rk__source_cache *cache)
{
    for (size_t i = 0; i < sizeof cache->entries / sizeof cache->entries[0]; i++) {
        rk__free(cache->entries[i].place);
    }
    *cache = (rk__source_cache){0};
}

/* As rk__digest_now, but reads a file again only if it has changed. */
static bool cached_digest(rk__source_cache *cache, const char *place, const char *like,
                          char out[RK__SHA256_TEXT])
{
    struct stat status;
    if (stat(place, &status) != 0 || !S_ISREG(status.st_mode)) {
        return rk__digest_now(place, like, out);
    }
    for (size_t i = 0; i < sizeof cache->entries / sizeof cache->entries[0]; i++) {
        if (cache->entries[i].place != NULL && strcmp(cache->entries[i].place, place) == 0 &&
            cache->entries[i].size == status.st_size &&
            cache->entries[i].seconds == status.st_mtim.tv_sec &&
            cache->entries[i].nanoseconds == status.st_mtim.tv_nsec &&
            strlen(cache->entries[i].digest) == strlen(like)) {
            memcpy(out, cache->entries[i].digest, RK__SHA256_TEXT);
            return true;
        }
    }
    if (!rk__digest_now(place, like, out)) {
        return false;
    }
    const size_t at = cache->next;
    cache->next = (at + 1) % (sizeof cache->entries / sizeof cache->entries[0]);
    rk__free(cache->entries[at].place);
    cache->entries[at].place = rk__strdup(place);
    cache->entries[at].size = status.st_size;
    cache->entries[at].seconds = status.st_mtim.tv_sec;
    cache->entries[at].nanoseconds = status.st_mtim.tv_nsec;
    memcpy(cache->entries[at].digest, out, RK__SHA256_TEXT);
    return true;
}

/* --------------------------------------------------------------------- packing */

typedef struct packing {
    rk__buf *out;
    size_t at; /* where the number of sources is */
    uint64_t n;
    rk__arena arena;
} packing;

static packing begin(rk__buf *out)
{
    const packing p = {.out = out, .at = out->length};
    rk__pack_number(out, 0);
    return p;
}

static void end(packing *p)
{
    p->out->failed |= p->arena.failed; /* a source is missing */
    if (!p->out->failed) {
        memcpy(p->out->text + p->at, &p->n, sizeof p->n);
    }
    rk__arena_dispose(&p->arena);
}

static void add(packing *p, const char *place, const char *digest, bool fetched)
{
    if (place != NULL && digest != NULL && strcmp(place, "standard input") != 0) {
        rk__pack_text(p->out, place);
        rk__pack_text(p->out, digest);
        rk__pack_number(p->out, fetched);
        p->n++;
    }
}

/* Patterns of fact files: a new file may match. */
static void add_patterns(packing *p, const rk_contract *contract)
{
    for (size_t i = 0; i < contract->n_facts; i++) {
        const rk__table_spec *spec = &contract->facts[i];
        for (size_t k = 0; k < spec->n_files; k++) {
            char digest[RK__SHA256_TEXT];
            const char *pattern = rk__input_pattern(spec, spec->files[k], &p->arena);
            if (pattern != NULL && names_of(pattern, digest)) {
                add(p, pattern, digest, false);
            } else if (pattern != NULL && errno == ENOMEM) {
                p->out->failed = 1;
            }
        }
    }
}

void rk__pack_sources(rk__buf *out, const rk_result *result, const rk_contract *contract)
{
    packing p = begin(out);
    for (size_t i = 0; i < result->n_tariffs; i++) {
        const rk__tariff_provenance *t = &result->tariffs[i];
        add(&p, t->place, t->sha256, t->fetched);
        for (size_t k = 0; k < t->n_files; k++) {
            add(&p, t->files[k].file, t->files[k].xxh3, false);
        }
    }
    for (size_t i = 0; i < result->n_facts; i++) {
        /* Results name files relative to the contract. */
        const rk_provenance_fact *f = &result->facts[i];
        add(&p, rk__path_join(&p.arena, contract->base_dir, f->file), f->xxh3, false);
    }
    add_patterns(&p, contract);
    end(&p);
}

/* A file that a failed contract names, if the session may read it. */
static void add_named(packing *p, const rk_contract *contract, const char *path, const char *like,
                      rk__source_cache *cache)
{
    char digest[RK__SHA256_TEXT];
    int fd = -1;
    bool folder = false;
    const rk_status status = rk__access_open_any(&contract->session->access, contract->base_dir,
                                                 path, NULL, &p->arena, &fd, &folder, NULL, NULL);
    if (status == RK_OK) {
        (void) close(fd);
    }
    const char *place = rk__path_join(&p->arena, contract->base_dir, path);
    if (status != RK_FORBIDDEN && place != NULL && cached_digest(cache, place, like, digest)) {
        add(p, place, digest, false);
    } else if (status != RK_FORBIDDEN && errno == ENOMEM) {
        p->out->failed = 1;
    }
}

/* The file that the problem is in, such as a table of the tariff. */
static void add_fault(packing *p, const rk_contract *contract, const char *file,
                      rk__source_cache *cache)
{
    char digest[RK__SHA256_TEXT];
    bool named = false;
    for (size_t i = 0; i < contract->n_tariffs; i++) {
        const char *path = contract->tariffs[i].path;
        const char *place =
            path != NULL ? rk__path_join(&p->arena, contract->base_dir, path) : NULL;
        named |= place != NULL && strcmp(place, file) == 0;
    }
    if (!named && cached_digest(cache, file, xxh3_like, digest)) {
        add(p, file, digest, false);
    } else if (!named && errno == ENOMEM) {
        p->out->failed = 1;
    }
}

void rk__pack_failed_sources(rk__buf *out, const rk_contract *contract, const char *name,
                             const rk_problems *problems, rk__source_cache *cache)
{
    packing p = begin(out);
    for (size_t i = 0; i < contract->n_tariffs; i++) {
        if (contract->tariffs[i].path != NULL) {
            add_named(&p, contract, contract->tariffs[i].path, sha256_like, cache);
        }
    }
    for (size_t i = 0; i < contract->n_facts; i++) {
        const rk__table_spec *spec = &contract->facts[i];
        for (size_t k = 0; k < spec->n_files; k++) {
            if (strcmp(spec->files[k], "-") != 0 &&
                rk__input_pattern(spec, spec->files[k], &p.arena) == NULL) {
                add_named(&p, contract, spec->files[k], xxh3_like, cache);
            }
        }
    }
    add_patterns(&p, contract);
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        const rk_problem *problem = rk_problems_at(problems, i);
        if (problem->status != RK_OK && problem->file != NULL && strcmp(problem->file, name) != 0) {
            add_fault(&p, contract, problem->file, cache);
            break;
        }
    }
    end(&p);
}
