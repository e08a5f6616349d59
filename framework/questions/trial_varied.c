/* SPDX-License-Identifier: MIT
 *
 * trial_varied.c: finds what is varied in documents, and its present value.
 */
#include "questions/trial.h"

#include <string.h>

void rk__trial_present(rk__trial *t, rk__varied *v, const char *text)
{
    const char *why = NULL;
    v->present = text != NULL ? rk__num_parse(&t->nums, text, true, -1, &why) : NULL;
    v->percent = text != NULL && strchr(text, '%') != NULL;
}

bool rk__trial_find_param(rk__trial *t, rk__varied *v, const rk__value *contract)
{
    const rk__value *arrangements = rk__json_get(contract, "arrangements");
    bool found = false;
    for (const rk__value *a = arrangements != NULL ? arrangements->first : NULL; a != NULL;
         a = a->next) {
        for (const rk__value *c = a->type == RK__JSON_ARRAY ? a->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *id = rk__json_get(c, "id");
            const size_t length = id != NULL && id->text != NULL ? strlen(id->text) : 0;
            if (length == 0 || strncmp(v->what, id->text, length) != 0 || v->what[length] != '.') {
                continue;
            }
            const rk__value *value = rk__json_get(rk__json_get(c, "params"), v->what + length + 1);
            found = true;
            if (v->present == NULL && value != NULL && value->text != NULL) {
                rk__trial_present(t, v, value->text);
            }
        }
    }
    return found;
}
