/* SPDX-License-Identifier: MIT
 *
 * relay.c: problems of files that a tariff is read from.
 */
#include "tariff/inside.h"

rk_status rk__tariff_relay(const rk_problems *from, rk_status status, rk_problems *to)
{
    for (size_t i = 0; from != NULL && i < rk_problems_count(from); i++) {
        const rk_problem *p = rk_problems_at(from, i);
        const bool io = p->status == RK_IO;
        const rk__place place = {p->file, p->line, p->column, p->pointer, p->excerpt, p->rule};
        const char *hint = p->hint == NULL && io ? "check the path and who may read it" : p->hint;
        (void) rk__problem(to, io ? RK_TARIFF_UNAVAILABLE : p->status, &place, hint, "%s",
                           p->message);
    }
    return status == RK_IO ? RK_TARIFF_UNAVAILABLE : status;
}
