/* SPDX-License-Identifier: MIT
 *
 * schema_parts.h: the pieces that the schemas are put together from.
 */
#pragma once

#include "base/alloc.h"
#include "rules/registry.h"

/* The members of "$defs" that are the same everywhere: numbers, ids, tables. */
extern const char rk__schema_common[];
/* Bodies of objects (what stands between their braces), by document. */
extern const char rk__schema_contract[];
extern const char rk__schema_tariff[];
extern const char rk__schema_vector[];
extern const char rk__schema_rule[];
extern const char rk__schema_system[];
extern const char rk__schema_import[]; /* schema_import.c */

/* Members of a component's "properties" beside its id and rule. */
extern const char rk__schema_component_keys[];
