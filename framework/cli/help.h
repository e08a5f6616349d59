/* SPDX-License-Identifier: MIT
 *
 * help.h: help texts, made from the tables of verbs and options.
 */
#ifndef RK_CLI_HELP_H
#define RK_CLI_HELP_H

#include <stdio.h>

#include "options.h"

void cli_help_overview(const cli_verb *verbs, FILE *out);
void cli_help_verb(const cli_verb *verb, FILE *out);

#endif
