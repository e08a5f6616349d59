/* SPDX-License-Identifier: MIT
 *
 * pass.h: one pass over the rows of a fact table, for every instance that prices
 * them. The table is read and split once, however many arrangements and periods
 * there are.
 *
 * A plan says, for each column of each instance's rule, where its values come from:
 * the table itself, a look-up by a combination of key columns, or a default.
 * What several instances need (a look-up, a typed column, the numbering of groups)
 * is made once per batch. Each worker has its own dictionaries, caches and
 * totals, which are merged by text at the end.
 */
#ifndef RK_ROWS_PASS_H
#define RK_ROWS_PASS_H

#include "contract/sources.h"
#include "ledger/host.h"
#include "rows/profile.h"
#include "scan/scan.h"

#define RK__NONE SIZE_MAX

/* Runs the pass for instances whose row table is `spec`; fills their `rows`, adds
 * warnings to their results. */
typedef struct rk__pass_input {
    const rk_contract *contract;
    const rk__table_spec *spec;
    rk__instance **instances;
    size_t n_instances;
    rk__sources *sources;
    struct rk__rows_file *rows_file; /* where priced rows go (pass_rows.h); or NULL */
    bool no_groups;                  /* nobody looks at the groups of all rows */
} rk__pass_input;

/* What provenance says of the table's files. */
typedef struct rk__pass_files {
    rk__fact_provenance *files;
    size_t n;
    uint64_t rows, bad_rows;
    unsigned threads;
    const char *profile; /* of the pass; NULL unless asked for */
} rk__pass_files;

rk_status rk__pass_run(const rk__pass_input *input, rk__arena *arena, rk__pass_files *files,
                       rk_problems *problems);

/* Runs a planned pass over other rows in place with the same keys in the same order, as
 * often as there are some; what was planned, and texts and keys that were seen, are kept.
 * Where anything is wrong the status tells, and no problem says where. */
struct rk__pass;
rk_status rk__pass_repeat(struct rk__pass *pass, const rk__filling *rows);

/* Explains one row (from 1) for one instance: its columns, where they come from, and
 * the rule's own steps. *found is false where the table has fewer rows. */
typedef struct rk__row_explained {
    rk__step step;
    bool found;
} rk__row_explained;
rk_status rk__pass_explain_row(const rk__pass_input *input, uint64_t row, rk__arena *arena,
                               rk__row_explained *out, rk_problems *problems);

/* ------------------------------------------------------------------ the plan */

/* A combination of text columns that is numbered: keys of a look-up, or groups. */
typedef struct pass_combination {
    size_t want[RK__MAX_GROUP_COLUMNS];
    size_t n;
    bool joined; /* a look-up's rows are kept by its numbers, which are to have no gaps */
} pass_combination;

typedef struct pass_join {
    rk__lookup *lookup;
    size_t combination; /* RK__NONE where the table lacks a key column: nothing is found */
    const char *lacks;  /* that column */
} pass_join;

typedef struct pass_column {
    rk_column_type type;
    const char *const *words; /* RK_COLUMN_CHOICE */
    size_t want;              /* own column, or RK__NONE */
    size_t join;              /* look-up, or RK__NONE; neither: the default */
    const rk__lookup_column *data;
    bool filled;   /* every row of the look-up has a value */
    bool constant; /* the default, in every row of every batch */
    int64_t default_v;
    bool has_default;
} pass_column;

typedef struct pass_scope {
    size_t *want; /* by column of the scope */
    size_t *test; /* index of its cache in a worker */
    const rk__scope *scope;
    struct pass_scope *except, *also;
} pass_scope;

/* Some columns or elements of a rule, by their index. */
typedef struct pass_some {
    size_t *at;
    size_t n;
} pass_some;

typedef struct pass_instance {
    rk__instance *instance;
    size_t *column;      /* pass column by rule column; RK__NONE: not handed to price */
    size_t quantity;     /* rule column, or RK__NONE */
    pass_some varying;   /* columns that are handed to price and are no constants */
    pass_some required;  /* a row without a value of these is not handed to it */
    pass_some defaulted; /* a default for keys that were not found: one of each look-up */
    pass_some parts;     /* elements that add up to a row's amount */
    pass_scope *scope;
    size_t groups; /* combination */
    const char **group_names;
    size_t n_group_columns;
    size_t n_shown, n_lines;             /* columns of either grouping */
    size_t shown[RK__MAX_GROUP_COLUMNS]; /* positions among group_names */
    size_t lines[RK__MAX_GROUP_COLUMNS];
} pass_instance;

typedef struct rk__pass {
    const rk__pass_input *input;
    rk__arena arena;
    rk__scan *scan;
    rk__scan_want *wants;
    size_t n_wants, n_read; /* those behind the first n_read are only shown (--row-columns) */
    pass_combination *combinations;
    size_t n_combinations;
    pass_join *joins;
    size_t n_joins;
    pass_column *columns;
    size_t n_columns;
    pass_instance *instances;
    size_t n_instances;
    size_t n_tests;          /* scope columns */
    rk__table_map *provider; /* whose value is the contract's provider; or NULL */
    size_t period_want, date_want;
    bool empty;   /* rows in place, and none of them */
    bool repeats; /* runs by rk__pass_repeat */
    struct pass_worker **workers;
    unsigned n_workers;
    uint64_t target;            /* explaining one row: counted from where the scan begins */
    bool explaining, stopped;   /* stopped: by the caller's progress function */
    struct rk__pass_rows *rows; /* NULL where rows are not written */
    rk__profile profile;
} rk__pass;

rk_status rk__pass_plan(const rk__pass_input *input, rk__pass *pass, rk_problems *problems);
void rk__pass_dispose(rk__pass *pass);

/* ------------------------------------------------------------------- workers */

/* Why a key is listed beside the totals. */
typedef enum pass_listing {
    PASS_UNPRICED_LOOKUP = 0, /* a required look-up found no row */
    PASS_UNPRICED_BLANK = 1,  /* found or own, but blank */
    PASS_UNPRICED_RULE = 2,   /* the rule said so */
    PASS_UNPRICED_DATE = 3,   /* in no period */
    PASS_DEFAULTED = 4        /* a look-up found no row and the default was taken */
} pass_listing;

/* What is counted: by reason, rule column and number of the key's combination. */
typedef struct pass_listed_key {
    uint32_t listing, column, combination, number;
} pass_listed_key;

typedef struct pass_listed {
    uint64_t rows;
    rk_int128 quantity; /* millionths */
} pass_listed;

typedef struct pass_unit_work {
    rk__totals totals;
    rk__dict *listed_keys; /* pass_listed_key -> index */
    pass_listed *listed;
    size_t listed_capacity;
    uint32_t noted;         /* the rule's notes that any row has */
    uint64_t notes[32];     /* rows by note */
    rk_column_data *handed; /* to price, by rule column: constants stand in it for good */
    rk__host host;
} pass_unit_work;

/* The first fault by place; a scan goes on, so that it is the same for any
 * number of threads. */
typedef struct pass_fault {
    bool set;
    uint64_t block;
    uint32_t row, line;
    rk_status status;
    const char *hint;
    const rk__instance *instance; /* or NULL */
    char message[240];
} pass_fault;

typedef struct pass_worker {
    rk__pass *pass;
    size_t batch_rows; /* that there is room for */
    const rk__scan_batch *batch;
    rk__arena arena;
    size_t n_made; /* what was made of the batch: of all from codes_made on */
    /* Per want. */
    rk__dict **dicts; /* of the scan, this worker's */
    uint32_t **codes; /* code + 1, 0 where missing */
    bool *codes_made;
    int32_t *period_of; /* by code of the period or date column */
    size_t period_of_capacity;
    /* Per combination. */
    rk__combiner *combiners;
    uint32_t **numbers;
    bool *numbers_made;
    /* Per join. */
    uint32_t **join_rows; /* by number: row of the look-up + 1 */
    size_t *join_rows_n, *join_rows_capacity;
    uint32_t **found;
    bool *found_made, *some_missing; /* whether any row of the batch found nothing */
    /* Per column. */
    rk_column_data *columns;
    int64_t **column_v;
    uint8_t **column_has;
    bool *columns_made, *columns_full; /* whether every row of the batch has a value */
    int32_t **choice_of;               /* by code + 1: value + 1, 0 unknown */
    size_t *choice_capacity;
    /* Per scope test: by code + 1: 0 unknown, 1 no, 2 yes. */
    uint8_t **matches;
    size_t *matches_capacity;
    uint8_t *ones; /* the `has` of columns that are full */
    /* Scratch of one instance's rows. */
    uint8_t *keep;
    uint16_t *selected;
    int64_t **packed_v;
    uint8_t **packed_has;
    uint32_t *slots, *packed_slots;
    int64_t *quantity;
    int64_t *single_quantity; /* one each, where the rule has no column for it */
    /* What `price` writes: the amounts of a batch, and the elements close behind them. */
    int64_t *amount, **element;
    rk_int128 *exact_amount, **exact_element;
    uint8_t *status;
    uint32_t *notes;
    int16_t *period; /* of each row, where the table tells */
    pass_unit_work *instances;
    struct rk__rows_work *rows; /* NULL where rows are not written */
    rk__pass_times times;
    pass_fault fault;
} pass_worker;

rk_status rk__pass_worker_new(rk__pass *pass, pass_worker **out);
void rk__pass_worker_free(pass_worker *worker);
/* Makes it ready for rows that have nothing to do with those before. */
rk_status rk__pass_worker_again(pass_worker *worker);
/* Prices a batch for every instance. */
rk_status rk__pass_batch(pass_worker *worker, const rk__scan_batch *batch);
/* Forgets what was made of the batch before. */
void rk__pass_batch_begin(pass_worker *worker, const rk__scan_batch *batch);
/* Keeps the fault if it is the first by place. */
void rk__pass_fault(pass_worker *worker, size_t row, rk_status status, const rk__instance *instance,
                    const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* pass_columns.c: what is made of a batch once, on demand. Constants are made with the
 * worker. */
void rk__pass_constants(pass_worker *w);
rk_status rk__pass_codes(pass_worker *w, size_t want, const uint32_t **out);
rk_status rk__pass_numbers(pass_worker *w, size_t combination, const uint32_t **out);
rk_status rk__pass_found(pass_worker *w, size_t join, const uint32_t **out);
rk_status rk__pass_column(pass_worker *w, size_t column, const rk_column_data **out);
rk_status rk__pass_periods(pass_worker *w); /* fills w->period */
rk_status rk__pass_scope(pass_worker *w, const pass_scope *scope, uint8_t *keep);
/* A text of a combination's number; NULL where blank. */
const char *rk__pass_text(const pass_worker *w, size_t combination, size_t number, size_t position,
                          size_t *length);

/* pass_fold.c: after the scan: merges the workers into the first, and fills the
 * instances' outcomes and warnings. */
rk_status rk__pass_fold(rk__pass *pass, rk_problems *problems);
/* Says that a sum does not fit. */
rk_status rk__pass_sum_problem(const rk__pass *pass, rk_problems *problems);
/* pass_listed.c: unpriced keys, and warnings of defaults and of the rule's notes. */
rk_status rk__pass_fold_listed(const rk__pass *pass, const pass_worker *worker, size_t instance);
/* Why a row is listed, in words. */
const char *rk__pass_reason(rk__arena *arena, const rk__pass *pass, const pass_instance *instance,
                            pass_listing listing, size_t column);

#endif
