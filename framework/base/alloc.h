/* SPDX-License-Identifier: MIT
 *
 * alloc.h: the one place where the library takes memory from the system.
 *
 * Everything in framework/ allocates through these, so that a test can make the
 * n-th allocation fail (rk__alloc_fail_after, rk__alloc_fail_once). NULL means out of memory; the
 * caller returns RK_NO_MEMORY. Sizes are checked for overflow.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *rk__malloc(size_t size);
void *rk__calloc(size_t n, size_t size);
/* Resizes to n elements of `size` bytes; on failure the old memory stays valid. */
void *rk__realloc(void *p, size_t n, size_t size);
void rk__free(void *p);
char *rk__strdup(const char *s);

/* Zeroed memory in pages of its own, large pages if possible: for big arrays with random access.
 * Free it with the same size. */
void *rk__pages_new(size_t size);
void rk__pages_free(void *p, size_t size);

/* Tests only: the allocation after `n` more successful ones fails, and each
 * after it; -1 turns this off. Returns how many of the limit before were left, -1 if there
 * was none or a single failure has happened. */
long rk__alloc_fail_after(long n);
/* As rk__alloc_fail_after, but one allocation fails and those after it succeed. */
long rk__alloc_fail_once(long n);

/* Grows *items (of `size` bytes each) to hold at least `need`; doubles. 0 or -1. */
int rk__grow(void **items, size_t *capacity, size_t need, size_t size);

/* ------------------------------------------------------------------- arena
 *
 * Memory that is freed together. Not thread-safe. */
#define RK__ARENA_ALIGN 16

/* Blocks of disposed arenas, kept for the next ones. Starts as {0}; belongs to one thread, like
 * all arenas that use it. */
typedef struct rk__arena_spares {
    struct rk__arena_block *blocks;
    size_t n;
} rk__arena_spares;
void rk__arena_spares_dispose(rk__arena_spares *spares);

typedef struct rk__arena {
    struct rk__arena_block *block; /* the current one, linked to those before */
    unsigned char *at;             /* the free space in it */
    size_t left;
    unsigned char *dirty;     /* bytes below this may hold anything */
    rk__arena_spares *spares; /* outlive the arena; or NULL */
    bool failed;
} rk__arena;

/* Starts as {0}, or with only `spares` set. After a failed allocation `failed` stays set until
 * the arena is reset or disposed, so callers that keep many texts check once at the end. */
void *rk__arena_alloc(rk__arena *arena, size_t size); /* zeroed, 16-byte aligned */
char *rk__arena_copy(rk__arena *arena, const char *text, size_t length); /* adds a NUL */
char *rk__arena_strdup(rk__arena *arena, const char *text);              /* NULL gives NULL */
char *rk__arena_printf(rk__arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void rk__arena_dispose(rk__arena *arena);
/* Frees everything but one block, which is reused. */
void rk__arena_reset(rk__arena *arena);
/* Bytes in use, including what was left over in full blocks. */
size_t rk__arena_used(const rk__arena *arena);

void *rk__arena_alloc_more(rk__arena *arena, size_t size); /* from a new block */
/* Like rk__arena_alloc but not zeroed: for memory that the caller overwrites at once. */
static inline void *rk__arena_alloc_uninit(rk__arena *arena, size_t size)
{
    const size_t need = size > 0 ? size : 1;
    const size_t padding = (0 - (uintptr_t) arena->at) % RK__ARENA_ALIGN;
    if (__builtin_expect(need > arena->left || padding > arena->left - need, 0)) {
        return rk__arena_alloc_more(arena, need);
    }
    unsigned char *const room = arena->at + padding;
    arena->at = room + need;
    arena->left -= padding + need;
    return room;
}

/* ------------------------------------------------------------- text buffer
 *
 * Grows as needed; starts as {0}. After a failed allocation `failed` stays set and further calls
 * do nothing, so callers check once at the end. */
typedef struct rk__buf {
    char *text; /* NUL-terminated once anything was added; NULL before */
    size_t length, capacity;
    int failed;
} rk__buf;

/* Makes space for `length` more bytes and a NUL; false if out of memory. */
bool rk__buf_grow(rk__buf *buf, size_t length);

/* Returns where `length` more bytes and a NUL fit, or NULL if out of memory. Call rk__buf_commit
 * after writing there. */
static inline char *rk__buf_reserve(rk__buf *buf, size_t length)
{
    const bool room = !buf->failed && length < buf->capacity - buf->length;
    return room || rk__buf_grow(buf, length) ? buf->text + buf->length : NULL;
}

static inline void rk__buf_commit(rk__buf *buf, size_t length)
{
    buf->length += length;
    buf->text[buf->length] = '\0';
}

static inline void rk__buf_add(rk__buf *buf, const char *text, size_t length)
{
    char *to = rk__buf_reserve(buf, length);
    if (to != NULL) {
        if (length > 0) {
            memcpy(to, text, length);
        }
        rk__buf_commit(buf, length);
    }
}

static inline void rk__buf_puts(rk__buf *buf, const char *text)
{
    rk__buf_add(buf, text, strlen(text));
}

static inline void rk__buf_putc(rk__buf *buf, char c)
{
    char *to = rk__buf_reserve(buf, 1);
    if (to != NULL) {
        *to = c;
        rk__buf_commit(buf, 1);
    }
}

void rk__buf_printf(rk__buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rk__buf_reset(rk__buf *buf); /* keeps the memory and `failed` */
void rk__buf_dispose(rk__buf *buf);

/* Adds a copy of a text, of the arena, to a list that rk__grow grows, unless it is in it.
 * False if out of memory. */
bool rk__texts_add_once(rk__arena *arena, const char ***list, size_t *n, size_t *capacity,
                        const char *text);
