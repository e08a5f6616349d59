/* SPDX-License-Identifier: MIT
 *
 * texts.h: the memory that lines of contracts are read into.
 *
 * A block is freed with the last that uses it: the source that reads into it, the
 * contracts whose texts lie in it, the workers that were told of those. Most blocks lie in
 * memory that workers can read, and that nobody can change but the process that made it:
 * what a worker is sent of a contract there is its place.
 */
#ifndef RK_BATCH_TEXTS_H
#define RK_BATCH_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RK__TEXTS_BLOCKS 64
#define RK__TEXTS_BLOCK  ((size_t) 256 << 10)
#define RK__TEXTS_BYTES  (RK__TEXTS_BLOCKS * RK__TEXTS_BLOCK)

typedef struct rk__batch_block {
    struct rk__texts *texts; /* whose block it is; NULL: of the heap */
    size_t uses;
    size_t capacity; /* and one byte more, for a NUL */
    char *text;
} rk__batch_block;

/* Begins as {.fd = -1}, which shares nothing. */
typedef struct rk__texts {
    int fd; /* for workers to map; -1: none */
    char *base;
    uint64_t taken; /* a bit a block */
    rk__batch_block blocks[RK__TEXTS_BLOCKS];
} rk__texts;

/* Where the system has no such memory all blocks are of the heap. */
void rk__texts_share(rk__texts *texts);
void rk__texts_close(rk__texts *texts);

/* A block of at least so many bytes, of the heap where it is large or all others are in use;
 * NULL where memory ran out. It has one use, the caller's. */
rk__batch_block *rk__texts_block(rk__texts *texts, size_t capacity);
void rk__block_release(rk__batch_block *block); /* NULL is fine */

#define RK__TEXT_IS_ELSEWHERE UINT64_MAX
/* Where in the shared memory a text of the block lies. */
uint64_t rk__block_place(const rk__batch_block *block, const char *text);

/* The worker's side: maps what the descriptor stands for; NULL where it cannot. */
const char *rk__texts_map(int fd);

#endif
