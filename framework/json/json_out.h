/* SPDX-License-Identifier: MIT
 *
 * json_out.h: writing JSON member by member into a text builder.
 *
 * A comma is put where the text does not end with an opening bracket, so the
 * caller only says what comes next. `key` NULL writes an item of an array. What
 * is written is compact; rk__json_indent lays it out for reading.
 */
#ifndef RK_JSON_JSON_OUT_H
#define RK_JSON_JSON_OUT_H

#include "base/alloc.h"

void rk__out_open(rk__buf *out, const char *key, char bracket);
void rk__out_close(rk__buf *out, char bracket);
void rk__out_text(rk__buf *out, const char *key, const char *text); /* NULL writes null */
void rk__out_bool(rk__buf *out, const char *key, int truth);
void rk__out_number(rk__buf *out, const char *key, long long number);
/* `json` is written as it is. */
void rk__out_raw(rk__buf *out, const char *key, const char *json);

/* Appends `json`, two blanks a level, each line after the first shifted by
 * `indent`. Short arrays and objects stay on one line. */
void rk__json_indent(rk__buf *out, const char *json, int indent);

#endif
