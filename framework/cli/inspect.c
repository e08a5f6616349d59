/* SPDX-License-Identifier: MIT
 *
 * inspect.c: reckon inspect FILE
 */
#include "output.h"
#include "say.h"
#include "verbs.h"

int cli_inspect(cli *c, cli_session *s)
{
    const rk_inspect_options options = {
        .rule = c->options.rule, .sheet = c->options.sheet, .all = c->options.all};
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    const rk_status status = rk_report_inspection(s->session, c->arguments.items[0], &options,
                                                  out.format, &out.sink, s->problems);
    cli_problems(c, s->problems);
    return cli_output_finish(&out, status);
}
