/* SPDX-License-Identifier: MIT
 *
 * isolate.c: one contract in a process of its own. The child confines itself before it loads a rule
 * (rk_options.confine) and writes its report to a pipe; this process, which loads none, puts it in
 * place, and kills a child that a rule keeps from ending.
 */
#include "isolate.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

/* How much longer than --timeout a child may take: it ends by itself then, and names the rule. */
#define GRACE_SECONDS 2

int cli_isolate_check(const cli *c)
{
    const cli_options *o = &c->options;
    if (o->isolation == RK_ISOLATION_WORKER) {
        return cli_wrong("--isolation worker is for batch; write contract or none");
    }
    if (o->require_isolation != RK_ISOLATION_DEFAULT && o->require_isolation != RK_ISOLATION_NONE &&
        o->isolation != RK_ISOLATION_CONTRACT) {
        return cli_wrong("--require-isolation needs --isolation contract here");
    }
    if (o->isolation != RK_ISOLATION_CONTRACT || c->verb->bit == CLI_RULES) {
        return 0;
    }
    if (c->arguments.n > 1) {
        return cli_wrong("--isolation contract is for one contract here; batch takes many");
    }
    return o->rows_file != NULL ? cli_wrong("a confined process writes no file for --rows") : 0;
}

bool cli_isolate_wanted(const cli *c)
{
    const cli_options *o = &c->options;
    if (o->isolation != RK_ISOLATION_DEFAULT || o->allow_rules == NULL) {
        return o->isolation == RK_ISOLATION_CONTRACT &&
               (c->verb->bit & (CLI_EVALUATE | CLI_COMPARE)) != 0;
    }
    return (c->verb->bit & (CLI_EVALUATE | CLI_COMPARE)) != 0 && c->arguments.n <= 1 &&
           o->rows_file == NULL;
}

static uint64_t seconds_now(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec;
}

/* Copies what the child writes until it closes the pipe; false if it was stopped. */
static bool copy_report(int fd, uint64_t until, cli_output *out, bool *any)
{
    static char bytes[1 << 16];
    for (;;) {
        struct pollfd one = {.fd = fd, .events = POLLIN};
        const int ready = poll(&one, 1, 200);
        if (cli_stop_asked() || seconds_now() >= until) {
            return false;
        }
        const ssize_t n = ready > 0 ? read(fd, bytes, sizeof bytes) : -1;
        if (n == 0) {
            return true;
        }
        if (n > 0) {
            *any = true;
            (void) out->sink.write(out->sink.ctx, bytes, (size_t) n);
        }
    }
}

/* Waits for the end of the child; false if it was stopped, and then it is killed. */
static bool wait_for(pid_t child, bool in_time, uint64_t until, int *how)
{
    pid_t gone = 0;
    while (in_time && gone == 0) {
        const struct timespec moment = {.tv_nsec = 5000000};
        gone = waitpid(child, how, WNOHANG);
        in_time = gone != 0 || (!cli_stop_asked() && seconds_now() < until);
        if (gone == 0 && in_time) {
            (void) nanosleep(&moment, NULL);
        }
    }
    if (gone != child) {
        (void) kill(child, SIGKILL);
        while (waitpid(child, how, 0) < 0 && errno == EINTR) {
        }
    }
    return in_time;
}

static int run_child(cli *c, int report, pid_t parent, int (*run)(cli *c))
{
    char width[16];
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        return CLI_INPUT;
    }
    if (c->options.output == NULL && isatty(STDOUT_FILENO)) {
        /* Found now: a confined process cannot ask the terminal. */
        (void) snprintf(width, sizeof width, "%d", cli_width(STDOUT_FILENO));
        (void) setenv("COLUMNS", width, 0);
    }
    if (c->options.output != NULL && dup2(report, STDOUT_FILENO) < 0) {
        return CLI_INPUT;
    }
    (void) close(report);
    c->options.output = NULL;
    c->confined = true;
    return run(c);
}

static int ended(pid_t child, int how, bool in_time)
{
    if (!in_time && cli_stop_asked()) {
        return cli_stop("stopped; nothing was written");
    }
    if (!in_time) {
        return cli_say(CLI_RULE, "the contract was not finished in the time that --timeout allows");
    }
    return WIFSIGNALED(how) || !cli_child_ended(child) ? cli_child_report(how) : WEXITSTATUS(how);
}

int cli_isolate(cli *c, int (*run)(cli *c))
{
    int ends[2];
    int how = 0;
    bool any = false;
    cli_output out;
    const pid_t self = getpid();
    if (pipe(ends) != 0) {
        return cli_say(CLI_INPUT, "cannot start a process: %s", strerror(errno));
    }
    (void) fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        (void) close(ends[0]);
        const int code = run_child(c, ends[1], self, run);
        (void) fflush(NULL);
        cli_child_ends(code);
        _exit(code);
    }
    (void) close(ends[1]);
    int code = child > 0 ? cli_output_open(c, &out)
                         : cli_say(CLI_INPUT, "cannot start a process: %s", strerror(errno));
    bool in_time = true;
    if (child > 0) {
        const uint64_t limit = c->options.timeout;
        const uint64_t until = limit > 0 ? seconds_now() + limit + GRACE_SECONDS : UINT64_MAX;
        cli_stop_hold(true);
        in_time = code == 0 && copy_report(ends[0], until, &out, &any);
        in_time = wait_for(child, in_time, until, &how);
        cli_stop_hold(false);
    }
    (void) close(ends[0]);
    if (code != 0) {
        return code;
    }
    if (c->options.output != NULL) {
        if (in_time && any && WIFEXITED(how) && cli_child_ended(child)) {
            code = cli_output_finish(&out, RK_OK);
        } else {
            cli_output_abandon(&out);
        }
    }
    const int of_child = ended(child, how, in_time);
    return of_child > code ? of_child : code;
}
