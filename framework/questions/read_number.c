/* SPDX-License-Identifier: MIT
 *
 * read_number.c: reading the numbers in options.
 */
#include "questions/trial.h"

#include <string.h>

rk_status rk__read_range(rk__arena *arena, rk__nums *nums, const char *text, rk_num *low,
                         rk_num *high, bool *percent)
{
    const char *why = NULL;
    const char *comma = strchr(text, ',');
    const char *first = comma != NULL ? rk__arena_copy(arena, text, (size_t) (comma - text)) : NULL;
    if (first == NULL) {
        return arena->failed ? RK_NO_MEMORY : RK_USAGE;
    }
    *percent |= strchr(text, '%') != NULL;
    *low = rk__num_parse(nums, first, true, -1, &why);
    *high = rk__num_parse(nums, comma + 1, true, -1, &why);
    return *low != NULL && *high != NULL ? RK_OK : RK_USAGE;
}
