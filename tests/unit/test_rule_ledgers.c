/* SPDX-License-Identifier: MIT
 *
 * What the rules write into the ledger beside the total: labels, quantities and
 * rates, lines that are shown and not paid, and warnings.
 */
#include "ledger/result.h"
#include "unit.h"

/* A case: one component `c` of a contract, its facts, and the ledger expected:
 * "label: amount" a line, "(label: amount)" where it is a memo, and the words that
 * a warning must hold; NULL if there must be no warning. JSON is written with ' for ". */
typedef struct ledger_case {
    const char *rule, *params, *facts, *of;
    const char *lines;
    const char *warning;
} ledger_case;

#define CONDITION(q, m, w, met, gate) \
    "{'instalment':'" q "','measure':'" m "','weight':'" w "','met':" met ",'gate':" gate "}"

static const ledger_case cases[] = {
    {"block", "{'amount':'1000','uplifts':[{'name':'inflation','rate':'2%'}]}", "{}", NULL,
     "Block payment: 1020\n", NULL},
    {"cap-and-collar", "{'plan':'1000','cap':'3%','collar':'2%'}", "{}", "1100",
     "Above the cap: -70\n(Cap: 1030)\n(Collar: 980)\n", NULL},
    {"cap-and-collar", "{'plan':'1000','cap':'3%','collar':'2%'}", "{}", "900",
     "Below the collar: 80\n(Cap: 1030)\n(Collar: 980)\n", NULL},
    {"cap-and-collar", "{'plan':'1000','cap':'3%','collar':'2%'}", "{}", "1030",
     "Within cap and collar: 0\n(Cap: 1030)\n(Collar: 980)\n", NULL},
    {"cap-and-collar", "{'plan':'1000','cap':'3%','collar':'2%'}", "{}", "980",
     "Within cap and collar: 0\n(Cap: 1030)\n(Collar: 980)\n", NULL},
    {"marginal-rate", "{'baseline':'1000','rate':'70%','rate_below':'50%'}", "{}", "1100",
     "Above the baseline, at the marginal rate: -30\nBelow the baseline: 0\n"
     "(Kept by the payer: 30)\n",
     NULL},
    {"capitation", "{'rate':'10','deductions':[{'label':'cover','share':'5%'}]}",
     "{'population':[{'group':'young','heads':100,'weight':'0.5'},{'heads':1}]}", NULL,
     "young [100 head x 10 x 0.5]: 500\npopulation [1 head x 10 x 1]: 10\ncover: -25.5\n", NULL},
    {"capitation", "{'rate':'10'}", "{'population':[{'group':'young'},{'group':'old','heads':2}]}",
     NULL, "old [2 head x 10 x 1]: 20\n", "'young' has no heads"},
    {"outcomes", "{'base':'1000','at_risk':'10%'}",
     "{'outcomes':[{'measure':'falls','value':'50','floor':0,'target':100}]}", NULL,
     "(falls [0.5 score x 1]: 0.5)\nBase: 1000\nWithheld: -100\nEarned: 50\n", NULL},
    {"outcomes", "{'base':'1000','at_risk':'10%'}",
     "{'outcomes':[{'measure':'falls','value':'50','floor':0,'target':100,'gate':true}]}", NULL,
     "(falls [0.5 score x 1]: 0.5)\nBase: 1000\nWithheld: -100\n"
     "Earned: none, a gate is missed: 0\n",
     NULL},
    {"outcomes", "{'base':'1000','at_risk':'10%','missing':'exclude'}",
     "{'outcomes':[{'measure':'falls','floor':0,'target':100}]}", NULL,
     "Base: 1000\nWithheld: -100\nEarned: 0\n", "'falls' has no value; it is left out"},
    {"outcomes", "{'base':'1000','at_risk':'10%','missing':'exclude'}",
     "{'outcomes':[{'measure':'falls','floor':0,'target':100}]}", NULL,
     "Base: 1000\nWithheld: -100\nEarned: 0\n", "no measure is left to score"},
    {"conditional-funding", "{'amount':'400','catch_up':true}",
     "{'conditions':[" CONDITION("Q1", "a", "60%", "false", "true") "," CONDITION(
         "Q1", "b", "40%", "true",
         "false") "," CONDITION("Q2", "a", "60%", "true",
                                "true") "," CONDITION("Q2", "b", "40%", "false", "false") "]}",
     NULL, "Q1: 0\nCaught up: 120\n(Withheld: 80)\nQ2: 120\n(Withheld: 80)\n", NULL},
    {"conditional-funding", "{'amount':'400'}",
     "{'conditions':[" CONDITION("Q1", "a", "60%", "true", "true") "]}", NULL, "Q1: 240\n",
     "the weights of 'Q1' do not add up to one"},
    {"conditional-funding", "{'amount':'400'}",
     "{'conditions':[{'instalment':'Q1','measure':'a','weight':1,'met':true,'share':'50%'}]}", NULL,
     "Q1: 200\n", "the shares of the instalments do not add up to one"},
    {"conditional-funding", "{'amount':'400'}",
     "{'conditions':[{'instalment':'Q1','measure':'a','weight':'50%'},{'instalment':'Q1','measure':"
     "'b','weight':'50%','met':true}]}",
     NULL, "Q1: 200\n(Withheld: 200)\n", "whether 'a' of 'Q1' is met is not said"},
    {"price-equals-cost", "{'margin':'10%'}",
     "{'activity':[{'pod':'EL','count':2,'efficient_unit_cost':'50'}]}", NULL,
     "EL [2 case x 50]: 100\nMargin: 10\n", NULL},
    {"price-equals-cost", "{'volume':'pathway'}",
     "{'activity':[{'pod':'EL','count':2,'pathway_count':1,'efficient_unit_cost':'50'}]}", NULL,
     "EL: 50\n", NULL},
    {"price-equals-cost", "{'basis':'open-book','share':'50%','ceiling':'2%'}",
     "{'activity':[{'pod':'EL','count':2,'efficient_unit_cost':'50','actual_unit_cost':'60'}]}",
     NULL,
     "EL [2 case x 60]: 120\nShare of the overspend, not paid: -10\n"
     "Above the ceiling, not paid: -8\n",
     NULL},
    {"price-equals-cost", "{'basis':'open-book','margin':'1%'}",
     "{'activity':[{'pod':'EL','efficient_unit_cost':'50','actual_unit_cost':'40'}]}", NULL,
     "EL [1 case x 40]: 40\nShare of the saving: 0\n", "'margin' has no effect"},
    {"price-equals-cost", "{'share':'1%'}",
     "{'activity':[{'pod':'EL','efficient_unit_cost':'50'}]}", NULL, "EL [1 case x 50]: 50\n",
     "'share' has no effect"},
    {"cost-and-volume",
     "{'base_units':10,'base_amount':'100','marginal_price':'5','marginal_price_below':'3'}",
     "{'activity':[{'count':12}]}", NULL,
     "Base amount: 100\nUnits above the tolerance [2 case x 5]: 10\n", NULL},
    {"cost-and-volume",
     "{'base_units':10,'base_amount':'100','marginal_price':'5','marginal_price_below':'3'}",
     "{'activity':[{'count':9}]}", NULL,
     "Base amount: 100\nUnits below the tolerance [-1 case x 3]: -3\n", NULL},
    {"cost-and-volume",
     "{'base_units':10,'base_amount':'100','marginal_price':'5','marginal_price_below':'3'}",
     "{'activity':[{'count':10}]}", NULL, "Base amount: 100\n", NULL},
    {"cost-and-volume",
     "{'base_units':10,'base_amount':'100','marginal_price':'5','marginal_price_below':'3'}",
     "{'activity':[]}", NULL, "Base amount: 100\nUnits below the tolerance [-10 case x 3]: -30\n",
     NULL},
    {"risk-corridor",
     "{'budget':'100','actual':'110','bands':[{'to':'5%','provider_share':1},{'to':null,'provider_"
     "share':'20%'}]}",
     "{}", NULL,
     "Actual cost: 110\nBand 1: provider's share of the overspend: -5\n"
     "Band 2: provider's share of the overspend: -1\n(Variance: -10)\n",
     NULL},
    {"bundle", "{'benchmark':'100','discount':'10%','episodes':2,'actual':'80','stop':'5%'}", "{}",
     NULL,
     "Services as used [2 episode x 80]: 160\nReconciliation [2 episode x 4.5]: 9\n"
     "(Target price: 90)\n",
     NULL},
    {"shared-savings",
     "{'benchmark':'100','expenditure':'99','minimum_savings_rate':'2%','sharing_rate':'50%'}",
     "{}", NULL, "Savings below the minimum: 0\n", NULL},
    {"shared-savings",
     "{'benchmark':'100','expenditure':'120','minimum_savings_rate':'2%','sharing_rate':'50%','"
     "loss_rate':'50%','loss_cap':'4%'}",
     "{}", NULL, "Shared losses, capped: -4\n", NULL},
    {"risk-pool", "{'member':'b','residual':'named'}",
     "{'members':[{'organisation':'a','share':'2/3'},{'organisation':'b','share':'1/"
     "3','amount':9,'loss_cap':2}]}",
     NULL,
     "(a: taken over by the pool: 0)\n(a: its part: -6)\nb: taken over by the pool: 9\n"
     "b: its part, capped: -2\n(Residual, nobody's: -1)\n",
     "is borne by nobody"},
    {"qof", "{'point_value':'2','list':3,'national_list':2}",
     "{'indicators':[{'indicator':'AF','numerator':1,'denominator':1,'lower':0,'upper':1,'points':"
     "4},{'indicator':'CHD','numerator':1,'denominator':1,'exceptions':1,'lower':0,'upper':1,'"
     "points':4}]}",
     NULL, "AF [4 point x 2 x 1.5]: 12\n", "'CHD' has nobody left in its denominator"},
};

static void print_number(rk__buf *out, const char *before, rk_num number)
{
    if (number) {
        rk__buf_puts(out, before);
        rk__num_print_trimmed(out, number, 6);
    }
}

/* The ledger as text, in the notation of the cases. */
static void print_ledger(rk__buf *out, const rk__component_result *c)
{
    for (size_t i = 0; i < c->n_lines; i++) {
        const rk_ledger_line *line = &c->lines[i];
        rk__buf_puts(out, line->memo ? "(" : "");
        rk__buf_puts(out, line->label);
        if (line->quantity) {
            print_number(out, " [", line->quantity);
            rk__buf_puts(out, " ");
            rk__buf_puts(out, line->unit ? line->unit : "");
            print_number(out, " x ", line->rate);
            print_number(out, " x ", line->factor);
            rk__buf_puts(out, "]");
        }
        print_number(out, ": ", line->amount);
        rk__buf_puts(out, line->memo ? ")\n" : "\n");
    }
}

static bool has_warning(const rk_result *result, const char *words)
{
    for (size_t i = 0; i < rk_result_n_warnings(result); i++) {
        if (strstr(rk_result_warning(result, i), words)) {
            return true;
        }
    }
    return false;
}

START_TEST(test_rule_ledgers_lines__read_well)
{
    const ledger_case *c = &cases[_i];
    static const char *const rules[] = {RK_BINARY_DIR "/rules", NULL};
    rk_problems *problems = rk_problems_new();
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    char text[4096], value[256] = "", of[32] = "";
    if (c->of) {
        snprintf(value, sizeof value, "{'id':'v','rule':'block','params':{'amount':'%s'}},", c->of);
        snprintf(of, sizeof of, "'of':['v'],");
    }
    const int length = snprintf(
        text, sizeof text,
        "{'reckoner':'contract/"
        "1','id':'x','basis':'actual','periods':[{'id':'y','start':'2016-04-01','end':'2017-03-31'}"
        "],'facts':%s,'arrangements':{'a':[%s{'id':'c',%s'rule':'%s','params':%s}]}}",
        c->facts, value, of, c->rule, c->params);
    ck_assert_int_lt(length, (int) sizeof text);
    options.rules = rules;
    options.no_default_rules = true;
    ck_assert_int_eq(rk_session_open(&options, &session, problems), RK_OK);
    ck_assert_int_eq(rk_contract_parse(session, json_text(text), (size_t) length, "case", ".",
                                       &contract, problems),
                     RK_OK);
    ck_assert_msg(rk_evaluate(contract, NULL, &result, problems) == RK_OK, "%s: %s", c->rule,
                  rk_problems_count(problems) ? rk_problems_at(problems, 0)->message : "");
    const rk__period_result *period = &result->periods[0];
    rk__buf ledger = {0};
    print_ledger(&ledger, &period->components[period->n_components - 1]);
    ck_assert_str_eq(ledger.text, c->lines);
    if (c->warning) {
        ck_assert_msg(has_warning(result, c->warning), "%s: no warning '%s'", c->rule, c->warning);
    } else {
        ck_assert_msg(rk_result_n_warnings(result) == 0, "%s: %s", c->rule,
                      rk_result_warning(result, 0));
    }
    rk__buf_dispose(&ledger);
    rk_result_free(result);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
}
END_TEST

UNIT_TESTS("rule_ledgers")
{
    tcase_add_loop_test(tc, test_rule_ledgers_lines__read_well, 0, sizeof cases / sizeof *cases);
}
