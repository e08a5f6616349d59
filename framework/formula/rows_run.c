/* SPDX-License-Identifier: MIT
 *
 * rows_run.c: the steps of a rows program, each over a chunk of rows.
 */
#include "formula/rows.h"

rk_int128 rk__ten_to(int n)
{
    rk_int128 power = 1;
    while (n-- > 0) {
        power *= 10;
    }
    return power;
}

/* The product; false if it does not fit. Small factors take one instruction. */
static inline bool multiply(rk_int128 a, rk_int128 b, rk_int128 *out)
{
    if ((int64_t) a == a && (int64_t) b == b) {
        *out = (rk_int128) (int64_t) a * (int64_t) b;
        return true;
    }
    return !__builtin_mul_overflow(a, b, out);
}

static void load(const rk__step *s, rk__register *out, const rk_batch *batch,
                 const rk_column *columns, size_t first, size_t n)
{
    const rk_column_data *const data = rk_batch_column(batch, (size_t) s->column);
    (void) columns;
    for (size_t i = 0; i < n; i++) {
        const int64_t v = data->v[first + i];
        out->v[i] = v;
        out->t[i] = s->op == RK__STEP_IS_WORD ? v == s->number
                    : s->op == RK__STEP_HAS   ? data->has[first + i]
                                              : v != 0;
        out->bad[i] = s->op != RK__STEP_HAS && !data->has[first + i];
    }
}

/* The operands of a sum or comparison in the same units. */
static inline bool align(const rk__step *s, rk_int128 up_a, rk_int128 up_b, rk_int128 *a,
                         rk_int128 *b)
{
    return (s->up[0] == 0 || multiply(*a, up_a, a)) && (s->up[1] == 0 || multiply(*b, up_b, b));
}

static void sum(const rk__step *s, rk__register *out, const rk__register *x, const rk__register *y,
                size_t n)
{
    const rk_int128 up_a = rk__ten_to(s->up[0]), up_b = rk__ten_to(s->up[1]);
    for (size_t i = 0; i < n; i++) {
        rk_int128 a = x->v[i], b = y->v[i], r = 0;
        const bool ok = align(s, up_a, up_b, &a, &b) &&
                        !(s->op == RK__STEP_ADD ? __builtin_add_overflow(a, b, &r)
                                                : __builtin_sub_overflow(a, b, &r));
        out->v[i] = r;
        out->bad[i] = x->bad[i] | y->bad[i] | !ok;
    }
}

static void compare(const rk__step *s, rk__register *out, const rk__register *x,
                    const rk__register *y, size_t n)
{
    const rk_int128 up_a = rk__ten_to(s->up[0]), up_b = rk__ten_to(s->up[1]);
    for (size_t i = 0; i < n; i++) {
        rk_int128 a = x->v[i], b = y->v[i];
        const bool ok = align(s, up_a, up_b, &a, &b);
        out->t[i] = s->op == RK__STEP_EQ   ? a == b
                    : s->op == RK__STEP_NE ? a != b
                    : s->op == RK__STEP_LT ? a < b
                    : s->op == RK__STEP_LE ? a <= b
                    : s->op == RK__STEP_GT ? a > b
                                           : a >= b;
        out->bad[i] = x->bad[i] | y->bad[i] | !ok;
    }
}

static void product(rk__register *out, const rk__register *x, const rk__register *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rk_int128 r = 0;
        const bool ok = multiply(x->v[i], y->v[i], &r);
        out->v[i] = r;
        out->bad[i] = x->bad[i] | y->bad[i] | !ok;
    }
}

/* n / d rounded; d > 0. */
static inline rk_int128 divide(rk_int128 n, rk_int128 d, int64_t rounding)
{
    rk_int128 quotient, rest;
    if ((int64_t) n == n && (int64_t) d == d) {
        quotient = (int64_t) n / (int64_t) d;
    } else {
        quotient = n / d;
    }
    rest = n - quotient * d;
    switch (rounding) {
    case RK__ROUND_DOWN:
        return quotient - (rest < 0);
    case RK__ROUND_UP:
        return quotient + (rest > 0);
    case RK__ROUND_ZERO:
        return quotient;
    default:
        if (rest >= 0) {
            return quotient + (rest >= d - rest);
        }
        return quotient - (-rest >= d + rest);
    }
}

static void round_step(const rk__step *s, rk__register *out, const rk__register *x,
                       const rk__register *y, size_t n)
{
    const rk_int128 up = rk__ten_to(s->up[0]), down = rk__ten_to(s->up[1]);
    for (size_t i = 0; i < n; i++) {
        rk_int128 a = x->v[i], d = down;
        bool ok = s->up[0] == 0 || multiply(a, up, &a);
        ok = (y == NULL || multiply(y->v[i], down, &d)) && ok && d > 0;
        out->v[i] = ok ? divide(a, d, s->number) : 0;
        out->bad[i] = x->bad[i] | (y != NULL ? y->bad[i] : 0) | !ok;
    }
}

static void logic(const rk__step *s, rk__register *out, const rk__register *x,
                  const rk__register *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t decided = s->op == RK__STEP_AND ? !x->t[i] : x->t[i];
        out->bad[i] = x->bad[i] | (y->bad[i] & !decided);
        out->t[i] = s->op == RK__STEP_AND ? x->t[i] & y->t[i] : x->t[i] | y->t[i];
    }
}

static void choose(const rk__step *s, rk__register *out, const rk__register *when,
                   const rk__register *otherwise, const rk__register *then, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk__register *const taken = when->t[i] ? then : otherwise;
        const uint8_t bad = when->bad[i] | taken->bad[i];
        const uint8_t truth = taken->t[i];
        if (s->op == RK__STEP_CHOOSE) {
            out->v[i] = taken->v[i];
        }
        out->t[i] = truth;
        out->bad[i] = bad;
    }
}

static void single(const rk__step *s, rk__register *out, const rk__register *x,
                   const rk__register *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rk_int128 v = x->v[i];
        const bool least = v == (rk_int128) ((rk_uint128) 1 << 127);
        uint8_t bad = x->bad[i];
        rk_int128 r = v;
        uint8_t truth = x->t[i];
        switch (s->op) {
        case RK__STEP_NEG:
            bad |= least;
            r = least ? 0 : -v;
            break;
        case RK__STEP_ABS:
            bad |= least;
            r = least ? 0 : v < 0 ? -v : v;
            break;
        case RK__STEP_SIGNED:
            bad |= least | y->bad[i];
            r = y->v[i] < 0 && !least ? -v : v;
            break;
        case RK__STEP_NEED:
            bad |= y->bad[i] | (y->v[i] == 0);
            break;
        case RK__STEP_SAME:
            bad |= y->bad[i];
            truth = truth == y->t[i];
            break;
        default: /* NOT */
            truth = !truth;
            break;
        }
        out->v[i] = r;
        out->t[i] = truth;
        out->bad[i] = bad;
    }
}

static void fill(const rk__step *s, rk__register *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out->v[i] = s->wide;
        out->t[i] = s->number != 0;
        out->bad[i] = s->op == RK__STEP_MISSING;
    }
}

void rk__program_run(const rk__program *program, rk__register *registers, const rk_batch *batch,
                     const rk_column *columns, size_t first, size_t n)
{
    for (size_t k = 0; k < program->n_steps; k++) {
        const rk__step *const s = &program->steps[k];
        rk__register *const out = &registers[s->out];
        const rk__register *const a = s->a >= 0 ? &registers[s->a] : NULL;
        const rk__register *const b = s->b >= 0 ? &registers[s->b] : NULL;
        switch (s->op) {
        case RK__STEP_COLUMN:
        case RK__STEP_IS_WORD:
        case RK__STEP_HAS:
            load(s, out, batch, columns, first, n);
            break;
        case RK__STEP_CONSTANT:
        case RK__STEP_MISSING:
            fill(s, out, n);
            break;
        case RK__STEP_ADD:
        case RK__STEP_SUB:
            sum(s, out, a, b, n);
            break;
        case RK__STEP_MUL:
            product(out, a, b, n);
            break;
        case RK__STEP_EQ:
        case RK__STEP_NE:
        case RK__STEP_LT:
        case RK__STEP_LE:
        case RK__STEP_GT:
        case RK__STEP_GE:
            compare(s, out, a, b, n);
            break;
        case RK__STEP_AND:
        case RK__STEP_OR:
            logic(s, out, a, b, n);
            break;
        case RK__STEP_CHOOSE:
        case RK__STEP_CHOOSE_TRUTH:
            choose(s, out, a, b, &registers[s->c], n);
            break;
        case RK__STEP_ROUND:
            round_step(s, out, a, b, n);
            break;
        default:
            single(s, out, a, b, n);
            break;
        }
    }
}
