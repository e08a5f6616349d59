/* SPDX-License-Identifier: MIT
 *
 * Tests of sensitivities and sweeps: questions/sensitivity.c, sweep.c, draw.c.
 */
#include "questions/sensitivity.h"
#include "questions/sweep.h"
#include "system_fixture.h"

#define ACS    RK_SOURCE_DIR "/configs/systems/accountable-care-system.json"
#define MARGIN "/contracts/0/contract/arrangements/price-equals-cost/0/params/margin"
#define MIX    RK_SOURCE_DIR "/configs/contracts/risk-mix.json"

/* The published answers of Philox4x32-10 for counters and keys of zeros and of ones. */
START_TEST(test_draw__gives_the_published_answers)
{
    ck_assert_uint_eq(rk__draw(0, 0, 0), UINT64_C(0xe169c58d6627e8d5));
    ck_assert_uint_ne(rk__draw(0, 0, 1), rk__draw(0, 1, 0));
    ck_assert_uint_ne(rk__draw(1, 0, 0), rk__draw(0, 0, 0));
}
END_TEST

START_TEST(test_sensitivity__sorts_by_swing)
{
    const char *vary[] = {MARGIN, "delivery=60%,100%", NULL};
    const char *scenarios[] = {"accountable-care", NULL};
    rk_sensitivity_options o = RK_SENSITIVITY_INIT;
    rk_sensitivity *found_swings = NULL;
    o.vary = vary;
    o.scenarios = scenarios;
    ck_assert_int_eq(rk_sensitivity_find(session, ACS, &o, &found_swings, problems), RK_OK);
    const rk_tornado_bar *bar = rk_sensitivity_bar(found_swings, 0, 0);
    ck_assert_str_eq(bar->what, "delivery");
    is_money(bar->at_low, "723600", "low");
    is_money(rk_sensitivity_series(found_swings, 0)->base, "1414800", "base");
    is_money(bar->at_high, "2106000", "high");
    bar = rk_sensitivity_bar(found_swings, 0, 1);
    ck_assert_str_eq(bar->what, MARGIN);
    is_money(bar->low, "0.009", "ten per cent less");
    is_money(bar->swing, "0", "payments inside cancel");
    ck_assert_ptr_null(rk_sensitivity_bar(found_swings, 0, 2));
    ck_assert_ptr_null(rk_sensitivity_chances(found_swings, 0)->expected);
    rk_sensitivity_free(found_swings);
}
END_TEST

/* Rows are priced once, and each point is what an evaluation gives. */
START_TEST(test_sweep__gives_what_evaluations_give)
{
    const char *vary[] = {"range.plan=36000000:38000000:500000", NULL};
    const char *measures[] = {"cap-and-collar.total", NULL};
    rk_sweep_options o = RK_SWEEP_INIT;
    rk_sweep *swept = NULL;
    o.vary = vary;
    o.measures = measures;
    ck_assert_int_eq(rk_sweep_run(session, MIX, &o, &swept, problems), RK_OK);
    ck_assert_uint_eq(rk_sweep_read(swept)->n_rows, 5);
    for (size_t row = 0; row < 5; row++) {
        char param[64];
        const char *params[] = {param, NULL};
        rk_options options = session->options;
        rk_session *other = NULL;
        rk_contract *one = NULL;
        rk_result *paid = NULL;
        snprintf(param, sizeof param, "range.plan=%zu", 36000000 + row * 500000);
        options.params = params;
        ck_assert_int_eq(rk_session_open(&options, &other, problems), RK_OK);
        ck_assert_int_eq(rk_contract_load(other, MIX, &one, problems), RK_OK);
        ck_assert_int_eq(rk_evaluate(one, "cap-and-collar", &paid, problems), RK_OK);
        ck_assert_int_eq(
            rk_num_compare(rk_result_read(paid)->total, rk_sweep_measured(swept, row, 0, 0)), 0);
        rk_result_free(paid);
        rk_contract_free(one);
        rk_session_close(other);
    }
    rk_sweep_free(swept);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sensitivity");
    TCase *cases = tcase_create("sensitivity");
    tcase_add_checked_fixture(cases, open_session, close_system);
    tcase_add_test(cases, test_draw__gives_the_published_answers);
    tcase_add_test(cases, test_sensitivity__sorts_by_swing);
    tcase_add_test(cases, test_sweep__gives_what_evaluations_give);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
