/* SPDX-License-Identifier: MIT
 *
 * strings.h: the strings that a workbook's cells share.
 *
 * A cell names a string by its number, so all must be at hand. Up to some MiB they are in
 * memory; past that they are in unnamed temporary files, so that memory is bounded whatever the
 * workbook holds.
 */
#pragma once

#include "base/alloc.h"
#include "workbook/archive.h"

typedef struct rk__strings rk__strings;

/* Reads the strings of a part; without such a part there are none. RK_LIMIT for a string longer
 * than a cell may hold, and for more than 1 GiB of them. */
rk_status rk__strings_load(rk__archive *archive, const char *path, rk__strings **out,
                           rk_problems *problems);
void rk__strings_free(rk__strings *strings);
uint64_t rk__strings_count(const rk__strings *strings);
/* Appends string `index` to `out`; RK_IO if the temporary file cannot be read. */
rk_status rk__strings_get(const rk__strings *strings, uint64_t index, rk__buf *out,
                          rk_problems *problems);
