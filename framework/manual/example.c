/* SPDX-License-Identifier: MIT
 *
 * example.c: an example component for a rule, made from the rule's tables. The values are round
 * numbers that the tables accept, without any meaning.
 */
#include <string.h>

#include "manual/describe_parts.h"
#include "rules/bind_value.h"
#include "json/json_writer.h"

/* How many parameters with defaults are shown if none is required. */
#define OPTIONAL_SHOWN 3

/* The first of several values that the parameter's type and bounds accept. */
static const char *value_pick(rk__json_writer *out, const rk_param *p)
{
    static const char *const amounts[] = {"1000000", "1000", "100", "10", "1", "0.5", "0.01", "0"};
    static const char *const ratios[] = {"3%", "50%", "1", "0"};
    static const char *const wholes[] = {"2", "1", "0", "12"};
    const char *const *candidates = amounts;
    size_t n = sizeof amounts / sizeof amounts[0];
    if (p->type == RK_PARAM_RATIO) {
        candidates = ratios;
        n = sizeof ratios / sizeof ratios[0];
    } else if (p->type == RK_PARAM_INTEGER) {
        candidates = wholes;
        n = sizeof wholes / sizeof wholes[0];
    } else if ((p->flags & RK_PER_TIME) == 0 || p->unit == NULL || strcmp(p->unit, "GBP") != 0) {
        candidates++; /* a price or a number of cases, not a budget */
        n--;
    }
    for (size_t i = 0; i < n; i++) {
        rk__nums nums = {0};
        rk__scalar ignored;
        rk__refusal why;
        const rk_status status = rk__scalar_read(p, p->name, candidates[i], &nums, &ignored, &why);
        rk__nums_dispose(&nums);
        if (status == RK_OK) {
            return candidates[i];
        }
        out->out->failed |= status == RK_NO_MEMORY;
    }
    return p->min != NULL ? p->min : p->max != NULL ? p->max : "0";
}

static void params_write(rk__json_writer *out, const rk_param *params, unsigned flags);

void rk__example_value(rk__json_writer *out, const char *name, const rk_param *p)
{
    static const char scope[] = "{\"pod\":[\"EL\"]}";
    const bool one = (p->flags & RK_ONE_OBJECT) != 0;
    switch (p->type) {
    case RK_PARAM_BOOL:
        rk__json_put_bool(out, name,
                          p->default_value == NULL || strcmp(p->default_value, "true") == 0);
        break;
    case RK_PARAM_TEXT:
        rk__json_put_text(out, name, p->default_value != NULL ? p->default_value : "text");
        break;
    case RK_PARAM_ENUM:
        rk__json_put_text(out, name, p->default_value != NULL ? p->default_value : p->words[0]);
        break;
    case RK_PARAM_COMPONENT:
        rk__json_put_text(out, name, "acute");
        break;
    case RK_PARAM_SCOPE:
        rk__json_put_json(out, name, scope, strlen(scope));
        break;
    case RK_PARAM_LIST:
        rk__json_open(out, name, one ? '{' : '[');
        if (!one) {
            rk__json_open(out, NULL, '{');
        }
        params_write(out, p->items, RK_REQUIRED);
        rk__json_close(out, '}');
        if (!one) {
            rk__json_close(out, ']');
        }
        break;
    case RK_PARAM_INTEGER:
    case RK_PARAM_DECIMAL:
    case RK_PARAM_EXACT:
    case RK_PARAM_RATIO:
        rk__json_put_text(out, name,
                          p->default_value != NULL ? p->default_value : value_pick(out, p));
        break;
    }
}

static bool any_required(const rk_param *params)
{
    while (params->name != NULL && (params->flags & RK_REQUIRED) == 0) {
        params++;
    }
    return params->name != NULL;
}

/* The required parameters; the first member of an item that has none. */
static void params_write(rk__json_writer *out, const rk_param *params, unsigned flags)
{
    if (!any_required(params)) {
        rk__example_value(out, params->name, params);
        return;
    }
    for (; params->name != NULL; params++) {
        if ((params->flags & flags) != 0) {
            rk__example_value(out, params->name, params);
        }
    }
}

/* If nothing is required, a few defaults show how parameters are written. */
static void optional_write(rk__json_writer *out, const rk_param *params)
{
    size_t shown = 0;
    for (; params->name != NULL && shown < OPTIONAL_SHOWN; params++) {
        if (params->default_value != NULL) {
            rk__example_value(out, params->name, params);
            shown++;
        }
    }
}

void rk__example_params(rk__json_writer *out, const char *name, const rk__rule *rule)
{
    rk__json_open(out, name, '{');
    if (any_required(rule->params)) {
        params_write(out, rule->params, RK_REQUIRED);
    } else {
        optional_write(out, rule->params);
    }
    rk__json_close(out, '}');
}

void rk__example_component(rk__json_writer *out, const char *name, const rk__rule *rule)
{
    rk__json_open(out, name, '{');
    rk__json_put_text(out, "id", "example");
    rk__json_put_text(out, "rule", rule->id);
    if (rule->rule->of_use == RK_OF_REQUIRED) {
        rk__json_put_json(out, "of", "[\"acute\"]", strlen("[\"acute\"]"));
    }
    if (rule->n_params > 0) {
        rk__example_params(out, "params", rule);
    }
    rk__json_close(out, '}');
}
