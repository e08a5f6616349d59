/* SPDX-License-Identifier: MIT
 *
 * problem.c: problems as text with the source line and a caret, and as documents that report a
 * failure.
 */
#include "report/report.h"
#include "json/json.h"
#include "json/json_writer.h"

/* What is shown of a source line on each side of the fault, at least. */
#define EXCERPT_LEAST 20

/* ---------------------------------------------------------------------- text */

static void place(rk__page *out, const rk_problem *problem)
{
    rk__page_style(out, RK__STYLE_HEADING);
    rk__page_plain(out, problem->file == NULL ? "reckon" : problem->file);
    if (problem->file != NULL && problem->line > 0) {
        rk__page_printf(out, ":%u", problem->line);
        if (problem->column > 0) {
            rk__page_printf(out, ":%u", problem->column);
        }
    }
    rk__page_puts(out, ":");
    rk__page_style(out, RK__STYLE_PLAIN);
    rk__page_putc(out, ' ');
}

/* The byte at which character number `n` (from 0) begins. */
static size_t byte_of(const char *text, size_t n)
{
    size_t at = 0;
    while (text[at] != '\0' && n > 0) {
        at++;
        while (((unsigned char) text[at] & 0xc0) == 0x80) {
            at++;
        }
        n--;
    }
    return at;
}

/* Where the fault is in the excerpt, from 0: an excerpt whose beginning was left out has
 * it at a place of its own (json.h). */
static size_t caret_of(const rk_problem *problem)
{
    const bool cut = problem->column >= RK__JSON_EXCERPT_CARET &&
                     strncmp(problem->excerpt, "\xe2\x80\xa6", 3) == 0;
    const size_t column = cut ? RK__JSON_EXCERPT_CARET : problem->column;
    return column > 0 ? column - 1 : 0;
}

/* The part of the source line around the fault that fits the width, and the caret. */
static void excerpt(rk__page *out, const rk_problem *problem)
{
    const size_t width = rk__text_width(problem->excerpt);
    const size_t room = (size_t) out->width - 4;
    const size_t caret = caret_of(problem);
    size_t from = 0;
    size_t to = width;
    if (width > room) {
        /* A third of the text shown is before the fault. */
        from = caret > room / 3 && caret > EXCERPT_LEAST ? caret - room / 3 : 0;
        from = from > width - room ? width - room : from;
        to = from + room;
    }
    const size_t begin = byte_of(problem->excerpt, from);
    const size_t end = byte_of(problem->excerpt, to);
    char *part = rk__arena_copy(&out->arena, problem->excerpt + begin, end - begin);
    if (part == NULL) {
        out->failed = true;
        return;
    }
    rk__page_spaces(out, 2);
    rk__page_plain(out, part);
    rk__page_putc(out, '\n');
    if (problem->column > 0 && caret >= from && caret <= to) {
        rk__page_spaces(out, 2 + caret - from);
        rk__page_style(out, RK__STYLE_FAULT);
        rk__page_putc(out, '^');
        rk__page_style(out, RK__STYLE_PLAIN);
        rk__page_putc(out, '\n');
    }
}

/* "file:line:column: message", source line, caret, hint. */
static void problem_text(rk__page *out, const rk_problem *problem)
{
    place(out, problem);
    if (problem->status == RK_OK) {
        rk__page_styled(out, RK__STYLE_WARNING, "warning:");
        rk__page_putc(out, ' ');
    }
    rk__page_plain(out, problem->message);
    if (problem->line == 0 && problem->pointer != NULL && problem->pointer[0] != '\0') {
        rk__page_puts(out, " (at ");
        rk__page_plain(out, problem->pointer);
        rk__page_putc(out, ')');
    }
    rk__page_putc(out, '\n');
    if (problem->excerpt != NULL && problem->excerpt[0] != '\0') {
        excerpt(out, problem);
    }
    if (problem->hint != NULL) {
        rk__page_styled(out, RK__STYLE_HINT, "hint:");
        rk__page_putc(out, ' ');
        rk__page_plain(out, problem->hint);
        rk__page_putc(out, '\n');
    }
}

rk_status rk_report_problem(const rk_problem *problem, const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    problem_text(&out, problem);
    return rk__page_finish(&out);
}

/* ---------------------------------------------------------------------- JSON */

static void put_number_or_null(rk__json_writer *w, const char *name, uint32_t number)
{
    if (number == 0) {
        rk__json_put_text(w, name, NULL);
    } else {
        rk__json_put_count(w, name, number);
    }
}

static void put_problem(rk__json_writer *w, const char *name, const rk_problem *problem)
{
    rk__json_open(w, name, '{');
    rk__json_put_text(w, "code",
                      problem->status == RK_OK ? "warning" : rk_status_word(problem->status));
    rk__json_put_text(w, "message", problem->message);
    rk__json_put_text(w, "file", problem->file);
    put_number_or_null(w, "line", problem->line);
    put_number_or_null(w, "column", problem->column);
    rk__json_put_text(w, "pointer", problem->pointer);
    rk__json_put_text(w, "hint", problem->hint);
    rk__json_close(w, '}');
}

static void put_problems(rk__json_writer *w, const rk_problems *problems)
{
    rk__json_open(w, "problems", '[');
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        put_problem(w, NULL, rk_problems_at(problems, i));
    }
    rk__json_close(w, ']');
}

static void failure_document(rk__page *out, const char *contract, const rk_problems *problems,
                             bool line)
{
    /* A failure without a problem in the list is lack of memory. */
    const rk_problem unknown = {.status = RK_NO_MEMORY,
                                .message = rk_status_sentence(RK_NO_MEMORY)};
    const rk_problem *error = rk__problems_error(problems);
    rk__json_writer w = line ? rk__json_begin_line(out) : rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "result/1");
    rk__json_put_text(&w, "contract", contract);
    put_problem(&w, "error", error == NULL ? &unknown : error);
    if (rk_problems_count(problems) > 1) {
        put_problems(&w, problems);
    }
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

void rk__json_failure_line(rk__page *out, const char *contract, const rk_problems *problems)
{
    failure_document(out, contract, problems, true);
}

rk_status rk_report_failure(const char *contract, const rk_problems *problems, rk_format format,
                            const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    if (format == RK_FORMAT_JSON) {
        failure_document(&out, contract, problems, false);
    } else {
        for (size_t i = 0; i < rk_problems_count(problems); i++) {
            problem_text(&out, rk_problems_at(problems, i));
        }
    }
    return rk__page_finish(&out);
}

/* --------------------------------------------------------------------- checks */

static void csv_problem(rk__page *out, const rk_problem *problem)
{
    const char *code = problem->status == RK_OK ? "warning" : rk_status_word(problem->status);
    const char *const texts[] = {problem->message, problem->pointer, problem->hint};
    if (problem->file != NULL) {
        rk__csv_cell(out, problem->file, strlen(problem->file));
    }
    const uint32_t numbers[] = {problem->line, problem->column};
    for (size_t i = 0; i < 2; i++) {
        rk__page_putc(out, ',');
        if (numbers[i] > 0) {
            rk__page_printf(out, "%u", numbers[i]);
        }
    }
    rk__page_putc(out, ',');
    rk__page_puts(out, code);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rk__page_putc(out, ',');
        if (texts[i] != NULL) {
            rk__csv_cell(out, texts[i], strlen(texts[i]));
        }
    }
    rk__page_putc(out, '\n');
}

static void markdown_problem(rk__page *out, const rk_problem *problem)
{
    rk__page_puts(out, "- ");
    rk__markdown_text(out, problem->file == NULL ? "reckon" : problem->file);
    if (problem->line > 0) {
        rk__page_printf(out, ":%u:%u", problem->line, problem->column);
    }
    rk__page_puts(out, problem->status == RK_OK ? ": warning: " : ": ");
    rk__markdown_text(out, problem->message);
    if (problem->hint != NULL) {
        rk__page_puts(out, " (hint: ");
        rk__markdown_text(out, problem->hint);
        rk__page_putc(out, ')');
    }
    rk__page_putc(out, '\n');
}

static void check_document(rk__page *out, const rk_problems *problems, size_t files,
                           const rk_coverage *const *coverage, size_t n)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "check/1");
    rk__json_put_count(&w, "files", files);
    put_problems(&w, problems);
    rk__coverage_json(&w, coverage, n);
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

rk_status rk_report_check(const rk_problems *problems, size_t files, rk_format format,
                          const rk_sink *sink)
{
    return rk_report_check_coverage(problems, files, NULL, 0, format, sink);
}

rk_status rk_report_check_coverage(const rk_problems *problems, size_t files,
                                   const rk_coverage *const *coverage, size_t n_coverage,
                                   rk_format format, const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    size_t warnings = 0;
    const size_t n = rk_problems_count(problems);
    if (format == RK_FORMAT_CSV) {
        rk__page_puts(&out, "file,line,column,code,message,pointer,hint\n");
    }
    for (size_t i = 0; i < n; i++) {
        const rk_problem *problem = rk_problems_at(problems, i);
        warnings += problem->status == RK_OK;
        if (format == RK_FORMAT_TEXT) {
            problem_text(&out, problem);
        } else if (format == RK_FORMAT_CSV) {
            csv_problem(&out, problem);
        } else if (format == RK_FORMAT_MARKDOWN) {
            markdown_problem(&out, problem);
        }
    }
    if (format == RK_FORMAT_JSON) {
        check_document(&out, problems, files, coverage, n_coverage);
    } else if (format != RK_FORMAT_CSV) {
        const size_t errors = n - warnings;
        rk__coverage_tables(&out, coverage, n_coverage, format == RK_FORMAT_MARKDOWN);
        rk__page_puts(&out, format == RK_FORMAT_MARKDOWN && n > 0 ? "\n" : "");
        rk__page_printf(&out, "%zu file%s checked, %zu problem%s", files, files == 1 ? "" : "s",
                        errors, errors == 1 ? "" : "s");
        if (warnings > 0) {
            rk__page_printf(&out, ", %zu warning%s", warnings, warnings == 1 ? "" : "s");
        }
        rk__page_putc(&out, '\n');
    }
    return rk__page_finish(&out);
}
