/* SPDX-License-Identifier: MIT
 *
 * test_rows.c: the same rows give the same pennies: in place or in files, for
 * any number of threads, in any order, as one file or several.
 */
#include "engine_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#define N_ROWS 3000
#define TARIFF_TEXT                                                                         \
    TARIFF("\"prices\": {\"key\": [\"hrg\", \"pod\"], \"file\": \"prices.csv\"},"           \
           "\"mff\": {\"key\": [\"provider\"], \"rows\": [{\"provider\": \"P1\", \"mff\": " \
           "\"1.015820\"}, {\"provider\": \"P2\", \"mff\": \"1.277029\"}]}")
#define COMPONENTS                                                                            \
    "{\"id\": \"all\", \"rule\": \"pbr\"},"                                                   \
    "{\"id\": \"some\", \"rule\": \"pbr\", \"scope\": {\"pod\": \"*EL\", \"not\": {\"hrg\": " \
    "\"H1*\"}}},"                                                                             \
    "{\"id\": \"cost\", \"rule\": \"price-equals-cost\"}"
#define UNIT_COSTS                                                                                \
    "\"unit_costs\": {\"key\": [\"pod\"], \"rows\": [{\"pod\": \"EL\", \"efficient_unit_cost\": " \
    "\"1450.123456\"}, {\"pod\": \"NEL\", \"efficient_unit_cost\": \"2200.654321\"}]}"

static char folder[] = "/tmp/reckoner-rows-XXXXXX";
static uint64_t seed;

static unsigned next(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned) ((seed >> 33) % below);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

/* One spell as CSV and as JSON, from a generator of fixed seed. */
static void spell(char *csv, char *json, size_t size)
{
    const unsigned hrg = next(40);
    const char *pod = next(3) == 0 ? "EL" : next(30) == 0 ? "" : "NEL";
    const unsigned provider = next(4);
    const unsigned los = next(30);
    const unsigned count = 1 + (next(5) == 0 ? next(7) : 0);
    char who[8] = "";
    if (provider > 0) {
        (void) snprintf(who, sizeof who, "P%u", provider);
    }
    (void) snprintf(csv, size, "%s,H%u,%s,%u,%u\n", who, hrg, pod, los, count);
    (void) snprintf(json, size,
                    "{\"provider\": \"%s\", \"hrg\": \"H%u\", \"pod\": \"%s\", \"los\": %u, "
                    "\"count\": \"%u\"}",
                    who, hrg, pod, los, count);
}

static char *csv_text;  /* header and rows in order */
static char *back_text; /* header and rows backwards */
static char *json_text; /* rows in place */

static void make_rows(void)
{
    static const char header[] = "provider,hrg,pod,los,count\n";
    static char line[N_ROWS][160];
    rk__buf csv = {0};
    rk__buf json = {0};
    rk__buf back = {0};
    seed = 7;
    rk__buf_puts(&csv, header);
    rk__buf_puts(&back, header);
    for (size_t i = 0; i < N_ROWS; i++) {
        char object[160];
        spell(line[i], object, sizeof object);
        rk__buf_puts(&csv, line[i]);
        rk__buf_puts(&json, i == 0 ? "" : ",\n");
        rk__buf_puts(&json, object);
    }
    for (size_t i = N_ROWS; i-- > 0;) {
        rk__buf_puts(&back, line[i]);
    }
    csv_text = csv.text;
    json_text = json.text;
    back_text = back.text;
}

static void make_prices(void)
{
    rk__buf prices = {0};
    rk__buf_puts(&prices, "hrg,pod,price,trim_point,per_diem,short_stay_price\n");
    for (unsigned i = 0; i < 38; i++) { /* H38 and H39 are unpriced */
        rk__buf_printf(&prices, "H%u,EL,%u.%02u,%u,%u,\n", i, 100 + 37 * i, i, 4 + i % 20, 180 + i);
        rk__buf_printf(&prices, "H%u,NEL,%u.%02u,%u,%u,%u\n", i, 90 + 53 * i, 99 - i, 3 + i % 11,
                       200 + i, 30 + i);
    }
    write_file("prices.csv", prices.text);
    rk__buf_dispose(&prices);
}

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_rows();
    make_prices();
    write_file("rows.csv", csv_text);
    write_file("back.csv", back_text);
    /* The first 1,000 lines of rows in one file, the rest in another. */
    char *cut = csv_text;
    for (size_t i = 0; i < 1001; i++) {
        cut = strchr(cut, '\n') + 1;
    }
    rk__buf part = {0};
    rk__buf_puts(&part, "provider,hrg,pod,los,count\n");
    rk__buf_puts(&part, cut);
    write_file("part-2.csv", part.text);
    rk__buf_dispose(&part);
    const char kept = *cut;
    *cut = '\0';
    write_file("part-1.csv", csv_text);
    *cut = kept;
}

/* All that a result says, as text, to be compared byte for byte. */
static char *evaluate_rows(const char *activity, unsigned jobs)
{
    rk_options options = RK_OPTIONS_INIT;
    static const char *const group_by[] = {"provider", "pod", NULL};
    options.jobs = jobs;
    options.group_by = group_by;
    open_with(options);
    rk__buf facts = {0};
    rk__buf_printf(&facts, "\"activity\": %s, " UNIT_COSTS, activity);
    char *text = contract_text(YEAR, facts.text, TARIFF_TEXT, COMPONENTS, NULL);
    rk__buf_dispose(&facts);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    status = status == RK_OK ? rk_evaluate(contract, NULL, &result, problems) : status;
    ck_assert_msg(status == RK_OK, "%s: %s", activity, first_message());
    rk__buf out = {0};
    for (size_t k = 0; k < result->periods[0].n_components; k++) {
        const rk__component_result *c = &result->periods[0].components[k];
        rk__buf_printf(&out, "%s rows %d unpriced %d\n", c->id, (int) c->rows,
                       (int) c->unpriced_rows);
        rk__num_print_exact(&out, c->exact);
        for (size_t i = 0; i < c->n_unpriced; i++) {
            rk__buf_printf(&out, "\n%s/%s %d", c->unpriced[i].values[0],
                           c->unpriced[i].n_columns > 1 && c->unpriced[i].values[1] != NULL
                               ? c->unpriced[i].values[1]
                               : "",
                           (int) c->unpriced[i].rows);
        }
        for (size_t i = 0; i < rk__groups_count(c->groups); i++) {
            size_t length = 0;
            const char *provider = rk__groups_key(c->groups, i, 0, &length);
            rk__buf_printf(&out, "\n%s %lld", provider != NULL ? provider : "-",
                           (long long) rk__groups_value(c->groups, i, RK__LANE_AMOUNT));
        }
        rk__buf_puts(&out, "\n");
    }
    for (size_t i = 0; i < rk_result_n_warnings(result); i++) {
        rk__buf_printf(&out, "%s\n", rk_result_warning(result, i));
    }
    free(text);
    close_session();
    return out.text;
}

START_TEST(test_rows_result__is_the_same_however_the_rows_come)
{
    static const struct {
        const char *activity;
        unsigned jobs;
    } ways[] = {
        {"{\"file\": \"rows.csv\"}", 2},
        {"{\"file\": \"rows.csv\"}", 5},
        {"{\"file\": \"back.csv\"}", 1},
        {"{\"file\": \"back.csv\"}", 3},
        {"{\"file\": [\"part-1.csv\", \"part-2.csv\"]}", 2},
        {"{\"file\": \"part-*.csv\"}", 1},
    };
    set_up();
    char *expected = evaluate_rows("{\"file\": \"rows.csv\"}", 1);
    ck_assert_ptr_nonnull(strstr(expected, "H38/"));
    ck_assert_ptr_nonnull(strstr(expected, "P3"));
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char *found = evaluate_rows(ways[i].activity, ways[i].jobs);
        ck_assert_msg(strcmp(expected, found) == 0, "%s with %u threads:\n%s\n---\n%s",
                      ways[i].activity, ways[i].jobs, expected, found);
        rk__free(found);
    }
    rk__buf rows = {0};
    rk__buf_printf(&rows, "[%s]", json_text);
    char *found = evaluate_rows(rows.text, 1);
    ck_assert_str_eq(expected, found);
    rk__free(found);
    rk__free(expected);
    rk__buf_dispose(&rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows");
    TCase *tc = tcase_create("ways");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, test_rows_result__is_the_same_however_the_rows_come);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
