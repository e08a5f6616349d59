/* SPDX-License-Identifier: MIT
 *
 * ledger.c: the lines of a component, and their audit. The host multiplies every product
 * itself; a rule that states another amount fails.
 */
#include "base/utf8.h"
#include "ledger/host.h"
#include "ledger/sealed.h"

#include <string.h>

#define LINES_FIRST 4
/* A rule that writes more is probably in an endless loop. */
#define LINES_MOST ((size_t) 1 << 20)
#define TEXT_MOST  4000
#define HINT_MEND  "the rule needs mending, not the contract"

rk_ledger_line *rk__ledger_line_new(rk__instance *instance)
{
    if (instance->n_lines == instance->lines_capacity) {
        const size_t capacity = instance->n_lines > 0 ? instance->n_lines * 2 : LINES_FIRST;
        rk_ledger_line *lines =
            rk__arena_alloc_uninit(&instance->result->arena, capacity * sizeof *lines);
        if (lines == NULL) {
            return NULL;
        }
        if (instance->n_lines > 0) {
            memcpy(lines, instance->lines, instance->n_lines * sizeof *lines);
        }
        instance->lines = lines;
        instance->lines_capacity = capacity;
    }
    return &instance->lines[instance->n_lines++];
}

static rk_num times(rk__nums *nums, rk_num product, rk_num factor)
{
    if (factor == NULL) {
        return product;
    }
    return product == NULL ? factor : rk__num_mul(nums, product, factor);
}

static int audit_failed(rk__host *host, const rk_line *line, rk_num product)
{
    rk__buf text = {0};
    rk__buf_puts(&text, "the line states ");
    rk__num_print_exact(&text, line->amount);
    rk__buf_puts(&text, ", its factors multiply to ");
    rk__num_print_exact(&text, product);
    host->failed = rk__instance_problem(host->instance, RK_RULE_AUDIT, HINT_MEND, host->problems,
                                        "rule '%s', line '%s': %s", host->instance->rule->id,
                                        line->label, text.text != NULL ? text.text : "");
    rk__buf_dispose(&text);
    return host->failed;
}

/* Texts go to JSON, databases and terminals unchanged. */
static bool text_is_sound(const char *text)
{
    const size_t length = text != NULL ? strnlen(text, TEXT_MOST + 1) : 0;
    return length <= TEXT_MOST && rk__utf8_check(text, length) == length;
}

/* What is wrong with a line that a rule hands over, before its numbers are looked at; NULL if
 * nothing. */
static const char *fault_of(const rk__host *host, const rk_line *line)
{
    return !host->settling                         ? "a ledger line outside of settle"
           : line->label == NULL                   ? "a ledger line without a label"
           : host->instance->n_lines >= LINES_MOST ? "more than a million ledger lines"
           : !text_is_sound(line->label) || !text_is_sound(line->unit) ||
                   !text_is_sound(line->source)
               ? "a ledger line whose text is not UTF-8 or is too long"
               : NULL;
}

int rk__ledger_line_add(rk__host *host, const rk_line *line)
{
    rk__instance *instance = host->instance;
    rk__nums *nums = &instance->result->nums;
    rk__arena *arena = &instance->result->arena;
    if (host->failed == RK_NO_MEMORY || nums->no_memory) {
        return RK_NO_MEMORY; /* a part of the line may be missing for lack of memory */
    }
    const char *const fault = fault_of(host, line);
    if (fault != NULL) {
        return host->failed = rk__instance_problem(instance, RK_RULE_FAILED, NULL, host->problems,
                                                   "rule '%s' wrote %s", instance->rule->id, fault);
    }
    if (nums->poisoned != NULL) {
        return RK_RULE_FAILED; /* reported by rk__host_outcome */
    }
    const rk_num product =
        times(nums, times(nums, times(nums, NULL, line->quantity), line->rate), line->factor);
    if (product == NULL && nums->no_memory) {
        return RK_NO_MEMORY;
    }
    if (product == NULL) {
        return host->failed = rk__instance_problem(
                   instance, RK_RULE_FAILED, NULL, host->problems,
                   "rule '%s', line '%s' has neither quantity, rate nor factor", instance->rule->id,
                   line->label);
    }
    if (line->amount != NULL && rk__num_compare(product, line->amount) != 0) {
        return audit_failed(host, line, product);
    }
    rk_ledger_line *out = rk__ledger_line_new(instance);
    if (out == NULL) {
        return host->failed = RK_NO_MEMORY;
    }
    *out = (rk_ledger_line){.label = rk__arena_strdup(arena, line->label),
                            .quantity = line->quantity,
                            .rate = line->rate,
                            .factor = line->factor,
                            .unit = rk__arena_strdup(arena, line->unit),
                            .amount = product,
                            .source = rk__arena_strdup(arena, line->source),
                            .memo = line->memo};
    return 0;
}

/* The index of the host's group that a rule refers to, or -1. A rule mostly hands back the host's
 * own struct; a copy is found by its label and numbers. */
static ptrdiff_t own_group(const rk__host *host, const rk_group *group)
{
    const rk__row_groups *own = &host->instance->rows.lines;
    const size_t at = (size_t) ((uintptr_t) group - (uintptr_t) host->handed);
    if (host->groups != NULL && at < own->n * sizeof *group && at % sizeof *group == 0) {
        return (ptrdiff_t) (at / sizeof *group);
    }
    for (size_t i = 0; host->groups != NULL && i < own->n; i++) {
        if (own->groups[i].quantity == rk__unseal(group->quantity) &&
            own->groups[i].amount == rk__unseal(group->amount) && group->label != NULL &&
            strcmp(host->groups[i].label, group->label) == 0) {
            return (ptrdiff_t) i;
        }
    }
    return -1;
}

static int group_add(rk__host *host, const rk_group *group, const char *label,
                     const char *unit_name)
{
    rk_ledger_line *out = rk__ledger_line_new(host->instance);
    if (out == NULL) {
        return host->failed = RK_NO_MEMORY;
    }
    rk__nums *nums = &host->instance->result->nums;
    const bool some = rk__num_sign(group->quantity) != 0;
    *out = (rk_ledger_line){.label = label,
                            .quantity = group->quantity,
                            .rate = some ? rk__num_div(nums, group->amount, group->quantity) : NULL,
                            .unit = unit_name,
                            .amount = group->amount,
                            .sum = true};
    return 0;
}

static int group_without_amount(rk__host *host)
{
    return host->failed = rk__instance_problem(host->instance, RK_RULE_FAILED, NULL, host->problems,
                                               "rule '%s' wrote a line of a group without amount",
                                               host->instance->rule->id);
}

int rk__ledger_group_add(rk__host *host, const rk_group *group, const char *unit_name)
{
    rk__instance *instance = host->instance;
    rk__arena *arena = &instance->result->arena;
    if (host->failed == RK_NO_MEMORY || instance->result->nums.no_memory) {
        return RK_NO_MEMORY;
    }
    if (!host->settling || group->amount == NULL || group->quantity == NULL) {
        return group_without_amount(host);
    }
    const ptrdiff_t at = own_group(host, group);
    if (at < 0) {
        return host->failed = rk__instance_problem(
                   instance, RK_RULE_AUDIT, HINT_MEND, host->problems,
                   "rule '%s' wrote a line for a group '%s' that the host did not fold",
                   instance->rule->id, group->label != NULL ? group->label : "");
    }
    /* The host's own numbers, since the rule may have changed the struct. */
    const rk_group own = {.label = host->groups[at].label,
                          .quantity = instance->rows.lines.groups[at].quantity,
                          .amount = instance->rows.lines.groups[at].amount};
    if (instance->groups_written[at] && instance->rule->abi_minor >= 2) {
        return host->failed = rk__instance_problem(
                   instance, RK_RULE_AUDIT, HINT_MEND, host->problems,
                   "rule '%s' wrote the line of group '%s' twice", instance->rule->id, own.label);
    }
    instance->groups_written[at] = true;
    return group_add(host, &own, own.label, rk__arena_strdup(arena, unit_name));
}

rk_status rk__ledger_groups_check(rk__host *host)
{
    rk__instance *instance = host->instance;
    const rk_rule *rule = instance->rule->rule;
    if (instance->groups_written == NULL || instance->rule->abi_minor < 2 || rule->price == NULL ||
        (rule->flags & RK_RULE_PARTIAL_GROUPS) != 0) {
        return RK_OK;
    }
    for (size_t i = 0; i < instance->rows.lines.n; i++) {
        if (!instance->groups_written[i]) {
            return rk__instance_problem(
                instance, RK_RULE_AUDIT,
                "write each group's line, or declare RK_RULE_PARTIAL_GROUPS", host->problems,
                "rule '%s' left out the line of group '%s'", instance->rule->id,
                host->groups[i].label);
        }
    }
    return RK_OK;
}

int rk__ledger_own_group_add(rk__host *host, const rk_group *group, const char *unit_name)
{
    return group->amount != NULL && group->quantity != NULL
               ? group_add(host, group, group->label, unit_name)
               : group_without_amount(host);
}
