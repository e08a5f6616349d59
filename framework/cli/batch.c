/* SPDX-License-Identifier: MIT
 *
 * batch.c: reckon batch PATH...
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define TIMEOUT_SECONDS 60
#define MEMORY_MIB      4096
#define SHOW_AFTER      1.0
#define SHOW_EVERY      0.2

typedef struct showing {
    struct cli_progress *work; /* knows of Ctrl-C */
    bool shown, drawn;
    double last;
} showing;

static void draw(const rk_batch_progress *p)
{
    char line[200];
    const double rate = p->seconds > 0 ? (double) (p->done - p->resumed) / p->seconds : 0;
    int length =
        snprintf(line, sizeof line, "\r%" PRIu64 " done, %" PRIu64 " in error, %.0f a second",
                 p->done, p->failed, rate);
    if (p->total > 0 && p->read > 0 && p->read <= p->total) {
        const double part = (double) p->read / (double) p->total;
        const uint64_t left = (uint64_t) (p->seconds * (1 - part) / part + 0.5);
        length += snprintf(line + length, sizeof line - (size_t) length,
                           ", %d%%, %" PRIu64 ":%02" PRIu64 " left", (int) (part * 100), left / 60,
                           left % 60);
    }
    length += snprintf(line + length, sizeof line - (size_t) length, "\x1b[K");
    const ssize_t ignored = write(STDERR_FILENO, line, (size_t) length);
    (void) ignored;
}

static bool progress(void *ctx, const rk_batch_progress *p)
{
    showing *s = ctx;
    if (s->shown && p->seconds >= SHOW_AFTER && p->seconds - s->last >= SHOW_EVERY) {
        draw(p);
        s->last = p->seconds;
        s->drawn = true;
    }
    return cli_progress_step(s->work, 0, 0, 0);
}

static int check(const cli *c)
{
    for (size_t i = 0; i < c->n_used; i++) {
        if (strcmp(c->used[i]->name, "format") == 0) {
            return cli_wrong("'batch' takes its format from the ending of --out: .ndjson, .csv or "
                             ".sqlite");
        }
        if (strcmp(c->used[i]->name, "output") == 0) {
            return cli_wrong("'batch' writes to --out FILE");
        }
    }
    if (c->options.trusted && c->options.untrusted) {
        return cli_wrong("--trusted and --untrusted exclude each other");
    }
    return 0;
}

static rk_options contract_options(const cli *c)
{
    const cli_options *o = &c->options;
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
    options.provenance_full = o->provenance != 0;
    options.rows_file = o->rows_file;
    options.outputs = c->outputs;
    return options;
}

static int outcome(const cli *c, const rk_batch_summary *summary)
{
    const rk_sink errors = cli_errors(c);
    if (!c->options.quiet) {
        (void) rk_report_batch(summary, &errors);
    }
    if (rk_batch_failed(summary) > 0 || (c->options.strict && rk_batch_unpriced(summary) > 0)) {
        return CLI_FINDINGS;
    }
    return CLI_FINE;
}

static int run(cli *c, const cli_output *out, cli_session *s)
{
    const cli_options *o = &c->options;
    const rk_options options = contract_options(c);
    showing show = {.work = s->progress, .shown = !o->quiet && isatty(STDERR_FILENO)};
    rk_batch_options batch = RK_BATCH_INIT;
    batch.options = &options;
    batch.paths = c->arguments;
    batch.trusted = o->trusted;
    batch.all_arrangements = o->all_arrangements;
    batch.in_process = o->in_process;
    batch.jobs = (unsigned) o->jobs;
    batch.timeout_ms = (uint32_t) (o->timeout > 0 ? o->timeout : TIMEOUT_SECONDS) * 1000;
    batch.memory_bytes = (o->memory > 0 ? o->memory : MEMORY_MIB) << 20;
    batch.out = o->out;
    batch.lines = o->lines;
    batch.resume = o->resume;
    batch.sink = &out->sink;
    batch.progress = progress;
    batch.progress_ctx = &show;
    rk_batch_summary *summary = NULL;
    cli_work_begin(s);
    const rk_status status = rk_batch_run(&batch, &summary, s->problems);
    if (show.drawn) {
        const ssize_t ignored = write(STDERR_FILENO, "\r\x1b[K", 4);
        (void) ignored;
    }
    (void) cli_work_end(s);
    if (out->error == 0) { /* else closing the output says why */
        cli_problems(c, s->problems);
    }
    int code = rk_status_exit_code(status);
    const bool stopped = status == RK_OK && rk_batch_stopped(summary);
    if (status == RK_OK) {
        code = outcome(c, summary);
    }
    rk_batch_summary_free(summary);
    if (stopped) {
        return cli_stopped_saying(o->out != NULL
                                      ? "stopped; the same command with --resume goes on from here"
                                      : "stopped before the last contract");
    }
    return code;
}

int cli_batch(cli *c)
{
    int code = check(c);
    if (code != 0) {
        return code;
    }
    cli_output out;
    code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    out.at_once = true;
    cli_session s = {.problems = rk_problems_new(), .progress = cli_progress_new(false)};
    if (s.problems == NULL) {
        cli_say("memory ran out");
        code = CLI_INPUT;
    } else {
        code = run(c, &out, &s);
    }
    cli_session_close(c, &s);
    return cli_worse(code, c->options.out == NULL ? cli_output_close(&out) : 0);
}
