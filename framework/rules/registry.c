/* SPDX-License-Identifier: MIT
 *
 * registry.c: scanning the folders of rules, and finding a rule by its id.
 */
#include "rules/registry.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/file.h"
#include "base/installed.h"
#include "base/names.h"
#include "base/opened.h"
#include "base/text.h"
#include "formula/formula.h"
#include "rules/bind_value.h"
#include "rules/load.h"
#include "rules/trust.h"

/* Files that are read before the process is confined. */
#define SEALED_MOST 32

typedef struct entry {
    rk__rule rule;
    size_t folder; /* its index: equal for files of one folder */
} entry;

typedef struct folder {
    dev_t device;
    ino_t inode;
    bool shipped; /* one that the program brings, under whatever name it was given */
} folder;

struct rk__registry {
    rk__arena arena;
    entry **entries;
    size_t n, capacity;
    folder *folders;
    size_t n_folders, folder_capacity;
    const char *const *allow;
    const rk__trust *trust;         /* NULL: no list was given */
    bool confine, require_confined; /* not done yet */
    rk__buf warnings;
};

/* What to do if a folder does not exist. */
typedef enum origin { ORIGIN_GIVEN, ORIGIN_ENVIRONMENT, ORIGIN_DEFAULT } origin;

const char *rk__rule_state_word(rk__rule_state state)
{
    switch (state) {
    case RK__RULE_FOUND:
        return "found";
    case RK__RULE_LOADED:
        return "loaded";
    case RK__RULE_REFUSED:
        return "refused";
    case RK__RULE_HIDDEN:
        return "hidden";
    }
    return "unknown";
}

/* ----------------------------------------------------------- one file found */

static rk_status entry_set(rk__registry *r, entry *e, rk__rule_state state, const rk__refusal *why)
{
    e->rule.state = state;
    e->rule.reason = rk__arena_strdup(&r->arena, why->reason);
    e->rule.hint = why->hint[0] != '\0' ? rk__arena_strdup(&r->arena, why->hint) : NULL;
    return e->rule.reason == NULL ? RK_NO_MEMORY : RK_OK;
}

static bool allowed(const rk__registry *r, const char *id, rk__refusal *why)
{
    for (const char *const *a = r->allow; a != NULL; a++) {
        if (*a == NULL) {
            return rk__refuse(why, "add it to the list of rules that may load",
                              "the id '%s' is not among the rules that may load", id);
        }
        if (strcmp(*a, id) == 0) {
            break;
        }
    }
    return true;
}

/* The first folder that has an id wins, even if its file is refused: paying by another build
 * than the one put in front would be a silent mistake. */
static rk_status entry_rank(rk__registry *r, entry *e)
{
    rk__refusal why;
    for (size_t i = 0; i < r->n; i++) {
        entry *const other = r->entries[i];
        if (other->rule.id == NULL || strcmp(other->rule.id, e->rule.id) != 0) {
            continue;
        }
        if (other->folder != e->folder) {
            (void) rk__refuse(&why, "", "'%s' comes first%s", other->rule.path,
                              other->rule.state == RK__RULE_REFUSED ? ", though it is refused"
                                                                    : "");
            return entry_set(r, e, RK__RULE_HIDDEN, &why);
        }
        if (other->rule.state == RK__RULE_FOUND) {
            (void) rk__refuse(&why, "keep one of the two in this folder",
                              "the id '%s' is also in '%s' of this folder", e->rule.id,
                              e->rule.file);
            const rk_status status = entry_set(r, other, RK__RULE_REFUSED, &why);
            if (status != RK_OK) {
                return status;
            }
        }
        if (e->rule.state == RK__RULE_FOUND) {
            (void) rk__refuse(&why, "keep one of the two in this folder",
                              "the id '%s' is also in '%s' of this folder", e->rule.id,
                              other->rule.file);
            return entry_set(r, e, RK__RULE_REFUSED, &why);
        }
    }
    return RK_OK;
}

/* Not of the folders that the program brings: whoever built or installed it answers for those. One
 * that everybody may write to is refused. */
static void warn_group(rk__registry *r, const char *what, const char *path, mode_t mode)
{
    if ((mode & (S_IWGRP | S_IWOTH)) == S_IWGRP && !r->folders[r->n_folders - 1].shipped) {
        rk__buf_printf(&r->warnings, "%s '%s' is writable by its group (mode %04o)\n", what, path,
                       (unsigned) (mode & 07777));
    }
}

/* `unsafe` is why the whole folder is refused, or NULL. */
static rk_status entry_add(rk__registry *r, const char *dir, const char *file,
                           const rk__refusal *unsafe)
{
    rk__refusal why;
    mode_t mode = 0;
    entry *const e = rk__arena_alloc(&r->arena, sizeof *e);
    if (e == NULL ||
        rk__grow((void **) &r->entries, &r->capacity, r->n + 1, sizeof(entry *)) != 0) {
        return RK_NO_MEMORY;
    }
    e->folder = r->n_folders - 1;
    e->rule.trust = r->trust;
    e->rule.file = rk__arena_strdup(&r->arena, file);
    e->rule.path = rk__path_join(&r->arena, dir, file);
    if (e->rule.file == NULL || e->rule.path == NULL) {
        return RK_NO_MEMORY;
    }
    bool ok = rk__rule_identify(&e->rule, &mode, &r->arena, &why);
    if (!ok && why.no_memory) {
        return RK_NO_MEMORY; /* a file in a later folder must not win */
    }
    if (ok && unsafe != NULL) {
        why = *unsafe;
        ok = false;
    }
    ok = ok && allowed(r, e->rule.id, &why);
    rk_status status = ok ? RK_OK : entry_set(r, e, RK__RULE_REFUSED, &why);
    if (ok) {
        warn_group(r, "rule", e->rule.path, mode);
    }
    if (status == RK_OK && e->rule.id != NULL) {
        status = entry_rank(r, e);
    }
    if (status == RK_OK) {
        r->entries[r->n++] = e;
    }
    return status;
}

/* --------------------------------------------------------------- one folder */

static int name_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static bool is_rule_name(const char *name)
{
    return name[0] != '.' &&
           (rk__text_ends(name, ".so") || rk__text_ends(name, RK__FORMULA_SUFFIX));
}

/* The names in a folder, sorted by their bytes so that every run sees the same order. The caller
 * frees the list; the names are in the arena. */
static rk_status names_list(rk__registry *r, DIR *dir, char ***out, size_t *out_n)
{
    size_t capacity = 0;
    const struct dirent *item;
    *out = NULL;
    *out_n = 0;
    while ((item = readdir(dir)) != NULL) {
        if (!is_rule_name(item->d_name)) {
            continue;
        }
        if (rk__grow((void **) out, &capacity, *out_n + 1, sizeof(char *)) != 0 ||
            ((*out)[*out_n] = rk__arena_strdup(&r->arena, item->d_name)) == NULL) {
            return RK_NO_MEMORY;
        }
        (*out_n)++;
    }
    if (*out_n > 1) {
        qsort(*out, *out_n, sizeof(char *), name_order);
    }
    return RK_OK;
}

/* Records the folder; false if it was scanned before under another name. */
static bool folder_is_new(rk__registry *r, const struct stat *info, origin from, rk_status *status)
{
    const bool shipped = from == ORIGIN_DEFAULT;
    for (size_t i = 0; i < r->n_folders; i++) {
        if (r->folders[i].device == info->st_dev && r->folders[i].inode == info->st_ino) {
            r->folders[i].shipped |= shipped;
            return false;
        }
    }
    if (rk__grow((void **) &r->folders, &r->folder_capacity, r->n_folders + 1, sizeof(folder)) !=
        0) {
        *status = RK_NO_MEMORY;
        return false;
    }
    r->folders[r->n_folders++] = (folder){info->st_dev, info->st_ino, shipped};
    return true;
}

static rk_status folder_missing(rk__registry *r, const char *path, origin from, int error,
                                rk_problems *problems)
{
    char shown[RK__SHOWN_SIZE];
    if (error == ENOMEM) {
        return RK_NO_MEMORY;
    }
    if (from == ORIGIN_GIVEN) {
        return rk__problem(
            problems, RK_IO, NULL, "give a folder that holds rules (*.so, *" RK__FORMULA_SUFFIX ")",
            "rules folder '%s' cannot be read: %s", rk__shown(path, shown), strerror(error));
    }
    if (from == ORIGIN_ENVIRONMENT) {
        rk__buf_printf(&r->warnings, "RECKONER_RULES: '%s' cannot be read: %s\n", path,
                       strerror(error));
    }
    return RK_OK;
}

static rk_status folder_scan(rk__registry *r, const char *path, origin from, rk_problems *problems)
{
    struct stat info;
    rk__refusal why;
    char **names = NULL;
    size_t n = 0;
    rk_status status = RK_OK;
    rk__opened(path);
    DIR *const dir = opendir(path);
    if (dir == NULL) {
        return folder_missing(r, path, from, errno, problems);
    }
    if (fstat(dirfd(dir), &info) == 0 && folder_is_new(r, &info, from, &status)) {
        const bool safe =
            rk__mode_safe("its folder", path, info.st_mode, &why) && rk__way_safe(path, &why);
        warn_group(r, "rules folder", path, info.st_mode);
        status = names_list(r, dir, &names, &n);
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            status = entry_add(r, path, names[i], safe ? NULL : &why);
        }
    }
    rk__free(names);
    (void) closedir(dir);
    return status;
}

/* ---------------------------------------------------------------- all folders */

/* RECKONER_RULES, colon separated. Ignored if the program runs with more rights than its user. */
static rk_status environment_scan(rk__registry *r, rk_problems *problems)
{
    const char *at = secure_getenv("RECKONER_RULES");
    rk_status status = RK_OK;
    while (at != NULL && *at != '\0' && status == RK_OK) {
        const size_t length = strcspn(at, ":");
        if (length > 0 && at[0] != '/') {
            return rk__problem(
                problems, RK_USAGE, NULL,
                "write whole paths, or use --rules DIR: a relative one means another "
                "folder wherever the command is started",
                "RECKONER_RULES: '%.*s' is a relative path", (int) (length < 200 ? length : 200),
                at);
        }
        if (length > 0) {
            const char *const path = rk__arena_copy(&r->arena, at, length);
            status =
                path == NULL ? RK_NO_MEMORY : folder_scan(r, path, ORIGIN_ENVIRONMENT, problems);
        }
        at += length + (at[length] == ':');
    }
    return status;
}

/* `rules/` beside the executable: where the build puts the rules. */
static rk_status beside_scan(rk__registry *r, rk_problems *problems)
{
    char executable[4096];
    const ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length <= 0 || (size_t) length >= sizeof executable - 1) {
        return RK_OK;
    }
    executable[length] = '\0';
    const char *const dir = rk__path_dirname(&r->arena, executable);
    const char *const path = dir != NULL ? rk__path_join(&r->arena, dir, "rules") : NULL;
    return path == NULL ? RK_NO_MEMORY : folder_scan(r, path, ORIGIN_DEFAULT, problems);
}

static rk_status scan_all(rk__registry *r, const rk__registry_options *options,
                          rk_problems *problems)
{
    rk_status first = RK_OK;
    for (const char *const *f = options->folders; f != NULL && *f != NULL; f++) {
        const rk_status status = folder_scan(r, *f, ORIGIN_GIVEN, problems);
        first = first == RK_OK ? status : first;
    }
    if (first == RK_OK && !options->no_defaults) {
        first = environment_scan(r, problems);
    }
    if (first == RK_OK && !options->no_defaults) {
        first = beside_scan(r, problems);
    }
    if (first == RK_OK && !options->no_defaults) {
        const char *const path =
            rk__installed(&r->arena, RK_RULES_FROM_BIN, RK_RULES_FROM_LIB, RK_INSTALLED_RULES);
        first = folder_scan(r, path, ORIGIN_DEFAULT, problems);
    }
    for (size_t i = 0; i < r->n; i++) {
        r->entries[i]->rule.shipped = r->folders[r->entries[i]->folder].shipped;
    }
    if (first == RK_OK && !rk__can_seal()) {
        rk__buf_puts(&r->warnings,
                     "this system has no sealed memory: a rule is loaded from its file, "
                     "which may no longer be the one that was digested\n");
    }
    return first == RK_OK && r->warnings.failed ? RK_NO_MEMORY : first;
}

rk_status rk__registry_new(const rk__registry_options *options, rk__registry **out,
                           rk_problems *problems)
{
    *out = NULL;
    rk__registry *const r = rk__calloc(1, sizeof *r);
    if (r == NULL) {
        return rk__problem(problems, RK_NO_MEMORY, NULL, NULL, "out of memory");
    }
    r->allow = options->allow;
    r->confine = options->confine;
    r->require_confined = options->require_confined;
    rk_status status = RK_OK;
    if (options->allow_rules != NULL) {
        status = rk__trust_read(options->allow_rules, &r->arena, &r->trust, problems);
    }
    if (status == RK_OK) {
        status = scan_all(r, options, problems);
    }
    r->allow = NULL; /* borrowed for the scan */
    if (status != RK_OK) {
        rk__registry_free(r);
        return status == RK_NO_MEMORY ? rk__problem(problems, status, NULL, NULL, "out of memory")
                                      : status;
    }
    *out = r;
    return RK_OK;
}

void rk__registry_free(rk__registry *registry)
{
    if (registry == NULL) {
        return;
    }
    for (size_t i = 0; i < registry->n; i++) {
        if (registry->entries[i]->rule.sealed > 0) {
            (void) close(registry->entries[i]->rule.sealed - 1);
        }
    }
    rk__free(registry->entries);
    rk__free(registry->folders);
    rk__buf_dispose(&registry->warnings);
    rk__arena_dispose(&registry->arena);
    rk__free(registry);
}

/* -------------------------------------------------------------------- asking */

size_t rk__registry_count(const rk__registry *registry)
{
    return registry->n;
}

const rk__rule *rk__registry_at(const rk__registry *registry, size_t i)
{
    return i < registry->n ? &registry->entries[i]->rule : NULL;
}

const char *rk__registry_warnings(const rk__registry *registry)
{
    return registry->warnings.text != NULL ? registry->warnings.text : "";
}

/* Confines the process, once, before any rule runs. Files of rules that did not come with the
 * program are read and sealed before, since a confined process can make no such copy. */
static rk_status confine(rk__registry *r, rk_problems *problems)
{
    rk__confinement found;
    rk__refusal why;
    if (!r->confine) {
        return RK_OK;
    }
    for (size_t i = 0, n = 0; i < r->n && n < SEALED_MOST; i++) {
        rk__rule *const rule = &r->entries[i]->rule;
        if (!rule->shipped && rule->state == RK__RULE_FOUND) {
            (void) rk__rule_seal(rule, &why); /* if it fails, loading says why */
            n++;
        }
    }
    rk__confinement_prepare(&found);
    if (r->require_confined && !rk__confinement_whole(&found)) {
        return rk__problem(problems, RK_FORBIDDEN, NULL,
                           "run it where the kernel has Landlock and seccomp, or require less",
                           "the contract would be kept apart less than is required");
    }
    if (!rk__confine(&found)) {
        return rk__problem(problems, RK_FORBIDDEN, NULL, NULL,
                           "this process cannot be confined, so no rule is loaded");
    }
    r->confine = false;
    return RK_OK;
}

static bool is_trusted(const rk__rule *rule)
{
    return rule->shipped || rk__trust_names(rule->trust, rule->id);
}

/* With a list of trusted rules, one that nobody vouches for runs only where it can do no harm. */
static bool may_run(const rk__registry *r, const rk__rule *rule, rk__refusal *why)
{
    return r->trust == NULL || is_trusted(rule) || rk__is_confined() ||
           rk__refuse(why, "add its id and the SHA-256 of its file, or use --isolation contract",
                      "it is not on the list of --allow-rules, '%.200s'", r->trust->path);
}

/* Loads a rule that was found, or refuses it. If memory runs out, its state does not change. */
static rk_status entry_load(rk__registry *r, entry *e)
{
    rk__refusal why;
    if (e->rule.state != RK__RULE_FOUND) {
        return RK_OK;
    }
    if (may_run(r, &e->rule, &why) && rk__rule_load(&e->rule, &r->arena, &why)) {
        e->rule.state = RK__RULE_LOADED;
        return RK_OK;
    }
    e->rule.rule = NULL;
    const rk_status status = why.no_memory ? RK_NO_MEMORY : entry_set(r, e, RK__RULE_REFUSED, &why);
    if (status != RK_OK) {
        e->rule.state = RK__RULE_FOUND;
    }
    return status;
}

/* The first entry with an id that is not hidden; NULL if none. */
static entry *entry_of(const rk__registry *r, const char *id)
{
    for (size_t i = 0; i < r->n; i++) {
        const rk__rule *const rule = &r->entries[i]->rule;
        if (rule->id != NULL && rule->state != RK__RULE_HIDDEN && strcmp(rule->id, id) == 0) {
            return r->entries[i];
        }
    }
    return NULL;
}

void rk__registry_seal(rk__registry *registry, const char *id)
{
    rk__refusal why;
    entry *const e = entry_of(registry, id);
    if (e != NULL && e->rule.state == RK__RULE_FOUND) {
        (void) rk__rule_seal(&e->rule, &why); /* if it fails, loading says why */
    }
}

size_t rk__registry_sealed(const rk__registry *registry, int *descriptors, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < registry->n && n < most; i++) {
        if (registry->entries[i]->rule.sealed > 0) {
            descriptors[n++] = registry->entries[i]->rule.sealed - 1;
        }
    }
    return n;
}

rk_status rk__registry_load_all(rk__registry *registry)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < registry->n && status == RK_OK; i++) {
        status = entry_load(registry, registry->entries[i]);
    }
    return status;
}

/* No file has the id: suggests the nearest id found, or the refused file of that name. */
static rk_status id_unknown(const rk__registry *r, const char *id, const rk__place *at,
                            rk_problems *problems)
{
    char shown[RK__SHOWN_SIZE];
    char file[RK_NOTE_ID_SIZE + 4], document[RK_NOTE_ID_SIZE + 16];
    char hint[256];
    const char **const ids = rk__calloc(r->n + 1, sizeof *ids);
    size_t n = 0;
    (void) rk__shown(id, shown);
    (void) snprintf(file, sizeof file, "%.*s.so", RK_NOTE_ID_SIZE - 1, id);
    (void) snprintf(document, sizeof document, "%.*s" RK__FORMULA_SUFFIX, RK_NOTE_ID_SIZE - 1, id);
    (void) snprintf(hint, sizeof hint, "`reckon rules` lists the rules that were found");
    for (size_t i = 0; ids != NULL && i < r->n; i++) {
        const rk__rule *const rule = &r->entries[i]->rule;
        if (rule->state == RK__RULE_FOUND || rule->state == RK__RULE_LOADED) {
            ids[n++] = rule->id;
        }
    }
    const char *const nearest = ids != NULL ? rk__nearest(id, ids) : NULL;
    if (nearest != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean '%s'?", nearest);
    } else if (r->n == 0) {
        (void) snprintf(hint, sizeof hint, "no rules were found: give their folder, --rules DIR");
    }
    rk__free(ids);
    for (size_t i = 0; i < r->n; i++) {
        const rk__rule *const rule = &r->entries[i]->rule;
        if (rule->state == RK__RULE_REFUSED && rule->id == NULL &&
            (strcmp(rule->file, file) == 0 || strcmp(rule->file, document) == 0)) {
            return rk__problem(problems, RK_UNKNOWN_RULE, at, rule->hint,
                               "there is no rule '%s': '%s' was refused: %s", shown, rule->path,
                               rule->reason);
        }
    }
    return rk__problem(problems, RK_UNKNOWN_RULE, at, hint, "there is no rule '%s'", shown);
}

bool rk__registry_trusts(const rk__registry *registry, const char *id)
{
    const entry *const e = entry_of(registry, id);
    return e == NULL || is_trusted(&e->rule); /* if there is none, saying so runs no code of it */
}

const rk__rule *rk__registry_get(rk__registry *registry, const char *id, rk_status *status,
                                 const rk__place *at, rk_problems *problems)
{
    rk_status ignored;
    status = status != NULL ? status : &ignored;
    for (size_t i = 0; i < registry->n; i++) {
        entry *const e = registry->entries[i];
        if (e->rule.id == NULL || e->rule.state == RK__RULE_HIDDEN || strcmp(e->rule.id, id) != 0) {
            continue;
        }
        rk__opened(e->rule.path);
        *status = confine(registry, problems);
        if (*status != RK_OK) {
            return NULL;
        }
        *status = entry_load(registry, e);
        if (*status != RK_OK) {
            (void) rk__problem(problems, *status, at, NULL,
                               "out of memory while rule '%s' was "
                               "loaded",
                               id);
            return NULL;
        }
        if (e->rule.state == RK__RULE_LOADED) {
            *status = RK_OK;
            return &e->rule;
        }
        *status = rk__problem(problems, RK_UNKNOWN_RULE, at, e->rule.hint,
                              "rule '%s' cannot be used: %s: %s", id, e->rule.path, e->rule.reason);
        return NULL;
    }
    *status = id_unknown(registry, id, at, problems);
    return NULL;
}
