/* SPDX-License-Identifier: MIT
 *
 * walk.c: searching folders and patterns for contracts, and recognizing other documents.
 */
#include "batch/walk.h"

#include <errno.h>
#include <fts.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

#define DEPTH_MAX 64

struct rk__walk {
    const char *const *paths, *const *outputs;
    FTS *tree; /* of the path or pattern being searched; or NULL */
};

rk__walk *rk__walk_new(const char *const *paths, const char *const *outputs)
{
    rk__walk *w = rk__calloc(1, sizeof *w);
    if (w != NULL) {
        w->paths = paths;
        w->outputs = outputs;
    }
    return w;
}

void rk__walk_free(rk__walk *walk)
{
    if (walk != NULL && walk->tree != NULL) {
        (void) fts_close(walk->tree);
    }
    rk__free(walk);
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* 0 or an errno. */
static int open_tree(rk__walk *w, char *const *paths)
{
    w->tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, compare_names);
    return w->tree == NULL ? errno : 0;
}

static int open_pattern(rk__walk *w, const char *pattern)
{
    glob_t found;
    const int code = glob(pattern, GLOB_NOSORT, NULL, &found);
    if (code != 0) {
        return code == GLOB_NOSPACE ? ENOMEM : code == GLOB_NOMATCH ? ENOENT : EACCES;
    }
    const int error = open_tree(w, found.gl_pathv);
    globfree(&found);
    return error;
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name);
    const size_t n = strlen(ending);
    return length > n && strcmp(name + length - n, ending) == 0;
}

static rk__walk_kind kind_of(const char *path)
{
    return strcmp(path, "-") == 0 || ends_with(path, ".ndjson") || ends_with(path, ".jsonl")
               ? RK__WALK_LINES
               : RK__WALK_DOCUMENT;
}

/* Takes the next path that was given. A folder or pattern is opened for searching; anything
 * else is returned as it is. */
static rk__walk_kind next_given(rk__walk *w, const char **path, int *error)
{
    struct stat status;
    if (*w->paths == NULL) {
        return RK__WALK_END;
    }
    *path = *w->paths++;
    const bool input = strcmp(*path, "-") == 0;
    const bool found = !input && stat(*path, &status) == 0;
    if (found && S_ISDIR(status.st_mode)) {
        char *const paths[] = {(char *) (uintptr_t) *path, NULL};
        *error = open_tree(w, paths);
    } else if (!input && !found && strpbrk(*path, "*?[") != NULL) {
        *error = open_pattern(w, *path);
    }
    return *error == 0 ? kind_of(*path) : *error == ENOMEM ? RK__WALK_FAILED : RK__WALK_BAD;
}

/* Takes the next entry of a folder or pattern: false if it is not to be returned. */
static bool take_entry(rk__walk *w, FTSENT *entry, bool below, int *error)
{
    const bool hidden = below && entry->fts_name[0] == '.';
    switch (entry->fts_info) {
    case FTS_D:
        *error = !hidden && entry->fts_level >= DEPTH_MAX ? ELOOP : 0;
        if (hidden || *error != 0) {
            (void) fts_set(w->tree, entry, FTS_SKIP);
        }
        return *error != 0;
    case FTS_DP:
        return false;
    case FTS_DC:
        *error = ELOOP;
        return !hidden;
    case FTS_DNR:
    case FTS_ERR:
        *error = entry->fts_errno;
        return true;
    case FTS_NS:
    case FTS_SLNONE:
        break;
    default:
        if (rk__file_is_among(entry->fts_statp, w->outputs)) {
            return false; /* this run's output will replace it: an earlier run wrote it */
        }
    }
    return !hidden && (!below || kind_of(entry->fts_path) == RK__WALK_LINES ||
                       ends_with(entry->fts_name, ".json"));
}

rk__walk_kind rk__walk_next(rk__walk *walk, const char **path, bool *below, int *error)
{
    for (;;) {
        *below = false;
        *error = 0;
        if (walk->tree == NULL) {
            const rk__walk_kind kind = next_given(walk, path, error);
            if (walk->tree == NULL) {
                return kind;
            }
        }
        errno = 0;
        FTSENT *entry = fts_read(walk->tree);
        if (entry == NULL) {
            const bool failed = errno != 0;
            (void) fts_close(walk->tree);
            walk->tree = NULL;
            if (failed) {
                return RK__WALK_FAILED;
            }
            continue;
        }
        *path = entry->fts_path;
        *below = entry->fts_level > 0;
        if (take_entry(walk, entry, *below, error)) {
            return *error == 0 ? kind_of(*path) : *error == ENOMEM ? RK__WALK_FAILED : RK__WALK_BAD;
        }
    }
}

/* ------------------------------------------------------------ other documents */

/* The end of the string that begins at `at`. */
static const char *past_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\';
    }
    return at < end ? at + 1 : end;
}

static const char *past_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at) != NULL && *at != '\0') {
        at++;
    }
    return at;
}

static bool begins(const char *at, const char *end, const char *word)
{
    const size_t n = strlen(word);
    return (size_t) (end - at) >= n && memcmp(at, word, n) == 0;
}

bool rk__batch_is_other(const char *text, size_t length)
{
    static const char key[] = "\"reckoner\"";
    static const char *const others[] = {"\"tariff/",        "\"vector/", "\"result/",
                                         "\"system-result/", "\"import/", "\"comparison/",
                                         "\"explanation/",   "\"check/",  NULL};
    const char *end = text + length;
    int depth = 0;
    for (const char *at = text; at < end;) {
        if (*at == '"') {
            const char *after = past_string(at, end);
            const char *colon = past_blanks(after, end);
            if (depth == 1 && begins(at, end, key) && after == at + sizeof key - 1 && colon < end &&
                *colon == ':') {
                const char *value = past_blanks(colon + 1, end);
                for (size_t i = 0; others[i] != NULL; i++) {
                    if (begins(value, end, others[i])) {
                        return true;
                    }
                }
                return false;
            }
            at = after;
            continue;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    }
    return false;
}
