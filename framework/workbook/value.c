/* SPDX-License-Identifier: MIT
 *
 * value.c: the text of numbers, dates and strings of cells.
 *
 * Workbooks store numbers as the decimal text of a double, often with 17 digits
 * (0.30000000000000004). Rounding to 15 digits happens on the digits: no number becomes a
 * floating-point value here.
 */
#include "workbook/value.h"

#include <stdio.h>

#include "base/date.h"
#include "workbook/xml.h"

#define SIGNIFICANT 15

/* ------------------------------------------------------------------ numbers */

typedef struct number_digits {
    bool negative;
    char digit[SIGNIFICANT + 1]; /* without leading zeros */
    int n;                       /* digits kept */
    int point;                   /* how many of them are before the decimal point */
    bool more;                   /* whether the first digit left out rounds up */
} number_digits;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *read_exponent(const char *at, const char *end, int *exponent)
{
    bool negative = false;
    const char *first;
    at++;
    if (at < end && (*at == '+' || *at == '-')) {
        negative = *at++ == '-';
    }
    for (first = at; at < end && is_digit(*at) && at - first < 4; at++) {
        *exponent = 10 * *exponent + (*at - '0');
    }
    *exponent = negative ? -*exponent : *exponent;
    return at > first ? at : NULL;
}

static bool read_number(const char *text, size_t length, number_digits *out)
{
    const char *at = text;
    const char *const end = text + length;
    bool any = false;
    bool point = false;
    int left_out = 0;
    int exponent = 0;
    *out = (number_digits){0};
    if (at < end && (*at == '-' || *at == '+')) {
        out->negative = *at++ == '-';
    }
    for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        any = true;
        if (out->n == 0 && *at == '0') {
            out->point -= point; /* a leading zero */
            continue;
        }
        if (out->n < SIGNIFICANT) {
            out->digit[out->n++] = *at;
        } else if (left_out++ == 0) {
            out->more = *at >= '5';
        }
        out->point += !point;
    }
    if (any && at < end && (*at == 'e' || *at == 'E')) {
        at = read_exponent(at, end, &exponent);
    }
    out->point += exponent;
    return any && at == end;
}

static void round_digits(number_digits *d)
{
    int i = d->n;
    while (d->more && i > 0) {
        i--;
        d->more = d->digit[i] == '9';
        d->digit[i] = d->more ? '0' : (char) (d->digit[i] + 1);
    }
    if (d->more) { /* nines only */
        d->digit[0] = '1';
        d->n = 1;
        d->point++;
    }
    while (d->n > 0 && d->digit[d->n - 1] == '0') {
        d->n--;
    }
}

static void put_zeros(rk__buf *out, int n)
{
    for (; n > 0; n--) {
        rk__buf_putc(out, '0');
    }
}

static bool put_number(rk__buf *out, number_digits d)
{
    round_digits(&d);
    if (d.n == 0) {
        rk__buf_putc(out, '0');
        return true;
    }
    if (d.point > 400 || d.point < -400) { /* no double */
        return false;
    }
    if (d.negative) {
        rk__buf_putc(out, '-');
    }
    if (d.point <= 0) {
        rk__buf_puts(out, "0.");
        put_zeros(out, -d.point);
        rk__buf_add(out, d.digit, (size_t) d.n);
        return true;
    }
    const int whole = d.point < d.n ? d.point : d.n;
    rk__buf_add(out, d.digit, (size_t) whole);
    put_zeros(out, d.point - whole);
    if (whole < d.n) {
        rk__buf_putc(out, '.');
        rk__buf_add(out, d.digit + whole, (size_t) (d.n - whole));
    }
    return true;
}

bool rk__number_text(rk__buf *out, const char *text, size_t length)
{
    number_digits d;
    return read_number(text, length, &d) && put_number(out, d);
}

bool rk__number_rounded(rk__buf *out, const char *text, size_t length, bool percent, int decimals)
{
    number_digits d;
    if (!read_number(text, length, &d)) {
        return false;
    }
    d.point -= percent ? 2 : 0;
    const int keep = d.point + decimals;
    if (decimals >= 0 && keep < d.n) {
        d.more = keep >= 0 && d.digit[keep] >= '5';
        d.n = keep > 0 ? keep : 0;
        if (d.n == 0 && d.more) { /* up to the last decimal that is kept */
            d.digit[d.n++] = '1';
            d.point++;
            d.more = false;
        }
    }
    return put_number(out, d);
}

/* -------------------------------------------------------------------- dates */

#define LAST_SERIAL     2958465 /* 9999-12-31 */
#define FRACTION_DIGITS 10
#define FRACTION_UNIT   INT64_C(10000000000)

rk__date_kind rk__date_kind_of_builtin(unsigned id)
{
    if (id == 46) {
        return RK__DATE_ELAPSED;
    }
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
                   (id >= 50 && id <= 58)
               ? RK__DATE_DAY
               : RK__DATE_NONE;
}

/* Past a bracket, a quoted text, or a character that stands for itself; the character otherwise. */
static const char *skip_literal(const char *at, bool *elapsed)
{
    if (*at == '[') {
        const char *close = strchr(at, ']');
        const char inside = (char) (at[1] | 0x20);
        *elapsed =
            *elapsed || (close != NULL && (inside == 'h' || inside == 'm' || inside == 's') &&
                         (close - at == 2 || (char) (at[2] | 0x20) == inside));
        return close != NULL ? close + 1 : at + strlen(at);
    }
    if (*at == '"') {
        const char *close = strchr(at + 1, '"');
        return close != NULL ? close + 1 : at + strlen(at);
    }
    if ((*at == '\\' || *at == '_' || *at == '*') && at[1] != '\0') {
        return at + 2;
    }
    return at;
}

rk__date_kind rk__date_kind_of_format(const char *format)
{
    bool elapsed = false;
    bool date = false;
    const char *at = format;
    while (*at != '\0' && *at != ';') {
        const char *past = skip_literal(at, &elapsed);
        if (past == at) {
            if (strncmp(at, "General", 7) == 0) {
                at += 7;
                continue;
            }
            date = date || strchr("dmyhsDMYHS", *at) != NULL;
            past++;
        }
        at = past;
    }
    return elapsed ? RK__DATE_ELAPSED : date ? RK__DATE_DAY : RK__DATE_NONE;
}

/* Days and seconds of a serial number, the seconds rounded. */
static bool read_serial(const char *text, size_t length, int64_t *days, int64_t *seconds)
{
    rk__buf plain = {0};
    int64_t fraction = 0;
    int digits = 0;
    *days = 0;
    bool ok = rk__number_text(&plain, text, length) && !plain.failed && plain.length < 40;
    const char *at = ok ? plain.text : "";
    for (; is_digit(*at) && *days <= LAST_SERIAL; at++) {
        *days = 10 * *days + (*at - '0');
    }
    ok = ok && (*at == '.' || *at == '\0');
    for (at += *at == '.'; is_digit(*at) && digits < FRACTION_DIGITS; at++, digits++) {
        fraction = 10 * fraction + (*at - '0');
    }
    for (; digits < FRACTION_DIGITS; digits++) {
        fraction *= 10;
    }
    rk__buf_dispose(&plain);
    *seconds = (fraction * 86400 + FRACTION_UNIT / 2) / FRACTION_UNIT;
    if (*seconds == 86400) {
        *seconds = 0;
        ++*days;
    }
    return ok && *days <= LAST_SERIAL;
}

static void put_time(rk__buf *out, int64_t seconds)
{
    rk__buf_printf(out, "%02d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60),
                   (int) (seconds % 60));
}

bool rk__date_text(rk__buf *out, const char *text, size_t length, rk__date_kind kind,
                   bool since_1904)
{
    int64_t days;
    int64_t seconds;
    if (!read_serial(text, length, &days, &seconds)) {
        return false;
    }
    if (kind == RK__DATE_ELAPSED) {
        put_time(out, days * 86400 + seconds);
        return true;
    }
    if (days == 0 && !since_1904) {
        put_time(out, seconds);
        return true;
    }
    /* 25569 is 1970-01-01. The 1900 system has a day that never was, 1900-02-29, as 60. */
    if (!since_1904 && days == 60) {
        return false;
    }
    const int64_t serial = since_1904 ? days + 1462 : days < 60 ? days + 1 : days;
    const rk_date date = rk__date_from_days((int32_t) (serial - 25569));
    rk__buf_printf(out, "%04d-%02d-%02d", date.year, date.month, date.day);
    if (seconds > 0) {
        rk__buf_putc(out, ' ');
        put_time(out, seconds);
    }
    return true;
}

bool rk__date_serial(rk__buf *out, const char *text, size_t length)
{
    rk_date date;
    if (length < 10 || !rk__date_parse(text, 10, &date)) {
        return false;
    }
    const int64_t serial = (int64_t) rk__date_days(date) + 25569;
    rk__buf_printf(out, "%lld", (long long) (serial <= 60 ? serial - 1 : serial));
    return true;
}

/* ------------------------------------------------------------------ strings */

static int hex(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    const char lower = (char) (c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The character of an escape at `at`, or 0: control characters other than line ends and tabs, and
 * halves of pairs, are left as they are written. */
static unsigned escape_at(const char *at, size_t left)
{
    unsigned v = 0;
    if (left < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_') {
        return 0;
    }
    for (int i = 2; i < 6; i++) {
        const int digit = hex(at[i]);
        if (digit < 0) {
            return 0;
        }
        v = v << 4 | (unsigned) digit;
    }
    const bool text = v >= 0x20 || v == '\t' || v == '\n' || v == '\r';
    return text && (v < 0xd800 || v > 0xdfff) && v != 0xfffe && v != 0xffff ? v : 0;
}

static size_t put_utf8(char *to, unsigned v)
{
    if (v < 0x80) {
        to[0] = (char) v;
        return 1;
    }
    if (v < 0x800) {
        to[0] = (char) (0xc0 | v >> 6);
        to[1] = (char) (0x80 | (v & 0x3f));
        return 2;
    }
    to[0] = (char) (0xe0 | v >> 12);
    to[1] = (char) (0x80 | (v >> 6 & 0x3f));
    to[2] = (char) (0x80 | (v & 0x3f));
    return 3;
}

void rk__unescape(rk__buf *text, size_t from)
{
    if (text->failed || from >= text->length ||
        memmem(text->text + from, text->length - from, "_x", 2) == NULL) {
        return;
    }
    char *to = text->text + from;
    const char *at = to;
    const char *const end = text->text + text->length;
    while (at < end) {
        const unsigned v = escape_at(at, (size_t) (end - at));
        if (v != 0) {
            to += put_utf8(to, v);
            at += 7;
        } else {
            *to++ = *at++;
        }
    }
    text->length = (size_t) (to - text->text);
    *to = '\0';
}

const char *rk__cell_name(char out[RK__CELL_NAME], uint32_t column, uint32_t row)
{
    char letters[8];
    size_t n = sizeof letters;
    letters[--n] = '\0';
    for (uint32_t c = column + 1; c > 0 && n > 0; c = (c - 1) / 26) {
        letters[--n] = (char) ('A' + (c - 1) % 26);
    }
    (void) snprintf(out, RK__CELL_NAME, "%s%u", letters + n, row % 100000000u);
    return out;
}

void rk__string_start(rk__string_item *item, const char *name, const char *const *attributes)
{
    const bool runs = item->depth == 1 && item->in_run;
    if (item->depth == 0 && strcmp(name, "r") == 0) {
        item->in_run = true;
    } else if ((item->depth == 0 || runs) && strcmp(name, "t") == 0) {
        const char *space = rk__xml_attribute(attributes, "xml:space");
        item->collecting = true;
        item->preserve = space != NULL && strcmp(space, "preserve") == 0;
        item->from = item->out->length;
    }
    item->depth++;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Space around a text belongs to the XML, not to the cell, unless the text asks to keep it. */
static void trim(rk__string_item *item)
{
    rk__buf *out = item->out;
    size_t first = item->from;
    if (out->failed || out->length == item->from) {
        return;
    }
    while (out->length > first && is_space(out->text[out->length - 1])) {
        out->length--;
    }
    while (first < out->length && is_space(out->text[first])) {
        first++;
    }
    memmove(out->text + item->from, out->text + first, out->length - first);
    out->length -= first - item->from;
    out->text[out->length] = '\0';
}

void rk__string_end(rk__string_item *item)
{
    item->depth--;
    if (item->collecting && item->depth == (item->in_run ? 1u : 0u)) {
        item->collecting = false;
        if (!item->preserve) {
            trim(item);
        }
        rk__unescape(item->out, item->from);
    }
    if (item->depth == 0) {
        item->in_run = false;
    }
}

void rk__string_add(rk__string_item *item, const char *text, size_t length)
{
    if (!item->collecting) {
        return;
    }
    if (length > RK__CELL_MAX_BYTES - (item->out->length - item->begin)) {
        item->too_long = true;
        item->collecting = false;
        return;
    }
    rk__buf_add(item->out, text, length);
}
