/* SPDX-License-Identifier: MIT
 *
 * check.c: reckon check PATH...
 */
#include "cli.h"

int cli_check(cli *c)
{
    cli_session s = {0};
    cli_list files = {0};
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(&s);
        return code;
    }
    code = cli_files(c, "\"reckoner\"", &files);
    for (size_t i = 0; i < files.n; i++) {
        const size_t before = rk_problems_count(s.problems);
        const rk_status status = rk_check(s.session, files.items[i], s.problems);
        if (status != RK_OK && rk_problems_count(s.problems) == before) {
            cli_say("%s: %s", files.items[i], rk_status_sentence(status));
        }
        code = cli_worse(code, rk_status_exit_code(status));
    }
    cli_output out;
    int written = cli_output_open(c, &out);
    if (written == 0) {
        (void) rk_report_check(s.problems, files.n, (rk_format) c->options.format, &out.sink);
        written = cli_output_close(&out);
    }
    cli_files_free(&files);
    cli_session_close(&s);
    return cli_worse(code, written);
}
