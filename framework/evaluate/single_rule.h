/* SPDX-License-Identifier: MIT
 *
 * single_rule.h: settles one rule on the host's own parameters and table rows, without a
 * document.
 */
#pragma once

#include "contract/session.h"
#include "ledger/result.h"

typedef struct rk__rule_param {
    const char *name, *text;
} rk__rule_param;

/* All texts are borrowed. */
typedef struct rk__single_rule {
    const char *rule;
    const char *component; /* its name in messages */
    const rk__value *at;   /* position for problems */
    const rk_period *period;
    int places; /* decimals of the currency */
    const rk__rule_param *params;
    size_t n_params;
    const char *table; /* the rule's name for its table */
    const char *const *columns;
    size_t n_columns;
    const char *const *cells; /* n_rows x n_columns; NULL: no value */
    size_t n_rows;
} rk__single_rule;

/* Settles a rule that prices no rows. The result has one period and in it one component, with
 * its ledger lines alone; free it with rk_result_free. Fails if the rule fails, or if a
 * parameter or cell does not match the rule's declaration. */
rk_status rk__single_rule_settle(rk_session *session, const rk__single_rule *input, rk_result **out,
                                 rk_problems *problems);
