/* SPDX-License-Identifier: MIT
 *
 * usual_names.h: what the columns of the rules are called in files as analysts receive them.
 */
#pragma once

#include <stdbool.h>

/* Whether a header is a usual name of a rule's column ("Spell LOS" of "los"), or that name itself
 * in another form. */
bool rk__is_usual_name(const char *column, const char *header);
