/* SPDX-License-Identifier: MIT
 *
 * stop.c: signals.
 */
#include <gmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "say.h"
#include "stop.h"

static volatile sig_atomic_t working;
static volatile sig_atomic_t stopped_by; /* the signal's number */
static const char *volatile guarded;
static volatile sig_atomic_t limit_seconds; /* of --timeout; 0: none */

/* Writes a line in a signal handler. */
static void write_line(const char *a, const char *b, const char *c)
{
    const char *const parts[] = {"reckon: ", a, b, c, "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const ssize_t written = write(STDERR_FILENO, parts[i], strlen(parts[i]));
        (void) written; /* the exit code still reports the error */
    }
}

static _Noreturn void end_by_rule(const char *rule, const char *what)
{
    if (guarded != NULL) {
        (void) unlink(guarded);
    }
    write_line("rule '", rule, what);
    write_line("hint: the rule needs mending, not the contract; `reckon rules check` tests a rule",
               "", "");
    /* It stores two numbers: NOLINTNEXTLINE(bugprone-signal-handler) */
    cli_child_ends(CLI_RULE);
    _exit(CLI_RULE);
}

/* A rule's code cannot be asked to stop. If one is running, the work has a second to end after a
 * signal; then the process ends. */
static void on_alarm(int number)
{
    /* It reads a pointer: NOLINTNEXTLINE(bugprone-signal-handler) */
    const char *const rule = rk_running_rule();
    (void) number;
    if (stopped_by != 0 && rule == NULL) {
        (void) alarm(1);
        return;
    }
    if (stopped_by == 0) {
        if (rule != NULL) {
            end_by_rule(rule, "' did not finish in the time that --timeout allows");
        }
        if (guarded != NULL) {
            (void) unlink(guarded);
        }
        write_line("not finished in the time that --timeout allows", "", "");
        /* It stores two numbers: NOLINTNEXTLINE(bugprone-signal-handler) */
        cli_child_ends(CLI_FINDINGS);
        _exit(CLI_FINDINGS);
    }
    if (guarded != NULL) {
        (void) unlink(guarded);
    }
    write_line("stopped while rule '", rule, "' was running; nothing was written");
    /* It stores two numbers: NOLINTNEXTLINE(bugprone-signal-handler) */
    cli_child_ends(CLI_FINDINGS);
    (void) signal(stopped_by, SIG_DFL);
    (void) raise(stopped_by);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    static volatile sig_atomic_t first_passed_on;
    const bool passed_on = info->si_code <= 0 && cli_child_was_sent(info->si_pid);
    (void) context;
    if (working && !stopped_by) {
        stopped_by = number;
        first_passed_on = passed_on;
        (void) alarm(1);
        return;
    }
    if (working && passed_on != first_passed_on) {
        first_passed_on = passed_on;
        return; /* the same signal, sent to all processes of the group and passed on too */
    }
    if (guarded != NULL) {
        (void) unlink(guarded);
    }
    cli_child_ends(CLI_FINDINGS);
    (void) signal(number, SIG_DFL);
    (void) raise(number);
}

void cli_stop_catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO};
    (void) sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        /* A signal that the caller ignores (nohup) stays ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void) sigaction(numbers[i], &action, NULL);
        }
    }
    (void) signal(SIGALRM, on_alarm);
    /* Writing to a closed pipe, or beyond the limit of a file's size, fails with a message. */
    (void) signal(SIGPIPE, SIG_IGN);
    (void) signal(SIGXFSZ, SIG_IGN);
}

void cli_stop_time(bool runs)
{
    if (limit_seconds > 0) {
        (void) alarm(runs ? (unsigned) limit_seconds : 0);
    }
}

void cli_stop_hold(bool is_working)
{
    working = is_working;
    cli_stop_time(is_working);
}

void cli_stop_limit(unsigned seconds)
{
    limit_seconds = (int) seconds;
}

/* ---------------------------------------------------------------------- crashes */

static void on_crash(int number, siginfo_t *info, void *context)
{
    const char *const rule = rk_crashed_rule();
    (void) context;
    if (rule == NULL) {
        (void) signal(number, SIG_DFL);
        (void) raise(number);
        return;
    }
    if (number == SIGSEGV && rk_is_rule_input(info->si_addr)) {
        end_by_rule(rule, "' wrote to the columns that it was handed to read");
    }
    /* So the processor reports an address that no process can have, as numbers have for rules. */
    if (number == SIGSEGV && info->si_code == SI_KERNEL) {
        end_by_rule(rule,
                    "' crashed: it read or wrote a number of the host's by its pointer, or used "
                    "an address that cannot be");
    }
    end_by_rule(rule, number == SIGSEGV   ? "' crashed: it used memory that is not its own"
                      : number == SIGBUS  ? "' crashed: a bus error"
                      : number == SIGFPE  ? "' crashed: a division by zero"
                      : number == SIGILL  ? "' crashed: an invalid instruction"
                      : number == SIGABRT ? "' ended the process or a thread: abort"
                                          : "' crashed");
}

/* A rule that calls exit() would end the run as if all were well. */
static void on_exit_of_rule(void)
{
    const char *const rule = rk_crashed_rule();
    if (rule != NULL) {
        end_by_rule(rule, "' ended the process: exit");
    }
}

void cli_stop_catch_crashes(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    /* A stack of its own, so that a rule that recurses without end is named too. */
    static unsigned char stack[64 * 1024];
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    (void) sigemptyset(&action.sa_mask);
    (void) sigaltstack(&own, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        /* Sanitizers have handlers of their own, which say more. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
            (void) sigaction(numbers[i], &action, NULL);
        }
    }
    (void) atexit(on_exit_of_rule);
}

bool cli_stop_asked(void)
{
    return stopped_by != 0;
}

int cli_stop(const char *text)
{
    (void) cli_say(CLI_FINDINGS, "%s", text);
    cli_child_ends(CLI_FINDINGS);
    (void) signal(stopped_by, SIG_DFL);
    (void) raise(stopped_by);
    return CLI_FINDINGS;
}

void cli_stop_guard(const char *path)
{
    guarded = path;
}

/* ------------------------------------------------------------------------- GMP
 *
 * GMP cannot report a failed allocation. Its memory functions belong to the process, so the
 * library leaves them alone and the command sets them. */

/* Allocates nothing itself. */
static void *checked(void *memory)
{
    static const char text[] = "reckon: out of memory\n";
    if (memory == NULL) {
        if (guarded != NULL) {
            (void) unlink(guarded);
        }
        const ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
        (void) written; /* the exit code still reports the error */
        cli_child_ends(CLI_INPUT);
        _exit(CLI_INPUT);
    }
    return memory;
}

static void *number_new(size_t size)
{
    return checked(malloc(size));
}

static void *number_resize(void *p, size_t before, size_t size)
{
    (void) before;
    return checked(realloc(p, size));
}

static void number_free(void *p, size_t size)
{
    (void) size;
    free(p);
}

void cli_stop_catch_gmp(void)
{
    mp_set_memory_functions(number_new, number_resize, number_free);
}
