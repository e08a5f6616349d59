/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "manual/describe.h"
#include "rules/bind.h"
#include "unit.h"
#include "json/json.h"

#define INCLUDE RK_SOURCE_DIR "/include"

static char temporary[64];

static void setup(void)
{
    (void) snprintf(temporary, sizeof temporary, "/tmp/rk-scaffold-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(temporary));
}

static void teardown(void)
{
    char command[128];
    (void) snprintf(command, sizeof command, "rm -rf '%s'", temporary);
    ck_assert_int_eq(system(command), 0);
}

static const char *path_of(const char *rest)
{
    static char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", temporary, rest);
    return path;
}

static int run_in(const char *folder, const char *command)
{
    char line[1024];
    (void) snprintf(line, sizeof line, "cd '%s' && %s", path_of(folder), command);
    return system(line);
}

/* ------------------------------------------------------------------- building */

static const struct {
    const char *compiler;
} compilers[] = {{"cc"}, {"gcc"}, {"clang"}};

START_TEST(test_scaffold_rule__builds_without_a_warning)
{
    char command[256];
    (void) snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1",
                    compilers[_i].compiler);
    if (system(command) != 0) {
        printf("skipped: no %s here\n", compilers[_i].compiler);
        return;
    }
    ck_assert_int_eq(rk__scaffold_rule(temporary, "my-rule", INCLUDE, false, NULL), RK_OK);
    (void) snprintf(command, sizeof command, "make -s CC=%s CFLAGS='-O2 -Werror'",
                    compilers[_i].compiler);
    ck_assert_int_eq(run_in("my-rule", command), 0);
    ck_assert_int_eq(access(path_of("my-rule/my-rule.so"), R_OK), 0);
    ck_assert_int_eq(run_in("my-rule", "make -s clean"), 0);
    ck_assert_int_ne(access(path_of("my-rule/my-rule.so"), R_OK), 0);
}
END_TEST

START_TEST(test_scaffold_rule__the_include_folder_can_be_given_to_make)
{
    char command[512];
    ck_assert_int_eq(rk__scaffold_rule(temporary, "my-rule", "/nowhere", false, NULL), RK_OK);
    ck_assert_int_ne(run_in("my-rule", "make -s >/dev/null 2>&1"), 0);
    (void) snprintf(command, sizeof command, "make -s RECKONER_INCLUDE='%s'", INCLUDE);
    ck_assert_int_eq(run_in("my-rule", command), 0);
}
END_TEST

START_TEST(test_scaffold_rule__folders_with_odd_names_build_too)
{
    char include[256];
    char command[600];
    (void) snprintf(include, sizeof include, "%s/in '$clude' #1", temporary);
    ck_assert_int_eq(mkdir(include, 0755), 0);
    (void) snprintf(command, sizeof command, "cp -r '%s/.' '%s'/in*1", INCLUDE, temporary);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(rk__scaffold_rule(temporary, "my-rule", include, false, NULL), RK_OK);
    ck_assert_int_eq(run_in("my-rule", "make -s"), 0);
    ck_assert_int_eq(run_in("my-rule",
                            "cmake -S . -B build >/dev/null && "
                            "cmake --build build >/dev/null && test -f build/my-rule.so"),
                     0);
}
END_TEST

/* --------------------------------------------------------------------- working */

static rk__json *json_of(const char *name)
{
    rk__json *document = NULL;
    ck_assert_int_eq(rk__json_load(path_of(name), &document, NULL), RK_OK);
    return document;
}

/* Prices one row as the host would, and returns the amount in millionths. */
static rk_decimal price_row(const rk__rule *rule, const void *params, rk_decimal count,
                            rk_decimal price, uint8_t *status)
{
    const uint8_t has = 1;
    const rk_column_data columns[] = {{&count, &has}, {&price, &has}};
    const rk_batch batch = {.size = sizeof batch, .n = 1, .column = columns};
    rk_decimal amount = 0;
    uint32_t notes = 0;
    rk_priced out = {.size = sizeof out, .amount = &amount, .status = status, .notes = &notes};
    *status = RK_ROW_PRICED;
    ck_assert_int_eq(rule->rule->price(NULL, params, NULL, &batch, &out), RK_OK);
    return amount;
}

START_TEST(test_scaffold_rule__loads_and_prices_its_example)
{
    ck_assert_int_eq(rk__scaffold_rule(temporary, "my-rule", INCLUDE, false, NULL), RK_OK);
    ck_assert_int_eq(run_in("my-rule", "make -s"), 0);
    char folder[256];
    (void) snprintf(folder, sizeof folder, "%s", path_of("my-rule"));
    const char *const folders[] = {folder, NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    rk__registry *registry = NULL;
    rk_status status;
    rk_problems *const problems = rk_problems_new();
    ck_assert_int_eq(rk__registry_new(&options, &registry, problems), RK_OK);
    const rk__rule *const rule = rk__registry_get(registry, "my-rule", &status, NULL, problems);
    ck_assert_msg(rule != NULL, "%s", rk_problems_at(problems, 0)->message);
    ck_assert_str_eq(rule->rule->title, "My rule");

    rk__json *const example = json_of("my-rule/example.json");
    const rk__value *const component = rk__json_at(rk__json_root(example), "/arrangements/main/0");
    ck_assert_str_eq(rk__json_get(component, "rule")->text, "my-rule");
    const rk__bind_input input = {.rule = rule,
                                  .params = rk__json_get(component, "params"),
                                  .component = component,
                                  .scale_num = 1,
                                  .scale_den = 1};
    rk__arena arena = {0};
    rk__nums nums = {0};
    void *params = NULL;
    ck_assert_int_eq(rk__bind(&input, &nums, &arena, &params, problems), RK_OK);

    /* The rows of example.json, and what vector.json says they come to. */
    uint8_t row = 0;
    rk_decimal total = price_row(rule, params, 10000000, 100000000, &row);
    ck_assert_int_eq(total, 950000000);
    total += price_row(rule, params, 3000000, 33330000, &row);
    total += price_row(rule, params, 1000000, 700000, &row);
    ck_assert_int_eq(total, 1045660000);
    ck_assert_int_eq(row, RK_ROW_PRICED);
    (void) price_row(rule, params, RK_DECIMAL_MAX, RK_DECIMAL_MAX, &row);
    ck_assert_int_eq(row, RK_ROW_OVERFLOW);

    rk__json *const vector = json_of("my-rule/vector.json");
    ck_assert_str_eq(
        rk__json_at(rk__json_root(vector), "/cases/0/expect/components/activity")->text, "1045.66");
    rk__json_free(vector);
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
    rk__json_free(example);
    rk__registry_free(registry);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_scaffold_rule__leaves_no_mark_unfilled)
{
    ck_assert_int_eq(rk__scaffold_rule(temporary, "my-rule", INCLUDE, false, NULL), RK_OK);
    ck_assert_int_ne(run_in("my-rule", "grep -rn '@[A-Z]*@' ."), 0);
    ck_assert_int_eq(run_in("my-rule", "test $(ls -A | wc -l) = 6"), 0);
    ck_assert_int_eq(run_in("my-rule", "grep -q '# The rule `my-rule`' README.md"), 0);
}
END_TEST

/* -------------------------------------------------------------------- refusals */

static const char *const bad_names[] = {"",        "My-rule", "9rule", "my_rule",
                                        "../rule", "a/b",     "-rule", "my rule"};

START_TEST(test_scaffold_rule__a_name_that_is_no_id_is_refused)
{
    rk_problems *const problems = rk_problems_new();
    ck_assert_int_eq(rk__scaffold_rule(temporary, bad_names[_i], INCLUDE, false, problems),
                     RK_OUT_OF_RANGE);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    ck_assert_int_eq(run_in("", "test -z \"$(ls -A)\""), 0);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_scaffold_rule__an_existing_folder_is_left_alone)
{
    rk_problems *const problems = rk_problems_new();
    ck_assert_int_eq(mkdir(path_of("my-rule"), 0755), 0);
    ck_assert_int_eq(rk__scaffold_rule(temporary, "my-rule", INCLUDE, false, problems),
                     RK_IO_WRITE);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->hint, "another name"));
    ck_assert_int_eq(run_in("my-rule", "test -z \"$(ls -A)\""), 0);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_scaffold_rule__a_missing_parent_is_a_problem)
{
    rk_problems *const problems = rk_problems_new();
    ck_assert_int_eq(rk__scaffold_rule(path_of("nowhere"), "my-rule", INCLUDE, false, problems),
                     RK_IO_WRITE);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_scaffold_rule__what_cannot_be_finished_is_taken_away)
{
    rk_status status = RK_NO_MEMORY;
    for (long n = 0; status != RK_OK && n < 500; n++) {
        rk__alloc_fail_after(n);
        status = rk__scaffold_rule(temporary, "my-rule", INCLUDE, false, NULL);
        rk__alloc_fail_after(-1);
        ck_assert_int_eq(access(path_of("my-rule"), F_OK) == 0, status == RK_OK);
    }
    ck_assert_int_eq(status, RK_OK);
}
END_TEST

UNIT_TESTS("scaffold")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, test_scaffold_rule__builds_without_a_warning, 0, COUNT(compilers));
    tcase_add_test(tc, test_scaffold_rule__the_include_folder_can_be_given_to_make);
    tcase_add_test(tc, test_scaffold_rule__folders_with_odd_names_build_too);
    tcase_add_test(tc, test_scaffold_rule__loads_and_prices_its_example);
    tcase_add_test(tc, test_scaffold_rule__leaves_no_mark_unfilled);
    tcase_add_loop_test(tc, test_scaffold_rule__a_name_that_is_no_id_is_refused, 0,
                        COUNT(bad_names));
    tcase_add_test(tc, test_scaffold_rule__an_existing_folder_is_left_alone);
    tcase_add_test(tc, test_scaffold_rule__a_missing_parent_is_a_problem);
    tcase_add_test(tc, test_scaffold_rule__what_cannot_be_finished_is_taken_away);
}
