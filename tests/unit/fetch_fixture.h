/* SPDX-License-Identifier: MIT
 *
 * fetch_fixture.h: shared by the tests of fetching: a server, a cache in a folder of
 * its own, and one request at a time. Time limits allow for a busy machine.
 */
#pragma once

#include <time.h>
#include <unistd.h>

#include "fetch/fetch.h"
#include "support/http_server.h"
#include "unit.h"

static http_server *server;
static char folder[64], cache_dir[80], url_text[512];
static rk__access access_rules;
static rk__fetch_options options;
static rk__fetch_request request;
static rk__fetched got;
static rk_problems *problems;

static void fixture_setup(void)
{
    strcpy(folder, "/tmp/rk-fetch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(cache_dir, sizeof cache_dir, "%s/cache", folder);
    server = http_server_start(NULL);
    access_rules = (rk__access){0};
    options = (rk__fetch_options){.access = &access_rules,
                                  .connect_timeout_ms = 60000,
                                  .timeout_ms = 60000,
                                  .retries = 2,
                                  .backoff_ms = 10,
                                  .cache_dir = cache_dir};
    request = (rk__fetch_request){.max_age_days = -1};
    got = (rk__fetched){0};
    problems = rk_problems_new();
}

static void fixture_teardown(void)
{
    rk__fetched_dispose(&got);
    rk_problems_free(problems);
    http_server_stop(server);
    remove_folder(folder);
}

/* Fetches a URL by the globals' terms; the outcome is in `got` and `problems`. */
static rk_status fetch_url(const char *url)
{
    rk__fetched_dispose(&got);
    rk_problems_clear(problems);
    request.url = url;
    rk_status status = rk__fetch_all(&request, 1, &options, &got, problems);
    ck_assert_int_eq(got.status, status);
    ck_assert_uint_eq(rk_problems_count(problems), status == RK_OK ? 0 : 1);
    if (status != RK_OK) {
        ck_assert_ptr_null(got.text);
    }
    return status;
}

/* The same of a path of the server. */
static inline rk_status fetch(const char *path)
{
    return fetch_url(http_server_url(server, path, url_text, sizeof url_text));
}

static inline const char *message(void)
{
    const rk_problem *p = rk_problems_at(problems, 0);
    return p != NULL ? p->message : "";
}

static inline const char *hint(void)
{
    const rk_problem *p = rk_problems_at(problems, 0);
    return p != NULL && p->hint != NULL ? p->hint : "";
}

static inline double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* Runs a suite of one case; what main returns. */
static inline int run_fetch_suite(Suite *suite, TCase *tests)
{
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_set_timeout(tests, 120);
    suite_add_tcase(suite, tests);
    http_servers_launch();
    return run_suite(suite);
}
