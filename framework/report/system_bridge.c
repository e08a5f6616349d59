/* SPDX-License-Identifier: MIT
 *
 * system_bridge.c: what moves positions from the first scenario to each other one, and who bears
 * stranded and double-running cost.
 */
#include "report/system_page.h"

static const char *const titles[RK_N_BRIDGE_STEPS] = {"Price",    "Activity",       "Cost saved",
                                                      "Stranded", "Double running", "VAT",
                                                      "Grants",   "Other",          "Pool"};

typedef struct bridge_columns {
    rk_bridge_step steps[RK_N_BRIDGE_STEPS];
    size_t n;
} bridge_columns;

/* What a reader cannot know. */
static const char *const meanings[RK_N_BRIDGE_STEPS] = {
    [RK_BRIDGE_PRICE] = "Price: paid for the same activity",
    [RK_BRIDGE_ACTIVITY] = "Activity: paid for more or less of it",
    [RK_BRIDGE_COST_SAVED] = "Cost saved: of that activity, as if none were fixed",
    [RK_BRIDGE_STRANDED] = "Stranded: the fixed part, which stays",
    [RK_BRIDGE_OTHER] = "Other: other income and cost"};

static void say_meanings(const rk__system_page *p, const bridge_columns *used)
{
    rk__buf text = {0};
    for (size_t k = 0; k < used->n; k++) {
        const char *meaning = meanings[used->steps[k]];
        if (meaning != NULL) {
            rk__buf_printf(&text, "%s%s", text.length > 0 ? ". " : "", meaning);
        }
    }
    if (text.length > 0) {
        rk__buf_putc(&text, '.');
        rk__syspage_paragraph(p, text.failed ? "" : text.text);
    }
    p->out->failed |= text.failed;
    rk__buf_dispose(&text);
}

/* Steps that are not zero everywhere. */
static bridge_columns used_steps(const rk__system_page *p)
{
    bridge_columns used = {0};
    for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
        bool any = false;
        for (size_t i = 1; i < p->view->n_scenarios; i++) {
            for (size_t o = 0; o < p->view->n_organisations; o++) {
                any |= rk__syspage_counts(p, o) &&
                       rk__num_sign(rk_scenario_bridge(rk__syspage_scenario(p, i), o,
                                                       (rk_bridge_step) k)) != 0;
            }
        }
        if (any) {
            used.steps[used.n++] = (rk_bridge_step) k;
        }
    }
    return used;
}

/* Whether anything moves between the first scenario and this one. */
static bool moves(const rk__system_page *p, size_t scenario, size_t organisation,
                  const bridge_columns *used)
{
    bool any = false;
    for (size_t k = 0; k < used->n; k++) {
        any |= rk__num_sign(rk_scenario_bridge(rk__syspage_scenario(p, scenario), organisation,
                                               used->steps[k])) != 0;
    }
    return any && rk__syspage_counts(p, organisation);
}

static void bridge_row(const rk__system_page *p, rk__sheet *sheet, const char *text,
                       const int64_t *grains, size_t n, int64_t total, rk__row_kind kind)
{
    rk__sheet_row(sheet, kind);
    rk__syspage_text(sheet, "  ", text);
    for (size_t k = 0; k < n; k++) {
        rk__syspage_grains(p, sheet, grains[k]);
    }
    rk__syspage_grains(p, sheet, total);
}

/* What the pool leaves unshared, or passes outside, also moves the system. */
static void residual_row(const rk__system_page *p, rk__sheet *sheet, size_t scenario,
                         const bridge_columns *used, int64_t *system)
{
    const size_t all = p->view->n_periods;
    int64_t *grains = rk__arena_alloc(&p->out->arena, (used->n + 1) * sizeof *grains);
    const rk__shown_positions *from = &p->shown[0];
    const rk__shown_positions *to = &p->shown[scenario];
    const int64_t moved = (to->residual != NULL ? to->residual[all] : 0) -
                          (from->residual != NULL ? from->residual[all] : 0);
    p->out->failed |= grains == NULL;
    for (size_t k = 0; grains != NULL && k < used->n && moved != 0; k++) {
        grains[k] = used->steps[k] == RK_BRIDGE_POOL ? moved : 0;
        system[k] += grains[k];
    }
    if (grains != NULL && moved != 0) {
        system[used->n] += moved;
        bridge_row(p, sheet, rk__syspage_rest_name(p, to->residual != NULL ? scenario : 0), grains,
                   used->n, moved, RK__ROW_LINE);
    }
}

static void bridge_rows(const rk__system_page *p, rk__sheet *sheet, size_t scenario,
                        const bridge_columns *used)
{
    const size_t n = p->view->n_organisations;
    rk__arena *arena = &p->out->arena;
    rk_num *cells = rk__arena_alloc(arena, n * used->n * sizeof(rk_num) + 1);
    int64_t *shown = rk__arena_alloc(arena, n * used->n * sizeof *shown + 1);
    int64_t *totals = rk__arena_alloc(arena, n * sizeof *totals);
    int64_t *system = rk__arena_alloc(arena, (used->n + 1) * sizeof *system);
    if (cells == NULL || shown == NULL || totals == NULL || system == NULL) {
        p->out->failed = true;
        return;
    }
    for (size_t o = 0; o < n; o++) {
        const size_t all = p->view->n_periods;
        totals[o] = rk__syspage_shown(p, scenario, o)[all] - rk__syspage_shown(p, 0, o)[all];
        for (size_t k = 0; k < used->n; k++) {
            cells[o * used->n + k] =
                rk__syspage_counts(p, o)
                    ? rk_scenario_bridge(rk__syspage_scenario(p, scenario), o, used->steps[k])
                    : NULL;
        }
    }
    rk__foot_table(p->out, cells, n, used->n, p->grain, totals, shown);
    for (size_t o = 0; o < n; o++) {
        if (moves(p, scenario, o, used) && p->brief < RK__BRIEF_BRIDGES) {
            bridge_row(p, sheet, rk__syspage_name(p, o), &shown[o * used->n], used->n, totals[o],
                       RK__ROW_LINE);
        }
        for (size_t k = 0; k < used->n; k++) {
            system[k] += shown[o * used->n + k];
        }
        system[used->n] += totals[o];
    }
    residual_row(p, sheet, scenario, used, system);
    bridge_row(p, sheet, "System", system, used->n, system[used->n], RK__ROW_TOTAL);
}

void rk__syspage_bridges(const rk__system_page *p)
{
    const bridge_columns used = used_steps(p);
    rk__sheet sheet;
    if (p->view->n_scenarios < 2) {
        return;
    }
    rk__syspage_heading(p, 2, "What moves them, compared with ", rk__syspage_scenario(p, 0)->name);
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, p->view->n_periods > 1 ? "All periods" : "", RK__ALIGN_LEFT);
    for (size_t k = 0; k < used.n; k++) {
        rk__sheet_column(&sheet, titles[used.steps[k]], RK__ALIGN_RIGHT);
    }
    rk__sheet_column(&sheet, "Change", RK__ALIGN_RIGHT);
    for (size_t i = 1; i < p->view->n_scenarios; i++) {
        bool any = false;
        for (size_t o = 0; o < p->view->n_organisations; o++) {
            any |= moves(p, i, o, &used);
        }
        rk__sheet_row(&sheet, any ? RK__ROW_HEAD : RK__ROW_NOTE);
        rk__buf_printf(&p->out->scratch, "%s%s", rk__syspage_scenario(p, i)->name,
                       any ? "" : ": nothing moves over all periods");
        rk__sheet_scratch(&sheet);
        if (any) {
            bridge_rows(p, &sheet, i, &used);
        }
    }
    rk__syspage_table(p, &sheet);
    say_meanings(p, &used);
}

/* ----------------------------------------------------------------- who bears what */

/* What of its stranded and double-running cost, and of the others', an organisation bears after
 * the pool; NULL if the pool mixes it with other charges. */
static rk_num borne_by(const rk__system_page *p, size_t scenario, size_t organisation)
{
    rk__nums *nums = &p->out->nums;
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t k = 0; k < p->view->n_periods; k++) {
        const rk_system_period *period = rk_scenario_period(rk__syspage_scenario(p, scenario), k);
        const rk_position *position = rk_system_period_position(period, organisation);
        if (rk_system_period_borne(period, RK_SECTOR_NHS) == NULL) {
            return NULL;
        }
        sum =
            rk__num_add(nums, sum, rk__num_add(nums, position->stranded, position->double_running));
        sum = rk__num_sub(nums, sum, rk__num_add(nums, position->lifted, position->share));
    }
    return sum;
}

static rk_num stranded_of(const rk_position *position)
{
    return position->stranded;
}

static rk_num double_running_of(const rk_position *position)
{
    return position->double_running;
}

static rk_num over_periods(const rk__system_page *p, size_t scenario, size_t organisation,
                           rk_num (*amount)(const rk_position *))
{
    rk_num sum = rk__num_from_int(&p->out->nums, 0);
    for (size_t k = 0; k < p->view->n_periods; k++) {
        sum = rk__num_add(&p->out->nums, sum,
                          amount(rk__syspage_position(p, scenario, k, organisation)));
    }
    return sum;
}

/* The rows of a scenario; returns whether it has any cost to bear. */
static bool bearing_rows(const rk__system_page *p, rk__sheet *sheet, size_t scenario, bool known)
{
    const size_t n = p->view->n_organisations;
    rk_num *cells = rk__arena_alloc(&p->out->arena, (n + 1) * 2 * sizeof(rk_num));
    rk_num *borne = rk__arena_alloc(&p->out->arena, (n + 1) * sizeof(rk_num));
    rk_num *both = rk__arena_alloc(&p->out->arena, (n + 1) * sizeof(rk_num));
    int64_t *shown = rk__arena_alloc(&p->out->arena, (n + 1) * 4 * sizeof *shown);
    bool any = false;
    if (cells == NULL || borne == NULL || both == NULL || shown == NULL) {
        p->out->failed = true;
        return false;
    }
    int64_t *falls = shown + 2 * n;
    int64_t *bears = shown + 3 * n;
    for (size_t o = 0; o < n; o++) {
        const bool counts = rk__syspage_counts(p, o);
        cells[2 * o] = counts ? over_periods(p, scenario, o, stranded_of) : NULL;
        cells[2 * o + 1] = counts ? over_periods(p, scenario, o, double_running_of) : NULL;
        both[o] = counts ? rk__num_add(&p->out->nums, cells[2 * o], cells[2 * o + 1]) : NULL;
        borne[o] = counts && known ? borne_by(p, scenario, o) : NULL;
        any |= rk__num_sign(cells[2 * o]) != 0 || rk__num_sign(cells[2 * o + 1]) != 0;
    }
    if (!any || sheet == NULL) {
        return any;
    }
    rk__foot(p->out, both, n, p->grain, falls);
    rk__foot_table(p->out, cells, n, 2, p->grain, falls, shown);
    rk__foot(p->out, borne, n, p->grain, bears);
    if (p->view->n_scenarios > 1) {
        rk__sheet_row(sheet, RK__ROW_HEAD);
        rk__sheet_cell(sheet, rk__syspage_scenario(p, scenario)->name);
    }
    for (size_t o = 0; o < n; o++) {
        if (rk__num_sign(cells[2 * o]) == 0 && rk__num_sign(cells[2 * o + 1]) == 0 &&
            rk__num_sign(borne[o]) == 0) {
            continue;
        }
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__syspage_text(sheet, "  ", rk__syspage_name(p, o));
        rk__syspage_grains(p, sheet, shown[2 * o]);
        rk__syspage_grains(p, sheet, shown[2 * o + 1]);
        rk__syspage_grains(p, sheet, falls[o]);
        if (known) {
            rk__syspage_grains(p, sheet, bears[o]);
        }
    }
    return true;
}

void rk__syspage_bearing(const rk__system_page *p)
{
    bool any = false;
    bool known = p->view->pooled;
    rk__sheet sheet;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        any |= bearing_rows(p, NULL, i, false);
        for (size_t k = 0; k < p->view->n_periods; k++) {
            known &= rk_system_period_borne(rk_scenario_period(rk__syspage_scenario(p, i), k),
                                            RK_SECTOR_NHS) != NULL;
        }
    }
    if (!any) {
        return;
    }
    rk__syspage_heading(p, 2, "Who bears stranded and double-running cost", "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, p->view->n_periods > 1 ? "All periods" : "", RK__ALIGN_LEFT);
    rk__sheet_columns(&sheet, "rrr", "Stranded", "Double running", "Falls on it");
    if (known) {
        rk__sheet_column(&sheet, "Bears after the pool", RK__ALIGN_RIGHT);
    }
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        (void) bearing_rows(p, &sheet, i, known);
    }
    rk__syspage_table(p, &sheet);
}
