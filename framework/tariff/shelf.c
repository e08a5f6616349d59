/* SPDX-License-Identifier: MIT
 *
 * shelf.c: finding kept tariffs by their place, and making room.
 */
#include "tariff/shelf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tariff/inside.h"

typedef struct kept_lookup {
    rk__table *table;
    rk__lookup *lookup;
} kept_lookup;

typedef struct kept {
    char *key;
    size_t key_length;
    rk__tariff *tariff; /* NULL: loading failed, for these reasons */
    rk_status status;
    char *message, *hint;
    size_t uses;
    uint64_t last_used;
    kept_lookup lookups[RK__SHELF_LOOKUPS];
    size_t n_lookups;
} kept;

struct rk__shelf {
    int lock;
    int64_t since;
    atomic_bool *fetching;
    uint64_t clock;
    kept *entries[RK__SHELF_TARIFFS];
    size_t n;
    rk__buf key; /* of the current reference */
    rk__buf told;
};

rk__shelf *rk__shelf_new(int lock, int64_t since, atomic_bool *fetching)
{
    rk__shelf *s = rk__calloc(1, sizeof *s);
    if (s != NULL) {
        s->lock = lock;
        s->since = since;
        s->fetching = fetching;
    }
    return s;
}

static void kept_free(kept *k)
{
    for (size_t i = 0; i < k->n_lookups; i++) {
        rk__lookup_free(k->lookups[i].lookup);
    }
    rk__tariff_free(k->tariff);
    rk__free(k->key);
    rk__free(k->message);
    rk__free(k->hint);
    rk__free(k);
}

void rk__shelf_free(rk__shelf *shelf)
{
    if (shelf != NULL) {
        for (size_t i = 0; i < shelf->n; i++) {
            kept_free(shelf->entries[i]);
        }
        rk__buf_dispose(&shelf->key);
        rk__buf_dispose(&shelf->told);
        rk__free(shelf);
    }
}

/* ------------------------------------------------------------------- finding */

static void key_part(rk__buf *key, const char *text)
{
    rk__buf_add(key, text != NULL ? text : "", text != NULL ? strlen(text) + 1 : 1);
}

/* Everything that the tariff of a reference can depend on. */
static bool make_key(rk__buf *key, const rk__tariff_ref *ref, const rk__tariff_options *options)
{
    if (key->failed) { /* for an earlier one */
        rk__buf_dispose(key);
    }
    rk__buf_reset(key);
    rk__buf_putc(key, options->access->untrusted ? '-' : '+');
    rk__buf_putc(key, ref->url != NULL ? 'u' : 'p');
    if (ref->url != NULL) {
        key_part(key, ref->url);
        rk__buf_printf(key, "%" PRId64, ref->max_age_days);
    } else {
        key_part(key, options->base_dir);
        key_part(key, ref->path);
    }
    key_part(key, ref->sha256);
    return !key->failed;
}

static kept *find(rk__shelf *s)
{
    for (size_t i = 0; i < s->n; i++) {
        kept *k = s->entries[i];
        if (k->key_length == s->key.length && memcmp(k->key, s->key.text, k->key_length) == 0) {
            k->last_used = ++s->clock;
            return k;
        }
    }
    return NULL;
}

static kept *find_tariff(const rk__shelf *s, const rk__tariff *tariff)
{
    for (size_t i = 0; s != NULL && tariff != NULL && i < s->n; i++) {
        if (s->entries[i]->tariff == tariff) {
            return s->entries[i];
        }
    }
    return NULL;
}

/* A free place; NULL if all are in use, and the tariff is then not kept. */
static kept **make_place(rk__shelf *s)
{
    if (s->n < RK__SHELF_TARIFFS) {
        return &s->entries[s->n++];
    }
    kept **oldest = NULL;
    for (size_t i = 0; i < s->n; i++) {
        if (s->entries[i]->uses == 0 &&
            (oldest == NULL || s->entries[i]->last_used < (*oldest)->last_used)) {
            oldest = &s->entries[i];
        }
    }
    if (oldest != NULL) {
        kept_free(*oldest);
        *oldest = NULL;
    }
    return oldest;
}

/* ------------------------------------------------------------------- loading */

/* The same problem at the place where this contract names the URL. */
static rk_status tell(const rk__shared_failure *f, const rk__tariff_ref *ref, rk_problems *problems)
{
    return ref->at != NULL
               ? rk__json_problem(problems, ref->at, f->status, f->hint, "%s", f->message)
               : rk__problem(problems, f->status, NULL, f->hint, "%s", f->message);
}

/* Whether a status is worth keeping: another attempt would take long and fail again. */
static bool lasting(rk_status status, const rk__tariff_ref *ref, const rk_problems *problems,
                    size_t before)
{
    return status == RK_TARIFF_UNAVAILABLE && ref->url != NULL &&
           rk_problems_count(problems) == before + 1;
}

/* Fetches in one process of a batch at a time; the others do not retry what failed. */
static rk_status fetch_one(rk__shelf *s, const rk__tariff_ref *ref,
                           const rk__tariff_options *options, rk__tariff **out,
                           rk_problems *problems)
{
    rk__shared_failure failure;
    rk_status status;
    if (s->fetching != NULL) {
        *s->fetching = true;
    }
    rk__shared_lock(s->lock, s->key.text, s->key.length);
    if (rk__shared_told(s->lock, s->key.text, s->key.length, &s->told, &failure)) {
        status = tell(&failure, ref, problems);
    } else {
        const size_t before = rk_problems_count(problems);
        status = rk__tariff_load(ref, 1, options, out, problems);
        if (lasting(status, ref, problems, before)) {
            const rk_problem *why = rk_problems_at(problems, before);
            failure = (rk__shared_failure){status, why->message, why->hint};
            rk__shared_tell(s->lock, s->key.text, s->key.length, &failure);
        }
    }
    rk__shared_unlock(s->lock, s->key.text, s->key.length);
    if (s->fetching != NULL) {
        *s->fetching = false;
    }
    return status;
}

/* Puts a tariff, or the failure to load it, on the shelf, if there is room and memory for it. */
static void keep(rk__shelf *s, rk__tariff *tariff, rk_status status, const rk_problem *why)
{
    kept *k = rk__calloc(1, sizeof *k);
    if (k == NULL) {
        return;
    }
    k->key = rk__malloc(s->key.length);
    k->key_length = s->key.length;
    k->status = status;
    k->last_used = ++s->clock;
    k->message = why != NULL ? rk__strdup(why->message) : NULL;
    k->hint = why != NULL && why->hint != NULL ? rk__strdup(why->hint) : NULL;
    const bool whole = k->key != NULL && (why == NULL || k->message != NULL) &&
                       (why == NULL || why->hint == NULL || k->hint != NULL);
    kept **place = whole ? make_place(s) : NULL;
    if (place == NULL) {
        kept_free(k);
        return;
    }
    memcpy(k->key, s->key.text, s->key.length);
    if (tariff != NULL) {
        tariff->at = NULL;
        k->tariff = tariff;
        k->uses = 1;
    }
    *place = k;
}

static rk_status take_one(rk__shelf *s, const rk__tariff_ref *ref,
                          const rk__tariff_options *options, rk__tariff **out,
                          rk_problems *problems)
{
    if (ref->body != NULL) {
        return rk__tariff_load(ref, 1, options, out, problems);
    }
    if (!make_key(&s->key, ref, options)) {
        return RK_NO_MEMORY;
    }
    kept *k = find(s);
    if (k != NULL && k->tariff == NULL) {
        return tell(&(rk__shared_failure){k->status, k->message, k->hint}, ref, problems);
    }
    if (k != NULL) {
        k->uses++;
        *out = k->tariff;
        return RK_OK;
    }
    const size_t before = rk_problems_count(problems);
    rk__tariff_options mine = *options;
    mine.current_since = s->since;
    const rk_status status = ref->url != NULL ? fetch_one(s, ref, &mine, out, problems)
                                              : rk__tariff_load(ref, 1, &mine, out, problems);
    if (status == RK_OK) {
        keep(s, *out, RK_OK, NULL);
    } else if (lasting(status, ref, problems, before)) {
        keep(s, NULL, status, rk_problems_at(problems, before));
    }
    return status;
}

rk_status rk__shelf_load(rk__shelf *shelf, const rk__tariff_ref *refs, size_t n,
                         const rk__tariff_options *options, rk__tariff **out, rk_problems *problems)
{
    if (shelf == NULL) {
        return rk__tariff_load(refs, n, options, out, problems);
    }
    rk_status first = RK_OK;
    memset(out, 0, n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const rk_status status = take_one(shelf, &refs[i], options, &out[i], problems);
        first = first == RK_OK ? status : first;
    }
    for (size_t i = 0; first != RK_OK && i < n; i++) {
        rk__shelf_release(shelf, out[i]);
        out[i] = NULL;
    }
    return first;
}

void rk__shelf_release(rk__shelf *shelf, rk__tariff *tariff)
{
    kept *k = find_tariff(shelf, tariff);
    if (k == NULL) {
        rk__tariff_free(tariff);
    } else {
        k->uses--;
    }
}

/* ------------------------------------------------------------------ lookups */

bool rk__shelf_lookup(rk__shelf *shelf, const rk__tariff *tariff, rk__table *table,
                      rk__lookup **out, rk_status *status, rk_problems *problems)
{
    kept *k = find_tariff(shelf, tariff);
    if (k == NULL || rk__table_find(table, "period") >= 0) {
        return false;
    }
    for (size_t i = 0; i < k->n_lookups; i++) {
        if (k->lookups[i].table == table) {
            *out = k->lookups[i].lookup;
            *status = RK_OK;
            return true;
        }
    }
    if (k->n_lookups == RK__SHELF_LOOKUPS) {
        return false;
    }
    *status = rk__lookup_new(table, tariff->id, NULL, out, problems);
    if (*status == RK_OK) {
        k->lookups[k->n_lookups++] = (kept_lookup){table, *out};
    }
    return true;
}
