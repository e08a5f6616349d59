/* SPDX-License-Identifier: MIT
 *
 * test_torture.c: evaluating, comparing and explaining with each allocation
 * failing in turn: an error, and never a crash or a wrong total.
 */
#include <limits.h>

#include "engine_fixture.h"

static const char text[] =
    "{\"reckoner\": \"contract/1\", \"id\": \"c\", \"provider\": \"P\", \"periods\": [" YEAR "],\n"
    "\"tariff\": " TARIFF(
        "\"prices\": {\"key\": [\"hrg\", \"pod\"], \"rows\": [{\"hrg\": \"A\", \"pod\": \"EL\", "
        "\"price\": \"100\"}, {\"hrg\": \"A\", \"pod\": \"NEL\", \"price\": 7}]},"
        "\"mff\": {\"key\": [\"provider\"], \"rows\": []}") ",\n"
                                                            "\"facts\": {\"activity\": [{\"hrg\": "
                                                            "\"A\", \"pod\": \"EL\", \"los\": 3}, "
                                                            "{\"hrg\": \"A\", "
                                                            "\"pod\": \"NEL\"}, {\"hrg\": \"Z\", "
                                                            "\"pod\": \"EL\"}],\n"
                                                            "\"population\": [{\"group\": \"all\", "
                                                            "\"heads\": 9}], \"costs\": "
                                                            "[{\"amount\": 3}]},\n"
                                                            "\"arrangements\": {\"main\": "
                                                            "[{\"id\": \"a\", \"rule\": \"pbr\", "
                                                            "\"scope\": {\"pod\": "
                                                            "[\"*EL\"], \"not\": {\"hrg\": "
                                                            "\"Q*\"}}}, {\"id\": \"b\", \"rule\": "
                                                            "\"cap-and-collar\", \"of\": "
                                                            "[\"a\"], \"params\": {\"plan\": 50, "
                                                            "\"cap\": \"10%\", \"collar\": 0}}],\n"
                                                            "\"people\": [{\"id\": \"a\", "
                                                            "\"rule\": \"capitation\", \"params\": "
                                                            "{\"rate\": 3}}]}}";

/* What is done, with nothing left behind; the status that it ends with. */
static rk_status once(rk_problems *list, char *total, size_t size)
{
    rk_options options = RK_OPTIONS_INIT;
    rk_session *own = NULL;
    rk_contract *c = NULL;
    rk_comparison *comparison = NULL;
    rk_explanation *explanation = NULL;
    rk_explain_options explain = RK_EXPLAIN_INIT;
    static const char *const group_by[] = {"pod", "hrg", NULL};
    options.rules = built_rules;
    options.no_default_rules = true;
    options.group_by = group_by;
    options.jobs = 1;
    rk_status status = rk_session_open(&options, &own, list);
    if (status == RK_OK) {
        status = rk_contract_parse(own, json_text(text), sizeof text - 1, "c.json", ".", &c, list);
    }
    static const char *const arrangements[] = {"main", NULL};
    if (status == RK_OK) {
        status = rk_compare(c, arrangements, NULL, &comparison, list);
    }
    if (status == RK_OK) {
        (void) snprintf(total, size, "%s", rk_result_total(rk_comparison_result(comparison, 0)));
        status = rk_explain(c, &explain, &explanation, list);
    }
    rk_explanation_free(explanation);
    rk_comparison_free(comparison);
    rk_contract_free(c);
    rk_session_close(own);
    return status;
}

START_TEST(test_torture_evaluate__every_allocation_may_fail)
{
    char total[64] = "";
    rk_problems *list = rk_problems_new();
    ck_assert_ptr_nonnull(list);
    ck_assert_int_eq(once(list, total, sizeof total), RK_OK);
    ck_assert_str_eq(total, "55.00");
    long n = 0;
    rk_status status = RK_NO_MEMORY;
    for (; status != RK_OK && n < 200000; n++) {
        rk_problems_clear(list);
        total[0] = '\0';
        rk__alloc_fail_after(n);
        status = once(list, total, sizeof total);
        rk__alloc_fail_after(-1);
        ck_assert_msg(total[0] == '\0' || strcmp(total, "55.00") == 0, "allocation %ld: total %s",
                      n, total);
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_int_gt((int) n, 200);
    rk_problems_free(list);
}
END_TEST

START_TEST(test_torture_evaluate__one_allocation_may_fail)
{
    char total[64] = "";
    rk_problems *list = rk_problems_new();
    ck_assert_ptr_nonnull(list);
    (void) rk__alloc_fail_after(LONG_MAX);
    ck_assert_int_eq(once(list, total, sizeof total), RK_OK);
    const long count = LONG_MAX - rk__alloc_fail_after(-1);
    ck_assert_int_gt((int) count, 200);
    for (long n = 0; n < count; n++) {
        rk_problems_clear(list);
        total[0] = '\0';
        (void) rk__alloc_fail_once(n);
        (void) once(list, total, sizeof total);
        ck_assert_int_eq((int) rk__alloc_fail_once(-1), -1);
        ck_assert_msg(total[0] == '\0' || strcmp(total, "55.00") == 0, "allocation %ld: total %s",
                      n, total);
    }
    rk_problems_free(list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torture");
    TCase *tc = tcase_create("memory");
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, test_torture_evaluate__every_allocation_may_fail);
    tcase_add_test(tc, test_torture_evaluate__one_allocation_may_fail);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
