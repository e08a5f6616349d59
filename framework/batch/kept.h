/* SPDX-License-Identifier: MIT
 *
 * kept.h: evaluations kept from one contract to the next.
 *
 * Contracts of a batch are often of one form (json_form.h): the same terms with other ids,
 * amounts and rows. What is planned for one then holds for the next: rules are found,
 * tariffs and look-ups loaded, and where each column comes from is known. Such a contract
 * is not parsed; its parameters are bound, its rows priced and its components settled, by
 * the same code as ever.
 *
 * Kept evaluations give good results or none: of anything that is amiss the ordinary way
 * tells, which begins from the text. So there is one place that explains each problem.
 */
#ifndef RK_BATCH_KEPT_H
#define RK_BATCH_KEPT_H

#include "evaluate/evaluation.h"

/* Longer contracts are not kept, nor are more forms than these. */
#define RK__KEPT_MAX_BYTES ((size_t) 64 << 10)
#define RK__KEPT_FORMS     32
/* Nor more than so many of those that have served nobody yet: each is compared in vain. */
#define RK__KEPT_NEW 4

typedef struct rk__keeper rk__keeper;

rk__keeper *rk__keeper_new(void);
void rk__keeper_free(rk__keeper *keeper);

/* As rk__sha256, for less. */
void rk__keeper_sha256(const rk__keeper *keeper, const char *text, size_t length,
                       char out[RK__SHA256_TEXT]);

/* Evaluates a text that has the form of an earlier contract of the session and folder;
 * NULL where it has none, or where there is anything to be told of it. The evaluation, its
 * contract and its results hold until the keeper is used again. */
const rk__evaluation *rk__keeper_try(rk__keeper *keeper, const char *text, size_t length,
                                     const char *base_dir);
/* Evaluates a contract, all arrangements or the chosen one, and keeps it if that may
 * serve. The contract is taken over if this returns 0, and is else still the caller's. */
rk_status rk__keeper_evaluate(rk__keeper *keeper, rk_contract *contract, bool all,
                              const rk__evaluation **out, rk_problems *problems);

#endif
