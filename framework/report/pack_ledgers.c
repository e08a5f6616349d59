/* SPDX-License-Identifier: MIT
 *
 * pack_ledgers.c: the ledgers of results in a pack: components, which are sums of their lines,
 * and groups of rows, which there may be a million of.
 */
#include "report/pack.h"

#define KEYS_MOST     RK_GROUPS_COLUMNS_MAX
#define ELEMENTS_MOST 11

enum { COMPONENT_PAID = 5, COMPONENT_UNPAID, COMPONENT_GROUPS };
enum { LINE_QUANTITY = 4, LINE_UNIT, LINE_RATE, LINE_FACTOR, LINE_AMOUNT, LINE_MEMO, LINE_SOURCE };

/* ------------------------------------------------------- components, lines */

typedef struct ledger {
    const rk__pack_of_results *of;
    rk__pack_table *components, *lines;
    size_t index; /* of the result */
    const rk_result_view *view;
} ledger;

static void line_row(const ledger *l, const rk_period_result *period,
                     const rk_component_result *component, const rk_ledger_line *line, bool hidden)
{
    rk__pack *pack = l->of->pack;
    rk__pack_cell *cells = rk__pack_row_add(pack, l->lines);
    const size_t amount = line->memo ? LINE_MEMO : LINE_AMOUNT;
    rk__pack_set_text(&cells[0], rk__pack_result_name(l->of, l->index));
    rk__pack_set_text(&cells[1], period->id);
    rk__pack_set_text(&cells[2], component->id);
    rk__pack_set_text(&cells[3], line->label);
    rk__pack_set_text(&cells[LINE_UNIT], line->unit);
    rk__pack_set_text(&cells[LINE_SOURCE], line->source);
    if (hidden) {
        rk__pack_hide(&cells[LINE_QUANTITY]);
        rk__pack_hide(&cells[LINE_RATE]);
        rk__pack_hide(&cells[LINE_FACTOR]);
        rk__pack_hide(&cells[amount]);
        return;
    }
    rk__pack_decimal(pack, &cells[LINE_QUANTITY], line->quantity);
    rk__pack_decimal(pack, &cells[LINE_RATE], line->rate);
    rk__pack_decimal(pack, &cells[LINE_FACTOR], line->factor);
    rk__pack_decimal(pack, &cells[amount], line->amount);
}

/* Whether the lines as shown add up to the total as a spreadsheet would find it. */
static bool adds_up(const ledger *l, const rk_component_result *component)
{
    rk__nums *nums = &l->of->pack->out->nums;
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < component->n_lines; i++) {
        const rk_ledger_line *line = rk_component_line(component, i);
        if (!line->memo) {
            sum = rk__num_add(nums, sum, rk__num_round(nums, line->amount, RK__LINE_PLACES));
        }
    }
    return sum != NULL &&
           rk__num_compare(rk__num_round(nums, sum, l->of->pack->places), component->total) == 0;
}

static void component_rows(const ledger *l, const rk_period_result *period,
                           const rk_component_result *component)
{
    rk__pack *pack = l->of->pack;
    const bool *hidden = rk__hidden_lines(pack->out, l->view, component);
    rk__pack_cell *cells = rk__pack_row_add(pack, l->components);
    rk__pack_cell *amount = &cells[component->shadow ? COMPONENT_UNPAID : COMPONENT_PAID];
    rk__pack_set_text(&cells[0], rk__pack_result_name(l->of, l->index));
    rk__pack_set_text(&cells[1], period->id);
    rk__pack_set_text(&cells[2], component->id);
    rk__pack_set_text(&cells[3], component->rule);
    rk__pack_set_text(&cells[4], component->title);
    rk__pack_money(pack, amount, component->total);
    const size_t from = l->lines->n_rows;
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        line_row(l, period, component, rk_component_line(component, i), hidden[i]);
    }
    if (amount->number && adds_up(l, component)) {
        amount->formula = RK__PACK_SUM;
        amount->of = l->lines;
        amount->column = LINE_AMOUNT;
        amount->from = from;
        amount->to = l->lines->n_rows;
    }
}

void rk__pack_ledgers(rk__pack_of_results *of)
{
    rk__pack *pack = of->pack;
    ledger l = {.of = of};
    const char *name = of->contracts ? "Contract" : "Arrangement";
    l.components = rk__pack_table_new(pack, "Components", "What each component pays");
    rk__pack_columns(l.components, of->n == 1 ? "tttttMmm" : "tttttmmm", name, "Period",
                     "Component", "Rule", "Title", "Paid", "Not paid (shadow)", "Sum of groups");
    l.components->folded = true;
    l.lines = rk__pack_table_new(pack, "Lines", "Ledger lines");
    l.lines->note = "Quantity x rate x factor = amount. Memo lines are part of no sum.";
    rk__pack_columns(l.lines, "ttttqtqqmmt", name, "Period", "Component", "Line", "Quantity",
                     "Unit", "Rate", "Factor", "Amount", "Memo", "Source");
    l.lines->folded = true;
    of->components = l.components;
    for (size_t i = 0; i < of->n; i++) {
        l.index = i;
        l.view = rk_result_read(of->results[i]);
        of->first[i] = l.components->n_rows;
        for (size_t p = 0; p < l.view->n_periods; p++) {
            const rk_period_result *period = rk_result_period(of->results[i], p);
            for (size_t c = 0; c < period->n_components; c++) {
                component_rows(&l, period, rk_period_component(period, c));
            }
        }
        of->end[i] = l.components->n_rows;
    }
    if (of->n == 1) {
        rk__pack_total(pack, l.components, "Total paid");
    }
}

/* ------------------------------------------------------------------ groups */

/* The groups of one component, and where its columns are in the table of all. */
typedef struct group_part {
    const char *result, *period;
    const rk_component_result *component;
    size_t first; /* row of the table */
    size_t keys[KEYS_MOST];
    size_t elements[ELEMENTS_MOST + 1];
    size_t n_elements;
    rk__hiding hiding;
    size_t component_row;
} group_part;

typedef struct group_table {
    group_part *parts;
    size_t n;
    const char *keys[KEYS_MOST];
    const char *elements[ELEMENTS_MOST];
    size_t n_keys, n_elements;
} group_table;

static size_t column_of(const char **names, size_t *n, size_t most, const char *name)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    if (*n == most) {
        return SIZE_MAX;
    }
    names[*n] = name;
    return (*n)++;
}

static size_t at_keys(void)
{
    return 3;
}

static const group_part *part_of(const group_table *t, size_t row)
{
    size_t low = 0;
    size_t high = t->n;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (t->parts[middle].first <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &t->parts[low];
}

static void lane_cell(rk__pack_cell *cell, const rk_groups *groups, size_t group, size_t lane,
                      int places, bool hidden)
{
    if (hidden) {
        rk__pack_hide(cell);
        return;
    }
    cell->number = true;
    cell->places = places;
    cell->value = rk_groups_value(groups, group, lane);
}

static void make_group(const void *ctx, size_t row, rk__pack_cell *cells)
{
    const group_table *t = ctx;
    const group_part *part = part_of(t, row);
    const rk_groups *groups = part->component->groups;
    const size_t group = row - part->first;
    const bool hidden = rk__group_hidden(&part->hiding, groups, group);
    const int places = rk_groups_places(groups);
    const size_t quantity = at_keys() + t->n_keys;
    rk__pack_set_text(&cells[0], part->result);
    rk__pack_set_text(&cells[1], part->period);
    rk__pack_set_text(&cells[2], part->component->id);
    for (size_t c = 0; c < rk_groups_n_columns(groups); c++) {
        rk__pack_cell *cell = &cells[at_keys() + part->keys[c]];
        cell->text = rk_groups_key(groups, group, c, &cell->length);
        if (cell->text == NULL) {
            rk__pack_set_text(cell, "(blank)");
        }
    }
    lane_cell(&cells[quantity], groups, group, RK_LANE_QUANTITY, 6, hidden);
    if (places == 0) {
        return;
    }
    for (size_t e = 0; e < part->n_elements; e++) {
        if (part->elements[e] != SIZE_MAX) {
            lane_cell(&cells[quantity + 1 + part->elements[e]], groups, group, RK_LANE_ELEMENT + e,
                      places, hidden);
        }
    }
    lane_cell(&cells[quantity + 1 + t->n_elements], groups, group, RK_LANE_AMOUNT, places, hidden);
}

static void add_part(const rk__pack_of_results *of, group_table *t, size_t result,
                     const rk_period_result *period, const rk_component_result *component,
                     size_t component_row, size_t first)
{
    group_part *part = &t->parts[t->n++];
    *part = (group_part){.result = rk__pack_result_name(of, result),
                         .period = period->id,
                         .component = component,
                         .first = first,
                         .component_row = component_row};
    part->hiding =
        rk__hiding_of(component->groups, rk_result_read(of->results[result])->suppress_below);
    for (size_t c = 0; c < rk_groups_n_columns(component->groups); c++) {
        part->keys[c] =
            column_of(t->keys, &t->n_keys, KEYS_MOST, rk_groups_column(component->groups, c));
        part->keys[c] = part->keys[c] == SIZE_MAX ? KEYS_MOST - 1 : part->keys[c];
    }
    part->n_elements =
        component->n_elements < ELEMENTS_MOST ? component->n_elements : ELEMENTS_MOST;
    for (size_t e = 0; e < part->n_elements; e++) {
        part->elements[e] = column_of(t->elements, &t->n_elements, ELEMENTS_MOST,
                                      rk_component_element(component, e)->name);
    }
}

/* Each component is also the sum of its groups. */
static void sums_of_groups(const rk__pack_of_results *of, const group_table *t,
                           rk__pack_table *table, rk__pack_table *components)
{
    rk__pack *pack = of->pack;
    for (size_t i = 0; i < t->n; i++) {
        const group_part *part = &t->parts[i];
        const int places = rk_groups_places(part->component->groups);
        rk_int128 sum = 0; /* of 400,000 amounts, so no exact numbers are made on the way */
        if (places == 0 || part->component_row >= components->n_rows) { /* the row lacked memory */
            continue;
        }
        for (size_t g = 0; g < rk_groups_count(part->component->groups); g++) {
            sum += rk_groups_value(part->component->groups, g, RK_LANE_AMOUNT);
        }
        rk__pack_cell *cell = &components->rows[part->component_row].cells[COMPONENT_GROUPS];
        rk__pack_money(pack, cell, rk__num_scaled(&pack->out->nums, sum, places));
        if (cell->number) {
            cell->formula = RK__PACK_SUM;
            cell->of = table;
            cell->column = at_keys() + t->n_keys + 1 + t->n_elements;
            cell->from = part->first;
            cell->to = part->first + rk_groups_count(part->component->groups);
        }
    }
}

void rk__pack_groups(rk__pack_of_results *of, rk__pack_table *components)
{
    rk__pack *pack = of->pack;
    size_t rows = 0;
    size_t component_row = 0;
    group_table *t = rk__arena_alloc(&pack->out->arena, sizeof *t);
    group_part *parts =
        rk__arena_alloc(&pack->out->arena, (components->n_rows + 1) * sizeof *parts);
    if (t == NULL || parts == NULL) {
        pack->out->failed = true;
        return;
    }
    t->parts = parts;
    for (size_t i = 0; i < of->n; i++) {
        const rk_result_view *v = rk_result_read(of->results[i]);
        for (size_t p = 0; p < v->n_periods; p++) {
            const rk_period_result *period = rk_result_period(of->results[i], p);
            for (size_t c = 0; c < period->n_components; c++, component_row++) {
                const rk_component_result *component = rk_period_component(period, c);
                if (v->grouped && component->groups != NULL &&
                    rk_groups_count(component->groups) > 0) {
                    add_part(of, t, i, period, component, component_row, rows);
                    rows += rk_groups_count(component->groups);
                }
            }
        }
    }
    if (rows == 0 || pack->out->failed) {
        return;
    }
    rk__pack_table *table = rk__pack_table_new(pack, "Groups", "Totals by group");
    rk__pack_columns(table, "ttt", of->contracts ? "Contract" : "Arrangement", "Period",
                     "Component");
    for (size_t k = 0; k < t->n_keys; k++) {
        rk__pack_column_add(table, t->keys[k], RK__PACK_TEXT, false);
    }
    rk__pack_column_add(table, "Quantity", RK__PACK_QUANTITY, false);
    for (size_t e = 0; e < t->n_elements; e++) {
        rk__pack_column_add(table, t->elements[e], RK__PACK_MONEY, false);
    }
    rk__pack_column_add(table, "Amount", RK__PACK_MONEY, of->n == 1);
    table->make = make_group;
    table->ctx = t;
    table->n_made = rows;
    sums_of_groups(of, t, table, components);
    if (of->n == 1) {
        rk__pack_total(pack, table, "Total");
    }
}
