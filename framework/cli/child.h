/* SPDX-License-Identifier: MIT
 *
 * child.h: a verb in a child of the command, which reports a child that did not finish.
 *
 * A rule that calls _exit, or the system call behind it, would end the process with the exit code
 * that it chooses and without a result, and nothing in that process can prevent it. So the process
 * that the shell started loads no rules. It waits for a mark that the work is finished, passes
 * signals on, and without the mark names the rule whose code was running and ends with CLI_RULE.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "cli.h"

/* Runs `run` in a child, and returns its exit code. Of a child that a signal ended without a rule's
 * fault, this process ends by the same signal. */
int cli_in_child(cli *c, int (*run)(cli *c));
/* Marks that the calling process is about to end, with its results written or its error reported.
 * Can be called in a signal handler. */
void cli_child_ends(int code);
/* Whether a process has done that. */
bool cli_child_ended(pid_t process);
/* Whether this process was asked to stop by the watching one, which passes signals on. */
bool cli_child_was_sent(pid_t sender);
/* Reports a process that ended without the mark, as waitpid says. Returns CLI_RULE. */
int cli_child_report(int how);
