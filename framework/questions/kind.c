/* SPDX-License-Identifier: MIT
 *
 * kind.c: whether a document is a contract or a system.
 */
#include "questions/trial.h"

#include <string.h>

bool rk_is_system(const char *path)
{
    bool system = false;
    return rk__is_system(path, &system, NULL) == RK_OK && system;
}

rk_status rk__is_system(const char *path, bool *out, rk_problems *problems)
{
    rk__json *document = NULL;
    const rk_status status = rk__json_load(path, &document, problems);
    const rk__value *kind =
        status == RK_OK ? rk__json_get(rk__json_root(document), "reckoner") : NULL;
    *out = kind != NULL && kind->type == RK__JSON_STRING && strcmp(kind->text, "system/1") == 0;
    rk__json_free(document);
    return status;
}
