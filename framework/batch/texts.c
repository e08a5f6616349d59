/* SPDX-License-Identifier: MIT
 *
 * texts.c: blocks in memory that is shared with workers, or on the heap.
 */
#include "batch/texts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

/* From <linux/fcntl.h>; missing in older C libraries. */
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

void rk__texts_share(rk__texts *texts)
{
    const int fd = memfd_create("reckon-contracts", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
    char *base = MAP_FAILED;
    if (fd >= 0 && ftruncate(fd, (off_t) RK__TEXTS_BYTES) == 0) {
        base = mmap(NULL, RK__TEXTS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    /* From now on no other writable mapping can be made. */
    if (base != MAP_FAILED && fcntl(fd, F_ADD_SEALS, seals) == 0) {
        texts->fd = fd;
        texts->base = base;
        return;
    }
    if (base != MAP_FAILED) {
        (void) munmap(base, RK__TEXTS_BYTES);
    }
    if (fd >= 0) {
        (void) close(fd);
    }
}

void rk__texts_close(rk__texts *texts)
{
    if (texts->fd >= 0) {
        (void) munmap(texts->base, RK__TEXTS_BYTES);
        (void) close(texts->fd);
    }
    *texts = (rk__texts){.fd = -1};
}

rk__batch_block *rk__texts_block(rk__texts *texts, size_t capacity)
{
    rk__batch_block *block = NULL;
    if (texts->fd >= 0 && capacity < RK__TEXTS_BLOCK && ~texts->taken != 0) {
        /* The first free one, so that few pages are used. */
        const int i = __builtin_ctzll(~texts->taken);
        texts->taken |= UINT64_C(1) << i;
        block = &texts->blocks[i];
        *block = (rk__batch_block){.texts = texts,
                                   .capacity = RK__TEXTS_BLOCK - 1,
                                   .text = texts->base + (size_t) i * RK__TEXTS_BLOCK};
    } else if (capacity < SIZE_MAX - sizeof *block) {
        block = rk__malloc(sizeof *block + capacity + 1);
        if (block != NULL) {
            *block = (rk__batch_block){.capacity = capacity, .text = (char *) (block + 1)};
        }
    }
    if (block != NULL) {
        block->uses = 1;
    }
    return block;
}

void rk__block_release(rk__batch_block *block)
{
    if (block == NULL || --block->uses > 0) {
        return;
    }
    if (block->texts != NULL) {
        block->texts->taken &= ~(UINT64_C(1) << (block - block->texts->blocks));
    } else {
        rk__free(block);
    }
}

uint64_t rk__block_place(const rk__batch_block *block, const char *text)
{
    return block != NULL && block->texts != NULL ? (uint64_t) (text - block->texts->base)
                                                 : RK__TEXT_IS_ELSEWHERE;
}

const char *rk__texts_map(int fd)
{
    struct stat found;
    if (fstat(fd, &found) != 0 || found.st_size != (off_t) RK__TEXTS_BYTES) {
        return NULL;
    }
    const char *base = mmap(NULL, RK__TEXTS_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    return base != MAP_FAILED ? base : NULL;
}
