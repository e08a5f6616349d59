/* SPDX-License-Identifier: MIT
 *
 * digest.h: SHA-256 and XXH3.
 */
#pragma once

#include "base/alloc.h"

/* Lower-case hexadecimal with a NUL; "" if out of memory. */
#define RK__SHA256_TEXT 65
#define RK__XXH3_TEXT   33

typedef struct rk__sha256_maker rk__sha256_maker;
typedef struct rk__xxh3 rk__xxh3;

void rk__sha256(const void *data, size_t length, char out[RK__SHA256_TEXT]);
rk__sha256_maker *rk__sha256_maker_new(void);
void rk__sha256_maker_free(rk__sha256_maker *maker);
void rk__sha256_make(rk__sha256_maker *maker, const void *data, size_t length,
                     char out[RK__SHA256_TEXT]);
/* Digest of a whole file; 0, or -1 with errno set. */
int rk__sha256_file(const char *path, char out[RK__SHA256_TEXT]);
rk__xxh3 *rk__xxh3_new(void);
void rk__xxh3_add(rk__xxh3 *state, const void *data, size_t length);
void rk__xxh3_text(const rk__xxh3 *state, char out[RK__XXH3_TEXT]);
void rk__xxh3_free(rk__xxh3 *state);
