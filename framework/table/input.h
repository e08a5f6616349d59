/* SPDX-License-Identifier: MIT
 *
 * input.h: the files that a table names: patterns expanded, and their text.
 */
#pragma once

#include "base/text.h"
#include "table/table.h"

/* The paths of a table's files, as to be given to rk__access_open: patterns
 * (`*`, `?`, `[...]`, a backslash before a character that is meant itself) are
 * expanded in byte order, folders left out. RK_IO where a pattern matches
 * nothing, RK_FORBIDDEN where an untrusted run would list a folder outside its
 * root, RK_CONFLICT where a file is named twice, since its rows would count
 * twice. Strings are of the spec or the arena. */
rk_status rk__input_list(const rk__table_spec *spec, const rk__access *access, rk__arena *arena,
                         const char *const **out, size_t *n_out, rk_problems *problems);

/* A pattern as glob(3) takes it from the working directory; NULL for a plain path. */
const char *rk__input_pattern(const rk__table_spec *spec, const char *path, rk__arena *arena);

/* Opens one path; "-" is standard input, which untrusted runs do not read. *name
 * is what it is called in problems. Close with close(2) unless it is 0. */
rk_status rk__input_open(const rk__table_spec *spec, const rk__access *access, const char *path,
                         rk__arena *arena, int *fd, const char **name, rk_problems *problems);

/* Whether bytes begin a gzip file. */
bool rk__input_is_gzip(const char *bytes, size_t length);

/* Whether lines end in carriage returns alone, as far as the text goes; makes line feeds of
 * them. */
bool rk__input_has_old_lines(const char *text, size_t length);
void rk__input_renew_lines(char *text, size_t length);

typedef struct rk__input_text {
    const char *name;
    const char *sheet; /* that the text is of, if it is a workbook; of the arena */
    char *text;        /* decompressed, as UTF-8, NUL after it; freed by rk__input_dispose */
    size_t length;
    char digest[RK__XXH3_TEXT]; /* of the bytes as stored */
} rk__input_text;

/* Reads one path whole: RK_LIMIT past `max_bytes` (also of what it decompresses
 * to), RK_SYNTAX where it is no sound gzip or not text of its encoding (strict UTF-8
 * unless the table declares another), RK_OUT_OF_RANGE where it holds a NUL. */
rk_status rk__input_read(const rk__table_spec *spec, const rk__access *access, const char *path,
                         size_t max_bytes, rk__arena *arena, rk__input_text *out,
                         rk_problems *problems);
void rk__input_dispose(rk__input_text *input);
