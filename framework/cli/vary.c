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
    rk_sensitivity *sensitivity;
    rk_sweep *sweep;
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
    rk_sensitivity_free(f.sensitivity);
    rk_sweep_free(f.sweep);
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

/* ---------------------------------------------------------------- sensitivity */

int cli_sensitivity_check(cli *c)
{
    const cli_options *o = &c->options;
    if (o->vary.n == 0 && !o->probability) {
        return cli_wrong("'sensitivity' needs --vary WHAT=LOW,HIGH, or --probability");
    }
    if (o->measures.n > 1) {
        return cli_wrong("'sensitivity' takes one --measure");
    }
    return o->draws > 0 && !o->probability ? cli_wrong("--draws needs --probability") : 0;
}

static rk_status ask_sensitivity(const cli *c, cli_session *s, found *f)
{
    rk_sensitivity_options o = RK_SENSITIVITY_INIT;
    o.vary = c->options.vary.items;
    o.by = c->options.by;
    o.measure = c->options.measures.n > 0 ? c->options.measures.items[0] : NULL;
    o.scenarios = c->options.scenarios.items;
    o.probability = c->options.probability;
    o.draws = c->options.draws;
    o.seed = c->options.seed;
    return rk_sensitivity_find(s->session, c->arguments.items[0], &o, &f->sensitivity, s->problems);
}

static rk_status report_sensitivity(const found *f, const cli_output *out)
{
    return rk_report_sensitivity(f->sensitivity, out->format, &out->sink);
}

int cli_sensitivity(cli *c, cli_session *s)
{
    return ask(c, s, &(question){ask_sensitivity, report_sensitivity});
}

/* ---------------------------------------------------------------------- sweep */

int cli_sweep_check(cli *c)
{
    c->options.format = cli_output_format_given(c) ? c->options.format : RK_FORMAT_CSV;
    return c->options.vary.n == 0 ? cli_wrong("'sweep' needs --vary WHAT=FROM:TO:STEP") : 0;
}

static rk_status ask_sweep(const cli *c, cli_session *s, found *f)
{
    rk_sweep_options o = RK_SWEEP_INIT;
    o.vary = c->options.vary.items;
    o.measures = c->options.measures.items;
    o.scenarios = c->options.scenarios.items;
    return rk_sweep_run(s->session, c->arguments.items[0], &o, &f->sweep, s->problems);
}

static rk_status report_sweep(const found *f, const cli_output *out)
{
    return rk_report_sweep(f->sweep, out->format, &out->sink);
}

int cli_sweep(cli *c, cli_session *s)
{
    return ask(c, s, &(question){ask_sweep, report_sweep});
}
