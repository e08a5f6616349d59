/* SPDX-License-Identifier: MIT
 *
 * what_if.c: evaluating a system under scenarios other than its own.
 */
#include "system/run.h"
#include "system/system.h"

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

rk_status rk__system_with(const rk_system *system, const char *const *sets,
                          const char *const *scenarios, rk_system_result **out,
                          rk_problems *problems)
{
    rk_system other = *system;
    rk__json **made = NULL;
    size_t n = 0;
    while (sets[n] != NULL) {
        n++;
    }
    other.document = NULL;
    other.base = (rk__system){0};
    *out = NULL;
    made = rk__calloc(n + 1, sizeof(rk__json *));
    rk_status status = made == NULL
                           ? RK_NO_MEMORY
                           : rk__json_clone(rk__json_root(system->document), &other.document);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = rk__system_set(system, other.document, sets[i], &made[i], problems);
    }
    if (status == RK_OK) {
        status =
            rk__system_read(rk__json_root(other.document), other.base_dir, &other.base, problems);
    }
    if (status == RK_OK) {
        status = rk__system_figures(&other, scenarios, out, problems);
    }
    rk__system_dispose(&other.base);
    rk__json_free(other.document);
    for (size_t i = 0; made != NULL && i < n; i++) {
        rk__json_free(made[i]);
    }
    rk__free(made);
    return status;
}
