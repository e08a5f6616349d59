/* SPDX-License-Identifier: MIT
 *
 * system_positions.c: the position of each organisation after the pool: organisations down,
 * periods across, for each scenario.
 */
#include "report/system_page.h"

typedef struct shown_scenario {
    const rk__system_page *p;
    size_t scenario;
} shown_scenario;

static void label(rk__sheet *sheet, const char *text, bool deeper)
{
    rk__syspage_text(sheet, deeper ? "  " : "", text);
}

static void lowest_cell(const shown_scenario *s, rk__sheet *sheet, const int64_t *grains,
                        const rk_balance *b)
{
    if (b == NULL) {
        rk__sheet_cell(sheet, NULL);
        return;
    }
    rk__syspage_print(s->p, &sheet->out->scratch,
                      rk__syspage_so_far(s->p, grains, (size_t) b->trough_at));
    rk__buf_printf(&sheet->out->scratch, " %s",
                   rk_system_period_id(s->p->result, (size_t) b->trough_at));
    rk__sheet_scratch(sheet);
}

static void window_cell(const shown_scenario *s, rk__sheet *sheet, const rk_balance *b)
{
    if (b == NULL) {
        rk__sheet_cell(sheet, NULL);
    } else if (!b->window_tested) {
        rk__sheet_cell(sheet, "not tested");
    } else if (b->window_first == RK_NEVER) {
        rk__sheet_cell(sheet, "never");
    } else {
        rk__syspage_text(sheet, "by ", rk_system_period_id(s->p->result, (size_t) b->window_first));
    }
}

/* A row of grains by period, with their sum in the last place. */
static void row(const shown_scenario *s, rk__sheet *sheet, const char *text, bool deeper,
                const int64_t *grains, const rk_balance *b, rk__row_kind kind)
{
    const size_t n = s->p->view->n_periods;
    rk__sheet_row(sheet, kind);
    label(sheet, text, deeper);
    for (size_t k = 0; k < s->p->view->n_periods; k++) {
        rk__syspage_grains(s->p, sheet, grains[k]);
    }
    if (n > 1) {
        rk__syspage_grains(s->p, sheet, grains[n]);
        lowest_cell(s, sheet, grains, b);
    }
    if (s->p->view->window > 1) {
        window_cell(s, sheet, b);
    }
}

/* The positions of a group with its members, by period, then their sum. */
static int64_t *group_grains(const shown_scenario *s, size_t organisation)
{
    const rk__system_page *p = s->p;
    const size_t n = p->view->n_periods;
    int64_t *out = rk__arena_alloc(&p->out->arena, (n + 1) * sizeof *out);
    p->out->failed |= out == NULL;
    for (size_t k = 0; out != NULL && k < n; k++) {
        out[k] = rk__syspage_group(p, s->scenario, k, organisation);
        out[n] += out[k];
    }
    return out;
}

/* A control total of nothing is met by the position itself. */
static bool has_control_total(const shown_scenario *s, size_t organisation)
{
    bool any = false;
    for (size_t k = 0; k < s->p->view->n_periods; k++) {
        any |= rk__num_sign(
                   rk__syspage_position(s->p, s->scenario, k, organisation)->control_total) != 0;
    }
    return any;
}

/* The cash of an organisation at the end of each period. */
static void cash_row(const shown_scenario *s, rk__sheet *sheet, size_t organisation)
{
    const rk__system_page *p = s->p;
    if (rk__syspage_position(p, s->scenario, 0, organisation)->cash == NULL) {
        return;
    }
    rk__sheet_row(sheet, RK__ROW_LINE);
    label(sheet, "  cash left", true);
    for (size_t k = 0; k < p->view->n_periods; k++) {
        const rk_num cash = rk__syspage_position(p, s->scenario, k, organisation)->cash;
        rk__syspage_grains(p, sheet, rk__grains(p->out, cash, p->grain));
    }
}

static void against_row(const shown_scenario *s, rk__sheet *sheet, size_t organisation)
{
    if (has_control_total(s, organisation)) {
        row(s, sheet, "  against control total", true,
            rk__syspage_shown_against(s->p, s->scenario, organisation), NULL, RK__ROW_LINE);
    }
}

/* Whether it has nothing in any period: an organisation that only groups its members, or a lead
 * contractor that passes everything on. */
static bool is_idle(const shown_scenario *s, size_t organisation)
{
    bool idle = true;
    for (size_t k = 0; k < s->p->view->n_periods; k++) {
        const rk_position *position = rk__syspage_position(s->p, s->scenario, k, organisation);
        idle &= position->n_entries == 0 && rk__num_sign(position->after) == 0 &&
                position->group != NULL;
    }
    return idle;
}

static void cumulative_row(const shown_scenario *s, rk__sheet *sheet, const int64_t *system)
{
    rk__sheet_row(sheet, RK__ROW_LINE);
    label(sheet, "  cumulative", true);
    for (size_t k = 0; k < s->p->view->n_periods; k++) {
        rk__syspage_grains(s->p, sheet, rk__syspage_so_far(s->p, system, k));
    }
}

static void scenario_rows(const shown_scenario *s, rk__sheet *sheet)
{
    const rk__system_page *p = s->p;
    const size_t n = p->view->n_periods;
    const rk__shown_positions *shown = &p->shown[s->scenario];
    const rk_scenario_result *result = rk__syspage_scenario(p, s->scenario);
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        if (rk__syspage_counts(p, o) && !is_idle(s, o)) {
            row(s, sheet, rk__syspage_name(p, o), true, rk__syspage_shown(p, s->scenario, o),
                rk_scenario_organisation_balance(result, o), RK__ROW_LINE);
            cash_row(s, sheet, o);
            if (rk__syspage_position(p, s->scenario, 0, o)->group == NULL) {
                against_row(s, sheet, o);
            }
        }
    }
    if (shown->residual != NULL) {
        row(s, sheet, rk__syspage_rest_name(p, s->scenario), true, shown->residual, NULL,
            RK__ROW_LINE);
    }
    row(s, sheet, "System", true, shown->system, rk_scenario_balance(result), RK__ROW_TOTAL);
    if (n > 1) {
        cumulative_row(s, sheet, shown->system);
    }
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        const bool group = rk__syspage_position(p, s->scenario, 0, o)->group != NULL;
        const int64_t *grains = group ? group_grains(s, o) : NULL;
        if (grains != NULL) {
            rk__buf_printf(&p->out->scratch, "  %s with members", rk__syspage_name(p, o));
            const char *text = rk__arena_strdup(&p->out->arena, p->out->scratch.text);
            rk__buf_reset(&p->out->scratch);
            row(s, sheet, text != NULL ? text + 2 : "", true, grains, NULL, RK__ROW_LINE);
            against_row(s, sheet, o);
        }
    }
}

/* Shown below the system's sum, of which they are no part. */
static void observer_rows(const shown_scenario *s, rk__sheet *sheet)
{
    const rk__system_page *p = s->p;
    const size_t n = p->view->n_periods;
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        int64_t *out = rk__arena_alloc(&p->out->arena, (n + 1) * sizeof *out);
        p->out->failed |= out == NULL;
        if (out == NULL || !rk_system_organisation(p->result, o)->observer) {
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            out[k] =
                rk__grains(p->out, rk__syspage_position(p, s->scenario, k, o)->after, p->grain);
            out[n] += out[k];
        }
        const char *text = rk__arena_printf(&p->out->arena, "Observer: %s", rk__syspage_name(p, o));
        p->out->failed |= text == NULL;
        row(s, sheet, text != NULL ? text : "", true, out, NULL, RK__ROW_LINE);
    }
}

static void scenario_head(const shown_scenario *s, rk__sheet *sheet)
{
    const rk__system_page *p = s->p;
    const rk_scenario_result *result = rk__syspage_scenario(p, s->scenario);
    const size_t same = p->shown[s->scenario].same_as;
    rk__sheet_row(sheet, RK__ROW_HEAD);
    rk__buf_printf(&p->out->scratch, "%s%s%s", result->name, result->title != NULL ? ": " : "",
                   result->title != NULL ? result->title : "");
    rk__sheet_scratch(sheet);
    if (same != SIZE_MAX) {
        rk__sheet_row(sheet, RK__ROW_NOTE);
        rk__buf_printf(&p->out->scratch, "  the same positions as %s",
                       rk__syspage_scenario(p, same)->name);
        rk__sheet_scratch(sheet);
    }
}

void rk__syspage_positions(const rk__system_page *p)
{
    const rk_system_view *r = p->view;
    rk__sheet sheet;
    rk__syspage_heading(p, 2, p->view->pooled ? "Positions after the pool" : "Positions", "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, "", RK__ALIGN_LEFT);
    for (size_t k = 0; k < r->n_periods; k++) {
        rk__sheet_column(&sheet, rk_system_period_id(p->result, k), RK__ALIGN_RIGHT);
    }
    if (r->n_periods > 1) {
        rk__sheet_columns(&sheet, "rr", "All", "Lowest so far");
    }
    if (r->window > 1) {
        const char *title = rk__arena_printf(&p->out->arena, "Over %zu years", r->window);
        rk__sheet_column(&sheet, title != NULL ? title : "", RK__ALIGN_LEFT);
    }
    for (size_t i = 0; i < r->n_scenarios; i++) {
        const shown_scenario s = {.p = p, .scenario = i};
        if (r->n_scenarios > 1) {
            scenario_head(&s, &sheet);
        }
        if (p->shown[i].same_as == SIZE_MAX) {
            scenario_rows(&s, &sheet);
            if (p->brief < RK__BRIEF_OBSERVERS) {
                observer_rows(&s, &sheet);
            }
        }
    }
    rk__syspage_table(p, &sheet);
}
