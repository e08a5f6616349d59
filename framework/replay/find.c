/* SPDX-License-Identifier: MIT
 *
 * find.c: the contract or system that a result was made from.
 */
#include "replay/replay.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

typedef struct search {
    const char *kind, *id, *sha256;
    char *same;  /* path of a document with the same digest */
    char *named; /* with the same id; the first by name */
    rk__arena *arena;
} search;

/* Looks at one file: the digest is that of its text. */
static void look(search *s, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    char sha256[RK__SHA256_TEXT];
    rk__json *document = NULL;
    if (rk__file_read(path, RK__JSON_MAX_BYTES, &text, &length, NULL) != RK_OK) {
        return;
    }
    if (memmem(text, length, s->id, strlen(s->id)) != NULL &&
        rk__json_parse(text, length, path, &document, NULL) == RK_OK) {
        const char *kind = rk__replay_text(rk__json_root(document), "reckoner");
        const char *id = rk__replay_text(rk__json_root(document), "id");
        rk__sha256(text, length, sha256);
        if (kind != NULL && id != NULL && strcmp(kind, s->kind) == 0 && strcmp(id, s->id) == 0) {
            char **found = strcmp(sha256, s->sha256) == 0 ? &s->same : &s->named;
            if (*found == NULL || strcmp(path, *found) < 0) {
                *found = rk__arena_strdup(s->arena, path);
            }
        }
    }
    rk__json_free(document);
    rk__free(text);
}

static void look_in(search *s, const char *folder)
{
    DIR *dir = opendir(folder);
    for (const struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL; e = readdir(dir)) {
        const size_t length = strlen(e->d_name);
        if (length > 5 && strcmp(e->d_name + length - 5, ".json") == 0) {
            const char *path =
                strcmp(folder, ".") == 0 ? e->d_name : rk__path_join(s->arena, folder, e->d_name);
            if (path != NULL) {
                look(s, path);
            }
        }
    }
    if (dir != NULL) {
        (void) closedir(dir);
    }
}

rk_status rk__replay_find(rk_replay *replay, const char *given, rk_problems *problems)
{
    const rk__value *root = rk__json_root(replay->was);
    const bool system = strcmp(replay->kind, "system-result/1") == 0;
    const rk__value *results = rk__json_get(root, "results");
    const rk__value *one = results != NULL ? results->first : root;
    const rk__value *provenance = rk__json_get(one, "provenance");
    const char *folder = rk__path_dirname(&replay->arena, replay->result);
    search s = {.kind = system ? "system/1" : "contract/1",
                .id = rk__replay_text(root, system ? "system" : "contract"),
                .sha256 = rk__replay_text(provenance, system ? "system_sha256" : "contract_sha256"),
                .arena = &replay->arena};
    if (s.id == NULL || s.sha256 == NULL) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, NULL,
                                "the result does not say what it was made from");
    }
    if (given != NULL) {
        replay->document = rk__arena_strdup(&replay->arena, given);
        return replay->document != NULL ? RK_OK : RK_NO_MEMORY;
    }
    look_in(&s, ".");
    if (folder != NULL && strcmp(folder, ".") != 0) {
        look_in(&s, folder);
    }
    replay->document = s.same != NULL ? s.same : s.named;
    if (folder == NULL || replay->arena.failed) {
        return RK_NO_MEMORY;
    }
    return replay->document != NULL
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "name its file with --contract",
                             "there is no %s '%s' beside '%s' or here",
                             system ? "system" : "contract", s.id, replay->result);
}
