/* SPDX-License-Identifier: MIT
 *
 * ledger.h: reading a result: periods, components, ledger lines, and what they were made
 * from. Included by reckoner.h.
 *
 * A result has periods, a period has components, and a component has ledger lines whose
 * amounts add up to its total:
 *
 *     for (size_t p = 0; p < rk_result_read(result)->n_periods; p++) {
 *         const rk_period_result *period = rk_result_period(result, p);
 *         for (size_t c = 0; c < period->n_components; c++) {
 *             const rk_component_result *component = rk_period_component(period, c);
 *             for (size_t i = 0; i < component->n_lines; i++) {
 *                 const rk_ledger_line *line = rk_component_line(component, i);
 *
 * The reports of the library are written with these functions alone. A complete example:
 * tests/checks/walk_ledger.c.
 *
 * Ownership: every pointer, string and number belongs to the result and is valid until the
 * result is freed. An index beyond the end returns NULL.
 *
 * Threads: reading is safe from many threads at once.
 *
 * Stability: structs only grow at the end. They are handed out one by one, so that a program
 * never depends on their size.
 */
#ifndef RECKONER_LEDGER_H
#define RECKONER_LEDGER_H

#include <stdbool.h>

#include "decimal.h"
#include "finding.h"
#include "num.h"
#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ numbers */

/* Prints a number with exactly `places` decimals, 0 to 30, rounded half away from zero:
 * "37660000.00". Works as snprintf: writes at most `size` bytes, the final NUL among them,
 * and returns the length of the whole text. Returns 0 and writes "" if `number` is NULL or
 * memory runs out. `text` may be NULL if `size` is 0. */
RK_API size_t rk_num_fixed(rk_num number, int places, char *text, size_t size);

/* Prints a number exactly: as a decimal if it ends within 30 places ("0.0475"), else as a
 * fraction in lowest terms ("7/12"). Returns as rk_num_fixed does. */
RK_API size_t rk_num_exact(rk_num number, char *text, size_t size);

/* Returns -1, 0 or 1 as a is less than, equal to or greater than b. NULL counts as 0. */
RK_API int rk_num_compare(rk_num a, rk_num b);

/* ------------------------------------------------------------------ results */

typedef struct rk_result rk_result;

typedef struct rk_result_view {
    const char *contract;
    const char *title; /* or NULL */
    const char *arrangement;
    const char *basis; /* "actual", "plan", "published", "illustrative"; or NULL */
    const char *currency;
    const char *commissioner; /* or NULL */
    const char *provider;     /* or NULL */
    int places;               /* decimals of money */
    rk_num total;
    rk_num cost;   /* NULL: the contract states none */
    rk_num margin; /* total less cost; NULL without a cost */
    size_t n_periods;
    size_t n_warnings;
    const char *contract_sha256; /* of the document as it was read */
    size_t n_tariffs, n_facts, n_rules;
    uint64_t unpriced;           /* rows without a price, over all periods and components */
    uint64_t bad_rows;           /* rows that could not be read and were left out */
    uint64_t suppress_below;     /* counts below this are to be hidden from readers; 0: none */
    bool grouped;                /* the caller asked for groups (rk_options.group_by) */
    unsigned threads;            /* that priced rows */
    size_t n_findings;           /* `n_warnings` of them are warnings or errors, and come first */
    uint64_t findings_left_out;  /* beyond the 1,000 that are listed */
    const char *selection;       /* "2016-04..2016-09": the periods it has; NULL: all */
    const char *const *params;   /* rk_options.params, NULL at the end; NULL: none */
    const char *const *sets;     /* rk_options.sets, likewise */
    uint64_t max_errors;         /* rk_options.max_errors */
    const char *const *group_by; /* rk_options.group_by, likewise */
} rk_result_view;

typedef struct rk_period_result {
    const char *id;
    rk_num total; /* sum of the components that are paid */
    size_t n_components;
    int start, end; /* 20160401, 20170331 */
} rk_period_result;

/* Totals of groups of rows. Opaque; see rk_groups_count. */
typedef struct rk_groups rk_groups;

typedef struct rk_component_result {
    const char *id;
    const char *rule;
    const char *title; /* or NULL */
    bool shadow;       /* evaluated but not paid: not part of the period's total */
    rk_num exact;      /* sum of the lines that are not memo, before rounding */
    rk_num total;      /* `exact` rounded to the contract's money places */
    size_t n_lines;
    size_t n_elements;      /* of rules that price rows */
    uint64_t rows;          /* that went into the totals */
    uint64_t unpriced_rows; /* rows without a price, in all */
    size_t n_unpriced;      /* unpriced keys that are listed, at most 1,000 */
    uint64_t unpriced_keys; /* unpriced keys in all */
    rk_groups *groups;      /* NULL if the rule has no row table */
} rk_component_result;

/* A ledger line. amount = quantity x rate x factor, each taken as one if NULL. A `sum` is
 * added up from rows instead: its rate is the average, and NULL if the quantity is 0. */
typedef struct rk_ledger_line {
    const char *label;
    rk_num quantity, rate, factor; /* NULL where not given */
    const char *unit;              /* of the quantity; or NULL */
    rk_num amount;
    const char *source; /* a publication or a parameter; or NULL */
    bool memo;          /* shown beside the ledger; not part of the total */
    bool sum;
    /* Of a component that deals its total out (`allocate`): this memo line is the part that goes
     * to the line `of_line` of the component `of`. These parts add up to the total. `share` is the
     * part before it was rounded to money. NULL for all other lines. */
    const char *of;
    const struct rk_ledger_line *of_line;
    rk_num share;
} rk_ledger_line;

/* The total of one element that a rule splits its rows' amounts into. */
typedef struct rk_element_total {
    const char *name;
    rk_num amount;
    bool memo; /* kept beside the amount, not a part of it */
} rk_element_total;

/* A key that has no price, with the rows that have it. */
typedef struct rk_unpriced_key {
    const char *const *columns; /* n_columns names */
    const char *const *values;  /* n_columns values; NULL: blank */
    size_t n_columns;
    uint64_t rows;
    rk_num quantity;
    const char *reason; /* "no row of 'prices' has this key" */
} rk_unpriced_key;

/* Returns what a result says of itself; never NULL. */
RK_API const rk_result_view *rk_result_read(const rk_result *result);

/* Returns a sentence on what kind of figures these are, which every report carries; "" if
 * they are actual or published ones. */
RK_API const char *rk_result_basis_note(const rk_result *result);

/* Returns the total as decimal text with the contract's money places: "37660000.00". */
RK_API const char *rk_result_total(const rk_result *result);

/* Returns the code of the contract's currency: "GBP". */
RK_API const char *rk_result_currency(const rk_result *result);

/* Returns the number of rows without a price, over all periods and components. */
RK_API uint64_t rk_result_unpriced(const rk_result *result);

/* Returns the number of findings: what looks like a mistake in the input. */
RK_API size_t rk_result_n_findings(const rk_result *result);

/* Returns a finding. Errors come first, then warnings, then notes; among these, those with the
 * most money at stake. */
RK_API const rk_finding *rk_result_finding(const rk_result *result, size_t index);

/* Returns the number of findings that are warnings or errors. */
RK_API size_t rk_result_n_warnings(const rk_result *result);

/* Returns the message of one of these: one line without its end. */
RK_API const char *rk_result_warning(const rk_result *result, size_t index);

/* Returns the time that each stage of the row passes took, a table in text for standard
 * error; "" unless the session was opened with `profile`. */
RK_API const char *rk_result_profile(const rk_result *result);

/* Returns how old the fetched tariffs are, one line each, for standard error; may be "". */
RK_API const char *rk_result_tariff_ages(const rk_result *result);

/* Returns a period, in the order of the contract. */
RK_API const rk_period_result *rk_result_period(const rk_result *result, size_t index);

/* Returns a component of a period, in the order of the arrangement. */
RK_API const rk_component_result *rk_period_component(const rk_period_result *period, size_t index);

/* Returns a ledger line of a component, in the order that the rule wrote them. */
RK_API const rk_ledger_line *rk_component_line(const rk_component_result *component, size_t index);

/* Returns an element of a component, in the order of the rule's table. */
RK_API const rk_element_total *rk_component_element(const rk_component_result *component,
                                                    size_t index);

/* Returns an unpriced key of a component, of the n_unpriced that are listed. */
RK_API const rk_unpriced_key *rk_component_unpriced(const rk_component_result *component,
                                                    size_t index);

/* Returns the columns that RK_FORMAT_ACM shows of rows, NULL at the end: rk_options.group_by, of
 * which all are optional. */
RK_API const char *const *rk_monitoring_columns(void);

/* Returns a period that is not within a month, which RK_FORMAT_ACM refuses; NULL if all are. */
RK_API const rk_period_result *rk_result_not_a_month(const rk_result *result);

/* --------------------------------------------------------------- row groups
 *
 * There may be millions of groups, so their totals are scaled integers and not rk_nums.
 * Groups are sorted by key: byte order, blank first. */

/* The totals of a group, by `lane`. */
#define RK_LANE_ROWS     0 /* a whole number */
#define RK_LANE_QUANTITY 1 /* millionths */
#define RK_LANE_AMOUNT   2 /* in units of 10^-places, as each element (rk_groups_places) */
#define RK_LANE_ELEMENT  3 /* and on, by element */

/* Returns the number of groups. */
RK_API size_t rk_groups_count(const rk_groups *table);

#define RK_GROUPS_COLUMNS_MAX 8

/* Returns the number of key columns, at most RK_GROUPS_COLUMNS_MAX. */
RK_API size_t rk_groups_n_columns(const rk_groups *table);

/* Returns the name of a key column. `column` is below rk_groups_n_columns, here and below. */
RK_API const char *rk_groups_column(const rk_groups *table, size_t column);

/* Returns the text of a group's key in a column, and its length in bytes; NULL if blank. */
RK_API const char *rk_groups_key(const rk_groups *table, size_t group, size_t column,
                                 size_t *length);

/* Returns a total of a group. `group` is below rk_groups_count and `lane` one that the groups
 * have: those of amounts and elements only if rk_groups_places is not 0. */
RK_API rk_int128 rk_groups_value(const rk_groups *table, size_t group, size_t lane);

/* Returns the quantity, in millionths, of the rows that a group's amount stands on, by which small
 * groups are hidden. It is RK_LANE_QUANTITY, but for the groups of a component that deals its total
 * out: those have amounts alone, and their rows and quantities are zero. */
RK_API rk_int128 rk_groups_counted(const rk_groups *table, size_t group);

/* Returns the decimal places of amounts and elements: 6 for rows that are rounded, 12 for
 * exact ones, 0 if the rule prices no rows. */
RK_API int rk_groups_places(const rk_groups *table);

/* The rest is for programs that write millions of groups. */

/* Returns the rank of a group's key among the different texts of a column: 1 to
 * rk_groups_n_texts in byte order, 0 for blank. */
RK_API uint32_t rk_groups_rank(const rk_groups *table, size_t group, size_t column);

/* Returns the number of different texts in a column, blank not counted. */
RK_API size_t rk_groups_n_texts(const rk_groups *table, size_t column);

/* Returns the text of a rank, and its length in bytes; NULL for rank 0. */
RK_API const char *rk_groups_text(const rk_groups *table, size_t column, uint32_t rank,
                                  size_t *length);

/* Returns all totals of a group, by lane, if each fits 64 bits; else NULL. */
RK_API const int64_t *rk_groups_lanes(const rk_groups *table, size_t group);

/* Fetches a group into the processor's cache that is soon to be read. A group beyond the end
 * does nothing. */
RK_API void rk_groups_prefetch(const rk_groups *table, size_t group);

/* --------------------------------------------------------------- provenance */

/* A tariff that the contract names. */
typedef struct rk_provenance_tariff {
    const char *id;
    const char *sha256; /* of its document */
    const char *title;  /* or NULL */
    const char *source; /* the publication; or NULL */
    const char *place;  /* path or URL; NULL if the contract itself has it */
    bool fetched;       /* over the network, now or for the cache */
    size_t n_files;     /* files of its tables that were read */
} rk_provenance_tariff;

typedef struct rk_provenance_file {
    const char *file;
    const char *xxh3;
} rk_provenance_file;

/* A file of activity or other facts that was read. */
typedef struct rk_provenance_fact {
    const char *table;
    const char *file;
    const char *xxh3;
    const char *sha256; /* NULL unless the session was opened with `provenance_full` */
    uint64_t rows;
    /* How the file is written, as its table declares it: a JSON object of those of "sheet",
     * "delimiter" and "read" that it has; NULL if nothing is declared. */
    const char *declared;
} rk_provenance_fact;

typedef struct rk_provenance_rule {
    const char *id;
    const char *version;
    const char *file;
    const char *sha256; /* of the file */
} rk_provenance_rule;

/* Returns a tariff that the result was made with. */
RK_API const rk_provenance_tariff *rk_result_tariff(const rk_result *result, size_t index);

/* Returns a file that a tariff's tables were read from. */
RK_API const rk_provenance_file *rk_tariff_file(const rk_provenance_tariff *tariff, size_t index);

/* Returns a file of facts that the result was made with. */
RK_API const rk_provenance_fact *rk_result_fact(const rk_result *result, size_t index);

/* Returns a rule that the result was made with. */
RK_API const rk_provenance_rule *rk_result_rule(const rk_result *result, size_t index);

/* -------------------------------------------------------------- comparisons */

/* Several arrangements of a contract, each a whole result. */
typedef struct rk_comparison rk_comparison;

/* Returns the number of arrangements that were compared. */
RK_API size_t rk_comparison_count(const rk_comparison *comparison);

/* Returns the result of an arrangement; it belongs to the comparison. */
RK_API const rk_result *rk_comparison_result(const rk_comparison *comparison, size_t index);

/* Returns the number of arrangements whose total differs from the baseline's by more than `amount`
 * either way ("2500.00", not below zero); SIZE_MAX if that is not an amount of money. */
RK_API size_t rk_comparison_over(const rk_comparison *comparison, const char *amount);

/* Returns the index of the baseline, which the others are compared with. */
RK_API size_t rk_comparison_baseline(const rk_comparison *comparison);

/* ------------------------------------------------------------- explanations */

typedef struct rk_explanation rk_explanation;

typedef struct rk_explanation_view {
    const char *contract;
    const char *title;       /* or NULL */
    const char *arrangement; /* NULL: a system is explained, of which `contract` is the id */
    const char *basis;
    const char *currency;
    const char *total; /* decimal text; NULL if a single row is explained */
    size_t n_steps;    /* one for each component and period, or one row */
} rk_explanation_view;

/* One step: "amount = quantity x rate", with a step below it for each operand. */
typedef struct rk_step {
    const char *label;   /* or NULL */
    const char *formula; /* in words or signs; NULL for a value */
    const char *value;   /* exact text; or NULL */
    const char *source;  /* JSON pointer, table and key, file and line, citation; or NULL */
    size_t n_children;
} rk_step;

/* Returns what an explanation says of itself; never NULL. */
RK_API const rk_explanation_view *rk_explanation_read(const rk_explanation *explanation);

/* Returns a step of the explanation. */
RK_API const rk_step *rk_explanation_step(const rk_explanation *explanation, size_t index);

/* Returns a step below a step. */
RK_API const rk_step *rk_step_child(const rk_step *step, size_t index);

#ifdef __cplusplus
}
#endif
#endif
