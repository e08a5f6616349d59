/* SPDX-License-Identifier: MIT
 *
 * child.c: waiting for the child that does the work.
 */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"
#include "stop.h"

/* How long a child may take to end after a signal was passed on, and how much longer than
 * --timeout: it does both by itself, unless a rule has changed its signals. */
#define GRACE_SECONDS 3

/* Shared by this process and the child. */
typedef struct child_page {
    _Atomic pid_t ended; /* the process that said last that it ends */
    int code;            /* what it ends with */
    char rules[RK_RUNNING_SLOTS][RK_RUNNING_NAME];
} child_page;

static child_page *page; /* NULL: nobody watches */
static pid_t watcher;
static volatile pid_t child;
static volatile sig_atomic_t too_late;

/* ------------------------------------------------------------------ the child */

void cli_child_ends(int code)
{
    if (page != NULL) {
        page->code = code;
        atomic_store(&page->ended, getpid());
    }
}

bool cli_child_ended(pid_t process)
{
    return page == NULL || atomic_load(&page->ended) == process;
}

bool cli_child_was_sent(pid_t sender)
{
    return page != NULL && sender == watcher;
}

/* ---------------------------------------------------------------- the watcher */

static void pass_on(int number, siginfo_t *info, void *context)
{
    (void) context;
    if (number == SIGALRM) {
        too_late = 1;
        (void) kill(child, SIGKILL);
        return;
    }
    /* One from the terminal reaches the child too. */
    if (info->si_code <= 0) {
        (void) kill(child, number);
    }
    (void) alarm(GRACE_SECONDS);
}

static void catch_signals(bool in_watcher)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
    (void) sigfillset(&action.sa_mask);
    for (size_t i = 0; in_watcher && i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void) sigaction(numbers[i], &action, NULL);
        }
    }
}

static int wait_for(pid_t process)
{
    int how = 0;
    while (waitpid(process, &how, 0) < 0 && errno == EINTR) {
    }
    (void) alarm(0);
    return how;
}

/* "'a'" or "'a' or 'b'": the rules whose code was running. Returns how many. */
static int running(char *out, size_t size)
{
    int n = 0;
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < RK_RUNNING_SLOTS; i++) {
        char *const name = page->rules[i];
        bool known = name[0] == '\0';
        name[RK_RUNNING_NAME - 1] = '\0';
        for (size_t k = 0; k < i && !known; k++) {
            known = strcmp(page->rules[k], name) == 0;
        }
        if (!known && used < size) {
            const int wrote =
                snprintf(out + used, size - used, "%s'%s'", n > 0 ? " or " : "", name);
            used += wrote > 0 ? (size_t) wrote : 0;
            n++;
        }
    }
    return n;
}

int cli_child_report(int how)
{
    char rules[1024] = "";
    char ending[80];
    const int n = page != NULL ? running(rules, sizeof rules) : 0;
    if (WIFSIGNALED(how)) {
        (void) snprintf(ending, sizeof ending, "signal %d (%s)", WTERMSIG(how),
                        strsignal(WTERMSIG(how)));
    } else {
        (void) snprintf(ending, sizeof ending, "exit code %d", WEXITSTATUS(how));
    }
    (void) cli_say(CLI_RULE,
                   n > 0 ? "rule %s ended the process: %s" : "%sa rule ended the process: %s",
                   rules, ending);
    return cli_say(CLI_RULE, "hint: the rule needs mending, not the contract; `reckon rules check` "
                             "tests a rule; no result of this run is whole");
}

static int outcome(int how)
{
    char rules[1024];
    if (too_late && WIFSIGNALED(how) && !cli_child_ended(child)) {
        const bool any = running(rules, sizeof rules) > 0;
        return cli_say(CLI_RULE, "%s%s did not end in time and was killed",
                       any ? "rule " : "the work", rules);
    }
    if (WIFEXITED(how) && cli_child_ended(child)) {
        /* A rule's destructor may choose another; a sanitizer's report is one of its own. */
        return WEXITSTATUS(how) != 0 ? WEXITSTATUS(how) : page->code;
    }
    if (WIFSIGNALED(how) && (cli_child_ended(child) || running(rules, sizeof rules) == 0)) {
        (void) signal(WTERMSIG(how), SIG_DFL);
        (void) raise(WTERMSIG(how));
    }
    return cli_child_report(how);
}

static int in_child(cli *c, int (*run)(cli *c))
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != watcher) {
        return CLI_INPUT;
    }
    rk_running_record(page->rules);
    const int code = run(c);
    (void) fflush(NULL);
    cli_child_ends(code);
    return code;
}

int cli_in_child(cli *c, int (*run)(cli *c))
{
    sigset_t all;
    sigset_t before;
    void *const shared =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return cli_no_memory();
    }
    page = shared;
    watcher = getpid();
    (void) fflush(NULL);
    (void) sigfillset(&all);
    (void) sigprocmask(SIG_BLOCK, &all, &before); /* until the handlers know the child */
    child = fork();
    if (child == 0) {
        (void) sigprocmask(SIG_SETMASK, &before, NULL);
        return in_child(c, run);
    }
    const int failed = errno;
    catch_signals(child > 0);
    (void) sigprocmask(SIG_SETMASK, &before, NULL);
    if (child < 0) {
        return cli_say(CLI_INPUT, "cannot start a process: %s", strerror(failed));
    }
    if (c->options.timeout > 0) {
        (void) alarm((unsigned) c->options.timeout + GRACE_SECONDS);
    }
    return outcome(wait_for(child));
}
