/* SPDX-License-Identifier: MIT
 *
 * json_layout.h: JSON text laid out for reading.
 */
#pragma once

#include "base/alloc.h"

/* Appends compact `json`, two blanks a level, each line after the first shifted by `indent`. Arrays
 * and objects that fit on a line stay on one. */
void rk__json_indent(rk__buf *out, const char *json, int indent);
