/* SPDX-License-Identifier: MIT
 *
 * examine_rules.c: the folders of rules, in the order in which they are searched, and each rule
 * that cannot be used. A session ends at the first folder that is wrong; here each is an item.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/installed.h"
#include "doctor/doctor.h"
#include "rules/registry.h"

typedef struct folders {
    const char **paths; /* NULL behind the last */
    size_t n, capacity;
} folders;

static bool was_added(const folders *f, const struct stat *info)
{
    struct stat other;
    for (size_t i = 0; i < f->n; i++) {
        if (stat(f->paths[i], &other) == 0 && other.st_dev == info->st_dev &&
            other.st_ino == info->st_ino) {
            return true;
        }
    }
    return false;
}

/* Adds a folder to be searched. One that cannot be read is an item if somebody named it. */
static void add_folder(rk__doctor *d, folders *f, const char *path, const char *named_by)
{
    struct stat info;
    DIR *listed = path != NULL ? opendir(path) : NULL;
    if (listed == NULL) {
        if (path != NULL && (named_by != NULL || errno != ENOENT)) {
            rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, path, "name a folder that holds rules",
                           "%s%scannot be read: %s", named_by != NULL ? named_by : "",
                           named_by != NULL ? ": " : "", strerror(errno));
        }
        return;
    }
    const bool known = fstat(dirfd(listed), &info) != 0 || was_added(f, &info);
    (void) closedir(listed);
    if (known) {
        return;
    }
    if (rk__grow((void **) &f->paths, &f->capacity, f->n + 2, sizeof *f->paths) != 0) {
        d->arena.failed = true;
        return;
    }
    f->paths[f->n++] = path;
    f->paths[f->n] = NULL;
    if ((info.st_mode & S_IWOTH) != 0) {
        rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, path, "chmod go-w takes that right away",
                       "everybody may write here, so no rule of this folder is used");
    } else if ((info.st_mode & S_IWGRP) != 0) {
        rk__doctor_add(d, "rules", RK__DOCTOR_NOTE, path, "chmod g-w takes that right away",
                       "its group may change these rules (mode %04o)",
                       (unsigned) (info.st_mode & 07777));
    }
}

static void add_environment(rk__doctor *d, folders *f)
{
    const char *at = getenv("RECKONER_RULES");
    while (at != NULL && *at != '\0') {
        const size_t length = strcspn(at, ":");
        const char *path = rk__arena_copy(&d->arena, at, length);
        if (length > 0 && path != NULL && path[0] != '/') {
            rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, path,
                           "write whole paths, or use --rules DIR: a relative one means another "
                           "folder wherever the command is started",
                           "RECKONER_RULES: a relative path");
        } else if (length > 0) {
            add_folder(d, f, path, "RECKONER_RULES");
        }
        at += length + (at[length] == ':');
    }
}

static void add_defaults(rk__doctor *d, folders *f)
{
    char program[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        program[length] = '\0';
        const char *folder = rk__path_dirname(&d->arena, program);
        add_folder(d, f, folder != NULL ? rk__path_join(&d->arena, folder, "rules") : NULL, NULL);
    }
    add_folder(d, f,
               rk__installed(&d->arena, RK_RULES_FROM_BIN, RK_RULES_FROM_LIB, RK_INSTALLED_RULES),
               NULL);
}

static bool is_below(const char *path, const char *folder)
{
    const size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' &&
           strchr(path + length + 1, '/') == NULL;
}

static void examine_found(rk__doctor *d, const folders *f, const rk__registry *registry)
{
    const size_t n = rk__registry_count(registry);
    size_t all = 0;
    for (size_t i = 0; i < f->n; i++) {
        size_t usable = 0;
        for (size_t k = 0; k < n; k++) {
            const rk__rule *rule = rk__registry_at(registry, k);
            usable += rule->state == RK__RULE_LOADED && is_below(rule->path, f->paths[i]);
        }
        all += usable;
        rk__doctor_add(d, "rules", RK__DOCTOR_OK, f->paths[i], NULL, "%zu rule%s", usable,
                       usable == 1 ? "" : "s");
    }
    if (all == 0) {
        rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, NULL,
                       "install the rules, or name their folder with --rules DIR or RECKONER_RULES",
                       "there is no rule that can be used");
    }
    for (size_t k = 0; k < n; k++) {
        const rk__rule *rule = rk__registry_at(registry, k);
        if (rule->state == RK__RULE_REFUSED) {
            rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, rule->path, rule->hint, "refused: %s",
                           rule->reason);
        } else if (rule->state == RK__RULE_HIDDEN) {
            rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, rule->path,
                           "remove the copy that is not wanted", "hidden: %s", rule->reason);
        }
    }
}

void rk__doctor_rules(rk__doctor *d, const char *const *given)
{
    folders f = {0};
    rk__registry *registry = NULL;
    rk_problems *problems = rk_problems_new();
    for (; given != NULL && *given != NULL; given++) {
        add_folder(d, &f, *given, "--rules");
    }
    add_environment(d, &f);
    add_defaults(d, &f);
    const rk__registry_options options = {.folders = f.paths, .no_defaults = true};
    const rk_status status =
        problems != NULL ? rk__registry_new(&options, &registry, problems) : RK_NO_MEMORY;
    if (status == RK_OK && rk__registry_load_all(registry) == RK_OK) {
        examine_found(d, &f, registry);
    } else if (status == RK_OK || status == RK_NO_MEMORY) {
        d->arena.failed = true;
    } else {
        const rk_problem *first = rk_problems_at(problems, 0);
        rk__doctor_add(d, "rules", RK__DOCTOR_WRONG, NULL, first != NULL ? first->hint : NULL, "%s",
                       first != NULL ? first->message : rk_status_sentence(status));
    }
    rk__registry_free(registry);
    rk_problems_free(problems);
    rk__free(f.paths);
}
