/* SPDX-License-Identifier: MIT
 *
 * parse.h: the command line, read by the table of options.
 */
#pragma once

#include "cli.h"

/* Reads the words after the command's name, NULL after the last, into c. Returns 0, or
 * CLI_USAGE after a message. */
int cli_parse(cli *c, char **words);
/* Finds the verb and checks the options and arguments against it; returns 0, or CLI_USAGE
 * after a message. A request for help or the version needs no arguments, nor a verb. */
int cli_settle(cli *c);
