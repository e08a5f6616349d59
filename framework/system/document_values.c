/* SPDX-License-Identifier: MIT
 *
 * document_values.c: the values that the parts of a system document share: exact
 * numbers, references to organisations and periods.
 */
#include "system/document_values.h"

#include <string.h>

#include "system/document.h"

static rk_status missing(const rk__value *object, const char *key, rk_problems *problems)
{
    return rk__json_problem(problems, object, RK_MISSING_KEY, NULL, "'%s' is missing", key);
}

rk_status rk__system_number_at(rk__system *s, const rk__value *v, const char *what, bool ratio,
                               rk_num *out, rk_problems *problems)
{
    const char *why = NULL;
    if (v->type != RK__JSON_NUMBER && v->type != RK__JSON_STRING) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE,
                                ratio ? "write \"40%\" or \"0.4\"" : "write \"1200000\"",
                                "'%s' must be a number, not %s", what, rk__json_type_name(v));
    }
    *out = rk__num_parse(&s->nums, v->text, ratio, ratio ? -1 : RK_DECIMAL_PLACES, &why);
    if (*out == NULL) {
        return s->nums.no_memory
                   ? RK_NO_MEMORY
                   : rk__json_problem(problems, v, RK_OUT_OF_RANGE,
                                      ratio ? "write \"40%\", \"0.4\" or \"2/5\"" : NULL,
                                      "'%s': '%s' %s", what, v->text, why);
    }
    return RK_OK;
}

rk_status rk__system_number(rk__system *s, const rk__value *object, const char *key, bool required,
                            bool ratio, rk_num *out, rk_problems *problems)
{
    const rk__value *v = rk__json_get(object, key);
    if (!rk__json_given(v)) {
        return required ? missing(object, key, problems) : RK_OK;
    }
    return rk__system_number_at(s, v, key, ratio, out, problems);
}

rk_status rk__system_organisation(const rk__system *s, const rk__value *object, const char *key,
                                  bool required, size_t *out, rk_problems *problems)
{
    const char *id = NULL;
    const rk_status status = rk__json_text_of(object, key, required, &id, problems);
    if (status != RK_OK || id == NULL) {
        return status;
    }
    const size_t index = rk__names_find(&s->organisation_ids, id);
    if (index != RK__NAMES_NONE) {
        *out = index;
        return RK_OK;
    }
    const char **ids = rk__calloc(s->n_organisations + 1, sizeof *ids);
    if (ids == NULL) {
        return RK_NO_MEMORY;
    }
    size_t n = 0;
    for (size_t i = 0; i < s->n_organisations; i++) {
        if (s->organisations[i].id != NULL) {
            ids[n++] = s->organisations[i].id;
        }
    }
    rk__buf hint = {0};
    const char *near = rk__nearest(id, ids);
    rk__buf_printf(&hint, near != NULL ? "did you mean '%s'?" : "name one of 'organisations'%.0s",
                   near != NULL ? near : "");
    const rk_status found = rk__json_problem(problems, rk__json_get(object, key), RK_OUT_OF_RANGE,
                                             hint.text, "there is no organisation '%s'", id);
    rk__buf_dispose(&hint);
    rk__free(ids);
    return found;
}

static rk_status period_add(const rk__system *s, const rk__value *v, bool *periods,
                            rk_problems *problems)
{
    if (v->type != RK__JSON_STRING && v->type != RK__JSON_NUMBER) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write the id of a period",
                                "'period' must be a period's id, not %s", rk__json_type_name(v));
    }
    for (size_t p = 0; p < s->n_periods; p++) {
        if (s->periods[p].id != NULL && strcmp(s->periods[p].id, v->text) == 0) {
            periods[p] = true;
            return RK_OK;
        }
    }
    return rk__json_problem(problems, v, RK_OUT_OF_RANGE, "use the ids of the system's periods",
                            "there is no period '%s'", v->text);
}

rk_status rk__system_periods(rk__system *s, const rk__value *object, bool **out,
                             rk_problems *problems)
{
    const rk__value *v = rk__json_get(object, "period");
    *out = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    if (!rk__json_given(v)) {
        memset(*out, true, s->n_periods);
        return RK_OK;
    }
    if (v->type != RK__JSON_ARRAY) {
        return period_add(s, v, *out, problems);
    }
    rk_status first = RK_OK;
    for (const rk__value *item = v->first; item != NULL; item = item->next) {
        rk__keep_first(&first, period_add(s, item, *out, problems));
    }
    return first;
}

static rk_status member(const rk__value *object, const char *key, rk__json_type type,
                        const char *word, const rk__value **out, rk_problems *problems)
{
    const rk__value *v = rk__json_get(object, key);
    *out = NULL;
    if (!rk__json_given(v)) {
        return RK_OK;
    }
    if (v->type != type) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, NULL, "'%s' must be %s, not %s", key,
                                word, rk__json_type_name(v));
    }
    *out = v;
    return RK_OK;
}

rk_status rk__system_list(const rk__value *object, const char *key, const rk__value **out,
                          rk_problems *problems)
{
    return member(object, key, RK__JSON_ARRAY, "a list", out, problems);
}

rk_status rk__system_object(const rk__value *object, const char *key, const rk__value **out,
                            rk_problems *problems)
{
    return member(object, key, RK__JSON_OBJECT, "an object", out, problems);
}

rk_status rk__system_item(const rk__value *v, const char *what, rk_problems *problems)
{
    return v->type == RK__JSON_OBJECT
               ? RK_OK
               : rk__json_problem(problems, v, RK_WRONG_TYPE, NULL, "%s must be an object, not %s",
                                  what, rk__json_type_name(v));
}

rk_status rk__system_id(const rk__value *v, const char *what, const char **out,
                        rk_problems *problems)
{
    rk_status status = rk__json_text_of(v, "id", true, out, problems);
    if (status == RK_OK) {
        status = rk__id_check(rk__json_get(v, "id"), what, problems);
    }
    return status;
}

int rk__system_word(const rk__value *v, const char *what, const char *const *words,
                    rk_problems *problems)
{
    rk__buf hint = {0};
    for (int i = 0; words[i] != NULL; i++) {
        if (v->type == RK__JSON_STRING && strcmp(words[i], v->text) == 0) {
            rk__buf_dispose(&hint);
            return i;
        }
        rk__buf_printf(&hint, "%s%s",
                       i == 0                 ? "use "
                       : words[i + 1] == NULL ? " or "
                                              : ", ",
                       words[i]);
    }
    (void) rk__json_problem(problems, v,
                            v->type == RK__JSON_STRING ? RK_OUT_OF_RANGE : RK_WRONG_TYPE, hint.text,
                            "unknown %s '%s'", what, v->text != NULL ? v->text : "");
    rk__buf_dispose(&hint);
    return -1;
}
