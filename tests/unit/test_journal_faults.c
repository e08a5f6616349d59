/* SPDX-License-Identifier: MIT
 *
 * test_journal_faults.c: a journal whose system calls or allocations fail, or whose frames another
 * program made. The calls of this file stand before those of the C library.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "batch/journal.h"
#include "unit.h"

#define RECORDS 3
#define LONG    ((size_t) 300 << 10) /* more than is kept before it is written */

/* ------------------------------------------------------------- calls that fail */

enum { READ, WRITE, LSEEK, FTRUNCATE, FDATASYNC, CALLS, NONE = CALLS };

/* The call that fails: of its kind, after so many others, with this error (0: it does nothing). */
static struct {
    int call, after, error;
} fault;

static bool fails(int call)
{
    if (fault.call != call || fault.after-- != 0) {
        return false;
    }
    fault.call = NONE;
    errno = fault.error;
    return true;
}

ssize_t read(int fd, void *to, size_t size)
{
    return fails(READ) ? -1 : (ssize_t) syscall(SYS_read, fd, to, size);
}

ssize_t write(int fd, const void *from, size_t size)
{
    return fails(WRITE) ? (errno == 0 ? 0 : -1) : (ssize_t) syscall(SYS_write, fd, from, size);
}

off_t lseek(int fd, off_t at, int from)
{
    return fails(LSEEK) ? -1 : (off_t) syscall(SYS_lseek, fd, at, from);
}

int ftruncate(int fd, off_t size)
{
    return fails(FTRUNCATE) ? -1 : (int) syscall(SYS_ftruncate, fd, size);
}

int fdatasync(int fd)
{
    return fails(FDATASYNC) ? -1 : (int) syscall(SYS_fdatasync, fd);
}

/* ------------------------------------------------------------------- fixture */

static char path[64];
static rk_problems *problems;
static rk__buf depends;

static void begin(void)
{
    (void) snprintf(path, sizeof path, "/tmp/reckon-journal-faults-%d", (int) getpid());
    fault.call = NONE;
    problems = rk_problems_new();
    rk__journal_depend(&depends, "--set", "x");
}

static void end(void)
{
    (void) unlink(path);
    rk_problems_free(problems);
    rk__buf_dispose(&depends);
}

static rk_status add_all(rk__journal *j)
{
    static char record[LONG];
    rk_status status = RK_OK;
    memset(record, 'r', sizeof record);
    for (uint64_t i = 0; i < RECORDS && status == RK_OK; i++) {
        const rk__journal_entry entry = {
            .name = "set.ndjson", .line = i, .record = record, .length = i == 1 ? LONG : 9};
        status = rk__journal_add(j, &entry, problems);
    }
    return status == RK_OK ? rk__journal_flush(j, true, problems) : status;
}

/* Reads records from the first on; each has to be the next one. */
static rk_status read_all(rk__journal *j, uint64_t *n)
{
    rk__journal_entry entry;
    bool at_end = false;
    rk_status status = rk__journal_rewind(j, problems);
    for (*n = 0; status == RK_OK; ++*n) {
        status = rk__journal_next(j, &entry, &at_end, problems);
        if (status != RK_OK || at_end) {
            return status;
        }
        ck_assert_uint_eq(entry.line, *n);
        ck_assert_uint_eq(entry.length, *n == 1 ? LONG : 9);
    }
    return status;
}

/* A run that writes a journal and reads it again. */
static rk_status run(uint64_t *n)
{
    bool resumed = false;
    rk__journal *j = NULL;
    *n = 0;
    (void) unlink(path);
    rk_status status = rk__journal_open(path, &depends, false, &resumed, &j, problems);
    if (status == RK_OK) {
        status = add_all(j);
    }
    if (status == RK_OK) {
        status = read_all(j, n);
    }
    rk__journal_close(j);
    return status;
}

/* What a run that goes on finds: at most what was added, and nothing else. */
static uint64_t found_again(void)
{
    bool resumed = false;
    uint64_t n = 0;
    rk__journal *j = NULL;
    ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &j, problems), RK_OK);
    ck_assert_int_eq(read_all(j, &n), RK_OK);
    ck_assert_int_eq(rk__journal_flush(j, false, problems), RK_OK);
    rk__journal_close(j);
    return n;
}

/* --------------------------------------------------------------------- faults */

static const struct {
    int call, error;
    rk_status status; /* RK_OK: it is done again, or does without */
    const char *says;
} faults[] = {
    {READ, EIO, RK_IO, "cannot read the journal"},
    {READ, EINTR, RK_OK, NULL},
    {WRITE, ENOSPC, RK_IO_WRITE, "cannot write the journal"},
    {WRITE, 0, RK_IO_WRITE, "cannot write the journal"},
    {WRITE, EINTR, RK_OK, NULL},
    {LSEEK, EIO, RK_IO, "cannot read the journal"},
    {FTRUNCATE, EIO, RK_IO_WRITE, NULL}, /* "cannot write" a new one, "cannot truncate" another */
    {FDATASYNC, EIO, RK_IO_WRITE, "cannot sync the journal"},
    {FDATASYNC, EINVAL, RK_OK, NULL}, /* a file that cannot be synced */
};

START_TEST(test_journal__says_which_call_failed_and_keeps_what_was_written)
{
    uint64_t n = 0;
    int times = 0;
    for (bool hit = true; hit; times += hit) {
        rk_problems_clear(problems);
        fault.call = faults[_i].call;
        fault.error = faults[_i].error;
        fault.after = times;
        const rk_status status = run(&n);
        hit = fault.call == NONE;
        fault.call = NONE;
        ck_assert_int_eq(status, hit ? faults[_i].status : RK_OK);
        ck_assert_uint_eq(rk_problems_count(problems), status == RK_OK ? 0 : 1);
        if (status != RK_OK && faults[_i].says != NULL) {
            ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, faults[_i].says));
        }
        const uint64_t again = found_again();
        ck_assert_uint_le(again, RECORDS);
        if (status == RK_OK) {
            ck_assert_uint_eq(n, RECORDS);
            ck_assert_uint_eq(again, RECORDS);
        }
    }
    ck_assert_int_gt(times, 0);
}
END_TEST

START_TEST(test_journal__runs_out_of_memory_without_a_wrong_record)
{
    uint64_t n = 0;
    for (int ever = 0; ever < 2; ever++) {
        rk_status status = RK_NO_MEMORY;
        for (long at = 0; status != RK_OK; at++) {
            ck_assert_int_lt(at, 100);
            (void) (ever ? rk__alloc_fail_after(at) : rk__alloc_fail_once(at));
            status = run(&n);
            (void) rk__alloc_fail_after(-1);
            ck_assert(status == RK_OK || status == RK_NO_MEMORY);
            ck_assert_uint_le(found_again(), RECORDS);
        }
        ck_assert_uint_eq(n, RECORDS);
    }
}
END_TEST

START_TEST(test_journal_open__says_why_it_cannot)
{
    bool resumed = true;
    rk__journal *j = NULL;
    ck_assert_int_eq(rk__journal_open("/no/such/folder/j", &depends, false, &resumed, &j, problems),
                     RK_IO_WRITE);
    ck_assert_ptr_null(j);
    ck_assert(!resumed);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, "cannot open the journal"));
    rk__journal_close(NULL);
    const rk__buf lost = {.failed = 1};
    ck_assert_int_eq(rk__journal_open(path, &lost, false, &resumed, &j, problems), RK_NO_MEMORY);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(mkfifo(path, 0600), 0); /* reading it would never end */
    rk_problems_clear(problems);
    ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &j, problems), RK_USAGE);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, "is not a journal"));
}
END_TEST

/* ----------------------------------------------- frames that nobody here wrote */

/* A file of one frame of kind 1, what a run depends on, and one of kind 2, a record. */
static void write_frames(const rk__buf *head, uint32_t head_kind, const rk__buf *record,
                         uint32_t record_kind)
{
    rk__buf file = {0};
    size_t at = rk__frame_begin(&file);
    rk__buf_add(&file, head->text, head->length);
    rk__frame_end(&file, at, head_kind);
    at = rk__frame_begin(&file);
    rk__buf_add(&file, record->text, record->length);
    rk__frame_end(&file, at, record_kind);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(file.text, 1, file.length, f), file.length);
    ck_assert_int_eq(fclose(f), 0);
    rk__buf_dispose(&file);
}

START_TEST(test_journal_next__refuses_whole_frames_that_are_no_record)
{
    static const struct {
        const char *name;
        size_t numbers;
        uint32_t kind;
        bool record, good;
    } made[] = {{"set", 3, 2, true, true},   {NULL, 3, 2, true, false},
                {"set", 1, 2, false, false}, {"set", 3, 2, false, false},
                {"set", 3, 1, true, false},  {"set", 3, 9, true, false}};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        rk__buf record = {0};
        rk__pack_text(&record, made[i].name);
        for (size_t k = 0; k < made[i].numbers; k++) {
            rk__pack_number(&record, 0);
        }
        if (made[i].record) {
            rk__pack_text(&record, "{}");
        }
        write_frames(&depends, 1, &record, made[i].kind);
        rk__buf_dispose(&record);
        rk_problems_clear(problems);
        bool resumed = false, at_end = false;
        rk__journal *j = NULL;
        rk__journal_entry entry;
        ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &j, problems), RK_OK);
        ck_assert_int_eq(rk__journal_next(j, &entry, &at_end, problems),
                         made[i].good ? RK_OK : RK_SYNTAX);
        ck_assert(!at_end);
        ck_assert_uint_eq(rk_problems_count(problems), made[i].good ? 0 : 1);
        rk__journal_close(j);
    }
}
END_TEST

/* Names without a value, a value without a name, half a pair: none of them is what a run depends
 * on now, and none of them is taken for it. */
START_TEST(test_journal_open__does_not_go_on_from_a_head_that_it_cannot_read)
{
    for (int i = 0; i < 5; i++) {
        rk__buf head = {0};
        switch (i) {
        case 0:
            rk__pack_text(&head, "--set");
            rk__pack_text(&head, NULL);
            break;
        case 1:
            rk__pack_text(&head, NULL);
            rk__pack_text(&head, "x");
            break;
        case 2:
            rk__pack_text(&head, "--set");
            break;
        case 3:
            rk__pack_number(&head, 40); /* a text that is longer than the frame */
            rk__buf_puts(&head, "half");
            break;
        default: /* what it depends on, but a frame of another kind */
            rk__buf_add(&head, depends.text, depends.length);
        }
        write_frames(&head, i == 4 ? 2 : 1, &depends, 2);
        rk__buf_dispose(&head);
        rk_problems_clear(problems);
        bool resumed = true;
        rk__journal *j = NULL;
        ck_assert_int_eq(rk__journal_open(path, &depends, true, &resumed, &j, problems),
                         i == 4 ? RK_USAGE : RK_CONFLICT);
        ck_assert(!resumed);
        ck_assert_uint_ge(rk_problems_count(problems), 1);
    }
}
END_TEST

/* Not even a file that is too short to be a journal is emptied. */
START_TEST(test_journal_open__keeps_a_short_file_of_somebody_else)
{
    bool resumed = false;
    rk__journal *j = NULL;
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(path, "w");
        ck_assert_ptr_nonnull(f);
        ck_assert_int_ge(fputs(i == 0 ? "hello\n" : "R", f), 0);
        ck_assert_int_eq(fclose(f), 0);
        const rk_status status = rk__journal_open(path, &depends, true, &resumed, &j, problems);
        ck_assert_int_eq(status, i == 0 ? RK_USAGE : RK_OK); /* what a journal begins with */
        f = fopen(path, "r");
        ck_assert_int_eq(fgetc(f), i == 0 ? 'h' : 'R');
        ck_assert_int_eq(fclose(f), 0);
    }
    rk__journal_close(j);
}
END_TEST

START_TEST(test_journal_next__leaves_out_a_frame_whose_bytes_changed_and_all_after_it)
{
    uint64_t n = 0;
    ck_assert_int_eq(run(&n), RK_OK);
    FILE *f = fopen(path, "r+");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, -(long) LONG, SEEK_END), 0); /* within the second record */
    ck_assert_int_eq(fputc('x', f), 'x');
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_uint_eq(found_again(), 1);
}
END_TEST

UNIT_TESTS("journal faults")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, test_journal__says_which_call_failed_and_keeps_what_was_written, 0,
                        sizeof faults / sizeof *faults);
    tcase_add_test(tc, test_journal__runs_out_of_memory_without_a_wrong_record);
    tcase_add_test(tc, test_journal_open__says_why_it_cannot);
    tcase_add_test(tc, test_journal_next__refuses_whole_frames_that_are_no_record);
    tcase_add_test(tc, test_journal_open__does_not_go_on_from_a_head_that_it_cannot_read);
    tcase_add_test(tc, test_journal_open__keeps_a_short_file_of_somebody_else);
    tcase_add_test(tc, test_journal_next__leaves_out_a_frame_whose_bytes_changed_and_all_after_it);
}
