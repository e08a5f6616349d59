/* SPDX-License-Identifier: MIT
 *
 * kept.c: which evaluations can be kept, and evaluating the next contract in one.
 */
#include "batch/kept.h"

#include <string.h>

#include "ledger/bind_instance.h"
#include "rows/plan.h"
#include "json/json_form.h"

/* A value of the contract that differs from one to the next. */
typedef struct blank {
    rk__value *value;   /* its node in the document, which is given the new text */
    const char **field; /* of the contract, that borrows that text; or NULL */
    size_t pass;        /* of a table, which has neither */
} blank;

typedef struct kept {
    rk_contract *contract;
    rk__terms terms; /* of components whose parameters are the same in each contract */
    rk__evaluation e;
    rk__form *form; /* NULL: kept for its results alone */
    rk__arena arena;
    blank *blanks;
    const rk__value **values; /* of the blanks */
    size_t n_texts, n_blanks; /* texts and numbers come before tables */
    size_t blanks_capacity, values_capacity;
    const rk__value *id;
    rk__pass_input *inputs;
    rk__pass *passes;
    size_t n_passes;
    size_t n_facts;      /* that the sources hold: terms like all others */
    rk__buf *provenance; /* by arrangement */
    char *texts;         /* of the blanks at hand */
    size_t texts_capacity;
    uint64_t used, last_used;
} kept;

struct rk__keeper {
    kept *forms[RK__KEPT_FORMS];
    size_t n;
    kept *last; /* not worth keeping, but for its results */
    rk__sha256_maker *sha256;
    uint64_t clock;
    unsigned wait, patience; /* contracts until the next form is made, and the wait then */
};

static void kept_free(kept *k)
{
    if (k == NULL) {
        return;
    }
    for (size_t i = 0; i < k->n_passes; i++) {
        rk__pass_dispose(&k->passes[i]);
    }
    rk__evaluation_dispose(&k->e);
    rk_contract_free(k->contract);
    rk__form_free(k->form);
    rk__free(k->blanks);
    rk__free(k->values);
    for (size_t a = 0; k->provenance != NULL && a < k->e.n_arrangements; a++) {
        rk__buf_dispose(&k->provenance[a]);
    }
    rk__free(k->provenance);
    rk__free(k->texts);
    rk__nums_dispose(&k->terms.nums);
    rk__arena_dispose(&k->terms.arena);
    rk__arena_dispose(&k->arena);
    rk__free(k);
}

rk__keeper *rk__keeper_new(void)
{
    rk__keeper *keeper = rk__calloc(1, sizeof *keeper);
    if (keeper != NULL) {
        keeper->sha256 = rk__sha256_maker_new();
    }
    if (keeper != NULL && keeper->sha256 == NULL) {
        rk__free(keeper);
        return NULL;
    }
    return keeper;
}

void rk__keeper_free(rk__keeper *keeper)
{
    for (size_t i = 0; keeper != NULL && i < keeper->n; i++) {
        kept_free(keeper->forms[i]);
    }
    if (keeper != NULL) {
        kept_free(keeper->last);
        rk__sha256_maker_free(keeper->sha256);
        rk__free(keeper);
    }
}

void rk__keeper_sha256(const rk__keeper *keeper, const char *text, size_t length,
                       char out[RK__SHA256_TEXT])
{
    rk__sha256_make(keeper->sha256, text, length, out);
}

/* -------------------------------------------------------------------- blanks */

static rk_status add_blank(kept *k, const rk__value *value, blank b)
{
    if (rk__grow((void **) &k->blanks, &k->blanks_capacity, k->n_blanks + 1, sizeof *k->blanks) !=
            0 ||
        rk__grow((void **) &k->values, &k->values_capacity, k->n_blanks + 1, sizeof *k->values) !=
            0) {
        return RK_NO_MEMORY;
    }
    k->values[k->n_blanks] = value;
    k->blanks[k->n_blanks++] = b;
    return RK_OK;
}

static bool is_text(const rk__value *v)
{
    return v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER;
}

/* The document's own text, which is not in an edited one. */
static rk__value *own(const rk__value *v)
{
    return (rk__value *) (uintptr_t) v;
}

/* Every text and number below a value: parameters are bound anew for each contract. */
static rk_status blank_below(kept *k, const rk__value *top)
{
    rk_status status = RK_OK;
    for (const rk__value *v = top != NULL ? top->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        status = is_text(v) ? add_blank(k, v, (blank){.value = own(v)}) : blank_below(k, v);
    }
    return status;
}

/* A component without blanks: what it is bound to holds for every contract. */
static void bind_once(kept *k, const rk__component *component)
{
    for (size_t a = 0; a < k->e.n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(&k->e, a); u++) {
            rk__instance *instance = &k->e.instances[a][u];
            if (instance->component == component) {
                instance->terms = &k->terms;
                instance->bound = false;
            }
        }
    }
}

static void bind_each(kept *k)
{
    for (size_t a = 0; a < k->e.n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(&k->e, a); u++) {
            k->e.instances[a][u].terms = NULL;
        }
    }
}

/* Parameters that differ are bound by a plan, but for those that warned. */
static rk_status plan_binding(kept *k)
{
    rk_status status = RK_OK;
    for (size_t a = 0; a < k->e.n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(&k->e, a) && status == RK_OK; u++) {
            rk__instance *instance = &k->e.instances[a][u];
            status = instance->terms == NULL ? rk__instance_plan(instance, &k->terms) : RK_OK;
        }
    }
    return status;
}

static rk_status blank_terms(kept *k)
{
    rk_contract *c = k->contract;
    const struct {
        const char *key;
        const char **field;
    } own_texts[] = {{"id", &c->id},
                     {"title", &c->title},
                     {"commissioner", &c->commissioner},
                     {"provider", &c->provider},
                     {"notes", NULL}};
    rk_status status = RK_OK;
    k->id = rk__json_get(rk__json_root(c->document), "id");
    for (size_t i = 0; i < sizeof own_texts / sizeof *own_texts && status == RK_OK; i++) {
        rk__value *v = rk__json_get(rk__json_root(c->document), own_texts[i].key);
        if (v != NULL && v->type == RK__JSON_STRING) {
            status = add_blank(k, v, (blank){.value = v, .field = own_texts[i].field});
        }
    }
    for (size_t a = 0; a < c->n_arrangements; a++) {
        for (size_t i = 0; i < c->arrangements[a].n_components && status == RK_OK; i++) {
            const rk__component *component = &c->arrangements[a].components[i];
            const size_t before = k->n_blanks;
            status = blank_below(k, component->params);
            if (status == RK_OK) {
                status = blank_below(k, component->params_by_period);
            }
            if (k->n_blanks == before) {
                bind_once(k, component);
            }
        }
    }
    return status;
}

/* Tables whose rows are only priced; of others it is rows that are kept. */
static bool is_held(const kept *k, const rk__table_spec *spec)
{
    bool held = false;
    for (size_t i = 0; i < k->n_facts; i++) {
        held |= rk__table_spec_of(rk__sources_fact_at(k->e.sources, i))->rows == spec->rows;
    }
    return held;
}

/* A pass over each row table; RK_CONFLICT where one cannot be run again. */
static rk_status plan_passes(kept *k)
{
    rk_contract *c = k->contract;
    size_t n = c->n_periods;
    for (size_t a = 0; a < k->e.n_arrangements; a++) {
        n += rk__evaluation_n_instances(&k->e, a);
    }
    k->inputs = rk__arena_alloc(&k->arena, (c->n_facts + 1) * sizeof *k->inputs);
    k->passes = rk__arena_alloc(&k->arena, (c->n_facts + 1) * sizeof *k->passes);
    rk_status status = k->inputs == NULL || k->passes == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < c->n_facts && status == RK_OK; i++) {
        const rk__table_spec *spec = &c->facts[i];
        rk__instance **instances = rk__arena_alloc(&k->arena, (n + 1) * sizeof(rk__instance *));
        if (instances == NULL) {
            return RK_NO_MEMORY;
        }
        rk__pass_input *input = &k->inputs[k->n_passes];
        *input = (rk__pass_input){.contract = c,
                                  .spec = spec,
                                  .instances = instances,
                                  .n_instances = rk__evaluation_streams(&k->e, spec, instances),
                                  .sources = k->e.sources,
                                  .no_groups = true};
        if (input->n_instances == 0) {
            continue;
        }
        if (spec->rows == NULL || spec->rows->count == 0 || is_held(k, spec)) {
            return RK_CONFLICT;
        }
        for (size_t u = 0; u < input->n_instances; u++) {
            instances[u]->streamed = rk__arena_alloc(&k->arena, instances[u]->rule->n_columns + 1);
            if (instances[u]->streamed == NULL) {
                return RK_NO_MEMORY;
            }
        }
        status = rk__pass_plan(input, &k->passes[k->n_passes], NULL);
        k->n_passes++;
        if (status == RK_OK) {
            status = add_blank(k, spec->rows, (blank){.pass = k->n_passes - 1});
        }
    }
    return status;
}

/* ------------------------------------------------------------------ evaluating */

/* Everything as before parameters are bound, for the contract as it is now. */
static rk_status again(kept *k)
{
    rk__evaluation *e = &k->e;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(e, a); u++) {
            rk__instance_again(&e->instances[a][u]);
        }
    }
    for (size_t p = 0; e->costs != NULL && p < e->contract->n_periods; p++) {
        rk__instance_again(&e->costs[p]);
    }
    for (size_t a = 0; a < e->n_arrangements; a++) {
        rk__result_again(k->contract, e->results[a]);
    }
    if (e->costs_result != NULL) {
        rk__result_again(k->contract, e->costs_result);
    }
    return rk__evaluation_bind(e, NULL);
}

/* A rule that goes wrong in giving up its state does so in the contract at hand. */
static void release(rk__evaluation *e)
{
    for (size_t a = 0; a < e->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(e, a); u++) {
            rk__instance_dispose(&e->instances[a][u]);
        }
    }
}

static size_t n_warnings(const rk__evaluation *e)
{
    size_t n = 0;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        n += e->results[a]->n_warnings;
    }
    return n;
}

static rk_status price(kept *k)
{
    rk_status status = RK_OK;
    for (size_t i = k->n_texts; i < k->n_blanks && status == RK_OK; i++) {
        status = rk__pass_repeat(&k->passes[k->blanks[i].pass], rk__form_filling(k->form, i));
    }
    return status;
}

/* Gives each text of the document its new one, and the contract its own. They are parts of a
 * text of so many bytes, and no longer together but for a NUL each. */
static bool fill(kept *k, size_t length)
{
    if (rk__grow((void **) &k->texts, &k->texts_capacity, length + k->n_texts, 1) != 0) {
        return false;
    }
    char *to = k->texts;
    for (size_t i = 0; i < k->n_texts; i++) {
        const blank *b = &k->blanks[i];
        const rk__span *span = rk__form_filling(k->form, i)->spans;
        memcpy(to, span->text, span->length);
        to[span->length] = '\0';
        b->value->text = to;
        b->value->length = (uint32_t) span->length;
        if (b->field != NULL) {
            *b->field = to;
        }
        to += span->length + 1;
    }
    return rk__id_check(k->id, "the id", NULL) == RK_OK;
}

/* *starved where memory ran out on the way: what is kept may then be half made. */
static bool run(const rk__keeper *keeper, kept *k, const char *text, size_t length, bool *starved)
{
    rk_contract *c = k->contract;
    if (!rk__form_fits(k->form, text, length) || !fill(k, length)) {
        return false;
    }
    rk__sha256_make(keeper->sha256, text, length, c->sha256);
    if (c->sha256[0] == '\0') {
        *starved = true;
        return false;
    }
    if (c->session->mark != NULL) {
        memcpy(c->session->mark->contract, c->id, strlen(c->id) + 1);
    }
    rk_status status = again(k);
    if (status == RK_OK) {
        status = rk__evaluation_prepare(&k->e, NULL);
    }
    if (status == RK_OK) {
        status = price(k);
    }
    if (status == RK_OK) {
        status = rk__evaluation_settle(&k->e, NULL);
    }
    release(&k->e);
    *starved = status == RK_NO_MEMORY;
    /* A table that was not looked at before is not known to be among the terms. */
    return status == RK_OK && !c->session->starved &&
           rk__sources_n_facts(k->e.sources) == k->n_facts;
}

/* --------------------------------------------------------------------- keeping */

/* What a component comes to over a part of its rows is planned for one contract alone. */
static bool values_any(const rk__evaluation *e)
{
    for (size_t a = 0; a < e->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(e, a); u++) {
            if (e->instances[a][u].values != NULL) {
                return true;
            }
        }
    }
    return false;
}

static bool may_keep(const kept *k)
{
    const rk_contract *c = k->contract;
    const rk_options *o = &c->session->options;
    size_t length = 0;
    (void) rk__json_text(c->document, &length);
    return length <= RK__KEPT_MAX_BYTES && c->n_held == 0 && k->e.n_files == 0 &&
           k->e.bad_rows == 0 && o->rows_file == NULL && o->progress == NULL && !o->profile &&
           o->group_by == NULL && c->session->totals_only && !values_any(&k->e);
}

/* RK_CONFLICT where the contract's form cannot be kept. */
static rk_status make_form(kept *k)
{
    k->n_facts = rk__sources_n_facts(k->e.sources);
    rk_status status = blank_terms(k);
    k->n_texts = k->n_blanks;
    k->terms.nums.untraced = true;
    k->provenance = rk__calloc(k->e.n_arrangements, sizeof *k->provenance);
    for (size_t a = 0; k->provenance != NULL && a < k->e.n_arrangements; a++) {
        rk__result_keep(k->contract, k->e.arrangements[a], &k->terms.arena, &k->provenance[a],
                        k->e.results[a]);
    }
    if (k->e.costs_result != NULL) {
        rk__result_keep(k->contract, k->e.costs[0].arrangement, &k->terms.arena, NULL,
                        k->e.costs_result);
    }
    status = k->provenance == NULL ? RK_NO_MEMORY : status;
    if (status == RK_OK) {
        status = again(k);
    }
    /* What binding and planning warn of is to be told of each contract. */
    if (status == RK_OK && n_warnings(&k->e) > 0) {
        bind_each(k);
        status = again(k);
    } else if (status == RK_OK) {
        status = plan_binding(k);
    }
    const size_t before = status == RK_OK ? n_warnings(&k->e) : 0;
    if (status == RK_OK) {
        status = plan_passes(k);
    }
    if (status == RK_OK && n_warnings(&k->e) != before) {
        status = RK_CONFLICT;
    }
    if (status == RK_OK) {
        status = rk__form_new(k->contract->document, k->values, k->n_blanks, &k->form);
    }
    return status == RK_OK && k->form == NULL ? RK_CONFLICT : status;
}

/* The one that was used longest ago, of all or of those that have served nobody. */
static size_t oldest(const rk__keeper *keeper, bool unused)
{
    size_t at = keeper->n;
    for (size_t i = 0; i < keeper->n; i++) {
        const kept *k = keeper->forms[i];
        if ((!unused || k->used == 0) &&
            (at == keeper->n || k->last_used < keeper->forms[at]->last_used)) {
            at = i;
        }
    }
    return at;
}

/* Takes a place; one that has served nobody makes the next wait longer, until one serves. */
static void put(rk__keeper *keeper, kept *k)
{
    size_t unused = 0;
    for (size_t i = 0; i < keeper->n; i++) {
        unused += keeper->forms[i]->used == 0;
    }
    size_t at = keeper->n;
    if (unused == RK__KEPT_NEW) {
        at = oldest(keeper, true);
        keeper->patience = keeper->patience < 512 ? keeper->patience * 2 + 1 : 1023;
        keeper->wait = keeper->patience;
    } else if (at == RK__KEPT_FORMS) {
        at = oldest(keeper, false);
    }
    if (at < keeper->n) {
        kept_free(keeper->forms[at]);
    } else {
        keeper->n++;
    }
    k->last_used = ++keeper->clock;
    keeper->forms[at] = k;
}

/* The evaluation before this one is of no use any more; its form may be. */
static void settle_last(rk__keeper *keeper)
{
    kept *k = keeper->last;
    keeper->last = NULL;
    if (k == NULL) {
        return;
    }
    const bool wanted = keeper->wait == 0;
    keeper->wait -= keeper->wait > 0;
    if (wanted && may_keep(k) && make_form(k) == RK_OK) {
        put(keeper, k);
    } else {
        kept_free(k);
    }
}

/* ---------------------------------------------------------------- the keeper */

const rk__evaluation *rk__keeper_try(rk__keeper *keeper, const char *text, size_t length,
                                     const char *base_dir)
{
    settle_last(keeper);
    for (size_t i = 0; i < keeper->n && length <= RK__KEPT_MAX_BYTES; i++) {
        kept *k = keeper->forms[i];
        bool starved = false;
        if (strcmp(k->contract->base_dir, base_dir) == 0 &&
            run(keeper, k, text, length, &starved)) {
            keeper->patience = k->used++ == 0 ? 0 : keeper->patience;
            k->last_used = ++keeper->clock;
            keeper->forms[i] = keeper->forms[0]; /* most likely the next one's too */
            keeper->forms[0] = k;
            return &k->e;
        }
        if (starved) {
            kept_free(k);
            keeper->forms[i] = keeper->forms[--keeper->n];
            return NULL;
        }
    }
    return NULL;
}

rk_status rk__keeper_evaluate(rk__keeper *keeper, rk_contract *contract, bool all,
                              const rk__evaluation **out, rk_problems *problems)
{
    kept *k = rk__calloc(1, sizeof *k);
    if (k == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__evaluate_set(contract, all, &k->e, problems);
    if (status != RK_OK) {
        kept_free(k);
        return status;
    }
    release(&k->e);
    k->contract = contract;
    keeper->last = k;
    *out = &k->e;
    return RK_OK;
}
