/* SPDX-License-Identifier: MIT
 *
 * rows.c: `price` under every way in which rows can be handed to it. Each row is priced alone
 * first; then in batches of other sizes, in another order, again, and on eight threads with one
 * state. All must agree in status, reason, notes, amount and elements. The arrays end where no
 * memory is, and what the rule is handed to read cannot be written.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "trial/rows.h"

#define THREADS 8

/* ---------------------------------------------------------------------- checks */

static bool same(const outcome *a, const outcome *b)
{
    bool same = a->amount == b->amount && a->notes == b->notes && a->reason == b->reason &&
                a->status == b->status;
    for (size_t i = 0; i < ELEMENTS; i++) {
        same = same && a->element[i] == b->element[i];
    }
    return same;
}

/* Names the first thing in which two outcomes of a row differ. */
static void differs(const harness *h, const char *check, const char *how, size_t row,
                    const outcome *a, const outcome *b)
{
    const char *what = a->status != b->status   ? "status"
                       : a->reason != b->reason ? "reason"
                       : a->notes != b->notes   ? "notes"
                       : a->amount != b->amount ? "amount"
                                                : "elements";
    char values[96] = "";
    if (a->amount != b->amount) {
        (void) snprintf(values, sizeof values, " (%.6f, not %.6f)",
                        (double) b->amount / (h->exact ? 1e12 : 1e6),
                        (double) a->amount / (h->exact ? 1e12 : 1e6));
    }
    rk__trial_say(h->run, 'F', check, "row %zu has another %s %s%s; %s", row, what, how, values,
                  h->run->mark->at);
}

/* Whether what one row came to is possible at all. */
static bool sound(const harness *h, size_t row, const outcome *o)
{
    const uint32_t unknown = h->rule->n_notes < 32 ? ~UINT32_C(0) << h->rule->n_notes : 0;
    const char *fault = NULL;
    rk_int128 sum = 0;
    bool parts = false;
    for (size_t e = 0; e < h->rule->n_elements; e++) {
        if ((h->rule->elements[e].flags & RK_ELEMENT_MEMO) == 0) {
            sum += o->element[e];
            parts = true;
        }
    }
    if (o->status > RK_ROW_OVERFLOW) {
        fault = "has a status that plugin.h does not have";
    } else if ((o->notes & unknown) != 0) {
        fault = "has a note that the rule's table does not have";
    } else if (o->reason > h->rule->n_reasons) {
        fault = "has a reason that the rule's table does not have";
    } else if (o->status == RK_ROW_UNPRICED && o->amount != 0) {
        fault = "is not priced and has an amount";
    } else if (o->status == RK_ROW_PRICED && h->rule->abi_minor >= 2 &&
               o->amount == (h->exact ? RK_EXACT_AMOUNT_UNWRITTEN : RK_AMOUNT_UNWRITTEN)) {
        fault = "is priced and its amount was not written";
    } else if (o->status == RK_ROW_PRICED && parts && sum != o->amount) {
        fault = "has elements that do not add up to its amount";
    }
    if (fault != NULL) {
        rk__trial_say(h->run, 'F', RK__TRIAL_VALUES, "row %zu %s; %s", row, fault,
                      h->run->mark->at);
    }
    return fault == NULL;
}

static bool compare(const harness *h, const char *check, const char *how, const outcome *expected,
                    const outcome *got, const size_t *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!same(&expected[at[i]], &got[i])) {
            differs(h, check, how, at[i], &expected[at[i]], &got[i]);
            return false;
        }
    }
    return true;
}

static bool in_batches(const harness *h, const arrays *a, const outcome *expected, size_t size,
                       const char *check, const char *how)
{
    outcome got[ROWS];
    size_t at[ROWS];
    for (size_t from = 0; from < ROWS; from += size) {
        const size_t n = ROWS - from < size ? ROWS - from : size;
        for (size_t i = 0; i < n; i++) {
            at[i] = from + i;
        }
        if (rk__trial_price(h, a, at, n, false, got) == 0 &&
            !compare(h, check, how, expected, got, at, n)) {
            return false;
        }
    }
    return true;
}

static bool in_order(const harness *h, const arrays *a, const outcome *expected, uint64_t *r)
{
    outcome got[ROWS];
    size_t at[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        const size_t k = rk__trial_below(r, i + 1);
        at[i] = at[k];
        at[k] = i;
    }
    (void) rk__trial_price(h, a, at, ROWS, false, got);
    return compare(h, RK__TRIAL_ORDER, "in another order of rows", expected, got, at, ROWS);
}

/* Batches as large as an evaluation's: each row is in many places of them. */
static bool in_large_batches(const harness *h, const arrays *a, const outcome *expected,
                             uint64_t *r)
{
    static const size_t sizes[] = {1024, MANY, MANY - 7};
    static outcome got[MANY];
    size_t at[MANY];
    bool ok = true;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes && ok; s++) {
        char how[48];
        (void) snprintf(how, sizeof how, "in a batch of %zu", sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++) {
            at[i] = rk__trial_below(r, ROWS);
        }
        ok = rk__trial_price(h, a, at, sizes[s], false, got) != 0 ||
             compare(h, RK__TRIAL_BATCHES, how, expected, got, at, sizes[s]);
    }
    return ok;
}

typedef struct thread_part {
    const harness *h;
    const outcome *expected;
    arrays own;
    size_t first;
    bool ok;
} thread_part;

static void *price_part(void *ctx)
{
    thread_part *part = ctx;
    outcome got[ROWS];
    for (int round = 0; round < 4 && part->ok; round++) {
        for (size_t i = 0; i < ROWS && part->ok; i += 7) {
            size_t at[7];
            for (size_t k = 0; k < 7; k++) {
                at[k] = (part->first + i + k) % ROWS;
            }
            (void) rk__trial_price(part->h, &part->own, at, 7, false, got);
            part->ok = compare(part->h, RK__TRIAL_THREADS, "on several threads", part->expected,
                               got, at, 7);
        }
    }
    return NULL;
}

static bool in_threads(const harness *h, const outcome *expected, thread_part *parts)
{
    pthread_t threads[THREADS];
    bool ok = true;
    for (size_t t = 0; t < THREADS; t++) {
        parts[t].h = h;
        parts[t].expected = expected;
        parts[t].first = t * 11;
        parts[t].ok = pthread_create(&threads[t], NULL, price_part, &parts[t]) == 0;
    }
    for (size_t t = 0; t < THREADS; t++) {
        (void) pthread_join(threads[t], NULL);
        ok &= parts[t].ok;
    }
    return ok;
}

/* A missing value has no meaning: whatever stands there, the row comes to the same. */
static bool with_poison(harness *h, const arrays *a, const outcome *expected, uint64_t *r)
{
    bool ok = true;
    for (size_t k = 0; k < h->rule->n_columns && ok; k++) {
        int64_t before[ROWS];
        bool any = false;
        memcpy(before, h->v[k], sizeof before);
        for (size_t i = 0; i < ROWS && rk__trial_handed(h, k); i++) {
            if (h->has[k][i] == 0) {
                h->v[k][i] = (int64_t) (1 + rk__trial_below(r, 90)) * RK_DECIMAL_ONE;
                any = true;
            }
        }
        char how[96];
        (void) snprintf(how, sizeof how,
                        "if a missing '%s' holds a number: the rule does not look at `has`",
                        h->rule->columns[k].name);
        ok = !any || in_batches(h, a, expected, ROWS, RK__TRIAL_MISSING, how);
        memcpy(h->v[k], before, sizeof before);
    }
    return ok;
}

/* How often a missing value of a column that the rule decides on made a difference to zero. */
static void tell_missing(harness *h, const arrays *a, const outcome *expected, unsigned *missing,
                         unsigned *different)
{
    for (size_t k = 0; k < h->rule->n_columns; k++) {
        if (!rk__trial_handed(h, k) || (h->rule->columns[k].flags & RK_PRICE_DECIDES) == 0) {
            continue;
        }
        uint8_t before[ROWS];
        outcome got[ROWS];
        size_t at[ROWS];
        memcpy(before, h->has[k], sizeof before);
        memset(h->has[k], 1, ROWS);
        for (size_t i = 0; i < ROWS; i++) {
            at[i] = i;
        }
        (void) rk__trial_price(h, a, at, ROWS, false, got);
        memcpy(h->has[k], before, sizeof before);
        for (size_t i = 0; i < ROWS; i++) {
            missing[k] += before[i] == 0;
            different[k] += before[i] == 0 && !same(&expected[i], &got[i]);
        }
    }
}

/* The largest values: whatever does not fit must be RK_ROW_OVERFLOW, and never wrap. */
static bool with_large(harness *h, const arrays *a, uint64_t *r)
{
    static const int64_t large[] = {RK_DECIMAL_MAX,      RK_DECIMAL_MIN, RK_DECIMAL_MAX / 2,
                                    -RK_DECIMAL_MAX / 3, RK_DECIMAL_ONE, -1};
    int64_t before[COLUMNS][ROWS];
    outcome got[ROWS];
    size_t at[ROWS];
    bool ok = true;
    memcpy(before, h->v, sizeof before);
    for (size_t k = 0; k < h->rule->n_columns; k++) {
        const rk_column_type type = h->rule->columns[k].type;
        const bool number = type == RK_COLUMN_DECIMAL || type == RK_COLUMN_RATIO ||
                            type == RK_COLUMN_INTEGER || type == RK_COLUMN_FACTOR;
        for (size_t i = 0; i < ROWS && number; i++) {
            if (h->has[k][i] != 0 && rk__trial_below(r, 2) == 0) {
                h->v[k][i] = large[rk__trial_below(r, sizeof large / sizeof *large)];
            }
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        at[i] = i;
    }
    if (rk__trial_price(h, a, at, ROWS, false, got) == 0) {
        for (size_t i = 0; i < ROWS && ok; i++) {
            ok = sound(h, i, &got[i]);
        }
    }
    memcpy(h->v, before, sizeof before);
    return ok;
}

static bool with_trace(harness *h, const arrays *a, const outcome *expected)
{
    outcome got;
    for (size_t i = 0; i < ROWS; i++) {
        if (rk__trial_price(h, a, &i, 1, true, &got) == 0 && !same(&expected[i], &got)) {
            differs(h, RK__TRIAL_TRACE, "when it is explained", i, &expected[i], &got);
            return false;
        }
    }
    return true;
}

/* --------------------------------------------------------------------- one case */

typedef struct tally {
    unsigned cases, refused;
    unsigned missing[COLUMNS], different[COLUMNS];
    unsigned priced, unpriced, overflowed;
    bool failed;
} tally;

static void run_case(harness *h, const arrays *a, thread_part *parts, uint64_t number, tally *t)
{
    uint64_t r = rk__trial_seed(h->run, number ^ UINT64_C(0xabcdef));
    outcome expected[ROWS];
    rk__trial_fill(h, &r);
    rk__trial_at(h->run, RK__TRIAL_BOUNDS, "case %llu: each row alone",
                 (unsigned long long) number);
    const uint64_t state = rk__trial_remembered();
    for (size_t i = 0; i < ROWS; i++) {
        if (rk__trial_price(h, a, &i, 1, false, &expected[i]) != 0) {
            return; /* the rule reported a problem */
        }
        t->priced += expected[i].status == RK_ROW_PRICED;
        t->unpriced += expected[i].status == RK_ROW_UNPRICED;
        t->overflowed += expected[i].status == RK_ROW_OVERFLOW;
        t->failed |= !sound(h, i, &expected[i]);
    }
    if (!h->scribbled && rk__trial_remembered() != state) {
        h->scribbled = true;
        rk__trial_say(h->run, 'F', RK__TRIAL_THREADS,
                      "it changes in price what it allocated in prepare, which many threads use at "
                      "once; %s",
                      h->run->mark->at);
    }
    char key[32];
    (void) snprintf(key, sizeof key, "rows %llu", (unsigned long long) number);
    uint64_t digest = 1469598103934665603u;
    for (size_t i = 0; i < sizeof expected; i++) {
        digest = (digest ^ ((const unsigned char *) expected)[i]) * UINT64_C(1099511628211);
    }
    rk__trial_digest(h->run, RK__TRIAL_FRESH, key, digest);
    rk__trial_at(h->run, RK__TRIAL_BOUNDS, "case %llu: in batches", (unsigned long long) number);
    t->failed |= !in_batches(h, a, expected, 1, RK__TRIAL_AGAIN, "when it is priced again");
    t->failed |= !in_batches(h, a, expected, 7, RK__TRIAL_BATCHES, "in batches of 7");
    t->failed |= !in_batches(h, a, expected, 64, RK__TRIAL_BATCHES, "in batches of 64");
    t->failed |= !in_batches(h, a, expected, ROWS, RK__TRIAL_BATCHES, "in one batch");
    t->failed |= !in_large_batches(h, a, expected, &r);
    t->failed |= !in_order(h, a, expected, &r);
    t->failed |= !with_poison(h, a, expected, &r);
    tell_missing(h, a, expected, t->missing, t->different);
    rk__trial_at(h->run, RK__TRIAL_LARGE, "case %llu: the largest values",
                 (unsigned long long) number);
    t->failed |= !with_large(h, a, &r);
    rk__trial_at(h->run, RK__TRIAL_OVERFLOW, "case %llu: numbers that grow",
                 (unsigned long long) number);
    t->failed |= !rk__trial_grow(h, a);
    rk__trial_at(h->run, RK__TRIAL_TRACE, "case %llu: explained", (unsigned long long) number);
    t->failed |= !with_trace(h, a, expected);
    if (number % 8 == 0) {
        rk__trial_at(h->run, RK__TRIAL_THREADS, "case %llu: on eight threads",
                     (unsigned long long) number);
        t->failed |= !in_threads(h, expected, parts);
    }
    rk__trial_at(h->run, RK__TRIAL_AGAIN, "case %llu: at the end", (unsigned long long) number);
    t->failed |= !in_batches(h, a, expected, ROWS, RK__TRIAL_AGAIN, "when it is priced again");
    if (!rk__params_intact(h->instance)) {
        rk__trial_say(h->run, 'F', RK__TRIAL_BOUNDS, "it wrote to its parameters; %s",
                      h->run->mark->at);
        rk__params_kept_again(h->instance);
        t->failed = true;
    }
}

static void report(rk__trial_run *run, const rk__rule *rule, const harness *h, const tally *t)
{
    static const char *const all[] = {RK__TRIAL_BATCHES, RK__TRIAL_ORDER,    RK__TRIAL_AGAIN,
                                      RK__TRIAL_THREADS, RK__TRIAL_BOUNDS,   RK__TRIAL_VALUES,
                                      RK__TRIAL_LARGE,   RK__TRIAL_OVERFLOW, RK__TRIAL_TRACE,
                                      RK__TRIAL_MISSING};
    for (size_t k = 0; k < rule->n_columns; k++) {
        if (t->missing[k] >= 20 && t->different[k] == 0) {
            rk__trial_say(run, 'F', RK__TRIAL_MISSING,
                          "a row without '%s' comes to the same as one where it is zero (in %u "
                          "rows): the rule decides about missing values and does not look at `has`",
                          rule->columns[k].name, t->missing[k]);
        }
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        rk__trial_say(run, 'P', all[i], "%u cases of %d rows", t->cases, ROWS);
    }
    rk__trial_say(run, 'N', RK__TRIAL_VALUES, "%u rows priced, %u unpriced, %u overflowed",
                  t->priced, t->unpriced, t->overflowed);
    if (h->n_steps == 0 && t->priced > 0) {
        rk__trial_say(run, 'N', RK__TRIAL_TRACE, "it gives no steps to `explain --row`");
    }
}

/* A bound and prepared instance of a random contract; false if the rule refused it. */
static bool prepare(rk__trial_run *run, rk_session *session, const rk__rule *rule, uint64_t number,
                    rk_contract **contract, rk__evaluation *e, rk__instance **out)
{
    rk__buf text = {0};
    rk_problems *problems = rk_problems_new();
    rk__trial_contract(run, rule, number, &(rk__trial_form){0}, &text);
    *contract = NULL;
    *e = (rk__evaluation){0};
    rk_status status =
        rk_contract_parse(session, text.text, text.length, "trial", ".", contract, problems);
    if (status == RK_OK) {
        status = rk__evaluation_plan_set(*contract, false, e, problems);
    }
    if (status == RK_OK) {
        status = rk__evaluation_prepare(e, problems);
    }
    *out = NULL;
    for (size_t i = 0; status == RK_OK && i < rk__evaluation_n_instances(e, 0); i++) {
        *out = strcmp(e->instances[0][i].component->id, "rule") == 0 ? &e->instances[0][i] : *out;
    }
    rk_problems_free(problems);
    rk__buf_dispose(&text);
    return *out != NULL;
}

void rk__trial_rows(rk__trial_run *run)
{
    static harness h;
    static arrays a;
    static thread_part parts[THREADS];
    tally t = {0};
    rk_session *session = rk__trial_session(run, 1, 0);
    const rk__rule *rule = rk__trial_rule(session, run->id);
    if (rule == NULL || rule->rule->price == NULL || rule->n_columns > COLUMNS) {
        return;
    }
    h = (harness){.run = run, .rule = rule, .exact = rule->rule->row_kind == RK_ROWS_EXACT};
    bool made = rk__trial_arrays_new(&h, &a, MANY);
    for (size_t i = 0; i < THREADS; i++) {
        made = made && rk__trial_arrays_new(&h, &parts[i].own, ROWS);
    }
    if (!made) {
        rk__trial_say(run, 'S', RK__TRIAL_BOUNDS, "memory for its columns cannot be mapped");
        return;
    }
    (void) rk__trial_hook(rule->handle);
    if (!rk__trial_trap_calls(rule->rule)) {
        rk__trial_say(run, 'S', RK__TRIAL_IMPORTS,
                      "this kernel cannot trap system calls of its own");
    }
    rk__trial_effects before;
    rk__trial_look(&before);
    for (uint64_t i = 0; i < run->options->cases; i++) {
        const uint64_t number = run->reversed ? run->options->cases - 1 - i : i;
        rk_contract *contract;
        rk__evaluation e;
        rk__trial_at(run, RK__TRIAL_BOUNDS, "case %llu: prepare", (unsigned long long) number);
        rk__trial_remember();
        if (prepare(run, session, rule, number, &contract, &e, &h.instance)) {
            t.cases++;
            run_case(&h, &a, parts, number, &t);
        } else {
            t.refused++;
        }
        rk__trial_at(run, RK__TRIAL_BOUNDS, "case %llu: release", (unsigned long long) number);
        rk__evaluation_dispose(&e);
        rk_contract_free(contract);
    }
    rk__trial_at(run, RK__TRIAL_EFFECTS, "after pricing");
    rk__trial_compare_effects(run, &before, "pricing");
    if (t.cases == 0) {
        rk__trial_say(run, 'S', RK__TRIAL_BATCHES,
                      "its `check` refused all %u random parameters; its vectors are run",
                      t.refused);
    } else if (!run->reversed) {
        report(run, rule, &h, &t);
    }
    rk_session_close(session);
}
