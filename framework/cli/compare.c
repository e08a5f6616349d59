/* SPDX-License-Identifier: MIT
 *
 * compare.c: reckon compare CONTRACT
 */
#include "cli.h"

static int report(const cli *c, const rk_comparison *comparison)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    if (rk_report_comparison(comparison, (rk_format) c->options.format, &out.sink) ==
        RK_NO_MEMORY) {
        cli_say("memory ran out");
        cli_output_abandon(&out);
        return CLI_INPUT;
    }
    return cli_output_close(&out);
}

/* The problems as a document, in JSON. */
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

static int findings(const cli *c, const rk_comparison *comparison)
{
    uint64_t unpriced = 0;
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        const rk_result *result = rk_comparison_result(comparison, i);
        unpriced += rk_result_unpriced(result);
        /* Fetched tariffs are the contract's: their ages once. */
        if (i == 0) {
            cli_remarks(c, result);
        }
    }
    return c->options.strict && unpriced > 0 ? CLI_FINDINGS : CLI_FINE;
}

int cli_compare(cli *c)
{
    cli_session s = {0};
    rk_contract *contract = NULL;
    rk_comparison *comparison = NULL;
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    const char *path = c->arguments[0];
    cli_work_begin(&s);
    rk_status status = rk_contract_load(s.session, path, &contract, s.problems);
    if (status == RK_OK) {
        status = rk_compare(contract, c->options.arrangements.items, c->options.baseline,
                            &comparison, s.problems);
    }
    const bool stopped = cli_work_end(&s);
    if (!stopped) {
        cli_problems(c, s.problems);
        code = rk_status_exit_code(status);
        if (status == RK_OK) {
            code = findings(c, comparison);
            code = cli_worse(code, report(c, comparison));
        } else {
            const char *name = contract != NULL ? rk_contract_id(contract) : path;
            code = cli_worse(code, report_failure(c, name, s.problems));
        }
    }
    rk_comparison_free(comparison);
    rk_contract_free(contract);
    cli_session_close(c, &s);
    return stopped ? cli_stopped() : code;
}
