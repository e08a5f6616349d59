/* SPDX-License-Identifier: MIT
 *
 * host.h: the function table that a rule is handed, bound to one call.
 */
#ifndef RK_LEDGER_HOST_H
#define RK_LEDGER_HOST_H

#include "ledger/instance.h"

typedef struct rk__host_step {
    const char *label, *formula;
    rk_decimal value;
} rk__host_step;

/* `table` comes first, so that a rule's pointer to it finds the rest. */
typedef struct rk__host {
    rk_host table;
    rk__instance *instance;
    rk_problems *problems;
    rk_status failed;     /* the first problem that the rule or its arithmetic reported */
    bool settling;        /* lines and cells are allowed */
    rk__host_step *steps; /* of a row being explained */
    size_t n_steps, steps_capacity;
} rk__host;

void rk__host_init(rk__host *host, rk__instance *instance, rk_problems *problems);
void rk__host_dispose(rk__host *host);

/* What a rule's function returned, made whole: a failure that the rule reported, arithmetic
 * that went wrong, or a status without a problem become one problem. */
rk_status rk__host_outcome(rk__host *host, int returned, const char *function);

/* ledger.c: what the host's `line`, `group_line` do. */
int rk__ledger_line_add(rk__host *host, const rk_line *line);
int rk__ledger_group_add(rk__host *host, const rk_group *group, const char *unit);
/* A line of a group as the host handed it out: its label lives as long as the result, and
 * the instance as long as the rule, for ever. */
int rk__ledger_own_group_add(rk__host *host, const rk_group *group, const char *unit);
/* Room for one more line, which is to be set in full; NULL where memory ran out. */
rk__ledger_line *rk__ledger_line_new(rk__instance *instance);
/* tables.c: reading of settled tables. */
bool rk__settles_tables(const rk__instance *instance); /* its rule has such columns */
rk_status rk__settle_tables_load(rk__instance *instance, rk_problems *problems);
const rk__settle_table *rk__settle_table_of(const rk__instance *instance, const char *name);
bool rk__settle_has_column(const rk__instance *instance, int column);
rk_num rk__settle_cell(rk__instance *instance, int column, size_t row);
const char *rk__settle_text(rk__instance *instance, int column, size_t row);
bool rk__settle_bool(rk__instance *instance, int column, size_t row, bool otherwise);
void rk__settle_tables_dispose(rk__instance *instance);

#endif
