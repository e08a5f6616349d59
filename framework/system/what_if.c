/* SPDX-License-Identifier: MIT
 *
 * what_if.c: a system evaluated under other scenarios than its own.
 */
#include "system/run.h"

rk_status rk__system_what_if(const rk_system *system, const rk__json *scenarios,
                             rk_system_result **out, rk_problems *problems)
{
    rk_system other = *system;
    other.document = NULL;
    other.base = (rk__system){0};
    *out = NULL;
    rk_status status = rk__json_clone(rk__json_root(system->document), &other.document);
    if (status == RK_OK) {
        status = rk__json_set(other.document, "/scenarios", rk__json_root(scenarios), problems);
    }
    if (status == RK_OK) {
        status =
            rk__system_read(rk__json_root(other.document), other.base_dir, &other.base, problems);
    }
    if (status == RK_OK) {
        status = rk__system_figures(&other, NULL, out, problems);
    }
    rk__system_dispose(&other.base);
    rk__json_free(other.document);
    return status;
}
