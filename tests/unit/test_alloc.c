/* SPDX-License-Identifier: MIT
 *
 * Tests of base/alloc.h: the failure switch, arenas and the text builder.
 */
#include "base/alloc.h"
#include "unit.h"

START_TEST(test_alloc_fail_after__fails_the_nth_and_all_later)
{
    for (long n = 0; n < 4; n++) {
        rk__alloc_fail_after(n);
        void *got[6];
        for (int i = 0; i < 6; i++)
            got[i] = rk__malloc(1);
        rk__alloc_fail_after(-1);
        for (int i = 0; i < 6; i++) {
            ck_assert_msg(!!got[i] == (i < n), "n %ld, allocation %d", n, i);
            rk__free(got[i]);
        }
    }
}
END_TEST

START_TEST(test_alloc_fail_once__fails_the_nth_alone)
{
    for (long n = 0; n < 4; n++) {
        rk__alloc_fail_once(n);
        void *got[6];
        for (int i = 0; i < 6; i++)
            got[i] = rk__malloc(1);
        ck_assert_int_eq((int) rk__alloc_fail_once(-1), -1);
        for (int i = 0; i < 6; i++) {
            ck_assert_msg(!!got[i] == (i != n), "n %ld, allocation %d", n, i);
            rk__free(got[i]);
        }
    }
    rk__alloc_fail_once(3);
    rk__free(rk__malloc(1));
    ck_assert_int_eq((int) rk__alloc_fail_once(-1), 2);
}
END_TEST

START_TEST(test_alloc_fail_after__covers_every_way_to_allocate)
{
    rk__arena arena = {0};
    rk__buf buf = {0};
    void *items = NULL;
    size_t capacity = 0;
    rk__alloc_fail_after(0);
    void *a = rk__malloc(1), *b = rk__calloc(1, 1), *c = rk__realloc(NULL, 1, 1);
    char *d = rk__strdup("x"), *e = rk__arena_printf(&arena, "x");
    int grown = rk__grow(&items, &capacity, 1, 1);
    rk__buf_puts(&buf, "x");
    rk__alloc_fail_after(-1);
    ck_assert(!a && !b && !c && !d && !e && !items);
    ck_assert_int_eq(grown, -1);
    ck_assert_uint_eq(capacity, 0);
    ck_assert(buf.failed);
}
END_TEST

START_TEST(test_alloc_sizes__overflow_is_refused_and_nothing_is_something)
{
    ck_assert_ptr_null(rk__calloc(SIZE_MAX / 2, 3));
    ck_assert_ptr_null(rk__realloc(NULL, SIZE_MAX / 2, 3));
    void *none[] = {rk__malloc(0), rk__calloc(0, 8), rk__realloc(NULL, 0, 8)};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(none[i]);
        rk__free(none[i]);
    }
    rk__free(NULL);
}
END_TEST

START_TEST(test_alloc_grow__doubles_and_keeps_contents)
{
    void *items = NULL;
    size_t capacity = 0, changes = 0;
    for (size_t i = 0; i < 1000; i++) {
        size_t before = capacity;
        ck_assert_int_eq(rk__grow(&items, &capacity, i + 1, sizeof(size_t)), 0);
        changes += before != capacity;
        ((size_t *) items)[i] = i;
    }
    ck_assert_uint_le(changes, 8);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(((size_t *) items)[i], i);
    void *same = items;
    ck_assert_int_eq(rk__grow(&items, &capacity, SIZE_MAX / 4, sizeof(size_t)), -1);
    ck_assert_ptr_eq(items, same);
    rk__free(items);
}
END_TEST

START_TEST(test_alloc_arena__gives_zeroed_aligned_memory_of_any_size)
{
    rk__arena arena = {0};
    static const size_t sizes[] = {1, 16, 17, 100, 4096, 5000, 100000, 3, 0, 8 << 20, 40};
    /* Twice, so that memory which was written to is handed out again. */
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            unsigned char *p = rk__arena_alloc(&arena, sizes[i]);
            ck_assert_ptr_nonnull(p);
            ck_assert_msg((uintptr_t) p % 16 == 0, "size %zu is not aligned", sizes[i]);
            size_t zeros = 0;
            while (zeros < sizes[i] && p[zeros] == 0)
                zeros++;
            ck_assert_msg(zeros == sizes[i], "round %d, size %zu, byte %zu", round, sizes[i],
                          zeros);
            memset(p, 0xa5, sizes[i]);
            ck_assert_ptr_nonnull(rk__arena_strdup(&arena, "odd"));
        }
        ck_assert_uint_gt(rk__arena_used(&arena), 8 << 20);
        rk__arena_reset(&arena);
        ck_assert_uint_eq(rk__arena_used(&arena), 0);
    }
    rk__arena_dispose(&arena);
    rk__arena_dispose(&arena);
}
END_TEST

/* Whoever takes room that is not cleared writes to it, and not to what others have. */
START_TEST(test_alloc_arena_room__is_aligned_and_nobody_elses)
{
    rk__arena arena = {0};
    unsigned char *rooms[300];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 300; i++) {
            rooms[i] = rk__arena_alloc_uninit(&arena, i);
            ck_assert_ptr_nonnull(rooms[i]);
            ck_assert_msg((uintptr_t) rooms[i] % 16 == 0, "size %zu is not aligned", i);
            memset(rooms[i], (int) i, i);
            ck_assert_ptr_nonnull(rk__arena_copy(&arena, "x", i % 2));
            const unsigned char *zeros = rk__arena_alloc(&arena, 24);
            for (size_t k = 0; k < 24; k++)
                ck_assert_msg(zeros[k] == 0, "round %d, size %zu, byte %zu", round, i, k);
        }
        for (size_t i = 0; i < 300; i++)
            for (size_t k = 0; k < i; k++)
                ck_assert_uint_eq(rooms[i][k], (unsigned char) i);
        rk__arena_reset(&arena);
    }
    rk__alloc_fail_after(0);
    ck_assert_ptr_null(rk__arena_alloc_uninit(&arena, SIZE_MAX));
    ck_assert_ptr_null(rk__arena_alloc_uninit(&arena, SIZE_MAX - 15));
    ck_assert_ptr_nonnull(rk__arena_alloc_uninit(&arena, 100));
    rk__alloc_fail_after(-1);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_alloc_arena__texts_stay_where_they_are)
{
    rk__arena arena = {0};
    const char *texts[2000];
    char expected[32];
    for (int i = 0; i < 2000; i++)
        texts[i] = rk__arena_printf(&arena, "text %d", i);
    for (int i = 0; i < 2000; i++) {
        snprintf(expected, sizeof expected, "text %d", i);
        ck_assert_str_eq(texts[i], expected);
    }
    char long_text[1000];
    memset(long_text, 'x', sizeof long_text);
    long_text[999] = '\0';
    ck_assert_str_eq(rk__arena_printf(&arena, "%s", long_text), long_text);
    ck_assert_ptr_null(rk__arena_strdup(&arena, NULL));
    ck_assert_str_eq(rk__arena_copy(&arena, NULL, 0), "");
    ck_assert_str_eq(rk__arena_copy(&arena, "abcdef", 3), "abc");
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_alloc_arena__reset_again_and_again_soon_allocates_nothing)
{
    rk__arena arena = {0};
    for (int round = 0; round < 20; round++) {
        if (round == 10)
            rk__alloc_fail_after(0);
        for (int i = 0; i < 3000; i++)
            ck_assert_ptr_nonnull(rk__arena_alloc(&arena, 100));
        rk__arena_reset(&arena);
    }
    rk__alloc_fail_after(-1);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_alloc_arena_spares__serve_the_next_arenas_and_are_zeroed_for_them)
{
    rk__arena_spares spares = {0};
    for (int round = 0; round < 20; round++) {
        rk__arena first = {.spares = &spares}, second = {.spares = &spares};
        if (round == 10)
            rk__alloc_fail_after(0);
        for (size_t i = 0; i < 3000; i++) {
            rk__arena *arena = i % 3 ? &first : &second;
            const size_t size = i % 40;
            unsigned char *p = rk__arena_alloc(arena, size);
            ck_assert_ptr_nonnull(p);
            for (size_t k = 0; k < size; k++)
                ck_assert_uint_eq(p[k], 0);
            memset(p, 0xff, size);
        }
        rk__arena_dispose(&first);
        rk__arena_dispose(&second);
        ck_assert_ptr_eq(first.spares, &spares);
    }
    rk__alloc_fail_after(-1);

    /* Only so many are kept, and none that is huge. */
    rk__arena arenas[40];
    for (size_t i = 0; i < 40; i++) {
        arenas[i] = (rk__arena){.spares = &spares};
        ck_assert_ptr_nonnull(rk__arena_alloc(&arenas[i], i == 39 ? 4 << 20 : 5000));
    }
    for (size_t i = 0; i < 40; i++)
        rk__arena_dispose(&arenas[i]);
    ck_assert_uint_gt(spares.n, 0);
    ck_assert_uint_le(spares.n, 8);
    rk__arena_spares_dispose(&spares);
    ck_assert_uint_eq(spares.n, 0);
    ck_assert_ptr_null(spares.blocks);
}
END_TEST

START_TEST(test_alloc_arena__survives_a_failed_request)
{
    rk__arena arena = {0};
    char *first = rk__arena_strdup(&arena, "first");
    ck_assert(!arena.failed);
    rk__alloc_fail_after(0);
    ck_assert_ptr_null(rk__arena_alloc(&arena, 100000));
    rk__alloc_fail_after(-1);
    ck_assert(arena.failed);
    ck_assert_ptr_null(rk__arena_alloc(&arena, SIZE_MAX - 8));
    ck_assert_ptr_null(rk__arena_copy(&arena, "x", SIZE_MAX));
    ck_assert_str_eq(rk__arena_strdup(&arena, "second"), "second");
    ck_assert_str_eq(first, "first");
    ck_assert_msg(arena.failed, "a text that was kept later says nothing of the lost one");
    rk__arena_reset(&arena);
    ck_assert(!arena.failed);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_alloc_buf__builds_text)
{
    rk__buf buf = {0};
    rk__buf_puts(&buf, "");
    ck_assert_str_eq(buf.text, "");
    for (int i = 0; i < 500; i++) {
        rk__buf_putc(&buf, 'a');
        rk__buf_add(&buf, "bcd", 2);
        rk__buf_printf(&buf, "%d;", i % 10);
    }
    ck_assert_uint_eq(buf.length, 500 * 5);
    ck_assert_uint_eq(strlen(buf.text), buf.length);
    ck_assert(strncmp(buf.text, "abc0;abc1;", 10) == 0);
    ck_assert_str_eq(buf.text + buf.length - 5, "abc9;");
    rk__buf_printf(&buf, "%2000d", 7);
    ck_assert_uint_eq(buf.length, 500 * 5 + 2000);
    ck_assert_str_eq(buf.text + buf.length - 2, " 7");
    rk__buf_reset(&buf);
    ck_assert_str_eq(buf.text, "");
    ck_assert_uint_eq(buf.length, 0);
    rk__buf_dispose(&buf);
    ck_assert_ptr_null(buf.text);
}
END_TEST

START_TEST(test_alloc_buf__a_failure_stays)
{
    rk__buf buf = {0};
    rk__buf_puts(&buf, "kept");
    rk__alloc_fail_after(0);
    rk__buf_printf(&buf, "%1000d", 1);
    rk__alloc_fail_after(-1);
    ck_assert(buf.failed);
    rk__buf_puts(&buf, "more");
    ck_assert_str_eq(buf.text, "kept");
    rk__buf_reset(&buf);
    ck_assert(buf.failed);
    rk__buf_dispose(&buf);
    ck_assert(!buf.failed);
}
END_TEST

UNIT_TESTS("alloc")
{
    tcase_add_test(tc, test_alloc_fail_after__fails_the_nth_and_all_later);
    tcase_add_test(tc, test_alloc_fail_once__fails_the_nth_alone);
    tcase_add_test(tc, test_alloc_fail_after__covers_every_way_to_allocate);
    tcase_add_test(tc, test_alloc_sizes__overflow_is_refused_and_nothing_is_something);
    tcase_add_test(tc, test_alloc_grow__doubles_and_keeps_contents);
    tcase_add_test(tc, test_alloc_arena__gives_zeroed_aligned_memory_of_any_size);
    tcase_add_test(tc, test_alloc_arena_room__is_aligned_and_nobody_elses);
    tcase_add_test(tc, test_alloc_arena__texts_stay_where_they_are);
    tcase_add_test(tc, test_alloc_arena__reset_again_and_again_soon_allocates_nothing);
    tcase_add_test(tc, test_alloc_arena_spares__serve_the_next_arenas_and_are_zeroed_for_them);
    tcase_add_test(tc, test_alloc_arena__survives_a_failed_request);
    tcase_add_test(tc, test_alloc_buf__builds_text);
    tcase_add_test(tc, test_alloc_buf__a_failure_stays);
}
