/* SPDX-License-Identifier: MIT
 *
 * stop.h: signals. During long work the first Ctrl-C asks the library to stop, so that
 * nothing is left half-written. A second one, or one at another time, removes the file being
 * written and ends the program; so does a first one while a rule's code runs and does not return
 * within a second.
 */
#pragma once

#include <stdbool.h>

void cli_stop_catch_signals(void);
/* Makes a crash in a rule's code end the program with a message that names the rule. */
void cli_stop_catch_crashes(void);
/* The time that long work may take; 0: any. */
void cli_stop_limit(unsigned seconds);
/* Starts or ends that time alone: the work cannot be asked to stop. */
void cli_stop_time(bool runs);
/* Starts or ends long work. */
void cli_stop_hold(bool working);
/* Whether a signal asked the work to stop. */
bool cli_stop_asked(void);
/* Writes a message and ends the program as that signal does. */
int cli_stop(const char *text);
/* The file to remove if a signal ends the program; NULL: none. */
void cli_stop_guard(const char *path);
/* Makes GMP end the program with a message if memory runs out; its own functions abort. */
void cli_stop_catch_gmp(void);
