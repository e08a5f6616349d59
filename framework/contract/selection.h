/* SPDX-License-Identifier: MIT
 *
 * selection.h: a part of a contract's periods.
 *
 * With a selection, a result has only the selected periods, without the rows of others. Their
 * amounts are those of the whole contract: what is shared out over a year, or is cumulative in it,
 * needs the earlier periods of the year too, which are evaluated but not shown.
 */
#pragma once

#include "contract/contract.h"

/* Whether the results of the session's options have some periods only. */
bool rk__options_select(const rk_options *options);

/* Selects the periods that the session's options name. RK_USAGE if there is no period of an id, a
 * date cannot be read, or no period is left. */
rk_status rk__selection_read(rk_contract *contract, rk_problems *problems);

/* Closes a selection that is open: the periods of the last one's year, up to that one. */
rk_status rk__selection_close(rk_contract *contract, size_t last);

/* Whether a result shows a period; and whether it is evaluated. */
static inline bool rk__period_shown(const rk_contract *contract, size_t period)
{
    return contract->selection.shown == NULL || contract->selection.shown[period];
}

static inline bool rk__period_needed(const rk_contract *contract, size_t period)
{
    return contract->selection.needed == NULL || contract->selection.needed[period];
}
