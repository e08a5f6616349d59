/* SPDX-License-Identifier: MIT
 *
 * running.c: which rule's code is running.
 */
#include "base/running.h"

#include <string.h>

#include "base/twin.h"
#include "reckoner/reckoner.h"

_Thread_local const char *volatile rk__running_here;
atomic_uint rk__running_count;
const char *_Atomic rk__running_last;

const char *rk_running_rule(void)
{
    const char *here = rk__running_here;
    if (here != NULL) {
        return here;
    }
    return atomic_load(&rk__running_count) > 0 ? atomic_load(&rk__running_last) : NULL;
}

const char *rk_crashed_rule(void)
{
    return rk__running_here;
}

bool rk_is_rule_input(const void *address)
{
    return rk__twin_is_theirs(address);
}
