/* SPDX-License-Identifier: MIT
 *
 * json.c: from a text to a document.
 *
 * The gate (json_gate.c) checks the text and builds the values with their places. For a document
 * that is read on its own, cJSON then decodes the strings. The text that it gets has a plain 0 in
 * place of each number, because cJSON converts numbers to doubles and reads at most 63 characters
 * of them. Its tree and ours are walked side by side.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/file.h"
#include "json/json_tree.h"

/* ------------------------------------------------------------------- values */

#define CHUNK_LEAST 8
#define CHUNK_MOST  8192
/* A value takes about this many bytes of text; sets the size of the first chunk only. */
#define BYTES_A_VALUE 12

rk__value *rk__json_more_values(rk__json *document)
{
    size_t n = document->chunk;
    if (n == 0) {
        n = document->length / BYTES_A_VALUE + CHUNK_LEAST;
    }
    n = n > CHUNK_MOST ? CHUNK_MOST : n;
    rk__value *chunk = rk__arena_alloc_uninit(&document->arena, n * sizeof *chunk);
    if (chunk == NULL) {
        return NULL;
    }
    document->spare = chunk + 1;
    document->spare_end = chunk + n;
    document->chunk = n * 2;
    return chunk;
}

/* ------------------------------------------------------------ cJSON's strings */

/* Where keys, strings and numbers go: one block, sized by the gate. */
typedef struct room {
    char *at, *end;
} room;

static char *room_copy(room *r, const char *text, size_t length)
{
    if ((size_t) (r->end - r->at) <= length) {
        return NULL;
    }
    char *copy = r->at;
    memcpy(copy, text, length);
    copy[length] = '\0';
    r->at += length + 1;
    return copy;
}

static void json_blank_numbers(rk__json *document)
{
    for (const rk__value *v = document->root; v != NULL; v = rk__json_after(document->root, v)) {
        if (v->type == RK__JSON_NUMBER) {
            memset(document->text + v->offset, ' ', v->end - v->offset);
            document->text[v->offset] = '0';
        }
    }
}

static bool json_same_type(const rk__value *v, const cJSON *c)
{
    switch ((rk__json_type) v->type) {
    case RK__JSON_NULL:
        return cJSON_IsNull(c);
    case RK__JSON_BOOL:
        return v->truth ? cJSON_IsTrue(c) : cJSON_IsFalse(c);
    case RK__JSON_NUMBER:
        return cJSON_IsNumber(c);
    case RK__JSON_STRING:
        return cJSON_IsString(c) && strlen(c->valuestring) == v->length;
    case RK__JSON_ARRAY:
        return cJSON_IsArray(c) && (c->child != NULL) == (v->first != NULL);
    case RK__JSON_OBJECT:
        return cJSON_IsObject(c) && (c->child != NULL) == (v->first != NULL);
    }
    return false;
}

/* Copies what cJSON read into one value; false if the two differ. */
static bool json_take(rk__value *v, const cJSON *c, room *r)
{
    if (!json_same_type(v, c) ||
        (c->string != NULL) != (v->parent != NULL && v->parent->type == RK__JSON_OBJECT)) {
        return false;
    }
    if (c->string != NULL) {
        v->key = room_copy(r, c->string, strlen(c->string));
        if (v->key == NULL) {
            return false;
        }
    }
    if (v->type == RK__JSON_STRING) {
        v->text = room_copy(r, c->valuestring, v->length);
    } else if (v->type == RK__JSON_NUMBER) {
        v->text = room_copy(r, v->document->text + v->offset, v->length);
    } else {
        return true;
    }
    return v->text != NULL;
}

/* The first value that cJSON reads differently from the gate, or NULL: a guard against versions of
 * cJSON that behave differently from the one we know. */
static const rk__value *json_take_all(rk__value *root, const cJSON *tree, room *r)
{
    const cJSON *above[RK__JSON_MAX_DEPTH + 1];
    size_t depth = 0;
    rk__value *v = root;
    const cJSON *c = tree;

    for (;;) {
        if (!json_take(v, c, r)) {
            return v;
        }
        if (v->first != NULL) {
            above[depth++] = c;
            v = v->first;
            c = c->child;
            continue;
        }
        while (v != root && v->next == NULL) {
            if (c->next != NULL) {
                return v;
            }
            v = v->parent;
            c = above[--depth];
        }
        if (v == root) {
            return NULL;
        }
        if (c->next == NULL) {
            return v;
        }
        v = v->next;
        c = c->next;
    }
}

static rk_status json_decode(rk__json *document, const char *original, size_t text_bytes,
                             rk_problems *problems)
{
    const rk__value *odd = NULL;
    char *block = rk__arena_alloc(&document->arena, text_bytes + 1 + RK__JSON_SLACK);
    if (block == NULL) {
        return RK_NO_MEMORY;
    }
    room r = {block, block + text_bytes};

    json_blank_numbers(document);
    cJSON *tree = cJSON_ParseWithLengthOpts(document->text + document->begin,
                                            document->length - document->begin + 1, NULL, true);
    memcpy(document->text, original, document->length);
    if (tree == NULL) {
        return RK_NO_MEMORY; /* the text is well-formed, so nothing else can have failed */
    }
    odd = json_take_all(document->root, tree, &r);
    cJSON_Delete(tree);
    if (odd != NULL) {
        return rk__json_problem(problems, odd, RK_SYNTAX, "check which cJSON is installed",
                                "cJSON reads this value in another way than the grammar");
    }
    return RK_OK;
}

/* ------------------------------------------------------------ duplicate keys */

/* Up to this many members are compared pair by pair. */
#define FEW_MEMBERS 16

typedef struct member {
    uint64_t hash;
    const rk__value *value;
    const rk__value *first; /* the earlier member of this name, if any */
} member;

static uint64_t member_hash(const rk__value *v)
{
    return XXH3_64bits(v->key, strlen(v->key));
}

static rk_status json_report_duplicate(const rk__value *v, const rk__value *first,
                                       rk_problems *problems)
{
    if (rk__problems_full(problems)) {
        return rk__problem(problems, RK_DUPLICATE_KEY, NULL, NULL, "a key appears twice");
    }
    rk__place place;
    rk__json_key_line(first, &place);
    const unsigned line = place.line;
    if (!v->document->ours) {
        rk__json_key_line(v, &place);
        return rk__problem(problems, RK_DUPLICATE_KEY, &place, "keep one of the two",
                           "a key appears twice in this object, first in line %u", line);
    }
    return rk__json_key_problem(problems, v, RK_DUPLICATE_KEY, "keep one of the two",
                                "the key '%s' appears twice in this object, first in line %u",
                                v->key, line);
}

static rk_status json_few_duplicates(const rk__value *object, rk_problems *problems)
{
    uint64_t hashes[FEW_MEMBERS];
    rk_status status = RK_OK;
    size_t n = 0;

    for (const rk__value *v = object->first; v != NULL; v = v->next, n++) {
        const rk__value *other = object->first;
        hashes[n] = member_hash(v);
        for (size_t i = 0; i < n; i++, other = other->next) {
            if (hashes[i] == hashes[n] && strcmp(other->key, v->key) == 0) {
                status = json_report_duplicate(v, other, problems);
                break;
            }
        }
    }
    return status;
}

static int member_compare_name(const void *a, const void *b)
{
    const member *x = a, *y = b;
    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    const int names = strcmp(x->value->key, y->value->key);
    return names != 0 ? names : (x->value->index > y->value->index) ? 1 : -1;
}

static int member_compare_index(const void *a, const void *b)
{
    const member *x = a, *y = b;
    return (x->value->index > y->value->index) - (x->value->index < y->value->index);
}

/* Sorts rather than hashes, so that keys chosen to collide cost nothing. */
static rk_status json_many_duplicates(const rk__value *object, rk_problems *problems)
{
    rk_status status = RK_OK;
    bool any = false;
    size_t n = 0;
    member *members = rk__realloc(NULL, object->count, sizeof *members);
    if (members == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = object->first; v != NULL; v = v->next) {
        members[n++] = (member){member_hash(v), v, NULL};
    }
    qsort(members, n, sizeof *members, member_compare_name);
    for (size_t i = 1; i < n; i++) {
        const member *before = &members[i - 1];
        if (before->hash == members[i].hash &&
            strcmp(before->value->key, members[i].value->key) == 0) {
            members[i].first = before->first != NULL ? before->first : before->value;
            any = true;
        }
    }
    if (any) {
        qsort(members, n, sizeof *members, member_compare_index);
        for (size_t i = 0; i < n; i++) {
            if (members[i].first != NULL) {
                status = json_report_duplicate(members[i].value, members[i].first, problems);
            }
        }
    }
    rk__free(members);
    return status;
}

/* Lists every duplicate key of the document. */
static rk_status json_check_keys(const rk__json *document, rk_problems *problems)
{
    rk_status found = RK_OK;

    for (const rk__value *v = document->root; v != NULL; v = rk__json_after(document->root, v)) {
        /* An object with the keys of another has a duplicate if the other has one. */
        if (v->type != RK__JSON_OBJECT || v->count < 2 || (v->alike && found == RK_OK)) {
            continue;
        }
        const rk_status status = v->count <= FEW_MEMBERS ? json_few_duplicates(v, problems)
                                                         : json_many_duplicates(v, problems);
        if (status == RK_NO_MEMORY) {
            return status;
        }
        found = status != RK_OK ? status : found;
    }
    return found;
}

/* ---------------------------------------------------------------- documents */

/* Documents up to this size are read with cJSON. Its tree can take 40 times the size of the text,
 * which is too much for a large document. */
#define CJSON_BYTES ((size_t) 64 << 10)

/* A copy that may be read a little past its end. */
static char *copy_text(rk__json *document, const char *text, size_t length)
{
    char *copy = rk__arena_alloc_uninit(&document->arena, length + 1 + RK__JSON_SLACK);
    if (copy != NULL) {
        memcpy(copy, text, length);
        memset(copy + length, 0, 1 + RK__JSON_SLACK);
    }
    return copy;
}

/* Checks the syntax of a large document, and that its tree will be in proportion to its text. */
static rk_status json_fits(rk__json *document, rk_problems *problems)
{
    size_t values = 0;
    if (document->length <= RK__JSON_FREE_VALUES) {
        return RK_OK; /* a value takes a byte at least */
    }
    const rk_status status = rk__json_count(document, &values, problems);
    if (status != RK_OK ||
        values <= RK__JSON_FREE_VALUES + document->length / RK__JSON_BYTES_PER_VALUE) {
        return status;
    }
    const rk__place place = {.file = document->file};
    return rk__problem(problems, RK_LIMIT, &place,
                       "put long tables into CSV files, which may have any size",
                       "%zu values in %zu bytes are more than a document may have: %d, and one "
                       "for each %d bytes",
                       values, document->length, RK__JSON_FREE_VALUES, RK__JSON_BYTES_PER_VALUE);
}

/* Reads document->text, with cJSON or by the gate alone. */
static rk_status json_read(rk__json *document, bool cjson, rk_problems *problems)
{
    const size_t length = document->length;
    size_t text_bytes = 0;

    document->distinct = true; /* until the gate finds otherwise */
    document->ours = memmem(document->text, length, "\"reckoner\"", 10) != NULL;
    rk_status status = json_fits(document, problems);
    if (status != RK_OK) {
        return status;
    }
    cjson = cjson && length <= CJSON_BYTES;
    char *other = copy_text(document, document->text, length);
    if (other == NULL) {
        return RK_NO_MEMORY;
    }
    status = rk__json_gate(document, cjson ? NULL : other, &text_bytes, problems);
    if (status == RK_OK && cjson) {
        status = json_decode(document, other, text_bytes, problems);
    }
    return status != RK_OK || document->distinct ? status : json_check_keys(document, problems);
}

/* Takes ownership of *taken if it is not NULL; otherwise copies the text. */
static rk_status json_new(rk__arena_spares *spares, bool cjson, char **taken, const char *text,
                          size_t length, const char *file, rk__json **out, rk_problems *problems)
{
    const rk__place place = {.file = file};

    *out = NULL;
    if (length > RK__JSON_MAX_BYTES) {
        return rk__problem(problems, RK_LIMIT, &place, NULL,
                           "the text is longer than the %zu MiB that a document may have",
                           RK__JSON_MAX_BYTES >> 20);
    }
    rk__json *document = rk__calloc(1, sizeof *document);
    rk_status status = RK_NO_MEMORY;
    if (document != NULL) {
        document->arena.spares = spares;
        document->length = length;
        document->file = rk__arena_strdup(&document->arena, file);
        if (taken != NULL) {
            document->text = document->taken = *taken;
            *taken = NULL;
        } else {
            document->text = copy_text(document, length > 0 ? text : "", length);
        }
        status = document->text == NULL || (file != NULL && document->file == NULL)
                     ? RK_NO_MEMORY
                     : json_read(document, cjson, problems);
    }
    if (status != RK_OK) {
        rk__json_free(document);
        document = NULL;
    }
    if (status == RK_NO_MEMORY) {
        (void) rk__problem(problems, status, &place, NULL, "out of memory while reading it");
    }
    *out = document;
    return status;
}

rk_status rk__json_parse(const char *text, size_t length, const char *file, rk__json **out,
                         rk_problems *problems)
{
    return json_new(NULL, true, NULL, text, length, file, out, problems);
}

rk_status rk__json_take(char **text, size_t length, const char *file, rk__json **out,
                        rk_problems *problems)
{
    const rk_status status = json_new(NULL, true, text, *text, length, file, out, problems);
    rk__free(*text); /* if no document took it */
    *text = NULL;
    return status;
}

rk_status rk__json_build(rk__arena_spares *spares, const char *text, size_t length,
                         const char *file, rk__json **out, rk_problems *problems)
{
    return json_new(spares, false, NULL, text, length, file, out, problems);
}

rk_status rk__json_load(const char *path, rk__json **out, rk_problems *problems)
{
    char *text = NULL;
    size_t length = 0;

    *out = NULL;
    const rk_status status = rk__file_read(path, RK__JSON_MAX_BYTES, &text, &length, problems);
    return status == RK_OK ? rk__json_take(&text, length, path, out, problems) : status;
}

void rk__json_free(rk__json *document)
{
    if (document != NULL) {
        rk__free(document->taken);
        rk__free((void *) document->items);
        rk__arena_dispose(&document->arena);
        rk__free(document);
    }
}

rk__value *rk__json_root(const rk__json *document)
{
    return document->root;
}

const char *rk__json_file(const rk__json *document)
{
    return document->file;
}

const char *rk__json_text(const rk__json *document, size_t *length)
{
    const rk__json *parsed =
        document->text == NULL && document->like != NULL ? document->like : document;
    if (length != NULL) {
        *length = parsed->length;
    }
    return parsed->text;
}
