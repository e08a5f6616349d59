/* SPDX-License-Identifier: MIT
 *
 * date.h: dates of the Gregorian calendar.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "reckoner/plugin.h"

/* Parses "2016-04-01", a real day of the Gregorian calendar; years 1583 to 9999. */
bool rk__date_parse(const char *text, size_t length, rk_date *out);
int rk__date_compare(rk_date a, rk_date b);
/* Days since 1970-01-01. */
int32_t rk__date_days(rk_date date);
rk_date rk__date_from_days(int32_t days);
/* The fraction of a year that [start, end] is, both inclusive: months/12 if it is whole calendar
 * months, else its days / the days of the year that begins on `start`. */
void rk__date_year_fraction(rk_date start, rk_date end, int64_t *numerator, int64_t *denominator);
/* The time from the beginning of `start` to the end of `end` (not before it): whole years, and a
 * fraction part/of below one. */
void rk__date_years(rk_date start, rk_date end, int64_t *years, int64_t *part, int64_t *of);
/* Whole years from a date to a later one: 0 on every day before the first anniversary. */
int32_t rk__date_whole_years(rk_date from, rk_date to);
