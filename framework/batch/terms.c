/* SPDX-License-Identifier: MIT
 *
 * terms.c: the terms of a contract, written one after the other and digested.
 */
#include "batch/terms.h"

#include <string.h>
#include <xxhash.h>

void rk__terms_dispose(rk__contract_terms *terms)
{
    rk__free(terms->values);
    rk__buf_dispose(&terms->text);
    *terms = (rk__contract_terms){0};
}

static rk_status add_value(rk__contract_terms *terms, const rk__value *v)
{
    if (rk__grow((void **) &terms->values, &terms->capacity, terms->n_values + 1,
                 sizeof *terms->values) != 0) {
        return RK_NO_MEMORY;
    }
    terms->values[terms->n_values++] = v;
    return RK_OK;
}

/* Each byte of the document takes at most three bytes here: see begin_text. */
static void put_char(rk__buf *out, char c)
{
    out->text[out->length++] = c;
}

/* A NUL ends each key and text: none has one in it. */
static void put_text(rk__buf *out, const char *text)
{
    char *to = out->text + out->length;
    out->length += (size_t) (stpcpy(to, text) - to) + 1;
}

static void put_key(rk__buf *out, const rk__value *v)
{
    put_char(out, (char) ('0' + v->type));
    if (v->key != NULL) {
        put_text(out, v->key);
    }
}

static void put_count(rk__buf *out, uint32_t count)
{
    memcpy(out->text + out->length, &count, sizeof count);
    out->length += sizeof count;
}

static bool has_text(const rk__value *v)
{
    return v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER;
}

/* The type and key of a value and of all below it; texts and numbers if they are terms. */
static void put_value(rk__buf *out, const rk__value *v, bool texts)
{
    put_key(out, v);
    if (has_text(v)) {
        if (texts) {
            memcpy(out->text + out->length, v->text, v->length + 1);
            out->length += v->length + 1;
        }
    } else if (v->type == RK__JSON_BOOL) {
        put_char(out, v->truth ? 't' : 'f');
    } else {
        put_count(out, v->count);
    }
    for (const rk__value *child = v->first; child != NULL; child = child->next) {
        put_value(out, child, texts);
    }
}

/* Its text in the document: a tariff has a digest of its text. */
static void put_source(rk__buf *out, const rk__value *v)
{
    const size_t length = v->end - v->offset;
    put_key(out, v);
    put_count(out, (uint32_t) length);
    memcpy(out->text + out->length, rk__json_text(v->document, NULL) + v->offset, length);
    out->length += length;
}

/* Makes room for the text of a value: an empty array, of two bytes, takes five. */
static rk_status begin_text(rk__buf *out, const rk__value *v)
{
    out->length = 0;
    return rk__grow((void **) &out->text, &out->capacity, 3 * (size_t) (v->end - v->offset) + 64,
                    1) == 0
               ? RK_OK
               : RK_NO_MEMORY;
}

static rk__terms_digest digest(const rk__buf *text)
{
    const XXH128_hash_t hash = XXH3_128bits(text->text, text->length);
    return (rk__terms_digest){hash.low64, hash.high64};
}

rk_status rk__terms_digest_of(const rk__value *v, rk__buf *scratch, rk__terms_digest *out)
{
    const rk_status status = begin_text(scratch, v);
    if (status == RK_OK) {
        put_value(scratch, v, true);
        *out = digest(scratch);
    }
    return status;
}

/* -------------------------------------------------------------- the contract's parts */

/* Whether all rows are flat and have the same keys in the same order. */
static bool is_regular(const rk__value *table)
{
    const rk__value *row = table->first;
    bool regular = row != NULL && row->type == RK__JSON_OBJECT && row->first != NULL;
    for (const rk__value *cell = regular ? row->first : NULL; cell != NULL && regular;
         cell = cell->next) {
        regular = cell->type != RK__JSON_ARRAY && cell->type != RK__JSON_OBJECT;
    }
    for (row = regular ? row->next : NULL; row != NULL && regular; row = row->next) {
        regular = row->alike;
    }
    return regular;
}

/* Tables in place give their keys; others, in files, are terms. */
static rk_status put_facts(rk__contract_terms *terms, const rk__value *facts)
{
    rk_status status = RK_OK;
    put_key(&terms->text, facts);
    put_count(&terms->text, facts->count);
    for (const rk__value *table = facts->first; table != NULL && status == RK_OK;
         table = table->next) {
        if (table->type != RK__JSON_ARRAY || table->first == NULL ||
            table->first->type != RK__JSON_OBJECT) {
            put_value(&terms->text, table, true); /* a path, a list of paths, a description */
        } else if (is_regular(table)) {
            put_key(&terms->text, table);
            put_count(&terms->text, table->first->count);
            for (const rk__value *cell = table->first->first; cell != NULL; cell = cell->next) {
                put_text(&terms->text, cell->key);
            }
            status = add_value(terms, table);
        } else {
            status = RK_CONFLICT;
        }
    }
    return status;
}

static rk_status put_component(rk__contract_terms *terms, const rk__value *component)
{
    rk_status status = RK_OK;
    put_key(&terms->text, component);
    put_count(&terms->text, component->count);
    for (const rk__value *v = component->first; v != NULL && status == RK_OK; v = v->next) {
        const bool differs =
            component->type == RK__JSON_OBJECT &&
            (strcmp(v->key, "params") == 0 || strcmp(v->key, "params_by_period") == 0);
        put_value(&terms->text, v, !differs);
        status = differs ? add_value(terms, v) : RK_OK;
    }
    return has_text(component) ? RK_CONFLICT : status; /* a component must be an object */
}

static rk_status put_arrangements(rk__contract_terms *terms, const rk__value *arrangements)
{
    rk_status status = RK_OK;
    put_key(&terms->text, arrangements);
    put_count(&terms->text, arrangements->count);
    for (const rk__value *list = arrangements->first; list != NULL && status == RK_OK;
         list = list->next) {
        put_key(&terms->text, list);
        put_count(&terms->text, list->count);
        status = has_text(list) ? RK_CONFLICT : RK_OK;
        for (const rk__value *c = list->first; c != NULL && status == RK_OK; c = c->next) {
            status = put_component(terms, c);
        }
    }
    return status;
}

static bool is_own_text(const rk__value *v)
{
    static const char *const keys[] = {"id", "title", "commissioner", "provider", "notes"};
    bool is = false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && v->type == RK__JSON_STRING && !is; i++) {
        is = strcmp(keys[i], v->key) == 0;
    }
    return is;
}

rk_status rk__terms_read(rk__contract_terms *terms, const rk__value *root)
{
    rk_status status = root->type == RK__JSON_OBJECT ? begin_text(&terms->text, root) : RK_CONFLICT;
    terms->n_values = 0;
    for (const rk__value *v = root->first; v != NULL && status == RK_OK; v = v->next) {
        if (is_own_text(v)) {
            put_key(&terms->text, v);
            status = add_value(terms, v);
        } else if (strcmp(v->key, "tariff") == 0) {
            put_source(&terms->text, v);
        } else if (strcmp(v->key, "facts") == 0) {
            status = put_facts(terms, v);
        } else if (strcmp(v->key, "arrangements") == 0) {
            status = put_arrangements(terms, v);
        } else {
            put_value(&terms->text, v, true);
        }
    }
    if (status == RK_OK) {
        terms->digest = digest(&terms->text);
    }
    return status;
}
