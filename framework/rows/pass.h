/* SPDX-License-Identifier: MIT
 *
 * pass.h: one pass over the rows of a fact table, for every instance that prices
 * them. The table is read and split once, however many arrangements and periods
 * there are.
 *
 * A plan holds the source of each column of each instance's rule: the table itself, a
 * lookup by a combination of key columns, or a default. Work that several instances
 * share (a lookup, a typed column, the numbering of groups) is done once per batch. Each worker
 * has its own dictionaries, caches and totals, which are merged by text at the end.
 */
#pragma once

#include "base/twin.h"
#include "contract/sources.h"
#include "ledger/host.h"
#include "rows/fault.h"
#include "rows/profile.h"
#include "scan/duplicates.h"
#include "scan/scan.h"
#include "table/total_row.h"

#define RK__NONE SIZE_MAX

/* Instances whose row table is `spec`. */
typedef struct rk__pass_input {
    const rk_contract *contract;
    const rk__table_spec *spec;
    rk__instance **instances;
    size_t n_instances;
    rk__sources *sources;
    struct rk__rows_file *rows_file;  /* receives priced rows; or NULL */
    bool no_groups;                   /* the groups of all rows are not needed */
    const struct rk__pass_part *part; /* part.h; NULL: all rows, here */
    bool looks;                       /* for findings that need all rows */
    const rk__row_mark *only;         /* these rows alone, by place; NULL: all */
    size_t n_only;
} rk__pass_input;

/* What looks wrong in a table as a whole, whoever prices its rows. */
typedef struct rk__table_finding {
    const char *code, *message, *at; /* of the arena; `at` may be NULL */
    rk_severity severity;
    uint64_t rows;
    const rk_int128 *quantity; /* millionths; NULL: not known */
} rk__table_finding;

/* What a component is paid for some rows: in the units of its rule's amounts, and millionths. */
typedef struct rk__row_money {
    const rk__instance *of;
    int places;
    rk_int128 amount, quantity;
    uint64_t selected; /* rows called totals that are its own, priced or not */
} rk__row_money;

/* The table's files, for provenance. */
typedef struct rk__pass_files {
    rk_provenance_fact *files;
    size_t n;
    uint64_t rows, bad_rows;
    rk__total_row *totals; /* at the ends of files */
    size_t n_totals;
    const rk__row_money **total_money; /* of each, by instance; NULL: not known */
    rk__row_mark **total_marks;        /* of each that is counted; NULL: not known */
    uint64_t called_totals;            /* rows elsewhere that are called totals and counted, */
    const char *called_at;             /* where the first of them stands, */
    const rk__row_money *called_money; /* and what is paid for them, likewise; */
    rk__row_mark *called;              /* their places; none if they were too many to keep */
    size_t n_called;
    rk__table_finding *found;
    size_t n_found, found_capacity;
    rk__row_mark *repeats; /* rows that repeat an earlier one, by place */
    size_t n_repeats;
    const rk__row_money *repeats_money; /* by instance; NULL: they must be priced again */
    size_t n_money;
    uint64_t sampled;     /* one of so many rows was looked at */
    bool can_repeat;      /* the table can be read again */
    const char *first_at; /* of the repeats: where the first of them stands; or NULL */
    bool selected;        /* of a pass over some rows: some are an instance's, priced or not */
    unsigned threads;
    const char *profile; /* of the pass; NULL unless asked for */
} rk__pass_files;

/* A finding of the table, which is filled in then; NULL if out of memory. */
rk__table_finding *rk__pass_find(rk__arena *arena, rk__pass_files *files);

/* Runs the pass: fills the instances' `rows` and adds warnings to their results. */
rk_status rk__pass_run(const rk__pass_input *input, rk__arena *arena, rk__pass_files *files,
                       rk_problems *problems);

/* Runs a planned pass again, over other rows in place with the same keys in the same order.
 * The plan, and the texts and keys seen so far, are kept. An error is returned as a status
 * and not reported: the caller runs an ordinary pass to find its place. */
struct rk__pass;
rk_status rk__pass_rerun(struct rk__pass *pass, const rk__value *rows);

/* Explains one row (from 1) for one instance: its columns, where they come from, and
 * the rule's own steps. *found is false if the table has fewer rows. */
typedef struct rk__row_explained {
    rk__step step;
    bool found;
} rk__row_explained;
rk_status rk__pass_explain_row(const rk__pass_input *input, uint64_t row, rk__arena *arena,
                               rk__row_explained *out, rk_problems *problems);

/* The decimal places of a rule's amounts of rows as integers. */
static inline int rk__pass_places(const rk__rule *rule)
{
    if (rule->rule->price == NULL) {
        return 0;
    }
    return rule->rule->row_kind == RK_ROWS_EXACT ? 12 : RK_DECIMAL_PLACES;
}

/* ------------------------------------------------------------------ the plan */

/* A combination of text columns that is numbered: keys of a lookup, or groups. */
typedef struct rk__pass_combination {
    size_t want[RK__MAX_GROUP_COLUMNS]; /* columns that the scan reads, or derived ones */
    size_t n;
    bool joined; /* the key of a lookup: its numbers must have no gaps */
} rk__pass_combination;

typedef struct rk__pass_join {
    rk__lookup *lookup;
    size_t combination; /* RK__NONE if the table lacks a key column: nothing is found */
    const char *lacks;  /* that column */
} rk__pass_join;

/* The days that a tariff is in force. */
typedef struct rk__pass_span {
    int32_t from, to;
    uint32_t code; /* + 1 */
} rk__pass_span;

/* A text column that is looked up to be a key in its turn, or (join RK__NONE) the tariff in force
 * on the row's date. */
typedef struct rk__pass_derived {
    rk__pass_span *spans;
    size_t n_spans;
    size_t join;
    int column; /* of the lookup's table */
    const char *name;
    const uint32_t *codes; /* by the table's row + 1: code + 1, 0 for missing */
    rk__dict *dict;        /* the table's; not added to */
} rk__pass_derived;

typedef struct rk__planned_column {
    rk_column_type type;
    const char *const *words; /* RK_COLUMN_CHOICE */
    size_t want;              /* own column, or RK__NONE */
    size_t join;              /* lookup, or RK__NONE; neither: the default */
    const rk__lookup_column *data;
    bool filled;   /* every row of the lookup has a value */
    bool constant; /* the default, in every row of every batch */
    int64_t default_v;
    bool has_default;
} rk__planned_column;

typedef struct rk__planned_scope {
    size_t *want; /* by column of the scope */
    size_t *test; /* index of its cache in a worker */
    const rk__scope *scope;
    struct rk__planned_scope *except, *also;
} rk__planned_scope;

/* Some columns or elements of a rule, by their index. */
typedef struct rk__pass_some {
    size_t *at;
    size_t n;
} rk__pass_some;

/* The usual bounds of a rule's column. */
typedef struct rk__usual {
    size_t column;
    int64_t low, high;
} rk__usual;

typedef struct rk__pass_instance {
    rk__instance *instance;
    size_t *column;          /* pass column by rule column; RK__NONE: not handed to price */
    size_t quantity;         /* rule column, or RK__NONE */
    rk__pass_some varying;   /* columns that are handed to price and are no constants */
    rk__pass_some required;  /* a row without a value of these is not handed to it */
    rk__pass_some defaulted; /* a default for keys that were not found: one of each lookup */
    rk__pass_some parts;     /* elements that add up to a row's amount */
    rk__usual *usual;        /* suspect.c */
    size_t n_usual;
    rk__pass_some zero; /* looked-up prices of which some are zero */
    rk__planned_scope *scope;
    size_t groups; /* combination */
    const char **group_names;
    size_t n_group_columns;
    size_t n_shown, n_lines;             /* columns of either grouping */
    size_t shown[RK__MAX_GROUP_COLUMNS]; /* positions among group_names */
    size_t lines[RK__MAX_GROUP_COLUMNS];
} rk__pass_instance;

typedef struct rk__pass {
    const rk__pass_input *input;
    rk__arena arena;
    rk__scan *scan;
    rk__scan_want *wants;
    size_t n_wants, n_read;    /* those behind the first n_read are only shown (--row-columns) */
    rk__pass_derived *derived; /* their index as a want is n_wants + index */
    size_t n_derived;
    rk__dict **dicts;  /* by want, of a worker that never ran (part.h); or NULL */
    rk__dict *tariffs; /* ids, for rows that are priced by the tariff of their date; or NULL */
    rk__pass_combination *combinations;
    size_t n_combinations;
    rk__pass_join *joins;
    size_t n_joins;
    rk__planned_column *columns;
    size_t n_columns;
    rk__pass_instance *instances;
    size_t n_instances;
    size_t n_tests;          /* scope columns */
    rk__table_map *provider; /* whose value is the contract's provider; or NULL */
    size_t period_want, date_want;
    bool empty;   /* rows in place, and none of them */
    bool repeats; /* runs by rk__pass_rerun */
    struct rk__pass_worker **workers;
    unsigned n_workers;
    uint64_t target;            /* explaining one row: counted from where the scan begins */
    uint32_t only_line;         /* of the first of input->only */
    bool explaining, stopped;   /* stopped: by the caller's progress function */
    struct rk__pass_rows *rows; /* NULL where rows are not written */
    struct {                    /* look.c: rows that parts have priced, read for findings */
        rk__scan *scan;         /* NULL: not read */
        struct rk__pass_worker **workers;
        unsigned n_workers;
        const char *path, *why; /* not read: the file, and words behind it; or NULL */
    } look;
    rk__profile profile;
} rk__pass;

/* ------------------------------------------------------------------- workers */

/* Why rows of a key are listed in the result. */
typedef enum rk__pass_listing {
    RK__UNPRICED_LOOKUP = 0, /* a required lookup found no row */
    RK__UNPRICED_BLANK = 1,  /* found or own, but blank */
    RK__UNPRICED_RULE = 2,   /* the rule said so */
    RK__UNPRICED_DATE = 3,   /* in no period */
    RK__DEFAULTED = 4,       /* a lookup found no row and the default was taken */
    RK__PRICED_ZERO = 5      /* priced, at a looked-up price of zero */
} rk__pass_listing;

/* Rows are counted by listing, rule column, and number of the key's combination. Of
 * RK__UNPRICED_RULE the column is the rule's reason: 1 + its index, or 0. */
typedef struct rk__pass_listed_key {
    uint32_t listing, column, combination, number;
} rk__pass_listed_key;

typedef struct rk__pass_listed {
    uint64_t rows;
    rk_int128 quantity; /* millionths */
    /* Of these, those whose key exists in another case or with other blanks (near_rows.c), and what
     * they would be paid, in the units of the rule's amounts. */
    uint64_t near_rows;
    rk_int128 near_quantity, near_amount;
} rk__pass_listed;

/* Rows that look wrong: how many, and the first of them. */
typedef struct rk__suspect {
    uint64_t rows;
    rk_int128 quantity; /* millionths */
    uint64_t block;
    uint32_t row, line; /* as of rk__scan_batch */
} rk__suspect;

/* How many kinds of them a rule has: one by column, then these. */
enum { RK__SUSPECT_QUANTITY, RK__SUSPECT_SCOPE, RK__MORE_SUSPECTS };
static inline size_t rk__n_suspects(const rk__rule *rule)
{
    return rule->n_columns + RK__MORE_SUSPECTS;
}

typedef struct rk__instance_work {
    rk__suspect *suspects; /* rk__n_suspects */
    rk__totals totals;
    rk__dict *listed_keys; /* rk__pass_listed_key -> index */
    rk__pass_listed *listed;
    size_t listed_capacity;
    uint32_t noted;     /* the rule's notes that any row has */
    uint64_t notes[32]; /* rows by note */
    rk__twin handed_memory;
    rk_column_data *handed; /* to price, by rule column: constants stay in it */
    rk__host host;
} rk__instance_work;

/* What an instance is paid for a row that is kept. */
typedef struct rk__kept_value {
    rk_int128 amount;
    int64_t quantity;
    bool selected; /* it is among the instance's rows, priced or not; of those called totals */
} rk__kept_value;

/* One thread's part of a pass. */
typedef struct rk__pass_worker {
    rk__pass *pass;
    size_t batch_rows; /* that there is room for */
    const rk__scan_batch *batch;
    rk__arena arena;
    struct { /* which of the arrays below are valid for the current batch */
        bool *codes, *numbers, *found, *columns;
    } made;
    struct {                /* by column that the scan reads, unless said otherwise */
        rk__dict **dicts;   /* of the scan, this worker's */
        uint32_t **codes;   /* code + 1; 0: missing */
        int32_t *period_of; /* by code of the period column */
        size_t period_capacity;
        uint8_t **matches; /* by scope test, then by code + 1: 0 unknown, 1 no, 2 yes, and 5 no, but
                            * in another case or with other blanks */
        bool near, loose;  /* some match is 5; and that is taken for a yes */
        size_t *matches_capacity;
    } text;
    rk__combiner *combiners; /* by combination */
    uint32_t **numbers;
    struct {             /* by join */
        uint32_t **rows; /* by number: row of the lookup + 1 */
        size_t *n_rows, *capacity;
        uint32_t **found;
        bool *some_missing; /* whether any row of the batch found nothing */
    } join;
    struct {             /* near_rows.c */
        uint32_t **rows; /* by join, then by number: nearly found row + 1 */
        size_t *capacity;
        uint16_t *row; /* of the batch, noted for the instance at hand */
        int32_t *at;   /* where it is listed */
        int64_t *quantity;
        size_t n;
    } near;
    struct {                  /* by column of the plan */
        rk_column_data *data; /* what rules are handed: the read-only side of `memory` */
        rk__twin *memory;
        int64_t **v; /* the side that is written */
        uint8_t **has;
        bool *full;          /* whether every row of the batch has a value */
        int32_t **choice_of; /* by code + 1: value + 1; 0: unknown */
        size_t *choice_capacity;
        rk__twin ones_memory;
        const uint8_t *ones; /* `has` of columns that are full */
    } column;
    int16_t *period; /* of each row, if the table has periods or dates */
    struct {         /* the rows of one instance */
        uint8_t *keep;
        uint16_t *selected;
        size_t n_packed;
        rk__twin *packed;
        int64_t **packed_v;
        uint8_t **packed_has;
        uint32_t *packed_slots;
        int64_t *quantity;
        int64_t *single_quantity; /* all 1: of rules without a quantity column */
    } scratch;
    struct { /* what `price` writes; the elements stand behind the amounts in memory */
        int64_t *amount, **element;
        rk_int128 *exact_amount, **exact_element;
        uint8_t *status;
        uint32_t *notes;
        uint16_t *reason;
    } priced;
    rk__instance_work *instances;
    struct {                    /* kept.c */
        rk__scan_named *rows;   /* by place */
        rk__kept_value *values; /* by row, then by instance */
        size_t n, rows_capacity, values_capacity;
        uint32_t *at; /* by row of the batch: 1 + where it is kept, or 0 */
        bool some, full;
    } kept;
    struct {                  /* called.c: rows that are called totals and counted */
        rk__scan_named *rows; /* the first ones */
        size_t n, capacity;
        uint64_t count;   /* of all */
        uint8_t *counted; /* of the batch's */
        bool only;        /* some row of a pass over some rows is an instance's */
        size_t counted_capacity;
    } called;
    struct {                /* code_cells.c */
        size_t *want, n;    /* columns of codes */
        int32_t *known;     /* by want: texts of its dictionary that were looked at */
        rk__suspect *found; /* by want */
    } codes;
    struct rk__rows_work *rows; /* NULL unless rows are written */
    rk__pass_times times;
    rk__row_fault fault;
} rk__pass_worker;

/* batch.c: pricing one batch of rows for every instance. */

/* Prices a batch for every instance and adds the results to the worker's totals. Errors in
 * single rows become the worker's fault, and the status is RK_OK. */
rk_status rk__pass_batch(rk__pass_worker *worker, const rk__scan_batch *batch);

/* Counts a row under a key; the column is of the rule. */
rk_status rk__pass_list_row(rk__pass_worker *w, size_t u, rk__pass_listing listing, size_t column,
                            size_t combination, size_t row, int64_t quantity);

/* Makes `batch` the worker's current one; arrays made for the one before become invalid. */
void rk__pass_batch_begin(rk__pass_worker *worker, const rk__scan_batch *batch);

/* columns.c: values of the current batch, made on demand and once. */

/* Fills the columns that are constant in every batch. */
void rk__pass_constants(rk__pass_worker *w);
/* Codes of a text column that the scan reads: code + 1, or 0 if missing. */
rk_status rk__pass_codes(rk__pass_worker *w, size_t want, const uint32_t **out);
/* The number of each row's combination of texts. */
rk_status rk__pass_numbers(rk__pass_worker *w, size_t combination, const uint32_t **out);
/* The row of a lookup + 1 for each row, or 0 if the key was not found. */
rk_status rk__pass_found(rk__pass_worker *w, size_t join, const uint32_t **out);
/* The values of a column of the plan. */
rk_status rk__pass_column(rk__pass_worker *w, size_t column, const rk_column_data **out);
/* Fills w->period. */
rk_status rk__pass_periods(rk__pass_worker *w);
/* Clears keep[i] of rows outside of the scope. */
rk_status rk__pass_scope(rk__pass_worker *w, const rk__planned_scope *scope, uint8_t *keep);
/* A text of a combination's number; NULL if blank. */
const char *rk__pass_text(const rk__pass_worker *w, size_t combination, size_t number,
                          size_t position, size_t *length);

/* fold.c: the results of a pass. */

/* After the scan: merges the workers into the first, and fills the instances' outcomes and
 * warnings. RK_OVERFLOW, reported, if a sum does not fit. */
rk_status rk__pass_fold(rk__pass *pass, rk_problems *problems);
/* Merges all workers that saw rows into the first of them; NULL if none did. */
rk_status rk__pass_merge(rk__pass *pass, rk__pass_worker **out);
/* Adds to what is listed under a key. */
rk_status rk__pass_add_listed(rk__instance_work *to, const rk__pass_listed_key *key,
                              const rk__pass_listed *more);

/* listed.c: keys that were not priced or took a default. */

/* Fills an instance's unpriced keys, and warns of defaults and of the rule's notes. */
rk_status rk__pass_fold_listed(const rk__pass *pass, const rk__pass_worker *worker,
                               size_t instance);

/* A reason that the rule gave, 1 + its index: "57: length of stay is missing". NULL for 0 and if
 * memory runs out. */
const char *rk__rule_reason(rk__arena *arena, const rk__rule *rule, size_t reason);
/* Why a row is listed, in words. */
const char *rk__pass_reason(rk__arena *arena, const rk__pass *pass,
                            const rk__pass_instance *instance, rk__pass_listing listing,
                            size_t column);

/* plan.c: what a pass reads, looks up and groups, decided before it begins. */

/* Plans a pass for the instances of `input`; fails if a column, a lookup or a scope is
 * wrong. Dispose of the pass in either case. */
rk_status rk__pass_plan(const rk__pass_input *input, rk__pass *pass, rk_problems *problems);
void rk__pass_dispose(rk__pass *pass);

/* priced_lines.c: the lines of priced rows, rendered while a batch is priced. */

/* A worker's part; nothing if rows are not written. */
rk_status rk__pass_rows_worker(rk__pass_worker *w);
void rk__pass_rows_free(rk__pass_worker *w);

/* While a batch is priced; each does nothing if rows are not written. */
void rk__pass_rows_begin(rk__pass_worker *w); /* an instance's rows */
void rk__pass_rows_reason(rk__pass_worker *w, size_t row, rk__pass_listing listing, size_t column);
/* After `price`: the n rows handed to it that it priced. */
rk_status rk__pass_rows_priced(rk__pass_worker *w, size_t u, size_t n);
/* After the instance: the rows that were given a reason. */
rk_status rk__pass_rows_unpriced(rk__pass_worker *w, size_t u);
rk_status rk__pass_rows_batch(rk__pass_worker *w); /* all instances' lines, row by row */
rk_status rk__pass_rows_block(rk__pass_worker *w, uint64_t block, uint64_t rows);

/* worker.c: the memory of one thread of a pass. */

/* The rows of a full batch. A table in place is one batch, unless it is long; priced rows
 * that are written are numbered by whole batches. */
size_t rk__pass_batch_rows(const rk__pass *pass);

/* Makes a worker. RK_NO_MEMORY leaves *out NULL or to be freed. */
rk_status rk__pass_worker_new(rk__pass *pass, rk__pass_worker **out);
/* Memory for a column that rules are handed: its values, and behind them whether there are any. */
bool rk__pass_handed(rk__pass_worker *w, rk__twin *memory, int64_t **v, uint8_t **has);
void rk__pass_worker_free(rk__pass_worker *worker);
