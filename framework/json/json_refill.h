/* SPDX-License-Identifier: MIT
 *
 * json_refill.h: reading one text after another into the same document.
 *
 * What one program writes has the same keys in the same order: only ids, amounts and rows differ.
 * If a text is the document's own, byte for byte, but for some values of the same types, it is
 * well-formed because the document was, and only those values change. Any other text is left to
 * rk__json_build.
 *
 * Threads: belongs to one thread at a time.
 */
#pragma once

#include "json/json.h"

typedef struct rk__refill rk__refill;

/* These values may differ: texts, numbers, and the rows of arrays of flat objects, whose number may
 * differ too. Give them in the order of the document, none inside another. The document changes
 * from now on, and must outlive the refill. RK_CONFLICT if rows are not all written like the first.
 */
rk_status rk__refill_new(rk__json *document, const rk__value *const *values, size_t n,
                         rk__refill **out);
void rk__refill_free(rk__refill *refill);

/* Gives the document the values of a text that is written like it; they are valid until the next
 * call. False if it is not; the values are then undefined until the next call. Places stay those of
 * the document's own text. */
bool rk__refill_read(rk__refill *refill, const char *text, size_t length);
