/* SPDX-License-Identifier: MIT
 *
 * verbs.h: the table of verbs, and what each of them does.
 */
#pragma once

#include "options.h"
#include "work.h"

/* In the order of the help; ends with a NULL name. */
extern const cli_verb cli_verb_table[];

/* evaluate.c */
int cli_evaluate_check(cli *c);
int cli_evaluate(cli *c, cli_session *s);
/* merge.c */
int cli_partial_check(cli *c);
int cli_partial(cli *c, cli_session *s);
int cli_merge_check(cli *c);
int cli_merge(cli *c, cli_session *s);
/* ask.c */
int cli_compare(cli *c, cli_session *s);
int cli_report_check(cli *c);
int cli_explain(cli *c, cli_session *s);
int cli_system(cli *c, cli_session *s);
int cli_incentives(cli *c, cli_session *s);
/* vary.c */
int cli_solve_check(cli *c);
int cli_solve(cli *c, cli_session *s);
int cli_sensitivity_check(cli *c);
int cli_sensitivity(cli *c, cli_session *s);
int cli_sweep_check(cli *c);
int cli_sweep(cli *c, cli_session *s);
/* held.c */
int cli_variance_check(cli *c);
int cli_variance(cli *c, cli_session *s);
int cli_replay(cli *c);
int cli_diff(cli *c, cli_session *s);
int cli_compare_bridge(cli *c, cli_session *s);
int cli_explain_against(cli *c, cli_session *s);
/* check.c, test.c */
/* The collector that --junit or --tap names, 0 for neither. */
int cli_collector(const cli *c);
int cli_check(cli *c, cli_session *s);
int cli_test(cli *c, cli_session *s);
/* rules.c: the verbs `rules` and `schema` */
int cli_rules_check(cli *c);
int cli_rules(cli *c, cli_session *s);
/* doctor.c */
int cli_doctor(cli *c);
/* inspect.c */
int cli_inspect(cli *c, cli_session *s);
/* tariff.c */
int cli_tariff_check(cli *c);
int cli_tariff(cli *c, cli_session *s);
/* batch.c */
int cli_batch(cli *c);
