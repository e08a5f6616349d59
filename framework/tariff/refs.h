/* SPDX-License-Identifier: MIT
 *
 * refs.h: how a contract or a command names tariffs.
 */
#pragma once

#include "tariff/tariff.h"

/* Reads the `tariff` member: a string, an object or a list of these; none where it
 * is absent (NULL) or null. Strings are borrowed from the document. */
rk_status rk__tariff_refs_read(const rk__value *v, rk__arena *arena, rk__tariff_ref **out,
                               size_t *n, rk_problems *problems);
/* A reference from the command line; `source` is borrowed. */
rk__tariff_ref rk__tariff_ref_of(const char *source);
