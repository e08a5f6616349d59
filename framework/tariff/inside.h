/* SPDX-License-Identifier: MIT
 *
 * inside.h: internals shared by the files of this room.
 */
#pragma once

#include "base/text.h"
#include "tariff/tariff.h"

typedef struct rk__tariff_held {
    rk__table_spec spec;
    rk__table *table; /* NULL until first used */
} rk__tariff_held;

struct rk__tariff {
    rk__arena arena;
    rk__json *document;  /* NULL in place and for a folder of CSV files */
    const rk__value *at; /* where it was named */
    rk__access access;
    const char *id, *title, *publisher, *source, *licence, *currency;
    const char *from, *to;    /* as written, or NULL */
    rk_date from_day, to_day; /* only where those are not NULL */
    const char *place;
    char sha256[RK__SHA256_TEXT];
    bool is_fetched;
    rk__fetched fetched; /* its text is freed once parsed */
    rk__tariff_held *tables;
    size_t n_tables;
};
