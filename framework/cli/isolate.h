/* SPDX-License-Identifier: MIT
 *
 * isolate.h: running a verb in a confined process of its own.
 */
#pragma once

#include "cli.h"

/* Whether --isolation and --require-isolation can be kept by the verb. Returns 0, or an exit code
 * after a message. */
int cli_isolate_check(const cli *c);
/* Whether the verb is to run so: --isolation contract, or a list of trusted rules (--allow-rules)
 * and one contract, whose rules may not be among them. */
bool cli_isolate_wanted(const cli *c);
/* Runs `run` in a child and returns its exit code; -o is written by this process. */
int cli_isolate(cli *c, int (*run)(cli *c));
