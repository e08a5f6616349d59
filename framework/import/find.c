/* SPDX-License-Identifier: MIT
 *
 * find.c: the file of a profile, by path or by name.
 */
#include "import/find.h"

#include "base/installed.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct profile_search {
    const char *wanted;
    rk__arena *arena;
    const char *found;
    const char **names; /* of the others, for a hint */
    size_t n, capacity;
} profile_search;

static void search_folder(profile_search *s, const char *folder)
{
    const char *path = rk__arena_printf(s->arena, "%s/%s.json", folder, s->wanted);
    if (s->found == NULL && path != NULL && access(path, R_OK) == 0) {
        s->found = path;
    }
    DIR *listed = opendir(folder);
    for (struct dirent *e; listed != NULL && (e = readdir(listed)) != NULL;) {
        const size_t length = strlen(e->d_name);
        if (length > 5 && strcmp(e->d_name + length - 5, ".json") == 0) {
            const char *name = rk__arena_copy(s->arena, e->d_name, length - 5);
            if (name != NULL) {
                (void) rk__texts_add_once(s->arena, &s->names, &s->n, &s->capacity, name);
            }
        }
    }
    if (listed != NULL) {
        closedir(listed);
    }
}

static void search_all(profile_search *s)
{
    const char *given = getenv("RECKONER_PROFILES");
    char program[4096];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    while (given != NULL && *given != '\0') {
        const size_t length = strcspn(given, ":");
        const char *folder = rk__arena_copy(s->arena, given, length);
        if (length > 0 && folder != NULL) {
            search_folder(s, folder);
        }
        given += length + (given[length] == ':');
    }
    if (n > 0) {
        program[n] = '\0';
        char *slash = strrchr(program, '/');
        const char *folder = slash != NULL ? rk__arena_printf(s->arena, "%.*s/profiles",
                                                              (int) (slash - program), program)
                                           : NULL;
        if (folder != NULL) {
            search_folder(s, folder);
        }
    }
    search_folder(s, rk__installed(s->arena, RK_PROFILES_FROM_BIN, RK_PROFILES_FROM_LIB,
                                   RK_INSTALLED_PROFILES));
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static rk_status not_found(profile_search *s, rk_problems *problems)
{
    rk__buf hint = {0};
    const char **words = rk__arena_alloc(s->arena, (s->n + 1) * sizeof *words);
    if (words == NULL) {
        return RK_NO_MEMORY;
    }
    if (s->n > 0) {
        memcpy(words, s->names, s->n * sizeof *words);
        qsort(words, s->n, sizeof *words, compare_names);
    }
    const char *near = rk__nearest(s->wanted, words);
    if (near != NULL) {
        rk__buf_printf(&hint, "did you mean '%s'?", near);
    } else {
        rk__buf_puts(&hint, s->n > 0 ? "there are: " : "name a file that is an import/1 profile");
        for (size_t i = 0; i < s->n; i++) {
            rk__buf_printf(&hint, "%s%s", i > 0 ? ", " : "", words[i]);
        }
    }
    const rk_status status =
        rk__problem(problems, RK_IO, NULL, hint.text, "there is no profile '%s'", s->wanted);
    rk__buf_dispose(&hint);
    return status;
}

rk_status rk__profile_find(const char *name, rk__arena *arena, const char **path,
                           rk_problems *problems)
{
    profile_search s = {.wanted = name, .arena = arena};
    *path = name;
    if (strchr(name, '/') != NULL || access(name, R_OK) == 0) {
        return RK_OK;
    }
    search_all(&s);
    *path = s.found;
    rk_status status = arena->failed ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK && s.found == NULL) {
        status = not_found(&s, problems);
    }
    rk__free(s.names);
    return status;
}
