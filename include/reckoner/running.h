/* SPDX-License-Identifier: MIT
 *
 * running.h: which rule's code is running.
 *
 * A rule is machine code, and can crash, loop or end its process. The library installs no signal
 * handlers; a program that does can name the rule. All but rk_running_record can be called in a
 * handler. reckoner.h includes this file.
 */
#ifndef RECKONER_RUNNING_H
#define RECKONER_RUNNING_H

#include <stdbool.h>

#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns the id of a rule whose code is running, on this thread if one is; NULL if none is. */
RK_API const char *rk_running_rule(void);
/* Returns the id of the rule whose code this thread is running, and has crashed in; or NULL. */
RK_API const char *rk_crashed_rule(void);
/* Returns whether an address is in the columns that rules are handed, which are read-only: a
 * rule that crashed there has written to its input. */
RK_API bool rk_is_rule_input(const void *address);

#define RK_RUNNING_SLOTS 32
#define RK_RUNNING_NAME  136
#define RK_RUNNING_CALLS 132 /* where a slot counts the calls, modulo 2^32 */
/* From now on writes the ids of the rules whose code is running into `names`, "" for none, so that
 * a process that shares this memory can name a rule that ended this one. Threads take a slot each,
 * and share them if there are more. NULL: no longer. Call it before any rule is loaded. */
RK_API void rk_running_record(char names[RK_RUNNING_SLOTS][RK_RUNNING_NAME]);

#ifdef __cplusplus
}
#endif
#endif
