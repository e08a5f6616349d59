/* SPDX-License-Identifier: MIT
 *
 * say.c: what a process of tests tells its parent.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "trial/trial.h"

void rk__trial_at(rk__trial_run *run, const char *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void) vsnprintf(run->mark->at, sizeof run->mark->at, format, args);
    va_end(args);
    (void) snprintf(run->mark->check, sizeof run->mark->check, "%s", check);
}

static void send_line(const rk__trial_run *run, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t written = write(run->out, text, length);
        if (written <= 0 && errno != EINTR) {
            return;
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t) written : 0;
    }
}

void rk__trial_say(rk__trial_run *run, char outcome, const char *check, const char *format, ...)
{
    char line[1500];
    va_list args;
    int n = snprintf(line, sizeof line, "%c\t%s\t", outcome, check);
    va_start(args, format);
    n += vsnprintf(line + n, sizeof line - (size_t) n - 1, format, args);
    va_end(args);
    n = n < (int) sizeof line - 2 ? n : (int) sizeof line - 2;
    for (int i = 0; i < n; i++) {
        line[i] = line[i] == '\n' ? ' ' : line[i];
    }
    line[n] = '\n';
    send_line(run, line, (size_t) n + 1);
}

void rk__trial_digest(rk__trial_run *run, const char *check, const char *key, uint64_t digest)
{
    rk__trial_say(run, 'D', check, "%s\t%016llx", key, (unsigned long long) digest);
}
