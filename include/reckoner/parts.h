/* SPDX-License-Identifier: MIT
 *
 * parts.h: a contract evaluated in parts: each part prices some of the rows, on any machine and in
 * any order, and a merge settles the contract on all of them. The result is that of one
 * evaluation, byte for byte, wherever the rows were cut.
 *
 * A part is one line of JSON: the totals of each group of rows, exact, as they are before a
 * contract rounds or settles anything, and what was found about the rows. It names the contract
 * and the options that it was made with, and digests of everything that it read.
 *
 * Tested by tests/parts/run.py.
 */
#ifndef RECKONER_PARTS_H
#define RECKONER_PARTS_H

#include "ledger.h"
#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rk_contract;
struct rk_options;
struct rk_sink;

/* Which part to price. Begin as RK_PART_INIT. */
typedef struct rk_part_options {
    size_t size;
    const char *arrangement; /* NULL: the contract's own choice */
    unsigned number, of;     /* part `number`, from 1, of so many: 1 <= number <= of */
    /* "TABLE=FILE": the rows of the part, in files of its own with a header each; "-" is standard
     * input. NULL-terminated. NULL: an equal share of the bytes of the contract's files, cut
     * between records. */
    const char *const *rows;
} rk_part_options;
#define RK_PART_INIT                    \
    {                                   \
        .size = sizeof(rk_part_options) \
    }

/* The most parts of one evaluation. */
#define RK_PARTS_MAX 100000

/* Prices a part of the rows and writes it to the sink as one line. The options of the session that
 * change results (params, sets, group_by, periods, through, year_to_date, max_errors,
 * provenance_full) are written with it. RK_USAGE if the session writes rows, if the last period
 * with rows is needed, which one part cannot know, or if a table is not one that the arrangement
 * prices. */
RK_API rk_status rk_evaluate_part(struct rk_contract *contract, const rk_part_options *options,
                                  const struct rk_sink *sink, rk_problems *problems);

typedef struct rk_parts rk_parts;

/* Reads parts: n files of one or more lines each, in any order; "-" is standard input. Checks that
 * they are all parts of one evaluation, each once. *out_parts is NULL if not: RK_CONFLICT,
 * RK_SYNTAX, RK_IO. Free with rk_parts_free. */
RK_API rk_status rk_parts_open(const char *const *paths, size_t n, rk_parts **out_parts,
                               rk_problems *problems);

/* Frees parts; NULL does nothing. */
RK_API void rk_parts_free(rk_parts *parts);

/* Returns the path of the contract where the parts were made. Valid until the parts are freed. */
RK_API const char *rk_parts_contract(const rk_parts *parts);

/* Sets the options that the parts were made with; open a session with them. Their strings are
 * valid until the parts are freed. */
RK_API void rk_parts_options(const rk_parts *parts, struct rk_options *options);

/* Settles a contract on its parts. It must be the one that they were made of, loaded into a
 * session with rk_parts_options: RK_CONFLICT if it, a rule or a tariff has another digest than for
 * the parts. A file that was cut is read once for its digest, without being priced. */
RK_API rk_status rk_merge(struct rk_contract *contract, const rk_parts *parts,
                          rk_result **out_result, rk_problems *problems);

#ifdef __cplusplus
}
#endif

#endif
