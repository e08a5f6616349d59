/* SPDX-License-Identifier: MIT
 *
 * document_values.h: values that the parts of a system document share.
 */
#pragma once

#include "system/document.h"

/* An absent or null member is RK_MISSING_KEY if `required`; otherwise *out does not change. `ratio`
 * also takes "4.75%" and "7/12"; money has six decimals. */
rk_status rk__system_number(rk__system *s, const rk__value *object, const char *key, bool required,
                            bool ratio, rk_num *out, rk_problems *problems);
/* The same for a given value. */
rk_status rk__system_number_at(rk__system *s, const rk__value *v, const char *what, bool ratio,
                               rk_num *out, rk_problems *problems);
/* A part: from 0 to 1. */
rk_status rk__system_part(rk__system *s, const rk__value *object, const char *key, rk_num *out,
                          rk_problems *problems);
rk_status rk__system_part_at(rk__system *s, const rk__value *v, const char *key, rk_num *out,
                             rk_problems *problems);
/* An amount in the prices of each period: a number, or {"amount", "index"}; or with an `index`
 * beside it. *out is by period, or NULL if absent. `indexed` may be NULL. */
rk_status rk__system_amounts(rk__system *s, const rk__value *object, const char *key, bool required,
                             rk_num **out, bool *indexed, rk_problems *problems);
/* "from" and "to". */
rk_status rk__system_span(const rk__value *object, rk__span *out, rk_problems *problems);
/* "vat": {"rate", "taxable"}, which an organisation pays. */
rk_status rk__system_vat(rk__system *s, const rk__value *object, size_t organisation, rk_num *rate,
                         rk_num *taxable, rk_problems *problems);
rk_status rk__system_organisation(const rk__system *s, const rk__value *object, const char *key,
                                  bool required, size_t *out, rk_problems *problems);
/* `period`: an id, a list of ids, or absent for all. */
rk_status rk__system_periods(rk__system *s, const rk__value *object, bool **out,
                             rk_problems *problems);
/* A member that is a list, or an object; *out is NULL if absent. */
rk_status rk__system_list(const rk__value *object, const char *key, const rk__value **out,
                          rk_problems *problems);
rk_status rk__system_object(const rk__value *object, const char *key, const rk__value **out,
                            rk_problems *problems);
/* A list item must be an object. */
rk_status rk__system_item(const rk__value *v, const char *what, rk_problems *problems);
/* An id that is not among the `n` before it. */
rk_status rk__system_id(const rk__value *v, const char *what, const char **out,
                        rk_problems *problems);
/* Shares [{organisation, share, by_period}] that must add up to one in each period. */
rk_status rk__system_shares(rk__system *s, const rk__value *list, const char *what, rk__share **out,
                            size_t *n, rk_problems *problems);
/* The index of a word in a NULL-terminated list, or -1 with a problem. */
int rk__system_word(const rk__value *v, const char *what, const char *const *words,
                    rk_problems *problems);
