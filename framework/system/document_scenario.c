/* SPDX-License-Identifier: MIT
 *
 * document_scenario.c: scenarios: an arrangement for each contract, changes of
 * activity, and values that are set.
 */
#include "system/document.h"

#include <string.h>

#include "system/document_values.h"

/* A scenario may begin from another, which may begin from a third, and so on. */
#define CHAIN_MOST 32

static const char *const scenario_keys[] = {"title", "arrangements", "delivery", "changes",
                                            "set",   "notes",        "like",     NULL};
static const char *const change_keys[] = {"contract", "period", "table",    "where",       "count",
                                          "to",       "notes",  "delivery", "probability", NULL};
static const char *const to_keys[] = {"organisation", "unit_cost", "index", NULL};

static rk_status contract_named(const rk__system *s, const rk__value *at, const char *id,
                                size_t *out, rk_problems *problems)
{
    *out = rk__names_find(&s->contract_ids, id);
    if (*out != RK__NAMES_NONE) {
        return RK_OK;
    }
    return rk__json_problem(problems, at, RK_OUT_OF_RANGE, "name a contract of the system",
                            "there is no contract '%s'", id);
}

static rk_status read_choices(rk__system *s, const rk__value *v, rk__scenario *out,
                              rk_problems *problems)
{
    const rk__value *choices = NULL;
    rk_status first = rk__system_object(v, "arrangements", &choices, problems);
    for (const rk__value *m = choices != NULL ? choices->first : NULL; m != NULL; m = m->next) {
        size_t contract = 0;
        const rk_status status = contract_named(s, m, m->key, &contract, problems);
        rk__keep_first(&first, status);
        if (status != RK_OK) {
            continue;
        }
        const rk__value *all = rk__json_get(s->contracts[contract].contract, "arrangements");
        if (m->type != RK__JSON_STRING) {
            rk__keep_first(&first, rk__json_problem(problems, m, RK_WRONG_TYPE, NULL,
                                                    "an arrangement is chosen by its name, not %s",
                                                    rk__json_type_name(m)));
        } else if (rk__json_get(all, m->text) == NULL) {
            rk__keep_first(&first, rk__json_problem(problems, m, RK_OUT_OF_RANGE,
                                                    "name one of the contract's arrangements",
                                                    "contract '%s' has no arrangement '%s'", m->key,
                                                    m->text));
        } else {
            out->arrangements[contract] = m->text;
        }
    }
    return first;
}

static rk_status read_to(rk__system *s, const rk__value *v, rk__change *out, rk_problems *problems)
{
    const rk__value *to = NULL;
    rk_status first = rk__system_object(v, "to", &to, problems);
    out->to = SIZE_MAX;
    if (first != RK_OK || to == NULL) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(to, to_keys, problems));
    rk__keep_first(&first,
                   rk__system_organisation(s, to, "organisation", true, &out->to, problems));
    rk__keep_first(&first, rk__system_amounts(s, to, "unit_cost", true, &out->unit_cost,
                                              &out->indexed, problems));
    return first;
}

static const char *const count_keys[] = {"standard_deviations", NULL};

/* A number of units; a part of what the documents have, "-10%"; or a number of standard deviations
 * of that, {"standard_deviations": "2"}. */
static rk_status read_count(rk__system *s, const rk__value *v, rk__change *out,
                            rk_problems *problems)
{
    const rk__value *count = rk__json_get(v, "count");
    out->by_chance = count != NULL && count->type == RK__JSON_OBJECT;
    if (out->by_chance) {
        const rk_status status = rk__json_only_keys(count, count_keys, problems);
        return status == RK_OK ? rk__system_number(s, count, "standard_deviations", true, false,
                                                   &out->count, problems)
                               : status;
    }
    out->in_part = count != NULL && count->type == RK__JSON_STRING && count->length > 0 &&
                   count->text[count->length - 1] == '%';
    return rk__system_number(s, v, "count", true, out->in_part, &out->count, problems);
}

static rk_status read_delivery(rk__system *s, const rk__value *v, rk_num *out,
                               rk_problems *problems)
{
    const rk_status status = rk__system_number(s, v, "delivery", false, true, out, problems);
    return status == RK_OK && *out != NULL && rk__num_sign(*out) < 0
               ? rk__json_problem(problems, rk__json_get(v, "delivery"), RK_OUT_OF_RANGE, NULL,
                                  "'delivery' cannot be negative")
               : status;
}

static rk_status read_change(rk__system *s, const rk__value *v, rk__change *out,
                             rk_problems *problems)
{
    rk_status first = rk__system_item(v, "a change", problems);
    out->at = v;
    out->table = "activity";
    if (first != RK_OK) {
        return first;
    }
    const char *contract = NULL;
    rk__keep_first(&first, rk__json_only_keys(v, change_keys, problems));
    const rk_status named = rk__json_text_of(v, "contract", true, &contract, problems);
    rk__keep_first(&first, named);
    if (named == RK_OK) {
        rk__keep_first(&first, contract_named(s, rk__json_get(v, "contract"), contract,
                                              &out->contract, problems));
    }
    rk__keep_first(&first, rk__system_periods(s, v, &out->periods, problems));
    rk__keep_first(&first, rk__json_text_of(v, "table", false, &out->table, problems));
    rk__keep_first(&first, read_count(s, v, out, problems));
    rk__keep_first(&first, read_delivery(s, v, &out->delivery, problems));
    rk__keep_first(&first, rk__system_part(s, v, "probability", &out->probability, problems));
    const rk__value *where = rk__json_get(v, "where");
    if (rk__json_given(where)) {
        rk__keep_first(&first, rk__scope_read(&s->arena, where, &out->where, problems));
    }
    rk__keep_first(&first, read_to(s, v, out, problems));
    return first;
}

/* Pointers of `set` are checked when the scenario is evaluated. */
static rk_status read_set(const rk__value *v, rk__scenario *out, rk_problems *problems)
{
    const rk__value *set = NULL;
    rk_status first = rk__system_object(v, "set", &set, problems);
    for (const rk__value *m = set != NULL ? set->first : NULL; m != NULL; m = m->next) {
        if (m->key[0] != '/' || strncmp(m->key, "/scenarios", 10) == 0) {
            rk__keep_first(&first, rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                        "write \"/contracts/0/contract/facts/...\"",
                                                        "a scenario cannot set '%s'", m->key));
        }
    }
    if (set != NULL) {
        out->sets[out->n_sets++] = set;
    }
    return first;
}

static rk_status read_changes(rk__system *s, const rk__value *v, rk__scenario *out,
                              rk_problems *problems)
{
    const rk__value *changes = NULL;
    rk_status first = rk__system_list(v, "changes", &changes, problems);
    for (const rk__value *c = changes != NULL ? changes->first : NULL; c != NULL; c = c->next) {
        rk__keep_first(&first, read_change(s, c, &out->changes[out->n_changes++], problems));
    }
    return first;
}

/* Reads a scenario's own members, which replace those of what it begins from. */
static rk_status read_own(rk__system *s, const rk__value *v, rk__scenario *out,
                          rk_problems *problems)
{
    rk_status first = rk__json_only_keys(v, scenario_keys, problems);
    rk__keep_first(&first, rk__json_text_of(v, "title", false, &out->title, problems));
    rk__keep_first(&first, read_choices(s, v, out, problems));
    rk__keep_first(&first, read_delivery(s, v, &out->delivery, problems));
    rk__keep_first(&first, read_changes(s, v, out, problems));
    rk__keep_first(&first, read_set(v, out, problems));
    return first;
}

/* The scenarios that one begins from, itself first. */
static rk_status find_chain(const rk__value *v, const rk__value **chain, size_t *n,
                            rk_problems *problems)
{
    rk_status status = RK_OK;
    *n = 0;
    for (const rk__value *at = v; at != NULL && status == RK_OK;) {
        const char *like = NULL;
        for (size_t i = 0; i < *n; i++) {
            if (chain[i] == at) {
                return rk__json_problem(problems, rk__json_get(v, "like"), RK_CYCLE, NULL,
                                        "scenario '%s' begins from itself", v->key);
            }
        }
        status = rk__system_item(at, "a scenario", problems);
        if (status == RK_OK && *n == CHAIN_MOST) {
            status = rk__json_problem(problems, v, RK_LIMIT, NULL,
                                      "scenario '%s' begins from more than %d others", v->key,
                                      CHAIN_MOST - 1);
        }
        if (status != RK_OK) {
            return status;
        }
        chain[(*n)++] = at;
        status = rk__json_text_of(at, "like", false, &like, problems);
        const rk__value *next = like != NULL ? rk__json_get(at->parent, like) : NULL;
        if (like != NULL && next == NULL) {
            status = rk__json_problem(problems, rk__json_get(at, "like"), RK_OUT_OF_RANGE,
                                      "name another scenario", "there is no scenario '%s'", like);
        }
        at = next;
    }
    return status;
}

static rk_status read_scenario(rk__system *s, const rk__value *v, rk__scenario *out,
                               rk_problems *problems)
{
    const rk__value *chain[CHAIN_MOST];
    size_t n = 0;
    out->name = v->key;
    out->at = v;
    rk_status first = find_chain(v, chain, &n, problems);
    if (first != RK_OK) {
        return first;
    }
    size_t n_changes = 0;
    for (size_t i = 0; i < n; i++) {
        const rk__value *changes = rk__json_get(chain[i], "changes");
        n_changes += changes != NULL ? changes->count : 0;
    }
    out->changes = rk__arena_alloc(&s->arena, (n_changes + 1) * sizeof *out->changes);
    out->sets = rk__arena_alloc(&s->arena, (n + 1) * sizeof *out->sets);
    if (out->changes == NULL || out->sets == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = n; i > 0; i--) {
        out->title = NULL; /* titles are not inherited */
        rk__keep_first(&first, read_own(s, chain[i - 1], out, problems));
    }
    return first;
}

/* A system without scenarios has one: the documents unchanged. */
rk_status rk__system_read_scenarios(rk__system *s, rk_problems *problems)
{
    const rk__value *all = NULL;
    rk_status first = rk__system_object(s->root, "scenarios", &all, problems);
    const size_t n = all != NULL && all->count > 0 ? all->count : 1;
    s->scenarios = rk__arena_alloc(&s->arena, n * sizeof *s->scenarios);
    if (s->scenarios == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        s->scenarios[i] =
            (rk__scenario){.name = "as-it-stands",
                           .delivery = rk__num_from_int(&s->nums, 1),
                           .arrangements = rk__arena_alloc(&s->arena, (s->n_contracts + 1) *
                                                                          sizeof(const char *))};
        if (s->scenarios[i].arrangements == NULL) {
            return RK_NO_MEMORY;
        }
    }
    for (const rk__value *v = all != NULL ? all->first : NULL; v != NULL && first == RK_OK;
         v = v->next) {
        first = read_scenario(s, v, &s->scenarios[s->n_scenarios++], problems);
    }
    s->n_scenarios = s->n_scenarios == 0 ? 1 : s->n_scenarios;
    return first;
}
