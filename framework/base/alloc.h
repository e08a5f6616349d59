/* SPDX-License-Identifier: MIT
 *
 * alloc.h: the one place where the library takes memory from the system.
 *
 * Everything in framework/ allocates through these, so that a test can make the
 * n-th allocation fail (rk__alloc_fail_after). NULL means memory ran out; the
 * caller returns RK_NO_MEMORY. Sizes are checked for overflow.
 */
#ifndef RK_BASE_ALLOC_H
#define RK_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *rk__malloc(size_t size);
void *rk__calloc(size_t n, size_t size);
/* n elements of `size` bytes; frees nothing on failure. */
void *rk__realloc(void *p, size_t n, size_t size);
void rk__free(void *p);
char *rk__strdup(const char *s);

/* Zeroed memory of its own pages, large ones where it is large: for arrays that
 * are read and written here and there. Freed with its size. */
void *rk__pages_new(size_t size);
void rk__pages_free(void *p, size_t size);

/* Tests only: the allocation after `n` more successful ones fails, and each
 * after it; -1 turns this off. */
void rk__alloc_fail_after(long n);

/* Grows *items (of `size` bytes each) to hold at least `need`; doubles. 0 or -1. */
int rk__grow(void **items, size_t *capacity, size_t need, size_t size);

/* ------------------------------------------------------------------- arena
 * Memory that is freed together. Not thread-safe. */
#define RK__ARENA_ALIGN 16

/* Blocks of arenas that were disposed of, for those that come next: what one contract took
 * the next has at hand. Begins as {0}; of one thread, as all its arenas are. */
typedef struct rk__arena_spares {
    struct rk__arena_block *blocks;
    size_t n;
} rk__arena_spares;
void rk__arena_spares_dispose(rk__arena_spares *spares);

typedef struct rk__arena {
    struct rk__arena_block *block; /* in use, and those before it */
    unsigned char *at;             /* the room that is left in it */
    size_t left;
    unsigned char *dirty;     /* what lies before may hold anything */
    rk__arena_spares *spares; /* outlive it; or NULL */
} rk__arena;

/* An arena begins as {0}, or with `spares` alone. */
void *rk__arena_alloc(rk__arena *arena, size_t size); /* zeroed, 16-byte aligned */
char *rk__arena_copy(rk__arena *arena, const char *text, size_t length); /* adds a NUL */
char *rk__arena_strdup(rk__arena *arena, const char *text);              /* NULL gives NULL */
char *rk__arena_printf(rk__arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void rk__arena_dispose(rk__arena *arena);
/* Forgets everything but keeps one block for reuse. */
void rk__arena_reset(rk__arena *arena);
/* Bytes in use, and what was left of blocks when they were full. */
size_t rk__arena_used(const rk__arena *arena);

void *rk__arena_alloc_more(rk__arena *arena, size_t size); /* in a further block */
/* As rk__arena_alloc, but the memory may hold anything: for what is set in full at once. */
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

/* ------------------------------------------------------------- text builder
 * Grows as needed; begins as {0}. After an allocation failed, `failed` stays
 * set and further calls do nothing, so callers check once at the end. */
typedef struct rk__buf {
    char *text; /* NUL-terminated once anything was added; NULL before */
    size_t length, capacity;
    int failed;
} rk__buf;

/* Makes room for `length` more bytes and a NUL; false where memory ran out. */
bool rk__buf_grow(rk__buf *buf, size_t length);

/* Where `length` more bytes and a NUL have room; NULL where memory ran out. Who writes there
 * calls rk__buf_took next. */
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
void rk__buf_reset(rk__buf *buf); /* keeps the memory, and `failed` */
void rk__buf_dispose(rk__buf *buf);

#endif
