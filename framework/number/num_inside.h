/* SPDX-License-Identifier: MIT
 *
 * num_inside.h: internals shared by the files of exact numbers and decimal.c.
 *
 * GMP cannot report that memory is out (it ends the process), and its allocator is the embedding
 * program's to choose (the command sets one that ends it with a message). So numbers are kept
 * small enough that this does not matter: see
 * RK__NUM_MAX_LIMBS.
 */
#pragma once

#include "number/num.h"
#include "number/scaled.h"

/* About a million decimal digits over both operands of one operation. */
#define RK__NUM_MAX_LIMBS 65536

/* Bounds on numbers as they are written. */
#define RK__NUM_MAX_DIGITS   1000
#define RK__NUM_MAX_EXPONENT 400

_Static_assert(GMP_NUMB_BITS == 64 && sizeof(long) == sizeof(int64_t), "64-bit GMP limbs");

static inline uint64_t rk__magnitude(int64_t n)
{
    return n < 0 ? 0 - (uint64_t) n : (uint64_t) n;
}

/* A node read as a GMP rational, without allocating: `q` is the node's own or points to `view`,
 * whose limbs are the two members below. */
typedef struct rk__num_view {
    mpq_srcptr q;
    mpq_t view;
    mp_limb_t num, den;
} rk__num_view;

void rk__num_look(rk__num_view *view, rk_num a);

size_t rk__num_limbs(const rk__num_view *view);

/* Poisons the set and returns NULL. Keeps the first message, which is the cause of those
 * that follow. */
struct rk_num_node *rk__num_poison(rk__nums *nums, const char *message);
extern const char rk__num_missing[], rk__num_too_long[];

/* A node with the value of `like`, or `like` itself if the set is untraced. A GMP value is
 * shared, since it never changes. */
rk_num rk__num_like(rk__nums *nums, rk__num_op op, rk_num a, rk_num b, rk_num like);

/* num / den, reduced; den > 0. */
struct rk_num_node *rk__num_take_128(rk__nums *nums, rk__num_op op, rk_num a, rk_num b,
                                     rk_int128 num, uint64_t den);

/* Takes ownership of `value` (canonical): it becomes a node, or is cleared. */
struct rk_num_node *rk__num_take(rk__nums *nums, rk__num_op op, rk_num a, rk_num b, mpq_ptr value);

/* The nearest integer to q, halves away from zero. */
void rk__num_nearest(mpz_ptr out, mpq_srcptr q);

/* The parts of a number's text: sign, digits, fraction and exponent. They point into the text. */
typedef struct rk__lexeme {
    bool negative;
    const char *whole, *fraction;
    int64_t n_whole, n_fraction;
    int64_t exponent; /* limited to +-10^9, which is past every limit */
    const char *end;  /* length of the number's text */
} rk__lexeme;

/* False if the text does not start with a number. */
bool rk__lexeme_scan(const char *text, size_t length, rk__lexeme *out);

/* Whether the number is an integer: digits, perhaps signed, without point or exponent. */
bool rk__lexeme_is_digits(const rk__lexeme *lexeme);

/* Drops zeros without value: before the first digit, and at the end of the fraction. */
void rk__lexeme_trim(rk__lexeme *lexeme);
