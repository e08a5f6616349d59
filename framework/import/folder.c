/* SPDX-License-Identifier: MIT
 *
 * folder.c: a folder that is written beside its place and moved there whole.
 *
 * An import marks its folder by a file, so that it replaces only what an import wrote.
 */
#include "import/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".reckon-import"

static rk_status folder_problem(const rk__new_folder *folder, rk_problems *problems,
                                const char *what)
{
    const rk__place place = {.file = folder->path};
    return rk__problem(problems, RK_IO_WRITE, &place, NULL, "%s: %s", what, strerror(errno));
}

static bool is_empty(const char *path)
{
    bool empty = true;
    DIR *listed = opendir(path);
    for (struct dirent *e; listed != NULL && (e = readdir(listed)) != NULL;) {
        empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);
    }
    if (listed != NULL) {
        closedir(listed);
    }
    return empty;
}

static rk_status check_target(rk__new_folder *folder, rk_problems *problems)
{
    const rk__place place = {.file = folder->path};
    struct stat st;
    const char *mark = rk__arena_printf(&folder->arena, "%s/" MARK, folder->path);
    if (mark == NULL) {
        return RK_NO_MEMORY;
    }
    if (lstat(folder->path, &st) != 0) {
        return errno == ENOENT ? RK_OK : folder_problem(folder, problems, "cannot be looked at");
    }
    if (!S_ISDIR(st.st_mode)) {
        return rk__problem(problems, RK_CONFLICT, &place, "name another folder by -o",
                           "it exists and is not a folder");
    }
    return access(mark, F_OK) == 0 || is_empty(folder->path)
               ? RK_OK
               : rk__problem(problems, RK_CONFLICT, &place, "name a new folder by -o",
                             "the folder holds files that no import has written");
}

rk_status rk__new_folder_begin(rk__new_folder *folder, const char *path, rk_problems *problems)
{
    *folder = (rk__new_folder){0};
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    folder->path = rk__arena_copy(&folder->arena, path, length);
    char *temporary = folder->path != NULL
                          ? rk__arena_printf(&folder->arena, "%s.new-XXXXXX", folder->path)
                          : NULL;
    if (temporary == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = check_target(folder, problems);
    if (status != RK_OK) {
        return status;
    }
    if (mkdtemp(temporary) == NULL) {
        return folder_problem(folder, problems, "a folder beside it cannot be made");
    }
    folder->temporary = temporary;
    const mode_t mask = umask(0);
    (void) umask(mask);
    (void) chmod(temporary, 0777 & ~mask);
    return RK_OK;
}

static rk_status write_all(int fd, const rk__buf *text)
{
    size_t done = 0;
    while (done < text->length) {
        const ssize_t n = write(fd, text->text + done, text->length - done);
        if (n < 0 && errno != EINTR) {
            return RK_IO_WRITE;
        }
        done += n > 0 ? (size_t) n : 0;
    }
    return fsync(fd) == 0 ? RK_OK : RK_IO_WRITE;
}

rk_status rk__new_folder_write(rk__new_folder *folder, const char *below, const char *name,
                               const rk__buf *text, rk_problems *problems)
{
    const char *inner = rk__arena_printf(&folder->arena, "%s/%s", folder->temporary, below);
    const char *path =
        inner != NULL ? rk__arena_printf(&folder->arena, "%s/%s", inner, name) : NULL;
    if (path == NULL || text->failed) {
        return RK_NO_MEMORY;
    }
    if (*below != '\0' && mkdir(inner, 0777) != 0 && errno != EEXIST) {
        return folder_problem(folder, problems, "a folder in it cannot be made");
    }
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        return folder_problem(folder, problems, "a file in it cannot be made");
    }
    const rk_status status = write_all(fd, text);
    const int closed = close(fd);
    return status == RK_OK && closed == 0
               ? RK_OK
               : folder_problem(folder, problems, "a file in it cannot be written");
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void) st;
    (void) kind;
    (void) at;
    return remove(path);
}

static void remove_tree(const char *path)
{
    (void) nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

rk_status rk__new_folder_commit(rk__new_folder *folder, rk_problems *problems)
{
    const rk__buf mark = {.text = "This folder was written by reckon tariff import.\n",
                          .length = strlen("This folder was written by reckon tariff import.\n")};
    rk_status status = rk__new_folder_write(folder, "", MARK, &mark, problems);
    if (status != RK_OK) {
        return status;
    }
    /* A folder that exists changes places with the new one, in one step; the file system may
     * lack that, and an empty folder is replaced by an ordinary rename. */
    if (rename(folder->temporary, folder->path) == 0) {
        folder->temporary = NULL;
        return RK_OK;
    }
    if (renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0) {
        return RK_OK; /* the old folder is removed with the temporary one */
    }
    return folder_problem(folder, problems, "the new folder cannot be put in its place");
}

void rk__new_folder_dispose(rk__new_folder *folder)
{
    if (folder->temporary != NULL) {
        remove_tree(folder->temporary);
    }
    rk__arena_dispose(&folder->arena);
    *folder = (rk__new_folder){0};
}
