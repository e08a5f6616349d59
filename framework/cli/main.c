/* SPDX-License-Identifier: MIT
 *
 * main.c: the `reckon` command: reads the command line and hands over to a verb.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "help.h"
#include "isolate.h"
#include "output.h"
#include "parse.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"
#include "watch.h"

/* Help and version are results, so a full disk is an error; a reader that closes the pipe early is
 * not. */
static int flushed(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return CLI_FINE;
    }
    return errno == EPIPE ? CLI_FINDINGS
                          : cli_say(CLI_FINDINGS, "standard output cannot be written");
}

static int run_verb(cli *c)
{
    return cli_session_run(c, c->verb->run);
}

static int do_verb(cli *c)
{
    int code = cli_output_check(c);
    if (code == 0 && c->verb->check != NULL) {
        code = c->verb->check(c);
    }
    const bool here = c->verb->bit != CLI_BATCH;
    code = code == 0 && here ? cli_isolate_check(c) : code;
    if (code != 0 || c->verb->run == NULL) {
        return code;
    }
    return cli_isolate_wanted(c) ? cli_isolate(c, run_verb) : run_verb(c);
}

/* In a child that this process watches, so that a rule cannot end it unnoticed. */
static int do_watched(cli *c)
{
    return cli_in_child(c, do_verb);
}

static int run(cli *c)
{
    /* Only `batch` starts this, so help does not list it. */
    if (c->word != NULL && strcmp(c->word, "worker") == 0 && c->arguments.n == 0 &&
        c->used.n == 0) {
        const int served = rk_batch_worker();
        return served == CLI_USAGE ? cli_wrong("only 'batch' starts 'worker'") : served;
    }
    int code = cli_settle(c);
    if (code != 0) {
        return code;
    }
    if (c->manual && isatty(STDOUT_FILENO)) {
        cli_help_manual(c->verb);
    }
    if (c->options.help && c->verb != NULL) {
        cli_help_verb(c->verb, stdout);
        return flushed();
    }
    if (c->options.version) {
        printf("reckon %s\n", rk_version());
        return flushed();
    }
    if (c->verb == NULL) {
        cli_help_overview(c->verbs, c->options.help ? stdout : stderr);
        return c->options.help ? flushed() : CLI_USAGE;
    }
    /* The parent of a batch loads no rules, and watches its workers. */
    const bool workers = c->verb->bit == CLI_BATCH && !c->options.in_process &&
                         c->options.isolation != RK_ISOLATION_NONE;
    return workers ? do_verb(c) : c->options.watch ? cli_watch(c, do_watched) : do_watched(c);
}

/* Otherwise the first file opened would become a standard stream that the caller had closed. Using
 * one of these fails, as it should. */
static void hold_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            (void) open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
        }
    }
}

int main(int argc, char **argv)
{
    static cli c = {.verbs = cli_verb_table};
    hold_streams();
    cli_stop_catch_signals();
    cli_stop_catch_gmp();
    /* Shell completions run this. Its words are an unfinished command line. */
    if (argc > 1 && strcmp(argv[1], "complete") == 0) {
        cli_complete(c.verbs, argv + 2);
        return flushed();
    }
    const int code = cli_parse(&c, argv + (argc > 0));
    return code != 0 ? code : run(&c);
}
