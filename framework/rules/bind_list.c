/* SPDX-License-Identifier: MIT
 *
 * bind_list.c: lists of small structs, and single objects kept as lists of one.
 */
#include "rules/bind_parts.h"

static rk_status item_bind(rk__binding *b, const rk_param *param, const rk__value *item,
                           const char *prefix, void *object)
{
    const rk__bind_scope scope = {{item, NULL}, item, prefix};
    rk__given_names(b, item, param->items, prefix);
    return rk__bind_table(b, param->items, &scope, object);
}

static rk_status object_bind(rk__binding *b, const rk_param *param, const char *path,
                             const rk__value *value, rk_list *out)
{
    const char *const prefix = rk__arena_printf(b->arena, "%s.", path);
    void *const object = rk__arena_alloc(b->arena, param->item_size);
    if (prefix == NULL || object == NULL) {
        return RK_NO_MEMORY;
    }
    *out = (rk_list){object, 1};
    return item_bind(b, param, value, prefix, object);
}

rk_status rk__bind_list(rk__binding *b, const rk_param *param, const char *path,
                        const rk__value *value, rk_list *out)
{
    const bool one = (param->flags & RK_ONE_OBJECT) != 0;
    const char *const example = param->items[0].name;
    *out = (rk_list){0};
    if (value->type != (one ? RK__JSON_OBJECT : RK__JSON_ARRAY)) {
        const char *const hint = rk__arena_printf(
            b->arena, one ? "write {\"%s\": ...}" : "write [{\"%s\": ...}]", example);
        rk__bind_failed(b, rk__json_problem(b->problems, value, RK_WRONG_TYPE, hint,
                                            "'%s' must be %s, and is %s", path,
                                            one ? "an object" : "a list of objects",
                                            rk__json_type_name(value)));
        return RK_OK;
    }
    if (one) {
        return object_bind(b, param, path, value, out);
    }
    if (value->count == 0) {
        return RK_OK;
    }
    char *const items = rk__arena_alloc(b->arena, (size_t) value->count * param->item_size);
    if (items == NULL) {
        return RK_NO_MEMORY;
    }
    *out = (rk_list){items, value->count};
    for (const rk__value *item = value->first; item != NULL; item = item->next) {
        const char *const prefix = rk__arena_printf(b->arena, "%s[%u].", path, item->index);
        if (prefix == NULL) {
            return RK_NO_MEMORY;
        }
        if (item->type != RK__JSON_OBJECT) {
            const char *const hint = rk__arena_printf(b->arena, "write {\"%s\": ...}", example);
            rk__bind_failed(b, rk__json_problem(b->problems, item, RK_WRONG_TYPE, hint,
                                                "'%s[%u]' must be an object, and is %s", path,
                                                item->index, rk__json_type_name(item)));
            continue;
        }
        const rk_status status =
            item_bind(b, param, item, prefix, items + item->index * param->item_size);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}
