/* SPDX-License-Identifier: MIT
 *
 * work.h: a session from the options, and the progress of long work.
 */
#pragma once

#include <time.h>

#include "cli.h"

typedef struct cli_progress {
    bool shown; /* standard error is a terminal, and --quiet is absent */
    bool drawn;
    struct timespec begun;
    double last; /* seconds after `begun` */
} cli_progress;

/* The session and problems of a verb. Must not be moved while open. */
struct cli_session {
    rk_session *session; /* NULL unless opened */
    rk_problems *problems;
    cli_progress progress;
};

/* The session's options from the command line, without progress. */
rk_options cli_session_options(const cli *c);
/* Prepares without opening the library's session. Returns 0, or an exit code after a
 * message; close it either way. */
int cli_session_prepare(const cli *c, cli_session *s);
void cli_session_close(cli_session *s);
/* Opens a session, runs a verb with it and returns its exit code. If a signal stopped the
 * work, says so and ends the program as the signal does. */
int cli_session_run(cli *c, int (*run)(cli *c, cli_session *s));

/* Between these, a signal stops the work (cli_stop_asked) rather than the program. The
 * second removes the progress line. */
void cli_work_begin(cli_session *s);
void cli_work_end(cli_session *s);
/* Shows a line of progress if one is due: the text, then the part done and the time left if
 * `total` is known. */
void cli_progress_show(cli_progress *p, double seconds, uint64_t done, uint64_t total,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Whether --strict objects to a result: rows without a price, or warnings. */
bool cli_is_doubtful(const rk_result *result);
/* The exit code of a result: CLI_FINDINGS if rows could not be read (--max-errors) or, with
 * --strict, if it is doubtful. */
int cli_result_code(const cli *c, const rk_result *result);
/* Writes the profile, the ages and what a CSV report omits to standard error. */
void cli_remarks(const cli *c, const rk_result *result);
/* Writes findings of a code where the report alone would have them. */
void cli_remarks_of_code(const cli *c, const rk_result *result, const char *code);
