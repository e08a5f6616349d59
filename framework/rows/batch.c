/* SPDX-License-Identifier: MIT
 *
 * batch.c: pricing one batch for every instance: which rows are the instance's,
 * the rule's `price`, the audit of what it wrote, and the totals.
 */
#include <string.h>

#include "rows/called.h"
#include "rows/code_cells.h"
#include "rows/kept.h"
#include "rows/near_rows.h"
#include "rows/pass.h"
#include "rows/suspect.h"
#include "rows/written.h"
#include "scan/looks.h"

void rk__pass_batch_begin(rk__pass_worker *worker, const rk__scan_batch *batch)
{
    const rk__pass *p = worker->pass;
    worker->batch = batch;
    memset(worker->made.codes, 0, (p->n_wants + p->n_derived) * sizeof(bool));
    memset(worker->made.numbers, 0, p->n_combinations * sizeof(bool));
    memset(worker->made.found, 0, p->n_joins * sizeof(bool));
    memset(worker->made.columns, 0, p->n_columns * sizeof(bool));
    for (size_t i = 0; i < p->n_wants; i++) {
        worker->text.dicts[i] = batch->column[i].dict;
    }
}

/* ---------------------------------------------------------------- listing keys */

/* Counts a row under a key; *at is where that is listed. */
static rk_status list_row(rk__pass_worker *w, size_t u, rk__pass_listing listing, size_t column,
                          size_t combination, size_t row, int64_t quantity, int32_t *at)
{
    rk__instance_work *work = &w->instances[u];
    if (listing != RK__PRICED_ZERO) {
        rk__pass_rows_reason(w, row, listing, column);
    }
    rk__pass_listed_key key = {.listing = (uint32_t) listing,
                               .column = (uint32_t) column,
                               .combination = (uint32_t) combination};
    if (combination != RK__NONE) {
        const uint32_t *numbers = NULL;
        const rk_status status = rk__pass_numbers(w, combination, &numbers);
        if (status != RK_OK) {
            return status;
        }
        key.number = numbers[row];
    }
    *at = rk__dict_intern(work->listed_keys, (const char *) &key, sizeof key);
    const size_t before = work->listed_capacity;
    if (*at < 0 || rk__grow((void **) &work->listed, &work->listed_capacity, (size_t) *at + 1,
                            sizeof *work->listed) != 0) {
        return RK_NO_MEMORY;
    }
    if (work->listed_capacity > before) {
        memset(work->listed + before, 0, (work->listed_capacity - before) * sizeof *work->listed);
    }
    work->listed[*at].rows++;
    work->listed[*at].quantity += quantity;
    return RK_OK;
}

/* The same, and notes a key that is nearly found. Rarely called. */
rk_status rk__pass_list_row(rk__pass_worker *w, size_t u, rk__pass_listing listing, size_t column,
                            size_t combination, size_t row, int64_t quantity)
{
    int32_t at = 0;
    const rk_status status = list_row(w, u, listing, column, combination, row, quantity, &at);
    if (status != RK_OK) {
        return status;
    }
    return listing == RK__UNPRICED_LOOKUP || listing == RK__DEFAULTED
               ? rk__near_note(w, u, column, row, at, quantity)
               : RK_OK;
}

/* The quantities of the batch's rows; NULL: one each. */
static rk_status quantities_of(rk__pass_worker *w, const rk__pass_instance *pu, const int64_t **out)
{
    const rk_column_data *quantity = NULL;
    *out = NULL;
    if (pu->quantity == RK__NONE) {
        return RK_OK;
    }
    const rk_status status = rk__pass_column(w, pu->column[pu->quantity], &quantity);
    *out = status == RK_OK ? quantity->v : NULL;
    return status;
}

/* As rk__pass_list_row, with the row's own quantity. */
static rk_status list_whole_row(rk__pass_worker *w, size_t u, rk__pass_listing listing,
                                size_t column, size_t combination, size_t row)
{
    const int64_t *quantity = NULL;
    const rk_status status = quantities_of(w, &w->pass->instances[u], &quantity);
    return status == RK_OK ? rk__pass_list_row(w, u, listing, column, combination, row,
                                               quantity != NULL ? quantity[row] : RK_DECIMAL_ONE)
                           : status;
}

/* What rows are listed by: the key of a lookup (RK__NONE: of none), or the instance's groups. */
static size_t listed_by(const rk__pass *p, const rk__pass_instance *pu, size_t join)
{
    return join != RK__NONE && p->input->contract->session->detail == NULL
               ? p->joins[join].combination
               : pu->groups;
}

/* Drops and lists rows that lack a value which the rule requires. */
static rk_status drop_unpriced(rk__pass_worker *w, size_t u, uint8_t *keep)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const size_t n = w->batch->n;
    for (size_t r = 0; r < pu->required.n; r++) {
        const size_t k = pu->required.at[r];
        const rk__planned_column *c = &w->pass->columns[pu->column[k]];
        const rk_column_data *data = NULL;
        rk_status status = rk__pass_column(w, pu->column[k], &data);
        if (status != RK_OK) {
            return status;
        }
        if (w->column.full[pu->column[k]]) {
            continue;
        }
        const uint32_t *found = NULL;
        if (c->join != RK__NONE) {
            status = rk__pass_found(w, c->join, &found);
        }
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            if (keep[i] == 0 || data->has[i] != 0) {
                continue;
            }
            keep[i] = 0;
            const bool nowhere = found != NULL && found[i] == 0;
            status = list_whole_row(w, u, nowhere ? RK__UNPRICED_LOOKUP : RK__UNPRICED_BLANK, k,
                                    listed_by(w->pass, pu, c->join), i);
        }
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* Rows that took a default because a lookup found nothing are warned about,
 * once for each lookup. */
static rk_status list_defaulted(rk__pass_worker *w, size_t u, const uint8_t *keep)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    for (size_t d = 0; d < pu->defaulted.n; d++) {
        const size_t k = pu->defaulted.at[d];
        const size_t join = w->pass->columns[pu->column[k]].join;
        const uint32_t *found = NULL;
        rk_status status = rk__pass_found(w, join, &found);
        for (size_t i = 0; i < w->batch->n && status == RK_OK && w->join.some_missing[join]; i++) {
            if (found[i] == 0 && keep[i] != 0) {
                status =
                    list_whole_row(w, u, RK__DEFAULTED, k, w->pass->joins[join].combination, i);
            }
        }
        status = status == RK_OK ? rk__near_price(w, u, true) : status;
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* ---------------------------------------------------------------- which rows */

static rk_status keep_period(rk__pass_worker *w, size_t u, uint8_t *keep)
{
    const rk__instance *instance = w->pass->instances[u].instance;
    for (size_t i = 0; i < w->batch->n; i++) {
        if (keep[i] != 0 && w->period[i] == RK__PERIOD_OUTSIDE && instance->period_index == 0) {
            const rk_status status = list_whole_row(w, u, RK__UNPRICED_DATE, 0, RK__NONE, i);
            if (status != RK_OK) {
                return status;
            }
        }
        keep[i] &= w->period[i] == (int16_t) instance->period_index;
    }
    return RK_OK;
}

/* Keeps the rows of the batch that the pass is about. */
static void keep_only(const rk__pass_worker *w, uint8_t *keep)
{
    const rk__scan_batch *b = w->batch;
    rk__pass *p = w->pass;
    size_t low = 0;
    size_t high = p->input->n_only;
    while (low < high) { /* the first that is not before the batch */
        const size_t middle = low + (high - low) / 2;
        const rk__row_mark *m = &p->input->only[middle];
        const bool before =
            m->block < b->block || (m->block == b->block && m->row < b->first_in_block);
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    memset(keep, 0, b->n);
    for (; low < p->input->n_only; low++) {
        const rk__row_mark *m = &p->input->only[low];
        if (m->block != b->block || m->row >= b->first_in_block + b->n) {
            break;
        }
        keep[m->row - b->first_in_block] = 1;
        if (low == 0 && b->line != NULL) {
            p->only_line = b->line[m->row - b->first_in_block];
        }
    }
}

/* Notes the rows of the instance's period that would be in its scope, or would not, if texts were
 * compared without regard to letter case and blanks. */
static rk_status note_nearly(rk__pass_worker *w, size_t u, const uint8_t *keep, uint8_t *loose)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__instance *instance = pu->instance;
    const bool dated = w->pass->period_want != RK__NONE || w->pass->date_want != RK__NONE;
    const int64_t *quantity = NULL;
    w->text.loose = true;
    rk_status status = rk__pass_scope(w, pu->scope, loose);
    w->text.loose = false;
    for (size_t i = 0; i < w->batch->n && status == RK_OK; i++) {
        if (loose[i] == keep[i] || (dated && w->period[i] != (int16_t) instance->period_index)) {
            continue;
        }
        status = quantity == NULL ? quantities_of(w, pu, &quantity) : RK_OK;
        rk__suspect_row(w, u, instance->rule->n_columns + RK__SUSPECT_SCOPE, i,
                        quantity != NULL ? quantity[i] : RK_DECIMAL_ONE);
    }
    return status;
}

static rk_status select_rows(rk__pass_worker *w, size_t u, uint8_t *keep)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    if (w->pass->input->only != NULL) {
        keep_only(w, keep);
    } else {
        memset(keep, 1, w->batch->n);
    }
    uint8_t loose[RK__BATCH_ROWS];
    memcpy(loose, keep, w->batch->n);
    rk_status status = pu->scope != NULL ? rk__pass_scope(w, pu->scope, keep) : RK_OK;
    if (status == RK_OK && pu->scope != NULL && w->text.near) {
        status = note_nearly(w, u, keep, loose);
    }
    if (status == RK_OK && (w->pass->period_want != RK__NONE || w->pass->date_want != RK__NONE)) {
        status = keep_period(w, u, keep);
    }
    rk__called_selected(w, u, keep);
    if (status == RK_OK) {
        status = drop_unpriced(w, u, keep);
    }
    if (status == RK_OK) {
        status = rk__near_price(w, u, false);
    }
    return status == RK_OK ? list_defaulted(w, u, keep) : status;
}

/* ------------------------------------------------------------------- pricing */

/* Gives the rule each column, packed if only some rows are the instance's. */
static rk_status hand_columns(rk__pass_worker *w, size_t u, size_t n_selected)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    rk_column_data *handed = w->instances[u].handed;
    const bool all = n_selected == w->batch->n;
    for (size_t c = 0; c < pu->varying.n; c++) {
        const size_t k = pu->varying.at[c];
        const rk_column_data *data = NULL;
        const rk_status status = rk__pass_column(w, pu->column[k], &data);
        if (status != RK_OK) {
            return status;
        }
        if (all) {
            handed[k] = *data;
            continue;
        }
        rk__twin *packed = &w->scratch.packed[k];
        if (packed->mine == NULL &&
            !rk__pass_handed(w, packed, &w->scratch.packed_v[k], &w->scratch.packed_has[k])) {
            return RK_NO_MEMORY;
        }
        for (size_t i = 0; i < n_selected; i++) {
            w->scratch.packed_v[k][i] = data->v[w->scratch.selected[i]];
            w->scratch.packed_has[k][i] = data->has[w->scratch.selected[i]];
        }
        handed[k] = (rk_column_data){(const int64_t *) (const void *) packed->theirs,
                                     packed->theirs + w->batch_rows * sizeof(int64_t)};
    }
    return RK_OK;
}

/* The column for which a row has no price: the first that lacks a value because its key is only
 * nearly found, else the first RK_PRICE_DECIDES column that lacks one; RK__NONE if none does. */
static rk_status missing_price(rk__pass_worker *w, size_t u, size_t row, size_t *column,
                               bool *nowhere, bool *nearly)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    *column = RK__NONE;
    *nowhere = *nearly = false;
    for (size_t k = 0; k < pu->instance->rule->n_columns && !*nearly; k++) {
        const rk_column_data *data = NULL;
        const uint32_t *found = NULL;
        uint32_t near = 0;
        const bool decides = (pu->instance->rule->columns[k].flags & RK_PRICE_DECIDES) != 0;
        const rk__planned_column *c =
            pu->column[k] != RK__NONE ? &w->pass->columns[pu->column[k]] : NULL;
        if (c == NULL || (!decides && c->join == RK__NONE)) {
            continue;
        }
        rk_status status = rk__pass_column(w, pu->column[k], &data);
        if (status == RK_OK && c->join != RK__NONE) {
            status = rk__pass_found(w, c->join, &found);
        }
        if (status == RK_OK && found != NULL && found[row] == 0 && data->has[row] == 0) {
            status = rk__near_row(w, c->join, row, &near);
        }
        if (status != RK_OK) {
            return status;
        }
        *nearly = near != 0;
        if (data->has[row] == 0 && (*nearly || (decides && *column == RK__NONE))) {
            *column = k;
            *nowhere = found != NULL && found[row] == 0;
        }
    }
    return RK_OK;
}

/* Lists a row that the rule could not price: under the column that lacks a value, else under the
 * rule. A reason that the rule gave stands for both. */
static rk_status list_refused(rk__pass_worker *w, size_t u, size_t row, uint16_t reason,
                              int64_t quantity)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    size_t column = RK__NONE;
    bool nowhere = false;
    bool nearly = false;
    int32_t at = 0;
    rk_status status = missing_price(w, u, row, &column, &nowhere, &nearly);
    if (status != RK_OK || column == RK__NONE) {
        return status != RK_OK
                   ? status
                   : rk__pass_list_row(w, u, RK__UNPRICED_RULE, reason, pu->groups, row, quantity);
    }
    const size_t by = listed_by(w->pass, pu, w->pass->columns[pu->column[column]].join);
    if (reason == 0) {
        return rk__pass_list_row(w, u, nowhere ? RK__UNPRICED_LOOKUP : RK__UNPRICED_BLANK, column,
                                 by, row, quantity);
    }
    status = list_row(w, u, RK__UNPRICED_RULE, reason, by, row, quantity, &at);
    return status == RK_OK && nearly ? rk__near_note(w, u, column, row, at, quantity) : status;
}

/* Removes rows that the rule could not price from the arrays that are folded. */
static rk_status drop_refused(rk__pass_worker *w, size_t u, size_t *n, int64_t *quantity)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__rule *rule = pu->instance->rule;
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        const size_t row = rk__batch_row(w, *n, i);
        if (w->priced.status[i] == RK_ROW_UNPRICED) {
            const rk_status status = list_refused(w, u, row, w->priced.reason[i], quantity[i]);
            if (status != RK_OK) {
                return status;
            }
            continue;
        }
        if (w->priced.status[i] != RK_ROW_PRICED) {
            rk__pass_fault(w, row, RK_OVERFLOW, pu->instance,
                           "check the row's quantity, price and factors",
                           "rule '%s': the amount of a row does not fit", rule->id);
        }
        w->scratch.packed_slots[kept] = w->scratch.packed_slots[i];
        quantity[kept] = quantity[i];
        for (size_t e = 0; e < rule->n_elements; e++) {
            if (exact) {
                w->priced.exact_element[e][kept] = w->priced.exact_element[e][i];
            } else {
                w->priced.element[e][kept] = w->priced.element[e][i];
            }
        }
        if (exact) {
            w->priced.exact_amount[kept] = w->priced.exact_amount[i];
        } else {
            w->priced.amount[kept] = w->priced.amount[i];
        }
        kept++;
    }
    *n = kept;
    return RK_OK;
}

void rk__pass_misplaced(rk__pass_worker *w, const rk__instance *instance)
{
    rk__pass_fault(w, 0, RK_RULE_FAILED, instance,
                   "`price` runs on many threads at once: it may only call row_step; make numbers "
                   "in `prepare` or `settle`",
                   "rule '%s' called in price what is not for price", instance->rule->id);
}

static rk_status call_price(rk__pass_worker *w, size_t u, size_t n)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__rule *rule = pu->instance->rule;
    const int returned = rk__written_call(w, u, n);
    if (returned == RK_NO_MEMORY) {
        rk__pass_fault(w, 0, RK_NO_MEMORY, pu->instance, NULL,
                       "rule '%s' failed in price: out of memory", rule->id);
    } else if (returned != 0) {
        rk__pass_fault(w, 0, returned == RK_OVERFLOW ? RK_OVERFLOW : RK_RULE_FAILED, pu->instance,
                       NULL, "rule '%s' failed in price with status %d", rule->id, returned);
    }
    if (returned != 0) {
        rk__written_void(w, rule, n);
        return RK_OK; /* kept as a fault: the scan goes on to find the first */
    }
    if (w->instances[u].host.misplaced) {
        rk__pass_misplaced(w, pu->instance);
        rk__written_void(w, rule, n);
        return RK_OK;
    }
    if (!rk__params_intact(pu->instance)) {
        rk__pass_fault(w, 0, RK_RULE_AUDIT, pu->instance,
                       "the rule needs mending, not the contract",
                       "rule '%s' wrote to its parameters in price", rule->id);
        rk__written_void(w, rule, n);
        return RK_OK;
    }
    if (rk__written_check(w, pu, n)) {
        rk__written_notes(w, u, n);
    }
    return RK_OK;
}

/* Copies slots and quantities, which other instances share, before rows are removed. */
static rk_status own_rows(rk__pass_worker *w, size_t u, size_t *n, const uint32_t *slots,
                          const int64_t *quantity)
{
    if (slots != w->scratch.packed_slots) {
        memcpy(w->scratch.packed_slots, slots, *n * sizeof *slots);
    }
    memcpy(w->scratch.quantity, quantity, *n * sizeof *quantity);
    return drop_refused(w, u, n, w->scratch.quantity);
}

static rk_status fold_rows(rk__pass_worker *w, size_t u, size_t n)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__rule *rule = pu->instance->rule;
    const uint32_t *slots = NULL;
    rk_status status = rk__pass_numbers(w, pu->groups, &slots);
    if (status != RK_OK) {
        return status;
    }
    if (n < w->batch->n) {
        for (size_t i = 0; i < n; i++) {
            w->scratch.packed_slots[i] = slots[w->scratch.selected[i]];
        }
        slots = w->scratch.packed_slots;
    }
    const int64_t *quantity = pu->quantity != RK__NONE ? w->instances[u].handed[pu->quantity].v
                                                       : w->scratch.single_quantity;
    rk__kept_priced(w, u, n, quantity);
    rk__called_cost(w, u, n);
    if (rule->rule->price != NULL && (w->priced.status[0] != RK_ROW_PRICED ||
                                      memcmp(w->priced.status, w->priced.status + 1, n - 1) != 0)) {
        status = own_rows(w, u, &n, slots, quantity);
        slots = w->scratch.packed_slots;
        quantity = w->scratch.quantity;
    }
    const int64_t *narrow[3 + 32];
    const rk_int128 *wide[1 + 32];
    narrow[0] = NULL;
    narrow[1] = quantity;
    narrow[2] = w->priced.amount;
    wide[0] = w->priced.exact_amount;
    for (size_t e = 0; e < rule->n_elements; e++) {
        narrow[3 + e] = w->priced.element[e];
        wide[1 + e] = w->priced.exact_element[e];
    }
    rk__totals *totals = &w->instances[u].totals;
    if (status == RK_OK) {
        status = rk__totals_reserve(totals, w->combiners[pu->groups].n);
    }
    return status == RK_OK ? rk__totals_add(totals, slots, n, narrow, wide) : status;
}

static rk_status price_rows(rk__pass_worker *w, size_t u, size_t n, uint64_t then)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const bool timed = w->pass->profile.wanted;
    rk_status status = hand_columns(w, u, n);
    if (status == RK_OK) {
        rk__suspect_rows(w, u, n);
    }
    rk__lap(timed, &w->times.join, &then);
    if (status == RK_OK && pu->instance->rule->rule->price != NULL) {
        status = call_price(w, u, n);
        status = status == RK_OK && pu->zero.n > 0 ? rk__suspect_prices(w, u, n) : status;
        rk__lap(timed, &w->times.price, &then);
    }
    if (status == RK_OK && w->rows != NULL) {
        status = rk__pass_rows_priced(w, u, n);
        rk__lap(timed, &w->times.rows, &then);
    }
    if (status == RK_OK) {
        status = fold_rows(w, u, n);
        rk__lap(timed, &w->times.accumulate, &then);
    }
    return status;
}

/* How many rows are the instance's, and which, unless all are. */
static size_t count_selected(rk__pass_worker *w)
{
    const size_t n = w->batch->n;
    if (memchr(w->scratch.keep, 0, n) == NULL) {
        return n;
    }
    size_t selected = 0;
    for (size_t i = 0; i < n; i++) {
        w->scratch.selected[selected] = (uint16_t) i;
        selected += w->scratch.keep[i];
    }
    return selected;
}

static rk_status price_unit(rk__pass_worker *w, size_t u)
{
    const uint64_t then = w->pass->profile.wanted ? rk__nanoseconds() : 0;
    rk__pass_rows_begin(w);
    w->near.n = 0;
    rk_status status = select_rows(w, u, w->scratch.keep);
    const size_t n = count_selected(w);
    if (status == RK_OK && n > 0) {
        status = price_rows(w, u, n, then);
    }
    status = status == RK_OK ? rk__pass_rows_unpriced(w, u) : status;
    return status == RK_OK ? rk__near_price(w, u, false) : status;
}

rk_status rk__pass_batch(rk__pass_worker *worker, const rk__scan_batch *batch)
{
    rk__pass_batch_begin(worker, batch);
    if (RK__ROWS_LOOKED_AT) {
        rk__codes_batch(worker);
    }
    rk_status status = worker->pass->input->looks ? rk__kept_batch(worker) : RK_OK;
    status = status == RK_OK ? rk__called_batch(worker) : status;
    if (status == RK_OK &&
        (worker->pass->period_want != RK__NONE || worker->pass->date_want != RK__NONE)) {
        status = rk__pass_periods(worker);
    }
    for (size_t u = 0; u < worker->pass->n_instances && status == RK_OK; u++) {
        status = price_unit(worker, u);
    }
    status = status == RK_OK ? rk__called_end(worker, false) : status;
    return status == RK_OK ? rk__pass_rows_batch(worker) : status;
}
