/* SPDX-License-Identifier: MIT
 *
 * plugin.h: all that a payment rule includes.
 *
 * A payment rule is a shared object with one exported constant, written by
 * RK_RULE_EXPORT: who the rule is, which parameters it takes, which columns it
 * reads, and up to five functions. The host (libreckoner) reads the contract,
 * the tariff and the activity, checks every parameter against the rule's table,
 * joins the tables, and hands the rule flat arrays (to `price` rows) or exact
 * numbers (to `settle` a component). The rule writes amounts and ledger lines;
 * the host multiplies, adds up and audits them.
 *
 * Life cycle of one rule in one run:
 *
 *     loaded    the host reads the ELF note, then dlopens the file; never unloaded
 *     check     [any thread] after the parameters were bound
 *     prepare   [any thread] parameters + period -> state, once per component and period
 *     price     [many threads at once, one state] batches of rows
 *     settle    [one thread per state] tables + totals -> ledger lines
 *     release   [any thread] frees what prepare made, once
 *
 * What a rule never does: exit, fork, print, read files, keep global state that
 * changes, or free what the host gave. Strings are UTF-8. All pointers that the
 * host hands over are borrowed until the call returns, but for the parameters,
 * which live until `release` has returned.
 *
 * Stability: structs begin with their size, where the two sides could differ in
 * age, and only grow at the end. RK_ABI_MAJOR is part of the exported symbol's
 * name, so a host never calls a rule that it does not understand.
 *
 * A complete example: docs/writing-a-rule.md, built and run by the tests.
 */
#ifndef RECKONER_PLUGIN_H
#define RECKONER_PLUGIN_H

#include "decimal.h"
#include "num.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The interface this header describes. A host loads rules of its own major and
 * of any minor up to its own. */
#define RK_ABI_MAJOR 1
#define RK_ABI_MINOR 1

typedef struct rk_host rk_host;

/* --------------------------------------------------------------- parameters */

typedef enum rk_param_type {
    RK_PARAM_TEXT = 1,    /* const char *; NULL where absent */
    RK_PARAM_BOOL = 2,    /* bool */
    RK_PARAM_INTEGER = 3, /* int64_t; INT64_MIN where absent */
    RK_PARAM_DECIMAL = 4, /* rk_decimal, for row arithmetic; RK_DECIMAL_NONE where absent. With
                           * the unit "ratio", "97.5%" is understood too */
    RK_PARAM_EXACT = 5,   /* rk_num from a number of at most six decimals; NULL where absent */
    RK_PARAM_RATIO = 6,   /* rk_num from 0.0475, "4.75%" or "7/12"; NULL where absent */
    RK_PARAM_ENUM = 7,    /* int32_t, the index into `words`; -1 where absent */
    RK_PARAM_LIST = 8,    /* rk_list of structs laid out by `items` */
    /* An amount that the contract leaves to an earlier component of the same
     * arrangement, which it names by id. The field is an rk_of: its id is NULL
     * where the parameter is absent, and its total NULL until `settle`. The total
     * is what that component comes to in the period, exactly: over all its rows,
     * or over those that the RK_PARAM_SCOPE of the same table keeps as well. It is
     * the period's amount and is never scaled. At most one in a table. Since 1.1 */
    RK_PARAM_COMPONENT = 9,
    /* const char *: rows, written in the contract as a `scope` is; the field holds
     * them in words ("pod EL or NEL"), NULL where absent. Stands beside an
     * RK_PARAM_COMPONENT, at most one in a table. Since 1.1 */
    RK_PARAM_SCOPE = 10
} rk_param_type;

/* Flags of parameters and columns. */
#define RK_REQUIRED 0x1u /* must be given (a row that lacks the column is unpriced) */
/* An amount per time: `per: "year"` in a contract scales it to the period.
 * Parameters of type RK_PARAM_EXACT, and columns of tables that are settled. */
#define RK_PER_TIME 0x2u
#define RK_NULLABLE 0x4u /* null may be written in the contract for "none" */
/* Columns: the quantity of the row, folded into totals by the host (decimal). */
#define RK_QUANTITY 0x8u
/* Columns: finding nothing in the lookup is usual, and no warning. */
#define RK_LOOKUP_OPTIONAL 0x10u
/* Columns: named for people and for near-miss hints (a usual key); not handed
 * to `price` and its batch column is NULL. */
#define RK_KEY_ONLY 0x20u
/* Parameters of type RK_PARAM_LIST: written as one object, not as an array; the
 * list has one item, or none where it is absent ("pot": {"amount": ...}). */
#define RK_ONE_OBJECT 0x40u
/* Columns, with RK_REQUIRED: the column must exist, but a row that lacks a value
 * is still handed to `price`, which sets RK_ROW_UNPRICED where it needs one (a
 * row with a local price does not need the tariff's). */
#define RK_PRICE_DECIDES 0x80u

typedef struct rk_list {
    const void *items; /* n structs of the parameter's `item_size` bytes each */
    size_t n;
} rk_list;

/* One parameter. A table of these ends with a {0} entry and has at most 256; the
 * items of a list hold no lists. */
typedef struct rk_param {
    const char *name;
    rk_param_type type;
    uint32_t flags;
    size_t offset;                /* of the field in the rule's own struct (or list item) */
    const char *default_value;    /* as written in a contract: "0.01", "true"; NULL for none */
    const char *min, *max;        /* inclusive bounds as written; NULL for none */
    const char *unit;             /* "GBP", "ratio", "spell"; NULL for none */
    const char *const *words;     /* RK_PARAM_ENUM: allowed words, NULL at the end */
    const struct rk_param *items; /* RK_PARAM_LIST: the table of one item */
    size_t item_size;             /* RK_PARAM_LIST: sizeof the item's struct */
    const char *help;             /* one sentence */
} rk_param;

/* ------------------------------------------------------------------ columns */

typedef enum rk_column_type {
    RK_COLUMN_DECIMAL = 1, /* millionths */
    RK_COLUMN_INTEGER = 2, /* whole numbers */
    RK_COLUMN_BOOL = 3,    /* 0 or 1; true/false, yes/no, y/n, 1/0 in files */
    RK_COLUMN_RATIO = 4,   /* rows: millionths; settled tables: exact */
    RK_COLUMN_CHOICE = 5,  /* rows: 1 + index into `words`, 0 for any other text */
    RK_COLUMN_TEXT = 6     /* rows: an opaque number equal for equal text; settle: text */
} rk_column_type;

/* One column. A table of these ends with a {0} entry. The index of an entry is
 * the index of its array in a batch, and the handle by which settle reads it. */
typedef struct rk_column {
    const char *table; /* the table that the rule reads it from: "activity" */
    const char *name;  /* "los" */
    rk_column_type type;
    uint32_t flags;
    const char *lookup;        /* where it is looked up if its table lacks it: "prices" */
    const char *default_value; /* for a missing value; NULL: it stays missing */
    const char *unit;
    const char *const *words; /* RK_COLUMN_CHOICE, NULL at the end */
    const char *help;
} rk_column;

/* ----------------------------------------------------------------- elements */

/* Not a part of the amount but a total kept beside it (a cost, a volume). */
#define RK_ELEMENT_MEMO 0x1u

/* A part that a row's amount is split into; at most 32. Ends with a {0} entry. */
typedef struct rk_element {
    const char *name;
    uint32_t flags;
    const char *help;
} rk_element;

/* A condition of single rows that the rule sets as bit k of the row's notes;
 * the host counts the rows and warns, once per component. Ends with {0}. */
typedef struct rk_note {
    const char *name;    /* "no-length-of-stay" */
    const char *message; /* "emergency rows without a length of stay; no short-stay price" */
} rk_note;

/* ------------------------------------------------------------------ periods */

typedef struct rk_date {
    int32_t year;
    uint8_t month, day;
} rk_date;

typedef struct rk_period {
    const char *id;
    rk_date start, end; /* both inclusive */
} rk_period;

/* -------------------------------------------------------------- pricing rows */

/* One column of a batch: `v` has a value for each row, and `has` 1 where the
 * row has one (its own, looked up, or the default) and 0 where it is missing;
 * `v` is 0 there. Neither is ever NULL (but for RK_KEY_ONLY columns). */
typedef struct rk_column_data {
    const int64_t *v;
    const uint8_t *has;
} rk_column_data;

typedef struct rk_batch {
    size_t size;                  /* sizeof(rk_batch) of the host */
    size_t n;                     /* rows; every array has this length */
    const rk_column_data *column; /* by index into the rule's column table */
    bool trace;                   /* true: one row that is being explained; call rk_host.row_step */
} rk_batch;

/* Outcome of pricing a row. Preset to RK_ROW_PRICED. */
typedef enum rk_row_status {
    RK_ROW_PRICED = 0,
    RK_ROW_UNPRICED = 1, /* the rule cannot price it: pays nothing and is listed */
    RK_ROW_OVERFLOW = 2  /* an amount that does not fit: the evaluation fails */
} rk_row_status;

/* How a rule's row amounts are made. */
typedef enum rk_row_kind {
    RK_ROWS_NONE = 0,    /* no `price`; the host still folds the quantity */
    RK_ROWS_ROUNDED = 1, /* rk_decimal amounts: each row is a payment in itself */
    RK_ROWS_EXACT = 2    /* rk_int128 in units of 1e-12: no row is rounded */
} rk_row_kind;

/* Where `price` writes; all arrays are of the host, zeroed, with n entries. The
 * amounts must equal the sum of the elements that are not RK_ELEMENT_MEMO
 * (where the rule has such): the host checks each row. */
typedef struct rk_priced {
    size_t size;
    rk_decimal *amount;         /* RK_ROWS_ROUNDED */
    rk_decimal *const *element; /* RK_ROWS_ROUNDED: [element][row] */
    rk_int128 *exact_amount;    /* RK_ROWS_EXACT */
    rk_int128 *const *exact_element;
    uint8_t *status; /* rk_row_status of each row */
    uint32_t *notes; /* bits into the rule's table of notes */
} rk_priced;

/* ------------------------------------------------------------------ settling */

/* A component that this one uses. */
typedef struct rk_of {
    const char *id;
    const char *rule;
    rk_num total; /* exact, this period */
    bool shadow;
} rk_of;

/* The totals of the rows that fell into one group. */
typedef struct rk_group {
    const char *label; /* the group's key columns, joined by " / "; never NULL */
    rk_num quantity;
    rk_num amount;         /* NULL where the rule has no `price` */
    const rk_num *element; /* by index into the rule's element table */
} rk_group;

typedef struct rk_settlement {
    size_t size;
    const rk_period *period;
    /* The components that it uses; of_total is NULL if it names none. */
    const rk_of *of;
    size_t n_of;
    rk_num of_total;
    /* Totals of the rule's row table over the component's scope; NULL where the
     * rule has no row table. */
    rk_num quantity;
    rk_num amount;
    const rk_num *element;
    const rk_group *group;
    size_t n_group;
} rk_settlement;

/* A ledger line. Its amount is quantity x rate x factor, each taken as one
 * where it is NULL; at least one of them must be given. A line that also states
 * its `amount` is audited: a product that differs fails as `rule-audit`. */
typedef struct rk_line {
    const char *label; /* copied */
    rk_num quantity;
    const char *unit; /* of the quantity: "head"; NULL for none; copied */
    rk_num rate;
    rk_num factor;
    rk_num amount;
    const char *source; /* a publication or a parameter's name; NULL for none; copied */
    bool memo;          /* shown beside the ledger; not part of the total */
} rk_line;

typedef enum rk_log_level { RK_LOG_DEBUG = 0, RK_LOG_INFO = 1, RK_LOG_WARNING = 2 } rk_log_level;

#if defined(__GNUC__)
#define RK_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#else
#define RK_PRINTF(format_at, args_at)
#endif

/* The functions that a rule may call. It is handed to each of the five
 * functions and must not be kept: it is valid only during the call. Check `size` before
 * using a member that a later minor version added. Numbers and texts that it returns are
 * the host's and are valid until the call returns. */
struct rk_host {
    size_t size;
    uint32_t abi_minor; /* of the host */

    /* Problems and warnings. `where` names a parameter ("at_risk", "bands[1].to") or a column,
     * which the host turns into file, line and column; or NULL. [check prepare settle] */

    /* Reports a problem, which fails the component; return `code` next. `hint` says what to
     * do; NULL for none. */
    void (*problem)(const rk_host *h, rk_status code, const char *where, const char *hint,
                    const char *format, ...) RK_PRINTF(5, 6);
    /* Adds a warning to the result. */
    void (*warn)(const rk_host *h, const char *where, const char *format, ...) RK_PRINTF(3, 4);
    /* Notes something for whoever runs the host; a warning becomes one of the result. */
    void (*log)(const rk_host *h, rk_log_level level, const char *format, ...) RK_PRINTF(3, 4);

    /* Exact numbers. An operand of NULL gives NULL and fails the settlement, unless said
     * otherwise. [check prepare settle] */

    /* Returns the number that a decimal (in millionths) is; NULL for RK_DECIMAL_NONE. */
    rk_num (*decimal)(const rk_host *h, rk_decimal d);
    /* Returns a whole number. */
    rk_num (*integer)(const rk_host *h, int64_t n);
    /* Returns a fraction; a denominator of 0 fails the settlement. */
    rk_num (*ratio)(const rk_host *h, int64_t numerator, int64_t denominator);
    /* Returns a + b. */
    rk_num (*add)(const rk_host *h, rk_num a, rk_num b);
    /* Returns a - b. */
    rk_num (*sub)(const rk_host *h, rk_num a, rk_num b);
    /* Returns a x b. */
    rk_num (*mul)(const rk_host *h, rk_num a, rk_num b);
    /* Returns a / b, exactly; b = 0 fails the settlement. */
    rk_num (*div)(const rk_host *h, rk_num a, rk_num b);
    /* Returns -a. */
    rk_num (*neg)(const rk_host *h, rk_num a);
    /* Returns the smaller of two. */
    rk_num (*min)(const rk_host *h, rk_num a, rk_num b);
    /* Returns the larger of two. */
    rk_num (*max)(const rk_host *h, rk_num a, rk_num b);
    /* Rounds to so many decimal places, 0 to 12, half away from zero. */
    rk_num (*round)(const rk_host *h, rk_num a, int places);
    /* Returns -1, 0 or 1 as a is less than, equal to or greater than b; NULL counts as 0. */
    int (*compare)(const rk_host *h, rk_num a, rk_num b);
    /* Returns the sign of a number: -1, 0 or 1; NULL counts as 0. */
    int (*sign)(const rk_host *h, rk_num a);
    /* Returns the same number under a name (copied), which `reckon explain` prints. NULL stays
     * NULL and fails nothing. */
    rk_num (*label)(const rk_host *h, rk_num a, const char *name);
    /* Finds the decimal that a number is; false if it is not a whole number of millionths or
     * does not fit. */
    bool (*to_decimal)(const rk_host *h, rk_num a, rk_decimal *out);

    /* Whole tables, cell by cell: `column` is an index into the rule's column
     * table. Rows are those of the component's period, scope applied where the
     * table is the rule's `rows` table. [settle] */

    /* Returns whether the contract or its tariff gives a table. */
    bool (*has_table)(const rk_host *h, const char *table);
    /* Returns whether a column is in its table or has a default. */
    bool (*has_column)(const rk_host *h, int column);
    /* Returns the number of rows of a table; 0 without one. */
    size_t (*n_rows)(const rk_host *h, const char *table);
    /* Returns the number in a cell; NULL if missing. */
    rk_num (*cell)(const rk_host *h, int column, size_t row);
    /* Returns the text of a cell; NULL if missing. */
    const char *(*cell_text)(const rk_host *h, int column, size_t row);
    /* Returns the truth of a cell, or `otherwise` if missing. */
    bool (*cell_bool)(const rk_host *h, int column, size_t row, bool otherwise);

    /* Writes a line of the ledger. 0, or the status to return. [settle] */
    int (*line)(const rk_host *h, const rk_line *line);
    /* Writes a line for a group of priced rows: its quantity and amount, as the
     * host folded them. [settle] */
    int (*group_line)(const rk_host *h, const rk_group *group, const char *unit);

    /* A step of a row that is being explained; `formula` names columns and
     * parameters in words, `value` is in millionths. [price, batch->trace] */
    void (*row_step)(const rk_host *h, const char *label, const char *formula, rk_decimal value);
};

/* ---------------------------------------------------------------- the rule */

/* Whether a rule uses other components. */
typedef enum rk_of_use {
    RK_OF_NONE = 0,     /* `of` is refused */
    RK_OF_OPTIONAL = 1, /* may be given */
    RK_OF_REQUIRED = 2  /* must be given */
} rk_of_use;

/* The components in `of` must be shadows: the rule pays a whole amount. */
#define RK_RULE_OF_SHADOW 0x1u

typedef struct rk_rule {
    size_t size; /* sizeof(rk_rule), set by RK_RULE_EXPORT like the next five */
    uint32_t abi_major, abi_minor;
    uint32_t param_size, column_size; /* sizeof the table entries, the host's stride */
    const char *id, *version;
    uint32_t element_size, note_size;

    const char *title;           /* "Payment by Results" */
    const char *summary;         /* one paragraph */
    const char *const *sources;  /* publications that define the rule; NULL at the end */
    const rk_param *params;      /* NULL for none */
    size_t params_size;          /* sizeof the rule's own struct */
    const rk_column *columns;    /* NULL for none */
    const rk_element *elements;  /* NULL for none */
    const rk_note *notes;        /* NULL for none */
    const char *rows;            /* the table that scope and `price` work on; NULL for none */
    const char *const *group_by; /* columns that lines are grouped by; NULL at the end */
    rk_row_kind row_kind;
    rk_of_use of_use;
    uint32_t flags;

    /* All return 0 or an rk_status (after calling rk_host.problem). `params` is
     * the rule's own struct, filled in. Any may be NULL. */
    int (*check)(const rk_host *h, const void *params, const rk_of *of, size_t n_of);
    int (*prepare)(const rk_host *h, const void *params, const rk_period *period, void **state);
    int (*price)(const rk_host *h, const void *params, const void *state, const rk_batch *batch,
                 rk_priced *out);
    int (*settle)(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement);
    void (*release)(void *state);
} rk_rule;

/* The ELF note that the host reads before it runs any code of the file. */
#define RK_NOTE_NAME         "Reckoner"
#define RK_NOTE_TYPE         1
#define RK_NOTE_ID_SIZE      64
#define RK_NOTE_VERSION_SIZE 32

typedef struct rk_elf_note {
    uint32_t name_size, desc_size, type;
    char name[12]; /* "Reckoner" and its NUL, padded to a multiple of four */
    uint32_t abi_major, abi_minor;
    uint32_t rule_size;
    char id[RK_NOTE_ID_SIZE];
    char version[RK_NOTE_VERSION_SIZE];
} rk_elf_note;

#define RK_NOTE_DESC_SIZE (12 + RK_NOTE_ID_SIZE + RK_NOTE_VERSION_SIZE)

/* The name of the exported constant: reckoner_rule_1 for ABI major 1. */
#define RK_JOIN2(a, b) a##b
#define RK_JOIN(a, b)  RK_JOIN2(a, b)
#define RK_RULE_SYMBOL RK_JOIN(reckoner_rule_, RK_ABI_MAJOR)

#ifdef __cplusplus
#define RK_EXTERN_C extern "C"
#else
#define RK_EXTERN_C extern
#endif

#if defined(__has_attribute)
#if __has_attribute(retain)
#define RK_RETAIN , retain
#endif
#endif
#ifndef RK_RETAIN
#define RK_RETAIN
#endif

/* Exports the rule, once per shared object:
 *
 *     RK_RULE_EXPORT("block", "1.0.0", .title = "Block contract", ...)
 *
 * The id and version are string literals; the rest are designated members of
 * rk_rule in the order of their declaration. */
#define RK_RULE_EXPORT(rule_id, rule_version, ...)                                             \
    static const rk_elf_note rk_note_of_rule __attribute__((                                   \
        used RK_RETAIN, section(".note.reckoner"), aligned(4))) = {9,                          \
                                                                   RK_NOTE_DESC_SIZE,          \
                                                                   RK_NOTE_TYPE,               \
                                                                   RK_NOTE_NAME,               \
                                                                   RK_ABI_MAJOR,               \
                                                                   RK_ABI_MINOR,               \
                                                                   (uint32_t) sizeof(rk_rule), \
                                                                   rule_id,                    \
                                                                   rule_version};              \
    RK_EXTERN_C const rk_rule RK_RULE_SYMBOL __attribute__((visibility("default")));           \
    const rk_rule RK_RULE_SYMBOL = {.size = sizeof(rk_rule),                                   \
                                    .abi_major = RK_ABI_MAJOR,                                 \
                                    .abi_minor = RK_ABI_MINOR,                                 \
                                    .param_size = (uint32_t) sizeof(rk_param),                 \
                                    .column_size = (uint32_t) sizeof(rk_column),               \
                                    .id = rule_id,                                             \
                                    .version = rule_version,                                   \
                                    .element_size = (uint32_t) sizeof(rk_element),             \
                                    .note_size = (uint32_t) sizeof(rk_note),                   \
                                    __VA_ARGS__}

#ifdef __cplusplus
}
#endif
#endif
