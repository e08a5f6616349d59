/* SPDX-License-Identifier: MIT
 *
 * cache_list.c: listing the cache's folder, to show its contents and to prune them.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "fetch/cache.h"

#define KEY_LENGTH  64
#define BODY_LENGTH (KEY_LENGTH + 1 + 64 + 5) /* <key>-<sha256>.body */

typedef struct names {
    char **items;
    size_t n, capacity;
} names;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static void names_dispose(names *list)
{
    for (size_t i = 0; i < list->n; i++) {
        rk__free(list->items[i]);
    }
    rk__free(list->items);
    *list = (names){0};
}

/* The names in a folder that begin with `prefix`, sorted; none if the folder does not exist. */
static rk_status names_read(const char *folder, const char *prefix, names *out)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT ? RK_OK : errno == ENOMEM ? RK_NO_MEMORY : RK_IO;
    }
    rk_status status = RK_OK;
    size_t length = strlen(prefix);
    const struct dirent *entry;
    while (status == RK_OK && (entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, prefix, length) != 0) {
            continue;
        }
        if (rk__grow((void **) &out->items, &out->capacity, out->n + 1, sizeof *out->items) != 0 ||
            (out->items[out->n] = rk__strdup(entry->d_name)) == NULL) {
            status = RK_NO_MEMORY;
        } else {
            out->n++;
        }
    }
    closedir(dir);
    if (status != RK_OK) {
        names_dispose(out);
    } else if (out->n > 1) {
        qsort(out->items, out->n, sizeof *out->items, by_name);
    }
    return status;
}

/* Whether a name is <key>-<sha256>.body; copies the digest. */
static bool body_name(const char *name, char sha256[65])
{
    if (strlen(name) != BODY_LENGTH || name[KEY_LENGTH] != '-' ||
        strcmp(name + BODY_LENGTH - 5, ".body") != 0) {
        return false;
    }
    memcpy(sha256, name + KEY_LENGTH + 1, 64);
    sha256[64] = '\0';
    return rk__is_sha256(sha256);
}

static bool meta_name(const char *name)
{
    return strlen(name) == KEY_LENGTH + 5 && strcmp(name + KEY_LENGTH, ".json") == 0;
}

/* ---------------------------------------------------------------- pruning */

/* When a body was last stored or returned; false if it is missing. */
static bool last_used(const char *path, struct timespec *out)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return false;
    }
    bool read_later =
        info.st_atim.tv_sec > info.st_mtim.tv_sec ||
        (info.st_atim.tv_sec == info.st_mtim.tv_sec && info.st_atim.tv_nsec > info.st_mtim.tv_nsec);
    *out = read_later ? info.st_atim : info.st_mtim;
    return true;
}

static bool earlier(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Counts the superseded bodies of a key and finds the one to remove first. */
static size_t find_oldest(const char *folder, const names *list, const char *current_sha256,
                          char **oldest)
{
    struct timespec when = {0}, least = {0};
    char sha256[65];
    size_t count = 0;
    *oldest = NULL;
    for (size_t i = 0; i < list->n; i++) {
        if (!body_name(list->items[i], sha256) || strcmp(sha256, current_sha256) == 0) {
            continue;
        }
        rk__buf path = {0};
        rk__buf_printf(&path, "%s/%s", folder, list->items[i]);
        if (!path.failed && last_used(path.text, &when)) {
            count++;
            if (*oldest == NULL || earlier(&when, &least)) {
                rk__free(*oldest);
                *oldest = path.text;
                least = when;
                continue;
            }
        }
        rk__buf_dispose(&path);
    }
    return count;
}

/* Files left half written by a process that died: untouched for a day. */
static void remove_leftovers(const char *folder, const char *key)
{
    struct stat info;
    char prefix[KEY_LENGTH + 2] = ".";
    names list = {0};
    memcpy(prefix + 1, key, KEY_LENGTH + 1);
    if (names_read(folder, prefix, &list) != RK_OK) {
        return;
    }
    for (size_t i = 0; i < list.n; i++) {
        rk__buf path = {0};
        rk__buf_printf(&path, "%s/%s", folder, list.items[i]);
        if (!path.failed && stat(path.text, &info) == 0 && info.st_mtime < time(NULL) - 86400) {
            unlink(path.text);
        }
        rk__buf_dispose(&path);
    }
    names_dispose(&list);
}

void rk__cache_prune(const char *folder, const char *key, const char *current_sha256)
{
    remove_leftovers(folder, key);
    names list = {0};
    char *oldest = NULL;
    if (names_read(folder, key, &list) != RK_OK) {
        return;
    }
    while (find_oldest(folder, &list, current_sha256, &oldest) > RK__CACHE_VERSIONS - 1) {
        bool removed = unlink(oldest) == 0;
        rk__free(oldest);
        oldest = NULL;
        if (!removed) {
            break;
        }
    }
    rk__free(oldest);
    names_dispose(&list);
}

/* ---------------------------------------------------------------- listing */

typedef struct listing {
    const char *folder;
    bool verify;
    void (*each)(void *ctx, const rk__cache_entry *entry);
    void *ctx;
    const names *names;
} listing;

/* Whether a body is what was stored; compares only its length unless verifying. */
static rk_status look_at_body(const listing *l, const char *path, const char *sha256,
                              rk__cache_entry *entry)
{
    struct stat info;
    char actual[65];
    char *text = NULL;
    size_t length = 0;
    bool exists = stat(path, &info) == 0 && S_ISREG(info.st_mode);
    if (!l->verify || !exists) {
        entry->intact = exists && (entry->length == 0 || (size_t) info.st_size == entry->length);
        entry->length = exists ? (size_t) info.st_size : 0;
        return RK_OK;
    }
    rk_status status = rk__file_read(path, SIZE_MAX - 1, &text, &length, NULL);
    if (status == RK_OK) {
        rk__sha256(text, length, actual);
        status = actual[0] == '\0' ? RK_NO_MEMORY : RK_OK;
        entry->intact = strcmp(actual, sha256) == 0;
        entry->length = length;
    }
    rk__free(text);
    return status == RK_NO_MEMORY ? status : RK_OK;
}

/* Lists the superseded bodies of an entry: their names are all that is known of them. */
static rk_status list_superseded(const listing *l, const char *key, const rk__cache_meta *meta)
{
    char sha256[65];
    rk_status status = RK_OK;
    for (size_t i = 0; status == RK_OK && i < l->names->n; i++) {
        const char *name = l->names->items[i];
        if (strncmp(name, key, KEY_LENGTH) != 0 || !body_name(name, sha256) ||
            strcmp(sha256, meta->sha256) == 0) {
            continue;
        }
        struct stat info;
        char *path = rk__cache_body_path(l->folder, key, sha256);
        if (path == NULL) {
            return RK_NO_MEMORY;
        }
        rk__cache_entry entry = {.url = meta->url, .path = path, .sha256 = sha256};
        entry.fetched_at = stat(path, &info) == 0 ? (int64_t) info.st_mtime : 0;
        status = look_at_body(l, path, sha256, &entry);
        if (status == RK_OK) {
            l->each(l->ctx, &entry);
        }
        rk__free(path);
    }
    return status;
}

static rk_status list_entry(const listing *l, const char *name)
{
    rk__json *document = NULL;
    rk__cache_meta meta;
    rk__buf path = {0};
    char key[KEY_LENGTH + 1];
    memcpy(key, name, KEY_LENGTH);
    key[KEY_LENGTH] = '\0';
    rk__buf_printf(&path, "%s/%s", l->folder, name);
    if (path.failed) {
        rk__buf_dispose(&path);
        return RK_NO_MEMORY;
    }
    rk_status status = rk__cache_meta_load(path.text, &document, &meta);
    if (status != RK_OK && status != RK_NO_MEMORY) {
        l->each(l->ctx, &(rk__cache_entry){.path = path.text});
        status = RK_OK;
    } else if (status == RK_OK) {
        char *body = rk__cache_body_path(l->folder, key, meta.sha256);
        rk__cache_entry entry = {.url = meta.url,
                                 .path = body,
                                 .sha256 = meta.sha256,
                                 .etag = meta.etag,
                                 .last_modified = meta.last_modified,
                                 .fetched_at = meta.fetched_at,
                                 .length = (size_t) meta.length};
        status = body != NULL ? look_at_body(l, body, meta.sha256, &entry) : RK_NO_MEMORY;
        if (status == RK_OK) {
            l->each(l->ctx, &entry);
            status = list_superseded(l, key, &meta);
        }
        rk__free(body);
    }
    rk__json_free(document);
    rk__buf_dispose(&path);
    return status;
}

rk_status rk__cache_list(const char *cache_dir, bool verify,
                         void (*each)(void *ctx, const rk__cache_entry *entry), void *ctx,
                         rk_problems *problems)
{
    names list = {0};
    char *folder = NULL;
    rk_status status = rk__cache_folder(cache_dir, &folder);
    if (folder == NULL) {
        return status != RK_OK ? status
                               : rk__problem(problems, RK_IO, NULL, "set XDG_CACHE_HOME or HOME",
                                             "no folder for the tariff cache");
    }
    listing l = {folder, verify, each, ctx, &list};
    status = names_read(folder, "", &list);
    if (status == RK_IO) {
        rk__problem(problems, RK_IO, NULL, NULL, "cannot read the tariff cache '%s': %s", folder,
                    strerror(errno));
    }
    for (size_t i = 0; status == RK_OK && i < list.n; i++) {
        if (meta_name(list.items[i])) {
            status = list_entry(&l, list.items[i]);
        }
    }
    names_dispose(&list);
    rk__free(folder);
    return status;
}
