/* SPDX-License-Identifier: MIT
 *
 * pbr, called as the host calls it: what vectors do not show, that is, how an
 * amount is split into elements, which rows are noted, and what is explained.
 */
#include <dlfcn.h>

#include "reckoner/plugin.h"
#include "unit.h"

#define ONE       RK_DECIMAL_ONE
#define N_COLUMNS 64
#define P(pounds) ((rk_decimal) (pounds) *ONE)

typedef struct pbr_params {
    bool mff, top_ups, long_stay, short_stay, top_up_on_long_stay, local_price_mff;
    rk_decimal local_factor, spell_unit;
} pbr_params;

/* A cell of the row that is priced, by its column's name. */
typedef struct cell {
    const char *column;
    rk_decimal value;
} cell;

typedef struct priced {
    rk_decimal amount, element[5];
    uint8_t status;
    uint32_t notes;
} priced;

static const rk_rule *rule_of(void)
{
    void *file = dlopen(RK_BINARY_DIR "/rules/pbr.so", RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(file != NULL, "%s", dlerror());
    const rk_rule *rule = dlsym(file, "reckoner_rule_1");
    ck_assert_ptr_nonnull(rule);
    ck_assert_uint_eq(rule->params_size, sizeof(pbr_params));
    return rule;
}

static pbr_params usual_params(void)
{
    return (pbr_params){true, true, true, true, false, false, ONE, ONE / 100};
}

static size_t n_steps;
static rk_decimal last_step;

static void count_step(const rk_host *h, const char *label, const char *formula, rk_decimal value)
{
    (void) h;
    ck_assert_ptr_nonnull(label);
    ck_assert_ptr_nonnull(formula);
    n_steps++;
    last_step = value;
}

/* A decimal as its column takes it: a factor is in units of 1e-12. */
static int64_t in_units(const rk_column *column, rk_decimal value)
{
    return column->type == RK_COLUMN_FACTOR ? value * (RK_FACTOR_ONE / ONE) : value;
}

/* Prices a row of the cells given, and of the defaults for the others. */
static priced price_row(const pbr_params *params, const cell *cells, size_t n_cells, bool trace)
{
    const rk_rule *rule = rule_of();
    const rk_host host = {
        .size = sizeof host, .row_step = count_step, .row_step_factor = count_step};
    int64_t v[N_COLUMNS] = {0};
    uint8_t has[N_COLUMNS] = {0};
    rk_column_data column[N_COLUMNS];
    for (size_t k = 0; rule->columns[k].name; k++) {
        const rk_column *c = &rule->columns[k];
        if (c->default_value) {
            has[k] = 1;
            v[k] = strcmp(c->default_value, "1") == 0 ? in_units(c, ONE) : 0;
        }
        for (size_t i = 0; i < n_cells; i++) {
            if (cells[i].column && strcmp(cells[i].column, c->name) == 0) {
                has[k] = 1;
                v[k] = in_units(c, cells[i].value);
            }
        }
        column[k] = (rk_column_data){&v[k], &has[k]};
    }
    priced out = {0};
    rk_decimal *element[5];
    for (size_t k = 0; k < 5; k++) {
        element[k] = &out.element[k];
    }
    const rk_batch batch = {sizeof batch, 1, column, trace, sizeof *column};
    rk_priced to = {.size = sizeof to,
                    .amount = &out.amount,
                    .element = element,
                    .status = &out.status,
                    .notes = &out.notes};
    ck_assert_int_eq(rule->price(&host, params, NULL, &batch, &to), RK_OK);
    return out;
}

#define MAX_CELLS 8
static const struct {
    const char *what;
    cell cells[MAX_CELLS];
    rk_decimal amount, element[5];
    uint32_t notes;
    uint8_t status;
} rows[] = {
    {"base alone", {{"price", P(2150)}}, P(2150), {P(2150), 0, 0, 0, 0}, 0, 0},
    {"the MFF's part is what it adds",
     {{"price", P(2150)}, {"mff", 1015820}},
     2184010000,
     {P(2150), 0, 0, 0, 34010000},
     0,
     0},
    {"each part has its element",
     {{"price", P(2150)},
      {"top_up", 320000},
      {"bpt_payment", P(100)},
      {"los", P(22)},
      {"trim_point", P(20)},
      {"per_diem", P(187)},
      {"mff", 2 * ONE}},
     P(6624),
     {P(2150), P(688), P(100), P(374), P(3312)},
     0,
     0},
    {"the last element takes the remainder of rounding",
     {{"price", 5000}, {"bpt_payment", 5000}},
     10000,
     {10000, 0, 10000, 0, -10000},
     0,
     0},
    {"a fraction of a spell goes the long way and is split alike",
     {{"price", P(10)}, {"count", 333333}, {"top_up", 333333}, {"mff", 1500000}},
     6670000,
     {3330000, 1110000, 0, 0, 2230000},
     0,
     0},
    {"taken back, all signs turn",
     {{"price", P(2150)}, {"count", -ONE}, {"mff", 1015820}},
     -2184010000,
     {-P(2150), 0, 0, 0, -34010000},
     0,
     0},
    {"a local price is the base",
     {{"price", P(2150)}, {"local_unit_price", P(70)}, {"mff", 2 * ONE}, {"bpt", 7}},
     P(70),
     {P(70), 0, 0, 0, 0},
     0,
     0},
    {"an emergency without los is noted",
     {{"price", P(2150)}, {"pod", 1}},
     P(2150),
     {P(2150), 0, 0, 0, 0},
     1,
     0},
    {"not an emergency, not noted", {{"price", P(5)}, {"pod", 0}}, P(5), {P(5)}, 0, 0},
    {"an emergency by another column is no emergency by its pod",
     {{"price", P(5)}, {"pod", 1}, {"admission_method", 0}},
     P(5),
     {P(5)},
     0,
     0},
    {"a flag without bpt_met is noted",
     {{"price", P(5)}, {"bpt", 7}, {"bpt_price", P(3)}},
     P(5),
     {P(5)},
     2,
     0},
    {"a payment in parts needs no bpt_met",
     {{"price", P(5)}, {"bpt", 7}, {"bpt_payment", P(3)}},
     P(8),
     {P(5), 0, P(3), 0, 0},
     0,
     0},
    {"without a price", {{NULL, 0}}, 0, {0}, 0, RK_ROW_UNPRICED},
    {"a price of the best practice tariff alone is no price",
     {{"bpt_base", P(5)}},
     0,
     {0},
     0,
     RK_ROW_UNPRICED},
    {"too large", {{"price", P(9000000000000)}, {"count", 2 * ONE}}, 0, {0}, 0, RK_ROW_OVERFLOW},
    {"parts that do not fit stand under the first element",
     {{"price", P(9000000000000)}, {"count", 2 * ONE}, {"mff", ONE / 2}},
     P(9000000000000),
     {P(9000000000000), 0, 0, 0, 0},
     0,
     0},
    {"days that do not fit",
     {{"price", ONE}, {"los", RK_DECIMAL_MAX}, {"critical_care_days", -P(5)}},
     0,
     {0},
     0,
     RK_ROW_OVERFLOW},
};

START_TEST(test_rule_pbr_price__splits_amounts)
{
    const pbr_params params = usual_params();
    for (int trace = 0; trace <= 1; trace++) {
        n_steps = 0;
        const priced found = price_row(&params, rows[_i].cells, MAX_CELLS, trace != 0);
        const char *what = rows[_i].what;
        ck_assert_msg(found.status == rows[_i].status, "%s: status %d", what, found.status);
        ck_assert_msg(found.amount == rows[_i].amount, "%s: amount %lld", what,
                      (long long) found.amount);
        ck_assert_msg(found.notes == rows[_i].notes, "%s: notes %u", what, found.notes);
        for (size_t k = 0; k < 5; k++) {
            ck_assert_msg(found.element[k] == rows[_i].element[k], "%s: element %zu is %lld", what,
                          k, (long long) found.element[k]);
        }
        ck_assert_msg((n_steps > 0) == (trace && found.status == RK_ROW_PRICED), "%s: %zu steps",
                      what, n_steps);
    }
}
END_TEST

START_TEST(test_rule_pbr_explain__ends_with_the_amount)
{
    const pbr_params params = usual_params();
    const cell cells[] = {{"price", P(2150)}, {"los", P(27)},       {"trim_point", P(20)},
                          {"pod", 1},         {"per_diem", P(187)}, {"mff", 1015820}};
    const priced found = price_row(&params, cells, sizeof cells / sizeof *cells, true);
    ck_assert_int_eq(found.amount, 3513720000);
    ck_assert_int_eq(last_step, found.amount);
}
END_TEST

/* Rows one by one and rows in a batch, with and without the rare columns, come
 * to the same: the loops are made from one text. */
START_TEST(test_rule_pbr_price__is_the_same_with_rare_columns)
{
    const pbr_params params = usual_params();
    cell cells[] = {{"price", 123456789}, {"los", P(9)},  {"trim_point", P(4)}, {"per_diem", 777},
                    {"mff", 1234567},     {"age", P(30)}, {"emergency", 0}};
    const priced with = price_row(&params, cells, 7, false);
    const priced without = price_row(&params, cells, 6, false);
    ck_assert_int_eq(with.amount, without.amount);
    ck_assert_mem_eq(with.element, without.element, sizeof with.element);
}
END_TEST

UNIT_TESTS("rule_pbr")
{
    tcase_add_loop_test(tc, test_rule_pbr_price__splits_amounts, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tc, test_rule_pbr_explain__ends_with_the_amount);
    tcase_add_test(tc, test_rule_pbr_price__is_the_same_with_rare_columns);
}
