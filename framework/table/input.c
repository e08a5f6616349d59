/* SPDX-License-Identifier: MIT
 *
 * input.c: finding and reading the files of a table.
 */
#include "table/input.h"

#include "table/encoding.h"
#include "table/query_text.h"
#include "table/sheet_text.h"

#define SHEET_CHUNK ((size_t) 64 << 10)

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* ------------------------------------------------------------------ patterns */

static bool is_pattern(const char *path)
{
    return strpbrk(path, "*?[\\") != NULL;
}

/* Where the document names its files. */
static const rk__value *place_of_file(const rk__table_spec *spec)
{
    const rk__value *file = spec->at ? rk__json_get(spec->at, "file") : NULL;
    return file ? file : spec->at;
}

static rk_status file_problem(const rk__table_spec *spec, rk_problems *problems, rk_status status,
                              const char *hint, const char *message, const char *path)
{
    const rk__value *at = place_of_file(spec);
    return at ? rk__json_problem(problems, at, status, hint, "%s: '%s'", message, path)
              : rk__problem(problems, status, NULL, hint, "%s: '%s'", message, path);
}

/* Whether the folder `inner` is `outer` or below it; both are resolved paths. */
static bool is_within(const char *outer, const char *inner)
{
    char *a = realpath(outer, NULL);
    char *b = realpath(inner, NULL);
    const size_t length = a ? strlen(a) : 0;
    const bool within = a && b && strncmp(a, b, length) == 0 &&
                        (b[length] == '\0' || b[length] == '/' || strcmp(a, "/") == 0);
    free(a);
    free(b);
    return within;
}

/* Opening is checked by the kernel, but listing is not: an untrusted pattern may
 * vary in its last part only, in a folder below the root. */
static bool may_list(const rk__table_spec *spec, const rk__access *access, const char *pattern,
                     rk__arena *arena)
{
    if (!access || !access->untrusted) {
        return true;
    }
    const char *folder = rk__path_dirname(arena, pattern);
    const char *whole = folder ? rk__path_join(arena, spec->base_dir, folder) : NULL;
    return whole && !is_pattern(folder) && is_within(access->root ? access->root : ".", whole);
}

/* base_dir/pattern with the base's own special characters escaped; *skip is the
 * length of the base (unescaped) in what it expands to. */
static char *whole_pattern(const rk__table_spec *spec, const char *pattern, rk__arena *arena,
                           size_t *skip)
{
    const char *base = spec->base_dir;
    *skip = 0;
    if (!base || base[0] == '\0' || pattern[0] == '/') {
        return rk__arena_strdup(arena, pattern);
    }
    char *whole = rk__arena_alloc(arena, 2 * strlen(base) + strlen(pattern) + 2);
    if (!whole) {
        return NULL;
    }
    char *to = whole;
    for (const char *c = base; *c; c++) {
        if (strchr("*?[\\", *c)) {
            *to++ = '\\';
        }
        *to++ = *c;
        ++*skip;
    }
    if (to[-1] != '/') {
        *to++ = '/';
        ++*skip;
    }
    strcpy(to, pattern);
    return whole;
}

const char *rk__input_pattern(const rk__table_spec *spec, const char *path, rk__arena *arena)
{
    size_t skip;
    return is_pattern(path) ? whole_pattern(spec, path, arena, &skip) : NULL;
}

typedef struct path_list {
    const char **paths;
    size_t n, capacity;
} path_list;

static rk_status add_path(path_list *list, const char *path)
{
    if (!path ||
        rk__grow((void **) &list->paths, &list->capacity, list->n + 1, sizeof *list->paths) != 0) {
        return RK_NO_MEMORY;
    }
    list->paths[list->n++] = path;
    return RK_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static rk_status expand(const rk__table_spec *spec, const rk__access *access, const char *pattern,
                        rk__arena *arena, path_list *list, rk_problems *problems)
{
    if (!may_list(spec, access, pattern, arena)) {
        return arena->failed
                   ? RK_NO_MEMORY
                   : file_problem(spec, problems, RK_FORBIDDEN, "name files below the root",
                                  "a pattern outside the folder that this run may read", pattern);
    }
    size_t skip;
    const char *whole = whole_pattern(spec, pattern, arena, &skip);
    if (!whole) {
        return RK_NO_MEMORY;
    }
    glob_t found = {0};
    const int result = glob(whole, GLOB_NOSORT | GLOB_MARK, NULL, &found);
    if (result == GLOB_NOSPACE) {
        globfree(&found);
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    const size_t before = list->n;
    for (size_t i = 0; result == 0 && i < found.gl_pathc && status == RK_OK; i++) {
        const char *path = found.gl_pathv[i];
        if (path[strlen(path) - 1] != '/') {
            status = add_path(list, rk__arena_strdup(arena, path + skip));
        }
    }
    globfree(&found);
    if (status != RK_OK) {
        return status;
    }
    if (list->n == before) {
        return file_problem(spec, problems, RK_IO, "patterns are relative to the document's folder",
                            "no file matches", pattern);
    }
    /* glob sorts by locale. */
    qsort(list->paths + before, list->n - before, sizeof *list->paths, compare_paths);
    return RK_OK;
}

static rk_status refuse_twice(const rk__table_spec *spec, const path_list *list, rk__arena *arena,
                              rk_problems *problems)
{
    const char **sorted = rk__arena_alloc(arena, (list->n + 1) * sizeof *sorted);
    if (!sorted) {
        return RK_NO_MEMORY;
    }
    if (list->n == 0) {
        return RK_OK;
    }
    memcpy(sorted, list->paths, list->n * sizeof *sorted);
    qsort(sorted, list->n, sizeof *sorted, compare_paths);
    for (size_t i = 1; i < list->n; i++) {
        if (strcmp(sorted[i - 1], sorted[i]) == 0) {
            return file_problem(spec, problems, RK_CONFLICT, "its rows would count twice",
                                "a file is named twice", sorted[i]);
        }
    }
    return RK_OK;
}

rk_status rk__input_list(const rk__table_spec *spec, const rk__access *access, rk__arena *arena,
                         const char *const **out, size_t *n_out, rk_problems *problems)
{
    path_list list = {0};
    rk_status status = RK_OK;
    *out = NULL;
    *n_out = 0;
    for (size_t i = 0; i < spec->n_files && status == RK_OK; i++) {
        status = is_pattern(spec->files[i])
                     ? expand(spec, access, spec->files[i], arena, &list, problems)
                     : add_path(&list, spec->files[i]);
    }
    if (status == RK_OK) {
        status = refuse_twice(spec, &list, arena, problems);
    }
    const char **kept = rk__arena_alloc(arena, (list.n + 1) * sizeof *kept);
    if (status == RK_OK && kept) {
        for (size_t i = 0; i < list.n; i++) {
            kept[i] = list.paths[i];
        }
        *out = kept;
        *n_out = list.n;
    } else if (status == RK_OK) {
        status = RK_NO_MEMORY;
    }
    rk__free(list.paths);
    return status;
}

rk_status rk__input_open(const rk__table_spec *spec, const rk__access *access, const char *path,
                         rk__arena *arena, int *fd, const char **name, rk_problems *problems)
{
    static const rk__access trusted = {0};
    access = access ? access : &trusted;
    if (strcmp(path, "-") == 0) {
        if (access->untrusted) {
            return file_problem(spec, problems, RK_FORBIDDEN, NULL,
                                "an untrusted run does not read its standard input as a table",
                                path);
        }
        *fd = STDIN_FILENO;
        *name = "(standard input)";
        return RK_OK;
    }
    char *resolved = NULL;
    const rk_status status = rk__access_open(access, spec->base_dir, path, place_of_file(spec),
                                             arena, fd, &resolved, problems);
    *name = resolved ? resolved : path;
    return status;
}

/* --------------------------------------------------------------------- text */

bool rk__input_is_gzip(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\x1f\x8b\x08", 3) == 0;
}

static void *zlib_alloc(void *opaque, uInt items, uInt size)
{
    (void) opaque;
    return rk__calloc(items, size);
}

static void zlib_free(void *opaque, void *p)
{
    (void) opaque;
    rk__free(p);
}

/* Unpacks every member of a gzip file into `out`; false with *status if it is damaged or too long.
 * Input lengths fit: files are read up to 1 GiB. */
static rk_status inflate_all(char *bytes, size_t length, size_t max_bytes, rk__buf *out,
                             const char **why)
{
    unsigned char chunk[65536];
    z_stream z = {.zalloc = zlib_alloc, .zfree = zlib_free};
    z.next_in = (unsigned char *) bytes;
    z.avail_in = (uInt) length;
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    int result = Z_OK;
    while (status == RK_OK && !(result == Z_STREAM_END && z.avail_in == 0)) {
        if (result == Z_STREAM_END) {
            inflateReset(&z); /* concatenated files have several members */
        }
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        result = inflate(&z, Z_NO_FLUSH);
        const size_t got = sizeof chunk - z.avail_out;
        if (result == Z_MEM_ERROR) {
            status = RK_NO_MEMORY;
        } else if (result != Z_OK && result != Z_STREAM_END) {
            *why = "its compressed data is damaged or cut short";
            status = RK_SYNTAX;
        } else if (got > max_bytes - out->length) {
            *why = "it is too long once decompressed";
            status = RK_LIMIT;
        } else {
            rk__buf_add(out, (const char *) chunk, got);
            status = out->failed ? RK_NO_MEMORY : RK_OK;
        }
    }
    inflateEnd(&z);
    return status;
}

static rk_status decompress(rk__input_text *input, size_t max_bytes, rk_problems *problems)
{
    if (!rk__input_is_gzip(input->text, input->length)) {
        return RK_OK;
    }
    rk__buf plain = {0};
    const char *why = NULL;
    rk_status status = inflate_all(input->text, input->length, max_bytes, &plain, &why);
    if (status == RK_OK) {
        rk__buf_puts(&plain, ""); /* so that an empty text is not NULL */
        status = plain.failed ? RK_NO_MEMORY : RK_OK;
    }
    if (status != RK_OK) {
        rk__buf_dispose(&plain);
        const rk__place place = {.file = input->name};
        return why ? rk__problem(problems, status, &place, NULL, "the file cannot be read: %s", why)
                   : status;
    }
    rk__free(input->text);
    input->text = plain.text;
    input->length = plain.length;
    return RK_OK;
}

/* Some old files end lines with a carriage return only. */
bool rk__input_has_old_lines(const char *text, size_t length)
{
    return memchr(text, '\n', length) == NULL && memchr(text, '\r', length) != NULL;
}

void rk__input_renew_lines(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        text[i] = text[i] == '\r' ? '\n' : text[i];
    }
}

/* Makes the text UTF-8, as its table or its byte order mark says. */
static rk_status transcode(const rk__table_spec *spec, rk__input_text *input, size_t max_bytes,
                           rk_problems *problems)
{
    const char *encoding = spec->reading != NULL ? spec->reading->encoding : NULL;
    const rk__place place = {.file = input->name};
    const char *why = NULL;
    rk__transcoder *transcoder = NULL;
    rk_status status = rk__transcoder_new(encoding, input->text, input->length, &transcoder, &why);
    if (why != NULL) {
        return rk__problem(problems, status, &place, "declare its encoding as it is saved",
                           "the file %s", why);
    }
    const char *in = input->text;
    size_t left = input->length;
    rk__buf out = {0};
    while (transcoder != NULL && status == RK_OK && left > 0) {
        if (rk__grow((void **) &out.text, &out.capacity, out.length + left + RK__TRANSCODE_ROOM,
                     1) != 0) {
            status = RK_NO_MEMORY;
            break;
        }
        const size_t before = left;
        const size_t n = rk__transcode(transcoder, &in, &left, true, out.text + out.length,
                                       out.capacity - out.length - 1);
        out.length += n;
        if (out.length > max_bytes || (n == 0 && left == before)) {
            status = rk__problem(problems, RK_LIMIT, &place, NULL,
                                 "the file cannot be read: it is too long as UTF-8");
        }
    }
    rk__transcoder_free(transcoder);
    if (status != RK_OK || out.text == NULL) {
        rk__buf_dispose(&out);
        return status;
    }
    out.text[out.length] = '\0';
    rk__free(input->text);
    input->text = out.text;
    input->length = out.length;
    return RK_OK;
}

static rk_status check_characters(const rk__table_spec *spec, const rk__input_text *input,
                                  rk_problems *problems)
{
    const size_t bad = rk__utf8_check(input->text, input->length);
    const char *nul = memchr(input->text, '\0', input->length);
    const size_t at =
        nul && (size_t) (nul - input->text) < bad ? (size_t) (nul - input->text) : bad;
    if (at == input->length) {
        return RK_OK;
    }
    rk__place place = {.file = input->name, .line = 1};
    for (const char *c = input->text; (c = memchr(c, '\n', (size_t) (input->text + at - c))); c++) {
        place.line++;
    }
    const char *encoding = spec->reading != NULL ? spec->reading->encoding : NULL;
    if (at != bad) {
        return rk__problem(problems, RK_OUT_OF_RANGE, &place,
                           rk__reading_hint("has a NUL character"), "the text has a NUL character");
    }
    return encoding == NULL ? rk__problem(problems, RK_SYNTAX, &place,
                                          rk__reading_hint("is not UTF-8"), "the text is not UTF-8")
                            : rk__problem(problems, RK_SYNTAX, &place,
                                          "declare the encoding that the file is saved in",
                                          "the text is not %s", encoding);
}

static rk_status digest(rk__input_text *input)
{
    rk__xxh3 *state = rk__xxh3_new();
    if (!state) {
        return RK_NO_MEMORY;
    }
    rk__xxh3_add(state, input->text, input->length);
    rk__xxh3_text(state, input->digest);
    rk__xxh3_free(state);
    return RK_OK;
}

/* The sheet of a workbook, or what a table selects from a database, as CSV text. */
static rk_status read_inside(const rk__table_spec *spec, int fd, size_t max_bytes, rk__arena *arena,
                             rk__input_text *out, rk_problems *problems)
{
    const rk__place place = {.file = out->name};
    const bool selected = spec->sheet == NULL && rk__is_selected(spec, fd);
    rk__sheet_text *sheet = NULL;
    rk__query_text *query = NULL;
    rk__buf text = {0};
    size_t got = 0;
    uint64_t size = 0;
    rk__xxh3 *state = rk__xxh3_new();
    rk_status status = state != NULL ? RK_OK : RK_NO_MEMORY;
    if (status == RK_OK) { /* a file that is neither is not read to its end */
        status = selected ? rk__query_text_open(spec, fd, out->name, &query, problems)
                          : rk__sheet_text_open(spec, fd, out->name, &sheet, problems);
    }
    if (status == RK_OK) {
        status = rk__sheet_digest(fd, state, &size);
        rk__xxh3_text(state, out->digest);
        if (status == RK_IO) {
            rk__problem(problems, status, &place, NULL, "the file cannot be read: %s",
                        strerror(errno));
        }
    }
    rk__xxh3_free(state);
    do {
        char *to = status == RK_OK ? rk__buf_reserve(&text, SHEET_CHUNK) : NULL;
        if (to == NULL) {
            status = status == RK_OK ? RK_NO_MEMORY : status;
            break;
        }
        status = selected ? rk__query_text_read(query, to, SHEET_CHUNK, &got)
                          : rk__sheet_text_read(sheet, to, SHEET_CHUNK, &got);
        rk__buf_commit(&text, got);
        if (status == RK_OK && text.length > max_bytes) {
            status = rk__problem(problems, RK_LIMIT, &place, NULL,
                                 "the %s is too large to be held in memory",
                                 selected ? "selection" : "sheet");
        }
    } while (status == RK_OK && got == SHEET_CHUNK);
    if (status == RK_OK && sheet != NULL) {
        out->sheet = rk__arena_strdup(arena, rk__sheet_text_name(sheet));
        status = out->sheet != NULL ? RK_OK : RK_NO_MEMORY;
    }
    rk__sheet_text_close(sheet);
    rk__query_text_close(query);
    if (status != RK_OK) {
        rk__buf_dispose(&text);
        return status;
    }
    out->text = text.text;
    out->length = text.length;
    return RK_OK;
}

rk_status rk__input_read(const rk__table_spec *spec, const rk__access *access, const char *path,
                         size_t max_bytes, rk__arena *arena, rk__input_text *out,
                         rk_problems *problems)
{
    int fd = -1;
    *out = (rk__input_text){0};
    rk_status status = rk__input_open(spec, access, path, arena, &fd, &out->name, problems);
    if (status != RK_OK) {
        return status;
    }
    if (fd != STDIN_FILENO && (rk__sheet_in_file(fd) || rk__is_selected(spec, fd))) {
        status = read_inside(spec, fd, max_bytes, arena, out, problems);
        close(fd);
        return status;
    }
    if (spec->sheet != NULL) {
        const rk__place place = {.file = out->name};
        status = rk__problem(problems, RK_CONFLICT, &place, "remove \"sheet\" from the table",
                             "the table names a sheet, and the file is not a workbook");
        if (fd != STDIN_FILENO) {
            close(fd);
        }
        return status;
    }
    status = rk__file_read_fd(fd, out->name, max_bytes, &out->text, &out->length, problems);
    if (fd != STDIN_FILENO) {
        close(fd);
    }
    if (status == RK_OK) {
        status = digest(out);
    }
    if (status == RK_OK) {
        status = decompress(out, max_bytes, problems);
    }
    if (status == RK_OK) {
        status = transcode(spec, out, max_bytes, problems);
    }
    if (status == RK_OK && rk__input_has_old_lines(out->text, out->length)) {
        rk__input_renew_lines(out->text, out->length);
    }
    if (status == RK_OK) {
        status = check_characters(spec, out, problems);
    }
    if (status != RK_OK) {
        rk__input_dispose(out);
    }
    return status;
}

void rk__input_dispose(rk__input_text *input)
{
    rk__free(input->text);
    *input = (rk__input_text){0};
}
