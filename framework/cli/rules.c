/* SPDX-License-Identifier: MIT
 *
 * rules.c: reckon rules [show RULE | new NAME [FOLDER]]
 */
#include <string.h>

#include "cli.h"

static int finish(const cli *c, cli_session *s, cli_output *out, rk_status status)
{
    cli_problems(c, s->problems);
    if (status == RK_OK || status == RK_IO_WRITE) {
        return cli_output_close(out);
    }
    cli_output_abandon(out);
    return rk_status_exit_code(status);
}

static int list(const cli *c, cli_session *s)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    return finish(c, s, &out,
                  rk_report_rules(s->session, (rk_format) c->options.format, &out.sink));
}

static int show(const cli *c, cli_session *s)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    return finish(c, s, &out,
                  rk_report_rule(s->session, c->arguments[1], (rk_format) c->options.format,
                                 &out.sink, s->problems));
}

static int create(const cli *c, cli_session *s)
{
    const char *parent = c->n_arguments > 2 ? c->arguments[2] : ".";
    const rk_status status = rk_rule_scaffold(parent, c->arguments[1], s->problems);
    cli_problems(c, s->problems);
    if (status == RK_OK && !c->options.quiet) {
        const bool here = strcmp(parent, ".") == 0;
        cli_say("wrote the folder '%s%s%s'; its README says how to build and test the rule",
                here ? "" : parent, here ? "" : "/", c->arguments[1]);
    }
    return rk_status_exit_code(status);
}

int cli_rules(cli *c)
{
    static const char *const words[] = {"show", "new", NULL};
    const char *word = c->n_arguments > 0 ? c->arguments[0] : NULL;
    const bool is_show = word != NULL && strcmp(word, "show") == 0;
    const bool is_new = word != NULL && strcmp(word, "new") == 0;
    if (word != NULL && !is_show && !is_new) {
        return cli_wrong("rules can be listed, 'show'n or made 'new', not '%s'%s", word,
                         cli_did_you_mean(word, words));
    }
    if ((is_show && c->n_arguments != 2) || (is_new && c->n_arguments < 2)) {
        return cli_wrong(is_show ? "name one rule: reckon rules show RULE"
                                 : "name the new rule: reckon rules new NAME [FOLDER]");
    }
    cli_session s = {0};
    int code = cli_session_open(c, &s);
    if (code == 0) {
        code = is_new ? create(c, &s) : is_show ? show(c, &s) : list(c, &s);
    }
    cli_session_close(c, &s);
    return code;
}
