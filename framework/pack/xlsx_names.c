/* SPDX-License-Identifier: MIT
 *
 * xlsx_names.c: making texts fit for XML that are not written as cells.
 */
#include "pack/xlsx_names.h"

#include <string.h>

#include "workbook/made.h"

static void clean(rk__pack *pack, const char **text)
{
    if (*text != NULL && strstr(*text, "\xef\xbf") != NULL) {
        char *copy = rk__arena_strdup(&pack->out->arena, *text);
        rk__xlsx_clean(copy);
        *text = copy != NULL ? copy : "";
    }
}

void rk__xlsx_clean_names(rk__pack *pack)
{
    clean(pack, &pack->title);
    clean(pack, &pack->id);
    for (rk__pack_table *t = pack->first; t != NULL; t = t->next) {
        for (size_t c = 0; c < t->n_columns; c++) {
            clean(pack, &t->columns[c].title);
        }
        for (rk__pack_figure *f = t->figures; f != NULL; f = f->next) {
            clean(pack, &f->title);
        }
    }
}
