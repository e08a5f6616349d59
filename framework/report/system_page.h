/* SPDX-License-Identifier: MIT
 *
 * system_page.h: what the parts of a system's report for people share.
 *
 * Amounts are shown in units, thousands or millions by the size of the largest. What adds up in
 * the figures adds up as shown: cells of a table are rounded together (foot.c).
 */
#pragma once

#include "base/names.h"
#include "report/foot.h"
#include "report/system.h"

/* What a page that would be too long leaves to --detail, one after the other. */
enum {
    RK__BRIEF_LINES = 1, /* lines of each organisation: the system's alone */
    RK__BRIEF_BEARING,   /* who bears stranded and double-running cost */
    RK__BRIEF_OBSERVERS, /* positions of observers */
    RK__BRIEF_NO_LINES,  /* the system's lines too */
    RK__BRIEF_BRIDGES,   /* what moves each organisation: the system alone */
    RK__BRIEF_MOST
};

typedef struct rk__system_page {
    rk__page *out;
    const rk_system_result *result;
    const rk_system_view *view;
    bool markdown;
    unsigned brief;                    /* what is left to --detail: 0 is nothing */
    int64_t unit;                      /* that amounts are shown in */
    rk_num grain;                      /* the smallest amount that is shown */
    const char *year;                  /* "year", or "period" if not all periods are years */
    struct rk__shown_positions *shown; /* by scenario */
    rk__names ids;                     /* of the organisations */
} rk__system_page;

/* The positions of a scenario after the pool, rounded together: [organisation x period], with the
 * sum over periods in a further column. Organisations outside have none. */
typedef struct rk__shown_positions {
    int64_t *cells;
    int64_t *against;  /* the same less the control totals, where there are any */
    int64_t *system;   /* by period, then their sum */
    int64_t *residual; /* of the pool; NULL: none */
    size_t same_as;    /* an earlier scenario with the same positions; SIZE_MAX: none */
} rk__shown_positions;

/* ------------------------------------------------------------- system_page.c */

/* When a period comes by its dates, from 0. */
size_t rk__syspage_place(const rk__system_page *p, size_t period);
/* The grains of a period and of all that come before it by their dates, added up. */
int64_t rk__syspage_so_far(const rk__system_page *p, const int64_t *grains, size_t period);

void rk__syspage_heading(const rk__system_page *p, int level, const char *text, const char *rest);
void rk__syspage_paragraph(const rk__system_page *p, const char *text);
void rk__syspage_item(const rk__system_page *p, const char *text);
/* Prints a sheet and frees it. */
void rk__syspage_table(const rk__system_page *p, rk__sheet *sheet);
/* A cell: an amount (NULL: empty), grains, two texts. */
void rk__syspage_money(const rk__system_page *p, rk__sheet *sheet, rk_num amount);
void rk__syspage_grains(const rk__system_page *p, rk__sheet *sheet, int64_t grains);
void rk__syspage_text(rk__sheet *sheet, const char *a, const char *b);
/* "(1.46)" */
void rk__syspage_print(const rk__system_page *p, rk__buf *out, int64_t grains);
/* An amount in a sentence, without its sign, as shown in grains: "1.46m", "654k", "29.00"; to the
 * penny if it is less than a grain. */
void rk__syspage_say(const rk__system_page *p, rk__buf *out, rk_num amount, int64_t grains);

const rk_scenario_result *rk__syspage_scenario(const rk__system_page *p, size_t index);
const rk_position *rk__syspage_position(const rk__system_page *p, size_t scenario, size_t period,
                                        size_t organisation);
/* Title or id. */
const char *rk__syspage_name(const rk__system_page *p, size_t organisation);
/* Whether an organisation's position is part of the system's. */
bool rk__syspage_counts(const rk__system_page *p, size_t organisation);
/* The sum over all periods of what an organisation has after the pool. */
rk_num rk__syspage_total(const rk__system_page *p, size_t scenario, size_t organisation);
/* The shown amounts of an organisation: by period, then their sum. */
const int64_t *rk__syspage_shown(const rk__system_page *p, size_t scenario, size_t organisation);
const int64_t *rk__syspage_shown_against(const rk__system_page *p, size_t scenario,
                                         size_t organisation);
/* The shown amount of a group in a period: the sum of its members' shown amounts. */
int64_t rk__syspage_group(const rk__system_page *p, size_t scenario, size_t period,
                          size_t organisation);
/* What a scenario's positions lack of the system's, in a word: what the pool leaves to nobody, what
 * it draws from its reserve, or what owners outside bear. */
const char *rk__syspage_rest_name(const rk__system_page *p, size_t scenario);
/* Chooses the unit and rounds the positions. */
void rk__syspage_prepare(rk__system_page *p);
/* Rounds them to the minor unit of the currency. */
void rk__syspage_prepare_minor(rk__system_page *p);

/* system_answer.c: one sentence for each scenario. */
void rk__syspage_answer(const rk__system_page *p, size_t scenario, rk__buf *out);
/* system_positions.c: organisations down, periods across. */
void rk__syspage_positions(const rk__system_page *p);
/* system_lines.c: what moves positions between scenarios; income and cost by line; who bears
 * what; contracts. */
void rk__syspage_bridges(const rk__system_page *p);
void rk__syspage_lines(const rk__system_page *p);
void rk__syspage_bearing(const rk__system_page *p);
void rk__syspage_contracts(const rk__system_page *p);
/* system_detail.c: each scenario, period by period. */
void rk__syspage_details(const rk__system_page *p);
