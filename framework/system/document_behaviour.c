/* SPDX-License-Identifier: MIT
 *
 * document_behaviour.c: how cost follows activity, in a system document.
 */
#include <string.h>

#include "system/document.h"
#include "system/document_values.h"

static const char *const behaviour_keys[] = {"organisation", "title",      "pod",   "scope",
                                             "unit_cost",    "fixed",      "decay", "notes",
                                             "decay_by_age", "decay_unit", "index", NULL};

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

/* A period that is not named has the value of the last named one before it; until then all of the
 * fixed cost remains. */
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
                rk__keep_first(&first, rk__system_part(s, decay, m->key, &b->decay[p], problems));
            }
        }
        if (!known) {
            rk__keep_first(&first, rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                        "use the ids of the system's periods",
                                                        "there is no period '%s'", m->key));
        }
    }
    rk_num last = rk__num_from_int(&s->nums, 1);
    const size_t *order = s->calendar.order;
    for (size_t t = 0; t < s->n_periods; t++) {
        const size_t p = order != NULL ? order[t] : t;
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
        rk__keep_first(&first,
                       rk__system_part_at(s, m, "decay_by_age", &b->by_age[b->n_ages++], problems));
    }
    if (rk__json_given(unit)) {
        const int word = rk__system_word(unit, "unit of age", units, problems);
        rk__keep_first(&first, word < 0 ? RK_OUT_OF_RANGE : RK_OK);
        b->ages_in_periods = word == 1;
    }
    return first;
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
        rk__keep_first(&first, rk__system_amounts(s, v, "unit_cost", true, &b->unit_cost,
                                                  &b->indexed, problems));
        rk__keep_first(&first, rk__system_part(s, v, "fixed", &b->fixed, problems));
        rk__keep_first(&first, read_behaviour_scope(s, v, b, problems));
        rk__keep_first(&first, read_decay(s, v, b, problems));
        rk__keep_first(&first, read_ages(s, v, b, problems));
    }
    return first;
}
