/* SPDX-License-Identifier: MIT
 *
 * profile.c: the stages of a row pass as a table. Nanoseconds a row are those of all
 * workers together, so that they add up to the work and not to the waiting.
 */
#include "rows/profile.h"

static void stage(rk__buf *out, const char *name, uint64_t spent, uint64_t rows)
{
    if (rows == 0 || spent == 0) {
        return;
    }
    const double each = (double) spent / (double) rows;
    rk__buf_printf(out, "  %-22s %9.2f %14.0f\n", name, each, 1e9 / each);
}

void rk__profile_print(rk__buf *out, const rk__profile *profile, const char *table, uint64_t rows,
                       const rk__pass_times *times, unsigned n_workers)
{
    const uint64_t now = rk__nanoseconds();
    rk__scan_times scan = {0};
    rk__pass_times pass = {0};
    for (unsigned i = 0; i < n_workers; i++) {
        scan.read += profile->scan[i].read;
        scan.split += profile->scan[i].split;
        scan.words += profile->scan[i].words;
        scan.numbers += profile->scan[i].numbers;
        pass.join += times[i].join;
        pass.price += times[i].price;
        pass.accumulate += times[i].accumulate;
        pass.rows += times[i].rows;
    }
    rk__buf_printf(out, "%s: %llu rows, %u thread%s, %.3f s\n", table, (unsigned long long) rows,
                   n_workers, n_workers == 1 ? "" : "s", (double) (now - profile->begun) / 1e9);
    rk__buf_printf(out, "  %-22s %9s %14s\n", "stage", "ns/row", "rows/s");
    stage(out, "read and digest", scan.read, rows);
    stage(out, "split", scan.split, rows);
    stage(out, "keys", scan.words, rows);
    stage(out, "numbers", scan.numbers, rows);
    stage(out, "joins", pass.join, rows);
    stage(out, "price and audit", pass.price, rows);
    stage(out, "accumulate", pass.accumulate, rows);
    stage(out, "rows written", pass.rows, rows);
    stage(out, "merge and order groups", now - profile->scanned, rows);
}
