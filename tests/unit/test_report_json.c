/* SPDX-License-Identifier: MIT
 *
 * Tests of report/json.c: the documents, read back by our own parser.
 */
#include "report_fixture.h"

#define COMPONENT "/periods/0/components/0"

/* A component with everything that one can have. */
static rk_result *full_result(void)
{
    static const char *const columns[] = {"hrg", "pod"};
    static const char *const values[] = {"ZZ99Z", NULL};
    static rk__tariff_provenance tariff = {.id = "ntps", .sha256 = "aa"};
    static rk_provenance_fact facts[] = {
        {.table = "activity", .file = "a.csv", .xxh3 = "bb", .rows = 20300}};
    static rk_provenance_rule rule = {"pbr", "1.0.0", "pbr.so", "cc"};
    rk_result *r = result_new("pbr", "37660000");
    rk__component_result *c = add_component(r, "acute", "pbr", "37660000");
    c->title = "Acute";
    c->shadow = true;
    add_sum(r, c, "NEL", "12600", "24570000");
    rk_ledger_line *line = add_line(r, c, "third", "1/3");
    line->rate = number(r, "2/3");
    line->factor = number(r, "1/2");
    line->source = "the guidance";
    line->memo = true;
    add_element(r, c, "base", "37660000");
    c->unpriced = made(r, 1, sizeof *c->unpriced);
    c->unpriced[0] = (rk_unpriced_key){columns, values, 2, 1, number(r, "3"), "no row"};
    c->n_unpriced = 1;
    c->unpriced_keys = 3;
    c->unpriced_rows = 5;
    rk__result_find(r, (rk_finding){.code = "rule-note", .rows = 5, .amount = number(r, "12.5")},
                    "say \"so\"\nthen");
    r->tariffs = &tariff;
    r->n_tariffs = 1;
    r->facts = facts;
    r->n_facts = 1;
    r->rules = &rule;
    r->n_rules = 1;
    return r;
}

static rk__json *document_of(rk_result *r)
{
    kept k = {0};
    report(r, RK_FORMAT_JSON, &k, 0);
    return kept_parse(&k);
}

START_TEST(test_report_json__has_the_documented_keys_in_their_order)
{
    rk_result *r = full_result();
    rk__json *d = document_of(r);
    json_keys(d, "",
              "reckoner contract arrangement basis currency total cost margin periods "
              "warnings findings provenance");
    json_keys(d, "/periods/0", "period total components");
    json_keys(d, COMPONENT, "id rule title shadow total lines elements unpriced");
    json_keys(d, COMPONENT "/lines/0", "label quantity unit rate amount");
    json_keys(d, COMPONENT "/lines/1", "label rate factor amount source memo");
    json_keys(d, COMPONENT "/unpriced", "rows keys more_keys");
    json_keys(d, COMPONENT "/unpriced/keys/0", "key rows quantity reason");
    json_keys(d, "/provenance", "reckoner contract_sha256 tariff facts rules");
    json_keys(d, "/provenance/tariff/0", "id sha256");
    json_keys(d, "/provenance/facts/0", "table file xxh3 rows");
    json_keys(d, "/provenance/rules/0", "id version file sha256");
    rk__json_free(d);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__numbers_are_decimal_text)
{
    rk_result *r = full_result();
    r->margin = number(r, "-1540000");
    rk__json *d = document_of(r);
    json_expect(d, "/reckoner", "result/1");
    json_expect(d, "/total", "37660000.00");
    json_expect(d, "/cost", NULL);
    json_expect(d, "/margin", "-1540000.00");
    json_expect(d, COMPONENT "/total", "37660000.00");
    json_expect(d, COMPONENT "/lines/0/rate", "1950");
    json_expect(d, COMPONENT "/lines/0/amount", "24570000");
    json_expect(d, COMPONENT "/lines/1/amount", "0.333333");
    json_expect(d, COMPONENT "/lines/1/rate", "0.666667");
    json_expect(d, COMPONENT "/elements/base", "37660000.00");
    json_expect(d, COMPONENT "/unpriced/rows", "5");
    json_expect(d, COMPONENT "/unpriced/keys/0/key/hrg", "ZZ99Z");
    json_expect(d, COMPONENT "/unpriced/keys/0/key/pod", NULL);
    json_expect(d, COMPONENT "/unpriced/keys/0/quantity", "3");
    json_expect(d, COMPONENT "/unpriced/more_keys", "2");
    json_expect(d, "/warnings/0", "say \"so\"\nthen");
    json_keys(d, "/findings/0", "code severity message at rows quantity amount");
    json_expect(d, "/findings/0/code", "rule-note");
    json_expect(d, "/findings/0/severity", "warning");
    json_expect(d, "/findings/0/at", NULL);
    json_expect(d, "/findings/0/rows", "5");
    json_expect(d, "/findings/0/amount", "12.50");
    json_expect(d, "/provenance/facts/0/rows", "20300");
    ck_assert_int_eq(rk__json_at(rk__json_root(d), COMPONENT "/lines/0/amount")->type,
                     RK__JSON_STRING);
    rk__json_free(d);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__a_plain_component_has_no_more_than_it_must)
{
    rk_result *r = result_new("block", "5");
    add_component(r, "a", "block", "5");
    rk__json *d = document_of(r);
    json_keys(d, COMPONENT, "id rule total lines elements unpriced");
    json_keys(d, COMPONENT "/unpriced", "rows keys");
    json_expect(d, COMPONENT "/unpriced/rows", "0");
    rk__json_free(d);
    result_free(r);
}
END_TEST

static const char *const pods[] = {"NEL", NULL, "EL"};
static const int64_t quantities[] = {60000000, 7000000, 1500000};
static const int64_t amounts[] = {120000000, 14500000, 3000001};

START_TEST(test_report_json__groups_stand_where_they_were_asked_for)
{
    rk_result *r = result_new("pbr", "5");
    rk__component_result *c = add_component(r, "a", "pbr", "5");
    add_element(r, c, "base", "5");
    c->groups = groups_new(pods, quantities, amounts, 3);
    rk__json *d = document_of(r);
    ck_assert_ptr_null(rk__json_at(rk__json_root(d), COMPONENT "/groups"));
    rk__json_free(d);
    r->grouped = true;
    d = document_of(r);
    json_keys(d, COMPONENT "/groups/0", "key rows quantity amount elements");
    json_expect(d, COMPONENT "/groups/0/key/pod", NULL); /* blank stands first */
    json_expect(d, COMPONENT "/groups/1/key/pod", "EL");
    json_expect(d, COMPONENT "/groups/1/quantity", "1.5");
    json_expect(d, COMPONENT "/groups/1/amount", "3.000001");
    json_expect(d, COMPONENT "/groups/2/amount", "120.00");
    json_expect(d, COMPONENT "/groups/2/elements/base", "120.00");
    json_expect(d, COMPONENT "/groups/2/rows", "1");
    rk__json_free(d);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__small_counts_are_stars)
{
    rk_result *r = result_new("pbr", "5");
    rk__component_result *c = add_component(r, "a", "pbr", "5");
    add_element(r, c, "base", "5");
    add_sum(r, c, "NEL", "60", "120");
    add_sum(r, c, "EL", "1.5", "3");
    c->groups = groups_new(pods, quantities, amounts, 3);
    c->unpriced_rows = 2;
    r->grouped = true;
    r->suppress_below = 5;
    rk__json *d = document_of(r);
    json_expect(d, COMPONENT "/groups/1/quantity", "*");
    json_expect(d, COMPONENT "/groups/1/rows", "*");
    json_expect(d, COMPONENT "/groups/1/amount", "*");
    json_expect(d, COMPONENT "/groups/1/elements/base", "*");
    json_expect(d, COMPONENT "/groups/0/quantity", "*"); /* 7: else the total gives 1.5 away */
    json_expect(d, COMPONENT "/groups/2/quantity", "60");
    json_expect(d, COMPONENT "/lines/0/amount", "*");
    json_expect(d, COMPONENT "/lines/1/quantity", "*");
    json_expect(d, COMPONENT "/lines/1/rate", "*");
    json_expect(d, COMPONENT "/unpriced/rows", "*");
    rk__json_free(d);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__several_results_are_a_list)
{
    rk_result *a = result_new("a", "1"), *b = result_new("b", "2");
    const rk_result *both[] = {a, b};
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_results(both, 2, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_expect(d, "/0/arrangement", "a");
    json_expect(d, "/1/total", "2.00");
    rk__json_free(d);
    result_free(a);
    result_free(b);
}
END_TEST

/* Without what is blank between its tokens. */
static void close_up(char *text)
{
    bool inside = false;
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        inside ^= *from == '"' && (from == text || from[-1] != '\\');
        if (inside || (*from != ' ' && *from != '\n')) {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static void check_line(const rk_result *r)
{
    kept indented = {0};
    kept line = {0};
    const rk_sink sink = kept_sink(&indented, 0);
    const rk_sink line_sink = kept_sink(&line, 0);
    ck_assert_int_eq(rk_report_results(&r, 1, RK_FORMAT_JSON, &sink), RK_OK);
    close_up(indented.text.text);
    rk__buf_puts(&line.text, "");
    rk__page page;
    rk__page_init(&page, &line_sink);
    rk__json_result_line(&page, r, r->provenance);
    ck_assert_int_eq(rk__page_finish(&page), RK_OK);
    ck_assert_uint_gt(line.text.length, 1);
    ck_assert_int_eq(line.text.text[--line.text.length], '\n');
    line.text.text[line.text.length] = '\0';
    ck_assert_str_eq(line.text.text, indented.text.text);
    rk__buf_dispose(&line.text);
    rk__buf_dispose(&indented.text);
}

START_TEST(test_report_json__a_line_is_the_document_without_its_blanks)
{
    rk_result *plain = result_new("main", "1");
    check_line(plain);
    rk_result *r = full_result();
    check_line(r);
    r->periods[0].components[0].groups = groups_new(pods, quantities, amounts, 3);
    r->grouped = true;
    check_line(r);
    r->suppress_below = 7;
    check_line(r);
    /* What is known of the sources is written once, and is the same from then on. */
    rk__buf known = {0};
    r->provenance = &known;
    check_line(r);
    check_line(r);
    ck_assert_uint_gt(known.length, 0);
    rk__buf_dispose(&known);
    result_free(plain);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__sources_that_found_no_memory_are_not_kept)
{
    rk_result *r = full_result();
    rk__buf known = {0};
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    r->provenance = &known;
    rk__page page;
    rk__page_init(&page, &sink);
    rk__alloc_fail_after(0);
    rk__json_result_line(&page, r, r->provenance);
    rk__alloc_fail_after(-1);
    ck_assert_int_eq(rk__page_finish(&page), RK_NO_MEMORY);
    ck_assert_uint_eq(known.length, 0);
    ck_assert_int_eq(known.failed, 0);
    check_line(r);
    rk__buf_dispose(&known);
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__explanations_nest)
{
    rk__step leaf = {.label = "rate", .value = "740", .source = "/arrangements/cap/0/params/rate"};
    rk__step top = {.label = "amount", .formula = "heads x rate", .value = "37740000"};
    top.children = &leaf;
    top.n_children = 1;
    const rk_explanation e = {.contract = "c",
                              .arrangement = "a",
                              .basis = "actual",
                              .currency = "GBP",
                              .steps = &top,
                              .n_steps = 1};
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_explanation(&e, RK_FORMAT_JSON, &sink), RK_OK);
    rk__json *d = kept_parse(&k);
    json_keys(d, "", "reckoner contract arrangement basis currency total steps");
    json_expect(d, "/total", NULL);
    json_keys(d, "/steps/0", "label formula value steps");
    json_expect(d, "/steps/0/steps/0/source", "/arrangements/cap/0/params/rate");
    rk__json_free(d);
}
END_TEST

START_TEST(test_report_json__a_sink_that_stops_is_a_write_error)
{
    rk_result *r = full_result();
    kept k = {.limit = 10};
    const rk_sink sink = kept_sink(&k, 0);
    const rk_result *one = r;
    ck_assert_int_eq(rk_report_results(&one, 1, RK_FORMAT_JSON, &sink), RK_IO_WRITE);
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

START_TEST(test_report_json__memory_that_runs_out_is_said)
{
    rk_result *r = full_result();
    const rk_result *one = r;
    int done = 0;
    for (long n = 0; done < 4 && n < 1000; n++) {
        done = 0;
        for (int format = RK_FORMAT_TEXT; format <= RK_FORMAT_MARKDOWN; format++) {
            kept k = {0};
            rk_sink sink = kept_sink(&k, 0);
            rk__alloc_fail_after(n);
            const rk_status status = rk_report_results(&one, 1, (rk_format) format, &sink);
            rk__alloc_fail_after(-1);
            ck_assert_msg(status == RK_OK || status == RK_NO_MEMORY, "status %d", status);
            /* The sink of the test allocates too: its failure is not the report's. */
            done += status == RK_OK && !k.text.failed;
            rk__buf_dispose(&k.text);
        }
    }
    ck_assert_int_eq(done, 4);
    result_free(r);
}
END_TEST

UNIT_TESTS("report_json")
{
    tcase_add_test(tc, test_report_json__has_the_documented_keys_in_their_order);
    tcase_add_test(tc, test_report_json__numbers_are_decimal_text);
    tcase_add_test(tc, test_report_json__a_plain_component_has_no_more_than_it_must);
    tcase_add_test(tc, test_report_json__groups_stand_where_they_were_asked_for);
    tcase_add_test(tc, test_report_json__small_counts_are_stars);
    tcase_add_test(tc, test_report_json__several_results_are_a_list);
    tcase_add_test(tc, test_report_json__a_line_is_the_document_without_its_blanks);
    tcase_add_test(tc, test_report_json__sources_that_found_no_memory_are_not_kept);
    tcase_add_test(tc, test_report_json__explanations_nest);
    tcase_add_test(tc, test_report_json__a_sink_that_stops_is_a_write_error);
    tcase_add_test(tc, test_report_json__memory_that_runs_out_is_said);
}
