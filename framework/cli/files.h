/* SPDX-License-Identifier: MIT
 *
 * files.h: the documents that arguments name.
 */
#pragma once

#include "cli.h"

/* Replaces each folder among the arguments by the *.json documents below it that hold
 * `mark`, in the order of their names; hidden ones are left out. Returns 0, or CLI_INPUT
 * after a message if a folder cannot be read, or CLI_USAGE, at which nothing may be read, if one
 * of the documents is an output. */
int cli_files_expand(cli *c, const char *mark);
