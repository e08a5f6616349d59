/* SPDX-License-Identifier: MIT
 *
 * check.c: reckon check PATH...
 */
#include <stdlib.h>

#include "cli.h"

int cli_check(cli *c)
{
    cli_session s = {0};
    cli_list files = {0};
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    code = cli_files(c, "\"reckoner\"", &files);
    rk_coverage **coverage = calloc(files.n + 1, sizeof *coverage);
    if (coverage == NULL) {
        code = cli_worse(code, rk_status_exit_code(RK_NO_MEMORY));
    }
    for (size_t i = 0; coverage != NULL && i < files.n; i++) {
        const size_t before = rk_problems_count(s.problems);
        const rk_status status =
            rk_check_coverage(s.session, files.items[i], &coverage[i], s.problems);
        if (status != RK_OK && rk_problems_count(s.problems) == before) {
            cli_say("%s: %s", files.items[i], rk_status_sentence(status));
        }
        code = cli_worse(code, rk_status_exit_code(status));
    }
    cli_output out;
    int written = cli_output_open(c, &out);
    if (written == 0) {
        (void) rk_report_check_coverage(s.problems, files.n, (const rk_coverage *const *) coverage,
                                        coverage != NULL ? files.n : 0,
                                        (rk_format) c->options.format, &out.sink);
        written = cli_output_close(&out);
    }
    for (size_t i = 0; coverage != NULL && i < files.n; i++) {
        rk_coverage_free(coverage[i]);
    }
    free(coverage);
    cli_files_free(&files);
    cli_session_close(c, &s);
    return cli_worse(code, written);
}
