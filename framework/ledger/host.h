/* SPDX-License-Identifier: MIT
 *
 * host.h: the function table that a rule is given, bound to one call.
 */
#pragma once

#include "ledger/instance.h"

typedef struct rk__host_step {
    const char *label, *formula;
    rk_int128 value; /* in units of 1e-12 */
} rk__host_step;

/* `table` is first, so that a rule's pointer to it is a pointer to the whole. */
typedef struct rk__host {
    rk_host table;
    rk__instance *instance;
    rk_problems *problems;
    rk_status failed;       /* the first problem that the rule or its arithmetic reported */
    bool settling;          /* lines and cells are allowed */
    bool pricing;           /* many threads: of these functions, only steps and logs are allowed */
    bool tracing;           /* a row is being explained: its steps are kept */
    bool misplaced;         /* pricing: the rule called one that is not allowed */
    bool seals;             /* numbers are sealed and texts copied: see sealed.h */
    const rk_group *groups; /* settling: the groups of rows; or NULL */
    const rk_group *handed; /* those that the rule is handed: sealed copies of them, if it is C */
    rk__host_step *steps;   /* of a row being explained */
    size_t n_steps, steps_capacity;
} rk__host;

void rk__host_init(rk__host *host, rk__instance *instance, rk_problems *problems);
void rk__host_dispose(rk__host *host);
/* The first status given here that is not RK_OK makes the call fail, whatever the rule's
 * function returns. */
void rk__host_fail(rk__host *host, rk_status status);

/* The outcome of a rule's function: a failure that the rule reported, an arithmetic error or a
 * status without a problem gives exactly one problem. */
rk_status rk__host_outcome(rk__host *host, int returned, const char *function);

/* ledger.c: lines of a component, and their audit. */

/* Implement the host's `line` and `group_line`. */
int rk__ledger_line_add(rk__host *host, const rk_line *line);
int rk__ledger_group_add(rk__host *host, const rk_group *group, const char *unit);
/* The same without checks and copies, for a group of the host: its label must live as long as the
 * result, and `unit` as long as the rule. */
int rk__ledger_own_group_add(rk__host *host, const rk_group *group, const char *unit);
/* Adds a line, which the caller sets in full; NULL if out of memory. */
rk_ledger_line *rk__ledger_line_new(rk__instance *instance);

/* settled_tables.c: tables that a rule reads while settling, cell by cell. */

bool rk__settles_tables(const rk__instance *instance); /* its rule has such columns */
rk_status rk__settle_tables_load(rk__instance *instance, rk_problems *problems);
const rk__settle_table *rk__settle_table_of(const rk__instance *instance, const char *name);
/* A cell that could not be read is missing to the rule, and the call fails. */
bool rk__settle_has_column(rk__host *host, int column);
rk_num rk__settle_cell(rk__host *host, int column, size_t row);
const char *rk__settle_text(rk__host *host, int column, size_t row);
bool rk__settle_bool(rk__host *host, int column, size_t row, bool otherwise);
/* The place of a cell, or of its row if the cell is missing; false if there is no such cell. Its
 * texts belong to the result, or are NULL. */
bool rk__settle_place(rk__host *host, int column, size_t row, rk__place *place, rk__arena *arena);
const char *rk__settle_place_text(rk__host *host, int column, size_t row);
void rk__settle_tables_dispose(rk__instance *instance);

/* ------------------------------------------------------- params_copy.c
 *
 * Seals the numbers among the bound parameters: see sealed.h. */
void rk__params_seal(const rk_param *params, void *object);
/*
 * Copies the bound parameters, to compare with after each call of the rule. */
rk_status rk__params_keep(rk__instance *instance, rk__arena *arena);
/* Copies them again, after the host has filled in totals of components. */
void rk__params_kept_again(rk__instance *instance);
/* False if the rule has written to them. */
bool rk__params_intact(const rk__instance *instance);
/* After `settle`: fails if the line of a group of priced rows is missing and the rule does not
 * declare that it leaves some out. */
rk_status rk__ledger_groups_check(rk__host *host);
