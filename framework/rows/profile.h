/* SPDX-License-Identifier: MIT
 *
 * profile.h: what the stages of a row pass took.
 */
#pragma once

#include "base/clock.h"
#include "scan/scan.h"

/* Nanoseconds of one worker, beside those of its scan. */
typedef struct rk__pass_times {
    uint64_t join, price, accumulate, rows;
} rk__pass_times;

typedef struct rk__profile {
    bool wanted;
    uint64_t begun;       /* of the pass */
    rk__scan_times *scan; /* by worker */
    uint64_t scanned;     /* when the scan had ended */
} rk__profile;

/* Adds the time since *then to a counter, and begins again. */
static inline void rk__lap(bool wanted, uint64_t *counter, uint64_t *then)
{
    if (wanted) {
        const uint64_t now = rk__nanoseconds();
        *counter += now - *then;
        *then = now;
    }
}

/* The table of a pass, as text. */
void rk__profile_print(rk__buf *out, const rk__profile *profile, const char *table, uint64_t rows,
                       const rk__pass_times *times, unsigned n_workers);
