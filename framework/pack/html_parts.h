/* SPDX-License-Identifier: MIT
 *
 * html_parts.h: the pieces of an HTML report: escaped text, numbers, the data of charts, and the
 * style and script that are in every file.
 */
#pragma once

#include "pack/pack.h"

/* Base64 of a SHA-256, as a content security policy has it; false for lack of memory. */
#define RK__HTML_DIGEST 48
bool rk__html_digest(const char *text, size_t length, char out[RK__HTML_DIGEST]);

/* Text that is never markup. Controls and marks that turn the direction of what follows become
 * U+FFFD. */
void rk__html_text(rk__page *out, const char *text, size_t length);
/* A number for people; deficits in brackets. */
void rk__html_number(rk__page *out, const rk__pack_cell *cell, rk__pack_kind kind, int places);
bool rk__html_is_whole(const rk__pack_cell *cell);
/* Whether a number is below zero as it is shown: -0.001 is 0.00. */
bool rk__html_is_negative(const rk__pack_cell *cell, int places);

/* The style sheet. */
const char *rk__html_style(void);

typedef struct rk__html_script {
    const char *text; /* in the pack's arena; NULL: there is none */
    size_t length;
    char digest[RK__HTML_DIGEST];
} rk__html_script;
/* The script that draws charts: report/charts.js beside the program, else the installed one. A
 * file that could end its element early is not used. */
rk_status rk__html_script_find(rk__pack *pack, rk__html_script *script);

/* The data of all charts as JSON, in which nothing ends an element. */
void rk__html_charts(rk__pack *pack);
