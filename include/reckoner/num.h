/* SPDX-License-Identifier: MIT
 *
 * num.h: the type of an exact number.
 *
 * An rk_num is an exact rational of any size, immutable and owned by whoever hands it out:
 * the host while a rule runs (plugin.h), a result while an embedder reads it (ledger.h).
 * A rule computes with the functions of rk_host; an embedder prints and compares with
 * rk_num_fixed, rk_num_exact and rk_num_compare.
 */
#ifndef RECKONER_NUM_H
#define RECKONER_NUM_H

#ifdef __cplusplus
extern "C" {
#endif

/* It remembers how it was made, which is what `reckon explain` prints. NULL is "no value": a
 * rule's arithmetic on NULL gives NULL and fails the settlement as `rule-failed`, so a rule
 * checks optional values and may leave the rest to the host. */
typedef const struct rk_num_node *rk_num;

#ifdef __cplusplus
}
#endif
#endif
