/* SPDX-License-Identifier: MIT
 *
 * test_access.c: which files and hosts a run may touch.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/access.h"
#include "unit.h"
#include "json/json.h"

static char top[64];
static rk_problems *problems;
static rk__arena arena;

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

/* A folder to work in, entered:
 *   root/            what an untrusted run may read
 *   root/docs/       where its document stands
 *   rooted/          a folder whose name begins like the root's
 *   secret.csv       outside */
static void setup(void)
{
    (void) strcpy(top, "/tmp/rk-access-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    ck_assert_int_eq(chdir(top), 0);
    ck_assert_int_eq(mkdir("root", 0700) | mkdir("root/docs", 0700) | mkdir("root/data", 0700) |
                         mkdir("rooted", 0700),
                     0);
    put_file("root/in.csv", "in");
    put_file("root/docs/beside.csv", "beside");
    put_file("root/data/a.csv", "a");
    put_file("rooted/near.csv", "near");
    put_file("secret.csv", "secret");
    ck_assert_int_eq(symlink("../in.csv", "root/docs/link-in.csv") |
                         symlink("../../secret.csv", "root/docs/link-out.csv") |
                         symlink("/etc/passwd", "root/docs/link-absolute") |
                         symlink("../..", "root/docs/up") | symlink("../data", "root/docs/data") |
                         symlink("loop", "root/docs/loop") | symlink("/proc/self", "root/proc") |
                         mkfifo("root/docs/pipe", 0600),
                     0);
    problems = rk_problems_new();
}

static void teardown(void)
{
    char command[128];
    rk_problems_free(problems);
    rk__arena_dispose(&arena);
    ck_assert_int_eq(chdir("/"), 0);
    (void) snprintf(command, sizeof command, "rm -r '%s'", top);
    ck_assert_int_eq(system(command), 0);
}

static void assert_reads(int fd, const char *text)
{
    char got[64] = {0};
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(read(fd, got, sizeof got - 1), 0);
    ck_assert_str_eq(got, text);
    ck_assert_int_eq(close(fd), 0);
}

static const struct named {
    const char *path;
    rk_status status; /* in an untrusted run */
    const char *text; /* what is read; NULL where nothing is */
    int by_steps;     /* errno of the walk, 0 where it opens */
} named[] = {
    {"beside.csv", RK_OK, "beside", 0},
    {"./beside.csv", RK_OK, "beside", 0},
    {"../in.csv", RK_OK, "in", 0},
    {"../data//a.csv", RK_OK, "a", 0},
    {"../docs/../docs/beside.csv", RK_OK, "beside", 0},
    {"link-in.csv", RK_OK, "in", ELOOP},
    {"data/a.csv", RK_OK, "a", ELOOP},
    {"../../secret.csv", RK_FORBIDDEN, NULL, EXDEV},
    {"../../root/in.csv", RK_FORBIDDEN, NULL, EXDEV},
    {"../../../../../../../../etc/passwd", RK_FORBIDDEN, NULL, EXDEV},
    {"/etc/passwd", RK_FORBIDDEN, NULL, 0},
    {"link-out.csv", RK_FORBIDDEN, NULL, ELOOP},
    {"link-absolute", RK_FORBIDDEN, NULL, ELOOP},
    {"up/secret.csv", RK_FORBIDDEN, NULL, ELOOP},
    {"up/root/in.csv", RK_FORBIDDEN, NULL, ELOOP},
    {"loop", RK_FORBIDDEN, NULL, ELOOP},
    {"../proc/status", RK_FORBIDDEN, NULL, ELOOP},
    {"none.csv", RK_IO, NULL, ENOENT},
    {"beside.csv/x", RK_IO, NULL, ENOTDIR},
    {"../data", RK_IO, NULL, 0},
    {"..", RK_IO, NULL, 0},
    {"", RK_IO, NULL, 0},
    {"pipe", RK_IO, NULL, 0},
};
#define N_NAMED (COUNT(named))

START_TEST(test_access_open__untrusted_stays_below_the_root)
{
    const struct named *row = &named[_i];
    char absolute_root[96], absolute_docs[112];
    (void) snprintf(absolute_root, sizeof absolute_root, "%s/root", top);
    (void) snprintf(absolute_docs, sizeof absolute_docs, "%s/docs", absolute_root);
    const char *const roots[] = {"root", absolute_root, "./root/"};
    const char *const bases[] = {"root/docs", absolute_docs, "root/docs/"};

    for (size_t i = 0; i < 3; i++) {
        const rk__access access = {.untrusted = true, .root = roots[i]};
        char *shown = NULL;
        int fd = 99;
        rk_problems_clear(problems);
        const rk_status status =
            rk__access_open(&access, bases[i], row->path, NULL, &arena, &fd, &shown, problems);
        ck_assert_msg(status == row->status, "'%s': %s", row->path, rk_status_word(status));
        ck_assert_uint_eq(rk_problems_count(problems), status != RK_OK);
        if (status == RK_OK) {
            assert_reads(fd, row->text);
            ck_assert_ptr_nonnull(strstr(shown, row->path));
        } else {
            ck_assert_int_eq(fd, -1);
        }
        if (status == RK_FORBIDDEN) {
            ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->hint, "--root"));
        }
    }
}
END_TEST

START_TEST(test_access_beneath__walks_without_the_kernels_help)
{
    const struct named *row = &named[_i];
    char path[256];
    const int root = open("root", O_PATH | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_ge(root, 0);
    (void) snprintf(path, sizeof path, "%s%s", row->path[0] == '/' ? "" : "docs/", row->path);
    errno = 0;
    const int fd = rk__access_beneath(root, path, true);
    const int error = fd < 0 ? errno : 0;
    if (row->path[0] == '/') {
        ck_assert_int_eq(error, EXDEV);
    } else {
        ck_assert_msg(error == row->by_steps, "'%s': %s", path, strerror(error));
    }
    if (fd >= 0 && row->text != NULL) {
        assert_reads(fd, row->text);
    } else if (fd >= 0) {
        (void) close(fd);
    }
    (void) close(root);
    /* Nothing is left open. */
    const int next = open("root", O_PATH | O_CLOEXEC);
    ck_assert_int_eq(next, root);
    (void) close(next);
}
END_TEST

START_TEST(test_access_open__documents_outside_the_root_name_nothing)
{
    static const struct {
        const char *root, *base, *path;
        rk_status status;
    } rows[] = {{"root", "rooted", "near.csv", RK_FORBIDDEN},
                {"root", NULL, "secret.csv", RK_FORBIDDEN},
                {"root", ".", "root/in.csv", RK_FORBIDDEN},
                {"root", "none", "x", RK_IO},
                {"none", "root", "in.csv", RK_IO},
                {"root/docs", "root", "docs/beside.csv", RK_FORBIDDEN},
                {NULL, NULL, "secret.csv", RK_OK},
                {NULL, "root", "../secret.csv", RK_OK},
                {NULL, "", "secret.csv", RK_OK},
                {"/", NULL, "secret.csv", RK_OK},
                {"root", "root/docs/data", "a.csv", RK_OK},
                {"root", "root/docs/up", "secret.csv", RK_FORBIDDEN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rk__access access = {.untrusted = true, .root = rows[i].root};
        int fd;
        const rk_status status =
            rk__access_open(&access, rows[i].base, rows[i].path, NULL, &arena, &fd, NULL, problems);
        ck_assert_msg(status == rows[i].status, "row %zu: %s", i, rk_status_word(status));
        if (fd >= 0) {
            (void) close(fd);
        }
    }
}
END_TEST

START_TEST(test_access_open__trusted_opens_what_is_named)
{
    static const rk__access trusted = {.root = "root"};
    static const struct {
        const char *path, *text;
        rk_status status;
    } rows[] = {{"../../secret.csv", "secret", RK_OK},
                {"link-out.csv", "secret", RK_OK},
                {"up/rooted/near.csv", "near", RK_OK},
                {"none.csv", NULL, RK_IO},
                {"../data", NULL, RK_IO},
                {"/dev/null", NULL, RK_IO}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd;
        char *shown;
        const rk_status status = rk__access_open(i % 2 ? NULL : &trusted, "root/docs", rows[i].path,
                                                 NULL, &arena, &fd, &shown, problems);
        ck_assert_msg(status == rows[i].status, "row %zu: %s", i, rk_status_word(status));
        if (status == RK_OK) {
            assert_reads(fd, rows[i].text);
        }
    }
    char absolute[96];
    char *shown;
    int fd;
    (void) snprintf(absolute, sizeof absolute, "%s/secret.csv", top);
    ck_assert_int_eq(
        rk__access_open(&trusted, "root", absolute, NULL, &arena, &fd, &shown, problems), RK_OK);
    ck_assert_str_eq(shown, absolute);
    assert_reads(fd, "secret");
}
END_TEST

START_TEST(test_access_open__trusted_reads_pipes)
{
    static const rk__access trusted = {0};
    char path[64], *shown;
    int ends[2], fd;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int) write(ends[1], "piped", 5), 5);
    (void) close(ends[1]);
    (void) snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    ck_assert_int_eq(rk__access_open(&trusted, NULL, path, NULL, &arena, &fd, &shown, problems),
                     RK_OK);
    assert_reads(fd, "piped");
    (void) close(ends[0]);
}
END_TEST

START_TEST(test_access_open__problems_stand_at_the_value)
{
    const rk__access access = {.untrusted = true, .root = "root"};
    const char *text = "{\n \"file\": \"../../secret.csv\"}";
    rk__json *document;
    int fd;
    ck_assert_int_eq(rk__json_parse(text, strlen(text), "root/docs/c.json", &document, problems),
                     RK_OK);
    const rk__value *v = rk__json_get(rk__json_root(document), "file");
    ck_assert_int_eq(rk__access_open(&access, "root/docs", v->text, v, &arena, &fd, NULL, problems),
                     RK_FORBIDDEN);
    const rk_problem *p = rk_problems_at(problems, 0);
    ck_assert_str_eq(p->file, "root/docs/c.json");
    ck_assert_str_eq(p->pointer, "/file");
    ck_assert_uint_eq(p->line, 2);
    ck_assert_uint_eq(p->column, 10);
    ck_assert_str_eq(p->message, "'../../secret.csv' leads out of the folder for this run");
    rk__json_free(document);
}
END_TEST

/* -------------------------------------------------------------------- hosts */

START_TEST(test_access_host__allowed_by_name_and_port)
{
    static const char *const allow[] = {"Tariffs.example.org",
                                        "prices.example.org:8443",
                                        "10.0.0.5",
                                        "[2001:db8::1]:8080",
                                        "2001:db8::2",
                                        "[::1]",
                                        "bad.example.org:x",
                                        NULL};
    static const rk__access access = {.untrusted = true, .allow_host = allow};
    static const struct {
        const char *host;
        int port;
        bool allowed;
    } rows[] = {
        {"tariffs.example.org", 443, true},
        {"TARIFFS.EXAMPLE.ORG.", 80, true},
        {"tariffs.example.org.evil.com", 443, false},
        {"x.tariffs.example.org", 443, false},
        {"prices.example.org", 8443, true},
        {"prices.example.org", 443, false},
        {"10.0.0.5", 80, true},
        {"10.0.0.50", 80, false},
        {"[2001:db8::1]", 8080, true},
        {"2001:0db8:0::1", 8080, true},
        {"2001:db8::1", 80, false},
        {"[2001:db8::2]", 80, true},
        {"::1", 1, true},
        {"bad.example.org", 443, false},
        {"bad.example.org:x", 443, false},
        {"", 443, false},
        {".", 443, false},
        {"localhost", 80, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const rk_status status =
            rk__access_host(&access, rows[i].host, rows[i].port, NULL, problems);
        ck_assert_msg(status == (rows[i].allowed ? RK_OK : RK_FORBIDDEN), "%s:%d", rows[i].host,
                      rows[i].port);
    }
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->hint, "--allow-host"));
    static const rk__access none = {.untrusted = true}, trusted = {0};
    ck_assert_int_eq(rk__access_host(&none, "tariffs.example.org", 443, NULL, NULL), RK_FORBIDDEN);
    ck_assert_int_eq(rk__access_host(&trusted, "anything", 443, NULL, problems), RK_OK);
}
END_TEST

START_TEST(test_access_is_private__knows_the_special_ranges)
{
    static const struct {
        const char *address;
        bool private;
    } rows[] = {
        {"8.8.8.8", false},
        {"0.0.0.0", true},
        {"0.255.255.255", true},
        {"1.0.0.0", false},
        {"10.0.0.0", true},
        {"10.255.255.255", true},
        {"9.255.255.255", false},
        {"11.0.0.0", false},
        {"100.63.255.255", false},
        {"100.64.0.0", true},
        {"100.127.255.255", true},
        {"100.128.0.0", false},
        {"127.0.0.1", true},
        {"127.255.255.255", true},
        {"128.0.0.0", false},
        {"169.254.169.254", true},
        {"169.253.255.255", false},
        {"172.15.255.255", false},
        {"172.16.0.0", true},
        {"172.31.255.255", true},
        {"172.32.0.0", false},
        {"192.0.0.1", true},
        {"192.0.1.0", false},
        {"192.0.2.1", true},
        {"192.88.99.1", true},
        {"192.168.1.1", true},
        {"192.169.0.0", false},
        {"198.17.255.255", false},
        {"198.18.0.0", true},
        {"198.19.255.255", true},
        {"198.20.0.0", false},
        {"198.51.100.7", true},
        {"203.0.113.7", true},
        {"203.0.114.0", false},
        {"223.255.255.255", false},
        {"224.0.0.1", true},
        {"240.0.0.1", true},
        {"255.255.255.255", true},
        {"2606:4700:4700::1111", false},
        {"[2606:4700:4700::1111]", false},
        {"::", true},
        {"::1", true},
        {"[::1]", true},
        {"::8.8.8.8", true},
        {"::ffff:10.0.0.1", true},
        {"::ffff:8.8.8.8", false},
        {"::FFFF:7f00:1", true},
        {"::ffff:0:127.0.0.1", true},
        {"::ffff:0:8.8.8.8", false},
        {"64:ff9b::192.168.0.1", true},
        {"64:ff9b::8.8.8.8", false},
        {"64:ff9b:1::8.8.8.8", true},
        {"100::1", true},
        {"2001::1", true},
        {"2001:1ff:ffff::", true},
        {"2001:200::", false},
        {"2001:db8::1", true},
        {"2001:db9::1", false},
        {"2002:0a00:0001::", true},
        {"2002:7f00:0001::1", true},
        {"2002:0808:0808::1", false},
        {"3fff::1", true},
        {"3fff:1000::1", false},
        {"4000::1", true},
        {"5f00::1", true},
        {"fc00::1", true},
        {"fdff::1", true},
        {"fe80::1", true},
        {"fe80::1%eth0", true},
        {"fec0::1", true},
        {"ff02::1", true},
        {"", true},
        {"localhost", true},
        {"0177.0.0.1", true},
        {"1.2.3", true},
        {"2606:4700:4700::1111:zz", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(rk__access_is_private(rows[i].address) == rows[i].private, "%s",
                      rows[i].address);
    }
}
END_TEST

UNIT_TESTS("access")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_access_open__untrusted_stays_below_the_root, 0, N_NAMED);
    tcase_add_loop_test(tc, test_access_beneath__walks_without_the_kernels_help, 0, N_NAMED);
    tcase_add_test(tc, test_access_open__documents_outside_the_root_name_nothing);
    tcase_add_test(tc, test_access_open__trusted_opens_what_is_named);
    tcase_add_test(tc, test_access_open__trusted_reads_pipes);
    tcase_add_test(tc, test_access_open__problems_stand_at_the_value);
    tcase_add_test(tc, test_access_host__allowed_by_name_and_port);
    tcase_add_test(tc, test_access_is_private__knows_the_special_ranges);
}
