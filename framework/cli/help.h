/* SPDX-License-Identifier: MIT
 *
 * help.h: help texts and completions, made from the tables of verbs and options.
 */
#pragma once

#include <stdio.h>

#include "options.h"

void cli_help_overview(const cli_verb *verbs, FILE *out);
/* Shows the manual page of a verb (NULL: of all) by man, which takes the place of this process;
 * returns if the page or man is missing. */
void cli_help_manual(const cli_verb *verb);
void cli_help_verb(const cli_verb *verb, FILE *out);
/* Prints what can replace the last of `words`, which are those after the command's
 * name: one candidate a line, with a tab and its description. Prints nothing if a file name
 * or free text is expected. The shell selects by the letters already typed. */
void cli_complete(const cli_verb *verbs, char *const *words);
