/* SPDX-License-Identifier: MIT
 *
 * accept.c: the findings that a document accepts.
 */
#include "contract/accept.h"

#include "finding/codes.h"

rk_status rk__accept_read(rk__arena *arena, const rk__value *root, const char ***out, size_t *n,
                          rk_problems *problems)
{
    static const char hint[] = "write [\"total-row\", ...]: the codes in docs/findings.md";
    const rk__value *list = rk__json_get(root, "accept");
    *n = 0;
    if (!rk__json_given(list)) {
        return RK_OK;
    }
    if (list->type != RK__JSON_ARRAY) {
        return rk__json_problem(problems, list, RK_WRONG_TYPE, hint,
                                "'accept' must be a list, not %s", rk__json_type_name(list));
    }
    *out = rk__arena_alloc(arena, (list->count + 1) * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING) {
            rk__keep_first(&first, rk__json_problem(problems, v, RK_WRONG_TYPE, hint,
                                                    "a code must be a text, not %s",
                                                    rk__json_type_name(v)));
            continue;
        }
        if (!rk__finding_is_code(v->text)) {
            const char *near = rk__finding_nearest(v->text);
            const char *meant =
                near != NULL ? rk__arena_printf(arena, "did you mean '%s'?", near) : hint;
            rk__keep_first(&first, rk__json_problem(problems, v, RK_OUT_OF_RANGE, meant,
                                                    "no finding has the code '%s'", v->text));
            continue;
        }
        (*out)[(*n)++] = v->text;
    }
    return first;
}
