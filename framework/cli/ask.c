/* SPDX-License-Identifier: MIT
 *
 * ask.c: verbs that ask one question of one document: compare, explain, system and
 * incentives.
 */
#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

typedef struct answer {
    const cli_options *options;
    const char *name; /* of the document: its id once it is read, if it is a contract */
    rk_contract *contract;
    rk_comparison *comparison;
    rk_explanation *explanation;
    rk_system *system;
    rk_system_result *positions;
    rk_incentives *incentives;
} answer;

typedef struct question {
    rk_status (*ask)(const cli *c, cli_session *s, answer *a);
    /* An exit code for what was found; NULL: nothing to find. */
    int (*findings)(const cli *c, const answer *a);
    rk_status (*report)(const answer *a, const cli_output *out);
} question;

static int ask(cli *c, cli_session *s, const question *q)
{
    answer a = {.options = &c->options, .name = c->arguments.items[0]};
    int code = CLI_FINE;
    cli_work_begin(s);
    const rk_status status = q->ask(c, s, &a);
    cli_work_end(s);
    if (!cli_stop_asked()) {
        cli_problems(c, s->problems);
        if (status == RK_OK) {
            cli_output out;
            const int found = q->findings != NULL ? q->findings(c, &a) : CLI_FINE;
            code = cli_output_open(c, &out);
            code =
                cli_worse(found, code != 0 ? code : cli_output_finish(&out, q->report(&a, &out)));
        } else {
            code = cli_output_failure(c, a.name, s->problems);
            code = cli_worse(code, cli_failure(a.name, status, s->problems, 0));
        }
    }
    rk_comparison_free(a.comparison);
    rk_explanation_free(a.explanation);
    rk_contract_free(a.contract);
    rk_system_result_free(a.positions);
    rk_system_free(a.system);
    rk_incentives_free(a.incentives);
    return code;
}

static rk_status load(cli_session *s, answer *a)
{
    const rk_status status = rk_contract_load(s->session, a->name, &a->contract, s->problems);
    if (status == RK_OK) {
        a->name = rk_contract_id(a->contract);
    }
    return status;
}

/* ------------------------------------------------------------------- compare */

static rk_status ask_comparison(const cli *c, cli_session *s, answer *a)
{
    const rk_status status = load(s, a);
    return status != RK_OK ? status
                           : rk_compare(a->contract, c->options.arrangements.items,
                                        c->options.baseline, &a->comparison, s->problems);
}

static int comparison_findings(const cli *c, const answer *a)
{
    int code = CLI_FINE;
    for (size_t i = 0; i < rk_comparison_count(a->comparison); i++) {
        const rk_result *result = rk_comparison_result(a->comparison, i);
        code = cli_worse(code, cli_result_code(c, result));
        /* All results use the same tariffs, so their ages are shown once. */
        if (i == 0) {
            cli_remarks(c, result);
        }
    }
    const char *most = c->options.fail_over;
    const size_t over = most != NULL ? rk_comparison_over(a->comparison, most) : 0;
    if (over == SIZE_MAX) {
        return cli_wrong("--fail-over '%s': write an amount of money, such as 2500.00", most);
    }
    return over == 0 ? code
                     : cli_say(CLI_FINDINGS,
                               "%zu of %zu arrangements differ from the baseline by more "
                               "than %s",
                               over, rk_comparison_count(a->comparison), most);
}

static rk_status report_comparison(const answer *a, const cli_output *out)
{
    return rk_report_comparison(a->comparison, out->format, &out->sink);
}

/* Refuses options that are only for contracts if the document is a system, and the reverse. */
static int refuse(const cli *c, bool system)
{
    const cli_options *o = &c->options;
    if (system && (o->arrangements.n > 0 || o->baseline != NULL || o->arrangement != NULL ||
                   o->component != NULL || o->line != NULL || o->row > 0 || o->where.n > 0 ||
                   o->periods != NULL || o->through != NULL || o->year_to_date ||
                   o->by_columns.n > 0 || o->tariffs.n > 0 || o->against != NULL)) {
        return cli_wrong("a system has scenarios: --scenarios NAME,... chooses them");
    }
    if (system && o->fail_over != NULL) {
        return cli_wrong("--fail-over is for contracts, whose arrangements have one total each");
    }
    if (!system &&
        (o->scenarios.n > 0 || o->detail || o->organisation != NULL || o->period != NULL)) {
        return cli_wrong("--scenarios, --detail, --organisation and --period are for systems");
    }
    return 0;
}

/* `report` is `compare` in another format. */
int cli_report_check(cli *c)
{
    if (!cli_output_format_given(c)) {
        c->options.format = RK_FORMAT_HTML;
    } else if (c->options.format != RK_FORMAT_HTML && c->options.format != RK_FORMAT_XLSX) {
        return cli_wrong("'report' writes .html and .xlsx: 'compare' writes the other formats");
    }
    return cli_output_pack_check(c);
}

int cli_compare(cli *c, cli_session *s)
{
    const bool system = rk_is_system(c->arguments.items[0]);
    const int code = refuse(c, system);
    if (code != 0 || system) {
        return code != 0 ? code : cli_system(c, s);
    }
    if (c->options.tariffs.n > 0 || c->options.by_columns.n > 0) {
        return cli_compare_bridge(c, s);
    }
    return ask(c, s, &(question){ask_comparison, comparison_findings, report_comparison});
}

/* ------------------------------------------------------------------- explain */

static rk_status ask_explanation(const cli *c, cli_session *s, answer *a)
{
    const rk_explain_options options = {
        .size = sizeof options,
        .arrangement = c->options.arrangement,
        .component = c->options.component,
        .line = c->options.line,
        .row = (int64_t) c->options.row,
        .where = c->options.where.items,
    };
    const rk_status status = load(s, a);
    return status != RK_OK ? status
                           : rk_explain(a->contract, &options, &a->explanation, s->problems);
}

static rk_status report_explanation(const answer *a, const cli_output *out)
{
    return rk_report_explanation(a->explanation, out->format, &out->sink);
}

static rk_status ask_system_explanation(const cli *c, cli_session *s, answer *a)
{
    rk_system_explain_options o = RK_SYSTEM_EXPLAIN_INIT;
    o.organisation = c->options.organisation;
    o.period = c->options.period;
    o.scenarios = c->options.scenarios.items;
    const rk_status status = rk_system_load(s->session, a->name, &a->system, s->problems);
    return status != RK_OK ? status
                           : rk_system_explain(a->system, &o, &a->explanation, s->problems);
}

int cli_explain(cli *c, cli_session *s)
{
    const bool system = rk_is_system(c->arguments.items[0]);
    const int code = refuse(c, system);
    if (code != 0 || system) {
        return code != 0 ? code
                         : ask(c, s, &(question){ask_system_explanation, NULL, report_explanation});
    }
    if (c->options.against != NULL) {
        return cli_explain_against(c, s);
    }
    if (c->options.row > 0 && c->options.where.n > 0) {
        return cli_wrong("--row and --where both choose rows: leave one of them out");
    }
    return ask(c, s, &(question){ask_explanation, NULL, report_explanation});
}

/* -------------------------------------------------------------------- system */

static rk_status ask_positions(const cli *c, cli_session *s, answer *a)
{
    const rk_status status = rk_system_load(s->session, a->name, &a->system, s->problems);
    if (status == RK_OK && c->options.format == RK_FORMAT_HTML) {
        rk_system_keep_steps(a->system);
    }
    return status != RK_OK ? status
                           : rk_system_evaluate(a->system, c->options.scenarios.items,
                                                &a->positions, s->problems);
}

static int positions_findings(const cli *c, const answer *a)
{
    const bool found = c->options.strict && rk_system_result_n_warnings(a->positions) > 0;
    return found ? CLI_FINDINGS : CLI_FINE;
}

static rk_status report_positions(const answer *a, const cli_output *out)
{
    return (a->options->detail ? rk_report_system_detail
                               : rk_report_system)(a->positions, out->format, &out->sink);
}

int cli_system(cli *c, cli_session *s)
{
    return ask(c, s, &(question){ask_positions, positions_findings, report_positions});
}

/* ---------------------------------------------------------------- incentives */

static rk_status ask_incentives(const cli *c, cli_session *s, answer *a)
{
    const rk_incentives_options options = {
        .size = sizeof options, .step = c->options.step, .fixed = c->options.fixed};
    return rk_incentives_evaluate(s->session, a->name, &options, &a->incentives, s->problems);
}

static rk_status report_incentives(const answer *a, const cli_output *out)
{
    return rk_report_incentives(a->incentives, out->format, &out->sink);
}

int cli_incentives(cli *c, cli_session *s)
{
    return ask(c, s, &(question){ask_incentives, NULL, report_incentives});
}
