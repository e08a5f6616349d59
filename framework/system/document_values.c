/* SPDX-License-Identifier: MIT
 *
 * document_values.c: the values that the parts of a system document share: exact
 * numbers, references to organisations and periods, shares.
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
    const char **ids = rk__calloc(s->n_organisations + 1, sizeof *ids);
    if (ids == NULL) {
        return RK_NO_MEMORY;
    }
    size_t n = 0;
    for (size_t i = 0; i < s->n_organisations; i++) {
        const char *other = s->organisations[i].id;
        if (other != NULL && strcmp(other, id) == 0) {
            *out = i;
            rk__free(ids);
            return RK_OK;
        }
        if (other != NULL) {
            ids[n++] = other;
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

static rk_status share_read(rk__system *s, const rk__value *v, rk__share *out,
                            rk_problems *problems)
{
    static const char *const keys[] = {"organisation", "share", NULL};
    rk_status first = rk__system_item(v, "a share", problems);
    if (first != RK_OK) {
        return first;
    }
    out->at = v;
    rk__keep_first(&first, rk__json_only_keys(v, keys, problems));
    rk__keep_first(
        &first, rk__system_organisation(s, v, "organisation", true, &out->organisation, problems));
    rk__keep_first(&first, rk__system_number(s, v, "share", true, true, &out->share, problems));
    if (first == RK_OK && rk__num_sign(out->share) < 0) {
        return rk__json_problem(problems, rk__json_get(v, "share"), RK_OUT_OF_RANGE, NULL,
                                "a share cannot be negative");
    }
    if (first == RK_OK && s->organisations[out->organisation].kind == RK__ORG_OUTSIDE) {
        return rk__json_problem(problems, rk__json_get(v, "organisation"), RK_OUT_OF_RANGE, NULL,
                                "'%s' is outside the system and cannot have a share",
                                s->organisations[out->organisation].id);
    }
    return first;
}

rk_status rk__system_shares(rk__system *s, const rk__value *list, const char *what, rk__share **out,
                            size_t *n, rk_problems *problems)
{
    rk_status first = RK_OK;
    *n = 0;
    *out = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof **out);
    rk_num sum = rk__num_from_int(&s->nums, 0);
    if (*out == NULL || sum == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__share *share = &(*out)[*n];
        const rk_status status = share_read(s, v, share, problems);
        rk__keep_first(&first, status);
        if (status != RK_OK) {
            continue;
        }
        sum = rk__num_add(&s->nums, sum, share->share);
        for (size_t i = 0; i < *n; i++) {
            if ((*out)[i].organisation == share->organisation) {
                rk__keep_first(&first,
                               rk__json_problem(problems, v, RK_DUPLICATE_ID, NULL,
                                                "'%s' has two of the shares of %s",
                                                s->organisations[share->organisation].id, what));
            }
        }
        (*n)++;
    }
    if (first == RK_OK && rk__num_compare(sum, rk__num_from_int(&s->nums, 1)) != 0) {
        rk__buf text = {0};
        rk__num_print_exact(&text, sum);
        first = rk__json_problem(problems, list, RK_OUT_OF_RANGE,
                                 "use fractions such as \"1/3\" where decimals do not end",
                                 "the shares of %s add up to %s, not to 1", what,
                                 text.text != NULL ? text.text : "");
        rk__buf_dispose(&text);
    }
    return first;
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
