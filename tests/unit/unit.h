/* SPDX-License-Identifier: MIT
 *
 * unit.h: what all unit tests share: JSON that reads well in C, and short assertions.
 *
 * Each test_X.c is one Check suite (https://libcheck.github.io/check/) and one program;
 * test_decimal_round__half_goes_away_from_zero names the module, then the behaviour.
 */
#pragma once

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int) (sizeof(array) / sizeof *(array)))

#define assert_says(text, part) \
    ck_assert_msg(strstr(text, part) != NULL, "'%s' is not in '%s'", part, text)

/* Makes JSON of a text that is written with ' for ", as in "{'id': 'c'}". */
static inline void json_quotes(char *text)
{
    for (char *p = text; (p = strchr(p, '\'')) != NULL;) {
        *p = '"';
    }
}

/* The same in a copy, which is valid for the next 16 calls. */
static inline const char *json_text(const char *quoted)
{
    static char *ring[16];
    static unsigned at;
    char **const text = &ring[at++ % 16];
    free(*text);
    *text = strdup(quoted);
    ck_assert_ptr_nonnull(*text);
    json_quotes(*text);
    return *text;
}

static inline int unit_remove_one(const char *path, const struct stat *info, int kind,
                                  struct FTW *at)
{
    (void) info, (void) kind, (void) at;
    return remove(path);
}

/* Removes a folder with all that is in it. */
static inline void remove_folder(const char *path)
{
    ck_assert_int_eq(nftw(path, unit_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* Runs a suite; what main returns. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* The program: one suite of one case. The body that follows adds its tests to `tc`. */
#define UNIT_TESTS(name)                   \
    static void unit_add_tests(TCase *tc); \
    int main(void)                         \
    {                                      \
        Suite *suite = suite_create(name); \
        TCase *tests = tcase_create(name); \
        unit_add_tests(tests);             \
        suite_add_tcase(suite, tests);     \
        return run_suite(suite);           \
    }                                      \
    static void unit_add_tests(TCase *tc)
