/* SPDX-License-Identifier: MIT
 *
 * system_page.c: the pieces of a system's report, as text and as Markdown.
 */
#include "report/system_page.h"

/* If the largest amount reaches this, amounts are shown in thousands or millions. */
#define THOUSANDS_FROM INT64_C(1000000)
#define MILLIONS_FROM  INT64_C(10000000)

void rk__syspage_heading(const rk__system_page *p, int level, const char *text, const char *rest)
{
    rk__page *out = p->out;
    if (p->markdown) {
        rk__page_puts(out, level == 1 ? "# " : level == 2 ? "## " : "### ");
        rk__markdown_text(out, text);
        rk__markdown_text(out, rest);
        rk__page_puts(out, "\n\n");
        return;
    }
    rk__page_puts(out, level == 1 ? "" : "\n");
    const char *whole = rk__arena_printf(&out->arena, "%s%s", text, rest);
    out->failed |= whole == NULL;
    rk__page_style(out, RK__STYLE_HEADING);
    rk__page_wrapped(out, whole != NULL ? whole : "", 0, 0);
    rk__page_style(out, RK__STYLE_PLAIN);
}

void rk__syspage_paragraph(const rk__system_page *p, const char *text)
{
    if (p->markdown) {
        rk__markdown_text(p->out, text);
        rk__page_puts(p->out, "\n\n");
    } else {
        rk__page_wrapped(p->out, text, 0, 0);
    }
}

void rk__syspage_item(const rk__system_page *p, const char *text)
{
    rk__page_puts(p->out, "- ");
    if (p->markdown) {
        rk__markdown_text(p->out, text);
        rk__page_putc(p->out, '\n');
    } else {
        rk__page_wrapped(p->out, text, 2, 2);
    }
}

void rk__syspage_table(const rk__system_page *p, rk__sheet *sheet)
{
    if (p->markdown) {
        rk__sheet_markdown(sheet);
        rk__page_putc(p->out, '\n');
    } else {
        while (sheet->repeated < sheet->n_columns &&
               sheet->columns[sheet->repeated].align == RK__ALIGN_LEFT) {
            sheet->repeated++;
        }
        rk__sheet_text(sheet, 0);
    }
    rk__sheet_dispose(sheet);
}

static int places_of(const rk__system_page *p)
{
    return p->unit == 1000 ? 0 : p->unit == 1 ? p->out->places : 2;
}

void rk__syspage_money(const rk__system_page *p, rk__sheet *sheet, rk_num amount)
{
    rk__nums *nums = &p->out->nums;
    if (amount == NULL) {
        rk__sheet_cell(sheet, NULL);
        return;
    }
    const rk_num shown = rk__num_div(nums, amount, rk__num_from_int(nums, p->unit));
    rk__print_money(&p->out->scratch, shown, places_of(p));
    rk__sheet_scratch(sheet);
}

void rk__syspage_print(const rk__system_page *p, rk__buf *out, int64_t grains)
{
    rk__nums *nums = &p->out->nums;
    const rk_num amount = rk__num_mul(nums, rk__num_from_int(nums, grains), p->grain);
    rk__print_money(out, rk__num_div(nums, amount, rk__num_from_int(nums, p->unit)), places_of(p));
}

void rk__syspage_grains(const rk__system_page *p, rk__sheet *sheet, int64_t grains)
{
    rk__syspage_print(p, &p->out->scratch, grains);
    rk__sheet_scratch(sheet);
}

void rk__syspage_text(rk__sheet *sheet, const char *a, const char *b)
{
    rk__buf_printf(&sheet->out->scratch, "%s%s", a, b);
    rk__sheet_scratch(sheet);
}

void rk__syspage_say(const rk__system_page *p, rk__buf *out, rk_num amount, int64_t grains)
{
    rk__nums *nums = &p->out->nums;
    if (grains == 0) {
        rk__print_money(out, rk__num_sign(amount) < 0 ? rk__num_neg(nums, amount) : amount,
                        p->out->places);
        return;
    }
    const rk_num shown =
        rk__num_mul(nums, rk__num_from_int(nums, grains < 0 ? -grains : grains), p->grain);
    rk__print_money(out, rk__num_div(nums, shown, rk__num_from_int(nums, p->unit)), places_of(p));
    rk__buf_puts(out, p->unit == 1000000 ? "m" : p->unit == 1000 ? "k" : "");
}

/* ------------------------------------------------------------------- the figures */

const rk_scenario_result *rk__syspage_scenario(const rk__system_page *p, size_t index)
{
    return rk_system_scenario_result(p->result, index);
}

const rk_position *rk__syspage_position(const rk__system_page *p, size_t scenario, size_t period,
                                        size_t organisation)
{
    return rk_system_period_position(rk_scenario_period(rk__syspage_scenario(p, scenario), period),
                                     organisation);
}

const char *rk__syspage_name(const rk__system_page *p, size_t organisation)
{
    const rk_organisation_view *o = rk_system_organisation(p->result, organisation);
    return o->title != NULL ? o->title : o->id;
}

bool rk__syspage_counts(const rk__system_page *p, size_t organisation)
{
    return !rk_system_organisation(p->result, organisation)->outside;
}

rk_num rk__syspage_total(const rk__system_page *p, size_t scenario, size_t organisation)
{
    return rk_scenario_organisation_balance(rk__syspage_scenario(p, scenario), organisation)->total;
}

const int64_t *rk__syspage_shown(const rk__system_page *p, size_t scenario, size_t organisation)
{
    return &p->shown[scenario].cells[organisation * (p->view->n_periods + 1)];
}

const int64_t *rk__syspage_shown_against(const rk__system_page *p, size_t scenario,
                                         size_t organisation)
{
    return &p->shown[scenario].against[organisation * (p->view->n_periods + 1)];
}

static void look_at(rk__system_page *p, rk_num amount)
{
    if (amount != NULL && p->unit < 1000000 && rk__num_reaches(amount, MILLIONS_FROM)) {
        p->unit = 1000000;
    } else if (amount != NULL && p->unit < 1000 && rk__num_reaches(amount, THOUSANDS_FROM)) {
        p->unit = 1000;
    }
}

static void choose_unit(rk__system_page *p)
{
    p->unit = 1;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        for (size_t k = 0; k < p->view->n_periods; k++) {
            look_at(p, rk_scenario_period(rk__syspage_scenario(p, i), k)->cumulative);
            for (size_t o = 0; o < p->view->n_organisations; o++) {
                look_at(p, rk__syspage_position(p, i, k, o)->income);
                look_at(p, rk__syspage_position(p, i, k, o)->costs);
            }
        }
    }
    p->grain = p->unit == 1000
                   ? rk__num_from_int(&p->out->nums, 1000)
                   : rk__num_from_ratio(&p->out->nums, p->unit, rk_power_of_ten(places_of(p)));
}

static bool same_positions(const rk__system_page *p, size_t a, size_t b)
{
    bool same = true;
    for (size_t k = 0; k < p->view->n_periods && same; k++) {
        for (size_t o = 0; o < p->view->n_organisations && same; o++) {
            const rk_position *x = rk__syspage_position(p, a, k, o);
            const rk_position *y = rk__syspage_position(p, b, k, o);
            same = rk__num_compare(x->after, y->after) == 0 &&
                   rk__num_compare(x->group, y->group) == 0 &&
                   rk__num_compare(x->against, y->against) == 0;
        }
    }
    return same;
}

int64_t rk__syspage_group(const rk__system_page *p, size_t scenario, size_t period,
                          size_t organisation)
{
    const rk_organisation_view *o = rk_system_organisation(p->result, organisation);
    const rk__shown_positions *s = &p->shown[scenario];
    const rk_num group = rk__syspage_position(p, scenario, period, organisation)->group;
    rk_num rest = group;
    int64_t sum = 0;
    for (size_t i = 0; i <= o->n_group; i++) {
        const size_t member = i < o->n_group ? o->group[i] : organisation;
        if (rk__syspage_counts(p, member)) {
            const rk_num after = rk__syspage_position(p, scenario, period, member)->after;
            rest = rk__num_sub(&p->out->nums, rest, after);
            sum += rk__syspage_shown(p, scenario, member)[period];
        }
    }
    const rk_num residual = rk_scenario_period(rk__syspage_scenario(p, scenario), period)->residual;
    if (rk__num_sign(rest) != 0 && s->residual != NULL && residual != NULL &&
        rk__num_compare(rest, residual) == 0) {
        return sum + s->residual[period];
    }
    return rk__num_sign(rest) == 0 ? sum : rk__grains(p->out, group, p->grain);
}

const char *rk__syspage_rest_name(const rk__system_page *p, size_t scenario)
{
    bool left = false;
    bool drawn = false;
    for (size_t k = 0; k < p->view->n_periods; k++) {
        const rk_system_period *period = rk_scenario_period(rk__syspage_scenario(p, scenario), k);
        left |= period->residual != NULL && rk__num_sign(period->residual) != 0;
        drawn |= period->drawn != NULL && rk__num_sign(period->drawn) != 0;
    }
    return !p->view->pooled ? "Borne outside"
           : !drawn         ? "Residual of the pool"
           : !left          ? "Drawn from the reserve"
                            : "Reserve and residual";
}

size_t rk__syspage_place(const rk__system_page *p, size_t period)
{
    return rk_scenario_period(rk__syspage_scenario(p, 0), period)->place;
}

int64_t rk__syspage_so_far(const rk__system_page *p, const int64_t *grains, size_t period)
{
    int64_t sum = 0;
    for (size_t k = 0; k < p->view->n_periods; k++) {
        sum += rk__syspage_place(p, k) <= rk__syspage_place(p, period) ? grains[k] : 0;
    }
    return sum;
}

/* The position as shown less its control total as shown. */
static void round_against(rk__system_page *p, size_t scenario, size_t organisation)
{
    const size_t n = p->view->n_periods;
    int64_t *against = &p->shown[scenario].against[organisation * (n + 1)];
    for (size_t k = 0; k < n; k++) {
        const rk_position *position = rk__syspage_position(p, scenario, k, organisation);
        if (position->against == NULL) {
            continue;
        }
        /* Observers are in no sum, and so are not rounded together with others. */
        const int64_t shown =
            position->group != NULL               ? rk__syspage_group(p, scenario, k, organisation)
            : rk__syspage_counts(p, organisation) ? rk__syspage_shown(p, scenario, organisation)[k]
                                                  : rk__grains(p->out, position->after, p->grain);
        against[k] = shown - rk__grains(p->out, position->control_total, p->grain);
        against[n] += against[k];
    }
}

/* Rounds the positions together with the residual of the pool, which no organisation inside has. */
static void round_positions(rk__system_page *p, size_t scenario)
{
    const size_t n = p->view->n_organisations;
    const size_t n_periods = p->view->n_periods;
    rk__arena *arena = &p->out->arena;
    rk__shown_positions *s = &p->shown[scenario];
    rk_num *cells = rk__arena_alloc(arena, (n + 1) * n_periods * sizeof(rk_num));
    int64_t *shown = rk__arena_alloc(arena, (n + 1) * n_periods * sizeof *shown);
    int64_t *totals = rk__arena_alloc(arena, (n + 1) * sizeof *totals);
    rk_num *sums = rk__arena_alloc(arena, (n + 1) * sizeof(rk_num));
    s->against = rk__arena_alloc(arena, (n + 1) * (n_periods + 1) * sizeof *s->against);
    s->cells = rk__arena_alloc(arena, (n + 1) * (n_periods + 1) * sizeof *s->cells);
    s->system = rk__arena_alloc(arena, (n_periods + 1) * sizeof *s->system);
    s->same_as = SIZE_MAX;
    if (cells == NULL || shown == NULL || totals == NULL || sums == NULL || s->against == NULL ||
        s->cells == NULL || s->system == NULL) {
        p->out->failed = true;
        return;
    }
    bool residual = false;
    for (size_t k = 0; k < n_periods; k++) {
        rk_num rest = rk_scenario_period(rk__syspage_scenario(p, scenario), k)->system;
        for (size_t o = 0; o < n; o++) {
            const rk_num after = rk__syspage_position(p, scenario, k, o)->after;
            cells[o * n_periods + k] = rk__syspage_counts(p, o) ? after : NULL;
            rest = rk__syspage_counts(p, o) ? rk__num_sub(&p->out->nums, rest, after) : rest;
        }
        cells[n * n_periods + k] = rest;
        residual |= rk__num_sign(rest) != 0;
    }
    for (size_t o = 0; o <= n; o++) {
        sums[o] = rk__num_from_int(&p->out->nums, 0);
        for (size_t k = 0; k < n_periods; k++) {
            const rk_num cell = cells[o * n_periods + k];
            sums[o] = cell != NULL ? rk__num_add(&p->out->nums, sums[o], cell) : sums[o];
        }
    }
    rk__foot(p->out, sums, n + 1, p->grain, totals);
    rk__foot_table(p->out, cells, n + 1, n_periods, p->grain, totals, shown);
    for (size_t o = 0; o <= n; o++) {
        for (size_t k = 0; k < n_periods; k++) {
            s->cells[o * (n_periods + 1) + k] = shown[o * n_periods + k];
            s->system[k] += shown[o * n_periods + k];
        }
        s->cells[o * (n_periods + 1) + n_periods] = totals[o];
        s->system[n_periods] += totals[o];
    }
    s->residual = residual ? &s->cells[n * (n_periods + 1)] : NULL;
    for (size_t o = 0; o < n; o++) {
        round_against(p, scenario, o);
    }
    for (size_t i = 0; i < scenario && s->same_as == SIZE_MAX; i++) {
        s->same_as = same_positions(p, i, scenario) ? i : SIZE_MAX;
    }
}

static void prepare(rk__system_page *p)
{
    p->year = p->view->yearly ? "year" : "period";
    p->shown = rk__arena_alloc(&p->out->arena, (p->view->n_scenarios + 1) * sizeof *p->shown);
    const size_t n = p->view->n_organisations;
    const char **ids = rk__arena_alloc(&p->out->arena, (n + 1) * sizeof *ids);
    for (size_t o = 0; ids != NULL && o < n; o++) {
        ids[o] = rk_system_organisation(p->result, o)->id;
    }
    p->out->failed |=
        p->shown == NULL || ids == NULL || !rk__names_make(&p->ids, ids, n, &p->out->arena);
    for (size_t i = 0; i < p->view->n_scenarios && !p->out->failed; i++) {
        round_positions(p, i);
    }
}

void rk__syspage_prepare(rk__system_page *p)
{
    choose_unit(p);
    prepare(p);
}

void rk__syspage_prepare_minor(rk__system_page *p)
{
    p->unit = 1;
    p->grain = rk__num_from_ratio(&p->out->nums, 1, rk_power_of_ten(p->out->places));
    prepare(p);
}
