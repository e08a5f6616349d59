/* SPDX-License-Identifier: MIT
 *
 * grants.c: money on a condition that the system itself meets or misses. A row
 * of a contract's table may say
 *     "met": {"position_excluding_grants": "control_total"}
 * or "position", which counts grants too, with "organisation" (else the payee). A
 * contract on a position with grants depends on the contracts that move it, which are
 * evaluated first; a cycle is an error that shows its path.
 */
#include "system/run.h"

#include <string.h>

#include "system/document_values.h"
#include "system/system.h"

static const char *const met_keys[] = {"position_excluding_grants", "position", "organisation",
                                       NULL};

/* What a condition looks at. */
typedef struct condition {
    size_t organisation;
    bool with_grants;
} condition;

static const rk__value *rows_of(const rk__value *table)
{
    const rk__value *rows = table->type == RK__JSON_OBJECT ? rk__json_get(table, "rows") : table;
    return rows != NULL && rows->type == RK__JSON_ARRAY ? rows : NULL;
}

static const rk__value *condition_in(const rk__value *row)
{
    const rk__value *met = rk__json_get(row, "met");
    return met != NULL && met->type == RK__JSON_OBJECT ? met : NULL;
}

static const rk__value *facts_of(const rk__system_run *run, size_t contract)
{
    const rk__value *facts = rk__json_get(run->s.contracts[contract].contract, "facts");
    return facts != NULL && facts->type == RK__JSON_OBJECT ? facts : NULL;
}

static bool table_has_conditions(const rk__value *table)
{
    const rk__value *rows = rows_of(table);
    for (const rk__value *row = rows != NULL ? rows->first : NULL; row != NULL; row = row->next) {
        if (condition_in(row) != NULL) {
            return true;
        }
    }
    return false;
}

static rk_status read_condition(rk__system_run *run, size_t contract, const rk__value *met,
                                condition *out)
{
    rk_status status = rk__json_only_keys(met, met_keys, run->problems);
    const rk__value *without = rk__json_get(met, "position_excluding_grants");
    const rk__value *with = rk__json_get(met, "position");
    const rk__value *target = with != NULL ? with : without;
    if (status == RK_OK && (with == NULL) == (without == NULL)) {
        return rk__json_problem(run->problems, met, with == NULL ? RK_MISSING_KEY : RK_CONFLICT,
                                "write {\"position_excluding_grants\": \"control_total\"}",
                                "a condition looks at one position");
    }
    if (status == RK_OK &&
        (target->type != RK__JSON_STRING || strcmp(target->text, "control_total") != 0)) {
        return rk__json_problem(run->problems, target, RK_OUT_OF_RANGE, "write \"control_total\"",
                                "a position is compared with the control total");
    }
    out->organisation = run->s.contracts[contract].payee;
    out->with_grants = with != NULL;
    return status != RK_OK ? status
                           : rk__system_organisation(&run->s, met, "organisation", false,
                                                     &out->organisation, run->problems);
}

rk_status rk__system_find_grants(rk__system_run *run)
{
    for (size_t i = 0; i < run->s.n_contracts; i++) {
        const rk__value *facts = facts_of(run, i);
        for (const rk__value *t = facts != NULL ? facts->first : NULL; t != NULL; t = t->next) {
            run->grants[i] |= table_has_conditions(t);
        }
    }
    return RK_OK;
}

/* --------------------------------------------------------------------- truth */

static rk_status is_met(rk__system_run *run, size_t contract, const rk__value *met, size_t period,
                        bool *out)
{
    condition c = {0};
    rk_status status = read_condition(run, contract, met, &c);
    if (status != RK_OK) {
        return status;
    }
    const rk__organisation *o = &run->s.organisations[c.organisation];
    if (o->control_total[period] == NULL) {
        return rk__json_problem(
            run->problems, met, RK_MISSING_KEY, "give the organisation a control_total",
            "'%s' has no control total in period '%s' to be met", o->id, run->s.periods[period].id);
    }
    rk__position position = {0};
    status = rk__position_make(run, c.organisation, period, !c.with_grants, &position);
    *out = status == RK_OK && rk__num_compare(position.before, o->control_total[period]) >= 0;
    rk__position_dispose(&position);
    return status;
}

static void write_member(rk__buf *out, const rk__value *m)
{
    rk__json_write_text(out, m->key, strlen(m->key));
    rk__buf_putc(out, ':');
    if (m->type == RK__JSON_STRING || m->type == RK__JSON_NUMBER) {
        rk__json_write_text(out, m->text, m->length); /* a cell is text either way */
    } else {
        rk__buf_puts(out, m->type == RK__JSON_BOOL ? m->truth ? "true" : "false" : "null");
    }
}

/* Writes a row for one period, its condition replaced by true or false. */
static rk_status write_row(rk__system_run *run, size_t contract, const rk__value *row,
                           size_t period, bool add_period, rk__buf *out)
{
    bool first = true;
    rk__buf_putc(out, '{');
    for (const rk__value *m = row->first; m != NULL; m = m->next) {
        rk__buf_puts(out, first ? "" : ",");
        first = false;
        if (m != condition_in(row)) {
            write_member(out, m);
            continue;
        }
        bool met = false;
        const rk_status status = is_met(run, contract, m, period, &met);
        if (status != RK_OK) {
            return status;
        }
        rk__buf_puts(out, met ? "\"met\":true" : "\"met\":false");
    }
    if (add_period) {
        rk__buf_puts(out, first ? "\"period\":" : ",\"period\":");
        rk__json_write_text(out, run->s.periods[period].id, strlen(run->s.periods[period].id));
    }
    rk__buf_puts(out, "}");
    return RK_OK;
}

static size_t period_named(const rk__system_run *run, const rk__value *period)
{
    size_t p = 0;
    while (p < run->s.n_periods &&
           (period->text == NULL || strcmp(run->s.periods[p].id, period->text) != 0)) {
        p++;
    }
    return p;
}

/* Rows for every period become one for each: a condition may be met in one year and missed
 * in another. */
static rk_status write_rows(rk__system_run *run, size_t contract, const rk__value *rows,
                            rk__buf *out)
{
    rk_status status = RK_OK;
    bool first = true;
    rk__buf_puts(out, "[");
    for (const rk__value *row = rows->first; row != NULL && status == RK_OK; row = row->next) {
        const rk__value *period = rk__json_get(row, "period");
        const bool named = rk__json_given(period);
        const size_t only = named ? period_named(run, period) : 0;
        if (named && only == run->s.n_periods) {
            return rk__json_problem(
                run->problems, period, RK_OUT_OF_RANGE, "use the ids of the system's periods",
                "there is no period '%s'", period->text != NULL ? period->text : "");
        }
        for (size_t p = named ? only : 0;
             p < (named ? only + 1 : run->s.n_periods) && status == RK_OK; p++) {
            rk__buf_puts(out, first ? "" : ",");
            first = false;
            status = write_row(run, contract, row, p, !named, out);
        }
    }
    rk__buf_puts(out, "]");
    return status;
}

static rk_status settle_table(rk__system_run *run, size_t contract, const rk__value *table)
{
    const rk__value *rows = rows_of(table);
    rk__buf text = {0};
    rk__json *made = NULL;
    rk_status status = write_rows(run, contract, rows, &text);
    if (status == RK_OK) {
        status = text.failed ? RK_NO_MEMORY
                             : rk__json_parse(text.text, text.length, table->key, &made, NULL);
    }
    rk__buf_dispose(&text);
    if (status != RK_OK) {
        return status;
    }
    const char *pointer = rk__json_pointer(rows, &run->s.arena);
    if (pointer == NULL) {
        rk__json_free(made);
        return RK_NO_MEMORY;
    }
    return rk__system_replace(run, pointer, made);
}

/* --------------------------------------------------------------------- order */

enum { UNSEEN = 0, UNDER_WAY, PAID };

/* A contract being evaluated, and its condition that is being resolved. */
typedef struct step {
    size_t contract, organisation;
    const rk__value *met;
} step;

typedef struct order {
    rk__system_run *run;
    uint8_t *state;
    step *path;
    size_t n_path;
} order;

/* Each arrow points to what something depends on. */
static rk_status circle(const order *o, size_t contract)
{
    const rk__system_run *run = o->run;
    rk__buf path = {0};
    size_t at = 0;
    while (o->path[at].contract != contract) {
        at++;
    }
    const rk__value *met = o->path[at].met;
    for (; at < o->n_path; at++) {
        rk__buf_printf(&path, "%s -> position of %s -> ", run->s.contracts[o->path[at].contract].id,
                       run->s.organisations[o->path[at].organisation].id);
    }
    rk__buf_puts(&path, run->s.contracts[contract].id);
    const rk_status status = rk__json_problem(
        run->problems, met, RK_CYCLE,
        "look at \"position_excluding_grants\" instead of \"position\" in one of these",
        "grants depend on each other: %s", path.text != NULL ? path.text : "");
    rk__buf_dispose(&path);
    return status;
}

static rk_status pay_in_order(order *o, size_t contract);

/* Grants that move the position which a condition looks at come first. */
static rk_status pay_before(order *o, size_t contract, const rk__value *met)
{
    rk__system_run *run = o->run;
    condition c = {0};
    rk_status status = read_condition(run, contract, met, &c);
    o->path[o->n_path - 1] =
        (step){.contract = contract, .organisation = c.organisation, .met = met};
    for (size_t k = 0; k < run->s.n_contracts && status == RK_OK && c.with_grants; k++) {
        if (run->grants[k] && (run->s.contracts[k].payee == c.organisation ||
                               run->s.contracts[k].payer == c.organisation)) {
            status = pay_in_order(o, k);
        }
    }
    return status;
}

static rk_status pay_in_order(order *o, size_t contract)
{
    rk__system_run *run = o->run;
    if (o->state[contract] == PAID) {
        return RK_OK;
    }
    if (o->state[contract] == UNDER_WAY) {
        return circle(o, contract);
    }
    o->state[contract] = UNDER_WAY;
    o->path[o->n_path++] = (step){.contract = contract};
    const rk__value *facts = facts_of(run, contract);
    rk_status status = RK_OK;
    for (const rk__value *t = facts->first; t != NULL && status == RK_OK; t = t->next) {
        const rk__value *rows = rows_of(t);
        for (const rk__value *row = rows != NULL ? rows->first : NULL;
             row != NULL && status == RK_OK; row = row->next) {
            if (condition_in(row) != NULL) {
                status = pay_before(o, contract, condition_in(row));
            }
        }
    }
    for (const rk__value *t = facts->first; t != NULL && status == RK_OK;) {
        const rk__value *next = t->next; /* the table itself may be replaced */
        if (table_has_conditions(t)) {
            status = settle_table(run, contract, t);
        }
        t = next;
    }
    if (status == RK_OK) {
        status = rk__system_pay_one(run, contract);
    }
    o->n_path--;
    o->state[contract] = PAID;
    return status;
}

rk_status rk__system_pay_grants(rk__system_run *run)
{
    order o = {.run = run,
               .state = rk__calloc(run->s.n_contracts + 1, 1),
               .path = rk__calloc(run->s.n_contracts + 1, sizeof(step))};
    rk_status status = o.state == NULL || o.path == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        if (run->grants[i]) {
            status = pay_in_order(&o, i);
        }
    }
    rk__free(o.state);
    rk__free(o.path);
    return status;
}
