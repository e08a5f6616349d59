/* SPDX-License-Identifier: MIT
 *
 * instance.c: findings and problems about one component in one period.
 */
#include "ledger/instance.h"

#include <stdio.h>

bool rk__rule_streams(const rk__rule *rule)
{
    bool quantity = false;
    for (size_t i = 0; i < rule->n_columns; i++) {
        quantity |= (rule->columns[i].flags & RK_QUANTITY) != 0;
    }
    return rule->rule->rows != NULL && (rule->rule->price != NULL || quantity);
}

void rk__instance_find(rk__instance *instance, rk_finding finding, const char *format, ...)
{
    rk__buf text = {0};
    char message[2048];
    va_list args;
    if (instance->implied || instance->hidden) {
        return; /* the component that this one was made for gives the finding */
    }
    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    rk__buf_printf(&text, "component '%s'", instance->component->id);
    if (instance->contract->n_periods > 1) {
        rk__buf_printf(&text, ", %s", instance->period->id);
    }
    rk__buf_printf(&text, ": %s", message);
    if (!text.failed) {
        rk__result_find(instance->result, finding, "%s", text.text);
    } else {
        instance->result->nums.no_memory = true;
    }
    rk__buf_dispose(&text);
}

rk_status rk__instance_problem(const rk__instance *instance, rk_status status, const char *hint,
                               rk_problems *problems, const char *format, ...)
{
    rk__arena scratch = {0};
    rk__place place = {0};
    if (instance->component->at != NULL) {
        rk__json_place(instance->component->at, &place, &scratch);
    }
    if (rk_status_exit_code(status) == 4) {
        place.rule = instance->rule != NULL ? instance->rule->id : instance->component->rule;
    }
    va_list args;
    va_start(args, format);
    const rk_status result = rk__problem_v(problems, status, &place, hint, format, args);
    va_end(args);
    rk__arena_dispose(&scratch);
    return result;
}

const rk_period *rk__instance_period(rk__instance *instance)
{
    rk__arena *arena = &instance->result->arena;
    rk_period *period = rk__arena_alloc_uninit(arena, sizeof *period);
    if (period != NULL) {
        *period = *instance->period;
        period->id = rk__arena_strdup(arena, period->id);
    }
    return period != NULL && period->id != NULL ? period : NULL;
}
