/* SPDX-License-Identifier: MIT
 *
 * bind_value.h: parses one parameter's text, checks the value and stores it in its field.
 *
 * Used by the binding of contracts, and by the loading of rules, so that the defaults and
 * bounds of a table follow the same grammar.
 */
#pragma once

#include "number/num.h"
#include "reckoner/plugin.h"
#include "rules/refusal.h"

typedef struct rk__scalar {
    rk_num number;      /* DECIMAL, EXACT, RATIO, INTEGER */
    rk_decimal decimal; /* DECIMAL */
    int64_t integer;    /* INTEGER */
    const char *text;   /* TEXT: the text given, borrowed */
    int32_t word;       /* ENUM */
    bool truth;         /* BOOL */
} rk__scalar;

/* Reads the value of a parameter that is not a list from `text`, as written in a contract, and
 * checks it against the parameter's words and bounds. `path` is the name used in messages
 * ("bands[1].to"). RK_WRONG_TYPE, RK_OUT_OF_RANGE and RK_OVERFLOW fill in *why; RK_NO_MEMORY
 * does not. */
rk_status rk__scalar_read(const rk_param *param, const char *path, const char *text, rk__nums *nums,
                          rk__scalar *out, rk__refusal *why);

/* Writes the value, or "absent", into the parameter's field of a struct. */
void rk__scalar_store(const rk_param *param, const rk__scalar *value, void *object);
void rk__absent_store(const rk_param *param, void *object);

/* Bytes and alignment of the field that a parameter fills; 0 for an unknown type. */
size_t rk__param_field_size(rk_param_type type);
size_t rk__param_field_align(rk_param_type type);

bool rk__param_is_number(rk_param_type type);
/* Ratios, exact or (for the arithmetic of rows) of at most six decimals: "4.75%" is understood. */
bool rk__param_takes_ratio(const rk_param *param);

/* User text for a message: one line, cut to a limit of bytes between characters. */
#define RK__SHOWN_SIZE 72
const char *rk__shown(const char *text, char out[RK__SHOWN_SIZE]);
/* "0 to 1", "0 or more", "1 or less"; "" if unbounded. */
const char *rk__bounds_words(const rk_param *param, char out[RK__SHOWN_SIZE]);
