/* SPDX-License-Identifier: MIT
 *
 * tariffs.c: pricing a contract with a tariff other than its own.
 */
#include "contract/tariffs.h"

#include "tariff/inside.h"

rk_status rk__contract_take_tariff(rk_contract *contract, const char *source)
{
    rk__tariff_ref *ref = rk__arena_alloc(&contract->arena, sizeof *ref);
    if (ref == NULL) {
        return RK_NO_MEMORY;
    }
    *ref = rk__tariff_ref_of(source);
    contract->tariffs = ref;
    contract->n_tariffs = 1;
    contract->tariff_taken = true;
    return RK_OK;
}
