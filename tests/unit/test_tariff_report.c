/* SPDX-License-Identifier: MIT
 *
 * test_tariff_report.c: what `reckon tariff` shows, verifies and fetches, in each
 * format.
 */
#include "contract/session.h"
#include "support/http_server.h"
#include "tariff_fixture.h"

static rk_session session;
static rk__buf shown;
static http_server *server;
static char url[300], cache[100];

static int take(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

static int refuse(void *ctx, const char *text, size_t length)
{
    (void) ctx, (void) text, (void) length;
    return 1;
}

static const rk_sink sink = {.write = take, .ctx = &shown, .width = 100};

static void begin(void)
{
    setup();
    snprintf(cache, sizeof cache, "%s/cache", folder);
    session = (rk_session){.options = {.size = sizeof(rk_options), .cache_dir = cache}};
    static const char *const folders[] = {RK_BINARY_DIR "/rules", NULL};
    const rk__registry_options rules = {.folders = folders, .no_defaults = true};
    ck_assert_int_eq(rk__registry_new(&rules, &session.registry, problems), RK_OK);
    ck_assert_int_eq(rk__registry_load_all(session.registry), RK_OK);
}

static void end(void)
{
    rk__registry_free(session.registry);
    session.registry = NULL;
    http_server_stop(server);
    server = NULL;
    rk__buf_dispose(&shown);
    teardown();
}

static const char *text_of(void)
{
    return shown.text != NULL ? shown.text : "";
}

static void forget(void)
{
    rk__buf_reset(&shown);
    rk_problems_clear(problems);
}

/* Whether the report says this; in JSON, ' stands for ". */
static void assert_shown(rk_format format, const char *part)
{
    assert_says(text_of(), format == RK_FORMAT_JSON ? json_text(part) : part);
}

static const char *serve(const char *path, const char *body)
{
    server = server != NULL ? server : http_server_start(NULL);
    http_server_on(server, path,
                   &(http_reply){.status = 200, .body = json_text(body), .etag = "\"1\""});
    return http_server_url(server, path, url, sizeof url);
}

static const char sound[] =
    "{'reckoner': 'tariff/1', 'id': 'ntps', 'title': 'National <prices>', 'publisher': 'NHS', "
    "'licence': 'OGL', 'currency': 'GBP', 'effective': {'from': '2016-04-01'}, 'tables': "
    "{'prices': {'key': ['hrg', 'pod'], 'file': 'p.csv'}, 'top_ups': {'key': ['service'], 'rows': "
    "[{'service': 'spinal', 'top_up': '32%'}]}}}";

static void write_sound(void)
{
    FILE *f = fopen(path_of("p.csv"), "wb");
    ck_assert_ptr_nonnull(f);
    fputs("hrg,pod,price,name\n", f);
    for (int i = 0; i < 1234; i++) {
        fprintf(f, "A%d,EL,%d.50,Name %d\n", i, i, i);
    }
    fclose(f);
    write_text("t.json", sound);
}

/* --------------------------------------------------------------------- show */

static const struct {
    rk_format format;
    const char *says[8];
} shows[] = {
    {RK_FORMAT_TEXT,
     {"ntps: National <prices>\n", "  publisher  NHS\n", "  licence    OGL\n",
      "  in force   from 2016-04-01\n",
      "  table    key        rows  columns      source\n"
      "  prices   hrg, pod  1,234  price, name  p.csv\n",
      "  top_ups  service       1  top_up       in the document\n"}},
    {RK_FORMAT_JSON,
     {"{\n  'id': 'ntps',", "'source': null", "'effective': {'from': '2016-04-01', 'to': null}",
      "'fetched': null", "'rows': 1234,", "'key': ['hrg', 'pod']", "'files': ['p.csv']"}},
    {RK_FORMAT_CSV,
     {"tariff,table,key,rows,columns,source\n", "ntps,prices,hrg pod,1234,price name,p.csv\n",
      "ntps,top_ups,service,1,top_up,in the document\n"}},
    {RK_FORMAT_MARKDOWN,
     {"## ntps: National \\<prices\\>\n", "| publisher | NHS |", "| table | key | rows | columns",
      "| prices | hrg, pod | 1,234 | price, name | p.csv |"}},
};

START_TEST(test_tariff_report_show__has_identity_and_tables_in_each_format)
{
    write_sound();
    const rk_status status =
        rk_tariff_show(&session, path_of("t.json"), shows[_i].format, &sink, problems);
    ck_assert_msg(status == RK_OK, "%s", message(0));
    for (size_t i = 0; shows[_i].says[i] != NULL; i++) {
        assert_shown(shows[_i].format, shows[_i].says[i]);
    }
    if (shows[_i].format == RK_FORMAT_JSON) {
        ck_assert_int_eq(rk__json_parse(shown.text, shown.length, NULL, &document, problems),
                         RK_OK);
        const char *place = rk__json_get(rk__json_root(document), "place")->text;
        ck_assert_str_eq(place, path_of("t.json"));
    }
}
END_TEST

START_TEST(test_tariff_report_show__shows_what_it_can_of_a_faulty_one)
{
    write_text("t.json", sound);
    ck_assert_int_eq(rk_tariff_show(&session, path_of("t.json"), RK_FORMAT_TEXT, &sink, problems),
                     RK_TARIFF_UNAVAILABLE);
    assert_says(text_of(), "faulty");
    assert_says(text_of(), "top_ups");
    assert_says(message(0), "'p.csv'");
    forget();
    ck_assert_int_eq(rk_tariff_show(&session, "nowhere", RK_FORMAT_TEXT, &sink, problems),
                     RK_TARIFF_UNAVAILABLE);
    ck_assert_str_eq(text_of(), "");
}
END_TEST

START_TEST(test_tariff_report_show__names_a_fetched_one_with_its_time)
{
    serve("/t.json", TARIFF);
    ck_assert_msg(rk_tariff_show(&session, url, RK_FORMAT_TEXT, &sink, problems) == RK_OK, "%s",
                  message(0));
    assert_says(text_of(), url);
    assert_says(text_of(), "  fetched    20");
    assert_says(text_of(), " UTC\n");
    forget();
    session.access.offline = true;
    ck_assert_int_eq(rk_tariff_show(&session, url, RK_FORMAT_TEXT, &sink, problems), RK_OK);
    assert_says(text_of(), " UTC, from the cache\n");
}
END_TEST

START_TEST(test_tariff_report_show__sink_that_stops_is_a_failed_write)
{
    static const rk_sink full = {.write = refuse};
    write_sound();
    ck_assert_int_eq(rk_tariff_show(&session, path_of("t.json"), RK_FORMAT_TEXT, &full, problems),
                     RK_IO_WRITE);
    ck_assert_int_eq(rk_tariff_show(&session, NULL, RK_FORMAT_TEXT, &full, problems), RK_IO_WRITE);
}
END_TEST

/* ------------------------------------------------------------------- verify */

static const struct {
    rk_format format;
    const char *says[5];
} verifies[] = {
    {RK_FORMAT_TEXT,
     {"  document       well formed; in force from 2016-04-01\n",
      "  table prices   1,234 rows, keys unique, all numbers read\n",
      "  table top_ups  1 row, keys unique, all numbers read\n", "\nNo problems found.\n"}},
    {RK_FORMAT_JSON, {"'rows': 1234,", "'problems': 0", "'problems': []"}},
    {RK_FORMAT_CSV, {"ntps,prices,hrg pod,1234,price name,p.csv,0\n"}},
    {RK_FORMAT_MARKDOWN, {"| table prices | 1,234 rows, keys unique, all numbers read |"}},
};

START_TEST(test_tariff_report_verify__says_what_was_checked)
{
    write_sound();
    const rk_status status =
        rk_tariff_verify(&session, path_of("t.json"), NULL, verifies[_i].format, &sink, problems);
    ck_assert_msg(status == RK_OK, "%s", message(0));
    ck_assert_uint_eq(rk_problems_count(problems), 0);
    for (size_t i = 0; verifies[_i].says[i] != NULL; i++) {
        assert_shown(verifies[_i].format, verifies[_i].says[i]);
    }
}
END_TEST

START_TEST(test_tariff_report_verify__cells_that_are_no_numbers_have_a_place)
{
    write_text("t.json", "{" HEAD ", 'tables': {'prices': {'key': ['hrg'], 'file': 'p.csv'},\n"
                         "'mff': {'key': ['p'], 'rows': [{'p': 'A', 'mff': 1.1},\n"
                         "{'p': 'B', 'mff': 1.2}, {'p': 'C', 'mff': 'n/a'}]}}}");
    write_text("p.csv", "hrg,price,days,note\n"
                        "1,10,1,x\n2,\"1,234\",2,7\nA,30,,y\n4,,3.1234567,z\n5,50,4,\n");
    ck_assert_int_eq(
        rk_tariff_verify(&session, path_of("t.json"), NULL, RK_FORMAT_TEXT, &sink, problems),
        RK_WRONG_TYPE);
    assert_says(text_of(), "5 rows, keys unique, 2 cells that are not numbers");
    assert_says(text_of(), "3 rows, keys unique, 1 cell that is not a number");
    assert_says(text_of(), "3 problems found.");
    ck_assert_uint_eq(rk_problems_count(problems), 3);
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, path_of("p.csv"));
    ck_assert_uint_eq(rk_problems_at(problems, 0)->line, 3);
    ck_assert_uint_eq(rk_problems_at(problems, 0)->column, 2);
    assert_says(message(0), "table 'prices': a cell of column 'price' is not a number");
    ck_assert_int_eq(rk_problems_at(problems, 1)->status, RK_OUT_OF_RANGE);
    ck_assert_uint_eq(rk_problems_at(problems, 1)->line, 5);
    ck_assert_str_eq(rk_problems_at(problems, 2)->pointer, "/tables/mff/rows/2/mff");
    forget();
    ck_assert_int_eq(
        rk_tariff_verify(&session, path_of("t.json"), NULL, RK_FORMAT_JSON, &sink, NULL),
        RK_WRONG_TYPE);
    assert_shown(RK_FORMAT_JSON, "'pointer': '/tables/mff/rows/2/mff'");
}
END_TEST

START_TEST(test_tariff_report_verify__tables_that_do_not_load_are_named)
{
    write_text("t.json", sound);
    write_text("p.csv", "hrg,pod,price\nA,EL,1\nA,EL,2\nA,EL,3\n");
    ck_assert_int_eq(
        rk_tariff_verify(&session, path_of("t.json"), NULL, RK_FORMAT_TEXT, &sink, problems),
        RK_DUPLICATE_KEY);
    assert_says(text_of(), "cannot be used (duplicate-key): 2 problems");
    assert_says(text_of(), "table top_ups  1 row");
    ck_assert_uint_eq(rk_problems_count(problems), 2);
}
END_TEST

START_TEST(test_tariff_report_verify__digest_is_compared)
{
    char digest[RK__SHA256_TEXT];
    write_sound();
    const char *path = path_of("t.json");
    rk__sha256(json_text(sound), strlen(sound), digest);
    ck_assert_int_eq(rk_tariff_verify(&session, path, digest, RK_FORMAT_TEXT, &sink, problems),
                     RK_OK);
    assert_says(text_of(), digest);
    assert_says(text_of(), ", as asked for\n");
    forget();
    digest[0] = digest[0] == '0' ? '1' : '0';
    ck_assert_int_eq(rk_tariff_verify(&session, path, digest, RK_FORMAT_TEXT, &sink, problems),
                     RK_TARIFF_MISMATCH);
    ck_assert_str_eq(text_of(), "");
    ck_assert_int_eq(rk_tariff_verify(&session, path, "abc", RK_FORMAT_TEXT, &sink, problems),
                     RK_OUT_OF_RANGE);
    ck_assert_int_eq(rk_tariff_verify(&session, NULL, digest, RK_FORMAT_TEXT, &sink, problems),
                     RK_CONFLICT);
}
END_TEST

/* --------------------------------------------------------- fetch, the cache */

START_TEST(test_tariff_report_fetch__has_a_line_for_each_url)
{
    static const char other[] =
        "{'reckoner':'tariff/1','id':'t','tables':{'p':{'key':['a'],'rows':[{'a':1}]}}}";
    char first[300], expected[600], digest[RK__SHA256_TEXT];
    strcpy(first, serve("/1.json", TARIFF));
    serve("/2.json", other);
    const char *const urls[] = {first, url, NULL};
    ck_assert_msg(rk_tariff_fetch(&session, urls, NULL, RK_FORMAT_TEXT, &sink, problems) == RK_OK,
                  "%s", message(0));
    rk__sha256(json_text(other), sizeof other - 1, digest);
    snprintf(expected, sizeof expected, "           %zu  %s  %s\n", sizeof other - 1, digest, url);
    assert_says(text_of(), expected);
    ck_assert(strncmp(text_of(), "fetched    20", 13) == 0);
    forget();
    ck_assert_int_eq(rk_tariff_fetch(&session, urls, NULL, RK_FORMAT_JSON, &sink, problems), RK_OK);
    assert_shown(RK_FORMAT_JSON, "'state': 'unchanged'");
    ck_assert_int_eq(rk__json_parse(shown.text, shown.length, NULL, &document, problems), RK_OK);
    ck_assert_uint_eq(rk__json_root(document)->count, 2);
    snprintf(expected, sizeof expected, "%zu", sizeof other - 1);
    ck_assert_str_eq(rk__json_at(rk__json_root(document), "/1/bytes")->text, expected);
    ck_assert_ptr_nonnull(rk__json_at(rk__json_root(document), "/1/path")->text);
}
END_TEST

START_TEST(test_tariff_report_fetch__failures_have_their_line_too)
{
    char missing[300];
    serve("/1.json", TARIFF);
    http_server_url(server, "/none.json", missing, sizeof missing);
    const char *const urls[] = {missing, url, NULL};
    ck_assert_int_eq(rk_tariff_fetch(&session, urls, NULL, RK_FORMAT_CSV, &sink, problems),
                     RK_TARIFF_UNAVAILABLE);
    ck_assert(strncmp(text_of(), "state,fetched,bytes,sha256,url,path\nfailed,,,,http", 50) == 0);
    assert_says(text_of(), "\nfetched,20");
    ck_assert_int_eq(rk_tariff_fetch(&session, urls, "0", RK_FORMAT_CSV, &sink, problems),
                     RK_CONFLICT);
    forget();
    char pin[RK__SHA256_TEXT];
    const char *const one[] = {url, NULL};
    snprintf(pin, sizeof pin, "%064d", 0);
    ck_assert_int_eq(rk_tariff_fetch(&session, one, pin, RK_FORMAT_TEXT, &sink, problems),
                     RK_TARIFF_MISMATCH);
}
END_TEST

static const struct {
    const char *body;
    rk_status status;
    const char *message;
} others[] = {
    {"{}", RK_MISSING_KEY, "the key 'reckoner' is missing"},
    {"{'reckoner':'contract/1'}", RK_OUT_OF_RANGE, "this is a 'contract/1' document, not a tariff"},
    {"<html>Sorry</html>", RK_SYNTAX, "this is not a tariff: expected an object or another value"},
    {"hrg,price\nA,1\n", RK_SYNTAX, "this is not a tariff: "},
};

START_TEST(test_tariff_report_fetch__says_what_is_no_tariff)
{
    char first[300];
    strcpy(first, serve("/1.json", others[_i].body));
    serve("/2.json", TARIFF);
    const char *const urls[] = {first, url, NULL};
    ck_assert_int_eq(rk_tariff_fetch(&session, urls, NULL, RK_FORMAT_TEXT, &sink, problems),
                     others[_i].status);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, first);
    assert_says(message(0), others[_i].message);
    assert_says(text_of(), url);
}
END_TEST

static void spoil(const char *path)
{
    FILE *f = fopen(path, "r+b");
    ck_assert_msg(f != NULL, "%s", path);
    fputc('!', f);
    fclose(f);
}

START_TEST(test_tariff_report_cache__is_listed_and_checked)
{
    static const rk_format formats[] = {RK_FORMAT_TEXT, RK_FORMAT_MARKDOWN};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(rk_tariff_show(&session, NULL, formats[i], &sink, problems), RK_OK);
        ck_assert_str_eq(text_of(), "The cache is empty.\n");
        forget();
    }
    const char *const urls[] = {serve("/t.json", TARIFF), NULL};
    ck_assert_int_eq(rk_tariff_fetch(&session, urls, NULL, RK_FORMAT_JSON, &sink, problems), RK_OK);
    ck_assert_int_eq(rk__json_parse(shown.text, shown.length, NULL, &document, problems), RK_OK);
    forget();
    ck_assert_int_eq(rk_tariff_show(&session, NULL, RK_FORMAT_MARKDOWN, &sink, problems), RK_OK);
    assert_says(text_of(), "| cached |");
    forget();
    ck_assert_int_eq(rk_tariff_verify(&session, NULL, NULL, RK_FORMAT_TEXT, &sink, problems),
                     RK_OK);
    ck_assert(strncmp(text_of(), "intact ", 7) == 0);
    assert_says(text_of(), url);
    forget();
    spoil(rk__json_at(rk__json_root(document), "/0/path")->text);
    ck_assert_int_eq(rk_tariff_verify(&session, NULL, NULL, RK_FORMAT_TEXT, &sink, problems),
                     RK_TARIFF_MISMATCH);
    ck_assert(strncmp(text_of(), "damaged ", 8) == 0);
    assert_says(message(0), url);
    ck_assert_ptr_nonnull(rk_problems_at(problems, 0)->file);
}
END_TEST

/* ------------------------------------------------------------------- memory */

START_TEST(test_tariff_report_memory__running_out_anywhere_leaves_nothing_behind)
{
    bool done = false;
    write_text("t.json", sound);
    write_text("p.csv", "hrg,pod,price\nA,EL,1\nB,EL,x\nC,EL,3\nD,EL,4\n");
    const char *path = path_of("t.json");
    for (long i = 0; !done; i++) {
        ck_assert_int_lt(i, 5000);
        const rk_sink into = {.write = refuse};
        rk__alloc_fail_after(i);
        const rk_status status =
            rk_tariff_verify(&session, path, NULL, (rk_format) _i, &into, problems);
        rk__alloc_fail_after(-1);
        done = status == RK_IO_WRITE;
        ck_assert_msg(done || status == RK_NO_MEMORY, "after %ld: %s", i, rk_status_word(status));
        forget();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tariff_report");
    TCase *tests = tcase_create("tariff_report");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 30);
    tcase_add_loop_test(tests, test_tariff_report_show__has_identity_and_tables_in_each_format, 0,
                        COUNT(shows));
    tcase_add_test(tests, test_tariff_report_show__shows_what_it_can_of_a_faulty_one);
    tcase_add_test(tests, test_tariff_report_show__names_a_fetched_one_with_its_time);
    tcase_add_test(tests, test_tariff_report_show__sink_that_stops_is_a_failed_write);
    tcase_add_loop_test(tests, test_tariff_report_verify__says_what_was_checked, 0,
                        COUNT(verifies));
    tcase_add_test(tests, test_tariff_report_verify__cells_that_are_no_numbers_have_a_place);
    tcase_add_test(tests, test_tariff_report_verify__tables_that_do_not_load_are_named);
    tcase_add_test(tests, test_tariff_report_verify__digest_is_compared);
    tcase_add_test(tests, test_tariff_report_fetch__has_a_line_for_each_url);
    tcase_add_test(tests, test_tariff_report_fetch__failures_have_their_line_too);
    tcase_add_loop_test(tests, test_tariff_report_fetch__says_what_is_no_tariff, 0,
                        sizeof others / sizeof *others);
    tcase_add_test(tests, test_tariff_report_cache__is_listed_and_checked);
    tcase_add_loop_test(
        tests, test_tariff_report_memory__running_out_anywhere_leaves_nothing_behind, 0, 4);
    http_servers_launch();
    return run_tariff_suite(suite, tests);
}
