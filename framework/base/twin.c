/* SPDX-License-Identifier: MIT
 *
 * twin.c: memory that is mapped twice, in slabs of equal blocks.
 */
#include "base/twin.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"

/* A block holds a column of a batch: eight bytes and a byte for each of 1,024 rows. */
#define BLOCK ((size_t) 12 << 10)
#define SLAB  ((size_t) 64 * BLOCK)
/* Slabs that are never unmapped, so that a signal handler can look through them. */
#define SLABS 512

typedef struct slab {
    unsigned char *mine, *theirs;
    uint64_t taken; /* a bit for each block */
} slab;

static slab slabs[SLABS];
static atomic_size_t n_slabs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Maps new memory twice; false if the system gives none. Needs no descriptor, so that a confined
 * process can too: of length 0, mremap maps shared memory once more. */
static bool map_twice(slab *out)
{
    unsigned char *const mine =
        mmap(NULL, SLAB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned char *const theirs =
        mine != MAP_FAILED ? mremap(mine, 0, SLAB, MREMAP_MAYMOVE) : MAP_FAILED;
    const bool mapped = theirs != MAP_FAILED && mprotect(theirs, SLAB, PROT_READ) == 0;
    if (!mapped && mine != MAP_FAILED) {
        (void) munmap(mine, SLAB);
    }
    if (!mapped && theirs != MAP_FAILED) {
        (void) munmap(theirs, SLAB);
    }
    *out = (slab){.mine = mapped ? mine : NULL, .theirs = mapped ? theirs : NULL};
    return mapped;
}

/* A row is at the same offset in each column, so blocks that all began at a page boundary would
 * compete for the same few sets of the processor's cache. Each block begins some cache lines later
 * than the one before. */
#define LINE    ((size_t) 64)
#define STAGGER ((size_t) 5 * LINE)

static size_t start_of(int block, size_t size)
{
    const size_t room = (BLOCK - size) / LINE * LINE + LINE;
    return (size_t) block * STAGGER % room;
}

static bool take_block(size_t size, rk__twin *out)
{
    const size_t n = atomic_load_explicit(&n_slabs, memory_order_relaxed);
    for (size_t i = 0; i <= n && i < SLABS; i++) {
        if (i == n) {
            if (!map_twice(&slabs[i])) {
                return false;
            }
            atomic_store_explicit(&n_slabs, n + 1, memory_order_release);
        }
        if (slabs[i].taken != UINT64_MAX) {
            const int block = __builtin_ctzll(~slabs[i].taken);
            slabs[i].taken |= UINT64_C(1) << block;
            const size_t at = (size_t) block * BLOCK + start_of(block, size);
            out->mine = slabs[i].mine + at;
            out->theirs = slabs[i].theirs + at;
            return true;
        }
    }
    return false;
}

bool rk__twin_take(size_t size, rk__twin *out)
{
    *out = (rk__twin){.size = size};
    if (size <= BLOCK) {
        (void) pthread_mutex_lock(&lock);
        out->guarded = take_block(size, out);
        (void) pthread_mutex_unlock(&lock);
    }
    if (out->guarded) {
        memset(out->mine, 0, size);
        return true;
    }
    out->mine = rk__calloc(1, size > 0 ? size : 1);
    out->theirs = out->mine;
    return out->mine != NULL;
}

void rk__twin_give(rk__twin *twin)
{
    if (!twin->guarded) {
        rk__free(twin->mine);
    }
    (void) pthread_mutex_lock(&lock);
    for (size_t i = 0; twin->guarded && i < atomic_load(&n_slabs); i++) {
        const size_t at = (size_t) ((uintptr_t) twin->mine - (uintptr_t) slabs[i].mine);
        if (at < SLAB) {
            slabs[i].taken &= ~(UINT64_C(1) << (at / BLOCK));
            break;
        }
    }
    (void) pthread_mutex_unlock(&lock);
    *twin = (rk__twin){0};
}

bool rk__twin_is_theirs(const void *address)
{
    const size_t n = atomic_load_explicit(&n_slabs, memory_order_acquire);
    for (size_t i = 0; i < n; i++) {
        if ((uintptr_t) address - (uintptr_t) slabs[i].theirs < SLAB) {
            return true;
        }
    }
    return false;
}
