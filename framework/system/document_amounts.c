/* SPDX-License-Identifier: MIT
 *
 * document_amounts.c: parts, indexed amounts, days, VAT and shares of a system document.
 */
#include <string.h>

#include "system/document.h"
#include "system/document_values.h"

/* ------------------------------------------------------------- parts, amounts */

rk_status rk__system_part_at(rk__system *s, const rk__value *v, const char *key, rk_num *out,
                             rk_problems *problems)
{
    const rk_status status = rk__system_number_at(s, v, key, true, out, problems);
    const rk_num one = rk__num_from_int(&s->nums, 1);
    if (one == NULL) {
        return RK_NO_MEMORY;
    }
    if (status == RK_OK && *out != NULL &&
        (rk__num_sign(*out) < 0 || rk__num_compare(*out, one) > 0)) {
        return rk__json_problem(problems, v, RK_OUT_OF_RANGE, NULL, "'%s' must be from 0 to 1",
                                key);
    }
    return status;
}

rk_status rk__system_part(rk__system *s, const rk__value *object, const char *key, rk_num *out,
                          rk_problems *problems)
{
    const rk__value *v = rk__json_get(object, key);
    return rk__json_given(v) ? rk__system_part_at(s, v, key, out, problems) : RK_OK;
}

/* The amount in the prices of each period. */
static rk_status spread(rk__system *s, rk_num amount, const rk__value *index, rk_num *out,
                        rk_problems *problems)
{
    rk__index read = {0};
    const rk_status status =
        index != NULL ? rk__index_read(&s->indices, index, &read, problems) : RK_OK;
    for (size_t p = 0; p < s->n_periods && status == RK_OK; p++) {
        out[p] = amount;
        if (index != NULL) {
            out[p] =
                rk__num_mul(&s->nums, amount, rk__index_factor(&s->nums, &s->indices, &read, p));
        }
    }
    return status;
}

rk_status rk__system_amounts(rk__system *s, const rk__value *object, const char *key, bool required,
                             rk_num **out, bool *indexed, rk_problems *problems)
{
    static const char *const keys[] = {"amount", "index", NULL};
    const rk__value *v = rk__json_get(object, key);
    const rk__value *index = rk__json_get(object, "index");
    rk_num amount = NULL;
    *out = NULL;
    rk_status status = RK_OK;
    if (v != NULL && v->type == RK__JSON_OBJECT) {
        status = rk__json_only_keys(v, keys, problems);
        index = rk__json_given(rk__json_get(v, "index")) ? rk__json_get(v, "index") : index;
        rk__keep_first(&status, rk__system_number(s, v, "amount", true, false, &amount, problems));
    } else {
        status = rk__system_number(s, object, key, required, false, &amount, problems);
    }
    index = rk__json_given(index) ? index : NULL;
    if (indexed != NULL) {
        *indexed = index != NULL;
    }
    if (status != RK_OK || amount == NULL) {
        return status;
    }
    *out = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof **out);
    return *out == NULL ? RK_NO_MEMORY : spread(s, amount, index, *out, problems);
}

/* ------------------------------------------------------------------------ days */

static rk_status day(const rk__value *object, const char *key, rk_date *out, bool *given,
                     rk_problems *problems)
{
    const char *text = NULL;
    const rk_status status = rk__json_text_of(object, key, false, &text, problems);
    *given = text != NULL;
    if (status == RK_OK && *given && !rk__date_parse(text, strlen(text), out)) {
        return rk__json_problem(problems, rk__json_get(object, key), RK_OUT_OF_RANGE,
                                "write dates as 2016-04-01", "'%s' is not a date", text);
    }
    return status;
}

rk_status rk__system_span(const rk__value *object, rk__span *out, rk_problems *problems)
{
    rk_status first = day(object, "from", &out->from, &out->has_from, problems);
    rk__keep_first(&first, day(object, "to", &out->to, &out->has_to, problems));
    if (first == RK_OK && out->has_from && out->has_to &&
        rk__date_compare(out->to, out->from) < 0) {
        return rk__json_problem(problems, rk__json_get(object, "to"), RK_OUT_OF_RANGE,
                                "both days are included", "'to' is before 'from'");
    }
    return first;
}

/* ------------------------------------------------------------------------- VAT */

/* Bodies of the NHS and councils recover VAT; what others do has to be said. */
static bool recovers_by_kind(rk__org_kind kind)
{
    return kind == RK__ORG_COMMISSIONER || kind == RK__ORG_TRUST || kind == RK__ORG_LOCAL_AUTHORITY;
}

rk_status rk__system_vat(rk__system *s, const rk__value *object, size_t organisation, rk_num *rate,
                         rk_num *taxable, rk_problems *problems)
{
    static const char *const keys[] = {"rate", "taxable", NULL};
    const rk__value *vat = NULL;
    rk_status first = rk__system_object(object, "vat", &vat, problems);
    if (first != RK_OK || vat == NULL) {
        return first;
    }
    *taxable = rk__num_from_int(&s->nums, 1);
    rk__keep_first(&first, rk__json_only_keys(vat, keys, problems));
    rk__keep_first(&first, rk__system_number(s, vat, "rate", true, true, rate, problems));
    rk__keep_first(&first, rk__system_part(s, vat, "taxable", taxable, problems));
    if (*rate != NULL && rk__num_sign(*rate) < 0) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_get(vat, "rate"), RK_OUT_OF_RANGE, NULL,
                                        "a rate of VAT cannot be negative"));
    }
    rk__organisation *payer = &s->organisations[organisation];
    if (first == RK_OK && payer->vat_recovery == NULL) {
        if (!recovers_by_kind(payer->kind)) {
            return rk__json_problem(problems, vat, RK_MISSING_KEY,
                                    "give the organisation \"vat_recovery\": \"0\", or what part "
                                    "it recovers",
                                    "'%s' pays VAT and does not say what part of it it recovers",
                                    payer->id);
        }
        payer->vat_recovery = rk__num_from_int(&s->nums, 1);
    }
    return first;
}

/* ---------------------------------------------------------------------- shares */

static rk_status share_number(rk__system *s, const rk__value *v, rk_num *out, rk_problems *problems)
{
    const rk_status status = rk__system_number_at(s, v, "share", true, out, problems);
    return status == RK_OK && rk__num_sign(*out) < 0
               ? rk__json_problem(problems, v, RK_OUT_OF_RANGE, NULL, "a share cannot be negative")
               : status;
}

/* `by_period` replaces the share of single periods. */
static rk_status shares_by_period(rk__system *s, const rk__value *v, rk__share *out,
                                  rk_problems *problems)
{
    const rk__value *by_period = NULL;
    rk_status first = rk__system_object(v, "by_period", &by_period, problems);
    for (const rk__value *m = by_period != NULL ? by_period->first : NULL; m != NULL; m = m->next) {
        size_t p = 0;
        while (p < s->n_periods && strcmp(s->periods[p].id, m->key) != 0) {
            p++;
        }
        rk__keep_first(&first, p < s->n_periods
                                   ? share_number(s, m, &out->share[p], problems)
                                   : rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                          "use the ids of the system's periods",
                                                          "there is no period '%s'", m->key));
    }
    return first;
}

static rk_status share_read(rk__system *s, const rk__value *v, rk__share *out,
                            rk_problems *problems)
{
    static const char *const keys[] = {"organisation", "share", "by_period", NULL};
    rk_status first = rk__system_item(v, "a share", problems);
    if (first != RK_OK) {
        return first;
    }
    out->at = v;
    out->share = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof *out->share);
    if (out->share == NULL) {
        return RK_NO_MEMORY;
    }
    rk_num share = NULL;
    const rk__value *at = rk__json_get(v, "share");
    rk__keep_first(&first, rk__json_only_keys(v, keys, problems));
    rk__keep_first(
        &first, rk__system_organisation(s, v, "organisation", true, &out->organisation, problems));
    rk__keep_first(&first, rk__json_given(at)
                               ? share_number(s, at, &share, problems)
                               : rk__system_number(s, v, "share", true, true, &share, problems));
    for (size_t p = 0; p < s->n_periods; p++) {
        out->share[p] = share;
    }
    rk__keep_first(&first, shares_by_period(s, v, out, problems));
    if (first == RK_OK && !rk__is_inside(&s->organisations[out->organisation])) {
        return rk__json_problem(
            problems, rk__json_get(v, "organisation"), RK_OUT_OF_RANGE, NULL,
            "'%s' is %s and cannot have a share", s->organisations[out->organisation].id,
            s->organisations[out->organisation].observer ? "an observer" : "outside the system");
    }
    return first;
}

static rk_status check_sum(rk__system *s, const rk__value *list, const char *what,
                           const rk__share *shares, size_t n, rk_problems *problems)
{
    for (size_t p = 0; p < s->n_periods; p++) {
        rk_num sum = rk__num_from_int(&s->nums, 0);
        for (size_t i = 0; i < n; i++) {
            sum = rk__num_add(&s->nums, sum, shares[i].share[p]);
        }
        const rk_num one = rk__num_from_int(&s->nums, 1);
        if (sum == NULL || one == NULL) {
            return RK_NO_MEMORY;
        }
        if (rk__num_compare(sum, one) != 0) {
            rk__buf text = {0};
            rk__num_print_exact(&text, sum);
            const rk_status status = rk__json_problem(
                problems, list, RK_OUT_OF_RANGE,
                "use fractions such as \"1/3\" where decimals do not end",
                "the shares of %s add up to %s, not to 1%s%s", what,
                text.text != NULL ? text.text : "", s->n_periods > 1 ? ", in period " : "",
                s->n_periods > 1 ? s->periods[p].id : "");
            rk__buf_dispose(&text);
            return status;
        }
    }
    return RK_OK;
}

rk_status rk__system_shares(rk__system *s, const rk__value *list, const char *what, rk__share **out,
                            size_t *n, rk_problems *problems)
{
    rk_status first = RK_OK;
    *n = 0;
    *out = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__share *share = &(*out)[*n];
        const rk_status status = share_read(s, v, share, problems);
        rk__keep_first(&first, status);
        if (status != RK_OK) {
            continue;
        }
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
    return first == RK_OK ? check_sum(s, list, what, *out, *n, problems) : first;
}
