/* SPDX-License-Identifier: MIT
 *
 * access.c: opening the files that documents name.
 *
 * In an untrusted run the kernel resolves each path below the root, so that no link and no `..`
 * leads out of it, even while somebody moves folders. No decision depends on the text of a path
 * alone.
 */
#include "access/access.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/opened.h"
#include "json/json.h"

/* An attacker may name a pipe: opening it must not wait for the other end. */
#define UNTRUSTED_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define TRUSTED_FLAGS   (O_RDONLY | O_CLOEXEC | O_NOCTTY)

/* How often to retry when the kernel saw a rename while it resolved the path. */
#define ATTEMPTS 16

static const char *error_text(int error)
{
    const char *text = strerrordesc_np(error);
    return text != NULL ? text : "unknown error";
}

static rk_status access_problem(rk_problems *problems, const rk__value *at, rk_status status,
                                const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static rk_status access_problem(rk_problems *problems, const rk__value *at, rk_status status,
                                const char *hint, const char *format, ...)
{
    rk__arena arena = {0};
    rk__place place = {0};
    va_list args;

    if (at != NULL && problems != NULL) {
        rk__json_place(at, &place, &arena);
    }
    va_start(args, format);
    rk__problem_v(problems, status, &place, hint, format, args);
    va_end(args);
    rk__arena_dispose(&arena);
    return status;
}

/* ----------------------------------------------------------- below a folder */

/* Resolves `.` and `..` in the text, which is sound only because the walk below follows no
 * links. False, with errno set, if the path leads out or is too long. */
static bool access_normalise(const char *path, char out[PATH_MAX])
{
    size_t length = 0;

    if (*path == '/') {
        errno = EXDEV;
        return false;
    }
    out[0] = '\0';
    while (*path != '\0') {
        const size_t n = strcspn(path, "/");
        if (n == 2 && path[0] == '.' && path[1] == '.') {
            if (length == 0) {
                errno = EXDEV;
                return false;
            }
            while (length > 0 && out[--length] != '/') {
            }
        } else if (n > 0 && !(n == 1 && path[0] == '.')) {
            if (length + n + 2 > PATH_MAX) {
                errno = ENAMETOOLONG;
                return false;
            }
            if (length > 0) {
                out[length++] = '/';
            }
            memcpy(out + length, path, n);
            length += n;
        }
        out[length] = '\0';
        path += n;
        path += strspn(path, "/");
    }
    return true;
}

/* One step of the walk; a link gives ELOOP whatever error the kernel returns. */
static int access_step(int folder, const char *name, bool last)
{
    const int flags = last ? UNTRUSTED_FLAGS : O_PATH | O_DIRECTORY | O_CLOEXEC;
    struct stat found;
    const int fd = openat(folder, name, flags | O_NOFOLLOW);
    if (fd < 0) {
        const int error = errno;
        const bool link =
            fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(found.st_mode);
        errno = link ? ELOOP : error;
    }
    return fd;
}

static int access_walk(int root, const char *path)
{
    char clean[PATH_MAX];
    char *name = clean;

    if (!access_normalise(path, clean)) {
        return -1;
    }
    int folder = fcntl(root, F_DUPFD_CLOEXEC, 0);
    while (folder >= 0) {
        char *slash = strchr(name, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
        const int fd = access_step(folder, *name != '\0' ? name : ".", slash == NULL);
        const int error = errno;
        (void) close(folder);
        errno = error;
        if (slash == NULL || fd < 0) {
            return fd;
        }
        folder = fd;
        name = slash + 1;
    }
    return -1;
}

int rk__access_beneath(int root, const char *path, bool by_steps)
{
    const struct open_how how = {.flags = UNTRUSTED_FLAGS,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = -1;

    if (by_steps) {
        return access_walk(root, path);
    }
    for (int i = 0; i < ATTEMPTS; i++) {
        fd = syscall(SYS_openat2, root, path, &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) {
            break;
        }
    }
    /* The kernel lacks the call, or a sandbox blocks it. */
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        return access_walk(root, path);
    }
    return (int) fd;
}

/* ------------------------------------------------------------------ opening */

/* What is needed to open one path and to report why it cannot be opened. */
typedef struct opening {
    const rk__access *access;
    const char *base_dir, *path;
    const rk__value *at;
    rk__arena *arena;
    rk_problems *problems;
} opening;

static rk_status opening_forbidden(const opening *o, const char *why)
{
    const char *root = o->access->root != NULL ? o->access->root : ".";
    const char *hint = rk__arena_printf(
        o->arena, "this run reads only below '%s': name another folder with --root", root);
    return access_problem(o->problems, o->at, RK_FORBIDDEN, hint, "'%s' %s", o->path, why);
}

static rk_status opening_failed(const opening *o, int error)
{
    return access_problem(o->problems, o->at, RK_IO,
                          error == ENOENT && o->at != NULL
                              ? "paths are relative to the document that names them"
                              : NULL,
                          "'%s' cannot be opened: %s", o->path, error_text(error));
}

/* The path below the root's folder, in the arena: the base folder's part of it, then the path as
 * written. */
static rk_status opening_from_root(const opening *o, const char *root, char **out)
{
    char real_root[PATH_MAX], real_base[PATH_MAX];
    const char *base = o->base_dir != NULL && *o->base_dir != '\0' ? o->base_dir : ".";

    if (realpath(root, real_root) == NULL || realpath(base, real_base) == NULL) {
        const int error = errno;
        return access_problem(o->problems, o->at, RK_IO, NULL,
                              "the folder '%s' or '%s' cannot be found: %s", root, base,
                              error_text(error));
    }
    size_t n = strlen(real_root);
    n -= n == 1; /* every path starts with "/" */
    if (strncmp(real_base, real_root, n) != 0 || (real_base[n] != '/' && real_base[n] != '\0')) {
        return opening_forbidden(o, "is named by a document outside the folder for this run");
    }
    const char *rest = real_base + n;
    rest += strspn(rest, "/");
    *out = rk__path_join(o->arena, rest, o->path);
    return *out == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status open_untrusted(const opening *o, int *fd)
{
    const char *root = o->access->root != NULL ? o->access->root : ".";
    char *below = NULL;

    if (o->path[0] == '/') {
        return opening_forbidden(o, "is an absolute path");
    }
    rk_status status = opening_from_root(o, root, &below);
    if (status != RK_OK) {
        return status;
    }
    const int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root_fd < 0) {
        return access_problem(o->problems, o->at, RK_IO, NULL, "the folder '%s' cannot be used: %s",
                              root, error_text(errno));
    }
    *fd = rk__access_beneath(root_fd, below, false);
    const int error = errno;
    (void) close(root_fd);
    if (*fd >= 0) {
        return RK_OK;
    }
    if (error == EXDEV) {
        return opening_forbidden(o, "leads out of the folder for this run");
    }
    if (error == ELOOP) {
        return opening_forbidden(o, "leads through a link that this run does not follow");
    }
    return opening_failed(o, error);
}

rk_status rk__access_open_any(const rk__access *access, const char *base_dir, const char *path,
                              const rk__value *at, rk__arena *arena, int *fd, bool *folder,
                              char **resolved, rk_problems *problems)
{
    const bool untrusted = access != NULL && access->untrusted;
    const opening o = {access, base_dir, path, at, arena, problems};
    rk_status status = RK_OK;
    struct stat found = {0};

    *fd = -1;
    *folder = false;
    char *shown = rk__path_join(arena, base_dir, path);
    if (resolved != NULL) {
        *resolved = shown;
    }
    if (shown == NULL) {
        return RK_NO_MEMORY;
    }
    rk__opened(shown);
    if (untrusted) {
        status = open_untrusted(&o, fd);
    } else {
        *fd = open(shown, TRUSTED_FLAGS);
        status = *fd < 0 ? opening_failed(&o, errno) : RK_OK;
    }
    if (status != RK_OK) {
        return status;
    }
    if (fstat(*fd, &found) != 0) {
        status = opening_failed(&o, errno);
    } else if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode) &&
               (untrusted || !S_ISFIFO(found.st_mode))) {
        status = access_problem(problems, at, RK_IO, NULL, "'%s' is not a file", path);
    } else if (access != NULL && rk__file_is_among(&found, access->outputs)) {
        if (access->output_read != NULL) {
            atomic_store(access->output_read, true);
        }
        status = access_problem(problems, at, RK_CONFLICT, "write to another file",
                                "'%s' is an input of this run and would be replaced by its output",
                                path);
    }
    if (status != RK_OK) {
        (void) close(*fd);
        *fd = -1;
    }
    *folder = S_ISDIR(found.st_mode);
    return status;
}

rk_status rk__access_open(const rk__access *access, const char *base_dir, const char *path,
                          const rk__value *at, rk__arena *arena, int *fd, char **resolved,
                          rk_problems *problems)
{
    const opening o = {access, base_dir, path, at, arena, problems};
    bool folder = false;
    const rk_status status =
        rk__access_open_any(access, base_dir, path, at, arena, fd, &folder, resolved, problems);
    if (status != RK_OK || !folder) {
        return status;
    }
    (void) close(*fd);
    *fd = -1;
    return opening_failed(&o, EISDIR);
}

rk_status rk__access_document(const rk__access *access, const char *base_dir, const rk__value *path,
                              rk__arena *arena, rk__json **out, const char **dir,
                              rk_problems *problems)
{
    int fd = -1;
    char *resolved = NULL;
    char *text = NULL;
    size_t length = 0;
    rk_status status =
        rk__access_open(access, base_dir, path->text, path, arena, &fd, &resolved, problems);
    if (status == RK_OK) {
        status = rk__file_read_fd(fd, resolved, RK__JSON_MAX_BYTES, &text, &length, problems);
        (void) close(fd);
    }
    if (status == RK_OK) {
        status = rk__json_take(&text, length, resolved, out, problems);
    }
    rk__free(text);
    if (status == RK_OK) {
        *dir = rk__path_dirname(arena, resolved);
        status = *dir != NULL ? RK_OK : RK_NO_MEMORY;
    }
    return status;
}

/* The string around `at` in the text, as a path from `base_dir`; NULL unless it ends with the `n`
 * bytes there. */
static char *path_around(const char *base_dir, const char *text, const char *at, size_t n,
                         rk__arena *scratch)
{
    const char *begin = at;
    while (begin > text && begin[-1] != '"' && begin[-1] != '\n') {
        begin--;
    }
    if (at[n] != '"' || begin == text || begin[-1] != '"' || (at != begin && at[-1] != '/')) {
        return NULL;
    }
    char *path = rk__arena_copy(scratch, begin, (size_t) (at - begin) + n);
    return path != NULL ? rk__path_join(scratch, base_dir, path) : NULL;
}

static bool names(const char *base_dir, const char *output, const char *text, size_t length)
{
    const char *const only[] = {output, NULL};
    const char *slash = strrchr(output, '/');
    const char *word = slash != NULL ? slash + 1 : output;
    const size_t n = strlen(word);
    const char *end = text + length;
    struct stat found;
    bool named = false;
    if (n == 0 || stat(output, &found) != 0 || !S_ISREG(found.st_mode)) {
        return false;
    }
    for (const char *at = memmem(text, length, word, n); at != NULL && !named;
         at = memmem(at + 1, (size_t) (end - at - 1), word, n)) {
        rk__arena scratch = {0};
        const char *path = at + n < end ? path_around(base_dir, text, at, n, &scratch) : NULL;
        named = path != NULL && stat(path, &found) == 0 && rk__file_is_among(&found, only);
        rk__arena_dispose(&scratch);
    }
    return named;
}

void rk__access_note_names(const rk__access *access, const char *base_dir, const char *text,
                           size_t length)
{
    const char *const *o = access->output_read != NULL ? access->outputs : NULL;
    for (; o != NULL && *o != NULL; o++) {
        if (names(base_dir, *o, text, length)) {
            atomic_store(access->output_read, true);
        }
    }
}
