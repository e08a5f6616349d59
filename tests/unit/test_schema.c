/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "manual/describe.h"
#include "unit.h"
#include "json/json.h"

#define FIXTURES RK_BINARY_DIR "/tests/fixtures/"

static rk__registry *registry;

static void setup(void)
{
    static const char *const folders[] = {FIXTURES "everything", FIXTURES "good", FIXTURES "abi2",
                                          NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    ck_assert_int_eq(rk__registry_new(&options, &registry, NULL), RK_OK);
    rk__registry_load_all(registry);
}

static void teardown(void)
{
    rk__registry_free(registry);
}

static rk__json *schema(const char *kind)
{
    rk__buf out = {0};
    rk__json *document = NULL;
    rk_problems *const problems = rk_problems_new();
    ck_assert_int_eq(rk__schema_write(&out, registry, kind), RK_OK);
    ck_assert_msg(rk__json_parse(out.text, out.length, kind, &document, problems) == RK_OK,
                  "line %u: %s", rk_problems_at(problems, 0)->line,
                  rk_problems_at(problems, 0)->message);
    rk_problems_free(problems);
    rk__buf_dispose(&out);
    return document;
}

static const char *text_at(const rk__value *from, const char *pointer)
{
    const rk__value *const v = rk__json_at(from, pointer);
    ck_assert_msg(v != NULL && v->text != NULL, "nothing at %s", pointer);
    return v->text;
}

static const struct {
    const char *kind, *word;
} kinds[] = {
    {"contract", "contract/1"},
    {"tariff", "tariff/1"},
    {"system", "system/1"},
    {"vector", "vector/1"},
    {"import", "import/1"},
    {"rule", "rule/1"},
    {"challenges", "challenges/1"},
    {"result", "result/1"},
    {"comparison", "comparison/1"},
    {"explanation", "explanation/1"},
    {"check", "check/1"},
    {"test", "test/1"},
    {"system-result", "system-result/1"},
    {"incentives-result", "incentives-result/1"},
    {"solution", "solution/1"},
    {"sensitivity", "sensitivity/1"},
    {"sweep", "sweep/1"},
    {"variance", "variance/1"},
    {"diff", "diff/1"},
    {"replay", "replay/1"},
};

/* Every "$ref" must lead somewhere in the same document. */
static size_t refs_check(const rk__value *root, const rk__value *v)
{
    size_t n = 0;
    for (const rk__value *child = v->first; child != NULL; child = child->next) {
        if (child->key != NULL && strcmp(child->key, "$ref") == 0) {
            if (strcmp(child->text, "#") == 0) {
                continue;
            }
            ck_assert_msg(strncmp(child->text, "#/", 2) == 0 &&
                              rk__json_at(root, child->text + 1) != NULL,
                          "%s leads nowhere", child->text);
            n++;
        }
        n += refs_check(root, child);
    }
    return n;
}

START_TEST(test_schema_write__each_kind_is_json_whose_references_resolve)
{
    rk__json *const document = schema(kinds[_i].kind);
    const rk__value *const root = rk__json_root(document);
    ck_assert_str_eq(text_at(root, "/$schema"), "https://json-schema.org/draft/2020-12/schema");
    ck_assert_str_eq(text_at(root, "/properties/reckoner/const"), kinds[_i].word);
    ck_assert(!rk__json_at(root, "/additionalProperties")->truth);
    const size_t refs = refs_check(root, root);
    ck_assert(refs > 5 || strcmp(kinds[_i].kind, "rule") == 0);
    rk__json_free(document);
}
END_TEST

START_TEST(test_schema_write__another_kind_is_wrong_usage)
{
    rk__buf out = {0};
    ck_assert_int_eq(rk__schema_write(&out, registry, "results"), RK_USAGE);
    ck_assert_uint_eq(out.length, 0);
    rk__buf_dispose(&out);
}
END_TEST

/* The branch of a component for one rule; NULL if none. */
static const rk__value *branch_of(const rk__json *document, const char *rule)
{
    const rk__value *const all = rk__json_at(rk__json_root(document), "/$defs/component/allOf");
    for (const rk__value *v = all->first; v != NULL; v = v->next) {
        if (strcmp(text_at(v, "/if/properties/rule/const"), rule) == 0) {
            return rk__json_at(v, "/then");
        }
    }
    return NULL;
}

START_TEST(test_schema_write__a_rule_brings_its_parameters)
{
    rk__json *const document = schema("contract");
    const rk__value *const then = branch_of(document, "everything");
    ck_assert_ptr_nonnull(then);
    const rk__value *const params = rk__json_at(then, "/properties/params/anyOf/0");
    ck_assert(!rk__json_at(params, "/additionalProperties")->truth);
    ck_assert_uint_eq(rk__json_at(params, "/properties")->count, 10);
    ck_assert_str_eq(text_at(params, "/properties/plan/$ref"), "#/$defs/indexed");
    ck_assert_str_eq(text_at(params, "/properties/cap/$ref"), "#/$defs/ratio");
    ck_assert_str_eq(text_at(params, "/properties/cap/minimum"), "-0.5");
    ck_assert_str_eq(text_at(params, "/properties/mode/enum/1"), "bonus");
    ck_assert_str_eq(text_at(params, "/properties/flag/anyOf/0/type"), "boolean");
    ck_assert_str_eq(text_at(params, "/properties/price/default"), "12.50");
    ck_assert_str_eq(text_at(params, "/properties/price/anyOf/1/$ref"), "#/$defs/none");
    const rk__value *const items = rk__json_at(params, "/properties/bands/items");
    ck_assert_str_eq(text_at(items, "/required/1"), "share");
    ck_assert_str_eq(text_at(items, "/properties/to/anyOf/0/$ref"), "#/$defs/ratio");
    /* "5%" is no JSON number, so no bound of one. */
    ck_assert_ptr_null(rk__json_at(items, "/properties/share/minimum"));
    ck_assert_str_eq(text_at(params, "/properties/pot/anyOf/0/type"), "object");
    rk__json_free(document);
}
END_TEST

START_TEST(test_schema_write__required_parameters_may_come_by_period)
{
    rk__json *const document = schema("vector");
    const rk__value *const then = branch_of(document, "everything");
    ck_assert_str_eq(text_at(then, "/anyOf/0/required/0"), "params_by_period");
    ck_assert_str_eq(text_at(then, "/anyOf/1/properties/params/required/0"), "plan");
    ck_assert_str_eq(text_at(then, "/required/0"), "of");
    rk__json_free(document);
}
END_TEST

START_TEST(test_schema_write__refused_rules_are_left_out)
{
    rk__json *const document = schema("contract");
    ck_assert_ptr_nonnull(branch_of(document, "good"));
    ck_assert_ptr_null(branch_of(document, "abi2"));
    ck_assert_str_eq(
        text_at(rk__json_root(document), "/$defs/component/properties/rule/anyOf/1/const"), "good");
    rk__json_free(document);
}
END_TEST

START_TEST(test_schema_write__every_allocation_may_fail)
{
    rk_status status = RK_NO_MEMORY;
    for (long n = 0; status == RK_NO_MEMORY && n < 1000; n++) {
        rk__buf out = {0};
        rk__alloc_fail_after(n);
        status = rk__schema_write(&out, registry, "vector");
        rk__alloc_fail_after(-1);
        rk__buf_dispose(&out);
    }
    ck_assert_int_eq(status, RK_OK);
}
END_TEST

UNIT_TESTS("schema")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_schema_write__each_kind_is_json_whose_references_resolve, 0,
                        COUNT(kinds));
    tcase_add_test(tc, test_schema_write__another_kind_is_wrong_usage);
    tcase_add_test(tc, test_schema_write__a_rule_brings_its_parameters);
    tcase_add_test(tc, test_schema_write__required_parameters_may_come_by_period);
    tcase_add_test(tc, test_schema_write__refused_rules_are_left_out);
    tcase_add_test(tc, test_schema_write__every_allocation_may_fail);
}
