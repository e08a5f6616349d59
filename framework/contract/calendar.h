/* SPDX-License-Identifier: MIT
 *
 * calendar.h: the financial years of periods, and the parts of years that periods cover.
 */
#pragma once

#include "base/date.h"
#include "json/json.h"

typedef struct rk__calendar {
    const rk_period *periods;
    size_t n;
    int month, day; /* that a financial year begins on */
    size_t *order;  /* indices of periods by time */
} rk__calendar;

/* A part of a year: num / den; 0 / 1 for none. */
typedef struct rk__year_part {
    int64_t num, den;
} rk__year_part;

/* Reads "year_starts" ("04-01"); otherwise years begin on the first period's first day. */
rk_status rk__calendar_read(rk__arena *arena, const rk__value *root, const rk_period *periods,
                            size_t n, rk__calendar *out, rk_problems *problems);

/* The financial year of a day, by the calendar year in which it begins. */
int32_t rk__calendar_year(const rk__calendar *calendar, rk_date date);

/* The part of financial years that each period covers between two days (NULL: no limit), in an
 * array by period. In a year that is made of whole months, none cut by the limits, months count as
 * twelfths; in others days count. So the parts of a year add up. NULL if out of memory. */
rk__year_part *rk__calendar_parts(const rk__calendar *calendar, const rk_date *from,
                                  const rk_date *to, rk__arena *arena);

/* The part of a period between two days, by days. */
rk__year_part rk__period_part(const rk_period *period, const rk_date *from, const rk_date *to);
