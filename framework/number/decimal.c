/* SPDX-License-Identifier: MIT
 *
 * decimal.c: decimal text to millionths and back.
 *
 * Files have tens of millions of numbers, and nearly all are up to 16 characters of digits with at
 * most one point. Those are read as one or two machine words: the text is shifted to the high end
 * of the word behind padding zeros, the point is squeezed out, all characters are checked to be
 * digits at once, and three multiplications add them up. Everything else (exponents, longer
 * numbers, faults) is read character by character, which also finds the exact fault.
 */
#include <string.h>

#include "number/num_inside.h"

/* ------------------------------------------------------------ one word at a time */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

#define ONES   UINT64_C(0x0101010101010101)
#define HIGHS  UINT64_C(0x8080808080808080)
#define ZEROS  (ONES * '0')
#define POINTS (ONES * ('.' ^ '0')) /* points, as aligned() leaves them */

static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* The 1 to 8 characters of the text, first one lowest; touches no byte outside it. Overlapping
 * loads put the same characters in the same place. */
static inline uint64_t load(const char *text, size_t length)
{
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        return first | (uint64_t) last << (8 * (length - 4));
    }
    const uint64_t first = (unsigned char) text[0];
    const uint64_t middle = (unsigned char) text[length / 2];
    const uint64_t last = (unsigned char) text[length - 1];
    return first | middle << (8 * (length / 2)) | last << (8 * (length - 1));
}

/* 1 to 8 characters minus '0' each, at the high end behind zeros. */
static inline uint64_t aligned(const char *text, size_t length)
{
    return (load(text, length) ^ ZEROS) << (64 - 8 * length);
}

/* Bit 7 of the first byte that is a point; 0 if none is. */
static inline uint64_t find_point(uint64_t word)
{
    const uint64_t x = word ^ POINTS;
    const uint64_t found = (x - ONES) & ~x & HIGHS; /* may have false bits above the first */
    return found & (0 - found);
}

/* Nonzero unless all eight bytes are 0 to 9. Adding 0x76 to a byte above 9 sets its bit 7, or
 * carries if the bit is already set. */
static inline uint64_t not_digits(uint64_t word)
{
    return ((word + ONES * 0x76) | word) & HIGHS;
}

/* The value of eight digits: pairs, fours, then all. */
static inline uint64_t eight_digits(uint64_t word)
{
    word = word * 10 + (word >> 8);
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    const uint64_t high = (word & mask) * UINT64_C(0x000f424000000064);        /* 100, 10^6 */
    const uint64_t low = ((word >> 16) & mask) * UINT64_C(0x0000271000000001); /* 1, 10^4 */
    return (high + low) >> 32;
}

/* Reads 1 to 8 characters; false if only the slow path can say what they are. */
static inline bool parse_8(const char *text, size_t length, uint64_t *out)
{
    uint64_t word = aligned(text, length);
    const uint64_t point = find_point(word);
    unsigned fraction = 0;
    if (point != 0) {
        fraction = (unsigned) __builtin_clzll(point) / 8;
        /* There must be 1 to 6 digits after it, and some before it. */
        if (fraction - 1 > 5 || fraction + 1 == length) {
            return false;
        }
        /* The digits before the point move up over it. */
        const uint64_t before = (point >> 7) - 1;
        word = (word & ~(before << 8 | 0xff)) | (word & before) << 8;
    }
    *out = eight_digits(word) * powers[6 - fraction];
    return not_digits(word) == 0;
}

/* The same for 9 to 16 characters in 128 bits. */
static inline bool parse_16(const char *text, size_t length, uint64_t *out)
{
    uint64_t low = aligned(text, length - 8), high = aligned(text + length - 8, 8);
    /* A point in the low word has more than six places after it, so it goes to the slow path. */
    const uint64_t point = find_point(high);
    unsigned fraction = 0;
    if (point != 0) {
        fraction = (unsigned) __builtin_clzll(point) / 8;
        if (fraction - 1 > 5) {
            return false;
        }
        const uint64_t before = (point >> 7) - 1;
        high = (high & ~(before << 8 | 0xff)) | (high & before) << 8 | low >> 56;
        low <<= 8;
    }
    const uint64_t digits = eight_digits(low) * 100000000 + eight_digits(high);
    return (not_digits(low) | not_digits(high)) == 0 &&
           !__builtin_mul_overflow(digits, powers[6 - fraction], out) &&
           *out <= (uint64_t) RK_DECIMAL_MAX;
}

static inline bool parse_fast(const char *text, size_t length, rk_decimal *out)
{
    const size_t sign = length > 1 && text[0] == '-';
    text += sign;
    length -= sign;
    uint64_t magnitude;
    if (length - 1 < 8 ? !parse_8(text, length, &magnitude)
                       : length - 1 >= 16 || !parse_16(text, length, &magnitude)) {
        return false;
    }
    *out = sign ? -(rk_decimal) magnitude : (rk_decimal) magnitude;
    return true;
}

#else

static inline bool parse_fast(const char *text, size_t length, rk_decimal *out)
{
    (void) text, (void) length, (void) out;
    return false;
}

#endif

/* -------------------------------------------------------- one character at a time */

static int64_t count_digits(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && text[n] >= '0' && text[n] <= '9') {
        n++;
    }
    return (int64_t) n;
}

/* The length of an exponent ("e12", "E-3") at the start; 0 if there is none. */
static size_t scan_exponent(const char *text, size_t length, int64_t *out)
{
    const int64_t limit = 1000000000;
    if (length == 0 || (text[0] != 'e' && text[0] != 'E')) {
        return 0;
    }
    size_t at = 1;
    const bool negative = at < length && text[at] == '-';
    if (at < length && (text[at] == '-' || text[at] == '+')) {
        at++;
    }
    const size_t n = (size_t) count_digits(text + at, length - at);
    if (n == 0) {
        return 0;
    }
    int64_t exponent = 0;
    for (size_t i = 0; i < n; i++) {
        exponent = exponent * 10 + (text[at + i] - '0');
        exponent = exponent > limit ? limit : exponent;
    }
    *out = negative ? -exponent : exponent;
    return at + n;
}

bool rk__lexeme_scan(const char *text, size_t length, rk__lexeme *out)
{
    *out = (rk__lexeme){0};
    size_t at = 0;
    if (length > 0 && (text[0] == '-' || text[0] == '+')) {
        out->negative = text[0] == '-';
        at++;
    }
    out->whole = text + at;
    out->n_whole = count_digits(out->whole, length - at);
    if (out->n_whole == 0) {
        return false;
    }
    at += (size_t) out->n_whole;
    out->fraction = text + at;
    if (at < length && text[at] == '.') {
        out->fraction++;
        out->n_fraction = count_digits(out->fraction, length - at - 1);
        if (out->n_fraction == 0) {
            return false;
        }
        at += 1 + (size_t) out->n_fraction;
    }
    out->end = text + at + scan_exponent(text + at, length - at, &out->exponent);
    return true;
}

bool rk__lexeme_is_digits(const rk__lexeme *lexeme)
{
    return lexeme->whole + lexeme->n_whole == lexeme->end;
}

void rk__lexeme_trim(rk__lexeme *lexeme)
{
    while (lexeme->n_whole > 0 && *lexeme->whole == '0') {
        lexeme->whole++;
        lexeme->n_whole--;
    }
    while (lexeme->n_fraction > 0 && lexeme->fraction[lexeme->n_fraction - 1] == '0') {
        lexeme->n_fraction--;
    }
}

/* Adds `n` digits to the magnitude; the first counts 10^power millionths. Digits that count less
 * than a millionth must be 0. */
static rk__decimal_fault add_digits(uint64_t *magnitude, const char *digits, int64_t n,
                                    int64_t power)
{
    for (int64_t i = 0; i < n; i++, power--) {
        if (power < 0) {
            if (digits[i] != '0') {
                return RK__DECIMAL_PLACES;
            }
        } else if (__builtin_mul_overflow(*magnitude, UINT64_C(10), magnitude) ||
                   __builtin_add_overflow(*magnitude, (uint64_t) (digits[i] - '0'), magnitude)) {
            return RK__DECIMAL_RANGE;
        }
    }
    return RK__DECIMAL_OK;
}

static rk__decimal_fault lexeme_to_decimal(rk__lexeme lexeme, rk_decimal *out)
{
    rk__lexeme_trim(&lexeme);
    const int64_t scale = lexeme.exponent + RK_DECIMAL_PLACES; /* of the last whole digit */
    uint64_t magnitude = 0;
    rk__decimal_fault fault =
        add_digits(&magnitude, lexeme.whole, lexeme.n_whole, scale + lexeme.n_whole - 1);
    if (fault == RK__DECIMAL_OK) {
        fault = add_digits(&magnitude, lexeme.fraction, lexeme.n_fraction, scale - 1);
    }
    if (fault != RK__DECIMAL_OK) {
        return fault;
    }
    for (int64_t i = lexeme.n_fraction; magnitude != 0 && i < scale; i++) {
        if (__builtin_mul_overflow(magnitude, UINT64_C(10), &magnitude)) {
            return RK__DECIMAL_RANGE;
        }
    }
    if (magnitude > (uint64_t) RK_DECIMAL_MAX) {
        return RK__DECIMAL_RANGE;
    }
    *out = lexeme.negative ? -(rk_decimal) magnitude : (rk_decimal) magnitude;
    return RK__DECIMAL_OK;
}

/* Not inlined, so that the fast path needs no stack frame. */
__attribute__((noinline, cold)) static rk__decimal_fault parse_slow(const char *text, size_t length,
                                                                    rk_decimal *out)
{
    rk__lexeme lexeme;
    if (!rk__lexeme_scan(text, length, &lexeme) || lexeme.end != text + length) {
        return RK__DECIMAL_SYNTAX;
    }
    return lexeme_to_decimal(lexeme, out);
}

rk__decimal_fault rk__decimal_parse(const char *text, size_t length, rk_decimal *out)
{
    return parse_fast(text, length, out) ? RK__DECIMAL_OK : parse_slow(text, length, out);
}

/* A run of digits as a number; false if it does not fit in 63 bits. */
static bool digits_to_int(const char *text, int64_t n, int64_t *out)
{
    int64_t value = 0;
    for (int64_t i = 0; i < n; i++) {
        if (__builtin_mul_overflow(value, INT64_C(10), &value) ||
            __builtin_add_overflow(value, (int64_t) (text[i] - '0'), &value)) {
            return false;
        }
    }
    *out = value;
    return true;
}

/* Parses "7/12": `top` is the 7 and `text` is what follows the slash. */
static rk__decimal_fault fraction_to_decimal(const rk__lexeme *top, const char *text, size_t length,
                                             rk_decimal *out)
{
    if (count_digits(text, length) != (int64_t) length) {
        return RK__DECIMAL_SYNTAX;
    }
    int64_t numerator, denominator;
    if (!digits_to_int(text, (int64_t) length, &denominator) ||
        !digits_to_int(top->whole, top->n_whole, &numerator)) {
        return RK__DECIMAL_RANGE;
    }
    if (denominator == 0) { /* or there is none */
        return RK__DECIMAL_SYNTAX;
    }
    const rk_int128 millionths = (rk_int128) numerator * RK_DECIMAL_ONE;
    if (millionths % denominator != 0) {
        return RK__DECIMAL_PLACES;
    }
    const rk_int128 value = millionths / denominator;
    if (value > RK_DECIMAL_MAX) {
        return RK__DECIMAL_RANGE;
    }
    *out = top->negative ? -(rk_decimal) value : (rk_decimal) value;
    return RK__DECIMAL_OK;
}

rk__decimal_fault rk__decimal_parse_ratio(const char *text, size_t length, rk_decimal *out)
{
    if (parse_fast(text, length, out)) {
        return RK__DECIMAL_OK;
    }
    rk__lexeme lexeme;
    if (!rk__lexeme_scan(text, length, &lexeme)) {
        return RK__DECIMAL_SYNTAX;
    }
    const size_t rest = (size_t) (text + length - lexeme.end);
    if (rest == 1 && *lexeme.end == '%') {
        lexeme.exponent -= 2;
        return lexeme_to_decimal(lexeme, out);
    }
    if (rest > 1 && *lexeme.end == '/' && rk__lexeme_is_digits(&lexeme)) {
        return fraction_to_decimal(&lexeme, lexeme.end + 1, rest - 1, out);
    }
    return rest == 0 ? lexeme_to_decimal(lexeme, out) : RK__DECIMAL_SYNTAX;
}

const char *rk__decimal_fault_text(rk__decimal_fault fault)
{
    switch (fault) {
    case RK__DECIMAL_OK:
        return "is a number";
    case RK__DECIMAL_SYNTAX:
        return "is not a number";
    case RK__DECIMAL_PLACES:
        return "has more than six decimal places";
    case RK__DECIMAL_RANGE:
    default:
        return "is too large";
    }
}

size_t rk__decimal_print(char out[RK__DECIMAL_TEXT_SIZE], rk_decimal d)
{
    const uint64_t magnitude = rk__magnitude(d);
    uint64_t whole = magnitude / (uint64_t) RK_DECIMAL_ONE;
    unsigned fraction = (unsigned) (magnitude % (uint64_t) RK_DECIMAL_ONE);
    /* Written backwards from the end of the buffer, then moved to its start. */
    char text[RK__DECIMAL_TEXT_SIZE];
    char *at = text + sizeof text;
    *--at = '\0';
    if (fraction != 0) {
        int places = RK_DECIMAL_PLACES;
        for (; fraction % 10 == 0; fraction /= 10) {
            places--;
        }
        for (; places > 0; places--, fraction /= 10) {
            *--at = (char) ('0' + fraction % 10);
        }
        *--at = '.';
    }
    do {
        *--at = (char) ('0' + whole % 10);
        whole /= 10;
    } while (whole != 0);
    if (d < 0) {
        *--at = '-';
    }
    const size_t size = (size_t) (text + sizeof text - at);
    memcpy(out, at, size);
    return size - 1;
}
