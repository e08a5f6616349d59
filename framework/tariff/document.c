/* SPDX-License-Identifier: MIT
 *
 * document.c: a tariff document's own keys. As for contracts, reading goes
 * on after the first problem, so that all are reported at once.
 */
#include "tariff/inside.h"

#include <string.h>

#include "table/spec.h"

static const char *const tariff_keys[] = {"reckoner", "id",      "title",    "publisher",
                                          "source",   "licence", "currency", "effective",
                                          "tables",   "notes",   NULL};
static const char *const effective_keys[] = {"from", "to", NULL};

static rk_status read_kind(const rk__value *root, rk_problems *problems)
{
    static const char hint[] = "a tariff begins with \"reckoner\": \"tariff/1\"";
    const rk__value *v = rk__json_get(root, "reckoner");
    if (!rk__json_given(v)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, hint,
                                "the key 'reckoner' is missing");
    }
    if (v->type != RK__JSON_STRING) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, hint,
                                "'reckoner' must be a string, and is %s", rk__json_type_name(v));
    }
    if (strcmp(v->text, "tariff/1") != 0) {
        return rk__json_problem(problems, v, RK_OUT_OF_RANGE, hint,
                                "this is a '%s' document, not a tariff", v->text);
    }
    return RK_OK;
}

static rk_status read_id(rk__tariff *tariff, const rk__value *root, rk_problems *problems)
{
    const rk_status status = rk__json_text_of(root, "id", true, &tariff->id, problems);
    return status == RK_OK ? rk__id_check(rk__json_get(root, "id"), "the id", problems) : status;
}

static rk_status read_texts(rk__tariff *tariff, const rk__value *root, rk_problems *problems)
{
    const struct {
        const char *key;
        const char **out;
    } texts[] = {{"title", &tariff->title},
                 {"publisher", &tariff->publisher},
                 {"source", &tariff->source},
                 {"licence", &tariff->licence}};
    rk_status first = RK_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        rk__keep_first(&first, rk__json_text_of(root, texts[i].key, false, texts[i].out, problems));
    }
    return first;
}

static rk_status read_currency(rk__tariff *tariff, const rk__value *root, rk_problems *problems)
{
    const rk_status status = rk__json_text_of(root, "currency", false, &tariff->currency, problems);
    if (status != RK_OK || tariff->currency == NULL) {
        return status;
    }
    if (strlen(tariff->currency) != 3 ||
        strspn(tariff->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3) {
        return rk__json_problem(problems, rk__json_get(root, "currency"), RK_OUT_OF_RANGE,
                                "use an ISO 4217 code such as GBP", "'%s' is not a currency code",
                                tariff->currency);
    }
    return RK_OK;
}

static rk_status read_date(const rk__value *effective, const char *key, const char **text,
                           rk_date *day, rk_problems *problems)
{
    const rk_status status = rk__json_text_of(effective, key, false, text, problems);
    if (status == RK_OK && *text != NULL && !rk__date_parse(*text, strlen(*text), day)) {
        return rk__json_problem(problems, rk__json_get(effective, key), RK_OUT_OF_RANGE,
                                "write dates as 2016-04-01", "'%s' is not a date", *text);
    }
    return status;
}

static rk_status read_effective(rk__tariff *tariff, const rk__value *v, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (!rk__json_given(v)) {
        return RK_OK;
    }
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE,
                                "write {\"from\": \"2016-04-01\", \"to\": \"2017-03-31\"}",
                                "'effective' must be an object, and is %s", rk__json_type_name(v));
    }
    rk__keep_first(&first, rk__json_only_keys(v, effective_keys, problems));
    const rk_status from = read_date(v, "from", &tariff->from, &tariff->from_day, problems);
    const rk_status to = read_date(v, "to", &tariff->to, &tariff->to_day, problems);
    rk__keep_first(&first, from);
    rk__keep_first(&first, to);
    if (from == RK_OK && to == RK_OK && tariff->from != NULL && tariff->to != NULL &&
        rk__date_compare(tariff->to_day, tariff->from_day) < 0) {
        rk__keep_first(&first, rk__json_problem(problems, rk__json_get(v, "to"), RK_OUT_OF_RANGE,
                                                NULL, "the tariff ends before it begins"));
    }
    return first;
}

static rk_status read_table(rk__tariff *tariff, const rk__value *v, const char *base_dir,
                            bool may_name_files, rk__table_spec *spec, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (v->key[0] == '\0') {
        return rk__json_key_problem(problems, v, RK_OUT_OF_RANGE, NULL, "a table must have a name");
    }
    rk__keep_first(&first,
                   rk__table_spec_read(v, v->key, base_dir, &tariff->arena, spec, problems));
    /* A faulty `key` has been reported already. */
    const rk__value *key = rk__json_get(v, "key");
    if (spec->n_keys == 0 && !rk__json_given(key) &&
        (v->type == RK__JSON_OBJECT || v->type == RK__JSON_ARRAY)) {
        rk__keep_first(&first,
                       rk__json_problem(problems, v, RK_MISSING_KEY,
                                        "name the columns that find a row: {\"key\": [\"hrg\", "
                                        "\"pod\"], \"rows\": [...]}",
                                        "table '%s' has no 'key'", v->key));
    }
    const rk__value *file = rk__json_get(v, "file");
    if (!may_name_files && rk__json_given(file)) {
        rk__keep_first(&first, rk__json_problem(problems, file, RK_FORBIDDEN,
                                                "put the rows into the document as \"rows\"",
                                                "a tariff that was fetched cannot name files; "
                                                "table '%s' does",
                                                v->key));
    }
    return first;
}

static rk_status read_tables(rk__tariff *tariff, const rk__value *root, const char *base_dir,
                             bool may_name_files, rk_problems *problems)
{
    static const char hint[] = "write \"tables\": {\"prices\": {\"key\": [\"hrg\", \"pod\"], "
                               "\"rows\": [...]}}";
    const rk__value *tables = rk__json_get(root, "tables");
    rk_status first = RK_OK;
    if (!rk__json_given(tables)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, hint,
                                "the key 'tables' is missing");
    }
    if (tables->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, tables, RK_WRONG_TYPE, hint,
                                "'tables' must be an object, and is %s",
                                rk__json_type_name(tables));
    }
    tariff->tables = rk__arena_alloc(&tariff->arena, (tables->count + 1u) * sizeof *tariff->tables);
    if (tariff->tables == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = tables->first; v != NULL; v = v->next) {
        rk__keep_first(&first, read_table(tariff, v, base_dir, may_name_files,
                                          &tariff->tables[tariff->n_tables++].spec, problems));
    }
    return first;
}

rk_status rk__tariff_read_document(rk__tariff *tariff, const rk__value *root, const char *base_dir,
                                   bool may_name_files, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (root->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, root, RK_WRONG_TYPE,
                                "a tariff begins with {\"reckoner\": \"tariff/1\"",
                                "a tariff must be an object, not %s", rk__json_type_name(root));
    }
    /* In another kind of document every key would be wrong. */
    first = read_kind(root, problems);
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(root, tariff_keys, problems));
    rk__keep_first(&first, read_id(tariff, root, problems));
    rk__keep_first(&first, read_texts(tariff, root, problems));
    rk__keep_first(&first, read_currency(tariff, root, problems));
    rk__keep_first(&first, read_effective(tariff, rk__json_get(root, "effective"), problems));
    rk__keep_first(&first, read_tables(tariff, root, base_dir, may_name_files, problems));
    return first;
}
