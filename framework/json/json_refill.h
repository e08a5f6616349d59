/* SPDX-License-Identifier: MIT
 *
 * json_refill.h: reading one text after another into a document that is there.
 *
 * What one program writes has the same keys in the same order: only ids, amounts and rows
 * differ. If a text is the document's own, byte for byte, but for some values of the same
 * types, it is well-formed because the document was, and only those values change. Of any
 * other text nothing is said: rk__json_build reads it.
 *
 * Threads: belongs to one thread at a time.
 */
#pragma once

#include "json/json.h"

typedef struct rk__refill rk__refill;

/* Texts and numbers in these values may differ, and the number of rows of those that are
 * arrays of flat objects. The values are given in the order of the document, none inside
 * another; the document is changed from now on and outlives the refill. RK_CONFLICT if rows
 * are not all written like the first. */
rk_status rk__refill_new(rk__json *document, const rk__value *const *values, size_t n,
                         rk__refill **out);
void rk__refill_free(rk__refill *refill);

/* Gives the document the values of a text that is written like it; else false, and its values
 * have no meaning until the next time. They hold until then; places stay those of the
 * document's own text. */
bool rk__refill_read(rk__refill *refill, const char *text, size_t length);
