/* SPDX-License-Identifier: MIT
 *
 * document_scenario.c: scenarios: an arrangement for each contract, changes of
 * activity, and values that are set.
 */
#include "system/document.h"

#include <string.h>

#include "system/document_values.h"

static const char *const scenario_keys[] = {"title", "arrangements", "delivery", "changes",
                                            "set",   "notes",        NULL};
static const char *const change_keys[] = {"contract", "period", "table", "where",
                                          "count",    "to",     "notes", NULL};
static const char *const to_keys[] = {"organisation", "unit_cost", NULL};

static rk_status contract_named(const rk__system *s, const rk__value *at, const char *id,
                                size_t *out, rk_problems *problems)
{
    for (size_t i = 0; i < s->n_contracts; i++) {
        if (strcmp(s->contracts[i].id, id) == 0) {
            *out = i;
            return RK_OK;
        }
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
    rk__keep_first(&first,
                   rk__system_number(s, to, "unit_cost", true, false, &out->unit_cost, problems));
    return first;
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
    rk__keep_first(&first, rk__system_number(s, v, "count", true, false, &out->count, problems));
    const rk__value *where = rk__json_get(v, "where");
    if (rk__json_given(where)) {
        rk__keep_first(&first, rk__scope_read(&s->arena, where, &out->where, problems));
    }
    rk__keep_first(&first, read_to(s, v, out, problems));
    return first;
}

/* Whether a pointer of `set` leads anywhere shows when the scenario is evaluated. */
static rk_status read_set(const rk__value *v, rk__scenario *out, rk_problems *problems)
{
    rk_status first = rk__system_object(v, "set", &out->set, problems);
    for (const rk__value *m = out->set != NULL ? out->set->first : NULL; m != NULL; m = m->next) {
        if (m->key[0] != '/' || strncmp(m->key, "/scenarios", 10) == 0) {
            rk__keep_first(&first, rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                        "write \"/contracts/0/contract/facts/...\"",
                                                        "a scenario cannot set '%s'", m->key));
        }
    }
    return first;
}

static rk_status read_scenario(rk__system *s, const rk__value *v, rk__scenario *out,
                               rk_problems *problems)
{
    const rk__value *changes = NULL;
    out->name = v->key;
    out->at = v;
    rk_status first = rk__system_item(v, "a scenario", problems);
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(v, scenario_keys, problems));
    rk__keep_first(&first, rk__json_text_of(v, "title", false, &out->title, problems));
    rk__keep_first(&first, read_choices(s, v, out, problems));
    rk__keep_first(&first,
                   rk__system_number(s, v, "delivery", false, true, &out->delivery, problems));
    if (out->delivery != NULL && rk__num_sign(out->delivery) < 0) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_get(v, "delivery"), RK_OUT_OF_RANGE,
                                        NULL, "'delivery' cannot be negative"));
    }
    rk__keep_first(&first, rk__system_list(v, "changes", &changes, problems));
    rk__keep_first(&first, read_set(v, out, problems));
    if (changes != NULL) {
        out->changes = rk__arena_alloc(&s->arena, (changes->count + 1) * sizeof *out->changes);
        if (out->changes == NULL) {
            return RK_NO_MEMORY;
        }
        for (const rk__value *c = changes->first; c != NULL; c = c->next) {
            rk__keep_first(&first, read_change(s, c, &out->changes[out->n_changes++], problems));
        }
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
