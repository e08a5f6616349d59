/* SPDX-License-Identifier: MIT
 *
 * Tests of the text and Markdown reports: headings, ledgers, comparisons,
 * explanations, and tables that do not fit.
 */
#include "report_fixture.h"

static rk_result *mixed_result(void)
{
    rk_result *r = result_new("mixed", "36120000");
    rk__component_result *c = add_component(r, "acute", "pbr", "37660000");
    c->shadow = true;
    c->title = "National prices";
    add_sum(r, c, "NEL", "12600", "24570000");
    add_element(r, c, "base", "37659000");
    add_element(r, c, "excess_bed_days", "1000");
    add_element(r, c, "top_up", "0");
    c = add_component(r, "cap", "cap-and-collar", "36120000");
    add_line(r, c, "Above the cap", "-1540000")->rate = number(r, "-1540000");
    add_line(r, c, "Cap", "41")->memo = true;
    rk_ledger_line *rounding = add_line(r, c, "rounding", "0.004");
    rounding->sum = true;
    r->cost = number(r, "39200000");
    r->margin = number(r, "-3080000");
    return r;
}

START_TEST(test_report_text__evaluations)
{
    rk_result *r = mixed_result();
    kept k = {0};
    report(r, RK_FORMAT_TEXT, &k, 100);
    kept_expect(&k,
                "acute: Acute services\n"
                "Arrangement 'mixed', GBP\n"
                "Illustrative figures: they show the arithmetic and belong to no real accounts.\n"
                "\n"
                "2016-17\n"
                "                         quantity  unit          rate         amount\n"
                "acute (pbr): National prices (shadow, not paid)\n"
                "  NEL                      12,600  spell       1,950   24,570,000\n"
                "  total (not paid)                                     37,660,000.00\n"
                "    of which base 37,659,000.00, excess bed days 1,000.00\n"
                "cap (cap-and-collar)\n"
                "  Above the cap                           (1,540,000)  (1,540,000)\n"
                "  Cap (memo, not added)                                        41.00\n"
                "  total                                                36,120,000.00\n"
                "\n"
                "                                               GBP\n"
                "Total                               36,120,000.00\n"
                "Cost                                39,200,000.00\n"
                "Surplus/(deficit) on this contract  (3,080,000.00)\n");
    result_free(r);
}
END_TEST

START_TEST(test_report_text__pence_stand_in_small_ledgers)
{
    rk_result *r = result_new("pbr", "3513.72");
    r->basis = "actual";
    rk__component_result *c = add_component(r, "a", "pbr", "3513.72");
    add_sum(r, c, "NEL", "3", "3513.72");
    kept k = {0};
    report(r, RK_FORMAT_TEXT, &k, 0);
    kept_has(&k, "  NEL           3  spell  1,171.24  3,513.72\n"); /* the average to the penny */
    kept_lacks(&k, "figures");
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

START_TEST(test_report_text__unpriced_rows_and_warnings)
{
    static const char *const columns[] = {"hrg", "pod"};
    static const char *const values[] = {"ZZ99Z", NULL};
    rk_result *r = result_new("pbr", "1");
    rk__component_result *c = add_component(r, "a", "pbr", "1");
    c->unpriced = made(r, 25, sizeof *c->unpriced);
    for (size_t i = 0; i < 25; i++) {
        c->unpriced[i] = (rk_unpriced_key){columns, values, 2, 1200, number(r, "3.5"), "no row"};
    }
    c->n_unpriced = 25;
    c->unpriced_keys = 30;
    c->unpriced_rows = 36000;
    rk__result_find(r, (rk_finding){.code = "rule-note", .amount = number(r, "1234.5")},
                    "mind this");
    rk__result_find(
        r, (rk_finding){.code = "rule-note", .severity = RK_SEVERITY_NOTE, .at = "a.csv:2"},
        "and this");
    kept k = {0};
    report(r, RK_FORMAT_TEXT, &k, 0);
    kept_has(&k, "a: 36000 rows are unpriced and pay nothing\n");
    kept_has(&k, "  hrg ZZ99Z, pod (blank)  1,200       3.5  no row\n");
    kept_has(&k, "  and 10 more keys, listed by --format json\n");
    kept_has(&k, "\nWarnings\n- mind this [rule-note, 1,234.50 at stake]\n\n");
    kept_has(&k, "\nNotes\n- a.csv:2: and this [rule-note]\n");
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

/* No line may be wider than the terminal, whatever it shows. */
START_TEST(test_report_text__long_labels_wrap_and_numbers_do_not)
{
    rk_result *r = result_new("mixed", "36120000");
    rk__component_result *c = add_component(r, "cap", "cap-and-collar", "36120000");
    c->title = "A title that is far too long for a narrow terminal of forty-eight columns";
    add_line(r, c, "A label with words enough to need three lines of a narrow table", "24570000")
        ->rate = number(r, "24570000");
    kept k = {0};
    report(r, RK_FORMAT_TEXT, &k, 48);
    for (const char *line = k.text.text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        ck_assert_msg(length <= 48, "%zu: %.*s", length, (int) length, line);
        ck_assert_msg(length == 0 || line[length - 1] != ' ', "ends in a blank: %.*s", (int) length,
                      line);
        line += length + 1;
    }
    kept_has(&k, "24,570,000");
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

/* Escape, C1's CSI, right-to-left override, isolate, Arabic letter mark. */
static const char *const controls[] = {"\x1b",         "\xc2\x9b", "\xe2\x80\xae",
                                       "\xe2\x81\xa6", "\xd8\x9c", "\x7f"};

START_TEST(test_report_text__control_characters_do_not_reach_the_terminal)
{
    static const rk_format formats[] = {RK_FORMAT_TEXT, RK_FORMAT_MARKDOWN};
    rk__buf title = {0};
    rk__buf_printf(&title, "be%sfore caf\xc3\xa9 \xe2\x82\xac", controls[_i]);
    rk_result *r = result_new("a", "1");
    r->title = title.text;
    for (size_t i = 0; i < 2; i++) {
        kept k = {0};
        report(r, formats[i], &k, 0);
        kept_lacks(&k, controls[_i]);
        kept_has(&k, "be?fore caf\xc3\xa9 \xe2\x82\xac\n");
        rk__buf_dispose(&k.text);
    }
    rk__buf_dispose(&title);
    result_free(r);
}
END_TEST

START_TEST(test_report_text__colours_only_where_they_are_wanted)
{
    rk_result *r = mixed_result();
    const rk_result *one = r;
    kept k = {0};
    rk_sink sink = kept_sink(&k, 0);
    sink.color = true;
    ck_assert_int_eq(rk_report_results(&one, 1, RK_FORMAT_TEXT, &sink), RK_OK);
    kept_has(&k, "\x1b[1macute: Acute services\n\x1b[0m");
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

/* ---------------------------------------------------------------- comparison */

static void compare(rk_result *const *results, rk_format format, kept *k)
{
    rk_result *both[] = {results[0], results[1]};
    const rk_comparison comparison = {.results = both, .n = 2};
    const rk_sink sink = kept_sink(k, 100);
    ck_assert_int_eq(rk_report_comparison(&comparison, format, &sink), RK_OK);
}

START_TEST(test_report_text__comparisons)
{
    rk_result *r[] = {result_new("pbr", "37660000"), result_new("cap", "36300000")};
    rk__component_result *c = add_component(r[0], "acute", "pbr", "37660000");
    add_sum(r[0], c, "NEL", "12600", "24570000");
    add_sum(r[0], c, "EL", "7700", "13090000");
    c = add_component(r[1], "acute", "pbr", "36300000");
    add_sum(r[1], c, "NEL", "12600", "23210000");
    add_sum(r[1], c, "EL", "7700", "13090000");
    c = add_component(r[1], "ghost", "block", "1000");
    c->shadow = true; /* not paid, so no part of the difference */
    add_line(r[1], c, "Block", "1000");
    kept k = {0};
    compare(r, RK_FORMAT_TEXT, &k);
    kept_expect(&k,
                "acute: Acute services\n"
                "2 arrangements on the same facts\n"
                "Illustrative figures: they show the arithmetic and belong to no real accounts.\n"
                "\n"
                "GBP     payment   difference       %\n"
                "pbr  37,660,000    baseline\n"
                "cap  36,300,000  (1,360,000)  (3.6%)\n"
                "\n"
                "What makes 'cap' differ from 'pbr'\n"
                "  component  line         pbr         cap   difference\n"
                "  acute      NEL   24,570,000  23,210,000  (1,360,000)\n"
                "  total            37,660,000  36,300,000  (1,360,000)\n");
    result_free(r[0]);
    result_free(r[1]);
}
END_TEST

START_TEST(test_report_differences__add_up_to_the_difference_of_totals)
{
    rk_result *a = result_new("a", "100"), *b = result_new("b", "93.33");
    rk__component_result *c = add_component(a, "x", "block", "100");
    add_line(a, c, "same", "60");
    add_line(a, c, "gone", "30");
    add_line(a, c, "twice", "4");
    add_line(a, c, "twice", "6");
    c = add_component(b, "x", "block", "93.33");
    add_line(b, c, "same", "60");
    add_line(b, c, "twice", "20");
    add_line(b, c, "new", "40/3"); /* printed as 13.333333, and 0.003333 short */
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    rk__page out;
    rk__page_init(&out, &sink);
    rk__difference *lines = NULL;
    size_t n = 0;
    rk_result *both[] = {a, b};
    const rk_comparison comparison = {.results = both, .n = 2};
    ck_assert(rk__differences(&out, &comparison, 1, &lines, &n));
    static const struct {
        const char *label, *difference;
    } expected[] = {
        {"gone", "-30"}, {"new", "13.333333"}, {"twice", "10"}, {"rounding", "-0.003333"}};
    ck_assert_uint_eq(n, 4);
    rk_num sum = number(a, "0");
    for (size_t i = 0; i < n; i++) {
        rk__buf text = {0};
        rk__num_print_exact(&text, lines[i].difference);
        ck_assert_str_eq(lines[i].label, expected[i].label);
        ck_assert_str_eq(text.text, expected[i].difference);
        rk__buf_dispose(&text);
        sum = rk__num_add(&out.nums, sum, lines[i].difference);
    }
    ck_assert_int_eq(rk__num_compare(sum, number(a, "-6.67")), 0);
    ck_assert_ptr_null(lines[0].amount);
    ck_assert_ptr_null(lines[1].baseline);
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(test_report_text__many_small_differences_are_one_line)
{
    rk_result *r[] = {result_new("a", "0"), result_new("b", "3000")};
    rk__component_result *c = add_component(r[1], "x", "block", "3000");
    static char labels[30][8];
    for (int i = 0; i < 30; i++) {
        (void) snprintf(labels[i], sizeof labels[i], "l%02d", i);
        add_line(r[1], c, labels[i], "100");
    }
    kept k = {0};
    compare(r, RK_FORMAT_TEXT, &k);
    kept_has(&k, "l14");
    kept_lacks(&k, "l15");
    kept_has(&k, "15 smaller lines");
    kept_has(&k, "1,500");
    kept_lacks(&k, "%)"); /* of a baseline of nothing there is no percentage */
    rk__buf_dispose(&k.text);
    result_free(r[0]);
    result_free(r[1]);
}
END_TEST

/* ------------------------------------------------------- explanations, Markdown */

START_TEST(test_report_text__explanations_are_indented)
{
    rk__step leaf = {.label = "rate", .value = "740", .source = "/params/rate"};
    rk__step same = {.label = "count", .formula = "count", .value = "1"};
    rk__step inner[] = {leaf, same};
    rk__step top = {.label = "amount",
                    .formula = "heads x rate",
                    .value = "-37740000.5",
                    .children = inner,
                    .n_children = 2};
    const rk_explanation e = {.contract = "c",
                              .arrangement = "a",
                              .basis = "published",
                              .currency = "GBP",
                              .total = "37740000.00",
                              .steps = &top,
                              .n_steps = 1};
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_explanation(&e, RK_FORMAT_TEXT, &sink), RK_OK);
    kept_expect(&k, "c\n"
                    "Arrangement 'a', GBP, total 37,740,000.00\n"
                    "\n"
                    "amount = heads x rate = (37,740,000.5)\n"
                    "  rate = 740   [/params/rate]\n"
                    "  count = 1\n");
}
END_TEST

START_TEST(test_report_markdown__tables_and_escapes)
{
    rk_result *r = mixed_result();
    r->title = "Acute | *services*";
    kept k = {0};
    report(r, RK_FORMAT_MARKDOWN, &k, 0);
    kept_has(&k, "# acute: Acute \\| \\*services\\*\n\n");
    kept_has(&k, "> Illustrative figures: ");
    kept_has(&k, "| | quantity | unit | rate | amount |\n"
                 "| --- | ---: | --- | ---: | ---: |\n"
                 "| **acute (pbr): National prices (shadow, not paid)** | | | | |\n"
                 "| NEL | 12,600 | spell | 1,950 | 24,570,000 |\n");
    kept_has(&k, "| **Surplus/(deficit) on this contract** | **(3,080,000.00)** |\n");
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

UNIT_TESTS("report_text")
{
    tcase_add_test(tc, test_report_text__evaluations);
    tcase_add_test(tc, test_report_text__pence_stand_in_small_ledgers);
    tcase_add_test(tc, test_report_text__unpriced_rows_and_warnings);
    tcase_add_test(tc, test_report_text__long_labels_wrap_and_numbers_do_not);
    tcase_add_loop_test(tc, test_report_text__control_characters_do_not_reach_the_terminal, 0,
                        sizeof controls / sizeof *controls);
    tcase_add_test(tc, test_report_text__colours_only_where_they_are_wanted);
    tcase_add_test(tc, test_report_text__comparisons);
    tcase_add_test(tc, test_report_differences__add_up_to_the_difference_of_totals);
    tcase_add_test(tc, test_report_text__many_small_differences_are_one_line);
    tcase_add_test(tc, test_report_text__explanations_are_indented);
    tcase_add_test(tc, test_report_markdown__tables_and_escapes);
}
