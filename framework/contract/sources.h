/* SPDX-License-Identifier: MIT
 *
 * sources.h: the tables of one evaluation: fact tables held in memory, tariffs, and lookups
 * into either. Each is loaded once, however many components and periods use it.
 */
#pragma once

#include "contract/session.h"
#include "table/lookup.h"

typedef struct rk__sources rk__sources;

/* Loads the contract's tariffs, fetched concurrently. */
rk_status rk__sources_new(const rk_contract *contract, rk__sources **out, rk_problems *problems);
void rk__sources_free(rk__sources *sources);

size_t rk__sources_n_tariffs(const rk__sources *sources);
rk__tariff *rk__sources_tariff(const rk__sources *sources, size_t i);
/* The tariff in force on a period's start; *out is NULL if the contract names none.
 * RK_TARIFF_MISMATCH if none is in force, RK_CONFLICT if two are. */
rk_status rk__sources_tariff_for(rk__sources *sources, const rk_period *period, rk__tariff **out,
                                 rk_problems *problems);

/* A fact table held in memory; *out is NULL if the contract has none of that name. */
rk_status rk__sources_fact(rk__sources *sources, const char *name, rk__table **out,
                           rk_problems *problems);
/* The lookup into the fact table of that name, or else into the tariff's; *out is NULL if
 * neither has it. `tariff` may be NULL. */
rk_status rk__sources_lookup(rk__sources *sources, const char *name, rk__tariff *tariff,
                             const rk_period *period, rk__lookup **out, rk_problems *problems);

/* Whether the period's rows with dates have prices of more than one tariff, or of one that is not
 * in force on each of its days. */
bool rk__sources_varies(const rk__sources *sources, const rk_period *period);
/* As rk__sources_lookup, for rows with dates of such a period: a stack (rk__lookup_stack) of the
 * tariffs in force on its days. *stacked is false if the table is one of the facts. */
rk_status rk__sources_lookup_dated(rk__sources *sources, const char *name, const rk_period *period,
                                   rk__lookup **out, bool *stacked, rk_problems *problems);
/* The first tariff that begins inside the period, after its first day; or NULL. */
const rk__tariff *rk__sources_tariff_after(const rk__sources *sources, const rk_period *period);
/* Whether no tariff is in force on some day of the period, and the first such day. */
bool rk__sources_gap(const rk__sources *sources, const rk_period *period, rk_date *day);

/* The fact files held in memory, for provenance. */
size_t rk__sources_n_facts(const rk__sources *sources);
rk__table *rk__sources_fact_at(const rk__sources *sources, size_t i);

/* The period of a row of a held table: its index, or one of these. */
#define RK__PERIOD_ALL (-1) /* the table has neither period nor date */
/* Its date is blank or in none of the periods, or its period is written like theirs and after all
 * of them. */
#define RK__PERIOD_OUTSIDE (-2)
/* In none of the periods, of which only some are selected. */
#define RK__PERIOD_NOT_SELECTED (-3)
rk_status rk__sources_row_period(const rk_contract *contract, rk__table *table, size_t row,
                                 int *out, rk_problems *problems);
/* The index of a period by id, or RK__PERIOD_NOT_SELECTED, RK__PERIOD_OUTSIDE or -1; the period
 * that a date is in, or one of the first two. */
int rk__period_by_id(const rk_contract *contract, const char *text, size_t length);
int rk__period_by_date(const rk_contract *contract, rk_date date);

/* Whether a row of a held table is in a scope. RK_MISSING_COLUMN if the table lacks a column
 * that the scope names. */
rk_status rk__scope_has_row(const rk__scope *scope, const rk__table *table, size_t row, bool *in,
                            rk_problems *problems);
/* Whether a text matches any pattern; a missing value matches none. */
bool rk__scope_matches(const rk__scope_column *column, const char *text, size_t length);
