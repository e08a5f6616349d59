/* SPDX-License-Identifier: MIT
 *
 * sealed.h: exact numbers as rules see them.
 *
 * A rule gets numbers by pointer, and a rule that wrote through one would change what the rules
 * beside it are paid. So what it gets is no address that exists: one bit above those of any address
 * of a process is set, and the host clears it when the number comes back. Reading or writing
 * through it ends in a signal at once, and it costs an instruction or two for each operation.
 * Rules without C, which are the host's own code, get the numbers themselves.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ledger/instance.h"

#define RK__SEAL ((uintptr_t) 1 << 54)
_Static_assert(sizeof(uintptr_t) == 8, "addresses of 64 bits");

static inline bool rk__instance_seals(const rk__instance *instance)
{
    return instance->rule->document == NULL;
}

/* NULL stays NULL. */
static inline rk_num rk__seal(rk_num number)
{
    return number == NULL ? NULL : (rk_num) ((uintptr_t) number | RK__SEAL);
}

static inline bool rk__is_sealed(rk_num number)
{
    return ((uintptr_t) number & RK__SEAL) != 0;
}

static inline rk_num rk__unseal(rk_num number)
{
    return (rk_num) ((uintptr_t) number & ~RK__SEAL);
}
