/* SPDX-License-Identifier: MIT */
#include "rule_sizes.h"
#include "rules/load.h"
#include "unit.h"

typedef struct item {
    rk_num to, share;
} item;

typedef struct own {
    rk_num plan, cap;
    rk_decimal unit;
    int64_t places;
    int32_t mode;
    bool flag;
    const char *name;
    rk_list bands;
} own;

static const char *const modes[] = {"withhold", "bonus", NULL};
static const rk_param item_params[] = {
    {.name = "to", .type = RK_PARAM_RATIO, .flags = RK_NULLABLE, .offset = offsetof(item, to)},
    {.name = "share", .type = RK_PARAM_RATIO, .offset = offsetof(item, share)},
    {0}};

enum { PLAN, CAP, UNIT, PLACES, MODE, FLAG, NAME, BANDS, N_PARAMS };
enum { COUNT, LOS, PRICE, POD, N_COLUMNS };

/* A rule with nothing wrong; each test changes one thing. */
typedef struct parts {
    rk_param params[N_PARAMS + 1];
    rk_param items[3];
    rk_column columns[N_COLUMNS + 1];
    rk_element elements[40];
    rk_note notes[40];
    rk_rule rule;
} parts;

static int price(const rk_host *h, const void *params, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    (void) h, (void) params, (void) state, (void) batch, (void) out;
    return RK_OK;
}

static void parts_init(parts *p)
{
    memset(p, 0, sizeof *p);
    memcpy(p->items, item_params, sizeof item_params);
    const rk_param params[] = {
        [PLAN] = {.name = "plan",
                  .type = RK_PARAM_EXACT,
                  .flags = RK_REQUIRED | RK_PER_TIME,
                  .offset = offsetof(own, plan)},
        [CAP] = {.name = "cap",
                 .type = RK_PARAM_RATIO,
                 .offset = offsetof(own, cap),
                 .default_value = "4.75%",
                 .min = "0",
                 .max = "1"},
        [UNIT] = {.name = "unit",
                  .type = RK_PARAM_DECIMAL,
                  .offset = offsetof(own, unit),
                  .default_value = "0.01"},
        [PLACES] = {.name = "places",
                    .type = RK_PARAM_INTEGER,
                    .offset = offsetof(own, places),
                    .min = "0",
                    .max = "12"},
        [MODE] = {.name = "mode",
                  .type = RK_PARAM_ENUM,
                  .offset = offsetof(own, mode),
                  .default_value = "bonus",
                  .words = modes},
        [FLAG] = {.name = "flag",
                  .type = RK_PARAM_BOOL,
                  .offset = offsetof(own, flag),
                  .default_value = "true"},
        [NAME] = {.name = "name", .type = RK_PARAM_TEXT, .offset = offsetof(own, name)},
        [BANDS] = {.name = "bands",
                   .type = RK_PARAM_LIST,
                   .offset = offsetof(own, bands),
                   .items = p->items,
                   .item_size = sizeof(item)}};
    const rk_column columns[] = {
        [COUNT] = {.table = "activity",
                   .name = "count",
                   .type = RK_COLUMN_DECIMAL,
                   .flags = RK_QUANTITY,
                   .default_value = "1"},
        [LOS] = {.table = "activity", .name = "los", .type = RK_COLUMN_INTEGER},
        [PRICE] = {.table = "activity",
                   .name = "price",
                   .type = RK_COLUMN_DECIMAL,
                   .flags = RK_REQUIRED,
                   .lookup = "prices"},
        [POD] = {.table = "activity", .name = "pod", .type = RK_COLUMN_CHOICE, .words = modes}};
    memcpy(p->params, params, sizeof params);
    memcpy(p->columns, columns, sizeof columns);
    p->elements[0] = (rk_element){"base", 0, NULL};
    p->notes[0] = (rk_note){"no-los", "rows without a length of stay"};
    p->rule = (rk_rule){.size = sizeof(rk_rule),
                        .abi_major = RK_ABI_MAJOR,
                        RULE_SIZES,
                        .id = "test",
                        .version = "1",
                        .title = "Test",
                        .summary = "A test.",
                        .params = p->params,
                        .params_size = sizeof(own),
                        .columns = p->columns,
                        .elements = p->elements,
                        .notes = p->notes,
                        .rows = "activity",
                        .row_kind = RK_ROWS_ROUNDED,
                        .price = price};
}

static bool parts_check(const parts *p, rk__rule *rule, rk__arena *arena, rk__refusal *why)
{
    memset(rule, 0, sizeof *rule);
    return rk__rule_tables(&p->rule, sizeof p->rule, rule, arena, why) && rk__rule_check(rule, why);
}

START_TEST(test_rule_check__sound_tables_pass)
{
    parts p;
    rk__rule rule;
    rk__arena arena = {0};
    rk__refusal why;
    parts_init(&p);
    ck_assert_msg(parts_check(&p, &rule, &arena, &why), "%s", why.reason);
    ck_assert_uint_eq(rule.n_params, N_PARAMS);
    ck_assert_uint_eq(rule.n_columns, N_COLUMNS);
    ck_assert_uint_eq(rule.n_elements, 1);
    ck_assert_uint_eq(rule.n_notes, 1);
    ck_assert_ptr_ne(rule.params, p.params);
    ck_assert_ptr_eq(rule.rule->params, rule.params);
    rk__arena_dispose(&arena);
}
END_TEST

/* What is wrong: a statement on `p`, and a part of the reason. */
#define FAULTS(X)                                                                                  \
    X(p->params[CAP].name = "plan", "parameter 'plan' appears twice")                              \
    X(p->params[CAP].offset = sizeof(own), "parameter 'cap' ends at byte")                         \
    X(p->params[CAP].offset = (size_t) -4, "parameter 'cap' ends at byte")                         \
    X(p->params[BANDS].offset += 8, "parameter 'bands' ends at byte")                              \
    X(p->params[CAP].offset = offsetof(own, unit) + 4, "its type needs a multiple of 8")           \
    X(p->params[CAP].offset = 0, "'plan' and 'cap' fill the same bytes")                           \
    X(p->params[CAP].type = (rk_param_type) 99, "parameter 'cap' has the unknown type 99")         \
    X(p->params[CAP].type = (rk_param_type) 0, "parameter 'cap' has the unknown type 0")           \
    X(p->params[CAP].flags = 0x8000, "flags 0x8000")                                               \
    X(p->params[CAP].flags = RK_PER_TIME, "'cap' is RK_PER_TIME, but its type is 6, not 5")        \
    X(p->params[CAP].flags = RK_ONE_OBJECT, "'cap' is RK_ONE_OBJECT, but its type is 6, not 8")    \
    X(p->params[CAP].flags = RK_REQUIRED, "required, yet has the default '4.75%'")                 \
    X(p->params[CAP].default_value = "much", "'cap', its default: 'cap' is 'much'")                \
    X(p->params[CAP].default_value = "1.5", "'cap', its default: 'cap' is '1.5', which is above")  \
    X(p->params[CAP].max = "-1", "'cap', its minimum: 'cap' is '0', which is above its maximum")   \
    X(p->params[CAP].min = "low", "'cap', its minimum: 'cap' is 'low'")                            \
    X(p->params[UNIT].default_value = "0.0000001", "digits past the sixth decimal")                \
    X(p->params[UNIT].default_value = "1%", "is a ratio where a decimal number")                   \
    X(p->params[PLACES].default_value = "1.5", "is not a whole number")                            \
    X(p->params[MODE].default_value = "bonnus", "is none of its words")                            \
    X(p->params[MODE].words = NULL, "'mode' is RK_PARAM_ENUM without words")                       \
    X(p->params[FLAG].default_value = "yes", "is neither true nor false")                          \
    X(p->params[NAME].max = "5", "parameter 'name' has bounds")                                    \
    X(p->params[BANDS].items = NULL, "'bands' is a list without items")                            \
    X(p->items[0].name = NULL, "'bands' is a list without items")                                  \
    X(p->params[BANDS].item_size = 0, "'bands' has items of 0 bytes")                              \
    X(p->params[BANDS].item_size = 8, "'bands[].share' ends at byte 16, its struct has 8")         \
    X(p->params[BANDS].default_value = "[]", "'bands' is a list with the default")                 \
    X(p->items[1].name = "to", "'bands[].to' appears twice")                                       \
    X(p->items[1].type = RK_PARAM_LIST, "'bands[].share' is a list inside a list")                 \
    X(p->params[NAME].type = RK_PARAM_SCOPE, "'name' is a scope of no component")                  \
    X(p->params[NAME].type = RK_PARAM_COMPONENT, "parameter 'name' ends at byte")                  \
    X((p->params[NAME].type = RK_PARAM_SCOPE, p->params[UNIT].type = RK_PARAM_SCOPE),              \
      "are of one kind")                                                                           \
    X(p->rule.params_size = 0, "parameter 'plan' ends at byte 8, its struct has 0")                \
    X(p->rule.params_size = (size_t) 1 << 40, "params_size is")                                    \
    X(p->rule.param_size = 8, "param_size is 8 bytes, this host reads")                            \
    X(p->rule.param_size += 8, "param_size is")                                                    \
    X(p->rule.column_size = 0, "column_size is 0 bytes")                                           \
    X(p->rule.element_size = 1, "element_size is 1 bytes")                                         \
    X(p->rule.note_size = 8, "note_size is 8 bytes")                                               \
    X(p->columns[LOS].table = NULL, "column 1 has no table")                                       \
    X(p->columns[LOS].name = NULL, "column 1 has no name")                                         \
    X(p->columns[LOS].name = "count", "column 'count' of 'activity' appears twice")                \
    X(p->columns[LOS].type = (rk_column_type) 10, "column 'los' has the unknown type 10")          \
    X(p->columns[LOS].flags = RK_QUANTITY, "'los' is RK_QUANTITY, but its type is 2, not 1")       \
    X(p->columns[PRICE].flags = RK_QUANTITY, "'count' and 'price' are both RK_QUANTITY")           \
    X(p->columns[COUNT].table = "costs", "RK_QUANTITY of 'costs', the rule's rows are 'activity'") \
    X(p->columns[COUNT].default_value = "one",                                                     \
      "'count' has the default 'one', which is not a value")                                       \
    X(p->columns[LOS].default_value = "1.5", "'los' has the default '1.5'")                        \
    X(p->columns[POD].default_value = "NEL", "'pod' has the default 'NEL'")                        \
    X(p->columns[POD].words = NULL, "'pod' is RK_COLUMN_CHOICE without words")                     \
    X(p->columns[PRICE].default_value = "1", "'price' is required, yet has the default")           \
    X(p->columns[PRICE].flags = RK_PRICE_DECIDES, "'price' is RK_PRICE_DECIDES, but not")          \
    X(p->columns[PRICE].flags = RK_PER_TIME, "'price' is RK_PER_TIME, but its rows are priced")    \
    X(p->columns[LOS].flags = RK_PER_TIME, "'los' is RK_PER_TIME, but its type is 2, not 1")       \
    X(p->columns[LOS].flags = RK_LOOKUP_OPTIONAL, "RK_LOOKUP_OPTIONAL without a lookup")           \
    X(p->columns[LOS].flags = 0x4000, "flags 0x4000")                                              \
    X(p->elements[1] = p->elements[0], "element 'base' appears twice")                             \
    X(fill_elements(p, 33), "more than 32 elements")                                               \
    X(fill_notes(p, 33), "more than 32 notes")                                                     \
    X(p->notes[0].message = NULL, "note 'no-los' has no message")                                  \
    X(p->rule.price = NULL, "the rule has neither price nor settle")                               \
    X((p->rule.price = NULL, p->rule.settle = settle), "row_kind is 1, but the rule has no price") \
    X(p->rule.row_kind = RK_ROWS_NONE, "the rule has price, but row_kind is RK_ROWS_NONE")         \
    X(p->rule.row_kind = (rk_row_kind) 5, "row_kind is 5, this host knows 0 to 2")                 \
    X(p->rule.rows = NULL, "the rule has price, but names no table of rows")                       \
    X(p->rule.of_use = (rk_of_use) 3, "of_use is 3, this host knows 0 to 2")                       \
    X(p->rule.title = NULL, "the rule has no title")                                               \
    X(p->rule.summary = NULL, "the rule has no summary")

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    (void) h, (void) params, (void) state, (void) settlement;
    return RK_OK;
}

static void fill_elements(parts *p, size_t n)
{
    static char names[40][8];
    for (size_t i = 0; i < n; i++) {
        (void) snprintf(names[i], sizeof names[i], "e%zu", i);
        p->elements[i].name = names[i];
    }
}

static void fill_notes(parts *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p->notes[i] = p->notes[0];
    }
}

static const char *const fault_reasons[] = {
#define REASON(statement, reason) reason,
    FAULTS(REASON)
#undef REASON
};

static void fault_make(parts *p, int which)
{
    int i = 0;
#define MAKE(statement, reason) \
    if (i++ == which) {         \
        statement;              \
    }
    FAULTS(MAKE)
#undef MAKE
}

START_TEST(test_rule_check__each_fault_is_refused_by_name)
{
    parts p;
    rk__rule rule;
    rk__arena arena = {0};
    rk__refusal why;
    parts_init(&p);
    fault_make(&p, _i);
    ck_assert_msg(!parts_check(&p, &rule, &arena, &why), "fault %d passed: %s", _i,
                  fault_reasons[_i]);
    ck_assert_msg(strstr(why.reason, fault_reasons[_i]) != NULL, "fault %d: '%s', not '%s'", _i,
                  why.reason, fault_reasons[_i]);
    ck_assert_msg(why.hint[0] != '\0', "fault %d: no hint", _i);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_rule_check__limits_are_inclusive)
{
    parts p;
    rk__rule rule;
    rk__arena arena = {0};
    rk__refusal why;
    parts_init(&p);
    fill_elements(&p, 32);
    fill_notes(&p, 32);
    ck_assert_msg(parts_check(&p, &rule, &arena, &why), "%s", why.reason);
    ck_assert_uint_eq(rule.n_elements, 32);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_rule_tables__a_table_without_an_end_is_cut_off)
{
    static rk_param endless[RK__TABLE_MAX + 8];
    parts p;
    rk__rule rule;
    rk__arena arena = {0};
    rk__refusal why;
    parts_init(&p);
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
        endless[i] = p.params[PLAN];
    }
    p.rule.params = endless;
    ck_assert(!parts_check(&p, &rule, &arena, &why));
    ck_assert_str_eq(why.reason, "more than 256 parameters, or no entry at the end");
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_rule_tables__a_rule_without_tables_has_empty_ones)
{
    parts p;
    rk__rule rule;
    rk__arena arena = {0};
    rk__refusal why;
    parts_init(&p);
    p.rule.params = NULL;
    p.rule.columns = NULL;
    p.rule.elements = NULL;
    p.rule.notes = NULL;
    ck_assert_msg(parts_check(&p, &rule, &arena, &why), "%s", why.reason);
    ck_assert_ptr_null(rule.params[0].name);
    ck_assert_ptr_null(rule.columns[0].name);
    ck_assert_ptr_null(rule.elements[0].name);
    ck_assert_ptr_null(rule.notes[0].name);
    rk__arena_dispose(&arena);
}
END_TEST

UNIT_TESTS("rule_tables")
{
    tcase_add_test(tc, test_rule_check__sound_tables_pass);
    tcase_add_loop_test(tc, test_rule_check__each_fault_is_refused_by_name, 0,
                        COUNT(fault_reasons));
    tcase_add_test(tc, test_rule_check__limits_are_inclusive);
    tcase_add_test(tc, test_rule_tables__a_table_without_an_end_is_cut_off);
    tcase_add_test(tc, test_rule_tables__a_rule_without_tables_has_empty_ones);
}
