/* SPDX-License-Identifier: MIT
 *
 * rows_price.c: hands random rows to `price`, in arrays that end where no memory is and, where the
 * rule only reads, cannot be written.
 */
#include <stdio.h>
#include <string.h>

#include "trial/rows.h"

bool rk__trial_handed(const harness *h, size_t k)
{
    const rk_column *c = &h->rule->columns[k];
    return strcmp(c->table, h->rule->rule->rows) == 0 && (c->flags & RK_KEY_ONLY) == 0;
}

bool rk__trial_arrays_new(const harness *h, arrays *a, size_t rows)
{
    const size_t wide = h->exact ? sizeof(rk_int128) : sizeof(rk_decimal);
    bool made = true;
    char name[64];
    for (size_t k = 0; k < h->rule->n_columns; k++) {
        (void) snprintf(name, sizeof name, "column '%.30s'", h->rule->columns[k].name);
        made = made &&
               (!rk__trial_handed(h, k) || (rk__trial_array_new(&a->v[k], rows * 8, false, name) &&
                                            rk__trial_array_new(&a->has[k], rows, false, name)));
    }
    made = made && rk__trial_array_new(&a->amount, rows * wide, true, "the amounts");
    for (size_t e = 0; e < h->rule->n_elements; e++) {
        (void) snprintf(name, sizeof name, "element '%.30s'", h->rule->elements[e].name);
        made = made && rk__trial_array_new(&a->element[e], rows * wide, true, name);
    }
    return made && rk__trial_array_new(&a->status, rows, true, "the statuses") &&
           rk__trial_array_new(&a->notes, rows * 4, true, "the notes") &&
           rk__trial_array_new(&a->reason, rows * 2, true, "the reasons");
}

/* -------------------------------------------------------------------- pricing */

typedef struct outputs {
    rk_decimal *amount, *element[ELEMENTS];
    rk_int128 *exact_amount, *exact_element[ELEMENTS];
    uint8_t *status;
    uint32_t *notes;
    uint16_t *reason;
} outputs;

static outputs open_outputs(const harness *h, const arrays *a, size_t n)
{
    outputs out = {.status = rk__trial_array_open(&a->status, n),
                   .notes = rk__trial_array_open(&a->notes, n * 4),
                   .reason = rk__trial_array_open(&a->reason, n * 2)};
    memset(out.status, 0, n);
    memset(out.notes, 0, n * 4);
    memset(out.reason, 0, n * 2);
    const bool unwritten = h->rule->abi_minor >= 2;
    if (h->exact) {
        out.exact_amount = rk__trial_array_open(&a->amount, n * sizeof(rk_int128));
    } else {
        out.amount = rk__trial_array_open(&a->amount, n * sizeof(rk_decimal));
    }
    for (size_t i = 0; i < n; i++) {
        if (h->exact) {
            out.exact_amount[i] = unwritten ? RK_EXACT_AMOUNT_UNWRITTEN : 0;
        } else {
            out.amount[i] = unwritten ? RK_AMOUNT_UNWRITTEN : 0;
        }
    }
    for (size_t e = 0; e < h->rule->n_elements; e++) {
        if (h->exact) {
            out.exact_element[e] = rk__trial_array_open(&a->element[e], n * sizeof(rk_int128));
            memset(out.exact_element[e], 0, n * sizeof(rk_int128));
        } else {
            out.element[e] = rk__trial_array_open(&a->element[e], n * sizeof(rk_decimal));
            memset(out.element[e], 0, n * sizeof(rk_decimal));
        }
    }
    return out;
}

/* Whether nothing was written before the first row. */
static bool intact(const harness *h, const arrays *a, size_t n)
{
    const size_t wide = h->exact ? sizeof(rk_int128) : sizeof(rk_decimal);
    bool good = rk__trial_array_intact(&a->amount, n * wide) &&
                rk__trial_array_intact(&a->status, n) && rk__trial_array_intact(&a->notes, n * 4) &&
                rk__trial_array_intact(&a->reason, n * 2);
    for (size_t e = 0; e < h->rule->n_elements; e++) {
        good = good && rk__trial_array_intact(&a->element[e], n * wide);
    }
    return good;
}

static outcome outcome_of(const harness *h, const outputs *out, size_t i)
{
    outcome o;
    memset(&o, 0, sizeof o); /* padding too: outcomes are compared as bytes */
    o.status = out->status[i];
    o.reason = out->reason[i];
    o.notes = out->notes[i];
    if (o.status == RK_ROW_PRICED) {
        o.amount = h->exact ? out->exact_amount[i] : out->amount[i];
        for (size_t e = 0; e < h->rule->n_elements; e++) {
            o.element[e] = h->exact ? out->exact_element[e][i] : out->element[e][i];
        }
    } else if (h->exact ? out->exact_amount[i] != RK_EXACT_AMOUNT_UNWRITTEN
                        : out->amount[i] != RK_AMOUNT_UNWRITTEN) {
        o.amount = h->exact ? out->exact_amount[i] : out->amount[i];
        o.amount = o.status == RK_ROW_UNPRICED ? o.amount : 0;
    }
    return o;
}

/* Prices rows at[0..n-1] as one batch; what `price` returned. */
int rk__trial_price(const harness *h, const arrays *a, const size_t *at, size_t n, bool trace,
                    outcome *to)
{
    rk_column_data column[COLUMNS];
    memset(column, 0, sizeof column);
    for (size_t k = 0; k < h->rule->n_columns; k++) {
        if (!rk__trial_handed(h, k)) {
            continue;
        }
        int64_t *v = rk__trial_array_open(&a->v[k], n * 8);
        uint8_t *has = rk__trial_array_open(&a->has[k], n);
        for (size_t i = 0; i < n; i++) {
            v[i] = h->v[k][at[i]];
            has[i] = h->has[k][at[i]];
        }
        rk__trial_array_seal(&a->v[k]);
        rk__trial_array_seal(&a->has[k]);
        column[k] = (rk_column_data){v, has};
    }
    outputs out = open_outputs(h, a, n);
    const rk_batch batch = {.size = sizeof batch,
                            .n = n,
                            .column = column,
                            .trace = trace,
                            .column_size = (uint32_t) sizeof *column};
    rk_priced priced = {.size = sizeof priced,
                        .amount = out.amount,
                        .element = out.element,
                        .exact_amount = out.exact_amount,
                        .exact_element = out.exact_element,
                        .status = out.status,
                        .notes = out.notes,
                        .reason = out.reason};
    rk__host host;
    rk__host_init(&host, h->instance, NULL);
    host.pricing = true;
    host.tracing = trace;
    rk__running_enter(h->rule->id);
    const int returned =
        h->rule->rule->price(&host.table, h->instance->params, h->instance->state, &batch, &priced);
    rk__running_leave();
    for (size_t i = 0; i < n; i++) {
        to[i] = outcome_of(h, &out, i);
    }
    if (trace) {
        ((harness *) (uintptr_t) h)->n_steps += host.n_steps;
    }
    if (!h->undershot && !intact(h, a, n)) {
        ((harness *) (uintptr_t) h)->undershot = true;
        rk__trial_say(h->run, 'F', RK__TRIAL_BOUNDS,
                      "it wrote before the first row of an array; %s", h->run->mark->at);
    }
    if (host.misplaced && !h->misplaced) {
        ((harness *) (uintptr_t) h)->misplaced = true;
        rk__trial_say(h->run, 'F', RK__TRIAL_THREADS,
                      "it calls in price what is not for price, which runs on many threads: of "
                      "the host's functions, only row_step; %s",
                      h->run->mark->at);
    }
    rk__host_dispose(&host);
    return returned;
}

/* ------------------------------------------------------------------- random rows */

static int64_t random_value(const rk_column *c, uint64_t *r, size_t n_rows)
{
    size_t words = 0;
    switch (c->type) {
    case RK_COLUMN_INTEGER:
        return (int64_t) rk__trial_below(r, 120);
    case RK_COLUMN_BOOL:
        return (int64_t) rk__trial_below(r, 2);
    case RK_COLUMN_CHOICE:
        while (c->words[words] != NULL) {
            words++;
        }
        return (int64_t) rk__trial_below(r, words + 1);
    case RK_COLUMN_TEXT:
        return (int64_t) rk__trial_below(r, 40);
    case RK_COLUMN_DATE:
        return 16000 + (int64_t) rk__trial_below(r, 4000);
    case RK_COLUMN_FACTOR:
        return (int64_t) rk__trial_below(r, 2 * (uint64_t) RK_FACTOR_ONE);
    case RK_COLUMN_ROW:
        return n_rows > 0 ? (int64_t) rk__trial_below(r, n_rows) : 0;
    case RK_COLUMN_RATIO:
        return (int64_t) rk__trial_below(r, 2000000);
    default:
        break;
    }
    switch (rk__trial_below(r, 8)) {
    case 0:
        return 0;
    case 1:
        return (int64_t) rk__trial_below(r, 3) * RK_DECIMAL_ONE;
    case 2:
        return (int64_t) rk__trial_below(r, 3000000000u);
    case 3:
        return -(int64_t) rk__trial_below(r, 20) * RK_DECIMAL_ONE;
    case 4:
        return (int64_t) rk__trial_below(r, 2000000) * RK_DECIMAL_PENNY;
    default:
        return (int64_t) rk__trial_below(r, 60) * RK_DECIMAL_ONE;
    }
}

static size_t rows_of_table(const harness *h, const char *table)
{
    const rk__settle_table *t = table != NULL ? rk__settle_table_of(h->instance, table) : NULL;
    return t != NULL ? t->n_rows : 0;
}

void rk__trial_fill(harness *h, uint64_t *r)
{
    for (size_t k = 0; k < h->rule->n_columns; k++) {
        const rk_column *c = &h->rule->columns[k];
        const size_t n_rows = rows_of_table(h, c->lookup);
        const bool needed = (c->flags & (RK_REQUIRED | RK_PRICE_DECIDES)) == RK_REQUIRED;
        int64_t default_v = 0;
        bool has_default = false;
        rk__default_of(c->type, c->default_value, c->words, &default_v, &has_default);
        for (size_t i = 0; i < ROWS && rk__trial_handed(h, k); i++) {
            const bool missing = rk__trial_below(r, 4) == 0;
            const bool none = c->type == RK_COLUMN_ROW && n_rows == 0;
            h->has[k][i] = !none && (!missing || needed || has_default);
            h->v[k][i] = random_value(c, r, n_rows);
            if (missing && has_default) {
                h->v[k][i] = default_v;
            }
            h->v[k][i] = h->has[k][i] != 0 ? h->v[k][i] : 0;
        }
    }
}
