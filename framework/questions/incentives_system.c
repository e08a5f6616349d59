/* SPDX-License-Identifier: MIT
 *
 * incentives_system.c: one step of activity in a system: a scenario for each arrangement of the
 * contract, evaluated as `system` does, so that incentives are its finite difference.
 */
#include "questions/incentives_inside.h"

#include <string.h>

#include "system/run.h"

static void put_text(rk__buf *out, const char *text)
{
    rk__json_write_text(out, text, strlen(text));
}

static size_t period_of(const rk__subject *s, const char *id)
{
    const rk__system *system = &s->system->base;
    size_t p = 0;
    while (p < system->n_periods && strcmp(system->periods[p].id, id) != 0) {
        p++;
    }
    return p;
}

static void put_change(rk__subject *s, const rk__scope *where, rk_decimal by, const bool *changed,
                       rk__buf *out)
{
    bool first = true;
    rk__buf_puts(out, ",\"changes\":[{\"contract\":");
    put_text(out, s->id);
    rk__buf_puts(out, ",\"period\":[");
    for (size_t p = 0; p < s->plain->n_periods; p++) {
        const char *id = s->plain->periods[p].id;
        if (changed[p] && period_of(s, id) < s->system->base.n_periods) {
            rk__buf_puts(out, first ? "" : ",");
            put_text(out, id);
            first = false;
        }
    }
    rk__buf_puts(out, "],\"where\":{");
    put_text(out, where->columns->column);
    rk__buf_putc(out, ':');
    put_text(out, where->columns->patterns[0]);
    rk__buf_puts(out, "},\"count\":\"");
    rk__num_print_exact(out, rk__num_from_decimal(&s->out->nums, by));
    rk__buf_puts(out, "\"}]");
}

/* A scenario for each arrangement. */
static rk_status make_scenarios(rk__subject *s, const rk__scope *where, rk_decimal by,
                                const bool *changed, rk__json **out)
{
    rk__buf text = {0};
    for (size_t a = 0; a < s->plain->n_arrangements; a++) {
        rk__buf_printf(&text, "%s\"s%zu\":{\"arrangements\":{", a == 0 ? "{" : ",", a);
        put_text(&text, s->id);
        rk__buf_putc(&text, ':');
        put_text(&text, s->plain->arrangements[a].name);
        rk__buf_putc(&text, '}');
        if (where != NULL) {
            put_change(s, where, by, changed, &text);
        }
        rk__buf_putc(&text, '}');
    }
    rk__buf_putc(&text, '}');
    const rk_status status =
        text.failed ? RK_NO_MEMORY : rk__json_parse(text.text, text.length, NULL, out, NULL);
    rk__buf_dispose(&text);
    return status;
}

static void take(rk__subject *s, const rk__period_outcome *period, rk__effect *out)
{
    rk__nums *nums = &s->out->nums;
    const rk__position *p = &period->positions[s->payee];
    rk_num cost = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (p->entries[i].kind == RK_ENTRY_ACTIVITY) {
            cost = rk__num_add(nums, cost, rk__num_copy(nums, p->entries[i].amount));
        }
    }
    *out = (rk__effect){
        .payment = rk__num_copy(nums, period->contracts[s->index].payment),
        .cost = cost,
        .pooled = rk__num_add(nums, rk__num_copy(nums, p->lifted), rk__num_copy(nums, p->share)),
        .after = rk__num_sub(nums, rk__num_copy(nums, p->after), rk__num_copy(nums, p->owners))};
}

rk_status rk__incentive_system(rk__subject *s, const rk__scope *where, rk_decimal by,
                               const bool *changed, rk__effect **out)
{
    rk__json *scenarios = NULL;
    rk_system_result *result = NULL;
    rk_status status = make_scenarios(s, where, by, changed, &scenarios);
    if (status == RK_OK) {
        status = rk__system_what_if(s->system, scenarios, &result, s->problems);
    }
    for (size_t a = 0; status == RK_OK && a < s->plain->n_arrangements; a++) {
        for (size_t p = 0; p < s->plain->n_periods; p++) {
            const size_t at = period_of(s, s->plain->periods[p].id);
            if (at < s->system->base.n_periods) {
                take(s, &result->scenarios[a].periods[at], &out[a][p]);
            }
        }
    }
    rk_system_result_free(result);
    rk__json_free(scenarios);
    return status == RK_OK && s->out->nums.no_memory ? RK_NO_MEMORY : status;
}
