/* SPDX-License-Identifier: MIT
 *
 * document.h: system documents, read and validated: organisations, the contracts
 * between them, what lies outside contracts, how cost follows activity, a pool,
 * and scenarios.
 *
 * The document that is read here has its contracts in place: loading (system/load.c) inserts those
 * that are files, so that a pointer of a scenario's `set` reaches everything in the same way.
 * Strings and arrays belong to the document or the arena; numbers belong to `nums`.
 */
#pragma once

#include "base/names.h"
#include "contract/contract.h"

typedef enum rk__org_kind {
    RK__ORG_COMMISSIONER = 0,
    RK__ORG_TRUST,
    RK__ORG_GP_PRACTICE,
    RK__ORG_GP_FEDERATION,
    RK__ORG_LOCAL_AUTHORITY,
    RK__ORG_JOINT_VENTURE,
    RK__ORG_OUTSIDE, /* what it pays or receives crosses the system's edge */
    RK__ORG_OTHER
} rk__org_kind;

typedef struct rk__share {
    size_t organisation; /* index */
    rk_num *share;       /* by period */
    const rk__value *at;
} rk__share;

typedef struct rk__organisation {
    const char *id, *kind_text, *title; /* title or NULL */
    rk__org_kind kind;
    bool observer;            /* shown, but in no sum */
    const char *const *names; /* members that are no organisations here */
    size_t n_names;
    size_t *group; /* members that are: this one shows their sum beside its own */
    size_t n_group;
    rk__share *owners; /* of a joint venture's position; add up to one */
    size_t n_owners;
    rk_num vat_recovery;       /* NULL: not stated */
    rk_num loss_cap, gain_cap; /* NULL: none */
    rk_num *control_total;     /* by period; NULL: none */
    rk_num opening_cash;       /* NULL: not stated */
    const rk__value *at;
} rk__organisation;

/* Whether a position counts as the system's. */
static inline bool rk__is_inside(const rk__organisation *o)
{
    return o->kind != RK__ORG_OUTSIDE && !o->observer;
}

/* Days between which something holds. */
typedef struct rk__span {
    rk_date from, to;
    bool has_from, has_to;
} rk__span;

/* Whether a span has days of a period. */
static inline bool rk__in_force(const rk__span *span, const rk_period *period)
{
    return !(span->has_from && rk__date_compare(period->end, span->from) < 0) &&
           !(span->has_to && rk__date_compare(span->to, period->start) < 0);
}

typedef struct rk__system_contract {
    const char *id, *title; /* title or NULL */
    size_t payer, payee;
    size_t under;                 /* index of the head contract; SIZE_MAX: none */
    rk_num vat_rate, vat_taxable; /* NULL: no VAT */
    rk__span span;                /* in which it is in force */
    const rk__value *at, *contract;
} rk__system_contract;

typedef enum rk__flow_kind {
    RK__FLOW_ALLOCATION = 0,
    RK__FLOW_INCOME,
    RK__FLOW_GRANT, /* the last that comes in */
    RK__FLOW_COST,
    RK__FLOW_DOUBLE_RUNNING,
    RK__FLOW_STRANDED,
    RK__FLOW_INVESTMENT,
    RK__FLOW_REPAYMENT,
    RK__N_FLOW_KINDS
} rk__flow_kind;
static inline bool rk__flow_comes_in(rk__flow_kind kind)
{
    return kind <= RK__FLOW_GRANT;
}

typedef struct rk__flow {
    size_t organisation;
    bool *periods; /* by period: it is of this one */
    rk__flow_kind kind;
    const char *label; /* or NULL */
    bool per_year, indexed;
    rk_num *stated; /* by period: indexed, in full, exact */
    rk__span span;
    rk__year_part *parts; /* by period: of a year (per_year), or of the period; NULL: all of it */
    rk_num delivery;      /* the part that happens; NULL: all of it */
    bool as_scenario;     /* the scenario's delivery is its own */
    rk_num probability;   /* NULL: certain */
    rk_num vat_rate, vat_taxable; /* NULL: no VAT */
    rk_num *amount;               /* by period, delivered; NULL: none in it */
    const rk__value *at;
} rk__flow;

/* What a unit of activity costs an organisation, and how much of that stays for a while
 * when the activity goes. */
typedef struct rk__cost_behaviour {
    size_t organisation;
    const char *title; /* or NULL */
    rk__scope *scope;  /* NULL: all its activity */
    rk_num *unit_cost; /* by period */
    bool indexed;
    rk_num fixed;
    /* The part of the fixed cost that remains: by period of the calendar, or by the age of the
     * change, where the last entry applies to all later ages. */
    rk_num *decay;
    bool decays;    /* `decay` is given */
    rk_num *by_age; /* NULL: by calendar */
    size_t n_ages;
    bool ages_in_periods; /* else in years */
    const rk__value *at;
} rk__cost_behaviour;

/* Shares in the part of the pooled amount that is above the previous tier and up to `to`. */
typedef struct rk__tier {
    rk_num to; /* NULL: no limit */
    rk__share *members;
    size_t n_members;
} rk__tier;

typedef enum rk__residual {
    RK__RESIDUAL_RESPREAD = 0,
    RK__RESIDUAL_NAMED,
    RK__RESIDUAL_RETURNED /* to whoever incurred it */
} rk__residual;

typedef struct rk__pool {
    rk__tier *tiers; /* at least one */
    size_t n_tiers;
    size_t *members; /* organisations of any tier */
    size_t n_members;
    rk_num reserve;        /* drawn before the members bear anything; NULL: none */
    size_t reserve_holder; /* organisation that owns it; SIZE_MAX: none in the system */
    rk__residual residual;
    bool charges[RK__N_FLOW_KINDS];
    bool variance;
    const rk__value *at;
} rk__pool;

/* A change of activity that a scenario makes. */
typedef struct rk__change {
    size_t contract;
    bool *periods;
    rk__scope *where; /* NULL: every row */
    const char *table;
    rk_num count;
    bool in_part;       /* `count` is a part of what the documents have */
    bool by_chance;     /* it is in standard deviations of that, if its cases are independent */
    rk_num delivery;    /* of its own; NULL: the scenario's */
    rk_num probability; /* NULL: certain */
    size_t to;          /* organisation that takes it over; SIZE_MAX: none */
    rk_num *unit_cost;  /* what it costs there, by period */
    bool indexed;
    const rk__value *at;
} rk__change;

typedef struct rk__scenario {
    const char *name, *title;  /* title or NULL */
    const char **arrangements; /* by contract; NULL: the contract's own choice */
    rk_num delivery;           /* the part of the changes that happens */
    rk__change *changes;
    size_t n_changes;
    const rk__value **sets; /* objects, in order */
    size_t n_sets;
    const rk__value *at; /* NULL: the documents as they stand */
} rk__scenario;

/* One reading of a system's document. */
typedef struct rk__system {
    rk__arena arena;
    rk__nums nums;
    const rk__value *root;
    const char *base_dir;
    const char *id, *title, *basis, *currency;
    int places;        /* of the currency's minor unit: amounts are rounded to it */
    const char *notes; /* or NULL */
    rk_source_note *sources;
    size_t n_sources;
    const char **accepts; /* codes of findings that the document accepts */
    size_t n_accepts;
    rk_period *periods;
    size_t n_periods;
    rk__calendar calendar;
    rk__indices indices;
    rk__organisation *organisations;
    size_t n_organisations;
    rk__names organisation_ids; /* once all are read */
    rk__names contract_ids;     /* likewise */
    rk__table_spec *facts;
    size_t n_facts;
    rk__system_contract *contracts;
    size_t n_contracts;
    rk__flow *flows;
    size_t n_flows;
    rk__cost_behaviour *behaviours;
    size_t n_behaviours;
    rk__pool *risk_pool; /* NULL: none */
    rk__scenario *scenarios;
    size_t n_scenarios;
    size_t window;
    rk_num discount_rate; /* NULL: not stated */
} rk__system;

/* Reads a document whose contracts are in place; `out` is disposed by the caller in any
 * case. The document must outlive it. */
rk_status rk__system_read(const rk__value *root, const char *base_dir, rk__system *out,
                          rk_problems *problems);
void rk__system_dispose(rk__system *system);

/* ------------------------------------------- between the files that read systems */

/* behaviour.c: the cost behaviour of a row of activity. */

/* Finds the behaviour of an organisation that covers a row; *out is SIZE_MAX if none does.
 * RK_CONFLICT if two do. A scope with a column that the table lacks is RK_MISSING_COLUMN, or, with
 * `any_table`, covers nothing in it. */
rk_status rk__behaviour_of_row(const rk__system *s, size_t organisation, const rk__table *table,
                               size_t row, bool any_table, size_t *out, rk_problems *problems);

/* document_contracts.c, document_flows.c, document_behaviour.c and document_pool.c. */

extern const char *const rk__flow_words[RK__N_FLOW_KINDS + 1];
rk_status rk__system_read_contracts(rk__system *s, rk_problems *problems);
rk_status rk__system_read_flows(rk__system *s, rk_problems *problems);
rk_status rk__system_read_behaviours(rk__system *s, rk_problems *problems);
rk_status rk__system_read_pool(rk__system *s, rk_problems *problems);

/* Fills flow->amount: the part of the flow delivered in each period, rounded to the penny unless it
 * is as written; amounts of a year are rounded cumulatively. `delivery` is the scenario's. */
rk_status rk__flow_deliver(rk__system *s, rk__flow *flow, rk_num delivery);

/* document_scenario.c: scenarios of a system document. */

rk_status rk__system_read_scenarios(rk__system *s, rk_problems *problems);
