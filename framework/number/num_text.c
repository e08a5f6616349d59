/* SPDX-License-Identifier: MIT
 *
 * num_text.c: exact numbers from text and to text.
 *
 * Numbers and percentages as people write them fit 64 bits and are read as such; GMP reads the
 * rest. Likewise small numbers are printed from 128 bits. Both ways of printing end in
 * print_digits, which places the point and drops zeros.
 */
#include <string.h>

#include "number/num_inside.h"
#include "number/scaled.h"

/* ------------------------------------------------------------------- reading */

/* Texts up to this length are first tried as an rk_decimal. */
#define SHORT_LENGTH 32

static const char text_syntax[] = "is not a number";
static const char text_large[] = "is too large";
static const char text_zero[] = "divides by zero";
static const char text_memory[] = "cannot be kept: out of memory";

static const char *places_text(int places)
{
    static const char *const texts[] = {"is not a whole number",
                                        "has more than one decimal place",
                                        "has more than two decimal places",
                                        "has more than three decimal places",
                                        "has more than four decimal places",
                                        "has more than five decimal places",
                                        "has more than six decimal places"};
    return places < (int) (sizeof texts / sizeof texts[0]) ? texts[places]
                                                           : "has too many decimal places";
}

/* Appends digits to z. They are not NUL-terminated, so copies them. */
static void append_digits(mpz_ptr z, const char *digits, int64_t n)
{
    char text[RK__NUM_MAX_DIGITS + 1];
    if (n == 0) {
        return;
    }
    memcpy(text, digits, (size_t) n);
    text[n] = '\0';
    mpz_t tail, scale;
    mpz_init_set_str(tail, text, 10);
    mpz_init(scale);
    mpz_ui_pow_ui(scale, 10, (unsigned long) n);
    mpz_mul(z, z, scale);
    mpz_add(z, z, tail);
    mpz_clear(tail);
    mpz_clear(scale);
}

static rk_num keep(rk__nums *nums, mpq_ptr value, const char **why)
{
    const rk_num node = rk__num_take(nums, RK__NUM_VALUE, NULL, NULL, value);
    if (node == NULL) {
        *why = text_memory;
    }
    return node;
}

/* Parses a decimal number; `lexeme` is trimmed and within the limits. */
static rk_num from_lexeme(rk__nums *nums, const rk__lexeme *lexeme, const char **why)
{
    mpq_t value;
    mpq_init(value);
    append_digits(mpq_numref(value), lexeme->whole, lexeme->n_whole);
    append_digits(mpq_numref(value), lexeme->fraction, lexeme->n_fraction);
    if (lexeme->negative) {
        mpq_neg(value, value);
    }
    const int64_t power = lexeme->exponent - lexeme->n_fraction;
    mpz_t scale;
    mpz_init(scale);
    mpz_ui_pow_ui(scale, 10, (unsigned long) (power < 0 ? -power : power));
    if (power < 0) {
        mpz_set(mpq_denref(value), scale);
        mpq_canonicalize(value);
    } else {
        mpz_mul(mpq_numref(value), mpq_numref(value), scale);
    }
    mpz_clear(scale);
    return keep(nums, value, why);
}

/* The decimal places that the number needs. */
static int64_t places_of(const rk__lexeme *lexeme)
{
    int64_t zeros = 0;
    if (lexeme->n_fraction == 0) {
        while (zeros < lexeme->n_whole && lexeme->whole[lexeme->n_whole - 1 - zeros] == '0') {
            zeros++;
        }
    }
    return lexeme->n_fraction - zeros - lexeme->exponent;
}

static rk_num parse_decimal(rk__nums *nums, rk__lexeme lexeme, int max_places, const char **why)
{
    if (lexeme.n_whole + lexeme.n_fraction > RK__NUM_MAX_DIGITS) {
        *why = text_large;
        return NULL;
    }
    rk__lexeme_trim(&lexeme);
    if (lexeme.n_whole + lexeme.n_fraction == 0) {
        lexeme.exponent = 0;
    }
    if (lexeme.exponent > RK__NUM_MAX_EXPONENT) {
        *why = text_large;
        return NULL;
    }
    if (places_of(&lexeme) > max_places) {
        *why = places_text(max_places);
        return NULL;
    }
    return from_lexeme(nums, &lexeme, why);
}

/* The 12 of "7/12". */
static bool scan_bottom(const char *text, rk__lexeme *bottom)
{
    return text[0] != '-' && text[0] != '+' && rk__lexeme_scan(text, strlen(text), bottom) &&
           *bottom->end == '\0' && rk__lexeme_is_digits(bottom);
}

/* Parses "7/12": `top` is the 7 and `text` is what follows the slash. */
static rk_num parse_fraction(rk__nums *nums, const rk__lexeme *top, const char *text,
                             int max_places, const char **why)
{
    rk__lexeme bottom;
    if (!scan_bottom(text, &bottom)) {
        *why = text_syntax;
        return NULL;
    }
    if (top->n_whole > RK__NUM_MAX_DIGITS || bottom.n_whole > RK__NUM_MAX_DIGITS) {
        *why = text_large;
        return NULL;
    }
    mpq_t value;
    mpq_init(value);
    mpz_set_ui(mpq_denref(value), 0);
    append_digits(mpq_numref(value), top->whole, top->n_whole);
    append_digits(mpq_denref(value), bottom.whole, bottom.n_whole);
    if (mpz_sgn(mpq_denref(value)) == 0) {
        mpq_clear(value);
        *why = text_zero;
        return NULL;
    }
    mpq_canonicalize(value);
    if (top->negative) {
        mpq_neg(value, value);
    }
    if (max_places >= 0) {
        mpz_t scale;
        mpz_init(scale);
        mpz_ui_pow_ui(scale, 10, (unsigned long) max_places);
        const bool fits = mpz_divisible_p(scale, mpq_denref(value)) != 0;
        mpz_clear(scale);
        if (!fits) {
            mpq_clear(value);
            *why = places_text(max_places);
            return NULL;
        }
    }
    return keep(nums, value, why);
}

/* Whether the number is a multiple of 10^-places. */
static bool fits_places(const struct rk_num_node *small, int places)
{
    return small->den == 1 || rk__power_of_ten((unsigned) places) % (uint64_t) small->den == 0;
}

rk_num rk__num_parse(rk__nums *nums, const char *text, int ratio, int max_places, const char **why)
{
    const char *unused;
    why = why == NULL ? &unused : why;
    *why = NULL;
    /* The smaller limit also bounds what a negative exponent can ask for. */
    const int places =
        max_places < 0 || max_places > RK__NUM_MAX_EXPONENT ? RK__NUM_MAX_EXPONENT : max_places;
    const size_t length = strlen(text);
    struct rk_num_node small;
    if (length <= SHORT_LENGTH && rk__num_place_text(&small, text, length, ratio != 0) &&
        (places >= RK_DECIMAL_PLACES + 2 || fits_places(&small, places))) {
        const rk_num node = rk__num_placed(nums, &small);
        *why = node == NULL ? text_memory : NULL;
        return node;
    }
    rk__lexeme lexeme;
    if (rk__lexeme_scan(text, length, &lexeme)) {
        if (*lexeme.end == '\0') {
            return parse_decimal(nums, lexeme, places, why);
        }
        if (ratio && lexeme.end[0] == '%' && lexeme.end[1] == '\0') {
            lexeme.exponent -= 2;
            return parse_decimal(nums, lexeme, places, why);
        }
        if (ratio && lexeme.end[0] == '/' && rk__lexeme_is_digits(&lexeme)) {
            return parse_fraction(nums, &lexeme, lexeme.end + 1, max_places, why);
        }
    }
    *why = text_syntax;
    return NULL;
}

rk_num rk__num_parse_into(rk__nums *nums, struct rk_num_node *own, const char *text, int ratio)
{
    const size_t length = strlen(text);
    return length <= SHORT_LENGTH && rk__num_place_text(own, text, length, ratio != 0)
               ? own
               : rk__num_parse(nums, text, ratio, -1, NULL);
}

bool rk__num_is_spelled(const char *text, int ratio)
{
    rk__lexeme lexeme;
    if (!rk__lexeme_scan(text, strlen(text), &lexeme)) {
        return false;
    }
    const char *rest = lexeme.end;
    if (!ratio || *rest == '\0') {
        return *rest == '\0';
    }
    rk__lexeme bottom;
    return (rest[0] == '%' && rest[1] == '\0') ||
           (rest[0] == '/' && rk__lexeme_is_digits(&lexeme) && scan_bottom(rest + 1, &bottom) &&
            strspn(bottom.whole, "0") != (size_t) bottom.n_whole);
}

/* ------------------------------------------------------------------ printing */

/* Prints `digits` x 10^-places. The value is not 0 if `negative`. `trim` drops zeros at the end
 * of the fraction. */
static void print_digits(rk__buf *out, bool negative, const char *digits, size_t n, size_t places,
                         bool trim)
{
    while (n > 0 && *digits == '0') {
        digits++;
        n--;
    }
    if (negative) {
        rk__buf_putc(out, '-');
    }
    const size_t n_whole = n > places ? n - places : 0;
    if (n_whole == 0) {
        rk__buf_putc(out, '0');
    } else {
        rk__buf_add(out, digits, n_whole);
    }
    size_t padding = places - (n - n_whole); /* zeros between the point and the digits */
    if (trim) {
        while (n > n_whole && digits[n - 1] == '0') {
            n--;
        }
        padding = n == n_whole ? 0 : padding;
    }
    if (padding + (n - n_whole) > 0) {
        rk__buf_putc(out, '.');
        for (; padding > 0; padding--) {
            rk__buf_putc(out, '0');
        }
        rk__buf_add(out, digits + n_whole, n - n_whole);
    }
}

/* GMP writes to our memory, not to that of its own allocator. */
static void print_big(rk__buf *out, mpz_srcptr z, size_t places, bool trim)
{
    char *text = rk__malloc(mpz_sizeinbase(z, 10) + 2);
    if (text == NULL) {
        out->failed = 1;
        return;
    }
    (void) mpz_get_str(text, 10, z);
    const bool negative = text[0] == '-';
    const char *digits = text + (negative ? 1 : 0);
    print_digits(out, negative, digits, strlen(digits), places, trim);
    rk__free(text);
}

static void print_128(rk__buf *out, rk_int128 n, size_t places, bool trim)
{
    char text[40];
    char *at = text + sizeof text;
    rk_uint128 magnitude = n < 0 ? 0 - (rk_uint128) n : (rk_uint128) n;
    while (magnitude > UINT64_MAX) {
        *--at = (char) ('0' + (int) (magnitude % 10));
        magnitude /= 10;
    }
    /* The same in 64 bits, which is several times faster. */
    for (uint64_t rest = (uint64_t) magnitude; rest != 0; rest /= 10) {
        *--at = (char) ('0' + (int) (rest % 10));
    }
    print_digits(out, n < 0, at, (size_t) (text + sizeof text - at), places, trim);
}

/* Most numbers are money or counts and fit in 64 bits; many are integers. */
size_t rk__num_put_small(char out[RK__NUM_SMALL_TEXT], rk_num a, int places, bool trim)
{
    uint64_t scaled;
    if (a->big || places < 0 || places > 18) {
        return 0;
    }
    if (a->den == 1) {
        return (size_t) (rk__put_whole_places(out, a->num, trim ? 0 : (unsigned) places) - out);
    }
    if (__builtin_mul_overflow(rk__magnitude(a->num), rk__power_of_ten((unsigned) places),
                               &scaled)) {
        return 0;
    }
    const uint64_t den = (uint64_t) a->den;
    const uint64_t rest = scaled % den;
    scaled = scaled / den + (rest >= den - rest);
    const bool negative = a->num < 0 && scaled != 0;
    return (size_t) (rk__put_places(out, negative, scaled, (unsigned) places, trim) - out);
}

static void print_rounded(rk__buf *out, rk_num a, int places, bool trim)
{
    if (a == NULL) {
        return;
    }
    places = places < 0 ? 0 : places;
    char text[RK__NUM_SMALL_TEXT];
    const size_t length = rk__num_put_small(text, a, places, trim);
    if (length > 0) {
        rk__buf_add(out, text, length);
        return;
    }
    if (!a->big && places <= 18) {
        const rk_int128 scaled = (rk_int128) a->num * (int64_t) rk__power_of_ten((unsigned) places);
        print_128(out, rk_div_round(scaled, a->den), (size_t) places, trim);
        return;
    }
    rk__num_view view;
    rk__num_look(&view, a);
    mpq_t scaled;
    mpz_t nearest;
    mpq_init(scaled);
    mpz_init(nearest);
    mpz_ui_pow_ui(mpq_numref(scaled), 10, (unsigned long) places);
    mpq_mul(scaled, scaled, view.q);
    rk__num_nearest(nearest, scaled);
    print_big(out, nearest, (size_t) places, trim);
    mpz_clear(nearest);
    mpq_clear(scaled);
}

void rk__num_print_fixed(rk__buf *out, rk_num a, int places)
{
    print_rounded(out, a, places, false);
}

void rk__num_print_trimmed(rk__buf *out, rk_num a, int places)
{
    print_rounded(out, a, places, true);
}

void rk__num_print_exact(rk__buf *out, rk_num a)
{
    if (a == NULL) {
        return;
    }
    /* Decimals end if the denominator divides a power of ten. */
    enum { MOST_PLACES = 30 };
    rk__num_view view;
    rk__num_look(&view, a);
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, MOST_PLACES);
    const bool ends = mpz_divisible_p(power, mpq_denref(view.q)) != 0;
    mpz_clear(power);
    if (ends) {
        print_rounded(out, a, rk__num_is_integer(a) ? 0 : MOST_PLACES, true);
        return;
    }
    print_big(out, mpq_numref(view.q), 0, false);
    rk__buf_putc(out, '/');
    print_big(out, mpq_denref(view.q), 0, false);
}
