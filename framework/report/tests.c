/* SPDX-License-Identifier: MIT
 *
 * tests.c: outcomes of tests in the formats that build servers read: JUnit XML, and TAP.
 */
#include <string.h>

#include "page/page.h"
#include "report/report.h"

/* A text inside an attribute or between tags. A control character becomes a space, a line end the
 * form that attributes need. */
static void xml_text(rk__page *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char) *text;
        switch (c) {
        case '&':
            rk__page_puts(out, "&amp;");
            break;
        case '<':
            rk__page_puts(out, "&lt;");
            break;
        case '>':
            rk__page_puts(out, "&gt;");
            break;
        case '"':
            rk__page_puts(out, "&quot;");
            break;
        case '\n':
            rk__page_puts(out, "&#10;");
            break;
        default:
            rk__page_putc(out, c < 32 ? ' ' : (char) c);
        }
    }
}

static bool same_suite(const rk_test_report *a, const rk_test_report *b)
{
    return strcmp(a->suite, b->suite) == 0;
}

static void junit_test(rk__page *out, const rk_test_report *test)
{
    rk__page_puts(out, "    <testcase classname=\"");
    xml_text(out, test->suite);
    rk__page_puts(out, "\" name=\"");
    xml_text(out, test->name);
    if (test->failure == NULL && test->skipped == NULL) {
        rk__page_puts(out, "\"/>\n");
        return;
    }
    rk__page_puts(out, test->failure != NULL ? "\"><failure message=\"" : "\"><skipped message=\"");
    xml_text(out, test->failure != NULL ? test->failure : test->skipped);
    rk__page_puts(out, "\"/></testcase>\n");
}

static void counts(rk__page *out, const rk_test_report *tests, size_t n)
{
    size_t failures = 0;
    size_t skipped = 0;
    for (size_t i = 0; i < n; i++) {
        failures += tests[i].failure != NULL;
        skipped += tests[i].failure == NULL && tests[i].skipped != NULL;
    }
    rk__page_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", n,
                    failures, skipped);
}

/* A suite for each run of tests that name the same one. */
static void junit(rk__page *out, const rk_test_report *tests, size_t n)
{
    rk__page_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"reckon\"");
    counts(out, tests, n);
    for (size_t i = 0, end = 0; i < n; i = end) {
        for (end = i + 1; end < n && same_suite(&tests[i], &tests[end]);) {
            end++;
        }
        rk__page_puts(out, "  <testsuite name=\"");
        xml_text(out, tests[i].suite);
        rk__page_puts(out, "\"");
        counts(out, tests + i, end - i);
        for (size_t k = i; k < end; k++) {
            junit_test(out, &tests[k]);
        }
        rk__page_puts(out, "  </testsuite>\n");
    }
    rk__page_puts(out, "</testsuites>\n");
}

/* One line of a description: '#' begins a directive, and is escaped. */
static void tap_text(rk__page *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\') {
            rk__page_putc(out, '\\');
        }
        rk__page_putc(out, (unsigned char) *text < 32 ? ' ' : *text);
    }
}

static void tap(rk__page *out, const rk_test_report *tests, size_t n)
{
    rk__page_printf(out, "TAP version 13\n1..%zu\n", n);
    for (size_t i = 0; i < n; i++) {
        const rk_test_report *test = &tests[i];
        rk__page_printf(out, "%sok %zu - ", test->failure != NULL ? "not " : "", i + 1);
        tap_text(out, test->suite);
        rk__page_puts(out, ": ");
        tap_text(out, test->name);
        if (test->failure == NULL && test->skipped != NULL) {
            rk__page_puts(out, " # SKIP ");
            tap_text(out, test->skipped);
        }
        rk__page_putc(out, '\n');
        for (const char *line = test->failure; line != NULL && *line != '\0';) {
            const size_t length = strcspn(line, "\n");
            rk__page_printf(out, "# %.*s\n", (int) length, line);
            line += length + (line[length] == '\n');
        }
    }
}

rk_status rk_report_tests(const rk_test_report *tests, size_t n, rk_collector collector,
                          const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    if (collector == RK_COLLECTOR_TAP) {
        tap(&out, tests, n);
    } else {
        junit(&out, tests, n);
    }
    return rk__page_finish(&out);
}
