/* SPDX-License-Identifier: MIT
 *
 * system_answer.c: the answer of a scenario in one sentence: whether and when the system
 * balances, over its window, who misses a control total, who is in deficit, and what is paid
 * twice or by nobody.
 */
#include "report/system_page.h"

#define LISTED 3 /* periods that are named rather than counted */

typedef struct sentence {
    const rk__system_page *p;
    size_t scenario;
    rk__buf *out;
} sentence;

static void say(const sentence *s, rk_num amount, int64_t grains)
{
    rk__syspage_say(s->p, s->out, amount, grains);
}

/* Of an amount that no table shows. */
static void say_alone(const sentence *s, rk_num amount)
{
    say(s, amount, rk__grains(s->p->out, amount, s->p->grain));
}

static const int64_t *shown_system(const sentence *s)
{
    return s->p->shown[s->scenario].system;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* -------------------------------------------------------------------- the system */

static rk_num in_period(const sentence *s, size_t period)
{
    return rk_scenario_period(rk__syspage_scenario(s->p, s->scenario), period)->system;
}

/* Less than half a penny is not a deficit: VAT, for example, is exact until it is paid. */
static bool is_deficit(const rk__system_page *p, rk_num amount)
{
    return rk__num_sign(rk__num_round(&p->out->nums, amount, p->out->places)) < 0;
}

/* "2016-17, 2017-18 and 2018-19" of the periods with this sign */
static void list_periods(const sentence *s, bool deficit)
{
    const size_t n = s->p->view->n_periods;
    size_t left = 0;
    size_t done = 0;
    for (size_t k = 0; k < n; k++) {
        left += (is_deficit(s->p, in_period(s, k))) == deficit;
    }
    for (size_t k = 0; k < n; k++) {
        if ((is_deficit(s->p, in_period(s, k))) == deficit) {
            rk__buf_puts(s->out, done == 0 ? "" : done + 1 == left ? " and " : ", ");
            rk__buf_puts(s->out, rk_system_period_id(s->p->result, k));
            done++;
        }
    }
}

static void say_periods(const sentence *s, const rk_balance *b)
{
    const size_t n = s->p->view->n_periods;
    size_t deficits = 0;
    for (size_t k = 0; k < n; k++) {
        deficits += is_deficit(s->p, in_period(s, k));
    }
    if (n == 1) {
        if (rk__num_sign(b->total) == 0) {
            rk__buf_puts(s->out, "the system balances");
            return;
        }
        rk__buf_puts(s->out, deficits == 0 ? "the system balances (+" : "the system is short by ");
        say(s, b->total, shown_system(s)[n]);
        rk__buf_puts(s->out, deficits == 0 ? ")" : "");
        return;
    }
    if (deficits == 0) {
        rk__buf_printf(s->out, "the system balances in every %s", s->p->year);
    } else if (deficits == n) {
        rk__buf_printf(s->out, "the system balances in no %s", s->p->year);
    } else if (n - deficits <= LISTED) {
        rk__buf_puts(s->out, "the system balances in ");
        list_periods(s, false);
    } else if (deficits <= LISTED) {
        rk__buf_printf(s->out, "the system balances in every %s but ", s->p->year);
        list_periods(s, true);
    } else {
        rk__buf_printf(s->out, "the system balances in %zu of %zu %ss, first in %s", n - deficits,
                       n, s->p->year, rk_system_period_id(s->p->result, (size_t) b->first));
    }
    const bool even = rk__num_sign(b->total) == 0;
    rk__buf_puts(s->out, is_deficit(s->p, b->total) ? " (in all short by "
                         : even                     ? " (in all "
                                                    : " (in all +");
    say(s, b->total, shown_system(s)[n]);
    if (b->npv != NULL) {
        rk__buf_puts(s->out, "; net present value ");
        rk__buf_puts(s->out, is_deficit(s->p, b->npv) ? "minus " : "");
        say_alone(s, b->npv);
    }
    rk__buf_puts(s->out, ")");
}

static void say_window(const sentence *s, const rk_balance *b)
{
    const size_t window = s->p->view->window;
    if (window <= 1) {
        return;
    }
    if (!b->window_tested) {
        rk__buf_printf(s->out, "; over %zu years is not tested, for the periods are fewer", window);
    } else if (b->window_first == RK_NEVER) {
        rk__buf_printf(s->out, "%s never over %zu years", b->first == RK_NEVER ? " and" : ", but",
                       window);
    } else {
        rk__buf_printf(s->out, " and over %zu years by %s", window,
                       rk_system_period_id(s->p->result, (size_t) b->window_first));
    }
}

static void say_lowest(const sentence *s, const rk_balance *b)
{
    if (s->p->view->n_periods > 1 && is_deficit(s->p, b->trough) &&
        rk__num_compare(b->trough, b->total) != 0) {
        rk__buf_puts(s->out, ", cumulatively short by ");
        say(s, b->trough, rk__syspage_so_far(s->p, shown_system(s), (size_t) b->trough_at));
        rk__buf_printf(s->out, " at worst, in %s",
                       rk_system_period_id(s->p->result, (size_t) b->trough_at));
    }
}

/* ------------------------------------------------------------------ organisations */

typedef struct worst {
    size_t n, of, organisation, period;
    rk_num amount; /* the lowest */
    int64_t grains;
} worst;

static void look(worst *w, rk_num amount, int64_t grains, size_t organisation, size_t period)
{
    if (w->amount == NULL || rk__num_compare(amount, w->amount) < 0) {
        w->amount = amount;
        w->grains = grains;
        w->organisation = organisation;
        w->period = period;
    }
}

/* An organisation that only stands for its members has nothing of its own. */
static bool has_own(const rk__system_page *p, size_t scenario, size_t organisation)
{
    bool own = rk__syspage_counts(p, organisation);
    const rk_position *first = rk__syspage_position(p, scenario, 0, organisation);
    if (own && first->group != NULL) {
        own = false;
        for (size_t k = 0; k < p->view->n_periods; k++) {
            own |= rk__syspage_position(p, scenario, k, organisation)->n_entries > 0;
        }
    }
    return own;
}

static void say_worst(const sentence *s, const worst *w)
{
    rk__buf_printf(s->out, "%s by ", rk__syspage_name(s->p, w->organisation));
    say(s, w->amount, w->grains);
}

/* Over all periods; if none is, in single ones. */
static void say_deficits(const sentence *s)
{
    const rk__system_page *p = s->p;
    const size_t n_periods = p->view->n_periods;
    worst all = {0};
    worst single = {0};
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        if (!has_own(p, s->scenario, o)) {
            continue;
        }
        bool in_one = false;
        const rk_num total = rk__syspage_total(p, s->scenario, o);
        const int64_t *shown = rk__syspage_shown(p, s->scenario, o);
        all.of++;
        all.n += is_deficit(p, total);
        look(&all, total, shown[n_periods], o, 0);
        for (size_t k = 0; k < n_periods; k++) {
            const rk_num after = rk__syspage_position(p, s->scenario, k, o)->after;
            in_one |= is_deficit(p, after);
            look(&single, after, shown[k], o, k);
        }
        single.n += in_one;
    }
    const char *over_all = n_periods > 1 ? " over all" : "";
    if (all.n > 0) {
        rk__buf_printf(s->out, "; %zu of %zu organisations %s in deficit%s, ", all.n, all.of,
                       all.n == 1 ? "is" : "are", over_all);
        rk__buf_puts(s->out, all.n > 1 ? "most of all " : "");
        say_worst(s, &all);
    } else if (single.n > 0) {
        rk__buf_puts(s->out, "; no organisation is in deficit over all, but ");
        rk__buf_printf(s->out, "%zu %s in single %ss, at worst ", single.n,
                       single.n == 1 ? "is" : "are", p->year);
        say_worst(s, &single);
        rk__buf_printf(s->out, " in %s", rk_system_period_id(p->result, single.period));
    } else {
        rk__buf_puts(s->out, "; no organisation is in deficit");
    }
}

static void say_cash(const sentence *s)
{
    const rk_scenario_result *result = rk__syspage_scenario(s->p, s->scenario);
    for (size_t o = 0; o < s->p->view->n_organisations; o++) {
        const rk_balance *b = rk_scenario_organisation_balance(result, o);
        if (b->lowest_cash != NULL && b->cash_out != RK_NEVER) {
            rk__buf_printf(s->out, "; %s is out of cash in %s", rk__syspage_name(s->p, o),
                           rk_system_period_id(s->p->result, (size_t) b->cash_out));
        }
    }
}

static void say_control_totals(const sentence *s)
{
    const rk__system_page *p = s->p;
    worst w = {0};
    bool by_little = false;
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        bool has = false;
        bool missed = false;
        for (size_t k = 0; k < p->view->n_periods; k++) {
            const rk_position *position = rk__syspage_position(p, s->scenario, k, o);
            if (position->against != NULL) {
                has = true;
                by_little |= rk__num_sign(position->against) < 0;
                missed |= is_deficit(p, position->against);
                look(&w, position->against, rk__syspage_shown_against(p, s->scenario, o)[k], o, k);
            }
        }
        w.of += has;
        w.n += missed;
    }
    if (w.of == 0) {
        return;
    }
    if (w.n == 0) {
        rk__buf_puts(s->out,
                     w.of == 1 ? "; the control total is met" : "; all control totals are met");
        /* A grant on condition of it is lost all the same. */
        rk__buf_puts(s->out, by_little ? " but for less than is shown" : "");
        return;
    }
    const char *name = rk__syspage_name(p, w.organisation);
    const bool periods = p->view->n_periods > 1;
    if (w.n > 1) {
        rk__buf_printf(s->out, "; %zu of %zu control totals are missed, at worst that of %s by ",
                       w.n, w.of, name);
    } else if (w.of > 1) {
        rk__buf_printf(s->out, "; 1 of %zu control totals is missed, that of %s by ", w.of, name);
    } else {
        rk__buf_printf(s->out, "; the control total of %s is missed by ", name);
    }
    say(s, w.amount, w.grains);
    if (periods) {
        rk__buf_printf(s->out, "%s in %s", w.n > 1 ? "" : " at worst,",
                       rk_system_period_id(p->result, w.period));
    }
}

/* ----------------------------------------------------------------------- coverage */

static bool same_service(const rk_coverage_line *a, const rk_coverage_line *b)
{
    const char *x = a->pod != NULL ? a->pod : a->rows != NULL ? a->rows : "";
    const char *y = b->pod != NULL ? b->pod : b->rows != NULL ? b->rows : "";
    return strcmp(a->table, b->table) == 0 && strcmp(x, y) == 0;
}

/* Lines of one service in several periods are one. */
static void say_coverage(const sentence *s, bool none)
{
    const rk_scenario_result *result = rk__syspage_scenario(s->p, s->scenario);
    rk_num value = rk__num_from_int(&s->p->out->nums, 0);
    size_t n = 0;
    bool known = true;
    for (size_t i = 0; i < result->n_coverage; i++) {
        const rk_coverage_line *line = rk_scenario_coverage(result, i);
        if ((line->n_payers == 0) != none) {
            continue;
        }
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++) {
            const rk_coverage_line *other = rk_scenario_coverage(result, k);
            seen = (other->n_payers == 0) == none && same_service(line, other);
        }
        n += !seen;
        known &= line->value != NULL;
        value = known ? rk__num_add(&s->p->out->nums, value, line->value) : value;
    }
    if (n == 0) {
        return;
    }
    rk__buf_printf(s->out, "; %zu service%s", n, plural(n));
    if (known) {
        rk__buf_puts(s->out, " worth ");
        say_alone(s, value);
    }
    rk__buf_printf(s->out, "%s paid %s", n == 1 ? " is" : " are",
                   none ? "by nobody" : "more than once");
}

void rk__syspage_answer(const rk__system_page *p, size_t scenario, rk__buf *out)
{
    const sentence s = {.p = p, .scenario = scenario, .out = out};
    const rk_scenario_result *result = rk__syspage_scenario(p, scenario);
    const rk_balance *b = rk_scenario_balance(result);
    rk__buf_printf(out, "%s: ", result->name);
    say_periods(&s, b);
    say_window(&s, b);
    say_lowest(&s, b);
    say_deficits(&s);
    say_cash(&s);
    say_control_totals(&s);
    say_coverage(&s, false);
    say_coverage(&s, true);
    rk__buf_putc(out, '.');
}
