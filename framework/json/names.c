/* SPDX-License-Identifier: MIT
 *
 * names.c: which texts may be ids and names.
 */
#include "json/json.h"

bool rk__id_has(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

rk_status rk__id_check(const rk__value *v, const char *what, rk_problems *problems)
{
    static const char hint[] = "use letters, digits, '.', '_' and '-', at most 128 of them";
    if (v->length == 0 || v->length > RK__ID_MAX) {
        return rk__json_problem(problems, v, RK_OUT_OF_RANGE, hint, "%s has %u characters", what,
                                v->length);
    }
    for (uint32_t i = 0; i < v->length; i++) {
        if (!rk__id_has(v->text[i])) {
            return rk__json_problem(problems, v, RK_OUT_OF_RANGE, hint,
                                    "%s '%s' has a character that ids do not have", what, v->text);
        }
    }
    return RK_OK;
}

rk_status rk__name_check(const rk__value *v, const char *what, rk_problems *problems)
{
    bool good = v->length > 0 && v->length <= RK__ID_MAX;
    for (uint32_t i = 0; i < v->length; i++) {
        good = good && (unsigned char) v->text[i] >= 0x20 && v->text[i] != 0x7f;
    }
    return good ? RK_OK
                : rk__json_problem(problems, v, RK_OUT_OF_RANGE,
                                   "use 1 to 128 characters, none of them a control character",
                                   "%s is not a name", what);
}
