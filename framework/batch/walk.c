/* SPDX-License-Identifier: MIT
 *
 * walk.c: the files that paths stand for, one at a time. A folder is read when
 * the walk comes to it, so that only the names on the way down are held.
 */
#include "batch/walk.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

#define DEPTH_MAX 64

/* Names still to be visited, of a folder or a pattern. */
typedef struct level {
    char *folder; /* NULL for a pattern, whose names are whole */
    char **names;
    size_t n, next;
} level;

struct rk__walk {
    const char *const *paths, *const *outputs;
    level levels[DEPTH_MAX];
    size_t depth;
    char *path; /* what was handed out last */
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

static void level_dispose(level *l)
{
    for (size_t i = 0; i < l->n; i++) {
        rk__free(l->names[i]);
    }
    rk__free(l->names);
    rk__free(l->folder);
    *l = (level){0};
}

void rk__walk_free(rk__walk *walk)
{
    if (walk == NULL) {
        return;
    }
    while (walk->depth > 0) {
        level_dispose(&walk->levels[--walk->depth]);
    }
    rk__free(walk->path);
    rk__free(walk);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static bool level_add(level *l, size_t *capacity, const char *name)
{
    char *copy = rk__strdup(name);
    if (copy == NULL || rk__grow((void **) &l->names, capacity, l->n + 1, sizeof *l->names) != 0) {
        rk__free(copy);
        return false;
    }
    l->names[l->n++] = copy;
    return true;
}

/* 0, or an errno. */
static int enter_folder(rk__walk *w, const char *path)
{
    if (w->depth == DEPTH_MAX) {
        return ELOOP;
    }
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return errno;
    }
    level l = {.folder = rk__strdup(path)};
    size_t capacity = 0;
    bool good = l.folder != NULL;
    for (const struct dirent *e = readdir(dir); good && e != NULL; e = readdir(dir)) {
        good = e->d_name[0] == '.' || level_add(&l, &capacity, e->d_name);
    }
    (void) closedir(dir);
    if (!good) {
        level_dispose(&l);
        return ENOMEM;
    }
    if (l.n > 0) {
        qsort(l.names, l.n, sizeof *l.names, compare_names);
    }
    w->levels[w->depth++] = l;
    return 0;
}

/* 0, or an errno; ENOENT where nothing matches. */
static int enter_pattern(rk__walk *w, const char *pattern)
{
    glob_t found;
    const int code = glob(pattern, GLOB_NOSORT, NULL, &found);
    if (code != 0) {
        return code == GLOB_NOSPACE ? ENOMEM : code == GLOB_NOMATCH ? ENOENT : EACCES;
    }
    level l = {0};
    size_t capacity = 0;
    bool good = true;
    for (size_t i = 0; good && i < found.gl_pathc; i++) {
        good = level_add(&l, &capacity, found.gl_pathv[i]);
    }
    globfree(&found);
    if (!good) {
        level_dispose(&l);
        return ENOMEM;
    }
    qsort(l.names, l.n, sizeof *l.names, compare_names);
    w->levels[w->depth++] = l;
    return 0;
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name);
    const size_t n = strlen(ending);
    return length > n && strcmp(name + length - n, ending) == 0;
}

static bool is_lines(const char *path)
{
    return strcmp(path, "-") == 0 || ends_with(path, ".ndjson") || ends_with(path, ".jsonl");
}

/* Takes the next name of the innermost level, as a path of its own. */
static rk__walk_kind take_name(rk__walk *w, bool *below)
{
    level *l = &w->levels[w->depth - 1];
    const char *name = l->names[l->next++];
    *below = l->folder != NULL;
    const size_t end = l->folder != NULL ? strlen(l->folder) : 0;
    rk__buf path = {0};
    if (l->folder != NULL) {
        rk__buf_puts(&path, l->folder);
        rk__buf_puts(&path, end > 0 && l->folder[end - 1] == '/' ? "" : "/");
    }
    rk__buf_puts(&path, name);
    rk__free(w->path);
    w->path = path.failed ? NULL : path.text;
    if (path.failed) {
        rk__buf_dispose(&path);
        return RK__WALK_FAILED;
    }
    return RK__WALK_DOCUMENT;
}

/* The next path, not looked at yet; *given where nothing had to be searched for it. */
static rk__walk_kind next_path(rk__walk *w, bool *below, bool *given)
{
    while (w->depth > 0 && w->levels[w->depth - 1].next == w->levels[w->depth - 1].n) {
        level_dispose(&w->levels[--w->depth]);
    }
    if (w->depth > 0) {
        return take_name(w, below);
    }
    if (*w->paths == NULL) {
        return RK__WALK_END;
    }
    rk__free(w->path);
    w->path = rk__strdup(*w->paths++);
    *below = false;
    *given = true;
    return w->path == NULL ? RK__WALK_FAILED : RK__WALK_DOCUMENT;
}

rk__walk_kind rk__walk_next(rk__walk *walk, const char **path, bool *below, int *error)
{
    for (;;) {
        struct stat status;
        bool given = false;
        const rk__walk_kind kind = next_path(walk, below, &given);
        *path = walk->path;
        *error = 0;
        if (kind != RK__WALK_DOCUMENT || strcmp(walk->path, "-") == 0) {
            return kind != RK__WALK_DOCUMENT ? kind : RK__WALK_LINES;
        }
        const bool found = stat(walk->path, &status) == 0;
        if (!found && !*below && given && strpbrk(walk->path, "*?[") != NULL) {
            *error = enter_pattern(walk, walk->path);
        } else if (found && S_ISDIR(status.st_mode)) {
            *error = enter_folder(walk, walk->path);
        } else if (found && !given && rk__file_is_among(&status, walk->outputs)) {
            continue; /* what an earlier run left in the place of this one's output */
        } else if (!*below || is_lines(walk->path) || ends_with(walk->path, ".json")) {
            return is_lines(walk->path) ? RK__WALK_LINES : RK__WALK_DOCUMENT;
        }
        if (*error != 0) {
            return *error == ENOMEM ? RK__WALK_FAILED : RK__WALK_BAD;
        }
    }
}

/* ------------------------------------------------------------ other documents */

/* One past the string that begins at `at`, or `end`. */
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
    static const char *const others[] = {
        "\"tariff/",     "\"vector/",      "\"system/", "\"result/",
        "\"comparison/", "\"explanation/", "\"check/",  NULL};
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
