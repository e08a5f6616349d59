/* SPDX-License-Identifier: MIT
 *
 * examine.c: the program and its files, the cache of tariffs, what the kernel offers, and programs
 * that some commands can use.
 */
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/file.h"
#include "base/installed.h"
#include "base/names.h"
#include "doctor/doctor.h"
#include "fetch/cache.h"

/* The path of the running program; false if /proc does not tell. */
static bool program_path(char path[PATH_MAX])
{
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
    return length > 0;
}

void rk__doctor_program(rk__doctor *d)
{
    char path[PATH_MAX];
    if (program_path(path)) {
        rk__doctor_add(d, "program", RK__DOCTOR_OK, path, NULL, "Reckoner %s", RK_VERSION);
    } else {
        rk__doctor_add(d, "program", RK__DOCTOR_WRONG, NULL,
                       "mount /proc: files of the installation are found by it",
                       "/proc/self/exe cannot be read: %s", strerror(errno));
    }
}

/* ------------------------------------------------------- files of the installation */

/* Files in a folder whose names end so; -1 if it cannot be read. */
static int count_files(const char *folder, const char *ending)
{
    int n = 0;
    DIR *listed = opendir(folder);
    if (listed == NULL) {
        return -1;
    }
    for (const struct dirent *e; (e = readdir(listed)) != NULL;) {
        n += e->d_name[0] != '.' && rk__text_ends(e->d_name, ending);
    }
    (void) closedir(listed);
    return n;
}

/* `name` beside the program, where a build has it, else `installed`. */
static const char *folder_of(rk__doctor *d, const char *name, const char *installed)
{
    char path[PATH_MAX];
    if (!program_path(path)) {
        return installed;
    }
    const char *folder = rk__path_dirname(&d->arena, path);
    const char *beside = folder != NULL ? rk__path_join(&d->arena, folder, name) : NULL;
    return beside != NULL && access(beside, F_OK) == 0 ? beside : installed;
}

static void examine_files(rk__doctor *d, const char *subject, const char *folder,
                          const char *ending, const char *what, const char *without)
{
    const int n = folder != NULL ? count_files(folder, ending) : -1;
    if (n < 0 && folder != NULL && errno == ENOMEM) {
        d->arena.failed = true;
    } else if (n > 0) {
        rk__doctor_add(d, subject, RK__DOCTOR_OK, folder, NULL, "%d %s%s", n, what,
                       n == 1 ? "" : "s");
    } else {
        rk__doctor_add(d, subject, RK__DOCTOR_NOTE, folder, without, "%s",
                       n == 0 || folder == NULL ? "there are none" : strerror(errno));
    }
}

void rk__doctor_data(rk__doctor *d)
{
    rk__arena *arena = &d->arena;
    for (const char *given = getenv("RECKONER_PROFILES"); given != NULL && *given != '\0';) {
        const size_t length = strcspn(given, ":");
        const char *folder = rk__arena_copy(arena, given, length);
        if (length > 0 && folder != NULL) {
            examine_files(d, "profiles", folder, ".json", "profile",
                          "RECKONER_PROFILES names this folder");
        }
        given += length + (given[length] == ':');
    }
    examine_files(d, "profiles",
                  folder_of(d, "profiles",
                            rk__installed(arena, RK_PROFILES_FROM_BIN, RK_PROFILES_FROM_LIB,
                                          RK_INSTALLED_PROFILES)),
                  ".json", "profile", "give 'tariff import' the path of a profile");
    examine_files(d, "schemas",
                  folder_of(d, "schemas",
                            rk__installed(arena, RK_SCHEMAS_FROM_BIN, RK_SCHEMAS_FROM_LIB,
                                          RK_INSTALLED_SCHEMAS)),
                  ".schema.json", "schema", "'reckon schema KIND' prints each of them");
    examine_files(
        d, "charts",
        folder_of(
            d, "report",
            rk__installed(arena, RK_REPORT_FROM_BIN, RK_REPORT_FROM_LIB, RK_INSTALLED_REPORT)),
        "charts.js", "script of Vega",
        "HTML reports have tables alone; build where esbuild and node-vega are installed");
}

/* ------------------------------------------------------------------- the cache */

/* Whether a file can be made in a folder: what a read-only disk or a quota says is not in its
 * mode. */
static bool can_write(const char *folder)
{
    char path[PATH_MAX];
    if ((size_t) snprintf(path, sizeof path, "%s/.doctor-XXXXXX", folder) >= sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    const int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    (void) unlink(path);
    (void) close(fd);
    return true;
}

void rk__doctor_cache(rk__doctor *d, const char *given)
{
    struct stat info;
    char *folder = NULL;
    if (rk__cache_folder(given, &folder) != RK_OK) {
        d->arena.failed = true;
        return;
    }
    if (folder == NULL) {
        rk__doctor_add(d, "cache", RK__DOCTOR_NOTE, NULL, "set HOME or XDG_CACHE_HOME",
                       "there is no folder for fetched tariffs, and each is fetched every time");
        return;
    }
    /* The folder, or the nearest above it that exists. */
    char *at = rk__arena_strdup(&d->arena, folder);
    while (at != NULL && stat(at, &info) != 0 && errno == ENOENT && strcmp(at, "/") != 0) {
        at = rk__path_dirname(&d->arena, at);
    }
    const bool exists = at != NULL && strcmp(at, folder) == 0;
    if (at == NULL || d->arena.failed) {
        d->arena.failed = true;
    } else if (stat(at, &info) != 0) {
        rk__doctor_add(d, "cache", RK__DOCTOR_WRONG, folder, "set XDG_CACHE_HOME to a folder",
                       "cannot be used: %s", strerror(errno));
    } else if (!S_ISDIR(info.st_mode)) {
        rk__doctor_add(d, "cache", RK__DOCTOR_WRONG, folder,
                       "remove it, or set XDG_CACHE_HOME to a folder", "'%s' is not a folder", at);
    } else if (!can_write(at)) {
        rk__doctor_add(d, "cache", RK__DOCTOR_WRONG, folder,
                       "give yourself the right to write, or set XDG_CACHE_HOME to another folder",
                       "'%s' cannot be written: %s", at, strerror(errno));
    } else if (exists && (info.st_mode & S_IWOTH) != 0) {
        rk__doctor_add(d, "cache", RK__DOCTOR_WRONG, folder, "chmod go-w takes that right away",
                       "everybody may write here, and so change tariffs that were fetched");
    } else {
        const int n = exists ? count_files(folder, ".json") : 0;
        rk__doctor_add(d, "cache", RK__DOCTOR_OK, folder, NULL, "%d fetched tariff%s%s", n,
                       n == 1 ? "" : "s", exists ? "" : "; it is made when one is fetched");
    }
    rk__free(folder);
}

/* ----------------------------------------------------------------- the machine */

static void examine_isolation(rk__doctor *d)
{
    rk__confinement c;
    rk__confinement_prepare(&c);
    if (c.ruleset >= 0) {
        (void) close(c.ruleset);
    }
    if (rk__confinement_whole(&c)) {
        rk__doctor_add(d, "isolation", RK__DOCTOR_OK, NULL, NULL,
                       "--isolation contract: Landlock %d and seccomp confine rules", c.landlock);
        return;
    }
    rk__doctor_add(d, "isolation", RK__DOCTOR_NOTE, NULL,
                   "--require-isolation contract refuses to run here; a kernel of version 5.13 or "
                   "later with landlock among its security modules has both",
                   "--isolation contract is not whole: the kernel has %s",
                   c.landlock > 0 ? "Landlock, but no seccomp"
                   : c.seccomp    ? "seccomp, but no Landlock, which keeps rules from files"
                                  : "neither Landlock nor seccomp");
}

/* The path of a command, of the arena; NULL if there is none. */
static const char *command_path(rk__doctor *d, const char *name)
{
    const char *at = getenv("PATH");
    while (at != NULL && *at != '\0') {
        const size_t length = strcspn(at, ":");
        const char *path = rk__arena_printf(&d->arena, "%.*s/%s", (int) length, at, name);
        if (length > 0 && path != NULL && access(path, X_OK) == 0) {
            return path;
        }
        at += length + (at[length] == ':');
    }
    return NULL;
}

static void examine_command(rk__doctor *d, const char *name, const char *what, const char *package)
{
    const char *path = command_path(d, name);
    if (path != NULL) {
        rk__doctor_add(d, "tools", RK__DOCTOR_OK, path, NULL, "%s", what);
    } else {
        rk__doctor_add(d, "tools", RK__DOCTOR_NOTE, NULL, package, "there is no %s, which %s", name,
                       what);
    }
}

static void examine_authorities(rk__doctor *d)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    const char *file = info->age >= CURLVERSION_SEVENTH ? info->cainfo : NULL;
    if (file == NULL) {
        return; /* the library has its own */
    }
    if (access(file, R_OK) == 0) {
        rk__doctor_add(d, "https", RK__DOCTOR_OK, file, NULL, "the authorities that are trusted");
    } else {
        rk__doctor_add(d, "https", RK__DOCTOR_WRONG, file, "install ca-certificates",
                       "the authorities that https is trusted by cannot be read: %s",
                       strerror(errno));
    }
}

void rk__doctor_machine(rk__doctor *d)
{
    examine_authorities(d);
    examine_isolation(d);
    examine_command(d, "cc", "builds rules in C", "install gcc; rules without C need no compiler");
    examine_command(d, "soffice", "shows and prints workbooks that were written",
                    "any program that opens .xlsx files will do");
}
