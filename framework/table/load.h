/* SPDX-License-Identifier: MIT
 *
 * load.h: tables loaded whole.
 */
#pragma once

#include "access/access.h"
#include "table/table.h"

/* Loads a table whole; the specification's document must outlive it. Problems of
 * CSV cells name file, line and column, never the cell's content. With keys:
 * checks that key columns exist (missing-column), that no key cell is blank
 * (out-of-range) and, if `unique`, that they are unique (duplicate-key, naming
 * both rows). Several files need the same columns, in any order, or defaults. */
rk_status rk__table_load(const rk__table_spec *spec, const rk__access *access, bool unique,
                         rk__table **out, rk_problems *problems);
void rk__table_free(rk__table *table);
