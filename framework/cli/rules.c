/* SPDX-License-Identifier: MIT
 *
 * rules.c: reckon rules [list | show RULE | new NAME [FOLDER] | check RULE.so], reckon schema KIND
 */
#include <string.h>

#include "output.h"
#include "say.h"
#include "verbs.h"

/* In the order of the verb's words. */
enum { SHOW, NEW, CHECK, LIST };

static int action_of(const cli *c)
{
    return c->arguments.n > 0 ? cli_word(c->arguments.items[0], c->verb->words) : LIST;
}

int cli_rules_check(cli *c)
{
    const char *word = c->arguments.n > 0 ? c->arguments.items[0] : "";
    switch (action_of(c)) {
    case SHOW:
        return c->arguments.n == 2 ? 0 : cli_wrong("name one rule: reckon rules show RULE");
    case NEW:
        return c->arguments.n > 1 ? 0
                                  : cli_wrong("name the new rule: reckon rules new NAME [FOLDER]");
    case CHECK:
        return c->arguments.n == 2 ? 0
                                   : cli_wrong("name one rule's file: reckon rules check RULE.so");
    case LIST:
        return c->arguments.n < 2 ? 0 : cli_wrong("'rules list' takes no further arguments");
    default:
        return cli_wrong("'rules' takes 'list', 'show', 'new' or 'check', not '%s'%s", word,
                         cli_did_you_mean(word, c->verb->words));
    }
}

static int create(const cli *c, const cli_session *s)
{
    const char *name = c->arguments.items[1];
    const char *parent = c->arguments.n > 2 ? c->arguments.items[2] : ".";
    const bool here = strcmp(parent, ".") == 0;
    const rk_status status = c->options.document
                                 ? rk_rule_scaffold_document(parent, name, s->problems)
                                 : rk_rule_scaffold(parent, name, c->options.settle, s->problems);
    cli_problems(c, s->problems);
    if (status == RK_OK && !c->options.quiet) {
        cli_say(CLI_FINE,
                "wrote the folder '%s%s%s'; its README says how to build and test the rule",
                here ? "" : parent, here ? "" : "/", name);
    }
    return cli_failure(NULL, status, s->problems, 0);
}

static int check(const cli *c, const cli_session *s)
{
    const rk_trial_options options = {.size = sizeof options,
                                      .path = c->arguments.items[1],
                                      .source = c->options.source,
                                      .cases = c->options.cases,
                                      .seed = c->options.seed,
                                      .seconds = c->options.time,
                                      .confine = c->options.isolation == RK_ISOLATION_CONTRACT,
                                      .require_confined =
                                          c->options.require_isolation == RK_ISOLATION_CONTRACT,
                                      .allow_rules = c->options.allow_rules};
    rk_trial *trial = NULL;
    cli_output out;
    const rk_status status = rk_rule_trial(&options, &trial, s->problems);
    cli_problems(c, s->problems);
    int code = cli_failure(options.path, status, s->problems, 0);
    if (trial != NULL && code == 0) {
        code = cli_output_open(c, &out);
        if (code == 0) {
            code = cli_output_finish(
                &out, rk_report_trial(trial, out.format, cli_collector(c), &out.sink));
        }
        code = cli_worse(code, rk_trial_failures(trial) > 0 ? CLI_FINDINGS : CLI_FINE);
    }
    rk_trial_free(trial);
    return code;
}

int cli_rules(cli *c, cli_session *s)
{
    const char *const *words = c->arguments.items;
    const bool schema = c->verb->bit == CLI_SCHEMA;
    const int action = action_of(c);
    if (!schema && action == NEW) {
        return create(c, s);
    }
    if (!schema && action == CHECK) {
        return check(c, s);
    }
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    const rk_status status =
        schema           ? rk_report_schema(s->session, words[0], &out.sink, s->problems)
        : action == SHOW ? rk_report_rule(s->session, words[1], out.format, &out.sink, s->problems)
                         : rk_report_rules(s->session, out.format, &out.sink);
    cli_problems(c, s->problems);
    return cli_output_finish(&out, status);
}
