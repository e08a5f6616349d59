/* SPDX-License-Identifier: MIT
 *
 * parts.h: an evaluation whose rows are priced in parts.
 */
#pragma once

#include "evaluate/evaluation.h"
#include "rows/part.h"

typedef struct rk__evaluation_part {
    unsigned number, of;
    const char *const *tables, *const *files; /* with only the rows of the part; n_own of them */
    size_t n_own;
    rk__buf *out; /* receives the tables of the part, with commas between; or NULL: */
    const rk__json *const *parts; /* all of them, in order, and room for what they found */
    const rk__value **found;
} rk__evaluation_part;

/* part_tables.c: how a table is read. False if it is not read, because its rows are in the contract
 * and the merge prices them. `part->of` is 0 if it is read as usual. If the parts have files of
 * their own, *spec becomes a table of these, of the arena; NULL if memory runs out.
 */
bool rk__part_of_table(const rk__evaluation_part *parts, const rk__table_spec **spec,
                       rk__arena *arena, struct rk__pass_part *part);

/* The steps between planning and the passes. */
rk_status rk__part_prepare(rk__evaluation *evaluation, rk_problems *problems);

/* What precedes the SHA-256 at the end of a part, which is of all bytes before this. A part that
 * was damaged or edited is not merged; it is no signature. */
#define RK__PART_SEAL ",\"digest\":\""
/* Ends a part. */
rk_status rk__part_seal(rk__buf *part);

/* part_inputs.c: calls `each` for everything that the evaluation has loaded that a result depends
 * on: rules, tariffs and their files, tables held in memory; with digests. */
void rk__part_inputs(const rk__evaluation *evaluation,
                     void (*each)(void *ctx, const char *what, const char *digest), void *ctx);
