/* SPDX-License-Identifier: MIT
 *
 * document_parts.c: contracts between organisations, flows outside contracts, how
 * cost follows activity, and the pool.
 */
#include "system/document.h"

#include <string.h>

#include "system/document_values.h"

const char *const rk__flow_words[RK__N_FLOW_KINDS + 1] = {
    "allocation", "income",     "grant",     "cost", "double-running",
    "stranded",   "investment", "repayment", NULL};

static const char *const contract_keys[] = {"id",    "title", "contract", "payer", "payee",
                                            "under", "vat",   "notes",    NULL};
static const char *const vat_keys[] = {"rate", "taxable", NULL};
static const char *const flow_keys[] = {"organisation", "period", "kind", "label",
                                        "amount",       "notes",  NULL};
static const char *const behaviour_keys[] = {"organisation", "title",      "pod",   "scope",
                                             "unit_cost",    "fixed",      "decay", "notes",
                                             "decay_by_age", "decay_unit", NULL};
static const char *const pool_keys[] = {"members",  "charges", "variance",
                                        "residual", "notes",   NULL};

/* A part: from 0 to 1. */
static rk_status part_at(rk__system *s, const rk__value *v, const char *key, rk_num *out,
                         rk_problems *problems)
{
    const rk_status status = rk__system_number_at(s, v, key, true, out, problems);
    if (status == RK_OK && *out != NULL &&
        (rk__num_sign(*out) < 0 || rk__num_compare(*out, rk__num_from_int(&s->nums, 1)) > 0)) {
        return rk__json_problem(problems, v, RK_OUT_OF_RANGE, NULL, "'%s' must be from 0 to 1",
                                key);
    }
    return status;
}

static rk_status part(rk__system *s, const rk__value *object, const char *key, rk_num *out,
                      rk_problems *problems)
{
    const rk__value *v = rk__json_get(object, key);
    return rk__json_given(v) ? part_at(s, v, key, out, problems) : RK_OK;
}

/* ----------------------------------------------------------------- contracts */

/* Bodies of the NHS and councils recover VAT; what others do has to be said. */
static bool recovers_by_kind(rk__org_kind kind)
{
    return kind == RK__ORG_COMMISSIONER || kind == RK__ORG_TRUST || kind == RK__ORG_LOCAL_AUTHORITY;
}

static rk_status read_vat(rk__system *s, const rk__value *v, rk__system_contract *c,
                          rk_problems *problems)
{
    const rk__value *vat = NULL;
    rk_status first = rk__system_object(v, "vat", &vat, problems);
    if (first != RK_OK || vat == NULL) {
        return first;
    }
    c->vat_taxable = rk__num_from_int(&s->nums, 1);
    rk__keep_first(&first, rk__json_only_keys(vat, vat_keys, problems));
    rk__keep_first(&first, rk__system_number(s, vat, "rate", true, true, &c->vat_rate, problems));
    rk__keep_first(&first, part(s, vat, "taxable", &c->vat_taxable, problems));
    if (c->vat_rate != NULL && rk__num_sign(c->vat_rate) < 0) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_get(vat, "rate"), RK_OUT_OF_RANGE, NULL,
                                        "a rate of VAT cannot be negative"));
    }
    rk__organisation *payer = &s->organisations[c->payer];
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
    if (first == RK_OK) {
        first = read_vat(s, v, c, problems);
    }
    return first;
}

/* What a head pays its lead contractor is what the lead can pay on. */
static rk_status read_under(rk__system *s, rk__system_contract *c, rk_problems *problems)
{
    const char *head = NULL;
    const rk_status status = rk__json_text_of(c->at, "under", false, &head, problems);
    if (status != RK_OK || head == NULL) {
        return status;
    }
    for (size_t i = 0; i < s->n_contracts; i++) {
        if (strcmp(s->contracts[i].id, head) != 0) {
            continue;
        }
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
    for (size_t i = 0; i < s->n_contracts && first == RK_OK; i++) {
        first = read_under(s, &s->contracts[i], problems);
    }
    return first != RK_OK ? first : check_heads(s, problems);
}

/* --------------------------------------------------------------------- flows */

static rk_status read_flow(rk__system *s, const rk__value *v, rk__flow *f, rk_problems *problems)
{
    rk_status first = rk__system_item(v, "a flow", problems);
    f->at = v;
    if (first != RK_OK) {
        return first;
    }
    const char *kind = NULL;
    rk__keep_first(&first, rk__json_only_keys(v, flow_keys, problems));
    rk__keep_first(&first,
                   rk__system_organisation(s, v, "organisation", true, &f->organisation, problems));
    rk__keep_first(&first, rk__system_periods(s, v, &f->periods, problems));
    rk__keep_first(&first, rk__json_text_of(v, "label", false, &f->label, problems));
    rk__keep_first(&first, rk__system_number(s, v, "amount", true, false, &f->amount, problems));
    const rk_status status = rk__json_text_of(v, "kind", true, &kind, problems);
    rk__keep_first(&first, status);
    if (status == RK_OK) {
        const int word =
            rk__system_word(rk__json_get(v, "kind"), "kind of flow", rk__flow_words, problems);
        rk__keep_first(&first, word < 0 ? RK_OUT_OF_RANGE : RK_OK);
        f->kind = word < 0 ? RK__FLOW_COST : (rk__flow_kind) word;
    }
    return first;
}

rk_status rk__system_read_flows(rk__system *s, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(s->root, "flows", &list, problems);
    if (first != RK_OK || list == NULL) {
        return first;
    }
    s->flows = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof *s->flows);
    if (s->flows == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__keep_first(&first, read_flow(s, v, &s->flows[s->n_flows++], problems));
    }
    return first;
}

/* ------------------------------------------------------------ cost behaviour */

/* `scope`, or `pod` for short. */
static rk_status read_behaviour_scope(rk__system *s, const rk__value *v, rk__cost_behaviour *b,
                                      rk_problems *problems)
{
    const rk__value *scope = rk__json_get(v, "scope");
    const rk__value *pod = rk__json_get(v, "pod");
    if (rk__json_given(scope) && rk__json_given(pod)) {
        return rk__json_problem(problems, pod, RK_CONFLICT, "write {\"pod\": ...} in the scope",
                                "'pod' and 'scope' exclude each other");
    }
    if (rk__json_given(scope)) {
        return rk__scope_read(&s->arena, scope, &b->scope, problems);
    }
    if (!rk__json_given(pod)) {
        return RK_OK;
    }
    if (pod->type != RK__JSON_STRING) {
        return rk__json_problem(problems, pod, RK_WRONG_TYPE, "use \"scope\" for a list",
                                "'pod' must be a pattern, not %s", rk__json_type_name(pod));
    }
    b->scope = rk__arena_alloc(&s->arena, sizeof *b->scope);
    rk__scope_column *column = rk__arena_alloc(&s->arena, sizeof *column);
    const char **pattern = rk__arena_alloc(&s->arena, sizeof *pattern);
    if (b->scope == NULL || column == NULL || pattern == NULL) {
        return RK_NO_MEMORY;
    }
    *pattern = pod->text;
    *column = (rk__scope_column){.column = "pod", .patterns = pattern, .n_patterns = 1, .at = pod};
    *b->scope = (rk__scope){.columns = column, .n_columns = 1};
    return RK_OK;
}

/* A period that is not named keeps what was said of the last one before it; at first all
 * of the fixed cost is there. */
static rk_status read_decay(rk__system *s, const rk__value *v, rk__cost_behaviour *b,
                            rk_problems *problems)
{
    const rk__value *decay = NULL;
    rk_status first = rk__system_object(v, "decay", &decay, problems);
    b->decay = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof *b->decay);
    if (b->decay == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *m = decay != NULL ? decay->first : NULL; m != NULL; m = m->next) {
        bool known = false;
        for (size_t p = 0; p < s->n_periods; p++) {
            if (strcmp(s->periods[p].id, m->key) == 0) {
                known = true;
                rk__keep_first(&first, part(s, decay, m->key, &b->decay[p], problems));
            }
        }
        if (!known) {
            rk__keep_first(&first, rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                        "use the ids of the system's periods",
                                                        "there is no period '%s'", m->key));
        }
    }
    rk_num last = rk__num_from_int(&s->nums, 1);
    for (size_t p = 0; p < s->n_periods; p++) {
        last = b->decay[p] != NULL ? b->decay[p] : last;
        b->decay[p] = last;
    }
    b->decays = decay != NULL;
    return first;
}

/* The list of `decay_by_age`, and the unit in which ages count. */
static rk_status read_ages(rk__system *s, const rk__value *v, rk__cost_behaviour *b,
                           rk_problems *problems)
{
    static const char *const units[] = {"year", "period", NULL};
    const rk__value *list = NULL;
    const rk__value *unit = rk__json_get(v, "decay_unit");
    rk_status first = rk__system_list(v, "decay_by_age", &list, problems);
    if (first == RK_OK && list == NULL && rk__json_given(unit)) {
        return rk__json_problem(problems, unit, RK_CONFLICT, "give \"decay_by_age\" too",
                                "'decay_unit' is the unit of 'decay_by_age', which is missing");
    }
    if (first != RK_OK || list == NULL) {
        return first;
    }
    if (b->decays) {
        return rk__json_problem(problems, list, RK_CONFLICT, "keep one of them",
                                "'decay' and 'decay_by_age' exclude each other");
    }
    if (list->count == 0) {
        return rk__json_problem(problems, list, RK_OUT_OF_RANGE, "write [\"100%\", \"50%\", \"0\"]",
                                "'decay_by_age' is empty");
    }
    b->by_age = rk__arena_alloc(&s->arena, list->count * sizeof *b->by_age);
    if (b->by_age == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *m = list->first; m != NULL; m = m->next) {
        rk__keep_first(&first, part_at(s, m, "decay_by_age", &b->by_age[b->n_ages++], problems));
    }
    if (rk__json_given(unit)) {
        const int word = rk__system_word(unit, "unit of age", units, problems);
        rk__keep_first(&first, word < 0 ? RK_OUT_OF_RANGE : RK_OK);
        b->ages_in_periods = word == 1;
    }
    return first;
}

static rk_status read_unit_cost(rk__system *s, const rk__value *v, rk__cost_behaviour *b,
                                rk_problems *problems)
{
    rk_num amount = NULL;
    const rk_status status = rk__system_number(s, v, "unit_cost", true, false, &amount, problems);
    b->unit_cost = rk__arena_alloc(&s->arena, s->n_periods * sizeof *b->unit_cost);
    if (b->unit_cost == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t p = 0; p < s->n_periods; p++) {
        b->unit_cost[p] = amount;
    }
    return status;
}

rk_status rk__system_read_behaviours(rk__system *s, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(s->root, "cost_behaviour", &list, problems);
    if (first != RK_OK || list == NULL) {
        return first;
    }
    s->behaviours = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof *s->behaviours);
    if (s->behaviours == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__cost_behaviour *b = &s->behaviours[s->n_behaviours++];
        const rk_status item = rk__system_item(v, "a cost behaviour", problems);
        rk__keep_first(&first, item);
        if (item != RK_OK) {
            continue;
        }
        b->at = v;
        b->fixed = rk__num_from_int(&s->nums, 0);
        rk__keep_first(&first, rk__json_only_keys(v, behaviour_keys, problems));
        rk__keep_first(&first, rk__json_text_of(v, "title", false, &b->title, problems));
        rk__keep_first(&first, rk__system_organisation(s, v, "organisation", true, &b->organisation,
                                                       problems));
        rk__keep_first(&first, read_unit_cost(s, v, b, problems));
        rk__keep_first(&first, part(s, v, "fixed", &b->fixed, problems));
        rk__keep_first(&first, read_behaviour_scope(s, v, b, problems));
        rk__keep_first(&first, read_decay(s, v, b, problems));
        rk__keep_first(&first, read_ages(s, v, b, problems));
    }
    return first;
}

/* ---------------------------------------------------------------------- pool */

static rk_status read_charges(rk__system *s, const rk__value *v, rk__pool *pool,
                              rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(v, "charges", &list, problems);
    (void) s;
    for (const rk__value *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const int word =
            rk__system_word(c, "kind of charge", rk__flow_words + RK__FLOW_COST, problems);
        if (word < 0) {
            rk__keep_first(&first, RK_OUT_OF_RANGE);
        } else {
            pool->charges[RK__FLOW_COST + word] = true;
        }
    }
    return first;
}

/* What one member lacks would silently be left out of the variance. */
static rk_status check_variance(rk__system *s, const rk__pool *pool, rk_problems *problems)
{
    for (size_t i = 0; i < pool->n_members; i++) {
        const rk__organisation *o = &s->organisations[pool->members[i].organisation];
        for (size_t p = 0; p < s->n_periods; p++) {
            if (o->control_total[p] == NULL) {
                return rk__json_problem(problems, o->at, RK_MISSING_KEY,
                                        "a pool of variances needs the control total of each "
                                        "member in each period",
                                        "'%s' has no control total in period '%s'", o->id,
                                        s->periods[p].id);
            }
        }
    }
    return RK_OK;
}

rk_status rk__system_read_pool(rk__system *s, rk_problems *problems)
{
    static const char *const residuals[] = {"respread", "named", NULL};
    const rk__value *v = NULL;
    rk_status first = rk__system_object(s->root, "pool", &v, problems);
    if (first != RK_OK || v == NULL) {
        return first;
    }
    rk__pool *pool = rk__arena_alloc(&s->arena, sizeof *pool);
    if (pool == NULL) {
        return RK_NO_MEMORY;
    }
    const rk__value *members = NULL;
    pool->at = v;
    pool->respread = true;
    rk__keep_first(&first, rk__json_only_keys(v, pool_keys, problems));
    rk__keep_first(&first, rk__system_list(v, "members", &members, problems));
    if (members == NULL || members->count == 0) {
        rk__keep_first(&first, rk__json_problem(problems, v, RK_MISSING_KEY,
                                                "add \"members\": [{\"organisation\", \"share\"}]",
                                                "the pool has no members"));
        return first;
    }
    rk__keep_first(&first, rk__system_shares(s, members, "the pool", &pool->members,
                                             &pool->n_members, problems));
    rk__keep_first(&first, read_charges(s, v, pool, problems));
    rk__keep_first(&first, rk__json_bool_of(v, "variance", false, &pool->variance, problems));
    const rk__value *residual = rk__json_get(v, "residual");
    if (rk__json_given(residual)) {
        const int word = rk__system_word(residual, "residual", residuals, problems);
        rk__keep_first(&first, word < 0 ? RK_OUT_OF_RANGE : RK_OK);
        pool->respread = word == 0;
    }
    if (first == RK_OK && pool->variance) {
        first = check_variance(s, pool, problems);
    }
    s->risk_pool = pool;
    return first;
}
