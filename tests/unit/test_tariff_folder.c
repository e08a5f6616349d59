/* SPDX-License-Identifier: MIT
 *
 * test_tariff_folder.c: folders as tariffs, and tariffs from a URL.
 */
#include "support/http_server.h"
#include "tariff_fixture.h"

/* ------------------------------------------------------------------ folders */

START_TEST(test_tariff_folder__tariff_json_inside_is_the_tariff)
{
    make_folder("f");
    write_text("f/tariff.json",
               "{" HEAD ", 'tables': {'mff': {'key': ['provider'], 'file': 'm.csv'}}}");
    write_text("f/m.csv", "provider,mff\nRHW,1.05\n");
    write_text("f/prices.csv", "hrg,price\nA,1\n");
    ck_assert_msg(load("f/") == RK_OK, "%s", message(0));
    ck_assert_str_eq(tariff->id, "t");
    ck_assert_uint_eq(tariff->n_tables, 1);
    ck_assert_str_eq(first_cell("mff", "mff"), "1.05");
}
END_TEST

START_TEST(test_tariff_folder__csv_files_are_its_tables_in_name_order)
{
    char digest[RK__SHA256_TEXT], one[RK__SHA256_TEXT], two[RK__SHA256_TEXT], lines[300];
    static const char mff[] = "provider,mff\nRHW,1.05\n", prices[] = "hrg,pod,price\nA,EL,7\n";
    make_folder("my tariff+1");
    write_text("my tariff+1/prices.csv", prices);
    write_text("my tariff+1/mff.csv", mff);
    write_text("my tariff+1/readme.txt", "not a table");
    write_text("my tariff+1/.hidden.csv", "not a table");
    make_folder("my tariff+1/folder.csv");
    ck_assert_msg(load("my tariff+1") == RK_OK, "%s", message(0));
    ck_assert_str_eq(tariff->id, "my-tariff-1");
    ck_assert_uint_eq(tariff->n_tables, 2);
    ck_assert_str_eq(tariff->tables[0].spec.name, "mff");
    ck_assert_str_eq(tariff->tables[1].spec.name, "prices");
    ck_assert_uint_eq(tariff->tables[1].spec.n_keys, 2);
    ck_assert_str_eq(first_cell("prices", "price"), "7");
    ck_assert_ptr_null(tariff->currency);
    ck_assert_ptr_null(tariff->from);
    ck_assert(rk__tariff_in_force(tariff, (rk_date){1800, 1, 1}));
    rk__sha256(mff, strlen(mff), one);
    rk__sha256(prices, strlen(prices), two);
    snprintf(lines, sizeof lines, "mff.csv %s\nprices.csv %s\n", one, two);
    rk__sha256(lines, strlen(lines), digest);
    ck_assert_str_eq(tariff->sha256, digest);
}
END_TEST

START_TEST(test_tariff_folder__pin_is_compared_with_its_digest)
{
    char json[200];
    size_t n;
    make_folder("f");
    write_text("f/mff.csv", "provider,mff\nRHW,1.05\n");
    ck_assert_int_eq(load("f"), RK_OK);
    snprintf(json, sizeof json, "{'file': 'f', 'sha256': '%s'}", tariff->sha256);
    release();
    ck_assert_int_eq(load_all(json, &tariff, &n), RK_OK);
    release();
    write_text("f/mff.csv", "provider,mff\nRHW,1.06\n");
    ck_assert_int_eq(load_all(json, &tariff, &n), RK_TARIFF_MISMATCH);
}
END_TEST

static const struct {
    const char *header;
    const char *keys; /* joined */
} headers[] = {
    {"hrg*,pod*,price", "hrg,pod"},
    {"HRG*,Point of Delivery *,price", "hrg,point_of_delivery"},
    {"\xef\xbb\xbfHRG*,price", "hrg"},
    {"\"hrg*\",price", "hrg"},
    {"tier*,hrg,price", "tier"},
    {"price,pod,HRG", "hrg,pod"},
    {"bpt,service,provider,price", "provider,service,bpt"},
    {"Provider ,price", "provider"},
    {"*,hrg,price", "hrg"},
};

START_TEST(test_tariff_folder__header_says_the_keys)
{
    char text[200], keys[200] = "";
    make_folder("f");
    snprintf(text, sizeof text, "%s\nA,B,C\n", headers[_i].header);
    if (strchr(strchr(headers[_i].header, ',') + 1, ',') == NULL) {
        snprintf(text, sizeof text, "%s\nA,B\n", headers[_i].header);
    } else if (strstr(headers[_i].header, "bpt,") != NULL) {
        snprintf(text, sizeof text, "%s\nA,B,C,D\n", headers[_i].header);
    }
    write_text("f/prices.csv", text);
    ck_assert_msg(load("f") == RK_OK, "%s: %s", text, message(0));
    const rk__table_spec *spec = &tariff->tables[0].spec;
    for (size_t i = 0; i < spec->n_keys; i++) {
        strcat(keys, i > 0 ? "," : "");
        strcat(keys, spec->keys[i]);
        ck_assert_ptr_nonnull(first_cell("prices", spec->keys[i]));
    }
    ck_assert_str_eq(keys, headers[_i].keys);
}
END_TEST

static const struct {
    const char *name, *text; /* a file of the folder; NULL: none */
    rk_status status;
    const char *says;
} bad_folders[] = {
    {NULL, NULL, RK_TARIFF_UNAVAILABLE, "holds no tariff"},
    {"a.txt", "hrg,price\n", RK_TARIFF_UNAVAILABLE, "holds no tariff"},
    {"a.csv", "code,price\nA,1\n", RK_MISSING_KEY, "a.csv' has no key column"},
    {"a.csv", "", RK_SYNTAX, "no header"},
    {"a.csv", "\"hrg,price\n", RK_SYNTAX, "the header"},
    {"a.csv", "hrg\xff,price\n", RK_SYNTAX, "UTF-8"},
    {"a.csv", "hrg*,HRG,price\n", RK_DUPLICATE_KEY, "'hrg*'"},
    {"tariff.json", "{", RK_SYNTAX, ""},
};

START_TEST(test_tariff_folder__fault_names_the_file)
{
    char path[100];
    make_folder("f");
    if (bad_folders[_i].name != NULL) {
        snprintf(path, sizeof path, "f/%s", bad_folders[_i].name);
        write_text(path, bad_folders[_i].text);
    }
    const rk_status status = load("f");
    ck_assert_msg(status == bad_folders[_i].status, "%s: %s", rk_status_word(status), message(0));
    assert_says(message(0), bad_folders[_i].says);
    if (status != RK_TARIFF_UNAVAILABLE) {
        ck_assert_str_eq(rk_problems_at(problems, 0)->file, path_of(path));
    }
}
END_TEST

START_TEST(test_tariff_folder__names_with_special_characters_are_no_patterns)
{
    make_folder("f");
    write_text("f/a[1]*.csv", "hrg,price\nA,1\n");
    write_text("f/a1.csv", "hrg,price\nA,2\n");
    ck_assert_msg(load("f") == RK_OK, "%s", message(0));
    ck_assert_uint_eq(tariff->n_tables, 2);
    ck_assert_str_eq(first_cell("a[1]*", "price"), "1");
    ck_assert_str_eq(first_cell("a1", "price"), "2");
}
END_TEST

START_TEST(test_tariff_folder__this_one_has_a_name)
{
    write_text("mff.csv", "provider,mff\nRHW,1.05\n");
    ck_assert_int_eq(load("."), RK_OK);
    ck_assert_str_eq(tariff->id, strrchr(folder, '/') + 1);
    ck_assert_int_eq(load(folder), RK_OK);
    ck_assert_str_eq(tariff->id, strrchr(folder, '/') + 1);
}
END_TEST

/* -------------------------------------------------------------------- fetched */

static http_server *server;
static char url[300], cache[100];

static void serve(const char *path, const char *body)
{
    if (server == NULL) {
        server = http_server_start(NULL);
        snprintf(cache, sizeof cache, "%s/cache", folder);
        options.cache_dir = cache;
    }
    http_server_on(server, path,
                   &(http_reply){.status = 200,
                                 .body = strstr(path, ".json") != NULL ? json_text(body) : body});
    http_server_url(server, path, url, sizeof url);
}

static void stop(void)
{
    http_server_stop(server);
    server = NULL;
}

START_TEST(test_tariff_fetched__is_the_body)
{
    char digest[RK__SHA256_TEXT];
    serve("/t.json", TARIFF);
    rk__sha256(json_text(TARIFF), strlen(TARIFF), digest);
    ck_assert_msg(load(url) == RK_OK, "%s", message(0));
    ck_assert_str_eq(tariff->place, url);
    ck_assert_str_eq(tariff->sha256, digest);
    ck_assert_ptr_nonnull(rk__tariff_fetched(tariff));
    ck_assert(!rk__tariff_fetched(tariff)->from_cache);
    ck_assert_str_eq(first_cell("prices", "price"), "10");
    access_rules.offline = true;
    ck_assert_msg(load(url) == RK_OK, "%s", message(0));
    ck_assert(rk__tariff_fetched(tariff)->from_cache);
    stop();
}
END_TEST

START_TEST(test_tariff_fetched__names_no_files)
{
    write_text("prices.csv", "hrg,price\nA,1\n");
    serve("/t.json", "{" HEAD ", 'tables': {'a': {'key': ['hrg'], 'file': 'prices.csv'}, 'b': "
                     "{'key': ['hrg'], 'file': ['prices.csv']}}}");
    ck_assert_int_eq(load(url), RK_FORBIDDEN);
    ck_assert_uint_eq(rk_problems_count(problems), 2);
    assert_says(message(0), "table 'a'");
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, url);
    ck_assert_str_eq(rk_problems_at(problems, 0)->pointer, "/tables/a/file");
    stop();
}
END_TEST

START_TEST(test_tariff_fetched__bad_document_names_its_url_without_credentials)
{
    char with[400];
    serve("/t.json", "<html>");
    snprintf(with, sizeof with, "http://user:secret@%s", url + strlen("http://"));
    ck_assert_int_eq(load(with), RK_SYNTAX);
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, url);
    stop();
}
END_TEST

START_TEST(test_tariff_fetched__several_come_with_files_in_their_order)
{
    char json[1000], first[300];
    rk__tariff *out[3];
    size_t n;
    serve("/1.json", "{'reckoner': 'tariff/1', 'id': 'one', 'tables': {}}");
    strcpy(first, url);
    serve("/2.json", "{'reckoner': 'tariff/1', 'id': 'two', 'tables': {}}");
    write_text("t.json", TARIFF);
    snprintf(json, sizeof json, "['%s', 't.json', {'url': '%s'}]", url, first);
    ck_assert_msg(load_all(json, out, &n) == RK_OK, "%s", message(0));
    ck_assert_str_eq(out[0]->id, "two");
    ck_assert_str_eq(out[1]->id, "t");
    ck_assert_str_eq(out[2]->id, "one");
    for (size_t i = 0; i < n; i++) {
        rk__tariff_free(out[i]);
    }
    stop();
}
END_TEST

START_TEST(test_tariff_fetched__failures_are_those_of_fetching)
{
    char json[1000];
    rk__tariff *out[2];
    size_t n;
    serve("/t.json", TARIFF);
    snprintf(json, sizeof json, "[%s, {'url': '%s', 'sha256': '%064d'}]", TARIFF, url, 7);
    ck_assert_int_eq(load_all(json, out, &n), RK_TARIFF_MISMATCH);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    ck_assert_ptr_null(out[0]);
    ck_assert_ptr_null(out[1]);
    ck_assert_int_eq(load("ftp://h/t.json"), RK_FORBIDDEN);
    access_rules = (rk__access){.untrusted = true, .root = folder};
    ck_assert_int_eq(load(url), RK_FORBIDDEN);
    access_rules = (rk__access){.offline = true};
    serve("/other.json", TARIFF);
    ck_assert_int_eq(load(url), RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(http_server_hits(server, "/other.json"), 0);
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tariff_folder");
    TCase *tests = tcase_create("tariff_folder");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, test_tariff_folder__tariff_json_inside_is_the_tariff);
    tcase_add_test(tests, test_tariff_folder__csv_files_are_its_tables_in_name_order);
    tcase_add_test(tests, test_tariff_folder__pin_is_compared_with_its_digest);
    tcase_add_loop_test(tests, test_tariff_folder__header_says_the_keys, 0, COUNT(headers));
    tcase_add_loop_test(tests, test_tariff_folder__fault_names_the_file, 0, COUNT(bad_folders));
    tcase_add_test(tests, test_tariff_folder__names_with_special_characters_are_no_patterns);
    tcase_add_test(tests, test_tariff_folder__this_one_has_a_name);
    tcase_add_test(tests, test_tariff_fetched__is_the_body);
    tcase_add_test(tests, test_tariff_fetched__names_no_files);
    tcase_add_test(tests, test_tariff_fetched__bad_document_names_its_url_without_credentials);
    tcase_add_test(tests, test_tariff_fetched__several_come_with_files_in_their_order);
    tcase_add_test(tests, test_tariff_fetched__failures_are_those_of_fetching);
    http_servers_launch();
    return run_tariff_suite(suite, tests);
}
