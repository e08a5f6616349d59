/* SPDX-License-Identifier: MIT
 *
 * dict.h: interned text: distinct texts numbered from 0 in order of first use.
 *
 * Not thread-safe; each worker has its own.
 */
#pragma once

#include "base/alloc.h"

typedef struct rk__dict rk__dict;

#define RK__DICT_MAX 0x7ffffff0

rk__dict *rk__dict_new(void);
void rk__dict_free(rk__dict *dict);
/* The number of a text, added if new; -1 if out of memory or the dictionary already has
 * RK__DICT_MAX texts. */
int32_t rk__dict_intern(rk__dict *dict, const char *text, size_t length);
/* The number of a text; -1 if it is not in the dictionary. */
int32_t rk__dict_find(const rk__dict *dict, const char *text, size_t length);
int32_t rk__dict_count(const rk__dict *dict);
/* Valid until the dictionary is freed; NUL-terminated. NULL if no text has this number. */
const char *rk__dict_text(const rk__dict *dict, int32_t code, size_t *length);
