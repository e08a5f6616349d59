/* SPDX-License-Identifier: MIT
 *
 * coverage.h: what checking contracts found of their coverage. Entries of the list
 * are NULL where a document has none.
 */
#pragma once

#include "report/report.h"
#include "json/json_writer.h"

#define RK__COVERS_HINT \
    "hint: a component that prices no rows may say what it pays for with `covers`"

/* A table for each contract where something is paid by nobody or more than once. */
void rk__coverage_tables(rk__page *out, const rk_coverage *const *coverage, size_t n,
                         bool markdown);
/* The same as the member "coverage", which is left out where no document has any. */
void rk__coverage_json(rk__json_writer *w, const rk_coverage *const *coverage, size_t n);
