/* SPDX-License-Identifier: MIT
 *
 * held.c: verbs that compare one result with another: variance, compare --by and --tariffs, explain
 * --against, diff and replay.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

static rk_variance_options options_of(const cli *c)
{
    static const char *const methods[] = {NULL, "straight-line", "profile", "working-days"};
    rk_variance_options o = RK_VARIANCE_INIT;
    o.arrangement = c->options.arrangement;
    o.by = c->options.by_columns.items;
    o.keys = c->options.keys.items;
    o.forecast = methods[c->options.forecast_method];
    return o;
}

/* Finds n variances of the contract, and reports them. */
static int hold(cli *c, cli_session *s, const rk_variance_options *options, size_t n)
{
    const char *name = c->arguments.items[0];
    rk_variance **found = cli_allocate(n, sizeof(rk_variance *));
    rk_status status = RK_OK;
    int code = CLI_FINE;
    cli_work_begin(s);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = rk_variance_find(s->session, name, &options[i], &found[i], s->problems);
    }
    cli_work_end(s);
    if (!cli_stop_asked()) {
        cli_problems(c, s->problems);
        if (status == RK_OK) {
            cli_output out;
            code = cli_output_open(c, &out);
            code = code != 0 ? code
                             : cli_output_finish(
                                   &out, rk_report_variances((const rk_variance *const *) found, n,
                                                             out.format, &out.sink));
        } else {
            code = cli_output_failure(c, name, s->problems);
            code = cli_worse(code, cli_failure(name, status, s->problems, 0));
        }
    }
    for (size_t i = 0; i < n; i++) {
        rk_variance_free(found[i]);
    }
    free((void *) found);
    return code;
}

int cli_variance_check(cli *c)
{
    return c->options.plan == NULL || c->options.actual == NULL
               ? cli_wrong("'variance' needs --plan NAME and --actual NAME")
               : 0;
}

int cli_variance(cli *c, cli_session *s)
{
    rk_variance_options o = options_of(c);
    o.plan = c->options.plan;
    o.actual = c->options.actual;
    return hold(c, s, &o, 1);
}

int cli_explain_against(cli *c, cli_session *s)
{
    rk_variance_options o = options_of(c);
    o.plan = c->options.against;
    o.arrangements_first = true;
    if (c->options.component != NULL || c->options.line != NULL || c->options.row > 0 ||
        c->options.where.n > 0) {
        return cli_wrong("--against explains the whole contract: leave out --component, --line, "
                         "--row and --where");
    }
    return hold(c, s, &o, 1);
}

/* ---------------------------------------------------------------------- compare */

/* A name with a prefix that says what it is. It lives until the process ends. */
static const char *prefixed(const char *prefix, const char *name)
{
    const size_t size = strlen(prefix) + strlen(name) + 1;
    char *text = cli_allocate(size, 1);
    (void) snprintf(text, size, "%s%s", prefix, name);
    return text;
}

static int compare_tariffs(cli *c, cli_session *s)
{
    rk_variance_options o = options_of(c);
    if (c->options.tariffs.n != 2) {
        return cli_wrong("--tariffs takes two, as --tariffs A,B, not %zu", c->options.tariffs.n);
    }
    if (c->options.arrangements.n > 1) {
        return cli_wrong("--tariffs compares under one arrangement, not %zu",
                         c->options.arrangements.n);
    }
    o.arrangement = c->options.arrangements.n == 1 ? c->options.arrangements.items[0] : NULL;
    o.plan = prefixed("tariff:", c->options.tariffs.items[0]);
    o.actual = prefixed("tariff:", c->options.tariffs.items[1]);
    return hold(c, s, &o, 1);
}

/* Compares each of the other arrangements with the baseline. */
int cli_compare_bridge(cli *c, cli_session *s)
{
    rk_contract *contract = NULL;
    if (c->options.tariffs.n > 0) {
        return compare_tariffs(c, s);
    }
    const rk_status status =
        rk_contract_load(s->session, c->arguments.items[0], &contract, s->problems);
    if (status != RK_OK) {
        cli_problems(c, s->problems);
        return cli_failure(c->arguments.items[0], status, s->problems, 0);
    }
    const cli_list *named = &c->options.arrangements;
    const size_t n = named->n > 0 ? named->n : rk_contract_n_arrangements(contract);
    rk_variance_options *options = cli_allocate(n + 1, sizeof *options);
    size_t others = 0;
    const char *baseline = c->options.baseline != NULL ? c->options.baseline
                           : named->n > 0              ? named->items[0]
                                                       : rk_contract_arrangement(contract, 0);
    for (size_t i = 0; i < n; i++) {
        const char *name = named->n > 0 ? named->items[i] : rk_contract_arrangement(contract, i);
        if (strcmp(name, baseline) != 0) {
            options[others] = options_of(c);
            options[others].plan = prefixed("arrangement:", baseline);
            options[others++].actual = prefixed("arrangement:", name);
        }
    }
    int code = others > 0 ? hold(c, s, options, others)
                          : cli_wrong("there is one arrangement, and nothing to compare it with");
    rk_contract_free(contract);
    free(options);
    return code;
}

/* ------------------------------------------------------------------------- diff */

int cli_diff(cli *c, cli_session *s)
{
    rk_diff_options o = RK_DIFF_INIT;
    rk_diff *diff = NULL;
    int code = CLI_FINE;
    o.key = c->options.key.items;
    o.challenges = c->options.challenges;
    cli_work_begin(s);
    const rk_status status = rk_diff_find(s->session, c->arguments.items[0], c->arguments.items[1],
                                          &o, &diff, s->problems);
    cli_work_end(s);
    if (!cli_stop_asked()) {
        cli_problems(c, s->problems);
        if (status == RK_OK) {
            cli_output out;
            code = cli_output_open(c, &out);
            code = code != 0 ? code
                             : cli_output_finish(&out, rk_report_diff(diff, out.format, &out.sink));
        } else {
            code = cli_output_failure(c, c->arguments.items[0], s->problems);
            code = cli_worse(code, cli_failure(c->arguments.items[0], status, s->problems, 0));
        }
    }
    rk_diff_free(diff);
    return code;
}

/* ----------------------------------------------------------------------- replay */

int cli_replay(cli *c)
{
    rk_problems *problems = rk_problems_new();
    rk_replay *replay = NULL;
    const char *name = c->arguments.items[0];
    if (problems == NULL) {
        return cli_no_memory();
    }
    rk_options options = cli_session_options(c);
    const rk_status status = rk_replay_run(&options, name, c->options.contract, &replay, problems);
    int code = CLI_FINE;
    cli_problems(c, problems);
    if (status == RK_OK) {
        cli_output out;
        const bool differs = rk_replay_read(replay)->outcome == RK_REPLAY_DIFFERENT;
        code = cli_output_open(c, &out);
        code = code != 0 ? code
                         : cli_output_finish(&out, rk_report_replay(replay, out.format, &out.sink));
        code = cli_worse(code, differs ? CLI_FINDINGS : CLI_FINE);
    } else {
        code = cli_output_failure(c, name, problems);
        code = cli_worse(code, cli_failure(name, status, problems, 0));
    }
    rk_replay_free(replay);
    rk_problems_free(problems);
    return code;
}
