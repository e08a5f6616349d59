/* SPDX-License-Identifier: MIT
 *
 * check.c: reckon check PATH...
 */
#include <stdlib.h>

#include "files.h"
#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

int cli_check(cli *c, cli_session *s)
{
    int code = cli_files_expand(c, "\"reckoner\"");
    if (code == CLI_USAGE) {
        return code;
    }
    const size_t n = c->arguments.n;
    rk_coverage **coverage = cli_allocate(n + 1, sizeof *coverage);
    cli_stop_time(true);
    for (size_t i = 0; i < n; i++) {
        const char *path = c->arguments.items[i];
        const size_t before = rk_problems_count(s->problems);
        const rk_status status = rk_check_coverage(s->session, path, &coverage[i], s->problems);
        code = cli_worse(code, cli_failure(path, status, s->problems, before));
    }
    cli_stop_time(false);
    cli_output out;
    int written = cli_output_open(c, &out);
    if (written == 0) {
        written = cli_output_finish(
            &out, rk_report_check_coverage(s->problems, n, (const rk_coverage *const *) coverage, n,
                                           out.format, &out.sink));
    }
    for (size_t i = 0; i < n; i++) {
        rk_coverage_free(coverage[i]);
    }
    free(coverage);
    return cli_worse(code, written);
}
