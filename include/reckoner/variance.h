/* SPDX-License-Identifier: MIT
 *
 * variance.h: the difference of two results, split into volume, mix, price and the rest. Included
 * by reckoner.h.
 *
 * Two sides are compared: two fact tables of a contract under one arrangement (a plan and the
 * activity), two arrangements, two tariffs, or two result documents. Whatever they are, the first
 * is called the plan and the second the actual.
 *
 * Rows are added up by the columns that they are looked up by (keys) in groups. With Q quantity, A
 * amount and p = a / q of a key, 0 the plan and 1 the actual, a group has
 *
 *     volume = (Q1 - Q0) x A0 / Q0
 *     mix    = sum over its keys of (q1 - Q1 x q0 / Q0) x p0
 *     price  = sum over its keys of q1 x (p1 - p0), split by the rule's elements
 *
 * where p0 of a key that the plan lacks is p1. A group without a plan is all new, one without an
 * actual all gone; rows without a price count at the other side's price of their key, and their sum
 * is `unpriced`. Components that price no rows are steps of their own. All arithmetic is exact; the
 * amounts returned are rounded to the penny by largest remainder, so that they add up.
 *
 * Ownership, threads and stability are as in ledger.h.
 */
#ifndef RECKONER_VARIANCE_H
#define RECKONER_VARIANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num.h"
#include "problem.h"
#include "sink.h"
#include "tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Begin as RK_VARIANCE_INIT. */
typedef struct rk_variance_options {
    size_t size;
    /* Each names a fact table or an arrangement of the contract, or is the path of a result
     * document or a tariff. "table:NAME", "arrangement:NAME", "tariff:PATH" and "result:PATH" say
     * which. NULL: the arrangement as the contract stands. */
    const char *plan, *actual;
    const char *arrangement; /* that tables and tariffs are evaluated by; NULL: the contract's */
    const char *const *by;   /* columns of groups, also period and hrg_chapter; NULL: one group */
    const char *const *keys; /* columns of keys; NULL: those that rows are looked up by */
    const char *forecast;    /* "straight-line", "profile" or "working-days"; NULL: none */
    bool arrangements_first; /* a name that a table and an arrangement have is the latter */
} rk_variance_options;
#define RK_VARIANCE_INIT                    \
    {                                       \
        .size = sizeof(rk_variance_options) \
    }

typedef struct rk_variance rk_variance;

typedef struct rk_variance_view {
    const char *contract, *title; /* title or NULL */
    const char *basis, *currency;
    const char *plan_name, *actual_name;
    const char *selection; /* the periods taken; NULL: all */
    int places;            /* decimals of money */
    rk_num plan, actual, variance;
    rk_num over, under; /* the groups that went up, and those that went down: gross */
    size_t n_steps, n_elements, n_tables, n_movers;
    uint64_t plan_unpriced, actual_unpriced; /* rows without a price */
    bool grouped;                            /* the first table is that of `by` */
} rk_variance_view;

/* A step of the bridge from the plan to the actual; they add up to the variance. */
typedef struct rk_variance_step {
    const char *kind;  /* "volume", "mix", "price", "new", "gone", "unpriced", "component",
                        * "rounding" */
    const char *label; /* of a price, the element; of a component, its title or id; or NULL */
    rk_num amount;
} rk_variance_step;

/* A group, or a key. Effects add up to the variance. */
typedef struct rk_variance_line {
    const char *const *texts; /* one for each column; NULL: blank */
    rk_num plan_quantity, actual_quantity;
    rk_num plan, actual, variance;
    rk_num volume, mix, price, added, gone, unpriced; /* all NULL for a mover */
    const rk_num *element; /* price by element, in the order of rk_variance_element */
} rk_variance_line;

typedef struct rk_variance_table {
    const char *const *columns;
    size_t n_columns, n_lines;
} rk_variance_table;

/* A year to date and a forecast of the year. NULL members: not known. */
typedef struct rk_variance_forecast {
    const char *method;     /* "straight-line", "profile", "working-days" */
    const char *assumption; /* a sentence */
    rk_num plan_to_date, actual_to_date, variance_to_date;
    rk_num plan, forecast, variance; /* of the year */
} rk_variance_forecast;

/* Evaluates both sides and splits their difference. RK_USAGE if a name is none of a table, an
 * arrangement, a tariff and a result; RK_CONFLICT if the sides are in different currencies. */
RK_API rk_status rk_variance_find(rk_session *session, const char *contract,
                                  const rk_variance_options *options, rk_variance **out_variance,
                                  rk_problems *problems);

/* Frees a variance; NULL does nothing. */
RK_API void rk_variance_free(rk_variance *variance);

/* Returns what a variance says of itself; never NULL. */
RK_API const rk_variance_view *rk_variance_read(const rk_variance *variance);

/* Returns a step of the bridge. */
RK_API const rk_variance_step *rk_variance_step_at(const rk_variance *variance, size_t index);

/* Returns the name of an element that prices are split into. */
RK_API const char *rk_variance_element(const rk_variance *variance, size_t index);

/* Returns a table: groups by `by`, if given, then by period, point of delivery, provider,
 * commissioner and HRG chapter, those of which there are several. */
RK_API const rk_variance_table *rk_variance_table_at(const rk_variance *variance, size_t index);

/* Returns a group of a table. */
RK_API const rk_variance_line *rk_variance_group(const rk_variance *variance, size_t table,
                                                 size_t index);

/* Returns the columns of the keys, which movers have. */
RK_API const rk_variance_table *rk_variance_keys(const rk_variance *variance);

/* Returns a key that moved most, the largest first. */
RK_API const rk_variance_line *rk_variance_mover(const rk_variance *variance, size_t index);

/* Returns the forecast; NULL if none was asked for. */
RK_API const rk_variance_forecast *rk_variance_year(const rk_variance *variance);

/* Returns the result of the plan, or of the actual, with its ledger and provenance, owned by the
 * variance; NULL if that side was read from a result document. */
RK_API const rk_result *rk_variance_result(const rk_variance *variance, bool actual);

/* Writes the bridge from the plan to the actual, its groups, and the keys that moved most. CSV has
 * a row for each group of `by`, or else for each step. */
RK_API rk_status rk_report_variance(const rk_variance *variance, rk_format format,
                                    const rk_sink *sink);

/* The same of several, such as arrangements that are held against one baseline: a list in JSON, one
 * workbook or HTML report. `n` is at least 1. */
RK_API rk_status rk_report_variances(const rk_variance *const *variances, size_t n,
                                     rk_format format, const rk_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
