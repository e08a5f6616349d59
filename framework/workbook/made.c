/* SPDX-License-Identifier: MIT
 *
 * made.c: the temporary file that a workbook is written to: made, checked and copied.
 */
#include "workbook/made.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/alloc.h"

#define PIECE ((size_t) 1 << 16)

char *rk__xlsx_folder(void)
{
    static char usual[] = "/tmp";
    char *folder = getenv("TMPDIR");
    return folder != NULL && folder[0] != '\0' ? folder : usual;
}

void rk__xlsx_clean(char *text)
{
    for (char *at = text; at != NULL && (at = strstr(at, "\xef\xbf")) != NULL; at += 2) {
        if (at[2] == '\xbe' || at[2] == '\xbf') {
            at[2] = '\xbd';
        }
    }
}

int rk__xlsx_file_new(void)
{
    int fd = open(rk__xlsx_folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) { /* the file system has none */
        rk__buf path = {0};
        rk__buf_printf(&path, "%s/reckon.XXXXXX", rk__xlsx_folder());
        fd = path.failed ? -1 : mkostemp(path.text, O_CLOEXEC);
        if (fd >= 0) {
            (void) unlink(path.text);
        }
        rk__buf_dispose(&path);
    }
    return fd;
}

/* Whether a part can be read to its end, which is that of an element. */
static bool part_is_whole(zip_t *archive, zip_uint64_t index, char *piece)
{
    zip_file_t *part = zip_fopen_index(archive, index, 0);
    char last = '\0';
    zip_int64_t n = 0;
    while (part != NULL && (n = zip_fread(part, piece, PIECE)) > 0) {
        for (zip_int64_t i = n - 1; i >= 0 && n > 0; i--) {
            if (piece[i] != '\n' && piece[i] != '\r') {
                last = piece[i];
                break;
            }
        }
    }
    const bool whole = part != NULL && n == 0 && last == '>';
    return (part == NULL || zip_fclose(part) == 0) && whole;
}

rk_status rk__xlsx_file_check(int fd)
{
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int error = 0;
    if (copy < 0 || lseek(copy, 0, SEEK_SET) != 0) {
        return RK_IO;
    }
    zip_t *archive = zip_fdopen(copy, 0, &error);
    char *piece = rk__malloc(PIECE);
    if (archive == NULL || piece == NULL) {
        if (archive == NULL) {
            (void) close(copy);
        } else {
            zip_discard(archive);
        }
        rk__free(piece);
        return piece == NULL || error == ZIP_ER_MEMORY ? RK_NO_MEMORY : RK_IO;
    }
    const zip_int64_t n = zip_get_num_entries(archive, 0);
    bool whole = n > 0;
    for (zip_int64_t i = 0; i < n && whole; i++) {
        whole = part_is_whole(archive, (zip_uint64_t) i, piece);
    }
    zip_discard(archive);
    rk__free(piece);
    return whole ? RK_OK : RK_IO;
}

bool rk__xlsx_file_titled(const char *path, const char *title)
{
    char text[4096];
    zip_t *archive = zip_open(path, ZIP_RDONLY, NULL);
    zip_file_t *part = archive != NULL ? zip_fopen(archive, "docProps/core.xml", 0) : NULL;
    const zip_int64_t n = part != NULL ? zip_fread(part, text, sizeof text - 1) : 0;
    text[n > 0 ? n : 0] = '\0';
    if (part != NULL) {
        (void) zip_fclose(part);
    }
    if (archive != NULL) {
        zip_discard(archive);
    }
    return strstr(text, title) != NULL;
}

rk_status rk__xlsx_file_copy(int fd, void (*put)(void *ctx, const char *bytes, size_t n), void *ctx)
{
    char piece[8192];
    ssize_t n = 0;
    off_t at = 0;
    while ((n = pread(fd, piece, sizeof piece, at)) > 0) {
        put(ctx, piece, (size_t) n);
        at += n;
    }
    return n < 0 ? RK_IO : RK_OK;
}
