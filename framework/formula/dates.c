/* SPDX-License-Identifier: MIT
 *
 * dates.c: dates as texts and as days.
 */
#include <stdlib.h>

#include "formula/eval.h"

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
int64_t rk__days_of(int32_t year, int32_t month, int32_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

bool rk__eval_date(const char *text, int32_t *year, int32_t *month, int32_t *day, int64_t *days)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || strspn(text, "0123456789") != 4 ||
        strspn(text + 5, "0123456789") != 2 || strspn(text + 8, "0123456789") != 2) {
        return false;
    }
    *year = (int32_t) strtol(text, NULL, 10);
    *month = (int32_t) strtol(text + 5, NULL, 10);
    *day = (int32_t) strtol(text + 8, NULL, 10);
    if (*year < 1 || *month < 1 || *month > 12 || *day < 1 || *day > lengths[*month - 1]) {
        return false;
    }
    const bool leap = *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
    *days = rk__days_of(*year, *month, *day);
    return *month != 2 || *day < 29 || leap;
}

const char *rk__eval_day_text(rk__arena *arena, int64_t days)
{
    int64_t year = 1970 + days / 366; /* not after the year that is wanted */
    while (rk__days_of((int32_t) year + 1, 1, 1) <= days) {
        year++;
    }
    while (rk__days_of((int32_t) year, 1, 1) > days) {
        year--;
    }
    int32_t month = 12;
    while (rk__days_of((int32_t) year, month, 1) > days) {
        month--;
    }
    return rk__arena_printf(arena, "%04d-%02d-%02d", (int) year, (int) month,
                            (int) (days - rk__days_of((int32_t) year, month, 1)) + 1);
}
