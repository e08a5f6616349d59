/* SPDX-License-Identifier: MIT
 *
 * draw.c: random numbers by a counter, so that a draw is the same whichever thread, and in
 * whichever order, makes it: Philox4x32-10.
 *
 * Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC11), 2011.
 */
#include "questions/sensitivity.h"

#define ROUNDS 10

uint64_t rk__draw(uint64_t seed, uint64_t draw, uint32_t item)
{
    uint32_t c[4] = {(uint32_t) draw, (uint32_t) (draw >> 32), item, 0};
    uint32_t k[2] = {(uint32_t) seed, (uint32_t) (seed >> 32)};
    for (int i = 0; i < ROUNDS; i++) {
        const uint64_t a = (uint64_t) 0xD2511F53 * c[0];
        const uint64_t b = (uint64_t) 0xCD9E8D57 * c[2];
        const uint32_t next[4] = {(uint32_t) (b >> 32) ^ c[1] ^ k[0], (uint32_t) b,
                                  (uint32_t) (a >> 32) ^ c[3] ^ k[1], (uint32_t) a};
        for (int j = 0; j < 4; j++) {
            c[j] = next[j];
        }
        k[0] += 0x9E3779B9;
        k[1] += 0xBB67AE85;
    }
    return (uint64_t) c[1] << 32 | c[0];
}
