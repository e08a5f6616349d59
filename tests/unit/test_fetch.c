/* SPDX-License-Identifier: MIT
 *
 * test_fetch.c: transfers: bodies that count and bodies that do not, retries,
 * limits of size and time, and several URLs at once.
 */
#include "fetch_fixture.h"

static const char DOCUMENT[] = "{\"reckoner\": \"tariff/1\"}\n";

/* Text that does not compress to nothing, of any length. */
static char *long_text(size_t length)
{
    char *text = malloc(length + 1);
    unsigned state = 1;
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < length; i++) {
        state = state * 1103515245u + 12345u;
        text[i] = (char) ('a' + (state >> 16) % 26);
    }
    text[length] = '\0';
    return text;
}

/* ------------------------------------------------------------------- bodies */

static const struct {
    const char *what;
    http_reply reply;
} whole_bodies[] = {
    {"a length", {.status = 200}},
    {"chunks", {.status = 200, .chunked = true}},
    {"no length", {.status = 200, .no_length = true}},
    {"gzip", {.status = 200, .gzip = true}},
    {"gzip in chunks", {.status = 200, .gzip = true, .chunked = true}},
    {"gzip without length", {.status = 200, .gzip = true, .no_length = true}},
    {"small pieces", {.status = 200, .gzip = true, .chunked = true, .piece = 97}},
    {"a slow start", {.status = 200, .delay_ms = 50}},
    {"identity, said twice",
     {.status = 200, .headers = "Content-Encoding: identity\r\nContent-Encoding:\r\n"}},
};

START_TEST(test_fetch_body__arrives_whole_however_it_is_framed)
{
    char *text = long_text(50000);
    http_reply reply = whole_bodies[_i].reply;
    reply.body = text;
    http_server_on(server, "/t", &reply);
    ck_assert_msg(fetch("/t") == RK_OK, "%s: %s", whole_bodies[_i].what, message());
    ck_assert_uint_eq(got.length, 50000);
    ck_assert_str_eq(got.text, text);
    ck_assert(!got.from_cache);
    ck_assert_int_eq(got.age_seconds, 0);
    ck_assert_ptr_nonnull(got.path);
    free(text);
}
END_TEST

START_TEST(test_fetch_body__empty_one_is_a_body)
{
    http_server_on(server, "/t", &(http_reply){.status = 200});
    ck_assert_int_eq(fetch("/t"), RK_OK);
    ck_assert_uint_eq(got.length, 0);
    ck_assert_str_eq(got.text, "");
    ck_assert_str_eq(got.sha256,
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
END_TEST

/* Each is cut somewhere, or can be read as one that is. */
static const struct {
    const char *what;
    http_reply reply;
} broken_bodies[] = {
    {"cut before its length", {.status = 200, .cut_after = 20000}},
    {"cut within the chunks", {.status = 200, .chunked = true, .cut_after = 20000}},
    {"gzip cut before its length", {.status = 200, .gzip = true, .cut_after = 20000}},
    {"gzip cut, no length", {.status = 200, .gzip = true, .no_length = true, .cut_after = 20000}},
    {"cut within the head", {.status = 200, .cut_after = 30}},
    {"reset before its length", {.status = 200, .cut_after = 20000, .ending = HTTP_RESET}},
    {"not gzip though it says so", {.status = 200, .headers = "Content-Encoding: gzip\r\n"}},
    {"gzip twice", {.status = 200, .gzip = true, .headers = "Content-Encoding: gzip\r\n"}},
    {"an encoding nobody asked for", {.status = 200, .headers = "Content-Encoding: br\r\n"}},
    {"two lengths", {.status = 200, .headers = "Content-Length: 20\r\n"}},
    {"a length and chunks", {.status = 200, .chunked = true, .headers = "Content-Length: 9\r\n"}},
    {"a list of lengths",
     {.status = 200, .no_length = true, .headers = "Content-Length: 5, 5\r\n"}},
    {"a negative length", {.status = 200, .no_length = true, .headers = "Content-Length: -1\r\n"}},
    {"chunked twice",
     {.status = 200, .chunked = true, .headers = "Transfer-Encoding: chunked\r\n"}},
    {"a folded length",
     {.status = 200, .no_length = true, .headers = "Content-Length: 2\r\n 0\r\n"}},
    {"gzip as a transfer encoding",
     {.status = 200, .no_length = true, .headers = "Transfer-Encoding: gzip\r\n"}},
};

START_TEST(test_fetch_body__cut_or_ambiguous_is_no_body)
{
    char *text = long_text(50000);
    http_reply reply = broken_bodies[_i].reply;
    reply.body = text;
    http_server_on(server, "/t", &reply);
    ck_assert_msg(fetch("/t") == RK_TARIFF_UNAVAILABLE, "%s: %s", broken_bodies[_i].what,
                  message());
    access_rules.offline = true;
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE); /* nothing was cached */
    free(text);
}
END_TEST

START_TEST(test_fetch_body__gzip_file_cut_on_the_server_is_refused)
{
    /* The length is right, and so is all that came; only the end is missing. */
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                                "Content-Length: 15\r\n\r\n"
                                "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x4c\x4a\x06\x00";
    http_server_on(server, "/t", &(http_reply){.body = reply, .length = sizeof reply - 1});
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "compression is damaged");
}
END_TEST

/* ------------------------------------------------------------------ statuses */

static const struct {
    int status;
    int hits; /* retries are for what may pass */
    const char *says;
} statuses[] = {
    {404, 1, "the server answered 404: not found"},
    {403, 1, "the server answered 403"},
    {401, 1, "requires credentials"},
    {400, 1, "the server answered 400"},
    {410, 1, "gone"},
    {206, 1, "the server answered 206"},
    {304, 1, "the server answered 304"}, /* nobody asked whether it was modified */
    {300, 1, "the server answered 300"},
    {301, 1, "the server answered 301"}, /* without a Location */
    {500, 3, "(3 attempts)"},
    {503, 3, "the server answered 503: not available (3 attempts)"},
    {429, 3, "too many requests (3 attempts)"},
};

START_TEST(test_fetch_status__other_than_200_is_no_document)
{
    http_server_on(server, "/t", &(http_reply){.status = statuses[_i].status, .body = "sorry"});
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), statuses[_i].says);
    assert_says(message(), url_text);
    assert_says(hint(), "there is no cached copy");
    ck_assert_int_eq(http_server_hits(server, "/t"), statuses[_i].hits);
}
END_TEST

START_TEST(test_fetch_status__endless_error_page_is_left_early)
{
    char *page = long_text(3 << 20);
    http_server_on(server, "/t", &(http_reply){.status = 404, .body = page, .length = 3 << 20});
    options.max_bytes = 1000;
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "404");
    free(page);
}
END_TEST

/* ------------------------------------------------------------------- retries */

static const http_reply passing_troubles[] = {
    {.status = 500},
    {.status = 503, .headers = "Retry-After: 0\r\n"},
    {.status = 429},
    {.status = 200, .body = DOCUMENT, .cut_after = 10},
    {.status = 200, .body = DOCUMENT, .cut_after = 10, .ending = HTTP_RESET},
    {.status = 200, .body = DOCUMENT, .chunked = true, .cut_after = 90},
    {.status = 0, .body = ""},
};

START_TEST(test_fetch_retry__passing_trouble_is_overcome)
{
    http_server_on(server, "/t", &passing_troubles[_i]);
    http_server_on(server, "/t", &passing_troubles[_i]);
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    ck_assert_msg(fetch("/t") == RK_OK, "%s", message());
    ck_assert_str_eq(got.text, DOCUMENT);
    ck_assert_int_eq(http_server_hits(server, "/t"), 3);
}
END_TEST

START_TEST(test_fetch_retry__none_where_none_is_wanted)
{
    http_server_on(server, "/t", &(http_reply){.status = 503});
    options.retries = 0;
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(http_server_hits(server, "/t"), 1);
}
END_TEST

START_TEST(test_fetch_retry__pauses_grow_and_heed_retry_after)
{
    http_server_on(server, "/grow", &(http_reply){.status = 503});
    options.backoff_ms = 60;
    double start = seconds();
    ck_assert_int_eq(fetch("/grow"), RK_TARIFF_UNAVAILABLE);
    ck_assert_double_ge(seconds() - start, 0.06 + 0.12);

    http_server_on(server, "/after", &(http_reply){.status = 503, .headers = "Retry-After: 1\r\n"});
    http_server_on(server, "/after", &(http_reply){.status = 200, .body = DOCUMENT});
    start = seconds();
    ck_assert_int_eq(fetch("/after"), RK_OK);
    ck_assert_double_ge(seconds() - start, 1.0);
}
END_TEST

START_TEST(test_fetch_retry__a_long_retry_after_is_not_waited_for)
{
    http_server_on(server, "/t", &(http_reply){.status = 503, .headers = "Retry-After: 86400\r\n"});
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE); /* else the test's time runs out */
    ck_assert_int_eq(http_server_hits(server, "/t"), 1);
    assert_says(hint(), "86400 seconds");
}
END_TEST

START_TEST(test_fetch_retry__an_unreachable_server_is_said_to_be)
{
    http_server_url(server, "/t", url_text, sizeof url_text);
    http_server_stop(server);
    server = NULL;
    ck_assert_int_eq(fetch_url(url_text), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "cannot reach the server");
    assert_says(message(), "(3 attempts)");
    assert_says(hint(), "--offline");
}
END_TEST

/* -------------------------------------------------------------------- limits */

static const struct {
    const char *what;
    http_reply reply;
    size_t length, max_bytes;
    rk_status expect;
} sizes[] = {
    {"just as long", {.status = 200}, 20000, 20000, RK_OK},
    {"a byte longer", {.status = 200}, 20001, 20000, RK_TARIFF_UNAVAILABLE},
    {"longer, in chunks", {.status = 200, .chunked = true}, 20001, 20000, RK_TARIFF_UNAVAILABLE},
    {"longer, no length", {.status = 200, .no_length = true}, 20001, 20000, RK_TARIFF_UNAVAILABLE},
    {"gzip, as long", {.status = 200, .gzip = true}, 20000, 20000, RK_OK},
    {"gzip, longer", {.status = 200, .gzip = true}, 20001, 20000, RK_TARIFF_UNAVAILABLE},
};

START_TEST(test_fetch_limit__is_counted_after_unpacking)
{
    char *text = long_text(sizes[_i].length);
    http_reply reply = sizes[_i].reply;
    reply.body = text;
    http_server_on(server, "/t", &reply);
    options.max_bytes = sizes[_i].max_bytes;
    ck_assert_msg(fetch("/t") == sizes[_i].expect, "%s: %s", sizes[_i].what, message());
    if (sizes[_i].expect != RK_OK) {
        assert_says(message(), "larger than 20000 bytes");
        ck_assert_int_eq(http_server_hits(server, "/t"), 1);
    }
    free(text);
}
END_TEST

START_TEST(test_fetch_limit__a_bomb_is_stopped_when_it_goes_off)
{
    size_t length = (size_t) 64 << 20; /* 64 KB when packed */
    char *zeros = calloc(1, length);
    ck_assert_ptr_nonnull(zeros);
    http_server_on(server, "/t",
                   &(http_reply){.status = 200, .body = zeros, .length = length, .gzip = true});
    options.max_bytes = 1 << 20;
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "larger than 1048576 bytes");
    free(zeros);
}
END_TEST

START_TEST(test_fetch_limit__a_length_over_it_is_refused_before_the_body_comes)
{
    http_server_on(server, "/t",
                   &(http_reply){.body = "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n",
                                 .ending = HTTP_HANG});
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "larger than"); /* and not "too long" */
}
END_TEST

static const struct {
    const char *what;
    http_reply reply;
} dawdlers[] = {
    {"says nothing", {.status = 200, .delay_ms = 100000}},
    {"stops half way", {.status = 200, .cut_after = 70, .ending = HTTP_HANG}},
    {"a byte at a time", {.status = 200, .piece = 1, .pause_ms = 1000}},
};

START_TEST(test_fetch_time__runs_out_for_a_slow_server)
{
    http_reply reply = dawdlers[_i].reply;
    reply.body = DOCUMENT;
    http_server_on(server, "/t", &reply);
    options.timeout_ms = 400;
    double start = seconds();
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    ck_assert_double_lt(seconds() - start, 50);
    assert_says(message(), "too long");
    ck_assert_int_le(http_server_hits(server, "/t"), 1); /* not retried */
}
END_TEST

START_TEST(test_fetch_time__is_cut_short_for_a_trickle)
{
    http_server_on(server, "/t",
                   &(http_reply){.status = 200, .body = DOCUMENT, .piece = 1, .pause_ms = 500});
    options.timeout_ms = 3900; /* fewer than 16 bytes a second are accepted for a second */
    ck_assert_int_eq(fetch("/t"), RK_TARIFF_UNAVAILABLE);
    assert_says(message(), "too slow"); /* and not "too long" */
}
END_TEST

/* ------------------------------------------------------------- several at once */

#define MANY 20

START_TEST(test_fetch_many__come_at_once)
{
    rk__fetch_request requests[MANY];
    rk__fetched fetched[MANY];
    char urls[MANY][100], path[20], body[20];
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof path, "/%d", i);
        snprintf(body, sizeof body, "document %d", i);
        http_server_on(server, path, &(http_reply){.status = 200, .body = body, .delay_ms = 1000});
        http_server_url(server, path, urls[i], sizeof urls[i]);
        requests[i] = (rk__fetch_request){.url = urls[i], .max_age_days = -1};
    }
    double start = seconds();
    ck_assert_int_eq(rk__fetch_all(requests, MANY, &options, fetched, problems), RK_OK);
    ck_assert_double_lt(seconds() - start, MANY * 0.75);
    for (int i = 0; i < MANY; i++) {
        snprintf(body, sizeof body, "document %d", i);
        ck_assert_str_eq(fetched[i].text, body);
        rk__fetched_dispose(&fetched[i]);
    }
}
END_TEST

START_TEST(test_fetch_many__one_url_is_fetched_once)
{
    rk__fetch_request requests[4];
    rk__fetched fetched[4];
    char url[100], same[100], other[100];
    http_server_on(server, "/t", &(http_reply){.status = 200, .body = DOCUMENT});
    http_server_on(server, "/u", &(http_reply){.status = 404});
    http_server_url(server, "/t", url, sizeof url);
    http_server_url(server, "/u", other, sizeof other);
    snprintf(same, sizeof same, "HTTP://127.0.0.1:%d/t#table", http_server_port(server));
    const char *urls[4] = {url, other, same, url};
    for (int i = 0; i < 4; i++) {
        requests[i] = (rk__fetch_request){.url = urls[i], .max_age_days = -1};
    }
    ck_assert_int_eq(rk__fetch_all(requests, 4, &options, fetched, problems),
                     RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(http_server_hits(server, "/t"), 1);
    ck_assert_int_eq(http_server_hits(server, NULL), 2);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(fetched[i].status, i == 1 ? RK_TARIFF_UNAVAILABLE : RK_OK);
        if (i != 1) {
            ck_assert_str_eq(fetched[i].text, DOCUMENT);
        }
        rk__fetched_dispose(&fetched[i]);
    }
}
END_TEST

START_TEST(test_fetch_many__none_is_fine)
{
    ck_assert_int_eq(rk__fetch_all(NULL, 0, &options, NULL, problems), RK_OK);
}
END_TEST

/* ------------------------------------------------------------------- memory */

START_TEST(test_fetch_memory__running_out_at_any_point_is_said)
{
    rk_status status = RK_NO_MEMORY;
    long n = 0;
    http_server_on(server, "/t",
                   &(http_reply){.status = 200, .body = DOCUMENT, .gzip = true, .etag = "\"1\""});
    http_server_on(server, "/moved", &(http_reply){.status = 302, .headers = "Location: /t\r\n"});
    http_server_url(server, "/moved", url_text, sizeof url_text);
    request.url = url_text;
    for (; status == RK_NO_MEMORY && n < 2000; n++) {
        rk__alloc_fail_after(n);
        status = rk__fetch_all(&request, 1, &options, &got, NULL);
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_OK || (status == RK_NO_MEMORY && got.text == NULL),
                      "allocation %ld: status %d", n, (int) status);
        if (status != RK_OK) {
            rk__fetched_dispose(&got);
        }
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_int_gt(n, 10);
    ck_assert_str_eq(got.text, DOCUMENT);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("transfers");
    tcase_add_loop_test(tests, test_fetch_body__arrives_whole_however_it_is_framed, 0,
                        COUNT(whole_bodies));
    tcase_add_test(tests, test_fetch_body__empty_one_is_a_body);
    tcase_add_loop_test(tests, test_fetch_body__cut_or_ambiguous_is_no_body, 0,
                        COUNT(broken_bodies));
    tcase_add_test(tests, test_fetch_body__gzip_file_cut_on_the_server_is_refused);
    tcase_add_loop_test(tests, test_fetch_status__other_than_200_is_no_document, 0,
                        COUNT(statuses));
    tcase_add_test(tests, test_fetch_status__endless_error_page_is_left_early);
    tcase_add_loop_test(tests, test_fetch_retry__passing_trouble_is_overcome, 0,
                        COUNT(passing_troubles));
    tcase_add_test(tests, test_fetch_retry__none_where_none_is_wanted);
    tcase_add_test(tests, test_fetch_retry__pauses_grow_and_heed_retry_after);
    tcase_add_test(tests, test_fetch_retry__a_long_retry_after_is_not_waited_for);
    tcase_add_test(tests, test_fetch_retry__an_unreachable_server_is_said_to_be);
    tcase_add_loop_test(tests, test_fetch_limit__is_counted_after_unpacking, 0, COUNT(sizes));
    tcase_add_test(tests, test_fetch_limit__a_bomb_is_stopped_when_it_goes_off);
    tcase_add_test(tests, test_fetch_limit__a_length_over_it_is_refused_before_the_body_comes);
    tcase_add_loop_test(tests, test_fetch_time__runs_out_for_a_slow_server, 0, COUNT(dawdlers));
    tcase_add_test(tests, test_fetch_time__is_cut_short_for_a_trickle);
    tcase_add_test(tests, test_fetch_many__come_at_once);
    tcase_add_test(tests, test_fetch_many__one_url_is_fetched_once);
    tcase_add_test(tests, test_fetch_many__none_is_fine);
    tcase_add_test(tests, test_fetch_memory__running_out_at_any_point_is_said);
    return run_fetch_suite(suite_create("fetch"), tests);
}
