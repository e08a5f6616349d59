/* SPDX-License-Identifier: MIT
 *
 * test_embedding.c: the library as another program uses it: the public headers
 * only, as in the example of reckoner.h.
 */
#include "reckoner/reckoner.h"
#include "unit.h"

#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

static const char contract_text[] =
    "{\"reckoner\": \"contract/1\", \"id\": \"c\",\n"
    " \"periods\": [{\"id\": \"y\", \"start\": \"2016-04-01\", \"end\": \"2017-03-31\"}],\n"
    " \"arrangements\": {\"one\": [{\"id\": \"a\", \"rule\": \"block\", \"params\": {\"amount\": "
    "\"12.5\"}}],\n"
    "                  \"two\": [{\"id\": \"a\", \"rule\": \"block\", \"params\": {\"amount\": "
    "7}}]}}";

static const char *const rules[] = {RK_BINARY_DIR "/rules", NULL};
static rk_problems *problems;
static rk_session *session;
static rk_contract *contract;

static void set_up(void)
{
    rk_options options = RK_OPTIONS_INIT;
    options.rules = rules;
    options.no_default_rules = true;
    problems = rk_problems_new();
    ck_assert_int_eq(rk_session_open(&options, &session, problems), RK_OK);
    ck_assert_int_eq(rk_contract_parse(session, contract_text, strlen(contract_text), "c.json", ".",
                                       &contract, problems),
                     RK_OK);
}

static void tear_down(void)
{
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    contract = NULL;
}

START_TEST(test_embedding_evaluate__gives_the_chosen_arrangement)
{
    rk_result *result = NULL;
    ck_assert_str_eq(rk_contract_id(contract), "c");
    ck_assert_uint_eq(rk_contract_n_arrangements(contract), 2);
    ck_assert_str_eq(rk_contract_arrangement(contract, 1), "two");
    ck_assert_ptr_null(rk_contract_arrangement(contract, 2));
    ck_assert_int_eq(rk_evaluate(contract, NULL, &result, problems), RK_OK);
    ck_assert_str_eq(rk_result_total(result), "12.50");
    ck_assert_str_eq(rk_result_currency(result), "GBP");
    rk_result_free(result);
    ck_assert_int_eq(rk_evaluate(contract, "two", &result, problems), RK_OK);
    ck_assert_str_eq(rk_result_total(result), "7.00");
    rk_result_free(result);
    ck_assert_uint_eq(rk_problems_count(problems), 0);
}
END_TEST

START_TEST(test_embedding_evaluate__an_unknown_arrangement_names_those_there_are)
{
    rk_result *result = NULL;
    ck_assert_int_eq(rk_evaluate(contract, "tow", &result, problems), RK_USAGE);
    ck_assert_ptr_null(result);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message,
                     "there is no arrangement 'tow'; did you mean 'two'?");
    ck_assert_str_eq(rk_problems_at(problems, 0)->hint, "the contract has: one, two");
}
END_TEST

START_TEST(test_embedding_result__outlives_its_contract)
{
    rk_result *result = NULL;
    ck_assert_int_eq(rk_evaluate(contract, NULL, &result, problems), RK_OK);
    rk_contract_free(contract);
    contract = NULL;
    ck_assert_str_eq(rk_result_total(result), "12.50");
    rk_result_free(result);
}
END_TEST

START_TEST(test_embedding_options__change_parameters_and_values)
{
    static const char *const params[] = {"a.amount=3", NULL};
    static const char *const sets[] = {"/arrangement=two", "/currency=EUR", NULL};
    rk_options options = RK_OPTIONS_INIT;
    rk_session *other = NULL;
    rk_contract *changed = NULL;
    rk_result *result = NULL;
    options.rules = rules;
    options.no_default_rules = true;
    options.params = params;
    options.sets = sets;
    ck_assert_int_eq(rk_session_open(&options, &other, problems), RK_OK);
    ck_assert_int_eq(rk_contract_parse(other, contract_text, strlen(contract_text), "c.json", ".",
                                       &changed, problems),
                     RK_OK);
    ck_assert_int_eq(rk_evaluate(changed, NULL, &result, problems), RK_OK);
    ck_assert_str_eq(rk_result_total(result), "3.00");
    ck_assert_str_eq(rk_result_currency(result), "EUR");
    rk_result_free(result);
    rk_contract_free(changed);
    rk_session_close(other);
}
END_TEST

static int take_length(void *ctx, const char *text, size_t length)
{
    (void) text;
    *(size_t *) ctx += length;
    return 0;
}

/* What lies behind the options of a caller that knows fewer is no member of them. */
START_TEST(test_embedding_batch__takes_no_more_options_than_the_caller_has)
{
    char folder[] = "/tmp/reckon-embedding-XXXXXX";
    char path[sizeof folder + 8];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void) snprintf(path, sizeof path, "%s/c.json", folder);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(contract_text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    const char *const behind[] = {path, NULL};
    const char *const paths[] = {folder, NULL};
    rk_options options = RK_OPTIONS_INIT;
    options.size = offsetof(rk_options, outputs);
    options.rules = rules;
    options.no_default_rules = true;
    options.outputs = behind;
    size_t length = 0;
    const rk_sink sink = {.write = take_length, .ctx = &length};
    rk_batch_options batch = RK_BATCH_INIT;
    batch.options = &options;
    batch.paths = paths;
    batch.in_process = true;
    batch.sink = &sink;
    rk_batch_summary *summary = NULL;
    ck_assert_int_eq(rk_batch_run(&batch, &summary, problems), RK_OK);
    ck_assert_uint_eq(rk_batch_done(summary), 1);
    ck_assert_uint_eq(rk_batch_failed(summary), 0);
    ck_assert_uint_gt(length, 0);
    rk_batch_summary_free(summary);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* the caller's, as before */
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(test_embedding_free__accepts_null)
{
    rk_result_free(NULL);
    rk_contract_free(NULL);
    rk_comparison_free(NULL);
    rk_explanation_free(NULL);
    rk_session_close(NULL);
    rk_problems_free(NULL);
}
END_TEST

UNIT_TESTS("embedding")
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, test_embedding_evaluate__gives_the_chosen_arrangement);
    tcase_add_test(tc, test_embedding_evaluate__an_unknown_arrangement_names_those_there_are);
    tcase_add_test(tc, test_embedding_result__outlives_its_contract);
    tcase_add_test(tc, test_embedding_options__change_parameters_and_values);
    tcase_add_test(tc, test_embedding_batch__takes_no_more_options_than_the_caller_has);
    tcase_add_test(tc, test_embedding_free__accepts_null);
}
