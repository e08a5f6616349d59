/* SPDX-License-Identifier: MIT
 *
 * explain.c: reckon explain CONTRACT
 */
#include "cli.h"

static int report(const cli *c, const rk_explanation *explanation, const char *name,
                  const rk_problems *problems)
{
    const rk_format format = (rk_format) c->options.format;
    if (explanation == NULL && format != RK_FORMAT_JSON) {
        return CLI_FINE; /* what went wrong stands on standard error */
    }
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    const rk_status status = explanation != NULL
                                 ? rk_report_explanation(explanation, format, &out.sink)
                                 : rk_report_failure(name, problems, format, &out.sink);
    if (status == RK_NO_MEMORY) {
        cli_say("memory ran out");
        cli_output_abandon(&out);
        return CLI_INPUT;
    }
    return cli_output_close(&out);
}

int cli_explain(cli *c)
{
    cli_session s = {0};
    rk_contract *contract = NULL;
    rk_explanation *explanation = NULL;
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    const char *path = c->arguments[0];
    rk_explain_options options = RK_EXPLAIN_INIT;
    options.arrangement = c->options.arrangement;
    options.component = c->options.component;
    options.line = c->options.line;
    options.row = (int64_t) c->options.row;
    cli_work_begin(&s);
    rk_status status = rk_contract_load(s.session, path, &contract, s.problems);
    if (status == RK_OK) {
        status = rk_explain(contract, &options, &explanation, s.problems);
    }
    const bool stopped = cli_work_end(&s);
    if (!stopped) {
        cli_problems(c, s.problems);
        const char *name = contract != NULL ? rk_contract_id(contract) : path;
        code = cli_worse(rk_status_exit_code(status), report(c, explanation, name, s.problems));
    }
    rk_explanation_free(explanation);
    rk_contract_free(contract);
    cli_session_close(c, &s);
    return stopped ? cli_stopped() : code;
}
