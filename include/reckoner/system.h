/* SPDX-License-Identifier: MIT
 *
 * system.h: reading what a system's evaluation found, the coverage of contracts, and
 * incentives. Included by reckoner.h.
 *
 * A system's result has scenarios, a scenario has periods, and a period has a position for
 * each organisation, made of entries: what the organisation gets and bears, from whom, for
 * what.
 *
 * Ownership, threads and stability are as in ledger.h: what is returned belongs to the
 * result and is valid until that is freed; reading is safe from many threads; structs only
 * grow at the end. An index beyond the end returns NULL.
 */
#ifndef RECKONER_SYSTEM_H
#define RECKONER_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "num.h"
#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ systems */

typedef struct rk_system_result rk_system_result;

typedef struct rk_system_view {
    const char *id;
    const char *title; /* or NULL */
    const char *basis; /* as of a result; or NULL */
    const char *currency;
    const char *sha256;        /* of the document as it was read */
    const char *notes;         /* or NULL */
    const char *discount_rate; /* exact text; NULL: none */
    size_t window;             /* years that a system has to balance over; 1: each period */
    bool pooled;               /* some scenario has a pool */
    size_t n_organisations, n_periods, n_contracts, n_sources, n_scenarios;
    bool yearly; /* every period is a year */
    int places;  /* decimals of the currency's amounts */
    size_t n_inputs;
    const char *const *params; /* what --param and --set changed; NULL: nothing */
    const char *const *sets;
} rk_system_view;

/* What the contracts of a system were made from. */
typedef struct rk_system_input {
    const char *kind;    /* "contract", "tariff", "tariff file", "facts", "rule" */
    const char *id;      /* of the contract, tariff or rule; of facts, the table */
    const char *version; /* of a rule; of a tariff, its publication; or NULL */
    const char *file;    /* NULL: the document itself has it */
    const char *digest;  /* SHA-256, of files of tables XXH3 */
} rk_system_input;

typedef struct rk_organisation_view {
    const char *id;
    const char *title;   /* or NULL */
    const char *kind;    /* as the document spells it */
    bool outside;        /* of the system */
    const char *members; /* "a, b"; NULL: it has none */
    bool observer;       /* shown, in no sum; also `outside` */
    const size_t *group; /* members that are organisations of the system, by index */
    size_t n_group;
} rk_organisation_view;

/* A publication that the document names. */
typedef struct rk_source_note {
    const char *of; /* the part that it is of; "" for all */
    const char *text;
    const char *url; /* or NULL */
} rk_source_note;

typedef struct rk_scenario_result {
    const char *name;
    const char *title; /* or NULL */
    size_t n_periods, n_coverage, n_findings;
    size_t n_warnings;   /* findings that are warnings or errors: the first ones */
    size_t n_conditions; /* that positions met or missed */
} rk_scenario_result;

#define RK_NEVER (-1)

/* Whether and when a scenario, or an organisation in it, balances. Periods are indexes, or
 * RK_NEVER. */
typedef struct rk_balance {
    int first;          /* the first period in balance */
    int window_first;   /* the last period of the first window in balance */
    rk_num total;       /* of all periods */
    rk_num trough;      /* the lowest cumulative position */
    int trough_at;      /* its period */
    int payback;        /* RK_NEVER: not within the periods */
    bool has_payback;   /* the cumulative position is below zero at some time */
    rk_num npv;         /* net present value; NULL: no discount rate, or an organisation's */
    bool window_tested; /* the periods are as long as the window */
    rk_num lowest_cash; /* of an organisation whose opening cash is stated, or NULL */
    int cash_out;       /* the first period at whose end its cash is below zero */
} rk_balance;

/* Who an organisation belongs to. */
typedef enum rk_sector {
    RK_SECTOR_NHS = 0,
    RK_SECTOR_COUNCIL,
    RK_SECTOR_PRACTICES,
    RK_SECTOR_OTHER,
    RK_N_SECTORS
} rk_sector;

/* The whole system in one period. */
typedef struct rk_system_period {
    const char *id;
    rk_num system;         /* sum of the positions of organisations inside */
    rk_num stranded;       /* fixed cost that activity left behind */
    rk_num double_running; /* cost of running the old and the new side by side */
    rk_num vat;            /* that leaves the system */
    rk_num lifted;         /* charges that the pool took over; NULL: no pool */
    rk_num residual;       /* that the pool could not share out; NULL: no pool */
    rk_num cumulative;     /* position of this and all earlier periods */
    rk_num window;         /* of the last `window` years; NULL: not so many yet */
    size_t n_positions, n_contracts;
    rk_num drawn; /* from the pool's reserve; NULL: it has none */
    size_t place; /* by its dates: 0 is the earliest, however periods are listed */
} rk_system_period;

/* One organisation in one period. */
typedef struct rk_position {
    rk_num income, costs, before; /* before = income - costs: before the pool */
    rk_num stranded;              /* within `costs` */
    rk_num double_running;        /* within `costs` */
    rk_num lifted;                /* charges that the pool took off it */
    rk_num share;                 /* that the pool gave it to bear (negative) or keep */
    rk_num owners;                /* a joint venture's position, dealt to its owners */
    rk_num after;                 /* after pool and owners */
    rk_num control_total;         /* NULL: none */
    rk_num against;               /* after less control_total; NULL: none */
    rk_num group;                 /* with its members, after the pool; NULL: no group */
    size_t n_entries;
    rk_num cash; /* at the end of the period, of an organisation whose opening cash is stated: that
                    and all it gets and bears so far, before its owners take it; or NULL */
} rk_position;

typedef enum rk_entry_kind {
    RK_ENTRY_RECEIPT = 0, /* a contract pays */
    RK_ENTRY_ALLOCATION,
    RK_ENTRY_INCOME,
    RK_ENTRY_GRANT, /* the last that comes in */
    RK_ENTRY_PAYMENT,
    RK_ENTRY_COST,
    RK_ENTRY_DOUBLE_RUNNING,
    RK_ENTRY_STRANDED,
    RK_ENTRY_INVESTMENT,
    RK_ENTRY_REPAYMENT,
    RK_ENTRY_ACTIVITY, /* cost that changes with activity */
    RK_ENTRY_MOVED,    /* cost of activity taken over */
    RK_ENTRY_VAT       /* that cannot be recovered */
} rk_entry_kind;

typedef struct rk_entry {
    rk_entry_kind kind;
    const char *label; /* or NULL */
    const char *with;  /* the other organisation; or NULL */
    rk_num amount;     /* of income or of cost; a negative cost is a saving */
} rk_entry;

/* A contract of the system in one period. */
typedef struct rk_contract_payment {
    const char *id, *title, *payer, *payee, *arrangement; /* title: or NULL */
    rk_num payment;
    rk_num vat;      /* not recovered; NULL: none */
    rk_num retained; /* by a lead contractor, after its subcontracts; NULL: it is none */
    bool grant;      /* paid on a condition that a position decides */
} rk_contract_payment;

/* What moves positions from the first scenario to another. The steps add up exactly to the
 * change of the positions after the pool. */
typedef enum rk_bridge_step {
    RK_BRIDGE_PRICE = 0,  /* payments of contracts at the activity of the documents */
    RK_BRIDGE_ACTIVITY,   /* what changes of activity change in them */
    RK_BRIDGE_COST_SAVED, /* cost of that activity, as if none of it were fixed */
    RK_BRIDGE_STRANDED,   /* the part of it that stays */
    RK_BRIDGE_DOUBLE_RUNNING,
    RK_BRIDGE_VAT, /* that is not recovered */
    RK_BRIDGE_GRANTS,
    RK_BRIDGE_OTHER, /* flows of other kinds */
    RK_BRIDGE_POOL,  /* what the pool and owners move between organisations */
    RK_N_BRIDGE_STEPS
} rk_bridge_step;
#define RK_WHOLE_SYSTEM SIZE_MAX

/* A condition of a contract on a position, and what was tested. */
typedef struct rk_condition_test {
    const char *contract, *period, *organisation;
    rk_num tested;    /* the position */
    rk_num against;   /* the control total */
    bool met;         /* the position is not below it */
    bool cumulative;  /* both are of the year to date */
    bool after_pool;  /* the position is that after the pool */
    bool with_grants; /* the position counts grants */
} rk_condition_test;

/* Activity that nobody pays for, or that more than one component does. */
typedef struct rk_coverage_line {
    const char *table;
    const char *period; /* NULL: every period */
    const char *pod;    /* point of delivery; NULL: the table or the row has none */
    const char *rows;   /* without one: "service cancer, commissioner out"; or NULL */
    const char *payers; /* "acute/pbr, cancer/budget"; "" for none */
    size_t n_payers;
    rk_num quantity;
    rk_num value; /* NULL: no price or cost is known */
} rk_coverage_line;

/* Returns what a system's result says of itself; never NULL. */
RK_API const rk_system_view *rk_system_result_read(const rk_system_result *result);

/* Returns an organisation; positions of each period are in the same order. */
RK_API const rk_organisation_view *rk_system_organisation(const rk_system_result *result,
                                                          size_t index);

/* Returns the id of a period. */
RK_API const char *rk_system_period_id(const rk_system_result *result, size_t index);

/* Returns an input of its contracts; each is listed once. */
RK_API const rk_system_input *rk_system_made_from(const rk_system_result *result, size_t index);

/* Returns a source that the document names. */
RK_API const rk_source_note *rk_system_source(const rk_system_result *result, size_t index);

/* Returns a scenario, in the order that they were evaluated. */
RK_API const rk_scenario_result *rk_system_scenario_result(const rk_system_result *result,
                                                           size_t index);

/* Returns whether and when a scenario balances; never NULL. */
RK_API const rk_balance *rk_scenario_balance(const rk_scenario_result *scenario);

/* Returns whether and when an organisation balances after the pool, by its index in the
 * result. */
RK_API const rk_balance *rk_scenario_organisation_balance(const rk_scenario_result *scenario,
                                                          size_t organisation);

/* Returns a step from the first scenario to this one, over all periods: of an organisation by its
 * index, or of RK_WHOLE_SYSTEM, in which payments inside the system cancel. NULL for the first
 * scenario and for an index beyond the end. */
RK_API rk_num rk_scenario_bridge(const rk_scenario_result *scenario, size_t organisation,
                                 rk_bridge_step step);

/* Returns the word of a step: "price", "cost-saved". */
RK_API const char *rk_bridge_word(rk_bridge_step step);

/* Returns a condition that a contract put on a position, in the order that they were tested. */
RK_API const rk_condition_test *rk_scenario_condition(const rk_scenario_result *scenario,
                                                      size_t index);

/* Returns a period of a scenario. */
RK_API const rk_system_period *rk_scenario_period(const rk_scenario_result *scenario, size_t index);

/* Returns a line of activity that nobody pays for or that is paid for more than once. */
RK_API const rk_coverage_line *rk_scenario_coverage(const rk_scenario_result *scenario,
                                                    size_t index);

/* Returns a finding, such as a subcontract above its head; in the order of rk_result_finding. */
RK_API const rk_finding *rk_scenario_finding(const rk_scenario_result *scenario, size_t index);

/* Returns the position of an organisation, by its index in the result. */
RK_API const rk_position *rk_system_period_position(const rk_system_period *period, size_t index);

/* Returns what a contract pays, by its place in the system. */
RK_API const rk_contract_payment *rk_system_period_contract(const rk_system_period *period,
                                                            size_t index);

/* Returns the stranded and double-running cost that falls on a sector. */
RK_API rk_num rk_system_period_incurred(const rk_system_period *period, rk_sector sector);

/* Returns the part of it that a sector bears after the pool; NULL if the pool mixes it with
 * variances or other charges. */
RK_API rk_num rk_system_period_borne(const rk_system_period *period, rk_sector sector);

/* Returns an entry of a position. */
RK_API const rk_entry *rk_position_entry(const rk_position *position, size_t index);

/* Returns the word of a kind of entry: "receipt", "double-running". */
RK_API const char *rk_entry_word(rk_entry_kind kind);

/* Returns the word of a sector: "nhs", "council", "practices", "other". */
RK_API const char *rk_sector_word(rk_sector sector);

/* ---------------------------------------------------- coverage of contracts */

typedef struct rk_coverage rk_coverage;

typedef struct rk_coverage_view {
    const char *file;
    const char *contract;
    int places;              /* decimals of money */
    uint64_t suppress_below; /* quantities below this are to be hidden from readers; 0: none */
    size_t n_arrangements;
} rk_coverage_view;

/* Returns what coverage says of itself; never NULL. */
RK_API const rk_coverage_view *rk_coverage_read(const rk_coverage *coverage);

/* Returns the name of an arrangement. */
RK_API const char *rk_coverage_arrangement(const rk_coverage *coverage, size_t index);

/* Returns the number of lines that were found of an arrangement. */
RK_API size_t rk_coverage_n_lines(const rk_coverage *coverage, size_t arrangement);

/* Returns a line of an arrangement. */
RK_API const rk_coverage_line *rk_coverage_line_at(const rk_coverage *coverage, size_t arrangement,
                                                   size_t index);

/* --------------------------------------------------------------- incentives */

typedef struct rk_incentives rk_incentives;

typedef struct rk_incentives_view {
    const char *id;            /* of the contract or the system */
    const char *title, *basis; /* or NULL */
    const char *currency;
    const char *column; /* that lines are by */
    rk_num step;        /* units more and fewer */
    size_t n_periods, n_lines, n_findings;
    int places; /* decimals of the currency's amounts */
} rk_incentives_view;

typedef struct rk_incentive_line {
    const char *contract, *period, *arrangement;
    const char *key; /* value of the column */
    rk_num count;    /* units in the period, unchanged */
} rk_incentive_line;

/* What one unit more or fewer does; NULL where it is not known: no unit cost, or fewer units
 * than the step. */
typedef struct rk_incentive_side {
    rk_num payment, cost;
    rk_num contribution; /* payment less cost */
    bool too_few;        /* there are fewer units than the step */
    rk_num after_pool;   /* contribution and what the pool gives or takes; NULL: no system */
    rk_num after_all;    /* of the payee's position, with gain shares, grants and all other
                            contracts of the system; NULL: no system */
} rk_incentive_side;

/* Returns what incentives say of themselves; never NULL. */
RK_API const rk_incentives_view *rk_incentives_read(const rk_incentives *incentives);

/* Returns a line; they are by contract, period, key and arrangement. */
RK_API const rk_incentive_line *rk_incentives_line(const rk_incentives *incentives, size_t index);

/* Returns what one unit more pays and costs; never NULL. */
RK_API const rk_incentive_side *rk_incentive_more(const rk_incentive_line *line);

/* Returns what one unit fewer takes away; never NULL. */
RK_API const rk_incentive_side *rk_incentive_fewer(const rk_incentive_line *line);

/* Returns a finding. */
RK_API const rk_finding *rk_incentives_finding(const rk_incentives *incentives, size_t index);

#ifdef __cplusplus
}
#endif
#endif
