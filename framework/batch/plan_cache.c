/* SPDX-License-Identifier: MIT
 *
 * plan_cache.c: which plans are kept, and giving one the values of another contract.
 */
#include "batch/plan_cache.h"

#include <string.h>

#include "batch/terms.h"
#include "contract/selection.h"
#include "evaluate/plan.h"
#include "ledger/instance.h"
#include "json/json_refill.h"

/* Digests that are remembered to see that a contract has the terms of an earlier one. */
#define SEEN 1024
/* Longer contracts are not planned: the plan holds the first one. */
#define LONGEST ((size_t) 64 << 10)

/* What takes a value of the document: a member of a component, or the rows of a table. */
typedef struct target {
    const rk__value **field;
    size_t value; /* its index among those of the terms */
} target;

/* The texts of a document that are its own, and that results show. */
typedef struct heading {
    const rk__value *id, *title, *commissioner, *provider;
} heading;

/* A table that is no target: its rows are terms after all. */
typedef struct fixed_table {
    size_t value;
    rk__terms_digest digest;
} fixed_table;

typedef struct kept_plan {
    rk_contract *contract;
    rk__plan *plan;
    rk__terms_digest terms;
    target *targets;
    size_t n_targets;
    fixed_table *fixed;
    size_t n_fixed;
    const rk__value **own; /* the values of its own document ... */
    heading own_heading;
    rk__refill *refill; /* ... which other texts are read into; or NULL */
    rk__arena arena;
    uint64_t last_used;
} kept_plan;

typedef struct seen_terms {
    rk__terms_digest digest;
    bool refused; /* contracts with these terms cannot be planned */
} seen_terms;

struct rk__plan_cache {
    rk_session *session;
    bool all, wanted;
    rk__contract_terms terms; /* of the current document ... */
    bool has_terms;           /* ... if it has some */
    seen_terms seen[SEEN];
    kept_plan *plans[RK__PLANS_MOST];
    size_t n;
    uint64_t clock;
    /* The last evaluation that no plan made, or whose plan is not kept. */
    rk_contract *contract;
    rk__evaluation evaluation;
    kept_plan *single;
};

static void free_plan(kept_plan *k)
{
    if (k != NULL) {
        rk__plan_free(k->plan);
        rk__refill_free(k->refill);
        rk_contract_free(k->contract);
        rk__arena_dispose(&k->arena);
        rk__free(k);
    }
}

/* Frees the previous evaluation. */
static void free_last(rk__plan_cache *cache)
{
    if (cache->contract != NULL) {
        rk__evaluation_dispose(&cache->evaluation);
        rk_contract_free(cache->contract);
        cache->contract = NULL;
    }
    free_plan(cache->single);
    cache->single = NULL;
}

rk__plan_cache *rk__plan_cache_new(rk_session *session, bool all)
{
    const rk_options *o = &session->options;
    rk__plan_cache *cache = rk__calloc(1, sizeof *cache);
    if (cache != NULL) {
        cache->session = session;
        cache->all = all;
        cache->wanted = (o->sets == NULL || o->sets[0] == NULL) && o->rows_file == NULL &&
                        o->progress == NULL && !o->profile && o->group_by == NULL &&
                        !rk__options_select(o);
    }
    return cache;
}

void rk__plan_cache_free(rk__plan_cache *cache)
{
    if (cache != NULL) {
        free_last(cache);
        for (size_t i = 0; i < cache->n; i++) {
            free_plan(cache->plans[i]);
        }
        rk__terms_dispose(&cache->terms);
        rk__free(cache);
    }
}

/* -------------------------------------------------------------- a plan's values */

static bool add_target(kept_plan *k, const rk__contract_terms *terms, const rk__value **field)
{
    for (size_t i = 0; i < terms->n_values; i++) {
        if (terms->values[i] == *field) {
            k->targets[k->n_targets++] = (target){field, i};
            return true;
        }
    }
    return *field == NULL;
}

/* Finds what takes which value of a document with these terms. */
static rk_status find_targets(kept_plan *k, rk__contract_terms *terms)
{
    rk_contract *c = k->contract;
    size_t n = c->n_facts;
    for (size_t a = 0; a < c->n_arrangements; a++) {
        n += 2 * c->arrangements[a].n_components;
    }
    k->targets = rk__arena_alloc(&k->arena, (n + 1) * sizeof *k->targets);
    k->fixed = rk__arena_alloc(&k->arena, (c->n_facts + 1) * sizeof *k->fixed);
    if (k->targets == NULL || k->fixed == NULL) {
        return RK_NO_MEMORY;
    }
    bool known = true;
    for (size_t a = 0; a < c->n_arrangements; a++) {
        for (size_t i = 0; i < c->arrangements[a].n_components; i++) {
            rk__component *component = &c->arrangements[a].components[i];
            known &= add_target(k, terms, &component->params) &&
                     add_target(k, terms, &component->params_by_period);
        }
    }
    rk_status status = known ? RK_OK : RK_CONFLICT;
    for (size_t i = 0; i < c->n_facts && status == RK_OK; i++) {
        const size_t at = k->n_targets;
        if (!add_target(k, terms, &c->facts[i].rows)) {
            continue; /* no rows; that is part of the terms */
        }
        if (k->n_targets > at && !rk__plan_prices(k->plan, &c->facts[i])) {
            fixed_table *fixed = &k->fixed[k->n_fixed++];
            fixed->value = k->targets[--k->n_targets].value;
            status = rk__terms_digest_of(c->facts[i].rows, &terms->text, &fixed->digest);
        }
    }
    return status;
}

static bool has_fixed_tables(const kept_plan *k, rk__contract_terms *terms)
{
    bool same = true;
    for (size_t i = 0; i < k->n_fixed && same; i++) {
        rk__terms_digest digest;
        same =
            rk__terms_digest_of(terms->values[k->fixed[i].value], &terms->text, &digest) == RK_OK &&
            rk__terms_same(digest, k->fixed[i].digest);
    }
    return same;
}

static heading heading_of(const rk__value *root)
{
    return (heading){rk__json_get(root, "id"), rk__json_get(root, "title"),
                     rk__json_get(root, "commissioner"), rk__json_get(root, "provider")};
}

/* Lets other texts be read into the contract's document, if its rows are written alike. */
static void make_refill(kept_plan *k, const rk__contract_terms *terms)
{
    size_t n = 0;
    const rk__value **slots = rk__calloc(terms->n_values + 1, sizeof *slots);
    k->own = rk__arena_alloc(&k->arena, (terms->n_values + 1) * sizeof *k->own);
    if (slots == NULL || k->own == NULL) {
        rk__free(slots);
        return;
    }
    for (size_t i = 0; i < terms->n_values; i++) {
        bool fixed = false;
        for (size_t t = 0; t < k->n_fixed; t++) {
            fixed |= k->fixed[t].value == i;
        }
        k->own[i] = terms->values[i];
        slots[n] = terms->values[i];
        n += !fixed;
    }
    k->own_heading = heading_of(rk__json_root(k->contract->document));
    (void) rk__refill_new(k->contract->document, slots, n, &k->refill);
    rk__free(slots);
}

static void take_text(const char **field, const rk__value *value)
{
    if (*field != NULL) {
        *field = value->text;
    }
}

/* Gives the contract the values of a document with its terms; false if its id is wrong. */
static bool take_values(kept_plan *k, const heading *at, const rk__value *const *values,
                        const char *sha256)
{
    rk_contract *c = k->contract;
    if (rk__id_check(at->id, "the id", NULL) != RK_OK) {
        return false;
    }
    c->id = at->id->text;
    take_text(&c->title, at->title);
    take_text(&c->commissioner, at->commissioner);
    take_text(&c->provider, at->provider);
    for (size_t i = 0; i < k->n_targets; i++) {
        *k->targets[i].field = values[k->targets[i].value];
    }
    memcpy(c->sha256, sha256, sizeof c->sha256);
    return true;
}

/* ------------------------------------------------------------------- the cache */

static void mark_contract(const rk__plan_cache *cache, const rk_contract *contract)
{
    rk__mark *mark = cache->session->mark;
    if (mark != NULL) {
        memcpy(mark->contract, contract->id, strlen(contract->id) + 1);
    }
}

/* Takes a free place, or that of the least recently used plan. */
static void keep(rk__plan_cache *cache, kept_plan *k)
{
    size_t at = cache->n;
    if (at == RK__PLANS_MOST) {
        at = 0;
        for (size_t i = 1; i < cache->n; i++) {
            at = cache->plans[i]->last_used < cache->plans[at]->last_used ? i : at;
        }
        free_plan(cache->plans[at]);
    } else {
        cache->n++;
    }
    k->last_used = ++cache->clock;
    cache->plans[at] = k;
}

/* The plan for the current terms; cache->n if there is none. */
static size_t find_plan(rk__plan_cache *cache, const char *base_dir)
{
    for (size_t i = 0; i < cache->n; i++) {
        const kept_plan *k = cache->plans[i];
        if (rk__terms_same(k->terms, cache->terms.digest) &&
            strcmp(k->contract->base_dir, base_dir) == 0 && has_fixed_tables(k, &cache->terms)) {
            return i;
        }
    }
    return cache->n;
}

/* Runs a plan for the values of a document; the plan then comes first. */
static const rk__evaluation *run_plan(rk__plan_cache *cache, size_t at, const heading *own,
                                      const rk__value *const *values, const char *sha256)
{
    kept_plan *k = cache->plans[at];
    if (!take_values(k, own, values, sha256)) {
        return NULL;
    }
    mark_contract(cache, k->contract);
    const rk_status status = rk__plan_run(k->plan);
    if (status == RK_NO_MEMORY) {
        free_plan(k); /* it may be half made */
        cache->plans[at] = cache->plans[--cache->n];
    }
    if (status != RK_OK) {
        return NULL;
    }
    k->last_used = ++cache->clock;
    cache->plans[at] = cache->plans[0];
    cache->plans[0] = k;
    return rk__plan_evaluation(k->plan);
}

const rk__evaluation *rk__plan_cache_evaluate_text(rk__plan_cache *cache, const char *text,
                                                   size_t length, const char *base_dir,
                                                   const char *sha256)
{
    free_last(cache);
    kept_plan *k = cache->n > 0 ? cache->plans[0] : NULL;
    if (k == NULL || k->refill == NULL || strcmp(k->contract->base_dir, base_dir) != 0 ||
        !rk__refill_read(k->refill, text, length)) {
        return NULL;
    }
    return run_plan(cache, 0, &k->own_heading, k->own, sha256);
}

const rk__evaluation *rk__plan_cache_evaluate(rk__plan_cache *cache, const rk__json *document,
                                              const char *base_dir, const char *sha256)
{
    const rk__value *root = rk__json_root(document);
    free_last(cache);
    cache->has_terms =
        cache->wanted && root->end <= LONGEST && rk__terms_read(&cache->terms, root) == RK_OK;
    const size_t at = cache->has_terms ? find_plan(cache, base_dir) : cache->n;
    if (at == cache->n) {
        return NULL;
    }
    const heading own = heading_of(root);
    return run_plan(cache, at, &own, cache->terms.values, sha256);
}

/* Plans the contract and runs the plan; RK_CONFLICT if no contract with its terms can be
 * planned. */
static rk_status plan_contract(rk__plan_cache *cache, rk_contract *contract, kept_plan **out)
{
    kept_plan *k = *out = rk__calloc(1, sizeof *k);
    if (k == NULL) {
        return RK_NO_MEMORY;
    }
    k->contract = contract;
    k->terms = cache->terms.digest;
    rk_status status = rk__plan_new(contract, cache->all, &k->plan);
    if (status == RK_OK) {
        status = find_targets(k, &cache->terms);
    }
    if (status == RK_OK) {
        status = rk__plan_run(k->plan);
    }
    if (status != RK_OK) {
        k->contract = NULL; /* still the caller's */
        free_plan(k);
        *out = NULL;
    }
    return status;
}

/* Evaluates by a new plan, which is worth it if the terms were seen before; NULL if they were not,
 * or planning failed. */
static const rk__evaluation *evaluate_planned(rk__plan_cache *cache, rk_contract *contract)
{
    const rk__terms_digest digest = cache->terms.digest;
    seen_terms *seen = &cache->seen[digest.low % SEEN];
    kept_plan *k = NULL;
    if (!rk__terms_same(seen->digest, digest)) {
        *seen = (seen_terms){.digest = digest};
        return NULL;
    }
    if (seen->refused) {
        return NULL;
    }
    seen->refused = plan_contract(cache, contract, &k) == RK_CONFLICT;
    if (k == NULL) {
        return NULL;
    }
    if (rk__plan_may_repeat(k->plan)) {
        make_refill(k, &cache->terms);
        keep(cache, k);
    } else {
        seen->refused = true;
        cache->single = k;
    }
    return rk__plan_evaluation(k->plan);
}

static bool ran_out_of_memory(const rk__evaluation *e)
{
    bool ran_out = false;
    for (size_t a = 0; e->results != NULL && a < e->n_arrangements; a++) {
        ran_out |= e->results[a] != NULL && e->results[a]->nums.no_memory;
    }
    return ran_out;
}

rk_status rk__plan_cache_add(rk__plan_cache *cache, rk_contract *contract,
                             const rk__evaluation **out, bool *starved, rk_problems *problems)
{
    *starved = false;
    *out = cache->has_terms ? evaluate_planned(cache, contract) : NULL;
    if (*out != NULL) {
        return RK_OK;
    }
    const rk_status status = rk__evaluate_set(contract, cache->all, &cache->evaluation, problems);
    if (status != RK_OK) {
        *starved = status == RK_NO_MEMORY || ran_out_of_memory(&cache->evaluation);
        rk__evaluation_dispose(&cache->evaluation);
        return status;
    }
    for (size_t a = 0; a < cache->evaluation.n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(&cache->evaluation, a); u++) {
            rk__instance_dispose(&cache->evaluation.instances[a][u]);
        }
    }
    cache->contract = contract;
    *out = &cache->evaluation;
    return RK_OK;
}
