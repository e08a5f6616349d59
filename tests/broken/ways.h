/* SPDX-License-Identifier: MIT
 *
 * ways.h: what the broken rules share: the way in which an object is broken, the parameter `share`
 * and the column `count`.
 */
#ifndef RK_TESTS_BROKEN_WAYS_H
#define RK_TESTS_BROKEN_WAYS_H

#include <reckoner/plugin.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define TEXT2(a)    #a
#define TEXT(a)     TEXT2(a)

/* 1 where this object is broken in the way x: each rule numbers its ways as WAY_x. */
#define BROKEN(way) (JOIN(WAY_, BREAK) == WAY_##way)

/* The first parameter, in own_params. */
#define SHARE                                                                                    \
    {                                                                                            \
        .name = "share", .type = RK_PARAM_DECIMAL, .offset = offsetof(own_params, share),        \
        .default_value = "1", .min = "0", .max = "2", .help = "Share of the price that is paid." \
    }

#define COUNT_OF_CASES                                                                         \
    {                                                                                          \
        .table = "activity", .name = "count", .type = RK_COLUMN_DECIMAL, .flags = RK_QUANTITY, \
        .default_value = "1", .unit = "case", .help = "Cases in the row."                      \
    }

#endif
