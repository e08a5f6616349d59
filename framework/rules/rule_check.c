/* SPDX-License-Identifier: MIT
 *
 * rule_check.c: mistakes that the author of a rule can make in its tables, found when the rule is
 * loaded rather than when a contract first meets them.
 */
#include <stdio.h>
#include <string.h>

#include "number/num.h"
#include "rules/bind_value.h"
#include "rules/load.h"

#define PARAM_FLAGS (RK_REQUIRED | RK_PER_TIME | RK_NULLABLE | RK_ONE_OBJECT | RK_MINOR_UNIT)

/* --------------------------------------------------------------- parameters */

/* Checks that the field lies inside the rule's struct and that no earlier parameter uses it:
 * otherwise a copied line with the old field would show only in the amounts. */
static bool field_check(const rk_param *params, size_t i, size_t struct_size, const char *prefix,
                        rk__refusal *why)
{
    const rk_param *const p = &params[i];
    const size_t size = rk__param_field_size(p->type);
    if (p->offset > struct_size || size > struct_size - p->offset) {
        return rk__refuse(why, "use offsetof and sizeof of the same struct",
                          "parameter '%s%s' ends at byte %zu, its struct has %zu", prefix, p->name,
                          p->offset + size, struct_size);
    }
    if (p->offset % rk__param_field_align(p->type) != 0) {
        return rk__refuse(why, "use offsetof, and the C type that plugin.h names for it",
                          "parameter '%s%s' is at offset %zu, its type needs a multiple of %zu",
                          prefix, p->name, p->offset, rk__param_field_align(p->type));
    }
    for (size_t k = 0; k < i; k++) {
        if (strcmp(params[k].name, p->name) == 0) {
            return rk__refuse(why, "give each parameter its own name",
                              "parameter '%s%s' appears twice", prefix, p->name);
        }
        if (p->offset < params[k].offset + rk__param_field_size(params[k].type) &&
            params[k].offset < p->offset + size) {
            return rk__refuse(why, "give each parameter its own field",
                              "parameters '%s%s' and '%s%s' fill the same bytes, at offset %zu",
                              prefix, params[k].name, prefix, p->name, p->offset);
        }
    }
    return true;
}

/* Checks a default or bound: it is read as a contract's value would be. */
static bool written_check(const rk_param *p, const char *what, const char *text, const char *prefix,
                          rk__refusal *why)
{
    rk__nums nums = {0};
    rk__scalar value;
    rk__refusal fault;
    const rk_status status = rk__scalar_read(p, p->name, text, &nums, &value, &fault);
    rk__nums_dispose(&nums);
    if (status == RK_OK) {
        return true;
    }
    if (status == RK_NO_MEMORY) {
        return rk__refuse_memory(why);
    }
    return rk__refuse(why, fault.hint, "parameter '%s%s', its %s: %s", prefix, p->name, what,
                      fault.reason);
}

static bool bounds_valid(const rk_param *p, const char *prefix, rk__refusal *why)
{
    rk_param unbounded = *p;
    unbounded.min = unbounded.max = NULL;
    if (p->min == NULL && p->max == NULL && p->usual_min == NULL && p->usual_max == NULL) {
        return true;
    }
    if (!rk__param_is_number(p->type)) {
        return rk__refuse(why, "leave min and max out", "parameter '%s%s' has bounds, %s", prefix,
                          p->name, "but is not a number");
    }
    if ((p->min != NULL && !written_check(&unbounded, "minimum", p->min, prefix, why)) ||
        (p->max != NULL && !written_check(&unbounded, "maximum", p->max, prefix, why)) ||
        (p->usual_min != NULL && !written_check(p, "usual minimum", p->usual_min, prefix, why)) ||
        (p->usual_max != NULL && !written_check(p, "usual maximum", p->usual_max, prefix, why))) {
        return false;
    }
    unbounded.max = p->max;
    return p->min == NULL || p->max == NULL ||
           written_check(&unbounded, "minimum", p->min, prefix, why);
}

static bool params_check(const rk_param *params, size_t struct_size, const char *prefix,
                         rk__refusal *why);

static bool list_check(const rk_param *p, const char *prefix, rk__refusal *why)
{
    char inner[RK_NOTE_ID_SIZE + 8];
    if (prefix[0] != '\0') {
        return rk__refuse(why, "write two lists side by side",
                          "parameter '%s%s' is a list inside a list", prefix, p->name);
    }
    if (p->items == NULL || p->items[0].name == NULL) {
        return rk__refuse(why, "set .items to the table of one item",
                          "parameter '%s' is a list without items", p->name);
    }
    if (p->default_value != NULL) {
        return rk__refuse(why, "leave the default out: an absent list is empty",
                          "parameter '%s' is a list with the default '%s'", p->name,
                          p->default_value);
    }
    if (p->item_size == 0 || p->item_size > RK__STRUCT_MAX) {
        return rk__refuse(why, "set .item_size to the sizeof of one item's struct",
                          "parameter '%s' has items of %zu bytes", p->name, p->item_size);
    }
    (void) snprintf(inner, sizeof inner, "%.60s[].", p->name);
    return params_check(p->items, p->item_size, inner, why);
}

static bool param_check(const rk_param *p, const char *prefix, rk__refusal *why)
{
    if (rk__param_field_size(p->type) == 0) {
        return rk__refuse(why, "use one of RK_PARAM_TEXT to RK_PARAM_SCOPE",
                          "parameter '%s%s' has the unknown type %d", prefix, p->name,
                          (int) p->type);
    }
    if ((p->flags & ~PARAM_FLAGS) != 0) {
        return rk__refuse(why, "parameters take REQUIRED, PER_TIME, NULLABLE and ONE_OBJECT",
                          "parameter '%s%s' has the flags 0x%x, parameters know 0x%x", prefix,
                          p->name, p->flags, PARAM_FLAGS);
    }
    if ((p->flags & RK_PER_TIME) != 0 && p->type != RK_PARAM_EXACT) {
        return rk__refuse(why, "amounts per time are RK_PARAM_EXACT",
                          "parameter '%s%s' is RK_PER_TIME, but its type is %d, not %d", prefix,
                          p->name, (int) p->type, RK_PARAM_EXACT);
    }
    if ((p->flags & RK_ONE_OBJECT) != 0 && p->type != RK_PARAM_LIST) {
        return rk__refuse(why, "one object is an RK_PARAM_LIST with this flag",
                          "parameter '%s%s' is RK_ONE_OBJECT, but its type is %d, not %d", prefix,
                          p->name, (int) p->type, RK_PARAM_LIST);
    }
    if ((p->flags & RK_REQUIRED) != 0 && p->default_value != NULL) {
        return rk__refuse(why, "leave out RK_REQUIRED or the default",
                          "parameter '%s%s' is required, yet has the default '%s'", prefix, p->name,
                          p->default_value);
    }
    if (p->type == RK_PARAM_ENUM && (p->words == NULL || p->words[0] == NULL)) {
        return rk__refuse(why, "set .words to the allowed words, with NULL at the end",
                          "parameter '%s%s' is RK_PARAM_ENUM without words", prefix, p->name);
    }
    if (p->type == RK_PARAM_LIST) {
        return list_check(p, prefix, why);
    }
    return bounds_valid(p, prefix, why) &&
           (p->default_value == NULL || written_check(p, "default", p->default_value, prefix, why));
}

/* A scope belongs to the one component of its table. */
static bool valued_check(const rk_param *params, const char *prefix, rk__refusal *why)
{
    const rk_param *component = NULL;
    const rk_param *scope = NULL;
    for (const rk_param *p = params; p->name != NULL; p++) {
        const rk_param **const seen = p->type == RK_PARAM_COMPONENT ? &component
                                      : p->type == RK_PARAM_SCOPE   ? &scope
                                                                    : NULL;
        if (seen != NULL && *seen != NULL) {
            return rk__refuse(why, "a table has one component and one scope at most",
                              "parameters '%s%s' and '%s%s' are of one kind", prefix, (*seen)->name,
                              prefix, p->name);
        }
        if (seen != NULL) {
            *seen = p;
        }
    }
    return scope == NULL || component != NULL ||
           rk__refuse(why, "add an RK_PARAM_COMPONENT, which is valued over these rows",
                      "parameter '%s%s' is a scope of no component", prefix, scope->name);
}

static bool params_check(const rk_param *params, size_t struct_size, const char *prefix,
                         rk__refusal *why)
{
    if (!valued_check(params, prefix, why)) {
        return false;
    }
    for (size_t i = 0; params[i].name != NULL; i++) {
        if (!param_check(&params[i], prefix, why) ||
            !field_check(params, i, struct_size, prefix, why)) {
            return false;
        }
    }
    return true;
}

/* ----------------------------------------------------------------- the rule */

static bool functions_check(const rk_rule *rule, rk__refusal *why)
{
    if (rule->price == NULL && rule->settle == NULL) {
        return rk__refuse(why, "write price, or settle, or both",
                          "the rule has neither price nor settle");
    }
    if (rule->row_kind != RK_ROWS_NONE && rule->row_kind != RK_ROWS_ROUNDED &&
        rule->row_kind != RK_ROWS_EXACT) {
        return rk__refuse(why, "use RK_ROWS_NONE, RK_ROWS_ROUNDED or RK_ROWS_EXACT",
                          "row_kind is %d, this host knows 0 to 2", (int) rule->row_kind);
    }
    if (rule->price == NULL && rule->row_kind != RK_ROWS_NONE) {
        return rk__refuse(why, "write price, or leave row_kind out",
                          "row_kind is %d, but the rule has no price", (int) rule->row_kind);
    }
    if (rule->price != NULL && rule->row_kind == RK_ROWS_NONE) {
        return rk__refuse(why, "set .row_kind to RK_ROWS_ROUNDED or RK_ROWS_EXACT",
                          "the rule has price, but row_kind is RK_ROWS_NONE");
    }
    if (rule->price != NULL && rule->rows == NULL) {
        return rk__refuse(why, "set .rows to the table whose rows are priced: \"activity\"",
                          "the rule has price, but names no table of rows");
    }
    if (rule->of_use != RK_OF_NONE && rule->of_use != RK_OF_OPTIONAL &&
        rule->of_use != RK_OF_REQUIRED) {
        return rk__refuse(why, "use RK_OF_NONE, RK_OF_OPTIONAL or RK_OF_REQUIRED",
                          "of_use is %d, this host knows 0 to 2", (int) rule->of_use);
    }
    if ((rule->flags & ~(RK_RULE_OF_SHADOW | RK_RULE_PARTIAL_GROUPS)) != 0) {
        return rk__refuse(why, "use RK_RULE_OF_SHADOW and RK_RULE_PARTIAL_GROUPS",
                          "the rule has the flags 0x%x, this host knows 0x3", rule->flags);
    }
    return true;
}

static bool names_check(const rk__rule *rule, rk__refusal *why)
{
    for (size_t i = 0; i < rule->n_elements; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(rule->elements[i].name, rule->elements[k].name) == 0) {
                return rk__refuse(why, "give each element its own name",
                                  "element '%s' appears twice", rule->elements[i].name);
            }
        }
    }
    for (size_t i = 0; i < rule->n_notes; i++) {
        if (rule->notes[i].message == NULL) {
            return rk__refuse(why, "say in a few words what the rows have in common",
                              "note '%s' has no message", rule->notes[i].name);
        }
    }
    for (size_t i = 0; i < rule->n_reasons; i++) {
        if (rule->reasons[i].text == NULL) {
            return rk__refuse(why, "say in a few words what the code means",
                              "reason '%s' has no text", rule->reasons[i].code);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(rule->reasons[i].code, rule->reasons[k].code) == 0) {
                return rk__refuse(why, "give each reason its own code", "reason '%s' appears twice",
                                  rule->reasons[i].code);
            }
        }
    }
    return true;
}

bool rk__rule_check(const rk__rule *rule, rk__refusal *why)
{
    const rk_rule *const r = rule->rule;
    if (r->title == NULL || r->summary == NULL) {
        return rk__refuse(why, "say in a line, and in a paragraph, what the rule pays",
                          "the rule has no %s", r->title == NULL ? "title" : "summary");
    }
    if (r->params_size > RK__STRUCT_MAX) {
        return rk__refuse(why, "set .params_size to the sizeof of the rule's struct",
                          "params_size is %zu bytes, this host takes %zu", r->params_size,
                          RK__STRUCT_MAX);
    }
    return functions_check(r, why) && params_check(rule->params, r->params_size, "", why) &&
           rk__columns_check(rule, why) && names_check(rule, why);
}
