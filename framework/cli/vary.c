/* SPDX-License-Identifier: MIT
 *
 * vary.c: verbs that vary something: solve, sensitivity and sweep.
 */
#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

/* What a question found; one of these. */
typedef struct found {
    rk_solution *solution;
} found;

typedef struct question {
    rk_status (*ask)(const cli *c, cli_session *s, found *f);
    rk_status (*report)(const found *f, const cli_output *out);
} question;

static int ask(cli *c, cli_session *s, const question *q)
{
    const char *name = c->arguments.items[0];
    found f = {0};
    int code = CLI_FINE;
    cli_work_begin(s);
    const rk_status status = q->ask(c, s, &f);
    cli_work_end(s);
    if (!cli_stop_asked()) {
        cli_problems(c, s->problems);
        if (status == RK_OK) {
            cli_output out;
            code = cli_output_open(c, &out);
            code = code != 0 ? code : cli_output_finish(&out, q->report(&f, &out));
        } else {
            code = cli_output_failure(c, name, s->problems);
            code = cli_worse(code, cli_failure(name, status, s->problems, 0));
        }
    }
    rk_solution_free(f.solution);
    return code;
}

/* ---------------------------------------------------------------------- solve */

int cli_solve_check(cli *c)
{
    if (c->options.vary.n != 1) {
        return cli_wrong("'solve' varies one thing: write --vary WHAT%s",
                         c->options.vary.n > 1 ? " once" : "");
    }
    return c->options.until == NULL
               ? cli_wrong("'solve' needs the value to reach: write --until MEASURE=VALUE")
               : 0;
}

static rk_status ask_solution(const cli *c, cli_session *s, found *f)
{
    rk_solve_options o = RK_SOLVE_INIT;
    o.vary = c->options.vary.items[0];
    o.until = c->options.until;
    o.between = c->options.between;
    o.scenarios = c->options.scenarios.items;
    return rk_solve(s->session, c->arguments.items[0], &o, &f->solution, s->problems);
}

static rk_status report_solution(const found *f, const cli_output *out)
{
    return rk_report_solution(f->solution, out->format, &out->sink);
}

int cli_solve(cli *c, cli_session *s)
{
    return ask(c, s, &(question){ask_solution, report_solution});
}
