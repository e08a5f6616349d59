/* SPDX-License-Identifier: MIT
 *
 * find.c: the contract or system that a result was made from.
 */
#include "replay/replay.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"

typedef struct rk__replay_document {
    const char *kind, *id, *path;
    char sha256[RK__SHA256_TEXT];
} document;

/* Looks at one file: the digest is that of its text. */
static rk_status look(rk_replay *r, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    rk__json *parsed = NULL;
    if (rk__file_read(path, RK__JSON_MAX_BYTES, &text, &length, NULL) != RK_OK) {
        return RK_OK;
    }
    rk_status status = RK_OK;
    if (memmem(text, length, "\"reckoner\"", 10) != NULL &&
        rk__json_parse(text, length, path, &parsed, NULL) == RK_OK) {
        const char *kind = rk__replay_text(rk__json_root(parsed), "reckoner");
        const char *id = rk__replay_text(rk__json_root(parsed), "id");
        const bool wanted = kind != NULL && id != NULL &&
                            (strcmp(kind, "contract/1") == 0 || strcmp(kind, "system/1") == 0);
        if (wanted && rk__grow((void **) &r->documents, &r->documents_capacity, r->n_documents + 1,
                               sizeof *r->documents) != 0) {
            status = RK_NO_MEMORY;
        } else if (wanted) {
            document *d = &r->documents[r->n_documents++];
            *d = (document){.kind = rk__arena_strdup(&r->arena, kind),
                            .id = rk__arena_strdup(&r->arena, id),
                            .path = rk__arena_strdup(&r->arena, path)};
            rk__sha256(text, length, d->sha256);
            status = r->arena.failed ? RK_NO_MEMORY : RK_OK;
        }
    }
    rk__json_free(parsed);
    rk__free(text);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Looks at the documents of a folder; with `depth`, at those of the folders in it too. */
static rk_status look_in(rk_replay *r, const char *folder, int depth)
{
    rk_status status = RK_OK;
    DIR *dir = opendir(folder);
    for (const struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL && status == RK_OK;
         e = readdir(dir)) {
        const size_t length = strlen(e->d_name);
        const bool is_json = length > 5 && strcmp(e->d_name + length - 5, ".json") == 0;
        if (e->d_name[0] == '.' || (!is_json && depth == 0)) {
            continue;
        }
        const char *path = strcmp(folder, ".") == 0 ? rk__arena_strdup(&r->arena, e->d_name)
                                                    : rk__path_join(&r->arena, folder, e->d_name);
        if (path == NULL) {
            status = RK_NO_MEMORY;
        } else if (depth > 0 && is_folder(path)) {
            status = look_in(r, path, depth - 1);
        } else if (is_json) {
            status = look(r, path);
        }
    }
    if (dir != NULL) {
        (void) closedir(dir);
    }
    return status;
}

/* How deep the folders of contracts may be nested. */
#define DEPTH 16

static rk_status look_around(rk_replay *r, const char *given)
{
    const char *folder = rk__path_dirname(&r->arena, r->result);
    r->looked = true;
    if (folder == NULL) {
        return RK_NO_MEMORY;
    }
    if (given != NULL) {
        return is_folder(given) ? look_in(r, given, DEPTH) : look(r, given);
    }
    const rk_status status = look_in(r, ".", 0);
    return status == RK_OK && strcmp(folder, ".") != 0 ? look_in(r, folder, 0) : status;
}

/* The document of this kind and id with this digest; if there is none, the first by path. */
static const char *find(const rk_replay *r, const char *kind, const char *id, const char *sha256)
{
    const document *found = NULL;
    for (size_t i = 0; i < r->n_documents; i++) {
        const document *d = &r->documents[i];
        if (strcmp(d->kind, kind) != 0 || strcmp(d->id, id) != 0) {
            continue;
        }
        const bool same = strcmp(d->sha256, sha256) == 0;
        const bool was_same = found != NULL && strcmp(found->sha256, sha256) == 0;
        if (found == NULL || (same && !was_same) ||
            (same == was_same && strcmp(d->path, found->path) < 0)) {
            found = d;
        }
    }
    return found != NULL ? found->path : NULL;
}

rk_status rk__replay_find(rk_replay *replay, const char *given, rk_problems *problems)
{
    rk_replay *r = replay;
    const rk__value *root = rk__json_root(r->was);
    const bool system = strcmp(r->kind, "system-result/1") == 0;
    const rk__value *results = rk__json_get(root, "results");
    const rk__value *one = results != NULL ? results->first : root;
    const rk__value *provenance = rk__json_get(one, "provenance");
    const char *id = rk__replay_text(root, system ? "system" : "contract");
    const char *sha256 = rk__replay_text(provenance, system ? "system_sha256" : "contract_sha256");
    r->document = NULL;
    if (id == NULL || sha256 == NULL) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, NULL,
                                "the result does not say what it was made from");
    }
    if (given != NULL && !r->lines && !is_folder(given)) {
        r->document = rk__arena_strdup(&r->arena, given);
        return r->document != NULL ? RK_OK : RK_NO_MEMORY;
    }
    const rk_status status = r->looked ? RK_OK : look_around(r, given);
    if (status != RK_OK) {
        return status;
    }
    r->document = find(r, system ? "system/1" : "contract/1", id, sha256);
    if (r->document == NULL && r->lines) {
        r->outcome = RK_REPLAY_DIFFERENT;
        return rk__replay_add(r, system ? "system" : "contract", id, sha256, NULL);
    }
    return r->document != NULL
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "name its file with --contract",
                             "there is no %s '%s' %s", system ? "system" : "contract", id,
                             rk__arena_printf(&r->arena,
                                              given != NULL ? "in '%s'" : "beside '%s' or here",
                                              given != NULL ? given : r->result));
}
