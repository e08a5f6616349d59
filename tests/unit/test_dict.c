/* SPDX-License-Identifier: MIT
 *
 * Tests of base/text.h, interned text.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "unit.h"

START_TEST(test_dict_intern__numbers_in_order_of_first_use)
{
    rk__dict *dict = rk__dict_new();
    static const char *const texts[] = {"NEL", "EL", "NEL", "DC", "", "EL", "", "DC", "nel"};
    static const int32_t codes[] = {0, 1, 0, 2, 3, 1, 3, 2, 4};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ck_assert_int_eq(rk__dict_intern(dict, texts[i], strlen(texts[i])), codes[i]);
    ck_assert_int_eq(rk__dict_count(dict), 5);
    size_t length;
    ck_assert_str_eq(rk__dict_text(dict, 2, &length), "DC");
    ck_assert_uint_eq(length, 2);
    ck_assert_str_eq(rk__dict_text(dict, 3, NULL), "");
    ck_assert_ptr_null(rk__dict_text(dict, -1, &length));
    ck_assert_uint_eq(length, 0);
    ck_assert_ptr_null(rk__dict_text(dict, 5, NULL));
    rk__dict_free(dict);
    rk__dict_free(NULL);
}
END_TEST

START_TEST(test_dict_find__adds_nothing)
{
    rk__dict *dict = rk__dict_new();
    ck_assert_int_eq(rk__dict_find(dict, "x", 1), -1);
    ck_assert_int_eq(rk__dict_intern(dict, "x", 1), 0);
    ck_assert_int_eq(rk__dict_find(dict, "x", 1), 0);
    ck_assert_int_eq(rk__dict_find(dict, "y", 1), -1);
    ck_assert_int_eq(rk__dict_find(dict, NULL, 0), -1);
    ck_assert_int_eq(rk__dict_intern(dict, NULL, 0), 1);
    ck_assert_int_eq(rk__dict_find(dict, "", 0), 1);
    ck_assert_int_eq(rk__dict_count(dict), 2);
    rk__dict_free(dict);
}
END_TEST

/* Texts that differ in one byte only, at every length and place; NUL is a byte
 * as any other. */
START_TEST(test_dict_intern__tells_every_byte_apart)
{
    rk__dict *dict = rk__dict_new();
    char text[64];
    for (size_t length = 0; length <= 50; length++) {
        memset(text, 0, sizeof text);
        int32_t plain = rk__dict_intern(dict, text, length);
        ck_assert_int_eq(plain, rk__dict_count(dict) - 1);
        for (size_t i = 0; i < length; i++) {
            text[i] = (char) 0x80;
            int32_t code = rk__dict_intern(dict, text, length);
            ck_assert_msg(code == rk__dict_count(dict) - 1, "length %zu, byte %zu", length, i);
            size_t kept;
            ck_assert(memcmp(rk__dict_text(dict, code, &kept), text, length) == 0);
            ck_assert_uint_eq(kept, length);
            ck_assert_int_eq(rk__dict_find(dict, text, length), code);
            text[i] = 0;
        }
        ck_assert_int_eq(rk__dict_find(dict, text, length), plain);
    }
    rk__dict_free(dict);
}
END_TEST

START_TEST(test_dict_intern__a_hundred_thousand_texts)
{
    enum { COUNT = 100000 };
    rk__dict *dict = rk__dict_new();
    static const char *texts[COUNT];
    char text[64];
    for (int i = 0; i < COUNT; i++) {
        int n = snprintf(text, sizeof text, i % 3 ? "K%d" : "a rather long text number %d", i);
        ck_assert_int_eq(rk__dict_intern(dict, text, (size_t) n), i);
        texts[i] = rk__dict_text(dict, i, NULL);
    }
    for (int i = 0; i < COUNT; i++) {
        int n = snprintf(text, sizeof text, i % 3 ? "K%d" : "a rather long text number %d", i);
        ck_assert_int_eq(rk__dict_intern(dict, text, (size_t) n), i);
        ck_assert_ptr_eq(rk__dict_text(dict, i, NULL), texts[i]);
        ck_assert_str_eq(texts[i], text);
    }
    ck_assert_int_eq(rk__dict_count(dict), COUNT);
    rk__dict_free(dict);
}
END_TEST

START_TEST(test_dict_intern__reads_nothing_beside_the_text)
{
    long page = sysconf(_SC_PAGESIZE);
    size_t size = (size_t) page;
    char *pages = mmap(NULL, 3 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(pages, MAP_FAILED);
    char *readable = pages + size;
    ck_assert_int_eq(mprotect(readable, size, PROT_READ | PROT_WRITE), 0);
    memset(readable, 'x', size);
    rk__dict *dict = rk__dict_new();
    for (size_t length = 0; length <= 70; length++) {
        int32_t code = rk__dict_intern(dict, readable + size - length, length);
        ck_assert_int_eq(code, (int32_t) length);
        ck_assert_int_eq(rk__dict_find(dict, readable, length), code);
    }
    rk__dict_free(dict);
    munmap(pages, 3 * size);
}
END_TEST

START_TEST(test_dict_intern__a_failed_allocation_changes_nothing)
{
    for (long n = 0; n < 40; n++) {
        rk__alloc_fail_after(n);
        rk__dict *dict = rk__dict_new();
        if (!dict) {
            rk__alloc_fail_after(-1);
            ck_assert_int_lt(n, 2);
            continue;
        }
        char text[32];
        int added = 0;
        for (; added < 5000; added++) {
            int length = snprintf(text, sizeof text, "text %d", added);
            int32_t code = rk__dict_intern(dict, text, (size_t) length);
            if (code < 0)
                break;
            ck_assert_int_eq(code, added);
        }
        rk__alloc_fail_after(-1);
        ck_assert_int_eq(rk__dict_count(dict), added);
        for (int i = 0; i < 5000; i++) {
            int length = snprintf(text, sizeof text, "text %d", i);
            ck_assert_int_eq(rk__dict_intern(dict, text, (size_t) length), i);
        }
        rk__dict_free(dict);
    }
}
END_TEST

UNIT_TESTS("dict")
{
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, test_dict_intern__numbers_in_order_of_first_use);
    tcase_add_test(tc, test_dict_find__adds_nothing);
    tcase_add_test(tc, test_dict_intern__tells_every_byte_apart);
    tcase_add_test(tc, test_dict_intern__a_hundred_thousand_texts);
    tcase_add_test(tc, test_dict_intern__reads_nothing_beside_the_text);
    tcase_add_test(tc, test_dict_intern__a_failed_allocation_changes_nothing);
}
