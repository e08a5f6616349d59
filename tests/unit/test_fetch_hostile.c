/* SPDX-License-Identifier: MIT
 *
 * test_fetch_hostile.c: replies that other projects collected to break HTTP clients,
 * served byte for byte. Each fetch has to end in an error or in exactly the body.
 * Skips if the collections are absent.
 */
#include "fetch_fixture.h"

typedef struct hostile {
    char name[64];
    char *answer, *body;
    size_t length, body_length;
} hostile;

static char *read_bytes(FILE *from, size_t length)
{
    char *bytes = malloc(length + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, length, from), length);
    bytes[length] = '\0';
    return bytes;
}

/* The next answer that support/hostile_answers.py prints; false at the end. */
static bool read_hostile(FILE *from, hostile *h)
{
    if (fscanf(from, "%63s %zu %zu", h->name, &h->length, &h->body_length) != 3) {
        return false;
    }
    ck_assert_int_eq(getc(from), '\n');
    h->answer = read_bytes(from, h->length);
    h->body = read_bytes(from, h->body_length);
    return true;
}

/* Serves the answer for every path and fetches it; whether that succeeds. Only the
 * server may be contacted, wherever the answer redirects to. */
static bool takes(const hostile *h, http_ending ending)
{
    static const char *const only[] = {"127.0.0.1", NULL};
    access_rules = (rk__access){.untrusted = true, .allow_host = only};
    options.retries = 0;
    http_server *own = http_server_start(NULL);
    http_server_on(own, "*",
                   &(http_reply){.body = h->answer,
                                 .length = h->length,
                                 .piece = h->length > 2000 ? 0 : 13,
                                 .ending = ending});
    http_server_url(own, "/t", url_text, sizeof url_text);
    const double start = seconds();
    const rk_status status = fetch_url(url_text);
    ck_assert_double_lt(seconds() - start, 50); /* and did not run into the time limit */
    http_server_stop(own);
    if (status == RK_OK) {
        ck_assert_msg(got.length == h->body_length &&
                          memcmp(got.text, h->body, h->body_length) == 0,
                      "%s: '%.*s' gave '%s' and not '%s'", h->name, (int) h->length, h->answer,
                      got.text, h->body);
    }
    return status == RK_OK;
}

static const struct {
    const char *collection;
    int answers, accepted; /* at the least, or the test would check nothing */
} collections[] = {{"llhttp", 80, 5}, {"curl", 30, 1}};

START_TEST(test_fetch_hostile__answers_end_in_an_error_or_their_body)
{
    const char *shared = getenv("RK_SHARED");
    char command[2000];
    int answers = 0, accepted = 0;
    hostile h;
    snprintf(command, sizeof command, "'%s' '%s' %s '%s/data/hostile'", RK_PYTHON,
             RK_SOURCE_DIR "/tests/support/hostile_answers.py", collections[_i].collection,
             shared != NULL ? shared : RK_SOURCE_DIR "/../shared");
    FILE *from = popen(command, "r");
    ck_assert_ptr_nonnull(from);
    for (; read_hostile(from, &h); answers++) {
        accepted += takes(&h, HTTP_CLOSE) + takes(&h, HTTP_RESET);
        free(h.answer);
        free(h.body);
    }
    ck_assert_int_eq(pclose(from), 0);
    if (answers == 0) {
        printf("skipped: http-%s is absent\n", collections[_i].collection);
        return;
    }
    ck_assert_int_ge(answers, collections[_i].answers);
    ck_assert_int_ge(accepted, collections[_i].accepted);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("hostile");
    tcase_add_loop_test(tests, test_fetch_hostile__answers_end_in_an_error_or_their_body, 0,
                        COUNT(collections));
    return run_fetch_suite(suite_create("fetch_hostile"), tests);
}
