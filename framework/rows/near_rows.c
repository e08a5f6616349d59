/* SPDX-License-Identifier: MIT
 *
 * near_rows.c: what rows would be paid whose key exists in another case or with other blanks. The
 * rule prices them once more with what the nearly found rows hold, so that the money at stake has
 * all that the rows would have had: factors, days, supplements.
 */
#include "rows/near_rows.h"

#include <string.h>

#include "rows/written.h"

/* Not looked for yet. */
#define UNKNOWN UINT32_MAX

rk_status rk__near_row(rk__pass_worker *w, size_t join, size_t row, uint32_t *near)
{
    const rk__pass_join *j = &w->pass->joins[join];
    const uint32_t *numbers = NULL;
    *near = 0;
    if (j->combination == RK__NONE) {
        return RK_OK;
    }
    rk_status status = rk__pass_numbers(w, j->combination, &numbers);
    const rk__combiner *combiner = &w->combiners[j->combination];
    const size_t before = w->near.capacity[join];
    if (status != RK_OK || rk__grow((void **) &w->near.rows[join], &w->near.capacity[join],
                                    combiner->n + 1, sizeof(uint32_t)) != 0) {
        return RK_NO_MEMORY;
    }
    for (size_t i = before; i < w->near.capacity[join]; i++) {
        w->near.rows[join][i] = UNKNOWN;
    }
    uint32_t *known = &w->near.rows[join][numbers[row]];
    if (*known == UNKNOWN) {
        const char *parts[RK__MAX_KEYS];
        size_t lengths[RK__MAX_KEYS];
        for (size_t k = 0; k < combiner->n_columns; k++) {
            parts[k] = rk__pass_text(w, j->combination, numbers[row], k, &lengths[k]);
        }
        status = rk__lookup_find_folded(j->lookup, parts, lengths, known);
        *known = status == RK_OK ? *known : UNKNOWN;
    }
    *near = status == RK_OK ? *known : 0;
    return status;
}

rk_status rk__near_note(rk__pass_worker *w, size_t u, size_t column, size_t row, int32_t at,
                        int64_t quantity)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__planned_column *c = &w->pass->columns[pu->column[column]];
    uint32_t near = 0;
    const rk_status status = c->join != RK__NONE ? rk__near_row(w, c->join, row, &near) : RK_OK;
    if (status == RK_OK && near != 0) {
        w->near.row[w->near.n] = (uint16_t) row;
        w->near.quantity[w->near.n] = quantity;
        w->near.at[w->near.n++] = at;
        w->instances[u].listed[at].near_rows++;
        w->instances[u].listed[at].near_quantity += quantity;
    }
    return status;
}

/* Packs the values of the noted rows; if `as_found`, a key that was not found takes the nearly
 * found row. */
static rk_status pack(rk__pass_worker *w, size_t column, bool as_found, int64_t *v, uint8_t *has)
{
    const rk__planned_column *c = &w->pass->columns[column];
    const rk_column_data *data = NULL;
    const uint32_t *found = NULL;
    rk_status status = rk__pass_column(w, column, &data);
    if (status == RK_OK && c->join != RK__NONE) {
        status = rk__pass_found(w, c->join, &found);
    }
    for (size_t i = 0; i < w->near.n && status == RK_OK; i++) {
        const size_t row = w->near.row[i];
        uint32_t near = 0;
        if (as_found && found != NULL && found[row] == 0) {
            status = rk__near_row(w, c->join, row, &near);
        }
        v[i] = near != 0 ? c->data->v[near] : data->v[row];
        has[i] = near != 0 ? c->data->has[near] : data->has[row];
    }
    return status;
}

static rk_status hand_noted(rk__pass_worker *w, size_t u, bool as_found)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    for (size_t c = 0; c < pu->varying.n; c++) {
        const size_t k = pu->varying.at[c];
        rk__twin *packed = &w->scratch.packed[k];
        if (packed->mine == NULL &&
            !rk__pass_handed(w, packed, &w->scratch.packed_v[k], &w->scratch.packed_has[k])) {
            return RK_NO_MEMORY;
        }
        const rk_status status =
            pack(w, pu->column[k], as_found, w->scratch.packed_v[k], w->scratch.packed_has[k]);
        if (status != RK_OK) {
            return status;
        }
        w->instances[u].handed[k] =
            (rk_column_data){(const int64_t *) (const void *) packed->theirs,
                             packed->theirs + w->batch_rows * sizeof(int64_t)};
    }
    return RK_OK;
}

/* A row that the rule refuses with the nearly found key as well has no price for another reason. */
static void strike_off(rk__pass_worker *w, size_t u, size_t i)
{
    rk__instance_work *work = &w->instances[u];
    rk__pass_listed_key key;
    size_t length = 0;
    memcpy(&key, rk__dict_text(work->listed_keys, w->near.at[i], &length), sizeof key);
    if (key.listing == RK__UNPRICED_RULE) {
        work->listed[w->near.at[i]].near_rows--;
        work->listed[w->near.at[i]].near_quantity -= w->near.quantity[i];
    }
}

/* Adds what the noted rows are paid, times `sign`. Without `as_found`, rows that are not paid are
 * struck off. */
static rk_status price_noted(rk__pass_worker *w, size_t u, bool as_found, int sign)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__rule *rule = pu->instance->rule;
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    const size_t n = w->near.n;
    const rk_status status = hand_noted(w, u, as_found);
    if (status != RK_OK) {
        return status;
    }
    const int returned = rk__written_call(w, u, n);
    /* What the rule does wrong here it does in rows that are paid: there it is a fault. */
    for (size_t i = 0; i < n; i++) {
        const bool written = exact ? w->priced.exact_amount[i] != RK_EXACT_AMOUNT_UNWRITTEN
                                   : w->priced.amount[i] != RK_AMOUNT_UNWRITTEN;
        const bool priced = returned == 0 && written && w->priced.status[i] == RK_ROW_PRICED;
        if (w->near.at[i] >= 0 && priced) {
            w->instances[u].listed[w->near.at[i]].near_amount +=
                sign * (exact ? w->priced.exact_amount[i] : (rk_int128) w->priced.amount[i]);
        } else if (!as_found) {
            w->near.at[i] = -1;
        } else if (w->near.at[i] >= 0) {
            strike_off(w, u, i);
        }
    }
    return RK_OK;
}

rk_status rk__near_price(rk__pass_worker *w, size_t u, bool paid)
{
    rk_status status = RK_OK;
    if (w->near.n > 0 && w->pass->instances[u].instance->rule->rule->price != NULL) {
        status = paid ? price_noted(w, u, false, -1) : RK_OK;
        status = status == RK_OK ? price_noted(w, u, true, 1) : status;
    }
    w->near.n = 0;
    return status;
}
