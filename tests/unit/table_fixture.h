/* SPDX-License-Identifier: MIT
 *
 * table_fixture.h: a table that is loaded from a specification, and what that needs.
 */
#pragma once

#include "table/column.h"
#include "table/spec.h"
#include "table/table.h"
#include "unit.h"

static rk_problems *problems;
static rk__json *document;
static rk__arena arena;
static rk__table_spec spec;
static rk__table *table;

static inline void release_table(void)
{
    rk__table_free(table);
    rk__json_free(document);
    rk_problems_free(problems);
    rk__arena_dispose(&arena);
    table = NULL;
    document = NULL;
    problems = NULL;
}
