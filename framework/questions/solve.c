/* SPDX-License-Identifier: MIT
 *
 * solve.c: for which values of what is varied does a measure have a value?
 *
 * The interval is scanned at SCAN + 1 points, which serve all series. If all of them lie exactly on
 * a line, so does the measure, and its root is exact. Otherwise each part between two points where
 * the measure crosses the value is searched: a part that follows a line gives an exact root, any
 * other is bisected.
 */
#include "questions/solve.h"

#include <string.h>

#define SCAN        32
#define FINE_PLACES 12 /* of values that take fractions; others have six decimals */
#define BISECTIONS  200
#define JUMP_LOOKBACK                                                           \
    10 /* halvings by which a slope shrinks a thousandfold, and a jump does not \
        */

typedef struct point {
    rk_num at, f; /* f: the measure less the value */
} point;

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
static rk_status evaluate(rk_solution *out, rk__trial *trial, rk_num at, rk_num *f,
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
    const rk_status status = evaluate(s->out, s->trial, at, f, s->problems);
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

static void search_parts(search *s, const point *points)
{
    for (size_t i = 0; i <= SCAN && s->status == RK_OK; i++) {
        if (is_there(s, &points[i])) {
            size_t to = i;
            while (to < SCAN && is_there(s, &points[to + 1])) {
                to++;
            }
            add_root(s,
                     to > i + 1                       ? RK_ROOT_RANGE
                     : rk__num_sign(points[i].f) == 0 ? RK_ROOT_EXACT
                                                      : RK_ROOT_ROUNDED,
                     &points[i], &points[to > i + 1 ? to : i]);
            i = to;
            continue;
        }
        if (i < SCAN && !is_there(s, &points[i + 1]) &&
            rk__num_sign(points[i].f) != rk__num_sign(points[i + 1].f) &&
            !add_exact(s, &points[i], &points[i + 1]) && s->status == RK_OK) {
            bisect(s, &points[i], &points[i + 1]);
        }
    }
}

static rk_status search_series(rk_solution *out, rk__trial *trial, size_t series,
                               const point *points, rk_problems *problems)
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

static rk_status scan(rk_solution *out, rk__trial *trial, point **points, rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    const size_t n = rk__trial_n_series(trial);
    const int places = rk__trial_variable(trial, 0)->fractions ? FINE_PLACES : RK_DECIMAL_PLACES;
    const rk_num step =
        rk__num_div(nums, rk__num_sub(nums, out->high, out->low), rk__num_from_int(nums, SCAN));
    rk_num *f = rk__arena_alloc(&out->arena, n * sizeof(rk_num));
    *points = rk__arena_alloc(&out->arena, n * (SCAN + 1) * sizeof **points);
    rk_status status = f == NULL || *points == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i <= SCAN && status == RK_OK; i++) {
        const rk_num exact = rk__num_add(
            nums, out->low, rk__num_mul(nums, step, rk__num_from_int(nums, (int64_t) i)));
        const rk_num at = i == 0      ? out->low
                          : i == SCAN ? out->high
                                      : rk__num_round(nums, exact, places);
        status = evaluate(out, trial, at, f, problems);
        for (size_t k = 0; k < n && status == RK_OK; k++) {
            (*points)[k * (SCAN + 1) + i] = (point){.at = at, .f = f[k]};
        }
    }
    return status;
}

/* ------------------------------------------------------------------------ the options */

/* "MEASURE=VALUE" */
static rk_status read_until(rk_solution *out, const char *until, rk_problems *problems)
{
    const char *equals = until != NULL ? strrchr(until, '=') : NULL;
    const char *why = NULL;
    out->value = equals != NULL ? rk__num_parse(&out->nums, equals + 1, false, -1, &why) : NULL;
    out->measure =
        equals != NULL ? rk__arena_copy(&out->arena, until, (size_t) (equals - until)) : NULL;
    return out->value != NULL && out->measure != NULL
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "write --until system=0",
                             "--until '%s' is not MEASURE=VALUE", until != NULL ? until : "");
}

static rk_status read_between(rk_solution *out, const char *between, rk_problems *problems)
{
    const rk_status status =
        rk__read_range(&out->arena, &out->nums, between, &out->low, &out->high, &out->percent);
    if (status == RK_OK && rk__num_compare(out->low, out->high) >= 0) {
        return rk__problem(problems, RK_USAGE, NULL, "write --between LOW,HIGH",
                           "--between '%s': the end is not above the start", between);
    }
    return status != RK_USAGE ? status
                              : rk__problem(problems, RK_USAGE, NULL, "write --between 0,100%",
                                            "--between '%s' is not LOW,HIGH", between);
}

/* From 0 to 1 for ratios, else to twice the present value. */
static rk_status choose_interval(rk_solution *out, const rk__variable *v, rk_problems *problems)
{
    rk__nums *nums = &out->nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    const rk_num one = rk__num_from_int(nums, 1);
    const rk_num present = v->present;
    if (present == NULL || (rk__num_sign(present) == 0 && !v->percent)) {
        return rk__problem(problems, RK_USAGE, NULL, "write --between LOW,HIGH",
                           "the documents do not state '%s', so there is no interval to search",
                           v->what);
    }
    const bool ratio = v->percent || (v->fractions && rk__num_sign(present) >= 0 &&
                                      rk__num_compare(present, one) <= 0);
    const rk_num twice = rk__num_mul(nums, present, rk__num_from_int(nums, 2));
    out->low = ratio || rk__num_sign(present) > 0 ? zero : twice;
    out->high = ratio && rk__num_compare(present, one) <= 0 ? one
                : rk__num_sign(present) > 0                 ? rk__num_copy(nums, twice)
                                                            : zero;
    return RK_OK;
}

static rk_status describe(rk_solution *out, const rk__trial *trial)
{
    const rk__variable *v = rk__trial_variable(trial, 0);
    const rk__trial_subject about = rk__trial_subject_of(trial, &out->arena);
    out->of = about.of;
    out->title = about.title;
    out->basis = about.basis;
    out->currency = about.currency;
    out->places = about.places;
    out->vary = rk__arena_strdup(&out->arena, v->what);
    out->present = rk__num_copy(&out->nums, v->present);
    out->percent |= v->percent;
    out->is_system = rk__trial_is_system(trial);
    out->series = rk__calloc(rk__trial_n_series(trial), sizeof *out->series);
    for (size_t i = 0; out->series != NULL && i < rk__trial_n_series(trial); i++) {
        out->series[out->n_series++].name =
            rk__arena_strdup(&out->arena, rk__trial_series(trial, i));
    }
    return out->series == NULL || out->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status solve(rk_session *session, const char *path, const rk_solve_options *o,
                       rk_solution *out, rk_problems *problems)
{
    const char *vary[] = {o->vary, NULL};
    const char *measures[] = {NULL, NULL};
    rk__trial *trial = NULL;
    point *points = NULL;
    rk_status status = read_until(out, o->until, problems);
    if (status == RK_OK && o->between != NULL) {
        status = read_between(out, o->between, problems);
    }
    measures[0] = out->measure;
    if (status == RK_OK && o->vary == NULL) {
        status =
            rk__problem(problems, RK_USAGE, NULL, "write --vary acute.rate", "nothing is varied");
    }
    if (status == RK_OK) {
        status = rk__trial_open(
            session, path,
            &(rk__trial_options){.vary = vary, .measures = measures, .scenarios = o->scenarios},
            &trial, problems);
    }
    if (status == RK_OK) {
        status = describe(out, trial);
    }
    if (status == RK_OK && o->between == NULL) {
        status = choose_interval(out, rk__trial_variable(trial, 0), problems);
    }
    if (status == RK_OK) {
        status = scan(out, trial, &points, problems);
    }
    for (size_t i = 0; i < out->n_series && status == RK_OK; i++) {
        status = search_series(out, trial, i, points + i * (SCAN + 1), problems);
    }
    out->evaluations = trial != NULL ? rk__trial_n_runs(trial) : 0;
    rk__trial_free(trial);
    return status == RK_OK && (out->nums.no_memory || out->arena.failed) ? RK_NO_MEMORY : status;
}

rk_status rk_solve(rk_session *session, const char *path, const rk_solve_options *options,
                   rk_solution **out_solution, rk_problems *problems)
{
    rk_solve_options o = {.size = sizeof o};
    memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    *out_solution = NULL;
    rk_solution *out = rk__calloc(1, sizeof *out);
    if (out == NULL) {
        return rk__problem_memory(problems, RK_NO_MEMORY);
    }
    const rk_status status = solve(session, path, &o, out, problems);
    if (status != RK_OK) {
        rk_solution_free(out);
        return rk__problem_memory(problems, status);
    }
    *out_solution = out;
    return RK_OK;
}

void rk_solution_free(rk_solution *solution)
{
    if (solution != NULL) {
        for (size_t i = 0; i < solution->n_series; i++) {
            rk__free(solution->series[i].roots);
        }
        rk__free(solution->series);
        rk__nums_dispose(&solution->nums);
        rk__arena_dispose(&solution->arena);
        rk__free(solution);
    }
}
