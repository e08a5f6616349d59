/* SPDX-License-Identifier: MIT
 *
 * date.c: dates of the Gregorian calendar.
 */
#include "base/text.h"

/* An earlier year than the first full Gregorian one is a typing error. */
#define FIRST_YEAR 1583

#define DAYS_OF_ERA   146097 /* 400 years */
#define DAYS_TO_EPOCH 719468 /* 0000-03-01 to 1970-01-01 */

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int32_t year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Parses `n` digits; -1 if one is not a digit. */
static int digits(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool rk__date_parse(const char *text, size_t length, rk_date *out)
{
    if (length != 10 || text[4] != '-' || text[7] != '-')
        return false;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    *out = (rk_date){.year = year, .month = (uint8_t) month, .day = (uint8_t) day};
    return true;
}

int rk__date_compare(rk_date a, rk_date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

/* Years start in March here: the leap day is then the last of the year, and the months before it
 * follow a regular pattern of 153 days in five months. */
static int64_t days_of(int64_t year, int month, int day)
{
    if (month <= 2)
        year--;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_EPOCH;
}

int32_t rk__date_days(rk_date date)
{
    return (int32_t) days_of(date.year, date.month, date.day);
}

rk_date rk__date_from_days(int32_t days)
{
    int64_t since = (int64_t) days + DAYS_TO_EPOCH;
    int64_t era = (since >= 0 ? since : since - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    int64_t day_of_era = since - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* March is 0 */
    rk_date date = {0};
    date.day = (uint8_t) (day_of_year - (153 * month + 2) / 5 + 1);
    date.month = (uint8_t) (month < 10 ? month + 3 : month - 9);
    date.year = (int32_t) (year_of_era + era * 400 + (date.month <= 2));
    return date;
}

void rk__date_year_fraction(rk_date start, rk_date end, int64_t *numerator, int64_t *denominator)
{
    if (start.day == 1 && end.day == days_of_month(end.year, end.month)) {
        *numerator = ((int64_t) end.year - start.year) * 12 + end.month - start.month + 1;
        *denominator = 12;
        return;
    }
    int64_t first = days_of(start.year, start.month, start.day);
    *numerator = days_of(end.year, end.month, end.day) - first + 1;
    /* A year from 29 February ends on 28 February, so its anniversary is 1 March here. */
    *denominator = days_of((int64_t) start.year + 1, start.month, start.day) - first;
}

void rk__date_years(rk_date start, rk_date end, int64_t *years, int64_t *part, int64_t *of)
{
    rk_date from = start; /* its last anniversary */
    from.year = end.year + 1;
    do {
        from.year--;
        rk__date_year_fraction(from, end, part, of);
    } while (*part < 0);
    *years = (int64_t) from.year - start.year;
    if (*part >= *of) {
        *years += 1;
        *part -= *of;
    }
}

int32_t rk__date_whole_years(rk_date from, rk_date to)
{
    const bool before = to.month < from.month || (to.month == from.month && to.day < from.day);
    return to.year - from.year - before;
}
