/* SPDX-License-Identifier: MIT
 *
 * tariff.c: reckon tariff fetch URL... | show [SOURCE] | verify [SOURCE]
 */
#include <string.h>

#include "cli.h"

typedef enum action { NO_ACTION = 0, FETCH, SHOW, VERIFY } action;

static action action_of(const char *word)
{
    return strcmp(word, "fetch") == 0    ? FETCH
           : strcmp(word, "show") == 0   ? SHOW
           : strcmp(word, "verify") == 0 ? VERIFY
                                         : NO_ACTION;
}

static int settle(const cli *c, action what)
{
    static const char *const words[] = {"fetch", "show", "verify", NULL};
    if (what == NO_ACTION) {
        return cli_wrong("tariffs can be fetched, shown or verified: 'fetch', 'show' or 'verify', "
                         "not '%s'%s",
                         c->arguments[0], cli_did_you_mean(c->arguments[0], words));
    }
    if (what == FETCH && c->n_arguments < 2) {
        return cli_wrong("name what to fetch: reckon tariff fetch URL...");
    }
    if (what == FETCH && c->n_arguments > 2 && c->options.sha256 != NULL) {
        return cli_wrong("--sha256 is of one tariff, and %zu are to be fetched",
                         c->n_arguments - 1);
    }
    if (what != FETCH && c->n_arguments > 2) {
        return cli_wrong("'tariff %s' takes one source, not '%s' too", c->arguments[0],
                         c->arguments[2]);
    }
    if (what == SHOW && c->options.sha256 != NULL) {
        return cli_wrong("'tariff show' checks no digest; reckon tariff verify --sha256 does");
    }
    return 0;
}

static int run(const cli *c, action what, cli_session *s)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    const rk_format format = (rk_format) c->options.format;
    const char *source = c->n_arguments > 1 ? c->arguments[1] : NULL;
    const char *sha256 = c->options.sha256;
    rk_status status = RK_OK;
    if (what == FETCH) {
        status =
            rk_tariff_fetch(s->session, c->arguments + 1, sha256, format, &out.sink, s->problems);
    } else if (what == SHOW) {
        status = rk_tariff_show(s->session, source, format, &out.sink, s->problems);
    } else {
        status = rk_tariff_verify(s->session, source, sha256, format, &out.sink, s->problems);
    }
    cli_problems(c, s->problems);
    /* What was found of several is printed even if one of them failed; a file is whole
     * or not there. */
    int written = CLI_FINE;
    if (out.path != NULL && status != RK_OK && status != RK_IO_WRITE) {
        cli_output_abandon(&out);
    } else {
        written = cli_output_close(&out);
    }
    return status == RK_IO_WRITE ? written : cli_worse(rk_status_exit_code(status), written);
}

int cli_tariff(cli *c)
{
    const action what = action_of(c->arguments[0]);
    int code = settle(c, what);
    if (code != 0) {
        return code;
    }
    cli_session s = {0};
    code = cli_session_open(c, &s);
    if (code == 0) {
        code = run(c, what, &s);
    }
    cli_session_close(c, &s);
    return code;
}
