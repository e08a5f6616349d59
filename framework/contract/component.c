/* SPDX-License-Identifier: MIT
 *
 * component.c: the components of an arrangement: a short pipeline of rules, in
 * which each may use earlier ones.
 */
#include <string.h>

#include "base/names.h"
#include "contract/contract.h"

static const char *const component_keys[] = {
    "id",     "rule",   "title",    "scope",  "tables",
    "of",     "shadow", "per",      "params", "params_by_period",
    "covers", "index",  "allocate", NULL};
static const char *const covers_keys[] = {"scope", "commissioners", "from", "to", "part", NULL};

/* -------------------------------------------------------------------- scope */

static rk_status pattern_of(const rk__value *v, const char **out, rk_problems *problems)
{
    if (v->type != RK__JSON_STRING && v->type != RK__JSON_NUMBER) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write text, with * for any run",
                                "a pattern must be text, not %s", rk__json_type_name(v));
    }
    *out = v->text;
    return RK_OK;
}

/* One pattern, or a list of patterns. */
static rk_status scope_column_read(rk__arena *arena, const rk__value *v, rk__scope_column *out,
                                   rk_problems *problems)
{
    const bool list = v->type == RK__JSON_ARRAY;
    const size_t n = list ? v->count : 1;
    const char **patterns = rk__arena_alloc(arena, (n + 1) * sizeof *patterns);
    if (patterns == NULL) {
        return RK_NO_MEMORY;
    }
    out->column = v->key;
    out->at = v;
    out->patterns = patterns;
    if (!list) {
        out->n_patterns = 1;
        return pattern_of(v, &patterns[0], problems);
    }
    rk_status first = RK_OK;
    for (const rk__value *item = v->first; item != NULL; item = item->next) {
        rk__keep_first(&first, pattern_of(item, &patterns[out->n_patterns++], problems));
    }
    return first;
}

rk_status rk__scope_read(rk__arena *arena, const rk__value *v, rk__scope **out,
                         rk_problems *problems)
{
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write {\"pod\": [\"EL\", \"NEL\"]}",
                                "a scope must be an object, not %s", rk__json_type_name(v));
    }
    rk__scope *scope = rk__arena_alloc(arena, sizeof *scope);
    if (scope == NULL) {
        return RK_NO_MEMORY;
    }
    scope->columns = rk__arena_alloc(arena, (v->count + 1) * sizeof *scope->columns);
    if (scope->columns == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *m = v->first; m != NULL; m = m->next) {
        if (strcmp(m->key, "not") == 0 && m->type == RK__JSON_OBJECT) {
            rk__keep_first(&first, rk__scope_read(arena, m, &scope->except, problems));
        } else {
            rk__keep_first(
                &first, scope_column_read(arena, m, &scope->columns[scope->n_columns++], problems));
        }
    }
    *out = scope;
    return first;
}

/* ------------------------------------------------------------------- covers */

/* `commissioners` is a short form: patterns of the column `commissioner`. */
static rk_status covers_commissioners(rk__arena *arena, const rk__value *list, rk__covers *covers,
                                      rk_problems *problems)
{
    rk__scope *scope = rk__arena_alloc(arena, sizeof *scope);
    const size_t n = covers->scope != NULL ? covers->scope->n_columns : 0;
    if (scope == NULL ||
        (scope->columns = rk__arena_alloc(arena, (n + 1) * sizeof *scope->columns)) == NULL) {
        return RK_NO_MEMORY;
    }
    if (covers->scope != NULL) {
        memcpy(scope->columns, covers->scope->columns, n * sizeof *scope->columns);
        scope->except = covers->scope->except;
    }
    const rk_status status = scope_column_read(arena, list, &scope->columns[n], problems);
    scope->columns[n].column = "commissioner";
    scope->n_columns = n + 1;
    covers->scope = scope;
    return status;
}

static rk_status covers_part(const rk__value *v, rk__covers *out, rk_problems *problems)
{
    rk__nums nums = {0};
    const char *why = NULL;
    const rk__value *part = rk__json_get(v, "part");
    if (!rk__json_given(part)) {
        return RK_OK;
    }
    const bool number = part->type == RK__JSON_STRING || part->type == RK__JSON_NUMBER;
    const rk_num ratio = number ? rk__num_parse(&nums, part->text, true, -1, &why) : NULL;
    const bool within = ratio != NULL && rk__num_sign(ratio) >= 0 &&
                        rk__num_compare(ratio, rk__num_from_int(&nums, 1)) <= 0;
    const bool no_memory = nums.no_memory;
    rk__nums_dispose(&nums);
    out->part = part->text;
    return no_memory ? RK_NO_MEMORY
           : within
               ? RK_OK
               : rk__json_problem(problems, part, RK_OUT_OF_RANGE, "write it as 0.7 or \"70%\"",
                                  "'part' must be a ratio from 0 to 1");
}

static rk_status covers_object(rk__arena *arena, const rk__value *v, rk__covers *out,
                               rk_problems *problems)
{
    out->from = (rk_date){.year = 1583, .month = 1, .day = 1};
    out->to = (rk_date){.year = 9999, .month = 12, .day = 31};
    rk_status first = rk__json_only_keys(v, covers_keys, problems);
    const rk__value *scope = rk__json_get(v, "scope");
    const rk__value *commissioners = rk__json_get(v, "commissioners");
    if (rk__json_given(scope)) {
        rk__keep_first(&first, rk__scope_read(arena, scope, &out->scope, problems));
    }
    if (first == RK_OK && rk__json_given(commissioners)) {
        rk__keep_first(&first, covers_commissioners(arena, commissioners, out, problems));
    }
    bool given = false;
    rk__keep_first(&first, rk__contract_date(v, "from", &out->from, &given, problems));
    rk__keep_first(&first, rk__contract_date(v, "to", &out->to, &given, problems));
    rk__keep_first(&first, covers_part(v, out, problems));
    return first;
}

/* An object, a list of them, or false for nothing. */
static rk_status covers_read(rk__arena *arena, const rk__value *v, rk__component *out,
                             rk_problems *problems)
{
    const rk__value *covers = rk__json_get(v, "covers");
    if (!rk__json_given(covers)) {
        return RK_OK;
    }
    const bool nothing = (covers->type == RK__JSON_BOOL && !covers->truth) ||
                         (covers->type == RK__JSON_ARRAY && covers->count == 0);
    const bool list = covers->type == RK__JSON_ARRAY && !nothing;
    rk__covers **next = &out->covers;
    rk_status first = RK_OK;
    for (const rk__value *m = list ? covers->first : covers; m != NULL; m = list ? m->next : NULL) {
        if (m->type != RK__JSON_OBJECT && !nothing) {
            rk__keep_first(&first, rk__json_problem(problems, m, RK_WRONG_TYPE,
                                                    "write {\"scope\": {...}}, a list of these, or "
                                                    "false for nothing",
                                                    "'covers' must be an object, not %s",
                                                    rk__json_type_name(m)));
            continue;
        }
        *next = rk__arena_alloc(arena, sizeof **next);
        if (*next == NULL) {
            return RK_NO_MEMORY;
        }
        (*next)->nothing = nothing;
        if (!nothing) {
            rk__keep_first(&first, covers_object(arena, m, *next, problems));
        }
        next = &(*next)->next;
    }
    return first;
}

/* ----------------------------------------------------------------------- of */

/* What reading the components of one arrangement needs. */
typedef struct reader {
    rk__arena *arena;
    const rk__value *list;
    const rk__indices *indices;
    rk__names ids;                  /* of the list's items */
    rk__names periods;              /* ids of the contract's periods; empty if they were not read */
    const rk__component **named_by; /* for each component, the last whose `of` names it */
    rk_problems *problems;
} reader;

static const char *id_of(const rk__value *component)
{
    const rk__value *id = rk__json_get(component, "id");
    return id != NULL && id->type == RK__JSON_STRING ? id->text : NULL;
}

static const rk__value *component_named(const rk__value *list, const char *name)
{
    for (const rk__value *c = list->first; c != NULL; c = c->next) {
        const char *id = id_of(c);
        if (id != NULL && strcmp(id, name) == 0) {
            return c;
        }
    }
    return NULL;
}

static const char *nearest_id(rk__arena *arena, const rk__value *list, const char *name)
{
    const char **ids = rk__arena_alloc(arena, (list->count + 1) * sizeof *ids);
    size_t n = 0;
    for (const rk__value *c = list->first; ids != NULL && c != NULL; c = c->next) {
        ids[n] = id_of(c);
        n += ids[n] != NULL;
    }
    return ids != NULL ? rk__nearest(name, ids) : NULL;
}

static bool leads_to(const rk__value *list, const rk__value *from, const rk__value *target,
                     bool *seen, rk__buf *path);

static bool name_leads_to(const rk__value *list, const rk__value *name, const rk__value *target,
                          bool *seen, rk__buf *path)
{
    const rk__value *next =
        name->type == RK__JSON_STRING ? component_named(list, name->text) : NULL;
    return next != NULL && leads_to(list, next, target, seen, path);
}

/* The same through the parameters that name a component. */
static bool valued_leads_to(const rk__value *list, const rk__value *params, const rk__value *target,
                            bool *seen, rk__buf *path)
{
    const bool inside =
        params != NULL && (params->type == RK__JSON_OBJECT || params->type == RK__JSON_ARRAY);
    for (const rk__value *v = inside ? params->first : NULL; v != NULL; v = v->next) {
        const bool names = v->key != NULL && strcmp(v->key, "valued_by") == 0;
        if (names ? name_leads_to(list, v, target, seen, path)
                  : valued_leads_to(list, v, target, seen, path)) {
            return true;
        }
    }
    return false;
}

/* Whether `from` uses `target`, directly or through others; appends the ids on the path to
 * `path`. */
static bool leads_to(const rk__value *list, const rk__value *from, const rk__value *target,
                     bool *seen, rk__buf *path)
{
    const size_t length = path->length;
    rk__buf_printf(path, " -> %s", id_of(from));
    if (from == target) {
        return true;
    }
    const bool again = seen[from->index];
    const rk__value *of = again ? NULL : rk__json_get(from, "of");
    seen[from->index] = true;
    for (const rk__value *o = of != NULL ? of->first : NULL; o != NULL; o = o->next) {
        if (name_leads_to(list, o, target, seen, path)) {
            return true;
        }
    }
    if (!again &&
        (valued_leads_to(list, rk__json_get(from, "params"), target, seen, path) ||
         valued_leads_to(list, rk__json_get(from, "params_by_period"), target, seen, path))) {
        return true;
    }
    path->length = length;
    return false;
}

/* Reports an item of `of` that names the component itself, a later one or none at all. */
rk_status rk__component_cycle(rk__arena *arena, const rk__value *list, const rk__value *item,
                              const rk__value *self, rk_problems *problems)
{
    const char *from = id_of(self);
    if (rk__problems_full(problems)) {
        return rk__problem(problems, RK_CYCLE, NULL, NULL, "not listed");
    }
    const rk__value *other = component_named(list, item->text);
    if (other == NULL) {
        const char *near = nearest_id(arena, list, item->text);
        return rk__json_problem(problems, item, RK_OUT_OF_RANGE,
                                near != NULL
                                    ? rk__arena_printf(arena, "did you mean '%s'?", near)
                                    : "`of` names components of the same arrangement by id",
                                "'%s' uses '%s', which is not a component here",
                                from != NULL ? from : "this component", item->text);
    }
    rk__buf path = {0};
    bool *seen = rk__calloc(list->count + 1, sizeof *seen);
    rk_status status = RK_NO_MEMORY;
    if (seen != NULL && leads_to(list, other, self, seen, &path) && !path.failed) {
        status =
            rk__json_problem(problems, item, RK_CYCLE, "let one of these use none of the others",
                             "components use each other: %s%s", from, path.text);
    } else if (seen != NULL) {
        status = rk__json_problem(
            problems, item, RK_CYCLE, "move the component that is named before this one",
            "'%s' uses '%s', which comes later: %s -> %s", from, item->text, from, item->text);
    }
    rk__buf_dispose(&path);
    rk__free(seen);
    return status;
}

/* One item of `of`: the id of an earlier component. */
static rk_status of_item_read(reader *r, const rk__value *v, const rk__value *item,
                              rk__component *out)
{
    if (item->type != RK__JSON_STRING) {
        return rk__json_problem(r->problems, item, RK_WRONG_TYPE, NULL,
                                "'of' must hold component ids, not %s", rk__json_type_name(item));
    }
    const size_t found = rk__names_find(&r->ids, item->text);
    if (found >= v->index) {
        return rk__component_cycle(r->arena, r->list, item, v, r->problems);
    }
    if (r->named_by[found] == out) {
        return rk__json_problem(r->problems, item, RK_DUPLICATE_ID,
                                "name it once: it is counted once", "'of' names '%s' twice",
                                item->text);
    }
    r->named_by[found] = out;
    out->of[out->n_of++] = found;
    return RK_OK;
}

static rk_status of_read(reader *r, const rk__value *v, rk__component *out)
{
    const rk__value *of = rk__json_get(v, "of");
    if (!rk__json_given(of)) {
        return RK_OK;
    }
    if (of->type != RK__JSON_ARRAY) {
        return rk__json_problem(r->problems, of, RK_WRONG_TYPE, "write a list: [\"acute\"]",
                                "'of' must be a list of component ids, not %s",
                                rk__json_type_name(of));
    }
    out->of = rk__arena_alloc(r->arena, (of->count + 1) * sizeof *out->of);
    if (out->of == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *item = of->first; item != NULL; item = item->next) {
        rk__keep_first(&first, of_item_read(r, v, item, out));
    }
    return first;
}

/* ---------------------------------------------------------------- component */

static rk_status object_of(const rk__value *v, const char *key, const rk__value **out,
                           rk_problems *problems)
{
    const rk__value *member = rk__json_get(v, key);
    if (!rk__json_given(member)) {
        return RK_OK;
    }
    if (member->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, member, RK_WRONG_TYPE, NULL,
                                "'%s' must be an object, not %s", key, rk__json_type_name(member));
    }
    *out = member;
    return RK_OK;
}

static rk_status per_read(const rk__value *v, rk__component *out, rk_problems *problems)
{
    const char *per = "period";
    const rk_status status = rk__json_text_of(v, "per", false, &per, problems);
    if (status != RK_OK) {
        return status;
    }
    out->per_year = strcmp(per, "year") == 0;
    return out->per_year || strcmp(per, "period") == 0
               ? RK_OK
               : rk__json_problem(problems, rk__json_get(v, "per"), RK_OUT_OF_RANGE,
                                  "use \"year\" or \"period\"", "unknown 'per': '%s'", per);
}

static rk_status allocate_read(const rk__value *v, rk__component *out, rk_problems *problems)
{
    const char *by = NULL;
    const rk_status status = rk__json_text_of(v, "allocate", false, &by, problems);
    if (status != RK_OK || by == NULL) {
        return status;
    }
    if (out->n_of == 0) {
        return rk__json_problem(problems, rk__json_get(v, "allocate"), RK_MISSING_KEY,
                                "name the components it deals to: \"of\": [\"...\"]",
                                "'allocate' deals to the lines of other components and needs 'of'");
    }
    const bool by_value = strcmp(by, "value") == 0;
    out->allocate = by_value ? RK__ALLOCATE_BY_VALUE : RK__ALLOCATE_BY_QUANTITY;
    return by_value || strcmp(by, "quantity") == 0
               ? RK_OK
               : rk__json_problem(problems, rk__json_get(v, "allocate"), RK_OUT_OF_RANGE,
                                  "use \"value\" or \"quantity\"", "unknown 'allocate': '%s'", by);
}

static rk_status index_read(const rk__value *v, const rk__indices *indices, rk__component *out,
                            rk_problems *problems)
{
    const rk__value *index = rk__json_get(v, "index");
    rk__index read;
    if (!rk__json_given(index)) {
        return RK_OK;
    }
    out->index = index;
    return rk__index_read(indices, index, &read, problems);
}

static rk_status tables_read(const rk__value *v, rk__component *out, rk_problems *problems)
{
    rk_status first = object_of(v, "tables", &out->tables, problems);
    for (const rk__value *m = out->tables != NULL ? out->tables->first : NULL; m != NULL;
         m = m->next) {
        if (m->type != RK__JSON_STRING) {
            rk__keep_first(&first, rk__json_problem(problems, m, RK_WRONG_TYPE,
                                                    "write {\"activity\": \"acute_activity\"}",
                                                    "a table's name must be text, not %s",
                                                    rk__json_type_name(m)));
        }
    }
    return first;
}

/* params_by_period: an object of parameters for each of some periods. */
static rk_status overrides_read(reader *r, const rk__value *v, rk__component *out)
{
    rk_status first = object_of(v, "params_by_period", &out->params_by_period, r->problems);
    const rk__value *m = out->params_by_period != NULL ? out->params_by_period->first : NULL;
    for (; m != NULL; m = m->next) {
        if (r->periods.n > 0 && rk__names_find(&r->periods, m->key) == RK__NAMES_NONE) {
            rk__keep_first(&first, rk__json_key_problem(r->problems, m, RK_OUT_OF_RANGE,
                                                        "use the ids of the contract's periods",
                                                        "there is no period '%s'", m->key));
        } else if (m->type != RK__JSON_OBJECT) {
            rk__keep_first(&first,
                           rk__json_problem(r->problems, m, RK_WRONG_TYPE, NULL,
                                            "a period's parameters must be an object, not %s",
                                            rk__json_type_name(m)));
        }
    }
    return first;
}

static rk_status identity_read(const rk__value *v, rk__component *out, rk_problems *problems)
{
    rk_status first = rk__json_text_of(v, "id", true, &out->id, problems);
    if (out->id != NULL) {
        rk__keep_first(&first,
                       rk__name_check(rk__json_get(v, "id"), "the component's id", problems));
    }
    rk__keep_first(&first, rk__json_text_of(v, "rule", true, &out->rule, problems));
    rk__keep_first(&first, rk__json_text_of(v, "title", false, &out->title, problems));
    return first;
}

static rk_status component_read(reader *r, const rk__value *v, rk__component *out)
{
    rk_problems *problems = r->problems;
    out->at = v;
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write {\"id\": ..., \"rule\": ...}",
                                "a component must be an object, not %s", rk__json_type_name(v));
    }
    rk_status first = rk__json_only_keys(v, component_keys, problems);
    rk__keep_first(&first, identity_read(v, out, problems));
    const rk__value *scope = rk__json_get(v, "scope");
    if (rk__json_given(scope)) {
        rk__keep_first(&first, rk__scope_read(r->arena, scope, &out->scope, problems));
    }
    rk__keep_first(&first, covers_read(r->arena, v, out, problems));
    rk__keep_first(&first, tables_read(v, out, problems));
    if (out->id != NULL) {
        rk__keep_first(&first, of_read(r, v, out));
    }
    rk__keep_first(&first, rk__json_bool_of(v, "shadow", false, &out->shadow, problems));
    rk__keep_first(&first, per_read(v, out, problems));
    if (out->id != NULL) {
        rk__keep_first(&first, allocate_read(v, out, problems));
    }
    rk__keep_first(&first, index_read(v, r->indices, out, problems));
    rk__keep_first(&first, object_of(v, "params", &out->params, problems));
    rk__keep_first(&first, overrides_read(r, v, out));
    return first;
}

/* Indexes the ids of the components and of the periods; false if out of memory. */
static bool index_names(reader *r, const rk_period *periods, size_t n_periods)
{
    const size_t n = r->list->count;
    const char **ids = rk__arena_alloc(r->arena, n * sizeof *ids);
    const char **period_ids = rk__arena_alloc(r->arena, (n_periods + 1) * sizeof *period_ids);
    r->named_by = rk__arena_alloc(r->arena, n * sizeof *r->named_by);
    if (ids == NULL || period_ids == NULL || r->named_by == NULL) {
        return false;
    }
    for (const rk__value *v = r->list->first; v != NULL; v = v->next) {
        ids[v->index] = v->type == RK__JSON_OBJECT ? id_of(v) : NULL;
    }
    for (size_t i = 0; i < n_periods; i++) {
        period_ids[i] = periods[i].id;
    }
    return rk__names_make(&r->ids, ids, n, r->arena) &&
           rk__names_make(&r->periods, period_ids, n_periods, r->arena);
}

rk_status rk__arrangement_read(rk__arena *arena, const rk__value *v, const rk__indices *indices,
                               rk__arrangement *out, rk_problems *problems)
{
    if (v->type != RK__JSON_ARRAY) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write [{\"id\": ..., \"rule\": ...}]",
                                "arrangement '%s' must be a list of components, not %s", v->key,
                                rk__json_type_name(v));
    }
    if (v->count == 0) {
        return rk__json_problem(problems, v, RK_OUT_OF_RANGE, NULL,
                                "arrangement '%s' has no components", v->key);
    }
    reader r = {.arena = arena, .list = v, .indices = indices, .problems = problems};
    out->components = rk__arena_alloc(arena, v->count * sizeof *out->components);
    if (out->components == NULL ||
        !index_names(&r, indices->calendar->periods, indices->calendar->n)) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *c = v->first; c != NULL; c = c->next) {
        rk__keep_first(&first, component_read(&r, c, &out->components[out->n_components++]));
    }
    rk__keep_first(&first, rk__json_unique(v, "id", "component id",
                                           "give each component an id of its own", problems));
    return first;
}
