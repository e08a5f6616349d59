/* SPDX-License-Identifier: MIT
 *
 * test_table_csv_files.c: CSV files of others: published tariffs, collections of odd files.
 */
#include "table_csv_fixture.h"

/* The shared data folder, or NULL where it is absent. */
static const char *shared(const char *below)
{
    static char path[1024];
    const char *root = getenv("RK_SHARED");
    snprintf(path, sizeof path, "%s/data/%s", root ? root : RK_SOURCE_DIR "/../shared", below);
    struct stat status;
    if (stat(path, &status) != 0) {
        printf("skipped: %s is not there\n", below);
        return NULL;
    }
    return path;
}

static void compare_spectrum(const char *name)
{
    char json[300], path[1400];
    snprintf(json, sizeof json, "{'file': 'csvs/%s.csv'}", name);
    const char *root = shared("hostile/csv-spectrum");
    ck_assert_msg(load_from(json, root, NULL) == RK_OK, "%s", name);
    snprintf(path, sizeof path, "%s/json/%s.json", root, name);
    rk__json *wanted = NULL;
    ck_assert_int_eq(rk__json_load(path, &wanted, problems), RK_OK);
    const rk__value *rows = rk__json_root(wanted);
    ck_assert_uint_eq(rk__table_n_rows(table), rows->count);
    for (const rk__value *row = rows->first; row; row = row->next) {
        ck_assert_uint_eq(rk__table_n_columns(table), row->count);
        for (const rk__value *v = row->first; v; v = v->next) {
            const char *text = cell(v->key, row->index);
            ck_assert_msg(strcmp(text ? text : "", v->text) == 0, "%s: '%s' and '%s'", name,
                          text ? text : "", v->text);
        }
    }
    rk__json_free(wanted);
}

START_TEST(test_table_csv__csv_spectrum_is_read)
{
    static const char *const names[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "newlines_crlf",
                                        "quotes_and_newlines",
                                        "simple",
                                        "simple_crlf",
                                        "utf8"};
    if (!shared("hostile/csv-spectrum")) {
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        compare_spectrum(names[i]);
        release_table();
        problems = rk_problems_new();
    }
}
END_TEST

START_TEST(test_table_csv__fuzz_seeds_load_or_are_refused)
{
    const char *root = shared("hostile/fuzz-seeds/csv/corpus");
    DIR *dir = root ? opendir(root) : NULL;
    if (!dir) {
        return;
    }
    size_t loaded = 0, refused = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        const char *file = entry->d_name;
        const rk__table_spec seed = {
            .name = "seed", .files = &file, .n_files = 1, .base_dir = root, .delimiter = ','};
        rk_problems_clear(problems);
        const rk_status status = rk__table_load(&seed, NULL, false, &table, problems);
        ck_assert_msg((status == RK_OK) == (rk_problems_count(problems) == 0), "%s", file);
        ck_assert_msg(status == RK_OK || status == RK_SYNTAX || status == RK_OUT_OF_RANGE ||
                          status == RK_DUPLICATE_KEY,
                      "%s: %d", file, status);
        loaded += status == RK_OK;
        refused += status != RK_OK;
        rk__table_free(table);
        table = NULL;
    }
    closedir(dir);
    ck_assert_uint_gt(loaded, 0);
    ck_assert_uint_gt(refused, 0);
}
END_TEST

static size_t row_of(const char *column, const char *value, const char *other, const char *second)
{
    for (size_t row = 0; row < rk__table_n_rows(table); row++) {
        if (strcmp(cell(column, row), value) == 0 &&
            (!other || strcmp(cell(other, row), second) == 0)) {
            return row;
        }
    }
    ck_abort_msg("no row %s", value);
}

START_TEST(test_table_csv__published_prices_load_by_key)
{
    const char *root = shared("nhs/tariff");
    if (!root) {
        return;
    }
    ck_assert_int_eq(load_from("{'file': 'prices-2016-17.csv', 'key': ['hrg', 'pod']}", root, NULL),
                     RK_OK);
    const size_t row = row_of("hrg", "AA02A", "pod", "EL");
    ck_assert_uint_eq(row, 1);
    ck_assert_str_eq(cell("price", row), "7091");
    ck_assert_str_eq(cell("trim_point", row), "37");
    ck_assert_ptr_null(cell("short_stay_price", row));
    const rk__column *column;
    for (size_t i = 2; i < rk__table_n_columns(table); i++) {
        ck_assert_int_eq(rk__table_column(table, (int) i, RK__CELL_DECIMAL, &column, problems),
                         RK_OK);
    }
    const int price = rk__table_find(table, "price");
    ck_assert_int_eq(rk__table_column(table, price, RK__CELL_DECIMAL, &column, problems), RK_OK);
    ck_assert_int_eq(column->v[row], INT64_C(7091000000));
}
END_TEST

START_TEST(test_table_csv__published_market_forces_factors_load_by_key)
{
    const char *root = shared("nhs/tariff");
    if (!root) {
        return;
    }
    ck_assert_int_eq(load_from("{'file': 'mff-2016-17.csv', 'key': ['provider']}", root, NULL),
                     RK_OK);
    ck_assert_str_eq(cell("mff", row_of("provider", "R1C", NULL, NULL)), "1.092165");
}
END_TEST

UNIT_TESTS("table_csv_files")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, test_table_csv__csv_spectrum_is_read);
    tcase_add_test(tc, test_table_csv__fuzz_seeds_load_or_are_refused);
    tcase_add_test(tc, test_table_csv__published_prices_load_by_key);
    tcase_add_test(tc, test_table_csv__published_market_forces_factors_load_by_key);
}
