/* SPDX-License-Identifier: MIT
 *
 * workbook.c: workbooks opened and closed.
 */
#include "workbook/workbook.h"

#include <string.h>

#include "workbook/inside.h"

bool rk__workbook_begins(const char *bytes, size_t length)
{
    return length >= 8 && (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0 ||
                           memcmp(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0);
}

rk_status rk__workbook_open(int fd, const char *name, rk__workbook **out, rk_problems *problems)
{
    *out = NULL;
    rk__workbook *workbook = rk__calloc(1, sizeof *workbook);
    if (workbook == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__archive_open(fd, name, &workbook->archive, problems);
    if (status == RK_OK) {
        status = rk__package_read(workbook, problems);
    }
    if (status != RK_OK) {
        rk__workbook_close(workbook);
        return status;
    }
    *out = workbook;
    return RK_OK;
}

void rk__workbook_close(rk__workbook *workbook)
{
    if (workbook != NULL) {
        rk__strings_free(workbook->strings);
        rk__styles_dispose(&workbook->styles);
        rk__free(workbook->sheets);
        rk__arena_dispose(&workbook->arena);
        rk__archive_close(workbook->archive);
        rk__free(workbook);
    }
}

size_t rk__workbook_n_sheets(const rk__workbook *workbook)
{
    return workbook->n_sheets;
}

const char *rk__workbook_sheet_name(const rk__workbook *workbook, size_t i)
{
    return workbook->sheets[i].name;
}
