/* SPDX-License-Identifier: MIT
 *
 * pack_evidence.c: the evidence for the results in a pack: rows without a price, findings,
 * assumptions, how amounts came about, and provenance.
 */
#include "report/pack.h"

#include "number/num_formula.h"

#define ASSUMPTIONS_MOST 2000
#define STEPS_MOST       4000
#define DEPTH_MOST       12

/* ---------------------------------------------------------------- unpriced */

static void unpriced_rows(const rk__pack_of_results *of, rk__pack_table *table, size_t i,
                          const rk_period_result *period, const rk_component_result *component)
{
    rk__pack *pack = of->pack;
    const bool *hidden = rk__hidden_unpriced(pack->out, rk_result_read(of->results[i]), component);
    for (size_t k = 0; hidden != NULL && k < component->n_unpriced; k++) {
        const rk_unpriced_key *key = rk_component_unpriced(component, k);
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], rk__pack_result_name(of, i));
        rk__pack_set_text(&cells[1], period->id);
        rk__pack_set_text(&cells[2], component->id);
        rk__buf_puts(&pack->out->scratch, key->n_columns == 0 ? "(any key)" : "");
        for (size_t c = 0; c < key->n_columns; c++) {
            rk__buf_printf(&pack->out->scratch, "%s%s %s", c == 0 ? "" : ", ", key->columns[c],
                           key->values[c] == NULL ? "(blank)" : key->values[c]);
        }
        rk__pack_set_text(&cells[3], rk__pack_take(pack));
        rk__pack_set_text(&cells[6], key->reason);
        if (hidden[k]) {
            rk__pack_hide(&cells[4]);
            rk__pack_hide(&cells[5]);
        } else {
            rk__pack_set_count(&cells[4], key->rows);
            rk__pack_decimal(pack, &cells[5], key->quantity);
        }
    }
    if (component->unpriced_keys > component->n_unpriced) {
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], rk__pack_result_name(of, i));
        rk__pack_set_text(&cells[1], period->id);
        rk__pack_set_text(&cells[2], component->id);
        rk__buf_printf(&pack->out->scratch, "and %llu more keys",
                       (unsigned long long) (component->unpriced_keys - component->n_unpriced));
        rk__pack_set_text(&cells[3], rk__pack_take(pack));
    }
}

void rk__pack_unpriced(const rk__pack_of_results *of)
{
    rk__pack_table *table =
        rk__pack_table_new(of->pack, "Unpriced", "Rows without a price, which pay nothing");
    rk__pack_columns(table, "ttttcqt", of->contracts ? "Contract" : "Arrangement", "Period",
                     "Component", "Key", "Rows", "Quantity", "Reason");
    for (size_t i = 0; i < of->n; i++) {
        const rk_result_view *v = rk_result_read(of->results[i]);
        for (size_t p = 0; p < v->n_periods; p++) {
            const rk_period_result *period = rk_result_period(of->results[i], p);
            for (size_t c = 0; c < period->n_components; c++) {
                unpriced_rows(of, table, i, period, rk_period_component(period, c));
            }
        }
    }
    table->note = table->n_rows == 0 ? "None: every row has a price." : NULL;
}

/* ---------------------------------------------------------------- findings */

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static bool has_finding(const rk_result *result, const rk_finding *finding)
{
    for (size_t k = 0; k < rk_result_n_findings(result); k++) {
        const rk_finding *other = rk_result_finding(result, k);
        if (same_text(other->message, finding->message) && same_text(other->at, finding->at)) {
            return true;
        }
    }
    return false;
}

/* A finding of several results is one row, which names them unless it is of all. */
static void finding_row(const rk__pack_of_results *of, rk__pack_table *table, size_t i,
                        const rk_finding *finding)
{
    rk__buf *names = &of->pack->out->scratch;
    size_t n = 0;
    for (size_t k = 0; k < of->n; k++) {
        if (has_finding(of->results[k], finding)) {
            rk__buf_printf(names, "%s%s", n++ == 0 ? "" : ", ", rk__pack_result_name(of, k));
        }
    }
    const char *named = rk__pack_take(of->pack);
    rk__pack_finding(of->pack, table, n == of->n && of->n > 1 ? "all" : named, finding,
                     rk_result_read(of->results[i])->suppress_below);
}

void rk__pack_results_findings(const rk__pack_of_results *of)
{
    rk__pack_table *table = rk__pack_findings_new(of->pack);
    uint64_t left_out = 0;
    for (size_t i = 0; i < of->n; i++) {
        for (size_t k = 0; k < rk_result_n_findings(of->results[i]); k++) {
            const rk_finding *finding = rk_result_finding(of->results[i], k);
            bool seen = false;
            for (size_t j = 0; j < i && !seen; j++) {
                seen = has_finding(of->results[j], finding);
            }
            if (!seen) {
                finding_row(of, table, i, finding);
            }
        }
        left_out += rk_result_read(of->results[i])->findings_left_out;
    }
    if (left_out > 0) {
        rk__buf_printf(&of->pack->out->scratch, "%llu more findings are not listed.",
                       (unsigned long long) left_out);
        table->note = rk__pack_take(of->pack);
    } else {
        table->note = table->n_rows == 0 ? "None." : NULL;
    }
}

/* ------------------------------------------------------- numbers and their making */

typedef struct walk {
    const rk__pack_of_results *of;
    rk__pack_table *table; /* of assumptions; NULL: steps are added */
    const char *result, *component;
    size_t left;
    rk_num seen[256]; /* numbers that were met lately */
    size_t n_seen;
} walk;

static bool met_before(walk *w, rk_num number)
{
    for (size_t i = 0; i < w->n_seen && i < 256; i++) {
        if (w->seen[i] == number) {
            return true;
        }
    }
    w->seen[w->n_seen++ % 256] = number;
    return false;
}

static void value_cell(rk__pack *pack, rk__pack_cell *cell, rk_num number)
{
    const rk_num rounded = rk__num_round(&pack->out->nums, number, RK__LINE_PLACES);
    if (rk__num_compare(rounded, number) == 0) {
        rk__pack_decimal(pack, cell, number);
    } else {
        rk__num_print_exact(&pack->out->scratch, number);
        rk__pack_set_text(cell, rk__pack_take(pack));
    }
}

static void assumption_row(walk *w, rk_num number, const char *label, const char *source)
{
    rk__pack_table *table = w->table;
    for (size_t r = 0; r < table->n_rows; r++) {
        const rk__pack_cell *cells = table->rows[r].cells;
        if (cells[4].text != NULL && strcmp(cells[4].text, source) == 0 &&
            same_text(cells[0].text, w->result) && same_text(cells[2].text, label)) {
            return;
        }
    }
    rk__pack_cell *cells = rk__pack_row_add(w->of->pack, table);
    rk__pack_set_text(&cells[0], w->result);
    rk__pack_set_text(&cells[1], w->component);
    rk__pack_set_text(&cells[2], label);
    value_cell(w->of->pack, &cells[3], number);
    rk__pack_set_text(&cells[4], rk__arena_strdup(&w->of->pack->out->arena, source));
    w->left--;
}

/* Values that the document states: parameters and cells of its tables. */
static void find_assumptions(walk *w, rk_num number, unsigned depth)
{
    const char *label = NULL;
    const char *source = NULL;
    rk_num terms[RK__NUM_TERMS];
    if (number == NULL || depth > DEPTH_MOST || w->left == 0 || met_before(w, number)) {
        return;
    }
    const rk_num made = rk__num_made_by(number, &label, &source);
    if (made->op == RK__NUM_VALUE) {
        if (source != NULL && source[0] != '\0') {
            assumption_row(w, number, label, source);
        }
        return;
    }
    const size_t n = rk__num_terms(made, terms);
    for (size_t i = 0; i < n; i++) {
        find_assumptions(w, terms[i], depth + 1);
    }
}

static const char *text_of(const rk__pack *pack, const char *text)
{
    const char *copy = text != NULL ? rk__arena_strdup(&pack->out->arena, text) : NULL;
    pack->out->failed |= text != NULL && copy == NULL;
    return copy;
}

/* "label = formula = value", and the operands below it. */
static void add_steps(walk *w, rk_num number, const char *name, size_t depth)
{
    rk__pack *pack = w->of->pack;
    const char *label = NULL;
    const char *source = NULL;
    rk_num terms[RK__NUM_TERMS];
    if (number == NULL || depth > DEPTH_MOST || w->left == 0) {
        return;
    }
    const rk_num made = rk__num_made_by(number, &label, &source);
    const bool again = made->op != RK__NUM_VALUE && met_before(w, number);
    rk__buf *text = &pack->out->scratch;
    if (name != NULL || label != NULL) {
        rk__buf_printf(text, "%s = ", name != NULL ? name : label);
    }
    if (made->op != RK__NUM_VALUE && !again) {
        rk__num_print_formula(text, made);
        rk__buf_puts(text, " = ");
    }
    rk__buf exact = {0};
    rk__num_print_exact(&exact, number);
    rk__print_grouped(text, exact.text != NULL ? exact.text : "");
    pack->out->failed |= exact.failed;
    rk__buf_dispose(&exact);
    rk__pack_step_add(pack, depth, rk__pack_take(pack), text_of(pack, source));
    w->left--;
    const size_t n = made->op != RK__NUM_VALUE && !again ? rk__num_terms(made, terms) : 0;
    for (size_t i = 0; i < n; i++) {
        const char *of = NULL;
        const char *from = NULL;
        const rk_num by = rk__num_made_by(terms[i], &of, &from);
        if (of != NULL || by->op != RK__NUM_VALUE) {
            add_steps(w, terms[i], NULL, depth + 1);
        }
    }
}

static void component_steps(walk *w, const rk_result_view *v, const rk_period_result *period,
                            const rk_component_result *component)
{
    rk__pack *pack = w->of->pack;
    const bool *hidden = rk__hidden_lines(pack->out, v, component);
    rk__buf_printf(&pack->out->scratch, "%s, %s: %s = ", w->result, period->id, component->id);
    rk__print_money(&pack->out->scratch, component->total, pack->places);
    rk__pack_step_add(pack, 0, rk__pack_take(pack), component->rule);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        const rk_ledger_line *line = rk_component_line(component, i);
        rk__buf_printf(&pack->out->scratch, "%s%s", line->label, line->memo ? " (memo)" : "");
        const char *name = rk__pack_take(pack);
        if (!hidden[i]) {
            add_steps(w, line->amount, name, 1);
        }
    }
}

static void walk_component(walk *w, const rk_result_view *v, const rk_period_result *period,
                           const rk_component_result *component)
{
    w->component = component->id;
    w->n_seen = 0;
    if (w->table == NULL) {
        component_steps(w, v, period, component);
        return;
    }
    for (size_t i = 0; i < component->n_lines; i++) {
        find_assumptions(w, rk_component_line(component, i)->amount, 0);
    }
}

static void walk_results(walk *w)
{
    const rk__pack_of_results *of = w->of;
    for (size_t i = 0; i < of->n; i++) {
        const rk_result_view *v = rk_result_read(of->results[i]);
        w->result = rk__pack_result_name(of, i);
        for (size_t p = 0; p < v->n_periods; p++) {
            const rk_period_result *period = rk_result_period(of->results[i], p);
            for (size_t c = 0; c < period->n_components && w->left > 0; c++) {
                walk_component(w, v, period, rk_period_component(period, c));
            }
        }
    }
}

void rk__pack_steps(const rk__pack_of_results *of)
{
    walk w = {.of = of, .left = STEPS_MOST};
    walk_results(&w);
    if (w.left == 0) {
        rk__buf_printf(&of->pack->out->scratch, "The first %d steps: reckon explain shows all",
                       STEPS_MOST);
        rk__pack_step_add(of->pack, 0, rk__pack_take(of->pack), NULL);
    }
}

void rk__pack_assumptions(const rk__pack_of_results *of)
{
    rk__pack *pack = of->pack;
    rk__pack_table *table = rk__pack_table_new(
        pack, "Assumptions", "Values that the amounts were worked out from, and where they stand");
    rk__pack_columns(table, "tttqt", of->contracts ? "Contract" : "Arrangement", "Component",
                     "Value of", "Value", "Where it stands");
    table->folded = true;
    walk w = {.of = of, .table = table, .left = ASSUMPTIONS_MOST};
    walk_results(&w);
    if (w.left == 0) {
        table->note = "The first 2,000: `reckon explain` shows all.";
    }
}

/* -------------------------------------------------------------- provenance */

static void provenance_row(rk__pack *pack, rk__pack_table *table, const char *what,
                           const char *name, const char *version, const char *file,
                           const char *digest)
{
    for (size_t r = 0; r < table->n_rows; r++) {
        const rk__pack_cell *cells = table->rows[r].cells;
        if (same_text(cells[0].text, what) && same_text(cells[1].text, name) &&
            same_text(cells[5].text, digest)) {
            return;
        }
    }
    rk__pack_cell *cells = rk__pack_row_add(pack, table);
    rk__pack_set_text(&cells[0], what);
    rk__pack_set_text(&cells[1], name);
    rk__pack_set_text(&cells[2], version);
    rk__pack_set_text(&cells[3], file);
    rk__pack_set_text(&cells[5], digest);
}

void rk__pack_provenance(const rk__pack_of_results *of)
{
    rk__pack *pack = of->pack;
    rk__pack_table *table =
        rk__pack_table_new(pack, "Provenance", "What these figures were made from");
    rk__pack_columns(table, "ttttct", "Kind", "Name", "Version or source", "File", "Rows",
                     "Digest");
    table->folded = true;
    provenance_row(pack, table, "program", "reckon", rk_version(), NULL, NULL);
    for (size_t i = 0; i < of->n; i++) {
        const rk_result *result = of->results[i];
        const rk_result_view *v = rk_result_read(result);
        provenance_row(pack, table, "contract", v->contract, NULL, NULL, v->contract_sha256);
        for (size_t k = 0; k < v->n_tariffs; k++) {
            const rk_provenance_tariff *t = rk_result_tariff(result, k);
            provenance_row(pack, table, "tariff", t->id, t->source, t->place, t->sha256);
        }
        for (size_t k = 0; k < v->n_facts; k++) {
            const rk_provenance_fact *f = rk_result_fact(result, k);
            const size_t before = table->n_rows;
            provenance_row(pack, table, "facts", f->table, f->declared, f->file,
                           f->sha256 != NULL ? f->sha256 : f->xxh3);
            if (table->n_rows > before) {
                rk__pack_set_count(&table->rows[before].cells[4], f->rows);
            }
        }
        for (size_t k = 0; k < v->n_rules; k++) {
            const rk_provenance_rule *r = rk_result_rule(result, k);
            provenance_row(pack, table, "rule", r->id, r->version, r->file, r->sha256);
        }
    }
}
