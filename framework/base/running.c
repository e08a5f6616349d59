/* SPDX-License-Identifier: MIT
 *
 * running.c: which rule's code is running.
 */
#include "base/running.h"

#include <stdint.h>
#include <string.h>

#include "base/twin.h"
#include "reckoner/reckoner.h"

_Thread_local const char *volatile rk__running_here;
atomic_uint rk__running_count;
const char *_Atomic rk__running_last;

char *rk__running_record;
static atomic_uint n_slots;
static _Thread_local unsigned slot; /* 1 + its number; 0: none yet */

void rk_running_record(char names[RK_RUNNING_SLOTS][RK_RUNNING_NAME])
{
    rk__running_record = names != NULL ? names[0] : NULL;
}

void rk__running_write(const char *rule)
{
    if (slot == 0) {
        slot = 1 + atomic_fetch_add(&n_slots, 1) % RK_RUNNING_SLOTS;
    }
    char *const to = rk__running_record + (size_t) (slot - 1) * RK_RUNNING_NAME;
    const size_t n = rule != NULL ? strnlen(rule, RK_RUNNING_NAME - 1 - sizeof(uint32_t)) : 0;
    uint32_t calls;
    if (n > 0) {
        memcpy(to, rule, n);
        memcpy(&calls, to + RK_RUNNING_CALLS, sizeof calls);
        calls++;
        memcpy(to + RK_RUNNING_CALLS, &calls, sizeof calls);
    }
    to[n] = '\0';
}

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
