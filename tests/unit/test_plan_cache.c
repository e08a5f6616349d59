/* SPDX-License-Identifier: MIT
 *
 * Plans that are kept: whatever is changed in a contract, its results are those of a session
 * that has seen no other.
 */
#include <glob.h>
#include <stdarg.h>

#include "batch/plan_cache.h"
#include "report/report.h"
#include "tariff/shelf.h"
#include "unit.h"

static const char *const built_rules[] = {RK_BINARY_DIR "/rules",
                                          RK_BINARY_DIR "/tests/fixtures/starved-in-price", NULL};
static rk_session *keeping, *plain;
static rk__plan_cache *cache;
static rk__arena_spares spares;
static rk_problems *problems;
static bool starved; /* as the last contract that no plan evaluated */

static rk_session *session_new(bool keeps)
{
    rk_session *session = NULL;
    rk_options options = RK_OPTIONS_INIT;
    options.rules = built_rules;
    options.no_default_rules = true;
    options.offline = true;
    ck_assert_int_eq(rk_session_open(&options, &session, problems), RK_OK);
    if (keeps) {
        session->shelf = rk__shelf_new(-1, 0, NULL);
        session->spares = &spares;
        cache = rk__plan_cache_new(session, true);
        ck_assert_ptr_nonnull(session->shelf);
        ck_assert_ptr_nonnull(cache);
    }
    return session;
}

static void begin(void)
{
    problems = rk_problems_new();
    keeping = session_new(true);
    plain = session_new(false);
}

static void end(void)
{
    rk__plan_cache_free(cache);
    rk_session_close(keeping);
    rk__arena_spares_dispose(&spares);
    rk_session_close(plain);
    rk_problems_free(problems);
}

static int add_to_buf(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

static void add_lines(rk__buf *out, rk_result *const *results, size_t n)
{
    const rk_sink sink = {.write = add_to_buf, .ctx = out};
    rk__page page;
    rk__page_init(&page, &sink);
    for (size_t i = 0; i < n; i++) {
        rk__json_result_line(&page, results[i], results[i]->provenance);
    }
    ck_assert_int_eq(rk__page_finish(&page), RK_OK);
}

/* The results of a text by itself, or its status; `out` is emptied first. Not by rk_compare, which
 * also holds the totals against each other. */
static rk_status alone(const char *text, const char *folder, rk__buf *out)
{
    rk_contract *contract = NULL;
    rk__evaluation e;
    rk__buf_reset(out);
    rk_problems_clear(problems);
    rk_status status =
        rk_contract_parse(plain, text, strlen(text), "c", folder, &contract, problems);
    if (status == RK_OK) {
        status = rk__evaluate_set(contract, true, &e, problems);
        if (status == RK_OK) {
            add_lines(out, e.results, e.n_arrangements);
        }
        rk__evaluation_dispose(&e);
    }
    rk_contract_free(contract);
    return status;
}

/* How a text was evaluated. */
typedef enum way { ORDINARY, BY_TERMS, BY_TEXT } way;

/* The same as a batch does it, into `out`, which is emptied first. */
static rk_status by_cache(const char *text, const char *folder, rk__buf *out, way *how)
{
    rk_contract *contract = NULL;
    rk__json *document = NULL;
    rk_status status = RK_OK;
    char sha256[RK__SHA256_TEXT];
    const size_t length = strlen(text);
    rk_problems_clear(problems);
    rk__sha256(text, length, sha256);
    const rk__evaluation *e = rk__plan_cache_evaluate_text(cache, text, length, folder, sha256);
    *how = e != NULL ? BY_TEXT : BY_TERMS;
    if (e == NULL) {
        status = rk__json_build(&spares, text, length, "c", &document, problems);
    }
    if (e == NULL && status == RK_OK) {
        e = rk__plan_cache_evaluate(cache, document, folder, sha256);
    }
    if (e == NULL && status == RK_OK) {
        *how = ORDINARY;
        status = rk__contract_edited(keeping, document, folder, sha256, &contract, problems);
        document = NULL;
    }
    if (e == NULL && status == RK_OK) {
        status = rk__plan_cache_add(cache, contract, &e, &starved, problems);
        contract = status == RK_OK ? NULL : contract;
    }
    rk__alloc_fail_after(-1);
    rk__buf_reset(out);
    if (status == RK_OK) {
        add_lines(out, e->results, e->n_arrangements);
    }
    rk_contract_free(contract);
    rk__json_free(document);
    return status;
}

/* ------------------------------------------------------------------ changing */

static unsigned long state;

static size_t pick(size_t below)
{
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (size_t) (state >> 33) % below;
}

static const char *const others[] = {
    "\"\"",
    "\" \"",
    "\"0\"",
    "\"-5\"",
    "\"1e3\"",
    "\"4.75%\"",
    "\"7/12\"",
    "\"EL\"",
    "\"RXX\"",
    "\"\xc3\xa9\"",
    "\"\\u0041\"",
    "\"1000000.005\"",
    "\"99999999999999999999\"",
    "0",
    "-1",
    "12.5",
    "1e400",
    "1e2",
    "0.0000001",
    "18",
    "250000",
    "null",
    "true",
    "[]",
    "\"2016-09-01\"",
};

typedef struct places {
    const rk__value *at[4096];
    size_t n;
} places;

static void find(const rk__value *v, places *scalars, places *rows)
{
    if (v->first == NULL && scalars->n < 4096) {
        scalars->at[scalars->n++] = v;
    }
    if (v->type == RK__JSON_OBJECT && v->parent != NULL && v->parent->type == RK__JSON_ARRAY &&
        rows->n < 4096) {
        rows->at[rows->n++] = v;
    }
    for (const rk__value *child = v->first; child != NULL; child = child->next) {
        find(child, scalars, rows);
    }
}

/* The text with one value replaced, or one row written twice or left out. */
static char *changed(const char *text)
{
    static places scalars, rows;
    rk__json *document = NULL;
    rk__buf out = {0};
    scalars.n = rows.n = 0;
    if (rk__json_parse(text, strlen(text), NULL, &document, NULL) != RK_OK) {
        return strdup(text);
    }
    find(rk__json_root(document), &scalars, &rows);
    const bool row = rows.n > 0 && pick(4) == 0;
    const rk__value *v = row ? rows.at[pick(rows.n)] : scalars.at[pick(scalars.n)];
    if (row && (pick(2) == 0 || v->next == NULL)) {
        const rk__value *two = v->parent->first; /* and what stands between them */
        rk__buf_add(&out, text, v->end);
        rk__buf_add(&out, two->next != NULL ? text + two->end : ",",
                    two->next != NULL ? two->next->offset - two->end : 1);
        rk__buf_add(&out, text + v->offset, v->end - v->offset);
        rk__buf_puts(&out, text + v->end);
    } else if (row) {
        rk__buf_add(&out, text, v->offset);
        rk__buf_puts(&out, text + v->next->offset);
    } else {
        const rk__value *other = scalars.at[pick(scalars.n)];
        rk__buf_add(&out, text, v->offset);
        if (pick(2) == 0) {
            rk__buf_puts(&out, others[pick(sizeof others / sizeof *others)]);
        } else {
            rk__buf_add(&out, text + other->offset, other->end - other->offset);
        }
        rk__buf_puts(&out, text + v->end);
    }
    rk__json_free(document);
    ck_assert(!out.failed);
    return out.text;
}

/* ---------------------------------------------------------------- comparing */

typedef struct tally {
    size_t served, by_text, good, all;
} tally;

static void compare(const char *text, const char *folder, tally *t)
{
    rk__buf a = {0};
    rk__buf b = {0};
    way how = ORDINARY;
    const rk_status mine = by_cache(text, folder, &b, &how);
    const rk_status theirs = alone(text, folder, &a);
    ck_assert_msg(mine == theirs, "%d where it is %d alone:\n%s", mine, theirs, text);
    if (mine == RK_OK) {
        ck_assert_msg(a.length == b.length && memcmp(a.text, b.text, a.length) == 0,
                      "%s\ngives %sand not %s", text, b.text, a.text);
    }
    t->served += how != ORDINARY;
    t->by_text += how == BY_TEXT;
    t->good += mine == RK_OK;
    t->all++;
    rk__buf_dispose(&a);
    rk__buf_dispose(&b);
}

/* The same for a text that is printed with ' for ", in folder "/". */
__attribute__((format(printf, 2, 3))) static void compare_printed(tally *t, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    ck_assert_int_ge(vasprintf(&text, format, args), 0);
    va_end(args);
    json_quotes(text);
    compare(text, "/", t);
    free(text);
}

/* The contract, and many with one or more changes; each from the one before, or anew. */
static void change_often(const char *text, const char *folder, size_t times, tally *t)
{
    char *at = strdup(text);
    compare(at, folder, t);
    for (size_t i = 0; i < times; i++) {
        char *next = changed(pick(3) == 0 ? at : text);
        compare(next, folder, t);
        free(at);
        at = next;
    }
    free(at);
}

/* ---------------------------------------------------------------------- tests */

START_TEST(test_plan_cache_changed_config__as_alone)
{
    static const char folder[] = RK_SOURCE_DIR "/configs/contracts";
    tally t = {0};
    glob_t found;
    ck_assert_int_eq(glob(RK_SOURCE_DIR "/configs/contracts/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        rk__json *document = NULL;
        ck_assert_int_eq(rk__json_load(found.gl_pathv[i], &document, NULL), RK_OK);
        size_t length = 0;
        const char *text = rk__json_text(document, &length);
        state = length;
        change_often(text, folder, 150, &t);
        rk__json_free(document);
    }
    globfree(&found);
    ck_assert_msg(t.served > 10 && t.good > t.all / 4, "%zu of %zu served, %zu good", t.served,
                  t.all, t.good);
}
END_TEST

/* The contracts of a vector file. */
static void each_vector(const char *path, size_t times, tally *t)
{
    rk__json *document = NULL;
    ck_assert_int_eq(rk__json_load(path, &document, NULL), RK_OK);
    const rk__value *root = rk__json_root(document);
    const rk__value *c = rk__json_get(root, "contract");
    if (c != NULL && c->type == RK__JSON_OBJECT) {
        char *text = strndup(rk__json_text(document, NULL) + c->offset, c->end - c->offset);
        state = c->offset + c->end;
        change_often(text, RK_SOURCE_DIR, times, t);
        free(text);
    }
    rk__json_free(document);
}

START_TEST(test_plan_cache_changed_vector__as_alone)
{
    tally t = {0};
    glob_t found;
    ck_assert_int_eq(glob(RK_SOURCE_DIR "/plugins/*/vectors/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        each_vector(found.gl_pathv[i], 60, &t);
    }
    globfree(&found);
    ck_assert_msg(t.all > 1000 && t.served > 10, "%zu of %zu served, %zu good", t.served, t.all,
                  t.good);
}
END_TEST

/* clang-format off */
#define TARIFF                                                                              \
    "{'reckoner': 'tariff/1', 'id': 't', 'tables': {"                                       \
    " 'prices': {'key': ['hrg', 'pod'], 'rows': [{'hrg': 'A', 'pod': 'EL', 'price': '100'}," \
    "                                            {'hrg': 'B', 'pod': 'NEL', 'price': '250.5'}]}," \
    " 'mff': {'key': ['provider'], 'rows': [{'provider': 'RX1', 'mff': '1.1'}]}}}"
#define YEAR "{'id': 'p', 'start': '2016-04-01', 'end': '2017-03-31'}"
/* clang-format on */

/* Rows, groups, unpriced keys, warnings of defaults and the provider as a default change
 * from one to the next, many times over. */
START_TEST(test_plan_cache_rows_of_many_kinds__as_alone)
{
    tally t = {0};
    state = 7;
    for (int i = 0; i < 3000; i++) {
        rk__buf text = {0};
        rk__buf_printf(&text,
                       "{'reckoner': 'contract/1', 'id': 'c%d', 'provider': 'RX%zu', "
                       "'periods': [" YEAR "], 'tariff': " TARIFF ", 'facts': {'activity': [",
                       i, pick(pick(2) == 0 ? 4 : 5000));
        for (size_t n = 1 + pick(i % 100 == 0 ? 300 : 5); n > 0; n--) {
            rk__buf_printf(&text, "{'hrg': '%c', 'pod': '%s', 'count': %zu, 'x': '%zu'}%s",
                           (char) ('A' + pick(3)), pick(3) == 0 ? "NEL" : "EL", pick(4),
                           pick(100000), n > 1 ? ", " : "");
        }
        rk__buf_printf(&text,
                       "]}, 'arrangements': {"
                       "'a': [{'id': 'one', 'rule': 'pbr'},"
                       "      {'id': 'cap', 'rule': 'cap-and-collar', 'of': ['one'],"
                       "       'params': {'plan': '%zu', 'cap': '3%%', 'collar': '2%%'}}], "
                       "'b': [{'id': 'all', 'rule': 'block', 'params': {'amount': '%zu.%02zu'}}]}}",
                       pick(2000), pick(100000), pick(100));
        ck_assert(!text.failed);
        json_quotes(text.text);
        compare(text.text, "/", &t);
        rk__buf_dispose(&text);
    }
    ck_assert_uint_eq(t.good, t.all);
    ck_assert_uint_gt(t.served, t.all * 9 / 10);
    ck_assert_uint_gt(t.by_text, t.all * 8 / 10);
}
END_TEST

/* Rows that lack a key, or have them in another order, in a described table and in a bare one. */
START_TEST(test_plan_cache_rows_of_unlike_keys__as_alone)
{
    static const char rows[] = "[{'hrg': 'A', 'pod': 'EL', 'count': 2}, {'pod': 'EL', 'hrg': 'A'}, "
                               "{'hrg': 'B', 'count': 3, 'pod': 'NEL', 'x': '1'}, {'x': 'B'}]";
    tally t = {0};
    for (int i = 0; i < 40; i++) {
        const bool bare = i % 4 == 3;
        compare_printed(&t,
                        "{'reckoner': 'contract/1', 'id': 'c%d', 'provider': 'RX1', "
                        "'periods': [" YEAR "], 'tariff': " TARIFF ", "
                        "'facts': {'activity': %s%s%s}, "
                        "'arrangements': {'a': [{'id': 'one', 'rule': 'pbr'}]}}",
                        i, bare ? "" : "{'rows': ", rows, bare ? "" : "}");
    }
    ck_assert_uint_eq(t.good, t.all);
    ck_assert_uint_gt(t.served, t.all / 2);
}
END_TEST

/* A component that prices the rows of a table that is not there fails, however often. */
START_TEST(test_plan_cache_unknown_table__as_alone)
{
    static const char *const components[] = {
        "{'id': 'one', 'rule': 'pbr'}",
        ("{'id': 'all', 'rule': 'block', 'params': {'amount': '1'}}, "
         "{'id': 'one', 'rule': 'pbr'}"),
        ("{'id': 'one', 'rule': 'cost-and-volume', 'params': {'base_units': '1000', "
         "'base_amount': '1500000', 'marginal_price': '900'}}")};
    tally t = {0};
    for (int i = 0; i < 24; i++) {
        compare_printed(&t,
                        "{'reckoner': 'contract/1', 'id': 'c%d', 'periods': [" YEAR "], "
                        "'tariff': " TARIFF ", 'facts': {%s}, 'arrangements': {'a': [%s]}}",
                        i, i % 2 == 0 ? "" : "'activty': [{'hrg': 'A', 'pod': 'EL', 'count': 1}]",
                        components[i / 8]);
    }
    ck_assert_uint_eq(t.good, 0);
}
END_TEST

/* As many terms as plans are kept, in any order, and others that come once among them. */
START_TEST(test_plan_cache_many_terms__serve_each_their_own)
{
    tally t = {0};
    state = 11;
    for (size_t i = 0; i < 4000; i++) {
        const bool once = pick(4) == 0;
        const size_t terms = once ? RK__PLANS_MOST + i : pick(RK__PLANS_MOST * 3 / 4);
        compare_printed(&t,
                        "{'reckoner': 'contract/1', 'id': 'c%zu', "
                        "'periods': [{'id': 'p%zu', 'start': '2016-04-01', 'end': '2017-03-31'}], "
                        "'arrangements': {'a': [{'id': 'all', 'rule': 'block', "
                        "'params': {'amount': '%zu.%02zu'}}]}}",
                        i, terms, pick(100000), pick(100));
    }
    ck_assert_uint_eq(t.good, t.all);
    ck_assert_msg(t.served > t.all / 2, "%zu of %zu served", t.served, t.all);
}
END_TEST

/* A contract that has something of all that a result tells: a cost, warnings, unpriced rows. */
static void one_of_terms(rk__buf *text, size_t i)
{
    rk__buf_reset(text);
    rk__buf_printf(text,
                   "{'reckoner': 'contract/1', 'id': 'c%zu', 'provider': 'P', 'periods': [" YEAR
                   "], "
                   "'tariff': {'reckoner': 'tariff/1', 'id': 't', 'currency': 'GBP', 'tables': {"
                   "'prices': {'key': ['pod'], 'rows': [{'pod': 'EL', 'price': '7.5'}, "
                   "{'pod': 'NEL', 'price': '9', 'short_stay_price': '3'}]}}}, "
                   "'facts': {'activity': ["
                   "{'pod': 'EL', 'emergency': 'no', 'count': %zu, 'actual_unit_cost': '8.%zu'}, "
                   "{'pod': 'NEL', 'emergency': 'yes', 'count': 2, 'actual_unit_cost': '9'}, "
                   "{'pod': 'Q%zu', 'emergency': 'no', 'count': 1, 'actual_unit_cost': '1'}]}, "
                   "'arrangements': {'a': [{'id': 'one', 'rule': 'pbr'}]}}",
                   i, i % 50 + 1, i % 10, i % 90);
    ck_assert(!text->failed);
    json_quotes(text->text);
}

START_TEST(test_plan_cache_out_of_memory__nothing_or_the_whole_result)
{
    rk__buf text = {0};
    rk__buf found = {0};
    rk__buf wanted = {0};
    size_t failed = 0;
    size_t served = 0;
    way how;
    for (size_t i = 0; i < 1500; i++) {
        one_of_terms(&text, i);
        rk__alloc_fail_after((long) (i / 3 % 60));
        if (by_cache(text.text, "/", &found, &how) == RK_OK) {
            ck_assert_int_eq(alone(text.text, "/", &wanted), RK_OK);
            ck_assert_str_eq(found.text, wanted.text);
        } else {
            failed++;
        }
        /* A plan is made of the second contract, and serves the third. */
        for (size_t k = 0; k < i % 4; k++) {
            one_of_terms(&text, 7 * i + k);
            ck_assert_int_eq(by_cache(text.text, "/", &found, &how), RK_OK);
            ck_assert_int_eq(alone(text.text, "/", &wanted), RK_OK);
            ck_assert_str_eq(found.text, wanted.text);
            served += how != ORDINARY;
        }
    }
    ck_assert_uint_gt(failed, 100);
    ck_assert_uint_gt(served, 500);
    rk__buf_dispose(&text);
    rk__buf_dispose(&found);
    rk__buf_dispose(&wanted);
}
END_TEST

/* The same terms with other spaces and with escapes are those of the plan. */
START_TEST(test_plan_cache_other_spelling__served_by_its_terms)
{
    rk__buf text = {0};
    rk__buf found = {0};
    rk__buf wanted = {0};
    way how;
    for (size_t i = 0; i < 4; i++) {
        one_of_terms(&text, i);
        ck_assert_int_eq(by_cache(text.text, "/", &found, &how), RK_OK);
        ck_assert_int_eq(how, i < 2 ? ORDINARY : BY_TEXT);
    }
    one_of_terms(&text, 5);
    rk__buf spelled = {0};
    rk__buf_puts(&spelled, "\n ");
    rk__buf_add(&spelled, text.text, 1);
    rk__buf_puts(&spelled, "\n\"r\\u0065ckoner\": \"contract/1\", \"i\\u0064\": \"c5\"");
    rk__buf_puts(&spelled, strstr(text.text, ", \"provider\""));
    ck_assert_int_eq(by_cache(spelled.text, "/", &found, &how), RK_OK);
    ck_assert_int_eq(how, BY_TERMS);
    ck_assert_int_eq(alone(spelled.text, "/", &wanted), RK_OK);
    ck_assert_str_eq(found.text, wanted.text);
    rk__buf_dispose(&spelled);
    rk__buf_dispose(&text);
    rk__buf_dispose(&found);
    rk__buf_dispose(&wanted);
}
END_TEST

/* So is one that a rule settles on, whose rows stand in the contract as those that are priced. */
START_TEST(test_plan_cache_rows_of_settled_table__as_alone)
{
    tally t = {0};
    state = 5;
    for (int i = 0; i < 600; i++) {
        compare_printed(
            &t,
            "{'reckoner': 'contract/1', 'id': 'c%d', 'periods': [" YEAR "], 'facts': {'outcomes': ["
            "{'measure': 'm', 'value': '%zu', 'floor': '1', 'target': '9', 'weight': 1}]}, "
            "'arrangements': {'a': [{'id': 'one', 'rule': 'outcomes', "
            "'params': {'base': '%zu', 'at_risk': '10%%'}}]}}",
            i, pick(4), pick(90000));
    }
    ck_assert_uint_eq(t.good, t.all);
    ck_assert_msg(t.served > t.all / 2, "%zu of %zu served", t.served, t.all);
}
END_TEST

/* A rule without memory is no fault of the rule: a batch tries such a contract again. */
START_TEST(test_plan_cache_rule_without_memory__starved)
{
    tally t = {0};
    for (int i = 0; i < 3; i++) {
        compare(json_text("{'reckoner': 'contract/1', 'id': 'c', 'periods': [" YEAR "], "
                          "'facts': {'activity': [{'pod': 'EL'}]}, "
                          "'arrangements': {'a': [{'id': 'one', 'rule': 'starved-in-price'}]}}"),
                "/", &t);
        ck_assert(starved);
        ck_assert_str_eq(rk_problems_at(problems, 0)->message,
                         "rule 'starved-in-price' failed in price: out of memory");
        ck_assert_str_eq(rk_problems_at(problems, 0)->rule, "starved-in-price");
    }
    ck_assert_uint_eq(t.good, 0);
}
END_TEST

/* A table that is looked up is among the terms: other rows in it are another plan's. */
START_TEST(test_plan_cache_rows_of_two_tables__as_alone)
{
    tally t = {0};
    state = 3;
    for (int i = 0; i < 600; i++) {
        compare_printed(&t,
                        "{'reckoner': 'contract/1', 'id': 'c%d', 'periods': [" YEAR "], "
                        "'facts': {'activity': [{'hrg': 'A', 'pod': 'EL', 'count': %zu}], "
                        "'prices': {'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': '%zu'}]}}, "
                        "'arrangements': {'a': [{'id': 'one', 'rule': 'pbr'}]}}",
                        i, pick(9), pick(3));
    }
    ck_assert_uint_eq(t.good, t.all);
    ck_assert_msg(t.served > t.all / 2, "%zu of %zu served", t.served, t.all);
}
END_TEST

UNIT_TESTS("plan_cache")
{
    tcase_set_timeout(tc, 300);
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_plan_cache_changed_config__as_alone);
    tcase_add_test(tc, test_plan_cache_changed_vector__as_alone);
    tcase_add_test(tc, test_plan_cache_rows_of_many_kinds__as_alone);
    tcase_add_test(tc, test_plan_cache_rows_of_unlike_keys__as_alone);
    tcase_add_test(tc, test_plan_cache_unknown_table__as_alone);
    tcase_add_test(tc, test_plan_cache_many_terms__serve_each_their_own);
    tcase_add_test(tc, test_plan_cache_out_of_memory__nothing_or_the_whole_result);
    tcase_add_test(tc, test_plan_cache_other_spelling__served_by_its_terms);
    tcase_add_test(tc, test_plan_cache_rule_without_memory__starved);
    tcase_add_test(tc, test_plan_cache_rows_of_two_tables__as_alone);
    tcase_add_test(tc, test_plan_cache_rows_of_settled_table__as_alone);
}
