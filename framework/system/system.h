/* SPDX-License-Identifier: MIT
 *
 * system.h: what the evaluation of a system found, and what its files share.
 *
 * Each scenario is read from its own copy of the document, changed as it says,
 * and evaluated by itself. A position is made of entries (what an organisation
 * gets and bears, from whom, for what); everything else is added up from them.
 */
#ifndef RK_SYSTEM_SYSTEM_H
#define RK_SYSTEM_SYSTEM_H

#include "evaluate/evaluation.h"
#include "system/coverage.h"

/* ------------------------------------------------------------------ results */

typedef enum rk__entry_kind {
    RK__ENTRY_RECEIPT = 0, /* a contract pays */
    RK__ENTRY_ALLOCATION,
    RK__ENTRY_INCOME,
    RK__ENTRY_GRANT, /* the last that comes in */
    RK__ENTRY_PAYMENT,
    RK__ENTRY_COST,
    RK__ENTRY_DOUBLE_RUNNING,
    RK__ENTRY_STRANDED,
    RK__ENTRY_INVESTMENT,
    RK__ENTRY_REPAYMENT,
    RK__ENTRY_ACTIVITY, /* cost that changes with activity */
    RK__ENTRY_MOVED,    /* cost of activity taken over */
    RK__ENTRY_VAT       /* that cannot be recovered */
} rk__entry_kind;
extern const char *const rk__entry_words[];
static inline bool rk__entry_comes_in(rk__entry_kind kind)
{
    return kind <= RK__ENTRY_GRANT;
}

typedef struct rk__entry {
    rk__entry_kind kind;
    const char *label; /* or NULL */
    const char *with;  /* the other organisation; or NULL */
    rk_num amount;     /* of income or of cost; a negative cost is a saving */
} rk__entry;

/* One organisation in one period. */
typedef struct rk__position {
    rk__entry *entries;
    size_t n_entries, capacity;
    rk_num income, costs, before;
    rk_num stranded;       /* fixed cost that activity left behind, within `costs` */
    rk_num double_running; /* within `costs` */
    rk_num lifted;         /* charges that the pool took off it */
    rk_num share;          /* what the pool gave it to bear (negative) or keep */
    rk_num owners;         /* a joint venture's position dealt to its owners */
    rk_num after;
    rk_num control_total, against; /* NULL: none */
    rk_num group;                  /* with its members, after the pool; NULL: no group */
} rk__position;

typedef enum rk__sector {
    RK__SECTOR_NHS = 0,
    RK__SECTOR_COUNCIL,
    RK__SECTOR_PRACTICES,
    RK__SECTOR_OTHER,
    RK__N_SECTORS
} rk__sector;
extern const char *const rk__sector_words[RK__N_SECTORS];

typedef struct rk__contract_outcome {
    const char *id, *title, *payer, *payee, *arrangement;
    rk_num payment, vat; /* vat NULL: none */
    rk_num retained;     /* by a lead contractor, after its subcontracts; NULL: no head */
} rk__contract_outcome;

typedef struct rk__period_outcome {
    const char *id;
    rk__position *positions; /* by organisation */
    rk__contract_outcome *contracts;
    rk_num system; /* sum of the positions inside */
    rk_num stranded, double_running, vat;
    rk_num lifted, residual;        /* of the pool; NULL: no pool */
    rk_num incurred[RK__N_SECTORS]; /* stranded and double-running cost, where it falls */
    rk_num borne[RK__N_SECTORS];    /* and who bears it after the pool; NULL where the pool
                                       mixes it with variances or other charges */
    rk_num cumulative, window;      /* window NULL: not so many periods yet */
} rk__period_outcome;

#define RK__NEVER (-1)
typedef struct rk__balance {
    int first, window_first; /* index of a period, or RK__NEVER */
    rk_num total, trough;
    int trough_at;
    int payback;      /* RK__NEVER: not within the periods */
    bool has_payback; /* the cumulative position is below zero at some time */
    rk_num npv;       /* NULL: no rate */
} rk__balance;

typedef struct rk__scenario_result {
    rk__nums nums;
    const char *name, *title;
    rk__period_outcome *periods;
    rk__balance balance;
    rk__coverage_line *coverage;
    size_t n_coverage;
    const char **findings;
    size_t n_findings, findings_capacity;
} rk__scenario_result;

typedef struct rk__organisation_result {
    const char *id, *title, *kind;
    bool outside;
    const char *members; /* "a, b"; NULL: none */
} rk__organisation_result;

struct rk_system_result {
    rk__arena arena;
    const char *id, *title, *basis, *currency, *sha256;
    const char *notes; /* NULL: none */
    rk__source_note *sources;
    size_t n_sources;
    rk__organisation_result *organisations;
    size_t n_organisations;
    const char **periods;
    size_t n_periods, n_contracts, window;
    const char *discount_rate; /* NULL: none */
    bool pooled;
    rk__scenario_result *scenarios;
    size_t n_scenarios;
};

/* ------------------------------------------------------------------ the parts */

struct rk_system {
    rk_session *session;
    rk__arena arena;
    rk__json *document; /* with its contracts in place */
    rk__json **held;    /* documents that it was made of */
    size_t n_held, held_capacity;
    const char *base_dir;
    const char **contract_dirs; /* that paths of each contract are relative to */
    char sha256[RK__SHA256_TEXT];
    rk__system base; /* as the documents stand */
};

#endif
