/* SPDX-License-Identifier: MIT
 *
 * document_contracts.c: contracts between organisations of a system document.
 */

#include "system/document.h"
#include "system/document_values.h"

static const char *const contract_keys[] = {"id",  "title", "contract", "payer", "payee", "under",
                                            "vat", "notes", "from",     "to",    NULL};

static rk_status read_contract(rk__system *s, const rk__value *v, rk__system_contract *c,
                               rk_problems *problems)
{
    rk_status first = rk__system_item(v, "a contract of a system", problems);
    c->at = v;
    c->under = SIZE_MAX;
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(v, contract_keys, problems));
    rk__keep_first(&first, rk__system_id(v, "the contract's id", &c->id, problems));
    rk__keep_first(&first, rk__json_text_of(v, "title", false, &c->title, problems));
    rk__keep_first(&first, rk__system_organisation(s, v, "payer", true, &c->payer, problems));
    rk__keep_first(&first, rk__system_organisation(s, v, "payee", true, &c->payee, problems));
    if (first == RK_OK && c->payer == c->payee) {
        first = rk__json_problem(problems, rk__json_get(v, "payee"), RK_CONFLICT, NULL,
                                 "'%s' would pay itself", s->organisations[c->payer].id);
    }
    c->contract = rk__json_get(v, "contract");
    if (!rk__json_given(c->contract)) {
        rk__keep_first(&first, rk__json_problem(problems, v, RK_MISSING_KEY,
                                                "give a path, or a contract in place",
                                                "'contract' is missing"));
    } else if (c->contract->type != RK__JSON_OBJECT) {
        rk__keep_first(&first, rk__json_problem(problems, c->contract, RK_WRONG_TYPE, NULL,
                                                "'contract' must be a contract or the path of "
                                                "one, not %s",
                                                rk__json_type_name(c->contract)));
    }
    rk__keep_first(&first, rk__system_span(v, &c->span, problems));
    if (first == RK_OK) {
        first = rk__system_vat(s, v, c->payer, &c->vat_rate, &c->vat_taxable, problems);
    }
    return first;
}

/* A head contract's payee must be the payer of the contracts under it. */
static rk_status read_under(rk__system *s, rk__system_contract *c, rk_problems *problems)
{
    const char *head = NULL;
    const rk_status status = rk__json_text_of(c->at, "under", false, &head, problems);
    if (status != RK_OK || head == NULL) {
        return status;
    }
    const size_t i = rk__names_find(&s->contract_ids, head);
    if (i != RK__NAMES_NONE) {
        c->under = i;
        return s->contracts[i].payee == c->payer
                   ? RK_OK
                   : rk__json_problem(problems, rk__json_get(c->at, "under"), RK_CONFLICT,
                                      "the payer of a subcontract is the payee of its head",
                                      "'%s' pays '%s', but '%s' pays '%s'",
                                      s->organisations[c->payer].id, c->id, head,
                                      s->organisations[s->contracts[i].payee].id);
    }
    return rk__json_problem(problems, rk__json_get(c->at, "under"), RK_OUT_OF_RANGE,
                            "name a contract of the system by its id", "there is no contract '%s'",
                            head);
}

static rk_status check_heads(rk__system *s, rk_problems *problems)
{
    for (size_t i = 0; i < s->n_contracts; i++) {
        rk__buf path = {0};
        rk__buf_puts(&path, s->contracts[i].id);
        size_t steps = 0;
        for (size_t h = s->contracts[i].under; h != SIZE_MAX && steps <= s->n_contracts;
             h = s->contracts[h].under, steps++) {
            rk__buf_printf(&path, " -> %s", s->contracts[h].id);
            if (h == i) {
                const rk_status status = rk__json_problem(
                    problems, rk__json_get(s->contracts[i].at, "under"), RK_CYCLE, NULL,
                    "contracts are subcontracts of each other: %s", path.text);
                rk__buf_dispose(&path);
                return status;
            }
        }
        rk__buf_dispose(&path);
    }
    return RK_OK;
}

rk_status rk__system_read_contracts(rk__system *s, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(s->root, "contracts", &list, problems);
    if (first != RK_OK || list == NULL) {
        return first;
    }
    s->contracts = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof *s->contracts);
    if (s->contracts == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__keep_first(&first, read_contract(s, v, &s->contracts[s->n_contracts++], problems));
    }
    rk__keep_first(&first, rk__json_unique(list, "id", "the contract's id", NULL, problems));
    const char **ids = rk__arena_alloc(&s->arena, (s->n_contracts + 1) * sizeof *ids);
    for (size_t i = 0; ids != NULL && i < s->n_contracts; i++) {
        ids[i] = s->contracts[i].id;
    }
    if (ids == NULL || !rk__names_make(&s->contract_ids, ids, s->n_contracts, &s->arena)) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < s->n_contracts && first == RK_OK; i++) {
        first = read_under(s, &s->contracts[i], problems);
    }
    return first != RK_OK ? first : check_heads(s, problems);
}
