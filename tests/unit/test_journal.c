/* SPDX-License-Identifier: MIT
 *
 * test_journal.c: what a journal gives back, cut anywhere, and what it refuses.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "batch/journal.h"
#include "unit.h"

static char path[64];
static rk_problems *problems;
static rk__buf depends;

static void begin(void)
{
    (void) snprintf(path, sizeof path, "/tmp/reckon-journal-%d", (int) getpid());
    problems = rk_problems_new();
    rk__journal_depend(&depends, "--set", "x");
    rk__journal_depend(&depends, "--jobs", NULL);
}

static void end(void)
{
    (void) unlink(path);
    rk_problems_free(problems);
    rk__buf_dispose(&depends);
}

static rk__journal *opened(bool resume, bool *resumed)
{
    rk__journal *j = NULL;
    ck_assert_int_eq(rk__journal_open(path, &depends, resume, resumed, &j, problems), RK_OK);
    return j;
}

static void add(rk__journal *j, int from, int to)
{
    for (int i = from; i < to; i++) {
        char record[32];
        const int n = snprintf(record, sizeof record, "record %d", i);
        const rk__journal_entry entry = {.name = "set.ndjson",
                                         .line = (uint64_t) i,
                                         .digest = (uint64_t) i * 3,
                                         .record = record,
                                         .length = (size_t) n};
        ck_assert_int_eq(rk__journal_add(j, &entry, problems), RK_OK);
    }
    ck_assert_int_eq(rk__journal_flush(j, true, problems), RK_OK);
}

/* How many records there are; each has to be the next one. */
static int count(rk__journal *j)
{
    rk__journal_entry entry;
    bool at_end = false;
    int n = 0;
    ck_assert_int_eq(rk__journal_rewind(j, NULL), RK_OK);
    for (;;) {
        char record[32];
        ck_assert_int_eq(rk__journal_next(j, &entry, &at_end, problems), RK_OK);
        if (at_end) {
            return n;
        }
        (void) snprintf(record, sizeof record, "record %d", n);
        ck_assert_str_eq(entry.record, record);
        ck_assert_uint_eq(entry.line, (uint64_t) n);
        ck_assert_uint_eq(entry.digest, (uint64_t) n * 3);
        n++;
    }
}

START_TEST(test_journal_next__gives_back_every_record_and_takes_more)
{
    bool resumed = true;
    rk__journal *j = opened(false, &resumed);
    ck_assert(!resumed);
    add(j, 0, 10);
    rk__journal_close(j);
    j = opened(true, &resumed);
    ck_assert(resumed);
    ck_assert_int_eq(count(j), 10);
    add(j, 10, 12);
    ck_assert_int_eq(count(j), 12);
    rk__journal_close(j);
}
END_TEST

START_TEST(test_journal_next__is_good_up_to_where_it_was_cut)
{
    bool resumed = false;
    struct stat status;
    rk__journal *j = opened(false, &resumed);
    add(j, 0, 10);
    rk__journal_close(j);
    ck_assert_int_eq(stat(path, &status), 0);
    int last = 10;
    for (off_t size = status.st_size - 1; size >= 0; size -= 7) {
        ck_assert_int_eq(truncate(path, size), 0);
        j = opened(true, &resumed);
        const int n = resumed ? count(j) : 0;
        ck_assert_int_le(n, last);
        ck_assert_int_ge(n, last - 1);
        last = n;
        add(j, n, n + 1);
        ck_assert_int_eq(count(j), n + 1);
        rk__journal_close(j);
        ck_assert_int_eq(truncate(path, size < status.st_size ? size : status.st_size), 0);
    }
}
END_TEST

START_TEST(test_journal_open__names_each_value_that_differs)
{
    bool resumed = false;
    rk__journal *j = opened(false, &resumed);
    rk__journal_close(j);
    rk__buf_reset(&depends);
    rk__journal_depend(&depends, "--set", "y");
    rk__journal_depend(&depends, "--new", "1");
    ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &j, problems), RK_CONFLICT);
    ck_assert_uint_eq(rk_problems_count(problems), 3);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message,
                     "the run cannot be resumed: --set was 'x' and is now 'y'");
}
END_TEST

START_TEST(test_journal_open__is_for_one_at_a_time_and_for_journals_only)
{
    bool resumed = false;
    rk__journal *j = opened(false, &resumed);
    rk__journal *other = NULL;
    ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &other, problems), RK_USAGE);
    rk__journal_close(j);
    ck_assert_int_eq(rk__journal_open(path, &depends, false, &resumed, &other, problems), RK_USAGE);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs("This is somebody's letter, and not a journal at all.\n", f);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &other, problems), RK_USAGE);
    f = fopen(path, "r");
    ck_assert_int_eq(fgetc(f), 'T');
    (void) fclose(f);
}
END_TEST

UNIT_TESTS("journal")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_journal_next__gives_back_every_record_and_takes_more);
    tcase_add_test(tc, test_journal_next__is_good_up_to_where_it_was_cut);
    tcase_add_test(tc, test_journal_open__names_each_value_that_differs);
    tcase_add_test(tc, test_journal_open__is_for_one_at_a_time_and_for_journals_only);
}
