/* SPDX-License-Identifier: MIT
 *
 * text.h: UTF-8, dates, patterns, digests and interned text.
 */
#ifndef RK_BASE_TEXT_H
#define RK_BASE_TEXT_H

#include "base/alloc.h"
#include "reckoner/plugin.h"

/* ------------------------------------------------------------------- UTF-8 */

/* The offset of the first byte that is not strict UTF-8 (overlong forms, surrogates and code
 * points above U+10FFFF are not), or `length` if all bytes are. */
size_t rk__utf8_check(const char *text, size_t length);
/* The number of characters in the first `length` bytes (for columns in messages). */
size_t rk__utf8_count(const char *text, size_t length);
/* Bytes of the strict UTF-8 character at `text`, which has `left` bytes; 0 if it begins with
 * none. */
size_t rk__utf8_character(const char *text, size_t left);
/* The code point of a strict UTF-8 character of so many bytes. */
uint32_t rk__utf8_code_point(const char *text, size_t length);
/* How many of the `left` bytes at `text` must not be printed as they are: a control character,
 * one that reorders or hides the text around it, or invalid UTF-8. 0 if the character is
 * printable. */
size_t rk__utf8_hidden(const char *text, size_t left);

/* ------------------------------------------------------------------- dates */

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

/* ---------------------------------------------------------------- patterns */

/* Matches the whole text; `*` matches any run, `\*` a star, everything else itself. */
bool rk__pattern_match(const char *pattern, const char *text, size_t length);

/* ----------------------------------------------------------------- digests */

/* Lower-case hexadecimal with a NUL; "" if out of memory. */
#define RK__SHA256_TEXT 65
void rk__sha256(const void *data, size_t length, char out[RK__SHA256_TEXT]);
/* The same for many texts, with the set-up done once. NULL if out of memory. */
typedef struct rk__sha256_maker rk__sha256_maker;
rk__sha256_maker *rk__sha256_maker_new(void);
void rk__sha256_maker_free(rk__sha256_maker *maker);
void rk__sha256_make(rk__sha256_maker *maker, const void *data, size_t length,
                     char out[RK__SHA256_TEXT]);
/* Digest of a whole file; 0, or -1 with errno set. */
int rk__sha256_file(const char *path, char out[RK__SHA256_TEXT]);
#define RK__XXH3_TEXT 33
typedef struct rk__xxh3 rk__xxh3;
rk__xxh3 *rk__xxh3_new(void);
void rk__xxh3_add(rk__xxh3 *state, const void *data, size_t length);
void rk__xxh3_text(const rk__xxh3 *state, char out[RK__XXH3_TEXT]);
void rk__xxh3_free(rk__xxh3 *state);

/* ----------------------------------------------------------- interned text
 *
 * Distinct texts numbered from 0 in order of first use. Not thread-safe; each worker has its
 * own. */
typedef struct rk__dict rk__dict;
rk__dict *rk__dict_new(void);
void rk__dict_free(rk__dict *dict);
/* The number of a text, added if new; -1 if out of memory or the dictionary already has
 * RK__DICT_MAX texts. */
#define RK__DICT_MAX 0x7ffffff0
int32_t rk__dict_intern(rk__dict *dict, const char *text, size_t length);
/* The number of a text; -1 if it is not in the dictionary. */
int32_t rk__dict_find(const rk__dict *dict, const char *text, size_t length);
int32_t rk__dict_count(const rk__dict *dict);
/* Valid until the dictionary is freed; NUL-terminated. NULL if no text has this number. */
const char *rk__dict_text(const rk__dict *dict, int32_t code, size_t *length);

#endif
