/* SPDX-License-Identifier: MIT
 *
 * compare.c: which inputs of two results differ.
 */
#include "replay/replay.h"

#include <string.h>

const char *rk__replay_text(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL ? v->text : NULL;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* A copy that outlives the document. */
static const char *kept(rk_replay *r, const char *text)
{
    return text != NULL ? rk__arena_strdup(&r->arena, text) : NULL;
}

/* ----------------------------------------------------------------------- inputs */

rk_status rk__replay_add(rk_replay *r, const char *what, const char *name, const char *was,
                         const char *is)
{
    r->named = true;
    for (size_t i = 0; i < r->n_changed; i++) {
        const rk_replay_change *c = &r->changes[i];
        if (strcmp(c->what, what) == 0 && same_text(c->name, name) && same_text(c->was, was)) {
            return RK_OK; /* another arrangement has it too */
        }
    }
    if (rk__grow((void **) &r->changes, &r->capacity, r->n_changed + 1, sizeof *r->changes) != 0) {
        return RK_NO_MEMORY;
    }
    r->changes[r->n_changed++] =
        (rk_replay_change){kept(r, what), kept(r, name), kept(r, was), kept(r, is)};
    return r->arena.failed ? RK_NO_MEMORY : RK_OK;
}

/* The last part of a path: the folder of a file does not matter. */
static const char *file_of(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL ? slash + 1 : path;
}

/* The item of a list with the same name; if there are several, the one at the same place. */
static const rk__value *like(const rk__value *list, const rk__value *item, const char *name)
{
    const char *wanted = file_of(rk__replay_text(item, name));
    const rk__value *found = NULL;
    for (const rk__value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        if (same_text(file_of(rk__replay_text(v, name)), wanted) &&
            (found == NULL || v->index == item->index)) {
            found = v;
        }
    }
    return found;
}

/* Inputs in lists of both: those that differ, those that are gone, those that are new. */
static rk_status compare_lists(rk_replay *r, const char *what, const rk__value *was,
                               const rk__value *is, const char *name, const char *digest)
{
    rk_status status = RK_OK;
    for (const rk__value *v = was != NULL ? was->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        const rk__value *now = like(is, v, name);
        const char *before = rk__replay_text(v, digest);
        const char *after = rk__replay_text(now, digest);
        if (!same_text(before, after)) {
            status = rk__replay_add(r, what, rk__replay_text(v, name), before, after);
        }
    }
    for (const rk__value *v = is != NULL ? is->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        if (like(was, v, name) == NULL) {
            status =
                rk__replay_add(r, what, rk__replay_text(v, name), NULL, rk__replay_text(v, digest));
        }
    }
    return status;
}

static rk_status compare_tariffs(rk_replay *r, const rk__value *was, const rk__value *is)
{
    rk_status status = compare_lists(r, "tariff", was, is, "id", "sha256");
    for (const rk__value *v = was != NULL ? was->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        const rk__value *now = like(is, v, "id");
        status = now == NULL ? RK_OK
                             : compare_lists(r, "tariff file", rk__json_get(v, "files"),
                                             rk__json_get(now, "files"), "file", "xxh3");
    }
    return status;
}

/* The input of a system that is the same thing, whatever it holds now. */
static const rk__value *like_input(const rk__value *list, const rk__value *item)
{
    for (const rk__value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        if (same_text(rk__replay_text(v, "kind"), rk__replay_text(item, "kind")) &&
            same_text(rk__replay_text(v, "id"), rk__replay_text(item, "id")) &&
            same_text(file_of(rk__replay_text(v, "file")),
                      file_of(rk__replay_text(item, "file")))) {
            return v;
        }
    }
    return NULL;
}

static const char *digest_of(const rk__value *input)
{
    const char *sha256 = rk__replay_text(input, "sha256");
    return sha256 != NULL ? sha256 : rk__replay_text(input, "xxh3");
}

static const char *name_of(const rk__value *input)
{
    const char *file = rk__replay_text(input, "file");
    const bool rule = same_text(rk__replay_text(input, "kind"), "rule");
    return file != NULL && !rule ? file : rk__replay_text(input, "id");
}

/* What the contracts of a system were made from. */
static rk_status compare_inputs(rk_replay *r, const rk__value *was, const rk__value *is)
{
    rk_status status = RK_OK;
    for (const rk__value *v = was != NULL ? was->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        const rk__value *now = like_input(is, v);
        if (!same_text(digest_of(v), digest_of(now))) {
            status = rk__replay_add(r, rk__replay_text(v, "kind"), name_of(v), digest_of(v),
                                    digest_of(now));
        }
    }
    for (const rk__value *v = was != NULL && is != NULL ? is->first : NULL;
         v != NULL && status == RK_OK; v = v->next) {
        if (like_input(was, v) == NULL) {
            status = rk__replay_add(r, rk__replay_text(v, "kind"), name_of(v), NULL, digest_of(v));
        }
    }
    return status;
}

static rk_status compare_provenance(rk_replay *r, const rk__value *was, const rk__value *is)
{
    static const char *const documents[][2] = {
        {"contract", "contract_sha256"}, {"system", "system_sha256"}, {"reckon", "reckoner"}};
    rk_status status = RK_OK;
    for (size_t i = 0; i < 3 && status == RK_OK; i++) {
        const char *before = rk__replay_text(was, documents[i][1]);
        const char *after = rk__replay_text(is, documents[i][1]);
        if (!same_text(before, after)) {
            status =
                rk__replay_add(r, documents[i][0], i < 2 ? r->document : "reckon", before, after);
        }
    }
    if (status == RK_OK) {
        status = compare_tariffs(r, rk__json_get(was, "tariff"), rk__json_get(is, "tariff"));
    }
    if (status == RK_OK) {
        status = compare_lists(r, "facts", rk__json_get(was, "facts"), rk__json_get(is, "facts"),
                               "file", "xxh3");
    }
    if (status == RK_OK) {
        status = compare_lists(r, "rule", rk__json_get(was, "rules"), rk__json_get(is, "rules"),
                               "id", "sha256");
    }
    return status == RK_OK
               ? compare_inputs(r, rk__json_get(was, "inputs"), rk__json_get(is, "inputs"))
               : status;
}

/* ------------------------------------------------------------------------ texts */

/* Whether two values are equal except for the places of files. */
static bool same_value(const rk__value *a, const rk__value *b)
{
    const bool holds = a->type == RK__JSON_ARRAY || a->type == RK__JSON_OBJECT;
    if (a->type != b->type || (holds && a->count != b->count) || !same_text(a->key, b->key) ||
        a->truth != b->truth) {
        return false;
    }
    const bool place = a->key != NULL && strcmp(a->key, "file") == 0;
    if (!(place ? same_text(file_of(a->text), file_of(b->text)) : same_text(a->text, b->text))) {
        return false;
    }
    const rk__value *y = b->first;
    for (const rk__value *x = a->first; x != NULL; x = x->next, y = y->next) {
        if (!same_value(x, y)) {
            return false;
        }
    }
    return true;
}

/* The line that an offset is in, without its end. */
static const char *line_at(rk_replay *r, const char *text, size_t length, size_t at)
{
    size_t from = at < length ? at : length;
    size_t to = from;
    while (from > 0 && text[from - 1] != '\n') {
        from--;
    }
    while (to < length && text[to] != '\n') {
        to++;
    }
    const size_t most = to - from < 200 ? to - from : 200;
    return rk__arena_copy(&r->arena, text + from, most);
}

static void find_line(rk_replay *r, const char *was, size_t n_was, const char *is, size_t n_is)
{
    size_t at = 0;
    r->line = 1 + r->at;
    while (at < n_was && at < n_is && was[at] == is[at]) {
        r->line += was[at++] == '\n';
    }
    r->line_was = line_at(r, was, n_was, at);
    r->line_is = line_at(r, is, n_is, at);
}

rk_status rk__replay_compare(rk_replay *replay, const char *was, size_t n_was, const char *is,
                             size_t n_is)
{
    rk_replay *r = replay;
    rk_status status = RK_OK;
    r->named = false;
    const rk__value *before = rk__json_root(r->was);
    const rk__value *after = rk__json_root(r->is);
    r->total_was = rk__replay_text(before, "total");
    r->total_is = rk__replay_text(after, "total");
    if (n_was == n_is && memcmp(was, is, n_was) == 0) {
        r->outcome = RK_REPLAY_SAME;
        return RK_OK;
    }
    r->outcome = same_value(before, after) ? RK_REPLAY_PLACES : RK_REPLAY_DIFFERENT;
    if (r->outcome == RK_REPLAY_PLACES) {
        return RK_OK;
    }
    const rk__value *results = rk__json_get(before, "results");
    const rk__value *again = rk__json_get(after, "results");
    if (results == NULL) {
        status = compare_provenance(r, rk__json_get(before, "provenance"),
                                    rk__json_get(after, "provenance"));
    }
    for (const rk__value *v = results != NULL ? results->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        const rk__value *now = like(again, v, "arrangement");
        status =
            compare_provenance(r, rk__json_get(v, "provenance"), rk__json_get(now, "provenance"));
    }
    if (status == RK_OK && !r->named && r->line == 0) {
        find_line(r, was, n_was, is, n_is);
    }
    return status == RK_OK && r->arena.failed ? RK_NO_MEMORY : status;
}
