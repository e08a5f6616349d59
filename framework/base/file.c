/* SPDX-License-Identifier: MIT
 *
 * file.c: reading whole files, replacing files atomically, and paths.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/opened.h"

/* The same text in every locale and, unlike strerror, thread-safe. */
static const char *error_text(int error)
{
    const char *text = strerrordesc_np(error);
    return text ? text : "unknown error";
}

/* ------------------------------------------------------------------- reading */

#define READ_FIRST ((size_t) 65536)

static rk_status out_of_memory(const char *name, rk_problems *problems)
{
    rk__place place = {.file = name};
    return rk__problem(problems, RK_NO_MEMORY, &place, NULL, "out of memory");
}

/* The first request: a file's size plus one byte, so that its end is seen without growing the
 * buffer; more than the ceiling if the file is too long. */
static size_t first_capacity(int fd, size_t ceiling)
{
    struct stat status;
    size_t size = READ_FIRST;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        return (uintmax_t) status.st_size < SIZE_MAX - 2 ? (size_t) status.st_size + 2 : SIZE_MAX;
    return size < ceiling ? size : ceiling;
}

static rk_status too_long(const char *name, size_t max_bytes, rk_problems *problems)
{
    rk__place place = {.file = name};
    return rk__problem(problems, RK_LIMIT, &place, NULL, "the file is longer than %zu bytes",
                       max_bytes);
}

rk_status rk__file_read_fd(int fd, const char *name, size_t max_bytes, char **text, size_t *length,
                           rk_problems *problems)
{
    *text = NULL;
    *length = 0;
    /* One byte past the limit distinguishes a file of exactly that size from a longer one; one
     * more for the NUL. */
    size_t ceiling = max_bytes < SIZE_MAX / 2 ? max_bytes + 2 : SIZE_MAX / 2;
    size_t capacity = first_capacity(fd, ceiling), used = 0;
    rk__place place = {.file = name};
    if (capacity > ceiling)
        return too_long(name, max_bytes, problems);
    char *bytes = rk__malloc(capacity + RK__FILE_SLACK);
    if (!bytes)
        return out_of_memory(name, problems);
    for (;;) {
        ssize_t n = read(fd, bytes + used, capacity - used - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int error = errno;
            rk__free(bytes);
            return rk__problem(problems, RK_IO, &place, NULL, "the file cannot be read: %s",
                               error_text(error));
        }
        used += (size_t) n;
        if (used > max_bytes) {
            rk__free(bytes);
            return too_long(name, max_bytes, problems);
        }
        if (n == 0)
            break;
        if (used + 1 < capacity)
            continue;
        capacity = capacity < ceiling / 2 ? capacity * 2 : ceiling;
        char *grown = rk__realloc(bytes, capacity + RK__FILE_SLACK, 1);
        if (!grown) {
            rk__free(bytes);
            return out_of_memory(name, problems);
        }
        bytes = grown;
    }
    memset(bytes + used, 0, RK__FILE_SLACK + 1);
    *text = bytes;
    *length = used;
    return RK_OK;
}

rk_status rk__file_read(const char *path, size_t max_bytes, char **text, size_t *length,
                        rk_problems *problems)
{
    *text = NULL;
    *length = 0;
    rk__opened(path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        rk__place place = {.file = path};
        return rk__problem(problems, RK_IO, &place, NULL, "the file cannot be opened: %s",
                           error_text(errno));
    }
    rk_status status = rk__file_read_fd(fd, path, max_bytes, text, length, problems);
    close(fd);
    return status;
}

rk_status rk__file_read_input(const char *path, size_t max_bytes, const char **name, char **text,
                              size_t *length, rk_problems *problems)
{
    const bool input = strcmp(path, "-") == 0;
    *name = input ? "standard input" : path;
    return input ? rk__file_read_fd(STDIN_FILENO, *name, max_bytes, text, length, problems)
                 : rk__file_read(path, max_bytes, text, length, problems);
}

/* ------------------------------------------------------------------- writing */

static rk_status cannot_write(const char *path, int error, rk_problems *problems)
{
    rk__place place = {.file = path};
    if (error == ENOMEM)
        return rk__problem(problems, RK_NO_MEMORY, &place, NULL, "out of memory");
    return rk__problem(problems, RK_IO_WRITE, &place, NULL, "the file cannot be written: %s",
                       error_text(error));
}

static bool is_same(const struct stat *file, const char *path)
{
    struct stat other;
    return stat(path, &other) == 0 && other.st_dev == file->st_dev && other.st_ino == file->st_ino;
}

static int is_loaded_object(struct dl_phdr_info *info, size_t size, void *file)
{
    (void) size;
    return info->dlpi_name && info->dlpi_name[0] && is_same(file, info->dlpi_name);
}

/* Why an existing file is not replaced, or NULL. */
static const char *why_kept(const char *path, const struct stat *found, bool exists)
{
    struct stat link;
    if (!exists)
        return lstat(path, &link) == 0 && S_ISLNK(link.st_mode)
                   ? "it is a link to something that does not exist"
                   : NULL;
    if (!S_ISREG(found->st_mode))
        return NULL;
    /* Root may write anything; what nobody may write is meant to stay. */
    if ((found->st_mode & 0222) == 0)
        return "it is write-protected";
    if (is_same(found, "/proc/self/exe") ||
        dl_iterate_phdr(is_loaded_object, (void *) (uintptr_t) found) != 0)
        return "this program runs it (a rule, or a library)";
    return NULL;
}

/* Gives the new file to the owner of the file that it replaces; false if that fails. */
static bool give_to(int fd, const struct stat *before)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return false;
    /* A user can give a file only to a group that they are in. */
    int group = now.st_gid != before->st_gid ? fchown(fd, (uid_t) -1, before->st_gid) : 0;
    (void) group;
    return now.st_uid == before->st_uid || fchown(fd, before->st_uid, (gid_t) -1) == 0;
}

/* The descriptor of this process that a path names ("/dev/stdout", "/dev/fd/3"), or -1. Opening
 * such a path again would start at the beginning of a file that others are appending to. */
static int inherited_fd(const char *path)
{
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        if (strncmp(path, folders[i], length) != 0)
            continue;
        const char *digits = path + length;
        size_t n = strspn(digits, "0123456789");
        if (n > 0 && n < 7 && !digits[n])
            return (int) strtol(digits, NULL, 10);
    }
    return -1;
}

/* A random unused name beside `path`; NULL with errno set on failure. */
static char *name_beside(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    int folder_length = (int) (name - path);
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return NULL;
    /* Shortens a long name so that it stays legal with the suffix. */
    rk__buf buf = {0};
    rk__buf_printf(&buf, "%.*s.%.200s.%016" PRIx64, folder_length, path, name, random);
    if (buf.failed) {
        rk__buf_dispose(&buf);
        errno = ENOMEM;
        return NULL;
    }
    return buf.text;
}

/* Creates a file under a temporary name, or links the unnamed file `nameless` to one if that is
 * not -1; returns the descriptor and sets *temporary. The mode follows the umask, as for any
 * file that a program creates. */
static int name_file(const char *path, int nameless, char **temporary)
{
    for (int attempt = 0; attempt < 100; attempt++) {
        char own[32];
        int fd = nameless;
        char *name = name_beside(path);
        if (!name)
            return -1;
        if (nameless < 0) {
            fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        } else {
            snprintf(own, sizeof own, "/proc/self/fd/%d", nameless);
            if (linkat(AT_FDCWD, own, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0)
                fd = -1;
        }
        if (fd >= 0) {
            *temporary = name;
            return fd;
        }
        int error = errno;
        rk__free(name);
        errno = error;
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

/* An unnamed file in the folder of `path` that can be linked later; -1 if unsupported. */
static int create_nameless(const char *path)
{
    rk__arena arena = {0};
    char own[32];
    const char *folder = rk__path_dirname(&arena, path);
    int fd = folder ? open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666) : -1;
    snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
    if (fd >= 0 && access(own, F_OK) != 0) {
        close(fd);
        fd = -1;
    }
    rk__arena_dispose(&arena);
    return fd;
}

/* Opens the file to write: the target itself if it cannot be replaced (a pipe, a device, a
 * descriptor), else a new file beside it. *kept is why not, unless errno says it. */
static int open_target(rk__atomic_file *file, bool nameless, const char **kept)
{
    int inherited = inherited_fd(file->path);
    if (inherited >= 0)
        return fcntl(inherited, F_DUPFD_CLOEXEC, 0);
    struct stat status;
    bool exists = stat(file->path, &status) == 0;
    *kept = why_kept(file->path, &status, exists);
    if (*kept)
        return -1;
    if (exists && !S_ISREG(status.st_mode))
        return open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (exists) {
        /* Renaming over a link would turn it into a regular file. */
        char *real = realpath(file->path, NULL);
        char *copy = real ? rk__strdup(real) : NULL;
        free(real);
        if (!copy)
            return -1;
        rk__free(file->path);
        file->path = copy;
        /* Renaming would replace even a file that is write-protected. */
        if (faccessat(AT_FDCWD, file->path, W_OK, AT_EACCESS) != 0)
            return -1;
    }
    int fd = nameless ? create_nameless(file->path) : -1;
    file->nameless = fd >= 0;
    if (fd < 0)
        fd = name_file(file->path, -1, &file->temporary);
    if (fd < 0 || !exists)
        return fd;
    if (!give_to(fd, &status)) {
        *kept = "it belongs to another user";
    } else if (fchmod(fd, status.st_mode & 0777) == 0) {
        return fd;
    }
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static rk_status open_atomic(rk__atomic_file *file, const char *path, bool nameless,
                             rk_problems *problems)
{
    *file = (rk__atomic_file){.path = rk__strdup(path)};
    if (!file->path)
        return cannot_write(path, ENOMEM, problems);
    const char *kept = NULL;
    int fd = open_target(file, nameless, &kept);
    file->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file->stream) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        rk__atomic_abandon(file);
        rk__place place = {.file = path};
        return kept ? rk__problem(problems, RK_IO_WRITE, &place, "name another file",
                                  "the file is not replaced: %s", kept)
                    : cannot_write(path, error, problems);
    }
    return RK_OK;
}

rk_status rk__atomic_open(rk__atomic_file *file, const char *path, rk_problems *problems)
{
    return open_atomic(file, path, false, problems);
}

rk_status rk__atomic_open_nameless(rk__atomic_file *file, const char *path, rk_problems *problems)
{
    return open_atomic(file, path, true, problems);
}

void rk__atomic_clean(const char *path)
{
    rk__arena arena = {0};
    const char *folder = rk__path_dirname(&arena, path);
    const char *slash = strrchr(path, '/');
    const char *begin = rk__arena_printf(&arena, ".%.200s.", slash ? slash + 1 : path);
    DIR *dir = folder && begin ? opendir(folder) : NULL;
    const size_t n = begin ? strlen(begin) : 0;
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        /* SQLite's own files have the same name and an ending. */
        if (strncmp(e->d_name, begin, n) == 0 && strspn(e->d_name + n, "0123456789abcdef") == 16 &&
            strchr("-", e->d_name[n + 16]))
            unlinkat(dirfd(dir), e->d_name, 0);
    }
    if (dir)
        closedir(dir);
    rk__arena_dispose(&arena);
}

/* fsync, ignoring file systems that do not support it. Returns 0, or -1 with errno set. */
static int sync_fd(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS ? 0 : -1;
}

/* Makes the new name durable too. */
static int sync_folder_of(const char *path)
{
    rk__arena arena = {0};
    const char *folder = rk__path_dirname(&arena, path);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int result = -1, error = errno;
    if (fd >= 0) {
        result = sync_fd(fd);
        error = errno;
        close(fd);
    } else if (error == EACCES) {
        result = 0; /* a folder may be writable and not readable */
    }
    rk__arena_dispose(&arena);
    errno = error;
    return result;
}

static int commit(rk__atomic_file *file)
{
    if (fflush(file->stream) != 0)
        return -1;
    /* An earlier failed write with nothing left to flush marks the stream without an errno. */
    if (ferror(file->stream)) {
        errno = EIO;
        return -1;
    }
    const int fd = fileno(file->stream);
    if ((file->temporary || file->nameless) && sync_fd(fd) != 0)
        return -1;
    if (file->nameless && name_file(file->path, fd, &file->temporary) < 0)
        return -1;
    FILE *stream = file->stream;
    file->stream = NULL;
    if (fclose(stream) != 0)
        return -1;
    if (!file->temporary)
        return 0;
    if (rename(file->temporary, file->path) != 0)
        return -1;
    rk__free(file->temporary);
    file->temporary = NULL;
    return sync_folder_of(file->path);
}

rk_status rk__atomic_commit(rk__atomic_file *file, rk_problems *problems)
{
    rk_status status = RK_OK;
    if (commit(file) != 0)
        status = cannot_write(file->path, errno, problems);
    rk__atomic_abandon(file);
    return status;
}

void rk__atomic_abandon(rk__atomic_file *file)
{
    if (file->stream)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    rk__free(file->temporary);
    rk__free(file->path);
    *file = (rk__atomic_file){0};
}

/* --------------------------------------------------------------------- paths */

bool rk__file_is_among(const struct stat *file, const char *const *paths)
{
    for (size_t i = 0; S_ISREG(file->st_mode) && paths != NULL && paths[i] != NULL; i++) {
        struct stat other;
        if (stat(paths[i], &other) == 0 && other.st_dev == file->st_dev &&
            other.st_ino == file->st_ino) {
            return true;
        }
    }
    return false;
}

char *rk__path_join(rk__arena *arena, const char *dir, const char *name)
{
    if (name[0] == '/' || !dir || !dir[0] || strcmp(dir, ".") == 0)
        return rk__arena_strdup(arena, name);
    const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";
    return rk__arena_printf(arena, "%s%s%s", dir, slash, name);
}

const char *rk__path_below(const char *dir, const char *path)
{
    size_t n = dir ? strlen(dir) : 0;
    while (n > 0 && dir[n - 1] == '/')
        n--;
    return n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

char *rk__path_dirname(rk__arena *arena, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    while (length > 0 && path[length - 1] != '/')
        length--;
    if (length == 0)
        return rk__arena_strdup(arena, ".");
    while (length > 1 && path[length - 1] == '/')
        length--;
    return rk__arena_copy(arena, path, length);
}

/* Another process may create the folder meanwhile; what counts is that it exists in the end. */
static int make_folder(const char *path, unsigned mode)
{
    if (mkdir(path, (mode_t) mode) == 0)
        return 0;
    int error = errno;
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return 0;
        error = ENOTDIR;
    }
    errno = error;
    return -1;
}

int rk__path_make_folders(const char *path, unsigned mode)
{
    if (!path[0]) {
        errno = ENOENT;
        return -1;
    }
    char *partial = rk__strdup(path);
    if (!partial)
        return -1;
    int result = 0;
    for (char *p = partial + 1; *p && result == 0; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        *p = '\0';
        result = make_folder(partial, mode);
        *p = '/';
    }
    if (result == 0)
        result = make_folder(partial, mode);
    int error = errno;
    rk__free(partial);
    errno = error;
    return result;
}
