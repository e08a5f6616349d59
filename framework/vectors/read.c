/* SPDX-License-Identifier: MIT
 *
 * read.c: checks a vector document before any case runs.
 */
#include <string.h>

#include "contract/contract.h"
#include "finding/codes.h"
#include "vectors/vectors.h"

static const char *const vector_keys[] = {"reckoner", "id",    "title",  "source", "contract",
                                          "cases",    "notes", "system", NULL};
static const char *const case_keys[] = {"title", "arrangement", "set", "expect", "notes", NULL};
static const char *const system_case_keys[] = {"title", "scenario", "set", "expect", "notes", NULL};
static const char *const expect_keys[] = {"total",    "components", "periods", "lines", "error",
                                          "unpriced", "findings",   "rows",    NULL};
static const char *const system_expect_keys[] = {"at", "findings", "error", NULL};

static rk_status wrong_type(const rk__value *v, const char *expected, rk_problems *problems)
{
    return rk__json_problem(problems, v, RK_WRONG_TYPE, NULL, "'%s' must be %s, not %s",
                            v->key != NULL ? v->key : "an item", expected, rk__json_type_name(v));
}

static rk_status read_text(const rk__value *object, const char *key, rk_problems *problems)
{
    const char *text = NULL;
    return rk__json_text_of(object, key, false, &text, problems);
}

/* ------------------------------------------------------------------- amounts */

static rk_status read_amount(const rk__value *v, rk_problems *problems)
{
    rk__nums nums = {0};
    const char *why = NULL;
    if (!rk__json_given(v)) {
        return RK_OK;
    }
    if (v->type != RK__JSON_STRING && v->type != RK__JSON_NUMBER) {
        return wrong_type(v, "a number", problems);
    }
    rk_status status = RK_OK;
    if (rk__num_parse(&nums, v->text, false, -1, &why) == NULL) {
        status = nums.no_memory ? RK_NO_MEMORY
                                : rk__json_problem(problems, v, RK_WRONG_TYPE,
                                                   "write what must come out, as \"9250.00\"",
                                                   "'%s' is not a number", v->text);
    }
    rk__nums_dispose(&nums);
    return status;
}

/* Amounts by name; by component and label at `depth` 2. */
static rk_status read_amounts(const rk__value *object, int depth, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (!rk__json_given(object)) {
        return RK_OK;
    }
    if (object->type != RK__JSON_OBJECT) {
        return wrong_type(object, "an object of amounts", problems);
    }
    for (const rk__value *v = object->first; v != NULL; v = v->next) {
        if (!rk__json_given(v)) {
            rk__keep_first(&first, wrong_type(v, "an amount", problems));
        } else if (depth > 1) {
            rk__keep_first(&first, read_amounts(v, depth - 1, problems));
        } else {
            rk__keep_first(&first, read_amount(v, problems));
        }
    }
    return first;
}

/* --------------------------------------------------------- pointers and codes */

/* Values by JSON pointer. */
static rk_status read_pointers(const rk__value *object, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (!rk__json_given(object)) {
        return RK_OK;
    }
    if (object->type != RK__JSON_OBJECT) {
        return wrong_type(object, "an object of values by JSON pointer", problems);
    }
    for (const rk__value *v = object->first; v != NULL; v = v->next) {
        if (v->key[0] != '\0' && v->key[0] != '/') {
            rk__keep_first(&first,
                           rk__json_key_problem(problems, v, RK_OUT_OF_RANGE,
                                                "write a pointer such as /facts/costs/0/amount",
                                                "'%s' is not a JSON pointer", v->key));
        }
    }
    return first;
}

static rk_status read_findings(const rk__value *list, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (!rk__json_given(list)) {
        return RK_OK;
    }
    if (list->type != RK__JSON_ARRAY) {
        return wrong_type(list, "a list of codes", problems);
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING) {
            rk__keep_first(&first, wrong_type(v, "a code", problems));
        } else if (!rk__finding_is_code(v->text)) {
            rk__keep_first(&first, rk__json_problem(problems, v, RK_OUT_OF_RANGE,
                                                    "docs/findings.md lists them",
                                                    "no finding has the code '%s'", v->text));
        }
    }
    return first;
}

static rk_status read_error(const rk__value *expect, rk_problems *problems)
{
#define WORD(name, number, word, exit_code, sentence) word,
    static const char *const words[] = {RK_STATUS_TABLE(WORD) NULL};
#undef WORD
    const char *error = NULL;
    const rk_status status = rk__json_text_of(expect, "error", false, &error, problems);
    if (status != RK_OK || error == NULL) {
        return status;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], error) == 0) {
            return RK_OK;
        }
    }
    return rk__json_problem(problems, rk__json_get(expect, "error"), RK_OUT_OF_RANGE,
                            "docs/formats.md lists them", "no error has the code '%s'", error);
}

/* --------------------------------------------------------------------- cases */

static rk_status read_expect(const rk__value *expect, bool system, rk_problems *problems)
{
    rk_status first =
        rk__json_only_keys(expect, system ? system_expect_keys : expect_keys, problems);
    rk__keep_first(&first, read_findings(rk__json_get(expect, "findings"), problems));
    rk__keep_first(&first, read_error(expect, problems));
    if (system) {
        rk__keep_first(&first, read_pointers(rk__json_get(expect, "at"), problems));
        return first;
    }
    rk__keep_first(&first, read_amount(rk__json_get(expect, "total"), problems));
    rk__keep_first(&first, read_amount(rk__json_get(expect, "unpriced"), problems));
    rk__keep_first(&first, read_amounts(rk__json_get(expect, "components"), 1, problems));
    rk__keep_first(&first, read_amounts(rk__json_get(expect, "periods"), 1, problems));
    rk__keep_first(&first, read_amounts(rk__json_get(expect, "lines"), 2, problems));
    rk__keep_first(&first, rk__expect_rows_read(rk__json_get(expect, "rows"), problems));
    return first;
}

static rk_status read_case(const rk__value *v, bool system, rk_problems *problems)
{
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write {\"expect\": {...}}",
                                "a case must be an object, not %s", rk__json_type_name(v));
    }
    rk_status first = rk__json_only_keys(v, system ? system_case_keys : case_keys, problems);
    rk__keep_first(&first, read_text(v, "title", problems));
    rk__keep_first(&first, read_text(v, system ? "scenario" : "arrangement", problems));
    rk__keep_first(&first, read_pointers(rk__json_get(v, "set"), problems));
    const rk__value *expect = rk__json_get(v, "expect");
    if (!rk__json_given(expect)) {
        rk__keep_first(&first,
                       rk__json_problem(problems, v, RK_MISSING_KEY,
                                        system ? "add \"expect\": {\"at\": {\"/scenarios/0/...\": "
                                                 "...}}"
                                               : "add \"expect\": {\"total\": ...}",
                                        "the case expects nothing"));
    } else if (expect->type != RK__JSON_OBJECT) {
        rk__keep_first(&first, wrong_type(expect, "an object", problems));
    } else {
        rk__keep_first(&first, read_expect(expect, system, problems));
    }
    return first;
}

static rk_status read_cases(const rk__value *root, bool system, rk_problems *problems)
{
    static const char hint[] = "add \"cases\": [{\"expect\": {\"total\": ...}}]";
    const rk__value *cases = rk__json_get(root, "cases");
    if (!rk__json_given(cases) || cases->type != RK__JSON_ARRAY) {
        return rk__json_problem(problems, rk__json_given(cases) ? cases : root,
                                rk__json_given(cases) ? RK_WRONG_TYPE : RK_MISSING_KEY, hint,
                                "a vector needs a list of cases");
    }
    if (cases->count == 0) {
        return rk__json_problem(problems, cases, RK_OUT_OF_RANGE, hint, "a vector needs a case");
    }
    rk_status first = RK_OK;
    for (const rk__value *v = cases->first; v != NULL; v = v->next) {
        rk__keep_first(&first, read_case(v, system, problems));
    }
    return first;
}

static rk_status read_subject(const rk__value *root, rk__vector *out, rk_problems *problems)
{
    const rk__value *contract = rk__json_get(root, "contract");
    const rk__value *system = rk__json_get(root, "system");
    if (rk__json_given(contract) && rk__json_given(system)) {
        return rk__json_problem(problems, system, RK_CONFLICT, "write a vector for each",
                                "'contract' and 'system' exclude each other");
    }
    out->system = rk__json_given(system);
    out->subject = out->system ? system : contract;
    if (!rk__json_given(out->subject)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, NULL,
                                "'contract' must be a contract or the path of one");
    }
    if (out->subject->type != RK__JSON_OBJECT && out->subject->type != RK__JSON_STRING) {
        return rk__json_problem(problems, out->subject, RK_WRONG_TYPE, NULL,
                                "'%s' must be a document or the path of one, not %s",
                                out->subject->key, rk__json_type_name(out->subject));
    }
    return RK_OK;
}

rk_status rk__vector_read(const rk__value *root, rk__vector *out, rk_problems *problems)
{
    const char *kind = NULL;
    *out = (rk__vector){0};
    if (root->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, root, RK_WRONG_TYPE, NULL,
                                "a vector must be an object, not %s", rk__json_type_name(root));
    }
    rk_status first = rk__json_text_of(root, "reckoner", true, &kind, problems);
    if (first == RK_OK && strcmp(kind, "vector/1") != 0) {
        first = rk__json_problem(problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                 "a vector begins with \"reckoner\": \"vector/1\"",
                                 "this is a '%s' document, not a vector", kind);
    }
    if (first != RK_OK) {
        return first; /* of another kind of document, every key would be wrong */
    }
    rk__keep_first(&first, rk__json_only_keys(root, vector_keys, problems));
    rk_status id = rk__json_text_of(root, "id", true, &out->id, problems);
    if (id == RK_OK) {
        id = rk__id_check(rk__json_get(root, "id"), "the id", problems);
    }
    rk__keep_first(&first, id);
    rk__keep_first(&first, read_text(root, "title", problems));
    rk__keep_first(&first, read_text(root, "source", problems));
    rk__keep_first(&first, read_subject(root, out, problems));
    rk__keep_first(&first, read_cases(root, out->system, problems));
    out->cases = rk__json_get(root, "cases");
    return first;
}
