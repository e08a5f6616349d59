/* SPDX-License-Identifier: MIT
 *
 * query_file.c: an SQLite database that is read through a descriptor: SQLite's own layer opens
 * paths, and a path may lead elsewhere by then. The name of a file of this layer is the number of
 * its descriptor.
 */
#include "table/query_file.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct open_file {
    sqlite3_file base;
    int fd;
} open_file;

static int file_close(sqlite3_file *f)
{
    (void) f;
    return SQLITE_OK; /* the descriptor is the caller's */
}

static int file_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    const int fd = ((const open_file *) f)->fd;
    int done = 0;
    while (done < n) {
        const ssize_t got = pread(fd, (char *) to + done, (size_t) (n - done), at + done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return SQLITE_IOERR_READ;
        }
        if (got == 0) {
            memset((char *) to + done, 0, (size_t) (n - done));
            return SQLITE_IOERR_SHORT_READ;
        }
        done += (int) got;
    }
    return SQLITE_OK;
}

static int file_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    (void) f;
    (void) from;
    (void) n;
    (void) at;
    return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    (void) f;
    (void) size;
    return SQLITE_READONLY;
}

static int file_flags(sqlite3_file *f, int flags)
{
    (void) f;
    (void) flags;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *out)
{
    struct stat info;
    if (fstat(((const open_file *) f)->fd, &info) != 0) {
        return SQLITE_IOERR_FSTAT;
    }
    *out = info.st_size;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *f, int *out)
{
    (void) f;
    *out = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *f, int what, void *with)
{
    (void) f;
    (void) what;
    (void) with;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *f)
{
    (void) f;
    return 4096;
}

static int file_kind(sqlite3_file *f)
{
    (void) f;
    return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_flags,
    .xFileSize = file_size,
    .xLock = file_flags,
    .xUnlock = file_flags,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_kind,
};

/* Only databases: what a query sorts stays in memory. */
static int layer_open(sqlite3_vfs *layer, sqlite3_filename name, sqlite3_file *f, int flags,
                      int *out_flags)
{
    (void) layer;
    f->pMethods = NULL;
    if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0) {
        return SQLITE_CANTOPEN;
    }
    ((open_file *) f)->fd = (int) strtol(name, NULL, 10);
    f->pMethods = &methods;
    if (out_flags != NULL) {
        *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    }
    return SQLITE_OK;
}

static int layer_delete(sqlite3_vfs *layer, const char *name, int sync)
{
    (void) layer;
    (void) name;
    (void) sync;
    return SQLITE_READONLY;
}

static int layer_access(sqlite3_vfs *layer, const char *name, int flags, int *out)
{
    (void) layer;
    (void) name;
    (void) flags;
    *out = 0;
    return SQLITE_OK;
}

static int layer_path(sqlite3_vfs *layer, const char *name, int n, char *out)
{
    (void) layer;
    return snprintf(out, (size_t) n, "%s", name) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* The same query gives the same rows, so it has no clock, whatever function it reads it by. */
static _Thread_local bool asked_time;

bool rk__query_asked_time(void)
{
    const bool asked = asked_time;
    asked_time = false;
    return asked;
}

static int layer_time(sqlite3_vfs *of, double *out)
{
    (void) of;
    asked_time = true;
    *out = 2440587.5; /* the Julian day of 1970-01-01 */
    return SQLITE_OK;
}

static sqlite3_vfs layer = {
    .iVersion = 1,
    .szOsFile = sizeof(open_file),
    .mxPathname = 64,
    .zName = "reckoner-descriptor",
    .xOpen = layer_open,
    .xDelete = layer_delete,
    .xAccess = layer_access,
    .xFullPathname = layer_path,
    .xCurrentTime = layer_time,
};
static int registered;

/* Random numbers, time and sleep are those of the usual layer. */
static void register_layer(void)
{
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    if (usual == NULL) {
        registered = SQLITE_ERROR;
        return;
    }
    layer.xRandomness = usual->xRandomness;
    layer.xSleep = usual->xSleep;
    layer.xGetLastError = usual->xGetLastError;
    registered = sqlite3_vfs_register(&layer, 0);
}

int rk__query_file_open(int fd, sqlite3 **db)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char name[16];
    *db = NULL;
    (void) pthread_once(&once, register_layer);
    (void) snprintf(name, sizeof name, "%d", fd);
    return registered != SQLITE_OK ? registered
                                   : sqlite3_open_v2(name, db, SQLITE_OPEN_READONLY, layer.zName);
}
