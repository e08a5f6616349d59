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
 * Stability: structs only grow at the end. Those that the two sides could know in
 * different lengths begin with their size, or the size of an entry stands beside
 * the array: a rule reads group[i] as rk_group_at(s, i), and the host knows from
 * `line_size` how long the rule's rk_line is. RK_ABI_MAJOR is part of the exported
 * symbol's name, so a host never calls a rule that it does not understand. The
 * sizes and offsets of each version are in layout.json, beside this file.
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
#define RK_ABI_MINOR 2

/* In C++ too, members that a later version added are zero if an older rule's table omits them. */
#ifdef __cplusplus
#define RK_UNSET \
    {            \
    }
#else
#define RK_UNSET
#endif

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
/* Columns: finding nothing in the lookup is normal, and gives no warning. */
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
/* Parameters: where not given, the minor unit of the contract's currency, such as 1 of JPY and
 * 0.001 of BHD; the default is that of most currencies, "0.01". Since 1.2 */
#define RK_MINOR_UNIT 0x100u

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
    /* Where values usually lie, as written; NULL for no opinion. A value outside is used, and
     * is a finding of `reckon check`. Numbers only. Since 1.2 */
    const char *usual_min RK_UNSET, *usual_max RK_UNSET;
} rk_param;

/* ------------------------------------------------------------------ columns */

typedef enum rk_column_type {
    RK_COLUMN_DECIMAL = 1, /* millionths */
    RK_COLUMN_INTEGER = 2, /* whole numbers */
    RK_COLUMN_BOOL = 3,    /* 0 or 1; true/false, yes/no, y/n, 1/0 in files */
    RK_COLUMN_RATIO = 4,   /* rows: millionths; settled tables: exact */
    RK_COLUMN_CHOICE = 5,  /* rows: 1 + index into `words`, 0 for any other text */
    RK_COLUMN_TEXT = 6,    /* rows: an opaque number, equal for equal text of the column within a
                            * batch, and not to be compared with another column's; settle: text */
    /* A day, written 2016-04-01: days since 1970-01-01, negative before it. Since 1.2 */
    RK_COLUMN_DATE = 7,
    /* rows: an rk_factor, a number of at most twelve decimals; settle: exact. Since 1.2 */
    RK_COLUMN_FACTOR = 8,
    /* rows: the number of the row of `lookup` that the row's key finds, from 0, which is the
     * row that `prepare` reads by rk_host.cell; so `prepare` works once on each provider and
     * `price` finds it by number. Never in a file. Since 1.2 */
    RK_COLUMN_ROW = 9
} rk_column_type;

/* One column. A key column of a lookup may be looked up itself: the rows name a provider, a
 * column `area` has .lookup = "providers", and `wage_index` has .lookup = "areas", whose key is
 * `area`. The host follows the chain and refuses a circle. Since 1.2
 *
 * A table of these ends with a {0} entry. The index of an entry is
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
    const char *usual_min RK_UNSET, *usual_max RK_UNSET; /* as those of rk_param. Since 1.2 */
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
 * the host counts the rows and warns, once per component. Ends with {0}. A name that is a code of
 * docs/findings.md, such as "implausible", gives the finding that code; else it is "rule-note". */
typedef struct rk_note {
    const char *name;    /* "no-length-of-stay" */
    const char *message; /* "emergency rows without a length of stay; no short-stay price" */
} rk_note;

/* Why a row is paid as it is, or not at all: a code of the rule's and what it means. It is
 * written beside the row (--rows, explain) and beside the keys of unpriced rows. Ends with
 * {0}; at most 1,000. Since 1.2 */
typedef struct rk_reason {
    const char *code; /* "57" */
    const char *text; /* "length of stay is missing" */
} rk_reason;

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
 * `v` means nothing there. Neither is ever NULL (but for RK_KEY_ONLY columns). */
typedef struct rk_column_data {
    const int64_t *v;
    const uint8_t *has;
} rk_column_data;

typedef struct rk_batch {
    size_t size;                  /* sizeof(rk_batch) of the host */
    size_t n;                     /* rows; every array has this length */
    const rk_column_data *column; /* by index into the rule's column table */
    bool trace;                   /* true: one row that is being explained; call rk_host.row_step */
    /* Since 1.2 */
    uint32_t column_size; /* bytes from one column to the next; see rk_batch_column */
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

/* Where `price` writes; all arrays are of the host with n entries, and zero but for the
 * amounts: those hold RK_AMOUNT_UNWRITTEN (rules before 1.2: zero), and a priced row that
 * still holds it fails as `rule-audit`. The amounts must equal the sum of the elements that
 * are not RK_ELEMENT_MEMO (where the rule has such): the host checks each row. A row that is
 * not priced must have no amount; its elements are not looked at. */
#define RK_AMOUNT_UNWRITTEN       RK_DECIMAL_NONE
#define RK_EXACT_AMOUNT_UNWRITTEN ((rk_int128) ((rk_uint128) 1 << 127))
typedef struct rk_priced {
    size_t size;
    rk_decimal *amount;         /* RK_ROWS_ROUNDED */
    rk_decimal *const *element; /* RK_ROWS_ROUNDED: [element][row] */
    rk_int128 *exact_amount;    /* RK_ROWS_EXACT */
    rk_int128 *const *exact_element;
    uint8_t *status; /* rk_row_status of each row */
    uint32_t *notes; /* bits into the rule's table of notes */
    /* 1 + index into the rule's table of reasons; 0: none. Since 1.2 */
    uint16_t *reason;
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
    /* Since 1.2: bytes from one entry of `of` and of `group` to the next. */
    uint32_t of_size, group_size;
} rk_settlement;

/* Entry i of an array that the host made, which may be of a later version. [price settle] */
static inline const rk_column_data *rk_batch_column(const rk_batch *batch, size_t i)
{
    return (const rk_column_data *) ((const char *) batch->column + i * batch->column_size);
}

/* The same of a settlement's groups. */
static inline const rk_group *rk_group_at(const rk_settlement *s, size_t i)
{
    return (const rk_group *) ((const char *) s->group + i * s->group_size);
}

/* The same of the components that it uses. */
static inline const rk_of *rk_of_at(const rk_settlement *s, size_t i)
{
    return (const rk_of *) ((const char *) s->of + i * s->of_size);
}

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
    /* Adds a warning to the result: a finding. A message that begins with "[code] ", a code of
     * docs/findings.md, gives it that code; others have "rule-warning". */
    void (*warn)(const rk_host *h, const char *where, const char *format, ...) RK_PRINTF(3, 4);
    /* Logs a message for whoever runs the host; a warning also becomes a warning of the result. */
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

    /* Since 1.2. In `prepare`, has_table, has_column, n_rows and the cells read the tables
     * that are not the rule's `rows`, whole and restricted to the period. */

    /* Returns a to the power of p / q, rounded once to so many decimal places, 0 to 12, half
     * away from zero: (1 + r)^(81/200), a wage index ^ (6848/10000). q > 0; p and q at most
     * RK_POWER_MAX in magnitude, once reduced. A negative a takes whole powers only; zero no
     * negative ones; anything else fails the settlement. [check prepare settle] */
    rk_num (*power)(const rk_host *h, rk_num a, int64_t p, int64_t q, int places);
    /* Returns the largest whole number that is not above a. */
    rk_num (*floor)(const rk_host *h, rk_num a);
    /* Returns the smallest whole number that is not below a. */
    rk_num (*ceil)(const rk_host *h, rk_num a);
    /* Parses a number: 12.5, -1e3, 4.75%, 7/12. Returns NULL if the text is not a number or is
     * NULL, which fails nothing by itself. */
    rk_num (*parse)(const rk_host *h, const char *text);
    /* Returns a if the condition holds, else b. `explain` shows `words` ("cost > threshold",
     * copied), the outcome, and the one that was taken. */
    rk_num (*select)(const rk_host *h, bool condition, const char *words, rk_num a, rk_num b);
    /* Finds the rk_factor that a number is, rounded half away from zero to twelve places;
     * false if it does not fit. */
    bool (*to_factor)(const rk_host *h, rk_num a, int64_t *out);
    /* Returns where a cell stands, "units.csv:12" or a JSON pointer; NULL if unknown. A cell
     * that is missing has the place of its row. [prepare settle] */
    const char *(*cell_place)(const rk_host *h, int column, size_t row);
    /* As `problem`, at a cell of a table. [prepare settle] */
    void (*problem_row)(const rk_host *h, rk_status code, int column, size_t row, const char *hint,
                        const char *format, ...) RK_PRINTF(6, 7);
    /* As row_step, of a factor: a value in units of 1e-12. [price, batch->trace] */
    void (*row_step_factor)(const rk_host *h, const char *label, const char *formula,
                            int64_t value);
    /* As `warn`, of a finding with the money at stake, above zero. [check prepare settle] */
    void (*warn_amount)(const rk_host *h, rk_num amount, const char *where, const char *format, ...)
        RK_PRINTF(4, 5);
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
/* `settle` pays some groups of rows by lines of its own and leaves them out of `group_line`, or
 * leaves them unpaid. Without this flag the host requires a line for each group, so that a rule
 * cannot forget to pay some rows. No group is ever written twice. Since 1.2 */
#define RK_RULE_PARTIAL_GROUPS 0x2u

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

    /* Since 1.2. */
    const rk_reason *reasons; /* NULL for none */
    const void *reserved[6];  /* NULL; for members of later versions */
    /* Sizes of what the rule fills or reads, set by RK_RULE_EXPORT. They stand last, because C++
     * requires members to be set in order. */
    uint32_t reason_size, line_size, of_size, column_data_size;
} rk_rule;

#ifdef __cplusplus
}
#endif

#include "export.h"
#endif
