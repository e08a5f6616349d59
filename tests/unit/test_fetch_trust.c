/* SPDX-License-Identifier: MIT
 *
 * test_fetch_trust.c: who is contacted and believed: schemes, redirects, hosts and
 * addresses of untrusted runs, certificates, credentials, proxies.
 */
#include <dirent.h>

#include "base/file.h"
#include "fetch_fixture.h"

static const char DOCUMENT[] = "{\"reckoner\": \"tariff/1\"}\n";

static void set_redirect(const char *from, const char *to)
{
    char line[600];
    snprintf(line, sizeof line, "Location: %s\r\n", to);
    http_server_on(server, from, &(http_reply){.status = 302, .headers = line});
}

/* ---------------------------------------------------------------------- URLs */

static const struct {
    const char *url;
    rk_status expect;
} bad_urls[] = {
    {"ftp://127.0.0.1/t", RK_FORBIDDEN},
    {"file:///etc/passwd", RK_FORBIDDEN},
    {"gopher://127.0.0.1/", RK_FORBIDDEN},
    {"javascript:alert(1)", RK_FORBIDDEN},
    {"tariff.json", RK_OUT_OF_RANGE},
    {"", RK_OUT_OF_RANGE},
    {"http://", RK_OUT_OF_RANGE},
    {"http://127.0.0.1:99999/", RK_OUT_OF_RANGE},
    {"http://127.0.0.1:0/", RK_OUT_OF_RANGE},
    {"http://exa mple.org/", RK_OUT_OF_RANGE},
    {"http://example.org/\nX: y", RK_OUT_OF_RANGE},
};

START_TEST(test_fetch_url__only_http_and_https_are_fetched)
{
    rk_status status = fetch_url(bad_urls[_i].url);
    ck_assert_msg(status == bad_urls[_i].expect, "'%s' gave %d: %s", bad_urls[_i].url, (int) status,
                  message());
}
END_TEST

START_TEST(test_fetch_url__a_bad_pin_is_said_to_be)
{
    request.sha256 = "abc";
    ck_assert_int_eq(fetch("/t"), RK_OUT_OF_RANGE);
    assert_says(message(), "'abc'");
    ck_assert_int_eq(http_server_hits(server, NULL), 0);
}
END_TEST

/* ----------------------------------------------------------------- redirects */

static const int redirect_statuses[] = {301, 302, 303, 307, 308};

START_TEST(test_fetch_redirect__is_followed)
{
    http_server_on(server, "/a/from",
                   &(http_reply){.status = redirect_statuses[_i],
                                 .headers = "Location: ../b/to?x=1#part\r\n",
                                 .body = "moved"});
    http_server_on(server, "/b/to?x=1", &(http_reply){.status = 200, .body = DOCUMENT});
    ck_assert_msg(fetch("/a/from") == RK_OK, "%s", message());
    ck_assert_str_eq(got.text, DOCUMENT);
}
END_TEST

START_TEST(test_fetch_redirect__five_are_followed_and_no_more)
{
    set_redirect("/6", "/5");
    set_redirect("/5", "/4");
    set_redirect("/4", "/3");
    set_redirect("/3", "/2");
    set_redirect("/2", "/1");
    set_redirect("/1", "/0");
    http_server_on(server, "/0", &(http_reply){.status = 200, .body = DOCUMENT});
    ck_assert_int_eq(fetch("/5"), RK_OK);
    ck_assert_int_eq(fetch("/6"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "exceeds the limit of redirects");
    set_redirect("/loop", "/loop");
    ck_assert_int_eq(fetch("/loop"), RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(http_server_hits(server, "/loop"), 6);
}
END_TEST

static const struct {
    const char *to;
    rk_status expect;
    const char *says;
} bad_targets[] = {
    {"ftp://127.0.0.1/t", RK_FORBIDDEN, "neither http nor https"},
    {"file:///etc/passwd", RK_FORBIDDEN, "neither http nor https"},
    {"gopher://127.0.0.1:70/", RK_FORBIDDEN, "neither http nor https"},
    {"http://:secret@[::z]/", RK_TARIFF_UNAVAILABLE, "not a valid URL"},
    {"http://127.0.0.1:123456/", RK_TARIFF_UNAVAILABLE, "not a valid URL"},
};

START_TEST(test_fetch_redirect__leads_nowhere_else)
{
    set_redirect("/t", bad_targets[_i].to);
    ck_assert_int_eq(fetch("/t"), bad_targets[_i].expect);
    assert_says(message(), bad_targets[_i].says);
    ck_assert_ptr_null(strstr(message(), "secret"));
}
END_TEST

START_TEST(test_fetch_redirect__failure_names_both_addresses)
{
    set_redirect("/from", "/to");
    ck_assert_int_eq(fetch("/from"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "/from', redirected to 'http://127.0.0.1");
    assert_says(message(), "/to': the server answered 404");
}
END_TEST

START_TEST(test_fetch_redirect__two_targets_are_none)
{
    http_server_on(server, "/t",
                   &(http_reply){.status = 302, .headers = "Location: /a\r\nLocation: /b\r\n"});
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(http_server_hits(server, NULL), 1);
}
END_TEST

/* ------------------------------------------------------------ untrusted runs */

static const char *allowed[4];

static void run_untrusted(const char *first, const char *second)
{
    allowed[0] = first;
    allowed[1] = second;
    access_rules.untrusted = true;
    access_rules.allow_host = allowed;
}

START_TEST(test_fetch_untrusted__hosts_have_to_be_allowed)
{
    char with_port[40];
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    run_untrusted("example.org", NULL);
    ck_assert_int_eq(fetch("/t"), RK_FORBIDDEN);
    assert_says(message(), "does not allow the host '127.0.0.1'");
    assert_says(hint(), "--allow-host 127.0.0.1");
    ck_assert_int_eq(http_server_hits(server, NULL), 0);
    run_untrusted("127.0.0.1:1", NULL);
    ck_assert_int_eq(fetch("/t"), RK_FORBIDDEN);
    snprintf(with_port, sizeof with_port, "127.0.0.1:%d", http_server_port(server));
    run_untrusted(with_port, NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    run_untrusted("127.0.0.1", NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
}
END_TEST

/* Whoever is asked, it is the cache's owner who fetched the copy. */
START_TEST(test_fetch_untrusted__the_cache_opens_no_other_hosts)
{
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    ck_assert_int_eq(fetch("/t"), RK_OK);
    run_untrusted("example.org", NULL);
    request.max_age_days = 10;
    ck_assert_int_eq(fetch("/t"), RK_FORBIDDEN);
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_FORBIDDEN);
}
END_TEST

/* Names below localhost are 127.0.0.1 to libcurl without asking anybody, which makes
 * them names whose owner lets them stand for a private address. */
START_TEST(test_fetch_untrusted__a_name_does_not_open_a_private_address)
{
    char url[100];
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    snprintf(url, sizeof url, "http://tariffs.localhost:%d/t", http_server_port(server));
    ck_assert_int_eq(fetch_url(url), RK_OK);
    run_untrusted("tariffs.localhost", NULL);
    ck_assert_int_eq(fetch_url(url), RK_FORBIDDEN);
    assert_says(message(), "'tariffs.localhost' stands for the private address");
    assert_says(hint(), "--allow-host ");
    ck_assert_int_eq(http_server_hits(server, NULL), 1);
    run_untrusted("tariffs.localhost", "127.0.0.1");
    ck_assert_int_eq(fetch_url(url), RK_OK);
}
END_TEST

START_TEST(test_fetch_untrusted__localhost_speaks_for_itself)
{
    char url[100];
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    snprintf(url, sizeof url, "http://localhost:%d/t", http_server_port(server));
    run_untrusted("localhost", NULL);
    ck_assert_msg(fetch_url(url) == RK_OK, "%s", message());
}
END_TEST

/* Other spellings of 127.0.0.1 are that address, and not another host. */
static const char *const spellings[] = {"2130706433", "0x7f000001", "0177.0.0.1", "127.1"};

START_TEST(test_fetch_untrusted__spelling_makes_no_other_host)
{
    char url[100];
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    snprintf(url, sizeof url, "http://%s:%d/t", spellings[_i], http_server_port(server));
    run_untrusted(spellings[_i], NULL);
    ck_assert_int_eq(fetch_url(url), RK_FORBIDDEN);
    ck_assert_int_eq(http_server_hits(server, NULL), 0);
}
END_TEST

START_TEST(test_fetch_untrusted__each_redirect_is_checked)
{
    char target[100], outer[40];
    http_server *inner = http_server_start(NULL);
    http_server_on(inner, "/", &(http_reply){.status = 200, .body = "secret"});
    snprintf(target, sizeof target, "http://localhost:%d/", http_server_port(inner));
    set_redirect("/t", target);
    run_untrusted("127.0.0.1", NULL);
    ck_assert_int_eq(fetch("/t"), RK_FORBIDDEN);
    assert_says(message(), "whose host this run does not allow");
    assert_says(hint(), "--allow-host localhost");
    snprintf(target, sizeof target, "http://tariffs.localhost:%d/", http_server_port(inner));
    set_redirect("/u", target);
    /* Allowed by name, but the address by itself on the outer server's port alone. */
    snprintf(outer, sizeof outer, "127.0.0.1:%d", http_server_port(server));
    run_untrusted(outer, "tariffs.localhost");
    ck_assert_int_eq(fetch("/u"), RK_FORBIDDEN);
    assert_says(message(), "private address");
    ck_assert_int_eq(http_server_hits(inner, NULL), 0);
    http_server_stop(inner);
}
END_TEST

/* --------------------------------------------------------------- environment */

START_TEST(test_fetch_environment__proxies_are_for_trusted_runs)
{
    char proxy[100];
    http_server *proxying = http_server_start(NULL);
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    http_server_url(server, "/t", url_text, sizeof url_text);
    http_server_on(proxying, url_text, &(http_reply){.status = 200, .body = "by proxy"});
    setenv("http_proxy", http_server_url(proxying, "", proxy, sizeof proxy), 1);
    setenv("all_proxy", proxy, 1);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, "by proxy");
    run_untrusted("127.0.0.1", NULL);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, DOCUMENT);
    ck_assert_int_eq(http_server_hits(proxying, NULL), 1);
    http_server_stop(proxying);
}
END_TEST

START_TEST(test_fetch_environment__a_netrc_file_is_not_read)
{
    char path[100], head[2000];
    snprintf(path, sizeof path, "%s/.netrc", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("default login someone password something\n", file);
    fclose(file);
    setenv("HOME", folder, 1);
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    ck_assert_int_eq(fetch("/t"), RK_OK);
    http_server_last_request(server, "/t", head, sizeof head);
    ck_assert_ptr_null(strstr(head, "Authorization"));
    assert_says(head, "Accept-Encoding: gzip\r\n");
}
END_TEST

/* --------------------------------------------------------------- credentials */

static const char *with_credentials(const char *path)
{
    snprintf(url_text, sizeof url_text, "http://someone:s3cret@127.0.0.1:%d%s",
             http_server_port(server), path);
    return url_text;
}

/* Whether a text is in any file of the cache, or in a file's name. */
static bool cache_has(const char *needle)
{
    bool found = false;
    struct dirent *entry;
    DIR *dir = opendir(cache_dir);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        char path[600], *text = NULL;
        size_t length;
        snprintf(path, sizeof path, "%s/%s", cache_dir, entry->d_name);
        if (entry->d_name[0] != '.' &&
            rk__file_read(path, 1 << 20, &text, &length, NULL) == RK_OK) {
            found = found || strstr(entry->d_name, needle) || strstr(text, needle);
        }
        rk__free(text);
    }
    closedir(dir);
    return found;
}

START_TEST(test_fetch_credentials__are_sent_and_never_shown)
{
    char head[2000];
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    ck_assert_int_eq(fetch_url(with_credentials("/t")), RK_OK);
    http_server_last_request(server, "/t", head, sizeof head);
    assert_says(head, "Authorization: Basic c29tZW9uZTpzM2NyZXQ=\r\n");
    ck_assert(cache_has("/t\""));
    ck_assert(!cache_has("s3cret"));
    ck_assert(!cache_has("someone"));
    ck_assert_int_eq(fetch_url(with_credentials("/absent")), RK_TARIFF_UNAVAILABLE);
    ck_assert_ptr_null(strstr(message(), "s3cret"));
    ck_assert_ptr_null(strstr(message(), "someone"));
}
END_TEST

static const char *const unfit_urls[] = {
    "http://someone:s3cret@exa mple.org/", "ftp://someone:s3cret@example.org/",
    "http://someone:s3/cr@et:s3cret@[z]/", "someone:s3cret@example.org",
    "http://someone:s3cret@127.0.0.1:1/",
};

START_TEST(test_fetch_credentials__are_not_shown_of_unfit_urls_either)
{
    ck_assert_int_ne(fetch_url(unfit_urls[_i]), RK_OK);
    ck_assert_msg(strstr(message(), "s3cret") == NULL, "%s", message());
}
END_TEST

START_TEST(test_fetch_credentials__are_not_shown_with_the_source_line)
{
    rk__json *document = NULL;
    static const char text[] = "{\"tariff\": \"ftp://someone:s3cret@example.org/\"}";
    ck_assert_int_eq(rk__json_parse(text, strlen(text), "c.json", &document, NULL), RK_OK);
    request.at = rk__json_get(rk__json_root(document), "tariff");
    ck_assert_int_eq(fetch_url(request.at->text), RK_FORBIDDEN);
    const rk_problem *p = rk_problems_at(problems, 0);
    ck_assert_str_eq(p->file, "c.json");
    ck_assert_str_eq(p->pointer, "/tariff");
    ck_assert_uint_eq(p->column, 12);
    ck_assert_ptr_null(p->excerpt);
    rk__json_free(document);
}
END_TEST

START_TEST(test_fetch_credentials__stay_with_their_server)
{
    char target[100], head[2000];
    http_server *other = http_server_start(NULL);
    http_server_on(other, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    set_redirect("/away", http_server_url(other, "/t", target, sizeof target));
    set_redirect("/here", "/t");
    ck_assert_int_eq(fetch_url(with_credentials("/away")), RK_OK);
    http_server_last_request(other, "/t", head, sizeof head);
    ck_assert_ptr_null(strstr(head, "Authorization"));
    ck_assert_int_eq(fetch_url(with_credentials("/here")), RK_OK);
    http_server_last_request(server, "/t", head, sizeof head);
    assert_says(head, "Authorization");
    snprintf(target, sizeof target, "http://a:b@127.0.0.1:%d/t", http_server_port(other));
    set_redirect("/with", target);
    ck_assert_int_eq(fetch("/with"), RK_OK);
    http_server_last_request(other, "/t", head, sizeof head);
    ck_assert_ptr_null(strstr(head, "Authorization"));
    http_server_stop(other);
}
END_TEST

START_TEST(test_fetch_credentials__what_they_opened_is_not_for_others)
{
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = "for someone"});
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = "for all"});
    request.max_age_days = 10;
    ck_assert_int_eq(fetch_url(with_credentials("/t")), RK_OK);
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_str_eq(got.text, "for all");
    ck_assert_int_eq(fetch_url(with_credentials("/t")), RK_OK);
    ck_assert_str_eq(got.text, "for someone");
    ck_assert(got.from_cache);
}
END_TEST

/* ----------------------------------------------------------------------- TLS */

static char ca_file[100], certificate[100], key[100];
static http_server *secure;

static void start_secure(const char *host, const char *which)
{
    make_certificates(folder, host);
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", folder);
    snprintf(certificate, sizeof certificate, "%s/%s", folder, which);
    snprintf(key, sizeof key, "%s/server.key", folder);
    secure = http_server_start(&(http_tls){certificate, key});
    http_server_on(secure, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    http_server_url(secure, "/t", url_text, sizeof url_text);
    options.ca_file = ca_file;
}

static const struct {
    const char *what, *host, *which;
    bool ca;
    rk_status expect;
} tls_cases[] = {
    {"signed for this address", "127.0.0.1", "server.pem", true, RK_OK},
    {"signed for another address", "127.0.0.2", "server.pem", true, RK_TARIFF_UNAVAILABLE},
    {"signed for a name", "example.org", "server.pem", true, RK_TARIFF_UNAVAILABLE},
    {"signed by itself", "127.0.0.1", "self.pem", true, RK_TARIFF_UNAVAILABLE},
    {"expired", "127.0.0.1", "expired.pem", true, RK_TARIFF_UNAVAILABLE},
    {"signed by nobody we know", "127.0.0.1", "server.pem", false, RK_TARIFF_UNAVAILABLE},
};

START_TEST(test_fetch_tls__only_a_certificate_for_this_host_will_do)
{
    start_secure(tls_cases[_i].host, tls_cases[_i].which);
    options.ca_file = tls_cases[_i].ca ? ca_file : NULL;
    ck_assert_msg(fetch_url(url_text) == tls_cases[_i].expect, "%s: %s", tls_cases[_i].what,
                  message());
    if (tls_cases[_i].expect != RK_OK) {
        assert_says(message(), "certificate is not trusted");
        ck_assert_int_eq(http_server_hits(secure, NULL), 0);
    }
    http_server_stop(secure);
}
END_TEST

START_TEST(test_fetch_tls__a_name_is_matched_too)
{
    start_secure("localhost", "server.pem");
    char url[100];
    snprintf(url, sizeof url, "https://localhost:%d/t", http_server_port(secure));
    ck_assert_msg(fetch_url(url) == RK_OK, "%s", message());
    http_server_stop(secure);
}
END_TEST

START_TEST(test_fetch_tls__an_absent_ca_file_is_no_trust_in_all)
{
    start_secure("127.0.0.1", "server.pem");
    options.ca_file = "/nonexistent/ca.pem";
    ck_assert_int_eq(fetch_url(url_text), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "trusted certificates");
    http_server_stop(secure);
}
END_TEST

START_TEST(test_fetch_tls__no_redirect_leaves_it)
{
    char line[200], target[100];
    start_secure("127.0.0.1", "server.pem");
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    snprintf(line, sizeof line, "Location: %s\r\n",
             http_server_url(server, "/t", target, sizeof target));
    http_server_on(secure, "/down", &(http_reply){.status = 301, .headers = line});
    http_server_url(secure, "/down", url_text, sizeof url_text);
    ck_assert_int_eq(fetch_url(url_text), RK_FORBIDDEN);
    assert_says(message(), "leaves https for http");
    ck_assert_int_eq(http_server_hits(server, NULL), 0);
    set_redirect("/up", http_server_url(secure, "/t", target, sizeof target));
    ck_assert_int_eq(fetch("/up"), RK_OK);
    http_server_stop(secure);
}
END_TEST

/* Whoever can end the connection could end the body; gzip knows its own end. */
START_TEST(test_fetch_tls__a_body_has_to_say_where_it_ends)
{
    start_secure("127.0.0.1", "server.pem");
    http_server_on(secure, "/cut",
                   &(http_reply){.status = 200,
                                 .body = DOCUMENT,
                                 .no_length = true,
                                 .cut_after = 60,
                                 .ending = HTTP_RESET});
    http_server_on(secure, "/gzip",
                   &(http_reply){.status = 200,
                                 .body = DOCUMENT,
                                 .gzip = true,
                                 .no_length = true,
                                 .ending = HTTP_RESET});
    http_server_on(secure, "/chunked",
                   &(http_reply){.status = 200, .body = DOCUMENT, .chunked = true});
    ck_assert_int_eq(fetch_url(http_server_url(secure, "/cut", url_text, sizeof url_text)),
                     RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "does not say where the document ends");
    ck_assert_int_eq(fetch_url(http_server_url(secure, "/gzip", url_text, sizeof url_text)), RK_OK);
    ck_assert_int_eq(fetch_url(http_server_url(secure, "/chunked", url_text, sizeof url_text)),
                     RK_OK);
    http_server_stop(secure);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("trust");
    tcase_add_loop_test(tests, test_fetch_url__only_http_and_https_are_fetched, 0, COUNT(bad_urls));
    tcase_add_test(tests, test_fetch_url__a_bad_pin_is_said_to_be);
    tcase_add_loop_test(tests, test_fetch_redirect__is_followed, 0, COUNT(redirect_statuses));
    tcase_add_test(tests, test_fetch_redirect__five_are_followed_and_no_more);
    tcase_add_loop_test(tests, test_fetch_redirect__leads_nowhere_else, 0, COUNT(bad_targets));
    tcase_add_test(tests, test_fetch_redirect__failure_names_both_addresses);
    tcase_add_test(tests, test_fetch_redirect__two_targets_are_none);
    tcase_add_test(tests, test_fetch_untrusted__hosts_have_to_be_allowed);
    tcase_add_test(tests, test_fetch_untrusted__the_cache_opens_no_other_hosts);
    tcase_add_test(tests, test_fetch_untrusted__a_name_does_not_open_a_private_address);
    tcase_add_test(tests, test_fetch_untrusted__localhost_speaks_for_itself);
    tcase_add_loop_test(tests, test_fetch_untrusted__spelling_makes_no_other_host, 0,
                        COUNT(spellings));
    tcase_add_test(tests, test_fetch_untrusted__each_redirect_is_checked);
    tcase_add_test(tests, test_fetch_environment__proxies_are_for_trusted_runs);
    tcase_add_test(tests, test_fetch_environment__a_netrc_file_is_not_read);
    tcase_add_test(tests, test_fetch_credentials__are_sent_and_never_shown);
    tcase_add_loop_test(tests, test_fetch_credentials__are_not_shown_of_unfit_urls_either, 0,
                        COUNT(unfit_urls));
    tcase_add_test(tests, test_fetch_credentials__are_not_shown_with_the_source_line);
    tcase_add_test(tests, test_fetch_credentials__stay_with_their_server);
    tcase_add_test(tests, test_fetch_credentials__what_they_opened_is_not_for_others);
    tcase_add_loop_test(tests, test_fetch_tls__only_a_certificate_for_this_host_will_do, 0,
                        COUNT(tls_cases));
    tcase_add_test(tests, test_fetch_tls__a_name_is_matched_too);
    tcase_add_test(tests, test_fetch_tls__an_absent_ca_file_is_no_trust_in_all);
    tcase_add_test(tests, test_fetch_tls__no_redirect_leaves_it);
    tcase_add_test(tests, test_fetch_tls__a_body_has_to_say_where_it_ends);
    return run_fetch_suite(suite_create("fetch_trust"), tests);
}
