/* SPDX-License-Identifier: MIT
 *
 * system.c: systems for people, as text and as Markdown. The first page answers: a sentence for
 * each scenario, positions, what moves them, income and cost by line, who bears what, findings
 * and contracts. The rest is detail.
 */
#include "report/finding.h"
#include "report/system_page.h"

/* ------------------------------------------------------------- where it comes from */

/* The notes and sources of the document, because made-up figures and published ones look alike. */
static void notes_and_sources(const rk__system_page *p)
{
    const rk_system_view *r = p->view;
    if (r->notes != NULL) {
        rk__syspage_heading(p, 2, "Notes", "");
        rk__syspage_paragraph(p, r->notes);
    }
    if (r->n_sources > 0) {
        rk__syspage_heading(p, 2, "Sources", "");
    }
    for (size_t i = 0; i < r->n_sources; i++) {
        const rk_source_note *note = rk_system_source(p->result, i);
        const bool whole = note->of[0] == '\0';
        rk__buf text = {0};
        rk__buf_printf(&text, "%s%s%s", whole ? "" : note->of, whole ? "" : ": ", note->text);
        if (note->url != NULL) {
            rk__buf_printf(&text, " (%s)", note->url);
        }
        p->out->failed |= text.failed;
        rk__syspage_item(p, text.text != NULL ? text.text : "");
        rk__buf_dispose(&text);
    }
}

/* ----------------------------------------------------------------------- findings */

static bool has_finding(const rk_scenario_result *s, const rk_finding *finding)
{
    for (size_t i = 0; i < s->n_findings; i++) {
        if (strcmp(rk_scenario_finding(s, i)->message, finding->message) == 0) {
            return true;
        }
    }
    return false;
}

/* A finding of several scenarios is one item, which names them unless it is of all. */
static void finding_item(const rk__system_page *p, const rk_finding *finding)
{
    rk__buf names = {0};
    rk__buf text = {0};
    size_t n = 0;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        if (has_finding(rk__syspage_scenario(p, i), finding)) {
            rk__buf_printf(&names, "%s%s", n++ == 0 ? "" : ", ", rk__syspage_scenario(p, i)->name);
        }
    }
    rk__buf_puts(&names, ": ");
    p->out->failed |= names.failed;
    rk__print_finding(p->out, n < p->view->n_scenarios && names.text != NULL ? names.text : "",
                      finding, p->out->places, 0);
    rk__buf_puts(&text, p->out->scratch.text != NULL ? p->out->scratch.text : "");
    rk__buf_reset(&p->out->scratch);
    p->out->failed |= text.failed;
    rk__syspage_item(p, text.text != NULL ? text.text : "");
    rk__buf_dispose(&names);
    rk__buf_dispose(&text);
}

/* Notes, and what the document accepts, are detail. */
static void findings(const rk__system_page *p, bool detail)
{
    size_t n = 0;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        const rk_scenario_result *s = rk__syspage_scenario(p, i);
        for (size_t k = 0; k < s->n_findings; k++) {
            bool seen = !detail && rk_scenario_finding(s, k)->severity == RK_SEVERITY_NOTE;
            for (size_t j = 0; j < i; j++) {
                seen |= has_finding(rk__syspage_scenario(p, j), rk_scenario_finding(s, k));
            }
            if (!seen && n++ == 0) {
                rk__syspage_heading(p, 2, "Findings", "");
            }
            if (!seen) {
                finding_item(p, rk_scenario_finding(s, k));
            }
        }
    }
    rk__page_puts(p->out, n > 0 && p->markdown ? "\n" : "");
}

/* --------------------------------------------------------------------- conditions */

#define CONDITIONS_MOST 4

/* "acts: stf, q2: trust -1,900,000.00, year to date, excluding grants; control total
 * -2,000,000.00: met". */
static void condition_item(const rk__system_page *p, const rk_scenario_result *s,
                           const rk_condition_test *t)
{
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s%s, %s: %s ", p->view->n_scenarios > 1 ? s->name : "",
                   p->view->n_scenarios > 1 ? ": " : "", t->contract, t->period, t->organisation);
    rk__print_money(&text, t->tested, p->out->places);
    rk__buf_printf(&text, "%s%s%s; control total ", t->cumulative ? ", year to date" : "",
                   t->after_pool ? ", after the pool" : "",
                   t->with_grants ? ", with grants" : ", excluding grants");
    rk__print_money(&text, t->against, p->out->places);
    rk__buf_puts(&text, t->met ? ": met" : ": missed");
    const rk_num by = rk__num_sub(&p->out->nums, t->against, t->tested);
    const rk_num penny = rk__num_from_ratio(&p->out->nums, 1, rk_power_of_ten(p->out->places));
    if (!t->met && rk__num_compare(by, penny) < 0) { /* the figures may show as the same */
        rk__buf_puts(&text, " by ");
        rk__num_print_exact(&text, by);
    }
    p->out->failed |= text.failed;
    rk__syspage_item(p, text.text != NULL ? text.text : "");
    rk__buf_dispose(&text);
}

/* More than a few are only counted, unless detail is asked for. */
static void conditions(const rk__system_page *p, bool detail)
{
    size_t n = 0;
    size_t met = 0;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        const rk_scenario_result *s = rk__syspage_scenario(p, i);
        for (size_t k = 0; k < s->n_conditions; k++, n++) {
            met += rk_scenario_condition(s, k)->met;
        }
    }
    if (n > CONDITIONS_MOST && !detail) {
        rk__buf text = {0};
        rk__buf_printf(&text, "conditions on positions: %zu met, %zu missed; --detail lists them",
                       met, n - met);
        p->out->failed |= text.failed;
        rk__page_puts(p->out, "\n");
        rk__syspage_item(p, text.text != NULL ? text.text : "");
        rk__buf_dispose(&text);
        return;
    }
    n = 0;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        const rk_scenario_result *s = rk__syspage_scenario(p, i);
        for (size_t k = 0; k < s->n_conditions; k++) {
            if (n++ == 0) {
                rk__syspage_heading(p, 2, "Conditions on positions", "");
            }
            condition_item(p, s, rk_scenario_condition(s, k));
        }
    }
    rk__page_puts(p->out, n > 0 && p->markdown ? "\n" : "");
}

/* --------------------------------------------------------------------- the whole */

static void head(const rk__system_page *p)
{
    const rk_system_view *r = p->view;
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s", r->title != NULL ? ": " : "", r->title != NULL ? r->title : "");
    rk__syspage_heading(p, 1, r->id, text.text != NULL ? text.text : "");
    rk__buf_reset(&text);
    rk__buf_printf(&text, "%s%s; deficits are in brackets. Payments inside the system cancel.",
                   r->currency,
                   p->unit == 1000000 ? " million"
                   : p->unit == 1000  ? " thousand"
                                      : "");
    const char *basis = rk__basis_sentence(r->basis);
    if (basis != NULL) {
        rk__buf_printf(&text, " %s", basis);
    }
    rk__syspage_paragraph(p, text.text != NULL ? text.text : "");
    p->out->failed |= text.failed;
    rk__buf_dispose(&text);
}

static void answers(const rk__system_page *p)
{
    rk__page_puts(p->out, p->markdown ? "" : "\n");
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        rk__buf text = {0};
        rk__syspage_answer(p, i, &text);
        p->out->failed |= text.failed;
        rk__syspage_item(p, text.text != NULL ? text.text : "");
        rk__buf_dispose(&text);
    }
    rk__page_puts(p->out, p->markdown ? "\n" : "");
}

/* What the last line promises of --detail. */
static void detail_line(const rk__system_page *p)
{
    rk__buf text = {0};
    rk__buf_printf(&text,
                   "--detail adds %s%s%s%scontracts, each scenario period by period, coverage, "
                   "notes and sources.",
                   p->brief >= RK__BRIEF_NO_LINES ? "income and cost by line, "
                   : p->brief >= RK__BRIEF_LINES  ? "each organisation's income and cost by line, "
                                                  : "",
                   p->brief >= RK__BRIEF_BEARING ? "who bears stranded and double-running cost, "
                                                 : "",
                   p->brief >= RK__BRIEF_OBSERVERS ? "observers, " : "",
                   p->brief >= RK__BRIEF_BRIDGES ? "what moves each organisation, " : "");
    p->out->failed |= text.failed;
    rk__page_puts(p->out, p->markdown ? "" : "\n");
    rk__syspage_paragraph(p, text.text != NULL ? text.text : "");
    rk__buf_dispose(&text);
}

static void page(rk__page *out, const rk_system_result *of, bool markdown, bool detail,
                 unsigned brief)
{
    rk__system_page p = {.out = out,
                         .result = of,
                         .view = rk_system_result_read(of),
                         .markdown = markdown,
                         .brief = brief};
    rk__syspage_prepare(&p);
    if (out->failed) {
        return;
    }
    head(&p);
    answers(&p);
    rk__syspage_positions(&p);
    rk__syspage_bridges(&p);
    if (brief < RK__BRIEF_NO_LINES) {
        rk__syspage_lines(&p);
    }
    if (brief < RK__BRIEF_BEARING) {
        rk__syspage_bearing(&p);
    }
    conditions(&p, detail);
    findings(&p, detail);
    if (detail) {
        rk__syspage_contracts(&p);
        rk__syspage_details(&p);
        notes_and_sources(&p);
    } else {
        detail_line(&p);
    }
}

/* Two screens, for as many periods and scenarios. */
#define LINES_MOST  80
#define ACROSS_MOST 3

static int count_lines(void *ctx, const char *text, size_t length)
{
    size_t *lines = ctx;
    for (size_t i = 0; i < length; i++) {
        *lines += text[i] == '\n';
    }
    return 0;
}

/* As little as must be is left to --detail. */
static unsigned choose_brief(rk__page *out, const rk_system_result *of)
{
    const rk_system_view *view = rk_system_result_read(of);
    size_t lines = LINES_MOST + 1;
    unsigned brief = 0;
    for (; view->n_periods <= ACROSS_MOST && view->n_scenarios <= ACROSS_MOST; brief++) {
        lines = 0;
        const rk_sink counted = {.write = count_lines, .ctx = &lines, .width = out->width};
        rk__page *trial = rk__calloc(1, sizeof *trial);
        if (trial == NULL) {
            out->failed = true;
            return brief;
        }
        rk__page_init(trial, &counted);
        trial->places = out->places;
        page(trial, of, false, false, brief);
        out->failed |= rk__page_finish(trial) != RK_OK;
        rk__free(trial);
        if (lines <= LINES_MOST || brief + 1 == RK__BRIEF_MOST) {
            break;
        }
    }
    return brief;
}

void rk__people_system(rk__page *out, const rk_system_result *of, bool markdown, bool detail)
{
    page(out, of, markdown, detail, markdown || detail ? 0 : choose_brief(out, of));
}
