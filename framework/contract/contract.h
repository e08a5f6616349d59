/* SPDX-License-Identifier: MIT
 *
 * contract.h: contract documents, read and validated.
 *
 * Loading checks everything that needs only the document: keys, types, ids, dates, `of` chains,
 * scopes. What needs rules, tariffs or fact files is checked when the contract is evaluated. All
 * strings and arrays belong to the document or to the contract's arena.
 */
#pragma once

#include "contract/index.h"
#include "reckoner/reckoner.h"
#include "table/table.h"
#include "tariff/tariff.h"
#include "json/json.h"

/* The column's text must match one of the patterns. */
typedef struct rk__scope_column {
    const char *column;
    const char *const *patterns;
    size_t n_patterns;
    const rk__value *at;
} rk__scope_column;

/* Rows that match every column and not `except`. */
typedef struct rk__scope {
    rk__scope_column *columns;
    size_t n_columns;
    struct rk__scope *except; /* or NULL */
    struct rk__scope *also;   /* rows must match this one too; or NULL */
} rk__scope;

/* What a component that prices no rows declares to pay for: rows of `activity` in a scope, between
 * two dates. */
typedef struct rk__covers {
    bool nothing;     /* `false` in the document: it pays for no activity */
    rk__scope *scope; /* NULL: every row */
    rk_date from, to;
    const char *part;        /* of each unit, a ratio from 0 to 1; NULL: all of it */
    struct rk__covers *next; /* of a list */
} rk__covers;

/* How a component's amount is dealt out over the lines of those it uses. */
typedef enum rk__allocate {
    RK__ALLOCATE_NOT,
    RK__ALLOCATE_BY_VALUE,
    RK__ALLOCATE_BY_QUANTITY
} rk__allocate;

typedef struct rk__component {
    const char *id, *rule, *title; /* title or NULL */
    const rk__value *at;
    rk__scope *scope;        /* NULL: every row */
    rk__covers *covers;      /* NULL: not given */
    const rk__value *tables; /* object of rule's name: contract's name; or NULL */
    const char *rows_of;     /* the rule's name of a table that a question replaces; or NULL */
    const char *rows_as;     /* by this table of the contract */
    size_t *of;              /* indices of earlier components */
    size_t n_of;
    bool shadow, per_year;
    rk__allocate allocate;
    const rk__value *index; /* of its amounts per time: a name, or an index; or NULL */
    const rk__value *params, *params_by_period; /* objects or NULL */
} rk__component;

typedef struct rk__arrangement {
    const char *name;
    rk__component *components;
    size_t n_components;
    const rk__value *at;
} rk__arrangement;

/* The periods that results have; see selection.h. */
typedef struct rk__selection {
    bool *shown;  /* by period; NULL: all */
    bool *needed; /* those, and earlier ones of their years; NULL: all */
    size_t n;     /* that are shown */
    bool open;    /* the last period is the last one that has rows: not known yet */
    const char *text;
} rk__selection;

struct rk_contract {
    rk_session *session; /* borrowed */
    rk__arena arena;
    rk__json *document;
    rk__json **held; /* the documents that `document` was edited from; freed with it */
    size_t n_held;
    const char *base_dir;
    char sha256[65];
    const char *id, *title, *basis, *currency, *commissioner, *provider; /* NULL if absent */
    rk_period *periods;
    size_t n_periods;
    /* Periods of its system, whose rows are no concern of a contract that lacks them; borrowed. */
    const rk_period *shared_periods;
    size_t n_shared_periods;
    rk__calendar calendar; /* of its periods in full */
    rk__indices indices;
    rk__selection selection;
    rk__year_part *year_parts; /* by period; NULL: no component is per year */
    rk__year_part *in_force;   /* the part of each period in which it is; NULL: all of them */
    const rk_date *from, *to;  /* that it is in force between; NULL: no limit */
    rk__tariff_ref *tariffs;
    size_t n_tariffs;
    const rk__value *tariff_at;
    bool tariff_taken; /* another tariff replaces them on all days (tariffs.c) */
    rk__table_spec *facts;
    size_t n_facts;
    rk__arrangement *arrangements;
    size_t n_arrangements;
    size_t chosen; /* index of `arrangement` */
    rk_decimal rounding_unit;
    int places;
    rk_source_note *sources;
    size_t n_sources;
    const char **accepts; /* codes of findings that the document accepts */
    size_t n_accepts;
};

/* Reads a contract from a document's value (the root, or a vector's `contract`). Takes ownership
 * of the document, also on failure; it is freed with the contract. */
rk_status rk__contract_read(rk_session *session, rk__json *document, const char *base_dir,
                            rk_contract **out, rk_problems *problems);

/* load.c: the same for a document whose text has this digest, edited by the session's --set and
 * checked against its --param. */
rk_status rk__contract_edited(rk_session *session, rk__json *document, const char *base_dir,
                              const char *sha256, rk_contract **out, rk_problems *problems);
/* load.c: whether the component of "acute.rate" or "acute.rate=1" has such a parameter, in some
 * arrangement; RK_OK where there is no such component. */
rk_status rk__contract_check_param(const rk_contract *contract, const char *param,
                                   rk_problems *problems);
/* load.c: applies one --set to a document; *value owns the new value and must outlive it. */
rk_status rk__contract_set(rk__json *document, const char *set, rk__json **value,
                           rk_problems *problems);

/* Limits the contract to the time between two days (NULL: no limit), within its existing limits.
 * Rows with dates count only in the rest of a period, and other amounts are in proportion to its
 * days. */
rk_status rk__contract_limit(rk_contract *contract, const rk_date *from, const rk_date *to);

const rk__arrangement *rk__contract_arrangement(const rk_contract *contract, const char *name);
const rk__table_spec *rk__contract_fact(const rk_contract *contract, const char *name);
/* The contract's name for a rule's table: its `tables` mapping, else the same. */
const char *rk__component_table(const rk__component *component, const char *table);
/* The entry of the contract's `sources` for a JSON pointer, or for what contains it; or NULL. */
const rk_source_note *rk__contract_source(const rk_contract *contract, const char *pointer);

/* in_force.c: reads `from` and `to`, and limits the contract to them. */
rk_status rk__contract_read_span(rk_contract *contract, const rk__value *root,
                                 rk_problems *problems);
/* Reads a date; *out does not change if it is not given. */
rk_status rk__contract_date(const rk__value *object, const char *key, rk_date *out, bool *given,
                            rk_problems *problems);

/* The top-level keys that contracts and systems share. */
rk_status rk__periods_read(rk__arena *arena, const rk__value *root, rk_period **out, size_t *n,
                           rk_problems *problems);
/* Whether the value of "periods" has a period of this id. */
bool rk__periods_have(const rk__value *periods, const char *id);
rk_status rk__facts_read(rk__arena *arena, const rk__value *root, const char *base_dir,
                         rk__table_spec **out, size_t *n, rk_problems *problems);
rk_status rk__sources_check(rk__arena *arena, const rk__value *root, rk_source_note **out,
                            size_t *n, rk_problems *problems);
rk_status rk__basis_read(const rk__value *root, const char **out, rk_problems *problems);
rk_status rk__currency_read(const rk__value *root, const char **out, rk_problems *problems);

/* component.c: one arrangement's list of components. */
rk_status rk__arrangement_read(rk__arena *arena, const rk__value *v, const rk__indices *indices,
                               rk__arrangement *out, rk_problems *problems);
rk_status rk__scope_read(rk__arena *arena, const rk__value *v, rk__scope **out,
                         rk_problems *problems);
/* Reports a component that names `item` if that is not an earlier component of the list; shows
 * the path if components use each other. */
rk_status rk__component_cycle(rk__arena *arena, const rk__value *list, const rk__value *item,
                              const rk__value *self, rk_problems *problems);
