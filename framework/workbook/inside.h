/* SPDX-License-Identifier: MIT
 *
 * inside.h: what the files of this room share of a workbook.
 */
#pragma once

#include "workbook/archive.h"
#include "workbook/strings.h"
#include "workbook/styles.h"
#include "workbook/workbook.h"

typedef struct rk__workbook_sheet {
    const char *name;
    const char *relation; /* the id of the relationship that says where it is */
    const char *path;     /* of its part; NULL: it has none */
    bool hidden, worksheet, external;
} rk__workbook_sheet;

struct rk__workbook {
    rk__archive *archive;
    rk__arena arena;
    rk__workbook_sheet *sheets;
    size_t n_sheets;
    bool since_1904;
    const char *strings_path, *styles_path; /* NULL: none */
    rk__strings *strings;                   /* loaded with the first sheet */
    rk__styles styles;
};

/* Finds the sheets and the parts that they need. */
rk_status rk__package_read(rk__workbook *workbook, rk_problems *problems);
