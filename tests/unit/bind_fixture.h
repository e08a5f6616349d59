/* SPDX-License-Identifier: MIT
 *
 * bind_fixture.h: a rule with parameters of every type, and a binding of it.
 */
#pragma once

#include "base/alloc.h"
#include "rule_sizes.h"
#include "rules/bind.h"
#include "rules/load.h"
#include "unit.h"

/* ------------------------------------------------------------- a rule to bind */

typedef struct band {
    rk_num to, provider_share, amount;
} band;

typedef struct pot {
    rk_num amount;
    const char *source;
} pot;

typedef struct own {
    rk_num plan, cap, floor;
    rk_decimal unit, price;
    int64_t places;
    int32_t mode, scale;
    bool flag, other;
    const char *name;
    rk_list bands, pot;
} own;

static const char *const modes[] = {"withhold", "bonus", NULL};
static const char *const scales[] = {"linear", "step", NULL};
static const rk_param band_params[] = {{.name = "to",
                                        .type = RK_PARAM_RATIO,
                                        .flags = RK_REQUIRED | RK_NULLABLE,
                                        .offset = offsetof(band, to)},
                                       {.name = "provider_share",
                                        .type = RK_PARAM_RATIO,
                                        .flags = RK_REQUIRED,
                                        .offset = offsetof(band, provider_share),
                                        .min = "0",
                                        .max = "1"},
                                       {.name = "amount",
                                        .type = RK_PARAM_EXACT,
                                        .flags = RK_PER_TIME,
                                        .offset = offsetof(band, amount)},
                                       {0}};
static const rk_param pot_params[] = {
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(pot, amount)},
    {.name = "source", .type = RK_PARAM_TEXT, .offset = offsetof(pot, source)},
    {0}};
static const rk_param params[] = {
    {.name = "plan",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(own, plan),
     .help = "What is agreed."},
    {.name = "cap",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(own, cap),
     .default_value = "4.75%",
     .min = "0",
     .max = "2"},
    {.name = "floor",
     .type = RK_PARAM_EXACT,
     .flags = RK_NULLABLE,
     .offset = offsetof(own, floor),
     .default_value = "5"},
    {.name = "unit", .type = RK_PARAM_DECIMAL, .offset = offsetof(own, unit), .min = "0.01"},
    {.name = "price", .type = RK_PARAM_DECIMAL, .offset = offsetof(own, price)},
    {.name = "places", .type = RK_PARAM_INTEGER, .offset = offsetof(own, places)},
    {.name = "mode",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(own, mode),
     .default_value = "bonus",
     .words = modes},
    {.name = "scale", .type = RK_PARAM_ENUM, .offset = offsetof(own, scale), .words = scales},
    {.name = "flag", .type = RK_PARAM_BOOL, .offset = offsetof(own, flag), .default_value = "true"},
    {.name = "other", .type = RK_PARAM_BOOL, .offset = offsetof(own, other)},
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
     .items = pot_params,
     .item_size = sizeof(pot)},
    {0}};

static inline int settle(const rk_host *h, const void *own_params, const void *state,
                         const rk_settlement *settlement)
{
    (void) h, (void) own_params, (void) state, (void) settlement;
    return RK_OK;
}

/* ------------------------------------------------------------------ one binding */

/* Everything that one binding needs and makes. */
static rk__arena arena;
static rk__nums nums;
static rk_problems *problems;
static rk__json *document;
static rk__rule rule;
static rk__bind_input input;
static char id[] = "test-rule";

static inline void setup(void)
{
    const rk_rule exported = {.size = sizeof(rk_rule),
                              RULE_SIZES,
                              .title = "Test",
                              .summary = "A test.",
                              .params = params,
                              .params_size = sizeof(own),
                              .settle = settle};
    rk__refusal why;
    memset(&arena, 0, sizeof arena);
    memset(&nums, 0, sizeof nums);
    memset(&rule, 0, sizeof rule);
    memset(&input, 0, sizeof input);
    document = NULL;
    problems = rk_problems_new();
    ck_assert(rk__rule_tables(&exported, sizeof exported, &rule, &arena, &why));
    ck_assert_msg(rk__rule_check(&rule, &why), "%s", why.reason);
    rule.id = id;
    input = (rk__bind_input){.rule = &rule, .scale_num = 1, .scale_den = 1};
}

static inline void teardown(void)
{
    rk__json_free(document);
    rk_problems_free(problems);
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
}

/* Binds the component of a document: its `params`, and `overrides` as those of
 * the period. ' stands for ". */
static inline rk_status bind(const char *component, const own **out)
{
    component = json_text(component);
    void *object = NULL;
    ck_assert_msg(rk__json_parse(component, strlen(component), "c.json", &document, NULL) == RK_OK,
                  "the test's own JSON: %s", component);
    input.component = rk__json_root(document);
    input.params = rk__json_get(input.component, "params");
    input.overrides = rk__json_get(input.component, "overrides");
    const rk_status status = rk__bind(&input, &nums, &arena, &object, problems);
    ck_assert_msg((status == RK_OK) == (rk_problems_count(problems) == 0), "%s: status %d, %s",
                  component, status,
                  rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message
                                                  : "no problem");
    ck_assert((object != NULL) == (status == RK_OK));
    ck_assert_ptr_null(nums.poisoned);
    *out = object;
    return status;
}

static inline const own *bound(const char *component)
{
    const own *out = NULL;
    const rk_status status = bind(component, &out);
    ck_assert_msg(status == RK_OK, "%s: %s", component,
                  rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message : "");
    return out;
}

static inline void assert_num(rk_num number, const char *expected)
{
    rk__buf text = {0};
    ck_assert_ptr_nonnull(number);
    rk__num_print_exact(&text, number);
    ck_assert_str_eq(text.text, expected);
    rk__buf_dispose(&text);
}
