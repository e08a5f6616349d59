/* SPDX-License-Identifier: MIT
 *
 * test_shelf_shared.c: what processes tell each other about what could not be had.
 */
#include "tariff/inside.h"
#include "unit.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const rk__shared_failure refused = {RK_TARIFF_UNAVAILABLE, "cannot fetch 'a'", "a hint"};
static const rk__shared_failure blunt = {RK_TARIFF_UNAVAILABLE, "cannot fetch 'b'", NULL};

static int new_file(void)
{
    const int file = memfd_create("test", MFD_CLOEXEC);
    ck_assert_int_ge(file, 0);
    return file;
}

/* Keys may have any bytes in them. */
static bool told(int file, const char *key, size_t length, const rk__shared_failure *expected)
{
    rk__buf kept = {0};
    rk__shared_failure found;
    const bool any = rk__shared_told(file, key, length, &kept, &found);
    if (any && expected != NULL) {
        ck_assert_int_eq(found.status, expected->status);
        ck_assert_str_eq(found.message, expected->message);
        ck_assert_pstr_eq(found.hint, expected->hint);
    }
    rk__buf_dispose(&kept);
    return any;
}

START_TEST(test_shared_told__gives_back_what_was_told_of_the_key)
{
    const int file = new_file();
    ck_assert(!told(file, "a\0a", 3, NULL));
    rk__shared_tell(file, "a\0a", 3, &refused);
    rk__shared_tell(file, "a\0b", 3, &blunt);
    ck_assert(told(file, "a\0a", 3, &refused));
    ck_assert(told(file, "a\0b", 3, &blunt));
    ck_assert(!told(file, "a\0c", 3, NULL));
    ck_assert(!told(file, "a", 1, NULL));
    ck_assert_int_eq(close(file), 0);
}
END_TEST

START_TEST(test_shared_told__knows_nothing_where_nothing_is_shared)
{
    rk__shared_lock(-1, "a", 1);
    rk__shared_tell(-1, "a", 1, &refused);
    ck_assert(!told(-1, "a", 1, NULL));
    rk__shared_unlock(-1, "a", 1);
}
END_TEST

START_TEST(test_shared_tell__writes_over_what_a_process_left_half)
{
    const int file = new_file();
    struct stat status;
    rk__shared_tell(file, "a", 1, &refused);
    ck_assert_int_eq(fstat(file, &status), 0);
    const off_t whole = status.st_size;
    rk__shared_tell(file, "b", 1, &blunt);
    ck_assert_int_eq(fstat(file, &status), 0);
    for (off_t cut = whole; cut < status.st_size; cut++) {
        ck_assert_int_eq(ftruncate(file, cut), 0);
        ck_assert(told(file, "a", 1, &refused));
        ck_assert(!told(file, "b", 1, NULL));
        rk__shared_tell(file, "c", 1, &blunt);
        ck_assert(told(file, "c", 1, &blunt));
        ck_assert_int_eq(ftruncate(file, whole), 0);
        rk__shared_tell(file, "b", 1, &blunt);
    }
    ck_assert_int_eq(close(file), 0);
}
END_TEST

START_TEST(test_shared_tell__stops_before_the_file_is_large)
{
    const int file = new_file();
    char key[1000];
    struct stat status;
    for (int i = 0; i < 1500; i++) {
        memset(key, 'x', sizeof key);
        (void) snprintf(key, sizeof key, "%d", i);
        rk__shared_tell(file, key, sizeof key, &refused);
    }
    ck_assert_int_eq(fstat(file, &status), 0);
    ck_assert_int_le(status.st_size, 1 << 20);
    ck_assert_int_gt(status.st_size, (1 << 20) - 2000);
    ck_assert(told(file, key, sizeof key, NULL) == false);
    (void) snprintf(key, sizeof key, "%d", 0);
    memset(key + 2, 'x', sizeof key - 2);
    ck_assert(told(file, key, sizeof key, &refused));
    ck_assert_int_eq(close(file), 0);
}
END_TEST

/* A second process waits for the key that the first holds, and for no other. */
START_TEST(test_shared_lock__is_for_its_own_key)
{
    const int file = new_file();
    int held[2], release[2];
    char c = 0;
    ck_assert_int_eq(pipe(held), 0);
    ck_assert_int_eq(pipe(release), 0);
    const pid_t child = fork();
    if (child == 0) {
        rk__shared_lock(file, "a", 1);
        (void) !write(held[1], "x", 1);
        (void) !read(release[0], &c, 1);
        (void) usleep(100000); /* the parent is waiting by then, as a rule */
        rk__shared_tell(file, "a", 1, &refused);
        rk__shared_unlock(file, "a", 1);
        _exit(0);
    }
    ck_assert_int_eq(read(held[0], &c, 1), 1);
    rk__shared_lock(file, "b", 1); /* would wait for ever if it waited for "a" */
    rk__shared_unlock(file, "b", 1);
    ck_assert_int_eq(write(release[1], "x", 1), 1);
    rk__shared_lock(file, "a", 1);
    ck_assert(told(file, "a", 1, &refused));
    rk__shared_unlock(file, "a", 1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(close(file), 0);
}
END_TEST

UNIT_TESTS("shelf_shared")
{
    tcase_add_test(tc, test_shared_told__gives_back_what_was_told_of_the_key);
    tcase_add_test(tc, test_shared_told__knows_nothing_where_nothing_is_shared);
    tcase_add_test(tc, test_shared_tell__writes_over_what_a_process_left_half);
    tcase_add_test(tc, test_shared_tell__stops_before_the_file_is_large);
    tcase_add_test(tc, test_shared_lock__is_for_its_own_key);
}
