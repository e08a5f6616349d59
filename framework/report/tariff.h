/* SPDX-License-Identifier: MIT
 *
 * tariff.h: the writers of `reckon tariff`: a tariff and its tables (tariff.c), and copies
 * of documents (copies.c).
 */
#pragma once

#include "report/report.h"

/* "2016-04-01 12:30", UTC; "" if it is not known (0). */
#define RK__TIME_TEXT 32
void rk__tariff_time(int64_t when, char text[RK__TIME_TEXT]);

rk_status rk__copies_write(const rk_copies *list, rk_format format, const rk_sink *sink);
