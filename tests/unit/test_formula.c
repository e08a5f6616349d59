/* SPDX-License-Identifier: MIT
 *
 * Tests of framework/formula: every kind of mistake in a rule document, and what expressions are
 * worth.
 */
#include "formula_fixture.h"

/* ------------------------------------------------------------------- mistakes */

#define LINE(expr) "'lines':[{'label':'l','rate':'" expr "'}]"
#define TABLES                                                                                   \
    "'params':[{'name':'p','type':'exact','default':'2'},{'name':'t','type':'text'},"            \
    "{'name':'b','type':'bool'},{'name':'mode','type':'enum','words':['gross','net']},{'name':'" \
    "tiers','type':'list','items':[{'name':'to'},"                                               \
    "{'name':'rate'}]}],'tables':{'u':{'columns':[{'name':'k','type':'text'},{'name':"           \
    "'pop'}]},'v':{'columns':[{'name':'n'}]},'w':{'key':['k','m'],'columns':[{'name':"           \
    "'k','type':'text'},{'name':'m','type':'text'},{'name':'x'}]}},\n"
#define ROWS(expr) TABLES "'rows':{'table':'u','amount':'" expr "'}"
#define CHOICES                                                                       \
    "'tables':{'c':{'key':['id'],'columns':[{'name':'id','type':'text'},{'name':'k'," \
    "'type':'choice','words':['DC','EL']}]}},\n"

#define KEYED                                                                          \
    "'tables':{'c':{'key':['k'],'columns':[{'name':'k','type':'choice','words':['DC'," \
    "'EL']},{'name':'x'}]}},\n"

typedef struct mistake {
    const char *members; /* of a document; the expression is on the last line */
    rk_status status;
    uint32_t column;
    const char *message;
} mistake;

/* The column is that of the character in the document. LINE begins at column 31. */
static const mistake mistakes[] = {
    {TABLES LINE("1 +"), RK_SYNTAX, 34, "ends too early"},
    {TABLES LINE(""), RK_SYNTAX, 31, "ends too early"},
    {TABLES LINE("1 + * 2"), RK_SYNTAX, 35, "operand is missing"},
    {TABLES LINE("(1 + 2"), RK_SYNTAX, 37, "expected ')'"},
    {TABLES LINE("1 2"), RK_SYNTAX, 33, "should end here"},
    {TABLES LINE("1.2.3"), RK_SYNTAX, 34, "not a number"},
    {TABLES LINE("12abc"), RK_SYNTAX, 33, "not a number"},
    {TABLES LINE("1."), RK_SYNTAX, 31, "not a number"},
    {TABLES LINE("`open"), RK_SYNTAX, 31, "does not end"},
    {TABLES LINE("1 < 2 < 3"), RK_SYNTAX, 37, "cannot be chained"},
    {TABLES LINE("SUMM(u.pop)"), RK_SYNTAX, 31, "no function 'SUMM'"},
    {TABLES LINE("sum(u.pop)"), RK_SYNTAX, 31, "no function 'sum'"},
    {TABLES LINE("ROUND()"), RK_SYNTAX, 31, "1 to 2 arguments, not 0"},
    {TABLES LINE("IF(b, 1)"), RK_SYNTAX, 31, "takes 3 arguments, not 2"},
    {TABLES LINE("MIN(1 2)"), RK_SYNTAX, 37, "expected ',' or ')'"},
    {TABLES LINE("u."), RK_SYNTAX, 32, "name must follow the point"},
    {TABLES LINE("p AND"), RK_SYNTAX, 36, "ends too early"},
    {TABLES LINE("p ^ 0.5"), RK_SYNTAX, 35, "power must be a whole number"},
    {TABLES LINE("p ^ 101"), RK_SYNTAX, 35, "-100 to 100"},
    {TABLES LINE("p ^ 2 ^ 3"), RK_SYNTAX, 37, "ambiguous"},
    {TABLES LINE("q + 1"), RK_UNKNOWN_KEY, 31, "unknown name 'q'"},
    {TABLES LINE("1 + u.pip"), RK_UNKNOWN_KEY, 35, "unknown name 'u.pip'"},
    {TABLES LINE("SUM(1)"), RK_OUT_OF_RANGE, 35, "needs a column of a table"},
    {TABLES LINE("SUM(u.pop + v.n)"), RK_OUT_OF_RANGE, 43, "adds up one table"},
    {TABLES LINE("SUM(u.pop * SUM(u.pop))"), RK_LIMIT, 43, "cannot be used inside"},
    {TABLES LINE("u.pop"), RK_OUT_OF_RANGE, 31, "no row is meant"},
    {TABLES LINE("p + b"), RK_WRONG_TYPE, 35, "must be a number, and is TRUE or FALSE"},
    {TABLES LINE("IF(p, 1, 2)"), RK_WRONG_TYPE, 34, "must be TRUE or FALSE, and is a number"},
    {TABLES LINE("IF(b, 1, t)"), RK_WRONG_TYPE, 40, "must be a number, and is a text"},
    {TABLES LINE("IF(t < `a`, 1, 2)"), RK_WRONG_TYPE, 36, "only numbers"},
    {TABLES LINE("IF(mode = `nett`, 10, 1000)"), RK_OUT_OF_RANGE, 41,
     "'nett' is not a word of 'mode'"},
    {TABLES LINE("IF(`` <> params.mode, 1, 2)"), RK_OUT_OF_RANGE, 34,
     "'' is not a word of 'params.mode'"},
    {TABLES "'let':{'m':'mode'},\n" LINE("IF(m = `a`, 1, 2)"), RK_OUT_OF_RANGE, 38,
     "not a word of 'm'"},
    {TABLES LINE("IF(mode = `net`, 1, IF(`Gross` = mode, 2, 3))"), RK_OUT_OF_RANGE, 54, "'Gross'"},
    {CHOICES LINE("COUNT(c.k = `dc`)"), RK_OUT_OF_RANGE, 43, "'dc' is not a word of 'c.k'"},
    {CHOICES LINE("IF(LOOKUP(c.k, `1`) = `D`, 1, 2)"), RK_OUT_OF_RANGE, 53,
     "'D' is not a word of the value"},
    {CHOICES "'rows':{'table':'c','amount':'IF(k = `elx`, 1, 2)'}", RK_OUT_OF_RANGE, 38, "'elx'"},
    {TABLES LINE("LOOKUP(ww.x, t, t)"), RK_UNKNOWN_KEY, 38, "unknown name 'ww.x'"},
    {TABLES LINE("LOOKUP(w.y, t, t)"), RK_UNKNOWN_KEY, 38, "unknown name 'w.y'"},
    {TABLES LINE("LOOKUP(w.x, t, q)"), RK_UNKNOWN_KEY, 46, "unknown name 'q'"},
    {KEYED LINE("LOOKUP(c.x, `DX`)"), RK_OUT_OF_RANGE, 43, "'DX' is not a word of 'k'"},
    {KEYED "'params':[{'name':'e','type':'enum','words':['a','b']}]," LINE("LOOKUP(c.x, e)"),
     RK_OUT_OF_RANGE, 99, "no word of this value"},
    {TABLES LINE("t"), RK_WRONG_TYPE, 31, "must be a number, and is a text"},
    {TABLES LINE("ROUND(p, 1.5)"), RK_OUT_OF_RANGE, 40, "decimal places"},
    {TABLES LINE("ROUND(p, 13)"), RK_OUT_OF_RANGE, 40, "from -12 to 12"},
    {TABLES LINE("POW(p, 0.5, 2)"), RK_OUT_OF_RANGE, 38, "ratio of two whole numbers"},
    {TABLES LINE("POW(p, 1/2, 13)"), RK_OUT_OF_RANGE, 43, "from 0 to 12"},
    {TABLES LINE("LOOKUP(v.n, 1)"), RK_OUT_OF_RANGE, 31, "no key"},
    {TABLES LINE("LOOKUP(w.x, t)"), RK_OUT_OF_RANGE, 31, "has 2 columns, not 1"},
    {TABLES LINE("LOOKUP(p, t)"), RK_WRONG_TYPE, 38, "column of a table must stand here"},
    {TABLES LINE("LOOKUP(u.pop, p)"), RK_WRONG_TYPE, 45, "must be a text"},
    {TABLES LINE("BAND(p, nothing)"), RK_UNKNOWN_KEY, 39, "no table or list 'nothing'"},
    {TABLES LINE("BAND(p, u)"), RK_MISSING_COLUMN, 39, "no column 'rate'"},
    {TABLES LINE("DAYS(t)"), RK_OUT_OF_RANGE, 31, "two dates, or none"},
    {TABLES LINE("of"), RK_UNKNOWN_KEY, 31, "unknown name 'of'"},
    {TABLES LINE("rows.amount"), RK_UNKNOWN_KEY, 31, "unknown name"},
    {TABLES LINE("\\u0020\\t q"), RK_UNKNOWN_KEY, 40, "unknown name 'q'"},
    {TABLES LINE("p + `\xc3\xa9` + q"), RK_WRONG_TYPE, 35, "must be a number, and is a text"},
    {"'let':{'a':'b_ + 1','b_':'c','c':'a'},\n" LINE("a"), RK_CYCLE, 35, "'a' depends on itself"},
    {"'let':{'a':'a'},\n" LINE("a"), RK_CYCLE, 13, "'a' depends on itself"},
    {ROWS("v.n"), RK_OUT_OF_RANGE, 31, "no row is meant"},
    {ROWS("SUM(v.n)"), RK_OUT_OF_RANGE, 35, "rows cannot read the table 'v'"},
    {ROWS("COUNT(v)"), RK_OUT_OF_RANGE, 37, "rows cannot read the table 'v'"},
    {ROWS("pop * IF(SUM(u.pop) > 1000, 0.9, 1)"), RK_OUT_OF_RANGE, 40, "SUM cannot add up"},
    {ROWS("AVG(u.pop)"), RK_OUT_OF_RANGE, 31, "AVG cannot add up the rows of 'u'"},
    {ROWS("COUNT(u)"), RK_OUT_OF_RANGE, 31, "COUNT cannot add up the rows of 'u'"},
    {ROWS("1','let':{'n':'PRODUCT(u.pop)'},'round':'none"), RK_OUT_OF_RANGE, 46, "PRODUCT"},
    {ROWS("1','elements':['SUM(pop * u.pop)'],'round':'none"), RK_OUT_OF_RANGE, 47, "SUM"},
    {ROWS("1','refuse':[{'code':'c','text':'t','if':'COUNT(u.pop > 1) > 1'}],'round':'none"),
     RK_OUT_OF_RANGE, 73, "COUNT"},
    {ROWS("IF(k = t, 1, 2)"), RK_WRONG_TYPE, 34, "only with one that is given"},
    {ROWS("LOOKUP(w.x, k, k)"), RK_OUT_OF_RANGE, 38, "rows cannot read the table 'w'"},
};

START_TEST(test_formula_compile__places_each_mistake)
{
    const mistake *const m = &mistakes[_i];
    const rk__formula *const f = formula_with(m->members);
    ck_assert_msg(f == NULL, "%s: was accepted", m->members);
    const rk_problem *const p = rk_problems_at(formula_problems, 0);
    ck_assert_msg(p->status == m->status && p->column == m->column &&
                      strstr(p->message, m->message) != NULL,
                  "%s:\n  %s, line %u, column %u: %s", m->members, rk_status_word(p->status),
                  (unsigned) p->line, (unsigned) p->column, p->message);
    ck_assert_str_eq(p->file, "x.rule.json");
    ck_assert(p->hint != NULL && p->hint[0] != '\0');
    ck_assert_ptr_nonnull(p->excerpt);
}
END_TEST

#define GROUPED(names)                                                                 \
    "'tables':{'t':{'columns':[{'name':'a'}]}},'rows':{'table':'t','group_by':[" names \
    "],'amount':'a'}"

/* Mistakes of the document, not of an expression. */
static const struct {
    const char *members;
    rk_status status;
    const char *message;
} documents[] = {
    {"'lines':[]", RK_OK, NULL},
    {"'params':[]", RK_MISSING_KEY, "pays nothing"},
    {"'lins':[]", RK_UNKNOWN_KEY, "lins"},
    {"'lines':[{'label':'x'}]", RK_MISSING_KEY, "no amount"},
    {"'lines':[{'rate':'1'}]", RK_MISSING_KEY, "label"},
    {"'lines':[{'each':'q','label':'x','rate':'1'}]", RK_UNKNOWN_TABLE, "no table or list 'q'"},
    {"'lines':[{'label':'x','rate':true}]", RK_WRONG_TYPE, "must be an expression"},
    {"'params':[{'name':'a-b'}]," LINE("1"), RK_OUT_OF_RANGE, "is not a name"},
    {"'params':[{'name':'a'},{'name':'a'}]," LINE("1"), RK_DUPLICATE_ID, "a"},
    {"'params':[{'name':'a','type':'money'}]," LINE("1"), RK_OUT_OF_RANGE, "cannot be 'money'"},
    {"'params':[{'name':'a','type':'list'}]," LINE("1"), RK_MISSING_KEY, "items"},
    {"'params':[{'name':'a'}],'let':{'a':'1'}," LINE("1"), RK_DUPLICATE_ID, "another value"},
    {"'let':{'AND':'1'}," LINE("1"), RK_OUT_OF_RANGE, "is not a name"},
    {"'tables':{'t':{}}," LINE("1"), RK_MISSING_KEY, "no columns"},
    {"'tables':{'t':{'columns':[{'name':'a'}],'key':['b']}}," LINE("1"), RK_MISSING_COLUMN, "key"},
    {GROUPED("'b'"), RK_MISSING_COLUMN, "'group_by' names 'b'"},
    {GROUPED("'a','a','c'"), RK_MISSING_COLUMN, "'group_by' names 'c'"},
    {GROUPED("'a'"), RK_OK, NULL},
    {"'check':[{'if':'1 = 2','text':'x','param':'q'}]," LINE("1"), RK_UNKNOWN_KEY,
     "no parameter 'q'"},
    {"'params':[{'name':'q'}],'check':[{'if':'1 = 2','text':'x','param':'q[0].r'}]," LINE("1"),
     RK_OK, NULL},
    {"'pays':['x']," LINE("1"), RK_CONFLICT, "the rule has none"},
    {"'params':[{'name':'a','words':['x']}]," LINE("1"), RK_CONFLICT, "'words'"},
    {"'params':[{'name':'a','items':[{'name':'b'}]}]," LINE("1"), RK_CONFLICT, "'items'"},
    {"'tables':{'t':{'columns':[{'name':'a','words':['x']}]}}," LINE("1"), RK_CONFLICT, "'words'"},
    {"'rows':{'table':'t','amount':'1'}", RK_UNKNOWN_TABLE, "not in \"tables\""},
    {"'rows':{'table':'t','let':{'x':'count * price'},'amount':'ROUND(x, 2)'}", RK_OK, NULL},
    {"'tables':{'t':{'columns':[{'name':'a'}]}},'rows':{'table':'t','amount':'a','round':'x'}",
     RK_OUT_OF_RANGE, "cannot be rounded"},
    {"'tables':{'t':{'columns':[{'name':'a'}]}},'rows':{'table':'t','amount':'a','refuse':"
     "[{'code':'1','text':'x'}]}",
     RK_MISSING_KEY, "condition"},
    {"'tables':{'t':{'columns':[{'name':'a'}]}},'rows':{'table':'t','let':{'x':'a'}}",
     RK_MISSING_KEY, "no amount"},
    {"'check':[{'text':'x'}]," LINE("1"), RK_MISSING_KEY, "condition"},
    {"'check':[{'text':'x','if':'1'}]," LINE("1"), RK_WRONG_TYPE, "must be TRUE or FALSE"},
    {"'equations':'e','tables':{'e':{'columns':[{'name':'name','type':'text'}]}}",
     RK_MISSING_COLUMN, "'formula'"},
};

START_TEST(test_formula_compile__refuses_what_documents_lack)
{
    const rk__formula *const f = formula_with(documents[_i].members);
    const rk_problem *const p = rk_problems_at(formula_problems, 0);
    ck_assert_msg((f != NULL) == (documents[_i].status == RK_OK), "%s: %s", documents[_i].members,
                  p != NULL ? p->message : "was accepted");
    if (f == NULL) {
        ck_assert_msg(p->status == documents[_i].status &&
                          strstr(p->message, documents[_i].message) != NULL,
                      "%s: %s: %s", documents[_i].members, rk_status_word(p->status), p->message);
    }
}
END_TEST

START_TEST(test_formula_compile__limits_depth_and_length)
{
    char *const text = calloc(1, 20000);
    strcpy(text, LINE(""));
    text[strlen(text) - 3] = '\0';
    const size_t begin = strlen(text);
    memset(text + begin, '(', 70);
    strcat(text, "1'}]");
    ck_assert_ptr_null(formula_with(text));
    ck_assert_ptr_nonnull(strstr(rk_problems_at(formula_problems, 0)->message, "too deeply"));
    memset(text + begin, '-', 70);
    ck_assert_ptr_null(formula_with(text));
    ck_assert_ptr_nonnull(strstr(rk_problems_at(formula_problems, 0)->message, "too deeply"));
    free(text);
}
END_TEST

START_TEST(test_formula_compile__fails_only_for_lack_of_memory)
{
    bool done = false;
    for (long n = 0; !done && n < 2000; n++) {
        rk__alloc_fail_after(n);
        const rk__formula *const f = formula_with(TABLES "'let':{'all':'SUM(u.pop)'}," LINE("all"));
        done = f != NULL;
        rk__alloc_fail_after(-1);
        rk__arena_dispose(&formula_arena);
    }
    ck_assert(done);
}
END_TEST

/* --------------------------------------------------------------------- values */

static const struct {
    const char *expr, *value; /* exactly; NULL: a fault */
} values[] = {
    {"1 + 2 * 3", "7"},
    {"(1 + 2) * 3", "9"},
    {"10 - 4 - 3", "3"},
    {"12 / 4 / 3", "1"},
    {"-2 ^ 2", "-4"},
    {"(-2) ^ 2", "4"},
    {"2 ^ -2", "0.25"},
    {"7 ^ 0", "1"},
    {"2 * -3", "-6"},
    {"- - 3", "3"},
    {"1 / 3", "1/3"},
    {"1 / 3 * 3", "1"},
    {"4.75%", "0.0475"},
    {"0.1 + 0.2", "0.3"},
    {"IF(1 < 2, 10, 20)", "10"},
    {"IF(1 = 2, 1 / 0, 20)", "20"},
    {"IF(1 <> 2 AND 2 >= 2, 1, 0)", "1"},
    {"IF(TRUE OR 1 / 0 > 1, 1, 0)", "1"},
    {"IF(NOT TRUE OR FALSE, 1, 0)", "0"},
    {"IF(NOT 1 > 2, 1, 0)", "1"},
    {"IF(`EL` = `EL`, 1, 0)", "1"},
    {"IF(TRUE = FALSE, 1, 0)", "0"},
    {"MIN(3, 1, 2)", "1"},
    {"MAX(3, 1, 2)", "3"},
    {"ABS(-1.5)", "1.5"},
    {"ROUND(2.5)", "3"},
    {"ROUND(-2.5)", "-3"},
    {"ROUND(1.005, 2)", "1.01"},
    {"ROUND(1250, -2)", "1300"},
    {"ROUND(1.23456, 1 + 1)", "1.23"},
    {"FLOOR(-1.5)", "-2"},
    {"FLOOR(2)", "2"},
    {"CEILING(-1.5)", "-1"},
    {"CEILING(1.0001)", "2"},
    {"TRUNC(-1.59, 1)", "-1.5"},
    {"TRUNC(1999, -2)", "1900"},
    {"TRUNC(-0.5)", "0"},
    {"SAFE_DIV(1, 0)", "0"},
    {"SAFE_DIV(1, 4)", "0.25"},
    {"POW(2, 1/2, 12)", "1.414213562373"},
    {"POW(4, -1/2, 4)", "0.5"},
    {"POW(1.05, 81/200, 9)", "1.019956538"},
    {"POW(0, 1/2, 2)", "0"},
    {"DAYS(`2016-02-28`, `2016-03-01`)", "2"},
    {"DAYS(`2016-03-01`, `2016-02-28`)", "-2"},
    {"MONTHS(`2016-01-31`, `2016-03-30`)", "1"},
    {"MONTHS(`2016-01-30`, `2016-03-30`)", "2"},
    {"MONTHS(`2016-03-30`, `2016-01-31`)", "-1"},
    {"DAYS()", "366"},
    {"MONTHS()", "12"},
    {"p * p", "4"},
    {"params.p", "2"},
    {"IF(GIVEN(absent), absent, 5)", "5"},
    {"IF(word = `two`, 1, 0)", "1"},
    {"flag = TRUE AND whole = 3 OR FALSE", NULL},
    {"IF(flag AND whole = 3, 1, 0)", "1"},
    {"1 / 0", NULL},
    {"1 / (p - 2)", NULL},
    {"AVG(l.v) - SUM(l.v)", NULL},
    {"COUNT(l)", "0"},
    {"PRODUCT(l.v)", "1"},
    {"POW(-1, 1/2, 2)", NULL},
    {"0 ^ -1", NULL},
    {"DAYS(`2016-02-30`, `2016-03-01`)", NULL},
    {"DAYS(`2016-2-3`, `2016-03-01`)", NULL},
    {"((12345678901 ^ 100) ^ 100) ^ 100", NULL},
    {"absent + 1", NULL},
};

typedef struct value_params {
    const void *document;
    rk_num p;
    const char *t;
    rk_num absent;
    int32_t word;
    int64_t whole;
    bool flag;
    rk_list l;
} value_params;

START_TEST(test_formula_eval__gives_exact_values)
{
    char members[1024];
    snprintf(members, sizeof members,
             "'params':[{'name':'p','type':'exact'},{'name':'t','type':'text'},"
             "{'name':'absent','type':'exact'},{'name':'word','type':'enum','words':['one','two']},"
             "{'name':'whole','type':'integer'},{'name':'flag','type':'bool'},"
             "{'name':'l','type':'list','items':[{'name':'v'}]}],'let':{'x':'%s'}," LINE("1"),
             values[_i].expr);
    const rk__formula *const f = formula_with(members);
    if (f == NULL || f->lets[0].type != RK__EXPR_NUMBER) {
        ck_assert_msg(values[_i].value == NULL, "%s: %s", values[_i].expr,
                      f == NULL ? rk_problems_at(formula_problems, 0)->message : "no number");
        return;
    }
    rk__own_host own;
    rk__own_host_init(&own);
    const value_params params = {
        .p = rk__num_from_int(&own.nums, 2), .word = 1, .whole = 3, .flag = true};
    ck_assert_uint_eq(f->params[6].offset, offsetof(value_params, l));
    rk__let_value slots[2] = {0};
    const rk_period year = {"y", {2016, 4, 1}, {2017, 3, 31}},
                    leap = {"l", {2016, 1, 1}, {2016, 12, 31}};
    (void) year;
    rk__eval ev = {.h = &own.table,
                   .formula = f,
                   .lets = f->lets,
                   .values = slots,
                   .params = &params,
                   .period = &leap,
                   .quiet = true,
                   .arena = &formula_arena};
    const rk__result_value v = rk__eval_expr(&ev, &f->lets[0].source, f->lets[0].expr);
    rk__buf text = {0};
    if (ev.fault.status == RK_OK && !v.missing) {
        rk__num_print_exact(&text, v.number);
    }
    ck_assert_msg(
        values[_i].value == NULL ? text.text == NULL
                                 : text.text != NULL && strcmp(text.text, values[_i].value) == 0,
        "%s: %s %s", values[_i].expr, text.text != NULL ? text.text : "(none)", ev.fault.message);
    rk__buf_dispose(&text);
    rk__own_host_dispose(&own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("formula");
    TCase *tests = tcase_create("formula");
    tcase_add_checked_fixture(tests, open_formula, close_formula);
    tcase_add_loop_test(tests, test_formula_compile__places_each_mistake, 0,
                        sizeof mistakes / sizeof mistakes[0]);
    tcase_add_loop_test(tests, test_formula_compile__refuses_what_documents_lack, 0,
                        sizeof documents / sizeof documents[0]);
    tcase_add_test(tests, test_formula_compile__limits_depth_and_length);
    tcase_add_test(tests, test_formula_compile__fails_only_for_lack_of_memory);
    tcase_add_loop_test(tests, test_formula_eval__gives_exact_values, 0,
                        sizeof values / sizeof values[0]);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
