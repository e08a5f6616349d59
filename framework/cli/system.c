/* SPDX-License-Identifier: MIT
 *
 * system.c: reckon system SYSTEM, reckon incentives CONTRACT|SYSTEM
 */
#include "cli.h"

/* A finished report, or what went wrong, and the exit code. */
static int close_report(cli_output *out, rk_status status)
{
    if (status == RK_NO_MEMORY) {
        cli_say("memory ran out");
        cli_output_abandon(out);
        return CLI_INPUT;
    }
    return cli_output_close(out);
}

static int report_failure(const cli *c, const char *name, const rk_problems *problems)
{
    cli_output out;
    int code = CLI_FINE;
    if (c->options.format == RK_FORMAT_JSON) {
        code = cli_output_open(c, &out);
        if (code == 0) {
            (void) rk_report_failure(name, problems, RK_FORMAT_JSON, &out.sink);
            code = cli_output_close(&out);
        }
    }
    return code;
}

static int report_system(const cli *c, const rk_system_result *result)
{
    cli_output out;
    int code = cli_output_open(c, &out);
    if (code == 0) {
        code =
            close_report(&out, rk_report_system(result, (rk_format) c->options.format, &out.sink));
    }
    const bool found = c->options.strict && rk_system_result_n_findings(result) > 0;
    return cli_worse(found ? CLI_FINDINGS : CLI_FINE, code);
}

int cli_system(cli *c)
{
    cli_session s = {0};
    rk_system *system = NULL;
    rk_system_result *result = NULL;
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    const char *path = c->arguments[0];
    cli_work_begin(&s);
    rk_status status = rk_system_load(s.session, path, &system, s.problems);
    if (status == RK_OK) {
        status = rk_system_evaluate(system, c->options.scenarios.items, &result, s.problems);
    }
    const bool stopped = cli_work_end(&s);
    if (!stopped) {
        cli_problems(c, s.problems);
        code = rk_status_exit_code(status);
        code = cli_worse(code, status == RK_OK ? report_system(c, result)
                                               : report_failure(c, path, s.problems));
    }
    rk_system_result_free(result);
    rk_system_free(system);
    cli_session_close(c, &s);
    return stopped ? cli_stopped() : code;
}

static int report_incentives(const cli *c, const rk_incentives *incentives)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    return code != 0
               ? code
               : close_report(&out, rk_report_incentives(incentives, (rk_format) c->options.format,
                                                         &out.sink));
}

int cli_incentives(cli *c)
{
    cli_session s = {0};
    rk_incentives *incentives = NULL;
    rk_incentives_options options = RK_INCENTIVES_INIT;
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    options.step = c->options.step;
    options.fixed = c->options.fixed;
    cli_work_begin(&s);
    const rk_status status =
        rk_incentives_evaluate(s.session, c->arguments[0], &options, &incentives, s.problems);
    const bool stopped = cli_work_end(&s);
    if (!stopped) {
        cli_problems(c, s.problems);
        code = rk_status_exit_code(status);
        code = cli_worse(code, status == RK_OK ? report_incentives(c, incentives)
                                               : report_failure(c, c->arguments[0], s.problems));
    }
    rk_incentives_free(incentives);
    cli_session_close(c, &s);
    return stopped ? cli_stopped() : code;
}
