/* SPDX-License-Identifier: MIT
 *
 * num.h: exact rationals of any size that remember how they were made.
 *
 * An rk_num is an immutable node of a set of numbers (rk__nums) and is freed with the set. A small
 * value is a fraction of two int64_t; when an operation leaves that range, the node holds a GMP
 * rational. Each node keeps its operation and operands, so `explain` can walk from a total back to
 * the parameters and cells it came from.
 *
 * All numbers of one settlement belong to one set. A NULL operand gives NULL and sets the set's
 * `poisoned` message.
 *
 * Threads: a set belongs to one thread at a time.
 */
#pragma once

#include <gmp.h>

#include "base/alloc.h"
#include "reckoner/plugin.h"

typedef enum rk__num_op {
    RK__NUM_VALUE = 0, /* a constant, parameter or cell: no operands */
    RK__NUM_ADD,
    RK__NUM_SUB,
    RK__NUM_MUL,
    RK__NUM_DIV,
    RK__NUM_NEG,
    RK__NUM_MIN,
    RK__NUM_MAX,
    RK__NUM_ROUND,
    RK__NUM_LABEL, /* the same number under a name */
    RK__NUM_POWER, /* a^b rounded to `places` */
    RK__NUM_FLOOR,
    RK__NUM_CEIL,
    RK__NUM_SELECT, /* a, the operand that `label` chose; b, the other */
    RK__NUM_N_OPS   /* how many operations there are */
} rk__num_op;

struct rk_num_node {
    uint8_t op;       /* rk__num_op */
    uint8_t big;      /* the value is in `wide`, else num / den */
    int16_t places;   /* RK__NUM_ROUND, RK__NUM_POWER; RK__NUM_SELECT: whether the condition held */
    int64_t num, den; /* lowest terms, den > 0 */
    mpq_ptr wide;
    rk_num a, b;
    const char *label;  /* a label for people; or NULL */
    const char *source; /* where a value comes from: JSON pointer, "file:line"; or NULL */
};

typedef struct rk__nums {
    rk__arena arena;
    struct rk__num_big *bigs; /* GMP values to clear */
    const char *poisoned;     /* the first misuse: "division by zero"; NULL if none */
    bool no_memory;           /* poisoned as well; the status is RK_NO_MEMORY */
    /* Nobody will ask how numbers were made: an operation whose result equals an operand returns
     * that operand. */
    bool untraced;
} rk__nums;

/* Starts as {0}. */
void rk__nums_dispose(rk__nums *nums);
void rk__nums_reset(rk__nums *nums); /* frees all numbers and keeps the memory */

rk_num rk__num_from_int(rk__nums *nums, int64_t n);
rk_num rk__num_from_decimal(rk__nums *nums, rk_decimal d); /* millionths */
rk_num rk__num_from_ratio(rk__nums *nums, int64_t numerator, int64_t denominator);
/* In units of 1e-12, in which RK_ROWS_EXACT totals are added up. */
rk_num rk__num_from_exact(rk__nums *nums, rk_int128 units_1e12);
/* In units of 10^-places; places is 12 or 6, in which totals of rows are added up. */
rk_num rk__num_scaled(rk__nums *nums, rk_int128 value, int places);
/* A copy of a number of another set: the exact value, without operands. NULL if `number` is
 * NULL or out of memory. */
rk_num rk__num_copy(rk__nums *nums, rk_num number);
/* Parses "-12.5", "1e3" and, with `ratio`, "4.75%" and "7/12"; no surrounding blanks. At most
 * `max_places` decimal places after applying an exponent (-1: up to 400; "7/12" is not limited),
 * at most 1000 digits, and exponents to +-400. On failure returns NULL, and *why is a constant
 * sentence ("is not a number"); the set is poisoned only if out of memory. */
rk_num rk__num_parse(rk__nums *nums, const char *text, int ratio, int max_places, const char **why);
/* Parses a number of at most six decimals, or with `ratio` such a percentage, into a node that the
 * caller owns. False if rk__num_parse has to read the text, or if it is not a number. */
bool rk__num_place_text(struct rk_num_node *out, const char *text, size_t length, bool ratio);
rk_num rk__num_placed(rk__nums *nums, const struct rk_num_node *placed); /* a copy */
/* As rk__num_parse with 400 decimal places, but a number that `own` can hold needs no memory. */
rk_num rk__num_parse_into(rk__nums *nums, struct rk_num_node *own, const char *text, int ratio);
/* Whether the text has the syntax that rk__num_parse reads: if it was refused, its size or its
 * decimal places are the fault. */
bool rk__num_is_spelled(const char *text, int ratio);

rk_num rk__num_add(rk__nums *nums, rk_num a, rk_num b);
rk_num rk__num_sub(rk__nums *nums, rk_num a, rk_num b);
rk_num rk__num_mul(rk__nums *nums, rk_num a, rk_num b);
rk_num rk__num_div(rk__nums *nums, rk_num a, rk_num b);
rk_num rk__num_neg(rk__nums *nums, rk_num a);
rk_num rk__num_min(rk__nums *nums, rk_num a, rk_num b);
rk_num rk__num_max(rk__nums *nums, rk_num a, rk_num b);
/* Rounds to a multiple of 10^-places, half away from zero. */
rk_num rk__num_round(rk__nums *nums, rk_num a, int places);
/* Rounds to a multiple of `unit` (a positive number), half away from zero; recorded as
 * RK__NUM_ROUND with `unit` as the second operand. */
rk_num rk__num_round_to(rk__nums *nums, rk_num a, rk_num unit);
/* 1 / base^(n/d) rounded to `places` decimals (0 to 18), half away from zero. base is above
 * zero; n and d are at most RK__NUM_MAX_POWER. See num_power.c. */
#define RK__NUM_MAX_POWER 1000
rk_num rk__num_inverse_root(rk__nums *nums, rk_num base, int64_t n, int64_t d, int places);
/* a^(p/q) rounded to 0 to 12 `places`, half away from zero. An `a` that is an rk_factor takes p
 * and q of up to RK_POWER_MAX in lowest terms, any other of up to RK__NUM_MAX_POWER. Poisons the
 * set if q <= 0, for a fractional power of a negative number, and a negative power of zero. */
rk_num rk__num_power(rk__nums *nums, rk_num a, int64_t p, int64_t q, int places);
/* The nearest whole number that is not above, or not below, a. */
rk_num rk__num_floor(rk__nums *nums, rk_num a);
rk_num rk__num_ceil(rk__nums *nums, rk_num a);
/* a if `condition`, else b; `words` (copied, may be NULL) say what the condition is. */
rk_num rk__num_select(rk__nums *nums, bool condition, const char *words, rk_num a, rk_num b);
/* The nearest rk_factor, half away from zero; false for NULL and if it does not fit. *exact says
 * whether nothing was rounded. */
bool rk__num_to_factor(rk_num a, rk_factor *out, bool *exact);
/* Deals `units`, a whole number, out in proportion to n weights: out[i] is a whole number, and they
 * add up to `units`. Each weight gets the whole units that it earns; those left go to the largest
 * remainders, of equal ones to the first. A sum below zero deals as its mirror image does, so -5
 * units are dealt as 5 are. RK_OUT_OF_RANGE if the weights add up to zero. */
rk_status rk__num_deal(rk__nums *nums, rk_num units, const rk_num *weights, size_t n, rk_num *out);
/* Copies both texts, which may be NULL. An `a` of NULL stays NULL without poisoning: labelling
 * an optional value is not arithmetic. */
rk_num rk__num_label(rk__nums *nums, rk_num a, const char *label, const char *source);

int rk__num_compare(rk_num a, rk_num b); /* -1, 0, 1; NULL counts as 0 */
int rk__num_sign(rk_num a);              /* -1, 0, 1; NULL counts as 0 */
bool rk__num_is_integer(rk_num a);       /* false for NULL */
/* Exact; false if it is not a whole number of millionths or does not fit. */
bool rk__num_to_decimal(rk_num a, rk_decimal *out);

/* All three print nothing for NULL and never "-0", and set out->failed if out of memory.
 *
 * Prints with exactly `places` decimals, rounded half away from zero. */
void rk__num_print_fixed(rk__buf *out, rk_num a, int places);
/* Does what the next two functions do, writing at `out`, if the number is small; returns 0 if
 * they have to print it. */
#define RK__NUM_SMALL_TEXT 64
size_t rk__num_put_small(char out[RK__NUM_SMALL_TEXT], rk_num a, int places, bool trim);
/* Prints at most `places` decimals, trailing zeros trimmed, no point if whole. */
void rk__num_print_trimmed(rk__buf *out, rk_num a, int places);
/* Prints exactly: trimmed decimals if they end (within 30 places), else "n/d" in lowest terms. */
void rk__num_print_exact(rk__buf *out, rk_num a);

/* Decimal text without a set of numbers, for rows. The grammar is that of JSON numbers, but
 * leading zeros and a leading '+' are accepted. */
typedef enum rk__decimal_fault {
    RK__DECIMAL_OK = 0,
    RK__DECIMAL_SYNTAX, /* not a number */
    RK__DECIMAL_PLACES, /* a digit other than 0 past the sixth decimal */
    RK__DECIMAL_RANGE   /* does not fit */
} rk__decimal_fault;
rk__decimal_fault rk__decimal_parse(const char *text, size_t length, rk_decimal *out);
/* Also accepts "4.75%" and "7/12" if they are whole millionths (else RK__DECIMAL_PLACES). */
rk__decimal_fault rk__decimal_parse_ratio(const char *text, size_t length, rk_decimal *out);
/* A number of at most twelve decimals, in units of 1e-12. RK__DECIMAL_PLACES for more. */
rk__decimal_fault rk__factor_parse(const char *text, size_t length, rk_factor *out);
/* Trimmed decimal text of a factor. */
size_t rk__factor_print(char out[RK__NUM_SMALL_TEXT], rk_factor f);
const char *rk__decimal_fault_text(rk__decimal_fault fault);
/* Trimmed decimal text of d: "1950", "0.62", "-3.5". At most 22 bytes with NUL. */
#define RK__DECIMAL_TEXT_SIZE 24
size_t rk__decimal_print(char out[RK__DECIMAL_TEXT_SIZE], rk_decimal d);
