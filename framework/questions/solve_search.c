/* SPDX-License-Identifier: MIT
 *
 * solve_search.c: the roots of one series between the points of its scan.
 *
 * If all points lie exactly on a line, so does the measure, and its root is exact. Otherwise each
 * part between two points where the measure crosses the value is searched: a part that follows a
 * line gives an exact root, any other is bisected. Where the measure turns towards the value
 * between two points, and may touch or cross it there, its turn is found first. Where it stays at
 * the value, the ends of that are found.
 */
#include "questions/solve_search.h"

#define FINE_PLACES RK__SOLVE_FINE
#define SCAN        RK__SOLVE_SCAN
#define BISECTIONS  200
#define THIRDS      48   /* cuts to two thirds: a part of the scan to the ten-millionth */
#define SLOPE       1024 /* of a part of the scan, for the slope at an end of the interval */
#define JUMP_LOOKBACK                                                           \
    10 /* halvings by which a slope shrinks a thousandfold, and a jump does not \
        */

typedef rk__solve_point point;

typedef struct search {
    rk_solution *out;
    rk__trial *trial;
    rk_problems *problems;
    size_t series;
    rk_num penny; /* half of one, within which the measure is the value */
    rk_status status;
} search;

/* ---------------------------------------------------------------------- evaluating */

/* The measure less the value at a point, for all series. */
rk_status rk__solve_evaluate(rk_solution *out, rk__trial *trial, rk_num at, rk_num *f,
                             rk_problems *problems)
{
    const size_t n = rk__trial_n_series(trial);
    const rk_status status = rk__trial_run(trial, &at, &out->nums, f, problems);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        f[i] = rk__num_sub(&out->nums, f[i], out->value);
    }
    return status;
}

/* One series at a point; false if the value cannot be written. */
static bool look(search *s, rk_num at, point *p)
{
    rk_num *f = rk__arena_alloc(&s->out->arena, rk__trial_n_series(s->trial) * sizeof *f);
    if (f == NULL || at == NULL) {
        s->status = RK_NO_MEMORY;
        return false;
    }
    const rk_status status = rk__solve_evaluate(s->out, s->trial, at, f, s->problems);
    if (status == RK_OUT_OF_RANGE && rk_problems_count(s->problems) == 0) {
        return false;
    }
    s->status = status;
    *p = (point){.at = at, .f = f[s->series]};
    return status == RK_OK;
}

static rk_num size_of(rk__nums *nums, rk_num n)
{
    return rk__num_sign(n) < 0 ? rk__num_neg(nums, n) : n;
}

/* Whether the measure equals the value to the penny. */
static bool is_there(search *s, const point *p)
{
    return rk__num_compare(size_of(&s->out->nums, p->f), s->penny) < 0;
}

/* ------------------------------------------------------------------------- the roots */

static void add_root(search *s, rk_root_kind kind, const point *a, const point *b)
{
    rk__nums *nums = &s->out->nums;
    rk__solved *solved = &s->out->series[s->series];
    if (rk__grow((void **) &solved->roots, &solved->capacity, solved->n_roots + 1,
                 sizeof *solved->roots) != 0) {
        s->status = RK_NO_MEMORY;
        return;
    }
    solved->roots[solved->n_roots++] =
        (rk_root){.kind = kind,
                  .at = a->at,
                  .to = b->at,
                  .measure = rk__num_add(nums, a->f, s->out->value),
                  .measure_to = rk__num_add(nums, b->f, s->out->value)};
}

/* Where the line through two points reaches the value; NULL if nowhere. */
static rk_num line_root(rk__nums *nums, const point *a, const point *b)
{
    const rk_num rise = rk__num_sub(nums, b->f, a->f);
    if (rk__num_sign(rise) == 0) {
        return NULL;
    }
    const rk_num run = rk__num_sub(nums, b->at, a->at);
    return rk__num_sub(nums, a->at, rk__num_div(nums, rk__num_mul(nums, a->f, run), rise));
}

static bool on_line(rk__nums *nums, const point *a, const point *m, const point *b)
{
    const rk_num left =
        rk__num_mul(nums, rk__num_sub(nums, m->f, a->f), rk__num_sub(nums, b->at, a->at));
    const rk_num right =
        rk__num_mul(nums, rk__num_sub(nums, b->f, a->f), rk__num_sub(nums, m->at, a->at));
    return rk__num_compare(left, right) == 0;
}

static rk_num middle(rk__nums *nums, rk_num a, rk_num b)
{
    return rk__num_div(nums, rk__num_add(nums, a, b), rk__num_from_int(nums, 2));
}

/* An exact root between two points, if the measure follows a line there: the middle is on it and
 * the root is one. A root that cannot be written is trusted to the line. */
static bool add_exact(search *s, const point *a, const point *b)
{
    rk__nums *nums = &s->out->nums;
    point m = {0};
    point r = {.at = line_root(nums, a, b)};
    if (r.at == NULL || !look(s, middle(nums, a->at, b->at), &m) || !on_line(nums, a, &m, b)) {
        return false;
    }
    if (look(s, r.at, &r)) {
        if (rk__num_sign(r.f) != 0) {
            return false;
        }
    } else if (s->status == RK_OK) {
        r.f = rk__num_from_int(nums, 0);
    }
    if (s->status == RK_OK) {
        add_root(s, RK_ROOT_EXACT, &r, &r);
    }
    return true;
}

/* How far the measure stays at the value from a point towards another, to the last digit that can
 * be written: the point itself if it leaves at once. */
static point stays_until(search *s, const point *p, const point *towards)
{
    rk__nums *nums = &s->out->nums;
    const int places = rk__trial_variable(s->trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    const bool exactly = rk__num_sign(p->f) == 0;
    point in = *p;
    rk_num out = towards->at;
    rk_num step = rk__num_div(nums, rk__num_sub(nums, out, in.at), rk__num_from_int(nums, SLOPE));
    for (size_t i = 0; i < BISECTIONS && s->status == RK_OK; i++) {
        /* first a little way, since most stay nowhere; then the middle */
        point m = {0};
        const rk_num at = rk__num_round(
            nums, i == 0 ? rk__num_add(nums, in.at, step) : middle(nums, in.at, out), places);
        if (rk__num_compare(at, in.at) == 0 || rk__num_compare(at, out) == 0 || !look(s, at, &m)) {
            break;
        }
        if (exactly ? rk__num_sign(m.f) == 0 : is_there(s, &m)) {
            in = m;
        } else if (i == 0) {
            break;
        } else {
            out = m.at;
        }
    }
    return in;
}

/* The same point with the fewest decimals for which the measure still equals the value. */
static void shorten(search *s, const point *low, const point *high, point *p)
{
    for (int places = 0; places < FINE_PLACES && s->status == RK_OK; places++) {
        const rk_num at = rk__num_round(&s->out->nums, p->at, places);
        point shorter = {0};
        if (rk__num_compare(at, low->at) >= 0 && rk__num_compare(at, high->at) <= 0 &&
            look(s, at, &shorter) && is_there(s, &shorter)) {
            *p = shorter;
            return;
        }
    }
}

/* Ends a bisection whose ends are adjacent values, neither of them a root. */
static void end_bisection(search *s, const point *low, const point *high, rk_num gap_before)
{
    rk__nums *nums = &s->out->nums;
    const rk_num gap = size_of(nums, rk__num_sub(nums, high->f, low->f));
    const rk_num twice = rk__num_mul(nums, gap, rk__num_from_int(nums, 2));
    if (rk__num_compare(twice, gap_before) > 0) {
        add_root(s, RK_ROOT_JUMP, low, high);
        return;
    }
    const bool lower = rk__num_compare(size_of(nums, low->f), size_of(nums, high->f)) <= 0;
    add_root(s, RK_ROOT_NEAREST, lower ? low : high, lower ? low : high);
}

/* Adds the value, or the values, around points from a to b where the measure equals the value. */
static void add_there(search *s, const point *before, const point *a, const point *b,
                      const point *after)
{
    point from = before != NULL ? stays_until(s, a, before) : *a;
    const point to = after != NULL ? stays_until(s, b, after) : *b;
    if (s->status == RK_OK && rk__num_compare(from.at, to.at) < 0) {
        add_root(s, RK_ROOT_RANGE, &from, &to);
        return;
    }
    if (s->status == RK_OK) {
        from = *a;
        if (rk__num_sign(from.f) != 0 && before != NULL && after != NULL) {
            shorten(s, before, after, &from);
        }
        add_root(s, rk__num_sign(from.f) == 0 ? RK_ROOT_EXACT : RK_ROOT_ROUNDED, &from, &from);
    }
}

static void bisect(search *s, const point *a, const point *b)
{
    rk__nums *nums = &s->out->nums;
    const int places = rk__trial_variable(s->trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    rk_num gaps[BISECTIONS];
    point low = *a;
    point high = *b;
    for (size_t i = 0; i < BISECTIONS && s->status == RK_OK; i++) {
        point m = {0};
        gaps[i] = size_of(nums, rk__num_sub(nums, high.f, low.f));
        const rk_num at = rk__num_round(nums, middle(nums, low.at, high.at), places);
        if (rk__num_compare(at, low.at) <= 0 || rk__num_compare(at, high.at) >= 0) {
            end_bisection(s, &low, &high, gaps[i > JUMP_LOOKBACK ? i - JUMP_LOOKBACK : 0]);
            return;
        }
        if (!look(s, at, &m)) {
            return;
        }
        if (is_there(s, &m)) {
            shorten(s, a, b, &m);
            add_root(s, RK_ROOT_ROUNDED, &m, &m);
            return;
        }
        if (rk__num_sign(m.f) == rk__num_sign(low.f)) {
            low = m;
        } else {
            high = m;
        }
    }
}

/* -------------------------------------------------------------------------- a series */

/* Whether all points are on the line through the first and the last. */
static bool is_affine(rk__nums *nums, const point *points)
{
    bool affine = true;
    for (size_t i = 1; i < SCAN && affine; i++) {
        affine = on_line(nums, &points[0], &points[i], &points[SCAN]);
    }
    return affine;
}

static void find_nearest(search *s, const point *points)
{
    rk__nums *nums = &s->out->nums;
    rk__solved *solved = &s->out->series[s->series];
    const point *best = &points[0];
    for (size_t i = 1; i <= SCAN; i++) {
        if (rk__num_compare(size_of(nums, points[i].f), size_of(nums, best->f)) < 0) {
            best = &points[i];
        }
    }
    solved->nearest_at = best->at;
    solved->nearest = rk__num_add(nums, best->f, s->out->value);
}

static void search_affine(search *s, const point *points)
{
    rk__nums *nums = &s->out->nums;
    rk__solved *solved = &s->out->series[s->series];
    point r = {.at = line_root(nums, &points[0], &points[SCAN]), .f = rk__num_from_int(nums, 0)};
    if (r.at == NULL) {
        solved->flat = true;
        if (is_there(s, &points[0])) {
            add_root(s, RK_ROOT_RANGE, &points[0], &points[SCAN]);
        }
    } else if (rk__num_compare(r.at, points[0].at) < 0 ||
               rk__num_compare(r.at, points[SCAN].at) > 0) {
        solved->beyond = r.at;
    } else {
        point there = {0};
        if (look(s, r.at, &there) && rk__num_sign(there.f) != 0) {
            bisect(s, &points[0], &points[SCAN]); /* a bend that no point of the scan showed */
        } else if (s->status == RK_OK) {
            add_root(s, RK_ROOT_EXACT, &r, &r);
        }
    }
}

/* ------------------------------------------------------------------------- turns */

/* Between two points on different sides of the value. */
static void search_crossing(search *s, const point *a, const point *b)
{
    if (!add_exact(s, a, b) && s->status == RK_OK) {
        bisect(s, a, b);
    }
}

static void keep_nearest(search *s, const point *p)
{
    rk__nums *nums = &s->out->nums;
    rk__solved *solved = &s->out->series[s->series];
    const rk_num before = rk__num_sub(nums, solved->nearest, s->out->value);
    if (rk__num_compare(size_of(nums, p->f), size_of(nums, before)) < 0) {
        solved->nearest_at = p->at;
        solved->nearest = rk__num_add(nums, p->f, s->out->value);
    }
}

/* Adds what the turn at a point between two others shows; false if it is on their side, too. */
static bool add_turn(search *s, const point *a, const point *turn, const point *b)
{
    keep_nearest(s, turn);
    if (is_there(s, turn)) {
        add_there(s, a, turn, turn, b);
        return true;
    }
    if (rk__num_sign(turn->f) == rk__num_sign(a->f)) {
        return false;
    }
    search_crossing(s, a, turn);
    search_crossing(s, turn, b);
    return true;
}

/* The turn of what follows no line on either side: thirds of the part are left out, those further
 * from the value. */
static void cut_to_turn(search *s, const point *a, const point *b)
{
    rk__nums *nums = &s->out->nums;
    const int places = rk__trial_variable(s->trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    point low = *a;
    point high = *b;
    for (int i = 0; i < THIRDS && s->status == RK_OK; i++) {
        const rk_num third =
            rk__num_div(nums, rk__num_sub(nums, high.at, low.at), rk__num_from_int(nums, 3));
        point first = {0};
        point second = {0};
        const rk_num at = rk__num_round(nums, rk__num_add(nums, low.at, third), places);
        const rk_num to = rk__num_round(nums, rk__num_sub(nums, high.at, third), places);
        if (rk__num_compare(at, low.at) <= 0 || rk__num_compare(at, to) >= 0 ||
            rk__num_compare(to, high.at) >= 0 || !look(s, at, &first) || !look(s, to, &second) ||
            add_turn(s, a, &first, b) || add_turn(s, a, &second, b)) {
            return;
        }
        if (rk__num_compare(size_of(nums, first.f), size_of(nums, second.f)) <= 0) {
            high = second;
        } else {
            low = first;
        }
    }
}

/* Where two lines meet, of which one goes through a0 and a, the other through b and b0; false
 * unless it is between a and b, and nearer to the value, or beyond it. */
static bool lines_meet(rk__nums *nums, const point *a0, const point *a, const point *b,
                       const point *b0, point *out)
{
    const rk_num left =
        rk__num_div(nums, rk__num_sub(nums, a->f, a0->f), rk__num_sub(nums, a->at, a0->at));
    const rk_num right =
        rk__num_div(nums, rk__num_sub(nums, b0->f, b->f), rk__num_sub(nums, b0->at, b->at));
    const rk_num turns = rk__num_sub(nums, left, right);
    if (turns == NULL || rk__num_sign(turns) == 0) {
        return false;
    }
    const rk_num gap = rk__num_sub(nums, rk__num_sub(nums, b->f, a->f),
                                   rk__num_mul(nums, right, rk__num_sub(nums, b->at, a->at)));
    const rk_num run = rk__num_div(nums, gap, turns);
    out->at = rk__num_add(nums, a->at, run);
    out->f = rk__num_add(nums, a->f, rk__num_mul(nums, left, run));
    const int side = rk__num_sign(a->f);
    const rk_num nearer = rk__num_min(nums, size_of(nums, a->f), size_of(nums, b->f));
    const rk_num reached = side < 0 ? rk__num_neg(nums, out->f) : out->f;
    return rk__num_compare(out->at, a->at) > 0 && rk__num_compare(out->at, b->at) < 0 &&
           rk__num_compare(reached, nearer) < 0;
}

/* Searches the part of the scan from point i, whose ends are on one side of the value, for a turn.
 */
static void search_turn(search *s, const point *points, size_t i)
{
    rk__nums *nums = &s->out->nums;
    const int places = rk__trial_variable(s->trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    const point *a = &points[i];
    const point *b = &points[i + 1];
    point a0 = i > 0 ? points[i - 1] : *a;
    point b0 = i + 2 <= SCAN ? points[i + 2] : *b;
    const rk_num little =
        rk__num_div(nums, rk__num_sub(nums, b->at, a->at), rk__num_from_int(nums, SLOPE));
    point turn = {0};
    if ((i == 0 && !look(s, rk__num_round(nums, rk__num_add(nums, a->at, little), places), &a0)) ||
        (i + 2 > SCAN &&
         !look(s, rk__num_round(nums, rk__num_sub(nums, b->at, little), places), &b0)) ||
        !lines_meet(nums, &a0, a, b, &b0, &turn)) {
        return;
    }
    const rk_num expected = turn.f;
    if (look(s, turn.at, &turn)) {
        if (add_turn(s, a, &turn, b) || rk__num_compare(turn.f, expected) == 0) {
            return;
        }
    }
    if (s->status == RK_OK) {
        cut_to_turn(s, a, b);
    }
}

/* Searches the part of the scan between a point at the value and one that is not for a crossing:
 * beside the point the measure may be on the other side. */
static void search_beside(search *s, const point *there, const point *other)
{
    rk__nums *nums = &s->out->nums;
    const int places = rk__trial_variable(s->trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    const rk_num little =
        rk__num_div(nums, rk__num_sub(nums, other->at, there->at), rk__num_from_int(nums, SLOPE));
    const rk_num at = rk__num_round(nums, rk__num_add(nums, there->at, little), places);
    point beside = {0};
    if (rk__num_compare(at, there->at) == 0 || rk__num_compare(at, other->at) == 0 ||
        !look(s, at, &beside) || is_there(s, &beside) ||
        rk__num_sign(beside.f) == rk__num_sign(other->f)) {
        return;
    }
    if (rk__num_sign(little) > 0) {
        search_crossing(s, &beside, other);
    } else {
        search_crossing(s, other, &beside);
    }
}

/* Whether the measure is at the value between two neighbours that are. */
static bool stays_between(search *s, const point *a, const point *b)
{
    const int places = rk__trial_variable(s->trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    point m = {0};
    const rk_num at = rk__num_round(&s->out->nums, middle(&s->out->nums, a->at, b->at), places);
    return rk__num_compare(at, a->at) == 0 || rk__num_compare(at, b->at) == 0 ||
           (look(s, at, &m) && is_there(s, &m));
}

static void search_parts(search *s, const point *points)
{
    for (size_t i = 0; i <= SCAN && s->status == RK_OK; i++) {
        if (is_there(s, &points[i])) {
            size_t to = i;
            while (to < SCAN && is_there(s, &points[to + 1]) &&
                   stays_between(s, &points[to], &points[to + 1])) {
                to++;
            }
            add_there(s, i > 0 ? &points[i - 1] : NULL, &points[i], &points[to],
                      to < SCAN ? &points[to + 1] : NULL);
            if (to < SCAN && s->status == RK_OK && !is_there(s, &points[to + 1])) {
                search_beside(s, &points[to], &points[to + 1]);
            }
            i = to;
            continue;
        }
        if (i < SCAN && is_there(s, &points[i + 1])) {
            search_beside(s, &points[i + 1], &points[i]);
            continue;
        }
        if (i == SCAN) {
            continue;
        }
        if (rk__num_sign(points[i].f) != rk__num_sign(points[i + 1].f)) {
            search_crossing(s, &points[i], &points[i + 1]);
        } else {
            search_turn(s, points, i);
        }
    }
}

rk_status rk__solve_series(rk_solution *out, rk__trial *trial, size_t series, const point *points,
                           rk_problems *problems)
{
    search s = {.out = out,
                .trial = trial,
                .problems = problems,
                .series = series,
                .penny = rk__num_from_ratio(&out->nums, 1, 2 * rk_power_of_ten(out->places))};
    find_nearest(&s, points);
    if (is_affine(&out->nums, points)) {
        search_affine(&s, points);
    } else {
        search_parts(&s, points);
    }
    return s.status;
}
