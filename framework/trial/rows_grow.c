/* SPDX-License-Identifier: MIT
 *
 * rows_grow.c: rows in which one number grows tenfold, again and again. While an amount grows with
 * it in proportion, the next must do so too, change by a rule's own terms or end as an overflow.
 * One that turns its sign, starts again at zero or stays where an integer of 32 or 64 bits ends
 * has wrapped or was clamped.
 */
#include <math.h>
#include <string.h>

#include "trial/rows.h"

#define DECADES    20
#define MOST_LOOKS 12 /* breaks looked at of a column of a case */
#define ROUNDING   2e4L

typedef struct point {
    int64_t v;
    long double amount;
} point;

static bool near(long double a, long double b, long double part, long double slack)
{
    return fabsl(a - b) <= part * fabsl(b) + slack;
}

/* What the line through two points comes to. */
static long double line_at(const point *a, const point *b, int64_t v)
{
    return a->amount + (b->amount - a->amount) * (((long double) v - (long double) a->v) /
                                                  ((long double) b->v - (long double) a->v));
}

/* Whether an amount is where an integer of some width ends, in any decimal unit. */
static bool at_an_end(long double amount, long double part, bool whole_range)
{
    static const long double ends[] = {9223372036854775807.0L, 2147483647.0L,
                                       18446744073709551615.0L, 4294967295.0L};
    bool is = false;
    for (size_t i = whole_range ? 2 : 0; i < sizeof ends / sizeof *ends; i++) {
        long double end = ends[i] / 1e18L;
        /* NOLINTNEXTLINE(cert-flp30-c): it only steps beside the loop. */
        for (int unit = -18; unit <= 18; unit++, end *= 10) {
            is |= near(fabsl(amount), end, part, 0);
        }
    }
    return is;
}

/* An amount in millionths; false if the row is not priced. */
static bool amount_at(harness *h, const arrays *a, size_t k, size_t row, int64_t v,
                      long double *amount)
{
    const int64_t before = h->v[k][row];
    outcome got;
    h->v[k][row] = v;
    const bool priced = rk__trial_price(h, a, &row, 1, false, &got) == 0;
    h->v[k][row] = before;
    *amount = (long double) got.amount / (h->exact ? 1e6L : 1);
    return priced && got.status == RK_ROW_PRICED;
}

/* Looks for where between `b` and `end` a row leaves the line through `a` and `b`; what is wrong
 * there, or NULL. */
static const char *look(harness *h, const arrays *own, size_t k, size_t row, const point *a,
                        const point *b, const point *end)
{
    const long double zero = line_at(a, b, 0);
    point on = *b;
    point off = *end;
    while (off.v - on.v > 1 || on.v - off.v > 1) {
        point middle = {.v = on.v + (off.v - on.v) / 2};
        if (!amount_at(h, own, k, row, middle.v, &middle.amount)) {
            return NULL;
        }
        *(near(middle.amount, line_at(a, b, middle.v), 0.02L, ROUNDING) ? &on : &off) = middle;
    }
    const long double last = on.amount - zero;
    const long double next = off.amount - zero;
    if (fabsl(last) >= 1e6L && near(next, -last, 0.02L, ROUNDING)) {
        return "turns its sign";
    }
    if (fabsl(last) >= 1e10L && fabsl(next) <= fabsl(last) / 1000 && at_an_end(last, 1e-5L, true)) {
        return "starts again at zero";
    }
    return NULL;
}

/* A row's amounts, of decades from the first; false if its numbers wrap or are clamped. */
static bool sound_growth(harness *h, const arrays *own, size_t k, size_t row, const point *points,
                         size_t n, unsigned *looks)
{
    for (size_t i = 3; i < n && *looks < MOST_LOOKS; i++) {
        const point *p = &points[i - 3];
        const long double grown = p[2].amount - p[1].amount;
        if (fabsl(grown) < 1e6L ||
            !near(p[2].amount, line_at(&p[0], &p[1], p[2].v), 0.02L, 10 * ROUNDING) ||
            near(p[3].amount, line_at(&p[1], &p[2], p[3].v), 0.02L, 10 * ROUNDING)) {
            continue;
        }
        ++*looks;
        const bool stays = i + 1 < n && fabsl(p[3].amount) >= 1e11L &&
                           near(p[4].amount, p[3].amount, 1e-9L, ROUNDING);
        const char *wrong = stays && at_an_end(p[3].amount, 1e-6L, false)
                                ? "stays where an integer ends"
                                : look(h, own, k, row, &p[1], &p[2], &p[3]);
        if (wrong != NULL) {
            rk__trial_say(h->run, 'F', RK__TRIAL_OVERFLOW,
                          "row %zu pays %.2Lf and, with ten times its '%s', %.2Lf: the amount %s "
                          "and its status is not overflow; %s",
                          row, p[2].amount / 1e6L, h->rule->columns[k].name, p[3].amount / 1e6L,
                          wrong, h->run->mark->at);
            return false;
        }
        return true;
    }
    return true;
}

static bool column_grows(harness *h, const arrays *own, size_t k)
{
    static point points[ROWS][DECADES];
    static outcome got[ROWS];
    size_t n[ROWS] = {0};
    size_t at[ROWS];
    bool ended[ROWS];
    int64_t before[ROWS];
    unsigned looks = 0;
    bool good = true;
    memcpy(before, h->v[k], sizeof before);
    for (size_t i = 0; i < ROWS; i++) {
        at[i] = i;
        ended[i] = h->has[k][i] == 0 || before[i] == 0;
    }
    for (size_t decade = 0; decade < DECADES; decade++) {
        if (rk__trial_price(h, own, at, ROWS, false, got) != 0) {
            break;
        }
        for (size_t i = 0; i < ROWS; i++) {
            ended[i] = ended[i] || got[i].status != RK_ROW_PRICED;
            if (!ended[i]) {
                points[i][n[i]++] =
                    (point){h->v[k][i], (long double) got[i].amount / (h->exact ? 1e6L : 1)};
            }
            ended[i] = ended[i] || __builtin_mul_overflow(h->v[k][i], 10, &h->v[k][i]);
            h->v[k][i] = ended[i] ? before[i] : h->v[k][i];
        }
    }
    memcpy(h->v[k], before, sizeof before);
    for (size_t i = 0; i < ROWS && good; i++) {
        good = sound_growth(h, own, k, i, points[i], n[i], &looks);
    }
    return good;
}

bool rk__trial_grow(harness *h, const arrays *own)
{
    bool good = true;
    for (size_t k = 0; k < h->rule->n_columns && good; k++) {
        const rk_column_type type = h->rule->columns[k].type;
        const bool number = type == RK_COLUMN_DECIMAL || type == RK_COLUMN_RATIO ||
                            type == RK_COLUMN_INTEGER || type == RK_COLUMN_FACTOR;
        good = !number || !rk__trial_handed(h, k) || column_grows(h, own, k);
    }
    return good;
}
