/* SPDX-License-Identifier: MIT */
#include "rules/bind_plan.h"

#include <string.h>

#include "rules/bind_parts.h"
#include "rules/bind_value.h"

/* A value whose text fills a field. */
typedef struct slot {
    const rk_param *param;
    const rk__value *value;
    void *object; /* that has the field */
    rk_num min, max;
    struct rk_num_node number; /* EXACT, RATIO: what the field points to */
    char read[24];             /* a short text that the field is of, where it is no text */
    uint32_t length;           /* of it; 0: none */
    struct slot *next;
} slot;

struct rk__bind_plan {
    void *object;
    slot *first, **last;
    rk__nums *nums;
    rk__arena *arena;
    int64_t scale_num, scale_den;
    bool impossible;
};

/* -------------------------------------------------------------------- planning */

static rk_status bound_of(rk__bind_plan *plan, const char *text, rk_num *out)
{
    const char *ignored;
    *out = text != NULL ? rk__num_parse(plan->nums, text, 1, -1, &ignored) : NULL;
    return text == NULL || *out != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status add_slot(rk__bind_plan *plan, const rk_param *param, const rk__value *value,
                          void *object)
{
    slot *s = rk__arena_alloc(plan->arena, sizeof *s);
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    *s = (slot){.param = param, .value = value, .object = object};
    *plan->last = s;
    plan->last = &s->next;
    const bool bounded = rk__param_is_number(param->type);
    const rk_status status = bounded ? bound_of(plan, param->min, &s->min) : RK_OK;
    return bounded && status == RK_OK ? bound_of(plan, param->max, &s->max) : status;
}

/* The value that fills a parameter, or NULL; false where that may change with a text. */
static bool find_value(const rk_param *param, const rk__value *const layers[2],
                       const rk__value **out)
{
    *out = NULL;
    for (int i = 0; i < 2; i++) {
        const rk__value *const v = rk__json_get(layers[i], param->name);
        if (v != NULL && v->type != RK__JSON_NULL) {
            *out = v;
            return !rk__value_is_blank(v);
        }
        if (v != NULL && (param->flags & RK_NULLABLE) != 0) {
            return true;
        }
    }
    return true;
}

static rk_status plan_table(rk__bind_plan *plan, const rk_param *params,
                            const rk__value *const layers[2], void *object);

static rk_status plan_list(rk__bind_plan *plan, const rk_param *param, const rk__value *value,
                           const void *object)
{
    rk_list list;
    rk_status status = RK_OK;
    memcpy(&list, (const char *) object + param->offset, sizeof list);
    char *const items = (char *) (uintptr_t) list.items;
    const rk__value *item = (param->flags & RK_ONE_OBJECT) != 0 ? value : value->first;
    for (size_t i = 0; i < list.n && status == RK_OK; i++, item = item->next) {
        const rk__value *const layers[2] = {item, NULL};
        status = plan_table(plan, param->items, layers, items + i * param->item_size);
    }
    return status;
}

static rk_status plan_param(rk__bind_plan *plan, const rk_param *param,
                            const rk__value *const layers[2], void *object)
{
    const rk__value *v = NULL;
    const bool scaled = (param->flags & RK_PER_TIME) != 0 && plan->scale_num != plan->scale_den;
    if (!find_value(param, layers, &v)) {
        plan->impossible = true;
    }
    if (v == NULL || plan->impossible) {
        return RK_OK;
    }
    if (param->type == RK_PARAM_LIST) {
        return plan_list(plan, param, v, object);
    }
    if (scaled || param->type == RK_PARAM_COMPONENT || param->type == RK_PARAM_SCOPE) {
        plan->impossible = true;
        return RK_OK;
    }
    return v->type == RK__JSON_BOOL ? RK_OK : add_slot(plan, param, v, object);
}

static rk_status plan_table(rk__bind_plan *plan, const rk_param *params,
                            const rk__value *const layers[2], void *object)
{
    rk_status status = RK_OK;
    for (; params->name != NULL && status == RK_OK && !plan->impossible; params++) {
        status = plan_param(plan, params, layers, object);
    }
    return status;
}

rk_status rk__bind_plan_new(const rk__bind_input *input, rk__nums *nums, rk__arena *arena,
                            rk__bind_plan **out)
{
    *out = NULL;
    if (input->n_cli > 0 || !nums->untraced) {
        return RK_OK; /* and what `input` holds of the command line's stays one binding's */
    }
    rk__bind_plan *plan = rk__arena_alloc(arena, sizeof *plan);
    if (plan == NULL) {
        return RK_NO_MEMORY;
    }
    *plan = (rk__bind_plan){
        .nums = nums, .arena = arena, .scale_num = input->scale_num, .scale_den = input->scale_den};
    plan->last = &plan->first;
    rk_status status = rk__bind(input, nums, arena, &plan->object, NULL);
    if (status == RK_OK) {
        const rk__value *const layers[2] = {input->overrides, input->params};
        status = plan_table(plan, input->rule->params, layers, plan->object);
    }
    *out = status == RK_OK && !plan->impossible ? plan : NULL;
    return status;
}

/* --------------------------------------------------------------------- binding */

static bool word_of(const rk_param *param, const char *text, int32_t *out)
{
    for (int32_t i = 0; param->words[i] != NULL; i++) {
        if (strcmp(param->words[i], text) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool number_of(slot *s, rk__scalar *out)
{
    if (rk__decimal_parse(s->value->text, s->value->length, &out->decimal) != RK__DECIMAL_OK) {
        return false;
    }
    rk__num_place_decimal(&s->number, out->decimal);
    out->number = &s->number;
    out->integer = s->number.num;
    return (s->param->type != RK_PARAM_INTEGER || s->number.den == 1) &&
           (s->min == NULL || rk__num_compare(out->number, s->min) >= 0) &&
           (s->max == NULL || rk__num_compare(out->number, s->max) <= 0);
}

static bool read_text(slot *s)
{
    rk__scalar scalar;
    bool good = true;
    if (rk__value_is_blank(s->value)) {
        return false;
    }
    if (s->param->type == RK_PARAM_TEXT) {
        scalar.text = s->value->text;
    } else if (s->param->type == RK_PARAM_ENUM) {
        good = word_of(s->param, s->value->text, &scalar.word);
    } else {
        good = number_of(s, &scalar);
    }
    if (good) {
        rk__scalar_store(s->param, &scalar, s->object);
    }
    return good;
}

/* Caps, shares and words are mostly those of the contract before. */
static bool fill(slot *s)
{
    const rk__value *const v = s->value;
    if (s->length > 0 && s->length == v->length && memcmp(s->read, v->text, s->length) == 0) {
        return true;
    }
    s->length = 0;
    const bool good = read_text(s);
    if (good && v->length <= sizeof s->read && s->param->type != RK_PARAM_TEXT) {
        s->length = v->length;
        memcpy(s->read, v->text, s->length);
    }
    return good;
}

void *rk__bind_again(rk__bind_plan *plan)
{
    bool good = true;
    for (slot *s = plan->first; s != NULL && good; s = s->next) {
        good = fill(s);
    }
    return good ? plan->object : NULL;
}
