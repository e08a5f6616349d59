/* SPDX-License-Identifier: MIT
 *
 * watch.h: --watch: doing something again whenever a file that it reads has changed.
 */
#pragma once

#include "cli.h"

/* Runs `run` in a child, waits until a file that it read is another, and begins again; ends with
 * the first signal. Returns the exit code of the last run that has ended. */
int cli_watch(cli *c, int (*run)(cli *c));
