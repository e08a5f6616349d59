/* SPDX-License-Identifier: MIT
 *
 * evaluate.c: reckon evaluate CONTRACT...
 */
#include <stdlib.h>

#include "cli.h"

/* What became of one contract: a result, or the problems that it failed with. */
typedef struct outcome {
    rk_contract *contract;
    rk_result *result;
    rk_problems *problems;
    const char *name; /* its id where it was read, else its path */
} outcome;

static void outcome_dispose(outcome *o)
{
    rk_result_free(o->result);
    rk_contract_free(o->contract);
    rk_problems_free(o->problems);
}

static int evaluate_one(const cli *c, cli_session *s, const char *path, outcome *o, bool *stopped)
{
    o->name = path;
    o->problems = rk_problems_new();
    if (o->problems == NULL) {
        cli_say("memory ran out");
        return CLI_INPUT;
    }
    cli_work_begin(s);
    rk_status status = rk_contract_load(s->session, path, &o->contract, o->problems);
    if (status == RK_OK) {
        o->name = rk_contract_id(o->contract);
        status = rk_evaluate(o->contract, c->options.arrangement, &o->result, o->problems);
    }
    *stopped = cli_work_end(s);
    if (*stopped) {
        return CLI_FINDINGS; /* what was found so far is part of something */
    }
    if (status != RK_OK && rk_problems_count(o->problems) == 0) {
        cli_say("%s: %s", path, rk_status_sentence(status));
    }
    cli_problems(c, o->problems);
    if (status != RK_OK) {
        return rk_status_exit_code(status);
    }
    cli_remarks(c, o->result);
    return c->options.strict && rk_result_unpriced(o->result) > 0 ? CLI_FINDINGS : CLI_FINE;
}

/* JSON of several is a list, in which failures stand too. */
static void report_json(const outcome *outcomes, size_t n, cli_output *out)
{
    for (size_t i = 0; i < n; i++) {
        const rk_result *result = outcomes[i].result;
        if (n > 1) {
            cli_output_drop_newline(out);
            cli_output_text(out, i == 0 ? "[\n" : ",\n");
        }
        if (result != NULL) {
            (void) rk_report_results(&result, 1, RK_FORMAT_JSON, &out->sink);
        } else {
            (void) rk_report_failure(outcomes[i].name, outcomes[i].problems, RK_FORMAT_JSON,
                                     &out->sink);
        }
    }
    if (n > 1) {
        cli_output_text(out, "]\n");
    }
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
    const rk_format format = (rk_format) c->options.format;
    int code = CLI_FINE;
    if (n_results > 0 || format == RK_FORMAT_JSON) {
        cli_output out;
        code = cli_output_open(c, &out);
        if (code == 0) {
            rk_status status = RK_OK;
            if (format == RK_FORMAT_JSON) {
                report_json(outcomes, n, &out);
            } else {
                status = rk_report_results(results, n_results, format, &out.sink);
            }
            if (status == RK_NO_MEMORY) {
                cli_say("memory ran out");
                cli_output_abandon(&out);
                code = CLI_INPUT;
            } else {
                code = cli_output_close(&out);
            }
        }
    }
    free((void *) results);
    return code;
}

int cli_evaluate(cli *c)
{
    cli_session s = {0};
    if (c->options.rows_file != NULL && c->n_arguments > 1) {
        return cli_wrong("--rows is for one contract, not for %zu", c->n_arguments);
    }
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    outcome *outcomes = cli_allocate(c->n_arguments, sizeof *outcomes);
    size_t n = 0;
    bool stopped = false;
    while (n < c->n_arguments && !stopped) {
        code = cli_worse(code, evaluate_one(c, &s, c->arguments[n], &outcomes[n], &stopped));
        n++;
    }
    if (!stopped) {
        code = cli_worse(code, report(c, outcomes, n));
    }
    for (size_t i = 0; i < n; i++) {
        outcome_dispose(&outcomes[i]);
    }
    free(outcomes);
    cli_session_close(c, &s);
    return stopped ? cli_stopped() : code;
}
