/* SPDX-License-Identifier: MIT
 *
 * evaluate.c: reckon evaluate CONTRACT...
 */
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

/* One contract's result, or the problems that it failed with. */
typedef struct outcome {
    rk_contract *contract;
    rk_result *result;
    rk_problems *problems;
    const char *name; /* its id once it is read, else its path */
} outcome;

static int evaluate_one(const cli *c, cli_session *s, outcome *o)
{
    o->problems = rk_problems_new();
    if (o->problems == NULL) {
        return cli_no_memory();
    }
    cli_work_begin(s);
    rk_status status = rk_contract_load(s->session, o->name, &o->contract, o->problems);
    if (status == RK_OK) {
        o->name = rk_contract_id(o->contract);
        status = rk_evaluate(o->contract, c->options.arrangement, &o->result, o->problems);
    }
    cli_work_end(s);
    if (cli_stop_asked()) {
        return CLI_FINDINGS; /* the result is incomplete */
    }
    cli_problems(c, o->problems);
    if (status != RK_OK) {
        return cli_failure(o->name, status, o->problems, 0);
    }
    cli_remarks(c, o->result);
    return cli_result_code(c, o->result);
}

/* Several contracts make a list, failed ones included. */
static rk_status report_json(const outcome *outcomes, size_t n, cli_output *out)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < n && status != RK_NO_MEMORY; i++) {
        const rk_result *result = outcomes[i].result;
        if (n > 1) {
            cli_output_drop_newline(out);
            cli_output_text(out, i == 0 ? "[\n" : ",\n");
        }
        status = result != NULL ? rk_report_results(&result, 1, RK_FORMAT_JSON, &out->sink)
                                : rk_report_failure(outcomes[i].name, outcomes[i].problems,
                                                    RK_FORMAT_JSON, &out->sink);
    }
    if (n > 1) {
        cli_output_text(out, "]\n");
    }
    return status;
}

/* The monthly file says of each row which month it is of, and of none which currency. */
static int check_months(const rk_result *const *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk_period_result *period = rk_result_not_a_month(results[i]);
        if (period != NULL) {
            return cli_wrong("--format acm: period '%s' of '%s' is not within a month: give the "
                             "contract months, \"periods\": {\"months\": {\"from\": ..., "
                             "\"to\": ...}}",
                             period->id, rk_result_read(results[i])->contract);
        }
        const rk_result_view *first = rk_result_read(results[0]);
        const rk_result_view *other = rk_result_read(results[i]);
        if (strcmp(first->currency, other->currency) != 0) {
            return cli_wrong(
                "--format acm: '%s' is in %s and '%s' in %s, and the file does not say "
                "which: write a file for each",
                first->contract, first->currency, other->contract, other->currency);
        }
    }
    return 0;
}

static int report(const cli *c, const outcome *outcomes, size_t n)
{
    const rk_result **results = cli_allocate(n, sizeof *results);
    size_t n_results = 0;
    for (size_t i = 0; i < n; i++) {
        if (outcomes[i].result != NULL) {
            results[n_results++] = outcomes[i].result;
        }
    }
    const bool json = c->options.format == RK_FORMAT_JSON;
    int code = CLI_FINE;
    cli_output out;
    if (c->options.format == (int) RK_FORMAT_ACM) {
        code = check_months(results, n_results);
    }
    if (code == 0 && (n_results > 0 || json)) {
        code = cli_output_open(c, &out);
        if (code == 0) {
            code = cli_output_finish(
                &out, json ? report_json(outcomes, n, &out)
                           : rk_report_results(results, n_results, out.format, &out.sink));
        }
    }
    free((void *) results);
    return code;
}

int cli_evaluate_check(cli *c)
{
    if (c->options.partial != NULL || c->options.part_rows.n > 0) {
        return cli_partial_check(c);
    }
    return c->options.rows_file != NULL && c->arguments.n > 1
               ? cli_wrong("--rows is for one contract, not for %zu", c->arguments.n)
               : 0;
}

int cli_evaluate(cli *c, cli_session *s)
{
    if (c->options.partial != NULL) {
        return cli_partial(c, s);
    }
    const size_t n = c->arguments.n;
    outcome *outcomes = cli_allocate(n, sizeof *outcomes);
    int code = CLI_FINE;
    for (size_t i = 0; i < n && !cli_stop_asked(); i++) {
        outcomes[i].name = c->arguments.items[i];
        code = cli_worse(code, evaluate_one(c, s, &outcomes[i]));
    }
    if (!cli_stop_asked()) {
        code = cli_worse(code, report(c, outcomes, n));
    }
    for (size_t i = 0; i < n; i++) {
        rk_result_free(outcomes[i].result);
        rk_contract_free(outcomes[i].contract);
        rk_problems_free(outcomes[i].problems);
    }
    free(outcomes);
    return code;
}
