/* SPDX-License-Identifier: MIT
 *
 * styles.h: which of a workbook's cell formats show dates.
 */
#pragma once

#include "base/alloc.h"
#include "workbook/archive.h"
#include "workbook/value.h"

typedef struct rk__styles {
    uint8_t *kind; /* rk__date_kind by cell format */
    size_t n;
} rk__styles;

/* Without such a part no number is a date. */
rk_status rk__styles_load(rk__archive *archive, const char *path, rk__styles *out,
                          rk_problems *problems);
void rk__styles_dispose(rk__styles *styles);
