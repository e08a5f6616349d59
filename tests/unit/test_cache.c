/* SPDX-License-Identifier: MIT
 *
 * test_cache.c: what is kept of fetched documents, and when it is used: validation,
 * age, offline, pins.
 */
#include <sys/stat.h>

#include "cache_fixture.h"

static void make_days_old(int days)
{
    char when[30];
    snprintf(when, sizeof when, "%lld", (long long) time(NULL) - 86400LL * days);
    set_member("\"fetched_at\"", when);
}

static void stop_server(void)
{
    http_server_stop(server);
    server = NULL;
}

/* --------------------------------------------------------------- validation */

START_TEST(test_cache_entry__is_a_body_and_its_description)
{
    char path[600], *text;
    size_t length;
    struct stat info;
    serve("/t", ONE, "\"e1\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(rk__file_read(got.path, 1 << 20, &text, &length, NULL), RK_OK);
    ck_assert_str_eq(text, ONE);
    rk__free(text);
    ck_assert(find_file(".json", 0, path));
    ck_assert_int_eq(rk__file_read(path, 1 << 20, &text, &length, NULL), RK_OK);
    assert_says(text, url_text);
    assert_says(text, digest(ONE));
    assert_says(text, "\\\"e1\\\"");
    rk__free(text);
    ck_assert_int_eq(stat(cache_dir, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0700);
}
END_TEST

static const struct {
    const char *etag, *modified, *asks;
} validators[] = {
    {"\"e1\"", NULL, "If-None-Match: \"e1\"\r\n"},
    {"W/\"e1\"", NULL, "If-None-Match: W/\"e1\"\r\n"},
    {NULL, "Tue, 05 Apr 2016 10:00:00 GMT", "If-Modified-Since: Tue, 05 Apr 2016 10:00:00 GMT\r\n"},
    {"\"e1\"", "Tue, 05 Apr 2016 10:00:00 GMT", "If-None-Match: \"e1\"\r\n"},
};

START_TEST(test_cache_validation__an_unchanged_document_is_not_sent_again)
{
    char head[2000];
    http_server_on(server, "/t",
                   &(http_reply){.status = 200,
                                 .body = ONE,
                                 .etag = validators[_i].etag,
                                 .last_modified = validators[_i].modified});
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(!got.from_cache);
    make_days_old(5);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    http_server_last_request(server, "/t", head, sizeof head);
    assert_says(head, validators[_i].asks);
    ck_assert(got.from_cache);
    ck_assert_str_eq(got.text, ONE);
    ck_assert_int_le(got.age_seconds, 1); /* known to be current as of now */
    request.max_age_days = 1;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(http_server_hits(server, "/t"), 2);
}
END_TEST

START_TEST(test_cache_validation__a_changed_document_replaces_the_copy)
{
    serve("/t", ONE, "\"e1\"");
    serve("/t", TWO, "\"e2\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, TWO);
    ck_assert(!got.from_cache);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(got.from_cache);
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, TWO);
}
END_TEST

/* After a redirect to somewhere else, the same validator means something else. */
START_TEST(test_cache_validation__validators_go_to_the_address_that_gave_them)
{
    http_server_on(server, "/t", &(http_reply){.status = 302, .headers = "Location: /1\r\n"});
    http_server_on(server, "/t", &(http_reply){.status = 302, .headers = "Location: /1\r\n"});
    http_server_on(server, "/t", &(http_reply){.status = 302, .headers = "Location: /2\r\n"});
    serve("/1", ONE, "\"e\"");
    serve("/2", TWO, "\"e\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(got.from_cache);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(!got.from_cache);
    ck_assert_str_eq(got.text, TWO);
}
END_TEST

START_TEST(test_cache_validation__only_plain_validators_are_kept)
{
    char head[2000];
    serve("/t", ONE, "\"\x01\xff\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    http_server_last_request(server, "/t", head, sizeof head);
    ck_assert_ptr_null(strstr(head, "If-None-Match"));
}
END_TEST

/* ---------------------------------------------------------------------- age */

static const struct {
    int days_old, max_age_days, hits;
} ages[] = {{0, -1, 2}, {0, 0, 2}, {0, 1, 1},  {2, 1, 2},
            {2, 3, 1},  {3, 3, 2}, {-5, 3, 2}, {9000, 2000000000, 1}};

START_TEST(test_cache_age__decides_whether_the_server_is_asked)
{
    serve("/t", ONE, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    make_days_old(ages[_i].days_old);
    request.max_age_days = ages[_i].max_age_days;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(http_server_hits(server, "/t"), ages[_i].hits);
    ck_assert_int_eq(got.from_cache, ages[_i].hits == 1);
}
END_TEST

START_TEST(test_cache_age__is_told)
{
    serve("/t", ONE, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    make_days_old(2);
    request.max_age_days = 3;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_ge(got.age_seconds, 2 * 86400);
    ck_assert_int_lt(got.age_seconds, 2 * 86400 + 60);
    ck_assert_int_le(got.fetched_at, time(NULL) - 2 * 86400);
}
END_TEST

START_TEST(test_cache_age__an_old_copy_does_not_stand_in_for_a_server)
{
    serve("/t", ONE, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    make_days_old(5);
    stop_server();
    request.max_age_days = 3;
    ck_assert_int_eq(fetch_url(url_text), RK_TARIFF_UNAVAILABLE);
    assert_says(hint(), "use --offline with the cached copy of 20");
    request.max_age_days = 10;
    ck_assert_int_eq(fetch_url(url_text), RK_OK);
    ck_assert_str_eq(got.text, ONE);
}
END_TEST

/* One request has the server asked; the other could have done without. */
START_TEST(test_cache_age__each_request_is_served_by_its_own_terms)
{
    rk__fetched both[2];
    serve("/t", ONE, NULL);
    serve("/t", TWO, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    rk__fetch_request requests[2] = {{.url = url_text, .max_age_days = 3},
                                     {.url = url_text, .max_age_days = -1}};
    ck_assert_int_eq(rk__fetch_all(requests, 2, &options, both, problems), RK_OK);
    ck_assert_str_eq(both[0].text, TWO);
    ck_assert_str_eq(both[1].text, TWO);
    rk__fetched_dispose(&both[0]);
    rk__fetched_dispose(&both[1]);
    stop_server();
    ck_assert_int_eq(rk__fetch_all(requests, 2, &options, both, problems), RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(both[0].status, RK_OK);
    ck_assert_int_eq(both[1].status, RK_TARIFF_UNAVAILABLE);
    ck_assert_str_eq(both[0].text, TWO);
    rk__fetched_dispose(&both[0]);
    rk__fetched_dispose(&both[1]);
}
END_TEST

/* ------------------------------------------------------------------ offline */

START_TEST(test_cache_offline__uses_what_there_is_and_asks_nobody)
{
    serve("/t", ONE, NULL);
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "is not in the cache");
    assert_says(hint(), "without --offline");
    access_rules.offline = false;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    make_days_old(1000);
    access_rules.offline = true;
    request.max_age_days = 1;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(got.from_cache);
    ck_assert_int_ge(got.age_seconds, 1000 * 86400);
    ck_assert_int_eq(http_server_hits(server, NULL), 1);
}
END_TEST

/* --------------------------------------------------------------------- pins */

START_TEST(test_cache_pin__a_copy_that_matches_is_used_without_asking)
{
    char upper[RK__SHA256_TEXT];
    serve("/t", ONE, NULL);
    request.sha256 = digest(ONE);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    make_days_old(5000);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert(got.from_cache);
    strcpy(upper, request.sha256);
    for (char *p = upper; *p != '\0'; p++) {
        *p = *p >= 'a' ? (char) (*p - 'a' + 'A') : *p;
    }
    request.sha256 = upper;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(http_server_hits(server, NULL), 1);
}
END_TEST

START_TEST(test_cache_pin__another_body_is_a_mismatch_and_not_kept)
{
    serve("/t", ONE, "\"1\"");
    serve("/t", TWO, "\"2\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    request.sha256 = digest("something else");
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_MISMATCH);
    assert_says(message(), digest(TWO));
    assert_says(message(), digest("something else"));
    assert_says(message(), "/t'");
    request.sha256 = NULL;
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, ONE);
    request.sha256 = digest(TWO);
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_MISMATCH);
    assert_says(message(), digest(ONE));
    assert_says(message(), digest(TWO));
}
END_TEST

START_TEST(test_cache_pin__a_mismatch_that_is_not_modified_is_one_still)
{
    serve("/t", ONE, "\"1\"");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    request.sha256 = digest(TWO);
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_MISMATCH);
    assert_says(message(), digest(ONE));
}
END_TEST

START_TEST(test_cache_pin__superseded_copies_stay_for_those_who_pin_them)
{
    char body[20];
    serve("/t", ONE, NULL);
    serve("/t", TWO, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    request.sha256 = digest(ONE);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, ONE);
    ck_assert(got.from_cache);
    ck_assert_int_eq(http_server_hits(server, NULL), 2);
    request.sha256 = NULL;
    for (int i = 0; i < 8; i++) {
        snprintf(body, sizeof body, "version %d", i + 3);
        serve("/t", body, NULL);
        ck_assert_int_eq(fetch("/t"), RK_OK);
    }
    ck_assert_int_eq(count_files(".body"), 4);
    ck_assert_int_eq(count_files(".json"), 1);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("cache");
    tcase_add_test(tests, test_cache_entry__is_a_body_and_its_description);
    tcase_add_loop_test(tests, test_cache_validation__an_unchanged_document_is_not_sent_again, 0,
                        COUNT(validators));
    tcase_add_test(tests, test_cache_validation__a_changed_document_replaces_the_copy);
    tcase_add_test(tests, test_cache_validation__validators_go_to_the_address_that_gave_them);
    tcase_add_test(tests, test_cache_validation__only_plain_validators_are_kept);
    tcase_add_loop_test(tests, test_cache_age__decides_whether_the_server_is_asked, 0, COUNT(ages));
    tcase_add_test(tests, test_cache_age__is_told);
    tcase_add_test(tests, test_cache_age__an_old_copy_does_not_stand_in_for_a_server);
    tcase_add_test(tests, test_cache_age__each_request_is_served_by_its_own_terms);
    tcase_add_test(tests, test_cache_offline__uses_what_there_is_and_asks_nobody);
    tcase_add_test(tests, test_cache_pin__a_copy_that_matches_is_used_without_asking);
    tcase_add_test(tests, test_cache_pin__another_body_is_a_mismatch_and_not_kept);
    tcase_add_test(tests, test_cache_pin__a_mismatch_that_is_not_modified_is_one_still);
    tcase_add_test(tests, test_cache_pin__superseded_copies_stay_for_those_who_pin_them);
    return run_fetch_suite(suite_create("cache"), tests);
}
