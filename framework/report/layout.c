/* SPDX-License-Identifier: MIT
 *
 * layout.c: the report of an evaluation, as tables that the text and Markdown writers print.
 *
 * If a period has a line of WHOLE_FROM or more, its lines of 1,000 or more are shown in whole
 * units; smaller ledgers and all totals have pence. JSON, CSV and explain have the pence of every
 * line.
 */
#include "report/report.h"

#define GROUPS_SHOWN   1000
#define UNPRICED_SHOWN 20
#define WHOLE_FROM     INT64_C(100000)

static void quantity_cell(rk__sheet *sheet, rk_num number, bool hidden)
{
    if (number == NULL || hidden) {
        rk__sheet_cell(sheet, hidden ? "*" : NULL);
        return;
    }
    rk__print_quantity(&sheet->out->scratch, number);
    rk__sheet_scratch(sheet);
}

/* Whether the lines of a period are shown in whole units. */
static bool is_whole(const rk_period_result *period)
{
    for (size_t c = 0; c < period->n_components; c++) {
        const rk_component_result *component = rk_period_component(period, c);
        for (size_t i = 0; i < component->n_lines; i++) {
            if (rk__num_reaches(rk_component_line(component, i)->amount, WHOLE_FROM)) {
                return true;
            }
        }
    }
    return false;
}

void rk__layout_subtitle(rk__page *out, const rk_result_view *result)
{
    rk__buf *text = &out->scratch;
    rk__buf_printf(text, "Arrangement '%s', %s", result->arrangement, result->currency);
    if (result->provider != NULL) {
        rk__buf_printf(text, ", provider %s", result->provider);
    }
    if (result->commissioner != NULL) {
        rk__buf_printf(text, ", commissioner %s", result->commissioner);
    }
    if (result->selection != NULL) {
        rk__buf_printf(text, ", periods %s", result->selection);
    }
}

void rk__layout_explained(rk__page *out, const rk_explanation_view *explanation)
{
    rk__buf *text = &out->scratch;
    if (explanation->arrangement != NULL) {
        rk__buf_printf(text, "Arrangement '%s', ", explanation->arrangement);
    }
    rk__buf_puts(text, explanation->currency);
    if (explanation->total != NULL) {
        rk__buf_puts(text, ", total ");
        rk__print_grouped(text, explanation->total);
    }
}

/* -------------------------------------------------------------- components */

static void layout_line(rk__sheet *sheet, const rk_result_view *result, const rk_ledger_line *line,
                        bool hidden, bool whole)
{
    rk__page *out = sheet->out;
    rk__sheet_row(sheet, RK__ROW_LINE);
    if (line->of != NULL) {
        rk__buf_printf(&out->scratch, "    of which %s (%s)", line->label, line->of);
    } else {
        rk__buf_printf(&out->scratch, "  %s%s", line->label,
                       line->memo ? " (memo, not added)" : "");
    }
    rk__sheet_scratch(sheet);
    quantity_cell(sheet, line->quantity, hidden);
    rk__sheet_cell(sheet, line->unit);
    /* The rate of a sum is an average, for which pence are enough. */
    const bool average = line->sum && line->rate != NULL;
    quantity_cell(sheet,
                  average ? rk__num_round(&out->nums, line->rate, result->places) : line->rate,
                  hidden && line->rate != NULL);
    quantity_cell(sheet, line->factor, hidden && line->factor != NULL);
    if (hidden) {
        rk__sheet_cell(sheet, "*");
    } else {
        rk__sheet_money(sheet, line->amount,
                        whole && rk__num_reaches(line->amount, 1000) ? 0 : result->places);
    }
}

/* "of which base 37,660,000.00, excess bed days 1,309.00" */
static void layout_elements(rk__sheet *sheet, const rk_result_view *result,
                            const rk_component_result *component)
{
    rk__buf *text = &sheet->out->scratch;
    size_t n = 0;
    size_t some = 0;
    for (size_t i = 0; i < component->n_elements; i++) {
        some += rk__num_sign(rk_component_element(component, i)->amount) != 0;
    }
    /* A single part that is the whole is not shown. */
    for (size_t i = 0; some > 1 && i < component->n_elements; i++) {
        const rk_element_total *element = rk_component_element(component, i);
        if (rk__num_sign(element->amount) == 0) {
            continue;
        }
        rk__buf_puts(text, n++ == 0 ? "    of which " : ", ");
        for (const char *c = element->name; *c != '\0'; c++) {
            rk__buf_putc(text, *c == '_' ? ' ' : *c);
        }
        rk__buf_putc(text, ' ');
        rk__print_money(text, element->amount, result->places);
        if (element->memo) {
            rk__buf_puts(text, " (memo)");
        }
    }
    if (n > 0) {
        rk__sheet_row(sheet, RK__ROW_NOTE);
        rk__sheet_scratch(sheet);
    }
}

/* Whether the line is a remainder of rounding below half a penny. */
static bool is_invisible(const rk_ledger_line *line)
{
    const struct rk_num_node cent = {.num = 1, .den = 200};
    const struct rk_num_node minus = {.num = -1, .den = 200};
    return line->sum && line->quantity == NULL && rk__num_compare(line->amount, &cent) < 0 &&
           rk__num_compare(line->amount, &minus) > 0;
}

static void layout_component(rk__sheet *sheet, const rk_result_view *result,
                             const rk_component_result *component, bool whole)
{
    rk__buf *text = &sheet->out->scratch;
    const bool *hidden = rk__hidden_lines(sheet->out, result, component);
    rk__sheet_row(sheet, RK__ROW_HEAD);
    rk__buf_printf(text, "%s (%s)", component->id, component->rule);
    if (component->title != NULL) {
        rk__buf_printf(text, ": %s", component->title);
    }
    rk__buf_puts(text, component->shadow ? " (shadow, not paid)" : "");
    rk__sheet_scratch(sheet);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        if (!is_invisible(rk_component_line(component, i))) {
            layout_line(sheet, result, rk_component_line(component, i), hidden[i], whole);
        }
    }
    rk__sheet_row(sheet, RK__ROW_TOTAL);
    rk__sheet_cell(sheet, component->shadow ? "  total (not paid)" : "  total");
    for (int i = 0; i < 4; i++) {
        rk__sheet_cell(sheet, NULL);
    }
    rk__sheet_money(sheet, component->total, result->places);
    layout_elements(sheet, result, component);
}

void rk__layout_period(rk__sheet *sheet, const rk_result_view *result,
                       const rk_period_result *period)
{
    rk__sheet_columns(sheet, "lplppp", "", "quantity", "unit", "rate", "factor", "amount");
    const bool whole = is_whole(period);
    for (size_t i = 0; i < period->n_components; i++) {
        layout_component(sheet, result, rk_period_component(period, i), whole);
    }
}

/* ------------------------------------------------------------------ summary */

static void summary_row(rk__sheet *sheet, const char *label, rk_num amount, int places)
{
    rk__sheet_row(sheet, RK__ROW_TOTAL);
    rk__sheet_cell(sheet, label);
    rk__sheet_money(sheet, amount, places);
}

void rk__layout_summary(rk__sheet *sheet, const rk_result *of)
{
    const rk_result_view *result = rk_result_read(of);
    rk__sheet_columns(sheet, "lp", "", result->currency);
    for (size_t i = 0; result->n_periods > 1 && i < result->n_periods; i++) {
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__sheet_cell(sheet, rk_result_period(of, i)->id);
        rk__sheet_money(sheet, rk_result_period(of, i)->total, result->places);
    }
    summary_row(sheet, "Total", result->total, result->places);
    if (result->cost != NULL) {
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__sheet_cell(sheet, "Cost");
        rk__sheet_money(sheet, result->cost, result->places);
    }
    if (result->margin != NULL) {
        summary_row(sheet, "Surplus/(deficit) on this contract", result->margin, result->places);
    }
}

/* ----------------------------------------------------------------- unpriced */

void rk__layout_unpriced(rk__sheet *sheet, const rk_result_view *result,
                         const rk_component_result *component)
{
    const bool *hidden = rk__hidden_unpriced(sheet->out, result, component);
    if (hidden == NULL || component->n_unpriced == 0) {
        return;
    }
    /* Keys of one component may be of different columns (a price's, a factor's), so each
     * is spelled out: "hrg ZZ99Z, pod NEL". */
    rk__sheet_columns(sheet, "lrpl", "unpriced", "rows", "quantity", "reason");
    for (size_t i = 0; i < component->n_unpriced && i < UNPRICED_SHOWN; i++) {
        const rk_unpriced_key *key = rk_component_unpriced(component, i);
        rk__buf *text = &sheet->out->scratch;
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__buf_puts(text, key->n_columns == 0 ? "(any key)" : "");
        for (size_t c = 0; c < key->n_columns; c++) {
            const char *value = key->values[c] == NULL ? "(blank)" : key->values[c];
            rk__buf_printf(text, "%s%s %s", c == 0 ? "" : ", ", key->columns[c], value);
        }
        rk__sheet_scratch(sheet);
        if (hidden[i]) {
            rk__sheet_cell(sheet, "*");
        } else {
            char rows[RK__SCALED_TEXT] = {0};
            rk__print_scaled(rows, (rk_int128) key->rows, 0, 0, 0);
            rk__print_grouped(text, rows);
            rk__sheet_scratch(sheet);
        }
        quantity_cell(sheet, key->quantity, hidden[i]);
        rk__sheet_cell(sheet, key->reason);
    }
    const uint64_t shown =
        component->n_unpriced < UNPRICED_SHOWN ? component->n_unpriced : UNPRICED_SHOWN;
    const uint64_t all = component->unpriced_keys > component->n_unpriced ? component->unpriced_keys
                                                                          : component->n_unpriced;
    if (all > shown) {
        rk__sheet_row(sheet, RK__ROW_NOTE);
        rk__buf_printf(&sheet->out->scratch, "and %llu more keys, listed by --format json",
                       (unsigned long long) (all - shown));
        rk__sheet_scratch(sheet);
    }
}

/* ------------------------------------------------------------------- groups */

static void scaled_cell(rk__sheet *sheet, rk_int128 value, int scale, int least, int most)
{
    char text[RK__SCALED_TEXT] = {0};
    rk__print_scaled(text, value, scale, least, most);
    rk__print_grouped(&sheet->out->scratch, text);
    rk__sheet_scratch(sheet);
}

/* Whether some group that is shown has an amount of this element. */
static bool is_used(const rk_groups *groups, const rk__hiding *hiding, size_t lane)
{
    bool used = false;
    for (size_t g = 0; g < rk_groups_count(groups) && g < GROUPS_SHOWN && !used; g++) {
        used = rk_groups_value(groups, g, lane) != 0 && !rk__group_hidden(hiding, groups, g);
    }
    return used;
}

/* Whether some group's amount is so large that its pence do not matter. */
static bool has_large(const rk_groups *groups, int scale)
{
    const rk_int128 limit = (rk_int128) WHOLE_FROM * (rk_int128) rk__power_of_ten((unsigned) scale);
    bool large = false;
    for (size_t g = 0; g < rk_groups_count(groups) && g < GROUPS_SHOWN && !large; g++) {
        const rk_int128 amount = rk_groups_value(groups, g, RK_LANE_AMOUNT);
        large = amount >= limit || amount <= -limit;
    }
    return large;
}

/* "best_practice" as a title that can wrap. */
static const char *element_title(rk__sheet *sheet, const char *name)
{
    char *title = rk__arena_strdup(&sheet->out->arena, name);
    for (char *c = title; c != NULL && *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    sheet->out->failed |= title == NULL;
    return title != NULL ? title : name;
}

void rk__layout_groups(rk__sheet *sheet, const rk_result_view *result,
                       const rk_component_result *component)
{
    const rk_groups *groups = component->groups;
    const rk__hiding hiding = rk__hiding_of(groups, result->suppress_below);
    const size_t n_columns = rk_groups_n_columns(groups);
    const int scale = rk_groups_places(groups);
    const size_t n = rk_groups_count(groups);
    const int places = scale > 0 && has_large(groups, scale) ? 0 : result->places;
    size_t *lanes =
        rk__arena_alloc(&sheet->out->arena, (component->n_elements + 2) * sizeof *lanes);
    size_t n_lanes = 0;
    if (lanes == NULL) {
        sheet->out->failed = true;
        return;
    }
    for (size_t c = 0; c < n_columns; c++) {
        rk__sheet_column(sheet, rk_groups_column(groups, c), RK__ALIGN_LEFT);
    }
    sheet->repeated = n_columns; /* columns that do not fit continue below, with these repeated */
    rk__sheet_column(sheet, "quantity", RK__ALIGN_POINT);
    for (size_t e = 0; scale > 0 && e < component->n_elements; e++) {
        if (is_used(groups, &hiding, RK_LANE_ELEMENT + e)) {
            rk__sheet_column(sheet, element_title(sheet, rk_component_element(component, e)->name),
                             RK__ALIGN_POINT);
            lanes[n_lanes++] = RK_LANE_ELEMENT + e;
        }
    }
    if (scale > 0) {
        rk__sheet_column(sheet, "amount", RK__ALIGN_POINT);
        lanes[n_lanes++] = RK_LANE_AMOUNT;
    }
    for (size_t g = 0; g < n && g < GROUPS_SHOWN; g++) {
        const bool hidden = rk__group_hidden(&hiding, groups, g);
        rk__sheet_row(sheet, RK__ROW_LINE);
        for (size_t c = 0; c < n_columns; c++) {
            size_t length = 0;
            const char *key = rk_groups_key(groups, g, c, &length);
            rk__buf_add(&sheet->out->scratch, key == NULL ? "(blank)" : key,
                        key == NULL ? strlen("(blank)") : length);
            rk__sheet_scratch(sheet);
        }
        for (size_t lane = 0; hidden && lane <= n_lanes; lane++) {
            rk__sheet_cell(sheet, "*");
        }
        if (hidden) {
            continue;
        }
        scaled_cell(sheet, rk_groups_value(groups, g, RK_LANE_QUANTITY), 6, 0, 6);
        for (size_t lane = 0; lane < n_lanes; lane++) {
            scaled_cell(sheet, rk_groups_value(groups, g, lanes[lane]), scale, places, places);
        }
    }
    if (n > GROUPS_SHOWN) {
        rk__sheet_row(sheet, RK__ROW_NOTE);
        rk__buf_printf(&sheet->out->scratch, "and %zu more groups, listed by --format csv",
                       n - GROUPS_SHOWN);
        rk__sheet_scratch(sheet);
    }
}
