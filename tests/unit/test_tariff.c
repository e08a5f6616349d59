/* SPDX-License-Identifier: MIT
 *
 * test_tariff.c: references to tariffs, the keys of their documents, pins, dates,
 * tables, and what an untrusted run may reach.
 */
#include "tariff/inside.h"
#include "tariff_fixture.h"

#define DIGEST "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

/* --------------------------------------------------------------- references */

static const struct {
    const char *json;
    const char *path, *url, *sha256;
    int64_t age;
    bool body;
} good_refs[] = {
    {"'../t.json'", "../t.json", NULL, NULL, -1, false},
    {"'folder/'", "folder/", NULL, NULL, -1, false},
    {"'a:b//c'", "a:b//c", NULL, NULL, -1, false},
    {"\"1ab://c\"", "1ab://c", NULL, NULL, -1, false},
    {"'http://h/t'", NULL, "http://h/t", NULL, -1, false},
    {"'https://h/t'", NULL, "https://h/t", NULL, -1, false},
    {"'HTTPS://h/t'", NULL, "HTTPS://h/t", NULL, -1, false},
    {"{'file': 't.json'}", "t.json", NULL, NULL, -1, false},
    {"{'file': 't.json', 'url': null, 'sha256': '" DIGEST "'}", "t.json", NULL, DIGEST, -1, false},
    {"{'url': 'https://h', 'max_age_days': 0}", NULL, "https://h", NULL, 0, false},
    {"{'url': 'https://h', 'max_age_days': '30'}", NULL, "https://h", NULL, 30, false},
    {"{'url': 'https://h', 'max_age_days': 7.0}", NULL, "https://h", NULL, 7, false},
    {TARIFF, NULL, NULL, NULL, -1, true},
    {"{'reckoner': 1}", NULL, NULL, NULL, -1, true},
};

static void assert_same(const char *expected, const char *found)
{
    if (expected == NULL) {
        ck_assert_ptr_null(found);
    } else {
        ck_assert_str_eq(expected, found);
    }
}

START_TEST(test_tariff_refs__say_where_each_is)
{
    rk__tariff_ref *refs = NULL;
    size_t n = 0;
    const char *json = good_refs[_i].json;
    ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), NULL, &document, problems),
                     RK_OK);
    ck_assert_msg(rk__tariff_refs_read(rk__json_root(document), &arena, &refs, &n, problems) ==
                      RK_OK,
                  "%s: %s", json, message(0));
    ck_assert_uint_eq(n, 1);
    assert_same(good_refs[_i].path, refs[0].path);
    assert_same(good_refs[_i].url, refs[0].url);
    assert_same(good_refs[_i].sha256, refs[0].sha256);
    ck_assert_int_eq(good_refs[_i].age, refs[0].max_age_days);
    ck_assert(good_refs[_i].body == (refs[0].body != NULL));
    ck_assert_ptr_eq(refs[0].at, rk__json_root(document));
}
END_TEST

START_TEST(test_tariff_refs__list_holds_any_of_them)
{
    static const char json[] = "['t.json', {'url': 'https://h/t'}, " TARIFF "]";
    rk__tariff_ref *refs = NULL;
    size_t n = 0;
    ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), NULL, &document, problems),
                     RK_OK);
    const rk__value *root = rk__json_root(document);
    ck_assert_int_eq(rk__tariff_refs_read(root, &arena, &refs, &n, problems), RK_OK);
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(refs[0].path, "t.json");
    ck_assert_str_eq(refs[1].url, "https://h/t");
    ck_assert_ptr_eq(refs[2].body, root->first->next->next);
}
END_TEST

START_TEST(test_tariff_refs__absent_or_null_is_none)
{
    rk__tariff_ref *refs = NULL;
    size_t n = 9;
    ck_assert_int_eq(rk__tariff_refs_read(NULL, &arena, &refs, &n, problems), RK_OK);
    ck_assert_uint_eq(n, 0);
    n = 9;
    ck_assert_int_eq(rk__json_parse("[null]", 6, NULL, &document, problems), RK_OK);
    ck_assert_int_eq(
        rk__tariff_refs_read(rk__json_root(document)->first, &arena, &refs, &n, problems), RK_OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

static const struct {
    const char *json;
    rk_status status;
    const char *says, *hints;
} bad_refs[] = {
    {"['']", RK_OUT_OF_RANGE, "blank", "path"},
    {"['ftp://h/t']", RK_OUT_OF_RANGE, "'ftp://h/t'", "http or https"},
    {"['file:///etc/t']", RK_OUT_OF_RANGE, "'file:///etc/t'", "http or https"},
    {"['ftp://user:secret@h/t']", RK_OUT_OF_RANGE, "h/t'", "http or https"},
    {"[1]", RK_WRONG_TYPE, "not a number", "a URL"},
    {"[['t.json']]", RK_WRONG_TYPE, "not an array", "a URL"},
    {"[]", RK_OUT_OF_RANGE, "empty", "leave"},
    {"{}", RK_MISSING_KEY, "neither 'url' nor 'file'", "url"},
    {"{'url': 'https://h', 'file': 't'}", RK_CONFLICT, "both", "remove"},
    {"{'url': 't.json'}", RK_OUT_OF_RANGE, "'t.json'", "\"file\""},
    {"{'url': 'ftp://h'}", RK_OUT_OF_RANGE, "'ftp://h'", "http or https"},
    {"{'file': 'https://h'}", RK_OUT_OF_RANGE, "'https://h", "\"url\""},
    {"{'file': ''}", RK_OUT_OF_RANGE, "blank", "path"},
    {"{'file': 7}", RK_WRONG_TYPE, "'file'", ""},
    {"{'file': 't', 'sha265': ''}", RK_UNKNOWN_KEY, "sha265", "sha256"},
    {"{'file': 't', 'sha256': 'abc'}", RK_OUT_OF_RANGE, "'abc'", "64"},
    {"{'file': 't', 'sha256': 'g" DIGEST "'}", RK_OUT_OF_RANGE, "SHA-256", "64"},
    {"{'file': 't', 'sha256': 1}", RK_WRONG_TYPE, "'sha256'", ""},
    {"{'file': 't', 'max_age_days': -1}", RK_OUT_OF_RANGE, "'-1'", "whole"},
    {"{'file': 't', 'max_age_days': 1.5}", RK_OUT_OF_RANGE, "'1.5'", "whole"},
    {"{'file': 't', 'max_age_days': 'soon'}", RK_OUT_OF_RANGE, "'soon'", "whole"},
    {"{'file': 't', 'max_age_days': true}", RK_WRONG_TYPE, "max_age_days", ""},
};

START_TEST(test_tariff_refs__fault_is_named_with_a_hint)
{
    rk__tariff_ref *refs = NULL;
    size_t n = 9;
    const char *json = bad_refs[_i].json;
    ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), "c.json", &document, problems),
                     RK_OK);
    const rk_status status =
        rk__tariff_refs_read(rk__json_root(document), &arena, &refs, &n, problems);
    ck_assert_msg(status == bad_refs[_i].status, "%s: %s", json, rk_status_word(status));
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    assert_says(message(0), bad_refs[_i].says);
    assert_says(hint(0), bad_refs[_i].hints);
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, "c.json");
    const char *excerpt = rk_problems_at(problems, 0)->excerpt;
    ck_assert(strstr(message(0), "secret") == NULL);
    ck_assert(excerpt == NULL || strstr(excerpt, "secret") == NULL);
    ck_assert_ptr_null(refs);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(test_tariff_refs__every_fault_is_listed)
{
    rk__tariff_ref *refs = NULL;
    size_t n;
    static const char json[] = "['ftp://h', {'x': 1, 'sha256': '1', 'max_age_days': -1}]";
    ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), NULL, &document, problems),
                     RK_OK);
    ck_assert_int_eq(rk__tariff_refs_read(rk__json_root(document), &arena, &refs, &n, problems),
                     RK_OUT_OF_RANGE);
    ck_assert_uint_eq(rk_problems_count(problems), 5);
}
END_TEST

/* ---------------------------------------------------------------- documents */

START_TEST(test_tariff_document__says_what_it_is)
{
    ck_assert_int_eq(
        load_text("\xef\xbb\xbf{" HEAD
                  ", 'title': 'Prices', 'publisher': 'NHS', 'source': 'Annex A', "
                  "'licence': 'OGL', 'currency': 'GBP', 'notes': {'free': [1]}, 'effective': "
                  "{'from': '2016-04-01', 'to': '2017-03-31'}, 'tables': {}}"),
        RK_OK);
    ck_assert_str_eq(tariff->id, "t");
    ck_assert_str_eq(tariff->title, "Prices");
    ck_assert_str_eq(tariff->publisher, "NHS");
    ck_assert_str_eq(tariff->source, "Annex A");
    ck_assert_str_eq(tariff->licence, "OGL");
    ck_assert_str_eq(tariff->currency, "GBP");
    ck_assert_str_eq(tariff->from, "2016-04-01");
    ck_assert_str_eq(tariff->to, "2017-03-31");
    ck_assert_str_eq(tariff->place, path_of("tariff.json"));
    ck_assert_uint_eq(tariff->n_tables, 0);
    ck_assert_ptr_null(rk__tariff_fetched(tariff));
    ck_assert_ptr_null(tariff->at);
}
END_TEST

START_TEST(test_tariff_document__what_it_leaves_out_is_null)
{
    ck_assert_int_eq(load_text("{" HEAD ", 'title': null, 'effective': {}, 'tables': {}}"), RK_OK);
    ck_assert_ptr_null(tariff->title);
    ck_assert_ptr_null(tariff->publisher);
    ck_assert_ptr_null(tariff->currency);
    ck_assert_ptr_null(tariff->from);
    ck_assert_ptr_null(tariff->to);
}
END_TEST

#define WITH(members) "{" HEAD ", " members ", 'tables': {}}"
#define TABLE(text)   "{" HEAD ", 'tables': {'prices': " text "}}"

static const struct {
    const char *text;
    rk_status status;
    const char *says, *hints;
} bad_documents[] = {
    {"[]", RK_WRONG_TYPE, "must be an object", "reckoner"},
    {"{'id': 't', 'tables': {}}", RK_MISSING_KEY, "'reckoner'", "tariff/1"},
    {"{'reckoner': 1, 'id': 't', 'tables': {}}", RK_WRONG_TYPE, "'reckoner'", "tariff/1"},
    {"{'reckoner': 'contract/1', 'periods': []}", RK_OUT_OF_RANGE, "'contract/1' document",
     "tariff/1"},
    {"{'reckoner': 'tariff/1', 'tables': {}}", RK_MISSING_KEY, "'id'", ""},
    {"{'reckoner': 'tariff/1', 'id': '', 'tables': {}}", RK_OUT_OF_RANGE, "0 characters", "128"},
    {"{'reckoner': 'tariff/1', 'id': 'a b', 'tables': {}}", RK_OUT_OF_RANGE, "'a b'", "letters"},
    {"{'reckoner': 'tariff/1', 'id': 7, 'tables': {}}", RK_WRONG_TYPE, "'id'", ""},
    {WITH("'effectve': {}"), RK_UNKNOWN_KEY, "'effectve'", "'effective'"},
    {WITH("'title': 1"), RK_WRONG_TYPE, "'title'", ""},
    {WITH("'licence': []"), RK_WRONG_TYPE, "'licence'", ""},
    {WITH("'currency': 'gbp'"), RK_OUT_OF_RANGE, "'gbp'", "ISO 4217"},
    {WITH("'currency': 'POUND'"), RK_OUT_OF_RANGE, "'POUND'", "ISO 4217"},
    {WITH("'currency': '\\u0141AB'"), RK_OUT_OF_RANGE, "currency", "ISO 4217"},
    {WITH("'effective': '2016'"), RK_WRONG_TYPE, "'effective'", "from"},
    {WITH("'effective': {'form': '2016-04-01'}"), RK_UNKNOWN_KEY, "'form'", "'from'"},
    {WITH("'effective': {'from': '2016-02-30'}"), RK_OUT_OF_RANGE, "'2016-02-30'", "2016-04-01"},
    {WITH("'effective': {'to': '31/03/2017'}"), RK_OUT_OF_RANGE, "'31/03/2017'", "2016-04-01"},
    {WITH("'effective': {'from': '2017-04-01', 'to': '2017-03-31'}"), RK_OUT_OF_RANGE,
     "ends before", ""},
    {"{" HEAD "}", RK_MISSING_KEY, "'tables'", "prices"},
    {"{" HEAD ", 'tables': []}", RK_WRONG_TYPE, "'tables'", "prices"},
    {"{" HEAD ", 'tables': {'': " ROWS "}}", RK_OUT_OF_RANGE, "name", ""},
    {TABLE("[]"), RK_MISSING_KEY, "table 'prices' has no 'key'", "key"},
    {TABLE("{'rows': []}"), RK_MISSING_KEY, "table 'prices' has no 'key'", "key"},
    {TABLE("{'key': null, 'rows': []}"), RK_MISSING_KEY, "no 'key'", "key"},
    {TABLE("{'key': [], 'rows': []}"), RK_OUT_OF_RANGE, "empty", ""},
    {TABLE("{'key': ['hrg']}"), RK_MISSING_KEY, "neither 'rows' nor 'file'", "rows"},
    {TABLE("{'key': ['hrg'], 'row': []}"), RK_UNKNOWN_KEY, "'row'", "'rows'"},
    {TABLE("7"), RK_WRONG_TYPE, "'prices'", "rows"},
    {"{" HEAD, RK_SYNTAX, "", ""},
    {"hrg,price\nA,1\n", RK_SYNTAX, "", ""},
    {"", RK_SYNTAX, "", ""},
};

START_TEST(test_tariff_document__fault_is_named_with_a_hint)
{
    const char *text = bad_documents[_i].text;
    const rk_status status = load_text(text);
    ck_assert_msg(status == bad_documents[_i].status, "%s: %s", text, rk_status_word(status));
    assert_says(message(0), bad_documents[_i].says);
    assert_says(hint(0), bad_documents[_i].hints);
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, path_of("tariff.json"));
    ck_assert_uint_ge(rk_problems_at(problems, 0)->line, 1);
}
END_TEST

START_TEST(test_tariff_document__every_fault_is_listed_but_of_another_kind_of_document)
{
    ck_assert_int_eq(load_text("{'reckoner': 'tariff/1', 'id': 'a b', 'extra': 1, 'currency': 'x', "
                               "'tables': {'a': [], 'b': []}}"),
                     RK_UNKNOWN_KEY);
    ck_assert_uint_eq(rk_problems_count(problems), 5);
    ck_assert_int_eq(load_text("{'reckoner': 'contract/1', 'id': 'a b', 'extra': 1}"),
                     RK_OUT_OF_RANGE);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
}
END_TEST

static const struct {
    const char *effective;
    rk_date day;
    bool in_force;
} days[] = {
    {"{'from': '2016-04-01', 'to': '2017-03-31'}", {2016, 3, 31}, false},
    {"{'from': '2016-04-01', 'to': '2017-03-31'}", {2016, 4, 1}, true},
    {"{'from': '2016-04-01', 'to': '2017-03-31'}", {2017, 3, 31}, true},
    {"{'from': '2016-04-01', 'to': '2017-03-31'}", {2017, 4, 1}, false},
    {"{'from': '2016-04-01'}", {2099, 1, 1}, true},
    {"{'from': '2016-04-01'}", {2016, 3, 31}, false},
    {"{'to': '2017-03-31'}", {1800, 1, 1}, true},
    {"{'to': '2017-03-31'}", {2017, 4, 1}, false},
    {"null", {1800, 1, 1}, true},
    {"{'from': '2016-04-01', 'to': '2016-04-01'}", {2016, 4, 1}, true},
};

START_TEST(test_tariff_in_force__both_days_are_within_and_an_open_end_has_no_bound)
{
    char text[300];
    snprintf(text, sizeof text, "{" HEAD ", 'effective': %s, 'tables': {}}", days[_i].effective);
    ck_assert_int_eq(load_text(text), RK_OK);
    ck_assert_msg(rk__tariff_in_force(tariff, days[_i].day) == days[_i].in_force, "%s on %d-%d-%d",
                  text, days[_i].day.year, days[_i].day.month, days[_i].day.day);
}
END_TEST

/* -------------------------------------------------------------- files, pins */

START_TEST(test_tariff_file__missing_is_unavailable_with_a_hint)
{
    rk__tariff *out;
    size_t n;
    ck_assert_int_eq(load("nowhere.json"), RK_TARIFF_UNAVAILABLE);
    ck_assert_int_eq(rk_problems_at(problems, 0)->status, RK_TARIFF_UNAVAILABLE);
    assert_says(message(0), "'nowhere.json'");
    ck_assert_str_ne(hint(0), "");
    release();
    ck_assert_int_eq(load_all("['nowhere.json']", &out, &n), RK_TARIFF_UNAVAILABLE);
    ck_assert_str_eq(rk_problems_at(problems, 0)->pointer, "/0");
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, "contract.json");
    ck_assert_ptr_null(out);
}
END_TEST

START_TEST(test_tariff_file__digest_is_of_the_bytes)
{
    char digest[RK__SHA256_TEXT];
    rk__sha256(json_text("\xef\xbb\xbf" TARIFF "\n"), strlen(TARIFF) + 4, digest);
    ck_assert_int_eq(load_text("\xef\xbb\xbf" TARIFF "\n"), RK_OK);
    ck_assert_str_eq(tariff->sha256, digest);
}
END_TEST

START_TEST(test_tariff_pin__holds_in_either_case_and_else_names_both_digests)
{
    char digest[RK__SHA256_TEXT], json[300];
    size_t n;
    write_text("t.json", TARIFF);
    rk__sha256(json_text(TARIFF), strlen(TARIFF), digest);
    for (char *c = digest; *c != '\0'; c++) {
        *c = *c >= 'a' && *c <= 'f' ? (char) (*c - 'a' + 'A') : *c;
    }
    snprintf(json, sizeof json, "{'file': 't.json', 'sha256': '%s'}", digest);
    ck_assert_msg(load_all(json, &tariff, &n) == RK_OK, "%s", message(0));
    snprintf(digest, sizeof digest, "%s", tariff->sha256);
    release();
    ck_assert_int_eq(load_all("{'file': 't.json', 'sha256': '" DIGEST "'}", &tariff, &n),
                     RK_TARIFF_MISMATCH);
    ck_assert_ptr_null(tariff);
    assert_says(message(0), digest);
    assert_says(message(0), DIGEST);
    ck_assert_str_eq(rk_problems_at(problems, 0)->pointer, "/sha256");
}
END_TEST

START_TEST(test_tariff_pin__is_looked_at_before_the_document)
{
    size_t n;
    write_text("t.json", "not a tariff at all");
    ck_assert_int_eq(load_all("{'file': 't.json', 'sha256': '" DIGEST "'}", &tariff, &n),
                     RK_TARIFF_MISMATCH);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
}
END_TEST

START_TEST(test_tariff_load__one_failure_leaves_none_and_all_are_listed)
{
    rk__tariff *out[4] = {(rk__tariff *) 1, (rk__tariff *) 1, (rk__tariff *) 1, (rk__tariff *) 1};
    size_t n;
    write_text("good.json", TARIFF);
    write_text("bad.json", "{" HEAD "}");
    ck_assert_int_eq(load_all("['good.json', 'bad.json', 'missing.json', " TARIFF "]", out, &n),
                     RK_MISSING_KEY);
    ck_assert_uint_eq(rk_problems_count(problems), 2);
    for (int i = 0; i < 4; i++) {
        ck_assert_ptr_null(out[i]);
    }
}
END_TEST

/* ------------------------------------------------------------------- tables */

START_TEST(test_tariff_table__files_are_beside_the_tariff)
{
    rk__table *table = NULL, *again = NULL;
    make_folder("sub");
    write_text("sub/t.json", "{" HEAD ", 'tables': {'prices': " ROWS
                             ", 'mff': {'key': ['provider'], 'file': 'mff.csv'}}}");
    write_text("sub/mff.csv", "provider,mff\nRHW,1.05\n");
    ck_assert_msg(load("sub/t.json") == RK_OK, "%s", message(0));
    ck_assert_uint_eq(tariff->n_tables, 2);
    ck_assert_str_eq(tariff->tables[1].spec.name, "mff");
    ck_assert_str_eq(tariff->tables[1].spec.keys[0], "provider");
    ck_assert(rk__tariff_has_table(tariff, "prices"));
    ck_assert(!rk__tariff_has_table(tariff, "Prices"));
    ck_assert_str_eq(first_cell("mff", "mff"), "1.05");
    ck_assert_str_eq(first_cell("prices", "price"), "10");
    ck_assert_int_eq(rk__tariff_table(tariff, "mff", &table, problems), RK_OK);
    ck_assert_int_eq(rk__tariff_table(tariff, "mff", &again, problems), RK_OK);
    ck_assert_ptr_eq(table, again);
    ck_assert_int_eq(rk__tariff_table(tariff, "top_ups", &table, problems), RK_OK);
    ck_assert_ptr_null(table);
    ck_assert_uint_eq(rk_problems_count(problems), 0);
}
END_TEST

static const struct {
    const char *csv; /* NULL: no file */
    rk_status status;
    const char *says;
} bad_tables[] = {
    {NULL, RK_TARIFF_UNAVAILABLE, "'prices.csv'"},
    {"hrg,price\nA,1\nA,2\n", RK_DUPLICATE_KEY, "lines 2 and 3"},
    {"hgr,price\nA,1\n", RK_MISSING_COLUMN, "'hrg'"},
    {"hrg,price\nA,1,2\n", RK_SYNTAX, "3 fields"},
};

START_TEST(test_tariff_table__fault_is_met_when_it_is_asked_for)
{
    rk__table *table = NULL;
    if (bad_tables[_i].csv != NULL) {
        write_text("prices.csv", bad_tables[_i].csv);
    }
    ck_assert_int_eq(load_text(TABLE("{'key': ['hrg'], 'file': 'prices.csv'}")), RK_OK);
    const rk_status status = rk__tariff_table(tariff, "prices", &table, problems);
    ck_assert_msg(status == bad_tables[_i].status, "%s", rk_status_word(status));
    ck_assert_int_eq(rk_problems_at(problems, 0)->status, bad_tables[_i].status);
    assert_says(message(0), bad_tables[_i].says);
    ck_assert_ptr_null(table);
}
END_TEST

/* ----------------------------------------------------------------- in place */

START_TEST(test_tariff_in_place__files_are_beside_the_contract_and_digest_is_of_its_text)
{
    static const char body[] = TABLE("{'key': ['hrg'], 'file': 'prices.csv'}");
    char json[300], digest[RK__SHA256_TEXT];
    size_t n;
    write_text("prices.csv", "HRG,Price\nA,12\n");
    snprintf(json, sizeof json, "[ %s ]", body);
    rk__sha256(json_text(body), strlen(body), digest);
    ck_assert_msg(load_all(json, &tariff, &n) == RK_OK, "%s", message(0));
    ck_assert_str_eq(tariff->sha256, digest);
    ck_assert_str_eq(tariff->place, "contract.json");
    ck_assert_str_eq(first_cell("prices", "price"), "12");
    ck_assert_ptr_eq(tariff->at, rk__json_root(document)->first);
}
END_TEST

START_TEST(test_tariff_in_place__problems_are_in_the_contract)
{
    rk__tariff *out;
    size_t n;
    ck_assert_int_eq(load_all("[{" HEAD ", 'tables': {'p': {'rows': []}}}]", &out, &n),
                     RK_MISSING_KEY);
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, "contract.json");
    ck_assert_str_eq(rk_problems_at(problems, 0)->pointer, "/0/tables/p");
}
END_TEST

/* ---------------------------------------------------------------- untrusted */

static const struct {
    const char *source; /* from the root */
    rk_status status, table;
} reaches[] = {
    {"t.json", RK_OK, RK_OK},
    {".", RK_OK, RK_OK},
    {"csv", RK_OK, RK_OK},
    {"csv/../t.json", RK_OK, RK_OK},
    {"../out/t.json", RK_FORBIDDEN, RK_OK},
    {"csv/../../out/t.json", RK_FORBIDDEN, RK_OK},
    {"link/t.json", RK_FORBIDDEN, RK_OK},
    {"link", RK_FORBIDDEN, RK_OK},
    {"../out", RK_FORBIDDEN, RK_OK},
    {"..", RK_FORBIDDEN, RK_OK},
    {"/etc", RK_FORBIDDEN, RK_OK},
    {"/etc/passwd", RK_FORBIDDEN, RK_OK},
    {"outward.json", RK_OK, RK_FORBIDDEN},
    {"linked", RK_FORBIDDEN, RK_OK},
    {"nowhere.json", RK_TARIFF_UNAVAILABLE, RK_OK},
};

START_TEST(test_tariff_untrusted__stays_below_the_root)
{
    char root[100], outside[100];
    rk__table *table = NULL;
    make_folder("in");
    make_folder("in/csv");
    make_folder("out");
    write_text("out/t.json", TARIFF);
    write_text("out/secret.csv", "hrg,price\nA,1\n");
    write_text("in/t.json", TARIFF);
    write_text("in/tariff.json", TARIFF);
    write_text("in/csv/prices.csv", "hrg,price\nA,1\n");
    write_text("in/outward.json", TABLE("{'key': ['hrg'], 'file': '../out/secret.csv'}"));
    snprintf(outside, sizeof outside, "%s/out", folder);
    make_folder("in/linked");
    ck_assert_int_eq(symlink(outside, path_of("in/link")), 0);
    strcat(outside, "/secret.csv");
    ck_assert_int_eq(symlink(outside, path_of("in/linked/prices.csv")), 0);
    snprintf(root, sizeof root, "%s/in", folder);
    access_rules = (rk__access){.untrusted = true, .root = root};
    options.base_dir = root;
    const rk_status status = load(reaches[_i].source);
    ck_assert_msg(status == reaches[_i].status, "%s: %s: %s", reaches[_i].source,
                  rk_status_word(status), message(0));
    if (status == RK_OK) {
        ck_assert_int_eq(rk__tariff_table(tariff, "prices", &table, problems), reaches[_i].table);
    }
}
END_TEST

/* ------------------------------------------------------------------- memory */

static const char *const all_forms[] = {
    "'t.json'", "{'file': 'csv'}",
    TABLE("{'key': ['hrg'], 'columns': {'price': 'p'}, 'rows': [{'hrg': 'A', 'p': 1}]}")};

START_TEST(test_tariff_memory__running_out_anywhere_leaves_nothing_behind)
{
    make_folder("csv");
    write_text("csv/prices.csv", "hrg*,price\nA,1\n");
    write_text("csv/mff.csv", "provider,mff\nA,1\n");
    write_text("t.json", TARIFF);
    bool done = false;
    for (long i = 0; !done; i++) {
        ck_assert_int_lt(i, 5000);
        rk__tariff_ref *refs = NULL;
        rk__tariff *out = (rk__tariff *) 1;
        rk__table *table = NULL;
        size_t n;
        const char *json = all_forms[_i];
        ck_assert_int_eq(rk__json_parse(json_text(json), strlen(json), "c.json", &document, NULL),
                         RK_OK);
        rk__alloc_fail_after(i);
        rk_status status =
            rk__tariff_refs_read(rk__json_root(document), &arena, &refs, &n, problems);
        if (status == RK_OK) {
            status = rk__tariff_load(refs, n, &options, &out, problems);
            ck_assert((status == RK_OK) == (out != NULL));
            if (status == RK_OK) {
                status = rk__tariff_table(out, "prices", &table, problems);
                rk__tariff_free(out);
            }
        }
        rk__alloc_fail_after(-1);
        done = status == RK_OK;
        ck_assert_msg(done || status == RK_NO_MEMORY, "after %ld: %s: %s", i,
                      rk_status_word(status), message(0));
        release();
    }
}
END_TEST

/* -------------------------------------------------------------- a real one */

START_TEST(test_tariff_national__loads_whole)
{
    char path[600];
    const char *shared = getenv("RK_SHARED");
    rk__table *table = NULL;
    snprintf(path, sizeof path, "%s/data/nhs/tariff/ntps-2016-17.json",
             shared != NULL ? shared : RK_SOURCE_DIR "/../shared");
    if (access(path, R_OK) != 0) {
        printf("skipped: there is no '%s'\n", path);
        return;
    }
    ck_assert_msg(load(path) == RK_OK, "%s", message(0));
    ck_assert_str_eq(tariff->id, "ntps-2016-17");
    ck_assert(rk__tariff_in_force(tariff, (rk_date){2016, 10, 1}));
    ck_assert_int_eq(rk__tariff_table(tariff, "prices", &table, problems), RK_OK);
    ck_assert_uint_gt(rk__table_n_rows(table), 3000);
    ck_assert_str_eq(first_cell("prices", "price"), "7091");
    ck_assert_int_eq(rk__tariff_table(tariff, "mff", &table, problems), RK_OK);
    ck_assert_int_eq(rk__tariff_table(tariff, "top_ups", &table, problems), RK_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tariff");
    TCase *tests = tcase_create("tariff");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, test_tariff_refs__say_where_each_is, 0, COUNT(good_refs));
    tcase_add_test(tests, test_tariff_refs__list_holds_any_of_them);
    tcase_add_test(tests, test_tariff_refs__absent_or_null_is_none);
    tcase_add_loop_test(tests, test_tariff_refs__fault_is_named_with_a_hint, 0, COUNT(bad_refs));
    tcase_add_test(tests, test_tariff_refs__every_fault_is_listed);
    tcase_add_test(tests, test_tariff_document__says_what_it_is);
    tcase_add_test(tests, test_tariff_document__what_it_leaves_out_is_null);
    tcase_add_loop_test(tests, test_tariff_document__fault_is_named_with_a_hint, 0,
                        COUNT(bad_documents));
    tcase_add_test(tests,
                   test_tariff_document__every_fault_is_listed_but_of_another_kind_of_document);
    tcase_add_loop_test(tests,
                        test_tariff_in_force__both_days_are_within_and_an_open_end_has_no_bound, 0,
                        COUNT(days));
    tcase_add_test(tests, test_tariff_file__missing_is_unavailable_with_a_hint);
    tcase_add_test(tests, test_tariff_file__digest_is_of_the_bytes);
    tcase_add_test(tests, test_tariff_pin__holds_in_either_case_and_else_names_both_digests);
    tcase_add_test(tests, test_tariff_pin__is_looked_at_before_the_document);
    tcase_add_test(tests, test_tariff_load__one_failure_leaves_none_and_all_are_listed);
    tcase_add_test(tests, test_tariff_table__files_are_beside_the_tariff);
    tcase_add_loop_test(tests, test_tariff_table__fault_is_met_when_it_is_asked_for, 0,
                        COUNT(bad_tables));
    tcase_add_test(tests,
                   test_tariff_in_place__files_are_beside_the_contract_and_digest_is_of_its_text);
    tcase_add_test(tests, test_tariff_in_place__problems_are_in_the_contract);
    tcase_add_loop_test(tests, test_tariff_untrusted__stays_below_the_root, 0, COUNT(reaches));
    tcase_add_loop_test(tests, test_tariff_memory__running_out_anywhere_leaves_nothing_behind, 0,
                        COUNT(all_forms));
    tcase_add_test(tests, test_tariff_national__loads_whole);
    return run_tariff_suite(suite, tests);
}
