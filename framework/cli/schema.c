/* SPDX-License-Identifier: MIT
 *
 * schema.c: reckon schema contract|tariff|system|vector
 */
#include "cli.h"

int cli_schema(cli *c)
{
    cli_session s = {0};
    cli_output out;
    int code = cli_session_open(c, &s);
    if (code == 0) {
        code = cli_output_open(c, &out);
    }
    if (code == 0) {
        const rk_status status =
            rk_report_schema(s.session, c->arguments[0], &out.sink, s.problems);
        cli_problems(c, s.problems);
        if (status == RK_OK || status == RK_IO_WRITE) {
            code = cli_output_close(&out);
        } else {
            cli_output_abandon(&out);
            code = rk_status_exit_code(status);
        }
    }
    cli_session_close(c, &s);
    return code;
}
