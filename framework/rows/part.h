/* SPDX-License-Identifier: MIT
 *
 * part.h: a pass over a part of the rows, and a pass that continues where parts ended.
 *
 * What a part has found is what a worker has found: totals by group before any rounding of a
 * contract, keys that were listed, rows that look wrong. It is written as texts and whole numbers,
 * and added up as the workers of one pass are, so that the results are the same to the byte.
 */
#pragma once

#include "rows/pass.h"

/* Of rk__pass_input: how the pass is one of several, or which parts it continues. */
struct rk__pass_part {
    unsigned number, of;            /* the part to read */
    bool own_rows;                  /* its files are not cut: they are the part's own */
    rk__buf *out;                   /* receives what was found, as a JSON object; NULL: continues */
    const rk__value *const *tables; /* what the parts found, in their order */
    size_t n_tables;
};

/* Opens the table that the parts have read. */
rk_status rk__part_open(const rk__pass_input *input, const rk__table_spec *spec, rk__arena *arena,
                        rk__scan **out, rk_problems *problems);
/* After planning, in place of a scan: adds up what the parts have found. */
rk_status rk__part_load(rk__pass *pass, rk_problems *problems);
/* After a scan, in place of folding: writes what it found. */
rk_status rk__part_write(rk__pass *pass);
