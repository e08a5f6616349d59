/* SPDX-License-Identifier: MIT
 *
 * load.h: one rule's file: who it is, whether it may be loaded, and loading it.
 */
#ifndef RK_RULES_LOAD_H
#define RK_RULES_LOAD_H

#include <sys/stat.h>

#include "base/alloc.h"
#include "rules/refusal.h"
#include "rules/registry.h"

/* No rule is anywhere near this size. */
#define RK__RULE_FILE_MAX ((size_t) 64 << 20)

/* Whether everybody may write to what `mode` describes. */
bool rk__mode_safe(const char *what, const char *path, mode_t mode, rk__refusal *why);

/* Reads the identity of rule->path into *rule (id, version, ABI), running none
 * of its code; *out_mode is that of the file. False with *why where it cannot be
 * a rule of this host. */
bool rk__rule_identify(rk__rule *rule, mode_t *out_mode, rk__arena *arena, rk__refusal *why);

/* Loads a rule that was identified, holds the exported constant against the
 * note, and checks its tables. False with *why; the file stays loaded. */
bool rk__rule_load(rk__rule *rule, rk__arena *arena, rk__refusal *why);

#endif
