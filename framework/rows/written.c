/* SPDX-License-Identifier: MIT
 *
 * written.c: what `price` writes. The arrays are made ready so that what was not written
 * shows, and checked before anything is added up: a status, reason or note that the rule does
 * not have, a priced row without an amount, an amount without a price, elements that are not
 * the amount. Each is a fault of the rule, not of the row.
 */
#include "rows/written.h"

#include <string.h>

#define HINT_MEND "the rule needs mending, not the contract"

static bool must_write(const rk__rule *rule)
{
    return rule->abi_minor >= 2;
}

static void clear(rk__pass_worker *w, const rk__rule *rule, size_t n)
{
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    /* n entries each, one behind the other, so that one memset does. */
    for (size_t e = 0; e < rule->n_elements; e++) {
        w->priced.exact_element[e] = exact ? w->priced.exact_amount + (1 + e) * n : NULL;
        w->priced.element[e] = exact ? NULL : w->priced.amount + (1 + e) * n;
    }
    const size_t written = must_write(rule) ? n : 0;
    if (exact) {
        for (size_t i = 0; i < written; i++) {
            w->priced.exact_amount[i] = RK_EXACT_AMOUNT_UNWRITTEN;
        }
        memset(w->priced.exact_amount + written, 0,
               ((1 + rule->n_elements) * n - written) * sizeof *w->priced.exact_amount);
    } else {
        for (size_t i = 0; i < written; i++) {
            w->priced.amount[i] = RK_AMOUNT_UNWRITTEN;
        }
        memset(w->priced.amount + written, 0,
               ((1 + rule->n_elements) * n - written) * sizeof *w->priced.amount);
    }
    memset(w->priced.status, RK_ROW_PRICED, n);
    memset(w->priced.notes, 0, n * sizeof *w->priced.notes);
    memset(w->priced.reason, 0, n * sizeof *w->priced.reason);
}

int rk__written_call(rk__pass_worker *w, size_t u, size_t n)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk__rule *rule = pu->instance->rule;
    clear(w, rule, n);
    const rk_batch batch = {
        .size = sizeof batch,
        .n = n,
        .column = (const rk_column_data *) (const void *) w->instances[u].handed_memory.theirs,
        .trace = w->instances[u].host.tracing,
        .column_size = (uint32_t) sizeof(rk_column_data)};
    rk_priced out = {.size = sizeof out,
                     .amount = w->priced.amount,
                     .element = w->priced.element,
                     .exact_amount = w->priced.exact_amount,
                     .exact_element = w->priced.exact_element,
                     .status = w->priced.status,
                     .notes = w->priced.notes,
                     .reason = w->priced.reason};
    rk__session_enter(pu->instance->contract->session, rule->id);
    const int returned = rule->rule->price(&w->instances[u].host.table, pu->instance->params,
                                           pu->instance->state, &batch, &out);
    rk__session_leave(pu->instance->contract->session);
    return returned;
}

void rk__written_void(rk__pass_worker *w, const rk__rule *rule, size_t n)
{
    clear(w, rule, n);
    if (rule->rule->row_kind == RK_ROWS_EXACT) {
        memset(w->priced.exact_amount, 0, n * sizeof *w->priced.exact_amount);
    } else {
        memset(w->priced.amount, 0, n * sizeof *w->priced.amount);
    }
}

/* ------------------------------------------------------------- adding up */

/* Elements are small from -SMALL to below SMALL: no sum of 32 of them wraps. */
#define SMALL (UINT64_C(1) << 57)

/* Whether the elements are small and add up, in 64 bits and column by column so that it
 * is vectorised. False: check row by row. */
static bool plainly_add_up(const rk__pass_worker *w, const rk__pass_some *parts, size_t n)
{
    uint64_t rest[RK__BATCH_ROWS];
    uint64_t large = 0;
    memcpy(rest, w->priced.amount, n * sizeof *rest);
    for (size_t p = 0; p < parts->n; p++) {
        const int64_t *element = w->priced.element[parts->at[p]];
        for (size_t i = 0; i < n; i++) {
            rest[i] -= (uint64_t) element[i];
            large |= (uint64_t) element[i] + SMALL;
        }
    }
    uint64_t differ = 0;
    for (size_t i = 0; i < n; i++) {
        differ |= rest[i];
    }
    return differ == 0 && large < 2 * SMALL;
}

static rk_int128 sum_of_elements(const rk__pass_worker *w, const rk__pass_some *parts, bool exact,
                                 size_t i)
{
    rk_int128 sum = 0;
    for (size_t p = 0; p < parts->n; p++) {
        const size_t e = parts->at[p];
        sum += exact ? w->priced.exact_element[e][i] : w->priced.element[e][i];
    }
    return sum;
}

/* Each priced row's elements, but for memos, add up to its amount. */
static bool audit_rows(rk__pass_worker *w, const rk__pass_instance *pu, size_t n)
{
    const rk__rule *rule = pu->instance->rule;
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    const rk__pass_some *parts = &pu->parts;
    if (parts->n == 0 || (!exact && plainly_add_up(w, parts, n))) {
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        const bool counts = w->priced.status[i] == RK_ROW_PRICED || !must_write(rule);
        if (counts && sum_of_elements(w, parts, exact, i) !=
                          (exact ? w->priced.exact_amount[i] : w->priced.amount[i])) {
            rk__pass_fault(w, rk__batch_row(w, n, i), RK_RULE_AUDIT, pu->instance, HINT_MEND,
                           "rule '%s': the elements of a row do not add up to its amount",
                           rule->id);
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------ known values */

static bool fault(rk__pass_worker *w, const rk__pass_instance *pu, size_t n, size_t i,
                  const char *what, unsigned value)
{
    rk__pass_fault(w, rk__batch_row(w, n, i), RK_RULE_AUDIT, pu->instance, HINT_MEND,
                   "rule '%s' gave a row %s, %u", pu->instance->rule->id, what, value);
    return false;
}

/* Statuses, notes and reasons are those of the interface and of the rule's tables. */
static bool check_values(rk__pass_worker *w, const rk__pass_instance *pu, size_t n)
{
    const rk__rule *rule = pu->instance->rule;
    const uint32_t unknown_notes = rule->n_notes < 32 ? ~UINT32_C(0) << rule->n_notes : 0;
    uint32_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        bad |= w->priced.status[i] > RK_ROW_OVERFLOW;
        bad |= w->priced.notes[i] & unknown_notes;
        bad |= w->priced.reason[i] > rule->n_reasons;
    }
    for (size_t i = 0; i < n && bad != 0; i++) {
        if (w->priced.status[i] > RK_ROW_OVERFLOW) {
            return fault(w, pu, n, i, "a status that plugin.h does not have", w->priced.status[i]);
        }
        if ((w->priced.notes[i] & unknown_notes) != 0) {
            return fault(w, pu, n, i, "a note that its table does not have: bit",
                         (unsigned) __builtin_ctz(w->priced.notes[i] & unknown_notes));
        }
        if (w->priced.reason[i] > rule->n_reasons) {
            return fault(w, pu, n, i, "a reason that its table does not have: entry",
                         w->priced.reason[i] - 1u);
        }
    }
    return true;
}

/* A priced row has an amount, and one that is not priced has none. */
static bool check_amounts(rk__pass_worker *w, const rk__pass_instance *pu, size_t n)
{
    const rk__rule *rule = pu->instance->rule;
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    unsigned odd = 0;
    for (size_t i = 0; i < n; i++) {
        odd |= w->priced.status[i] != RK_ROW_PRICED;
    }
    for (size_t i = 0; i < n && exact; i++) {
        odd |= w->priced.exact_amount[i] == RK_EXACT_AMOUNT_UNWRITTEN;
    }
    for (size_t i = 0; i < n && !exact; i++) {
        odd |= w->priced.amount[i] == RK_AMOUNT_UNWRITTEN;
    }
    for (size_t i = 0; i < n && odd != 0; i++) {
        const bool written = exact ? w->priced.exact_amount[i] != RK_EXACT_AMOUNT_UNWRITTEN
                                   : w->priced.amount[i] != RK_AMOUNT_UNWRITTEN;
        const bool zero = exact ? w->priced.exact_amount[i] == 0 : w->priced.amount[i] == 0;
        const bool priced = w->priced.status[i] == RK_ROW_PRICED;
        if (priced && !written) {
            rk__pass_fault(w, rk__batch_row(w, n, i), RK_RULE_AUDIT, pu->instance, HINT_MEND,
                           "rule '%s' left the amount of a row unwritten", rule->id);
            return false;
        }
        if (w->priced.status[i] == RK_ROW_UNPRICED && written && !zero) {
            rk__pass_fault(w, rk__batch_row(w, n, i), RK_RULE_AUDIT, pu->instance, HINT_MEND,
                           "rule '%s' gave a row that it does not price an amount", rule->id);
            return false;
        }
        if (!priced && exact) {
            w->priced.exact_amount[i] = 0;
        } else if (!priced) {
            w->priced.amount[i] = 0;
        }
    }
    return true;
}

bool rk__written_check(rk__pass_worker *w, const rk__pass_instance *pu, size_t n)
{
    if (must_write(pu->instance->rule) && (!check_values(w, pu, n) || !check_amounts(w, pu, n))) {
        rk__written_void(w, pu->instance->rule, n);
        return false;
    }
    return audit_rows(w, pu, n);
}

/* ------------------------------------------------------------------- notes */

void rk__written_notes(rk__pass_worker *w, size_t u, size_t n)
{
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= w->priced.notes[i];
    }
    w->instances[u].noted |= any;
    for (unsigned bit = 0; any != 0 && bit < 32; bit++) {
        for (size_t i = 0; (any >> bit & 1) != 0 && i < n; i++) {
            w->instances[u].notes[bit] += w->priced.notes[i] >> bit & 1;
        }
    }
}
