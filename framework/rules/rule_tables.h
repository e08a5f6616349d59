/* SPDX-License-Identifier: MIT
 *
 * rule_tables.h: an exported rule converted to this host's layout, and checked.
 *
 * A rule built against an older minor version has a shorter rk_rule and shorter table entries;
 * after rk__rule_tables this difference is gone.
 */
#pragma once

#include "base/alloc.h"
#include "rules/refusal.h"
#include "rules/registry.h"

#define RK__TABLE_MAX    256 /* entries of a rule's table */
#define RK__ELEMENTS_MAX 32
#define RK__NOTES_MAX    32
#define RK__STRUCT_MAX   ((size_t) 1 << 20) /* of a rule's own parameters */

/* Fills rule->rule, the tables and their counts with copies in `arena`. The exported struct is
 * `size` bytes long. False with *why ("out of memory" included). */
bool rk__rule_tables(const rk_rule *exported, size_t size, rk__rule *rule, rk__arena *arena,
                     rk__refusal *why);

/* Whether the copied tables make sense; see the messages. */
bool rk__rule_check(const rk__rule *rule, rk__refusal *why);
bool rk__columns_check(const rk__rule *rule, rk__refusal *why);
