/* SPDX-License-Identifier: MIT
 *
 * test_bind_plan.c: a plan fills a struct as rk__bind does, from any texts, or leaves it to
 * rk__bind; and where which value fills a parameter hangs on a text, there is no plan.
 */
#include <check.h>
#include <string.h>

#include "rules/bind_plan.h"

typedef struct band {
    rk_num to, share;
    const char *note;
} band;

typedef struct own {
    rk_num plan, cap;
    rk_decimal price;
    int64_t days;
    int32_t mode;
    bool flag;
    const char *name;
    rk_list bands, pot;
} own;

static const char *const modes[] = {"withhold", "bonus", NULL};
static const rk_param band_params[] = {
    {.name = "to", .type = RK_PARAM_RATIO, .flags = RK_NULLABLE, .offset = offsetof(band, to)},
    {.name = "share",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(band, share),
     .default_value = "7/12",
     .min = "0",
     .max = "1"},
    {.name = "note", .type = RK_PARAM_TEXT, .offset = offsetof(band, note)},
    {0}};
static const rk_param params[] = {
    {.name = "plan",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(own, plan),
     .min = "0.5"},
    {.name = "cap", .type = RK_PARAM_RATIO, .offset = offsetof(own, cap), .default_value = "3%"},
    {.name = "price", .type = RK_PARAM_DECIMAL, .offset = offsetof(own, price), .max = "1e6"},
    {.name = "days", .type = RK_PARAM_INTEGER, .offset = offsetof(own, days)},
    {.name = "mode", .type = RK_PARAM_ENUM, .offset = offsetof(own, mode), .words = modes},
    {.name = "flag", .type = RK_PARAM_BOOL, .offset = offsetof(own, flag)},
    {.name = "name", .type = RK_PARAM_TEXT, .offset = offsetof(own, name)},
    {.name = "bands",
     .type = RK_PARAM_LIST,
     .offset = offsetof(own, bands),
     .items = band_params,
     .item_size = sizeof(band)},
    {.name = "pot",
     .type = RK_PARAM_LIST,
     .flags = RK_ONE_OBJECT,
     .offset = offsetof(own, pot),
     .items = band_params,
     .item_size = sizeof(band)},
    {0}};

static rk_rule exported = {.size = sizeof(rk_rule), .params_size = sizeof(own)};
static char id[] = "test-rule";
static const rk__rule rule = {.id = id, .rule = &exported, .params = params, .n_params = 9};

static rk__arena arena;
static rk__nums nums;
static rk__json *document;
static rk__bind_input input;

static void setup(void)
{
    arena = (rk__arena){0};
    nums = (rk__nums){.untraced = true};
    document = NULL;
    input = (rk__bind_input){.rule = &rule, .scale_num = 1, .scale_den = 1};
}

static void teardown(void)
{
    rk__json_free(document);
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
}

static rk__bind_plan *plan_of(const char *component)
{
    rk__bind_plan *plan = NULL;
    ck_assert_msg(rk__json_parse(component, strlen(component), "c.json", &document, NULL) == RK_OK,
                  "the test's own JSON: %s", component);
    input.component = rk__json_root(document);
    input.params = rk__json_get(input.component, "params");
    input.overrides = rk__json_get(input.component, "overrides");
    ck_assert_msg(rk__bind_plan_new(&input, &nums, &arena, &plan) == RK_OK, "%s", component);
    return plan;
}

/* -------------------------------------------------------------------- the same */

static bool same_number(rk_num a, rk_num b)
{
    return a == NULL || b == NULL ? a == b : rk__num_compare(a, b) == 0 && a->big == b->big;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_list(const rk_list *a, const rk_list *b)
{
    const band *x = a->items;
    const band *y = b->items;
    bool same = a->n == b->n;
    for (size_t i = 0; i < a->n && same; i++) {
        same = same_number(x[i].to, y[i].to) && same_number(x[i].share, y[i].share) &&
               same_text(x[i].note, y[i].note);
    }
    return same;
}

static bool same(const own *a, const own *b)
{
    return same_number(a->plan, b->plan) && same_number(a->cap, b->cap) && a->price == b->price &&
           a->days == b->days && a->mode == b->mode && a->flag == b->flag &&
           same_text(a->name, b->name) && same_list(&a->bands, &b->bands) &&
           same_list(&a->pot, &b->pot);
}

static const char every_kind[] =
    "{\"params\": {\"plan\": 1000, \"cap\": \"0.03\", \"price\": \"12.5\", \"days\": 30,"
    " \"mode\": \"bonus\", \"flag\": true, \"name\": \"a name\","
    " \"bands\": [{\"to\": \"0.1\", \"share\": 0.5, \"note\": \"x\"}, {\"to\": null},"
    " {\"share\": \"0.25\"}], \"pot\": {\"to\": \"2\", \"note\": \"y\"}},"
    " \"overrides\": {\"cap\": \"0.04\", \"pot\": {\"to\": \"3\"}}}";

static const char *const texts[] = {
    "0",
    "1",
    "0.5",
    "0.499999",
    "-1",
    "1000000",
    "1000000.000001",
    "30",
    "30.0",
    "3e2",
    "4.75%",
    "7/12",
    "",
    " ",
    "\t",
    " 1",
    "1 ",
    "x",
    "bonus",
    "withhold",
    "Bonus",
    "0.1234567",
    "9223372036854.775807",
    "9223372036855",
    "123456789012345678901234567890",
    "1e-6",
    "1e-7",
    "-0",
    "+1",
    "00012.50",
    "caf\xc3\xa9",
    "1e400",
    "0.00000000000000000000000000000000000000000001",
};
#define N_TEXTS (sizeof texts / sizeof *texts)

static long good, left;

/* One value has another text: what the plan makes is what rk__bind makes, and what rk__bind
 * refuses the plan leaves to it. */
static void expect_same(rk__bind_plan *plan, const rk__value *v, const char *text)
{
    rk__arena scratch = {0};
    rk__nums fresh = {.untraced = true};
    void *expected = NULL;
    const rk_status status = rk__bind(&input, &fresh, &scratch, &expected, NULL);
    const own *found = rk__bind_again(plan);
    ck_assert_msg(found == NULL || (status == RK_OK && same(found, expected)), "%s: '%s'", v->key,
                  text);
    good += found != NULL;
    left += found == NULL;
    rk__nums_dispose(&fresh);
    rk__arena_dispose(&scratch);
}

static void change_each(rk__bind_plan *plan, rk__value *top)
{
    for (rk__value *v = top->first; v != NULL; v = v->next) {
        const rk__value before = *v;
        for (size_t i = 0; i < N_TEXTS && before.text != NULL; i++) {
            if (v->type == RK__JSON_NUMBER && strspn(texts[i], "-0123456789.e") == 0) {
                continue;
            }
            v->text = texts[i];
            v->length = (uint32_t) strlen(texts[i]);
            expect_same(plan, v, texts[i]);
            v->text = before.text;
            v->length = before.length;
            expect_same(plan, v, before.text); /* again, whatever stood there meanwhile */
        }
        change_each(plan, v);
    }
}

START_TEST(test_bind_plan__fills_as_binding_does)
{
    rk__bind_plan *plan = plan_of(every_kind);
    ck_assert_ptr_nonnull(plan);
    change_each(plan, (rk__value *) (uintptr_t) input.component);
    ck_assert_msg(good > 200 && left > 60, "%ld good, %ld left", good, left);
}
END_TEST

START_TEST(test_bind_plan__reads_each_value_of_the_document)
{
    rk__bind_plan *plan = plan_of(every_kind);
    const own *o = rk__bind_again(plan);
    ck_assert_ptr_nonnull(o);
    rk__value *name = rk__json_get(input.params, "name");
    ck_assert_ptr_eq(o->name, name->text);
    ck_assert_int_eq(o->mode, 1);
    ck_assert(o->flag && o->days == 30 && o->price == 12500000);
    ck_assert_int_eq(rk__num_compare(o->cap, rk__num_from_ratio(&nums, 4, 100)), 0);
    ck_assert_uint_eq(o->bands.n, 3);
    ck_assert_uint_eq(o->pot.n, 1);
    ck_assert_int_eq(
        rk__num_compare(((const band *) o->bands.items)[2].share, rk__num_from_ratio(&nums, 1, 4)),
        0);
}
END_TEST

static const char *const planless[] = {
    "{\"params\": {\"plan\": 1, \"name\": \"\"}}",
    "{\"params\": {\"plan\": 1, \"cap\": \" \"}}",
    "{\"params\": {\"plan\": 1, \"bands\": [{\"note\": \"x\"}, {\"note\": \"\\t\"}]}}",
    "{\"params\": {\"plan\": 1}, \"overrides\": {\"plan\": \"\"}}",
};

START_TEST(test_bind_plan__is_none_where_a_value_is_blank)
{
    ck_assert_ptr_null(plan_of(planless[_i]));
}
END_TEST

START_TEST(test_bind_plan__is_none_of_scaled_amounts_overrides_and_traces)
{
    static const char document_of_plan[] = "{\"params\": {\"plan\": 1}}";
    static const rk__param_override cli = {.name = "cap", .value = "0.5"};
    ck_assert_ptr_nonnull(plan_of(document_of_plan));
    rk__json_free(document);
    input.scale_den = 4;
    ck_assert_ptr_null(plan_of(document_of_plan));
    rk__json_free(document);
    input.scale_den = 1;
    input.cli = &cli;
    input.n_cli = 1;
    ck_assert_ptr_null(plan_of(document_of_plan));
    rk__json_free(document);
    input.n_cli = 0;
    nums.untraced = false;
    ck_assert_ptr_null(plan_of(document_of_plan));
}
END_TEST

START_TEST(test_bind_plan__takes_nothing_over_from_the_command_line)
{
    static const rk__param_override cli[] = {{.name = "cap", .value = "0.5"},
                                             {.name = "days", .value = "7"}};
    void *bound = NULL;
    rk__held held = {0};
    ck_assert_ptr_nonnull(plan_of("{\"params\": {\"plan\": 1}}"));
    input.cli = cli;
    input.n_cli = 2;
    input.held = &held;
    ck_assert_int_eq(rk__bind(&input, &nums, &arena, &bound, NULL), RK_OK);
    rk__json **const documents = held.documents;
    ck_assert_uint_eq(held.n, 2);
    rk__bind_plan *plan = NULL;
    ck_assert_int_eq(rk__bind_plan_new(&input, &nums, &arena, &plan), RK_OK);
    ck_assert_ptr_null(plan);
    ck_assert_uint_eq(held.n, 2);
    ck_assert_ptr_eq(held.documents, documents);
    rk__held_dispose(&held);
}
END_TEST

START_TEST(test_bind_plan__every_allocation_may_fail)
{
    rk_status status = RK_NO_MEMORY;
    ck_assert_ptr_nonnull(plan_of(every_kind));
    for (long n = 0; status == RK_NO_MEMORY && n < 100; n++) {
        rk__arena scratch = {0};
        rk__nums fresh = {.untraced = true};
        rk__bind_plan *plan = NULL;
        rk__alloc_fail_after(n);
        status = rk__bind_plan_new(&input, &fresh, &scratch, &plan);
        rk__alloc_fail_after(-1);
        ck_assert((plan != NULL) == (status == RK_OK));
        rk__nums_dispose(&fresh);
        rk__arena_dispose(&scratch);
    }
    ck_assert_int_eq(status, RK_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bind_plan");
    TCase *tc = tcase_create("bind_plan");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_bind_plan__fills_as_binding_does);
    tcase_add_test(tc, test_bind_plan__reads_each_value_of_the_document);
    tcase_add_loop_test(tc, test_bind_plan__is_none_where_a_value_is_blank, 0,
                        (int) (sizeof planless / sizeof *planless));
    tcase_add_test(tc, test_bind_plan__is_none_of_scaled_amounts_overrides_and_traces);
    tcase_add_test(tc, test_bind_plan__takes_nothing_over_from_the_command_line);
    tcase_add_test(tc, test_bind_plan__every_allocation_may_fail);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures != 0;
}
