/* SPDX-License-Identifier: MIT
 *
 * load.c: identifying a rule file, and loading it.
 *
 * A file is read twice: when it is found, and again when it is loaded, so that the digest is of
 * what was loaded and a file that changed in between is noticed.
 */
#include "rules/load.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/names.h"
#include "base/text.h"
#include "formula/formula.h"
#include "rules/elf_note.h"

#define HINT_REBUILD "rebuild the rule against this version's plugin.h"
#define TEXT_OF2(x)  #x
#define TEXT_OF(x)   TEXT_OF2(x)
/* "reckoner_rule_1" */
#define SYMBOL_NAME TEXT_OF(RK_RULE_SYMBOL)

typedef struct image {
    char *bytes;
    size_t length;
    struct stat stat;
} image;

bool rk__mode_safe(const char *what, const char *path, mode_t mode, rk__refusal *why)
{
    char hint[sizeof why->hint];
    if ((mode & S_IWOTH) == 0) {
        return true;
    }
    (void) snprintf(hint, sizeof hint, "chmod o-w '%.200s'", path);
    return rk__refuse(why, hint, "%s is writable by everybody (mode %04o)", what,
                      (unsigned) (mode & 07777));
}

/* Reads the whole file. O_NONBLOCK, because opening a FIFO would otherwise block for ever. */
static bool image_read(const char *path, image *out, rk__refusal *why)
{
    bool ok = false;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOMEM) {
        (void) rk__refuse_memory(why);
    } else if (fd < 0 || fstat(fd, &out->stat) != 0) {
        (void) rk__refuse(why, "check that the file exists and may be read", "cannot be read: %s",
                          strerror(errno));
    } else if (!S_ISREG(out->stat.st_mode)) {
        (void) rk__refuse(why, "put rules, or links to them, into the folder",
                          "not a regular file");
    } else {
        const rk_status status =
            rk__file_read_fd(fd, path, RK__RULE_FILE_MAX, &out->bytes, &out->length, NULL);
        ok = status == RK_OK;
        if (status == RK_NO_MEMORY) {
            (void) rk__refuse_memory(why);
        } else if (!ok) {
            (void) rk__refuse(why, "a rule is a small shared object", "cannot be read: %s",
                              status == RK_LIMIT ? "larger than 64 MiB"
                                                 : rk_status_sentence(status));
        }
    }
    if (fd >= 0) {
        (void) close(fd);
    }
    return ok;
}

/* If the file is a link, the folder that contains its target must be safe too. */
static bool target_safe(const char *path, rk__refusal *why)
{
    struct stat info;
    if (lstat(path, &info) != 0 || !S_ISLNK(info.st_mode)) {
        return true;
    }
    bool ok = true;
    char *const real = realpath(path, NULL);
    if (real == NULL && errno == ENOMEM) {
        return rk__refuse_memory(why);
    }
    char *const slash = real != NULL ? strrchr(real, '/') : NULL;
    if (slash != NULL) {
        *(slash == real ? slash + 1 : slash) = '\0';
        ok =
            stat(real, &info) != 0 || rk__mode_safe("its target's folder", real, info.st_mode, why);
    }
    free(real);
    return ok;
}

static bool image_identify(const char *path, image *file, rk__identity *identity, rk__refusal *why)
{
    if (!image_read(path, file, why)) {
        return false;
    }
    if (rk__text_ends(path, RK__FORMULA_SUFFIX)) {
        return rk__document_identify(path, file->bytes, file->length, identity, why) &&
               rk__mode_safe("the file", path, file->stat.st_mode, why) && target_safe(path, why);
    }
    /* Reads the note before judging the permissions, so that a list of refusals names the rule
     * if it can. */
    if (!rk__elf_note_read((const unsigned char *) file->bytes, file->length, identity, why)) {
        return false;
    }
    return rk__identity_fits(identity, why) &&
           rk__mode_safe("the file", path, file->stat.st_mode, why) && target_safe(path, why);
}

bool rk__rule_identify(rk__rule *rule, mode_t *out_mode, rk__arena *arena, rk__refusal *why)
{
    image file = {0};
    rk__identity identity = {0};
    bool ok = image_identify(rule->path, &file, &identity, why);
    rk__free(file.bytes);
    *out_mode = file.stat.st_mode;
    rule->abi_major = identity.abi_major;
    rule->abi_minor = identity.abi_minor;
    if (identity.id[0] != '\0') {
        rule->id = rk__arena_strdup(arena, identity.id);
    }
    if (identity.version[0] != '\0') {
        rule->version = rk__arena_strdup(arena, identity.version);
    }
    return arena->failed ? rk__refuse_memory(why) : ok;
}

/* ------------------------------------------------------------------ loading */

/* Whether the loader mapped the very file that was read: it expands `$` tokens in paths, and
 * returns an older mapping of the same name. */
static bool mapped_is(void *handle, const struct stat *expected)
{
    struct link_map *map = NULL;
    struct stat mapped;
    return dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != NULL && map->l_name != NULL &&
           stat(map->l_name, &mapped) == 0 && mapped.st_dev == expected->st_dev &&
           mapped.st_ino == expected->st_ino;
}

/* The exported constant, with at least `size` bytes behind it. */
static const rk_rule *symbol_find(void *handle, size_t size, rk__refusal *why)
{
    Dl_info info;
    void *extra = NULL;
    (void) dlerror();
    const rk_rule *const exported = dlsym(handle, SYMBOL_NAME);
    if (exported == NULL) {
        (void) rk__refuse(why, "write RK_RULE_EXPORT, and let the linker keep its symbol",
                          "exports no '%s'", SYMBOL_NAME);
        return NULL;
    }
    if (dladdr1(exported, &info, &extra, RTLD_DL_SYMENT) != 0 && extra != NULL) {
        const ElfW(Sym) *const symbol = extra;
        if (symbol->st_size < size) {
            (void) rk__refuse(why, HINT_REBUILD, "'%s' is %zu bytes, its note says %zu",
                              SYMBOL_NAME, (size_t) symbol->st_size, size);
            return NULL;
        }
    }
    return exported;
}

static bool word_differs(const char *field, const char *in_rule, const char *in_note,
                         rk__refusal *why)
{
    if (in_rule != NULL && strcmp(in_rule, in_note) == 0) {
        return false;
    }
    (void) rk__refuse(why, "write RK_RULE_EXPORT once, and neither by hand",
                      "%s is '%s' in the exported rule, '%s' in its note", field,
                      in_rule != NULL ? in_rule : "(none)", in_note);
    return true;
}

static bool number_differs(const char *field, size_t in_rule, size_t in_note, rk__refusal *why)
{
    if (in_rule == in_note) {
        return false;
    }
    (void) rk__refuse(why, HINT_REBUILD, "%s is %zu in the exported rule, %zu in its note", field,
                      in_rule, in_note);
    return true;
}

static bool exported_matches(const rk_rule *exported, const rk__identity *note, rk__refusal *why)
{
    return !number_differs("size", exported->size, note->rule_size, why) &&
           !number_differs("abi_major", exported->abi_major, note->abi_major, why) &&
           !number_differs("abi_minor", exported->abi_minor, note->abi_minor, why) &&
           !word_differs("id", exported->id, note->id, why) &&
           !word_differs("version", exported->version, note->version, why);
}

static bool unchanged(const rk__rule *rule, const rk__identity *now, rk__refusal *why)
{
    if (rule->id != NULL && rule->version != NULL && strcmp(rule->id, now->id) == 0 &&
        strcmp(rule->version, now->version) == 0) {
        return true;
    }
    return rk__refuse(why, "run again", "changed since it was found: '%s' %s, now '%s' %s",
                      rule->id, rule->version, now->id, now->version);
}

bool rk__rule_load(rk__rule *rule, rk__arena *arena, rk__refusal *why)
{
    image file = {0};
    rk__identity identity = {0};
    const bool known = image_identify(rule->path, &file, &identity, why);
    if (known) {
        rk__sha256(file.bytes, file.length, rule->sha256);
    }
    bool ok = known && unchanged(rule, &identity, why);
    if (known && rule->sha256[0] == '\0') {
        ok = rk__refuse_memory(why);
    }
    const bool is_document = rk__text_ends(rule->path, RK__FORMULA_SUFFIX);
    if (ok && is_document) {
        ok = rk__document_load(rule, file.bytes, file.length, arena, why);
    }
    rk__free(file.bytes);
    if (!ok || is_document) {
        return ok;
    }
    /* The loader would search the system's folders for a name without a slash. */
    char path[PATH_MAX + 3];
    (void) snprintf(path, sizeof path, "%s%s", strchr(rule->path, '/') == NULL ? "./" : "",
                    rule->path);
    rule->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (rule->handle == NULL) {
        const char *const fault = dlerror();
        /* The loader says it in words only. */
        if (fault != NULL && (strstr(fault, "annot allocate memory") != NULL ||
                              strstr(fault, "out of memory") != NULL)) {
            return rk__refuse_memory(why);
        }
        return rk__refuse(why,
                          "a rule calls the host through rk_host, and links what else it needs",
                          "cannot be loaded: %s", fault != NULL ? fault : "unknown error");
    }
    if (!mapped_is(rule->handle, &file.stat)) {
        return rk__refuse(why, "run again; keep '$' out of the folder's name",
                          "the file that was loaded is not the one that was checked");
    }
    const rk_rule *const exported = symbol_find(rule->handle, identity.rule_size, why);
    return exported != NULL && exported_matches(exported, &identity, why) &&
           rk__rule_tables(exported, identity.rule_size, rule, arena, why) &&
           rk__rule_check(rule, why);
}
