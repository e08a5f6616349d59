/* SPDX-License-Identifier: MIT
 *
 * system_work.c: systems in a batch. A scenario is to a system what an arrangement is to a
 * contract, and an organisation in a period what a component is: its position, with its income
 * and costs as lines.
 */
#include "batch/system_work.h"

#include <string.h>

#include "base/frame.h"
#include "batch/result_rows.h"
#include "batch/writing.h"
#include "contract/session.h"
#include "contract/sources.h"
#include "report/system.h"

bool rk__batch_is_system(const rk__value *root)
{
    const rk__value *kind = root->type == RK__JSON_OBJECT ? rk__json_get(root, "reckoner") : NULL;
    return kind != NULL && kind->type == RK__JSON_STRING && strncmp(kind->text, "system/", 7) == 0;
}

/* ------------------------------------------------------------------------ stand-in */

/* Calls for each component of each arrangement of each contract in the document. */
static const rk__value *next_component(const rk_system *system, size_t n)
{
    const rk__value *list = rk__json_get(rk__json_root(system->document), "contracts");
    const rk__value *entry = list != NULL && list->type == RK__JSON_ARRAY ? list->first : NULL;
    for (; entry != NULL; entry = entry->next) {
        const rk__value *all = rk__json_get(rk__json_get(entry, "contract"), "arrangements");
        for (const rk__value *a = all != NULL ? all->first : NULL; a != NULL; a = a->next) {
            for (const rk__value *c = a->first; c != NULL; c = c->next) {
                if (n-- == 0) {
                    return c;
                }
            }
        }
    }
    return NULL;
}

rk_contract *rk__system_stand_in(const rk_system *system, rk__arena *arena)
{
    const size_t n = system->base.n_scenarios;
    size_t n_components = 0;
    while (next_component(system, n_components) != NULL) {
        n_components++;
    }
    rk_contract *c = rk__arena_alloc(arena, sizeof *c);
    rk__arrangement *arrangements = rk__arena_alloc(arena, (n + 1) * sizeof *arrangements);
    rk__component *components = rk__arena_alloc(arena, (n_components + 2) * sizeof *components);
    if (c == NULL || arrangements == NULL || components == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        arrangements[i].name = system->base.scenarios[i].name;
    }
    components[0].rule = "risk-pool"; /* of pools and owners */
    for (size_t i = 0; i < n_components; i++) {
        const rk__value *rule = rk__json_get(next_component(system, i), "rule");
        components[i + 1].rule = rule != NULL && rule->text != NULL ? rule->text : "";
    }
    arrangements[0].components = components;
    arrangements[0].n_components = n_components + 1;
    *c = (rk_contract){.session = system->session,
                       .id = system->base.id,
                       .currency = system->base.currency,
                       .arrangements = arrangements,
                       .n_arrangements = n};
    return c;
}

rk_status rk__system_fetch(const rk_system *system, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < system->base.n_contracts && status == RK_OK; i++) {
        rk__json *copy = NULL;
        rk_contract *contract = NULL;
        rk__sources *sources = NULL;
        status = rk__json_clone(system->base.contracts[i].contract, &copy);
        if (status == RK_OK) {
            status = rk__contract_read(system->session, copy, system->contract_dirs[i], &contract,
                                       problems);
        }
        if (status == RK_OK) {
            status = rk__sources_new(contract, &sources, problems);
        }
        rk__sources_free(sources);
        rk_contract_free(contract);
    }
    return status;
}

/* ------------------------------------------------------------------------- sources */

/* The files that a system was made of, for --resume. */
typedef struct sources {
    rk__arena arena;
    rk__buf packed;
    uint64_t n;
} sources;

static void add_source(sources *s, const char *dir, const char *path)
{
    static const char like[] = "00000000000000000000000000000000"; /* XXH3 */
    char digest[RK__SHA256_TEXT];
    char *place = strstr(path, "://") == NULL ? rk__path_join(&s->arena, dir, path) : NULL;
    if (place != NULL && rk__digest_now(place, like, digest)) {
        rk__pack_text(&s->packed, place);
        rk__pack_text(&s->packed, digest);
        rk__pack_number(&s->packed, 0);
        s->n++;
    }
}

static void add_paths(sources *s, const char *dir, const rk__value *v)
{
    if (v != NULL && v->type == RK__JSON_STRING) {
        add_source(s, dir, v->text);
    }
    for (const rk__value *m = v != NULL && v->type == RK__JSON_ARRAY ? v->first : NULL; m != NULL;
         m = m->next) {
        add_paths(s, dir, m);
    }
    if (v != NULL && v->type == RK__JSON_OBJECT) {
        add_paths(s, dir, rk__json_get(v, "file"));
    }
}

static void add_tables(sources *s, const char *dir, const rk__value *document)
{
    const rk__value *facts = rk__json_get(document, "facts");
    for (const rk__value *t = facts != NULL ? facts->first : NULL; t != NULL; t = t->next) {
        if (t->type != RK__JSON_ARRAY) {
            add_paths(s, dir, t);
        }
    }
    add_paths(s, dir, rk__json_get(document, "tariff"));
}

static void pack_sources(const rk_system *system, rk__buf *out)
{
    sources s = {0};
    for (size_t i = 0; i < system->n_held; i++) {
        const char *file = rk__json_file(system->held[i]);
        if (file != NULL && file[0] != '\0') {
            add_source(&s, ".", file);
        }
    }
    add_tables(&s, system->base_dir, system->base.root);
    for (size_t i = 0; i < system->base.n_contracts; i++) {
        add_tables(&s, system->contract_dirs[i], system->base.contracts[i].contract);
    }
    rk__pack_number(out, s.n);
    rk__buf_add(out, s.packed.text != NULL ? s.packed.text : "", s.packed.length);
    out->failed |= s.packed.failed || s.arena.failed;
    rk__buf_dispose(&s.packed);
    rk__arena_dispose(&s.arena);
}

/* -------------------------------------------------------------------------- record */

rk_status rk__record_system(rk__batch_form form, const rk_system *system,
                            const rk_system_result *result, rk__buf *out)
{
    const rk_system_view *view = rk_system_result_read(result);
    rk__writing w;
    rk__record_head(out, RK_OK, view->id, NULL, NULL, view->n_scenarios);
    for (size_t i = 0; i < view->n_scenarios; i++) {
        const rk_scenario_result *s = rk_system_scenario_result(result, i);
        rk__buf total = {0};
        size_t warnings = 0;
        for (size_t k = 0; k < s->n_findings; k++) {
            warnings += rk_scenario_finding(s, k)->severity != RK_SEVERITY_NOTE;
        }
        rk__num_print_fixed(&total, rk_scenario_balance(s)->total, view->places);
        rk__pack_text(out, s->name);
        rk__pack_text(out, view->currency);
        rk__pack_text(out, total.text != NULL ? total.text : "");
        rk__pack_number(out, 0);
        rk__pack_number(out, warnings);
        rk__pack_number(out, s->n_findings);
        for (size_t k = 0; k < s->n_findings; k++) {
            rk__pack_text(out, rk_scenario_finding(s, k)->code);
        }
        out->failed |= total.failed;
        rk__buf_dispose(&total);
    }
    pack_sources(system, out);
    rk__writing_begin(&w, form, out);
    w.page.places = view->places;
    if (form.kind == RK__BATCH_NDJSON) {
        rk__json_system_line(&w.page, result);
    } else {
        rk__rows_system(&w.cells, result);
    }
    return rk__writing_end(&w);
}
