/* SPDX-License-Identifier: MIT
 *
 * document.c: a system document's top: identity, periods, organisations, what
 * "balance" means. Reading goes on after the first problem, as contracts do.
 */
#include "system/document.h"
#include "contract/accept.h"
#include "contract/currency.h"
#include "system/document_values.h"

#include <stdlib.h>
#include <string.h>

static const char *const system_keys[] = {
    "reckoner", "id",        "title", "basis",         "currency",       "periods", "tariff",
    "facts",    "contracts", "flows", "organisations", "cost_behaviour", "pool",    "scenarios",
    "balance",  "sources",   "notes", "indices",       "year_starts",    "accept",  NULL};
static const char *const organisation_keys[] = {
    "id",       "kind",          "title", "members", "owners", "vat_recovery", "loss_cap",
    "gain_cap", "control_total", "notes", "role",    "index",  "opening_cash", NULL};
static const char *const balance_keys[] = {"window", "discount_rate", NULL};
static const char *const kinds[] = {"commissioner",  "trust",           "gp-practice",
                                    "gp-federation", "local-authority", "joint-venture",
                                    "outside",       "other",           NULL};

/* ------------------------------------------------------------- organisations */

static rk_status read_caps(rk__system *s, const rk__value *v, rk__organisation *o,
                           rk_problems *problems)
{
    rk_status first = rk__system_number(s, v, "loss_cap", false, false, &o->loss_cap, problems);
    rk__keep_first(&first,
                   rk__system_number(s, v, "gain_cap", false, false, &o->gain_cap, problems));
    const char *const names[] = {"loss_cap", "gain_cap"};
    const rk_num caps[] = {o->loss_cap, o->gain_cap};
    for (size_t i = 0; i < 2; i++) {
        if (caps[i] != NULL && rk__num_sign(caps[i]) < 0) {
            rk__keep_first(&first, rk__json_problem(problems, rk__json_get(v, names[i]),
                                                    RK_OUT_OF_RANGE, "0 is none at all",
                                                    "'%s' cannot be negative", names[i]));
        }
    }
    rk__keep_first(
        &first, rk__system_number(s, v, "opening_cash", false, false, &o->opening_cash, problems));
    rk__keep_first(
        &first, rk__system_number(s, v, "vat_recovery", false, true, &o->vat_recovery, problems));
    const rk_num one = rk__num_from_int(&s->nums, 1);
    if (o->vat_recovery != NULL &&
        (rk__num_sign(o->vat_recovery) < 0 || rk__num_compare(o->vat_recovery, one) > 0)) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_get(v, "vat_recovery"), RK_OUT_OF_RANGE,
                                        NULL, "'vat_recovery' must be from 0 to 1"));
    }
    return first;
}

static size_t period_named(const rk__system *s, const char *id)
{
    size_t p = 0;
    while (p < s->n_periods && strcmp(s->periods[p].id, id) != 0) {
        p++;
    }
    return p;
}

/* An amount for each period, which may be indexed; or amounts by period. */
static rk_status read_control_totals(rk__system *s, const rk__value *v, rk__organisation *o,
                                     rk_problems *problems)
{
    const rk__value *totals = rk__json_get(v, "control_total");
    const bool by_period =
        totals != NULL && totals->type == RK__JSON_OBJECT &&
        (rk__json_get(totals, "amount") == NULL || period_named(s, "amount") < s->n_periods);
    bool indexed = false;
    rk_status first = RK_OK;
    if (rk__json_given(totals) && !by_period) {
        first =
            rk__system_amounts(s, v, "control_total", false, &o->control_total, &indexed, problems);
        for (size_t p = 0; p < s->n_periods && first == RK_OK && indexed; p++) {
            o->control_total[p] = rk__num_round(&s->nums, o->control_total[p], s->places);
        }
        return first;
    }
    o->control_total = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof *o->control_total);
    if (o->control_total == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *m = by_period ? totals->first : NULL; m != NULL; m = m->next) {
        const size_t p = period_named(s, m->key);
        rk__keep_first(&first, p < s->n_periods
                                   ? rk__system_number_at(s, m, "control_total", false,
                                                          &o->control_total[p], problems)
                                   : rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                          "use the ids of the system's periods",
                                                          "there is no period '%s'", m->key));
    }
    return first;
}

static rk_status read_role(const rk__value *v, rk__organisation *o, rk_problems *problems)
{
    static const char *const roles[] = {"observer", NULL};
    const rk__value *role = rk__json_get(v, "role");
    if (!rk__json_given(role)) {
        return RK_OK;
    }
    o->observer = rk__system_word(role, "role", roles, problems) == 0;
    return o->observer ? RK_OK : RK_OUT_OF_RANGE;
}

static rk_status read_organisation(rk__system *s, const rk__value *v, rk__organisation *o,
                                   rk_problems *problems)
{
    rk_status first = rk__system_item(v, "an organisation", problems);
    o->at = v;
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(v, organisation_keys, problems));
    rk__keep_first(&first, rk__system_id(v, "the organisation's id", &o->id, problems));
    rk__keep_first(&first, rk__json_text_of(v, "title", false, &o->title, problems));
    const rk_status kind = rk__json_text_of(v, "kind", true, &o->kind_text, problems);
    rk__keep_first(&first, kind);
    if (kind == RK_OK) {
        const int word =
            rk__system_word(rk__json_get(v, "kind"), "kind of organisation", kinds, problems);
        rk__keep_first(&first, word < 0 ? RK_OUT_OF_RANGE : RK_OK);
        o->kind = word < 0 ? RK__ORG_OTHER : (rk__org_kind) word;
    }
    rk__keep_first(&first, read_role(v, o, problems));
    rk__keep_first(&first, read_caps(s, v, o, problems));
    rk__keep_first(&first, read_control_totals(s, v, o, problems));
    return first;
}

/* Members that are organisations of the system form a group; other names are only names. A
 * list with both is probably a mistake. */
static rk_status read_members(rk__system *s, rk__organisation *o, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(o->at, "members", &list, problems);
    if (first != RK_OK || list == NULL) {
        return first;
    }
    const char **names = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof *names);
    o->group = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof *o->group);
    if (names == NULL || o->group == NULL) {
        return RK_NO_MEMORY;
    }
    o->names = names;
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING) {
            return rk__json_problem(problems, v, RK_WRONG_TYPE, NULL,
                                    "'members' holds names, not %s", rk__json_type_name(v));
        }
        const size_t i = rk__names_find(&s->organisation_ids, v->text);
        if (i != RK__NAMES_NONE && &s->organisations[i] != o) {
            o->group[o->n_group++] = i;
        } else {
            names[o->n_names++] = v->text;
        }
    }
    if (o->n_group > 0 && o->n_names > 0) {
        return rk__json_problem(problems, list, RK_OUT_OF_RANGE,
                                "name organisations of the system only, or none of them",
                                "'%s' is a member, but not an organisation of the system as the "
                                "others are",
                                names[0]);
    }
    return RK_OK;
}

static rk_status read_owners(rk__system *s, rk__organisation *o, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(o->at, "owners", &list, problems);
    if (first != RK_OK || list == NULL) {
        return first;
    }
    if (o->kind != RK__ORG_JOINT_VENTURE) {
        return rk__json_problem(problems, list, RK_CONFLICT, "make its kind joint-venture",
                                "'%s' is not a joint venture and cannot have owners", o->id);
    }
    return rk__system_shares(s, list, "the owners", &o->owners, &o->n_owners, problems);
}

/* Whether a venture's position goes, through its owners, to `target`; appends the path. */
static bool owned_by(const rk__system *s, size_t venture, size_t target, bool *seen, rk__buf *path)
{
    const rk__organisation *o = &s->organisations[venture];
    const size_t length = path->length;
    const bool again = seen[venture];
    seen[venture] = true;
    for (size_t i = 0; i < o->n_owners && !again; i++) {
        const size_t owner = o->owners[i].organisation;
        rk__buf_printf(path, " -> %s", s->organisations[owner].id);
        if (owner == target || owned_by(s, owner, target, seen, path)) {
            return true;
        }
        path->length = length;
    }
    return false;
}

/* Joint ventures may own joint ventures, but not each other. */
static rk_status check_owners(rk__system *s, rk_problems *problems)
{
    bool *seen = rk__arena_alloc(&s->arena, s->n_organisations);
    for (size_t o = 0; seen != NULL && o < s->n_organisations; o++) {
        rk__buf path = {0};
        if (s->organisations[o].n_owners == 0) {
            continue;
        }
        memset(seen, 0, s->n_organisations);
        if (owned_by(s, o, o, seen, &path)) {
            const rk_status status = rk__json_problem(
                problems, rk__json_get(s->organisations[o].at, "owners"), RK_CYCLE,
                "let one of them be owned by organisations that keep their positions",
                "joint ventures own each other: %s%s", s->organisations[o].id,
                path.text != NULL ? path.text : "");
            rk__buf_dispose(&path);
            return status;
        }
        rk__buf_dispose(&path);
    }
    return seen == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status read_organisations(rk__system *s, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(s->root, "organisations", &list, problems);
    if (first != RK_OK) {
        return first;
    }
    if (list == NULL || list->count == 0) {
        return rk__json_problem(problems, list != NULL ? list : s->root, RK_MISSING_KEY,
                                "add \"organisations\": [{\"id\", \"kind\"}]",
                                "the system has no 'organisations'");
    }
    s->organisations = rk__arena_alloc(&s->arena, list->count * sizeof *s->organisations);
    if (s->organisations == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__keep_first(&first,
                       read_organisation(s, v, &s->organisations[s->n_organisations++], problems));
    }
    rk__keep_first(&first, rk__json_unique(list, "id", "the organisation's id", NULL, problems));
    const char **ids = rk__arena_alloc(&s->arena, (s->n_organisations + 1) * sizeof *ids);
    for (size_t i = 0; ids != NULL && i < s->n_organisations; i++) {
        ids[i] = s->organisations[i].id;
    }
    if (ids == NULL || !rk__names_make(&s->organisation_ids, ids, s->n_organisations, &s->arena)) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < s->n_organisations && first == RK_OK; i++) {
        rk__keep_first(&first, read_members(s, &s->organisations[i], problems));
        rk__keep_first(&first, read_owners(s, &s->organisations[i], problems));
    }
    return first == RK_OK ? check_owners(s, problems) : first;
}

/* ------------------------------------------------------------------- balance */

static rk_status read_balance(rk__system *s, rk_problems *problems)
{
    const rk__value *v = NULL;
    s->window = 1;
    rk_status first = rk__system_object(s->root, "balance", &v, problems);
    if (first != RK_OK || v == NULL) {
        return first;
    }
    rk_num window = NULL;
    rk_decimal periods = RK_DECIMAL_ONE;
    rk__keep_first(&first, rk__json_only_keys(v, balance_keys, problems));
    rk__keep_first(
        &first, rk__system_number(s, v, "discount_rate", false, true, &s->discount_rate, problems));
    if (s->discount_rate != NULL && rk__num_sign(s->discount_rate) < 0) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_get(v, "discount_rate"), RK_OUT_OF_RANGE,
                                        NULL, "'discount_rate' cannot be negative"));
    }
    rk__keep_first(&first, rk__system_number(s, v, "window", false, false, &window, problems));
    if (window == NULL) {
        return first;
    }
    if (!rk__num_is_integer(window) || !rk__num_to_decimal(window, &periods) ||
        periods < RK_DECIMAL_ONE || periods > 1000 * RK_DECIMAL_ONE) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_get(v, "window"), RK_OUT_OF_RANGE,
                                        "write how many: 3", "'window' is a number of periods"));
        return first;
    }
    s->window = (size_t) (periods / RK_DECIMAL_ONE);
    return first;
}

/* ------------------------------------------------------------------- the whole */

static rk_status read_kind(const rk__value *root, rk_problems *problems)
{
    const char *kind = NULL;
    if (root->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, root, RK_WRONG_TYPE, NULL,
                                "a system must be an object, not %s", rk__json_type_name(root));
    }
    const rk_status status = rk__json_text_of(root, "reckoner", true, &kind, problems);
    if (status == RK_OK && strcmp(kind, "system/1") != 0) {
        return rk__json_problem(problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                "a system begins with \"reckoner\": \"system/1\"",
                                "this is a '%s' document, not a system", kind);
    }
    return status;
}

/* Notes can be any value; one that is not a text is kept as written. */
static rk_status read_notes(rk__system *s)
{
    size_t length = 0;
    const rk__value *notes = rk__json_get(s->root, "notes");
    if (!rk__json_given(notes)) {
        return RK_OK;
    }
    s->notes =
        notes->type == RK__JSON_STRING
            ? notes->text
            : rk__arena_copy(&s->arena, rk__json_text(notes->document, &length) + notes->offset,
                             notes->end - notes->offset);
    return s->notes == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status read_identity(rk__system *s, rk_problems *problems)
{
    const rk__value *root = s->root;
    rk_status first = rk__json_only_keys(root, system_keys, problems);
    rk_status id = rk__json_text_of(root, "id", true, &s->id, problems);
    if (id == RK_OK) {
        id = rk__id_check(rk__json_get(root, "id"), "the id", problems);
    }
    rk__keep_first(&first, id);
    rk__keep_first(&first, rk__json_text_of(root, "title", false, &s->title, problems));
    rk__keep_first(&first, read_notes(s));
    rk__keep_first(&first, rk__basis_read(root, &s->basis, problems));
    rk__keep_first(&first, rk__currency_read(root, &s->currency, problems));
    s->places = rk__currency_places(s->currency != NULL ? s->currency : "");
    return first;
}

rk_status rk__system_read(const rk__value *root, const char *base_dir, rk__system *out,
                          rk_problems *problems)
{
    *out = (rk__system){.root = root, .base_dir = base_dir};
    rk_status first = read_kind(root, problems);
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, read_identity(out, problems));
    const rk_status periods =
        rk__periods_read(&out->arena, root, &out->periods, &out->n_periods, problems);
    rk__keep_first(&first, periods);
    if (periods != RK_OK) {
        return first; /* everything else refers to periods */
    }
    rk__keep_first(&first, rk__calendar_read(&out->arena, root, out->periods, out->n_periods,
                                             &out->calendar, problems));
    rk__keep_first(&first, rk__indices_read(root, &out->calendar, &out->indices, problems));
    const rk_status organisations = read_organisations(out, problems);
    rk__keep_first(&first, organisations);
    if (organisations != RK_OK) {
        return first;
    }
    rk__keep_first(
        &first, rk__facts_read(&out->arena, root, base_dir, &out->facts, &out->n_facts, problems));
    rk__keep_first(&first, rk__system_read_contracts(out, problems));
    rk__keep_first(&first, rk__system_read_flows(out, problems));
    rk__keep_first(&first, rk__system_read_behaviours(out, problems));
    rk__keep_first(&first, rk__system_read_pool(out, problems));
    rk__keep_first(&first, read_balance(out, problems));
    if (first == RK_OK) {
        rk__keep_first(&first, rk__system_read_scenarios(out, problems));
    }
    rk__keep_first(&first,
                   rk__sources_check(&out->arena, root, &out->sources, &out->n_sources, problems));
    rk__keep_first(&first,
                   rk__accept_read(&out->arena, root, &out->accepts, &out->n_accepts, problems));
    return out->nums.no_memory ? RK_NO_MEMORY : first;
}

void rk__system_dispose(rk__system *system)
{
    rk__nums_dispose(&system->nums);
    rk__arena_dispose(&system->arena);
}
