/* SPDX-License-Identifier: MIT
 *
 * json_compact.h: a value of a document as JSON text on one line.
 */
#pragma once

#include "json/json.h"

/* Appends a value without blanks, its members in their order and its numbers as they are spelled.
 */
void rk__json_compact(rk__buf *out, const rk__value *v);
