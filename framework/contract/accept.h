/* SPDX-License-Identifier: MIT
 *
 * accept.h: the findings that a document says are known.
 */
#pragma once

#include "json/json.h"

/* Reads "accept", codes of findings that the document knows; shared with systems. */
rk_status rk__accept_read(rk__arena *arena, const rk__value *root, const char ***out, size_t *n,
                          rk_problems *problems);
