/* SPDX-License-Identifier: MIT
 *
 * work.c: a session from the options, and the progress of long work.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "say.h"
#include "stop.h"
#include "work.h"

/* ------------------------------------------------------------------ progress */

#define SHOW_AFTER_SECONDS 1.0
#define SHOW_EVERY_SECONDS 0.2

void cli_progress_show(cli_progress *p, double seconds, uint64_t done, uint64_t total,
                       const char *format, ...)
{
    char text[160];
    char left[64] = "";
    va_list args;
    if (!p->shown || seconds < SHOW_AFTER_SECONDS || seconds - p->last < SHOW_EVERY_SECONDS) {
        return;
    }
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (total > 0 && done > 0 && done <= total) {
        const double part = (double) done / (double) total;
        const uint64_t more = (uint64_t) (seconds * (1 - part) / part + 0.5);
        (void) snprintf(left, sizeof left, ", %d%%, %" PRIu64 ":%02" PRIu64 " left",
                        (int) (part * 100), more / 60, more % 60);
    }
    (void) dprintf(STDERR_FILENO, "\r%s%s\x1b[K", text, left);
    p->last = seconds;
    p->drawn = true;
}

/* 12345678 -> "12,345,678" */
static void grouped(char out[32], uint64_t n)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, n);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[at++] = ',';
        }
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

static bool step(void *progress, uint64_t rows, uint64_t bytes, uint64_t total_bytes)
{
    cli_progress *p = progress;
    struct timespec now;
    char count[32];
    char rate[32];
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    const double seconds =
        (double) (now.tv_sec - p->begun.tv_sec) + (double) (now.tv_nsec - p->begun.tv_nsec) / 1e9;
    grouped(count, rows);
    grouped(rate, seconds > 0 ? (uint64_t) ((double) rows / seconds) : 0);
    cli_progress_show(p, seconds, bytes, total_bytes, "%s rows, %s a second", count, rate);
    return !cli_stop_asked();
}

/* ------------------------------------------------------------------- session */

void cli_work_begin(cli_session *s)
{
    (void) clock_gettime(CLOCK_MONOTONIC, &s->progress.begun);
    s->progress.last = 0;
    cli_stop_hold(true);
}

void cli_work_end(cli_session *s)
{
    cli_stop_hold(false);
    if (s->progress.drawn) {
        (void) cli_write_all(STDERR_FILENO, "\r\x1b[K", 4);
        s->progress.drawn = false;
    }
}

/* A server that does not answer is an error of its own, and a copy of its tariff may be used,
 * before --timeout ends the command. In a batch, waiting for a server is no time of a contract. */
static unsigned fetch_timeout_ms(const cli *c)
{
    const uint64_t seconds = c->verb->bit != CLI_BATCH ? c->options.timeout : 0;
    return seconds > 0 && seconds < 80 ? (unsigned) seconds * 750 : 0;
}

rk_options cli_session_options(const cli *c)
{
    const cli_options *o = &c->options;
    const bool monthly = o->format == (int) RK_FORMAT_ACM;
    const char *const *monthly_columns = rk_monitoring_columns();
    size_t optional = 0;
    while (monthly && monthly_columns[optional] != NULL) {
        optional++;
    }
    return (rk_options){
        .size = sizeof(rk_options),
        .rules = o->rules.items,
        .untrusted = o->untrusted,
        .offline = o->offline,
        .root = o->root,
        .allow_hosts = o->allow_hosts.items,
        .params = o->params.items,
        .sets = o->sets.items,
        .group_by = monthly ? monthly_columns : o->group_by.items,
        .group_optional = optional,
        .suppress_below = o->suppress_below,
        .max_errors = o->max_errors,
        .jobs = (unsigned) o->jobs,
        .provenance_full = o->provenance != 0,
        .rows_file = o->rows_file,
        .row_columns = o->row_columns.items,
        .outputs = c->outputs,
        .profile = o->profile,
        .csv_safe = o->csv_safe,
        .periods = o->periods,
        .through = o->through,
        .year_to_date = o->year_to_date,
        .allow_rules = o->allow_rules,
        .fetch_timeout_ms = fetch_timeout_ms(c),
        .confine = c->confined,
        .require_confined = o->require_isolation == RK_ISOLATION_CONTRACT,
    };
}

int cli_session_prepare(const cli *c, cli_session *s)
{
    *s = (cli_session){.problems = rk_problems_new(),
                       .progress.shown = !c->options.quiet && isatty(STDERR_FILENO)};
    return s->problems != NULL ? 0 : cli_no_memory();
}

/* What is doubtful about the rules that were found. */
static void show_warnings(const cli *c, const rk_session *session)
{
    const char *at = rk_session_warnings(session);
    while (!c->options.quiet && *at != '\0') {
        const size_t length = strcspn(at, "\n");
        cli_say(CLI_FINE, "warning: %.*s", (int) length, at);
        at += length + (at[length] == '\n');
    }
}

int cli_session_run(cli *c, int (*run)(cli *c, cli_session *s))
{
    cli_session s;
    cli_stop_catch_crashes();
    if (c->verb->bit != CLI_BATCH) { /* a batch's workers have limits of their own */
        cli_stop_limit((unsigned) c->options.timeout);
    }
    int code = cli_session_prepare(c, &s);
    if (code == 0) {
        rk_options options = cli_session_options(c);
        options.progress = step;
        options.progress_ctx = &s.progress;
        const rk_status status = rk_session_open(&options, &s.session, s.problems);
        c->session = s.session;
        cli_problems(c, s.problems);
        code = cli_failure(NULL, status, s.problems, 0);
        rk_problems_clear(s.problems);
    }
    if (code == 0) {
        show_warnings(c, s.session);
        code = run(c, &s);
    }
    c->session = NULL;
    cli_session_close(&s);
    return cli_stop_asked() ? cli_stop("stopped; nothing was written") : code;
}

void cli_session_close(cli_session *s)
{
    rk_session_close(s->session);
    rk_problems_free(s->problems);
}

bool cli_is_doubtful(const rk_result *result)
{
    return rk_result_unpriced(result) > 0 || rk_result_n_warnings(result) > 0;
}

int cli_result_code(const cli *c, const rk_result *result)
{
    const bool bad = rk_result_read(result)->bad_rows > 0;
    return bad || (c->options.strict && cli_is_doubtful(result)) ? CLI_FINDINGS : CLI_FINE;
}

static void say_finding(const rk_finding *f)
{
    cli_say(CLI_FINE, "%s: %s%s%s [%s]", rk_severity_word(f->severity), f->at != NULL ? f->at : "",
            f->at != NULL ? ": " : "", f->message, f->code);
}

void cli_remarks_of_code(const cli *c, const rk_result *result, const char *code)
{
    const bool said = c->options.quiet || c->options.format == RK_FORMAT_CSV;
    for (size_t i = 0; !said && i < rk_result_n_findings(result); i++) {
        if (strcmp(rk_result_finding(result, i)->code, code) == 0) {
            say_finding(rk_result_finding(result, i));
        }
    }
}

void cli_remarks(const cli *c, const rk_result *result)
{
    if (c->options.profile) {
        fputs(rk_result_profile(result), stderr);
    }
    if (c->options.quiet) {
        return;
    }
    fputs(rk_result_tariff_ages(result), stderr);
    if (c->options.format != RK_FORMAT_CSV) {
        return; /* the others carry these themselves */
    }
    if (rk_result_basis_note(result)[0] != '\0') {
        cli_say(CLI_FINE, "%s", rk_result_basis_note(result));
    }
    for (size_t i = 0; i < rk_result_n_findings(result); i++) {
        say_finding(rk_result_finding(result, i));
    }
    if (rk_result_unpriced(result) > 0) {
        const bool hidden = rk_result_unpriced(result) < c->options.suppress_below;
        char rows[24] = "*";
        if (!hidden) {
            (void) snprintf(rows, sizeof rows, "%" PRIu64, rk_result_unpriced(result));
        }
        cli_say(CLI_FINE, "warning: unpriced rows: %s, which pay nothing", rows);
    }
}
