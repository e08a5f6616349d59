/* SPDX-License-Identifier: MIT
 *
 * tariff.c: reckon tariff fetch URL... | show [SOURCE] | verify [SOURCE] | import FILE | diff A B
 */
#include "output.h"
#include "say.h"
#include "verbs.h"

/* In the order of the verb's words. */
typedef enum action { FETCH, SHOW, VERIFY, IMPORT, DIFF } action;

static action action_of(const cli *c)
{
    return (action) cli_word(c->arguments.items[0], c->verb->words);
}

/* Options that only 'tariff diff' takes, most of them for the contract that it evaluates. */
static int check_diff(const cli *c)
{
    const cli_options *o = &c->options;
    const struct {
        const char *name;
        bool given, of_contract;
    } given[] = {{"--contract", o->contract != NULL, false},
                 {"--arrangement", o->arrangement != NULL, true},
                 {"--group-by", o->group_by.n > 0, true},
                 {"--param", o->params.n > 0, true},
                 {"--set", o->sets.n > 0, true},
                 {"--rules", o->rules.n > 0, true},
                 {"--max-errors", o->max_errors > 0, true}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (given[i].given && action_of(c) != DIFF) {
            return cli_wrong("%s is an option of 'tariff diff'", given[i].name);
        }
        if (given[i].given && given[i].of_contract && o->contract == NULL) {
            return cli_wrong("%s needs --contract CONTRACT", given[i].name);
        }
    }
    return 0;
}

int cli_tariff_check(cli *c)
{
    const action what = action_of(c);
    const size_t n = c->arguments.n;
    const char *const *words = c->arguments.items;
    const bool digest = c->options.sha256 != NULL;
    if (what != IMPORT && c->options.import_profile != NULL) {
        return cli_wrong("--profile is an option of 'tariff import'");
    }
    const int code = check_diff(c);
    if (code != 0) {
        return code;
    }
    switch (what) {
    case FETCH:
        return n < 2             ? cli_wrong("name a URL: reckon tariff fetch URL...")
               : n > 2 && digest ? cli_wrong("--sha256 is for one tariff, not for %zu", n - 1)
                                 : 0;
    case SHOW:
    case VERIFY:
        return n > 2
                   ? cli_wrong("'tariff %s' takes one source: '%s' is another", words[0], words[2])
               : what == SHOW && digest ? cli_wrong("'tariff show' checks no digest: reckon tariff "
                                                    "verify --sha256 DIGEST does")
                                        : 0;
    case IMPORT:
        return n != 2 ? cli_wrong("name one workbook: reckon tariff import FILE --profile PROFILE "
                                  "-o DIR")
               : c->options.import_profile == NULL
                   ? cli_wrong("'tariff import' needs --profile PROFILE")
               : c->options.output == NULL ? cli_wrong("'tariff import' needs -o DIR")
                                           : 0;
    case DIFF:
        return n != 3   ? cli_wrong("name two tariffs: reckon tariff diff A B")
               : digest ? cli_wrong("'tariff diff' checks no digest: reckon tariff verify --sha256 "
                                    "DIGEST does")
                        : 0;
    }
    return cli_wrong("'tariff' takes 'fetch', 'show', 'verify', 'import' or 'diff', not '%s'%s",
                     words[0], cli_did_you_mean(words[0], c->verb->words));
}

/* Writes a folder; what was written is listed on standard output. */
static int import(cli *c, cli_session *s)
{
    cli_output out;
    cli said = *c;
    rk_import *made = NULL;
    said.options.output = NULL;
    const int code = cli_output_open(&said, &out);
    if (code != 0) {
        return code;
    }
    rk_status status = rk_tariff_import(c->arguments.items[1], c->options.import_profile,
                                        c->options.output, &made, s->problems);
    cli_problems(c, s->problems);
    if (status == RK_OK && !c->options.quiet) {
        status = rk_report_import(made, out.format, &out.sink);
    }
    rk_import_free(made);
    const int written = cli_output_close(&out);
    return cli_worse(cli_failure(NULL, status, s->problems, 0), written);
}

static rk_status diff(const cli *c, cli_session *s, const cli_output *out)
{
    rk_tariff_diff *made = NULL;
    cli_work_begin(s);
    rk_status status =
        rk_tariff_diff_open(s->session, c->arguments.items[1], c->arguments.items[2],
                            c->options.contract, c->options.arrangement, &made, s->problems);
    cli_work_end(s);
    if (status == RK_OK) {
        status = rk_report_tariff_diff(made, out->format, &out->sink);
    }
    rk_tariff_diff_free(made);
    return status;
}

int cli_tariff(cli *c, cli_session *s)
{
    if (action_of(c) == IMPORT) {
        return import(c, s);
    }
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    const char *source = c->arguments.n > 1 ? c->arguments.items[1] : NULL;
    const char *sha256 = c->options.sha256;
    rk_status status = RK_OK;
    switch (action_of(c)) {
    case FETCH:
        status = rk_tariff_fetch(s->session, c->arguments.items + 1, sha256, out.format, &out.sink,
                                 s->problems);
        break;
    case SHOW:
        status = rk_tariff_show(s->session, source, out.format, &out.sink, s->problems);
        break;
    case VERIFY:
        status = rk_tariff_verify(s->session, source, sha256, out.format, &out.sink, s->problems);
        break;
    case DIFF:
        status = diff(c, s, &out);
        break;
    case IMPORT:
        break;
    }
    cli_problems(c, s->problems);
    /* With several URLs, the others are printed even if one failed; an output file is whole or
     * unchanged. */
    if (out.path != NULL) {
        return cli_output_finish(&out, status);
    }
    const int written = cli_output_close(&out);
    return status == RK_IO_WRITE ? written
                                 : cli_worse(cli_failure(NULL, status, s->problems, 0), written);
}
