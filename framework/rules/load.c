/* SPDX-License-Identifier: MIT
 *
 * load.c: identifying a rule file, and loading it.
 *
 * A file is read when it is found, and once more to be loaded: those bytes are digested, copied
 * into sealed memory and loaded from there, so that the digest is of the code that runs, even if
 * the file changes meanwhile. Where the system has no such memory, the file itself is loaded.
 */
#include "rules/load.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/names.h"
#include "base/running.h"
#include "base/text.h"
#include "formula/formula.h"
#include "rules/elf_note.h"
#include "rules/trust.h"

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

/* Whether this process is in a user namespace, as in a container without root: all users without a
 * number there look like one user. */
static bool has_own_numbers(void)
{
    unsigned long inside = 0, outside = 0, n = 0;
    FILE *const map = fopen("/proc/self/uid_map", "re");
    /* NOLINTNEXTLINE(cert-err34-c): the kernel wrote these numbers. */
    const bool read = map != NULL && fscanf(map, "%lu %lu %lu", &inside, &outside, &n) == 3;
    if (map != NULL) {
        (void) fclose(map);
    }
    return read && n != UINT32_MAX;
}

#define UID_OF_OTHERS 65534

/* Who may own rules and the folders on the way to them: root, the user, and whoever owns the
 * program that runs, who could change that. */
static bool owner_trusted(uid_t owner)
{
    struct stat program;
    return owner == 0 || owner == geteuid() ||
           (stat("/proc/self/exe", &program) == 0 && owner == program.st_uid) ||
           (owner == UID_OF_OTHERS && has_own_numbers());
}

bool rk__owner_safe(const char *path, uid_t owner, rk__refusal *why)
{
    return owner_trusted(owner) ||
           rk__refuse(why, "copy it, so that it is yours",
                      "'%.200s' belongs to another user (uid %u), who can change it", path,
                      (unsigned) owner);
}

bool rk__way_safe(const char *folder, rk__refusal *why)
{
    char hint[sizeof why->hint];
    bool safe = true;
    char *const real = realpath(folder, NULL);
    if (real == NULL) {
        return errno == ENOMEM ? rk__refuse_memory(why) : true; /* reading it says why */
    }
    for (char *end = real + strlen(real); safe && end != NULL; end = strrchr(real, '/')) {
        struct stat info;
        *end = '\0';
        const char *const at = real[0] != '\0' ? real : "/";
        if (stat(at, &info) != 0) {
            continue;
        }
        if (!owner_trusted(info.st_uid)) {
            (void) snprintf(hint, sizeof hint, "move the rules, or: chown %u '%.150s'",
                            (unsigned) geteuid(), at);
            safe = rk__refuse(why, hint, "the folder '%.200s' belongs to another user (%u)", at,
                              (unsigned) info.st_uid);
        } else if ((info.st_mode & S_IWOTH) != 0 && (info.st_mode & S_ISVTX) == 0) {
            (void) snprintf(hint, sizeof hint, "chmod o-w '%.200s'", at);
            safe = rk__refuse(why, hint,
                              "the folder '%.200s', on the way to it, is writable by everybody "
                              "(mode %04o)",
                              at, (unsigned) (info.st_mode & 07777));
        }
    }
    free(real);
    return safe;
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

/* If the file is a link, the way to its target must be safe too. */
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
        ok = stat(real, &info) != 0 ||
             (rk__mode_safe("its target's folder", real, info.st_mode, why) &&
              rk__way_safe(real, why));
    }
    free(real);
    return ok;
}

static bool file_safe(const char *path, const image *file, rk__refusal *why)
{
    return rk__mode_safe("the file", path, file->stat.st_mode, why) &&
           rk__owner_safe(path, file->stat.st_uid, why) && target_safe(path, why);
}

static bool image_identify(const char *path, image *file, rk__identity *identity, rk__refusal *why)
{
    if (!image_read(path, file, why)) {
        return false;
    }
    if (rk__text_ends(path, RK__FORMULA_SUFFIX)) {
        return rk__document_identify(path, file->bytes, file->length, identity, why) &&
               file_safe(path, file, why);
    }
    /* Reads the note before judging the permissions, so that a list of refusals names the rule
     * if it can. */
    if (!rk__elf_note_read((const unsigned char *) file->bytes, file->length, identity, why)) {
        return false;
    }
    return rk__identity_fits(identity, why) && file_safe(path, file, why);
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

/* ------------------------------------------------------------------- sealed copies */

/* Descriptors of copies begin here, so that others keep the low numbers. */
#define FIRST_COPY 64

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(fd, bytes, length);
        if (n <= 0 && errno != EINTR) {
            return false;
        }
        bytes += n > 0 ? n : 0;
        length -= n > 0 ? (size_t) n : 0;
    }
    return true;
}

/* A copy that nobody can change, named as the file for those who look at the process; -1 if the
 * system gives none, with errno. */
static int copy_sealed(const char *name, const image *file)
{
    const int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    const int low = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int fd = low >= 0 ? fcntl(low, F_DUPFD_CLOEXEC, FIRST_COPY) : -1;
    int error = errno;
    if (low >= 0) {
        (void) close(low);
    }
    if (fd >= 0 &&
        (!write_all(fd, file->bytes, file->length) || fcntl(fd, F_ADD_SEALS, seals) != 0)) {
        error = errno;
        (void) close(fd);
        fd = -1;
    }
    errno = error;
    return fd;
}

/* Whether a copy failed because the system has no such memory, or forbids it to this process. */
static bool is_without_copies(int error)
{
    return error == ENOSYS || error == EACCES || error == EPERM || error == EINVAL ||
           error == EFBIG; /* ulimit -f */
}

bool rk__can_seal(void)
{
    const int fd = memfd_create("reckon", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const bool can = fd >= 0 || !is_without_copies(errno);
    if (fd >= 0) {
        (void) close(fd);
    }
    return can;
}

static bool is_document(const rk__rule *rule)
{
    return rk__text_ends(rule->path, RK__FORMULA_SUFFIX);
}

/* Reads the file, and its digest into the rule. The caller frees file->bytes in any case. */
static bool image_digest(rk__rule *rule, image *file, rk__identity *identity, rk__refusal *why)
{
    if (!image_identify(rule->path, file, identity, why)) {
        return false;
    }
    rk__sha256(file->bytes, file->length, rule->sha256);
    if (rule->sha256[0] == '\0') {
        return rk__refuse_memory(why);
    }
    return unchanged(rule, identity, why) &&
           rk__trust_fits(rule->trust, rule->id, rule->sha256, why) &&
           (is_document(rule) ||
            rk__elf_needed_check((const unsigned char *) file->bytes, file->length, why));
}

bool rk__rule_seal(rk__rule *rule, rk__refusal *why)
{
    image file = {0};
    rk__identity identity = {0};
    if (rule->sealed > 0 || is_document(rule)) {
        return true;
    }
    bool good = image_digest(rule, &file, &identity, why);
    if (good) {
        rule->sealed = copy_sealed(rule->file != NULL ? rule->file : "rule", &file) + 1;
        rule->rule_size = identity.rule_size;
        if (rule->sealed == 0 && errno == ENOMEM) {
            good = rk__refuse_memory(why);
        } else if (rule->sealed == 0 && !is_without_copies(errno)) {
            good = rk__refuse(why, "run again; see the limits of this machine",
                              "cannot be copied into sealed memory: %s", strerror(errno));
        }
    }
    rk__free(file.bytes);
    return good;
}

/* ------------------------------------------------------------------------- loading */

/* What the process has loaded, by digest: the loader would map a second copy of the same bytes. */
typedef struct loaded {
    char sha256[RK__SHA256_TEXT];
    void *handle;
    struct loaded *next;
} loaded;

static loaded *all_loaded;
static unsigned n_loaded;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

/* The loader reports lack of memory only in words: "cannot create" some record of an object, or
 * "cannot open shared object file" without a reason after it. */
static bool is_lack_of_memory(const char *fault)
{
    return strstr(fault, "annot allocate memory") != NULL ||
           strstr(fault, "out of memory") != NULL || strstr(fault, ": cannot create ") != NULL ||
           rk__text_ends(fault, ": cannot open shared object file");
}

/* Puts the rule's path where the loader's message has the name that it was given. */
static void fault_of(const rk__rule *rule, const char *given, char *out, size_t size)
{
    const char *const fault = dlerror();
    const char *const at = fault != NULL ? strstr(fault, given) : NULL;
    if (at == NULL) {
        (void) snprintf(out, size, "%s", fault != NULL ? fault : "unknown error");
    } else {
        (void) snprintf(out, size, "%.*s%s%s", (int) (at - fault), fault, rule->path,
                        at + strlen(given));
    }
}

/* Libraries that came with the rule must be the system's: a library of another folder may have
 * replaced the one that was checked. */
static bool libraries_known(void *handle, rk__refusal *why)
{
    struct link_map *map = NULL;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || map == NULL) {
        return true;
    }
    for (map = map->l_next; map != NULL; map = map->l_next) {
        if (map->l_name != NULL && map->l_name[0] == '/' && !rk__is_system_library(map->l_name)) {
            return rk__refuse(why, "take it out of LD_LIBRARY_PATH, or link it into the rule",
                              "was loaded with '%.300s', which is not in the system's folders",
                              map->l_name);
        }
    }
    return true;
}

/* Maps the sealed copy, or the file if there is none. NULL with *why. */
static void *map_file(rk__rule *rule, rk__refusal *why)
{
    char path[PATH_MAX + 3];
    char fault[400];
    struct stat expected;
    if (rule->sealed > 0) {
        /* The loader takes a known name for the same library, and descriptor numbers are reused, so
         * every name is made different. */
        size_t n = (size_t) snprintf(path, sizeof path, "/proc/self/fd/");
        for (unsigned i = 0; i < n_loaded && n + 32 < sizeof path; i++) {
            n += (size_t) snprintf(path + n, sizeof path - n, "./");
        }
        (void) snprintf(path + n, sizeof path - n, "%d", rule->sealed - 1);
    } else {
        /* The loader would search the system's folders for a name without a slash. */
        (void) snprintf(path, sizeof path, "%s%s", strchr(rule->path, '/') == NULL ? "./" : "",
                        rule->path);
    }
    if (stat(rule->sealed > 0 ? path : rule->path, &expected) != 0) {
        (void) rk__refuse(why, "run again", "cannot be read: %s", strerror(errno));
        return NULL;
    }
    void *const handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        fault_of(rule, path, fault, sizeof fault);
        if (is_lack_of_memory(fault)) {
            (void) rk__refuse_memory(why);
        } else {
            (void) rk__refuse(why,
                              "a rule calls the host through rk_host, and links what else it needs",
                              "cannot be loaded: %s", fault);
        }
        return NULL;
    }
    n_loaded++;
    if (!mapped_is(handle, &expected)) {
        (void) rk__refuse(why, "run again; keep '$' out of the folder's name",
                          "the file that was loaded is not the one that was checked");
        return NULL;
    }
    return libraries_known(handle, why) ? handle : NULL;
}

/* The handle of the rule's bytes, which the process may have already. */
static void *handle_of(rk__rule *rule, rk__refusal *why)
{
    void *handle = NULL;
    (void) pthread_mutex_lock(&loading);
    for (const loaded *l = all_loaded; l != NULL && handle == NULL; l = l->next) {
        handle = strcmp(l->sha256, rule->sha256) == 0 ? l->handle : NULL;
    }
    if (handle == NULL) {
        /* Kept until the process ends, as the library is. */
        loaded *const own = malloc(sizeof *own);
        rk__running_enter(rule->id); /* loading runs constructors */
        handle = own != NULL ? map_file(rule, why) : NULL;
        rk__running_leave();
        if (handle != NULL) {
            memcpy(own->sha256, rule->sha256, sizeof own->sha256);
            own->handle = handle;
            own->next = all_loaded;
            all_loaded = own;
        } else {
            (void) (own == NULL && rk__refuse_memory(why));
            free(own);
        }
    }
    (void) pthread_mutex_unlock(&loading);
    if (rule->sealed > 0) {
        (void) close(rule->sealed - 1);
        rule->sealed = 0;
    }
    return handle;
}

static bool load_document(rk__rule *rule, rk__arena *arena, rk__refusal *why)
{
    image file = {0};
    rk__identity identity = {0};
    const bool ok = image_digest(rule, &file, &identity, why) &&
                    rk__document_load(rule, file.bytes, file.length, arena, why);
    rk__free(file.bytes);
    return ok;
}

bool rk__rule_load(rk__rule *rule, rk__arena *arena, rk__refusal *why)
{
    if (is_document(rule)) {
        return load_document(rule, arena, why);
    }
    if (!rk__rule_seal(rule, why)) {
        return false;
    }
    rule->handle = handle_of(rule, why);
    if (rule->handle == NULL) {
        return false;
    }
    rk__identity identity = {
        .abi_major = rule->abi_major, .abi_minor = rule->abi_minor, .rule_size = rule->rule_size};
    (void) snprintf(identity.id, sizeof identity.id, "%s", rule->id);
    (void) snprintf(identity.version, sizeof identity.version, "%s", rule->version);
    const rk_rule *const exported = symbol_find(rule->handle, identity.rule_size, why);
    return exported != NULL && exported_matches(exported, &identity, why) &&
           rk__rule_tables(exported, identity.rule_size, rule, arena, why) &&
           rk__rule_check(rule, why);
}
