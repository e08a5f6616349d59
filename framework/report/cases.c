/* SPDX-License-Identifier: MIT
 *
 * cases.c: how worked examples went.
 */
#include "report/report.h"
#include "json/json_writer.h"

static void case_name(rk__page *out, const rk_case_report *c)
{
    rk__page_plain(out, c->file);
    rk__page_printf(out, ", case %zu", c->index + 1);
    if (c->arrangement != NULL) {
        rk__page_puts(out, " (");
        rk__page_plain(out, c->arrangement);
        rk__page_putc(out, ')');
    }
}

/* The lines of a difference, each after `indent` spaces. */
static void difference_lines(rk__page *out, const char *difference, size_t indent)
{
    while (*difference != '\0') {
        const size_t length = strcspn(difference, "\n");
        rk__buf_add(&out->scratch, difference, length);
        rk__page_spaces(out, indent);
        rk__page_plain(out, out->scratch.text == NULL ? "" : out->scratch.text);
        rk__buf_reset(&out->scratch);
        rk__page_putc(out, '\n');
        difference += length + (difference[length] == '\n');
    }
}

static void text_cases(rk__page *out, const rk_case_report *cases, size_t n, bool markdown)
{
    for (size_t i = 0; i < n; i++) {
        if (cases[i].passed) {
            continue;
        }
        rk__page_styled(out, RK__STYLE_FAULT, markdown ? "**failed:** " : "failed:");
        rk__page_puts(out, markdown ? "" : " ");
        case_name(out, &cases[i]);
        rk__page_puts(out, markdown ? "\n\n" : "\n");
        difference_lines(out, cases[i].difference, markdown ? 4 : 2);
        rk__page_puts(out, markdown ? "\n" : "");
    }
}

static void json_cases(rk__page *out, const rk_case_report *cases, size_t n, size_t passed)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "test/1");
    rk__json_put_count(&w, "passed", passed);
    rk__json_put_count(&w, "failed", n - passed);
    rk__json_open(&w, "cases", '[');
    for (size_t i = 0; i < n; i++) {
        rk__json_open_flat(&w, NULL, '{');
        rk__json_put_text(&w, "file", cases[i].file);
        rk__json_put_text(&w, "vector", cases[i].vector);
        rk__json_put_count(&w, "case", cases[i].index + 1);
        rk__json_put_text(&w, "arrangement", cases[i].arrangement);
        rk__json_put_bool(&w, "passed", cases[i].passed);
        if (!cases[i].passed) {
            rk__json_put_text(&w, "difference", cases[i].difference);
        }
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void csv_cases(rk__page *out, const rk_case_report *cases, size_t n)
{
    rk__page_puts(out, "file,vector,case,arrangement,passed,difference\n");
    for (size_t i = 0; i < n; i++) {
        rk__csv_text(out, cases[i].file, ',');
        rk__csv_text(out, cases[i].vector, ',');
        rk__page_printf(out, "%zu,", cases[i].index + 1);
        rk__csv_text(out, cases[i].arrangement, ',');
        rk__csv_text(out, cases[i].passed ? "true" : "false", ',');
        rk__csv_text(out, cases[i].difference, '\n');
    }
}

rk_status rk_report_cases(const rk_case_report *cases, size_t n, rk_format format,
                          const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    size_t passed = 0;
    for (size_t i = 0; i < n; i++) {
        passed += cases[i].passed;
    }
    if (format == RK_FORMAT_JSON) {
        json_cases(&out, cases, n, passed);
    } else if (format == RK_FORMAT_CSV) {
        csv_cases(&out, cases, n);
    } else {
        text_cases(&out, cases, n, format == RK_FORMAT_MARKDOWN);
        rk__page_printf(&out, "%zu passed, %zu failed\n", passed, n - passed);
    }
    return rk__page_finish(&out);
}
