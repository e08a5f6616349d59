/* SPDX-License-Identifier: MIT
 *
 * doctor.c: reckon doctor
 */
#include "output.h"
#include "say.h"
#include "verbs.h"

int cli_doctor(cli *c)
{
    cli_output out;
    size_t wrong = 0;
    if (c->options.format != RK_FORMAT_TEXT && c->options.format != RK_FORMAT_JSON) {
        return cli_wrong("doctor writes text or JSON: --format text or json");
    }
    rk_problems *problems = rk_problems_new();
    if (problems == NULL) {
        return cli_no_memory();
    }
    const rk_options options = cli_session_options(c);
    int code = cli_output_open(c, &out);
    if (code == 0) {
        const rk_status status =
            rk_report_doctor(&options, out.format, &out.sink, &wrong, problems);
        cli_problems(c, problems);
        code = cli_output_finish(&out, status);
        code = cli_worse(code, wrong > 0 ? CLI_FINDINGS : CLI_FINE);
    }
    rk_problems_free(problems);
    return code;
}
