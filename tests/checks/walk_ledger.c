/* SPDX-License-Identifier: MIT
 *
 * walk_ledger.c: prints the ledger of a contract, line by line: quantity, rate and factor, of which
 * a line may lack some, and the amount that they multiply to. Run by walk_ledger.py and install.sh.
 *
 *     walk_ledger CONTRACT [RULES...]
 */
#include <stdio.h>

#include <reckoner/reckoner.h>

static void walk(const rk_component_result *component, const char *period, int places)
{
    char text[100];
    for (size_t i = 0; i < component->n_lines; i++) {
        const rk_ledger_line *line = rk_component_line(component, i);
        const rk_num numbers[] = {line->quantity, line->rate, line->factor, line->amount};
        const char *signs[] = {" ", line->quantity != NULL ? " x " : " ", " x ", " = "};
        printf("%s %s %s:", period, component->id, line->label);
        for (size_t k = 0; k < 4; k++) {
            printf("%s%s", rk_num_exact(numbers[k], text, sizeof text) > 0 ? signs[k] : "", text);
        }
        printf("\n");
    }
    (void) rk_num_fixed(component->total, places, text, sizeof text);
    printf("%s %s total %s%s\n", period, component->id, component->shadow ? "not paid " : "", text);
}

int main(int argc, char **argv)
{
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_problems *problems = rk_problems_new();
    options.rules = argc > 2 ? (const char *const *) argv + 2 : NULL;
    const bool found = argc > 1 && rk_session_open(&options, &session, problems) == RK_OK &&
                       rk_contract_load(session, argv[1], &contract, problems) == RK_OK &&
                       rk_evaluate(contract, NULL, &result, problems) == RK_OK;
    for (size_t p = 0; found && p < rk_result_read(result)->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t c = 0; c < period->n_components; c++) {
            walk(rk_period_component(period, c), period->id, rk_result_read(result)->places);
        }
    }
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        (void) fprintf(stderr, "%s\n", rk_problems_at(problems, i)->message);
    }
    if (found) {
        printf("total %s\n", rk_result_total(result));
    }
    rk_result_free(result);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    return found ? 0 : 1;
}
