/* SPDX-License-Identifier: MIT
 *
 * cache.c: reading and writing entries. A body is named after its own digest, so that replacing the
 * small metadata file switches from one version to the next in a single step.
 */
#include "fetch/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

/* The XDG base directory specification says to ignore a relative XDG_CACHE_HOME. */
rk_status rk__cache_folder(const char *given, char **out)
{
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    rk__buf path = {0};
    if (given != NULL && given[0] != '\0') {
        rk__buf_puts(&path, given);
    } else if (xdg != NULL && xdg[0] == '/') {
        rk__buf_printf(&path, "%s/reckoner/tariffs", xdg);
    } else if (home != NULL && home[0] == '/') {
        rk__buf_printf(&path, "%s/.cache/reckoner/tariffs", home);
    }
    const bool failed = path.failed;
    if (failed) {
        rk__buf_dispose(&path);
    }
    *out = path.text;
    return failed ? RK_NO_MEMORY : RK_OK;
}

/* The mark cannot occur in a URL, so no other URL has this key. */
static rk_status entry_key(const char *url, bool credentials, char key[65])
{
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s", url, credentials ? "\nwith credentials" : "");
    if (!text.failed) {
        rk__sha256(text.text, text.length, key);
    }
    bool failed = text.failed || key[0] == '\0';
    rk__buf_dispose(&text);
    return failed ? RK_NO_MEMORY : RK_OK;
}

static char *meta_path(const char *folder, const char *key)
{
    rk__buf path = {0};
    rk__buf_printf(&path, "%s/%s.json", folder, key);
    return path.failed ? (rk__buf_dispose(&path), NULL) : path.text;
}

char *rk__cache_body_path(const char *folder, const char *key, const char *sha256)
{
    rk__buf path = {0};
    rk__buf_printf(&path, "%s/%s-%s.body", folder, key, sha256);
    return path.failed ? (rk__buf_dispose(&path), NULL) : path.text;
}

/* ------------------------------------------------------------------- locks */

/* Files are replaced atomically, so the lock is not needed against half-written ones. It keeps a
 * body from being pruned between reading the metadata and reading the body, and while metadata is
 * about to name it. A process that cannot get the lock in time (another process was stopped, the
 * folder is read-only, the file system has no locks) continues without it: at worst, a copy counts
 * as damaged. Returns a descriptor to close, or -1. */
static int lock_entry(const char *folder, const char *key, int operation)
{
    rk__buf path = {0};
    rk__buf_printf(&path, "%s/%s.lock", folder, key);
    int flags = operation == LOCK_EX ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC;
    int fd = path.failed ? -1 : open(path.text, flags, 0600);
    rk__buf_dispose(&path);
    for (int patience_ms = 5000; fd >= 0 && flock(fd, operation | LOCK_NB) != 0;) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || patience_ms <= 0) {
            break;
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        patience_ms -= 2;
    }
    return fd;
}

static void unlock_entry(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

/* --------------------------------------------------------------- metadata */

static int64_t whole_number(const rk__value *v)
{
    int64_t n = 0;
    if (v == NULL || v->type != RK__JSON_NUMBER || v->length > 18) {
        return -1;
    }
    for (const char *p = v->text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9') {
            return -1;
        }
        n = n * 10 + (*p - '0');
    }
    return n;
}

static const char *text_or_null(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL && v->type == RK__JSON_STRING ? v->text : NULL;
}

/* Text that goes into a request; NULL if it is not a valid header value. A file that was damaged,
 * or written by somebody else, must not add lines to a request. */
static const char *header_or_null(const rk__value *object, const char *key)
{
    const char *text = text_or_null(object, key);
    for (const char *p = text; p != NULL && *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20 || *p == 0x7f) {
            return NULL;
        }
    }
    return text;
}

bool rk__is_sha256(const char *text)
{
    return text != NULL && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

rk_status rk__cache_meta_load(const char *path, rk__json **document, rk__cache_meta *out)
{
    *out = (rk__cache_meta){0};
    rk_status status = rk__json_load(path, document, NULL);
    if (status != RK_OK) {
        return status;
    }
    const rk__value *root = rk__json_root(*document);
    const char *format = text_or_null(root, "reckoner");
    const rk__value *credentials = rk__json_get(root, "credentials");
    out->url = text_or_null(root, "url");
    out->sha256 = text_or_null(root, "sha256");
    out->etag = header_or_null(root, "etag");
    out->last_modified = header_or_null(root, "last_modified");
    out->answered_by = text_or_null(root, "answered_by");
    out->credentials = credentials != NULL && credentials->truth;
    out->fetched_at = whole_number(rk__json_get(root, "fetched_at"));
    out->length = whole_number(rk__json_get(root, "length"));
    if (format == NULL || strcmp(format, "cache/1") != 0 || out->url == NULL ||
        !rk__is_sha256(out->sha256) || out->fetched_at < 0 || out->length < 0) {
        rk__json_free(*document);
        *document = NULL;
        return RK_SYNTAX;
    }
    return RK_OK;
}

static void write_member(rk__buf *out, const char *name, const char *text)
{
    rk__buf_printf(out, ",\n  \"%s\": ", name);
    if (text != NULL) {
        rk__json_write_text(out, text, strlen(text));
    } else {
        rk__buf_puts(out, "null");
    }
}

static rk_status write_whole(const char *path, const char *text, size_t length)
{
    rk__atomic_file file = {0};
    rk_status status = rk__atomic_open(&file, path, NULL);
    if (status != RK_OK) {
        return status;
    }
    if (length > 0 && fwrite(text, 1, length, file.stream) != length) {
        rk__atomic_abandon(&file);
        return RK_IO_WRITE;
    }
    return rk__atomic_commit(&file, NULL);
}

static rk_status write_meta(const char *folder, const char *key, const char *url, bool credentials,
                            const rk__cache_copy *copy)
{
    rk__buf text = {0};
    rk__buf_puts(&text, "{\n  \"reckoner\": \"cache/1\"");
    write_member(&text, "url", url);
    rk__buf_printf(&text, ",\n  \"credentials\": %s", credentials ? "true" : "false");
    write_member(&text, "sha256", copy->sha256);
    rk__buf_printf(&text, ",\n  \"length\": %zu", copy->length);
    write_member(&text, "etag", copy->etag);
    write_member(&text, "last_modified", copy->last_modified);
    write_member(&text, "answered_by", copy->answered_by);
    rk__buf_printf(&text, ",\n  \"fetched_at\": %lld\n}\n", (long long) copy->fetched_at);
    char *path = meta_path(folder, key);
    rk_status status =
        text.failed || path == NULL ? RK_NO_MEMORY : write_whole(path, text.text, text.length);
    rk__free(path);
    rk__buf_dispose(&text);
    return status;
}

/* ---------------------------------------------------------------- reading */

static rk_status copy_text(char **to, const char *from)
{
    *to = from != NULL ? rk__strdup(from) : NULL;
    return from != NULL && *to == NULL ? RK_NO_MEMORY : RK_OK;
}

/* Reads the body with this digest into `out`; sets `damaged` on failure. */
static rk_status read_body(const char *folder, const char *key, const char *sha256,
                           size_t max_bytes, rk__cache_copy *out)
{
    char actual[65];
    memcpy(out->sha256, sha256, sizeof out->sha256);
    out->path = rk__cache_body_path(folder, key, sha256);
    if (out->path == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__file_read(out->path, max_bytes, &out->text, &out->length, NULL);
    if (status == RK_OK) {
        rk__sha256(out->text, out->length, actual);
        status = actual[0] == '\0' ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_NO_MEMORY) {
        return status;
    }
    if (status != RK_OK || strcmp(actual, sha256) != 0) {
        rk__free(out->text);
        out->text = NULL;
        out->length = 0;
        out->damaged = true;
    }
    return RK_OK;
}

static rk_status read_entry(const char *folder, const char *key, const char *url, bool credentials,
                            size_t max_bytes, rk__cache_copy *out)
{
    rk__json *document = NULL;
    rk__cache_meta meta;
    struct stat info;
    char *path = meta_path(folder, key);
    rk_status status = path == NULL ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK && stat(path, &info) == 0) {
        out->found = true;
        status = rk__cache_meta_load(path, &document, &meta);
        if (status != RK_OK && status != RK_NO_MEMORY) {
            out->damaged = true;
            status = RK_OK;
        } else if (status == RK_OK &&
                   (strcmp(meta.url, url) != 0 || meta.credentials != credentials)) {
            out->damaged = true;
        } else if (status == RK_OK) {
            out->fetched_at = meta.fetched_at;
            status = read_body(folder, key, meta.sha256, max_bytes, out);
            if (status == RK_OK) {
                status = copy_text(&out->etag, meta.etag);
            }
            if (status == RK_OK) {
                status = copy_text(&out->last_modified, meta.last_modified);
            }
            if (status == RK_OK) {
                status = copy_text(&out->answered_by, meta.answered_by);
            }
        }
    }
    rk__json_free(document);
    rk__free(path);
    return status;
}

rk_status rk__cache_read(const char *folder, const char *url, bool credentials, size_t max_bytes,
                         rk__cache_copy *out)
{
    char key[RK__SHA256_TEXT];
    *out = (rk__cache_copy){0};
    rk_status status = entry_key(url, credentials, key);
    if (status == RK_OK) {
        int lock = lock_entry(folder, key, LOCK_SH);
        status = read_entry(folder, key, url, credentials, max_bytes, out);
        unlock_entry(lock);
    }
    if (status != RK_OK) {
        rk__cache_copy_dispose(out);
    }
    return status;
}

rk_status rk__cache_read_pinned(const char *folder, const char *url, bool credentials,
                                const char *sha256, size_t max_bytes, rk__cache_copy *out)
{
    char key[RK__SHA256_TEXT];
    struct stat info;
    *out = (rk__cache_copy){0};
    rk_status status = entry_key(url, credentials, key);
    if (status == RK_OK) {
        int lock = lock_entry(folder, key, LOCK_SH);
        status = read_body(folder, key, sha256, max_bytes, out);
        unlock_entry(lock);
    }
    if (status != RK_OK || out->damaged) {
        /* A damaged copy counts as absent. */
        bool damaged = status == RK_OK && stat(out->path, &info) == 0;
        rk__cache_copy_dispose(out);
        out->damaged = damaged;
        return status;
    }
    out->found = true;
    out->fetched_at = stat(out->path, &info) == 0 ? (int64_t) info.st_mtime : 0;
    /* Records the use, which keeps a superseded body from being pruned. */
    static const struct timespec used_now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
    (void) utimensat(AT_FDCWD, out->path, used_now, 0);
    return RK_OK;
}

/* ---------------------------------------------------------------- writing */

/* Writes the body first: metadata never names a missing body. */
static rk_status write_entry(const char *folder, const char *key, const char *url, bool credentials,
                             rk__cache_copy *copy)
{
    char *path = rk__cache_body_path(folder, key, copy->sha256);
    rk_status status = path != NULL ? write_whole(path, copy->text, copy->length) : RK_NO_MEMORY;
    if (status == RK_OK) {
        status = write_meta(folder, key, url, credentials, copy);
    }
    if (status != RK_OK) {
        rk__free(path);
        return status;
    }
    rk__free(copy->path);
    copy->path = path;
    rk__cache_prune(folder, key, copy->sha256);
    return RK_OK;
}

rk_status rk__cache_store(const char *folder, const char *url, bool credentials,
                          rk__cache_copy *copy)
{
    char key[RK__SHA256_TEXT];
    rk_status status = entry_key(url, credentials, key);
    if (status != RK_OK) {
        return status;
    }
    if (rk__path_make_folders(folder, 0700) != 0) {
        return errno == ENOMEM ? RK_NO_MEMORY : RK_IO_WRITE;
    }
    int lock = lock_entry(folder, key, LOCK_EX);
    status = write_entry(folder, key, url, credentials, copy);
    unlock_entry(lock);
    return status;
}

/* Whether the entry still names this body: another process may have replaced it. */
static bool still_current(const char *folder, const char *key, const char *sha256)
{
    rk__json *document = NULL;
    rk__cache_meta meta;
    char *path = meta_path(folder, key);
    bool current = path != NULL && rk__cache_meta_load(path, &document, &meta) == RK_OK &&
                   strcmp(meta.sha256, sha256) == 0;
    rk__json_free(document);
    rk__free(path);
    return current;
}

rk_status rk__cache_touch(const char *folder, const char *url, bool credentials,
                          const rk__cache_copy *copy)
{
    char key[RK__SHA256_TEXT];
    rk_status status = entry_key(url, credentials, key);
    if (status == RK_OK) {
        int lock = lock_entry(folder, key, LOCK_EX);
        if (still_current(folder, key, copy->sha256)) {
            status = write_meta(folder, key, url, credentials, copy);
        }
        unlock_entry(lock);
    }
    return status;
}

void rk__cache_copy_dispose(rk__cache_copy *copy)
{
    if (copy != NULL) {
        rk__free(copy->text);
        rk__free(copy->path);
        rk__free(copy->etag);
        rk__free(copy->last_modified);
        rk__free(copy->answered_by);
        *copy = (rk__cache_copy){0};
    }
}
