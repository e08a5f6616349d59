/* SPDX-License-Identifier: MIT
 *
 * json_writer.h: JSON text, indented, with small objects in one line; or all of it
 * in one line, for one document a line.
 */
#ifndef RK_REPORT_JSON_WRITER_H
#define RK_REPORT_JSON_WRITER_H

#include "report/report.h"

typedef struct rk__json_writer {
    rk__page *out;
    int depth;
    int flat;          /* above 0: what is written stands in one line */
    bool empty;        /* nothing stands in the innermost object or list yet */
    bool tight;        /* one line without blanks; `flat` is 1 from the start */
    bool others_names; /* names are not our own plain words: they may need escapes */
} rk__json_writer;

/* Objects and lists; `name` is NULL in a list and at the root. */
void rk__json_open(rk__json_writer *w, const char *name, char bracket);
void rk__json_open_flat(rk__json_writer *w, const char *name, char bracket);
void rk__json_close(rk__json_writer *w, char bracket);

/* Members, or items where `name` is NULL. */
void rk__json_put_text(rk__json_writer *w, const char *name, const char *text); /* NULL: null */
void rk__json_put_length(rk__json_writer *w, const char *name, const char *text, size_t length);
void rk__json_put_count(rk__json_writer *w, const char *name, uint64_t count);
void rk__json_put_bool(rk__json_writer *w, const char *name, bool value);
/* Decimal text: exactly `places` decimals; NULL: null. */
void rk__json_put_money(rk__json_writer *w, const char *name, rk_num amount, int places);
/* At most six decimals, trimmed; NULL: null. */
void rk__json_put_number(rk__json_writer *w, const char *name, rk_num number);

#endif
