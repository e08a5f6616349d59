/* SPDX-License-Identifier: MIT
 *
 * date_form.h: dates as files write them.
 */
#pragma once

#include "base/date.h"

typedef enum rk__date_order {
    RK__DATES_ISO = 0, /* 2016-04-01 */
    RK__DATES_DAY_FIRST,
    RK__DATES_MONTH_FIRST,
    RK__DATES_MONTH_NAME,        /* 01-Apr-2016 */
    RK__DATES_YEAR_FIRST,        /* 2016/04/01 */
    RK__DATES_DAY_FIRST_SHORT,   /* 01/04/16: years 00 to 68 are 2000 to 2068, others before */
    RK__DATES_MONTH_FIRST_SHORT, /* 04/01/16 */
    RK__DATES_MONTH_NAME_SHORT,  /* 01-Apr-16 */
    RK__DATES_COMPACT,           /* 20160401 */
    RK__DATES_EXCEL,             /* 42461: days, as a workbook counts them */
} rk__date_order;

typedef struct rk__date_form {
    rk__date_order order;
    bool time; /* a time of day may follow and is ignored; else only midnight may */
} rk__date_form;

/* The form of a name such as "dd/mm/yyyy hh:mm", or false. */
bool rk__date_form_named(const char *name, rk__date_form *out);
/* The name of an order ("dd/mm/yyyy"), or NULL past the last. */
const char *rk__date_order_name(rk__date_order order);

/* Reads a date. False with *why a static phrase: "is not a date", "has a year of two digits",
 * "has a time of day", "is not a day of the calendar". Day and month may have one digit each and
 * be separated by '/', '-' or '.'; names of months are English, in upper or lower case. */
bool rk__date_read(rk__date_form form, const char *text, size_t length, rk_date *out,
                   const char **why);

/* Writes "2016-04-01"; 10 bytes, no NUL. */
void rk__date_print(char out[10], rk_date date);
