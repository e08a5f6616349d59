/* SPDX-License-Identifier: MIT
 *
 * batch.c: reckon batch PATH...
 */
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

#define TIMEOUT_SECONDS 60
#define MEMORY_MIB      4096

static bool progress(void *ctx, const rk_batch_progress *p)
{
    const double rate = p->seconds > 0 ? (double) (p->done - p->resumed) / p->seconds : 0;
    cli_progress_show(ctx, p->seconds, p->read, p->total,
                      "%" PRIu64 " done, %" PRIu64 " in error, %.0f a second", p->done, p->failed,
                      rate);
    return !cli_stop_asked();
}

static int check(const cli *c)
{
    for (size_t i = 0; i < c->used.n; i++) {
        if (strcmp(c->used.items[i], "format") == 0) {
            return cli_wrong("'batch' takes its format from the ending of --out: .ndjson, .csv or "
                             ".sqlite");
        }
        if (strcmp(c->used.items[i], "output") == 0) {
            return cli_wrong("'batch' writes to --out FILE");
        }
    }
    if (c->options.trusted && c->options.untrusted) {
        return cli_wrong("--trusted and --untrusted cannot be used together");
    }
    if (c->options.in_process && c->options.isolation != RK_ISOLATION_DEFAULT &&
        c->options.isolation != RK_ISOLATION_NONE) {
        return cli_wrong("--in-process and --isolation say different things");
    }
    return 0;
}

static int outcome(const cli *c, const rk_batch_summary *summary)
{
    const rk_sink errors = cli_errors(c);
    if (!c->options.quiet && rk_report_batch(summary, &errors) == RK_NO_MEMORY) {
        return cli_no_memory();
    }
    const bool doubtful = rk_batch_unpriced(summary) > 0 || rk_batch_warnings(summary) > 0;
    return (c->options.strict && doubtful) || rk_batch_failed(summary) > 0 ? CLI_FINDINGS
                                                                           : CLI_FINE;
}

static int run(cli *c, const cli_output *out, cli_session *s)
{
    const cli_options *o = &c->options;
    const rk_options options = cli_session_options(c);
    rk_batch_options batch = RK_BATCH_INIT;
    batch.options = &options;
    batch.paths = c->arguments.items;
    batch.trusted = o->trusted;
    batch.all_arrangements = o->all_arrangements;
    batch.in_process = o->in_process;
    batch.isolation = (rk_isolation) o->isolation;
    batch.require = (rk_isolation) o->require_isolation;
    batch.jobs = (unsigned) o->jobs;
    batch.timeout_ms = (uint32_t) (o->timeout > 0 ? o->timeout : TIMEOUT_SECONDS) * 1000;
    batch.memory_bytes = (o->memory > 0 ? o->memory : MEMORY_MIB) << 20;
    batch.out = o->out;
    batch.lines = o->lines;
    batch.resume = o->resume;
    batch.sink = &out->sink;
    batch.progress = progress;
    batch.progress_ctx = &s->progress;
    rk_batch_summary *summary = NULL;
    cli_work_begin(s);
    const rk_status status = rk_batch_run(&batch, &summary, s->problems);
    cli_work_end(s);
    if (out->error == 0) { /* else closing the output says why */
        cli_problems(c, s->problems);
    }
    int code =
        out->error != 0 ? rk_status_exit_code(status) : cli_failure(NULL, status, s->problems, 0);
    const bool stopped = status == RK_OK && rk_batch_stopped(summary);
    if (status == RK_OK) {
        code = outcome(c, summary);
    }
    rk_batch_summary_free(summary);
    if (stopped) {
        return cli_stop(o->out != NULL
                            ? "stopped; the same command with --resume continues from here"
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
    cli_session s;
    code = cli_session_prepare(c, &s);
    if (code == 0) {
        code = run(c, &out, &s);
    }
    cli_session_close(&s);
    return cli_worse(code, c->options.out == NULL ? cli_output_close(&out) : 0);
}
