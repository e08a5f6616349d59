/* SPDX-License-Identifier: MIT
 *
 * input.h: the files that a table names: patterns expanded, and their text.
 */
#pragma once

#include "base/text.h"
#include "table/table.h"

/* The paths of a table's files, for rk__access_open. Patterns (`*`, `?`, `[...]`, a backslash
 * before a literal character) are expanded in byte order, without folders. RK_IO if a pattern
 * matches nothing, RK_FORBIDDEN if an untrusted run would list a folder outside its root,
 * RK_CONFLICT if a file is named twice, since its rows would count twice. Strings are of the spec
 * or the arena. */
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

/* Whether all lines of the text end with a carriage return only; if so, replaces these with line
 * feeds. */
bool rk__input_has_old_lines(const char *text, size_t length);
void rk__input_renew_lines(char *text, size_t length);

typedef struct rk__input_text {
    const char *name;
    const char *sheet; /* that the text is of, if it is a workbook; of the arena */
    char *text;        /* decompressed, as UTF-8, NUL after it; freed by rk__input_dispose */
    size_t length;
    char digest[RK__XXH3_TEXT]; /* of the bytes as stored */
} rk__input_text;

/* Reads one path whole: RK_LIMIT past `max_bytes` (before or after decompression), RK_SYNTAX for
 * damaged gzip or bytes that are not text of its encoding (strict UTF-8 unless the table declares
 * another), RK_OUT_OF_RANGE for a NUL. */
rk_status rk__input_read(const rk__table_spec *spec, const rk__access *access, const char *path,
                         size_t max_bytes, rk__arena *arena, rk__input_text *out,
                         rk_problems *problems);
void rk__input_dispose(rk__input_text *input);
