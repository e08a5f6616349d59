/* SPDX-License-Identifier: MIT
 *
 * test_rows_listed.c: rows without a price and lookups that took a default: however many
 * keys they have, all are counted, and which are listed depends on the keys alone. And
 * sums that do not fit are reported.
 */
#include "engine_fixture.h"

#include <unistd.h>

#define KEYS 250000 /* of each kind */
#define PODS 60

static char folder[] = "/tmp/reckoner-rows-listed-XXXXXX";

static FILE *create(const char *name)
{
    char path[300];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    return f;
}

static int take(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

static rk_status evaluate(unsigned jobs, const char *facts, const char *tariff,
                          const char *components)
{
    rk_options options = RK_OPTIONS_INIT;
    options.jobs = jobs;
    open_with(options);
    char *text = contract_text(YEAR, facts, tariff, components, NULL);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    status = status == RK_OK ? rk_evaluate(contract, NULL, &result, problems) : status;
    free(text);
    return status;
}

static rk__buf report(void)
{
    rk__buf json = {0};
    const rk_sink sink = {.write = take, .ctx = &json};
    const rk_result *const results[] = {result};
    ck_assert_int_eq(rk_report_results(results, 1, RK_FORMAT_JSON, &sink), RK_OK);
    return json;
}

/* In an order that is not that of the keys. */
static size_t mixed(size_t i)
{
    return i * 150001 % KEYS;
}

START_TEST(test_rows_listed_keys__are_all_counted_whatever_the_threads)
{
    rk__buf first = {0};
    ck_assert_ptr_nonnull(mkdtemp(folder));
    FILE *f = create("rows.csv");
    fputs("provider,hrg\n", f);
    for (size_t i = 0; i < KEYS; i++) {
        fprintf(f, "P%06zu,H\nQ,H%06zu\n", mixed(i), mixed(i));
    }
    fclose(f);
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        ck_assert_int_eq(
            evaluate(
                jobs, "'activity': {'file': 'rows.csv'}",
                TARIFF("'prices': {'key': ['hrg'], 'rows': [{'hrg': 'H', 'price': '2'}]}, 'mff': "
                       "{'key': ['provider'], 'rows': [{'provider': 'Q', 'mff': '1.5'}]}"),
                "{'id': 'all', 'rule': 'pbr'}"),
            RK_OK);
        const rk__component_result *c = &result->periods[0].components[0];
        ck_assert_uint_eq(c->rows, KEYS);
        ck_assert_uint_eq(c->unpriced_rows, KEYS);
        ck_assert_uint_eq(c->unpriced_keys, KEYS);
        ck_assert_uint_eq(c->n_unpriced, RK__UNPRICED_MAX);
        for (size_t i = 0; i < c->n_unpriced; i++) {
            char hrg[32];
            (void) snprintf(hrg, sizeof hrg, "H%06zu", i);
            ck_assert_str_eq(c->unpriced[i].values[0], hrg);
        }
        rk__buf json = report();
        ck_assert_ptr_nonnull(strstr(json.text, "250000 rows found no 'mff'"));
        ck_assert_ptr_nonnull(strstr(json.text, "provider 'P000009' (1 row) and 249990 more"));
        ck_assert_msg(jobs == 1 || strcmp(json.text, first.text) == 0, "with %u threads", jobs);
        close_session();
        if (jobs == 1) {
            first = json;
        } else {
            rk__buf_dispose(&json);
        }
    }
    rk__buf_dispose(&first);
}
END_TEST

/* Rows without a date of the period have no key, the others one, and reasons that come
 * before and after in the alphabet: still one order. */
START_TEST(test_rows_listed_order__does_not_depend_on_that_of_the_rows)
{
    static const size_t steps[] = {1, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 49, 53, 59};
    rk__buf prices = {0};
    rk__buf_puts(&prices, "{'reckoner': 'tariff/1', 'id': 't', 'tables': {'prices': {'key': "
                          "['pod'], 'rows': [{'pod': 'EL', 'price': '1'}");
    for (size_t pod = 0; pod < PODS; pod += 3) {
        rk__buf_printf(&prices, ", {'pod': '%c%zu'}", pod % 2 == 0 ? '!' : 'z', pod);
    }
    rk__buf_puts(&prices, "]}}}");
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) { /* prime to the number of pods */
        rk__buf rows = {0};
        size_t n = 0;
        for (size_t i = 0; i < PODS; i++) {
            const size_t pod = i * steps[s] % PODS;
            rk__buf_printf(&rows, "%s{'pod': '%c%zu', 'date': '%s'}",
                           i == 0 ? "'activity': [" : ", ", pod % 2 == 0 ? '!' : 'z', pod,
                           pod % 7 == 3 ? "2000-01-01" : "2016-05-05");
            n++;
        }
        rk__buf_puts(&rows, "]");
        ck_assert_msg(evaluate(1, rows.text, prices.text, "{'id': 'all', 'rule': 'pbr'}") == RK_OK,
                      "%s", first_message());
        const rk__component_result *c = &result->periods[0].components[0];
        ck_assert_uint_eq(c->unpriced_rows, n);
        for (size_t i = 0; i < c->n_unpriced; i++) {
            const bool keyless = c->unpriced[i].n_columns == 0;
            ck_assert_msg(!keyless || i == 0, "the key without columns is number %zu", i);
            ck_assert_msg(i < 1 || keyless || c->unpriced[i - 1].n_columns == 0 ||
                              strcmp(c->unpriced[i - 1].values[0], c->unpriced[i].values[0]) < 0,
                          "key %zu", i);
        }
        close_session();
        rk__buf_dispose(&rows);
    }
    rk__buf_dispose(&prices);
}
END_TEST

/* Sums of exact rows that no number holds, whichever way they are added up. */
START_TEST(test_rows_listed_sums__that_do_not_fit_are_told)
{
    rk__buf rows = {0};
    for (size_t i = 0; i < 8; i++) {
        rk__buf_printf(&rows,
                       "%s{'count': '9000000000000', 'efficient_unit_cost': '9000000000000'}",
                       i == 0 ? "'activity': [" : ", ");
    }
    rk__buf_puts(&rows, "]");
    ck_assert_int_eq(evaluate(1, rows.text, NULL, "{'id': 'all', 'rule': 'price-equals-cost'}"),
                     RK_OVERFLOW);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    ck_assert_str_eq(first_message(), "the sum of the rows of table 'activity' does not fit");
    close_session();
    rk__buf_dispose(&rows);
}
END_TEST

UNIT_TESTS("rows listed")
{
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, test_rows_listed_keys__are_all_counted_whatever_the_threads);
    tcase_add_test(tc, test_rows_listed_order__does_not_depend_on_that_of_the_rows);
    tcase_add_test(tc, test_rows_listed_sums__that_do_not_fit_are_told);
}
