/* SPDX-License-Identifier: MIT
 *
 * contract.c: a contract document's own keys. Loading continues after the first problem, so
 * that `reckon check` shows all of them at once.
 */
#include "contract/contract.h"
#include "contract/accept.h"
#include "contract/currency.h"
#include "table/spec.h"
#include "tariff/inside.h"

#include <string.h>

static const char *const contract_keys[] = {
    "reckoner", "id",      "title",       "basis",        "currency",    "commissioner", "provider",
    "periods",  "tariff",  "facts",       "arrangements", "arrangement", "rounding",     "sources",
    "notes",    "indices", "year_starts", "accept",       "from",        "to",           NULL};
static const char *const rounding_keys[] = {"unit", NULL};
static const char *const source_keys[] = {"of", "text", "url", NULL};
static const char *const bases[] = {"published", "actual", "plan", "illustrative", NULL};

static rk_status read_id(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    const rk_status status = rk__json_text_of(root, "id", true, &c->id, problems);
    return status != RK_OK ? status : rk__id_check(rk__json_get(root, "id"), "the id", problems);
}

static rk_status read_kind(const rk__value *root, rk_problems *problems)
{
    const char *kind = NULL;
    const rk_status status = rk__json_text_of(root, "reckoner", true, &kind, problems);
    if (status == RK_OK && strncmp(kind, "contract/", 9) == 0 && strcmp(kind, "contract/1") != 0) {
        return rk__json_problem(problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                "use a version of reckon that reads it",
                                "the contract is written as '%s', and this version reads "
                                "'contract/1'",
                                kind);
    }
    if (status == RK_OK && strcmp(kind, "contract/1") != 0) {
        return rk__json_problem(problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                "a contract begins with \"reckoner\": \"contract/1\"",
                                "this is a '%s' document, not a contract", kind);
    }
    return status;
}

rk_status rk__basis_read(const rk__value *root, const char **out, rk_problems *problems)
{
    *out = "illustrative";
    const rk_status status = rk__json_text_of(root, "basis", false, out, problems);
    if (status != RK_OK) {
        return status;
    }
    for (size_t i = 0; bases[i] != NULL; i++) {
        if (strcmp(bases[i], *out) == 0) {
            return RK_OK;
        }
    }
    return rk__json_problem(problems, rk__json_get(root, "basis"), RK_OUT_OF_RANGE,
                            "use published, actual, plan or illustrative", "unknown basis '%s'",
                            *out);
}

rk_status rk__currency_read(const rk__value *root, const char **out, rk_problems *problems)
{
    *out = "GBP";
    const rk_status status = rk__json_text_of(root, "currency", false, out, problems);
    if (status != RK_OK) {
        return status;
    }
    bool good = strlen(*out) == 3;
    for (size_t i = 0; good && i < 3; i++) {
        good = (*out)[i] >= 'A' && (*out)[i] <= 'Z';
    }
    return good ? RK_OK
                : rk__json_problem(problems, rk__json_get(root, "currency"), RK_OUT_OF_RANGE,
                                   "use an ISO 4217 code such as GBP",
                                   "'%s' is not a currency code", *out);
}

rk_status rk__facts_read(rk__arena *arena, const rk__value *root, const char *base_dir,
                         rk__table_spec **out, size_t *n, rk_problems *problems)
{
    const rk__value *facts = rk__json_get(root, "facts");
    *n = 0;
    if (!rk__json_given(facts)) {
        return RK_OK;
    }
    if (facts->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, facts, RK_WRONG_TYPE, "write {\"activity\": [...], ...}",
                                "'facts' must be an object of tables, not %s",
                                rk__json_type_name(facts));
    }
    *out = rk__arena_alloc(arena, (facts->count + 1) * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *v = facts->first; v != NULL; v = v->next) {
        if (v->type == RK__JSON_NULL) {
            continue;
        }
        rk__keep_first(&first,
                       rk__table_spec_read(v, v->key, base_dir, arena, &(*out)[(*n)++], problems));
    }
    return first;
}

static rk_status read_arrangements(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    const rk__value *all = rk__json_get(root, "arrangements");
    if (!rk__json_given(all)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY,
                                "add \"arrangements\": {\"name\": [{\"id\", \"rule\"}]}",
                                "the contract has no 'arrangements'");
    }
    if (all->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, all, RK_WRONG_TYPE, NULL,
                                "'arrangements' must be an object of named lists, not %s",
                                rk__json_type_name(all));
    }
    if (all->count == 0) {
        return rk__json_problem(problems, all, RK_OUT_OF_RANGE, NULL,
                                "a contract needs at least one arrangement");
    }
    c->arrangements = rk__arena_alloc(&c->arena, all->count * sizeof *c->arrangements);
    if (c->arrangements == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *v = all->first; v != NULL; v = v->next) {
        rk__arrangement *a = &c->arrangements[c->n_arrangements++];
        a->name = v->key;
        a->at = v;
        rk__keep_first(&first, rk__arrangement_read(&c->arena, v, &c->indices, a, problems));
    }
    return first;
}

static rk_status read_choice(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    const char *name = NULL;
    const rk_status status = rk__json_text_of(root, "arrangement", false, &name, problems);
    if (status != RK_OK || name == NULL) {
        return status;
    }
    const rk__arrangement *a = rk__contract_arrangement(c, name);
    if (a != NULL) {
        c->chosen = (size_t) (a - c->arrangements);
        return RK_OK;
    }
    const char **names = rk__arena_alloc(&c->arena, (c->n_arrangements + 1) * sizeof *names);
    for (size_t i = 0; names != NULL && i < c->n_arrangements; i++) {
        names[i] = c->arrangements[i].name;
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    return rk__json_problem(problems, rk__json_get(root, "arrangement"), RK_OUT_OF_RANGE,
                            near != NULL ? rk__arena_printf(&c->arena, "did you mean '%s'?", near)
                                         : "name one of the contract's arrangements",
                            "there is no arrangement '%s'", name);
}

/* How many decimals the unit has: 0.01 two, 0.05 two, 1 none. */
static int unit_places(rk_decimal unit)
{
    int places = RK_DECIMAL_PLACES;
    while (places > 0 && unit % 10 == 0) {
        unit /= 10;
        places--;
    }
    return places;
}

static rk_status read_rounding(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    c->places = rk__currency_places(c->currency != NULL ? c->currency : "");
    c->rounding_unit = RK_DECIMAL_ONE;
    for (int i = 0; i < c->places; i++) {
        c->rounding_unit /= 10;
    }
    const rk__value *v = rk__json_get(root, "rounding");
    if (!rk__json_given(v)) {
        return RK_OK;
    }
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write {\"unit\": \"0.01\"}",
                                "'rounding' must be an object, not %s", rk__json_type_name(v));
    }
    const rk_status status = rk__json_only_keys(v, rounding_keys, problems);
    const rk__value *unit = rk__json_get(v, "unit");
    if (status != RK_OK || !rk__json_given(unit)) {
        return status;
    }
    if (unit->type != RK__JSON_STRING && unit->type != RK__JSON_NUMBER) {
        return rk__json_problem(problems, unit, RK_WRONG_TYPE, "write \"0.01\"",
                                "'unit' must be a number, not %s", rk__json_type_name(unit));
    }
    rk_decimal d = 0;
    const rk__decimal_fault fault = rk__decimal_parse(unit->text, unit->length, &d);
    if (fault != RK__DECIMAL_OK || d <= 0) {
        return rk__json_problem(problems, unit, RK_OUT_OF_RANGE,
                                "use 0.01 for pennies, 1 for pounds", "'%s' is not a rounding unit",
                                unit->text);
    }
    c->rounding_unit = d;
    c->places = unit_places(d);
    return RK_OK;
}

rk_status rk__sources_check(rk__arena *arena, const rk__value *root, rk_source_note **out,
                            size_t *n, rk_problems *problems)
{
    const rk__value *list = rk__json_get(root, "sources");
    *n = 0;
    if (!rk__json_given(list)) {
        return RK_OK;
    }
    if (list->type != RK__JSON_ARRAY) {
        return rk__json_problem(problems, list, RK_WRONG_TYPE, NULL,
                                "'sources' must be a list, not %s", rk__json_type_name(list));
    }
    *out = rk__arena_alloc(arena, (list->count + 1) * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk_source_note *note = &(*out)[(*n)++];
        if (v->type != RK__JSON_OBJECT) {
            rk__keep_first(&first, rk__json_problem(problems, v, RK_WRONG_TYPE, NULL,
                                                    "a source must be an object, not %s",
                                                    rk__json_type_name(v)));
            continue;
        }
        rk__keep_first(&first, rk__json_only_keys(v, source_keys, problems));
        rk__keep_first(&first, rk__json_text_of(v, "of", true, &note->of, problems));
        rk__keep_first(&first, rk__json_text_of(v, "text", true, &note->text, problems));
        rk__keep_first(&first, rk__json_text_of(v, "url", false, &note->url, problems));
        if (note->of != NULL && note->of[0] != '\0' && rk__json_at(root, note->of) == NULL) {
            rk__keep_first(&first,
                           rk__json_problem(problems, rk__json_get(v, "of"), RK_OUT_OF_RANGE,
                                            "write a JSON pointer such as /facts/costs/0",
                                            "'%s' leads nowhere in this document", note->of));
        }
    }
    return first;
}

static rk_status read_tariff(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    c->tariff_at = rk__json_get(root, "tariff");
    if (!rk__json_given(c->tariff_at)) {
        return RK_OK;
    }
    return rk__tariff_refs_read(c->tariff_at, &c->arena, &c->tariffs, &c->n_tariffs, problems);
}

/* The parts of a year that the periods cover, if a component is per year. */
static rk_status find_year_parts(rk_contract *c)
{
    bool wanted = false;
    for (size_t a = 0; a < c->n_arrangements; a++) {
        for (size_t k = 0; k < c->arrangements[a].n_components; k++) {
            wanted |= c->arrangements[a].components[k].per_year;
        }
    }
    c->year_parts = wanted ? rk__calendar_parts(&c->calendar, NULL, NULL, &c->arena) : NULL;
    return wanted && c->year_parts == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status read_all(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (root->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, root, RK_WRONG_TYPE,
                                "a contract begins with {\"reckoner\": \"contract/1\"",
                                "a contract must be an object, not %s", rk__json_type_name(root));
    }
    rk__keep_first(&first, read_kind(root, problems));
    if (first != RK_OK) {
        return first; /* in another kind of document, reporting every other key would be noise */
    }
    rk__keep_first(&first, rk__json_only_keys(root, contract_keys, problems));
    rk__keep_first(&first, read_id(c, root, problems));
    rk__keep_first(&first, rk__json_text_of(root, "title", false, &c->title, problems));
    rk__keep_first(&first, rk__basis_read(root, &c->basis, problems));
    rk__keep_first(&first, rk__currency_read(root, &c->currency, problems));
    rk__keep_first(&first,
                   rk__json_text_of(root, "commissioner", false, &c->commissioner, problems));
    rk__keep_first(&first, rk__json_text_of(root, "provider", false, &c->provider, problems));
    rk__keep_first(&first, rk__periods_read(&c->arena, root, &c->periods, &c->n_periods, problems));
    rk__keep_first(&first, rk__calendar_read(&c->arena, root, c->periods, c->n_periods,
                                             &c->calendar, problems));
    rk__keep_first(&first, rk__indices_read(root, &c->calendar, &c->indices, problems));
    rk__keep_first(&first, read_tariff(c, root, problems));
    rk__keep_first(&first,
                   rk__facts_read(&c->arena, root, c->base_dir, &c->facts, &c->n_facts, problems));
    rk__keep_first(&first, read_arrangements(c, root, problems));
    if (c->arrangements != NULL) {
        rk__keep_first(&first, read_choice(c, root, problems));
    }
    rk__keep_first(&first, first == RK_OK ? find_year_parts(c) : RK_OK);
    rk__keep_first(&first, first == RK_OK ? rk__contract_read_span(c, root, problems) : RK_OK);
    rk__keep_first(&first, read_rounding(c, root, problems));
    rk__keep_first(&first,
                   rk__sources_check(&c->arena, root, &c->sources, &c->n_sources, problems));
    rk__keep_first(&first, rk__accept_read(&c->arena, root, &c->accepts, &c->n_accepts, problems));
    return first;
}

rk_status rk__contract_read(rk_session *session, rk__json *document, const char *base_dir,
                            rk_contract **out, rk_problems *problems)
{
    *out = NULL;
    rk_contract *c = rk__calloc(1, sizeof *c);
    if (c == NULL) {
        rk__json_free(document);
        return RK_NO_MEMORY;
    }
    c->session = session;
    c->document = document;
    c->base_dir = rk__arena_strdup(&c->arena, base_dir);
    rk_status status = read_all(c, rk__json_root(document), problems);
    if (status == RK_OK && c->arena.failed) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk_contract_free(c);
        return status;
    }
    *out = c;
    return RK_OK;
}

void rk_contract_free(rk_contract *contract)
{
    if (contract == NULL) {
        return;
    }
    rk__json_free(contract->document);
    for (size_t i = 0; i < contract->n_held; i++) {
        rk__json_free(contract->held[i]);
    }
    rk__free(contract->held);
    rk__arena_dispose(&contract->arena);
    rk__free(contract);
}

const char *rk_contract_id(const rk_contract *contract)
{
    return contract->id;
}

size_t rk_contract_n_arrangements(const rk_contract *contract)
{
    return contract->n_arrangements;
}

const char *rk_contract_arrangement(const rk_contract *contract, size_t index)
{
    return index < contract->n_arrangements ? contract->arrangements[index].name : NULL;
}

const rk__arrangement *rk__contract_arrangement(const rk_contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->n_arrangements; i++) {
        if (strcmp(contract->arrangements[i].name, name) == 0) {
            return &contract->arrangements[i];
        }
    }
    return NULL;
}

const rk__table_spec *rk__contract_fact(const rk_contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->n_facts; i++) {
        if (strcmp(contract->facts[i].name, name) == 0) {
            return &contract->facts[i];
        }
    }
    return NULL;
}

const char *rk__component_table(const rk__component *component, const char *table)
{
    if (component->rows_of != NULL && strcmp(component->rows_of, table) == 0) {
        return component->rows_as;
    }
    const rk__value *v = rk__json_get(component->tables, table);
    return v != NULL && v->type == RK__JSON_STRING ? v->text : table;
}

const rk_source_note *rk__contract_source(const rk_contract *contract, const char *pointer)
{
    const rk_source_note *best = NULL;
    size_t best_length = 0;
    for (size_t i = 0; i < contract->n_sources; i++) {
        const rk_source_note *note = &contract->sources[i];
        const size_t length = strlen(note->of);
        const bool holds = strncmp(pointer, note->of, length) == 0 &&
                           (pointer[length] == '\0' || pointer[length] == '/');
        if (holds && (best == NULL || length > best_length)) {
            best = note;
            best_length = length;
        }
    }
    return best;
}
