/* SPDX-License-Identifier: MIT
 *
 * Tests of base/names.h, finding a text in a list.
 */
#include "base/names.h"
#include "unit.h"

/* Every text is found where it stands first, in lists of every length. */
START_TEST(test_names_find__gives_the_first)
{
    char texts[200][8];
    const char *list[200] = {0};
    for (size_t n = 0; n <= 200; n++) {
        rk__arena arena = {0};
        rk__names names;
        for (size_t i = 0; i < n; i++) {
            snprintf(texts[i], sizeof texts[i], "%zu", i * 7919 % 61);
            list[i] = i % 10 == 9 ? NULL : texts[i];
        }
        ck_assert(rk__names_make(&names, list, n, &arena));
        for (size_t i = 0; i < n; i++) {
            size_t first = 0;
            while (list[first] == NULL || strcmp(list[first], texts[i]) != 0) {
                if (++first == n) {
                    first = RK__NAMES_NONE;
                    break;
                }
            }
            ck_assert_uint_eq(rk__names_find(&names, texts[i]), first);
        }
        ck_assert_uint_eq(rk__names_find(&names, ""), RK__NAMES_NONE);
        ck_assert_uint_eq(rk__names_find(&names, "9999"), RK__NAMES_NONE);
        rk__arena_dispose(&arena);
    }
}
END_TEST

START_TEST(test_names_make__needs_memory_for_long_lists_only)
{
    const char *list[100] = {0};
    for (size_t i = 0; i < 100; i++) {
        list[i] = "x";
    }
    rk__arena arena = {0};
    rk__names names;
    rk__alloc_fail_after(0);
    ck_assert(rk__names_make(&names, list, 5, &arena));
    ck_assert_uint_eq(rk__names_find(&names, "x"), 0);
    ck_assert(!rk__names_make(&names, list, 100, &arena));
    rk__alloc_fail_after(-1);
    rk__arena_dispose(&arena);
}
END_TEST

UNIT_TESTS("names")
{
    tcase_add_test(tc, test_names_find__gives_the_first);
    tcase_add_test(tc, test_names_make__needs_memory_for_long_lists_only);
}
