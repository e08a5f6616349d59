/* SPDX-License-Identifier: MIT
 *
 * work.c: a session from the options, signals, and the progress of long work.
 *
 * While rows are being priced, the first Ctrl-C asks the library to stop, so that
 * nothing is left half-written; at any other time, and the second time, it ends the
 * program, after removing the file that was being written.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

/* ------------------------------------------------------------------- signals */

static volatile sig_atomic_t working;
static volatile sig_atomic_t stopped_by; /* the signal's number */
static const char *volatile guarded;

static void on_signal(int number)
{
    if (working && !stopped_by) {
        stopped_by = number;
        return;
    }
    if (guarded != NULL) {
        (void) unlink(guarded);
    }
    (void) signal(number, SIG_DFL);
    (void) raise(number);
}

void cli_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    (void) sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        /* What the caller wants ignored (nohup) stays ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void) sigaction(numbers[i], &action, NULL);
        }
    }
    /* A closed pipe is a write that fails, with a message. */
    (void) signal(SIGPIPE, SIG_IGN);
}

void cli_guard(const char *path)
{
    guarded = path;
}

int cli_stopped(void)
{
    return cli_stopped_saying("stopped; nothing was written");
}

int cli_stopped_saying(const char *text)
{
    cli_say("%s", text);
    (void) signal(stopped_by, SIG_DFL);
    (void) raise(stopped_by);
    return CLI_FINDINGS;
}

/* ------------------------------------------------------------------ progress */

#define SHOW_AFTER_SECONDS 1.0
#define SHOW_EVERY_SECONDS 0.2

struct cli_progress {
    bool shown; /* standard error is a terminal that wants it */
    bool drawn;
    struct timespec begun;
    double last;
};

static double seconds_since(const struct timespec *begun)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) (now.tv_sec - begun->tv_sec) + (double) (now.tv_nsec - begun->tv_nsec) / 1e9;
}

struct cli_progress *cli_progress_new(bool shown)
{
    struct cli_progress *p = cli_allocate(1, sizeof *p);
    p->shown = shown;
    (void) clock_gettime(CLOCK_MONOTONIC, &p->begun);
    return p;
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

static void draw(uint64_t rows, uint64_t bytes, uint64_t total_bytes, double elapsed)
{
    char count[32];
    char rate[32];
    char line[160];
    grouped(count, rows);
    grouped(rate, (uint64_t) ((double) rows / elapsed));
    int length = snprintf(line, sizeof line, "\r%s rows, %s a second", count, rate);
    if (total_bytes > 0 && bytes > 0 && bytes <= total_bytes) {
        const double done = (double) bytes / (double) total_bytes;
        const uint64_t left = (uint64_t) (elapsed * (1 - done) / done + 0.5);
        length += snprintf(line + length, sizeof line - (size_t) length,
                           ", %d%%, %" PRIu64 ":%02" PRIu64 " left", (int) (done * 100), left / 60,
                           left % 60);
    }
    length += snprintf(line + length, sizeof line - (size_t) length, "\x1b[K");
    const ssize_t ignored = write(STDERR_FILENO, line, (size_t) length);
    (void) ignored;
}

bool cli_progress_step(void *progress, uint64_t rows, uint64_t bytes, uint64_t total_bytes)
{
    struct cli_progress *p = progress;
    if (p->shown) {
        const double elapsed = seconds_since(&p->begun);
        if (elapsed >= SHOW_AFTER_SECONDS && elapsed - p->last >= SHOW_EVERY_SECONDS) {
            draw(rows, bytes, total_bytes, elapsed);
            p->last = elapsed;
            p->drawn = true;
        }
    }
    return !stopped_by;
}

void cli_progress_clear(struct cli_progress *progress)
{
    if (progress->drawn) {
        const ssize_t ignored = write(STDERR_FILENO, "\r\x1b[K", 4);
        (void) ignored;
        progress->drawn = false;
    }
}

/* ------------------------------------------------------------------- session */

void cli_work_begin(cli_session *s)
{
    (void) clock_gettime(CLOCK_MONOTONIC, &s->progress->begun);
    s->progress->last = 0;
    working = 1;
}

bool cli_work_end(cli_session *s)
{
    working = 0;
    cli_progress_clear(s->progress);
    return stopped_by != 0;
}

int cli_session_open(cli *c, cli_session *s)
{
    const cli_options *o = &c->options;
    s->problems = rk_problems_new();
    if (s->problems == NULL) {
        cli_say("memory ran out");
        return CLI_INPUT;
    }
    s->progress = cli_progress_new(!o->quiet && isatty(STDERR_FILENO));
    rk_options options = RK_OPTIONS_INIT;
    options.rules = o->rules.items;
    options.untrusted = o->untrusted;
    options.offline = o->offline;
    options.root = o->root;
    options.allow_hosts = o->allow_hosts.items;
    options.params = o->params.items;
    options.sets = o->sets.items;
    options.group_by = o->group_by.items;
    options.suppress_below = o->suppress_below;
    options.max_errors = o->max_errors;
    options.jobs = (unsigned) o->jobs;
    options.provenance_full = o->provenance != 0;
    options.rows_file = o->rows_file;
    options.row_columns = o->row_columns.items;
    options.outputs = c->outputs;
    options.profile = o->profile;
    options.progress = cli_progress_step;
    options.progress_ctx = s->progress;
    const rk_status status = rk_session_open(&options, &s->session, s->problems);
    c->session = s->session;
    cli_problems(c, s->problems);
    rk_problems_clear(s->problems);
    return rk_status_exit_code(status);
}

void cli_session_close(cli *c, cli_session *s)
{
    c->session = NULL;
    rk_session_close(s->session);
    rk_problems_free(s->problems);
    free(s->progress);
    *s = (cli_session){0};
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
        cli_say("%s", rk_result_basis_note(result));
    }
    for (size_t i = 0; i < rk_result_n_warnings(result); i++) {
        cli_say("warning: %s", rk_result_warning(result, i));
    }
    if (rk_result_unpriced(result) > 0) {
        cli_say("warning: unpriced rows: %" PRIu64 ", which pay nothing",
                rk_result_unpriced(result));
    }
}
