/* SPDX-License-Identifier: MIT
 *
 * alloc.c: allocation with a failure switch for tests, arenas, and the text buffer.
 */
#include "base/alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---------------------------------------------------------------- allocation */

/* The library's only mutable globals: how many more allocations succeed, or -1 for no limit,
 * and whether only one fails after that. Atomic because worker threads allocate too; relaxed
 * because nothing depends on their order. */
static atomic_long allocations_left = -1;
static atomic_bool fails_once;

static long set_limit(long n, bool once)
{
    atomic_store_explicit(&fails_once, once, memory_order_relaxed);
    return atomic_exchange_explicit(&allocations_left, n < 0 ? -1 : n, memory_order_relaxed);
}

long rk__alloc_fail_after(long n)
{
    return set_limit(n, false);
}

long rk__alloc_fail_once(long n)
{
    return set_limit(n, true);
}

static bool alloc_allowed(void)
{
    long left = atomic_load_explicit(&allocations_left, memory_order_relaxed);
    if (__builtin_expect(left < 0, 1))
        return true;
    while (left > 0) {
        if (atomic_compare_exchange_weak_explicit(&allocations_left, &left, left - 1,
                                                  memory_order_relaxed, memory_order_relaxed))
            return true;
        if (left < 0)
            return true;
    }
    if (atomic_load_explicit(&fails_once, memory_order_relaxed) &&
        !atomic_compare_exchange_strong_explicit(&allocations_left, &left, -1, memory_order_relaxed,
                                                 memory_order_relaxed))
        return true;
    errno = ENOMEM;
    return false;
}

/* A request for 0 bytes still returns a pointer, so that NULL always means out of memory. */
static size_t at_least_one(size_t size)
{
    return size ? size : 1;
}

/* The size of `n` elements; false if it overflows. */
static bool size_of(size_t n, size_t size, size_t *bytes)
{
    if (!__builtin_mul_overflow(n, size, bytes))
        return true;
    errno = ENOMEM;
    return false;
}

void *rk__malloc(size_t size)
{
    return alloc_allowed() ? malloc(at_least_one(size)) : NULL;
}

/* Up to this size malloc reuses a chunk that was just freed (its thread cache); calloc does not. */
#define SMALL_CHUNK ((size_t) 1000)

void *rk__calloc(size_t n, size_t size)
{
    size_t bytes;
    if (!size_of(n, size, &bytes) || !alloc_allowed())
        return NULL;
    if (bytes > SMALL_CHUNK)
        return calloc(1, bytes);
    /* Keeps the compiler from turning malloc and memset back into calloc. */
    void *p = realloc(NULL, at_least_one(bytes));
    return p ? memset(p, 0, bytes) : NULL;
}

void *rk__realloc(void *p, size_t n, size_t size)
{
    size_t bytes;
    return size_of(n, size, &bytes) && alloc_allowed() ? realloc(p, at_least_one(bytes)) : NULL;
}

void rk__free(void *p)
{
    free(p);
}

char *rk__strdup(const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = rk__malloc(size);
    return copy ? memcpy(copy, s, size) : NULL;
}

#define LARGE_PAGE ((size_t) 2 << 20)
/* Smaller requests come from the heap: one system call costs more than a small contract does. */
#define PAGES_LEAST ((size_t) 128 << 10)

/* Allocates more than needed, so that the part kept can start at a large-page boundary. */
void *rk__pages_new(size_t size)
{
    if (size < PAGES_LEAST)
        return rk__calloc(1, size);
    const size_t more = size >= LARGE_PAGE ? LARGE_PAGE : 0;
    if (size > SIZE_MAX - 2 * LARGE_PAGE || !alloc_allowed())
        return NULL;
    char *p = mmap(NULL, size + more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (more > 0) {
        const size_t before = (LARGE_PAGE - (uintptr_t) p % LARGE_PAGE) % LARGE_PAGE;
        const size_t page = (size_t) sysconf(_SC_PAGESIZE);
        const size_t kept = (before + size + page - 1) / page * page;
        if (before > 0)
            munmap(p, before);
        if (kept < size + more)
            munmap(p + kept, size + more - kept);
        p += before;
        (void) madvise(p, size, MADV_HUGEPAGE); /* without it, only slower */
    }
    return p;
}

void rk__pages_free(void *p, size_t size)
{
    if (size < PAGES_LEAST)
        rk__free(p);
    else if (p != NULL)
        munmap(p, size);
}

int rk__grow(void **items, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return 0;
    size_t room = *capacity ? *capacity : 8;
    while (room < need) {
        if (__builtin_mul_overflow(room, (size_t) 2, &room))
            room = need;
    }
    void *grown = rk__realloc(*items, room, size);
    if (!grown)
        return -1;
    *items = grown;
    *capacity = room;
    return 0;
}

/* --------------------------------------------------------------------- arena */

#define ARENA_FIRST        (SMALL_CHUNK - sizeof(struct rk__arena_block))
#define ARENA_FIRST_BLOCKS 4
#define ARENA_SMALL_MAX    ((size_t) 64 << 10)
#define ARENA_BLOCK_MAX    ((size_t) 4 << 20)

/* Blocks form a list from the current one to the oldest. A large block is zero (from calloc)
 * where nothing was handed out yet, so a large zeroed request touches no page before its owner
 * does. A small block may hold anything. */
struct rk__arena_block {
    struct rk__arena_block *next;
    size_t size;
    _Alignas(RK__ARENA_ALIGN) unsigned char bytes[];
};

static void arena_use(rk__arena *arena, struct rk__arena_block *block, unsigned char *dirty)
{
    arena->block = block;
    arena->at = block->bytes;
    arena->left = block->size;
    arena->dirty = dirty;
}

/* A few blocks of the smallest size, then each four times the previous one, or large enough for
 * several requests like this one. */
static size_t next_size(const struct rk__arena_block *current, size_t need)
{
    size_t size = current ? current->size : 0;
    int n = 0;
    for (const struct rk__arena_block *b = current; b && n < ARENA_FIRST_BLOCKS; b = b->next)
        n++;
    if (size <= ARENA_FIRST)
        size = n < ARENA_FIRST_BLOCKS ? ARENA_FIRST : ARENA_FIRST * 4;
    else
        size = size < ARENA_BLOCK_MAX / 4 ? size * 4 : ARENA_BLOCK_MAX;
    return need > size && need <= ARENA_SMALL_MAX / 4 ? need * 4 : size;
}

/* Spare blocks that are kept, and their sizes; larger ones are freed. */
#define SPARE_BLOCKS    8
#define SPARE_BLOCK_MAX ((size_t) 256 << 10)

static struct rk__arena_block *take_spare(rk__arena_spares *spares, size_t need)
{
    struct rk__arena_block **at = spares != NULL ? &spares->blocks : NULL;
    while (at != NULL && *at != NULL) {
        struct rk__arena_block *block = *at;
        if (block->size >= need) {
            *at = block->next;
            spares->n--;
            return block;
        }
        at = &block->next;
    }
    return NULL;
}

static void keep_spare(rk__arena_spares *spares, struct rk__arena_block *block)
{
    if (spares->n == SPARE_BLOCKS || block->size > SPARE_BLOCK_MAX) {
        rk__free(block);
        return;
    }
    block->next = spares->blocks;
    spares->blocks = block;
    spares->n++;
}

void rk__arena_spares_dispose(rk__arena_spares *spares)
{
    while (spares->blocks) {
        struct rk__arena_block *next = spares->blocks->next;
        rk__free(spares->blocks);
        spares->blocks = next;
    }
    spares->n = 0;
}

/* Usable space at the start of a new block. */
static unsigned char *arena_add_block(rk__arena *arena, size_t need)
{
    struct rk__arena_block *spare = take_spare(arena->spares, need);
    if (spare) {
        spare->next = arena->block;
        arena_use(arena, spare, spare->bytes + spare->size);
        arena->at += need;
        arena->left -= need;
        return spare->bytes;
    }
    struct rk__arena_block *current = arena->block;
    const size_t usual = next_size(current, need);
    const bool oversize = need > usual;
    const size_t size = oversize ? need : usual;
    if (size > SIZE_MAX - sizeof *current) {
        errno = ENOMEM;
        arena->failed = true;
        return NULL;
    }
    const bool small = !oversize && size <= ARENA_SMALL_MAX;
    struct rk__arena_block *block =
        small ? rk__malloc(sizeof *block + size) : rk__calloc(1, sizeof *block + size);
    if (!block) {
        arena->failed = true;
        return NULL;
    }
    block->size = size;
    /* A block filled by one request goes behind the current block, which still has space for
     * small requests. */
    if (oversize && current) {
        block->next = current->next;
        current->next = block;
    } else {
        block->next = current;
        arena_use(arena, block, small ? block->bytes + size : block->bytes);
        arena->at += need;
        arena->left -= need;
    }
    return block->bytes;
}

void *rk__arena_alloc_more(rk__arena *arena, size_t size)
{
    return arena_add_block(arena, size);
}

void *rk__arena_alloc(rk__arena *arena, size_t size)
{
    const unsigned char *const before = arena->at;
    unsigned char *room = rk__arena_alloc_uninit(arena, size);
    /* Zeroes memory that came from a current block; passes NULL through. */
    if (arena->at != before && room < arena->dirty) {
        const size_t old = (size_t) (arena->dirty - room);
        memset(room, 0, old < size ? old : size);
    }
    return room;
}

char *rk__arena_copy(rk__arena *arena, const char *text, size_t length)
{
    char *copy = (char *) arena->at;
    if (length < arena->left) {
        arena->at += length + 1;
        arena->left -= length + 1;
    } else if (length < SIZE_MAX) {
        copy = (char *) arena_add_block(arena, length + 1);
    } else {
        errno = ENOMEM;
        arena->failed = true;
        copy = NULL;
    }
    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *rk__arena_strdup(rk__arena *arena, const char *text)
{
    return text ? rk__arena_copy(arena, text, strlen(text)) : NULL;
}

char *rk__arena_printf(rk__arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char small[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    char *text = NULL;
    if (length >= 0 && (size_t) length < sizeof small) {
        text = rk__arena_copy(arena, small, (size_t) length);
    } else if (length >= 0) {
        text = rk__arena_alloc_uninit(arena, (size_t) length + 1);
        if (text)
            vsnprintf(text, (size_t) length + 1, format, again);
    }
    va_end(again);
    return text;
}

void rk__arena_dispose(rk__arena *arena)
{
    rk__arena_spares *const spares = arena->spares;
    struct rk__arena_block *block = arena->block;
    while (block) {
        struct rk__arena_block *next = block->next;
        if (spares && block->size > ARENA_FIRST)
            keep_spare(spares, block);
        else
            rk__free(block);
        block = next;
    }
    *arena = (rk__arena){.spares = spares};
}

/* Keeps the largest block, so that an arena that is reset again and again soon has one block
 * that fits everything; does not keep one made for a single huge request. */
void rk__arena_reset(rk__arena *arena)
{
    const struct rk__arena_block *const current = arena->block;
    unsigned char *dirty = arena->at > arena->dirty ? arena->at : arena->dirty;
    struct rk__arena_block *keep = NULL, *block = arena->block;
    while (block) {
        struct rk__arena_block *next = block->next;
        bool better = block->size <= ARENA_BLOCK_MAX && (!keep || block->size > keep->size);
        rk__free(better ? keep : block);
        if (better)
            keep = block;
        block = next;
    }
    *arena = (rk__arena){.spares = arena->spares};
    if (keep) {
        keep->next = NULL;
        arena_use(arena, keep, keep == current ? dirty : keep->bytes + keep->size);
    }
}

size_t rk__arena_used(const rk__arena *arena)
{
    size_t used = 0;
    for (const struct rk__arena_block *b = arena->block; b; b = b->next)
        used += b->size;
    return used - arena->left;
}

/* -------------------------------------------------------------- text builder */

bool rk__buf_grow(rk__buf *buf, size_t length)
{
    if (buf->failed)
        return false;
    size_t need;
    void *text = buf->text;
    if (__builtin_add_overflow(buf->length, length, &need) ||
        __builtin_add_overflow(need, (size_t) 1, &need) ||
        rk__grow(&text, &buf->capacity, need < 64 ? 64 : need, 1) != 0) {
        buf->failed = 1;
        return false;
    }
    buf->text = text;
    return true;
}

void rk__buf_printf(rk__buf *buf, const char *format, ...)
{
    if (!rk__buf_grow(buf, 0))
        return;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = buf->capacity - buf->length;
    int length = vsnprintf(buf->text + buf->length, room, format, args);
    va_end(args);
    if (length < 0) {
        buf->failed = 1;
    } else if ((size_t) length < room) {
        buf->length += (size_t) length;
    } else if (rk__buf_grow(buf, (size_t) length)) {
        vsnprintf(buf->text + buf->length, (size_t) length + 1, format, again);
        buf->length += (size_t) length;
    }
    va_end(again);
    buf->text[buf->length] = '\0';
}

void rk__buf_reset(rk__buf *buf)
{
    buf->length = 0;
    if (buf->text)
        buf->text[0] = '\0';
}

void rk__buf_dispose(rk__buf *buf)
{
    rk__free(buf->text);
    *buf = (rk__buf){0};
}

bool rk__texts_add_once(rk__arena *arena, const char ***list, size_t *n, size_t *capacity,
                        const char *text)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp((*list)[i], text) == 0) {
            return true;
        }
    }
    const char *kept = rk__arena_strdup(arena, text);
    if (kept == NULL || rk__grow((void **) list, capacity, *n + 1, sizeof **list) != 0) {
        return false;
    }
    (*list)[(*n)++] = kept;
    return true;
}
