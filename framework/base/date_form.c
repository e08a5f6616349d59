/* SPDX-License-Identifier: MIT
 *
 * date_form.c: dates in the orders that files use. What a date means is declared, never guessed:
 * 03/04/2016 is two different days.
 */
#include "base/date_form.h"

#include <string.h>
#include <strings.h>

static const char *const order_names[] = {
    [RK__DATES_ISO] = "yyyy-mm-dd",
    [RK__DATES_DAY_FIRST] = "dd/mm/yyyy",
    [RK__DATES_MONTH_FIRST] = "mm/dd/yyyy",
    [RK__DATES_MONTH_NAME] = "dd-mmm-yyyy",
    [RK__DATES_YEAR_FIRST] = "yyyy/mm/dd",
    [RK__DATES_DAY_FIRST_SHORT] = "dd/mm/yy",
    [RK__DATES_MONTH_FIRST_SHORT] = "mm/dd/yy",
    [RK__DATES_MONTH_NAME_SHORT] = "dd-mmm-yy",
    [RK__DATES_COMPACT] = "yyyymmdd",
    [RK__DATES_EXCEL] = "excel",
};
#define N_ORDERS (sizeof order_names / sizeof *order_names)

const char *rk__date_order_name(rk__date_order order)
{
    return (size_t) order < N_ORDERS ? order_names[order] : NULL;
}

bool rk__date_form_named(const char *name, rk__date_form *out)
{
    for (size_t i = 0; i < N_ORDERS; i++) {
        const size_t length = strlen(order_names[i]);
        if (strncmp(name, order_names[i], length) != 0) {
            continue;
        }
        const char *rest = name + length;
        *out = (rk__date_form){.order = (rk__date_order) i, .time = *rest != '\0'};
        if (*rest == '\0' || strcmp(rest, " hh:mm") == 0 || strcmp(rest, " hh:mm:ss") == 0) {
            return true;
        }
    }
    return false;
}

/* Text that is read from its start on. */
typedef struct cursor {
    const char *at, *end;
} cursor;

/* Reads at most `most` digits; returns how many there were. */
static int read_digits(cursor *c, int most, int *out)
{
    int n = 0;
    *out = 0;
    for (; n < most && c->at < c->end && *c->at >= '0' && *c->at <= '9'; n++, c->at++) {
        *out = *out * 10 + (*c->at - '0');
    }
    return n;
}

static bool read_char(cursor *c, const char *allowed, char *out)
{
    if (c->at == c->end || *c->at == '\0' || strchr(allowed, *c->at) == NULL) {
        return false;
    }
    *out = *c->at++;
    return true;
}

/* A month by the first three letters of its name, or by its whole name. */
static bool read_month_name(cursor *c, int *out)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    size_t n = 0;
    while (c->at + n < c->end && ((c->at[n] | 0x20) >= 'a' && (c->at[n] | 0x20) <= 'z')) {
        n++;
    }
    for (int m = 0; m < 12; m++) {
        const bool is = n == 3 || n == strlen(months[m]) || (m == 8 && n == 4);
        if (is && strncasecmp(c->at, months[m], n) == 0) {
            c->at += n;
            *out = m + 1;
            return true;
        }
    }
    return false;
}

/* "am" or "pm" after a time of twelve hours, whose first is 12. */
static bool read_half(cursor *c, int hour, bool *midnight)
{
    const cursor before = *c;
    char half = 0;
    char letter = 0;
    while (read_char(c, " ", &letter)) {
    }
    if (!read_char(c, "aApP", &half)) {
        *c = before;
        *midnight = *midnight && hour == 0;
        return true;
    }
    *midnight = *midnight && hour == 12 && (half == 'a' || half == 'A');
    return read_char(c, "mM", &letter) && hour >= 1 && hour <= 12;
}

/* "10:30", "00:00:00.000", "9:05 pm": whether it is a time, and whether it is midnight. */
static bool read_time(cursor *c, bool *midnight)
{
    int hour = 0;
    int part = 0;
    char separator = 0;
    if (read_digits(c, 2, &hour) == 0 || hour > 23 || !read_char(c, ":", &separator)) {
        return false;
    }
    *midnight = true;
    if (read_digits(c, 2, &part) != 2 || part > 59) {
        return false;
    }
    *midnight = *midnight && part == 0;
    if (read_char(c, ":", &separator)) {
        if (read_digits(c, 2, &part) != 2 || part > 59) {
            return false;
        }
        *midnight = *midnight && part == 0;
        if (read_char(c, ".", &separator)) {
            if (read_digits(c, 9, &part) == 0) {
                return false;
            }
            *midnight = *midnight && part == 0;
        }
    }
    return read_half(c, hour, midnight);
}

/* What may follow a date: nothing, or a time. */
static bool read_rest(cursor *c, rk__date_form form, const char **why)
{
    bool midnight = false;
    char separator = 0;
    if (c->at == c->end) {
        return true;
    }
    *why = "is not a date";
    if (!read_char(c, " T", &separator)) {
        return false;
    }
    while (read_char(c, " ", &separator)) {
    }
    if (!read_time(c, &midnight)) {
        return false;
    }
    if (read_char(c, "Z", &separator) && separator == 'Z' && c->at != c->end) {
        return false;
    }
    if (c->at != c->end) {
        return false;
    }
    *why = "has a time of day";
    return form.time || midnight;
}

/* A serial number of Excel's 1900 calendar. Its day 60 is 29 February 1900, which never was: days
 * before it count from 1899-12-31, later ones from 1899-12-30. A fraction is the time of day. */
static bool read_serial(cursor *c, rk__date_form form, rk_date *out, const char **why)
{
    int serial = 0;
    char point = 0;
    *why = "is not a date";
    if (read_digits(c, 7, &serial) == 0 || serial < 1 || serial == 60 || serial > 2958465) {
        return false;
    }
    if (read_char(c, ".", &point)) {
        bool midnight = true;
        const char *from = c->at;
        for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
            midnight = midnight && *c->at == '0';
        }
        if (c->at == from || c->at != c->end) {
            return false;
        }
        *why = "has a time of day";
        *out = rk__date_from_days(serial - 25569 + (serial < 60));
        return midnight || form.time;
    }
    *out = rk__date_from_days(serial - 25569 + (serial < 60));
    return c->at == c->end;
}

/* Day, month and year in the order of the form; the rest of the text is what follows them. */
static bool read_parts(cursor *c, rk__date_order order, int *day, int *month, int *year,
                       const char **why)
{
    char first = 0;
    char second = 0;
    const bool is_short = order >= RK__DATES_DAY_FIRST_SHORT && order <= RK__DATES_MONTH_NAME_SHORT;
    const bool named = order == RK__DATES_MONTH_NAME || order == RK__DATES_MONTH_NAME_SHORT;
    const bool swapped = order == RK__DATES_MONTH_FIRST || order == RK__DATES_MONTH_FIRST_SHORT;
    int *const leading = swapped ? month : day;
    int *const middle = swapped ? day : month;
    if (read_digits(c, 2, leading) == 0) {
        return false;
    }
    if (named) {
        const bool separated = read_char(c, "-/ .", &first);
        if (!read_month_name(c, month) || read_char(c, "-/ .", &second) != separated ||
            first != second) {
            return false;
        }
    } else if (!read_char(c, "/-.", &first) || read_digits(c, 2, middle) == 0 ||
               !read_char(c, "/-.", &second) || first != second) {
        return false;
    }
    const int n = read_digits(c, 4, year);
    *why = n == 2 && !is_short ? "has a year of two digits" : "is not a date";
    *year += !is_short ? 0 : *year <= 68 ? 2000 : 1900;
    return n == (is_short ? 2 : 4);
}

static bool read_year_first(cursor *c, int *day, int *month, int *year)
{
    char first = 0;
    char second = 0;
    return read_digits(c, 4, year) == 4 && read_char(c, "/.", &first) &&
           read_digits(c, 2, month) > 0 && read_char(c, "/.", &second) && first == second &&
           read_digits(c, 2, day) > 0;
}

static bool read_compact(cursor *c, int *day, int *month, int *year)
{
    return read_digits(c, 4, year) == 4 && read_digits(c, 2, month) == 2 &&
           read_digits(c, 2, day) == 2;
}

/* Through the strict reader, which knows the calendar. */
static bool is_day(int year, int month, int day, rk_date *out)
{
    char text[10];
    rk__date_print(text, (rk_date){.year = year, .month = (uint8_t) month, .day = (uint8_t) day});
    return rk__date_parse(text, sizeof text, out);
}

bool rk__date_read(rk__date_form form, const char *text, size_t length, rk_date *out,
                   const char **why)
{
    cursor c = {text, text + length};
    int day = 0;
    int month = 0;
    int year = 0;
    *why = "is not a date";
    switch (form.order) {
    case RK__DATES_ISO:
        if (length < 10 || !rk__date_parse(text, 10, out)) {
            return false;
        }
        c.at += 10;
        return read_rest(&c, form, why);
    case RK__DATES_EXCEL:
        return read_serial(&c, form, out, why);
    case RK__DATES_COMPACT:
        if (!read_compact(&c, &day, &month, &year)) {
            return false;
        }
        break;
    case RK__DATES_YEAR_FIRST:
        if (!read_year_first(&c, &day, &month, &year)) {
            return false;
        }
        break;
    default:
        if (!read_parts(&c, form.order, &day, &month, &year, why)) {
            return false;
        }
        break;
    }
    if (!read_rest(&c, form, why)) {
        return false;
    }
    *why = "is not a day of the calendar";
    return is_day(year, month, day, out);
}

void rk__date_print(char out[10], rk_date date)
{
    const unsigned year = (unsigned) date.year % 10000;
    const char text[10] = {(char) ('0' + year / 1000),
                           (char) ('0' + year / 100 % 10),
                           (char) ('0' + year / 10 % 10),
                           (char) ('0' + year % 10),
                           '-',
                           (char) ('0' + date.month / 10 % 10),
                           (char) ('0' + date.month % 10),
                           '-',
                           (char) ('0' + date.day / 10 % 10),
                           (char) ('0' + date.day % 10)};
    memcpy(out, text, sizeof text);
}
