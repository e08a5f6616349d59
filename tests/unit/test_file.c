/* SPDX-License-Identifier: MIT
 *
 * Tests of base/file.h: reading whole files, replacing them, and paths.
 */
#include "base/file.h"
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];
static rk_problems *problems;

static void set_up(void)
{
    strcpy(folder, "/tmp/reckoner-file-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    problems = rk_problems_new();
}

static void tear_down(void)
{
    char command[128];
    rk_problems_free(problems);
    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *path, const char *expected)
{
    char *text;
    size_t length;
    ck_assert_int_eq(rk__file_read(path, 1 << 20, &text, &length, problems), RK_OK);
    ck_assert_str_eq(text, expected);
    rk__free(text);
}

/* Files of any name in the folder, so that none is left behind. */
static int files_in_folder(void)
{
    int n = 0;
    DIR *dir = opendir(".");
    for (struct dirent *entry; (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

/* ------------------------------------------------------------------- reading */

START_TEST(test_file_read__gives_the_whole_text)
{
    static const size_t sizes[] = {0, 1, 65534, 65535, 65536, 300000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *expected = malloc(sizes[i] + 1), *text;
        memset(expected, 'x', sizes[i]);
        expected[sizes[i]] = '\0';
        put("f", expected);
        size_t length;
        ck_assert_int_eq(rk__file_read("f", 300000, &text, &length, problems), RK_OK);
        ck_assert_uint_eq(length, sizes[i]);
        ck_assert_str_eq(text, expected);
        rk__free(text);
        free(expected);
    }
}
END_TEST

START_TEST(test_file_read__refuses_more_than_the_limit)
{
    put("f", "12345");
    char *text;
    size_t length;
    ck_assert_int_eq(rk__file_read("f", 5, &text, &length, problems), RK_OK);
    rk__free(text);
    ck_assert_int_eq(rk__file_read("f", 4, &text, &length, problems), RK_LIMIT);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(length, 0);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message, "the file is longer than 4 bytes");
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, "f");
    ck_assert_int_eq(rk__file_read("f", 0, &text, &length, problems), RK_LIMIT);
    /* No end at all. */
    ck_assert_int_eq(rk__file_read("/dev/zero", 200000, &text, &length, problems), RK_LIMIT);
    put("f", "");
    ck_assert_int_eq(rk__file_read("f", 0, &text, &length, problems), RK_OK);
    rk__free(text);
    ck_assert_int_eq(rk__file_read("f", SIZE_MAX, &text, &length, problems), RK_OK);
    rk__free(text);
}
END_TEST

START_TEST(test_file_read__says_why_it_cannot)
{
    char *text;
    size_t length;
    ck_assert_int_eq(rk__file_read("absent", 100, &text, &length, problems), RK_IO);
    ck_assert_int_eq(rk__file_read(".", 100, &text, &length, problems), RK_IO);
    ck_assert_int_eq(rk__file_read("absent", 100, &text, &length, NULL), RK_IO);
    ck_assert_uint_eq(rk_problems_count(problems), 2);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message,
                     "the file cannot be opened: No such file or directory");
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, "absent");
    ck_assert_str_eq(rk_problems_at(problems, 1)->message,
                     "the file cannot be read: Is a directory");
}
END_TEST

START_TEST(test_file_read_fd__reads_a_pipe_to_its_end)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        char part[1000];
        memset(part, 'p', sizeof part);
        for (int i = 0; i < 150; i++) {
            if (write(ends[1], part, sizeof part) != sizeof part)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    char *text;
    size_t length;
    ck_assert_int_eq(rk__file_read_fd(ends[0], "pipe", 1 << 20, &text, &length, problems), RK_OK);
    close(ends[0]);
    ck_assert_uint_eq(length, 150000);
    ck_assert_uint_eq(strspn(text, "p"), 150000);
    rk__free(text);
}
END_TEST

START_TEST(test_file_read__each_failed_allocation_is_reported)
{
    char *big = malloc(200001), *text;
    memset(big, 'b', 200000);
    big[200000] = '\0';
    put("f", big);
    size_t length;
    rk_status status = RK_NO_MEMORY;
    for (long n = 0; status != RK_OK; n++) {
        ck_assert_int_lt(n, 50);
        int fd = open("f", O_RDONLY);
        rk__alloc_fail_after(n);
        status = rk__file_read_fd(fd, "f", 1 << 20, &text, &length, NULL);
        rk__alloc_fail_after(-1);
        close(fd);
        ck_assert(status == RK_OK || (status == RK_NO_MEMORY && !text));
    }
    ck_assert_str_eq(text, big);
    rk__free(text);
    free(big);
}
END_TEST

/* ------------------------------------------------------------------- writing */

START_TEST(test_file_atomic__the_target_changes_at_commit)
{
    put("target", "old");
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, "target", problems), RK_OK);
    fputs("new", file.stream);
    fflush(file.stream);
    assert_holds("target", "old");
    ck_assert_int_eq(files_in_folder(), 2);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    assert_holds("target", "new");
    ck_assert_int_eq(files_in_folder(), 1);
    ck_assert_ptr_null(file.stream);
}
END_TEST

START_TEST(test_file_atomic__abandoned_leaves_nothing)
{
    rk__atomic_file file = {0};
    rk__atomic_abandon(&file);
    ck_assert_int_eq(rk__atomic_open(&file, "target", problems), RK_OK);
    fputs("new", file.stream);
    rk__atomic_abandon(&file);
    rk__atomic_abandon(&file);
    ck_assert_int_eq(files_in_folder(), 0);
}
END_TEST

START_TEST(test_file_atomic__mode_is_the_umask_s_or_the_old_file_s)
{
    struct stat status;
    rk__atomic_file file;
    umask(027);
    ck_assert_int_eq(rk__atomic_open(&file, "fresh", problems), RK_OK);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    stat("fresh", &status);
    ck_assert_int_eq(status.st_mode & 07777, 0640);
    put("secret", "");
    chmod("secret", 0600);
    ck_assert_int_eq(rk__atomic_open(&file, "secret", problems), RK_OK);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    stat("secret", &status);
    ck_assert_int_eq(status.st_mode & 07777, 0600);
}
END_TEST

START_TEST(test_file_atomic__a_link_stays_a_link)
{
    ck_assert_int_eq(mkdir("real", 0777), 0);
    put("real/target", "old");
    ck_assert_int_eq(symlink("real/target", "link"), 0);
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, "link", problems), RK_OK);
    fputs("new", file.stream);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    struct stat status;
    ck_assert_int_eq(lstat("link", &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    assert_holds("real/target", "new");
}
END_TEST

START_TEST(test_file_atomic__without_a_name_leaves_nothing)
{
    rk__atomic_file file;
    const pid_t child = fork();
    if (child == 0) { /* ends in the middle */
        if (rk__atomic_open_nameless(&file, "target", problems) == RK_OK && file.nameless) {
            fputs("new", file.stream);
            fflush(file.stream);
        }
        _exit(file.nameless ? 7 : 0);
    }
    int ended = 0;
    ck_assert_int_eq(waitpid(child, &ended, 0), child);
    if (WEXITSTATUS(ended) != 7) {
        printf("skipped: this file system has no nameless files\n");
    } else {
        ck_assert_int_eq(files_in_folder(), 0);
    }
    for (int there = 0; there < 2; there++) {
        ck_assert_int_eq(rk__atomic_open_nameless(&file, "target", problems), RK_OK);
        fputs(there ? "newer" : "new", file.stream);
        ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
        assert_holds("target", there ? "newer" : "new");
        ck_assert_int_eq(files_in_folder(), 1);
        ck_assert_int_eq(chmod("target", 0640), 0);
    }
    ck_assert_int_eq(rk__atomic_open_nameless(&file, "target", problems), RK_OK);
    fputs("no", file.stream);
    rk__atomic_abandon(&file);
    assert_holds("target", "newer");
    ck_assert_int_eq(files_in_folder(), 1);
    struct stat status;
    ck_assert_int_eq(stat("target", &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0640);
}
END_TEST

START_TEST(test_file_atomic__the_longest_name_is_fine)
{
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, name, problems), RK_OK);
    fputs("new", file.stream);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    assert_holds(name, "new");
}
END_TEST

START_TEST(test_file_atomic__what_cannot_be_replaced_is_written_to)
{
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, "/dev/null", problems), RK_OK);
    ck_assert_ptr_null(file.temporary);
    fputs("gone", file.stream);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    struct stat status;
    ck_assert_int_eq(stat("/dev/null", &status), 0);
    ck_assert(S_ISCHR(status.st_mode));

    /* A descriptor goes on where it is, and stays open. */
    int fd = open("log", O_RDWR | O_CREAT, 0600);
    ck_assert_int_eq(write(fd, "begun ", 6), 6);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    ck_assert_int_eq(rk__atomic_open(&file, path, problems), RK_OK);
    fputs("continued", file.stream);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_OK);
    ck_assert_int_eq(write(fd, ", ended", 7), 7);
    close(fd);
    assert_holds("log", "begun continued, ended");
    ck_assert_int_eq(files_in_folder(), 1);
}
END_TEST

START_TEST(test_file_atomic__standard_output_is_written_to)
{
    int saved = dup(STDOUT_FILENO), fd = open("out", O_RDWR | O_CREAT, 0600);
    dup2(fd, STDOUT_FILENO);
    rk__atomic_file file;
    rk_status opened = rk__atomic_open(&file, "/dev/stdout", problems);
    if (opened == RK_OK)
        fputs("text", file.stream);
    rk_status committed = rk__atomic_commit(&file, problems);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(fd);
    ck_assert_int_eq(opened, RK_OK);
    ck_assert_int_eq(committed, RK_OK);
    assert_holds("out", "text");
}
END_TEST

START_TEST(test_file_atomic__a_full_disk_is_reported)
{
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, "/dev/full", problems), RK_OK);
    fputs("text", file.stream);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_IO_WRITE);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message,
                     "the file cannot be written: No space left on device");
    ck_assert_ptr_null(file.stream);
}
END_TEST

START_TEST(test_file_atomic__says_why_it_cannot)
{
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, "no/such/folder", problems), RK_IO_WRITE);
    ck_assert_ptr_null(file.path);
    ck_assert_int_eq(rk__atomic_open(&file, ".", problems), RK_IO_WRITE);
    ck_assert_str_eq(rk_problems_at(problems, 0)->message,
                     "the file cannot be written: No such file or directory");
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, "no/such/folder");
    ck_assert_str_eq(rk_problems_at(problems, 1)->message,
                     "the file cannot be written: Is a directory");
    for (long n = 0; n < 2; n++) {
        rk__alloc_fail_after(n);
        rk_status status = rk__atomic_open(&file, "target", NULL);
        rk__alloc_fail_after(-1);
        ck_assert_int_eq(status, RK_NO_MEMORY);
    }
    ck_assert_int_eq(files_in_folder(), 0);
}
END_TEST

START_TEST(test_file_atomic__a_target_that_became_a_folder_is_left_alone)
{
    rk__atomic_file file;
    ck_assert_int_eq(rk__atomic_open(&file, "target", problems), RK_OK);
    ck_assert_int_eq(mkdir("target", 0777), 0);
    ck_assert_int_eq(rk__atomic_commit(&file, problems), RK_IO_WRITE);
    ck_assert_int_eq(files_in_folder(), 1);
}
END_TEST

/* --------------------------------------------------------------------- paths */

START_TEST(test_file_path__join_and_dirname)
{
    static const struct {
        const char *dir, *name, *joined;
    } joins[] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"},        {"", "b", "b"},
        {NULL, "b", "b"},  {"a", "/b", "/b"},  {"a", "../b", "a/../b"}, {".", "b", "b"},
    };
    static const struct {
        const char *path, *folder;
    } folders[] = {
        {"a/b", "a"},  {"a/b/c", "a/b"}, {"b", "."},    {"/b", "/"}, {"/", "/"},     {"", "."},
        {"a//b", "a"}, {"a/", "."},      {"a/b/", "a"}, {"//", "/"}, {"../b", ".."},
    };
    static const struct {
        const char *dir, *path, *below;
    } belows[] = {{"a", "a/b", "b"},           {"a/", "a/b", "b"}, {"a", "ab", "ab"},
                  {"a/b", "a/b/../c", "../c"}, {".", "b", "b"},    {NULL, "b", "b"},
                  {"/", "/b", "/b"},           {"a", "/b", "/b"}};
    for (size_t i = 0; i < sizeof belows / sizeof *belows; i++) {
        ck_assert_str_eq(rk__path_below(belows[i].dir, belows[i].path), belows[i].below);
    }
    rk__arena arena = {0};
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        ck_assert_str_eq(rk__path_join(&arena, joins[i].dir, joins[i].name), joins[i].joined);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        ck_assert_str_eq(rk__path_dirname(&arena, folders[i].path), folders[i].folder);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_file_path_make_folders__makes_all_and_minds_none)
{
    struct stat status;
    ck_assert_int_eq(rk__path_make_folders("a/b//c/", 0700), 0);
    ck_assert_int_eq(rk__path_make_folders("a/b/c", 0700), 0);
    ck_assert_int_eq(stat("a/b/c", &status), 0);
    ck_assert(S_ISDIR(status.st_mode));
    ck_assert_int_eq(status.st_mode & 0777, 0700);
    ck_assert_int_eq(rk__path_make_folders("/", 0700), 0);
    ck_assert_int_eq(rk__path_make_folders(folder, 0700), 0);
    put("file", "");
    ck_assert_int_eq(rk__path_make_folders("file", 0700), -1);
    ck_assert_int_eq(errno, ENOTDIR);
    ck_assert_int_eq(rk__path_make_folders("file/b", 0700), -1);
    ck_assert_int_eq(errno, ENOTDIR);
    ck_assert_int_eq(rk__path_make_folders("", 0700), -1);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

UNIT_TESTS("file")
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, test_file_read__gives_the_whole_text);
    tcase_add_test(tc, test_file_read__refuses_more_than_the_limit);
    tcase_add_test(tc, test_file_read__says_why_it_cannot);
    tcase_add_test(tc, test_file_read_fd__reads_a_pipe_to_its_end);
    tcase_add_test(tc, test_file_read__each_failed_allocation_is_reported);
    tcase_add_test(tc, test_file_atomic__the_target_changes_at_commit);
    tcase_add_test(tc, test_file_atomic__abandoned_leaves_nothing);
    tcase_add_test(tc, test_file_atomic__mode_is_the_umask_s_or_the_old_file_s);
    tcase_add_test(tc, test_file_atomic__a_link_stays_a_link);
    tcase_add_test(tc, test_file_atomic__without_a_name_leaves_nothing);
    tcase_add_test(tc, test_file_atomic__the_longest_name_is_fine);
    tcase_add_test(tc, test_file_atomic__what_cannot_be_replaced_is_written_to);
    tcase_add_test(tc, test_file_atomic__standard_output_is_written_to);
    tcase_add_test(tc, test_file_atomic__a_full_disk_is_reported);
    tcase_add_test(tc, test_file_atomic__says_why_it_cannot);
    tcase_add_test(tc, test_file_atomic__a_target_that_became_a_folder_is_left_alone);
    tcase_add_test(tc, test_file_path__join_and_dirname);
    tcase_add_test(tc, test_file_path_make_folders__makes_all_and_minds_none);
}
