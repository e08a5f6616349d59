/* SPDX-License-Identifier: MIT
 *
 * stop.c: signals.
 */
#include <gmp.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "say.h"
#include "stop.h"

static volatile sig_atomic_t working;
static volatile sig_atomic_t stopped_by; /* the signal's number */
static const char *volatile guarded;

static void on_signal(int number)
{
    if (working && !stopped_by) {
        stopped_by = number;
        return;
    }
    if (guarded != NULL) {
        (void) unlink(guarded);
    }
    (void) signal(number, SIG_DFL);
    (void) raise(number);
}

void cli_stop_catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    (void) sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        /* A signal that the caller ignores (nohup) stays ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void) sigaction(numbers[i], &action, NULL);
        }
    }
    /* Writing to a closed pipe fails with a message. */
    (void) signal(SIGPIPE, SIG_IGN);
}

void cli_stop_hold(bool is_working)
{
    working = is_working;
}

bool cli_stop_asked(void)
{
    return stopped_by != 0;
}

int cli_stop(const char *text)
{
    (void) cli_say(CLI_FINDINGS, "%s", text);
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
