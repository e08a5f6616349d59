/* SPDX-License-Identifier: MIT
 *
 * challenge_read.c: a document of challenges: {"reckoner": "challenges/1", "challenges": [...]}.
 */
#include "diff/challenge.h"

#include <string.h>

static const char *const document_keys[] = {"$schema", "reckoner", "id",         "title",
                                            "notes",   "tables",   "challenges", NULL};
static const char *const rule_keys[] = {"id", "title", "kind", "where", "columns", "value", NULL};
static const char *const condition_keys[] = {"above", "below", "blank", "not_in", NULL};
static const char *const not_in_keys[] = {"table", "column", NULL};
static const char *const kinds[] = {"where", "duplicate", "overlap", "unpriced", NULL};

typedef struct reader {
    rk__arena *arena;
    rk__nums *nums;
    rk__challenge_set *set;
    rk_problems *problems;
} reader;

static rk_status texts_of(const reader *r, const rk__value *v, const char *const **out, size_t *n)
{
    const bool list = v->type == RK__JSON_ARRAY;
    const char **texts = rk__arena_alloc(r->arena, (list ? v->count : 1) * sizeof *texts + 1);
    *out = texts;
    *n = 0;
    if (texts == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *item = list ? v->first : v; item != NULL;
         item = list ? item->next : NULL) {
        if (item->type != RK__JSON_STRING && item->type != RK__JSON_NUMBER) {
            return rk__json_problem(r->problems, item, RK_WRONG_TYPE,
                                    "write a text, or a list of them",
                                    "this must be a text, not %s", rk__json_type_name(item));
        }
        texts[(*n)++] = item->text;
    }
    return RK_OK;
}

static rk_status number_of(const reader *r, const rk__value *v, rk_num *out)
{
    const char *why = NULL;
    *out = v->text != NULL ? rk__num_parse(r->nums, v->text, false, -1, &why) : NULL;
    return *out != NULL ? RK_OK
                        : rk__json_problem(r->problems, v, RK_WRONG_TYPE, NULL,
                                           "this must be a number, not %s", rk__json_type_name(v));
}

static rk_status table_of(const reader *r, const rk__value *v, rk__condition *out)
{
    const char *name = NULL;
    const char *column = NULL;
    rk_status status = rk__json_only_keys(v, not_in_keys, r->problems);
    rk__keep_first(&status, rk__json_text_of(v, "table", true, &name, r->problems));
    rk__keep_first(&status, rk__json_text_of(v, "column", true, &column, r->problems));
    for (size_t i = 0; i < r->set->n_tables && status == RK_OK; i++) {
        if (strcmp(rk__table_spec_of(r->set->tables[i])->name, name) == 0) {
            out->table = r->set->tables[i];
        }
    }
    if (status == RK_OK && out->table == NULL) {
        return rk__json_problem(r->problems, v, RK_UNKNOWN_TABLE, "add it to \"tables\"",
                                "there is no table '%s'", name);
    }
    if (status == RK_OK) {
        out->table_column = rk__table_find(out->table, column);
    }
    /* A table without rows has no columns, so that no price is in it. */
    if (status == RK_OK && out->table_column < 0 && rk__table_n_rows(out->table) > 0) {
        return rk__json_problem(r->problems, v, RK_MISSING_COLUMN, NULL,
                                "table '%s' has no column '%s'", name, column);
    }
    return status;
}

static rk_status read_condition(const reader *r, const rk__value *v, rk__condition *out)
{
    *out = (rk__condition){.column = v->key, .blank = -1, .table_column = -1};
    if (v->type != RK__JSON_OBJECT) {
        return texts_of(r, v, &out->patterns, &out->n_patterns);
    }
    rk_status status = rk__json_only_keys(v, condition_keys, r->problems);
    const rk__value *above = rk__json_get(v, "above");
    const rk__value *below = rk__json_get(v, "below");
    const rk__value *blank = rk__json_get(v, "blank");
    const rk__value *not_in = rk__json_get(v, "not_in");
    if (status == RK_OK && above != NULL) {
        status = number_of(r, above, &out->above);
    }
    if (status == RK_OK && below != NULL) {
        status = number_of(r, below, &out->below);
    }
    if (status == RK_OK && blank != NULL) {
        out->blank = blank->truth;
    }
    return status == RK_OK && not_in != NULL ? table_of(r, not_in, out) : status;
}

static rk_status read_where(const reader *r, const rk__value *where, rk__challenge_rule *out)
{
    rk_status status = RK_OK;
    if (!rk__json_given(where)) {
        return RK_OK;
    }
    if (where->type != RK__JSON_OBJECT) {
        return rk__json_problem(r->problems, where, RK_WRONG_TYPE,
                                "write {\"pod\": [\"DC\"], \"los\": {\"above\": 0}}",
                                "'where' must be an object, not %s", rk__json_type_name(where));
    }
    out->where = rk__arena_alloc(r->arena, (where->count + 1) * sizeof *out->where);
    if (out->where == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = where->first; v != NULL && status == RK_OK; v = v->next) {
        status = read_condition(r, v, &out->where[out->n_where++]);
    }
    return status;
}

static rk_status read_rule(const reader *r, const rk__value *v, rk__challenge_rule *out)
{
    const char *kind = "where";
    size_t k = 0;
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(r->problems, v, RK_WRONG_TYPE, NULL,
                                "a challenge must be an object, not %s", rk__json_type_name(v));
    }
    rk_status status = rk__json_only_keys(v, rule_keys, r->problems);
    rk__keep_first(&status, rk__json_text_of(v, "id", true, &out->id, r->problems));
    rk__keep_first(&status, rk__json_text_of(v, "title", false, &out->title, r->problems));
    rk__keep_first(&status, rk__json_text_of(v, "kind", false, &kind, r->problems));
    out->value = "amount";
    rk__keep_first(&status, rk__json_text_of(v, "value", false, &out->value, r->problems));
    if (status != RK_OK) {
        return status;
    }
    while (kinds[k] != NULL && strcmp(kinds[k], kind) != 0) {
        k++;
    }
    if (kinds[k] == NULL) {
        return rk__json_problem(r->problems, rk__json_get(v, "kind"), RK_OUT_OF_RANGE,
                                "use where, duplicate, overlap or unpriced", "unknown kind '%s'",
                                kind);
    }
    out->kind = (rk__challenge_kind) k;
    const rk__value *columns = rk__json_get(v, "columns");
    const bool wants = out->kind == RK__CHALLENGE_DUPLICATE || out->kind == RK__CHALLENGE_OVERLAP;
    if (wants && !rk__json_given(columns)) {
        return rk__json_problem(r->problems, v, RK_MISSING_KEY,
                                out->kind == RK__CHALLENGE_OVERLAP
                                    ? "write the columns of the patient, the start and the end"
                                    : "write the columns that are equal in duplicates",
                                "the challenge has no 'columns'");
    }
    if (wants) {
        status = texts_of(r, columns, &out->columns, &out->n_columns);
    }
    if (status == RK_OK && out->kind == RK__CHALLENGE_OVERLAP && out->n_columns != 3) {
        return rk__json_problem(r->problems, columns, RK_OUT_OF_RANGE, NULL,
                                "an overlap has three columns: patient, start and end");
    }
    const rk__value *where = rk__json_get(v, "where");
    if (status == RK_OK && out->kind == RK__CHALLENGE_WHERE && !rk__json_given(where)) {
        return rk__json_problem(r->problems, v, RK_MISSING_KEY, NULL,
                                "the challenge has no 'where'");
    }
    return status == RK_OK ? read_where(r, where, out) : status;
}

static rk_status read_tables(const reader *r, const rk__value *tables, const char *base,
                             const rk__access *access)
{
    rk_status status = RK_OK;
    if (!rk__json_given(tables)) {
        return RK_OK;
    }
    r->set->tables = rk__arena_alloc(r->arena, (tables->count + 1) * sizeof(rk__table *));
    if (r->set->tables == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = tables->first; v != NULL && status == RK_OK; v = v->next) {
        rk__table_spec *spec = rk__arena_alloc(r->arena, sizeof *spec);
        status = spec != NULL ? rk__table_spec_read(v, v->key, base, r->arena, spec, r->problems)
                              : RK_NO_MEMORY;
        if (status == RK_OK && spec->n_keys == 0) {
            return rk__json_problem(r->problems, v, RK_MISSING_KEY,
                                    "add \"key\": [\"hrg\", \"pod\"]", "table '%s' has no 'key'",
                                    v->key);
        }
        if (status == RK_OK && spec->n_keys > RK__MAX_CHALLENGE_KEYS) {
            return rk__json_problem(r->problems, v, RK_LIMIT, NULL,
                                    "the key of table '%s' has more than %d columns", v->key,
                                    RK__MAX_CHALLENGE_KEYS);
        }
        if (status == RK_OK) {
            status =
                rk__table_load(spec, access, true, &r->set->tables[r->set->n_tables], r->problems);
            r->set->n_tables += status == RK_OK;
        }
    }
    return status;
}

rk_status rk__challenge_set_open(const char *path, const rk__access *access, rk__arena *arena,
                                 rk__nums *nums, rk__challenge_set *out, rk_problems *problems)
{
    const reader r = {arena, nums, out, problems};
    const char *kind = NULL;
    *out = (rk__challenge_set){.rules = NULL};
    rk_status status = rk__json_load(path, &out->document, problems);
    if (status != RK_OK) {
        return status;
    }
    const rk__value *root = rk__json_root(out->document);
    status = rk__json_text_of(root, "reckoner", true, &kind, problems);
    if (status == RK_OK && strcmp(kind, "challenges/1") != 0) {
        return rk__json_problem(problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                "challenges begin with \"reckoner\": \"challenges/1\"",
                                "this is a '%s' document", kind);
    }
    const char *base = rk__path_dirname(arena, path);
    const rk__value *list = rk__json_get(root, "challenges");
    status = status == RK_OK ? rk__json_only_keys(root, document_keys, problems) : status;
    if (status == RK_OK && (list == NULL || list->type != RK__JSON_ARRAY)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, NULL,
                                "the document has no list of 'challenges'");
    }
    status = status == RK_OK ? read_tables(&r, rk__json_get(root, "tables"), base, access) : status;
    if (status == RK_OK) {
        status =
            rk__json_unique(list, "id", "challenge id", "give each an id of its own", problems);
        out->rules = rk__arena_alloc(arena, (list->count + 1) * sizeof *out->rules);
        status = out->rules == NULL ? RK_NO_MEMORY : status;
    }
    for (const rk__value *v = status == RK_OK ? list->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        status = read_rule(&r, v, &out->rules[out->n_rules++]);
    }
    return status;
}

void rk__challenge_set_dispose(rk__challenge_set *set)
{
    for (size_t i = 0; i < set->n_tables; i++) {
        rk__table_free(set->tables[i]);
    }
    rk__json_free(set->document);
}
