/* SPDX-License-Identifier: MIT
 *
 * num.c: exact arithmetic on rationals that record how they were made.
 *
 * A node whose value allows it holds a fraction of two int64_t in lowest terms (never INT64_MIN, so
 * negation cannot fail); any other holds a GMP rational. The value alone decides which, so equal
 * values have equal form. Small operations divide by the gcd of the denominators before they
 * multiply (Knuth, The Art of Computer Programming, volume 2, section 4.5.1), which keeps
 * intermediates small and the result in lowest terms. If a step overflows, GMP repeats the
 * operation.
 */
#include "number/num_inside.h"

/* A GMP value to clear; the struct itself lives in the arena. */
struct rk__num_big {
    mpq_t value;
    struct rk__num_big *next;
};

const char rk__num_missing[] = "arithmetic on a missing value";
static const char text_zero[] = "division by zero";
static const char text_memory[] = "out of memory";
const char rk__num_too_long[] = "a number grew beyond a million digits";

/* ---------------------------------------------------------------- the pool */

static void bigs_clear(rk__nums *nums)
{
    for (struct rk__num_big *big = nums->bigs; big != NULL; big = big->next) {
        mpq_clear(big->value);
    }
    nums->bigs = NULL;
    nums->poisoned = NULL;
    nums->no_memory = false;
}

void rk__nums_dispose(rk__nums *nums)
{
    if (nums == NULL) {
        return;
    }
    bigs_clear(nums);
    rk__arena_dispose(&nums->arena);
}

void rk__nums_reset(rk__nums *nums)
{
    bigs_clear(nums);
    rk__arena_reset(&nums->arena);
}

struct rk_num_node *rk__num_poison(rk__nums *nums, const char *message)
{
    if (nums->poisoned == NULL) {
        nums->poisoned = message;
    }
    return NULL;
}

static struct rk_num_node *poison_memory(rk__nums *nums)
{
    nums->no_memory = true;
    return rk__num_poison(nums, text_memory);
}

/* ------------------------------------------------------------- making nodes */

/* In lowest terms, den > 0, num not INT64_MIN. */
static inline struct rk_num_node *node_small(rk__nums *nums, rk__num_op op, rk_num a, rk_num b,
                                             int64_t num, int64_t den)
{
    struct rk_num_node *node = rk__arena_alloc_uninit(&nums->arena, sizeof *node);
    if (node == NULL) {
        return poison_memory(nums);
    }
    *node = (struct rk_num_node){.op = (uint8_t) op, .num = num, .den = den, .a = a, .b = b};
    return node;
}

rk_num rk__num_like(rk__nums *nums, rk__num_op op, rk_num a, rk_num b, rk_num like)
{
    if (nums->untraced) {
        return like;
    }
    struct rk_num_node *node = node_small(nums, op, a, b, like->num, like->den);
    if (node != NULL) {
        node->big = like->big;
        node->wide = like->wide;
    }
    return node;
}

static bool fits_small(mpz_srcptr z)
{
    return mpz_fits_slong_p(z) && mpz_get_si(z) != INT64_MIN;
}

struct rk_num_node *rk__num_take(rk__nums *nums, rk__num_op op, rk_num a, rk_num b, mpq_ptr value)
{
    if (fits_small(mpq_numref(value)) && fits_small(mpq_denref(value))) {
        const int64_t num = mpz_get_si(mpq_numref(value));
        const int64_t den = mpz_get_si(mpq_denref(value));
        mpq_clear(value);
        return node_small(nums, op, a, b, num, den);
    }
    struct rk__num_big *big = rk__arena_alloc(&nums->arena, sizeof *big);
    struct rk_num_node *node = big == NULL ? NULL : node_small(nums, op, a, b, 0, 0);
    if (node == NULL) {
        mpq_clear(value);
        return poison_memory(nums);
    }
    big->value[0] = value[0];
    big->next = nums->bigs;
    nums->bigs = big;
    node->big = 1;
    node->wide = big->value;
    return node;
}

/* Makes `view` the fraction of two magnitudes of up to 64 bits. */
static void look_at(rk__num_view *view, bool negative, uint64_t num, uint64_t den)
{
    view->num = num;
    view->den = den;
    const mp_size_t size = num == 0 ? 0 : (negative ? -1 : 1);
    (void) mpz_roinit_n(mpq_numref(view->view), &view->num, size);
    (void) mpz_roinit_n(mpq_denref(view->view), &view->den, 1);
    view->q = view->view;
}

void rk__num_look(rk__num_view *view, rk_num a)
{
    if (a->big) {
        view->q = a->wide;
        return;
    }
    look_at(view, a->num < 0, rk__magnitude(a->num), (uint64_t) a->den);
}

/* Both above zero. */
static uint64_t gcd_both(uint64_t a, uint64_t b)
{
    const int shift = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b != 0) {
        b >>= __builtin_ctzll(b);
        if (a > b) {
            const uint64_t swap = a;
            a = b;
            b = swap;
        }
        b -= a;
    }
    return a << shift;
}

/* Divides once first: most denominators are 1 or divide the other number. b > 0. */
static inline uint64_t gcd64(uint64_t a, uint64_t b)
{
    if (a == 1 || b == 1) {
        return 1;
    }
    const uint64_t rest = a % b;
    return rest == 0 ? b : gcd_both(rest, b);
}

/* n / 10^places in lowest terms: they may share factors of two and five. Inline, so that the
 * power is a constant. */
static inline __attribute__((always_inline)) void
reduce_scaled(int64_t n, int64_t power, int places, int64_t *num, int64_t *den)
{
    if (n % power == 0) {
        *num = n / power;
        *den = 1;
        return;
    }
    const int twos = __builtin_ctzll((uint64_t) n);
    int64_t common = INT64_C(1) << (twos < places ? twos : places);
    int64_t rest = n;
    for (int fives = 0; fives < places && rest % 5 == 0; fives++) {
        rest /= 5;
        common *= 5;
    }
    *num = n / common;
    *den = power / common;
}

struct rk_num_node *rk__num_take_128(rk__nums *nums, rk__num_op op, rk_num a, rk_num b,
                                     rk_int128 num, uint64_t den)
{
    const bool negative = num < 0;
    rk_uint128 magnitude = negative ? 0 - (rk_uint128) num : (rk_uint128) num;
    if (magnitude <= UINT64_MAX) { /* 128-bit division is several times slower */
        const uint64_t common = gcd64((uint64_t) magnitude, den);
        magnitude = (uint64_t) magnitude / common;
        den /= common;
    } else {
        const uint64_t common = gcd64((uint64_t) (magnitude % den), den);
        magnitude /= common;
        den /= common;
    }
    if (magnitude <= INT64_MAX && den <= INT64_MAX) {
        const int64_t small = (int64_t) magnitude;
        return node_small(nums, op, a, b, negative ? -small : small, (int64_t) den);
    }
    mpq_t value;
    mpq_init(value);
    mpz_set_ui(mpq_numref(value), (unsigned long) (magnitude >> 64));
    mpz_mul_2exp(mpq_numref(value), mpq_numref(value), 64);
    mpz_add_ui(mpq_numref(value), mpq_numref(value), (unsigned long) magnitude);
    if (negative) {
        mpz_neg(mpq_numref(value), mpq_numref(value));
    }
    mpz_set_ui(mpq_denref(value), den);
    return rk__num_take(nums, op, a, b, value);
}

/* -------------------------------------------------------------------- values */

rk_num rk__num_from_int(rk__nums *nums, int64_t n)
{
    static const struct rk_num_node zero_and_one[] = {{.num = 0, .den = 1}, {.num = 1, .den = 1}};
    if (nums->untraced && (n == 0 || n == 1)) { /* the usual start of a sum or a share */
        return &zero_and_one[n];
    }
    return n != INT64_MIN ? node_small(nums, RK__NUM_VALUE, NULL, NULL, n, 1)
                          : rk__num_take_128(nums, RK__NUM_VALUE, NULL, NULL, n, 1);
}

rk_num rk__num_from_decimal(rk__nums *nums, rk_decimal d)
{
    if (d == RK_DECIMAL_NONE) {
        return rk__num_poison(nums, rk__num_missing);
    }
    int64_t num, den;
    reduce_scaled(d, RK_DECIMAL_ONE, RK_DECIMAL_PLACES, &num, &den);
    return node_small(nums, RK__NUM_VALUE, NULL, NULL, num, den);
}

bool rk__num_place_text(struct rk_num_node *out, const char *text, size_t length, bool ratio)
{
    rk_decimal value;
    const bool percent = ratio && length > 1 && text[length - 1] == '%';
    if (rk__decimal_parse(text, length - (percent ? 1 : 0), &value) != RK__DECIMAL_OK) {
        return false;
    }
    *out = (struct rk_num_node){.op = RK__NUM_VALUE};
    if (percent) {
        reduce_scaled(value, 100 * RK_DECIMAL_ONE, RK_DECIMAL_PLACES + 2, &out->num, &out->den);
    } else {
        reduce_scaled(value, RK_DECIMAL_ONE, RK_DECIMAL_PLACES, &out->num, &out->den);
    }
    return true;
}

rk_num rk__num_placed(rk__nums *nums, const struct rk_num_node *placed)
{
    return node_small(nums, RK__NUM_VALUE, NULL, NULL, placed->num, placed->den);
}

rk_num rk__num_from_ratio(rk__nums *nums, int64_t numerator, int64_t denominator)
{
    if (denominator == 0) {
        return rk__num_poison(nums, text_zero);
    }
    const rk_int128 num = denominator < 0 ? -(rk_int128) numerator : (rk_int128) numerator;
    return rk__num_take_128(nums, RK__NUM_VALUE, NULL, NULL, num, rk__magnitude(denominator));
}

rk_num rk__num_from_exact(rk__nums *nums, rk_int128 units_1e12)
{
    const int64_t trillion = INT64_C(1000000000000);
    if (units_1e12 > INT64_MAX || units_1e12 < -INT64_MAX) {
        return rk__num_take_128(nums, RK__NUM_VALUE, NULL, NULL, units_1e12, (uint64_t) trillion);
    }
    int64_t num, den;
    reduce_scaled((int64_t) units_1e12, trillion, 12, &num, &den);
    return node_small(nums, RK__NUM_VALUE, NULL, NULL, num, den);
}

rk_num rk__num_scaled(rk__nums *nums, rk_int128 value, int places)
{
    if (places == 12) {
        return rk__num_from_exact(nums, value);
    }
    if (value >= RK_DECIMAL_MIN && value <= RK_DECIMAL_MAX) {
        return rk__num_from_decimal(nums, (rk_decimal) value);
    }
    /* Sums of many rows may pass 64 bits: value = high x 10^12 + low. */
    const rk_int128 trillion = (rk_int128) 1000000 * 1000000;
    const rk_num high = rk__num_from_exact(nums, value / trillion);
    const rk_num scale = rk__num_from_int(nums, INT64_C(1000000000000));
    const rk_num million = rk__num_from_int(nums, 1000000);
    const rk_num low = rk__num_from_decimal(nums, (rk_decimal) (value % trillion));
    return rk__num_add(nums, rk__num_mul(nums, rk__num_mul(nums, high, scale), million), low);
}

rk_num rk__num_copy(rk__nums *nums, rk_num number)
{
    if (number == NULL) {
        return NULL;
    }
    if (!number->big) {
        return node_small(nums, RK__NUM_VALUE, NULL, NULL, number->num, number->den);
    }
    mpq_t value;
    mpq_init(value);
    mpq_set(value, number->wide);
    return rk__num_take(nums, RK__NUM_VALUE, NULL, NULL, value);
}

rk_num rk__num_label(rk__nums *nums, rk_num a, const char *label, const char *source)
{
    if (a == NULL || nums->untraced) {
        return a;
    }
    struct rk_num_node *node = node_small(nums, RK__NUM_LABEL, a, NULL, a->num, a->den);
    if (node == NULL) {
        return NULL;
    }
    node->big = a->big;
    node->wide = a->wide;
    node->label = rk__arena_strdup(&nums->arena, label);
    node->source = rk__arena_strdup(&nums->arena, source);
    if ((label != NULL && node->label == NULL) || (source != NULL && node->source == NULL)) {
        return poison_memory(nums);
    }
    return node;
}

/* --------------------------------------------------------- the four operations */

/* a + sign x b in 64 bits; false if a step overflows. */
static inline bool add_small(rk_num a, rk_num b, int sign, int64_t *num, int64_t *den)
{
    const int64_t b_num = sign < 0 ? -b->num : b->num;
    if (a->den == 1 && b->den == 1) {
        *den = 1;
        return !__builtin_add_overflow(a->num, b_num, num) && *num != INT64_MIN;
    }
    const int64_t common = (int64_t) gcd64((uint64_t) a->den, (uint64_t) b->den);
    int64_t left, right, sum;
    if (__builtin_mul_overflow(a->num, b->den / common, &left) ||
        __builtin_mul_overflow(b_num, a->den / common, &right) ||
        __builtin_add_overflow(left, right, &sum) || sum == INT64_MIN) {
        return false;
    }
    /* What numerator and denominator still share divides `common`. */
    const int64_t shared = (int64_t) gcd64(rk__magnitude(sum), (uint64_t) common);
    *num = sum / shared;
    return !__builtin_mul_overflow(a->den / common, b->den / shared, den);
}

/* (an / ad) x (bn / bd) in 64 bits. */
static bool mul_small(int64_t an, int64_t ad, int64_t bn, int64_t bd, int64_t *num, int64_t *den)
{
    const int64_t left = (int64_t) gcd64(rk__magnitude(an), (uint64_t) bd);
    const int64_t right = (int64_t) gcd64(rk__magnitude(bn), (uint64_t) ad);
    return !__builtin_mul_overflow(an / left, bn / right, num) && *num != INT64_MIN &&
           !__builtin_mul_overflow(ad / right, bd / left, den);
}

static inline bool operate_small(rk__num_op op, rk_num a, rk_num b, int64_t *num, int64_t *den)
{
    switch (op) {
    case RK__NUM_ADD:
        return add_small(a, b, 1, num, den);
    case RK__NUM_SUB:
        return add_small(a, b, -1, num, den);
    case RK__NUM_MUL:
        return mul_small(a->num, a->den, b->num, b->den, num, den);
    default:
        return b->num < 0 ? mul_small(a->num, a->den, -b->den, -b->num, num, den)
                          : mul_small(a->num, a->den, b->den, b->num, num, den);
    }
}

size_t rk__num_limbs(const rk__num_view *view)
{
    return mpz_size(mpq_numref(view->q)) + mpz_size(mpq_denref(view->q));
}

static __attribute__((noinline)) rk_num operate_big(rk__nums *nums, rk__num_op op, rk_num a,
                                                    rk_num b)
{
    rk__num_view left, right;
    rk__num_look(&left, a);
    rk__num_look(&right, b);
    if (rk__num_limbs(&left) + rk__num_limbs(&right) > RK__NUM_MAX_LIMBS) {
        return rk__num_poison(nums, rk__num_too_long);
    }
    mpq_t value;
    mpq_init(value);
    switch (op) {
    case RK__NUM_ADD:
        mpq_add(value, left.q, right.q);
        break;
    case RK__NUM_SUB:
        mpq_sub(value, left.q, right.q);
        break;
    case RK__NUM_MUL:
        mpq_mul(value, left.q, right.q);
        break;
    default:
        mpq_div(value, left.q, right.q);
        break;
    }
    return rk__num_take(nums, op, a, b, value);
}

static inline __attribute__((always_inline)) rk_num operate(rk__nums *nums, rk__num_op op, rk_num a,
                                                            rk_num b)
{
    if (a == NULL || b == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    if (op == RK__NUM_DIV && rk__num_sign(b) == 0) {
        return rk__num_poison(nums, text_zero);
    }
    int64_t num, den;
    if (!a->big && !b->big && operate_small(op, a, b, &num, &den)) {
        return node_small(nums, op, a, b, num, den);
    }
    return operate_big(nums, op, a, b);
}

static inline bool is_zero(rk_num a)
{
    return a != NULL && !a->big && a->num == 0;
}

rk_num rk__num_add(rk__nums *nums, rk_num a, rk_num b)
{
    if (nums->untraced && b != NULL && is_zero(a)) { /* the usual start of a sum */
        return b;
    }
    return operate(nums, RK__NUM_ADD, a, b);
}

rk_num rk__num_sub(rk__nums *nums, rk_num a, rk_num b)
{
    return operate(nums, RK__NUM_SUB, a, b);
}

rk_num rk__num_mul(rk__nums *nums, rk_num a, rk_num b)
{
    return operate(nums, RK__NUM_MUL, a, b);
}

rk_num rk__num_div(rk__nums *nums, rk_num a, rk_num b)
{
    return operate(nums, RK__NUM_DIV, a, b);
}

rk_num rk__num_neg(rk__nums *nums, rk_num a)
{
    if (a == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    if (!a->big) {
        return node_small(nums, RK__NUM_NEG, a, NULL, -a->num, a->den);
    }
    mpq_t value;
    mpq_init(value);
    mpq_neg(value, a->wide);
    return rk__num_take(nums, RK__NUM_NEG, a, NULL, value);
}

rk_num rk__num_min(rk__nums *nums, rk_num a, rk_num b)
{
    if (a == NULL || b == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    return rk__num_like(nums, RK__NUM_MIN, a, b, rk__num_compare(a, b) <= 0 ? a : b);
}

rk_num rk__num_max(rk__nums *nums, rk_num a, rk_num b)
{
    if (a == NULL || b == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    return rk__num_like(nums, RK__NUM_MAX, a, b, rk__num_compare(a, b) >= 0 ? a : b);
}

/* ------------------------------------------------------------------- queries */

int rk__num_sign(rk_num a)
{
    if (a == NULL) {
        return 0;
    }
    return a->big ? mpq_sgn(a->wide) : (a->num > 0) - (a->num < 0);
}

int rk__num_compare(rk_num a, rk_num b)
{
    if (a == NULL || b == NULL) {
        return rk__num_sign(a) - rk__num_sign(b);
    }
    if (!a->big && !b->big) {
        const rk_int128 left = (rk_int128) a->num * b->den;
        const rk_int128 right = (rk_int128) b->num * a->den;
        return (left > right) - (left < right);
    }
    rk__num_view left, right;
    rk__num_look(&left, a);
    rk__num_look(&right, b);
    const int order = mpq_cmp(left.q, right.q);
    return (order > 0) - (order < 0);
}

bool rk__num_is_integer(rk_num a)
{
    if (a == NULL) {
        return false;
    }
    return a->big ? mpz_cmp_ui(mpq_denref(a->wide), 1) == 0 : a->den == 1;
}

bool rk__num_to_decimal(rk_num a, rk_decimal *out)
{
    /* Never true of a big value: a numerator beyond 64 bits over a denominator that divides a
     * million is too large, and any other is not a whole number of millionths. */
    if (a == NULL || a->big || RK_DECIMAL_ONE % a->den != 0) {
        return false;
    }
    int64_t millionths;
    if (__builtin_mul_overflow(a->num, RK_DECIMAL_ONE / a->den, &millionths) ||
        millionths == RK_DECIMAL_NONE) {
        return false;
    }
    *out = millionths;
    return true;
}
