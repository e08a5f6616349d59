/* SPDX-License-Identifier: MIT
 *
 * archive.c: the parts of a workbook's zip archive, by libzip.
 */
#include "workbook/archive.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "base/alloc.h"

/* A workbook has some dozens of parts; libzip keeps the whole directory in memory. */
#define MAX_PARTS           10000
#define MAX_DIRECTORY_BYTES (2u << 20)
/* The text of sheets packs to a tenth or a fiftieth. */
#define MAX_RATIO         250
#define RATIO_FROM_BYTES  (8u << 20)
#define MAX_MEMBER_BYTES  ((uint64_t) 4 << 30)
#define TAIL_BYTES        (65536 + 22 + 20)
#define DIRECTORY_END     22 /* bytes of the record that ends the directory, without its comment */
#define DIRECTORY_LOCATOR 20

static const char save_again[] = "open it in a spreadsheet and save it again";

typedef struct archive_part {
    char *name; /* as looked up: slashes, no leading one */
    zip_uint64_t index;
} archive_part;

struct rk__archive {
    zip_t *zip;
    const char *name;
    archive_part *parts; /* by name */
    size_t n_parts;
    rk__arena arena;
};

struct rk__member {
    rk__archive *archive;
    zip_file_t *file;
    const char *path;
    uint64_t size, got;
};

static rk_status archive_problem(const char *name, rk_problems *problems, rk_status status,
                                 const char *hint, const char *message)
{
    const rk__place place = {.file = name};
    return rk__problem(problems, status, &place, hint, "%s", message);
}

/* --------------------------------------------------------------- what it is */

static uint64_t little(const unsigned char *at, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = bytes; i-- > 0;) {
        v = v << 8 | at[i];
    }
    return v;
}

static bool read_at(int fd, void *to, size_t n, uint64_t offset)
{
    return offset <= INT64_MAX && pread(fd, to, n, (off_t) offset) == (ssize_t) n;
}

/* The names in a compound file (the older formats, and encrypted workbooks) are UTF-16. */
static bool has_wide(const unsigned char *bytes, size_t n, const char *word)
{
    const size_t length = strlen(word);
    for (size_t i = 0; i + 2 * length <= n; i += 2) {
        size_t j = 0;
        while (j < length && bytes[i + 2 * j] == (unsigned char) word[j] &&
               bytes[i + 2 * j + 1] == 0) {
            j++;
        }
        if (j == length) {
            return true;
        }
    }
    return false;
}

static rk_status compound_problem(int fd, const char *name, rk_problems *problems)
{
    unsigned char header[52];
    unsigned char directory[4096];
    bool encrypted = false;
    if (read_at(fd, header, sizeof header, 0)) {
        const uint64_t shift = little(header + 30, 2) == 12 ? 12 : 9;
        const uint64_t at = (little(header + 48, 4) + 1) << shift;
        const ssize_t n = pread(fd, directory, sizeof directory, (off_t) at);
        encrypted = n > 0 && has_wide(directory, (size_t) n, "EncryptedPackage");
    }
    return encrypted
               ? archive_problem(name, problems, RK_FORBIDDEN,
                                 "open it with its password and save it without one",
                                 "the workbook is encrypted")
               : archive_problem(name, problems, RK_SYNTAX,
                                 "open it in a spreadsheet and save it as .xlsx",
                                 "the file is in the format of Excel 97-2003 (.xls) or older");
}

/* Checks all records in the file's last bytes that say how large the directory is: libzip
 * believes one of them. */
static rk_status check_directory(int fd, uint64_t size, const char *name, rk_problems *problems)
{
    const size_t n = size < TAIL_BYTES ? (size_t) size : TAIL_BYTES;
    unsigned char *tail = rk__malloc(n + 1);
    if (tail == NULL) {
        return RK_NO_MEMORY;
    }
    bool small = read_at(fd, tail, n, size - n);
    for (size_t i = 0; small && i + DIRECTORY_LOCATOR <= n; i++) {
        unsigned char record[56];
        if (i + DIRECTORY_END <= n && memcmp(tail + i, "PK\5\6", 4) == 0) {
            const uint64_t bytes = little(tail + i + 12, 4);
            small = bytes <= MAX_DIRECTORY_BYTES || bytes == UINT32_MAX;
        } else if (memcmp(tail + i, "PK\6\7", 4) == 0 &&
                   read_at(fd, record, sizeof record, little(tail + i + 8, 8))) {
            small = little(record + 40, 8) <= MAX_DIRECTORY_BYTES;
        }
    }
    rk__free(tail);
    return small ? RK_OK
                 : archive_problem(name, problems, RK_LIMIT, save_again,
                                   "the directory of the archive is larger than 2 MiB");
}

static rk_status check_kind(int fd, const char *name, rk_problems *problems)
{
    struct stat st;
    unsigned char magic[8] = {0};
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return archive_problem(name, problems, RK_SYNTAX, "save the workbook as a file",
                               "a workbook must be a file, not a pipe");
    }
    (void) !pread(fd, magic, sizeof magic, 0);
    if (memcmp(magic, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0) {
        return compound_problem(fd, name, problems);
    }
    if (memcmp(magic, "PK", 2) != 0) {
        return archive_problem(name, problems, RK_SYNTAX,
                               "only .xlsx and .xlsm workbooks have sheets",
                               "the file is not a workbook");
    }
    return check_directory(fd, (uint64_t) st.st_size, name, problems);
}

/* ------------------------------------------------------------------ opening */

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

static int compare_names(const char *a, const char *b)
{
    while (*a != '\0' && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return (unsigned char) fold(*a) - (unsigned char) fold(*b);
}

static int compare_parts(const void *a, const void *b)
{
    return compare_names(((const archive_part *) a)->name, ((const archive_part *) b)->name);
}

static bool points_outside(const char *name)
{
    for (const char *at = name; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0')) {
            return true;
        }
    }
    return name[0] != '\0' && name[1] == ':';
}

static rk_status list_parts(rk__archive *archive, rk_problems *problems)
{
    const zip_int64_t n = zip_get_num_entries(archive->zip, 0);
    const rk__place place = {.file = archive->name};
    if (n > MAX_PARTS) {
        return archive_problem(archive->name, problems, RK_LIMIT, save_again,
                               "the archive has more than 10,000 parts");
    }
    archive->parts = rk__arena_alloc(&archive->arena, ((size_t) n + 1) * sizeof *archive->parts);
    for (zip_int64_t i = 0; archive->parts != NULL && i < n; i++) {
        const char *written = zip_get_name(archive->zip, (zip_uint64_t) i, ZIP_FL_ENC_GUESS);
        if (written == NULL) {
            return archive_problem(archive->name, problems, RK_SYNTAX, save_again,
                                   "the archive has a part without a name");
        }
        char *name = rk__arena_strdup(&archive->arena, written);
        if (name == NULL) {
            return RK_NO_MEMORY;
        }
        for (char *c = name; *c != '\0'; c++) {
            *c = *c == '\\' ? '/' : *c;
        }
        if (name[0] == '/' || points_outside(name)) {
            return rk__problem(problems, RK_FORBIDDEN, &place, save_again,
                               "the archive has a part with a path outside it: '%s'", name);
        }
        archive->parts[archive->n_parts++] = (archive_part){name, (zip_uint64_t) i};
    }
    if (archive->parts == NULL) {
        return RK_NO_MEMORY;
    }
    qsort(archive->parts, archive->n_parts, sizeof *archive->parts, compare_parts);
    for (size_t i = 1; i < archive->n_parts; i++) {
        if (compare_parts(&archive->parts[i - 1], &archive->parts[i]) == 0) {
            return rk__problem(problems, RK_DUPLICATE_KEY, &place, save_again,
                               "the archive has the part '%s' twice", archive->parts[i].name);
        }
    }
    return RK_OK;
}

rk_status rk__archive_open(int fd, const char *name, rk__archive **out, rk_problems *problems)
{
    *out = NULL;
    rk_status status = check_kind(fd, name, problems);
    if (status != RK_OK) {
        return status;
    }
    rk__archive *archive = rk__calloc(1, sizeof *archive);
    if (archive == NULL) {
        return RK_NO_MEMORY;
    }
    archive->name = name;
    int code = 0;
    const int own = dup(fd);
    archive->zip = own < 0 ? NULL : zip_fdopen(own, 0, &code);
    if (archive->zip == NULL) {
        if (own >= 0) {
            close(own);
        }
        rk__archive_close(archive);
        return code == ZIP_ER_MEMORY ? RK_NO_MEMORY
                                     : archive_problem(name, problems, RK_SYNTAX,
                                                       "was it copied or downloaded completely?",
                                                       "the workbook is damaged or cut short");
    }
    status = list_parts(archive, problems);
    if (status != RK_OK) {
        rk__archive_close(archive);
        return status;
    }
    *out = archive;
    return RK_OK;
}

void rk__archive_close(rk__archive *archive)
{
    if (archive == NULL) {
        return;
    }
    if (archive->zip != NULL) {
        zip_discard(archive->zip);
    }
    rk__arena_dispose(&archive->arena);
    rk__free(archive);
}

const char *rk__archive_name(const rk__archive *archive)
{
    return archive->name;
}

/* ------------------------------------------------------------------ reading */

static const archive_part *find_part(const rk__archive *archive, const char *path)
{
    size_t low = 0;
    for (size_t high = archive->n_parts; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_names(archive->parts[middle].name, path);
        if (order == 0) {
            return &archive->parts[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

size_t rk__archive_find(const rk__archive *archive, const char *path)
{
    const archive_part *part = find_part(archive, path);
    return part != NULL ? (size_t) (part - archive->parts) : SIZE_MAX;
}

size_t rk__archive_n_parts(const rk__archive *archive)
{
    return archive->n_parts;
}

static rk_status member_problem(const rk__archive *archive, const char *path, rk_problems *problems,
                                rk_status status, const char *hint, const char *message)
{
    const rk__place place = {.file = archive->name};
    return rk__problem(problems, status, &place, hint, "the part '%s' %s", path, message);
}

static rk_status check_member(const rk__archive *archive, const archive_part *part, uint64_t *size,
                              rk_problems *problems)
{
    zip_stat_t st;
    const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(archive->zip, part->index, 0, &st) != 0 || (st.valid & needed) != needed) {
        return member_problem(archive, part->name, problems, RK_SYNTAX, save_again, "is damaged");
    }
    *size = st.size;
    if (st.encryption_method != ZIP_EM_NONE) {
        return member_problem(archive, part->name, problems, RK_FORBIDDEN,
                              "save the workbook without a password", "is encrypted");
    }
    if (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE) {
        return member_problem(archive, part->name, problems, RK_SYNTAX,
                              "open the workbook in a spreadsheet and save it again",
                              "is packed by a method that workbooks do not use");
    }
    if (st.size > MAX_MEMBER_BYTES ||
        (st.size > RATIO_FROM_BYTES && st.size / MAX_RATIO > st.comp_size)) {
        return member_problem(
            archive, part->name, problems, RK_LIMIT,
            "a workbook that a spreadsheet saved does not do that; is it a zip bomb?",
            st.size > MAX_MEMBER_BYTES ? "unpacks to more than 4 GiB"
                                       : "unpacks to more than 250 times its size");
    }
    return RK_OK;
}

rk_status rk__member_open(rk__archive *archive, const char *path, rk__member **out,
                          rk_problems *problems)
{
    *out = NULL;
    uint64_t size = 0;
    const archive_part *part = find_part(archive, path);
    if (part == NULL) {
        return RK_OK;
    }
    const rk_status status = check_member(archive, part, &size, problems);
    if (status != RK_OK) {
        return status;
    }
    rk__member *member = rk__calloc(1, sizeof *member);
    if (member == NULL) {
        return RK_NO_MEMORY;
    }
    *member = (rk__member){.archive = archive, .path = part->name, .size = size};
    member->file = zip_fopen_index(archive->zip, part->index, 0);
    if (member->file == NULL) {
        rk__free(member);
        return zip_error_code_zip(zip_get_error(archive->zip)) == ZIP_ER_MEMORY
                   ? RK_NO_MEMORY
                   : member_problem(archive, part->name, problems, RK_SYNTAX,
                                    "was the workbook copied or downloaded completely?",
                                    "cannot be read");
    }
    *out = member;
    return RK_OK;
}

rk_status rk__member_read(rk__member *member, void *to, size_t n, size_t *got,
                          rk_problems *problems)
{
    const zip_int64_t r = zip_fread(member->file, to, n);
    *got = r > 0 ? (size_t) r : 0;
    member->got += *got;
    if (r < 0 && zip_error_code_zip(zip_file_get_error(member->file)) == ZIP_ER_MEMORY) {
        return RK_NO_MEMORY;
    }
    if (r < 0 || member->got > member->size) {
        return member_problem(member->archive, member->path, problems, RK_SYNTAX,
                              "was the workbook copied or downloaded completely?",
                              "is damaged or cut short");
    }
    return RK_OK;
}

void rk__member_close(rk__member *member)
{
    if (member != NULL) {
        zip_fclose(member->file);
        rk__free(member);
    }
}
