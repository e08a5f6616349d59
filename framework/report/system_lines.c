/* SPDX-License-Identifier: MIT
 *
 * system_lines.c: what each organisation gets and bears by line, and what contracts pay, over all
 * periods, with the scenarios across. Scenarios with the same amounts are one column.
 */
#include "base/dict.h"
#include "report/system_page.h"

/* A line that some scenario has. */
typedef struct line {
    rk_entry_kind kind;
    const char *label, *with; /* or NULL */
    rk_num *amounts;          /* by scenario; income above zero, cost below */
    int64_t *shown;
} line;

typedef struct organisation_lines {
    rk__dict *keys; /* of the lines: kind, label, with */
    line *lines;
    size_t n, capacity;
    rk_num *pool;         /* by scenario: what the pool and owners move */
    int64_t *moved, *all; /* by scenario, as shown */
} organisation_lines;

static bool is_income(rk_entry_kind kind)
{
    return kind <= RK_ENTRY_GRANT;
}

static rk_num *zeros(const rk__system_page *p)
{
    const size_t n = p->view->n_scenarios;
    rk_num *out = rk__arena_alloc(&p->out->arena, n * sizeof(rk_num));
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i] = rk__num_from_int(&p->out->nums, 0);
    }
    p->out->failed |= out == NULL;
    return out;
}

static int64_t *no_grains(const rk__system_page *p)
{
    int64_t *out = rk__arena_alloc(&p->out->arena, p->view->n_scenarios * sizeof *out);
    p->out->failed |= out == NULL;
    return out;
}

/* The line of an entry, added if it is new; NULL if out of memory. */
static line *line_of(const rk__system_page *p, organisation_lines *of, const rk_entry *e)
{
    rk__buf *key = &p->out->scratch;
    rk__buf_reset(key);
    rk__buf_printf(key, "%d%s%s%c%s%s", (int) e->kind, e->label != NULL ? "=" : "",
                   e->label != NULL ? e->label : "", 1, e->with != NULL ? "=" : "",
                   e->with != NULL ? e->with : "");
    const int32_t at =
        key->failed || of->keys == NULL ? -1 : rk__dict_intern(of->keys, key->text, key->length);
    rk__buf_reset(key);
    if (at < 0) {
        p->out->failed = true;
        return NULL;
    }
    if ((size_t) at < of->n) {
        return &of->lines[at];
    }
    if (rk__grow((void **) &of->lines, &of->capacity, of->n + 1, sizeof *of->lines) != 0) {
        p->out->failed = true;
        return NULL;
    }
    line *l = &of->lines[of->n++];
    *l = (line){.kind = e->kind,
                .label = e->label,
                .with = e->with,
                .amounts = zeros(p),
                .shown = no_grains(p)};
    return l;
}

static void collect(const rk__system_page *p, size_t organisation, organisation_lines *out)
{
    rk__nums *nums = &p->out->nums;
    *out = (organisation_lines){
        .keys = rk__dict_new(), .pool = zeros(p), .moved = no_grains(p), .all = no_grains(p)};
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        for (size_t k = 0; k < p->view->n_periods && !p->out->failed; k++) {
            const rk_position *position = rk__syspage_position(p, i, k, organisation);
            for (size_t e = 0; e < position->n_entries && !p->out->failed; e++) {
                const rk_entry *entry = rk_position_entry(position, e);
                line *l = line_of(p, out, entry);
                if (l != NULL && !p->out->failed) {
                    l->amounts[i] = is_income(entry->kind)
                                        ? rk__num_add(nums, l->amounts[i], entry->amount)
                                        : rk__num_sub(nums, l->amounts[i], entry->amount);
                }
            }
            out->pool[i] = rk__num_add(nums, out->pool[i],
                                       rk__num_sub(nums, position->after, position->before));
        }
    }
}

/* What the system gets and bears: payments inside it cancel. */
static void collect_system(const rk__system_page *p, organisation_lines *out)
{
    rk__nums *nums = &p->out->nums;
    *out = (organisation_lines){
        .keys = rk__dict_new(), .pool = zeros(p), .moved = no_grains(p), .all = no_grains(p)};
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        for (size_t i = 0; i < p->view->n_scenarios && rk__syspage_counts(p, o); i++) {
            for (size_t k = 0; k < p->view->n_periods && !p->out->failed; k++) {
                const rk_position *position = rk__syspage_position(p, i, k, o);
                for (size_t e = 0; e < position->n_entries && !p->out->failed; e++) {
                    rk_entry entry = *rk_position_entry(position, e);
                    const bool paid =
                        entry.kind == RK_ENTRY_RECEIPT || entry.kind == RK_ENTRY_PAYMENT;
                    if (paid && rk__syspage_counts(p, rk__names_find(&p->ids, entry.with))) {
                        continue;
                    }
                    if (entry.kind == RK_ENTRY_MOVED || entry.kind == RK_ENTRY_VAT) {
                        entry.label = entry.with = NULL;
                    }
                    line *l = line_of(p, out, &entry);
                    if (l != NULL) {
                        l->amounts[i] = is_income(entry.kind)
                                            ? rk__num_add(nums, l->amounts[i], entry.amount)
                                            : rk__num_sub(nums, l->amounts[i], entry.amount);
                    }
                }
            }
        }
    }
}

static void round_system(const rk__system_page *p, organisation_lines *of)
{
    rk_num *parts = rk__arena_alloc(&p->out->arena, (of->n + 1) * sizeof(rk_num));
    int64_t *shown = rk__arena_alloc(&p->out->arena, (of->n + 1) * sizeof *shown);
    p->out->failed |= parts == NULL || shown == NULL;
    for (size_t i = 0; i < p->view->n_scenarios && !p->out->failed; i++) {
        for (size_t l = 0; l < of->n; l++) {
            parts[l] = of->lines[l].amounts[i];
        }
        of->all[i] = p->shown[i].system[p->view->n_periods];
        rk__foot_to(p->out, parts, of->n, p->grain, of->all[i], shown);
        for (size_t l = 0; l < of->n; l++) {
            of->lines[l].shown[i] = shown[l];
        }
    }
}

/* Rounds the lines of each scenario so that they add up to the position that is shown. */
static void round_lines(const rk__system_page *p, size_t organisation, organisation_lines *of)
{
    const bool counts = rk__syspage_counts(p, organisation);
    rk_num *parts = rk__arena_alloc(&p->out->arena, (of->n + 1) * sizeof(rk_num));
    int64_t *shown = rk__arena_alloc(&p->out->arena, (of->n + 1) * sizeof *shown);
    p->out->failed |= parts == NULL || shown == NULL;
    for (size_t i = 0; i < p->view->n_scenarios && !p->out->failed; i++) {
        for (size_t l = 0; l < of->n; l++) {
            parts[l] = of->lines[l].amounts[i];
        }
        parts[of->n] = of->pool[i];
        if (counts) {
            rk__foot_to(p->out, parts, of->n + 1, p->grain,
                        rk__syspage_shown(p, i, organisation)[p->view->n_periods], shown);
        }
        for (size_t l = 0; l < of->n; l++) {
            of->lines[l].shown[i] = shown[l];
            of->all[i] += shown[l];
        }
        of->moved[i] = shown[of->n];
        of->all[i] += shown[of->n];
    }
}

/* ------------------------------------------------------------------------ columns */

/* For each scenario an earlier one with the same amounts, or SIZE_MAX. */
static size_t *same_columns(const rk__system_page *p, const organisation_lines *of, size_t n_of)
{
    const size_t n = p->view->n_scenarios;
    size_t *same = rk__arena_alloc(&p->out->arena, n * sizeof *same);
    p->out->failed |= same == NULL;
    for (size_t i = 0; same != NULL && i < n; i++) {
        same[i] = SIZE_MAX;
        for (size_t j = 0; j < i && same[i] == SIZE_MAX; j++) {
            bool equal = same[j] == SIZE_MAX;
            for (size_t o = 0; o < n_of && equal; o++) {
                equal = rk__num_compare(of[o].pool[i], of[o].pool[j]) == 0;
                for (size_t l = 0; l < of[o].n && equal; l++) {
                    const line *a = &of[o].lines[l];
                    equal = rk__num_compare(a->amounts[i], a->amounts[j]) == 0;
                }
            }
            same[i] = equal ? j : SIZE_MAX;
        }
    }
    return same;
}

static void scenario_columns(const rk__system_page *p, rk__sheet *sheet, const size_t *same)
{
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        if (same == NULL || same[i] == SIZE_MAX) {
            rk__sheet_column(sheet, rk__syspage_scenario(p, i)->name, RK__ALIGN_RIGHT);
        }
    }
}

static void row(const rk__system_page *p, rk__sheet *sheet, const int64_t *grains,
                const size_t *same)
{
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        if (same[i] == SIZE_MAX) {
            rk__syspage_grains(p, sheet, grains[i]);
        }
    }
}

static void tell_same(const rk__system_page *p, const size_t *same)
{
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        if (same[i] != SIZE_MAX) {
            rk__buf text = {0};
            rk__buf_printf(&text, "%s has the same lines as %s.", rk__syspage_scenario(p, i)->name,
                           rk__syspage_scenario(p, same[i])->name);
            p->out->failed |= text.failed;
            rk__syspage_paragraph(p, text.text != NULL ? text.text : "");
            rk__buf_dispose(&text);
        }
    }
}

/* -------------------------------------------------------------------------- lines */

static const char *name_of(const rk__system_page *p, const char *id)
{
    const size_t o = rk__names_find(&p->ids, id);
    return o != RK__NAMES_NONE ? rk__syspage_name(p, o) : id;
}

static void line_text(const rk__system_page *p, const line *l, rk__buf *out)
{
    const char *label = l->label != NULL ? l->label : "";
    const char *with = l->with != NULL ? name_of(p, l->with) : "";
    const char *gap = l->label != NULL ? ": " : "";
    rk__buf_puts(out, "  ");
    switch (l->kind) {
    case RK_ENTRY_RECEIPT:
        rk__buf_printf(out, "Paid by %s%s%s", with, gap, label);
        break;
    case RK_ENTRY_PAYMENT:
        rk__buf_printf(out, "Pays %s%s%s", with, gap, label);
        break;
    case RK_ENTRY_MOVED:
        rk__buf_printf(out, "Taken over%s%s%s%s", l->with != NULL ? " from " : "", with, gap,
                       label);
        break;
    case RK_ENTRY_ACTIVITY:
        rk__buf_printf(out, "Activity changed%s%s", gap, label);
        break;
    case RK_ENTRY_VAT:
        rk__buf_printf(out, "VAT not recovered%s%s", gap, label);
        break;
    default:
        rk__buf_puts(out, l->label != NULL ? label : rk_entry_word(l->kind));
    }
}

static void organisation_rows(const rk__system_page *p, rk__sheet *sheet, const char *name,
                              const organisation_lines *of, const size_t *same)
{
    bool moved = false;
    rk__sheet_row(sheet, RK__ROW_TOTAL);
    rk__sheet_cell(sheet, name);
    row(p, sheet, of->all, same);
    for (size_t l = 0; l < of->n; l++) {
        rk__sheet_row(sheet, RK__ROW_LINE);
        line_text(p, &of->lines[l], &p->out->scratch);
        rk__sheet_scratch(sheet);
        row(p, sheet, of->lines[l].shown, same);
    }
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        moved |= rk__num_sign(of->pool[i]) != 0;
    }
    if (moved) {
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__sheet_cell(sheet, p->view->pooled ? "  Pool" : "  Owners");
        row(p, sheet, of->moved, same);
    }
}

/* The lines of the organisations, or of the system, of which there are `n`. */
static void lines_table(const rk__system_page *p, const organisation_lines *of, size_t n)
{
    const bool whole = p->brief >= RK__BRIEF_LINES;
    const size_t *same = same_columns(p, of, n);
    rk__sheet sheet;
    if (same == NULL) {
        return;
    }
    rk__syspage_heading(p, 2, "Income and cost by line",
                        p->view->n_periods > 1 ? ", all periods" : "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, "", RK__ALIGN_LEFT);
    scenario_columns(p, &sheet, same);
    for (size_t o = 0; o < n; o++) {
        if (whole || (rk__syspage_counts(p, o) && of[o].n > 0)) {
            organisation_rows(p, &sheet, whole ? "System" : rk__syspage_name(p, o), &of[o], same);
        }
    }
    rk__syspage_table(p, &sheet);
    tell_same(p, same);
}

void rk__syspage_lines(const rk__system_page *p)
{
    const bool whole = p->brief >= RK__BRIEF_LINES;
    const size_t n = whole ? 1 : p->view->n_organisations;
    organisation_lines *of = rk__arena_alloc(&p->out->arena, (n + 1) * sizeof *of);
    if (of == NULL) {
        p->out->failed = true;
        return;
    }
    for (size_t o = 0; o < n; o++) {
        if (whole) {
            collect_system(p, &of[o]);
            round_system(p, &of[o]);
        } else {
            collect(p, o, &of[o]);
            round_lines(p, o, &of[o]);
        }
    }
    if (!p->out->failed) {
        lines_table(p, of, n);
    }
    for (size_t o = 0; o < n; o++) {
        rk__free(of[o].lines);
        rk__dict_free(of[o].keys);
    }
}

/* ---------------------------------------------------------------------- contracts */

static const rk_contract_payment *payment_of(const rk__system_page *p, size_t scenario,
                                             size_t period, size_t contract)
{
    return rk_system_period_contract(rk_scenario_period(rk__syspage_scenario(p, scenario), period),
                                     contract);
}

/* A row for a contract under one arrangement, in the columns of the scenarios that choose it. */
static void contract_row(const rk__system_page *p, rk__sheet *sheet, size_t contract,
                         const char *arrangement)
{
    rk__nums *nums = &p->out->nums;
    const rk_contract_payment *c = payment_of(p, 0, 0, contract);
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__buf_printf(&p->out->scratch, "%s: %s pays %s", c->id, c->payer, c->payee);
    rk__sheet_scratch(sheet);
    rk__sheet_cell(sheet, arrangement);
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        if (strcmp(payment_of(p, i, 0, contract)->arrangement, arrangement) != 0) {
            rk__sheet_cell(sheet, NULL);
            continue;
        }
        rk_num sum = rk__num_from_int(nums, 0);
        for (size_t k = 0; k < p->view->n_periods; k++) {
            sum = rk__num_add(nums, sum, payment_of(p, i, k, contract)->payment);
        }
        rk__syspage_money(p, sheet, sum);
    }
}

void rk__syspage_contracts(const rk__system_page *p)
{
    rk__sheet sheet;
    if (p->view->n_contracts == 0) {
        return;
    }
    rk__syspage_heading(p, 2, "Contracts", p->view->n_periods > 1 ? ", all periods" : "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_columns(&sheet, "ll", "Contract", "Arrangement");
    scenario_columns(p, &sheet, NULL);
    for (size_t c = 0; c < p->view->n_contracts; c++) {
        for (size_t i = 0; i < p->view->n_scenarios; i++) {
            const char *arrangement = payment_of(p, i, 0, c)->arrangement;
            bool seen = false;
            for (size_t j = 0; j < i; j++) {
                seen |= strcmp(payment_of(p, j, 0, c)->arrangement, arrangement) == 0;
            }
            if (!seen) {
                contract_row(p, &sheet, c, arrangement);
            }
        }
    }
    rk__syspage_table(p, &sheet);
}
