/* SPDX-License-Identifier: MIT
 *
 * merge.c: parts read, and a contract settled on them.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "evaluate/parts.h"

struct rk_parts {
    rk__arena arena;
    rk__json **parts; /* by number - 1; NULL: not yet read */
    size_t of;
    const rk__value *first; /* the root of one of them: all say the same */
    const char *const *params, *const *sets, *const *group_by;
    uint64_t max_errors;
    bool provenance_full, year_to_date;
};

/* ------------------------------------------------------------------- reading */

static const char *text_of(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL && v->type == RK__JSON_STRING ? v->text : NULL;
}

static bool count_of(const rk__value *object, const char *key, uint64_t most, uint64_t *out)
{
    const rk__value *v = rk__json_get(object, key);
    uint64_t n = 0;
    bool ok = v != NULL && v->type == RK__JSON_NUMBER;
    for (const char *t = ok ? v->text : ""; *t != '\0' && ok; t++) {
        ok = *t >= '0' && *t <= '9' && n <= (most - (uint64_t) (*t - '0')) / 10;
        n = n * 10 + (uint64_t) (*t - '0');
    }
    *out = ok ? n : 0;
    return ok;
}

static bool same_value(const rk__value *a, const rk__value *b)
{
    if (a == NULL || b == NULL || a->type != b->type || a->count != b->count) {
        return a == b;
    }
    bool same = a->text == NULL || strcmp(a->text, b->text) == 0;
    same = same && (a->type != RK__JSON_BOOL || a->truth == b->truth);
    const rk__value *y = b->first;
    for (const rk__value *x = a->first; x != NULL && y != NULL && same; x = x->next, y = y->next) {
        same = same_value(x, y);
    }
    return same;
}

/* What differs between two parts that are to be merged; NULL if nothing does. */
static const char *difference(const rk__value *a, const rk__value *b)
{
    static const char *const keys[][2] = {{"of", "the number of parts"},
                                          {"version", "the version of reckon"},
                                          {"id", "the contract"},
                                          {"sha256", "the contract's text"},
                                          {"arrangement", "the arrangement"},
                                          {"params", "--param"},
                                          {"sets", "--set"},
                                          {"group_by", "--group-by"},
                                          {"periods", "--periods"},
                                          {"through", "--through"},
                                          {"year_to_date", "--year-to-date"},
                                          {"max_errors", "--max-errors"},
                                          {"provenance_full", "--provenance"},
                                          {"inputs", "a rule, a tariff or a table"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!same_value(rk__json_get(a, keys[i][0]), rk__json_get(b, keys[i][0]))) {
            return keys[i][1];
        }
    }
    const rk__value *x = rk__json_get(a, "tables");
    const rk__value *y = rk__json_get(b, "tables");
    bool same = x->count == y->count;
    y = y->first;
    for (x = x->first; x != NULL && same; x = x->next, y = y->next) {
        same = same_value(rk__json_get(x, "table"), rk__json_get(y, "table"));
    }
    return same ? NULL : "the tables that are priced";
}

static rk_status check_part(const rk__json *document, const rk__place *place, rk_problems *problems)
{
    const rk__value *root = rk__json_root(document);
    const rk__value *tables = rk__json_get(root, "tables");
    const char *kind = text_of(root, "reckoner");
    uint64_t number = 0;
    uint64_t of = 0;
    const bool is_one = kind != NULL && strcmp(kind, "part/1") == 0 &&
                        count_of(root, "number", RK_PARTS_MAX, &number) &&
                        count_of(root, "of", RK_PARTS_MAX, &of) && number >= 1 && number <= of &&
                        tables != NULL && tables->type == RK__JSON_ARRAY &&
                        text_of(root, "id") != NULL && text_of(root, "sha256") != NULL &&
                        text_of(root, "arrangement") != NULL;
    return is_one ? RK_OK
                  : rk__problem(problems, RK_SYNTAX, place,
                                "make parts with 'reckon evaluate CONTRACT --partial K/N'",
                                "this is not a part of an evaluation");
}

static rk_status keep_part(rk_parts *parts, rk__json *document, const rk__place *place,
                           rk_problems *problems)
{
    const rk__value *root = rk__json_root(document);
    uint64_t number = 0;
    uint64_t of = 0;
    (void) count_of(root, "number", RK_PARTS_MAX, &number);
    (void) count_of(root, "of", RK_PARTS_MAX, &of);
    const char *other = parts->first != NULL ? difference(parts->first, root) : NULL;
    if (other != NULL) {
        return rk__problem(problems, RK_CONFLICT, place, "merge the parts of one run",
                           "part %u is of another evaluation: %s differs", (unsigned) number,
                           other);
    }
    if (parts->parts == NULL) {
        parts->parts = rk__arena_alloc(&parts->arena, of * sizeof(rk__json *));
        parts->of = of;
        parts->first = root;
    }
    if (parts->parts == NULL) {
        return RK_NO_MEMORY;
    }
    if (parts->parts[number - 1] != NULL) {
        return rk__problem(problems, RK_CONFLICT, place, "give each part once",
                           "part %u of %u is there twice, also in '%s'", (unsigned) number,
                           (unsigned) of, rk__json_file(parts->parts[number - 1]));
    }
    parts->parts[number - 1] = document;
    return RK_OK;
}

/* Whether a part is as it was written: it ends with the digest of what comes before. */
static rk_status check_seal(const char *line, size_t length, const rk__place *place,
                            rk_problems *problems)
{
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' ')) {
        length--;
    }
    const size_t sealed = strlen(RK__PART_SEAL) + RK__SHA256_TEXT - 1 + strlen("\"}");
    char digest[RK__SHA256_TEXT];
    const char *seal = line + length - (length < sealed ? length : sealed);
    rk__sha256(line, (size_t) (seal - line), digest);
    if (digest[0] == '\0') {
        return RK_NO_MEMORY;
    }
    const bool whole = length > sealed && memcmp(seal, RK__PART_SEAL, strlen(RK__PART_SEAL)) == 0 &&
                       memcmp(seal + strlen(RK__PART_SEAL), digest, RK__SHA256_TEXT - 1) == 0;
    return whole ? RK_OK
                 : rk__problem(problems, RK_CONFLICT, place, "make the part again",
                               "this part was changed after it was made");
}

static rk_status read_line(rk_parts *parts, const char *line, size_t length, const rk__place *place,
                           rk_problems *problems)
{
    rk__json *document = NULL;
    rk_status status = rk__json_build(NULL, line, length, place->file, &document, problems);
    if (status == RK_OK) {
        status = check_part(document, place, problems);
    }
    if (status == RK_OK) {
        status = check_seal(line, length, place, problems);
    }
    if (status == RK_OK) {
        status = keep_part(parts, document, place, problems);
    }
    if (status != RK_OK) {
        rk__json_free(document);
    }
    return status;
}

static rk_status read_file(rk_parts *parts, const char *path, rk_problems *problems)
{
    const char *name = NULL;
    char *text = NULL;
    size_t length = 0;
    rk_status status = rk__file_read_input(path, SIZE_MAX / 2, &name, &text, &length, problems);
    rk__place place = {.file = name};
    bool any = false;
    for (size_t at = 0; status == RK_OK && at < length;) {
        const char *feed = memchr(text + at, '\n', length - at);
        const size_t end = feed != NULL ? (size_t) (feed - text) : length;
        place.line++;
        if (end > at) {
            any = true;
            status = read_line(parts, text + at, end - at, &place, problems);
        }
        at = end + 1;
    }
    rk__free(text);
    return status == RK_OK && !any
               ? rk__problem(problems, RK_SYNTAX, &(rk__place){.file = name},
                             "make parts with 'reckon evaluate CONTRACT --partial K/N'",
                             "the file has no part in it")
               : status;
}

static rk_status check_all(const rk_parts *parts, rk_problems *problems)
{
    rk__buf missing = {0};
    size_t n = 0;
    for (size_t i = 0; i < parts->of; i++) {
        if (parts->parts[i] == NULL && n++ < 10) {
            rk__buf_printf(&missing, "%s%zu", n > 1 ? ", " : "", i + 1);
        }
    }
    rk_status status = missing.failed ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK && n > 0) {
        status = rk__problem(problems, RK_CONFLICT, NULL, "give all parts of the run",
                             "%zu of %zu parts %s missing: %s%s", n, parts->of,
                             n == 1 ? "is" : "are", missing.text, n > 10 ? ", ..." : "");
    }
    rk__buf_dispose(&missing);
    return status;
}

static rk_status list_of(rk_parts *parts, const char *key, const char *const **out,
                         rk_problems *problems)
{
    const rk__value *list = rk__json_get(parts->first, key);
    const size_t n = list != NULL ? list->count : 0;
    const char **texts = rk__arena_alloc(&parts->arena, (n + 1) * sizeof *texts);
    if (texts == NULL) {
        return RK_NO_MEMORY;
    }
    size_t i = 0;
    for (const rk__value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING) {
            return rk__json_problem(problems, v, RK_SYNTAX, NULL, "this is not an option");
        }
        texts[i++] = v->text;
    }
    *out = n > 0 ? texts : NULL;
    return RK_OK;
}

static rk_status read_options(rk_parts *parts, rk_problems *problems)
{
    const rk__value *full = rk__json_get(parts->first, "provenance_full");
    const rk__value *year = rk__json_get(parts->first, "year_to_date");
    parts->provenance_full = full != NULL && full->truth;
    parts->year_to_date = year != NULL && year->truth;
    if (!count_of(parts->first, "max_errors", UINT32_MAX, &parts->max_errors)) {
        return rk__json_problem(problems, parts->first, RK_SYNTAX, NULL,
                                "\"max_errors\" is missing");
    }
    rk_status status = list_of(parts, "params", &parts->params, problems);
    if (status == RK_OK) {
        status = list_of(parts, "sets", &parts->sets, problems);
    }
    return status == RK_OK ? list_of(parts, "group_by", &parts->group_by, problems) : status;
}

rk_status rk_parts_open(const char *const *paths, size_t n, rk_parts **out_parts,
                        rk_problems *problems)
{
    rk_parts *parts = rk__calloc(1, sizeof *parts);
    rk_status status = parts == NULL ? RK_NO_MEMORY
                       : n > 0       ? RK_OK
                               : rk__problem(problems, RK_USAGE, NULL, NULL, "no part is given");
    *out_parts = NULL;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = read_file(parts, paths[i], problems);
    }
    if (status == RK_OK) {
        status = check_all(parts, problems);
    }
    if (status == RK_OK) {
        status = read_options(parts, problems);
    }
    if (status == RK_OK) {
        *out_parts = parts;
    } else {
        rk_parts_free(parts);
    }
    return rk__problem_memory(problems, status);
}

void rk_parts_free(rk_parts *parts)
{
    if (parts == NULL) {
        return;
    }
    for (size_t i = 0; parts->parts != NULL && i < parts->of; i++) {
        rk__json_free(parts->parts[i]);
    }
    rk__arena_dispose(&parts->arena);
    rk__free(parts);
}

const char *rk_parts_contract(const rk_parts *parts)
{
    return text_of(parts->first, "contract");
}

void rk_parts_options(const rk_parts *parts, struct rk_options *options)
{
    options->params = parts->params;
    options->sets = parts->sets;
    options->group_by = parts->group_by;
    options->periods = text_of(parts->first, "periods");
    options->through = text_of(parts->first, "through");
    options->year_to_date = parts->year_to_date;
    options->max_errors = parts->max_errors;
    options->provenance_full = parts->provenance_full;
}

/* ------------------------------------------------------------------- merging */

/* Compares what was loaded with what the parts had. */
typedef struct comparison {
    const rk__value *inputs;
    char what[512];
} comparison;

static void compare_input(void *ctx, const char *what, const char *digest)
{
    comparison *c = ctx;
    for (const rk__value *v = c->inputs != NULL ? c->inputs->first : NULL; v != NULL; v = v->next) {
        if (c->what[0] == '\0' && v->type == RK__JSON_ARRAY && v->count == 2 &&
            v->first->text != NULL && v->first->next->text != NULL &&
            strcmp(v->first->text, what) == 0 && strcmp(v->first->next->text, digest) != 0) {
            (void) snprintf(c->what, sizeof c->what, "%s", what);
        }
    }
}

static rk_status check_inputs(const rk__evaluation *e, const rk_parts *parts, rk_problems *problems)
{
    comparison c = {.inputs = rk__json_get(parts->first, "inputs")};
    rk__part_inputs(e, compare_input, &c);
    return c.what[0] == '\0' ? RK_OK
                             : rk__problem(problems, RK_CONFLICT, NULL,
                                           "use what the parts were made with, or make them again",
                                           "%s is not what the parts were made with", c.what);
}

static rk_status check_contract(const rk_contract *contract, const rk_parts *parts,
                                rk_problems *problems)
{
    const char *sha256 = text_of(parts->first, "sha256");
    if (strcmp(contract->sha256, sha256) != 0) {
        return rk__problem(problems, RK_CONFLICT, NULL, "make the parts again",
                           "contract '%s' is not the one that the parts were made of: its digest "
                           "is %.12s... and was %.12s...",
                           contract->id, contract->sha256, sha256);
    }
    if (strcmp(text_of(parts->first, "version") != NULL ? text_of(parts->first, "version") : "",
               rk_version()) != 0) {
        return rk__problem(problems, RK_CONFLICT, NULL, "make and merge parts with one version",
                           "the parts were made by another version of reckon");
    }
    return RK_OK;
}

static rk_status merge(rk_contract *contract, const rk_parts *parts, rk__evaluation *e,
                       rk__evaluation_part *part, rk_problems *problems)
{
    const rk__arrangement *chosen = NULL;
    rk_status status =
        rk__arrangement_named(contract, text_of(parts->first, "arrangement"), &chosen, problems);
    if (status == RK_OK) {
        status = rk__evaluation_plan(contract, &chosen, 1, e, problems);
    }
    if (status == RK_OK) {
        e->part = part;
        status = rk__part_prepare(e, problems);
    }
    if (status == RK_OK) {
        status = check_inputs(e, parts, problems);
    }
    if (status == RK_OK) {
        status = rk__evaluation_passes(e, false, problems);
    }
    if (status == RK_OK) {
        status = check_inputs(e, parts, problems); /* what the passes have loaded */
    }
    if (status == RK_OK) {
        status = rk__evaluation_settle(e, problems);
    }
    if (status == RK_OK) {
        rk__find_nothing_to_group(e);
        status = e->results[0]->nums.no_memory || e->arena.failed ? RK_NO_MEMORY : RK_OK;
    }
    return status;
}

rk_status rk_merge(rk_contract *contract, const rk_parts *parts, rk_result **out_result,
                   rk_problems *problems)
{
    rk__evaluation e = {0};
    rk__arena arena = {0};
    rk__evaluation_part part = {.of = (unsigned) parts->of,
                                .parts = (const rk__json *const *) parts->parts};
    part.found = rk__arena_alloc(&arena, (parts->of + 1) * sizeof *part.found);
    *out_result = NULL;
    rk_status status =
        part.found == NULL ? RK_NO_MEMORY : check_contract(contract, parts, problems);
    if (status == RK_OK) {
        status = merge(contract, parts, &e, &part, problems);
    }
    if (status == RK_OK) {
        *out_result = e.results[0];
        e.results[0] = NULL;
    }
    rk__evaluation_dispose(&e);
    rk__arena_dispose(&arena);
    return rk__problem_memory(problems, status);
}
