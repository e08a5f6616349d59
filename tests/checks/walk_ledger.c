/* SPDX-License-Identifier: MIT
 *
 * walk_ledger.c: prints the ledger of a contract: each line as quantity x rate x factor =
 * amount, and what the result was made with. Run by tests/checks/walk_ledger.py and built
 * against the installed library by install.sh.
 */
#include <stdio.h>

#include <reckoner/reckoner.h>

static void print(const char *before, rk_num number, int places)
{
    char text[100];
    if (number != NULL) {
        (void) (places >= 0 ? rk_num_fixed(number, places, text, sizeof text)
                            : rk_num_exact(number, text, sizeof text));
        printf("%s%s", before, text);
    }
}

static void walk(const rk_result *result)
{
    const rk_result_view *view = rk_result_read(result);
    for (size_t p = 0; p < view->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t c = 0; c < period->n_components; c++) {
            const rk_component_result *component = rk_period_component(period, c);
            for (size_t i = 0; i < component->n_lines; i++) {
                const rk_ledger_line *line = rk_component_line(component, i);
                printf("    %s%s:", line->label, line->memo ? " (memo)" : "");
                const rk_num factors[] = {line->quantity, line->rate, line->factor};
                const char *sign = " ";
                for (int k = 0; k < 3; k++) {
                    print(sign, factors[k], -1);
                    sign = factors[k] != NULL ? " x " : sign;
                }
                print(" = ", line->amount, -1);
                printf("\n");
            }
            printf("  %s %s (%s)", period->id, component->id, component->rule);
            print(component->shadow ? " not paid " : " ", component->total, view->places);
            printf("\n");
        }
        printf("%s", period->id);
        print(" ", period->total, view->places);
        printf("\n");
    }
    printf("total %s %s\ncontract %s\n", view->currency, rk_result_total(result),
           view->contract_sha256);
    for (size_t i = 0; i < view->n_tariffs; i++) {
        printf("tariff %s %s\n", rk_result_tariff(result, i)->id,
               rk_result_tariff(result, i)->sha256);
    }
    for (size_t i = 0; i < view->n_facts; i++) {
        printf("facts %s %s\n", rk_result_fact(result, i)->table, rk_result_fact(result, i)->xxh3);
    }
    for (size_t i = 0; i < view->n_rules; i++) {
        printf("rule %s %s\n", rk_result_rule(result, i)->id, rk_result_rule(result, i)->version);
    }
}

int main(int argc, char **argv)
{
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_problems *problems = rk_problems_new();
    options.rules = argc > 2 ? (const char *const *) argv + 2 : NULL;
    rk_status status = argc > 1 ? rk_session_open(&options, &session, problems) : RK_USAGE;
    if (status == RK_OK) {
        status = rk_contract_load(session, argv[1], &contract, problems);
    }
    if (status == RK_OK) {
        status = rk_evaluate(contract, NULL, &result, problems);
    }
    if (status == RK_OK) {
        walk(result);
    }
    rk_result_free(result);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    return rk_status_exit_code(status);
}
