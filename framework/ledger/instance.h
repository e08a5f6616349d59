/* SPDX-License-Identifier: MIT
 *
 * instance.h: one component in one period: the unit that the engine evaluates.
 *
 * An instance is planned (rule found, tables resolved), bound (parameters), prepared, priced
 * (rows, in a pass shared with other instances), and settled (ledger). Its numbers live in the
 * result of its arrangement.
 */
#pragma once

#include "contract/session.h"
#include "ledger/result.h"
#include "rules/bind.h"
#include "table/lookup.h"
#include "totals/combiner.h"

/* A group of rows after the pass: texts of its key columns, and totals. */
typedef struct rk__row_group {
    const char *const *key; /* NULL: blank; texts live as long as the result */
    uint64_t rows;
    rk_num quantity, amount; /* amount is NULL if the rule does not price rows */
    rk_num *element;
} rk__row_group;

/* Row totals by some columns, sorted by key. */
typedef struct rk__row_groups {
    const char *const *columns;
    size_t n_columns;
    rk__row_group *groups;
    size_t n;
} rk__row_groups;

/* The row pass's results for an instance. */
typedef struct rk__row_outcome {
    rk_groups *shown;     /* by --group-by, else by the rule's columns */
    rk__row_groups lines; /* by the rule's columns: its ledger lines */
    rk__row_group total;
    rk_unpriced_key *unpriced; /* sorted */
    size_t n_unpriced;
    uint64_t unpriced_keys, unpriced_rows;
    uint64_t unfound_keys;       /* unpriced: no row of a table has them */
    rk_int128 unpriced_quantity; /* millionths; of rows in the period */
    rk_int128 unfound_quantity;
    uint64_t notes[32]; /* rows with bit k set */
} rk__row_outcome;

/* A table that the instance's rule reads while settling, restricted to period and scope. */
typedef struct rk__settle_table {
    const char *name; /* the rule's name for it */
    rk__table *table;
    uint32_t *rows; /* indices into the table */
    size_t n_rows;
} rk__settle_table;

/* The memory of parameters that are shared by many results. */
typedef struct rk__terms {
    rk__arena arena;
    rk__nums nums;
} rk__terms;

/* The rows that two parameters of an instance value both. */
typedef struct rk__instance_overlap {
    const struct rk__instance_value *with;
    struct rk__instance *over; /* the component over these rows */
    struct rk__instance_overlap *next;
} rk__instance_overlap;

/* A parameter of an instance whose value is the total of an earlier component. */
typedef struct rk__instance_value {
    rk__valued given;
    size_t component;               /* the named component */
    rk__scope *scope;               /* NULL: its whole total */
    struct rk__instance *over;      /* that component over these rows; NULL if no scope */
    rk__instance_overlap *overlaps; /* with later values */
    struct rk__instance_value *next;
} rk__instance_value;

typedef struct rk__instance {
    struct rk__sources *sources; /* tables of this evaluation */
    const rk_contract *contract;
    const rk__arrangement *arrangement;
    const rk__component *component;
    const rk_period *period;
    size_t component_index, period_index;
    const rk__rule *rule;
    rk_result *result;  /* whose arena and pool it uses */
    rk__tariff *tariff; /* in force; NULL if the contract names none */
    rk__bind_input input;
    rk__terms *terms; /* bound once, in this memory; NULL: for each result, in the result */
    void *params, *state;
    struct rk__params_part *params_parts; /* copies of the parameters; see params_copy.c */
    bool *groups_written;                 /* by group of rows: `settle` wrote its line */
    bool bound, prepared;
    bool streams;        /* its row table goes through a pass */
    bool settles_tables; /* some of its rule's tables are held in memory */
    bool *streamed;      /* by rule column: the pass found it in the table or a lookup */
    bool implied;        /* made to value a parameter: in no result, gives no finding */
    bool idle;           /* of a period that is not needed: no rows, no settlement */
    bool hidden;         /* of a period that is not selected: in no result, gives no finding */
    rk__instance_value *values;
    rk__held held;
    const char *only_with; /* the pass omits the instance if there is no such column; or NULL */
    rk__row_outcome rows;
    rk__settle_table *tables;
    size_t n_tables;
    rk_of *of;
    rk_ledger_line *lines;
    size_t n_lines, lines_capacity;
    rk_unpriced_key *unpriced; /* of settled tables */
    size_t n_unpriced;
    bool dated;     /* its rows have dates, by which they are dealt to periods */
    rk_num earlier; /* exact amounts of the component in the year so far; NULL: none */
    rk_num exact;
    rk_num rounded;
} rk__instance;

/* Whether the rule's row table is streamed rather than held. */
bool rk__rule_streams(const rk__rule *rule);

/* Adds a finding to the instance's result, "component 'x', 2016-17: ...". */
void rk__instance_find(rk__instance *instance, rk_finding finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds a problem at the instance's component, naming its rule. */
rk_status rk__instance_problem(const rk__instance *instance, rk_status status, const char *hint,
                               rk_problems *problems, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A copy of its period, for its rule alone; NULL if out of memory. */
const rk_period *rk__instance_period(rk__instance *instance);

/* bind_instance.c: binding the parameters of an instance; functions in calling order. */

rk_status rk__instance_bind(rk__instance *instance, rk_problems *problems);
rk_status rk__instance_prepare(rk__instance *instance, rk_problems *problems);
void rk__instance_dispose(rk__instance *instance);
/* Resets it to its state before binding, except what its pass planned and parameters that were
 * bound in `terms`. */
void rk__instance_reset(rk__instance *instance);

/* near_columns.c: warnings of misspelt columns. */

/* Whether the i-th of the names holds texts, so that it is no quantity. */
typedef rk_status (*rk__holds_text)(const void *of, size_t i, bool *text);
/* Warns of columns of a table whose name is close to a column that the rule declares for
 * `rule_table` and the table lacks. `used` are names that something else reads. */
rk_status rk__warn_near_columns(rk__instance *instance, const char *rule_table, const char *table,
                                const char *const *names, size_t n_names, const char *const *used,
                                size_t n_used, rk__holds_text holds_text, const void *of);

/* settle_instance.c: settling an instance that is bound and priced. */

/* Writes the instance's lines and its amount, exact and rounded. `siblings` are the instances
 * of the same arrangement and period, by component. */
rk_status rk__instance_settle(rk__instance *instance, const rk__instance *siblings,
                              rk_problems *problems);

/* allocate.c: deals a settled amount out to the lines, and the groups, of what it stands on. */

/* Adds a memo line for each line of the components in `of`, if the component allocates; they add
 * up to its amount. Makes its groups too if the caller asked for groups. */
rk_status rk__instance_allocate(rk__instance *instance, const rk__instance *siblings);

/* valued.c: parameters valued by earlier components. */

/* The instance of an earlier component in the same period: a period's instances are one array. */
static inline const rk__instance *rk__instance_sibling(const rk__instance *instance,
                                                       size_t component)
{
    return instance - (instance->component_index - component);
}

/* The part of its period that an instance's amount is taken in proportion to, where the contract is
 * in force for a part of it; NULL: none. Rows with dates are dealt already, and so is what a
 * component uses of others. */
const rk__year_part *rk__instance_in_force(const rk__instance *instance);

/* Records a parameter that names an earlier component, while the instance `ctx` is being bound;
 * see rk__bind_input. */
rk_status rk__instance_value_of(void *ctx, const rk__valued *valued, rk_problems *problems);
/* Gives each such parameter its value, before the instance settles. */
rk_status rk__values_settle(rk__instance *instance, const rk__instance *siblings,
                            rk_problems *problems);
