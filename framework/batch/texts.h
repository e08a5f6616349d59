/* SPDX-License-Identifier: MIT
 *
 * texts.h: blocks of memory that lines of contracts are read into.
 *
 * A block has reference counts: of the source that reads into it, of the contracts whose text
 * it has, and of the workers that were given those contracts. Most blocks are in shared memory,
 * which workers can map but not write, so a worker is sent only the place of a text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RK__TEXTS_BLOCKS 64
#define RK__TEXTS_BLOCK  ((size_t) 256 << 10)
#define RK__TEXTS_BYTES  (RK__TEXTS_BLOCKS * RK__TEXTS_BLOCK)

typedef struct rk__batch_block {
    struct rk__texts *texts; /* the owner; NULL: allocated on the heap */
    size_t uses;
    size_t capacity; /* without one more byte for a NUL */
    char *text;
} rk__batch_block;

/* Starts as {.fd = -1}, which shares nothing. */
typedef struct rk__texts {
    int fd; /* for workers to map; -1: none */
    char *base;
    uint64_t taken; /* a bit for each block */
    rk__batch_block blocks[RK__TEXTS_BLOCKS];
} rk__texts;

/* Creates the shared memory. If the system has none, all blocks are allocated on the heap. */
void rk__texts_share(rk__texts *texts);
void rk__texts_close(rk__texts *texts);

/* A block of at least `capacity` bytes with one reference; on the heap if it is large or all
 * shared ones are in use. NULL if memory runs out. */
rk__batch_block *rk__texts_block(rk__texts *texts, size_t capacity);
void rk__block_release(rk__batch_block *block); /* NULL is fine */

#define RK__TEXT_IS_ELSEWHERE UINT64_MAX
/* The place of a text of the block in the shared memory. */
uint64_t rk__block_place(const rk__batch_block *block, const char *text);

/* For workers: maps the shared memory; NULL on failure. */
const char *rk__texts_map(int fd);
