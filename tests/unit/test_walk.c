/* SPDX-License-Identifier: MIT
 *
 * test_walk.c: which files the paths of a batch stand for, and in which order.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/walk.h"
#include "unit.h"

static char folder[] = "/tmp/reckon-walk-XXXXXX";

static void touch(const char *path)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fclose(f), 0);
}

static void begin(void)
{
    static const char *const files[] = {
        "set/b.json",   "set/B.json",      "set/notes.txt",   "set/.hidden.json", "set/out.ndjson",
        "set/c.ndjson", "set/deep/a.json", "set/.git/d.json", "other.txt",        "other.json"};
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mkdir("set", 0777) | mkdir("set/deep", 0777) | mkdir("set/.git", 0777) |
                         mkdir("set/empty", 0777),
                     0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        touch(files[i]);
    }
    ck_assert_int_eq(symlink("nowhere", "set/dangling.json"), 0);
    ck_assert_int_eq(symlink("..", "set/deep/loop"), 0);
}

static void end(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    char command[64];
    (void) snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static const struct {
    const char *paths[3];
    const char *found; /* D document, L lines, B bad; '+' below a folder */
} walks[] = {
    {{"set"},
     "D+set/B.json D+set/b.json L+set/c.ndjson D+set/dangling.json D+set/deep/a.json "
     "B+set/deep/loop(ELOOP)"},
    {{"set/", "-"},
     "D+set/B.json D+set/b.json L+set/c.ndjson D+set/dangling.json D+set/deep/a.json "
     "B+set/deep/loop(ELOOP) L-"},
    {{"other.*", "set/out.ndjson"}, "Dother.json Dother.txt Lset/out.ndjson"},
    {{"set/*.ndjson"}, "Lset/c.ndjson"},
    {{"s[e]t/de*"},
     "D+set/deep/a.json D+set/deep/loop/B.json D+set/deep/loop/b.json "
     "L+set/deep/loop/c.ndjson D+set/deep/loop/dangling.json "
     "B+set/deep/loop/deep(ELOOP)"},
    {{"set/empty", "none.json"}, "Dnone.json"},
    {{"none/*", ""}, "Bnone/*(ENOENT) D"},
};

START_TEST(test_walk_next__gives_files_in_order)
{
    static const char *const outputs[] = {"set/out.ndjson", NULL};
    char found[1024] = "";
    const char *path = NULL;
    bool below = false;
    int error = 0;
    rk__walk *walk = rk__walk_new(walks[_i].paths, outputs);
    ck_assert_ptr_nonnull(walk);
    for (;;) {
        const rk__walk_kind kind = rk__walk_next(walk, &path, &below, &error);
        if (kind == RK__WALK_END) {
            break;
        }
        ck_assert_int_ne(kind, RK__WALK_FAILED);
        const size_t length = strlen(found);
        (void) snprintf(found + length, sizeof found - length, "%s%c%s%s%s", length > 0 ? " " : "",
                        "-DLB"[kind], below ? "+" : "", path,
                        error == ELOOP    ? "(ELOOP)"
                        : error == ENOENT ? "(ENOENT)"
                                          : "");
    }
    rk__walk_free(walk);
    ck_assert_str_eq(found, walks[_i].found);
}
END_TEST

START_TEST(test_batch_is_other__looks_at_the_top_only)
{
    static const struct {
        const char *text;
        bool other;
    } texts[] = {
        {"{\"reckoner\":\"tariff/1\"}", true},
        {" {\"id\":\"\\\"reckoner\\\":\", \"reckoner\" : \"result/1\"}", true},
        {"{\"reckoner\":\"contract/1\"}", false},
        {"{\"id\":\"a\",\"tables\":{\"reckoner\":\"tariff/1\"}}", false},
        {"[\"reckoner\"]", false},
        {"{\"reckoner\"", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_msg(rk__batch_is_other(texts[i].text, strlen(texts[i].text)) == texts[i].other,
                      "%s", texts[i].text);
    }
}
END_TEST

UNIT_TESTS("walk")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, test_walk_next__gives_files_in_order, 0,
                        (int) (sizeof walks / sizeof *walks));
    tcase_add_test(tc, test_batch_is_other__looks_at_the_top_only);
}
