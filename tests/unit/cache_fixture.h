/* SPDX-License-Identifier: MIT
 *
 * cache_fixture.h: for the tests of the cache: its files, found and altered.
 */
#pragma once

#include <dirent.h>

#include "base/file.h"
#include "base/text.h"
#include "fetch_fixture.h"

static const char ONE[] = "{\"version\": 1}\n", TWO[] = "{\"version\": 2}\n";

static inline void serve(const char *path, const char *body, const char *etag)
{
    http_server_on(server, path, &(http_reply){.status = 200, .body = body, .etag = etag});
}

static inline const char *digest(const char *text)
{
    static char hex[4][RK__SHA256_TEXT];
    static int turn;
    turn = (turn + 1) % 4;
    rk__sha256(text, strlen(text), hex[turn]);
    return hex[turn];
}

/* Copies the path of the n-th file of the cache with this suffix; false where there
 * are not so many. */
static inline bool find_file(const char *suffix, int n, char path[600])
{
    struct dirent *entry;
    bool found = false;
    DIR *dir = opendir(cache_dir);
    while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name), end = strlen(suffix);
        if (length > end && strcmp(entry->d_name + length - end, suffix) == 0 && n-- == 0) {
            snprintf(path, 600, "%s/%s", cache_dir, entry->d_name);
            found = true;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return found;
}

static inline int count_files(const char *suffix)
{
    char path[600];
    int n = 0;
    while (find_file(suffix, n, path)) {
        n++;
    }
    return n;
}

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* Changes a member of the only entry's metadata, as time or an accident would. */
static inline void set_member(const char *name, const char *value)
{
    char path[600], *text;
    size_t length;
    rk__buf out = {0};
    ck_assert(find_file(".json", 0, path));
    ck_assert_int_eq(rk__file_read(path, 1 << 20, &text, &length, NULL), RK_OK);
    char *at = strstr(text, name);
    ck_assert_ptr_nonnull(at);
    at = strchr(at, ':') + 2;
    rk__buf_add(&out, text, (size_t) (at - text));
    rk__buf_printf(&out, "%s%s", value, at + strcspn(at, ",\n"));
    write_file(path, out.text);
    rk__buf_dispose(&out);
    rk__free(text);
}
