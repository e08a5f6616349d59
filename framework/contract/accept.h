/* SPDX-License-Identifier: MIT
 *
 * accept.h: the findings that a document accepts.
 */
#pragma once

#include "json/json.h"

/* Reads "accept", the codes of findings that the document accepts; shared with systems. */
rk_status rk__accept_read(rk__arena *arena, const rk__value *root, const char ***out, size_t *n,
                          rk_problems *problems);
