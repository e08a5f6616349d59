/* SPDX-License-Identifier: MIT
 *
 * read_cell.c: single cells, read as their table declares: texts, dates and numbers.
 */
#include <string.h>

#include "base/text.h"
#include "table/columns.h"
#include "table/reading.h"

static bool column_is(const char *column, const char *name)
{
    return rk__column_name_matches(column, strlen(column), name, strlen(name));
}

rk__cell_reader rk__cell_reader_of(const rk__reading *reading, const char *column, rk__cell_use use)
{
    rk__cell_reader reader = {.use = use};
    if (use == RK__USE_TEXT && reading != NULL && reading->dates_given &&
        strcmp(column, "date") == 0) {
        reader.use = RK__USE_DATE;
    }
    if (reading == NULL) {
        return reader;
    }
    for (size_t i = 0; i < reading->n_texts; i++) {
        const rk__text_form *form = &reading->texts[i];
        if (form->column != NULL && !column_is(form->column, column)) {
            continue;
        }
        reader.trim = form->trim_given ? form->trim : reader.trim;
        reader.letters = form->letters != 0 ? form->letters : reader.letters;
    }
    reader.letters = reader.use == RK__USE_TEXT ? reader.letters : 0;
    reader.reading = reading;
    return reader;
}

/* ------------------------------------------------------------------- blanks */

/* Bytes of a blank at the start of a text: spaces of any width, tabs, line ends, and characters
 * of no width. */
static size_t blank_length(const char *text, size_t length)
{
    static const char *const wide[] = {"\u00a0", "\u2007", "\u2009", "\u202f", "\u200b", "\ufeff"};
    if (length > 0 && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r'))) {
        return 1;
    }
    for (size_t i = 0; i < sizeof wide / sizeof *wide && (unsigned char) text[0] >= 0x80; i++) {
        const size_t n = strlen(wide[i]);
        if (length >= n && memcmp(text, wide[i], n) == 0) {
            return n;
        }
    }
    return 0;
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0) {
        const size_t n = blank_length(*text, *length);
        if (n == 0) {
            break;
        }
        *text += n;
        *length -= n;
    }
    while (*length > 0) {
        size_t n = 0;
        for (size_t back = 1; back <= 3 && back <= *length && n == 0; back++) {
            n = blank_length(*text + *length - back, back) == back ? back : 0;
        }
        if (n == 0) {
            break;
        }
        *length -= n;
    }
}

static bool is_declared_blank(const rk__reading *reading, const char *text, size_t length)
{
    for (size_t i = 0; i < reading->n_blank; i++) {
        const char *blank = reading->blank[i];
        if (strlen(blank) == length && memcmp(blank, text, length) == 0) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ numbers */

/* A text without its sign, brackets and currency. */
typedef struct stripped {
    const char *text;
    size_t length;
    bool negative, signed_, bracketed, currency;
} stripped;

static bool take_before(stripped *s, const char *what)
{
    const size_t n = strlen(what);
    const bool is = s->length >= n && memcmp(s->text, what, n) == 0;
    s->text += is ? n : 0;
    s->length -= is ? n : 0;
    return is;
}

static bool take_after(stripped *s, const char *what)
{
    const size_t n = strlen(what);
    const bool is = s->length >= n && memcmp(s->text + s->length - n, what, n) == 0;
    s->length -= is ? n : 0;
    return is;
}

static bool take_sign(stripped *s)
{
    if (s->signed_ || s->bracketed) {
        return false;
    }
    s->negative = take_before(s, "-") || take_before(s, "\u2212") || take_after(s, "-") ||
                  take_after(s, "\u2212");
    s->signed_ = s->negative || take_before(s, "+");
    return s->signed_;
}

static bool take_brackets(stripped *s)
{
    if (s->bracketed || s->signed_ || s->length < 2 || s->text[0] != '(' ||
        s->text[s->length - 1] != ')') {
        return false;
    }
    s->text++;
    s->length -= 2;
    s->bracketed = s->negative = true;
    return true;
}

/* Removes what surrounds the digits, in any order, each once. */
static void strip(const rk__number_form *form, stripped *s)
{
    bool taken = true;
    while (taken) {
        trim(&s->text, &s->length);
        taken = take_sign(s) || (form->brackets && take_brackets(s));
        if (!taken && form->currency != NULL && !s->currency) {
            taken = s->currency = take_before(s, form->currency) || take_after(s, form->currency);
        }
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the separator of thousands at the start of a text, or 0. A space may be of any
 * width, an apostrophe straight or not. */
static size_t separator_length(const rk__number_form *form, const char *text, size_t length)
{
    const char *separator = form->thousands;
    if (separator == NULL || length == 0) {
        return 0;
    }
    const size_t n = strlen(separator);
    if (length >= n && memcmp(text, separator, n) == 0) {
        return n;
    }
    if (separator[0] == ' ' || (unsigned char) separator[0] >= 0x80) {
        return blank_length(text, length);
    }
    return separator[0] == '\'' && length >= 3 && memcmp(text, "\u2019", 3) == 0 ? 3 : 0;
}

/* Copies the digits before the point without separators; returns how many bytes it passed, or
 * SIZE_MAX if a separator does not stand between groups of three. */
static size_t copy_whole(const rk__number_form *form, const stripped *s, char *out, size_t *n_out)
{
    size_t at = 0;
    size_t in_group = 0;
    bool separated = false;
    for (;;) {
        if (at < s->length && is_digit(s->text[at])) {
            out[(*n_out)++] = s->text[at++];
            in_group++;
            continue;
        }
        const size_t n = separator_length(form, s->text + at, s->length - at);
        if (n == 0) {
            return separated && in_group != 3 ? SIZE_MAX : at;
        }
        if (separated ? in_group != 3 : in_group < 1 || in_group > 3) {
            return SIZE_MAX;
        }
        separated = true;
        in_group = 0;
        at += n;
    }
}

rk_status rk__number_read(const rk__number_form *form, const char **text, size_t *length,
                          char *scratch, const char **why)
{
    stripped s = {.text = *text, .length = *length};
    size_t n = 0;
    strip(form, &s);
    /* The sign goes before the digits, which may already be in `scratch`. */
    char *digits = scratch + 1;
    memmove(digits, s.text, s.length);
    s.text = digits;
    size_t at = copy_whole(form, &s, digits, &n);
    if (at == SIZE_MAX) {
        *why = "has a separator of thousands in the wrong place";
        return RK_WRONG_TYPE;
    }
    *why = "is not a number";
    if (at == 0) {
        return RK_WRONG_TYPE;
    }
    if (at < s.length && s.text[at] == form->decimal) {
        digits[n++] = '.';
        at++;
        const size_t from = at;
        for (; at < s.length && is_digit(s.text[at]); at++) {
            digits[n++] = s.text[at];
        }
        if (at == from) {
            return RK_WRONG_TYPE;
        }
    }
    /* What follows is an exponent, a per cent sign or a fraction, or a fault that the parser of
     * numbers finds; but it does not know of other points and signs. */
    if (at < s.length && strchr("eE%/", s.text[at]) == NULL) {
        return RK_WRONG_TYPE;
    }
    memmove(digits + n, s.text + at, s.length - at);
    n += s.length - at;
    scratch[0] = '-';
    *text = s.negative ? scratch : digits;
    *length = n + s.negative;
    return RK_OK;
}

/* -------------------------------------------------------------------- cells */

static rk_status read_date(const rk__cell_reader *reader, const char **text, size_t *length,
                           char *scratch, const char **why)
{
    rk_date date;
    const rk__date_form form =
        reader->reading != NULL ? reader->reading->dates : (rk__date_form){0};
    trim(text, length);
    if (!rk__date_read(form, *text, *length, &date, why)) {
        return RK_OUT_OF_RANGE;
    }
    rk__date_print(scratch, date);
    *text = scratch;
    *length = 10;
    return RK_OK;
}

static void change_case(char letters, const char **text, size_t length, char *scratch)
{
    for (size_t i = 0; i < length; i++) {
        const char c = (*text)[i];
        const bool letter =
            letters == 'u' ? c >= 'a' && c <= 'z' : letters == 'l' && c >= 'A' && c <= 'Z';
        scratch[i] = letter ? (char) (c ^ 0x20) : c;
    }
    *text = scratch;
}

rk_status rk__cell_read(const rk__cell_reader *reader, const char **text, size_t *length,
                        char *scratch, const char **why)
{
    const rk__reading *reading = reader->reading;
    const char *inner = *text;
    size_t n = *length;
    if (reading != NULL) {
        trim(&inner, &n);
        if (n == 0 || is_declared_blank(reading, inner, n)) {
            *text = NULL;
            return RK_OK;
        }
        if (reader->trim) {
            *text = inner;
            *length = n;
        }
    }
    if (reader->use == RK__USE_DATE) {
        return read_date(reader, text, length, scratch, why);
    }
    if (reader->use == RK__USE_NUMBER && reading != NULL && reading->numbers != NULL) {
        return rk__number_read(reading->numbers, text, length, scratch, why);
    }
    if (reader->letters != 0) {
        change_case(reader->letters, text, *length, scratch);
    }
    return RK_OK;
}

const char *rk__reading_hint(const char *why)
{
    static const char *const hints[][2] = {
        {"is not a number", "write plain numbers such as 1234.50, or declare how they are written: "
                            "\"read\": {\"numbers\": {...}, \"blank\": [...]}"},
        {"is not a date", "write dates as 2016-04-01, or declare how they are written: \"read\": "
                          "{\"dates\": \"dd/mm/yyyy\"}"},
        {"has a year of two digits",
         "write years with four digits, or declare that they have two: \"read\": {\"dates\": "
         "\"dd/mm/yy\"}"},
        {"has a time of day",
         "declare that it is to be ignored, by \" hh:mm\" after the format: \"dd/mm/yyyy hh:mm\""},
        {"is not a day of the calendar", "is its format declared rightly, days before months?"},
        {"has a separator of thousands in the wrong place",
         "groups have three digits: 1,234,567; is the decimal point declared rightly?"},
        {"has a NUL character",
         "if the file is UTF-16, declare that: \"read\": {\"encoding\": \"utf-16\"}"},
        {"is not in the declared encoding", "declare the encoding that the file is saved in"},
        {"is not UTF-8", "declare the file's encoding: \"read\": {\"encoding\": \"windows-1252\"}, "
                         "or save it as CSV UTF-8"},
    };
    for (size_t i = 0; why != NULL && i < sizeof hints / sizeof hints[0]; i++) {
        if (strcmp(hints[i][0], why) == 0) {
            return hints[i][1];
        }
    }
    return NULL;
}
