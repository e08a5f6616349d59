/* SPDX-License-Identifier: MIT
 *
 * test_cache_damage.c: the cache when its files are damaged, half written, cannot be
 * written, or are written by several processes at once; and the list of what it holds.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <utime.h>

#include "cache_fixture.h"

/* ------------------------------------------------------------------- damage */

static void damage_body_byte(void)
{
    char path[600];
    ck_assert(find_file(".body", 0, path));
    FILE *file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    fputc('[', file);
    fclose(file);
}

static void damage_body_cut(void)
{
    char path[600];
    ck_assert(find_file(".body", 0, path));
    ck_assert_int_eq(truncate(path, 5), 0);
}

static void damage_body_gone(void)
{
    char path[600];
    ck_assert(find_file(".body", 0, path));
    ck_assert_int_eq(unlink(path), 0);
}

static void damage_meta_cut(void)
{
    char path[600];
    ck_assert(find_file(".json", 0, path));
    ck_assert_int_eq(truncate(path, 40), 0);
}

static void damage_meta_url(void)
{
    set_member("\"url\"", "\"http://example.org/another\"");
}

static void damage_meta_digest(void)
{
    set_member("\"sha256\"", "\"../../../../etc/passwd\"");
}

static void (*const damages[])(void) = {damage_body_byte, damage_body_cut, damage_body_gone,
                                        damage_meta_cut,  damage_meta_url, damage_meta_digest};

START_TEST(test_cache_damage__is_never_served_and_is_repaired_by_fetching)
{
    serve("/t", ONE, "\"1\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    damages[_i]();
    request.max_age_days = 10;
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "the cached copy of 'http://127.0.0.1");
    assert_says(message(), "is damaged");
    assert_says(hint(), "without --offline");
    access_rules.offline = false;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(!got.from_cache); /* and so was asked for without conditions */
    ck_assert_str_eq(got.text, ONE);
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_OK);
}
END_TEST

START_TEST(test_cache_damage__is_no_match_for_a_pin)
{
    serve("/t", ONE, NULL);
    request.sha256 = digest(ONE);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    damage_body_byte();
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, ONE);
    ck_assert_int_eq(http_server_hits(server, NULL), 2);
}
END_TEST

START_TEST(test_cache_folder__that_cannot_be_written_costs_nothing_but_the_copy)
{
    char file[100];
    snprintf(file, sizeof file, "%s/file", folder);
    write_file(file, "in the way");
    strcat(file, "/cache");
    options.cache_dir = file;
    serve("/t", ONE, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_ptr_null(got.path);
}
END_TEST

static const struct {
    const char *xdg, *home, *expect;
} folders[] = {{"/x", "/h", "/x/reckoner/tariffs/"},
               {NULL, "/h", "/h/.cache/reckoner/tariffs/"},
               {"relative", "/h", "/h/.cache/reckoner/tariffs/"},
               {NULL, NULL, NULL}};

START_TEST(test_cache_folder__is_where_the_desktop_specification_says)
{
    char xdg[100], home[100], expect[200];
    snprintf(xdg, sizeof xdg, "%s%s", folders[_i].xdg && folders[_i].xdg[0] == '/' ? folder : "",
             folders[_i].xdg ? folders[_i].xdg : "");
    snprintf(home, sizeof home, "%s%s", folder, folders[_i].home ? folders[_i].home : "");
    folders[_i].xdg ? setenv("XDG_CACHE_HOME", xdg, 1) : unsetenv("XDG_CACHE_HOME");
    folders[_i].home ? setenv("HOME", home, 1) : unsetenv("HOME");
    options.cache_dir = NULL;
    serve("/t", ONE, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    if (folders[_i].expect == NULL) {
        ck_assert_ptr_null(got.path);
    } else {
        snprintf(expect, sizeof expect, "%s%s", folder, folders[_i].expect);
        ck_assert_ptr_nonnull(got.path);
        ck_assert_int_eq(strncmp(got.path, expect, strlen(expect)), 0);
    }
}
END_TEST

/* -------------------------------------------------------- crashes, processes */

START_TEST(test_cache_crash__half_written_files_are_nobody_s)
{
    char path[600], left[700];
    struct utimbuf long_ago = {.actime = 1000000000, .modtime = 1000000000};
    serve("/t", ONE, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    /* What a process leaves that ends between two steps: a temporary file, and a new
     * body that nothing refers to. */
    ck_assert(find_file(".json", 0, path));
    char *name = strrchr(path, '/') + 1;
    snprintf(left, sizeof left, "%s/.%s.0123456789abcdef", cache_dir, name);
    write_file(left, "{\"reckoner\": \"cac");
    ck_assert_int_eq(utime(left, &long_ago), 0);
    snprintf(left, sizeof left, "%s/%.64s-%s.body", cache_dir, name, digest(TWO));
    write_file(left, "{\"ver");
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, ONE);
    request.sha256 = digest(TWO);
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_MISMATCH);
    access_rules.offline = false;
    request.sha256 = NULL;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(count_files(".0123456789abcdef"), 0);
}
END_TEST

/* Fetches for ever, and gets another version each time. */
static void child_fetches(const char *url)
{
    for (;;) {
        rk__fetched fetched;
        request.url = url;
        if (rk__fetch_all(&request, 1, &options, &fetched, NULL) != RK_OK) {
            _exit(1);
        }
        rk__fetched_dispose(&fetched);
    }
}

START_TEST(test_cache_processes__leave_a_whole_entry_whenever_they_die)
{
    pid_t writers[3];
    char body[20];
    int state;
    for (int i = 0; i < 300; i++) {
        snprintf(body, sizeof body, "version %d", i % 6);
        serve("/t", body, NULL);
    }
    ck_assert_int_eq(fetch("/t"), RK_OK);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++) {
            writers[i] = fork();
            if (writers[i] == 0) {
                child_fetches(url_text);
            }
        }
        access_rules.offline = true;
        double end = seconds() + 0.03 + 0.007 * round;
        while (seconds() < end) {
            ck_assert_msg(fetch("/t") == RK_OK, "%s", message());
            ck_assert_int_eq(strncmp(got.text, "version ", 8), 0);
        }
        for (int i = 0; i < 3; i++) {
            kill(writers[i], SIGKILL);
            ck_assert_int_eq(waitpid(writers[i], &state, 0), writers[i]);
            ck_assert(WIFSIGNALED(state)); /* and did not end by a failure */
        }
        ck_assert_msg(fetch("/t") == RK_OK, "%s", message());
        access_rules.offline = false;
    }
}
END_TEST

static void *thread_fetches(void *ctx)
{
    const char *url = ctx;
    for (int i = 0; i < 5; i++) {
        rk__fetched fetched;
        rk__fetch_request own = {.url = url, .max_age_days = i % 2 == 0 ? -1 : 3};
        ck_assert_int_eq(rk__fetch_all(&own, 1, &options, &fetched, NULL), RK_OK);
        ck_assert_str_eq(fetched.text, ONE);
        rk__fetched_dispose(&fetched);
    }
    return NULL;
}

START_TEST(test_cache_threads__may_fetch_at_once)
{
    pthread_t threads[4];
    serve("/t", ONE, "\"1\"");
    http_server_url(server, "/t", url_text, sizeof url_text);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, thread_fetches, url_text), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}
END_TEST

/* ------------------------------------------------------------------ listing */

typedef struct seen {
    int n, intact, current, unreadable;
} seen;

static void see(void *ctx, const rk__cache_entry *entry)
{
    seen *s = ctx;
    s->n++;
    s->intact += entry->intact;
    s->current += entry->etag != NULL;
    s->unreadable += entry->url == NULL;
    ck_assert_ptr_nonnull(entry->path);
    if (entry->url != NULL) {
        assert_says(entry->url, "http://127.0.0.1");
        ck_assert_uint_eq(strlen(entry->sha256), 64);
        ck_assert_int_gt(entry->fetched_at, 1000000000);
        ck_assert_uint_eq(entry->length, strlen(ONE));
    }
}

START_TEST(test_cache_list__shows_every_copy_and_finds_the_damaged)
{
    seen before = {0}, after = {0}, careless = {0};
    serve("/t", ONE, "\"1\"");
    serve("/t", TWO, "\"2\"");
    serve("/u", ONE, "\"1\"");
    ck_assert_int_eq(rk__cache_list(cache_dir, true, see, &before, problems), RK_OK);
    ck_assert_int_eq(before.n, 0);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(fetch("/u"), RK_OK);
    ck_assert_int_eq(rk__cache_list(cache_dir, true, see, &before, problems), RK_OK);
    ck_assert_int_eq(before.n, 3);
    ck_assert_int_eq(before.intact, 3);
    ck_assert_int_eq(before.current, 2);
    damage_body_byte();
    ck_assert_int_eq(rk__cache_list(cache_dir, true, see, &after, problems), RK_OK);
    ck_assert_int_eq(after.n, 3);
    ck_assert_int_eq(after.intact, 2);
    damage_meta_cut();
    ck_assert_int_eq(rk__cache_list(cache_dir, false, see, &careless, problems), RK_OK);
    ck_assert_int_eq(careless.unreadable, 1);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("damage");
    tcase_add_loop_test(tests, test_cache_damage__is_never_served_and_is_repaired_by_fetching, 0,
                        COUNT(damages));
    tcase_add_test(tests, test_cache_damage__is_no_match_for_a_pin);
    tcase_add_test(tests, test_cache_folder__that_cannot_be_written_costs_nothing_but_the_copy);
    tcase_add_loop_test(tests, test_cache_folder__is_where_the_desktop_specification_says, 0,
                        COUNT(folders));
    tcase_add_test(tests, test_cache_crash__half_written_files_are_nobody_s);
    tcase_add_test(tests, test_cache_processes__leave_a_whole_entry_whenever_they_die);
    tcase_add_test(tests, test_cache_threads__may_fetch_at_once);
    tcase_add_test(tests, test_cache_list__shows_every_copy_and_finds_the_damaged);
    return run_fetch_suite(suite_create("cache_damage"), tests);
}
